"""The guide for those who teach: it holds answers, and is built into a folder of its own.

Nothing in it is written twice: times and terms come from the lessons' heads, where learners stumble from the
bank, the quiz key and rubrics from the sources.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course.authoring.answers import Bank, read_bank
from course.authoring.source import Lesson, read_lesson
from course.lessons import regions, without_region
from course.site.pages import WORDS_PER_MINUTE, Page
from course.site.parts import Parts
from helpers.checks.exercises import checks_of
from helpers.errors import CourseError

# Minutes that a class talks about one of these; experience, not measurement.
_A_GUESS, _AN_EXERCISE, _THE_WRITTEN = 3, 3, 10
_GUESS = re.compile(r"\*\*Guess\b[^*]*\*\*")
# A paragraph of these is no prose: title, table, list, formula, code, quotation, picture.
_NO_PROSE = re.compile(r"#|\||- |\$\$|```|>|!")
_STOP = re.compile(r"place to stop", re.I)
_WEEKS = (6, 12)
# How many exercises a class with less time is set.
_KEPT = 2


def guide_pages(root: Path, pages: Sequence[Page], parts: Parts) -> dict[str, tuple[str, str]]:
    """Return the guide's pages in their order: name -> (title, Markdown)."""
    materials = {page.name: _Material(root, page, parts.sliders) for page in pages}
    discussing = {name: material.discussing for name, material in materials.items()}
    front = parts.words("guide.md").replace("SCHEDULES", _schedules(pages, discussing))
    return {
        "index": ("Start", front),
        "adapting": ("Adapt a lesson", parts.words("adapting.md")),
        **{page.name: (page.head.title[3:], _lesson_page(materials[page.name])) for page in pages},
    }


@dataclass
class _Section:
    """A section of a lesson.

    title: "" for what stands before the first one.
    exercises: names of those that are solved in it, without the quiz.
    to_show: what a class can guess or move in it, in Markdown, in the order of the lesson.
    guesses: how many of these are guesses.
    """

    title: str
    words: int = 0
    stops: bool = False
    exercises: list[str] = field(default_factory=list)
    to_show: list[str] = field(default_factory=list)
    guesses: int = 0

    def read(self, text: str) -> None:
        """Take a text that stands in it."""
        self.words += len(text.split())
        self.stops |= bool(_STOP.search(text))
        guesses = list(_guesses(text))
        self.to_show += guesses
        self.guesses += len(guesses)


def _guesses(text: str) -> Iterator[str]:
    """Yield each paragraph that asks for a guess; a bare question with what it is about, the prose above."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    for at, paragraph in enumerate(paragraphs):
        if _GUESS.search(paragraph):
            bare = _GUESS.match(paragraph)
            first = next((k for k in range(at)[::-1] if bare and not _NO_PROSE.match(paragraphs[k])), at)
            yield "\n\n".join(paragraphs[first : at + 1])


class _Material:
    """What the guide says of one lesson is taken from."""

    def __init__(self, root: Path, page: Page, sliders: Mapping[str, str]):
        folder = root / "solutions" / page.name
        self.page, self.sliders = page, sliders
        self.lesson: Lesson = read_lesson(folder)
        self.bank: Bank = read_bank(folder, self.lesson.exercises)
        self.sections = self._sections()
        self.exercises = [e for e in self.lesson.exercises.values() if not e.is_quiz]

    def _sections(self) -> list[_Section]:
        sections = [_Section("")]
        for cell in self.lesson.notebook.cells:
            if cell.cell_type == "markdown":
                text, *rest = re.split(r"^## (.+)$", without_region(cell.source, "SOLUTION"), flags=re.M)
                sections[-1].read(text)
                for title, text in zip(rest[::2], rest[1::2], strict=True):
                    sections.append(_Section(title.strip()))
                    sections[-1].read(text)
            else:
                grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
                sections[-1].exercises += [n for n in self.lesson.inspected if checks_of(n) == grade_id]
                exercise = self.lesson.exercises.get(grade_id)
                if exercise is not None and not exercise.is_quiz:
                    sections[-1].exercises.append(exercise.name)
                for slider in re.findall(r"^(\w+_slider)\(", cell.source, re.M):
                    on_the_site = "also on the site, in the lesson's page"
                    where = on_the_site if slider in self.sliders else "in the notebook"
                    sections[-1].to_show.append(
                        f"move `{slider}` ({where}). Ask what happens at both ends before you go there."
                    )
        return sections

    @property
    def discussing(self) -> int:
        """Minutes for talking about it, rounded to five."""
        guesses = sum(section.guesses for section in self.sections)
        minutes = (
            _A_GUESS * guesses + _AN_EXERCISE * len(self.exercises) + _THE_WRITTEN * len(self.lesson.written)
        )
        return 5 * round(minutes / 5)


def _lesson_page(material: _Material) -> str:
    page = material.page
    doing = page.head.own_minutes - page.reading_minutes
    needs = ", ".join(f"lesson {number}" for number in page.needs) or "no other lesson"
    parts = [
        f"# {page.head.title}\n\n{page.head.question}",
        f'<div class="facts">\n\n- **Reading**: about {page.reading_minutes} minutes\n'
        f"- **Doing**: about {doing} minutes\n"
        f"- **Discussing**: about {material.discussing} minutes\n"
        f"- **Needs**: it speaks of {needs}\n"
        f"- **Running**: all cells take about {page.head.run_seconds} s\n\n</div>",
        f"Afterwards they are able to\n\n{page.head.abilities}",
        _to_show(material),
        _where_they_stumble(material),
        _quiz_key(material),
        *_written(material),
        _with_less_time(material),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _to_show(material: _Material) -> str:
    """Return what to show in the lecture, in its order: what the class can guess, and what it can move."""
    items = [f"*{part.title}*: {words}" for part in material.sections for words in part.to_show]
    lines = [f"- {textwrap.indent(item, '  ').lstrip()}" for item in items]
    if not lines:
        return (
            "## What to show\n\nRun the cells in front of the class, and let it say before each what comes."
        )
    return (
        "## What to show\n\nLet the class guess, by hands, before the cell runs. Then run it. "
        "The section is named before each.\n\n" + "\n".join(lines)
    )


def _where_they_stumble(material: _Material) -> str:
    """Return the mistakes that the bank knows, in the words that their holders read."""
    parts = [
        "## Where they stumble\n\nThe mistakes that the checks recognise, in the words that learners read."
    ]
    for exercise in material.exercises:
        sentences = _sentences(material.bank, exercise.name)
        points = f"{exercise.points:g} point{'s' * (exercise.points != 1)}"
        lines = "\n".join(f"- {_shown(sentence)}" for sentence in dict.fromkeys(sentences.values()))
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
            # What stands above the question's own heading is said of the quiz.
            question = re.split(r"^##+ .*\n+", before, flags=re.M)[-1].strip()
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
    region = "\n".join(regions(solution, "SOLUTION")) or solution
    values = [
        ast.unparse(node.value)
        for node in ast.parse(region).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    ]
    if not values:
        raise CourseError(f"{name}: its solution needs one line {name} = ...")
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
    """Return how to shorten a lesson: what may be left out, and its sections with times and exercises."""
    exercises = material.exercises
    ranked = sorted(exercises, key=lambda exercise: -exercise.points)
    halves = "Two evenings: its place to stop divides it. " if any(s.stops for s in material.sections) else ""
    leave = (
        "Each exercise stands alone, so any of them may be left out without the others: set "
        f"{' and '.join(f'`{exercise.name}`' for exercise in ranked[:_KEPT])} and let the rest be read. "
        "Cells that go on with an answer say by themselves that it is missing."
        if len(exercises) > _KEPT
        else "Its exercises are few: leave none out."
    )
    rows = []
    for section in material.sections[1:]:
        stop = " (**a place to stop** is in it)" if section.stops else ""
        names = ", ".join(f"`{name}`" for name in section.exercises)
        minutes = max(1, round(section.words / WORDS_PER_MINUTE))
        rows.append(f"| {section.title}{stop} | {minutes} min | {names} |")
    return (
        f"## With less time\n\n{halves}{leave}\n\n| Section | Reading | Exercises |\n|---|---|---|\n"
        + "\n".join(rows)
    )


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
        lessons = "<br>".join(f"[{page.head.title}]({page.name}.md)" for page in part)
        hours, talk = sum(minutes[first:last]) / 60, sum(discussing[page.name] for page in part)
        rows.append(f"| {week} | {lessons} | {hours:.1f} h | {talk} min |")
    return (
        f"### {_COUNT.get(weeks, weeks)} weeks\n\n"
        "| Week | Lessons | Own time | Discussing |\n|---|---|---|---|\n" + "\n".join(rows)
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
