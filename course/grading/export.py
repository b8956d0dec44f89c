"""What `nbgrader export` writes: a table of grades."""

import csv
from typing import Any

from nbgrader.api import Assignment, Gradebook, MissingEntry, Student
from nbgrader.plugins import ExportPlugin

_COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score", "waiting"),
)


class Grades(ExportPlugin):
    """Writes what nbgrader's CsvExportPlugin does, with quotes where a name needs them, and one column more.

    waiting: the points of the cells at which a person is yet to look; `score` is without them.
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
                for student in gradebook.students:
                    # nbgrader reads ids from its command line, where one of digits becomes a number.
                    if not self.student or student.id in map(str, self.student):
                        table.writerow(_row(gradebook, assignment, student))


def _row(gradebook: Gradebook, assignment: Assignment, student: Student) -> dict[str, Any]:
    found = {column: getattr(student, column) for column in ("last_name", "first_name", "email")}
    found |= {"assignment": assignment.name, "duedate": assignment.duedate, "student_id": student.id}
    found |= {"raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0, "waiting": 0.0}
    found["max_score"] = assignment.max_score
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:  # handed in nothing
        return found
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    penalty = submission.late_submission_penalty or 0.0
    return found | {
        "timestamp": submission.timestamp,
        "raw_score": submission.score,
        "late_submission_penalty": submission.late_submission_penalty,
        "score": max(0.0, submission.score - penalty),
        "waiting": sum(grade.max_score for grade in grades if grade.needs_manual_grade),
    }
