"""nbgrader's configuration of a course directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.errors import CourseError

if TYPE_CHECKING:
    from pathlib import Path

    from traitlets.config import Config


def nbgrader_config(folder: Path) -> Config:
    """Return the configuration of nbgrader in the course directory `folder`.

    Raises CourseError when there is no configuration.
    """
    from traitlets.config import Config, PyFileConfigLoader

    path = folder / "nbgrader_config.py"
    if not path.exists():
        raise CourseError(
            f"there is no {path.name} in {folder}: run this from the top folder of a course directory"
        )
    return Config(PyFileConfigLoader(str(path)).load_config())
