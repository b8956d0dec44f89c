"""The forms of three learning platforms: how they name what students handed in, and their class lists."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import CourseError

MOODLE, CANVAS, BLACKBOARD = "Moodle", "Canvas", "Blackboard"
_NAMES = {
    MOODLE: re.compile(r"(?P<name>.+?)_(?P<key>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)", re.S),
    BLACKBOARD: re.compile(
        r"(?P<name>.+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)", re.S | re.A
    ),
    CANVAS: re.compile(r"(?P<name>.*?)_(?P<late>LATE_)?(?P<key>\d+)_(?P<upload>\d+)_(?P<file>.+)", re.S),
}
# Columns by which each form of a class list is known.
_COLUMNS = {
    MOODLE: ("Identifier", "Grade"),
    CANVAS: ("Student", "ID", "Section"),
    BLACKBOARD: ("Last Name", "Username"),
    "": ("id",),
}
_KEYS = {MOODLE: "Identifier", CANVAS: "ID", BLACKBOARD: "Username", "": "id"}
_MAX_LIST_BYTES = 20_000_000


@dataclass(frozen=True)
class Upload:
    """One file of a platform's archive.

    key: the student's on the platform; empty where only a class list can tell.
    name: what stands before it: a person's name, or with Blackboard title and user name.
    place: the archive's own name of the folder or file, as the platform takes it back.
    time: when it was handed in, as nbgrader writes it, or empty.
    late: whether the platform says so.
    """

    path: Path
    key: str
    name: str
    place: str
    file: str
    time: str = ""
    late: bool = False


@dataclass(frozen=True)
class Person:
    """A student of a class list: `key` on its platform, `id` in nbgrader's gradebook."""

    key: str
    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""

    def is_called(self, name: str) -> bool:
        """Return whether a name in an archive, perhaps behind a group's, is this student's."""
        said = _letters(name)
        names = (f"{self.first_name} {self.last_name}", f"{self.last_name} {self.first_name}", self.id)
        return any(said == mine for mine in map(_letters, names) if mine)


@dataclass(frozen=True)
class ClassList:
    """A class list as it was read: its platform (empty for nbgrader's own form), header and rows."""

    platform: str
    header: list[str]
    rows: list[list[str]]

    def column(self, name: str) -> int | None:
        """Return where a column stands, or None."""
        return self.header.index(name) if name in self.header else None

    def cell(self, row: Sequence[str], name: str) -> str:
        """Return what a row has in a column, or an empty text."""
        column = self.column(name)
        return row[column].strip() if column is not None and column < len(row) else ""

    def key(self, row: Sequence[str]) -> str:
        """Return the student's key on the platform, empty for a row of nobody."""
        key = self.cell(row, _KEYS[self.platform])
        if self.platform == MOODLE:  # "Participant 1042", in the language of the site
            found = re.search(r"\d+$", key)
            return found[0] if found else ""
        return key

    def people(self, known: Collection[str] = ()) -> list[Person]:
        """Return everybody on the list.

        known: ids of the gradebook; who has one of them keeps it.
        """
        return [self._person(row, set(known)) for row in self.rows if self.key(row)]

    def _person(self, row: Sequence[str], known: set[str]) -> Person:
        key = self.key(row)
        if self.platform == CANVAS:
            last, _, first = self.cell(row, "Student").partition(",")
            return Person(key, key, first.strip(), last.strip())
        if self.platform == BLACKBOARD:
            return Person(key, key, self.cell(row, "First Name"), self.cell(row, "Last Name"))
        if self.platform == MOODLE:
            name, email = self.cell(row, "Full name"), self.cell(row, "Email address")
            names = [self.cell(other, "Full name") for other in self.rows]
            own = name if names.count(name) == 1 else ""
            possible = [each for each in (self.cell(row, "ID number"), email, own) if each]
            first_choice = possible[0] if possible else f"Participant {key}"
            return Person(
                key, next((each for each in possible if each in known), first_choice), name, "", email
            )
        return Person(key, key, *(self.cell(row, name) for name in ("first_name", "last_name", "email")))


def read_class_list(path: Path) -> ClassList:
    """Return a class list in the form of a platform or of nbgrader, by its columns.

    Raises CourseError where it cannot be read, or has another form.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path.name} cannot be read ({error.strerror})") from None
    if len(content) > _MAX_LIST_BYTES:
        raise CourseError(f"{path.name} is too large for a class list")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
        first = text.partition("\n")[0]
        delimiter = max("\t,;", key=first.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except (UnicodeDecodeError, csv.Error):
        raise CourseError(f"{path.name} is not a CSV file in UTF-8: save it as CSV UTF-8") from None
    header = [name.strip() for name in rows[0]] if rows else []
    for platform, columns in _COLUMNS.items():
        if set(columns) <= set(header):
            found = ClassList(platform, header, rows[1:])
            _require_unique(path, found)
            return found
    raise CourseError(
        f"{path.name} is not a class list: its first line must name the columns of Moodle's grading "
        "worksheet, of Canvas's or Blackboard's gradebook (in English), or id,first_name,last_name,email"
    )


def recognise(paths: Iterable[Path], people: Collection[Person]) -> tuple[str, list[Upload], list[Path]]:
    """Return the platform that made an archive, its uploads, and files that are not named as it names files.

    paths: relative to the archive.
    people: those of the class list; Blackboard's user names may hold underscores, which only it can tell.

    Raises CourseError for an archive of another form.
    """
    paths = list(paths)
    found = {platform: [each for path in paths if (each := _upload(platform, path))] for platform in _NAMES}
    platform = next((name for name, uploads in found.items() if uploads), None)
    if platform is None:
        raise CourseError(
            "no file in the archive has a name as Moodle, Canvas or Blackboard gives it: use the unchanged "
            "archive from the platform"
        )
    uploads = found[platform]
    if platform == BLACKBOARD:
        uploads = _with_user_names(uploads, {person.key for person in people})
    named = {upload.path for upload in uploads}
    return platform, uploads, [path for path in paths if path not in named]


def same_name(name: str, person: Person) -> bool:
    """Return whether a folder of Moodle, perhaps with a group's name in front, names this person."""
    mine = _letters(person.first_name)
    return not mine or _letters(name).endswith(mine)


def _require_unique(path: Path, found: ClassList) -> None:
    people = found.people()
    for said, counts in (
        ("has the same key", Counter(each.key for each in people)),
        ("would have the same id", Counter(each.id for each in people)),
    ):
        twice = [value for value, count in counts.items() if count > 1]
        if twice:
            raise CourseError(f"{path.name}: more than one student {said}, {twice[0]!r}: correct the list")


def _upload(platform: str, path: Path) -> Upload | None:
    """Return what the name of a file says, as the platform gave it: at the top, or in one folder there."""
    for depth, part in enumerate(path.parts[:2]):
        match = _NAMES[platform].fullmatch(part)
        if not match:
            continue
        said = match.groupdict()
        name = said["name"]
        file = path.name if depth < len(path.parts) - 1 else said["file"] or ""
        if platform == MOODLE:
            place = f"{name}_{said['key']}_assignsubmission_file"
            return Upload(path, said["key"], name, place, file)
        if platform == CANVAS:
            return Upload(path, said["key"], name, part, file, late=bool(said["late"]))
        date = said["time"]
        return Upload(path, "", name, part, file, f"{date[:10]} {date[11:].replace('-', ':')}")
    return None


def _with_user_names(uploads: list[Upload], known: Collection[str]) -> list[Upload]:
    """Give Blackboard's uploads their keys: of title and user name, both may hold underscores."""
    fewest = min(upload.name.count("_") for upload in uploads)
    made = []
    for upload in uploads:
        ends = [key for key in known if upload.name.endswith(f"_{key}")]
        if ends:
            key = max(ends, key=len)
        elif known or upload.name.count("_") > fewest:
            key = ""
        else:
            key = upload.name.rpartition("_")[2]
        made.append(Upload(upload.path, key, upload.name, upload.place, upload.file, upload.time))
    if known:
        return made
    # Without a list, two that end alike are perhaps kim_jun and lee_jun.
    heads: dict[str, set[str]] = {}
    for upload in made:
        heads.setdefault(upload.key, set()).add(upload.name)
    return [
        upload
        if len(heads[upload.key]) == 1
        else Upload(upload.path, "", upload.name, upload.place, upload.file, upload.time)
        for upload in made
    ]


def _letters(name: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFC", name).casefold() if each.isalnum())
