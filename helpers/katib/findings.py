"""What is wrong with an Experiment: where, what, how Katib would show it, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Shows(StrEnum):
    """How a mistake shows in a cluster, the earliest first."""

    REFUSED = "refused when you submit it"
    EXPERIMENT_FAILS = "accepted, then the Experiment fails"
    NO_TRIALS = "accepted, then it stays Running without a trial"
    NEVER_BEGINS = "accepted, then its trials never begin"
    NO_METRIC = "accepted, then its trials report no metric"
    STOPS = "accepted, then it stays Running and makes no trial after the first that ends"
    NEVER_ENDS = "accepted, then it does not end by itself"
    OTHERWISE = "accepted, and something else happens than the file says"


# What a run still makes sense with: the file does something, and it may not be what was meant.
_WARNINGS = (Shows.NEVER_ENDS, Shows.OTHERWISE)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with an Experiment.

    field: its path as Katib writes it, such as "spec.parameters[0].feasibleSpace.min".
    message: Katib's own words where it has any.
    remedy: what to do, one sentence.
    shows: when and how a cluster would show it.
    """

    field: str
    message: str
    remedy: str
    shows: Shows

    @property
    def is_error(self) -> bool:
        """Return whether the Experiment cannot give what it is for; the others are warnings."""
        return self.shows not in _WARNINGS

    def __str__(self) -> str:
        return f"{self.field}: {self.message}. {self.remedy} ({self.shows}.)"
