"""Right and wrong answers to the exercises of lesson 05."""

import math

import numpy as np

from course.authoring.answers import exercise, short


def _batch_size_for(rng, num_examples):
    """Return a batch size: often one that leaves nothing, one or all but one example over."""
    divisors = [size for size in range(1, num_examples + 1) if num_examples % size == 0]
    near = [int(rng.choice(divisors)), max(1, int(rng.choice(divisors)) - 1), num_examples, num_examples + 1]
    some = [int(rng.integers(1, num_examples + 1)), int(rng.integers(1, 2 * num_examples + 2)), 32, 128]
    return [*near, *some][rng.integers(8)]


def _plain_or_numpy(rng, number):
    """Return a count as it is, or in one of five cases as NumPy's."""
    return np.int64(number) if rng.random() < 0.2 else int(number)


e = exercise("iterations_per_epoch")

@e.cases
def sizes_of_an_epoch(rng):
    """One to a few million examples; batches that come out even, that leave one over, that hold all."""
    kind = rng.integers(4)
    num_examples = int(
        [rng.integers(1, 12), rng.integers(1, 300), rng.integers(300, 5000), 1000 * rng.integers(1, 4000)][kind]
    )
    batch_size = _batch_size_for(rng, num_examples) if kind < 3 else int(rng.choice([1, 64, 100, 1000, 4096]))
    if rng.random() < 0.15:
        num_examples = batch_size * int(rng.integers(1, 9)) + 1
    return _plain_or_numpy(rng, num_examples), _plain_or_numpy(rng, batch_size)

e.hints(
    "Take 10 examples in batches of 4 and cut them by hand, on paper. How many pieces do you get?",
    "Divide first. Then ask what has to become of the part behind the decimal point.",
    "The text above names a function of `math` that rounds up.",
)

@e.right
def without_ceil(num_examples, batch_size):
    return (num_examples + batch_size - 1) // batch_size

@e.right
def full_and_partial(num_examples, batch_size):
    full, left_over = divmod(num_examples, batch_size)
    return full + 1 if left_over else full

@e.right
def by_counting(num_examples, batch_size):
    return len(range(0, num_examples, batch_size))

@e.right
def negative_division(num_examples, batch_size):
    return -(-num_examples // batch_size)

@e.right
def with_numpy(num_examples, batch_size):
    return np.ceil(num_examples / batch_size).astype(int)

@e.right
def taking_them_off(num_examples, batch_size):
    iterations = 0
    while num_examples > 0:
        num_examples -= batch_size
        iterations += 1
    return iterations

e.wrong("You rounded down, so the partial batch at the end is not counted. Keras trains on it: round up.",
    floor=lambda num_examples, batch_size: num_examples // batch_size)
e.wrong("You returned the batch size. It is the number of examples in one batch; how many batches that makes depends on the data.",
    number_of_parts=lambda num_examples, batch_size: batch_size)
e.wrong("You divided without rounding. There is no third of an iteration: the partial batch is one more.",
    not_rounded=lambda num_examples, batch_size: num_examples / batch_size)
e.wrong("The number is right, and it is a float such as 3.0. np.ceil and round(x, 0) give one; math.ceil and int give a whole number.",
    as_a_float=lambda num_examples, batch_size: np.ceil(num_examples / batch_size))

@e.wrong("Where the examples come out even your number is a float such as 4.0: / gives one. // divides whole numbers into a whole number.")
def float_where_even(num_examples, batch_size):
    if num_examples % batch_size == 0:
        return num_examples / batch_size
    return num_examples // batch_size + 1

e.wrong("You rounded to the nearest whole number. Half of all partial batches get lost that way: round up.",
    nearest=lambda num_examples, batch_size: int(num_examples / batch_size + 0.5))
e.wrong("You always add 1 to the full batches. Where nothing is left over there is no partial batch.",
    always_one_more=lambda num_examples, batch_size: num_examples // batch_size + 1)
e.wrong("Upside down: divide the examples by the batch size.",
    upside_down=lambda num_examples, batch_size: math.ceil(batch_size / num_examples))
e.wrong("% is the remainder of the division: that is how many examples the partial batch has.",
    remainder=lambda num_examples, batch_size: num_examples % batch_size)
e.wrong("You returned the number of examples. A whole batch of them makes one step.",
    one_step_an_example=lambda num_examples, batch_size: num_examples)
e.wrong("You multiplied. An epoch sees each example once: divide.",
    product=lambda num_examples, batch_size: num_examples * batch_size)
e.wrong("You rounded down, but never below 1: so the partial batch counts only where it is the only one.",
    floor_but_one=lambda num_examples, batch_size: max(1, num_examples // batch_size))
e.wrong("You added 1 wherever there are more examples than a batch has. Where they come out even nothing is left over.",
    one_more_above_a_batch=lambda num_examples, batch_size: (
        num_examples // batch_size + (1 if num_examples > batch_size else 0 if num_examples == batch_size else 1)
    ))
e.wrong("You returned how many examples each batch has. Count the batches.",
    sizes_of_the_batches=lambda num_examples, batch_size: (
        [min(batch_size, num_examples - first) for first in range(0, num_examples, batch_size)]
    ))
e.wrong("You count the partial batch, but with a batch that is larger than the data you count none at all. Those few examples make one batch.",
    none_for_a_large_batch=lambda num_examples, batch_size: (
        math.ceil(num_examples / batch_size) if num_examples >= batch_size else 0
    ))

@e.wrong("Your function returns nothing. If it prints the value: print shows it, return hands it over.")
def prints(num_examples, batch_size):
    print(math.ceil(num_examples / batch_size))


# total_iterations -------------------------------------------------------------------------------


def _products(is_off):
    """Return pairs of examples and percent put aside: `is_off` looks at both products and at what is left."""
    pairs = [(100 * hundreds, percent) for hundreds in range(1, 31) for percent in range(1, 100)]
    return [
        (n, percent)
        for n, percent in pairs
        if is_off(n * (1 - percent / 100), n * (percent / 100), n * (100 - percent) // 100, n)
    ]


# What Python makes of what is left is too small, or too large; of what is put aside, too small, or too large; of all
# without what is put aside, too small, or too large.
_OFF = [
    _products(lambda left, aside, rest, n: left < rest),
    _products(lambda left, aside, rest, n: left > rest),
    _products(lambda left, aside, rest, n: aside < n - rest),
    _products(lambda left, aside, rest, n: aside > n - rest),
    _products(lambda left, aside, rest, n: n - aside < rest),
    _products(lambda left, aside, rest, n: n - aside > rest),
]


e = exercise("total_iterations")

@e.cases
def trainings(rng):
    """One to some thousand examples, splits whose product is exact, a little low or a little high."""
    num_examples = int(rng.choice([rng.integers(1, 40), 20 * rng.integers(1, 100), 100 * rng.integers(1, 100)]))
    aside = int(rng.integers(0, num_examples))
    if num_examples % 20 == 0 and rng.random() < 0.8:
        aside = int(rng.choice([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.55, 0.7, 0.8, 0.9]) * num_examples + 0.5)
    if rng.random() < 0.4:
        kind = int(rng.integers(len(_OFF)))
        num_examples, percent = (int(number) for number in rng.choice(_OFF[kind]))
        rest = num_examples * (100 - percent) // 100
        # Of these sizes one example less, or one more, makes another number of batches.
        counted = max(1, rest - 1 if kind in (0, 3, 4) else rest)
        batch_size = int(rng.choice([size for size in range(1, counted + 1) if counted % size == 0]))
        return num_examples, batch_size, int(rng.integers(1, 9)), percent / 100
    num_train = num_examples - aside
    batch_size = _batch_size_for(rng, num_train)
    epochs = int(rng.choice([1, 2, 3, 7, 20, 300]))
    if rng.random() < 0.2:
        return _plain_or_numpy(rng, num_examples), batch_size, epochs
    return num_examples, _plain_or_numpy(rng, batch_size), epochs, short(aside / num_examples)

e.hints(
    "Count one epoch first. Which examples are cut into batches in it, and which are not?",
    "Three steps: how many examples are left for training, how many batches they make, how often that happens. "
    "Round in the first step and in the second.",
)

@e.right
def part_aside_subtracted(num_examples, batch_size, epochs, validation_split=0.0):
    num_train = num_examples - round(num_examples * validation_split)
    return -(-num_train // batch_size) * epochs

@e.right
def batch_by_batch(num_examples, batch_size, epochs, validation_split=0.0):
    split_at = int(num_examples * (1.0 - validation_split) + 0.5)
    return sum(1 for _ in range(epochs) for _ in range(0, split_at, batch_size))

@e.right
def by_full_batches(num_examples, batch_size, epochs, validation_split=0.0):
    num_train = num_examples - int(round(num_examples * validation_split, 6))
    full, left_over = divmod(num_train, batch_size)
    return epochs * (full + min(left_over, 1))

@e.right
def with_numpy_ceil(num_examples, batch_size, epochs, validation_split=0.0):
    num_train = np.round(num_examples * (1 - validation_split))
    return int(np.ceil(num_train / batch_size)) * epochs

e.wrong("The number is right, and it is a float such as 68.0. np.ceil and np.round give one; math.ceil, round and int give a whole number.",
    total_as_a_float=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * np.ceil(np.round(num_examples * (1 - validation_split)) / batch_size)
    ))
e.wrong("You rounded down the number of examples that are left, where it is a little too small: with 0.9 put aside 1,000 examples leave 99 then. Round to the nearest.",
    rest_rounded_down=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * math.ceil(int(num_examples * (1 - validation_split)) / batch_size)
    ))
e.wrong("You rounded down the number of examples that are put aside: 0.29 of 100 is a little less than 29 in Python, and becomes 28. Round to the nearest.",
    aside_rounded_down=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * math.ceil((num_examples - int(num_examples * validation_split)) / batch_size)
    ))
e.wrong("You rounded up the number of examples that are put aside: 0.07 of 100 is a little more than 7 in Python, and becomes 8. Round to the nearest.",
    aside_rounded_up=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * math.ceil((num_examples - math.ceil(num_examples * validation_split)) / batch_size)
    ))
e.wrong("You rounded down the number of examples that are left, where it is a little too small: in Python 100 - 100 * 0.55 is a little less than 45, and becomes 44. Round to the nearest.",
    difference_rounded_down=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * math.ceil(int(num_examples - num_examples * validation_split) / batch_size)
    ))
e.wrong("Where the number of examples that are left is a little too large you count a batch of nothing: in Python 100 - 100 * 0.57 is a little more than 43. Round it to the nearest before you divide.",
    difference_not_rounded=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * math.ceil((num_examples - num_examples * validation_split) / batch_size)
    ))

@e.wrong("You took the split as whole percents. It may be any fraction, such as an eighth.")
def whole_percents(num_examples, batch_size, epochs, validation_split=0.0):
    num_train = num_examples * (100 - round(100 * validation_split)) // 100
    return epochs * math.ceil(num_train / batch_size)

e.wrong("You rounded the fraction that is left. Its product with the examples can still be off in its last digit: round that.",
    fraction_rounded=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * math.ceil(num_examples * round(1 - validation_split, 10) / batch_size)
    ),
    fraction_rounded_and_cut=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * math.ceil(int(num_examples * round(1 - validation_split, 10)) / batch_size)
    ))

@e.wrong("Where every batch is full your number is a float such as 64.0: / gives one. // divides whole numbers into a whole number.")
def total_as_a_float_where_even(num_examples, batch_size, epochs, validation_split=0.0):
    num_train = round(num_examples * (1 - validation_split))
    if num_train % batch_size == 0:
        return epochs * num_train / batch_size
    return epochs * (num_train // batch_size + 1)

e.wrong("Where the product is a little too large you count a batch of nothing. Round the number of examples to the nearest before anything else.",
    examples_not_rounded=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * math.ceil(num_examples * (1 - validation_split) / batch_size)
    ))
e.wrong("You rounded down, so the partial batch of every epoch is missing.",
    total_floor=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * (round(num_examples * (1 - validation_split)) // batch_size)
    ))
e.wrong("You multiplied the epochs by the batch size. It is the number of examples in a batch, not that of the batches.",
    total_by_parts=lambda num_examples, batch_size, epochs, validation_split=0.0: epochs * batch_size)
e.wrong("You counted the examples that are put aside as well, and they make no steps. validation_split is a fraction of all examples.",
    split_forgotten=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * math.ceil(num_examples / batch_size)
    ))
e.wrong("You rounded after multiplying, as if a partial batch were filled up from the next epoch. Every epoch ends with its own: round first.",
    rounds_after_multiplying=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        math.ceil(epochs * round(num_examples * (1 - validation_split)) / batch_size)
    ))
e.wrong("You rounded down after multiplying. Round the iterations of one epoch up, then multiply.",
    floors_after_multiplying=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * round(num_examples * (1 - validation_split)) // batch_size
    ))
e.wrong("You did not round. A partial batch makes a whole step, in every epoch.",
    total_not_rounded=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * num_examples * (1 - validation_split) / batch_size
    ))
e.wrong("You counted the steps of one epoch only: multiply by the epochs.",
    epochs_forgotten=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        math.ceil(round(num_examples * (1 - validation_split)) / batch_size)
    ))

@e.wrong("You trained on the part that is put aside. It is the rest, 1 - validation_split, that makes the steps.")
def trains_on_the_split(num_examples, batch_size, epochs, validation_split=0.0):
    num_train = round(num_examples * validation_split) if validation_split else num_examples
    return epochs * math.ceil(num_train / batch_size)

e.wrong("You trained on the part that is put aside. It is the rest, 1 - validation_split, that makes the steps.",
    trains_on_the_split_alone=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * math.ceil(round(num_examples * validation_split) / batch_size)
    ))
e.wrong("You rounded to the nearest whole number of batches. A small last batch counts as much as a large one.",
    total_nearest=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * int(num_examples * (1 - validation_split) / batch_size + 0.5)
    ))
e.wrong("You always add 1 to the full batches of an epoch. Where nothing is left over there is no partial batch.",
    total_always_one_more=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * (round(num_examples * (1 - validation_split)) // batch_size + 1)
    ))
e.wrong("You took the fraction off the iterations, not off the examples. Put examples aside first, then cut the rest into batches.",
    split_of_the_iterations=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        math.ceil(math.ceil(num_examples / batch_size) * (1 - validation_split)) * epochs
    ),
    split_of_the_iterations_to_the_nearest=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        round(math.ceil(num_examples / batch_size) * (1 - validation_split)) * epochs
    ))
e.wrong("You counted examples: every one as often as there are epochs. A whole batch makes one step.",
    examples_seen=lambda num_examples, batch_size, epochs, validation_split=0.0: (
        epochs * round(num_examples * (1 - validation_split))
    ))

@e.wrong("You counted the validation examples as further steps. They are looked at, but nothing is learned from them.")
def validation_makes_steps(num_examples, batch_size, epochs, validation_split=0.0):
    num_val = round(num_examples * validation_split)
    return epochs * (math.ceil((num_examples - num_val) / batch_size) + math.ceil(num_val / batch_size))


e = exercise("minibatches")

@e.cases
def epochs_to_cut(rng):
    """One to some hundred examples, and a seed: none, one or all but one left over, one batch of all."""
    num_examples = int(rng.choice([rng.integers(1, 6), rng.integers(6, 60), rng.integers(200, 500)]))
    batch_size = _batch_size_for(rng, num_examples)
    if num_examples >= 200:  # large enough for the order to be looked at
        batch_size = int(rng.choice([8, 20, 37, 64, num_examples // 4, num_examples // 2]))
    return num_examples, batch_size, int(rng.integers(1000))

e.hints(
    "Look at the cell above with rng.permutation(6) and letters[3:9]. Two jobs, one after the other: "
    "bring all places into a random order, then cut.",
    "For the cutting: at which places does a batch begin? `range` takes a step as its third argument.",
    "A slice may reach too far, as `letters[3:9]` above did. So the last batch needs no case of its own.",
)

@e.right
def shuffled_in_place(num_examples, batch_size, rng):
    places = np.arange(num_examples)
    rng.shuffle(places)
    batches = []
    for first in range(0, num_examples, batch_size):
        batches.append(places[first : first + batch_size])
    return batches

@e.right
def split_at_places(num_examples, batch_size, rng):
    order = rng.choice(num_examples, size=num_examples, replace=False)
    return np.split(order, range(batch_size, num_examples, batch_size))

@e.right
def sorted_by_random_numbers(num_examples, batch_size, rng):
    order, batches = np.argsort(rng.random(num_examples)), []
    while len(order):
        batches.append(order[:batch_size])
        order = order[batch_size:]
    return batches

@e.right
def by_number_of_batch(num_examples, batch_size, rng):
    order = rng.permutation(np.arange(num_examples))
    num_batches = -(-num_examples // batch_size)
    return [order[number * batch_size : (number + 1) * batch_size] for number in range(num_batches)]

@e.right
def from_lists(num_examples, batch_size, rng):
    left, batches = rng.permutation(num_examples).tolist(), []
    while left:
        batches.append(np.array([left.pop() for _ in range(min(batch_size, len(left)))]))
    return batches

@e.right
def sorted_inside(num_examples, batch_size, rng):
    # In which order a batch names its examples makes no difference: their mean is the same.
    order = rng.permutation(num_examples)
    return [np.sort(order[first : first + batch_size]) for first in range(0, num_examples, batch_size)]

@e.wrong("The partial batch at the end is missing: the examples that are left over are lost for this epoch.")
def last_dropped(num_examples, batch_size, rng):
    order = rng.permutation(num_examples)
    return [order[at * batch_size : (at + 1) * batch_size] for at in range(num_examples // batch_size)]

@e.wrong("A single example that is left over is lost. It makes a batch of its own, a batch of one.")
def single_one_dropped(num_examples, batch_size, rng):
    order = rng.permutation(num_examples)
    batches = [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]
    return [batch for batch in batches if len(batch) > 1 or batch_size == 1]

@e.wrong("Your short batch comes first. The contract has it at the end.")
def short_batch_first(num_examples, batch_size, rng):
    order = rng.permutation(num_examples)
    cuts = range(num_examples % batch_size, num_examples, batch_size)
    return [part for part in np.split(order, cuts) if len(part)]

@e.wrong("You filled the last batch up with examples that were there already. It stays short: no example twice.")
def padded(num_examples, batch_size, rng):
    order = rng.permutation(num_examples)
    order = np.concatenate([order, order])[: -(-num_examples // batch_size) * batch_size]
    return list(order.reshape(-1, batch_size))

e.wrong("You drew with replacement: some examples come twice, others not at all. Shuffle all places once, then cut.",
    with_replacement=lambda num_examples, batch_size, rng: [
        rng.integers(0, num_examples, size=min(batch_size, num_examples - first))
        for first in range(0, num_examples, batch_size)
    ])
e.wrong("Some examples come in two batches, though none comes twice in one batch. Cut one shuffled order without an overlap, and leave the last batch short.",
    each_batch_anew=lambda num_examples, batch_size, rng: [
        rng.choice(num_examples, size=min(batch_size, num_examples - first), replace=False)
        for first in range(0, num_examples, batch_size)
    ],
    each_batch_anew_and_whole=lambda num_examples, batch_size, rng: (
        [rng.permutation(num_examples)[:batch_size] for _ in range(-(-num_examples // batch_size))]
    ))

@e.wrong("Some examples come in two batches, though none comes twice in one batch. Cut one shuffled order without an overlap, and leave the last batch short.")
def last_from_another_order(num_examples, batch_size, rng):
    full = num_examples // batch_size * batch_size
    order = rng.permutation(num_examples)
    batches = [order[first : first + batch_size] for first in range(0, full, batch_size)]
    return [*batches, rng.permutation(num_examples)[full:]] if full < num_examples else batches

@e.wrong("Some examples come in two batches, though none comes twice in one batch. Cut one shuffled order without an overlap, and leave the last batch short.")
def last_batch_filled_from_the_one_before(num_examples, batch_size, rng):
    order = rng.permutation(num_examples)
    batches = [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]
    return [*batches[:-1], order[-batch_size:]]

@e.wrong("The examples are not shuffled: every epoch has the same batches, in the data's order. (rng.permutation returns a new array and leaves its argument as it is.)")
def not_shuffled(num_examples, batch_size, rng):
    order = np.arange(num_examples)
    return [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]

@e.wrong("You shuffled the batches, not the examples: the same examples are together in every epoch. Shuffle all places first, then cut.")
def order_of_batches_only(num_examples, batch_size, rng):
    order = np.arange(num_examples)
    batches = [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]
    last = batches.pop() if len(batches[-1]) < batch_size else None
    shuffled = [batches[at] for at in rng.permutation(len(batches))]
    return shuffled if last is None else [*shuffled, last]

@e.wrong("You shuffled the batches, not the examples: the same examples are together in every epoch. Shuffle all places first, then cut.")
def order_of_all_batches(num_examples, batch_size, rng):
    order = np.arange(num_examples)
    batches = [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]
    return [batches[at] for at in rng.permutation(len(batches))]

@e.wrong("You shuffled inside of each batch, but the same examples are together in every epoch. Shuffle before you cut.")
def inside_of_batches(num_examples, batch_size, rng):
    order = np.arange(num_examples)
    return [
        rng.permutation(order[first : first + batch_size]) for first in range(0, num_examples, batch_size)
    ]

e.wrong("You made batch_size parts. batch_size is the number of examples in a batch, not the number of batches.",
    that_many_parts=lambda num_examples, batch_size, rng: (
        np.array_split(rng.permutation(num_examples), batch_size)
    ))
e.wrong("The batches are nearly equal parts: the number of them is right, but all except the last should have batch_size examples.",
    equal_parts=lambda num_examples, batch_size, rng: (
        np.array_split(rng.permutation(num_examples), -(-num_examples // batch_size))
    ))

@e.wrong("An empty batch stands at the end when the examples come out even. Without any left over there is no further batch.")
def empty_at_the_end(num_examples, batch_size, rng):
    order = rng.permutation(num_examples)
    return [order[at * batch_size : (at + 1) * batch_size] for at in range(num_examples // batch_size + 1)]

@e.wrong("An empty batch stands at the end when the examples come out even. Without any left over there is no further batch.")
def empty_at_the_end_of_a_loop(num_examples, batch_size, rng):
    batches, batch = [], []
    for place in rng.permutation(num_examples):
        batch.append(place)
        if len(batch) == batch_size:
            batches.append(np.array(batch))
            batch = []
    return [*batches, np.array(batch)]

@e.wrong("The examples that are left over are added to the last full batch. They make a batch of their own.")
def left_over_added(num_examples, batch_size, rng):
    order = rng.permutation(num_examples)
    cuts = [at * batch_size for at in range(1, max(1, num_examples // batch_size))]
    return np.split(order, cuts)

@e.wrong("Places are counted from 0: with 1,000 examples the last one is 999. Yours go from 1 on, and x_train[1000] is an error.")
def counted_from_one(num_examples, batch_size, rng):
    order = rng.permutation(np.arange(1, num_examples + 1))
    return [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]

@e.wrong("Shuffled, but every epoch is the same one: the argument rng is not used. Draw with it, and make no generator of your own.")
def own_generator(num_examples, batch_size, rng):
    order = np.random.default_rng(0).permutation(num_examples)
    return [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]

@e.wrong("Two equal generators give different epochs: your chance comes from elsewhere, as from np.random, and nobody can repeat it. Draw with the rng that you are given.")
def global_generator(num_examples, batch_size, rng):
    order = np.random.permutation(num_examples)  # noqa: NPY002, that is the mistake
    return [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]

e.wrong("You returned one array of all examples: it is not cut into batches.",
    not_cut=lambda num_examples, batch_size, rng: rng.permutation(num_examples))

@e.wrong("You take a part of something that is None. rng.shuffle, for one, changes an array in place and returns None: keep the array, or use rng.permutation, which returns a new one.")
def result_of_shuffle(num_examples, batch_size, rng):
    order = rng.shuffle(np.arange(num_examples))
    return [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]

e.wrong("You returned one batch alone. All batches of the epoch are asked for.",
    first_batch_only=lambda num_examples, batch_size, rng: [rng.permutation(num_examples)[:batch_size]],
    first_of_sorted_numbers=lambda num_examples, batch_size, rng: (
        [np.argsort(rng.random(num_examples))[:batch_size]]
    ),
    last_batch_only=lambda num_examples, batch_size, rng: [rng.permutation(num_examples)[-batch_size:]])

@e.wrong("The batches are lists. The contract promises arrays, so that x_train[batch] picks rows.")
def lists_of_lists(num_examples, batch_size, rng):
    order = rng.permutation(num_examples).tolist()
    return [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]

@e.wrong("You returned a generator, as round brackets around a for and yield make one: it can be read once and has no length. A list is asked for: square brackets, or append.")
def read_once(num_examples, batch_size, rng):
    order = rng.permutation(num_examples)
    return (order[first : first + batch_size] for first in range(0, num_examples, batch_size))

@e.wrong("The places are floats, such as 3.0: np.linspace and np.zeros make them, and arange of a float does. x_train[batch] picks rows by whole numbers only.")
def float_places(num_examples, batch_size, rng):
    order = rng.permutation(np.arange(float(num_examples)))
    return [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]


e = exercise("gradient_noise")

@e.cases(recorded=20, deciding=40)
def gradients_to_draw_from(rng):
    """Gradients, a batch size, a seed, a number of draws, and of calls where each shows another number.

    Corners lie at equal distances from their mean: where the batch holds one, all but one or all of them, chance
    plays no part. Pairs of corners, and single rows, give few different numbers, which some calls show. Other
    gradients are drawn often.
    """
    kind = rng.choice(["corners", "pairs", "others", "rows"], p=[0.3, 0.3, 0.25, 0.15])
    num_weights = int(rng.integers(1 if kind == "corners" else 2, 4))
    size = float(rng.choice([0.5, 1, 40, 3000] if kind == "pairs" else [1e-6, 1, 40, 3000]))
    seed = int(rng.integers(1000))
    if kind == "others":
        n = int(rng.integers(6, 9))
        gradients = rng.integers(-99, 100, size=(n, num_weights)) * (size if rng.random() < 0.7 else 1)
        return gradients, int(rng.integers(1, n)), seed, 500, 0
    if kind == "rows":
        gradients = rng.integers(-99, 100, size=(int(rng.integers(2, 8)), num_weights)) * size
        return gradients, 1, seed, 1, 150
    corner = np.arange(1, num_weights + 1) * rng.integers(1, 4)
    if kind == "pairs" or (num_weights > 1 and rng.random() < 0.5):
        other = corner * np.where(np.arange(num_weights) == 0, -1, 1)
        corners = np.array([corner, other, -corner, -other])
    else:
        corners = np.array([corner, -corner])
    gradients = (corners + rng.integers(-5, 6, size=num_weights)) * (size if rng.random() < 0.7 else 1)
    if kind == "pairs":
        return gradients, 2, seed, int(rng.choice([1, 2, 2, 2])), 150
    n = len(gradients)
    return gradients, int(rng.choice([1, n - 1, n])), seed, int(rng.integers(1, 5)), 0

e.hints(
    "Write it for a single draw first: one batch of rows, their mean, and its distance from the mean of all rows.",
    "Which of these steps belongs into a loop over the draws, and which has to be done only once?",
    "Keep the squared distance of each draw in a list. Mean and root come after the loop, in the order of the formula.",
)

@e.right
def from_shuffled_rows(per_example_gradients, batch_size, rng, num_draws):
    full_gradient, total = np.mean(per_example_gradients, axis=0), 0.0
    for _ in range(num_draws):
        rows = rng.permutation(per_example_gradients)[:batch_size]
        total += ((rows.mean(axis=0) - full_gradient) ** 2).sum()
    return math.sqrt(total / num_draws)

@e.right
def draws_as_an_array(per_example_gradients, batch_size, rng, num_draws):
    n = len(per_example_gradients)
    batches = np.array([rng.choice(n, size=batch_size, replace=False) for _ in range(num_draws)])
    means = per_example_gradients[batches].mean(axis=1)
    distances = np.linalg.norm(means - per_example_gradients.mean(axis=0), axis=1)
    return float((distances**2).mean() ** 0.5)

@e.right
def all_orders_at_once(per_example_gradients, batch_size, rng, num_draws):
    orders = rng.random((num_draws, len(per_example_gradients))).argsort(axis=1)
    centred = per_example_gradients - per_example_gradients.mean(axis=0)
    batch_means = centred[orders[:, :batch_size]].sum(axis=1) / batch_size
    return np.sqrt(np.sum(batch_means**2) / num_draws)

@e.right
def choice_of_rows(per_example_gradients, batch_size, rng, num_draws):
    full = sum(per_example_gradients) / len(per_example_gradients)
    batches = (rng.choice(per_example_gradients, batch_size, replace=False) for _ in range(num_draws))
    return np.sqrt(np.mean([np.linalg.norm(rows.mean(axis=0) - full) ** 2 for rows in batches]))

@e.right
def variance_by_coordinate(per_example_gradients, batch_size, rng, num_draws):
    full_gradient = per_example_gradients.mean(axis=0)
    places = np.arange(len(per_example_gradients))
    gradients = np.empty((num_draws, per_example_gradients.shape[1]))
    for draw in range(num_draws):
        rng.shuffle(places)
        gradients[draw] = per_example_gradients[places[:batch_size]].mean(axis=0)
    return np.sqrt(((gradients - full_gradient) ** 2).mean(axis=0).sum())


def _batch_means(per_example_gradients, batch_size, rng, num_draws):
    n = len(per_example_gradients)
    batches = np.array([rng.choice(n, size=batch_size, replace=False) for _ in range(num_draws)])
    return per_example_gradients[batches].mean(axis=1)


@e.wrong("You took the mean over the weights as well. The distance is the root of the sum over all weights: np.linalg.norm of each difference.")
def mean_over_weights(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, num_draws)
    return np.sqrt(np.mean((means - per_example_gradients.mean(axis=0)) ** 2))

@e.wrong("+= and /= cannot put fractions into an array of whole numbers, as zeros_like makes one of such gradients. a / b makes a new array of the right kind.")
def sums_of_their_kind(per_example_gradients, batch_size, rng, num_draws):
    full_gradient, squared_distances = per_example_gradients.mean(axis=0), []
    for _ in range(num_draws):
        gradient = np.zeros_like(per_example_gradients[0])
        for place in rng.choice(len(per_example_gradients), batch_size, replace=False):
            gradient += per_example_gradients[place]
        gradient /= batch_size
        squared_distances.append(np.sum((gradient - full_gradient) ** 2))
    return np.sqrt(np.mean(squared_distances))

@e.wrong("The root is missing: you returned the mean of the squared distances.")
def root_forgotten(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, num_draws)
    return np.mean(np.sum((means - per_example_gradients.mean(axis=0)) ** 2, axis=1))

@e.wrong("You averaged the distances. The mean of their squares is asked for, and the root of that.")
def mean_distance(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, num_draws)
    return np.linalg.norm(means - per_example_gradients.mean(axis=0), axis=1).mean()

@e.wrong("You measured how long the batch gradients are. Subtract the full gradient first: the noise is the distance from it.")
def length_of_gradients(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, num_draws)
    return np.sqrt(np.mean(np.sum(means**2, axis=1)))

@e.wrong("You measured how long the batch gradients are. Subtract the full gradient first: the noise is the distance from it.")
def length_of_shuffled_gradients(per_example_gradients, batch_size, rng, num_draws):
    orders = rng.random((num_draws, len(per_example_gradients))).argsort(axis=1)
    means = per_example_gradients[orders[:, :batch_size]].mean(axis=1)
    return np.sqrt(np.sum(means**2) / num_draws)

@e.wrong("You averaged over the draws first and then took one distance. So the noise cancels: take the distance of each draw.")
def averaged_first(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, num_draws)
    return np.linalg.norm(means.mean(axis=0) - per_example_gradients.mean(axis=0))

@e.wrong("You drew with replacement: a row may come twice in a batch. rng.integers always does so, and rng.choice unless you say replace=False.")
def drawn_with_replacement(per_example_gradients, batch_size, rng, num_draws):
    n = len(per_example_gradients)
    batches = rng.integers(0, n, size=(num_draws, batch_size))
    means = per_example_gradients[batches].mean(axis=1)
    return np.sqrt(np.mean(np.sum((means - per_example_gradients.mean(axis=0)) ** 2, axis=1)))

@e.wrong("You summed the rows of a batch. The gradient of a batch is their mean.")
def sum_of_rows(per_example_gradients, batch_size, rng, num_draws):
    sums = batch_size * _batch_means(per_example_gradients, batch_size, rng, num_draws)
    return np.sqrt(np.mean(np.sum((sums - per_example_gradients.mean(axis=0)) ** 2, axis=1)))

@e.wrong("You summed the rows of a batch. The gradient of a batch is their mean.")
def sum_of_shuffled_rows(per_example_gradients, batch_size, rng, num_draws):
    batches = [rng.permutation(per_example_gradients)[:batch_size] for _ in range(num_draws)]
    differences = [rows.sum(axis=0) - per_example_gradients.mean(axis=0) for rows in batches]
    return np.sqrt(np.mean(np.sum(np.square(differences), axis=1)))

@e.wrong("batch_size has no effect: you measured single examples. Take the mean of batch_size rows, then the distance.")
def single_examples(per_example_gradients, batch_size, rng, num_draws):
    distances = np.linalg.norm(per_example_gradients - per_example_gradients.mean(axis=0), axis=1)
    return np.sqrt(np.mean(distances**2))

@e.wrong("You drew one batch for the whole call. Each of the num_draws draws is a random choice of its own from all rows, with rng.")
def one_batch_for_all_draws(per_example_gradients, batch_size, rng, num_draws):
    full_gradient, squares = per_example_gradients.mean(axis=0), []
    batch = rng.choice(len(per_example_gradients), size=batch_size, replace=False)
    for _ in range(num_draws):
        squares.append(np.sum((per_example_gradients[batch].mean(axis=0) - full_gradient) ** 2))
    return np.sqrt(np.mean(squares))

@e.wrong("You computed sigma divided by the root of the batch size. That is what one expects; the exercise asks to draw batches and to measure.")
def by_the_formula(per_example_gradients, batch_size, rng, num_draws):
    distances = np.linalg.norm(per_example_gradients - per_example_gradients.mean(axis=0), axis=1)
    return np.sqrt(np.mean(distances**2) / batch_size)

@e.wrong("You computed the formula, with its second root. Its value is right; the exercise asks to draw batches and to measure, as you would where no formula is known.")
def by_the_whole_formula(per_example_gradients, batch_size, rng, num_draws):
    n = len(per_example_gradients)
    distances = np.linalg.norm(per_example_gradients - per_example_gradients.mean(axis=0), axis=1)
    return np.sqrt(np.mean(distances**2) / batch_size * (n - batch_size) / (n - 1))

@e.wrong("You measured the distance from the mean of the drawn batches (std does so). Measure it from the full gradient: with a single draw yours is 0.")
def from_the_mean_of_draws(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, num_draws)
    return np.linalg.norm(means.std(axis=0))

@e.wrong("Every call draws the same batches: the argument rng is not used. Draw with it, and make no generator of your own.")
def noise_with_own_generator(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, np.random.default_rng(42), num_draws)
    return np.sqrt(np.mean(np.sum((means - per_example_gradients.mean(axis=0)) ** 2, axis=1)))

@e.wrong("Two equal generators give different measurements: your chance comes from elsewhere, as from np.random. Draw with the rng that you are given.")
def noise_with_global_generator(per_example_gradients, batch_size, rng, num_draws):
    n = len(per_example_gradients)
    choice = np.random.choice
    batches = np.array([choice(n, batch_size, replace=False) for _ in range(num_draws)])
    means = per_example_gradients[batches].mean(axis=1)
    return np.sqrt(np.mean(np.sum((means - per_example_gradients.mean(axis=0)) ** 2, axis=1)))

@e.wrong("You added up the absolute differences. The distance squares them, adds them up, and takes the root.")
def absolute_differences(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, num_draws)
    return np.sqrt(np.mean(np.abs(means - per_example_gradients.mean(axis=0)).sum(axis=1) ** 2))

@e.wrong("You added the squares of all draws without dividing by their number. More draws must not make more noise.")
def sum_over_draws(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, num_draws)
    return np.linalg.norm(means - per_example_gradients.mean(axis=0))

@e.wrong("You asked for all draws at once, and without replacement there are not so many rows. Draw one batch of batch_size rows at a time, num_draws times.")
def all_draws_at_once(per_example_gradients, batch_size, rng, num_draws):
    n = len(per_example_gradients)
    batches = rng.choice(n, size=(num_draws, batch_size), replace=False)
    means = per_example_gradients[batches].mean(axis=1)
    return np.sqrt(np.mean(np.sum((means - per_example_gradients.mean(axis=0)) ** 2, axis=1)))

@e.wrong("Your full gradient is one number: mean() without axis=0 runs over rows and weights. Each weight has a gradient of its own.")
def full_gradient_as_one_number(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, num_draws)
    return np.sqrt(np.mean(np.sum((means - per_example_gradients.mean()) ** 2, axis=1)))

@e.wrong("Both means are single numbers: mean() without axis=0 runs over rows and weights, so weights cancel each other. Take the mean over rows.")
def gradients_as_one_number(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, num_draws).mean(axis=1)
    return np.sqrt(np.mean((means - per_example_gradients.mean()) ** 2))

@e.wrong("You returned the distance of each draw. One number is asked for.")
def all_distances(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, num_draws)
    return np.linalg.norm(means - per_example_gradients.mean(axis=0), axis=1)

@e.wrong("The noise is right, but you changed the array that you were given: rng.shuffle, -= and the like work in place. Whoever called you may still need it. Use a copy, or shuffle places.")
def shuffles_the_argument(per_example_gradients, batch_size, rng, num_draws):
    full_gradient, squares = per_example_gradients.mean(axis=0), []
    for _ in range(num_draws):
        rng.shuffle(per_example_gradients)
        squares.append(np.sum((per_example_gradients[:batch_size].mean(axis=0) - full_gradient) ** 2))
    return np.sqrt(np.mean(squares))

@e.wrong("You cut one shuffled order into batches: what one draw has taken, the next cannot have. Each draw is a choice from all rows.")
def draws_without_common_rows(per_example_gradients, batch_size, rng, num_draws):
    full_gradient, squares, order = per_example_gradients.mean(axis=0), [], []
    for _ in range(num_draws):
        if len(order) < batch_size:
            order = rng.permutation(len(per_example_gradients))
        batch, order = order[:batch_size], order[batch_size:]
        squares.append(np.sum((per_example_gradients[batch].mean(axis=0) - full_gradient) ** 2))
    return np.sqrt(np.mean(squares))

@e.wrong("Where two draws or more are asked for, you counted one too few.")
def one_draw_too_few(per_example_gradients, batch_size, rng, num_draws):
    means = _batch_means(per_example_gradients, batch_size, rng, max(1, num_draws - 1))
    return np.sqrt(np.mean(np.sum((means - per_example_gradients.mean(axis=0)) ** 2, axis=1)))

@e.wrong("Where two draws or more are asked for, you counted one too few.")
def one_draw_too_few_even_of_one(per_example_gradients, batch_size, rng, num_draws):
    full_gradient, squares = per_example_gradients.mean(axis=0), []
    for _ in range(1, num_draws):
        batch = rng.choice(len(per_example_gradients), size=batch_size, replace=False)
        squares.append(np.sum((per_example_gradients[batch].mean(axis=0) - full_gradient) ** 2))
    return np.sqrt(sum(squares) / np.float64(len(squares))) if squares else np.nan

@e.wrong("The last row is never drawn, unless the batch holds all rows. Each draw is a choice from all of them.")
def last_row_never_drawn(per_example_gradients, batch_size, rng, num_draws):
    num_drawn = max(len(per_example_gradients) - 1, batch_size)
    batches = np.array([rng.choice(num_drawn, size=batch_size, replace=False) for _ in range(num_draws)])
    differences = per_example_gradients[batches].mean(axis=1) - per_example_gradients.mean(axis=0)
    return np.sqrt(np.mean(np.sum(differences**2, axis=1)))

@e.wrong("The first row is never drawn, unless the batch holds all rows. Each draw is a choice from all of them.")
def first_row_never_drawn(per_example_gradients, batch_size, rng, num_draws):
    n = len(per_example_gradients)
    left = np.arange(min(1, n - batch_size), n)
    batches = np.array([rng.choice(left, size=batch_size, replace=False) for _ in range(num_draws)])
    differences = per_example_gradients[batches].mean(axis=1) - per_example_gradients.mean(axis=0)
    return np.sqrt(np.mean(np.sum(differences**2, axis=1)))


e = exercise("scaling_exponent")

@e.cases
def pairs_of_sweeps(rng):
    """One to five rates and one to three seeds, with ties and lucky seeds, no right answer at one size, sizes in either order.

    No two sizes are so near to each other that single precision would make another exponent of them.
    """
    num_rates, num_seeds = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    steps = rng.choice([1.3, 2, 3, 5], size=num_rates)
    rates = float(rng.choice([1e-7, 0.002, 0.05, 7])) * np.cumprod(steps)
    rates = np.array([float(f"{rate:.3g}") for rate in rates])
    if rng.random() < 0.15:
        rates = np.cumsum(rng.integers(1, 4, size=num_rates))
    # Eighths: their sums are exact, so equal means are equal in whatever order one adds.
    accuracies = rng.integers(1, 8, size=(2, num_rates, num_seeds)) / 8
    if rng.random() < 0.3:
        accuracies[:, rng.integers(num_rates)] = accuracies[:, rng.integers(num_rates)][:, ::-1]
    if rng.random() < 0.3:
        accuracies[rng.integers(2), rng.integers(num_rates), rng.integers(num_seeds)] = 1
    if rng.random() < 0.15:
        accuracies[rng.integers(2)] = 0
    sizes = [int(size) for size in rng.choice([1, 2, 4, 20, 32, 50, 64, 100, 300, 512, 9999], 2, replace=False)]
    return rates, accuracies, tuple(sizes) if rng.random() < 0.7 else np.array(sizes)

e.hints(
    "First find one rate for each batch size. Over which axis of `accuracies` do the seeds run?",
    "Then two factors: by what was the batch multiplied, and by what was the best rate? Write p as the unknown.",
    "In an equation with the unknown in the exponent, take the logarithm of both sides.",
)

@e.right
def by_hand(rates, accuracies, batch_sizes):
    best = []
    for of_size in accuracies:
        highest, best_rate = None, None
        for rate, of_seeds in zip(rates, of_size, strict=True):
            mean = sum(of_seeds) / len(of_seeds)
            if highest is None or mean > highest:
                highest, best_rate = mean, rate
        best.append(best_rate)
    return math.log(best[1] / best[0]) / math.log(batch_sizes[1] / batch_sizes[0])

@e.right
def difference_of_logarithms(rates, accuracies, batch_sizes):
    sums = np.sum(accuracies, axis=-1)
    best = np.log10([rates[np.argmax(sums[0])], rates[np.argmax(sums[1])]])
    return float(np.diff(best)[0] / np.diff(np.log10(batch_sizes))[0])

@e.right
def logarithm_to_a_base(rates, accuracies, batch_sizes):
    first, second = (rates[np.mean(of_size, axis=1).argmax()] for of_size in accuracies)
    return math.log(second / first, batch_sizes[1] / batch_sizes[0])

@e.right
def slope_of_a_line(rates, accuracies, batch_sizes):
    best = np.array([min(rates[row == row.max()]) for row in accuracies.mean(axis=2)])
    return np.polyfit(np.log(np.array(batch_sizes, dtype=float)), np.log(best), deg=1)[0]

@e.right
def the_other_way_round_twice(rates, accuracies, batch_sizes):
    means = accuracies.mean(axis=2)
    places = [list(row).index(max(row)) for row in means]
    return np.log2(rates[places[0]] / rates[places[1]]) / np.log2(batch_sizes[0] / batch_sizes[1])


def _best_rates(rates, accuracies):
    return rates[accuracies.mean(axis=2).argmax(axis=1)]


def _exponent(best, batch_sizes):
    return np.log(best[1] / best[0]) / np.log(batch_sizes[1] / batch_sizes[0])


@e.wrong("You divided one factor by the other. The exponent is a power: batch factor ** p gives the rate factor, and logarithms bring p down.")
def no_logarithm(rates, accuracies, batch_sizes):
    first, second = _best_rates(rates, accuracies)
    return (second / first) / (batch_sizes[1] / batch_sizes[0])

@e.wrong("Where all accuracies of a size are 0, you find no best rate. All are equally good there, and the smallest rate counts.")
def best_above_zero(rates, accuracies, batch_sizes):
    best = []
    for of_size in accuracies:
        highest, best_rate = 0, None
        for rate, of_seeds in zip(rates, of_size, strict=True):
            if of_seeds.mean() > highest:
                highest, best_rate = of_seeds.mean(), rate
        best.append(best_rate)
    return _exponent(best, batch_sizes)

@e.wrong("You divided the logarithm of one rate by that of the other. Divide the rates, then take the logarithm; the same for the sizes.")
def quotient_of_logarithms(rates, accuracies, batch_sizes):
    first, second = np.log(_best_rates(rates, accuracies))
    with np.errstate(all="ignore"):
        return second / first / (np.log(batch_sizes[1]) / np.log(batch_sizes[0]))

@e.wrong("You took the logarithm of the two factors' quotient. The quotient of their two logarithms is needed.")
def logarithm_of_the_quotient(rates, accuracies, batch_sizes):
    first, second = _best_rates(rates, accuracies)
    return np.log((second / first) / (batch_sizes[1] / batch_sizes[0]))

@e.wrong("Upside down: you divided by the logarithm of the rates' factor. p is that of the rates by that of the batches.")
def exponent_upside_down(rates, accuracies, batch_sizes):
    first, second = _best_rates(rates, accuracies)
    with np.errstate(divide="ignore"):
        return np.log(batch_sizes[1] / batch_sizes[0]) / np.log(second / first)

@e.wrong("Upside down: you divided by the logarithm of the rates' factor. p is that of the rates by that of the batches.")
def exponent_upside_down_from_the_second(rates, accuracies, batch_sizes):
    first, second = _best_rates(rates, accuracies)
    with np.errstate(divide="ignore"):
        return np.log(batch_sizes[0] / batch_sizes[1]) / np.log(first / second)

e.wrong("Only the sign of your exponent is wrong: one of your two factors goes from the first to the second, the other from the second to the first.",
    other_sign=lambda rates, accuracies, batch_sizes: -_exponent(_best_rates(rates, accuracies), batch_sizes))
e.wrong("Your exponent is never negative. Where a smaller batch has the larger best rate, it is.",
    never_negative=lambda rates, accuracies, batch_sizes: (
        abs(_exponent(_best_rates(rates, accuracies), batch_sizes))
    ))
e.wrong("You cut the exponent off at 0 and at 1. It is measured, and a measurement may lie outside.",
    cut_off=lambda rates, accuracies, batch_sizes: (
        min(max(_exponent(_best_rates(rates, accuracies), batch_sizes), 0), 1)
    ))

@e.wrong("You returned the nearest of 0, 1/2 and 1. The exponent that was measured is asked for, not the rule it is near to.")
def nearest_rule(rates, accuracies, batch_sizes):
    exponent = _exponent(_best_rates(rates, accuracies), batch_sizes)
    return min([0.0, 0.5, 1.0], key=lambda rule: abs(rule - exponent))

e.wrong("Your exponent is rounded to two digits. Return it as it is; whoever prints it may round.",
    rounded_exponent=lambda rates, accuracies, batch_sizes: (
        round(_exponent(_best_rates(rates, accuracies), batch_sizes), 2)
    ))
e.wrong("You took the rate of the highest single run. One seed may be lucky: compare the means over the seeds.",
    luckiest_run=lambda rates, accuracies, batch_sizes: (
        _exponent(rates[accuracies.max(axis=2).argmax(axis=1)], batch_sizes)
    ))
e.wrong("You compared the medians over the seeds. The means are asked for.",
    by_median=lambda rates, accuracies, batch_sizes: (
        _exponent(rates[np.median(accuracies, axis=2).argmax(axis=1)], batch_sizes)
    ))

@e.wrong("You let each seed choose its best rate, and took the rate that most of them chose. The highest mean over the seeds decides.")
def vote_of_the_seeds(rates, accuracies, batch_sizes):
    votes = [np.bincount(of_size.argmax(axis=0)) for of_size in accuracies]
    return _exponent([rates[of_size.argmax()] for of_size in votes], batch_sizes)


_EACH_SEED_FIRST = (
    "You read a best rate from each seed. Take the mean of the accuracies over the seeds first; then each size has one best "
    "rate."
)


e.wrong(_EACH_SEED_FIRST,
    mean_of_the_seeds_best_rates=lambda rates, accuracies, batch_sizes: (
        _exponent(np.asarray(rates)[accuracies.argmax(axis=1)].mean(axis=1), batch_sizes)
    ),
    mean_of_the_seeds_exponents=lambda rates, accuracies, batch_sizes: (
        np.mean(_exponent(np.asarray(rates)[accuracies.argmax(axis=1)], batch_sizes))
    ))
e.wrong("You compared the first seed's runs only. The mean over all seeds decides.",
    first_seed_only=lambda rates, accuracies, batch_sizes: (
        _exponent(rates[accuracies[:, :, 0].argmax(axis=1)], batch_sizes)
    ))
e.wrong("You compared the worst seeds. The mean over all seeds decides.",
    by_worst_seed=lambda rates, accuracies, batch_sizes: (
        _exponent(rates[accuracies.min(axis=2).argmax(axis=1)], batch_sizes)
    ))
e.wrong("You took the rates with the lowest mean. These are accuracies, not losses: the highest is the best.",
    lowest_accuracy=lambda rates, accuracies, batch_sizes: (
        _exponent(rates[accuracies.mean(axis=2).argmin(axis=1)], batch_sizes)
    ))

@e.wrong("You took the rates with the lowest mean. These are accuracies, not losses: the highest is the best.")
def lowest_accuracy_the_last_time(rates, accuracies, batch_sizes):
    means = accuracies.mean(axis=2)
    return _exponent([rates[row == row.min()][-1] for row in means], batch_sizes)

@e.wrong("Of rates that are equally good you took the largest. The smallest is asked for.")
def largest_of_equals(rates, accuracies, batch_sizes):
    means = accuracies.mean(axis=2)
    return _exponent([rates[row == row.max()][-1] for row in means], batch_sizes)

@e.wrong("You counted the places between the two best rates, each as a factor of 2. Take the rates themselves: their factors may be any.")
def places_for_rates(rates, accuracies, batch_sizes):
    first, second = accuracies.mean(axis=2).argmax(axis=1)
    return (second - first) * np.log(2) / np.log(batch_sizes[1] / batch_sizes[0])

@e.wrong("You divided differences: so much rate for each further example. The exponent compares factors, by their logarithms.")
def linear_axes(rates, accuracies, batch_sizes):
    first, second = _best_rates(rates, accuracies)
    return (second - first) / (batch_sizes[1] - batch_sizes[0])

@e.wrong("You returned the factor by which the best rate grew. Which power of the batches' factor is it?")
def factor_of_the_rates(rates, accuracies, batch_sizes):
    first, second = _best_rates(rates, accuracies)
    return second / first

@e.wrong("You returned the logarithm of the rates' factor. Divide it by that of the batches' factor.")
def batch_sizes_unused(rates, accuracies, batch_sizes):
    first, second = _best_rates(rates, accuracies)
    return np.log(second / first)

@e.wrong("You multiplied the two logarithms. Divide that of the rates' factor by that of the batches' factor.")
def logarithms_multiplied(rates, accuracies, batch_sizes):
    first, second = _best_rates(rates, accuracies)
    return np.log(second / first) * np.log(batch_sizes[1] / batch_sizes[0])

@e.wrong("You divided the logarithms of the second size alone. Both logarithms are of factors: second by first.")
def second_size_alone(rates, accuracies, batch_sizes):
    _, second = _best_rates(rates, accuracies)
    return np.log(second) / np.log(batch_sizes[1])

@e.wrong("Two different logarithms: one is natural, the other to the base 10. Either will do, if it is the same above and below.")
def two_logarithms(rates, accuracies, batch_sizes):
    first, second = _best_rates(rates, accuracies)
    return np.log10(second / first) / np.log(batch_sizes[1] / batch_sizes[0])

e.wrong("You compared the best accuracies of the two sizes. It is the best rates that follow the batch.",
    exponent_of_the_accuracy=lambda rates, accuracies, batch_sizes: (
        _exponent(accuracies.mean(axis=2).max(axis=1), batch_sizes)
    ))
e.wrong("You returned the two best rates. One number is asked for: the power that leads from one to the other.",
    the_best_rates=lambda rates, accuracies, batch_sizes: _best_rates(rates, accuracies))
e.wrong("You returned an array with one number in it, and a plain number is asked for.",
    exponent_in_an_array=lambda rates, accuracies, batch_sizes: (
        np.array([_exponent(_best_rates(rates, accuracies), batch_sizes)])
    ))
e.wrong("Your batch factor counts as one above 1, whichever size comes first. The first size may be the larger one.",
    sizes_in_order=lambda rates, accuracies, batch_sizes: (
        _exponent(_best_rates(rates, accuracies), sorted(batch_sizes))
    ))
e.wrong("You took the mean over the rates (axis=1). The seeds are the last axis: axis=2.",
    mean_over_rates=lambda rates, accuracies, batch_sizes: (
        _exponent(rates[accuracies.mean(axis=1).argmax(axis=1)], batch_sizes)
    ))


e = exercise("quiz_1")
e.right_choice("An epoch has 195 full batches and a partial one, 196 updates, and six epochs have 6 x 196 = 1,176.")
e.wrong_choice(1170, "The partial batch is missing: 50,000 / 256 is 195.3, so an epoch has 196 updates.")
e.wrong_choice(1172, "You rounded after multiplying. Each epoch ends with a partial batch of its own.")
e.wrong_choice(1171, "You multiplied first and cut off the rest. Round one epoch up, then multiply.")
e.wrong_choice(1171.875, "There is no part of an update. Round one epoch up, then multiply.")
e.wrong_choice(196, "That is one epoch. There are six.")
e.wrong_choice(1536, "256 is the number of examples in a batch, not the number of batches in an epoch.")
e.wrong_choice(300000, "That counts images. A whole batch makes one update.")


e = exercise("quiz_2")
e.right_choice("The noise falls with the root of the batch size. A third of the noise takes a batch nine times as large, 9 x 40 = 360.")
e.wrong_choice(120, "The noise falls with the root: three times the batch gives only 1/1.7 of the noise.")
e.wrong_choice(160, "Four times the batch gives half the noise. You need a third.")
e.wrong_choice(13, "The wrong way: smaller batches are noisier.")
e.wrong_choice(4.44, "The wrong way: a batch nine times smaller has three times the noise.")
e.wrong_choice(
    69,
    "You multiplied by the root of 3. It is the noise that has the root; the batch has the square.",
)
e.wrong_choice(9, "That is the factor by which the batch has to grow. Which size is it?")


e = exercise("quiz_3")
e.right_choice("A mean does not shrink when more numbers are averaged. Its scatter falls with the root of 64, to an eighth.")
e.wrong_choice("c", "A mean is the sum divided by the number, and the sum has 64 times as many terms.")
e.wrong_choice("d", "It is the scatter that falls by the root of 64, not the mean itself.")
e.wrong_choice("b", "The mean stays, but means of more examples scatter less: by the root of 64.")


e = exercise("quiz_4")
e.right_choice("An eighth of the steps needs longer steps. The root's guess is 0.02 x 2.8, about 0.06, the linear guess is 0.16, and a sweep between decides.")
e.wrong_choice(
    "b",
    "An epoch now has an eighth of the steps. Making each of them shorter as well makes it worse.",
)
e.wrong_choice(
    "c",
    "That is the linear rule, taken for a law. From a rate that was tuned it can break the training: it is the "
    "upper end of where to look.",
)
e.wrong_choice(
    "d",
    "The right direction, and too far for a first try: 0.16 is the linear guess already. Go on beyond it only where the best rate so far is the highest that you tried.",
)


e = exercise("quiz_5")
e.right_choice("Keras puts 200 rows aside. The other 800 make 12 full batches and a partial one, 13 updates an epoch, and five epochs make 65.")
e.wrong_choice(80, "A fifth of the rows is put aside for validation and makes no update.")
e.wrong_choice(60, "800 / 64 is 12.5. The half is a partial batch, and it counts in every epoch.")
e.wrong_choice(63, "You rounded after multiplying. Each epoch ends with a partial batch of its own.")
e.wrong_choice(62, "You multiplied first and cut off the rest. Round one epoch up, then multiply.")
e.wrong_choice(62.5, "There is no half update. Round one epoch up, then multiply.")
e.wrong_choice(13, "That is one epoch. There are five.")
e.wrong_choice(320, "64 is the number of rows in a batch, not the number of batches in an epoch.")
e.wrong_choice(20, "You trained on the part that is put aside. The other four fifths make the updates.")
