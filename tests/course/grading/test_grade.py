"""`course grade` on a class: does every submission end in one named state, with what it earned, and nobody
lost?

One class of the tiny course is graded once, with the real sandbox and warm kernels; each test asks it
something.
"""

import csv
import fcntl
import html
import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import mini
import nbformat
import pytest
from handing_in import LIMITS, RIGHT, WRONG, write_submission
from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.apps.api import NbGraderAPI
from rich.console import Console

from course.authoring.build import build
from course.configuration import open_course
from course.grading import command
from course.grading.cohort import grade_class
from course.grading.states import State
from course.grading.workers import LocalWorkers
from course.kernels.provisioner import warm_kernels
from helpers.errors import CourseError

pytestmark = pytest.mark.usefixtures("sandboxes")


def lose_the_checks(notebook):
    notebook.cells = [
        cell
        for cell in notebook.cells
        if not cell.metadata.get("nbgrader", {}).get("grade_id", "").endswith("-checks")
    ]


def write_class(root):
    write_submission(root, "ann", RIGHT, "Because of this.")
    write_submission(root, "ben", {})
    write_submission(root, "cho", RIGHT, cell="while True:\n    pass")
    write_submission(root, "dae", WRONG)
    write_submission(root, "eun", RIGHT, cell="import os\nos._exit(3)")
    write_submission(root, "fei", RIGHT, change=lose_the_checks)
    write_submission(root, "gil", RIGHT, cell="block = bytearray(10_000_000_000)")
    write_submission(root, "han", RIGHT, cell="for _ in range(60):\n    print('x' * 100_000, flush=True)")
    (root / "submitted" / "ida" / mini.NAME).mkdir(parents=True)
    folder = write_submission(root, "jun", RIGHT)
    (folder / f"{mini.NAME}.ipynb").write_bytes(b"PK\x03\x04 a zip file")
    folder = write_submission(root, "kim", RIGHT)
    lesson_00 = mini.ROOT / "notebooks" / "00-start-here" / "00-start-here.ipynb"
    shutil.copy(lesson_00, folder / f"{mini.NAME}.ipynb")
    write_submission(root, "박지성 😀", RIGHT)
    folder = write_submission(root, "lee", RIGHT)
    (folder / f"{mini.NAME}.ipynb").rename(folder / f"{mini.NAME} (1).ipynb")


STATES = {
    "ann": State.GRADED,
    "ben": State.GRADED,
    "cho": State.TIMED_OUT,
    "dae": State.GRADED,
    "eun": State.KERNEL_DIED,
    "fei": State.REPAIRED,
    "gil": State.OUT_OF_MEMORY,
    "han": State.OUTPUT_TOO_LARGE,
    "ida": State.MISSING_NOTEBOOK,
    "jun": State.NOT_A_NOTEBOOK,
    "kim": State.WRONG_LESSON,
    "박지성 😀": State.GRADED,
    "lee": State.GRADED,
}
# The function is worth 2 points, the quiz 1. What stands before a fault keeps its points. A loop that could
# be interrupted, an array that did not fit into memory and 6 MB of output ended no kernel, so the quiz after
# them counts.
POINTS = dict.fromkeys(STATES, 0.0) | {
    "ann": 3,
    "cho": 3,
    "eun": 2,
    "fei": 3,
    "gil": 3,
    "han": 3,
    "박지성 😀": 3,
    "lee": 3,
}


@pytest.fixture(scope="module")
def workers():
    with warm_kernels(), LocalWorkers(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def graded(tmp_path_factory, workers):
    root = tmp_path_factory.mktemp("class")
    mini.built_course(root)
    write_class(root)
    return root, grade_class(root, mini.NAME, workers, limits=LIMITS)


def rows(root):
    """What the gradebook says of each student: points, and those of the checks."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        return {
            submission.student.id: {
                grade.name: grade.auto_score for book in submission.notebooks for grade in book.grades
            }
            for submission in gradebook.find_assignment(mini.NAME).submissions
        }


@pytest.mark.parametrize("student", STATES)
def test_does_a_submission_end_in_its_state_with_what_it_earned(graded, student):
    root, outcome = graded
    row = outcome.report.rows[student]
    assert row.state == STATES[student], row.for_instructor
    assert sum(points or 0 for points in rows(root)[student].values()) == POINTS[student]


def test_is_the_report_read_by_machines_with_faults_first(graded):
    root, _ = graded
    report = json.loads((root / "grading" / f"{mini.NAME}.json").read_text())
    assert sum(report["states"].values()) == len(STATES) == len(report["submissions"])
    row = next(row for row in report["submissions"] if row["student"] == "ann")
    assert (row["state"], row["scores"]["double-checks"], row["score"], row["max_score"]) == (
        "graded",
        2,
        3,
        6,
    )
    assert row["waiting"] == ["why"]
    assert 0 < row["peak_bytes"] < 2e9
    assert 0 < row["cpu_seconds"] < 5


def test_is_a_file_that_a_platform_has_renamed_no_damage(graded):
    row = graded[1].report.rows["lee"]
    assert (row.state, row.for_instructor) == (State.GRADED, "")
    assert row.for_student == "The notebook was called 90-mini (1).ipynb."


def test_does_feedback_say_how_it_ended_and_hide_private_checks(graded):
    root, outcome = graded
    for student in STATES:
        page = (root / "feedback" / student / mini.NAME / f"{mini.NAME}.html").read_text()
        said = outcome.report.rows[student].for_student
        assert bool(said) == (STATES[student] != State.GRADED or student == "lee")
        assert html.escape(said.split(":")[0].split("'")[0], quote=False) in page
        assert "a private negative" not in page
        assert "-7.25" not in page
    wrong = (root / "feedback" / "dae" / mini.NAME / f"{mini.NAME}.html").read_text()
    assert "You squared." in wrong


def test_does_the_written_answer_wait_for_a_person_and_an_empty_one_not(graded):
    root, outcome = graded
    assert outcome.report.rows["ann"].waiting == ["why"]
    assert outcome.report.rows["ben"].waiting == []
    assert rows(root)["ann"]["why"] is None
    assert rows(root)["ben"]["why"] == 0


def test_do_export_and_formgrader_work_on_the_result(graded):
    root, _ = graded
    nbgrader = str(Path(sys.executable).with_name("nbgrader"))
    subprocess.run([nbgrader, "export"], cwd=root, check=True, capture_output=True)
    with open(root / "grades.csv", encoding="utf-8") as file:
        exported = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {student: float(row["raw_score"]) for student, row in exported.items()} == POINTS
    assert exported["ann"]["score"] == ""
    assert all(float(row["score"]) == POINTS[name] for name, row in exported.items() if row["score"])
    assert {row["state"] for row in exported.values()} >= {State.GRADED}
    assert (float(exported["ann"]["waiting"]), float(exported["ben"]["waiting"])) == (3, 0)
    api = NbGraderAPI(coursedir=open_course(root))
    submissions = {entry["student"]: entry for entry in api.get_submissions(mini.NAME)}
    assert {student: entry["score"] for student, entry in submissions.items()} == POINTS
    assert submissions["ann"]["needs_manual_grade"]
    assert {entry["autograded"] for entry in submissions.values()} == {True}


def test_are_grades_and_notebooks_those_of_stock_nbgrader(graded, tmp_path):
    root, _ = graded
    honest = ["ann", "ben", "dae"]
    for name in ("solutions", "notebooks", mini.ROOT / "nbgrader_config.py"):
        copy = shutil.copytree if (root / name).is_dir() else shutil.copy
        copy(root / name, tmp_path / Path(name).name)
    for student in honest:
        shutil.copytree(root / "submitted" / student, tmp_path / "submitted" / student)
    nbgrader = str(Path(sys.executable).with_name("nbgrader"))
    for arguments in (["generate_assignment", mini.NAME, "--force"], ["autograde", mini.NAME]):
        done = subprocess.run(
            [nbgrader, *arguments], cwd=tmp_path, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    assert {student: grades for student, grades in rows(root).items() if student in honest} == rows(tmp_path)
    for student in honest:
        path = Path("autograded", student, mini.NAME, f"{mini.NAME}.ipynb")
        ours, stock = (nbformat.read(top / path, as_version=4) for top in (root, tmp_path))
        assert [cell.source for cell in ours.cells] == [cell.source for cell in stock.cells]
        for one, other in zip(ours.cells, stock.cells, strict=True):
            if one.get("execution_count") or one.cell_type != "code":  # stock nbgrader runs all cells
                assert without_counts(one) == without_counts(other)


def without_counts(cell):
    metadata = {key: value for key, value in cell.metadata.items() if key != "execution"}
    return {**cell, "metadata": metadata, "execution_count": None}


@pytest.fixture
def small_class(tmp_path):
    """Three honest students whom a test may grade as often as it likes."""
    mini.built_course(tmp_path)
    write_submission(tmp_path, "ann", RIGHT)
    write_submission(tmp_path, "ben", WRONG)
    write_submission(tmp_path, "cho", {})
    return tmp_path


@pytest.mark.place
def test_is_only_graded_what_is_new_or_changed(small_class, workers):
    first = grade_class(small_class, mini.NAME, workers, limits=LIMITS)
    assert sorted(first.graded) == ["ann", "ben", "cho"]
    before = (small_class / "autograded" / "ann" / mini.NAME / f"{mini.NAME}.ipynb").stat()
    write_submission(small_class, "ben", RIGHT)
    write_submission(small_class, "dae", RIGHT)
    shutil.rmtree(small_class / "autograded" / "cho")
    second = grade_class(small_class, mini.NAME, workers, limits=LIMITS)
    assert (sorted(second.graded), second.kept) == (["ben", "cho", "dae"], ["ann"])
    assert (small_class / "autograded" / "ann" / mini.NAME / f"{mini.NAME}.ipynb").stat() == before
    assert [(change.student, change.difference) for change in second.changes] == [("ben", 3)]
    third = grade_class(small_class, mini.NAME, workers, ["dae"], limits=LIMITS)
    assert (third.graded, third.kept) == ([], ["dae"])


def test_does_regrading_after_a_corrected_check_say_whose_points_change(small_class, workers):
    grade_class(small_class, mini.NAME, workers, limits=LIMITS)
    with Gradebook(f"sqlite:///{small_class / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("why", mini.NAME, mini.NAME, "ann").manual_score = 2.5
        gradebook.db.commit()
    source = small_class / "solutions" / mini.NAME / f"{mini.NAME}.py"
    # The course had it wrong: what it called right is squaring.
    source.write_text(source.read_text().replace("return 2 * values", "return values**2"))
    answers = source.with_name("answers.py")
    text = answers.read_text().replace("return values + values", "return values * values")
    answers.write_text(text.replace("return values**2", "return values + values"))
    build(source.parent, small_class / "notebooks")
    kept = grade_class(small_class, mini.NAME, workers, limits=LIMITS)
    assert (kept.graded, sorted(kept.outdated)) == ([], ["ann", "ben", "cho"])
    again = grade_class(small_class, mini.NAME, workers, limits=LIMITS, regrade=True)
    assert sorted((change.student, change.difference) for change in again.changes) == [
        ("ann", -2),
        ("ben", 2),
    ]
    row = again.report.rows["ann"]
    assert (row.score, row.waiting, row.by_hand) == (1 + 2.5, [], ["why"])
    assert grade_class(small_class, mini.NAME, workers, limits=LIMITS).outdated == []


class Dying:
    """Workers of which one takes its process with it, or the whole run is stopped at one student."""

    num_workers = 1

    def __init__(self, workers, student, error):
        self.workers, self.student, self.error = workers, student, error

    def submit(self, function, *arguments, **options):
        if getattr(arguments[0], "student", None) == self.student:
            if isinstance(self.error, KeyboardInterrupt):
                raise self.error
            return self.workers.submit(os._exit, 7)
        return self.workers.submit(function, *arguments, **options)


@pytest.mark.slow
def test_is_a_lost_worker_a_grader_fault_that_costs_nobody_anything(small_class, workers):
    lost = grade_class(small_class, mini.NAME, Dying(workers, "ben", None), limits=LIMITS)
    assert (sorted(lost.graded), lost.faults) == (["ann", "cho"], ["ben"])
    row = lost.report.rows["ben"]
    assert (row.state, row.score) == (State.GRADER_FAULT, None)
    assert "WorkerLost" in row.for_instructor
    assert "ben" not in rows(small_class)
    assert not (small_class / "autograded" / "ben").exists()
    assert json.loads(lost.report.path.read_text())["submissions"][0]["student"] == "ben"
    mended = grade_class(small_class, mini.NAME, workers, limits=LIMITS)
    assert (mended.graded, sorted(mended.kept), mended.faults) == (["ben"], ["ann", "cho"], [])


@pytest.mark.slow
def test_is_a_class_whose_lesson_cannot_import_here_a_grader_fault(tmp_path, workers):
    """As where a worker lacks a package. No sandbox shows `course`, so it is what cannot be imported."""
    source = mini.SOURCE.replace("import numpy as np\n", "import numpy as np\n\nimport course.lessons\n")
    build(mini.write_course(tmp_path, source=source), tmp_path / "notebooks")
    write_submission(tmp_path, "ann", RIGHT)
    own_cell_first = nbformat.v4.new_code_cell("import sys\nsys.modules['numpy'] = None")
    write_submission(tmp_path, "ben", RIGHT, change=lambda it: it.cells.insert(1, own_cell_first))
    outcome = grade_class(tmp_path, mini.NAME, workers, limits=LIMITS)
    row = outcome.report.rows["ann"]
    assert (outcome.faults, row.state, row.score) == (["ann"], State.GRADER_FAULT, None)
    assert (
        "first cell of the lesson does not run: ModuleNotFoundError: No module named 'course"
        in row.for_instructor
    )
    assert "ann" not in rows(tmp_path)
    # What a cell of the student's may have done is the student's.
    assert outcome.report.rows["ben"].state == State.GRADED


def test_does_a_folder_refuse_to_be_graded_by_the_course_of_another(small_class, monkeypatch):
    (small_class / "helpers").mkdir()
    (small_class / "helpers" / "__init__.py").touch()
    monkeypatch.chdir(small_class)
    with pytest.raises(CourseError, match=r"is used here, not the course in this folder: .*--editable \."):
        command.grade(Console(), mini.NAME)


def test_does_an_interrupted_run_go_on_where_it_was(small_class, workers):
    with pytest.raises(KeyboardInterrupt):
        grade_class(small_class, mini.NAME, Dying(workers, "cho", KeyboardInterrupt()), limits=LIMITS)
    done = set(rows(small_class))
    resumed = grade_class(small_class, mini.NAME, workers, limits=LIMITS)
    assert resumed.kept
    assert set(resumed.kept) <= done
    assert sorted(resumed.kept + resumed.graded) == ["ann", "ben", "cho"]
    assert {student: sum(points.values()) for student, points in rows(small_class).items()} == {
        "ann": 3,
        "ben": 0,
        "cho": 0,
    }


def test_is_whoever_stops_a_run_told_how_it_goes_on(small_class, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.chdir(small_class)
    monkeypatch.setattr(command, "grade_class", stop)
    console = Console(file=io.StringIO())
    with pytest.raises(KeyboardInterrupt):
        command.grade(console, mini.NAME, workers=1)
    assert f"results so far are kept; to continue, run course grade {mini.NAME}" in console.file.getvalue()


def test_is_a_submission_taken_whole_or_not_at_all(small_class, workers, monkeypatch):
    grade_class(small_class, mini.NAME, workers, limits=LIMITS)
    before = rows(small_class), mini.contents(small_class / "autograded")
    write_submission(small_class, "ben", RIGHT)
    monkeypatch.setattr(nbformat, "write", lambda *_: (_ for _ in ()).throw(OSError("the disk is full")))
    failed = grade_class(small_class, mini.NAME, workers, limits=LIMITS)
    assert failed.faults == ["ben"]
    assert "the disk is full" in failed.report.rows["ben"].for_instructor
    assert (rows(small_class), mini.contents(small_class / "autograded")) == before


def test_are_mistakes_of_an_instructor_one_line(small_class, workers):
    with pytest.raises(CourseError, match="submitted/nobody/90-mini does not exist"):
        grade_class(small_class, mini.NAME, workers, ["nobody"])
    shutil.rmtree(small_class / "submitted")
    with pytest.raises(CourseError, match="first run course collect"):
        grade_class(small_class, mini.NAME, workers)
    (small_class / "solutions" / mini.NAME / "private.json").unlink()
    with pytest.raises(CourseError, match="course build 90-mini"):
        grade_class(small_class, mini.NAME, workers)
    (small_class / "nbgrader_config.py").unlink()
    with pytest.raises(CourseError, match="top folder of a course directory"):
        grade_class(small_class, mini.NAME, workers)


def test_is_what_cannot_be_written_one_line(small_class, workers, monkeypatch):
    (small_class / "grading").write_text("a file where a folder should be")
    with pytest.raises(CourseError, match=r"cannot write results .*File exists.*run course grade again"):
        grade_class(small_class, mini.NAME, workers)
    (small_class / "grading").unlink()

    def full(*_):
        raise InvalidEntry("database or disk is full")

    monkeypatch.setattr(Gradebook, "update_or_create_assignment", full)
    with pytest.raises(CourseError, match="disk is full"):
        grade_class(small_class, mini.NAME, workers)


def test_does_a_second_run_wait_for_nobody(small_class, workers):
    with open_lock(small_class), pytest.raises(CourseError, match="another course grade is running"):
        grade_class(small_class, mini.NAME, workers)


@contextmanager
def open_lock(root):
    (root / "grading").mkdir()
    with open(root / "grading" / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_does_the_command_grade_and_say_what_happened(small_class):
    write_submission(small_class, "dae", RIGHT, cell="import os\nos._exit(3)")
    course_grade = [str(Path(sys.executable).with_name("course")), "grade", "90"]
    done = subprocess.run(course_grade, cwd=small_class, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kernel died" in done.stdout
    assert "4 graded now, 0 kept: 3 graded, 1 kernel died" in done.stdout
    assert "report: grading/90-mini.json" in done.stdout
    again = subprocess.run(
        [*course_grade, "--students", "ann", "--no-sandbox", "--regrade"],
        cwd=small_class,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 0, again.stdout + again.stderr
    assert "1 graded now, 0 kept: 1 graded" in again.stdout
    assert "without a sandbox" in again.stdout
