"""nbgrader's configuration of a course directory."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import CourseError, in_one_line

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config


def open_course(root: Path) -> CourseDirectory:
    """Return nbgrader's idea of a course directory, from its own configuration file.

    The directory is added to the end of `sys.path`. Raises CourseError where it holds no such file, or one
    that cannot be used.
    """
    from nbgrader.coursedir import CourseDirectory
    from traitlets import TraitError

    config = nbgrader_config(Path(root))
    folder = str(Path(root).resolve())
    config.CourseDirectory.root = folder
    # Plugins of an instructor lie beside the file, and nbgrader's commands find them there. Last of all, so
    # that nothing else is taken from there.
    if folder not in sys.path:
        sys.path.append(folder)
    try:
        return CourseDirectory(config=config)
    except TraitError as error:
        raise _unusable(error) from error


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
        raise _unusable(error) from error


def _unusable(error: Exception) -> CourseError:
    """Return what is said of a configuration that fails, or holds what nbgrader does not take."""
    return CourseError(f"nbgrader_config.py cannot be used ({in_one_line(error)}): correct it")
