"""Properties of what chance has made: the same for all right answers, another for wrong ones."""

import itertools

import numpy as np
import pytest
import scipy
from timing import least_cpu_seconds

from helpers.checks import properties
from helpers.checks.exercises import Expected
from helpers.checks.observation import MAX_VALUES, encode, is_data, well_formed
from helpers.checks.properties import PROPERTIES, chance, is_seen, masks, remark, see


def seen(name, value):
    """What a property sees in a live value: for a dict its entries."""
    found = see(name, encode(value))
    return found["dict"] if isinstance(found, dict) and "dict" in found else found


def cut(order, size):
    return [order[first : first + size] for first in range(0, len(order), size)]


RNG = np.random.default_rng(0)
MIXED = RNG.permutation(1000)

# Partitions -------------------------------------------------------------------------------------


def test_is_every_shuffled_order_shuffled():
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(1000)
        for parts in (cut(order, 100), cut(order, 40), np.split(order, [600, 900]), cut(order, 2)):
            shown = seen("shuffled partition", [np.sort(part) for part in parts])
            sizes = [len(part) for part in parts]
            assert shown == {"sizes": sizes, "places": "0 to 999, each once", "order": "shuffled"}, seed


ORDERS = {
    "as in the data": cut(np.arange(1000), 100),
    "each part is one stretch, shuffled inside": [
        RNG.permutation(part) for part in cut(np.arange(1000), 100)
    ],
    "each part is one stretch of the data": cut(np.arange(1000), 100)[::-1],
    "one part lies behind another": [MIXED[:600], *np.split(np.sort(MIXED[600:]), [300])],
    "not by chance": [np.arange(start, 1000, 10) for start in range(10)],
}


def test_is_an_order_that_follows_the_data_named(subtests):
    for order, parts in ORDERS.items():
        with subtests.test(order):
            assert seen("shuffled partition", parts)["order"] == order


def test_is_a_part_that_leans_to_one_end_of_the_data_seen():
    places = np.arange(1000)
    is_first = np.random.default_rng(1).random(1000) < 0.25 + 0.5 * places / 1000
    parts = [places[is_first], places[~is_first]]
    assert seen("shuffled partition", parts)["order"] == "not by chance"


PLACES = {
    "1 to 6, each once": [np.array([2, 1, 3]), np.array([6, 4, 5])],
    "some are twice in one part": [np.array([0, 1, 1]), np.array([2, 3, 4])],
    "some are in two parts": [np.array([0, 1, 2]), np.array([2, 3, 4])],
    "some are left out": [np.array([0, 1, 2]), np.array([4, 5, 7])],
    "some are below 0": [np.array([0, 1, -1]), np.array([2, 3, 4])],
    "fewer than half of them are different": [np.arange(150) % 70, np.arange(150) % 90],
    "there are none": [np.array([], int)],
    "0 to 2, each once": [np.array([2, 0]), np.array([1]), np.array([])],
}


def test_are_places_that_are_twice_or_left_out_named(subtests):
    for words, parts in PLACES.items():
        with subtests.test(words):
            assert seen("shuffled partition", parts)["places"] == words


REMARKS = [
    ([np.array([0, 7, 2]), np.array([7, 4, 5])], "place 7 is there twice, place 1 is nowhere"),
    ([np.array([3, 3, 3, 0])], "place 3 is there 3 times, place 1 is nowhere"),
    # Which place is the highest is not known: with 6 of 7 places, the one that is left out may be the last.
    ([np.array([0, 1, 2]), np.array([3, 4, 5])], None),
    ([np.array([1, 2, 3])], "place 0 is nowhere"),
    ([np.array([])], None),
    (np.array([1, 1]), None),
    (None, None),
]


def test_is_a_learner_told_of_a_place_what_is_true_of_it(subtests):
    for parts, sentence in REMARKS:
        with subtests.test(parts=parts):
            assert remark("shuffled partition", encode(parts)) == sentence


def test_are_parts_given_as_lists_places_too():
    assert see("part sizes", encode([[2, 0], [1]])) == see(
        "part sizes", encode([np.array([2, 0]), np.array([1])])
    )


# Samples ----------------------------------------------------------------------------------------


def test_is_a_sample_known_by_its_distribution(subtests):
    for seed in range(8):
        with subtests.test(seed=seed):
            rng = np.random.default_rng(seed)
            normal = seen("sample", rng.normal(0, 0.2, size=(50, 130)))
            assert (normal["shape"], normal["drawn"]) == ([50, 130], "one by one")
            assert (normal["mean"], normal["distribution"]) == ("about 0", "normal")
            assert normal["ends"] == "not looked at"
            assert normal["standard deviation"] == pytest.approx(0.2, rel=0.06)
            uniform = seen("sample", rng.uniform(-0.5, 0.5, size=(65, 100)).astype(np.float32))
            assert (uniform["mean"], uniform["distribution"]) == ("about 0", "uniform")
            assert uniform["ends"] == pytest.approx([-0.5, 0.5], rel=0.01)
            assert seen("sample", rng.random((50, 130)))["ends"][0] == 0.0


def test_is_a_sample_of_another_distribution_told_apart():
    rng = np.random.default_rng(3)
    drawn = rng.normal(size=20_000)
    assert seen("sample", np.abs(drawn))["distribution"] == "skewed to one side"
    assert seen("sample", drawn[np.abs(drawn) < 2][:6500])["distribution"] == "neither normal nor uniform"
    assert seen("sample", np.sign(drawn))["distribution"] == "two values"
    assert [seen("sample", drawn + shift)["mean"] for shift in (-1, 1)] == ["below 0", "above 0"]


def test_are_numbers_that_are_repeated_in_a_sample_named():
    row = RNG.normal(size=(1, 30))
    assert seen("sample", np.tile(row, (20, 1)))["drawn"] == "with equal rows"
    assert seen("sample", np.tile(row.T, (1, 20)))["drawn"] == "with equal columns"
    assert seen("sample", np.full((4, 5), 0.3))["drawn"] == "one number for all"


def test_does_a_small_sample_say_nothing_of_its_distribution():
    shown = seen("sample", RNG.normal(size=(4, 3)))
    assert (shown["shape"], shown["drawn"], shown["distribution"]) == ([4, 3], "one by one", "not looked at")


def test_is_a_log_uniform_sample_known_by_its_logarithms(subtests):
    for seed in range(8):
        with subtests.test(seed=seed):
            rng = np.random.default_rng(seed)
            drawn = 10 ** rng.uniform(-4, 0, size=4000)
            shown = seen("log sample", drawn)
            assert (shown["shape"], shown["drawn"], shown["mean"]) == ([4000], "one by one", "below 0")
            assert shown["distribution"] == "uniform"
            assert shown["ends"] == pytest.approx([np.log(1e-4), 0.0], abs=0.02 * np.log(1e4))
            assert shown["standard deviation"] == pytest.approx(np.log(1e4) / np.sqrt(12), rel=0.05)
            for other in (rng.uniform(1e-4, 1, 4000), np.exp(rng.normal(size=4000)), 1e-4 / drawn[::-1] ** 2):
                assert seen("log sample", other) != shown
            assert seen("log sample", rng.uniform(1e-4, 1, 4000))["distribution"] == "skewed to one side"
            again = seen("repeated log samples", [drawn, drawn.copy()])
            assert again == {"calls": "all alike", "each": [{"dict": shown}] * 2}


def test_are_numbers_from_a_grid_or_from_strata_told_from_independent_ones(subtests):
    for seed, num in enumerate([2000, 4000, 7000]):
        with subtests.test(seed=seed, num=num):
            rng = np.random.default_rng(seed)
            drawn = {
                "independent": rng.random(num),
                "single precision": rng.random(num, dtype=np.float32),
                "levels": rng.choice(np.linspace(0, 1, 1000), num),
                "fine levels": rng.integers(50_000, size=num) / 50_000,
                "strata": rng.permutation(np.arange(num) + rng.random(num)) / num,
                "wide strata": (np.arange(num) % (num // 4) + rng.random(num)) / (num // 4),
                "every other stratum": (2 * rng.integers(25, size=num) + rng.random(num)) / 50,
                "levels in another order": rng.permutation(np.linspace(0, 1, num)),
                "Halton": scipy.stats.qmc.Halton(1, rng=seed).random(num)[:, 0],
            }
            found = {name: seen("log sample", 1e-4 * 1e6**values) for name, values in drawn.items()}
            assert {name: shown["distribution"] for name, shown in found.items()} == {
                "independent": "uniform",
                "single precision": "uniform",
                "levels": "on a grid",
                "fine levels": "on a grid",
                "strata": "more even than by chance",
                "wide strata": "more even than by chance",
                "every other stratum": "neither normal nor uniform",
                "levels in another order": "more even than by chance",
                "Halton": "more even than by chance",
            }
            assert seen("sample", np.round(rng.normal(size=num), 2))["distribution"] == "on a grid"


def test_is_chance_taken_for_order_less_than_once_in_ten_millions():
    for num_strata in (100, 200, 325, 2000):
        by_chance = scipy.stats.chi2(num_strata - 1)
        scale = np.linspace(0, 4 * num_strata, 40_001)
        small = max(x for x in scale if chance.chi_squared_is_small(x, num_strata - 1))
        large = min(x for x in scale if chance.chi_squared_is_large(x, num_strata - 1))
        assert 1e-9 < by_chance.cdf(small) < 3e-8
        assert 1e-9 < by_chance.sf(large) < 3e-8
    for num_values in (2000, 4000, 6500, 20_000):
        in_single_precision = scipy.stats.poisson(num_values**2 / 2**24)
        many = next(n for n in range(num_values) if chance.coincidences_are_many(n, num_values, 2**22))
        assert in_single_precision.sf(many - 1) < 1e-12


def test_does_chance_spread_over_strata_as_its_limits_assume():
    rng = np.random.default_rng(0)
    statistics = []
    for _ in range(2000):
        inner = np.sort(rng.random(4000))[1:-1]
        counts = np.histogram(inner, 200, (inner[0], inner[-1]))[0]
        statistics.append(((counts - 19.99) ** 2).sum() / 19.99)
    assert np.mean(statistics) == pytest.approx(199, abs=2.5)
    assert np.std(statistics) == pytest.approx(np.sqrt(2 * 199), abs=1.6)


# Several calls ----------------------------------------------------------------------------------


def test_are_calls_that_agree_told_from_calls_that_do_not():
    one, other = RNG.normal(size=(4, 5)), RNG.normal(size=(4, 5))
    nearly = one.copy()
    nearly[0, 0] += 1
    calls = {
        name: seen("repeated samples", results)["calls"]
        for name, results in {
            "twins": [one, one.copy()],
            "strangers": [one, other],
            "one changed": [one, nearly],
            "two of three": [one, one.copy(), other],
        }.items()
    }
    assert calls == {
        "twins": "all alike",
        "strangers": "all different",
        "one changed": "nearly alike",
        "two of three": "some alike",
    }


def test_is_each_result_of_several_calls_looked_at():
    epochs = [cut(RNG.permutation(10), 4) for _ in range(2)]
    assert seen("repeated partitions", epochs) == {"calls": "all different", "each": [[4, 4, 2], [4, 4, 2]]}
    assert seen("repeated numbers", [0.5, 0.25]) == {"calls": "all different", "each": [0.5, 0.25]}


# Plain numbers ----------------------------------------------------------------------------------


def test_are_distinct_numbers_counted_once_up_to_rounding():
    assert seen("distinct numbers", [3.0, 0.1 + 0.2, 0.3, 3.0, 0.0]) == [0.0, 0.3, 3.0]
    assert seen("distinct numbers", np.arange(20) / 7) == "more than 12 different numbers"
    assert seen("distinct numbers", [1.0, np.nan]) == "some are nan or infinite"


def test_is_a_row_of_numbers_the_same_as_list_tuple_and_array():
    assert (
        seen("sequence", (3, 4)) == seen("sequence", [3, 4]) == seen("sequence", np.array([3, 4])) == [3, 4]
    )


def test_is_an_array_that_was_put_in_another_order_seen():
    assert seen("numbering", np.arange(6.0).reshape(2, 3)) == "0 to 5, in order"
    assert seen("numbering", np.arange(6.0)[::-1]) == "0 to 5, in another order"
    assert seen("numbering", np.arange(6.0) - 1) == "other numbers"
    assert seen("numbering", np.array([0.0, np.nan])) == "other numbers"


def test_is_a_python_float_known_by_its_classes():
    for number, kind in [(1.0, "float"), (np.float64(1), "float"), (np.float32(1), "float32"), (1, "int")]:
        assert seen("kind of number", [each.__name__ for each in type(number).mro()]) == kind


def test_is_it_said_what_data_are_made_of():
    assert seen("structure", cut(np.arange(5), 2)) == "a list of 3 int arrays"
    assert seen("structure", [[0, 1], [2]]) == "a list of 2 lists"
    assert seen("structure", np.arange(3)) == "one array of shape (3,)"
    assert seen("structure", [1, "a"]) == "a list of 2 things"


# Shifts -----------------------------------------------------------------------------------------


def numbered(num_images, height, width):
    return np.tile(np.arange(1.0, height * width + 1).reshape(height, width), (num_images, 1, 1))


def moved(images, moves, mode="constant"):
    most = 2
    framed = [np.pad(image, most, mode=mode) for image in images]
    height, width = images.shape[1:]
    return np.array(
        [
            image[most - down : most - down + height, most - along : most - along + width]
            for image, (down, along) in zip(framed, moves, strict=True)
        ]
    )


def test_do_random_shifts_of_one_kind_all_look_the_same(subtests):
    for seed in range(5):
        with subtests.test(seed=seed):
            moves = np.random.default_rng(seed).integers(-1, 2, size=(300, 2))
            assert seen("shifts", moved(numbered(300, 3, 4), moves)) == {
                "shape": [300, 3, 4],
                "coming in": "zeros come in",
                "down": [-1, 0, 1],
                "along": [-1, 0, 1],
                "pairs": 9,
                "how often": "equally",
            }


def test_is_what_comes_in_behind_a_shift_named():
    images, moves = numbered(300, 3, 4), np.random.default_rng(0).integers(-1, 2, size=(300, 2))
    names = {mode: seen("shifts", moved(images, moves, mode))["coming in"] for mode in ("wrap", "edge")}
    assert names == {"wrap": "what moves out comes back on the other side", "edge": "the edge is repeated"}
    blanked = moved(images, moves)
    blanked[7] = 0
    assert seen("shifts", blanked)["coming in"] == "some are empty"
    blanked[7] = images[7][::-1]
    assert seen("shifts", blanked)["coming in"] == "some are no shift"
    assert remark("shifts", encode(blanked)).startswith("image 7 is not the given one")


def test_are_shifts_that_are_not_equally_likely_seen():
    rounded = np.rint(np.random.default_rng(0).uniform(-1, 1, size=(600, 2))).astype(int)
    assert seen("shifts", moved(numbered(600, 3, 4), rounded))["how often"] == "not equally"


def test_is_one_shift_for_all_images_told_without_saying_which():
    for move in ((1, 0), (-1, 1), (0, 0)):
        shown = seen("shifts", moved(numbered(5, 3, 4), [move] * 5))
        assert (shown["down"], shown["along"], shown["pairs"]) == ("all images alike", "all images alike", 1)


# Dropout masks ----------------------------------------------------------------------------------


def dropped(rate, shape, seed=0, scale=None):
    keep = np.random.default_rng(seed).random(shape) >= rate
    return {"rate": rate, "ratios": keep / (1 - rate if scale is None else scale)}


def test_do_masks_of_dropout_of_one_size_all_look_the_same(subtests):
    for seed in range(8):
        with subtests.test(seed=seed):
            assert seen("dropout mask", dropped(0.3, (60, 50), seed)) == {
                "rate": 0.3,
                "shape": [60, 50],
                "kept": [pytest.approx(1 / 0.7)],
                "dropped": "about the rate",
                "examples": "not looked at",
                "units": "each its own mask",
                "in each example": "as by chance",
                "in each unit": "as by chance",
            }


def test_is_no_honest_mask_called_an_accident_whatever_its_size():
    rng = np.random.default_rng(5)
    for _ in range(400):
        rate, shape = float(rng.choice([0, 0.02, 0.3, 0.5, 0.9, 0.98])), rng.integers(1, 60, size=2)
        honest = seen("dropout mask", {"rate": rate, "ratios": (rng.random(shape) >= rate) / (1 - rate)})
        assert honest["dropped"] == "about the rate"
        assert {honest["examples"], honest["units"]} <= {"each its own mask", "all alike", "not looked at"}
        assert {honest["in each example"], honest["in each unit"]} <= {"as by chance", "not looked at"}


def test_is_it_seen_how_many_are_dropped_and_what_the_others_become():
    shape = (60, 50)
    amounts = {
        "more than the rate": {"rate": 0.3, "ratios": dropped(0.7, shape)["ratios"]},
        "less than the rate": {"rate": 0.3, "ratios": dropped(0.1, shape)["ratios"]},
        "none": {"rate": 0.3, "ratios": np.ones(shape)},
        "all": {"rate": 0.3, "ratios": np.zeros(shape)},
        "about the rate": {"rate": 0.0, "ratios": np.ones(shape)},
    }
    assert {words: seen("dropout mask", data)["dropped"] for words, data in amounts.items()} == {
        words: words for words in amounts
    }
    assert seen("dropout mask", dropped(0.3, shape, scale=1))["kept"] == [1.0]
    noise = {"rate": 0.3, "ratios": RNG.normal(1, 0.5, size=shape)}
    assert seen("dropout mask", noise)["kept"] == "by more than 4 different factors"
    # A single output may be dropped by chance: then nothing is known of the factor.
    assert seen("dropout mask", {"rate": 0.5, "ratios": np.zeros((1, 1))})["kept"] == "not looked at"


def test_are_masks_seen_that_are_alike_or_too_even():
    whole = dropped(0.3, (60, 50))["ratios"]
    for_all = {"rate": 0.3, "ratios": np.tile(whole[:1], (60, 1))}
    assert seen("dropout mask", for_all)["examples"] == "all alike"
    assert remark("dropout mask", encode(for_all)).endswith("outputs are 0, the same ones in every example")
    rows = {"rate": 0.3, "ratios": np.tile(whole[:, :1], (1, 50))}
    assert seen("dropout mask", rows)["units"] == "all alike"
    wide = dropped(0.5, (30, 80))["ratios"]
    wide[7] = wide[3]
    assert seen("dropout mask", {"rate": 0.5, "ratios": wide})["examples"] == "some alike"
    ranks = np.random.default_rng(3).random((60, 50)).argsort(axis=1).argsort(axis=1)
    even = seen("dropout mask", {"rate": 0.3, "ratios": (ranks >= 15) / 0.7})
    assert (even["in each example"], even["in each unit"]) == ("too little", "as by chance")
    halves = np.where(
        np.arange(50) < 25, dropped(0.05, (60, 50))["ratios"], dropped(0.55, (60, 50), 1)["ratios"]
    )
    assert seen("dropout mask", {"rate": 0.3, "ratios": halves})["in each unit"] == "too much"


def test_is_the_tail_of_a_count_that_of_scipy():
    for count, size, rate in [(7, 100, 0.01), (1300, 4000, 0.3), (5, 5, 0.5), (20, 20, 0.95)]:
        expected = pytest.approx(scipy.stats.binom.sf(count - 1, size, rate))
        assert masks._tail(count, size, rate) == expected, (count, size, rate)


def test_is_what_a_mask_says_true_of_it():
    data = {"rate": 0.5, "ratios": np.array([[0.0, 2.0, 0.0], [2.0, 2.0, 2.0]])}
    assert remark("dropout mask", encode(data)) == "2 of 6 outputs are 0"
    assert remark("repeated dropout masks", encode([data, data])) == "2 of 6 outputs are 0"
    assert seen("repeated dropout masks", [data, data])["calls"] == "all alike"


# Whatever comes ---------------------------------------------------------------------------------

ANYTHING = [
    1.7e308 * (1 - np.arange(2000) * 1e-6),
    [2**1023 - 1 - number for number in range(2000)],
    {"rate": 1e-17, "ratios": np.ones((1, 1))},
    np.random.default_rng(3).random((4000, 1), dtype=np.float32),
    *(None, True, 3, float("nan"), 10**300, "text"),
    *([], [1, 2], [1.5, None], [[], []], [[[0]]], {"dict": 1}),
    {"sizes": [4, 4, 2], "places": "0 to 9, each once", "order": "shuffled"},
    *(np.zeros(shape) for shape in (0, (3, 0), (0, 3, 4), (2, 3, 4))),
    *(np.full((2, 3, 4), 5.5), np.full((2, 3, 4), np.nan), np.full(3000, np.inf)),
    np.full(3000, 1e300) * np.resize([1, -1], 3000),
    np.full(3000, 5e-324) * np.resize([1, -1], 3000),
    *(np.array([True, False]), np.array(["a", "b"]), np.arange(5), [np.arange(5), "x"], [np.arange(5.0)]),
    *([np.zeros((2, 2), int)], [np.array([2**62, -(2**62)])], object(), print, [object(), None]),
]


def test_does_a_property_see_something_in_anything(subtests):
    for name in PROPERTIES:
        with subtests.test(name):
            for place, value in enumerate(ANYTHING):
                data = encode(value)
                found = see(name, data)
                assert well_formed(found), place
                assert is_data(found) or found == data, place
                assert isinstance(remark(name, data), str | None), place


def test_is_what_is_no_data_handed_through():
    for data in (None, {"raises": "ValueError", "message": "no"}, {"not data": "generator"}):
        for name in PROPERTIES:
            assert see(name, data) == data, name
            assert not is_seen(see(name, data)), name


KINDS = [
    ("part sizes", np.arange(3), "not a list of arrays, but one array of shape (3,)"),
    ("part sizes", 3, "not a list of arrays, but one number"),
    ("part sizes", [np.arange(3.0)], "not a list of arrays of whole numbers, but one with floats"),
    (
        "part sizes",
        [[np.arange(3), np.arange(2)]],
        "not a list of one-dimensional arrays of numbers, but one with a list of arrays in it",
    ),
    (
        "part sizes",
        [np.zeros((3, 2), int)],
        "not a list of one-dimensional arrays of numbers, but one with one array of shape (3, 2) in it",
    ),
    (
        "part sizes",
        [np.array([True, False])],
        "not a list of one-dimensional arrays of numbers, but one with one array of truth values of shape "
        "(2,) in it",
    ),
    ("sample", 0.5, "not an array of numbers, but one number"),
    ("sample", [0.5, 0.25], "not an array of numbers, but a list of numbers"),
    ("sample", np.array([np.nan]), "not an array of finite numbers, but one with nan or infinity"),
    ("log sample", 0.5, "not an array of numbers, but one number"),
    ("log sample", np.array([1.0, 0.0]), "not an array of numbers above 0, but one with zeros"),
    ("log sample", np.array([0.0, -1.0]), "not an array of numbers above 0, but one with numbers below 0"),
    ("log sample", np.array([1.0, np.inf]), "not an array of numbers above 0, but one with nan or infinity"),
    ("repeated samples", [np.zeros(3)], "not a list of two results or more, but a list of arrays"),
    ("shifts", np.zeros(3), "not an array of images, but one array of shape (3,)"),
    ("dropout mask", np.zeros(3), 'not a dict of "rate" and "ratios", but one array of shape (3,)'),
    (
        "dropout mask",
        {"rate": 1.0, "ratios": np.ones((2, 2))},
        "not a rate from 0 to below 1, but one number",
    ),
]


def test_is_the_kind_of_data_named_that_a_property_cannot_look_at(subtests):
    for name, value, words in KINDS:
        with subtests.test(name, value=value):
            assert see(name, encode(value)) == words
            assert not is_seen(words)


def test_are_forged_sizes_worth_no_time():
    """A submission can show what `encode` never gives: a million values, or an array of many empty rows."""
    forged = [
        [0] * (MAX_VALUES + 1),
        [[0] * 10] * MAX_VALUES,
        {"array": "float", "shape": [MAX_VALUES, MAX_VALUES, 0], "values": []},
        {"array": "float", "shape": [MAX_VALUES, 1], "values": [0.5] * MAX_VALUES},
        {"array": "float", "shape": [1, MAX_VALUES], "values": [0.5] * MAX_VALUES},
        {"array": "int", "shape": [MAX_VALUES, 1, 1], "values": [1] * MAX_VALUES},
        {"array": "int", "shape": [1, 1, MAX_VALUES], "values": [1] * MAX_VALUES},
        [{"array": "int", "shape": [1], "values": [place]} for place in range(MAX_VALUES // 4)],
        *(
            {"dict": {"rate": 0.5, "ratios": {"array": "float", "shape": shape, "values": [0.0] * size}}}
            for size in (MAX_VALUES - 10,)
            for shape in ([size, 1], [1, size], [size // 10, 10])
        ),
    ]

    def see_all():
        for data in forged:
            for name in PROPERTIES:
                see(name, data)

    assert least_cpu_seconds(see_all, goes=1) < 20
    assert see("sample", forged[0]) == f"not an array of numbers, but more than {MAX_VALUES} values"


def test_has_every_property_a_docstring_that_names_its_errors():
    for name, entry in PROPERTIES.items():
        view = entry.view if not name.startswith("repeated") else properties.repeated
        assert "Unfit" in view.__doc__ or name in ("sequence", "structure"), name


def test_is_a_kurtosis_as_far_as_scipy_says(monkeypatch):
    rng = np.random.default_rng(50)
    for draw, size in itertools.product((rng.normal, rng.uniform, rng.laplace), (50, 2000, 4800)):
        values = draw(size=size)
        statistic = abs(scipy.stats.kurtosistest(values).statistic)
        for share, expected in ((0.999, True), (1.001, False)):
            monkeypatch.setattr(chance, "FAR", share * float(statistic))
            is_far = chance.kurtosis_is_far(float(scipy.stats.kurtosis(values)), size)
            assert is_far is expected, (draw.__name__, size)


# Counts, places and epochs -----------------------------------------------------------------------


def test_are_whole_numbers_seen_as_they_are():
    scalars = [3, -1, np.int64(3), np.uint8(3), True, "none"]
    for value in [*scalars, [1, 2], (0, 5), np.arange(3), {"epoch": 4}, [{"a": [1]}, 2], []]:
        assert see("whole numbers", encode(value)) == encode(value)


def test_is_a_float_no_whole_number_wherever_it_stands():
    inside = [[1, 2.0], np.arange(3.0), {"epoch": 4.0}, [{"a": [1, (2, 3.0)]}], np.zeros(0)]
    for value in [3.0, np.float64(3), np.float32(0.5), float("nan"), float("inf"), *inside]:
        found = see("whole numbers", encode(value))
        assert found == "not whole numbers, but one with a float, such as 3.0", value
        assert properties.is_unfit(found), value


def test_does_a_check_of_whole_numbers_refuse_the_float_that_is_equal():
    place = Expected("the best epoch", 3, 1e-6, 1e-9, seen_as="whole numbers")
    assert place.agrees_with(encode(3))
    assert place.agrees_with(encode(np.int64(3)))
    assert not place.agrees_with(encode(3.0))
    assert not place.agrees_with(encode(4))
    assert place.difference(encode(3.0)) == "that is not whole numbers, but one with a float, such as 3.0"
    each = Expected("the best epochs", [3, 0], 1e-6, 1e-9, seen_as="whole numbers", each=True)
    assert each.agrees_with(encode([3, 0]))
    assert not each.agrees_with(encode([3, 0.0]))
    # Without the property both are the same number.
    assert Expected("the best epoch", 3, 1e-6, 1e-9).agrees_with(encode(3.0))


UNIFORM, NORMAL = RNG.uniform(size=4000), RNG.normal(size=4000)
LOG_UNIFORM = np.exp(RNG.uniform(-8, 2, 4000))
SENTENCES = [
    ("sample", NORMAL, 3 * NORMAL, "the numbers spread too much: their standard deviation is"),
    ("sample", NORMAL, NORMAL - 9, "the mean of the numbers is below 0. Expected: about 0"),
    ("sample", NORMAL, np.ones(4000), "all numbers are equal. Expected: each drawn by itself"),
    ("sample", UNIFORM, np.linspace(0, 1, 4000), "all 3999 gaps are equal: the numbers lie on a grid"),
    ("sample", UNIFORM, UNIFORM.reshape(4, -1), "the shape is (4, 1000). Expected: (4000,)"),
    ("log sample", LOG_UNIFORM, np.geomspace(3e-4, 7, 4000), "all 3999 gaps between logarithms are equal"),
    ("log sample", LOG_UNIFORM, LOG_UNIFORM**2, "the numbers' logarithms spread too much"),
    ("repeated samples", [NORMAL, UNIFORM], [NORMAL] * 2, "all calls give the same. Expected: all different"),
    ("repeated partitions", [[[1, 0], [2]], [[2, 0], [1]]], [[[0], [1, 2]], [[0], [2, 1]]],
     "result 1: the parts have the sizes 1, 2. Expected: 2, 1"),
    ("part sizes", [[0, 1], [2]], [[0, 1, 2]], "the number of parts is 1, of sizes 3. Expected: 2, of 2, 1"),
    ("distinct numbers", np.arange(40.0), [0.146] * 39,
     "each of the numbers is 0.146. Expected: more than 12 different numbers"),
    ("structure", [np.array([0])], [[0]], "expected a list of 1 int arrays, got a list of 1 lists"),
    ("numbering", np.arange(8), np.arange(8)[::-1], "expected 0 to 7, in order, got 0 to 7, in another"),
]  # fmt: skip


def test_is_a_property_that_differs_told_in_a_sentence_about_the_data(subtests):
    for name, right, wrong, words in SENTENCES:
        with subtests.test(words):
            expected = Expected("drawn", see(name, encode(right)), 0.1, 1e-9, seen_as=name)
            assert expected.difference(encode(right)) is None
            assert words in expected.difference(encode(wrong))


def test_is_no_sample_that_was_drawn_called_a_grid():
    for size in (1, 2, 4, 5, 40):
        drawn = np.random.default_rng(size).uniform(1, 2, size)
        assert remark("sample", encode(drawn)) is None
        assert remark("log sample", encode(drawn)) is None
