"""What students get: one archive with the lessons and all they need, without solutions.

What goes in is named in `course.toml`; nothing else does. The same files give the same bytes: names are in
order, and every file has one date and one mode.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import helpers
from course.authoring.build import extras, read_digests, release_again
from course.directory import find_lessons
from course.files import file_digest, files_below, put
from course.lessons import BUILD_FILE, RELEASED
from course.settings import Settings, read_settings
from helpers.checks.exercises import CHECKS_FILE, read_exercises
from helpers.errors import CourseError

# Of folders: modules, scripts, data and their digests, settings, licences.
_SUFFIXES = (".py", ".js", ".npz", ".sha256", ".json", ".txt")
# In a file: what learners do not get, up to the second mark or the end, and what they get instead.
_OF_AUTHORS = re.compile(r"^# authors: begin.*?(?:^# authors: end\n|\Z)", re.M | re.S)
_OF_LEARNERS = re.compile(r"^# learners: ", re.M)
_DATE = (1980, 1, 1, 0, 0, 0)

_NBGRADER_CONFIG = '''\
"""nbgrader for learners: the Validate button in JupyterLab, and the exchange where there is one."""

c = get_config()  # given by nbgrader

c.CourseDirectory.course_id = {course_id!r}
# A cell takes 30 s at most where nothing runs beside, and a minute on a slow, busy machine.
c.Execute.timeout = 120
'''


def bundle(
    root: str | Path,
    output: str | Path | None = None,
    names: Sequence[str] = (),
    *,
    with_solutions: bool = False,
) -> tuple[Path, int]:
    """Write the archive; return its path, and how many files are in it.

    root: the course's top folder.
    output: the path of the archive; it takes its place when it is whole. None for one in `bundle/`.
    names: of the lessons that go in; all without.
    with_solutions: for somebody who learns alone: with the solved notebooks, which `solution(...)` reads.

    Raises CourseError when a solution is not as the last build left it, or the archive cannot be written.
    """
    root = Path(root)
    settings = read_settings(root)
    top = settings.bundle.name  # the folder in the archive
    output = root / "bundle" / f"{top}.zip" if output is None else Path(output)
    if output.is_dir():
        raise CourseError(f"{output} is a folder: name the archive, such as {output / f'{top}.zip'}")
    lessons = [folder.name for folder in find_lessons(root / "solutions", names)]
    files = _files(root, settings, lessons)
    if with_solutions:
        solved = [f"solutions/{name}/{name}.ipynb" for name in lessons]
        files |= {name: (root / name).read_bytes() for name in solved}
    files = dict(sorted(files.items()))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{top}/{name}", _DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            archive.writestr(entry, content)
    try:
        put(output, written.getvalue())
    except OSError as error:
        raise CourseError(f"{output} cannot be written ({error}): name another --output") from error
    return output, len(files)


def _files(root: Path, settings: Settings, lessons: Sequence[str]) -> dict[str, bytes | str]:
    """Return the content of every file, by its place in the archive's folder."""
    wanted = settings.bundle
    files: dict[str, bytes | str] = {name: _for_learners(_read(root, name)) for name in wanted.files}
    files["nbgrader_config.py"] = _NBGRADER_CONFIG.format(course_id=settings.id)
    files["README.md"] = _readme(root, wanted.readme, lessons) or f"# {settings.title}\n"
    for name in lessons:
        files |= released_files(root, name)
    for folder in wanted.folders:
        top = _home(root, folder)
        files |= {str(path.relative_to(top)): path.read_bytes() for path in _parts(top / folder)}
    return files


def _home(root: Path, name: str) -> Path:
    """Return the folder in which a file or folder of the bundle lies: the course's, or the machinery's."""
    installed = Path(helpers.__file__).resolve().parents[1]
    return root if (root / name).exists() or not name.startswith("helpers") else installed


def _for_learners(content: bytes) -> bytes:
    """Return a file without what is marked as the authors', and with what is marked as the learners'."""
    if b"# authors: begin" not in content:
        return content
    text = _OF_AUTHORS.sub("", content.decode("utf-8"))
    return (_OF_LEARNERS.sub("", text).rstrip() + "\n").encode()


def _parts(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder that have one of _SUFFIXES, without what an interrupted script has left."""
    for path in files_below(folder):
        within = path.relative_to(folder).parts
        if path.suffix in _SUFFIXES and not any(part.endswith(".parts") for part in within):
            yield path


def released_files(root: Path, name: str) -> dict[str, bytes]:
    """Return a lesson's released files, as the last build left them, by their places.

    Where somebody has worked in `notebooks/`, the release is made again from the solution: no answer of
    theirs is in it, and their notebook stays as it is.

    Raises CourseError when the solution is not as the last build left it, or a private check is named in what
    it ships.
    """
    solution, released = root / "solutions" / name, root / "notebooks" / name
    digests = read_digests(solution)
    if not digests:
        raise CourseError(f"{name}: {BUILD_FILE} is missing: course build {name}")
    stale = CourseError(f"{name}: its solution is not as the last build left it: course build {name}")
    notebook = f"{name}.ipynb"
    built = {file: digests.get(file) for file in (notebook, CHECKS_FILE)}
    if _digests_of(solution, built) != built:
        raise stale
    wanted = built | {notebook: digests.get(RELEASED)}
    if _digests_of(released, wanted) == wanted and not extras(solution):
        contents = {file: (released / file).read_bytes() for file in wanted}
    else:
        contents = release_again(solution, root)
        if any(file_digest(contents[file]) != digest for file, digest in wanted.items()):
            raise stale
    _refuse_private_checks(solution, contents)
    return {f"notebooks/{name}/{file}": content for file, content in sorted(contents.items())}


def _refuse_private_checks(solution: Path, contents: Mapping[str, bytes]) -> None:
    """Raise CourseError for a file in which the label of a private check stands.

    contents: of a lesson's released files, by their names.
    """
    for exercise in read_exercises(solution).values():
        for check in exercise.private:
            label = json.dumps(check.label, ensure_ascii=False)[1:-1].encode()
            for name, content in contents.items():
                if label in content:
                    place = f"{solution.name}/{name}"
                    raise CourseError(f"{place} names the private check {check.label!r}: move it elsewhere")


def _digests_of(folder: Path, files: Iterable[str]) -> dict[str, str]:
    """Return the digests of those of these files that are in a folder."""
    return {file: file_digest((folder / file).read_bytes()) for file in files if (folder / file).exists()}


def _readme(root: Path, parts: Iterable[str], lessons: Sequence[str]) -> str:
    """Return README for students, of whole files and of sections; a table of lessons has the bundled ones."""
    numbers = {name[:2] for name in lessons}
    texts = []
    for part in parts:
        name, _, title = part.partition("#")
        text = _read(root, name).decode("utf-8")
        if title:
            section = re.search(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", text, re.S | re.M)
            if section is None:
                raise CourseError(f"{name} has no section {title!r}, which course.toml names in [bundle]")
            text = section[0]
        texts.append(text.strip() + "\n")
    lines = "\n".join(texts).splitlines(keepends=True)
    return "".join(line for line in lines if not re.match(r"\| \d\d ", line) or line[2:4] in numbers)


def _read(root: Path, name: str) -> bytes:
    """Return the content of a file of the course. Raises CourseError when it is missing."""
    try:
        return (_home(root, name) / name).read_bytes()
    except FileNotFoundError:
        raise CourseError(f"{name} is missing here: run this from the course's top folder") from None
