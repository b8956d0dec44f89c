"""Which cells of a submission are run: those on which points depend, and what these need."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course.grading.ingest.cell_selection import cells_to_run, misses_something, names_of
from helpers.checks import OBSERVATION_MIME


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
    handed_in = notebook(answer, *free, changed=changed)
    ran = cells_to_run(handed_in, notebook("answer = None", *free))
    assert {"setup", "answer", "answer-checks"} <= ran
    return [place for place in range(len(free) + len(changed)) if f"free-{place}" in ran]


@pytest.mark.parametrize(
    ("free", "answer"),
    [
        (["runs = train()", "plotting.plot(runs)"], "answer = 3"),
        # A name of the same letters that is the answer's own.
        (["x = 1"], "answer = [x for x in range(3)]"),
        (["x = 1"], "def answer(x):\n    y = x\n    return y"),
        (["x = 1"], "x = 2\nanswer = x"),
        (["x = 1"], "for x in range(3):\n    answer = x"),
        (["x = 1"], "with open('x') as x:\n    answer = x"),
        (["x = 1"], "answer = 'x'"),
        # A module is the same after a method was called or it was imported again; so are the built-in functions.
        (["plotting.show()", "import numpy as np"], "answer = np.mean, plotting"),
        (["list(map(str, runs))"], "answer = str(3)"),
        # The lesson calls what the learner writes.
        (["print(answer)"], "def answer(n):\n    return answer(n - 1)"),
    ],
)
def test_cells_are_left_out_on_which_no_answer_leans(free, answer):
    assert free_cells_run(answer, *free) == []


@pytest.mark.parametrize(
    ("free", "answer"),
    [
        (["runs = train()", "plotting.plot(runs)"], "answer = runs[0]"),
        (["runs = []", "for rate in rates:\n    runs.append(rate)"], "answer = runs"),
        (["run = make()", "best = run", "best.rate = 2"], "answer = run"),
        (["scale = 2", "def f(x):\n    return x * scale"], "answer = f(3)"),
        (["def count():\n    global seen\n    seen += 1", "seen = 0"], "answer = seen"),
        (["class A:\n    pass"], "answer = A()"),
        (["for rate in range(3):\n    runs = rate"], "def answer():\n    return rate, runs"),
        (["x = 1"], "x += 2\nanswer = x"),
        (["x = 1"], "if True:\n    x = 2\nanswer = x"),
        (["x = 1"], "answer = lambda y: x"),
        (["np.mean = max"], "answer = np.mean"),
        (["import scipy"], "answer = scipy"),
        # By the name in a text, or by what any cell gave.
        (["x = 1"], "answer = globals()['x']"),
        (["x = 1"], "answer = eval('2 * x')"),
        (["x = 1"], "answer = _"),
        (["x = 1"], "answer = Out[3]"),
        (["x = 1"], "import __main__\nanswer = __main__.x"),
        (["x = 1"], "from numpy import *\nanswer = 3"),
        # Jupyter's own commands, and what is no Python.
        (["%time x = 1"], "answer = x"),
        (["x = !ls"], "answer = x"),
        (["x = 1"], "answer = (x"),
    ],
)
def test_all_cells_are_run_where_an_answer_leans_on_one(free, answer):
    assert free_cells_run(answer, "unrelated = 1", *free) == list(range(len(free) + 1))


def test_answer_leans_on_a_cell_by_way_of_a_cell_of_the_student():
    changed = ["mine = runs[0]"]
    assert free_cells_run("answer = mine", "runs = train()", "y = 1", changed=changed) == [0, 1, 2]
    assert free_cells_run("answer = memo", "y = 1", "use(memo)", changed=["memo = {}"]) == [2]


def test_changed_cell_is_run_with_what_it_needs():
    assert free_cells_run("answer = 3", "x = 1", "y = 2", changed=["x = x + 1"]) == [0, 2]
    assert free_cells_run("answer = 3", "x = []", "x.append(1)", "y = 2", changed=["print(x)"]) == [0, 1, 3]
    assert free_cells_run("answer = 3", "x = []", "fill(x)", "y = 2", changed=["print(x)"]) == [0, 1, 3]


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
    ("kind", "message", "expected"),
    [
        ("NameError", "name 'rates' is not defined", True),
        ("NameError", "name 'rate' is not defined", False),
        ("ValueError", "rates", False),
        ("FileNotFoundError", "[Errno 2] No such file or directory: 'runs.npy'", True),
    ],
)
@pytest.mark.parametrize("caught", [False, True])
def test_missing_name_or_file_is_looked_for_in_cells_that_were_not_run(kind, message, expected, caught):
    executed = notebook("answer = 3", "rates = [1]")
    observed = {OBSERVATION_MIME: {"label": "a", "data": {"raises": kind, "message": message}}}
    executed.cells[-1].outputs = [
        nbformat.v4.new_output("display_data", data=observed)
        if caught
        else nbformat.v4.new_output("error", ename=kind, evalue=message, traceback=[])
    ]
    assert misses_something(executed, {"setup", "answer", "answer-checks"}) is expected
    assert not misses_something(executed, {"setup", "answer", "answer-checks", "free-0"})


def test_any_name_is_missed_where_a_cell_that_was_not_run_binds_names_from_a_text():
    executed = notebook("answer = 3", "exec(text)")
    message = "name 'rates' is not defined"
    executed.cells[-1].outputs = [
        nbformat.v4.new_output("error", ename="NameError", evalue=message, traceback=[])
    ]
    assert misses_something(executed, {"setup", "answer", "answer-checks"})


def test_source_that_is_made_to_hurt_reads_every_word():
    for source in ("(" * 100_000 + "rates", "x = " + "-" * 100_000 + "rates", "\0 rates"):
        assert "rates" in names_of(source).reads
