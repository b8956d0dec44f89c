"""What a submission can read of the instructor's machine: programs, Python, the course's helpers."""

import functools
import os
import site
import sys
from pathlib import Path

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
# Rooms of `helpers` that learners' code never imports.
_HIDDEN_ROOMS = ("authoring", "grading")


@functools.cache
def trees() -> tuple[Path, ...]:
    """Folders and files that are shown read-only, each at its own path; none lies inside another."""
    wanted = [Path(path) for path in (*_SYSTEM, *_SETTINGS)]
    for prefix in dict.fromkeys((sys.base_prefix, sys.base_exec_prefix, sys.prefix)):
        wanted += [Path(prefix) / part for part in _PARTS_OF_A_PREFIX]
    wanted += [Path(folder) for folder in site.getsitepackages()]
    if site.ENABLE_USER_SITE:
        wanted.append(Path(site.getusersitepackages()))
    wanted.append(_helpers())
    # A path through a symbolic link is shown under its real name too: links inside point there.
    wanted += [path.resolve() for path in wanted]
    kept: list[Path] = []
    for path in dict.fromkeys(wanted):
        # Unlike Path.exists, this is false for what lies in somebody's closed folder.
        if os.path.exists(path) and not any(path.is_relative_to(tree) for tree in kept):
            kept = [tree for tree in kept if not tree.is_relative_to(path)] + [path]
    return tuple(kept)


def hidden() -> list[Path]:
    """Folders inside the trees that are covered by an empty one, under each of their names."""
    names = dict.fromkeys((_helpers(), _helpers().resolve()))
    return [name / room for name in names for room in _HIDDEN_ROOMS]


def refuse_to_show(private: Path) -> None:
    """Raise CourseError when a folder with solutions or grades lies where submissions can read."""
    for tree in trees():
        if private.resolve().is_relative_to(tree.resolve()):
            raise CourseError(
                f"{private}: submissions could read this folder, because they need {tree}; "
                "move the course elsewhere, for example to your home folder."
            )


def _helpers() -> Path:
    return Path(os.path.abspath(helpers.__file__)).parent
