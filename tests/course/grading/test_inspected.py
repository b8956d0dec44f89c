"""A lesson whose cells are graded by what lies beside the notebook: lesson 17, with its real inspector.

A small class is graded once, as ordinary processes, and two of it once more with nbgrader's own commands.
"""

import base64
import io
import json
import shutil
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from capstones import INSPECTOR
from nbformat.v4 import new_notebook
from nbgrader.api import Gradebook
from rich.console import Console

from course.authoring.answers import read_bank
from course.configuration import open_course
from course.grading.cohort import grade_class
from course.grading.grade_one import _beside
from course.grading.inspection import inspect_limited, write_extra
from course.grading.judge import LOOK_AT, outputs_of, score_of
from course.grading.limited_call import close_limited
from course.grading.states import State
from course.grading.summary import say
from course.inspectors import Verdict, inspector_of
from course.sandbox.limits import Limits
from helpers.checks.exercises import Exercise, Expected
from helpers.errors import CourseError

NAME = "17-capstone"
INSPECTED = {
    "search_log": 3, "budget": 1, "boundary": 2, "seeds": 2, "choice": 2, "test_part": 1, "result": 3
}  # fmt: skip
LIMITS = Limits(cell_seconds=60, wall_seconds=200)


class Here:
    """An executor that does a task in this process."""

    num_workers = 1

    def submit(self, function, *arguments, **options):
        future = Future()
        future.set_result(function(*arguments, **options))
        return future


def hand_in(root, student, log, file="search.jsonl", number=None):
    """Hand in what is graded of the released lesson, with nothing written, and a log beside it.

    number: typed in the place of None.
    """
    folder = root / "submitted" / student / NAME
    folder.mkdir(parents=True)
    notebook = nbformat.read(root / "notebooks" / NAME / f"{NAME}.ipynb", as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells if cell.cell_type == "markdown" or "nbgrader" in cell.metadata
    ]
    for cell in notebook.cells:
        if number and "number = None" in cell.source:
            cell.source = cell.source.replace("number = None", f"number = {number!r}")
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    if log is not None:
        (folder / file).write_bytes(log)


@pytest.fixture(scope="module")
def root(top, tmp_path_factory):
    root = tmp_path_factory.mktemp("capstone")
    for part in ("solutions", "notebooks"):
        ignored = shutil.ignore_patterns("search.jsonl")
        shutil.copytree(top / part / NAME, root / part / NAME, ignore=ignored)
    shutil.copy(top / "nbgrader_config.py", root)
    folder = root / "solutions" / NAME
    reference = (folder / "private.jsonl").read_bytes()
    made = {each.name: each.make(reference) for each in read_bank(folder).handed_in if each.name in LOGS}
    hand_in(root, "ann", reference)
    hand_in(root, "ben", None)
    hand_in(root, "cho", reference, "search (1).jsonl")
    hand_in(root, "dae", made["the_chosen_trial_polished"])
    hand_in(root, "eun", made["one_seed_each"])
    hand_in(root, "fei", b"\x00\xff" * 1000)
    hand_in(root, "20261234", made["one_seed_each"], number="20269999")
    hand_in(root, "gil", reference)
    (root / "submitted" / "gil" / NAME / f"{NAME}.ipynb").unlink()
    return root


LOGS = ("the_chosen_trial_polished", "one_seed_each")


@pytest.fixture(scope="module")
def outcome(root):
    open_course(root)
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        gradebook.add_student("cho", email="20261234@school.example")
    found = grade_class(root, NAME, Here(), limits=LIMITS, sandboxed=False)
    yield found
    close_limited()


def points(outcome, student):
    scores = outcome.report.rows[student].scores
    return {name: scores[f"{name}-checks"] for name in INSPECTED}


def cell_of(root, student, name):
    notebook = nbformat.read(root / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)
    cells = (cell for cell in notebook.cells if "nbgrader" in cell.metadata)
    return next(cell for cell in cells if cell.metadata.nbgrader.grade_id == f"{name}-checks")


@pytest.mark.slow
def test_does_an_honest_log_get_its_points_although_the_notebook_shows_nothing(outcome):
    found = points(outcome, "ann")
    assert found["result"] >= 1  # the band of the reference
    assert found | {"result": 3} == INSPECTED
    assert outcome.report.rows["ann"].state == State.GRADED


@pytest.mark.slow
def test_is_a_log_that_a_browser_has_renamed_found(outcome):
    assert points(outcome, "cho") == points(outcome, "ann")


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"search (1).jsonl": b"log", "photo.png": b""}, b"log"),
        ({"search.jsonl": b"log", "old.jsonl": b"other"}, b"log"),
        ({"one.jsonl": b"1", "two.jsonl": b"2"}, None),
        (None, None),
    ],
)
def test_is_a_renamed_log_beside_the_running_notebook_under_its_own_name(files, found):
    beside = _beside(SimpleNamespace(files=files), INSPECTOR)
    assert beside.get("search.jsonl") == found
    assert set(files or {}) <= set(beside)
    assert _beside(SimpleNamespace(files=files), None) == (files or {})


@pytest.mark.slow
def test_is_a_missing_log_a_state_with_a_sentence(outcome):
    row = outcome.report.rows["ben"]
    assert row.state == State.MISSING_FILE
    assert "search.jsonl was not handed in beside the notebook" in row.for_student
    assert set(points(outcome, "ben").values()) == {0}


@pytest.mark.slow
def test_does_a_log_get_its_points_although_the_notebook_is_missing(outcome):
    assert outcome.report.rows["gil"].state == State.MISSING_NOTEBOOK
    assert points(outcome, "gil") == points(outcome, "ann")


@pytest.mark.slow
def test_do_bytes_that_are_no_log_cost_points_and_nothing_else(outcome):
    assert outcome.report.rows["fei"].state == State.GRADED
    assert set(points(outcome, "fei").values()) == {0}


@pytest.mark.slow
def test_does_a_person_look_at_trainings_that_do_not_repeat(root, outcome):
    row = outcome.report.rows["dae"]
    assert points(outcome, "dae") == points(outcome, "ann") | {"search_log": None}
    assert "search_log-checks" in row.waiting
    assert any("search_log to be looked at: trained again, the curves of trial" in note for note in row.notes)
    cell = cell_of(root, "dae", "search_log")
    [picture] = [output for output in cell.outputs if output.output_type == "display_data"]
    assert base64.b64decode(picture.data["image/png"]).startswith(b"\x89PNG")


@pytest.mark.slow
def test_does_each_aspect_lose_its_own_points_alone(outcome):
    assert points(outcome, "eun") == points(outcome, "ann") | {"seeds": 0, "choice": 0}


@pytest.mark.slow
def test_are_equal_logs_and_numbers_reported_and_cost_nothing(root, outcome):
    twins = {(each.what, each.students) for each in outcome.report.twins}
    everybody = ("20261234", "ann", "cho", "dae", "eun", "gil")
    assert twins >= {
        ("log", ("20261234", "eun")),
        ("log", ("ann", "cho", "gil")),
        ("number", everybody),
        ("first losses", everybody),
    }
    assert {what for what, _ in twins} == {"log", "number", "first losses"}
    report = json.loads((root / "grading" / f"{NAME}.json").read_text(encoding="utf-8"))
    assert {"what": "log", "students": ["ann", "cho", "gil"]} in report["twins"]


@pytest.mark.slow
def test_names_students_whose_number_is_not_theirs(outcome):
    assert sorted(outcome.other_numbers) == ["ann", "dae", "eun", "gil"]
    row = outcome.report.rows["20261234"]
    assert "The notebook says the number '20269999', its log '20261234'." in row.notes
    assert "20269999" not in row.for_student
    console = Console(file=io.StringIO(), width=200)
    say(console, outcome)
    shown = console.file.getvalue()
    assert "a number that is not in the student's row of the class list: ann, dae, eun, gil" in shown
    assert "the same first losses: 20261234, ann, cho, dae, eun and 1 more" in shown


@pytest.mark.slow
def test_compares_a_class_with_an_earlier_one_that_the_gradebook_knows(root, outcome, tmp_path):
    course = tmp_path / "next"
    shutil.copytree(root, course)
    for student in ("ann", "dae", "eun", "gil", "20261234"):
        shutil.rmtree(course / "submitted" / student)
    for _ in range(2):
        again = grade_class(course, NAME, Here(), limits=LIMITS, sandboxed=False)
        assert again.report.rows["ann"].state == State.NO_SUBMISSION
        named = {student for twins in again.report.twins for student in twins.students}
        assert {"ann", "gil", "cho"} <= named


@pytest.mark.slow
def test_does_stock_nbgrader_say_the_same(root, outcome, tmp_path):
    """Its own commands, in a course directory of their own."""
    course = tmp_path / "stock"
    for part in ("solutions", "notebooks"):
        shutil.copytree(root / part / NAME, course / part / NAME)
    shutil.copy(root / "nbgrader_config.py", course)
    for student in ("ann", "dae"):
        shutil.copytree(root / "submitted" / student, course / "submitted" / student)
    nbgrader = str(Path(sys.executable).parent / "nbgrader")
    for command in ("generate_assignment", "autograde"):
        subprocess.run([nbgrader, command, NAME, "--force"], cwd=course, check=True, capture_output=True)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for student in ("ann", "dae"):
            notebook = gradebook.find_submission_notebook(NAME, NAME, student)
            grades = {grade.name.removesuffix("-checks"): grade for grade in notebook.grades}
            found = {name: grades[name].auto_score for name in INSPECTED}
            assert found == points(outcome, student)
            assert grades["search_log"].needs_manual_grade == (student == "dae")


CHECK = Exercise("budget", (Expected("the budget is kept", []),), 0)


def judged(verdict, points=3.0):
    metadata = {"nbgrader": {"grade": True, "solution": False, "points": points, "grade_id": "x"}}
    cell = nbformat.v4.new_code_cell(outputs=outputs_of(verdict, CHECK, points), metadata=metadata)
    if verdict.look:
        cell.metadata[LOOK_AT] = verdict.look
    return cell


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict(), 3.0),
        (Verdict(share=1 / 3), 1.0),
        (Verdict(share=2 / 3), 2.0),
        (Verdict(against=("It is not.",)), 0.0),
        (Verdict(look="the curves differ"), None),
    ],
)
def test_does_a_verdict_become_points_as_nbgrader_counts_them(verdict, expected):
    assert score_of(judged(verdict)) == expected


@pytest.mark.slow
def test_does_an_inspector_that_takes_too_much_leave_it_to_a_person(root):
    close_limited()  # a warm one might be in time
    log = (root / "solutions" / NAME / "private.jsonl").read_bytes()
    inspection = inspect_limited(
        INSPECTOR, {"search.jsonl": log}, new_notebook(), b"", Limits(inspection_seconds=1, patience=300)
    )
    close_limited()
    assert set(inspection.verdicts) == set(INSPECTED)
    assert all("CPU time" in verdict.look for verdict in inspection.verdicts.values())
    assert inspection.missing == ""


def test_only_a_lesson_with_an_inspector_beside_its_source_has_one(top):
    folders = (top / "solutions").glob("[0-9]*")
    assert [folder.name for folder in folders if inspector_of(folder)] == [NAME]


@pytest.fixture
def course(tmp_path):
    """A course directory whose one lesson has an inspector that takes a second part."""
    folder = tmp_path / "solutions" / NAME
    folder.mkdir(parents=True)
    for name in (f"{NAME}.py", "inspector.py"):
        (folder / name).write_text(INSPECTOR.code)
    (tmp_path / "nbgrader_config.py").write_text("")
    return tmp_path


def test_hears_who_may_not_write_a_second_part_so_before_the_trainings(course, monkeypatch):
    def train(*_):
        raise AssertionError("it trained first")

    monkeypatch.setattr(INSPECTOR.module, "make_extra", train)
    (course / "grading").write_text("a file where the folder should be")
    with pytest.raises(CourseError, match=r"cannot write .*17-capstone-test\.npz .*: free disk space"):
        write_extra(course, 3, None)


@pytest.mark.parametrize("kind", [CourseError, OSError])
def test_is_no_half_of_a_second_part_left_behind_and_the_cause_said(course, monkeypatch, kind):
    def fail(*_):
        raise kind("trials.npz is damaged. To have it back: git checkout")

    monkeypatch.setattr(INSPECTOR.module, "make_extra", fail)
    with pytest.raises(CourseError, match=r"^trials\.npz is damaged. To have it back: git checkout$"):
        write_extra(course, 3, None)
    assert list((course / "grading").iterdir()) == []
