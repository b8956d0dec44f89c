"""What is said of a picture to who does not see it: its text alternative, in the metadata of its output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

PNG = "image/png"
# These words alone do not say what is to be seen.
_NOTHING_SAID = re.compile(r"(?i)\A(an? |the )?(empty )?(plot|figure|picture|image|chart)\b.{0,12}\Z")
_SHORTEST = 15


def alternative(output: NotebookNode) -> str:
    """Return the text alternative of a picture in a notebook's output, "" where it has none."""
    return output.get("metadata", {}).get(PNG, {}).get("alt", "")


def says_something(text: str) -> bool:
    """Return whether a text alternative can tell what is to be seen."""
    return len(text) >= _SHORTEST and not _NOTHING_SAID.match(text)


def without_words(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """Yield the cells of an executed notebook with a picture whose text alternative says nothing.

    Only a PNG can have one here: a picture of another kind says nothing.
    """
    for cell in notebook.cells:
        pictures = [
            output
            for output in cell.get("outputs", ())
            if any(kind.startswith("image/") for kind in output.get("data", {}))
        ]
        if not all(says_something(alternative(output)) for output in pictures):
            yield cell
