"""What an instructor reads of a whole class: what it solved, and what it believes."""

import json

from course.grading.misconceptions import (
    ExerciseStatistics,
    Mistake,
    class_statistics,
    share,
    write_statistics,
)
from course.grading.report import Report, Row
from course.grading.states import Answered

SQUARED = "You squared. Twice a value is the value and itself, added."
HALVED = "You halved <b>it</b>: the factor is two."


def the_class():
    """Ten answers to one exercise and four to another, by hand."""
    first = [Answered.SOLVED] * 4 + [SQUARED] * 3 + [HALVED, Answered.OTHERWISE, Answered.NOT_AT_ALL]
    second = [Answered.SOLVED] * 4
    return [
        {"double": str(one)} | ({"quiz_1": str(second[number])} if number < 4 else {})
        for number, one in enumerate(first)
    ]


def test_are_solved_ones_and_mistakes_counted_the_most_frequent_first():
    double, quiz = class_statistics(the_class())
    assert double == ExerciseStatistics("double", 10, 4, 1, (Mistake(SQUARED, 3), Mistake(HALVED, 1)), 1)
    assert quiz == ExerciseStatistics("quiz_1", 4, 4, 0, (), 0)
    assert share(double.mistakes[0].count, double) == "30 %"


def test_does_the_page_say_it_without_names_and_as_text(tmp_path):
    page = write_statistics(tmp_path / "grading", "90-mini", class_statistics(the_class()))
    shown = page.read_text()
    assert "<td>30 %</td><td>You squared." in shown
    assert "You halved &lt;b&gt;it&lt;/b&gt;" in shown
    assert "10 submissions" in shown
    assert [path.name for path in page.parent.iterdir()] == ["90-mini-class.html"]


def test_are_they_in_the_report_that_is_read_again(tmp_path):
    report = Report(tmp_path, "90-mini")
    for number, answered in enumerate(the_class()):
        report.add(Row(f"student-{number}", "graded", answered=answered))
    written = json.loads(report.path.read_text())
    assert written["beliefs"][0]["mistakes"][0] == {"sentence": SQUARED, "count": 3}
    assert "student-1" not in json.dumps(written["beliefs"])
    again = Report(tmp_path, "90-mini")
    assert class_statistics(row.answered for row in again.rows.values()) == class_statistics(the_class())
