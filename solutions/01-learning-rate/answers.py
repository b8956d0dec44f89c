"""Right and wrong answers to the exercises of lesson 01."""

from itertools import accumulate

import numpy as np

from course.authoring.answers import right, wrong, wrong_choice

# gradient_step ----------------------------------------------------------------------------------


@right("gradient_step")
def named_step(weight, gradient, learning_rate):
    step = -learning_rate * gradient
    return weight + step


@right("gradient_step")
def with_ufuncs(weight, gradient, learning_rate):
    return np.subtract(weight, np.multiply(learning_rate, gradient))


@right("gradient_step")
def in_place_on_a_copy(weight, gradient, learning_rate):
    new_weight = np.array(weight, dtype=float)
    new_weight -= learning_rate * np.asarray(gradient)
    return new_weight


@right("gradient_step")
def with_flipped_gradient(weight, gradient, learning_rate):
    downhill = 0 - gradient
    return learning_rate * downhill + weight


@right("gradient_step")
def weight_by_weight(weight, gradient, learning_rate):
    if np.ndim(weight) == 0:
        return weight - learning_rate * gradient
    parts = zip(weight, gradient, strict=True)
    return np.array([weight_by_weight(one, slope, learning_rate) for one, slope in parts])


@right("gradient_step")
def in_single_precision(weight, gradient, learning_rate):
    return np.float32(weight) - np.float32(learning_rate) * np.float32(gradient)


@wrong("gradient_step", "You moved along the gradient. Descent subtracts it: along +gradient the loss grows.")
def moves_uphill(weight, gradient, learning_rate):
    return weight + learning_rate * gradient


@wrong("gradient_step", "The learning rate is missing: you subtracted the whole gradient.")
def rate_forgotten(weight, gradient, learning_rate):
    return weight - gradient


@wrong(
    "gradient_step",
    "You divided by the learning rate. The gradient is multiplied by it: a small rate makes a small step.",
)
def divides_by_the_rate(weight, gradient, learning_rate):
    return weight - gradient / learning_rate


@wrong(
    "gradient_step",
    "You changed the array that you were given (-= works in place). Whoever called you may still need it: "
    "compute a new one.",
)
def in_place(weight, gradient, learning_rate):
    weight -= learning_rate * gradient
    return weight


@wrong(
    "gradient_step",
    "You scaled the gradient in place (*= changes the array that you were given). Multiply into a new one.",
)
def scales_the_gradient_in_place(weight, gradient, learning_rate):
    gradient *= learning_rate
    return weight - gradient


@wrong(
    "gradient_step",
    "You used the sign of the gradient only. Its size matters too: where it is steep the step is longer.",
)
def sign_only(weight, gradient, learning_rate):
    return weight - learning_rate * np.sign(gradient)


@wrong(
    "gradient_step",
    "You made the step as long as the learning rate. The rate is not the length of the step: it multiplies "
    "the gradient as it is, without dividing by its length.",
)
def rate_as_length(weight, gradient, learning_rate):
    return weight - learning_rate * gradient / np.linalg.norm(gradient)


@wrong(
    "gradient_step",
    "You returned the change alone. The new weight is asked for: the old weight plus the change.",
)
def change_only(weight, gradient, learning_rate):
    return -learning_rate * gradient


@wrong(
    "gradient_step",
    "You returned the rate times the gradient. That is what has to be subtracted from the weight.",
)
def product_only(weight, gradient, learning_rate):
    return learning_rate * gradient


@wrong(
    "gradient_step",
    "Brackets: the rate multiplies the gradient only. You multiplied the weight by it too.",
)
def brackets_around_all(weight, gradient, learning_rate):
    return learning_rate * (weight - gradient)


@wrong(
    "gradient_step",
    "You moved by the weight itself, as if the gradient were the weight. Use the gradient that you are given.",
)
def weight_for_gradient(weight, gradient, learning_rate):
    return weight - learning_rate * weight


@wrong("gradient_step", "Weight and gradient are swapped: the step starts at the weight.")
def swapped(weight, gradient, learning_rate):
    return gradient - learning_rate * weight


@wrong(
    "gradient_step",
    "You multiplied the weight by (1 - rate x gradient). That shortcut belongs to curvature, not to the "
    "gradient: subtract the step, do not multiply by it.",
)
def shrinks_the_weight(weight, gradient, learning_rate):
    return weight * (1 - learning_rate * gradient)


@wrong(
    "gradient_step",
    "You used one gradient, the mean, for all weights. Every weight has a slope of its own.",
)
def mean_gradient(weight, gradient, learning_rate):
    return weight - learning_rate * np.mean(gradient)


@wrong(
    "gradient_step",
    "This works for arrays only: a plain number has no copy() and nothing else that arrays have. A difference "
    "makes a new value for both.",
)
def arrays_only(weight, gradient, learning_rate):
    new_weight = weight.copy()
    new_weight -= learning_rate * gradient
    return new_weight


@wrong(
    "gradient_step",
    "This works for arrays only: a plain number has no length and no entries. NumPy subtracts numbers and arrays "
    "of any shape without a loop.",
)
def one_entry_after_the_other(weight, gradient, learning_rate):
    new_weight = np.zeros(len(weight))
    for index in range(len(weight)):
        new_weight[index] = weight[index] - learning_rate * gradient[index]
    return new_weight


@wrong("gradient_step", "You returned a list. For an array the new weight is an array of the same shape.")
def list_of_weights(weight, gradient, learning_rate):
    return [one - learning_rate * slope for one, slope in zip(weight, gradient, strict=True)]


@wrong(
    "gradient_step",
    "You took the gradient without its sign. Where it is negative, the way down is to the right.",
)
def absolute_gradient(weight, gradient, learning_rate):
    return weight - learning_rate * np.abs(gradient)


@wrong(
    "gradient_step",
    "You used one gradient, the sum of all, for every weight. Every weight has a slope of its own.",
)
def sum_of_gradients(weight, gradient, learning_rate):
    return weight - learning_rate * np.sum(gradient)


@wrong(
    "gradient_step",
    "The difference is the wrong way round: the step is subtracted from the weight, not the weight from the step.",
)
def step_minus_weight(weight, gradient, learning_rate):
    return learning_rate * gradient - weight


@wrong("gradient_step", "You wrote a rate of 0.1 into the formula. Use the argument learning_rate.")
def rate_of_the_example(weight, gradient, learning_rate):
    return weight - 0.1 * gradient


@wrong(
    "gradient_step",
    "You put in 2w, the gradient of the example. Here the gradient is given: use the argument.",
)
def gradient_of_the_example(weight, gradient, learning_rate):
    return weight - learning_rate * 2 * weight


@wrong(
    "gradient_step",
    "You turned the gradient around in place (*= changes the array that you were given). Make a new one.",
)
def turns_the_gradient_in_place(weight, gradient, learning_rate):
    gradient *= -1
    return weight + learning_rate * gradient


@wrong("gradient_step", "There are brackets too many: the new weight has an axis more than the old one.")
def one_axis_more(weight, gradient, learning_rate):
    return np.array([weight - learning_rate * gradient])


@wrong("gradient_step", "You subtracted the rate itself. Multiply it by the gradient.")
def subtracts_the_rate(weight, gradient, learning_rate):
    return weight - learning_rate


@wrong(
    "gradient_step",
    "A copy of a whole number holds whole numbers, and NumPy puts no fraction into it. Compute a new value instead: "
    "a - b makes one of the right kind.",
)
def in_a_copy(weight, gradient, learning_rate):
    moved = np.copy(weight)
    moved -= learning_rate * gradient
    return moved


@wrong(
    "gradient_step",
    "np.zeros_like of a whole number holds whole numbers: the fraction was cut off. a - b makes a new value of the "
    "right kind.",
)
def in_zeros_of_its_kind(weight, gradient, learning_rate):
    moved = np.zeros_like(weight)
    moved[...] = weight - learning_rate * gradient
    return moved


# gradient_descent -------------------------------------------------------------------------------


@right("gradient_descent")
def preallocated(gradient_of, start, learning_rate, num_steps):
    path = np.empty((num_steps + 1, *np.shape(start)))
    path[0] = start
    for step in range(num_steps):
        path[step + 1] = path[step] - learning_rate * gradient_of(path[step])
    return path


@right("gradient_descent")
def by_recursion(gradient_of, start, learning_rate, num_steps):
    here = np.asarray(start)[np.newaxis]
    if num_steps == 0:
        return here
    following = start - learning_rate * gradient_of(start)
    rest = by_recursion(gradient_of, following, learning_rate, num_steps - 1)
    return np.concatenate([here, rest])


@right("gradient_descent")
def by_accumulate(gradient_of, start, learning_rate, num_steps):
    def take_step(weights, _):
        return weights - learning_rate * gradient_of(weights)

    return np.stack(list(accumulate(range(num_steps), take_step, initial=start)))


@right("gradient_descent")
def in_place_on_own_copy(gradient_of, start, learning_rate, num_steps):
    weights = np.array(start, dtype=float)
    path = [weights.copy()]
    while len(path) <= num_steps:
        weights -= learning_rate * gradient_of(weights)
        path.append(weights.copy())
    return np.array(path)


@right("gradient_descent")
def path_in_single_precision(gradient_of, start, learning_rate, num_steps):
    path = np.array([start], dtype=np.float32)
    for _ in range(num_steps):
        path = np.concatenate([path, [path[-1] - np.float32(learning_rate) * gradient_of(path[-1])]])
    return path


@wrong("gradient_descent", "The start is missing: it is the first entry of the path.")
def start_missing(gradient_of, start, learning_rate, num_steps):
    path, weights = [], start
    for _ in range(num_steps):
        weights = weights - learning_rate * gradient_of(weights)
        path.append(weights)
    return np.array(path)


@wrong(
    "gradient_descent",
    "One step too many: num_steps steps make num_steps + 1 places, the start included.",
)
def one_step_too_many(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps + 1):
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return np.array(path)


@wrong(
    "gradient_descent",
    "The last place is missing: take num_steps steps, and keep the place after the last one too.",
)
def end_missing(gradient_of, start, learning_rate, num_steps):
    path, weights = [], start
    for _ in range(num_steps):
        path.append(weights)
        weights = weights - learning_rate * gradient_of(weights)
    return np.array(path)


@wrong(
    "gradient_descent",
    "The start stands twice: you keep the weights before each step, and the start already. Keep them after "
    "each step.",
)
def start_twice(gradient_of, start, learning_rate, num_steps):
    path, weights = [start], start
    for _ in range(num_steps):
        path.append(weights)
        weights = weights - learning_rate * gradient_of(weights)
    return np.array(path)


@wrong(
    "gradient_descent",
    "You computed the gradient once, at the start. After a step you stand somewhere else: compute it anew.",
)
def gradient_at_the_start_only(gradient_of, start, learning_rate, num_steps):
    path, gradient = [start], gradient_of(start)
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient)
    return np.array(path)


@wrong("gradient_descent", "You returned the last place only. The whole path is asked for, the start first.")
def last_place_only(gradient_of, start, learning_rate, num_steps):
    weights = start
    for _ in range(num_steps):
        weights = weights - learning_rate * gradient_of(weights)
    return weights


@wrong("gradient_descent", "Your path goes uphill: subtract the rate times the gradient.")
def path_uphill(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] + learning_rate * gradient_of(path[-1]))
    return np.array(path)


@wrong("gradient_descent", "The learning rate is missing: every step subtracts the whole gradient.")
def path_without_rate(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - gradient_of(path[-1]))
    return np.array(path)


@wrong("gradient_descent", "You returned a list. The contract promises an array: np.array(path).")
def a_list(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return path


@wrong(
    "gradient_descent",
    "You collected the gradients. The path consists of the places, the weights themselves.",
)
def gradients_for_places(gradient_of, start, learning_rate, num_steps):
    gradients, weights = [], start
    for _ in range(num_steps + 1):
        gradients.append(gradient_of(weights))
        weights = weights - learning_rate * gradients[-1]
    return np.array(gradients)


@wrong(
    "gradient_descent",
    "Every step is measured from the start: you subtracted from start each time. Subtract from where you "
    "stand now.",
)
def always_from_the_start(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(start - learning_rate * gradient_of(path[-1]))
    return np.array(path)


@wrong(
    "gradient_descent",
    "This breaks for a start that is a plain number: len() wants an array. np.shape(start) works for both, "
    "and so does collecting the places in a list.",
)
def array_starts_only(gradient_of, start, learning_rate, num_steps):
    path = np.empty((num_steps + 1, len(start)))
    path[0] = start
    for step in range(num_steps):
        path[step + 1] = path[step] - learning_rate * gradient_of(path[step])
    return path


@wrong(
    "gradient_descent",
    "All rows are the same: -= changes one array in place, and your path holds that one array many times. "
    "Make a new array at each step.",
)
def one_array_many_times(gradient_of, start, learning_rate, num_steps):
    path, weights = [start], start
    for _ in range(num_steps):
        weights -= learning_rate * gradient_of(weights)
        path.append(weights)
    return np.array(path)


@wrong(
    "gradient_descent",
    "The path is right, but the start was changed on the way (-= works in place on what you were given). "
    "Copy it first, or make a new array at each step.",
)
def start_changed(gradient_of, start, learning_rate, num_steps):
    path, weights = [np.copy(start)], start
    for _ in range(num_steps):
        weights -= learning_rate * gradient_of(weights)
        path.append(np.copy(weights))
    return np.array(path)


@wrong(
    "gradient_descent",
    "All weights stand in one long row: np.append flattens arrays. One row for each place is asked for.",
)
def flattened(gradient_of, start, learning_rate, num_steps):
    path, weights = np.array([]), start
    for _ in range(num_steps):
        path = np.append(path, weights)
        weights = weights - learning_rate * gradient_of(weights)
    return np.append(path, weights)


@wrong(
    "gradient_descent",
    "Rows and columns are the wrong way round: one row for each place, one column for each weight.",
)
def one_column_a_place(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return np.array(path).T


@wrong(
    "gradient_descent",
    "gradient_of is a function, and you did arithmetic with the function itself. Call it: gradient_of(weights).",
)
def function_never_called(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient_of)
    return np.array(path)


@wrong(
    "gradient_descent",
    "num_steps is a number, and a loop needs something to go through: range(num_steps).",
)
def loop_over_a_number(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in num_steps:
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return np.array(path)


@wrong(
    "gradient_descent",
    "The path ends after the first step: the return stands inside the loop.",
)
def return_inside_the_loop(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
        return np.array(path)


@wrong(
    "gradient_descent",
    "Only the two ends are there, the start and the last place. Keep every place on the way too.",
)
def both_ends_only(gradient_of, start, learning_rate, num_steps):
    weights = start
    for _ in range(num_steps):
        weights = weights - learning_rate * gradient_of(weights)
    return np.array([start, weights])


@wrong("gradient_descent", "The path runs backwards: the start comes first, the last place last.")
def backwards(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.insert(0, path[0] - learning_rate * gradient_of(path[0]))
    return np.array(path)


@wrong(
    "gradient_descent",
    "Behind the start you kept the changes. The path consists of the places that they lead to.",
)
def changes_for_places(gradient_of, start, learning_rate, num_steps):
    path, weights = [start], start
    for _ in range(num_steps):
        change = -learning_rate * gradient_of(weights)
        weights = weights + change
        path.append(change)
    return np.array(path)


@wrong(
    "gradient_descent",
    "You put in 2w, the gradient of the example. On another landscape it is another: call gradient_of.",
)
def always_two_w(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * 2 * path[-1])
    return np.array(path)


@wrong(
    "gradient_descent",
    "This works for a start that is a plain number: a row of num_steps + 1 numbers has no room for arrays. Give it "
    "the shape (num_steps + 1, *np.shape(start)), or collect the places in a list.",
)
def number_starts_only(gradient_of, start, learning_rate, num_steps):
    path = np.zeros(num_steps + 1)
    path[0] = start
    for step in range(num_steps):
        path[step + 1] = path[step] - learning_rate * gradient_of(path[step])
    return path


@wrong(
    "gradient_descent",
    "You stopped at the bottom. The contract asks for num_steps steps, also where they lead nowhere.",
)
def stops_at_the_bottom(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for _ in range(num_steps):
        gradient = gradient_of(path[-1])
        if np.all(np.abs(gradient) < 1e-3):
            break
        path.append(path[-1] - learning_rate * gradient)
    return np.array(path)


@wrong(
    "gradient_descent",
    "The rate shrinks from step to step. Here it stays the same; lesson 02 is about rates that change.",
)
def shrinking_rate(gradient_of, start, learning_rate, num_steps):
    path = [start]
    for step in range(num_steps):
        path.append(path[-1] - learning_rate / (step + 1) * gradient_of(path[-1]))
    return np.array(path)


@wrong(
    "gradient_descent",
    "Your array is of the kind of the start. When it is the whole number 3, the fractions of the path are cut off: "
    "collect the places in a list, or make an array of floats.",
)
def of_the_kind_of_the_start(gradient_of, start, learning_rate, num_steps):
    path = np.array([start] * (num_steps + 1))
    for step in range(num_steps):
        path[step + 1] = path[step] - learning_rate * gradient_of(path[step])
    return path


# largest_stable_learning_rate -------------------------------------------------------------------


@right("largest_stable_learning_rate")
def by_largest_of_eigvals(hessian):
    curvatures = np.linalg.eigvals(hessian)
    return 2 / max(curvatures.real)


@right("largest_stable_learning_rate")
def by_spectral_norm(hessian):
    # For a positive definite matrix the largest singular value is the largest eigenvalue.
    return 2.0 / np.linalg.norm(hessian, ord=2)


@right("largest_stable_learning_rate")
def by_eigh(hessian):
    eigenvalues, _ = np.linalg.eigh(hessian)
    edges = [2 / eigenvalue for eigenvalue in eigenvalues]
    return min(edges)


@right("largest_stable_learning_rate")
def by_inverse(hessian):
    # The smallest eigenvalue of the inverse is 1 / the largest.
    return 2 * np.linalg.eigvalsh(np.linalg.inv(hessian)).min()


@right("largest_stable_learning_rate")
def by_power_iteration(hessian):
    direction = np.random.default_rng(0).normal(size=len(hessian))
    for _ in range(1000):
        direction = hessian @ direction
        direction /= np.linalg.norm(direction)
    return 2 / (direction @ hessian @ direction)


@wrong(
    "largest_stable_learning_rate",
    "That is 1/λmax: the rate at which the steepest direction reaches the bottom in one step. It may be "
    "twice as large before it diverges.",
)
def one_over_largest(hessian):
    return 1 / np.linalg.eigvalsh(hessian)[-1]


@wrong(
    "largest_stable_learning_rate",
    "You used the trace, the sum of all curvatures. The edge depends on the largest one alone.",
)
def two_over_trace(hessian):
    return 2 / np.trace(hessian)


@wrong(
    "largest_stable_learning_rate",
    "You used the smallest curvature. It is the steepest direction that gives way first.",
)
def two_over_smallest(hessian):
    return 2 / np.linalg.eigvalsh(hessian)[0]


@wrong(
    "largest_stable_learning_rate",
    "You used the largest number on the diagonal. In a turned valley the largest curvature does not stand "
    "in the matrix: it is an eigenvalue.",
)
def two_over_largest_on_the_diagonal(hessian):
    return 2 / np.diag(hessian).max()


@wrong(
    "largest_stable_learning_rate",
    "That is the largest curvature itself. The edge is 2 divided by it.",
)
def largest_curvature(hessian):
    return np.linalg.eigvalsh(hessian)[-1]


@wrong(
    "largest_stable_learning_rate",
    "Upside down: you divided the curvature by 2. The steeper the valley, the smaller the rate.",
)
def upside_down(hessian):
    return np.linalg.eigvalsh(hessian)[-1] / 2


@wrong(
    "largest_stable_learning_rate",
    "That is 2 / (λmin + λmax), the rate that converges fastest. The edge lies above it.",
)
def fastest_rate(hessian):
    eigenvalues = np.linalg.eigvalsh(hessian)
    return 2 / (eigenvalues[0] + eigenvalues[-1])


@wrong(
    "largest_stable_learning_rate",
    "np.linalg.norm without a second argument is the root of the sum of all squares (the Frobenius norm). It "
    "is larger than the largest eigenvalue.",
)
def two_over_frobenius_norm(hessian):
    return 2 / np.linalg.norm(hessian)


@wrong(
    "largest_stable_learning_rate",
    "You used the mean curvature. A rate that suits the mean is too large for the steepest direction.",
)
def two_over_mean(hessian):
    return 2 / np.linalg.eigvalsh(hessian).mean()


@wrong(
    "largest_stable_learning_rate",
    "You returned an edge for each direction. There is one rate for all of them: the smallest of these edges.",
)
def one_edge_a_direction(hessian):
    return 2 / np.linalg.eigvalsh(hessian)


@wrong(
    "largest_stable_learning_rate",
    "You took 1.99 for 2. The exercise asks for the edge itself, which is exact.",
)
def a_little_below(hessian):
    return 1.99 / np.linalg.eigvalsh(hessian)[-1]


@wrong(
    "largest_stable_learning_rate",
    "You took the last one. Neither np.linalg.eigvals nor np.linalg.eig nor a diagonal is sorted, so the last "
    "need not be the largest: use the max of the eigenvalues, or eigvalsh, which sorts.",
)
def last_of_unsorted(hessian):
    return 2 / np.linalg.eigvals(hessian)[-1]


@wrong(
    "largest_stable_learning_rate",
    "You used the largest sum of a row. It is never below the largest eigenvalue, so your rate is safe, but it "
    "is not the edge.",
)
def two_over_largest_row_sum(hessian):
    return 2 / np.abs(hessian).sum(axis=1).max()


@wrong(
    "largest_stable_learning_rate",
    "You used the determinant, the product of all curvatures. The edge depends on the largest one alone.",
)
def two_over_determinant(hessian):
    return 2 / np.linalg.det(hessian)


@wrong(
    "largest_stable_learning_rate",
    "The number is right, but it sits in an array: [-1:] is a slice, [-1] is the last number.",
)
def edge_in_an_array(hessian):
    return 2 / np.linalg.eigvalsh(hessian)[-1:]


@wrong("largest_stable_learning_rate", "You took the root of the largest curvature. The edge is 2 over it.")
def two_over_root(hessian):
    return 2 / np.sqrt(np.linalg.eigvalsh(hessian)[-1])


@wrong(
    "largest_stable_learning_rate",
    "The largest curvature is squared in your result, as in np.linalg.eigvalsh(hessian @ hessian).",
)
def two_over_square(hessian):
    return 2 / np.linalg.eigvalsh(hessian.T @ hessian)[-1]


@wrong(
    "largest_stable_learning_rate",
    "Two slashes divide and cut off what is behind the point. Use one: /.",
)
def whole_division(hessian):
    return 2 // np.linalg.eigvalsh(hessian)[-1]


@wrong(
    "largest_stable_learning_rate",
    "That is 4/λmax, twice the edge. The factor of one half in the loss is in the curvature already.",
)
def twice_the_edge(hessian):
    return 4 / np.linalg.eigvalsh(hessian)[-1]


@wrong(
    "largest_stable_learning_rate",
    "Your result is 2 here, as if the largest curvature were 1. (np.linalg.eigh returns eigenvalues and "
    "eigenvectors, the values first.)",
)
def from_eigenvectors(hessian):
    return 2 / np.linalg.eigh(hessian)[1].max()


# suggest_learning_rate --------------------------------------------------------------------------


@right("suggest_learning_rate")
def with_nanargmin(learning_rates, losses):
    return 0.1 * learning_rates[np.nanargmin(losses)]


@right("suggest_learning_rate")
def filtered_together(learning_rates, losses):
    usable = np.isfinite(losses)
    rates, finite = learning_rates[usable], losses[usable]
    return rates[finite.argmin()] / 10


@right("suggest_learning_rate")
def with_a_loop(learning_rates, losses):
    best_rate, best_loss = None, float("inf")
    for rate, loss in zip(learning_rates, losses, strict=True):
        # A comparison with nan is false, so nan is passed over.
        if loss < best_loss:
            best_rate, best_loss = rate, loss
    return best_rate / 10


@right("suggest_learning_rate")
def lowest_pair(learning_rates, losses):
    pairs = [(loss, rate) for rate, loss in zip(learning_rates, losses, strict=True) if np.isfinite(loss)]
    _, rate = min(pairs)
    return float(rate) / 10


@right("suggest_learning_rate")
def on_the_logarithmic_scale(learning_rates, losses):
    return 10 ** (np.log10(learning_rates[np.ma.masked_invalid(losses).argmin()]) - 1)


@right("suggest_learning_rate")
def first_in_order(learning_rates, losses):
    # np.argsort puts nan behind everything, infinity too.
    return learning_rates[np.argsort(losses)[0]] / 10


@wrong(
    "suggest_learning_rate",
    "That is the rate of the lowest loss itself. It is close to the edge: divide it by ten.",
)
def lowest_point_itself(learning_rates, losses):
    return learning_rates[np.nanargmin(losses)]


@wrong(
    "suggest_learning_rate",
    "You multiplied by ten. One tenth is asked for: to the careful side, away from the edge.",
)
def ten_times_the_lowest(learning_rates, losses):
    return learning_rates[np.nanargmin(losses)] * 10


@wrong(
    "suggest_learning_rate",
    "You took the steepest slope. It follows the noise of single batches; take the lowest loss.",
)
def steepest_slope(learning_rates, losses):
    slopes = np.gradient(losses, np.log10(learning_rates))
    return learning_rates[np.nanargmin(slopes)]


@wrong(
    "suggest_learning_rate",
    "You took one tenth of the rate at the steepest slope. The rule starts from the lowest loss.",
)
def tenth_of_the_steepest(learning_rates, losses):
    slopes = np.gradient(losses, np.log10(learning_rates))
    return learning_rates[np.nanargmin(slopes)] / 10


@wrong(
    "suggest_learning_rate",
    "A nan was taken for the lowest loss: np.argmin gives its place, and so it does when nan becomes 0. Look at "
    "finite losses only.",
)
def nan_as_lowest(learning_rates, losses):
    return learning_rates[np.argmin(losses)] / 10


@wrong(
    "suggest_learning_rate",
    "min() of an array with nan is nan, and nothing is equal to nan, not even nan: no place was found. Look at "
    "finite losses only.",
)
def equal_to_the_minimum(learning_rates, losses):
    return learning_rates[losses == losses.min()][0] / 10


@wrong(
    "suggest_learning_rate",
    "You took the largest rate before the loss blows up. That is the edge; start from the lowest loss and "
    "divide by ten.",
)
def largest_before_the_blow_up(learning_rates, losses):
    fine = np.isfinite(losses) & (losses < losses[0])
    return learning_rates[fine][-1]


@wrong(
    "suggest_learning_rate",
    "You took one tenth of the largest rate before the loss blows up. Start from the rate of the lowest loss.",
)
def tenth_of_the_largest_before_the_blow_up(learning_rates, losses):
    fine = np.isfinite(losses) & (losses < losses[0])
    return learning_rates[fine][-1] / 10


@wrong(
    "suggest_learning_rate",
    "You returned the place in the array, an index. Look up the rate that stands there, and take a tenth.",
)
def index_for_rate(learning_rates, losses):
    return np.nanargmin(losses)


@wrong(
    "suggest_learning_rate",
    "You took one tenth of the index. Look up the rate that stands at that place.",
)
def tenth_of_the_index(learning_rates, losses):
    return np.nanargmin(losses) / 10


@wrong(
    "suggest_learning_rate",
    "You took one tenth of the lowest loss. It is the rate at that loss that counts.",
)
def tenth_of_the_loss(learning_rates, losses):
    return np.nanmin(losses) / 10


@wrong(
    "suggest_learning_rate",
    "You stopped at the first rise. The losses jitter from batch to batch: take the lowest of all.",
)
def first_rise(learning_rates, losses):
    return learning_rates[np.argmax(np.diff(losses) > 0)] / 10


@wrong(
    "suggest_learning_rate",
    "You went one step back from the lowest loss. The rule is one tenth of its rate, however fine the steps.",
)
def one_step_before(learning_rates, losses):
    return learning_rates[np.nanargmin(losses) - 1]


@wrong(
    "suggest_learning_rate",
    "You removed losses that are not finite, but not their rates: places no longer match. Filter both arrays.",
)
def filtered_apart(learning_rates, losses):
    finite_losses = losses[np.isfinite(losses)]
    return learning_rates[finite_losses.argmin()] / 10


@wrong("suggest_learning_rate", "Here that is a tenth of the rate at the highest loss. The lowest is asked for.")
def tenth_of_the_highest(learning_rates, losses):
    return learning_rates[np.argmax(np.where(np.isfinite(losses), losses, -np.inf))] / 10


@wrong("suggest_learning_rate", "You went one rate too far: take the one at the lowest loss itself.")
def tenth_of_the_next(learning_rates, losses):
    return learning_rates[np.nanargmin(losses) + 1] / 10


@wrong(
    "suggest_learning_rate",
    "You took one tenth of the first rate. A search that begins with a lowest loss of 0 ends there, because no "
    "loss is below 0: begin with infinity.",
)
def begins_with_zero(learning_rates, losses):
    best, lowest_loss = 0, 0.0
    for index, loss in enumerate(losses):
        if loss < lowest_loss:
            best, lowest_loss = index, loss
    return learning_rates[best] / 10


@wrong(
    "suggest_learning_rate",
    "Nothing after the first loss counted. It is nan, and no comparison with nan is true: begin with infinity "
    "instead, and pass over each loss that is not finite.",
)
def begins_with_the_first_loss(learning_rates, losses):
    best, lowest_loss = 0, losses[0]
    for index, loss in enumerate(losses):
        if loss < lowest_loss:
            best, lowest_loss = index, loss
    return learning_rates[best] / 10


@wrong("suggest_learning_rate", "The first loss was left out. Here it is the lowest.")
def first_left_out(learning_rates, losses):
    lowest_loss, rate = np.inf, None
    for index in range(1, len(losses)):
        if losses[index] < lowest_loss:
            lowest_loss, rate = losses[index], learning_rates[index]
    return rate / 10


@wrong("suggest_learning_rate", "The last loss was left out. Here it is the lowest.")
def last_left_out(learning_rates, losses):
    lowest_loss, rate = np.inf, None
    for index in range(len(losses) - 1):
        if losses[index] < lowest_loss:
            lowest_loss, rate = losses[index], learning_rates[index]
    return rate / 10


@wrong(
    "suggest_learning_rate",
    "The number is right, but it sits in an array: a comparison picks all entries that fit. Take one of them.",
)
def rate_in_an_array(learning_rates, losses):
    return learning_rates[losses == np.nanmin(losses)] / 10


@wrong(
    "suggest_learning_rate",
    "You changed the losses that you were given: losses[...] = works in place. np.where makes a new array.",
)
def changes_the_losses(learning_rates, losses):
    losses[~np.isfinite(losses)] = np.inf
    return learning_rates[np.argmin(losses)] / 10


@wrong(
    "suggest_learning_rate",
    "You started from a lowest loss of 10. Losses can be larger: start from infinity.",
)
def starts_at_ten(learning_rates, losses):
    best, lowest = 0, 10
    for place, loss in enumerate(losses):
        if loss < lowest:
            best, lowest = place, loss
    return learning_rates[best] / 10


@wrong(
    "suggest_learning_rate",
    "You replaced NaN by a number that a loss may exceed. np.nanargmin leaves NaN out, or replace it by np.inf.",
)
def holes_as_ten(learning_rates, losses):
    return learning_rates[np.nan_to_num(losses, nan=10.0).argmin()] / 10


# quiz -------------------------------------------------------------------------------------------

wrong_choice("quiz_1", 3.2, "You went uphill: the step is subtracted.")
wrong_choice("quiz_1", 1.4, "The gradient of 3w² is 6w, not 3w: at w = 2 it is 12.")
wrong_choice("quiz_1", -10, "The learning rate is missing: the step is 0.1 times the gradient.")
wrong_choice("quiz_1", 1.9, "The learning rate is not the length of the step: multiply it by the gradient.")
wrong_choice("quiz_1", 1.2, "That is the length of the step. Where are you after it?")
wrong_choice("quiz_1", -1.2, "That is the change of w. Add it to where you stood.")
wrong_choice("quiz_1", 1.92, "That is the loss after the step. The question is where you are, w itself.")
wrong_choice("quiz_1", 1.6, "You used the gradient of w². There is a 3 before it.")

wrong_choice(
    "quiz_2",
    "a",
    "The edge depends on the largest curvature, not on the mean: 2/50 is 0.04, and 0.05 is above.",
)
wrong_choice(
    "quiz_2",
    "c",
    "Compute the factor 1 - rate x curvature of each direction: one is 0.8, the other -1.5. Neither is -1.",
)
wrong_choice(
    "quiz_2",
    "d",
    "For the flat direction you are right: factor 0.8. For the steep one the factor is 1 - 0.05 x 50, which is "
    "-1.5.",
)

wrong_choice("quiz_3", 0.2, "The wrong way: a loss that is 5 times as large has 5 times the curvature.")
wrong_choice(
    "quiz_3", 0.04, "The place of the minimum stays the same, but every curvature is multiplied by 5."
)
wrong_choice("quiz_3", 0.0016, "The curvature grows by the factor 5, not by its square.")
wrong_choice(
    "quiz_3", 0.4, "The edge is 2 over the largest curvature. Here that curvature grows by the factor 5."
)

wrong_choice(
    "quiz_4",
    "a",
    "The hidden units are dead: their gradient is zero, in the next epoch and in the thousandth.",
)
wrong_choice(
    "quiz_4",
    "b",
    "A smaller rate does not wake a dead unit: zero gradient times any rate is zero. You saw it measured.",
)
wrong_choice(
    "quiz_4", "d", "A larger network has the same trouble: the step is too long. The rate has to change."
)

wrong_choice(
    "quiz_5",
    "a",
    "These are nearly the rate that you know. Chance from seed to seed is larger than such a difference.",
)
wrong_choice(
    "quiz_5",
    "b",
    "Both lie in one gap, between 0.1 and 1. The best rate may as well lie between 0.01 and 0.1.",
)
wrong_choice("quiz_5", "d", "Far away from the best of the four: these will tell what you know already.")
