"""Has everybody who should be there a row, also of whom nothing was collected?"""

import os
import re
import shutil

import mini
import pytest
from class_here import grade, gradebook, page, said, write_small_class
from handing_in import RIGHT, WRONG, write_submission

from course.grading.ingest.folder import can_be_an_id, read_submission
from course.grading.report import Report
from course.grading.states import State


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return write_small_class(tmp_path)


def test_has_everybody_in_the_gradebook_a_row(course):
    with gradebook(course) as book:
        book.add_student("dae")
    shutil.rmtree(course / "submitted" / "ann")
    outcome = grade(course)
    rows = outcome.report.rows
    assert (outcome.absent, outcome.faults) == (["ann", "dae"], [])
    assert (rows["dae"].state, rows["dae"].score) == (State.NO_SUBMISSION, None)
    assert rows["ann"].score == 3
    assert "stands" in rows["ann"].for_instructor
    text = said(outcome)
    assert re.search(r"dae +no submission +none +Nothing to grade: there is no folder in submitted/", text)
    assert "2 graded, 2 no submission" in text
    with gradebook(course) as book:
        book.remove_student("dae")
    assert "dae" not in grade(course).report.rows


def test_has_whoever_left_the_class_no_row_any_more(course):
    grade(course)
    with gradebook(course) as book:
        book.remove_student("ben")
    shutil.rmtree(course / "submitted" / "ben")
    outcome = grade(course)
    assert "ben" not in outcome.report.rows
    assert "ben" not in outcome.report.path.read_text()


def test_is_whoever_hands_in_later_graded(course):
    with gradebook(course) as book:
        book.add_student("dae")
    assert grade(course).absent == ["dae"]
    write_submission(course, "dae", RIGHT)
    outcome = grade(course)
    assert (outcome.graded, outcome.absent, outcome.changes) == (["dae"], [], [])


def test_is_a_folder_that_cannot_be_opened_said_to_be_one(course, monkeypatch):
    # Rights do not stop root, who runs this in CI; the refusal is played.
    lstat = os.lstat

    def refuse(path, **options):
        if "submitted/ben/" in str(path):
            raise PermissionError(13, "Permission denied")
        return lstat(path, **options)

    monkeypatch.setattr(os, "lstat", refuse)
    monkeypatch.setattr(
        "course.grading.cohort.read_submission",
        lambda top, student, lesson: (
            refuse(top / student / lesson) if student == "ben" else read_submission(top, student, lesson)
        ),
    )
    outcome = grade(course)
    assert outcome.faults == ["ben"]
    row = outcome.report.rows["ben"]
    assert "submitted/ben cannot be opened (Permission denied)" in row.for_instructor


@pytest.mark.parametrize("name", ["__pycache__", "__MACOSX", "feedback"])
def test_is_a_folder_that_a_tool_left_nobodys_repair(course, name):
    (course / "submitted" / "ann" / mini.NAME / name).mkdir()
    assert read_submission(course / "submitted", "ann", mini.NAME).notes == ()


def test_is_a_folder_of_a_students_own_still_named(course):
    (course / "submitted" / "ann" / mini.NAME / "data").mkdir()
    [note] = read_submission(course / "submitted", "ann", mini.NAME).notes
    assert "data" in note


def test_has_whoever_was_graded_before_an_interruption_a_row(course):
    write_submission(course, "ann", WRONG)

    def stop(*_):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("course.grading.cohort._ClassRun._render", stop)
        with pytest.raises(KeyboardInterrupt):
            grade(course)
    assert Report(course, mini.NAME).rows["ann"].score == 0
    resumed = grade(course)
    assert ("ann" in resumed.kept, resumed.renewed) == (True, ["ann"])
    assert "Score: 0.0 / 6" in page(course, "ann")


def second_notebook(course, solved):
    """Ann hands in another notebook beside hers, as a browser names it that downloads a file twice."""
    own = course / "submitted" / "ann" / mini.NAME / f"{mini.NAME}.ipynb"
    first = own.read_bytes()
    second = write_submission(course, "ann", solved) / f"{mini.NAME} (1).ipynb"
    own.rename(second)
    own.write_bytes(first)


@pytest.mark.parametrize(("first", "second"), [({}, RIGHT), (RIGHT, {"quiz_1": RIGHT["quiz_1"]})])
def test_is_of_two_notebooks_the_one_with_more_answers_graded_and_both_are_named(course, first, second):
    write_submission(course, "ann", first)
    second_notebook(course, second)
    outcome = grade(course)
    row = outcome.report.rows["ann"]
    assert (row.state, row.score) == (State.GRADED, 3)
    names = [f"{mini.NAME}.ipynb", f"{mini.NAME} (1).ipynb"]
    chosen, other = names if first else names[::-1]
    assert f"{chosen} was graded, and not {other}" in row.for_instructor
    assert f"{chosen} was graded, and not {other}" in page(course, "ann")
    assert "(1).ipynb" in said(outcome)


def test_is_of_two_notebooks_with_as_many_answers_the_one_of_the_right_name_graded(course):
    second_notebook(course, WRONG)
    folder = course / "submitted" / "ann" / mini.NAME
    (folder / f"._{mini.NAME}.ipynb").write_text("of macOS", encoding="utf-8")
    (folder / "damaged.ipynb").write_text("damaged", encoding="utf-8")
    row = grade(course).report.rows["ann"]
    assert row.score == 3
    assert f"{mini.NAME}.ipynb was graded, and not {mini.NAME} (1).ipynb, damaged.ipynb" in row.for_instructor


@pytest.mark.parametrize("name", [os.fsdecode(b"\xff"), "a|b"])
def test_is_a_file_of_whom_there_can_be_no_student_nobodys(course, name):
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as config:
        expression = r".*/(?P<student_id>[^/]+)_1_assignsubmission_file/(?P<file_id>.*)"
        config.write(f"\nc.FileNameCollectorPlugin.named_regexp = {expression!r}\n")
    folder = course / "downloaded" / mini.NAME / "extracted" / "all" / f"{name}_1_assignsubmission_file"
    folder.mkdir(parents=True)
    (folder / os.fsdecode(b"\xffr.pdf")).write_bytes(b"%PDF")
    outcome = grade(course)
    assert outcome.report.rows.keys() == {"ann", "ben", "cho"}
    assert len(outcome.strays) == 1
    assert "files without a student:" in said(outcome)


def test_is_what_lies_beside_a_missing_notebook_kept(course):
    folder = course / "submitted" / "ann" / mini.NAME
    (folder / f"{mini.NAME}.ipynb").unlink()
    (folder / "search.jsonl").write_bytes(b"a log")
    submission = read_submission(course / "submitted", "ann", mini.NAME)
    assert submission.problem.state == State.MISSING_NOTEBOOK
    assert submission.files == {"search.jsonl": b"a log"}


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien",
        "김 민지",
        "박지성 😀",
        "a+b@uni.ac.kr",
        "(1)",
        "가-나_다",
        "Ünal, Ayşe",
        "❤\ufe0f",
        "👨\u200d👩\u200d👧",
        "می\u200cخواهم",
        "കുമാര്\u200d സി",
        "葛\U000e0100城",
    ],
)
def test_is_an_honest_name_an_id(name):
    assert can_be_an_id(name)
