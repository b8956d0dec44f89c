"""Where a notebook defines a name that a cell does not find."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from helpers.checks.exercises import exercise_of

# Of a notebook file: with outputs, a lesson has at most a tenth.
_MOST_BYTES = 20_000_000
_MISSING = re.compile(r"NameError: name '(\w+)' is not defined")


def defined_below(
    said: str, sources: Sequence[str], place: int, exercises: Collection[int] = ()
) -> str | None:
    """Return a sentence where an exception misses a name that only a cell further down defines, else None.

    said: the exception as a line, such as "NameError: name 'twice' is not defined".
    sources: of all cells, from the top; empty for a cell that is not code.
    place: of the cell that raised it.
    exercises: the places of cells that hold an exercise's answer, which keep their order when graded.
    """
    missing = _MISSING.match(said)
    if missing is None:
        return None
    name = missing[1]
    if any(_defines(source, name) for source in sources[: place + 1]):
        return None  # it is above as well: something else is wrong
    below = {index for index in range(place + 1, len(sources)) if _defines(sources[index], name)}
    if not below:
        return None
    if below <= set(exercises):
        return (
            f"`{name}` is defined in the cell of an exercise further down. A notebook is graded from the "
            "top: define it in a cell of your own above this one."
        )
    return (
        f"`{name}` is defined in a cell further down. A notebook is graded from the top: move that cell "
        "above this one."
    )


def defined_elsewhere(said: str, exercise: str, folder: Path) -> str | None:
    """Return the same for the checks of an exercise, by the notebook as it was last saved in a folder.

    Also where a cell above defines the name, which a learner has not run. None where the folder's notebooks
    that hold these checks do not agree.
    """
    if not said.startswith("NameError: "):
        return None
    found = {_by_file(path, said, exercise) for path in sorted(folder.glob("*.ipynb"))} - {""}
    return found.pop() if len(found) == 1 else None


def _by_file(path: Path, said: str, exercise: str) -> str | None:
    """Return what `defined_below` says of a notebook file; empty where it does not hold the checks."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return ""
        cells = json.loads(path.read_bytes())["cells"]
        sources = ["".join(cell["source"]) if cell["cell_type"] == "code" else "" for cell in cells]
        marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
        checks = [
            place
            for place, mark in enumerate(marks)
            if mark.get("grade") and not mark.get("solution") and exercise_of(mark["grade_id"]) == exercise
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # no notebook, whatever it is
        return ""
    if len(checks) != 1:
        return ""
    exercises = [place for place, mark in enumerate(marks) if mark.get("solution")]
    return _defined_above(said, sources[: checks[0]]) or defined_below(said, sources, checks[0], exercises)


def _defined_above(said: str, sources: Sequence[str]) -> str | None:
    missing = _MISSING.match(said)
    if missing is None or not any(_defines(source, missing[1]) for source in sources):
        return None
    return f"`{missing[1]}` is defined in a cell above: run that cell, then this one again."


def _defines(source: str, name: str) -> bool:
    """Return whether a cell's own lines, not those within a function or class, give a name a value."""
    if name not in source:
        return False
    try:
        waiting: list[ast.AST] = [ast.parse(_without_magics(source))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # it defines nothing: it does not run
        return False
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if node.name == name:
                return True
        elif isinstance(node, ast.Name):
            if node.id == name and isinstance(node.ctx, ast.Store):
                return True
        elif isinstance(node, ast.alias):
            if name == (node.asname or node.name.partition(".")[0]):
                return True
        elif not isinstance(node, ast.Lambda | ast.comprehension):
            waiting += ast.iter_child_nodes(node)
    return False


def _without_magics(source: str) -> str:
    return re.sub(r"(?m)^[%!].*$", "pass", source)
