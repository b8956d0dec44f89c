"""Right and wrong answers to the exercises of lesson 01."""

from itertools import accumulate

import numpy as np

from course.authoring.answers import exercise


def _three_digits(values):
    """Return numbers rounded to three digits, wherever the point stands."""
    return np.vectorize(lambda value: float(f"{value:.3g}"), otypes=[float])(values)


e = exercise("gradient_step")

@e.right
def named_step(weight, gradient, learning_rate):
    step = -learning_rate * gradient
    return weight + step

@e.right
def with_ufuncs(weight, gradient, learning_rate):
    return np.subtract(weight, np.multiply(learning_rate, gradient))

@e.right
def in_place_on_a_copy(weight, gradient, learning_rate):
    new_weight = np.array(weight, dtype=float)
    new_weight -= learning_rate * np.asarray(gradient)
    return new_weight

@e.right
def with_flipped_gradient(weight, gradient, learning_rate):
    downhill = 0 - gradient
    return learning_rate * downhill + weight

@e.right
def weight_by_weight(weight, gradient, learning_rate):
    if np.ndim(weight) == 0:
        return weight - learning_rate * gradient
    parts = zip(weight, gradient, strict=True)
    return np.array([weight_by_weight(one, slope, learning_rate) for one, slope in parts])

@e.right
def in_single_precision(weight, gradient, learning_rate):
    return np.float32(weight) - np.float32(learning_rate) * np.float32(gradient)

@e.cases
def steps(rng):
    """One weight or an array of up to three axes, whole numbers too; steps about as long as weights are.

    No difference is so much smaller than what is subtracted that single precision would not do.
    """
    shapes = [(), (), (), (), (1,), (1,), (2,), (3,), (5,), (1, 3), (3, 1), (2, 2), (2, 1, 2)]
    shape = shapes[rng.integers(len(shapes))]
    scale, rate = 10.0 ** rng.integers(-4, 5), float(f"{10 ** rng.uniform(-8, 1):.2g}")
    kind = rng.choice(["float", "float", "float", "int", "int", "whole rate", "same weights"])
    while True:
        weight = _three_digits(rng.uniform(-1, 1, shape) * scale)
        gradient = _three_digits(rng.uniform(-2, 2, shape) * scale / rate)
        if kind == "int":
            weight, gradient = rng.integers(-9, 10, shape), rng.integers(-20, 21, shape)
            rate = float(rng.choice([0.1, 0.25, 0.01, 1.5]))
        if kind == "whole rate":
            rate, gradient = int(rng.integers(1, 4)), _three_digits(rng.uniform(-1, 1, shape) * scale)
        if kind == "same weights":
            weight, rate = np.full(shape, 3.0), 0.1
            gradient = _three_digits(rng.uniform(-90, 90, shape))
        gradient = np.where(rng.random(shape) < 0.1, 0 * gradient, gradient)
        step = rate * gradient
        if np.all(np.abs(weight - step) >= 0.05 * (np.abs(weight) + np.abs(step))):
            break
    if shape == () and (kind == "int" or rng.random() < 0.7):
        return np.asarray(weight).item(), np.asarray(gradient).item(), rate
    return np.asarray(weight)[()], np.asarray(gradient)[()], rate

e.hints(
    "Look at the formula above this exercise and at its example, from 3 to 2.4. Which of the three arguments is w?",
    "NumPy multiplies and subtracts whole arrays at once, and the same expression serves plain numbers. Neither a loop nor an if is needed.",
    "Write an expression of the three arguments, and return it. Do not store into one of them.",
)
e.wrong("You rounded. The new weight is any number: leave it as it comes.",
    rounded_step=lambda weight, gradient, learning_rate: np.round(weight - learning_rate * gradient, 3))
e.wrong("You kept the new weight from falling below 0. A weight may be negative.",
    never_negative=lambda weight, gradient, learning_rate: np.maximum(weight - learning_rate * gradient, 0))
e.wrong("You moved along the gradient. Descent subtracts it: along +gradient the loss grows.",
    moves_uphill=lambda weight, gradient, learning_rate: weight + learning_rate * gradient)
e.wrong("The learning rate is missing: you subtracted the whole gradient.",
    rate_forgotten=lambda weight, gradient, learning_rate: weight - gradient)

@e.wrong("The learning rate is missing: you subtracted the whole gradient.")
def rate_forgotten_on_a_copy(weight, gradient, learning_rate):
    new_weight = np.array(weight, dtype=float)
    new_weight -= gradient
    return new_weight

e.wrong("You divided by the learning rate. The gradient is multiplied by it: a small rate makes a small step.",
    divides_by_the_rate=lambda weight, gradient, learning_rate: weight - gradient / learning_rate)

@e.wrong("You changed the weights that you were given (-=, += and an assignment to weight[...] change an array in place). Whoever called you may still need it: compute a new one.")
def in_place(weight, gradient, learning_rate):
    weight -= learning_rate * gradient
    return weight

@e.wrong("You changed the weights that you were given (-=, += and an assignment to weight[...] change an array in place). Whoever called you may still need it: compute a new one.")
def in_place_by_adding(weight, gradient, learning_rate):
    weight += -learning_rate * gradient
    return weight

@e.wrong("You changed the weights that you were given (-=, += and an assignment to weight[...] change an array in place). Whoever called you may still need it: compute a new one.")
def written_back(weight, gradient, learning_rate):
    new_weight = weight - learning_rate * gradient
    if np.ndim(weight):
        weight[...] = new_weight
    return new_weight

@e.wrong("You changed the gradient that you were given (*= and an assignment to gradient[...] change it in place). Multiply into a new array.")
def scales_the_gradient_in_place(weight, gradient, learning_rate):
    gradient *= learning_rate
    return weight - gradient

@e.wrong("You changed the gradient that you were given (*= and an assignment to gradient[...] change it in place). Multiply into a new array.")
def gradient_into_a_step(weight, gradient, learning_rate):
    step = -learning_rate * gradient
    if np.ndim(gradient):
        gradient[...] = step
    return weight + step

e.wrong("You used the sign of the gradient only. Its size matters too: where it is steep the step is longer.",
    sign_only=lambda weight, gradient, learning_rate: weight - learning_rate * np.sign(gradient))
e.wrong("You let no weight move farther than the learning rate. Where it is steep the step is longer: use the gradient as it is.",
    clipped_gradient=lambda weight, gradient, learning_rate: (
        weight - learning_rate * np.clip(gradient, -1, 1)
    ))
e.wrong("Slopes of 0.5 and -0.25 made no step, as when they become whole numbers. Use the gradient as it is.",
    rounded_gradient=lambda weight, gradient, learning_rate: weight - learning_rate * np.round(gradient),
    gradient_without_its_fraction=lambda weight, gradient, learning_rate: (
        weight - learning_rate * np.trunc(gradient)
    ))
e.wrong("You made the step as long as the learning rate. The rate is not the length of the step: it multiplies the gradient as it is, without dividing by its length.",
    rate_as_length=lambda weight, gradient, learning_rate: (
        weight - learning_rate * gradient / np.linalg.norm(gradient)
    ))
e.wrong("You returned the change alone. The new weight is asked for: the old weight plus the change.",
    change_only=lambda weight, gradient, learning_rate: -learning_rate * gradient)
e.wrong("You returned the rate times the gradient. That is what has to be subtracted from the weight.",
    product_only=lambda weight, gradient, learning_rate: learning_rate * gradient)
e.wrong("Brackets: the rate multiplies the gradient only. You multiplied the weight by it too.",
    brackets_around_all=lambda weight, gradient, learning_rate: learning_rate * (weight - gradient))
e.wrong("You moved by the weight itself, as if the gradient were the weight. Use the gradient that you are given.",
    weight_for_gradient=lambda weight, gradient, learning_rate: weight - learning_rate * weight)
e.wrong("Weight and gradient are swapped: the step starts at the weight.",
    swapped=lambda weight, gradient, learning_rate: gradient - learning_rate * weight)
e.wrong("You multiplied the weight by (1 - rate x gradient). That shortcut belongs to curvature, not to the gradient: subtract the step, do not multiply by it.",
    shrinks_the_weight=lambda weight, gradient, learning_rate: weight * (1 - learning_rate * gradient))
e.wrong("You used one gradient, the mean, for all weights. Every weight has a slope of its own.",
    mean_gradient=lambda weight, gradient, learning_rate: weight - learning_rate * np.mean(gradient))

@e.wrong("This works for arrays only: a plain number has no copy() and nothing else that arrays have. A difference makes a new value for both.")
def arrays_only(weight, gradient, learning_rate):
    new_weight = weight.copy()
    new_weight -= learning_rate * gradient
    return new_weight

@e.wrong("This works for flat arrays only: a plain number has no length, and one entry has no room for a row of a table. NumPy subtracts numbers and arrays of any shape without a loop.")
def one_entry_after_the_other(weight, gradient, learning_rate):
    new_weight = np.zeros(len(weight))
    for index in range(len(weight)):
        new_weight[index] = weight[index] - learning_rate * gradient[index]
    return new_weight

e.wrong("You returned a list or a tuple. For an array the new weight is an array of the same shape.",
    list_of_weights=lambda weight, gradient, learning_rate: (
        [one - learning_rate * slope for one, slope in zip(weight, gradient, strict=True)]
    ))
e.wrong("You took the gradient without its sign. Where it is negative, the way down is to the right.",
    absolute_gradient=lambda weight, gradient, learning_rate: weight - learning_rate * np.abs(gradient))
e.wrong("You used one gradient, the sum of all, for every weight. Every weight has a slope of its own.",
    sum_of_gradients=lambda weight, gradient, learning_rate: weight - learning_rate * np.sum(gradient))
e.wrong("The difference is the wrong way round: the step is subtracted from the weight, not the weight from the step.",
    step_minus_weight=lambda weight, gradient, learning_rate: learning_rate * gradient - weight)
e.wrong("You wrote a rate of 0.1 into the formula. Use the argument learning_rate.",
    rate_of_the_example=lambda weight, gradient, learning_rate: weight - 0.1 * gradient)
e.wrong("You put in 2w, the gradient of the example. Here the gradient is given: use the argument.",
    gradient_of_the_example=lambda weight, gradient, learning_rate: weight - learning_rate * 2 * weight)

@e.wrong("*= and -= cannot put fractions into an array of whole numbers, such as the copy of a gradient may be. Compute a new value instead: a * b makes one of the right kind.")
def in_a_copy_of_the_gradient(weight, gradient, learning_rate):
    if not isinstance(gradient, np.ndarray):
        return weight - learning_rate * gradient
    step = gradient.copy()
    step *= learning_rate
    return weight - step

e.wrong("There are brackets too many: the new weight has an axis more than the old one.",
    one_axis_more=lambda weight, gradient, learning_rate: np.array([weight - learning_rate * gradient]))
e.wrong("You subtracted the rate itself. Multiply it by the gradient.",
    subtracts_the_rate=lambda weight, gradient, learning_rate: weight - learning_rate)

@e.wrong("A copy of a whole number holds whole numbers, and NumPy puts no fraction into it. Compute a new value instead: a - b makes one of the right kind.")
def in_a_copy(weight, gradient, learning_rate):
    moved = np.copy(weight)
    moved -= learning_rate * gradient
    return moved

@e.wrong("np.zeros_like of a whole number holds whole numbers: the fraction was cut off. a - b makes a new value of the right kind.")
def in_zeros_of_its_kind(weight, gradient, learning_rate):
    moved = np.zeros_like(weight)
    moved[...] = weight - learning_rate * gradient
    return moved


e = exercise("gradient_descent")

@e.right
def preallocated(gradient_of, start, learning_rate, num_steps):
    path = np.empty((num_steps + 1, *np.shape(start)))
    path[0] = start
    for step in range(num_steps):
        path[step + 1] = path[step] - learning_rate * gradient_of(path[step])
    return path

@e.right
def by_recursion(gradient_of, start, learning_rate, num_steps):
    here = np.asarray(start)[np.newaxis]
    if num_steps == 0:
        return here
    following = start - learning_rate * gradient_of(start)
    rest = by_recursion(gradient_of, following, learning_rate, num_steps - 1)
    return np.concatenate([here, rest])

@e.right
def by_accumulate(gradient_of, start, learning_rate, num_steps):
    def take_step(weights, _):
        return weights - learning_rate * gradient_of(weights)

    return np.stack(list(accumulate(range(num_steps), take_step, initial=start)))

@e.right
def in_place_on_own_copy(gradient_of, start, learning_rate, num_steps):
    weights = np.array(start, dtype=float)
    path = [weights.copy()]
    while len(path) <= num_steps:
        weights -= learning_rate * gradient_of(weights)
        path.append(weights.copy())
    return np.array(path)

@e.right
def stacked_row_by_row(gradient_of, start, learning_rate, num_steps):
    path = np.array([start], dtype=float)
    for _ in range(num_steps):
        following = path[-1] - learning_rate * gradient_of(path[-1])
        path = np.concatenate([path, [following]])
    return path

@e.cases
def paths(rng):
    """Valleys, slopes without a bottom and a quartic, from numbers and arrays, 0 to 60 steps.

    In some valleys the gradient is the array of the weights itself.
    """
    landscape = str(rng.choice(["valley", "valley", "valley", "the weights", "slope", "quartic"]))
    shapes = [(), (), (), (), (1,), (2,), (2,), (3,), (1, 2), (2, 1), (2, 2)]
    shape = shapes[rng.integers(len(shapes))]
    scale = 10.0 ** rng.integers(-4, 5)
    start = _three_digits(rng.uniform(-1, 1, shape) * scale)
    bottom = float(f"{rng.choice([0, 0, 1]) * rng.uniform(-1, 1) * scale:.2g}")
    rate, part = float(f"{10 ** rng.uniform(-7, 1):.2g}"), rng.choice([0.02, 0.3, 0.7, 1.4, 1.9, 2.1])
    curvature = float(f"{part / rate:.3g}")
    if landscape == "the weights":
        rate = float(part)
    if landscape == "slope":
        bottom = float(f"{rng.uniform(-1, 1) * scale / rate:.2g}")
    if landscape == "quartic":
        curvature = float(f"{min(part, 0.7) / rate / scale**2:.3g}")
    num_steps = int(rng.choice([0, 1, 1, 2, 3, 5, 8] if shape else [0, 1, 1, 2, 3, 8, 12, 60]))
    if rng.random() < 0.1 and landscape == "valley":
        start = np.full(shape, bottom)
    elif rng.random() < 0.2:
        start = np.full(shape, 3.0)
        curvature, rate = (0.01, 0.3) if landscape == "quartic" else (curvature, rate)
    elif rng.random() < 0.25 and num_steps:
        start, bottom = rng.integers(-9, 10, shape), float(rng.integers(-9, 10))
        curvature, rate = 0.01 if landscape == "quartic" else 1.0, float(rng.choice([0.1, 0.3, 2.0, 2.1]))
        num_steps = min(num_steps, 5)
    elif rng.random() < 0.1:
        start = np.zeros(shape)
    start = np.asarray(start)
    return landscape, curvature, bottom, start.item() if shape == () else start, rate, num_steps

e.hints(
    "Do the table above by hand for one more row. What do you need from the row before?",
    "Keep the places in a list that holds the start. A loop over range(num_steps) adds one place each time.",
    "In the loop: ask gradient_of at the last place of the list, and make a new place of it. After the loop, "
    "make an array of the list.",
)

@e.wrong("The last step is missing: your loop makes one step less than num_steps, as range(1, num_steps) does.")
def loop_from_one(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(1, num_steps):
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return np.array(path)

@e.wrong("The last step is missing: your loop makes one step less than num_steps, as range(1, num_steps) does.")
def loop_until_as_many_places_as_steps(gradient_of, start, learning_rate, num_steps):
    weights = np.array(start, dtype=float)
    path = [weights]
    while len(path) < num_steps:
        weights = weights - learning_rate * gradient_of(weights)
        path.append(weights)
    return np.array(path)

@e.wrong("You changed what gradient_of returned, in place, as *= does. It may be the array of the weights itself, and then they change too. rate * gradient makes a new array.")
def gradient_in_place(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        step = gradient_of(path[-1])
        step *= learning_rate
        path.append(path[-1] - step)
    return np.array(path)

@e.wrong("You changed what gradient_of returned, in place, as *= does. It may be the array of the weights itself, and then they change too. rate * gradient makes a new array.")
def gradient_in_place_of_floats(gradient_of, start, learning_rate, num_steps):
    weights = np.array(start, dtype=float)
    path = [weights]
    for _ in range(num_steps):
        step = gradient_of(weights)
        step *= learning_rate
        weights = weights - step
        path.append(weights)
    return np.array(path)

@e.wrong("You rounded the places. Leave each of them as it comes.")
def rounded_places(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(np.round(path[-1] - learning_rate * gradient_of(path[-1]), 2))
    return np.array(path)

@e.wrong("The start is missing: it is the first entry of the path.")
def start_missing(gradient_of, start, learning_rate, num_steps):
    path, weights = [], start
    for _ in range(num_steps):
        weights = weights - learning_rate * gradient_of(weights)
        path.append(weights)
    return np.array(path)

@e.wrong("One step too many: num_steps steps make num_steps + 1 places, the start included.")
def one_step_too_many(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps + 1):
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return np.array(path)

@e.wrong("The last place is missing: take num_steps steps, and keep the place after the last one too.")
def end_missing(gradient_of, start, learning_rate, num_steps):
    path, weights = [], start
    for _ in range(num_steps):
        path.append(weights)
        weights = weights - learning_rate * gradient_of(weights)
    return np.array(path)

@e.wrong("The start stands twice: you keep the weights before each step, and the start already. Keep them after each step.")
def start_twice(gradient_of, start, learning_rate, num_steps):
    path, weights = [start], start
    for _ in range(num_steps):
        path.append(weights)
        weights = weights - learning_rate * gradient_of(weights)
    return np.array(path)

@e.wrong("Your gradient is that of the start in every step. After a step you stand somewhere else: call gradient_of there.")
def gradient_at_the_start_only(gradient_of, start, learning_rate, num_steps):
    path, gradient = [start], gradient_of(start)
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient)
    return np.array(path)

@e.wrong("You returned the last place only. The whole path is asked for, the start first.")
def last_place_only(gradient_of, start, learning_rate, num_steps):
    weights = start
    for _ in range(num_steps):
        weights = weights - learning_rate * gradient_of(weights)
    return weights

@e.wrong("Your path goes uphill: subtract the rate times the gradient.")
def path_uphill(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] + learning_rate * gradient_of(path[-1]))
    return np.array(path)

@e.wrong("The learning rate is missing: every step subtracts the whole gradient.")
def path_without_rate(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - gradient_of(path[-1]))
    return np.array(path)

@e.wrong("You returned a list or a tuple. The contract promises an array: np.array(path).")
def a_list(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return path

@e.wrong("You returned a list or a tuple. The contract promises an array: np.array(path).")
def a_list_of_copies(gradient_of, start, learning_rate, num_steps):
    weights = np.array(start, dtype=float)
    path = [weights.copy()]
    for _ in range(num_steps):
        weights -= learning_rate * gradient_of(weights)
        path.append(weights.copy())
    return path

@e.wrong("You collected the gradients. The path consists of the places, the weights themselves.")
def gradients_for_places(gradient_of, start, learning_rate, num_steps):
    gradients, weights = [], start
    for _ in range(num_steps + 1):
        gradients.append(gradient_of(weights))
        weights = weights - learning_rate * gradients[-1]
    return np.array(gradients)

@e.wrong("Every step is measured from the start: you subtracted from start each time. Subtract from where you stand now.")
def always_from_the_start(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(start - learning_rate * gradient_of(path[-1]))
    return np.array(path)

@e.wrong("This breaks for a start that is a plain number: len() wants an array. np.shape(start) works for both, and so does collecting the places in a list.")
def array_starts_only(gradient_of, start, learning_rate, num_steps):
    path = np.empty((num_steps + 1, len(start)))
    path[0] = start
    for step in range(num_steps):
        path[step + 1] = path[step] - learning_rate * gradient_of(path[step])
    return path

@e.wrong("All rows are the same: your path holds one array many times, and -=, += or an assignment to weights[...] changes it in place. Make a new array at each step.")
def one_array_many_times(gradient_of, start, learning_rate, num_steps):
    path, weights = [start], start
    for _ in range(num_steps):
        weights -= learning_rate * gradient_of(weights)
        path.append(weights)
    return np.array(path)

@e.wrong("All rows are the same: your path holds one array many times, and -=, += or an assignment to weights[...] changes it in place. Make a new array at each step.")
def one_copy_many_times(gradient_of, start, learning_rate, num_steps):
    weights = np.array(start, dtype=float)
    path = [weights]
    for _ in range(num_steps):
        weights -= learning_rate * gradient_of(weights)
        path.append(weights)
    return np.array(path)

@e.wrong("The path is right, but the start was changed on the way: -=, += and an assignment to weights[...] work in place. Copy it first, or make a new array at each step.")
def start_changed(gradient_of, start, learning_rate, num_steps):
    path, weights = [np.copy(start)], start
    for _ in range(num_steps):
        weights -= learning_rate * gradient_of(weights)
        path.append(np.copy(weights))
    return np.array(path)

@e.wrong("All weights stand in one long row, as np.append and np.hstack leave them. One row for each place is asked for.")
def flattened(gradient_of, start, learning_rate, num_steps):
    path, weights = np.array([]), start
    for _ in range(num_steps):
        path = np.append(path, weights)
        weights = weights - learning_rate * gradient_of(weights)
    return np.append(path, weights)

@e.wrong("Rows and columns are the wrong way round: one row for each place, one column for each weight.")
def one_column_a_place(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return np.array(path).T

@e.wrong("gradient_of is a function, and you did arithmetic with the function itself. Call it: gradient_of(weights).")
def function_never_called(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient_of)
    return np.array(path)

@e.wrong("num_steps is a number, and a loop needs something to go through: range(num_steps).")
def loop_over_a_number(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in num_steps:
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return np.array(path)

@e.wrong("The path ends after the first step: the return stands inside the loop.")
def return_inside_the_loop(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
        return np.array(path)

@e.wrong("Only the two ends are there, the start and the last place. Keep every place on the way too.")
def both_ends_only(gradient_of, start, learning_rate, num_steps):
    weights = start
    for _ in range(num_steps):
        weights = weights - learning_rate * gradient_of(weights)
    return np.array([start, weights])

@e.wrong("The path runs backwards: the start comes first, the last place last.")
def backwards(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.insert(0, path[0] - learning_rate * gradient_of(path[0]))
    return np.array(path)

@e.wrong("Behind the start you kept the changes. The path consists of the places that they lead to.")
def changes_for_places(gradient_of, start, learning_rate, num_steps):
    path, weights = [start], start
    for _ in range(num_steps):
        change = -learning_rate * gradient_of(weights)
        weights = weights + change
        path.append(change)
    return np.array(path)

@e.wrong("You put in 2w, the gradient of the example. On another landscape it is another: call gradient_of.")
def always_two_w(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * 2 * path[-1])
    return np.array(path)

@e.wrong("This works for a start that is a plain number: a row of num_steps + 1 numbers has no room for arrays. Give it the shape (num_steps + 1, *np.shape(start)), or collect the places in a list.")
def number_starts_only(gradient_of, start, learning_rate, num_steps):
    path = np.zeros(num_steps + 1)
    path[0] = start
    for step in range(num_steps):
        path[step + 1] = path[step] - learning_rate * gradient_of(path[step])
    return path

@e.wrong("You stopped at the bottom. The contract asks for num_steps steps, also where they lead nowhere.")
def stops_at_the_bottom(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        gradient = gradient_of(path[-1])
        if np.all(np.abs(gradient) < 1e-3):
            break
        path.append(path[-1] - learning_rate * gradient)
    return np.array(path)

@e.wrong("Your path has room for numbers and flat arrays only. Each place in it has the shape of the start.")
def room_for_flat_arrays(gradient_of, start, learning_rate, num_steps):
    path = np.zeros((num_steps + 1, *([len(start)] if np.ndim(start) else [])))
    path[0] = start
    for step in range(num_steps):
        path[step + 1] = path[step] - learning_rate * gradient_of(path[step])
    return path

@e.wrong("Your path has room for numbers and flat arrays only. Each place in it has the shape of the start.")
def stacked(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return np.vstack(path) if np.ndim(start) else np.array(path)

@e.wrong("A copy of a whole number holds whole numbers, and NumPy puts no fraction into it. Compute a new value instead: a - b makes one of the right kind.")
def steps_in_a_copy(gradient_of, start, learning_rate, num_steps):
    place = np.copy(start)
    path = [place.copy()]
    for _ in range(num_steps):
        place -= learning_rate * gradient_of(place)
        path.append(place.copy())
    return np.array(path)

@e.wrong("From a start of 0 you took no step. The bottom may lie elsewhere: it is the gradient that leads away or not.")
def stops_at_zero(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        if np.all(path[-1] == 0):
            break
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return np.array(path)

@e.wrong("Places that come again are missing. The path has num_steps + 1 places, also where it stays or comes back.")
def each_place_once(gradient_of, start, learning_rate, num_steps):
    path, weights = [start], start
    for _ in range(num_steps):
        weights = weights - learning_rate * gradient_of(weights)
        if not any(np.array_equal(weights, before) for before in path):
            path.append(weights)
    return np.array(path)

@e.wrong("The rate shrinks from step to step. Here it stays the same; lesson 02 is about rates that change.")
def shrinking_rate(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for step in range(num_steps):
        path.append(path[-1] - learning_rate / (step + 1) * gradient_of(path[-1]))
    return np.array(path)

@e.wrong("Your array is of the kind of the start. When it is the whole number 3, the fractions of the path are cut off: collect the places in a list, or make an array of floats.")
def of_the_kind_of_the_start(gradient_of, start, learning_rate, num_steps):
    path = np.array([start] * (num_steps + 1))
    for step in range(num_steps):
        path[step + 1] = path[step] - learning_rate * gradient_of(path[step])
    return path


e = exercise("largest_stable_learning_rate")

@e.right
def stretched_and_read_along_it(gradient_of, weights):
    here = gradient_of(weights)
    arrow = np.random.default_rng(7).standard_normal(len(weights))
    arrow /= np.linalg.norm(arrow)
    for _ in range(100):
        change = (gradient_of(weights + arrow * 0.01) - here) * 100
        curvature = arrow @ change
        arrow = change / np.linalg.norm(change)
    return 2 / curvature

@e.right
def from_both_sides(gradient_of, weights):
    direction = np.random.default_rng(3).random(weights.shape) - 0.5
    stretch = np.linalg.norm(direction)
    for _ in range(100):
        step = 0.005 * direction / stretch
        direction = (gradient_of(weights + step) - gradient_of(weights - step)) / 0.01
        stretch = np.sqrt(np.sum(direction**2))
    return float(2 / stretch)

@e.right
def until_it_settles(gradient_of, weights):
    rng = np.random.default_rng()
    direction, before, curvature = rng.normal(size=weights.size), 0.0, 1.0
    gradient = gradient_of(weights)
    for _ in range(300):
        direction = direction / np.sqrt(direction @ direction)
        direction = (gradient_of(weights + 0.01 * direction) - gradient) / 0.01
        before, curvature = curvature, np.linalg.norm(direction)
        if abs(before - curvature) < 1e-9 * curvature:
            break
    return 2 / curvature

@e.right
def edge_without_dividing(gradient_of, weights):
    # The way is 0.01 long, so 2 / (change / 0.01) is 0.02 / change.
    way = np.random.default_rng(11).normal(size=len(weights))
    for _ in range(100):
        way = way * 0.01 / np.linalg.norm(way)
        way = gradient_of(weights + way) - gradient_of(weights)
    return 0.02 / np.linalg.norm(way)

@e.right
def by_two_starts(gradient_of, weights):
    gradient, edges = gradient_of(weights), []
    for seed in range(2):
        direction = np.random.default_rng(seed).normal(size=len(weights))
        for _ in range(100):
            moved = weights + 0.01 * direction / np.linalg.norm(direction)
            direction = (gradient_of(moved) - gradient) / 0.01
        edges.append(2 / np.linalg.norm(direction))
    return min(edges)


def _stretched(gradient_of, weights, times=100, step=0.01):
    """Return the last difference of gradients over the way, from a direction drawn at random."""
    gradient = gradient_of(weights)
    direction = np.random.default_rng(0).normal(size=len(weights))
    for _ in range(times):
        direction = direction / np.linalg.norm(direction)
        direction = (gradient_of(weights + step * direction) - gradient) / step
    return direction


def _hessian_by_columns(gradient_of, weights):
    gradient = gradient_of(weights)
    columns = [gradient_of(weights + 0.01 * one) - gradient for one in np.eye(len(weights))]
    return np.array(columns) / 0.01


e.wrong("That is half of the edge. Either it is 1/λmax, at which the steepest direction needs one step to the bottom, or your two places lie twice as far apart as the number that you divided by.",
    one_over_largest=lambda gradient_of, weights: 1 / np.linalg.norm(_stretched(gradient_of, weights)))
e.wrong("That is the largest curvature itself. The edge is 2 divided by it.",
    largest_curvature=lambda gradient_of, weights: np.linalg.norm(_stretched(gradient_of, weights)))
e.wrong("Upside down: you divided the curvature by 2. The steeper the valley, the smaller the rate.",
    upside_down=lambda gradient_of, weights: np.linalg.norm(_stretched(gradient_of, weights)) / 2)
e.wrong("The curvature is squared in your result, as it is without the root of a length.",
    two_over_square=lambda gradient_of, weights: 2 / np.sum(_stretched(gradient_of, weights) ** 2))
e.wrong("Your result is a hundred times the edge: divide the difference of the gradients by the way, 0.01.",
    way_not_divided_out=lambda gradient_of, weights: 200 / np.linalg.norm(_stretched(gradient_of, weights)))
e.wrong("Your result is a hundredth of the edge: the difference of the gradients is divided by 0.01 once.",
    way_divided_out_twice=lambda gradient_of, weights: (
        0.02 / np.linalg.norm(_stretched(gradient_of, weights))
    ))

@e.wrong("You divided the gradient at the second place by the way. It is the difference of two gradients that tells a curvature: subtract the gradient at the place itself.")
def gradient_not_subtracted(gradient_of, weights):
    direction = np.random.default_rng(0).normal(size=len(weights))
    for _ in range(100):
        direction = direction / np.linalg.norm(direction)
        direction = gradient_of(weights + 0.01 * direction) / 0.01
    return 2 / np.linalg.norm(direction)

@e.wrong("You asked for the gradient at the direction, as if the bottom were at zero. A direction is no place: go 0.01 along it from the weights, and compare with the gradient there.")
def gradient_at_the_direction(gradient_of, weights):
    direction = np.random.default_rng(0).normal(size=len(weights))
    for _ in range(100):
        direction = direction / np.linalg.norm(direction)
        direction = gradient_of(direction)
    return 2 / np.linalg.norm(direction)

e.wrong("You went a way of length 1 from the place. The landscape bends out there: compare places 0.01 apart.",
    too_far_away=lambda gradient_of, weights: 2 / np.linalg.norm(_stretched(gradient_of, weights, step=1.0)))
e.wrong("The two places are too near to each other: what differs there is roughness. Go 0.01 from the place.",
    too_near=lambda gradient_of, weights: 2 / np.linalg.norm(_stretched(gradient_of, weights, step=1e-6)),
    a_thousandth_away=lambda gradient_of, weights: (
        2 / np.linalg.norm(_stretched(gradient_of, weights, step=1e-3))
    ))

@e.wrong("The direction was not brought back to length 1, so your second place is not 0.01 away.")
def never_of_length_one(gradient_of, weights):
    gradient = gradient_of(weights)
    direction = np.random.default_rng(0).normal(size=len(weights))
    with np.errstate(all="ignore"):
        for _ in range(100):
            direction = (gradient_of(weights + 0.01 * direction) - gradient) / 0.01
        return 2 / np.linalg.norm(direction)

@e.wrong("You compared two places along one direction drawn at random. That tells how steep it is there, not how steep the steepest direction is: multiply again and again.")
def one_direction_at_random(gradient_of, weights):
    direction = np.random.default_rng(0).normal(size=len(weights))
    direction = direction / np.linalg.norm(direction)
    change = gradient_of(weights + 0.01 * direction) - gradient_of(weights)
    return 2 / np.linalg.norm(change / 0.01)

@e.wrong("You measured the curvature along the gradient. It is a mixture of directions, seldom the steepest one, and at the bottom it has no length at all.")
def along_the_gradient(gradient_of, weights):
    gradient = gradient_of(weights)
    direction = gradient / np.linalg.norm(gradient)
    return 2 / np.linalg.norm((gradient_of(weights + 0.01 * direction) - gradient) / 0.01)

@e.wrong("You began with the gradient as the direction. At the bottom the gradient is 0 and points nowhere; a direction drawn at random always points somewhere.")
def begins_with_the_gradient(gradient_of, weights):
    gradient = gradient_of(weights)
    direction = gradient
    for _ in range(100):
        direction = direction / np.linalg.norm(direction)
        direction = (gradient_of(weights + 0.01 * direction) - gradient) / 0.01
    return 2 / np.linalg.norm(direction)

@e.wrong("You began with a direction that has no part along the steepest one. All ones have none here, nor has this place itself. There is nothing to grow then: draw the direction at random.")
def begins_with_ones(gradient_of, weights):
    gradient, direction = gradient_of(weights), np.ones(len(weights))
    for _ in range(100):
        direction = direction / np.linalg.norm(direction)
        direction = (gradient_of(weights + 0.01 * direction) - gradient) / 0.01
    return 2 / np.linalg.norm(direction)

e.wrong("You measured the curvature along each weight and took the largest: the diagonal of the Hessian. In a turned valley the largest curvature does not stand there.",
    largest_along_the_axes=lambda gradient_of, weights: (
        2 / np.diag(_hessian_by_columns(gradient_of, weights)).max()
    ))

@e.wrong("With many weights you ask for too many gradients: their number grows with that of the weights, as for the whole Hessian. Follow one direction, and multiply it a hundred times, however many weights there are.")
def by_the_whole_hessian(gradient_of, weights):
    hessian = _hessian_by_columns(gradient_of, weights)
    return 2 / np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1]

e.wrong("You read the largest entry of the difference. How steep it is there is told by its whole length.",
    largest_entry=lambda gradient_of, weights: 2 / np.abs(_stretched(gradient_of, weights)).max())
e.wrong("You took the sum of the entries for the length of a direction. Its length is the root of the sum of their squares, np.linalg.norm.",
    sum_for_length=lambda gradient_of, weights: 2 / np.abs(_stretched(gradient_of, weights)).sum())
e.wrong("You returned a number for each weight. There is one rate for all of them, and so one edge.",
    one_edge_a_weight=lambda gradient_of, weights: 2 / np.abs(_stretched(gradient_of, weights)))
e.wrong("Two multiplications are too few: other directions are still in the mixture. A hundred are plenty.",
    multiplied_twice=lambda gradient_of, weights: (
        2 / np.linalg.norm(_stretched(gradient_of, weights, times=2))
    ))
e.wrong("You multiplied too few times: directions that are nearly as steep as the steepest are still in the mixture.",
    multiplied_eight_times=lambda gradient_of, weights: (
        2 / np.linalg.norm(_stretched(gradient_of, weights, times=8))
    ),
    multiplied_fifteen_times=lambda gradient_of, weights: (
        2 / np.linalg.norm(_stretched(gradient_of, weights, times=15))
    ),
    multiplied_thirty_times=lambda gradient_of, weights: (
        2 / np.linalg.norm(_stretched(gradient_of, weights, times=30))
    ))

@e.wrong("You moved the array that you were given: +=, -= and an assignment to weights[...] work in place. Whoever called you may still need it: weights + ... makes a new one.")
def moves_the_weights(gradient_of, weights):
    gradient = gradient_of(weights)
    direction = np.random.default_rng(0).normal(size=len(weights))
    origin = weights.copy()
    for _ in range(100):
        weights[:] = origin
        direction = direction / np.linalg.norm(direction)
        weights += 0.01 * direction
        direction = (gradient_of(weights) - gradient) / 0.01
    return 2 / np.linalg.norm(direction)

@e.wrong("You moved the array that you were given: +=, -= and an assignment to weights[...] work in place. Whoever called you may still need it: weights + ... makes a new one.")
def leaves_the_weights_elsewhere(gradient_of, weights):
    # How far is each learner's own; the sentence is true of all of them.
    edge = 2 / np.linalg.norm(_stretched(gradient_of, weights))
    weights += 1
    return edge

@e.wrong("Your way is not measured from the place: each time you went on from where you stood, and the landscape bends. Go back to the weights each time.")
def walks_away(gradient_of, weights):
    place = weights
    direction = np.random.default_rng(0).normal(size=len(weights))
    with np.errstate(all="ignore"):
        for _ in range(100):
            direction = direction / np.linalg.norm(direction)
            gradient = gradient_of(place)
            place = place + 0.01 * direction
            direction = (gradient_of(place) - gradient) / 0.01
        return 2 / np.linalg.norm(direction)

@e.cases(deciding=60)
def valleys(rng):
    """A Hessian of 1 to 4 weights, a place and how many flat directions there are besides, one time in eight.

    Turned or along the axes, all alike, at the bottom, the steepest direction across all ones; or, of a Hessian the
    diagonal alone, one direction among 40 to 60 that are nearly as steep.
    """
    num_weights = int(rng.integers(1, 5))
    scale = 10.0 ** rng.uniform(-3, 3.5)
    kind = rng.choice(["turned", "turned", "turned", "axes", "alike", "across", "bottom", "crowd"])
    if kind == "crowd":
        diagonal = np.full(rng.integers(41, 62), 0.88)
        diagonal[rng.integers(len(diagonal))] = 1.0
        return _three_digits(scale * diagonal).tolist(), [float(rng.integers(-5, 6))] * len(diagonal), 0
    curvatures = np.append(rng.uniform(0.01, 0.85, num_weights - 1), 1.0)
    if kind == "alike":
        curvatures[-2:] = 1.0
    turn = np.linalg.qr(rng.normal(size=(num_weights, num_weights)))[0]
    hessian = turn @ np.diag(curvatures) @ turn.T
    if kind == "axes":
        hessian = np.diag(rng.permutation(curvatures))
    weights = rng.uniform(-5, 6, num_weights).round(1)
    if kind == "across":
        flat = rng.integers(1, 80) / 100
        hessian = np.array([[1.0, flat - 1], [flat - 1, 1.0]])
        weights = np.full(2, weights[0])
    if kind == "bottom":
        weights = np.ones(num_weights)
    rounded = [[float(f"{scale * entry:.3g}") for entry in row] for row in (hessian + hessian.T) / 2]
    num_flat = int(rng.choice([0, 0, 0, 0, 0, 0, 0, rng.integers(500, 1000)]))
    return rounded, weights.tolist(), num_flat

e.hints(
    "Read the two ideas in bold again. What does `hessian @ direction` become when you have gradient_of only?",
    "Begin with one gradient, that at weights, and one direction drawn at random. Then a loop: make the "
    "direction of length 1, go 0.01 along it, and ask for the gradient there.",
    "The difference of the two gradients, over the way, is the new direction. At the end its length is the "
    "largest curvature. Write the loop first and print that length in it: it settles.",
)


e = exercise("suggest_learning_rate")

@e.right
def with_nanargmin(learning_rates, losses):
    return 0.1 * learning_rates[np.nanargmin(losses)]

@e.right
def filtered_together(learning_rates, losses):
    usable = np.isfinite(losses)
    rates, finite = learning_rates[usable], losses[usable]
    return rates[finite.argmin()] / 10

@e.right
def with_a_loop(learning_rates, losses):
    best_rate, best_loss = None, float("inf")
    for rate, loss in zip(learning_rates, losses, strict=True):
        # A comparison with nan is false, so nan is passed over.
        if loss < best_loss:
            best_rate, best_loss = rate, loss
    return best_rate / 10

@e.right
def lowest_pair(learning_rates, losses):
    pairs = [(loss, rate) for rate, loss in zip(learning_rates, losses, strict=True) if np.isfinite(loss)]
    _, rate = min(pairs)
    return float(rate) / 10

@e.right
def on_the_logarithmic_scale(learning_rates, losses):
    return 10 ** (np.log10(learning_rates[np.ma.masked_invalid(losses).argmin()]) - 1)

@e.right
def first_in_order(learning_rates, losses):
    # np.argsort puts nan behind everything, infinity too.
    return learning_rates[np.argsort(losses, kind="stable")[0]] / 10

@e.cases
def range_tests(rng):
    """Tests of 1 to 15 steps with holes and ties, losses of any size and below zero, rates down to 1e-9.

    Now and then all finite losses are equal, and the first of them comes after a hole.
    """
    num_steps = int(rng.choice([1, 2, 3, 4, 5, 6, 8, 11, 15]))
    same_rates = np.array([0.001, 0.003, 0.01, 0.03, 0.1, 0.3])
    if rng.random() < 0.25:
        rates, num_steps = same_rates, 6
    else:
        rates = 10.0 ** rng.uniform(-9, 0) * np.cumprod(rng.uniform(1.2, 3, num_steps))
        rates = _three_digits(rates)
    kind = rng.choice(["usual", "usual", "usual", "large", "small", "negative", "whole", "same", "alike"])
    scale = {"large": 10.0 ** rng.integers(2, 7), "small": 1e-4}.get(kind, 1.0)
    losses = _three_digits(rng.uniform(0.3, 3, num_steps) * scale)
    if kind == "negative":
        losses = _three_digits(rng.normal(0, 5, num_steps))
    if kind == "same":
        losses = np.resize([2.3, 2.2, 1.9, np.nan, 2.0, np.inf], num_steps)
    elif kind == "whole":
        losses = rng.integers(0, 5, num_steps).astype(float)
        rates = np.arange(1, num_steps + 1) if rng.random() < 0.5 else rates
    else:
        if rng.random() < 0.3:
            losses[rng.integers(num_steps, size=2)] = losses.min()
        holes = rng.random(num_steps) < rng.choice([0, 0.2, 0.5])
        holes[rng.integers(num_steps)] = False
        if kind == "alike" and num_steps > 1:
            losses[:], holes[0], holes[-1] = losses[0], True, False
        losses[holes] = rng.choice([np.nan, np.inf], holes.sum())
    return rates, losses

e.hints(
    "The rule stands in bold above the exercise. Two arrays belong together: the same place in both is "
    "the same step. Find the place in one, read the other.",
    "Which place would np.argmin give if a loss is nan? Make an array of losses in which what is not finite cannot "
    "be the lowest; np.where(condition, this, that) makes a new one.",
    "np.argmin of the new array is a place. Look up the rate there, then take a tenth.",
)
e.wrong("You rounded the rate. Rates can be far below 0.001: leave it as it comes.",
    rounded_rate=lambda learning_rates, losses: round(float(learning_rates[np.nanargmin(losses)]) / 10, 4))

@e.wrong("Of several losses that are the lowest you took the last. The first is asked for.")
def last_of_the_lowest(learning_rates, losses):
    lowest, rate = np.inf, None
    for one, loss in zip(learning_rates, losses, strict=True):
        if loss <= lowest and np.isfinite(loss):
            lowest, rate = loss, one
    return rate / 10

e.wrong("You left out losses below zero. They are finite, and one of them can be the lowest.",
    positive_losses_only=lambda learning_rates, losses: (
        learning_rates[np.where(np.isfinite(losses) & (losses > 0), losses, np.inf).argmin()] / 10
    ))

@e.wrong("After a loss of 0 you take the next finite one for the lowest, as if there had been none yet. 0 is a loss like others.")
def zero_is_no_loss_yet(learning_rates, losses):
    lowest, best = None, None
    for rate, loss in zip(learning_rates, losses, strict=True):
        if np.isfinite(loss) and (not lowest or loss < lowest):
            lowest, best = loss, rate
    return best / 10

@e.wrong("You took the loss that is closest to 0. One that lies farther below 0 is lower.")
def closest_to_zero(learning_rates, losses):
    finite = np.isfinite(losses)
    return learning_rates[finite][np.abs(losses[finite]).argmin()] / 10

@e.wrong("You stopped at a loss that is not finite. Lower ones may come behind it.")
def stops_at_a_hole(learning_rates, losses):
    lowest_loss, rate = np.inf, None
    for one, loss in zip(learning_rates, losses, strict=True):
        if not np.isfinite(loss):
            if rate is None:
                continue
            break
        if loss < lowest_loss:
            lowest_loss, rate = loss, one
    return rate / 10

@e.wrong("You stopped at a loss that is not finite. Lower ones may come behind it.")
def cut_off_at_a_hole(learning_rates, losses):
    end = len(losses) if np.isfinite(losses).all() else np.isfinite(losses).argmin()
    return learning_rates[:end][losses[:end].argmin()] / 10

@e.wrong("Where one loss alone is finite you took the rate of a hole. What stands for a hole, or begins a search, must be higher than any loss.")
def holes_as_the_highest(learning_rates, losses):
    finite = np.isfinite(losses)
    return learning_rates[np.where(finite, losses, losses[finite].max()).argmin()] / 10

e.wrong("That is the rate of the lowest loss itself. It is close to the edge: divide it by ten.",
    lowest_point_itself=lambda learning_rates, losses: learning_rates[np.nanargmin(losses)])
e.wrong("You multiplied by ten. One tenth is asked for: to the careful side, away from the edge.",
    ten_times_the_lowest=lambda learning_rates, losses: learning_rates[np.nanargmin(losses)] * 10)

@e.wrong("You took the steepest slope. It follows the noise of single batches; take the lowest loss.")
def steepest_slope(learning_rates, losses):
    slopes = np.gradient(losses, np.log10(learning_rates))
    return learning_rates[np.nanargmin(slopes)]

@e.wrong("You took one tenth of the rate at the steepest slope. The rule starts from the lowest loss.")
def tenth_of_the_steepest(learning_rates, losses):
    slopes = np.gradient(losses, np.log10(learning_rates))
    return learning_rates[np.nanargmin(slopes)] / 10

e.wrong("A nan was taken for the lowest loss: np.argmin gives its place, and so it does when nan becomes 0. Look at finite losses only.",
    nan_as_lowest=lambda learning_rates, losses: learning_rates[np.argmin(losses)] / 10)
e.wrong("min() of an array with nan is nan, and nothing is equal to nan, not even nan: no place was found. Look at finite losses only.",
    equal_to_the_minimum=lambda learning_rates, losses: learning_rates[losses == losses.min()][0] / 10)

@e.wrong("You took the largest rate before the loss blows up. That is the edge; start from the lowest loss and divide by ten.")
def largest_before_the_blow_up(learning_rates, losses):
    fine = np.isfinite(losses) & (losses < losses[0])
    return learning_rates[fine][-1]

@e.wrong("You took one tenth of the largest rate before the loss blows up. Start from the rate of the lowest loss.")
def tenth_of_the_largest_before_the_blow_up(learning_rates, losses):
    fine = np.isfinite(losses) & (losses < losses[0])
    return learning_rates[fine][-1] / 10

e.wrong("You returned the place in the array, an index. Look up the rate that stands there, and take a tenth.",
    index_for_rate=lambda learning_rates, losses: np.nanargmin(losses))
e.wrong("You took one tenth of the index. Look up the rate that stands at that place.",
    tenth_of_the_index=lambda learning_rates, losses: np.nanargmin(losses) / 10)
e.wrong("You took one tenth of the lowest loss. It is the rate at that loss that counts.",
    tenth_of_the_loss=lambda learning_rates, losses: np.nanmin(losses) / 10)
e.wrong("You stopped at the first rise. The losses jitter from batch to batch: take the lowest of all.",
    first_rise=lambda learning_rates, losses: learning_rates[np.argmax(np.diff(losses) > 0)] / 10)

@e.wrong("You stopped at the first rise. The losses jitter from batch to batch: take the lowest of all.")
def first_rise_or_the_end(learning_rates, losses):
    for place in range(len(losses) - 1):
        if losses[place + 1] > losses[place]:
            return learning_rates[place] / 10
    return learning_rates[-1] / 10

e.wrong("You went one step back from the lowest loss. The rule is one tenth of its rate, however fine the steps.",
    one_step_before=lambda learning_rates, losses: learning_rates[np.nanargmin(losses) - 1])

@e.wrong("You removed losses that are not finite, but not their rates: places no longer match. Filter both arrays.")
def filtered_apart(learning_rates, losses):
    finite_losses = losses[np.isfinite(losses)]
    return learning_rates[finite_losses.argmin()] / 10

e.wrong("Here that is a tenth of the rate at the highest loss. The lowest is asked for.",
    tenth_of_the_highest=lambda learning_rates, losses: (
        learning_rates[np.argmax(np.where(np.isfinite(losses), losses, -np.inf))] / 10
    ))

@e.wrong("Here that is a tenth of the rate at the highest loss. The lowest is asked for.")
def tenth_of_the_highest_pair(learning_rates, losses):
    pairs = [(loss, rate) for rate, loss in zip(learning_rates, losses, strict=True) if np.isfinite(loss)]
    return max(pairs)[1] / 10

e.wrong("You went one rate too far: take the rate at the lowest loss itself.",
    tenth_of_the_next=lambda learning_rates, losses: learning_rates[np.nanargmin(losses) + 1] / 10)

@e.wrong("You went one rate too far: take the rate at the lowest loss itself.")
def tenth_of_the_next_that_is_finite(learning_rates, losses):
    finite = np.isfinite(losses)
    return learning_rates[finite][np.argmin(losses[finite]) + 1] / 10

@e.wrong("Where no loss is below 0 you took one tenth of the first rate: a search that begins with a lowest loss of 0 ends there. Begin with infinity.")
def begins_with_zero(learning_rates, losses):
    best, lowest_loss = 0, 0.0
    for index, loss in enumerate(losses):
        if loss < lowest_loss:
            best, lowest_loss = index, loss
    return learning_rates[best] / 10

@e.wrong("Nothing after the first loss counted. It is nan, and no comparison with nan is true: begin with infinity instead, and pass over each loss that is not finite.")
def begins_with_the_first_loss(learning_rates, losses):
    best, lowest_loss = 0, losses[0]
    for index, loss in enumerate(losses):
        if loss < lowest_loss:
            best, lowest_loss = index, loss
    return learning_rates[best] / 10

@e.wrong("The first loss was left out. Here it is the lowest.")
def first_left_out(learning_rates, losses):
    lowest_loss, rate = np.inf, None
    for index in range(1, len(losses)):
        if losses[index] < lowest_loss:
            lowest_loss, rate = losses[index], learning_rates[index]
    return rate / 10

@e.wrong("The last loss was left out. Here it is the lowest.")
def last_left_out(learning_rates, losses):
    lowest_loss, rate = np.inf, None
    for index in range(len(losses) - 1):
        if losses[index] < lowest_loss:
            lowest_loss, rate = losses[index], learning_rates[index]
    return rate / 10

e.wrong("The number is right, but it sits in an array: a comparison picks all entries that fit. Take the first of them.",
    rate_in_an_array=lambda learning_rates, losses: learning_rates[losses == np.nanmin(losses)] / 10)

@e.wrong("You changed the losses that you were given: losses[...] = works in place. np.where makes a new array.")
def changes_the_losses(learning_rates, losses):
    losses[~np.isfinite(losses)] = np.inf
    return learning_rates[np.argmin(losses)] / 10

@e.wrong("Here every loss is larger than a limit in your code, such as the lowest loss that it starts from. Start from infinity.")
def starts_at_ten(learning_rates, losses):
    best, lowest = 0, 10
    for place, loss in enumerate(losses):
        if loss < lowest:
            best, lowest = place, loss
    return learning_rates[best] / 10

e.wrong("You replaced NaN by a number that a loss may exceed. np.nanargmin leaves NaN out, or replace it by np.inf.",
    holes_as_ten=lambda learning_rates, losses: learning_rates[np.nan_to_num(losses, nan=10.0).argmin()] / 10)


e = exercise("quiz_1")
e.wrong_choice(6.4, "You went uphill: the step is subtracted.")
e.wrong_choice(2.8, "The gradient of 3w² is 6w, not 3w: at w = 4 it is 24.")
e.wrong_choice(3.4, "The gradient of 3w² is 6w, not 6: at w = 4 it is 24.")
e.wrong_choice(-0.8, "You multiplied the learning rate by the loss, 48. It multiplies the gradient.")
e.wrong_choice(-20, "The learning rate is missing: the step is 0.1 times the gradient.")
e.wrong_choice(3.9, "The learning rate is not the length of the step: multiply it by the gradient.")
e.wrong_choice(2.4, "That is the length of the step. Where are you after it?")
e.wrong_choice(-2.4, "That is the change of w. Add it to where you stood.")
e.wrong_choice(7.68, "That is the loss after the step. The question is where you are, w itself.")
e.wrong_choice(3.2, "You used the gradient of w². There is a 3 before it.")
e.right_choice("The gradient of 3w² is 6w, which is 24 at w = 4, and 4 - 0.1 x 24 = 1.6.")


e = exercise("quiz_2")
e.wrong_choice(
    "b",
    "The edge depends on the largest curvature, not on the mean: 2/50 is 0.04, and 0.05 is above.",
)
e.wrong_choice(
    "c",
    "Compute the factor 1 - rate x curvature of each direction: one is 0.8, the other -1.5. Neither is -1.",
)
e.wrong_choice(
    "d",
    "For the flat direction you are right: factor 0.8. For the steep one the factor is 1 - 0.05 x 50, which is "
    "-1.5.",
)
e.right_choice(
    "The flat direction is multiplied by 1 - 0.05 x 4 = 0.8 at each step, the steep one by 1 - 0.05 x "
    "50 = -1.5, which grows.",
)


e = exercise("quiz_3")
e.wrong_choice(0.2, "The wrong way: a loss that is 5 times as large has 5 times the curvature.")
e.wrong_choice(0.04, "The place of the minimum stays the same, but every curvature is multiplied by 5.")
e.wrong_choice(0.0016, "The curvature grows by the factor 5, not by its square.")
e.wrong_choice(0.4, "The edge is 2 over the largest curvature. Here that curvature grows by the factor 5.")
e.right_choice(
    "A loss that is 5 times as large has 5 times the curvature, and the edge is 2 over the curvature: "
    "0.04 / 5 = 0.008.",
)


e = exercise("quiz_4")
e.wrong_choice(
    "a",
    "A whole hidden layer is dead: its gradient is zero, in the next epoch and in the thousandth.",
)
e.wrong_choice(
    "b",
    "A smaller rate does not wake a dead layer: zero gradient times any rate is zero. You saw it measured.",
)
e.wrong_choice("d", "A larger network has the same trouble: the step is too long. The rate has to change.")
e.right_choice(
    "The loss sits at ln 5 = 1.61, so the hidden units are dead; new weights bring them back, and a "
    "smaller rate keeps them alive.",
)


e = exercise("quiz_5")
e.wrong_choice(
    "a",
    "These are nearly the rate that you know. Chance from seed to seed is larger than such a difference.",
)
e.wrong_choice(
    "b",
    "Both lie in one gap, between 0.1 and 1. The best rate may as well lie between 0.01 and 0.1.",
)
e.wrong_choice("d", "Far away from the best of the four: these will tell what you know already.")
e.right_choice(
    "Rates are compared by factors, and 0.03 and 0.3 lie in the middle of the gaps on either side of 0.1, "
    "the best rate so far.",
)
