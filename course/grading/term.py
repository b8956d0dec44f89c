"""`term.toml`: which exercises count in a term and for how much, when lessons are due, what being late costs.

The file lies in the top folder of the course. It belongs to an instructor and not to the course, as the
gradebook does. Without it, every exercise counts as its lesson says.
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from course.directory import find_lessons
from course.files import read_notebook
from helpers.checks.exercises import exercise_of
from helpers.errors import CourseError

TERM_FILE = "term.toml"
DUE_FORM = 'due = "2026-11-24 23:59 Asia/Seoul"'
_DAY = 86_400  # seconds
_EXTENSION = re.compile(r"(\d{1,3})([dh])")


@dataclass(frozen=True)
class Late:
    """What being late costs.

    percent_per_day: of the lesson's points, for each day begun.
    grace_minutes: after the end of each day, until the next one begins; 1 makes the due minute last its 60 s.
    most_percent: of the lesson's points, however late.
    """

    percent_per_day: float
    grace_minutes: float = 1.0
    most_percent: float = 100.0

    def penalty(self, seconds_late: float, max_score: float) -> float:
        """Return the points to take off.

        seconds_late: after the due date, extensions granted.
        max_score: the lesson's points.
        """
        days = math.ceil(max(seconds_late - 60 * self.grace_minutes, 0.0) / _DAY)
        return max_score * min(days * self.percent_per_day, self.most_percent) / 100


@dataclass(frozen=True)
class TermLesson:
    """What a term decides about one lesson.

    due: with its time zone; "none" takes away the date that the gradebook has, None leaves it as it is.
    points: by exercise; what is not named does not count. None: all count as the lesson says.
    """

    due: datetime | Literal["none"] | None = None
    points: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Term:
    """What a term decides. late: None where the file says nothing of it. lessons: by name."""

    late: Late | None = None
    lessons: Mapping[str, TermLesson] = field(default_factory=dict)

    def lesson(self, name: str) -> TermLesson:
        """Return what is decided about a lesson."""
        return self.lessons.get(name, TermLesson())

    def points(self, lesson: str, exercise: str, usual: float) -> float:
        """Return what an exercise is worth; usual: in the lesson itself."""
        points = self.lesson(lesson).points
        return usual if points is None else points.get(exercise, 0.0)


def read_term(root: Path, solutions: Path | None = None) -> Term:
    """Return the term of the course in `root`; without the file, one that decides nothing.

    solutions: the folder of the lessons, to see whether there are those that the file names, and their
        exercises.

    Raises CourseError for a file that cannot be read, and for every mistake in it.
    """
    try:
        # Editors of Windows put a byte order mark in front.
        term = _read((root / TERM_FILE).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Term()
    except (OSError, UnicodeDecodeError) as error:
        raise CourseError(
            f"{TERM_FILE} cannot be read ({error}): save it as UTF-8, and check its permissions"
        ) from None
    if solutions is not None and term.lessons:
        _require_lessons(term, solutions)
    return term


@cache
def _read(text: str) -> Term:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"{TERM_FILE} is not TOML: {error}: correct that line") from None
    _require_known(content, ("late", "lessons"), TERM_FILE, "key")
    late = _late(_table(content["late"], f"{TERM_FILE}, [late]")) if "late" in content else None
    lessons = _table(content.get("lessons", {}), f"{TERM_FILE}, [lessons]")
    return Term(late, {name: _lesson(name, table) for name, table in lessons.items()})


def _late(table: Mapping[str, Any]) -> Late:
    place = f"{TERM_FILE}, [late]"
    _require_known(table, [each.name for each in fields(Late)], place, "key")
    if "percent_per_day" not in table:
        raise CourseError(f"{place}: percent_per_day is missing: add it, or remove the table")
    numbers = {key: _number(value, f"{place}: {key}") for key, value in table.items()}
    for key, value in numbers.items():
        if key != "grace_minutes" and value > 100:
            raise CourseError(f"{place}: {key} is {value:g}: write 100 or less")
    return Late(**numbers)


def _lesson(name: str, given: object) -> TermLesson:
    place = f"{TERM_FILE}, [lessons.{name}]"
    table = _table(given, place)
    _require_known(table, [each.name for each in fields(TermLesson)], place, "key")
    due = _due(table["due"], place) if "due" in table else None
    if "points" not in table:
        return TermLesson(due)
    place = place.replace("]", ".points]")
    points = {
        exercise: _number(value, f"{place}: {exercise}")
        for exercise, value in _table(table["points"], place).items()
    }
    if not any(points.values()):
        raise CourseError(f"{place} leaves the lesson without points: list an exercise, or remove the table")
    return TermLesson(due, points)


def _due(given: object, place: str) -> datetime | Literal["none"]:
    if given == "none":
        return "none"
    if not isinstance(given, str):
        raise CourseError(f"{place}: due must be a text with a time zone: {DUE_FORM}")
    written, _, zone = given.strip().rpartition(" ")
    try:
        moment = datetime.strptime(written, "%Y-%m-%d %H:%M")
    except ValueError:
        raise CourseError(f"{place}: {given!r} is not a date, time and time zone: write {DUE_FORM}") from None
    # An abbreviation means another zone in another country, and one of its own on each machine.
    known = {name for name in available_timezones() if "/" in name} | {"UTC"}
    if zone not in known:
        near = nearest(zone, known)
        hint = f" (similar: {', '.join(near)})" if near else ""
        raise CourseError(f"{place}: there is no time zone {zone!r}{hint}: write {DUE_FORM}")
    # Where clocks go back, an hour is there twice: the later one counts.
    due = moment.replace(tzinfo=ZoneInfo(zone), fold=1)
    if due.astimezone(UTC).astimezone(due.tzinfo).replace(tzinfo=None) != moment:
        raise CourseError(f"{place}: clocks in {zone} skip {written}: write another time")
    return due


def _table(given: object, place: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        head = place.rpartition(", ")[2]
        raise CourseError(f"{place} must be a table, not {given!r}: write {head} on a separate line")
    return given


def _number(given: object, place: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given) or given < 0:
        raise CourseError(f"{place} is {given!r}: write a number, 0 or more")
    return float(given)


def _require_lessons(term: Term, solutions: Path) -> None:
    """Raise CourseError when a lesson, or an exercise of one, is not there."""
    from nbgrader.utils import is_grade

    there = {folder.name: folder for folder in find_lessons(solutions)}
    _require_known(term.lessons, there, f"{TERM_FILE}, [lessons]", "lesson")
    for name, lesson in term.lessons.items():
        if lesson.points is not None:
            cells = read_notebook(there[name] / f"{name}.ipynb").cells
            exercises = [exercise_of(cell.metadata.nbgrader.grade_id) for cell in cells if is_grade(cell)]
            _require_known(lesson.points, exercises, f"{TERM_FILE}, [lessons.{name}.points]", "exercise")


def _require_known(names: Iterable[str], known: Iterable[str], place: str, kind: str) -> None:
    """Raise CourseError for the first of these names that is not known."""
    known = list(known)
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(known)}"
            raise CourseError(f"{place}: there is no {kind} {name!r}: {hint}")


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Return the names that begin so, as a lesson's with its number, or else those spelled much alike."""
    known = sorted(known)
    begin = [each for each in known if name and each.startswith(name)]
    return begin[:3] or difflib.get_close_matches(name, known, n=3)


def extension_of(length: str, due: datetime) -> timedelta:
    """Return how much longer a student has.

    length: such as "2d" or "12h"; "0d" for no extension. Days end at the same time of the clock.
    due: with its time zone.

    Raises CourseError for another text.
    """
    found = _EXTENSION.fullmatch(length)
    if not found:
        raise CourseError(f"{length!r} is not a length of time: write days or hours, such as 2d or 12h")
    number = int(found[1])
    if found[2] == "h":
        return timedelta(hours=number)
    return (due + timedelta(days=number)).astimezone(UTC) - due.astimezone(UTC)


def in_words(due: datetime) -> str:
    """Return a due date as the file has it, in the zone that it carries."""
    return f"{due:%Y-%m-%d %H:%M} {due.tzinfo}"
