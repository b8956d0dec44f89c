"""L1 and L2 on two weights: where the lowest line of equal loss touches a diamond, and where a circle.

The slider in three parts: what is computed, how it is drawn, and what is said of it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from helpers.plotting import COLORS, QUIET, course_style
from helpers.plotting.landscapes import VALLEY
from helpers.plotting.words import LINE_LABEL
from helpers.widgets.picture import SliderPicture, axes_in_a_row, choice, slider

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from helpers.plotting.style import Style

# A valley across the axes: its bottom lies away from both of them, nearer to one.
HESSIAN = np.array([[1.0, 0.45], [0.45, 1.0]])
BOTTOM = np.array([0.6, 1.5])
PENALTIES = ("L1", "L2")
# Up to where L1 has moved the second weight close to 0.
STRENGTHS = np.round(np.arange(0.05, 1.71, 0.05), 2)
_LOW, _HIGH = -1.25, 2.25
_TURN = np.linspace(0, 2 * np.pi, 181)


@course_style()
def geometry_slider() -> SliderPicture:
    """Return a slider for the strength of an L1 or L2 penalty on two weights.

    The cost is half a squared distance across a slanted valley, plus strength * sum|w| (L1) or
    strength * sum w^2 (L2). The left picture shows the lowest cost as the point in which a line of equal
    loss touches the set of weights with the same penalty; the right one both weights by strength.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, figure 3.11. Lesson 10.
    """
    paths = {name: np.array([lowest(name, strength) for strength in STRENGTHS]) for name in PENALTIES}
    ground, (plane, curve) = axes_in_a_row(2)
    _draw_valley(plane)
    _draw_axes(curve)
    static, planes = axes_in_a_row(2)
    for name, at, each in zip(PENALTIES, (19, 9), planes, strict=True):
        _draw_valley(each)
        _draw_touch(each, name, paths[name][at])
        each.set_title(f"{name}, strength {STRENGTHS[at]:.2g}", fontsize=10)
    return SliderPicture(
        [choice("penalty", PENALTIES, "L1"), slider("strength", STRENGTHS.tolist(), float(STRENGTHS[5]))],
        ground,
        functools.partial(_draw_lowest, paths, plane, curve),
        functools.partial(_describe_lowest, paths),
        static,
    )


def loss(weights: np.ndarray) -> np.ndarray:
    """Return the loss of weights of shape (..., 2), without a penalty."""
    away = weights - BOTTOM
    return (away @ HESSIAN * away).sum(axis=-1) / 2


def lowest(penalty: str, strength: float) -> np.ndarray:
    """Return the weights of lowest cost, shape (2,); those that L1 makes 0 are exactly 0."""
    if penalty == "L2":
        return np.linalg.solve(HESSIAN + 2 * strength * np.eye(2), HESSIAN @ BOTTOM)
    # Within a quadrant the penalty is a plane, and on an axis one weight is left: each has one lowest point.
    candidates = [np.zeros(2)]
    for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        inside = BOTTOM - strength * np.linalg.solve(HESSIAN, signs)
        if (np.sign(inside) == signs).all():
            candidates.append(inside)
    for axis in range(2):
        pull = HESSIAN[axis] @ BOTTOM
        size = (abs(pull) - strength) / HESSIAN[axis, axis]
        if size > 0:
            candidates.append(np.sign(pull) * size * np.eye(2)[axis])
    return min(candidates, key=lambda weights: loss(weights) + strength * np.abs(weights).sum())


def _draw_valley(plane: Axes) -> None:
    """Draw the loss from above, both axes of the weights, and the bottom of the valley."""
    line = np.linspace(_LOW, _HIGH, 121)
    losses = loss(np.stack(np.meshgrid(line, line), axis=-1))
    levels = [0.05, 0.2, 0.5, 1.0]
    plane.contourf(line, line, losses, levels=[-1, *levels, np.inf], colors=VALLEY)
    plane.contour(line, line, losses, levels=levels, colors=QUIET, linewidths=0.6)
    for draw in (plane.axhline, plane.axvline):
        draw(0, color="#777777", linewidth=0.8)
    plane.plot(*BOTTOM, "k+", label="lowest loss", markersize=9, markeredgewidth=1.6)
    # On a ground of its own: the lines of equal loss run through everything that stands here.
    ground = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.85}
    note: Style = {"xytext": (7, 4), "textcoords": "offset points", "fontsize": 9, "bbox": ground}
    plane.annotate("lowest loss", tuple(BOTTOM), gid=LINE_LABEL, **note)
    plane.set(xlim=(_LOW, _HIGH), ylim=(_LOW, _HIGH), aspect="equal", xlabel="weight 1", ylabel="weight 2")
    plane.grid(False)


def _draw_axes(curve: Axes) -> None:
    """Prepare the picture of both weights by strength."""
    curve.axhline(0, color="#777777", linewidth=0.8)
    curve.set(xlim=(0, STRENGTHS[-1] * 1.03), ylim=(-0.1, 1.6))
    curve.set(xlabel="strength of the penalty", ylabel="weight")


def _draw_touch(plane: Axes, penalty: str, weights: np.ndarray) -> list[Artist]:
    """Draw a solution, all weights with the same penalty, and the line of equal loss through it."""
    color = COLORS[PENALTIES.index(penalty)]
    if penalty == "L1":
        reach = np.abs(weights).sum()
        border = reach * np.array([[1, 0, -1, 0, 1], [0, 1, 0, -1, 0]])
    else:
        border = np.linalg.norm(weights) * np.array([np.cos(_TURN), np.sin(_TURN)])
    # The loss is half a squared length once the root of the Hessian has straightened the valley.
    stretch = np.linalg.inv(np.linalg.cholesky(HESSIAN)).T
    level = BOTTOM + np.sqrt(2 * loss(weights)) * np.stack([np.cos(_TURN), np.sin(_TURN)], -1) @ stretch.T
    (inside,) = plane.fill(*border, color=color, alpha=0.25, linewidth=0)
    (edge,) = plane.plot(*border, color=color, linewidth=1.4, linestyle="-")
    (touching,) = plane.plot(*level.T, color="black", linewidth=1.1, linestyle="--")
    dot: Style = {"color": color, "markeredgecolor": "black", "markersize": 8}
    (point,) = plane.plot(*weights, "o", label="lowest cost", **dot)
    return [inside, edge, touching, point]


def _draw_lowest(
    paths: Mapping[str, np.ndarray], plane: Axes, curve: Axes, penalty: str, strength: float
) -> list[Artist]:
    """Draw what belongs to one penalty and strength; return what was added."""
    at = _place_of(strength)
    added = _draw_touch(plane, penalty, paths[penalty][at])
    for number in range(2):
        weights = paths[penalty][:, number]
        color, dashes, mark = COLORS[number + 2], ("-", (0, (6, 2)))[number], "o^"[number]
        added += curve.plot(STRENGTHS, weights, color=color, linestyle=dashes)
        added += curve.plot(strength, weights[at], mark, color=color, markeredgecolor="black", markersize=8)
        name: Style = {"color": color, "xytext": (4, 5), "textcoords": "offset points", "fontsize": 9}
        added.append(curve.annotate(f"weight {number + 1}", (STRENGTHS[0], weights[0]), **name))
    return added


def _describe_lowest(paths: Mapping[str, np.ndarray], penalty: str, strength: float) -> str:
    """Return a sentence: both weights, and how many of them are exactly 0."""
    weights = paths[penalty][_place_of(strength)]
    zeros = int((weights == 0).sum())
    return (
        f"{penalty}, strength {strength:.2f}: weight 1 = {weights[0]:.3f}, weight 2 = {weights[1]:.3f}, "
        f"{zeros} of 2 exactly 0"
    )


def _place_of(strength: float) -> int:
    """Return the place in `STRENGTHS` that is nearest to a strength."""
    return int(np.argmin(np.abs(STRENGTHS - strength)))
