"""nbgrader's settings for a course directory: what differs from its defaults, and why.

A course's `nbgrader_config.py` calls `configure`, and may set anything else behind it. nbgrader's commands
(`generate_assignment`, `autograde`, `generate_feedback`, `export`) then find everything where it is.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import GenerateAssignment
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    Execute,
    IgnorePattern,
    LimitOutput,
    SaveCells,
)

from course.grading.archives import LimitedExtractor
from course.grading.assignment import SaveTermCells
from course.grading.export import Grades
from course.grading.judge import Judge, SaveJudgedGrades, ShowGrades, StripPrivateChecks
from course.grading.late import TermPenalty
from course.grading.rubrics import ShowRubrics
from course.grading.sanitize import HarmlessOutputs, harmless_markdown
from course.sandbox.limits import Limits
from course.settings import read_settings

if TYPE_CHECKING:
    from traitlets.config import Config


def configure(c: Config, root: Path) -> None:
    """Set what nbgrader needs.

    c: its configuration.
    root: the course directory.

    Raises CourseError for a `course.toml` that cannot be used.
    """
    # nbgrader runs `alembic` by name when it makes a gradebook: found also where nobody has activated
    # the environment (`.venv/bin/nbgrader ...`).
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

    c.CourseDirectory.course_id = read_settings(root).id
    c.CourseDirectory.source_directory = "solutions"
    c.CourseDirectory.release_directory = "notebooks"

    # nbgrader copies every file that is not ignored from the source folder into the release, and beside
    # every submission that it grades. Sources and private checks must be in neither, nor a copy of them that
    # an editor or git has left (answers.py~, private_BASE_12.json). That *.py is ignored has a second use: a
    # submitted numpy.py or helpers.py shadows nothing.
    c.CourseDirectory.ignore = [
        ".*",
        "#*",
        "__pycache__",
        "feedback",
        "*.py*",
        "*.ipynb?*",
        "*~",
        *(
            f"{name}{end}"
            for name in ("answers*", "private*", "build", "build[!a-z]*")
            for end in (".bak", ".old", ".orig", ".txt")
        ),
        "private*.json*",
        "build.json*",
        "build[!a-z]*.json*",
    ]

    # One archive that cannot be opened, as a student may hand it in, stops nobody else's collection.
    c.ZipCollectApp.extractor_plugin = LimitedExtractor

    # Of a platform's archive, notebooks are collected, and logs, which an inspector may read.
    c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".jsonl"]

    # An unsolved exercise returns None and its check says so in one line; a raise would be a page.
    c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE"}

    # A cell of the course takes 30 s at most where nothing runs beside, and a minute on a slow, busy machine.
    c.Execute.timeout = int(Limits.cell_seconds)

    # `term.toml` may decide what a cell is worth, and what being late costs.
    c.GenerateAssignment.preprocessors = [
        SaveTermCells if step is SaveCells else step for step in GenerateAssignment().preprocessors
    ]
    c.AssignLatePenalties.plugin_class = TermPenalty

    # Checks only observe when a class is graded; the judge gives the verdict before grades are saved.
    c.Autograde.autograde_preprocessors = [
        Execute,
        Judge,
        IgnorePattern,
        LimitOutput,
        SaveJudgedGrades,
        AssignLatePenalties,
        CheckCellMetadata,
    ]

    # nbgrader's feedback shows graded cells whole; the private checks must not be among it.
    c.GenerateFeedback.preprocessors = [StripPrivateChecks, ShowGrades, CSSHTMLHeaderPreprocessor]

    # A column for what waits for a person, and names with commas in quotes.
    c.ExportApp.plugin_class = Grades

    # Feedback and the Formgrader show what students wrote; a script in it must not run there as the
    # instructor.
    c.HTMLExporter.filters = {"markdown2html": harmless_markdown}
    # Below each written answer, Formgrader shows its rubric. Feedback does not.
    c.HTMLExporter.preprocessors = [HarmlessOutputs, ShowRubrics]
