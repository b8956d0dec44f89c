"""Can this machine grade a class, and what mends it when it cannot? `course doctor --grading` asks."""

from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat

from course.configuration import open_course
from course.directory import find_lessons
from course.grading.lesson import read_graded_lesson
from course.grading.report import FOLDER
from course.grading.term import TERM_FILE, Term, read_term
from course.sandbox.limits import Limits
from course.sandbox.sandbox import require_sandbox
from course.scratch import require_room_for_sockets, temporary_folder
from course.settings import read_settings
from helpers.errors import CourseError
from helpers.learner.doctor import Finding, installed_here

_LINUX, _BUBBLEWRAP = (5, 14), (0, 8)
_MIN_TEMPORARY_GIGABYTES = 1.0
_ONE_SUBMISSION = 1.0  # gigabytes; the course's own solutions take less, and few submissions take more
_WRITTEN = ("autograded", "feedback", str(FOLDER))


def examine(root: str | Path) -> list[Finding]:
    """Look at everything that `course grade` needs, and return what was found, in a fixed order.

    Takes some seconds, nearly all for starting TensorFlow. Nothing is changed that stays, and nothing is
    raised: what cannot be looked at is a finding.

    root: the course directory.
    """
    root = Path(root)
    machine = [_system()]
    if machine[0].ok:
        machine += [_bubblewrap(), _sandbox(root)]
        # Without a sandbox nothing runs, and that has been said.
        machine += [_kernel(root), _memory()] if machine[-1].ok else [_memory()]
    course = [installed_here(root), _nbgrader(root)]
    # Where nbgrader finds no course, neither do the others.
    course += [_lessons(root), _term(root), _rights(root), _gradebook(root)] if course[-1].ok else []
    return [*machine, _temporary(), *course]


def _system() -> Finding:
    name, found = "System", f"{platform.system()} {platform.release()} on {platform.machine()}"
    if platform.system() != "Linux":
        return Finding(name, False, f"{found}, but the sandbox needs Linux", "grade on a Linux machine")
    version = tuple(map(int, re.findall(r"\d+", platform.release())[:2]))
    if version < _LINUX:
        return Finding(
            name, False, f"{found}, but the sandbox needs 5.14 or newer", "update the machine's Linux"
        )
    return Finding(name, True, found)


def _bubblewrap() -> Finding:
    name, remedy = "Bubblewrap", "sudo apt-get install bubblewrap"
    program = shutil.which("bwrap")
    if program is None:
        return Finding(name, False, "bwrap is not installed", remedy)
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    version = tuple(map(int, re.findall(r"\d+", said)[:2]))
    if version < _BUBBLEWRAP:
        return Finding(name, False, f"{said.strip() or 'no version'}, but 0.8 or newer is needed", remedy)
    return Finding(name, True, said.strip())


def _sandbox(root: Path) -> Finding:
    """Return whether a sandbox can be built in which solutions and gradebook cannot be read."""
    try:
        require_sandbox(root)
    except (CourseError, OSError, subprocess.SubprocessError) as error:
        return Finding("Sandbox", False, _one_line(error), "see What it needs in docs/grading-sandbox.md")
    return Finding("Sandbox", True, "a process entered a sandbox and left it")


def _kernel(root: Path) -> Finding:
    """Return whether a kernel runs in a sandbox, as a submission does, and has what lessons import."""
    from course.grading.execution import run_notebook
    from course.kernels.provisioner import warm_kernels

    try:
        preload = read_settings(root).kernels.preload
    except CourseError as error:
        return _as_told("Kernel", error)
    cell = nbformat.v4.new_code_cell("".join(f"import {name}\n" for name in preload) + "print(6 * 7)")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    started = time.perf_counter()
    try:
        require_room_for_sockets()
    except CourseError as error:
        return _as_told("Kernel", error)
    try:
        with warm_kernels(preload):
            run = run_notebook(notebook, {}, Limits(), sandboxed=True)
    except Exception as error:  # whatever it is, no submission would run either
        return Finding("Kernel", False, _one_line(error), "course doctor")
    outputs = notebook.cells[0].get("outputs", [])
    if run.end is not None or "42" not in "".join(output.get("text", "") for output in outputs):
        why = run.end.detail if run.end else "it printed a wrong answer"
        return Finding("Kernel", False, f"a notebook in a sandbox did not run: {why}", "course doctor")
    return Finding("Kernel", True, f"a notebook ran in a sandbox, {time.perf_counter() - started:.1f} s")


def _as_told(name: str, error: CourseError) -> Finding:
    """Return an error as a finding whose message ends with its remedy, behind a colon."""
    message, _, remedy = _one_line(error).rpartition(": ")
    return Finding(name, False, message, remedy)


def _memory() -> Finding:
    """Return whether there is room for a submission on each core at the same time."""
    free, cores = _available_gigabytes(), len(os.sched_getaffinity(0))
    at_once = int(free / _ONE_SUBMISSION)
    message = f"{free:.1f} GB free for {cores} submissions at a time"
    if at_once >= cores:
        return Finding("Memory", True, message)
    if at_once == 0:
        return Finding("Memory", False, f"{free:.1f} GB free", "close other programs")
    return Finding("Memory", False, message, f"course grade LESSON --workers {at_once}")


def _available_gigabytes() -> float:
    text = Path("/proc/meminfo").read_text(encoding="ascii")
    return int(re.findall(r"MemAvailable:\s+(\d+)", text)[0]) * 1024 / 1e9


def _temporary() -> Finding:
    try:
        folder = temporary_folder()
    except CourseError as error:
        return _as_told("Disk", error)
    free = shutil.disk_usage(folder).free / 1e9
    message = f"{free:.1f} GB free in {folder}"
    if free < _MIN_TEMPORARY_GIGABYTES:
        remedy = "free disk space there, or choose another folder: export TMPDIR=/path"
        return Finding("Disk", False, f"{message}, but 1 GB is needed", remedy)
    return Finding("Disk", True, message)


def _nbgrader(root: Path) -> Finding:
    from nbgrader import __version__

    name = "nbgrader"
    try:
        open_course(root)
    except CourseError as error:
        is_there = (root / "nbgrader_config.py").exists()
        remedy = "correct nbgrader_config.py" if is_there else "cd to the course's top folder"
        return Finding(name, False, _one_line(error), remedy)
    return Finding(name, True, f"{__version__}, with nbgrader_config.py")


def _lessons(root: Path) -> Finding:
    name = "Lessons"
    try:
        folders = find_lessons(root / open_course(root).source_directory)
        for folder in folders:
            read_graded_lesson(folder)
    except CourseError as error:
        return Finding(name, False, _one_line(error), "course build, or: git checkout solutions")
    return Finding(name, True, f"{len(folders)}, with their private checks")


def _term(root: Path) -> Finding:
    name = "Term"
    try:
        term = read_term(root, root / open_course(root).source_directory)
    except CourseError as error:
        return Finding(name, False, _one_line(error), f"correct {TERM_FILE}")
    if term == Term():
        return Finding(name, True, f"no {TERM_FILE}: every exercise counts as its lesson says")
    late = f"{term.late.percent_per_day:g} % for each day late" if term.late else "no late penalty"
    return Finding(name, True, f"{TERM_FILE}, lessons in it: {len(term.lessons)}; {late}")


def _rights(root: Path) -> Finding:
    """Return whether submissions can be read, and grades be written."""
    name = "Folders"
    submitted = root / "submitted"
    closed = [path for path in _two_levels(submitted) if not os.access(path, os.R_OK | os.X_OK)]
    if closed:
        first = closed[0].relative_to(root)
        more = f" and {len(closed) - 1} more" if len(closed) > 1 else ""
        return Finding(name, False, f"{first} cannot be opened{more}", f"chmod -R u+rX {submitted.name}")
    for folder in (root, *(root / written for written in _WRITTEN)):
        if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
            place = "the course's folder" if folder == root else f"{folder.name}/"
            remedy = f"chmod -R u+rwX {shlex.quote(str(folder))}"
            return Finding(name, False, f"{place} cannot be written to", remedy)
    num_students = sum(1 for path in submitted.iterdir() if path.is_dir()) if submitted.is_dir() else 0
    return Finding(name, True, f"{num_students} students in submitted/, and grades can be written")


def _two_levels(folder: Path) -> Iterator[Path]:
    """Yield a folder's folders, and theirs; what cannot be opened is among them."""
    if not folder.is_dir():
        return
    yield folder
    if not os.access(folder, os.R_OK | os.X_OK):
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            yield path
            if os.access(path, os.R_OK | os.X_OK):
                yield from (inner for inner in sorted(path.iterdir()) if inner.is_dir())


def _gradebook(root: Path) -> Finding:
    """Return whether the gradebook can be opened and written; the first run makes it."""
    import sqlalchemy

    name = "Gradebook"
    try:
        url = sqlalchemy.make_url(open_course(root).db_url)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
            return Finding(name, True, "none yet: the first run of course grade creates it")
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            # Changes nobody, but needs the right to write.
            connection.execute(sqlalchemy.text("UPDATE student SET id = id WHERE id IS NULL"))
            students = connection.execute(sqlalchemy.text("SELECT count(*) FROM student")).scalar()
            connection.rollback()
        engine.dispose()
    except Exception as error:  # each database has its own
        remedy = "check its permissions and its server, or db_url in nbgrader_config.py"
        return Finding(name, False, _one_line(getattr(error, "orig", None) or error), remedy)
    return Finding(name, True, f"{students} students, {url.render_as_string(hide_password=True)}")


def _one_line(error: object) -> str:
    return " ".join(str(error).split()) or type(error).__name__
