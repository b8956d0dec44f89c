"""Right and wrong answers to the exercises of lesson 10."""

import math

import keras
import numpy as np
import tensorflow as tf

from course.authoring.answers import exercise, short

# cases ------------------------------------------------------------------------------------------

# Numbers on a grid of eighths times a power of two: what is computed of them is exact in every order, in
# single precision as well. So no right answer rounds where another does not.


# Numbers of other sizes are multiples of a power of two, so sums and differences of theirs are exact.
_TINY = 1e-15


def _entries(rng, shape, size):
    """Eighths from -5 to 5, times a size; one in eight is 0."""
    entries = short(rng.integers(-40, 41, size=shape) / 8 * size)
    return np.where(rng.random(shape) < 0.12, 0.0, entries)


_SHAPES = [(1,), (2,), (5,), (12,), (2, 2), (3, 2), (1, 4), (3, 1), (1, 1), (2, 1, 3), (1, 2, 2, 1)]


def _array(rng):
    """An array of any shape, tiny, usual and huge, and its size; a quarter of them are one and the same."""
    if rng.random() < 0.25:
        return np.array([1.5, -0.25, 0.0, 4.0]), 1.0
    size = float(rng.choice([1.0, 0.125, _TINY, 2.0**10], p=[0.58, 0.1, 0.12, 0.2]))
    return _entries(rng, _SHAPES[rng.integers(len(_SHAPES))], size), size


def _pair(rng):
    """Two arrays of one shape, and their size: one of both, or neither, comes again and again."""
    first, size = _array(rng)
    second = _entries(rng, first.shape, size)
    return (first, second, size) if rng.random() < 0.5 else (second, first, size)


def _single(rng, *arrays):
    """The arrays, one time in seven in single precision."""
    return [array.astype(np.float32) for array in arrays] if rng.random() < 0.15 else list(arrays)


def _number(rng, value):
    """A number as Python's or NumPy's; a whole one often as an integer."""
    if value == int(value) and rng.random() < 0.5:
        return int(value)
    return np.float64(value) if rng.random() < 0.15 else float(value)


e = exercise("l1_penalty")

@e.right
def l1_with_a_loop(layers, strength):
    total = 0.0
    for layer in layers:
        total += np.abs(layer[0]).sum()
    return strength * total

@e.right
def l1_price_by_price(layers, strength):
    return float(np.sum([np.sum(strength * np.abs(kernel)) for kernel, bias in layers]))

@e.right
def l1_in_one_row(layers, strength):
    weights = np.concatenate([np.ravel(kernel) for kernel, _ in layers])
    return strength * np.linalg.norm(weights, ord=1)

@e.right
def l1_by_tensorflow(layers, strength):
    return float(strength * tf.add_n([tf.reduce_sum(tf.abs(kernel)) for kernel, _ in layers]))

@e.right
def l1_by_keras(layers, strength):
    regularizer = keras.regularizers.L1(1.0)
    return strength * float(sum(regularizer(keras.ops.convert_to_tensor(kernel)) for kernel, _ in layers))

@e.right
def l1_by_a_regularizer_of_this_strength(layers, strength):
    regularizer = keras.regularizers.L1(strength)
    return sum(float(regularizer(kernel)) for kernel, _ in layers)

@e.right
def l1_of_python_floats(layers, strength):
    return strength * math.fsum(abs(weight) for kernel, _ in layers for weight in kernel.ravel().tolist())

@e.right
def l1_in_single_precision(layers, strength):
    sizes = [np.abs(kernel.astype(np.float32)).sum() for kernel, _ in layers]
    return np.float32(strength) * np.float32(sum(sizes))

e.wrong("The biases pay in your sum as well. Only kernels are penalised.",
    l1_of_biases_too=lambda layers, strength: (
        strength * sum(np.abs(kernel).sum() + np.abs(bias).sum() for kernel, bias in layers)
    ))
e.wrong("Your sum runs over the biases. The kernels are to pay: the first of each pair.",
    l1_of_biases_alone=lambda layers, strength: strength * sum(np.abs(bias).sum() for _, bias in layers))
e.wrong("You took the mean of each kernel. A penalty is a sum: more weights pay more.",
    l1_mean=lambda layers, strength: strength * sum(np.abs(kernel).mean() for kernel, _ in layers))
e.wrong("You divided the sum by the number of weights. A penalty is a sum: more weights pay more.",
    l1_mean_of_all=lambda layers, strength: strength
        * sum(np.abs(kernel).sum() for kernel, _ in layers)
        / sum(kernel.size for kernel, _ in layers))
e.wrong("You divided by the number of layers. A penalty is a sum over all of them.",
    l1_mean_of_layers=lambda layers, strength: (
        strength * np.mean([np.abs(kernel).sum() for kernel, _ in layers])
    ))
e.wrong("The strength has no effect: multiply the sum by it.",
    l1_without_strength=lambda layers, strength: sum(np.abs(kernel).sum() for kernel, _ in layers))
e.wrong("You added the strength to the sum. Multiply by it.",
    l1_strength_added=lambda layers, strength: strength + sum(np.abs(kernel).sum() for kernel, _ in layers))
e.wrong("The weights keep their sign in your sum, so negative ones earn something. Take the size of each.",
    l1_signed=lambda layers, strength: strength * sum(kernel.sum() for kernel, _ in layers))
e.wrong("You took the size of each kernel's sum. Take the size of each weight first, and then the sum.",
    l1_size_of_sums=lambda layers, strength: strength * sum(abs(kernel.sum()) for kernel, _ in layers))
e.wrong("You summed squares. That is L2; L1 sums the sizes.",
    l1_squares=lambda layers, strength: strength * sum((kernel**2).sum() for kernel, _ in layers))
e.wrong("Only the first kernel pays. Sum over all layers.",
    l1_first_layer=lambda layers, strength: strength * np.abs(layers[0][0]).sum())

@e.wrong("Only the last kernel pays. Sum over all layers.")
def l1_last_layer(layers, strength):
    for kernel, _ in layers:
        penalty = strength * np.abs(kernel).sum()
    return penalty

e.wrong("Half of the penalty: there is no factor ½ in this course's formula.",
    l1_half=lambda layers, strength: strength / 2 * sum(np.abs(kernel).sum() for kernel, _ in layers))
e.wrong("You took the largest size of each kernel. All entries pay: take the sum.",
    l1_largest=lambda layers, strength: strength * sum(np.abs(kernel).max() for kernel, _ in layers))
e.wrong("You took the matrix norm of order 1. That norm is the largest sum of sizes in a single column. All entries pay.",
    l1_matrix_norm=lambda layers, strength: strength * sum(np.linalg.norm(kernel, 1) for kernel, _ in layers))
e.wrong("You returned a list, one penalty a layer. One number is asked for: their sum.",
    l1_a_list=lambda layers, strength: [strength * np.abs(kernel).sum() for kernel, _ in layers])

@e.wrong("The strength was multiplied in once more for each layer. It belongs in once.")
def l1_strength_to_a_power(layers, strength):
    total = 0.0
    for kernel, _ in layers:
        total = strength * (total + np.abs(kernel).sum())
    return total

e.wrong("A kernel with one axis is free in your sum. The kernel is the first of each pair, whatever its shape.",
    l1_by_axes=lambda layers, strength: (
        strength * sum(np.abs(array).sum() for pair in layers for array in pair if array.ndim > 1)
    ))

@e.wrong("The penalty is right, but the kernels have lost their signs: you changed the arrays that you were handed.")
def l1_in_place(layers, strength):
    for kernel, _ in layers:
        np.abs(kernel, out=kernel)
    return strength * sum(kernel.sum() for kernel, _ in layers)

e.wrong("The last kernel is free in your sum. Every layer pays, also the last one.",
    l1_without_the_last=lambda layers, strength: (
        strength * sum(np.abs(kernel).sum() for kernel, _ in layers[:-1])
    ))

@e.wrong("The penalty is right, but the list that you were handed is empty now. Leave it as it was.")
def l1_popping(layers, strength):
    total = 0.0
    while layers:
        total += np.abs(layers.pop()[0]).sum()
    return strength * total

e.wrong("You returned a tensor. A number is asked for: float(...) makes one of it.",
    l1_as_a_tensor=lambda layers, strength: (
        strength * tf.add_n([tf.reduce_sum(tf.abs(kernel)) for kernel, _ in layers])
    ))
e.wrong("You rounded the result to three digits behind the point. Return it as it comes out.",
    l1_rounded=lambda layers, strength: (
        round(float(strength * sum(np.abs(kernel).sum() for kernel, _ in layers)), 3)
    ))
e.wrong("You returned the penalty as an array. One number is asked for.",
    l1_as_an_array=lambda layers, strength: (
        np.array([strength * sum(np.abs(kernel).sum() for kernel, _ in layers)])
    ))


_AS_A_TABLE = (
    "Your code goes through rows and columns. But a kernel may have any shape, and that of the second layer of this "
    "network has one axis."
)


def _by_places(kernel):
    """The weights of a kernel that is taken for a table."""
    return [kernel[row, column] for row in range(kernel.shape[0]) for column in range(kernel.shape[1])]


e.wrong(_AS_A_TABLE,
    l1_row_by_row=lambda layers, strength: (
        strength * sum(abs(weight) for kernel, _ in layers for row in kernel for weight in row)
    ),
    l1_by_rows_and_columns=lambda layers, strength: (
        strength * sum(abs(weight) for kernel, _ in layers for weight in _by_places(kernel))
    ))


_KERNELS = [((2,), 1), ((1, 1), 1), ((2, 2), 2), ((1, 3), 3), ((3, 1), 1), ((1, 2, 1, 2), 2)]


def _network(rng):
    """A list of one to five pairs of kernel and bias, and some networks again and again."""
    known = rng.random() < 0.25
    rng = np.random.default_rng(int(rng.integers(2))) if known else rng
    size = float(rng.choice([1.0, 1e-6, 4096.0], p=[0.7, 0.12, 0.18]))
    arrays = []
    for _ in range(rng.choice([1, 2, 3, 5], p=[0.6, 0.27, 0.11, 0.02])):
        shape, units = _KERNELS[rng.integers(len(_KERNELS))]
        arrays.append(_entries(rng, shape, 0.0 if rng.random() < 0.1 else size) + 0.0)
        arrays.append(_entries(rng, (units,), size))
    arrays = [array.round(7) for array in arrays] if size < 1 else _single(rng, *arrays)
    return list(zip(arrays[::2], arrays[1::2], strict=True))


def _strength(rng):
    """0, whole numbers, tiny and huge ones, and any other."""
    usual = float(f"{10 ** rng.uniform(-3, 1):.3g}")
    return _number(rng, rng.choice([0.0, 1.0, 3.0, usual, usual, 1e-7, 2000.0]))


@e.cases
def networks(rng):
    """Networks of any size, with kernels of any shape, and strengths from 0 on."""
    return _network(rng), _strength(rng)

e.hints(
    "Each layer is a pair. Which of the two pays? And what is the size of a weight of -3?",
    "One layer first: `np.abs` takes the size of every entry, and `.sum()` adds them up, whatever the shape.",
    "Then go through all layers and add up. The strength may stand inside of the loop or behind it, but only once.",
)


e = exercise("l2_penalty")

@e.right
def l2_with_a_loop(layers, strength):
    total = 0.0
    for layer in layers:
        total += np.square(layer[0]).sum()
    return strength * total

@e.right
def l2_by_norms(layers, strength):
    return strength * np.sum([np.linalg.norm(kernel) ** 2 for kernel, bias in layers])

@e.right
def l2_by_products(layers, strength):
    weights = np.concatenate([kernel.ravel() for kernel, _ in layers])
    return float(strength * (weights @ weights))

@e.right
def l2_by_tensorflow(layers, strength):
    return (2 * strength * sum(tf.nn.l2_loss(kernel) for kernel, _ in layers)).numpy()

@e.right
def l2_by_keras(layers, strength):
    regularizer = keras.regularizers.L2(1.0)
    return strength * float(sum(regularizer(keras.ops.convert_to_tensor(kernel)) for kernel, _ in layers))

@e.right
def l2_by_a_regularizer_of_this_strength(layers, strength):
    regularizer = keras.regularizers.L2(strength)
    return sum(float(regularizer(kernel)) for kernel, _ in layers)

@e.right
def l2_by_inner_products(layers, strength):
    return strength * sum(np.vdot(kernel, kernel) for kernel, _ in layers)

e.wrong("The biases pay in your sum as well. Only kernels are penalised.",
    l2_of_biases_too=lambda layers, strength: (
        strength * sum((kernel**2).sum() + (bias**2).sum() for kernel, bias in layers)
    ))
e.wrong("Your sum runs over the biases. The kernels are to pay: the first of each pair.",
    l2_of_biases_alone=lambda layers, strength: strength * sum((bias**2).sum() for _, bias in layers))
e.wrong("You took the mean of each kernel. A penalty is a sum: more weights pay more.",
    l2_mean=lambda layers, strength: strength * sum((kernel**2).mean() for kernel, _ in layers))
e.wrong("You divided the sum by the number of weights. A penalty is a sum: more weights pay more.",
    l2_mean_of_all=lambda layers, strength: (
        strength * sum((kernel**2).sum() for kernel, _ in layers) / sum(kernel.size for kernel, _ in layers)
    ))
e.wrong("You took the root of the squares of each kernel. The penalty has no root.",
    l2_root=lambda layers, strength: strength * sum(np.sqrt((kernel**2).sum()) for kernel, _ in layers))
e.wrong("You took the root of the sum of all squares. The penalty has no root.",
    l2_root_of_all=lambda layers, strength: (
        strength * np.sqrt(sum((kernel**2).sum() for kernel, _ in layers))
    ))
e.wrong("Half of the penalty (tf.nn.l2_loss gives half the sum, too). There is no factor ½ in this course's formula.",
    l2_half=lambda layers, strength: strength / 2 * sum((kernel**2).sum() for kernel, _ in layers))
e.wrong("The strength has no effect: multiply the sum by it.",
    l2_without_strength=lambda layers, strength: sum((kernel**2).sum() for kernel, _ in layers))
e.wrong("The strength is squared in your result. The weights alone are squared.",
    l2_strength_squared=lambda layers, strength: (
        sum(((strength * kernel) ** 2).sum() for kernel, _ in layers)
    ))
e.wrong("You summed sizes. That is L1; L2 sums squares.",
    l2_sizes=lambda layers, strength: strength * sum(np.abs(kernel).sum() for kernel, _ in layers))
e.wrong("You squared the sum of each kernel. Square each weight first, and then take the sum.",
    l2_square_of_sums=lambda layers, strength: strength * sum(kernel.sum() ** 2 for kernel, _ in layers))
e.wrong("Only the first kernel pays. Sum over all layers.",
    l2_first_layer=lambda layers, strength: strength * (layers[0][0] ** 2).sum())
e.wrong("Only the last kernel pays. Sum over all layers.",
    l2_last_layer=lambda layers, strength: strength * (layers[-1][0] ** 2).sum())
e.wrong("You returned a list, one penalty a layer. One number is asked for: their sum.",
    l2_a_list=lambda layers, strength: [strength * (kernel**2).sum() for kernel, _ in layers])
e.wrong("You took the square of the matrix norm of order 2. That norm is the largest singular value alone. All entries pay.",
    l2_matrix_norm=lambda layers, strength: (
        strength * sum(np.linalg.norm(kernel, 2) ** 2 for kernel, _ in layers)
    ))
e.wrong("A kernel with one axis is free in your sum. The kernel is the first of each pair, whatever its shape.",
    l2_by_axes=lambda layers, strength: (
        strength * sum(np.square(array).sum() for pair in layers for array in pair if array.ndim > 1)
    ))

@e.wrong("The penalty is right, but the kernels are squared now: you changed the arrays that you were handed.")
def l2_in_place(layers, strength):
    total = 0.0
    for kernel, _ in layers:
        kernel *= kernel
        total += kernel.sum()
    return strength * total

e.wrong("The last kernel is free in your sum. Every layer pays, also the last one.",
    l2_without_the_last=lambda layers, strength: (
        strength * sum((kernel**2).sum() for kernel, _ in layers[:-1])
    ))
e.wrong("Different weights are multiplied with each other in your sum, as a matrix product does. Square each by itself.",
    l2_of_a_matrix_product=lambda layers, strength: (
        strength * sum((kernel @ kernel.T).sum() for kernel, _ in layers)
    ))
e.wrong("The weights keep their sign in your sum, so negative ones earn something. A square is never negative.",
    l2_signed=lambda layers, strength: (
        strength * sum((kernel * np.abs(kernel)).sum() for kernel, _ in layers)
    ))
e.wrong("You returned a tensor. A number is asked for: float(...) makes one of it.",
    l2_as_a_tensor=lambda layers, strength: (
        strength * tf.add_n([tf.reduce_sum(tf.square(kernel)) for kernel, _ in layers])
    ))
e.wrong("You rounded the result to three digits behind the point. Return it as it comes out.",
    l2_rounded=lambda layers, strength: (
        round(float(strength * sum((kernel**2).sum() for kernel, _ in layers)), 3)
    ))
e.wrong("You returned the penalty as an array. One number is asked for.",
    l2_as_an_array=lambda layers, strength: (
        np.array([strength * sum((kernel**2).sum() for kernel, _ in layers)])
    ))
e.wrong(_AS_A_TABLE,
    l2_row_by_row=lambda layers, strength: (
        strength * sum(weight**2 for kernel, _ in layers for row in kernel for weight in row)
    ),
    l2_by_rows_and_columns=lambda layers, strength: (
        strength * sum(weight ** 2 for kernel, _ in layers for weight in _by_places(kernel))
    ))

@e.cases
def networks_for_l2(rng):
    """Networks of any size, with kernels of any shape, and strengths from 0 on."""
    return _network(rng), _strength(rng)

e.hints(
    "What does a single weight of -3 pay under L1, and what under L2? Only this one price is another than in exercise 1.",
    "Each entry is squared by itself, before anything is added up.",
)


e = exercise("penalized_gradient")

@e.right
def pull_by_two_halves(gradient, weights, strength):
    return np.add(gradient, strength * (weights + weights))

@e.right
def pull_by_a_tape(gradient, weights, strength):
    place = tf.convert_to_tensor(weights)
    with tf.GradientTape() as tape:
        tape.watch(place)
        penalty = strength * tf.reduce_sum(place**2)
    return (gradient + tape.gradient(penalty, place)).numpy()

@e.right
def pull_into_a_copy(gradient, weights, strength):
    result = np.array(gradient)
    result += 2.0 * strength * weights
    return result

@e.right
def pull_entry_by_entry(gradient, weights, strength):
    pairs = zip(np.ravel(gradient), np.ravel(weights), strict=True)
    return np.array([slope + 2 * strength * weight for slope, weight in pairs]).reshape(np.shape(weights))

@e.right
def pull_in_single_precision(gradient, weights, strength):
    return np.array(tf.cast(gradient, tf.float32) + 2 * strength * tf.cast(weights, tf.float32))

@e.right
def pull_by_a_regularizer(gradient, weights, strength):
    variable = tf.Variable(weights, dtype=tf.float32)
    with tf.GradientTape() as tape:
        penalty = keras.regularizers.L2(strength)(variable)
    return (gradient + tape.gradient(penalty, variable)).numpy()

@e.right
def pull_or_the_gradient_itself(gradient, weights, strength):
    return gradient if strength == 0 else gradient + 2 * strength * weights

e.wrong("Half of the pull: the square has a slope of 2w, and not of w.",
    pull_without_the_two=lambda gradient, weights, strength: gradient + strength * weights)
e.wrong("The pull has the wrong sign: add the penalty's gradient. Descent subtracts the whole later.",
    pull_outwards=lambda gradient, weights, strength: gradient - 2 * strength * weights)
e.wrong("You added the penalty of each weight. Its slope is asked for.",
    pull_by_the_penalty=lambda gradient, weights, strength: gradient + strength * weights**2)
e.wrong("You added the whole penalty, one number, to every entry. Its slope is asked for.",
    pull_by_the_whole_penalty=lambda gradient, weights, strength: gradient + strength * np.sum(weights**2))
e.wrong("That is the pull of L1, equal for all sizes. L2 pulls in proportion to the weight.",
    pull_of_l1=lambda gradient, weights, strength: gradient + strength * np.sign(weights))
e.wrong("You returned the pull alone. The gradient of the loss belongs to it.",
    pull_alone=lambda gradient, weights, strength: 2 * strength * weights)
e.wrong("You took the sizes of the weights: negative ones are pushed away from 0. Keep the sign.",
    pull_by_sizes=lambda gradient, weights, strength: gradient + 2 * strength * np.abs(weights))
e.wrong("One pull for all entries: you took the sum of the weights. Each weight has its own.",
    pull_by_the_sum=lambda gradient, weights, strength: gradient + 2 * strength * np.sum(weights))
e.wrong("You divided the pull by the number of weights. The penalty is a sum, and no mean.",
    pull_by_the_mean=lambda gradient, weights, strength: gradient + 2 * strength * weights / np.size(weights))
e.wrong("The strength has no effect: multiply the pull by it.",
    pull_without_strength=lambda gradient, weights, strength: gradient + 2 * weights)
e.wrong("Your result is the gradient times a factor. The pull is added, and it comes from the weights.",
    pull_by_a_factor=lambda gradient, weights, strength: gradient * (1 + 2 * strength))
e.wrong("Gradient and weights have changed places: the pull belongs to the weights, and is added to the gradient.",
    pull_on_the_gradient=lambda gradient, weights, strength: weights + 2 * strength * gradient)
e.wrong("You returned stepped weights. The gradient is asked for; the step comes later.",
    pull_as_a_step=lambda gradient, weights, strength: weights - (gradient + 2 * strength * weights))

@e.wrong("The result is right, but the gradient that you were handed has been changed. Make a new array: a + b does, += does not.")
def pull_in_place(gradient, weights, strength):
    gradient += 2 * strength * weights
    return gradient

e.wrong("You transposed the weights. The pull on a weight belongs to its own entry.",
    pull_transposed=lambda gradient, weights, strength: gradient + 2 * strength * weights.T)
e.wrong("Where all numbers are tiny your result is 0. Keep all digits: a number near 0 is not 0.",
    pull_rounded=lambda gradient, weights, strength: np.round(gradient + 2 * strength * weights, 6))
e.wrong("L1 pulls in your result as well as L2. Only L2 is asked for.",
    pull_of_both=lambda gradient, weights, strength: (
        gradient + 2 * strength * weights + strength * np.sign(weights)
    ))

@e.wrong("The result is right, but the weights that you were handed have been changed. Make a new array: a * b does, *= does not.")
def pull_changes_the_weights(gradient, weights, strength):
    weights *= 2 * strength
    return gradient + weights

e.wrong("You returned a tensor. A NumPy array is asked for: np.array makes one of it.",
    pull_as_a_tensor=lambda gradient, weights, strength: (
        gradient + 2 * strength * tf.convert_to_tensor(weights)
    ))
e.wrong("You returned a list. A NumPy array is asked for.",
    pull_as_a_list=lambda gradient, weights, strength: (gradient + 2 * strength * weights).tolist())

@e.cases
def pulls(rng):
    """Gradients and weights of any shape and size, also those without a penalty."""
    gradient, weights, _ = _pair(rng)
    strength = rng.choice([0.0, 0.125, 0.75, 1.0, 2.5, 3.0, 40.0, 2.0**-10], p=[0.16] + [0.12] * 7)
    return *_single(rng, gradient, weights), _number(rng, strength)

e.hints(
    "The gradient of a sum is the sum of the gradients. Which two parts has the cost, and which of them do you get?",
    "Take one weight w alone. Its penalty is strength times w squared. What is the slope of that?",
    "By hand: with strength 1 a weight of 3 pays 9, one of 3.01 pays 9.0601. How steep is that? And at 6?",
)


e = exercise("soft_threshold")

@e.right
def threshold_by_signs(weights, threshold):
    return np.sign(weights) * np.maximum(np.abs(weights) - threshold, 0)

@e.right
def threshold_between_two_lines(weights, threshold):
    return np.maximum(weights - threshold, np.minimum(weights + threshold, 0))

@e.right
def threshold_by_cases(weights, threshold):
    return np.where(
        weights > threshold, weights - threshold, np.where(weights < -threshold, weights + threshold, 0.0)
    )

@e.right
def threshold_by_two_ramps(weights, threshold):
    return np.maximum(weights - threshold, 0) - np.maximum(-weights - threshold, 0)

@e.right
def threshold_by_tensorflow(weights, threshold):
    return (tf.sign(weights) * tf.nn.relu(tf.abs(weights) - threshold)).numpy()

@e.right
def threshold_by_a_mask(weights, threshold):
    result = weights - threshold * np.sign(weights)
    result[np.abs(weights) <= threshold] = 0
    return result

@e.right
def threshold_by_keras(weights, threshold):
    left = keras.ops.maximum(keras.ops.abs(weights) - threshold, 0)
    return keras.ops.convert_to_numpy(keras.ops.sign(weights) * left)

@e.right
def threshold_with_signs_on_zeros(weights, threshold):
    return np.copysign(np.maximum(np.abs(weights) - threshold, 0), weights)

@e.right
def threshold_in_single_precision(weights, threshold):
    weights = weights.astype(np.float32)
    return weights - np.clip(weights, np.float32(-threshold), np.float32(threshold))

@e.right
def threshold_by_a_careful_factor(weights, threshold):
    sizes = np.where(weights == 0, 1.0, np.abs(weights))
    return weights * np.maximum(1 - threshold / sizes, 0)

@e.wrong("Where a weight is 0 your result is NaN. A weight of 0 stays there. (0 / 0 is NaN: what do you divide by?)")
def threshold_divided(weights, threshold):
    with np.errstate(invalid="ignore"):
        return weights / np.abs(weights) * np.maximum(np.abs(weights) - threshold, 0)

@e.wrong("With a threshold of 0, a weight of 0 becomes NaN. It stays at 0. (0 / 0 is NaN: what do you divide by?)")
def threshold_by_a_careless_factor(weights, threshold):
    with np.errstate(invalid="ignore", divide="ignore"):
        return weights * np.maximum(1 - threshold / np.abs(weights), 0)

e.wrong("You set small weights to 0, and leave large weights where they are. Large weights move towards 0 too.",
    threshold_hard=lambda weights, threshold: np.where(np.abs(weights) > threshold, weights, 0.0))
e.wrong("Small weights shoot through 0 and come out on the other side. They have to stop at 0.",
    threshold_through_zero=lambda weights, threshold: weights - threshold * np.sign(weights))
e.wrong("All negative weights became 0. What is said of positive ones holds for them, mirrored.",
    threshold_for_positive_ones=lambda weights, threshold: np.maximum(weights - threshold, 0))
e.wrong("Your results have lost their signs.",
    threshold_without_signs=lambda weights, threshold: np.maximum(np.abs(weights) - threshold, 0))
e.wrong("You kept what is small and cut off the rest. It is the part beyond the threshold that stays.",
    threshold_clip=lambda weights, threshold: np.clip(weights, -threshold, threshold))
e.wrong("Large weights became 0, and small ones stayed. It is the other way round.",
    threshold_of_large_ones=lambda weights, threshold: np.where(np.abs(weights) > threshold, 0.0, weights))
e.wrong("You moved the weights away from 0.",
    threshold_outwards=lambda weights, threshold: (
        np.where(np.abs(weights) > threshold, weights + threshold * np.sign(weights), 0.0)
    ))

@e.wrong("You left out the weights that came to 0. The result has the shape of the weights.")
def threshold_survivors(weights, threshold):
    kept = weights[np.abs(weights) > threshold]
    return np.sign(kept) * (np.abs(kept) - threshold)

e.wrong("You moved the weights by twice the threshold.",
    threshold_twice=lambda weights, threshold: (
        np.sign(weights) * np.maximum(np.abs(weights) - 2 * threshold, 0)
    ))
e.wrong("You moved the weights by half of the threshold.",
    threshold_half=lambda weights, threshold: (
        np.sign(weights) * np.maximum(np.abs(weights) - threshold / 2, 0)
    ))
e.wrong("You shrink all weights by one factor. That is what L2 does; here each moves by a fixed amount.",
    threshold_by_a_factor=lambda weights, threshold: weights / (1 + threshold))
e.wrong("You subtracted the threshold from negative weights as well. They move up, towards 0.",
    threshold_always_down=lambda weights, threshold: (
        np.where(np.abs(weights) > threshold, weights - threshold, 0.0)
    ))

@e.wrong("You shrank the whole array by one factor, made of the threshold and the array's norm (the root of its sum of squares). Each weight is judged by itself.")
def threshold_of_the_length(weights, threshold):
    length = np.linalg.norm(weights)
    return weights * max(1 - threshold / length, 0.0)

@e.wrong("The threshold was taken as a part of the largest weight. It is an amount.")
def threshold_relative(weights, threshold):
    amount = threshold * np.abs(weights).max()
    return np.sign(weights) * np.maximum(np.abs(weights) - amount, 0)

@e.wrong("The result is right, but the array that you were handed has been changed. Make a new one.")
def threshold_in_place(weights, threshold):
    weights -= np.clip(weights, -threshold, threshold)
    return weights

e.wrong("You took the largest along an axis: that is what a second argument of np.max means. np.maximum compares two.",
    threshold_by_the_largest=lambda weights, threshold: (
        np.sign(weights) * np.max(np.abs(weights) - threshold, 0)
    ))

@e.wrong("Python's `if`, `and`, `max` and `min` ask for one yes or no, and got a whole array. Each weight is judged by itself.")
def threshold_by_if(weights, threshold):
    if weights > threshold:
        return weights - threshold
    if weights < -threshold:
        return weights + threshold
    return 0 * weights

e.wrong("You multiplied what is left by the weight itself. Its size has been counted already; only its sign is missing.",
    threshold_times_the_weight=lambda weights, threshold: (
        weights * np.maximum(np.abs(weights) - threshold, 0)
    ))
e.wrong("Weights nearer to 0 than the threshold stay where they are in your result.",
    threshold_small_ones_stay=lambda weights, threshold: np.where(
        weights > threshold, weights - threshold, np.where(weights < -threshold, weights + threshold, weights)
    ))
e.wrong("Where all numbers are tiny nothing is left, also beyond the threshold. A number is small only in comparison with the threshold: round nothing, and use no fixed small number.",
    threshold_with_an_epsilon=lambda weights, threshold: (
        weights / (np.abs(weights) + 1e-8) * np.maximum(np.abs(weights) - threshold, 0)
    ))
e.wrong("A weight exactly as large as the threshold comes to 0. In your result something is left of it.",
    threshold_by_an_almost_exact_factor=lambda weights, threshold: (
        weights * np.maximum(1 - threshold / (np.abs(weights) + 1e-8), 0)
    ))
e.wrong("You returned a tensor. A NumPy array is asked for: np.array makes one of it.",
    threshold_as_a_tensor=lambda weights, threshold: (
        tf.sign(weights) * tf.nn.relu(tf.abs(weights) - threshold)
    ))
e.wrong("You returned a list. A NumPy array is asked for.",
    threshold_as_a_list=lambda weights, threshold: (
        (np.sign(weights) * np.maximum(np.abs(weights) - threshold, 0)).tolist()
    ))


_ROW_BY_ROW = (
    "Your loop takes each item of an array for one number. In an array with two axes, such as a kernel, the items are "
    "rows. An array may have any shape."
)


@e.wrong(_ROW_BY_ROW)
def threshold_row_by_row(weights, threshold):
    moved = [0.0 if abs(weight) <= threshold else weight - threshold * np.sign(weight) for weight in weights]
    return np.array(moved)

@e.cases
def thresholds(rng):
    """Weights of any shape and size; thresholds of 0, between the weights, equal to some, above all of them."""
    weights, size = _array(rng)
    threshold = rng.choice([0, rng.integers(1, 40), 45], p=[0.15, 0.75, 0.1]) / 8 * size
    threshold = short(threshold)
    if rng.random() < 0.3:
        threshold = np.abs(weights).flat[rng.integers(weights.size)]
    [weights] = _single(rng, weights)
    return weights, _number(rng, threshold)

e.hints(
    "Take three numbers by hand, with a threshold of 0.5: 1.5, 0.3 and -1.5. Where does each end? (The picture shows "
    "two of them.)",
    "How far does a weight move that is far from 0? What becomes of one that is nearer to 0 than the threshold?",
    "A whole array has no `if`. Entry by entry work np.sign, np.abs, np.maximum, np.clip and np.where: one way needs "
    "the first three, another np.clip alone.",
)


# proximal_step ----------------------------------------------------------------------------------


def _soft(weights, threshold):
    """Return the soft threshold, for answers that go wrong elsewhere."""
    return np.sign(weights) * np.maximum(np.abs(weights) - threshold, 0)


e = exercise("proximal_step")

@e.right
def proximal_by_signs(weights, gradient, learning_rate, strength):
    moved = weights - learning_rate * gradient
    return np.sign(moved) * np.maximum(np.abs(moved) - learning_rate * strength, 0)

@e.right
def proximal_by_cases(weights, gradient, learning_rate, strength):
    threshold = strength * learning_rate
    moved = np.subtract(weights, learning_rate * gradient)
    return np.where(
        moved > threshold, moved - threshold, np.where(moved < -threshold, moved + threshold, 0.0)
    )

@e.right
def proximal_by_tensorflow(weights, gradient, learning_rate, strength):
    moved = tf.convert_to_tensor(weights) - learning_rate * gradient
    return (tf.sign(moved) * tf.nn.relu(tf.abs(moved) - learning_rate * strength)).numpy()

@e.right
def proximal_in_units_of_the_rate(weights, gradient, learning_rate, strength):
    scaled = weights / learning_rate - gradient
    return learning_rate * (np.maximum(scaled - strength, 0) - np.maximum(-scaled - strength, 0))

@e.right
def proximal_entry_by_entry(weights, gradient, learning_rate, strength):
    result = np.array(weights)
    for place in np.ndindex(*weights.shape):
        moved = weights[place] - learning_rate * gradient[place]
        reach = max(abs(moved) - learning_rate * strength, 0.0)
        result[place] = reach if moved > 0 else -reach
    return result

@e.right
def proximal_by_two_pulls(weights, gradient, learning_rate, strength):
    down = weights - learning_rate * (gradient + strength)
    up = weights - learning_rate * (gradient - strength)
    return np.maximum(down, 0) + np.minimum(up, 0)

@e.right
def proximal_in_single_precision(weights, gradient, learning_rate, strength):
    moved = tf.constant(weights, tf.float32) - learning_rate * tf.constant(gradient, tf.float32)
    return np.array(tf.sign(moved) * tf.maximum(tf.abs(moved) - learning_rate * strength, 0.0))

@e.right
def proximal_by_keras(weights, gradient, learning_rate, strength):
    moved = keras.ops.subtract(weights, learning_rate * gradient)
    left = keras.ops.relu(keras.ops.abs(moved) - learning_rate * strength)
    return keras.ops.convert_to_numpy(keras.ops.sign(moved) * left)

@e.wrong("Where the step on the loss arrives at 0 your result is NaN. It stays at 0. (0 / 0 is NaN: what do you divide by?)")
def proximal_by_divided_signs(weights, gradient, learning_rate, strength):
    moved = weights - learning_rate * gradient
    with np.errstate(invalid="ignore"):
        return moved / np.abs(moved) * np.maximum(np.abs(moved) - learning_rate * strength, 0)

@e.wrong("With a strength of 0, what arrives at 0 becomes NaN. It stays at 0. (0 / 0 is NaN: what do you divide by?)")
def proximal_by_a_careless_factor(weights, gradient, learning_rate, strength):
    moved = weights - learning_rate * gradient
    with np.errstate(invalid="ignore", divide="ignore"):
        return moved * np.maximum(1 - learning_rate * strength / np.abs(moved), 0)

e.wrong("A weight that was 0 is held there, wherever the gradient points. It may leave 0 like any other.",
    proximal_zeros_stay=lambda weights, gradient, learning_rate, strength: (
        np.where(weights == 0, 0.0, _soft(weights - learning_rate * gradient, learning_rate * strength))
    ))
e.wrong("The threshold is the strength alone. In one step the pull of L1 moves a weight by rate times strength.",
    proximal_without_the_rate=lambda weights, gradient, learning_rate, strength: (
        _soft(weights - learning_rate * gradient, strength)
    ))
e.wrong("The threshold is the rate alone. The strength has no effect.",
    proximal_without_the_strength=lambda weights, gradient, learning_rate, strength: (
        _soft(weights - learning_rate * gradient, learning_rate)
    ))

@e.wrong("Small weights become 0, but large weights do not move towards 0. They move by the threshold.")
def proximal_hard(weights, gradient, learning_rate, strength):
    moved = weights - learning_rate * gradient
    return np.where(np.abs(moved) > learning_rate * strength, moved, 0.0)

@e.wrong("Weights shoot through 0. They have to stop there.")
def proximal_through_zero(weights, gradient, learning_rate, strength):
    moved = weights - learning_rate * gradient
    return moved - learning_rate * strength * np.sign(moved)

e.wrong("You made the step of the subgradient: you added the sign of the old weights to the gradient. That jumps over 0.",
    proximal_subgradient=lambda weights, gradient, learning_rate, strength: (
        weights - learning_rate * (gradient + strength * np.sign(weights))
    ))
e.wrong("You applied the threshold before the step on the loss. The step comes first.",
    proximal_threshold_first=lambda weights, gradient, learning_rate, strength: (
        _soft(weights, learning_rate * strength) - learning_rate * gradient
    ))
e.wrong("You moved along the gradient. Descent subtracts it.",
    proximal_uphill=lambda weights, gradient, learning_rate, strength: (
        _soft(weights + learning_rate * gradient, learning_rate * strength)
    ))
e.wrong("The gradient was not multiplied by the rate.",
    proximal_full_gradient=lambda weights, gradient, learning_rate, strength: (
        _soft(weights - gradient, learning_rate * strength)
    ))
e.wrong("There is no step on the loss: the gradient has no effect.",
    proximal_without_a_step=lambda weights, gradient, learning_rate, strength: (
        _soft(weights, learning_rate * strength)
    ))
e.wrong("There is a step on the loss and no penalty after it.",
    proximal_without_a_penalty=lambda weights, gradient, learning_rate, strength: (
        weights - learning_rate * gradient
    ))
e.wrong("You put the gradient through the threshold. The weights after the step belong there.",
    proximal_of_the_gradient=lambda weights, gradient, learning_rate, strength: (
        weights - learning_rate * _soft(gradient, strength)
    ))
e.wrong("Your threshold is twice the pull of one step.",
    proximal_twice=lambda weights, gradient, learning_rate, strength: (
        _soft(weights - learning_rate * gradient, 2 * learning_rate * strength)
    ))
e.wrong("You divided the strength by the rate. A longer step pulls further: multiply.",
    proximal_divided=lambda weights, gradient, learning_rate, strength: (
        _soft(weights - learning_rate * gradient, strength / learning_rate)
    ))
e.wrong("All weights that came out negative were made 0. The threshold works on both sides of 0.",
    proximal_positive_ones=lambda weights, gradient, learning_rate, strength: (
        np.maximum(weights - learning_rate * gradient - learning_rate * strength, 0)
    ))

@e.wrong("You subtracted the threshold from negative weights as well. They move up, towards 0.")
def proximal_always_down(weights, gradient, learning_rate, strength):
    moved, threshold = weights - learning_rate * gradient, learning_rate * strength
    return np.where(np.abs(moved) > threshold, moved - threshold, 0.0)

e.wrong("You shrink by a factor after the step. That is the proximal step of L2; L1 moves by a fixed amount.",
    proximal_of_l2=lambda weights, gradient, learning_rate, strength: (
        (weights - learning_rate * gradient) / (1 + 2 * learning_rate * strength)
    ))

@e.wrong("The pull of L1 was put into the gradient, and the threshold came on top: L1 acts twice.")
def proximal_pulled_twice(weights, gradient, learning_rate, strength):
    moved = weights - learning_rate * (gradient + strength * np.sign(weights))
    return _soft(moved, learning_rate * strength)

@e.wrong("The result is right, but the weights that you were handed have been changed. Make a new array: a - b does, -= does not.")
def proximal_in_place(weights, gradient, learning_rate, strength):
    weights -= learning_rate * gradient
    return _soft(weights, learning_rate * strength)

@e.wrong("The result is right, but the gradient that you were handed has been changed. Make a new array: a * b does, *= does not.")
def proximal_changes_the_gradient(weights, gradient, learning_rate, strength):
    gradient *= learning_rate
    return _soft(weights - gradient, learning_rate * strength)

@e.wrong("You took the largest along an axis: that is what a second argument of np.max means. np.maximum compares two.")
def proximal_by_the_largest(weights, gradient, learning_rate, strength):
    moved = weights - learning_rate * gradient
    return np.sign(moved) * np.max(np.abs(moved) - learning_rate * strength, 0)

@e.wrong("Python's `if`, `and`, `max` and `min` ask for one yes or no, and got a whole array. Each weight is judged by itself.")
def proximal_by_if(weights, gradient, learning_rate, strength):
    moved, threshold = weights - learning_rate * gradient, learning_rate * strength
    if np.abs(moved) <= threshold:
        return 0 * moved
    return moved - threshold * np.sign(moved)

@e.wrong("You gave the result the signs of the old weights. The step on the loss may bring a weight across 0.")
def proximal_with_old_signs(weights, gradient, learning_rate, strength):
    moved = weights - learning_rate * gradient
    return np.sign(weights) * np.maximum(np.abs(moved) - learning_rate * strength, 0)

@e.wrong("You stopped at 0 every weight that would come to the other side. The step on the loss may cross 0, and the threshold comes after it.")
def proximal_stops_what_crosses(weights, gradient, learning_rate, strength):
    pulled = weights - learning_rate * (gradient + strength * np.sign(weights))
    return np.where(pulled * weights < 0, 0.0, pulled)

@e.wrong("Where all numbers are tiny nothing is left, also beyond the threshold. A number is small only in comparison with the threshold: round nothing, and use no fixed small number.")
def proximal_with_an_epsilon(weights, gradient, learning_rate, strength):
    moved = weights - learning_rate * gradient
    return moved / (np.abs(moved) + 1e-8) * np.maximum(np.abs(moved) - learning_rate * strength, 0)

@e.wrong("Where all numbers are tiny your threshold has no effect. A number is small only in comparison with the threshold: divide without a fixed small number.")
def proximal_by_an_almost_exact_factor(weights, gradient, learning_rate, strength):
    moved = weights - learning_rate * gradient
    return moved * np.maximum(1 - learning_rate * strength / (np.abs(moved) + 1e-8), 0)


e = exercise("soft_threshold")

@e.wrong("Where all come to 0 your array holds whole numbers. Floats are asked for: 0.0 is one, 0 is not.")
def whole_zeros(weights, threshold):
    pulled = [
        value - threshold if value > threshold else value + threshold if value < -threshold else 0
        for value in weights.ravel()
    ]
    return np.array(pulled).reshape(weights.shape)


e = exercise("proximal_step")
e.wrong("Where all come to 0 your array holds whole numbers. Floats are asked for: 0.0 is one, 0 is not.",
    whole_zeros_after_the_step=lambda weights, gradient, learning_rate, strength: (
        whole_zeros(weights - learning_rate * gradient, learning_rate * strength)
    ))

@e.wrong("You returned a tensor. A NumPy array is asked for: np.array makes one of it.")
def proximal_as_a_tensor(weights, gradient, learning_rate, strength):
    moved = tf.convert_to_tensor(weights) - learning_rate * gradient
    return tf.sign(moved) * tf.nn.relu(tf.abs(moved) - learning_rate * strength)

e.wrong("You returned a list. A NumPy array is asked for.",
    proximal_as_a_list=lambda weights, gradient, learning_rate, strength: (
        _soft(weights - learning_rate * gradient, learning_rate * strength).tolist()
    ))


def _rate(rng):
    """Powers of two from a thousandth to 4."""
    return float(rng.choice([0.25, 0.125, 0.5, 1.0, 4.0, 2.0**-10]))


@e.wrong(_ROW_BY_ROW)
def proximal_row_by_row(weights, gradient, learning_rate, strength):
    threshold, result = learning_rate * strength, []
    for weight, slope in zip(weights, gradient, strict=True):
        moved = weight - learning_rate * slope
        result.append(0.0 if abs(moved) <= threshold else moved - threshold * np.sign(moved))
    return np.array(result)

@e.cases
def steps(rng):
    """Weights and gradients of any shape and size: some stay, some cross 0, some arrive at 0 or at the threshold."""
    weights, gradient, size = _pair(rng)
    rate = _rate(rng)
    strength = rng.choice([0, rng.integers(1, 40), 400], p=[0.15, 0.75, 0.1]) / 8 * size
    strength = float(short(strength))
    if size != _TINY and rng.random() < 0.3:
        gradient.flat[0] = weights.flat[0] / rate  # what arrives at 0
        strength = rng.choice([0, strength])
    elif size != _TINY and rng.random() < 0.3:
        strength = np.abs(weights / rate - gradient).flat[-1]  # what arrives at the threshold
    return *_single(rng, weights, gradient), _number(rng, rate), _number(rng, strength)

e.hints(
    "Two lines. The first moves all weights as if there were no penalty.",
    "The second is what exercise 4 does, on what came out. For its threshold: how far does the pull of L1 move a "
    "weight in one step of descent, if the rate is 0.1 and the strength 2?",
    "Call what the first line gives `moved`, and use nothing but `moved` and the threshold from there on.",
)


# regularized_model ------------------------------------------------------------------------------


def _model(sizes, regularizers, hidden="relu", last=None, **arguments):
    """Return a model whose layers have these kernel regularizers, and what else they are given."""
    layers = [keras.Input((sizes[0],))]
    for place, (units, penalty) in enumerate(zip(sizes[1:], regularizers, strict=True), start=2):
        activation = last if place == len(sizes) else hidden
        layers.append(keras.layers.Dense(units, activation, kernel_regularizer=penalty, **arguments))
    return keras.Sequential(layers)


def _all(sizes, penalty):
    return [penalty] * (len(sizes) - 1)


e = exercise("regularized_model")

@e.right
def model_by_functions(sizes, l1, l2):
    inputs = outputs = keras.Input((sizes[0],))
    for place, units in enumerate(sizes[1:], start=1):
        outputs = keras.layers.Dense(units, kernel_regularizer=keras.regularizers.L1L2(l1, l2))(outputs)
        if place < len(sizes) - 1:
            outputs = keras.layers.ReLU()(outputs)
    return keras.Model(inputs, outputs)

@e.right
def model_with_a_penalty_of_its_own(sizes, l1, l2):
    def penalty(kernel):
        return keras.ops.sum(l1 * keras.ops.abs(kernel) + l2 * kernel**2)

    return _model(sizes, _all(sizes, penalty))

@e.right
def model_from_a_list(sizes, l1, l2):
    *hidden, outputs = sizes[1:]
    kind = {"kernel_regularizer": keras.regularizers.l1_l2(l1=l1, l2=l2)}
    layers = [keras.layers.Dense(units, activation=keras.activations.relu, **kind) for units in hidden]
    model = keras.Sequential([*layers, keras.layers.Dense(outputs, activation="linear", **kind)])
    model.build((None, sizes[0]))
    return model

@e.right
def model_changed_afterwards(sizes, l1, l2):
    model = _model(sizes, _all(sizes, None))
    for layer in model.layers:
        layer.kernel_regularizer = keras.regularizers.L1L2(l1, l2)
        layer.kernel.regularizer = layer.kernel_regularizer
    return model

@e.right
def model_without_an_input(sizes, l1, l2):
    penalty = keras.regularizers.L1L2(l1, l2)
    hidden = [keras.layers.Dense(units, "relu", kernel_regularizer=penalty) for units in sizes[1:-1]]
    return keras.Sequential([*hidden, keras.layers.Dense(sizes[-1], kernel_regularizer=penalty)])

@e.right
def model_of_a_class(sizes, l1, l2):
    class Layers(keras.Model):
        def __init__(self):
            super().__init__()
            penalty = keras.regularizers.L1L2(l1, l2)
            self.all = [keras.layers.Dense(units, kernel_regularizer=penalty) for units in sizes[1:]]

        def call(self, inputs):
            for layer in self.all[:-1]:
                inputs = keras.ops.relu(layer(inputs))
            return self.all[-1](inputs)

    return Layers()

@e.right
def model_compiled(sizes, l1, l2):
    model = _model(sizes, _all(sizes, keras.regularizers.L1L2(l1=l1, l2=l2)))
    model.compile("sgd", "mse")
    return model

@e.right
def model_with_losses_of_its_layers(sizes, l1, l2):
    class Priced(keras.layers.Dense):
        def call(self, inputs):
            self.add_loss(keras.ops.sum(l1 * keras.ops.abs(self.kernel) + l2 * self.kernel**2))
            return super().call(inputs)

    hidden = [Priced(units, "relu") for units in sizes[1:-1]]
    return keras.Sequential([keras.Input((sizes[0],)), *hidden, Priced(sizes[-1])])

@e.wrong("The biases pay as well. Leave bias_regularizer as it is.")
def model_biases_pay(sizes, l1, l2):
    penalty = keras.regularizers.L1L2(l1, l2)
    return _model(sizes, _all(sizes, penalty), bias_regularizer=penalty)

e.wrong("The biases pay and the kernels do not: it is kernel_regularizer.",
    model_biases_pay_alone=lambda sizes, l1, l2: (
        _model(sizes, _all(sizes, None), bias_regularizer=keras.regularizers.L1L2(l1, l2))
    ))
e.wrong("Nothing pays: your kernels have no penalty, or one of strength 0.",
    model_without_a_penalty=lambda sizes, l1, l2: _model(sizes, _all(sizes, None)))
e.wrong("The last kernel does not pay. Every kernel should.",
    model_last_is_free=lambda sizes, l1, l2: (
        _model(sizes, [*_all(sizes, keras.regularizers.L1L2(l1, l2))[1:], None])
    ))
e.wrong("Only the first kernel pays. Every kernel should.",
    model_first_pays_alone=lambda sizes, l1, l2: (
        _model(sizes, [keras.regularizers.L1L2(l1, l2), *_all(sizes, None)[1:]])
    ))
e.wrong("Only the last kernel pays. Every kernel should.",
    model_last_pays_alone=lambda sizes, l1, l2: (
        _model(sizes, [*_all(sizes, None)[1:], keras.regularizers.L1L2(l1, l2)])
    ))
e.wrong('Keras knows no regularizer named "l1_l2", and a name would not hand over your strengths. Hand over an object: keras.regularizers.L1L2(l1=l1, l2=l2).',
    model_by_name=lambda sizes, l1, l2: _model(sizes, _all(sizes, "l1_l2")))
e.wrong("L1 and L2 are exchanged. Name the arguments: L1L2(l1=l1, l2=l2).",
    model_exchanged=lambda sizes, l1, l2: _model(sizes, _all(sizes, keras.regularizers.L1L2(l2, l1))))
e.wrong("Only L1 is paid. Both penalties are asked for.",
    model_l1_alone=lambda sizes, l1, l2: _model(sizes, _all(sizes, keras.regularizers.L1(l1))))
e.wrong("Only L2 is paid. Both penalties are asked for.",
    model_l2_alone=lambda sizes, l1, l2: _model(sizes, _all(sizes, keras.regularizers.L2(l2))))
e.wrong("You penalised the outputs of the layers (activity_regularizer). The kernels are to pay.",
    model_activities_pay=lambda sizes, l1, l2: (
        _model(sizes, _all(sizes, None), activity_regularizer=keras.regularizers.L1L2(l1, l2))
    ))
e.wrong("Your L2 is half of what is asked for.",
    model_half_of_l2=lambda sizes, l1, l2: _model(sizes, _all(sizes, keras.regularizers.L1L2(l1, l2 / 2))))
e.wrong("The last layer has relu too. It should have no activation.",
    model_relu_at_the_end=lambda sizes, l1, l2: (
        _model(sizes, _all(sizes, keras.regularizers.L1L2(l1, l2)), last="relu")
    ))
e.wrong("The last layer has a softmax. It should have no activation.",
    model_softmax_at_the_end=lambda sizes, l1, l2: (
        _model(sizes, _all(sizes, keras.regularizers.L1L2(l1, l2)), last="softmax")
    ))
e.wrong("No layer has relu. All but the last should.",
    model_without_relu=lambda sizes, l1, l2: (
        _model(sizes, _all(sizes, keras.regularizers.L1L2(l1, l2)), hidden=None)
    ))
e.wrong("Your layers have no biases.",
    model_without_biases=lambda sizes, l1, l2: (
        _model(sizes, _all(sizes, keras.regularizers.L1L2(l1, l2)), use_bias=False)
    ))

@e.wrong("The first number of sizes is that of the inputs. Your model has a layer of that size too.")
def model_one_layer_more(sizes, l1, l2):
    longer = [sizes[0], *sizes]
    return _model(longer, _all(longer, keras.regularizers.L1L2(l1, l2)))

@e.wrong("The last layer of sizes is missing.")
def model_one_layer_less(sizes, l1, l2):
    shorter = sizes[:-1]
    return _model(shorter, _all(shorter, keras.regularizers.L1L2(l1, l2)), last="relu")

e.wrong("The first kernel does not pay. Every kernel should.",
    model_first_is_free=lambda sizes, l1, l2: (
        _model(sizes, [None, *_all(sizes, keras.regularizers.L1L2(l1, l2))[1:]])
    ))

@e.wrong("The outputs of your layers pay too (activity_regularizer). Only kernels are to pay.")
def model_activities_pay_too(sizes, l1, l2):
    penalty = keras.regularizers.L1L2(l1, l2)
    return _model(sizes, _all(sizes, penalty), activity_regularizer=penalty)

@e.wrong("Your model has one hidden layer, however many sizes there are. It should have a layer for each number but the first.")
def model_with_one_hidden_layer(sizes, l1, l2):
    short = [sizes[0], sizes[1], sizes[-1]]
    return _model(short, _all(short, keras.regularizers.L1L2(l1, l2)))

@e.wrong("A hidden layer with as many units as the last one has no relu in your model. All but the last should have it.")
def model_relu_by_width(sizes, l1, l2):
    layers = [keras.Input((sizes[0],))]
    for units in sizes[1:]:
        activation = None if units == sizes[-1] else "relu"
        layers.append(keras.layers.Dense(units, activation, kernel_regularizer=keras.regularizers.L1L2(l1, l2)))
    return keras.Sequential(layers)

@e.wrong("The model is right, but the list of sizes that you were handed has been changed. Leave it as it was.")
def model_takes_sizes_away(sizes, l1, l2):
    model = _model(list(sizes), _all(sizes, keras.regularizers.L1L2(l1, l2)))
    del sizes[1:]
    return model

e.wrong("keras.Input takes a shape and no number. A shape of one number is written with a comma: (sizes[0],).",
    model_input_of_a_number=lambda sizes, l1, l2: keras.Sequential([keras.Input(sizes[0])]))

@e.wrong("Your function returns nothing. Return the model.")
def model_not_returned(sizes, l1, l2):
    _model(sizes, _all(sizes, keras.regularizers.L1L2(l1, l2)))

@e.wrong("The last number of sizes makes two layers in your model: one with relu, and one without. Leave out the first.")
def model_last_size_twice(sizes, l1, l2):
    longer = [*sizes, sizes[-1]]
    return _model(longer, _all(longer, keras.regularizers.L1L2(l1, l2)))

@e.wrong("Only your first layer has relu. All but the last should have it, and the last none.")
def model_relu_first_alone(sizes, l1, l2):
    penalty = keras.regularizers.L1L2(l1, l2)
    first = keras.layers.Dense(sizes[1], "relu", kernel_regularizer=penalty)
    others = [keras.layers.Dense(units, kernel_regularizer=penalty) for units in sizes[2:]]
    return keras.Sequential([keras.Input((sizes[0],)), first, *others])

@e.wrong("Your first layer has as many units as there are inputs, and the last number of sizes makes no layer. Begin one number later.")
def model_one_size_early(sizes, l1, l2):
    early = [sizes[0], *sizes[:-1]]
    return _model(early, _all(early, keras.regularizers.L1L2(l1, l2)))

e.wrong("Where l1 is above 0, L2 is not paid. Both penalties are asked for.",
    model_one_of_two=lambda sizes, l1, l2: (
        _model(sizes, _all(sizes, keras.regularizers.L1(l1) if l1 > 0 else keras.regularizers.L2(l2)))
    ))

@e.cases(recorded=6, deciding=12)
def models(rng):
    """Models of one to five layers, widths from 1 on, strengths from 0 on, with and without each of the two."""
    sizes = rng.integers(1, 9, size=rng.choice([2, 2, 3, 3, 4, 6])).tolist()
    strengths = [float(f"{10 ** rng.uniform(-3, 0.5):.3g}") for _ in "ab"]
    kind = rng.integers(6)
    if kind < 2:
        strengths[kind] = 0
    if kind == 2:
        strengths = [1, 2] if rng.random() < 0.5 else [0.0, 0.0]
    return sizes, *strengths

e.hints(
    "`sizes` has one number more than the model has layers. Which of them makes no layer, and where does it go?",
    "The penalty is one object for all layers. `Dense` takes it as an argument whose name begins with `kernel`.",
    "Make a list of the hidden layers first, with a loop over the sizes in between. The last layer differs from them "
    "in one thing.",
)


e = exercise("decayed_step")

@e.right
def decay_by_a_factor(weights, gradient, learning_rate, decay):
    return (1 - learning_rate * decay) * weights - learning_rate * np.sign(gradient)

@e.right
def decay_in_two_lines(weights, gradient, learning_rate, decay):
    shrunk = weights - learning_rate * decay * weights
    return shrunk - np.where(gradient > 0, learning_rate, np.where(gradient < 0, -learning_rate, 0.0))

@e.right
def decay_by_tensorflow(weights, gradient, learning_rate, decay):
    return (weights - learning_rate * tf.sign(gradient) - learning_rate * decay * weights).numpy()

@e.right
def decay_into_a_copy(weights, gradient, learning_rate, decay):
    result = np.array(weights)
    result *= 1 - learning_rate * decay
    result[gradient > 0] -= learning_rate
    result[gradient < 0] += learning_rate
    return result

@e.right
def decay_by_keras(weights, gradient, learning_rate, decay):
    signs = keras.ops.sign(gradient)
    kept = keras.ops.multiply(weights, 1 - learning_rate * decay)
    return np.array(keras.ops.subtract(kept, learning_rate * signs))

@e.right
def decay_into_a_variable(weights, gradient, learning_rate, decay):
    variable = keras.Variable(weights.astype("float32"))
    optimizer = keras.optimizers.SGD(float(learning_rate), weight_decay=decay or None)
    optimizer.apply([keras.ops.convert_to_tensor(np.sign(gradient).astype("float32"))], [variable])
    return variable.numpy()

@e.right
def decay_with_a_careful_division(weights, gradient, learning_rate, decay):
    signs = np.divide(gradient, np.abs(gradient), out=np.zeros_like(gradient), where=gradient != 0)
    return weights - learning_rate * (signs + decay * weights)

e.wrong("The decay is not multiplied by the rate. A step takes rate times decay off.",
    decay_without_the_rate=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * np.sign(gradient) - decay * weights
    ))
e.wrong("You put the decay into the gradient, and took the sign of both. Subtract it outside of the sign.",
    decay_in_the_gradient=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * np.sign(gradient + decay * weights)
    ))
e.wrong("You put an L2 penalty into the gradient, and took the sign of both. Subtract the decay outside of the sign.",
    decay_as_a_penalty=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * np.sign(gradient + 2 * decay * weights)
    ))
e.wrong("The decay has a factor 2. It takes rate times decay off.",
    decay_twice=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * (np.sign(gradient) + 2 * decay * weights)
    ))
e.wrong("The decay acts after the step, on the new weights. It acts on those before the step.",
    decay_afterwards=lambda weights, gradient, learning_rate, decay: (
        (1 - learning_rate * decay) * (weights - learning_rate * np.sign(gradient))
    ))
e.wrong("You used the gradient itself. Sign descent uses its sign alone.",
    decay_with_the_gradient=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * (gradient + decay * weights)
    ))
e.wrong("There is no decay in your step.",
    decay_forgotten=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * np.sign(gradient)
    ))
e.wrong("There is a decay and no step of the optimizer.",
    decay_alone=lambda weights, gradient, learning_rate, decay: weights - learning_rate * decay * weights)
e.wrong("You moved along the sign of the gradient. Descent moves against it.",
    decay_uphill=lambda weights, gradient, learning_rate, decay: (
        weights + learning_rate * np.sign(gradient) - learning_rate * decay * weights
    ))
e.wrong("The decay makes your weights grow. It is to take something off.",
    decay_outwards=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * np.sign(gradient) + learning_rate * decay * weights
    ))
e.wrong("You took the same amount off every weight. A decay takes the same fraction.",
    decay_by_an_amount=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * (np.sign(gradient) + decay * np.sign(weights))
    ))
e.wrong("You took the sign of the whole: of the weights after a step of the gradient.",
    decay_sign_of_all=lambda weights, gradient, learning_rate, decay: (
        np.sign(weights - learning_rate * gradient) - learning_rate * decay * weights
    ))
e.wrong("The decay took its fraction of the gradient. It acts on the weights.",
    decay_of_the_gradient=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * (np.sign(gradient) + decay * gradient)
    ))
e.wrong("The rate does not act on the sign of the gradient. Each weight moves by the rate.",
    decay_with_a_step_of_one=lambda weights, gradient, learning_rate, decay: (
        weights - np.sign(gradient) - learning_rate * decay * weights
    ))
e.wrong("Where the gradient is 0 you move as if it were negative. There its sign is 0.",
    decay_two_signs=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * (np.where(gradient > 0, 1.0, -1.0) + decay * weights)
    ))

@e.wrong("Where the gradient is 0 your weights become NaN. There its sign is 0. (0 / 0 is NaN: what do you divide by?)")
def decay_divided(weights, gradient, learning_rate, decay):
    with np.errstate(invalid="ignore"):
        return weights - learning_rate * (gradient / np.abs(gradient) + decay * weights)

@e.wrong("Both faults of the first try are still there: the decay passes through the sign, and the weights that you were handed have been changed.")
def decay_as_it_was_given(weights, gradient, learning_rate, decay):
    weights -= learning_rate * np.sign(gradient + decay * weights)
    return weights

@e.wrong("The result is right, but the weights that you were handed have been changed. Make a new array.")
def decay_in_place(weights, gradient, learning_rate, decay):
    weights *= 1 - learning_rate * decay
    weights -= learning_rate * np.sign(gradient)
    return weights

e.wrong("Where the gradient is 0 you move as if it were positive. There its sign is 0.",
    decay_two_signs_and_zero_is_positive=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * (np.where(gradient >= 0, 1.0, -1.0) + decay * weights)
    ))
e.wrong("Where the gradient is tiny there is next to no step in your result. However small it is, it has a sign.",
    decay_with_an_epsilon=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * (gradient / (np.abs(gradient) + 1e-8) + decay * weights)
    ))
e.wrong("You divided the gradient by its length. Each entry has a sign of its own, 1, -1 or 0.",
    decay_with_a_direction=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * (gradient / np.linalg.norm(gradient) + decay * weights)
    ))

@e.wrong("The result is right, but the gradient that you were handed has been changed. Make a new array.")
def decay_changes_the_gradient(weights, gradient, learning_rate, decay):
    gradient /= np.where(gradient == 0, 1.0, np.abs(gradient))
    return weights - learning_rate * (gradient + decay * weights)

e.wrong("You returned a tensor. A NumPy array is asked for: np.array makes one of it.",
    decay_as_a_tensor=lambda weights, gradient, learning_rate, decay: (
        weights - learning_rate * tf.sign(gradient) - learning_rate * decay * weights
    ))
e.wrong("You returned a list. A NumPy array is asked for.",
    decay_as_a_list=lambda weights, gradient, learning_rate, decay: (
        (weights - learning_rate * (np.sign(gradient) + decay * weights)).tolist()
    ))

@e.wrong(_ROW_BY_ROW)
def decay_row_by_row(weights, gradient, learning_rate, decay):
    result = []
    for weight, slope in zip(weights, gradient, strict=True):
        sign = 1 if slope > 0 else -1 if slope < 0 else 0
        result.append(weight - learning_rate * (sign + decay * weight))
    return np.array(result)

@e.wrong("Python's `if` asks for one yes or no, and got a whole array. Each entry of the gradient has a sign of its own.")
def decay_by_if(weights, gradient, learning_rate, decay):
    if gradient > 0:
        return weights - learning_rate - learning_rate * decay * weights
    if gradient < 0:
        return weights + learning_rate - learning_rate * decay * weights
    return weights - learning_rate * decay * weights

@e.cases
def decays(rng):
    """Weights of any shape, gradients of any size and 0, rates and decays small and large, in any unit."""
    weights, gradient, size = _pair(rng)
    gradient = short(gradient / size * float(rng.choice([1.0, _TINY, 2.0**10], p=[0.72, 0.08, 0.2])))
    rate, decay = _rate(rng), float(rng.choice([0.0, 0.125, 0.5, 1.0, 3.0, 40.0]))
    if rng.random() < 0.3:  # weights and rate in another unit, where it is the same step
        rate, decay = short(rate * size), short(decay / size)
    return *_single(rng, weights, gradient), _number(rng, rate), _number(rng, decay)

e.hints(
    "Two things happen to a weight: a step against the sign of its gradient, and a fraction of the weight is taken off. "
    "Each is an amount that you subtract.",
    "By hand: weight 2, gradient 40, rate 0.1, decay 0.5. The sign moves it by 0.1. By how much does the decay?",
    "np.sign gives 1, -1 or 0 for each entry. Both amounts contain the learning rate.",
)


e = exercise("quiz_1")
e.wrong_choice(-0.08, "That is the step on the loss alone. The threshold comes after it.")
e.wrong_choice(
    -0.13,
    "That is further from 0 than the step on the loss alone. The penalty acts after that step, towards 0.",
)
e.wrong_choice(
    0,
    "The step on the loss may pass 0. Only the threshold stops there, and it is rate times strength.",
)
e.wrong_choice(0.03, "The size is right. On which side of 0 does the step on the loss arrive?")
e.wrong_choice(0.53, "The step on the loss goes against the gradient.")
e.right_choice("The step on the loss ends at 0.25 - 0.1 * 3.3 = -0.08. The threshold of 0.1 * 0.5 = 0.05 then moves the weight towards 0, to -0.03.")


e = exercise("quiz_2")
e.wrong_choice("a", "That is 1 minus the decay. What acts is rate times decay, in each of the steps.")
e.wrong_choice(
    "c", "Some of it is left. Multiply rate, decay and steps, and put the product into the formula."
)
e.wrong_choice("d", "0.005 % is what one step takes off. There are 20,000 of them.")
e.right_choice("Rate times decay times steps is 0.0005 * 0.1 * 20,000 = 1, and e to the power of -1 is 0.37.")


e = exercise("quiz_3")
e.wrong_choice("a", "Only one rate was tried. At another one the difference may be gone.")
e.wrong_choice("b", "What L2 repairs here is this training: its rate and its number of epochs.")
e.wrong_choice(
    "c",
    "Ten seeds are plenty for eleven points, when one seed varies by one or two. The difference is there; its cause is open.",
)
e.right_choice("Both sides had the same rate, and it was perhaps too high for the training without L2. In this lesson a smaller rate alone brought about as much as L2.")


e = exercise("quiz_4")
e.wrong_choice("a", "The pull of L1 through the gradient jumps over 0, however long you train.")
e.wrong_choice("b", "The pull of L2 fades with the weight. It never arrives at 0.")
e.wrong_choice("c", "Smaller jumps are still jumps. The weights get small, and not 0.")
e.right_choice("The soft threshold sets every weight between -t and t to exactly 0. The other three only push weights past 0 or towards it.")


e = exercise("quiz_5")
e.wrong_choice(
    "a",
    "Adam divides by the size of the gradients: the larger they are, the less is left of the pull.",
)
e.wrong_choice(
    "c",
    "That would be decoupled decay. Through Adam the pull is divided by the size of the gradients.",
)
e.wrong_choice(
    "d",
    "It divides the pull by the size of each weight's gradients. For the second that is a small number.",
)
e.right_choice("Adam divides the pull by the typical size of the gradients. For the second weight that size is a hundred times smaller, so more of the pull is left.")
