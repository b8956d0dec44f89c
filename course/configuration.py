"""nbgrader's configuration of a course directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.errors import CourseError, in_one_line

if TYPE_CHECKING:
    from pathlib import Path

    from traitlets.config import Config


def nbgrader_config(folder: Path) -> Config:
    """Return the configuration of nbgrader in the course directory `folder`.

    Raises CourseError when there is no configuration, and for one that fails: it is a program, and an
    instructor's own.
    """
    from traitlets.config import Config, PyFileConfigLoader

    path = folder / "nbgrader_config.py"
    if not path.exists():
        raise CourseError(
            f"there is no {path.name} in {folder}: run this from the top folder of a course directory"
        )
    try:
        return Config(PyFileConfigLoader(str(path)).load_config())
    except Exception as error:
        raise unusable(error) from error


def unusable(error: Exception) -> CourseError:
    """Return what is said of a configuration that fails, or holds what nbgrader does not take."""
    return CourseError(f"nbgrader_config.py cannot be used ({in_one_line(error)}): correct it")
