"""Observations as plain data: what is kept, what is refused, what counts as equal."""

import json
import math
from collections import Counter, OrderedDict, defaultdict, namedtuple
from enum import IntEnum, StrEnum

import numpy as np
import pytest
from timing import least_cpu_seconds

from helpers.checks.comparison import describe, difference
from helpers.checks.observation import clip, encode, is_data, raised, well_formed

Point = namedtuple("Point", "x y")


class LyingFloat(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class UserListOfTheirs(list):
    def __iter__(self):
        return iter([7, 7, 7])


class LyingArray:
    def __array__(self, dtype=None, copy=None):
        return np.array([1.0])

    def __float__(self):
        return 1.0

    def __eq__(self, other):
        return True

    __hash__ = None


def circular():
    items = []
    items.append(items)
    return items


DATA = [
    None,
    True,
    3,
    -0.5,
    "text",
    [1, "two", None],
    (1, 2),
    {"a": [1.0], "not data": "a key that looks like ours"},
    float("nan"),
    float("-inf"),
    np.float32(0.25),
    np.int64(7),
    np.bool_(True),
    np.array([[1.0, np.nan], [np.inf, 2.0]]),
    np.array([1, 2], dtype=np.uint8),
    np.array([True, False]),
    np.array(["a", "b"]),
    np.zeros((2, 0)),
    [np.array([1.0]), {"x": np.float64(2.0)}],
]

Fans = namedtuple("Fans", ["fan_in", "fan_out"])
Kind = StrEnum("Kind", {"GOOD": "good fit"})
# Right answers of people who write so, and the plain value of each.
INHERITS = [
    (LyingFloat(1.0), 1.0),
    (Fans(3, 4), [3, 4]),
    (Kind.GOOD, "good fit"),
    (IntEnum("Epoch", ["FIRST"]).FIRST, 1),
    (defaultdict(float, {"bias": 0.5}), {"bias": 0.5}),
    (OrderedDict(bias=1, weights=2), {"bias": 1, "weights": 2}),
    (Counter("aab"), {"a": 2, "b": 1}),
    ({Kind.GOOD: 1}, {"good fit": 1}),
    (UserListOfTheirs([1, 2]), [1, 2]),
    (np.longdouble(0.1), float(np.longdouble(0.1))),
    (np.array([0.5, 2], dtype=np.longdouble), np.array([0.5, 2.0])),
    (np.array(0.25, dtype=np.longdouble), 0.25),
    (np.array([0.5], dtype=np.float16), np.array([0.5])),
]


@pytest.mark.parametrize(("value", "plain"), INHERITS)
def test_is_what_inherits_from_data_the_data_that_it_is(value, plain):
    assert json.dumps(encode(value)) == json.dumps(encode(plain))
    assert well_formed(encode(value))


NOT_DATA = [
    (LyingArray(), "LyingArray"),
    (np.ma.masked_array([1.0]), "MaskedArray"),
    (np.array([object()]), "array of object"),
    ({1: 2}, "dict with keys that are not strings"),
    ({Point(1, 2): 3}, "dict with keys that are not strings"),
    ({1, 2}, "set"),
    (lambda: 1, "function"),
    (circular(), "something nested more than 20 deep"),
    (np.zeros(200_000), "more than 100000 values"),
    ([0] * 200_000, "more than 100000 values"),
    (10**400, "an integer of over 300 digits"),
    (1 + 2j, "complex"),
]


@pytest.mark.parametrize("value", DATA, ids=repr)
def test_does_data_survive_json_and_equal_itself(value):
    encoded = encode(value)
    returned = json.loads(json.dumps(encoded, allow_nan=False))
    assert returned == encoded
    assert is_data(encoded)
    assert well_formed(encoded)
    assert difference(encoded, returned, 0.0, 0.0) is None
    assert describe(encoded)


def test_is_no_method_of_an_objects_class_asked():
    class Named(type):
        __name__ = __module__ = property(lambda _: 1 / 0)

    class Number(np.int64):
        __module__ = "numpy"

        def item(self):
            raise RuntimeError

    class Odd(metaclass=Named):
        pass

    assert encode(Number(5)) == {"not data": "Number"}
    assert encode(Odd()) == {"not data": "Odd"}
    real = (np.bool, np.floating, np.unsignedinteger, np.signedinteger)
    every = [
        kind(1) for kind in np.sctypeDict.values() if issubclass(kind, real) and kind is not np.timedelta64
    ]
    assert all(is_data(encode(number)) for number in every)


@pytest.mark.parametrize(("value", "name"), NOT_DATA, ids=lambda value: str(type(value)))
def test_is_what_is_not_data_named_and_never_expected(value, name):
    encoded = encode(value)
    assert encoded == {"not data": name}
    assert not is_data(encoded)
    assert well_formed(encoded)


def test_is_not_data_found_inside_of_data():
    assert not is_data(encode({"a": [1, {2}]}))


@pytest.mark.parametrize(
    ("one", "other"),
    [(3, 3.0), (np.float32(0.5), 0.5), (np.array(2.0), 2.0), ((1, 2), [1, 2]), (np.nan, float("nan"))],
)
def test_do_different_spellings_of_one_value_agree(one, other):
    assert difference(encode(one), encode(other), 1e-6, 0.0) is None


@pytest.mark.parametrize(
    ("expected", "actual", "words"),
    [
        (0.8, 1.2, "expected 0.8, got 1.2"),
        (True, 1, "expected True, got 1"),
        (1.0, "1.0", "expected 1, got '1.0'"),
        (None, 0, "expected None, got 0"),
        (math.inf, -math.inf, "expected inf, got -inf"),
        ([1, 2], [1], "expected 2 items, got 1"),
        ([1, [2, 3]], [1, [2, 4]], "at [1]: at [1]: expected 3, got 4"),
        ({"a": 1}, {}, "the key 'a' is missing"),
        ({}, {"a": 1}, "the key 'a' is not asked for"),
        ({"a": 1, "b": 2}, {"a": 1, "c": 2}, "the key 'b' is missing"),
        ({"a": 1, "b": 2}, {"returned": [1, 2]}, "expected {'a': 1, 'b': 2}, got {'returned': [1, 2]}"),
        (np.array([1.0]), [1.0], "expected array([1]), got [1]"),
        (np.array([1.0]), np.array([1]), "expected an array of floats, got an array of ints"),
        (np.zeros((2, 3)), np.zeros((3, 2)), "expected shape (2, 3), got shape (3, 2)"),
        (
            np.array([[1.0, 2.0], [3.0, 4.0]]),
            np.array([[1.0, 2.0], [5.0, 4.0]]),
            "at [1, 0]: expected 3, got 5",
        ),
        (0.0, object(), "got object (not plain data)"),
    ],
)
def test_does_a_difference_say_where_and_what(expected, actual, words):
    assert words in difference(encode(expected), encode(actual), 1e-6, 1e-9)


def test_is_the_tolerance_that_of_numpy():
    rng = np.random.default_rng(0)
    expected = rng.normal(size=500)
    actual = expected + rng.normal(size=500) * 10.0 ** rng.uniform(-9, -3, size=500)
    ours = [
        difference(one, other, 1e-5, 1e-8) is None
        for one, other in zip(expected.tolist(), actual.tolist(), strict=True)
    ]
    assert ours == np.isclose(actual, expected, rtol=1e-5, atol=1e-8).tolist()
    assert 0 < sum(ours) < 500


def test_is_an_exception_an_observation_of_its_own():
    assert raised(ValueError("x")) == {"raises": "ValueError", "message": "x"}
    assert well_formed(raised(ValueError("x")))
    assert difference(raised(ValueError()), raised(TypeError()), 0, 0) == (
        "expected an exception (ValueError), got an exception (TypeError)"
    )


def test_does_the_message_of_an_exception_count_where_it_is_expected():
    one, other = raised(TypeError("no len()")), raised(TypeError("no call"))
    assert difference({"raises": "TypeError"}, one, 0, 0) is None
    assert difference(one, one, 0, 0) is None
    assert difference(one, other, 0, 0)
    assert difference(one, {"raises": "TypeError"}, 0, 0)


def test_does_every_python_say_the_same_of_nothing():
    for function in (min, max):
        with pytest.raises(ValueError, match="empty") as caught:
            function([])
        said = {"raises": "ValueError", "message": f"{function.__name__}() iterable argument is empty"}
        assert raised(caught.value) == said
    assert raised(ValueError("min() arg is an empty sequence")) == raised(
        ValueError("min() iterable argument is empty")
    )


def test_is_no_address_in_memory_observed():
    at_one_place, at_another = (raised(ValueError(f"not {place}")) for place in (object(), object()))
    assert at_one_place == at_another


def test_is_the_name_of_the_function_around_a_function_not_observed():
    def of_the_bank():
        return lambda epoch, rate: epoch

    def of_a_learner():
        return lambda epoch, rate: epoch

    seen = []
    in_short = lambda: lambda epoch, rate: epoch  # noqa: E731 -- most answers of a bank are lambdas
    for made in (of_the_bank(), of_a_learner(), in_short()):
        with pytest.raises(TypeError) as caught:
            made(0)
        seen.append(raised(caught.value))
    missing = "<lambda>() missing 1 required positional argument: 'rate'"
    assert seen == [{"raises": "TypeError", "message": missing}] * 3


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("Sequential model 'sequential_12' has already", "Sequential model 'sequential' has already"),
        ("Layer sequential_1 weight shape (14, 64) is not", "Layer sequential weight shape (14, 64) is not"),
        ("on layer 'layer_norm_3' with", "on layer 'layer_norm' with"),
        # Not by the form of it: names of arguments, and of layers without a number.
        ("missing 1 required positional argument: 'weights_2'",) * 2,
        ("on layer 'logits' with",) * 2,
    ],
)
def test_is_no_number_of_keras_observed(said, seen):
    assert raised(ValueError(said))["message"] == seen


@pytest.mark.parametrize("endless", ["x" * 10**7, "a." * 10**6, "Layer " + "a_1" * 10**6])
def test_takes_an_endless_message_no_time(endless):
    error = ValueError(endless)
    assert len(raised(error)["message"]) <= 160
    assert least_cpu_seconds(lambda: raised(error)) < 0.3


@pytest.mark.parametrize(
    "forged",
    [
        {},
        {"array": "float"},
        {"array": "float", "shape": [2], "values": [1.0]},
        {"array": "float", "shape": "x", "values": []},
        {"array": "float", "shape": [-1], "values": []},
        {"array": "float", "shape": [True], "values": [1.0]},
        {"array": "int", "shape": [1], "values": [10**400]},
        10**400,
        {"array": "object", "shape": [0], "values": []},
        {"array": "float", "shape": [1], "values": [{"dict": {}}, 1.0]},
        {"float": "1e400"},
        {"dict": [1]},
        {"raises": 3},
        {"raises": "x", "message": 3},
        {"not data": "x", "dict": {}},
        {"unknown": 1},
    ],
    ids=json.dumps,
)
def test_is_a_forged_form_refused(forged):
    assert not well_formed(forged)


def test_is_a_forged_depth_refused():
    forged = 1.0
    for _ in range(500):
        forged = [forged]
    assert not well_formed(forged)


# What a learner's slip or a stranger can hand over: each of them once took seconds, minutes or gigabytes.


def aliased(width, depth):
    """Lists in lists: a few objects that, walked, are width**depth."""
    items = [0]
    for _ in range(depth):
        items = [items] * width
    return items


LARGE = {
    "rows without columns": lambda: np.zeros((2500, 2500, 0)),
    "a hundred thousand rows and more": lambda: np.zeros((200_000, 0)),
    "nothing times much": lambda: np.zeros((0, 200_000)),
    "lists of empty lists": lambda: [[]] * 200_000,
    "one list again and again": lambda: aliased(400, 6),
    "many keys": lambda: dict.fromkeys(map(str, range(200_000))),
    "long keys": lambda: {f"{number:0100}": 0 for number in range(10_000)},
    "a long text": lambda: "x" * 100_000_000,
    "many texts": lambda: ["x" * 1000] * 1000,
    "an array of texts": lambda: np.array(["x" * 1000] * 1000),
    "an exception with a long name": lambda: type("x" * 10_000_000, (Exception,), {})("y" * 10_000_000),
}


@pytest.mark.parametrize("name", LARGE)
def test_is_what_is_too_large_named_and_not_walked(name):
    value = LARGE[name]()

    def judged():
        encoded = raised(value) if isinstance(value, Exception) else encode(value)
        return encoded, describe(encoded), difference(encode(1.0), encoded, 0.0, 0.0)

    assert least_cpu_seconds(judged) < 0.5
    encoded, words, differs = judged()
    assert differs
    assert len(json.dumps(encoded)) < 400
    assert len(words) <= 160
    assert well_formed(encoded)


SMALL = [
    np.zeros((1,) * 64),
    np.zeros((0, 100_000)),
    np.zeros((1000, 100, 0)),
    np.zeros(99_999),
    ["a" * 299_999],
    {"a" * 1000: [1]},
]


@pytest.mark.parametrize("value", SMALL, ids=lambda value: str(getattr(value, "shape", type(value))))
def test_does_what_is_within_the_bounds_stay_data(value):
    encoded = encode(value)
    assert is_data(encoded)
    assert well_formed(encoded)
    assert len(describe(encoded)) <= 160
    assert difference(encoded, encoded, 0.0, 0.0) is None


FORGED = {
    "rows without columns": {"array": "float", "shape": [2500, 2500, 0], "values": []},
    "sizes that a zero hides": {"array": "float", "shape": [100_000] * 63 + [0], "values": []},
    "lists of empty lists": [[]] * 200_000,
    "a long text": "x" * 4_000_000,
    "long texts in an array": {"array": "str", "shape": [4], "values": ["x" * 1_000_000] * 4},
    "long keys": {"dict": {f"{number:0100}": 0 for number in range(10_000)}},
    "many keys": {"dict": dict.fromkeys(map(str, range(200_000)))},
    "arrays in a list": [{"array": "int", "shape": [50_000], "values": [0] * 50_000}] * 3,
    "a long name": {"raises": "x" * 4_000_000},
    "a long reason": {"not data": "x" * 4_000_000},
    "many names": dict.fromkeys(map(str, range(200_000)), "x"),
    "truth as a number": {"array": "int", "shape": [1], "values": [True]},
}


@pytest.mark.parametrize("name", FORGED)
def test_is_what_encode_never_gives_refused_before_it_is_walked(name):
    assert not well_formed(FORGED[name])
    assert least_cpu_seconds(lambda: well_formed(FORGED[name])) < 0.2


def test_is_only_what_a_line_has_room_for_written():
    """A description's work does not depend on how much there is to describe."""

    class Counted(list):
        num_read = 0

        def __iter__(self):
            for item in super().__iter__():
                Counted.num_read += 1
                yield item

    assert describe(Counted([0.25] * 50_000)).endswith("0.25, 0.…")
    assert Counted.num_read < 1000
    assert clip("x " * 1_000_000).endswith(" x…")
    assert clip(" " * 1_000_000 + "x") == "…"
    assert clip("a\n  b") == "a b"


class Wordless(Exception):
    def __str__(self):
        return None


@pytest.mark.parametrize(
    ("expected", "actual"),
    [(1.0, 1 + 2**-52), (3, 3 + 1e-8), (1.23456789e-05, 1.2345679e-05), (np.ones(2), np.ones(2) + 2**-52)],
    ids=repr,
)
def test_are_two_numbers_that_differ_not_shown_alike(expected, actual):
    said = difference(encode(expected), encode(actual), 0, 0)
    for line in said.splitlines():
        one, other = line.partition("expected ")[2].split(", got ")
        assert one != other


def test_is_an_exception_that_cannot_say_anything_an_observation():
    assert raised(Wordless()) == {"raises": "Wordless", "message": "<exception str() failed>"}
