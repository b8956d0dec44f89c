"""What the search looks through: each section of each page, with its prose.

It is searched by substring, so that parts of Korean words are found; `static/search.js` does it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

from docutils import nodes

from course.site.extension import mathml

if TYPE_CHECKING:
    from docutils.nodes import Node

# What is no prose: code, formulas, the HTML of pictures and forms, and what cells have printed.
_LEFT_OUT = (nodes.raw, nodes.literal_block, nodes.math_block, nodes.comment, nodes.section, nodes.title)
# What a line of letters cannot hold: fractions, roots, exponents, and what stands over a letter.
_TWO_DIMENSIONAL = re.compile(r"\\[dt]?frac|\\sqrt|\\(over|under|wide|hat|bar|tilde|dot(?!s)|vec)|\^")


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


def in_letters(formula: str) -> str:
    """Return a formula in LaTeX on one line of letters, such as "η/(1−β)"; "…" if it does not fit there."""
    if _TWO_DIMENSIONAL.search(formula):
        return "…"
    return "".join("".join(ElementTree.fromstring(mathml(formula, "inline")).itertext()).split())


def _texts(node: Node) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, nodes.Text):
            yield str(child)
        elif isinstance(child, nodes.math):
            yield in_letters(child.astext())
        elif not isinstance(child, _LEFT_OUT):
            yield from _texts(child)
            # A paragraph or a cell of a table ends a word, a word in bold letters does not.
            if not isinstance(child, nodes.Inline):
                yield " "
