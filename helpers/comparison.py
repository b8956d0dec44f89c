"""What the checks of a lesson expect, and the verdict on what came.

The same code serves the learner's notebook (`helpers.checks`), the proof of the course
(`helpers.authoring.prove`) and the judge who grades (`helpers.grading.judge`).
"""

import contextlib
import hashlib
import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from helpers.errors import CourseError
from helpers.observation import difference

CHECKS_FILE = "checks.json"
PRIVATE_FILE = "private.json"

# Enough to keep an answer from being read at a glance or looked up in a table; a quiz with four
# choices can always be tried out, and that is allowed.
_HASH_ROUNDS = 20_000
# What is longer is no answer to a quiz, and need not be remembered.
_MAX_ANSWER = 1_000


@dataclass(frozen=True)
class Expected:
    """What one check expects: data with a tolerance, or, for a quiz, the digest of the answer."""

    label: str
    data: object = None
    rtol: float = 0.0
    atol: float = 0.0
    digest: str | None = None
    private: bool = False

    def agrees_with(self, data):
        """Whether encoded `data` is what this check expects."""
        return self.difference(data) is None

    def difference(self, data):
        """In words, how encoded `data` differs from what is expected; None when it does not."""
        if self.digest is None:
            return difference(self.data, data, self.rtol, self.atol)
        if data is None:
            return "not answered yet"
        return None if digest(self.label, data) == self.digest else "that is not the answer"

    def looks_alike(self, known, data):
        """Whether encoded `data` cannot be told from `known`, a misconception's: both pass, or they agree."""
        return self.like(known).agrees_with(data) or (self.agrees_with(data) and self.agrees_with(known))

    def like(self, data):
        """The same check, expecting something else (a misconception's observation)."""
        if self.digest is None:
            return Expected(self.label, data, self.rtol, self.atol)
        return Expected(self.label, digest=data)


@dataclass(frozen=True)
class Misconception:
    """A wrong answer of the bank: what the checks see of it, and what its holder should read.

    `observations` maps labels to encoded data (digests for secret checks). A label is absent where
    the wrong answer ended the cell before that check.
    """

    sentence: str
    observations: dict


@dataclass(frozen=True)
class Exercise:
    """All checks of one exercise, in the order of its cell, and its misconceptions."""

    name: str
    checks: tuple[Expected, ...]
    num_private: int
    misconceptions: tuple[Misconception, ...] = ()

    @property
    def visible(self):
        """The checks that a learner's notebook holds."""
        return tuple(check for check in self.checks if not check.private)

    @property
    def private(self):
        """The checks that run when a class is graded (empty where they are not known)."""
        return tuple(check for check in self.checks if check.private)

    def recognise(self, observed):
        """The sentence of the one misconception that explains everything observed, or None.

        `observed` maps labels to encoded data, as far as they have been observed. None also when
        nothing is wrong, and when two misconceptions explain it equally well: no guess is better
        than a wrong one.
        """
        expected = {check.label: check for check in self.checks}
        seen = {label: data for label, data in observed.items() if label in expected}
        if all(expected[label].agrees_with(data) for label, data in seen.items()):
            return None
        sentences = {
            misconception.sentence
            for misconception in self.misconceptions
            if all(
                label in misconception.observations
                and expected[label].looks_alike(misconception.observations[label], data)
                for label, data in seen.items()
            )
        }
        return sentences.pop() if len(sentences) == 1 else None


def digest(label, data):
    """The salted digest of a quiz answer (encoded data); the label is the salt.

    Strings count without case and outer blanks, numbers after rounding to six significant digits and
    also between quotation marks, so that "B " is "b", and 80.0 and "80" are 80.
    """
    if isinstance(data, str):
        data = data.strip().lower()
        with contextlib.suppress(ValueError):
            data = float(data) if math.isfinite(float(data)) else data
    if isinstance(data, (int, float)) and not isinstance(data, bool):
        data = float(f"{data:.6g}")
    answer = json.dumps(data, sort_keys=True)
    if len(answer) > _MAX_ANSWER:
        answer = hashlib.sha256(answer.encode()).hexdigest()
    return _digest(label, answer)


@lru_cache(maxsize=1_000)
def _digest(label, answer):
    return hashlib.pbkdf2_hmac("sha256", answer.encode(), label.encode(), _HASH_ROUNDS).hex()


def read_exercises(folder):
    """The exercises of the lesson in `folder` by name, with private checks where their file is.

    A learner's folder holds `checks.json` alone; an author's and the grader's also `private.json`.
    Raises CourseError when `checks.json` is missing or one of the files is damaged.
    """
    folder = Path(folder)
    public_file, private_file = folder / CHECKS_FILE, folder / PRIVATE_FILE
    private = _read(private_file, _private_entries) if private_file.exists() else {}
    return _read(public_file, lambda public: _exercises(public, private))


def _read(path, take):
    """What `take` makes of the exercises in a file; CourseError when it is missing or damaged."""
    place = f"{path.parent.name}/{path.name}"
    remedy = "put back the one that came with the lesson (authors: course build)"
    try:
        return take(json.loads(path.read_text(encoding="utf-8"))["exercises"])
    except FileNotFoundError:
        raise CourseError(f"{place} is missing beside the notebook: {remedy}") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise CourseError(f"{place} is damaged: {remedy}") from None


def _private_entries(exercises):
    return {name: (entry["checks"], entry["misconceptions"]) for name, entry in exercises.items()}


def _exercises(public, private):
    return {name: _exercise(name, entry, private.get(name)) for name, entry in public.items()}


def _exercise(name, public, private):
    hidden, more = private or ([], [{}] * len(public["misconceptions"]))
    checks = [_expected(entry, private=False) for entry in public["checks"]]
    checks += [_expected(entry, private=True) for entry in hidden]
    misconceptions = tuple(
        Misconception(entry["sentence"], {**entry["observations"], **observations})
        for entry, observations in zip(public["misconceptions"], more, strict=True)
    )
    return Exercise(name, tuple(checks), public["private"], misconceptions)


def _expected(entry, private):
    return Expected(
        label=entry["label"],
        data=entry.get("expected"),
        rtol=entry.get("rtol", 0.0),
        atol=entry.get("atol", 0.0),
        digest=entry.get("digest"),
        private=private,
    )
