"""The one writer: takes results into nbgrader's gradebook and its folders, each submission whole or not at
all.

It writes what `nbgrader autograde` and `generate_feedback` write, in the same places and with the same
meaning, so that formgrader, `nbgrader export` and a person's habits go on working. A submission is one
transaction; files are written beside their place and moved there.
"""

from __future__ import annotations

import copy
import errno
import math
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

import nbformat
from nbformat import NotebookNode
from nbgrader import utils

from course.grading.assignment import Difference, SaveTermCells, difference, restructure
from course.grading.ingest.folder import read_others
from course.grading.judge import is_as_released, points_in_gradebook
from course.grading.lesson import GradedLesson
from course.grading.platforms import Person
from course.grading.points import (
    Grade,
    feedback_resources,
    is_ungraded,
    late_seconds,
    points_of,
    with_grades,
)
from course.grading.term import TERM_FILE, TermLesson, read_term
from course.scratch import put_in_place
from helpers.checks.exercises import exercise_of
from helpers.errors import CourseError, in_one_line

if TYPE_CHECKING:
    from nbgrader.api import Gradebook, SubmittedNotebook
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import AssignLatePenalties

    from course.grading.grade_one import Result

_TIMESTAMP = "timestamp.txt"
# `nbgrader release_feedback` reads them beside each page: when it was handed in, and whose it is.
_FOR_THE_EXCHANGE = (_TIMESTAMP, "submission_secret.txt")


def folder_of(coursedir: CourseDirectory, directory: str, lesson_name: str, student: str = ".") -> Path:
    """Return where nbgrader keeps a lesson in one of its folders; a student's where there is one for each.

    directory: the folder's name, as nbgrader's configuration has it.
    """
    return Path(coursedir.format_path(directory, student, lesson_name))


class CourseGradebook:
    """nbgrader's gradebook of a course directory, and the folders that belong to it.

    A context manager: the database is open inside it.
    """

    def __init__(self, coursedir: CourseDirectory) -> None:
        """Take nbgrader's CourseDirectory: it knows the folders and the address of the database."""
        self.coursedir = coursedir

    def __enter__(self) -> Self:
        from nbgrader.api import Gradebook
        from sqlalchemy.exc import SQLAlchemyError

        self._late = _load_late_plugin(self.coursedir)
        try:
            self._gradebook: Gradebook = Gradebook(self.coursedir.db_url, self.coursedir.course_id)
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise CourseError(f"the gradebook cannot be opened: {reason}") from error
        self._late.gradebook = self._gradebook
        return self

    def __exit__(self, *_: object) -> None:
        self._gradebook.close()

    def prepare(self, lesson: GradedLesson, decided: TermLesson, *, change_cells: bool = False) -> None:
        """Bring the gradebook's assignment up to date with lesson and term; the release is not touched.

        decided: by the term.
        change_cells: also when the lesson's graded cells are others than those of its submissions; points
            and comments that a person gave are kept.

        Raises CourseError when they are others and may not be changed, or a person's work would be lost.
        """
        self._gradebook.update_or_create_assignment(lesson.name)
        changed = self._changed_cells(lesson)
        if changed and not change_cells:
            raise CourseError(
                f"{lesson.name}: its cells have changed since it was graded ({changed}). Run course grade "
                f"{lesson.name} --regrade to update the gradebook; points given by hand are kept"
            )
        if changed:
            with self._transaction():
                restructure(self._gradebook, lesson, changed)
        resources = {
            "nbgrader": {"assignment": lesson.name, "notebook": lesson.name, "db_url": self.coursedir.db_url}
        }
        SaveTermCells(parent=self.coursedir).preprocess(copy.deepcopy(lesson.template), resources)
        self._gradebook.db.expire_all()
        self._fill_in(lesson.name)
        if decided.due is not None:
            due = None if decided.due == "none" else decided.due
            self._gradebook.update_or_create_assignment(lesson.name, duedate=due)

    def _fill_in(self, lesson_name: str) -> None:
        """Give cells that count again what the checks said of them, from the graded notebooks."""
        from nbgrader.api import Grade, GradeCell

        notebook = self._gradebook.find_notebook(lesson_name, lesson_name)
        grades = self._gradebook.db.query(Grade).join(GradeCell, Grade.cell_id == GradeCell.id)
        counts = GradeCell.notebook_id == notebook.id, GradeCell.cell_type == "code", GradeCell.max_score > 0
        is_open = (
            Grade.auto_score.is_(None),
            Grade.manual_score.is_(None),
            Grade.needs_manual_grade.is_(False),
        )
        by_student: dict[str, list[Grade]] = {}
        for grade in grades.filter(*counts, *is_open):
            by_student.setdefault(grade.notebook.student.id, []).append(grade)
        for student, missing in by_student.items():
            graded = self._graded_notebook(lesson_name, student)
            cells = _nbgrader_cells(graded) if graded else {}
            for grade in (grade for grade in missing if grade.name in cells):
                grade.auto_score = points_in_gradebook(cells[grade.name], grade.max_score)
                grade.needs_manual_grade = grade.auto_score is None
        self._gradebook.db.commit()

    def due(self, lesson_name: str) -> datetime | None:
        """Return when a lesson is due, None where the gradebook has no date for it."""
        from nbgrader.api import MissingEntry

        try:
            due: datetime | None = self._gradebook.find_assignment(lesson_name).duedate
        except MissingEntry:
            return None
        return due and due.replace(tzinfo=ZoneInfo("UTC"))

    def extend(self, lesson: GradedLesson, decided: TermLesson, student: str, extension: timedelta) -> None:
        """Grant a student an extension, in the place of any before; none where it has no length.

        decided: by the term.

        Raises CourseError where it cannot be written.
        """
        from nbgrader.api import InvalidEntry
        from sqlalchemy.exc import SQLAlchemyError

        try:
            self._extend(lesson, decided, student, extension)
        except (SQLAlchemyError, InvalidEntry) as error:  # the second is what nbgrader makes of the first
            reason = in_one_line(getattr(error, "orig", None) or error)
            raise CourseError(
                f"the extension was not stored ({reason}): when course grade has ended, try again"
            ) from error

    def _extend(self, lesson: GradedLesson, decided: TermLesson, student: str, extension: timedelta) -> None:
        from nbgrader.api import MissingEntry

        name = lesson.name
        try:
            self._gradebook.find_notebook(name, name)
        except MissingEntry:
            self.prepare(lesson, decided)
        try:
            self._gradebook.find_submission(name, student)
        except MissingEntry:
            with self._transaction():
                self._gradebook.update_or_create_student(student)
                self._update_submission(name, student)
                for grade in self._get(name, student).grades:
                    grade.needs_manual_grade = False  # nothing was handed in
        self._gradebook.grant_extension(name, student, minutes=extension.total_seconds() / 60)

    def _changed_cells(self, lesson: GradedLesson) -> Difference | None:
        """Return how the lesson's cells differ from those of its submissions; None where there are none."""
        from nbgrader.api import MissingEntry

        try:
            notebook = self._gradebook.find_notebook(lesson.name, lesson.name)
        except MissingEntry:
            return None
        return difference(notebook, lesson.template) if notebook.submissions else None

    def students(self) -> list[str]:
        """Return the ids of all students whom the gradebook knows, whatever they handed in."""
        return sorted(student.id for student in self._gradebook.students)

    def people(self) -> list[Person]:
        """Return all students whom the gradebook knows, with their names."""
        return [
            Person(each.id, each.id, each.first_name or "", each.last_name or "", each.email or "")
            for each in self._gradebook.students
        ]

    def add_people(self, people: Iterable[Person]) -> None:
        """Add students, or what is said of them, as `nbgrader db student import` does."""
        for person in people:
            said = {name: getattr(person, name) for name in ("first_name", "last_name", "email")}
            self._gradebook.update_or_create_student(
                person.id, **{name: value for name, value in said.items() if value}
            )

    def names_of(self, student: str) -> set[str]:
        """Return all that a student is called in the class list: id, names, address; in lower case."""
        from nbgrader.api import MissingEntry

        try:
            known = self._gradebook.find_student(student)
        except MissingEntry:
            return {student.casefold()}
        first, last, address = known.first_name or "", known.last_name or "", known.email or ""
        said = [
            student,
            f"{first} {last}",
            f"{last} {first}",
            last + first,
            address,
            address.partition("@")[0],
        ]
        return {" ".join(name.split()).casefold() for name in said} - {""}

    def holds(self, lesson_name: str, student: str) -> bool:
        """Return whether a student's work on a lesson is graded, as far as gradebook and folders know."""
        folder = folder_of(self.coursedir, self.coursedir.autograded_directory, lesson_name, student)
        return folder.is_dir() and self._find(lesson_name, student) is not None

    def points(self, lesson_name: str, student: str) -> Grade | None:
        """Return what a student has for a lesson, or None."""
        submitted = self._find(lesson_name, student)
        return None if submitted is None else points_of(submitted)

    def settle(self, lesson_name: str, student: str) -> Grade | None:
        """Bring the late penalty up to date with due date and points given by hand, and return `points`."""
        submitted = self._find(lesson_name, student)
        if submitted is None:
            return None
        if self._late_penalty(submitted) != submitted.late_submission_penalty:
            with self._transaction():
                submitted = self._get(lesson_name, student)
                submitted.late_submission_penalty = self._late_penalty(submitted)
            submitted = self._find(lesson_name, student)
        return points_of(submitted)

    def take(
        self, result: Result, files: Mapping[str, bytes], timestamp: str
    ) -> tuple[NotebookNode, dict[str, Any], Grade | None]:
        """Write a result's grades and its graded notebook, and return what feedback is made of.

        That is the notebook with scores and comments, resources for nbconvert, and the grade. Grades that a
        person gave are kept, and marked to be looked at again where the answer, or what the checks say of it,
        is another than before.

        files: what lay beside the submitted notebook, by name.
        timestamp: when it was handed in, as nbgrader writes it, or empty.
        """
        notebook = nbformat.from_dict(copy.deepcopy(result.notebook))
        target = folder_of(self.coursedir, self.coursedir.autograded_directory, result.lesson, result.student)
        # The answer to what an inspector judges is what lies beside the notebook.
        beside = read_others(target)[0] if result.inspected and target.is_dir() else None
        before = _answers(self._graded_notebook(result.lesson, result.student))
        before |= dict.fromkeys(result.inspected, beside)
        now = _answers(notebook) | {name: dict(files) for name in result.inspected}
        _require_movable(target)
        # The database first: where it refuses, the folder stays what the points in it were given for.
        with put_in_place(target) as made, self._transaction():
            self._gradebook.update_or_create_student(result.student)
            # A time that is there no more was a mistake: nobody is late by it.
            self._update_submission(result.lesson, result.student, timestamp=timestamp or None)
            submitted = self._get(result.lesson, result.student)
            _save_grades(submitted, notebook, before, now)
            self._gradebook.db.flush()
            self._gradebook.db.refresh(submitted)
            submitted.late_submission_penalty = self._late_penalty(submitted)
            self._gradebook.db.flush()
            for name, content in files.items():
                (made / name).write_bytes(content)
            if timestamp:
                (made / _TIMESTAMP).write_text(timestamp, encoding="utf-8")
            nbformat.write(notebook, made / f"{result.lesson}.ipynb")
            page = with_grades(submitted, notebook), feedback_resources(submitted)
        return *page, self.points(result.lesson, result.student)

    def page(self, lesson_name: str, student: str) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the graded notebook with what the gradebook says now, and resources for nbconvert.

        Raises CourseError when the graded notebook is missing or damaged.
        """
        notebook = self._graded_notebook(lesson_name, student)
        if notebook is None:
            raise CourseError(f"autograded/{student}/{lesson_name}/{lesson_name}.ipynb cannot be read")
        submitted = self._find(lesson_name, student)
        return with_grades(submitted, notebook), feedback_resources(submitted)

    def has_feedback(self, lesson_name: str, student: str) -> bool:
        """Return whether there is a feedback page."""
        folder = folder_of(self.coursedir, self.coursedir.feedback_directory, lesson_name, student)
        return (folder / f"{lesson_name}.html").is_file()

    def write_feedback(self, lesson_name: str, student: str, html: str) -> None:
        """Put the feedback page where nbgrader puts it, with what its exchange asks for."""
        target = folder_of(self.coursedir, self.coursedir.feedback_directory, lesson_name, student)
        graded = folder_of(self.coursedir, self.coursedir.autograded_directory, lesson_name, student)
        with put_in_place(target, mode=0o644) as made:
            for name in _FOR_THE_EXCHANGE:
                if (graded / name).is_file():
                    (made / name).write_bytes((graded / name).read_bytes())
            (made / f"{lesson_name}.html").write_text(html, encoding="utf-8")

    def _find(self, lesson_name: str, student: str) -> SubmittedNotebook | None:
        """Return what the gradebook has of a student's work on a lesson, or None."""
        from nbgrader.api import MissingEntry

        try:
            submitted = self._get(lesson_name, student)
        except MissingEntry:
            return None
        return None if is_ungraded(submitted) else submitted

    def _get(self, lesson_name: str, student: str) -> SubmittedNotebook:
        """Return what the gradebook has of a student for a lesson; raises nbgrader's MissingEntry."""
        return self._gradebook.find_submission_notebook(lesson_name, lesson_name, student)

    def _graded_notebook(self, lesson_name: str, student: str) -> NotebookNode | None:
        """Return the graded notebook of before, or None."""
        folder = folder_of(self.coursedir, self.coursedir.autograded_directory, lesson_name, student)
        try:
            return nbformat.read(folder / f"{lesson_name}.ipynb", as_version=4)
        except (OSError, ValueError, AttributeError, nbformat.ValidationError):
            return None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
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

    def _update_submission(self, lesson_name: str, student: str, **known: str | None) -> None:
        """Give the gradebook a submission of this student, if it has none, and what is known of it."""
        from sqlalchemy.exc import SAWarning

        with warnings.catch_warnings():
            # nbgrader adds a new submission to its session after its parts have been asked for.
            warnings.simplefilter("ignore", SAWarning)
            self._gradebook.update_or_create_submission(lesson_name, student, **known)

    def _late_penalty(self, submitted: SubmittedNotebook) -> float | None:
        """Return what nbgrader's plugin takes off for being late: points, or None."""
        seconds = late_seconds(submitted.assignment)
        if seconds <= 0:
            return None
        student = submitted.student.id
        self._late.assignment_id = submitted.assignment.name
        try:
            penalty = self._late.plugin_inst.late_submission_penalty(student, submitted.score, seconds)
            if penalty is None:
                return None
            if math.isnan(penalty):
                raise ValueError("it returned NaN")
            return min(max(penalty, 0.0), submitted.score)
        except Exception as error:  # an instructor's plugin may raise anything
            raise CourseError(
                f"the plugin for late penalties fails for {student} ({in_one_line(error)}): correct it, see "
                "c.AssignLatePenalties.plugin_class in nbgrader_config.py"
            ) from error


def _load_late_plugin(coursedir: CourseDirectory) -> AssignLatePenalties:
    """Return nbgrader's step with the plugin that says what being late costs: the term's or an instructor's.

    Raises CourseError when it cannot be used, or the term says something else.
    """
    from nbgrader.preprocessors import AssignLatePenalties

    from course.grading.late import TermPenalty

    try:
        assign = AssignLatePenalties(parent=coursedir)
        assign.init_plugin()
    except Exception as error:  # an instructor's plugin may raise anything
        reason = " ".join(str(error).split())
        raise CourseError(
            f"the plugin for late penalties cannot be used ({reason}): see "
            "c.AssignLatePenalties.plugin_class in nbgrader_config.py"
        ) from error
    plugin = assign.plugin_inst
    is_own = not isinstance(plugin, TermPenalty) or plugin.penalty_method != "none"
    if is_own and read_term(Path(coursedir.root)).late is not None:
        raise CourseError(
            f"{TERM_FILE} has [late], and nbgrader_config.py also sets a late penalty: remove one of them"
        )
    return assign


def _require_movable(target: Path) -> None:
    """Raise an OSError where a graded folder could not be moved away: asked before points are written."""
    if not os.path.lexists(target):
        return
    if target.is_symlink() or not target.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))


def _save_grades(
    submitted: SubmittedNotebook, notebook: NotebookNode, before: Mapping[str, Any], now: Mapping[str, Any]
) -> None:
    """Give every graded cell its points and every answer its comment, as nbgrader's SaveAutoGrades does.

    before, now: the answers of the graded notebook of before, and of this one, by name.
    """
    cells = _nbgrader_cells(notebook)
    for grade in submitted.grades:
        score = points_in_gradebook(cells[grade.name], grade.max_score)
        answer = exercise_of(grade.name)
        is_same = answer in now and now[answer] == before.get(answer) and _is_same(score, grade.auto_score)
        # A person's points stand; whoever gave them looks again at what is another than it was.
        if not grade.max_score:
            grade.needs_manual_grade = False  # it does not count this term
        elif grade.manual_score is None or not is_same:
            grade.needs_manual_grade = grade.manual_score is not None or score is None
        grade.auto_score = score
    for comment in submitted.comments:
        cell = cells[comment.name]
        unanswered = is_as_released(cell) and not utils.is_task(cell)
        comment.auto_comment = "No response." if unanswered else None


def _nbgrader_cells(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def _is_same(score: float | None, before: float | None) -> bool:
    """Return whether points are what they were; a change of scale has rounded them."""
    if score is None or before is None:
        return score is before
    return math.isclose(score, before, abs_tol=1e-9)


def _answers(notebook: NotebookNode | None) -> dict[str, Any]:
    """Return what a student wrote, by exercise or written question; nothing where there is no notebook."""
    cells = notebook.cells if notebook else ()
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if utils.is_solution(cell)}
