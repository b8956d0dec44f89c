"""A lesson as the repair of submissions sees it: the cells that count, and what each is known by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from nbformat import NotebookNode
from nbgrader import utils

from course.grading.ingest.cells import Cell
from course.lessons import without_region
from helpers.checks.exercises import exercise_of

_DEFINITION = re.compile(
    r"^(?:(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*(?::[^=\n]{0,200})?=(?!=))", re.M
)


@dataclass(frozen=True)
class TemplateCell:
    """A cell of the lesson that every graded submission holds exactly once.

    cell: the template's.
    index: its place there.
    """

    cell: NotebookNode
    index: int

    @property
    def name(self) -> str:
        """The grade_id by which nbgrader knows it."""
        return self.cell.metadata.nbgrader.grade_id

    @property
    def kind(self) -> str:
        """The type of the cell: "code" or "markdown"."""
        return self.cell.cell_type

    @property
    def is_open(self) -> bool:
        """Whether a learner writes in it; all others come from the lesson as they are."""
        return utils.is_solution(self.cell)

    @property
    def is_check(self) -> bool:
        """Whether it grades the exercise above it."""
        return utils.is_grade(self.cell) and not self.is_open

    @property
    def is_written(self) -> bool:
        """Whether it is an answer in words."""
        return self.is_open and self.kind != "code"

    @property
    def label(self) -> str:
        """What a person calls it, at the beginning of a sentence."""
        if self.is_check:
            return f"Checks of {exercise_of(self.name)}"
        if self.is_written:
            return f"Written answer {self.name}"
        return f"Exercise {self.name}" if self.is_open else f"Locked cell {self.name}"

    @cached_property
    def text(self) -> str:
        """What a learner sees in it at first."""
        return without_region(self.cell.source, "HIDDEN TESTS")

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the text that are not empty, without blanks around them."""
        return stripped_lines(self.text)

    @cached_property
    def names(self) -> frozenset[str]:
        """What the cell of an exercise defines."""
        return defined_names(self.text) if self.is_open and not self.is_written else frozenset()

    @cached_property
    def untouched(self) -> str | list[str]:
        """The text, to be compared: of an exercise only its code, since a comment is no work."""
        return self._comparable(self.text)

    def is_untouched(self, cell: Cell) -> bool:
        """Return whether a cell is still what a learner saw in it at first."""
        return self._comparable(cell.source) == self.untouched

    def _comparable(self, source: str) -> str | list[str]:
        if not self.names:
            return normal(source)
        return [code for line in source.split("\n") if (code := line.split("#")[0].rstrip())]

    def has_work(self, cell: Cell) -> bool:
        """Return whether a learner has written something in this cell."""
        return bool(cell.source.strip()) and not self.is_untouched(cell)


@dataclass(frozen=True)
class Shape:
    """What the cells of a lesson are known by.

    template_cells: by name, in their order.
    other_ids, other_texts: the places of the lesson's other cells, by id and by text.
    title: its first heading, or None.
    quizzes: the names of its quiz exercises.
    """

    template_cells: dict[str, TemplateCell]
    other_ids: dict[str, int]
    other_texts: dict[str, int]
    title: str | None
    quizzes: frozenset[str]
    _shown: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, template: NotebookNode, quizzes: Iterable[str]) -> Shape:
        """Return the shape of a template.

        template: what `course.grading.lesson.read_template` returns.
        quizzes: the names of its quiz exercises.
        """
        template_cells: dict[str, TemplateCell] = {}
        other_ids: dict[str, int] = {}
        other_texts: dict[str, int] = {}
        for index, cell in enumerate(template.cells):
            if _is_known_to_the_gradebook(cell):
                template_cells[cell.metadata.nbgrader.grade_id] = TemplateCell(cell, index)
            else:
                other_ids[cell.id] = index
                other_texts.setdefault(normal(cell.source), index)
        prose = (cell.source for cell in template.cells if cell.cell_type == "markdown")
        return cls(template_cells, other_ids, other_texts, title_of(prose), frozenset(quizzes))

    @cached_property
    def by_id(self) -> dict[str, str]:
        """The name of the template cell with a cell id."""
        return {target.cell.id: name for name, target in self.template_cells.items()}

    @cached_property
    def check_of(self) -> dict[str, str]:
        """The name of the check that grades an exercise, by the exercise's name."""
        found: dict[str, str] = {}
        waiting: list[str] = []
        for name, target in self.template_cells.items():
            if target.is_check:
                found |= dict.fromkeys(waiting, name)
                waiting = []
            elif target.is_open and not target.is_written:
                waiting.append(name)
        return found

    @cached_property
    def specific(self) -> set[str]:
        """The names of the template cells that no other lesson has: neither set-up nor quiz."""
        return {
            name
            for name, target in self.template_cells.items()
            if (target.is_open or target.is_check) and exercise_of(name) not in self.quizzes
        }

    def claimed(self, cell: Cell) -> str | None:
        """Return the name of the template cell that a cell says it is, by grade_id or else by id, or None.

        Where the two disagree, the grade_id was edited if the source is what the id says.
        """
        by_name = cell.grade_id if cell.grade_id in self.template_cells else None
        by_id = self.by_id.get(cell.id) if cell.id else None
        if by_name and by_id and by_name != by_id:
            shown = self.shown(cell)
            return by_id if by_id in shown and by_name not in shown else by_name
        return by_name or by_id

    def place_of_other(self, cell: Cell) -> int | None:
        """Return the place in the lesson of a cell that is the lesson's but not graded, or None."""
        place = self.other_ids.get(cell.id) if cell.id else None
        return self.other_texts.get(normal(cell.source)) if place is None else place

    def shown(self, cell: Cell) -> frozenset[str]:
        """Return the names of the template cells whose content a cell shows, whatever it says it is."""
        key = cell.kind, cell.source
        if key not in self._shown:
            self._shown[key] = frozenset(self._find_shown(cell))
        return self._shown[key]

    def _find_shown(self, cell: Cell) -> set[str]:
        if normal(cell.source) in self.other_texts:
            return set()
        defined, lines = defined_names(cell.source), stripped_lines(cell.source)
        found = {
            name
            for name, target in self.template_cells.items()
            # Prose may mention a definition; code that became prose begins a line with it.
            if target.names & defined
            and (cell.kind == "code" or target.lines[0].split("#")[0].strip() in lines)
        }
        fixed = [target for target in self.template_cells.values() if not target.is_open and target.lines]
        found |= {target.name for target in fixed if find_lines(target.lines, lines) is not None}
        if found:
            return found
        # A check that was edited is still more like itself than like anything else.
        present = set(lines)
        return {
            target.name
            for target in fixed
            if sum(line in present for line in target.lines) >= 0.6 * len(target.lines)
        }


def _is_known_to_the_gradebook(cell: NotebookNode) -> bool:
    return utils.is_grade(cell) or utils.is_solution(cell) or utils.is_locked(cell) or utils.is_task(cell)


def title_of(sources: Iterable[str]) -> str | None:
    """Return the first heading of the first level in these sources, or None."""
    for source in sources:
        found = re.search(r"^# (?!%%)(.{1,60})", source, re.M)
        if found:
            return found[1].strip()
    return None


def normal(source: str) -> str:
    """Return the source without what nobody sees: blanks at the end of lines and of the whole."""
    return "\n".join(line.rstrip() for line in source.strip().split("\n"))


def stripped_lines(source: str) -> list[str]:
    """Return the lines of the source that are not empty, without blanks around them."""
    return [line.strip() for line in source.split("\n") if line.strip()]


def find_lines(wanted: list[str], lines: list[str]) -> int | None:
    """Return where `wanted` begins as an unbroken part of `lines`, or None."""
    start = -1
    try:
        while wanted:
            start = lines.index(wanted[0], start + 1)
            if lines[start : start + len(wanted)] == wanted:
                return start
    except ValueError:
        pass
    return None


def defined_names(source: str) -> frozenset[str]:
    """Return the names that code defines at its top level: functions, classes, plain assignments."""
    return frozenset(name for pair in _DEFINITION.findall(source) for name in pair if name)
