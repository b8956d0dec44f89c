"""Tests of chance: how far a count may lie from what is expected before it is no accident.

All are so wide that a right answer fails one in some ten millions of times.
"""

import math

# In standard errors.
FAR = 5.5


def is_far(found: float, expected: float, standard_error: float) -> bool:
    """Return whether a statistic lies more than FAR standard errors from what chance makes of it."""
    return abs(found - expected) > FAR * standard_error


def chi_squared_is_large(statistic: float, degrees_of_freedom: int) -> bool:
    """Return whether a chi-squared statistic lies beyond FAR standard errors.

    By the cube root of Wilson and Hilferty.
    """
    if degrees_of_freedom < 1:
        return False
    spread = 2 / (9 * degrees_of_freedom)
    return statistic > degrees_of_freedom * (1 - spread + FAR * math.sqrt(spread)) ** 3
