"""`term.toml`: do weights, due dates, penalties and extensions reach everything that people read?"""

import csv
import io
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import mini
import pytest
from class_here import give, grade, gradebook, page, said, write_small_class
from handing_in import RIGHT, write_submission
from rich.console import Console
from sqlalchemy.exc import OperationalError

from course.grading import command
from course.grading.term import Late, Term, extension_of, in_words, read_term
from helpers.errors import CourseError

LESSON, POINTS = f"[lessons.{mini.NAME}]", f"[lessons.{mini.NAME}.points]"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Ann and ben answered, cho left all open; double 2, quiz_1 1, why 3 points."""
    monkeypatch.chdir(tmp_path)
    return write_small_class(tmp_path)


def decide(root, text):
    (root / "term.toml").write_text(text, encoding="utf-8")


def points(root, **worth):
    lines = [f"{name} = {number}" for name, number in worth.items()]
    decide(root, "\n".join([POINTS, *lines]))


def hand_in_at(root, student, time):
    (root / "submitted" / student / mini.NAME / "timestamp.txt").write_text(time)


def table(root):
    """What `nbgrader export` writes, by student."""
    export = [sys.executable, "-m", "nbgrader", "export"]
    subprocess.run(export, cwd=root, check=True, capture_output=True)
    with open(root / "grades.csv", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def text_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# The file.


def test_term_without_a_file_decides_nothing(tmp_path):
    assert read_term(tmp_path) == Term()
    assert Term().points("01-any", "any", 3) == 3


def test_term_with_a_byte_order_mark_is_read(tmp_path):
    (tmp_path / "term.toml").write_bytes(b"\xef\xbb\xbf[late]\npercent_per_day = 10\n")
    assert read_term(tmp_path).late == Late(10)


def due(zone, written="2026-11-24 23:59"):
    return f'{LESSON}\ndue = "{written} {zone}"'


LATE = "[late]\npercent_per_day = 10\nmost_percent = 50\n"


def test_due_date_is_that_of_its_zone(tmp_path):
    decide(tmp_path, due("Asia/Seoul"))
    found = read_term(tmp_path).lesson(mini.NAME).due
    assert found.astimezone(UTC) == datetime(2026, 11, 24, 14, 59, tzinfo=UTC)
    assert in_words(found) == "2026-11-24 23:59 Asia/Seoul"


def test_due_date_in_the_hour_that_is_there_twice_is_the_later_one(tmp_path):
    decide(tmp_path, due("Europe/Berlin", "2026-10-25 02:30"))
    assert read_term(tmp_path).lesson(mini.NAME).due.astimezone(UTC).hour == 1


ALL_MISTAKES = {
    "[late": "term.toml is not TOML: ",
    "weights = 3": "term.toml: there is no key 'weights': there are late, lessons",
    "late = 10": "term.toml, [late] must be a table, not 10: write [late] on a separate line",
    "lessons = 3": "term.toml, [lessons] must be a table, not 3",
    "[late]\ngrace_minutes = 5": "term.toml, [late]: percent_per_day is missing",
    "[late]\npercent_per_day = 110": "term.toml, [late]: percent_per_day is 110: write 100 or less",
    "[late]\npercent_per_day = -1": "term.toml, [late]: percent_per_day is -1: write a number, 0 or more",
    "[late]\npercent_per_day = true": "term.toml, [late]: percent_per_day is True: write a number",
    "[late]\npercent = 1": "term.toml, [late]: there is no key 'percent': did you mean percent_per_day?",
    "lessons.90-mini = 3": "term.toml, [lessons.90-mini] must be a table, not 3",
    "[lessons.90]": "term.toml, [lessons]: there is no lesson '90': did you mean 90-mini?",
    "[lessons.x]": "term.toml, [lessons]: there is no lesson 'x': there are 90-mini",
}
LESSON_MISTAKES = {
    "deu = 3": "there is no key 'deu': did you mean due?",
    "due = 2026-11-24": "due must be a text with a time zone: ",
    'due = "2026-11-24 23:59"': "'2026-11-24 23:59' is not a date, time and time zone: write due = ",
    'due = "2026-11-31 23:59 Asia/Seoul"': "'2026-11-31 23:59 Asia/Seoul' is not a date, time and time zone",
    'due = "2026-11-24 23:59 KST"': "there is no time zone 'KST': write due = ",
    'due = "2026-11-24 23:59 +0900"': "there is no time zone '+0900': write due = ",
    'due = "2026-11-24 23:59 Asia/Soul"': "there is no time zone 'Asia/Soul' (similar: Asia/Seoul",
    'due = "2026-03-29 02:30 Europe/Berlin"': "clocks in Europe/Berlin skip 2026-03-29 02:30: write another",
}
POINTS_MISTAKES = {
    "dubble = 2": ": there is no exercise 'dubble': did you mean double?",
    "xyz = 2": ": there is no exercise 'xyz': there are double, quiz_1, why",
    "double = -2": ": double is -2: write a number, 0 or more",
    "double = nan": ": double is nan: write a number, 0 or more",
    "double = '2'": ": double is '2': write a number, 0 or more",
    "double = 0": " leaves the lesson without points: list an exercise, or remove the table",
    "": " leaves the lesson without points: list an exercise, or remove the table",
}
MISTAKES = (
    ALL_MISTAKES
    | {f"{LESSON}\n{text}": f"term.toml, {LESSON}: {said}" for text, said in LESSON_MISTAKES.items()}
    | {f"{POINTS}\n{text}": f"term.toml, {POINTS}{said}" for text, said in POINTS_MISTAKES.items()}
)


@pytest.mark.parametrize("text", MISTAKES)
def test_mistake_in_the_file_is_one_line(course, text):
    decide(course, text)
    with pytest.raises(CourseError) as caught:
        read_term(course, course / "solutions")
    assert str(caught.value).startswith(MISTAKES[text])
    assert "\n" not in str(caught.value)


def test_mistake_in_the_file_stops_a_run_before_anything_is_written(course):
    points(course, dubble=2)
    before = mini.contents(course)
    with pytest.raises(CourseError, match="dubble"):
        grade(course)
    assert mini.contents(course) == before


# What exercises are worth.


def test_points_of_the_term_reach_report_page_and_export(course):
    points(course, double=5, why=1.5)
    outcome = grade(course)
    row = outcome.report.rows["ann"]
    assert (row.score, row.max_score, row.waiting) == (5, 6.5, ["why"])
    assert row.scores == {"double-checks": 5, "quiz_1-checks": 0, "why": None}
    assert (outcome.graded, outcome.outdated, outcome.faults) == ([], [], [])
    assert "5 of 6.5" in said(outcome, details=True)
    shown = text_of(page(course, "ann"))
    assert "Score: 5.0 / 6.5" in shown
    assert "Without points this term: quiz_1 ." in shown
    assert "Waiting for a person: why (1.5)" in shown
    exported = table(course)["ann"]
    found = [exported[column] for column in ("raw_score", "score", "max_score", "waiting", "state")]
    assert found == ["5.0", "", "6.5", "1.5", "graded"]


def test_points_by_hand_are_kept_in_proportion(course):
    give(course, "ann", "why", 2, "Say which part.")
    points(course, double=2, why=12)
    row = grade(course).report.rows["ann"]
    assert (row.scores["why"], row.by_hand, row.waiting) == (8, ["why"], [])
    assert "Say which part." in page(course, "ann")
    # The same answer, graded again: nothing to look at.
    points(course, double=2, why=7)
    assert grade(course).report.rows["ann"].waiting == []
    row = grade(course, regrade=True).report.rows["ann"]
    assert (round(row.scores["why"], 9), row.waiting) == (round(2 / 3 * 7, 9), [])


def test_points_go_back_to_the_lessons_own_without_the_file(course):
    before = grade(course).report.rows["ann"].scores
    points(course, quiz_1=9)
    assert grade(course).report.rows["ann"].score == 9
    (course / "term.toml").unlink()
    row = grade(course).report.rows["ann"]
    assert (row.scores, row.max_score, row.waiting) == (before, 6, ["why"])
    assert grade(course).report.rows["cho"].waiting == []  # an unanswered question needs nobody


def test_changed_points_count_for_those_who_are_not_graded_now(course):
    points(course, quiz_1=9)
    grade(course)
    points(course, double=4, why=2)
    grade(course, students=["cho"])
    assert table(course)["ann"]["raw_score"] == "4.0"


def test_points_by_hand_are_not_lost_by_an_exercise_that_was_forgotten(course):
    give(course, "ann", "why", 2)
    points(course, double=2)
    before = (course / "gradebook.db").read_bytes()
    with pytest.raises(CourseError, match=r"does not list why, for which .* by hand.*write why = 0"):
        grade(course)
    assert (course / "gradebook.db").read_bytes() == before
    points(course, double=2, why=0)
    row = grade(course).report.rows["ann"]
    assert (row.score, row.max_score, row.waiting) == (2, 2, [])
    points(course, double=2, why=3)
    assert grade(course).report.rows["ann"].waiting == ["why"]


def test_new_submission_is_graded_by_the_points_of_the_term(course):
    points(course, double=5, quiz_1=0)
    write_submission(course, "dan", RIGHT, "So.")
    row = grade(course).report.rows["dan"]
    assert (row.score, row.max_score, row.waiting) == (5, 5, [])


@pytest.mark.slow  # 8 CPU seconds: three of nbgrader's commands
def test_stock_nbgrader_grades_by_the_points_of_the_term(course):
    hand_in_at(course, "ann", "2026-11-26 12:00:00")
    decide(course, f"{LATE}{due('UTC')}\n{POINTS}\ndouble = 5\nwhy = 2")
    grade(course)
    release = course / "notebooks" / mini.NAME / f"{mini.NAME}.ipynb"
    before = release.read_bytes()
    for arguments in (["generate_assignment", "--force"], ["autograde", "--force"]):
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments, mini.NAME], cwd=course, capture_output=True
        )
        assert done.returncode == 0, done.stderr
    assert release.read_bytes() == before
    with gradebook(course) as book:
        ann = book.find_submission(mini.NAME, "ann")
        assert (ann.score, ann.max_score, ann.late_submission_penalty) == (5, 7, 1.4)
        waiting = {grade.name for grade in ann.notebooks[0].grades if grade.needs_manual_grade}
    assert waiting == {"why"}
    # What it graded without points holds no share of them.
    points(course, double=1, quiz_1=1)
    row = grade(course).report.rows["ann"]
    assert (row.score, row.waiting) == (1, ["quiz_1-checks"])


# Late work.


@pytest.mark.parametrize(
    ("hours", "penalty"),
    [(0, 0), (0.25, 0), (0.26, 1), (24, 1), (24.25, 1), (24.3, 2), (24 * 30, 4)],
)
def test_each_day_begun_costs_its_share_up_to_the_most(hours, penalty):
    late = Late(percent_per_day=10, grace_minutes=15, most_percent=40)
    assert late.penalty(hours * 3600, 10) == pytest.approx(penalty)


def test_late_work_costs_points_and_an_extension_gives_them_back(course):
    hand_in_at(course, "ann", "2026-11-26 12:00:00")
    decide(course, LATE + due("Asia/Seoul"))
    outcome = grade(course)
    row = outcome.report.rows["ann"]
    assert (row.late_seconds, row.late_penalty, row.score) == (45 * 3600 + 60, 1.2, 1.8)
    assert "1.8 of 6 (late: -1.2)" in said(outcome)
    assert "Score: 1.8 / 6" in text_of(page(course, "ann"))
    exported = table(course)["ann"]
    assert (exported["late_submission_penalty"], exported["duedate"]) == ("1.2", "2026-11-24 14:59:00")
    assert extended("ann", mini.NAME, "2d").startswith(
        "ann: 90-mini is due 2026-11-26 23:59 Asia/Seoul (2026-11-24 23:59 Asia/Seoul for the class)"
    )
    row = grade(course).report.rows["ann"]
    assert (row.late_seconds, row.late_penalty, row.score) == (0, 0, 3)
    extended("ann", mini.NAME, "0d")
    assert grade(course).report.rows["ann"].late_penalty == 1.2


def test_due_date_is_taken_away_by_name_alone(course):
    decide(course, due("Asia/Seoul"))
    grade(course)
    (course / "term.toml").unlink()
    grade(course)
    with gradebook(course) as book:
        assert book.find_assignment(mini.NAME).duedate is not None
    decide(course, f'{LESSON}\ndue = "none"')
    grade(course)
    with gradebook(course) as book:
        assert book.find_assignment(mini.NAME).duedate is None


def test_penalty_of_nbgrader_and_of_the_term_are_not_both_taken(course):
    decide(course, LATE)
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write('\nc.LateSubmissionPlugin.penalty_method = "zero"\n')
    with pytest.raises(CourseError, match=r"term\.toml has \[late\].*remove one of them"):
        grade(course)


# Extensions.


def extended(*arguments):
    console = Console(file=io.StringIO(), width=200)
    command.extend(console, *arguments)
    return console.file.getvalue()


def test_student_who_handed_in_nothing_yet_has_an_extension_and_no_grade(course):
    decide(course, LATE + due("Asia/Seoul"))
    with gradebook(course) as book:
        book.add_student("eva")
    extended("eva", "90", "36h")
    outcome = grade(course)
    assert (outcome.report.rows["eva"].state, outcome.report.rows["eva"].score) == ("no submission", None)
    assert (table(course)["eva"]["score"], table(course)["eva"]["waiting"]) == ("0.0", "0")
    write_submission(course, "eva", RIGHT, "Late, with leave.")
    hand_in_at(course, "eva", "2026-11-26 02:00:00")
    row = grade(course).report.rows["eva"]
    assert (row.score, row.late_seconds, row.waiting) == (3, 0, ["why"])


def test_extension_before_the_first_grading_makes_the_gradebook(course):
    (course / "gradebook.db").unlink()
    decide(course, LATE + due("UTC"))
    assert "ann: 90-mini is due 2026-11-25 11:59 UTC" in extended("ann", "90", "12h")
    assert grade(course, regrade=True).faults == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["anna", "90", "2d"], "no student has the id 'anna' (similar: ann): to import a class list"),
        (["ann", "91", "2d"], "no lesson is called '91'"),
        (["ann", "90", "2"], "'2' is not a length of time: write days or hours, such as 2d or 12h"),
        (["ann", "90", "-2d"], "'-2d' is not a length of time"),
        (["ann", "90", "9999d"], "'9999d' is not a length of time"),
    ],
)
def test_mistake_in_an_extension_is_one_line_and_changes_nothing(course, arguments, message):
    decide(course, due("UTC"))
    before = mini.contents(course)
    with pytest.raises(CourseError) as caught:
        extended(*arguments)
    assert str(caught.value).startswith(message)
    assert mini.contents(course) == before


def test_extension_that_cannot_be_stored_is_one_line(course, monkeypatch):
    def refuse(*_, **__):
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    decide(course, due("UTC"))
    monkeypatch.setattr("nbgrader.api.Gradebook.grant_extension", refuse)
    with pytest.raises(CourseError, match=r"was not stored \(.*database is locked\): when course"):
        extended("ann", "90", "2d")


@pytest.mark.usefixtures("course")
def test_extension_of_no_due_date_says_where_to_write_one():
    with pytest.raises(CourseError, match=r"90-mini has no due date: write one into term\.toml"):
        extended("ann", "90", "2d")


def test_days_of_an_extension_end_at_the_same_time_of_the_clock():
    before = datetime(2026, 10, 24, 23, 59, tzinfo=ZoneInfo("Europe/Berlin"))  # clocks go back in the night
    assert extension_of("1d", before) == timedelta(hours=25)
    assert extension_of("24h", before) == timedelta(hours=24)
