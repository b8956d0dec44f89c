"""Arguments that a function cannot work with, of kinds that nobody writes on purpose."""

import pytest

from helpers.arguments import is_number, require_between, require_rate
from helpers.search import Integer, Real
from helpers.training import Configuration

# A number to Python, and to nothing that computes.
HUGE = 10**400


@pytest.mark.parametrize(
    "wanted",
    [
        lambda: require_rate("it", HUGE),
        lambda: require_between("it", HUGE, 0, float("inf"), "finite"),
        lambda: Configuration(HUGE),
        lambda: Configuration(0.1, weight_decay=HUGE),
        lambda: Real(0, HUGE),
        lambda: Integer(0, HUGE),
    ],
)
def test_is_a_whole_number_that_is_no_float_refused_by_name(wanted):
    with pytest.raises(ValueError, match=r" must be .*, not 1000"):
        wanted()


def test_is_a_whole_number_a_number_as_long_as_it_is_a_float():
    assert is_number(10**300)
    assert not is_number(HUGE)
    assert not is_number(True)
