"""What a search can ask, and live training as such."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from helpers.data import Dataset

if TYPE_CHECKING:
    from helpers.training import Configuration, Run


class Objective(Protocol):
    """What a search asks: `BankObjective`, `LiveObjective`, or your own.

    num_epochs: of a full trial. num_seeds: training seeds are drawn from 0 to num_seeds - 1.
    description: says what is asked; a search that is resumed must ask the same.
    """

    num_epochs: int
    num_seeds: int
    description: str

    def epochs(self, parameters: Mapping[str, Any], seed: int) -> Iterator[tuple[float, float]]:
        """Train, and after each epoch yield loss and accuracy on the validation part.

        A search that has seen enough of a trial does not ask for its next epoch.
        """

    def test_accuracy(self, parameters: Mapping[str, Any], seed: int, num_epochs: int) -> float:
        """Return the accuracy on the test part after so many epochs."""


@dataclass(frozen=True, eq=False)
class LiveObjective:
    """Training itself, answering epoch by epoch like the bank.

    data: what is trained on. num_epochs: of a full trial.
    configure: takes a trial's parameters and num_epochs, and returns the `Configuration`. By default the
    parameters are the configuration's own fields: learning_rate, batch_size, l2, dropout ...
    train: `train_fast` or `train_with_keras`; None for the first.
    num_seeds: training seeds are drawn from 0 to num_seeds - 1.

    The compiled training runs in one piece: a trial that a search stops early counts the epochs it was asked
    for, but the seconds of the others are spent, and its record says so. To save those too, write an
    objective whose `epochs` trains one epoch at a time; see `helpers.search.Objective`.

    Raises ValueError for num_epochs or num_seeds below 1, and for data without classes.

    Lesson 11.
    """

    data: Dataset
    num_epochs: int = 10
    configure: Callable[[Mapping[str, Any], int], Configuration] | None = None
    train: Callable[..., Run] | None = None
    num_seeds: int = 1000

    def __post_init__(self) -> None:
        for name in ("num_epochs", "num_seeds"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}.")
        if not isinstance(self.data, Dataset):  # what has no accuracy has no report either
            raise ValueError(f"data must be a Dataset, not {type(self.data).__name__}.")

    @property
    def description(self) -> str:
        """What is asked, in words; a search that is resumed must ask the same."""
        digest = hashlib.sha256()
        for array in self.data:
            digest.update(np.ascontiguousarray(array))
        by = getattr(self.configure, "__qualname__", "its own fields")
        return f"live training on data {digest.hexdigest()[:12]} by {by}"

    def epochs(self, parameters: Mapping[str, Any], seed: int) -> Iterator[tuple[float, float]]:
        """Train, and yield loss and accuracy on the validation part after each epoch.

        Raises ValueError as `Configuration` and `train_fast` do.
        """
        run = self._run(parameters, seed)
        yield from zip(run.val_losses.tolist(), run.val_accuracies.tolist(), strict=True)

    def test_accuracy(self, parameters: Mapping[str, Any], seed: int, num_epochs: int) -> float:
        """Train again and return the accuracy on the test part after so many epochs."""
        return float(self._run(parameters, seed, test_curves=True).test_accuracies[num_epochs - 1])

    def _run(self, parameters: Mapping[str, Any], seed: int, **options: bool) -> Run:
        from helpers.training import Configuration, train_fast

        if self.configure is None:
            configuration = Configuration(**parameters, num_epochs=self.num_epochs)
        else:
            configuration = self.configure(parameters, self.num_epochs)
        return (self.train or train_fast)(configuration, self.data, seed, **options)
