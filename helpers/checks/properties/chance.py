"""Tests of chance: how far a count may lie from what is expected before it is no accident.

All are so wide that a right answer fails one in some ten millions of times.
"""

import math

# In standard errors.
FAR = 5.5


def is_far(found: float, expected: float, standard_error: float) -> bool:
    """Return whether a statistic lies more than FAR standard errors from what chance makes of it."""
    return abs(found - expected) > FAR * standard_error


def kurtosis_is_far(excess_kurtosis: float, num_values: int) -> bool:
    """Return whether the excess kurtosis of a sample lies beyond FAR standard errors of a normal sample's.

    By Anscombe and Glynn's cube root: the statistic itself is skewed, and would lie above 5.5 of its standard
    errors once in 700,000 honest samples of 4,800.

    excess_kurtosis: the fourth central moment over the square of the second, minus 3.
    num_values: of the sample, 20 or more.

    Source: Anscombe and Glynn, Biometrika 70 (1983), 227-234.
    """
    n = num_values
    expected = 3 * (n - 1) / (n + 1)
    variance = 24 * n * (n - 2) * (n - 3) / ((n + 1) ** 2 * (n + 3) * (n + 5))
    standardized = (excess_kurtosis + 3 - expected) / math.sqrt(variance)
    skewness = 6 * (n * n - 5 * n + 2) / ((n + 7) * (n + 9))
    skewness *= math.sqrt(6 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3)))
    degrees = 6 + 8 / skewness * (2 / skewness + math.sqrt(1 + 4 / skewness**2))
    base = 1 + standardized * math.sqrt(2 / (degrees - 4))
    root = math.copysign(((1 - 2 / degrees) / abs(base)) ** (1 / 3), base) if base else math.inf
    return abs((1 - 2 / (9 * degrees) - root) / math.sqrt(2 / (9 * degrees))) > FAR


def chi_squared_is_large(statistic: float, degrees_of_freedom: int) -> bool:
    """Return whether a chi-squared statistic lies beyond FAR standard errors.

    By the cube root of Wilson and Hilferty.
    """
    if degrees_of_freedom < 1:
        return False
    spread = 2 / (9 * degrees_of_freedom)
    return statistic > degrees_of_freedom * (1 - spread + FAR * math.sqrt(spread)) ** 3


def chi_squared_is_small(statistic: float, degrees_of_freedom: int) -> bool:
    """Return whether a chi-squared statistic lies beyond FAR standard errors below what chance makes of it.

    By the same cube root.

    degrees_of_freedom: 30 or more; with fewer, nothing is so small.
    """
    if degrees_of_freedom < 30:
        return False
    spread = 2 / (9 * degrees_of_freedom)
    return statistic < degrees_of_freedom * (1 - spread - FAR * math.sqrt(spread)) ** 3


def coincidences_are_many(num_equal: int, num_values: int, num_different: int) -> bool:
    """Return whether more of the values are equal to one before them than chance makes so.

    Their number is that of a Poisson distribution, about num_values ** 2 / (2 * num_different). The ten more
    are for its long tail where few are expected.

    num_different: how many equally likely values there are at least.
    """
    expected = num_values**2 / (2 * num_different)
    return num_equal > expected + FAR * math.sqrt(expected) + 10
