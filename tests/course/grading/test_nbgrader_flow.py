"""A class is graded with nbgrader's stock commands and our configuration: real files, real processes.

The lesson is graded in a course directory of its own: a perfect submission, an untouched one, one
with every second exercise solved, one that makes noise on stderr, one that spies, and one for each
rank of the bank: all first wrong answers together, all second ones, and so on.
"""

import csv
import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bank_code import code_of
from nbgrader.api import Gradebook

from course.authoring.answers import read_bank
from course.authoring.source import read_lesson
from helpers.checks.comparison import describe
from helpers.checks.exercises import read_exercises
from helpers.checks.observation import kind_of

RANKS_APART = 3
NOISE = """
import sys as _sys, warnings as _warnings
def _noisy(function):
    def wrapped(*args, **kwargs):
        print("progress 10 %", file=_sys.stderr)
        _warnings.warn("this is slow")
        return function(*args, **kwargs)
    return wrapped
{name} = _noisy({name})
"""

SPY = """
def {name}(*args, **kwargs):
    print(In, Out)
    raise RuntimeError(In[-1])
"""


class Class:
    """A course directory with one lesson and the submissions of a class to it."""

    def __init__(self, top, root, name):
        self.root, self.name = root, name
        shutil.copytree(top / "solutions" / name, root / "solutions" / name)
        shutil.copy(top / "nbgrader_config.py", root)
        folder = root / "solutions" / name
        self.lesson = read_lesson(folder)
        self.exercises = read_exercises(folder)
        self.bank = read_bank(folder, self.lesson.exercises).answers
        self.answers_source = (folder / "answers.py").read_text(encoding="utf-8")
        self.committed = {path.name: path.read_bytes() for path in (top / "notebooks" / name).iterdir()}
        self.wrong = {}

    @property
    def release(self):
        return self.root / "notebooks" / self.name

    def nbgrader(self, *arguments):
        done = subprocess.run(
            [str(Path(sys.executable).parent / "nbgrader"), *arguments],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def submit(self, student, solved, written=None, experiments=True):
        """Hand in the released notebook with `solved` (code by exercise) in its gaps.

        Without `experiments` only what is graded is handed in: the cells between are a learner's to
        delete, and grading a dozen submissions need not train a dozen times.
        """
        notebook = nbformat.read(self.release / f"{self.name}.ipynb", as_version=4)
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id in solved:
                cell.source = solved[grade_id]
            if grade_id in self.lesson.written and written:
                cell.source = written
        if not experiments:
            notebook.cells = [cell for cell in notebook.cells if "nbgrader" in cell.metadata]
        folder = self.root / "submitted" / student / self.name
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{self.name}.ipynb")
        shutil.copy(self.release / "checks.json", folder)

    def solutions(self):
        return {name: exercise.solution for name, exercise in self.lesson.exercises.items()}

    def submit_all(self):
        solutions = self.solutions()
        names = list(solutions)
        self.submit("perfect", solutions, written="Because of this and that.")
        self.submit("untouched", {}, experiments=False)  # nbval runs the unsolved lesson whole
        self.submit("half", {name: solutions[name] for name in names[::2]}, experiments=False)
        noisy = {
            name: code if self.lesson.exercises[name].is_quiz else code + NOISE.format(name=name)
            for name, code in solutions.items()
        }
        self.submit("noisy", noisy, experiments=False)
        self.submit("spy", {name: SPY.format(name=name) for name in names}, experiments=False)
        by_exercise = {
            name: [answer for answer in self.bank if answer.exercise == name and not answer.is_right]
            for name in names
        }
        for rank in range(0, max(map(len, by_exercise.values())), RANKS_APART):
            answers = {name: wrong[rank] for name, wrong in by_exercise.items() if rank < len(wrong)}
            self.wrong[f"wrong-{rank:02}"] = answers
            code = {name: code_of(answer, self.answers_source) for name, answer in answers.items()}
            self.submit(f"wrong-{rank:02}", solutions | code, experiments=False)

    def grade(self):
        self.nbgrader("generate_assignment", self.name)
        self.submit_all()
        self.nbgrader("autograde", self.name)
        self.nbgrader("generate_feedback", self.name)
        self.nbgrader("export")
        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            self.grades = {
                submission.student.id: {
                    grade.name: (grade.auto_score, grade.needs_manual_grade, grade.max_score)
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                for submission in gradebook.assignment_submissions(self.name)
            }

    def auto_points(self, student):
        """Points by exercise."""
        return {name: self.grades[student][f"{name}-checks"][0] for name in self.lesson.exercises}

    def feedback(self, student):
        text = (self.root / "feedback" / student / self.name / f"{self.name}.html").read_text("utf-8")
        return html.unescape(re.sub(r"<[^>]+>", "", text))


@pytest.fixture(scope="class")
def graded(request, top, tmp_path_factory):
    """The class of the lesson that the test class names, graded."""
    graded = Class(top, tmp_path_factory.mktemp("course"), request.cls.name)
    graded.grade()
    return graded


@pytest.mark.slow
class TestStartHere:
    """Lesson 00 stands for all: what a bank's answers earn is asked of every lesson by `course prove`."""

    name = "00-start-here"

    def test_is_the_stock_release_the_committed_one(self, graded):
        assert {path.name: path.read_bytes() for path in graded.release.iterdir()} == graded.committed

    def test_does_a_perfect_submission_get_full_marks(self, graded):
        points = {name: exercise.points for name, exercise in graded.lesson.exercises.items()}
        assert graded.auto_points("perfect") == points

    def test_does_an_untouched_submission_get_zero(self, graded):
        assert set(graded.auto_points("untouched").values()) == {0}
        assert [graded.grades["untouched"][name][0] for name in graded.lesson.written] == [0]

    def test_do_half_the_exercises_give_half(self, graded):
        points = {name: exercise.points for name, exercise in graded.lesson.exercises.items()}
        solved = list(points)[::2]
        assert graded.auto_points("half") == {name: points[name] if name in solved else 0 for name in points}

    def test_do_warnings_and_stderr_cost_nothing(self, graded):
        assert graded.auto_points("noisy") == graded.auto_points("perfect")

    def test_does_every_wrong_answer_lose_its_points_and_only_its_own(self, graded):
        for student, answers in graded.wrong.items():
            for name, exercise in graded.lesson.exercises.items():
                expected = 0 if name in answers else exercise.points
                assert graded.auto_points(student)[name] == expected, (student, name, answers.get(name))

    def test_does_the_feedback_name_every_mistake(self, graded):
        for student, answers in graded.wrong.items():
            words = graded.feedback(student).split()
            text = " ".join(words)
            for answer in answers.values():
                assert " ".join(answer.sentence.split()) in text, (student, answer.name)

    def test_does_the_written_answer_wait_for_a_person(self, graded):
        for name, points in graded.lesson.written.items():
            assert graded.grades["perfect"][name] == (None, True, points)

    def test_does_the_feedback_show_the_score(self, graded):
        total = sum(exercise.points for exercise in graded.lesson.exercises.values())
        assert f"Score: {total:.1f} / " in graded.feedback("perfect")
        assert "Score: 0.0 / " in graded.feedback("untouched")

    def test_does_no_file_of_a_student_show_a_private_check(self, graded):
        for student in graded.grades:
            text = graded.feedback(student)
            assert "HIDDEN TESTS" not in text
            for exercise in graded.exercises.values():
                for expected in exercise.private:
                    assert expected.label not in text, (student, expected.label)
                    value = describe(expected.data)
                    if len(value) >= 8 and kind_of(expected.data) != "bool":
                        assert value not in text, (student, expected.label)
            files = {path.name for path in (graded.root / "autograded" / student / graded.name).iterdir()}
            assert files == {f"{graded.name}.ipynb", "checks.json"}

    def test_is_the_grade_exported(self, graded):
        with (graded.root / "grades.csv").open() as file:
            exported = list(csv.DictReader(file))
        for row in exported:
            says_so = "Waiting for a person:" in graded.feedback(row["student_id"])
            assert says_so == (float(row["waiting"]) > 0) == (row["score"] == ""), row
        rows = {row["student_id"]: float(row["raw_score"]) for row in exported}
        assert rows.keys() == graded.grades.keys()
        assert rows["perfect"] == sum(exercise.points for exercise in graded.lesson.exercises.values())
        assert rows["untouched"] == 0

    def test_does_the_notebook_that_a_student_ran_hold_no_expected_value(self, graded):
        for student in ("perfect", "spy"):
            path = graded.root / "autograded" / student / graded.name / f"{graded.name}.ipynb"
            outputs = json.dumps([cell.get("outputs") for cell in nbformat.read(path, as_version=4).cells])
            assert "observation+json" not in outputs
            for exercise in graded.exercises.values():
                for expected in exercise.private:
                    assert expected.label not in outputs
