"""From a solution notebook to what a learner gets, through nbgrader's own preprocessors."""

import logging
import re
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
    log = _Log()
    converter.log.addHandler(log)
    try:
        converter.start()
    except (Exception, SystemExit) as error:  # it ends a failed conversion with sys.exit
        raise CourseError(f"{name}: nbgrader could not make the release: {log.reason or error}") from error
    finally:
        converter.log.removeHandler(log)
    return workshop / "notebooks" / name


class _Log(logging.Handler):
    """Keeps why a conversion failed: nbgrader logs tracebacks, and raises that one should look there."""

    reason = ""

    def emit(self, record: logging.LogRecord) -> None:
        # Of several exceptions in one traceback the first is the cause.
        exception = re.search(r"^Traceback.*?^(\w[\w.]*: .*?)$", record.getMessage(), re.M | re.S)
        if exception and not self.reason:
            self.reason = exception[1]
