"""From a solution notebook to what a learner gets, through nbgrader's own preprocessors."""

from pathlib import Path

from course.configuration import nbgrader_config
from helpers.errors import CourseError


def release(workshop: Path, name: str, course: Path) -> Path:
    """Run nbgrader's own release pipeline on `workshop`/solutions/`name`; return the released folder.

    The gradebook is left alone: `nbgrader generate_assignment` with the same configuration writes
    the same bytes and the gradebook besides.

    course: the course directory, whose configuration of nbgrader counts.

    Raises CourseError when nbgrader fails.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    config = nbgrader_config(course)
    config.CourseDirectory.root = str(workshop)
    config.SaveCells.enabled = False
    coursedir = CourseDirectory(config=config, assignment_id=name)
    converter = GenerateAssignment(coursedir=coursedir, config=config, no_database=True)
    converter.log.setLevel("ERROR")
    try:
        converter.start()
    except BaseException as error:  # nbgrader ends a failed conversion with sys.exit
        raise CourseError(f"{name}: nbgrader could not make the release: {error}") from error
    return workshop / "notebooks" / name
