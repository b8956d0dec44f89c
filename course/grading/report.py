"""The report of a graded class: what `course grade` says, and from what it resumes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from course.files import put
from course.grading.misconceptions import class_statistics
from course.grading.points import Grade
from course.grading.states import State
from helpers.errors import CourseError, in_one_line

FOLDER = Path("grading")
# What rendering did follows.
_NO_PAGE = "The points count, but the feedback page shows nothing else: rendering "


@dataclass(frozen=True)
class Row:
    """What became of one student's submission.

    state: a value of `State`.
    for_student, for_instructor: what they read of it (`course.grading.states.End`).
    notes: how the submission was read, and what an inspector remarks, a sentence each.
    scores, by_hand, waiting, late_seconds, late_penalty, score, max_score, shown: what the gradebook says
        (`course.grading.points.Grade`, where scores is by_cell); score is None for whom nothing is in it.
    page: why the page of feedback shows points only, or empty.
    ended: the state without that, where it is another.
    submission, lesson: digests of what was graded and by what.
    seconds, cpu_seconds, peak_bytes: what it cost.
    marks: what two students should not have in common, by a word for it; one in each line.
    answered: how each exercise was answered (`course.grading.points.ANSWERED`).
    """

    student: str
    state: str
    for_student: str = ""
    for_instructor: str = ""
    notes: list[str] = field(default_factory=list)
    scores: dict[str, float | None] = field(default_factory=dict)
    by_hand: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    late_seconds: float = 0.0
    late_penalty: float = 0.0
    score: float | None = None
    max_score: float | None = None
    shown: str = ""
    page: str = ""
    ended: str = ""
    submission: str = ""
    lesson: str = ""
    seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_bytes: int | None = None
    marks: dict[str, str] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)

    @property
    def is_fault(self) -> bool:
        """Whether the grader failed, and not the student."""
        return self.state == State.GRADER_FAULT

    def with_plain_page(self, why: str, error: BaseException | None = None) -> Row:
        """Return the row of whom the page shows points only.

        why: what rendering did, such as "took more than 60 s of CPU time".
        error: what only the instructor reads of it.
        """
        row, said = self.with_page(), f"{_NO_PAGE}{why}."
        detail = f" {in_one_line(error)}" if error else ""
        went_well = row.state in (State.GRADED, State.REPAIRED)
        return replace(
            row,
            state=str(State.NOT_SHOWN) if went_well else row.state,
            for_student=f"{row.for_student} {said}".lstrip(),
            for_instructor=f"{row.for_instructor} {said}{detail}".lstrip(),
            page=why,
            ended=row.state if went_well else "",
        )

    def with_page(self) -> Row:
        """Return the row of whom there is a whole page, now at least."""
        if not self.page:
            return self
        return replace(
            self,
            state=self.ended or self.state,
            for_student=self.for_student.partition(_NO_PAGE)[0].rstrip(),
            for_instructor=self.for_instructor.partition(_NO_PAGE)[0].rstrip(),
            page="",
            ended="",
        )

    def with_points(self, points: Grade | None) -> Row:
        """Return the row with what the gradebook says; as it is where that is nothing (None)."""
        if points is None:
            return self
        return replace(
            self,
            scores=points.by_cell,
            by_hand=list(points.by_hand),
            waiting=list(points.waiting),
            late_seconds=points.late_seconds,
            late_penalty=points.late_penalty,
            score=points.score,
            max_score=points.max_score,
            shown=points.shown,
        )


@dataclass(frozen=True)
class Change:
    """A student whose points are others than before the run, by graded cell, before and after.

    Without the cells for which a person gave points: those stand.
    """

    student: str
    before: dict[str, float | None]
    after: dict[str, float | None]

    @property
    def difference(self) -> float:
        """How many points more, over all cells (negative: fewer)."""
        return sum(points or 0 for points in self.after.values()) - sum(
            points or 0 for points in self.before.values()
        )


@dataclass(frozen=True)
class Twins:
    """Students who handed in the same of what each should have for themselves. what: a word for it."""

    what: str
    students: tuple[str, ...]


class Report:
    """All rows of a lesson, in a JSON file that is rewritten whole.

    rows: by student.
    before: the points by graded cell that students had when a run began to grade them again. They are kept
        until a run has come to its end, so that one that was interrupted loses no change.
    """

    def __init__(self, root: Path, lesson: str) -> None:
        """Read the report of an earlier run in the course directory `root`, if there is one.

        Raises CourseError when it is damaged.
        """
        self.lesson = lesson
        self.path = Path(root) / FOLDER / f"{lesson}.json"
        self.rows: dict[str, Row] = {}
        self.before: dict[str, dict[str, float | None]] = {}
        if not self.path.exists():
            return
        known = {entry.name for entry in fields(Row)}
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            self.rows = {
                row["student"]: Row(**{key: value for key, value in row.items() if key in known})
                for row in content["submissions"]
            }
            if content.get("interrupted"):
                self.before = {change["student"]: change["before"] for change in content["changes"]}
        except (ValueError, LookupError, TypeError, AttributeError):
            raise CourseError(
                f"{self.path} is damaged: move it away, and course grade grades everything again"
            ) from None

    @property
    def changes(self) -> list[Change]:
        """The changes since the run began, and since those before it that did not come to their end."""
        found = []
        for student in sorted(self.before.keys() & self.rows.keys()):
            row, before = self.rows[student], self.before[student]
            if row.score is None:
                continue
            mine = [name for name in {**before, **row.scores} if name not in row.by_hand]
            change = Change(
                student,
                {name: before[name] for name in mine if name in before},
                {name: row.scores[name] for name in mine if name in row.scores},
            )
            if change.before != change.after:
                found.append(change)
        return found

    @property
    def twins(self) -> list[Twins]:
        """What several students have in common and should not, by what it is and then by their names."""
        found: dict[tuple[str, str], list[str]] = {}
        for row in self.rows.values():
            for word, marks in row.marks.items():
                for mark in marks.splitlines():
                    found.setdefault((word, mark), []).append(row.student)
        shared = {
            (word, tuple(sorted(students))) for (word, _), students in found.items() if len(students) > 1
        }
        return [Twins(word, students) for word, students in sorted(shared)]

    def remember(self, student: str, scores: Mapping[str, float | None]) -> None:
        """Take down what a student had, before anything of it is changed."""
        if student not in self.before:
            self.before[student] = dict(scores)
            self.write()

    def add(self, row: Row) -> None:
        """Take a row in, and write the report."""
        self.rows[row.student] = row
        self.write()

    def write(self, *, interrupted: bool = True) -> None:
        """Write the report beside its place and move it there; grader faults come first.

        interrupted: whether more is to come in this run.
        """
        rows = sorted(self.rows.values(), key=lambda row: (not row.is_fault, row.student))
        # Of an interrupted run, what everybody had before it; of a finished one, who has something else now.
        unfinished = [Change(student, before, {}) for student, before in sorted(self.before.items())]
        content = {
            "lesson": self.lesson,
            "interrupted": interrupted,
            "states": dict(sorted(Counter(row.state for row in rows).items())),
            "waiting": sum(bool(row.waiting) for row in rows),
            "changes": [asdict(change) for change in (unfinished if interrupted else self.changes)],
            "beliefs": [asdict(stats) for stats in class_statistics(row.answered for row in rows)],
            "twins": [asdict(twins) for twins in self.twins],
            "submissions": [asdict(row) for row in rows],
        }
        put(self.path, json.dumps(content, indent=1, ensure_ascii=True) + "\n")
