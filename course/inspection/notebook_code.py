"""The code of the notebook beside which a file was handed in, among the files that an inspector is given."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

# No file that is read has a name with a slash (`course.grading.ingest.folder`).
_NAME = "notebook/code"


def with_code(files: Mapping[str, bytes], sources: Iterable[str]) -> dict[str, bytes]:
    """Return the files, and with them the sources of a notebook's code cells."""
    return {**files, _NAME: json.dumps([*sources]).encode()}


def code_among(files: Mapping[str, bytes]) -> list[str]:
    """Return the sources that `with_code` has put among the files; none where it has not."""
    return [str(source) for source in json.loads(files.get(_NAME, b"[]"))]
