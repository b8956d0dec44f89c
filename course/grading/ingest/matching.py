"""Which cell of a damaged submission is which cell of the lesson, and where each of them goes.

Evidence is taken in this order: nbgrader's grade_id, the cell's own id, what its source defines or
contains, its place. A cell that says one thing and contains another is believed for what it contains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from course.grading.ingest.cells import Cell
from course.grading.ingest.split_and_merged import begins_indented, join_split, take_apart
from course.grading.ingest.template_cells import Shape, TemplateCell


@dataclass(frozen=True)
class Item:
    """One cell of the result: a submitted cell, a template cell of the lesson (a target), or both.

    moved: whether the cell that fills a target was found in another place.
    """

    cell: Cell | None
    target: TemplateCell | None = None
    moved: bool = False


@dataclass(frozen=True)
class Match:
    """The cells of the result in their order, and the names of targets with which something was the matter.

    items: the cells.
    merged: targets whose cells were taken apart from others.
    split: exercises whose cells were joined.
    copies: how often a cell was there, by name, if more than once.
    """

    items: list[Item]
    merged: list[str] = field(default_factory=list)
    split: list[str] = field(default_factory=list)
    copies: dict[str, int] = field(default_factory=dict)


def match(cells: list[Cell], shape: Shape) -> Match:
    """Give every template cell of the lesson at most one of the cells, and all of them an order."""
    if _is_in_order(cells, shape):
        return Match([Item(cell, shape.template_cells.get(cell.grade_id or "")) for cell in cells])
    cells, split = join_split(cells, shape)
    cells, merged = take_apart(cells, shape)
    chooser = _Chooser(cells, shape)
    chooser.choose()
    return Match(_arranged(chooser), merged, split, chooser.copies)


def _is_in_order(cells: Sequence[Cell], shape: Shape) -> bool:
    """Return whether every target is filled once and in its place, as in an honest submission."""
    known = [(cell.grade_id, cell.kind) for cell in cells if cell.grade_id in shape.template_cells]
    own = [cell for cell in cells if cell.grade_id not in shape.template_cells and cell.kind == "code"]
    exercises = [target for target in shape.template_cells.values() if target.names]
    return (
        known == [(name, target.kind) for name, target in shape.template_cells.items()]
        and not any(begins_indented(cell) for cell in own)
        and not any(target.is_untouched(cell) for cell in own for target in exercises)
    )


# A place in the result: number of a cell; 0 before it, 1 the cell itself, 2 after it; order in the lesson.
_Key = tuple[int, int, int]


class _Chooser:
    """Chooses the cell for each target. A cell is known by its number here, a target by its name.

    chosen: the number of the cell, by target, where there is one.
    dropped: numbers of cells that have nothing of a learner's in them and whose target has another cell.
    copies: how often the cell of a target was there, if more than once.
    """

    def __init__(self, cells: Sequence[Cell], shape: Shape) -> None:
        self.cells, self.shape = cells, shape
        self.numbers = range(len(cells))
        self.claims = [shape.claimed(cell) for cell in cells]
        self.shown = [shape.shown(cell) for cell in cells]
        self.claiming: dict[str, list[int]] = {name: [] for name in shape.template_cells}
        self.showing: dict[str, list[int]] = {name: [] for name in shape.template_cells}
        for number, claim in enumerate(self.claims):
            if claim:
                self.claiming[claim].append(number)
            for name in self.shown[number]:
                self.showing[name].append(number)
        self.others = [
            None if claim else shape.place_of_other(cell)
            for cell, claim in zip(cells, self.claims, strict=True)
        ]
        self.chosen: dict[str, int] = {}
        self.dropped: set[int] = set()
        self.copies: dict[str, int] = {}

    def choose(self) -> None:
        """Choose a cell for every target that has one: exercises, what checks them, written answers."""
        exercises = [
            target
            for target in self.shape.template_cells.values()
            if target.is_open and not target.is_written
        ]
        fixed = [target for target in self.shape.template_cells.values() if not target.is_open]
        written = [target for target in self.shape.template_cells.values() if target.is_written]
        candidates = {target.name: self._candidates_of_fixed(target) for target in fixed}
        for target in exercises:
            checks = candidates.get(self.shape.check_of.get(target.name, ""), [])
            self._choose_open(target, self._candidates_of_exercise(target), checks)
        for target in fixed:
            self._choose_fixed(target, candidates[target.name])
        for target in written:
            self._choose_open(target, self.claiming[target.name], [])
        for target in exercises:
            if target.name not in self.chosen:
                self._choose_open(target, self._free(self.claiming[target.name]), [])
        for target in written:
            if target.name not in self.chosen:
                by_id = [number for number in self.numbers if self.cells[number].id == target.cell.id]
                self._choose_open(target, (self._free(by_id) or self._in_the_gap(target))[:1], [])

    def _free(self, numbers: Iterable[int]) -> list[int]:
        chosen = set(self.chosen.values())
        return [number for number in numbers if number not in chosen]

    def _open_shown(self, number: int) -> set[str]:
        return {name for name in self.shown[number] if self.shape.template_cells[name].is_open}

    def _candidates_of_fixed(self, target: TemplateCell) -> list[int]:
        """Return cells that say they are this check or locked cell; those that show it only if none does."""
        claiming = [
            number
            for number in self.claiming[target.name]
            if target.name in self.shown[number] or not self._open_shown(number)
        ]
        return claiming or self._unclaimed(self.showing[target.name])

    def _candidates_of_exercise(self, target: TemplateCell) -> list[int]:
        """Return cells that say they are this exercise and hold no other; else those that define it."""
        check = self.shape.check_of.get(target.name, "")
        claiming = [number for number in self.claiming[target.name] if not self._holds_another(number)]
        # Code that was written in the place of its checks would be lost there.
        claiming += [
            number
            for number in self.claiming.get(check, ())
            if target.name in self.shown[number] and self._holds_another(number)
        ]
        if not claiming:
            return self._unclaimed(self._free(self.showing[target.name]))
        # An untouched copy would undo the work above it, labelled or not.
        untouched = [
            number for number in self.showing[target.name] if target.is_untouched(self.cells[number])
        ]
        return sorted({*claiming, *self._unclaimed(untouched)})

    def _unclaimed(self, numbers: Iterable[int]) -> list[int]:
        return [number for number in numbers if self.claims[number] is None or self._holds_another(number)]

    def _holds_another(self, number: int) -> bool:
        """Return whether a cell holds another target than the one that it says it is."""
        return (
            bool(self.shown[number] - {self.claims[number]}) and self.claims[number] not in self.shown[number]
        )

    def _choose_open(self, target: TemplateCell, candidates: Sequence[int], checks: Sequence[int]) -> None:
        """Take the last copy with work in it above the last of its checks; drop copies without work.

        That is the one that the learner's own notebook, run from top to bottom, has shown to its checks.
        Other copies with work stay where they are, as cells of the learner's own.
        """
        if not candidates:
            return
        last_check = max(checks, default=len(self.cells))

        def rank(number: int) -> tuple[bool, bool, bool, bool, int]:
            cell = self.cells[number]
            return (
                target.has_work(cell),
                number < last_check,
                cell.kind == target.kind,
                target.name in self.shown[number],
                number,
            )

        best = max(candidates, key=rank)
        self.chosen[target.name] = best
        if len(candidates) > 1:
            self.copies[target.name] = len(candidates)
        self.dropped |= {
            number for number in candidates if number != best and not target.has_work(self.cells[number])
        }

    def _choose_fixed(self, target: TemplateCell, candidates: Sequence[int]) -> None:
        """Take the first copy below what it checks (or the first of all); the lesson has its text."""
        if not candidates:
            return
        checked = [
            self.chosen.get(name, -1) for name, check in self.shape.check_of.items() if check == target.name
        ]
        below = [number for number in candidates if number > max(checked, default=-1)]
        best = below[0] if below else candidates[-1]
        self.chosen[target.name] = best
        claiming = set(self.claiming[target.name]).intersection(candidates)
        if len(claiming) > 1:
            self.copies[target.name] = len(claiming)
        self.dropped |= {number for number in claiming if number != best and not self._open_shown(number)}

    def _in_the_gap(self, target: TemplateCell) -> list[int]:
        """Return text cells of unknown origin between the lesson's around a written answer, best first."""
        places = self.places()
        before = [number for number, place in places.items() if place < target.index]
        after = [number for number, place in places.items() if place > target.index]
        first = max(before, key=lambda number: (places[number], number), default=-1)
        last = min((number for number in after if number > first), default=len(self.cells))
        opening = target.lines[0] if target.lines else ""
        unknown = [
            number for number in range(first + 1, last) if number not in places and number not in self.dropped
        ]
        marked = [number for number in unknown if opening and opening in self.cells[number].source]
        kinds = {"markdown": 0, "raw": 1}
        texts = [number for number in unknown if self.cells[number].kind in kinds and number not in marked]
        return marked + sorted(texts, key=lambda number: kinds[self.cells[number].kind])

    def places(self) -> dict[int, int]:
        """Return the place in the lesson of every cell that is known there, by the cell's number."""
        places = {number: place for number, place in enumerate(self.others) if place is not None}
        return places | {
            number: self.shape.template_cells[name].index for name, number in self.chosen.items()
        }


def _arranged(chooser: _Chooser) -> list[Item]:
    """Return the items of the result in their order.

    A learner's own cells keep their order. Graded cells that are out of order move down, never up, so
    that whatever ran before a check still does; locked cells that grade nothing, such as imports, move up.
    """
    keys = _keys(chooser)
    owned = set(chooser.chosen.values()) | chooser.dropped
    keyed: list[tuple[_Key, Item]] = [
        ((number, 1, 0), Item(cell)) for number, cell in enumerate(chooser.cells) if number not in owned
    ]
    for name, key in keys.items():
        number = chooser.chosen.get(name)
        cell = None if number is None else chooser.cells[number]
        moved = number is not None and key != (number, 1, 0)
        keyed.append((key, Item(cell, chooser.shape.template_cells[name], moved)))
    return [item for _, item in sorted(keyed, key=lambda pair: pair[0])]


def _keys(chooser: _Chooser) -> dict[str, _Key]:
    """Return the key of every target in the order of the result."""
    places = chooser.places()
    keys: dict[str, _Key] = {}
    floor: _Key = (-1, 0, 0)
    for order, (name, target) in enumerate(chooser.shape.template_cells.items()):
        number = chooser.chosen.get(name)
        after = {found for found, place in places.items() if place > target.index}
        if not (target.is_open or target.is_check):
            first = min(after, default=len(chooser.cells))
            keys[name] = (first, 0, order) if number is None or number > first else (number, 1, 0)
            continue
        if number is not None:
            key = (number, 1, 0)
        else:
            # What is missing goes right before the cell that followed it in the lesson.
            lowest = floor[0] + min(floor[1], 1)
            key = (min((found for found in after if found >= lowest), default=len(chooser.cells)), 0, order)
        if key < floor:
            key = (floor[0], 2 if floor[1] == 1 else floor[1], order)
        keys[name] = floor = key
    return keys
