"""What the grader itself takes for a submission is bounded, said in a state, and costs nobody else."""

import io
import json
import os
from dataclasses import replace

import mini
import nbformat
import pytest
from handing_in import LIMITS, RIGHT, write_submission
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute
from rich.console import Console

from course.grading import grade_one, judge
from course.grading.cohort import grade_class
from course.grading.execution import Execution
from course.grading.ingest.folder import Submission, can_be_an_id
from course.grading.lesson import read_graded_lesson
from course.grading.limited_call import CallLost, LimitExceeded, call_limited
from course.grading.run_options import RunOptions
from course.grading.states import State
from course.grading.summary import say
from course.grading.workers import LocalWorkers
from course.kernels.provisioner import warm_kernels
from course.sandbox.limits import Limits
from helpers.errors import CourseError

SCRIPT = "<img src=x onerror=evil()>"
NO_TEXT = os.fsdecode(b"caf\xe9")
MEGABYTES = b'"' + b"x" * 55_000_000 + b'"'


class OneWithoutAPage(LocalWorkers):
    """Workers that give the page of one student next to no memory."""

    def submit(self, function, *arguments, **options):
        if function is call_limited and arguments[-1]["nbgrader"]["student"] == "dan":
            arguments = (replace(arguments[0], step_memory_bytes=1 << 20), *arguments[1:])
        return super().submit(function, *arguments, **options)


@pytest.fixture(scope="module")
def graded(tmp_path_factory, sandboxes):
    """A class with a notebook that takes more memory to read than it may, and two names that are none."""
    root = tmp_path_factory.mktemp("class")
    mini.built_course(root)
    for student in ("ann", "bea", SCRIPT, NO_TEXT):
        write_submission(root, student, RIGHT)
    write_submission(root, "dan", RIGHT, change=attach_a_large_picture)
    path = root / "submitted" / "bea" / mini.NAME / f"{mini.NAME}.ipynb"
    path.write_bytes(path.read_bytes().replace(b'"outputs": []', b'"outputs": [' + MEGABYTES + b"]", 1))
    with warm_kernels(), OneWithoutAPage(2) as workers:
        limits = replace(LIMITS, step_memory_bytes=60 << 20)
        first = grade_class(root, mini.NAME, workers, limits=limits)
        kept = grade_class(root, mini.NAME, workers, limits=limits)
        more = grade_class(root, mini.NAME, workers, ["bea"], LIMITS, regrade=True)
    return root, first, kept, more


def attach_a_large_picture(notebook):
    notebook.cells[-1].source = "![](attachment:a.png)"
    notebook.cells[-1].attachments = {"a.png": {"image/png": "A" * 8_000_000}}


def page(root, student):
    return (root / "feedback" / student / mini.NAME / f"{mini.NAME}.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_is_what_takes_too_much_to_read_a_state_that_is_not_tried_for_ever_and_can_be_given_more(graded):
    _, first, kept, more = graded
    assert (sorted(first.graded), first.faults) == (["ann", "bea", "dan"], [])
    assert (kept.graded, sorted(kept.kept)) == ([], ["ann", "bea", "dan"])
    [change] = more.changes
    assert (change.student, change.difference) == ("bea", 3)
    assert more.report.rows["bea"].state == "graded"


@pytest.mark.slow
def test_are_its_sentences_true_for_student_and_instructor(graded):
    row = graded[1].report.rows["bea"]
    assert (row.state, row.score) == ("could not be read", 0)
    said = "Your notebook could not be read: that took more than 0.1 GB of memory. No cell was run."
    assert row.for_student.startswith(said)
    assert row.for_instructor.startswith("Reading took more than 0.1 GB of memory, so nothing was run.")
    assert "--regrade" in row.for_instructor


@pytest.mark.slow
def test_does_a_page_that_takes_too_much_cost_no_points_and_is_it_said(graded):
    root, first, *_ = graded
    row = first.report.rows["dan"]
    assert (row.state, row.score) == ("could not be shown", 3)
    for sentence in (row.for_student, row.for_instructor):
        assert "rendering took more than 0.0 GB of memory" in sentence
    assert "double-checks: 2" in page(root, "dan")
    assert "The points count, but the feedback page" in page(root, "dan")
    assert first.report.rows["ann"].state == "graded"


@pytest.mark.slow
def test_is_a_name_that_acts_on_a_page_or_is_no_text_refused_and_everybody_else_graded(graded):
    root, first, kept, _ = graded
    assert sorted(first.refused) == sorted([SCRIPT, "caf?"])
    assert sorted(first.report.rows) == ["ann", "bea", "dan"]
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        assert {student.id for student in gradebook.students} == {"ann", "bea", "dan"}
    for folder in ("autograded", "feedback"):
        assert {path.name for path in (root / folder).iterdir()} == {"ann", "bea", "dan"}
    console = Console(file=io.StringIO(), width=300)
    assert say(console, kept) == 1
    [line] = [line for line in console.file.getvalue().splitlines() if "be a student's id" in line]
    assert "2 folders" in line
    assert "caf?" in line


def test_is_nobody_but_refused_names_said_in_one_line(tmp_path):
    mini.built_course(tmp_path)
    write_submission(tmp_path, SCRIPT, RIGHT)
    for students in (None, [SCRIPT]):
        with pytest.raises(CourseError, match="1 folder has a name that cannot be a student's id"):
            grade_class(tmp_path, mini.NAME, None, students)


@pytest.mark.parametrize(
    "name",
    [
        *("박지성 😀", "김, 민준", "O'Brien Anna", "José-María_Núñez", "a.b+c@example.org", "s2026~1 (2)"),
        *("नरेन्द्र", "می‌خواهم", "👩‍🔬", "Ελένη", "李小龍", "x" * 128, "-7", "1"),
    ],
)
def test_can_a_person_s_name_be_an_id(name):
    assert can_be_an_id(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "<b>", 'a"b', "a&lt;b", "a\\b", "50%", "a?b", "a#b", "*", "[ab]", "{a}", "$x$", "a|b", "`a`"),
        *(".hidden", "...", "a ", "a\nb", "\x1b[2J", "\u202eabc", "\u200babc", "\ufeffabc", "x" * 129),
        *(NO_TEXT, "a\u2028b", "\ue000"),
    ],
)
def test_can_no_other_name_be_an_id(name):
    assert not can_be_an_id(name)


# Judging, without a class.


@pytest.fixture
def lesson(tmp_path):
    return read_graded_lesson(mini.built_course(tmp_path))


def limit_exceeded(function, error):
    """`call_limited` for which one function is too much, and the others are called at once."""

    def call(limits, called, *arguments):
        if called.__name__ == function:
            raise error
        return called(*arguments)

    return call


def grade(lesson, monkeypatch, call):
    notebook = nbformat.from_dict(lesson.template)
    notebook.cells[-1].source = "Because of this."
    monkeypatch.setattr(grade_one, "call_limited", call)
    monkeypatch.setattr(grade_one, "run_notebook", lambda *_, **__: Execution(None))
    handed_in = Submission("ann", lesson.name, nbformat.writes(notebook).encode())
    return grade_one.grade_submission(handed_in, lesson, RunOptions(LIMITS))


def test_is_what_takes_too_much_to_judge_a_state_with_the_answers_of_the_student(lesson, monkeypatch):
    error = LimitExceeded("more than 60 s of CPU time")
    result = grade(lesson, monkeypatch, limit_exceeded("_judged_parts", error))
    assert result.end.state == State.NOT_JUDGED
    assert "could not be judged: that took more than 60 s of CPU time." in result.end.for_student
    assert "--regrade with --step-seconds or --memory-gigabytes" in result.end.for_instructor
    assert result.scores == {"double-checks": 0, "quiz_1-checks": 0, "why": None}
    assert result.notebook["cells"][-1]["source"] == "Because of this."
    assert "did not run" not in json.dumps(result.notebook, ensure_ascii=False)


def test_is_what_takes_too_much_to_read_not_run(lesson, monkeypatch):
    result = grade(
        lesson, monkeypatch, limit_exceeded("_repaired", LimitExceeded("more than 2.1 GB of memory"))
    )
    assert result.end.state == State.NOT_READ
    assert "could not be read: that took more than 2.1 GB of memory." in result.end.for_student
    assert set(result.scores) == {"double-checks", "quiz_1-checks", "why"}
    assert "could not be read" in result.notebook["cells"][0]["source"]


def test_is_a_call_that_is_lost_a_fault_of_the_grader(lesson, monkeypatch):
    result = grade(lesson, monkeypatch, limit_exceeded("_judged_parts", CallLost("it stood still")))
    assert result.end.state == State.GRADER_FAULT
    assert "it stood still" in result.end.for_instructor


def test_does_stock_autograde_judge_within_limits_too(lesson, monkeypatch, tmp_path):
    monkeypatch.setattr(judge, "call_limited", limit_exceeded("_judged", LimitExceeded("more than 60 s")))
    config = Execute().config
    config.CourseDirectory.root = str(tmp_path)
    config.CourseDirectory.source_directory = "solutions"
    with pytest.raises(CourseError, match="more than 60 s"):
        judge.Judge(config=config).preprocess(lesson.template, {"nbgrader": {"assignment": lesson.name}})


# What the docs say.


def test_does_the_page_say_the_limits_and_the_characters_as_they_are(top):
    pages = (top / "docs" / "grading-sandbox-attacks.md", top / "docs" / "grading-states.md")
    said = "".join(page.read_text(encoding="utf-8") for page in pages)
    limits = Limits()
    assert f"after {limits.step_seconds:g} s of CPU time" in said
    assert f"refuses it memory beyond {limits.step_memory_bytes >> 30} GiB" in said
    for state in (State.NOT_READ, State.NOT_JUDGED, State.NOT_SHOWN):
        assert f"| {state} |" in said
    [paragraph] = [line for line in said.splitlines() if line.startswith("A folder in `submitted/`")]
    _, taken, refused = paragraph.split("`")[1::2]
    assert all(can_be_an_id(f"a{character}b") for character in taken.split())
    assert not any(can_be_an_id(f"a{character}b") for character in [*refused.split(), "`"])
