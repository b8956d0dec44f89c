"""nbgrader's configuration of a course directory."""

from pathlib import Path

from helpers.errors import CourseError


def nbgrader_config(folder=Path(__file__).parents[1]):
    """The configuration of nbgrader in a course directory.

    folder: an instructor's own; without, the course beside this package, which is what a build is about.
    Raises CourseError when there is none.
    """
    from traitlets.config import Config, PyFileConfigLoader

    path = folder / "nbgrader_config.py"
    if not path.exists():
        raise CourseError(
            f"there is no {path.name} in {folder}: run this from the top folder of a course directory"
        )
    return Config(PyFileConfigLoader(str(path)).load_config())
