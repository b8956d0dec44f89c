"""Pages made of students' notebooks, without anything in them that would act.

nbgrader shows Markdown and outputs as they are, in feedback and in the Formgrader. A script in a student's
cell would run there as whoever looks at it: in the Formgrader as the instructor, who may change every grade.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape, unescape
from itertools import groupby
from typing import Any

from bleach.html5lib_shim import Filter
from bleach.sanitizer import Cleaner
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import InvalidNotebook
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

_TAGS = {
    *(
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "caption",
        "code",
        "dd",
        "del",
        "details",
        "div",
        "dl",
        "dt",
        "em",
    ),
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "s",
    ),
    *(
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
    ),
    *("u", "ul"),
}
# No id: the Formgrader finds its own fields by theirs.
_ATTRIBUTES = ("alt", "class", "colspan", "height", "rowspan", "title", "width")
# What tables, headings and colored code need; Pygments names a color by two letters and a digit at most. By
# others Formgrader's style sheet lays a box over the page, and its script takes a click for full points, or a
# text for the grader's comment.
_CLASS = re.compile(r"[a-z]{1,2}\d?|anchor-link|dataframe|highlight")
_PICTURES = ("data:image/png", "data:image/jpeg", "data:image/gif")
# Shown as text or as pixels. Everything else that a browser would run or draw by itself is left out.
_HTML = ("text/html", "text/markdown")
_TEXT = ("text/plain", "text/latex")
_PIXELS = ("image/png", "image/jpeg")
# Of a cell's metadata, what a page is made of.
_METADATA = ("nbgrader",)
_CUT = "\n[cut: too long for this page]"


# A place on the same page. No entity: a browser makes of one what is not looked at here.
_HERE = re.compile(r"#[^\s&]*")
_ELSEWHERE = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_own_pages: set[str] = set()
# By which a formula is a link. MathJax, which draws it, knows no other name for them.
_LINKS_OF_FORMULAS = re.compile(r"\\(href|mmlToken)")
_CHARACTERS = ("Characters", "SpaceCharacters", "Entity")
# Of elements in elements. What a person writes has some ten; whoever opens more wants a browser, or this
# program, to be busy: a parser repeats what is open in every paragraph.
_MAX_DEPTH = 100
# A large table of one digit a cell has as many. They take seconds.
_MAX_ELEMENTS = 6_000
_MOST_PARSINGS = 4


class TooMuchMarkup(Exception):
    """HTML of which a parser makes much more than was written."""


def harmless_html(html: str) -> str:
    """Return the HTML with every tag and attribute that could act shown as text, or gone.

    Raises TooMuchMarkup where elements are nested more than a hundred deep, where a browser would make 6,000
    of them or more than two of each that was written, and where it is another page at each parsing.
    """
    # A browser parses once more what has been parsed here: what it makes of it has to be clean, too.
    for _ in range(_MOST_PARSINGS):
        cleaned = _cleaned(html)
        if cleaned == html:
            return html
        html = cleaned
    raise TooMuchMarkup


def _cleaned(html: str) -> str:
    filters = [_LinksToElsewhere, _FormulasWithoutLinks]
    cleaner = Cleaner(_TAGS, _is_allowed, {"http", "https", "mailto", "data"}, filters=filters)
    # Of a value in single quotes it would write each & as &amp; once more.
    cleaner.serializer.use_best_quote_char = False
    _limit_elements(cleaner.parser.tree, min(2 * html.count("<") + _MAX_DEPTH, _MAX_ELEMENTS))
    # A parser takes the first end of a line in <pre> away.
    return re.sub(r"(<pre[^>]*>)(?=\n)", r"\1\n", str(cleaner.clean(html)))


def may_link_to(address: str) -> None:
    """Let a link lead, in the window of the page itself, to a page of our own on the same server.

    address: exactly as it stands in the link. It is safe whoever links to it.
    """
    _own_pages.add(address)


class _LinksToElsewhere(Filter):
    """Links that open in a tab of their own.

    JupyterLab shows Formgrader in a frame, and runs whatever command the page in that frame sends it:
    nbgrader asks for no origin. So no page of a stranger may come into it. (That frame opens no tabs either:
    a click does nothing there. From Formgrader in a tab of its own it does.)
    """

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in super().__iter__():
            if token["type"] == "StartTag" and _ELSEWHERE.match(token["data"].get((None, "href"), "")):
                token["data"] |= {(None, "target"): "_blank", (None, "rel"): "noopener noreferrer"}
            yield token


class _FormulasWithoutLinks(Filter):
    r"""Text in which MathJax finds no link: one in a formula would open in the frame of the page.

    What is found is shown as `\ href`, which to TeX is a blank and four letters.
    """

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for is_text, group in groupby(super().__iter__(), lambda token: token["type"] in _CHARACTERS):
            tokens = list(group)
            text = "".join(_text_of(token) for token in tokens) if is_text else ""
            if _LINKS_OF_FORMULAS.search(text):
                yield {"type": "Characters", "data": _without_links(text)}
            else:
                yield from tokens


def _text_of(token: dict[str, Any]) -> str:
    """Return what a browser makes of a piece of text."""
    return unescape(f"&{token['name']};") if token["type"] == "Entity" else str(token["data"])


def _without_links(formula: str) -> str:
    return _LINKS_OF_FORMULAS.sub(r"\\ \1", formula)


def _limit_elements(tree: Any, max_elements: int) -> None:
    """Let a parser's tree (html5lib's, in bleach) take so many elements and raise TooMuchMarkup at more."""
    new_element, taken = tree.elementClass, 0

    def element(*arguments: object) -> object:
        nonlocal taken
        taken += 1
        if taken > max_elements or len(tree.openElements) > _MAX_DEPTH:
            raise TooMuchMarkup
        return new_element(*arguments)

    tree.elementClass = element


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name == "src":
        # No address: nobody is told who looks at a student's page, and when.
        return tag == "img" and value.startswith(_PICTURES)
    if name == "href":
        return tag == "a" and bool(_HERE.fullmatch(value) or _ELSEWHERE.match(value) or value in _own_pages)
    if name == "class":
        return all(map(_CLASS.fullmatch, value.split()))
    return name in _ATTRIBUTES


@pass_context
def harmless_markdown(context: Context, source: str) -> str:
    """Return Markdown as harmless HTML; what cannot be shown so is shown as it was written.

    It takes the place of nbconvert's filter `markdown2html`.
    """
    try:
        shown = harmless_html(_exporter().markdown2html(context, source))
        # Bootstrap, the page's style sheet, leaves no space between columns elsewhere.
        return shown.replace("<table>", '<table class="table table-condensed">')
    except (TooMuchMarkup, InvalidNotebook, RecursionError):
        return f"<pre>{escape(source)}</pre>"


@cache
def _exporter() -> HTMLExporter:
    return HTMLExporter()


class HarmlessOutputs(NbGraderPreprocessor):
    """Leaves out what a browser would run, and what takes long to render; the notebook itself stays as it is.

    Rendering markup takes time that grows with the square of its length: a megabyte, hours.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Clean the copy of a notebook of which the page is made."""
        # A lesson's own sources, private checks among them, take up to 107,000.
        sources, markup, plain = _Room(20_000, 250_000), _Room(20_000, 100_000), _Room(100_000, 500_000)
        pictures = _Room(20_000_000, 60_000_000)
        # Answers first: whatever else is too much, a person can grade what is asked.
        for cell in sorted(nb.cells, key=lambda cell: not utils.is_solution(cell)):
            cell.source = sources.cut(cell.source)
        for cell in nb.cells:
            # By others a template hides a cell, or stumbles.
            kept = {key: cell.metadata[key] for key in _METADATA if key in cell.metadata}
            cell.metadata = NotebookNode(kept)
            if not pictures.has_length(_length_of_pictures(cell)):
                cell.attachments = {}
            if cell.cell_type == "raw":
                # As a notebook shows it. nbconvert would make a page's part of it, cleaned by other rules.
                cell.source = f"<pre>{escape(cell.source)}</pre>"
            elif cell.cell_type == "code":
                cell.outputs = [output for output in cell.outputs if _clean_output(output, markup, plain)]
        return nb, resources


class _Room:
    """How many characters of a kind a page still shows.

    in_one_piece: at most so many are shown of one text.
    left: at most so many are shown of all that is still to come.
    """

    def __init__(self, in_one_piece: int, in_all: int) -> None:
        self.in_one_piece, self.left = in_one_piece, in_all

    def has(self, text: str) -> bool:
        """Return whether the whole text is shown; then there is less for others."""
        return self.has_length(len(text))

    def has_length(self, length: int) -> bool:
        """Return whether so many characters are shown; then there is less for others."""
        fits = length <= min(self.in_one_piece, self.left)
        self.left -= length if fits else 0
        return fits

    def cut(self, text: str) -> str:
        """Return the text as far as it is shown."""
        if self.has(text):
            return text
        shown = text[: min(self.in_one_piece, self.left)]
        self.left -= len(shown)
        return shown + _CUT


def _length_of_pictures(cell: NotebookNode) -> int:
    """Return how many characters the pictures attached to a cell take at most: each once for each link."""
    largest = max((len(str(data)) for data in cell.get("attachments", {}).values()), default=0)
    return largest * cell.source.count("attachment:")


def _clean_output(output: NotebookNode, markup: _Room, plain: _Room) -> bool:
    """Clean an output in place, and return whether anything of it is left."""
    if output.output_type == "stream":
        output.text = plain.cut(output.text)
    elif output.output_type == "error":
        output.traceback = plain.cut("\n".join(output.traceback)).split("\n")
    else:
        shown = {mime: data for mime, data in output.data.items() if mime in (*_HTML, *_TEXT, *_PIXELS)}
        output.data = {mime: data for mime, data in shown.items() if mime not in _HTML}
        for mime in _HTML:
            if mime in shown and markup.has(shown[mime]):
                _show_markup(output.data, mime, shown[mime])
        if shown and not output.data:
            output.data = {"text/plain": _CUT}
        for mime in _TEXT:
            if isinstance(output.data.get(mime), str):
                output.data[mime] = _without_links(plain.cut(output.data[mime]))
        output.metadata = {mime: _size_in_pixels(output.metadata.get(mime)) for mime in _PIXELS}
    return output.output_type in ("stream", "error") or bool(output.data)


def _show_markup(data: dict[str, Any], mime: str, text: str) -> None:
    """Put harmless markup into an output's data; what is too much as text, where no other text is there."""
    try:
        data[mime] = harmless_html(text)
    except TooMuchMarkup:
        data.setdefault("text/plain", text)


def _size_in_pixels(metadata: object) -> dict[str, int]:
    """Return what a picture's metadata say of its size in pixels, and nothing else of them.

    nbconvert writes them into a tag as they are.
    """
    given = metadata if isinstance(metadata, dict) else {}
    sizes = {name: given.get(name) for name in ("width", "height")}
    return {name: size for name, size in sizes.items() if type(size) is int and 0 < size <= 4000}
