"""The four files that Fashion-MNIST was published as: on this machine, or from the network."""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import tempfile
import threading
import time
import urllib.request
import zlib
from pathlib import Path

import numpy as np

from helpers.data.records import NUM_CLASSES

DEBIAN = Path("/usr/share/datasets/fashion-mnist")
# Where `keras.datasets.fashion_mnist.load_data` downloads from and to, so that each finds the other's files.
ADDRESS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
PATIENCE_SECONDS = 5.0
SHUFFLE_SEED = 20170825  # the day Fashion-MNIST was published; any fixed number would do

# SHA-256 of the original files, unpacked: whoever packs them again changes the .gz and not what is in it.
FILES = {
    "train-images-idx3-ubyte.gz": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "train-labels-idx1-ubyte.gz": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "t10k-images-idx3-ubyte.gz": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "t10k-labels-idx1-ubyte.gz": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}
SIZES = {"train": 60_000, "t10k": 10_000}


def read_original(source: Path, prefix: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the images and labels of one part, uint8, of shapes (n, 28, 28) and (n,).

    source: the folder of the files; their checksums are compared.
    prefix: "train" or "t10k".

    Raises ValueError, in one line, when a file is missing or not the published one.
    """
    images = _unpacked(source / f"{prefix}-images-idx3-ubyte.gz")
    labels = _unpacked(source / f"{prefix}-labels-idx1-ubyte.gz")
    return (
        np.frombuffer(images, np.uint8, offset=16).reshape(SIZES[prefix], 28, 28),
        np.frombuffer(labels, np.uint8, offset=8),
    )


def balanced_rows(labels: np.ndarray, per_class: int, rng: np.random.Generator) -> np.ndarray:
    """Return the numbers of the first `per_class` rows of each class, in shuffled groups of one row a class.

    Every prefix of 10, 20, 30 ... rows is class-balanced; shuffled, or labels would come in a cycle. The
    shape is (per_class * 10,).
    """
    first_of_class = np.stack([np.flatnonzero(labels == k)[:per_class] for k in range(NUM_CLASSES)])
    return rng.permuted(first_of_class.T, axis=1).ravel()


def find_or_download(patience: float = PATIENCE_SECONDS) -> Path:
    """Return a folder with the four original files: Debian's, Keras's, or Keras's after a download.

    patience: seconds that the network may take without sending anything.

    Raises OSError, in one line, when the files are not here and cannot be had.
    """
    if _holds_all(DEBIAN):
        return DEBIAN
    cache = _keras_home() / "datasets" / "fashion-mnist"
    if not _holds_all(cache):
        _download(cache, patience)
    return cache


def _holds_all(folder: Path) -> bool:
    return all((folder / name).is_file() for name in FILES)


def _keras_home() -> Path:
    """Return the folder that is Keras's own. Raises OSError, in one line, for who has none."""
    home = os.path.expanduser(os.environ.get("KERAS_HOME") or "~/.keras")
    if home.startswith("~"):  # nobody on this machine has that name
        raise OSError("there is no home to download to: set KERAS_HOME to a folder")
    return Path(home)


class _Transfer:
    """What the thread that downloads tells the one that waits for it, and the other way round.

    last_sign: when the network last sent something, in seconds.
    given_up: whether nobody waits any more.
    error: what ended the download.
    """

    def __init__(self) -> None:
        self.last_sign = time.monotonic()
        self.given_up = False
        self.error: Exception | None = None


def _download(folder: Path, patience: float) -> None:
    """Fetch what is missing in the folder.

    The thread is there because a look-up of a name has no timeout.
    """
    transfer = _Transfer()
    thread = threading.Thread(target=_fetch_all, args=(folder, patience, transfer), daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(timeout=0.05)
        if thread.is_alive() and time.monotonic() - transfer.last_sign > patience:
            transfer.given_up = True
            raise OSError(f"the network did not answer within {patience:g} s")
    if transfer.error is not None:
        raise OSError(" ".join(str(transfer.error).split())) from None


def _fetch_all(folder: Path, patience: float, transfer: _Transfer) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            if not (folder / name).is_file():
                _fetch(folder / name, patience, transfer)
    except Exception as error:  # whatever happens in a thread has to reach the one that waits
        transfer.error = error


def _fetch(path: Path, patience: float, transfer: _Transfer) -> None:
    """Fetch one file. It is renamed when it was compared: a file with the right name is a whole one."""
    transfer.last_sign = time.monotonic()
    with tempfile.TemporaryDirectory(dir=path.parent) as beside:
        partial = Path(beside) / path.name
        with (
            urllib.request.urlopen(ADDRESS + path.name, timeout=patience) as response,
            partial.open("wb") as file,
        ):
            while chunk := response.read(1 << 16):
                if transfer.given_up:
                    return
                transfer.last_sign = time.monotonic()
                file.write(chunk)
        transfer.last_sign = math.inf  # unpacking takes what it takes: the network has nothing to send
        _unpacked(partial)
        os.replace(partial, path)


def _unpacked(path: Path) -> bytes:
    """Return what is in an original file; raises ValueError, in one line, when that is not what it was."""
    try:
        unpacked = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise ValueError(
            f"{path}: no such file. Install Debian's dataset-fashion-mnist, or name the folder of the "
            "originals with --source."
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"{path}: cannot be read ({error}). Nothing was written.") from None
    if hashlib.sha256(unpacked).hexdigest() != FILES[path.name]:
        raise ValueError(f"{path}: not the published file (its SHA-256 differs). Nothing was written.")
    return unpacked
