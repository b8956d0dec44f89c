"""Right and wrong answers to the exercises of lesson 00."""

import numpy as np

from course.authoring.answers import exercise


def _three_digits(values):
    """Return numbers rounded to three digits, wherever the point stands."""
    return np.vectorize(lambda value: float(f"{value:.3g}"), otypes=[float])(values)


e = exercise("predict")

@e.cases
def models(rng):
    """Tables of 1 to 6 examples with 1 to 5 features, no, one or several outputs, whole numbers too.

    No prediction is so much smaller than what it is summed of that single precision would not do.
    """
    num_examples, num_features = int(rng.choice([1, 1, 2, 3, 4, 6])), int(rng.choice([1, 1, 2, 2, 3, 5]))
    outputs = [(), (), (), (1,), (2,), (num_features,)][rng.integers(6)]
    kind = rng.choice(["float", "float", "float", "float", "whole", "same", "zeros"])
    if kind == "same":
        num_examples = num_features = 2
        outputs = outputs and (2,)
    scale = 10.0 ** rng.integers(-4, 5)
    while True:
        inputs = _three_digits(rng.uniform(-1, 1, (num_examples, num_features)) * 10.0 ** rng.integers(-2, 3))
        weights = _three_digits(rng.uniform(-1, 1, (num_features, *outputs)) * scale)
        bias = _three_digits(rng.uniform(-1, 1, outputs) * scale)
        if kind == "whole":
            inputs, weights = rng.integers(-9, 10, inputs.shape), rng.integers(-9, 10, weights.shape)
            bias = _three_digits(rng.uniform(-9, 9, outputs))
        if kind == "same":
            inputs = np.array([[4.0, 3.0], [10.0, 0.0]])
        if kind == "zeros":
            inputs = np.zeros_like(inputs)
        sums = inputs @ weights + bias
        if np.all(np.abs(sums) >= 0.05 * (np.abs(inputs) @ np.abs(weights) + np.abs(bias))):
            break
    if outputs == ():
        bias = bias.item() if rng.random() < 0.7 else bias[()]
        if rng.random() < 0.2 and kind != "whole":
            bias = int(rng.integers(-9, 10)) * 10**6
    return inputs, weights, bias

e.hints(
    "Compare the shopping baskets above with this exercise: what are the inputs there, and what are the weights?",
    "The product of shapes decides the order: (num_examples, num_features) with (num_features,).",
    "First the product of two arrays as in the cell with the baskets. Then what a ride costs when you only sit down.",
)
e.wrong("You rounded the predictions. A prediction is any number: leave it as it comes.",
    rounded_predictions=lambda inputs, weights, bias: np.round(inputs @ weights + bias, 2))
e.wrong("You turned negative predictions into 0. Nothing in the formula does so.",
    no_negative_predictions=lambda inputs, weights, bias: np.maximum(inputs @ weights + bias, 0))
e.wrong("You turned the weights over before the product (.T). Their rows are the features already, as the columns of inputs are.",
    transposed_weights=lambda inputs, weights, bias: inputs @ weights.T + bias)

@e.wrong("+= cannot put fractions into an array of whole numbers. Write predictions + bias: that makes a new array.")
def adds_in_place(inputs, weights, bias):
    predictions = inputs @ weights
    predictions += bias
    return predictions

e.wrong("An axis of length one is gone: keep the shape that the product gives, without squeeze.",
    squeezed_predictions=lambda inputs, weights, bias: np.squeeze(inputs @ weights + bias))

@e.right
def with_matmul(inputs, weights, bias):
    return np.add(np.matmul(inputs, weights), bias)

@e.right
def with_dot(inputs, weights, bias):
    predictions = np.dot(inputs, weights)
    predictions = predictions + bias
    return predictions

@e.right
def row_by_row(inputs, weights, bias):
    predictions = []
    for example in inputs:
        predictions.append(example @ weights + bias)
    return np.array(predictions)

@e.right
def with_einsum(inputs, weights, bias):
    return bias + np.einsum("ef,f...->e...", inputs, weights)

@e.right
def transposed_on_purpose(inputs, weights, bias):
    # W^T X^T is (X W)^T: the notes' order, turned back at the end.
    return (weights.T @ inputs.T).T + bias

@e.right
def in_plain_python(inputs, weights, bias):
    columns = weights.reshape(len(weights), -1).T
    rows = [[sum(x * w for x, w in zip(row, column, strict=True)) for column in columns] for row in inputs]
    return np.array(rows).reshape(len(inputs), *weights.shape[1:]) + bias

@e.right
def in_single_precision(inputs, weights, bias):
    return inputs.astype("float32") @ weights.astype("float32") + np.float32(bias)

@e.right
def bias_as_one_more_weight(inputs, weights, bias):
    with_ones = np.hstack([inputs, np.ones((len(inputs), 1))])
    return with_ones @ np.concatenate([weights, np.reshape(bias, (1, *weights.shape[1:]))])

e.wrong("You multiplied in the other order. One row of inputs is one example, so the table of inputs comes first and the weights second, although the notes write WX + b.",
    weights_first=lambda inputs, weights, bias: weights @ inputs + bias,
    weights_first_by_dot=lambda inputs, weights, bias: np.dot(weights, inputs) + bias)
e.wrong("The bias is missing: with all inputs at zero a model still predicts its bias.",
    no_bias=lambda inputs, weights, bias: inputs @ weights)
e.wrong("You multiplied entry by entry and did not add up. A prediction is one number for each example: the sum of all its features times their weights. That is the matrix product.",
    entry_by_entry=lambda inputs, weights, bias: inputs * weights + bias)
e.wrong("The bias went into the product: each feature was multiplied by it. It is added once, after the product.",
    bias_inside_the_product=lambda inputs, weights, bias: inputs @ (weights + bias))
e.wrong("The bias is added once for each feature. Add it once for each prediction, after summing.",
    bias_for_each_feature=lambda inputs, weights, bias: (inputs * weights + bias).sum(axis=1))
e.wrong("You subtracted the bias. It is added.",
    bias_subtracted=lambda inputs, weights, bias: inputs @ weights - bias)
e.wrong("You summed over all examples. Every example keeps its own prediction: as many predictions as rows.",
    one_number_for_all=lambda inputs, weights, bias: np.sum(inputs @ weights) + bias)
e.wrong("You summed down the columns, over the examples. Sum along each row, over the features of one example.",
    summed_over_examples=lambda inputs, weights, bias: (inputs * weights).sum(axis=0) + bias)
e.wrong("You used the first example only. Predict for every row of inputs.",
    first_example_only=lambda inputs, weights, bias: inputs[0] @ weights + bias)
e.wrong("You returned a list or a tuple. The contract promises an array: np.array(predictions) makes one of it.",
    list_of_predictions=lambda inputs, weights, bias: [example @ weights + bias for example in inputs])
e.wrong("Your predictions stand in a column, of shape (num_examples, 1). For one output the shape is (num_examples,): leave the weights as flat as they come.",
    as_a_column=lambda inputs, weights, bias: inputs @ weights.reshape(-1, 1) + bias)

@e.wrong("One prediction came back, for the first example. Does the loop end too early, or does the return stand inside it?")
def return_inside_the_loop(inputs, weights, bias):
    predictions = []
    for example in inputs:
        predictions.append(example @ weights + bias)
        return np.array(predictions)

@e.wrong("The sum of one example goes on into the next. Start it at 0 again for each example.")
def total_never_reset(inputs, weights, bias):
    predictions, total = [], 0
    for example in inputs:
        total = total + example @ weights
        predictions.append(total + bias)
    return np.array(predictions)

e.wrong("You multiplied by the bias. It is added.",
    bias_multiplied=lambda inputs, weights, bias: inputs @ weights * bias)
e.wrong("You took the mean of the products. A prediction is their sum.",
    mean_of_products=lambda inputs, weights, bias: (inputs * weights).mean(axis=1) + bias)
e.wrong("Two things came back, the products and the bias. Add the bias: one array is asked for.",
    bias_beside=lambda inputs, weights, bias: (inputs @ weights, bias))
e.wrong("You cut off to whole numbers. A prediction is any number: leave it as it comes.",
    whole_numbers=lambda inputs, weights, bias: (inputs @ weights + bias).astype(int))

@e.wrong("An array that is made of a whole number holds whole numbers, and NumPy puts no fraction into it. Add the bias to the product instead.")
def added_to_an_array_of_the_bias(inputs, weights, bias):
    result = np.full((inputs @ weights).shape, bias)
    result += inputs @ weights
    return result

e.wrong("This works for two features only. The matrix product takes as many as there are.",
    two_features_only=lambda inputs, weights, bias: (
        inputs[:, 0] * weights[0] + inputs[:, 1] * weights[1] + bias
    ))
e.wrong("This works for one output only. With several, weights is a table with one column for each, and the matrix product does both cases alike.",
    one_output_only=lambda inputs, weights, bias: (inputs * weights).sum(axis=1) + bias)


e = exercise("mean_squared_error")

@e.cases
def errors(rng):
    """Rows and tables of 1 to 24 entries, whole numbers too, on both sides or among the targets alone.

    Errors of any size, none at all one time in ten.

    Errors are not so much smaller than the targets that single precision would not do.
    """
    shapes = [(1,), (1,), (2,), (3,), (5,), (9,), (1, 1), (1, 3), (3, 1), (2, 2), (3, 2), (2, 5), (6, 4)]
    shape = shapes[rng.integers(len(shapes))]
    scale = 10.0 ** rng.integers(-3, 6)
    kinds = ["float", "float", "float", "float", "whole", "whole targets", "perfect", "zeros", "one off"]
    kind = rng.choice(kinds)
    while True:
        targets = _three_digits(rng.uniform(-1, 1, shape) * scale)
        predictions = _three_digits(rng.uniform(-1, 1, shape) * scale)
        if kind in ("whole", "perfect"):
            targets, predictions = rng.integers(-9, 10, shape), rng.integers(-9, 10, shape)
        if kind == "whole targets":
            targets, predictions = rng.integers(-9, 10, shape), np.round(rng.uniform(-9, 9, shape), 1)
        if kind == "perfect":
            return targets * 1.0, targets * 1.0
        if kind == "zeros":
            targets = np.zeros(shape)
        if kind == "one off":
            predictions = targets.copy()
            predictions.flat[rng.integers(targets.size)] *= -2
        if np.mean((targets - predictions) ** 2) >= 0.05 * np.mean(targets**2 + predictions**2):
            return targets, predictions

e.hints(
    "Take the bars of the picture: five errors. What happens to each one first, and what to all of them then?",
    "NumPy subtracts two arrays entry by entry, and ** 2 squares every entry. A loop is not needed.",
    "Write down the squared errors as one array, then make one number of all its entries, however many axes it has.",
)
e.wrong("You rounded the result. Leave it as it comes.",
    rounded_loss=lambda targets, predictions: round(float(np.mean((predictions - targets) ** 2)), 2))

@e.wrong("You divided every error by its target first. The errors count as they are, in the unit of the targets.")
def relative_errors(targets, predictions):
    with np.errstate(all="ignore"):
        return np.mean(((predictions - targets) / targets) ** 2)

@e.wrong("Where the targets are whole numbers, your squared errors are whole numbers too: their fractions are lost, as in an array that zeros_like makes of the targets.")
def squares_of_the_kind_of_targets(targets, predictions):
    squares = np.zeros_like(targets)
    squares[...] = (predictions - targets) ** 2
    return squares.mean()

e.wrong("You took the median of the squared errors. Their mean is asked for.",
    median_for_mean=lambda targets, predictions: np.median((predictions - targets) ** 2))

@e.wrong("You stored the errors in the array of targets that you were given: -= and targets[...] = work in place. Make a new one.")
def errors_in_place(targets, predictions):
    targets -= predictions
    return np.mean(targets**2)

@e.right
def sum_over_size(targets, predictions):
    return np.sum(np.square(targets - predictions)) / targets.size

@e.right
def loop_over_entries(targets, predictions):
    total = 0.0
    for target, prediction in zip(targets.ravel(), predictions.ravel(), strict=True):
        total += (prediction - target) ** 2
    return total / len(targets.ravel())

@e.right
def dot_with_itself(targets, predictions):
    errors = (targets - predictions).ravel()
    return float(errors @ errors) / len(errors)

@e.right
def squared_distance(targets, predictions):
    return np.linalg.norm(predictions - targets) ** 2 / np.size(targets)

@e.right
def mean_of_means(targets, predictions):
    # Every row of a table has as many entries as the others, so this is the same.
    means = np.mean((targets - predictions) ** 2, axis=-1)
    return np.mean(means)

@e.right
def expanded_square(targets, predictions):
    return np.mean(predictions**2 - 2 * predictions * targets + targets**2)

@e.right
def in_single_precision_too(targets, predictions):
    return np.square(predictions.astype("float32") - targets.astype("float32")).mean()

@e.right
def variance_and_bias(targets, predictions):
    errors = targets - predictions
    return np.var(errors) + np.mean(errors) ** 2

e.wrong("This is the sum of the squared errors. Divide by the number of entries, so that ten examples and a thousand can be compared.",
    sum_for_mean=lambda targets, predictions: np.sum((predictions - targets) ** 2))
e.wrong("You took the absolute value of each error where its square is asked for. That is another loss, the mean absolute error.",
    absolute_for_square=lambda targets, predictions: np.mean(np.abs(predictions - targets)))
e.wrong("The errors are not squared, so positive and negative ones cancel.",
    no_square=lambda targets, predictions: np.mean(predictions - targets))
e.wrong("The errors are not squared, and they are taken the other way round: target minus prediction. The way round does not matter once they are squared.",
    no_square_other_sign=lambda targets, predictions: np.mean(targets - predictions))
e.wrong("You squared the mean. Square each error first, then take the mean, or the errors cancel.",
    square_of_the_mean=lambda targets, predictions: np.mean(predictions - targets) ** 2)
e.wrong("You took the root at the end. That is the root mean squared error; here its square is asked for.",
    root=lambda targets, predictions: np.sqrt(np.mean((predictions - targets) ** 2)))
e.wrong("You took the mean over one axis only: a table of errors gives several numbers. Take it over all entries, so that one number comes out.",
    mean_over_the_examples=lambda targets, predictions: np.mean((predictions - targets) ** 2, axis=0))

@e.wrong("You took the mean along each row: one number for each example comes out. Take it over all entries, so that one number comes out for the whole table.")
def mean_over_the_outputs(targets, predictions):
    squares = (predictions - targets) ** 2
    return squares.mean(axis=1) if squares.ndim > 1 else squares.mean()

e.wrong("You divided by the number of rows. In a table every entry counts: N is rows times columns.",
    divided_by_the_rows=lambda targets, predictions: np.sum((predictions - targets) ** 2) / len(targets))
e.wrong("There is a factor of one half in your result. Some books put it there to make the gradient shorter; the mean squared error has none.",
    half_of_it=lambda targets, predictions: np.mean((predictions - targets) ** 2) / 2)
e.wrong("This is the variance of the errors: their mean was taken off before squaring. A model that is wrong by the same amount everywhere would have no loss.",
    variance_of_the_errors=lambda targets, predictions: np.var(predictions - targets))
e.wrong("You subtracted the squares instead of squaring the difference. (a - b)² is not a² - b².",
    difference_of_squares=lambda targets, predictions: np.mean(predictions**2 - targets**2))
e.wrong("You divided by one less than the number of entries. That belongs to a sample's variance; the mean divides by all of them.",
    divided_by_one_less=lambda targets, predictions: (
        np.sum((predictions - targets) ** 2) / (targets.size - 1)
    ))
e.wrong("You divided by the number of columns. In a table every entry counts.",
    divided_by_the_columns=lambda targets, predictions: (
        np.sum((predictions - targets) ** 2) / targets.shape[-1]
    ))

@e.wrong("You divided by the number of errors that are not zero. A perfect prediction counts as an entry too.")
def divided_by_the_mistakes(targets, predictions):
    errors = predictions - targets
    return np.sum(errors**2) / max(np.count_nonzero(errors), 1)

e.wrong("You divided twice: np.mean has divided by the number of entries already.",
    divided_twice=lambda targets, predictions: np.mean((predictions - targets) ** 2) / len(targets))
e.wrong("You cut off what is behind the point, as // and int() do. Divide with / and keep the fraction.",
    whole_division=lambda targets, predictions: np.sum((predictions - targets) ** 2) // targets.size)
e.wrong("You doubled the errors. A square is ** 2, not * 2.",
    doubled_for_squared=lambda targets, predictions: np.mean((predictions - targets) * 2))
e.wrong("You returned the squared errors, one for each entry. Take their mean.",
    squares_without_mean=lambda targets, predictions: (predictions - targets) ** 2)
e.wrong("This is the length of the errors: the root of the sum of their squares. No root is asked for, and the mean instead of the sum.",
    length_of_the_errors=lambda targets, predictions: np.linalg.norm(predictions - targets))

@e.wrong("Only the first error counts. Add up all of them, and return after that. (Does the return stand inside a loop?)")
def return_after_the_first(targets, predictions):
    total = 0.0
    for target, prediction in zip(targets, predictions, strict=True):
        total += (prediction - target) ** 2
        return total / targets.size

e.wrong("The number is right, but it sits in an array. Without keepdims and without brackets around it, it is a plain number.",
    number_in_an_array=lambda targets, predictions: np.array([np.mean((predictions - targets) ** 2)]))
e.wrong("You subtracted the squares instead of squaring the difference. (a - b)² is not a² - b².",
    squares_of_targets_first=lambda targets, predictions: np.mean(targets**2 - predictions**2))
e.wrong("You added targets and predictions. An error is their difference.",
    added_for_subtracted=lambda targets, predictions: np.mean((predictions + targets) ** 2))


e = exercise("quiz_1")
e.wrong_choice("hhphh", "Item 1: the bias is computed from the rides. Nobody types it in.")
e.wrong_choice("ppphh", "Item 2: how often training goes through the data is decided before it starts.")
e.wrong_choice(
    "phhhh",
    "Item 3: these numbers are the layer's weights. They start at random and training changes every one.",
)
e.wrong_choice(
    "phpph",
    "Item 4: the size of a layer is fixed when you write it down. Training never adds an output.",
)
e.wrong_choice(
    "phphp",
    "Item 5: the factor steers training, and training does not change it. It is the learning rate, "
    "the hyperparameter of lesson 01.",
)
e.wrong_choice("hphpp", "You have the two letters the wrong way round: p is for what training computes.")
e.wrong_choice(
    "phppp",
    "Items 4 and 5: belonging to a layer does not make a number a parameter. Ask whether training changes it.",
)
e.right_choice(
    "Training computes the bias and the weights (items 1 and 3) from the data; the other three numbers "
    "are fixed before it starts.",
)


e = exercise("quiz_2")
e.wrong_choice(6, "These are the weights alone. Each output also has a bias of its own.")
e.wrong_choice(7, "You counted one bias. With two outputs there are two: b has shape (num_outputs,).")
e.wrong_choice(5, "You added features and outputs. Every pair of a feature and an output has a weight.")
e.wrong_choice(4, "That is the count for one output. Every output has its own weights and its own bias.")
e.wrong_choice(9, "You gave a bias to each feature. A bias belongs to an output.")
e.wrong_choice(11, "You gave a bias to inputs and outputs alike. Only an output has one.")
e.right_choice("Each of the 2 outputs has 3 weights and 1 bias: 2 x (3 + 1) = 8.")


e = exercise("quiz_3")
e.wrong_choice(24, "That is the sum of the squared errors. Divide by how many there are.")
e.wrong_choice(2, "That is the mean of the absolute errors. Square them instead.")
e.wrong_choice(1, "You took the mean of the errors with their signs, and they cancel. Square each first.")
e.wrong_choice(
    8,
    "You divided by three (the error of 0 counts as an entry too), or you added up the errors without their signs. Square "
    "each, and divide by four.",
)
e.wrong_choice(12, "You divided by two. There are four entries, and no factor of one half.")
e.wrong_choice(3, "There is a factor of one half in your result. The mean squared error has none.")
e.right_choice("The errors are -2, 0, 4 and 2. Their squares 4, 0, 16 and 4 sum to 24, and 24 / 4 = 6.")


e = exercise("quiz_4")
e.wrong_choice(
    "a",
    "The lowest number of the table is a training loss. It says how well the network remembers, not how well "
    "it predicts.",
)
e.wrong_choice(
    "b",
    "Equal losses are no goal: both can be bad, and here they are. What counts is the loss on data not seen.",
)
e.wrong_choice(
    "d",
    "A gap between the two losses is no fault as long as the validation loss still falls, and from 8 to 64 it "
    "does.",
)
e.right_choice(
    "The validation loss judges data that the network has not learned from, and 64 hidden units have "
    "the lowest, 0.56.",
)
