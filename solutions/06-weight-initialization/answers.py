"""Right and wrong answers to the exercises of lesson 06."""

import math

import numpy as np

from course.authoring.answers import right, wrong, wrong_choice

# Stands for np.random, whose numbers nobody can write down: the bank's must be the same at every build.
_elsewhere = np.random.default_rng(55)

# fans -------------------------------------------------------------------------------------------


@right("fans")
def by_cases(kernel_shape):
    if len(kernel_shape) == 2:
        return kernel_shape
    height, width, channels_in, channels_out = kernel_shape
    return height * width * channels_in, height * width * channels_out


@right("fans")
def by_division(kernel_shape):
    num_weights = math.prod(kernel_shape)
    return num_weights // kernel_shape[-1], num_weights // kernel_shape[-2]


@right("fans")
def as_a_list(kernel_shape):
    places = 1
    for size in kernel_shape[:-2]:
        places *= size
    return [places * channels for channels in kernel_shape[-2:]]


@right("fans")
def with_numpy(kernel_shape):
    window = int(np.prod(kernel_shape[:-2]))
    return window * kernel_shape[-2], window * kernel_shape[-1]


@right("fans")
def fans_as_an_array(kernel_shape):
    return np.prod(kernel_shape[:-2], dtype=int) * np.array(kernel_shape[-2:])


@wrong("fans", "The two are swapped: fan-in comes first, how many numbers go into one unit.")
def swapped(kernel_shape):
    window = math.prod(kernel_shape[:-2])
    return window * kernel_shape[-1], window * kernel_shape[-2]


@wrong("fans", "Two numbers are asked for: fan-in and fan-out. You returned fan-in alone.")
def fan_in_only(kernel_shape):
    return math.prod(kernel_shape[:-1])


@wrong("fans", "You counted all weights of the kernel. Fan-in counts those that one unit has.")
def number_of_weights(kernel_shape):
    return math.prod(kernel_shape), math.prod(kernel_shape)


@wrong("fans", "You returned the sum of the two. Glorot's formula will add them; here both are asked for.")
def their_sum(kernel_shape):
    return math.prod(kernel_shape[:-2]) * sum(kernel_shape[-2:])


@wrong("fans", "You returned one number twice: fan-in. The last number of the shape belongs to fan-out.")
def fan_in_twice(kernel_shape):
    return math.prod(kernel_shape[:-1]), math.prod(kernel_shape[:-1])


@wrong(
    "fans",
    "The first two numbers of a convolution's kernel are its window, not its channels: those stand at the end.",
)
def first_two(kernel_shape):
    return kernel_shape[0], kernel_shape[1]


@wrong(
    "fans",
    "For a convolution you counted the channels alone. A unit sees every pixel of its window, with all channels "
    "of each.",
)
def channels_only(kernel_shape):
    return kernel_shape[-2], kernel_shape[-1]


@wrong(
    "fans",
    "Fan-in is right. For fan-out you forgot the window: one number goes to each place of it, in every channel.",
)
def no_window_in_fan_out(kernel_shape):
    return math.prod(kernel_shape[:-1]), kernel_shape[-1]


@wrong(
    "fans",
    "Fan-out is right. For fan-in you forgot the window: a unit sees all its pixels, not a single one.",
)
def no_window_in_fan_in(kernel_shape):
    return kernel_shape[-2], math.prod(kernel_shape[:-2]) * kernel_shape[-1]


@wrong(
    "fans",
    "You multiplied the channels of one side by the other side's: fan-out is all numbers but the first. The "
    "channels in do not belong to it, and the whole window does.",
)
def all_but_the_first(kernel_shape):
    return math.prod(kernel_shape[:-1]), math.prod(kernel_shape[1:])


@wrong(
    "fans",
    "This works for a dense layer only: a convolution's shape has four numbers. Look at its length first.",
)
def dense_only(kernel_shape):
    fan_in, fan_out = kernel_shape
    return fan_in, fan_out


@wrong(
    "fans",
    "This works for a convolution only: a dense layer's shape has two numbers. Look at its length first.",
)
def convolution_only(kernel_shape):
    height, width, channels_in, channels_out = kernel_shape
    return height * width * channels_in, height * width * channels_out


@wrong("fans", "You added height and width. A window of 3 by 3 has 9 pixels: multiply them.")
def window_added(kernel_shape):
    window = sum(kernel_shape[:-2]) or 1
    return window * kernel_shape[-2], window * kernel_shape[-1]


@wrong("fans", "You took the height twice: a window need not be square. Multiply height by width.")
def square_window(kernel_shape):
    window = kernel_shape[0] ** 2 if len(kernel_shape) == 4 else 1
    return window * kernel_shape[-2], window * kernel_shape[-1]


# glorot_limit -----------------------------------------------------------------------------------


@right("glorot_limit")
def from_the_variance(fan_in, fan_out):
    variance = 2 / (fan_in + fan_out)
    return math.sqrt(3 * variance)


@right("glorot_limit")
def from_the_mean_fan(fan_in, fan_out):
    mean_fan = (fan_in + fan_out) / 2
    return (3 / mean_fan) ** 0.5


@right("glorot_limit")
def limit_with_numpy(fan_in, fan_out):
    return np.sqrt(6.0) / np.sqrt(fan_in + fan_out)


@right("glorot_limit")
def from_the_deviation(fan_in, fan_out):
    deviation = math.sqrt(2 / (fan_in + fan_out))
    return deviation * math.sqrt(3)


@wrong("glorot_limit", "The root goes over the whole fraction. You took the root of 6 alone.")
def root_of_six(fan_in, fan_out):
    return math.sqrt(6) / (fan_in + fan_out)


@wrong("glorot_limit", "The root is missing.")
def root_forgotten(fan_in, fan_out):
    return 6 / (fan_in + fan_out)


@wrong(
    "glorot_limit",
    "That is the standard deviation of the weights. The limit of a uniform distribution is the root of 3 times "
    "as large.",
)
def deviation_for_limit(fan_in, fan_out):
    return math.sqrt(2 / (fan_in + fan_out))


@wrong(
    "glorot_limit",
    "That is the variance of the weights. The limit is the root of 3 times the variance.",
)
def variance_for_limit(fan_in, fan_out):
    return 2 / (fan_in + fan_out)


@wrong(
    "glorot_limit", "You divided by fan-in alone: that is He's limit. Glorot takes both sides of the layer."
)
def by_fan_in(fan_in, fan_out):
    return math.sqrt(6 / fan_in)


@wrong("glorot_limit", "You divided by fan-out alone. Glorot takes the sum of both fans.")
def by_fan_out(fan_in, fan_out):
    return math.sqrt(6 / fan_out)


@wrong("glorot_limit", "You multiplied the two fans. The formula has their sum.")
def fans_multiplied(fan_in, fan_out):
    return math.sqrt(6 / (fan_in * fan_out))


@wrong("glorot_limit", "Brackets: 6 is divided by the sum of both fans. / comes before + in Python.")
def brackets_forgotten(fan_in, fan_out):
    return math.sqrt(6 / fan_in + fan_out)


@wrong(
    "glorot_limit", "That is half of it. The weights go from -a to a, and a is asked for, not half the way."
)
def half_the_limit(fan_in, fan_out):
    return math.sqrt(6 / (fan_in + fan_out)) / 2


@wrong("glorot_limit", "That is the width of the interval, from -a to a. The limit a is half of it.")
def whole_width(fan_in, fan_out):
    return 2 * math.sqrt(6 / (fan_in + fan_out))


@wrong("glorot_limit", "You put the mean of the two fans where their sum belongs.")
def mean_for_sum(fan_in, fan_out):
    return math.sqrt(6 / ((fan_in + fan_out) / 2))


@wrong("glorot_limit", "3 for 6: that would be right if you divided by the mean of the two fans.")
def three_for_six(fan_in, fan_out):
    return math.sqrt(3 / (fan_in + fan_out))


@wrong("glorot_limit", "// throws the fraction away, and 0 is left. Divide with /.")
def whole_division(fan_in, fan_out):
    return math.sqrt(6 // (fan_in + fan_out))


@wrong("glorot_limit", "Upside down: the more inputs, the smaller the weights.")
def limit_upside_down(fan_in, fan_out):
    return math.sqrt((fan_in + fan_out) / 6)


@wrong("glorot_limit", "One number is asked for, the limit a. The interval is then from -a to a.")
def both_ends(fan_in, fan_out):
    limit = math.sqrt(6 / (fan_in + fan_out))
    return -limit, limit


@wrong(
    "glorot_limit",
    "The root of a sum is not the sum of the roots: add the fans first.",
)
def sum_of_roots(fan_in, fan_out):
    return math.sqrt(6) / (math.sqrt(fan_in) + math.sqrt(fan_out))


# glorot_uniform ---------------------------------------------------------------------------------


@right("glorot_uniform")
def stretched(shape, rng):
    fan_in, fan_out = shape
    limit = (6 / (fan_in + fan_out)) ** 0.5
    return (2 * rng.random(shape) - 1) * limit


@right("glorot_uniform")
def one_at_a_time(shape, rng):
    limit = np.sqrt(6 / np.sum(shape))
    kernel = np.empty(shape)
    for row in range(shape[0]):
        for column in range(shape[1]):
            kernel[row, column] = rng.uniform(-limit, limit)
    return kernel


@right("glorot_uniform")
def units_in_turn(shape, rng):
    limit = math.sqrt(3) * math.sqrt(2 / sum(shape))
    return np.column_stack([rng.uniform(low=-limit, high=limit, size=shape[0]) for _ in range(shape[1])])


@right("glorot_uniform")
def size_and_sign(shape, rng):
    limit = math.sqrt(6.0 / (shape[0] + shape[1]))
    return rng.uniform(0, limit, shape) * rng.choice([-1.0, 1.0], shape)


@right("glorot_uniform")
def in_float32(shape, rng):
    # Keras's own weights have 32 bits.
    limit = math.sqrt(6 / sum(shape))
    return ((rng.random(shape, dtype=np.float32) - np.float32(0.5)) * (2 * limit)).astype(np.float32)


def _between(low, high):
    """A wrong answer that draws evenly between low and high, both functions of the shape."""
    return lambda shape, rng: rng.uniform(low(*shape), high(*shape), size=shape)


def _symmetric(limit_of):
    return _between(lambda *fans: -limit_of(*fans), limit_of)


@wrong(
    "glorot_uniform", "You drew from 0 up to the limit: half of the range. Weights go from -limit to limit."
)
def half_the_range(shape, rng):
    return rng.uniform(0, math.sqrt(6 / sum(shape)), size=shape)


@wrong(
    "glorot_uniform",
    "Your weights reach half of the limit only. rng.random covers an interval of width 1; from -limit to limit it "
    "is two limits wide.",
)
def shifted_by_half(shape, rng):
    return (rng.random(shape) - 0.5) * math.sqrt(6 / sum(shape))


@wrong(
    "glorot_uniform",
    "You took the standard deviation, the root of 2/(in + out), for the limit. The limit is larger, by the root "
    "of 3.",
)
def deviation_as_limit(shape, rng):
    return _symmetric(lambda fan_in, fan_out: math.sqrt(2 / (fan_in + fan_out)))(shape, rng)


@wrong(
    "glorot_uniform",
    "You took the variance, 2/(in + out), for the limit. The limit is the root of 3 times the variance.",
)
def variance_as_limit(shape, rng):
    return _symmetric(lambda fan_in, fan_out: 2 / (fan_in + fan_out))(shape, rng)


@wrong("glorot_uniform", "Your limit has the root over the 6 alone. It goes over the whole fraction.")
def limit_with_root_of_six(shape, rng):
    return _symmetric(lambda fan_in, fan_out: math.sqrt(6) / (fan_in + fan_out))(shape, rng)


@wrong("glorot_uniform", "Your limit has no root.")
def limit_without_root(shape, rng):
    return _symmetric(lambda fan_in, fan_out: 6 / (fan_in + fan_out))(shape, rng)


@wrong("glorot_uniform", "Your limit knows fan-in alone. Glorot's has the sum of both sides.")
def limit_of_fan_in(shape, rng):
    return _symmetric(lambda fan_in, _: math.sqrt(6 / fan_in))(shape, rng)


@wrong("glorot_uniform", "Your limit knows fan-out alone. Glorot's has the sum of both sides.")
def limit_of_fan_out(shape, rng):
    return _symmetric(lambda _, fan_out: math.sqrt(6 / fan_out))(shape, rng)


@wrong("glorot_uniform", "You divided by the number of weights, in times out. Divide by in plus out.")
def limit_of_product(shape, rng):
    return _symmetric(lambda fan_in, fan_out: math.sqrt(6 / (fan_in * fan_out)))(shape, rng)


@wrong(
    "glorot_uniform",
    "That is Glorot's normal distribution: its standard deviation is right, but it has no limit. Draw evenly.",
)
def normal_for_uniform(shape, rng):
    return rng.normal(0, math.sqrt(2 / sum(shape)), size=shape)


@wrong(
    "glorot_uniform",
    "You drew from a normal distribution and took the limit for its standard deviation. Draw evenly: rng.uniform.",
)
def limit_as_deviation(shape, rng):
    return rng.normal(0, math.sqrt(6 / sum(shape)), size=shape)


@wrong(
    "glorot_uniform",
    "rng.uniform with one number takes it for the lower end, and 1 for the upper one. Give both: -limit and limit.",
)
def lower_end_only(shape, rng):
    return rng.uniform(math.sqrt(6 / sum(shape)), size=shape)


@wrong("glorot_uniform", "You drew between -1 and 1, whatever the shape: the limit is not used.")
def between_minus_one_and_one(shape, rng):
    return rng.uniform(-1, 1, size=shape)


@wrong("glorot_uniform", "Only the two ends occur in your kernel. Every number between them is as likely.")
def ends_only(shape, rng):
    limit = math.sqrt(6 / sum(shape))
    return rng.choice([-limit, limit], size=shape)


@wrong(
    "glorot_uniform", "The kernel lies on its side: shape is (fan_in, fan_out), and the array has this shape."
)
def on_its_side(shape, rng):
    limit = math.sqrt(6 / sum(shape))
    return rng.uniform(-limit, limit, size=(shape[1], shape[0]))


@wrong(
    "glorot_uniform",
    "All weights stand in one long row. size=shape gives them the rows and columns of a kernel.",
)
def one_long_row(shape, rng):
    limit = math.sqrt(6 / sum(shape))
    return rng.uniform(-limit, limit, size=math.prod(shape))


@wrong("glorot_uniform", "You drew a single number. size=shape draws one for each weight.")
def one_number(shape, rng):
    limit = math.sqrt(6 / sum(shape))
    return rng.uniform(-limit, limit)


@wrong("glorot_uniform", "You drew one row and used it for all inputs. Each weight is drawn for itself.")
def one_row(shape, rng):
    limit = math.sqrt(6 / sum(shape))
    return np.tile(rng.uniform(-limit, limit, size=shape[1]), (shape[0], 1))


@wrong(
    "glorot_uniform", "You drew one column and used it for all units: these units will stay equal for ever."
)
def one_column(shape, rng):
    limit = math.sqrt(6 / sum(shape))
    return np.tile(rng.uniform(-limit, limit, size=shape[0]), (shape[1], 1)).T


@wrong(
    "glorot_uniform",
    "Your function makes a generator of its own, so every kernel is the same. Draw from the rng that you are given.",
)
def own_generator(shape, rng):
    limit = math.sqrt(6 / sum(shape))
    return np.random.default_rng(0).uniform(-limit, limit, size=shape)


@wrong(
    "glorot_uniform",
    "You drew from np.random or another source than rng: the same seed gives another kernel. Draw from rng alone.",
)
def not_from_rng(shape, rng):
    limit = math.sqrt(6 / sum(shape))
    return _elsewhere.uniform(-limit, limit, size=shape)


# he_normal --------------------------------------------------------------------------------------


@right("he_normal")
def standard_times_deviation(shape, rng):
    return rng.standard_normal(shape) * np.sqrt(2 / shape[0])


@right("he_normal")
def from_its_variance(shape, rng):
    fan_in, _ = shape
    variance = 2 / fan_in
    return rng.normal(loc=0, scale=variance**0.5, size=shape)


@right("he_normal")
def unit_by_unit(shape, rng):
    fan_in, fan_out = shape
    return np.array([rng.normal(0, (2 / fan_in) ** 0.5, fan_in) for _ in range(fan_out)]).T


@right("he_normal")
def by_box_and_muller(shape, rng):
    # Two even numbers make a normal one.
    lengths = np.sqrt(-2 * np.log(1 - rng.random(shape)))
    return lengths * np.cos(2 * np.pi * rng.random(shape)) * math.sqrt(2 / shape[0])


@right("he_normal")
def normal_in_float32(shape, rng):
    return rng.standard_normal(shape, dtype=np.float32) / np.float32(math.sqrt(shape[0] / 2))


@wrong(
    "he_normal",
    "You took the root twice: that is the notes' var(W) = root(2/n) at its word. 2/n is the variance, and its "
    "root, taken once, is what rng.normal wants.",
)
def notes_variance(shape, rng):
    return rng.normal(0, math.sqrt(math.sqrt(2 / shape[0])), size=shape)


@wrong(
    "he_normal",
    "You gave rng.normal the variance 2/n. It wants the standard deviation, the root of the variance.",
)
def variance_for_deviation(shape, rng):
    return rng.normal(0, 2 / shape[0], size=shape)


@wrong("he_normal", "You divided by fan-out, the second number of the shape. He's formula has fan-in.")
def he_of_fan_out(shape, rng):
    return rng.normal(0, math.sqrt(2 / shape[1]), size=shape)


@wrong("he_normal", "That is Glorot's variance, 2/(in + out). He's has fan-in alone below the line.")
def glorot_for_he(shape, rng):
    return rng.normal(0, math.sqrt(2 / sum(shape)), size=shape)


@wrong("he_normal", "The 2 is missing. It gives back the half that relu takes.")
def two_forgotten(shape, rng):
    return rng.normal(0, math.sqrt(1 / shape[0]), size=shape)


@wrong("he_normal", "The root goes over the whole fraction. You took the root of 2 alone.")
def root_of_two(shape, rng):
    return rng.normal(0, math.sqrt(2) / shape[0], size=shape)


@wrong(
    "he_normal",
    "You divided by the number of all weights. It is the number of inputs of one unit that counts.",
)
def he_of_product(shape, rng):
    return rng.normal(0, math.sqrt(2 / math.prod(shape)), size=shape)


@wrong("he_normal", "The root goes over the 2 as well: you took it of fan-in alone.")
def root_of_fan_in(shape, rng):
    return rng.normal(0, 2 / math.sqrt(shape[0]), size=shape)


@wrong("he_normal", "Upside down: the more inputs, the smaller the weights.")
def he_upside_down(shape, rng):
    return rng.normal(0, math.sqrt(shape[0] / 2), size=shape)


@wrong(
    "he_normal",
    "You gave the standard deviation for the mean: the first argument of rng.normal is the mean, which is 0 here.",
)
def deviation_as_mean(shape, rng):
    return rng.normal(math.sqrt(2 / shape[0]), size=shape)


@wrong("he_normal", "Your weights have standard deviation 1, whatever the shape: fan-in is not used.")
def standard_only(shape, rng):
    return rng.normal(size=shape)


@wrong(
    "he_normal",
    "The standard deviation is right, but the distribution is even (He's uniform one). Draw from a normal one.",
)
def he_uniform(shape, rng):
    limit = math.sqrt(6 / shape[0])
    return rng.uniform(-limit, limit, size=shape)


@wrong(
    "he_normal",
    "You drew evenly between plus and minus one standard deviation. rng.normal draws a normal one.",
)
def even_within_one_deviation(shape, rng):
    deviation = math.sqrt(2 / shape[0])
    return rng.uniform(-deviation, deviation, size=shape)


@wrong("he_normal", "Your weights are all positive. A normal distribution around 0 has both signs.")
def positive_only(shape, rng):
    return np.abs(rng.normal(0, math.sqrt(2 / shape[0]), size=shape))


@wrong(
    "he_normal",
    "You cut the tails, as Keras does. The exercise asks for the whole normal distribution, as rng.normal draws it.",
)
def tails_cut(shape, rng):
    drawn = rng.normal(size=shape)
    while (np.abs(drawn) > 2).any():
        far = np.abs(drawn) > 2
        drawn[far] = rng.normal(size=far.sum())
    return drawn * math.sqrt(2 / shape[0]) / 0.87962566


@wrong("he_normal", "This kernel lies on its side: the array has the shape (fan_in, fan_out).")
def he_on_its_side(shape, rng):
    return rng.normal(0, math.sqrt(2 / shape[0]), size=(shape[1], shape[0]))


@wrong("he_normal", "A single number came back. With size=shape there is one for each weight.")
def one_normal_number(shape, rng):
    return rng.normal(0, math.sqrt(2 / shape[0]))


@wrong("he_normal", "One row was drawn and used for all inputs. Each weight is drawn for itself.")
def one_normal_row(shape, rng):
    return np.tile(rng.normal(0, math.sqrt(2 / shape[0]), size=shape[1]), (shape[0], 1))


@wrong(
    "he_normal",
    "A generator made inside the function begins anew at each call, so all kernels are equal. Draw from rng.",
)
def he_own_generator(shape, rng):
    return np.random.default_rng(0).normal(0, math.sqrt(2 / shape[0]), size=shape)


@wrong(
    "he_normal",
    "The same seed gives another kernel: you drew from np.random or another source than rng.",
)
def he_not_from_rng(shape, rng):
    return _elsewhere.normal(0, math.sqrt(2 / shape[0]), size=shape)


# activation_stds --------------------------------------------------------------------------------


@right("activation_stds")
def with_sizes_first(initialize, activation, depth, width, inputs, rng):
    sizes = [inputs.shape[1]] + [width] * depth
    stds = np.empty(depth)
    here = inputs
    for layer in range(depth):
        here = activation(np.dot(here, initialize((sizes[layer], sizes[layer + 1]), rng)))
        stds[layer] = np.std(here)
    return stds


@right("activation_stds")
def kernels_first(initialize, activation, depth, width, inputs, rng):
    kernels = [initialize((np.shape(inputs)[1], width), rng)]
    while len(kernels) < depth:
        kernels.append(initialize((width, width), rng))
    outputs = [inputs]
    for kernel in kernels:
        outputs.append(activation(outputs[-1] @ kernel))
    return np.array([output.std() for output in outputs[1:]])


@right("activation_stds")
def layer_by_recursion(initialize, activation, depth, width, inputs, rng):
    if depth == 0:
        return np.array([])
    outputs = activation(inputs @ initialize((inputs.shape[1], width), rng))
    rest = layer_by_recursion(initialize, activation, depth - 1, width, outputs, rng)
    return np.concatenate([[outputs.std()], rest])


@right("activation_stds")
def std_by_hand(initialize, activation, depth, width, inputs, rng):
    stds, num_inputs = [], len(inputs[0])
    for _ in range(depth):
        kernel = initialize((num_inputs, width), rng)
        inputs, num_inputs = activation(np.einsum("ei,iu->eu", inputs, kernel)), width
        stds.append(math.sqrt((inputs**2).mean() - inputs.mean() ** 2))
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


@wrong(
    "activation_stds",
    "You drew one kernel and used it in all layers after the first. Each layer has a kernel of its own.",
)
def same_kernel_in_each_layer(initialize, activation, depth, width, inputs, rng):
    signal = activation(inputs @ initialize((inputs.shape[1], width), rng))
    stds, kernel = [signal.std()], initialize((width, width), rng)
    for _ in range(depth - 1):
        signal = activation(signal @ kernel)
        stds.append(signal.std())
    return np.array(stds)


@wrong(
    "activation_stds",
    "You measured before the activation function. What the next layer sees is what comes out of it.",
)
def before_the_activation(initialize, activation, depth, width, inputs, rng):
    return _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: before.std())


@wrong("activation_stds", "You returned one number for all layers. One for each layer is asked for.")
def one_std_of_all(initialize, activation, depth, width, inputs, rng):
    every = _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after)
    return every.std()


@wrong("activation_stds", "You returned the last layer's value alone. Write one down after each layer.")
def last_layer_only(initialize, activation, depth, width, inputs, rng):
    return _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std())[
        -1
    ]


@wrong("activation_stds", "You measured the kernels. It is the signal whose size is asked for.")
def stds_of_kernels(initialize, activation, depth, width, inputs, rng):
    return _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: kernel.std())


@wrong("activation_stds", "You wrote down the mean. The standard deviation is asked for: .std().")
def means(initialize, activation, depth, width, inputs, rng):
    return _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.mean())


@wrong("activation_stds", "That is the variance. The standard deviation is its root.")
def variances(initialize, activation, depth, width, inputs, rng):
    return _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.var())


@wrong(
    "activation_stds",
    "That is the root of the mean square. The standard deviation takes the mean off first: .std().",
)
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


@wrong(
    "activation_stds",
    "You measured each unit for itself and took the mean. All activations of a layer count together: .std() "
    "without an axis.",
)
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


@wrong(
    "activation_stds",
    "You measured each example for itself and took the mean. All activations of a layer count together: .std() "
    "without an axis.",
)
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


@wrong("activation_stds", "You returned a number for each unit. One for each layer is asked for.")
def stds_of_units(initialize, activation, depth, width, inputs, rng):
    return _run(
        initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std(axis=0)
    )


@wrong(
    "activation_stds",
    "With ddof=1 you divided by one less than the count, as for a sample. The activations are all there are: "
    ".std() without arguments.",
)
def sample_stds(initialize, activation, depth, width, inputs, rng):
    return _run(
        initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std(ddof=1)
    )


@wrong(
    "activation_stds", "The inputs are no layer: the first value belongs to the first layer's activations."
)
def inputs_too(initialize, activation, depth, width, inputs, rng):
    stds = _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std())
    return np.array([inputs.std(), *stds])


@wrong(
    "activation_stds",
    "The activation function is never applied. Without it the layers are one long product of matrices.",
)
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


@wrong(
    "activation_stds",
    "The activations are measured, but the next layer does not get them: it gets what was there before the "
    "activation function.",
)
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


@wrong(
    "activation_stds",
    "Every layer gets the inputs. From the second on a layer gets what the layer before it gave out.",
)
def always_the_inputs(initialize, activation, depth, width, inputs, rng):
    return np.array(
        [activation(inputs @ initialize((inputs.shape[1], width), rng)).std() for _ in range(depth)]
    )


@wrong(
    "activation_stds",
    "The shapes do not fit. A kernel has one row for each number that comes in (inputs.shape[1] of them at first, "
    "width later) and one column for each unit; and matrices are multiplied by @, not by *.",
)
def square_kernels_only(initialize, activation, depth, width, inputs, rng):
    signal, stds = inputs, []
    for _ in range(depth):
        signal = activation(signal @ initialize((width, width), rng))
        stds.append(signal.std())
    return np.array(stds)


@wrong(
    "activation_stds",
    "The shape of a kernel is (numbers that come in, units). You asked for it the other way round.",
)
def kernels_on_their_side(initialize, activation, depth, width, inputs, rng):
    signal, stds = inputs, []
    for _ in range(depth):
        signal = activation(signal @ initialize((width, signal.shape[1]), rng).T)
        stds.append(signal.std())
    return np.array(stds)


@wrong(
    "activation_stds",
    "You scaled the signal to size 1 before each layer, so nothing can fade or explode. Leave it as it is.",
)
def normalised(initialize, activation, depth, width, inputs, rng):
    signal, stds = inputs, []
    for _ in range(depth):
        kernel = initialize((signal.shape[1], width), rng)
        signal = activation(signal / signal.std() @ kernel)
        stds.append(signal.std())
    return np.array(stds)


@wrong("activation_stds", "You returned a list. The contract promises an array: np.array(stds).")
def stds_as_a_list(initialize, activation, depth, width, inputs, rng):
    return list(
        _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std())
    )


@wrong(
    "activation_stds",
    "Each layer gets a generator that begins anew, so equal layers get equal kernels. Hand on the rng that you "
    "are given.",
)
def generator_anew(initialize, activation, depth, width, inputs, rng):
    signal, stds = inputs, []
    for _ in range(depth):
        kernel = initialize((signal.shape[1], width), np.random.default_rng(0))
        signal = activation(signal @ kernel)
        stds.append(signal.std())
    return np.array(stds)


@wrong("activation_stds", "The first layer is missing: write its value down too.")
def first_layer_missing(initialize, activation, depth, width, inputs, rng):
    return _run(initialize, activation, depth, width, inputs, rng, lambda before, after, kernel: after.std())[
        1:
    ]


# quiz -------------------------------------------------------------------------------------------

wrong_choice("quiz_1", 0.01, "The root is missing: 6/600 is 0.01, the limit is its root.")
wrong_choice(
    "quiz_1", 0.239, "You took 5 for fan-in. Behind Flatten all 10 x 10 x 5 numbers go into every unit."
)
wrong_choice("quiz_1", 0.173, "You left the channels out: 10 x 10 pixels with 5 numbers each are 500.")
wrong_choice("quiz_1", 0.0577, "That is the standard deviation. The limit is larger by the root of 3.")
wrong_choice("quiz_1", 0.11, "You divided by fan-in alone. Keras's default adds fan-out, here 100.")

wrong_choice("quiz_2", 20, "A unit sees 20 channels in each of the 9 pixels of its window.")
wrong_choice("quiz_2", 9, "Each of the 9 pixels has 20 channels.")
wrong_choice("quiz_2", 450, "That is fan-out: 9 places times 50 channels that go out.")
wrong_choice("quiz_2", 9000, "That is the number of all weights. Fan-in counts the weights of one unit.")
wrong_choice("quiz_2", 60, "The window has 3 by 3 pixels: multiply by 9, not by 3.")
wrong_choice("quiz_2", 630, "He's formula has fan-in alone; you added fan-out.")
wrong_choice(
    "quiz_2", 70, "You added the channels of both sides. Fan-in is the window times the channels in."
)

wrong_choice("quiz_3", "a", "That would hold without relu. relu halves the mean square in every layer.")
wrong_choice(
    "quiz_3",
    "c",
    "That is what becomes of the mean square, 1/2 to the power of 20. The standard deviation is its root.",
)
wrong_choice("quiz_3", "d", "The wrong way: relu takes something in each layer, so the signal fades.")

wrong_choice(
    "quiz_4", 4, "That is how many times too large the variance is. The standard deviation is its root."
)
wrong_choice(
    "quiz_4", 1, "Compare roots: He's deviation is the root of 2/32; theirs is the root of that root."
)
wrong_choice(
    "quiz_4", 0.5, "That is their standard deviation, or the ratio upside down. How many times He's is it?"
)
wrong_choice("quiz_4", 0.25, "That is He's standard deviation. By which factor is theirs larger?")

wrong_choice(
    "quiz_5", "a", "They will move: only at 0 is the gradient zero. But look whether they move apart."
)
wrong_choice(
    "quiz_5", "b", "Equal units get equal gradients and stay equal. Training cannot make them differ."
)
wrong_choice("quiz_5", "d", "It is not a matter of time: equal units make equal steps, for ever.")
