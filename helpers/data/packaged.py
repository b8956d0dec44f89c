"""The data that come with the course, compared with their checksums when they are read."""

from __future__ import annotations

import functools
import hashlib
import zipfile
import zlib
from importlib import resources
from importlib.resources.abc import Traversable

import numpy as np

from helpers.errors import restoring


def read_packaged(name: str) -> dict[str, np.ndarray]:
    """Return the arrays of helpers/datasets/<name>.npz; the file is read once a process.

    They are the caller's own: what is done to them is not there in the next call.

    Raises OSError, in one line, when the file or its checksums are missing, damaged or do not agree.
    """
    return {key: array.copy() for key, array in read_once(name).items()}


@functools.cache
def read_once(name: str) -> dict[str, np.ndarray]:
    """Return what `read_packaged` does, the same arrays in every call: for who changes none of them."""
    return read_archive(resources.files("helpers.datasets"), name, restoring("helpers/datasets"))


def read_archive(folder: Traversable, name: str, restore: str) -> dict[str, np.ndarray]:
    """Return the arrays of <name>.npz, which stands in a folder beside its checksums, <name>.sha256.

    restore: the command that brings both back, for the message.

    Raises OSError, in one line, when one of them is missing, damaged, or they do not agree.
    """
    remedy, place = f"To have it back: {restore}", folder / f"{name}.npz"
    try:
        with place.open("rb") as file, np.load(file) as archive:
            arrays = dict(archive)
        expected = (folder / f"{name}.sha256").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise OSError(f"{error.filename} is missing. {remedy}") from None
    except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error, KeyError) as error:
        raise OSError(f"{place} is damaged ({error}). {remedy}") from None
    if checksums(arrays) != expected:
        raise OSError(f"{place} is damaged (its SHA-256 differs). {remedy}")
    return arrays


def packaged_names() -> list[str]:
    """Return the names of all packaged data, in order: of each file, and of each that only has checksums."""
    files = [file.name for file in resources.files("helpers.datasets").iterdir()]
    return sorted({name.rpartition(".")[0] for name in files if name.endswith((".npz", ".sha256"))})


def checksums(arrays: dict[str, np.ndarray]) -> str:
    """Return one line an array, `SHA-256  name`, over the raw bytes.

    The arrays and not the archive are what is compared: another zlib packs the same arrays differently.
    """
    return "".join(
        f"{hashlib.sha256(arrays[name].tobytes()).hexdigest()}  {name}\n" for name in sorted(arrays)
    )
