"""nbgrader's configuration of a course directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config


def nbgrader_config(folder: Path = Path(__file__).parents[1]) -> Config:
    """Return the configuration of nbgrader in a course directory.

    folder: an instructor's own; without, the course beside this package, which is what a build is about.

    Raises CourseError when there is no configuration.
    """
    from traitlets.config import Config, PyFileConfigLoader

    path = folder / "nbgrader_config.py"
    if not path.exists():
        raise CourseError(
            f"there is no {path.name} in {folder}: run this from the top folder of a course directory"
        )
    return Config(PyFileConfigLoader(str(path)).load_config())
