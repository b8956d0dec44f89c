"""What a learner sees of a graded cell in a notebook: the checks of a cell that ends as it should, or early.

One kernel runs the cells of this file once, in the folder of the tiny lesson's release.
"""

import re
import shutil

import mini
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course.authoring.execute import in_one_piece, notebook_client

SETUP = "import os, signal, time\nimport numpy as np\nfrom helpers.checks import check, hint, solved"
RIGHT = "def double(values):\n    return values + values"
SQUARES = "def double(values):\n    return values**2"
# Raises where it is given a number, in a function of its own.
RAISES = """\
def halved(values):
    return values / 0

def double(values):
    return halved(values) if isinstance(values, float) else 2 * values
"""
NUMBER, ARRAY, TEXT = (
    'check("a number", double, 3.0)',
    'check("an array", double, np.array([1.0, -2.0]))',
    'check("text is refused", double, None)',
)
GRADED = "\n".join([NUMBER, ARRAY, TEXT])
OUTSIDE = f"{NUMBER}\n{ARRAY}\nraise RuntimeError('outside of every check')\n{TEXT}"
INTERRUPTED = f"{NUMBER}\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n{ARRAY}\n{TEXT}"
ENDLESS = """\
def double(values):
    if isinstance(values, float):
        return values**2
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(9)
"""
TRACED = """\
import functools

def traced(function):
    @functools.wraps(function)
    def inner(values):
        return function(values)
    return inner

@traced
def double(values):
    return {}
"""
PARTIAL = """\
from functools import partial

def times(factor, values):
    return factor * values

double = partial(times, {})
"""
OF_A_FUNCTION = """\
from functools import partial

def of_values(values):
    return {}

def applied(function, values):
    return function(values)

double = partial(applied, of_values)
"""
# So long that NumPy prints its ends alone.
LONG_DEFAULT = """\
def double(values, factors=np.where(np.arange(2000) == 1000, {}, 0)):
    return factors[1000] * values
"""
OBJECT = """\
class Times:
    def __init__(self, factor):
        self.factor, self.calls = factor, 0

    def __call__(self, values):
        self.calls += 1
        return self.factor * values

double = Times({})
"""
# What an answer keeps of its calls is no change of it.
KEEPS = """
def double(values, seen=set()):
    seen.add(np.sum(values))
    return {}
"""
# Defaults of which no check observes more than their kind.
DEFAULT = "class Plain: pass\ndef double(values, given={}):\n    return 2 * values"
DEFAULTS = {
    "(np.sin,)": "(np.cos,)",
    "range(3)": "range(5)",
    "{1}": "{2}",
    "(Plain(), 1j)": "(Plain(), 2j)",
}
# An answer with something around it, what leaves it as it is, and another one.
CHANGING = {
    "a decorator": (TRACED.format("2 * values"), TRACED.format("2 * values"), TRACED.format("values / 2")),
    "a partial": (PARTIAL.format(2), PARTIAL.format(2), PARTIAL.format(3)),
    "a partial of a function": (
        OF_A_FUNCTION.format("2 * values"),
        OF_A_FUNCTION.format("2 * values"),
        OF_A_FUNCTION.format("values / 2"),
    ),
    "a partial of NumPy's": (
        "double = partial(np.multiply, 2)",
        "double = partial(np.multiply, 2)",
        "double = partial(np.multiply, 3)",
    ),
    "a long default": (LONG_DEFAULT.format(2), LONG_DEFAULT.format(2), LONG_DEFAULT.format(3)),
    "an object": (OBJECT.format(2), "double(1.0)", OBJECT.format(3)),
    "kept results": (KEEPS.format("2 * values"), "double(1.0)", KEEPS.format("values / 2")),
    **{
        f"a default {kept}": (DEFAULT.format(kept), DEFAULT.format(kept), DEFAULT.format(other))
        for kept, other in DEFAULTS.items()
    },
}


def changing(around, answer, kept, other):
    """The cells in which such an answer is checked, kept as it is, and changed."""
    return {
        around: answer,
        f"{around}, checked": GRADED,
        f"{around}, kept": kept,
        f"{around}, solved": "print(solved('double'))",
        f"{around}, changed": other,
        f"{around}, solved no more": "print(solved('double'))",
    }


SENTENCE = "You squared. Twice a value is the value and itself, added."

# The cells of the notebook, in the order in which they are run.
CELLS = {
    "setup": SETUP,
    "not solved yet": "if solved('double'):\n    print('on it goes with', double(2.0))",
    "unsolved": f"def double(values):\n    pass\n{GRADED}",
    "only a docstring": f"def double(values):\n    'Return twice the values.'\n{GRADED}",
    "no return": f"def double(values):\n    2 * values\n{GRADED}",
    "still not solved": "print(solved('double'), solved('quiz_1', 'double'))",
    "raises": f"{RAISES}\n",
    "raises, checked": GRADED,
    "squares": SQUARES,
    "squares, checked": GRADED,
    "an exception outside": OUTSIDE,
    "after it": "print('as ever')\n1 / 0",
    "interrupted": INTERRUPTED,
    "endless": ENDLESS,
    "endless, interrupted": GRADED,
    "squares again": SQUARES,
    "some checks": f"{NUMBER}\n{ARRAY}",
    "after some checks": "print('nothing more')",
    "right": RIGHT,
    "some checks of a right one": f"{NUMBER}\n{ARRAY}",
    "some checks are not all": "print(solved('double'))",
    "stopped in the middle": f"{SQUARES}\n{NUMBER}\nraise RuntimeError",
    "right again": RIGHT,
    "run again": GRADED,
    "solved": "if solved('double'):\n    print('on it goes with', double(2.0))",
    "the same code once more": RIGHT,
    "solved still": "print(solved('double'))",
    "one check tried alone": NUMBER,
    "solved after it": "print(solved('double'))",
    "changed": SQUARES,
    "solved no more": "print(solved('double'))",
    "with a default": "def double(values, factor=2):\n    return factor * values",
    "run with a default": GRADED,
    "another default": "def double(values, factor=3):\n    return factor * values",
    "solved by another default": "print(solved('double'))",
    **dict(cell for around, sources in CHANGING.items() for cell in changing(around, *sources).items()),
    "elsewhere": "import os\nos.chdir('/')",  # the lesson's files stay where they are
    "right for the last time": RIGHT,
    "run for the last time": GRADED,
    "an array by its name": "double = double(np.ones(3))",
    "solved by an array": "print(solved('double'))",
    "a number by its name": "double = np.float64(2)",
    "solved by a number": "print(solved('double'))",
    "wrong in another way": "def double(values):\n    return values",
    "other mistakes": GRADED,
    "a name that is gone": "del double",
    "no such name": GRADED,
    "with a helper": "def double(values):\n    return twice(values)",
    "the helper stands further down": GRADED,
    "hints": "hint('double'); hint('double'); hint('double'); hint('dubble')",
}
GRADING = {
    "setup": SETUP,
    "right": RIGHT,
    "checked": GRADED,
    "hints": "hint('double'); hint('no such exercise'); hint(3)",
    "solved": "print([solved('double'), solved('no such exercise'), solved()])",
}


def run(folder, sources, **environment):
    """The outputs of each cell by its name, after all were run in one kernel in this folder."""
    cells = [new_code_cell(source) for source in sources.values()]
    notebook = new_notebook(cells=cells)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with notebook_client(notebook, folder, allow_errors=True) as client:
            client.execute()
    nbformat.validate(notebook)
    return {name: in_one_piece(cell.outputs) for name, cell in zip(sources, cells, strict=True)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("learner")
    mini.built_course(root)
    shutil.rmtree(root / "solutions")
    folder = root / "notebooks" / mini.NAME
    saved = folder / f"{mini.NAME}.ipynb"
    notebook = nbformat.read(saved, nbformat.NO_CONVERT)
    notebook.cells.append(new_code_cell("%matplotlib inline\ndef twice(values):\n    return 2 * values"))
    nbformat.write(notebook, saved)
    return folder


@pytest.fixture(scope="module")
def shown(folder):
    return run(folder, CELLS)


def printed(outputs):
    return "".join(output.text for output in outputs if output.output_type == "stream").splitlines()


def ending(outputs):
    """The error that ends a cell: its name, and its traceback as lines without colours; None without one."""
    errors = [output for output in outputs if output.output_type == "error"]
    if not errors:
        return None
    assert outputs[-1:] == errors, "what was found stands above"
    return errors[0].ename, re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(errors[0].traceback)).splitlines()


def test_does_a_cell_whose_exercise_raises_at_first_show_its_other_checks(shown):
    assert printed(shown["raises, checked"]) == [
        "✗ a number",
        "  expected 6, got an exception (ZeroDivisionError)",
        "  ZeroDivisionError: float division by zero",
        "✓ an array",
        "✓ text is refused",
    ]


def test_has_the_traceback_of_an_exercise_its_own_frames_alone_and_the_sentence_first(shown):
    name, lines = ending(shown["raises, checked"])
    text = "\n".join(lines)
    assert name == "CheckFailed"
    assert lines[:2] == ["1 of 3 checks fails.", '  hint("double") says where to look.']
    assert re.findall(r"in (\w+)\(", text) == ["double", "halved"]
    assert "return values / 0" in text
    for other in ("check(", "helpers/", "observe", "_call"):
        assert other not in text
    assert lines[-1].startswith("ZeroDivisionError: ")


@pytest.mark.parametrize("cell", ["unsolved", "only a docstring"])
def test_is_an_exercise_that_is_not_started_told_in_one_line(shown, cell):
    assert printed(shown[cell]) == []
    assert ending(shown[cell]) == ("CheckFailed", ["✗ double: not started yet"])


def test_is_a_missing_return_said_where_something_is_written(shown):
    assert "is there a return?" in " ".join(" ".join(printed(shown["no return"])).split())


def test_does_the_sentence_end_a_cell_of_which_all_checks_have_run(shown):
    assert printed(shown["squares, checked"])[:2] == ["✗ a number", "  expected 6, got 9"]
    name, lines = ending(shown["squares, checked"])
    assert name == "CheckFailed"
    assert lines == [
        "2 of 3 checks fail.",
        f"  {SENTENCE}",
    ]


@pytest.mark.parametrize(
    ("cell", "error", "found"),
    [
        ("an exception outside", "RuntimeError", ["2 of 2 checks fail.", f"  {SENTENCE}"]),
        ("interrupted", "KeyboardInterrupt", [f"  {SENTENCE}"]),
        ("endless, interrupted", "KeyboardInterrupt", [f"  {SENTENCE}"]),
    ],
)
def test_does_what_was_found_stand_above_whatever_ends_the_cell(shown, cell, error, found):
    name, lines = ending(shown[cell])
    assert name == error
    assert printed(shown[cell])[-len(found) :] == found
    assert error in "\n".join(lines)
    assert SENTENCE not in "\n".join(lines)


def test_does_an_exception_outside_of_a_check_keep_its_traceback(shown):
    _, lines = ending(shown["an exception outside"])
    assert "outside of every check" in lines[-1]
    assert any("raise RuntimeError('outside of every check')" in line for line in lines)


def test_is_an_exception_in_another_cell_shown_as_ever(shown):
    name, lines = ending(shown["after it"])
    assert (name, printed(shown["after it"])) == ("ZeroDivisionError", ["as ever"])
    assert any("1 / 0" in line for line in lines)


def test_does_a_cell_with_some_of_the_checks_say_what_was_found_and_not_fail(shown):
    assert ending(shown["some checks"]) is None
    assert printed(shown["some checks"])[-2:] == ["2 of 2 checks fail.", f"  {SENTENCE}"]
    assert printed(shown["after some checks"]) == ["nothing more"]
    assert printed(shown["some checks of a right one"]) == ["✓ a number", "✓ an array"]


def test_says_that_a_missing_helper_stands_further_down_in_the_saved_notebook(shown):
    lines = printed(shown["the helper stands further down"])
    assert lines[2:5] == [
        "  NameError: name 'twice' is not defined",
        "  `twice` is defined in a cell further down. A notebook is graded from the",
        "  top: move that cell above this one.",
    ]
    assert sum("further down" in line for line in lines) == 1
    assert "further down" not in " ".join(printed(shown["no such name"]))


def test_does_a_rerun_start_empty(shown):
    assert ending(shown["run again"]) is None
    assert printed(shown["run again"]) == [
        "✓ a number",
        "✓ an array",
        "✓ text is refused",
        "  All visible checks pass. 2 private checks run when this is graded.",
        "\x1b[32m  2 of 3 points in this lesson\x1b[0m",
    ]
    # After a run that was stopped: nothing of it is in the next one.
    assert SENTENCE not in "\n".join(printed(shown["run again"]))
    _, lines = ending(shown["other mistakes"])
    assert lines[0] == "3 of 3 checks fail."
    assert "squared" not in "\n".join(lines)


def test_does_a_cell_go_on_only_with_an_answer_whose_visible_checks_have_passed(shown):
    first = "First run the checks of `double`: when all visible ones pass, run this cell again."
    assert printed(shown["not solved yet"]) == [first]
    other = "First run the checks of `quiz_1`: when all visible ones pass, run this cell again."
    assert printed(shown["still not solved"]) == [first, other, "False False"]
    assert printed(shown["some checks are not all"]) == [first, "False"]
    assert printed(shown["solved"]) == ["on it goes with 4.0"]
    assert printed(shown["solved still"]) == ["True"]
    assert printed(shown["solved after it"]) == ["True"]
    assert printed(shown["solved no more"]) == [
        "`double` has changed since its checks passed: run them, then this cell again.",
        "False",
    ]
    assert printed(shown["solved by another default"]) == printed(shown["solved no more"])


@pytest.mark.parametrize("around", CHANGING)
def test_is_an_answer_with_something_around_it_the_same_until_what_is_inside_changes(shown, around):
    assert printed(shown[f"{around}, solved"]) == ["True"]
    assert printed(shown[f"{around}, solved no more"]) == printed(shown["solved no more"])


@pytest.mark.parametrize("stored", ["an array", "a number"])
def test_is_a_result_under_the_name_of_its_function_no_solved_exercise(shown, stored):
    assert ending(shown[f"solved by {stored}"]) is None
    assert printed(shown[f"solved by {stored}"]) == printed(shown["solved no more"])


def test_is_a_name_that_is_gone_an_exception_as_ever(shown):
    name, lines = ending(shown["no such name"])
    assert name == "NameError"
    assert printed(shown["no such name"]) == []
    assert "name 'double' is not defined" in lines[-1]


def test_do_hints_lead_on_one_by_one(shown):
    assert ending(shown["hints"]) is None
    assert printed(shown["hints"]) == [
        "1 of 2: Look at the docstring.",
        "2 of 2: Begin with two times something.",
        "That was the last of 2:",
        "1: Look at the docstring.",
        "2: Begin with two times something.",
        "No exercise here is called 'dubble'. There are double.",
    ]


def test_do_hints_and_cells_that_go_on_do_nothing_while_a_class_is_graded(folder):
    graded = run(folder, GRADING, NBGRADER_EXECUTION="autograde")
    assert (graded["hints"], ending(graded["solved"])) == ([], None)
    assert printed(graded["solved"]) == ["[False, False, False]"]
    assert printed(graded["checked"]) == []
