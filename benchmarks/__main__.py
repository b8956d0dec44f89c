"""Measure every figure that the course promises: `make bench`, or `python -m benchmarks progress training`.

Each bench_*.py has a function `figures()` that yields rows (name, value, unit, bar, holds): what was
measured, a number, its unit, the bar in words ("< 60 s"), and whether the value keeps it.
"""

import importlib
import os
import sys
from pathlib import Path


def main(wanted):
    names = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))
    unknown = [name for name in wanted if name not in names]
    if unknown:
        sys.exit(f"benchmarks: nothing is called {unknown[0]}; there are {', '.join(names)}")
    os.chdir(Path(__file__).parents[1])
    short = 0
    for name in wanted or names:
        for what, value, unit, bar, holds in importlib.import_module(f"benchmarks.bench_{name}").figures():
            verdict = "holds" if holds else "falls short"
            print(f"{what:<55} {value:>10.4g} {unit:<4} {bar:>14}  {verdict}", flush=True)
            short += not holds
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
