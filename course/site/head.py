"""What a lesson's first cell says: title, question, times, terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from course.lessons import ABILITIES, OWN_MINUTES, RUN_SECONDS
from helpers.errors import CourseError


class Term(NamedTuple):
    """A row of a lesson's table of terms, in Markdown. words: the term in each language of the course."""

    words: tuple[str, ...]
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


def read_head(lesson: str, source: str, languages: Sequence[str]) -> Head:
    """Return what the first cell of a lesson says.

    languages: the columns of its table of terms, in front of the meaning.

    Raises CourseError, naming lesson and part, for one that is not there.
    """
    title = re.match(r"# (\d\d .+)", source)
    question = re.search(r"^\*\*Question\*\*: (.+)$", source, re.M)
    abilities = ABILITIES.search(source)
    seconds, minutes = RUN_SECONDS.search(source), OWN_MINUTES.search(source)
    table = _table(languages).search(source)
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
        tuple(_terms(table[1])),
    )


def _table(languages: Sequence[str]) -> re.Pattern[str]:
    columns = re.escape(f"| {' | '.join([*languages, 'Meaning'])} |")
    return re.compile(rf"^{columns}\n\|[-| ]+\|\n((?:\|.*\n?)+)", re.M)


def _terms(rows: str) -> Iterator[Term]:
    for row in rows.strip().splitlines():
        # A bar in a formula is escaped.
        *words, meaning = (cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip().strip("|")))
        yield Term(tuple(words), meaning)
