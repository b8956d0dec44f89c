"""A submission, however it came, as a notebook that is ready to be executed and graded.

Every graded cell of the lesson is in the result exactly once, in the lesson's order, with the lesson's
metadata. Checks and locked cells are the lesson's own; what a learner wrote is taken from the
submission. What cannot be found is the untouched cell of the lesson: no point is ever guessed.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import nbformat
from nbformat import NotebookNode

from course.grading.ingest.cell_selection import cells_to_run
from course.grading.ingest.cells import Cell, read_cells
from course.grading.ingest.findings import additions, sentences
from course.grading.ingest.matching import Item, match
from course.grading.ingest.template_cells import Shape, TemplateCell, title_of
from helpers.errors import CourseError


class WrongLesson(CourseError):
    """The notebook of another lesson; the message tells its student which one it seems to be."""


@dataclass(frozen=True)
class Repaired:
    """A submission that is ready to be executed and graded.

    notebook: nbformat 4.5; only cells that nobody grades have outputs, as they were saved.
    chosen: ids of the cells on which points depend (`course.grading.ingest.cell_selection`).
    repairs: what had to be done, one sentence each, for its student and its instructor; empty when nothing
        was damaged.
    """

    notebook: NotebookNode
    chosen: frozenset[str]
    repairs: tuple[str, ...] = ()


def repair_submission(
    content: bytes, template: NotebookNode, lesson: str, quizzes: Iterable[str]
) -> Repaired:
    """Read a submission and repair it by the template of its lesson. Nothing is executed.

    content: of the file that was handed in.
    template: what `course.grading.lesson.read_template` returns; it is left as it is.
    lesson: the lesson's name, for messages.
    quizzes: the names of its quiz exercises.

    Raises NotANotebook or Unreadable for what cannot be graded, WrongLesson for another lesson's notebook.
    """
    cells, notes = read_cells(content)
    shape = Shape.of(template, quizzes)
    _refuse_another_lesson(cells, shape, lesson)
    matched = match(cells, shape)
    items = [part for item in matched.items for part in _with_additions(item)]
    notebook = _notebook(template, items)
    return Repaired(notebook, cells_to_run(notebook, template), (*notes, *sentences(matched)))


def _refuse_another_lesson(cells: Sequence[Cell], shape: Shape, lesson: str) -> None:
    """Raise WrongLesson when most of what can be recognised belongs to another lesson, or nothing to this.

    Set-up and quiz cells say little: all lessons have them under the same names.
    """
    claims = {shape.claimed(cell) for cell in cells}
    if claims >= shape.specific:
        return
    known = claims - {None}
    others: set[int] = set()
    foreign: set[str] = set()
    for cell in cells:
        shown = shape.shown(cell)
        known |= shown
        place = shape.place_of_other(cell)
        if place is not None:
            others.add(place)
        elif not shown and cell.grade_id not in shape.template_cells:
            foreign |= {name for name in (cell.grade_id, _id_of_lesson(cell)) if name}
    num_ours = len(known & shape.specific) + len(others)
    title = title_of(cell.source for cell in cells if cell.kind == "markdown")
    has_other_title = title is not None and title != shape.title
    if len(foreign) > num_ours or (not num_ours and (has_other_title or not known)):
        what = f"to be the lesson {title!r}" if has_other_title else "not to be of this lesson"
        raise WrongLesson(f"{lesson}: the notebook seems {what}: hand in {lesson}.ipynb")


def _id_of_lesson(cell: Cell) -> str | None:
    """Return the id of a cell if a lesson of this course gave it (`course.authoring.source`), or None."""
    return cell.id if cell.id and re.fullmatch(r"c[0-9a-f]{10}(-\d+)?", cell.id) else None


def _with_additions(item: Item) -> list[Item]:
    """Return the item, and beside it a cell with what a learner added to a cell that comes from the lesson.

    An import that was put into a locked cell is used by what follows; so it stays in the notebook.
    """
    added = additions(item)
    if not added or item.target is None:
        return [item]
    own = Item(Cell("code", added))
    return [own, item] if item.target.is_check else [item, own]


def _notebook(template: NotebookNode, items: Sequence[Item]) -> NotebookNode:
    """Return the notebook that the items make, valid and ready to be executed."""
    metadata = nbformat.from_dict(template.metadata)
    notebook = NotebookNode(cells=_nodes(items), metadata=metadata, nbformat=4, nbformat_minor=5)
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError:
        # Only what learners' own cells say of themselves can be wrong, and none of it is needed.
        notebook.cells = _nodes([_without_own_metadata(item) for item in items])
    return notebook


def _without_own_metadata(item: Item) -> Item:
    if item.target or item.cell is None:
        return item
    return replace(item, cell=replace(item.cell, metadata={}))


def _nodes(items: Sequence[Item]) -> list[NotebookNode]:
    ids = _FreeIds(item.target.cell.id for item in items if item.target)
    nodes = []
    for item in items:
        if item.target:
            nodes.append(_node_of_target(item.cell, item.target))
        elif item.cell:
            nodes.append(_node_of_own(item.cell, ids))
    return nodes


def _node_of_target(cell: Cell | None, target: TemplateCell) -> NotebookNode:
    """Return the lesson's cell, with a learner's source where it is a learner's to write."""
    node = copy.deepcopy(target.cell)
    if target.is_open and cell is not None:
        node.source = cell.source
        if target.kind != "code" and cell.attachments:
            node.attachments = nbformat.from_dict(cell.attachments)
    return node


def _node_of_own(cell: Cell, ids: _FreeIds) -> NotebookNode:
    """Return a cell of the learner's own, or the lesson's that nobody grades."""
    metadata = {key: value for key, value in cell.metadata.items() if key not in ("nbgrader", "trusted")}
    node: dict[str, object] = {
        "cell_type": cell.kind,
        "id": ids.take(cell.id),
        "metadata": metadata,
        "source": cell.source,
    }
    if cell.kind == "code":
        # As nbgrader clears outputs, together with what says how they are shown.
        metadata.pop("collapsed", None)
        metadata.pop("scrolled", None)
        # They stay where the cell is not run again.
        node |= {"outputs": cell.outputs, "execution_count": None}
    elif cell.attachments:
        node["attachments"] = cell.attachments
    return nbformat.from_dict(node)


class _FreeIds:
    """Ids of cells that are not taken yet."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._counts: dict[str, int] = {}  # by stem, from where on to look: no number is tried twice

    def take(self, wanted: str | None) -> str:
        """Return the wanted id, or one like it, that is not taken; it is taken afterwards."""
        stem = (wanted or "own")[:50]
        free = wanted
        while not free or free in self._taken:
            self._counts[stem] = self._counts.get(stem, 0) + 1
            free = f"{stem}-{self._counts[stem]}"
        self._taken.add(free)
        return free
