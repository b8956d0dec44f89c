"""What `course grade` does: it finds the lesson, sets the limits and keeps the workers while a class runs."""

from __future__ import annotations

import math
from collections.abc import Collection
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from course.configuration import open_course
from course.directory import find_lessons
from course.grading.cohort import grade_class
from course.grading.gradebook import CourseGradebook
from course.grading.ingest.folder import find_students
from course.grading.lesson import read_graded_lesson
from course.grading.report import Row
from course.grading.rubrics import write_rubrics
from course.grading.summary import line, say
from course.grading.term import DUE_FORM, TERM_FILE, extension_of, in_words, nearest, read_term
from course.grading.workers import DaskWorkers, Executor, LocalWorkers
from course.kernels.provisioner import warm_kernels
from course.sandbox.limits import Limits
from course.sandbox.sandbox import require_sandbox
from course.settings import read_settings
from helpers.errors import CourseError
from helpers.learner.doctor import installed_here


def grade(
    console: Console,
    lesson: str,
    students: Collection[str] | None = None,
    workers: int | None = None,
    *,
    regrade: bool = False,
    sandboxed: bool = True,
    all_cells: bool = False,
    dask: str | None = None,
    cell_seconds: float = Limits.cell_seconds,
    memory_gigabytes: float = Limits.memory_bytes / 1e9,
    step_seconds: float = Limits.step_seconds,
    details: bool = False,
) -> int:
    """Run a class through the grader, and return the exit code: 0 only when nobody was left out.

    lesson: by name or number.
    students: only these; all without.
    workers: processes of this machine; one for each core without.
    regrade: also what is graded and unchanged.
    sandboxed: False runs students' code as this user.
    all_cells: also cells on which no point depends.
    dask: a scheduler's address, or None for processes of this machine.
    cell_seconds: CPU time of one cell.
    memory_gigabytes: what one of a student's processes may use.
    step_seconds: CPU time to read, to judge and to render a submission, each.
    details: show every student with whole sentences.

    Raises CourseError when nothing can be graded here.
    """
    root = Path.cwd()
    _require_own_course(root)
    source = root / open_course(root).source_directory
    [folder] = find_lessons(source, [lesson])
    limits = _limits(cell_seconds, memory_gigabytes, step_seconds)
    preload = read_settings(root).kernels.preload
    with ExitStack() as stack:
        executor: Executor
        if dask is None:
            if sandboxed:
                require_sandbox(root)
            stack.enter_context(warm_kernels(preload))
            executor = LocalWorkers(workers, task_seconds=_longest_task(limits))
        else:
            executor = DaskWorkers(dask, preload)
        stack.enter_context(executor)
        counter = stack.enter_context(_Counter(console, f"grading {folder.name}"))
        try:
            outcome = grade_class(
                root,
                folder.name,
                executor,
                students,
                limits,
                sandboxed=sandboxed,
                all_cells=all_cells,
                regrade=regrade,
                on_start=counter.begin,
                on_row=counter.count,
            )
        except KeyboardInterrupt:
            line(console, _how_it_goes_on(folder.name, regrade))
            raise
    return say(console, outcome, _rubrics(console, root, folder), sandboxed=sandboxed, details=details)


class _Counter:
    """Shows how many submissions are graded: a bar in a terminal, elsewhere a line for each tenth."""

    def __init__(self, console: Console, title: str) -> None:
        self._console, self._title = console, title
        self._bar = Progress(console=console, transient=True, disable=not console.is_terminal)
        self._task = self._bar.add_task(title, total=None)
        self._total = self._num_graded = 0

    def __enter__(self) -> _Counter:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def begin(self, total: int) -> None:
        """Take how many submissions there are to grade."""
        self._total = total
        self._bar.update(self._task, total=total)

    def count(self, row: Row) -> None:
        """Count one submission."""
        self._num_graded += 1
        self._bar.advance(self._task)
        is_tenth = self._num_graded % max(1, self._total // 10) == 0
        if not self._console.is_terminal and self._total >= 10 and is_tenth:
            line(self._console, f"{self._title}: {self._num_graded} of {self._total}")


def extend(console: Console, student: str, lesson: str, length: str) -> None:
    """Grant a student an extension, in the place of any before, and say when the lesson is due.

    student: an id of the class list, or of who has handed in.
    lesson: by name or number.
    length: such as "2d" or "12h"; "0d" takes an extension back.

    Raises CourseError for an unknown student or lesson, another length, and a lesson without a due date.
    """
    root = Path.cwd()
    coursedir = open_course(root)
    source = root / coursedir.source_directory
    [folder] = find_lessons(source, [lesson])
    name, decided = folder.name, read_term(root, source).lesson(folder.name)
    with CourseGradebook(coursedir) as gradebook:
        _require_student(
            student, {*gradebook.students(), *find_students(root / coursedir.submitted_directory, name)}
        )
        due = gradebook.due(name) if decided.due is None else decided.due
        if not isinstance(due, datetime):
            raise CourseError(
                f"{name} has no due date: write one into {TERM_FILE}, [lessons.{name}]: {DUE_FORM}"
            )
        extension = extension_of(length, due)
        gradebook.extend(read_graded_lesson(folder), decided, student, extension)
    extended = (due.astimezone(UTC) + extension).astimezone(due.tzinfo)
    line(console, f"{escape(student)}: {name} is due {in_words(extended)} ({in_words(due)} for the class)")
    line(console, f"to update the points of submissions, run course grade {name}")


def _require_student(student: str, known: Collection[str]) -> None:
    if student not in known:
        near = ", ".join(nearest(student, known))
        raise CourseError(
            f"no student has the id {student!r}"
            + (f" (similar: {near})" if near else ", and nobody has handed in")
            + ": to import a class list, run nbgrader db student import FILE"
        )


def _rubrics(console: Console, root: Path, folder: Path) -> Path | None:
    """Write the page of a lesson's rubrics; what has been graded is said also where that cannot be done."""
    try:
        return write_rubrics(root, folder)
    except OSError as error:
        line(console, f"[yellow]the page of rubrics was not written[/] ({error.strerror})")
        return None


def _require_own_course(root: Path) -> None:
    """Raise CourseError where another folder's course would judge the lessons of this one."""
    finding = installed_here(root)
    if not finding.ok:
        raise CourseError(f"{finding.message}: {finding.remedy}")


def _limits(cell_seconds: float, memory_gigabytes: float, step_seconds: float) -> Limits:
    given = {"cell": cell_seconds, "memory": memory_gigabytes, "step": step_seconds}
    for name, limit in given.items():
        if not math.isfinite(limit):
            unit = "gigabytes" if name == "memory" else "seconds"
            raise CourseError(f"--{name}-{unit} must be a finite number, not {limit}")
    memory_bytes = int(memory_gigabytes * 1e9)
    return Limits(
        cell_seconds=cell_seconds,
        memory_bytes=memory_bytes,
        # All together may use half as much again: so one alone is refused memory before all are ended.
        total_memory_bytes=memory_bytes * 3 // 2,
        step_seconds=step_seconds,
        step_memory_bytes=max(memory_bytes, Limits.step_memory_bytes),
    )


def _longest_task(limits: Limits) -> float:
    """Return how long one submission can take by the clock: run four times, and once without its answers.

    It is also read, inspected and judged. After that its worker is stuck.
    """
    steps = limits.patience * (2 * limits.step_seconds + limits.inspection_seconds)
    return 5 * limits.wall_seconds + steps + 60


def _how_it_goes_on(lesson: str, regrade: bool) -> str:
    if regrade:
        return (
            f"stopped: to start again, run course grade {lesson} --regrade, which names everybody whose "
            "points have changed since before this run"
        )
    return f"stopped: results so far are kept; to continue, run course grade {lesson}"
