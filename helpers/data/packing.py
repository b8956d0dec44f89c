"""What the scripts that make the packaged data share: the command line, writing, comparing."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from helpers.data.originals import DEBIAN
from helpers.data.packaged import checksums, read_once, read_packaged

DATASETS = Path(__file__).resolve().parents[1] / "datasets"


def run(name: str, description: str, make: Callable[[Path], dict[str, np.ndarray]]) -> int:
    """Run the command line of the script that makes helpers/datasets/<name>.npz, and return its exit code.

    description: of the script, for its help.
    make: takes the folder of the original files and returns the arrays; raises ValueError in one line.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--source", type=Path, default=DEBIAN, help="folder of the four original .gz files")
    parser.add_argument("--output", type=Path, default=DATASETS, help="folder of the packaged data")
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    options = parser.parse_args()
    try:
        arrays = make(options.source)
        if not options.check:
            write(name, arrays, options.output)
        if not agrees(name, arrays, options.output):
            raise ValueError(f"{options.output}/{name}.npz: not what this script makes; run it.")
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    size = (options.output / f"{name}.npz").stat().st_size
    rows = ", ".join(f"{len(array)} {key[2:]}" for key, array in arrays.items() if key.startswith("x_"))
    print(f"{name}.npz: {rows} images, {size / 1e6:.2f} MB")
    return 0


def run_measured(
    name: str,
    description: str,
    parts: Mapping[str, Callable[[], dict[str, np.ndarray]]],
    compare: Callable[[dict[str, np.ndarray], dict[str, np.ndarray]], list[str]],
) -> int:
    """Run the command line of a script that trains for helpers/datasets/<name>.npz, and return its exit code.

    description: of the script, for its help.
    parts: each trains, and returns its arrays. What is measured is written before the next part begins.
    compare: takes arrays and the packaged ones; returns one line an array that differs by more than another
        processor can make it.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    parser.add_argument("--only", nargs="+", choices=parts, default=list(parts), help="measure these parts")
    options = parser.parse_args()
    packed = DATASETS / f"{name}.npz"
    arrays: dict[str, np.ndarray] = {}
    missing = set(parts)
    for part in options.only:
        arrays |= parts[part]()
        missing.discard(part)
        if not options.check:
            # What is not measured yet stays as it was; what no part measures any more goes with the last one.
            kept = read_packaged(name) if missing and packed.exists() else {}
            write(name, {**kept, **arrays}, DATASETS)
    differing = compare(arrays, read_packaged(name))
    print(*differing or [f"{name}.npz: {packed.stat().st_size / 1e3:.0f} kB"], sep="\n")
    return bool(differing)


def write(name: str, arrays: dict[str, np.ndarray], folder: Path) -> None:
    """Write archive and checksums beside their final names, then rename, so that no half file is left."""
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        # type: an array may be called anything but allow_pickle, which is an option
        np.savez_compressed(Path(beside) / f"{name}.npz", **arrays)  # type: ignore[arg-type]
        (Path(beside) / f"{name}.sha256").write_text(checksums(arrays))
        for suffix in ("npz", "sha256"):
            os.replace(Path(beside) / f"{name}.{suffix}", folder / f"{name}.{suffix}")
    read_once.cache_clear()  # whoever reads from now on reads the new file


def agrees(name: str, arrays: dict[str, np.ndarray], folder: Path) -> bool:
    """Return whether the packaged archive and its checksums hold exactly these arrays."""
    with np.load(folder / f"{name}.npz") as archive:
        packaged = checksums(dict(archive))
    return packaged == checksums(arrays) == (folder / f"{name}.sha256").read_text()
