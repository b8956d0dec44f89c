"""Reading and writing what a build makes: always the same bytes for the same content."""

import hashlib
import json

from helpers.errors import CourseError

MAX_NOTEBOOK_BYTES = 500_000


def file_digest(content):
    """The SHA-256 of bytes, as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def to_json(content):
    """JSON with a line for each check and each misconception: readable, and small in a diff."""
    return _lines(content, depth=4) + "\n"


def _lines(content, depth, indent="\n"):
    if depth and isinstance(content, dict | list) and content:
        inner = indent + " "
        if isinstance(content, list):
            rows = [_lines(item, depth - 1, inner) for item in content]
            return f"[{inner}{f',{inner}'.join(rows)}{indent}]"
        rows = [f"{json.dumps(key)}: {_lines(item, depth - 1, inner)}" for key, item in content.items()]
        return f"{{{inner}{f',{inner}'.join(rows)}{indent}}}"
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def read_notebook(path):
    """The notebook at `path`; raises CourseError, naming it and the remedy, when it is none."""
    import nbformat

    try:
        return nbformat.read(path, as_version=4)
    except Exception as error:  # nbformat raises many kinds for a damaged file
        raise CourseError(
            f"{path.parent.name}/{path.name} is not a notebook: course build {path.parent.name}"
        ) from error


def write_notebook(notebook, path):
    """Write a notebook; raises CourseError when it is larger than MAX_NOTEBOOK_BYTES."""
    import nbformat

    text = nbformat.writes(notebook) + "\n"
    if len(text) > MAX_NOTEBOOK_BYTES:
        raise CourseError(
            f"{path.stem}: the executed notebook has {len(text) // 1000} kB, the limit is "
            f"{MAX_NOTEBOOK_BYTES // 1000}: draw fewer points or smaller pictures"
        )
    path.write_text(text, encoding="utf-8")
