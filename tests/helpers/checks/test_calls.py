"""What a check observes of a call: what came, what was raised, and arguments that are not as they were."""

import itertools
import json
import re
import sys
import types

import numpy as np
import pytest

from helpers.checks.calls import Call, changed_arguments, observe
from helpers.checks.observation import encode, well_formed
from helpers.checks.tracebacks import own_steps, shadowed_builtins


def changing(change):
    """A function with named parameters that does this to its first argument, and returns 7."""

    def answer(values, other=None, *rest, rate=None):
        change(values)
        return 7

    return answer


def add_to(values):
    values += 1


def second_to_zero(values):
    values[1] = 0


CHANGES = {
    "an array in place": (add_to, lambda: np.arange(3.0)),
    "one number of an array": (second_to_zero, lambda: np.arange(3)),
    "a number of a view": (lambda values: second_to_zero(values[1:]), lambda: np.arange(3)),
    "the shape": (lambda values: setattr(values, "shape", (3, 1)), lambda: np.arange(3.0)),
    "the order": (lambda values: values.sort(), lambda: np.array([2, 1])),
    "a list that grows": (lambda values: values.append(1), lambda: [1, 2]),
    "a list that is emptied": (lambda values: values.clear(), lambda: [[1]]),
    "a list in a list": (lambda values: values[0].append(2), lambda: [[1]]),
    "an array in a list": (lambda values: add_to(values[0]), lambda: [np.zeros(2)]),
    "an array in a tuple": (lambda values: add_to(values[1]), lambda: (1, np.zeros(2))),
    "a dict": (lambda values: values.pop("a"), lambda: {"a": 1, "b": 2}),
    "a new key": (lambda values: values.update(c=3), lambda: {"a": 1}),
    "a number that becomes NaN": (
        lambda values: second_to_zero(values) or values.append(np.nan),
        lambda: [1, 2],
    ),
}


def test_is_an_argument_that_a_call_changes_observed_by_its_name(subtests):
    for name, (change, make) in CHANGES.items():
        with subtests.test(name):
            answer = changing(change)
            assert changed_arguments(observe(answer, (make(),)).data) == ["values"]
            assert changed_arguments(observe(answer, (make(), 1, 2), {"rate": 3}).data) == ["values"]


def test_is_every_changed_argument_named_in_the_words_of_its_call():
    def answer(values, other, *rest, rate):
        for given in (values, *rest, rate):
            given.append(1)

    call = observe(answer, ([], [], [], []), {"rate": []})
    assert changed_arguments(call.data) == ["values", "number 3", "number 4", "rate"]
    assert changed_arguments(observe(np.ndarray.sort, (np.array([2, 1]),)).data) in (["self"], ["number 1"])


def test_is_what_is_as_it_was_no_change():
    unchanged = {
        "nothing": lambda values: None,
        "a copy": lambda values: add_to(values.copy()),
        "a new array under the old name": lambda values: values + 1,
        "there and back": lambda values: values.__iadd__(1).__isub__(1),
    }
    for name, change in unchanged.items():
        assert observe(changing(change), (np.arange(3.0),)) == Call(7), name


def test_are_nan_and_what_is_no_data_no_change():
    given = (np.array([np.nan]), [np.nan], {"a": float("nan")}, np.array([None]), object(), {1, 2}, None)
    assert observe(lambda *values: len(values), given) == Call(7)


def test_does_an_observed_change_differ_from_every_result_and_stay_data():
    data = observe(changing(add_to), (np.arange(3.0),)).data
    assert well_formed(data)
    assert json.loads(json.dumps(data)) == data
    assert data != encode(7)
    # An answer that hands back such a dict is no such observation of a right one.
    assert changed_arguments(encode({"what came back": 7})) == []
    assert changed_arguments(encode(7)) == []


def test_is_an_exception_that_comes_after_a_change_the_exception():
    def answer(values):
        values.append(1)
        raise LookupError("mine")

    call = observe(answer, ([],))
    assert call.data == {"raises": "LookupError", "message": "mine"}
    assert call.said() == "LookupError: mine"


def test_does_ctrl_c_pass_through():
    def answer():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        observe(answer)


# What is said where the check's own line cannot go on -------------------------------------------------


class Cells:
    """A setup cell, an answer and a check, each in a file of its own, as IPython runs them."""

    def __init__(self, answer, check, setup=""):
        self.namespace = {"np": np}
        for name, source in [("<setup>", setup), ("<answer>", answer), ("<check>", check)]:
            exec(compile(source, name, "exec"), self.namespace)

    def called(self, function, /, *arguments, **keywords):
        """What a check observes of a call of the function with this name."""
        called = self.namespace[function]
        return observe(called, arguments, keywords, cell="<check>", namespace=self.namespace)

    def said(self, exercise, function, /, *arguments, **keywords):
        """What is said of such a call."""
        return self.called(function, *arguments, **keywords).said(exercise)


IN_NOTEBOOK_AND_GRADED = ["split", None]  # what the exercise is called
WHAT_CAME = {
    "([1], [2])": "a tuple of lists",
    "(1, 2)": "a tuple of numbers",
    "([1], 2)": "a tuple",
    "[1, 2]": "a list of numbers",
    "None": "None",
    "3": "one number",
    "np.float64(3)": "one number",
    "'abc'": "a text",
    "np.ones((2, 3))": "one array of shape (2, 3)",
    "len": "builtin_function_or_method",
    "{'train': 1}": "a dict",
}
# How a check goes on with a dict.
USES = {
    "a function of the cell": "def sizes():\n    return len(split(10)['parts'])",
    "one with arguments": "def sizes(num=10):\n    return len(split(num)['parts'])",
    "a lambda": "sizes = lambda: split(10)['parts']['train']",
    "a comprehension": "def sizes():\n    return [split(number)['parts'] for number in (1, 2)]",
    "a library": "def sizes():\n    return np.linalg.inv(split(10)['parts'])",
}


def test_is_it_said_what_came_where_the_check_cannot_go_on(subtests):
    rows = [(came, "a lambda") for came in WHAT_CAME] + [("(1, 2)", use) for use in USES]
    for (came, use), exercise in itertools.product(rows, IN_NOTEBOOK_AND_GRADED):
        with subtests.test(came=came, use=use, exercise=exercise):
            cells = Cells(f"def split(number):\n    return {came}", USES[use])
            arguments = (10,) if "arguments" in use else ()
            assert cells.said(exercise, "sizes", *arguments) == (
                f"`split` gave {WHAT_CAME[came]}: the check cannot go on with that. "
                "What does the docstring say comes back?"
            )


def test_is_it_said_also_where_a_function_of_the_setup_goes_on():
    setup = "def look_at(parts):\n    return counted(parts)['parts']\ndef counted(parts):\n    return parts"
    cells = Cells("def split(number):\n    return 1, 2", "sizes = lambda: look_at(split(10))", setup)
    assert cells.said("split", "sizes").startswith("`split` gave a tuple of numbers: the check cannot go on")


@pytest.mark.parametrize("keywords", [{}, {"function": "split"}], ids=["in its place", "by its name"])
def test_is_it_said_also_where_the_answer_is_handed_over_and_is_its_output_not_shown_twice(capsys, keywords):
    setup = "import sys\ndef look_at(function):\n    return function(10)['parts']"
    answer = "def split(number):\n    print('once')\n    print('here', file=sys.stderr)\n    return 1, 2"
    cells = Cells(answer, "", setup)
    split = cells.namespace["split"]
    arguments, keywords = ((), {"function": split}) if keywords else ((split,), {})
    said = cells.said("split", "look_at", *arguments, **keywords)
    assert said.startswith("`split` gave a tuple of numbers: the check cannot go on")
    assert capsys.readouterr() == ("once\n", "here\n")
    assert cells.namespace["split"] is split


def test_is_a_none_that_the_check_has_kept_said_to_be_in_its_line():
    answer = "def split(number):\n    pass"
    cells = Cells(answer, "first = split(10)\nsizes = lambda: first['parts']")
    said = cells.said("split", "sizes")
    assert said == "In a line of the check: TypeError: 'NoneType' object is not subscriptable"


CALLS = [("sizes", ()), ("split", (10,))]
OWN = {
    "the answer": "def split(number):\n    parts = 1, 2\n    return parts['parts']",
    "a function of it": "def part(number):\n    return 1, 2\n\n"
    "def split(number):\n    return part(number)['parts']",
    "a library that it calls": "def split(number):\n    return np.zeros(2).reshape('parts')",
}


def test_is_an_exception_of_the_learners_own_code_said_as_it_is(subtests):
    for own, exercise, (function, arguments) in itertools.product(OWN, IN_NOTEBOOK_AND_GRADED, CALLS):
        with subtests.test(own, exercise=exercise, function=function):
            cells = Cells(OWN[own], "def sizes():\n    return len(split(10)['parts'])")
            said = cells.said(exercise, function, *arguments)
            assert said.startswith("TypeError: ")
            assert "the check cannot go on" not in said


def test_is_an_exception_of_an_answer_in_a_file_beside_the_notebook_said_as_it_is():
    beside, source = {}, "def split(number):\n    parts = 1, 2\n    return parts['parts']"
    exec(compile(source, "beside.py", "exec"), beside)
    cells = Cells("", "def sizes():\n    return len(split(10))")
    cells.namespace["split"] = beside["split"]
    for function, arguments in CALLS:
        said = cells.said("split", function, *arguments)
        assert said.startswith("TypeError: tuple indices must be integers"), function


def test_is_a_slip_of_the_check_itself_said_as_it_is():
    cells = Cells("def split(number):\n    return 1, 2", "def sizes():\n    return undefined(10)")
    assert cells.said("split", "sizes") == "NameError: name 'undefined' is not defined"


# How a right answer's check goes on by names of Python's own that a cell of the learner's has taken, and what
# they must do.
TAKEN = {
    "sum = 0": ("sum(split(10))", "The check uses Python's own `sum`, which is something else", "del sum"),
    "list = [1, 2]": ("list(split(10))", "own `list`, which is something else", "del list"),
    "type = 'cosine'": ("type(split(10)).__name__", "own `type`, which is something else", "del type"),
    "max = None": ("[max(split(number)) for number in (1, 2)]", "own `max`, which is", "del max"),
    "set = len = 3": ("len(set(split(10)))", "`len` and `set`, which are something else", "del len, set"),
}


def test_is_a_name_of_pythons_own_that_the_notebook_has_taken_not_blamed_on_what_came(subtests):
    for (taken, (use, told, remedy)), exercise in itertools.product(TAKEN.items(), IN_NOTEBOOK_AND_GRADED):
        with subtests.test(taken, exercise=exercise):
            cells = Cells("def split(number):\n    return 1, 2", f"sizes = lambda: {use}", taken)
            before = dict(cells.namespace)
            said = cells.said(exercise, "sizes")
            assert re.match("TypeError: .* object is not callable. The check uses Python's own ", said)
            assert told in said
            assert said.endswith(f" in this notebook: run `{remedy}`, then this cell again.")
            assert cells.namespace == before
            exec(remedy, cells.namespace)
            assert cells.called("sizes").error is None


def test_is_a_taken_name_not_blamed_where_it_is_not_missing():
    for use, taken in [
        ("sum(split(10)['parts'])", "sum = np.sum"),  # Python's own could not go on either
        ("len(split(10)['parts'])", "sum = 0"),
    ]:
        cells = Cells("def split(number):\n    return 1, 2", f"sizes = lambda: {use}", taken)
        said = cells.said("split", "sizes")
        assert said.startswith("`split` gave a tuple of numbers: the check cannot go on"), use


def test_is_an_attribute_no_name_of_pythons_own():
    for use, shadowed in [("split(10)['parts'].sum()", []), ("sum(split(10)['parts'])", ["sum"])]:
        cells = Cells("def split(number):\n    return 1, 2", f"sizes = lambda: {use}", "sum = 0")
        assert shadowed_builtins(cells.called("sizes").error.__traceback__, cells.namespace) == shadowed, use


def test_is_a_taken_name_not_blamed_for_an_answer_that_is_wrong_at_first_alone():
    answer = (
        "came = [{'parts': 1}, (1, 2)]\ndef split(number):\n    return came.pop() if came[1:] else came[0]"
    )
    cells = Cells(answer, "sizes = lambda: sum([split(10)['parts']])", "sum = np.sum")
    assert cells.said("split", "sizes") == "TypeError: tuple indices must be integers or slices, not str"


def test_is_a_taken_name_in_the_answer_said_as_it_is():
    cells = Cells("sum = 0\ndef split(number):\n    return sum([number])", "sizes = lambda: split(10)")
    assert cells.said("split", "sizes") == "TypeError: 'int' object is not callable"


# What a learner may put around an answer, whose body is `body`.
AROUND = {
    "a cache": "import functools\n@functools.cache\ndef split(number):\n    {body}",
    "a partial": "import functools\ndef general(kind, number):\n    {body}\n"
    "split = functools.partial(general, 3)",
    "NumPy's vectorize": "@np.vectorize\ndef split(number):\n    {body}",
    "errstate": "@np.errstate(over='ignore')\ndef split(number):\n    {body}",
    "an object": "class Split:\n    def __call__(self, number):\n        {body}\nsplit = Split()",
    "a method": "class Split:\n    def at(self, number):\n        {body}\nsplit = Split().at",
    "a decorator": "import functools\ndef traced(function):\n    @functools.wraps(function)\n"
    "    def inner(*values):\n        return function(*values)\n    return inner\n"
    "@traced\ndef split(number):\n    {body}",
    "a library's own decorator": "from unwrapped import traced\n@traced\ndef split(number):\n    {body}",
}


@pytest.fixture
def unwrapped(monkeypatch):
    """A library whose decorator does not say what is in it."""
    library = types.ModuleType("unwrapped")
    source = (
        "def traced(function):\n    def inner(*values):\n        return function(*values)\n    return inner"
    )
    exec(compile(source, "<library>", "exec"), library.__dict__)
    monkeypatch.setitem(sys.modules, "unwrapped", library)


@pytest.mark.usefixtures("unwrapped")
def test_is_an_exception_in_an_answer_with_something_around_it_the_learners_own(subtests):
    for around, (function, arguments) in itertools.product(AROUND, CALLS):
        with subtests.test(around, function=function):
            answer = AROUND[around].format(body="return None * number")
            call = Cells(answer, "def sizes():\n    return split(10)").called(function, *arguments)
            assert call.said("split") == "TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'"
            steps = own_steps(call.error.__traceback__, "split", call.namespace)
            assert {step.tb_frame.f_code.co_filename for step in steps} == {"<answer>"}


@pytest.mark.usefixtures("unwrapped")
def test_is_it_said_also_what_came_out_of_an_answer_with_something_around_it(subtests):
    for around in AROUND:
        with subtests.test(around):
            came, words = "np.zeros(2)", "one array of shape (2,)"
            if around == "NumPy's vectorize":
                came, words = "2.0", "one number"
            cells = Cells(AROUND[around].format(body=f"return {came}"), "sizes = lambda: split(10)['parts']")
            before = dict(cells.namespace)
            assert cells.said("split", "sizes").startswith(f"`split` gave {words}: the check cannot go on")
            assert cells.namespace == before


def test_is_no_function_of_the_lesson_blamed_for_an_answer_that_takes_no_array():
    answer = "import functools\n@functools.cache\ndef split(values):\n    return 1, 2"
    cells = Cells(answer, "sizes = lambda: split(drawn())", "def drawn():\n    return np.ones(3)")
    assert cells.said("split", "sizes") == "TypeError: unhashable type: 'numpy.ndarray'"


def test_is_a_cached_function_of_the_setup_none_of_the_learners_lines():
    setup = "import functools\n@functools.cache\ndef look_at(parts):\n    return parts['parts']"
    cells = Cells("def split(number):\n    return 1, 2", "sizes = lambda: look_at(split(10))", setup)
    assert cells.said("split", "sizes").startswith("`split` gave a tuple of numbers: the check cannot go on")


def test_does_asking_what_came_leave_the_notebook_as_it_was():
    cells = Cells("def split(number):\n    return 1, 2", USES["a lambda"])
    before = dict(cells.namespace)
    cells.said("split", "sizes")
    assert cells.namespace == before
