"""What is said of a name that only a cell further down defines."""

import json

import pytest

from helpers.checks.cell_order import defined_below, defined_elsewhere

MISSING = "NameError: name 'twice' is not defined"
CHECKS = "check('two', double, 1)"
DEF = "def twice(x):\n    return 2 * x"


@pytest.mark.parametrize(
    "source",
    [
        DEF,
        "%matplotlib inline\nimport numpy as np\n" + DEF,
        "twice = lambda x: 2 * x",
        "twice: object = None",
        "class twice: pass",
        "from operator import neg as twice",
        "import twice.again",
        "with open('x') as twice: pass",
        "for twice in range(2): pass",
        "if True:\n    once, (twice, *rest) = 1, (2, 3)",
        "print(twice := 2)",
        "async def twice(): pass",
    ],
)
def test_says_so_of_whatever_defines_the_name(source):
    said = defined_below(MISSING, ["", CHECKS, "", source], 1)
    assert said is not None
    assert said.startswith("`twice` is defined in a cell further down.")


@pytest.mark.parametrize(
    ("exercises", "advice"), [({2}, "define it in a cell of your own above"), ({3}, "move that cell above")]
)
def test_does_not_advise_to_move_an_exercise(exercises, advice):
    said = defined_below(MISSING, ["", CHECKS, DEF, ""], 1, exercises)
    assert f"graded from the top: {advice} this one." in said


@pytest.mark.parametrize(
    "below",
    [
        "twice(3)",
        "def other():\n    twice = 2",
        "lambda twice: 1",
        "[twice for twice in range(3)]",
        "thing.twice = 1",
        "values['twice'] = 1",
        "# twice = 2",
        "text = '''\ntwice = 2\n'''",
        "def twice(x)\n    return 2 * x",
        "del twice",
    ],
)
def test_says_nothing_where_no_cell_below_defines_it(below):
    assert defined_below(MISSING, [CHECKS, below], 0) is None


@pytest.mark.parametrize("place", [0, 1], ids=["above", "in the same cell"])
def test_says_nothing_where_it_is_defined_before_as_well(place):
    sources = ["", CHECKS, DEF]
    sources[place] += f"\n{DEF}"
    assert defined_below(MISSING, sources, 1) is None


@pytest.mark.parametrize(
    "said", ["", "TypeError: name 'twice' is not defined", "NameError: twice", "NameError: name 'tw' is not"]
)
def test_says_nothing_of_another_exception(said):
    assert defined_below(said, [CHECKS, DEF], 0) is None


def written(path, *cells):
    path.write_text(
        json.dumps(
            {
                "cells": [
                    {"cell_type": kind, "source": source.splitlines(keepends=True), "metadata": metadata}
                    for kind, source, metadata in cells
                ]
            }
        )
    )


def graded(exercise):
    mark = {"grade": True, "solution": False, "grade_id": f"{exercise}-checks"}
    return "code", CHECKS, {"nbgrader": mark}


def test_reads_the_notebook_that_lies_in_the_folder(tmp_path):
    written(tmp_path / "lesson.ipynb", ("markdown", DEF, {}), graded("double"), ("code", DEF, {}))
    (tmp_path / "Untitled.ipynb").write_text("")
    written(tmp_path / "mine.ipynb", ("code", CHECKS, {}))
    assert "move that cell" in defined_elsewhere(MISSING, "double", tmp_path)
    assert defined_elsewhere(MISSING, "triple", tmp_path) is None


def test_reads_in_the_file_which_cells_are_exercises(tmp_path):
    answer = ("code", DEF, {"nbgrader": {"grade": False, "solution": True, "grade_id": "twice"}})
    written(tmp_path / "lesson.ipynb", graded("double"), answer)
    assert "define it in a cell of your own" in defined_elsewhere(MISSING, "double", tmp_path)


def test_leads_to_the_cell_above_that_was_not_run(tmp_path):
    written(tmp_path / "lesson.ipynb", ("code", DEF, {}), graded("double"))
    assert "run that cell, then this one" in defined_elsewhere(MISSING, "double", tmp_path)


def test_says_nothing_where_two_notebooks_of_the_lesson_disagree(tmp_path):
    written(tmp_path / "lesson.ipynb", graded("double"), ("code", DEF, {}))
    written(tmp_path / "copy.ipynb", ("code", DEF, {}), graded("double"))
    assert defined_elsewhere(MISSING, "double", tmp_path) is None
