"""Whether answers differ, asked of drawn cases: runs beside the answers (`answer_server`).

Two answers differ when what the exercise observes differs: the graded cell's own `check_drawn` looks at both.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from course.authoring.answers import Answer
from course.authoring.early_stopping import UntilCaught, until_rejected
from course.authoring.observe import Namespace, Observed, Variant, install, observe_once, run_test
from course.authoring.recorder import Enough, Observation
from course.authoring.source import ExerciseSource
from helpers.checks.comparison import agree
from helpers.checks.exercises import Exercise, Expected
from helpers.checks.observation import Encoded

# A mutant that is wrong in at most this share of the cases is seldom wrong.
SELDOM = 0.5
# Cases are drawn at random. So an answer is asked no more when the share in which it differs lies so many
# standard errors from the one that decides, but at least the fewest.
ERRORS, FEWEST = 3, 10
# An exercise that trains has few deciding cases, and each takes long: there one that differs is enough.
FEW = 20


@dataclass(frozen=True)
class Given:
    """What an answer gives for the deciding cases, as one check of drawn cases compares it.

    values: one for each case.
    rtol, atol, seen_as: of the check.
    """

    values: list[Encoded]
    rtol: float
    atol: float
    seen_as: str | None = None


# By the labels of the checks of drawn cases.
Results = Mapping[str, Given]


@dataclass(frozen=True)
class Measured:
    """What comes of one answer.

    differing: the places of the deciding cases in which it differs from the solution; none for a right one.
    share: of the cases that it was asked, how many these are.
    is_rejected: whether the shipped checks reject it.
    sentence: what its holder reads, or None.
    error: what ended its cell early, or None.
    """

    differing: list[int]
    share: float
    is_rejected: bool = False
    sentence: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Question:
    """What the answers to the exercises of a lesson are asked, by the exercises' names.

    cases: the arguments of each deciding case, by the labels of the checks that observe them. Each answer is
        asked in a process of its own, so what it does to them no other sees.
    solved: what the lesson's solution gives, or whatever answers are compared with.
    recorded: what the shipped checks expect.
    """

    cases: Mapping[str, Mapping[str, Sequence[tuple[Any, ...]]]]
    solved: Mapping[str, Results] = field(default_factory=dict)
    recorded: Mapping[str, Exercise] = field(default_factory=dict)

    def results(
        self,
        namespace: Namespace,
        exercise: ExerciseSource,
        answer: Answer | Variant | None,
        most: int | None = None,
        enough: Enough | None = None,
    ) -> Results:
        """Return what the checks of drawn cases see of an answer to the deciding cases.

        most: the first so many of them; all without.
        enough: says when no more of them are wanted.
        """
        cases = {label: drawn[:most] for label, drawn in self.cases[exercise.name].items()}
        namespace = dict(namespace)
        install(namespace, exercise, answer)
        observed = run_test(namespace, exercise.test, cases, enough)
        return {observation.label: _given(observation) for observation in observed.observations}

    def compare(
        self,
        namespace: Namespace,
        exercise: ExerciseSource,
        answer: Answer | Variant | None,
        most: int | None = None,
        clear: float | None = None,
        even_if_none: bool = False,
    ) -> Measured:
        """Return in which of the deciding cases an answer differs from what it is compared with.

        most: the first so many of them; all without.
        clear: when it is clear that the share in which it differs is larger than this, or smaller, it is
            asked no more, and the share is that of the cases so far.
        even_if_none: smaller also where no case differs so far; else such an answer is asked all of them.
        """
        solved = {
            label: replace(each, values=each.values[:most])
            for label, each in self.solved[exercise.name].items()
        }
        until = None if clear is None else _UntilClear(solved, clear, even_if_none)
        try:
            given = self.results(namespace, exercise, answer, most, until)
        except Exception as error:  # of a mutant that does not even define its function
            return Measured([0], 1.0, error=f"{type(error).__name__}: {error}")
        if until is not None and until.is_clear:
            return Measured(until.differing, until.share)
        differing = _differing(solved, given)
        return Measured(differing, len(differing) / self.num_cases(exercise.name))

    def num_cases(self, exercise: str) -> int:
        """Return how many cases decide about the answers to an exercise."""
        return max((len(given.values) for given in self.solved[exercise].values()), default=0) or 1

    def knows_shares(self, exercise: str) -> bool:
        """Return whether `measure` says in what share of the cases a rejected answer differs."""
        return self.num_cases(exercise) > FEW

    def measure(
        self, namespace: Namespace, exercise: ExerciseSource, answer: Answer | Variant | None
    ) -> Measured:
        """Return what comes of an answer: whether it is wrong, and what the shipped checks say of it."""
        clear = SELDOM if self.knows_shares(exercise.name) else 0.0
        compared = self.compare(namespace, exercise, answer, clear=clear)
        if not compared.differing:
            return compared
        recorded = self.recorded[exercise.name]
        seen = observe_once(namespace, exercise, answer, until_rejected(recorded))
        sentence, is_rejected = recorded.recognise(seen.data), rejects(recorded, seen)
        if not is_rejected:  # its author is told in what share of the cases it is wrong
            compared = self.compare(namespace, exercise, answer)
        return Measured(compared.differing, compared.share, is_rejected, sentence, seen.error)

    def cpu_seconds(
        self, namespace: Namespace, exercise: ExerciseSource, answer: Answer | Variant | None
    ) -> float:
        """Return how much of the processor's time `measure` takes of an answer."""
        started = time.process_time()
        self.measure(namespace, exercise, answer)
        return time.process_time() - started


def rejects(recorded: Exercise, seen: Observed) -> bool:
    """Return whether the checks of an exercise, as recorded, reject what was seen of an answer."""
    # A check that was not reached: it raised outside of one, or a private one has rejected it before.
    return any(
        check.label not in seen.data or not check.agrees_with(seen.data[check.label])
        for check in recorded.checks
    )


@dataclass
class _UntilClear:
    """Says of an answer, case by case, whether it clearly differs in more than a share of them, or less."""

    solved: Results
    most: float
    even_if_none: bool = False
    is_clear: bool = False
    differing: list[int] = field(default_factory=list)
    _num_asked: int = 0

    @property
    def share(self) -> float:
        """Of the cases so far, in how many it differs."""
        return len(self.differing) / self._num_asked if self._num_asked else 0.0

    def __call__(self, _: Sequence[Observation], label: str, results: Sequence[Encoded]) -> bool:
        """Return whether nothing more is wanted.

        results: of the cases so far.
        """
        # One check is enough for a yes: another one of the same cases can only find more.
        if self.is_clear or not results or label != next(iter(self.solved)):
            return self.is_clear
        given, place = self.solved[label], len(results) - 1
        self._num_asked = len(results)
        [value] = _seen(label, given.seen_as, results[-1:])
        if not agree(given.values[place], value, given.rtol, given.atol):
            self.differing.append(place)
        self.is_clear = len(self.differing) > self.most * len(given.values) or self._is_far
        return self.is_clear

    @property
    def _is_far(self) -> bool:
        """Whether the share so far lies far from the one that decides."""
        error = math.sqrt(self.most * (1 - self.most) / self._num_asked)
        is_far = abs(self.share - self.most) > ERRORS * error
        may_be_less = self.even_if_none or bool(self.differing)
        return self._num_asked >= FEWEST and is_far and (self.share > self.most or may_be_less)


@dataclass(frozen=True)
class Examined:
    """What comes of one answer of the bank.

    observed: what the checks of its graded cell see.
    measured: in which deciding cases it differs; None for an exercise without cases.
    """

    observed: Observed
    measured: Measured | None


@dataclass(frozen=True)
class Examination:
    """All that an answer of the bank is asked, in one process: what is new in each is the fork.

    for_right: how many of the deciding cases a right answer to each exercise is asked.
    decisive: of each exercise, the private checks that a wrong one need fail only once (`UntilCaught`).
    """

    question: Question
    for_right: Mapping[str, int]
    decisive: Mapping[str, Collection[str]]

    def examine(self, namespace: Namespace, exercise: ExerciseSource, answer: Answer) -> Examined:
        """Return what comes of an answer.

        A wrong one that differs in the recorded cases, which are drawn like the deciding ones, is not asked
        these too.
        """
        enough = None
        if not answer.is_right and exercise.name in self.question.recorded:
            enough = UntilCaught(self.question.recorded[exercise.name], self.decisive[exercise.name])
        observed = observe_once(namespace, exercise, answer, enough)
        if exercise.name not in self.question.cases:
            return Examined(observed, None)
        if not answer.is_right and self._differs_as_recorded(exercise.name, observed):
            return Examined(observed, Measured([0], 1.0))
        most = self.for_right[exercise.name] if answer.is_right else None
        return Examined(observed, self.question.compare(namespace, exercise, answer, most))

    def _differs_as_recorded(self, exercise: str, observed: Observed) -> bool:
        drawn = self.question.cases[exercise]
        recorded = self.question.recorded.get(exercise)
        return recorded is not None and any(
            check.label not in observed.data or not check.agrees_with(observed.data[check.label])
            for check in recorded.private
            if check.label in drawn
        )


def _given(observation: Observation) -> Given:
    """Return the results of one check of drawn cases, as it compares them."""
    results = observation.data if isinstance(observation.data, list) else []
    values = _seen(observation.label, observation.seen_as, results)
    return Given(values, observation.rtol, observation.atol, observation.seen_as)


def _seen(label: str, seen_as: str | None, results: Sequence[Encoded]) -> list[Encoded]:
    """Return what is compared of the results of a check of drawn cases."""
    seen = Expected(label, seen_as=seen_as, each=True).see(list(results))
    return seen if isinstance(seen, list) else []


def _differing(one: Results, other: Results) -> list[int]:
    """Return the places of the cases that some check sees differently; all where one did not get so far."""
    found: set[int] = set()
    for label, given in one.items():
        values = other[label].values if label in other else []
        if len(values) != len(given.values):
            return list(range(len(given.values)))
        found |= {
            place
            for place, (value, its) in enumerate(zip(given.values, values, strict=True))
            if not agree(value, its, given.rtol, given.atol)
        }
    return sorted(found)
