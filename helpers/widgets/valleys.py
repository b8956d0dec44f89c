"""Valleys with two weights, in which the expected path of descent has a closed form.

Each slider in three parts: what is computed, how it is drawn, and what is said of it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

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
    from numpy.typing import ArrayLike

    from helpers.plotting.style import Style

MOMENTA = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
PEAKS = np.geomspace(0.005, 0.24, 30)  # of the schedules' learning rates


@course_style()
def learning_rate_slider(
    hessian: ArrayLike = (1.0, 10.0), start: ArrayLike = (1.0, 1.0), num_steps: int = 40
) -> SliderPicture:
    """Return a slider that moves the learning rate of gradient descent in a valley with two weights.

    The rates go up to a little more than what the steepest direction bears.

    hessian: symmetric positive definite, shape (2, 2), or its diagonal, shape (2,).
    start: shape (2,).
    num_steps: steps of descent in the picture.

    Raises ValueError for another shape, a valley that is not closed on all sides, a start at its bottom, or
    num_steps below 1.

    Lesson 01.
    """
    descent = descent_in(hessian, start, num_steps)
    ground, (valley, curve) = axes_in_a_row(2)
    _draw_descents(descent, [], valley, curve)
    static, (valley_of_all, curve_of_all) = axes_in_a_row(2)
    _draw_descents(descent, descent.unit * np.array([0.2, 1.0, 1.9, 2.1]), valley_of_all, curve_of_all)
    curve_of_all.set_title("four learning rates")
    rates = [_rounded(share * descent.unit) for share in np.arange(1, 45) / 20]
    return SliderPicture(
        [slider("learning rate", rates, value=_rounded(descent.unit / 2))],
        ground,
        functools.partial(_draw_descent, descent, valley, curve),
        functools.partial(_describe_descent, descent),
        static,
    )


@dataclass(frozen=True, eq=False)
class Descent:
    """Gradient descent in a valley, with a learning rate that is still open.

    hessian: float64, shape (2, 2).
    start: float64, shape (2,).
    num_steps: steps of each path.
    curvatures: eigenvalues of the directions in which the start lies, at least one.
    unit: the learning rate that reaches the bottom of the steepest direction in one step.
    """

    hessian: np.ndarray
    start: np.ndarray
    num_steps: int
    curvatures: np.ndarray
    unit: float

    @property
    def reach(self) -> float:
        """Return how far the picture shows both weights."""
        return 1.3 * np.abs(self.start).max()

    @property
    def rates_with_momentum(self) -> list[float]:
        """Return the rates to choose from where momentum moves the edge out."""
        return [_rounded(share * self.unit) for share in np.arange(1, 42) / 10]

    def loss(self, weights: np.ndarray) -> np.ndarray:
        """Return the loss of weights of shape (..., 2)."""
        return quadratic_loss(weights, self.hessian)

    def path(self, rate: float, momentum: float = 0.0) -> np.ndarray:
        """Return the weights before and after each step, shape (num_steps + 1, 2)."""
        return quadratic_trajectory(self.hessian, self.start, rate, self.num_steps, momentum=momentum)


def _rounded(rate: float) -> float:
    """Return a rate without what arithmetic has left behind its twelfth digit."""
    return float(f"{rate:.12g}")


def descent_in(hessian: ArrayLike, start: ArrayLike, num_steps: int) -> Descent:
    """Return the descent in a valley. Raises ValueError for what has no picture."""
    hessian, start = np.asarray(hessian, dtype=float), np.asarray(start, dtype=float)
    hessian = np.diag(hessian) if hessian.ndim == 1 else hessian
    if hessian.shape != (2, 2) or start.shape != (2,):
        raise ValueError("the slider draws two weights: hessian (2, 2) or (2,), start (2,).")
    eigenvalues, directions = np.linalg.eigh(hessian)
    if not eigenvalues.min() > 0:
        raise ValueError(f"hessian must be positive definite; its eigenvalues are {eigenvalues}.")
    if num_steps < 1:
        raise ValueError(f"num_steps must be at least 1, not {num_steps!r}.")
    if not start.any():
        raise ValueError("start must not be the bottom of the valley, (0, 0): from there nothing moves.")
    # In a direction in which the start does not lie, rounding leaves up to 3e-16 of it.
    visited = eigenvalues[np.abs(start @ directions) > 1e-15 * np.abs(start).max()]
    return Descent(hessian, start, num_steps, visited, 1 / eigenvalues.max())


def _draw_descents(descent: Descent, rates: Sequence[float] | np.ndarray, valley: Axes, curve: Axes) -> None:
    """Draw the valley with the path of each rate, and the loss after each step."""
    _draw_paths(descent, {f"{rate:.3g}": descent.path(rate) for rate in rates}, valley, curve)


def _draw_paths(descent: Descent, paths: Mapping[str, np.ndarray], valley: Axes, curve: Axes) -> None:
    """Draw the valley with paths by their names, and the loss after each step."""
    plot_contour(descent.loss, paths, ax=valley, reach=descent.reach)
    names = valley.get_legend()
    if names is not None:
        names.remove()  # they stand at the ends of the other picture's lines
    first = descent.loss(descent.start)
    curve.set(xlim=(-1, descent.num_steps + 1), ylim=(1e-7 * first, 1e4 * first))
    plot_losses({label: descent.loss(path) for label, path in paths.items()}, ax=curve)


def _draw_descent(
    descent: Descent, valley: Axes, curve: Axes, rate: float, momentum: float = 0.0
) -> list[Artist]:
    """Draw the path of one rate and its losses on what `_draw_paths` drew; return what was added."""
    path = descent.path(rate, momentum)
    losses = descent.loss(path)
    return [*draw_path(valley, path, descent.reach), *curve.plot(losses, color=COLORS[0], linestyle="-")]


def _describe_descent(descent: Descent, rate: float) -> str:
    """Return a sentence: where descent goes with a rate, and its loss."""
    first, *_, last = descent.loss(descent.path(rate))
    losses = f"loss {first:.2g} at the start, {last:.2g} after {descent.num_steps} steps"
    return f"learning rate {rate:.3g} {_verdict(1 - rate * descent.curvatures)}: {losses}"


def _verdict(factors: np.ndarray) -> str:
    """Return where descent goes when a step multiplies the coordinates by these factors."""
    lowest = factors.min()  # the steepest direction's; none is above 1
    if np.isclose(lowest, -1):
        return "oscillates for ever"
    if lowest < -1:
        return "diverges"
    if np.isclose(lowest, 0):
        return "converges, and reaches the bottom of the steepest direction in one step"
    return "oscillates and converges" if lowest < 0 else "converges"


@course_style()
def momentum_slider(
    hessian: ArrayLike = (1.0, 10.0), start: ArrayLike = (1.0, 1.0), num_steps: int = 150
) -> SliderPicture:
    """Return sliders for the rate and the momentum of gradient descent in a valley with two weights.

    The rates go up to a little more than what the steepest direction bears with any momentum.

    hessian: symmetric positive definite, shape (2, 2), or its diagonal, shape (2,).
    start: shape (2,).
    num_steps: steps of descent in the picture.

    Raises ValueError for another shape, a valley that is not closed on all sides, a start at its bottom, or
    num_steps below 1.

    Source: Polyak, Some methods of speeding up the convergence of iteration methods, 1964. Lesson 03.
    """
    descent = descent_in(hessian, start, num_steps)
    ground, (valley, curve) = axes_in_a_row(2)
    _draw_paths(descent, {}, valley, curve)
    static, (valley_of_all, curve_of_all) = axes_in_a_row(2)
    some = {f"momentum {momentum}": descent.path(descent.unit, momentum) for momentum in (0.0, 0.5, 0.9)}
    _draw_paths(descent, some, valley_of_all, curve_of_all)
    curve_of_all.set_title(f"learning rate {descent.unit:.3g}")
    return SliderPicture(
        [
            slider("learning rate", descent.rates_with_momentum, _rounded(descent.unit)),
            slider("momentum", MOMENTA, 0.9),
        ],
        ground,
        functools.partial(_draw_descent, descent, valley, curve),
        functools.partial(describe_momentum, descent),
        static,
    )


def describe_momentum(descent: Descent, rate: float, momentum: float) -> str:
    """Return a sentence: where descent goes with a rate and a momentum, and its loss."""
    first, *_, last = descent.loss(descent.path(rate, momentum))
    # A place follows from the two before it, and grows by the larger root of that. One near 1 falls slowly.
    roots = [np.roots([1, rate * curvature - 1 - momentum, momentum]) for curvature in descent.curvatures]
    is_at_the_edge = np.isclose(np.real(roots).min(), -1)
    growth = np.abs(roots).max()
    goes = "keeps its height" if is_at_the_edge else "diverges" if growth > 1 + 1e-9 else "converges"
    losses = f"loss {first:.2g} at the start, {last:.2g} after {descent.num_steps} steps"
    return f"learning rate {rate:.3g}, momentum {momentum:.3g} {goes}: {losses}"


@course_style()
def schedule_slider(num_steps: int = 200, noise: float = 1.0) -> SliderPicture:
    """Return a choice of schedules and a slider for the rate at their peak, in a valley with noisy gradients.

    The right picture shows the expected loss, computed and not drawn by chance: a large rate is fast and
    stays high in the noise, a small one is slow, and a schedule can have both.

    num_steps: steps of descent in the picture, at least 20.
    noise: standard deviation of what is added to each coordinate of the gradient, as a small batch does.

    Raises ValueError for fewer than 20 steps or a noise below 0.

    Source: Robbins and Monro, A Stochastic Approximation Method, 1951. Lesson 02.
    """
    if num_steps < 20:
        raise ValueError(f"num_steps must be at least 20, not {num_steps!r}.")
    if not noise >= 0:
        raise ValueError(f"noise must not be below 0, not {noise!r}.")
    noisy = NoisyDescent(num_steps, noise)
    ground, (rates, losses) = axes_in_a_row(2)
    _draw_schedules(noisy, 0.1, [], rates, losses, highest=PEAKS.max())
    static, (rates_of_all, losses_of_all) = axes_in_a_row(2, labels=True)
    kinds = ("constant", "step", "exponential", "linear", "cosine")
    _draw_schedules(noisy, 0.1, kinds, rates_of_all, losses_of_all, highest=0.1)
    return SliderPicture(
        [choice("schedule", SCHEDULES, "cosine"), slider("peak rate", PEAKS.tolist(), PEAKS[23])],
        ground,
        functools.partial(_draw_schedule, noisy, rates, losses),
        functools.partial(describe_schedule, noisy),
        static,
    )


class NoisyDescent(NamedTuple):
    """Descent from (1, 1) in the valley (1, 10) with noise in its gradients, under a schedule still open.

    num_steps: steps of descent.
    noise: standard deviation of what is added to each coordinate of the gradient.
    """

    num_steps: int
    noise: float

    def rates(self, kind: str, peak: float) -> np.ndarray:
        """Return the learning rate of each step, shape (num_steps,)."""
        return scheduled_rates(kind, peak, self.num_steps)

    def losses(self, kind: str, peak: float) -> np.ndarray:
        """Return the expected loss before and after each step, shape (num_steps + 1,)."""
        return expected_loss(self.rates(kind, peak), self.noise)


def expected_loss(rates: np.ndarray, noise: float) -> np.ndarray:
    """Return the expected loss before and after each noisy step from (1, 1) in the valley (1, 10).

    A step multiplies the mean square of a coordinate by the square of its factor, and adds the noise times
    the rate, squared.

    rates: learning rate of each step, shape (num_steps,).
    noise: standard deviation of what is added to each coordinate of the gradient.

    Returns shape (num_steps + 1,).
    """
    curvatures = np.array([1.0, 10.0])
    mean_squares = np.ones((len(rates) + 1, 2))
    kept, added = (1 - np.outer(rates, curvatures)) ** 2, (rates * noise) ** 2
    for at in range(len(rates)):
        mean_squares[at + 1] = kept[at] * mean_squares[at] + added[at]
    return mean_squares @ curvatures / 2


def _draw_schedules(
    noisy: NoisyDescent, peak: float, kinds: Sequence[str], rates: Axes, losses: Axes, highest: float
) -> None:
    """Draw the rates and the expected losses of schedules with one peak.

    highest: the highest rate for which there is room.
    """
    rates.set(xlim=(0, noisy.num_steps), ylim=(0, 1.05 * highest))
    losses.set(xlim=(0, noisy.num_steps), ylim=(2e-3, 30))
    plot_schedules({kind: noisy.rates(kind, peak) for kind in kinds}, noisy.num_steps, ax=rates, unit="step")
    plot_losses({kind: noisy.losses(kind, peak) for kind in kinds}, ax=losses)
    rates.set_ylim(0, 1.05 * highest)
    losses.set_ylabel("expected loss")
    for text in rates.texts:
        text.set_visible(False)  # the names stand at the ends of the other picture's lines


def _draw_schedule(noisy: NoisyDescent, rates: Axes, losses: Axes, kind: str, peak: float) -> list[Artist]:
    """Draw one schedule beside the constant rate on what `_draw_schedules` drew; return what was added."""
    quiet: Style = {"color": QUIET, "linestyle": "--", "linewidth": 1.2}
    strong: Style = {"color": COLORS[0], "linestyle": "-"}
    corner: Style = {"transform": losses.transAxes, "ha": "right", "va": "top"}
    return [
        *rates.plot(noisy.rates("constant", peak), **quiet),
        *rates.plot(noisy.rates(kind, peak), **strong),
        *losses.plot(noisy.losses("constant", peak), **quiet),
        *losses.plot(noisy.losses(kind, peak), **strong),
        losses.text(0.97, 0.97, f"solid: {kind}\ndashed: constant", fontsize=9, **corner),
    ]


def describe_schedule(noisy: NoisyDescent, kind: str, peak: float) -> str:
    """Return a sentence: the expected loss under a schedule, and under the constant rate."""
    last, constant = (noisy.losses(each, peak)[-1] for each in (kind, "constant"))
    comparison = "" if kind == "constant" else f" (constant: {constant:.2g})"
    return f"{kind}, peak rate {peak:.3g}: expected loss {last:.2g} after {noisy.num_steps} steps{comparison}"
