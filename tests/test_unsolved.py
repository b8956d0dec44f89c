"""What a learner reads below an exercise that is not solved, or solved in part: lines, and no page.

`test_nbval` asks the same of the lessons themselves.
"""

import re

import numpy as np
import pytest

from helpers.checks import check
from helpers.checks.cell_session import CheckFailed
from helpers.checks.exercises import Expected
from helpers.checks.messages import details
from helpers.checks.observation import encode

# Without those that name a check.
MAX_LINES = 8


class Notebook:
    """Cells with one namespace, each in a file of its own, as IPython runs them."""

    def __init__(self, *cells):
        self.namespace = {"check": check, "np": np}
        self.num_cells = 0
        for cell in cells:
            self.run(cell)

    def run(self, cell):
        self.num_cells += 1
        exec(compile(cell, f"cell {self.num_cells}", "exec"), self.namespace)


# What a setup cell defines, an exercise without an answer, and its check in several forms.
SETUP = "def look_at(pair):\n    one, other = pair\n    return one + other"
UNSOLVED = 'def double(values):\n    """Return twice the values."""'
USES = [
    "double(3.0)[0]",
    "look_at(double(3.0))",
    "np.linalg.norm(double(3.0), ord=2)",
    "[look_at(double(value)) for value in (3.0, 4.0)]",
    "(lambda value: look_at(double(value)))(3.0)",
]


# After a check of the cell comes its last one.
LAST = "check('text is refused', double, None)"


@pytest.mark.usefixtures("lesson")
@pytest.mark.parametrize("use", USES)
def test_is_nothing_that_fails_inside_of_the_check_no_traceback(use, capsys):
    notebook = Notebook(SETUP, UNSOLVED)
    with pytest.raises(CheckFailed) as caught:
        notebook.run(f"check('a number', lambda: {use})\n{LAST}")
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == ["✗ a number", printed[1]]
    assert "got an exception (" in printed[1]
    assert len(printed) + len(caught.value.lines) <= MAX_LINES
    assert not any(line.startswith(("Traceback", "Cell", "---")) for line in caught.value.lines)


@pytest.mark.usefixtures("lesson")
def test_is_a_none_in_one_place_said_too(capsys):
    notebook = Notebook(SETUP, "def double(values):\n    return values, None")
    notebook.run("check('a number', lambda: double(3.0)[1][0])")
    text = " ".join(capsys.readouterr().out.split())
    assert "Nothing came back, or a None is in it" in text
    assert "`double` gave a tuple: the check cannot go on with that." in text


@pytest.mark.usefixtures("lesson")
def test_is_a_none_in_a_learners_own_line_not_said_to_have_come_back(capsys):
    notebook = Notebook("def double(values):\n    order = [1, 2].sort()\n    return order[0]")
    notebook.run("check('a number', double, 3.0)")
    text = " ".join(capsys.readouterr().out.split())
    assert "TypeError: 'NoneType' object is not subscriptable" in text
    assert "Nothing came back" not in text


def own_frames(failed):
    """The cells whose lines stand in the traceback that ends a cell."""
    return set(re.findall(r'File "(.*?)"', str(failed)))


@pytest.mark.usefixtures("lesson")
@pytest.mark.parametrize(
    "answer",
    [
        "def double(values):\n    return values / 0",
        # An own function, also in a cell of its own, and also when the check's function calls it.
        "def double(values):\n    return [1 / 0 for _ in [values]]",
        "class Double:\n    def __getitem__(self, place):\n        return 1 / 0\n\n"
        "def double(values):\n    return Double()",
    ],
)
def test_does_an_exception_in_own_code_keep_its_traceback(answer):
    notebook = Notebook(SETUP, answer)
    with pytest.raises(CheckFailed) as caught:
        notebook.run(f"check('a number', lambda: look_at(double(3.0)[0]))\n{LAST}")
    assert own_frames(caught.value) == {"cell 2"}
    assert re.search("ZeroDivisionError: (float )?division by zero", str(caught.value))


@pytest.mark.usefixtures("lesson")
def test_does_a_helper_in_another_cell_count_as_own_code():
    notebook = Notebook(
        SETUP, "def half(values):\n    return values / 0", "def double(values):\n    return half"
    )
    with pytest.raises(CheckFailed) as caught:
        notebook.run(f"check('a number', lambda: look_at([double(3.0)(1.0), 0]))\n{LAST}")
    assert own_frames(caught.value) == {"cell 2"}


@pytest.mark.usefixtures("lesson")
def test_is_what_a_library_does_not_take_named_without_its_traceback(capsys):
    notebook = Notebook(SETUP, "def double(values):\n    return 'text'")
    with pytest.raises(CheckFailed) as caught:
        notebook.run(f"check('a number', lambda: np.linalg.inv(double(3.0)))\n{LAST}")
    printed = " ".join(capsys.readouterr().out.split())
    assert "LinAlgError" in printed
    assert "`double` gave a text: the check cannot go on with that." in printed
    assert "is there a return?" not in printed  # something came back
    assert own_frames(caught.value) == set()


@pytest.mark.parametrize(
    ("expected", "came", "said"),
    [
        ([0.5, 2.0], [None, None], "Nothing came back"),
        ([0.5, 2.0], (None, None), "Nothing came back"),
        ({"a": 1.0, "b": 2.0}, {"a": None, "b": None}, "Nothing came back"),
        ([[1.0], [2.0]], [[None], [None]], "Nothing came back"),
        ([0.5, 2.0], [0.5, None], "There is a None in it"),
        (np.array([0.5, 2.0]), np.array([None, None]), "often holds a None"),
        ([0.5, np.array([2.0, 3.0])], [0.5, np.array([2.0, None])], "often holds a None"),
        ([None, 2.0], [None, 3.0], None),  # where a None is asked for, it is no sign of anything
        ([0.5, 2.0], [], None),
        ([0.5, 2.0], [0.5, 3.0], None),
    ],
)
def test_is_nothing_said_to_be_nothing_in_every_form(expected, came, said):
    lines = details(Expected("a case", encode(expected), 1e-6, 1e-9), encode(came))
    text = " ".join(" ".join(lines).split())
    for words in ("Nothing came back", "There is a None in it", "often holds a None"):
        assert (words in text) == (words == said), text
