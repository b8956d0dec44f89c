"""What a search leaves behind: its trials, and what can be read from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.search.space import Space

if TYPE_CHECKING:
    from helpers.search.objective import Objective

METRICS = ("val_loss", "val_accuracy")


@dataclass(frozen=True)
class Trial:
    """One configuration that a search tried.

    number: 0, 1, 2 ... in the order of beginning.
    parameters: name -> value.
    seed: of the training run.
    state: "complete"; "pruned" when the search stopped it early; "diverged" when its loss stopped being a
        finite number; "failed" when it raised, with the message in `error`.
    val_losses, val_accuracies: one value an epoch that was trained.
    test_accuracy: None until it is asked for, once, with `report`.
    ended_at: epochs the whole search had cost when this trial ended.
    seconds: wall time that the trial really took, with what its objective sets up or compiles. Of a pruned
        trial of `LiveObjective` that is the whole training: it runs in one piece, and only the epochs are
        saved.
    error: the message of a trial that failed.

    Lesson 12.
    """

    number: int
    parameters: dict[str, Any]
    seed: int
    state: str
    val_losses: tuple[float, ...] = ()
    val_accuracies: tuple[float, ...] = ()
    test_accuracy: float | None = None
    ended_at: int = 0
    seconds: float = 0.0
    error: str = ""

    @property
    def num_epochs(self) -> int:
        """Return the epochs that were trained, which are what this trial cost."""
        return len(self.val_losses)

    @property
    def val_loss(self) -> float:
        """Return the validation loss after the last epoch that was trained, NaN without one."""
        return self.val_losses[-1] if self.val_losses else float("nan")

    @property
    def val_accuracy(self) -> float:
        """Return the validation accuracy after the last epoch that was trained, NaN without one."""
        return self.val_accuracies[-1] if self.val_accuracies else float("nan")


@dataclass(frozen=True)
class Search:
    """All trials of one search.

    A trial counts with the metric after its last epoch. One that diverged or failed never wins.

    method: as given to `run_search`.
    space: what was searched.
    trials: by number.
    seed: decides everything.
    metric: "val_loss" (lower is better) or "val_accuracy" (higher is).

    Lesson 12.
    """

    method: str
    space: Space
    trials: tuple[Trial, ...]
    seed: int
    metric: str = "val_loss"

    @property
    def num_epochs(self) -> int:
        """Return the epochs that the search cost, over all its trials."""
        return sum(trial.num_epochs for trial in self.trials)

    @property
    def best(self) -> Trial:
        """Return the trial that validation prefers.

        Raises ValueError when no trial ended with a finite value; the message says why the first did not.
        """
        scores = self._scores()
        if not np.isfinite(scores).any():
            reasons = [f"trial {t.number} {t.state}: {t.error}".rstrip(" :") for t in self.trials[:1]]
            raise ValueError(f"no trial of this search succeeded ({'; '.join(reasons) or 'it has none'}).")
        return self.trials[int(np.argmin(scores))]

    @property
    def best_so_far(self) -> np.ndarray:
        """Return the metric of the best trial that had ended after each epoch of cost, shape (num_epochs,).

        NaN as long as none had.
        """
        scores, ends = self._scores(), np.array([trial.ended_at for trial in self.trials], dtype=int)
        reached = np.full(self.num_epochs + 1, np.inf)
        np.minimum.at(reached, np.minimum(ends, self.num_epochs), scores)
        lowest = np.minimum.accumulate(reached)[1:]
        return sign_of(self.metric) * np.where(np.isfinite(lowest), lowest, np.nan)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        # What a notebook shows of a search that is a cell's last line: not all of its curves.
        scores = self._scores()
        best = (
            f", best {self.metric} {getattr(self.best, self.metric):.4f}" if np.isfinite(scores).any() else ""
        )
        printer.text(f"Search: {self.method}, {len(self.trials)} trials, {self.num_epochs} epochs{best}")

    def _scores(self) -> np.ndarray:
        """Return each trial's metric, turned so that less is better; infinite for those that cannot win."""
        values = np.array([getattr(trial, self.metric) for trial in self.trials], dtype=float)
        usable = np.array([trial.state in ("complete", "pruned") for trial in self.trials], dtype=bool)
        return np.where(usable & np.isfinite(values), sign_of(self.metric) * values, np.inf)


def report(search: Search, objective: Objective) -> Trial:
    """Return the trial that validation prefers, with its accuracy on the test part filled in.

    The only way to a test accuracy: choose first, look once.

    objective: what the search ran on.

    Lesson 12.
    """
    best = search.best
    return replace(best, test_accuracy=objective.test_accuracy(best.parameters, best.seed, best.num_epochs))


def sign_of(metric: str) -> int:
    """Return what a metric is multiplied by so that less is better: 1 for val_loss, -1 for val_accuracy."""
    if metric not in METRICS:
        raise ValueError(f"metric must be one of {', '.join(METRICS)}, not {metric!r}.")
    return 1 if metric == "val_loss" else -1
