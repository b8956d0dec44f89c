"""Plant the faults of faults.toml, one at a time, and count which of them the suite finds.

    python scripts/plant_faults.py                      # in a clone of its own; some hours
    python scripts/plant_faults.py --only 3 17 --keep   # these alone; show what the tests said

The first command that fails finds a fault: `make test CHANGED=1`, then all of `make test`, then the slow
tests that the change can break, as `.ci/run` runs them. Prints a table with a row for each. Without `--only`,
`make test` runs first without a fault: where it is red, it would find everything.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
ENDS_EARLY = "PYTEST_OPTIONS=-x -q -p no:cacheprovider"
# The steps of each command, cheapest first.
STEPS = {
    "CHANGED": [
        ["make", "--no-print-directory", "style"],
        ["make", "--no-print-directory", "generated"],
        ["make", "--no-print-directory", "suite", "CHANGED=1", ENDS_EARLY],
    ],
    # First those that can find it, if `support/tiers.py` is right.
    "make test": [
        ["make", "--no-print-directory", "suite", "CHANGED=HEAD", ENDS_EARLY],
        ["make", "--no-print-directory", "suite", ENDS_EARLY],
    ],
    ".ci/run": [["make", "--no-print-directory", "suite", "MARKS=slow", "CHANGED=HEAD", ENDS_EARLY]],
}


def main() -> int:
    """Run the command line, and return how many faults nothing has found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", type=int, nargs="*", help="numbers of faults, from 1 on")
    parser.add_argument("--keep", action="store_true", help="show what the failing step said")
    options = parser.parse_args()
    faults = tomllib.loads((TOP / "scripts" / "faults.toml").read_text(encoding="utf-8"))["fault"]
    lost = 0
    print("| | room | fault | found by | seconds |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        clone = Path(folder) / "course"
        subprocess.run(["git", "clone", "--quiet", str(TOP), str(clone)], check=True)
        (clone / ".venv").symlink_to(TOP / ".venv")
        if not options.only and (said := red(clone, STEPS["make test"][-1])):
            raise SystemExit(f"The suite is red without a fault:\n{said}")
        for number, fault in enumerate(faults, start=1):
            if options.only and number not in options.only:
                continue
            started = time.monotonic()
            found, said = planted(clone, fault)
            seconds = time.monotonic() - started
            lost += found is None
            row = [str(number), fault["room"], fault["what"], found or "nothing", f"{seconds:.0f}"]
            print(f"| {' | '.join(row)} |", flush=True)
            if options.keep:
                print(said, flush=True)
    return lost


def planted(clone: Path, fault: dict[str, str]) -> tuple[str | None, str]:
    """Return by which command a fault is found, None for none, and the end of what the failing step said."""
    path = clone / fault["file"]
    text = path.read_text(encoding="utf-8")
    if text.count(fault["old"]) != 1:
        raise SystemExit(f"{fault['file']}: {fault['old']!r} stands there {text.count(fault['old'])} times")
    path.write_text(text.replace(fault["old"], fault["new"]), encoding="utf-8")
    try:
        for command, steps in STEPS.items():
            for step in steps:
                if said := red(clone, step):
                    return command, said
    finally:
        subprocess.run(["git", "checkout", "--quiet", "--", "."], cwd=clone, check=True)
        subprocess.run(["git", "clean", "-fdq", "--", "solutions", "notebooks"], cwd=clone, check=True)
    return None, ""


def red(clone: Path, step: list[str]) -> str | None:
    """Return the end of what a failing step says, None where it passes."""
    environment = os.environ | {"PYTHONPATH": str(clone), "CI": "true"}
    done = subprocess.run(step, cwd=clone, env=environment, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr)[-3000:] if done.returncode else None


if __name__ == "__main__":
    sys.exit(main())
