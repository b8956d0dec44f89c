"""A bank of real trials: every one was trained once, so that a search over them is replayed in an instant."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.data.packaged import read_packaged
from helpers.search.space import Choice, Real, Space

if TYPE_CHECKING:
    from helpers.training import Configuration

PARTS = ("train", "val", "test")
NUM_EPOCHS = 12
SEEDS = (0, 1, 2, 3, 4)

# What was varied. The bank holds every combination, in this order, the last axis fastest.
AXES: dict[str, tuple] = {
    "learning_rate": tuple(float(f"{rate:.3g}") for rate in np.geomspace(1e-6, 10, 22)),
    "batch_size": (32, 128, 512),  # examples a step, of 1280
    "dropout": (0.0, 0.3),
    "l2": (0.0, 1e-4, 1e-3),
    "width": (32, 128),  # units of the one hidden layer
    "schedule": ("constant", "cosine"),
}

# A loss is stored as its logarithm in steps of 0.03 %; no code below the last one stands for infinity.
LOWEST_LOSS, LOSS_STEP, NOT_FINITE = 1e-4, 3e-4, 65535


def configuration_of(parameters: Mapping[str, Any], num_epochs: int = NUM_EPOCHS) -> Configuration:
    """Return what was trained for a combination of `AXES`: a multilayer perceptron, by plain SGD.

    It has one hidden layer. A cosine schedule is Keras's `CosineDecay`, from the learning rate in the first
    epoch towards 0 after the last.

    parameters: a value for each axis.
    num_epochs: of a full trial.

    Lesson 12.
    """
    from helpers.training import Configuration

    schedule = None
    if parameters["schedule"] == "cosine":
        schedule = functools.partial(_cosine, float(parameters["learning_rate"]), num_epochs)
    return Configuration(
        learning_rate=parameters["learning_rate"],
        batch_size=parameters["batch_size"],
        num_epochs=num_epochs,
        hidden=(parameters["width"],),
        dropout=parameters["dropout"],
        l2=parameters["l2"],
        schedule=schedule,
    )


@functools.cache
def _cosine(learning_rate: float, num_epochs: int, epoch: int) -> float:
    """Return the learning rate of an epoch, from 0, under Keras's cosine schedule."""
    import keras

    return float(keras.optimizers.schedules.CosineDecay(learning_rate, num_epochs)(epoch))


@dataclass(frozen=True, eq=False)
class Bank:
    """Real trials: each combination of the axes, trained with each seed on `fashion_mnist()`.

    axes: name -> values.
    losses: part ("train", "val", "test") -> float32, shape (configurations, seeds, epochs), with an error of
        0.02 %; infinite from the epoch on in which a run diverged.
    accuracies: part -> float64, of the same shape, exact; 0 from that epoch on.

    Made by `scripts/make_bank.py`. Lesson 12.
    """

    axes: dict[str, tuple]
    losses: dict[str, np.ndarray] = field(repr=False)
    accuracies: dict[str, np.ndarray] = field(repr=False)

    @property
    def num_configurations(self) -> int:
        """Return how many combinations were trained."""
        return math.prod(map(len, self.axes.values()))

    @property
    def num_seeds(self) -> int:
        """Return how often each was trained, from other initial weights and in another order."""
        return self.losses["val"].shape[1]

    @property
    def num_epochs(self) -> int:
        """Return the epochs of a full trial."""
        return self.losses["val"].shape[2]

    @property
    def space(self) -> Space:
        """Return what a search over the bank may ask for.

        The learning rate is any number between the limits; the answer is the trial of the nearest one that
        was trained, which is at most a factor of 1.47 away.
        """
        rates = self.axes["learning_rate"]
        others = {name: Choice(values) for name, values in self.axes.items() if name != "learning_rate"}
        return Space(learning_rate=Real(rates[0], rates[-1], log=True), **others)

    @property
    def table(self) -> dict[str, np.ndarray]:
        """Return the configurations: name of an axis -> its value in each, shape (configurations,)."""
        places = np.unravel_index(np.arange(self.num_configurations), self._shape)
        return {
            name: np.array(values)[at] for (name, values), at in zip(self.axes.items(), places, strict=True)
        }

    @property
    def _shape(self) -> tuple[int, ...]:
        return tuple(map(len, self.axes.values()))

    def parameters(self, row: int) -> dict[str, Any]:
        """Return the values of one configuration, by its row in the table."""
        places = np.unravel_index(row, self._shape)
        return {name: values[at] for (name, values), at in zip(self.axes.items(), places, strict=True)}

    def configuration(self, row: int) -> Configuration:
        """Return one configuration as it was trained, to train it again."""
        return configuration_of(self.parameters(row), self.num_epochs)

    def rows(self, parameters: Mapping[str, Any]) -> np.ndarray:
        """Return the rows that answer for parameters, in the shape to which these broadcast.

        A number between two that were trained takes the nearer one by their ratio, on an axis with a 0 by
        their difference.

        parameters: name of an axis -> an array or a single value. An axis that is left out stands at its
            first value.

        Raises ValueError for a name that the bank does not have, a number beyond the limits of its axis, and
        a text that is not on it.
        """
        unknown = [name for name in parameters if name not in self.axes]
        if unknown:
            raise ValueError(f"{unknown[0]}: the bank varies {', '.join(self.axes)} only.")
        places = [
            _nearest(name, parameters.get(name, values[0]), values) for name, values in self.axes.items()
        ]
        return np.ravel_multi_index(np.broadcast_arrays(*places), self._shape)

    def objective(self) -> BankObjective:
        """Return the bank as something that a search can ask, epoch by epoch."""
        return BankObjective(self)

    def variance_shares(self, metric: str = "val_accuracy") -> dict[str, float]:
        """Return how much of the variance over all configurations each axis explains on its own.

        The share of an axis is the variance of the means over everything else, divided by the whole
        variance: functional ANOVA, exact because the table is complete. What is missing to 1 belongs to
        interactions.

        metric: "val_accuracy" or "val_loss", after the last epoch, mean over seeds. Losses are compared by
            their logarithm, up to ten times that of guessing.

        Raises ValueError for another metric.

        Source: Hutter, Hoos, Leyton-Brown, ICML 2014. Lesson 13.
        """
        if metric not in ("val_loss", "val_accuracy"):
            raise ValueError(f"metric must be val_loss or val_accuracy, not {metric!r}.")
        if metric == "val_accuracy":
            values = self.accuracies["val"][..., -1]
        else:
            values = np.log(np.minimum(self.losses["val"][..., -1], 10 * math.log(10)))
        values = values.mean(axis=1, dtype=float).reshape(self._shape)
        axes = range(values.ndim)
        return {
            name: float(values.mean(axis=tuple(a for a in axes if a != axis)).var() / values.var())
            for axis, name in enumerate(self.axes)
        }


@dataclass(frozen=True, eq=False)
class BankObjective:
    """The bank, answering like live training: one configuration, one seed, epoch by epoch.

    Lesson 12.
    """

    bank: Bank

    @property
    def num_epochs(self) -> int:
        """Return the epochs of a full trial."""
        return self.bank.num_epochs

    @property
    def num_seeds(self) -> int:
        """Return how many seeds, 0, 1, ..., a trial may have."""
        return self.bank.num_seeds

    def require_space(self, space: Space) -> None:
        """Raise ValueError, as `Bank.rows` does, unless the bank answers for every corner of a space."""
        for name, dimension in space.items():
            ends = dimension.options if isinstance(dimension, Choice) else (dimension.low, dimension.high)
            for value in ends:
                self.bank.rows({name: value})

    def epochs(self, parameters: Mapping[str, Any], seed: int) -> Iterator[tuple[float, float]]:
        """Yield loss and accuracy on the validation part after each epoch.

        Raises ValueError as `Bank.rows` does, and for a seed that was not trained.
        """
        row = self._row(parameters, seed)
        curves = self.bank.losses["val"][row, seed].tolist(), self.bank.accuracies["val"][row, seed].tolist()
        return zip(*curves, strict=True)

    def test_accuracy(self, parameters: Mapping[str, Any], seed: int, num_epochs: int) -> float:
        """Return the accuracy on the test part after so many epochs.

        Raises ValueError as `epochs` does, and for epochs that were not trained.
        """
        if not 1 <= num_epochs <= self.num_epochs:
            raise ValueError(f"num_epochs must lie between 1 and {self.num_epochs}, not {num_epochs!r}.")
        return float(self.bank.accuracies["test"][self._row(parameters, seed), seed, num_epochs - 1])

    def _row(self, parameters: Mapping[str, Any], seed: int) -> int:
        """Return the row that answers for single values; ValueError for a seed that was not trained."""
        if not 0 <= seed < self.num_seeds:
            raise ValueError(f"seed must lie between 0 and {self.num_seeds - 1}, not {seed!r}.")
        return int(self.bank.rows(parameters))


@functools.cache
def load_bank() -> Bank:
    """Return the packaged bank of real trials; read once a process.

    Its losses and accuracies are read-only, as all searches ask this one bank.

    Raises OSError when the packaged file is missing or damaged.

    Lesson 12.
    """
    return unpack(read_packaged("bank"))


def unpack(arrays: Mapping[str, np.ndarray]) -> Bank:
    """Return the bank that an archive's arrays hold.

    arrays: losses (codes of `encode_losses`) and hits (examples that were right), uint16, shape (3 parts,
        configurations, seeds, epochs); num_examples of the three parts; and one array for each axis.
    """
    axes = {name: tuple(arrays[f"axis_{name}"].tolist()) for name in arrays["axes"].tolist()}
    # float64: the nearest float32 to 0.79 prints as 0.7900000214576721.
    shares = arrays["hits"] / arrays["num_examples"].astype(float)[:, None, None, None]
    losses = decode_losses(arrays["losses"])
    for values in (losses, shares):
        values.setflags(write=False)
    return Bank(axes, dict(zip(PARTS, losses, strict=True)), dict(zip(PARTS, shares, strict=True)))


def encode_losses(losses: np.ndarray) -> np.ndarray:
    """Return losses as uint16 codes: what is below 0.0001 as that, what is no finite number as 65535."""
    with np.errstate(all="ignore"):
        codes = np.rint(np.log(np.maximum(losses, LOWEST_LOSS) / LOWEST_LOSS) / LOSS_STEP)
    return np.where(np.isfinite(losses), np.minimum(codes, NOT_FINITE - 1), NOT_FINITE).astype(np.uint16)


def decode_losses(codes: np.ndarray) -> np.ndarray:
    """Return the float32 losses of `encode_losses`, to 0.02 %; infinity for what was no finite number."""
    losses = LOWEST_LOSS * np.exp(codes * LOSS_STEP)
    return np.where(codes == NOT_FINITE, np.inf, losses).astype(np.float32)


def _nearest(name: str, wanted: Any, values: tuple) -> np.ndarray:
    """Return the places on an axis that are nearest to the wanted values."""
    wanted, known = np.asarray(wanted), np.asarray(values)
    if known.dtype.kind == "U":
        matches = wanted[..., np.newaxis] == known
        if not matches.any(axis=-1).all():
            raise ValueError(f"{name} must be one of {', '.join(values)}, not {wanted!r}.")
        return matches.argmax(axis=-1)
    wanted, known = wanted.astype(float), known.astype(float)
    if not ((wanted >= known[0] * (1 - 1e-9)) & (wanted <= known[-1] * (1 + 1e-9))).all():
        raise ValueError(
            f"{name} must lie between {values[0]:g} and {values[-1]:g}, where the bank has trials."
        )
    if known[0] > 0:
        wanted, known = np.log(wanted), np.log(known)
    return np.searchsorted((known[1:] + known[:-1]) / 2, wanted)
