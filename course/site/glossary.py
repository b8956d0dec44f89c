"""The glossary: the terms of all lessons, each with the lesson that introduces it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from course.site.head import Term
    from course.site.pages import Page
    from course.site.parts import Parts


class Entry(NamedTuple):
    """A term and the pages that have it in their tables, the first of them first."""

    term: Term
    pages: tuple[Page, ...]


def collect(pages: Iterable[Page]) -> list[Entry]:
    """Return the terms of all pages in alphabetical order, as the first page that has one explains it."""
    found: dict[str, Entry] = {}
    for page in pages:
        for term in page.head.terms:
            key = _plain(term.words[0])
            entry = found.get(key, Entry(term, ()))
            found[key] = Entry(entry.term, (*entry.pages, page))
    return [found[key] for key in sorted(found)]


def glossary_page(entries: Sequence[Entry], parts: Parts) -> str:
    """Return the glossary as a page in Markdown."""
    rows = [
        f"| {' | '.join([*term.words, term.meaning])} | {', '.join(map(_link, pages))} |"
        for term, pages in entries
    ]
    table = [
        f"| {' | '.join(parts.languages)} | Meaning | Lesson |",
        f"{'|---' * len(parts.languages)}|---|---|",
    ]
    text = parts.words("glossary.md").replace("COUNT", str(len(entries)))
    return text.replace("LANGUAGES", " and ".join(parts.languages)).replace(
        "TERMS", "\n".join([*table, *rows])
    )


def _link(page: Page) -> str:
    return f"[{page.number}]({page.name}.ipynb)"


def _plain(text: str) -> str:
    return re.sub(r"[^\w, -]", "", text).casefold()
