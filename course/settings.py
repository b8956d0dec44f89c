"""`course.toml`: what a course decides about itself, read from its top folder.

Each table of the file is a class here, with what holds where the file says nothing.
"""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from helpers.errors import CourseError

SETTINGS_FILE = "course.toml"


@dataclass(frozen=True)
class Lint:
    """Which rules hold for lessons.

    house_rules: a module with a tuple RULES of the course's own rules, from the top folder; "" for none.
    off: names of the machinery's rules that do not hold.
    least_right, least_wrong: answers of each kind that an exercise has in the bank, besides the solution.
    most_kilobytes: of a lesson's recorded checks.
    """

    house_rules: str = ""
    off: tuple[str, ...] = ()
    least_right: int = 2
    least_wrong: int = 2
    most_kilobytes: int = 300


@dataclass(frozen=True)
class Kernels:
    """What the processes import from which kernels, and the answers of a bank, are forked.

    preload: names of modules; beside them, Jupyter's own parts for kernels.
    """

    preload: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """How the answers of a bank are run, to build and prove lessons.

    prepare: a function without arguments that is called in front of each answer, in its process, as
        "module:function"; "" for none. It seeds generators that the course has beside Python's and NumPy's.
    """

    prepare: str = ""


@dataclass(frozen=True)
class Doctor:
    """What `course doctor` looks at beside Python, packages, kernel and disk.

    checks: functions without arguments that return a Finding, as "module:function".
    """

    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Processors:
    """How `course processors` gives a lesson other random numbers.

    reseed: a function of a whole number, as "module:function".
    """

    reseed: str = "helpers.reseeding:reseed_numpy"


@dataclass(frozen=True)
class Bundle:
    """What `course bundle` hands out beside the released lessons.

    name: of the folder in the archive.
    files: copied as they are, but for what stands between the marks "authors:begin" and "authors:end".
    folders: of which modules, data, settings and licences are copied.
        What of `helpers` a course does not have itself is that of the machinery, in both.
    readme: the parts of its README: files, or sections of files as "README.md#Learn".
    """

    name: str = "course"
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    readme: tuple[str, ...] = ()


@dataclass(frozen=True)
class Site:
    """What the course adds to its site.

    pages: a folder with pages in Markdown, scripts and `parts.py` (`course.site.parts`); "" for none.
    versions: packages whose versions stand below each page.
    licence: a sentence that stands there too.
    description: a sentence for whoever is shown a link to the site.
    """

    pages: str = ""
    versions: tuple[str, ...] = ()
    licence: str = ""
    description: str = ""


@dataclass(frozen=True)
class Settings:
    """What a course decides about itself.

    id: of the course in nbgrader's gradebook.
    title: of the site.
    languages: the columns of a lesson's table of terms, in front of the meaning.
    leave_out: names of lessons that are not built, proved, released, graded or shown.
    """

    id: str = "course"
    title: str = "A course"
    languages: tuple[str, ...] = ("English",)
    leave_out: tuple[str, ...] = ()
    lint: Lint = field(default_factory=Lint)
    kernels: Kernels = field(default_factory=Kernels)
    answers: Answers = field(default_factory=Answers)
    doctor: Doctor = field(default_factory=Doctor)
    processors: Processors = field(default_factory=Processors)
    bundle: Bundle = field(default_factory=Bundle)
    site: Site = field(default_factory=Site)


def read_settings(root: Path) -> Settings:
    """Return the settings of the course in `root`; those of a course without `course.toml` are the defaults.

    Raises CourseError for a file that cannot be read, for a key that does not exist, and for a value of
    another type.
    """
    path = root / SETTINGS_FILE
    try:
        return _read(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(f"{SETTINGS_FILE} cannot be read ({error})") from None


@cache
def _read(text: str) -> Settings:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{SETTINGS_FILE} is not TOML: {error}") from None
    settings: Settings = _made(Settings, content, "")
    return settings


def _made(kind: type[Any], content: dict[str, Any], table: str) -> Any:
    """Return an object of a class of this module, made of a table of the file."""
    fields = {each.name: each for each in dataclasses.fields(kind)}
    place = f"{SETTINGS_FILE}, [{table}]" if table else SETTINGS_FILE
    given = {}
    for key, value in content.items():
        if key not in fields:
            raise CourseError(f"{place}: there is no {key!r}; there are {', '.join(fields)}")
        default = getattr(kind(), key)
        if dataclasses.is_dataclass(default) and isinstance(value, dict):
            given[key] = _made(type(default), value, key)
        elif isinstance(default, tuple) and _is_list_of_texts(value):
            given[key] = tuple(value)
        elif type(value) is type(default):
            given[key] = value
        else:
            wanted = {str: "a text", int: "a whole number", tuple: "a list of texts"}.get(type(default))
            raise CourseError(f"{place}: {key} is {wanted or 'a table'}, not {value!r}")
    return kind(**given)


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
