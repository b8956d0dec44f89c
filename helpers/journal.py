"""A file of events, one JSON object a line, that is only ever added to.

What has happened is in it as soon as it has happened, so whoever was interrupted goes on from there.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from helpers.errors import CourseError


def may_begin(content: bytes, begins: bytes) -> bool:
    """Return whether a file begins with these bytes, as far as it goes; a byte order mark does not count."""
    return begins.startswith(content.removeprefix(codecs.BOM_UTF8)[: len(begins)])


def whole_lines(content: bytes) -> bytes:
    """Return the lines of a log, each with its end, and nothing behind the last event.

    What was cut off in the middle of a line is left out, and so are empty lines at the end. An event that
    lacks nothing but its line's end is whole: an editor, or a copy, has taken it.
    """
    last = content[content.rfind(b"\n") + 1 :]
    if _as_event(last) is not None:
        return content + b"\n"
    lines = content.removesuffix(last)
    return lines[: lines.find(b"\n", len(lines.rstrip(b"\r\n"))) + 1]


def _as_event(line: str | bytes) -> dict[str, Any] | None:
    """Return the event that a line holds; None for a line that holds none."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) else None


class Journal:
    """The file of one run, kept for this process until it is closed; a context that closes it.

    path: of the file, as messages name it; its folder is made.
    what: what the file is, for messages: "log of a search".
    begins: the first bytes of its first line. A file that begins otherwise is another's, and stays as it is.
    folder: where a relative path begins; the process's own, wherever that is by then, without one.
    """

    def __init__(self, path: str | os.PathLike, what: str, begins: bytes, folder: Path | None = None) -> None:
        # Of `os.path`: that of `Path` raises where there is no such person.
        self.path, self.what, self.begins = Path(os.path.expanduser(path)), what, begins
        self.place = self.path if folder is None else folder / self.path
        self._file: BinaryIO | None = None

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._file:
            with contextlib.suppress(OSError):  # what a full disk has not taken was told by `write`
                self._file.close()
            self._file = None

    def open(self) -> list[dict[str, Any]]:
        """Open the file for writing, and return its events.

        A last line that was cut off is removed: what it told happens again. So are empty lines at the end.

        Raises CourseError, one line, where the file cannot be opened, another process is writing it, or it
        is no such file or holds a line that is no event.
        """
        try:
            self.place.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.place.open("a+b")
        except (OSError, ValueError) as error:  # ValueError: there is a NUL in the name
            why = getattr(error, "strerror", error)
            raise CourseError(f"{self.path}: {why}. Choose another file for the log") from None
        self._lock()
        self._file.seek(0)
        content = self._file.read()
        whole = whole_lines(content)
        try:
            if not may_begin(content, self.begins):
                raise ValueError
            lines = whole.decode("utf-8-sig").split("\n")[:-1]
        except ValueError:
            self.close()
            raise CourseError(f"{self.path}: this is no {self.what}. Choose another file") from None
        events = [self._event(number, line) for number, line in enumerate(lines, start=1)]
        if len(whole) < len(content):
            self._file.truncate(len(whole))
        elif len(whole) > len(content):
            self._file.write(b"\n")
        return events

    def write(self, event: Mapping[str, Any]) -> None:
        """Write one event, and hand it to the disk.

        Raises CourseError when the disk does not take it.
        """
        assert self._file, "a journal is opened before anything is written"
        try:
            self._file.write((json.dumps(event) + "\n").encode())
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise CourseError(
                f"{self.path}: {error.strerror}. What had ended before is in it: make room, and run again"
            ) from None

    def _event(self, number: int, line: str) -> dict[str, Any]:
        event = _as_event(line)
        if event is None:
            self.close()
            raise CourseError(
                f"{self.path}: line {number} is damaged. Remove it and what follows, and run again"
            )
        return event

    def _lock(self) -> None:
        """Keep the file for this process.

        Windows and some network's file systems have no such lock: two runs there disturb each other.
        """
        try:
            import fcntl
        except ImportError:
            return
        assert self._file
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise CourseError(
                f"{self.path}: another run is writing it. Wait, or choose another file"
            ) from None
        except OSError:
            return
