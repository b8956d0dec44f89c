"""Gradient descent in a quadratic valley, in closed form."""

from __future__ import annotations

import numpy as np

from helpers.arguments import require_count


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
    hessian: np.ndarray, start: np.ndarray, learning_rate: float, num_steps: int
) -> np.ndarray:
    """Return where gradient descent on `quadratic_loss` goes, start first, shape (num_steps + 1, dim).

    In the directions of the hessian's eigenvectors each step multiplies a coordinate by a constant, so
    the point after any number of steps is a power of those constants: nothing is iterated here.

    hessian: symmetric, shape (dim, dim), or its diagonal, shape (dim,).
    start: shape (dim,).

    Raises ValueError for a hessian that is not symmetric, another shape of start, or num_steps below 0.

    Source: Goh, Why Momentum Really Works, Distill 2017. Lesson 01.
    """
    eigenvalues, directions = np.linalg.eigh(_square(hessian))
    start = np.asarray(start, dtype=float)
    if start.shape != eigenvalues.shape:
        raise ValueError(
            f"start must have shape {eigenvalues.shape}, as the hessian does, not {start.shape}."
        )
    require_count("num_steps", num_steps, least=0)
    coordinates = start @ directions
    with np.errstate(over="ignore", invalid="ignore"):  # a diverging path may end in inf and nan
        powers = (1 - learning_rate * eigenvalues) ** np.arange(num_steps + 1)[:, np.newaxis]
        return (powers * coordinates) @ directions.T


def _square(hessian: np.ndarray) -> np.ndarray:
    """Return the hessian as a matrix, from the matrix or its diagonal."""
    hessian = np.asarray(hessian, dtype=float)
    hessian = np.diag(hessian) if hessian.ndim == 1 else hessian
    if hessian.ndim != 2 or hessian.shape[0] != hessian.shape[1] or not np.allclose(hessian, hessian.T):
        raise ValueError("hessian must be a symmetric matrix, or the diagonal of one.")
    return hessian
