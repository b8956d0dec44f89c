"""Landscapes from above: a loss over two weights with the paths across it, and what a classifier decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from helpers.plotting.records import percent
from helpers.plotting.style import COLORS, QUIET, RING, Style, next_style, own_axes
from helpers.plotting.words import LINE_POINT, NAMED_LINE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from helpers.data import Points

VALLEY = ("#D9E3EA", "#E3EBEF", "#ECF1F4", "#F4F7F8", "#FCFDFD")  # deep to high


def plot_contour(
    loss_of: Callable[[np.ndarray], np.ndarray],
    trajectories: Mapping[str, np.ndarray],
    ax: Axes | None = None,
    reach: float | None = None,
) -> Axes:
    """Draw lines of equal loss over two weights, and the path that each trajectory takes across them.

    A path that leaves the picture is cut off there, and its label says so. One path alone is named by the
    title.

    loss_of: takes points of shape (..., 2) and returns their loss, shape (...).
    trajectories: label -> points of shape (n, 2), the start first.
    reach: the picture shows both weights from -reach to reach; by default 1.3 times the farthest start.

    Raises ValueError for a trajectory of another shape, and losses that are not finite or nowhere above 0.

    Lesson 01.
    """
    paths = {label: np.asarray(points, dtype=float) for label, points in trajectories.items()}
    for label, points in paths.items():
        if points.ndim != 2 or points.shape[1] != 2 or not len(points):
            raise ValueError(f"trajectory {label!r} must have shape (n, 2), not {points.shape}.")
    if reach is None:
        reach = 1.3 * max((np.abs(points[0]).max() for points in paths.values()), default=0) or 1.0
    axis = np.linspace(-reach, reach, 101)
    losses = _losses_on(axis, loss_of)
    ax = own_axes(ax, figsize=(6.4, 4.0))
    draw_contours(ax, axis, losses)
    for label, points in paths.items():
        draw_path(ax, points, reach, label)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), xlabel="weight 1", ylabel="weight 2", aspect="equal")
    ax.grid(False)
    if len(paths) == 1:
        ax.set_title(str(ax.lines[0].get_label()))
    elif paths:
        named = sorted(
            zip(*ax.get_legend_handles_labels(), strict=True), key=lambda entry: entry[1] == "start"
        )
        ax.legend(*zip(*named, strict=True), loc="center left", bbox_to_anchor=(1.02, 0.5), fontsize=9)
    return ax


def draw_path(ax: Axes, points: np.ndarray, reach: float, label: str = "") -> tuple[Line2D, Line2D]:
    """Draw one more path on a contour, and a ring at its start; return both lines.

    points: shape (n, 2), the start first; the path is cut off at its first point out of reach.
    reach: the contour shows both weights from -reach to reach.
    """
    outside = ~(np.abs(points).max(axis=1) <= reach)
    if outside.any():
        # What comes after the first point outside would only cross the picture again and again.
        points, label = points[: np.argmax(outside) + 1], f"{label} (leaves the picture)"
    is_first = not any(other.get_gid() == NAMED_LINE for other in ax.lines)
    style: Style = {**next_style(ax), "linestyle": "-"}
    (path,) = ax.plot(*points.T, label=label, gid=NAMED_LINE, linewidth=1.2, markersize=4.5, **style)
    (start,) = ax.plot(*points[:1].T, "o", label="start" if is_first else None, gid=LINE_POINT, **RING)
    return path, start


def _losses_on(axis: np.ndarray, loss_of: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """Return the losses at all pairs of places on an axis; ValueError unless they are finite, one above 0."""
    losses = np.asarray(loss_of(np.stack(np.meshgrid(axis, axis), axis=-1)))
    if not (np.isfinite(losses).all() and losses.max() > 0):
        raise ValueError("loss_of must return finite losses, the highest of them above 0.")
    return losses


def draw_contours(ax: Axes, axis: np.ndarray, losses: np.ndarray) -> None:
    """Draw lines of equal loss at 1, 3, 10, 30 ... times a power of ten; the ground darkens downwards.

    axis: places of either weight, shape (n,).
    losses: at all pairs of these, shape (n, n), finite, the highest above 0.
    """
    decade = math.floor(math.log10(losses.max()))
    round_numbers = np.sort(np.outer(10.0 ** np.arange(decade - 3, decade + 1), [1, 3]).ravel())
    levels = round_numbers[round_numbers < losses.max()][-len(VALLEY) + 1 :]
    ax.contourf(axis, axis, losses, levels=[-np.inf, *levels, np.inf], colors=VALLEY)
    lines = ax.contour(axis, axis, losses, levels=levels, colors=QUIET, linewidths=0.6)
    ax.clabel(lines, fmt="%g", fontsize=8)


def plot_decision_boundary(
    predict: Callable[[np.ndarray], np.ndarray], points: Points, ax: Axes | None = None, title: str = ""
) -> Axes:
    """Draw two classes of points in the plane, and on which side of its boundary a classifier puts them.

    A point on the wrong side has a black edge. The ground is pale where the classifier is unsure. The title
    says how many points are on the right side.

    predict: takes points of shape (n, 2), float32, and returns the probability of class 1, shape (n,) or
        (n, 1). A Keras model: `lambda x: model.predict(x, verbose=0)`; logits need a sigmoid first.
    points: x of shape (n, 2) and y of shape (n,), 0 or 1.
    title: stands before what the title says.

    Raises ValueError for points of another shape, labels other than 0 and 1, or a prediction that is no
    probability.
    """
    x, y = np.asarray(points.x), np.asarray(points.y)
    if x.ndim != 2 or x.shape[1] != 2 or y.shape != (len(x),):
        raise ValueError(
            f"points must have x of shape (n, 2) and y of shape (n,), not {x.shape} and {y.shape}."
        )
    if not np.isin(y, (0, 1)).all():
        raise ValueError("points.y must hold the classes 0 and 1 only.")
    low, high = x.min(axis=0), x.max(axis=0)
    low, high = low - 0.1 * (high - low), high + 0.1 * (high - low)
    axes = [np.linspace(*ends, 121, dtype=np.float32) for ends in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*axes), axis=-1)
    ground = _probabilities(predict, grid.reshape(-1, 2)).reshape(grid.shape[:2])
    wrong = (_probabilities(predict, x) > 0.5) != y
    ax = own_axes(ax, figsize=(5.6, 3.8))
    # The colours of the two classes, mixed with white: the paler, the less sure.
    shades = ("#A9CCE3", "#CFE3F0", "#EAF3F8", "#FBEDE2", "#F6D5BC", "#EFB58C")
    ax.contourf(*axes, ground, levels=[-np.inf, 0.1, 0.3, 0.5, 0.7, 0.9, np.inf], colors=shades)
    if ground.min() < 0.5 < ground.max():
        ax.contour(*axes, ground, levels=[0.5], colors="black", linewidths=1.4)
    for label, marker in ((0, "o"), (1, "^")):
        for missed in (False, True):
            ax.plot(
                *x[(y == label) & (wrong == missed)].T,
                marker,
                color=COLORS[label],
                markeredgecolor="black" if missed else "white",
                markeredgewidth=1.6 if missed else 0.6,
                markersize=7,
                label=f"class {label}" + ", wrong side" * missed,
            )
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel="input 1", ylabel="input 2", aspect="equal")
    ax.grid(False)
    share = percent(int(np.sum(~wrong)), len(wrong))
    ax.set_title(f"{title}{': ' if title else ''}{share} on the right side")
    ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    return ax


def _probabilities(predict: Callable[[np.ndarray], np.ndarray], x: np.ndarray) -> np.ndarray:
    """Return predictions of shape (n,); ValueError where they are no probabilities."""
    values = np.asarray(predict(x), dtype=float)
    if values.shape not in ((len(x),), (len(x), 1)):
        raise ValueError(f"predict must return shape ({len(x)},) or ({len(x)}, 1), not {values.shape}.")
    if not ((values >= 0) & (values <= 1)).all():
        raise ValueError("predict must return probabilities from 0 to 1; logits need a sigmoid first.")
    return values.ravel()
