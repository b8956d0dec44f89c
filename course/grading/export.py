"""What `nbgrader export` writes: a table of grades."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.plugins import ExportPlugin

from course.grading.report import Report, Row
from helpers.errors import CourseError

_COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score", "waiting", "state"),
)


class Grades(ExportPlugin):
    """Writes what nbgrader's CsvExportPlugin does, with quotes where a name needs them, and two columns more.

    score: empty while a cell waits for a person, and where the grader failed; `raw_score` has what is known.
    waiting: the points of the cells at which a person is yet to look.
    state: how the submission ended (`course.grading.states.State`), empty without a run of `course grade`.
    """

    def export(self, gradebook: Gradebook) -> None:
        """Write the table of the assignments and students that were asked for, all without."""
        path = self.to or "grades.csv"
        self.log.info("Exporting grades to %s", path)
        with open(path, "w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, _COLUMNS, lineterminator="\n")
            table.writeheader()
            for assignment in gradebook.assignments:
                if self.assignment and assignment.name not in self.assignment:
                    continue
                rows = self._rows_of_report(assignment.name)
                for student in gradebook.students:
                    # nbgrader reads ids from its command line, where one of digits becomes a number.
                    if not self.student or student.id in map(str, self.student):
                        table.writerow(_row(gradebook, assignment, student, rows.get(student.id)))

    def _rows_of_report(self, lesson: str) -> Mapping[str, Row]:
        try:
            return Report(Path(self.parent.coursedir.root), lesson).rows
        except CourseError as error:
            return self.parent.fail(str(error))


def _row(
    gradebook: Gradebook, assignment: Assignment, student: Student, reported: Row | None
) -> dict[str, Any]:
    found = {column: getattr(student, column) for column in ("last_name", "first_name", "email")}
    found |= {"assignment": assignment.name, "duedate": assignment.duedate, "student_id": student.id}
    found |= {"raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0, "waiting": 0.0}
    found["max_score"] = assignment.max_score
    if reported is not None:
        found |= {"state": reported.state} | ({"score": ""} if reported.is_fault else {})
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:  # handed in nothing
        return found
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    penalty = submission.late_submission_penalty or 0.0
    is_known = found["score"] != "" and not any(grade.needs_manual_grade for grade in grades)
    return found | {
        "timestamp": submission.timestamp,
        "raw_score": submission.score,
        "late_submission_penalty": submission.late_submission_penalty,
        "score": max(0.0, submission.score - penalty) if is_known else "",
        "waiting": sum(grade.max_score for grade in grades if grade.needs_manual_grade),
    }
