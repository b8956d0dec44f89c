"""Does a wrong answer go on until it is caught, and no further?"""

import pytest

from course.authoring.early_stopping import UntilCaught
from course.authoring.recorder import recorded
from helpers.checks import check, check_drawn
from helpers.checks.cases import to_text
from helpers.checks.exercises import Exercise, Expected

CASES = to_text([(1,), (2,), (3,), (4,)])


def exercise():
    """Its function doubles a number."""
    return Exercise(
        "double",
        (
            Expected("seen", 2.0),
            Expected("first", 4.0, private=True),
            Expected("second", 6.0, private=True),
            Expected("drawn", [2, 4, 6, 8], private=True, each=True),
            Expected("drawn again", [2, 4, 6, 8], private=True, each=True),
        ),
        num_private=4,
    )


def observed(function, decisive):
    """What is observed of each check, by its label."""
    with recorded(enough=UntilCaught(exercise(), decisive)) as observations:
        check("seen", function, 1)
        check("first", function, 2)
        check("second", function, 3)
        check_drawn("drawn", function, cases=CASES)
        check_drawn("drawn again", function, cases=CASES)
    return {observation.label: observation.data for observation in observations}


ALL = {"first", "second", "drawn", "drawn again"}


def test_is_a_right_answer_observed_to_the_end():
    assert observed(lambda number: 2 * number, ALL) == {
        "seen": 2,
        "first": 4,
        "second": 6,
        "drawn": [2, 4, 6, 8],
        "drawn again": [2, 4, 6, 8],
    }


def test_is_it_observed_until_a_private_check_has_rejected_it_and_a_drawn_case_differs():
    assert observed(lambda number: 0, ALL) == {"seen": 0, "first": 0, "drawn": [0]}


def test_are_drawn_cases_asked_until_one_differs():
    assert observed(lambda number: min(2 * number, 4), ALL)["drawn"] == [2, 4, 4]


def test_does_a_rejection_that_a_patched_check_could_turn_end_nothing():
    seen = observed(lambda number: 0, {"second"})
    assert {label: seen[label] for label in ("first", "second", "drawn")} == {
        "first": 0,
        "second": 0,
        "drawn": [0],
    }
    assert observed(lambda number: 0, set()) == {
        "seen": 0,
        "first": 0,
        "second": 0,
        "drawn": [0],
        "drawn again": [0],
    }


@pytest.mark.parametrize("wrong", [lambda number: 0, lambda number: 2 * number if number < 4 else 0])
def test_is_what_was_left_out_no_acceptance(wrong):
    seen = observed(wrong, ALL)
    assert any(
        expected.label not in seen or not expected.agrees_with(seen[expected.label])
        for expected in exercise().private
    )
