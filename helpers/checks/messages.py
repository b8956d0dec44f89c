"""The lines that a person reads of checks: in a learner's notebook, and in the feedback on a graded one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from helpers.checks.calls import changed_arguments
from helpers.checks.exercises import Expected
from helpers.checks.observation import (
    Encoded,
    is_dict,
    is_list,
    is_not_data,
    is_raised,
    kind_of,
)

_WIDTH = 78
_KINDS = {
    "number": "one plain number",
    "str": "a text",
    "bool": "True or False",
    "list": "a list or a tuple",
    "dict": "a dict",
    "array": "an array",
    "None": "None",
}
# TensorFlow's and Keras's others have no values yet, or no method that gives them.
_TENSORS = {"EagerTensor", "RaggedTensor"}
# More labels than these in a sentence would be read by nobody.
_MOST_LABELS = 4


def pass_line(label: str) -> str:
    """Return the line that says that a check passed."""
    return f"✓ {label}"


def fail_line(label: str) -> str:
    """Return the line that says that a check failed."""
    return f"✗ {label}"


def not_started_line(exercise: str) -> str:
    """Return the line that says that an exercise is as it came."""
    return fail_line(f"{exercise}: not started yet")


def private_line(num_private: int) -> str:
    """Return the line that says how many checks are still to come when the notebook is graded."""
    checks = "check runs" if num_private == 1 else "checks run"
    return f"  All visible checks pass. {num_private} private {checks} when this is graded."


def details(expected: Expected, data: Encoded, said: str | None = None) -> list[str]:
    """Return the indented lines that say how a failed check failed.

    data: what was observed, encoded.
    said: the message of the exception that was raised, or what else there is to say.
    """
    changed = changed_arguments(data)
    if changed and not changed_arguments(expected.data):
        names = " and ".join(f"`{name}`" for name in changed)
        return wrapped(
            f"Your code changed its argument {names}. Return a new value, and leave the argument as it was."
        )
    found = expected.difference(data) or ""
    if expected.digest is None:
        found += _hint(expected, data, said)
    lines = [line for part in found.split("\n") for line in wrapped(part)]
    return lines + (wrapped(said) if said else [])


def told_apart(passed: Sequence[str], failed: Sequence[str]) -> str | None:
    """Return what tells the checks that pass from those that fail, by their labels, or None.

    None where all fail, and where more stand on one side than anybody would read.
    """
    if not passed or len(passed) > _MOST_LABELS or len(failed) > _MOST_LABELS:
        return None
    return f"It passes: {'; '.join(passed)}. It fails: {'; '.join(failed)}."


def count_line(num_failed: int, num_checks: int) -> str:
    """Return the line that says how many checks failed."""
    return f"{num_failed} of {num_checks} checks {'fails' if num_failed == 1 else 'fail'}."


def wrapped(text: str) -> list[str]:
    """Return the text as indented lines that fit nbgrader's report and a narrow notebook."""
    return textwrap.wrap(text, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _hint(expected: Expected, data: Encoded, said: str | None) -> str:
    """Return what to say of an answer of another kind than asked for, where both look alike when printed."""
    if is_raised(data) and is_nothing(data, said):
        return ". Nothing came back, or a None is in it: is the exercise solved, and is there a return?"
    if is_nothing(data, said):
        return ". Nothing came back: is the exercise solved, and is there a return?"
    if _holds_none(data) and not _holds_none(expected.data):
        return ". There is a None in it: does every way through your code end in a return?"
    foreign = set(_foreign_in(data))
    if "array of object" in foreign:
        return ". An array of object often holds a None: does every way through your code end in a return?"
    if foreign & _TENSORS:
        return ". TensorFlow's tensors become NumPy arrays and numbers by .numpy()."
    if foreign:
        return ". A check compares numbers, strings, lists, dicts and NumPy arrays."
    wanted, came = kind_of(expected.data), kind_of(data)
    # Of a property, its own words have said already what it looks at.
    if expected.seen_as is None and wanted != came and wanted in _KINDS and came in _KINDS:
        return f". That is {_KINDS[came]}; the check expects {_KINDS[wanted]}."
    return ""


def is_nothing(data: Encoded, said: str | None = None) -> bool:
    """Return whether all that came is None: itself, or each item of a list or dict that the check made.

    So it is of an exercise without an answer, also where the check's own line then failed on the None.

    said: what `Call.said` says of an exception. It begins with the exception's class where a line of the
        learner's failed, or a name of Python's own is taken: there something else was None than what came
        back.
    """
    if is_raised(data):
        is_own = said is not None and said.startswith(f"{data['raises']}: ")
        return "NoneType" in data.get("message", "") and not is_own
    items = _items(data)
    return data is None or (bool(items) and all(map(is_nothing, items)))


def _foreign_in(data: Encoded) -> Iterator[str]:
    """Yield the name of each item that is no data."""
    if is_not_data(data):
        yield data["not data"]
    for item in _items(data):
        yield from _foreign_in(item)


def _holds_none(data: Encoded) -> bool:
    return data is None or any(map(_holds_none, _items(data)))


def _items(data: Encoded) -> list[Encoded]:
    if is_list(data):
        return data
    return list(data["dict"].values()) if is_dict(data) else []
