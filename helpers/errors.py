"""The one exception that a person is meant to read: a single line that says what to do."""

from pathlib import Path

_TOP = Path(__file__).resolve().parents[1]


class CourseError(Exception):
    """Something outside the code is wrong: a file, a source, an argument.

    The message is one line that names the file (and cell) and the remedy. The `course` command
    prints it and exits with 1; nothing has been written when it is raised.
    """


def in_one_line(error: BaseException) -> str:
    """Return what kind of exception it is, and its message, without line breaks."""
    return " ".join(f"{type(error).__name__}: {error}".split())


def restoring(place: str) -> str:
    """Return how a file or folder of the course comes back as it was, for the end of a message.

    place: from the top of the course, for example "notebooks/04-epochs".
    A clone has git. What an instructor hands out, an archive, has not.
    """
    if (_TOP / ".git").exists():
        return f"git checkout {place}"
    return f"unpack the course once more elsewhere, and copy {place} from there"
