"""Measure how fast lessons, grading, training and searches are: `make bench`.

Some of them alone: `.venv/bin/python -m benchmarks course training`.

Each bench_*.py has a function `figures()` that yields rows (name, value, unit, bar, holds): what was
measured, a number, its unit, the bar in words ("< 60 s"), and whether the value keeps it; or a text, a line
of its own. Nothing else is printed: what measured programs say is shown only if a bench fails.
"""

import contextlib
import importlib
import os
import sys
import tempfile
import traceback
from pathlib import Path

MAX_SAID = 5000  # characters of what a bench that fails has said


def main(wanted):
    names = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    unknown = [name for name in wanted if name not in names]
    if unknown:
        sys.exit(f"benchmarks: nothing is called {unknown[0]}; there are {', '.join(names)}")
    os.chdir(Path(__file__).parents[1])
    short = 0
    with alone() as lines:
        for name in wanted or names:
            for row in importlib.import_module(f"benchmarks.bench_{name}").figures():
                print(row if isinstance(row, str) else line_of(*row), file=lines, flush=True)
                short += not isinstance(row, str) and not row[-1]
    return 1 if short else 0


def line_of(what, value, unit, bar, holds):
    return f"{what:<55} {value:>10.4g} {unit:<4} {bar:>14}  {'holds' if holds else 'falls short'}"


@contextlib.contextmanager
def alone():
    """Give the file to print to, while what this process and its children say goes elsewhere.

    TensorFlow's native code writes to the descriptors themselves, whatever Python's sys.stderr is. When the
    block fails, the end of what was said is printed, and the error.
    """
    with (
        tempfile.TemporaryFile() as said,
        os.fdopen(os.dup(1), "w") as lines,
        os.fdopen(os.dup(2), "w") as errors,
    ):
        sys.stdout.flush()
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
        try:
            yield lines
        except BaseException as error:
            traceback.print_exc()
            sys.stdout.flush()
            size = said.seek(0, os.SEEK_END)
            said.seek(max(0, size - MAX_SAID))
            print(said.read().decode(errors="replace"), file=errors)
            raise SystemExit(1) from error
        finally:
            sys.stdout.flush()
            os.dup2(lines.fileno(), 1)
            os.dup2(errors.fileno(), 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
