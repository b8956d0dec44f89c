"""How the checks of one exercise did against its bank."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Proof:
    """How the checks of one exercise did against its bank.

    The numbers are counts of answers.

    private_rejected: the wrong answers that the private checks alone would reject.
    num_private: of private checks.
    failures: lines that say what is wrong, empty when all is well.
    """

    lesson: str
    exercise: str
    num_right: int = 0
    accepted: int = 0
    num_wrong: int = 0
    rejected: int = 0
    recognised: int = 0
    private_rejected: int = 0
    num_private: int = 0
    failures: list[str] = field(default_factory=list)
