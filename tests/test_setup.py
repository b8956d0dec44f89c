"""Is the course set up from one list, and is there nothing in it that belongs elsewhere?"""

import ast
import json
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
DECLARED = [Requirement(line) for line in PROJECT["dependencies"] + EXTRAS["laboratory"] + EXTRAS["dev"]]
LOCK = (TOP / "requirements.lock").read_text()
LOCKED = [Requirement(line) for line in re.sub(r"\s*#.*", "", LOCK).splitlines() if line.strip()]
PYTHONS = ("3.11", "3.12", "3.13")


@pytest.fixture(scope="module")
def tracked():
    """Every file that is part of the project: what git knows, and what it would take up."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = [TOP / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def texts(paths):
    for path in paths:
        if path.suffix not in (".npz", ".png"):
            yield path.relative_to(TOP), path.read_text(encoding="utf-8")


def locked_for(python, platform="linux", machine="x86_64"):
    """Names and versions of the lock file for one Python."""
    return [
        (canonicalize_name(row.name), str(row.specifier).removeprefix("=="))
        for row in wanted_on(LOCKED, python, platform, machine)
    ]


def wanted_on(rows, python, platform, machine):
    """The requirements that count on a machine."""
    environment = default_environment() | {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": platform,
        "os_name": "nt" if platform == "win32" else "posix",
        "platform_machine": machine,
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[platform],
    }
    return [row for row in rows if row.marker is None or row.marker.evaluate(environment)]


def test_is_every_locked_version_exact():
    assert [str(row) for row in LOCKED if not re.fullmatch(r"==[^*,]+", str(row.specifier))] == []
    assert [str(row) for row in LOCKED if row.url or row.extras] == []


def test_does_the_lock_name_no_address():
    assert not re.search(r"https?:|--\w*index|--find-links|file:", LOCK)


MACHINES = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")]


@pytest.mark.parametrize(("platform", "machine"), MACHINES)
@pytest.mark.parametrize("python", PYTHONS)
def test_does_the_lock_satisfy_the_project_on_every_machine(python, platform, machine):
    rows = locked_for(python, platform, machine)
    versions = dict(rows)
    assert len(rows) == len(versions), "a package is locked twice"
    for wanted in wanted_on(DECLARED, python, platform, machine):
        assert wanted.specifier.contains(versions[canonicalize_name(wanted.name)]), wanted
    assert len(versions.keys() & {"tensorflow", "tensorflow-cpu"}) == 1, "two builds own the same files"


def test_are_the_supported_pythons_the_same_everywhere():
    assert PROJECT["requires-python"] == ">=3.11,<3.14"
    for name in ("README.md", "Makefile", ".ci/run"):
        text = (TOP / name).read_text()
        assert "3.11" in text, name
        assert "3.13" in text, name
        assert "3.14" not in text, name


def test_is_everything_that_is_imported_declared():
    """Every package that a source imports is asked for by name, so that none is there by luck."""
    ours = {"helpers", "course", "tests", "benchmarks"}
    # Tests import their own helpers and the scripts by file name.
    ours |= {path.stem for folder in ("tests", "scripts") for path in (TOP / folder).rglob("*.py")}
    other_names = {
        "scikit-learn": "sklearn",
        "pillow": "PIL",
        "pyzmq": "zmq",
        "psycopg2-binary": "psycopg2",
        "beautifulsoup4": "bs4",
        "pyyaml": "yaml",
        "google-re2": "re2",
    }
    declared = {other_names.get(r.name, r.name.replace("-", "_")) for r in DECLARED}
    # Parts of ipykernel, nbgrader and Matplotlib: one cannot have these without them.
    declared |= {"IPython", "traitlets", "cycler"}
    sources = [TOP / "nbgrader_config.py"]
    for folder in ("helpers", "course", "tests", "benchmarks", "scripts", "solutions"):
        sources += (TOP / folder).rglob("*.py")
    imported = set()
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module]
            imported |= {(name.split(".")[0], path.name) for name in names}
    strangers = {
        (name, path) for name, path in imported if name not in declared | ours | sys.stdlib_module_names
    }
    assert strangers == set()


def test_does_conda_take_its_list_from_the_project():
    lines = (TOP / "environment.yml").read_text().splitlines()
    items = [line.strip().removeprefix("- ") for line in lines if line.strip().startswith("- ")]
    assert items == [
        "conda-forge",
        "python=3.12",
        "pip",
        "pip:",
        "--constraint requirements.lock",
        "--editable .[laboratory,dev]",
    ]


def test_does_a_learner_receive_no_solution(tracked):
    files = [path for path in tracked if path.is_relative_to(TOP / "notebooks")]
    assert files
    assert {path.suffix for path in files} <= {".ipynb", ".json", ".md", ".txt", ".csv", ".png"}
    assert "private.json" not in {path.name for path in files}
    for path, text in texts(files):
        for mark in ("BEGIN SOLUTION", "BEGIN HIDDEN TESTS", "**Rubric**"):
            assert mark not in text, path


def test_is_every_released_notebook_unrun_and_every_lesson_released(tracked):
    released = [p for p in tracked if p.suffix == ".ipynb" and p.is_relative_to(TOP / "notebooks")]
    for path in released:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        assert not any(cell.get("outputs") for cell in cells), path
    sources = {p.stem for p in (TOP / "solutions").glob("*/*.py") if p.stem == p.parent.name}
    assert {path.stem for path in released} == sources


def test_does_the_readme_list_every_lesson():
    rows = re.findall(r"^\| (\d\d .*) \| .*\? \|$", (TOP / "README.md").read_text(), flags=re.M)
    sources = sorted((TOP / "solutions").glob("[0-9][0-9]-*/[0-9][0-9]-*.py"))
    titles = [re.search(r"^# # (.*)$", source.read_text(), flags=re.M)[1] for source in sources]
    assert rows == titles
    assert [row[:2] for row in rows] == [f"{number:02}" for number in range(18)]
    lessons = {path.name[:2] for path in (TOP / "notebooks").iterdir() if path.name[:2].isdigit()}
    assert {row[:2] for row in rows} == lessons


@pytest.mark.place
def test_does_no_file_name_a_machine_or_a_registry(tracked):
    # In brackets, so that this file is not the one that does.
    words = ("/[r]oot/", "/[h]ome/", "/[U]sers/", r"[p]ypi\.org", "[p]ythonhosted", "[s]ite-packages/")
    here = [re.escape(f"{TOP}/")] if len(TOP.parts) > 2 else []  # a folder like /src is a common word
    forbidden = re.compile("|".join([*here, *words]))
    found = [(str(path), match[0]) for path, text in texts(tracked) if (match := forbidden.search(text))]
    assert found == []


def modules_after(statement):
    """What a fresh Python has imported after a statement."""
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


LIGHT_ROOMS = [
    "helpers",
    "helpers.checks",
    "helpers.checks.comparison",
    "helpers.learner.progress",
    "helpers.learner.doctor",
]
HEAVY = {"numpy", "tensorflow", "keras", "matplotlib", "sklearn", "IPython", "nbgrader", "ipywidgets", "rich"}


@pytest.mark.parametrize("room", LIGHT_ROOMS)
def test_does_a_light_room_import_nothing_heavy(room):
    # By what is imported and not by a clock: 0.1 s on a slow day is a flaky test. `make bench` has the clock.
    assert modules_after(f"import {room}") & HEAVY == set()


def names_in(package):
    """The dotted names of the modules of a package, as its files say."""
    for path in sorted((TOP / package).rglob("*.py")):
        parts = path.relative_to(TOP).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# What TensorFlow compiles, and subclasses of Keras's own classes. A module that imports one of these at its
# top is found all the same.
OF_KERAS = {"helpers.training.compiled_steps", "helpers.training.schedule_free"}


def test_does_no_module_of_learners_import_the_rest_or_what_grades():
    """All of them, in one process: what a learner receives works without `course` and without nbgrader."""
    modules = modules_after("import " + ", ".join(set(names_in("helpers")) - OF_KERAS))
    assert modules & {"tensorflow", "keras", "sklearn", "nbgrader"} == set()
    assert not any(name == "course" or name.startswith("course.") for name in modules)


# Each room may import those above it here, and none below. `cli`, which calls them all, stands last.
ROOMS = [
    "helpers",
    "course.configuration",
    "course.settings",
    "course.directory",
    "course.plugins",
    "course.environment",
    "course.files",
    "course.lessons",
    "course.scratch",
    "course.sandbox",
    "course.kernels",
    "course.inspectors",
    "course.authoring",
    "course.grading.states",
    "course.grading.ingest",
    "course.grading",
    "course.site",
    "course.cli",
]
# What these two make is not for each other: a grader reads what the last build left.
STRANGERS = {"course.grading": "course.authoring", "course.grading.ingest": "course.authoring"}


def room_of(module):
    """The last room in the list whose name the module's begins with; None for a module of somebody else."""
    found = [room for room in ROOMS if module == room or module.startswith(f"{room}.")]
    return max(found, key=len, default=None)


def imports_of(module):
    """What a module of ours imports, at its top and inside functions, each by its full name."""
    path = TOP / Path(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


MODULES = [*names_in("helpers"), *names_in("course")]


def test_does_no_room_import_one_below_it():
    found = []
    for module in MODULES:
        mine = room_of(module)
        for other in imports_of(module):
            theirs = room_of(other)
            if mine and theirs and (ROOMS.index(theirs) > ROOMS.index(mine) or STRANGERS.get(mine) == theirs):
                found.append(f"{module} imports {other}")
    assert [line for line in found if not line.startswith("course imports")] == []


# What this course brings: the machinery knows nothing of it.
LABORATORY = [
    "data",
    "training",
    "search",
    "plotting",
    "widgets",
    "models",
    "automl",
    "katib",
    "capstone",
    "reseeding",
    "trial",
]


def test_the_machinery_imports_nothing_of_the_laboratory():
    ours = tuple(f"helpers.{name}" for name in LABORATORY)
    found = [
        f"{module} imports {other}"
        for module in names_in("course")
        for other in imports_of(module)
        if other.startswith(ours)
    ]
    assert found == []


def test_no_lesson_is_named_in_the_machinery():
    lessons = [path.name for path in (TOP / "solutions").glob("[0-9]*")]
    names = re.compile(
        "|".join([*lessons, *(name[3:] for name in lessons if "-" in name[3:]), r"\bcapstone\b"])
    )
    sources = [path for path in (TOP / "course").rglob("*") if path.suffix in (".py", ".js", ".html")]
    found = [
        f"{path.relative_to(TOP)}: {match[0]}"
        for path in sources
        if (match := names.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_is_there_no_circle_of_imports():
    """Also none that an import inside a function hides."""
    graph = {module: set() for module in MODULES}
    for module in MODULES:
        for name in imports_of(module):
            target = next((n for n in (name, name.rpartition(".")[0]) if n in graph), None)
            # A package that names its parts is imported before them; that is no circle of theirs.
            if target and target != module and not module.startswith(f"{target}."):
                graph[module].add(target)
    TopologicalSorter(graph).prepare()


@pytest.mark.place
def test_does_make_say_what_it_can_do():
    printed = subprocess.run(["make"], cwd=TOP, capture_output=True, text=True, check=True).stdout
    named = (
        "lab",
        "test",
        "bench",
        "lock",
        "build",
        "prove",
        "processors",
        "lint",
        "doctor",
        "progress",
        "site",
    )
    for target in named:
        assert re.search(rf"^  make {target} +\S", printed, flags=re.M), target


def make_alone(folder):
    """Put the Makefile into a folder, with nothing to install."""
    folder.mkdir(exist_ok=True)
    (folder / "Makefile").write_text((TOP / "Makefile").read_text())
    for name in ("requirements.lock", "pyproject.toml"):
        (folder / name).touch()


PLACES = ['a "quoted" one', "it's", "a $HOME", "a `id -u`", "과정 (1) [2] #3"]


@pytest.mark.parametrize("name", PLACES)
def test_finds_jupyterlab_its_settings_wherever_the_course_lies(tmp_path, name):
    folder = tmp_path / name
    make_alone(folder)
    (folder / ".venv" / "bin").mkdir(parents=True)
    for program in ("python", "jupyter"):
        path = folder / ".venv" / "bin" / program
        path.write_text('#!/bin/sh\nprintf "%s\\n%s" "$JUPYTER_CONFIG_PATH" "$PATH" > said\n')
        path.chmod(0o755)
    (folder / ".venv" / ".ready").touch()
    subprocess.run(["make", "lab"], cwd=folder, capture_output=True, check=True)
    settings, path = (folder / "said").read_text().split("\n")
    assert settings == f"{folder}/jupyter"
    assert path.startswith(f"{folder}/.venv/bin:")  # a terminal of JupyterLab finds `course`


def test_records_test_all_only_a_whole_commit_as_green(tmp_path):
    make_alone(tmp_path)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "course", "ruff", "mypy"):  # everything passes
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    (programs.parent / ".ready").touch()
    green = tmp_path / "tests" / "green.txt"
    green.parent.mkdir()
    green.write_text("an earlier one\n")
    (tmp_path / ".gitignore").write_text(".venv\n")

    def run(*command):
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    run("git", "init", "--quiet")
    run("git", "add", "--all")
    run("git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "all")
    (tmp_path / "pyproject.toml").write_text("# changed, and staged\n")
    run("git", "add", "pyproject.toml")
    assert "Not recorded in tests/green.txt" in run("make", "--old-file=.venv/.ready", "test-all")
    assert green.read_text() == "an earlier one\n"
    run("git", "reset", "--quiet", "--hard")
    run("make", "--old-file=.venv/.ready", "test-all")
    assert green.read_text() == run("git", "rev-parse", "HEAD")


def test_is_an_environment_whose_making_was_ended_given_its_pip(tmp_path):
    make_alone(tmp_path)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / ".venv"], check=True)
    subprocess.run(["make", "doctor"], cwd=tmp_path, capture_output=True)  # there is no course to install
    subprocess.run([tmp_path / ".venv" / "bin" / "python", "-m", "pip", "--version"], check=True)


def test_does_make_clean_remove_what_a_build_that_was_ended_left(tmp_path):
    make_alone(tmp_path)
    (tmp_path / ".build-x1" / "solutions").mkdir(parents=True)
    subprocess.run(["make", "clean"], cwd=tmp_path, capture_output=True, check=True)
    assert not (tmp_path / ".build-x1").exists()


def test_does_make_say_which_python_it_needs(tmp_path):
    make_alone(tmp_path)
    made = subprocess.run(
        ["make", "lab", "PYTHON=/no/such/python"], cwd=tmp_path, capture_output=True, text=True
    )
    assert made.returncode != 0
    assert "Python 3.11, 3.12 or 3.13" in made.stderr
    assert not (tmp_path / ".venv").exists()
