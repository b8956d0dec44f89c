"""The glossary: the terms of all lessons, in English and Korean, each with the lesson that introduces it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from course.site.head import Term
    from course.site.pages import Page


class Entry(NamedTuple):
    """A term and the pages that have it in their tables, the first of them first."""

    term: Term
    pages: tuple[Page, ...]


def collect(pages: Iterable[Page]) -> list[Entry]:
    """Return the terms of all pages in alphabetical order, as the first page that has one explains it."""
    found: dict[str, Entry] = {}
    for page in pages:
        for term in page.head.terms:
            key = _plain(term.english)
            entry = found.get(key, Entry(term, ()))
            found[key] = Entry(entry.term, (*entry.pages, page))
    return [found[key] for key in sorted(found)]


def glossary_page(entries: Sequence[Entry]) -> str:
    """Return the glossary as a page in Markdown."""
    rows = "\n".join(
        f"| {term.english} | {term.korean} | {term.meaning} | {', '.join(map(_link, pages))} |"
        for term, pages in entries
    )
    return f"""# Glossary

<span lang="ko">용어집</span>. {len(entries)} terms in English and Korean.
Each is explained by the lesson that comes first in its row.

<div class="rows terms">

| English | Korean | Meaning | Lesson |
|---|---|---|---|
{rows}

</div>
"""


def _link(page: Page) -> str:
    return f"[{page.number}]({page.name}.ipynb)"


def _plain(text: str) -> str:
    return re.sub(r"[^\w, -]", "", text).casefold()
