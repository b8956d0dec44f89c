"""How long a learner, an author and CI wait for the course's own commands."""

import math
import statistics
import subprocess
import sys
import time
from pathlib import Path

from course.directory import find_lessons
from course.kernels.provisioner import warm_kernels
from helpers.errors import CourseError

LESSON = Path("solutions/01-learning-rate")


def figures():
    yield from seconds("lesson 01 from top to bottom", 60, run_lesson, LESSON)
    with warm_kernels():
        run_lesson(LESSON)  # the first kernel waits for the imports of the warm process
        for folder in find_lessons(Path("solutions")):
            yield from seconds(f"{folder.name} in a warm kernel", 60, run_lesson, folder)
    yield from seconds(
        "from helpers.checks import check", 0.1, import_time, "from helpers.checks import check"
    )
    yield from seconds("course progress", 1, command, "progress")
    yield from seconds("course build --check", 10, command, "build", "--check")
    # The course grows; what a lesson may take does not.
    first_two = "00-start-here", "01-learning-rate"
    yield from seconds("course prove, lessons 00 and 01", 30, command, "prove", *first_two)
    yield from seconds(
        "course prove, all lessons", 15 * len(find_lessons(Path("solutions"))), command, "prove"
    )
    yield from seconds("make lessons: the suite of all lessons", 18 * 60, ended_well, "make", "lessons")


def seconds(name, bar, measure, *arguments):
    """A row of `measure(*arguments)`; what does not work takes for ever, and the other rows are measured."""
    try:
        value = measure(*arguments)
    except CourseError as error:
        yield f"{name}: {error}"
        value = math.inf
    yield name, value, "s", f"< {bar:g} s", value < bar


def run_lesson(folder):
    """Wall time of a lesson with its solutions in a kernel of its own, starting the kernel included."""
    from course.authoring.drawn_cases import read_with_cases
    from course.authoring.execute import execute

    lesson, _ = read_with_cases(folder)
    started = time.perf_counter()
    execute(lesson, folder)
    return time.perf_counter() - started


def import_time(statement):
    """Median over fresh interpreters of what a statement adds to starting Python."""

    def start(program):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True)
        return time.perf_counter() - started

    return statistics.median(start(statement) - start("pass") for _ in range(9))


def command(*arguments):
    """Wall time of a `course` command that ends well."""
    return ended_well(Path(sys.executable).with_name("course"), *arguments)


def ended_well(program, *arguments):
    """Wall time of a program that ends well."""
    started = time.perf_counter()
    process = subprocess.run([program, *arguments], capture_output=True, text=True)
    taken = time.perf_counter() - started
    if process.returncode:
        said = process.stderr or process.stdout
        raise CourseError(f"{' '.join([Path(program).name, *arguments])} failed: {said}")
    return taken
