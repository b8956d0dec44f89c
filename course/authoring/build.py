"""From a lesson's source to the executed solution and the release, and whether they still agree.

    solutions/<lesson>/<lesson>.py, answers.py        what an author edits
        -> <lesson>.ipynb, checks.json, private.json  beside them: `build` executes and records;
                                                      build.json says what it saw and made
        -> notebooks/<lesson>/                        nbgrader's own preprocessors

Everything is made beside its place and moved there at the end: a build that fails changes nothing, and
one that is ended while it moves is finished by the next.
A rebuild gives the same bytes: fixed cell ids, no timestamps, nothing of the machine.
"""

from __future__ import annotations

import copy
import json
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from course.authoring.drawn_cases import read_with_cases
from course.authoring.execute import execute as run
from course.authoring.execute import with_small_pictures
from course.authoring.expectations import record
from course.authoring.release import release
from course.authoring.source import Lesson
from course.authoring.stale_numbers import stale_numbers
from course.directory import find_lessons
from course.files import file_digest, put, read_notebook, to_json, write_notebook
from course.inspectors import INSPECTOR_FILE, inspector_of
from course.lessons import ANSWERS_FILE, BUILD_FILE, RELEASED, source_file
from helpers.checks.exercises import CHECKS_FILE, PRIVATE_FILE, to_files
from helpers.errors import CourseError

if TYPE_CHECKING:
    from nbformat import NotebookNode


def build(folder: Path, release_root: Path, *, execute: bool = False, overwrite: bool = False) -> str:
    """Build one lesson; return what was done, as one line, and one for each number that may be stale now.

    folder: the lesson's folder in `solutions/`.
    release_root: `notebooks/`.
    execute: run the notebook also when no code cell has changed, as after a change of `helpers`.
    overwrite: replace a released notebook also when somebody has worked in it.

    Raises CourseError, with every file as it was, when the source or the bank is wrong, a cell
    raises, an answer cannot be recorded, or the released notebook holds work that no build made.
    """
    lesson, bank = read_with_cases(folder)
    if not overwrite:
        _refuse_to_lose_work(folder, release_root / folder.name / f"{folder.name}.ipynb")
    checks, private = to_files(record(lesson, bank))
    with _workshop(folder, release_root.parent) as (workshop, made):
        (made / CHECKS_FILE).write_text(to_json(checks), encoding="utf-8")
        (made / PRIVATE_FILE).write_text(to_json(private), encoding="utf-8")
        known = _last_build(lesson)
        anew = execute or _reasons(folder / CHECKS_FILE) != _reasons(made / CHECKS_FILE)
        kept = None if anew or known is None else _with_outputs_of(known, lesson)
        notebook = with_small_pictures(kept or run(lesson, made))
        _keep_reference(folder, made)
        write_notebook(notebook, made / f"{folder.name}.ipynb")
        released = release(workshop, folder.name, release_root.parent)
        digests = _digests(folder, made)
        digests[RELEASED] = file_digest((released / f"{folder.name}.ipynb").read_bytes())
        _move(made, folder)
        _replace(released, release_root / folder.name, work_beside(folder))
        put(folder / BUILD_FILE, to_json(digests))  # last: who is ended before leaves a stale build
    if kept:
        return f"{folder.name}: kept its outputs"
    return "\n".join([f"{folder.name}: executed", *_stale(lesson, known, notebook)])


def drift(folder: Path, release_root: Path) -> list[str]:
    """Return every way in which the committed files of a lesson differ from its source, as lines.

    Nothing is executed: digests written at the build say what the outputs belong to, and the
    release is made again and compared byte by byte.

    folder: the lesson's folder in `solutions/`.
    release_root: `notebooks/`.

    Raises CourseError as `build` does for source and bank, and for a notebook that cannot be read.
    """
    lesson, _ = read_with_cases(folder)
    found = []
    notebook_file = folder / f"{folder.name}.ipynb"
    for path in (notebook_file, folder / CHECKS_FILE, folder / PRIVATE_FILE, folder / BUILD_FILE):
        if not path.exists():
            return [f"{folder.name}/{path.name} is missing: course build {folder.name}"]
    written = read_digests(folder)
    for name, now in _digests(folder, folder).items():
        if written.get(name) != now:
            found.append(f"{folder.name}/{name} is not what the last build saw: course build {folder.name}")
    notebook = read_notebook(notebook_file)
    found += other_cells(lesson, notebook)
    if not _was_run(notebook):
        found.append(
            f"{folder.name}/{notebook_file.name} has cells that never ran: course build {folder.name}"
        )
    with _released_again(folder, release_root.parent) as released:
        found += _differences(released, release_root / folder.name, work_beside(folder))
    return found


def refuse_stale(folder: Path) -> None:
    """Raise CourseError where the source or the bank of a lesson is not what its last build saw."""
    seen = read_digests(folder)
    for path in (source_file(folder), folder / ANSWERS_FILE) if seen else ():
        if path.exists() and seen.get(path.name) != file_digest(path.read_bytes()):
            raise CourseError(
                f"{folder.name}/{path.name} has changed since the last build: course build {folder.name}"
            )


def other_cells(lesson: Lesson, notebook: NotebookNode) -> list[str]:
    """Return a line where a notebook has other cells than its source, and none where it has the same."""
    if _cells(notebook) == _cells(lesson.notebook):
        return []
    return [f"{lesson.name}: source and notebook have different cells: course build {lesson.name}"]


def release_again(folder: Path, course: Path) -> dict[str, bytes]:
    """Return what a learner gets of a built lesson: the contents of its files, by their names.

    It is made from the solution. Whatever stands in `notebooks/` counts for nothing and stays.

    folder: the lesson's folder in `solutions/`.
    course: the course's top folder.

    Raises CourseError when nbgrader fails.
    """
    with _released_again(folder, course) as released:
        return {path.name: path.read_bytes() for path in released.iterdir() if path.is_file()}


@contextmanager
def _released_again(folder: Path, course: Path) -> Iterator[Path]:
    with _workshop(folder, course) as (workshop, made):
        for name in (f"{folder.name}.ipynb", CHECKS_FILE):
            shutil.copy(folder / name, made)
        yield release(workshop, folder.name, course)


def read_digests(folder: Path) -> dict[str, str]:
    """Return what the last build of the lesson in `folder` saw and made: digests by the names of files.

    Empty where nothing was built. Raises CourseError when the file is damaged.
    """
    path = folder / BUILD_FILE
    if not path.exists():
        return {}
    try:
        digests = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        digests = None
    if not isinstance(digests, dict):
        raise CourseError(f"{folder.name}/{path.name} is damaged: delete it, then course build {folder.name}")
    return digests


def _keep_reference(folder: Path, made: Path) -> None:
    """Keep what the solution would hand in beside its notebook under a name that no learner receives."""
    inspector = inspector_of(folder)
    if inspector is not None and (made / inspector.handed_in).exists():
        (made / inspector.handed_in).replace(made / inspector.reference)


def work_beside(folder: Path) -> set[str]:
    """Return the names of files that whoever works on a lesson makes beside its notebook."""
    inspector = inspector_of(folder)
    return set() if inspector is None else {inspector.handed_in}


def _refuse_to_lose_work(folder: Path, released: Path) -> None:
    """Raise CourseError when the released notebook is not as the last build left it.

    Learners work in the release itself: what no build made there may be somebody's answers.
    """
    if released.exists() and not _was_built(folder, released):
        raise CourseError(
            f"notebooks/{folder.name}/{released.name} is not as the last build left it: move it away if it "
            f"holds somebody's work, or replace it with course build {folder.name} --overwrite"
        )
    for path in sorted(released.parent.glob("*.ipynb")):
        if path.name != released.name:
            raise CourseError(
                f"notebooks/{folder.name}/{path.name} was made by no build and would be deleted: move it out "
                f"of this folder if it holds somebody's work, or course build {folder.name} --overwrite"
            )


def _was_built(folder: Path, released: Path) -> bool:
    """Return whether a build made the released notebook: it says so, or the solution gives the same bytes.

    It does not say so where it was ended before its last step, and where its file was damaged and deleted.
    """
    content = released.read_bytes()
    if read_digests(folder).get(RELEASED) == file_digest(content):
        return True
    try:
        return release_again(folder, released.parents[2])[released.name] == content
    except (CourseError, FileNotFoundError):  # no solution, or none that can be released: nobody knows
        return False


def _last_build(lesson: Lesson) -> NotebookNode | None:
    """Return the notebook as the last build left it; None if there is none, or somebody has changed it."""
    path = lesson.folder / f"{lesson.name}.ipynb"
    if not path.exists() or read_digests(lesson.folder).get(path.name) != file_digest(path.read_bytes()):
        return None
    return read_notebook(path)


def _with_outputs_of(known: NotebookNode, lesson: Lesson) -> NotebookNode | None:
    """Return the lesson's notebook with the outputs of its last build; None if a cell is new or never ran."""
    notebook = copy.deepcopy(lesson.notebook)
    before, now = _code_cells(known), _code_cells(notebook)
    if not _was_run(known) or [cell.source for cell in before] != [cell.source for cell in now]:
        return None
    for old, new in zip(before, now, strict=True):
        new.outputs, new.execution_count = old.outputs, old.execution_count
    return notebook


def _reasons(path: Path) -> dict[str, str | None]:
    """Return why right choices of quizzes are right: these sentences stand in the outputs of their checks."""
    try:
        exercises = json.loads(path.read_text(encoding="utf-8"))["exercises"]
        return {name: entry.get("reason") for name, entry in exercises.items()}
    except (OSError, ValueError, LookupError, AttributeError):  # of the last build; a new file follows
        return {}


def _stale(lesson: Lesson, known: NotebookNode | None, notebook: NotebookNode) -> Iterator[str]:
    """Yield a line for each number of the prose that the last build's outputs show, and this one's do not."""
    if known is None:
        return
    path = source_file(lesson.folder)
    places: dict[str, int] = {}
    for place, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1):
        places.setdefault(line.removeprefix("#").strip(), place)
    for number, line in dict.fromkeys(stale_numbers(known, notebook)):
        found = places.get(line.strip())  # jupytext also reads prose between three quotes
        where = path.name if found is None else f"{path.name}:{found}"
        yield f"  {lesson.name}/{where}: an output showed {number} before, and shows it no more"


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _was_run(notebook: NotebookNode) -> bool:
    """Return whether every code cell has run: two versions put together by hand may hold none's outputs."""
    return all(cell.execution_count is not None for cell in _code_cells(notebook))


@contextmanager
def _workshop(folder: Path, root: Path) -> Iterator[tuple[Path, Path]]:
    """Make a course of this one lesson, on the same file system as what is built, gone afterwards.

    Yields its top folder and the lesson's folder in it, with what the lesson ships beside its notebook.
    """
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=root, prefix=".build-") as top:
        made = Path(top) / "solutions" / folder.name
        made.mkdir(parents=True)
        for path in extras(folder):
            shutil.copy(path, made)
        yield Path(top), made


# In which the copy of a text ends, beside its own suffix.
_ENDS_OF_COPIES = ("", ".bak", ".old", ".orig", ".txt")


def extras(folder: Path) -> list[Path]:
    """Return what a lesson ships beside its notebook: pictures, small files.

    That is everything that is not ours, and no other notebook: in a lesson that was renamed, its old one with
    the answers is still there.
    """
    made = {f"{folder.name}.ipynb", CHECKS_FILE, PRIVATE_FILE, BUILD_FILE}
    ours = {source_file(folder).name, ANSWERS_FILE, INSPECTOR_FILE, *made, *work_beside(folder)}
    inspector = inspector_of(folder)
    if inspector is not None:
        ours.add(inspector.reference)
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_file()
        and path.suffix != ".ipynb"
        and not path.name.startswith((".", "#"))
        and not any(_is_copy(path, Path(name)) for name in ours)
    ]


def _is_copy(path: Path, original: Path) -> bool:
    """Return whether a file is the original, or what a person, an editor or git has made of it.

    Such as answers.py~, answers2.bak, privatecopy.json, private_BASE_12.json, and whatever begins as one of
    ours and ends with .txt or without an ending (answers_given.txt). Other data that only begin so are none:
    buildings.json, buildings.txt, answers.csv, a picture that has its lesson's name.
    """
    is_another_word = original.name in (CHECKS_FILE, BUILD_FILE) and re.match(
        rf"{original.stem}[a-z]", path.name
    )
    ends_as_one = original.suffix in path.name or path.suffix in _ENDS_OF_COPIES or path.name.endswith("~")
    return path.name.startswith(original.stem) and not is_another_word and ends_as_one


def _move(made: Path, target: Path) -> None:
    """Move all files of `made` into `target`."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(made.iterdir()):
        path.replace(target / path.name)


def _replace(made: Path, target: Path, work: Collection[str]) -> None:
    """Move all files of `made` into `target`, and remove all others there that are not in `work`."""
    names = {path.name for path in made.iterdir()}.union(work)
    _move(made, target)
    for path in target.iterdir():
        if path.is_file() and path.name not in names:
            path.unlink()


def _differences(expected: Path, actual: Path, work: Collection[str]) -> list[str]:
    """Return in which files two folders of a released lesson differ, as lines.

    work: names of files that are not compared.
    """
    found = []
    names = {path.name for folder in (expected, actual) if folder.exists() for path in folder.iterdir()}
    for name in sorted(names - {".ipynb_checkpoints", *work}):
        one, other = expected / name, actual / name
        remedy = f"course build {actual.name}"
        if not other.exists():
            found.append(f"notebooks/{actual.name}/{name} is missing: {remedy}")
        elif not one.exists():
            found.append(f"notebooks/{actual.name}/{name} does not belong there: {remedy}")
        elif one.read_bytes() != other.read_bytes():
            found.append(f"notebooks/{actual.name}/{name} is not what the source gives: {remedy}")
    return found


def _digests(folder: Path, made: Path) -> dict[str, str]:
    """Return the digests of everything that a build has seen and made, by the names of files.

    folder: where the sources are.
    made: where the rest is.
    """
    notebook = f"{folder.name}.ipynb"
    return {
        source_file(folder).name: file_digest(source_file(folder).read_bytes()),
        ANSWERS_FILE: file_digest((folder / ANSWERS_FILE).read_bytes()),
        notebook: file_digest((made / notebook).read_bytes()),
        CHECKS_FILE: file_digest((made / CHECKS_FILE).read_bytes()),
        PRIVATE_FILE: file_digest((made / PRIVATE_FILE).read_bytes()),
    }


def _cells(notebook: NotebookNode) -> list[tuple]:
    """Return what of a notebook's cells a source decides."""
    return [(cell.cell_type, cell.id, cell.source, dict(cell.metadata)) for cell in notebook.cells]


def strangers(solutions: Path, release_root: Path) -> list[str]:
    """Return the folders in the release that no lesson stands behind, as lines."""
    lessons = {folder.name for folder in find_lessons(solutions)}
    released = (
        {path.name for path in release_root.iterdir() if path.is_dir()} if release_root.is_dir() else set()
    )
    return [
        f"notebooks/{name} belongs to no lesson in solutions/: delete it"
        for name in sorted(released - lessons)
        if not name.startswith(".")
    ]
