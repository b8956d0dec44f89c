"""A new course directory: settings, and one small lesson with its bank, to be changed into one's own."""

from __future__ import annotations

import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from course.files import put
from helpers.errors import CourseError

_AS_TEXT = ".txt"  # behind the names of Python files here, which no tool is to take for modules


def new_course(root: Path, name: str) -> Path:
    """Write a course directory below `root`, and return its path.

    name: of the folder: small letters, digits and hyphens. Its words become the course's title.

    Raises CourseError for another name, where the folder is there already, and where it cannot be written.
    """
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise CourseError(
            f"{name!r} is no name of a course: small letters, digits and hyphens, as in my-course"
        )
    folder = root / name
    if folder.exists():
        raise CourseError(f"{name} is there already: choose another name, or move it away")
    title = name.replace("-", " ").capitalize()
    try:
        for place, text in _files(resources.files("course") / "example"):
            put(folder / place, text.replace("NAME", name).replace("TITLE", title))
    except OSError as error:
        raise CourseError(f"{folder} cannot be written ({error.strerror})") from None
    return folder


def _files(folder: Traversable, above: str = "") -> list[tuple[str, str]]:
    """Return the places and texts of all files of the example."""
    found = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        place = f"{above}{entry.name}"
        if entry.is_dir():
            found += _files(entry, f"{place}/")
        else:
            found.append((place.removesuffix(_AS_TEXT), entry.read_text(encoding="utf-8")))
    return found
