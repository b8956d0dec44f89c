"""A lesson's notebook as nbgrader's gradebook knows it: what every submission is measured against."""

from functools import cache

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import SaveCells

from helpers.authoring.release import nbgrader_config
from helpers.errors import CourseError


def read_template(folder):
    """What nbgrader's SaveCells sees of the lesson in `folder` when an assignment is generated.

    Solutions are cleared, graded cells are whole with their private checks, locked, and carry all of
    nbgrader's metadata. folder: the lesson's folder in `solutions/`. Raises CourseError when its
    notebook is missing or damaged.
    """
    path = folder / f"{folder.name}.ipynb"
    place = f"{folder.name}/{path.name}"
    try:
        notebook = nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise CourseError(f"{place} is missing: course build {folder.name}") from None
    except (ValueError, nbformat.ValidationError):
        raise CourseError(f"{place} is damaged: course build {folder.name}") from None
    return make_template(notebook)


def make_template(solution):
    """The same, from the notebook of the solution itself; that one is left as it is."""
    notebook = nbformat.from_dict(solution)
    for preprocessor in _preprocessors():
        notebook, _ = preprocessor.preprocess(notebook, {})
    return notebook


@cache
def _preprocessors():
    """Nbgrader's own steps from a solution to what it saves in the gradebook."""
    config = nbgrader_config()
    classes = GenerateAssignment(config=config).preprocessors
    return [step(config=config) for step in classes[: classes.index(SaveCells)]]
