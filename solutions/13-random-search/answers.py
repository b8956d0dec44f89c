"""Right and wrong answers to the exercises of lesson 13."""

import itertools
import math

import numpy as np

from course.authoring.answers import exercise

e = exercise("sample_log_uniform")

@e.right
def by_powers_of_ten(low, high, num, rng):
    return 10 ** rng.uniform(math.log10(low), math.log10(high), size=num)

@e.right
def by_the_factor(low, high, num, rng):
    return low * (high / low) ** rng.random(num)

@e.right
def one_after_the_other(low, high, num, rng):
    a, b = math.log(low), math.log(high)
    return np.array([math.exp(a + (b - a) * rng.random()) for _ in range(num)])

@e.right
def with_scipy(low, high, num, rng):
    from scipy.stats import loguniform

    return loguniform.rvs(low, high, size=num, random_state=rng)

@e.right
def downwards_in_single_precision(low, high, num, rng):
    drawn = np.log2(high) - rng.random(num) * (np.log2(high) - np.log2(low))
    return np.exp2(drawn).astype(np.float32)

e.wrong("Every number is as likely as every other, so nearly all lie in the uppermost decade. Draw the logarithm evenly.",
    evenly=lambda low, high, num, rng: rng.uniform(low, high, num))
e.wrong("Some numbers lie below 0. Logarithms may do that, the numbers do not: draw the logarithm, and then go back to the number itself with exp.",
    the_logarithms=lambda low, high, num, rng: rng.uniform(np.log(low), np.log(high), num))
e.wrong("The logarithm to base 10 belongs to powers of 10, and exp to the natural logarithm. With one of each, the numbers lie between other limits.",
    bases_mixed=lambda low, high, num, rng: np.exp(rng.uniform(np.log10(low), np.log10(high), num)))
e.wrong("The numbers stand at equal factors from each other, as the levels of a grid do. Draw each of them by chance.",
    a_row_of_levels=lambda low, high, num, rng: np.geomspace(low, high, num))
e.wrong("Many of your numbers are equal to each other, as where they are chosen from a row of levels or rounded. Draw from all numbers between the limits.",
    levels_by_chance=lambda low, high, num, rng: rng.choice(np.geomspace(low, high, 1000), num))
e.wrong("Your numbers are spread more evenly than chance spreads them. Draw each one independently of the others, so that gaps and clumps may come.",
    one_from_each_part=lambda low, high, num, rng: (
        low * (high / low) ** ((rng.permutation(num) + rng.random(num)) / num)
    ))


_NEAR_AN_END = (
    "The first number of a call lies near one end of the range too often, as where the numbers are sorted. Each number is "
    "drawn for itself, the first one too."
)


e.wrong(_NEAR_AN_END,
    in_rising_order=lambda low, high, num, rng: np.sort(np.exp(rng.uniform(np.log(low), np.log(high), num))),
    in_falling_order=lambda low, high, num, rng: (
        np.sort(np.exp(rng.uniform(np.log(low), np.log(high), num)))[::-1]
    ))
@e.wrong(_NEAR_AN_END)
def sorted_numbers(low, high, num, rng):
    return np.array(sorted(math.exp(rng.uniform(math.log(low), math.log(high))) for _ in range(num)))

e.wrong("All numbers of one call are the same. Draw num of them.",
    one_for_all=lambda low, high, num, rng: np.full(num, np.exp(rng.uniform(np.log(low), np.log(high)))))
e.wrong("This is a single number. An array of num numbers is asked for.",
    only_one=lambda low, high, num, rng: float(np.exp(rng.uniform(np.log(low), np.log(high)))))
e.wrong("Two equal generators give different numbers: the chance does not come from rng alone.",
    a_generator_of_its_own=lambda low, high, num, rng: (
        np.exp(np.random.default_rng().uniform(np.log(low), np.log(high), num))
    ))
e.wrong("Two calls with one generator give the same numbers. Draw from rng itself in each call: a seed of your own, a copy of rng or a result that is remembered begins anew every time.",
    the_same_seed_each_time=lambda low, high, num, rng: (
        np.exp(np.random.default_rng(0).uniform(np.log(low), np.log(high), num))
    ))

@e.wrong("In some parts of the range numbers are more likely than in others that span the same factor, for example within each decade. Draw the logarithm itself evenly, not only its whole part.")
def a_decade_and_then_evenly(low, high, num, rng):
    edges = np.geomspace(low, high, math.ceil(math.log10(high / low) - 1e-9) + 1)
    at = rng.integers(len(edges) - 1, size=num)
    return rng.uniform(edges[at], edges[at + 1])

e.wrong("The numbers stand at factors of ten from each other. Between them lie numbers that are as likely.",
    whole_decades=lambda low, high, num, rng: (
        low * 10.0 ** rng.integers(0, math.floor(math.log10(high / low) + 1e-9) + 1, size=num)
    ))

@e.wrong("The logarithms crowd around the middle of the range. Every factor has to be as likely: draw them evenly, not from a normal distribution.")
def normal_logarithms(low, high, num, rng):
    middle, spread = (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / 6
    return np.exp(np.clip(rng.normal(middle, spread, num), np.log(low), np.log(high)))

e.wrong("The numbers come in a list or a tuple. An array is asked for: np.array(...) makes one.",
    as_a_list=lambda low, high, num, rng: (
        [float(value) for value in np.exp(rng.uniform(np.log(low), np.log(high), num))]
    ))

@e.right
def from_a_generator_of_the_generator(low, high, num, rng):
    own = np.random.default_rng(rng.integers(2**60))
    return np.exp(own.uniform(np.log(low), np.log(high), (num, 2)))[::-1, 0]

e.wrong("Your array has two dimensions, (num, 1). One is asked for: (num,).",
    in_a_column=lambda low, high, num, rng: np.exp(rng.uniform(np.log(low), np.log(high), (num, 1))))
e.wrong("Your numbers have at most three digits behind the point, so small ones become 0. Leave them as they were drawn.",
    rounded_to_three_digits=lambda low, high, num, rng: (
        np.round(np.exp(rng.uniform(np.log(low), np.log(high), num)), 3)
    ))
e.wrong("The logarithm to base 10 belongs to powers of 10, and exp to the natural logarithm. With one of each, the numbers lie between other limits.",
    bases_mixed_the_other_way=lambda low, high, num, rng: 10 ** rng.uniform(np.log(low), np.log(high), num))
e.wrong("The power is taken of numbers that were drawn evenly between the limits themselves. Take the logarithms of both limits first, and draw between those.",
    powers_without_logarithms=lambda low, high, num, rng: np.exp(rng.uniform(low, high, num)))

@e.wrong("The power is taken of numbers that were drawn evenly between the limits themselves. Take the logarithms of both limits first, and draw between those.")
def powers_of_ten_without_logarithms(low, high, num, rng):
    with np.errstate(over="ignore"):
        return 10 ** rng.uniform(low, high, num)

e.wrong("You drew numbers evenly and took their logarithm. It is the other way round: draw between the logarithms of the limits, and take exp of what was drawn.",
    logarithms_of_even_numbers=lambda low, high, num, rng: np.log(rng.uniform(low, high, num)))

@e.wrong("Your function returns nothing: hand the numbers over with return.")
def draws_and_keeps(low, high, num, rng):
    np.exp(rng.uniform(np.log(low), np.log(high), num))


def _short(number):
    """A number of four digits; a whole one stays whole."""
    return int(number) if isinstance(number, int | np.integer) else float(f"{number:.4g}")


@e.cases(deciding=150)
def ranges_and_numbers(rng):
    """Limits from 1e-9 to a billion, whole ones too, far from each other and close; one number to many; a seed."""
    kind = rng.choice(["any", "usual", "whole", "close"], p=[0.5, 0.2, 0.18, 0.12])
    num = int(rng.choice([1, 1, 2, rng.integers(3, 12), *rng.integers(12, 80, size=2)]))
    if rng.random() < 0.2 and kind != "close":
        num = int(rng.integers(2000, 2200))
    low = 10 ** rng.uniform(-9, 3)
    high = low * 10 ** rng.uniform(0.1, 6)
    if kind == "usual":
        low, high = float(rng.choice([1e-4, 0.01])), float(rng.choice([1, 10]))
    if kind == "whole":
        low = int(rng.integers(1, 50))
        high = 2 * low + int(rng.choice([1, 7, 100, 12345]))
    if kind == "close":
        high = low * rng.uniform(1.06, 1.2)
    low, high = _short(low), _short(high)
    if kind == "any" and rng.random() < 0.25:
        low, high, num = np.float64(low), np.float64(high), np.int64(num)
    return low, high, num, int(rng.integers(1000))

e.hints(
    "From 0.001 to 0.01 has to be as likely as from 0.01 to 0.1. On which scale are these two stretches equally long?",
    "Draw evenly on that scale: between which two limits? rng.uniform takes both limits, and how many numbers are wanted.",
    "What you drew are logarithms. Which function turns a logarithm back into the number? NumPy's works on whole arrays.",
)


# random_search ----------------------------------------------------------------------------------


def _draw(values, rng):
    """One value, as the exercise asks."""
    if isinstance(values, tuple):
        return float(np.exp(rng.uniform(*np.log(values))))
    return values[rng.integers(len(values))]


def _search(objective, space, num_trials, rng, draw=_draw, failed=math.nan):
    """The search, with another way to draw, and what stands in the place of a loss that failed."""
    trials = []
    for _ in range(num_trials):
        parameters = {name: draw(values, rng) for name, values in space.items()}
        try:
            trials.append((parameters, objective(parameters)))
        except Exception:
            trials.append((parameters, failed))
    return trials


e = exercise("random_search")

@e.right
def in_two_steps(objective, space, num_trials, rng):
    configurations = [{n: _draw(v, rng) for n, v in space.items()} for _ in range(num_trials)]
    losses = []
    for configuration in configurations:
        try:
            losses.append(objective(configuration))
        except Exception:
            losses.append(float("nan"))
    return list(zip(configurations, losses, strict=True))

@e.right
def column_by_column(objective, space, num_trials, rng):
    columns = {}
    for name, values in space.items():
        if type(values) is list:
            columns[name] = [values[at] for at in rng.integers(0, len(values), num_trials)]
        else:
            low, high = values
            columns[name] = list(low * (high / low) ** rng.random(num_trials))
    found = []
    for at in range(num_trials):
        parameters = {name: column[at] for name, column in columns.items()}
        try:
            loss = objective(parameters)
        except Exception:
            loss = np.nan
        found.append([parameters, loss])
    return found

@e.right
def with_a_function_inside(objective, space, num_trials, rng):
    def outcome(parameters):
        try:
            return objective(parameters)
        except Exception:
            return np.float64("nan")

    def draw(values):
        if isinstance(values, list):
            return values[int(rng.random() * len(values))]
        return 10 ** rng.uniform(math.log10(values[0]), math.log10(values[1]))

    drawn = ({name: draw(values) for name, values in space.items()} for _ in range(num_trials))
    return [(parameters, outcome(parameters)) for parameters in drawn]

@e.right
def options_by_permutation(objective, space, num_trials, rng):
    trials = []
    while len(trials) < num_trials:
        parameters = dict(space)
        for name in parameters:
            if isinstance(space[name], tuple):
                low, high = space[name]
                parameters[name] = math.exp(math.log(low) + rng.random() * math.log(high / low))
            else:
                parameters[name] = space[name][rng.permutation(len(space[name]))[0]]
        loss = math.nan
        try:
            loss = objective(parameters)
        except Exception as error:
            print("failed:", error)
        trials += [(parameters, loss)]
    return trials

@e.wrong("Ranges are drawn with every number as likely as every other. Draw their logarithm evenly.")
def linear_ranges(objective, space, num_trials, rng):
    def draw(values, rng):
        return float(rng.uniform(*values)) if isinstance(values, tuple) else _draw(values, rng)

    return _search(objective, space, num_trials, rng, draw)

@e.wrong("An exception of the objective ends your search. Catch it, and go on with NaN as that trial's loss.")
def ends_at_a_failure(objective, space, num_trials, rng):
    trials = []
    for _ in range(num_trials):
        parameters = {name: _draw(values, rng) for name, values in space.items()}
        trials.append((parameters, objective(parameters)))
    return trials

e.wrong("The trials that failed are missing. They belong into the list, with the loss NaN.",
    leaves_failures_out=lambda objective, space, num_trials, rng: (
        [trial for trial in _search(objective, space, num_trials, rng, failed="failed") if trial[1] != "failed"]
    ))
e.wrong("A trial that failed has the loss infinity here. NaN is asked for: nothing is known of it.",
    failures_are_infinite=lambda objective, space, num_trials, rng: (
        _search(objective, space, num_trials, rng, failed=math.inf)
    ))

@e.wrong("The search stops at the first trial that fails. The trials after it are to be tried as well.")
def stops_quietly_at_a_failure(objective, space, num_trials, rng):
    trials = []
    try:
        for _ in range(num_trials):
            parameters = {name: _draw(values, rng) for name, values in space.items()}
            trials.append((parameters, objective(parameters)))
    except Exception:
        trials.append((parameters, math.nan))
    return trials

@e.wrong("After a failure the objective is asked again for the same place in the list. Each trial asks it once, and a failed one counts.")
def tries_again(objective, space, num_trials, rng):
    trials = []
    while len(trials) < num_trials:
        parameters = {name: _draw(values, rng) for name, values in space.items()}
        try:
            trials.append((parameters, objective(parameters)))
        except Exception:
            continue
    return trials

e.wrong("The trials are sorted by their loss, the highest first. They are asked for in the order in which they ran.",
    worst_first=lambda objective, space, num_trials, rng: (
        sorted(_search(objective, space, num_trials, rng), key=lambda trial: -trial[1])
    ))

@e.wrong("A pair of a list is handed over as an array of NumPy. Leave each option as it stands in the list.")
def pairs_become_arrays(objective, space, num_trials, rng):
    trials = []
    for _ in range(num_trials):
        parameters = {}
        for name, values in space.items():
            if isinstance(values, tuple):
                parameters[name] = float(np.exp(rng.uniform(*np.log(values))))
            else:
                parameters[name] = rng.choice(np.array(values, dtype=object))
        try:
            loss = objective(parameters)
        except Exception:
            loss = math.nan
        trials.append((parameters, loss))
    return trials

@e.wrong("Only one trial comes back. All of them are asked for.")
def only_the_best(objective, space, num_trials, rng):
    trials = _search(objective, space, num_trials, rng)
    return [min(trials, key=lambda trial: trial[1])]

@e.wrong("All trials show the parameters of the last one: it is one dict, changed again and again. Make a new dict in each trial.")
def one_dict_for_all(objective, space, num_trials, rng):
    parameters, trials = {}, []
    for _ in range(num_trials):
        for name, values in space.items():
            parameters[name] = _draw(values, rng)
        try:
            loss = objective(parameters)
        except Exception:
            loss = math.nan
        trials.append((parameters, loss))
    return trials

@e.wrong("All trials have the same parameters: they are drawn before the loop, or the first drawn value has taken the place of the range. Draw anew for each trial, into a new dict.")
def drawn_once(objective, space, num_trials, rng):
    parameters = {name: _draw(values, rng) for name, values in space.items()}
    return _search(objective, {name: [value] for name, value in parameters.items()}, num_trials, rng)

e.wrong("Two searches with one generator give the same trials. Draw from rng itself, not from a copy of it or a generator with a seed of your own.",
    a_seed_of_its_own=lambda objective, space, num_trials, rng: (
        _search(objective, space, num_trials, np.random.default_rng(0))
    ))
e.wrong("Two searches with equal generators give different trials: the chance does not come from rng alone.",
    unseeded=lambda objective, space, num_trials, rng: (
        _search(objective, space, num_trials, np.random.default_rng())
    ))

@e.wrong("All options are texts, also those that are numbers in the list. rng.choice(options) makes texts of a mixed list; options[...] by a random place leaves each as it is.")
def options_through_numpy(objective, space, num_trials, rng):
    def draw(values, rng):
        if isinstance(values, tuple):
            return _draw(values, rng)
        return rng.choice(values)

    return _search(objective, space, num_trials, rng, draw)

@e.wrong("The last option of a list never comes. rng.integers(n) already gives places below n.")
def never_the_last_option(objective, space, num_trials, rng):
    def draw(values, rng):
        return _draw(values, rng) if isinstance(values, tuple) else values[rng.integers(max(len(values) - 1, 1))]

    return _search(objective, space, num_trials, rng, draw)

@e.wrong("The first option of a list comes in every trial. Each option is to be as likely as the others.")
def always_the_first_option(objective, space, num_trials, rng):
    def draw(values, rng):
        return _draw(values, rng) if isinstance(values, tuple) else values[0]

    return _search(objective, space, num_trials, rng, draw)

@e.wrong("Every search tries the same options in the same order. Draw each of them from rng.")
def options_in_turn(objective, space, num_trials, rng):
    turn = itertools.count()

    def draw(values, rng):
        return _draw(values, rng) if isinstance(values, tuple) else values[next(turn) // 3 % len(values)]

    return _search(objective, space, num_trials, rng, draw)

@e.wrong("One random number decides all ranges of a trial: where one value is high, so are all. Draw each for itself.")
def one_number_for_all_ranges(objective, space, num_trials, rng):
    trials = []
    for _ in range(num_trials):
        u = rng.random()
        parameters = {
            name: values[0] * (values[1] / values[0]) ** u
            if isinstance(values, tuple)
            else values[rng.integers(len(values))]
            for name, values in space.items()
        }
        try:
            trials.append((parameters, objective(parameters)))
        except Exception:
            trials.append((parameters, math.nan))
    return trials

@e.wrong("What is drawn for one hyperparameter goes together with what is drawn for another. Draw a new random number for each of them.")
def one_place_for_all_lists(objective, space, num_trials, rng):
    trials = []
    for _ in range(num_trials):
        u = rng.random()
        parameters = {
            name: _draw(values, rng) if isinstance(values, tuple) else values[int(u * len(values))]
            for name, values in space.items()
        }
        try:
            trials.append((parameters, objective(parameters)))
        except Exception:
            trials.append((parameters, math.nan))
    return trials

@e.wrong("The rates of one search are spread more evenly than chance spreads them. Draw those of each trial independently of the other trials.")
def one_from_each_part_of_a_range(objective, space, num_trials, rng):
    def column(values):
        if isinstance(values, list):
            return [values[at] for at in rng.integers(len(values), size=num_trials)]
        low, high = values
        shares = (rng.permutation(num_trials) + rng.random(num_trials)) / num_trials
        return [float(low * (high / low) ** share) for share in shares]

    columns = {name: column(values) for name, values in space.items()}
    trials = []
    for at in range(num_trials):
        parameters = {name: values[at] for name, values in columns.items()}
        try:
            trials.append((parameters, objective(parameters)))
        except Exception:
            trials.append((parameters, math.nan))
    return trials

@e.wrong("In each search one option comes as often as the other. Independent draws seldom come out like that: draw the option of each trial for itself.")
def options_from_a_shuffled_deck(objective, space, num_trials, rng):
    decks = {name: [] for name in space}

    def draw_from(name, values):
        if isinstance(values, tuple):
            return _draw(values, rng)
        if not decks[name]:
            decks[name] = [values[at] for at in rng.permutation(len(values))]
        return decks[name].pop()

    trials = []
    for _ in range(num_trials):
        parameters = {name: draw_from(name, values) for name, values in space.items()}
        try:
            trials.append((parameters, objective(parameters)))
        except Exception:
            trials.append((parameters, math.nan))
    return trials

@e.wrong("The values of one search are those of a grid, equal factors apart. Each trial draws its values from rng.")
def a_grid(objective, space, num_trials, rng):
    levels = [
        list(np.geomspace(*values, max(num_trials, 2))) if isinstance(values, tuple) else values
        for values in space.values()
    ]
    points = itertools.cycle(zip(*map(itertools.cycle, levels), strict=False))
    trials = []
    for _, point in zip(range(num_trials), points, strict=False):
        parameters = dict(zip(space, map(_plain, point), strict=True))
        try:
            trials.append((parameters, objective(parameters)))
        except Exception:
            trials.append((parameters, math.nan))
    return trials


def _plain(value):
    return float(value) if isinstance(value, np.floating) else value


@e.wrong("The objective is asked twice for each trial. Real trials take hours: ask once and keep the answer.")
def asks_twice(objective, space, num_trials, rng):
    trials = []
    for _ in range(num_trials):
        parameters = {name: _draw(values, rng) for name, values in space.items()}
        try:
            objective(parameters)
            trials.append((parameters, objective(parameters)))
        except Exception:
            trials.append((parameters, math.nan))
    return trials

e.wrong("Your list holds losses alone. Each trial that comes back is a pair: its parameters and its loss.",
    losses_alone=lambda objective, space, num_trials, rng: (
        [loss for _, loss in _search(objective, space, num_trials, rng)]
    ))
e.wrong("Each pair is the wrong way round: the parameters come first, then the loss.",
    loss_first=lambda objective, space, num_trials, rng: (
        [(loss, parameters) for parameters, loss in _search(objective, space, num_trials, rng)]
    ))

@e.wrong("Each trial is a dict here. A pair is asked for: the parameters, then the loss.")
def trials_as_dicts(objective, space, num_trials, rng):
    found = _search(objective, space, num_trials, rng)
    return [{"parameters": parameters, "loss": loss} for parameters, loss in found]

e.wrong("A trial that failed has the loss None here. NaN is asked for: it is a float, and one can compute with it.",
    failures_are_none=lambda objective, space, num_trials, rng: (
        _search(objective, space, num_trials, rng, failed=None)
    ))
e.wrong("A trial that failed has the loss 0 here. NaN is asked for: a loss of 0 would win the search.",
    zero_for_failed=lambda objective, space, num_trials, rng: (
        _search(objective, space, num_trials, rng, failed=0)
    ),
    zero_for_failed_as_a_float=lambda objective, space, num_trials, rng: (
        _search(objective, space, num_trials, rng, failed=0.0)
    ))

@e.wrong("The first rate of a search lies near one end of its range too often, as where the drawn values are sorted. Draw the values of each trial on their own.")
def sorted_ranges(objective, space, num_trials, rng):
    columns = {
        name: np.sort([_draw(values, rng) for _ in range(num_trials)]).tolist()
        for name, values in space.items()
        if isinstance(values, tuple)
    }
    trials = []
    for at in range(num_trials):
        parameters = {
            name: columns[name][at] if name in columns else _draw(values, rng) for name, values in space.items()
        }
        try:
            trials.append((parameters, objective(parameters)))
        except Exception:
            trials.append((parameters, math.nan))
    return trials

e.wrong("One trial too few was made: the objective is to be asked num_trials times.",
    one_trial_too_few=lambda objective, space, num_trials, rng: (
        _search(objective, space, num_trials - 1, rng)
    ))

@e.wrong("Where a trial fails you ask the objective once more. Each trial asks it once, and one that failed has the loss NaN.")
def asks_again_after_a_failure(objective, space, num_trials, rng):
    trials = []
    for _ in range(num_trials):
        parameters = {name: _draw(values, rng) for name, values in space.items()}
        try:
            trials.append((parameters, objective(parameters)))
        except Exception:
            trials.append((parameters, objective(parameters)))
    return trials


_OTHERS_END_IT = (
    "Only some kinds of exceptions are caught, and another one ends your search. The objective may raise any Exception."
)


def _catches(kinds, objective, space, num_trials, rng):
    trials = []
    for _ in range(num_trials):
        parameters = {name: _draw(values, rng) for name, values in space.items()}
        try:
            trials.append((parameters, objective(parameters)))
        except kinds:
            trials.append((parameters, math.nan))
    return trials


e.wrong(_OTHERS_END_IT,
    catches_value_errors_only=lambda objective, space, num_trials, rng: (
        _catches(ValueError, objective, space, num_trials, rng)
    ),
    catches_value_and_runtime_errors=lambda objective, space, num_trials, rng: (
        _catches((ValueError, RuntimeError), objective, space, num_trials, rng)
    ),
    catches_value_and_arithmetic_errors=lambda objective, space, num_trials, rng: (
        _catches((ValueError, ArithmeticError), objective, space, num_trials, rng)
    ))

@e.wrong(_OTHERS_END_IT)
def catches_many_that_python_knows(objective, space, num_trials, rng):
    kinds = (ArithmeticError, LookupError, MemoryError, OSError, RuntimeError, StopIteration, TypeError, ValueError)
    return _catches(kinds, objective, space, num_trials, rng)

@e.wrong("A list of two numbers is taken for a range. What is a tuple is a range, and what is a list are options, however long it is.")
def two_items_are_a_range(objective, space, num_trials, rng):
    def draw(values, rng):
        return _draw(tuple(values) if len(values) == 2 else values, rng)

    return _search(objective, space, num_trials, rng, draw)

@e.wrong("Where the limits are whole numbers, whole numbers are drawn. A tuple means a float, whatever its limits are.")
def whole_numbers_between_whole_limits(objective, space, num_trials, rng):
    def draw(values, rng):
        value = _draw(values, rng)
        is_whole = isinstance(values, tuple) and all(isinstance(limit, int) for limit in values)
        return round(value) if is_whole else value

    return _search(objective, space, num_trials, rng, draw)

e.wrong("The trials are sorted by their loss, the lowest first. They are asked for in the order in which they ran.",
    lowest_first=lambda objective, space, num_trials, rng: (
        sorted(_search(objective, space, num_trials, rng), key=lambda trial: trial[1])
    ))
e.wrong("The last trial comes first in your list. The first one is to come first.",
    in_reverse=lambda objective, space, num_trials, rng: _search(objective, space, num_trials, rng)[::-1])
e.wrong("Only one trial is made, however many are asked for. Does a return stand inside of the loop?",
    returns_in_the_loop=lambda objective, space, num_trials, rng: _search(objective, space, 1, rng))

@e.wrong("The parameters of the trials that failed are missing. The dict that the objective got belongs to each trial.")
def forgets_what_failed(objective, space, num_trials, rng):
    trials = _search(objective, space, num_trials, rng, failed="failed")
    return [({}, math.nan) if loss == "failed" else (parameters, loss) for parameters, loss in trials]

e.wrong('A trial that failed has a text as its loss. NaN is asked for, which is a float: math.nan or float("nan").',
    nan_as_text=lambda objective, space, num_trials, rng: (
        _search(objective, space, num_trials, rng, failed="nan")
    ))

@e.wrong("A trial that failed has the loss of the trial before it: in except nothing is set, and the name keeps its old value. Set it to NaN there.")
def keeps_the_loss_before(objective, space, num_trials, rng):
    trials, loss = [], math.nan
    for _ in range(num_trials):
        parameters = {name: _draw(values, rng) for name, values in space.items()}
        try:  # noqa: SIM105, as a learner writes it
            loss = objective(parameters)
        except Exception:
            pass
        trials.append((parameters, loss))
    return trials

@e.wrong("A range gives an array of one number, and not a number: that is what a call with the size 1 returns. Draw without a size, or take the first item.")
def arrays_of_one(objective, space, num_trials, rng):
    def draw(values, rng):
        return np.exp(rng.uniform(*np.log(values), 1)) if isinstance(values, tuple) else _draw(values, rng)

    return _search(objective, space, num_trials, rng, draw)

@e.wrong("A list of two numbers is taken for a range. What is a tuple is a range, and what is a list are options, however long it is.")
def two_items_are_a_range_by_math(objective, space, num_trials, rng):
    def draw(values, rng):
        if len(values) == 2:
            low, high = values
            return math.exp(rng.uniform(math.log(low), math.log(high)))
        return values[rng.integers(len(values))]

    return _search(objective, space, num_trials, rng, draw)

@e.wrong("The last option of a list never comes. rng.integers(n) already gives places below n.")
def one_option_less(objective, space, num_trials, rng):
    def draw(values, rng):
        return _draw(values, rng) if isinstance(values, tuple) else values[rng.integers(len(values) - 1)]

    return _search(objective, space, num_trials, rng, draw)

e.wrong('A trial that failed has a text as its loss. NaN is asked for, which is a float: math.nan or float("nan").',
    nan_as_text_in_capitals=lambda objective, space, num_trials, rng: (
        _search(objective, space, num_trials, rng, failed="NaN")
    ))

@e.wrong("The trials are sorted by their loss, the lowest first. They are asked for in the order in which they ran.")
def lowest_first_failed_last(objective, space, num_trials, rng):
    trials = _search(objective, space, num_trials, rng)
    return sorted(trials, key=lambda trial: math.inf if math.isnan(trial[1]) else trial[1])

@e.wrong("Some values of a range lie below 0: they are logarithms. Draw the logarithm evenly, and then go back to the number itself with exp.")
def ranges_as_logarithms(objective, space, num_trials, rng):
    def draw(values, rng):
        return float(rng.uniform(*np.log(values))) if isinstance(values, tuple) else _draw(values, rng)

    return _search(objective, space, num_trials, rng, draw)

@e.wrong("The logarithm to base 10 belongs to powers of 10, and exp to the natural logarithm. With one of each, ranges are drawn between other limits.")
def ranges_by_mixed_bases(objective, space, num_trials, rng):
    def draw(values, rng):
        return float(10 ** rng.uniform(*np.log(values))) if isinstance(values, tuple) else _draw(values, rng)

    return _search(objective, space, num_trials, rng, draw)

@e.wrong("The logarithm to base 10 belongs to powers of 10, and exp to the natural logarithm. With one of each, ranges are drawn between other limits.")
def ranges_by_mixed_bases_the_other_way(objective, space, num_trials, rng):
    def draw(values, rng):
        return float(np.exp(rng.uniform(*np.log10(values)))) if isinstance(values, tuple) else _draw(values, rng)

    return _search(objective, space, num_trials, rng, draw)

@e.wrong("A range gives one of its two limits, as if it were a list of two options. Draw between them, log-uniformly.")
def one_of_two_limits(objective, space, num_trials, rng):
    def draw(values, rng):
        return values[rng.integers(len(values))]

    return _search(objective, space, num_trials, rng, draw)

e.wrong("A range gives one of its two limits, as if it were a list of two options. Draw between them, log-uniformly.",
    choice_for_everything=lambda objective, space, num_trials, rng: (
        _search(objective, space, num_trials, rng, lambda values, rng: rng.choice(values))
    ))

@e.wrong("Your function returns nothing: hand the list of trials over with return.")
def searches_and_keeps(objective, space, num_trials, rng):
    _search(objective, space, num_trials, rng)

e.wrong("The objective never gets to work: the line that calls it ends in an exception, and that counts as a failed trial. Is a name misspelt? It takes the dict itself: objective(parameters), without **.",
    called_with_names=lambda objective, space, num_trials, rng: (
        _search(lambda parameters: objective(**parameters), space, num_trials, rng)
    ))

@e.wrong("A list gives the place that was drawn, and not the option at that place: options[place].")
def places_for_options(objective, space, num_trials, rng):
    def draw(values, rng):
        return _draw(values, rng) if isinstance(values, tuple) else int(rng.integers(len(values)))

    return _search(objective, space, num_trials, rng, draw)

@e.right
def in_single_precision_and_sorted_by_kind(objective, space, num_trials, rng):
    trials = []
    for _ in range(num_trials):
        parameters = {}
        for name in sorted(space, key=lambda name: isinstance(space[name], tuple)):
            value = _draw(space[name], rng)
            parameters[name] = np.float32(value) if isinstance(space[name], tuple) else value
        try:
            loss = objective(dict(parameters))
        except Exception:
            loss = np.float32("nan")
        trials.append((parameters, loss))
    return trials

@e.wrong("The drawn values are written into the space itself, so the second trial finds nothing there to draw from. Make a new dict in each trial.")
def draws_into_the_space(objective, space, num_trials, rng):
    trials = []
    for _ in range(num_trials):
        for name in space:
            space[name] = _draw(space[name], rng)
        try:
            loss = objective(space)
        except Exception:
            loss = math.nan
        trials.append((space, loss))
    return trials

@e.wrong("The drawn values are written into the space itself, so the second trial finds nothing there to draw from. Make a new dict in each trial.")
def draws_into_the_space_by_permutation(objective, space, num_trials, rng):
    trials = []
    for _ in range(num_trials):
        for name in space:
            if isinstance(space[name], tuple):
                low, high = space[name]
                space[name] = math.exp(math.log(low) + rng.random() * math.log(high / low))
            else:
                space[name] = space[name][rng.permutation(len(space[name]))[0]]
        try:
            loss = objective(space)
        except Exception:
            loss = math.nan
        trials.append((space, loss))
    return trials


_RANGES = [(2, 9), (0.5, 0.75), (1, 1000), (1e-8, 1e-2), (0.001, 3.0), (16, 512), (np.float64(0.01), np.float64(2.0))]
_OPTIONS = [
    [0.0, 0.9, None],
    [64, "auto", 128],
    [1, 3],
    [0.5, 0.7],
    [(8, 4), (8, 8)],
    [True, "a"],
    ["sgd", "adam", "rmsprop", "adagrad"],
    [np.float64(0.5), 2, "1"],
    [-2.0],
    ["x"],
    [32, 64, 128, 256, 512, 1024, 2048],
    [(8,), (8, 8)],
    [(32, 16), (16, 32), (16, 16)],
]


@e.cases(deciding=50)
def searches_to_run(rng):
    """A space of one to four names, how many trials, which of them fail (also all or none), and a seed.

    Where 5 divides the seed, the places of many trials are looked at: there is a range alone then, or there are two lists
    and a range or two.
    """
    is_looked_at = rng.random() < 0.32
    seed = 5 * int(rng.integers(200)) + (0 if is_looked_at else int(rng.integers(1, 5)))
    num_trials = int(rng.choice([1, 2, 3, rng.integers(4, 13), rng.integers(4, 13), 30]))
    kind = rng.choice(["none", "some", "all", "first", "last"], p=[0.35, 0.4, 0.09, 0.08, 0.08])
    failing = {"none": [], "all": list(range(1, num_trials + 1)), "first": [1], "last": [num_trials]}.get(kind)
    if failing is None:
        failing = [number for number in range(1, num_trials + 1) if rng.random() < 0.4]
    if rng.random() < 0.2 and not is_looked_at:  # few spaces, which come again
        space = [{"rate": (0.01, 1.0), "size": [8, 16]}, {"size": [16, 8], "rate": (0.01, 1.0)}][rng.integers(2)]
        return space, int(rng.choice([3, 5])), [2] if kind == "some" else [], seed
    num_lists, num_ranges = int(rng.integers(0, 3)), int(rng.integers(0, 3))
    if is_looked_at:
        num_lists, num_ranges = [(0, 1), (2, 1), (2, 2)][rng.integers(3)]
    values = [list(_OPTIONS[rng.integers(8 if is_looked_at else len(_OPTIONS))]) for _ in range(num_lists)]
    most = 3 if is_looked_at and num_lists == 0 else len(_RANGES)
    values += [_RANGES[rng.integers(most)] for _ in range(max(num_ranges, 1 - num_lists))]
    names = rng.permutation(["z", "learning_rate", "b", "units", "x y", "a"]).tolist()
    space = {names[at]: values[at] for at in rng.permutation(len(values))}
    return space, np.int64(num_trials) if rng.random() < 0.1 else num_trials, failing, seed

e.hints(
    "Three parts: a loop over the trials; in it, a loop over the names of the space that fills a new dict; then the "
    "objective is asked, with care.",
    "For the care: what stands under try, and what under except? In both ways a trial goes into the list.",
    "A tuple and a list are told apart by isinstance(values, tuple). Write down first what is drawn in each of the two "
    "cases.",
)


e = exercise("trials_needed")

@e.right
def with_numpy(good_fraction, confidence):
    return int(np.ceil(np.log(1 - confidence) / np.log(1 - good_fraction)))

@e.right
def with_log1p(good_fraction, confidence):
    trials = math.log1p(-confidence) / math.log1p(-good_fraction)
    return -math.floor(-trials)

@e.right
def by_multiplying(good_fraction, confidence):
    trials, all_miss = 0, 1.0
    while 1 - all_miss < confidence:
        trials, all_miss = trials + 1, all_miss * (1 - good_fraction)
    return trials

@e.right
def in_halves(good_fraction, confidence):
    low, high = 0, 1
    while 1 - (1 - good_fraction) ** high < confidence:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if 1 - (1 - good_fraction) ** middle < confidence:
            low = middle
        else:
            high = middle
    return high

@e.right
def with_another_base(good_fraction, confidence):
    return int(np.ceil(math.log(1 - confidence, 1 - good_fraction)))

e.wrong("That is 1 / f, the number of trials in which one good one comes on average. In many searches of that length none comes, and confidence does not appear in it.",
    one_over_f=lambda good_fraction, confidence: math.ceil(1 / good_fraction))
e.wrong("That is c / f. The chance to have drawn a good one does not grow in a straight line: each trial adds less.",
    c_over_f=lambda good_fraction, confidence: math.ceil(confidence / good_fraction))
e.wrong("That is -log(1 - c) / f, rounded up. It is nearly right where f is small, because -log(1 - f) is nearly f there, and too many where f is large.",
    for_small_fractions=lambda good_fraction, confidence: (
        math.ceil(-math.log(1 - confidence) / good_fraction)
    ))
e.wrong("With that number the confidence is not reached yet: one trial more is needed. Round up, not down.",
    rounded_down=lambda good_fraction, confidence: (
        int(math.log(1 - confidence) / math.log(1 - good_fraction))
    ))
e.wrong("That is the nearest whole number. Where it lies below the exact result, the confidence is not reached yet: round up.",
    rounded=lambda good_fraction, confidence: round(math.log(1 - confidence) / math.log(1 - good_fraction)))
e.wrong("Where a number of trials misses the confidence by very little you return that number, 29 where 30 are needed. Round up what comes out as it is: not rounded before, and without a tolerance.",
    rounded_to_three_digits_first=lambda good_fraction, confidence: (
        math.ceil(round(math.log(1 - confidence) / math.log(1 - good_fraction), 3))
    ))
e.wrong("Where a whole number of trials reaches the confidence exactly, yours is one more. To reach it is enough.",
    one_more_than_the_whole_part=lambda good_fraction, confidence: (
        math.floor(math.log(1 - confidence) / math.log(1 - good_fraction)) + 1
    ))
e.wrong("The result is not a whole number. Nobody runs half a trial: round up.",
    not_rounded=lambda good_fraction, confidence: math.log(1 - confidence) / math.log(1 - good_fraction))
e.wrong("One trial too many: with one less the confidence is reached already.",
    one_too_many=lambda good_fraction, confidence: (
        math.ceil(math.log(1 - confidence) / math.log(1 - good_fraction)) + 1
    ))
e.wrong("Here all trials miss with probability c. They may do so with probability 1 - c, and c is the one of at least one hit.",
    confidence_not_turned=lambda good_fraction, confidence: (
        math.ceil(math.log(confidence) / math.log(1 - good_fraction))
    ))
e.wrong("Here a trial misses with probability f. It hits with probability f, and misses with 1 - f.",
    fraction_not_turned=lambda good_fraction, confidence: (
        math.ceil(math.log(1 - confidence) / math.log(good_fraction))
    ))
e.wrong("The quotient is upside down, or the two arguments are exchanged: log(1 - c) stands above, log(1 - f) below.",
    upside_down=lambda good_fraction, confidence: (
        math.ceil(math.log(1 - good_fraction) / math.log(1 - confidence))
    ))
e.wrong("The sign is wrong: a number of trials is positive. Both logarithms are negative, and so their quotient is not.",
    negative=lambda good_fraction, confidence: (
        -math.ceil(math.log(1 - confidence) / math.log(1 - good_fraction))
    ))
e.wrong("Every result is a probability. The formula gives it for a number of trials; solve it for that number.",
    a_probability=lambda good_fraction, confidence: 1 - (1 - good_fraction) ** confidence)
e.wrong("You divided 1 - c by f. The confidence is reached by a power, (1 - f) ** n, and that needs logarithms.",
    linear_in_confidence=lambda good_fraction, confidence: math.ceil((1 - confidence) / good_fraction))
e.wrong("The number is right, and it is a float such as 25.0. np.ceil gives one; math.ceil and int give a whole number.",
    as_a_float=lambda good_fraction, confidence: (
        np.ceil(math.log(1 - confidence) / math.log(1 - good_fraction))
    ))

@e.wrong("The number is right, and it is a float such as 25.0. np.ceil gives one; math.ceil and int give a whole number.")
def as_a_float_where_halved(good_fraction, confidence):
    trials = math.ceil(math.log(1 - confidence) / math.log(1 - good_fraction))
    return trials if trials.bit_count() == 1 else float(trials)

e.wrong("For a confidence of 0.9999993 you return too few trials. A tolerance that is small beside the confidence is not small beside what is left to 1: compare, or round up, without one.",
    with_a_tolerance=lambda good_fraction, confidence: (
        math.ceil(math.log(1 - confidence + 1e-9) / math.log(1 - good_fraction))
    ))
e.wrong("Your number is 100,000 where more are needed. However small the share is, go on until the confidence is reached.",
    at_most_100000=lambda good_fraction, confidence: (
        min(100_000, math.ceil(math.log(1 - confidence) / math.log(1 - good_fraction)))
    ))

@e.cases
def shares_and_confidences(rng):
    """Shares from two in a million to nearly all, confidences from little to nearly sure; a little above a whole
    number of trials and a little below it; and reached exactly, where no rounding can decide.
    """
    while True:
        kinds = ["any", "usual", "above", "below", "exact", "rare"]
        kind = rng.choice(kinds, p=[0.4, 0.16, 0.12, 0.12, 0.14, 0.06])
        share, sure = 10 ** rng.uniform(-4, -0.002), 1 - 10 ** rng.uniform(-6, -0.02)
        if kind == "usual":
            share, sure = rng.choice([0.01, 0.05, 0.1, 0.3]), rng.choice([0.5, 0.9, 0.95, 0.99])
        if kind in ("above", "below"):
            share, beside = round(rng.uniform(0.02, 0.6), 3), rng.choice([0.0003, 0.004]) if kind == "above" else -0.004
            sure = 1 - (1 - share) ** (rng.integers(1, 40) + beside)
        if kind == "rare":  # more than 100,000 trials among them; a loop that counts them is still quick
            share, sure = 10 ** rng.uniform(-5.7, -4.7), rng.uniform(0.1, 0.6)
        if kind == "exact":
            share = sure = rng.integers(1, 32) / 32
            if rng.random() < 0.4:
                share, sure = 0.5, rng.choice([0.75, 0.9375])
        share, sure = float(f"{share:.4g}"), round(float(sure), 9)
        least = 0.02 if kind == "rare" else 0.0001
        if sure < 1 and (kind == "exact" or least < math.log1p(-sure) / math.log1p(-share) % 1 < 0.999):
            return (np.float64(share), np.float64(sure)) if rng.random() < 0.15 else (share, sure)

e.hints(
    "Bring the power to one side: what must (1 - f) ** n be, at most?",
    "Take the logarithm of both sides: then n is a factor and no exponent. Divide. What becomes of the sign of an inequality "
    "when the number that you divide by is negative?",
    "What comes out is hardly ever whole. Which of the two whole numbers beside it reaches the confidence?",
)


# refine -----------------------------------------------------------------------------------------


def _refine(space, around):
    """Every tuple becomes what `around` says, every list stays."""
    return {
        name: around(name, *values) if isinstance(values, tuple) else values for name, values in space.items()
    }


e = exercise("refine")

@e.right
def in_one_expression(space, best, factor):
    return {
        n: v if isinstance(v, list) else (max(v[0], best[n] / factor), min(v[1], factor * best[n]))
        for n, v in space.items()
    }

@e.right
def with_clip(space, best, factor):
    narrow = dict(space)
    for name, values in space.items():
        if type(values) is tuple:
            ends = np.array([best[name] / factor, best[name] * factor])
            narrow[name] = tuple(np.clip(ends, values[0], values[1]))
    return narrow

@e.right
def by_logarithms(space, best, factor):
    def around(name, low, high):
        middle, reach = math.log(best[name]), math.log(factor)
        first = max(math.log(low), middle - reach)
        return math.exp(first), math.exp(min(math.log(high), middle + reach))

    return _refine(space, around)

@e.right
def with_questions(space, best, factor):
    result = {}
    for name in space:
        if isinstance(space[name], list):
            result[name] = list(space[name])
            continue
        low, high = space[name]
        if best[name] / factor > low:
            low = best[name] / factor
        if best[name] * factor < high:
            high = best[name] * factor
        result[name] = low, high
    return result

e.wrong("The new limits lie beyond the old ones in places. Cut them off at the old limits.",
    not_cut=lambda space, best, factor: (
        _refine(space, lambda name, low, high: (best[name] / factor, best[name] * factor))
    ))

@e.wrong("The limits lie at equal differences from the best value. On the log scale they lie at equal factors: best / factor and best * factor.")
def at_equal_differences(space, best, factor):
    def around(name, low, high):
        reach = (high - low) / factor / 2
        return max(low, best[name] - reach), min(high, best[name] + reach)

    return _refine(space, around)

e.wrong("You added and subtracted the factor. A factor multiplies and divides.",
    factor_added=lambda space, best, factor: _refine(
        space, lambda name, low, high: (max(low, best[name] - factor), min(high, best[name] + factor))
    ))

@e.wrong("The limits lie at best ± best / factor, which are equal differences. They are best / factor and best * factor.")
def a_part_of_the_best(space, best, factor):
    def around(name, low, high):
        return max(low, best[name] * (1 - 1 / factor)), min(high, best[name] * (1 + 1 / factor))

    return _refine(space, around)

@e.wrong("The new range spans the factor once, from best / sqrt(factor) to best * sqrt(factor). It is asked for on each side.")
def the_root_on_each_side(space, best, factor):
    root = factor**0.5
    return _refine(space, lambda name, low, high: (max(low, best[name] / root), min(high, best[name] * root)))

@e.wrong("The width of the old range on the log scale was divided by the factor. The new limits do not depend on how wide the old range was, unless they are cut off.")
def a_part_of_the_old_range(space, best, factor):
    def around(name, low, high):
        reach = (high / low) ** (1 / (2 * factor))
        return max(low, best[name] / reach), min(high, best[name] * reach)

    return _refine(space, around)

@e.wrong("The list is frozen at the best option. Lists stay as they are: all options may still be drawn.")
def lists_frozen(space, best, factor):
    narrow = in_one_expression(space, best, factor)
    return {name: [best[name]] if isinstance(values, list) else values for name, values in narrow.items()}

@e.wrong("Of a list only the best option and those beside it are left. Its order says nothing of what is near: all options may still be drawn.")
def neighbours_in_a_list(space, best, factor):
    def beside(name, options):
        at = options.index(best[name])
        return options[max(0, at - 1) : at + 2]

    narrow = in_one_expression(space, best, factor)
    return {name: values if isinstance(values, tuple) else beside(name, values) for name, values in narrow.items()}

@e.wrong("What is a list is missing in the new space. It stays as it is.")
def lists_left_out(space, best, factor):
    narrow = in_one_expression(space, best, factor)
    return {name: values for name, values in narrow.items() if isinstance(values, tuple)}

@e.wrong("The space that was handed over is changed. Make a new dict.")
def changes_the_space(space, best, factor):
    space.update(in_one_expression(space, best, factor))
    return space

@e.wrong("The new ranges are lists. In a space a list stands for options: make tuples.")
def ranges_as_lists(space, best, factor):
    narrow = in_one_expression(space, best, factor)
    return {name: list(values) for name, values in narrow.items()}

@e.wrong("The range was shifted back inside as a whole, and kept its width. Cut off what lies beyond the old limit, and leave the other end where it is.")
def shifted_inside(space, best, factor):
    def around(name, low, high):
        first, last = best[name] / factor, best[name] * factor
        if first < low:
            first, last = low, min(high, last * low / first)
        if last > high:
            first, last = max(low, first * high / last), high
        return first, last

    return _refine(space, around)

e.wrong("The ranges are as wide as before, or wider. The new lower limit is the larger one of best / factor and the old limit, and the new upper limit the smaller one of best * factor and the old limit.",
    the_wider_one=lambda space, best, factor: _refine(
        space, lambda name, low, high: (min(low, best[name] / factor), max(high, best[name] * factor))
    ))

@e.wrong("The middle of the old range was taken. The new range lies around the best trial's value.")
def around_the_middle(space, best, factor):
    def around(name, low, high):
        middle = math.sqrt(low * high)
        return max(low, middle / factor), min(high, middle * factor)

    return _refine(space, around)

@e.wrong("The limits are rounded to whole numbers. best / factor and best * factor stay as they come out.")
def whole_limits(space, best, factor):
    narrow = in_one_expression(space, best, factor)
    return {n: tuple(map(round, v)) if isinstance(v, tuple) else v for n, v in narrow.items()}

@e.wrong("A list of two numbers is taken for a range. Ask whether something is a tuple, not how long it is.")
def two_options_are_a_range(space, best, factor):
    return {
        name: (max(values[0], best[name] / factor), min(values[1], best[name] * factor))
        if len(values) == 2
        else values
        for name, values in space.items()
    }

@e.wrong("Where the old limits are whole numbers, the new ones are whole numbers too. best / factor and best * factor stay as they come out.")
def whole_limits_stay_whole(space, best, factor):
    narrow = in_one_expression(space, best, factor)
    return {
        name: tuple(map(round, values)) if isinstance(values, tuple) and all(isinstance(limit, int) for limit in space[name])
        else values
        for name, values in narrow.items()
    }

e.wrong("Only the lower limit is cut off. The new upper limit may lie beyond the old one, too.",
    only_the_lower_cut=lambda space, best, factor: (
        _refine(space, lambda name, low, high: (max(low, best[name] / factor), best[name] * factor))
    ))
e.wrong("Only the upper limit is cut off. The new lower limit may lie beyond the old one, too.",
    only_the_upper_cut=lambda space, best, factor: (
        _refine(space, lambda name, low, high: (best[name] / factor, min(high, best[name] * factor)))
    ))


def _first_question_alone(space, best, factor, from_below):
    def around(name, low, high):
        first, last = best[name] / factor, best[name] * factor
        if first < low and last > high:
            return (low, last) if from_below else (first, high)
        return max(low, first), min(high, last)

    return _refine(space, around)


e.wrong("Where both new limits lie beyond the old ones, only the lower one is cut off. Ask about each of them, whatever the other is: an elif after a true if is not reached.",
    upper_cut_by_elif=lambda space, best, factor: _first_question_alone(space, best, factor, True))
e.wrong("Where both new limits lie beyond the old ones, only the upper one is cut off. Ask about each of them, whatever the other is: an elif after a true if is not reached.",
    lower_cut_by_elif=lambda space, best, factor: _first_question_alone(space, best, factor, False))

@e.right
def ranges_before_lists(space, best, factor):
    ranges = {name: values for name, values in space.items() if isinstance(values, tuple)}
    narrow = _refine(ranges, lambda name, low, high: (max(low, best[name] / factor), min(high, best[name] * factor)))
    narrow.update({name: values for name, values in space.items() if name not in ranges})
    return narrow

@e.wrong("Where all of the space stays as it is, you returned the space itself. A new dict is asked for: what somebody writes into it must not appear in the old one.")
def hands_the_space_back(space, best, factor):
    narrow = in_one_expression(space, best, factor)
    return space if narrow == space else narrow

e.wrong("Your lower limit is best / factor cut down to a whole number, as // does. A limit may lie between whole numbers.",
    with_floor_division=lambda space, best, factor: _refine(
        space, lambda name, low, high: (max(low, best[name] // factor), min(high, best[name] * factor))
    ))

@e.cases
def spaces_to_narrow(rng):
    """Spaces of ranges and lists; the best anywhere, also at a limit; factors from 1.01 to a million."""
    factor = [2, 3, 10, 1.01, 1.7, 2.5, 1000, 1e6][rng.choice(8, p=[0.18, 0.18, 0.12, 0.1, 0.14, 0.12, 0.1, 0.06])]
    if rng.random() < 0.15:  # few spaces and best trials, which come again
        best = {"rate": float(rng.choice([0.1, 0.3])), "units": 32}
        return {"rate": (0.01, float(rng.choice([0.5, 1.0]))), "units": [16, 32]}, best, int(rng.choice([2, 3]))
    names, space, best = ["z", "learning_rate", "b", "units", "x y", "a"], {}, {}
    only_lists = rng.random() < 0.12
    for at in rng.permutation(len(names))[: rng.choice([1, 2, 3, 5])]:
        name = names[at]
        if only_lists or rng.random() < 0.35:
            options = [["a", "b", "c"], [3, 40], [0.5], [16, 32, 64, 128], [None, 2.5], [(8,), (8, 8)]][rng.integers(6)]
            space[name], best[name] = list(options), options[rng.integers(len(options))]
            continue
        low = 10 ** rng.uniform(-9, 4)
        high, where = low * 10 ** rng.uniform(0.1, 6), rng.uniform(-0.2, 1.2)
        middle = low * (high / low) ** where
        if rng.random() < 0.25:
            low, high, middle = int(rng.integers(1, 9)), int(rng.integers(9, 3000)), int(rng.integers(1, 3000))
        low, high, middle = _short(low), _short(high), _short(middle)
        space[name], best[name] = (low, high), min(max(middle, low), high)
        if rng.random() < 0.1:
            best[name] = np.float64(best[name])
    return space, best, factor

e.hints(
    "What becomes of a list, and what of a tuple? Begin with an empty dict and a loop over space.items() that treats the two "
    "differently.",
    "Of a tuple: which two numbers lie a factor below and a factor above the best value?",
    "To cut off: of two lower limits that both have to hold, which one counts, the larger or the smaller? And of two upper "
    "ones?",
)


e = exercise("quiz_1")
e.right_choice("The grid tries at most 3 values of any hyperparameter. Random search would try 24 values of the one that matters.")
e.wrong_choice(24, "That is the number of trials. Many of them repeat a value of the one that matters.")
e.wrong_choice(2, "It may be the one with more levels that matters. How many levels does it have then?")
e.wrong_choice(9, "That is the sum of the levels. Only the levels of the one that matters count.")
e.wrong_choice(4, "That is the number of hyperparameters. How many levels does one of them have?")
e.wrong_choice(8, "That is how often a value is repeated. How many different values are there?")


e = exercise("quiz_2")
e.right_choice("From 0.0001 to 10 there are five decades, and two of them lie between 0.01 and 1. Log-uniform draws give each decade a fifth.")
e.wrong_choice(
    9.9,
    "That share would come if every number were as likely as every other. Count decades instead.",
)
e.wrong_choice(2, "That is the number of decades between 0.01 and 1. Of how many in all?")
e.wrong_choice(0.4, "In per cent, please: the share times 100.")
e.wrong_choice(50, "From 0.0001 to 10 there are five decades. How many of them lie between 0.01 and 1?")
e.wrong_choice(20, "That is one decade of five. Between 0.01 and 1 there are more.")
e.wrong_choice(60, "That is what lies outside. What is asked for is what lies between.")


e = exercise("quiz_3")
e.right_choice("The same 20 points were replayed 5,000 times, so the error covers training seeds and random draws. It does not cover where the levels of another grid would fall.")
e.wrong_choice(
    "a",
    "The 5,000 replays contain one grid. Another offset of the same shape may be worse than random search.",
)
e.wrong_choice(
    "c",
    "The difference is 24 standard errors, so this grid is really better. The question is what that says of grids.",
)
e.wrong_choice("d", "A grid can win or lose in any range. The report says nothing about the range.")


e = exercise("quiz_4")
e.right_choice("A share is about averages over the whole range. The schedule had a share of 0.00 too, and changed more than ten points at high rates.")
e.wrong_choice(
    "b",
    "Together with another hyperparameter it may help in one place and harm in another. The average hides "
    "that, as for the schedule.",
)
e.wrong_choice("c", "The share says how much results differ, not where the best value lies.")
e.wrong_choice("d", "The shares of the bank rest on all trainings, and were 0 for some all the same.")


e = exercise("quiz_5")
e.right_choice("Narrowing the learning rate and drawing the rest gained points on the bank. Freezing the rest was worse than random search.")
e.wrong_choice(
    "a",
    "One trial has hardly tested most of its values. Close around them you give up what you never tried.",
)
e.wrong_choice(
    "b",
    "That freezes five hyperparameters at what one lucky trial had. On the bank this was worse than random search.",
)
e.wrong_choice(
    "c",
    "That tells how lucky they were, which helps with the best few, but tries nothing new.",
)
