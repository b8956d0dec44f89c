"""The grading of one submission: a function of the submission, the lesson and the limits, and of nothing
else.

It reads no gradebook and writes no file, so it runs in any process on any machine that has the course.
"""

import copy
import json
import time
import traceback
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import LimitOutput
from nbgrader.utils import is_grade, is_locked, is_solution

from course.grading.execution import Execution, run_notebook
from course.grading.ingest.cell_selection import cells_to_run, misses_something
from course.grading.ingest.cells import Unreadable
from course.grading.ingest.folder import Submission, visible_line
from course.grading.ingest.salvage import Repaired, WrongLesson, repair_submission
from course.grading.inspection import inspect_limited
from course.grading.judge import judge, score_of
from course.grading.lesson import GradedLesson
from course.grading.limited_call import LimitExceeded, call_limited
from course.grading.messages import as_notebook, printable
from course.grading.outputs import error_output
from course.grading.points import ANSWERED
from course.grading.run_options import RunOptions
from course.grading.states import End, State
from course.inspectors import Inspection, Inspector
from course.sandbox.limits import Limits
from helpers.checks.exercises import Exercise, exercise_of
from helpers.errors import CourseError

# A judged notebook as plain data; its points by graded cell, None where a person must look; how each exercise
# was answered.
_Graded = tuple[dict[str, Any], dict[str, float | None], dict[str, str]]


@dataclass(frozen=True)
class Result:
    """How one submission ended.

    notebook: the graded notebook as plain data (sources in one piece), None after a grader fault.
    scores: points by graded cell, None where a person must look.
    answered: how each exercise was answered, in the order of the lesson (`course.grading.points.ANSWERED`);
        empty where nothing was run.
    is_suspect: whether only cells of the lesson itself used up their time, which a busy machine could have
        done: it is to be graded again, alone.
    marks: what is compared in a class, by a word for it (`course.inspectors.Inspection`).
    inspected: the exercises that the lesson's inspector judges.
    seconds: of the whole grading, by the clock.
    cpu_seconds, peak_bytes: of the student's process; None where it is not known.
    """

    student: str
    lesson: str
    end: End
    notebook: dict[str, Any] | None = None
    scores: dict[str, float | None] | None = None
    answered: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_bytes: int | None = None
    marks: Mapping[str, str] = field(default_factory=dict)
    inspected: tuple[str, ...] = ()
    is_suspect: bool = False


def grade_submission(
    submission: Submission, lesson: GradedLesson, options: RunOptions, *, alone: bool = False
) -> Result:
    """Repair, run and judge a submission; never raises an exception: what fails is a state.

    alone: whether nothing else is graded meanwhile; then no result is a suspect one.
    """
    started = time.perf_counter()
    try:
        result = _grade(submission, lesson, options, alone)
    except Exception as error:  # whatever it is, it is the grader's fault, and not the student's zero
        place = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"{type(error).__name__}: {error} ({place.filename.rpartition('/')[2]}, line {place.lineno})"
        end = End(State.GRADER_FAULT, detail=" ".join(detail.split()))
        result = Result(submission.student, submission.lesson, end)
    return replace(result, seconds=time.perf_counter() - started)


def _beside(submission: Submission, inspector: Inspector | None) -> Mapping[str, bytes]:
    """Return what was handed in beside the notebook, under the names that the lesson's cells ask for."""
    files = submission.files or {}
    return files if inspector is None else inspector.under_its_name(files)


def _grade(submission: Submission, lesson: GradedLesson, options: RunOptions, alone: bool) -> Result:
    limits = options.limits
    end, repaired = _repair(submission, lesson, limits)
    executed, run = lesson.template, None
    if repaired is not None:
        beside = _beside(submission, lesson.inspector)
        executed, run = _run(repaired, beside, options)
        _require_imports(executed, lesson.template)
        if run.end:
            end = replace(run.end, repairs=end.repairs, choice=end.choice, notes=end.notes)
        if run.time_outs and not _cells_of_students(executed, lesson.template).intersection(run.time_outs):
            if not alone:
                return Result(submission.student, submission.lesson, end, is_suspect=True)
            end = replace(end, is_own=False)
            _require_speed(lesson.template, beside, options, run.time_outs)
    inspection = None
    if lesson.inspector is not None:
        handed_in = submission.files or {}
        inspection = inspect_limited(lesson.inspector, handed_in, executed, lesson.extra, limits)
    end = _with_inspection(end, inspection)
    try:
        notebook, scores, answered = call_limited(
            limits, _judged_parts, executed, lesson.exercises, lesson.name, inspection
        )
    except LimitExceeded as error:
        end = replace(end, state=State.NOT_JUDGED, where="", detail=str(error), went_on=False)
        notebook, scores, answered = _unjudged(executed)
    if end.for_student:
        notebook["cells"].insert(0, printable(_said_to_student(end)))
    return Result(
        submission.student,
        submission.lesson,
        end,
        notebook,
        scores,
        answered if run else {},
        cpu_seconds=run.cpu_seconds if run else None,
        peak_bytes=run.peak_bytes if run else None,
        marks=dict(inspection.marks) if inspection else {},
        inspected=tuple(inspection.verdicts) if inspection else (),
    )


def _with_inspection(end: End, inspection: Inspection | None) -> End:
    """Return the end with what the inspector says to the instructor, and of what was not handed in."""
    if inspection is None:
        return end
    end = replace(end, remarks=inspection.notes)
    if inspection.missing and end.state in (State.GRADED, State.REPAIRED):
        return replace(end, state=State.MISSING_FILE, detail=inspection.missing)
    return end


def _run(
    repaired: Repaired, files: Mapping[str, bytes], options: RunOptions
) -> tuple[NotebookNode, Execution]:
    """Return the executed notebook, and how it ended.

    The cells are run on which points depend; all of them, where one of these misses a file, or a name that
    another cell may define.
    """
    if options.all_cells:
        return _run_cells(repaired.notebook, None, files, options)
    executed, run = _run_cells(repaired.notebook, repaired.chosen, files, options)
    if misses_something(executed, repaired.chosen):
        return _run_cells(repaired.notebook, None, files, options)
    return executed, run


def _run_cells(
    notebook: NotebookNode, chosen: Collection[str] | None, files: Mapping[str, bytes], options: RunOptions
) -> tuple[NotebookNode, Execution]:
    """Return the notebook with these cells executed, and how it ended. chosen: None for all.

    Where messages are lost, it is run again. Then the replies count: a machine does not lose them twice, and
    no student can become the grader's fault.
    """
    for needs_outputs in (True, False):
        executed = copy.deepcopy(notebook)
        run = run_notebook(
            executed,
            files,
            options.limits,
            sandboxed=options.sandboxed,
            needs_outputs=needs_outputs,
            chosen=chosen,
        )
        if run.end is None or run.end.state != State.MESSAGES_LOST:
            break
    return executed, run


def _cells_of_students(executed: NotebookNode, template: NotebookNode) -> set[str]:
    """Return the ids of the cells that hold or check an answer, or that differ from the lesson's."""
    of_lesson = {
        cell.id: cell.source for cell in template.cells if not is_grade(cell) and not is_solution(cell)
    }
    return {cell.id for cell in executed.cells if of_lesson.get(cell.id) != cell.source}


def _require_speed(
    template: NotebookNode,
    files: Mapping[str, bytes],
    options: RunOptions,
    cells: Collection[str],
) -> None:
    """Raise CourseError when one of these cells of the lesson takes too long without a student's code.

    That is this machine's fault: it is too slow, or too busy.
    """
    chosen = None if options.all_cells else cells_to_run(template, template).union(cells)
    control = run_notebook(
        copy.deepcopy(template), files, options.limits, sandboxed=options.sandboxed, chosen=chosen
    )
    if set(cells).intersection(control.time_outs):
        assert control.end is not None
        raise CourseError(
            f"the lesson itself is too slow here, {control.end.where}: {control.end.detail}. "
            "Grade on a less busy machine, or raise --cell-seconds"
        )


def _require_imports(executed: NotebookNode, template: NotebookNode) -> None:
    """Raise CourseError when the lesson's own first cell could not import something here.

    Where nothing of the student's has run before it, that is this machine's fault, or its worker's: the whole
    class would have no points.
    """
    first, own = (
        next((cell for cell in notebook.cells if cell.cell_type == "code"), None)
        for notebook in (executed, template)
    )
    if own is None or not is_locked(own) or is_grade(own) or first is None or first.source != own.source:
        return
    for output in first.outputs:
        if output.output_type == "error" and output.ename in ("ImportError", "ModuleNotFoundError"):
            said = f"{output.ename}: {output.evalue}"
            raise CourseError(
                f"the first cell of the lesson does not run: {said}. Run course doctor --grading"
            )


def _repair(submission: Submission, lesson: GradedLesson, limits: Limits) -> tuple[End, Repaired | None]:
    """Return the end as far as it is known before anything has run, and what was repaired, if anything."""
    if submission.problem:
        return submission.problem, None
    if submission.notebook is None:
        raise ValueError("no notebook, and no problem that says why")
    notebooks = {submission.name: submission.notebook, **submission.others}
    tried = {name: _repair_one(content, lesson, limits) for name, content in notebooks.items()}
    chosen = max(
        tried, key=lambda name: _num_answered(tried[name][1], lesson.template)
    )  # the first of equal ones
    end, repaired = tried[chosen]
    choice = _in_words(chosen, [name for name in notebooks if name != chosen]) if submission.others else ""
    return replace(end, choice=choice, notes=submission.notes), repaired


def _num_answered(repaired: Repaired | None, template: NotebookNode) -> int:
    """Return in how many places there is another answer than the template's; -1 for what is no notebook."""
    if repaired is None:
        return -1
    gaps = {cell.id: cell.source for cell in template.cells if is_solution(cell)}
    return sum(cell.source != gaps.get(cell.id, cell.source) for cell in repaired.notebook.cells)


def _in_words(chosen: str, others: Sequence[str]) -> str:
    """Return which of several notebooks was graded."""
    rest = visible_line(", ".join(others))
    return f"{visible_line(chosen)} was graded, and not {rest}: no other notebook has more answers."


def _repair_one(content: bytes, lesson: GradedLesson, limits: Limits) -> tuple[End, Repaired | None]:
    """Return how one notebook could be read, and what was repaired, if it could."""
    try:
        repaired = call_limited(limits, _repaired, content, lesson.template_json, lesson.name, lesson.quizzes)
    except LimitExceeded as error:
        return End(State.NOT_READ, detail=str(error)), None
    except Unreadable as error:
        return End(State.NOT_A_NOTEBOOK, detail=str(error)), None
    except WrongLesson as error:
        return End(State.WRONG_LESSON, detail=str(error)), None
    state = State.REPAIRED if repaired.repairs else State.GRADED
    return End(state, repairs=repaired.repairs), repaired


def _repaired(content: bytes, template_json: str, name: str, quizzes: Collection[str]) -> Repaired:
    return repair_submission(content, as_notebook(json.loads(template_json)), name, quizzes)


def _judged_parts(
    notebook: NotebookNode, exercises: Mapping[str, Exercise], name: str, inspection: Inspection | None
) -> _Graded:
    """Return the judged notebook as plain data, its points by graded cell, and how each was answered."""
    judge(notebook, exercises, name, inspection)
    LimitOutput().preprocess(notebook, {})
    answered = {
        exercise_of(cell.metadata.nbgrader.grade_id): cell.metadata[ANSWERED]
        for cell in notebook.cells
        if ANSWERED in cell.metadata
    }
    return printable(notebook), _scores(notebook), answered


def _unjudged(notebook: NotebookNode) -> _Graded:
    """Return the same where the judge did not come to an end: no outputs, and no points from checks."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
        if is_grade(cell) and not is_solution(cell):
            line = "✗ not judged: see the top of this page"
            cell.outputs = [error_output("NotJudged", line, [line])]
    return printable(notebook), _scores(notebook), {}


def _scores(notebook: NotebookNode) -> dict[str, float | None]:
    graded = [cell for cell in notebook.cells if is_grade(cell)]
    return {cell.metadata.nbgrader.grade_id: score_of(cell) for cell in graded}


def _said_to_student(end: End) -> NotebookNode:
    """Return a cell on top of the graded notebook, and so of the feedback."""
    said = f"**{end.state.capitalize()}.** {_literal(end.for_student)}"
    cell: NotebookNode = new_markdown_cell(said, id="how-it-ended")  # type: ignore[no-untyped-call]  # nbformat's
    cell.metadata["deletable"] = False
    return cell


def _literal(text: str) -> str:
    """Return the text as Markdown that shows it as it is: parts of it come from a submission."""
    return "".join(f"\\{character}" if character in r"\`*_{}[]<>#|$" else character for character in text)
