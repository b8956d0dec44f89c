"""The bank of a lesson, in `answers.py`: right and wrong answers to its exercises, their cases and hints.

An answer is one small piece of code that serves four times: it proves that the checks reject it, its
fingerprint tells a learner which mistake was made, it documents the misconception, and right answers prove
that nobody who is right is rejected. An exercise's cases are its contract, drawn: they tell whether two
answers differ at all.
"""

import inspect
import math
import sys
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from course.lessons import ANSWERS_FILE
from helpers.errors import CourseError

if TYPE_CHECKING:
    import numpy as np

# Of a drawn number. Processors differ in the last digits of logarithms and of products of matrices.
SIGNIFICANT_DIGITS = 12
# A name that does not exist is nobody's mistake but the author's.
SLIPS = frozenset({"NameError", "UnboundLocalError", "ImportError", "ModuleNotFoundError"})


@dataclass(frozen=True)
class Answer:
    """One answer of the bank.

    exercise: the name of the one that is answered.
    name: of the function, or the choice as text.
    value: what takes the place of the learner's own: a function, or a quiz answer.
    sentence: what its holder should read; None marks a right answer.
    line: where it stands in `answers.py`.
    """

    exercise: str
    name: str
    value: object
    sentence: str | None
    line: int

    @property
    def is_right(self) -> bool:
        """Whether the answer is correct."""
        return self.sentence is None


@dataclass(frozen=True)
class Cases:
    """The contract of an exercise as a generator of legal arguments.

    exercise: its name.
    draw: takes a NumPy generator; returns the arguments of one call, as a tuple of plain data.
    recorded: how many of them the private check observes.
    deciding: how many of them decide whether two answers differ; few where a case is dear.
    line: where it stands in `answers.py`.
    """

    exercise: str
    draw: Callable[["np.random.Generator"], tuple]
    recorded: int
    deciding: int
    line: int


@dataclass(frozen=True)
class Hints:
    """What leads to an exercise's answer, step by step, from where to look to what to write first.

    exercise: its name.
    steps: two or three of them.
    line: where they stand in `answers.py`.
    """

    exercise: str
    steps: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Reason:
    """Why the right choice of a quiz question is right, in a sentence.

    exercise: the question's name.
    line: where the sentence stands in `answers.py`.
    """

    exercise: str
    sentence: str
    line: int


@dataclass(frozen=True)
class HandedIn:
    """A file that somebody may hand in beside the notebook, made out of the reference.

    make: takes the reference's bytes and returns those that are handed in.
    rejected: the inspected exercises that get no points by it.
    looked_at: those at which a person must look.
    """

    name: str
    make: Callable[[bytes], bytes]
    rejected: frozenset[str]
    looked_at: frozenset[str]


@dataclass(frozen=True)
class Bank:
    """All that stands in a lesson's `answers.py`, in its order; cases, hints and reasons by exercise."""

    answers: list[Answer] = field(default_factory=list)
    cases: dict[str, Cases] = field(default_factory=dict)
    hints: dict[str, Hints] = field(default_factory=dict)
    reasons: dict[str, Reason] = field(default_factory=dict)
    handed_in: list[HandedIn] = field(default_factory=list)


_Function = TypeVar("_Function", bound=Callable[..., object])
_Value = TypeVar("_Value")

_bank: ContextVar[Bank] = ContextVar("bank")


@dataclass(frozen=True)
class Exercise:
    """What a bank says of one exercise.

    e = exercise("gradient_step")

    @e.right
    def another_spelling(weight, gradient, learning_rate): ...

    e.wrong("You moved along the gradient.", moves_uphill=lambda weight, gradient, rate: weight + gradient)

    @e.wrong("You moved along the gradient.")
    def moves_uphill_in_two_lines(weight, gradient, learning_rate): ...
    """

    name: str

    def right(self, function: _Function) -> _Function:
        """Mark a function as a correct answer, written differently from the solution."""
        return _add(self.name, function.__name__, function, None)

    def wrong(self, sentence: str, **answers: Callable[..., object]) -> Callable[[_Function], _Function]:
        """Record misconceptions, or mark a function as one; whoever has it reads `sentence`.

        answers: functions by name: ways to make the same mistake.

        Raises CourseError for an empty sentence.
        """
        _refuse_bare("e.wrong", sentence)
        for name, function in answers.items():
            function.__name__ = function.__qualname__ = name  # as an exception names it
            _add(self.name, name, function, sentence)
        return lambda function: _add(self.name, function.__name__, function, sentence)

    def wrong_choice(self, choice: object, sentence: str) -> None:
        """Record a wrong answer to a quiz question; whoever chooses it reads `sentence`.

        Raises CourseError for an empty sentence.
        """
        _add(self.name, repr(choice), choice, sentence)

    def right_choice(self, sentence: str) -> None:
        """Record why the right choice of a quiz question is right; whoever chooses it reads `sentence`.

        Raises CourseError for an empty sentence, and for a second call.
        """
        line = sys._getframe(1).f_lineno
        if not sentence.strip():
            raise CourseError(f"line {line}: the right choice of {self.name} has no sentence")
        _add_once(_bank.get().reasons, self.name, Reason(self.name, sentence, line), "a right choice")

    @overload
    def cases(self, draw: _Function) -> _Function: ...

    @overload
    def cases(self, *, recorded: int = ..., deciding: int = ...) -> Callable[[_Function], _Function]: ...

    def cases(
        self, draw: _Function | None = None, *, recorded: int = 30, deciding: int = 1000
    ) -> _Function | Callable[[_Function], _Function]:
        """Mark a function as the generator of legal cases.

        It takes a NumPy generator and returns the arguments of one call as a tuple of plain data: numbers,
        strings, lists, dicts, arrays, and names, numbers and seeds out of which the graded cell makes what is
        no data. It draws from all that the docstring allows, special cases with real weight.

        recorded: how many cases the private check observes.
        deciding: how many decide whether two answers differ. An exercise that trains declares 5 and 20.

        Raises CourseError for a second one, and for counts that are no whole numbers from 1 on.
        """
        for name, count in {"recorded": recorded, "deciding": deciding}.items():
            if type(count) is not int or count < 1:
                line = sys._getframe(1).f_lineno
                said = f"the cases of {self.name} have {name}={count!r}"
                raise CourseError(f"line {line}: {said}: it is a whole number from 1 on")

        def mark(function: _Function) -> _Function:
            line = function.__code__.co_firstlineno
            drawn = Cases(self.name, function, recorded, deciding, line)  # type: ignore[arg-type]  # as said
            _add_once(_bank.get().cases, self.name, drawn, "cases")
            return function

        return mark if draw is None else mark(draw)

    def hints(self, *steps: str) -> None:
        """Record what `hint` says, one step after the other.

        steps: two or three, from where to look to what to write first; the answer is none of them.

        Raises CourseError for other numbers of steps, for an empty one, and for a second call.
        """
        line = sys._getframe(1).f_lineno
        if len(steps) not in (2, 3):
            raise CourseError(f"line {line}: {self.name} has {len(steps)} hints: give it two or three")
        if not all(step.strip() for step in steps):
            raise CourseError(f"line {line}: {self.name} has an empty hint")
        _add_once(_bank.get().hints, self.name, Hints(self.name, steps, line), "hints")


def exercise(name: str) -> Exercise:
    """Return what records answers to the exercise of this name in the bank that is being read."""
    return Exercise(name)


def short(numbers: Any) -> Any:
    """Return a float, or an array of floats, without the digits that depend on the processor.

    Rounds to 12 significant digits of the largest number, so what is only rounding noise beside it becomes 0.
    """
    import numpy as np

    values = np.asarray(numbers)
    largest = float(np.abs(values[np.isfinite(values)]).max(initial=0.0))
    places = SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(largest)) if largest else 0
    # Python rounds to the nearest decimal number; NumPy multiplies, rounds and divides.
    rounded = [
        round(value, places) + 0.0 if math.isfinite(value) else value for value in values.ravel().tolist()
    ]
    result = np.array(rounded, values.dtype).reshape(values.shape)
    return result if isinstance(numbers, np.ndarray) else type(numbers)(result)


_Entry = TypeVar("_Entry", Cases, Hints, Reason)


def _add_once(entries: dict[str, _Entry], exercise: str, entry: _Entry, what: str) -> None:
    if exercise in entries:
        raise CourseError(
            f"line {entry.line}: {exercise} has {what} already, in line {entries[exercise].line}: keep one"
        )
    entries[exercise] = entry


def handed_in(
    rejected: Collection[str] = (), looked_at: Collection[str] = ()
) -> Callable[[_Function], _Function]:
    """Mark a function from the reference's bytes to other bytes as something that is handed in.

    rejected, looked_at: the inspected exercises without points, and those that a person must look at; with
        neither, it is right.
    """
    _refuse_bare("handed_in", rejected)

    def mark(function: _Function) -> _Function:
        made = HandedIn(function.__name__, function, frozenset(rejected), frozenset(looked_at))  # type: ignore[arg-type]  # of bytes, as said
        _bank.get().handed_in.append(made)
        return function

    return mark


def _refuse_bare(mark: str, given: object) -> None:
    """Raise CourseError for a mark that was given the function itself: it would mark nothing."""
    if callable(given):  # a function, what another decorator made of one, or a class
        line = sys._getframe(2).f_lineno  # of answers.py
        name = getattr(given, "__name__", "a function")
        raise CourseError(f"line {line}: {name} is marked with @{mark} alone: write @{mark}(...)")


def _add(exercise: str, name: str, value: _Value, sentence: str | None) -> _Value:
    # Two frames up: the decorator's use in answers.py, or the call of wrong_choice.
    line = value.__code__.co_firstlineno if inspect.isfunction(value) else sys._getframe(2).f_lineno
    if sentence is not None and not sentence.strip():
        raise CourseError(f"line {line}: a wrong answer to {exercise} has no sentence")
    _bank.get().answers.append(Answer(exercise, name, value, sentence, line))
    return value


def read_bank(folder: Path, exercises: Collection[str] | None = None) -> Bank:
    """Return what stands in the `answers.py` of a lesson.

    folder: the lesson's.
    exercises: the names that an answer may be for; all without.

    Raises CourseError when the file is missing, cannot be run, names an exercise that does not exist, or
    gives one name twice.
    """
    bank = _read(folder)
    if exercises is not None:
        place = f"{folder.name}/{ANSWERS_FILE}"
        _refuse_unknown(place, bank, exercises)
        _refuse_repeated(place, bank.answers)
    return bank


def _read(folder: Path) -> Bank:
    path = folder / ANSWERS_FILE
    place = f"{folder.name}/{ANSWERS_FILE}"
    bank = Bank()
    token = _bank.set(bank)
    try:
        code = compile(path.read_text(encoding="utf-8-sig"), str(path), "exec")
        exec(code, {"__name__": "answers", "__file__": str(path)})
    except FileNotFoundError:
        raise CourseError(f"{place} is missing: write the bank of right and wrong answers there") from None
    except UnicodeDecodeError:
        raise CourseError(f"{place} is no text in UTF-8: save it as UTF-8") from None
    except CourseError as error:
        raise CourseError(f"{place}, {error}") from None
    except (Exception, SystemExit) as error:
        raise CourseError(f"{place} does not run: {type(error).__name__}: {error}") from error
    finally:
        _bank.reset(token)
    return bank


def _refuse_unknown(place: str, bank: Bank, exercises: Collection[str]) -> None:
    named = [(answer.line, f"{answer.name} answers", answer.exercise) for answer in bank.answers]
    named += [(drawn.line, "cases are for", name) for name, drawn in bank.cases.items()]
    named += [(hints.line, "hints are for", name) for name, hints in bank.hints.items()]
    named += [(reason.line, "a right choice is for", name) for name, reason in bank.reasons.items()]
    for line, what, name in named:
        if name not in exercises:
            raise CourseError(
                f"{place}:{line}: {what} {name!r}, an exercise that does not exist; the lesson has "
                f"{', '.join(exercises)}"
            )


def _refuse_repeated(place: str, answers: list[Answer]) -> None:
    """Names are different. A sentence may stand twice: one mistake can be made in several ways."""
    seen: set[tuple[str, str]] = set()
    for answer in answers:
        if (answer.exercise, answer.name) in seen:
            raise CourseError(f"{place}:{answer.line}: {answer.exercise} has this twice: {answer.name}")
        seen.add((answer.exercise, answer.name))
