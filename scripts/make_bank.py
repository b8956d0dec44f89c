"""Make the bank of real trials: train every configuration with every seed, and pack the curves.

    python scripts/make_bank.py                # make helpers/datasets/bank.npz; about five minutes
    python scripts/make_bank.py --workers 2    # the same, in two processes
    python scripts/make_bank.py --check 20     # write nothing, train 20 trials again and compare

Interrupted, it goes on where it was: what is trained is kept in helpers/datasets/bank.parts/ until the bank
is complete.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from rich.progress import track

from helpers.data import fashion_mnist
from helpers.data.packing import DATASETS, write
from helpers.search import bank as bank_room
from helpers.search.bank import AXES, NUM_EPOCHS, PARTS, SEEDS, configuration_of, encode_losses

SHAPE = tuple(map(len, AXES.values()))
# A part of the work shares what is compiled (batch size, width, with dropout or without) and takes seconds.
FIXED_IN_A_PART = ("batch_size", "width", "dropout", "l2", "schedule")


def table() -> list[dict]:
    """Return every combination of the axes, in the order of the bank."""
    return [dict(zip(AXES, values, strict=True)) for values in itertools.product(*AXES.values())]


def parts() -> list[tuple[int, ...]]:
    """Return the work in parts, as rows of the table; parts that share a compiled function stand together."""
    by_key: dict[tuple, list[int]] = {}
    for row, parameters in enumerate(table()):
        by_key.setdefault(tuple(parameters[name] for name in FIXED_IN_A_PART), []).append(row)
    return [tuple(by_key[key]) for key in sorted(by_key, key=str)]


def train_part(rows: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Train some configurations with every seed.

    Returns losses (codes) and hits, uint16, shape (3 parts, rows, seeds, epochs). From the epoch in which a
    run diverged on, losses are NOT_FINITE and hits 0.
    """
    from helpers.training import train_fast

    data, combinations = fashion_mnist(), table()
    losses = np.full((len(PARTS), len(rows), len(SEEDS), NUM_EPOCHS), bank_room.NOT_FINITE, np.uint16)
    hits = np.zeros_like(losses)
    for (at, row), (place, seed) in itertools.product(enumerate(rows), enumerate(SEEDS)):
        run = train_fast(configuration_of(combinations[row]), data, seed, test_curves=True)
        for part, (name, num_examples) in enumerate(zip(PARTS, num_examples_of(data), strict=True)):
            curve = getattr(run, f"{name}_losses")
            shares = np.where(np.isfinite(curve), getattr(run, f"{name}_accuracies"), 0)
            losses[part, at, place, : len(curve)] = encode_losses(curve)
            hits[part, at, place, : len(curve)] = np.rint(shares * num_examples)
    return {"losses": losses, "hits": hits}


def num_examples_of(data) -> list[int]:
    """Return how many examples the three parts have."""
    return [len(getattr(data, f"x_{part}")) for part in PARTS]


def make_part(rows: tuple[int, ...], folder: Path) -> Path:
    """Train one part unless it is there, and keep it under a name that says exactly what it is of."""
    plan = repr((rows, AXES, NUM_EPOCHS, SEEDS)).encode()
    path = folder / f"{hashlib.sha256(plan).hexdigest()[:16]}.npz"
    if not path.exists():
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".tmp", delete=False) as file:
            np.savez_compressed(file, **train_part(rows))
        os.replace(file.name, path)
    return path


def made_parts(work: list[tuple[int, ...]], folder: Path, workers: int) -> Iterator[Path]:
    """Yield the file of each part, in the order of the work."""
    if workers == 1:
        yield from (make_part(rows, folder) for rows in work)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(make_part, work, itertools.repeat(folder), chunksize=6)


def make_bank(folder: Path, workers: int) -> dict[str, np.ndarray]:
    """Train what is missing and return the arrays of the archive."""
    work = parts()
    shape = (len(PARTS), math.prod(SHAPE), len(SEEDS), NUM_EPOCHS)
    arrays = {
        "losses": np.zeros(shape, np.uint16),
        "hits": np.zeros(shape, np.uint16),
        "num_examples": np.array(num_examples_of(fashion_mnist())),
        "axes": np.array(list(AXES)),
        **{f"axis_{name}": np.array(values) for name, values in AXES.items()},
    }
    files = made_parts(work, folder, workers)
    for rows, path in zip(work, track(files, "Training", total=len(work)), strict=True):
        with np.load(path) as archive:
            for name in ("losses", "hits"):
                arrays[name][:, rows] = archive[name]
    return arrays


def check(num_trials: int) -> float:
    """Train some trials again, drawn by chance; return the largest difference of a validation accuracy."""
    from helpers.training import train_fast

    bank, data, rng = bank_room.load_bank(), fashion_mnist(), np.random.default_rng()
    worst = 0.0
    for _ in range(num_trials):
        row, seed = int(rng.integers(bank.num_configurations)), int(rng.integers(bank.num_seeds))
        curve = train_fast(bank.configuration(row), data, seed).val_accuracies
        difference = np.abs(curve - bank.accuracies["val"][row, seed, : len(curve)]).max()
        print(f"row {row:4} seed {seed}: {difference:.4f}  {bank.parameters(row)}")
        worst = max(worst, float(difference))
    return worst


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(description="Make the bank of real trials.")
    parser.add_argument("--workers", type=int, default=1, help="processes that train at the same time")
    parser.add_argument("--output", type=Path, default=DATASETS, help="folder of the packaged data")
    parser.add_argument("--check", type=int, metavar="N", help="write nothing, train N trials again, compare")
    options = parser.parse_args(arguments)
    folder = options.output / "bank.parts"
    try:
        if options.workers < 1:
            raise ValueError(f"--workers must be at least 1, not {options.workers}.")
        if options.check is not None:
            print(f"largest difference of a validation accuracy: {check(options.check):.4f}")
            return 0
        folder.mkdir(exist_ok=True)
        write("bank", make_bank(folder, options.workers), options.output)
        shutil.rmtree(folder)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        kept = f"; what is trained is in {folder}. Run the same command to go on"
        said = kept if options.check is None else ""
        print(f"Interrupted{said}.", file=sys.stderr)
        return 1
    trials = math.prod(SHAPE) * len(SEEDS)
    size = (options.output / "bank.npz").stat().st_size
    print(f"bank.npz: {trials} trials of {NUM_EPOCHS} epochs, {size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
