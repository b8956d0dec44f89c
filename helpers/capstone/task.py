"""What the capstone sets: the space, the budget, the network, the seeds, and one training."""

from __future__ import annotations

import functools
import getpass
import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.data import Dataset, capstone
from helpers.data.images import as_pixels
from helpers.data.packaged import read_once, read_packaged
from helpers.errors import CourseError
from helpers.search.space import Choice, Real, Space

if TYPE_CHECKING:
    from helpers.training import Configuration, Run

NUM_EPOCHS = 20
NUM_TRIALS = 20
NUM_SEEDS = 5  # of a finalist, with that of its trial
MOST_FINALISTS = 3
LOG_FILE = "search.jsonl"

# The fields of a configuration that a log holds.
LOGGED = (
    "learning_rate", "batch_size", "num_epochs", "hidden", "activation", "initializer", "optimizer",
    "momentum", "schedule", "schedule_by", "l1", "l2", "weight_decay", "bias_l2", "proximal_l1", "dropout",
    "input_dropout", "label_smoothing", "label_noise", "label_noise_seed", "patience", "restore_best_weights",
)  # fmt: skip

# Layers, batch size and optimizer are compiled in: with two values each, a search compiles eight times at
# most. Dropout does not reach 0, because a network without it is compiled again.
OUTER_SPACE = Space(
    learning_rate=Real(1e-4, 1, log=True),
    optimizer=Choice(("momentum", "adam")),
    batch_size=Choice((32, 128)),  # examples a step
    units=Choice((64, 128)),  # of each of two hidden layers
    dropout=Real(0.01, 0.6),
    l2=Real(1e-6, 1e-2, log=True),
    schedule=Choice(("constant", "cosine")),
)


def configuration_of(parameters: Mapping[str, Any]) -> Configuration:
    """Return the configuration of a multilayer perceptron that a trial's seven parameters stand for."""
    from helpers.training import Configuration

    name = parameters["schedule"]
    return Configuration(
        parameters["learning_rate"],
        batch_size=parameters["batch_size"],
        num_epochs=NUM_EPOCHS,
        hidden=(parameters["units"],) * 2,
        optimizer=parameters["optimizer"],
        dropout=parameters["dropout"],
        l2=parameters["l2"],
        schedule=None if name == "constant" else name,
        schedule_by="step",
    )


def as_data(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return a trial's configuration as the log has it in JSON: a schedule is a name and its peak.

    What a `Configuration` has learned since the first logs is at its default in every trial, and left out:
    a log that was handed in then says the same today.
    """
    fields = {name: value for name, value in asdict(configuration_of(parameters)).items() if name in LOGGED}
    schedule = {"name": parameters["schedule"], "peak": parameters["learning_rate"]}
    return fields | {"hidden": list(fields["hidden"]), "schedule": schedule}


def train(parameters: Mapping[str, Any], seed: int, test_part: Dataset | None = None) -> Run:
    """Return the training of a trial.

    test_part: data with the test part that is measured after every epoch too; None for none.
    """
    from helpers.training import train_fast

    data = _data() if test_part is None else test_part
    return train_fast(configuration_of(parameters), data, seed, test_curves=test_part is not None)


@functools.cache
def _data() -> Dataset:
    return capstone()


def with_test_part(x_test: np.ndarray | None = None, y_test: np.ndarray | None = None) -> Dataset:
    """Return the capstone's data with a test part: the packaged one, or another.

    x_test: uint8, shape (n, 14, 14). y_test: shape (n,).
    """
    arrays = read_packaged("capstone")
    x = arrays["x_test"] if x_test is None else x_test
    y = arrays["y_test"] if y_test is None else y_test
    return capstone()._replace(x_test=as_pixels(x, 14), y_test=y.astype(np.int32))


def data_digest() -> str:
    """Return twelve digits that are others for any other training and validation data."""
    digest = hashlib.sha256()
    arrays = read_once("capstone")
    for name in ("x_train", "y_train", "x_val", "y_val"):
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()[:12]


def own_number(text: object = None) -> str:
    """Return the text that a learner's seeds follow from, in one spelling; by default the login.

    Signs that nobody sees are left out: they come with what is copied from a page.

    Raises CourseError where there is none.
    """
    if text is None:
        try:
            text = getpass.getuser()
        except (OSError, KeyError, ImportError):  # a container without users
            text = ""
    shown = "".join(sign for sign in str(text) if sign.isprintable() or sign.isspace())
    number = " ".join(shown.split()).casefold()
    if not 0 < len(number) <= 100:
        raise CourseError('say who you are, in up to 100 characters: Capstone(number="20261234")')
    return number


def stage_seed(number: str, stage: int) -> int:
    """Return the seed by which a stage draws its trials. number: as `own_number` returns it."""
    return _seed(number, 1, stage)


def training_seed(number: str, trial: int, again: int = 0) -> int:
    """Return the seed of a trial's training, and with `again` from 1 on those of its repeats."""
    return _seed(number, 2, trial, again)


def _seed(number: str, *path: int) -> int:
    entropy = int.from_bytes(hashlib.sha256(number.encode()).digest()[:8])
    return int(np.random.SeedSequence((entropy, *path)).generate_state(1)[0] >> 1)
