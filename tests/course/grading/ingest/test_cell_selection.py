"""Which cells of a submission are run: those on which points depend, and what these need."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course.grading.ingest.cell_selection import cells_to_run, misses_a_name, names_of


def nbgrader_cell(source, grade_id, **marks):
    marks = {"grade": False, "solution": False, "locked": False, "task": False} | marks
    return new_code_cell(source, id=grade_id, metadata={"nbgrader": {"grade_id": grade_id, **marks}})


SETUP = nbgrader_cell("import numpy as np\nimport helpers.plotting as plotting", "setup", locked=True)
CHECK = nbgrader_cell("check(answer)", "answer-checks", grade=True, locked=True)


def notebook(answer, *free, changed=()):
    """A submission: set-up, free cells, the answer and its check. changed: free cells that are not the lesson's."""
    cells = [new_code_cell(source, id=f"free-{place}") for place, source in enumerate([*free, *changed])]
    return new_notebook(cells=[SETUP, *cells, nbgrader_cell(answer, "answer", solution=True), CHECK])


def free_cells_run(answer, *free, changed=()):
    """Places of the free cells that are run."""
    ran = cells_to_run(notebook(answer, *free, changed=changed), notebook("answer = None", *free))
    assert {"setup", "answer", "answer-checks"} <= ran
    return [place for place in range(len(free) + len(changed)) if f"free-{place}" in ran]


@pytest.mark.parametrize(
    ("free", "answer", "expected"),
    [
        (["runs = train()", "plotting.plot(runs)"], "answer = 3", []),
        (["runs = train()", "plotting.plot(runs)"], "answer = runs[0]", [0]),
        (["rates = [1]", "runs = train(rates)"], "answer = runs[0]", [0, 1]),
        (["runs = []", "runs.append(1)", "print(runs)"], "answer = runs", [0, 1]),
        (["runs = {}", "runs['a'] = 1", "runs['b']"], "answer = runs", [0, 1]),
        (["run = make()", "run.rate = 2", "run.rate"], "answer = run", [0, 1]),
        (["def f(x):\n    return x * scale", "scale = 2"], "answer = f(3)", [0]),
        (["scale = 2", "def f(x):\n    return x * scale"], "answer = f(3)", [0, 1]),
        (["def count():\n    global seen\n    seen += 1", "seen = 0"], "answer = seen", [0, 1]),
        (["class A:\n    pass"], "answer = A()", [0]),
        (["for rate in range(3):\n    runs = rate"], "def answer():\n    return rate, runs", [0]),
        # A name of the same letters that is the answer's own.
        (["x = 1"], "answer = [x for x in range(3)]", []),
        (["x = 1"], "def answer(x):\n    y = x\n    return y", []),
        (["x = 1"], "x = 2\nanswer = x", []),
        (["x = 1"], "for x in range(3):\n    answer = x", []),
        (["x = 1"], "x += 2\nanswer = x", [0]),
        (["x = 1"], "if True:\n    x = 2\nanswer = x", [0]),
        (["x = 1"], "answer = lambda y: x", [0]),
        (["x = 1"], "with open('x') as x:\n    answer = x", []),
        (["x = 1"], "answer = 'x'", []),
        # By the name in a text.
        (["x = 1"], "answer = globals()['x']", [0]),
        (["x = 1"], "answer = eval('2 * x')", [0]),
        # A module is the same after a method was called or it was imported again.
        (["plotting.show()", "import numpy as np"], "answer = np.mean, plotting", []),
        (["import scipy"], "answer = scipy", [0]),
        # Jupyter's own commands, and what is no Python.
        (["%time x = 1"], "answer = x", [0]),
        (["x = !ls"], "answer = x", [0]),
        (["x = 1"], "answer = (x", [0]),
    ],
)
def test_cell_is_run_whose_names_an_answer_reads(free, answer, expected):
    assert free_cells_run(answer, *free) == expected


def test_changed_cell_is_run_with_what_it_needs():
    assert free_cells_run("answer = 3", "x = 1", "y = 2", changed=["x = x + 1"]) == [0, 2]


def test_blanks_and_line_ends_are_no_change():
    lesson = notebook("answer = None", "x = 1\ny = 2")
    handed_in = notebook("answer = 3", "x = 1  \r\ny = 2\n\n")
    assert "free-0" not in cells_to_run(handed_in, lesson)


def test_cell_below_an_answer_is_not_run_for_it():
    lesson = notebook("answer = None")
    lesson.cells.append(new_code_cell("x = 1", id="below"))
    handed_in = nbformat.from_dict(lesson)
    handed_in.cells[1].source = "answer = x"
    assert "below" not in cells_to_run(handed_in, lesson)


@pytest.mark.parametrize(
    ("message", "expected"),
    [("name 'rates' is not defined", True), ("name 'rate' is not defined", False), ("rates", False)],
)
def test_missing_name_is_looked_for_in_cells_that_were_not_run(message, expected):
    executed = notebook("answer = 3", "exec('rates = [1]')")
    executed.cells[-1].outputs = [
        nbformat.v4.new_output("error", ename="NameError", evalue=message, traceback=[])
    ]
    assert misses_a_name(executed, {"setup", "answer", "answer-checks"}) is expected
    assert not misses_a_name(executed, {"setup", "answer", "answer-checks", "free-0"})


def test_source_that_is_made_to_hurt_reads_every_word():
    for source in ("(" * 100_000 + "rates", "x = " + "-" * 100_000 + "rates", "\0 rates"):
        assert "rates" in names_of(source).reads
