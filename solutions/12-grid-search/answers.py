"""Right and wrong answers to the exercises of lesson 12."""

import contextlib
import itertools
import json
import math
import statistics

import numpy as np

from course.authoring.answers import exercise, short
from helpers.search import Real

# log_grid ---------------------------------------------------------------------------------------


def _steps(low, high, largest_factor):
    return math.ceil(math.log(high / low) / math.log(largest_factor))


e = exercise("log_grid")

@e.right
def with_geomspace(low, high, largest_factor):
    return np.geomspace(low, high, 2 + int(math.log(high / low, largest_factor)))

@e.right
def through_the_logarithms(low, high, largest_factor):
    start, end = np.log([low, high])
    return np.exp(np.linspace(start, end, int(np.ceil((end - start) / np.log(largest_factor))) + 1))

@e.right
def through_powers_of_ten(low, high, largest_factor):
    start, end = math.log10(low), math.log10(high)
    num_steps = -int((start - end) // math.log10(largest_factor))
    return tuple(10 ** (start + (end - start) * step / num_steps) for step in range(num_steps + 1))

@e.right
def by_trying_numbers(low, high, largest_factor):
    num = 2
    while (high / low) ** (1 / (num - 1)) > largest_factor:
        num += 1
    values = [low]
    while len(values) < num:
        values.append(values[-1] * (high / low) ** (1 / (num - 1)))
    return values

@e.right
def by_walking_up(low, high, largest_factor):
    reached, num_steps = low, 0
    while reached < high:
        reached, num_steps = reached * largest_factor, num_steps + 1
    shares = np.arange(num_steps + 1) / num_steps
    return low ** (1 - shares) * high**shares

@e.right
def with_the_course(low, high, largest_factor):
    return Real(low, high, log=True).levels(_steps(low, high, largest_factor) + 1)

@e.right
def with_tensorflow_s_exponential(low, high, largest_factor):
    import tensorflow as tf

    ends = np.log([low, high])
    return tf.exp(np.linspace(*ends, 1 + math.ceil((ends[1] - ends[0]) / math.log(largest_factor))))

e.wrong("You have the right number of values, at equal distances. On a logarithmic scale each value is the one before times the same factor.",
    equal_distances=lambda low, high, largest_factor: (
        np.linspace(low, high, _steps(low, high, largest_factor) + 1)
    ))
e.wrong("You have one value less than is needed, so the factor is above largest_factor. The number of steps is rounded up, and there is one value more than there are steps.",
    one_too_few=lambda low, high, largest_factor: (
        np.geomspace(low, high, max(2, _steps(low, high, largest_factor)))
    ))
e.wrong("You have one value less than is needed. The number of steps is rounded up, and there is one value more than there are steps.",
    as_many_values_as_steps=lambda low, high, largest_factor: (
        np.geomspace(low, high, _steps(low, high, largest_factor))
    ))
e.wrong("In some of these ranges your number of steps is too small: it is the nearest whole number. Round it up.",
    rounded_to_the_nearest_or_to_none=lambda low, high, largest_factor: (
        np.geomspace(low, high, round(math.log(high / low) / math.log(largest_factor)) + 1)
    ))
e.wrong("In some of these ranges the factor is above largest_factor: your number of steps is the nearest whole number. Round it up.",
    rounded_to_the_nearest=lambda low, high, largest_factor: (
        np.geomspace(low, high, max(1, round(math.log(high / low) / math.log(largest_factor))) + 1)
    ))
e.wrong("That is one value more than is needed: with one less the factor would still not be above largest_factor.",
    one_too_many=lambda low, high, largest_factor: (
        np.geomspace(low, high, _steps(low, high, largest_factor) + 2)
    ))

@e.wrong("You go up from low by largest_factor itself, and stop below high. high is the last value: the factor has to be a little smaller, so that the steps come out there.")
def stops_below_high(low, high, largest_factor):
    return [low * largest_factor**step for step in range(_steps(low, high, largest_factor))]

e.wrong("You go up from low by largest_factor itself, so your last value lies above high. The factor has to be a little smaller, so that the steps come out at high.",
    goes_beyond_high=lambda low, high, largest_factor: (
        [low * largest_factor**step for step in range(_steps(low, high, largest_factor) + 1)]
    ))
e.wrong("Your last factor is smaller than the others: you go up by largest_factor itself, and put high at the end. All factors are the same.",
    high_put_at_the_end=lambda low, high, largest_factor: (
        [*stops_below_high(low, high, largest_factor), high]
    ))

@e.wrong("Your first factor is smaller than the others: you go down from high by largest_factor itself, and put low in front. All factors are the same.")
def from_high_down(low, high, largest_factor):
    falling = [high / largest_factor**step for step in range(_steps(low, high, largest_factor))]
    return [low, *reversed(falling)]

e.wrong("You returned the logarithms to base 10. Turn them back into values: 10 to the power of each.",
    the_powers_alone=lambda low, high, largest_factor: (
        np.linspace(np.log10(low), np.log10(high), _steps(low, high, largest_factor) + 1)
    ))
e.wrong("You returned natural logarithms. Turn them back into values with the exponential function.",
    the_natural_logarithms=lambda low, high, largest_factor: (
        np.linspace(np.log(low), np.log(high), _steps(low, high, largest_factor) + 1)
    ))

@e.wrong("Your values run from 10 to the power of low to 10 to the power of high: np.logspace takes exponents. low and high are the values themselves.")
def ends_as_exponents(low, high, largest_factor):
    with np.errstate(over="ignore"):
        return np.logspace(low, high, _steps(low, high, largest_factor) + 1)

e.wrong("Your values double each time. How far apart they may be is largest_factor.",
    always_doubles=lambda low, high, largest_factor: (
        [low * 2**step for step in range(_steps(low, high, 2) + 1)]
    ))
e.wrong("Your number of values does not depend on largest_factor: it is that for a factor of 2.",
    as_many_as_for_two=lambda low, high, largest_factor: np.geomspace(low, high, _steps(low, high, 2) + 1))
e.wrong("You took largest_factor for the number of values. It says how far apart two neighbours may be.",
    factor_as_number=lambda low, high, largest_factor: np.geomspace(low, high, max(2, round(largest_factor))))
e.wrong("You divided high / low by largest_factor to count the steps. A step multiplies: ask how often largest_factor has to be multiplied with itself.",
    counted_by_division=lambda low, high, largest_factor: (
        np.geomspace(low, high, min(math.ceil(high / low / largest_factor), 50_000) + 1)
    ))
e.wrong("Your number of steps is that of the distance high - low. What has to be covered by factors is high / low.",
    counted_on_the_distance=lambda low, high, largest_factor: (
        np.geomspace(low, high, max(1, math.ceil(math.log(high - low, largest_factor))) + 1)
    ))
e.wrong("Your number of steps is that of a logarithm to base 10 divided by a natural one. Take both to the same base.",
    two_bases=lambda low, high, largest_factor: (
        np.geomspace(low, high, math.ceil(math.log10(high / low) / math.log(largest_factor)) + 1)
    ))
e.wrong("Your number of steps is the natural logarithm of high / low, whatever largest_factor is. Divide it by that of largest_factor.",
    factor_forgotten=lambda low, high, largest_factor: (
        np.geomspace(low, high, math.ceil(math.log(high / low)) + 1)
    ))
e.wrong("A whole number stands where several values are gone through: a loop over it needs range(), and as a result the values themselves are asked for.",
    only_counted=lambda low, high, largest_factor: _steps(low, high, largest_factor) + 1)

@e.wrong("The values are right, and in falling order. The first is low.")
def falling(low, high, largest_factor):
    return np.geomspace(high, low, _steps(low, high, largest_factor) + 1)

e.wrong("The two ends are missing. low is the first value, and high the last.",
    without_the_ends=lambda low, high, largest_factor: (
        np.geomspace(low, high, _steps(low, high, largest_factor) + 1)[1:-1]
    ))
e.wrong("The last value, high, is missing.",
    without_high=lambda low, high, largest_factor: with_the_course(low, high, largest_factor)[:-1])
e.wrong("You rounded the values to three digits behind the point. On a logarithmic scale small values need their own digits.",
    rounded=lambda low, high, largest_factor: np.round(with_the_course(low, high, largest_factor), 3))
e.wrong("You rounded the values to nine digits behind the point. On a logarithmic scale small values need their own digits.",
    rounded_to_nine_digits=lambda low, high, largest_factor: (
        [round(float(value), 9) for value in with_the_course(low, high, largest_factor)]
    ))

@e.wrong("Where more than 100 values are needed you have fewer, so the factor is above largest_factor. There may be as many values as it takes.")
def tries_up_to_a_hundred(low, high, largest_factor):
    for num in range(2, 101):
        if (high / low) ** (1 / (num - 1)) <= largest_factor:
            break
    return np.geomspace(low, high, num)

e.wrong("You cut the values down to whole numbers. Leave them as they are.",
    whole=lambda low, high, largest_factor: (
        [int(value) for value in with_the_course(low, high, largest_factor)]
    ))

@e.wrong("The distances between your values grow evenly. What has to stay the same is the factor from value to value.")
def growing_distances(low, high, largest_factor):
    num_steps = _steps(low, high, largest_factor)
    return low + (high - low) * (np.arange(num_steps + 1) / num_steps) ** 2

@e.wrong("Your values begin at 1, and the factors are right. They begin at low: multiply each of them by it.")
def begins_at_one(low, high, largest_factor):
    num_steps = _steps(low, high, largest_factor)
    return [(high / low) ** (step / num_steps) for step in range(num_steps + 1)]

@e.wrong("Where low and high are whole numbers, you cut the values between them down to whole numbers. Leave them as they are.")
def whole_between_whole_ends(low, high, largest_factor):
    values = with_the_course(low, high, largest_factor)
    return [type(low)(value) for value in values]

@e.cases
def ranges_of_all_sizes(rng):
    """Ends from 1e-9 to a million, whole numbers among them; 2 to 130 values, factors from 1.03 to 10,000."""
    while True:
        kind = rng.choice(["any", "two values", "usual", "whole", "wide", "long"], p=[0.4, 0.12, 0.18, 0.12, 0.1, 0.08])
        low, factor = 10 ** rng.uniform(-9, 5), 1 + 10 ** rng.uniform(-1.5, 1)
        high = low * factor ** (rng.uniform(0.05, 0.95) if kind == "two values" else rng.uniform(0.05, 7))
        if kind == "usual":
            low, high, factor = rng.choice([0.001, 0.01, 1]), rng.choice([2, 7, 30]), rng.choice([1.5, 2, 3, 12])
        if kind == "whole":
            low, factor = rng.integers(1, 60), rng.choice([1.04, 1.3, 2, 3, 5, 10])
            high = low + int(rng.choice([rng.integers(1, 10), rng.integers(1, 3000)]))
        if kind == "wide":
            low, high, factor = 10 ** rng.uniform(-5, -1), 10 ** rng.uniform(1, 5), 10 ** rng.uniform(0.5, 4)
        if kind == "long":
            factor = rng.uniform(1.03, 1.2)
            high = low * factor ** rng.choice([rng.uniform(12, 40), rng.uniform(100, 130)])
        low, high, factor = (_short(number) for number in (low, high, factor))
        # From low on, steps of exactly this factor never come out at high.
        if high > low and factor > 1 and 0.02 < math.log(high / low) / math.log(factor) % 1 < 0.98:
            is_numpy = kind == "any" and rng.random() < 0.3
            return (np.float64(low), np.float64(high), np.float64(factor)) if is_numpy else (low, high, factor)


def _short(number):
    """A number of four digits; a whole one stays whole."""
    return int(number) if isinstance(number, int | np.integer) else float(f"{number:.4g}")


e.hints(
    "Take the example above, from 1 to 10 with factors of at most 3. How did it come to four values, and what is the "
    "factor between them?",
    "Count steps first, then make values. After how many steps of largest_factor are you at high, or beyond it? Logarithms "
    "turn this into a division.",
    "The values: all of high / low has to be covered by equal factors. Which power of it is a single step?",
)


e = exercise("grid")

@e.right
def with_product(space):
    return [dict(zip(space, values, strict=True)) for values in itertools.product(*space.values())]

@e.right
def by_recursion(space):
    if not space:
        return [{}]
    (name, values), *rest = space.items()
    return [{name: value} | point for value in values for point in by_recursion(dict(rest))]

@e.right
def by_counting(space):
    shape = [len(values) for values in space.values()]
    points = []
    for number in range(math.prod(shape)):
        places = np.unravel_index(number, shape)
        points.append({name: space[name][place] for name, place in zip(space, places, strict=True)})
    return points

@e.right
def from_the_last_name(space):
    points = [{}]
    for name in reversed(list(space)):
        points = [{name: value} | point for value in space[name] for point in points]
    return points

@e.right
def like_an_odometer(space):
    names, places, points = list(space), [0] * len(space), []
    while True:
        points.append({name: space[name][place] for name, place in zip(names, places, strict=True)})
        at = len(names) - 1
        while at >= 0 and places[at] == len(space[names[at]]) - 1:
            places[at], at = 0, at - 1
        if at < 0:
            return points
        places[at] += 1

e.wrong("You paired the first values with each other, the second ones, and so on. A grid has every value of one name with every value of all others.",
    side_by_side=lambda space: (
        [dict(zip(space, values, strict=False)) for values in zip(*space.values(), strict=False)]
    ))

@e.wrong("You change one name at a time, and leave all others at their first value. A grid has every combination.")
def one_at_a_time(space):
    start = {name: values[0] for name, values in space.items()}
    return [start] + [start | {name: value} for name, values in space.items() for value in values[1:]]

@e.wrong("These are all combinations, in another order: the first name changes fastest. The last one should.")
def first_name_fastest(space):
    names = list(space)
    return [
        dict(zip(names, values[::-1], strict=True))
        for values in itertools.product(*[space[name] for name in reversed(names)])
    ]

e.wrong("The combinations are right, but without their names. Each is a dict, name -> value.",
    without_names=lambda space: list(itertools.product(*space.values())))

@e.wrong("All dicts of your list are one and the same dict: what the last combination put into it stands in all of them. Make a new dict for each.")
def one_dict_for_all(space):
    point, points = {}, []
    for values in itertools.product(*space.values()):
        point.update(zip(space, values, strict=True))
        points.append(point)
    return points

e.wrong("You returned how many combinations there are. The combinations themselves are asked for.",
    number_of_combinations=lambda space: math.prod(len(values) for values in space.values()))

@e.wrong("Your combinations hold the first two names alone. A space may have any number of names.")
def two_names_alone(space):
    first, second = [*list(space)[:2], None][:2]
    if second is None:
        return [{first: value} for value in space[first]]
    return [{first: one, second: other} for one in space[first] for other in space[second]]

e.wrong("The values of your combinations have become texts. Leave each value as it stands in the space.",
    all_texts=lambda space: [
        {name: str(value) for name, value in zip(space, values, strict=True)}
        for values in itertools.product(*space.values())
    ])
@e.wrong("Where tuples were given, lists came back, as from a copy by way of JSON. Leave each value as it stands in the space: a tuple stays a tuple.")
def copied_by_json(space):
    return [
        {name: list(value) if isinstance(value, tuple) else value for name, value in point.items()}
        for point in with_product(space)
    ]

@e.wrong("Where tuples were given, lists came back, as from a copy by way of JSON. Leave each value as it stands in the space: a tuple stays a tuple.")
def copied_by_json_itself(space):
    return json.loads(json.dumps(with_product(space), default=lambda value: value.item()))

e.wrong("One combination is missing: the last one.",
    without_the_last=lambda space: with_product(space)[:-1])

@e.wrong("The combinations are right, and the space is empty afterwards. Leave it as it was.")
def empties_the_space(space):
    points = [{}]
    while space:
        name = next(iter(space))
        values = space.pop(name)
        points = [{**point, name: value} for point in points for value in values]
    return points

@e.wrong("You use the first and the last value of each name only. A grid has all of them.")
def corners_alone(space):
    ends = {name: list(dict.fromkeys([values[0], values[-1]])) for name, values in space.items()}
    return with_product(ends)

e.wrong("Each of your dicts holds one name. A combination holds a value for every name of the space.",
    a_dict_a_value=lambda space: [{name: value} for name, values in space.items() for value in values])
e.wrong("In your list the name that comes last in the alphabet changes fastest. The last name of the space should, whatever it is called.",
    names_sorted=lambda space: with_product({name: space[name] for name in sorted(space)}))

@e.wrong("The values went through an array of NumPy, which makes one kind of all that it holds: beside a text, numbers become texts. Leave each value as it stands in the space.")
def through_an_array(space):
    table = np.array(list(itertools.product(*space.values())))
    return [dict(zip(space, row.tolist(), strict=True)) for row in table]

@e.wrong("Where the values of a name are tuples of equal length, their parts have become values of their own. Leave each value as it stands in the space.")
def with_a_mesh_of_arrays(space):
    columns = np.meshgrid(*[np.array(values, dtype=object) for values in space.values()], indexing="ij")
    return [dict(zip(space, point, strict=True)) for point in zip(*[column.flat for column in columns], strict=True)]


_POOLS = [
    [0.5, 0.1, 0.7, 1e-6, -3.25, 0.0, 200.0],
    ["a", "relu", "", "a b", "0.5", "A"],
    [1, 7, -3, 0, 64, 2],
    [None, True, (8, 4), "True"],
    [(8, 4), (4, 4), (16, 8)],
    [2.5, "none", False, (64,), [32, 16], None],
    [np.float64(0.25), np.int64(3), 0.5],
]


@e.cases
def spaces_of_all_sizes(rng):
    """One to five names and one to 24 combinations, in an order that is not the alphabet's; any kind of value."""
    names = ["z", "learning_rate", "b", "units", "x y", "a"]
    num_names, room, space = int(rng.choice([1, 1, 2, 2, 2, 3, 3, 4, 5])), 24, {}
    for at in rng.permutation(len(names))[:num_names]:
        pool = _POOLS[rng.integers(len(_POOLS))]
        if num_names == 1 and rng.random() < 0.3:
            pool = list(range(3, 17))
        most = min(len(pool), room, 14 if num_names == 1 else 4)
        places = rng.permutation(len(pool))[: rng.integers(1, most + 1)]
        space[names[at]] = [pool[place] for place in places]
        room //= len(places)
    return (space,)

e.hints(
    "With two names it would be two loops, one inside of the other. Which loop changes fastest, the outer or the inner one?",
    "For any number of names go on from what you have: begin with a list of one empty dict, and take one name after the "
    "other.",
    "For one more name, each dict that you have so far becomes several: a new dict for each value of this name.",
)


# best_trial -------------------------------------------------------------------------------------


def _usable(trials):
    return [trial for trial in trials if trial["val_loss"] is not None and math.isfinite(trial["val_loss"])]


e = exercise("best_trial")

@e.right
def sorted_by_loss(trials):
    ranked = sorted(_usable(trials), key=lambda trial: trial["val_loss"])
    return ranked[0] if ranked else None

@e.right
def with_a_loop(trials):
    best = None
    for trial in trials:
        loss = trial["val_loss"]
        if loss is None or not np.isfinite(loss):
            continue
        if best is None or loss < best["val_loss"]:
            best = trial
    return best

@e.right
def from_infinity(trials):
    best, lowest = None, float("inf")
    for trial in trials:
        if trial["val_loss"] is not None and float("-inf") < trial["val_loss"] < lowest:
            best, lowest = trial, trial["val_loss"]
    return best

@e.wrong("A trial with the loss minus infinity won. It has diverged: minus infinity is no finite number.")
def minus_infinity_wins(trials):
    best, lowest = None, float("inf")
    for trial in trials:
        if trial["val_loss"] is not None and trial["val_loss"] < lowest:
            best, lowest = trial, trial["val_loss"]
    return best

@e.wrong("You returned a copy of the best trial. The dict of the list itself is asked for: a mark that is written into it should be found in the list.")
def a_copy(trials):
    best = with_a_loop(trials)
    return None if best is None else dict(best)

@e.wrong("Your result is right, but the list is in another order afterwards. Leave it as it was.")
def sorts_the_list(trials):
    def rank(trial):
        usable = trial["val_loss"] is not None and math.isfinite(trial["val_loss"])
        return (not usable, trial["val_loss"] if usable else 0)

    trials.sort(key=rank)
    return with_a_loop(trials)

@e.wrong("Your result is right, but trials have gone from the list. Leave it as it was.")
def empties_the_list(trials):
    trials[:] = _usable(trials)
    return with_a_loop(trials)

@e.wrong("Your result is right, but you changed the losses of failed trials. Leave the dicts as they were.")
def writes_infinity(trials):
    for trial in trials:
        if trial["val_loss"] is None or not math.isfinite(trial["val_loss"]):
            trial["val_loss"] = math.inf
    best = min(trials, key=lambda trial: trial["val_loss"], default=None)
    return None if best is None or math.isinf(best["val_loss"]) else best

@e.right
def with_argmin(trials):
    losses = np.array([trial["val_loss"] for trial in trials], dtype=float)
    losses = np.where(np.isfinite(losses), losses, np.inf)
    return trials[int(losses.argmin())] if np.isfinite(losses).any() else None

e.wrong("That is the trial with the highest loss. The lowest is the best.",
    highest_loss=lambda trials: max(_usable(trials), key=lambda trial: trial["val_loss"], default=None))

@e.wrong("A trial with the loss NaN won. No `<`, `>` or `==` with NaN is true, so what wins depends on the order of the list: leave such trials out first.")
def nan_may_win(trials):
    candidates = [trial for trial in trials if trial["val_loss"] is not None]
    best = min(candidates, key=lambda trial: trial["val_loss"], default=None)
    return None if best is not None and math.isinf(best["val_loss"]) else best

@e.wrong("A trial with the loss NaN won. No `<`, `>` or `==` with NaN is true, so what wins depends on the order of the list: leave such trials out first.")
def nan_and_infinity_may_win(trials):
    candidates = [trial for trial in trials if trial["val_loss"] is not None]
    return min(candidates, key=lambda trial: trial["val_loss"], default=None)

@e.wrong("A failed trial won. Its loss, None, is neither 0 nor low: leave such trials out.")
def none_is_zero(trials):
    def loss(trial):
        return 0 if trial["val_loss"] is None else trial["val_loss"]

    return min((t for t in trials if math.isfinite(loss(t))), key=loss, default=None)

@e.wrong("A trial with the loss NaN won, wherever it stands in the list. NaN is neither 0 nor low: leave such trials out.")
def nan_is_zero(trials):
    def loss(trial):
        return 0 if math.isnan(trial["val_loss"]) else trial["val_loss"]

    usable = [t for t in trials if t["val_loss"] is not None and not math.isinf(t["val_loss"])]
    return min(usable, key=loss, default=None)

@e.wrong("The loss 0 was the lowest of a list, and another trial won. 0 is a loss like any other: it means neither that a trial failed (to `if` and `not` it is as false as None) nor that there is none yet.")
def zero_is_nothing(trials):
    usable = [t for t in trials if t["val_loss"] and math.isfinite(t["val_loss"])]
    return min(usable, key=lambda trial: trial["val_loss"], default=None)

e.wrong("Of equally low trials you returned the last. The first is asked for.",
    last_of_equals=lambda trials: (
        min(reversed(_usable(trials)), key=lambda trial: trial["val_loss"], default=None)
    ))
e.wrong("You returned the lowest loss. The trial that has it is asked for, the whole dict.",
    the_loss_alone=lambda trials: min((trial["val_loss"] for trial in _usable(trials)), default=None))

@e.wrong("You returned the parameters of the best trial. The trial itself is asked for, the whole dict.")
def the_parameters_alone(trials):
    best = with_a_loop(trials)
    return None if best is None else best["parameters"]

@e.wrong("You returned the place of the best trial in the list. The trial itself is asked for.")
def the_place_alone(trials):
    best = with_a_loop(trials)
    return None if best is None else trials.index(best)


_NONE_IS_LEFT = "Where every trial failed or diverged, no trial is the best: return None there."


@e.wrong(_NONE_IS_LEFT)
def raises_without_any(trials):
    return min(_usable(trials), key=lambda trial: trial["val_loss"])

@e.wrong(_NONE_IS_LEFT)
def raises_without_any_place(trials):
    return sorted(_usable(trials), key=lambda trial: trial["val_loss"])[0]

e.wrong(_NONE_IS_LEFT,
    raises_where_all_failed=lambda trials: raises_without_any(trials) if trials else None,
    raises_where_all_failed_without_any_place=lambda trials: (
        raises_without_any_place(trials) if trials else None
    ))


def _finite_or_infinity(trials):
    losses = np.array([trial["val_loss"] for trial in trials], dtype=float)
    return np.where(np.isfinite(losses), losses, np.inf)


@e.wrong(_NONE_IS_LEFT)
def raises_where_all_are_nan(trials):
    losses = _finite_or_infinity(trials)
    return trials[int(np.nanargmin(np.where(losses < math.inf, losses, math.nan)))] if trials else None


_OF_NO_TRIALS = "For a list without trials your function raises an exception. No trial is the best there: return None."


@e.wrong(_OF_NO_TRIALS)
def raises_for_an_empty_list(trials):
    losses = _finite_or_infinity(trials).tolist()
    lowest = min(losses)
    return None if math.isinf(lowest) else trials[losses.index(lowest)]

@e.wrong(_OF_NO_TRIALS)
def first_of_an_empty_list(trials):
    losses = _finite_or_infinity(trials)
    first = np.argsort(losses, kind="stable").tolist()[0]
    return trials[first] if losses[first] < math.inf else None

@e.wrong(_OF_NO_TRIALS)
def argmin_of_an_empty_list(trials):
    losses = _finite_or_infinity(trials)
    return trials[int(losses.argmin())] if losses[losses.argmin()] < math.inf else None


_A_FAILED_ONE = "Where every trial failed or diverged you returned one of them. None is asked for there."


e.wrong(_A_FAILED_ONE,
    some_failed_one=lambda trials: with_a_loop(trials) or (trials[0] if trials else None),
    the_first_where_all_failed=lambda trials: with_a_loop(trials) or trials[0])

@e.wrong(_A_FAILED_ONE)
def lowest_of_infinities(trials):
    losses = _finite_or_infinity(trials).tolist()
    return trials[losses.index(min(losses))]

e.wrong(_A_FAILED_ONE,
    argmin_of_infinities=lambda trials: trials[int(_finite_or_infinity(trials).argmin())])

@e.wrong("Where all losses are large you found no trial. A loss may be of any size: compare it with the other losses, and with no fixed number.")
def below_a_limit(trials):
    best, lowest = None, 100.0
    for trial in _usable(trials):
        if trial["val_loss"] < lowest:
            best, lowest = trial, trial["val_loss"]
    return best

@e.wrong("You left out trials with a loss below 0. Only None, NaN and infinity say that a trial failed or diverged.")
def none_below_zero(trials):
    usable = [trial for trial in _usable(trials) if trial["val_loss"] >= 0]
    return min(usable, key=lambda trial: trial["val_loss"], default=None)

e.wrong("You took the loss that is nearest to 0. The lowest is asked for, and a loss may be below 0.",
    nearest_to_zero=lambda trials: (
        min(_usable(trials), key=lambda trial: abs(trial["val_loss"]), default=None)
    ))


_FLOATS_ALONE = "You left out trials whose loss is an int, such as 3, and no float. It is a number like any other."


@e.wrong(_FLOATS_ALONE)
def floats_only(trials):
    usable = [trial for trial in _usable(trials) if isinstance(trial["val_loss"], float)]
    return min(usable, key=lambda trial: trial["val_loss"], default=None)

@e.wrong(_FLOATS_ALONE)
def python_s_floats_only(trials):
    usable = [trial for trial in _usable(trials) if type(trial["val_loss"]) is float]
    return min(usable, key=lambda trial: trial["val_loss"], default=None)


_NOT_NUMPY_S = (
    "You left out losses that are NumPy's numbers, such as np.float32(0.5). A loss may be Python's number or NumPy's."
)


@e.wrong(_NOT_NUMPY_S)
def by_class_int_or_float(trials):
    usable = [trial for trial in _usable(trials) if isinstance(trial["val_loss"], int | float)]
    return min(usable, key=lambda trial: trial["val_loss"], default=None)

@e.wrong(_NOT_NUMPY_S)
def by_exactly_int_or_float(trials):
    usable = [trial for trial in _usable(trials) if type(trial["val_loss"]) in (int, float)]
    return min(usable, key=lambda trial: trial["val_loss"], default=None)

e.wrong("Two losses differ by less than a thousandth, and you returned the trial with the higher one. Compare them as they are, not rounded and without a tolerance.",
    rounded_losses=lambda trials: (
        min(_usable(trials), key=lambda trial: round(trial["val_loss"], 2), default=None)
    ))

@e.wrong("Where no trial has a finite loss you returned one with an infinite loss, and minus infinity wins. Infinity says that a trial diverged, as NaN does: leave such trials out.")
def infinity_counts(trials):
    candidates = [trial for trial in trials if trial["val_loss"] is not None and not math.isnan(trial["val_loss"])]
    return min(candidates, key=lambda trial: trial["val_loss"], default=None)

@e.wrong("You begin with the first trial as the best, also where it failed or diverged, or where there is none. Begin with no trial at all.")
def begins_with_the_first(trials):
    best = trials[0]
    for trial in _usable(trials[1:]):
        if trial["val_loss"] < best["val_loss"]:
            best = trial
    return best

@e.cases
def losses_of_trials(rng):
    """No trial to 60 trials: tiny and huge losses, whole ones, below 0, ties; failed and diverged ones among them."""
    if rng.random() < 0.12:  # few lists, which come again
        return ([[0.5, 0.25, 0.75], [None, 2]][rng.integers(2)],)
    length = int(rng.choice([0, 1, rng.integers(2, 9), rng.integers(9, 17), 60], p=[0.06, 0.14, 0.65, 0.12, 0.03]))
    scale, digits = [(1.0, 2), (1.0, 1), (1e-4, 7), (9000.0, 0), (1e12, -9), (1e30, -28)][rng.integers(6)]
    losses = np.round(scale * rng.uniform(0.1, 1.1, length), digits)
    kind = rng.choice(["any", "below 0", "close", "tie", "no result"], p=[0.42, 0.18, 0.12, 0.18, 0.1])
    if kind == "below 0":
        losses = np.round(losses - scale * rng.choice([0.6, 2]), digits)
    if kind == "close":
        losses = np.round(0.6 + 1e-6 * rng.integers(0, 400, length), 6)
    if kind == "tie" and length > 1:
        losses[rng.integers(length, size=2)] = losses.min()
    losses = [int(loss) if scale == 9000 or (loss == int(loss) and abs(loss) < 2) else loss for loss in losses.tolist()]
    if kind != "close" and length and rng.random() < 0.15:
        losses[rng.integers(length)] = 0 if rng.random() < 0.5 else 0.0
    share = 1 if kind == "no result" else rng.choice([0, 0.2, 0.5], p=[0.4, 0.4, 0.2])
    bad = [None, math.nan, math.inf, -math.inf]
    losses = [bad[rng.integers(4)] if rng.random() < share else loss for loss in losses]
    if rng.random() < 0.12:  # of NumPy's losses, some are whole
        losses = [loss if loss is None else np.array(loss)[()] for loss in losses]
    elif kind != "no result" and length and rng.random() < 0.12:  # one of NumPy's among them, which mostly wins
        losses[rng.integers(length)] = [np.int64, np.float32][rng.integers(2)](-rng.integers(0, 9))
    return (losses,)

e.hints(
    "Two jobs: which trials count at all, and which of them has the lowest loss?",
    "None has to be asked for before anything is compared with it. For NaN and both infinities together there is one "
    "question, in `math` and in NumPy: is the number finite?",
    "Begin with best = None, and go through the list. When does a trial take the place of best, if there is none yet?",
)


# touches_boundary -------------------------------------------------------------------------------


def _is_number(value):
    return isinstance(value, int | float) and not isinstance(value, bool)


def _ranges(space):
    return {
        name: values for name, values in space.items() if len(values) > 1 and all(map(_is_number, values))
    }


e = exercise("touches_boundary")

@e.right
def with_a_comprehension(best, space):
    return [name for name, values in _ranges(space).items() if best[name] in (min(values), max(values))]

@e.right
def by_sorting(best, space):
    found = []
    for name in space:
        kinds = {type(value) for value in space[name]}
        if len(space[name]) < 2 or not kinds <= {int, float}:
            continue
        ranked = sorted(space[name])
        if best[name] == ranked[0] or best[name] == ranked[-1]:
            found.append(name)
    return tuple(found)

@e.right
def not_between(best, space):
    found = []
    for name, values in space.items():
        try:
            lower = [value for value in values if value + 0 < best[name]]
            higher = [value for value in values if value + 0 > best[name]]
        except TypeError:
            continue
        if any(isinstance(value, bool) for value in values):
            continue
        if (lower or higher) and not (lower and higher):
            found.append(name)
    return found

@e.right
def by_the_range(best, space):
    found = []
    for name, values in space.items():
        if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
            continue
        low, high = np.min(values), np.max(values)
        if low < high and not low < best[name] < high:
            found.append(name)
    return found

e.wrong("You looked at the first and the last of each list. The values stand in any order: the ends are the smallest and the largest.",
    first_and_last=lambda best, space: (
        [name for name, values in _ranges(space).items() if best[name] in (values[0], values[-1])]
    ))

@e.wrong("You named a choice. Options that are no numbers have no ends, and nothing lies beyond them.")
def choices_too(best, space):
    found = []
    for name, values in space.items():
        ranked = sorted(values) if name in _ranges(space) else values
        if len(values) > 1 and best[name] in (ranked[0], ranked[-1]):
            found.append(name)
    return found

@e.wrong('You took texts such as "8" for numbers. A text is no number, whatever stands in it: this hyperparameter is a choice.')
def texts_read_as_numbers(best, space):
    found = []
    for name, values in space.items():
        with contextlib.suppress(TypeError, ValueError):
            read = [float(value) for value in values if not isinstance(value, bool)]
            if len(read) == len(values) > 1 and float(best[name]) in (min(read), max(read)):
                found.append(name)
    return found

@e.wrong("You took True and False for the numbers 1 and 0. They are a choice, and nothing lies beyond them.")
def booleans_are_numbers(best, space):
    return [
        name
        for name, values in space.items()
        if len(values) > 1
        and all(isinstance(value, int | float) for value in values)
        and best[name] in (min(values), max(values))
    ]

e.wrong("You look at the upper end only. The best value may lie at the lower end too.",
    upper_end_alone=lambda best, space: (
        [name for name, values in _ranges(space).items() if best[name] == max(values)]
    ))
e.wrong("You look at the lower end only. The best value may lie at the upper end too.",
    lower_end_alone=lambda best, space: (
        [name for name, values in _ranges(space).items() if best[name] == min(values)]
    ))

@e.wrong("You named a hyperparameter with a single value. It is fixed: nothing was searched, so it has no ends.")
def single_values_too(best, space):
    numeric = {name: values for name, values in space.items() if all(map(_is_number, values))}
    return [name for name, values in numeric.items() if best[name] in (min(values), max(values))]

e.wrong("You returned whether any name lies at an end. Return the names, as a list.",
    only_yes_or_no=lambda best, space: bool(with_a_comprehension(best, space)))
e.wrong("You returned the values at the ends. Return the names.",
    values_of_them=lambda best, space: [best[name] for name in with_a_comprehension(best, space)])
e.wrong("You returned the names that lie between the ends. The others are asked for.",
    the_others=lambda best, space: (
        [name for name, values in _ranges(space).items() if min(values) < best[name] < max(values)]
    ))
e.wrong("You stop at the first name that lies at an end. All of them are asked for.",
    the_first_one_alone=lambda best, space: with_a_comprehension(best, space)[:1])
e.wrong("The names are right, in another order than that of the space. They should keep it.",
    alphabetical=lambda best, space: sorted(with_a_comprehension(best, space)))

@e.wrong("The names are right, in another order than that of the space. They should keep it.")
def in_the_order_of_best(best, space):
    found = with_a_comprehension(best, space)
    return [name for name in best if name in found]

@e.wrong("You also count the values next to an end. There the grid has a value on both sides, so nothing asks to go on.")
def next_to_an_end(best, space):
    found = []
    for name, values in _ranges(space).items():
        ranked = sorted(values)
        if best[name] in (*ranked[:2], *ranked[-2:]):
            found.append(name)
    return found

@e.wrong("You left out a range of whole numbers. Whole numbers are numbers too, and their range has ends.")
def floats_alone(best, space):
    return [
        name
        for name, values in _ranges(space).items()
        if any(isinstance(value, float) for value in values) and best[name] in (min(values), max(values))
    ]

@e.right
def by_rank(best, space):
    found = []
    for name, values in space.items():
        if len(values) == 1 or any(
            isinstance(value, str | bool | tuple) or value is None for value in values
        ):
            continue
        if sorted(values).index(best[name]) in (0, len(values) - 1):
            found.append(name)
    return found

@e.wrong("You named a range that has False among its numbers. One value that is no number is enough: the name does not count.")
def only_the_best_is_no_boolean(best, space):
    found = []
    for name, values in space.items():
        numeric = len(values) > 1 and all(isinstance(value, int | float) for value in values)
        if numeric and not isinstance(best[name], bool) and best[name] in (min(values), max(values)):
            found.append(name)
    return found

e.wrong("Your list is empty for all of these searches, and in most of them a best value lies at an end. Either no name passes as a range, or no value as an end (one of the two is enough), or names are lost on the way: print what each condition says of one name.",
    at_both_ends_at_once=lambda best, space: (
        [name for name, values in _ranges(space).items() if min(values) == best[name] == max(values)]
    ))
e.wrong("Where two names lie at an end you returned the last one alone. All of them are asked for.",
    the_last_one_alone=lambda best, space: with_a_comprehension(best, space)[-1:])


_NEAR_AN_END = (
    "You named a best value that lies near an end and not at it: 3e-13, where 1e-13 was tried too. best[name] is one of the "
    "values, so compare exactly, not rounded and without a tolerance."
)


@e.wrong(_NEAR_AN_END)
def with_a_tolerance(best, space):
    ranges = _ranges(space).items()
    return [name for name, values in ranges if np.isclose(best[name], [min(values), max(values)]).any()]

@e.wrong(_NEAR_AN_END)
def rounded_to_six_digits(best, space):
    ranges = _ranges(space).items()
    return [name for name, values in ranges if round(best[name], 6) in (round(min(values), 6), round(max(values), 6))]

@e.wrong(_NEAR_AN_END)
def with_a_distance_below_1e_9(best, space):
    ranges = _ranges(space).items()
    return [n for n, values in ranges if min(abs(best[n] - min(values)), abs(best[n] - max(values))) < 1e-9]

@e.wrong("You named a best value that lies near an end and not at it: 10**10, where 10**10 + 1 was tried too. best[name] is one of the values, so compare exactly, without a tolerance.")
def with_a_relative_tolerance(best, space):
    ranges = _ranges(space).items()
    return [n for n, values in ranges if any(math.isclose(best[n], end) for end in (min(values), max(values)))]

@e.wrong("The names are right, but the values of the space are in another order afterwards. Leave them as they were.")
def sorts_in_place(best, space):
    for values in _ranges(space).values():
        values.sort()
    return with_a_comprehension(best, space)

@e.wrong("The names are right, but names have gone from the space. Leave it as it was.")
def takes_names_away(best, space):
    found = with_a_comprehension(best, space)
    for name in found:
        del space[name]
    return found

@e.wrong("The names are right, but values of the space have gone. Leave them as they were.")
def takes_the_best_away(best, space):
    found = with_a_comprehension(best, space)
    for name in found:
        space[name].remove(best[name])
    return found

e.wrong("You left out a best value of 0 that lies at an end. To `if` and `not`, 0 is as false as None; and whether an end is natural is not asked.",
    end_at_zero_left_out=lambda best, space: (
        [name for name in with_a_comprehension(best, space) if best[name]]
    ))

@e.wrong("You dropped what is no number from the list, and took the ends of the rest. One value that is no number is enough: the name does not count.")
def ends_of_the_numbers(best, space):
    numeric = {name: list(filter(_is_number, values)) for name, values in space.items()}
    return with_a_comprehension(best, {name: values for name, values in numeric.items() if values})

e.wrong("You left out a range of two values. Two numbers are a range too, and the best of them lies at an end.",
    needs_three_values=lambda best, space: (
        [name for name in with_a_comprehension(best, space) if len(space[name]) > 2]
    ))


_TRIED = [
    [0.3, 0.1, 0.7, 0.03, 0.2],
    [7, 3, 12, 5, 64, 1000],
    ["b", "c", "a"],
    ["16", "8", "128"],
    [True, False],
    [None, 4, 2],
    [32],
    [0.5],
    [0, -0.5, 1.25, -3, 2],
    [(8,), (4, 4)],
    [3, False, 0.25],
    [0.5, True, 2.5, 7],
    [4e-13, 1e-13, 3e-13, 1e6],
    [0.0, 1e-300, 1e-200],
    [10**10, 3, 10**10 + 1],
    [1.0, 1.0000001, 0.9999999, 0],
    [-5, -40, -700, -3],
    [0.25, "auto", 0.5],
]


@e.cases
def searches_of_all_sizes(rng):
    """One to twelve names, each with one to six values in any order; ranges near 0 and far from it, and choices."""
    if rng.random() < 0.2:  # few searches, which come again with another best trial, or with other values
        best = {"rate": float(rng.choice([0.1, 0.2])), "units": int(rng.choice([32, 64]))}
        others = [([0.2, 0.1, 0.4], [64, 16, 32]), ([0.1, 0.05, 0.2], [32, 64])][rng.integers(2)]
        return best, dict(zip(("rate", "units"), map(list, others), strict=True))
    num_names = int(rng.choice([1, 2, 3, 4, 5, 12], p=[0.2, 0.23, 0.23, 0.15, 0.11, 0.08]))
    names = ["q", "learning_rate", "n", "units", "l 2", "k", "z", "a", "B", "dropout", "x", "m"]
    space = {}
    for at in rng.permutation(len(names))[:num_names]:
        values = _TRIED[rng.integers(len(_TRIED))]
        space[names[at]] = [values[place] for place in rng.permutation(len(values))[: rng.choice([2, 3, 4, 6])]]
    at_the_top = num_names == 12  # all that have a range, at an end of it
    best = {
        name: max(values) if at_the_top and name in _ranges(space) else values[rng.integers(len(values))]
        for name, values in reversed(space.items())
    }
    return best, space

e.hints(
    "One name after the other, and two questions for each: does it have a range, and does its best value lie at an end of it?",
    "type(value) of True is bool and not int, although isinstance says yes to both. Which types may the values of a range have?",
    "Begin with an empty list and a loop over space.items(). The ends are min(values) and max(values), but ask only where all "
    "values are numbers.",
)


# select_and_report ------------------------------------------------------------------------------


def _mean(trial):
    return sum(trial["val_accuracies"]) / len(trial["val_accuracies"])


e = exercise("select_and_report")

@e.right
def with_max(trials, measure_on_test):
    best = max(trials, key=_mean)
    return best["parameters"], measure_on_test(best["parameters"])

@e.right
def with_argmax(trials, measure_on_test):
    means = np.array([np.mean(trial["val_accuracies"]) for trial in trials])
    parameters = trials[int(means.argmax())]["parameters"]
    return [parameters, np.float64(measure_on_test(parameters))]

@e.right
def with_statistics(trials, measure_on_test):
    chosen = None
    for trial in trials:
        mean = statistics.fmean(trial["val_accuracies"])
        if chosen is None or mean > chosen[0]:
            chosen = mean, trial["parameters"]
    test_accuracy = measure_on_test(chosen[1])
    return chosen[1], test_accuracy

@e.right
def by_sorting_with_a_copy(trials, measure_on_test):
    ranked = sorted(trials, key=lambda trial: -statistics.fmean(trial["val_accuracies"]))
    return dict(ranked[0]["parameters"]), measure_on_test(dict(ranked[0]["parameters"]))

@e.wrong("You measured all configurations on the test part and chose by it. Choose by validation, and measure the chosen one only.")
def chosen_by_test(trials, measure_on_test):
    results = [(measure_on_test(trial["parameters"]), trial["parameters"]) for trial in trials]
    accuracy, parameters = max(results, key=lambda result: result[0])
    return parameters, accuracy

@e.wrong("You measured all configurations on the test part and chose by it. Choose by validation, and measure the chosen one only.")
def chosen_by_test_and_measured_again(trials, measure_on_test):
    best = max(trials, key=lambda trial: measure_on_test(trial["parameters"]))
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("The report is right, but you measured every configuration on the test part. It is measured once, for the one that validation has chosen.")
def all_measured(trials, measure_on_test):
    results = [measure_on_test(trial["parameters"]) for trial in trials]
    place = max(range(len(trials)), key=lambda number: _mean(trials[number]))
    return trials[place]["parameters"], results[place]

@e.wrong("You reported the validation accuracy, and never measured on the test part. The chosen one's score promises too much: report what measure_on_test returns.")
def validation_reported(trials, measure_on_test):
    best = max(trials, key=_mean)
    return best["parameters"], _mean(best)

@e.wrong("You chose the trial that holds the highest accuracy of all, and its mean is not the highest. One lucky seed decides nothing: compare the means over all seeds.")
def luckiest_seed(trials, measure_on_test):
    best = max(trials, key=lambda trial: max(trial["val_accuracies"]))
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("The trial that you chose has the largest sum, and not the highest mean. A sum grows with the number of seeds: divide each by the number of its own.")
def largest_sum(trials, measure_on_test):
    best = max(trials, key=lambda trial: sum(trial["val_accuracies"]))
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("The trial that you chose has the highest first accuracy. Compare the means over all its seeds.")
def first_seed_alone(trials, measure_on_test):
    best = max(trials, key=lambda trial: trial["val_accuracies"][0])
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("The trial that you chose has the highest last accuracy. Compare the means over all its seeds.")
def last_seed_alone(trials, measure_on_test):
    best = max(trials, key=lambda trial: trial["val_accuracies"][-1])
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("The trial that you chose has the highest median, and not the highest mean. Compare the means.")
def by_the_median(trials, measure_on_test):
    best = max(trials, key=lambda trial: statistics.median(trial["val_accuracies"]))
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("The worst seed of the trial that you chose is better than that of any other. Compare the means.")
def by_the_worst_seed(trials, measure_on_test):
    best = max(trials, key=lambda trial: min(trial["val_accuracies"]))
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("The seeds of the trial that you chose lie closest together, and its mean is not the highest. Compare the means alone.")
def mean_minus_spread(trials, measure_on_test):
    best = max(trials, key=lambda trial: np.mean(trial["val_accuracies"]) - np.std(trial["val_accuracies"]))
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("You chose the lowest mean accuracy. Of an accuracy the highest is best.")
def lowest_mean(trials, measure_on_test):
    best = min(trials, key=_mean)
    return best["parameters"], measure_on_test(best["parameters"])

e.wrong("Both results are right, in the other order: the parameters first, then the accuracy.",
    other_order=lambda trials, measure_on_test: with_max(trials, measure_on_test)[::-1])
e.wrong("You returned the accuracy alone. The parameters that it belongs to come before it.",
    accuracy_alone=lambda trials, measure_on_test: with_max(trials, measure_on_test)[1])

@e.wrong("You returned the whole trial. Its parameters are asked for.")
def whole_trial(trials, measure_on_test):
    best = max(trials, key=_mean)
    return best, measure_on_test(best["parameters"])

@e.wrong("Some trials have the same highest mean, and you chose another one than the first of them.")
def last_of_equal_means(trials, measure_on_test):
    best = max(reversed(trials), key=_mean)
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("You measured the chosen configuration twice on the test part. Once is asked for: keep the number.")
def measured_twice(trials, measure_on_test):
    best = max(trials, key=_mean)
    measure_on_test(best["parameters"])
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("You measured on the test part while you compared: once for each new best. Compare first, then measure the one that is left.")
def measured_on_the_way(trials, measure_on_test):
    highest, found = -math.inf, None
    for trial in trials:
        if _mean(trial) > highest:
            highest, found = _mean(trial), (trial["parameters"], measure_on_test(trial["parameters"]))
    return found

@e.right
def with_tensorflow(trials, measure_on_test):
    import tensorflow as tf

    means = [tf.reduce_mean(tf.constant(trial["val_accuracies"], dtype=tf.float64)) for trial in trials]
    place = int(tf.argmax(means))
    return trials[place]["parameters"], measure_on_test(trials[place]["parameters"])


_LOWER_BY_LITTLE = (
    "Two means differ by less than a thousandth, and you chose the lower one. Compare the exact means of all seeds."
)


@e.wrong(_LOWER_BY_LITTLE)
def rounded_means(trials, measure_on_test):
    best = max(trials, key=lambda trial: round(_mean(trial), 3))
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong(_LOWER_BY_LITTLE)
def means_of_four_digits(trials, measure_on_test):
    best = max(trials, key=lambda trial: round(_mean(trial), 4))
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("You averaged over the trials, one mean for each seed. One mean for each trial is asked for, over its seeds.")
def averaged_over_trials(trials, measure_on_test):
    means = np.mean([trial["val_accuracies"] for trial in trials], axis=0)
    parameters = trials[int(means.argmax())]["parameters"]
    return parameters, measure_on_test(parameters)

@e.wrong("Where all accuracies are 0 you found no trial. The first trial is the best until a better one comes.")
def better_than_zero(trials, measure_on_test):
    highest, best = 0, None
    for trial in trials:
        if _mean(trial) > highest:
            highest, best = _mean(trial), trial
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("Where all accuracies are 0 you chose a trial that is not the first. A mean of 0 is a mean as well: of equal means the first is chosen.")
def zero_is_no_mean_yet(trials, measure_on_test):
    highest, best = None, None
    for trial in trials:
        if not highest or _mean(trial) > highest:
            highest, best = _mean(trial), trial
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("Your result is right, but the trials are in another order afterwards. Leave the list as it was.")
def sorts_the_trials(trials, measure_on_test):
    trials.sort(key=_mean, reverse=True)
    return trials[0]["parameters"], measure_on_test(trials[0]["parameters"])

@e.wrong("Your result is right, but the trials hold something more afterwards. Leave them as they were.")
def writes_means(trials, measure_on_test):
    for trial in trials:
        trial["mean"] = _mean(trial)
    best = max(trials, key=lambda trial: trial["mean"])
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("Your result is right, but the accuracies of a trial are in another order afterwards. Leave them as they were.")
def sorts_the_accuracies(trials, measure_on_test):
    for trial in trials:
        trial["val_accuracies"].sort()
    return with_max(trials, measure_on_test)

@e.wrong("Your result is right, but the trials have no lists of accuracies afterwards. Leave them as they were.")
def means_in_their_place(trials, measure_on_test):
    for trial in trials:
        trial["val_accuracies"] = _mean(trial)
    best = max(trials, key=lambda trial: trial["val_accuracies"])
    return best["parameters"], measure_on_test(best["parameters"])

@e.wrong("You handed the whole trial to measure_on_test. It takes the parameters of the trial.")
def whole_trial_measured(trials, measure_on_test):
    best = max(trials, key=_mean)
    return best["parameters"], measure_on_test(best)

@e.cases
def validated_trials(rng):
    """One to 25 trials of one to five seeds, with their test accuracies; means that are equal, close, 0 or far apart.

    Where means are equal they are sums of eighths, so that they are equal in whatever order one adds.
    """
    if rng.random() < 0.12:  # few lists, which come again with other test accuracies
        return [[[0.5, 0.25], [0.75]], [[0.5], [0.25]]][rng.integers(2)], rng.uniform(size=2).round(2).tolist()
    num_trials = int(rng.choice([1, rng.integers(2, 9), 25], p=[0.12, 0.84, 0.04]))
    tests = rng.uniform(size=num_trials).round(2).tolist()
    while True:
        kind = rng.choice(["any", "eighths", "whole", "zeros"], p=[0.55, 0.25, 0.1, 0.1])
        spread, digits = [(0.3, 2), (0.1, 3), (0.003, 5)][rng.integers(3)]
        found = []
        for level in rng.uniform(0, 0.4) + rng.uniform(0, spread, size=num_trials):
            accuracies = level + rng.uniform(0, spread, size=rng.integers(1, 6))
            if kind == "eighths":
                accuracies = rng.integers(0, 9, size=rng.choice([1, 2, 4])) / 8
            found.append(accuracies.round(digits).tolist())
            if kind == "whole":
                found[-1] = rng.integers(0, 2, size=rng.choice([1, 2, 4])).tolist()
            if kind == "zeros":
                found[-1] = [0.0] * int(rng.integers(1, 4))
        if kind == "any" and num_trials > 1 and rng.random() < 0.2:  # the last is best, by little
            found[-1] = [short(max(map(statistics.fmean, found[:-1])) + 3e-6)]
        means = sorted(map(statistics.fmean, found))
        if kind != "any" or min(np.diff(means), default=1) > 1e-7:
            break
    if rng.random() < 0.1:
        found[-1] = [np.float64(accuracy) for accuracy in found[-1]]
    return found, tests

e.hints(
    "Which numbers may be looked at while you choose, and which one only when the choice is made?",
    "Make a list of means first, one for each trial. The place of the highest mean is the trial.",
    "The last line returns two things: the parameters of the chosen trial, and what measure_on_test says of them.",
)


# k_folds ----------------------------------------------------------------------------------------


def _pairs(folds):
    return [
        (np.concatenate([*folds[:number], *folds[number + 1 :]]), fold) for number, fold in enumerate(folds)
    ]


e = exercise("k_folds")

@e.right
def with_setdiff(num_examples, k, rng):
    folds = np.array_split(rng.permutation(num_examples), k)
    return [(np.setdiff1d(np.arange(num_examples), fold), fold) for fold in folds]

@e.right
def with_numbers_of_folds(num_examples, k, rng):
    fold_of = rng.permutation(np.arange(num_examples) % k)
    return [(np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)) for fold in range(k)]

@e.right
def with_strides(num_examples, k, rng):
    rows = np.arange(num_examples)
    rng.shuffle(rows)
    return _pairs([rows[start::k] for start in range(k)])

@e.right
def as_lists(num_examples, k, rng):
    rows = [int(row) for row in rng.permutation(num_examples)]
    size, extra = divmod(num_examples, k)
    result, start = [], 0
    for number in range(k):
        stop = start + size + (number < extra)
        result.append([rows[:start] + rows[stop:], rows[start:stop]])
        start = stop
    return tuple(result)

@e.right
def with_sorted_numbers(num_examples, k, rng):
    order = np.argsort(rng.random(num_examples))
    return tuple(_pairs(np.array_split(order, k)))

e.wrong("Your folds are stretches of the rows as they lie in the data. Data often lie sorted: deal the rows out by chance.",
    not_shuffled=lambda num_examples, k, rng: _pairs(np.array_split(np.arange(num_examples), k)))
e.wrong("You put every k-th row of the data into a fold. Draw by chance: data may have an order with such a period too.",
    every_kth_row=lambda num_examples, k, rng: (
        _pairs([np.arange(num_examples)[start::k] for start in range(k)])
    ))

@e.wrong("Some rows are in no fold: you gave each num_examples // k rows and left the rest out. Spread the rest over the first folds.")
def rest_is_lost(num_examples, k, rng):
    size = num_examples // k
    return _pairs(list(rng.permutation(num_examples)[: size * k].reshape(k, size)))

@e.wrong("Some rows are in no fold: you gave each num_examples // k rows and left the rest out. Spread the rest over the first folds.")
def rest_is_in_no_fold(num_examples, k, rng):
    rows, size = rng.permutation(num_examples), num_examples // k
    folds = [rows[size * number : size * (number + 1)] for number in range(k)]
    return [(np.setdiff1d(rows, fold), fold) for fold in folds]

@e.wrong("Your last fold takes the whole rest. Spread it: sizes differ by one at most, and the larger folds come first.")
def rest_in_the_last(num_examples, k, rng):
    rows, size = rng.permutation(num_examples), num_examples // k
    stops = [size * number for number in range(1, k)]
    return _pairs(np.split(rows, stops))

@e.wrong("Your folds overlap: some rows lie in two of them or more, and others in none. Draw one order of all rows, and cut it.")
def drawn_independently(num_examples, k, rng):
    sizes = [len(part) for part in np.array_split(np.arange(num_examples), k)]
    orders = [rng.permutation(num_examples) for _ in range(k)]
    return [(order[size:], order[:size]) for size, order in zip(sizes, orders, strict=True)]

e.wrong("In each pair the small part stands first. The rows to train on come first, then those of the fold.",
    other_way_round=lambda num_examples, k, rng: (
        [(fold, rest) for rest, fold in _pairs(np.array_split(rng.permutation(num_examples), k))]
    ))

@e.wrong("Your training rows hold all rows, those of the fold too. Then the network has seen what it is measured on.")
def trains_on_all(num_examples, k, rng):
    rows = rng.permutation(num_examples)
    return [(rows, fold) for fold in np.array_split(rows, k)]

@e.wrong("The rows to train on of your last pair hold every row, and more than once those that lie before its fold. Is there a slice that begins at -0? That is 0, so it is the whole.")
def last_pair_from_minus_zero(num_examples, k, rng):
    rows, stop, pairs = rng.permutation(num_examples), 0, []
    for fold in np.array_split(rows, k):
        start, stop = stop, stop + len(fold)
        pairs.append((np.concatenate([rows[:start], rows[-(num_examples - stop) :]]), fold))
    return pairs

@e.wrong("Your training rows are one other fold. They should be all rows but those of the fold.")
def trains_on_one_fold(num_examples, k, rng):
    folds = np.array_split(rng.permutation(num_examples), k)
    return [(folds[number - 1], folds[number]) for number in range(k)]

@e.wrong("Your training rows are the folds on one side of the fold that is held out. They should be all others, before it and behind it.")
def trains_on_those_before(num_examples, k, rng):
    folds = np.array_split(rng.permutation(num_examples), k)
    return [(np.concatenate([np.arange(0), *folds[:at]]), folds[at]) for at in range(k)]

e.wrong("An item of your list is no pair. Each should be a pair: the rows to train on, and the rows of the fold.",
    folds_alone=lambda num_examples, k, rng: list(np.array_split(rng.permutation(num_examples), k)))
e.wrong("Each call deals the same folds, whatever generator it is handed. Take a new order from rng in every call.",
    a_seed_of_its_own=lambda num_examples, k, rng: with_setdiff(num_examples, k, np.random.default_rng(0)))
e.wrong("Equal generators gave different folds: the order does not come from rng, so nobody can repeat it.",
    by_numpy_alone=lambda num_examples, k, rng: with_setdiff(num_examples, k, np.random))
e.wrong("That is one pair. There are k of them: each fold is held out once.",
    one_split_alone=lambda num_examples, k, rng: with_setdiff(num_examples, k, rng)[:1])
e.wrong("The sizes are right, but the smaller folds come first. The larger ones should.",
    smaller_first=lambda num_examples, k, rng: with_setdiff(num_examples, k, rng)[::-1])
e.wrong("Your rows are counted from 1. The first row is 0.",
    counted_from_one=lambda num_examples, k, rng: (
        [(train + 1, fold + 1) for train, fold in with_setdiff(num_examples, k, rng)]
    ))

@e.wrong("You returned masks, a True or False for each row. The numbers of the rows are asked for.")
def as_masks(num_examples, k, rng):
    fold_of = rng.permutation(np.arange(num_examples) % k)
    return [(fold_of != fold, fold_of == fold) for fold in range(k)]

@e.wrong("Each of your folds but the last has num_examples / k rows, rounded up, and the last has what is left. Sizes differ by one at most.")
def sizes_rounded_up(num_examples, k, rng):
    rows, size = rng.permutation(num_examples), math.ceil(num_examples / k)
    return _pairs([rows[size * at : size * (at + 1)] for at in range(k)])

@e.wrong("A larger fold stands behind a smaller one. The larger ones come first.")
def cuts_at_fractions(num_examples, k, rng):
    rows = rng.permutation(num_examples)
    cuts = [math.ceil(at * num_examples / k) for at in range(k + 1)]
    return _pairs([rows[start:end] for start, end in itertools.pairwise(cuts)])

@e.cases(deciding=300)
def deals_of_all_sizes(rng):
    """As many rows as folds to some hundred; a rest of one, all but one and none; and a seed.

    Where there are enough rows to tell whether they were dealt by chance, no fold is small.
    """
    if rng.random() < 0.3:
        k = int(rng.choice([2, 2, 3, 5, 7, 10]))
        return 200 + int(rng.integers(250)), k, int(rng.integers(1000))
    k = int(rng.choice([2, 2, 3, 4, 5, rng.integers(6, 13)]))
    full, rest = int(rng.choice([1, 1, 2, 3, 9])), int(rng.choice([0, 1, k - 1, rng.integers(k)]))
    return k * full + rest, k, int(rng.integers(1000))

e.hints(
    "First deal: how do you get all numbers from 0 to num_examples - 1 in an order that rng has made?",
    "Then cut this order into k stretches whose sizes differ by one at most. NumPy has a function that does exactly this; "
    "its name begins with array_.",
    "Then pair: for each fold, join all the others, those before it and those behind it.",
)


e = exercise("quiz_1")
e.right_choice("5 · 3 · 4 = 60 configurations, times 3 seeds and 12 epochs, are 2,160 epochs. A grid multiplies.")
e.wrong_choice(
    60,
    "That is the number of configurations. Each is trained three times, for 12 epochs each time.",
)
e.wrong_choice(720, "That is one seed. Each configuration is trained with three.")
e.wrong_choice(180, "That is the number of trainings. Each of them takes 12 epochs.")
e.wrong_choice(
    432,
    "You added 5, 3 and 4. Every value meets every other: the numbers of values are multiplied.",
)


e = exercise("quiz_2")
e.right_choice("162 is 81 times 2, so four equal factors make 81, and each is 3. The values are 2, 6, 18, 54 and 162.")
e.wrong_choice(122, "That is the fourth of five at equal distances. Here the factor is equal.")
e.wrong_choice(18, "That is the third: it lies in the middle, as far from 2 as from 162 in factors.")
e.wrong_choice(6, "That is the second value. The first is 2 itself.")


e = exercise("quiz_3")
e.right_choice("The best value lies at the edge of the space, and the loss still falls there. Go on above 0.3 until both neighbours of the best are worse.")
e.wrong_choice("a", "The loss was still falling where the space ended. What lies beyond is not known yet.")
e.wrong_choice(
    "b",
    "Between two tried values there is little to find. The loss falls towards the edge: look beyond it.",
)
e.wrong_choice(
    "d",
    "More seeds make the number for 0.3 surer. Whether 0.5 or 1 is better they cannot say: look there.",
)


e = exercise("quiz_4")
e.right_choice("One hyperparameter is searched, and neighbours among ten rates lie a factor of about 2 apart: a finer grid finds nothing better. Four seeds each also show how good the rate is. With several hyperparameters, new configurations would come first.")
e.wrong_choice(
    "b",
    "Neighbours among 40 rates differ by less than two trainings of one rate, so luck chooses among them.",
)
e.wrong_choice("c", "At equal distances 36 of the 40 lie above 1, and the two decades below it get four.")
e.wrong_choice("d", "Two rates are a factor of 1,000 apart. That misses far more than the seeds hide.")


e = exercise("quiz_5")
e.right_choice("Optimism grows with the number of candidates and falls with the number of images. The lesson measured over 4 points for 128 networks and 50 images.")
e.wrong_choice("a", "Few candidates and many images: here the score promises least above.")
e.wrong_choice("b", "Many candidates, but 1,000 images leave little room for luck. Where is there more?")
e.wrong_choice("c", "Few images, but only four candidates to choose from. Which team had more?")
