"""What a lesson's first cell says: title, question, times, terms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from course.lessons import ABILITIES, OWN_MINUTES, RUN_SECONDS, TERMS
from helpers.errors import CourseError

# One space of the table's cell, whatever the author's editor has made of it.
_ROW = re.compile(r"^\|\s*(.+?)\s*\|\s*(.+?)\s*\|\s*(.+?)\s*\|\s*$", re.M)


class Term(NamedTuple):
    """A row of a lesson's table of terms, in Markdown."""

    english: str
    korean: str
    meaning: str


@dataclass(frozen=True)
class Head:
    """What a lesson's first cell says.

    title: with its number.
    question: in Markdown.
    abilities: what the reader will be able to do, as the list that the author wrote.
    run_seconds: of all cells.
    own_minutes: for reading and exercises together.
    terms: in their order.
    """

    title: str
    question: str
    abilities: str
    run_seconds: int
    own_minutes: int
    terms: tuple[Term, ...]


def read_head(lesson: str, source: str) -> Head:
    """Return what the first cell of a lesson says.

    Raises CourseError, naming lesson and part, for one that is not there.
    """
    title = re.match(r"# (\d\d .+)", source)
    question = re.search(r"^\*\*Question\*\*: (.+)$", source, re.M)
    abilities = ABILITIES.search(source)
    seconds, minutes = RUN_SECONDS.search(source), OWN_MINUTES.search(source)
    table = TERMS.search(source)
    if not (title and question and abilities and seconds and minutes and table):
        parts = {
            "title": title,
            "question": question,
            "abilities": abilities,
            "run time": seconds,
            "own time": minutes,
            "terms": table,
        }
        missing = ", ".join(name for name, found in parts.items() if not found)
        raise CourseError(f"{lesson}: its first cell lacks {missing}, as the other lessons have it")
    return Head(
        title[1].strip(),
        question[1].strip(),
        abilities[1].strip(),
        int(seconds[1]),
        int(minutes[1]),
        tuple(Term(*row) for row in _ROW.findall(table[1])),
    )
