"""What `course hand-back` does: grades and pages of feedback in the form that the platform takes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from course.configuration import open_course
from course.directory import find_lessons
from course.files import put
from course.grading.collect import Record, read_record
from course.grading.gradebook import CourseGradebook, folder_of
from course.grading.platforms import BLACKBOARD, CANVAS, MOODLE, ClassList
from course.grading.points import Grade
from course.grading.summary import line
from helpers.errors import CourseError

_MOODLE = ("Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Last modified (grade)")
# A cell that begins so is a formula to a spreadsheet.
_FORMULA = re.compile(r"[=+\-@\t\r].", re.S)


def hand_back(console: Console, lesson: str, column: str | None) -> int:
    """Write a lesson's grades and pages for the platform, and return the exit code.

    lesson: by name or number.
    column: of the platform's gradebook; without, the one that names the lesson.

    Raises CourseError when nothing was collected, or the column is not certain.
    """
    root = Path.cwd()
    coursedir = open_course(root)
    [folder] = find_lessons(root / coursedir.source_directory, [lesson])
    record = read_record(root, folder.name)
    if not record.students:
        raise CourseError(f"nothing was collected: first run course collect {folder.name} ARCHIVE")
    pages: dict[str, bytes] = {}
    with CourseGradebook(coursedir) as gradebook:
        class_list = record.class_list
        has_keys = class_list is not None and class_list.platform  # nbgrader's own form has none
        listed = class_list.people(gradebook.students()) if class_list and has_keys else []
        ids = {said["key"]: student for student, said in record.students.items()}
        # Who handed in elsewhere, or later, has a line as well.
        ids = {person.key: person.id for person in listed} | ids
        unlisted = sorted(ids[key] for key in ids.keys() - {each.key for each in listed}) if listed else []
        found = {key: gradebook.settle(folder.name, student) for key, student in ids.items()}
    grades = {key: grade for key, grade in found.items() if grade}
    for student, said in record.students.items():
        path = (
            folder_of(coursedir, coursedir.feedback_directory, folder.name, student) / f"{folder.name}.html"
        )
        if path.is_file():
            pages[_place(record.platform, said, folder.name)] = path.read_bytes()
    target = root / "grading" / f"{folder.name}-hand-back"
    put(target / "grades.csv", _table(record, grades, folder.name, column))
    put(target / "feedback.zip", _zipped(pages))
    _say(console, target.relative_to(root), record, grades, len(ids), len(pages), ids)
    if unlisted:
        line(
            console,
            f"[yellow]not in the class list, and so not in grades.csv:[/] {escape(', '.join(unlisted))}; "
            "collect again with a new class list",
        )
    return 0


def _place(platform: str, said: Mapping[str, Sequence[str]], lesson: str) -> str:
    """Return a page's name in the zip: the archive's own, as the platform finds its student by it."""
    place = said["places"][0]
    if platform == MOODLE:
        return f"{place}/{lesson}.html"
    if platform == CANVAS:
        return f"{place.rpartition('.')[0] or place}.html"
    return f"{said['key']}/{lesson}.html"


def _table(record: Record, grades: Mapping[str, Grade], lesson: str, column: str | None) -> str:
    """Return the CSV: what waits for a person is empty, and what was not handed in stays as it is."""
    class_list = record.class_list
    if record.platform == MOODLE:
        header, rows = _for_moodle(record, grades)
    elif class_list and class_list.platform:
        header, rows = _for_gradebook(class_list, grades, lesson, column)
    else:
        raise CourseError(
            f"{record.platform} takes grades only in the columns of its gradebook: export it, and run "
            f"course collect {lesson} ARCHIVE --class-list FILE with the same archive"
        )
    file = io.StringIO()
    table = csv.writer(file, quoting=csv.QUOTE_ALL if record.platform == BLACKBOARD else csv.QUOTE_MINIMAL)
    table.writerow(header)
    table.writerows([_harmless(cell) for cell in row] for row in rows)
    return file.getvalue()


def _for_moodle(record: Record, grades: Mapping[str, Grade]) -> tuple[list[str], list[list[str]]]:
    found = record.class_list
    if found is None or not found.platform:
        keys = [said["key"] for said in record.students.values()]
        rows = [[f"Participant {key}", _points(grades[key]) if key in grades else "", ""] for key in keys]
        return ["Identifier", "Grade", "Last modified (grade)"], rows
    header = [name for name in _MOODLE if name in found.header]
    rows = []
    for row in filter(found.key, found.rows):
        said = {name: found.cell(row, name) for name in header}
        if grade := grades.get(found.key(row)):
            said["Grade"] = _points(grade)
        rows.append(list(said.values()))
    return header, rows


def _for_gradebook(
    found: ClassList, grades: Mapping[str, Grade], lesson: str, column: str | None
) -> tuple[list[str], list[list[str]]]:
    people, others = _split(found)
    chosen = _column(others, lesson, column)
    header = [*people, chosen]
    rows = []
    for row in found.rows:
        said = {name: found.cell(row, name) for name in header}
        if (grade := grades.get(found.key(row))) and found.key(row):
            said[chosen] = _points(grade)
        if any(said.values()):
            rows.append(list(said.values()))
    return header, rows


def _split(found: ClassList) -> tuple[list[str], list[str]]:
    """Return the columns that say who a student is, and the others."""
    if found.platform == CANVAS:
        end = found.header.index("Section") + 1
        return found.header[:end], found.header[end:]
    who = [name for name in found.header if name in ("Last Name", "First Name", "Username", "Student ID")]
    return who, [name for name in found.header if "|" in name]


def _column(names: Sequence[str], lesson: str, wanted: str | None) -> str:
    """Return the column of the lesson; raises CourseError where it is not certain."""
    if wanted is None:
        words = re.findall(r"\w+", lesson.replace("-", " ").casefold())
        fits = [name for name in names if set(words) <= set(re.findall(r"\w+", name.casefold()))]
        fits = fits or [name for name in names if set(words[1:]) <= set(re.findall(r"\w+", name.casefold()))]
    else:
        fits = [name for name in names if name == wanted] or [name for name in names if wanted in name]
    if len(fits) == 1:
        return fits[0]
    said = "no column" if not fits else f"{len(fits)} columns"
    shown = "; ".join(names[:8]) + ("; ..." if len(names) > 8 else "")
    raise CourseError(
        f"{said} of the class list can belong to {wanted or lesson}: choose one with --column; "
        f"the columns are {shown}"
    )


def _points(grade: Grade) -> str:
    return "" if grade.waiting else f"{grade.score:g}"


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _zipped(pages: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in sorted(pages.items()):
            file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _say(
    console: Console,
    target: Path,
    record: Record,
    grades: Mapping[str, Grade],
    total: int,
    pages: int,
    ids: Mapping[str, str],
) -> None:
    waiting = sorted(ids[key] for key, grade in grades.items() if grade.waiting)
    line(
        console,
        escape(
            f"{target}/grades.csv for {record.platform}: {len(grades) - len(waiting)} of {total} with a grade"
        ),
    )
    if waiting:
        some = ", ".join(waiting[:5]) + (", ..." if len(waiting) > 5 else "")
        line(
            console,
            f"[yellow]{len(waiting)} without a grade, because answers wait for a person:[/] {escape(some)}",
        )
    if total > len(grades):
        line(console, f"{total - len(grades)} not graded: they keep the grade in the platform's file")
    line(console, escape(f"{target}/feedback.zip: {pages} pages"))
    highest = max((grade.max_score for grade in grades.values()), default=0)
    maximum = _maximum(record.class_list) if record.platform == MOODLE else None
    if maximum is not None and maximum != highest:
        line(
            console,
            f"[yellow]Moodle's maximum grade is {maximum:g}, but the lesson's is {highest:g}:[/] change it "
            "in Moodle's assignment; Moodle silently skips a grade above the maximum",
        )


def _maximum(found: ClassList | None) -> float | None:
    """Return the largest maximum grade of a worksheet, or None where it has none that is a number."""
    said = [found.cell(row, "Maximum Grade") for row in found.rows] if found else []
    numbers = [float(cell) for cell in said if re.fullmatch(r"\d+(?:\.\d+)?", cell)]
    return max(numbers, default=None)
