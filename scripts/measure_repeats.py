"""Measure how many honest capstones wait for a person when they were made on another kind of processor.

    python scripts/measure_repeats.py                          # on x86-64 alone; writes nothing
    python scripts/measure_repeats.py --logs 48 --workers 2    # more of them, in two processes

Searches whole capstones with AVX, as learners would: twelve trials in the capstone's space, eight with a
learning rate near the best one's, more seeds for the best three, or for two of the best three, and the lowest
mean. Then inspects each with AVX2 (solutions/17-capstone/inspector.py), by several draws. Prints a line for
each log, and how well the trainings of finalists repeat. A log takes about one minute of one core.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from course.inspectors import inspector_of
from helpers import instructions
from helpers.capstone import Capstone
from helpers.capstone.log import parse_log
from helpers.capstone.task import LOG_FILE, OUTER_SPACE
from helpers.search.space import Real, Space

INSPECTOR = inspector_of(Path(__file__).parents[1] / "solutions" / "17-capstone")
SETS = ("AVX", "AVX2")  # the learner's processor, and the grader's
METHODS = ("random", "quasi-random", "tpe")  # in turn
REPEATED = ((0, 1, 2), (0, 1), (0, 2))  # in turn: which of the best
NUM_BROAD, NUM_NARROW = 12, 8
NUM_DRAWS = 5  # inspections of a log


@dataclass(frozen=True)
class Inspected:
    """What is said of one log.

    number: whose it is.
    waits: of each draw, the cells that a person must look at.
    ends: of each training of a finalist that did not fail by the log, and did not diverge here, by how much
        it ends elsewhere: in loss and in accuracy, and whether it is of the chosen trial.
    is_exact: of the same ones, whether the first epochs agree exactly.
    """

    number: str
    waits: list[list[str]]
    ends: list[tuple[float, float, bool]]
    is_exact: list[bool]


def search(folder: Path, place: int) -> Path:
    """Make a log, and return where it lies."""
    path = folder / f"{place}.jsonl"
    mine, method = Capstone(f"learner {place}", path), METHODS[place % len(METHODS)]
    mine.search(OUTER_SPACE, method, NUM_BROAD)
    rate = min(mine.log.trials, key=lambda each: each.val_loss).parameters["learning_rate"]
    near = Real(max(1e-4, rate / 4), min(1, rate * 4), log=True)
    mine.search(Space(**dict(OUTER_SPACE) | {"learning_rate": near}), method, NUM_NARROW)
    best = sorted(mine.log.trials, key=lambda each: each.val_loss)
    losses = mine.repeat(*(best[rank].trial for rank in REPEATED[place // len(METHODS) % len(REPEATED)]))
    mine.choose(min(losses, key=lambda trial: losses[trial].mean()), "the lowest mean of five losses")
    mine.open_test()
    return path


def inspected(path: Path) -> Inspected:
    """Return what is said of a log here."""
    content = path.read_bytes()
    found = [INSPECTOR.inspect({LOG_FILE: content}, draw_seed=draw).verdicts for draw in range(NUM_DRAWS)]
    log = parse_log(content)
    again = [
        INSPECTOR.module.train_again(each, INSPECTOR.module.read_second_part(b""))
        for mine in log.finalists().values()
        for each in mine
    ]
    again = [each for each in again if not (each.failed or each.run.diverged)]
    return Inspected(
        log.number,
        [[name for name, verdict in each.items() if verdict.look] for each in found],
        [
            (
                each.apart("val_loss"),
                each.apart("val_accuracy"),
                log.choice is not None and each.training.trial == log.choice.trial,
            )
            for each in again
        ],
        [each.is_exact for each in again],
    )


def with_instructions(name: str, function: Callable[[Any], Any], values: Iterable[Any], workers: int) -> list:
    """Return what a function gives in new processes that may use an instruction set."""
    os.environ.update(instructions.settings(name, os.environ))
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        return list(pool.map(function, values))


def main() -> int:
    """Run the command line, and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--logs", type=int, default=24, help="how many capstones")
    parser.add_argument("--workers", type=int, default=1, help="processes that train")
    options = parser.parse_args()
    if not set(SETS) <= set(instructions.available()):
        sys.exit("this is no x86-64 processor: it cannot compute as another one of them does")
    with tempfile.TemporaryDirectory() as folder:
        places = range(options.logs)
        paths = with_instructions(SETS[0], partial(search, Path(folder)), places, options.workers)
        found = with_instructions(SETS[1], inspected, paths, options.workers)
    for each in found:
        cells = sorted({name for names in each.waits for name in names})
        print(f"{each.number}: waits in {sum(map(bool, each.waits))} of {NUM_DRAWS} draws {' '.join(cells)}")
    exact = [is_exact for each in found for is_exact in each.is_exact]
    print(
        f"{sum(any(each.waits) for each in found)} of {len(found)} logs wait in one draw or more; of "
        f"{len(exact)} trainings of finalists {exact.count(False)} differ in the first "
        f"{INSPECTOR.module.FIRST_EPOCHS} epochs"
    )
    ends = np.array([end for each in found for end in each.ends])
    for name, some in (("all of them", ends), ("those of chosen trials", ends[ends[:, 2] == 1])):
        losses, accuracies, _ = some.max(axis=0)
        print(f"{name} end elsewhere by up to {losses:.3f} in loss and {accuracies:.3f} in accuracy")
    return 0


if __name__ == "__main__":
    sys.exit(main())
