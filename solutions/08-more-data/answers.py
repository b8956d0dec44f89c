"""Right and wrong answers to the exercises of lesson 08."""

import math

import numpy as np

from course.authoring.answers import exercise

# split_indices ----------------------------------------------------------------------------------


def _cut(order, num_train, num_val):
    return order[:num_train], order[num_train : num_train + num_val], order[num_train + num_val :]


def _sizes(num_examples, fractions):
    return round(fractions[0] * num_examples), round(fractions[1] * num_examples)


e = exercise("split_indices")

@e.right
def shuffled_in_place(num_examples, fractions, rng):
    places = np.arange(num_examples)
    rng.shuffle(places)
    return [*_cut(places, *_sizes(num_examples, fractions))]

@e.right
def split_at_boundaries(num_examples, fractions, rng):
    num_train, num_val = _sizes(num_examples, fractions)
    return np.split(rng.permutation(num_examples), [num_train, num_train + num_val])

@e.right
def drawn_then_the_rest(num_examples, fractions, rng):
    num_train, num_val = _sizes(num_examples, fractions)
    train = rng.choice(num_examples, size=num_train, replace=False)
    left = np.setdiff1d(np.arange(num_examples), train)
    val = rng.choice(left, size=num_val, replace=False)
    return train, val, np.setdiff1d(left, val)

@e.right
def sorted_in_each_part(num_examples, fractions, rng):
    # In which order a part names its places makes no difference.
    parts = _cut(rng.permutation(num_examples), *_sizes(num_examples, fractions))
    return tuple(np.sort(part) for part in parts)

@e.right
def by_random_numbers(num_examples, fractions, rng):
    order = rng.random(num_examples).argsort()
    parts = []
    for fraction in fractions[:2]:
        size = int(fraction * num_examples + 0.5)
        parts.append(order[:size])
        order = order[size:]
    return *parts, order

e.wrong("The places are not shuffled. If the data are sorted, the test part has other classes than the training part. (rng.permutation returns a new array and leaves its argument as it is.)",
    not_shuffled=lambda num_examples, fractions, rng: (
        _cut(np.arange(num_examples), *_sizes(num_examples, fractions))
    ))

@e.wrong("You shuffled inside of each part. Which example lies in which part still follows the order of the data: shuffle before you cut.")
def shuffled_after_the_cut(num_examples, fractions, rng):
    parts = _cut(np.arange(num_examples), *_sizes(num_examples, fractions))
    return tuple(rng.permutation(part) for part in parts)

@e.wrong("You drew or shuffled anew for each part, so some examples lie in two parts and others in none. Shuffle once, keep the order, then cut.")
def parts_overlap(num_examples, fractions, rng):
    num_train, num_val = _sizes(num_examples, fractions)
    sizes = num_train, num_val, num_examples - num_train - num_val
    return tuple(rng.choice(num_examples, size=size, replace=False) for size in sizes)


_OVERLAP = (
    "Your parts overlap: one takes examples that another has already. In the shuffled order each part begins where the "
    "one before it ends."
)


@e.wrong(_OVERLAP)
def second_part_from_the_front(num_examples, fractions, rng):
    order = rng.permutation(num_examples)
    num_train, num_val = _sizes(num_examples, fractions)
    return order[:num_train], order[:num_val], order[num_train + num_val :]

@e.wrong(_OVERLAP)
def second_part_one_too_early(num_examples, fractions, rng):
    order = rng.permutation(num_examples)
    num_train, num_val = _sizes(num_examples, fractions)
    first = max(num_train - 1, 0)
    return order[:num_train], order[first : first + num_val], order[num_train + num_val :]

@e.wrong(_OVERLAP)
def second_part_from_the_end_of_the_first(num_examples, fractions, rng):
    order = rng.permutation(num_examples)
    num_train, num_val = _sizes(num_examples, fractions)
    return order[:num_train], order[num_train - num_val : num_train], order[num_train + num_val :]

@e.wrong(_OVERLAP)
def third_part_out_of_the_first(num_examples, fractions, rng):
    order = rng.permutation(num_examples)
    num_train, num_val = _sizes(num_examples, fractions)
    return *_cut(order, num_train, num_val)[:2], order[num_val : num_examples - num_train]

@e.wrong(_OVERLAP)
def all_parts_from_the_front(num_examples, fractions, rng):
    order = rng.permutation(num_examples)
    num_train, num_val = _sizes(num_examples, fractions)
    return order[:num_train], order[:num_val], order[: num_examples - num_train - num_val]

e.wrong("You drew with replacement: some examples come twice in a part. Shuffle all places once, then cut.",
    with_replacement=lambda num_examples, fractions, rng: (
        _cut(rng.integers(0, num_examples, size=num_examples), *_sizes(num_examples, fractions))
    ))

@e.wrong("Examples are lost: each of your three sizes is rounded down, and nobody takes what is left. The third part takes the rest.")
def rounding_loses_examples(num_examples, fractions, rng):
    order = rng.permutation(num_examples)
    num_train, num_val, num_test = (int(fraction * num_examples + 1e-9) for fraction in fractions)
    return (
        order[:num_train],
        order[num_train : num_train + num_val],
        order[num_train + num_val : num_train + num_val + num_test],
    )

@e.wrong("No example is lost, but the sizes are cut off and not rounded: int(23.9) is 23, round(23.9) is 24.")
def rounded_down(num_examples, fractions, rng):
    num_train, num_val = (int(fraction * num_examples + 1e-9) for fraction in fractions[:2])
    return _cut(rng.permutation(num_examples), num_train, num_val)

@e.wrong("The sizes are rounded up. round takes the nearest whole number.")
def rounded_up(num_examples, fractions, rng):
    num_train, num_val = (math.ceil(fraction * num_examples - 1e-9) for fraction in fractions[:2])
    return _cut(rng.permutation(num_examples), num_train, num_val)

@e.wrong("You took the second fraction of what the first part left. Both are fractions of all examples.")
def fraction_of_the_rest(num_examples, fractions, rng):
    num_train = round(fractions[0] * num_examples)
    num_val = round(fractions[1] * (num_examples - num_train))
    return _cut(rng.permutation(num_examples), num_train, num_val)

@e.wrong("Your second part ends where its own size says, counted from 0. It begins where the first one ends: add up.")
def boundaries_not_added(num_examples, fractions, rng):
    order = rng.permutation(num_examples)
    num_train, num_val = _sizes(num_examples, fractions)
    return order[:num_train], order[num_train:num_val], order[num_val:]

e.wrong("The three parts are equally large. The fractions say how large they should be.",
    equal_parts=lambda num_examples, fractions, rng: np.array_split(rng.permutation(num_examples), 3))
e.wrong("There are two parts. The third one, what is left for the test, is missing.",
    two_parts=lambda num_examples, fractions, rng: (
        _cut(rng.permutation(num_examples), *_sizes(num_examples, fractions))[:2]
    ))

@e.wrong("One example between two parts is in none. A slice ends *before* its end: the next one begins at that number, without + 1.")
def gaps_between(num_examples, fractions, rng):
    order = rng.permutation(num_examples)
    num_train, num_val = _sizes(num_examples, fractions)
    return order[:num_train], order[num_train + 1 : num_train + num_val], order[num_train + num_val + 1 :]

e.wrong("Places are counted from 0: of 1,000 examples the last one is 999. Yours go from 1 on.",
    counted_from_one=lambda num_examples, fractions, rng: (
        _cut(rng.permutation(num_examples) + 1, *_sizes(num_examples, fractions))
    ))
e.wrong("The places are floats, such as 3.0: np.linspace and np.zeros make them, and arange of a float does. x[part] picks rows by whole numbers only.",
    float_places=lambda num_examples, fractions, rng: (
        _cut(rng.permutation(np.arange(float(num_examples))), *_sizes(num_examples, fractions))
    ))
e.wrong("You take a part of something that is None. rng.shuffle, for example, changes an array in place and returns None. Keep the array, or use rng.permutation, which returns a new one.",
    result_of_shuffle=lambda num_examples, fractions, rng: (
        _cut(rng.shuffle(np.arange(num_examples)), *_sizes(num_examples, fractions))
    ))
e.wrong("Two calls with one generator give the same split: nothing random comes from the generator that you are given. Do not make one of your own.",
    own_generator=lambda num_examples, fractions, rng: (
        _cut(np.random.default_rng(0).permutation(num_examples), *_sizes(num_examples, fractions))
    ))

@e.wrong("Equal generators give different splits: something random comes from elsewhere, as from np.random, and nobody can repeat your split. Use the generator that you are given.")
def global_generator(num_examples, fractions, rng):
    order = np.random.permutation(num_examples)  # noqa: NPY002, that is the mistake
    return _cut(order, *_sizes(num_examples, fractions))

@e.wrong("Your second part takes what is left when the others are rounded. Round the sizes of the first two; the third has the rest.")
def rounds_the_boundaries(num_examples, fractions, rng):
    boundaries = [round(fractions[0] * num_examples), round((fractions[0] + fractions[1]) * num_examples)]
    return np.split(rng.permutation(num_examples), boundaries)

@e.wrong("Your second size comes from what the first part left: rounded, it can be another one. Both sizes are fractions of all examples.")
def splits_twice(num_examples, fractions, rng):
    num_train = round(fractions[0] * num_examples)
    num_val = round((num_examples - num_train) * fractions[1] / (fractions[1] + fractions[2]))
    return _cut(rng.permutation(num_examples), num_train, num_val)

@e.wrong("Where the third part is empty you cut at -0, and that is 0. Count from the front.")
def third_part_from_the_end(num_examples, fractions, rng):
    order = rng.permutation(num_examples)
    num_train, num_val = (round(fraction * num_examples) for fraction in fractions[:2])
    num_test = num_examples - num_train - num_val
    return order[:num_train], order[num_train:-num_test], order[-num_test:]

@e.wrong("Where the third part is empty you cut at -0, and that is 0. Count from the front.")
def third_part_alone_from_the_end(num_examples, fractions, rng):
    order = rng.permutation(num_examples)
    num_train, num_val = (round(fraction * num_examples) for fraction in fractions[:2])
    num_test = num_examples - num_train - num_val
    return order[:num_train], order[num_train : num_train + num_val], order[-num_test:]

@e.wrong("Your second part is never empty. It may be: round(0.4) is 0.")
def one_example_at_least(num_examples, fractions, rng):
    num_train, num_val = (max(1, size) for size in _sizes(num_examples, fractions))
    return _cut(rng.permutation(num_examples), num_train, num_val)

@e.wrong("Your first part takes the largest fraction, wherever that stands. The fractions are in the order of the parts.")
def largest_fraction_first(num_examples, fractions, rng):
    sizes = _sizes(num_examples, sorted(fractions, reverse=True))
    return _cut(rng.permutation(num_examples), *sizes)

@e.wrong("You gave what is left to training. It belongs to the third part.")
def training_has_the_rest(num_examples, fractions, rng):
    num_val, num_test = (round(fraction * num_examples) for fraction in fractions[1:])
    num_train = num_examples - num_val - num_test
    return _cut(rng.permutation(num_examples), num_train, num_val)

@e.wrong("One part lies wholly behind another. If the data are sorted, the two have other classes: draw all three parts from one shuffled order.")
def draws_the_first_part_only(num_examples, fractions, rng):
    num_train, num_val = _sizes(num_examples, fractions)
    train = rng.choice(num_examples, size=num_train, replace=False)
    left = np.setdiff1d(np.arange(num_examples), train)
    return train, left[:num_val], left[num_val:]

@e.wrong("You returned how many examples each part has. The places are asked for, an array for each part.")
def sizes_for_places(num_examples, fractions, rng):
    num_train, num_val = _sizes(num_examples, fractions)
    return num_train, num_val, num_examples - num_train - num_val

@e.wrong("Each of the three sizes is rounded by itself. They need not add up to all examples: of 13 one is lost. The third part takes what is left.")
def each_size_rounded(num_examples, fractions, rng):
    order = rng.permutation(num_examples)
    num_train, num_val, num_test = (round(fraction * num_examples) for fraction in fractions)
    return (*_cut(order, num_train, num_val)[:2], order[num_train + num_val :][:num_test])

e.wrong("A slice cannot end at a float, such as 23.1, the product of a fraction and a number. Use int() or round() to make it whole; np.round and np.floor leave it a float.",
    sizes_not_whole=lambda num_examples, fractions, rng: (
        _cut(rng.permutation(num_examples), fractions[0] * num_examples, fractions[1] * num_examples)
    ))

@e.wrong("The parts are lists. Arrays are asked for: leave what rng.permutation returns an array.")
def lists_of_places(num_examples, fractions, rng):
    parts = _cut(rng.permutation(num_examples), *_sizes(num_examples, fractions))
    return tuple(part.tolist() for part in parts)

e.wrong("Your parts are 0.7, 0.2 and 0.1 whatever the fractions are. Use the fractions.",
    fixed_fractions=lambda num_examples, fractions, rng: (
        _cut(rng.permutation(num_examples), *_sizes(num_examples, (0.7, 0.2, 0.1)))
    ))

@e.wrong("The third part comes first. The order is training, validation, test.")
def test_part_first(num_examples, fractions, rng):
    train, val, test = _cut(rng.permutation(num_examples), *_sizes(num_examples, fractions))
    return test, train, val

@e.cases
def splits_of_all_sizes(rng):
    """A number of examples from 1 on, fractions in common use and others, and a seed. No half is rounded.

    Where there are enough examples to tell whether they were shuffled, no part is small.
    """
    while True:
        num_examples = int(rng.choice([1, 2, 3, rng.integers(4, 15), rng.integers(15, 120), rng.integers(120, 700)]))
        if num_examples > 120 or rng.random() < 0.5:
            usual = [(0.7, 0.2, 0.1), (0.8, 0.1, 0.1), (0.6, 0.2, 0.2), (0.34, 0.33, 0.33), (0.1, 0.1, 0.8)]
            chosen = list(usual[rng.integers(len(usual))])
        else:
            first, second = (round(float(share), 3) for share in rng.dirichlet([1.0, 1.0, 1.0])[:2])
            chosen = [first, second, round(1 - first - second, 3)]
        halves = [abs(fraction * num_examples % 1 - 0.5) for fraction in chosen[:2]]
        if min(chosen) > 0 and min(halves) > 1e-6:
            fractions = chosen if rng.random() < 0.5 else tuple(chosen)
            return num_examples, fractions, int(rng.integers(1000))

e.hints(
    "How do you make all places from 0 to num_examples - 1, in a random order? The text above the exercise has it.",
    "Each example must be in one part. So shuffle a single time, and give each part a stretch of that order.",
    "Write the two sizes first. The second stretch begins where the first one ends.",
)


# error_parts ------------------------------------------------------------------------------------


_KNOWN = np.array([[0.5, -1.25], [2.0, 0.75]])


e = exercise("error_parts")

@e.cases
def tables_of_all_sizes(rng):
    """Tables of 1 to 5 rows: with and without a spread, whole numbers, around zero and far from it.

    In two of five cases one of the tables is the same, and the other is not.
    """
    if rng.random() < 0.4:
        other = np.round(rng.normal(size=(int(rng.integers(1, 4)), 2)), 2)
        return (_KNOWN, other) if rng.random() < 0.5 else (other, _KNOWN)
    num_places = int(rng.choice([1, 1, 2, 3, 4]))
    num_networks, num_measurements = (int(rng.choice([1, 2, 2, 3, 4, 5])) for _ in "ab")
    predictions = rng.normal(size=(num_networks, num_places)) * rng.choice([0.1, 1.0, 3.0])
    measurements = rng.normal(size=(num_measurements, num_places)) * rng.choice([0.1, 1.0, 3.0])
    predictions += rng.normal(size=num_places)
    kind = rng.choice(["plain", "plain", "whole", "far", "low", "alike", "the same", "one whole"])
    if kind == "whole":
        return np.rint(3 * predictions).astype(int), np.rint(3 * measurements).astype(int)
    if kind == "one whole":
        return np.rint(3 * predictions).astype(int), np.round(measurements, 2)
    if kind == "far":
        return np.round(1200 + 9 * predictions, 1), np.round(1190 + 9 * measurements, 1)
    if kind == "low":
        return np.round(predictions - 40, 2), np.round(measurements - 37, 2)
    if kind == "alike":
        predictions = np.repeat(predictions[:1], num_networks, axis=0)
    if kind == "the same":
        measurements = np.repeat(predictions.mean(axis=0, keepdims=True), num_measurements, axis=0)
    return np.round(predictions, 2), np.round(measurements, 2)

e.hints(
    "Look at one place first, one column of each table. Which single number stands for all networks there, and which "
    "single number comes nearest to the truth?",
    "The variance says how far the networks lie from their own mean. Ask the same of the measurements: it is a part "
    "too.",
    "Write the bias of each place as an array first, one number a place. Think about whether you square before or "
    "after the mean over the places.",
)


def _bias(predictions, measurements):
    return predictions.mean(axis=0) - measurements.mean(axis=0)


def _parts(predictions, measurements):
    return (
        np.mean(_bias(predictions, measurements) ** 2),
        np.mean(predictions.var(axis=0)),
        np.mean(measurements.var(axis=0)),
    )


@e.right
def deviations_squared(predictions, measurements):
    middle, centre = predictions.mean(axis=0), measurements.mean(axis=0)
    return (
        float(((middle - centre) ** 2).mean()),
        float(((predictions - middle) ** 2).mean()),
        float(((measurements - centre) ** 2).mean()),
    )

@e.right
def noise_is_what_is_left(predictions, measurements):
    pairs = (predictions[:, None, :] - measurements[None, :, :]) ** 2
    squared_bias = np.mean((np.mean(predictions, 0) - np.mean(measurements, 0)) ** 2)
    variance = np.var(predictions, axis=0).mean()
    return squared_bias, variance, pairs.mean() - squared_bias - variance

@e.right
def place_by_place(predictions, measurements):
    parts = []
    for said, measured in zip(predictions.T, measurements.T, strict=True):
        parts.append(((said.mean() - measured.mean()) ** 2, said.var(), measured.var()))
    squared_bias, variance, noise = np.mean(parts, axis=0)
    return squared_bias, variance, noise

@e.right
def in_plain_sums(predictions, measurements):
    num_places = predictions.shape[1]
    total = [0.0, 0.0, 0.0]
    for place in range(num_places):
        said = [float(row[place]) for row in predictions]
        measured = [float(row[place]) for row in measurements]
        middle, centre = sum(said) / len(said), sum(measured) / len(measured)
        total[0] += (middle - centre) ** 2
        total[1] += sum((value - middle) ** 2 for value in said) / len(said)
        total[2] += sum((value - centre) ** 2 for value in measured) / len(measured)
    return total[0] / num_places, total[1] / num_places, total[2] / num_places

@e.right
def by_deviations(predictions, measurements):
    spread, noise = (np.mean(np.std(table, axis=0) ** 2) for table in (predictions, measurements))
    off = np.mean(predictions, axis=0) - np.mean(measurements, axis=0)
    return off @ off / len(off), spread, noise

e.wrong("Your bias is averaged over the places before it is squared, so too low at one place and too high at another cancel. Square at each place, then take the mean.",
    squared_after_the_mean=lambda predictions, measurements: (
        (np.mean(_bias(predictions, measurements)) ** 2, *_parts(predictions, measurements)[1:])
    ))
e.wrong("The first part is the mean bias without a square. The squared bias is asked for.",
    bias_not_squared=lambda predictions, measurements: (
        (np.mean(_bias(predictions, measurements)), *_parts(predictions, measurements)[1:])
    ))
e.wrong("The first part is the mean size of the bias. Its square is asked for, at each place.",
    size_of_the_bias=lambda predictions, measurements: (
        (np.mean(np.abs(_bias(predictions, measurements))), *_parts(predictions, measurements)[1:])
    ))

@e.wrong("Your first part has the variance in it, as when each network is taken by itself, or when the variance is not taken off the whole error. Bias is what the mean of the networks gets wrong.")
def bias_of_each_network(predictions, measurements):
    whole = np.mean((predictions - measurements.mean(axis=0)) ** 2)
    return whole, *_parts(predictions, measurements)[1:]

@e.wrong("Your first part has the noise in it, as when each measurement is taken by itself, or when the noise is not taken off the whole error. What comes nearest to the truth is the mean of the measurements.")
def bias_from_each_measurement(predictions, measurements):
    whole = np.mean((predictions.mean(axis=0) - measurements) ** 2)
    return whole, *_parts(predictions, measurements)[1:]

e.wrong("The first part is the whole mean squared error, over all pairs. The three parts together should be that.",
    whole_error_for_bias=lambda predictions, measurements: (
        (sum(_parts(predictions, measurements)), *_parts(predictions, measurements)[1:])
    ))

@e.wrong("The first measurement stands for the truth in your bias. The mean of all of them is nearer to it.")
def first_measurement_as_truth(predictions, measurements):
    off = predictions.mean(axis=0) - measurements[0]
    return np.mean(off**2), *_parts(predictions, measurements)[1:]

e.wrong("Variance and noise are taken over whole tables. The places differ from one another anyway: take the variance at each place, then the mean over the places.",
    variance_of_whole_tables=lambda predictions, measurements: (
        (_parts(predictions, measurements)[0], predictions.var(), measurements.var())
    ))

@e.wrong("Your variance and your noise compare places with one another. Compare the rows, at each place: axis=0.")
def along_the_rows(predictions, measurements):
    spreads = predictions.var(axis=1).mean(), measurements.var(axis=1).mean()
    return _parts(predictions, measurements)[0], *spreads

@e.wrong("All your means and variances run along the rows, over the places. Networks and measurements are the rows: take them over axis=0.")
def everything_along_the_rows(predictions, measurements):
    middle, centre = predictions.mean(axis=1), measurements.mean(axis=1)
    spreads = predictions.var(axis=1).mean(), measurements.var(axis=1).mean()
    return np.mean((middle - centre) ** 2), *spreads

@e.wrong("Variance and noise are divided by one less than the number of rows. Then the parts do not add up to the mean squared error, and a single row has none: divide by the number of rows.")
def one_less(predictions, measurements):
    spreads = predictions.var(axis=0, ddof=1).mean(), measurements.var(axis=0, ddof=1).mean()
    return _parts(predictions, measurements)[0], *spreads

@e.wrong("Variance and noise are standard deviations. Squares add up, deviations do not: take the variance.")
def standard_deviations(predictions, measurements):
    spreads = predictions.std(axis=0).mean(), measurements.std(axis=0).mean()
    return _parts(predictions, measurements)[0], *spreads

@e.wrong("Your noise has the squared bias in it, as when it is measured from the mean of the networks, or when the bias is not taken off the whole error. It says how far the measurements lie from their own mean.")
def noise_from_the_networks(predictions, measurements):
    around = np.mean((measurements - predictions.mean(axis=0)) ** 2)
    return *_parts(predictions, measurements)[:2], around

@e.wrong("Your variance has the squared bias in it, as when it is measured from the mean of the measurements, or when the bias is not taken off the whole error. It says how far the networks lie from their own mean.")
def variance_from_the_measurements(predictions, measurements):
    squared_bias, _, noise = _parts(predictions, measurements)
    return squared_bias, np.mean((predictions - measurements.mean(axis=0)) ** 2), noise

@e.wrong("Each of your means is one number for a whole table, for the bias too. Each place has its own mean.")
def bias_over_all(predictions, measurements):
    squared_bias = (predictions.mean() - measurements.mean()) ** 2
    return squared_bias, predictions.var(), measurements.var()

@e.wrong("The first two parts are exchanged: bias first, then variance.")
def variance_first(predictions, measurements):
    squared_bias, variance, noise = _parts(predictions, measurements)
    return variance, squared_bias, noise

@e.wrong("The last two parts are exchanged. The networks differ by variance, the measurements by noise.")
def noise_second(predictions, measurements):
    squared_bias, variance, noise = _parts(predictions, measurements)
    return squared_bias, noise, variance


def _means_cut(table):
    """The mean of each column, in an array of the table's own kind: of whole numbers if the table is."""
    means = np.empty_like(table[0])
    for place in range(len(means)):
        means[place] = table[:, place].mean()
    return means


@e.wrong("In tables of whole numbers the means of your bias are whole numbers too: their fractions are lost. An array that zeros_like or empty_like makes of such a table holds no others.")
def means_of_the_bias_cut(predictions, measurements):
    squared_bias = np.mean((_means_cut(predictions) - _means_cut(measurements)) ** 2)
    return squared_bias, *_parts(predictions, measurements)[1:]

@e.wrong("In tables of whole numbers your means are whole numbers too: their fractions are lost. An array that zeros_like or empty_like makes of such a table holds no others.")
def all_means_cut(predictions, measurements):
    middle, centre = _means_cut(predictions), _means_cut(measurements)
    spreads = ((predictions - middle) ** 2).mean(), ((measurements - centre) ** 2).mean()
    return np.mean((middle - centre) ** 2), *spreads

e.wrong("The parts are summed over the places. Take the mean over them.",
    summed_over_places=lambda predictions, measurements: (
        tuple(part * predictions.shape[1] for part in _parts(predictions, measurements))
    ))
e.wrong("You returned the parts at each place, as arrays. Take the mean over the places: three numbers.",
    parts_of_each_place=lambda predictions, measurements: (
        (_bias(predictions, measurements) ** 2, predictions.var(axis=0), measurements.var(axis=0))
    ))
e.wrong("The noise is missing: there are two parts in your result and not three.",
    without_noise=lambda predictions, measurements: _parts(predictions, measurements)[:2])
e.wrong("You returned the sum, the mean squared error. Its three parts are asked for.",
    their_sum=lambda predictions, measurements: sum(_parts(predictions, measurements)))
e.wrong("You took the square root of each part. Roots do not add up: leave the squares.",
    roots=lambda predictions, measurements: (
        tuple(np.sqrt(part) for part in _parts(predictions, measurements))
    ))
e.wrong("The three numbers are in an array. The docstring asks for a tuple: return them with commas.",
    an_array_of_three=lambda predictions, measurements: np.array(_parts(predictions, measurements)))

@e.wrong("Your first part takes medians of the networks and of the measurements. Take their means: only then do the three parts add up.")
def medians(predictions, measurements):
    off = np.median(predictions, axis=0) - np.median(measurements, axis=0)
    return np.mean(off**2), *_parts(predictions, measurements)[1:]

@e.wrong("The results are right, but you changed a table that you were given. Work on a copy.")
def tables_changed(predictions, measurements):
    parts = _parts(predictions, measurements)
    predictions[:] = predictions - predictions.mean(axis=0)
    return parts

e.wrong("Your parts are rounded to three digits. Return them as they are.",
    rounded_parts=lambda predictions, measurements: (
        tuple(round(float(part), 3) for part in _parts(predictions, measurements))
    ))

@e.wrong("You subtracted table from table, row by row. There may be more measurements than networks, and each goes with every network: take a mean over the rows first.")
def row_by_row(predictions, measurements):
    squared_bias = np.mean(np.mean(predictions - measurements, axis=0) ** 2)
    return squared_bias, *_parts(predictions, measurements)[1:]


e = exercise("learning_curve_slope")

@e.right
def with_logs_of_ten(sizes, errors):
    # The base cancels: both axes are divided by the same number.
    return np.polyfit(np.log10(sizes), np.log10(errors), 1)[0]

@e.right
def covariance_over_variance(sizes, errors):
    x, y = np.log2(np.asarray(sizes)), np.log2(np.asarray(errors))
    return ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()

@e.right
def normal_equations(sizes, errors):
    columns = np.column_stack([np.log(sizes), np.ones(len(sizes))])
    return np.linalg.lstsq(columns, np.log(errors), rcond=None)[0][0]

@e.right
def in_plain_python(sizes, errors):
    x, y = [math.log(size) for size in sizes], [math.log(error) for error in errors]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return above / sum((a - mean_x) ** 2 for a in x)

@e.right
def new_polynomials(sizes, errors):
    line = np.polynomial.Polynomial.fit(np.log(sizes), np.log(errors), 1)
    return float(line.convert().coef[1])

e.wrong("Both axes are linear here. Take the logarithm of the sizes and of the errors.",
    linear_axes=lambda sizes, errors: np.polyfit(sizes, errors, 1)[0])
e.wrong("Only the sizes have a logarithm. Take that of the errors too.",
    log_of_sizes_only=lambda sizes, errors: np.polyfit(np.log(sizes), errors, 1)[0])
e.wrong("Only the errors have a logarithm. Take that of the sizes too.",
    log_of_errors_only=lambda sizes, errors: np.polyfit(sizes, np.log(errors), 1)[0])
e.wrong("You added 1e-8 before you took the logarithm. The errors are positive: nothing is to be added.",
    a_little_more=lambda sizes, errors: np.polyfit(np.log(sizes), np.log(np.asarray(errors) + 1e-8), 1)[0])
e.wrong("You drew the line through the first and the last point. Least squares uses all of them, and so it depends less on the luck of two.",
    end_points_only=lambda sizes, errors: math.log(errors[-1] / errors[0]) / math.log(sizes[-1] / sizes[0]))
e.wrong("You averaged the slopes between neighbours. Least squares weighs the points differently: use one line for all.",
    mean_of_neighbours=lambda sizes, errors: np.mean(np.diff(np.log(errors)) / np.diff(np.log(sizes))))
e.wrong("The sign is turned round. Where more data bring a smaller error, the slope is negative.",
    sign_lost=lambda sizes, errors: -np.polyfit(np.log(sizes), np.log(errors), 1)[0])
e.wrong("That is the height of the line, log a. np.polyfit returns the slope first.",
    height_for_slope=lambda sizes, errors: np.polyfit(np.log(sizes), np.log(errors), 1)[1])
e.wrong("You returned both numbers of the line. Only the slope is asked for.",
    both_numbers=lambda sizes, errors: np.polyfit(np.log(sizes), np.log(errors), 1))
e.wrong("x and y are exchanged: np.polyfit takes the sizes first, then the errors.",
    axes_exchanged=lambda sizes, errors: np.polyfit(np.log(errors), np.log(sizes), 1)[0])
e.wrong("The logarithms have different bases. Take the same for both axes.",
    mixed_bases=lambda sizes, errors: np.polyfit(np.log10(sizes), np.log(errors), 1)[0])
e.wrong("The logarithms have different bases, ten for the errors. Take the same for both axes.",
    mixed_the_other_way=lambda sizes, errors: np.polyfit(np.log(sizes), np.log10(errors), 1)[0])
e.wrong("That is what twice the data leave of the error, two to the power of the slope. The slope itself is asked for.",
    factor_of_a_doubling=lambda sizes, errors: 2 ** np.polyfit(np.log(sizes), np.log(errors), 1)[0])
e.wrong("You fitted the accuracies. Their curve ends at 1 and is no power law; the errors are given, use them.",
    slope_of_accuracies=lambda sizes, errors: (
        np.polyfit(np.log(sizes), np.log(np.abs(1 - np.asarray(errors))), 1)[0]
    ))

@e.wrong("You fitted the accuracies. Their curve ends at 1 and is no power law; the errors are given, use them.")
def slope_of_accuracies_of_losses_too(sizes, errors):
    return np.polyfit(np.log(sizes), np.log(1 - np.asarray(errors)), 1)[0]  # no number for losses above 1

@e.wrong("Your line is forced through the point (0, 0). The curve has a height of its own: fit slope and height.")
def through_the_origin(sizes, errors):
    x, y = np.log(sizes), np.log(errors)
    return (x * y).sum() / (x**2).sum()

e.wrong("The slope is in an array of one. Return the number in it.",
    array_of_one=lambda sizes, errors: np.polyfit(np.log(sizes), np.log(errors), 1)[:1])
e.wrong("Your slope is rounded to two digits. Return it as it is.",
    rounded_slope=lambda sizes, errors: round(float(np.polyfit(np.log(sizes), np.log(errors), 1)[0]), 2))
e.wrong("Your slopes are all negative. A curve that rises has a positive one.",
    never_rising=lambda sizes, errors: -abs(np.polyfit(np.log(sizes), np.log(errors), 1)[0]))
e.wrong("Your slopes are all positive. A curve that falls has a negative one.",
    size_of_the_slope=lambda sizes, errors: abs(np.polyfit(np.log(sizes), np.log(errors), 1)[0]))

@e.wrong("You used two points, the smallest and the largest size. Least squares uses all points.")
def smallest_and_largest(sizes, errors):
    sizes, errors = np.asarray(sizes), np.asarray(errors)
    low, high = sizes.argmin(), sizes.argmax()
    return math.log(errors[high] / errors[low]) / math.log(sizes[high] / sizes[low])

e.wrong("You sorted the sizes but not their errors. Each error belongs to its size.",
    sizes_sorted_alone=lambda sizes, errors: np.polyfit(np.log(np.sort(sizes)), np.log(errors), 1)[0])

@e.cases
def curves_of_two_to_seven_points(rng):
    """Curves that fall, rise and bend, in any order, with sizes that come twice, and losses of all scales.

    In two of five cases the sizes or the errors are the same, and the others are not.
    """
    if rng.random() < 0.4:
        sizes, errors = [10, 40, 90], [0.5, 0.3, 0.2]
        if rng.random() < 0.5:
            return sizes, np.round(rng.uniform(0.1, 3, size=3), 3).tolist()
        return rng.choice(1000, size=3, replace=False) + 1, errors
    num_points = int(rng.choice([2, 2, 3, 4, 5, 7]))
    while True:
        sizes = np.rint(np.exp(rng.uniform(0, rng.choice([2.5, 6, 11]), size=num_points))).astype(int)
        if len(set(sizes.tolist())) > 1:
            break
    if rng.random() < 0.5:
        sizes = np.sort(sizes)
    if len(set(sizes.tolist())) > 2 and rng.random() < 0.3:
        sizes[0] = sizes[1]
    slope = rng.choice([-0.1, -0.3, -1, -2.5, 0.4, 3])
    errors = rng.choice([1e-4, 0.4, 0.9, 3, 4000]) * sizes**slope * np.exp(0.3 * rng.normal(size=num_points))
    errors = np.array([float(f"{error:.3g}") for error in errors])
    if rng.random() < 0.2:
        errors = np.rint(2 + 1000 * errors / errors.max()).astype(int)
    return (sizes, errors) if rng.random() < 0.5 else (sizes.tolist(), errors.tolist())

e.hints(
    "The line is straight in the picture, where both axes are logarithmic. What are x and y of a point there?",
    "np.polyfit finds slope and height of a line through points x, y. It knows nothing of axes: hand over "
    "x and y as they lie in the picture.",
    "np.log works on lists and arrays. Of the two numbers that np.polyfit returns, one is asked for.",
)


# shift_images -----------------------------------------------------------------------------------


def _moved(image, down, along, outside="constant"):
    """One image, moved; what comes in is decided by a mode of np.pad."""
    height, width = image.shape
    reach = max(abs(down), abs(along))
    framed = np.pad(image, reach, mode=outside)
    return framed[reach - down : reach - down + height, reach - along : reach - along + width]


def _all_moved(images, shifts, outside="constant"):
    pairs = zip(images, shifts, strict=True)
    return np.array([_moved(image, int(down), int(along), outside) for image, (down, along) in pairs])


def _shifts(images, max_shift, rng):
    return rng.integers(-max_shift, max_shift + 1, size=(len(images), 2))


e = exercise("shift_images")

@e.right
def padded_one_by_one(images, max_shift, rng):
    return _all_moved(images, _shifts(images, max_shift, rng))

@e.right
def rolled_and_blanked(images, max_shift, rng):
    shifted = []
    for image in images:
        down, along = rng.integers(-max_shift, max_shift, size=2, endpoint=True)
        moved = np.roll(image, (down, along), axis=(0, 1))
        if down:
            moved[slice(None, down) if down > 0 else slice(down, None)] = 0
        if along:
            moved[:, slice(None, along) if along > 0 else slice(along, None)] = 0
        shifted.append(moved)
    return np.stack(shifted)

@e.right
def slices_into_zeros(images, max_shift, rng):
    result = np.zeros(images.shape)
    _, height, width = images.shape
    for number, (down, along) in enumerate(_shifts(images, max_shift, rng)):
        to_rows, from_rows = (
            slice(max(down, 0), height + min(down, 0)),
            slice(max(-down, 0), height - max(down, 0)),
        )
        to_columns = slice(max(along, 0), width + min(along, 0))
        from_columns = slice(max(-along, 0), width - max(along, 0))
        result[number, to_rows, to_columns] = images[number, from_rows, from_columns]
    return result

@e.right
def by_places(images, max_shift, rng):
    num_images, height, width = images.shape
    down = rng.integers(-max_shift, max_shift + 1, num_images)[:, None, None]
    along = rng.integers(-max_shift, max_shift + 1, num_images)[:, None, None]
    rows, columns = np.arange(height)[None, :, None] - down, np.arange(width)[None, None, :] - along
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    picked = images[
        np.arange(num_images)[:, None, None], rows.clip(0, height - 1), columns.clip(0, width - 1)
    ]
    return np.where(inside, picked, 0)

@e.right
def pixel_by_pixel(images, max_shift, rng):
    result = np.zeros_like(images)
    num_images, height, width = images.shape
    for number in range(num_images):
        down, along = rng.choice(np.arange(-max_shift, max_shift + 1), size=2)
        for row in range(height):
            for column in range(width):
                if 0 <= row - down < height and 0 <= column - along < width:
                    result[number, row, column] = images[number, row - down, column - along]
    return result

e.wrong("The image wraps around: what moves out on one side comes back on the other, as np.roll does. Zeros should come in.",
    wraps_around=lambda images, max_shift, rng: _all_moved(images, _shifts(images, max_shift, rng), "wrap"))
e.wrong("The edge of the image is repeated where it has moved away. Zeros should come in.",
    edge_repeated=lambda images, max_shift, rng: _all_moved(images, _shifts(images, max_shift, rng), "edge"))
e.wrong("One shift for all images. Each image should have its own: draw as many as there are images.",
    one_shift_for_all=lambda images, max_shift, rng: (
        _all_moved(images, np.tile(_shifts(images[:1], max_shift, rng), (len(images), 1)))
    ))
e.wrong("Images move only down and to the right, never up or to the left. Shifts go from -max_shift to max_shift.",
    down_and_right_only=lambda images, max_shift, rng: (
        _all_moved(images, np.abs(rng.integers(0, max_shift + 1, size=(len(images), 2))))
    ))
e.wrong("max_shift itself never comes: rng.integers(low, high) ends at high - 1. (With a largest shift of 0 it has nothing to draw from.)",
    upper_end_missing=lambda images, max_shift, rng: (
        _all_moved(images, rng.integers(-max_shift, max_shift, size=(len(images), 2)))
    ))
e.wrong("Images move up and down only. They should move to the left and right too.",
    rows_only=lambda images, max_shift, rng: _all_moved(images, _shifts(images, max_shift, rng) * [1, 0]))
e.wrong("Images move to the left and right only. They should move up and down too.",
    columns_only=lambda images, max_shift, rng: _all_moved(images, _shifts(images, max_shift, rng) * [0, 1]))
e.wrong("You used one number for both directions, so images move along a diagonal only. Draw two for each image.",
    diagonal_only=lambda images, max_shift, rng: (
        _all_moved(images, np.repeat(_shifts(images, max_shift, rng)[:, :1], 2, axis=1))
    ),
    other_diagonal_only=lambda images, max_shift, rng: (
        _all_moved(images, np.repeat(_shifts(images, max_shift, rng)[:, :1], 2, axis=1) * [1, -1])
    ))

@e.wrong("Each image moves in one of the two directions. It should move in both, each by its own number.")
def one_direction_each(images, max_shift, rng):
    shifts = _shifts(images, max_shift, rng)
    shifts[np.arange(len(images)), rng.integers(0, 2, size=len(images))] = 0
    return _all_moved(images, shifts)

e.wrong("Every image moves by exactly max_shift. All whole numbers between -max_shift and max_shift should occur, 0 among them.",
    always_as_far_as_possible=lambda images, max_shift, rng: (
        _all_moved(images, rng.choice([-max_shift, max_shift], size=(len(images), 2)))
    ))
e.wrong("Not all shifts are equally likely: 0 comes too often, or the two ends too seldom. Rounding a number, or a random sign on a size that may be 0, does that. Draw whole numbers from -max_shift to max_shift.",
    rounded_uniform=lambda images, max_shift, rng: (
        _all_moved(images, np.rint(rng.uniform(-max_shift, max_shift, size=(len(images), 2))).astype(int))
    ))
e.wrong("The order of the images has changed, so the labels no longer fit: shift the images, do not shuffle them.",
    order_changed=lambda images, max_shift, rng: (
        rng.permutation(_all_moved(images, _shifts(images, max_shift, rng)))
    ))

@e.wrong("The images are larger than before: cut each back to its height and width after the zeros.")
def not_cut_back(images, max_shift, rng):
    shifts = _shifts(images, max_shift, rng)
    pairs = zip(images, shifts, strict=True)
    framed = [
        np.pad(image, ((max_shift + d, max_shift - d), (max_shift + a, max_shift - a)))
        for image, (d, a) in pairs
    ]
    return np.array(framed)

e.wrong("The shifted images are added behind the old ones. Return the shifted ones alone.",
    added_behind=lambda images, max_shift, rng: (
        np.concatenate([images, _all_moved(images, _shifts(images, max_shift, rng))])
    ))

@e.wrong("You returned the new images, but you changed the old ones too. Write into a new array; images[0] is no copy.")
def changed_in_place(images, max_shift, rng):
    images[:] = _all_moved(images, _shifts(images, max_shift, rng))
    return images

@e.wrong("An image that moves by 0 in one of the two directions comes out empty. Treat 0 as a case of its own. (moved[-0:] is the whole image, and image[:-0] is nothing of it.)")
def empty_slice(images, max_shift, rng):
    shifted = np.zeros_like(images)
    for number, (down, along) in enumerate(_shifts(images, max_shift, rng)):
        if down == 0 or along == 0:
            continue
        shifted[number] = _moved(images[number], int(down), int(along))
    return shifted

@e.wrong("The zeros are on the wrong side: what moved out comes back on the other side, and a part that should have stayed is blanked.")
def blanked_on_the_wrong_side(images, max_shift, rng):
    shifts = _shifts(images, max_shift, rng)
    result = _all_moved(images, shifts, "wrap")
    for image, (down, along) in zip(result, shifts, strict=True):
        if down:
            image[slice(-down, None) if down > 0 else slice(None, -down)] = 0
        if along:
            image[:, slice(-along, None) if along > 0 else slice(None, -along)] = 0
    return result

@e.wrong("Where zeros should come in, the old image shows: it is moved onto a copy of itself. Begin with zeros.")
def moved_onto_a_copy(images, max_shift, rng):
    moved = _all_moved(images + 1.0, _shifts(images, max_shift, rng))
    return np.where(moved, moved - 1.0, images)


def _blanked(images, max_shift, rng, sides):
    """Rolled, with zeros only where they come in on some of the sides: t(op), b(ottom), l(eft), r(ight)."""
    shifts = _shifts(images, max_shift, rng)
    result = _all_moved(images, shifts, "wrap")
    for image, (down, along) in zip(result, shifts, strict=True):
        for side, part, depth in (("t", image, down), ("b", image[::-1], -down)):
            part[: max(depth, 0) * (side in sides)] = 0
        for side, part, depth in (("l", image, along), ("r", image[:, ::-1], -along)):
            part[:, : max(depth, 0) * (side in sides)] = 0
    return result


_SOME_SIDES = "Zeros come in on some sides only. On the others the image still wraps around."


e.wrong(_SOME_SIDES,
    zeros_for_the_rows_only=lambda images, max_shift, rng: _blanked(images, max_shift, rng, "tb"),
    zeros_for_the_columns_only=lambda images, max_shift, rng: _blanked(images, max_shift, rng, "lr"),
    zeros_for_positive_shifts_only=lambda images, max_shift, rng: _blanked(images, max_shift, rng, "tl"),
    zeros_for_negative_shifts_only=lambda images, max_shift, rng: _blanked(images, max_shift, rng, "br"))
e.wrong("A single image stays where it is. Does your loop begin with the first image and end with the last?",
    first_image_stays=lambda images, max_shift, rng: (
        _all_moved(images, [(0, 0), *_shifts(images[1:], max_shift, rng)])
    ))
e.wrong("Two calls with one generator shift alike: nothing random comes from the generator that you are given. Do not make one of your own.",
    own_generator_for_shifts=lambda images, max_shift, rng: (
        _all_moved(images, _shifts(images, max_shift, np.random.default_rng(0)))
    ))

@e.wrong("Equal generators give different shifts: something random comes from elsewhere, as from np.random, and nobody can repeat yours. Use the generator that you are given.")
def global_generator_for_shifts(images, max_shift, rng):
    shifts = np.random.randint(-max_shift, max_shift + 1, size=(len(images), 2))  # noqa: NPY002, the mistake
    return _all_moved(images, shifts)

e.wrong("Where nothing moves you return the images that you were given. Return a new array: otherwise a change of the result changes the originals.",
    the_same_array=lambda images, max_shift, rng: (
        images if max_shift == 0 else _all_moved(images, _shifts(images, max_shift, rng))
    ))

@e.wrong("Rows and columns are cut to the same number. The images need not be square: use height for the rows and width for the columns.")
def taken_for_square(images, max_shift, rng):
    height = images.shape[1]
    framed = np.pad(images, ((0, 0), (max_shift, max_shift), (max_shift, max_shift)))
    corners = _shifts(images, max_shift, rng) + max_shift
    pairs = zip(framed, corners, strict=True)
    return np.array([image[top : top + height, left : left + height] for image, (top, left) in pairs])

e.wrong("You returned a list of images. An array is asked for.",
    list_of_images=lambda images, max_shift, rng: [*_all_moved(images, _shifts(images, max_shift, rng))])
e.wrong("Where max_shift is 2, your images move by one pixel at most. Shifts by two should occur too.",
    one_pixel_at_most=lambda images, max_shift, rng: (
        _all_moved(images, _shifts(images, min(max_shift, 1), rng))
    ))

@e.wrong("A slice cannot begin or end at a float, not even at 1.0. rng.integers draws whole numbers; np.round, a division with / and an array of np.zeros make floats.")
def shifts_with_fractions(images, max_shift, rng):
    _, height, width = images.shape
    framed = np.pad(images, ((0, 0), (max_shift, max_shift), (max_shift, max_shift)))
    corners = rng.uniform(0, 2 * max_shift, size=(len(images), 2))
    pairs = zip(framed, corners, strict=True)
    return np.array([image[top : top + height, left : left + width] for image, (top, left) in pairs])

@e.cases(recorded=6, deciding=40)
def shifts_of_many_images(rng):
    """How many numbered images of which height and width, how far they move at most, and a seed.

    In one case of four nothing moves, and half of these are a single image; else each shift occurs.
    """
    max_shift = int(rng.choice([0, 1, 1, 2]))
    height, width = (int(rng.integers(2 * max_shift + 1, 2 * max_shift + 3)) for _ in "ab")
    if max_shift == 0:
        return int(rng.choice([1, 1, 2, 5])), height, width, 0, int(rng.integers(1000))
    return {1: 200, 2: 400}[max_shift] + int(rng.integers(20)), height, width, max_shift, int(rng.integers(1000))

e.hints(
    "One image first. np.pad(image, max_shift) puts a frame of zeros around it. What do you see if you look at the "
    "framed image through a window as large as the image?",
    "Where that window lies is the shift. From which number to which may its upper left corner go?",
    "Draw two whole numbers for each image, then cut height rows and width columns from there on.",
)


e = exercise("quiz_1")
e.right_choice(
    "The labels say nothing about the images, so the network can only guess among ten classes."
)
e.wrong_choice(
    1.0,
    "On its own images, yes. New images have labels that it has never seen, and that follow no rule.",
)
e.wrong_choice(0.0, "Guessing gets a tenth right by luck: one of ten classes is the label.")
e.wrong_choice(0.9, "Nine of ten labels will differ: it is right in one of ten.")
e.wrong_choice(0.5, "With two classes it would be a half. The hat has ten.")
e.wrong_choice(10, "Ten percent, yes; as a number from 0 to 1 that is 0.1.")


e = exercise("quiz_2")
e.right_choice(
    "Four times the examples multiply the error by 4 to the power of -0.5, which is a half."
)
e.wrong_choice(0.06, "That is a quarter. Four to the power of -0.5 is a half.")
e.wrong_choice(0.48, "The wrong way: more data, fewer errors.")
e.wrong_choice(0.24, "The slope is not 0: the error falls.")
e.wrong_choice(0.03, "That is an eighth. Four to the power of -0.5 is a half.")
e.wrong_choice(0.17, "That is the error with 2,000 examples, after one doubling. 4,000 are two doublings.")
e.wrong_choice(0.5, "That is the factor. Multiply the error by it.")


e = exercise("quiz_3")
e.right_choice(
    "The equation n to the power of -0.15 equals 0.5 has the solution n = 2 to the power of 1/0.15, about 100."
)
e.wrong_choice("a", "Twice the data leave 2 to the power of -0.15, about 0.90 of the error. That is no half.")
e.wrong_choice("b", "1 / 0.15 is 6.7: so many doublings are needed, and each of them doubles the data.")
e.wrong_choice("c", "2 / 0.15 is 13, but the slope is an exponent: solve n to the power of -0.15 equals 0.5.")


e = exercise("quiz_4")
e.right_choice(
    "The training error is far above 0.03 and was still falling, so unfinished training is the first suspect; the gap is only 0.02."
)
e.wrong_choice("b", "The gap to the validation error is 0.02. More data could close only that.")
e.wrong_choice("c", "Augmentation is a remedy for variance, and the variance is small here.")
e.wrong_choice("d", "The model is bad on its own examples already. A smaller network will hardly fit them better.")


e = exercise("quiz_5")
e.right_choice(
    "A mirrored digit is often no digit or another one, so its label would be wrong; envelopes never show it."
)
e.wrong_choice("a", "Shifted by two pixels, a 7 is still a 7, and on envelopes that happens.")
e.wrong_choice("c", "A darker 7 is still a 7, and scanners differ.")
e.wrong_choice("d", "Turned by five degrees, a 7 is still a 7, and people write like that.")
