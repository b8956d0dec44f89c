"""What the checks of a lesson expect, and the verdict on what came.

The one reader and writer of `checks.json` and `private.json`. The same code serves the learner's notebook
(`helpers.checks`), the proof of the course (`course.authoring.prove`) and the judge who grades
(`course.grading.judge`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NotRequired, TypeAlias, TypedDict, TypeVar

from helpers import properties
from helpers.comparison import describe, difference
from helpers.errors import CourseError
from helpers.observation import Encoded, kind_of

CHECKS_FILE = "checks.json"
PRIVATE_FILE = "private.json"
_CHECKS = "-checks"

# Enough to keep an answer from being read at a glance or looked up in a table; a quiz with four
# choices can always be tried out, and that is allowed.
_HASH_ROUNDS = 20_000
# What is longer is no answer to a quiz, and need not be remembered.
_MAX_ANSWER = 1_000
# A choice with what stands around it: "b)", "(b)", "b.", "b:".
_PRINTED_LETTER = re.compile(r"\A\(?([a-z])[.):]\Z")


# Labels of checks, and what is compared of each.
Observations: TypeAlias = Mapping[str, Encoded]

_Read = TypeVar("_Read")


class CheckEntry(TypedDict):
    """A check in `checks.json` or `private.json`: what it expects, or the digest of it."""

    label: str
    expected: NotRequired[Encoded]
    rtol: NotRequired[float]
    atol: NotRequired[float]
    seen_as: NotRequired[str]
    digest: NotRequired[str]


class MisconceptionEntry(TypedDict):
    """A wrong answer in `checks.json`, with what visible checks see of it."""

    sentence: str
    observations: Observations


class PublicEntry(TypedDict):
    """An exercise in `checks.json`; `private` is how many private checks it has."""

    checks: list[CheckEntry]
    private: int
    misconceptions: list[MisconceptionEntry]


class PrivateEntry(TypedDict):
    """An exercise in `private.json`: its private checks, and what they see of each wrong answer in turn."""

    checks: list[CheckEntry]
    misconceptions: list[Observations]


@dataclass(frozen=True)
class Expected:
    """What one check expects: data with a tolerance, or, for a quiz, the digest of the answer.

    label: words for the case, unique within the lesson.
    data: what is expected, encoded; None where `digest` is.
    rtol, atol: numbers agree within ``atol + rtol * abs(expected)``.
    digest: that of the answer to a quiz.
    private: whether the check runs only when a class is graded.
    seen_as: the property (`helpers.properties`) of what is observed that `data` are compared with; None for
        what is compared as it is. Of the lesson's files, never of a submission.
    """

    label: str
    data: Encoded = None
    rtol: float = 0.0
    atol: float = 0.0
    digest: str | None = None
    private: bool = False
    seen_as: str | None = None

    @classmethod
    def from_entry(cls, entry: CheckEntry, *, private: bool) -> Expected:
        """Return what an entry of `checks.json` or `private.json` says.

        Raises LookupError for an unknown property.
        """
        return cls(
            label=entry["label"],
            data=entry.get("expected"),
            rtol=entry.get("rtol", 0.0),
            atol=entry.get("atol", 0.0),
            digest=entry.get("digest"),
            private=private,
            seen_as=_property_of(entry),
        )

    def to_entry(self) -> CheckEntry:
        """Return what `from_entry` reads."""
        if self.digest is not None:
            return {"label": self.label, "digest": self.digest}
        entry: CheckEntry = {
            "label": self.label,
            "expected": self.data,
            "rtol": self.rtol,
            "atol": self.atol,
        }
        if self.seen_as:
            entry["seen_as"] = self.seen_as
        return entry

    def see(self, data: Encoded) -> Encoded:
        """Return what is compared of encoded `data`: themselves, their property, or an answer's digest."""
        if self.digest is not None:
            return data if data is None else digest(self.label, data)
        return data if self.seen_as is None else properties.see(self.seen_as, data)

    def agrees_with(self, data: Encoded) -> bool:
        """Return whether encoded `data` is what this check expects."""
        return self.accepts(self.see(data))

    def accepts(self, value: Encoded) -> bool:
        """Return whether a value that `see` returned is what this check expects."""
        return self._equal(self._expected, value)

    def difference(self, data: Encoded) -> str | None:
        """Return in words how encoded `data` differs from what is expected, or None when it does not.

        Parts of it are divided by "; ".
        """
        value = self.see(data)
        if self.accepts(value):
            return None
        if self.digest is not None:
            return "not answered yet" if data is None else "that is not the answer"
        if self.seen_as is None:
            return difference(self.data, value, self.rtol, self.atol)
        return self._property_difference(self.seen_as, data, value)

    def _property_difference(self, seen_as: str, data: Encoded, value: Encoded) -> str:
        if properties.is_unfit(value):
            return f"that is {value}"
        if kind_of(value) != kind_of(self.data):
            return f"expected {properties.PROPERTIES[seen_as].wanted}, got {describe(value)}"
        parts = difference(self.data, value, self.rtol, self.atol), properties.remark(seen_as, data)
        return "; ".join(filter(None, parts))

    def looks_alike(self, known: Encoded, value: Encoded) -> bool:
        """Return whether a value cannot be told from a misconception's: they agree, or both pass."""
        return self._equal(known, value) or (self.accepts(value) and self.accepts(known))

    @property
    def _expected(self) -> Encoded:
        return self.data if self.digest is None else self.digest

    def _equal(self, one: Encoded, other: Encoded) -> bool:
        return difference(one, other, self.rtol, self.atol) is None


@dataclass(frozen=True)
class Misconception:
    """A wrong answer of the bank: what the checks see of it, and what its holder should read.

    sentence: what its holder should read.
    observations: what is compared by each label (`Expected.see`): encoded data, a property of them, or the
        digest of a secret answer. A label is absent where the wrong answer ended the cell before that check.
    """

    sentence: str
    observations: Observations


@dataclass(frozen=True)
class Exercise:
    """All checks of one exercise, in the order of its cell, and its misconceptions.

    name: that of the function, or of the quiz.
    num_private: how many private checks there are, also where `checks` hold none of them.
    """

    name: str
    checks: tuple[Expected, ...]
    num_private: int
    misconceptions: tuple[Misconception, ...] = ()

    @property
    def visible(self) -> tuple[Expected, ...]:
        """The checks that a learner's notebook holds."""
        return tuple(check for check in self.checks if not check.private)

    @property
    def private(self) -> tuple[Expected, ...]:
        """The checks that run when a class is graded (empty where they are not known)."""
        return tuple(check for check in self.checks if check.private)

    @property
    def is_quiz(self) -> bool:
        """Whether its answer is one of a few, and known by its digest."""
        return any(check.digest is not None for check in self.checks)

    def recognise(self, observed: Observations) -> str | None:
        """Return the sentence of the one misconception that explains everything observed, or None.

        None also when nothing is wrong, and when two misconceptions explain it equally well: no guess is
        better than a wrong one.

        observed: encoded data by label, as far as they have been observed.
        """
        expected = {check.label: check for check in self.checks}
        seen = {label: expected[label].see(data) for label, data in observed.items() if label in expected}
        if all(expected[label].accepts(value) for label, value in seen.items()):
            return None
        sentences = {
            misconception.sentence
            for misconception in self.misconceptions
            if all(
                label in misconception.observations
                and expected[label].looks_alike(misconception.observations[label], value)
                for label, value in seen.items()
            )
        }
        return sentences.pop() if len(sentences) == 1 else None

    def recognise_first(self, observed: Observations) -> str | None:
        """Return what `recognise` says in a notebook, where the first check that fails ends the cell.

        observed: as for `recognise`; of private checks nothing is looked at.
        """
        seen: dict[str, Encoded] = {}
        for expected in self.visible:
            if expected.label not in observed:
                return None
            seen[expected.label] = observed[expected.label]
            if not expected.agrees_with(seen[expected.label]):
                return self.recognise(seen)
        return None


def checks_of(exercise: str) -> str:
    """Return the grade_id of the cell that checks an exercise."""
    return f"{exercise}{_CHECKS}"


def exercise_of(grade_id: str) -> str:
    """Return the exercise that belongs to a grade_id, which is that of its own cell or of its checks."""
    return grade_id.removesuffix(_CHECKS)


def digest(label: str, data: Encoded) -> str:
    """Return the salted digest of a quiz answer.

    Strings count without case and outer blanks, a letter also as the options are printed, numbers after
    rounding to six significant digits and also between quotation marks: "B " and "(b)" are "b", and 80.0 and
    "80" are 80.

    label: of the check; it is the salt.
    data: the answer, encoded.
    """
    if isinstance(data, str):
        data = data.strip().lower()
        data = _PRINTED_LETTER.sub(r"\1", data)
        with contextlib.suppress(ValueError):
            data = float(data) if math.isfinite(float(data)) else data
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        data = float(f"{data:.6g}")
    answer = json.dumps(data, sort_keys=True)
    if len(answer) > _MAX_ANSWER:
        answer = hashlib.sha256(answer.encode()).hexdigest()
    return _digest(label, answer)


@lru_cache(maxsize=1_000)
def _digest(label: str, answer: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", answer.encode(), label.encode(), _HASH_ROUNDS).hex()


def read_exercises(folder: str | os.PathLike[str]) -> dict[str, Exercise]:
    """Return the exercises of the lesson in a folder by name, with private checks where their file is.

    A learner's folder holds `checks.json` alone; an author's and the grader's also `private.json`.

    Raises CourseError when `checks.json` is missing or one of the files is damaged.
    """
    folder = Path(folder)
    public_file, private_file = folder / CHECKS_FILE, folder / PRIVATE_FILE
    private = _read(private_file, _private_checks) if private_file.exists() else {}
    return _read(public_file, lambda public: _exercises(public, private))


def to_files(
    exercises: Iterable[Exercise],
) -> tuple[dict[str, dict[str, PublicEntry]], dict[str, dict[str, PrivateEntry]]]:
    """Return the contents of `checks.json` and `private.json`, which `read_exercises` reads.

    exercises: with their private checks. Those, and what wrong answers show of them, stand in the second
        file alone.
    """
    public: dict[str, PublicEntry] = {}
    private: dict[str, PrivateEntry] = {}
    for exercise in exercises:
        hidden = {check.label for check in exercise.private}
        seen = [misconception.observations for misconception in exercise.misconceptions]
        public[exercise.name] = {
            "checks": [check.to_entry() for check in exercise.visible],
            "private": exercise.num_private,
            "misconceptions": [
                {"sentence": misconception.sentence, "observations": _only(observations, without=hidden)}
                for misconception, observations in zip(exercise.misconceptions, seen, strict=True)
            ],
        }
        private[exercise.name] = {
            "checks": [check.to_entry() for check in exercise.private],
            "misconceptions": [_only(observations, among=hidden) for observations in seen],
        }
    return {"exercises": public}, {"exercises": private}


def _only(
    observations: Observations, among: Collection[str] | None = None, without: Collection[str] = ()
) -> Observations:
    return {
        label: value
        for label, value in observations.items()
        if (among is None or label in among) and label not in without
    }


def _read(path: Path, take: Callable[[Any], _Read]) -> _Read:
    """Return what `take` makes of the exercises in a file, which may hold any JSON.

    Raises CourseError when the file is missing or damaged.
    """
    place = f"{path.parent.name}/{path.name}"
    remedy = "put back the one that came with the lesson (authors: course build)"
    try:
        return take(json.loads(path.read_text(encoding="utf-8"))["exercises"])
    except FileNotFoundError:
        raise CourseError(f"{place} is missing beside the notebook: {remedy}") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise CourseError(f"{place} is damaged: {remedy}") from None


# The private checks of one exercise, and what they see of each wrong answer in turn.
_PrivateChecks: TypeAlias = tuple[list[CheckEntry], list[Observations]]


def _private_checks(exercises: Mapping[str, PrivateEntry]) -> dict[str, _PrivateChecks]:
    return {name: (entry["checks"], entry["misconceptions"]) for name, entry in exercises.items()}


def _exercises(
    public: Mapping[str, PublicEntry], private: Mapping[str, _PrivateChecks]
) -> dict[str, Exercise]:
    return {name: _exercise(name, entry, private.get(name)) for name, entry in public.items()}


def _exercise(name: str, public: PublicEntry, private: _PrivateChecks | None) -> Exercise:
    hidden, more = private or ([], [{}] * len(public["misconceptions"]))
    checks = [Expected.from_entry(entry, private=False) for entry in public["checks"]]
    checks += [Expected.from_entry(entry, private=True) for entry in hidden]
    misconceptions = tuple(
        Misconception(entry["sentence"], {**entry["observations"], **observations})
        for entry, observations in zip(public["misconceptions"], more, strict=True)
    )
    return Exercise(name, tuple(checks), public["private"], misconceptions)


def _property_of(entry: CheckEntry) -> str | None:
    name = entry.get("seen_as")
    if name is not None and name not in properties.PROPERTIES:
        raise LookupError(name)
    return name
