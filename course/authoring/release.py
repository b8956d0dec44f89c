"""From a solution notebook to what a learner gets, through nbgrader's own preprocessors."""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from course.configuration import nbgrader_config
from helpers.errors import CourseError

if TYPE_CHECKING:
    from traitlets.config import Config


def release(workshop: Path, name: str, course: Path) -> Path:
    """Run nbgrader's own release pipeline on `workshop`/solutions/`name`; return the released folder.

    The gradebook is left alone: `nbgrader generate_assignment` with the same configuration writes
    the same bytes and the gradebook besides.

    course: the course directory, whose configuration of nbgrader counts.

    Raises CourseError when nbgrader fails.
    """
    config = nbgrader_config(course)
    config.SaveCells.enabled = False
    released = workshop / "notebooks" / name
    # nbgrader takes its root for a pattern and finds nothing below a folder like "course [2026]".
    with tempfile.TemporaryDirectory() as root:
        config.CourseDirectory.root = root
        shutil.copytree(workshop / "solutions" / name, Path(root) / "solutions" / name)
        _convert(name, config)
        shutil.copytree(Path(root) / "notebooks" / name, released)
    return released


def _convert(name: str, config: Config) -> None:
    """Run nbgrader's release pipeline. Raises CourseError, with the cause, when it fails."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

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


class _Log(logging.Handler):
    """Keeps why a conversion failed: nbgrader logs tracebacks, and raises that one should look there."""

    reason = ""

    def emit(self, record: logging.LogRecord) -> None:
        # Of several exceptions in one traceback the first is the cause.
        exception = re.search(r"^Traceback.*?^(\w[\w.]*: .*?)$", record.getMessage(), re.M | re.S)
        if exception and not self.reason:
            self.reason = exception[1]
