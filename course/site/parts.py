"""What a course adds to its site: pages, sliders and scripts, in the folder that `course.toml` names.

The folder has pages in Markdown, scripts in `static/`, and `parts.py`, a module with

PAGES           the names of further pages, and what they are called in the list of pages
SLIDERS         a function that a lesson calls -> the slider that stands in a page in its place
SCRIPTS         the names of pages -> the scripts that they load, beside those of every page
slider_scripts  slider_scripts(sliders) returns the scripts of a page with these sliders
data            data() yields files of data: its name, the JavaScript variable in `Course.data`, and its value
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course.plugins import read_plugin
from course.settings import read_settings

_WANTED = ("PAGES", "SLIDERS", "SCRIPTS", "slider_scripts", "data")
_WORDS = Path(__file__).parent / "words"


@dataclass(frozen=True)
class Parts:
    """What a course adds to its site.

    folder: of its pages; None where it adds nothing.
    languages: of the terms.
    """

    folder: Path | None = None
    languages: Sequence[str] = ("English",)
    pages: Mapping[str, str] = field(default_factory=dict)
    sliders: Mapping[str, str] = field(default_factory=dict)
    scripts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    slider_scripts: Callable[[Iterable[str]], list[str]] = lambda sliders: []
    data: Callable[[], Iterable[tuple[str, str, Any]]] = lambda: ()

    def words(self, name: str) -> str:
        """Return the Markdown of a page: the course's own, or what every site has."""
        own = self.folder / name if self.folder else None
        return (own if own and own.exists() else _WORDS / name).read_text(encoding="utf-8")

    def static(self) -> list[Path]:
        """Return the scripts that the course adds."""
        return sorted((self.folder / "static").glob("*")) if self.folder else []


def read_parts(root: Path) -> Parts:
    """Return what the course in `root` adds to its site.

    Raises CourseError when its module cannot be imported, or lacks something.
    """
    settings = read_settings(root)
    place = settings.site.pages
    if not place:
        return Parts(languages=settings.languages)
    module = read_plugin(root, f"{place}/parts.py", _WANTED)
    return Parts(
        root / place,
        settings.languages,
        module.PAGES,
        module.SLIDERS,
        module.SCRIPTS,
        module.slider_scripts,
        module.data,
    )
