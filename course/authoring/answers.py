"""The bank of a lesson: right and wrong answers to its exercises, in `answers.py` as functions.

One small piece of code serves four times: it proves that the checks reject it, its fingerprint
tells a learner which mistake was made, it documents the misconception, and right answers prove
that nobody who is right is rejected.
"""

import inspect
from collections.abc import Callable, Collection
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from course.lessons import ANSWERS_FILE
from helpers.errors import CourseError


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


_Function = TypeVar("_Function", bound=Callable[..., object])
_Value = TypeVar("_Value")

_answers: ContextVar[list[Answer]] = ContextVar("answers")
_handed_in: ContextVar[list[HandedIn]] = ContextVar("handed in")


def right(exercise: str) -> Callable[[_Function], _Function]:
    """Mark a function as a correct answer to `exercise`, written differently from the solution."""
    return lambda function: _add(exercise, function.__name__, function, None)


def wrong(exercise: str, sentence: str) -> Callable[[_Function], _Function]:
    """Mark a function as a misconception about `exercise`; its holder reads `sentence`."""
    return lambda function: _add(exercise, function.__name__, function, sentence)


def wrong_choice(exercise: str, choice: object, sentence: str) -> None:
    """Record a wrong answer to the quiz question `exercise`; whoever chooses it reads `sentence`."""
    _add(exercise, repr(choice), choice, sentence)


def handed_in(
    rejected: Collection[str] = (), looked_at: Collection[str] = ()
) -> Callable[[_Function], _Function]:
    """Mark a function from the reference's bytes to other bytes as something that is handed in.

    rejected, looked_at: the inspected exercises without points, and those that a person must look at; with
        neither, it is right.
    """

    def mark(function: _Function) -> _Function:
        made = HandedIn(function.__name__, function, frozenset(rejected), frozenset(looked_at))  # type: ignore[arg-type]  # of bytes, as said
        _handed_in.get().append(made)
        return function

    return mark


def _add(exercise: str, name: str, value: _Value, sentence: str | None) -> _Value:
    # Two frames up: the decorator's use in answers.py, or the call of wrong_choice.
    line = value.__code__.co_firstlineno if inspect.isfunction(value) else inspect.stack()[2].lineno
    _answers.get().append(Answer(exercise, name, value, sentence, line))
    return value


def read_bank(folder: Path, exercises: Collection[str]) -> list[Answer]:
    """Return the answers in the lesson's `answers.py`, in their order.

    folder: the lesson's.
    exercises: the names that an answer may be for.

    Raises CourseError when the file is missing, cannot be run, names an exercise that does not exist, or
    gives one sentence or name twice.
    """
    answers, _ = _read(folder)
    _refuse_unknown_and_repeated(f"{folder.name}/{ANSWERS_FILE}", answers, exercises)
    return answers


def read_handed_in(folder: Path) -> list[HandedIn]:
    """Return what `answers.py` says may be handed in beside the notebook of the lesson in `folder`.

    Raises CourseError as `read_bank` does.
    """
    return _read(folder)[1]


def _read(folder: Path) -> tuple[list[Answer], list[HandedIn]]:
    path = folder / ANSWERS_FILE
    place = f"{folder.name}/{ANSWERS_FILE}"
    answers: list[Answer] = []
    files: list[HandedIn] = []
    token, token_of_files = _answers.set(answers), _handed_in.set(files)
    try:
        code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
        exec(code, {"__name__": "answers", "__file__": str(path)})
    except FileNotFoundError:
        raise CourseError(f"{place} is missing: write the bank of right and wrong answers there") from None
    except (Exception, SystemExit) as error:
        raise CourseError(f"{place} does not run: {type(error).__name__}: {error}") from error
    finally:
        _answers.reset(token)
        _handed_in.reset(token_of_files)
    return answers, files


def _refuse_unknown_and_repeated(place: str, answers: list[Answer], exercises: Collection[str]) -> None:
    seen: set[tuple[str, str | None]] = set()
    for answer in answers:
        if answer.exercise not in exercises:
            raise CourseError(
                f"{place}:{answer.line}: {answer.name} answers {answer.exercise!r}, an exercise that does "
                f"not exist; the lesson has {', '.join(exercises)}"
            )
        for key in (answer.name, answer.sentence):
            if key and (answer.exercise, key) in seen:
                raise CourseError(f"{place}:{answer.line}: {answer.exercise} has this twice: {key}")
            seen.add((answer.exercise, key))
