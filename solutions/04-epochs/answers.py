"""Right and wrong answers to the exercises of lesson 04."""

import numpy as np

from course.authoring.answers import exercise, short

e = exercise("forward_pass")

@e.right
def by_where(inputs, weights_1, bias_1, weights_2, bias_2):
    before_relu = np.dot(inputs, weights_1) + bias_1
    hidden = np.where(before_relu > 0, before_relu, 0.0)
    outputs = np.dot(hidden, weights_2) + bias_2
    return hidden, outputs

@e.right
def row_by_row(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden, outputs = [], []
    for example in inputs:
        units = [max(0.0, example @ weights_1[:, unit] + bias_1[unit]) for unit in range(len(bias_1))]
        hidden.append(units)
        outputs.append(np.array(units) @ weights_2 + bias_2)
    return np.array(hidden), np.array(outputs)

@e.right
def bias_as_a_weight(inputs, weights_1, bias_1, weights_2, bias_2):
    ones = np.ones((len(inputs), 1))
    before_relu = np.hstack([inputs, ones]) @ np.vstack([weights_1, bias_1])
    hidden = before_relu.clip(min=0)
    return hidden, np.hstack([hidden, ones]) @ np.vstack([weights_2, bias_2])

@e.right
def masked(inputs, weights_1, bias_1, weights_2, bias_2):
    before_relu = np.einsum("nd,dh->nh", inputs, weights_1) + bias_1
    hidden = before_relu * (before_relu > 0)
    return hidden, (weights_2.T @ hidden.T).T + bias_2

@e.right
def half_of_the_sum_with_its_size(inputs, weights_1, bias_1, weights_2, bias_2):
    before_relu = inputs @ weights_1 + bias_1
    hidden = (before_relu + np.abs(before_relu)) / 2
    return [hidden, hidden @ weights_2 + bias_2]

@e.wrong("The relu is missing: negative hidden units become 0 before the output layer sees them.")
def relu_forgotten(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = inputs @ weights_1 + bias_1
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("You used relu on the outputs too. The output layer is linear: its outputs may be negative.")
def relu_on_the_outputs_too(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden, np.maximum(hidden @ weights_2 + bias_2, 0)

@e.wrong("You used relu on the outputs and not on the hidden units. It is the other way round.")
def relu_on_the_outputs_only(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = inputs @ weights_1 + bias_1
    return hidden, np.maximum(hidden @ weights_2 + bias_2, 0)

@e.wrong("The outputs are right, but you returned the hidden units as they were before relu. The backward pass needs them after relu.")
def hidden_before_relu(inputs, weights_1, bias_1, weights_2, bias_2):
    before_relu = inputs @ weights_1 + bias_1
    return before_relu, np.maximum(before_relu, 0) @ weights_2 + bias_2

@e.wrong("The bias of the hidden layer is missing.")
def first_bias_forgotten(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1, 0)
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("You added the bias for the comparison with 0, but not to the numbers that pass. relu does both with the sum.")
def bias_in_the_comparison_only(inputs, weights_1, bias_1, weights_2, bias_2):
    products = inputs @ weights_1
    hidden = products * (products + bias_1 > 0)
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("You added the bias to the numbers that pass, but not for the comparison with 0. relu does both with the sum.")
def bias_not_in_the_comparison(inputs, weights_1, bias_1, weights_2, bias_2):
    products = inputs @ weights_1
    hidden = (products + bias_1) * (products > 0)
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("The bias of the output layer is missing.")
def second_bias_forgotten(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden, hidden @ weights_2

@e.wrong("Both biases are missing: each layer adds its own to every row.")
def both_biases_forgotten(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1, 0)
    return hidden, hidden @ weights_2

@e.wrong("You added the bias after relu. It belongs inside: relu sees the sum.")
def bias_after_relu(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1, 0) + bias_1
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("You subtracted the biases. A layer adds its bias.")
def biases_subtracted(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 - bias_1, 0)
    return hidden, hidden @ weights_2 - bias_2

@e.wrong("You returned the outputs alone. The pair (hidden, outputs) is asked for.")
def outputs_alone(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden @ weights_2 + bias_2

@e.wrong("The two are the wrong way round: the hidden units come first, then the outputs.")
def outputs_first(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden @ weights_2 + bias_2, hidden

@e.wrong("You multiplied weights @ inputs. Here an example is a row, so the inputs stand at the left: inputs @ weights.")
def weights_at_the_left(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(weights_1 @ inputs + bias_1, 0)
    return hidden, weights_2 @ hidden + bias_2

@e.wrong("You transposed the weights. Their shape (d, h) fits the inputs (n, d) as it is.")
def weights_transposed(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1.T + bias_1, 0)
    return hidden, hidden @ weights_2.T + bias_2

@e.wrong("* multiplies entry by entry. A layer is a product of tables: @.")
def entry_by_entry(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs * weights_1 + bias_1, 0)
    return hidden, hidden * weights_2 + bias_2

@e.wrong("A whole array stood where Python asks for one yes or no: neither `max(0, table)` nor `if table > 0:` can work. np.maximum compares entry by entry.")
def python_max(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = max(0, inputs @ weights_1 + bias_1)
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("A whole array stood where Python asks for one yes or no: neither `max(0, table)` nor `if table > 0:` can work. np.maximum compares entry by entry.")
def python_max_unit_by_unit(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = [[max(0.0, example @ weights_1 + bias) for bias in bias_1] for example in inputs]
    return np.array(hidden), np.array([np.array(units) @ weights_2 + bias_2 for units in hidden])

@e.wrong("np.max(table, 0) looks for the largest entry of each column. np.maximum(table, 0) compares each entry with 0.")
def largest_of_each_column(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.max(inputs @ weights_1 + bias_1, 0)
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("Your hidden units keep the negative numbers and lose the positive ones, as np.minimum does. relu does the opposite.")
def minimum(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.minimum(inputs @ weights_1 + bias_1, 0)
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("You took the size of negative numbers (abs). relu replaces them by 0.")
def absolute_values(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.abs(inputs @ weights_1 + bias_1)
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("You used a sigmoid. This network has relu: what is positive passes as it is.")
def sigmoid(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = 1 / (1 + np.exp(-(inputs @ weights_1 + bias_1)))
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("You made every positive unit 1. relu lets the number itself pass.")
def ones_for_positive(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = (inputs @ weights_1 + bias_1 > 0).astype(float)
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("You fed the inputs to the output layer. It is the hidden units that go there.")
def inputs_to_both_layers(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden, inputs @ weights_2 + bias_2

@e.wrong("You turned the outputs into probabilities (softmax). The output layer is linear.")
def softmax_at_the_end(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    powers = np.exp(hidden @ weights_2 + bias_2)
    return hidden, powers / powers.sum(axis=1, keepdims=True)

@e.wrong("You let a hundredth of the negative numbers pass (a leaky relu). This relu gives 0 for them.")
def leaky_relu(inputs, weights_1, bias_1, weights_2, bias_2):
    before_relu = inputs @ weights_1 + bias_1
    hidden = np.maximum(before_relu, 0.01 * before_relu)
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("You returned a dict. The pair (hidden, outputs) is asked for, in this order.")
def a_dict(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return {"hidden": hidden, "outputs": hidden @ weights_2 + bias_2}

@e.wrong("You returned flat outputs. They stay a table, one row for each example: shape (n, k).")
def outputs_flattened(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden, (hidden @ weights_2 + bias_2).ravel()

@e.wrong("You returned lists or tuples. The hidden units and the outputs are asked for as arrays.")
def lists_for_arrays(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden.tolist(), (hidden @ weights_2 + bias_2).tolist()

@e.wrong("Large hidden units come out smaller than they are. This relu has no upper end.")
def relu_with_an_upper_end(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.clip(inputs @ weights_1 + bias_1, 0, 6)
    return hidden, hidden @ weights_2 + bias_2

@e.wrong("Large hidden units come out smaller than they are. This relu has no upper end.")
def relu_up_to_ten(inputs, weights_1, bias_1, weights_2, bias_2):
    hidden = np.clip(inputs @ weights_1 + bias_1, 0, 10)
    return hidden, hidden @ weights_2 + bias_2

@e.cases
def small_networks(rng):
    """1 to 3 examples, numbers and units; whole numbers and fractions, small and large, sums of exactly 0."""
    n, d, h, k = (int(size) for size in rng.integers(1, [4, 4, 4, 3]))
    if rng.random() < 0.15:
        d = h = k  # square tables, where a transpose fits
    scale, digits = [(1.0, 1), (4.0, 0), (0.01, 4), (300.0, 0)][rng.choice(4, p=[0.4, 0.3, 0.1, 0.2])]
    drawn = [np.round(rng.normal(0, 2, shape), 1) for shape in [(n, d), (d, h), (h,), (h, k), (k,)]]
    drawn[0] = np.round(drawn[0] * scale, digits)
    kind = rng.choice(["any", "dead", "no bias"], p=[0.7, 0.15, 0.15])
    if kind == "dead":
        drawn[2] = np.round(-np.abs(drawn[0]).sum() * np.abs(drawn[1]).max() - 1 - rng.random(h), 1)
    if kind == "no bias":
        drawn[2], drawn[4] = np.zeros(h), np.zeros(k)
        drawn[0][0] = 0.0
    sums = drawn[0] @ drawn[1] + drawn[2]
    if not (sums > 1e-6).any():  # where all units are 0, a table made by loops holds whole numbers, and is right
        drawn[2][0] += np.round(1 - sums[0, 0], 1)
    return tuple(map(short, drawn))  # no negative zeros

e.hints(
    "The formula stands above: H first, then Y. Write one line for each.",
    "For H: a product of two tables, a bias, and a comparison with 0 for every entry, all named above the exercise.",
    "Begin with hidden = ... and look at its shape: one row for each example, one column for each hidden unit.",
)


# backward_pass ----------------------------------------------------------------------------------


def gradients(inputs, hidden, slope_of_outputs, slope_of_hidden):
    return {
        "weights_1": inputs.T @ slope_of_hidden,
        "bias_1": slope_of_hidden.sum(axis=0),
        "weights_2": hidden.T @ slope_of_outputs,
        "bias_2": slope_of_outputs.sum(axis=0),
    }


e = exercise("backward_pass")

@e.right
def with_where(inputs, targets, hidden, outputs, weights_2):
    examples, width = outputs.shape
    delta = 2 / (examples * width) * (outputs - targets)
    back = np.where(hidden > 0, delta @ weights_2.T, 0)
    return gradients(inputs, hidden, delta, back)

@e.right
def in_steps(inputs, targets, hidden, outputs, weights_2):
    delta = (outputs - targets) * 2.0
    delta /= np.size(targets)
    result = {"bias_2": delta.sum(0), "weights_2": hidden.T @ delta}
    delta = np.dot(delta, weights_2.T)
    delta[hidden <= 0] = 0
    return result | {"bias_1": delta.sum(0), "weights_1": inputs.T @ delta}

@e.right
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

@e.right
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

@e.right
def masked_as_whole_numbers(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * np.mean([outputs - targets], axis=0) / outputs.size
    return gradients(inputs, hidden, slope, slope @ np.transpose(weights_2) * (hidden > 0).astype(int))

@e.wrong("Your step 5 stops no slope. It has to: where a hidden unit is 0, no slope may go through. (A mask hidden >= 0 stops nothing either: after relu no unit is below 0.)")
def mask_forgotten(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T)

@e.wrong("You used the outputs for the mask. relu stands behind the hidden units: hidden > 0 decides.")
def mask_from_outputs(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (outputs > 0))

@e.wrong("You used the inputs for the mask. What relu let pass shows in the hidden units.")
def mask_from_inputs(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (inputs > 0))

@e.wrong("You applied relu to the slopes themselves. A slope may be negative; what counts is whether the hidden unit is above 0.")
def relu_of_the_slopes(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, np.maximum(slope @ weights_2.T, 0))

@e.wrong("You multiplied by the hidden units. The slope of relu is 1 where they are above 0, not their value.")
def times_hidden(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * hidden)

@e.wrong("The mask is turned round: slopes pass where the hidden unit is above 0, not where it is 0.")
def mask_turned_round(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden == 0))

@e.wrong("The weights of the hidden layer are right, but its bias has no mask: use the masked slopes for both.")
def bias_without_mask(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T
    return gradients(inputs, hidden, slope, back * (hidden > 0)) | {"bias_1": back.sum(axis=0)}

@e.wrong("You did not divide by the number of entries: the loss is a mean, not a sum.")
def sum_for_mean(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets)
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))

@e.wrong("You divided by one side of the table only. The loss is the mean over all n * k entries of the outputs.")
def mean_over_examples_only(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / len(outputs)
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))

@e.wrong("You divided by the number of examples once more. Step 1 has divided by N already: from there on you sum.")
def divided_once_more(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    result = gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))
    return {name: gradient / len(inputs) for name, gradient in result.items()}

@e.wrong("Your gradient of a bias is one number: sum() without an axis adds up all units too. Sum over the examples, axis 0.")
def biases_as_one_number(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    result = gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))
    return result | {name: result[name].sum() for name in ("bias_1", "bias_2")}

@e.wrong("The factor 2 is lost: the slope of a square is twice what is squared.")
def factor_two_lost(inputs, targets, hidden, outputs, weights_2):
    slope = (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))

@e.wrong("Both are missing: the factor 2 of the square, and the division by the number of entries.")
def plain_error(inputs, targets, hidden, outputs, weights_2):
    slope = outputs - targets
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))

@e.wrong("All your gradients have the wrong sign. The error is outputs - targets, and a gradient points uphill: the minus belongs to the step.")
def sign_turned_round(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (targets - outputs) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))

@e.wrong("You squared the error. That is the loss; its slope is twice the error.")
def squared_error_for_slope(inputs, targets, hidden, outputs, weights_2):
    slope = (outputs - targets) ** 2 / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))

@e.wrong("You used the sign of the error only. That belongs to the absolute error, not to the square.")
def slope_of_the_absolute_error(inputs, targets, hidden, outputs, weights_2):
    slope = np.sign(outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))

@e.wrong("The targets are missing: it is the error, outputs - targets, that goes back.")
def targets_forgotten(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * outputs / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))

@e.wrong("You moved weights_2 before you sent the slope back through it. Step 4 needs the weights of the forward pass.")
def updated_weights_used(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    moved = weights_2 - 0.1 * hidden.T @ slope
    return gradients(inputs, hidden, slope, slope @ moved.T * (hidden > 0))

@e.wrong("You changed the weights that you were given. The backward pass computes gradients and moves nothing.")
def moves_the_weights(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    result = gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))
    weights_2 -= 0.1 * result["weights_2"]
    return result

@e.wrong("You changed the weights that you were given. The backward pass computes gradients and moves nothing.")
def shrinks_the_weights(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    result = gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))
    weights_2 *= 0.99
    return result

@e.wrong("The weights between hidden units and outputs are missing on the way back: G_H = G_Y @ weights_2.T.")
def back_without_weights(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope.mean(axis=1, keepdims=True) * (hidden > 0)
    return gradients(inputs, hidden, slope, back)

@e.wrong("weights_2 must be transposed on the way back: from k outputs to h hidden units.")
def back_without_transpose(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2 * (hidden > 0))

@e.wrong("A transpose is missing in the gradients of the weights: hidden.T @ slope sums over the examples.")
def products_without_transpose(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {"weights_1": inputs @ back, "weights_2": hidden @ slope}

@e.wrong("The gradients of the weights are transposed: the gradient of weights_2 has the shape of weights_2, (h, k).")
def gradients_transposed(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    found = gradients(inputs, hidden, slope, back)
    return found | {"weights_1": found["weights_1"].T, "weights_2": found["weights_2"].T}

@e.wrong("A bias has one gradient for each unit: sum the slopes over the examples.")
def bias_not_summed(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {"bias_1": back, "bias_2": slope}

@e.wrong("You took the mean of the slopes for the bias. The division is done already: sum over the examples.")
def bias_averaged(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {
        "bias_1": back.mean(axis=0),
        "bias_2": slope.mean(axis=0),
    }

@e.wrong("You summed over the units. A bias belongs to a unit: sum over the examples, axis 0.")
def bias_summed_over_units(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {"bias_1": back.sum(axis=1), "bias_2": slope.sum(axis=1)}

@e.wrong("For weights_2 you used the inputs. What came into the output layer are the hidden units.")
def inputs_for_hidden(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {"weights_2": inputs.T @ slope}

@e.wrong("For weights_1 you used the hidden units. What came into the hidden layer are the inputs.")
def hidden_for_inputs(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    return gradients(inputs, hidden, slope, back) | {"weights_1": hidden.T @ back}

@e.wrong("The gradient of a bias of shape (h,) has the shape (h,). Yours is a table with one row: leave out keepdims.")
def bias_as_a_row(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    back = slope @ weights_2.T * (hidden > 0)
    rows = {"bias_1": back.sum(axis=0, keepdims=True), "bias_2": slope.sum(axis=0, keepdims=True)}
    return gradients(inputs, hidden, slope, back) | rows

@e.wrong("You returned the gradients one after the other. A dict with the four names as keys is asked for.")
def without_names(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    return list(gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0)).values())

@e.wrong("You wrote into the hidden units that you were given. Make a new array: what is handed over stays.")
def mask_written_into_hidden(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    of_weights_2 = hidden.T @ slope
    hidden[hidden > 0] = 1
    return gradients(inputs, hidden, slope, slope @ weights_2.T * hidden) | {"weights_2": of_weights_2}

@e.wrong("You wrote into the hidden units that you were given. Make a new array: what is handed over stays.")
def slopes_written_into_hidden(inputs, targets, hidden, outputs, weights_2):
    slope = 2 * (outputs - targets) / outputs.size
    of_weights_2, mask = hidden.T @ slope, hidden > 0
    hidden[...] = slope @ weights_2.T
    return gradients(inputs, hidden, slope, hidden * mask) | {"weights_2": of_weights_2}

@e.wrong("You changed the outputs that you were given. Write outputs - targets into a new array: what is handed over stays.")
def error_written_into_outputs(inputs, targets, hidden, outputs, weights_2):
    outputs -= targets
    slope = 2 * outputs / outputs.size
    return gradients(inputs, hidden, slope, slope @ weights_2.T * (hidden > 0))

@e.cases
def small_ways_back(rng):
    """1 to 3 examples and hidden units; hidden units at 0 in every case but few, all but one at times."""
    n, d, h, k = (int(size) for size in rng.integers(1, [4, 3, 4, 3]))
    if rng.random() < 0.15:
        n = d = h = k
    scale = [1.0, 0.01, 200.0][rng.choice(3, p=[0.6, 0.15, 0.25])]
    digits = {1.0: 1, 0.01: 4, 200.0: 0}[scale]
    inputs, targets, outputs = (np.round(scale * rng.normal(0, 2, (n, size)), digits) for size in (d, k, k))
    hidden = np.round(scale * rng.normal(0.5, 1.5, (n, h)), digits)
    if rng.random() < 0.1:
        hidden = -np.abs(hidden)
    hidden[0, 0] = abs(hidden[0, 0]) or scale  # with none, sums made by loops are whole numbers, and are right
    if rng.random() < 0.1:
        outputs = targets.copy()
    weights_2 = np.round(rng.normal(0, 2, (h, k)), 1)
    return tuple(table + 0.0 for table in (inputs, targets, np.maximum(hidden, 0), outputs, weights_2))

e.hints(
    "Go through the table from the first row to the last, one line of code for each row. Formulas 1, 4 and 5 are "
    "slopes of units; the others make gradients out of them.",
    "Print the shape of each array as soon as you have it, and hold it against the shape of what it belongs to.",
    "For step 5: hidden > 0 is an array of True and False, and a product with it counts them as 1 and 0.",
)


# gradient_check ---------------------------------------------------------------------------------


def central(loss_of, point, epsilon):
    shifts = epsilon * np.eye(len(point))
    return np.array([(loss_of(point + shift) - loss_of(point - shift)) / (2 * epsilon) for shift in shifts])


def relative(gradient, numerical):
    return np.linalg.norm(gradient - numerical) / (np.linalg.norm(gradient) + np.linalg.norm(numerical))


e = exercise("gradient_check")

@e.right
def with_rows_of_the_identity(loss_of, gradient, point, epsilon=1e-6):
    return relative(gradient, central(loss_of, point, epsilon))

@e.right
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

@e.right
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

@e.right
def mean_of_both_sides(loss_of, gradient, point, epsilon=1e-6):
    here, slopes = loss_of(point), np.zeros(point.shape)
    for place in range(point.size):
        shift = np.where(np.arange(point.size) == place, epsilon, 0.0)
        right_side = (loss_of(point + shift) - here) / epsilon
        left_side = (here - loss_of(point - shift)) / epsilon
        slopes[place] = (right_side + left_side) / 2
    return relative(slopes, gradient)

@e.wrong("One-sided: move each entry to both sides, and divide by 2 epsilon.")
def one_sided(loss_of, gradient, point, epsilon=1e-6):
    shifts = epsilon * np.eye(len(point))
    numerical = np.array([(loss_of(point + shift) - loss_of(point)) / epsilon for shift in shifts])
    return relative(gradient, numerical)

@e.wrong("You moved each entry down only. Take both sides, and divide by 2 epsilon.")
def one_sided_downwards(loss_of, gradient, point, epsilon=1e-6):
    shifts = epsilon * np.eye(len(point))
    numerical = np.array([(loss_of(point) - loss_of(point - shift)) / epsilon for shift in shifts])
    return relative(gradient, numerical)

e.wrong("Between the two sides lie 2 epsilon. You divided by one.",
    divided_by_one_epsilon=lambda loss_of, gradient, point, epsilon=1e-06: (
        relative(gradient, 2 * central(loss_of, point, epsilon))
    ))
e.wrong("Brackets: / 2 * epsilon divides by 2 and multiplies by epsilon. Write / (2 * epsilon).",
    brackets_forgotten=lambda loss_of, gradient, point, epsilon=1e-06: (
        relative(gradient, central(loss_of, point, epsilon) * epsilon**2)
    ))
e.wrong("The difference is not divided by 2 epsilon: it is no slope yet.",
    not_divided=lambda loss_of, gradient, point, epsilon=1e-06: (
        relative(gradient, 2 * epsilon * central(loss_of, point, epsilon))
    ))
e.wrong("That is the absolute error. Divide it by the sum of the two lengths: only then does 0.001 mean something.",
    absolute_error=lambda loss_of, gradient, point, epsilon=1e-06: (
        np.linalg.norm(gradient - central(loss_of, point, epsilon))
    ))

@e.wrong("You moved all entries at once. That measures one slope along the diagonal; each entry has to move alone.")
def all_at_once(loss_of, gradient, point, epsilon=1e-6):
    slope = (loss_of(point + epsilon) - loss_of(point - epsilon)) / (2 * epsilon)
    return relative(gradient, np.full(len(point), slope))

@e.wrong("You did not put an entry back before you moved the next one. Each entry moves alone, the others stay.")
def not_put_back(loss_of, gradient, point, epsilon=1e-6):
    moving, numerical = point.copy(), np.zeros(len(point))
    for place in range(len(point)):
        moving[place] += epsilon
        above = loss_of(moving)
        moving[place] -= 2 * epsilon
        numerical[place] = (above - loss_of(moving)) / (2 * epsilon)
    return relative(gradient, numerical)

@e.wrong("The error is 1 everywhere, as with a numerical gradient of 0. Is the slope stored for each entry, and do the two losses differ? (b = a makes a second name of one array; a.copy() makes a second array. An array of whole numbers keeps no fraction.)")
def one_array_two_names(loss_of, gradient, point, epsilon=1e-6):
    numerical = np.zeros(len(point))
    for place in range(len(point)):
        copied = point.copy()
        higher, lower = copied, copied
        higher[place] += epsilon
        lower[place] -= epsilon
        numerical[place] = (loss_of(higher) - loss_of(lower)) / (2 * epsilon)
    return relative(gradient, numerical)

@e.wrong("The error is 1 everywhere, as with a numerical gradient of 0. Is the slope stored for each entry, and do the two losses differ? (b = a makes a second name of one array; a.copy() makes a second array. An array of whole numbers keeps no fraction.)")
def whole_steps(loss_of, gradient, point, epsilon=1e-6):
    shifts = (epsilon * np.eye(len(point))).astype(int)
    numerical = [(loss_of(point + shift) - loss_of(point - shift)) / (2 * epsilon) for shift in shifts]
    return relative(gradient, np.array(numerical))

@e.wrong("The error is right, but the point was changed on the way. Put every entry back, or work on a copy.")
def point_changed(loss_of, gradient, point, epsilon=1e-6):
    error = relative(gradient, central(loss_of, point, epsilon))
    point -= epsilon
    return error

@e.wrong("You handed loss_of a list. It takes an array: move an entry of a copy.")
def of_lists(loss_of, gradient, point, epsilon=1e-6):
    numerical = np.zeros(len(point))
    for place in range(len(point)):
        higher, lower = list(point), list(point)
        higher[place] += epsilon
        lower[place] -= epsilon
        numerical[place] = (loss_of(higher) - loss_of(lower)) / (2 * epsilon)
    return relative(gradient, numerical)

@e.wrong("You put entries back by adding and subtracting: in its last digit such an entry is not what it was. Keep the old value and write it back, or move a copy.")
def put_back_by_adding(loss_of, gradient, point, epsilon=1e-6):
    numerical = np.zeros(len(point))
    for place in range(len(point)):
        point[place] += epsilon
        higher = loss_of(point)
        point[place] -= 2 * epsilon
        lower = loss_of(point)
        point[place] += epsilon
        numerical[place] = (higher - lower) / (2 * epsilon)
    return relative(gradient, numerical)

e.wrong("You divided by the length of the gradient alone. The sum of both lengths is asked for.",
    by_the_gradient_alone=lambda loss_of, gradient, point, epsilon=1e-06: (
        np.linalg.norm(gradient - central(loss_of, point, epsilon)) / np.linalg.norm(gradient)
    ))

@e.wrong("You divided by the length of the numerical gradient alone. The sum of both lengths is asked for.")
def by_the_numerical_alone(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.linalg.norm(gradient - numerical) / np.linalg.norm(numerical)

@e.wrong("You divided by the larger of the two lengths. The sum of both is asked for.")
def by_the_larger_length(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.linalg.norm(gradient - numerical) / max(np.linalg.norm(gradient), np.linalg.norm(numerical))

@e.wrong("You divided by the smaller of the two lengths. The sum of both is asked for.")
def by_the_smaller_length(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.linalg.norm(gradient - numerical) / min(np.linalg.norm(gradient), np.linalg.norm(numerical))

@e.wrong("You divided by the length of the sum. It is the sum of the lengths that is asked for.")
def length_of_the_sum(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.linalg.norm(gradient - numerical) / np.linalg.norm(gradient + numerical)

@e.wrong("You subtracted the lengths. Subtract the vectors first, then take the length.")
def difference_of_the_lengths(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    lengths = np.linalg.norm(gradient), np.linalg.norm(numerical)
    return abs(lengths[0] - lengths[1]) / sum(lengths)

@e.wrong("The roots are missing: a length is the root of the sum of the squares.")
def squared_lengths(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return ((gradient - numerical) ** 2).sum() / ((gradient**2).sum() + (numerical**2).sum())

@e.wrong("You took the relative error of each entry and their mean. Take the lengths of whole vectors.")
def mean_of_the_entries(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.mean(np.abs(gradient - numerical) / (np.abs(gradient) + np.abs(numerical)))

@e.wrong("You took the relative error of each entry and their median. Take the lengths of whole vectors.")
def median_of_the_entries(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.median(np.abs(gradient - numerical) / (np.abs(gradient) + np.abs(numerical)))

@e.wrong("You summed sizes. The length of a vector is the root of the sum of its squares.")
def sums_of_sizes(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.abs(gradient - numerical).sum() / (np.abs(gradient).sum() + np.abs(numerical).sum())

e.wrong("You returned the numerical gradient. Compare it with the one you were given.",
    numerical_gradient=lambda loss_of, gradient, point, epsilon=1e-06: central(loss_of, point, epsilon))
e.wrong("You fixed epsilon at 1e-6. It is an argument: use the one that is passed in.",
    epsilon_fixed=lambda loss_of, gradient, point, epsilon=1e-06: (
        relative(gradient, central(loss_of, point, 1e-6))
    ))

@e.wrong("You moved every entry by a fraction of itself. Epsilon is added and subtracted as it is.")
def moved_by_a_fraction(loss_of, gradient, point, epsilon=1e-6):
    shifts = epsilon * np.diag(point)
    numerical = [(loss_of(point + shift) - loss_of(point - shift)) / (2 * shift.sum()) for shift in shifts]
    return relative(gradient, np.array(numerical))

@e.wrong("You moved entries above 1 by more than epsilon. Epsilon is added and subtracted as it is, whatever the entry.")
def moved_by_more_above_one(loss_of, gradient, point, epsilon=1e-6):
    shifts = epsilon * np.diag(np.maximum(np.abs(point), 1))
    numerical = [(loss_of(point + shift) - loss_of(point - shift)) / (2 * shift.sum()) for shift in shifts]
    return relative(gradient, np.array(numerical))

@e.wrong("You compared the largest entries. The length of a vector takes all entries into account.")
def largest_entries(loss_of, gradient, point, epsilon=1e-6):
    numerical = central(loss_of, point, epsilon)
    return np.abs(gradient - numerical).max() / (np.abs(gradient).max() + np.abs(numerical).max())

e.wrong("You rounded the error. A right gradient and one that is a little wrong look the same then.",
    rounded=lambda loss_of, gradient, point, epsilon=1e-06: (
        round(float(relative(gradient, central(loss_of, point, epsilon))), 3)
    ))
e.wrong("Your answer holds only True or False. The relative error itself is asked for, a number.",
    agrees=lambda loss_of, gradient, point, epsilon=1e-06: (
        bool(relative(gradient, central(loss_of, point, epsilon)) < 1e-6)
    ))

@e.cases
def polynomials(rng):
    """A polynomial of 1 to 4 weights, as its coefficients, with a gradient that is right, scaled, or another.

    The recipe is (linear, squares, cubes, product of the first and the last weight).
    """
    n = int(rng.integers(1, 5))
    linear, squares, cubes = (np.round(rng.normal(0, 1.5, n), 1) + 0.0 for _ in range(3))
    product = float(np.round(rng.normal(), 1)) + 0.0
    point = np.round(rng.normal(0, 2, n), 1) + 0.0
    if rng.random() < 0.15:
        point[rng.integers(n)] = 0.0
    right_one = linear + 2 * squares * point + 3 * cubes * point**2
    right_one[0] += product * point[-1]
    right_one[-1] += product * point[0]
    gradient = right_one.copy()
    kind = rng.choice(["right", "scaled", "one entry", "another"])
    if kind == "scaled":
        gradient *= rng.choice([2.0, 0.5, -1.0, 0.1, 100.0])
    if kind == "one entry":
        gradient[rng.integers(n)] += rng.choice([-1.0, 0.1, 0.001])
    if kind == "another":
        gradient = rng.normal(0, 3, n)
    gradient = np.round(gradient, 4) + 0.0
    if not gradient.any():
        gradient[0] = 1.0
    epsilon = float(rng.choice([0.5, 0.25, 0.1, 0.02, 0.001, 2.0]))
    return (linear.tolist(), squares.tolist(), cubes.tolist(), product), gradient, point, epsilon

e.hints(
    "Two parts: first the numerical gradient, one entry after the other, then the formula for the relative error.",
    "Make an array of zeros with epsilon in one place. The point plus and minus that array are the two places at which "
    "loss_of is asked.",
    "In the formula the whole vectors are subtracted before a length is taken; below the line stand two lengths.",
)


e = exercise("best_epoch")

@e.right
def with_index(val_losses):
    return val_losses.index(min(val_losses))

@e.right
def with_min_over_places(val_losses):
    return min(range(len(val_losses)), key=lambda epoch: val_losses[epoch])

@e.right
def with_numpy_integer(val_losses):
    return np.asarray(val_losses).argmin()

@e.right
def with_pairs(val_losses):
    _, epoch = min((loss, epoch) for epoch, loss in enumerate(val_losses))
    return epoch

@e.right
def with_loop(val_losses):
    best = 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
    return best

e.wrong("You counted from 1. Epochs in code are counted from 0.",
    counted_from_one=lambda val_losses: int(np.argmin(val_losses)) + 1)
e.wrong("The lowest loss comes twice, and you took the last time. The first one is enough.",
    last_of_the_lowest=lambda val_losses: len(val_losses) - 1 - int(np.argmin(val_losses[::-1])))

@e.wrong("The lowest loss comes twice, and you took the last time. The first one is enough.")
def searched_from_the_end(val_losses):
    best = 0
    for epoch in reversed(range(1, len(val_losses))):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
    return best

@e.wrong("You stopped before the first rise. Curves jitter and may fall again: take the lowest of all.")
def before_the_first_rise(val_losses):
    rises = [epoch for epoch in range(1, len(val_losses)) if val_losses[epoch] > val_losses[epoch - 1]]
    return rises[0] - 1 if rises else len(val_losses) - 1


def _zero_is_none_yet(val_losses):
    best, lowest = 0, None
    for epoch, loss in enumerate(val_losses):
        if not lowest or loss < lowest:
            best, lowest = epoch, loss
    return best


e.wrong("After a loss of 0 you take the next one for the lowest, as if there had been none yet. 0 is a loss like others.",
    zero_is_no_loss_yet=lambda val_losses: _zero_is_none_yet(val_losses))
e.wrong("You took the last epoch. The best one may be long past.",
    last_epoch=lambda val_losses: len(val_losses) - 1)

@e.wrong("You returned an array of places. One whole number is asked for: the first of them.")
def array_of_places(val_losses):
    losses = np.array(val_losses)
    return np.where(losses == losses.min())[0]

e.wrong("You returned the lowest loss. The epoch in which it occurs is asked for.",
    lowest_loss=lambda val_losses: min(val_losses))
e.wrong("Your epoch is the one with the highest loss here. The lowest loss is asked for.",
    highest_loss=lambda val_losses: int(np.argmax(val_losses)),
    highest_loss_the_last_time=lambda val_losses: len(val_losses) - 1 - int(np.argmax(val_losses[::-1])))
e.wrong("Negative places count from the end. The epoch is counted from the start, from 0.",
    counted_from_the_end=lambda val_losses: int(np.argmin(val_losses)) - len(val_losses))
e.wrong("You took the epoch after the largest fall. The lowest point is asked for, not the steepest way.",
    after_the_largest_fall=lambda val_losses: (
        int(np.argmin(np.diff(val_losses))) + 1 if len(val_losses) > 1 else 0
    ))
e.wrong("You returned a list of all epochs with the lowest loss. The first of them is asked for.",
    all_of_the_lowest=lambda val_losses: (
        [epoch for epoch, loss in enumerate(val_losses) if loss == min(val_losses)]
    ))
e.wrong("You returned the pair of epoch and loss. The epoch alone is asked for.",
    epoch_and_loss=lambda val_losses: [int(np.argmin(val_losses)), min(val_losses)])

@e.wrong("You start from a fixed number as the lowest loss, and here all losses of a curve are above it. Start from the first loss.")
def starts_at_ten(val_losses):
    lowest, best = 10, 0
    for epoch, loss in enumerate(val_losses):
        if loss < lowest:
            lowest, best = loss, epoch
    return best

@e.wrong("You stopped looking after some epochs without a new minimum. A lower one may come: look at all.")
def gives_up(val_losses, patience=3):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best

e.wrong("You stopped looking after some epochs without a new minimum. A lower one may come: look at all.",
    gives_up_after_five=lambda val_losses: gives_up(val_losses, patience=5),
    gives_up_after_ten=lambda val_losses: gives_up(val_losses, patience=10))

@e.wrong("You passed over a lower loss that came late and was lower by a little only. Any lower loss counts, however late.")
def passes_over_small_steps(val_losses):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best] - 0.05:
            best = epoch
    return best

@e.wrong("Epoch 1 never comes out of your answer. After place 0 comes place 1.")
def passes_over_epoch_one(val_losses):
    best = 0
    for epoch in range(2, len(val_losses)):
        if val_losses[epoch] < val_losses[best]:
            best = epoch
    return best

e.wrong("Epoch 0 never comes out of your answer unless it is alone. A training can be best at its start.",
    begins_at_one=lambda val_losses: (
        min(range(1, len(val_losses)), key=lambda epoch: val_losses[epoch], default=0)
    ))
e.wrong("The last epoch never comes out of your answer unless it is alone. It can be the best one.",
    without_the_last=lambda val_losses: int(np.argmin(val_losses[:-1])) if len(val_losses) > 1 else 0)

@e.wrong("You start from a fixed number as the lowest loss, and here all losses of a curve are above it. Start from the first loss.")
def starts_at_a_hundred(val_losses):
    lowest, best = 100, 0
    for epoch, loss in enumerate(val_losses):
        if loss < lowest:
            lowest, best = loss, epoch
    return best

@e.wrong("You sorted the list that you were given. It has to stay as it is.")
def sorts_the_list(val_losses):
    first = val_losses[:]
    val_losses.sort()
    return first.index(val_losses[0])

e.wrong("You returned the epoch as a float. A place is an integer: 4, not 4.0.",
    a_float=lambda val_losses: float(np.argmin(val_losses)))

@e.wrong("You took the mean of neighbours first. Take the lowest loss of the curve as it is.")
def smoothed(val_losses):
    padded = [val_losses[0], *val_losses, val_losses[-1]]
    return int(np.argmin([sum(padded[place : place + 3]) for place in range(len(val_losses))]))

@e.cases
def validation_curves(rng):
    """Curves of 1 to 12 epochs, a long one at times; with ties, integers, tiny and large losses, and losses of 0.

    Of the long ones many wait for their lowest loss until the end.
    """
    length = [1, int(rng.integers(2, 13)), int(rng.integers(13, 41))][rng.choice(3, p=[0.1, 0.82, 0.08])]
    scale, digits = [(2.0, 2), (2.0, 1), (1e-4, 6), (9000.0, 0), (30.0, 2)][rng.integers(5)]
    losses = np.round(scale * rng.uniform(0.1, 1.1, length), digits)
    kind = rng.choice(["any", "falling", "rising", "tie"], p=[0.4, 0.12, 0.12, 0.36])
    if kind == "falling":
        losses = np.sort(losses)[::-1]
    if kind == "rising":
        losses = np.sort(losses)
    if kind == "tie":
        losses[rng.integers(length, size=2)] = losses.min()
    if kind == "any" and length > 12:
        low = int(losses.argmin())
        losses[[low, -1]] = losses[[-1, low]]
        losses[1] = np.sort(losses)[1]
    if rng.random() < 0.15:
        losses[losses.argmin()] = 0
    if digits == 0:
        losses = losses.astype(int)
    if rng.random() < 0.1:
        return ([np.float64(loss) for loss in losses],)
    return (losses.tolist(),)

e.hints(
    "*How many epochs?* above says which epoch is the best. Two things are to be found: which loss is the "
    "lowest, and in which place of the list it stands first.",
    "With a loop: keep the place of the lowest loss so far, starting at place 0, and compare each loss with the one there.",
)


# read_curves ------------------------------------------------------------------------------------


def reading(losses, accuracies, guessing, best=None):
    """The five facts, from another best epoch if one is given."""
    best = int(np.argmin(losses)) if best is None else best
    change = accuracies[-1] - accuracies[best]
    learned = losses[best] < guessing
    return {
        "best_epoch": best,
        "censored": best == len(losses) - 1,
        "learned": learned,
        "accuracy_change": change,
        "contradicted": learned and losses[-1] > losses[best] and change >= 0,
    }


def following(facts, losses, **other):
    """The facts with another one, and with what follows from it for "contradicted"."""
    facts = facts | other
    worse = losses[-1] > losses[facts["best_epoch"]]
    return facts | {"contradicted": facts["learned"] and worse and facts["accuracy_change"] >= 0}


e = exercise("read_curves")

@e.right
def one_fact_after_the_other(val_losses, val_accuracies, guessing_loss):
    facts = {"best_epoch": val_losses.index(min(val_losses))}
    last = len(val_losses) - 1
    facts["censored"] = facts["best_epoch"] == last
    facts["learned"] = min(val_losses) < guessing_loss
    facts["accuracy_change"] = val_accuracies[last] - val_accuracies[facts["best_epoch"]]
    worse = val_losses[last] > min(val_losses)
    facts["contradicted"] = facts["learned"] and worse and not facts["accuracy_change"] < 0
    return facts

@e.right
def with_branches(val_losses, val_accuracies, guessing_loss):
    best, lowest = 0, val_losses[0]
    for epoch, loss in enumerate(val_losses):
        if loss < lowest:
            best, lowest = epoch, loss
    contradicted = False
    if lowest < guessing_loss and val_losses[-1] > lowest:
        contradicted = val_accuracies[-1] >= val_accuracies[best]
    censored = False
    if len(val_losses[best:]) == 1:
        censored = True
    return {
        "best_epoch": best,
        "censored": censored,
        "learned": not lowest >= guessing_loss,
        "accuracy_change": val_accuracies[-1] - val_accuracies[best],
        "contradicted": contradicted,
    }

@e.right
def with_arrays(val_losses, val_accuracies, guessing_loss):
    losses, accuracies = np.array(val_losses), np.array(val_accuracies)
    best = losses.argmin()
    change = accuracies[-1] - accuracies[best]
    return {
        "contradicted": (losses[best] < guessing_loss) & (losses[-1] > losses[best]) & (change >= 0),
        "accuracy_change": change,
        "learned": (losses < guessing_loss).any(),
        "censored": losses[best:].size == 1,
        "best_epoch": best,
    }

@e.right
def from_the_epochs_afterwards(val_losses, val_accuracies, guessing_loss):
    best = min(range(len(val_losses)), key=val_losses.__getitem__)
    afterwards = val_losses[best + 1 :]
    gained = val_accuracies[-1] - val_accuracies[best]
    learned = guessing_loss > val_losses[best]
    losses_say_worse = bool(afterwards) and afterwards[-1] > val_losses[best]
    return {
        "best_epoch": best,
        "censored": not afterwards,
        "learned": learned,
        "accuracy_change": float(gained),
        "contradicted": all([learned, losses_say_worse, gained >= 0]),
    }

@e.wrong("You counted the best epoch from 1. Like every place in code it is counted from 0.")
def best_counted_from_one(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"best_epoch": facts["best_epoch"] + 1}

e.wrong("After a loss of 0 you take the next one for the lowest, as if there had been none yet. 0 is a loss like others.",
    zero_is_no_loss_yet_either=lambda val_losses, val_accuracies, guessing_loss: (
        reading(val_losses, val_accuracies, guessing_loss, _zero_is_none_yet(val_losses))
    ))

@e.wrong("Your best epoch is that of the highest accuracy. The best epoch of exercise 4 is that of the lowest loss.")
def best_by_accuracy(val_losses, val_accuracies, guessing_loss):
    best = int(np.argmax(val_accuracies))
    return reading(val_losses, val_accuracies, guessing_loss, best)

@e.wrong("Where the lowest loss comes twice you took the last time. In exercise 4 the first one counts, and it decides here too.")
def best_is_the_last_of_equals(val_losses, val_accuracies, guessing_loss):
    best = len(val_losses) - 1 - int(np.argmin(val_losses[::-1]))
    return reading(val_losses, val_accuracies, guessing_loss, best)

@e.wrong('For "censored" you asked whether the last loss equals the lowest one. Where the lowest comes twice, the best epoch is the first of them, and other epochs came after it.')
def censored_by_the_loss(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"censored": val_losses[-1] == min(val_losses)}

@e.wrong('For "censored" you compared the last loss with the one before it. A curve that has turned long ago can fall in its last step.')
def censored_by_the_last_step(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"censored": len(val_losses) == 1 or val_losses[-1] < val_losses[-2]}

@e.wrong('Your "censored" is True when the best epoch is not the last one. It is the other way round: then epochs came after it.')
def censored_turned_round(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"censored": not facts["censored"]}

@e.wrong('Your "censored" is False also where the best epoch is the last one. The last of n epochs has the number n - 1.')
def never_censored(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"censored": facts["best_epoch"] == len(val_losses)}

@e.wrong('For "learned" you compared the last loss with that of guessing. The question is put to the best epoch.')
def learned_at_the_end(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"learned": val_losses[-1] < guessing_loss}

@e.wrong('For "learned" you compared the last loss with that of guessing. The question is put to the best epoch.')
def learned_at_the_end_and_what_follows(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return following(facts, val_losses, learned=val_losses[-1] < guessing_loss)

@e.wrong('For "learned" you asked whether the loss fell below that of the first epoch. The curve of a stuck network jitters below its first value too: compare with guessing.')
def learned_since_the_first_epoch(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"learned": min(val_losses) < val_losses[0]}

@e.wrong('Your "learned" is True in all of these trainings. Some of them were never better than guessing: is the loss of the best epoch below guessing_loss?')
def learned_by_a_tenth(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"learned": max(val_accuracies) > 0.1}

@e.wrong('For "learned" you compared an accuracy with guessing_loss. That is a loss: compare it with a loss.')
def accuracy_against_a_loss(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"learned": val_accuracies[facts["best_epoch"]] > guessing_loss}

@e.wrong('Your "learned" goes wrong where there are not ten classes. The level of guessing is handed over: compare the loss of the best epoch with guessing_loss.')
def always_ten_classes(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"learned": min(val_losses) < np.log(10)}

@e.wrong('Your "learned" goes wrong where there are not ten classes. The level of guessing is handed over: compare the loss of the best epoch with guessing_loss.')
def always_ten_classes_and_what_follows(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return following(facts, val_losses, learned=min(val_losses) < 2.303)

@e.wrong('You called a loss that equals that of guessing "learned". Better than guessing is asked for: below it.')
def learned_when_equal(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"learned": min(val_losses) <= guessing_loss}

@e.wrong('You called a loss that equals that of guessing "learned". Better than guessing is asked for: below it.')
def learned_when_equal_and_what_follows(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return following(facts, val_losses, learned=min(val_losses) <= guessing_loss)

@e.wrong('Your "learned" is False where the lowest loss is below that of guessing by little. By however little: below is better.')
def learned_by_a_margin(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"learned": min(val_losses) < 0.95 * guessing_loss}

@e.wrong('Your "learned" is False where the lowest loss is below that of guessing by little. By however little: below is better.')
def learned_by_a_margin_and_what_follows(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return following(facts, val_losses, learned=min(val_losses) < 0.95 * guessing_loss)

@e.wrong('For "learned" you asked for a loss above that of guessing. A low loss is a good one.')
def learned_turned_round(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"learned": min(val_losses) > guessing_loss}

@e.wrong('For "learned" you asked for a loss above that of guessing. A low loss is a good one.')
def learned_turned_round_and_what_follows(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return following(facts, val_losses, learned=min(val_losses) > guessing_loss)

@e.wrong('You subtracted the other way round for "accuracy_change": a gain came out negative, a fall positive.')
def change_turned_round(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"accuracy_change": -facts["accuracy_change"]}

@e.wrong('You subtracted the other way round for "accuracy_change": a gain came out negative, a fall positive.')
def change_turned_round_and_what_follows(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return following(facts, val_losses, accuracy_change=-facts["accuracy_change"])

@e.wrong('Your "accuracy_change" starts from the highest accuracy. It starts from that of the best epoch, where the loss is lowest; the end may be higher than that.')
def change_from_the_highest(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"accuracy_change": val_accuracies[-1] - max(val_accuracies)}

@e.wrong('Your "accuracy_change" starts from the highest accuracy. It starts from that of the best epoch, where the loss is lowest; the end may be higher than that.')
def change_from_the_highest_and_what_follows(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return following(facts, val_losses, accuracy_change=val_accuracies[-1] - max(val_accuracies))

@e.wrong('Your "accuracy_change" ends at the highest accuracy. It ends at the last epoch.')
def change_to_the_highest(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"accuracy_change": max(val_accuracies) - val_accuracies[facts["best_epoch"]]}

@e.wrong('Your "accuracy_change" ends at the highest accuracy. It ends at the last epoch.')
def change_to_the_highest_and_what_follows(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return following(facts, val_losses, accuracy_change=max(val_accuracies) - val_accuracies[facts["best_epoch"]])

@e.wrong('Your "accuracy_change" starts from the first epoch. What happened before the best epoch is not asked for.')
def change_from_the_first(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"accuracy_change": val_accuracies[-1] - val_accuracies[0]}

@e.wrong('Your "accuracy_change" starts from the first epoch. What happened before the best epoch is not asked for.')
def change_from_the_first_and_what_follows(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return following(facts, val_losses, accuracy_change=val_accuracies[-1] - val_accuracies[0])

@e.wrong('You took "accuracy_change" without its sign. Where the accuracy fell, it is negative.')
def change_without_sign(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"accuracy_change": abs(facts["accuracy_change"])}

@e.wrong('You took "accuracy_change" without its sign. Where the accuracy fell, it is negative.')
def change_without_sign_and_what_follows(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return following(facts, val_losses, accuracy_change=abs(facts["accuracy_change"]))

@e.wrong('You gave "accuracy_change" as a part of the accuracy of the best epoch. It is a difference: 0.5 to 0.56 is 0.06.')
def change_as_a_part(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    before = val_accuracies[facts["best_epoch"]]
    return facts | {"accuracy_change": facts["accuracy_change"] / before if before else 0.0}

@e.wrong('You gave "accuracy_change" in per cent. Accuracies go from 0 to 1 here, and so does it.')
def change_in_per_cent(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"accuracy_change": 100 * facts["accuracy_change"]}

@e.wrong('You rounded "accuracy_change" to two places. Return it as it comes out.')
def change_rounded(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"accuracy_change": round(facts["accuracy_change"], 2)}

@e.wrong('You rounded "accuracy_change" to two places. Return it as it comes out.')
def change_rounded_and_what_follows(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return following(facts, val_losses, accuracy_change=round(facts["accuracy_change"], 2))

@e.wrong('Your "accuracy_change" is the change of the loss. The question is what happened to the answers.')
def change_of_the_loss(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"accuracy_change": val_losses[-1] - min(val_losses)}

@e.wrong('For "contradicted" you asked for a gain in accuracy. An accuracy that stays as it was contradicts "worse" as well.')
def contradicted_by_a_gain_only(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"contradicted": facts["contradicted"] and facts["accuracy_change"] > 0}

@e.wrong('Your "contradicted" is True also for a network that has learned nothing. It has nothing that it could lose.')
def contradicted_when_stuck(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"contradicted": val_losses[-1] > min(val_losses) and facts["accuracy_change"] >= 0}

@e.wrong('Your "contradicted" is True also where the last loss is the lowest. There the losses do not say "worse": the last one has to be above the lowest.')
def contradicted_without_the_losses(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"contradicted": facts["learned"] and facts["accuracy_change"] >= 0}

@e.wrong('Your "contradicted" is True also where the last loss equals the lowest one, which came before. There the losses do not say "worse": the last one has to be above the lowest.')
def contradicted_unless_the_best_is_last(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    went_on = int(np.argmin(val_losses)) < len(val_losses) - 1
    return facts | {"contradicted": facts["learned"] and went_on and facts["accuracy_change"] >= 0}

@e.wrong('Your "contradicted" is True where the accuracy fell, and False where it did not. It is the other way round: where the loss rose and the accuracy fell, the two agree.')
def contradicted_when_both_are_worse(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    worse = facts["learned"] and val_losses[-1] > min(val_losses)
    return facts | {"contradicted": worse and facts["accuracy_change"] < 0}

@e.wrong('Your "contradicted" is True for every network that learned and whose loss rose, whatever the accuracy did.')
def contradicted_without_the_accuracy(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"contradicted": facts["learned"] and val_losses[-1] > min(val_losses)}

@e.wrong('For "contradicted" you held the last accuracy against that of the first epoch. The two moments are the best epoch and the end.')
def contradicted_by_the_first(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    worse = facts["learned"] and val_losses[-1] > min(val_losses)
    return facts | {"contradicted": worse and val_accuracies[-1] >= val_accuracies[0]}

@e.wrong('For "contradicted" you held the last accuracy against that of the first epoch. The two moments are the best epoch and the end.')
def contradicted_by_a_gain_since_the_first(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    worse = facts["learned"] and val_losses[-1] > min(val_losses)
    return facts | {"contradicted": worse and val_accuracies[-1] > val_accuracies[0]}

@e.wrong('Your "contradicted" is True also where the accuracy fell by little. A lower accuracy agrees with the losses, by however little it is lower.')
def contradicted_with_a_tolerance(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    worse = facts["learned"] and val_losses[-1] > min(val_losses)
    return facts | {"contradicted": worse and facts["accuracy_change"] >= -0.02}

@e.wrong('Your "contradicted" is False where the last loss is above the lowest one by little. Higher is worse, by however little.')
def contradicted_by_a_loss_far_above(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"contradicted": facts["contradicted"] and val_losses[-1] > 1.1 * min(val_losses)}

e.wrong('Your "contradicted" is False in all of these trainings. In some of them the network learned, the last loss is above the lowest one, and the accuracy is no lower.',
    never_contradicted=lambda val_losses, val_accuracies, guessing_loss: (
        reading(val_losses, val_accuracies, guessing_loss) | {"contradicted": False}
    ))

@e.wrong('For "contradicted" you held the last accuracy against the highest one. The two moments are the best epoch and the end.')
def contradicted_by_the_highest(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    return facts | {"contradicted": facts["contradicted"] and val_accuracies[-1] >= max(val_accuracies)}

@e.wrong('For "contradicted" you compared the last epoch with the one before it. The two moments are the best epoch and the end.')
def contradicted_by_the_last_step(val_losses, val_accuracies, guessing_loss):
    facts = reading(val_losses, val_accuracies, guessing_loss)
    risen = len(val_losses) > 1 and val_losses[-1] > val_losses[-2]
    return facts | {"contradicted": facts["learned"] and risen and val_accuracies[-1] >= val_accuracies[-2]}

e.wrong("You returned the five facts one after the other. A dict with the five keys is asked for.",
    facts_without_names=lambda val_losses, val_accuracies, guessing_loss: (
        tuple(reading(val_losses, val_accuracies, guessing_loss).values())
    ))
e.wrong("You returned the lowest loss as the best epoch. The epoch in which it occurs is asked for.",
    loss_for_best_epoch=lambda val_losses, val_accuracies, guessing_loss: (
        reading(val_losses, val_accuracies, guessing_loss) | {"best_epoch": min(val_losses)}
    ))

@e.cases
def pairs_of_curves(rng):
    """Trainings of 1 to 8 epochs: still falling, turned, stuck; with ties, integers, large losses and 0."""
    length = 1 if rng.random() < 0.1 else int(rng.integers(2, 9))
    scale, digits = [(1.0, 2), (1.0, 1), (0.001, 5), (5000.0, 0)][rng.choice(4, p=[0.55, 0.2, 0.1, 0.15])]
    losses = np.round(scale * rng.uniform(0.2, 2.5, length), digits)
    kind = rng.choice(["any", "falling", "turned", "lowest twice"], p=[0.35, 0.2, 0.25, 0.2])
    if kind == "falling":
        losses = np.sort(losses)[::-1]
    if kind == "turned":
        turn = int(rng.integers(0, length))
        losses = np.concatenate([np.sort(losses[:turn])[::-1], np.sort(losses[turn:])])
    if kind == "lowest twice":
        losses[-1 if rng.random() < 0.5 else rng.integers(0, length)] = losses.min()
    accuracies = np.round(rng.uniform(0, 1, length), int(rng.integers(1, 4)))
    end = rng.choice(["any", "as in the best epoch", "a little lower"], p=[0.55, 0.25, 0.2])
    if end != "any":
        accuracies[-1] = accuracies[losses.argmin()]
    if end == "a little lower":
        accuracies[-1] = max(0.0, round(accuracies[-1] - rng.choice([0.0005, 0.004, 0.02]), 4))
    elif rng.random() < 0.1:
        accuracies = np.round(accuracies).astype(int)
    if rng.random() < 0.15:
        losses[losses.argmin()] = 0
    if scale > 1000:
        losses = losses.astype(int)
    lowest = losses.min().item()
    above = round(float(lowest + scale * 10 ** rng.uniform(-1.5, 0.3)), 5)
    below = round(float(lowest * rng.uniform(0.3, 0.99)), 5)
    guessing = [above, lowest, below][rng.choice(3, p=[0.7, 0.12, 0.18])]
    return losses.tolist(), accuracies.tolist(), guessing

e.hints(
    "Find the best epoch first. It is a place, and the other four facts look at one or both lists at that place.",
    "\"censored\" and \"learned\" need the losses only. For \"learned\": whose loss is held against guessing_loss, the "
    "best epoch's or the last one's?",
    "Write \"accuracy_change\" into a variable before the dict. \"contradicted\" then joins three comparisons with and.",
)


e = exercise("quiz_1")
e.right_choice("The hidden unit is 1 and the output 4, so the slope of the loss is 2 (4 - 5) = -2. Multiplied by the output weight 4 and the input 3 it gives -24.")
e.wrong_choice(24, "The sign: the output is 4, the target 5, so y - 5 is -1.")
e.wrong_choice(-12, "The factor 2 is lost: the slope of a square is twice what is squared.")
e.wrong_choice(-8, "That is the gradient of the bias. For the weight it is multiplied by the input, 3.")
e.wrong_choice(-6, "The way back leads through the output weight: multiply by 4 as well.")
e.wrong_choice(-2, "That is the slope for the output. Go on: through the weight 4, the relu, the input 3.")
e.wrong_choice(0, "The hidden unit is relu(3 - 2) = 1. It is above 0, so the slope passes.")
e.wrong_choice(
    1,
    "That is the loss, or the hidden unit. The slope of the loss for the first weight is asked for.",
)


e = exercise("quiz_2")
e.right_choice("The hidden unit is relu(3 - 7) = 0. No slope passes back through it to the first layer, and the gradient of the output weight is the hidden unit times the slope, 0 as well.")
e.wrong_choice("a", "The hidden unit is relu(3 - 7) = 0. No slope passes through it.")
e.wrong_choice(
    "b",
    "One more: the gradient of the output weight is the hidden unit times the slope, and the hidden unit is 0.",
)
e.wrong_choice("d", "The output bias has nothing to do with the hidden unit: its gradient is 2(0 - 5) = -10.")


e = exercise("quiz_3")
e.right_choice("The lowest loss is 0.64. It occurs in epochs 4 and 6, and the first of equally low epochs is the best epoch.")
e.wrong_choice(5, "You counted from 1. The question counts from 0.")
e.wrong_choice(6, "0.64 comes twice. The first time is enough.")
e.wrong_choice(2, "After the first rise the loss falls again, to 0.64.")
e.wrong_choice(7, "That is the last epoch. Its loss of 0.70 is not the lowest.")
e.wrong_choice(0.64, "That is the lowest loss. In which epoch does it occur for the first time?")
e.wrong_choice(1, "After epoch 1 the loss falls on. You may have looked for the steepest part.")


e = exercise("quiz_4")
e.right_choice("The first answer stays right and the second stays wrong. The mean of -ln p rises from 0.71 to 1.55, because -ln 0.05 is 3.0.")
e.wrong_choice(
    "a",
    "The first is right both times, the second wrong both times: the accuracy stays at one half.",
)
e.wrong_choice(
    "c",
    "The loss is the mean of -ln p, not of p. -ln 0.05 is 3.0: more than the first example can ever save.",
)
e.wrong_choice("d", "The second is wrong both times, and now it is wrong with confidence: -ln 0.05 is 3.0.")


e = exercise("quiz_5")
e.right_choice("With steps a fifth as long the best epoch comes later, by a factor that nobody knows before. So you train long and choose the epoch by the validation loss.")
e.wrong_choice(
    "b", "The best epoch belongs to the rate. With steps a fifth as long the same way takes longer."
)
e.wrong_choice("c", "Smaller steps need more of them. After 2 or 3 epochs the training has hardly begun.")
e.wrong_choice(
    "d",
    "The training loss goes on falling while the model learns by heart. It does not say when to stop.",
)
