"""How fast a class is graded, against stock nbgrader in the same run.

The class hands in two real lessons: every second student the solutions, the others answers of the lesson's
bank. Stock nbgrader runs all cells, one notebook after another; `course grade` runs the cells on which points
depend, on all cores. Both judge by the same checks, so the points must agree. The goal is 20 times stock, and
a class of 300 of lesson 05 in ten minutes on two cores.
"""

import collections
import importlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat

from course.authoring.answers import read_bank
from course.authoring.source import read_lesson

TOP = Path(__file__).parents[1]
LESSONS = ("05-batch-size", "13-random-search")
LARGE = "05-batch-size"


def figures(count=30, large=300):
    """Measure; count: submissions of each lesson, large: those of the large class."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        top = Path(folder)
        for name in LESSONS:
            graded, cells, beyond = yield from _both(top, name, count)
            if name == LARGE:
                yield from _large(top, graded, count, large)
            yield f"  CPU of a submission of {name}: its cells", cells, "s", "-", True
            yield "  beyond its cells: reading, judging, its page", beyond, "s", "-", True


def _both(top, name, count):
    """Yield what both graders took for a class.

    Return ours, and the CPU seconds of a submission's cells and beyond them.
    """
    few = max(1, count // 5)
    small, ours, stock = (
        _class(top / f"{name}-{who}", name, size)
        for who, size in (("few", few), ("ours", count), ("stock", count))
    )
    start, graded = _run(small, "course", "grade", name), _run(ours, "course", "grade", name)
    _run(stock, "nbgrader", "generate_assignment", name, "--force")
    autograded = _run(stock, "nbgrader", "autograde", name)
    same = _grades(ours, name) == _grades(stock, name)
    yield f"{name}, {count} submissions: course grade", count / graded.seconds * 60, "/min", "", same
    yield "  the same: nbgrader autograde", count / autograded.seconds * 60, "/min", "", same
    ratio = autograded.seconds / graded.seconds
    yield "  times as many a minute, in the sandbox", ratio, "x", ">= 20 x", ratio >= 20
    # Starting the warm process and the workers costs the same for any class.
    each = (graded.seconds - start.seconds) / (count - few)
    yield "  by the clock: the start", start.seconds - few * each, "s", "-", True
    yield "  by the clock: one more submission", each, "s", "-", True
    yield "  peak memory of the largest process", graded.peak_bytes / 1e6, "MB", "-", True
    yield "  of stock's largest", autograded.peak_bytes / 1e6, "MB", "-", True
    rows = json.loads((ours / "grading" / f"{name}.json").read_text(encoding="utf-8"))["submissions"]
    cells = statistics.mean(row["cpu_seconds"] for row in rows)
    return graded, cells, (graded.cpu_seconds - start.cpu_seconds) / (count - few) - cells


def _large(top, graded, count, large):
    course = _class(top / "large", LARGE, large)
    run = _run(course, "course", "grade", LARGE)
    minutes = run.seconds / 60
    yield f"  a class of {large}", minutes, "min", "< 10 min", minutes < 10
    growth = run.seconds / large / (graded.seconds / count)
    yield f"  a submission of it, in those of {count}", growth, "x", "<= 1.1 x", growth <= 1.1


@dataclass(frozen=True)
class Run:
    """What a command took, its children included: wall and CPU seconds, and the largest process's bytes."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def _run(course, *command):
    program = str(Path(sys.executable).with_name(command[0]))
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [program, *command[1:]], cwd=course, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        if status:
            output.seek(0)
            raise SystemExit(output.read()[-3000:].decode(errors="replace"))
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def _class(root, name, count):
    """Write a course directory with one real lesson and so many submissions; return its path."""
    source = TOP / "solutions" / name
    shutil.copytree(source, root / "solutions" / name)
    shutil.copy(TOP / "nbgrader_config.py", root)
    lesson = read_lesson(source)
    bank, text = read_bank(source, lesson.exercises), (source / "answers.py").read_text(encoding="utf-8")
    code_of = _of_tests("bank_code").code_of
    answers = collections.defaultdict(list)
    for answer in bank.answers:
        answers[answer.exercise].append(answer)
    for number in range(count):
        solved = {exercise: one.solution for exercise, one in lesson.exercises.items()}
        if number % 2:
            some = {exercise: those[number % len(those)] for exercise, those in answers.items()}
            solved |= {exercise: code_of(answer, text) for exercise, answer in some.items()}
        notebook = nbformat.read(TOP / "notebooks" / name / f"{name}.ipynb", as_version=4)
        for cell in notebook.cells:
            cell.source = solved.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
        folder = root / "submitted" / f"student-{number:03}" / name
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{name}.ipynb")
    return root


def _of_tests(module):
    """Return a module of the tests: they make answers of a bank into cells too."""
    sys.path.insert(0, str(TOP / "tests" / "support"))
    try:
        return importlib.import_module(module)
    finally:
        del sys.path[0]


def _grades(course, name):
    """Return the points of every graded cell of every student."""
    from nbgrader.api import Gradebook

    points = collections.defaultdict(dict)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(name):
            for grade in submission.notebooks[0].grades:
                points[submission.student.id][grade.name] = grade.auto_score
    return points
