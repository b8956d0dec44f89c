"""`course new`: what it writes is a course for every command, without TensorFlow and the laboratory."""

import json
import os
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import nbformat
import pytest

from course.authoring.new import new_course
from helpers.errors import CourseError

TOP = Path(__file__).resolve().parents[2]
LESSON = "01-average"
ABSENT = ["tensorflow", "keras", "keras_tuner", "autokeras", "optuna", "matplotlib"]


def hand_in(root, student, answers):
    """Copy the released notebook into the student's folder, with answers in its exercises."""
    notebook = nbformat.read(root / f"notebooks/{LESSON}/{LESSON}.ipynb", 4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    folder = root / "submitted" / student / LESSON
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{LESSON}.ipynb")


def as_a_student(archive, folder, absent):
    """What a wrong answer reads where nothing but the unpacked bundle is on the path."""
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder / "student")
    top = folder / "student/my-course"
    tried = f"""
        import runpy, sys, helpers
        assert helpers.__file__.startswith({str(top)!r}), helpers.__file__
        from helpers.checks import check
        def average(numbers):
            return sum(numbers)
        check("three numbers", average, [1, 2, 6])
    """
    environment = {**os.environ, "PYTHONPATH": f"{absent}{os.pathsep}{top}"}
    command = [sys.executable, "-c", textwrap.dedent(tried)]
    place = top / f"notebooks/{LESSON}"
    ended = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)
    return ended.stdout + ended.stderr


@pytest.mark.slow  # 30 s: each step of an author and of a grader, as commands
def test_a_new_course_is_built_proved_packed_shown_and_graded_without_tensorflow(tmp_path):
    absent = tmp_path / "absent"
    absent.mkdir()
    for package in ABSENT:
        (absent / f"{package}.py").write_text(f"raise ImportError('there is no {package}')")
    environment = {**os.environ, "PYTHONPATH": f"{absent}{os.pathsep}{TOP}"}

    def course(*arguments, folder):
        command = [Path(sys.executable).with_name("course"), *arguments]
        ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    course("new", "my-course", folder=tmp_path)
    root = tmp_path / "my-course"
    course("build", folder=root)
    assert "no lint" in course("prove", folder=root)
    assert "(100.0%)" in course("prove", "--mutants", folder=root)
    course("bundle", folder=root)
    assert "expected 3, got 9" in as_a_student(root / "bundle/my-course.zip", tmp_path, absent)
    course("site", folder=root)
    assert (root / f"_build/site/{LESSON}.html").exists()

    right = "def average(numbers):\n    return sum(numbers) / len(numbers)"
    hand_in(root, "ann", {"average": right, "quiz_1": 'quiz_1 = "a"'})
    hand_in(root, "bo", {"average": right.replace(" / len(numbers)", ""), "quiz_1": 'quiz_1 = "b"'})
    course("grade", "01", folder=root)
    report = json.loads((root / f"grading/{LESSON}.json").read_text(encoding="utf-8"))
    assert {one["student"]: one["score"] for one in report["submissions"]} == {"ann": 3, "bo": 0}
    feedback = (root / f"feedback/bo/{LESSON}/{LESSON}.html").read_text(encoding="utf-8")
    assert "You returned the sum." in feedback


@pytest.mark.parametrize("name", ["", "My course", "../up", "a--b"])
def test_a_name_that_is_no_folder_is_one_line(tmp_path, name):
    with pytest.raises(CourseError, match="is no name of a course"):
        new_course(tmp_path, name)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(CourseError, match="mine is there already"):
        new_course(tmp_path, "mine")
    assert not list((tmp_path / "mine").iterdir())
