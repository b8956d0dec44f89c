"""The report of a graded class: what `course grade` says, and from what it resumes."""

import json
import os
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from helpers.errors import CourseError
from helpers.grading.states import FAULTS

FOLDER = Path("grading")


@dataclass(frozen=True)
class Row:
    """What became of one student's submission.

    state: a value of `State`. scores: points of checks by graded cell; None where a person must look. score,
    max_score: what the gradebook says, points given by a person included; None after a grader fault.
    submission, lesson: digests of what was graded and by what. seconds, cpu_seconds, peak_bytes: what it
    cost.
    """

    student: str
    state: str
    for_student: str = ""
    for_instructor: str = ""
    scores: dict = field(default_factory=dict)
    score: float | None = None
    max_score: float | None = None
    needs_manual_grade: bool = False
    submission: str = ""
    lesson: str = ""
    seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_bytes: int | None = None

    @property
    def is_fault(self):
        """Whether the grader failed, and not the student."""
        return self.state in FAULTS


class Report:
    """All rows of a lesson, in a JSON file that is rewritten whole."""

    def __init__(self, root, lesson):
        """Read the report of an earlier run in the course directory `root`, if there is one.

        Raises CourseError when it is damaged.
        """
        self.lesson = lesson
        self.path = Path(root) / FOLDER / f"{lesson}.json"
        self.rows = {}
        if not self.path.exists():
            return
        known = {entry.name for entry in fields(Row)}
        try:
            rows = json.loads(self.path.read_text(encoding="utf-8"))["submissions"]
            self.rows = {
                row["student"]: Row(**{key: value for key, value in row.items() if key in known})
                for row in rows
            }
        except (ValueError, LookupError, TypeError, AttributeError):
            raise CourseError(
                f"{self.path} is damaged: move it away, and course grade grades everything again"
            ) from None

    def add(self, row):
        """Take a row in, and write the file beside its place and move it there."""
        self.rows[row.student] = row
        self.write()

    def write(self):
        """Write the report; grader faults come first."""
        rows = sorted(self.rows.values(), key=lambda row: (not row.is_fault, row.student))
        content = {
            "lesson": self.lesson,
            "states": dict(sorted(Counter(row.state for row in rows).items())),
            "submissions": [asdict(row) for row in rows],
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(f".{os.getpid()}.tmp")
        beside.write_text(json.dumps(content, indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
        beside.replace(self.path)
