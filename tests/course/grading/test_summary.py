"""Is what `course grade` says at its end short enough to be read?"""

import io
from dataclasses import replace

import mini
import pytest
from class_here import said
from rich.console import Console

from course.grading.cli import console
from course.grading.cohort import ClassOutcome
from course.grading.command import _Counter
from course.grading.report import Report, Row
from course.grading.states import State
from course.grading.summary import say


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def outcome_of(root, *rows):
    report = Report(root, mini.NAME)
    report.rows = {row.student: row for row in rows}
    return ClassOutcome(report, graded=[row.student for row in rows])


def test_has_the_table_one_line_a_student(tmp_path):
    said_of = "Repaired: " + " ".join(f"The cell 'x{n}' was not there." for n in range(2900))
    rows = [Row(f"student-{n:03}", State.REPAIRED, "", said_of, score=1, max_score=6) for n in range(60)]
    outcome = outcome_of(tmp_path, *rows)
    for width in (80, 200):
        lines = said(outcome, width=width).splitlines()
        assert sum(line.startswith("student-") for line in lines) == 60
        assert len(lines) < 70
        assert max(map(len, lines)) <= width
        assert "1 of 6" in lines[1]


def test_is_nothing_of_a_name_made_into_a_picture(tmp_path):
    row = Row("kim:skull:", State.TIMED_OUT, for_instructor="It stood in :skull:.")
    with console.capture() as captured:
        say(console, outcome_of(tmp_path, row), details=True)
    assert captured.get().count(":skull:") == 2


def test_does_a_class_of_whom_nothing_was_judged_have_no_page(tmp_path):
    said(outcome_of(tmp_path, Row("ann", State.TIMED_OUT)))
    assert not list(tmp_path.rglob("*.html"))


def test_is_the_table_there_where_the_page_of_the_class_cannot_be_written(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("course.grading.summary.write_statistics", refuse)
    row = Row("ann", State.GRADED, answered={"double": "solved"}, score=2, max_score=6, waiting=["why"])
    text = said(outcome_of(tmp_path, row), details=True)
    assert "ann" in text
    assert "the page with all mistakes was not written (No space left on device)" in text


def test_do_details_cut_no_long_word_where_a_terminal_is_narrow(tmp_path):
    name = "Lesson04_final_really_final_this_one_the_last_of_all_versions_that_there_are(1).ipynb"
    row = Row("ann", State.REPAIRED, "", f"The notebook was called {name}.", score=1.0, max_score=6.0)
    lines = said(outcome_of(tmp_path, row), details=True, width=80).splitlines()
    assert max(map(len, lines)) <= 80
    assert name in "".join(line.strip() for line in lines)


def test_do_details_show_everybody_whole(tmp_path):
    quiet = Row("ann", State.GRADED, scores={"double-checks": 2.0, "why": None}, waiting=["why"], score=2.0)
    loud = Row("ben", State.REPAIRED, "", "Repaired: " + "a cell was not there. " * 20, score=1.0)
    rows = [replace(row, max_score=6.0) for row in (quiet, loud)]
    text = said(outcome_of(tmp_path, *rows), details=True)
    assert "double-checks 2, why none waits" in text
    assert text.count("there.") == 20
    [line] = [line for line in said(outcome_of(tmp_path, *rows)).splitlines() if line.startswith("ann")]
    assert "2 of 6" in line
    assert "why waits." in line


def test_counts_a_line_for_each_tenth_of_a_class_where_there_is_no_terminal():
    console = Console(file=io.StringIO(), width=100)
    with _Counter(console, "grading 90-mini") as counter:
        counter.begin(25)
        for number in range(25):
            counter.count(Row(f"student-{number}", State.GRADED))
    lines = console.file.getvalue().splitlines()
    assert lines == [f"grading 90-mini: {number} of 25" for number in range(2, 25, 2)]
