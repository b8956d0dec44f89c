"""What an inspector says of a submission, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Verdict:
    """What is said of one graded cell.

    against: sentences; the cell has no points where there is one.
    said: what else its student reads.
    share: of the cell's points, where nothing is against it.
    look: why a person must look before there are points, or empty.
    picture: PNG, for whoever looks.
    """

    against: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    share: float = 1.0
    look: str = ""
    picture: bytes = b""


@dataclass(frozen=True)
class Inspection:
    """What an inspector found.

    verdicts: by exercise.
    missing: what was to be handed in and was not, a sentence, or empty.
    marks: what is compared in a class: a word for what it is -> what two should not have in common.
    notes: for the instructor, a sentence each.
    """

    verdicts: Mapping[str, Verdict]
    missing: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def for_all(exercises: Iterable[str], verdict: Verdict) -> dict[str, Verdict]:
    """Return the same verdict for each exercise."""
    return dict.fromkeys(exercises, verdict)
