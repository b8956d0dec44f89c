"""Valleys with two weights, in which the expected path of descent has a closed form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.plotting import (
    COLORS,
    QUIET,
    course_style,
    draw_path,
    plot_contour,
    plot_losses,
    plot_schedules,
)
from helpers.training import SCHEDULES, quadratic_loss, quadratic_trajectory, scheduled_rates
from helpers.widgets.picture import SliderPicture, axes_in_a_row, choice, slider

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@course_style()
def learning_rate_slider(
    hessian: np.ndarray = (1.0, 10.0), start: np.ndarray = (1.0, 1.0), num_steps: int = 40
) -> SliderPicture:
    """Return a slider that moves the learning rate of gradient descent in a valley with two weights.

    hessian: symmetric positive definite, shape (2, 2), or its diagonal, shape (2,). start: shape (2,).
    num_steps: steps of descent in the picture.
    The rates go up to a little more than what the steepest direction bears.

    Raises ValueError for another shape, a valley that is not closed on all sides, or num_steps below 1.

    Lesson 01.
    """
    hessian, start = np.asarray(hessian, dtype=float), np.asarray(start, dtype=float)
    hessian = np.diag(hessian) if hessian.ndim == 1 else hessian
    if hessian.shape != (2, 2) or start.shape != (2,):
        raise ValueError("learning_rate_slider draws two weights: hessian (2, 2) or (2,), start (2,).")
    eigenvalues, directions = np.linalg.eigh(hessian)
    if not eigenvalues.min() > 0:
        raise ValueError(f"hessian must be positive definite; its eigenvalues are {eigenvalues}.")
    if num_steps < 1:
        raise ValueError(f"num_steps must be at least 1, not {num_steps!r}.")
    if not start.any():
        raise ValueError("start must not be the bottom of the valley, (0, 0): from there nothing moves.")
    visited = eigenvalues[np.abs(start @ directions) > 1e-12]
    unit = 1 / eigenvalues.max()
    reach = 1.3 * np.abs(start).max()

    def path_of(rate: float) -> np.ndarray:
        return quadratic_trajectory(hessian, start, rate, num_steps)

    def loss_of(weights: np.ndarray) -> np.ndarray:
        return quadratic_loss(weights, hessian)

    def figure_of(rates: Sequence[float]) -> tuple[Figure, Axes, Axes]:
        paths = {f"{rate:.3g}": path_of(rate) for rate in rates}
        figure, valley, curve = axes_in_a_row(2)
        plot_contour(loss_of, paths, ax=valley, reach=reach)
        if paths:
            valley.get_legend().remove()  # the names stand at the ends of the other picture's lines
        curve.set(xlim=(-1, num_steps + 1), ylim=(1e-7 * loss_of(start), 1e4 * loss_of(start)))
        plot_losses({label: loss_of(path) for label, path in paths.items()}, ax=curve)
        return figure, valley, curve

    ground, valley, curve = figure_of([])
    static, _, curve_of_all = figure_of(unit * np.array([0.2, 1.0, 1.9, 2.1]))
    curve_of_all.set_title("four learning rates")

    def draw(rate: float) -> list[Artist]:
        path = path_of(rate)
        return [*draw_path(valley, path, reach), *curve.plot(loss_of(path), color=COLORS[0], linestyle="-")]

    def describe(rate: float) -> str:
        first, *_, last = loss_of(path_of(rate))
        losses = f"loss {first:.2g} at the start, {last:.2g} after {num_steps} steps"
        return f"learning rate {rate:.3g} {_verdict(1 - rate * visited)}: {losses}"

    rates = [round(float(share * unit), 12) for share in np.arange(1, 45) / 20]
    rate = slider("learning rate", rates, value=round(float(unit / 2), 12))
    return SliderPicture([rate], ground, draw, describe, static)


def _verdict(factors: np.ndarray) -> str:
    """Say where descent goes when a step multiplies the coordinates by these factors."""
    largest = np.abs(factors).max()
    if np.isclose(largest, 1):
        return "oscillates for ever"
    if largest > 1:
        return "diverges"
    return "oscillates and converges" if factors.min() < 0 else "converges"


@course_style()
def schedule_slider(num_steps: int = 200, noise: float = 1.0) -> SliderPicture:
    """Return a choice of schedules and a slider for the rate at their peak, in a valley with noisy gradients.

    num_steps: steps of descent in the picture, at least 20. noise: standard deviation of what is added to
    each coordinate of the gradient, as a small batch does.
    The right picture shows the expected loss, computed and not drawn by chance: a large rate is fast and
    stays high in the noise, a small one is slow, and a schedule can have both.

    Raises ValueError for fewer than 20 steps or a noise below 0.

    Source: Robbins and Monro, A Stochastic Approximation Method, 1951. Lesson 02.
    """
    if num_steps < 20:
        raise ValueError(f"num_steps must be at least 20, not {num_steps!r}.")
    if not noise >= 0:
        raise ValueError(f"noise must not be below 0, not {noise!r}.")
    peaks = np.geomspace(0.005, 0.24, 30)

    def figure_of(peak: float, kinds: Sequence[str]) -> tuple[Figure, Axes, Axes]:
        figure, rates, losses = axes_in_a_row(2, labels=bool(kinds))
        by_kind = {kind: scheduled_rates(kind, peak, num_steps) for kind in kinds}
        rates.set(xlim=(0, num_steps), ylim=(0, 1.05 * (peak if kinds else peaks.max())))
        losses.set(xlim=(0, num_steps), ylim=(2e-3, 30))
        plot_schedules(by_kind, num_steps, ax=rates, unit="step")
        plot_losses({kind: expected_loss(by_kind[kind], noise) for kind in by_kind}, ax=losses)
        rates.set_ylim(0, 1.05 * (peak if kinds else peaks.max()))
        losses.set_ylabel("expected loss")
        for text in rates.texts:
            text.set_visible(False)  # the names stand at the ends of the other picture's lines
        return figure, rates, losses

    ground, rates_axes, losses_axes = figure_of(0.1, [])
    static, *_ = figure_of(0.1, ("constant", "step", "exponential", "linear", "cosine"))

    def draw(kind: str, peak: float) -> list[Artist]:
        constant, rates = (scheduled_rates(each, peak, num_steps) for each in ("constant", kind))
        quiet = {"color": QUIET, "linestyle": "--", "linewidth": 1.2}
        strong = {"color": COLORS[0], "linestyle": "-"}
        return [
            *rates_axes.plot(constant, **quiet),
            *rates_axes.plot(rates, **strong),
            *losses_axes.plot(expected_loss(constant, noise), **quiet),
            *losses_axes.plot(expected_loss(rates, noise), **strong),
            _note(losses_axes, f"solid: {kind}\ndashed: constant"),
        ]

    def describe(kind: str, peak: float) -> str:
        last, constant = (
            expected_loss(scheduled_rates(each, peak, num_steps), noise)[-1] for each in (kind, "constant")
        )
        comparison = "" if kind == "constant" else f" (constant: {constant:.2g})"
        return f"{kind}, peak rate {peak:.3g}: expected loss {last:.2g} after {num_steps} steps{comparison}"

    kind = choice("schedule", SCHEDULES, "cosine")
    return SliderPicture([kind, slider("peak rate", peaks, peaks[23])], ground, draw, describe, static)


def expected_loss(rates: np.ndarray, noise: float) -> np.ndarray:
    """Return the expected loss before and after each noisy step from (1, 1) in the valley (1, 10).

    rates: shape (num_steps,). Returns shape (num_steps + 1,). A step multiplies the mean square of a
    coordinate by the square of its factor, and adds the noise times the rate, squared.
    """
    curvatures = np.array([1.0, 10.0])
    mean_squares = np.ones((len(rates) + 1, 2))
    kept, added = (1 - np.outer(rates, curvatures)) ** 2, (rates * noise) ** 2
    for at in range(len(rates)):
        mean_squares[at + 1] = kept[at] * mean_squares[at] + added[at]
    return mean_squares @ curvatures / 2


def _note(ax: Axes, text: str) -> Artist:
    """Write what the lines are into the upper right corner."""
    return ax.text(0.97, 0.97, text, transform=ax.transAxes, ha="right", va="top", fontsize=9)
