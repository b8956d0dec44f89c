"""Right and wrong answers to the exercises of lesson 04."""

import numpy as np

from course.authoring.answers import right, wrong, wrong_choice

# forward_pass -----------------------------------------------------------------------------------


@right("forward_pass")
def by_where(inputs, weights_1, bias_1, weights_2, bias_2):
    before_relu = np.dot(inputs, weights_1) + bias_1
    hidden = np.where(before_relu > 0, before_relu, 0.0)
    outputs = np.dot(hidden, weights_2) + bias_2
    return hidden, outputs


@right("forward_pass")
def row_by_row(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden, outputs = [], []
    for example in inputs:
        units = [max(0.0, example @ weights_1[:, unit] + bias_1[unit]) for unit in range(len(bias_1))]
        hidden.append(units)
        outputs.append(np.array(units) @ weights_2 + bias_2)
    return np.array(hidden), np.array(outputs)


@right("forward_pass")
def bias_as_a_weight(inputs, weights_1, bias_1, weights_2, bias_2):
    ones = np.ones((len(inputs), 1))
    before_relu = np.hstack([inputs, ones]) @ np.vstack([weights_1, bias_1])
    hidden = before_relu.clip(min=0)
    return hidden, np.hstack([hidden, ones]) @ np.vstack([weights_2, bias_2])


@right("forward_pass")
def masked(inputs, weights_1, bias_1, weights_2, bias_2):
    before_relu = np.einsum("nd,dh->nh", inputs, weights_1) + bias_1
    hidden = before_relu * (before_relu > 0)
    return hidden, (weights_2.T @ hidden.T).T + bias_2


@right("forward_pass")
def half_of_the_sum_with_its_size(inputs, weights_1, bias_1, weights_2, bias_2):
    before_relu = inputs @ weights_1 + bias_1
    hidden = (before_relu + np.abs(before_relu)) / 2
    return [hidden, hidden @ weights_2 + bias_2]


@wrong(
    "forward_pass", "The relu is missing: negative hidden units become 0 before the output layer sees them."
)
def relu_forgotten(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = inputs @ weights_1 + bias_1
    return hidden, hidden @ weights_2 + bias_2


@wrong(
    "forward_pass",
    "You used relu on the outputs too. The output layer is linear: its outputs may be negative.",
)
def relu_on_the_outputs_too(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden, np.maximum(hidden @ weights_2 + bias_2, 0)


@wrong("forward_pass", "You used relu on the outputs and not on the hidden units. It is the other way round.")
def relu_on_the_outputs_only(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = inputs @ weights_1 + bias_1
    return hidden, np.maximum(hidden @ weights_2 + bias_2, 0)


@wrong(
    "forward_pass",
    "The outputs are right, but you returned the hidden units as they were before relu. The backward pass needs "
    "them after relu.",
)
def hidden_before_relu(inputs, weights_1, bias_1, weights_2, bias_2):
    before_relu = inputs @ weights_1 + bias_1
    return before_relu, np.maximum(before_relu, 0) @ weights_2 + bias_2


@wrong("forward_pass", "The bias of the hidden layer is missing.")
def first_bias_forgotten(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1, 0)
    return hidden, hidden @ weights_2 + bias_2


@wrong("forward_pass", "The bias of the output layer is missing.")
def second_bias_forgotten(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden, hidden @ weights_2


@wrong("forward_pass", "Both biases are missing: each layer adds its own to every row.")
def both_biases_forgotten(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1, 0)
    return hidden, hidden @ weights_2


@wrong("forward_pass", "You added the bias after relu. It belongs inside: relu sees the sum.")
def bias_after_relu(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1, 0) + bias_1
    return hidden, hidden @ weights_2 + bias_2


@wrong("forward_pass", "You subtracted the biases. A layer adds its bias.")
def biases_subtracted(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 - bias_1, 0)
    return hidden, hidden @ weights_2 - bias_2


@wrong("forward_pass", "You returned the outputs alone. The pair (hidden, outputs) is asked for.")
def outputs_alone(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden @ weights_2 + bias_2


@wrong("forward_pass", "The two are the wrong way round: the hidden units come first, then the outputs.")
def outputs_first(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden @ weights_2 + bias_2, hidden


@wrong(
    "forward_pass",
    "You multiplied weights @ inputs. Here an example is a row, so the inputs stand at the left: inputs @ weights.",
)
def weights_at_the_left(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(weights_1 @ inputs + bias_1, 0)
    return hidden, weights_2 @ hidden + bias_2


@wrong(
    "forward_pass",
    "You transposed the weights. Their shape (d, h) fits the inputs (n, d) as it is.",
)
def weights_transposed(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1.T + bias_1, 0)
    return hidden, hidden @ weights_2.T + bias_2


@wrong("forward_pass", "* multiplies entry by entry. A layer is a product of tables: @.")
def entry_by_entry(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs * weights_1 + bias_1, 0)
    return hidden, hidden * weights_2 + bias_2


@wrong(
    "forward_pass",
    "A whole array stood where Python asks for one yes or no: max(0, table), if table > 0 and the like cannot work. "
    "np.maximum compares entry by entry.",
)
def python_max(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = max(0, inputs @ weights_1 + bias_1)
    return hidden, hidden @ weights_2 + bias_2


@wrong(
    "forward_pass",
    "np.max(table, 0) looks for the largest entry of each column. np.maximum(table, 0) compares each entry with 0.",
)
def largest_of_each_column(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.max(inputs @ weights_1 + bias_1, 0)
    return hidden, hidden @ weights_2 + bias_2


@wrong("forward_pass", "np.minimum keeps the negative numbers. relu keeps the positive ones.")
def minimum(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.minimum(inputs @ weights_1 + bias_1, 0)
    return hidden, hidden @ weights_2 + bias_2


@wrong("forward_pass", "You took the size of negative numbers (abs). relu replaces them by 0.")
def absolute_values(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.abs(inputs @ weights_1 + bias_1)
    return hidden, hidden @ weights_2 + bias_2


@wrong("forward_pass", "You used a sigmoid. This network has relu: what is positive passes as it is.")
def sigmoid(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = 1 / (1 + np.exp(-(inputs @ weights_1 + bias_1)))
    return hidden, hidden @ weights_2 + bias_2


@wrong("forward_pass", "You made every positive unit 1. relu lets the number itself pass.")
def ones_for_positive(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = (inputs @ weights_1 + bias_1 > 0).astype(float)
    return hidden, hidden @ weights_2 + bias_2


@wrong("forward_pass", "You fed the inputs to the output layer. It is the hidden units that go there.")
def inputs_to_both_layers(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden, inputs @ weights_2 + bias_2


@wrong("forward_pass", "You turned the outputs into probabilities (softmax). The output layer is linear.")
def softmax_at_the_end(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    powers = np.exp(hidden @ weights_2 + bias_2)
    return hidden, powers / powers.sum(axis=1, keepdims=True)


@wrong(
    "forward_pass",
    "You let a hundredth of the negative numbers pass (a leaky relu). This relu gives 0 for them.",
)
def leaky_relu(inputs, weights_1, bias_1, weights_2, bias_2):
    before_relu = inputs @ weights_1 + bias_1
    hidden = np.maximum(before_relu, 0.01 * before_relu)
    return hidden, hidden @ weights_2 + bias_2


@wrong("forward_pass", "You returned a dict. The pair (hidden, outputs) is asked for, in this order.")
def a_dict(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return {"hidden": hidden, "outputs": hidden @ weights_2 + bias_2}


# backward_pass ----------------------------------------------------------------------------------


def gradients(inputs, hidden, slope_of_outputs, slope_of_hidden):
    return {
        "weights_1": inputs.T @ slope_of_hidden,
        "bias_1": slope_of_hidden.sum(axis=0),
        "weights_2": hidden.T @ slope_of_outputs,
        "bias_2": slope_of_outputs.sum(axis=0),
    }


@right("backward_pass")
def with_where(inputs, targets, hidden, outputs, weights_2):
    examples, width = outputs.shape
    delta = 2 / (examples * width) * (outputs - targets)
    back = np.where(hidden > 0, delta @ weights_2.T, 0)
    return gradients(inputs, hidden, delta, back)


@right("backward_pass")
def in_steps(inputs, targets, hidden, outputs, weights_2):
    delta = (outputs - targets) * 2.0
    delta /= np.size(targets)
    result = {"bias_2": delta.sum(0), "weights_2": hidden.T @ delta}
    delta = np.dot(delta, weights_2.T)
    delta[hidden <= 0] = 0
    return result | {"bias_1": delta.sum(0), "weights_1": inputs.T @ delta}


@right("backward_pass")
def summed_over_examples(inputs, targets, hidden, outputs, weights_2):
    total = {"weights_1": 0, "bias_1": 0, "weights_2": 0, "bias_2": 0}
    for x, target, units, output in zip(inputs, targets, hidden, outputs, strict=True):
        delta = 2 * (output - target) / outputs.size
        back = (weights_2 @ delta) * np.sign(units)
        total["weights_1"] = total["weights_1"] + np.outer(x, back)
        total["bias_1"] = total["bias_1"] + back
        total["weights_2"] = total["weights_2"] + np.outer(units, delta)
        total["bias_2"] = total["bias_2"] + delta
    return total


@right("backward_pass")
def by_einsum(inputs, targets, hidden, outputs, weights_2):
    delta = -2 * (targets - outputs) / targets.size
    back = np.einsum("nk,hk,nh->nh", delta, weights_2, (hidden != 0).astype(float))
    ones = np.ones(len(inputs))
    return {
        "weights_2": np.einsum("nh,nk->hk", hidden, delta),
        "bias_2": ones @ delta,
        "weights_1": np.einsum("nd,nh->dh", inputs, back),
        "bias_1": ones @ back,
    }


@right("backward_pass")
def masked_as_whole_numbers(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * np.mean([outputs - targets], axis=0) / outputs.size
    return gradients(inputs, hidden, slope, slope @ np.transpose(weights_2) * (hidden > 0).astype(int))


@wrong(
    "backward_pass",
    "The relu mask is missing (step 5): where a hidden unit is 0, no slope goes through it.",
)
def mask_forgotten(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T)


@wrong(
    "backward_pass",
    "You used the outputs for the mask. relu stands behind the hidden units: hidden > 0 decides.",
)
def mask_from_outputs(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (outputs > 0))


@wrong(
    "backward_pass",
    "You used the inputs for the mask. What relu let pass shows in the hidden units.",
)
def mask_from_inputs(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (inputs > 0))


@wrong(
    "backward_pass",
    "You applied relu to the slopes themselves. A slope may be negative; what counts is whether the hidden unit is "
    "above 0.",
)
def relu_of_the_slopes(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, np.maximum(slope @ weights_2.T, 0))


@wrong(
    "backward_pass",
    "You multiplied by the hidden units. The slope of relu is 1 where they are above 0, not their value.",
)
def times_hidden(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * hidden)


@wrong(
    "backward_pass",
    "The mask is turned round: slopes pass where the hidden unit is above 0, not where it is 0.",
)
def mask_turned_round(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden == 0))


@wrong(
    "backward_pass",
    "The weights of the hidden layer are right, but its bias has no mask: use the masked slopes for both.",
)
def bias_without_mask(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T
    return gradients(inputs, hidden, slope, back * (hidden > 0)) | {"bias_1": back.sum(axis=0)}


@wrong("backward_pass", "You did not divide by the number of entries: the loss is a mean, not a sum.")
def sum_for_mean(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets)
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))


@wrong(
    "backward_pass",
    "You divided by one side of the table only. The loss is the mean over all n * k entries of the outputs.",
)
def mean_over_examples_only(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / len(outputs)
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))


@wrong("backward_pass", "The factor 2 is lost: the slope of a square is twice what is squared.")
def factor_two_lost(inputs, targets, hidden, outputs, weights_2):
    slope = (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))


@wrong(
    "backward_pass",
    "Both are missing: the factor 2 of the square, and the division by the number of entries.",
)
def plain_error(inputs, targets, hidden, outputs, weights_2):
    slope = outputs - targets
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))


@wrong(
    "backward_pass",
    "The sign is turned round: outputs - targets, not targets - outputs. The gradient points uphill; the step does "
    "the minus.",
)
def sign_turned_round(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (targets - outputs) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))


@wrong("backward_pass", "You squared the error. That is the loss; its slope is twice the error.")
def squared_error_for_slope(inputs, targets, hidden, outputs, weights_2):
    slope = (outputs - targets) ** 2 / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))


@wrong(
    "backward_pass",
    "You used the sign of the error only. That belongs to the absolute error, not to the square.",
)
def slope_of_the_absolute_error(inputs, targets, hidden, outputs, weights_2):
    slope = np.sign(outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))


@wrong("backward_pass", "The targets are missing: it is the error, outputs - targets, that goes back.")
def targets_forgotten(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * outputs / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))


@wrong(
    "backward_pass",
    "You moved weights_2 before you sent the slope back through it. Step 4 needs the weights of the forward pass.",
)
def updated_weights_used(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    moved = weights_2 - 0.1 * hidden.T @ slope
    return gradients(inputs, hidden, slope, slope @ moved.T * (hidden > 0))


@wrong(
    "backward_pass",
    "You changed the weights that you were given. The backward pass computes gradients and moves nothing.",
)
def moves_the_weights(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    result = gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))
    weights_2 -= 0.1 * result["weights_2"]
    return result


@wrong(
    "backward_pass",
    "The weights between hidden units and outputs are missing on the way back: G_H = G_Y @ weights_2.T.",
)
def back_without_weights(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope.mean(axis=1, keepdims=True) * (hidden > 0)
    return gradients(inputs, hidden, slope, back)


@wrong("backward_pass", "weights_2 must be transposed on the way back: from k outputs to h hidden units.")
def back_without_transpose(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2 * (hidden > 0))


@wrong(
    "backward_pass",
    "A transpose is missing in the gradients of the weights: hidden.T @ slope sums over the examples.",
)
def products_without_transpose(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {"weights_1": inputs @ back, "weights_2": hidden @ slope}


@wrong(
    "backward_pass",
    "The gradients of the weights are transposed: the gradient of weights_2 has the shape of weights_2, (h, k).",
)
def gradients_transposed(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    found = gradients(inputs, hidden, slope, back)
    return found | {"weights_1": found["weights_1"].T, "weights_2": found["weights_2"].T}


@wrong(
    "backward_pass",
    "A bias has one gradient for each unit: sum the slopes over the examples.",
)
def bias_not_summed(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {"bias_1": back, "bias_2": slope}


@wrong(
    "backward_pass",
    "You took the mean of the slopes for the bias. The division is done already: sum over the examples.",
)
def bias_averaged(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {
        "bias_1": back.mean(axis=0),
        "bias_2": slope.mean(axis=0),
    }


@wrong(
    "backward_pass",
    "You summed over the units. A bias belongs to a unit: sum over the examples, axis 0.",
)
def bias_summed_over_units(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {"bias_1": back.sum(axis=1), "bias_2": slope.sum(axis=1)}


@wrong(
    "backward_pass",
    "For weights_2 you used the inputs. What came into the output layer are the hidden units.",
)
def inputs_for_hidden(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {"weights_2": inputs.T @ slope}


@wrong(
    "backward_pass",
    "For weights_1 you used the hidden units. What came into the hidden layer are the inputs.",
)
def hidden_for_inputs(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {"weights_1": hidden.T @ back}


@wrong(
    "backward_pass",
    "The gradient of a bias of shape (h,) has the shape (h,). Yours is a table with one row: leave out keepdims.",
)
def bias_as_a_row(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    rows = {"bias_1": back.sum(axis=0, keepdims=True), "bias_2": slope.sum(axis=0, keepdims=True)}
    return gradients(inputs, hidden, slope, back) | rows


@wrong(
    "backward_pass",
    "You returned the gradients one after the other. A dict with the four names as keys is asked for.",
)
def without_names(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return list(gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0)).values())


# gradient_check ---------------------------------------------------------------------------------


def central(loss_of, point, epsilon):
    shifts = epsilon * np.eye(len(point))
    return np.array([(loss_of(point + shift) - loss_of(point - shift)) / (2 * epsilon) for shift in shifts])


def relative(gradient, numerical):
    return np.linalg.norm(gradient - numerical) / (np.linalg.norm(gradient) + np.linalg.norm(numerical))


@right("gradient_check")
def with_rows_of_the_identity(loss_of, gradient, point, epsilon=1e-6):
    return relative(gradient, central(loss_of, point, epsilon))


@right("gradient_check")
def moved_and_put_back(loss_of, gradient, point, epsilon=1e-6):
    numerical = np.empty(len(point))
    for place, value in enumerate(point):
        point[place] = value + epsilon
        above = loss_of(point)
        point[place] = value - epsilon
        below = loss_of(point)
        point[place] = value
        numerical[place] = (above - below) / (2 * epsilon)
    return relative(gradient, numerical)


@right("gradient_check")
def with_roots_of_sums(loss_of, gradient, point, epsilon=1e-6):
    slopes = []
    for place in range(len(point)):
        higher, lower = point.copy(), point.copy()
        higher[place] += epsilon
        lower[place] -= epsilon
        slopes.append((loss_of(higher) - loss_of(lower)) / (2 * epsilon))
    slopes = np.array(slopes)
    distance = ((gradient - slopes) ** 2).sum() ** 0.5
    return float(distance / ((gradient**2).sum() ** 0.5 + (slopes**2).sum() ** 0.5))


@right("gradient_check")
def mean_of_both_sides(loss_of, gradient, point, epsilon=1e-6):
    here, slopes = loss_of(point), np.zeros(point.shape)
    for place in range(point.size):
        shift = np.where(np.arange(point.size) == place, epsilon, 0.0)
        right_side = (loss_of(point + shift) - here) / epsilon
        left_side = (here - loss_of(point - shift)) / epsilon
        slopes[place] = (right_side + left_side) / 2
    return relative(slopes, gradient)


@wrong("gradient_check", "One-sided: move each entry to both sides, and divide by 2 epsilon.")
def one_sided(loss_of, gradient, point, epsilon=1e-6):
    shifts = epsilon * np.eye(len(point))
    numerical = np.array([(loss_of(point + shift) - loss_of(point)) / epsilon for shift in shifts])
    return relative(gradient, numerical)


@wrong("gradient_check", "You moved each entry down only. Take both sides, and divide by 2 epsilon.")
def one_sided_downwards(loss_of, gradient, point, epsilon=1e-6):
    shifts = epsilon * np.eye(len(point))
    numerical = np.array([(loss_of(point) - loss_of(point - shift)) / epsilon for shift in shifts])
    return relative(gradient, numerical)


@wrong("gradient_check", "Between the two sides lie 2 epsilon. You divided by one.")
def divided_by_one_epsilon(loss_of, gradient, point, epsilon=1e-6):
    return relative(gradient, 2 * central(loss_of, point, epsilon))


@wrong(
    "gradient_check", "Brackets: / 2 * epsilon divides by 2 and multiplies by epsilon. Write / (2 * epsilon)."
)
def brackets_forgotten(loss_of, gradient, point, epsilon=1e-6):
    return relative(gradient, central(loss_of, point, epsilon) * epsilon**2)


@wrong("gradient_check", "The difference is not divided by 2 epsilon: it is no slope yet.")
def not_divided(loss_of, gradient, point, epsilon=1e-6):
    return relative(gradient, 2 * epsilon * central(loss_of, point, epsilon))


@wrong(
    "gradient_check",
    "That is the absolute error. Divide it by the sum of the two lengths: only then does 0.001 mean something.",
)
def absolute_error(loss_of, gradient, point, epsilon=1e-6):
    return np.linalg.norm(gradient - central(loss_of, point, epsilon))


@wrong(
    "gradient_check",
    "You moved all entries at once. That measures one slope along the diagonal; each entry has to move alone.",
)
def all_at_once(loss_of, gradient, point, epsilon=1e-6):
    slope = (loss_of(point + epsilon) - loss_of(point - epsilon)) / (2 * epsilon)
    return relative(gradient, np.full(len(point), slope))


@wrong(
    "gradient_check",
    "You did not put an entry back before you moved the next one. Each entry moves alone, the others stay.",
)
def not_put_back(loss_of, gradient, point, epsilon=1e-6):
    moving, numerical = point.copy(), np.zeros(len(point))
    for place in range(len(point)):
        moving[place] += epsilon
        above = loss_of(moving)
        moving[place] -= 2 * epsilon
        numerical[place] = (above - loss_of(moving)) / (2 * epsilon)
    return relative(gradient, numerical)


@wrong(
    "gradient_check",
    "Your numerical gradient came out as 0 everywhere: each time, the two losses that you compared were the same. "
    "(b = a makes a second name of one array; a.copy() makes a second array.)",
)
def one_array_two_names(loss_of, gradient, point, epsilon=1e-6):
    numerical = np.zeros(len(point))
    for place in range(len(point)):
        copied = point.copy()
        higher, lower = copied, copied
        higher[place] += epsilon
        lower[place] -= epsilon
        numerical[place] = (loss_of(higher) - loss_of(lower)) / (2 * epsilon)
    return relative(gradient, numerical)


@wrong(
    "gradient_check",
    "The error is right, but the point was changed on the way. Put every entry back, or work on a copy.",
)
def point_changed(loss_of, gradient, point, epsilon=1e-6):
    error = relative(gradient, central(loss_of, point, epsilon))
    point -= epsilon
    return error


@wrong(
    "gradient_check", "You divided by the length of the gradient alone. The sum of both lengths is asked for."
)
def by_the_gradient_alone(loss_of, gradient, point, epsilon=1e-6):
    return np.linalg.norm(gradient - central(loss_of, point, epsilon)) / np.linalg.norm(gradient)


@wrong(
    "gradient_check",
    "You divided by one length only, that of the numerical gradient or the larger of the two. The sum of both is asked "
    "for.",
)
def by_the_numerical_alone(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.linalg.norm(gradient - numerical) / np.linalg.norm(numerical)


@wrong(
    "gradient_check", "You divided by the length of the sum. It is the sum of the lengths that is asked for."
)
def length_of_the_sum(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.linalg.norm(gradient - numerical) / np.linalg.norm(gradient + numerical)


@wrong("gradient_check", "You subtracted the lengths. Subtract the vectors first, then take the length.")
def difference_of_the_lengths(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    lengths = np.linalg.norm(gradient), np.linalg.norm(numerical)
    return abs(lengths[0] - lengths[1]) / sum(lengths)


@wrong("gradient_check", "The roots are missing: a length is the root of the sum of the squares.")
def squared_lengths(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return ((gradient - numerical) ** 2).sum() / ((gradient**2).sum() + (numerical**2).sum())


@wrong(
    "gradient_check",
    "You took the relative error of each entry and their mean. Take the lengths of whole vectors.",
)
def mean_of_the_entries(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.mean(np.abs(gradient - numerical) / (np.abs(gradient) + np.abs(numerical)))


@wrong("gradient_check", "You summed sizes. The length of a vector is the root of the sum of its squares.")
def sums_of_sizes(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.abs(gradient - numerical).sum() / (np.abs(gradient).sum() + np.abs(numerical).sum())


@wrong("gradient_check", "You returned the numerical gradient. Compare it with the one you were given.")
def numerical_gradient(loss_of, gradient, point, epsilon=1e-6):
    return central(loss_of, point, epsilon)


@wrong("gradient_check", "You fixed epsilon at 1e-6. It is an argument: use the one that is passed in.")
def epsilon_fixed(loss_of, gradient, point, epsilon=1e-6):
    return relative(gradient, central(loss_of, point, 1e-6))


@wrong(
    "gradient_check",
    "You moved every entry by a fraction of itself. Epsilon is added and subtracted as it is.",
)
def moved_by_a_fraction(loss_of, gradient, point, epsilon=1e-6):
    shifts = epsilon * np.diag(point)
    numerical = [(loss_of(point + shift) - loss_of(point - shift)) / (2 * shift.sum()) for shift in shifts]
    return relative(gradient, np.array(numerical))


@wrong(
    "gradient_check",
    "You compared the largest entries. The length of a vector takes all entries into account.",
)
def largest_entries(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.abs(gradient - numerical).max() / (np.abs(gradient).max() + np.abs(numerical).max())


# best_epoch -------------------------------------------------------------------------------------


@right("best_epoch")
def with_index(val_losses):
    return val_losses.index(min(val_losses))


@right("best_epoch")
def with_min_over_places(val_losses):
    return min(range(len(val_losses)), key=lambda epoch: val_losses[epoch])


@right("best_epoch")
def with_numpy_integer(val_losses):
    return np.asarray(val_losses).argmin()


@right("best_epoch")
def with_pairs(val_losses):
    _, epoch = min((loss, epoch) for epoch, loss in enumerate(val_losses))
    return epoch


@right("best_epoch")
def with_loop(val_losses):
    best = 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
    return best


@wrong("best_epoch", "You counted from 1. Epochs in code are counted from 0.")
def counted_from_one(val_losses):
    return int(np.argmin(val_losses)) + 1


@wrong("best_epoch", "The lowest loss comes twice, and you took the last time. The first one is enough.")
def last_of_the_lowest(val_losses):
    return len(val_losses) - 1 - int(np.argmin(val_losses[::-1]))


@wrong(
    "best_epoch",
    "You stopped before the first rise. Curves jitter and may fall again: take the lowest of all.",
)
def before_the_first_rise(val_losses):
    rises = [epoch for epoch in range(1, len(val_losses)) if val_losses[epoch] > val_losses[epoch - 1]]
    return rises[0] - 1 if rises else len(val_losses) - 1


@wrong("best_epoch", "You took the last epoch. The best one may be long past.")
def last_epoch(val_losses):
    return len(val_losses) - 1


@wrong("best_epoch", "You returned the lowest loss. The epoch in which it occurs is asked for.")
def lowest_loss(val_losses):
    return min(val_losses)


@wrong("best_epoch", "Your epoch is the one with the highest loss here. The lowest loss is asked for.")
def highest_loss(val_losses):
    return int(np.argmax(val_losses))


@wrong("best_epoch", "Negative places count from the end. The epoch is counted from the start, from 0.")
def counted_from_the_end(val_losses):
    return int(np.argmin(val_losses)) - len(val_losses)


@wrong(
    "best_epoch",
    "You took the epoch after the largest fall. The lowest point is asked for, not the steepest way.",
)
def after_the_largest_fall(val_losses):
    return int(np.argmin(np.diff(val_losses))) + 1 if len(val_losses) > 1 else 0


@wrong(
    "best_epoch", "You returned a list of all epochs with the lowest loss. The first of them is asked for."
)
def all_of_the_lowest(val_losses):
    return [epoch for epoch, loss in enumerate(val_losses) if loss == min(val_losses)]


@wrong("best_epoch", "You returned the pair of epoch and loss. The epoch alone is asked for.")
def epoch_and_loss(val_losses):
    return [int(np.argmin(val_losses)), min(val_losses)]


@wrong("best_epoch", "You started from a lowest loss of 10. Losses can be larger: start from the first one.")
def starts_at_ten(val_losses):
    lowest, best = 10, 0
    for epoch, loss in enumerate(val_losses):
        if loss < lowest:
            lowest, best = loss, epoch
    return best


@wrong(
    "best_epoch",
    "You stopped looking after some epochs without a new minimum. A lower one may come: look at all.",
)
def gives_up(val_losses):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= 3:
            break
    return best


@wrong(
    "best_epoch",
    "You passed over a new minimum because it was lower by a little only. Any lower loss counts.",
)
def passes_over_small_steps(val_losses):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best] - 0.05:
            best = epoch
    return best


# diagnose ---------------------------------------------------------------------------------------


def verdict(climbed, learned, falling):
    """The table of the exercise, from its three questions."""
    if climbed:
        return "overfitting" if learned else "underfitting"
    return "underfitting" if falling else "good fit"


def questions(train, val):
    best = val.index(min(val))
    return {
        "climbed": val[-1] > 1.1 * val[best],
        "learned": train[-1] < train[best],
        "falling": val[-1] < 0.95 * val[-6],
    }


@right("diagnose")
def with_three_questions(train_losses, val_losses):
    return verdict(**questions(train_losses, val_losses))


@right("diagnose")
def with_ratios(train_losses, val_losses):
    lowest = min(val_losses)
    best = list(val_losses).index(lowest)
    if val_losses[-1] / lowest - 1 > 0.1 and train_losses[-1] < train_losses[best]:
        return "overfitting"
    if val_losses[-1] / lowest - 1 > 0.1 or (val_losses[-6] - val_losses[-1]) / val_losses[-6] > 0.05:
        return "underfitting"
    return "good fit"


@right("diagnose")
def good_fit_first(train_losses, val_losses):
    val = np.array(val_losses)
    last, best = val[-1], val.argmin()
    close = last <= 1.1 * val[best]
    if close and last >= 0.95 * val[len(val) - 6]:
        return "good fit"
    if close or train_losses[-1] >= train_losses[best]:
        return "underfitting"
    return "overfitting"


@right("diagnose")
def with_match(train_losses, val_losses):
    best = int(np.argmin(val_losses))
    climbed = val_losses[-1] - val_losses[best] > 0.1 * val_losses[best]
    learned = train_losses[best] > train_losses[-1]
    falling = val_losses[-6] - val_losses[-1] > 0.05 * val_losses[-6]
    match (climbed, learned, falling):
        case (True, True, _):
            return "overfitting"
        case (True, False, _) | (False, _, True):
            return "underfitting"
    return "good fit"


@wrong(
    "diagnose",
    "10 % above the lowest loss is 1.1 times that loss. You compared with 0.1 times it, which nearly every loss exceeds.",
)
def a_tenth_of_the_lowest(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"climbed": val_losses[-1] > 0.1 * min(val_losses)})


@wrong(
    "diagnose",
    "You never ask whether the validation loss is still falling. Then the training was too short: underfitting.",
)
def never_too_short(train_losses, val_losses):
    return verdict(**questions(train_losses, val_losses) | {"falling": False})


@wrong(
    "diagnose",
    "You compared the validation loss with the training loss. A gap between them is normal; what counts is whether "
    "the validation loss has climbed above its own lowest value.",
)
def gap_to_the_training_loss(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"climbed": val_losses[-1] > 1.1 * train_losses[-1], "learned": True})


@wrong(
    "diagnose",
    "You asked whether the training loss is still falling. It nearly always is; ask the validation loss.",
)
def training_still_falling(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"falling": train_losses[-1] < 0.95 * train_losses[-6]})


@wrong("diagnose", "A fall by a little is no sign: it has to be more than 5 % in five epochs.")
def any_fall(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"falling": val_losses[-1] < val_losses[-6]})


@wrong("diagnose", "You compared with the first epoch. Compare with five epochs before the last one.")
def against_the_first_epoch(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"falling": val_losses[-1] < 0.95 * val_losses[0]})


@wrong("diagnose", "You went six epochs back: val_losses[-7]. Five before the last one is val_losses[-6].")
def six_epochs_back(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"falling": val_losses[-1] < 0.95 * val_losses[max(-7, -len(val_losses))]})


@wrong("diagnose", "You asked for a fall of 10 %. The table says 5 % for the fall, and 10 % for the climb.")
def ten_per_cent_for_both(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"falling": val_losses[-1] < 0.9 * val_losses[-6]})


@wrong(
    "diagnose",
    "You went four epochs back: val_losses[-5]. The last one is val_losses[-1], so five before is [-6].",
)
def four_epochs_back(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"falling": val_losses[-1] < 0.95 * val_losses[-5]})


@wrong(
    "diagnose",
    "You called any loss above the lowest one climbed. Curves jitter: it has to be more than 10 % above.",
)
def any_rise(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"climbed": val_losses[-1] > min(val_losses)})


@wrong(
    "diagnose",
    "You compared the last loss with the one before it. Compare with the lowest of all, and allow 10 %.",
)
def against_the_epoch_before(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"climbed": val_losses[-1] > val_losses[-2]})


@wrong(
    "diagnose",
    "One epoch was high, and you judged by it. The table looks at the last validation loss only.",
)
def any_peak(train_losses, val_losses):
    best = questions(train_losses, val_losses)
    lowest, peak = np.minimum.accumulate(val_losses), np.array(val_losses)
    return verdict(**best | {"climbed": bool((peak > 1.1 * lowest).any())})


@wrong(
    "diagnose",
    "You compared with the first validation loss. A loss that has climbed need not be as high as at the start: "
    "compare with the lowest.",
)
def climbed_above_the_first(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"climbed": val_losses[-1] > 1.1 * val_losses[0]})


@wrong(
    "diagnose",
    "You took the best epoch of the training loss. The best epoch is where the validation loss is lowest.",
)
def best_by_the_training_loss(train_losses, val_losses):
    best = train_losses.index(min(train_losses))
    known = questions(train_losses, val_losses)
    return verdict(
        val_losses[-1] > 1.1 * val_losses[best], train_losses[-1] < train_losses[best], known["falling"]
    )


@wrong(
    "diagnose",
    "You asked first whether the loss is below that of five epochs before. Ask first whether it has climbed: a curve "
    "can fall, turn and climb within five epochs.",
)
def falling_asked_first(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return "underfitting" if known["falling"] else verdict(**known)


@wrong(
    "diagnose",
    "You added 0.1 to the lowest loss. 10 % is a part of the loss: 0.02 for a loss of 0.2, and 0.2 for one of 2.",
)
def a_tenth_added(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"climbed": val_losses[-1] > min(val_losses) + 0.1})


@wrong(
    "diagnose",
    "Here both losses climb. Then nothing is learned by heart, and the table says underfitting: compare the training "
    "loss at the end with that of the best epoch.",
)
def every_climb_is_overfitting(train_losses, val_losses):
    return verdict(**questions(train_losses, val_losses) | {"learned": True})


@wrong(
    "diagnose",
    "Both losses climb, and you called it a good fit. By the second line of the table it is underfitting.",
)
def both_climbing_is_fine(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return "good fit" if known["climbed"] and not known["learned"] else verdict(**known)


@wrong(
    "diagnose",
    "You compared the last training loss with the first one. Compare it with the training loss of the best epoch.",
)
def learned_since_the_start(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"learned": train_losses[-1] < train_losses[0]})


@wrong(
    "diagnose",
    "The training loss is the same as in the best epoch, not below it. The table asks for below: < and not <=.",
)
def not_above_is_enough(train_losses, val_losses):
    best = val_losses.index(min(val_losses))
    known = questions(train_losses, val_losses)
    return verdict(**known | {"learned": train_losses[-1] <= train_losses[best]})


@wrong(
    "diagnose",
    "You asked how high the training loss is. You may be right about such a model, but the table asks only how the "
    "curves move.",
)
def high_is_underfitting(train_losses, val_losses):
    found = verdict(**questions(train_losses, val_losses))
    return "underfitting" if found == "good fit" and train_losses[-1] > 0.5 * train_losses[0] else found


@wrong(
    "diagnose",
    "You subtracted 0.05 from the earlier loss. 5 % is a part of the loss: 0.015 for a loss of 0.3, and 0.1 for one of 2.",
)
def five_hundredths(train_losses, val_losses):
    known = questions(train_losses, val_losses)
    return verdict(**known | {"falling": val_losses[-1] < val_losses[-6] - 0.05})


@wrong(
    "diagnose",
    "The lowest validation loss comes twice. The best epoch is the first of them, as in exercise 4.",
)
def last_of_the_lowest_epochs(train_losses, val_losses):
    best = len(val_losses) - 1 - val_losses[::-1].index(min(val_losses))
    known = questions(train_losses, val_losses)
    return verdict(**known | {"learned": train_losses[-1] < train_losses[best]})


@wrong(
    "diagnose",
    "You looked for the lowest validation loss among the last epochs only. It may have been long ago: take all.",
)
def lowest_of_the_last(train_losses, val_losses):
    climbed = val_losses[-1] > 1.1 * min(val_losses[-6:])
    return verdict(**questions(train_losses, val_losses) | {"climbed": climbed})


# quiz -------------------------------------------------------------------------------------------

wrong_choice("quiz_1", 24, "The sign: the output is 4, the target 5, so y - 5 is -1.")
wrong_choice("quiz_1", -12, "The factor 2 is lost: the slope of a square is twice what is squared.")
wrong_choice(
    "quiz_1", -8, "That is the gradient of the bias. For the weight it is multiplied by the input, 3."
)
wrong_choice("quiz_1", -6, "The way back leads through the output weight: multiply by 4 as well.")
wrong_choice(
    "quiz_1", -2, "That is the slope for the output. Go on: through the weight 4, the relu, the input 3."
)
wrong_choice("quiz_1", 0, "The hidden unit is relu(3 - 2) = 1. It is above 0, so the slope passes.")
wrong_choice(
    "quiz_1",
    1,
    "That is the loss, or the hidden unit. The slope of the loss for the first weight is asked for.",
)

wrong_choice("quiz_2", "a", "The hidden unit is relu(3 - 7) = 0. No slope passes through it.")
wrong_choice(
    "quiz_2",
    "b",
    "One more: the gradient of the output weight is the hidden unit times the slope, and the hidden unit is 0.",
)
wrong_choice(
    "quiz_2", "d", "The output bias has nothing to do with the hidden unit: its gradient is 2(0 - 5) = -10."
)

wrong_choice("quiz_3", 5, "You counted from 1. The question counts from 0.")
wrong_choice("quiz_3", 6, "0.64 comes twice. The first time is enough.")
wrong_choice("quiz_3", 2, "After the first rise the loss falls again, to 0.64.")
wrong_choice("quiz_3", 7, "That is the last epoch. Its loss of 0.70 is not the lowest.")
wrong_choice("quiz_3", 0.64, "That is the lowest loss. In which epoch does it occur for the first time?")
wrong_choice("quiz_3", 1, "After epoch 1 the loss falls on. You may have looked for the steepest part.")

wrong_choice(
    "quiz_4",
    "a",
    "The first is right both times, the second wrong both times: the accuracy stays at one half.",
)
wrong_choice(
    "quiz_4",
    "c",
    "The loss is the mean of -ln p, not of p. -ln 0.05 is 3.0: more than the first example can ever save.",
)
wrong_choice(
    "quiz_4", "d", "The second is wrong both times, and now it is wrong with confidence: -ln 0.05 is 3.0."
)

wrong_choice(
    "quiz_5", "a", "The best epoch belongs to the rate. With steps a fifth as long the same way takes longer."
)
wrong_choice(
    "quiz_5", "b", "Smaller steps need more of them. After 2 or 3 epochs the training has hardly begun."
)
wrong_choice(
    "quiz_5",
    "d",
    "The training loss goes on falling while the model learns by heart. It does not say when to stop.",
)
