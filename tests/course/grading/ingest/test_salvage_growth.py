"""Repair takes time in proportion to what was handed in, whatever it is."""

import contextlib
import json
import math

import pytest
from damage import repaired
from mini import NAME, ROOT, write_course
from timing import least_cpu_seconds

from course.authoring.source import read_lesson
from course.grading.ingest.cells import MAX_ATTACHMENTS, Unreadable
from course.grading.lesson import make_template
from helpers.errors import CourseError

HALF = "def double(values):\n    twice = 2 * values"
REST = "    twice = twice\n" * 20 + "    return twice"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return make_template(read_lesson(write_course(tmp_path_factory.mktemp("course"))).notebook, ROOT)


@pytest.fixture(scope="module")
def released(template):
    """The lesson's cells without its exercise: something is missing, so every cell is looked at."""
    cells = json.loads(json.dumps(template.cells))
    return [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id") != "double"]


def code(source, metadata=None, **more):
    return {"cell_type": "code", "source": source, "metadata": metadata or {}, **more}


def named(source, name):
    nbgrader = {"grade_id": name, "grade": True, "solution": False, "points": 1, "schema_version": 3}
    return code(source, metadata={"nbgrader": nbgrader})


# Each gives cells in proportion to a number; at the largest, some thousand lines or cells.
CELLS = {
    "returns that go deeper than a half begins": lambda n: [
        code(HALF),
        code("    x\n" + "  return\n" * n + " def x():"),
    ],
    "indented cells": lambda n: [code(HALF), *[code(REST)] * (n // 20)],
    "indented cells that define": lambda n: [code(HALF), *[code(REST + "\nx = 1")] * (n // 20)],
    "copies of an exercise": lambda n: [named(f"{HALF} + {number}", "double") for number in range(n // 4)],
    "copies of a check": lambda n: [named("x", "double-checks") for _ in range(n // 4)],
    "exercises that say they are checks": lambda n: [
        named(f"{HALF} + {number}", "double-checks") for number in range(n // 4)
    ],
    "definitions without a name": lambda n: [code(f"{HALF} + {number}") for number in range(n // 4)],
    "names that the lesson has not": lambda n: [named("x", f"unknown-{number}") for number in range(n // 4)],
    "ids that are taken": lambda n: [code("x", id="double-checks") for _ in range(n // 4)],
    "one id": lambda n: [code("x", id="own") for _ in range(n // 4)],
    "the first line of a check": lambda n: [code('check("a number", double, 3.0)\n' * n)],
    "decorators": lambda n: [code("@x\n" * n + HALF + "\n" + "@x\n" * n + "quiz_1 = 'b'")],
    "answers": lambda n: [{"cell_type": "markdown", "metadata": {}, "source": "words"}] * (n // 4),
    "metadata that is none": lambda n: [code("x", metadata={"collapsed": 5, "tags": 7})] * (n // 4),
}
FILES = {
    "numbers instead of cells": lambda n: b'{"cells": [' + b"1," * 20 * n,
    "cells that end in numbers": lambda n: (
        b'{"cells": [' + b'{"cell_type": "code", "source": [' * 20 + b"1," * 20 * n
    ),
    "cells that never end": lambda n: b'{"cells": [' + b'{"cell_type": "code", "source": "x\\n",' * n,
    "nothing but openings": lambda n: b'{"cells": [' + b'{   "cell_type"  ' * n,
}


def seconds(content, template):
    """The CPU time of one reading."""

    def read():
        with contextlib.suppress(CourseError):  # refused is well too, if it was soon
            repaired(content, template, NAME)

    return least_cpu_seconds(read, goes=1)


@pytest.mark.parametrize("name", [*CELLS, *FILES])
def test_does_repair_take_time_in_proportion(name, released, template):
    """Eight times as much takes eight times as long; what is quadratic takes sixty-four times as long.

    Three readings of each, in turns. A busy core beside makes some slower, and none faster: so where three
    do not tell, more are made.
    """

    def content(number):
        if name in FILES:
            return FILES[name](number)
        return json.dumps({"cells": [*released[:3], *CELLS[name](number), *released[3:]]}).encode()

    contents = content(1_000), content(8_000)
    small = large = math.inf
    for go in range(20):
        small, large = (
            min(least, seconds(each, template)) for least, each in zip((small, large), contents, strict=True)
        )
        if go >= 2 and large < 16 * small + 0.02:
            break
    assert large < 16 * small + 0.02


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (1, "A cell says it is graded as 'unknown-0'; the lesson has no such cell: it is not graded."),
        (
            2_900,
            "2900 cells say they are graded as 'unknown-0', 'unknown-1', 'unknown-2', ...; "
            "the lesson has no such cells, so they are not graded.",
        ),
    ],
)
def test_are_names_that_no_template_cell_has_one_sentence(template, number, sentence):
    cells = [named("x", f"unknown-{place}") for place in range(number)]
    content = json.dumps({"cells": [*template.cells, *cells]}).encode()
    assert [repair for repair in repaired(content, template, NAME).repairs if "unknown" in repair] == [
        sentence
    ]


def test_are_more_pictures_than_anybody_attaches_refused(released, template):
    pictures = {f"{number}.png": {"image/png": "AA=="} for number in range(60)}
    text = {"cell_type": "markdown", "metadata": {}, "source": "x", "attachments": pictures}

    def content(number):
        return json.dumps({"cells": [*released, *[text] * number]}).encode()

    assert repaired(content(MAX_ATTACHMENTS // 60), template, NAME).notebook.cells[-1].attachments
    with pytest.raises(Unreadable, match="1000 pictures"):
        repaired(content(MAX_ATTACHMENTS // 60 + 1), template, NAME)
