"""What `course collect` does: a platform's archive becomes folders in `submitted/`, and nobody is lost.

What hand-back needs of it is remembered in `grading/<lesson>-platform.json`.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from course.configuration import open_course
from course.directory import find_lessons
from course.files import file_digest, put, to_json
from course.grading.archives import extract_class, extract_handed_in, unused
from course.grading.gradebook import CourseGradebook, folder_of
from course.grading.ingest.folder import can_be_an_id, is_of_a_tool, visible_line
from course.grading.platforms import (
    BLACKBOARD,
    CANVAS,
    MOODLE,
    ClassList,
    Person,
    Upload,
    read_class_list,
    recognise,
    same_name,
)
from course.grading.summary import line
from course.scratch import scratch_folder
from helpers.errors import CourseError

_SUFFIXES = (".ipynb", ".jsonl")
_ARCHIVES = (".zip", ".gz", ".tar", ".tgz")
_TIMESTAMP = "timestamp.txt"


@dataclass
class Record:
    """What is remembered of a lesson's archives.

    students: by id, the `key` on the platform, the archive's own names (`places`), and the digests of the
        `files` that came from an archive.
    """

    platform: str = ""
    class_list: ClassList | None = None
    students: dict[str, dict[str, Any]] = field(default_factory=dict)


def record_path(root: Path, lesson: str) -> Path:
    """Return where a lesson's record lies."""
    return root / "grading" / f"{lesson}-platform.json"


def read_record(root: Path, lesson: str) -> Record:
    """Return what is remembered; an empty record where nothing was collected.

    Raises CourseError for a damaged file.
    """
    path = record_path(root, lesson)
    if not path.is_file():
        return Record()
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        found = said["class_list"]
        return Record(said["platform"], ClassList(**found) if found else None, said["students"])
    except (ValueError, KeyError, TypeError):
        raise CourseError(f"{path.relative_to(root)} is damaged: move it away and collect again") from None


def collect(console: Console, lesson: str, archive: Path, class_list: Path | None) -> int:
    """Collect a platform's archive, and return the exit code: 0 only when no student was left out.

    lesson: by name or number.
    class_list: the file of everybody in the class; without, the one of an earlier archive of the lesson.

    Raises CourseError when nothing can be collected.
    """
    root = Path.cwd()
    coursedir = open_course(root)
    [folder] = find_lessons(root / coursedir.source_directory, [lesson])
    record = read_record(root, folder.name)
    if class_list:
        record.class_list = read_class_list(class_list)
    if not archive.is_file():
        raise CourseError(f"{archive} is not a file: give the unchanged archive from the platform")
    warnings: list[str] = []

    def warn(form: str, *parts: object) -> None:
        warnings.append(form % parts)

    with CourseGradebook(coursedir) as gradebook, scratch_folder() as scratch:
        place = scratch / "class"
        place.mkdir()
        extracted = extract_class(archive, place, warn)
        if extracted is None:
            raise CourseError(warnings[0])
        paths = [path.relative_to(extracted) for path in sorted(extracted.rglob("*")) if path.is_file()]
        paths = [path for path in paths if not any(map(is_of_a_tool, path.parts))]
        everybody = record.class_list
        people = everybody.people(gradebook.students()) if everybody else gradebook.people()
        platform, uploads, strays = recognise(paths, people)
        _require_same(record, platform, folder.name)
        record.platform = platform
        matched, doubtful = _students(uploads, people, record)
        if record.class_list:
            gradebook.add_people(people)
        known = {person.id for person in people}
        gradebook.add_people(
            Person(each[0].key, student, each[0].name if platform == MOODLE else "")
            for student, each in matched.items()
            if student not in known
        )
        collected, empty = [], {}
        for number, (student, theirs) in enumerate(sorted(matched.items())):
            staged = _stage(extracted, scratch / str(number), theirs, warn)
            kept = record.students.setdefault(student, {"files": {}})
            kept["key"], kept["places"] = theirs[0].key, [upload.place for upload in theirs]
            if not any(path.suffix in _SUFFIXES for path in staged.iterdir()):
                empty[student] = theirs
                continue
            target = folder_of(coursedir, coursedir.submitted_directory, folder.name, student)
            collected.append(student)
            warnings += _update(staged, target, kept["files"], student)
        _write_record(root, folder.name, record)
    _say(console, folder.name, platform, collected, empty, doubtful, strays, warnings, matched)
    absent = sorted({person.id for person in people} - matched.keys())
    if absent:
        some = ", ".join(absent[:5]) + (", ..." if len(absent) > 5 else "")
        line(console, escape(f"{len(absent)} on the class list, but not in the archive: {some}"))
    return 1 if doubtful else 0


def _require_same(record: Record, platform: str, lesson: str) -> None:
    listed = record.class_list.platform if record.class_list else ""
    if listed and listed != platform:
        raise CourseError(
            f"the archive is from {platform}, but the class list is from {listed}: export both "
            "from one platform"
        )
    if record.platform and record.platform != platform:
        raise CourseError(
            f"the archive is from {platform}, but {lesson} was collected from {record.platform}: to "
            f"begin again, move grading/{lesson}-platform.json away"
        )


def _students(
    uploads: Sequence[Upload], people: Sequence[Person], record: Record
) -> tuple[dict[str, list[Upload]], dict[str, str]]:
    """Return the uploads by student's id, and the reason by name for those that are left out."""
    listed = bool(record.class_list and record.class_list.platform)
    before = {said["key"]: student for student, said in record.students.items()}
    by_person: dict[tuple[str, str], list[Upload]] = {}
    for upload in uploads:
        by_person.setdefault((upload.key, upload.name), []).append(upload)
    matched: dict[str, list[Upload]] = {}
    doubtful: dict[str, str] = {}
    # Two keys under one name are two students of one name.
    keys_by_name = Counter(name for _, name in by_person)
    for (key, name), theirs in by_person.items():
        student, why = _student(record.platform, key, name, people, listed, keys_by_name[name] > 1)
        if key in before and not listed and key:
            student, why = before[key], ""
        if student and not can_be_an_id(student):
            student, why = "", f"{visible_line(student)!r} cannot be a student's id: give a class list"
        if student:
            matched.setdefault(student, []).extend(theirs)
        else:
            doubtful[f"{visible_line(name)} ({key})" if key else visible_line(name)] = why
    if record.platform != BLACKBOARD:
        return matched, doubtful
    return {student: _last_attempt(theirs) for student, theirs in matched.items()}, doubtful


def _student(
    platform: str, key: str, name: str, people: Sequence[Person], listed: bool, shared: bool
) -> tuple[str, str]:
    """Return a student's id, or an empty text and what to do.

    listed: whether the people's keys are the platform's.
    shared: whether another student of the archive has the name.
    """
    if platform == CANVAS and name == "anon":
        return "", "Canvas hides the names: turn anonymous grading off and download again"
    if not key:
        return "", "the user name is uncertain: give Blackboard's gradebook with --class-list"
    same_key = [person for person in people if person.key == key]
    if platform != MOODLE:
        if same_key:
            return same_key[0].id, ""
        return ("", "not on the class list: export the list again") if listed else (key, "")
    anonymous = name.casefold() in ("participant", f"participant {key}")
    if listed:
        if not same_key:
            return "", "not in the worksheet: download the worksheet again, from the same assignment"
        if not anonymous and not same_name(name, same_key[0]):
            return "", "the worksheet has another name for this number: is it from the same assignment?"
        return same_key[0].id, ""
    if anonymous:
        return f"Participant {key}", ""
    called = [person for person in people if person.is_called(name)]
    if shared or len(called) > 1:
        return "", "several students have this name: give Moodle's grading worksheet with --class-list"
    return (called[0].id if called else name), ""


def _last_attempt(uploads: Sequence[Upload]) -> list[Upload]:
    last = max(upload.time for upload in uploads)
    return [upload for upload in uploads if upload.time == last]


def _stage(extracted: Path, folder: Path, uploads: Sequence[Upload], warn: Callable[..., None]) -> Path:
    """Return a folder with a student's notebooks and logs, and when they were handed in, if that is known."""
    unpacked, staged = folder / "unpacked", folder / "flat"
    for path in (unpacked, staged):
        path.mkdir(parents=True)
    for upload in uploads:
        if upload.file:
            name = Path(upload.file).name
            shutil.move(extracted / upload.path, unused(unpacked / name))
    for path in sorted(unpacked.iterdir()):
        if _is_archive(path):
            extract_handed_in(path, (*_SUFFIXES, *_ARCHIVES), _is_archive, warn)
    for path in sorted(unpacked.rglob("*")):
        if path.is_file() and path.suffix.lower() in _SUFFIXES:
            shutil.move(path, unused(staged / f"{path.stem}{path.suffix.lower()}"))
    if uploads[0].time:
        (staged / _TIMESTAMP).write_text(uploads[0].time, encoding="utf-8")
    return staged


def _is_archive(path: Path) -> bool:
    return path.suffix.lower() in _ARCHIVES


def _update(staged: Path, target: Path, files: dict[str, str], student: str) -> list[str]:
    """Bring a student's folder up to date, and return what stays because a person put it there.

    files: the digests of what came from an archive, by name; brought up to date.
    """
    target.mkdir(parents=True, exist_ok=True)
    said = []
    new = {path.name: path.read_bytes() for path in sorted(staged.iterdir())}
    for name in sorted(files.keys() - new.keys()):
        path = target / name
        if path.is_file() and file_digest(path.read_bytes()) == files[name]:
            path.unlink()
        del files[name]
    for name, content in new.items():
        path, digest = target / name, file_digest(content)
        own = file_digest(path.read_bytes()) if path.is_file() else None
        if own not in (None, digest, files.get(name)):
            said.append(
                f"submitted/{student}: {visible_line(name)} was added or changed by hand, and was kept: to "
                "use the archive's file, delete it and collect again"
            )
            continue
        if own != digest:
            put(path, content)
        files[name] = digest
    return said


def _write_record(root: Path, lesson: str, record: Record) -> None:
    found = record.class_list
    content = {
        "platform": record.platform,
        "class_list": vars(found) if found else None,
        "students": record.students,
    }
    put(record_path(root, lesson), to_json(content))


def _say(
    console: Console,
    lesson: str,
    platform: str,
    collected: Sequence[str],
    empty: Mapping[str, Sequence[Upload]],
    doubtful: Mapping[str, str],
    strays: Sequence[Path],
    warnings: Sequence[str],
    matched: Mapping[str, Sequence[Upload]],
) -> None:
    students = "1 student" if len(collected) == 1 else f"{len(collected)} students"
    line(console, f"{platform}: {students} collected into submitted/; now: course grade {lesson}")
    late = sorted(student for student in matched if any(upload.late for upload in matched[student]))
    if late:
        line(console, escape(f"late, says {platform}: {', '.join(late)}"))
    for student, uploads in empty.items():
        names = ", ".join(visible_line(upload.file) for upload in uploads if upload.file) or "no file"
        line(console, f"[yellow]no notebook:[/] {escape(f'{student} ({names})')}")
    for name, why in doubtful.items():
        line(console, f"[red]left out:[/] {escape(f'{name}: {why}')}")
    for path in strays:
        line(console, f"[yellow]file without a student:[/] {escape(visible_line(str(path)))}")
    for said in warnings:
        line(console, f"[yellow]note:[/] {escape(said)}")
