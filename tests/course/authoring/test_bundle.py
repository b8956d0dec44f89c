"""Is what students get all that they need, and nothing that they must not have?"""

import os
import re
import shutil
import site
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata

import mini
import nbformat
import pytest
from machine import lacks
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course.authoring import cli
from course.authoring.build import build
from course.authoring.bundle import _parts, bundle, released_files
from course.authoring.release import release
from course.settings import read_settings
from helpers.checks.exercises import CHECKS_FILE, PRIVATE_FILE
from helpers.errors import CourseError

LESSON = "00-start-here"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("bundle") / "course.zip"
    bundle(mini.ROOT, path)
    return path


@pytest.fixture(scope="module")
def unpacked(archive):
    shutil.unpack_archive(archive, archive.parent)
    return archive.parent / read_settings(mini.ROOT).bundle.name


def test_is_no_solution_and_no_private_check_in_it(unpacked):
    files = [path for path in unpacked.rglob("*") if path.is_file()]
    assert len(files) > 50
    names = {path.name for path in files}
    assert not names & {PRIVATE_FILE, "answers.py", "gradebook.db", *(f"{name}.py" for name in mini.LESSONS)}
    assert not {"solutions", "tests", "authoring", "grading", ".git"} & {
        part for path in files for part in path.relative_to(unpacked).parts
    }
    text = b"\n".join(path.read_bytes() for path in files if path.suffix != ".npz")
    # In a notebook's file each line is a string of its own: here as a person reads it.
    notebooks = [nbformat.read(path, as_version=4) for path in files if path.suffix == ".ipynb"]
    text += "\n".join(cell.source for notebook in notebooks for cell in notebook.cells).encode()
    assert b"BEGIN HIDDEN TESTS" not in text
    for lesson in mini.LESSONS:
        solution = nbformat.read(mini.ROOT / "solutions" / lesson / f"{lesson}.ipynb", as_version=4)
        for cell in solution.cells:
            for region in re.findall(r"BEGIN SOLUTION\n(.*?)### END SOLUTION", cell.source, re.S):
                assert region.strip().encode() not in text or len(region.strip()) < 30, region


def test_are_all_lessons_in_it_as_they_are_released(unpacked):
    for lesson in mini.LESSONS:
        for name in (f"{lesson}.ipynb", CHECKS_FILE):
            path = f"notebooks/{lesson}/{name}"
            assert (unpacked / path).read_bytes() == (mini.ROOT / path).read_bytes()


def test_are_the_same_files_the_same_bytes(archive, tmp_path):
    os.utime(mini.ROOT / "LICENSE")
    bundle(mini.ROOT, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["again.zip"]


@pytest.fixture(scope="module")
def installed(unpacked, tmp_path_factory):
    """The package of the bundle, installed as an ordinary one; what it depends on is there already."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", folder, unpacked], check=True, capture_output=True)
    return folder


def run(installed, unpacked, *arguments, where="."):
    """Run Python with the installed package alone: without site, nothing names the clone of these tests."""
    places = os.pathsep.join([str(installed), *site.getsitepackages()])
    environment = os.environ | {"PYTHONPATH": places, "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-S", *arguments],
        cwd=unpacked / where,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


ONE_EXERCISE = """
import json, helpers
print(helpers.__file__)
cells = json.load(open("00-start-here.ipynb"))["cells"]
names = {cell["metadata"].get("nbgrader", {}).get("grade_id"): "".join(cell["source"]) for cell in cells}
exec(names["setup"])
exec(names[EXERCISE])
try:
    exec(names[EXERCISE + "-checks"])
except AssertionError as failed:
    print(type(failed).__name__, failed)
exec(SOLUTION)
exec(names[EXERCISE + "-checks"])
"""


def test_do_the_checks_run_from_what_is_installed(unpacked, installed):
    solution = nbformat.read(mini.ROOT / "solutions" / LESSON / f"{LESSON}.ipynb", as_version=4)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in solution.cells}
    exercise = next(name for name in cells if f"{name}-checks" in cells and "def " in cells[name])
    code = f"EXERCISE, SOLUTION = {exercise!r}, {cells[exercise]!r}\n{ONE_EXERCISE}"
    said = run(installed, unpacked, "-c", code, where=f"notebooks/{LESSON}")
    assert str(installed) in said
    assert "✗" in said
    unsolved, solved = said.split("CheckFailed")
    assert "Nothing came back" in unsolved
    assert "✓" in solved
    assert "✗" not in solved


def test_has_the_command_only_what_a_learner_can_use(unpacked, installed):
    call = "import sys; sys.argv = ['course', *sys.argv[1:]]; from helpers.learner.cli import main; main()"
    said = run(installed, unpacked, "-c", call, "--help")
    assert "doctor" in said
    assert "progress" in said
    for command in ("grade", "prove", "build", "bundle"):
        assert f" {command} " not in said
    assert "0 of" in run(installed, unpacked, "-c", call, "progress")
    assert "No such option: --grading" in run(installed, unpacked, "-c", call, "doctor", "--grading")


def test_do_its_own_files_fit_together(unpacked):
    help_of_make = subprocess.run(["make", "help"], cwd=unpacked, capture_output=True, text=True, check=True)
    targets = re.findall(r"make (\w+)", help_of_make.stdout)
    assert targets == ["help", "lab", "doctor", "progress", "clean"]
    tried = subprocess.run(["make", "-n", "lab"], cwd=unpacked, capture_output=True, text=True, check=False)
    assert "jupyter lab" in tried.stdout
    project = tomllib.loads((unpacked / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"].keys() == {"course.commands"}
    assert project["scripts"] == {"course": "helpers.learner.cli:main"}
    assert "authors:" not in (unpacked / "pyproject.toml").read_text(encoding="utf-8")
    readme = (unpacked / "README.md").read_text(encoding="utf-8")
    for place in re.findall(r"\]\((?!http)([^)#]+)", readme):
        assert (unpacked / place).exists(), place
    for command in re.findall(r"(?:^|`)make (\w+)", readme, re.M):
        assert command in targets
    assert all(f"| {lesson[:2]} " in readme for lesson in mini.LESSONS)
    assert "|---|---|\n| " in readme
    assert "planned" not in readme
    assert "course grade" not in readme


def wanted_here(lines, extra=""):
    """The requirements that count on this machine."""
    rows = [Requirement(line) for line in lines]
    return [row for row in rows if row.marker is None or row.marker.evaluate({"extra": extra})]


def led_to(lines):
    """The packages to which requirements lead, with those that they need themselves."""
    found, waiting = set(), wanted_here(lines)
    while waiting:
        row = waiting.pop()
        for part in {(canonicalize_name(row.name), extra) for extra in ("", *row.extras)} - found:
            found.add(part)
            waiting += wanted_here(metadata.requires(part[0]) or [], extra=part[1])
    return {name for name, _ in found}


def test_does_conda_install_what_make_installs_and_the_doctor_asks_for(unpacked):
    lock = (unpacked / "requirements.lock").read_text(encoding="utf-8").splitlines()
    locked = wanted_here(line.split("#")[0] for line in lock if line.split("#")[0].strip())
    project = tomllib.loads((unpacked / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    conda = (unpacked / "environment.yml").read_text(encoding="utf-8")
    [extras] = re.findall(r"^ +- --editable \.(?:\[(.*)\])?$", conda, re.M)
    asked = [project["optional-dependencies"][extra] for extra in extras.split(",") if extra]
    try:
        installed = led_to(sum(asked, project["dependencies"]))
    except metadata.PackageNotFoundError as missing:
        lacks(f"the lock's packages: {missing.name} is not installed, as beside TensorFlow's other build")
    assert installed == {canonicalize_name(row.name) for row in locked}


def test_are_only_the_named_lessons_in_it(tmp_path):
    bundle(mini.ROOT, tmp_path / "some.zip", ["01"])
    names = zipfile.ZipFile(tmp_path / "some.zip").namelist()
    assert {name.split("/")[2] for name in names if "/notebooks/" in name} == {"01-learning-rate"}


def test_is_somebodys_work_in_a_released_notebook_no_part_of_it_and_left_alone(tmp_path):
    mini.built_course(tmp_path)
    for name in (
        "course.toml",
        "requirements.lock",
        "Makefile",
        "pyproject.toml",
        "environment.yml",
        "README.md",
    ):
        shutil.copy(mini.ROOT / name, tmp_path)
    for path in mini.ROOT.glob("LICENSE*"):
        shutil.copy(path, tmp_path)
    shutil.copytree(mini.ROOT / "docs", tmp_path / "docs")
    released = tmp_path / "notebooks" / mini.NAME / f"{mini.NAME}.ipynb"
    as_built = released.read_bytes()
    released.write_text(released.read_text().replace("YOUR CODE HERE", "an answer"))
    bundle(tmp_path, tmp_path / "x.zip")
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        place = next(name for name in archive.namelist() if name.endswith(f"{mini.NAME}.ipynb"))
        assert archive.read(place) == as_built
    assert b"an answer" in released.read_bytes()


# What a person, an editor or git leaves of an author's own files is no part of the lesson.
COPIES = [
    "answers.py.orig",
    "answers.py~",
    "#answers.py#",
    ".answers.py.swp",
    "answers-Copy1.py",
    f"{mini.NAME}.py.rej",
    f"{mini.NAME}.ipynb.orig",
    "private.json.bak",
    "private_BASE_12.json",
    "private-Copy1.json",
    "private copy.json",
    "private-Copy1.jsonl",
    "build_LOCAL_12.json",
    "answers.bak",
    "answers.old",
    "answers.txt",
    "answers (1).py",
    "answers2.py",
    f"{mini.NAME}2.py",
    f"{mini.NAME}OLD.ipynb",
    "private2.json",
    "privatecopy.json",
    "answers_given.txt",
    "build.txt",
    "build_old.bak",
]
# What only begins as one of them.
DATA = [
    f"{mini.NAME}-curve.png",
    "answers.csv",
    "build-areas.geojson",
    "buildings.json",
    "buildings.txt",
    "checks.png",
    "checksums.json",
    "privates.csv",
]


def test_comes_what_lies_beside_a_lesson_along(tmp_path):
    folder = mini.write_course(tmp_path)
    (folder / "readings.csv").write_text("1,2\n")
    for name in [*COPIES, *DATA]:
        (folder / name).write_text("an answer")
    build(folder, tmp_path / "notebooks")
    files = released_files(tmp_path, mini.NAME)
    place = f"notebooks/{mini.NAME}"
    names = [f"{mini.NAME}.ipynb", "checks.json", "readings.csv", *DATA]
    assert list(files) == sorted(f"{place}/{name}" for name in names)
    assert files[f"{place}/readings.csv"] == b"1,2\n"


def test_takes_nbgraders_own_command_no_copy_along(tmp_path):
    folder = mini.built_course(tmp_path)
    copies = [name for name in COPIES if not name.endswith(".ipynb")]  # it takes every notebook for one
    for name in ["readings.csv", *copies, *DATA]:
        (folder / name).write_text("an answer")
    shutil.rmtree(tmp_path / "notebooks")
    released = release(tmp_path, mini.NAME, tmp_path)
    assert {path.name for path in released.iterdir()} == {
        f"{mini.NAME}.ipynb",
        CHECKS_FILE,
        "readings.csv",
        *DATA,
    }


@pytest.mark.parametrize("name", ["readings.csv", "log.jsonl", "table.dat"])
def test_is_a_file_that_names_a_private_check_refused(tmp_path, name):
    folder = mini.built_course(tmp_path)
    (folder / name).write_bytes(b'\xff{"label": "a private negative"}')
    with pytest.raises(CourseError, match=rf"90-mini/{name} names the private check 'a private negative': "):
        released_files(tmp_path, mini.NAME)


def test_is_a_solution_that_was_changed_after_the_build_refused(tmp_path):
    mini.built_course(tmp_path)
    solution = tmp_path / "solutions" / mini.NAME / f"{mini.NAME}.ipynb"
    notebook = nbformat.read(solution, as_version=4)
    notebook.cells[0].source += " And more."
    nbformat.write(notebook, solution)
    released = tmp_path / "notebooks" / mini.NAME / f"{mini.NAME}.ipynb"
    released.write_text(released.read_text().replace("YOUR CODE HERE", "an answer"))
    with pytest.raises(CourseError, match=r"not as the last build left it: course build 90-mini"):
        released_files(tmp_path, mini.NAME)


def test_is_another_folder_one_line(tmp_path):
    with pytest.raises(CourseError, match="top folder"):
        bundle(tmp_path, tmp_path / "x.zip")


def test_are_changed_outputs_refused_and_changed_checks_made_anew(tmp_path):
    mini.built_course(tmp_path)
    checks = tmp_path / "notebooks" / mini.NAME / CHECKS_FILE
    as_built = checks.read_bytes()
    checks.write_text("{}")
    assert released_files(tmp_path, mini.NAME)[f"notebooks/{mini.NAME}/{CHECKS_FILE}"] == as_built
    solution = tmp_path / "solutions" / mini.NAME / f"{mini.NAME}.ipynb"
    notebook = nbformat.read(solution, as_version=4)
    next(cell for cell in notebook.cells if cell.cell_type == "code").outputs = []
    notebook.metadata["forged"] = True
    nbformat.write(notebook, solution)
    with pytest.raises(CourseError, match="its solution is not as the last build left it"):
        released_files(tmp_path, mini.NAME)


def test_is_what_tools_left_in_helpers_no_part_of_it(tmp_path):
    (tmp_path / "datasets" / "bank.parts").mkdir(parents=True)
    for name in (
        "a.py",
        "a.py~",
        "a.py.orig",
        "datasets/b.npz",
        "datasets/b.tmp",
        "datasets/bank.parts/c.npz",
    ):
        (tmp_path / name).write_text("")
    assert [path.name for path in _parts(tmp_path)] == ["a.py", "b.npz"]


def test_holds_of_a_course_without_settings_the_lessons_alone(tmp_path):
    mini.built_course(tmp_path)
    path, _ = bundle(tmp_path)
    assert path == tmp_path / "bundle" / "course.zip"
    files = ("README.md", f"notebooks/{mini.NAME}/{mini.NAME}.ipynb", f"notebooks/{mini.NAME}/{CHECKS_FILE}")
    assert sorted(zipfile.ZipFile(path).namelist()) == sorted(
        f"course/{name}" for name in (*files, "nbgrader_config.py")
    )


def test_names_a_section_that_is_gone(tmp_path):
    mini.built_course(tmp_path)
    (tmp_path / "README.md").write_text("# Mine\n\n## Learn\n")
    (tmp_path / "course.toml").write_text('[bundle]\nreadme = ["README.md#Start"]')
    with pytest.raises(CourseError, match=r"README\.md has no section 'Start', which course\.toml names"):
        bundle(tmp_path)


def test_is_all_of_helpers_in_it(unpacked):
    listed = ["git", "ls-files", "-z", "helpers", "jupyter"]
    names = subprocess.run(listed, cwd=mini.ROOT, capture_output=True, text=True, check=True).stdout
    assert [name for name in names.split("\0") if name and not (unpacked / name).is_file()] == []


def test_is_an_archive_named_as_it_is(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(mini.ROOT)
    cli.bundle(["00"], tmp_path / "term [final] [/b].zip")
    assert f"{tmp_path}/term [final] [/b].zip: " in capsys.readouterr().out


def test_is_an_archive_that_cannot_be_written_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CourseError, match=r"x\.zip cannot be written .*: name another --output"):
        bundle(mini.ROOT, tmp_path / "file" / "x.zip", ["00"])


def test_may_an_archive_have_any_name(tmp_path):
    bundle(mini.ROOT, tmp_path / "x.tmp", ["00"])
    assert [path.name for path in tmp_path.iterdir()] == ["x.tmp"]


def test_is_a_folder_in_the_place_of_the_archive_one_line(tmp_path):
    with pytest.raises(CourseError, match="is a folder: name the archive"):
        bundle(mini.ROOT, tmp_path)
