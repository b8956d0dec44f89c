"""The source of a lesson: jupytext percent format in, one notebook with nbgrader's metadata out.

What the options after ``# %%`` mean (`CONTRIBUTING.md` shows them all):

=============================  ==================================================================
``tags=["setup"]``             imports and shared inputs; released locked
``solution="name"``            the exercise's own cell, with a region that the release replaces
``test="name" points=2``       its graded cell: calls of `check`, private ones in a hidden region
``inspected="name" points=2``  a graded cell whose verdict comes from the lesson's inspector
``written="name" points=3``    a Markdown cell that a person grades
=============================  ==================================================================
"""

from __future__ import annotations

import ast
import hashlib
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.inspectors import INSPECTOR_FILE, inspector_of
from course.lessons import REGIONS, first_line, source_file, without_region
from helpers.checks.exercises import checks_of
from helpers.errors import CourseError

if TYPE_CHECKING:
    from nbformat import NotebookNode

_UNREADABLE = "incorrectly_encoded_metadata"  # so jupytext calls options that it cannot read
_OPTIONS = ("solution", "test", "inspected", "written", "points", "tags")
# A function's, a variable's or a text's. With "-checks" it becomes the id of a cell, of 64 letters at most.
_NAME = re.compile(r"[A-Za-z_]\w{0,49}", re.ASCII)
_SETUP = "setup"
_TAGS = (_SETUP, "long", "nbval-ignore-output")
# What a cell is for, and which of it is worth points.
_PURPOSES, _GRADED = ("solution", "test", "inspected", "written"), ("test", "inspected", "written")


@dataclass(frozen=True)
class ExerciseSource:
    """An exercise as its author wrote it: the code of its solution cell and of its graded cell."""

    name: str
    points: float
    solution: str
    test: str
    is_quiz: bool

    @property
    def visible_test(self) -> str:
        """The graded cell as a learner gets it: without the private checks."""
        return without_region(self.test, "HIDDEN TESTS")


@dataclass(frozen=True)
class Lesson:
    """A lesson as its author wrote it.

    notebook: an `nbformat` notebook with nbgrader's metadata, not executed, without outputs.
    setup: the code of the setup cells.
    exercises: by name, in their order.
    written: the points of the written questions by name.
    inspected: of the graded cells that the lesson's inspector judges.
    """

    folder: Path
    notebook: NotebookNode
    setup: tuple[str, ...]
    exercises: dict[str, ExerciseSource]
    written: dict[str, float] = field(default_factory=dict)
    inspected: dict[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The lesson's name: that of its folder, its source and its notebook."""
        return self.folder.name


def read_lesson(folder: Path) -> Lesson:
    """Read the source in `folder` into a Lesson.

    Raises CourseError, naming the file, the cell and the remedy, for what an author can get wrong:
    an unclosed region, an unknown option, an exercise without its graded cell, a name used twice.
    """
    import jupytext
    import nbformat

    path = source_file(folder)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CourseError(f"{folder.name}/{path.name} is missing: a lesson is written there") from None
    except UnicodeDecodeError:
        raise CourseError(f"{folder.name}/{path.name} is no text in UTF-8: save it as UTF-8") from None
    try:
        notebook = jupytext.reads(text, fmt="py:percent")
    except (nbformat.ValidationError, TypeError, AttributeError) as error:
        said = error.message if isinstance(error, nbformat.ValidationError) else str(error)
        why = f"an option of a cell has a wrong value: {said.splitlines()[0]}"
        raise CourseError(f"{folder.name}/{path.name}: {why}") from None
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    reader = _Reader(f"{folder.name}/{path.name}")
    for number, cell in enumerate(notebook.cells, start=1):
        reader.take(cell, number)
    _refuse_uninspected(f"{folder.name}/{path.name}", folder, reader.inspected)
    exercises = reader.exercises()
    return Lesson(folder, notebook, tuple(reader.setup), exercises, reader.written, reader.inspected)


def _refuse_uninspected(place: str, folder: Path, inspected: Collection[str]) -> None:
    """Raise CourseError unless the lesson's inspector gives exactly these verdicts."""
    inspector = inspector_of(folder)
    given = set() if inspector is None else set(inspector.titles)
    for name in sorted(given ^ set(inspected)):
        said = "has no cell with" if name in given else f"has no {INSPECTOR_FILE} with a title for"
        raise CourseError(f'{place}: the lesson {said} inspected="{name}"')


def _refuse_misplaced_names(place: str, cell: NotebookNode, options: Mapping[str, Any]) -> None:
    """Raise CourseError for an option that needs a name and has none, or stands in a cell of another kind."""
    for option in _PURPOSES:
        if option not in options:
            continue
        if not isinstance(options[option], str) or not options[option]:
            raise CourseError(f'{place}: {option} takes a name in quotes, as in {option}="name"')
        if not _NAME.fullmatch(options[option]):
            raise CourseError(
                f"{place}: {options[option]!r} cannot be a name: take up to 50 English letters, digits "
                "and _, no digit first"
            )
        if options[option] == _SETUP:
            raise CourseError(f"{place}: {_SETUP!r} cannot be a name: setup cells are called so")
        kind = "markdown" if option == "written" else "code"
        if cell.cell_type != kind:
            remedy = f'"# %% [markdown] {option}=..."' if kind == "markdown" else f'"# %% {option}=..."'
            raise CourseError(f"{place}: {option} belongs into a cell of {kind}: {remedy}")


def _refuse_two_purposes(place: str, options: Mapping[str, Any]) -> None:
    """Raise CourseError for a cell that is to be two things at once, or has points that count for nothing."""
    purposes = [_SETUP] if _SETUP in options.get("tags", []) else []
    purposes += [option for option in _PURPOSES if option in options]
    if len(purposes) > 1:
        raise CourseError(f"{place}: a cell is for {purposes[0]} or for {purposes[1]}: make two of it")
    if "points" in options and not any(option in options for option in _GRADED):
        points = options["points"]
        raise CourseError(
            f"{place}: points={points} belongs to a cell with {', '.join(_GRADED[:-1])} or {_GRADED[-1]}"
        )


class _Reader:
    """Takes the cells of one source in their order; gives each its id and nbgrader's metadata."""

    def __init__(self, place: str):
        self.place = place
        self.setup: list[str] = []
        self.solutions: dict[str, str] = {}
        self.tests: dict[str, tuple[str, float]] = {}  # source and points
        self.written: dict[str, float] = {}
        self.inspected: dict[str, float] = {}
        self.ids: set[str] = set()

    def take(self, cell: NotebookNode, number: int) -> None:
        # jupytext notes unusual numbers of blank lines in the metadata; a notebook has no use for that.
        options = {key: value for key, value in cell.metadata.items() if not key.startswith("lines_to_")}
        place = f"{self.place}, cell {number} ({first_line(cell.source)})"
        unknown = [option for option in options if option not in _OPTIONS]
        if _UNREADABLE in options:
            raise CourseError(
                f"{place}: its options cannot be read: {options[_UNREADABLE]}; write them as in "
                'solution="name" points=2 tags=["setup"]'
            )
        if "title" in unknown:
            raise CourseError(
                f"{place}: {options['title']!r} is no option: prose is '# %% [markdown]', code '# %%'"
            )
        if unknown:
            raise CourseError(f"{place}: unknown option {unknown[0]!r}; there are {', '.join(_OPTIONS)}")
        for tag in options.get("tags", []):
            if tag not in _TAGS:
                raise CourseError(f"{place}: unknown tag {tag!r}; there are {', '.join(_TAGS)}")
        _refuse_misplaced_names(place, cell, options)
        _refuse_two_purposes(place, options)
        _refuse_broken_regions(place, cell.source)
        _refuse_misplaced_regions(place, cell.source, options)
        metadata = {"tags": options["tags"]} if "tags" in options else {}
        if _SETUP in options.get("tags", []):
            self.setup.append(cell.source)
            name = _SETUP if len(self.setup) == 1 else f"{_SETUP}-{len(self.setup)}"
            metadata["nbgrader"] = _nbgrader(name, locked=True)
            if len(self.setup) > 1:  # scaffolding: folded, also in JupyterLab
                metadata["jupyter"] = {"source_hidden": True}
        elif "solution" in options:
            name = self._unused(place, options["solution"], {*self.solutions, *self.written})
            self.solutions[name] = cell.source
            metadata["nbgrader"] = _nbgrader(name, solution=True)
        elif "test" in options:
            name = self._unused(place, options["test"], {*self.tests, *self.inspected})
            self.tests[name] = (cell.source, _points(place, options))
            _refuse_syntax_errors(place, cell.source)
            _refuse_private_checks_before_visible_ones(place, cell.source)
            metadata["nbgrader"] = _nbgrader(checks_of(name), locked=True, points=_points(place, options))
        elif "inspected" in options:
            name = self._unused(place, options["inspected"], {*self.tests, *self.inspected})
            self.inspected[name] = _points(place, options)
            _refuse_syntax_errors(place, cell.source)
            metadata["nbgrader"] = _nbgrader(checks_of(name), locked=True, points=_points(place, options))
        elif "written" in options:
            name = self._unused(place, options["written"], {*self.solutions, *self.written})
            self.written[name] = _points(place, options)
            metadata["nbgrader"] = _nbgrader(name, solution=True, points=_points(place, options))
        if "nbgrader" in metadata:
            metadata["nbgrader"]["cell_type"] = cell.cell_type
        cell.metadata = metadata
        cell.id = self._new_id(cell, metadata)

    def _unused(self, place: str, name: str, taken: Collection[str]) -> str:
        """Return the name. Raises CourseError when it is taken."""
        if name in taken:
            raise CourseError(f"{place}: the name {name!r} is taken; names are unique in a lesson")
        return name

    def _new_id(self, cell: NotebookNode, metadata: dict[str, Any]) -> str:
        """Return an id for a cell: the same at every build, also when another cell is put before it."""
        if "nbgrader" in metadata:
            wanted = metadata["nbgrader"]["grade_id"].replace("_", "-")
        else:
            wanted = "c" + hashlib.sha256(cell.source.encode()).hexdigest()[:10]
        unique, count = wanted, 1
        while unique in self.ids:
            count += 1
            unique = f"{wanted}-{count}"
        self.ids.add(unique)
        return unique

    def exercises(self) -> dict[str, ExerciseSource]:
        for name in [*self.solutions, *self.tests]:
            if name in self.inspected:
                continue
            if name not in self.tests or name not in self.solutions:
                absent = "solution" if name in self.tests else "test"
                raise CourseError(f'{self.place}: exercise {name!r} has no cell with {absent}="{name}"')
        return {
            name: ExerciseSource(name, points, self.solutions[name], test, _asks_for_a_secret(test))
            for name, (test, points) in self.tests.items()
        }


def _asks_for_a_secret(test: str) -> bool:
    """Return whether a graded cell asks to keep what it expects secret: then its exercise is a quiz."""
    return any(isinstance(node, ast.keyword) and node.arg == "secret" for node in ast.walk(ast.parse(test)))


def _nbgrader(
    grade_id: str, *, locked: bool = False, solution: bool = False, points: float | None = None
) -> dict[str, Any]:
    """Return nbgrader's metadata of a cell."""
    metadata = {
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return metadata if points is None else metadata | {"points": points}


def _points(place: str, options: Mapping[str, Any]) -> float:
    points = options.get("points")
    if isinstance(points, bool) or not isinstance(points, (int, float)) or not 0 < points < math.inf:
        raise CourseError(f"{place}: say what it is worth, such as points=2")
    return points


def _refuse_broken_regions(place: str, source: str) -> None:
    for region in REGIONS:
        inside = False
        for line in source.splitlines():
            if f"BEGIN {region}" in line:
                if inside:
                    raise CourseError(f"{place}: a second BEGIN {region} before END {region}")
                inside = True
            elif f"END {region}" in line:
                if not inside:
                    raise CourseError(f"{place}: END {region} without BEGIN {region}")
                inside = False
        if inside:
            raise CourseError(f"{place}: BEGIN {region} is never closed: add ### END {region}")


def _refuse_misplaced_regions(place: str, source: str, options: Mapping[str, Any]) -> None:
    homes = {"SOLUTION": ("solution", "written"), "HIDDEN TESTS": ("test",)}
    for region, names in homes.items():
        if f"BEGIN {region}" in source and not any(name in options for name in names):
            options_of_home = " or ".join(f'{name}="..."' for name in names)
            raise CourseError(f"{place}: BEGIN {region} belongs into a cell with {options_of_home}")


def _refuse_private_checks_before_visible_ones(place: str, source: str) -> None:
    """Raise CourseError unless a learner's graded cell is the beginning of the whole one.

    What a class is graded by would otherwise run before visible checks, and change what they observe.
    """
    whole = ast.parse(source).body
    visible: list[ast.stmt] | None
    try:
        visible = ast.parse(without_region(source, "HIDDEN TESTS")).body
    except SyntaxError:  # the region is all that stands in a loop or a function
        visible = None
    if visible is None or list(map(ast.dump, visible)) != list(map(ast.dump, whole[: len(visible)])):
        raise CourseError(
            f"{place}: move the hidden tests to the end of the cell, without indentation: a learner's "
            "notebook runs the rest alone"
        )


def _refuse_syntax_errors(place: str, source: str) -> None:
    try:
        ast.parse(source)
    except SyntaxError as error:
        raise CourseError(f"{place}: line {error.lineno} is not Python: {error.msg}") from None
