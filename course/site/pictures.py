"""Pictures as files of their own, each with its size and a text alternative."""

from __future__ import annotations

import base64
import html
import io
import re
from typing import TYPE_CHECKING, NamedTuple

from course.authoring.alternatives import PNG

if TYPE_CHECKING:
    from nbformat import NotebookNode


class Picture(NamedTuple):
    """A picture of a page: name and bytes of its file, and its size in pixels."""

    name: str
    content: bytes
    width: int
    height: int


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
