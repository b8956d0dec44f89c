"""Grade a class: every submission to a lesson, in parallel, each taken into the gradebook by one writer.

submitted/<student>/<lesson>/  ->  workers: repair, run in a sandbox, judge  ->  results
    ->  autograded/, gradebook  ->  workers: render  ->  feedback/, grading/<lesson>.json
"""

from __future__ import annotations

import fcntl
import pickle
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory

from course.configuration import open_course
from course.grading.feedback import plain_feedback, render_feedback
from course.grading.grade_one import Result, grade_submission
from course.grading.gradebook import CourseGradebook, folder_of
from course.grading.ingest.folder import (
    Submission,
    find_refused,
    find_students,
    read_submission,
    visible_line,
)
from course.grading.lesson import GradedLesson, read_graded_lesson
from course.grading.limited_call import LimitExceeded, call_limited
from course.grading.report import FOLDER, Change, Report, Row
from course.grading.roster import Roster, read_roster
from course.grading.run_options import RunOptions
from course.grading.states import End, State
from course.grading.term import read_term
from course.grading.workers import Executor
from course.sandbox.limits import Limits
from course.scratch import sweep_workshops
from helpers.errors import CourseError

_NOT_SETTLED = "the gradebook could not update the penalty"


@dataclass
class ClassOutcome:
    """What a run of `course grade` did.

    report: what is in the report of the lesson now.
    graded: students who were graded now.
    kept: students whose grade from before stands.
    outdated: those of them who were graded by an earlier version of the lesson.
    renewed: those of them whose feedback was made anew, because a person gave points or comments.
    absent: students with nothing to grade.
    faults: students who were not graded because the grader failed.
    changes: of students graded again, whose points are others, also by runs before this one that were
        interrupted.
    strays: files that zip_collect gave to nobody.
    refused: names of folders that can be no student's id, as they may be shown.
    other_numbers: students whose file has a number that the class list does not have for them.
    """

    report: Report
    graded: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    strays: tuple[Path, ...] = ()
    refused: list[str] = field(default_factory=list)
    other_numbers: list[str] = field(default_factory=list)


def grade_class(
    root: Path,
    lesson_name: str,
    executor: Executor,
    students: Collection[str] | None = None,
    limits: Limits | None = None,
    *,
    sandboxed: bool = True,
    all_cells: bool = False,
    regrade: bool = False,
    on_start: Callable[[int], None] = lambda total: None,
    on_row: Callable[[Row], None] = lambda row: None,
) -> ClassOutcome:
    """Grade what was handed in to a lesson and is not graded yet, and return what was done.

    A student whose grading fails is in the report with the state "grader fault", and their old grade stands.

    root: the course directory.
    executor: the workers, ready.
    students: only these; all without.
    limits: of each submission.
    sandboxed, all_cells: as in `RunOptions`.
    regrade: also what is graded and unchanged.
    on_start: called with how many students there are.
    on_row: called with each row as it is done.

    Raises CourseError when there is nothing to grade, a named student handed in nothing, the lesson is not
    built, the gradebook cannot be used, nothing can be written, or another run is grading this course.
    """
    coursedir = open_course(root)
    try:
        pickle.dumps(dict(coursedir.config))
    except Exception as error:
        raise CourseError(
            f"nbgrader_config.py has a setting that no worker can receive ({error}): name a class by its "
            "module, such as 'late.SubMarks'"
        ) from error
    lesson = read_graded_lesson(folder_of(coursedir, coursedir.source_directory, lesson_name))
    decided = read_term(root, root / coursedir.source_directory).lesson(lesson_name)
    submitted = Path(coursedir.root) / coursedir.submitted_directory
    found = find_students(submitted, lesson_name)
    cannot_be_ids = find_refused(submitted, lesson_name)
    refused = [visible_line(name) for name in cannot_be_ids]
    chosen = _choose_students(found, students, lesson_name, refused)
    with _failed_writes_explained(), _locked(root), CourseGradebook(coursedir) as gradebook:
        _sweep(coursedir, lesson_name)
        gradebook.prepare(lesson, decided, change_cells=regrade and not students)
        outcome = ClassOutcome(Report(root, lesson_name), refused=refused)
        options = RunOptions(limits or Limits(), sandboxed, all_cells)
        run = _ClassRun(coursedir, lesson, gradebook, executor, outcome, on_row, options)
        if not students:
            there = [*found, *cannot_be_ids]
            known = gradebook.students()
            run.add_absent(read_roster(coursedir, lesson_name, known, there), {*known, *there})
        on_start(len(chosen))
        run.grade(submitted, chosen, regrade=regrade)
        run.finish()
    return run.outcome


def _sweep(coursedir: CourseDirectory, lesson_name: str) -> None:
    """Take away what a run that was killed has left where only one run writes at a time."""
    root = Path(coursedir.root)
    for directory in (coursedir.autograded_directory, coursedir.feedback_directory):
        place = folder_of(coursedir, directory, lesson_name, student="*")
        sweep_workshops(root, str(place.relative_to(root).parent))
    for half_written in (root / FOLDER).glob("*.tmp"):
        half_written.unlink()


class _ClassRun:
    """One run over a class: what is under way, and the one place from which anything is written."""

    def __init__(
        self,
        coursedir: CourseDirectory,
        lesson: GradedLesson,
        gradebook: CourseGradebook,
        executor: Executor,
        outcome: ClassOutcome,
        on_row: Callable[[Row], None],
        options: RunOptions,
    ) -> None:
        self.coursedir, self.lesson, self.gradebook, self.executor = coursedir, lesson, gradebook, executor
        self.outcome, self.on_row, self.options = outcome, on_row, options
        # What is to be done with each future that a worker is busy with.
        self.pending: dict[Future[Any], Callable[[Future[Any]], None]] = {}
        self.suspects: list[Submission] = []  # to be graded again, each alone

    def grade(self, submitted: Path, students: Sequence[str], *, regrade: bool) -> None:
        """Keep the workers busy until everything is written.

        submitted: the folder in which these students have theirs.
        """
        waiting = iter(students)
        exhausted = False
        while True:
            # No more than the workers need is read ahead: a class's notebooks do not fit into memory.
            while not exhausted and len(self.pending) < 2 * self.executor.num_workers:
                student = next(waiting, None)
                exhausted = student is None
                if student is not None:
                    self._read(submitted, student, regrade=regrade)
            if not self.pending:
                if not self.suspects:
                    return
                self._submit(self.suspects.pop(), alone=True)
            done, _ = wait(self.pending, return_when=FIRST_COMPLETED)
            for future in done:
                self.pending.pop(future)(future)

    def add_absent(self, roster: Roster, in_class: Collection[str]) -> None:
        """Take in a row for everybody of whom there is nothing to grade.

        in_class: who is in the class, or has handed in. The rows of others go: they have left it.
        """
        report, lesson = self.outcome.report, self.lesson
        before = report.rows
        report.rows = {
            name: row
            for name, row in report.rows.items()
            if name in in_class and row.state != State.NO_SUBMISSION
        }
        for student, end in roster.absent.items():
            try:
                points = self.gradebook.settle(lesson.name, student)
            except CourseError as error:
                self._give_up(Submission(student, lesson.name, None), _fault_end(_NOT_SETTLED, error))
                continue
            if points is not None:
                end = replace(end, detail=f"{end.detail}; the earlier grade stands")
            row = _row(Result(student, lesson.name, end), Submission(student, lesson.name, None), lesson)
            # Of an earlier class: what the next one should not have in common with it.
            marks = before[student].marks if student in before and points is not None else {}
            report.rows[student] = replace(row, submission="", marks=marks).with_points(points)
            self.outcome.absent.append(student)
        self.outcome.strays = roster.strays
        report.write()

    def finish(self) -> None:
        """Say in the report that the run came to its end, whose points have changed, and whose number is not
        in the class list.
        """
        self.outcome.other_numbers = [
            student
            for student, row in self.outcome.report.rows.items()
            if row.marks.get("number") and row.marks["number"] not in self.gradebook.names_of(student)
        ]
        self.outcome.changes = self.outcome.report.changes
        self.outcome.report.write(interrupted=False)

    def _read(self, submitted: Path, student: str, *, regrade: bool) -> None:
        try:
            submission = read_submission(submitted, student, self.lesson.name)
        except Exception as error:  # what one student handed in does not keep the others from being graded
            submission = Submission(student, self.lesson.name, None)
            self._give_up(submission, _unreadable_end(submitted, student, error))
        else:
            self._start(submission, regrade=regrade)

    def _start(self, submission: Submission, *, regrade: bool) -> None:
        row = self.outcome.report.rows.get(submission.student)
        if row is not None and not regrade and self._is_graded(submission, row):
            try:
                self._keep_grade(row)
            except CourseError as error:
                self._give_up(submission, _fault_end(_NOT_SETTLED, error))
            return
        self._submit(submission)

    def _submit(self, submission: Submission, *, alone: bool = False) -> None:
        future = self.executor.submit(grade_submission, submission, self.lesson, self.options, alone=alone)
        self.pending[future] = lambda done: self._take_result(submission, done)

    def _is_graded(self, submission: Submission, row: Row) -> bool:
        return (
            not row.is_fault
            and row.submission == submission.digest
            and self.gradebook.holds(self.lesson.name, submission.student)
        )

    def _keep_grade(self, row: Row) -> None:
        """Let stand what was graded before; show what a person has given since then, and the penalty due."""
        now = row.with_points(self.gradebook.settle(self.lesson.name, row.student))
        self.outcome.kept.append(row.student)
        if row.lesson != self.lesson.digest:
            self.outcome.outdated.append(row.student)
        if now.shown == row.shown and self.gradebook.has_feedback(self.lesson.name, row.student):
            if now != row:
                self.outcome.report.add(now)
            self.on_row(now)
            return
        self.outcome.renewed.append(row.student)
        try:
            page = self.gradebook.page(self.lesson.name, row.student)
        except CourseError:  # the graded notebook is gone: the points are known all the same
            self._write_feedback(now, plain_feedback(now))
        else:
            self._render(now, *page)

    def _take_result(self, submission: Submission, future: Future[Result]) -> None:
        """Write what a worker has found out; only now does it count."""
        try:
            result = future.result()
        except Exception as error:  # the worker itself is gone
            self._give_up(submission, _fault_end("its worker ended", error))
            return
        if result.is_suspect:
            self.suspects.append(submission)
            return
        if result.end.state == State.GRADER_FAULT:
            self._give_up(submission, result.end)
            return
        try:
            before = self.gradebook.points(self.lesson.name, submission.student)
            if before is not None:
                self.outcome.report.remember(submission.student, before.by_cell)
            notebook, resources, points = self.gradebook.take(
                result, submission.files or {}, submission.timestamp
            )
        except Exception as error:  # one student's trouble with the gradebook is not another's
            self._give_up(submission, _fault_end("the gradebook rejected the result", error))
            return
        self.outcome.graded.append(submission.student)
        row = _row(result, submission, self.lesson).with_points(points)
        # Before its page, which after an interruption is made anew: it does not show these points.
        self.outcome.report.add(replace(row, shown=""))
        self._render(row, notebook, resources)

    def _render(self, row: Row, notebook: NotebookNode, resources: dict[str, Any]) -> None:
        """Have the page of feedback made by a worker."""
        config = dict(self.coursedir.config)
        limits = self.options.limits
        future = self.executor.submit(call_limited, limits, render_feedback, config, notebook, resources)
        self.pending[future] = lambda done: self._take_page(row, done)

    def _take_page(self, row: Row, future: Future[str]) -> None:
        """Write the page that a worker has made, or a plain one in its place."""
        try:
            html = future.result()
        except LimitExceeded as error:
            row = row.with_plain_page(f"took {error}")
            html = plain_feedback(row)
        except Exception as error:  # the worker was lost over it, or it failed: the grade stands
            row = row.with_plain_page("failed, through no fault of yours", error)
            html = plain_feedback(row)
        else:
            row = row.with_page()
        self._write_feedback(row, html)

    def _write_feedback(self, row: Row, html: str) -> None:
        self.gradebook.write_feedback(self.lesson.name, row.student, html)
        self._finish(row)

    def _give_up(self, submission: Submission, end: End) -> None:
        """Say in the report that the grader failed: no grade is written, and an old one stands."""
        self.outcome.faults.append(submission.student)
        row = _row(Result(submission.student, submission.lesson, end), submission, self.lesson)
        self._finish(row.with_points(self.gradebook.points(self.lesson.name, submission.student)))

    def _finish(self, row: Row) -> None:
        self.outcome.report.add(row)
        self.on_row(row)


def _fault_end(what: str, error: BaseException) -> End:
    return End(State.GRADER_FAULT, detail=" ".join(f"{what}: {type(error).__name__}: {error}".split()))


def _unreadable_end(submitted: Path, student: str, error: BaseException) -> End:
    if isinstance(error, PermissionError):
        said = f"{submitted.name}/{student} cannot be opened ({error.strerror}): make it readable"
        return End(State.GRADER_FAULT, detail=said)
    return _fault_end("the submission could not be read", error)


def _row(result: Result, submission: Submission, lesson: GradedLesson) -> Row:
    return Row(
        student=result.student,
        state=str(result.end.state),
        for_student=result.end.for_student,
        for_instructor=result.end.for_instructor,
        notes=[*result.end.notes, *result.end.remarks],
        submission=submission.digest,
        lesson=lesson.digest,
        seconds=round(result.seconds, 3),
        cpu_seconds=result.cpu_seconds,
        peak_bytes=result.peak_bytes,
        marks=dict(result.marks),
        answered=dict(result.answered),
    )


def _choose_students(
    found: Sequence[str],
    wanted: Collection[str] | None,
    lesson_name: str,
    refused: Sequence[str] = (),
) -> Sequence[str]:
    """Return the students to grade, sorted.

    found: who handed in something.
    wanted: only these; all without.
    refused: names of folders that can be no student's id.

    Raises CourseError when somebody who is named handed in nothing, or nobody did.
    """
    missing = sorted(set(wanted or ()) - set(found))
    if refused and (not found or {visible_line(name) for name in missing} & set(refused)):
        raise CourseError(say_refused(refused))
    if missing:
        raise CourseError(f"submitted/{missing[0]}/{lesson_name} does not exist: is the student's id right?")
    if not found:
        raise CourseError(
            f"submitted/ has nothing for {lesson_name}: first run course collect {lesson_name} ARCHIVE"
        )
    return sorted(set(wanted)) if wanted else found


def say_refused(refused: Sequence[str]) -> str:
    """Return one line on folders whose names can be no student's id."""
    some = ", ".join(repr(name) for name in refused[:3]) + (", ..." if len(refused) > 3 else "")
    folders = "1 folder has a name" if len(refused) == 1 else f"{len(refused)} folders have names"
    return (
        f"submitted/: {folders} that cannot be a student's id ({some}): rename after the student, with "
        "letters, digits and . - _ @ +, and run course grade again"
    )


@contextmanager
def _failed_writes_explained() -> Iterator[None]:
    """Raise CourseError, in one line, where a disk is full, a folder closed, or the database gone."""
    from nbgrader.api import InvalidEntry
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (OSError, SQLAlchemyError, InvalidEntry) as error:  # the last is what nbgrader makes of the second
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        raise CourseError(
            f"cannot write results ({reason}): free disk space, check permissions, and run course grade "
            "again; results so far are kept"
        ) from error


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Let no second run write into the same gradebook meanwhile; raises CourseError when one does."""
    folder = Path(root) / FOLDER
    folder.mkdir(exist_ok=True)
    with open(folder / ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CourseError(
                "another course grade is running in this course directory: wait until it ends"
            ) from None
        yield
