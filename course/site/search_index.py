"""What the search looks through: each section of each page, with its prose.

It is searched by substring, so that parts of Korean words are found; `static/search.js` does it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes

if TYPE_CHECKING:
    from docutils.nodes import Node

# What is no prose: code, the HTML of pictures and forms, and what cells have printed.
_LEFT_OUT = (nodes.raw, nodes.literal_block, nodes.comment, nodes.section, nodes.title)


class Entry(NamedTuple):
    """A section of a page. anchor: its id, "" for the page itself. of: the title of its page, "" for that."""

    page: str
    anchor: str
    title: str
    text: str
    of: str


def entries(page: str, document: Node) -> Iterator[Entry]:
    """Yield the sections of a page that Sphinx has read."""
    first = document.next_node(nodes.title)
    for depth, section in enumerate(document.findall(nodes.section)):
        title = section.next_node(nodes.title)
        words = " ".join("".join(_texts(section)).split())
        anchor = section["ids"][0] if depth else ""
        of = first.astext() if depth and first else ""
        yield Entry(page, anchor, title.astext() if title else "", unicodedata.normalize("NFC", words), of)


def _texts(node: Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, nodes.Text):
            yield str(child)
        elif not isinstance(child, _LEFT_OUT):
            yield from _texts(child)
            # A paragraph or a cell of a table ends a word, a word in bold letters does not.
            if not isinstance(child, nodes.Inline):
                yield " "
