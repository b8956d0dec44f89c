"""What students get: one archive with the lessons and all they need, without solutions.

What goes in is named here; nothing else does. The same files give the same bytes: names are in order, and
every file has one date and one mode.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from course.authoring.build import extras, read_digests, release_again
from course.directory import find_lessons
from course.files import file_digest, files_below, put
from course.lessons import BUILD_FILE, RELEASED
from helpers.checks.exercises import CHECKS_FILE, read_exercises
from helpers.errors import CourseError

TOP = "hyperparameter-course"  # the folder in the archive
# The whole lock, and for conda the extra that leads to all of it: `make`, conda and `course doctor` agree.
_AS_THEY_ARE = (
    "requirements.lock",
    "environment.yml",
    "LICENSE",
    "LICENSE-CC-BY-4.0.txt",
    "docs/laboratory.png",
)
# Of helpers/ and jupyter/: modules, data and their digests, settings, licences.
_SUFFIXES = (".py", ".npz", ".sha256", ".json", ".txt")
# The beginning of its README; the rest is of the course's own.
_README = "docs/students.md"
_AUTHORS_PART = "\n# What follows is for authors"
_PROVISIONER = '[project.entry-points."jupyter_client.kernel_provisioners"]'
# Of pyproject.toml: what learners get instead.
_OF_LEARNERS = {
    'course = "course.cli:main"': 'course = "helpers.learner.cli:main"',
    'include = ["helpers*", "course*"]': 'include = ["helpers*"]',
}
_DATE = (1980, 1, 1, 0, 0, 0)

_NBGRADER_CONFIG = '''\
"""nbgrader for learners: the Validate button in JupyterLab, and the exchange where there is one."""

c = get_config()  # given by nbgrader

c.CourseDirectory.course_id = "hyperparameters"
# A cell of the course takes 30 s at most where nothing runs beside, and a minute on a slow, busy machine.
c.Execute.timeout = 120
'''


def bundle(root: str | Path, output: str | Path, names: Sequence[str] = ()) -> tuple[int, int]:
    """Write the archive; return how many files are in it, and its size in bytes.

    root: the course's top folder.
    output: the path of the archive; it takes its place when it is whole.
    names: of the lessons that go in; all without.

    Raises CourseError when a solution is not as the last build left it, or the archive cannot be written.
    """
    root, output = Path(root), Path(output)
    if output.is_dir():
        raise CourseError(f"{output} is a folder: name the archive, such as {output / f'{TOP}.zip'}")
    lessons = [folder.name for folder in find_lessons(root / "solutions", names)]
    files = dict(sorted(_files(root, lessons).items()))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(f"{TOP}/{name}", _DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o100644 << 16
            archive.writestr(entry, content)
    try:
        put(output, written.getvalue())
    except OSError as error:
        raise CourseError(f"{output} cannot be written ({error}): name another --output") from error
    return len(files), output.stat().st_size


def _files(root: Path, lessons: Sequence[str]) -> dict[str, bytes | str]:
    """Return the content of every file, by its place in the archive's folder."""
    files: dict[str, bytes | str] = {name: _read(root, name) for name in _AS_THEY_ARE}
    files["Makefile"] = _text(root, "Makefile").split(_AUTHORS_PART)[0].rstrip() + "\n"
    files["pyproject.toml"] = _project(_text(root, "pyproject.toml"))
    files["nbgrader_config.py"] = _NBGRADER_CONFIG
    files["README.md"] = _readme(_text(root, _README), _text(root, "README.md"), lessons)
    for name in lessons:
        files |= released_files(root, name)
    for folder in ("helpers", "jupyter"):
        files |= {str(path.relative_to(root)): path.read_bytes() for path in _parts(root / folder)}
    return files


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


def _readme(start: str, whole: str, lessons: Sequence[str]) -> str:
    """Return README for students: how to start, and the parts of the course's own that are for learners."""
    parts = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", whole, re.S | re.M))
    numbers = {name[:2] for name in lessons}
    lines = parts["Learn"].splitlines()
    lines = [line for line in lines if not re.match(r"\| \d\d ", line) or line[2:4] in numbers]
    learn = "\n".join(lines)
    return f"{start}\n## Learn\n{learn}\n\n## Experiment\n{parts['Experiment']}## Licence\n{parts['Licence']}"


def _project(toml: str) -> str:
    """Return pyproject.toml for learners: `helpers` alone, whose command offers what they need."""
    for whole, part in _OF_LEARNERS.items():
        if whole not in toml:
            raise CourseError(f"pyproject.toml has no {whole!r}: say in bundle.py what learners get instead")
        toml = toml.replace(whole, part)
    return _without_section(toml, _PROVISIONER)


def _without_section(toml: str, header: str) -> str:
    """Return the text without a section, and without the comment in front of it."""
    start = toml.index(header)
    start = toml.rindex("\n\n", 0, start)
    end = toml.index("\n\n", toml.index(header))
    return toml[:start] + toml[end:]


def _text(root: Path, name: str) -> str:
    return _read(root, name).decode("utf-8")


def _read(root: Path, name: str) -> bytes:
    """Return the content of a file of the course. Raises CourseError when it is missing."""
    try:
        return (root / name).read_bytes()
    except FileNotFoundError:
        raise CourseError(f"{name} is missing here: run this from the course's top folder") from None
