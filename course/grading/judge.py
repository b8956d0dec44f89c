"""The judge: compares what a submission's checks observed with what they expect.

It runs outside the learner's process: `course grade` calls `judge`, and stock `nbgrader autograde` has it
between `Execute` and `SaveAutoGrades`. The learner's process holds no expected value of a private check and
no grade. What is random comes as it was drawn, and its properties are worked out here
(`helpers.checks.properties`). The verdict replaces the outputs of the graded cell, in nbgrader's terms: an
error output for a failure, none for a pass. Stray warnings on stderr, which nbgrader alone would read as a
failure, are gone with the rest.
"""

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor, SaveAutoGrades

from course.grading.ingest.folder import read_others
from course.grading.inspection import inspect_limited, read_extra
from course.grading.limited_call import call_limited
from course.grading.messages import as_notebook, printable
from course.grading.outputs import data_output, error_output, stream_output, without_colours
from course.grading.points import ANSWERED, show_points
from course.grading.states import Answered
from course.inspectors import Inspection, Verdict, inspector_of
from course.lessons import regions, without_region
from course.sandbox.limits import Limits
from helpers.checks import OBSERVATION_MIME
from helpers.checks.cell_order import defined_below
from helpers.checks.exercises import Exercise, Expected, exercise_of, read_exercises
from helpers.checks.messages import details, fail_line, is_nothing, pass_line, told_apart, wrapped
from helpers.checks.observation import clip, well_formed
from helpers.errors import CourseError

# In the metadata of a judged cell: why a person must look before it has points.
LOOK_AT = "hyperparameter_course_look_at"

_ONLY_PRIVATE = (
    "Every visible check passes. Private checks use other inputs: does the code do what its docstring "
    "says for all inputs?"
)
_MAX_MESSAGE = 10_000  # of an exception: a line of it is shown
# Characters of an excerpt, and how many different ones it has at least: many zeros are nobody's secret.
_PIECE, _DISTINCT = 40, 6
_CHECKS = "helpers/checks/graded_cell.py"  # its frames are no part of what a student wrote
_REMOVED = "[removed: the source of a private check]"

# Takes an exception as a line; returns what to say where it misses a name that stands below.
_Below = Callable[[str], str | None]


class Judge(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader says nothing of its types
    """Writes the verdict on every automatically graded cell into its outputs."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Judge all graded cells of an executed submission.

        Raises CourseError when the lesson's own checks cannot be read, and LimitExceeded when judging takes
        more than it may: neither a fault of the course nor a limit must become a learner's zero.
        """
        coursedir = CourseDirectory(parent=self)
        assignment = resources["nbgrader"]["assignment"]
        source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
        inspector, inspection = inspector_of(source), None
        if inspector is not None:
            beside, _ = read_others(Path(resources["metadata"]["path"]))
            extra = read_extra(Path(coursedir.root), inspector)
            inspection = inspect_limited(inspector, beside, nb, extra, Limits())
        judged = call_limited(Limits(), _judged, nb, read_exercises(source), assignment, inspection)
        return judged, resources


class SaveJudgedGrades(SaveAutoGrades):  # type: ignore[misc]  # as above
    """nbgrader's own saving of grades, which lets a person look where the judge says so, and it counts."""

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_score(cell, resources)
        named = cell.metadata["nbgrader"]["grade_id"], self.notebook_id, self.assignment_id
        grade = self.gradebook.find_grade(*named, self.student_id)
        if cell.metadata.get(LOOK_AT):
            grade.auto_score, grade.needs_manual_grade = score_of(cell), True
        if not grade.max_score:  # it does not count this term
            grade.needs_manual_grade = False
        self.gradebook.db.commit()


def _judged(
    notebook: NotebookNode, exercises: Mapping[str, Exercise], name: str, inspection: Inspection | None
) -> NotebookNode:
    judge(notebook, exercises, name, inspection)
    return as_notebook(printable(notebook))


def judge(
    notebook: NotebookNode,
    exercises: Mapping[str, Exercise],
    name: str,
    inspection: Inspection | None = None,
) -> None:
    """Replace the outputs of all graded cells of an executed notebook by the verdict on them.

    exercises: by name, with their private checks.
    name: the lesson's.
    inspection: of what was handed in beside the notebook, in a lesson that has an inspector.

    Raises CourseError when a graded cell has no exercise.
    """
    private_lines = _private_lines(notebook)
    untouched = _untouched(notebook)
    sources = [cell.source if cell.cell_type == "code" else "" for cell in notebook.cells]
    exercises_at = {place for place, cell in enumerate(notebook.cells) if utils.is_solution(cell)}
    for place, cell in enumerate(notebook.cells):
        for mark in (LOOK_AT, ANSWERED):  # only the grader says so
            cell.metadata.pop(mark, None)
        if cell.cell_type != "code":
            continue
        below = partial(defined_below, sources=sources, place=place, exercises=exercises_at)
        exercise_name = exercise_of(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if not _is_test(cell):
            _clean_outputs(cell, private_lines, below)
        elif inspection is not None and exercise_name in inspection.verdicts:
            _judge_by_inspector(cell, inspection.verdicts[exercise_name], exercises[exercise_name])
        else:
            exercise = _exercise_of(cell, exercises, name)
            _judge_by_checks(cell, exercise, exercise_name not in untouched, private_lines, below)


def _judge_by_inspector(cell: NotebookNode, inspected: Verdict, exercise: Exercise) -> None:
    cell.outputs = outputs_of(inspected, exercise, cell.metadata.nbgrader.points)
    if inspected.look:
        cell.metadata[LOOK_AT] = inspected.look


def _judge_by_checks(
    cell: NotebookNode, exercise: Exercise, is_touched: bool, private_lines: Sequence[str], below: _Below
) -> None:
    """Replace the outputs of a graded cell by the verdict of its checks, and note how it was answered."""
    observed, messages = _observations(cell.outputs)
    crash = next((output for output in cell.outputs if output.output_type == "error"), None)
    cell.outputs = verdict(exercise, cell.outputs, cell.execution_count, private_lines, below)
    failed = any(output.output_type == "error" for output in cell.outputs)
    how = _answered(exercise, is_touched, observed, messages, crash) if failed else Answered.SOLVED
    if how is not None:
        cell.metadata[ANSWERED] = str(how)


def _clean_outputs(cell: NotebookNode, private_lines: Sequence[str], below: _Below) -> None:
    """Leave out of a cell's outputs what only the judge reads; say where a missing name stands below."""
    kept = [output for output in cell.outputs if OBSERVATION_MIME not in output.get("data", {})]
    cell.outputs = [_redact_output(private_lines, output) for output in kept]
    for line in filter(None, (below(_raised(output)) for output in kept)):
        cell.outputs.append(stream_output("stdout", "\n".join(wrapped(line)) + "\n"))


def _untouched(notebook: NotebookNode) -> set[str]:
    """Return the exercises whose cell is as it was released, and that no other cell defines."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = set()
    for cell in code:
        if utils.is_solution(cell) and is_as_released(cell):
            name = cell.metadata.nbgrader.grade_id
            defined = re.compile(rf"^(?:def {name}\b|{name}\s*=[^=])", re.M)
            if not any(defined.search(other.source) for other in code if other is not cell):
                found.add(name)
    return found


def is_as_released(cell: NotebookNode) -> bool:
    """Return whether nobody has changed a cell of nbgrader's since the release."""
    return bool(cell.metadata.nbgrader.get("checksum") == utils.compute_checksum(cell))


class StripPrivateChecks(NbGraderPreprocessor):  # type: ignore[misc]  # as above
    """Leaves out of the feedback that learners read the private checks, and points in the form of an output.

    Those are the lesson's own. The score of the cell, which stands above, is in the points of the term.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Cut both out of a graded cell."""
        if cell.cell_type == "code" and _is_test(cell):
            cell.source = without_region(cell.source, "HIDDEN TESTS")
            cell.outputs = [output for output in cell.outputs if output.output_type != "execute_result"]
        return cell, resources


class ShowGrades(GetGrades):  # type: ignore[misc]  # as above
    """Puts scores and comments into the feedback, and a table of points at its top."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Do so for one notebook."""
        nb, resources = super().preprocess(nb, resources)
        with Gradebook(self.db_url) as gradebook:
            where = self.notebook_id, self.assignment_id, self.student_id
            show_points(gradebook.find_submission_notebook(*where), nb)
        return nb, resources


def _exercise_of(cell: NotebookNode, exercises: Mapping[str, Exercise], assignment: str) -> Exercise:
    grade_id = cell.metadata.nbgrader.get("grade_id", "")
    name = exercise_of(grade_id)
    if name not in exercises:
        raise CourseError(
            f"{assignment}: no check is recorded for the graded cell {grade_id!r}: run course build"
        )
    return exercises[name]


def _is_test(cell: NotebookNode) -> bool:
    return bool(utils.is_grade(cell) and not utils.is_solution(cell))


def score_of(cell: NotebookNode) -> float | None:
    """Return the points of a judged graded cell, None where a person must look."""
    score: float | None = None if cell.metadata.get(LOOK_AT) else utils.determine_grade(cell)[0]
    return score


def points_in_gradebook(cell: NotebookNode, max_score: float) -> float | None:
    """Return what `score_of` does, in a gradebook where the cell is worth `max_score` points.

    The notebook has the lesson's own points, which the term may have changed.
    """
    score, own = score_of(cell), float(cell.metadata.nbgrader.points)
    if score is None or own == max_score:
        return score
    if not own:  # a share of nothing: a person looks, where it counts
        return None if max_score else 0.0
    return score * max_score / own


def outputs_of(inspected: Verdict, exercise: Exercise, points: float) -> list[NotebookNode]:
    """Return the outputs that say what an inspector found, for nbgrader, for the learner, for who looks.

    exercise: has one check, whose label is the line of a pass.
    points: of the cell; the inspector gives a share of them.
    """
    said = [line for sentence in inspected.said for line in wrapped(sentence)]
    if inspected.against:
        lines = [
            fail_line(exercise.name),
            *(line for text in inspected.against for line in wrapped(text)),
            *said,
        ]
        return [error_output("CheckFailed", lines[0], lines)]
    if inspected.look:
        lines = [*wrapped(f"A person looks at this: {inspected.look}."), *said]
        found = [stream_output("stdout", "\n".join(lines) + "\n")]
        if inspected.picture:
            picture = base64.b64encode(inspected.picture).decode()
            found.append(data_output("display_data", {"image/png": picture}))
        return found
    [check] = exercise.visible
    found = [stream_output("stdout", "\n".join([pass_line(check.label), *said]) + "\n")]
    if inspected.share < 1:
        found.append(data_output("execute_result", {"text/plain": f"{points * inspected.share:g}"}))
    return found


def verdict(
    exercise: Exercise,
    outputs: Sequence[NotebookNode],
    execution_count: int | None = None,
    private_lines: Sequence[str] = (),
    below: _Below = lambda said: None,
) -> list[NotebookNode]:
    """Return the outputs that say how a graded cell ended, for nbgrader and for the learner.

    exercise: with its private checks.
    outputs: those of the executed cell, observations among them.
    execution_count: the executed cell's; in a traceback, frames of that cell are left out.
    private_lines: source that no text of a learner may repeat.
    below: takes an exception as a line; returns what to say where it misses a name that stands below.

    A pass gives its lines on stdout. A failure gives an error output that names the misconception
    where it is recognised, but no private check and no value of one.
    """
    observed, messages = _observations(outputs)
    passed, failed = _split_by_verdict(exercise, observed)
    sentence = exercise.recognise({label: values[0] for label, values in observed.items()})
    visible = [(expected, value) for expected, value in failed if not expected.private]
    lines = _visible_failures(visible, [check.label for check in passed if not check.private], messages)
    if _repeats(private_lines, " ".join(lines)):
        lines = [*(fail_line(expected.label) for expected, _ in visible), f"  {_REMOVED}"]
    crash = next((output for output in outputs if output.output_type == "error"), None)
    said = [messages.get(expected.label, "") for expected, _ in visible] + ([_raised(crash)] if crash else [])
    lines += wrapped(next(filter(None, map(below, said)), ""))
    lines += _private_failures(exercise, failed, sentence)
    lines += wrapped(sentence) if sentence else []
    num_silent = len(exercise.checks) - len(passed) - len(failed)
    if num_silent and not crash:
        lines.append(f"✗ {num_silent} of {len(exercise.checks)} checks did not run")
    result = [_pass_output(passed, exercise.num_private)] if passed else []
    if crash:
        result.append(_redact_output(private_lines, _crash_output(crash, lines, execution_count)))
    elif lines:
        result.append(error_output("CheckFailed", lines[0], lines))
    return result


def _raised(output: NotebookNode) -> str:
    """Return the exception of an error output as a line, empty for another output."""
    return f"{output.ename}: {output.evalue}" if output.output_type == "error" else ""


def _answered(
    exercise: Exercise,
    is_touched: bool,
    observed: Mapping[str, Sequence[Any]],
    messages: Mapping[str, str],
    crash: NotebookNode | None,
) -> str | None:
    """Return how a failed exercise was answered: the sentence of a known mistake, or a word for it.

    is_touched: whether anything was written for it.
    messages: of the exceptions among what was observed, by label.
    crash: the exception that ended the cell, if one did.

    None where nothing is known of the answer: the cell was not run.
    """
    first = {label: values[0] for label, values in observed.items()}
    visible = [check.label for check in exercise.visible if check.label in first]
    if not visible:
        if crash is None:
            return None
        is_open = not is_touched or "NoneType" in crash.evalue
        return Answered.NOT_AT_ALL if is_open else Answered.OTHERWISE
    told = [(first[label], messages.get(label)) for label in visible]
    # One in the check's own line is enough: what fails on a None in a setup's lines looks like the learner's.
    are_all = all(is_nothing(data) for data, _ in told)
    if not is_touched or (are_all and any(is_nothing(data, said) for data, said in told)):
        return Answered.NOT_AT_ALL
    return exercise.recognise(first) or Answered.OTHERWISE


def _split_by_verdict(
    exercise: Exercise, observed: Mapping[str, Sequence[Any]]
) -> tuple[list[Expected], list[tuple[Expected, Any]]]:
    """Return the checks that passed, and those that failed with what came; the rest did not run."""
    passed: list[Expected] = []
    failed: list[tuple[Expected, Any]] = []
    for expected in exercise.checks:
        values = observed.get(expected.label, [])
        # A label observed twice must be right twice: one of them did not come from the cell. The first wrong
        # one decides: a quiz's answer takes time to compare, and there may be ten thousands of them.
        for value in values:
            if not expected.agrees_with(value):
                failed.append((expected, value))
                break
        else:
            if values:
                passed.append(expected)
    return passed, failed


def _visible_failures(
    failed: Sequence[tuple[Expected, Any]], passed: Sequence[str], messages: Mapping[str, str]
) -> list[str]:
    """Return the lines on visible checks that failed, with details of the first one, as a notebook says it.

    passed: the labels of the visible checks that passed.
    """
    lines: list[str] = []
    for expected, value in failed:
        lines.append(fail_line(expected.label))
        if len(lines) == 1:
            message = messages.get(expected.label)
            lines += details(expected, value, None if message is None else clip(message))
    told = told_apart(passed, [expected.label for expected, _ in failed]) if failed else None
    return lines + (wrapped(told) if told else [])


def _private_failures(
    exercise: Exercise, failed: Sequence[tuple[Expected, Any]], sentence: str | None
) -> list[str]:
    """Return the lines on private checks that failed: how many, and no value of one."""
    num_failed = sum(expected.private for expected, _ in failed)
    if not num_failed:
        return []
    line = f"✗ {num_failed} of {exercise.num_private} private checks"
    only_private = num_failed == len(failed)
    return [line, *wrapped(_ONLY_PRIVATE)] if only_private and not sentence else [line]


def _observations(outputs: Sequence[NotebookNode]) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """Return the observed data by label, each a list, and the messages of exceptions by label."""
    observed: dict[str, list[Any]] = {}
    messages: dict[str, str] = {}
    for output in outputs:
        content = output.get("data", {}).get(OBSERVATION_MIME)
        if not isinstance(content, dict) or not isinstance(content.get("label"), str):
            continue
        data = content.get("data")
        if not well_formed(data):
            data = {"not data": "something that no check has observed"}
        observed.setdefault(content["label"], []).append(data)
        if "message" in content:
            messages[content["label"]] = str(content["message"])[:_MAX_MESSAGE]
    return observed, messages


def _pass_output(passed: Sequence[Expected], num_private: int) -> NotebookNode:
    """Return the output that says what passed."""
    lines = [pass_line(expected.label) for expected in passed if not expected.private]
    num_passed = sum(expected.private for expected in passed)
    if num_passed:
        lines.append(pass_line(f"{num_passed} of {num_private} private checks"))
    return stream_output("stdout", "\n".join(lines) + "\n")


def _crash_output(error: NotebookNode, lines: Sequence[str], execution_count: int | None) -> NotebookNode:
    """Return a learner's own exception with its own traceback, less the graded cell's text.

    lines: what the checks said before it.
    """
    own = rf"\s*(Cell )?In ?\[{re.escape(str(execution_count))}\]"
    frames = [
        frame
        for frame in error.traceback
        if not re.match(own, without_colours(frame)) and _CHECKS not in without_colours(frame)
    ]
    return error_output(error.ename, error.evalue, [*lines, *frames])


def _private_lines(nb: NotebookNode) -> list[str]:
    """Return the lines of all private checks, to be found again in what a submission printed."""
    texts = [
        region
        for cell in nb.cells
        if cell.cell_type == "code" and _is_test(cell)
        for region in regions(cell.source, "HIDDEN TESTS")
    ]
    squeezed = (_squeezed(line) for text in texts for line in text.splitlines())
    marks = ["BEGINHIDDENTESTS", "ENDHIDDENTESTS"] if texts else []
    return [*(line for line in squeezed if len(line) > 8), *marks]


def _redact_output(private_lines: Sequence[str], output: NotebookNode) -> NotebookNode:
    """Return the output, changed in place to one without text that repeats a private check.

    `In[-1]` prints its source.
    """
    for key in ("text", "evalue"):
        if key in output:
            output[key] = _redact(private_lines, output[key])
    if "traceback" in output:
        output["traceback"] = [_redact(private_lines, frame) for frame in output["traceback"]]
    for mime, content in output.get("data", {}).items():
        if isinstance(content, str):
            output["data"][mime] = _redact(private_lines, content)
    return output


def _redact(private_lines: Sequence[str], text: str) -> str:
    return _REMOVED if _repeats(private_lines, text) else text


def _repeats(private_lines: Sequence[str], text: str) -> bool:
    """Return whether the text holds a line, or an excerpt of a long one, be it wrapped or coloured."""
    squeezed = _squeezed(text)
    if any(line in squeezed for line in private_lines):
        return True
    pieces = _pieces(tuple(private_lines))
    places = range(0, len(squeezed) - _PIECE + 1, _PIECE) if pieces else ()
    return any(squeezed[place : place + _PIECE] in pieces for place in places)


@lru_cache(maxsize=8)
def _pieces(private_lines: tuple[str, ...]) -> frozenset[str]:
    """Return all pieces of the long lines, those with drawn cases: an excerpt never holds such a line whole.

    A text that is asked at every `_PIECE`-th character shows any excerpt of two pieces.
    """
    found = (
        line[place : place + _PIECE]
        for line in private_lines
        if len(line) > 2 * _PIECE
        for place in range(len(line) - _PIECE + 1)
    )
    return frozenset(piece for piece in found if len(set(piece)) >= _DISTINCT)


def _squeezed(text: str) -> str:
    return re.sub(r"\\[nrt]|\W", "", without_colours(text))
