"""What a search can ask, and live training as such."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from helpers.arguments import require_counts
from helpers.data import Dataset

if TYPE_CHECKING:
    from helpers.training import Configuration, Run


class Objective(Protocol):
    """What a search asks: `BankObjective`, `LiveObjective`, or your own.

    Your own has what stands here, as attributes or properties, and need not inherit from this class. One that
    cannot answer for everything has a method `require_space(space)` too, which raises ValueError for a space
    beyond it. `run_search` calls it, where there is one, before the first trial.
    """

    @property
    def num_epochs(self) -> int:
        """Return the epochs of a full trial."""

    @property
    def num_seeds(self) -> int:
        """Return how many seeds there are: those of the training are drawn from 0 to num_seeds - 1."""

    def epochs(self, parameters: Mapping[str, Any], seed: int) -> Iterator[tuple[float, float]]:
        """Train, and after each epoch yield loss and accuracy on the validation part.

        A search that has seen enough of a trial does not ask for its next epoch.
        """

    def test_accuracy(self, parameters: Mapping[str, Any], seed: int, num_epochs: int) -> float:
        """Return the accuracy on the test part after so many epochs."""


@dataclass(frozen=True, eq=False)
class LiveObjective:
    """Training itself, answering epoch by epoch like the bank.

    data: what is trained on.
    num_epochs: of a full trial.
    configure: takes a trial's parameters and num_epochs, and returns the `Configuration`. By default the
        parameters are the configuration's own fields: learning_rate, batch_size, l2, dropout ...
    train: `train_fast` or `train_with_keras`; None for the first.
    num_seeds: training seeds are drawn from 0 to num_seeds - 1.

    A configuration with patience that restores its best weights counts with these: after each epoch loss and
    accuracy are those of the best epoch so far.

    The compiled training runs in one piece: a trial that a search stops early counts the epochs it was asked
    for, but the seconds of the others are spent, and its record says so. To save those too, write an
    objective whose `epochs` trains one epoch at a time; see `helpers.search.Objective`.

    Raises ValueError for num_epochs or num_seeds below 1, and for data without classes.

    Lesson 12.
    """

    data: Dataset = field(repr=False)  # all its numbers: no message is the better for them
    num_epochs: int = 10
    configure: Callable[[Mapping[str, Any], int], Configuration] | None = None
    train: Callable[..., Run] | None = None
    num_seeds: int = 1000

    def __post_init__(self) -> None:
        require_counts(num_epochs=self.num_epochs, num_seeds=self.num_seeds)
        if not isinstance(self.data, Dataset):  # what has no accuracy has no report either
            raise ValueError(f"data must be a Dataset, not {type(self.data).__name__}.")

    def epochs(self, parameters: Mapping[str, Any], seed: int) -> Iterator[tuple[float, float]]:
        """Train, and yield loss and accuracy on the validation part after each epoch.

        Of a training that restores its best weights, those of the best epoch so far.

        Raises ValueError as `Configuration` and `train_fast` do.
        """
        run = self._run(parameters, seed)
        losses, accuracies = run.val_losses.tolist(), run.val_accuracies.tolist()
        yield from ((losses[epoch], accuracies[epoch]) for epoch in _epochs_that_count(run))

    def test_accuracy(self, parameters: Mapping[str, Any], seed: int, num_epochs: int) -> float:
        """Train again and return the accuracy on the test part after so many epochs."""
        run = self._run(parameters, seed, test_curves=True)
        assert run.test_accuracies is not None  # they were asked for
        return float(run.test_accuracies[_epochs_that_count(run)[num_epochs - 1]])

    def _run(self, parameters: Mapping[str, Any], seed: int, **options: Any) -> Run:
        """Return the training of a trial to its end. options: further arguments of `train`."""
        from helpers.training import Configuration, train_fast

        if self.configure is None:
            configuration = Configuration(**parameters, num_epochs=self.num_epochs)
        else:
            configuration = self.configure(parameters, self.num_epochs)
        return (self.train or train_fast)(configuration, self.data, seed, **options)


def _epochs_that_count(run: Run) -> list[int]:
    """Return, for each epoch, the one whose weights a training that ended there would end with."""
    epochs = list(range(len(run.val_losses)))
    if run.configuration.patience is None or not run.configuration.restore_best_weights:
        return epochs
    # A loss that is no number stays one: the trial has diverged, and a search must see it.
    return [
        int(np.nanargmin(run.val_losses[: epoch + 1])) if np.isfinite(run.val_losses[epoch]) else epoch
        for epoch in epochs
    ]
