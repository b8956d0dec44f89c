"""Folders for what a run needs only while it lasts: gone when it ends, and swept later when it was killed.

A folder is in use as long as its maker holds a lock on it, which the OS takes back however that process ends.
So nothing has to be remembered, and what a run beside this one uses is never swept.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from helpers.errors import CourseError

_PREFIX = "course-run-"
_WORKSHOP = ".grading-"
# A socket's path has 107 characters at most, and kernels' lie three folders further down.
_LONGEST_TEMPORARY = 73
_MORE_ROOM = "make room on the disk, or export TMPDIR=FOLDER, a folder with room"


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder for temporary files, of mode 0700, and remove it afterwards.

    Those of runs that were killed are removed before.

    Raises CourseError where the path of temporary files is too long for sockets below it, or the disk full.
    """
    require_room_for_sockets()
    _sweep(Path(temporary_folder()))
    folder, lock = _locked_folder()
    try:
        yield folder
    finally:
        # What cannot be removed (a kernel without a sandbox has closed it) is tried again by the next run.
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def require_room_for_sockets() -> None:
    """Raise CourseError where the path of temporary files is too long for the sockets of kernels."""
    temporary = temporary_folder()
    if len(os.fsencode(temporary)) > _LONGEST_TEMPORARY:
        raise CourseError(
            f"{temporary}: this path is too long for the sockets of kernels: "
            "export TMPDIR=/tmp, or another short path"
        )


def temporary_folder() -> str:
    """Return the folder of temporary files; raises CourseError where none can be written to."""
    try:
        return tempfile.gettempdir()
    except OSError as error:  # Python has tried to write in each place that it knows
        raise CourseError(f"no temporary file can be written anywhere: {_MORE_ROOM}") from error


def _locked_folder() -> tuple[Path, int]:
    """Make a folder, and return it with the descriptor that holds its lock."""
    while True:
        try:
            folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        except OSError as error:
            raise CourseError(f"no temporary folder can be made ({error}): {_MORE_ROOM}") from error
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue  # somebody swept it before it was in use
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():
            return folder, lock
        os.close(lock)


def _sweep(temporary: Path) -> None:
    """Remove this user's folders that nobody uses any more."""
    for folder in temporary.glob(f"{_PREFIX}*"):
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:  # it is gone, or another user's
            continue
        try:
            if os.fstat(lock).st_uid == os.geteuid():
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass  # it is in use
        finally:
            os.close(lock)


@contextlib.contextmanager
def put_in_place(target: Path, mode: int = 0o444) -> Iterator[Path]:
    """Make a folder that takes the place of `target` when the block succeeds: no half of it is seen there.

    mode: of the files in it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{_WORKSHOP}{target.name}-") as workshop:
        made = Path(workshop) / "new"
        made.mkdir()
        yield made
        for path in made.iterdir():
            path.chmod(mode)
        if target.is_dir() and not target.is_symlink():
            target.rename(Path(workshop) / "old")
        made.rename(target)


def sweep_workshops(root: Path, folders: str) -> None:
    """Remove what `put_in_place` left when it was killed, in folders where nobody else is at it.

    folders: a pattern of paths below root. What it had already taken from its place, and not yet replaced, is
    put back.
    """
    for workshop in root.glob(f"{folders}/{_WORKSHOP}*/"):
        old, target = workshop / "old", workshop.parent / _target_name(workshop)
        if old.is_dir() and not target.exists():
            old.rename(target)
        shutil.rmtree(workshop)


def _target_name(workshop: Path) -> str:
    """Return the name of the folder that was being made in a workshop."""
    return workshop.name.removeprefix(_WORKSHOP).rpartition("-")[0]
