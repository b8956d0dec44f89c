"""What a student has for a lesson in nbgrader's gradebook, and the notebook that feedback shows of it."""

from __future__ import annotations

import copy
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from course.grading.states import Answered
from helpers.checks.exercises import exercise_of

if TYPE_CHECKING:
    from nbgrader import api

# In the metadata of a judged cell: how the exercise was answered, a word of `Answered` or the sentence of a
# recognised mistake.
ANSWERED = "hyperparameter_course_answered"
_DIGITS = 6  # a penalty may be a fraction that no decimal number is equal to


@dataclass(frozen=True)
class Grade:
    """What a student has for a lesson.

    by_cell: points by graded cell, those of a person before those of the checks; None where neither has given
        any.
    by_hand: the cells for which a person gave points or extra credit.
    waiting: the cells at which a person must look, for the first time or again.
    late_seconds: after the due date, extensions granted.
    late_penalty: points taken off for that.
    score: what counts, the penalty taken off.
    max_score: of the lesson.
    shown: a digest of what feedback shows of all this, comments included.
    """

    by_cell: dict[str, float | None]
    by_hand: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    late_seconds: float = 0.0
    late_penalty: float = 0.0
    score: float = 0.0
    max_score: float = 0.0
    shown: str = field(default="", compare=False)


def points_of(submitted: api.SubmittedNotebook) -> Grade:
    """Return what the gradebook says of a submission."""
    grades = sorted(submitted.grades, key=lambda grade: grade.name)
    penalty = submitted.late_submission_penalty or 0.0
    by_cell = {grade.name: _points(grade) for grade in grades}
    comments = sorted((comment.name, comment.comment or "") for comment in submitted.comments)
    numbers = [(grade.name, grade.score, grade.max_score, grade.needs_manual_grade) for grade in grades]
    shown = json.dumps([numbers, comments, penalty]).encode(errors="surrogatepass")
    return Grade(
        by_cell,
        tuple(grade.name for grade in grades if _is_by_hand(grade)),
        tuple(grade.name for grade in grades if grade.needs_manual_grade),
        late_seconds(submitted.assignment),
        penalty,
        _final_score(submitted),
        submitted.max_score,
        hashlib.sha256(shown).hexdigest()[:16],
    )


def _final_score(submitted: api.SubmittedNotebook) -> float:
    """Return the points that count. Since the penalty was worked out, a person may have taken points away."""
    return round(max(submitted.score - (submitted.late_submission_penalty or 0.0), 0.0), _DIGITS)


def is_ungraded(submitted: api.SubmittedNotebook) -> bool:
    """Return whether nothing of it was graded: it is there for the extension that was granted."""
    return not any(grade.needs_manual_grade or _points(grade) is not None for grade in submitted.grades)


def late_seconds(submission: api.SubmittedAssignment) -> float:
    """Return how late a submission is, in seconds; an extension without a due date is none."""
    return submission.total_seconds_late if submission.assignment.duedate else 0.0


def _points(grade: api.Grade) -> float | None:
    return None if grade.manual_score is None and grade.auto_score is None else grade.score


def _is_by_hand(grade: api.Grade) -> bool:
    return grade.manual_score is not None or bool(grade.extra_credit)


def max_scores(db_url: str, lesson_name: str, student: str) -> dict[str, float]:
    """Return what each graded cell of a student's submission is worth, by its name."""
    from nbgrader.api import Gradebook

    with Gradebook(db_url) as gradebook:
        submitted = gradebook.find_submission_notebook(lesson_name, lesson_name, student)
        return {grade.name: grade.max_score for grade in submitted.grades}


def with_grades(submitted: api.SubmittedNotebook, notebook: NotebookNode) -> NotebookNode:
    """Return a copy of the notebook with the scores and comments that feedback shows.

    `course.grading.judge.ShowGrades` does the same for nbgrader's own command.
    """
    notebook = copy.deepcopy(notebook)
    grades = {grade.name: grade for grade in submitted.grades}
    comments = {comment.name: comment for comment in submitted.comments}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in grades:
            cell.metadata.nbgrader.score = grades[name].score
            cell.metadata.nbgrader.points = grades[name].max_score
        if name in comments:
            cell.metadata.nbgrader.comment = comments[name].comment
    show_points(submitted, notebook)
    return notebook


def show_points(submitted: api.SubmittedNotebook, notebook: NotebookNode) -> None:
    """Put the points of each exercise at the top of a notebook, with a sentence where points are missing.

    Below the table: which cells wait for a person, because their points are not in the score yet, and which
    exercises have no points this term.
    """
    grades = {grade.name: grade for grade in submitted.grades}
    graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") in grades]
    rows = [_row_of(cell, grades[cell.metadata.nbgrader.grade_id]) for cell in graded]
    said = ["\n".join(("| exercise | points | |", "|---|---|---|", *filter(None, rows)))] if any(rows) else []
    waiting = sorted(
        f"`{grade.name}` ({grade.max_score:g})" for grade in submitted.grades if grade.needs_manual_grade
    )
    uncounted = sorted(f"`{exercise_of(grade.name)}`" for grade in submitted.grades if not grade.max_score)
    if waiting:
        said.append(
            "**Not final.** The score covers what is graded so far. Waiting for a person: "
            f"{', '.join(waiting)}, with the points in brackets."
        )
    if uncounted:
        said.append(f"**Without points this term:** {', '.join(uncounted)}.")
    if said:
        cell: NotebookNode = new_markdown_cell("\n\n".join(said), id="points")
        notebook.cells.insert(0, cell)


def _row_of(cell: NotebookNode, grade: api.Grade) -> str:
    """Return the row of a graded cell in a table in Markdown, empty for an exercise that does not count."""
    if not grade.max_score:
        return ""
    how = str(cell.metadata.get(ANSWERED, ""))
    if grade.needs_manual_grade:
        how = "Waits for a person."
    elif grade.score >= grade.max_score or how == Answered.SOLVED:
        how = ""
    elif how == Answered.OTHERWISE:
        how = "See what the checks say."
    elif how == Answered.NOT_AT_ALL:
        how = "Not answered."
    in_one_cell = " ".join(how.split()).replace("|", "\\|")
    name = exercise_of(grade.name)
    return f"| [{name}](#{grade.name}) | {grade.score:g} of {grade.max_score:g} | {in_one_cell} |"


def feedback_resources(submitted: api.SubmittedNotebook) -> dict[str, Any]:
    """Return what nbgrader's feedback template asks for beside the notebook."""
    lesson = submitted.name
    return {
        "unique_key": lesson,
        "output_files_dir": f"{lesson}_files",
        "nbgrader": {
            "student": submitted.student.id,
            "assignment": lesson,
            "notebook": lesson,
            "score": _final_score(submitted),
            "max_score": submitted.max_score,
            "late_penalty": round(submitted.late_submission_penalty or 0.0, _DIGITS),
        },
    }
