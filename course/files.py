"""Reading and writing what a build makes: always the same bytes for the same content."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import CourseError

if TYPE_CHECKING:
    from nbformat import NotebookNode

MAX_NOTEBOOK_BYTES = 500_000


def put(path: Path, content: str | bytes) -> None:
    """Write a file beside its place and move it there, so that nobody ever reads half of it; make its folder.

    content: a text becomes UTF-8.

    Raises OSError where it cannot be written; then nothing has changed and nothing is left beside it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")  # another process has its own
    try:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and its own, in order, without what tools leave there."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        left_by_tools = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.is_file() and not left_by_tools:
            yield path


def file_digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def to_json(content: object) -> str:
    """Return JSON with a line for each check and each misconception: readable, and small in a diff."""
    return _indented(content, depth=4) + "\n"


def _indented(content: object, depth: int, indent: str = "\n") -> str:
    if depth and isinstance(content, dict | list) and content:
        inner = indent + " "
        if isinstance(content, list):
            rows = [_indented(item, depth - 1, inner) for item in content]
            return f"[{inner}{f',{inner}'.join(rows)}{indent}]"
        rows = [f"{json.dumps(key)}: {_indented(item, depth - 1, inner)}" for key, item in content.items()]
        return f"{{{inner}{f',{inner}'.join(rows)}{indent}}}"
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def read_notebook(path: Path) -> NotebookNode:
    """Return the notebook at `path`.

    Raises CourseError, which names the file and the remedy, when it is no notebook.
    """
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds for a damaged file
        raise CourseError(
            f"{path.parent.name}/{path.name} is not a notebook: course build {path.parent.name}"
        ) from error


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook to `path`.

    Raises CourseError when it is larger than MAX_NOTEBOOK_BYTES.
    """
    import nbformat

    content = (nbformat.writes(notebook) + "\n").encode()
    if len(content) > MAX_NOTEBOOK_BYTES:
        raise CourseError(
            f"{path.stem}: the executed notebook has {len(content) // 1000} kB, the limit is "
            f"{MAX_NOTEBOOK_BYTES // 1000}: draw fewer points or smaller pictures"
        )
    path.write_bytes(content)
