"""Pictures as files of their own, each with its size and a text alternative."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nbformat import NotebookNode

PNG = "image/png"
# A text alternative says what is to be seen; these words alone do not.
_NOTHING_SAID = re.compile(r"(?i)\A(a |the )?(plot|figure|picture|image|chart)\b.{0,12}\Z")
_SHORTEST = 30


class Picture(NamedTuple):
    """A picture of a page: name and bytes of its file, and its size in pixels."""

    name: str
    content: bytes
    width: int
    height: int


def alternative(output: NotebookNode) -> str:
    """Return the text alternative of a picture in a notebook's output, "" where it has none."""
    return output.get("metadata", {}).get(PNG, {}).get("alt", "")


def says_something(text: str) -> bool:
    """Return whether a text alternative can tell what is to be seen."""
    return len(text) >= _SHORTEST and not _NOTHING_SAID.match(text)


def without_words(notebook: NotebookNode) -> Iterable[NotebookNode]:
    """Yield the cells with a picture whose text alternative says nothing."""
    for cell in notebook.cells:
        pictures = [output for output in cell.get("outputs", ()) if PNG in output.get("data", {})]
        if not all(says_something(alternative(output)) for output in pictures):
            yield cell


def picture_of(output: NotebookNode, name: str) -> Picture:
    """Return the picture in an output. name: of its file, without a suffix."""
    from PIL import Image

    content = base64.b64decode(output["data"][PNG])
    width, height = Image.open(io.BytesIO(content)).size
    return Picture(f"{name}.png", content, width, height)


def tag(picture: Picture, words: str) -> str:
    """Return the element that shows a picture: it keeps its place before it is loaded."""
    return (
        f'<img class="picture" src="pictures/{picture.name}" alt="{html.escape(words)}" '
        f'width="{picture.width}" height="{picture.height}" loading="lazy" decoding="async">'
    )


def words_before(prose: str) -> str:
    """Return what an author says of the picture below a Markdown cell: its last paragraph, as plain text."""
    paragraphs = [part for part in re.split(r"\n\s*\n", prose) if part.strip() and not part.startswith("#")]
    if not paragraphs:
        return ""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", paragraphs[-1])
    return " ".join(re.sub(r"[*`$#|]", "", text).split())
