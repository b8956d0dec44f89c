"""What a search may cost, in trials and in epochs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.arguments import require_count, require_one_of
from helpers.search import halving
from helpers.search.objective import Objective
from helpers.search.refining import Refinement
from helpers.search.sampling import METHODS, grid_levels
from helpers.search.space import Space

if TYPE_CHECKING:
    import optuna

OBJECTIVE_HAS = ("num_epochs", "num_seeds", "epochs", "test_accuracy")
RECORD = "record"  # the attribute of Optuna's trial that holds what it did


@dataclass(frozen=True)
class Budget:
    """What a search may cost.

    num_trials: at most so many.
    num_epochs: over all trials, None for as many as they take.
    full: epochs of a trial that is not stopped early.
    min_epochs: epochs before trials are compared for the first time.
    reduction_factor: what epochs are multiplied and trials divided by from one comparison to the next.
    """

    num_trials: int
    num_epochs: int | None
    full: int
    min_epochs: int
    reduction_factor: int

    @classmethod
    def of(
        cls,
        method: str,
        space: Space,
        objective: Objective,
        num_trials: int | None,
        num_epochs: int | None,
        levels: Mapping[str, int] | None,
        min_epochs: int,
        reduction_factor: int,
        offset: bool | None = None,
        refinement: Refinement | None = None,
    ) -> Budget:
        """Return the budget that `run_search` was given, whose arguments these are.

        Raises ValueError that names the argument which is wrong.
        """
        _require_objective(objective)
        full = objective.num_epochs
        require_one_of("method", method, METHODS)
        if not isinstance(space, Space):
            raise ValueError(f"space must be a Space, not {space!r}.")
        if method == "grid" and levels is not None and num_trials is None and num_epochs is None:
            num_trials = math.prod(grid_levels(space, 1, levels, offset).values())
        _require_counts(num_trials, num_epochs, full, min_epochs, reduction_factor)
        _require_own_arguments(method, levels, offset, refinement)
        if num_trials is None:
            assert num_epochs is not None  # one of the two was given
            shortest = min_epochs if method in ("asha", "hyperband", "successive-halving") else full
            num_trials = num_epochs // shortest
        if method == "grid":
            num_trials = min(num_trials, math.prod(grid_levels(space, num_trials, levels, offset).values()))
        if method == "coarse-to-fine":
            (refinement or Refinement()).names_in(space)
        if method == "successive-halving" and num_epochs is not None:
            while halving.halving_cost(num_trials, full, min_epochs, reduction_factor) > num_epochs:
                num_trials -= 1
        # Python's own numbers: Optuna's pruners read others as if they had been left out.
        limit = None if num_epochs is None else int(num_epochs)
        return cls(int(num_trials), limit, int(full), int(min_epochs), int(reduction_factor))

    def has_room(self, trials: list[optuna.trial.FrozenTrial]) -> bool:
        """Return whether one more full trial fits in behind these, which have ended."""
        if len(trials) >= self.num_trials:
            return False
        return self.num_epochs is None or sum(map(_cost, trials)) + self.full <= self.num_epochs

    @property
    def total(self) -> int:
        """Return what a search may spend: epochs if they are limited, and trials otherwise."""
        return self.num_trials if self.num_epochs is None else self.num_epochs

    def spent(self, trials: list[optuna.trial.FrozenTrial]) -> int:
        """Return how much of the total the trials that have ended took."""
        ended = [trial for trial in trials if RECORD in trial.user_attrs]
        return len(ended) if self.num_epochs is None else sum(map(_cost, ended))


def _cost(trial: optuna.trial.FrozenTrial) -> int:
    """Return the epochs that a trial took."""
    return len(trial.user_attrs[RECORD]["val_losses"])


def _require_counts(
    num_trials: int | None, num_epochs: int | None, full: int, min_epochs: int, reduction_factor: int
) -> None:
    """Raise ValueError that names the number which is missing or out of range. full: epochs of a trial."""
    if num_trials is None and num_epochs is None:
        raise ValueError("num_trials or num_epochs must say when the search ends.")
    if num_trials is not None:
        require_count("num_trials", num_trials)
    if num_epochs is not None:
        require_count("num_epochs", num_epochs, full, ", the epochs of one trial")
    require_count("min_epochs", min_epochs)
    require_count("reduction_factor", reduction_factor, 2)
    if min_epochs > full:
        raise ValueError(f"min_epochs={min_epochs} is more than the {full} epochs of a full trial.")


def _require_own_arguments(
    method: str, levels: Mapping[str, int] | None, offset: bool | None, refinement: Refinement | None
) -> None:
    """Raise ValueError for an argument that another method takes, or that is of the wrong type."""
    if refinement is not None and not isinstance(refinement, Refinement):
        raise ValueError(f"refinement must be a Refinement, not {refinement!r}.")
    if levels is not None and method != "grid":
        raise ValueError(f"levels is for the method grid, not {method!r}.")
    if offset is not None and not (method == "grid" and isinstance(offset, bool)):
        raise ValueError(f"offset must be True or False, for the method grid only, not {offset!r}.")
    if refinement is not None and method != "coarse-to-fine":
        raise ValueError(f"refinement is for the method coarse-to-fine, not {method!r}.")


def _require_objective(objective: Objective) -> None:
    """Raise ValueError unless an objective has what a search asks for."""
    missing = [name for name in OBJECTIVE_HAS if not hasattr(objective, name)]
    if missing:
        raise ValueError(
            f"objective must be a LiveObjective, load_bank().objective() or the like: {objective!r} "
            f"has no {missing[0]}."
        )
