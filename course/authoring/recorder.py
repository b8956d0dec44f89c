"""Collecting what checks observe, in the place of a verdict: for `course build` and `course prove`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from helpers.checks.calls import Call
from helpers.checks.graded_cell import Comparison, recording
from helpers.checks.observation import Encoded


@dataclass(frozen=True)
class Observation:
    """One call of `check` or `check_drawn`: its label, encoded data, and how the cell asks to compare them.

    rtol, atol, secret, seen_as: as for `check`.
    each: whether the data are a list, an item for each drawn case.
    """

    label: str
    data: Encoded
    rtol: float
    atol: float
    secret: bool
    seen_as: str | None = None
    each: bool = False


Enough: TypeAlias = Callable[[Sequence[Observation], str, Sequence[Encoded]], bool]
Cases: TypeAlias = Sequence[tuple[Any, ...]]


@dataclass
class Recorder:
    """Collects observations.

    cases: other cases than those that the cell holds, by the labels of `check_drawn`; with them nothing else
        is observed.
    enough: takes what has been observed so far, the label of a check, and the data of its drawn cases so far;
        returns whether nothing more of this check is wanted.
    """

    observations: list[Observation] = field(default_factory=list)
    cases: Mapping[str, Cases] | None = None
    enough: Enough | None = None

    def check(self, label: str, call: Callable[[], Call], how: Comparison) -> None:
        """Observe a call, unless nothing more is wanted."""
        if self.cases is None and not self._has_enough(label):
            self._take(label, call().data, how, each=False)

    def check_drawn(
        self, label: str, cases: Cases, call: Callable[[tuple[Any, ...]], Call], how: Comparison
    ) -> None:
        """Observe a call for each case, until nothing more is wanted.

        cases: those that the cell holds.
        """
        if (self.cases is not None and label not in self.cases) or self._has_enough(label):
            return
        results: list[Encoded] = []
        for case in cases if self.cases is None else self.cases[label]:
            results.append(call(case).data)
            if self._has_enough(label, results):
                break
        self._take(label, results, how, each=True)

    def _has_enough(self, label: str, results: Sequence[Encoded] = ()) -> bool:
        return self.enough is not None and self.enough(self.observations, label, results)

    def _take(self, label: str, data: Encoded, how: Comparison, *, each: bool) -> None:
        self.observations.append(Observation(label, data, *how, each))


@contextmanager
def recorded(
    cases: Mapping[str, Cases] | None = None, enough: Enough | None = None
) -> Iterator[list[Observation]]:
    """Collect observations instead of judging them, and yield the list that they are appended to.

    An exception out of a call becomes its observation.

    cases, enough: as for Recorder.
    """
    recorder = Recorder(cases=cases, enough=enough)
    with recording(recorder):
        yield recorder.observations
