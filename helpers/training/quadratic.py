"""Gradient descent in a quadratic valley, in closed form, and a valley that is quadratic nearby only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from helpers.arguments import require_between, require_count

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def quadratic_loss(weights: np.ndarray, hessian: np.ndarray) -> np.ndarray:
    """Return the loss w^T H w / 2 of a valley whose bottom is at 0.

    weights: shape (..., dim); the losses have the shape (...).
    hessian: symmetric, shape (dim, dim), or its diagonal, shape (dim,).

    Raises ValueError for a hessian that is not symmetric, or weights of another dimension.

    Lesson 01.
    """
    weights, hessian = np.asarray(weights, dtype=float), _square(hessian)
    if weights.shape[-1:] != hessian.shape[:1]:
        raise ValueError(f"weights must have shape (..., {len(hessian)}), not {weights.shape}.")
    return np.einsum("...i,ij,...j->...", weights, hessian, weights) / 2


def quadratic_trajectory(
    hessian: ArrayLike,
    start: ArrayLike,
    learning_rate: float | np.ndarray,
    num_steps: int,
    *,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> np.ndarray:
    """Return where gradient descent on `quadratic_loss` goes, start first, shape (num_steps + 1, dim).

    In the directions of the hessian's eigenvectors each step multiplies a coordinate by a constant, so
    the point after any number of steps is a power of those constants: nothing is iterated here. With
    momentum a coordinate is a sum of multiples of the two before it.

    hessian: symmetric, shape (dim, dim), or its diagonal, shape (dim,).
    start: shape (dim,).
    learning_rate: one, or an array of them; then its shape comes before the last axis of the result.
    momentum: from 0 to below 1, as Keras's SGD has it.
    nesterov: whether it is Nesterov's, with the places that Keras keeps.

    Raises ValueError for a hessian that is not symmetric, another shape of start, a momentum out of range, or
    num_steps below 0.

    Source: Goh, Why Momentum Really Works, Distill 2017. Lessons 01 and 03.
    """
    eigenvalues, directions = np.linalg.eigh(_square(hessian))
    start = np.asarray(start, dtype=float)
    if start.shape != eigenvalues.shape:
        raise ValueError(
            f"start must have shape {eigenvalues.shape}, as the hessian does, not {start.shape}."
        )
    require_count("num_steps", num_steps, least=0)
    require_between("momentum", momentum, 0, 1, "a number from 0 to below 1")
    coordinates = start @ directions
    factors = 1 - np.multiply.outer(learning_rate, eigenvalues)  # of a plain step
    with np.errstate(over="ignore", invalid="ignore"):  # a diverging path may end in inf and nan
        if momentum:
            places = _with_momentum(factors, coordinates, num_steps, momentum, nesterov)
        else:
            steps = np.arange(num_steps + 1).reshape(-1, *[1] * factors.ndim)
            places = factors**steps * coordinates
        return places @ directions.T


def _with_momentum(
    factors: np.ndarray, start: np.ndarray, num_steps: int, momentum: float, nesterov: bool
) -> np.ndarray:
    """Return each coordinate before and after each step, shape (num_steps + 1, *factors.shape).

    factors: 1 - rate * curvature. Nesterov's steps look ahead first, and so multiply the way before by them.
    """
    now, before = (
        ((1 + momentum) * factors, momentum * factors) if nesterov else (factors + momentum, momentum)
    )
    places = np.empty((num_steps + 1, *factors.shape))
    places[0] = start
    if num_steps:
        places[1] = (now - momentum) * start  # no step came before it
    for at in range(2, num_steps + 1):
        places[at] = now * places[at - 1] - before * places[at - 2]
    return places


def rough_valley(
    hessian: np.ndarray, weights: np.ndarray, num_questions: int = 500
) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function from places to gradients, of a valley as networks have them.

    At the weights its curvatures are those of the hessian. A way of 0.01 shows them within one per cent. A
    longer way meets a bend (ten times the hessian's largest entry times its cube), a much shorter one only a
    roughness (waves of 3e-5 of it). The bottom lies at 1, 1, ...

    hessian: symmetric, shape (dim, dim), or its diagonal, shape (dim,).
    weights: shape (dim,), or longer: along the others the valley has a tenth of the steepest curvature.
    num_questions: the function raises RuntimeError when it is asked more often.

    Raises ValueError for a hessian that is not symmetric.

    Lesson 01.
    """
    hessian, weights = _square(hessian), np.array(weights, dtype=float)
    steepest, num_steep, asked = hessian.max(), len(hessian), [0]

    def gradient_of(place: np.ndarray) -> np.ndarray:
        asked[0] += 1
        if asked[0] > num_questions:
            raise RuntimeError(f"more than {num_questions} gradients were asked for")
        off, way = place - 1, place - weights
        roughness = 3e-5 * steepest * np.sin(1e3 * way.sum())
        near = np.append(hessian @ off[:num_steep] + roughness, 0.1 * steepest * off[num_steep:])
        return near + 10 * steepest * way**3

    return gradient_of


def _square(hessian: ArrayLike) -> np.ndarray:
    """Return the hessian as a matrix, from the matrix or its diagonal."""
    hessian = np.asarray(hessian, dtype=float)
    hessian = np.diag(hessian) if hessian.ndim == 1 else hessian
    if hessian.ndim != 2 or hessian.shape[0] != hessian.shape[1] or not np.allclose(hessian, hessian.T):
        raise ValueError("hessian must be a symmetric matrix, or the diagonal of one.")
    return hessian
