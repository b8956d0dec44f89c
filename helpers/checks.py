"""`check`: what a graded cell calls, and what a learner sees of it.

    check("one step down a slope of 2", gradient_step(1.0, 2.0, learning_rate=0.1))

A check observes. In a learner's notebook the observation is compared at once with `checks.json`,
which lies beside the notebook. When a class is graded nothing is compared here: the observation
leaves the process, in the reply to the cell or as an output of it (`OBSERVE_IN`), and the judge
outside compares it (`course.grading.judge`).
"""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import CourseError
from helpers.exercises import Exercise, Expected, read_exercises
from helpers.observation import (
    Encoded,
    clip,
    encode,
    is_dict,
    is_list,
    is_not_data,
    is_raised,
    kind_of,
    raised,
)
from helpers.own_code import raised_in_own_code

OBSERVATION_MIME = "application/vnd.hyperparameter-course.observation+json"
# Set to "reply" by a grader who takes observations out of the reply to a cell. Any other, such as nbgrader's
# own autograde, finds them among the outputs.
OBSERVE_IN = "COURSE_OBSERVE_IN"

# The kernel starts in the lesson's folder; a learner's own os.chdir later must not matter.
_FOLDER = Path.cwd()
_WIDTH = 78
# What one cell hands over at most. The longest that the course asks for has some thousand characters.
_REPLY_CHARACTERS = 16_000_000
_MESSAGE_CHARACTERS = 10_000  # of an exception


class CheckFailed(AssertionError):
    """A check that did not pass. IPython shows its few lines instead of a page of traceback."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines[0])
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _render_traceback_(self) -> list[str]:
        # IPython's own hook: what this returns is shown as the traceback.
        return self.lines


@dataclass(frozen=True)
class Observation:
    """One call of `check`: its label, the encoded data, and how the cell asks to compare them.

    rtol, atol, secret, seen_as: as for `check`.
    """

    label: str
    data: Encoded
    rtol: float
    atol: float
    secret: bool
    seen_as: str | None = None


_recorder: list[Observation] | None = None


@contextmanager
def recorded() -> Iterator[list[Observation]]:
    """Collect observations instead of judging them, and yield the list that they are appended to.

    For `course build` and `course prove`. An exception out of a callable becomes its observation.
    """
    global _recorder
    collected: list[Observation] = []
    previous, _recorder = _recorder, collected
    try:
        yield collected
    finally:
        _recorder = previous


# What each exercise has shown so far, label by label: several observations together tell
# misconceptions apart that look the same at one of them.
_seen: dict[str, dict[str, Encoded]] = {}


def check(
    label: str,
    observation: object,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    secret: bool = False,
    seen_as: str | None = None,
) -> None:
    """Compare what came out of a learner's code with what the lesson's own solution gives.

    Prints one line when they agree. `course build` writes down how to compare, and whoever compares reads it
    there.

    label: words for the case, unique within the lesson.
    observation: plain data (numbers, strings, booleans, None, lists, dicts with string keys, NumPy
        arrays), or a function without arguments that returns such data. An exception out of the
        learner's own code keeps its traceback; one out of what the check does with their answer is
        said in a line. If it is a known mistake, an explanation stands below it.
    rtol, atol: numbers agree within ``atol + rtol * |expected|``.
    secret: the expected answer is kept as a digest only (quizzes).
    seen_as: the property of the observation that is compared, one of `helpers.properties.PROPERTIES`. For
        what chance has made: the observation leaves this process as it came.

    Raises CheckFailed, with what was expected, what came and the misconception where it is recognised, when
    they do not agree.
    """
    __tracebackhide__ = True  # IPython leaves this frame out of a learner's own traceback
    data, error = _observe(observation)
    if _recorder is not None:
        _recorder.append(Observation(label, data, rtol, atol, secret, seen_as))
    elif is_being_graded():
        _emit(label, data, error)
    else:
        _show_verdict(label, data, error)


def is_being_graded() -> bool:
    """Return whether this process runs the notebook of somebody who is being graded."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde"


def _observe(observation: object) -> tuple[Encoded, Exception | None]:
    __tracebackhide__ = True
    if not callable(observation):
        return encode(observation), None
    try:
        return encode(observation()), None
    except Exception as error:
        return raised(error), error


def _emit(label: str, data: Encoded, error: Exception | None) -> None:
    from IPython import get_ipython
    from IPython.display import display

    content: dict[str, Encoded] = {"label": label, "data": data}
    if error is not None:
        content["message"] = clip(str(error), _MESSAGE_CHARACTERS)
    if os.environ.get(OBSERVE_IN) != "reply":
        display({OBSERVATION_MIME: content}, raw=True)  # type: ignore[no-untyped-call]  # it has no types
        return
    # A reply is one message on a socket of its own: no amount of output can crowd it out.
    text = json.dumps(content)
    manager = get_ipython().payload_manager
    so_far = sum(len(entry.get("text", "")) for entry in manager.read_payload())
    if so_far + len(text) > _REPLY_CHARACTERS:
        text = json.dumps({"label": label, "data": {"not data": "more than one cell may hand over"}})
    manager.write_payload({"source": OBSERVATION_MIME, "text": text}, single=False)


def _show_verdict(label: str, data: Encoded, error: Exception | None) -> None:
    __tracebackhide__ = True
    exercise, expected = _find(label)
    seen = _remember(exercise, label, data)
    if expected.agrees_with(data):
        print(pass_line(label))
        if exercise.num_private and expected is exercise.visible[-1] and not exercise.private:
            print(private_line(exercise.num_private))
        return
    sentence = exercise.recognise(seen)
    if error is None:
        raise CheckFailed(failure_lines(expected, data, sentence))
    if not raised_in_own_code(error.__traceback__, exercise.name):
        raise CheckFailed([*failure_lines(expected, data, sentence), *wrapped(clip(str(error)))]) from None
    if sentence:
        error.add_note("\n" + "\n".join(wrapped(sentence)))
    raise error


def _find(label: str) -> tuple[Exercise, Expected]:
    __tracebackhide__ = True
    try:
        exercises = read_exercises(_FOLDER)
    except CourseError as error:
        raise CheckFailed([f"✗ {label}", *wrapped(str(error))]) from None
    for exercise in exercises.values():
        for expected in exercise.checks:
            if expected.label == label:
                return exercise, expected
    remedy = (
        f'{_FOLDER.name}: no check is called "{label}". Put back the text of this cell from the '
        "lesson as it came (authors: course build)."
    )
    raise CheckFailed([f"✗ {label}", *wrapped(remedy)])


def _remember(exercise: Exercise, label: str, data: Encoded) -> dict[str, Encoded]:
    """Return all that this run of the cell has observed; what is left of an earlier run is forgotten."""
    labels = [check.label for check in exercise.checks]
    before = labels[: labels.index(label)]
    earlier = _seen.get(exercise.name, {})
    _seen[exercise.name] = {name: earlier[name] for name in before if name in earlier} | {label: data}
    return _seen[exercise.name]


def pass_line(label: str) -> str:
    """Return the line that says that a check passed."""
    return f"✓ {label}"


def private_line(num_private: int) -> str:
    """Return the line that says how many checks are still to come when the notebook is graded."""
    checks = "check runs" if num_private == 1 else "checks run"
    return f"  All visible checks pass. {num_private} private {checks} when this is graded."


def failure_lines(expected: Expected, data: Encoded, sentence: str | None = None) -> list[str]:
    """Return the lines that a person reads about a failed check.

    data: what was observed, encoded.
    sentence: the misconception's, or None.
    """
    found = expected.difference(data) or ""
    if expected.digest is None and not sentence:
        found += _hint(expected.data, data)
    lines = [line for part in found.split("; ") for line in wrapped(part)]
    return [f"✗ {expected.label}", *lines, *(wrapped(sentence) if sentence else [])]


def _hint(expected: Encoded, data: Encoded) -> str:
    """Return what to say of an answer of another kind than asked for, where both look alike when printed."""
    if _is_nothing(data):
        return ". Nothing came back: is the exercise solved, and is there a return?"
    if _holds_none(data) and not _holds_none(expected):
        return ". There is a None in it: does every way through your code end in a return?"
    if is_raised(data) and "NoneType" in data.get("message", ""):
        return ". Nothing came back, or a None is in it: is the exercise solved, and is there a return?"
    if is_not_data(data) and data["not data"] == "array of object":
        return ". Such an array often holds a None: does every way through your code end in a return?"
    if is_not_data(data):
        if data["not data"].endswith("Tensor"):
            return ". TensorFlow's tensors become NumPy arrays and numbers by .numpy()."
        return ". A check compares numbers, strings, lists, dicts and NumPy arrays."
    kinds = kind_of(expected), kind_of(data)
    if kinds == ("array", "list"):
        return ". That is a list or a tuple, and an array is asked for."
    if kinds == ("number", "array"):
        return ". That is an array, and one plain number is asked for."
    return ""


def _is_nothing(data: Encoded) -> bool:
    """Return whether all that came is None: itself, or each item of a list or dict that the check made."""
    items = _items(data)
    return data is None or (bool(items) and all(map(_is_nothing, items)))


def _holds_none(data: Encoded) -> bool:
    return data is None or any(map(_holds_none, _items(data)))


def _items(data: Encoded) -> list[Encoded]:
    if is_list(data):
        return data
    return list(data["dict"].values()) if is_dict(data) else []


def wrapped(text: str) -> list[str]:
    """Return the text as indented lines that fit nbgrader's report and a narrow notebook."""
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
