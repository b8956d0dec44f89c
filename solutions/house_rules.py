"""Rules of this course for its lessons, beside those of the machinery (`course.authoring.lint`)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from course.authoring.alternatives import without_words
from course.authoring.forgeable_checks import CHECKS
from course.authoring.lint import Material, prose_of, where
from course.files import read_notebook
from course.lessons import ABILITIES, OWN_MINUTES, RUN_SECONDS, regions

TERMS = re.compile(r"^\| English \| Korean \| Meaning \|\n\|[-| ]+\|\n((?:\|.*\n?)+)", re.M)
MAX_LINES = 12
# Characters of code beside JupyterLab's file browser on a laptop of 1280 pixels; what is longer is scrolled.
MAX_COLUMNS = 97
# Minutes after which a lesson has two parts, and the most that one of these takes.
MAX_SITTING, MAX_PART = 100, 75
PART = re.compile(r"^## Part ([12]) · .+ \(about (\d+) minutes\)$", re.M)
LAST_SECTIONS = ("Beliefs, measured", "Quiz", "In your own words", "Summary", "Sources")
# JupyterLab's words for what a learner does whom a failing check has stopped in the middle of Run All.
GO_ON = "Run > Run Selected Cell and All Below"


def head_has_its_parts(material: Material) -> Iterator[str]:
    """Title, question, three abilities, two times, how to go on after a failing check, terms in Korean."""
    head = material.lesson.notebook.cells[0].source
    number = material.lesson.name[:2]
    if not re.match(rf"# {number} \S", head):
        yield f"the first line must be '# {number} <title>'"
    if len(re.findall(r"\*\*Question\*\*[^\n]*\?", head)) != 1:
        yield "the head needs one line '**Question**: ...?'"
    abilities = ABILITIES.search(head)
    if not abilities or len(re.findall(r"^- ", abilities[1], flags=re.M)) != 3:
        yield "the head needs the line 'You will be able to', and below it exactly three lines '- <verb> ...'"
    if not RUN_SECONDS.search(head):
        yield "the head needs 'Run time: about N s'"
    if not _own_time(head):
        yield "the head needs 'your own time: about N minutes'"
    if GO_ON not in head:
        yield f"the head does not say how to go on after a check that does not pass: '*{GO_ON}*'"
    terms = TERMS.search(head)
    if not terms or not re.search(r"^\|[^\n|]*\|[^\n|]*[가-힣]", terms[1], re.M):
        yield "the head needs a table '| English | Korean | Meaning |' of new terms"


def _own_time(head: str) -> int:
    """Return how many minutes a person needs, as the head says; 0 if it does not say so."""
    found = OWN_MINUTES.search(head)
    return int(found[1]) if found else 0


def long_lessons_have_two_parts(material: Material) -> Iterator[str]:
    """Two evenings are two sittings, and the learner is told where the first one ends."""
    minutes = _own_time(material.lesson.notebook.cells[0].source)
    if minutes <= MAX_SITTING:
        return
    prose = prose_of(material.lesson.notebook)
    if "**A good place to stop.**" not in prose:
        yield f"it takes {minutes} minutes, more than {MAX_SITTING}: mark '**A good place to stop.**'"
    parts = [(number, int(length)) for number, length in PART.findall(prose)]
    if [number for number, _ in parts] != ["1", "2"]:
        yield "it needs the headlines '## Part 1 · <what> (about N minutes)' and '## Part 2 · ...'"
    elif sum(length for _, length in parts) != minutes or max(length for _, length in parts) > MAX_PART:
        yield f"its two parts take {minutes} minutes together, and each at most {MAX_PART}"


def the_summary_says_how_it_was_measured(material: Material) -> Iterator[str]:
    """What was found with one optimizer, network, data set and budget is no law: its last line names them."""
    summary = re.search(r"^## Summary\s*$(.*?)(?=^## |\Z)", prose_of(material.lesson.notebook), re.M | re.S)
    lines = summary[1].strip().splitlines() if summary else []
    if not lines or not re.match(r"- Measured with:? \S", lines[-1]):
        yield "the Summary's last line must be '- Measured with <optimizer, network, data, budget>'"


def sections_are_in_order(material: Material) -> Iterator[str]:
    """The five sections that end every lesson."""
    titles = re.findall(r"^## (.+?)\s*$", prose_of(material.lesson.notebook), flags=re.M)
    if tuple(titles[-len(LAST_SECTIONS) :]) != LAST_SECTIONS:
        yield f"the last sections must be {', '.join(LAST_SECTIONS)}; they are {', '.join(titles[-5:])}"
    if len(titles) < len(LAST_SECTIONS) + 1:
        yield "there is no section before 'Beliefs, measured'"
    if not material.lesson.written:
        yield "there is no written question (a Markdown cell with written=...)"
    quizzes = [exercise for exercise in material.lesson.exercises.values() if exercise.is_quiz]
    if not 3 <= len(quizzes) <= 5:
        yield f"a quiz has 3 to 5 questions; this one has {len(quizzes)}"


def written_questions_have_a_rubric(material: Material) -> Iterator[str]:
    """A person grades them: what a full, a half and an empty answer contain."""
    for cell in material.lesson.notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in material.lesson.written:
            rubric = " ".join(regions(cell.source, "SOLUTION")).lower()
            for word in ("full", "half", "empty"):
                if word not in rubric:
                    name = cell.metadata.nbgrader.grade_id
                    yield f"the rubric of {name} does not say what a {word} answer contains"


def cells_are_short(material: Material) -> Iterator[str]:
    """Learners read every line that they see."""
    for cell in material.release.cells:
        if cell.cell_type == "code" and "long" not in cell.metadata.get("tags", []):
            num_lines = _num_lines(cell.source)
            if num_lines > MAX_LINES:
                yield f"{where(cell)} has {num_lines} lines, more than {MAX_LINES}: helpers, or tag it long"


def lines_of_code_fit(material: Material) -> Iterator[str]:
    """Nobody scrolls sideways to read what is observed."""
    for cell in material.release.cells:
        if cell.cell_type == "code":
            for line in cell.source.splitlines():
                if len(line) > MAX_COLUMNS:
                    yield (
                        f"{where(cell)} has a line of {len(line)} characters, more than {MAX_COLUMNS}: "
                        f"name a part of {line.strip()[:60]!r}"
                    )


def every_cell_has_prose_before_it(material: Material) -> Iterator[str]:
    """Say what will happen, then do it: no two experiments in a row without a word."""
    cells = material.lesson.notebook.cells
    for before, cell in pairwise(cells):
        free = cell.cell_type == "code" and "nbgrader" not in cell.metadata
        if free and before.cell_type == "code" and "setup" not in before.metadata.get("tags", []):
            yield f"{where(cell)} follows code without a word of prose"


def prose_keeps_its_tone(material: Material) -> Iterator[str]:
    """No exclamation marks and no belittling words."""
    prose = re.sub(r"`[^`]*`|\$[^$]*\$|!\[", "", prose_of(material.lesson.notebook))
    for word in ("!", "simply", "obviously", "of course,"):
        if word in prose.lower():
            yield f"the prose has {word!r}"


def pictures_have_words(material: Material) -> Iterator[str]:
    """Who does not see a picture reads what is to be seen: `use_style` has every figure say it."""
    name = material.lesson.name
    for cell in without_words(read_notebook(material.lesson.folder / f"{name}.ipynb")):
        yield (
            f"{where(cell)} shows a picture without words: plotting.use_style() in a setup cell, then "
            f"course build --execute {name}"
        )


def _num_lines(source: str) -> int:
    """Return the number of lines of code: without blank lines, comments, docstrings and lone brackets.

    A check or an import that is wrapped counts as one line; of other statements, one wrap is free.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return len(source.splitlines())
    uncounted: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.Module)) and ast.get_docstring(node, clean=False):
            uncounted |= _line_numbers(node.body[0])
        if isinstance(node, (ast.Expr, ast.ImportFrom)) and ast.unparse(node).startswith(
            ("from ", *(f"{name}(" for name in CHECKS))
        ):
            uncounted |= _line_numbers(node) - {node.lineno}
        elif isinstance(node, ast.stmt) and not hasattr(node, "body"):
            uncounted |= _line_numbers(node) & {node.lineno + 1}
    return sum(
        bool(line.strip(" ()[]{},")) and not line.strip().startswith("#") and number not in uncounted
        for number, line in enumerate(source.splitlines(), start=1)
    )


def _line_numbers(node: ast.stmt) -> set[int]:
    return set(range(node.lineno, (node.end_lineno or node.lineno) + 1))


RULES = (
    head_has_its_parts,
    long_lessons_have_two_parts,
    sections_are_in_order,
    the_summary_says_how_it_was_measured,
    written_questions_have_a_rubric,
    cells_are_short,
    lines_of_code_fit,
    every_cell_has_prose_before_it,
    prose_keeps_its_tone,
    pictures_have_words,
)
