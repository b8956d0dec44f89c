"""What a submission can read of the instructor's machine: programs, Python, `helpers`, and nothing else."""

import functools
import inspect
import os
import site
import sys
from pathlib import Path
from types import ModuleType

import course
import helpers
from helpers.errors import CourseError

# Of a Python installation, not the whole folder: a virtual environment may have been made in the
# course's own folder, beside solutions/ and gradebook.db.
_PARTS_OF_A_PREFIX = ("bin", "lib", "lib64", "libexec", "include", "share", "etc", "pyvenv.cfg")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
_SETTINGS = (
    "/etc/ld.so.cache",
    "/etc/alternatives",  # Debian links libraries through it
    "/etc/fonts",
    "/etc/localtime",
    "/etc/mime.types",
)


@functools.cache
def trees() -> tuple[Path, ...]:
    """Return the folders and files that are shown read-only, each at its own path.

    None of them lies inside another.
    """
    wanted = [Path(path) for path in (*_SYSTEM, *_SETTINGS)]
    for prefix in dict.fromkeys((sys.base_prefix, sys.base_exec_prefix, sys.prefix)):
        wanted += [Path(prefix) / part for part in _PARTS_OF_A_PREFIX]
    wanted += [Path(folder) for folder in site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        wanted.append(Path(site.getusersitepackages()))
    wanted.append(_folder(helpers))
    # A path through a symbolic link is shown under its real name too: links inside point there.
    wanted += [path.resolve() for path in wanted]
    kept: list[Path] = []
    for path in dict.fromkeys(wanted):
        # Unlike Path.exists, this is false for what lies in somebody's closed folder.
        if os.path.exists(path) and not any(path.is_relative_to(tree) for tree in kept):
            kept = [tree for tree in kept if not tree.is_relative_to(path)] + [path]
    return tuple(kept)


def hidden() -> list[Path]:
    """Return the folders inside the trees that an empty one covers, under each of their names.

    An install that is not editable puts `course` beside `helpers`, into a tree that is shown for what else is
    in it.
    """
    places = (*site.getsitepackages(), site.getusersitepackages())
    installed = [Path(place) / course.__name__ for place in places]
    names = [name for folder in (_folder(course), *installed) for name in (folder, folder.resolve())]
    return [
        name
        for name in dict.fromkeys(names)
        if name.is_dir() and any(name.is_relative_to(tree) for tree in trees())
    ]


def refuse_to_show(private: Path) -> None:
    """Raise CourseError when a folder with solutions or grades lies where submissions can read."""
    for tree in trees():
        if private.resolve().is_relative_to(tree.resolve()):
            raise CourseError(
                f"{private}: submissions could read this folder, because they need {tree}; "
                "move the course elsewhere, for example to your home folder."
            )


def _folder(package: ModuleType) -> Path:
    """Return the folder of a package, its path as it was imported: links in it stay."""
    return Path(os.path.abspath(inspect.getfile(package))).parent
