"""What the checks of a lesson see of an answer: its graded cell, run in a namespace of the lesson's."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

from course.authoring.answers import Answer
from course.authoring.recorder import Enough, Observation, recorded
from course.authoring.source import ExerciseSource
from helpers.checks.observation import Encoded

Namespace = dict[str, Any]  # what the names of a notebook stand for


@dataclass(frozen=True)
class Observed:
    """What the checks of one exercise saw of one answer.

    observations: in their order.
    error: the exception that ended the cell early, as one line, or None.
    cpu_seconds: that the cell took.
    """

    observations: tuple[Observation, ...]
    error: str | None
    cpu_seconds: float = field(default=0.0, compare=False)

    @property
    def data(self) -> dict[str, Encoded]:
        """The encoded data by label."""
        return {observation.label: observation.data for observation in self.observations}


@dataclass(frozen=True)
class Variant:
    """A changed source in the place of an answer.

    source: Python that defines a function.
    defines: the name of that function.
    base: the answer of the bank that was changed, in whose module it runs; None for the lesson's solution.
    """

    source: str
    defines: str
    base: Answer | None = None


# How an answer to an exercise (None: the lesson's solution) is observed in a namespace of the lesson's.
# What it returns is sent to another process.
Observe = Callable[[Namespace, ExerciseSource, Any], Any]


def observe_once(
    namespace: Namespace,
    exercise: ExerciseSource,
    answer: Answer | Variant | None,
    enough: Enough | None = None,
) -> Observed:
    """Run the graded cell, private checks included, on an answer; return what the checks saw.

    namespace: of the lesson's setup cells; it stays as it is.
    answer: None for the lesson's solution.
    enough: says when nothing more of a check is wanted (`course.authoring.recorder.Recorder`); never without.
    """
    return _observe(namespace, exercise, answer, exercise.test, enough)


def observe_visible(namespace: Namespace, exercise: ExerciseSource, answer: Answer | None) -> Observed:
    """Do the same with the visible checks alone: what a learner's notebook runs."""
    return _observe(namespace, exercise, answer, exercise.visible_test)


def _observe(
    namespace: Namespace,
    exercise: ExerciseSource,
    answer: Answer | Variant | None,
    test: str,
    enough: Enough | None = None,
) -> Observed:
    namespace = dict(namespace)
    try:
        install(namespace, exercise, answer)
    except Exception as error:
        return Observed((), f"{type(error).__name__}: {error}")
    return run_test(namespace, test, enough=enough)


def install(namespace: Namespace, exercise: ExerciseSource, answer: Answer | Variant | None) -> None:
    """Put an answer (None: the lesson's solution) where the graded cell looks for the learner's."""
    if answer is None:
        exec(compile(exercise.solution, f"<solution of {exercise.name}>", "exec"), namespace)
    elif isinstance(answer, Variant):
        home = namespace if answer.base is None else dict(answer.base.value.__globals__)  # type: ignore[attr-defined]  # a function
        exec(compile(answer.source, f"<variant of {exercise.name}>", "exec"), home)
        namespace[exercise.name] = home[answer.defines]
    else:
        if isinstance(answer.value, FunctionType):
            # A learner's has the exercise's name, also in the message of a call with too many arguments.
            answer.value.__qualname__ = exercise.name
        namespace[exercise.name] = answer.value


def run_test(
    namespace: Namespace,
    source: str,
    cases: Mapping[str, Sequence[tuple[Any, ...]]] | None = None,
    enough: Enough | None = None,
) -> Observed:
    """Run a graded cell in `namespace`; return what its checks saw.

    An exception outside of a check ends the cell, as in a notebook.

    cases: for the checks of drawn cases, in the place of those in the cell; then nothing else is observed.
    enough: as for `observe_once`.
    """
    started = time.process_time()
    with recorded(cases, enough) as observations:
        try:
            exec(compile(source, "<checks>", "exec"), namespace)
            error = None
        except Exception as caught:
            error = f"{type(caught).__name__}: {caught}"
    return Observed(tuple(observations), error, time.process_time() - started)
