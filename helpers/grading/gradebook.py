"""The one writer: takes results into nbgrader's gradebook and its folders, each submission whole or not at
all.

It writes what `nbgrader autograde` and `generate_feedback` write, in the same places and with the same
meaning, so that formgrader, `nbgrader export` and a person's habits go on working. A submission is one
transaction; files are written beside their place and moved there.
"""

import copy
import tempfile
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader import utils

from helpers.errors import CourseError


@dataclass(frozen=True)
class Points:
    """What a student has for a lesson in the gradebook.

    score: all points, those that a person gave included; auto_score: what the checks gave.
    needs_manual_grade: a person must still look.
    """

    score: float
    auto_score: float
    max_score: float
    needs_manual_grade: bool


def folder_of(coursedir, directory, lesson_name, student="."):
    """Where nbgrader keeps a lesson in one of its folders; a student's where there is one for each."""
    return Path(coursedir.format_path(directory, student, lesson_name))


class CourseGradebook:
    """nbgrader's gradebook of a course directory, and the folders that belong to it."""

    def __init__(self, coursedir):
        """Take nbgrader's CourseDirectory: it knows the folders and the address of the database."""
        self.coursedir = coursedir

    def __enter__(self):
        from nbgrader.api import Gradebook
        from sqlalchemy.exc import SQLAlchemyError

        try:
            self._gradebook = Gradebook(self.coursedir.db_url, self.coursedir.course_id)
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise CourseError(f"the gradebook cannot be opened: {reason}") from error
        return self

    def __exit__(self, *_):
        self._gradebook.close()

    def prepare(self, lesson):
        """Bring the gradebook's assignment up to date with the lesson; the release is not touched.

        Raises CourseError when graded cells were added or removed while there are submissions: nbgrader
        cannot tell what their points would be.
        """
        from nbgrader.preprocessors import SaveCells

        self._gradebook.update_or_create_assignment(lesson.name)
        resources = {
            "nbgrader": {"assignment": lesson.name, "notebook": lesson.name, "db_url": self.coursedir.db_url}
        }
        try:
            SaveCells(parent=self.coursedir).preprocess(copy.deepcopy(lesson.template), resources)
        except RuntimeError as error:
            raise CourseError(
                f"{lesson.name}: the gradebook has submissions to this lesson with other graded cells. To "
                "begin anew, keep a copy of the gradebook and run: "
                f"nbgrader db assignment remove {lesson.name} --force"
            ) from error
        self._gradebook.db.expire_all()

    def holds(self, lesson_name, student):
        """Whether a student's work on a lesson is graded, as far as the gradebook and its folders know."""
        folder = folder_of(self.coursedir, self.coursedir.autograded_directory, lesson_name, student)
        return folder.is_dir() and self.points(lesson_name, student) is not None

    def points(self, lesson_name, student):
        """What the gradebook says of a student's work on a lesson, or None."""
        from nbgrader.api import MissingEntry

        try:
            submitted = self._gradebook.find_submission_notebook(lesson_name, lesson_name, student)
        except MissingEntry:
            return None
        return Points(
            submitted.score,
            sum(grade.auto_score or 0.0 for grade in submitted.grades),
            submitted.max_score,
            submitted.needs_manual_grade,
        )

    def take(self, result, files, timestamp):
        """Write a result's grades and its graded notebook; gives what feedback is made of.

        files: what lay beside the submitted notebook, by name. timestamp: when it was handed in, as nbgrader
        writes it, or empty. Grades that a person gave are kept, and marked to be looked at again.

        Returns (notebook with scores and comments, resources for nbconvert, `Points`).
        """
        notebook = nbformat.from_dict(copy.deepcopy(result.notebook))
        target = folder_of(self.coursedir, self.coursedir.autograded_directory, result.lesson, result.student)
        with self._transaction(), _beside(target) as made:
            self._gradebook.update_or_create_student(result.student)
            submission = self._submission(result, timestamp)
            submitted = self._gradebook.find_submission_notebook(result.lesson, result.lesson, result.student)
            _save_grades(submitted, notebook)
            self._gradebook.db.flush()
            self._gradebook.db.refresh(submitted)
            submitted.late_submission_penalty = self._late_penalty(submission, submitted)
            self._gradebook.db.flush()
            for name, content in files.items():
                (made / name).write_bytes(content)
            nbformat.write(notebook, made / f"{result.lesson}.ipynb")
            graded = _with_grades(submitted, notebook), _resources(result, submitted)
        return *graded, self.points(result.lesson, result.student)

    def write_feedback(self, result, html):
        """Put the feedback page where `nbgrader generate_feedback` puts it."""
        target = folder_of(self.coursedir, self.coursedir.feedback_directory, result.lesson, result.student)
        with _beside(target, mode=0o644) as made:
            (made / f"{result.lesson}.html").write_text(html, encoding="utf-8")

    @contextmanager
    def _transaction(self):
        """Make one transaction of everything in the block: nbgrader itself commits after each step."""
        session, engine = self._gradebook.db, self._gradebook.engine
        with engine.begin() as connection:
            session.remove()
            session.configure(bind=connection, join_transaction_mode="rollback_only")
            try:
                yield
                session.flush()
            finally:
                session.remove()
                session.configure(bind=engine, join_transaction_mode="conditional_savepoint")

    def _submission(self, result, timestamp):
        from sqlalchemy.exc import SAWarning

        when = {"timestamp": timestamp} if timestamp else {}
        with warnings.catch_warnings():
            # nbgrader adds a new submission to its session after its parts have been asked for.
            warnings.simplefilter("ignore", SAWarning)
            return self._gradebook.update_or_create_submission(result.lesson, result.student, **when)

    def _late_penalty(self, submission, submitted):
        """What nbgrader's plugin takes off for being late: points, or None."""
        from nbgrader.preprocessors import AssignLatePenalties

        if submission.total_seconds_late <= 0:
            return None
        assign = AssignLatePenalties(parent=self.coursedir)
        assign.init_plugin()
        penalty = assign.plugin_inst.late_submission_penalty(
            submission.student_id, submitted.score, submission.total_seconds_late
        )
        return None if penalty is None else min(max(penalty, 0.0), submitted.score)


def _save_grades(submitted, notebook):
    """Give every graded cell its points and every answer its comment, as nbgrader's SaveAutoGrades does."""
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}
    for grade in submitted.grades:
        grade.auto_score, _ = utils.determine_grade(cells[grade.name])
        # A person's points stand until that person has seen what was handed in anew.
        grade.needs_manual_grade = grade.manual_score is not None or grade.auto_score is None
    for comment in submitted.comments:
        cell = cells[comment.name]
        unanswered = cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell)
        comment.auto_comment = "No response." if unanswered and not utils.is_task(cell) else None


def _with_grades(submitted, notebook):
    """The notebook with the scores and comments in it that feedback shows (nbgrader's GetGrades)."""
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
    return notebook


def _resources(result, submitted):
    penalty = submitted.late_submission_penalty or 0
    return {
        "unique_key": result.lesson,
        "output_files_dir": f"{result.lesson}_files",
        "nbgrader": {
            "student": result.student,
            "assignment": result.lesson,
            "notebook": result.lesson,
            "score": submitted.score - penalty,
            "max_score": submitted.max_score,
            "late_penalty": penalty,
        },
    }


@contextmanager
def _beside(target, mode=0o444):
    """A new folder that takes the place of `target` when the block succeeds: no half of it is seen there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".grading-") as workshop:
        made = Path(workshop) / "new"
        made.mkdir()
        yield made
        for path in made.iterdir():
            path.chmod(mode)
        if target.is_dir() and not target.is_symlink():
            target.rename(Path(workshop) / "old")
        made.rename(target)
