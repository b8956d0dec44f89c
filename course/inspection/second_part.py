"""A second test part: made on the instructor's machine, from photographs and a seed that nobody else has.

What is packaged can be read by everybody. On photographs that the package does not hold, whoever chose by the
packaged test part gains nothing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from helpers.capstone.bands import NUM_ROWS
from helpers.capstone.task import OUTER_SPACE, train, with_test_part
from helpers.data.camera import through_a_bad_camera
from helpers.data.originals import balanced_rows, read_original
from helpers.data.packaged import read_packaged
from helpers.errors import CourseError

FIRST, LAST = 400, 600  # of each class's test photographs; the packaged ones end before
NUM_REFERENCES = 24  # trainings that tell how much easier one part is than the other


@dataclass(frozen=True)
class SecondPart:
    """A test part that counts in the place of the packaged one.

    content: an archive of x, y and shift; empty for the packaged part.
    shift: by how much it is easier than the packaged one, as an accuracy.
    """

    content: bytes = b""
    shift: float = 0.0

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Return images, uint8 of shape (n, 14, 14), and labels."""
        with np.load(io.BytesIO(self.content)) as archive:
            return archive["x"], archive["y"]


def read_second_part(content: bytes) -> SecondPart:
    """Return the part that `make_second_part` has made, from its bytes; the packaged one for none.

    Raises CourseError when they are damaged.
    """
    if not content:
        return SecondPart()
    try:
        with np.load(io.BytesIO(content)) as archive:
            part = SecondPart(content, float(archive["shift"]))
        x, y = part.arrays()
        fits = x.dtype == np.uint8 and x.shape == (len(y), 14, 14) and y.dtype.kind in "iu" and y.ndim == 1
    except Exception:  # there is no list of what archives and arrays raise for damaged bytes
        fits = False
    if not (fits and abs(part.shift) < 1):
        raise CourseError("the second test part is damaged: make it again with course second-test")
    return part


def make_second_part(source: Path, seed: int) -> bytes:
    """Return the bytes of a second test part: 2,000 photographs through the capstone's camera.

    source: the folder of Fashion-MNIST's original files, as Debian's package has them.
    seed: yours alone: who knows it can make the same part.

    Raises CourseError where the files are missing.
    """
    rng = np.random.default_rng(seed)
    try:
        images, labels = read_original(source, "t10k")
    except (OSError, ValueError) as error:
        raise CourseError(f"{error}. On Debian: apt-get install dataset-fashion-mnist") from None
    rows = balanced_rows(labels, LAST, rng).reshape(-1, 10)[FIRST:].ravel()
    x, y = through_a_bad_camera(images[rows], rng), labels[rows]
    made = io.BytesIO()
    np.savez_compressed(made, x=x, y=y, shift=np.array(_shift(x, y)))
    return made.getvalue()


def _shift(x: np.ndarray, y: np.ndarray) -> float:
    """Return how much more of a part is recognised than of the packaged one, by the same networks."""
    arrays = read_packaged("capstone_trials")
    best = np.argsort(arrays["val_losses"][:, 0])[: NUM_ROWS // 10]
    rows = np.random.default_rng(0).choice(best, NUM_REFERENCES, replace=False)
    differences = []
    for row in rows:
        parameters = {name: arrays[name][row].item() for name in OUTER_SPACE}
        mine = train(parameters, int(row), with_test_part(x, y)).test_accuracy
        packaged = train(parameters, int(row), with_test_part()).test_accuracy
        assert mine is not None
        assert packaged is not None  # test curves were asked for
        differences.append(mine - packaged)
    return float(np.mean(differences))
