"""Numbers in a lesson's prose that an output showed before it was executed anew, and shows no more.

nbval compares outputs with outputs. What a sentence says of them, nobody compares: an author is shown the
lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

_NUMBER = re.compile(r"(?<![\w.])\d(?:[\d,]*\d)?(?:\.\d+)?(?!\w)")
# 82 % may stand for the 0.8213 of an output.
_AS_SHARE = re.compile(r"\s?(?:%|percent|points?\b)")
# Every output holds a 1, a 2 or a 10.
_FEWEST_DIGITS = 2


def stale_numbers(before: NotebookNode, after: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield each number of the prose that no output shows any more where one did, with the line it stands in.

    before, after: the executed notebook of the last build, and of this one, whose prose is read.

    An output shows a number when it gives it as it is or with more digits, or its hundredth where the prose
    says percent or points. The cells that showed it before are asked again; if one of them has another source
    now, all cells are. A number that a sentence has from elsewhere is yielded only by coincidence.
    """
    shown_before = _shown_by_source(before)
    shown_after = _shown_by_source(after)
    everywhere = [number for shown in shown_after.values() for number in shown]
    for line in _lines_of_prose(after):
        for match in _NUMBER.finditer(line):
            number, as_share = match.group(), bool(_AS_SHARE.match(line, match.end()))
            if len(re.sub(r"\D", "", number).strip("0")) < _FEWEST_DIGITS:
                continue
            sources = [source for source, shown in shown_before.items() if _is_shown(number, as_share, shown)]
            if sources and not any(
                _is_shown(number, as_share, shown_after.get(source, everywhere)) for source in sources
            ):
                yield number, line


def _shown_by_source(notebook: NotebookNode) -> dict[str, list[str]]:
    """Return the numbers in what code cells show as text, by the cell's source, which several may have."""
    shown: dict[str, list[str]] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            numbers = shown.setdefault(cell.source, [])
            numbers += [match.group() for output in cell.outputs for match in _NUMBER.finditer(_text(output))]
    return shown


def _text(output: NotebookNode) -> str:
    """Return an output's text; none of a picture's."""
    return output.get("text") or output.get("data", {}).get("text/plain", "")


def _lines_of_prose(notebook: NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from cell.source.splitlines()


def _is_shown(number: str, as_share: bool, shown: Sequence[str]) -> bool:
    """Return whether one of the numbers that are shown is this one, rounded.

    A whole number is taken for the rounded one of 24.9, and not of 24.8731: too many are near it.
    """
    value, places = _value(number), _places(number)
    half = 0.5000001 * 10**-places
    for other in shown:
        finer = _places(other) >= places if places else _places(other) <= 1
        if finer and abs(_value(other) - value) <= half:
            return True
        if as_share and _places(other) > places and abs(100 * _value(other) - value) <= half:
            return True
    return False


def _value(number: str) -> float:
    return float(number.replace(",", ""))


def _places(number: str) -> int:
    return len(number.partition(".")[2])
