"""Right and wrong answers to the exercises of lesson 07."""

import math

import numpy as np

from course.authoring.answers import exercise, short

e = exercise("standardize")

@e.right
def by_variances(x_train, x_new):
    num_examples = len(x_train)
    mean = np.sum(x_train, axis=0) / num_examples
    deviation = (np.sum((x_train - mean) ** 2, axis=0) / num_examples) ** 0.5
    deviation[np.ptp(x_train, axis=0) == 0] = 1.0
    return (x_new - mean) / deviation

@e.right
def by_largest_and_smallest(x_train, x_new):
    changes = x_train.max(axis=0) > x_train.min(axis=0)
    shifted = x_new - x_train.mean(axis=0)
    return np.divide(shifted, x_train.std(axis=0), out=shifted.copy(), where=changes)

@e.right
def feature_by_feature(x_train, x_new):
    old, new = x_train.reshape(len(x_train), -1), x_new.reshape(len(x_new), -1)
    columns = []
    for before, after in zip(old.T.tolist(), new.T.tolist(), strict=True):
        mean = math.fsum(before) / len(before)
        spread = math.sqrt(math.fsum((value - mean) ** 2 for value in before) / len(before))
        columns.append([(value - mean) / (spread if len(set(before)) > 1 else 1.0) for value in after])
    return np.array(columns).T.reshape(x_new.shape)

@e.right
def in_a_copy(x_train, x_new):
    result = np.array(x_new, dtype=float)
    result -= x_train.mean(axis=0)
    spread = x_train.std(axis=0)
    changes = spread > 1e-12
    result[:, changes] /= spread[changes]
    return result

@e.right
def the_new_ones_behind_the_old(x_train, x_new):
    num_train = len(x_train)
    both = np.concatenate([x_train, x_new]).astype(float)
    both = both - both[:num_train].mean(0)
    spread = np.sqrt(np.square(both[:num_train]).mean(0))
    changes = ~np.isclose(spread, 0)
    return np.where(changes, both / np.where(changes, spread, 1), both)[num_train:]


_trapped = False  # whether a mistake is made by somebody who also compares the deviation with 0


def _is_constant(spread):
    return spread == 0 if _trapped else spread < 1e-12


def _standardized(values, center, spread):
    return (values - center) / np.where(_is_constant(spread), 1, spread)


def _wrong(sentence, **answers):
    """Record a mistake twice: as it is, and by somebody who also compares the deviation with 0.

    The sentence is true of both, and a learner who makes two mistakes reads at least one of them.
    """

    def record(function):
        def and_trapped(x_train, x_new):
            global _trapped
            _trapped = True
            try:
                return function(x_train, x_new)
            finally:
                _trapped = False

        e.wrong(sentence, **{function.__name__: function, f"{function.__name__}_and_trapped": and_trapped})
        return function

    for name, function in answers.items():
        function.__name__ = name
        record(function)
    return record


_wrong("You standardized the new examples by their own statistics. Use the statistics of the training part.",
    by_its_own=lambda x_train, x_new: _standardized(x_new, x_new.mean(axis=0), x_new.std(axis=0)))

@_wrong("You took the statistics of training and new examples together. The new examples must not influence them.")
def by_both_together(x_train, x_new):
    both = np.concatenate([x_train, x_new])
    return _standardized(x_new, both.mean(axis=0), both.std(axis=0))

e.wrong("The mean is that of the training part; the deviation is that of the new examples.",
    deviation_of_the_new=lambda x_train, x_new: _standardized(x_new, x_train.mean(axis=0), x_new.std(axis=0)))
_wrong("The deviation is that of the training part; the mean is that of the new examples.",
    mean_of_the_new=lambda x_train, x_new: _standardized(x_new, x_new.mean(axis=0), x_train.std(axis=0)))

@e.wrong("You standardized each new example by the mean and deviation of its own features. Each feature has its own, over the training examples.")
def by_example(x_train, x_new):
    axes = tuple(range(1, x_new.ndim))
    mean, spread = x_new.mean(axis=axes, keepdims=True), x_new.std(axis=axes, keepdims=True)
    return _standardized(x_new, mean, spread)

_wrong("You took one mean and one deviation for all features. Each feature has its own.",
    one_for_all=lambda x_train, x_new: _standardized(x_new, x_train.mean(), x_train.std()))

@_wrong("With images you took one mean for each place of the last axis. Each pixel has its own: the mean over the first axis alone.")
def one_a_column(x_train, x_new):
    axes = tuple(range(x_train.ndim - 1))
    return _standardized(x_new, x_train.mean(axis=axes), x_train.std(axis=axes))

_wrong("You divided by the variance. The deviation is its root.",
    by_the_variance=lambda x_train, x_new: _standardized(x_new, x_train.mean(axis=0), x_train.var(axis=0)))

@e.wrong("A feature that never changed has the deviation 0, and you divided by it. It is only shifted.")
def divided_by_zero(x_train, x_new):
    with np.errstate(divide="ignore", invalid="ignore"):
        return (x_new - x_train.mean(axis=0)) / x_train.std(axis=0)

for _small in (1e-7, 1e-8, 1e-10, 1e-12):
    e.wrong("A feature that never changed becomes huge: where the deviation is 0 you divide by a tiny number instead. Such a feature is only shifted.",
        **{f"with_the_small_number_{_small:g}": lambda x_train, x_new, small=_small: (
            (x_new - x_train.mean(axis=0)) / (x_train.std(axis=0) + small)
        )})

@e.wrong("You compared the deviation with 0. Rounding leaves three times 0.1 a deviation of about 1e-17, and you divided by it. Ask whether the values differ, or compare with a small number.")
def compared_with_zero(x_train, x_new):
    deviation = np.std(x_train, axis=0)
    deviation[deviation == 0] = 1
    return (x_new - x_train.mean(axis=0)) / deviation

@_wrong("A feature that never changed became 0, whatever the new example has. It is shifted by its mean, no more.")
def constant_becomes_zero(x_train, x_new):
    spread = x_train.std(axis=0)
    shifted = x_new - x_train.mean(axis=0)
    return np.where(_is_constant(spread), 0.0, shifted / np.where(_is_constant(spread), 1, spread))

@_wrong("A feature that never changed kept its value. It is shifted like the others, and only not divided.")
def constant_as_it_is(x_train, x_new):
    spread = x_train.std(axis=0)
    return np.where(_is_constant(spread), x_new, _standardized(x_new, x_train.mean(axis=0), spread))

@_wrong("You divided the sum of squares by one less than the number of examples. The contract asks for the mean: by all of them.")
def by_one_less(x_train, x_new):
    center = x_train.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = np.sum((x_train - center) ** 2, axis=0) / (len(x_train) - 1)
    return _standardized(x_new, center, np.sqrt(squares))

@_wrong("You divided the sum of squares by one less than the number of examples. The contract asks for the mean: by all of them.")
def by_one_less_in_python(x_train, x_new):
    center = x_train.mean(axis=0)
    share = 1 / (len(x_train) - 1)
    return _standardized(x_new, center, np.sqrt(share * np.sum((x_train - center) ** 2, axis=0)))

@e.wrong("You divided the sum of squares by one less than the number of examples. The contract asks for the mean: by all of them.")
def by_one_less_feature_by_feature(x_train, x_new):
    # Of a single example Python's floats divide by 0 in words of their own, and NumPy's in none.
    old, new = x_train.reshape(len(x_train), -1), x_new.reshape(len(x_new), -1)
    columns = []
    for before, after in zip(old.T.tolist(), new.T.tolist(), strict=True):
        mean = math.fsum(before) / len(before)
        spread = math.sqrt(math.fsum((value - mean) ** 2 for value in before) / (len(before) - 1))
        columns.append([(value - mean) / (spread or 1.0) for value in after])
    return np.array(columns).T.reshape(x_new.shape)

_wrong("You divided by the deviation, and the mean is still there. Subtract it first.",
    not_shifted=lambda x_train, x_new: _standardized(x_new, 0.0, x_train.std(axis=0)))
e.wrong("You subtracted the mean, and that is all. Divide by the deviation too.",
    not_divided=lambda x_train, x_new: x_new - x_train.mean(axis=0))
_wrong("The signs are wrong: the mean is subtracted from the example, not the example from it.",
    upside_down=lambda x_train, x_new: -_standardized(x_new, x_train.mean(axis=0), x_train.std(axis=0)))

@_wrong("You multiplied by the deviation. Divide by it.")
def times_the_deviation(x_train, x_new):
    spread = x_train.std(axis=0)
    return (x_new - x_train.mean(axis=0)) * np.where(_is_constant(spread), 1, spread)

_wrong("You divided first and subtracted the mean as it was before. Subtract first, then divide.",
    divided_first=lambda x_train, x_new: (
        _standardized(x_new, 0.0, x_train.std(axis=0)) - x_train.mean(axis=0)
    ))
_wrong("You brought the features between 0 and 1, by their smallest and largest value. Standardizing uses mean and deviation.",
    between_zero_and_one=lambda x_train, x_new: (
        _standardized(x_new, x_train.min(axis=0), np.ptp(x_train, axis=0))
    ))
_wrong("You subtracted the mean and divided by the range. Divide by the standard deviation.",
    by_the_range=lambda x_train, x_new: _standardized(x_new, x_train.mean(axis=0), np.ptp(x_train, axis=0)))

@_wrong("You returned the training examples too. Return only the new examples.")
def both_returned(x_train, x_new):
    center, spread = x_train.mean(axis=0), x_train.std(axis=0)
    return _standardized(x_train, center, spread), _standardized(x_new, center, spread)

_wrong("You returned the standardized training examples. Return the new examples.",
    the_training_part=lambda x_train, x_new: (
        _standardized(x_train, x_train.mean(axis=0), x_train.std(axis=0))
    ))

@_wrong("You wrote into x_new: the caller's array has changed, and whole numbers cannot hold the result.")
def in_place(x_train, x_new):
    center, spread = x_train.mean(axis=0), x_train.std(axis=0)
    x_new -= center
    x_new /= np.where(_is_constant(spread), 1, spread)
    return x_new

@_wrong("The result is right, but you wrote into x_new where it holds floats: the caller's array has changed.")
def in_place_on_floats(x_train, x_new):
    x_new = np.asarray(x_new, dtype=float)
    center, spread = x_train.mean(axis=0), x_train.std(axis=0)
    x_new -= center
    x_new /= np.where(_is_constant(spread), 1, spread)
    return x_new

@_wrong("The result is right, but you wrote into x_new where it holds floats: the caller's array has changed.")
def shifted_in_place_on_floats(x_train, x_new):
    x_new = np.asarray(x_new, dtype=float)
    x_new -= x_train.mean(axis=0)
    spread = x_train.std(axis=0)
    return x_new / np.where(_is_constant(spread), 1, spread)

@_wrong("You wrote into x_new: the caller's array has changed, and whole numbers cannot hold the result.")
def shifted_in_place(x_train, x_new):
    x_new -= x_train.mean(axis=0)
    spread = x_train.std(axis=0)
    return x_new / np.where(_is_constant(spread), 1, spread)

@_wrong("The result is right, but you wrote into x_train where it holds floats: the caller's array has changed.")
def training_part_in_place_on_floats(x_train, x_new):
    x_train = np.asarray(x_train, dtype=float)
    center, spread = x_train.mean(axis=0), x_train.std(axis=0)
    x_train -= center
    return _standardized(x_new, center, spread)

@_wrong("You wrote into x_train: the caller's array has changed, and whole numbers cannot hold the result.")
def training_part_in_place(x_train, x_new):
    center, spread = x_train.mean(axis=0), x_train.std(axis=0)
    x_train -= center
    return _standardized(x_new, center, spread)

@_wrong("Where x_new holds whole numbers, your new array holds them too, as np.zeros_like(x_new) does: fractions are cut off.")
def filled_as_whole_numbers(x_train, x_new):
    result = np.zeros_like(x_new)
    result[...] = _standardized(x_new, x_train.mean(axis=0), x_train.std(axis=0))
    return result

_wrong("You returned lists. The contract promises an array.",
    as_lists=lambda x_train, x_new: _standardized(x_new, x_train.mean(axis=0), x_train.std(axis=0)).tolist())
_wrong("You took the median, the value in the middle, for the mean.",
    by_the_median=lambda x_train, x_new: (
        _standardized(x_new, np.median(x_train, axis=0), x_train.std(axis=0))
    ))

@_wrong("With images you took one mean and one deviation for each row of pixels, over all examples. Each pixel has its own: over the first axis alone.")
def one_an_image(x_train, x_new):
    if x_train.ndim == 2:
        return _standardized(x_new, x_train.mean(axis=0), x_train.std(axis=0))
    axes = tuple(axis for axis in range(x_train.ndim) if axis != 1)
    center, spread = x_train.mean(axis=axes, keepdims=True), x_train.std(axis=axes, keepdims=True)
    return _standardized(x_new, center[0], spread[0])


e = exercise("batch_norm")

@e.right
def two_ways(inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3):
    if not training:
        normalized = (inputs - moving_mean) / (moving_variance + epsilon) ** 0.5
        return gamma * normalized + beta, moving_mean, moving_variance
    mean = inputs.mean(axis=0)
    variance = ((inputs - mean) ** 2).mean(axis=0)
    normalized = (inputs - mean) / (variance + epsilon) ** 0.5
    new_mean = moving_mean + (1 - momentum) * (mean - moving_mean)
    new_variance = moving_variance + (1 - momentum) * (variance - moving_variance)
    return gamma * normalized + beta, new_mean, new_variance

@e.right
def as_one_factor_and_one_shift(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    batch = np.array([np.mean(inputs, 0), np.var(inputs, 0)])
    moving = np.array([moving_mean, moving_variance], dtype=float)
    used = batch if training else moving
    factor = gamma / np.sqrt(used[1] + epsilon)
    share = (1 - momentum) if training else 0
    moving = (1 - share) * moving + share * batch
    return [inputs * factor + (beta - used[0] * factor), moving[0], moving[1]]

@e.right
def unit_by_unit(inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3):
    outputs = np.zeros(inputs.shape)
    means, variances = np.array(moving_mean, dtype=float), np.array(moving_variance, dtype=float)
    for unit, column in enumerate(inputs.T.tolist()):
        mean, variance = float(means[unit]), float(variances[unit])
        if training:
            mean = math.fsum(column) / len(column)
            variance = math.fsum((value - mean) ** 2 for value in column) / len(column)
            means[unit] = momentum * means[unit] + (1 - momentum) * mean
            variances[unit] = momentum * variances[unit] + (1 - momentum) * variance
        for row, value in enumerate(column):
            outputs[row, unit] = gamma[unit] * (value - mean) / math.sqrt(variance + epsilon) + beta[unit]
    return outputs, means, variances

@e.right
def with_averages(inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3):
    mean = np.average(inputs, axis=0) if training else moving_mean
    variance = np.average(np.square(inputs - mean), axis=0) if training else moving_variance
    outputs = np.add(np.multiply((inputs - mean) / np.sqrt(epsilon + variance), gamma), beta)
    kept = momentum if training else 1
    blend = lambda old, new: np.multiply(kept, old) + np.multiply(1 - kept, new)
    return outputs, blend(moving_mean, mean), blend(moving_variance, variance)


_USUAL = {
    "axis": 0,
    "ddof": 0,
    "used": lambda batch, moving, updated, training: batch if training else moving,
    "updated": lambda batch, moving, momentum, training: (
        tuple(momentum * old + (1 - momentum) * new for old, new in zip(moving, batch, strict=True))
        if training
        else moving
    ),
    "normal": lambda x, mean, variance, epsilon: (x - mean) / np.sqrt(variance + epsilon),
    "scaled": lambda normal, gamma, beta: gamma * normal + beta,
    "given": lambda outputs, mean, variance: (outputs, mean, variance),
}


def _wrong_norm(sentence, name, **parts):
    """Record a wrong answer that differs from a right one in these parts."""
    part = {**_USUAL, **parts}

    def answer(inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3):
        axis, ddof = part["axis"], part["ddof"]
        keep = axis != 0
        mean = np.mean(inputs, axis=axis, keepdims=keep)
        squares = np.sum((inputs - mean) ** 2, axis=axis, keepdims=keep)
        number = inputs.size if axis is None else inputs.shape[axis]
        batch = mean, squares / max(number - ddof, 1)
        moving = moving_mean, moving_variance
        updated = part["updated"](batch, moving, momentum, training)
        mean, variance = part["used"](batch, moving, updated, training)
        with np.errstate(divide="ignore", invalid="ignore"):
            normal = part["normal"](inputs, mean, variance, epsilon)
        return part["given"](part["scaled"](normal, gamma, beta), *updated)

    answer.__name__ = name
    exercise("batch_norm").wrong(sentence)(answer)


_wrong_norm(
    "In training you normalized by the moving statistics. There the batch's own mean and variance are used.",
    "moving_in_training",
    used=lambda batch, moving, updated, training: moving,
)
_wrong_norm(
    "At inference you normalized by the statistics of the inputs. There the moving ones count, whatever comes in.",
    "batch_at_inference",
    used=lambda batch, moving, updated, training: batch,
)
_wrong_norm(
    "In training you normalized by the moving statistics that the batch had updated. Normalize by those of the batch.",
    "updated_in_training",
    used=lambda batch, moving, updated, training: updated,
)
_wrong_norm(
    "Training and inference are exchanged: the batch normalizes in training, the moving statistics do it at inference.",
    "ways_exchanged",
    used=lambda batch, moving, updated, training: moving if training else batch,
)
_wrong_norm(
    "You never ask for `training`: every call works as in training. With training=False the moving statistics "
    "normalize, and stay as they are.",
    "always_in_training",
    used=lambda batch, moving, updated, training: batch,
    updated=lambda batch, moving, momentum, training: _USUAL["updated"](batch, moving, momentum, True),
)
_wrong_norm(
    "You never ask for `training`: every call works as at inference. With training=True the batch's own statistics "
    "normalize, and the moving ones move.",
    "always_at_inference",
    used=lambda batch, moving, updated, training: moving,
    updated=lambda batch, moving, momentum, training: moving,
)
_wrong_norm(
    "`training` is turned round: with True your layer works as at inference, with False as in training.",
    "training_turned_round",
    used=lambda batch, moving, updated, training: moving if training else batch,
    updated=lambda batch, moving, momentum, training: _USUAL["updated"](
        batch, moving, momentum, not training
    ),
)
_wrong_norm(
    "The momentum is the share of the old moving value that is kept. You gave that share to the batch.",
    "momentum_the_other_way",
    updated=lambda batch, moving, momentum, training: _USUAL["updated"](
        batch, moving, 1 - momentum, training
    ),
)
_wrong_norm(
    "At inference the moving statistics stay as they are. You updated them there too.",
    "updated_at_inference",
    updated=lambda batch, moving, momentum, training: _USUAL["updated"](batch, moving, momentum, True),
)
_wrong_norm(
    "You updated the moving statistics at inference and not in training. It is the other way round.",
    "updated_at_inference_alone",
    updated=lambda batch, moving, momentum, training: _USUAL["updated"](
        batch, moving, momentum, not training
    ),
)
_wrong_norm(
    "The moving statistics never change. In training the batch moves them.",
    "never_updated",
    updated=lambda batch, moving, momentum, training: moving,
)
_wrong_norm(
    "In training you put the batch's statistics in the place of the moving ones. The moving statistics move only by a share.",
    "replaced",
    updated=lambda batch, moving, momentum, training: batch if training else moving,
)
_wrong_norm(
    "You added the batch's share to the whole moving value. Of the old one only the share momentum is kept.",
    "added",
    updated=lambda batch, moving, momentum, training: (
        tuple(old + (1 - momentum) * new for old, new in zip(moving, batch, strict=True))
        if training
        else moving
    ),
)
_wrong_norm(
    "The moving mean is updated, the moving variance is not. Both move.",
    "mean_alone_updated",
    updated=lambda batch, moving, momentum, training: (
        _USUAL["updated"](batch, moving, momentum, training)[0],
        moving[1],
    ),
)
_wrong_norm(
    "The moving mean is right. The moving variance was moved towards the batch's deviation, the root of its variance.",
    "towards_the_deviation",
    updated=lambda batch, moving, momentum, training: _USUAL["updated"](
        (batch[0], np.sqrt(batch[1])), moving, momentum, training
    ),
)
_wrong_norm(
    "You divided the batch's sum of squares by one less than the number of examples. Here it is their mean: by all of "
    "them.",
    "by_one_example_less",
    ddof=1,
)
@e.wrong("You divided the batch's sum of squares by one less than the number of examples. Here it is their mean: by all of them.")
def by_ddof(inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3):
    mean, variance = moving_mean, moving_variance
    if training:
        mean, variance = inputs.mean(axis=0), inputs.var(axis=0, ddof=1)  # nan for a single example
        moving_mean = momentum * moving_mean + (1 - momentum) * mean
        moving_variance = momentum * moving_variance + (1 - momentum) * variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, moving_mean, moving_variance


_wrong_norm(
    "You took mean and variance of each example over its units. That is layer normalization; here each unit has its "
    "own, over the examples.",
    "over_the_units",
    axis=1,
    updated=lambda batch, moving, momentum, training: _USUAL["updated"](
        (batch[0].mean(), batch[1].mean()), moving, momentum, training
    ),
)
_wrong_norm(
    "You took one mean and one variance of the whole batch. Each unit has its own.",
    "one_for_all_units",
    axis=None,
    updated=lambda batch, moving, momentum, training: _USUAL["updated"](
        (batch[0].ravel(), batch[1].ravel()), moving, momentum, training
    ),
)
_wrong_norm(
    "You divided by the variance. The root is missing.",
    "root_missing",
    normal=lambda x, mean, variance, epsilon: (x - mean) / (variance + epsilon),
)
_wrong_norm(
    "You added epsilon to the deviation. Add it to the variance, under the root.",
    "epsilon_outside",
    normal=lambda x, mean, variance, epsilon: (x - mean) / (np.sqrt(variance) + epsilon),
)
_wrong_norm(
    "Epsilon is missing: a unit that is the same in all examples is divided by 0.",
    "epsilon_missing",
    normal=lambda x, mean, variance, epsilon: (x - mean) / np.sqrt(variance),
)
_wrong_norm(
    "You did not subtract the mean.",
    "mean_left",
    normal=lambda x, mean, variance, epsilon: x / np.sqrt(variance + epsilon),
)
_wrong_norm(
    "You did not divide by the deviation.",
    "deviation_left",
    normal=lambda x, mean, variance, epsilon: x - mean,
)
_wrong_norm(
    "You multiplied by the deviation. Divide by it.",
    "multiplied_by_it",
    normal=lambda x, mean, variance, epsilon: (x - mean) * np.sqrt(variance + epsilon),
)
_wrong_norm(
    "You multiplied by gamma after beta was added. Gamma belongs to the normalized value alone, beta comes last.",
    "beta_before_gamma",
    scaled=lambda normal, gamma, beta: gamma * (normal + beta),
)
_wrong_norm(
    "Gamma and beta are exchanged: gamma multiplies, beta is added.",
    "gamma_for_beta",
    scaled=lambda normal, gamma, beta: beta * normal + gamma,
)
_wrong_norm(
    "Beta is missing: add it to the scaled value.",
    "beta_missing",
    scaled=lambda normal, gamma, beta: gamma * normal,
)
_wrong_norm(
    "Gamma is missing: multiply the normalized value by it.",
    "gamma_missing",
    scaled=lambda normal, gamma, beta: normal + beta,
)
_wrong_norm(
    "You returned the normalized values: gamma and beta are missing.",
    "only_normalized",
    scaled=lambda normal, gamma, beta: normal,
)
_wrong_norm(
    "You divided by gamma. It multiplies.",
    "divided_by_gamma",
    scaled=lambda normal, gamma, beta: normal / gamma + beta,
)
_wrong_norm(
    "You put relu behind it. Batch normalization ends with beta; the activation is a step of its own.",
    "with_relu",
    scaled=lambda normal, gamma, beta: np.maximum(gamma * normal + beta, 0),
)
_wrong_norm(
    "You returned the outputs alone. Three arrays are asked for.",
    "outputs_alone",
    given=lambda outputs, mean, variance: outputs,
)
_wrong_norm(
    "The moving variance came before the moving mean: the order is outputs, mean, variance.",
    "variance_before_mean",
    given=lambda outputs, mean, variance: (outputs, variance, mean),
)


@e.wrong("In training you took the batch's deviation for its variance: below the root, and in the moving variance. np.var gives the variance.")
def deviation_for_variance(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    if not training:
        outputs = gamma * (inputs - moving_mean) / np.sqrt(moving_variance + epsilon) + beta
        return outputs, moving_mean, moving_variance
    mean, deviation = inputs.mean(axis=0), inputs.std(axis=0)
    outputs = gamma * (inputs - mean) / np.sqrt(deviation + epsilon) + beta
    moving_mean = momentum * moving_mean + (1 - momentum) * mean
    return outputs, moving_mean, momentum * moving_variance + (1 - momentum) * deviation

@e.wrong("Where inputs hold whole numbers your outputs hold them too, as np.zeros_like(inputs) does: fractions are cut off.")
def filled_as_whole_outputs(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    outputs, mean, variance = two_ways(
        inputs, gamma, beta, moving_mean, moving_variance, training, momentum, epsilon
    )
    filled = np.zeros_like(inputs)
    filled[...] = outputs
    return filled, mean, variance

@e.wrong("Gamma is inside: you scaled the inputs before the mean was subtracted.")
def gamma_inside(inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3):
    _, mean, variance = two_ways(
        inputs, gamma, beta, moving_mean, moving_variance, training, momentum, epsilon
    )
    center = inputs.mean(axis=0) if training else moving_mean
    spread = inputs.var(axis=0) if training else moving_variance
    return (gamma * inputs - center) / np.sqrt(spread + epsilon) + beta, mean, variance

@e.wrong("You measured the batch's variance around the moving mean. It is the mean squared distance from the batch's own mean.")
def around_the_moving_mean(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    if not training:
        return two_ways(inputs, gamma, beta, moving_mean, moving_variance, False, momentum, epsilon)
    mean, variance = inputs.mean(axis=0), ((inputs - moving_mean) ** 2).mean(axis=0)
    outputs = gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta
    new_mean = momentum * moving_mean + (1 - momentum) * mean
    return outputs, new_mean, momentum * moving_variance + (1 - momentum) * variance

@e.wrong("Epsilon got into the moving variance. Add it only under the root; the moving variance keeps the variance alone.")
def epsilon_kept(inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3):
    outputs, mean, variance = two_ways(
        inputs, gamma, beta, moving_mean, moving_variance, training, momentum, epsilon
    )
    return outputs, mean, variance + (1 - momentum) * epsilon if training else variance

@e.wrong("You wrote into the moving statistics that you were given. Return new arrays, and leave those as they are.")
def moved_in_place(inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3):
    outputs, mean, variance = two_ways(
        inputs, gamma, beta, moving_mean, moving_variance, training, momentum, epsilon
    )
    moving_mean[:], moving_variance[:] = mean, variance
    return outputs, moving_mean, moving_variance

@e.wrong("At inference epsilon is missing. Add it to the variance under the root, there too.")
def no_epsilon_at_inference(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    used = epsilon if training else 0
    with np.errstate(divide="ignore", invalid="ignore"):
        return two_ways(inputs, gamma, beta, moving_mean, moving_variance, training, momentum, used)

@e.wrong("In training epsilon is missing. Add it to the variance under the root, there too.")
def no_epsilon_in_training(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    used = 0 if training else epsilon
    with np.errstate(divide="ignore", invalid="ignore"):
        return two_ways(inputs, gamma, beta, moving_mean, moving_variance, training, momentum, used)


def _sample_variance_kept(variance_of):
    """Return a layer that normalizes rightly, and moves the moving variance towards another variance."""

    def answer(inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3):
        outputs, mean, variance = two_ways(
            inputs, gamma, beta, moving_mean, moving_variance, training, momentum, epsilon
        )
        if training:
            with np.errstate(divide="ignore", invalid="ignore"):
                variance = momentum * moving_variance + (1 - momentum) * variance_of(inputs)
        return outputs, mean, variance

    return answer


e.wrong("The outputs are right. The moving variance was moved towards the sum of squares divided by one less than the number of examples. Here it is their mean: divide by all of them.",
    sample_variance_by_ddof=_sample_variance_kept(lambda inputs: inputs.var(axis=0, ddof=1)),
    sample_variance_by_a_factor=_sample_variance_kept(lambda inputs: (
        inputs.var(axis=0) * len(inputs) / (len(inputs) - 1)
    )),
    sample_variance_of_more_than_one=_sample_variance_kept(lambda inputs: (
        inputs.var(axis=0) * len(inputs) / max(len(inputs) - 1, 1)
    )))

@e.wrong("You took mean and variance over axis 1, over the units. Each unit has its own, over the examples: axis 0.")
def rows_for_columns(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    mean, variance = moving_mean, moving_variance
    if training:
        mean, variance = inputs.mean(axis=1), inputs.var(axis=1)
        moving_mean = momentum * moving_mean + (1 - momentum) * mean
        moving_variance = momentum * moving_variance + (1 - momentum) * variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, moving_mean, moving_variance

@e.wrong("You took mean and variance over axis 1, over the units. Each unit has its own, over the examples: axis 0.")
def rows_for_columns_outputs_first(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    if not training:
        return two_ways(inputs, gamma, beta, moving_mean, moving_variance, False, momentum, epsilon)
    mean, variance = inputs.mean(axis=1), inputs.var(axis=1)
    outputs = gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta
    moving_mean = momentum * moving_mean + (1 - momentum) * mean
    return outputs, moving_mean, momentum * moving_variance + (1 - momentum) * variance

@e.wrong("You took mean and variance over axis 1, over the units. Each unit has its own, over the examples: axis 0.")
def rows_for_columns_with_axes_kept(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    mean, variance = moving_mean, moving_variance
    if training:
        mean, variance = inputs.mean(axis=1, keepdims=True), inputs.var(axis=1, keepdims=True)
        moving_mean = momentum * moving_mean + (1 - momentum) * mean
        moving_variance = momentum * moving_variance + (1 - momentum) * variance
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta, moving_mean, moving_variance

e.wrong("Your momentum is always 0.99. The argument may be another.",
    always_the_usual_momentum=lambda inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=0.001: (
        two_ways(inputs, gamma, beta, moving_mean, moving_variance, training, 0.99, epsilon)
    ))
e.wrong("Your epsilon is always 0.001. The argument may be another.",
    always_the_usual_epsilon=lambda inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=0.001: (
        two_ways(inputs, gamma, beta, moving_mean, moving_variance, training, momentum, 1e-3)
    ))

@e.wrong("In training your epsilon is always 0.001. The argument may be another, there too.")
def usual_epsilon_in_training(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    used = 1e-3 if training else epsilon
    return two_ways(inputs, gamma, beta, moving_mean, moving_variance, training, momentum, used)

@e.wrong("At inference your epsilon is always 0.001. The argument may be another, there too.")
def usual_epsilon_at_inference(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    used = epsilon if training else 1e-3
    return two_ways(inputs, gamma, beta, moving_mean, moving_variance, training, momentum, used)

@e.wrong("At inference you returned the inputs unchanged. There the moving statistics normalize.")
def nothing_at_inference(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    if not training:
        return inputs, moving_mean, moving_variance
    return two_ways(inputs, gamma, beta, moving_mean, moving_variance, True, momentum, epsilon)

@e.wrong("You added a share of the squared distance between the batch's mean and the moving mean to the moving variance. Mean and variance move independently.")
def variance_of_the_blend(
    inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99, epsilon=1e-3
):
    outputs, mean, variance = two_ways(
        inputs, gamma, beta, moving_mean, moving_variance, training, momentum, epsilon
    )
    between = momentum * (1 - momentum) * (inputs.mean(axis=0) - moving_mean) ** 2
    return outputs, mean, variance + between if training else variance


e = exercise("layer_norm")

@e.right
def by_numpy(inputs, gamma, beta, epsilon=1e-3):
    mean = np.mean(inputs, axis=-1, keepdims=True)
    variance = np.var(inputs, axis=-1, keepdims=True)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta

@e.right
def row_by_row(inputs, gamma, beta, epsilon=1e-3):
    rows = inputs.reshape(-1, inputs.shape[-1])
    normal = [(row - row.mean()) / math.sqrt(row.var() + epsilon) for row in rows]
    return (np.array(normal) * gamma + beta).reshape(inputs.shape)

@e.right
def units_first(inputs, gamma, beta, epsilon=1e-3):
    turned = np.moveaxis(inputs, -1, 0)
    normal = (turned - turned.mean(axis=0)) / (turned.var(axis=0) + epsilon) ** 0.5
    return np.moveaxis(normal, 0, -1) * gamma + beta

@e.right
def by_recursion(inputs, gamma, beta, epsilon=1e-3):
    if inputs.ndim > 1:
        return np.stack([by_recursion(each, gamma, beta, epsilon) for each in inputs])
    values = inputs.tolist()
    mean = math.fsum(values) / len(values)
    root = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values) + epsilon)
    return np.array([g * (v - mean) / root + b for v, g, b in zip(values, gamma, beta, strict=True)])

@e.right
def by_moments(inputs, gamma, beta, epsilon=1e-3):
    n = inputs.shape[-1]
    mean = np.einsum("...u->...", inputs) / n
    distances = inputs - mean[..., None]
    variance = np.einsum("...u,...u->...", distances, distances) / n
    return beta + gamma * distances * ((variance + epsilon) ** -0.5)[..., None]


def _wrong_layer(sentence, name, axes=lambda inputs: -1, normal=None, scaled=None, ddof=0):
    """Record a wrong answer that differs from a right one in these parts.

    normal: of (inputs, mean, variance, epsilon). scaled: of (normal, gamma, beta).
    """

    def answer(inputs, gamma, beta, epsilon=1e-3):
        mean = inputs.mean(axis=axes(inputs), keepdims=True)
        squares = (inputs - mean) ** 2
        variance = squares.mean(axis=axes(inputs), keepdims=True)
        if ddof:
            variance = squares.sum(axis=-1, keepdims=True) / max(inputs.shape[-1] - 1, 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (normal or _USUAL["normal"])(inputs, mean, variance, epsilon)
        return (scaled or _USUAL["scaled"])(found, gamma, beta)

    answer.__name__ = name
    exercise("layer_norm").wrong(sentence)(answer)


_wrong_layer(
    "You took mean and variance over the first axis: over the examples. That is batch normalization.",
    "over_the_examples",
    axes=lambda inputs: 0,
)
_wrong_layer(
    "You took one mean and one variance of everything. Each example has its own.",
    "over_everything",
    axes=lambda inputs: None,
)
_wrong_layer(
    "This is right for a table of two axes. With three axes you took the second, and one axis has no second: count "
    "from the end.",
    "over_the_second_axis",
    axes=lambda inputs: 1,
)
_wrong_layer(
    "Of a text you normalized all words together. Mean and variance belong to one word's units: the last axis alone.",
    "over_all_behind_the_first",
    axes=lambda inputs: tuple(range(1, inputs.ndim)) or -1,
)
_wrong_layer(
    "You took mean and variance over all axes but the last, as batch normalization does. It is the last alone.",
    "over_all_but_the_last",
    axes=lambda inputs: tuple(range(inputs.ndim - 1)),
)
_wrong_layer(
    "You divided the sum of squares by one less than the number of units. The variance is their mean: by all of them.",
    "by_one_unit_less",
    ddof=1,
)
_wrong_layer(
    "Below the root stands your deviation, which is a root already. The variance belongs there: np.var.",
    "root_of_the_deviation",
    normal=lambda x, mean, variance, epsilon: (x - mean) / np.sqrt(np.sqrt(variance) + epsilon),
)


@e.wrong("The mean of each example has lost its axis, so it meets the columns and not its own row. keepdims=True keeps the axis.")
def without_keepdims(inputs, gamma, beta, epsilon=1e-3):
    mean, variance = inputs.mean(axis=-1), inputs.var(axis=-1)
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta

@e.wrong("This is right for a table of two axes. For one example alone, or a text, the new axis of [:, None] fails or stands in the wrong place: keepdims=True fits all.")
def new_axis_in_the_second_place(inputs, gamma, beta, epsilon=1e-3):
    mean, variance = inputs.mean(axis=-1)[:, None], inputs.var(axis=-1)[:, None]
    return gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta

@e.wrong("You divided the sum of squares by one less than the number of units. The variance is their mean: by all of them.")
def by_one_unit_less_in_python(inputs, gamma, beta, epsilon=1e-3):
    distances, share = inputs - inputs.mean(axis=-1, keepdims=True), 1 / (inputs.shape[-1] - 1)
    return gamma * distances / np.sqrt(share * (distances**2).sum(axis=-1, keepdims=True) + epsilon) + beta

@e.wrong("You divided the sum of squares by one less than the number of units. The variance is their mean: by all of them.")
def by_one_unit_less_by_recursion(inputs, gamma, beta, epsilon=1e-3):
    if inputs.ndim > 1:
        return np.stack([by_one_unit_less_by_recursion(each, gamma, beta, epsilon) for each in inputs])
    values = inputs.tolist()
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    normal = [(value - mean) / math.sqrt(variance + epsilon) for value in values]
    return np.array([g * each + b for each, g, b in zip(normal, gamma, beta, strict=True)])


_wrong_layer(
    "You divided by the variance. The root is missing.",
    "no_root",
    normal=lambda x, mean, variance, epsilon: (x - mean) / (variance + epsilon),
)
_wrong_layer(
    "You added epsilon to the deviation. Add it to the variance, under the root.",
    "epsilon_beside_the_root",
    normal=lambda x, mean, variance, epsilon: (x - mean) / (np.sqrt(variance) + epsilon),
)
_wrong_layer(
    "Epsilon is missing: an example whose units are all equal is divided by 0.",
    "no_epsilon",
    normal=lambda x, mean, variance, epsilon: (x - mean) / np.sqrt(variance),
)
_wrong_layer(
    "You did not subtract the mean.",
    "no_mean",
    normal=lambda x, mean, variance, epsilon: x / np.sqrt(variance + epsilon),
)
_wrong_layer(
    "You divided by the root of the mean square, without a mean: that is RMS normalization, a relative of this one.",
    "root_mean_square",
    normal=lambda x, mean, variance, epsilon: x / np.sqrt(variance + mean**2 + epsilon),
)
_wrong_layer(
    "You did not divide by the deviation.",
    "no_deviation",
    normal=lambda x, mean, variance, epsilon: x - mean,
)
_wrong_layer(
    "You multiplied by the deviation. Divide by it.",
    "times_its_deviation",
    normal=lambda x, mean, variance, epsilon: (x - mean) * np.sqrt(variance + epsilon),
)
_wrong_layer(
    "You multiplied by gamma after beta was added. Beta comes last.",
    "beta_first",
    scaled=lambda normal, gamma, beta: gamma * (normal + beta),
)
_wrong_layer(
    "Gamma and beta are exchanged: gamma multiplies, beta is added.",
    "beta_for_gamma",
    scaled=lambda normal, gamma, beta: beta * normal + gamma,
)
_wrong_layer(
    "Beta is missing: add it to the scaled value.",
    "no_beta",
    scaled=lambda normal, gamma, beta: gamma * normal,
)
_wrong_layer(
    "Gamma is missing: multiply the normalized value by it.",
    "no_gamma",
    scaled=lambda normal, gamma, beta: normal + beta,
)
_wrong_layer(
    "You returned the normalized values: gamma and beta are missing.",
    "neither_of_them",
    scaled=lambda normal, gamma, beta: normal,
)


e.wrong("Your epsilon is always 0.001. The argument may be another.",
    usual_epsilon_always=lambda inputs, gamma, beta, epsilon=0.001: by_numpy(inputs, gamma, beta))
e.wrong("You returned lists. The contract promises an array.",
    norms_as_lists=lambda inputs, gamma, beta, epsilon=0.001: by_numpy(inputs, gamma, beta, epsilon).tolist())
e.wrong("You put relu behind it. Layer normalization ends with beta.",
    relu_behind=lambda inputs, gamma, beta, epsilon=0.001: (
        np.maximum(by_numpy(inputs, gamma, beta, epsilon), 0)
    ))

@e.wrong("You wrote into inputs: the caller's array has changed. Make a new array.")
def distances_in_place(inputs, gamma, beta, epsilon=1e-3):
    inputs -= inputs.mean(axis=-1, keepdims=True)
    return gamma * inputs / np.sqrt((inputs**2).mean(axis=-1, keepdims=True) + epsilon) + beta

@e.wrong("You wrote into inputs: the caller's array has changed. Make a new array.")
def inputs_overwritten(inputs, gamma, beta, epsilon=1e-3):
    outputs = by_numpy(inputs, gamma, beta, epsilon)
    inputs[...] = outputs
    return outputs

@e.wrong("Where inputs hold whole numbers your outputs hold them too, as np.zeros_like(inputs) does: fractions are cut off.")
def filled_with_whole_outputs(inputs, gamma, beta, epsilon=1e-3):
    mean, variance = inputs.mean(axis=-1, keepdims=True), inputs.var(axis=-1, keepdims=True)
    filled = np.zeros_like(inputs)
    filled[...] = gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta
    return filled

@e.wrong("Gamma is inside: you scaled the inputs before the mean was subtracted.")
def gamma_on_the_inputs(inputs, gamma, beta, epsilon=1e-3):
    mean, variance = inputs.mean(axis=-1, keepdims=True), inputs.var(axis=-1, keepdims=True)
    return (gamma * inputs - mean) / np.sqrt(variance + epsilon) + beta


# residual_signal --------------------------------------------------------------------------------


def _relu(values):
    return np.maximum(values, 0)


e = exercise("residual_signal")

@e.right
def by_place(inputs, kernels, shortcut):
    signal = inputs
    for number, kernel in enumerate(kernels):
        outputs = np.where(signal @ kernel > 0, signal @ kernel, 0)
        signal = outputs + signal if shortcut and number > 0 else outputs
    return signal

@e.right
def from_the_end(inputs, kernels, shortcut):
    if len(kernels) == 1:
        return (inputs @ kernels[0]).clip(min=0)
    before = from_the_end(inputs, kernels[:-1], shortcut)
    return (before @ kernels[-1]).clip(min=0) + shortcut * before

@e.right
def with_all_signals(inputs, kernels, shortcut):
    signals = [inputs]
    for kernel in kernels:
        signals.append(_relu(np.einsum("ij,jk->ik", signals[-1], kernel)))
        if shortcut and len(signals) > 2:
            signals[-1] = signals[-1] + signals[-2]
    return signals[-1]

@e.right
def example_by_example(inputs, kernels, shortcut):
    rows = []
    for signal in inputs:
        for number in range(len(kernels)):
            before = signal
            signal = np.array([max(0.0, float(before @ column)) for column in kernels[number].T])
            if shortcut and number:
                signal += before
        rows.append(signal)
    return np.array(rows)

@e.right
def relu_around_the_sum(inputs, kernels, shortcut):
    # Behind the first relu no signal is negative, so another relu changes nothing.
    signal = _relu(inputs @ kernels[0])
    for kernel in kernels[1:]:
        signal = _relu(_relu(signal @ kernel) + (signal if shortcut else 0))
    return signal


def _wrong_stack(sentence, name, step, first=None):
    """Record a wrong answer by its steps.

    step: of (signal, kernel, beginning, number), for a layer behind the first, with shortcuts; number counts from 1.
    first: of (inputs, kernel, shortcut).
    """

    def answer(inputs, kernels, shortcut):
        signal = beginning = first(inputs, kernels[0], shortcut) if first else _relu(inputs @ kernels[0])
        for number, kernel in enumerate(kernels[1:], start=1):
            signal = step(signal, kernel, beginning, number) if shortcut else _relu(signal @ kernel)
        return signal

    answer.__name__ = name
    exercise("residual_signal").wrong(sentence)(answer)


def _right_step(signal, kernel, beginning, number):
    return signal + _relu(signal @ kernel)


_wrong_stack(
    "You added what came in to the sums, in front of relu. The text adds it behind.",
    "in_front_of_relu",
    lambda signal, kernel, beginning, number: _relu(signal + signal @ kernel),
)
_wrong_stack(
    "You multiplied by what came in. It is added.",
    "multiplied",
    lambda signal, kernel, beginning, number: signal * _relu(signal @ kernel),
)
_wrong_stack(
    "Each shortcut brought what the first layer had handed on. It brings what came into its own layer.",
    "from_the_first_layer",
    lambda signal, kernel, beginning, number: beginning + _relu(signal @ kernel),
)
_wrong_stack(
    "The shortcuts are missing: with and without them your signal is the same.",
    "no_shortcuts",
    lambda signal, kernel, beginning, number: _relu(signal @ kernel),
)
_wrong_stack(
    "With shortcuts relu is missing in all layers after the first: it comes between the kernel and the sum.",
    "no_relu_with_shortcuts",
    lambda signal, kernel, beginning, number: signal + signal @ kernel,
)
_wrong_stack(
    "You took the mean of what came in and what came out. The text adds them.",
    "mean_of_both",
    lambda signal, kernel, beginning, number: (signal + _relu(signal @ kernel)) / 2,
)
_wrong_stack(
    "You subtracted what came in. It is added.",
    "subtracted",
    lambda signal, kernel, beginning, number: _relu(signal @ kernel) - signal,
)
_wrong_stack(
    "You added twice what came in. It is added once.",
    "added_twice",
    lambda signal, kernel, beginning, number: 2 * signal + _relu(signal @ kernel),
)
_wrong_stack(
    "Your second layer has no shortcut. Only the first should have none.",
    "none_around_the_second",
    lambda signal, kernel, beginning, number: _relu(signal @ kernel) + (signal if number > 1 else 0),
)
_wrong_stack(
    "What you hand on is twice what the layer makes: what came in is not added behind relu.",
    "the_change_twice",
    lambda signal, kernel, beginning, number: 2 * _relu(signal @ kernel),
)
_wrong_stack(
    "Where there are as many inputs as units, you gave the first layer a shortcut. It should have none.",
    "around_the_first_too",
    _right_step,
    first=lambda inputs, kernel, shortcut: (
        _relu(inputs @ kernel) + (inputs if shortcut and inputs.shape[1] == kernel.shape[1] else 0)
    ),
)
_wrong_stack(
    "relu is missing in the first layer.",
    "no_relu_in_the_first",
    _right_step,
    first=lambda inputs, kernel, shortcut: inputs @ kernel,
)


@e.wrong("You gave the first layer a shortcut. It has none: its inputs are pixels and not units.")
def around_every_layer(inputs, kernels, shortcut):
    signal = inputs
    for kernel in kernels:
        signal = _relu(signal @ kernel) + (signal if shortcut else 0)
    return signal

@e.wrong("You gave the first layer a shortcut. It has none: its inputs are pixels and not units.")
def around_every_layer_signal_first(inputs, kernels, shortcut):
    signal = inputs
    for kernel in kernels:
        change = _relu(signal @ kernel)
        signal = signal + change if shortcut else change
    return signal

@e.wrong("You gave the first layer a shortcut. It has none: its inputs are pixels and not units.")
def around_every_layer_in_place(inputs, kernels, shortcut):
    signal = inputs
    for kernel in kernels:
        change = _relu(signal @ kernel)
        if shortcut:
            change += signal
        signal = change
    return signal

@e.wrong("relu is missing in the last layer. Every layer has it.")
def no_relu_in_the_last(inputs, kernels, shortcut):
    signal = by_place(inputs, kernels[:-1], shortcut) if len(kernels) > 1 else inputs
    sums = signal @ kernels[-1]
    return sums + signal if shortcut and len(kernels) > 1 else sums

@e.wrong("relu is missing in the last layer, and so is its shortcut when shortcut=True. Every layer has relu.")
def no_relu_and_no_shortcut_in_the_last(inputs, kernels, shortcut):
    signal = by_place(inputs, kernels[:-1], shortcut) if len(kernels) > 1 else inputs
    return signal @ kernels[-1]

@e.wrong("Your one shortcut leads past all layers to the end. Each layer has its own shortcut.")
def past_all(inputs, kernels, shortcut):
    beginning = _relu(inputs @ kernels[0])
    signal = beginning
    for kernel in kernels[1:]:
        signal = _relu(signal @ kernel)
    return signal + beginning if shortcut and len(kernels) > 1 else signal

e.wrong("There are shortcuts in your network even where the argument says False.",
    always_shortcuts=lambda inputs, kernels, shortcut: by_place(inputs, kernels, True))
e.wrong("True and False are exchanged: shortcut=True asks for shortcuts.",
    exchanged=lambda inputs, kernels, shortcut: by_place(inputs, kernels, not shortcut))

@e.wrong("There is no relu anywhere in your network.")
def no_relu_at_all(inputs, kernels, shortcut):
    signal = inputs @ kernels[0]
    for kernel in kernels[1:]:
        signal = signal @ kernel + (signal if shortcut else 0)
    return signal

e.wrong("The last layer is missing.",
    last_layer_missing=lambda inputs, kernels, shortcut: (
        by_place(inputs, kernels[:-1], shortcut) if len(kernels) > 1 else inputs
    ))

@e.wrong("Your last layer has no shortcut. Only the first should have none.")
def none_around_the_last(inputs, kernels, shortcut):
    if len(kernels) == 1:
        return by_place(inputs, kernels, shortcut)
    return _relu(by_place(inputs, kernels[:-1], shortcut) @ kernels[-1])

@e.wrong("Your shortcuts lead around two layers each. Here each layer has its own shortcut.")
def around_pairs(inputs, kernels, shortcut):
    signal = _relu(inputs @ kernels[0])
    before = signal
    for number, kernel in enumerate(kernels[1:], start=1):
        signal = _relu(signal @ kernel)
        if shortcut and number % 2 == 0:
            signal = before = signal + before
    return signal

@e.wrong("You added up what all layers before handed on. A shortcut brings the one signal that came into its layer.")
def all_before(inputs, kernels, shortcut):
    signals = [_relu(inputs @ kernels[0])]
    for kernel in kernels[1:]:
        signals.append(_relu(signals[-1] @ kernel) + (sum(signals) if shortcut else 0))
    return signals[-1]

@e.wrong("Where no unit lets anything through your array holds whole numbers. Floats are asked for: 0.0 is one, 0 is not.")
def whole_zeros(inputs, kernels, shortcut):
    signal = inputs
    for number, kernel in enumerate(kernels):
        change = np.array([[max(0, value) for value in row] for row in signal @ kernel])
        signal = signal + change if shortcut and number > 0 else change
    return signal

e.wrong("You returned the signals of all layers. The last one's is asked for.",
    all_signals=lambda inputs, kernels, shortcut: (
        [by_place(inputs, kernels[:number], shortcut) for number in range(1, len(kernels) + 1)]
    ))
e.wrong("You returned the signal's deviation. The signal itself is asked for.",
    its_deviation=lambda inputs, kernels, shortcut: by_place(inputs, kernels, shortcut).std())

@e.wrong("Without shortcuts relu is missing in all layers after the first.")
def no_relu_without_shortcuts(inputs, kernels, shortcut):
    signal = _relu(inputs @ kernels[0])
    for kernel in kernels[1:]:
        signal = signal + _relu(signal @ kernel) if shortcut else signal @ kernel
    return signal


e = exercise("quiz_1")
e.right_choice(
    "The training images give both numbers: (160 - 100) / 50 = 1.2."
)
e.wrong_choice(1.5, "You took the validation images' own mean and deviation. Nothing is learned from them.")
e.wrong_choice(3.0, "The mean is right. The deviation is that of the training images as well: 50.")
e.wrong_choice(0.6, "The deviation is right. The mean is that of the training images as well: 100.")
e.wrong_choice(60, "That is the distance from the mean. It is divided by the deviation.")
e.wrong_choice(3.2, "The mean is to be subtracted first: 160 is 60 more than 100.")
e.wrong_choice(0.024, "You divided by the square of the deviation.")


e = exercise("quiz_2")
e.right_choice(
    "A step keeps 0.9 of the old value and adds 0.1 of the batch's mean: 0, then 1, then 0.9 + 1 = 1.9."
)
e.wrong_choice(1, "That is the value after one step.")
e.wrong_choice(2, "In the second step a tenth of the old value is lost as well: 0.9 times 1, and 1.")
e.wrong_choice(9.9, "0.9 is the share of the old value that is kept. The batch gets 0.1.")
e.wrong_choice(9, "0.9 is the share of the old value that is kept, and there are two steps.")
e.wrong_choice(10, "The moving mean only moves towards the batch's, a tenth of the way in each step.")
e.wrong_choice(8.1, "That is what is still missing to 10 after two steps.")


e = exercise("quiz_3")
e.right_choice(
    "The kernel has 100 times 50 weights, gamma and beta have 50 numbers each; the moving statistics are not trained."
)
e.wrong_choice(5000, "That is the kernel alone. Gamma and beta are trained too.")
e.wrong_choice(5050, "Each unit has two numbers to train behind it: gamma and beta.")
e.wrong_choice(
    5200,
    "You have 200 numbers behind the kernel, four a unit. Gamma and beta are trained; moving statistics are not.",
)
e.wrong_choice(5150, "You have three numbers a unit behind the kernel. Trained are gamma and beta.")
e.wrong_choice(5002, "Each of the 50 units has its own gamma and beta.")
e.wrong_choice(5250, "You have five numbers a unit behind the kernel. Trained are gamma and beta.")


e = exercise("quiz_4")
e.right_choice(
    "A kernel that is 3 times as long has a gradient that is 3 times as short, so the rate must grow by 3 squared: 0.02 times 9."
)
e.wrong_choice(0.06, "The gradient is 3 times as short, and the kernel 3 times as long: two factors of 3.")
e.wrong_choice(0.02, "The same rate turns the longer kernel by less.")
e.wrong_choice(0.0067, "The longer kernel needs a larger rate: its gradient is shorter.")
e.wrong_choice(0.0022, "The factor is right, its direction is not: the longer kernel needs the larger rate.")
e.wrong_choice(0.54, "Two factors of 3 are needed, and no third one: for the gradient and for the length.")


e = exercise("quiz_5")
e.right_choice(
    "Layer normalization takes its statistics from one example, so a batch of two is no problem for it."
)
e.wrong_choice("b", "The moving averages take no part in training, and it is training that goes badly.")
e.wrong_choice("c", "Of two numbers the norm still leaves little more than which number is larger.")
e.wrong_choice("d", "These statistics correct what validation sees. Here training itself goes wrong.")

# the contracts, drawn ---------------------------------------------------------------------------


e = exercise("standardize")

@e.cases
def tables(rng):
    """Tables and images of 1 to 6 examples, whole numbers and fractions; constant features in many."""
    shape = tuple(int(size) for size in rng.integers(1, 5, size=rng.choice([1, 1, 2, 3])))
    num_train, num_new = int(rng.integers(1, 7)), int(rng.integers(1, 4))
    size, digits = [(1.0, 2), (100.0, 0), (0.01, 4), (5000.0, 1)][rng.integers(4)]
    center = rng.choice([0.0, 0.0, 3.0, -20.0])
    drawn = rng.normal(center, 1, (num_train + num_new, *shape)) * size
    drawn = np.round(drawn, digits) + 0.0
    if rng.random() < 0.4:
        constant = rng.random(shape) < 0.5
        # Quarters have an exact mean, and so the deviation 0; tenths are rounded.
        parts = rng.choice([4, 10])
        drawn[:num_train, constant] = rng.integers(-50, 50, size=int(constant.sum())) / parts
        if rng.random() < 0.5:
            drawn[num_train:, constant] += np.round(rng.normal(0, 2, (num_new, int(constant.sum()))), 1)
    if rng.random() < 0.25:
        drawn = np.round(drawn).astype(int)
    return tuple(map(short, np.split(drawn, [num_train])))


def _numbers(rng, shape, whole):
    return rng.integers(-4, 5, size=shape) if whole else np.round(rng.normal(0, 2, shape), 2) + 0.0


e = exercise("batch_norm")

@e.cases
def layers_with_a_past(rng):
    """1 to 6 examples of 1 to 4 units, in training and at inference; constant units and whole numbers in some."""
    num_examples, units = (int(size) for size in rng.integers(1, [7, 5]))
    whole = rng.random() < 0.15
    inputs = _numbers(rng, (num_examples, units), whole)
    if not whole:
        inputs = np.round(inputs * rng.choice([0.05, 1.0, 30.0]) + rng.choice([0.0, 5.0]), 3)
    if rng.random() < 0.15:
        inputs[:, 0] = inputs[0, 0]
    gamma, beta, mean, variance = (_numbers(rng, units, whole).astype(float) for _ in range(4))
    momentum = [0.99, 0.9, 0.5, 0, round(rng.random(), 2)][rng.integers(5)]
    epsilon = [1e-3, 1e-5, 0.1, 1, 2.5][rng.integers(5)]
    return inputs, gamma, beta, mean, short(variance**2), bool(rng.random() < 0.6), momentum, epsilon


e = exercise("layer_norm")

@e.cases
def signals(rng):
    """Signals of one to three axes, with equal units, whole numbers and large values in some."""
    shape = tuple(int(size) for size in rng.integers(1, 5, size=rng.integers(1, 4)))
    whole = rng.random() < 0.2
    inputs = _numbers(rng, shape, whole)
    if not whole:
        inputs = np.round(inputs * rng.choice([0.05, 1.0, 30.0]) + rng.choice([0.0, 5.0]), 3)
    if rng.random() < 0.1:
        inputs[:] = inputs.flat[0]
    return (
        inputs,
        _numbers(rng, shape[-1], whole),
        _numbers(rng, shape[-1], whole),
        [1e-3, 1e-6, 0.5, 2][rng.integers(4)],
    )


e = exercise("residual_signal")

@e.cases
def stacks(rng):
    """1 to 6 layers of 1 to 4 units, more with shortcuts than without; as many inputs as units in a third."""
    depth, units, num_examples = (int(size) for size in rng.integers(1, [7, 5, 4]))
    features = units if rng.random() < 0.35 else int(rng.integers(1, 5))
    sizes = [(features, units)] + [(units, units)] * (depth - 1)
    whole = rng.random() < 0.2
    kernels = [np.round(rng.normal(0.1, 1.2, shape), 0 if whole else 1) + 0.0 for shape in sizes]
    inputs = np.round(rng.normal(0.4, 1.0, (num_examples, features)) * rng.choice([1, 1, 40]), 1) + 0.0
    return inputs, kernels, bool(rng.random() < 0.7)


e = exercise("standardize")
e.hints(
    "Which of the two arrays decides mean and deviation?",
    "The first axis counts the examples. A mean over that axis has the shape of one example.",
    "Features that never changed: which number can you divide by so that nothing changes? And how do you find these "
    "features without asking whether a rounded number equals 0?",
)


e = exercise("batch_norm")
e.hints(
    "Write the outputs for inference first: the inputs, the four arrays of the units, and the formula. "
    "Then ask what else counts in training.",
    "Only mean and variance differ between the two ways. Choose them by the argument training; the "
    "formula stays the same.",
    "Moving averages: the old value gets the share momentum, the batch's value gets 1 - momentum. Not at inference.",
)


e = exercise("layer_norm")
e.hints(
    "Which axis holds the units, whatever the number of axes? NumPy can count axes from the end.",
    "A mean over the last axis has one axis less than the inputs. keepdims=True keeps it, so that both fit together.",
)


e = exercise("residual_signal")
e.hints(
    "The first layer differs from the rest: begin with it alone, then go through the other kernels.",
    "In each further layer you need its input and its output at once. Give each a name.",
)
