"""What being late costs, as nbgrader asks for it: by `term.toml`, or else as nbgrader is configured."""

from __future__ import annotations

from pathlib import Path

from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import LateSubmissionPlugin

from course.grading.term import read_term


class TermPenalty(LateSubmissionPlugin):
    """Takes off a share of the lesson's points for each day begun.

    `parent` is nbgrader's AssignLatePenalties, which knows the gradebook and the lesson.
    """

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        """Return the points to take off; where the term says nothing, what `penalty_method` takes off."""
        late = read_term(Path(CourseDirectory(parent=self).root)).late
        if late is None:
            penalty: float | None = super().late_submission_penalty(student_id, score, total_seconds_late)
            return penalty
        lesson = self.parent.gradebook.find_assignment(self.parent.assignment_id)
        return late.penalty(total_seconds_late, lesson.max_score)
