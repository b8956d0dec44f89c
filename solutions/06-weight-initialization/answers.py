"""Right and wrong answers to the exercises of lesson 06."""

import math
from statistics import NormalDist

import numpy as np

from course.authoring.answers import exercise

# Stands for np.random, whose numbers nobody can write down: the bank's must be the same at every build.
_elsewhere = np.random.default_rng(55)

e = exercise("fans")

@e.right
def by_cases(kernel_shape):
    if len(kernel_shape) == 2:
        return kernel_shape
    height, width, channels_in, channels_out = kernel_shape
    return height * width * channels_in, height * width * channels_out

@e.right
def by_division(kernel_shape):
    num_weights = math.prod(kernel_shape)
    return num_weights // kernel_shape[-1], num_weights // kernel_shape[-2]

@e.right
def as_a_list(kernel_shape):
    places = 1
    for size in kernel_shape[:-2]:
        places *= size
    return [places * channels for channels in kernel_shape[-2:]]

@e.right
def with_numpy(kernel_shape):
    window = int(np.prod(kernel_shape[:-2]))
    return window * kernel_shape[-2], window * kernel_shape[-1]

@e.right
def fans_as_an_array(kernel_shape):
    return np.prod(kernel_shape[:-2], dtype=int) * np.array(kernel_shape[-2:])

@e.wrong("Fan-in and fan-out are swapped: fan-in comes first, how many numbers go into one unit.")
def swapped(kernel_shape):
    window = math.prod(kernel_shape[:-2])
    return window * kernel_shape[-1], window * kernel_shape[-2]

e.wrong("Two numbers are asked for: fan-in and fan-out. You returned fan-in alone.",
    fan_in_only=lambda kernel_shape: math.prod(kernel_shape[:-1]))
e.wrong("You counted all weights of the kernel. Fan-in counts the weights of one unit.",
    number_of_weights=lambda kernel_shape: (math.prod(kernel_shape), math.prod(kernel_shape)))
e.wrong("You returned the sum of fan-in and fan-out. Glorot's formula adds them; here return both numbers.",
    their_sum=lambda kernel_shape: math.prod(kernel_shape[:-2]) * sum(kernel_shape[-2:]))
e.wrong("You returned one number, the mean of fan-in and fan-out. Return both numbers.",
    their_mean=lambda kernel_shape: math.prod(kernel_shape[:-2]) * sum(kernel_shape[-2:]) // 2)
e.wrong("You returned one number twice: fan-in. The last number of the shape belongs to fan-out.",
    fan_in_twice=lambda kernel_shape: (math.prod(kernel_shape[:-1]), math.prod(kernel_shape[:-1])))
e.wrong("The first two numbers of a convolution's kernel are its window, not its channels: those stand at the end.",
    first_two=lambda kernel_shape: (kernel_shape[0], kernel_shape[1]))
e.wrong("For a convolution you counted the channels alone. A unit sees every pixel of its window, with all channels of each.",
    channels_only=lambda kernel_shape: (kernel_shape[-2], kernel_shape[-1]))
e.wrong("Fan-in is right. For fan-out you forgot the window: one number goes to each place of it, in every channel.",
    no_window_in_fan_out=lambda kernel_shape: (math.prod(kernel_shape[:-1]), kernel_shape[-1]))
e.wrong("Fan-out is right. For fan-in you forgot the window: a unit sees all its pixels, not a single one.",
    no_window_in_fan_in=lambda kernel_shape: (
        (kernel_shape[-2], math.prod(kernel_shape[:-2]) * kernel_shape[-1])
    ))
e.wrong("Your fan-out is the product of all numbers but the first. Leave out the incoming channels, and count the whole window.",
    all_but_the_first=lambda kernel_shape: (math.prod(kernel_shape[:-1]), math.prod(kernel_shape[1:])))

@e.wrong("This works for a dense layer only: a convolution's shape has four numbers. Look at its length first.")
def dense_only(kernel_shape):
    fan_in, fan_out = kernel_shape
    return fan_in, fan_out

@e.wrong("This works for a convolution only: a dense layer's shape has two numbers. Look at its length first.")
def convolution_only(kernel_shape):
    height, width, channels_in, channels_out = kernel_shape
    return height * width * channels_in, height * width * channels_out

@e.wrong("The sizes are right where there is a window. Without one they come as floats: np.prod of nothing is 1.0. Whole numbers are asked for.")
def product_of_nothing(kernel_shape):
    window = np.prod(kernel_shape[:-2])
    return window * kernel_shape[-2], window * kernel_shape[-1]

@e.wrong("Your numbers are floats. Return whole numbers: // divides without a remainder.")
def fans_by_true_division(kernel_shape):
    num_weights = math.prod(kernel_shape)
    return num_weights / kernel_shape[-1], num_weights / kernel_shape[-2]

@e.wrong("You added height and width. A window of 3 by 3 has 9 pixels: multiply them.")
def window_added(kernel_shape):
    window = sum(kernel_shape[:-2]) or 1
    return window * kernel_shape[-2], window * kernel_shape[-1]

@e.wrong("You took the height twice: a window need not be square. Multiply height by width.")
def square_window(kernel_shape):
    window = kernel_shape[0] ** 2 if len(kernel_shape) == 4 else 1
    return window * kernel_shape[-2], window * kernel_shape[-1]


e = exercise("both_ways")

@e.right
def layer_by_layer(widths, variances, kept):
    forward = backward = 1.0
    for fan_in, fan_out, variance in zip(widths[:-1], widths[1:], variances, strict=True):
        forward *= fan_in * variance * kept
        backward *= fan_out * variance * kept
    return forward, backward

@e.right
def by_place(widths, variances, kept):
    signal, gradient = 1, 1
    for layer in range(len(variances)):
        signal = signal * widths[layer] * variances[layer] * kept
    for layer in reversed(range(len(variances))):
        gradient = gradient * widths[layer + 1] * variances[layer] * kept
    return [signal, gradient]

@e.right
def with_arrays(widths, variances, kept):
    sides = np.array([widths[:-1], widths[1:]], dtype=float)
    return (sides * np.array(variances) * kept).prod(axis=1)

@e.right
def by_the_ends(widths, variances, kept):
    # All widths but the two ends count on both ways.
    inner = math.prod(widths[1:-1]) * math.prod(variances) * kept ** len(variances)
    return widths[0] * inner, widths[-1] * inner

@e.right
def by_recursion(widths, variances, kept):
    if not variances:
        return 1.0, 1.0
    forward, backward = by_recursion(widths[1:], variances[1:], kept)
    factor = variances[0] * kept
    return widths[0] * factor * forward, widths[1] * factor * backward

@e.right
def by_standard_deviations(widths, variances, kept):
    signal = gradient = 1.0
    for fan_in, fan_out, variance in zip(widths, widths[1:], variances, strict=False):
        signal *= math.sqrt(fan_in * variance * kept)
        gradient *= math.sqrt(fan_out * variance * kept)
    return signal**2, gradient**2


def _both_ways(forward_factor, backward_factor):
    """Multiply a factor of (fan_in, fan_out, variance, kept) over all layers, for each of the two ways."""

    def answer(widths, variances, kept):
        layers = list(zip(widths[:-1], widths[1:], variances, strict=True))
        return (
            math.prod(forward_factor(*layer, kept) for layer in layers),
            math.prod(backward_factor(*layer, kept) for layer in layers),
        )

    return answer


@e.wrong("Your two numbers are exchanged: the way forward comes first, and there fan-in counts.")
def ways_exchanged(widths, variances, kept):
    forward, backward = by_the_ends(widths, variances, kept)
    return backward, forward

@e.wrong("In a deep network your product of the widths overflows: NumPy's whole numbers have 64 bits. Multiply in floats, or layer by layer.")
def widths_run_over(widths, variances, kept):
    of_weights = np.prod(variances) * kept ** len(variances)
    return np.prod(widths[:-1], dtype=np.int64) * of_weights, np.prod(widths[1:], dtype=np.int64) * of_weights

e.wrong("You took fan-in on both ways. Going back, each number collects from fan-out units.",
    fan_in_on_both=lambda widths, variances, kept: (
        _both_ways(lambda n, m, v, k: n * v * k, lambda n, m, v, k: n * v * k)(widths, variances, kept)
    ))
e.wrong("You took fan-out on both ways. Going forward, a unit adds up fan-in products.",
    fan_out_on_both=lambda widths, variances, kept: (
        _both_ways(lambda n, m, v, k: m * v * k, lambda n, m, v, k: m * v * k)(widths, variances, kept)
    ))

@e.wrong("You took the mean of both sides on both ways. That is Glorot's n. Forward, fan-in counts; backward, fan-out.")
def mean_fan_on_both(widths, variances, kept):
    factor = lambda n, m, v, k: (n + m) / 2 * v * k
    return _both_ways(factor, factor)(widths, variances, kept)

@e.wrong("You multiplied by kept once. Each layer has an activation function, so each multiplies by kept.")
def kept_once(widths, variances, kept):
    forward, backward = by_the_ends(widths, variances, 1)
    return kept * forward, kept * backward

e.wrong("kept is not used: each activation function leaves only this share of the mean square.",
    kept_forgotten=lambda widths, variances, kept: by_the_ends(widths, variances, 1))
e.wrong("The way forward is right. On the way back you left kept out.",
    kept_forward_only=lambda widths, variances, kept: (
        (by_the_ends(widths, variances, kept)[0], by_the_ends(widths, variances, 1)[1])
    ))

@e.wrong("You left kept out in one layer. Every layer has its activation function, the first and the last one too.")
def kept_between_layers(widths, variances, kept):
    forward, backward = by_the_ends(widths, variances, kept)
    return forward / kept, backward / kept

e.wrong("You divided by kept. It is the share that an activation function leaves of a mean square: multiply by it.",
    kept_divided=lambda widths, variances, kept: by_the_ends(widths, variances, 1 / kept))

@e.wrong("These are the factors of the standard deviation: the roots of what is asked for.")
def factors_of_deviations(widths, variances, kept):
    forward, backward = by_the_ends(widths, variances, kept)
    return math.sqrt(forward), math.sqrt(backward)

e.wrong("You squared the variances. The mean square is multiplied by the variance itself.",
    variances_squared=lambda widths, variances, kept: (
        by_the_ends(widths, [variance**2 for variance in variances], kept)
    ))
e.wrong("You took the roots of the variances. The mean square is multiplied by the variance.",
    deviations_for_variances=lambda widths, variances, kept: (
        by_the_ends(widths, [math.sqrt(variance) for variance in variances], kept)
    ))

@e.wrong("You added the layers' factors. One layer multiplies what the layer before it has left.")
def factors_added(widths, variances, kept):
    layers = list(zip(widths[:-1], widths[1:], variances, strict=True))
    return sum(n * v * kept for n, _, v in layers), sum(m * v * kept for _, m, v in layers)

@e.wrong("You took the mean of the layers' factors. The factors of layers in a row are multiplied.")
def factors_averaged(widths, variances, kept):
    forward, backward = factors_added(widths, variances, kept)
    return forward / len(variances), backward / len(variances)

@e.wrong("You returned a list of factors for each way. Multiplied, each list gives one number.")
def factors_listed(widths, variances, kept):
    layers = list(zip(widths[:-1], widths[1:], variances, strict=True))
    return [n * v * kept for n, _, v in layers], [m * v * kept for _, m, v in layers]

e.wrong("The last layer is missing: as many layers as variances, one less than widths.",
    last_layer_missing=lambda widths, variances, kept: (
        by_the_ends(widths[:-1], variances[:-1], kept) if len(variances) > 1 else (1.0, 1.0)
    ))
e.wrong("The first layer is missing: it lies between the inputs and the first units.",
    first_of_layers_missing=lambda widths, variances, kept: (
        by_the_ends(widths[1:], variances[1:], kept) if len(variances) > 1 else (1.0, 1.0)
    ))

@e.wrong("You multiplied all widths, both ends among them. A layer contributes one of its two sides, so forward the last width does not count, and backward the first.")
def all_widths(widths, variances, kept):
    both = math.prod(widths) * math.prod(variances) * kept ** len(variances)
    return both, both

e.wrong("You used the first layer's variance in all layers. Each layer has its own variance.",
    first_variance=lambda widths, variances, kept: by_the_ends(widths, [variances[0]] * len(variances), kept))
e.wrong("You used the mean of the variances in all layers. Each layer has its own variance.",
    mean_variance=lambda widths, variances, kept: (
        by_the_ends(widths, [sum(variances) / len(variances)] * len(variances), kept)
    ))

@e.wrong("The way forward is right. On the way back you added the layers' factors: multiply them there too.")
def added_on_the_way_back(widths, variances, kept):
    backward = sum(m * v * kept for m, v in zip(widths[1:], variances, strict=True))
    return by_the_ends(widths, variances, kept)[0], backward

e.wrong("You returned the way forward alone. Two numbers are asked for.",
    forward_alone=lambda widths, variances, kept: by_the_ends(widths, variances, kept)[0])

@e.wrong("You returned both in one number, their product. Two numbers are asked for.")
def there_and_back(widths, variances, kept):
    forward, backward = by_the_ends(widths, variances, kept)
    return forward * backward


e = exercise("scales")

@e.right
def by_norms(activation, slope, z):
    lengths = [np.linalg.norm(np.asarray(values, dtype=float)) for values in (z, activation(z), slope(z))]
    return (lengths[0] / lengths[1]) ** 2, np.size(z) / lengths[2] ** 2

@e.right
def by_shares(activation, slope, z):
    share_forward = (activation(z) ** 2).mean() / (z**2).mean()
    share_backward = (slope(z) ** 2).mean()
    return 1 / share_forward, 1 / share_backward

@e.right
def by_sums(activation, slope, z):
    after = activation(z)
    return [(z * z).sum() / (after * after).sum(), z.size / (slope(z) ** 2).sum()]

@e.right
def scales_as_an_array(activation, slope, z):
    flat = np.ravel(z)
    forward = flat.dot(flat) / np.vdot(activation(flat), activation(flat))
    return np.array([forward, len(flat) / np.vdot(slope(flat), slope(flat))])

@e.right
def one_sum_at_a_time(activation, slope, z):
    before, after, slopes = z.ravel().tolist(), activation(z).ravel().tolist(), slope(z).ravel().tolist()
    squares = [math.fsum(value * value for value in values) for values in (before, after, slopes)]
    return squares[0] / squares[1], len(slopes) / squares[2]


def _mean_square(values):
    return np.mean(np.square(values, dtype=float))


def _right_scales(activation, slope, z):
    return _mean_square(z) / _mean_square(activation(z)), 1 / _mean_square(slope(z))


e.wrong("Your two numbers are exchanged: the scale for the way forward comes first.",
    scales_exchanged=lambda activation, slope, z: _right_scales(activation, slope, z)[::-1])

@e.wrong("You returned what is left of the mean squares. The scale makes up for the loss: take the inverse.")
def shares_for_scales(activation, slope, z):
    forward, backward = _right_scales(activation, slope, z)
    return 1 / forward, 1 / backward

@e.wrong("These are the factors for standard deviations: the roots. The scale is a factor of the variance.")
def gains_for_scales(activation, slope, z):
    forward, backward = _right_scales(activation, slope, z)
    return math.sqrt(forward), math.sqrt(backward)

e.wrong("You compared variances, which subtract the mean first. The next layer gets the activations with their mean: take mean squares.",
    variances_compared=lambda activation, slope, z: (
        (np.var(z) / np.var(activation(z)), 1 / _mean_square(slope(z)))
    ))

@e.wrong("You took variances on both ways, which subtract the mean first. Take the mean of the squares.")
def variances_on_both_ways(activation, slope, z):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.var(z) / np.var(activation(z)), 1 / np.var(slope(z))

e.wrong("The way forward is right. For the way back take the inverse: the scale makes up for what the slopes take.",
    backward_upside_down=lambda activation, slope, z: (
        (_right_scales(activation, slope, z)[0], _mean_square(slope(z)))
    ))

@e.wrong("The way back is right. For the way forward take the inverse: the scale makes up for what the activation function takes.")
def forward_upside_down(activation, slope, z):
    forward, backward = _right_scales(activation, slope, z)
    return 1 / forward, backward

e.wrong("The way back is right. Forward you left out how large z itself is: its mean square need not be 1.",
    size_of_z_forgotten=lambda activation, slope, z: (
        (1 / _mean_square(activation(z)), 1 / _mean_square(slope(z)))
    ))
e.wrong("You did not square: sizes here are mean squares, not means of absolute values.",
    means_of_sizes=lambda activation, slope, z: (
        (np.abs(z).mean() / np.abs(activation(z)).mean(), 1 / np.abs(slope(z)).mean())
    ))
e.wrong("The way forward is right. For the way back the slopes are not squared.",
    slopes_not_squared=lambda activation, slope, z: (
        (_right_scales(activation, slope, z)[0], 1 / np.mean(slope(z)))
    ))
e.wrong("You squared the mean of the slopes. What counts is the mean of their squares.",
    mean_slope_squared=lambda activation, slope, z: (
        (_right_scales(activation, slope, z)[0], 1 / np.mean(slope(z)) ** 2)
    ))
e.wrong("You returned the forward scale twice. The way back needs its own scale.",
    forward_twice=lambda activation, slope, z: (_right_scales(activation, slope, z)[0],) * 2)
e.wrong("You returned the backward scale twice. The way forward needs its own scale.",
    backward_twice=lambda activation, slope, z: (_right_scales(activation, slope, z)[1],) * 2)
e.wrong("The slope is taken at the unit's sum z. You took it at activation(z), which the sum has become afterwards.",
    slope_of_the_activation=lambda activation, slope, z: (
        (_right_scales(activation, slope, z)[0], 1 / _mean_square(slope(activation(z))))
    ))
e.wrong("Backward you put the mean square of z in the numerator. It must be 1: a gradient is multiplied by the slope alone, and the size of z does not matter.",
    gradient_times_z=lambda activation, slope, z: (
        (_right_scales(activation, slope, z)[0], _mean_square(z) / _mean_square(slope(z)))
    ))
e.wrong("You returned He's 2 for every activation function.",
    always_he=lambda activation, slope, z: (2.0, 2.0))
e.wrong("You returned Glorot's 1 for every activation function.",
    always_glorot=lambda activation, slope, z: (1.0, 1.0))
e.wrong("You counted how many activations are above 0. It is their size that counts, not only their sign.",
    share_above_zero=lambda activation, slope, z: (
        (np.size(z) / np.sum(activation(z) > 0), np.size(z) / np.sum(slope(z) > 0.5))
    ))

@e.wrong("You took the mean along the first axis only. All sums count together, whatever the shape of z.")
def along_one_axis(activation, slope, z):
    squares = [np.mean(np.square(values, dtype=float), axis=0) for values in (z, activation(z), slope(z))]
    if np.ndim(z) == 1:
        return squares[0] / squares[1], 1 / squares[2]
    return squares[0] / squares[1], 1 / squares[2]

e.wrong("You returned one number. Two are asked for: the way forward, the way back.",
    forward_scale_alone=lambda activation, slope, z: _right_scales(activation, slope, z)[0])

@e.wrong("The scales are right, but you changed the array that you were given, as z *= z, out=z and z.sort() do. The caller still needs z: make a new array.")
def squared_in_place(activation, slope, z):
    after, slopes = activation(z), slope(z)
    np.multiply(z, z, out=z)
    return np.mean(z) / _mean_square(after), 1 / _mean_square(slopes)

@e.wrong("The scales are right, but you changed the array that you were given, as z *= z, out=z and z.sort() do. The caller still needs z: make a new array.")
def sorted_in_place(activation, slope, z):
    z.sort()
    return _right_scales(activation, slope, z)

@e.wrong("You rounded. Twenty layers multiply the rounding error twenty times.")
def scales_rounded(activation, slope, z):
    forward, backward = _right_scales(activation, slope, z)
    return round(forward, 2), round(backward, 2)


# draw_kernel ------------------------------------------------------------------------------------

_LEFT = 0.87962566  # of a normal distribution's standard deviation, once cut at two of them


def _draws(*, n=None, std=None, uniform=None, normal=None, truncated=None):
    """An answer to draw_kernel; what is given replaces a part of a right one.

    n: of (fan_in, fan_out, mode). std: of (scale, n).
    uniform, normal, truncated: of (std, shape, rng), for one distribution.
    """
    n = n or (lambda fan_in, fan_out, mode: _divisor(fan_in, fan_out, mode))
    std = std or (lambda scale, n: math.sqrt(scale / n))
    draw = {
        "uniform": uniform or (lambda std, shape, rng: rng.uniform(-std * 3**0.5, std * 3**0.5, shape)),
        "normal": normal or (lambda std, shape, rng: rng.normal(0, std, shape)),
        "truncated_normal": truncated or (lambda std, shape, rng: std / _LEFT * _cut(2, shape, rng)),
    }
    return lambda shape, scale, mode, distribution, rng: draw[distribution](
        std(scale, n(*shape, mode)), shape, rng
    )


def _divisor(fan_in, fan_out, mode):
    return {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]


def _cut(limit, shape, rng):
    """Return standard normal numbers without those beyond the limit."""
    kernel = rng.normal(size=shape)
    while (np.abs(kernel) > limit).any():
        far = np.abs(kernel) > limit
        kernel[far] = rng.normal(size=far.sum())
    return kernel


e = exercise("draw_kernel")

@e.right
def one_at_a_time(shape, scale, mode, distribution, rng):
    deviation = math.sqrt(scale / _divisor(*shape, mode))
    kernel = np.empty(shape)
    for place in np.ndindex(*shape):
        if distribution == "uniform":
            kernel[place] = (2 * rng.random() - 1) * math.sqrt(3) * deviation
        elif distribution == "normal":
            kernel[place] = deviation * rng.standard_normal()
        else:
            weight = rng.standard_normal()
            while not -2 <= weight <= 2:
                weight = rng.standard_normal()
            kernel[place] = weight * deviation / 0.8796
    return kernel

@e.right
def by_the_normal_distribution(shape, scale, mode, distribution, rng):
    # Uniform numbers through the inverse of the distribution function: nothing is drawn again.
    variance = scale / _divisor(*shape, mode)
    drawn = rng.random(shape)
    if distribution == "uniform":
        return (drawn - 0.5) * math.sqrt(12 * variance)
    standard = NormalDist()
    lowest = standard.cdf(-2) if distribution == "truncated_normal" else 0.0
    inverse = np.vectorize(lambda u: standard.inv_cdf(lowest + (1 - 2 * lowest) * (u or 0.5)))
    spread = math.sqrt(variance) / (0.87962566103423978 if lowest else 1.0)
    return spread * inverse(drawn)

@e.right
def more_than_needed(shape, scale, mode, distribution, rng):
    fan_in, fan_out = shape
    n = fan_in if mode == "fan_in" else fan_out if mode == "fan_out" else (fan_in + fan_out) / 2
    if distribution == "uniform":
        limit = np.sqrt(3 * scale / n)
        return rng.uniform(low=-limit, high=limit, size=shape)
    number = fan_in * fan_out
    drawn = rng.standard_normal(2 * number + 100)
    if distribution == "truncated_normal":
        drawn = drawn[np.abs(drawn) < 2] / 0.8796
    return np.sqrt(scale / n) * drawn[:number].reshape(shape)

@e.right
def with_a_wider_normal(shape, scale, mode, distribution, rng):
    std = (scale / _divisor(*shape, mode)) ** 0.5
    if distribution == "uniform":
        return std * math.sqrt(3) * rng.uniform(-1, 1, shape)
    if distribution == "normal":
        return rng.normal(scale=std, size=shape)
    wider = std / 0.8796
    rows = []
    while len(rows) < math.prod(shape):
        weight = rng.normal(0, wider)
        if abs(weight) <= 2 * wider:
            rows.append(weight)
    return np.array(rows).reshape(shape)

@e.right
def kernel_in_float32(shape, scale, mode, distribution, rng):
    # Keras's own weights have 32 bits.
    return _draws()(shape, scale, mode, distribution, rng).astype(np.float32)


def _wrong_kernel(sentence, name, **parts):
    """Record a wrong answer that differs from a right one in these parts."""
    answer = _draws(**parts)

    def kernel(shape, scale, mode, distribution, rng):
        return answer(shape, scale, mode, distribution, rng)

    kernel.__name__ = name
    exercise("draw_kernel").wrong(sentence)(kernel)


_wrong_kernel(
    "Uniform draws: you took the standard deviation for the limit. The limit is larger, by the root of 3.",
    "deviation_as_limit",
    uniform=lambda std, shape, rng: rng.uniform(-std, std, shape),
)
_wrong_kernel(
    "Uniform draws: you took 3 times the variance for the limit. The limit is the root of that.",
    "limit_without_root",
    uniform=lambda std, shape, rng: rng.uniform(-3 * std**2, 3 * std**2, shape),
)
_wrong_kernel(
    "Uniform draws: you took the variance for the limit. The variance is a third of the limit's square.",
    "variance_as_limit",
    uniform=lambda std, shape, rng: rng.uniform(-(std**2), std**2, shape),
)
_wrong_kernel(
    "Uniform draws: you put the limit's 6 above n. The 6 belongs to the sum of both fans; above n it is 3.",
    "six_for_three",
    uniform=lambda std, shape, rng: rng.uniform(-std * 6**0.5, std * 6**0.5, shape),
)
_wrong_kernel(
    "Uniform draws: yours go from 0 up to the limit. The mean is 0, so they go from -limit to limit.",
    "half_the_range",
    uniform=lambda std, shape, rng: rng.uniform(0, std * 3**0.5, shape),
)
_wrong_kernel(
    "Uniform draws: rng.uniform with one number takes it for the lower end, and 1 for the upper one. Give "
    "both.",
    "lower_end_only",
    uniform=lambda std, shape, rng: rng.uniform(std * 3**0.5, size=shape),
)
_wrong_kernel(
    "Uniform draws: yours reach half of the limit. From -limit to limit the interval is two limits wide.",
    "shifted_by_half",
    uniform=lambda std, shape, rng: (rng.random(shape) - 0.5) * std * 3**0.5,
)
_wrong_kernel(
    'You drew from a normal distribution where "uniform" is asked for.',
    "normal_for_uniform",
    uniform=lambda std, shape, rng: rng.normal(0, std, shape),
)
_wrong_kernel(
    'You drew from a normal distribution where "uniform" is asked for.',
    "normal_for_uniform_by_its_inverse",
    uniform=lambda std, shape, rng: std * _by_the_inverse(0.0, shape, rng),
)
_wrong_kernel(
    "Your normal draws, cut or not, have scale / n as their standard deviation. That is the variance: take its root.",
    "variance_for_deviation",
    normal=lambda std, shape, rng: rng.normal(0, std**2, shape),
    truncated=lambda std, shape, rng: std**2 / _LEFT * _cut(2, shape, rng),
)
_wrong_kernel(
    "Normal draws: you took the root twice. scale / n is the variance, and its root, taken once, is what "
    "rng.normal wants.",
    "root_taken_twice",
    normal=lambda std, shape, rng: rng.normal(0, std**0.5, shape),
    truncated=lambda std, shape, rng: std**0.5 / _LEFT * _cut(2, shape, rng),
)
_wrong_kernel(
    "Normal draws: the first argument of rng.normal is the mean, which is 0 here. You gave the standard "
    "deviation for it.",
    "deviation_as_mean",
    normal=lambda std, shape, rng: rng.normal(std, size=shape),
)
_wrong_kernel(
    'You drew evenly where "normal" is asked for.',
    "uniform_for_normal",
    normal=lambda std, shape, rng: rng.uniform(-std * 3**0.5, std * 3**0.5, shape),
)
_wrong_kernel(
    'You cut the tails where "normal" is asked for: that is the whole normal distribution.',
    "always_truncated",
    normal=lambda std, shape, rng: std / _LEFT * _cut(2, shape, rng),
)
_wrong_kernel(
    "Truncated draws: yours end at two of the standard deviations that are asked for, so their variance is below "
    "scale / n. The cut makes weights smaller: begin with a wider normal distribution, and cut at two standard deviations of this distribution.",
    "not_made_up_for",
    truncated=lambda std, shape, rng: std * _cut(2, shape, rng),
)
_wrong_kernel(
    "Truncated draws: you multiplied by 0.8796. The cut has made the weights smaller already, and this makes them "
    "smaller still.",
    "made_smaller_twice",
    truncated=lambda std, shape, rng: std * _LEFT * _cut(2, shape, rng),
)
_wrong_kernel(
    "Truncated draws: 0.8796 is the factor of the standard deviation. Divide the weights by it, not by its square or "
    "its root.",
    "made_up_for_twice",
    truncated=lambda std, shape, rng: std / _LEFT**2 * _cut(2, shape, rng),
)
_wrong_kernel(
    "Truncated draws: you did not draw again, but moved what lies beyond the cut onto it. Many weights sit exactly "
    "there.",
    "clipped",
    truncated=lambda std, shape, rng: std / _LEFT * np.clip(rng.normal(size=shape), -2, 2),
)
_wrong_kernel(
    "Truncated draws: you did not draw again, but moved what lies beyond two standard deviations onto these. Many "
    "weights sit exactly there.",
    "clipped_at_the_deviation_asked_for",
    truncated=lambda std, shape, rng: std * np.clip(rng.normal(size=shape), -2, 2),
)
_wrong_kernel(
    "Truncated draws: you put 0 in the place of what lies beyond the cut. It is drawn again.",
    "far_ones_set_to_0",
    truncated=lambda std, shape, rng: std / _LEFT * _cut_to_0(shape, rng),
)
_wrong_kernel(
    "Truncated draws: what lay beyond the cut is one and the same number now. Each of these weights is drawn again for "
    "itself.",
    "far_ones_set_to_one_number",
    truncated=lambda std, shape, rng: std / _LEFT * _cut_to_one_number(shape, rng),
)
_wrong_kernel(
    "Truncated draws: some weights of your kernel are copies of others. Each weight is drawn for itself.",
    "filled_up_with_copies",
    truncated=lambda std, shape, rng: std / _LEFT * _filled_up(shape, rng),
)
_wrong_kernel(
    "Truncated draws: you drew again once. Some of the new numbers lie beyond the cut too: go on until none does.",
    "drawn_again_once",
    truncated=lambda std, shape, rng: std / _LEFT * _cut_once(shape, rng),
)
_wrong_kernel(
    "Truncated draws: you cut at one standard deviation. The cut lies at two.",
    "cut_at_one",
    truncated=lambda std, shape, rng: std / _LEFT * _cut(1, shape, rng),
)
_wrong_kernel(
    "Truncated draws: you cut at one standard deviation. The cut lies at two.",
    "cut_at_one_by_its_inverse",
    truncated=lambda std, shape, rng: std / _LEFT * _by_the_inverse(NormalDist().cdf(-1), shape, rng),
)
_wrong_kernel(
    "Truncated draws: nothing is cut. This is the whole normal distribution.",
    "nothing_cut",
    truncated=lambda std, shape, rng: rng.normal(0, std, shape),
)
_wrong_kernel(
    "Truncated draws: your normal distribution is wider, and nothing of it is cut. The cut lies at two of its standard "
    "deviations.",
    "wider_and_nothing_cut",
    truncated=lambda std, shape, rng: rng.normal(0, std / _LEFT, shape),
)
_wrong_kernel(
    "Truncated draws: your normal distribution is wider, but you cut at two of the standard deviations that are asked "
    "for. Cut at two of its own.",
    "wider_and_cut_too_near",
    truncated=lambda std, shape, rng: std / _LEFT * _cut(2 * _LEFT, shape, rng),
)
_wrong_kernel(
    "Truncated draws: you divided by the standard deviation of the numbers that you drew. They are then no longer "
    "drawn independently, and a single weight has none.",
    "divided_by_its_own",
    truncated=lambda std, shape, rng: (lambda drawn: std * drawn / drawn.std())(_cut(2, shape, rng)),
)
_wrong_kernel(
    "You exchanged the two sides: shape is (fan_in, fan_out).",
    "sides_exchanged",
    n=lambda fan_in, fan_out, mode: _divisor(fan_out, fan_in, mode),
)
_wrong_kernel(
    'For "fan_avg" you took the sum of the two sides. It is their mean.',
    "sum_for_mean",
    n=lambda fan_in, fan_out, mode: (
        fan_in + fan_out if mode == "fan_avg" else _divisor(fan_in, fan_out, mode)
    ),
)
_wrong_kernel(
    "You divided by fan-in whatever the mode.",
    "always_fan_in",
    n=lambda fan_in, fan_out, mode: fan_in,
)
_wrong_kernel(
    "You divided by the mean of both sides whatever the mode.",
    "always_fan_avg",
    n=lambda fan_in, fan_out, mode: (fan_in + fan_out) / 2,
)
_wrong_kernel(
    "You divided by the number of all weights, fan-in times fan-out.",
    "number_of_all_weights",
    n=lambda fan_in, fan_out, mode: fan_in * fan_out,
)
_wrong_kernel(
    "The scale is not used: your variance is 1 / n.",
    "scale_forgotten",
    std=lambda scale, n: math.sqrt(1 / n),
)
_wrong_kernel(
    "You took the root of n alone. The scale belongs to the variance: the root goes over the whole fraction.",
    "root_of_n_alone",
    std=lambda scale, n: scale / math.sqrt(n),
)
_wrong_kernel(
    "You took the root of the scale alone. The root goes over the whole fraction.",
    "root_of_scale_alone",
    std=lambda scale, n: math.sqrt(scale) / n,
)
_wrong_kernel(
    "Your fraction is inverted: the more connections, the smaller the weights.",
    "upside_down",
    std=lambda scale, n: math.sqrt(n / scale),
)


def _by_the_inverse(lowest, shape, rng):
    """Return standard normal numbers without this share at each end; nothing is drawn again."""
    return np.vectorize(NormalDist().inv_cdf)(lowest + (1 - 2 * lowest) * rng.random(shape))


def _cut_to_0(shape, rng):
    kernel = rng.normal(size=shape)
    return np.where(np.abs(kernel) > 2, 0, kernel)


def _cut_to_one_number(shape, rng):
    kernel = rng.normal(size=shape)
    while (far := np.abs(kernel) > 2).any():
        kernel[far] = rng.normal()
    return kernel


def _filled_up(shape, rng):
    kernel = rng.normal(size=shape)
    # A single weight that lies beyond the cut has nothing to be filled up with.
    while not (near := kernel[np.abs(kernel) <= 2]).size:
        kernel = rng.normal(size=shape)
    return np.resize(near, shape)


def _cut_once(shape, rng):
    kernel = rng.normal(size=shape)
    far = np.abs(kernel) > 2
    kernel[far] = rng.normal(size=far.sum())
    return kernel


@e.wrong("Uniform draws: your limit is Glorot's, whatever the scale and the mode. Both belong to the variance here too.")
def glorots_limit(shape, scale, mode, distribution, rng):
    limit = math.sqrt(6 / sum(shape))
    answer = _draws(uniform=lambda std, shape, rng: rng.uniform(-limit, limit, shape))
    return answer(shape, scale, mode, distribution, rng)

@e.wrong("Uniform draws: you put both sides into the limit whatever the mode. The mode decides here too.")
def both_sides_in_the_limit(shape, scale, mode, distribution, rng):
    limit = math.sqrt(6 * scale / sum(shape))
    answer = _draws(uniform=lambda std, shape, rng: rng.uniform(-limit, limit, shape))
    return answer(shape, scale, mode, distribution, rng)

@e.wrong("Uniform draws: the scale is not used. The variance is scale / n here too.")
def no_scale_in_the_limit(shape, scale, mode, distribution, rng):
    limit = math.sqrt(3 / _divisor(*shape, mode))
    answer = _draws(uniform=lambda std, shape, rng: rng.uniform(-limit, limit, shape))
    return answer(shape, scale, mode, distribution, rng)


_wrong_kernel(
    "The mean of fan_in and fan_out may lie between two whole numbers, as 2.5 does. Yours is a whole number.",
    "whole_mean",
    n=lambda fan_in, fan_out, mode: (fan_in + fan_out) // 2 if mode == "fan_avg" else _divisor(fan_in, fan_out, mode),
)


e.wrong("The kernel lies on its side: shape is (fan_in, fan_out), and the array has this shape.",
    on_its_side=lambda shape, scale, mode, distribution, rng: (
        _draws()(shape, scale, mode, distribution, rng).T
    ))
e.wrong("All weights stand in one long row. size=shape gives them rows and columns.",
    one_long_row=lambda shape, scale, mode, distribution, rng: (
        _draws()(shape, scale, mode, distribution, rng).ravel()
    ))
e.wrong("You drew a single number. size=shape draws one for each weight.",
    one_number=lambda shape, scale, mode, distribution, rng: (
        _draws()(shape, scale, mode, distribution, rng)[0, 0]
    ))

@e.wrong("You drew one row and used it for all inputs. Each weight is drawn for itself.")
def one_row(shape, scale, mode, distribution, rng):
    kernel = _draws()(shape, scale, mode, distribution, rng)
    return np.tile(kernel[0], (shape[0], 1))

@e.wrong("You drew one column and used it for all units: all of them start equal. Each weight is drawn for itself.")
def one_column(shape, scale, mode, distribution, rng):
    kernel = _draws()(shape, scale, mode, distribution, rng)
    return np.tile(kernel[:, :1], (1, shape[1]))

e.wrong("Every kernel is the same: nothing random comes from the rng that you are given. Draw from it, and do not make one of your own.",
    own_generator=lambda shape, scale, mode, distribution, rng: (
        _draws()(shape, scale, mode, distribution, np.random.default_rng(0))
    ))
e.wrong("You drew from np.random or another source than rng: the same seed gives another kernel. Draw from rng alone.",
    not_from_rng=lambda shape, scale, mode, distribution, rng: (
        _draws()(shape, scale, mode, distribution, _elsewhere)
    ))
e.wrong("You returned a list of rows. An array is asked for.",
    rows_in_a_list=lambda shape, scale, mode, distribution, rng: (
        _draws()(shape, scale, mode, distribution, rng).tolist()
    ))


e = exercise("activation_stds")

@e.right
def with_sizes_first(initialize, activation, depth, width, inputs, rng):
    sizes = [inputs.shape[1]] + [width] * depth
    stds = np.empty(depth)
    here = inputs
    for layer in range(depth):
        here = activation(np.dot(here, initialize((sizes[layer], sizes[layer + 1]), rng)))
        stds[layer] = np.std(here)
    return stds

@e.right
def kernels_first(initialize, activation, depth, width, inputs, rng):
    kernels = [initialize((np.shape(inputs)[1], width), rng)]
    while len(kernels) < depth:
        kernels.append(initialize((width, width), rng))
    outputs = [inputs]
    for kernel in kernels:
        outputs.append(activation(outputs[-1] @ kernel))
    return np.array([output.std() for output in outputs[1:]])

@e.right
def layer_by_recursion(initialize, activation, depth, width, inputs, rng):
    if depth == 0:
        return np.array([])
    outputs = activation(inputs @ initialize((inputs.shape[1], width), rng))
    rest = layer_by_recursion(initialize, activation, depth - 1, width, outputs, rng)
    return np.concatenate([[outputs.std()], rest])

@e.right
def std_by_hand(initialize, activation, depth, width, inputs, rng):
    stds, num_inputs = [], len(inputs[0])
    for _ in range(depth):
        kernel = initialize((num_inputs, width), rng)
        inputs, num_inputs = activation(np.einsum("ei,iu->eu", inputs, kernel)), width
        stds.append(math.sqrt(((inputs - inputs.mean()) ** 2).mean()))
    return np.asarray(stds)


def _run(initialize, activation, depth, width, inputs, rng, measure):
    """The signal through the layers, with something else than the standard deviation written down."""
    signal, written = inputs, []
    for _ in range(depth):
        kernel = initialize((signal.shape[1], width), rng)
        before = signal @ kernel
        signal = activation(before)
        written.append(measure(before, signal, kernel))
    return np.array(written)


@e.wrong("You drew one kernel and used it in all layers after the first. Each layer has its own kernel.")
def same_kernel_in_each_layer(initialize, activation, depth, width, inputs, rng):
    signal = activation(inputs @ initialize((inputs.shape[1], width), rng))
    stds, kernel = [signal.std()], initialize((width, width), rng)
    for _ in range(depth - 1):
        signal = activation(signal @ kernel)
        stds.append(signal.std())
    return np.array(stds)

e.wrong("You measured before the activation function. What the next layer sees is what comes out of it.",
    before_the_activation=lambda initialize, activation, depth, width, inputs, rng: (
        _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: before.std())
    ))

@e.wrong("You returned one number for all layers. One for each layer is asked for.")
def one_std_of_all(initialize, activation, depth, width, inputs, rng):
    every = _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after)
    return every.std()

e.wrong("You returned the last layer's value alone. Write one down after each layer.",
    last_layer_only=lambda initialize, activation, depth, width, inputs, rng: _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std())[
        -1
    ])
e.wrong("You measured the kernels. It is the signal whose size is asked for.",
    stds_of_kernels=lambda initialize, activation, depth, width, inputs, rng: (
        _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: kernel.std())
    ))
e.wrong("You wrote down the mean. The standard deviation is asked for: .std().",
    means=lambda initialize, activation, depth, width, inputs, rng: (
        _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.mean())
    ))

@e.wrong("That is the variance. The standard deviation is its root.")
def variances(initialize, activation, depth, width, inputs, rng):
    return _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.var())

@e.wrong("That is the root of the mean square. The standard deviation subtracts the mean first: .std().")
def root_mean_squares(initialize, activation, depth, width, inputs, rng):
    return _run(
        initialize,
        activation,
        depth,
        width,
        inputs,
        rng,
        lambda before, after, kernel: np.sqrt((after**2).mean()),
    )

@e.wrong("You measured each unit for itself and took the mean. All activations of a layer count together: .std() without an axis.")
def mean_std_of_units(initialize, activation, depth, width, inputs, rng):
    return _run(
        initialize,
        activation,
        depth,
        width,
        inputs,
        rng,
        lambda before, after, kernel: after.std(axis=0).mean(),
    )

@e.wrong("You measured each example for itself and took the mean. All activations of a layer count together: .std() without an axis.")
def mean_std_of_examples(initialize, activation, depth, width, inputs, rng):
    return _run(
        initialize,
        activation,
        depth,
        width,
        inputs,
        rng,
        lambda before, after, kernel: after.std(axis=1).mean(),
    )

e.wrong("You returned a number for each unit. One for each layer is asked for.",
    stds_of_units=lambda initialize, activation, depth, width, inputs, rng: _run(
        initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std(axis=0)
    ))
e.wrong("You divided by one less than the count, as ddof=1 and statistics.stdev do for a sample. The activations are all there are: .std() without arguments.",
    sample_stds=lambda initialize, activation, depth, width, inputs, rng: _run(
        initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std(ddof=1)
    ))

@e.wrong("Do not record the inputs: the first value belongs to the first layer's activations.")
def inputs_too(initialize, activation, depth, width, inputs, rng):
    stds = _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std())
    return np.array([inputs.std(), *stds])

@e.wrong("The activation function is never applied. Without it the layers are one long product of matrices.")
def no_activation(initialize, activation, depth, width, inputs, rng):
    return _run(
        initialize,
        lambda values: values,
        depth,
        width,
        inputs,
        rng,
        lambda before, after, kernel: after.std(),
    )

@e.wrong("The activations are measured, but the next layer does not get them: it gets what was there before the activation function.")
def activation_only_measured(initialize, activation, depth, width, inputs, rng):
    return _run(
        initialize,
        lambda values: values,
        depth,
        width,
        inputs,
        rng,
        lambda before, after, kernel: activation(before).std(),
    )

e.wrong("Every layer gets the inputs. From the second on a layer gets what the layer before it gave out.",
    always_the_inputs=lambda initialize, activation, depth, width, inputs, rng: np.array(
        [activation(inputs @ initialize((inputs.shape[1], width), rng)).std() for _ in range(depth)]
    ))

@e.wrong("This works only where a layer has as many inputs as units. A kernel has one row for each number that comes in (inputs.shape[1] of them at first, width later) and one column for each unit.")
def square_kernels_only(initialize, activation, depth, width, inputs, rng):
    signal, stds = inputs, []
    for _ in range(depth):
        signal = activation(signal @ initialize((width, width), rng))
        stds.append(signal.std())
    return np.array(stds)

@e.wrong("The shape of a kernel is (numbers that come in, units). You asked for (units, numbers that come in).")
def kernels_on_their_side(initialize, activation, depth, width, inputs, rng):
    signal, stds = inputs, []
    for _ in range(depth):
        signal = activation(signal @ initialize((width, signal.shape[1]), rng).T)
        stds.append(signal.std())
    return np.array(stds)

@e.wrong("You scaled the signal to size 1 before each layer, so nothing can fade or explode. Leave it as it is.")
def normalised(initialize, activation, depth, width, inputs, rng):
    signal, stds = inputs, []
    for _ in range(depth):
        kernel = initialize((signal.shape[1], width), rng)
        signal = activation(signal / signal.std() @ kernel)
        stds.append(signal.std())
    return np.array(stds)

e.wrong("You returned a list. The contract promises an array: np.array(stds).",
    stds_as_a_list=lambda initialize, activation, depth, width, inputs, rng: list(
        _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std())
    ))

@e.wrong("Each layer gets a generator that begins anew, so equal layers get equal kernels. Hand on the rng that you are given.")
def generator_anew(initialize, activation, depth, width, inputs, rng):
    signal, stds = inputs, []
    for _ in range(depth):
        kernel = initialize((signal.shape[1], width), np.random.default_rng(0))
        signal = activation(signal @ kernel)
        stds.append(signal.std())
    return np.array(stds)

@e.wrong("Your kernels are drawn from a generator of your own. Hand on the rng that you are given.")
def generator_of_its_own(initialize, activation, depth, width, inputs, rng):
    rng = np.random.default_rng(0)
    return _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std())

@e.wrong("Your kernels are drawn from a generator of your own. Hand on the rng that you are given.")
def generator_of_its_own_seeded_42(initialize, activation, depth, width, inputs, rng):
    rng = np.random.default_rng(42)
    return _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std())

e.wrong("The first layer is missing: write its value down too.",
    first_layer_missing=lambda initialize, activation, depth, width, inputs, rng: _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std())[
        1:
    ])


e = exercise("quiz_1")
e.right_choice(
    "Behind Flatten 500 numbers go into each of 100 units, and the limit is the root of 6/(500 + 100)."
)
e.wrong_choice(0.01, "The root is missing: 6/600 is 0.01, the limit is its root.")
e.wrong_choice(0.239, "You took 5 for fan-in. Behind Flatten all 10 x 10 x 5 numbers go into every unit.")
e.wrong_choice(0.173, "You left the channels out: 10 x 10 pixels with 5 numbers each are 500.")
e.wrong_choice(0.0577, "That is the standard deviation. The limit is larger by the root of 3.")
e.wrong_choice(0.11, "You divided by fan-in alone. Keras's default adds fan-out, here 100.")


e = exercise("quiz_2")
e.right_choice(
    "A unit sees a window of 3 by 3 pixels with 20 channels each, and 9 times 20 is 180."
)
e.wrong_choice(20, "A unit sees 20 channels in each of the 9 pixels of its window.")
e.wrong_choice(9, "Each of the 9 pixels has 20 channels.")
e.wrong_choice(450, "That is fan-out: 9 places times 50 channels that go out.")
e.wrong_choice(9000, "That is the number of all weights. Fan-in counts the weights of one unit.")
e.wrong_choice(60, "The window has 3 by 3 pixels: multiply by 9, not by 3.")
e.wrong_choice(630, "He's formula has fan-in alone; you added fan-out.")
e.wrong_choice(70, "You added the channels of both sides. Fan-in is the window times the channels in.")


e = exercise("quiz_3")
e.right_choice(
    "Each relu layer halves the mean square, so twenty layers leave the root of 1/2 to the power of 20: 1/1,024."
)
e.wrong_choice("a", "That would hold without relu. relu halves the mean square in every layer.")
e.wrong_choice(
    "c",
    "That is what becomes of the mean square, 1/2 to the power of 20. The standard deviation is its root.",
)
e.wrong_choice("d", "The wrong way: relu takes something in each layer, so the signal fades.")


e = exercise("quiz_4")
e.right_choice(
    "The variance is 1/4, so the standard deviation is 1/2; He's is the root of 2/32, which is 1/4."
)
e.wrong_choice(4, "That is how many times too large the variance is. The standard deviation is its root.")
e.wrong_choice(1, "Compare roots: He's deviation is the root of 2/32; theirs is the root of that root.")
e.wrong_choice(0.5, "That is their standard deviation, or the ratio upside down. How many times He's is it?")
e.wrong_choice(0.25, "That is He's standard deviation. By which factor is theirs larger?")


e = exercise("quiz_5")
e.right_choice(
    "Units that start equal get equal gradients and stay equal, so all 64 compute what one unit computes."
)
e.wrong_choice("a", "They will move: only at 0 is the gradient zero. But look whether they move apart.")
e.wrong_choice("b", "Equal units get equal gradients and stay equal. Training cannot make them differ.")
e.wrong_choice("c", "It is not a matter of time: equal units make equal steps, for ever.")

# the contracts, drawn ---------------------------------------------------------------------------


e = exercise("fans")

@e.cases
def kernel_shapes(rng):
    """Shapes of dense layers and of convolutions, narrow and wide, with ones and equal sizes in many."""
    if rng.random() < 0.4:
        shape = [_size(rng, 2000), _size(rng, 2000)]
    else:
        height = _size(rng, 11)
        width = height if rng.random() < 0.4 else _size(rng, 11)
        shape = [height, width, _size(rng, 300), _size(rng, 300)]
    if rng.random() < 0.1:
        shape[-1] = shape[-2]
    return (tuple(shape),)


def _size(rng, most):
    """A whole number from 1 to `most`, small ones as often as large ones."""
    return round(math.exp(rng.uniform(0, math.log(most))))


e = exercise("both_ways")

@e.cases
def stacks(rng):
    """Networks of one to eight layers, or of many of 64 units; some have layers of zeros, equal widths or whole
    numbers everywhere.
    """
    depth = int(rng.integers(1, 9))
    widths = [_size(rng, 900) for _ in range(depth + 1)]
    if rng.random() < 0.1:
        depth = int(rng.integers(12, 21))
        widths = [64] * (depth + 1)
    if rng.random() < 0.2:
        widths = widths[:1] * (depth + 1)
    # Near 1 / width, so that what comes out can be told from 0.
    variances = [float(f"{rng.uniform(0.3, 3) / rng.choice(widths[i : i + 2]):.3g}") for i in range(depth)]
    if rng.random() < 0.15:
        variances = rng.integers(1, 3, size=depth).tolist()
        widths = rng.integers(1, 5, size=depth + 1).tolist()
    if rng.random() < 0.15:
        variances[rng.integers(depth)] = 0
    kept = [0.5, 1, round(rng.uniform(0.1, 1.5), 2), np.float64(0.394), 2][rng.integers(5)]
    return widths, variances, kept


e = exercise("scales")

@e.cases
def sums_and_functions(rng):
    """The name of an activation function, a number for it, and sums of any size, shape and kind."""
    name = str(rng.choice(["relu", "leaky relu", "tanh", "stretched tanh", "leak", "wave"]))
    number = round(rng.uniform(-1.5, 1.5), 2) or 0.5
    shape = [(1,), (int(rng.integers(2, 20)),), (4, 5), (1, 6), (2, 3, 2)][rng.integers(5)]
    size = rng.choice([0.01, 0.5, 1.0, 3.0] if "tanh" in name else [0.01, 1.0, 30.0, 300.0])
    z = np.round(rng.normal(rng.choice([0.0, 0.0, 1.0]) * size, size, shape), 4)
    if rng.random() < 0.2:
        z = rng.integers(-3, 4, size=shape)
    if not (z > 0).any():
        z.flat[0] = 2
    return name, number, z


e = exercise("draw_kernel")

@e.cases(recorded=8, deciding=25)
def starts(rng):
    """A seed, and how a kernel is drawn: one of some two thousand weights, or a small one, or a single weight."""
    fan_in = _size(rng, 100) + 10
    shape = (fan_in, 2100 // fan_in + 1)
    shape = shape if rng.random() < 0.5 else shape[::-1]
    if rng.random() < 0.4:
        shape = (_size(rng, 5), _size(rng, 5))
    if rng.random() < 0.1:
        shape = (1, 1)
    scale = [1, 2, float(f"{math.exp(rng.normal()):.3g}"), np.float64(2.54), 0.01][rng.integers(5)]
    mode = str(rng.choice(["fan_in", "fan_out", "fan_avg"]))
    distribution = str(rng.choice(["uniform", "normal", "truncated_normal"]))
    if rng.random() < 0.2:  # the mean of two sides lies between whole numbers, and it shows
        shape, mode, distribution = (_size(rng, 2), 2 * _size(rng, 2)), "fan_avg", "uniform"
    return int(rng.integers(1000)), shape, scale, mode, distribution


e = exercise("activation_stds")

@e.cases
def networks(rng):
    """A seed, the size of the weights, the name of an activation function, and a small network with inputs."""
    size = float(rng.choice([0.1, 0.5, 1.0, 3.0]))
    name = str(rng.choice(["relu", "leaky relu", "tanh", "stretched tanh"]))
    depth, width = int(rng.choice([1, 1, 2, 3, 5, 9])), int(rng.integers(1, 8))
    num_examples, num_inputs = int(rng.integers(1, 6)), int(rng.choice([1, width, rng.integers(2, 6)]))
    inputs = np.round(rng.normal(rng.choice([0, 0, 2]), 1.0, (num_examples, num_inputs)), 2)
    if rng.random() < 0.2:
        inputs = rng.integers(-3, 4, size=(num_examples, num_inputs))
    return int(rng.integers(1000)), size, name, depth, width, inputs


e = exercise("fans")
e.hints(
    "Take the example above, a window of 5 by 5 from 3 channels to 8, and compare its shape with 75 and 200. Which "
    "numbers of the shape make 75, which make 200?",
    "Both kinds of layer end in the same two numbers. A dense layer has nothing before them: a window of one place.",
)


e = exercise("both_ways")
e.hints(
    "Start with a single layer of 50 inputs and 800 units. Which of the two numbers does the experiment above "
    "multiply the variance by on the way forward, which on the way back?",
    "One layer's factor has three parts: a side, the variance, and what the activation function keeps.",
    "Layers in a row: what one leaves is what the next one gets. Keep two running numbers, both begin at 1.",
)


e = exercise("scales")
e.hints(
    "Forward: write 'mean square of the next sums = mean square of z', and put what the text says of the next sums "
    "on the left side.",
    "Backward: two factors meet the gradient, the scale and the mean of the squared slopes. What must their product "
    "be?",
    "Try it on relu by hand: five sums, their squares, the squares that relu leaves.",
)


e = exercise("draw_kernel")
e.hints(
    "*Drawing a kernel* above has all three ways. Begin with n, then the variance, then its root; only "
    "the drawing after that depends on the distribution.",
    "Uniform draws: the text has the variance of a uniform distribution. You have the variance and want "
    "the limit.",
    "Truncated draws: cut first, with the numbers that the cell above shows for a cut at 2. How large is the "
    "standard deviation then, and by which factor is that too small?",
)


e = exercise("activation_stds")
e.hints(
    "The four steps stand above the exercise. Steps 2 to 4 are the body of a loop.",
    "How many inputs has the layer whose turn it is? Ask the signal as it is now, not the inputs as they were.",
    "Before the loop: the signal, and an empty list of standard deviations. After it: an array of the list.",
)
