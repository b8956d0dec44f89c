"""The property of what dropout leaves: which outputs are 0, by how much the others grew, and for whom."""

from __future__ import annotations

import math
from collections.abc import Sequence

from helpers.checks.observation import Encoded, is_dict, is_number, is_number_array, plain_number
from helpers.checks.properties.chance import FAR
from helpers.checks.properties.reading import Unfit, all_finite, words_for

_WANTED = 'a dict of "rate" and "ratios"'
_ALIKE = 1e-5
MOST_KEPT = 4
# What chance makes more rarely is no accident: that of FAR standard errors, to either side.
_NO_ACCIDENT = math.erfc(FAR / math.sqrt(2)) / 2
# With fewer masks, or fewer outputs in each, the number of zeros is too skewed for a chi-squared test.
FEWEST_MASKS, LEAST_VARIANCE = 25, 5
_NOT_LOOKED_AT = "not looked at"


def dropout_mask(data: Encoded) -> Encoded:
    """Return what dropout did to the outputs of a layer, as a dict.

    rate: as it was handed over.
    shape: of the outputs, (num_examples, num_units).
    kept: what the outputs that are not 0 were multiplied by, the different factors in ascending order; a text
        for more than MOST_KEPT; "not looked at" for so few outputs that none may be kept by chance.
    dropped: "about the rate", "more than the rate", "less than the rate", "none", "all".
    examples, units: whether each has a mask of its own: "each its own mask", "all alike", "some alike"; "not
        looked at" where some may be equal by chance.
    in each example, in each unit: whether the number that is dropped varies "as by chance", "too little" or
        "too much", by a chi-squared test; "not looked at" for a rate of 0, and unless about the rate is
        dropped.

    data: a dict of "rate", a number from 0 to below 1, and "ratios", the outputs divided by what they would
        be without dropout, an array of shape (num_examples, num_units).

    Raises Unfit for other data.
    """
    rate, rows = _read(data)
    values = [value for row in rows for value in row]
    dropped = sum(value == 0 for value in values)
    columns = [list(column) for column in zip(*rows, strict=True)]
    amount = _amount(dropped, len(values), rate)
    by_chance = amount == "about the rate" and rate > 0
    seen: dict[str, Encoded] = {
        "rate": rate,
        "shape": [len(rows), len(columns)],
        "kept": _factors(values) if rate ** len(values) < _NO_ACCIDENT else _NOT_LOOKED_AT,
        "dropped": amount,
    }
    for masks, one, in_each in ((rows, "examples", "in each example"), (columns, "units", "in each unit")):
        seen[one] = _likeness(masks, rate)
        seen[in_each] = _variation(masks, rate) if by_chance else _NOT_LOOKED_AT
    return {"dict": seen}


def remark_on_masks(data: Encoded) -> str | None:
    """Return in words how many outputs are 0, and, where all examples have the same mask, that."""
    _, rows = _read(data)
    num_values = sum(map(len, rows))
    dropped = sum(value == 0 for row in rows for value in row)
    words = f"{dropped} of {num_values} outputs are 0"
    alike = len(rows) > 1 and 0 < dropped < num_values and len(set(map(_mask, rows))) == 1
    return f"{words}, the same ones in every example" if alike else words


def _read(data: Encoded) -> tuple[float, list[list[float]]]:
    if not is_dict(data) or set(data["dict"]) != {"rate", "ratios"}:
        raise Unfit(_WANTED, words_for(data))
    rate, ratios = data["dict"]["rate"], data["dict"]["ratios"]
    if not is_number(rate) or not 0 <= plain_number(rate) < 1:
        raise Unfit("a rate from 0 to below 1", words_for(rate))
    if not is_number_array(ratios) or len(ratios["shape"]) != 2 or not ratios["values"]:
        raise Unfit("an array of outputs of shape (num_examples, num_units)", words_for(ratios))
    values = [float(plain_number(value)) for value in ratios["values"]]
    if not all_finite(values):
        raise Unfit("an array of finite numbers", "one with nan or infinity")
    num_units = ratios["shape"][1]
    rows = [values[first : first + num_units] for first in range(0, len(values), num_units)]
    return float(plain_number(rate)), rows


def _mask(row: Sequence[float]) -> tuple[bool, ...]:
    return tuple(value == 0 for value in row)


def _factors(values: Sequence[float]) -> Encoded:
    different: list[Encoded] = []
    last = -math.inf
    for value in sorted(value for value in values if value):
        if value - last > _ALIKE * max(1.0, abs(value)):
            different.append(value)
            last = value
            if len(different) > MOST_KEPT:
                return f"by more than {MOST_KEPT} different factors"
    return different


def _amount(dropped: int, num_values: int, rate: float) -> str:
    # By the exact tail: of a handful of outputs all may be kept, or dropped, by chance.
    if rate == 0 and dropped == 0:
        return "about the rate"
    if dropped > num_values * rate:
        if _tail(dropped, num_values, rate) >= _NO_ACCIDENT:
            return "about the rate"
        return "all" if dropped == num_values else "more than the rate"
    if _tail(num_values - dropped, num_values, 1 - rate) >= _NO_ACCIDENT:
        return "about the rate"
    return "none" if dropped == 0 else "less than the rate"


def _tail(count: int, num_values: int, rate: float) -> float:
    """Return the chance of at least `count`, above the mean, of so many, each with the chance `rate`."""
    if rate in (0, 1):  # 1 is what 1 minus a very small rate is rounded to
        return float(rate)
    term = math.exp(
        math.lgamma(num_values + 1)
        - math.lgamma(count + 1)
        - math.lgamma(num_values - count + 1)
        + count * math.log(rate)
        + (num_values - count) * math.log1p(-rate)
    )
    total = 0.0
    # The terms fall from here on, faster and faster.
    while count <= num_values and term > total * 1e-12:
        total += term
        term *= (num_values - count) / (count + 1) * rate / (1 - rate)
        count += 1
    return total


def _likeness(masks: Sequence[Sequence[float]], rate: float) -> str:
    """Return whether masks are alike that chance alone would have made different."""
    different = len(set(map(_mask, masks)))
    equal = (rate**2 + (1 - rate) ** 2) ** len(masks[0])  # the chance of two to be
    others = len(masks) - 1
    if others and different == 1 and equal**others < _NO_ACCIDENT:
        return "all alike"
    # Seldom by far: of many checks each has several such comparisons.
    if not others or 100 * len(masks) * others / 2 * equal > _NO_ACCIDENT:
        return _NOT_LOOKED_AT
    return "each its own mask" if different == len(masks) else "some alike"


def _variation(masks: Sequence[Sequence[float]], rate: float) -> str:
    """Return how the number of zeros varies from mask to mask, by a chi-squared test.

    The statistic is compared on the scale of Wilson and Hilferty; its spread is widened for counts of few
    outputs, which are more scattered than normal ones.
    """
    num_masks, num_outputs = len(masks), len(masks[0])
    variance = num_outputs * rate * (1 - rate)
    if num_masks < FEWEST_MASKS or variance < LEAST_VARIANCE:
        return _NOT_LOOKED_AT
    counts = [sum(_mask(mask)) for mask in masks]
    statistic = sum((count - num_outputs * rate) ** 2 for count in counts) / variance
    # Of a binomial count the kurtosis may be above 0, and the squares scatter by more than those of normals.
    excess = max(0.0, (1 - 6 * rate * (1 - rate)) / variance)
    spread = 2 / (9 * num_masks) * (1 + excess / 2)
    standardized = ((statistic / num_masks) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)
    if abs(standardized) <= FAR:
        return "as by chance"
    return "too much" if standardized > 0 else "too little"
