"""A split cell of a submission is joined again, and merged cells are taken apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cached_property

from course.grading.ingest.cells import Cell
from course.grading.ingest.template_cells import Shape, TemplateCell, find_lines, normal

_OPENS_A_BLOCK = re.compile(
    r"(?:async\s|def\s|class\s|if\s|for\s|while\s|with\s|try:|else:|elif\s|except|finally:)"
)
_RETURNS = re.compile(r"^([ \t]+)(?:return|yield)\b", re.M)


def join_split(cells: Sequence[Cell], shape: Shape) -> tuple[list[Cell], list[str]]:
    """Return the cells with halves of an exercise put together again, and the names of those exercises.

    The second half of a function begins with an indented line and returns: alone it is no Python.
    """
    groups: list[_Group] = []
    for cell in cells:
        if groups and groups[-1].is_continued_by(cell):
            groups[-1].add(cell)
        else:
            groups.append(_Group(cell, shape))
    exercises = [group.exercise for group in groups if group.exercise and len(group.parts) > 1]
    return [group.joined() for group in groups], exercises


def begins_indented(cell: Cell) -> bool:
    """Return whether the first line of the cell that is not empty is indented."""
    return cell.source.lstrip("\n")[:1] in (" ", "\t")


class _Group:
    """A cell and the halves behind it. A text is read once, and not again with each half that is added."""

    def __init__(self, cell: Cell, shape: Shape) -> None:
        self.shape, self.settings = shape, cell
        self.parts = [cell.source]

    @cached_property
    def exercise(self) -> str | None:
        """The exercise that the first cell is or defines, or None."""
        cell = replace(self.settings, source=self.parts[0])
        claimed = self.shape.claimed(cell)
        is_exercise = bool(claimed and self.shape.template_cells[claimed].names)
        names = [claimed] if claimed and is_exercise else list(self.shape.shown(cell))
        exercises = [name for name in names if self.shape.template_cells[name].names]
        return exercises[0] if len(exercises) == 1 else None

    @cached_property
    def _margin(self) -> str:
        """The last line that is neither indented nor a comment."""
        return _last_margin(self.parts[0])

    def is_continued_by(self, cell: Cell) -> bool:
        """Return whether a cell is the rest of a function that is an exercise."""
        return bool(
            begins_indented(cell)
            and _OPENS_A_BLOCK.match(self._margin)
            and _returns(cell.source)
            and self.exercise
        )

    def add(self, cell: Cell) -> None:
        """Take a half in; the settings may have stayed with either."""
        if not self.shape.claimed(self.settings):
            self.settings = replace(cell, kind=self.settings.kind)
        self._margin = _last_margin(cell.source) or self._margin
        self.parts.append(cell.source)

    def joined(self) -> Cell:
        """Return all parts as one cell."""
        *halves, last = self.parts
        return replace(self.settings, source="\n".join([*(half.rstrip() for half in halves), last]))


def _last_margin(source: str) -> str:
    margins = (line for line in reversed(source.split("\n")) if line[:1].strip() and line[0] != "#")
    return next(margins, "")


def _returns(source: str) -> bool:
    """Return whether a part of a function, which begins indented, returns at that depth.

    Deeper is enough where it defines nothing.
    """
    first = source.lstrip("\n")
    first = first[: len(first) - len(first.lstrip(" \t"))]
    defines = re.search(r"^[ \t]*def\b", source, re.M) is not None
    return any(found[1] == first or not defines for found in _RETURNS.finditer(source))


def take_apart(cells: list[Cell], shape: Shape) -> tuple[list[Cell], list[str]]:
    """Return the cells with merged ones taken apart, and the names of the targets that were found that way.

    A cell is touched only when it holds something that is missing and that no cell holds alone.
    """
    claims = [shape.claimed(cell) for cell in cells]
    missing = shape.template_cells.keys() - set(claims)
    if not missing:
        return cells, []
    shown = [shape.shown(cell) for cell in cells]
    wanted: list[set[str]] = [set() for _ in cells]
    for name in missing:
        showing = [number for number, found in enumerate(shown) if name in found]
        if showing and not any(shown[number] == {name} for number in showing):
            wanted[showing[-1]].add(name)
    apart: list[Cell] = []
    names: list[str] = []
    for cell, claim, found, parts in zip(cells, claims, shown, wanted, strict=True):
        inside = [name for name in shape.template_cells if name in found & (parts | {claim})] if parts else []
        apart += _pieces(cell, claim, [shape.template_cells[name] for name in inside]) if inside else [cell]
        names += [name for name in inside if name in parts]
    return _without_lesson_text(apart, shape, missing), names


def _pieces(cell: Cell, claim: str | None, template_cells: Sequence[TemplateCell]) -> list[Cell]:
    """Return a cell cut where each of these targets begins; no line of it is lost."""
    lines = cell.source.split("\n")
    marks = sorted(
        (mark for target in template_cells if (mark := _find_target(lines, target)) is not None),
        key=lambda mark: mark[:2],
    )
    pieces: list[Cell] = []
    loose: list[str] = []  # lines that belong to no target
    position = 0
    for start, end, target in marks:
        if start < position:
            continue
        loose += lines[position:start]
        if target.name == claim:
            head, loose = loose, []
        else:
            # What stands before it, such as a helper or an experiment, runs before it and may fail alone.
            head = []
        if any(line.strip() for line in loose):
            pieces.append(_piece(cell, claim, None, loose))
        if target.is_open:
            end = min((other for other, _, _ in marks if other > start), default=len(lines))
        pieces.append(_piece(cell, claim, target, head + lines[start:end]))
        loose, position = [], end
    loose += lines[position:]
    if any(line.strip() for line in loose):
        pieces.append(_piece(cell, claim, None, loose))
    return pieces


def _find_target(lines: list[str], target: TemplateCell) -> tuple[int, int, TemplateCell] | None:
    """Return where a target begins in these lines and, of a check, ends; and the target; or None.

    Where another target ends is not known: it is said to end where it begins.
    """
    if not target.is_open:
        filled = [index for index, line in enumerate(lines) if line.strip()]
        start = find_lines(target.lines, [lines[index].strip() for index in filled])
        return None if start is None else (filled[start], filled[start + len(target.lines) - 1] + 1, target)
    pattern = re.compile(rf"(?:(?:async[ \t]+)?(?:def|class)[ \t]+)?(?:{'|'.join(sorted(target.names))})\b")
    start = next((index for index, line in enumerate(lines) if pattern.match(line)), None)
    if start is None:
        return None
    while start and lines[start - 1][:1] in ("#", "@"):
        start -= 1
    return start, start, target


def _piece(cell: Cell, claim: str | None, target: TemplateCell | None, lines: Sequence[str]) -> Cell:
    """Return a part of a cell, labelled as the target that it is, if it is one."""
    source = "\n".join(lines).strip("\n")
    if target is None:
        return replace(cell, source=source, metadata={}, id=None, kind="code", attachments={})
    if target.name == claim:
        return replace(cell, source=source)
    return replace(
        cell,
        source=source,
        metadata=target.cell.metadata,
        id=target.cell.id,
        kind=target.kind,
        attachments={},
    )


def _without_lesson_text(cells: list[Cell], shape: Shape, missing: Collection[str]) -> list[Cell]:
    """Return the cells with a written answer cut out of the lesson's own text that it was merged with."""
    texts = {index: text for text, index in shape.other_texts.items()}
    for name in missing:
        target = shape.template_cells[name]
        if target.is_written:
            before, after = texts.get(target.index - 1, ""), texts.get(target.index + 1, "")
            cells = [piece for cell in cells for piece in _cut_out_answer(cell, before, after)]
    return cells


def _cut_out_answer(cell: Cell, before: str, after: str) -> list[Cell]:
    """Return a text cell in up to three: the lesson's text before an answer, the answer, the text after.

    before, after: the lesson's texts, or empty.
    """
    source = normal(cell.source)
    has_before = bool(before) and source.startswith(before + "\n")
    has_after = bool(after) and source.endswith("\n" + after)
    if cell.kind == "code" or not (has_before or has_after):
        return [cell]
    answer = source[len(before) if has_before else 0 : -len(after) if has_after else None].strip("\n")
    pieces = [replace(cell, source=before, attachments={})] if has_before else []
    if answer:
        pieces.append(replace(cell, source=answer, metadata={}, id=None))
    if has_after:
        pieces.append(replace(cell, source=after, metadata={}, id=None, attachments={}))
    return pieces
