"""Does whoever grades by hand see the rubric, and nobody else?"""

import os
import re
from urllib.parse import unquote

import mini
import pytest
from bs4 import BeautifulSoup
from class_here import grade, page, write_small_class
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from course.configuration import nbgrader_config
from course.grading.rubrics import page_of, read_rubrics, write_rubrics

RUBRIC = "Full: because. Half: maybe."


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    return write_small_class(tmp_path_factory.mktemp("class"))


def formgrader_page(root, student="ann"):
    """The page that Formgrader makes of a submission, when the course lies in the server's folder `c`."""
    config = Config(nbgrader_config(root))
    config.CourseDirectory.root = str(root)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    path = f"autograded/{student}/{mini.NAME}/{mini.NAME}.ipynb"
    resources = {
        "assignment_id": mini.NAME,
        "notebook_id": mini.NAME,
        "submission_id": "1",
        "student": student,
        "index": 0,
        "total": 1,
        "base_url": "",
        "mathjax_url": "",
        "notebook_path": f"c/{path}",
    }
    return HTMLExporter(config=config).from_filename(str(root / path), resources=resources)[0]


def text(html):
    return BeautifulSoup(html, "html.parser").get_text()


def test_does_formgrader_show_the_rubric_below_the_answer(graded):
    shown = text(formgrader_page(graded))
    assert shown.count(RUBRIC) == 1
    assert "3 points. Only you see this." in shown
    assert shown.index("Because of this.") < shown.index(RUBRIC)


def test_formgrader_shows_the_points_of_the_term_and_what_the_rubric_takes_them_to_be(tmp_path):
    course = write_small_class(tmp_path)
    (course / "term.toml").write_text(f"[lessons.{mini.NAME}.points]\ndouble = 4\nwhy = 12\n")
    grade(course)
    shown = " ".join(text(formgrader_page(course)).split())
    assert "12 points; the rubric is for 3. Only you see this." in shown
    fields = {field["id"]: field.parent.get_text() for field in scores_of(formgrader_page(course))}
    assert {name: float(said.rpartition("/")[2]) for name, said in fields.items()} == {
        "double-checks": 4,
        "quiz_1-checks": 0,
        "why": 12,
    }
    page = write_rubrics(course, course / "solutions" / mini.NAME)
    assert "why (12 points; the rubric is for 3)" in text(page.read_text(encoding="utf-8"))


def scores_of(html):
    return BeautifulSoup(html, "html.parser").find_all("input", class_="score")


def test_does_the_rubric_link_to_the_page_of_all(graded):
    write_rubrics(graded, graded / "solutions" / mini.NAME)
    [link] = BeautifulSoup(formgrader_page(graded), "html.parser").find_all("a", string=re.compile("All rub"))
    assert link["href"] == f"/view/c/grading/{mini.NAME}-rubrics.html"
    assert (graded / unquote(link["href"]).removeprefix("/view/c/")) == page_of(graded, mini.NAME)
    page_of(graded, mini.NAME).unlink()
    assert "All rubrics" not in formgrader_page(graded)


def test_does_the_page_hold_question_points_and_rubric(graded):
    path = write_rubrics(graded, graded / "solutions" / mini.NAME)
    shown = text(path.read_text(encoding="utf-8"))
    assert RUBRIC in shown
    assert "why (3 points)" in shown
    os.utime(path, (0, 0))  # older than the lesson
    path.write_text("old")
    os.utime(path, (0, 0))
    assert RUBRIC in write_rubrics(graded, graded / "solutions" / mini.NAME).read_text(encoding="utf-8")


def test_is_a_lesson_without_written_questions_without_a_page(graded, tmp_path):
    mini.built_course(tmp_path)
    notebook = tmp_path / "solutions" / mini.NAME / f"{mini.NAME}.ipynb"
    notebook.write_text(notebook.read_text().replace('"grade_id": "why"', '"grade_id": "x", "task": false'))
    assert [rubric[0] for rubric in read_rubrics(notebook.parent)] == ["x"]
    notebook.write_text(notebook.read_text().replace('"cell_type": "markdown"', '"cell_type": "raw"'))
    assert write_rubrics(tmp_path, notebook.parent) is None
    assert not page_of(tmp_path, mini.NAME).exists()


def test_does_no_student_see_a_rubric(graded):
    places = [graded / "notebooks", graded / "autograded", graded / "feedback"]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert len(files) >= 8
    for path in files:
        assert b"Full: because" not in path.read_bytes(), path
    assert "Only you see this" not in page(graded, "ann")


def test_is_a_rubric_that_cannot_be_read_said_to_be_one(graded):
    path = graded / "solutions" / mini.NAME / f"{mini.NAME}.ipynb"
    content = path.read_bytes()
    path.write_bytes(b"{")
    try:
        assert "The rubrics cannot be read" in text(formgrader_page(graded))
    finally:
        path.write_bytes(content)


@pytest.mark.parametrize("lesson", mini.LESSONS)
def test_has_every_written_question_of_the_course_a_rubric(lesson):
    for name, points, question, rubric in read_rubrics(mini.ROOT / "solutions" / lesson):
        assert "ubric" in rubric or "Full" in rubric, name
        assert points > 0
        assert len(question) > 20, name
