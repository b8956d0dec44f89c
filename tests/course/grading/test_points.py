"""Do table, report and feedback show what the gradebook shows, and is nothing that a person gave lost?"""

import datetime
import json
import re
import shutil
import subprocess
import sys

import mini
import pytest
from class_here import LIMITS, Here, edit_source, give, grade, gradebook, page, said, write_small_class
from handing_in import RIGHT, WRONG, write_submission
from sqlalchemy.exc import OperationalError

from course.authoring.build import build
from course.grading.cohort import grade_class
from course.grading.gradebook import _save_grades
from course.grading.report import Report, Row
from course.grading.states import State
from helpers.errors import CourseError


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return write_small_class(tmp_path)


# What a person gave.


def test_do_points_given_by_hand_reach_table_report_and_feedback(course):
    first = grade(course)
    assert {row.student for row in first.report.rows.values() if row.waiting} == {"ann", "ben"}
    assert "2 wait for a person (ann, ben)" in said(first)
    not_final = "The score covers what is graded so far. Waiting for a person:"
    assert not_final in page(course, "ann")
    assert not_final not in page(course, "cho")
    give(course, "ann", "why", 2.5, "Say which part.")
    second = grade(course)
    assert not_final not in page(course, "ann")
    row = second.report.rows["ann"]
    assert (row.score, row.max_score, row.scores["why"], row.by_hand) == (5.5, 6, 2.5, ["why"])
    assert (second.graded, second.renewed, second.changes) == ([], ["ann"], [])
    text = said(second)
    assert "1 wait for a person (ben)" in text
    assert "feedback updated with your points and comments: ann" in text
    assert "Score: 5.5 / 6" in re.sub(r"<[^>]+>", "", page(course, "ann"))
    assert "Say which part." in page(course, "ann")
    written = json.loads(second.report.path.read_text())
    assert (written["waiting"], written["interrupted"]) == (1, False)
    assert grade(course).renewed == []


def test_does_the_report_count_students_who_wait_and_not_their_cells(tmp_path):
    (tmp_path / "grading").mkdir()
    report = Report(tmp_path, mini.NAME)
    report.add(Row("ann", State.GRADED, waiting=["how", "why"]))
    report.add(Row("ben", State.GRADED))
    assert json.loads(report.path.read_text())["waiting"] == 1


def test_does_extra_credit_count_as_given_by_hand(course):
    with gradebook(course) as book:
        book.find_grade("double-checks", mini.NAME, mini.NAME, "ann").extra_credit = 1
        book.db.commit()
    row = grade(course).report.rows["ann"]
    assert (row.scores["double-checks"], row.by_hand) == (3, ["double-checks"])


@pytest.mark.parametrize("student", ["O'Brien (2)", "박지성 😀"])
def test_is_feedback_made_anew_for_any_name(course, student):
    write_submission(course, student, RIGHT, "Because of this.")
    grade(course, students=[student])
    give(course, student, "why", 3)
    assert grade(course, students=[student]).renewed == [student]
    assert "Score: 6.0 / 6" in re.sub(r"<[^>]+>", "", page(course, student))


def test_is_a_feedback_page_that_was_lost_made_anew(course):
    shutil.rmtree(course / "feedback" / "ann")
    assert grade(course).renewed == ["ann"]
    assert page(course, "ann")


def correct_the_check(root):
    """What the course called right was wrong: it is squaring."""
    edit_source(root, "return 2 * values", "return values**2")
    answers = root / "solutions" / mini.NAME / "answers.py"
    text = answers.read_text().replace("return values + values", "return values * values")
    answers.write_text(text.replace("return values**2", "return values + values"))
    build(root / "solutions" / mini.NAME, root / "notebooks")


def test_does_regrading_name_only_points_that_changed(course):
    give(course, "ann", "double-checks", 2)  # an instructor overrules the check
    give(course, "ben", "why", 1)
    correct_the_check(course)
    again = grade(course, regrade=True)
    assert [(change.student, change.difference) for change in again.changes] == [("ben", 2)]
    rows = again.report.rows
    assert rows["ann"].scores["double-checks"] == 2
    # The check now says something else of ann: her points stand, and a person looks again. Of ben's written
    # answer nothing is new.
    assert rows["ann"].waiting == ["double-checks", "why"]
    assert (rows["ben"].waiting, rows["ben"].scores["why"]) == ([], 1)


def test_does_a_new_answer_wait_for_a_person_again(course):
    give(course, "ann", "why", 2.5)
    write_submission(course, "ann", RIGHT, "Because of that, and this is another answer.")
    row = grade(course).report.rows["ann"]
    assert (row.scores["why"], row.waiting) == (2.5, ["why"])


def test_is_a_new_answer_whole_or_not_there_where_the_gradebook_cannot_be_written(course, monkeypatch):
    """Otherwise the next run would take it for the one that the points were given for."""
    give(course, "ann", "why", 2.5)
    folder = course / "autograded" / "ann" / mini.NAME
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_submission(course, "ann", RIGHT, "Because of that, and this is another answer.")

    def refuse(transaction):
        raise OperationalError("COMMIT", {}, Exception("database is locked"))

    with monkeypatch.context() as refusing:

        def save_and_then_refuse(*arguments, save=_save_grades):
            save(*arguments)
            refusing.setattr("sqlalchemy.engine.base.RootTransaction.commit", refuse)

        refusing.setattr("course.grading.gradebook._save_grades", save_and_then_refuse)
        outcome = grade(course)
    assert (outcome.graded, outcome.faults) == ([], ["ann"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    row = grade(course).report.rows["ann"]
    assert (row.scores["why"], row.waiting) == (2.5, ["why"])


def test_are_old_points_kept_where_a_graded_folder_cannot_be_moved(course):
    """A link: somebody keeps the graded folders elsewhere."""
    points = grade(course).report.rows["ann"].scores
    folder = course / "autograded" / "ann" / mini.NAME
    elsewhere = folder.rename(course / "elsewhere")
    folder.symlink_to(elsewhere)
    before = {path.name: path.read_bytes() for path in elsewhere.iterdir()}
    write_submission(course, "ann", WRONG, "Another answer.")
    outcome = grade(course)
    assert (outcome.graded, outcome.faults) == ([], ["ann"])
    assert outcome.report.rows["ann"].scores == points
    assert {path.name: path.read_bytes() for path in elsewhere.iterdir()} == before


class Stopping(Here):
    """Ctrl-C at one student."""

    def __init__(self, student):
        self.student = student

    def submit(self, function, *arguments, **options):
        if getattr(arguments[0], "student", None) == self.student:
            raise KeyboardInterrupt
        return super().submit(function, *arguments, **options)


def test_does_an_interrupted_regrading_still_name_whose_points_changed(course):
    correct_the_check(course)
    with pytest.raises(KeyboardInterrupt):
        grade_class(course, mini.NAME, Stopping("cho"), limits=LIMITS, sandboxed=False, regrade=True)
    resumed = grade(course, regrade=True)
    assert [(change.student, change.difference) for change in resumed.changes] == [("ann", -2), ("ben", 2)]
    assert "ann: -2 points (double-checks 2 to 0)" in said(resumed)
    written = json.loads(resumed.report.path.read_text())
    assert [change["student"] for change in written["changes"]] == ["ann", "ben"]
    assert grade(course, regrade=True).changes == []


# Late work.


def hand_in_at(root, student, time):
    (root / "submitted" / student / mini.NAME / "timestamp.txt").write_text(time)


def due(root, date):
    nbgrader = [sys.executable, "-m", "nbgrader", "db", "assignment", "add", mini.NAME, f"--duedate={date}"]
    subprocess.run(nbgrader, cwd=root, check=True, capture_output=True)


def test_do_late_penalties_appear_as_nbgrader_has_them(course):
    hand_in_at(course, "ann", "2026-11-26 12:00:00")
    hand_in_at(course, "ben", "2026-11-24 12:00:00")
    grade(course)
    due(course, "2026-11-25 08:59 Asia/Seoul")
    row = grade(course).report.rows["ann"]
    assert (row.late_seconds, row.late_penalty, row.score) == (36 * 3600 + 60, 0, 3)
    assert "Handed in 36 hours late." in said(grade(course))
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    fined = grade(course)
    assert (fined.report.rows["ann"].late_penalty, fined.report.rows["ann"].score) == (3, 0)
    assert fined.report.rows["ben"].late_seconds == 0
    assert "0 of 6 (late: -3)" in said(fined)
    assert "Score: 0.0 / 6" in re.sub(r"<[^>]+>", "", page(course, "ann"))
    # What a person gives later is late as well.
    give(course, "ann", "why", 2)
    row = grade(course).report.rows["ann"]
    assert (row.late_penalty, row.score) == (5, 0)
    with gradebook(course) as book:
        book.grant_extension(mini.NAME, "ann", days=3)
    row = grade(course).report.rows["ann"]
    assert (row.late_seconds, row.late_penalty, row.score) == (0, 0, 5)


def test_is_nobody_late_by_a_time_that_was_taken_back(course):
    hand_in_at(course, "ann", "2026-11-26 12:00:00")
    due(course, "2026-11-25 08:59 Asia/Seoul")
    assert grade(course).report.rows["ann"].late_seconds > 0
    (course / "submitted" / "ann" / mini.NAME / "timestamp.txt").unlink()
    assert grade(course).report.rows["ann"].late_seconds == 0
    with gradebook(course) as book:
        assert book.find_submission(mini.NAME, "ann").timestamp is None


PLUGIN = """
from nbgrader.plugins import BasePlugin


class OnePoint(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 1.0
"""


def test_is_a_plugin_of_the_instructors_own_asked(course):
    """As nbgrader's documentation says: a file beside nbgrader_config.py."""
    (course / "late_by_one_point.py").write_text(PLUGIN)
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write('\nc.AssignLatePenalties.plugin_class = "late_by_one_point.OnePoint"\n')
    hand_in_at(course, "ann", "2026-11-26 12:00:00")
    due(course, "2026-11-24 23:59 UTC")
    outcome = grade(course, students=["ann"])
    assert outcome.faults == []
    assert (outcome.report.rows["ann"].late_penalty, outcome.report.rows["ann"].score) == (1, 2)


def test_is_a_plugin_that_cannot_be_found_one_line_before_anybody_is_graded(course):
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write('\nc.AssignLatePenalties.plugin_class = "nowhere.OnePoint"\n')
    with pytest.raises(CourseError, match=r"late penalties.*nowhere"):
        grade(course)


def test_late_plugin_that_fails_is_a_fault_for_its_student_alone(course):
    (course / "late_by_no_number.py").write_text(PLUGIN.replace("1.0", 'float("nan")'))
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write('\nc.AssignLatePenalties.plugin_class = "late_by_no_number.OnePoint"\n')
    hand_in_at(course, "ann", "2026-11-26 12:00:00")
    assert grade(course, students=["ann"]).faults == []  # without a due date nobody is late
    due(course, "2026-11-24 23:59 UTC")
    for regrade in (False, True):
        outcome = grade(course, students=["ann"], regrade=regrade)
        assert (outcome.faults, outcome.report.rows["ann"].score) == (["ann"], 3)
        said_of = outcome.report.rows["ann"].for_instructor
        assert "the plugin for late penalties fails for ann (ValueError: it returned NaN)" in said_of


def test_is_an_extension_without_a_due_date_not_late(course):
    hand_in_at(course, "ann", "2026-11-26 12:00:00")
    grade(course)
    with gradebook(course) as book:
        book.find_submission(mini.NAME, "ann").extension = datetime.timedelta(days=1)
        book.db.commit()
    outcome = grade(course, regrade=True)
    assert (outcome.faults, outcome.report.rows["ann"].late_seconds) == ([], 0)


# An exercise that is added, or taken away, after grading.

TREBLE = '''
# %% solution="treble"
def treble(values):
    """Return three times the values (number or array)."""
    ### BEGIN SOLUTION
    return 3 * values
    ### END SOLUTION


# %% test="treble" points=4
check("three times a number", treble, 2.0)

# %% [markdown] written="how" points=1
# How?
# ### BEGIN SOLUTION
# So.
# ### END SOLUTION

'''


DOUBLES = """

@exercise("treble").wrong("You doubled: the factor is three.")
def doubles(values):
    return 2 * values
"""


def add_an_exercise(root):
    edit_source(root, '# %% solution="quiz_1"', TREBLE + '# %% solution="quiz_1"')
    answers = root / "solutions" / mini.NAME / "answers.py"
    answers.write_text(answers.read_text() + DOUBLES)
    build(root / "solutions" / mini.NAME, root / "notebooks")


def test_does_an_added_exercise_keep_what_a_person_gave(course):
    give(course, "ann", "why", 2.5, "Say which part.")
    add_an_exercise(course)
    with pytest.raises(CourseError, match=r"added .*treble.*--regrade"):
        grade(course)
    write_submission(
        course, "ben", RIGHT | {"treble": "def treble(values):\n    return 3 * values"}, "Maybe."
    )
    outcome = grade(course, regrade=True)
    rows = outcome.report.rows
    assert (outcome.faults, outcome.outdated) == ([], [])
    assert (rows["ann"].score, rows["ann"].max_score, rows["ann"].scores["treble-checks"]) == (5.5, 11, 0)
    assert (rows["ann"].by_hand, rows["ann"].waiting) == (["why"], [])
    assert (rows["ben"].scores["treble-checks"], rows["ben"].score) == (4, 7)
    assert "Say which part." in page(course, "ann")
    export = [sys.executable, "-m", "nbgrader", "export"]
    subprocess.run(export, cwd=course, check=True, capture_output=True)
    assert ",5.5,11.0" in (course / "grades.csv").read_text()
    # nbgrader's own commands find a gradebook that they understand.
    with gradebook(course) as book:
        assert book.find_submission(mini.NAME, "cho").max_score == 11
        names = {grade.name for grade in book.find_submission_notebook(mini.NAME, mini.NAME, "cho").grades}
    assert names == {"double-checks", "treble-checks", "how", "quiz_1-checks", "why"}


def take_the_question_away(root):
    text = mini.SOURCE[mini.SOURCE.index('# %% [markdown] written="why"') :]
    edit_source(root, text, "")
    build(root / "solutions" / mini.NAME, root / "notebooks", overwrite=True)


def test_is_a_cell_removed_only_when_no_person_gave_anything_for_it(course):
    give(course, "ann", "why", 2.5)
    take_the_question_away(course)
    before = (course / "gradebook.db").read_bytes()
    with pytest.raises(CourseError, match=r"why has points or a comment by hand \(ann\)"):
        grade(course, regrade=True)
    assert (course / "gradebook.db").read_bytes() == before
    with gradebook(course) as book:
        book.find_grade("why", mini.NAME, mini.NAME, "ann").manual_score = None
        book.db.commit()
    outcome = grade(course, regrade=True)
    assert outcome.faults == []
    assert {row.max_score for row in outcome.report.rows.values()} == {3}


def test_are_the_cells_not_changed_for_some_students_only(course):
    take_the_question_away(course)
    with pytest.raises(CourseError, match="removed why"):
        grade(course, regrade=True, students=["ann"])


def test_is_a_page_that_cannot_be_made_said_in_row_table_and_report_and_made_later(course, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("a fault of ours")

    with monkeypatch.context() as failing:
        failing.setattr("course.grading.cohort.call_limited", fail)
        outcome = grade(course, students=["ann"], regrade=True)
    row = outcome.report.rows["ann"]
    assert (row.state, row.score is not None) == ("could not be shown", True)
    assert "ZeroDivisionError: a fault of ours" in row.for_instructor
    assert "rendering failed, through no fault of yours." in row.for_student
    assert "ZeroDivisionError" not in row.for_student + page(course, "ann")
    assert "could not be shown" in said(outcome)
    assert "a fault of ours" in outcome.report.path.read_text()
    again = grade(course, students=["ann"], regrade=True).report.rows["ann"]
    assert (again.state, again.for_student, again.page) == ("graded", "", "")
