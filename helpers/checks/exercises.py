"""What the checks of a lesson expect, and the verdict on what came.

The one reader and writer of `checks.json` and `private.json`. The same code serves the learner's notebook
(`helpers.checks`), the proof of the course (`course.authoring.prove`) and the judge who grades
(`course.grading.judge`).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NotRequired, TypeAlias, TypedDict, TypeVar

from helpers.checks import properties
from helpers.checks.comparison import agree, describe, difference
from helpers.checks.observation import Encoded, is_list, kind_of
from helpers.errors import CourseError

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
# The signs of ASCII in the full width that Korean and Japanese keyboards may write.
_FULL_WIDTH = {code + 0xFEE0: code for code in range(ord("!"), ord("~") + 1)}


# Labels of checks, and what is compared of each.
Observations: TypeAlias = Mapping[str, Encoded]

_Read = TypeVar("_Read")


class CheckEntry(TypedDict):
    """A check in `checks.json` or `private.json`: what it expects, or the digest of it.

    `asked` is the kind of answer that has this digest; `each` says that each case's result is compared.
    """

    label: str
    expected: NotRequired[Encoded]
    rtol: NotRequired[float]
    atol: NotRequired[float]
    seen_as: NotRequired[str]
    each: NotRequired[bool]
    digest: NotRequired[str]
    asked: NotRequired[str]


class MisconceptionEntry(TypedDict):
    """A wrong answer in `checks.json`, with what visible checks see of it.

    `as_expected` are the places of the checks that see what they expect: most see that of most wrong answers.
    """

    sentence: str
    as_expected: list[int]
    observations: Observations


class PublicEntry(TypedDict):
    """An exercise in `checks.json`; `private` is how many private checks it has.

    `hints`, and the `reason` of a quiz question's answer, cannot be read by opening the file (`_veil`).
    """

    checks: list[CheckEntry]
    private: int
    misconceptions: list[MisconceptionEntry]
    hints: NotRequired[list[str]]
    reason: NotRequired[str]


class PrivateEntry(TypedDict):
    """An exercise in `private.json`: its private checks."""

    checks: list[CheckEntry]


@dataclass(frozen=True)
class Expected:
    """What one check expects: data with a tolerance, or, for a quiz, the digest of the answer.

    label: words for the case, unique within the lesson.
    data: what is expected, encoded; None where `digest` is.
    rtol, atol: numbers agree within ``atol + rtol * abs(expected)``.
    digest: that of the answer to a quiz.
    private: whether the check runs only when a class is graded.
    seen_as: the property (`helpers.checks.properties`) of what is observed that `data` are compared with;
        None for what is compared as it is. Of the lesson's files, never of a submission.
    each: whether `data` are a list, an item for each drawn case, and the property is that of each item.
    asked: of a quiz, the kind of answer that has the digest: one of KINDS_ASKED, or None for another.
    """

    label: str
    data: Encoded = None
    rtol: float = 0.0
    atol: float = 0.0
    digest: str | None = None
    private: bool = False
    seen_as: str | None = None
    each: bool = False
    asked: str | None = None

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
            each=entry.get("each", False),
            asked=entry.get("asked"),
        )

    def to_entry(self) -> CheckEntry:
        """Return what `from_entry` reads."""
        if self.digest is not None:
            secret: CheckEntry = {"label": self.label, "digest": self.digest}
            return secret | {"asked": self.asked} if self.asked else secret
        entry: CheckEntry = {
            "label": self.label,
            "expected": self.data,
            "rtol": self.rtol,
            "atol": self.atol,
        }
        if self.seen_as:
            entry["seen_as"] = self.seen_as
        if self.each:
            entry["each"] = True
        return entry

    def see(self, data: Encoded) -> Encoded:
        """Return what is compared of encoded `data`: themselves, their property, or an answer's digest."""
        if self.digest is not None:
            return data if data is None else digest(self.label, data)
        if self.seen_as is None:
            return data
        if self.each and is_list(data):
            return [properties.see(self.seen_as, item) for item in data]
        return properties.see(self.seen_as, data)

    def agrees_with(self, data: Encoded) -> bool:
        """Return whether encoded `data` is what this check expects."""
        return self.accepts(self.see(data))

    def accepts(self, value: Encoded) -> bool:
        """Return whether a value that `see` returned is what this check expects."""
        return self._equal(self._expected, value)

    def difference(self, data: Encoded) -> str | None:
        """Return in words how encoded `data` differs from what is expected, or None when it does not.

        Parts of it are lines.
        """
        value = self.see(data)
        if self.accepts(value):
            return None
        if self.digest is not None:
            return _of_a_quiz(self.asked, data)
        if self.seen_as is None or self.each:
            return self._plain_difference(self.data, value)
        if properties.is_unfit(value):
            return f"that is {value}"
        if not properties.is_seen(value):
            return f"expected {properties.PROPERTIES[self.seen_as].wanted}, got {describe(value)}"
        said = properties.sentence(self.seen_as, self.data, value, self._plain_difference)
        parts = said or self._plain_difference(self.data, value), properties.remark(self.seen_as, data)
        return "\n".join(filter(None, parts))

    def _plain_difference(self, expected: Encoded, value: Encoded) -> str | None:
        return difference(expected, value, self.rtol, self.atol)

    def looks_alike(self, known: Encoded, value: Encoded) -> bool:
        """Return whether a value cannot be told from a misconception's: they agree, or both pass."""
        return self._equal(known, value) or (self.accepts(value) and self.accepts(known))

    @property
    def _expected(self) -> Encoded:
        return self.data if self.digest is None else self.digest

    def _equal(self, one: Encoded, other: Encoded) -> bool:
        return agree(one, other, self.rtol, self.atol)


@dataclass(frozen=True)
class Misconception:
    """A wrong answer of the bank: what the checks see of it, and what its holder should read.

    sentence: what its holder should read.
    observations: what is compared by each label (`Expected.see`): encoded data, a property of them, or the
        digest of a secret answer. A label is absent where the wrong answer ended the cell before that check.
    """

    sentence: str
    observations: Observations

    @classmethod
    def from_entry(cls, entry: MisconceptionEntry, visible: Sequence[Expected]) -> Misconception:
        """Return what an entry of `checks.json` says, beside the visible checks of its exercise."""
        as_expected = {visible[place].label: visible[place].data for place in entry["as_expected"]}
        return cls(entry["sentence"], {**as_expected, **entry["observations"]})

    def to_entry(self, visible: Sequence[Expected]) -> MisconceptionEntry:
        """Return what `from_entry` reads."""
        as_expected = [place for place, check in enumerate(visible) if self._is_as_expected(check)]
        told = {visible[place].label for place in as_expected}
        others = {label: data for label, data in self.observations.items() if label not in told}
        return {"sentence": self.sentence, "as_expected": as_expected, "observations": others}

    def _is_as_expected(self, check: Expected) -> bool:
        if check.digest is not None or check.label not in self.observations:
            return False
        # As texts: to Python, 1, 1.0 and True are the same.
        return json.dumps(self.observations[check.label]) == json.dumps(check.data)


@dataclass(frozen=True)
class Exercise:
    """All checks of one exercise, in the order of its cell, and its misconceptions.

    name: that of the function, or of the quiz.
    num_private: how many private checks there are, also where `checks` hold none of them.
    hints: from where to look to what to write first.
    reason: why the answer to a quiz question is right; None elsewhere.
    """

    name: str
    checks: tuple[Expected, ...]
    num_private: int
    misconceptions: tuple[Misconception, ...] = ()
    hints: tuple[str, ...] = ()
    reason: str | None = None

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
        """Return the sentence of the one misconception that explains all that visible checks saw, or None.

        None also when nothing is wrong, and when two misconceptions explain it equally well: no guess is
        better than a wrong one.

        observed: encoded data by label, as far as they have been observed; of private checks nothing is
            looked at, so that a graded learner reads what the notebook said.
        """
        expected = {check.label: check for check in self.visible}
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


def checks_of(exercise: str) -> str:
    """Return the grade_id of the cell that checks an exercise."""
    return f"{exercise}{_CHECKS}"


def exercise_of(grade_id: str) -> str:
    """Return the exercise that belongs to a grade_id, which is that of its own cell or of its checks."""
    return grade_id.removesuffix(_CHECKS)


# Kinds of answers to a quiz, as words for who gave another.
KINDS_ASKED = {
    "letter": "the question asks for one letter, in quotes",
    "number": "the question asks for a number",
}


def asked_kind(answer: Encoded) -> str | None:
    """Return which of KINDS_ASKED an answer to a quiz is, or None."""
    if isinstance(answer, str):
        text = _as_counted(answer)
        if len(text) == 1 and text.isalpha():
            return "letter"
        with contextlib.suppress(ValueError):
            return "number" if math.isfinite(float(text)) else None
    return "number" if kind_of(answer) == "number" else None


def _as_counted(answer: str) -> str:
    """Return a text without what does not count of it."""
    return _PRINTED_LETTER.sub(r"\1", answer.translate(_FULL_WIDTH).strip().lower())


def _of_a_quiz(asked: str | None, data: Encoded) -> str:
    """Return what to say of a wrong answer to a quiz that asks for this kind."""
    if data is None:
        return "not answered yet"
    if asked is not None and asked_kind(data) != asked:
        return f"that is {describe(data)}, and {KINDS_ASKED[asked]}"
    return "that is not the answer"


def digest(label: str, data: Encoded) -> str:
    """Return the salted digest of a quiz answer.

    Strings count without case, outer blanks and full width, a letter also as the options are printed, numbers
    after rounding to six significant digits and also between quotation marks: "B ", "ｂ" and "(b)" are "b",
    and 80.0 and "80" are 80.

    label: of the check; it is the salt.
    data: the answer, encoded.
    """
    if isinstance(data, str):
        data = _as_counted(data)
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

    exercises: with their private checks. Those stand in the second file alone.
    """
    public: dict[str, PublicEntry] = {}
    private: dict[str, PrivateEntry] = {}
    for exercise in exercises:
        entry: PublicEntry = {
            "checks": [check.to_entry() for check in exercise.visible],
            "private": exercise.num_private,
            "misconceptions": [each.to_entry(exercise.visible) for each in exercise.misconceptions],
        }
        if exercise.hints:
            entry["hints"] = [_veil(hint) for hint in exercise.hints]
        if exercise.reason is not None:
            entry["reason"] = _veil(exercise.reason)
        public[exercise.name] = entry
        private[exercise.name] = {"checks": [check.to_entry() for check in exercise.private]}
    return {"exercises": public}, {"exercises": private}


def _veil(text: str) -> str:
    """Return a text as nobody reads it who opens the file; `_unveil` gives it back."""
    return base64.b64encode(text.encode()).decode()


def _unveil(veiled: str) -> str:
    return base64.b64decode(veiled, validate=True).decode()


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
    except OSError as error:
        raise CourseError(f"{place} cannot be read ({error.strerror}): {remedy}") from None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise CourseError(f"{place} is damaged: {remedy}") from None


def _private_checks(exercises: Mapping[str, PrivateEntry]) -> dict[str, list[CheckEntry]]:
    return {name: entry["checks"] for name, entry in exercises.items()}


def _exercises(
    public: Mapping[str, PublicEntry], private: Mapping[str, list[CheckEntry]]
) -> dict[str, Exercise]:
    return {name: _exercise(name, entry, private.get(name, [])) for name, entry in public.items()}


def _exercise(name: str, public: PublicEntry, private: list[CheckEntry]) -> Exercise:
    checks = [Expected.from_entry(entry, private=False) for entry in public["checks"]]
    misconceptions = tuple(Misconception.from_entry(entry, checks) for entry in public["misconceptions"])
    checks += [Expected.from_entry(entry, private=True) for entry in private]
    hints = tuple(_unveil(hint) for hint in public.get("hints", []))
    reason = _unveil(public["reason"]) if "reason" in public else None
    return Exercise(name, tuple(checks), public["private"], misconceptions, hints, reason)


def _property_of(entry: CheckEntry) -> str | None:
    name = entry.get("seen_as")
    if name is not None and name not in properties.PROPERTIES:
        raise LookupError(name)
    return name
