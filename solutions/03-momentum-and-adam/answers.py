"""Right and wrong answers to the exercises of lesson 03."""

import math

import numpy as np

from course.authoring.answers import exercise, short

_SHAPES = ((), (), (1,), (2,), (5,), (2, 3), (1, 4), (2, 1, 3))


def _three_digits(values):
    """Return numbers rounded to three digits, wherever the point stands."""
    return np.vectorize(lambda value: float(f"{value:.3g}"), otypes=[float])(values)


def _plain(values):
    """Return an array without axes as a Python number, another as it is."""
    return values.item() if values.ndim == 0 else values


def _numbers(rng, shape, size=1.0, whole=False):
    """Return a number or an array of the shape, either side of 0, hardly ever close to it.

    Most have three digits, which keeps what is recorded small; some have more: rounding should show.
    """
    signs, sizes = rng.choice([-1, 1], shape), rng.uniform(0.05, 3, shape) * size
    if whole:
        return _plain(np.asarray(signs * np.ceil(sizes)).astype(int))
    if rng.random() < 0.3:
        return _plain(np.round(signs * sizes, 6))
    return _plain(_three_digits(signs * sizes))


def _zeros(values):
    return 0 * values


e = exercise("momentum_step")

@e.cases
def steps_with_a_memory(rng):
    """Numbers and arrays of up to three axes, whole numbers too, with old velocities, none, and flat places."""
    shape, whole = _SHAPES[rng.integers(len(_SHAPES))], rng.random() < 0.15
    weight, velocity = (_numbers(rng, shape, size, whole) for size in (1, 0.5))
    gradient = _numbers(rng, shape, float(rng.choice([0.1, 1, 10])), whole)
    if rng.random() < 0.15:
        velocity = _zeros(velocity)
    if rng.random() < 0.1:
        gradient = _zeros(gradient)
    rate = float(f"{10 ** rng.uniform(-3, 0):.2g}")
    momentum = float(rng.choice([0, 0.5, 0.9, 0.99, round(float(rng.uniform(0.05, 0.95)), 2)]))
    return weight, velocity, gradient, rate, momentum

e.hints(
    "There are two lines, in this order: first the new velocity, then the weight, which is moved by the "
    "new velocity.",
    "The new velocity is a sum of two parts: momentum times the old velocity, and the plain step of lesson 01 with "
    "its minus sign.",
    "Return both as a pair, the weight first. Make new arrays: a -= b would change what you were given.",
)

@e.right
def named_step(weight, velocity, gradient, learning_rate, momentum):
    kept, plain_step = momentum * velocity, -learning_rate * gradient
    new_velocity = kept + plain_step
    return weight + new_velocity, new_velocity

@e.right
def with_ufuncs(weight, velocity, gradient, learning_rate, momentum):
    velocity = np.subtract(np.multiply(momentum, velocity), np.multiply(learning_rate, gradient))
    return np.add(weight, velocity), velocity

@e.right
def in_place_on_copies(weight, velocity, gradient, learning_rate, momentum):
    weight, velocity = np.array(weight, dtype=float), np.array(velocity, dtype=float)
    velocity *= momentum
    velocity -= learning_rate * np.asarray(gradient)
    weight += velocity
    return [weight, velocity]

@e.right
def downhill_velocity(weight, velocity, gradient, learning_rate, momentum):
    backwards = learning_rate * gradient - momentum * velocity
    return weight - backwards, 0 - backwards

@e.right
def number_by_number(weight, velocity, gradient, learning_rate, momentum):
    if np.ndim(weight) == 0:
        velocity = momentum * velocity - learning_rate * gradient
        return weight + velocity, velocity
    rows = zip(weight, velocity, gradient, strict=True)
    pairs = [number_by_number(*row, learning_rate, momentum) for row in rows]
    return np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])

@e.wrong("Your velocity is PyTorch's: it adds up gradients, and the rate comes in when the weight moves. The weight is the same as ours here only if the old velocity or the momentum is 0. In our form the rate is a part of the velocity.")
def form_of_pytorch(weight, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity + gradient
    return weight - learning_rate * velocity, velocity

@e.wrong("A copy of a whole number holds whole numbers, and NumPy puts no fraction into it. Compute a new value instead: a * b makes one of the right kind.")
def in_copies(weight, velocity, gradient, learning_rate, momentum):
    weight, velocity = np.copy(weight), np.copy(velocity)
    velocity *= momentum
    velocity -= learning_rate * gradient
    weight += velocity
    return weight, velocity

e.wrong("You moved the weight by the old velocity. The new one moves it.",
    moved_by_the_old_velocity=lambda weight, velocity, gradient, learning_rate, momentum: (
        (weight + velocity, momentum * velocity - learning_rate * gradient)
    ))

@e.wrong("The gradient comes into the velocity with a plus. Downhill is against the gradient: minus learning_rate times it.")
def along_the_gradient(weight, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity + learning_rate * gradient
    return weight + velocity, velocity

@e.wrong("Your velocity is an uphill one: rate times gradient with a plus, and you subtract it from the weight. From a velocity of 0 the weight comes out right. Ours points the way the weight moves, and is added.")
def velocity_uphill(weight, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity + learning_rate * gradient
    return weight - velocity, velocity

@e.wrong("You subtracted the new velocity. It points the way that the weight goes: add it.")
def velocity_subtracted(weight, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity - learning_rate * gradient
    return weight - velocity, velocity

@e.wrong("You multiplied the gradient by 1 - momentum too. That makes a moving average; in this formula the plain step is added whole.")
def moving_average(weight, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity - (1 - momentum) * learning_rate * gradient
    return weight + velocity, velocity

@e.wrong("momentum is missing: all of the old velocity is kept.")
def all_is_kept(weight, velocity, gradient, learning_rate, momentum):
    velocity = velocity - learning_rate * gradient
    return weight + velocity, velocity

@e.wrong("The old velocity is missing: this is a plain step of gradient descent.")
def no_memory(weight, velocity, gradient, learning_rate, momentum):
    velocity = -learning_rate * gradient
    return weight + velocity, velocity

@e.wrong("momentum multiplies your gradient as well. It belongs to the old velocity only.")
def momentum_times_both(weight, velocity, gradient, learning_rate, momentum):
    velocity = momentum * (velocity - learning_rate * gradient)
    return weight + velocity, velocity

@e.wrong("The learning rate multiplies your old velocity as well. It belongs to the gradient only.")
def rate_times_both(weight, velocity, gradient, learning_rate, momentum):
    velocity = learning_rate * (momentum * velocity - gradient)
    return weight + velocity, velocity

@e.wrong("The learning rate is missing: the whole gradient goes into the velocity.")
def rate_forgotten(weight, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity - gradient
    return weight + velocity, velocity

@e.wrong("This is Nesterov's step: it looks ahead. Here the weight moves by the new velocity alone.")
def nesterov(weight, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity - learning_rate * gradient
    return weight + momentum * velocity - learning_rate * gradient, velocity

@e.wrong("The two are the wrong way round: the weight comes first, then the velocity.")
def velocity_first(weight, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity - learning_rate * gradient
    return velocity, weight + velocity

e.wrong("You returned the weight alone. The next step needs the velocity too.",
    weight_alone=lambda weight, velocity, gradient, learning_rate, momentum: (
        weight + momentum * velocity - learning_rate * gradient
    ))
e.wrong("You returned the velocity that you were given. The new one is asked for.",
    old_velocity_returned=lambda weight, velocity, gradient, learning_rate, momentum: (
        (weight + momentum * velocity - learning_rate * gradient, velocity)
    ))

@e.wrong("Your numbers are right, but the arrays that you were given have changed: +=, *= and weight[...] = work in place.")
def in_place(weight, velocity, gradient, learning_rate, momentum):
    velocity *= momentum
    velocity -= learning_rate * gradient
    weight += velocity
    return weight, velocity

@e.wrong("0.9 is built in. The share of the old velocity that is kept is the argument momentum.")
def built_in(weight, velocity, gradient, learning_rate, momentum):
    velocity = 0.9 * velocity - learning_rate * gradient
    return weight + velocity, velocity

@e.wrong("This is still the colleague's function: 0.9 is built in, its velocity points uphill, and the velocity that came in is changed.")
def of_the_colleague(weight, velocity, gradient, learning_rate, momentum):
    velocity *= 0.9
    velocity += learning_rate * gradient
    return weight - velocity, velocity

@e.wrong("You gave the old velocity the share 1 - momentum. It keeps the share momentum.")
def share_turned_round(weight, velocity, gradient, learning_rate, momentum):
    velocity = (1 - momentum) * velocity - learning_rate * gradient
    return weight + velocity, velocity


e = exercise("largest_stable_rate")

@e.cases
def valleys(rng):
    """One to six directions, turned or not, some equally steep, of any scale; any momentum."""
    size = int(rng.integers(1, 7))
    curvatures = np.sort(10 ** rng.uniform(-2, 2, size)) * float(rng.choice([1e-3, 1, 1, 1e3]))
    if rng.random() < 0.15:
        curvatures[:] = curvatures[-1]
    if rng.random() < 0.2:
        rng.shuffle(curvatures)
        hessian = np.diag(_three_digits(curvatures))
    else:
        directions, _ = np.linalg.qr(rng.normal(size=(size, size)))
        turned = directions @ np.diag(curvatures) @ directions.T
        hessian = short((turned + turned.T) / 2)
    if rng.random() < 0.1:
        hessian = np.array([[2, 1], [1, int(rng.integers(2, 9))]])
    momentum = float(rng.choice([0, 0.5, 0.9, 0.99, round(float(rng.uniform(0.05, 0.95)), 2)]))
    return hessian, momentum

e.hints(
    "Write the first line of the step for the jump of the text: the new velocity is -2w, the old one 2w, the gradient "
    "h w. Every term has a w in it.",
    "Test your formula with h = 10 and a momentum of 0.9: it should give the measured edge of 0.38.",
    "With many directions h is the largest curvature: the largest eigenvalue of the Hessian.",
)

@e.right
def as_a_sum(hessian, momentum):
    steepest = np.linalg.eigvalsh(hessian)[-1]
    return (2 + 2 * momentum) / steepest

@e.right
def with_a_norm(hessian, momentum):
    return float(2 * (1 + momentum) / np.linalg.norm(hessian, 2))

@e.right
def smallest_of_all_edges(hessian, momentum):
    return min((1 + momentum) * 2 / curvature for curvature in np.linalg.eigh(hessian)[0])

@e.right
def with_singular_values(hessian, momentum):
    plain = 2 / np.linalg.svd(hessian, compute_uv=False).max()
    return plain + momentum * plain

@e.right
def general_eigenvalues(hessian, momentum):
    return 2 * (1 + momentum) / max(np.linalg.eigvals(hessian).real)

e.wrong("This is the edge without a memory. It moves with the momentum.",
    without_a_memory=lambda hessian, momentum: 2 / np.linalg.eigvalsh(hessian).max())
e.wrong("You multiplied the edge by 1 - momentum: that moves it in. The measured edges moved out.",
    moved_in=lambda hessian, momentum: 2 * (1 - momentum) / np.linalg.eigvalsh(hessian).max())
e.wrong("You divided the edge by 1 - momentum. At 0.9 that would move it out ten times as far; the measured one did not even double.",
    divided=lambda hessian, momentum: 2 / ((1 - momentum) * np.linalg.eigvalsh(hessian).max()))
e.wrong("You divided by 1 + momentum. Look at the measured edges: they grow with the momentum.",
    divided_by_the_sum=lambda hessian, momentum: 2 / ((1 + momentum) * np.linalg.eigvalsh(hessian).max()))
e.wrong("Your edge is half as far out as it should be. A jump from w to -w is 2w long, and the gradient at w is h w.",
    half=lambda hessian, momentum: (1 + momentum) / np.linalg.eigvalsh(hessian).max())
e.wrong("You added the momentum once instead of twice: with h = 10 and a momentum of 0.5 your edge is 0.25, the measured one 0.3.",
    momentum_added_once=lambda hessian, momentum: (2 + momentum) / np.linalg.eigvalsh(hessian).max())
e.wrong("Your edge is that of the flattest direction. The steepest gives way first: the largest eigenvalue decides.",
    flattest=lambda hessian, momentum: 2 * (1 + momentum) / np.linalg.eigvalsh(hessian).min())
e.wrong("You took the largest number of the matrix, which stands on its diagonal. In a turned valley the curvatures are the eigenvalues.",
    largest_of_the_diagonal=lambda hessian, momentum: 2 * (1 + momentum) / np.diag(hessian).max())
e.wrong("You divided by the trace, the sum of all curvatures. One direction decides: the steepest.",
    trace=lambda hessian, momentum: 2 * (1 + momentum) / np.trace(hessian))
e.wrong("You divided by the root of a sum of squares, of all curvatures or of all numbers (np.linalg.norm gives it). The largest curvature alone decides: the largest eigenvalue.",
    length_of_the_matrix=lambda hessian, momentum: 2 * (1 + momentum) / np.linalg.norm(hessian))
e.wrong("This is the edge of Nesterov's step. The jump of the text gives that of momentum.",
    edge_of_nesterov=lambda hessian, momentum: (
        2 * (1 + momentum) / ((1 + 2 * momentum) * np.linalg.eigvalsh(hessian).max())
    ))
e.wrong("You returned an edge for each direction. One rate serves them all: the smallest edge.",
    one_for_each=lambda hessian, momentum: 2 * (1 + momentum) / np.linalg.eigvalsh(hessian))
e.wrong("The momentum comes in squared. Solve the line of the jump for the rate once more.",
    momentum_squared=lambda hessian, momentum: 2 * (1 + momentum**2) / np.linalg.eigvalsh(hessian).max())
e.wrong("You took the root of the largest curvature. The rate times the curvature itself decides.",
    root_of_the_curvature=lambda hessian, momentum: (
        2 * (1 + momentum) / np.sqrt(np.linalg.eigvalsh(hessian).max())
    ))


e = exercise("adam_step")

@e.cases
def steps_of_adam(rng):
    """Numbers and arrays, first steps and late ones, any betas, weights without gradients.

    Epsilon is either far too small to be felt, or large; then the mean square needs no correction any more. So
    it makes no difference whether epsilon is added before or after that.
    """
    shape, whole = _SHAPES[rng.integers(len(_SHAPES))], rng.random() < 0.1
    size = float(rng.choice([0.1, 1, 1, 30]))
    weight, gradient = _numbers(rng, shape, 1, whole), _numbers(rng, shape, size, whole)
    beta_1 = float(rng.choice([0, 0.5, 0.9, round(float(rng.uniform(0.05, 0.98)), 2)]))
    rate = float(f"{10 ** rng.uniform(-3, 0):.2g}")
    if rng.random() < 0.3:
        epsilon = float(f"{10 ** rng.uniform(-2, 0.7):.2g}")
        late = rng.random() < 0.7
        beta_2 = float(rng.choice([0.5, 0.9, 0.98])) if late else 0.0
        step = int(rng.choice([20_000, 100_000])) if late else int(rng.integers(2, 30))
    else:
        epsilon = float(10.0 ** rng.integers(-14, -11))
        beta_2 = float(rng.choice([0, 0.5, 0.9, 0.99, 0.999, round(float(rng.uniform(0.05, 0.99)), 2)]))
        step = int(rng.choice([1, 1, 2, 3, int(rng.integers(4, 400)), 5000]))
    mean, mean_square = _numbers(rng, shape, size, whole), abs(_numbers(rng, shape, size**2, whole))
    if step == 1:
        mean, mean_square = _zeros(mean), _zeros(mean_square)
    if rng.random() < 0.1:
        gradient = _zeros(gradient)
    return weight, mean, mean_square, gradient, step, rate, beta_1, beta_2, epsilon

e.hints(
    "Five lines, as in the text: the two averages, the two corrections, the step. Give the corrected ones names of their "
    "own: what you return are the averages without hats.",
    "beta ** step is the power. With beta 0.9 and step 1 the correction divides by 0.1.",
    "Try the example of the text: from averages of 0, a gradient of 2 and any beta, the weight goes down by the learning rate.",
)

@e.right
def as_in_keras(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    mean = mean + (gradient - mean) * (1 - beta_1)
    mean_square = mean_square + (np.square(gradient) - mean_square) * (1 - beta_2)
    rate = learning_rate * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    return weight - rate * mean / (np.sqrt(mean_square) + epsilon), mean, mean_square

@e.right
def in_place_on_copies_of_adam(
    weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon
):
    weight, mean, mean_square, gradient = (
        np.array(values, dtype=float) for values in (weight, mean, mean_square, gradient)
    )
    mean *= beta_1
    mean += (1 - beta_1) * gradient
    mean_square *= beta_2
    mean_square += (1 - beta_2) * gradient * gradient
    m_hat = mean / (1 - np.power(beta_1, step))
    s_hat = mean_square / (1 - np.power(beta_2, step))
    weight -= learning_rate * m_hat / (s_hat**0.5 + epsilon)
    return [weight, mean, mean_square]

@e.right
def one_expression(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    m = np.add(np.multiply(beta_1, mean), np.multiply(1 - beta_1, gradient))
    s = np.add(np.multiply(beta_2, mean_square), np.multiply(1 - beta_2, np.power(gradient, 2)))
    usual = np.sqrt(np.divide(s, 1 - beta_2**step)) + epsilon
    return np.subtract(weight, learning_rate / (1 - beta_1**step) * m / usual), m, s

@e.right
def number_by_number_of_adam(
    weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon
):
    rest = step, learning_rate, beta_1, beta_2, epsilon
    if np.ndim(weight) == 0:
        mean = beta_1 * mean + (1 - beta_1) * gradient
        mean_square = beta_2 * mean_square + (1 - beta_2) * gradient * gradient
        size = math.sqrt(mean_square / (1 - beta_2**step))
        return weight - learning_rate * (mean / (1 - beta_1**step)) / (size + epsilon), mean, mean_square
    rows = zip(weight, mean, mean_square, gradient, strict=True)
    triples = [number_by_number_of_adam(*row, *rest) for row in rows]
    return tuple(np.array(column) for column in zip(*triples, strict=True))


def _adam(
    weight,
    mean,
    mean_square,
    gradient,
    step,
    learning_rate,
    beta_1,
    beta_2,
    epsilon,
    *,
    correct=(True, True),
    counted=0,
    way=None,
):
    """Adam, with one part of it changed: the common part of wrong answers."""
    new_mean = beta_1 * mean + (1 - beta_1) * gradient
    new_square = beta_2 * mean_square + (1 - beta_2) * gradient**2
    step = step + counted
    m = new_mean / (1 - beta_1**step) if correct[0] else new_mean
    s = new_square / (1 - beta_2**step) if correct[1] else new_square
    moved = m / (np.sqrt(s) + epsilon) if way is None else way(m, s)
    return weight - learning_rate * moved, new_mean, new_square


@e.wrong("A copy of a whole number holds whole numbers, and NumPy puts no fraction into it. Compute a new value instead: a * b makes one of the right kind.")
def in_copies_of_adam(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    weight, mean, mean_square = np.copy(weight), np.copy(mean), np.copy(mean_square)
    mean *= beta_1
    mean += (1 - beta_1) * gradient
    mean_square *= beta_2
    mean_square += (1 - beta_2) * gradient**2
    corrected = mean / (1 - beta_1**step), mean_square / (1 - beta_2**step)
    weight -= learning_rate * corrected[0] / (np.sqrt(corrected[1]) + epsilon)
    return weight, mean, mean_square

@e.wrong("The bias correction is missing: both averages are used as they are.")
def no_correction(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    return _adam(weight, mean, mean_square, *rest, correct=(False, False))

@e.wrong("You corrected the mean square and not the mean. Both began at 0.")
def mean_not_corrected(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    return _adam(weight, mean, mean_square, *rest, correct=(False, True))

@e.wrong("You corrected the mean and not the mean square. Both began at 0.")
def square_not_corrected(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    return _adam(weight, mean, mean_square, *rest, correct=(True, False))

@e.wrong("Your corrections use the power step + 1. The first step has the number 1 already, so the power is step.")
def one_step_further(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    return _adam(weight, mean, mean_square, *rest, counted=1)

@e.wrong("Your corrections use the power step - 1. In the first step that divides by 0: the power is step.")
def one_step_back(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    with np.errstate(all="ignore"):
        return _adam(weight, mean, mean_square, *rest, counted=-1)

@e.wrong("Epsilon stands under your root. It is added to the root.")
def epsilon_under_the_root(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    return _adam(weight, mean, mean_square, *rest, way=lambda m, s: m / np.sqrt(s + epsilon))

@e.wrong("Epsilon is missing: a weight that never had a gradient divides 0 by 0.")
def no_epsilon(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    with np.errstate(all="ignore"):
        return _adam(weight, mean, mean_square, *rest, way=lambda m, s: m / np.sqrt(s))

@e.wrong("The root is missing: you divided by the mean square itself.")
def no_root(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    return _adam(weight, mean, mean_square, *rest, way=lambda m, s: m / (s + epsilon))

@e.wrong("You multiplied by the usual size. Adam divides by it, so that weights with large gradients go no further than others.")
def multiplied_by_the_size(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    return _adam(weight, mean, mean_square, *rest, way=lambda m, s: m * (np.sqrt(s) + epsilon))

@e.wrong("You averaged the gradients and squared the average. The squares are averaged: gradient ** 2 goes in.")
def square_of_the_mean(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    new_mean = beta_1 * mean + (1 - beta_1) * gradient
    new_square = beta_2 * mean_square + (1 - beta_2) * new_mean**2
    size = np.sqrt(new_square / (1 - beta_2**step)) + epsilon
    return weight - learning_rate * new_mean / (1 - beta_1**step) / size, new_mean, new_square

@e.wrong("The gradient goes into your mean square as it is. Its square does.")
def gradient_not_squared(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    new_mean = beta_1 * mean + (1 - beta_1) * gradient
    new_square = beta_2 * mean_square + (1 - beta_2) * gradient
    with np.errstate(all="ignore"):
        size = np.sqrt(new_square / (1 - beta_2**step)) + epsilon
    return weight - learning_rate * new_mean / (1 - beta_1**step) / size, new_mean, new_square

@e.wrong("You returned the corrected averages. The next step goes on from the ones without hats; corrected ones would be corrected again.")
def corrected_ones_kept(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    weight, mean, mean_square = _adam(weight, mean, mean_square, *rest)
    return weight, mean / (1 - beta_1**step), mean_square / (1 - beta_2**step)

@e.wrong("Epsilon is added after your division. Add it to the root first: brackets round the two.")
def epsilon_after_the_division(
    weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon
):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    with np.errstate(all="ignore"):
        return _adam(weight, mean, mean_square, *rest, way=lambda m, s: m / np.sqrt(s) + epsilon)

@e.wrong("Epsilon is added after your division. Add it to the root first: brackets round the two.")
def epsilon_at_the_end(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, 0.0
    with np.errstate(all="ignore"):
        moved, *averages = _adam(weight, mean, mean_square, *rest)
    return moved + epsilon, *averages

@e.wrong("The gradient goes whole into your mean, as in momentum. Here its share is 1 - beta_1.")
def whole_gradient_into_the_mean(
    weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon
):
    new_mean = beta_1 * mean + gradient
    new_square = beta_2 * mean_square + (1 - beta_2) * gradient**2
    size = np.sqrt(new_square / (1 - beta_2**step)) + epsilon
    return weight - learning_rate * new_mean / (1 - beta_1**step) / size, new_mean, new_square

e.wrong("The learning rate is missing: it multiplies the whole step.",
    adam_without_a_rate=lambda weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon: (
        _adam(weight, mean, mean_square, gradient, step, 1.0, beta_1, beta_2, epsilon)
    ))

@e.wrong("You returned the averages that you were given. The new ones are asked for.")
def old_averages_returned(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    return _adam(weight, mean, mean_square, *rest)[0], mean, mean_square

@e.wrong("You moved the weight by the averages from before this step. The new ones move it.")
def moved_by_the_old_averages(
    weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon
):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    _, new_mean, new_square = _adam(weight, mean, mean_square, *rest)
    size = np.sqrt(mean_square / (1 - beta_2**step)) + epsilon
    return weight - learning_rate * mean / (1 - beta_1**step) / size, new_mean, new_square

e.wrong("The two betas have changed places: beta_1 belongs to the mean, beta_2 to the mean square.",
    betas_changed_places=lambda weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon: (
        _adam(weight, mean, mean_square, gradient, step, learning_rate, beta_2, beta_1, epsilon)
    ))

@e.wrong("The shares have changed places: beta is what the old average keeps, 1 - beta is what the gradient brings.")
def shares_changed_places(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    new_mean = (1 - beta_1) * mean + beta_1 * gradient
    new_square = (1 - beta_2) * mean_square + beta_2 * gradient**2
    size = np.sqrt(new_square / (1 - beta_2**step)) + epsilon
    return weight - learning_rate * new_mean / (1 - beta_1**step) / size, new_mean, new_square

@e.wrong("You divided the gradient, and not its mean, by the usual size. (RMSprop does so, without the corrections.)")
def gradient_for_the_mean(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    rest = gradient, step, learning_rate, beta_1, beta_2, epsilon
    return _adam(weight, mean, mean_square, *rest, way=lambda m, s: gradient / (np.sqrt(s) + epsilon))

e.wrong("You moved the weight up: the step is subtracted.",
    moves_up=lambda weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon: (
        _adam(weight, mean, mean_square, gradient, step, -learning_rate, beta_1, beta_2, epsilon)
    ))

@e.wrong("You multiplied beta by the number of the step. Each step forgets by the factor beta, so it is a power: beta ** step.")
def product_for_the_power(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    new_mean = beta_1 * mean + (1 - beta_1) * gradient
    new_square = beta_2 * mean_square + (1 - beta_2) * gradient**2
    with np.errstate(all="ignore"):
        size = np.sqrt(np.divide(new_square, 1 - beta_2 * step)) + epsilon
        moved = np.divide(new_mean, 1 - beta_1 * step) / size
    return weight - learning_rate * moved, new_mean, new_square

@e.wrong("You divided by 1 - beta in every step. The share of true values grows: 1 - beta ** step.")
def correction_of_the_first_step(
    weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon
):
    rest = learning_rate, beta_1, beta_2, epsilon
    new_mean, new_square = _adam(weight, mean, mean_square, gradient, step, *rest)[1:]
    size = np.sqrt(new_square / (1 - beta_2)) + epsilon
    return weight - learning_rate * new_mean / (1 - beta_1) / size, new_mean, new_square

e.wrong("The weight is the new one, but it stands alone. The next step needs both averages too.",
    weight_without_averages=lambda weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon: (
        _adam(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon)[0]
    ))

@e.wrong("Your numbers are right, but the averages that you were given have changed: *=, += and mean[...] = work in place.")
def averages_in_place(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    mean *= beta_1
    mean += (1 - beta_1) * gradient
    mean_square *= beta_2
    mean_square += (1 - beta_2) * gradient**2
    size = np.sqrt(mean_square / (1 - beta_2**step)) + epsilon
    return weight - learning_rate * mean / (1 - beta_1**step) / size, mean, mean_square


e = exercise("clip_by_global_norm")

@e.cases
def lists_of_gradients(rng):
    """One to four arrays, some of them zero, together shorter or longer than the limit, of any scale."""
    shapes = [((1,), (4,), (2, 3), (3, 1), (2, 2, 2))[rng.integers(5)] for _ in range(rng.integers(1, 5))]
    scale = float(rng.choice([1e-4, 0.1, 1, 1, 1, 50, 1e4]))
    sizes = [float(rng.choice([0.2, 1, 3])) for _ in shapes]
    gradients = [
        _three_digits(scale * size * rng.normal(size=shape)) for size, shape in zip(sizes, shapes, strict=True)
    ]
    if rng.random() < 0.15:
        gradients[0] = np.zeros(shapes[0])
    if rng.random() < 0.05:
        gradients = [np.zeros(shape) for shape in shapes]
    length = math.sqrt(sum(float(np.sum(gradient**2)) for gradient in gradients))
    factor = float(rng.choice([0.05, 0.3, 0.7, 0.95, 1.05, 1.5, 4]))
    return gradients, float(f"{(length or 1.0) * factor:.3g}")

e.hints(
    "First one number: the length of all arrays together. Add up the squares of all of their entries, then take the root.",
    "Then one factor, the same for all arrays. Which factor brings the length from global_norm to max_norm? And which "
    "one is it when the gradients are short enough?",
    "A list of new arrays is made by [... for gradient in gradients]. Mind the division when all are 0.",
)

@e.right
def as_one_long_array(gradients, max_norm):
    together = np.concatenate([gradient.ravel() for gradient in gradients])
    global_norm = np.linalg.norm(together)
    if global_norm <= max_norm:
        return list(gradients)
    return [gradient * (max_norm / global_norm) for gradient in gradients]

@e.right
def norm_of_norms(gradients, max_norm):
    global_norm = np.linalg.norm([np.linalg.norm(gradient) for gradient in gradients])
    clipped = []
    for gradient in gradients:
        if global_norm > max_norm:
            clipped.append(gradient / global_norm * max_norm)
        else:
            clipped.append(gradient.copy())
    return clipped

@e.right
def with_a_loop(gradients, max_norm):
    total = 0.0
    for gradient in gradients:
        for number in gradient.flatten():
            total += number**2
    length = math.sqrt(total)
    factor = min(1.0, max_norm / length) if length > 0 else 1.0
    return [np.array(gradient) * factor for gradient in gradients]

@e.right
def in_place_on_copies_of_gradients(gradients, max_norm):
    copies = [np.copy(gradient) for gradient in gradients]
    global_norm = sum((copy**2).sum() for copy in copies) ** 0.5
    if global_norm > max_norm:
        for copy in copies:
            copy *= max_norm / global_norm
    return copies


def _length(gradients):
    return math.sqrt(sum(float(np.sum(np.square(gradient))) for gradient in gradients))


e.wrong("You shortened each array by its own norm. That turns the direction of the whole: one factor serves all arrays.",
    each_by_its_own_norm=lambda gradients, max_norm: (
        [gradient * (max_norm / max(_length([gradient]), max_norm)) for gradient in gradients]
    ))
e.wrong("You cut each single number at max_norm. It is the length of all together that is limited.",
    by_value=lambda gradients, max_norm: [np.clip(gradient, -max_norm, max_norm) for gradient in gradients])

@e.wrong("You brought every gradient to the length max_norm, short ones too. What is short enough stays as it is.")
def short_ones_made_longer(gradients, max_norm):
    length = _length(gradients)
    return [gradient * (max_norm / length if length else 1.0) for gradient in gradients]

@e.wrong("You brought every gradient to the length max_norm, short ones too. What is short enough stays as it is.")
def short_ones_made_longer_and_none_of_0(gradients, max_norm):
    length = np.float64(_length(gradients))
    with np.errstate(all="ignore"):
        return [gradient * (max_norm / length) for gradient in gradients]

@e.wrong("You added a small number to the norm before you divided by it. Beside a short gradient it is not small, and the result is shorter than max_norm. Ask whether the norm is above max_norm: then it is not 0.")
def something_added_to_the_norm(gradients, max_norm):
    factor = min(1.0, max_norm / (_length(gradients) + 1e-6))
    return [gradient * factor for gradient in gradients]

@e.wrong("The root is missing: the norm is the root of the sum of all squares.")
def no_root_of_the_squares(gradients, max_norm):
    total = _length(gradients) ** 2
    return [gradient * (max_norm / max(total, max_norm)) for gradient in gradients]

@e.wrong("You compare the right norm, but divide by its square: the root is missing in the factor.")
def factor_without_root(gradients, max_norm):
    length = _length(gradients)
    return [gradient * (max_norm / length**2 if length > max_norm else 1.0) for gradient in gradients]

@e.wrong("You added up the norms of the arrays. Their squares add up: the global norm is the root of that sum.")
def sum_of_the_norms(gradients, max_norm):
    length = sum(_length([gradient]) for gradient in gradients)
    return [gradient * (max_norm / max(length, max_norm)) for gradient in gradients]

@e.wrong("You took the largest of the arrays' norms. The global norm is the length of all arrays together.")
def largest_of_the_norms(gradients, max_norm):
    length = max(_length([gradient]) for gradient in gradients)
    return [gradient * (max_norm / max(length, max_norm)) for gradient in gradients]

@e.wrong("You added up the sizes of all numbers. The norm adds up squares and takes the root.")
def sum_of_the_sizes(gradients, max_norm):
    length = sum(float(np.abs(gradient).sum()) for gradient in gradients)
    return [gradient * (max_norm / max(length, max_norm)) for gradient in gradients]

@e.wrong("You took the largest single number for the norm. It is the length of all together.")
def largest_number(gradients, max_norm):
    length = max(float(np.abs(gradient).max()) for gradient in gradients)
    return [gradient * (max_norm / max(length, max_norm)) for gradient in gradients]

@e.wrong("Where each array is short and all together are too long, you leave them as they are. Compare max_norm with the norm of all together.")
def compared_with_a_part(gradients, max_norm):
    factor, longest = max_norm / (_length(gradients) or 1.0), max(_length([gradient]) for gradient in gradients)
    return [gradient * (factor if longest > max_norm else 1.0) for gradient in gradients]

@e.wrong("Some gradients are short enough, and you made them longer. What you compare with max_norm is larger than their norm.")
def compared_with_a_sum(gradients, max_norm):
    factor, total = max_norm / (_length(gradients) or 1.0), sum(_length([gradient]) for gradient in gradients)
    return [gradient * (factor if total > max_norm else 1.0) for gradient in gradients]


def _divided_by(words, name, measure):
    """Record a wrong answer that compares the right norm and divides by another number, of an array and of all."""

    def answer(gradients, max_norm):
        if _length(gradients) <= max_norm:
            return list(gradients)
        return [gradient * (max_norm / (measure(gradient, gradients) or 1.0)) for gradient in gradients]

    answer.__name__ = name
    exercise("clip_by_global_norm").wrong(f"You compare the right norm, but divide by {words}.")(answer)


_divided_by(
    "the largest single number",
    "divided_by_the_largest_number",
    lambda gradient, gradients: max(float(np.abs(each).max()) for each in gradients),
)
_divided_by(
    "each array's own norm. That turns the direction of the whole",
    "divided_by_its_own_norm",
    lambda gradient, gradients: _length([gradient]),
)
_divided_by(
    "the largest of the arrays' norms",
    "divided_by_the_largest_norm",
    lambda gradient, gradients: max(_length([each]) for each in gradients),
)
_divided_by(
    "the sum of the arrays' norms",
    "divided_by_the_sum_of_norms",
    lambda gradient, gradients: sum(_length([each]) for each in gradients),
)
_divided_by(
    "the sum of the sizes of all numbers",
    "divided_by_the_sum_of_sizes",
    lambda gradient, gradients: sum(float(np.abs(each).sum()) for each in gradients),
)


@e.wrong("Your gradients become 1 long instead of max_norm: the factor is max_norm / norm.")
def to_length_one(gradients, max_norm):
    length = _length(gradients)
    return [gradient / length if length > max_norm else gradient for gradient in gradients]

@e.wrong("You divided by max_norm. The factor is max_norm / norm, so that max_norm is what is left.")
def divided_by_the_limit(gradients, max_norm):
    too_long = _length(gradients) > max_norm
    return [gradient / max_norm if too_long else gradient for gradient in gradients]

@e.wrong("Gradients that are too long became 0. They are made shorter, and keep their direction.")
def set_to_zero(gradients, max_norm):
    too_long = _length(gradients) > max_norm
    return [gradient * (0.0 if too_long else 1.0) for gradient in gradients]

@e.wrong("Your numbers are right, but the list that you were given has changed. Neither gradient *= ... nor gradients[i] = ... may be used on it: make a new list of new arrays.")
def gradients_in_place(gradients, max_norm):
    length = _length(gradients)
    for gradient in gradients:
        gradient *= max_norm / max(length, max_norm)
    return gradients

@e.wrong("You returned one long array. A list of arrays with their own shapes is asked for.")
def one_long_array(gradients, max_norm):
    together = np.concatenate([gradient.ravel() for gradient in gradients])
    return together * (max_norm / max(_length(gradients), max_norm))

@e.wrong("You took the root of the mean of the squares. The squares of all numbers are added up, not averaged.")
def mean_of_squares(gradients, max_norm):
    together = np.concatenate([gradient.ravel() for gradient in gradients])
    length = float(np.sqrt(np.mean(together**2)))
    return [gradient * (max_norm / max(length, max_norm)) for gradient in gradients]

@e.wrong("Your length is right for arrays with one or two axes only. A gradient may have more.")
def of_rows_and_tables(gradients, max_norm):
    squares = [sum(one**2) if one.ndim == 1 else sum(sum(one**2)) for one in gradients]
    length = sum(squares) ** 0.5
    return [gradient * (max_norm / length) if length > max_norm else gradient for gradient in gradients]

@e.wrong("You turned it round: short gradients are made longer, and long ones stay. Those above max_norm are made shorter.")
def turned_round(gradients, max_norm):
    length = _length(gradients)
    factor = max_norm / length if 0 < length < max_norm else 1.0
    return [gradient * factor for gradient in gradients]


e = exercise("quiz_1")
e.right_choice("The effective rate is the rate divided by 1 - momentum: 0.05 / 0.2 = 0.25, the rate that was best without momentum.")
e.wrong_choice(0.25, "With the same rate a lasting gradient would count five times: the effective rate is 1.25.")
e.wrong_choice(1.25,
    "1.25 is the effective rate that belongs to a rate of 0.25. You look for the rate whose effective "
    "rate is 0.25."
)
e.wrong_choice(0.2, "You multiplied by the momentum. The effective rate divides by 1 - momentum.")
e.wrong_choice(0.025, "A tenth is the rule for a momentum of 0.9. Here 1 - momentum is another number.")


e = exercise("quiz_2")
e.right_choice("The corrected averages of a first step are the gradient and its square, so the step has the length 0.01, whatever the gradient's size. The gradient is negative, so the weight goes up.")
e.wrong_choice(-0.01, "The length is right. But the gradient is negative, and a step goes against it.")
e.wrong_choice(0.000005, "You multiplied rate and gradient, as SGD does. Adam divides by the size of the gradient.")
e.wrong_choice(0.001, "You left a correction out: the corrected mean of the first step is the gradient itself.")
e.wrong_choice(0, "A first step of Adam has a length that does not depend on the size of the gradient.")


e = exercise("quiz_3")
e.right_choice("No rate lets the loss fall by more than the factor 0.99 a step in the long run. A fall of one factor e then takes 100 steps, and such a valley needs several in all.")
e.wrong_choice("a", "The edge says which rates diverge. Below it the memory decides how fast the loss falls, and a long memory fades slowly.")
e.wrong_choice("b", "With a memory of 0.99 no rate lets the loss fall by more than the factor 0.99 a step in the long run.")
e.wrong_choice("d", "Below the edge it converges. But how many steps does a memory of 0.99 need to fade?")


e = exercise("quiz_4")
e.right_choice("The global norm is the root of 36 + 64 + 576 = 676, which is 26. All numbers are multiplied by 6.5 / 26, a quarter, and a quarter of 24 is 6.")
e.wrong_choice(6.5, "You cut the single array, or the single number. The limit is for the length of all together.")
e.wrong_choice(24, "All together they are longer than 6.5, so they are made shorter.")
e.wrong_choice(4.588235, "You added up the norms 10 and 24. Their squares add up: 100 + 576.")


e = exercise("quiz_5")
e.right_choice("Neither optimizer had its own best rate. At 0.001 SGD hardly moves the weights, and Adam moves them about as far as SGD at 0.1.")
e.wrong_choice("a", "Small standard errors say that the difference is no luck. But neither of the two was tuned, and this one rate suits Adam better.")
e.wrong_choice("c", "A difference of 0.59 with errors of 0.02 is no luck of ten seeds.")
e.wrong_choice("d", "SGD was hardly moving: a larger rate helps as well. The report has tried none.")
