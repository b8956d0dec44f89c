"""What Sphinx does for the site: formulas as MathML, Korean marked as such, lessons linked by number.

A formula stays on one line with the comma or the full stop behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from docutils import nodes
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Hangul, with what may stand between two words of it.
HANGUL = re.compile(r"[가-힣ㄱ-ㅎㅏ-ㅣ]+(?:[ ·,-]+[가-힣ㄱ-ㅎㅏ-ㅣ]+)*")
_LESSON = re.compile(r"\b([Ll]esson) (\d\d)\b")
# What may stand before and behind a formula on its own line, and must not.
_OPENING, _CLOSING = re.compile(r"[(\[\"]+$"), re.compile(r"^[)\]\".,;:?!]+(?:'s)?")
# A norm with an exponent, which belongs to all of it.
_NORM = re.compile(r"(\\lVert.+?\\rVert)(?=[\^_])")
_MATHML = "http://www.w3.org/1998/Math/MathML"
ElementTree.register_namespace("", _MATHML)
# What latex2mathml puts over a formula for \overline.
_STROKE = "\N{HORIZONTAL BAR}"
# Text that is no prose.
_NOT_PROSE = (nodes.literal, nodes.literal_block, nodes.raw, nodes.math, nodes.math_block, nodes.comment)


class Builder(StandaloneHTMLBuilder):
    """Sphinx's builder of pages without its search, which finds no parts of Korean words."""

    name = "html"
    search = False


class Korean(nodes.inline):
    """Words in Korean: a screen reader says them so, and a browser takes a font for them."""


class Words(SphinxPostTransform):
    """Tell a browser which words are Korean, and link "lesson 05" to its page."""

    default_priority = 900

    def run(self, **_: Any) -> None:
        """Look through all prose of a page."""
        pages: dict[str, str] = self.config.course_lessons
        for text in list(self.document.findall(nodes.Text)):
            if _inside(text, *_NOT_PROSE):
                continue
            linked = {} if _inside(text, nodes.reference, nodes.title) else pages
            linked = {number: page for number, page in linked.items() if page != self.env.docname}
            parts = list(_parts(str(text), linked))
            if len(parts) > 1 or not isinstance(parts[0], nodes.Text):
                text.parent.replace(text, parts)


class Together(SphinxPostTransform):
    """Keep a formula and the marks around it on one line: a browser may break beside a formula."""

    default_priority = 901

    def run(self, **_: Any) -> None:
        """Look at all formulas that stand in a line of text."""
        for formula in list(self.document.findall(nodes.math)):
            siblings = formula.parent.children
            at = siblings.index(formula)
            before = _cut(siblings[at - 1] if at else None, _OPENING)
            behind = _cut(siblings[at + 1] if at + 1 < len(siblings) else None, _CLOSING)
            if before or behind:
                together = nodes.inline("", classes=["together"])
                formula.parent.replace(formula, together)
                together += [*before, formula, *behind]


def _cut(text: nodes.Node | None, marks: re.Pattern[str]) -> list[nodes.Text]:
    """Take the marks at the end of a text out of it; return them as a text of their own, [] for none."""
    if not isinstance(text, nodes.Text) or not (found := marks.search(str(text))):
        return []
    rest = str(text)[: found.start()] + str(text)[found.end() :]
    text.parent.replace(text, nodes.Text(rest))
    return [nodes.Text(found[0])]


def _inside(node: nodes.Node, *kinds: type[nodes.Node]) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False


def _parts(text: str, pages: dict[str, str]) -> Iterator[nodes.Node]:
    """Yield the nodes that stand for a text: itself, Korean words, links to lessons."""
    done = 0
    for found in re.finditer(rf"{HANGUL.pattern}|{_LESSON.pattern}", text):
        page = pages.get(found[2] or "")
        if found[1] and page is None:
            continue
        if found.start() > done:
            yield nodes.Text(text[done : found.start()])
        done = found.end()
        if page is not None:
            yield nodes.reference("", found[0], internal=True, refuri=f"{page}.html")
        else:
            yield Korean("", "", nodes.Text(found[0]))
    if done < len(text) or not text:
        yield nodes.Text(text[done:])


def _begin_korean(self: Any, node: Korean) -> None:
    self.body.append('<span lang="ko">')


def _end_korean(self: Any, node: Korean) -> None:
    self.body.append("</span>")


def _inline_formula(self: Any, node: nodes.math) -> None:
    self.body.append(mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def _formula(self: Any, node: nodes.math_block) -> None:
    self.body.append(f'<div class="formula">{mathml(node.astext(), "block")}</div>\n')
    raise nodes.SkipNode


def mathml(formula: str, display: str) -> str:
    """Return a formula in LaTeX as MathML, which browsers lay out by themselves.

    display: "inline" or "block".
    """
    from latex2mathml.converter import convert

    made = ElementTree.fromstring(convert(_NORM.sub(r"{\1}", formula), display=display))
    for over in list(made.iter(f"{{{_MATHML}}}mover")):
        if over[-1].text == _STROKE:
            # The stroke of \overline is shorter than what it stands over: the style sheet draws one as long,
            # and leaves this one to who has formulas read out.
            over.set("class", "over")
            over[-1].text = "\N{MACRON}"
    return ElementTree.tostring(made, encoding="unicode")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register all of it."""
    app.add_config_value("course_lessons", {}, "env", dict)
    app.add_builder(Builder, override=True)
    app.add_post_transform(Words)
    app.add_post_transform(Together)
    app.add_node(Korean, html=(_begin_korean, _end_korean))
    app.add_html_math_renderer("mathml", (_inline_formula, None), (_formula, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
