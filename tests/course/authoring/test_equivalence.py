"""How many of the drawn cases an answer is asked, until it is clear in what share of them it differs."""

from types import SimpleNamespace

import pytest

from course.authoring.equivalence import FEWEST, SELDOM, Question
from course.authoring.observe import Variant

EXERCISE = SimpleNamespace(
    name="double", solution="def double(value):\n    return 2 * value\n", test="check_drawn('drawn', double)"
)
CASES = [(number,) for number in range(1000)]


@pytest.fixture(scope="module")
def namespace():
    names = {}
    exec("from helpers.checks import check_drawn\nasked = []", names)
    return names


@pytest.fixture(scope="module")
def question(namespace):
    cases = {"double": {"drawn": CASES}}
    solved = Question(cases).results(namespace, EXERCISE, None)
    return Question(cases, {"double": solved})


def compared(question, namespace, wrong, clear):
    """Compare an answer that is wrong under a condition; return this, and how many cases it was asked."""
    namespace["asked"].clear()
    source = f"def double(value):\n    asked.append(value)\n    return 0.5 if {wrong} else 2 * value\n"
    measured = question.compare(namespace, EXERCISE, Variant(source, "double"), clear=clear)
    return measured, len(namespace["asked"])


@pytest.mark.parametrize(
    ("wrong", "clear", "share", "asked"),
    [
        ("True", None, 1.0, 1000),
        ("True", SELDOM, 1.0, FEWEST),
        ("True", 0.05, 1.0, FEWEST),
        # 108 of 176: three standard errors, of 0.5 / sqrt(176), above a half.
        ("value % 10 < 6", SELDOM, 108 / 176, 176),
        ("value % 10 < 5", SELDOM, 0.5, 1000),
        ("value % 10 < 1", SELDOM, 2 / 17, 17),
        ("value % 10 < 1", 0.05, 15 / 141, 141),
        # Far below a half all the time, but whether it is wrong at all shows late.
        ("value >= 990", SELDOM, 1 / 991, 991),
        # As many differ as may, and not one more.
        ("value % 20 < 1", 0.05, 0.05, 1000),
        ("False", SELDOM, 0.0, 1000),
    ],
)
def test_is_an_answer_asked_until_its_share_is_clear(question, namespace, wrong, clear, share, asked):
    measured, number = compared(question, namespace, wrong, clear)
    assert (measured.share, number) == (pytest.approx(share), asked)
    assert measured.differing == [place for place in range(asked) if eval(wrong, {"value": place})]


def test_is_an_answer_asked_less_where_also_none_that_differs_is_an_answer(question, namespace):
    same = Variant("def double(value):\n    asked.append(value)\n    return value + value\n", "double")
    namespace["asked"].clear()
    measured = question.compare(namespace, EXERCISE, same, clear=0.05, even_if_none=True)
    assert (measured.differing, measured.share, len(namespace["asked"])) == ([], 0.0, 172)


def test_does_an_answer_that_does_not_even_define_its_function_differ(question, namespace):
    measured = question.compare(namespace, EXERCISE, Variant("nothing = 1\n", "double"), clear=SELDOM)
    assert (measured.differing, measured.share) == ([0], 1.0)
