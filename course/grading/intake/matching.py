"""Which cell of a damaged submission is which cell of the lesson, and where each of them goes.

Evidence is taken in this order: nbgrader's grade_id, the cell's own id, what its source defines or
contains, its place. A cell that says one thing and contains another is believed for what it contains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from course.grading.intake.cells import Cell
from course.grading.intake.slots import Shape, Slot
from course.grading.intake.split_and_merged import begins_indented, join_split, take_apart


@dataclass(frozen=True)
class Item:
    """One cell of the result: a submitted cell, a slot of the lesson, or a submitted cell in its slot.

    moved: whether a slot's cell was found in another place.
    """

    cell: Cell | None
    slot: Slot | None = None
    moved: bool = False


@dataclass(frozen=True)
class Match:
    """The cells of the result in their order, and the names of slots with which something was the matter.

    items: the cells.
    merged: slots whose cells were taken apart from others.
    split: exercises whose cells were joined.
    copies: how often a cell was there, by name, if more than once.
    """

    items: list[Item]
    merged: list[str] = field(default_factory=list)
    split: list[str] = field(default_factory=list)
    copies: dict[str, int] = field(default_factory=dict)


def match(cells: list[Cell], shape: Shape) -> Match:
    """Give every slot of the lesson at most one of the cells, and all of them an order."""
    if _is_in_order(cells, shape):
        return Match([Item(cell, shape.slots.get(cell.grade_id or "")) for cell in cells])
    cells, split = join_split(cells, shape)
    cells, merged = take_apart(cells, shape)
    chooser = _Chooser(cells, shape)
    chooser.choose()
    return Match(_arranged(chooser), merged, split, chooser.copies)


def _is_in_order(cells: Sequence[Cell], shape: Shape) -> bool:
    """Return whether every slot's cell is there once and in its place, as an honest submission has them."""
    known = [(cell.grade_id, cell.kind) for cell in cells if cell.grade_id in shape.slots]
    own = [cell for cell in cells if cell.grade_id not in shape.slots and cell.kind == "code"]
    exercises = [slot for slot in shape.slots.values() if slot.names]
    return (
        known == [(name, slot.kind) for name, slot in shape.slots.items()]
        and not any(begins_indented(cell) for cell in own)
        and not any(slot.is_untouched(cell) for cell in own for slot in exercises)
    )


# A place in the result: number of a cell; 0 before it, 1 the cell itself, 2 after it; order in the lesson.
_Key = tuple[int, int, int]


class _Chooser:
    """Chooses the cell of each slot. A cell is known by its number here, a slot by its name.

    chosen: the number of the cell, by slot, where there is one.
    dropped: numbers of cells that have nothing of a learner's in them and whose slot has another cell.
    copies: how often a slot's cell was there, if more than once.
    """

    def __init__(self, cells: Sequence[Cell], shape: Shape) -> None:
        self.cells, self.shape = cells, shape
        self.numbers = range(len(cells))
        self.claims = [shape.claimed(cell) for cell in cells]
        self.shown = [shape.shown(cell) for cell in cells]
        self.claiming: dict[str, list[int]] = {name: [] for name in shape.slots}
        self.showing: dict[str, list[int]] = {name: [] for name in shape.slots}
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
        """Choose a cell for every slot that has one: exercises, what checks them, written answers."""
        exercises = [slot for slot in self.shape.slots.values() if slot.is_open and not slot.is_written]
        fixed = [slot for slot in self.shape.slots.values() if not slot.is_open]
        written = [slot for slot in self.shape.slots.values() if slot.is_written]
        candidates = {slot.name: self._candidates_of_fixed(slot) for slot in fixed}
        for slot in exercises:
            checks = candidates.get(self.shape.check_of.get(slot.name, ""), [])
            self._choose_open(slot, self._candidates_of_exercise(slot), checks)
        for slot in fixed:
            self._choose_fixed(slot, candidates[slot.name])
        for slot in written:
            self._choose_open(slot, self.claiming[slot.name], [])
        for slot in exercises:
            if slot.name not in self.chosen:
                self._choose_open(slot, self._free(self.claiming[slot.name]), [])
        for slot in written:
            if slot.name not in self.chosen:
                by_id = [number for number in self.numbers if self.cells[number].id == slot.cell.id]
                self._choose_open(slot, (self._free(by_id) or self._in_the_gap(slot))[:1], [])

    def _free(self, numbers: Iterable[int]) -> list[int]:
        chosen = set(self.chosen.values())
        return [number for number in numbers if number not in chosen]

    def _open_shown(self, number: int) -> set[str]:
        return {name for name in self.shown[number] if self.shape.slots[name].is_open}

    def _candidates_of_fixed(self, slot: Slot) -> list[int]:
        """Return cells that say they are this check or locked cell; those that show it only if none does."""
        claiming = [
            number
            for number in self.claiming[slot.name]
            if slot.name in self.shown[number] or not self._open_shown(number)
        ]
        return claiming or self._unclaimed(self.showing[slot.name])

    def _candidates_of_exercise(self, slot: Slot) -> list[int]:
        """Return cells that say they are this exercise and hold no other; else those that define it."""
        check = self.shape.check_of.get(slot.name, "")
        claiming = [number for number in self.claiming[slot.name] if not self._holds_another(number)]
        # Code that was written in the place of its checks would be lost there.
        claiming += [
            number
            for number in self.claiming.get(check, ())
            if slot.name in self.shown[number] and self._holds_another(number)
        ]
        if not claiming:
            return self._unclaimed(self._free(self.showing[slot.name]))
        # An untouched copy would undo the work above it, labelled or not.
        untouched = [number for number in self.showing[slot.name] if slot.is_untouched(self.cells[number])]
        return sorted({*claiming, *self._unclaimed(untouched)})

    def _unclaimed(self, numbers: Iterable[int]) -> list[int]:
        return [number for number in numbers if self.claims[number] is None or self._holds_another(number)]

    def _holds_another(self, number: int) -> bool:
        """Return whether a cell holds another slot than the one that it says it is."""
        return (
            bool(self.shown[number] - {self.claims[number]}) and self.claims[number] not in self.shown[number]
        )

    def _choose_open(self, slot: Slot, candidates: Sequence[int], checks: Sequence[int]) -> None:
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
                slot.has_work(cell),
                number < last_check,
                cell.kind == slot.kind,
                slot.name in self.shown[number],
                number,
            )

        best = max(candidates, key=rank)
        self.chosen[slot.name] = best
        if len(candidates) > 1:
            self.copies[slot.name] = len(candidates)
        self.dropped |= {
            number for number in candidates if number != best and not slot.has_work(self.cells[number])
        }

    def _choose_fixed(self, slot: Slot, candidates: Sequence[int]) -> None:
        """Take the first copy below what it checks (or the first of all); the lesson has its text."""
        if not candidates:
            return
        checked = [
            self.chosen.get(name, -1) for name, check in self.shape.check_of.items() if check == slot.name
        ]
        below = [number for number in candidates if number > max(checked, default=-1)]
        best = below[0] if below else candidates[-1]
        self.chosen[slot.name] = best
        claiming = set(self.claiming[slot.name]).intersection(candidates)
        if len(claiming) > 1:
            self.copies[slot.name] = len(claiming)
        self.dropped |= {number for number in claiming if number != best and not self._open_shown(number)}

    def _in_the_gap(self, slot: Slot) -> list[int]:
        """Return text cells of unknown origin between the lesson's around a written answer, best first."""
        places = self.places()
        before = [number for number, place in places.items() if place < slot.index]
        after = [number for number, place in places.items() if place > slot.index]
        first = max(before, key=lambda number: (places[number], number), default=-1)
        last = min((number for number in after if number > first), default=len(self.cells))
        opening = slot.lines[0] if slot.lines else ""
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
        return places | {number: self.shape.slots[name].index for name, number in self.chosen.items()}


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
        keyed.append((key, Item(cell, chooser.shape.slots[name], moved)))
    return [item for _, item in sorted(keyed, key=lambda pair: pair[0])]


def _keys(chooser: _Chooser) -> dict[str, _Key]:
    """Return the key of every slot in the order of the result."""
    places = chooser.places()
    keys: dict[str, _Key] = {}
    floor: _Key = (-1, 0, 0)
    for order, (name, slot) in enumerate(chooser.shape.slots.items()):
        number = chooser.chosen.get(name)
        after = {found for found, place in places.items() if place > slot.index}
        if not (slot.is_open or slot.is_check):
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
