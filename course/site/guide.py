"""The guide for those who teach: it holds answers, and is built into a folder of its own.

Nothing in it is written twice: times and terms come from the lessons' heads, where learners stumble from the
bank, the quiz key and rubrics from the sources.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from course.authoring.answers import Bank, read_bank
from course.authoring.source import Lesson, read_lesson
from course.lessons import regions, without_region
from course.site.pages import MOVING, Page

_WORDS = Path(__file__).parent / "words"
# Minutes that a class talks about one of these; experience, not measurement.
_A_GUESS, _A_QUESTION, _THE_WRITTEN = 3, 3, 10
_GUESS = re.compile(r"\*\*Guess before you run the (?:next )?cell\*\*:? ?(.+?)(?:\n\n|\Z)", re.S)
_STOP = re.compile(r"place to stop", re.I)
_WEEKS = (6, 12)


def guide_pages(root: Path, pages: Sequence[Page]) -> dict[str, tuple[str, str]]:
    """Return the guide's pages in their order: name -> (title, Markdown)."""
    materials = {page.name: _Material(root, page) for page in pages}
    discussing = {name: material.discussing for name, material in materials.items()}
    front = (
        (_WORDS / "guide.md").read_text(encoding="utf-8").replace("SCHEDULES", _schedules(pages, discussing))
    )
    adapting = (_WORDS / "adapting.md").read_text(encoding="utf-8")
    return {
        "index": ("Start", front),
        "adapting": ("Adapt a lesson", adapting),
        **{page.name: (page.head.title[3:], _lesson_page(materials[page.name])) for page in pages},
    }


class _Material:
    """What the guide says of one lesson is taken from."""

    def __init__(self, root: Path, page: Page):
        folder = root / "solutions" / page.name
        self.page = page
        self.lesson: Lesson = read_lesson(folder)
        self.bank: Bank = read_bank(folder, self.lesson.exercises)
        self.markdown = [c.source for c in self.lesson.notebook.cells if c.cell_type == "markdown"]
        self.code = [c.source for c in self.lesson.notebook.cells if c.cell_type == "code"]

    @property
    def guesses(self) -> list[str]:
        """What the lesson lets its reader guess before a cell runs."""
        return [" ".join(found.split()) for text in self.markdown for found in _GUESS.findall(text)]

    @property
    def sliders(self) -> list[str]:
        """The sliders that the lesson shows, by name."""
        return [name for source in self.code for name in re.findall(r"^(\w+_slider)\(", source, re.M)]

    @property
    def discussing(self) -> int:
        """Minutes for talking about it, rounded to five."""
        quizzes = sum(exercise.is_quiz for exercise in self.lesson.exercises.values())
        minutes = (
            _A_GUESS * len(self.guesses) + _A_QUESTION * quizzes + _THE_WRITTEN * len(self.lesson.written)
        )
        return 5 * round(minutes / 5)


def _lesson_page(material: _Material) -> str:
    page = material.page
    doing = page.head.own_minutes - page.reading_minutes
    needs = ", ".join(f"lesson {number}" for number in page.needs) or "no other lesson"
    parts = [
        f"# {page.head.title}\n\n{page.head.question}",
        f"- **Reading**: about {page.reading_minutes} minutes\n- **Doing**: about {doing} minutes\n"
        f"- **Discussing**: about {material.discussing} minutes\n- **Needs**: it speaks of {needs}\n"
        f"- **Running**: all cells take about {page.head.run_seconds} s",
        f"Afterwards they are able to\n\n{page.head.abilities}",
        _to_show(material),
        _where_they_stumble(material),
        _quiz_key(material),
        *_written(material),
        _with_less_time(material),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _to_show(material: _Material) -> str:
    """Return what to show in the lecture: what the class can guess, and what it can move."""
    lines = [f"- {guess}" for guess in material.guesses]
    shown = "## What to show\n"
    if lines:
        shown += (
            "\nLet the class guess, by hands, before the cell runs. Then run it.\n\n"
            + "\n".join(lines)
            + "\n"
        )
    for name in material.sliders:
        where = "also on the site, in the lesson's page" if name in MOVING else "in the notebook"
        shown += f"\nMove `{name}` ({where}); ask what happens at both ends before you go there.\n"
    if not lines and not material.sliders:
        shown += "\nRun the cells in front of the class, and let it say before each what will come.\n"
    return shown


def _where_they_stumble(material: _Material) -> str:
    """Return the mistakes that the bank knows, in the words that their holders read."""
    parts = [
        "## Where they stumble\n\nThe mistakes that the checks recognise, in the words that learners read."
    ]
    for exercise in material.lesson.exercises.values():
        if exercise.is_quiz:
            continue
        sentences = _sentences(material.bank, exercise.name)
        points = f"{exercise.points:g} point{'s' * (exercise.points != 1)}"
        lines = "\n".join(f"- {_shown(sentence)}" for sentence in sentences.values())
        parts.append(f"### `{exercise.name}` ({points})\n\n{lines}")
    return "\n\n".join(parts)


def _sentences(bank: Bank, exercise: str) -> dict[str, str]:
    """Return what holders of wrong answers read: name of the answer -> sentence."""
    return {a.name: a.sentence for a in bank.answers if a.exercise == exercise and a.sentence}


def _quiz_key(material: _Material) -> str:
    """Return each question with its answer, and what is said to whoever chose another."""
    parts = ["## Quiz key"]
    before = ""
    for cell in material.lesson.notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        exercise = material.lesson.exercises.get(name)
        if cell.cell_type == "markdown":
            before = cell.source
        elif exercise is not None and exercise.is_quiz:
            question = re.sub(r"^##+ .*\n+", "", re.sub(r"^## .*\n+", "", before)).strip()
            wrong = "\n".join(
                f"- not {_shown(str(choice))}: {_shown(sentence)}"
                for choice, sentence in _sentences(material.bank, name).items()
            )
            parts.append(
                f"### {name.replace('_', ' ').capitalize()}\n\n{question}\n\n"
                f'<div class="key">\n\n**Answer**: {_answer(exercise.solution, name)}\n\n{wrong}\n\n</div>'
            )
    return "\n\n".join(parts)


def _answer(solution: str, name: str) -> str:
    """Return the value that a quiz's own solution gives it, as code."""
    [region] = regions(solution, "SOLUTION")
    values = [
        ast.unparse(node.value)
        for node in ast.parse(region).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    ]
    return f"`{values[-1]}`"


def _written(material: _Material) -> Iterable[str]:
    """Yield the written questions, each with its rubric and exemplars."""
    before = ""
    for cell in material.lesson.notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") in material.lesson.written:
            rubric = "\n\n".join(region.strip() for region in regions(cell.source, "SOLUTION"))
            question = re.sub(r"^## .*\n+", "", before).strip()
            yield f'## In their own words\n\n{question}\n\n<div class="key">\n\n{rubric}\n\n</div>'
        elif cell.cell_type == "markdown":
            before = without_region(cell.source, "SOLUTION")


def _with_less_time(material: _Material) -> str:
    """Return how to shorten a lesson: its sections with their times, and what may be left out."""
    rows, inside = [], False
    for title, text in _sections(material.markdown):
        stop = " (**a place to stop** is in it)" if _STOP.search(text) else ""
        inside |= bool(stop)
        rows.append(f"| {title}{stop} | {max(1, round(len(text.split()) / 180))} min |")
    exercises = [e for e in material.lesson.exercises.values() if not e.is_quiz]
    ranked = sorted(exercises, key=lambda e: (-e.points, list(material.lesson.exercises).index(e.name)))
    kept = ", ".join(f"`{exercise.name}`" for exercise in ranked[:2])
    halves = "Two evenings: its place to stop divides it. " if inside else ""
    return (
        "## With less time\n\n"
        f"{halves}Each exercise stands alone, so any of them may be left out without the others: set {kept} "
        "and let the rest be read. Cells that go on with an answer say by themselves that it is missing. Cut "
        "*Beliefs, measured* last: it is what learners talk about.\n\n"
        "| Section | Reading |\n|---|---|\n" + "\n".join(rows)
    )


def _sections(markdown: Iterable[str]) -> Iterable[tuple[str, str]]:
    """Yield the sections of a lesson: title and text."""
    whole = "\n\n".join(without_region(text, "SOLUTION") for text in markdown)
    for part in re.split(r"^## ", whole, flags=re.M)[1:]:
        title, _, text = part.partition("\n")
        yield title.strip(), text


def _shown(sentence: str) -> str:
    """Return a sentence of the bank as Markdown that shows it as it is."""
    return re.sub(r"([*_`$<\[\]|\\]|^[%#+-])", r"\\\1", sentence)


def _schedules(pages: Sequence[Page], discussing: Mapping[str, int]) -> str:
    """Return a schedule for each number of weeks."""
    return "\n\n".join(_schedule(pages, discussing, weeks) for weeks in _WEEKS)


def _schedule(pages: Sequence[Page], discussing: Mapping[str, int], weeks: int) -> str:
    weeks = min(weeks, len(pages))
    minutes = [page.head.own_minutes for page in pages]
    rows = []
    for week, (first, last) in enumerate(partition(minutes, weeks), start=1):
        part = pages[first:last]
        lessons = ", ".join(f"[{page.head.title}]({page.name}.md)" for page in part)
        hours, talk = sum(minutes[first:last]) / 60, sum(discussing[page.name] for page in part)
        rows.append(f"| {week} | {lessons} | {hours:.1f} h | {talk} min |")
    return (
        f"### {_COUNT.get(weeks, weeks)} weeks\n\n"
        "| Week | Lessons | Their own time | Discussing |\n|---|---|---|---|\n" + "\n".join(rows)
    )


_COUNT = {6: "Six", 12: "Twelve"}


def partition(minutes: Sequence[int], weeks: int) -> list[tuple[int, int]]:
    """Return which lessons each week has, in their order, so that the fullest week is as short as can be.

    minutes: of each lesson. weeks: at most as many as there are lessons.

    Returns places (first, behind the last) of each week; no week is empty.
    """
    # best[w][n]: the fullest week when the first n lessons fill w weeks, and where the last week begins.
    sums = [sum(minutes[:n]) for n in range(len(minutes) + 1)]
    best = [{0: (0, 0)}]
    for week in range(1, weeks + 1):
        best.append(
            {
                n: min(
                    (max(best[-1][k][0], sums[n] - sums[k]), k) for k in range(week - 1, n) if k in best[-1]
                )
                for n in range(week, len(minutes) + 1)
            }
        )
    parts, end = [], len(minutes)
    for week in range(weeks, 0, -1):
        start = best[week][end][1]
        parts.append((start, end))
        end = start
    return parts[::-1]
