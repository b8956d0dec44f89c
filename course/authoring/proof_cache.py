"""What has been verified of each lesson, and whether nothing on which it depends has changed since.

solutions/verified.json is committed. It holds for each lesson the digests of the inputs with which it was
proved, run, judged by mutants, or computed as other processors do, so that a clone verifies only what has
changed. The version of Python and the processor are not among the inputs: the nightly run verifies all
lessons on each version.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path

import course
from course.authoring.build import work_beside
from course.authoring.imports import reached
from course.files import files_below, put, to_json
from course.lessons import BUILD_FILE, source_file
from helpers.errors import CourseError

VERIFIED_FILE = "verified.json"
# The modules that verify, by what is verified. Beside them count the lesson and the modules that it imports.
VERIFIERS = {
    "outputs": ("course.authoring.execute",),
    "unsolved": ("course.authoring.execute",),
    "proof": ("course.authoring.prove",),
    "mutants": ("course.authoring.mutation_score",),
    "all mutants": ("course.authoring.mutation_score",),
    "processors": ("course.authoring.processors", "course.authoring.prove"),
}
_TOP = Path(course.__file__).resolve().parents[1]
_LOCK = "requirements.lock"


def digest(folder: Path, kind: str) -> str:
    """Return what a verification of the lesson in `folder` depends on, as hexadecimal digits.

    kind: a key of VERIFIERS.
    """
    seen = hashlib.sha256(kind.encode())
    code: set[Path] = set()
    # What says again what the others say, and what whoever runs the lesson leaves there.
    left_out = {BUILD_FILE, *work_beside(folder)}
    for path in files_below(folder):
        content = path.read_bytes()
        if path.name in left_out:
            continue
        if path.name == source_file(folder).name:
            content = _without_prose(content.decode()).encode()
        if path.suffix == ".ipynb":
            content = _code_cells(content)
        if path.suffix == ".py":
            code |= _reached(content.decode(), VERIFIERS[kind])
        _take(seen, path.relative_to(folder), content)
    lock = _TOP / _LOCK
    for path in sorted({*code, *([lock] if lock.exists() else [])}):
        _take(seen, path.relative_to(_TOP), path.read_bytes())
    return seen.hexdigest()


def _reached(text: str, verifiers: tuple[str, ...]) -> set[Path]:
    try:
        return reached(_TOP, text, verifiers)
    except SyntaxError:  # whoever verifies this lesson says so, and where
        return set()


def holds(folder: Path, kind: str, now: str) -> bool:
    """Return whether nothing has changed since the lesson in `folder` was verified. now: its digest."""
    return _all(folder.parent).get(folder.name, {}).get(kind) == _shortened(now)


def record(folder: Path, kind: str, before: str) -> None:
    """Record that the lesson in `folder` was verified, unless something has changed meanwhile.

    Where the file cannot be written, nothing is lost but time: the lesson is verified again.

    before: its digest before it was verified.
    """
    if before != digest(folder, kind):
        return
    known = _all(folder.parent)
    now = known | {
        folder.name: dict(sorted({**known.get(folder.name, {}), kind: _shortened(before)}.items()))
    }
    if now != known:
        with contextlib.suppress(OSError):
            put(folder.parent / VERIFIED_FILE, to_json(dict(sorted(now.items()))))


def drawn(names: Sequence[str], commit: str, count: int) -> set[str]:
    """Return the lessons whose turn it is although they are verified: other ones with each commit."""
    return set(sorted(names, key=lambda name: hashlib.sha256(f"{commit} {name}".encode()).digest())[:count])


def _shortened(digits: str) -> str:
    return digits[:16]


def _all(solutions: Path) -> dict[str, dict[str, str]]:
    path = solutions / VERIFIED_FILE
    if not path.exists():
        return {}
    try:
        known: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CourseError(
            f"{solutions.name}/{VERIFIED_FILE} is damaged: delete it, then make lessons"
        ) from error
    return known


def _without_prose(source: str) -> str:
    """Return a lesson's source without its Markdown, which nothing that is verified here reads."""
    cells = re.split(r"(?m)^(?=# %%)", source)
    return "".join(cell for cell in cells if "[markdown]" not in cell.partition("\n")[0])


def _code_cells(notebook: bytes) -> bytes:
    try:
        cells = json.loads(notebook)["cells"]
        return json.dumps([cell for cell in cells if cell["cell_type"] == "code"], sort_keys=True).encode()
    except (ValueError, KeyError, TypeError):  # no notebook: whoever verifies this lesson says so
        return notebook


def _take(seen: hashlib._Hash, name: Path, content: bytes) -> None:
    seen.update(f"{name.as_posix()} {len(content)}\n".encode())
    seen.update(content)
