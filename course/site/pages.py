"""A lesson as a page of the site: the sources of the release, with the outputs of the executed solution.

So nothing that the release leaves out can be in a page. Of a solution nothing is taken but what its
experiments print and draw. What graded cells print names private checks, and stays behind; so does what
exercises print, and experiments that look at it.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course.authoring.alternatives import PNG, alternative, says_something
from course.authoring.cell_names import names_of
from course.files import read_notebook
from course.site.head import Head, read_head
from course.site.parts import Parts
from course.site.pictures import Picture, picture_of, tag, words_before
from course.site.quiz import form
from helpers.checks.exercises import Exercise, exercise_of, read_exercises
from helpers.errors import CourseError

if TYPE_CHECKING:
    from nbformat import NotebookNode

# A person's pace with a text that is new to them, formulas and pictures among it.
WORDS_PER_MINUTE = 180
_ANSWER = '<p class="note">Write your answer in the notebook. A person reads it.</p>'


@dataclass(frozen=True, eq=False)
class Page:
    """A lesson as a page.

    name: of the lesson, and of the page.
    notebook: what Sphinx reads.
    needs: numbers of the earlier lessons of which the text speaks.
    moving: names of what moves in it.
    without_words: how many of its pictures have no words of their own.
    """

    name: str
    head: Head
    reading_minutes: int
    needs: tuple[str, ...]
    notebook: NotebookNode
    pictures: tuple[Picture, ...]
    moving: tuple[str, ...]
    without_words: int

    @property
    def number(self) -> str:
        """The lesson's number, of two digits."""
        return self.name[:2]


def read_page(solution: Path, release: Path, parts: Parts, archive: str) -> Page:
    """Return the page of a lesson.

    solution: its folder in solutions/, built.
    release: its folder in notebooks/.
    parts: of the course: its sliders.
    archive: the name of what learners get.

    Raises CourseError for files that are missing or do not belong together.
    """
    name = solution.name
    executed = read_notebook(solution / f"{name}.ipynb")
    released = read_notebook(release / f"{name}.ipynb")
    if [cell.id for cell in executed.cells] != [cell.id for cell in released.cells]:
        raise CourseError(f"{name}: solution and release have other cells: course build {name}")
    head = read_head(name, released.cells[0].source, parts.languages)
    maker = _Maker(name, read_exercises(release), parts.sliders)
    for cell, done in zip(released.cells, executed.cells, strict=True):
        maker.take(cell, done.get("outputs", ()))
    prose = _prose(released)
    notebook = copy.deepcopy(released)
    notebook.cells = maker.cells
    minutes = reading_minutes(prose)
    needs = tuple(sorted({number for number in _named(prose) if number < name[:2]}))
    notebook.cells[0].source = _first(head, minutes, needs, name, parts.languages, archive)
    pictures, moving = tuple(maker.pictures), tuple(maker.moving)
    return Page(name, head, minutes, needs, notebook, pictures, moving, maker.without_words)


def reading_minutes(prose: str) -> int:
    """Return how long a person reads, rounded to five minutes, at least five."""
    return max(5, 5 * round(len(prose.split()) / WORDS_PER_MINUTE / 5))


def _named(prose: str) -> Iterator[str]:
    """Yield the numbers of the lessons that a text names, also in "lessons 12 to 14" and "03, 07 and 16".

    Of a longer range the first one alone: that is a part of the course.
    """
    for found in re.finditer(r"\b[Ll]essons? (\d\d(?:(?:, | and | or | to )\d\d)*)\b", prose):
        for first, last in re.findall(r"(\d\d)(?: to (\d\d))?", found[1]):
            is_short = last and int(last) - int(first) < 4
            yield from (f"{number:02}" for number in range(int(first), int(last if is_short else first) + 1))


def _prose(notebook: NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


class _Maker:
    """Takes the cells of a release in their order, and makes those of a page."""

    def __init__(self, name: str, exercises: Mapping[str, Exercise], sliders: Mapping[str, str]):
        self.name, self.exercises, self.sliders = name, exercises, sliders
        self.cells: list[NotebookNode] = []
        self.pictures: list[Picture] = []
        self.moving: list[str] = []
        self.without_words = 0
        self.said = ""  # by the author, above the cell
        self.handed_in: set[str] = set()  # names that hold what an exercise assigns, or what is made of it

    def take(self, released: NotebookNode, outputs: Sequence[NotebookNode]) -> None:
        cell = copy.deepcopy(released)
        grading = cell.metadata.pop("nbgrader", {})
        exercise = self.exercises.get(exercise_of(grading.get("grade_id", "")))
        cell.metadata = {"tags": []}
        if cell.cell_type == "markdown":
            if grading.get("grade"):
                cell.source = _ANSWER
            self.said = words_before(cell.source) or self.said
        elif exercise is not None and exercise.is_quiz:
            if grading["grade"]:
                return
            cell = _markdown(cell, form(exercise))
        else:
            cell.execution_count = None
            kind = _kind(grading)
            cell.metadata["tags"] = [kind]
            if kind == "exercise":
                self.handed_in |= set(re.findall(r"^(\w+) *=(?!=)", cell.source, re.M))
            names = names_of(cell.source)
            shows_an_answer = kind in ("exercise", "checks") or bool(names.taken & self.handed_in)
            if not shows_an_answer:
                self.handed_in -= names.assigned
            elif kind == "experiment":
                self.handed_in |= names.assigned - _imported(cell.source)
            cell.outputs = [] if shows_an_answer else self._outputs(released, outputs)
        self.cells.append(cell)

    def _outputs(self, cell: NotebookNode, outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
        called = [
            moved for function, moved in self.sliders.items() if re.search(rf"\b{function}\(", cell.source)
        ]
        shown = []
        for output in outputs:
            output = copy.deepcopy(output)
            if PNG in output.get("data", {}):
                element = self._picture(output)
                if called:
                    moved = called[0]
                    self.moving.append(moved)
                    element = f'<div class="moving" data-moving="{moved}">{element}</div>'
                output.data = {"text/html": element}
                output.metadata = {}
            shown.append(output)
        return shown

    def _picture(self, output: NotebookNode) -> str:
        picture = picture_of(output, f"{self.name}-{len(self.pictures) + 1}")
        self.pictures.append(picture)
        words = alternative(output)
        if not says_something(words):
            self.without_words += 1
            words = f"Picture to this text: {self.said}"
        return tag(picture, words)


def _imported(source: str) -> set[str]:
    """Return the names that a cell imports."""
    imports = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom))
    return {(name.asname or name.name).split(".")[0] for each in imports for name in each.names}


def _kind(grading: Mapping[str, object]) -> str:
    """Return what a code cell is, for its reader."""
    if grading.get("grade"):
        return "checks"
    if grading.get("solution"):
        return "exercise"
    return "setup" if grading else "experiment"


def _markdown(cell: NotebookNode, source: str) -> NotebookNode:
    from nbformat.v4 import new_markdown_cell

    return new_markdown_cell(source, id=cell.id)


def _first(
    head: Head, minutes: int, needs: Sequence[str], name: str, languages: Sequence[str], archive: str
) -> str:
    """Return the first cell of a page: what its reader wants to know before beginning."""
    links = ", ".join(f"lesson {number}" for number in needs) or "no other lesson"
    rows = "\n".join(f"| {' | '.join([*term.words, term.meaning])} |" for term in head.terms)
    course = f'<a href="downloads/{archive}" download>the course</a>'
    alone = f'<a href="downloads/{name}.ipynb" download>this notebook alone</a>'
    return f"""# {head.title}

<div class="question">

{head.question}

</div>

<div class="facts">

- **Reading**: about {minutes} minutes
- **With all exercises**: about {head.own_minutes} minutes
- **Needs**: some Python and NumPy; it speaks of {links}
- **To solve it**: download {course}, and [open it with one command](index.md#get-the-course); {alone}

</div>

You will be able to

{head.abilities}

## New terms

| {" | ".join(languages)} | Meaning |
{"|---" * len(languages)}|---|
{rows}
"""
