"""The properties of numbers that were drawn from a distribution, on their own scale or that of logarithms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from helpers.checks.observation import Encoded, EncodedArray, Scalar, is_number_array, plain_number
from helpers.checks.properties.chance import (
    chi_squared_is_large,
    chi_squared_is_small,
    coincidences_are_many,
    is_far,
    kurtosis_is_far,
)
from helpers.checks.properties.reading import Unfit, all_finite, words_for

# With fewer numbers every distribution looks like any other.
FEWEST_NUMBERS = 2000
_UNIFORM_KURTOSIS = -1.2
_ONE_BY_ONE, _NOT_LOOKED_AT = "one by one", "not looked at"
# A generator of single precision gives 2 ** 23 different ones at least; half of it, for what becomes of them.
_FEWEST_DIFFERENT = 2**22
_NUMBERS_A_STRATUM = 20
# So many numbers have equal gaps by chance, up to this share of a gap, about never.
_FEWEST_OF_A_GRID, _EQUAL_GAPS = 5, 1e-3


def sample(data: Encoded) -> Encoded:
    """Return what an array of drawn numbers shows of its distribution, as a dict.

    shape: of the array.
    drawn: "one by one", or what is repeated in it (equal rows, equal columns).
    mean: "about 0" when it is less than 5.5 standard errors from it, "above 0", "below 0".
    standard deviation: a number.
    distribution: "normal", "uniform", ... by skewness and excess kurtosis, which are 0 and 0 for a normal
        one, 0 and -1.2 for a uniform one. Neither is "on a grid", where more numbers are equal than chance
        makes so in single precision. And in a uniform one about as many lie in each of many equal strata, but
        not more exactly so than chance makes it ("more even than by chance").
    ends: of a uniform one, lowest and highest number (0 when it is less than a hundredth of the range from
        it).

    With fewer than FEWEST_NUMBERS or with repetitions, the last four are "not looked at".

    data: an array of floats of any shape.

    Raises Unfit for other data.
    """
    if not is_number_array(data) or not data["values"]:
        raise Unfit("an array of numbers", words_for(data))
    values = [plain_number(value) for value in data["values"]]
    if not all_finite(values):
        raise Unfit("an array of finite numbers", "one with nan or infinity")
    drawn = _drawn(values, data["shape"])
    seen: dict[str, Encoded] = {"shape": [*data["shape"]], "drawn": drawn}
    seen |= dict.fromkeys(("mean", "standard deviation", "distribution", "ends"), _NOT_LOOKED_AT)
    if drawn == _ONE_BY_ONE and len(values) >= FEWEST_NUMBERS:
        seen |= _distribution(values)
    return {"dict": seen}


def log_sample(data: Encoded) -> Encoded:
    """Return what `sample` shows of the natural logarithms of drawn numbers.

    What was drawn log-uniformly is "uniform" here, and its ends are the logarithms of the limits.

    data: an array of numbers above 0 of any shape.

    Raises Unfit for other data.
    """
    if not is_number_array(data) or not data["values"]:
        raise Unfit("an array of numbers", words_for(data))
    values = [plain_number(value) for value in data["values"]]
    for is_wrong, what in (
        (not all_finite(values), "nan or infinity"),
        (min(values) < 0, "numbers below 0"),
        (min(values) == 0, "zeros"),
    ):
        if is_wrong:
            raise Unfit("an array of numbers above 0", f"one with {what}")
    logarithms: list[Scalar] = [math.log(value) for value in values]
    drawn: EncodedArray = {"array": "float", "shape": data["shape"], "values": logarithms}
    return sample(drawn)


def remark_on_gaps(data: Encoded) -> str | None:
    """Return a sentence where all numbers have the same gap to the next larger one, or None."""
    return _remark_on_gaps(_values(data))


def remark_on_log_gaps(data: Encoded) -> str | None:
    """Return a sentence where all gaps, between numbers or between their logarithms, are equal, or None."""
    values = _values(data)
    return _remark_on_gaps(values) or _remark_on_gaps([*map(math.log, values)], " between logarithms")


def _remark_on_gaps(values: Sequence[float], between: str = "") -> str | None:
    if len(values) < _FEWEST_OF_A_GRID:
        return None
    gaps = [after - before for before, after in itertools.pairwise(sorted(values))]
    narrowest, widest = min(gaps), max(gaps)
    if narrowest <= 0 or widest - narrowest > _EQUAL_GAPS * widest:
        return None
    return f"all {len(gaps)} gaps{between} are equal: the numbers lie on a grid, and are not drawn"


def _values(data: Encoded) -> list[float]:
    return [plain_number(value) for value in data["values"]] if is_number_array(data) else []


def _drawn(values: Sequence[float], shape: Sequence[int]) -> str:
    if len(set(values)) == 1:
        return "one number for all"
    if len(shape) == 2:
        num_rows, num_columns = shape
        rows = {tuple(values[row * num_columns : (row + 1) * num_columns]) for row in range(num_rows)}
        columns = {tuple(values[column::num_columns]) for column in range(num_columns)}
        if num_columns > 1 and len(rows) < num_rows:
            return "with equal rows"
        if num_rows > 1 and len(columns) < num_columns:
            return "with equal columns"
    return _ONE_BY_ONE


def _distribution(values: Sequence[float]) -> dict[str, Encoded]:
    n = len(values)
    try:
        mean = math.fsum(values) / n
        around = [value - mean for value in values]
        deviation = math.sqrt(math.fsum(value * value for value in around) / n)
        skewness = math.fsum((value / deviation) ** 3 for value in around) / n
        kurtosis = math.fsum((value / deviation) ** 4 for value in around) / n - 3
    except (OverflowError, ZeroDivisionError):
        return {"distribution": "too far from 0, or too near to it"}
    name = _name_distribution(skewness, kurtosis, n)
    if name in ("normal", "uniform") and coincidences_are_many(n - len(set(values)), n, _FEWEST_DIFFERENT):
        name = "on a grid"
    if name == "uniform":
        name = _name_evenness(values)
    return {
        "mean": _side_of_0(mean, deviation / math.sqrt(n)),
        "standard deviation": deviation,
        "distribution": name,
        # The ends of other distributions are left to chance.
        "ends": _ends(min(values), max(values)) if name == "uniform" else _NOT_LOOKED_AT,
    }


def _side_of_0(mean: float, standard_error: float) -> str:
    if not is_far(mean, 0.0, standard_error):
        return "about 0"
    return "above 0" if mean > 0 else "below 0"


def _ends(lowest: float, highest: float) -> list[Encoded]:
    near = (highest - lowest) / 100
    return [0.0 if abs(end) < near else end for end in (lowest, highest)]


def _name_distribution(skewness: float, kurtosis: float, n: int) -> str:
    """Return the distribution with this skewness and excess kurtosis; standard errors as of a normal one."""
    if is_far(skewness, 0.0, math.sqrt(6 / n)):
        return "skewed to one side"
    if not kurtosis_is_far(kurtosis, n):
        return "normal"
    # That of uniform samples spreads by sqrt(1.4 / n), measured.
    if not is_far(kurtosis, _UNIFORM_KURTOSIS, math.sqrt(2 / n)):
        return "uniform"
    return "two values" if kurtosis < -1.9 else "neither normal nor uniform"


def _name_evenness(values: Sequence[float]) -> str:
    """Return whether numbers between two ends lie there as evenly as chance alone lays them.

    By a chi-squared test over equal strata. Between the lowest and the highest of a uniform sample all others
    are a uniform sample again, so the ends need not be known.
    """
    lowest, highest = min(values), max(values)
    num_strata = len(values) // _NUMBERS_A_STRATUM
    counts = [0] * (num_strata + 1)
    for value in values:
        counts[int((value - lowest) / (highest - lowest) * num_strata)] += 1
    counts[0] -= 1  # the lowest itself
    counts[num_strata - 1] += counts.pop() - 1  # the highest
    expected = (len(values) - 2) / num_strata
    statistic = sum((count - expected) ** 2 for count in counts) / expected
    if chi_squared_is_small(statistic, num_strata - 1):
        return "more even than by chance"
    if chi_squared_is_large(statistic, num_strata - 1):
        return "neither normal nor uniform"
    return "uniform"
