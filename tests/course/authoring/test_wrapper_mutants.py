"""Wrappers of mutants: what they change, and that they themselves never raise."""

import numpy as np
import pytest

from course.authoring import wrapper_mutants as wrap

VALUES = [
    None, True, "text", 3, -2.5, float("nan"), np.float32(2.5), np.int64(7), np.array(3.0), np.array([]),
    np.array([1, 200], np.uint8), np.array([[1.5, np.inf]]), np.array([True]), np.array(["a"]), [], [1],
    (2, "a"), {"a": [1.0, (np.arange(3),)]}, [np.arange(3), np.arange(1)], [{"a": 1}, {"a": None}], object(),
    len, lambda: 1,
]  # fmt: skip
CHANGES = [
    wrap.clipped(0, 1), wrap.rounded(3), wrap.negated, wrap.truncated, wrap.floating, wrap.squeezed,
    wrap.transposed, wrap.listed, wrap.boxed, wrap.first, wrap.backwards, wrap.cut(2), wrap.without_single,
]  # fmt: skip


@pytest.mark.parametrize(
    "value", VALUES, ids=lambda value: type(value).__name__
)  # a repr may hold an address
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_no_value_makes_a_wrapper_raise(value):
    def function(given):
        return given

    for change in CHANGES:
        wrap.result(function, change)(value)
        wrap.argument(function, "given", change)(given=value)
    for wrapped in (wrap.once, wrap.handed_back, lambda f: wrap.early(f, wrap.first)):
        wrapped(function)(value)
    for wrapped in (wrap.kept, wrap.remembered):
        wrapped(function, "given")(value)
    for spoil in (wrap.sort, wrap.overwrite):
        wrap.spoilt(function, "given", spoil)(value)


def test_numbers_keep_their_type_where_it_is_not_the_type_that_is_changed():
    array = np.array([[-3.0, 0.5]], np.float32)

    clipped = wrap.clipped(0, 1)(array)

    assert clipped.tolist() == [[0.0, 0.5]]
    assert clipped.dtype == np.float32
    assert [type(wrap.clipped(0, 1)(one)) for one in (3, 2.5, np.float64(7))] == [int, float, np.float64]
    assert wrap.clipped(0, 1)(True) is True


def test_types_are_changed_entry_by_entry():
    value = {"a": [1, 2.5], "b": np.array([1.5])}

    whole, floating = wrap.truncated(value), wrap.floating(value)

    assert whole["a"] == [1, 2]
    assert whole["b"].dtype.kind == "i"
    assert [type(item) for item in floating["a"]] == [float, float]
    assert wrap.listed(value)["b"] == [1.5]


def test_what_a_function_returns_is_changed_where_it_is_an_argument():
    descent = wrap.argument(lambda slope_of, at: slope_of(at), "slope_of", wrap.clipped(-10, 10))

    assert descent(lambda at: at**2, 30) == 10


@pytest.mark.parametrize(
    ("spoil", "value", "after"),
    [
        (wrap.sort, [3, 1], [1, 3]),
        (wrap.sort, np.array([3, 1]), [1, 3]),
        (wrap.sort, ["a", 1], ["a", 1]),
        (wrap.overwrite, [3, 1], [3, 1, 3]),
        (wrap.overwrite, np.array([3, 1]), [4, 2]),
        (wrap.overwrite, {"a": 1, "b": 2}, {"b": 2}),
    ],
)
def test_an_argument_is_changed_in_place_when_the_result_is_there(spoil, value, after):
    first = value["a"] if isinstance(value, dict) else value[0]

    function = wrap.spoilt(lambda given: given["a" if isinstance(given, dict) else 0], "given", spoil)

    assert function(value) == first
    assert (value.tolist() if isinstance(value, np.ndarray) else value) == after


def test_the_argument_is_handed_back_where_a_copy_of_it_would_be():
    moved = wrap.handed_back(lambda images, shift: images + shift)
    images = np.arange(3)

    assert moved(images, 0) is images
    assert moved(images, 1).tolist() == [1, 2, 3]


def test_what_is_left_out_is_a_last_part_of_one():
    parts = [np.arange(2), np.arange(1)]

    assert len(wrap.without_single(parts)) == 1
    assert wrap.without_single(parts[:1]) == parts[:1]
    assert wrap.without_single([1, 2]) == [1, 2]
