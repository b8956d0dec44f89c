"""Right and wrong answers to the exercises of lesson 16."""

import math

import keras
import numpy as np
from scipy import optimize, stats

from course.authoring.answers import exercise

e = exercise("coordinate_check")

@e.right
def slope_by_sums(changes_by_width):
    logs = np.log([float(width) for width in changes_by_width])
    means = np.log([np.asarray(changes, float).mean(axis=0) for changes in changes_by_width.values()])
    centred = logs - logs.mean()
    return centred @ (means - means.mean(axis=0)) / (centred @ centred)

@e.right
def slope_to_base_two(changes_by_width):
    widths = sorted(changes_by_width)
    num_layers = len(changes_by_width[widths[0]][0])
    slopes = []
    for layer in range(num_layers):
        means = [np.mean([row[layer] for row in changes_by_width[width]]) for width in widths]
        slopes.append(stats.linregress(np.log2(widths), np.log2(means)).slope)
    return slopes

@e.right
def slope_relative_to_the_smallest(changes_by_width):
    base = min(changes_by_width)
    first = np.mean(changes_by_width[base], axis=0)
    x = [math.log10(width / base) for width in changes_by_width]
    y = [np.log10(np.mean(changes, axis=0) / first) for changes in changes_by_width.values()]
    return np.polynomial.Polynomial.fit(x, np.array(y)[:, 0], 1).convert().coef[1:].tolist() + [
        float(np.polyfit(x, column, 1)[0]) for column in np.array(y).T[1:]
    ]

@e.right
def slope_by_least_squares(changes_by_width):
    widths = np.fromiter(changes_by_width, float)
    design = np.stack([np.log(widths), np.ones(len(widths))], axis=1)
    means = np.stack([np.log(np.average(np.array(each), axis=0)) for each in changes_by_width.values()])
    return np.linalg.lstsq(design, means, rcond=None)[0][0]


def _slopes(changes_by_width, mean=lambda rows: np.mean(rows, axis=0), x=np.log, y=np.log):
    widths = list(changes_by_width)
    means = np.array([mean(np.asarray(changes_by_width[width], float)) for width in widths])
    return np.polyfit(x(np.array(widths, float)), y(means), 1)[0]


e.wrong("You took the logarithm of each seed's change, and then the mean. Take the mean over the seeds first.",
    mean_of_the_logs=lambda changes_by_width: (
        _slopes(changes_by_width, mean=lambda rows: np.log(rows).mean(axis=0), y=lambda means: means)
    ))

@e.wrong("Your line goes through a point for each seed. Take the mean over the seeds of a width first: one point a width.")
def through_every_seed(changes_by_width):
    x = np.concatenate([np.full(len(rows), np.log(width)) for width, rows in changes_by_width.items()])
    return np.polyfit(x, np.log(np.concatenate([np.array(rows) for rows in changes_by_width.values()])), 1)[0]

@e.wrong("You took the mean over the layers. It is taken over the seeds, which are the rows: axis 0.")
def mean_over_the_layers(changes_by_width):
    means = [np.mean(rows, axis=1) for rows in changes_by_width.values()]
    return np.polyfit(np.log(np.array(list(changes_by_width), float)), np.log(means), 1)[0]

e.wrong("One axis has natural logarithms and the other has logarithms to base 10. Take one kind for both.",
    natural_against_base_ten=lambda changes_by_width: _slopes(changes_by_width, y=np.log10))
e.wrong("The width has logarithms to base 10 and the change natural ones. Take one kind for both.",
    base_ten_against_natural=lambda changes_by_width: _slopes(changes_by_width, x=np.log10))
e.wrong("One axis has natural logarithms and the other has logarithms to base 2. Take one kind for both.",
    natural_against_base_two=lambda changes_by_width: _slopes(changes_by_width, y=np.log2))
e.wrong("The width has logarithms to base 2 and the change natural ones. Take one kind for both.",
    base_two_against_natural=lambda changes_by_width: _slopes(changes_by_width, x=np.log2))
e.wrong("Neither axis has logarithms: your slope is a change for each further unit. Take those of both.",
    no_logarithms=lambda changes_by_width: (
        _slopes(changes_by_width, x=lambda widths: widths, y=lambda means: means)
    ))
e.wrong("The change has no logarithm. Take that of both axes.",
    log_of_the_width_alone=lambda changes_by_width: _slopes(changes_by_width, y=lambda means: means))
e.wrong("The width has no logarithm. Take that of both axes.",
    log_of_the_change_alone=lambda changes_by_width: _slopes(changes_by_width, x=lambda widths: widths))

@e.wrong("The axes are exchanged: that is the slope of the width over the change.")
def exchanged(changes_by_width):
    x = np.log(np.array(list(changes_by_width), float))
    y = np.log([np.mean(rows, axis=0) for rows in changes_by_width.values()])
    return [float(np.polyfit(column, x, 1)[0]) for column in y.T]

@e.wrong("You used the smallest and the largest width alone. The line goes through all widths.")
def ends_alone(changes_by_width):
    ends = [min(changes_by_width), max(changes_by_width)]
    return _slopes({width: changes_by_width[width] for width in ends})

@e.wrong("You used the first and the last width of the dict alone. The line goes through all widths.")
def first_and_last(changes_by_width):
    widths = list(changes_by_width)
    return _slopes({width: changes_by_width[width] for width in (widths[0], widths[-1])})

@e.wrong("You sorted the widths, and not the changes with them: each change has to stay with its own width.")
def sorted_apart(changes_by_width):
    x = np.log(np.array(sorted(changes_by_width), float))
    y = np.log([np.mean(rows, axis=0) for rows in changes_by_width.values()])
    return np.polyfit(x, y, 1)[0]

@e.wrong("These are the heights of the lines where the logarithm of the width is 0. The slopes are asked for.")
def intercepts(changes_by_width):
    x = np.log(np.array(list(changes_by_width), float))
    y = np.log([np.mean(rows, axis=0) for rows in changes_by_width.values()])
    return np.polyfit(x, y, 1)[1]

e.wrong("You used the first seed alone. Take the mean over all of them.",
    first_seed=lambda changes_by_width: _slopes(changes_by_width, mean=lambda rows: rows[0]))
e.wrong("You took the median over the seeds. The mean is asked for.",
    median=lambda changes_by_width: _slopes(changes_by_width, mean=lambda rows: np.median(rows, axis=0)))
e.wrong("You added the seeds up, and did not divide by how many there are at each width. That number may differ from width to width.",
    sum_for_mean=lambda changes_by_width: _slopes(changes_by_width, mean=lambda rows: rows.sum(axis=0)))
e.wrong("You took the largest change of the seeds. The mean is asked for.",
    largest=lambda changes_by_width: _slopes(changes_by_width, mean=lambda rows: rows.max(axis=0)))
e.wrong("You took the root of the mean of the squares over the seeds. The changes are root mean squares already: take the mean.",
    root_mean_square=lambda changes_by_width: (
        _slopes(changes_by_width, mean=lambda rows: np.sqrt((rows**2).mean(axis=0)))
    ))
e.wrong("These are factors for each doubling of the width. The slope is the exponent.",
    factor_a_doubling=lambda changes_by_width: 2 ** _slopes(changes_by_width))
e.wrong("The slopes have the wrong sign. A change that grows with the width has a positive one.",
    wrong_sign=lambda changes_by_width: -_slopes(changes_by_width))
e.wrong("You returned one number, the mean over the layers. Each layer has a slope of its own.",
    one_for_all=lambda changes_by_width: [float(np.mean(_slopes(changes_by_width)))])
e.wrong("The slope of the last layer is missing.",
    without_the_last=lambda changes_by_width: _slopes(changes_by_width)[:-1])
e.wrong("You rounded the slopes. Leave them as they are.",
    rounded_slopes=lambda changes_by_width: np.round(_slopes(changes_by_width), 2))

@e.wrong("Your slopes are right, but the dict that you were given is in another order now. Leave it as it was.")
def dict_sorted(changes_by_width):
    items = sorted(changes_by_width.items())
    changes_by_width.clear()
    changes_by_width.update(items)
    return _slopes(changes_by_width)

@e.cases(deciding=300)
def changes_of_layers(rng):
    """Two to six widths in any order, one to five seeds each, one to four layers, changes over many decades."""
    num = int(rng.choice([2, 3, 3, 4, 5, 6]))
    if rng.random() < 0.6:
        widths = (int(rng.choice([1, 8, 32, 64])) * 2 ** np.arange(num)).tolist()
    else:
        widths = rng.choice(np.unique(np.geomspace(1, 3000, 60).astype(int)), size=num, replace=False).tolist()
    if rng.random() < 0.6:
        rng.shuffle(widths)
    layers = int(rng.choice([1, 2, 3, 3, 4]))
    slopes, sizes = rng.uniform(-1.5, 1.5, layers), 10 ** rng.uniform(-4, 2, layers)
    spread = rng.choice([0, 0.1, 0.8, 0.8])
    same = rng.random() < 0.5
    seeds = [3] * num if same else rng.integers(1, 6, size=num).tolist()
    changes = []
    for width, rows in zip(widths, seeds, strict=True):
        exact = sizes * width**slopes
        drawn = exact * np.exp(spread * rng.normal(size=(rows, layers)))
        changes.append([[float(f"{value:.4g}") for value in row] for row in drawn])
    return widths, changes

e.hints(
    "An exponent is a slope once both axes are logarithmic. What are the points of one layer's line?",
    "Make an array of one row a width and one column a layer: the means over the seeds. Only then take logarithms.",
    "`np.polyfit(x, y, 1)` lays a line through points; `y` may have several columns. It returns the slopes first, then the "
    "heights.",
)


# mup_scales -------------------------------------------------------------------------------------


def _times(fan_in, fan_out, base_fan_in, base_fan_out):
    return fan_in / base_fan_in, fan_out / base_fan_out


e = exercise("mup_scales")

@e.right
def scales_by_cases(fan_in, fan_out, base_fan_in, base_fan_out):
    inputs_grow, outputs_grow = fan_in > base_fan_in, fan_out > base_fan_out
    of_inputs, of_outputs = fan_in / base_fan_in, fan_out / base_fan_out
    if inputs_grow and outputs_grow:
        return 1 / math.sqrt(of_inputs), of_outputs / of_inputs, 1 / of_inputs
    if inputs_grow:
        return 1 / of_inputs, 1 / of_inputs, 1 / of_inputs
    if outputs_grow:
        return 1, of_outputs, 1
    return 1, 1, 1

@e.right
def scales_as_an_array(fan_in, fan_out, base_fan_in, base_fan_out):
    inputs = np.float64(fan_in) / base_fan_in
    power = 1.0 if fan_out == base_fan_out else 0.5
    return np.array([inputs**-power, (fan_out / base_fan_out) / inputs, 1 / inputs])

@e.right
def scales_as_a_list(fan_in, fan_out, base_fan_in, base_fan_out):
    adam = base_fan_in / fan_in
    sgd = adam * fan_out / base_fan_out
    start = adam if fan_out <= base_fan_out else adam**0.5
    return [start, sgd, adam]

@e.right
def scales_through_logarithms(fan_in, fan_out, base_fan_in, base_fan_out):
    inputs, outputs = (math.log(f / b) for f, b in ((fan_in, base_fan_in), (fan_out, base_fan_out)))
    start = -inputs if outputs == 0 else -inputs / 2
    return tuple(math.exp(power) for power in (start, outputs - inputs, -inputs))


def _scales(fan_in, fan_out, base_fan_in, base_fan_out):
    return scales_as_a_list(fan_in, fan_out, base_fan_in, base_fan_out)


@e.wrong("Your start of the last kernel shrinks with the root of its inputs, as that of a hidden one. Where the outputs do not grow, it shrinks in proportion.")
def last_start_by_the_root(fan_in, fan_out, base_fan_in, base_fan_out):
    _, sgd, adam = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return adam**0.5, sgd, adam

@e.wrong("Your start shrinks in proportion to the inputs everywhere. Where the outputs grow too, it shrinks with the root.")
def start_in_proportion(fan_in, fan_out, base_fan_in, base_fan_out):
    _, sgd, adam = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return adam, sgd, adam

@e.wrong("Your start has the factor of the variance. The standard deviation has its root.")
def variance_for_deviation(fan_in, fan_out, base_fan_in, base_fan_out):
    start, sgd, adam = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return start**2, sgd, adam

e.wrong("The start stays as it was. It depends on the number of inputs.",
    start_left=lambda fan_in, fan_out, base_fan_in, base_fan_out: (
        (1.0, *_scales(fan_in, fan_out, base_fan_in, base_fan_out)[1:])
    ))

@e.wrong("Adam has SGD's rule. A step of Adam has the same size whatever the gradient is.")
def adam_as_sgd(fan_in, fan_out, base_fan_in, base_fan_out):
    start, sgd, _ = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return start, sgd, sgd

@e.wrong("SGD has Adam's rule. SGD's step also carries the size of the gradient, which depends on the outputs.")
def sgd_as_adam(fan_in, fan_out, base_fan_in, base_fan_out):
    start, _, adam = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return start, adam, adam

@e.wrong("SGD's and Adam's factors are exchanged. The order is start, SGD, Adam.")
def rates_exchanged(fan_in, fan_out, base_fan_in, base_fan_out):
    start, sgd, adam = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return start, adam, sgd

@e.wrong("You divide Adam's rate by the growth of the outputs. What adds up in a unit are its inputs.")
def adam_by_the_outputs(fan_in, fan_out, base_fan_in, base_fan_out):
    start, sgd, _ = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return start, sgd, base_fan_out / fan_out

@e.wrong("Adam's rate shrinks wherever something grows, in the first kernel too. Where only the outputs grow, it stays.")
def adam_everywhere(fan_in, fan_out, base_fan_in, base_fan_out):
    start, sgd, adam = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return start, sgd, adam if fan_in > base_fan_in else base_fan_out / fan_out

@e.wrong("Adam's rate shrinks with the root of the inputs. All of them move one way: it shrinks in proportion.")
def adam_by_the_root(fan_in, fan_out, base_fan_in, base_fan_out):
    start, sgd, adam = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return start, sgd, adam**0.5

@e.wrong("SGD's rate is turned upside down: it grows with the outputs and shrinks with the inputs.")
def sgd_upside_down(fan_in, fan_out, base_fan_in, base_fan_out):
    start, sgd, adam = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return start, 1 / sgd, adam

@e.wrong("SGD's rate stays as it was. It grows with the outputs and shrinks with the inputs.")
def sgd_left(fan_in, fan_out, base_fan_in, base_fan_out):
    start, _, adam = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return start, 1.0, adam

@e.wrong("SGD's rate grows with the outputs, and does not shrink with the inputs. It does both.")
def sgd_by_the_outputs_alone(fan_in, fan_out, base_fan_in, base_fan_out):
    start, _, adam = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return start, fan_out / base_fan_out, adam

e.wrong("Each of your factors is upside down: what should grow shrinks, and what should shrink grows.",
    all_upside_down=lambda fan_in, fan_out, base_fan_in, base_fan_out: (
        tuple(1 / scale for scale in _scales(fan_in, fan_out, base_fan_in, base_fan_out))
    ))

@e.wrong("You used the fans themselves and not how they have grown. Where nothing grows, each factor is 1.")
def without_a_base(fan_in, fan_out, base_fan_in, base_fan_out):
    start = 1 / math.sqrt(fan_in) if fan_out > base_fan_out else 1 / fan_in
    return start, fan_out / fan_in, 1 / fan_in

@e.wrong("You measured growth by a difference. It is a factor: the wide fan divided by that of the small network.")
def by_differences(fan_in, fan_out, base_fan_in, base_fan_out):
    inputs, outputs = 1 + fan_in - base_fan_in, 1 + fan_out - base_fan_out
    return (inputs**-0.5 if outputs > 1 else 1 / inputs), outputs / inputs, 1 / inputs

e.wrong("Inputs and outputs are exchanged throughout.",
    fans_exchanged=lambda fan_in, fan_out, base_fan_in, base_fan_out: (
        _scales(fan_out, fan_in, base_fan_out, base_fan_in)
    ))

@e.wrong("Your growth is cut down to whole numbers. A layer may grow by a factor such as 1.5.")
def whole_factors(fan_in, fan_out, base_fan_in, base_fan_out):
    inputs, outputs = fan_in // base_fan_in, fan_out // base_fan_out
    return _scales(inputs, outputs, 1, 1)

@e.wrong("A kernel of which both sides grow is taken for one whose inputs and outputs grow alike. They need not.")
def one_growth_for_both(fan_in, fan_out, base_fan_in, base_fan_out):
    inputs, outputs = _times(fan_in, fan_out, base_fan_in, base_fan_out)
    if inputs > 1 and outputs > 1:
        return inputs**-0.5, 1.0, 1 / inputs
    return _scales(fan_in, fan_out, base_fan_in, base_fan_out)

@e.wrong("Where a kernel has as many inputs as outputs, you take it for one whose inputs and outputs have grown alike. In the base it may have had other fans.")
def square_for_equal_growth(fan_in, fan_out, base_fan_in, base_fan_out):
    if fan_in == fan_out:
        inputs = fan_in / base_fan_in
        return inputs**-0.5, 1.0, 1 / inputs
    return _scales(fan_in, fan_out, base_fan_in, base_fan_out)

@e.wrong("You take a kernel for that of the logits by its number of outputs, or by having fewer outputs than inputs. It is one whose outputs have not grown: fan_out equals base_fan_out.")
def logits_by_ten_classes(fan_in, fan_out, base_fan_in, base_fan_out):
    inputs, outputs = _times(fan_in, fan_out, base_fan_in, base_fan_out)
    return (1 / inputs if fan_out == 10 else inputs**-0.5), outputs / inputs, 1 / inputs

@e.wrong("You take a kernel for that of the logits by its number of outputs, or by having fewer outputs than inputs. It is one whose outputs have not grown: fan_out equals base_fan_out.")
def logits_by_fewer_outputs(fan_in, fan_out, base_fan_in, base_fan_out):
    inputs, outputs = _times(fan_in, fan_out, base_fan_in, base_fan_out)
    return (1 / inputs if fan_out < fan_in else inputs**-0.5), outputs / inputs, 1 / inputs

e.wrong("Both rates stay as they were. SGD's rate grows with the outputs and shrinks with the inputs, and Adam's shrinks with the inputs.",
    rates_left=lambda fan_in, fan_out, base_fan_in, base_fan_out: (
        (_scales(fan_in, fan_out, base_fan_in, base_fan_out)[0], 1.0, 1.0)
    ))

@e.wrong("You returned the start's and one rate's factor. Three are asked for: start, SGD, Adam.")
def two_factors(fan_in, fan_out, base_fan_in, base_fan_out):
    start, _, adam = _scales(fan_in, fan_out, base_fan_in, base_fan_out)
    return start, adam

@e.cases
def kernels_of_all_kinds(rng):
    """First, hidden and last kernels; equal growth and unequal; square ones; a base from 1 on; nothing grows."""
    base_in, base_out = (int(rng.choice([1, 2, 10, 32, 64, int(rng.integers(1, 500))])) for _ in "ab")
    kind = rng.choice(["first", "hidden", "last", "nothing"], p=[0.2, 0.5, 0.2, 0.1])
    grow_in, grow_out = kind in ("hidden", "last"), kind in ("hidden", "first")
    if rng.random() < 0.4:
        times_in = times_out = int(rng.choice([2, 4, 8, 16, 100]))
        fan_in = base_in * times_in if grow_in else base_in
        fan_out = base_out * times_out if grow_out else base_out
    else:
        fan_in = base_in + int(rng.integers(1, 20 * base_in + 2)) if grow_in else base_in
        fan_out = base_out + int(rng.integers(1, 20 * base_out + 2)) if grow_out else base_out
    if rng.random() < 0.1:
        fan_in = fan_out = max(base_in, base_out) * int(rng.choice([1, 2, 3]))
    return fan_in, fan_out, base_in, base_out

e.hints(
    "Read the paragraphs and the table above. Two numbers say everything: by what the inputs have grown, "
    "and by what the outputs have. Write them down first.",
    "Adam and SGD: which of the two growths does a step of Adam know of? And SGD's step, whose gradient is smaller "
    "where there are more outputs?",
    "The start needs an if: what is special about the kernel whose outputs do not grow? Try your answer on the three rows of "
    "the table.",
)


# fit_power_law ----------------------------------------------------------------------------------


def _curve(sizes, floor, factor, exponent):
    return floor + factor * np.asarray(sizes, float) ** -exponent


e = exercise("fit_power_law")

@e.right
def by_one_unknown(sizes, errors):
    sizes, errors = np.asarray(sizes, float), np.asarray(errors, float)
    smallest = sizes.min()

    def linear(exponent):
        design = np.stack([np.ones_like(sizes), (sizes / smallest) ** -exponent], axis=1)
        found, rest = optimize.nnls(design, errors)
        return rest, found

    grid = np.linspace(0.01, 3, 100)
    best = grid[np.argmin([linear(exponent)[0] for exponent in grid])]
    low, high = max(0.01, best - 0.031), min(3, best + 0.031)
    exponent = optimize.minimize_scalar(
        lambda e: linear(e)[0], bounds=(low, high), method="bounded", options={"xatol": 1e-10}
    ).x
    floor, above = linear(exponent)[1]
    return floor, above * smallest**exponent, exponent

@e.right
def by_least_squares_in_logarithms(sizes, errors):
    x, y = np.log(np.asarray(sizes, float)), np.asarray(errors, float)

    def rest(p):
        return p[0] + np.exp(p[1] - p[2] * (x - x.min())) - y

    best = None
    for exponent in (0.3, 0.8):
        start = [0.7 * y.min(), math.log(y.max() - 0.7 * y.min()), exponent]
        found = optimize.least_squares(
            rest, start, bounds=([0, -50, 0.01], [np.inf, 50, 3]), ftol=1e-12, xtol=1e-12, gtol=1e-12
        )
        if best is None or found.cost < best.cost:
            best = found
    floor, log_above, exponent = best.x
    return [floor, math.exp(log_above + exponent * x.min()), exponent]

@e.right
def by_scaled_sizes(sizes, errors):
    sizes, errors = np.array(sizes, float), np.array(errors, float)
    unit = np.sqrt(sizes.min() * sizes.max())

    def curve(size, floor, factor, exponent):
        return floor + factor * (size / unit) ** (-exponent)

    start, bounds = (0.7 * errors.min(), np.ptp(errors) + 1e-9, 0.5), ([0, 0, 0.01], [np.inf, np.inf, 3])
    (floor, factor, exponent), _ = optimize.curve_fit(
        curve, sizes, errors, p0=start, bounds=bounds, xtol=1e-10, ftol=1e-10, gtol=1e-10
    )
    return np.array([floor, factor * unit**exponent, exponent])

@e.right
def with_bounds_and_a_start(sizes, errors):
    smallest = min(errors)
    start = (0.7 * smallest, (max(errors) - 0.7 * smallest) * min(sizes) ** 0.5, 0.5)
    found, _ = optimize.curve_fit(_curve, sizes, errors, start, bounds=([0, 0, 0.01], [smallest, np.inf, 3]))
    return tuple(found)


def _fitted(sizes, errors):
    return by_scaled_sizes(sizes, errors)


@e.wrong("Your curve has no floor: it is a straight line in the logarithms, and falls towards 0 for ever.")
def without_a_floor(sizes, errors):
    slope, height = np.polyfit(np.log(sizes), np.log(errors), 1)
    return 0.0, math.exp(height), -slope

@e.wrong("This is where SciPy ends when it starts at (1, 1, 1), its default, without bounds. Give it a start near the data.")
def default_start(sizes, errors):
    import warnings

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found, _ = optimize.curve_fit(_curve, np.asarray(sizes, float), np.asarray(errors, float), maxfev=20000)
    return tuple(found)

@e.wrong("Your floor is the smallest error that was measured. More data would still have helped: it lies below.")
def floor_at_the_smallest(sizes, errors):
    sizes, errors = np.asarray(sizes, float), np.asarray(errors, float)
    above = errors > errors.min()
    slope, height = np.polyfit(np.log(sizes[above]), np.log(errors[above] - errors.min()), 1)
    return float(errors.min()), math.exp(height), -slope

@e.wrong("You laid a straight line through errors over sizes. The error falls by a power of the size.")
def linear_axes(sizes, errors):
    slope, height = np.polyfit(sizes, errors, 1)
    return float(height), float(slope), -1.0

@e.wrong("The exponent has the wrong sign. The formula has the minus already.")
def negative_exponent(sizes, errors):
    floor, factor, exponent = _fitted(sizes, errors)
    return floor, factor, -exponent

@e.wrong("Floor and factor are exchanged. The order is floor, factor, exponent.")
def floor_and_factor_exchanged(sizes, errors):
    floor, factor, exponent = _fitted(sizes, errors)
    return factor, floor, exponent

@e.wrong("The exponent stands first. The order is floor, factor, exponent.")
def exponent_first(sizes, errors):
    floor, factor, exponent = _fitted(sizes, errors)
    return exponent, factor, floor

@e.wrong("Your factor belongs to sizes that are divided by the smallest one. Turn it into that of the formula, in which the sizes are as they were given.")
def factor_of_scaled_sizes(sizes, errors):
    floor, factor, exponent = _fitted(sizes, errors)
    return floor, factor * min(sizes) ** -exponent, exponent

@e.wrong("Your factor belongs to sizes that are counted in hundreds. Turn it into that of the formula, in which the sizes are as they were given.")
def factor_of_hundreds(sizes, errors):
    floor, factor, exponent = _fitted(sizes, errors)
    return floor, factor * 100**-exponent, exponent

@e.wrong("Your factor is its logarithm. Turn it back.")
def log_of_the_factor(sizes, errors):
    floor, factor, exponent = _fitted(sizes, errors)
    return floor, math.log(factor), exponent

e.wrong("Some of your floors are negative, and no error is. Bound the floor from below.",
    floor_without_a_bound=lambda sizes, errors: _within(sizes, errors, negative_floors=True))


def _best_exponent(rest, lowest, highest):
    grid = np.linspace(lowest, highest, 1 + round((highest - lowest) / 0.03))
    best = grid[np.argmin([rest(exponent) for exponent in grid])]
    bounds = max(lowest, best - 0.031), min(highest, best + 0.031)
    return optimize.minimize_scalar(rest, bounds=bounds, method="bounded", options={"xatol": 1e-10}).x


def _within(sizes, errors, highest=3.0, negative_floors=False):
    """The best curve with an exponent up to a bound of one's own; floors may be negative where that is said."""
    x, y = np.log(np.asarray(sizes, float)), np.asarray(errors, float)

    def linear(exponent):
        design = np.stack([np.ones_like(x), np.exp(-exponent * (x - x.min()))], axis=1)
        found = np.linalg.lstsq(design, y, rcond=None)[0] if negative_floors else optimize.nnls(design, y)[0]
        return np.sum((design @ found - y) ** 2), found

    exponent = _best_exponent(lambda exponent: linear(exponent)[0], 0.01, highest)
    floor, above = linear(exponent)[1]
    return floor, above * math.exp(exponent * x.min()), exponent


e.wrong("Some of your exponents are above 3. The contract bounds the exponent from above too.",
    exponent_without_a_bound=lambda sizes, errors: _within(sizes, errors, highest=12.0))
e.wrong("Some of your floors are negative, and some of your exponents are above 3. Bound floor and exponent.",
    no_bounds=lambda sizes, errors: _within(sizes, errors, highest=12.0, negative_floors=True))
e.wrong("None of your exponents is above 2. The contract allows up to 3.",
    exponent_up_to_two=lambda sizes, errors: _within(sizes, errors, highest=2.0))
e.wrong("None of your exponents is above 1. The contract allows up to 3.",
    exponent_up_to_one=lambda sizes, errors: _within(sizes, errors, highest=1.0))


def _factor_up_to(sizes, errors, highest):
    start = [0.7 * min(errors), 1, 0.5]
    return tuple(optimize.curve_fit(_curve, sizes, errors, start, bounds=([0, 0, 0.01], [np.inf, highest, 3]))[0])


e.wrong("None of your factors is above 100. The contract does not bound the factor from above.",
    factor_up_to_a_hundred=lambda sizes, errors: _factor_up_to(sizes, errors, 100))
e.wrong("None of your factors is above 1,000. The contract does not bound the factor from above.",
    factor_up_to_a_thousand=lambda sizes, errors: _factor_up_to(sizes, errors, 1000))
e.wrong("None of your factors is above 10,000. The contract does not bound the factor from above.",
    factor_up_to_ten_thousand=lambda sizes, errors: _factor_up_to(sizes, errors, 10_000))

@e.wrong("Your exponent is 0.5 whatever the data are. It is one of the three that are fitted.")
def root_law(sizes, errors):
    design = np.stack([np.ones(len(sizes)), np.asarray(sizes, float) ** -0.5], axis=1)
    floor, factor = optimize.nnls(design, np.asarray(errors, float))[0]
    return floor, factor, 0.5

@e.wrong("Your exponent is 1 whatever the data are. It is one of the three that are fitted.")
def hyperbola(sizes, errors):
    design = np.stack([np.ones(len(sizes)), 1 / np.asarray(sizes, float)], axis=1)
    floor, factor = optimize.nnls(design, np.asarray(errors, float))[0]
    return floor, factor, 1.0

@e.wrong("Where the exponent is 0.4853 you return 0.49. Exponents between two hundredths are allowed as well, and here one of them has the smallest sum.")
def hundredths_alone(sizes, errors):
    sizes, errors = np.asarray(sizes, float), np.asarray(errors, float)
    smallest, found = sizes.min(), []
    for exponent in np.arange(1, 301) / 100:
        powers = np.column_stack([np.ones(len(sizes)), (sizes / smallest) ** -exponent])
        (floor, factor), distance = optimize.nnls(powers, errors)
        found.append((distance, floor, factor * smallest**exponent, exponent))
    return min(found)[1:]

@e.wrong("You fitted the logarithm of the size, floor minus factor times log. That falls below 0 in the end.")
def line_in_the_logarithm(sizes, errors):
    slope, height = np.polyfit(np.log(sizes), errors, 1)
    return float(height), float(slope), 0.0

@e.wrong("You returned where you started from. Let SciPy fit from there.")
def the_start_alone(sizes, errors):
    smallest = min(errors)
    return 0.7 * smallest, (max(errors) - 0.7 * smallest) * min(sizes) ** 0.5, 0.5

e.wrong("You returned factor and exponent without the floor. Three numbers are asked for.",
    two_numbers=lambda sizes, errors: _fitted(sizes, errors)[1:])

@e.wrong("You used the smallest and the largest size alone, and a line. All points count.")
def end_points(sizes, errors):
    first, last = int(np.argmin(sizes)), int(np.argmax(sizes))
    exponent = -math.log(errors[last] / errors[first]) / math.log(sizes[last] / sizes[first])
    return 0.0, errors[first] * sizes[first] ** exponent, exponent

@e.cases(recorded=30, deciding=60)
def curves_of_errors(rng):
    """Exact curves and noisy ones, with a floor and without, flat and steep, large factors; 5 to 8 sizes in any order.

    Steep ones begin at 1 to 300 examples.
    """
    num = int(rng.integers(5, 9))
    kind = rng.choice(["usual", "flat", "large", "steep", "too steep"], p=[0.55, 0.1, 0.1, 0.15, 0.1])
    if kind == "large":  # a factor of 10,000 and more
        sizes = int(rng.choice([100_000, 300_000])) * 2 ** np.arange(min(num, 6))
        exponent = rng.uniform(0.9, 1.0)
    elif kind in ("usual", "flat"):
        first = int(rng.choice([1, 10, 50, 100, 10_000, 100_000]))
        sizes = np.unique(np.round(first * rng.choice([2.0, 3.0]) ** np.arange(num))).astype(int)
        # The last point still lies well above the floor: what noise makes of a flat end is no curve.
        steepest = min(1.2, math.log(25) / math.log(sizes[-1] / sizes[0]))
        exponent = rng.uniform(0.2, steepest) if kind == "usual" else rng.uniform(0.05, 0.2)
    else:
        exponent = rng.uniform(1, 3) if kind == "steep" else rng.uniform(3.2, 5)
        first = int(rng.choice([1, 2, 5, 8, 50, 300, 300] if kind == "steep" else [1, 2, 3, 5, 8]))
        sizes = first + max(1, round(first * (40 ** (1 / exponent) - 1) / num)) * np.arange(num)
    above = rng.uniform(0.1, 0.6)
    floor, noise = rng.uniform(0.02, 0.3), 0.0
    if kind == "usual":
        floor = rng.choice([0.0, floor, floor, -0.03 * above])
        noise = rng.choice([0.0, 0.0, 0.003])
    errors = floor + above * (sizes / sizes[0]) ** -exponent
    errors = errors + noise * above * rng.normal(size=len(sizes))
    errors = np.maximum(errors, 1e-3)
    order = rng.permutation(len(sizes)) if rng.random() < 0.4 else np.arange(len(sizes))
    return sizes[order].tolist(), [float(f"{error:.8g}") for error in errors[order]]

e.hints(
    "What did SciPy need in the cell above? It is told where to start, and what is impossible.",
    "A good start: a floor somewhat below the smallest error, an exponent of one half, and the factor that then leads through "
    "the first point.",
    "`curve_fit(curve, sizes, errors, p0=..., bounds=(lowest, highest))`, where lowest and highest are "
    "lists of three. Sizes of thousands make the factor huge: divide them by the smallest one, and turn "
    "the factor back at the end.",
)


# fine_tuning_groups -----------------------------------------------------------------------------


def _dense(model):
    return [layer for layer in model.layers if layer.weights]


def _loss():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def _freeze(model, num_frozen):
    for number, layer in enumerate(_dense(model)):
        layer.trainable = number >= num_frozen


def _compiled(model, num_frozen, rate_of, kind=keras.optimizers.Adam, loss=None, movable=None):
    """Freeze and compile; rate_of: takes the place of a layer and their number; movable: one a layer."""
    layers = _dense(model)
    _freeze(model, num_frozen)
    for layer, may_move in zip(layers, movable or (), strict=False):
        layer.trainable = may_move
    optimizers = [kind(float(rate_of(place, len(layers)))) for place in range(len(layers))]
    by_path = {
        weight.path: optimizer
        for layer, optimizer in zip(layers, optimizers, strict=True)
        for weight in layer.weights
    }
    model.compile(keras.optimizers.MultiOptimizer(lambda weight: by_path[weight.path]), loss or _loss())
    return model


def _rates(body_rate, head_rate):
    return lambda place, num: head_rate if place == num - 1 else body_rate


e = exercise("fine_tuning_groups")

@e.right
def groups_by_a_map(model, num_frozen, body_rate, head_rate):
    layers = [layer for layer in model.layers if layer.weights]
    for layer in layers[:num_frozen]:
        layer.trainable = False
    for layer in layers[num_frozen:]:
        layer.trainable = True
    rates = keras.optimizers.OptimizerMap(keras.optimizers.Adam(body_rate))
    for weight in layers[-1].weights:
        rates[weight.path] = keras.optimizers.Adam(head_rate)
    model.compile(optimizer=keras.optimizers.MultiOptimizer(rates), loss=_loss(), metrics=["accuracy"])
    return model

@e.right
def groups_by_a_function(model, num_frozen, body_rate, head_rate):
    head = [layer for layer in model.layers if layer.weights][-1]
    body_optimizer, head_optimizer = keras.optimizers.Adam(body_rate), keras.optimizers.Adam(head_rate)
    names = {id(weight) for weight in head.weights}
    number = 0
    for layer in model.layers:
        if layer.count_params():
            layer.trainable = number >= num_frozen
            number += 1
    chosen = keras.optimizers.MultiOptimizer(lambda weight: head_optimizer if id(weight) in names else body_optimizer)
    model.compile(chosen, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model

@e.right
def groups_with_a_rate_of_zero(model, num_frozen, body_rate, head_rate):
    def rate_of(place, num):
        return head_rate if place == num - 1 else 0.0 if place < num_frozen else body_rate

    return _compiled(model, 0, rate_of)

@e.right
def groups_of_an_adam_of_its_own(model, num_frozen, body_rate, head_rate):
    layers = _dense(model)
    head = [weight.value for weight in layers[-1].weights]
    _freeze(model, num_frozen)

    class TwoRates(keras.optimizers.Adam):
        def update_step(self, gradient, variable, learning_rate):
            of_head = any(variable is weight for weight in head)
            factor = head_rate / body_rate if of_head else 1.0
            super().update_step(gradient, variable, learning_rate * factor)

    model.compile(TwoRates(body_rate), _loss())
    return model

@e.wrong("All layers that move have the rate of the body, the head too. If you use a map, a key has to match the whole path, and in a Sequential model that begins with its name.")
def key_that_matches_nothing(model, num_frozen, body_rate, head_rate):
    _freeze(model, num_frozen)
    head = _dense(model)[-1].name
    rates = keras.optimizers.OptimizerMap(
        keras.optimizers.Adam(body_rate), {head: keras.optimizers.Adam(head_rate)}
    )
    model.compile(keras.optimizers.MultiOptimizer(rates), _loss())
    return model

e.wrong("All layers that move have the rate of the head. Those of the body have a rate of their own.",
    head_rate_for_all=lambda model, num_frozen, body_rate, head_rate: (
        _compiled(model, num_frozen, lambda place, num: head_rate)
    ))

@e.wrong("Some heads move at the rate of the body: those that are not called logits. The head is the last layer with weights, whatever its name is.")
def head_by_its_name(model, num_frozen, body_rate, head_rate):
    layers = _dense(model)

    def rate_of(place, num):
        return head_rate if layers[place].name == "logits" else body_rate

    return _compiled(model, num_frozen, rate_of)

@e.wrong("TensorFlow compares the numbers of two variables where you wrote `in` or `==`. Compare their paths.")
def weight_in_a_list(model, num_frozen, body_rate, head_rate):
    _freeze(model, num_frozen)
    of_body, of_head = keras.optimizers.Adam(body_rate), keras.optimizers.Adam(head_rate)
    head = _dense(model)[-1].weights
    model.compile(keras.optimizers.MultiOptimizer(lambda weight: of_head if weight in head else of_body), _loss())
    return model

e.wrong("The two rates are exchanged: the head moves at the rate of the body.",
    rates_of_groups_exchanged=lambda model, num_frozen, body_rate, head_rate: (
        _compiled(model, num_frozen, lambda place, num: body_rate if place == num - 1 else head_rate)
    ))

@e.wrong("Layers that were frozen when you were given the model, and should move, stay. Set `trainable` of every layer.")
def never_unfrozen(model, num_frozen, body_rate, head_rate):
    movable = [layer.trainable and at >= num_frozen for at, layer in enumerate(_dense(model))]
    return _compiled(model, 0, _rates(body_rate, head_rate), movable=movable)

@e.wrong("Layers that were frozen when you were given the model are not counted, and stay frozen: their `trainable_weights` are empty. Count those with `weights`.")
def only_trainable_ones_counted(model, num_frozen, body_rate, head_rate):
    layers = [layer for layer in model.layers if layer.trainable_weights]
    for number, layer in enumerate(layers):
        layer.trainable = number >= num_frozen
    head = {weight.path for weight in layers[-1].weights}
    of_body, of_head = keras.optimizers.Adam(body_rate), keras.optimizers.Adam(head_rate)
    groups = keras.optimizers.MultiOptimizer(lambda weight: of_head if weight.path in head else of_body)
    model.compile(groups, _loss())
    return model

e.wrong("No layer is frozen: the first num_frozen move too.",
    nothing_frozen=lambda model, num_frozen, body_rate, head_rate: (
        _compiled(model, 0, _rates(body_rate, head_rate))
    ))
e.wrong("The whole body is frozen. Only its first num_frozen layers stay.",
    body_frozen=lambda model, num_frozen, body_rate, head_rate: (
        _compiled(model, len(_dense(model)) - 1, lambda place, num: head_rate)
    ))
e.wrong("One layer too many is frozen.",
    one_too_many_frozen=lambda model, num_frozen, body_rate, head_rate: (
        _compiled(model, num_frozen + 1, _rates(body_rate, head_rate))
    ))


def _grouped(model, num_frozen, body_rate, head_rate, counted=_dense, is_head=None):
    """Freeze the first of the layers that are counted; is_head: of the model and a weight's path."""
    for number, layer in enumerate(counted(model)):
        layer.trainable = number >= num_frozen
    of_body, of_head = keras.optimizers.Adam(body_rate), keras.optimizers.Adam(head_rate)
    is_head = is_head or (lambda model, path: path in {weight.path for weight in _dense(model)[-1].weights})
    groups = keras.optimizers.MultiOptimizer(lambda weight: of_head if is_head(model, weight.path) else of_body)
    model.compile(groups, _loss())
    return model


def _in_last_layer(model, path):
    return path in {weight.path for weight in model.layers[-1].weights}


e.wrong("One layer too few is frozen.",
    one_too_few_frozen=lambda model, num_frozen, body_rate, head_rate: (
        _compiled(model, max(0, num_frozen - 1), _rates(body_rate, head_rate))
    ))
e.wrong("Too few layers are frozen: you counted those without weights, as Flatten is.",
    flatten_counted=lambda model, num_frozen, body_rate, head_rate: (
        _grouped(model, num_frozen, body_rate, head_rate, lambda model: model.layers)
    ))
e.wrong("Too few layers are frozen: you counted those without weights, as Flatten is. And where one of them is the last, the head moves at the rate of the body.",
    every_layer_counted=lambda model, num_frozen, body_rate, head_rate: (
        _grouped(model, num_frozen, body_rate, head_rate, lambda model: model.layers, _in_last_layer)
    ))
e.wrong("Where a layer without weights stands between the others, too few are frozen: such layers do not count.",
    all_counted_but_flatten=lambda model, num_frozen, body_rate, head_rate: (
        _grouped(model, num_frozen, body_rate, head_rate, lambda model: model.layers[1:])
    ))
e.wrong("Where a layer without weights stands between the others, too few are frozen: such layers do not count. And where one is the last, the head moves at the rate of the body.",
    all_counted_from_the_second_on=lambda model, num_frozen, body_rate, head_rate: (
        _grouped(model, num_frozen, body_rate, head_rate, lambda model: model.layers[1:], _in_last_layer)
    ))
e.wrong("Where a layer without weights stands behind the head, your head moves at the rate of the body.",
    last_layer_for_the_head=lambda model, num_frozen, body_rate, head_rate: (
        _grouped(model, num_frozen, body_rate, head_rate, is_head=_in_last_layer)
    ))

@e.wrong("Where the head's name is a part of the model's name or of another layer's, the body moves at the rate of the head.")
def head_by_a_part_of_the_path(model, num_frozen, body_rate, head_rate):
    part = _dense(model)[-1].name
    return _grouped(model, num_frozen, body_rate, head_rate, is_head=lambda model, path: part in path)

@e.wrong("Where the model's name holds that of a layer of the body, the head moves at the rate of the body. Compare whole paths.")
def body_by_parts_of_the_path(model, num_frozen, body_rate, head_rate):
    parts = [layer.name for layer in _dense(model)[:-1]]
    return _grouped(
        model, num_frozen, body_rate, head_rate, is_head=lambda model, path: not any(part in path for part in parts)
    )

@e.wrong("Where the head's name is a part of the model's name or of another layer's, the body moves at the rate of the head. And where a layer without weights stands behind the head, the head moves at the rate of the body.")
def last_name_in_the_path(model, num_frozen, body_rate, head_rate):
    part = model.layers[-1].name
    return _grouped(model, num_frozen, body_rate, head_rate, is_head=lambda model, path: part in path)

@e.wrong("Where another layer's name begins with the head's, that layer moves at the rate of the head.")
def head_by_the_begin_of_its_name(model, num_frozen, body_rate, head_rate):
    begin = f"{model.name}/{_dense(model)[-1].name}"
    return _grouped(model, num_frozen, body_rate, head_rate, is_head=lambda model, path: path.startswith(begin))

@e.wrong("Where the model's name ends with the head's, the body moves at the rate of the head.")
def head_by_a_name_and_a_slash(model, num_frozen, body_rate, head_rate):
    part = f"{_dense(model)[-1].name}/"
    return _grouped(model, num_frozen, body_rate, head_rate, is_head=lambda model, path: part in path)

@e.wrong("You froze the last layers and let the first ones move. It is the first num_frozen that stay.")
def frozen_from_the_end(model, num_frozen, body_rate, head_rate):
    num = len(_dense(model))
    movable = [place < num - num_frozen for place in range(num)]
    return _compiled(model, 0, _rates(body_rate, head_rate), movable=movable)

@e.wrong("You froze layers of the body from the head's side. It is the first num_frozen layers, counted from the inputs, that stay.")
def frozen_from_the_head(model, num_frozen, body_rate, head_rate):
    num = len(_dense(model)) - 1
    movable = [place < num - num_frozen or place == num for place in range(num + 1)]
    return _compiled(model, 0, _rates(body_rate, head_rate), movable=movable)

@e.wrong("One layer too many is frozen, unless that is the head.")
def one_too_many_of_the_body(model, num_frozen, body_rate, head_rate):
    num = len(_dense(model)) - 1
    return _compiled(model, min(num_frozen + 1, num), _rates(body_rate, head_rate))

e.wrong("The head does not move. It is the layer that has to.",
    head_frozen=lambda model, num_frozen, body_rate, head_rate: (
        _compiled(model, num_frozen, lambda place, num: 0.0 if place == num - 1 else body_rate)
    ))
e.wrong("The layers move by SGD's steps. Adam is asked for.",
    with_sgd=lambda model, num_frozen, body_rate, head_rate: _compiled(
        model, num_frozen, lambda place, num: head_rate if place == num - 1 else body_rate, keras.optimizers.SGD
    ))

@e.wrong("The loss takes logits for probabilities: SparseCategoricalCrossentropy needs from_logits=True.")
def logits_as_probabilities(model, num_frozen, body_rate, head_rate):
    return _compiled(
        model,
        num_frozen,
        lambda place, num: head_rate if place == num - 1 else body_rate,
        loss=keras.losses.SparseCategoricalCrossentropy(),
    )

e.wrong("Each layer of the body but its last has a tenth of the rate of the next one. The body has one rate.",
    a_tenth_each_layer=lambda model, num_frozen, body_rate, head_rate: _compiled(
        model, num_frozen, lambda place, num: head_rate if place == num - 1 else body_rate * 0.1 ** (num - 2 - place)
    ))
e.wrong("Your body's rate is body_rate times head_rate. Both are rates themselves.",
    rate_as_a_factor=lambda model, num_frozen, body_rate, head_rate: _compiled(
        model, num_frozen, lambda place, num: head_rate if place == num - 1 else body_rate * head_rate
    ))

@e.wrong("The biases stay. A layer that moves moves with its bias.")
def biases_stay(model, num_frozen, body_rate, head_rate):
    _freeze(model, num_frozen)
    head = {weight.path for weight in _dense(model)[-1].weights}
    body_, head_, none = (keras.optimizers.Adam(rate) for rate in (body_rate, head_rate, 0.0))

    def chosen(weight):
        return none if weight.path.endswith("bias") else head_ if weight.path in head else body_

    model.compile(keras.optimizers.MultiOptimizer(chosen), _loss())
    return model

e.wrong("The bias of the head moves at the rate of the body. A layer has a kernel and a bias: take its `weights`.",
    kernel_of_the_head_alone=lambda model, num_frozen, body_rate, head_rate: _grouped(
        model, num_frozen, body_rate, head_rate, is_head=lambda model, path: path == _dense(model)[-1].kernel.path
    ))

@e.wrong("Your function returns None. Return the model that it has compiled.")
def returns_nothing(model, num_frozen, body_rate, head_rate):
    _compiled(model, num_frozen, _rates(body_rate, head_rate))

@e.cases(recorded=3, deciding=5)
def networks_to_tune(rng):
    """Bodies of one to three layers, names of all kinds, frozen before or not, trained before or not.

    Names hold one another, and layers without weights stand between the others and behind the head.
    """
    num_body = int(rng.choice([1, 2, 2, 3]))
    sizes, bare = rng.integers(3, 8, size=num_body).tolist(), bool(rng.random() < 0.4)
    name = str(rng.choice(["mlp", "clothes", "my_out", "hidden", "hidden_1"]))
    head = str(rng.choice(["logits", "out", f"hidden_{num_body + 1}", "hidden", "hidden", name]))
    frozen = [number for number in range(num_body + 1) if rng.random() < 0.4]
    if len(frozen) == num_body + 1:
        frozen = frozen[1:]
    num_frozen = int(rng.choice([0, num_body, int(rng.integers(0, num_body + 1)), int(rng.integers(1, num_body + 1))]))
    body_rate, head_rate = (float(f"{10 ** rng.uniform(-3, -1):.2g}") for _ in "ab")
    return sizes, (name, head), frozen, bool(rng.random() < 0.3), num_frozen, body_rate, head_rate, bare

e.hints(
    "Three things to do, in this order: say which layers may move, make an optimizer with two rates, compile.",
    "List the layers that have weights: `[layer for layer in model.layers if layer.weights]`. The place in this list decides "
    "`trainable`, True or False, for each of them.",
    "`MultiOptimizer` takes a function of a variable that returns an optimizer. Make both optimizers before it. Which "
    "variables are the head's? The layer has them in `weights`. Compare whole paths: a part of a name may stand in another "
    "name too.",
)


e = exercise("quiz_1")
e.right_choice("The inputs of this kernel have grown by 256 / 64 = 4, and with Adam the steps of all inputs add up, so the rate is divided by 4.")
e.wrong_choice("a", "Adam's step has the size of the rate, whatever the gradient. Four times as many inputs add up in a unit.")
e.wrong_choice("b", "The root suits terms that cancel each other. Those of a step all push one way.")
e.wrong_choice("d", "The classes are the outputs of the last kernel. What has grown at a kernel between two hidden layers?")


e = exercise("quiz_2")
e.right_choice("The coordinate check compares the changes of each layer after a few steps: they should not depend on the width.")
e.wrong_choice("b", "At the start the logits are meant to shrink with the width: the last kernel starts smaller.")
e.wrong_choice("c", "The longer a training, the more the losses level out, and with them the slopes.")
e.wrong_choice("d", "An accuracy is too flat to show how far a layer was moved.")


e = exercise("quiz_3")
e.right_choice("The curve gives 0.08 + 1.1 / 4000**0.4 = 0.120 at less than three times the largest size that was fitted; the floor lies far outside.")
e.wrong_choice("a", "The floor depends on which points are fitted; nobody has seen it.")
e.wrong_choice("b", "The fit has been measured up to 1,600. Up to three times as far it was near; a thousand times is another claim.")
e.wrong_choice("c", "The curve predicted two larger sizes within five per cent. That is worth something, near the data.")


e = exercise("quiz_4")
e.right_choice("For other classes pre-training gained nothing in our table, with 50 images or with 500; for the same clothes it gained points.")
e.wrong_choice("a", "That is the target where pre-training was worth most: same classes, few images.")
e.wrong_choice("c", "The network has seen these clothes; here tuning gained points.")
e.wrong_choice("d", "There was such a target: other classes.")


e = exercise("quiz_5")
e.right_choice("With Adam at equal epochs the best rate rose with the batch size, but by which rule depended on the metric: search from the old rate upwards.")
e.wrong_choice("a", "The number of steps falls by 16 as well, and at equal epochs the best rate of Adam rose.")
e.wrong_choice("b", "That is the root rule, for which there is an argument; by validation loss our best rate rose faster, by accuracy about as this rule says.")
e.wrong_choice("c", "That is the linear rule. From 32 to 512 our table fitted it by validation loss, from 8 on and by accuracy it did not: a rule alone does not show where it holds.")
