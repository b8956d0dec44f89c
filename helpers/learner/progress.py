"""What is solved, read from the saved notebooks; nothing is executed.

A check that passed has left its line in the notebook, so the points are there to be counted. They are
the learner's own view: private checks, and the written questions, count when the notebook is graded.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from helpers.checks.exercises import Exercise, exercise_of, read_exercises
from helpers.checks.messages import pass_line
from helpers.errors import CourseError, restoring

if TYPE_CHECKING:
    from rich.console import Console

# "04-epochs - Copy" and "04-epochs (1)" are what a file manager makes of one.
_LESSON = re.compile(r"[0-9][0-9]-[a-z0-9-]+")
# nbgrader's text in a written answer that nobody has touched.
_UNANSWERED = "YOUR ANSWER HERE"


@dataclass(frozen=True)
class LessonProgress:
    """How far one lesson is.

    lesson: its folder's name.
    points, max_points: of the exercises, by their visible checks.
    num_solved, num_exercises: the same, counted.
    num_answered, num_written: questions that a person grades.
    fault: what keeps the lesson from being read, as one line with the remedy, or None; with one, all counts
        are 0.
    """

    lesson: str
    points: float = 0
    max_points: float = 0
    num_solved: int = 0
    num_exercises: int = 0
    num_answered: int = 0
    num_written: int = 0
    fault: str | None = None


def read(notebooks_dir: str | os.PathLike[str]) -> list[LessonProgress]:
    """Return how far every lesson in `notebooks_dir` is, in the order of their numbers.

    A lesson that cannot be read is in the list with its fault; the others are not affected.

    Raises CourseError when there is no lesson at all.
    """
    notebooks = Path(notebooks_dir)
    folders = sorted(path for path in notebooks.glob("*") if _LESSON.fullmatch(path.name) and path.is_dir())
    if not folders:
        raise CourseError(f"no lesson in {notebooks.name}/: run this from the course's top folder")
    return [_read_lesson(folder) for folder in folders]


def lines_after_a_success(folder: Path, verdicts: Mapping[str, bool]) -> list[str]:
    """Return the points in one lesson so far and, where it has all of them, which lesson is next.

    Empty where the lesson's notebook is not in its folder under the lesson's name.

    verdicts: whether an exercise's visible checks have passed, for those that have run since the notebook was
        saved; for the others the saved notebook counts.
    """
    row = _read_lesson(folder, verdicts)
    if row.fault:
        return []
    lines = [f"{row.points:g} of {row.max_points:g} points in this lesson"]
    if row.num_solved == row.num_exercises:
        names = sorted(path.name for path in folder.parent.glob("*") if _LESSON.fullmatch(path.name))
        lines += [f"next: lesson {name}" for name in names if name > folder.name][:1]
    return lines


def render(rows: Sequence[LessonProgress], console: Console) -> int:
    """Print the lessons as a table with a total, the faults below it, and return the exit code.

    That is 0, or 1 when there is a fault.

    rows: what `read` returns.
    """
    from rich.table import Table

    table = Table("Lesson", box=None, pad_edge=False, header_style="bold")
    for heading in ("Points", "Exercises solved", "Written question"):
        table.add_column(heading, justify="right")
    for row in rows:
        if row.fault:
            table.add_row(row.lesson, "?", "", "")
        else:
            table.add_row(
                row.lesson,
                f"{row.points:g} of {row.max_points:g}",
                f"{row.num_solved} of {row.num_exercises}",
                _written(row),
            )
    points, max_points = sum(row.points for row in rows), sum(row.max_points for row in rows)
    table.add_row("Together", f"{points:g} of {max_points:g}", "", "", style="bold")
    console.print(table)
    console.print("As last saved, by the visible checks. Private checks run when it is graded.", style="dim")
    faults = [row.fault for row in rows if row.fault]
    for fault in faults:
        console.print(f"✗ {fault}", style="red", highlight=False, soft_wrap=True, markup=False)
    return 1 if faults else 0


def _written(row: LessonProgress) -> str:
    if not row.num_written:
        return ""
    if row.num_written == 1:
        return "waits for a person" if row.num_answered else "not answered"
    return f"{row.num_answered} of {row.num_written} answered"


def _read_lesson(folder: Path, verdicts: Mapping[str, bool] | None = None) -> LessonProgress:
    try:
        return _count(folder.name, _read_graded_cells(folder), read_exercises(folder), verdicts or {})
    except CourseError as fault:
        return LessonProgress(folder.name, fault=str(fault))


class _GradedCell(NamedTuple):
    """What counts of one graded cell: an exercise's checks, or a written answer.

    name: of the exercise.
    source: the text of the cell.
    printed: the lines that it has printed.
    failed: whether it ended in an exception.
    """

    name: str
    points: float
    is_written: bool
    source: str
    printed: set[str]
    failed: bool


def _read_graded_cells(folder: Path) -> list[_GradedCell]:
    path = folder / f"{folder.name}.ipynb"
    place = f"{folder.name}/{path.name}"
    restored = restoring(f"{folder.parent.name}/{place}")
    remedy = f"rename it if you want to keep it, then: {restored}"
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [_graded_cell(cell) for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]
    except FileNotFoundError:
        raise CourseError(f"{place} is missing: {restored}") from None
    except OSError as error:
        raise CourseError(f"{place} cannot be read ({error.strerror}): {remedy}") from None
    # A file may be JSON and still no notebook, in as many ways as there are JSON files.
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise CourseError(f"{place} is not a notebook of this course any more: {remedy}") from None


def _graded_cell(cell: Mapping[str, Any]) -> _GradedCell:
    nbgrader, outputs = cell["metadata"]["nbgrader"], cell.get("outputs", [])
    printed = "".join(_text(output["text"]) for output in outputs if output.get("name") == "stdout")
    return _GradedCell(
        name=exercise_of(nbgrader["grade_id"]),
        points=_points(nbgrader["points"]),
        is_written=bool(nbgrader["solution"]),
        source=_text(cell["source"]),
        printed=set(printed.splitlines()),
        failed=any(output["output_type"] == "error" for output in outputs),
    )


def _points(written: Any) -> float:
    worth = float(written)
    if not math.isfinite(worth):
        raise ValueError
    return worth


def _text(lines: str | list[str]) -> str:
    """Return a text of a notebook, which may be stored whole or line by line."""
    return lines if isinstance(lines, str) else "".join(lines)


def _count(
    lesson: str,
    cells: Iterable[_GradedCell],
    exercises: Mapping[str, Exercise],
    verdicts: Mapping[str, bool],
) -> LessonProgress:
    points: dict[str, float] = {}
    solved: dict[str, bool] = {}
    answered: dict[str, bool] = {}
    for cell in cells:
        if cell.is_written:
            answered[cell.name] = _UNANSWERED not in cell.source and bool(cell.source.strip())
        elif cell.name in exercises:
            points[cell.name] = cell.points
            labels = [pass_line(check.label) for check in exercises[cell.name].visible]
            # A line that the learner's code left open stands before it.
            passed = not cell.failed and all(
                any(line.endswith(label) for line in cell.printed) for label in labels
            )
            # A copied cell counts once: the exercise is solved when one of the copies says so.
            solved[cell.name] = solved.get(cell.name, False) or passed
        else:
            raise CourseError(
                f"{lesson}/checks.json knows nothing of {cell.name}: put the one that came with the lesson "
                "beside the notebook again (authors: course build)"
            )
    for name in exercises:
        if name not in points:
            raise CourseError(
                f"{lesson}/{lesson}.ipynb: the cell that checks {name} is gone: undo its deletion, or copy "
                "it from the lesson as it came"
            )
    solved |= {name: passed for name, passed in verdicts.items() if name in solved}
    return LessonProgress(
        lesson,
        points=sum(points[name] for name in points if solved[name]),
        max_points=sum(points.values()),
        num_solved=sum(solved.values()),
        num_exercises=len(points),
        num_answered=sum(answered.values()),
        num_written=len(answered),
    )
