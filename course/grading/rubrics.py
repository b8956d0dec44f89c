"""The rubrics of written questions, where an instructor grades: beside each answer in Formgrader, and on a
page.

They stand in the solution alone. nbgrader cuts them out of the release and of the template of grading, so a
student's notebook, the graded notebook and feedback never hold them: they are read when Formgrader shows one.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import quote

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from course.files import put, read_notebook
from course.grading.points import max_scores
from course.grading.report import FOLDER
from course.grading.sanitize import may_link_to
from course.grading.term import read_term
from course.lessons import regions
from helpers.errors import CourseError


class Rubric(NamedTuple):
    """A written question, by its name: its points in the lesson, and in Markdown what is asked and how it is
    graded.
    """

    name: str
    points: float
    question: str
    rubric: str


def read_rubrics(folder: Path) -> list[Rubric]:
    """Return the written questions of a lesson.

    folder: the lesson's in `solutions/`.

    Raises CourseError when its notebook is missing or damaged.
    """
    found: list[Rubric] = []
    before = ""
    for cell in read_notebook(folder / f"{folder.name}.ipynb").cells:
        if cell.cell_type == "markdown" and utils.is_grade(cell) and utils.is_solution(cell):
            rubric = "\n".join(regions(cell.source, "SOLUTION")).strip()
            known = cell.metadata.nbgrader
            found.append(Rubric(known.grade_id, known.points, before, rubric))
        before = cell.source if cell.cell_type == "markdown" else before
    return found


def page_of(root: str | Path, lesson_name: str) -> Path:
    """Return where the lesson's page of rubrics lies in a course directory."""
    return Path(root) / FOLDER / f"{lesson_name}-rubrics.html"


def write_rubrics(root: Path, folder: Path) -> Path | None:
    """Write the page of a lesson's rubrics and return its path, or None where no question is written.

    root: the course directory.
    folder: the lesson's in `solutions/`.
    """
    page = page_of(root, folder.name)
    rubrics = read_rubrics(folder)
    if not rubrics:
        return None
    term = read_term(root)
    worth = {name: term.points(folder.name, name, points) for name, points, *_ in rubrics}
    put(page, _page(folder.name, rubrics, worth))
    return page


def _page(lesson_name: str, rubrics: list[Rubric], worth: Mapping[str, float]) -> str:
    from nbconvert.exporters import HTMLExporter

    cells = [f"# {lesson_name}: rubrics"]
    for name, points, question, rubric in rubrics:
        cells += [f"## {name} ({_in_words(worth[name], points)})", question, _quoted(rubric)]
    notebook = new_notebook(cells=[new_markdown_cell(cell) for cell in cells])
    html, _ = HTMLExporter().from_notebook_node(notebook, {"metadata": {"name": f"{lesson_name}: rubrics"}})
    return html


def _in_words(points: float, usual: float) -> str:
    """Return what an answer is worth, and what its rubric takes it to be."""
    return f"{points:g} points" + (f"; the rubric is for {usual:g}" if points != usual else "")


class ShowRubrics(NbGraderPreprocessor):
    """Puts the rubric below each written answer, on the pages of Formgrader and on no other.

    There, a cell is worth what the gradebook says; the graded notebook has the lesson's own points.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Add to the copy of a notebook of which a page is made."""
        if "submission_id" not in resources:  # feedback: whoever reads it learns the points, not the rubric
            return nb, resources
        coursedir = CourseDirectory(parent=self)
        lesson = resources["assignment_id"]
        folder = Path(coursedir.format_path(coursedir.source_directory, ".", lesson))
        try:
            rubrics = {name: (points, rubric) for name, points, _, rubric in read_rubrics(folder)}
        except (CourseError, OSError) as error:
            nb.cells.insert(0, new_markdown_cell(f"**The rubrics cannot be read**: {error}"))
            return nb, resources
        link = _link(coursedir, lesson, resources)
        worth = max_scores(coursedir.db_url, lesson, resources["student"])
        cells = []
        for cell in nb.cells:
            cells.append(cell)
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in worth:
                cell.metadata.nbgrader.points = worth[name]
            if name in rubrics:
                usual, rubric = rubrics[name]
                said = _in_words(worth.get(name, usual), usual)
                cells.append(new_markdown_cell(_quoted(f"{said}. Only you see this.{link}\n\n{rubric}")))
        nb.cells = cells
        return nb, resources


def _link(coursedir: CourseDirectory, lesson: str, resources: dict[str, Any]) -> str:
    """Return a link to the page of all rubrics, if there is one, as Jupyter serves it."""
    root = Path(coursedir.root)
    if not page_of(root, lesson).exists():
        return ""
    graded = Path(
        coursedir.format_path(coursedir.autograded_directory, resources.get("student", "."), lesson)
    )
    shown = str(graded.relative_to(root) / f"{resources['notebook_id']}.ipynb")
    above = resources.get("notebook_path", "").removesuffix(shown)
    # Not below /files/: nbconvert takes that prefix away from links.
    place = PurePosixPath("view", above.lstrip("/"), page_of(".", lesson).as_posix())
    address = f"{resources.get('base_url', '').rstrip('/')}/{quote(str(place))}"
    may_link_to(address)
    return f" [All rubrics of this lesson]({address})"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())
