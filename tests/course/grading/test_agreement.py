"""Do all who judge a notebook agree: the notebook, `course progress`, Validate, nbval, stock autograde?

And `course prove`, which says of the same answers that the right ones pass and the wrong ones do not.
"""

import shutil
import subprocess
import sys
from xml.etree import ElementTree

import mini
import nbformat
import pytest
from handing_in import write_submission
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.validator import Validator
from traitlets.config import Config

from course.authoring.build import build
from course.authoring.execute import notebook_client
from course.authoring.prove import prove
from course.configuration import nbgrader_config
from helpers.learner.progress import read

POINTS = {"double": 2, "quiz_1": 1}
BANK = """

@exercise("double").wrong("It raises where a number comes.")
def raises(values):
    return len(values) * 2 if isinstance(values, float) else 2 * values


@exercise("double").wrong("It changes what it is given.")
def in_place(values):
    values *= 2
    return values
"""
DOUBLES = {
    "by_sum": "def double(values):\n    return values + values",
    "squares": "def double(values):\n    return values**2",
    "raises": "def double(values):\n    return len(values) * 2 if isinstance(values, float) else 2 * values",
    "in_place": "def double(values):\n    values *= 2\n    return values",
}
# By student: the answers, and which exercises are solved.
CLASS = {
    "ann": ({"double": DOUBLES["by_sum"], "quiz_1": 'quiz_1 = "b"'}, {"double", "quiz_1"}),
    "ben": ({"double": DOUBLES["squares"], "quiz_1": 'quiz_1 = "b"'}, {"quiz_1"}),
    "cho": ({"double": DOUBLES["raises"], "quiz_1": 'quiz_1 = "a"'}, set()),
    "dan": ({"double": DOUBLES["in_place"], "quiz_1": 'quiz_1 = "(B)"'}, {"quiz_1"}),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The tiny course with these answers in its bank, built; each student has handed in."""
    root = tmp_path_factory.mktemp("agreement")
    mini.built_once()
    # With arrays among its cases, since only of these an answer can change what it is given.
    both = "some = rng.normal(size=3).round(2)\n    return (some if rng.random() < 0.5 else float(some[0]),)"
    answers = mini.ANSWERS.replace("return (round(float(rng.normal()), 2),)", both)
    folder = mini.write_course(root, answers=answers + BANK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("course.authoring.build.run", mini.as_if_run)
        build(folder, root / "notebooks")
    for student, (answers, _) in CLASS.items():
        beside = write_submission(root, student, answers, "Because of this.")
        shutil.copy(root / "notebooks" / mini.NAME / "checks.json", beside)
    return root


def notebook_of(course, student):
    return course / "submitted" / student / mini.NAME / f"{mini.NAME}.ipynb"


@pytest.mark.parametrize("student", CLASS)
def test_do_notebook_progress_and_validate_say_what_is_right(course, student, tmp_path):
    _, solved = CLASS[student]
    notebook = nbformat.read(notebook_of(course, student), as_version=4)
    folder = tmp_path / "notebooks" / mini.NAME
    shutil.copytree(course / "notebooks" / mini.NAME, folder)
    with notebook_client(notebook, folder, allow_errors=True) as client:
        client.execute()
    graded = {
        cell.metadata.nbgrader.grade_id.removesuffix("-checks"): cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade")
    }
    failed = {name for name, cell in graded.items() if "error" in [out.output_type for out in cell.outputs]}
    assert set(graded) - failed == solved
    nbformat.write(notebook, folder / f"{mini.NAME}.ipynb")
    (row,) = read(tmp_path / "notebooks")
    assert (row.points, row.num_solved) == (sum(POINTS[name] for name in solved), len(solved))
    # Validate runs it once more, and finds fault with the same cells.
    shutil.copy(notebook_of(course, student), folder)
    said = Validator().validate(str(folder / f"{mini.NAME}.ipynb"))
    found = {cell["source"].strip() for cell in said.get("failed", [])}
    assert found == {graded[name].source.strip() for name in failed}


def test_does_nbval_say_what_is_right(course, tmp_path):
    for student in CLASS:
        shutil.copytree(notebook_of(course, student).parent, tmp_path / student)
    report = tmp_path / "report.xml"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
        "-q",
    ]
    done = subprocess.run(
        [*command, f"--junitxml={report}", "--rootdir", tmp_path, *sorted(tmp_path.glob("*/*.ipynb"))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.exists(), done.stdout + done.stderr
    failed = [len(case) > 0 for case in ElementTree.parse(report).iter("testcase")]
    expected = []
    for student in sorted(CLASS):
        for cell in nbformat.read(notebook_of(course, student), as_version=4).cells:
            if cell.cell_type == "code":
                name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
                is_test = name.endswith("-checks")
                expected.append(is_test and name.removesuffix("-checks") not in CLASS[student][1])
    assert failed == expected, done.stdout[-3000:]


def test_does_stock_autograde_say_what_is_right(course, monkeypatch):
    monkeypatch.chdir(course)
    from nbgrader.coursedir import CourseDirectory

    config = Config(nbgrader_config(course))
    api = NbGraderAPI(CourseDirectory(root=str(course), config=config), config=config)
    made = api.generate_assignment(mini.NAME, force=True)
    assert made["success"], made
    for student in CLASS:
        done = api.autograde(mini.NAME, student)
        assert done["success"], done
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        for student, (_, solved) in CLASS.items():
            [notebook] = book.find_submission(mini.NAME, student).notebooks
            scores = {grade.name.removesuffix("-checks"): grade.auto_score for grade in notebook.grades}
            assert {name: scores[name] for name in POINTS} == {
                name: points if name in solved else 0 for name, points in POINTS.items()
            }, student


def test_does_prove_say_what_is_right(course):
    proofs = {proof.exercise: proof for proof in prove(course / "solutions" / mini.NAME)}
    assert proofs["double"].failures == proofs["quiz_1"].failures == []
    double = proofs["double"]
    assert (double.accepted, double.num_right, double.rejected, double.num_wrong) == (2, 2, 4, 4)
    assert double.recognised == 4
