"""What a check sees in data that chance has made: named properties, pure functions of encoded data.

    check("1,000 examples", lambda: minibatches(1000, 100, rng), seen_as="shuffled partition")

What is random leaves the process of whoever computed it as it came. The property is worked out where it is
compared: in the learner's notebook, by `course build`, and by the judge outside of the submission. Which
property belongs to a check is written in the lesson's own files, so that a submission cannot choose it.

Each property turns encoded data (`helpers.checks.observation`, up to MAX_VALUES values) into encoded data
which is the same for all right answers. Data that it cannot look at become the text "not ..., but ...";
what is no data at all (None, an exception, an object) stays what it is. No property raises, and each takes
time in proportion to the values that it is given (but for sorting them).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from helpers.checks.observation import MAX_VALUES, Encoded, is_list, kind_of
from helpers.checks.properties.masks import dropout_mask, remark_on_masks
from helpers.checks.properties.partitions import part_sizes, remark_on_places, shuffled_partition
from helpers.checks.properties.plain import (
    distinct_numbers,
    kind_of_number,
    numbering,
    sequence,
    structure,
    the_number,
    whole_numbers,
)
from helpers.checks.properties.reading import Unfit, count_values
from helpers.checks.properties.repeated import repeated
from helpers.checks.properties.samples import log_sample, remark_on_gaps, remark_on_log_gaps, sample
from helpers.checks.properties.sentences import Difference, of_distinct_numbers, of_sizes
from helpers.checks.properties.sentences import sentence as sentence_on
from helpers.checks.properties.shifts import remark_on_shifts, shifts


@dataclass(frozen=True)
class Property:
    """A way to look at data: what is compared, and what a person is told besides.

    wanted: the data that it looks at, as words after "expected".
    view: takes encoded data and returns what is compared, encoded; raises Unfit for another kind of data.
    remark: takes encoded data that `view` can look at and returns a sentence about them, or None.
    """

    wanted: str
    view: Callable[[Encoded], Encoded]
    remark: Callable[[Encoded], str | None] = lambda data: None


def _repeated(
    wanted: str,
    view: Callable[[Encoded], Encoded],
    remark: Callable[[Encoded], str | None] = lambda data: None,
) -> Property:
    """Return the property of several results of one function, in a list; the first one is remarked on."""
    return Property(
        f"a list, each of its items {wanted}",
        repeated(view),
        lambda data: remark(data[0]) if is_list(data) else None,
    )


_NO_DATA = ("None", "raises", "not data")
_PARTITION = "a list of arrays of whole numbers"

PROPERTIES = {
    "part sizes": Property(_PARTITION, part_sizes, remark_on_places),
    "shuffled partition": Property(_PARTITION, shuffled_partition, remark_on_places),
    "repeated partitions": _repeated(_PARTITION, part_sizes, remark_on_places),
    "sample": Property("an array of numbers", sample, remark_on_gaps),
    "log sample": Property("an array of numbers above 0", log_sample, remark_on_log_gaps),
    "repeated log samples": _repeated("an array of numbers above 0", log_sample, remark_on_log_gaps),
    "repeated samples": _repeated("an array of numbers", sample, remark_on_gaps),
    "repeated numbers": _repeated("a number", the_number),
    "distinct numbers": Property("a list of numbers", distinct_numbers),
    "shifts": Property("an array of images", shifts, remark_on_shifts),
    "repeated shifts": _repeated("an array of images", shifts, remark_on_shifts),
    "dropout mask": Property('a dict of "rate" and "ratios"', dropout_mask, remark_on_masks),
    "repeated dropout masks": _repeated('a dict of "rate" and "ratios"', dropout_mask, remark_on_masks),
    "numbering": Property("an array of numbers", numbering),
    "kind of number": Property("the classes of a number", kind_of_number),
    "sequence": Property("numbers in a row", sequence),
    "whole numbers": Property("whole numbers", whole_numbers),
    "structure": Property("data", structure),
}


def see(name: str, data: Encoded) -> Encoded:
    """Return what the property of this name sees in encoded data, encoded.

    Text that begins with "not " says why it sees nothing. None, an exception and what is not data are
    handed through.

    Raises LookupError for a name that is no property.
    """
    view = PROPERTIES[name].view
    if kind_of(data) in _NO_DATA:
        return data
    if count_values(data, MAX_VALUES) > MAX_VALUES:
        return f"not {PROPERTIES[name].wanted}, but more than {MAX_VALUES} values"
    try:
        return view(data)
    except Unfit as reason:
        return str(reason)


def is_seen(value: Encoded) -> bool:
    """Return whether what `see` returned is a property, and not the reason why there is none."""
    return kind_of(value) not in _NO_DATA and not is_unfit(value)


def is_unfit(value: Encoded) -> bool:
    """Return whether what `see` returned says that there was nothing to see."""
    return isinstance(value, str) and value.startswith("not ")


def remark(name: str, data: Encoded) -> str | None:
    """Return a sentence for whoever made these encoded data, which is true of them; None if there is none."""
    if kind_of(data) in _NO_DATA or is_unfit(see(name, data)):
        return None
    return PROPERTIES[name].remark(data)


def sentence(name: str, expected: Encoded, actual: Encoded, difference: Difference) -> str | None:
    """Return how a property differs from the expected one, as a sentence, or None where there is none.

    expected, actual: what `see` returned: of `actual` only what `is_seen`.
    """
    if name == "part sizes":
        return of_sizes(expected, actual)
    if name == "distinct numbers":
        return of_distinct_numbers(expected, actual)
    if name in ("whole numbers", "sequence"):  # data as they are
        return None
    return sentence_on(expected, actual, difference, of_logarithms="log sample" in name)
