"""What students have handed in, read from `submitted/` without trusting a name, a link or a size."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from nbgrader.utils import parse_utc

from course.grading.states import End, State
from helpers.errors import CourseError

# A notebook of the course has 0.2 MB; outputs of a runaway loop are thrown away unread, but not without
# bound.
MAX_SUBMISSION_BYTES = 200_000_000
# What lies beside the notebook goes into the memory of its sandbox.
MAX_OTHER_BYTES = 20_000_000
MAX_OTHER_FILES = 100
_MAX_NOTEBOOKS = 5  # of which one is graded
# What Python would import in the place of a module of the course, or the course itself ships.
_NOT_TAKEN = (".py", ".pyc", ".pyo", ".so", ".pyd", ".pth", ".zip", ".egg", ".whl", ".ipynb")
# Folders that tools leave: nobody handed them in.
_LEFT_BY_TOOLS = ("__pycache__", "__MACOSX", "feedback")
_TIMESTAMP = "timestamp.txt"
# Letters, marks, digits, punctuation and symbols of any script, and a blank: nothing that cannot be seen.
_IN_AN_ID = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No"} | {
    *("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs")
}
# What is not seen itself, where it can change what is: a joiner of letters from Arabic to Sinhala, or of
# emoji, and one that makes a letter of Malayalam end a word; what chooses the form of an emoji, or of an
# ideograph. Elsewhere two names with and without it look alike; here they may, and are two ids.
_UNSEEN_IN_ITS_PLACE = re.compile(
    "(?<=[\u0600-\u0dff])[\u200c\u200d](?=[\u0600-\u0dff])"
    "|(?<=\u0d4d)\u200d"
    "|(?<=[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff])"
    "|(?<=[\u2190-\u2bff\U0001f000-\U0001faff])\ufe0f"
    "|(?<=[\u3400-\u9fff\U00020000-\U0003ffff])[\U000e0100-\U000e01ef]"
)
# What HTML, scripts, addresses or patterns of files read as something else.
_NOT_IN_AN_ID = frozenset('"%&<>?#\\/*[]{}|^`$')
# Letters, marks and symbols by their category that show nothing: fillers of Hangul and Khmer, an empty
# pattern of Braille, the joiner of graphemes, an empty head of a note; and what chooses forms.
_SHOWS_NOTHING = re.compile(
    "[\u115f\u1160\u3164\uffa0\u17b4\u17b5\u2800\u034f\U0001d159\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
# As nbgrader writes it. What else dateutil would take may depend on the day on which one grades.
_BEGINS_AS_A_TIME = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True)
class Submission:
    """One student's submission to one lesson, as bytes.

    notebook: None when there is none, or it cannot be read; then `problem` says why.
    name, others: where there are several, its name, and the others by theirs (`course.grading.grade_one`
        takes one of all).
    files: what lies beside them, by name.
    timestamp: nbgrader's text of when it was handed in, or empty.
    notes: what an instructor should know about how it was read, a sentence each.
    """

    student: str
    lesson: str
    notebook: bytes | None
    problem: End | None = None
    files: Mapping[str, bytes] | None = None
    timestamp: str = ""
    notes: tuple[str, ...] = ()
    name: str = ""
    others: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """The digest of everything that was handed in: what has the same was handed in before.

        Notes are among it: they name what lies there and was not taken.
        """
        digest = hashlib.sha256()
        said = (repr(self.problem), self.timestamp, *self.notes)
        for part in (self.notebook or b"", *(text.encode() for text in said)):
            digest.update(len(part).to_bytes(8, "big") + part)
        for files in (self.files or {}, self.others):
            for name in sorted(files):
                digest.update(name.encode(errors="surrogateescape") + b"\0" + files[name])
        return digest.hexdigest()[:16]


def find_students(submitted: Path, lesson: str) -> list[str]:
    """Return the ids of all students who handed in something for the lesson, sorted.

    Whose folder cannot be opened is among them: whoever reads it finds out why. Folders whose names can be no
    id are not: `find_refused` has those.

    submitted: the folder, as nbgrader's collect and zip_collect leave it: <student>/<lesson>/<lesson>.ipynb.
    """
    return [name for name in _names_of_folders(submitted, lesson) if can_be_an_id(name)]


def find_refused(submitted: Path, lesson: str) -> list[str]:
    """Return the names of folders with a submission that can be no student's id, sorted."""
    return [name for name in _names_of_folders(submitted, lesson) if not can_be_an_id(name)]


def can_be_an_id(name: str) -> bool:
    """Return whether a folder's name can be a student's id: a name in any script, an address, a number.

    nbgrader's pages put an id as it is into HTML, scripts and links, its commands into patterns of files, and
    its database holds 128 characters. A name that begins with a dot is hidden from it.
    """
    seen = _UNSEEN_IN_ITS_PLACE.sub("", name)
    return (
        0 < len(name) <= 128
        and name[0] != "."
        and name == name.strip()
        and not _NOT_IN_AN_ID.intersection(seen)
        and not _SHOWS_NOTHING.search(seen)
        and all(unicodedata.category(character) in _IN_AN_ID for character in seen)
    )


def _names_of_folders(submitted: Path, lesson: str) -> list[str]:
    if not submitted.is_dir():
        return []
    try:
        return sorted(path.name for path in submitted.iterdir() if _may_hold(path, lesson))
    except PermissionError as error:
        raise CourseError(
            f"{submitted.name}/ cannot be opened ({error.strerror}): chmod u+rx {submitted.name}"
        ) from None


def _may_hold(folder: Path, lesson: str) -> bool:
    """Return whether there is something for the lesson, or it cannot be seen whether there is."""
    try:
        os.lstat(folder / lesson)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def read_submission(submitted: Path, student: str, lesson: str) -> Submission:
    """Return what a student handed in. Links are not followed: a link may lead to somebody else's work.

    submitted: the folder that holds those of the students.
    """
    folder = submitted / student / lesson
    for place in (submitted / student, folder):
        if place.is_symlink() or not place.is_dir():
            what = "a link" if place.is_symlink() else "no folder"
            return Submission(
                student,
                lesson,
                None,
                End(State.NOT_A_NOTEBOOK, detail=f"{visible_line(place.name)} is {what}"),
            )
    notebooks, unread = _read_notebooks(folder, f"{lesson}.ipynb")
    files, notes = read_others(folder)
    timestamp, problem_of_time = _read_timestamp(folder)
    notes += problem_of_time
    if not notebooks:
        found = ", ".join(path.name for path in sorted(folder.iterdir())[:5]) or "nothing"
        missing = End(
            State.MISSING_NOTEBOOK, detail=f"{lesson}.ipynb is missing; the folder has {visible_line(found)}"
        )
        problem = next(iter(unread.values()), missing)
        return Submission(student, lesson, None, problem, files, timestamp, tuple(notes))
    notes = [f"{end.detail}: it was left out." for end in unread.values()] + notes
    (name, content), *others = notebooks.items()
    if not others and name != f"{lesson}.ipynb":
        notes.insert(0, f"The notebook was called {visible_line(name)}.")
    return Submission(
        student, lesson, content, None, files, timestamp, tuple(notes), name=name, others=dict(others)
    )


def _read_notebooks(folder: Path, name: str) -> tuple[dict[str, bytes], dict[str, End]]:
    """Return the notebooks in a folder by their names, and the ends of those that cannot be taken.

    First comes the one that is called as it should be, then those whose names begin so.
    """
    there = {path.name for path in folder.iterdir() if path.suffix == ".ipynb"}
    there = {other for other in there if not other.startswith(".")}  # macOS writes ._name too
    taken: dict[str, bytes] = {}
    unread: dict[str, End] = {}
    begins = name.removesuffix(".ipynb")
    for other in sorted(there, key=lambda other: (other != name, not other.startswith(begins), other)):
        content, problem = _read_plain_file(folder / other, MAX_SUBMISSION_BYTES)
        if content is None:
            unread[other] = End(State.NOT_A_NOTEBOOK, detail=f"{visible_line(other)} {problem}")
        elif len(taken) < _MAX_NOTEBOOKS:
            taken[other] = content
    return taken, unread


def _read_timestamp(folder: Path) -> tuple[str, list[str]]:
    """Return when it was handed in, as nbgrader writes it, or empty; and notes on what else was there."""
    content = (_read_plain_file(folder / _TIMESTAMP, 1000)[0] or b"").decode(errors="replace").strip()
    try:
        if not _BEGINS_AS_A_TIME.match(content):
            raise ValueError
        parse_utc(content)
    except Exception:  # dateutil raises whatever the text makes it stumble over
        said = f"{_TIMESTAMP} holds no time such as 2026-11-24 10:00:00, so the submission has no time."
        return "", [said] if content else []
    return content, []


def read_others(folder: Path) -> tuple[dict[str, bytes], list[str]]:
    """Return plain files beside the notebook, and a note for each that was left out."""
    files: dict[str, bytes] = {}
    notes: list[str] = []
    total = 0
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in _NOT_TAKEN or path.name == _TIMESTAMP or path.name.startswith("."):
            continue
        if path.name in _LEFT_BY_TOOLS and path.is_dir():
            continue
        if len(files) < MAX_OTHER_FILES:
            content, problem = _read_plain_file(path, MAX_OTHER_BYTES - total)
        else:
            content, problem = None, f"is one of more than {MAX_OTHER_FILES} files"
        if content is None:
            notes.append(f"{visible_line(path.name)} {problem}: it was left out.")
            continue
        files[path.name] = content
        total += len(content)
    return files, notes[:5]


def _read_plain_file(path: Path, max_bytes: int) -> tuple[bytes | None, str | None]:
    """Return the bytes of a plain file, or None and why it cannot be taken, in words that follow its name."""
    try:
        # Not following links, and not waiting for whoever writes into a named pipe.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return None, "is a link" if path.is_symlink() else f"cannot be read ({error.strerror})"
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return None, "is not a plain file"
    with os.fdopen(descriptor, "rb") as file:
        if status.st_size > max_bytes:
            return None, f"has {status.st_size / 1e6:.0f} MB, more than can be taken"
        return file.read(max_bytes + 1)[:max_bytes], None


def is_of_a_tool(name: str) -> bool:
    """Return whether a file or folder is one that macOS or Jupyter puts beside a student's files."""
    return name == "__MACOSX" or name.startswith(".")


def visible_line(text: str) -> str:
    """Return what a stranger has chosen as a line may show it: without what cannot be seen, and not long."""
    return "".join(character if character.isprintable() else "?" for character in text)[:100]
