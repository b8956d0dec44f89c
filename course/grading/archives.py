"""Archives from a learning platform, extracted without trust in what students have put into them.

nbgrader's own extractor stops at the first archive that it cannot open, and then nobody's work is collected.
It also follows links, keeps the permissions that an archive asks for, and writes all that it unpacks to. Here
each archive is extracted in a limited process. One that cannot be is left as it is, with a line in the log,
and its student has a row in the table (`course.grading.roster`).
"""

from __future__ import annotations

import gzip
import itertools
import logging
import lzma
import math
import re
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, Any

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin

from course.grading.ingest.folder import MAX_OTHER_FILES, MAX_SUBMISSION_BYTES, is_of_a_tool, visible_line
from course.grading.limited_call import CallLost, call_limited
from course.sandbox.limits import Limits
from helpers.errors import CourseError

_MAX_ARCHIVES = 5  # that a student has put into each other
_CLASS_SECONDS = 3600  # of CPU time, for the archive of a whole class
_CHUNK = 1 << 20
_MAX_NAME_BYTES = 200  # most file systems hold 255, and more is put behind it
_TOO_MUCH = "it holds more than a submission may"
# What reading damaged or hostile bytes as an archive raises.
_DAMAGED = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError),
    *(NotImplementedError, RuntimeError, ValueError),
)


class LimitedExtractor(ExtractorPlugin):
    """Extracts the archives of a class for `nbgrader zip_collect`, to where nbgrader's own extractor would.

    Of an archive that a student has handed in, only notebooks and logs are taken, without its folders.
    """

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Extract archives, and copy other files.

        archive_path, extracted_path: the folders of what was downloaded, and of what is collected.
        """
        source, target = Path(archive_path), Path(extracted_path)
        for path in _files(source):
            folder = target / path.parent.relative_to(source)
            folder.mkdir(parents=True, exist_ok=True)
            if self._is_archive(path):
                self.log.info("Extracting from: %s", path)
                extract_class(path, folder, self.log.warning)
            else:
                shutil.copyfile(path, folder / path.name)
        handed_in = _files(target)
        suffixes = (*self._collector().valid_ext, *self.zip_ext)
        for path in filter(self._is_archive, handed_in):
            self.log.info("Extracting from: %s", path)
            extract_handed_in(path, suffixes, self._is_archive, self.log.warning)
        self._tell_apart(handed_in, set(_files(target)) - set(handed_in))

    def _is_archive(self, path: Path) -> bool:
        return path.suffix.lower() in self.zip_ext

    def _tell_apart(self, handed_in: Iterable[Path], unpacked: Iterable[Path]) -> None:
        """Rename files from students' archives where a student would have two of one name.

        nbgrader stops there, and nobody's work is collected.
        """
        known = {self._identity(path) for path in handed_in}
        for path in sorted(unpacked):
            new = unused(path, lambda other: self._identity(other) in known)
            known.add(self._identity(path.rename(new)))

    def _identity(self, path: Path) -> tuple[str, ...]:
        """Return whose file it is, and its name, as nbgrader will have them."""
        found = self._collector().collect(str(path)) or {}
        name = found.get("file_id")
        return (found["student_id"], Path(name).stem + path.suffix) if name else (str(path),)

    def _collector(self) -> FileNameCollectorPlugin:
        # nbgrader's own says in the log what it passes over; this one would say it twice.
        plugin: type[FileNameCollectorPlugin] = self.parent.collector_plugin
        return plugin(config=self.config, log=logging.Logger("not shown", logging.CRITICAL))


def extract_class(archive: Path, place: Path, warn: Callable[..., None]) -> Path | None:
    """Extract a platform's archive into a new folder of its name, and return the folder.

    place: where the folder is made.
    warn: told, as a logger's method is, what could not be extracted; where it is the archive, None is
        returned.
    """
    return _extract(archive, place, replace(Limits(), step_seconds=_CLASS_SECONDS), None, warn)


def extract_handed_in(
    archive: Path, suffixes: tuple[str, ...], is_archive: Callable[[Path], bool], warn: Callable[..., None]
) -> None:
    """Extract what a student has handed in, and the archives in it; all of them hold one submission.

    suffixes, warn: as for `extract_archive` and `extract_class`.
    """
    folders: list[Path] = []
    archives = [archive]
    for _ in range(_MAX_ARCHIVES):
        if not archives:
            return
        path = archives.pop(0)
        folder = _extract(path, path.parent, Limits(), suffixes, warn)
        if folder is None:
            continue
        folders.append(folder)
        archives += filter(is_archive, _files(folder))
        there = _files(folders[0])
        if sum(path.stat().st_size for path in there) > MAX_SUBMISSION_BYTES or len(there) > MAX_OTHER_FILES:
            warn("%s: left as it is: %s", visible_line(archive.name), _TOO_MUCH)
            shutil.rmtree(folders[0])
            return


def _extract(
    archive: Path, place: Path, limits: Limits, suffixes: tuple[str, ...] | None, warn: Callable[..., None]
) -> Path | None:
    folder = unused(place / archive.stem.removesuffix(".tar"))
    folder.mkdir()
    try:
        problems = call_limited(limits, extract_archive, archive, folder, suffixes)
    except (CourseError, CallLost) as error:
        warn("%s: left as it is: %s", visible_line(archive.name), error)
        shutil.rmtree(folder)
        return None
    for problem in problems:
        warn("%s: %s", visible_line(archive.name), problem)
    return folder


def extract_archive(archive: Path, folder: Path, suffixes: tuple[str, ...] | None) -> list[str]:
    """Extract plain files of a zip, tar or tar.gz archive, and return which could not be extracted, and why.

    suffixes: None for a platform's archive, of which all files are taken, with their folders, and an empty
        file stands for one that cannot be extracted. Of a student's, files that end so, without folders.

    Raises CourseError where it is no archive, and where a student's holds more than a submission may.
    """
    problems: list[str] = []
    total = number = 0
    for name, opened in _members(archive, math.inf if suffixes is None else 4 * MAX_SUBMISSION_BYTES):
        parts = [
            _as_a_name(part) for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")
        ]
        if suffixes is None:
            path = folder.joinpath(*parts)
        elif parts and parts[-1].lower().endswith(suffixes) and not any(map(is_of_a_tool, parts)):
            path = unused(folder / parts[-1])
        else:
            continue
        try:
            total += _write(opened, path)
        except CourseError as error:
            problems.append(f"{visible_line(name)} {error}")
            if suffixes is None:  # so its student is in the table
                place = next(above for above in path.parents if above.is_dir())
                unused(place / f"{path.name}.unreadable").touch()
        number += 1
        if suffixes is not None and (total > MAX_SUBMISSION_BYTES or number > MAX_OTHER_FILES):
            raise CourseError(_TOO_MUCH)
    return problems


def _members(archive: Path, max_bytes: float) -> Iterator[tuple[str, Callable[[], IO[bytes]]]]:
    """Yield the name of each plain file, and what opens it; to be opened before the next one.

    max_bytes: of a tar archive, once it is unpacked.
    """
    with archive.open("rb") as file:
        begin = file.read(2)
        file.seek(0)
        try:
            if begin == b"PK":
                with zipfile.ZipFile(file) as zipped:
                    for info in zipped.infolist():
                        if not info.is_dir():
                            yield info.filename, partial(_open_zipped, zipped, info)
                return
            unpacked = gzip.GzipFile(fileobj=file) if begin == b"\x1f\x8b" else file
            stream: Any = _Bounded(unpacked, max_bytes)  # read() is all that this mode calls
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                for member in tar:
                    if member.isreg():
                        yield member.name, partial(_open_tarred, tar, member)
        except _DAMAGED as error:
            known = begin in (b"PK", b"\x1f\x8b")
            why = f"it is damaged, or was cut off ({error})" if known else "it is no zip or tar archive"
            raise CourseError(why) from None


def _open_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    if info.flag_bits & 1:
        raise CourseError("has a password")
    return archive.open(info)


def _open_tarred(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    stream = archive.extractfile(member)
    assert stream is not None  # of a plain file
    return stream


class _Bounded:
    """A stream that ends with a CourseError after so many bytes."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, max_bytes: float) -> None:
        self._stream = stream
        self._left = max_bytes

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        content = self._stream.read(size)
        self._left -= len(content)
        if self._left < 0:
            raise CourseError(_TOO_MUCH)
        return content


def _write(opened: Callable[[], IO[bytes]], path: Path) -> int:
    """Write a member of an archive, and return its size in bytes.

    Raises CourseError, and leaves no file, where it cannot be read or is too large.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        raise CourseError("is a file and a folder") from None
    size = 0
    try:
        with file:
            for chunk in _chunks(opened):
                size += len(chunk)
                if size > MAX_SUBMISSION_BYTES:
                    raise CourseError(f"has more than {MAX_SUBMISSION_BYTES / 1e6:.0f} MB")
                file.write(chunk)
    except CourseError:
        path.unlink()
        raise
    return size


def _chunks(opened: Callable[[], IO[bytes]]) -> Iterator[bytes]:
    """Yield what a member of an archive holds. Raises CourseError where it cannot be read."""
    try:
        with opened() as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except _DAMAGED as error:
        raise CourseError(f"is damaged ({error})") from None


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def unused(path: Path, is_used: Callable[[Path], bool] = Path.exists) -> Path:
    """Return the path, or with a number in its name where it is used."""
    numbered = (path.with_name(f"{path.stem} ({number}){path.suffix}") for number in itertools.count(2))
    return next(each for each in itertools.chain([path], numbered) if not is_used(each))


def _as_a_name(part: str) -> str:
    """Return a part of a path as a file can be called: without control characters, and not too long."""
    part = re.sub(r"[\x00-\x1f\x7f]", "?", part.encode(errors="replace").decode())
    start, dot, suffix = part.rpartition(".")
    while len(part.encode()) > _MAX_NAME_BYTES and start:
        start = start[:-1]
        part = f"{start}{dot}{suffix}"
    return part
