"""When a wrong answer has shown itself wrong: what private checks have still to see decides nothing then."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from course.authoring.recorder import Observation
from helpers.checks.exercises import Exercise, Expected
from helpers.checks.observation import Encoded


@dataclass
class UntilCaught:
    """Says of a wrong answer, check by check, whether it has been caught (`Recorder.enough`).

    Visible checks are observed to the end: what its holder reads depends on all of them. Of the private ones,
    one that rejects it is enough for three verdicts: it is rejected, it is by private checks alone, and no
    patched `check` saves it, if what that would show in the place of this observation is rejected as well. A
    check of drawn cases ends with the first case that differs, and one of them must differ: only they say
    that the answer is wrong by the contract.

    recorded: what the shipped checks expect.
    decisive: the labels of private checks that reject what a patched `check` shows instead.
    differs: whether a drawn case has shown that it is wrong, or none has to.
    """

    recorded: Exercise
    decisive: Collection[str]
    differs: bool = False
    _is_caught: bool = False
    _num_seen: int = 0
    _private: dict[str, Expected] = field(init=False)

    def __post_init__(self) -> None:
        self._private = {check.label: check for check in self.recorded.private}

    def __call__(self, observations: Sequence[Observation], label: str, results: Sequence[Encoded]) -> bool:
        """Return whether nothing more of a check is wanted.

        observations: of the checks before it.
        results: of its drawn cases so far.
        """
        check = self._private.get(label)
        if check is None:
            return False
        for observation in observations[self._num_seen :]:
            self._take_in(observation)
        self._num_seen = len(observations)
        if check.each:
            return (self._is_caught and self.differs) or _last_differs(check, results)
        return self._is_caught

    def _take_in(self, observation: Observation) -> None:
        check = self._private.get(observation.label)
        if check is None:
            return
        is_known_to_differ = check.each and _last_differs(check, observation.data)
        if is_known_to_differ or not check.agrees_with(observation.data):
            self._is_caught |= check.label in self.decisive
            self.differs |= check.each


def until_rejected(recorded: Exercise) -> UntilCaught:
    """Return what says of an adversary whether some private check has rejected it: then all of them have."""
    return UntilCaught(recorded, {check.label for check in recorded.private}, differs=True)


def _last_differs(check: Expected, results: object) -> bool:
    """Return whether the last of some results is another than a check of drawn cases expects there."""
    if not isinstance(results, list) or not isinstance(check.data, list):
        return False
    place = len(results) - 1
    if not 0 <= place < len(check.data):
        return False
    return not replace(check, data=check.data[place], each=False).agrees_with(results[place])
