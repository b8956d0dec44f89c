"""Chance made visible: batches, dropped units, and searches.

Each slider in three parts: what is computed, how it is drawn, and what is said of it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.plotting import COLORS, QUIET, course_style, plot_contour
from helpers.plotting.style import RING
from helpers.plotting.words import LINE_POINT
from helpers.training import quadratic_loss
from helpers.widgets.picture import SliderPicture, axes_in_a_row, choice, slider

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.image import AxesImage

    from helpers.plotting.style import Style

NUM_EXAMPLES, NUM_DRAWS = 1024, 150
REACH = 2.2  # of the valley in the picture, in both weights


@course_style()
def batch_size_slider(seed: int = 0) -> SliderPicture:
    """Return a slider over batch sizes: where one step leads, by 150 batches, and how far they scatter.

    A linear model with two weights and 1024 examples. Left, the loss of all examples over both weights,
    measured from the bottom; right, the gradient noise, the root mean squared distance of a batch's gradient
    from that of all examples, for batches drawn without replacement.

    seed: decides examples and batches.

    Source: McCandlish and others, arXiv:1812.06162. Lesson 05.
    """
    steps = batch_steps(seed)
    sizes = list(steps.landings)
    ground, (valley, curve) = axes_in_a_row(2)
    _draw_batch_sizes(steps, [], valley, curve)
    static, axes = axes_in_a_row(2)
    _draw_batch_sizes(steps, [1, 16, 64], *axes)
    return SliderPicture(
        [slider("batch size", sizes, 8, [str(size) for size in sizes])],
        ground,
        functools.partial(_draw_batch_size, steps, valley, curve),
        functools.partial(describe_batch_size, steps),
        static,
    )


class BatchSteps(NamedTuple):
    """One step of gradient descent from the same start, by batches of each size.

    hessian: of the loss of all examples, shape (2, 2).
    start: weights before the step, shape (2,).
    full_gradient: of all examples, shape (2,).
    full_landing: weights after a step of all examples, shape (2,).
    landings: batch size -> weights after the step of each batch, shape (NUM_DRAWS, 2).
    noise: batch size -> root mean squared distance of a batch's gradient from the full one.
    """

    hessian: np.ndarray
    start: np.ndarray
    full_gradient: np.ndarray
    full_landing: np.ndarray
    landings: dict[int, np.ndarray]
    noise: dict[int, float]


def batch_steps(seed: int) -> BatchSteps:
    """Return the steps of batches drawn without replacement, of 1, 2, 4 ... and all examples."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(NUM_EXAMPLES, 2)) * [0.6, 1.4]
    hessian = inputs.T @ inputs / NUM_EXAMPLES
    start, rate = np.array([1.0, 0.9]), 0.35
    # Noise that no weights can fit, made orthogonal to the inputs so that the bottom is at 0 exactly.
    noise = rng.normal(size=NUM_EXAMPLES)
    noise -= inputs @ np.linalg.lstsq(inputs, noise, rcond=None)[0]
    gradients = (inputs @ start + noise)[:, np.newaxis] * inputs
    full = gradients.mean(axis=0)
    # The first B of a random order are a batch of B: running sums give the batches of every size at once.
    orders = np.array([rng.permutation(NUM_EXAMPLES) for _ in range(NUM_DRAWS)])
    sums = gradients[orders].cumsum(axis=1)
    sizes = 2 ** np.arange(11)
    # Of a sample without replacement from a finite population.
    variance = gradients.var(axis=0, ddof=1).sum()
    expected = np.sqrt(variance * (1 / sizes - 1 / NUM_EXAMPLES))
    return BatchSteps(
        hessian,
        start,
        full,
        start - rate * full,
        {size: start - rate * sums[:, size - 1] / size for size in sizes.tolist()},
        dict(zip(sizes.tolist(), expected.tolist(), strict=True)),
    )


def _draw_batch_sizes(steps: BatchSteps, marked: Sequence[int], valley: Axes, curve: Axes) -> None:
    """Draw the valley with the step of all examples, the noise of each size, and both of the marked sizes."""
    plot_contour(lambda weights: quadratic_loss(weights, steps.hessian), {}, ax=valley, reach=REACH)
    valley.set(xlabel="weight 1 (from the bottom)", ylabel="weight 2 (from the bottom)")
    for size, color, mark in zip(marked, COLORS, "os^", strict=False):
        valley.plot(*steps.landings[size].T, mark, color=color, markersize=3, label=f"batch of {size}")
    valley.plot(*steps.start, "o", label="start", **RING)
    valley.plot(*steps.full_landing, "X", color="black", markersize=8, label="step of all")
    # All examples have no noise, and no place on a logarithmic axis.
    (*sizes, _), (*noise, _) = steps.noise, steps.noise.values()
    curve.set(xscale="log", yscale="log", xlabel="batch size (examples)", ylabel="gradient noise")
    curve.plot(sizes, noise, color=QUIET, linestyle="-", linewidth=1.4)
    ticks = list(steps.noise)[::2]
    curve.set_xticks(ticks, [str(size) for size in ticks])
    curve.set_xticks([], minor=True)
    curve.set(xlim=(0.8, 1300), ylim=(noise[-1] / 1.5, noise[0] * 1.5))
    curve.text(3, noise[1] * 1.25, "four times the batch,\nhalf the noise", color=QUIET, fontsize=9)
    for size, color, mark in zip(marked, COLORS, "os^", strict=False):
        curve.plot(size, steps.noise[size], mark, color=color, markersize=9, gid=LINE_POINT)
    # Above the valley: inside, it would lie on the numbers of the contour lines.
    style: Style = {"fontsize": 8, "handletextpad": 0.2, "columnspacing": 1.0, "frameon": False}
    valley.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3 if marked else 2, **style)


def _draw_batch_size(steps: BatchSteps, valley: Axes, curve: Axes, size: int) -> list[Artist]:
    """Draw the steps of one size and its noise on what `_draw_batch_sizes` drew; return what was added."""
    noise = max(steps.noise[size], curve.get_ylim()[0])
    return [
        *valley.plot(*steps.landings[size].T, "o", color=COLORS[0], markersize=3.5, alpha=0.7),
        *curve.plot(size, noise, "o", color=COLORS[0], markersize=10),
    ]


def describe_batch_size(steps: BatchSteps, size: int) -> str:
    """Return a sentence: gradient noise, steps that lower the loss, and updates an epoch of one size."""
    updates = f"{NUM_EXAMPLES // size} updates an epoch"
    length = np.hypot(*steps.full_gradient)
    noise = f"gradient noise {steps.noise[size]:.3g} beside a gradient of {length:.3g}"
    before, after = (quadratic_loss(w, steps.hessian) for w in (steps.start, steps.landings[size]))
    downhill = f"{np.count_nonzero(after < before)} of {len(after)} steps lead downhill"
    num_outside = np.count_nonzero(np.abs(steps.landings[size]).max(axis=1) > REACH)
    outside = f", {num_outside} end outside of the picture" if num_outside else ""
    return f"batch size {size}: {noise}; {downhill}{outside}; {updates}"


@course_style()
def dropout_slider(num_units: int = 24, num_samples: int = 8, num_passes: int = 20) -> SliderPicture:
    """Return sliders for the dropout rate and the forward pass: who is dropped, and what stays on average.

    All units of a layer give 1 for all examples before dropout, so what is seen is what dropout does to them.
    The masks are those of Keras's own dropout.

    num_units: of the layer, at least 1.
    num_samples: examples of the batch, at least 1.
    num_passes: forward passes, at least 1.

    Raises ValueError for a number below 1.

    Source: Srivastava and others, Dropout, 2014. Lesson 11.
    """
    for name, number in (("num_units", num_units), ("num_samples", num_samples), ("num_passes", num_passes)):
        if number < 1:
            raise ValueError(f"{name} must be at least 1, not {number!r}.")
    outputs = _outputs_by_rate(num_units, num_samples, num_passes)
    ground, (units, means) = axes_in_a_row(2)
    _draw_dropout_axes(list(outputs.values()), units, means)
    # A blank keeps the room for the title of each rate.
    units.set_title(" ", fontsize=10)
    static, (static_units, static_means) = axes_in_a_row(2)
    _draw_dropout_axes([outputs[0.5]], static_units, static_means)
    static_units.set_title(f"rate 0.5, one pass: kept × {1 / (1 - 0.5):.2f}", fontsize=10, alpha=1)
    _draw_units(static_units, outputs[0.5][0])
    _draw_means(static_means, outputs[0.5])
    passes = list(range(1, num_passes + 1))
    return SliderPicture(
        [
            slider("dropout rate", list(outputs), 0.5),
            slider("forward pass", passes, 1, [str(number) for number in passes]),
        ],
        ground,
        functools.partial(_draw_dropout, outputs, units, means),
        functools.partial(_describe_dropout, outputs),
        static,
    )


def _outputs_by_rate(num_units: int, num_samples: int, num_passes: int) -> dict[float, np.ndarray]:
    """Return dropout rate -> what is left of outputs of 1, shape (num_passes, num_samples, num_units)."""
    import keras

    ones = np.ones((num_passes, num_samples, num_units), np.float32)
    rates = [round(0.05 * step, 2) for step in range(19)]
    return {rate: keras.ops.convert_to_numpy(keras.random.dropout(ones, rate, seed=7)) for rate in rates}


def _draw_dropout_axes(outputs: Sequence[np.ndarray], units: Axes, means: Axes) -> None:
    """Draw what is the same at every rate.

    outputs: of the rates that will be shown, each of shape (num_passes, num_samples, num_units).
    """
    num_passes, num_samples, num_units = outputs[0].shape
    highest = max(of_rate.mean(axis=2).max() for of_rate in outputs)
    units.set(xlim=(-0.5, num_units - 0.5), ylim=(num_samples - 0.5, -0.5))
    units.set(xlabel="unit of the layer", ylabel="example of the batch")
    units.set_xticks(np.arange(-0.5, num_units), [], minor=True)
    units.set_yticks(np.arange(-0.5, num_samples), [], minor=True)
    units.set_xticks(range(0, num_units, 6), [str(number) for number in range(1, num_units + 1, 6)])
    units.set_yticks(range(num_samples), [str(number) for number in range(1, num_samples + 1)])
    units.tick_params(which="minor", length=0)
    units.grid(visible=False)
    means.axhline(1, color=QUIET, linestyle=":", linewidth=1.4)
    means.set(xlim=(0, num_passes + 1), ylim=(0, max(2.6, 1.05 * highest)), xlabel="forward pass")
    means.set_ylabel("mean output of an example's units")
    means.text(num_passes + 0.5, 0.04, "dotted: without dropout", color=QUIET, fontsize=9, ha="right")


def _draw_dropout(
    outputs: Mapping[float, np.ndarray], units: Axes, means: Axes, rate: float, number: int
) -> list[Artist]:
    """Draw one pass at one rate, and the means of all of its passes; return what was added."""
    of_pass = outputs[rate][number - 1]
    title = f"kept: × {1 / (1 - rate):.2f}; dropped: 0"
    return [
        *_draw_units(units, of_pass),
        *_draw_means(means, outputs[rate]),
        *means.plot(np.full(len(of_pass), number), of_pass.mean(axis=1), "o", color=COLORS[1]),
        units.text(0, 1.03, title, transform=units.transAxes, fontsize=10),
    ]


def _describe_dropout(outputs: Mapping[float, np.ndarray], rate: float, number: int) -> str:
    """Return a sentence: what dropout does in one pass, and on average."""
    dropped = (outputs[rate][number - 1] == 0).mean()
    average = outputs[rate].mean()
    return (
        f"dropout rate {rate:g}, forward pass {number}: {dropped:.0%} of the outputs are 0, "
        f"the others {1 / (1 - rate):.3g}; mean over {len(outputs[rate])} passes {average:.2f}"
    )


def _draw_units(ax: Axes, outputs: np.ndarray) -> list[Artist]:
    """Draw which outputs were kept, shape (num_samples, num_units), with white lines between them."""
    rows, columns = outputs.shape
    white: Style = {"colors": "white", "linewidth": 1.2}
    kept: AxesImage = ax.imshow(outputs > 0, cmap=_two_shades(), vmin=0, vmax=1, aspect="auto", zorder=0)
    return [
        kept,
        ax.vlines(np.arange(0.5, columns - 1), -0.5, rows - 0.5, **white),
        ax.hlines(np.arange(0.5, rows - 1), -0.5, columns - 0.5, **white),
    ]


def _two_shades() -> Colormap:
    from matplotlib.colors import ListedColormap

    return ListedColormap(["#EEF2F5", COLORS[0]])


def _draw_means(ax: Axes, outputs: np.ndarray) -> list[Artist]:
    """Draw the mean output of each example in each pass, and the mean over examples.

    outputs: shape (num_passes, num_samples, num_units).
    """
    means = outputs.mean(axis=2)
    passes = np.arange(1, len(means) + 1)
    return [
        *ax.plot(np.repeat(passes, means.shape[1]), means.ravel(), ".", color="#5FA5D1", markersize=4),
        *ax.plot(passes, means.mean(axis=1), color=COLORS[0], linestyle="-", linewidth=1.6),
    ]


SEARCH_METHODS = ("grid", "random")
GRID_SIZES = (2, 3, 4, 5, 6)
MATTERS = ("only hyperparameter 1 matters", "both matter")
GOOD_SHARE = 0.1


@course_style()
def grid_or_random_slider(num_landscapes: int = 12, seed: int = 0) -> SliderPicture:
    """Return controls over a search in two dimensions: which trials of a grid or of chance hit the good part.

    The good part takes a tenth of the space: a strip where one of two hyperparameters matters, a square where
    both do. Where it lies changes with the landscape, and all places are equally likely. The right picture
    shows the probability to hit it.

    num_landscapes: at least 1.
    seed: decides where the good parts lie, and the random trials.

    Raises ValueError for less than one landscape.

    Source: Bergstra and Bengio, Random Search for Hyper-Parameter Optimization, 2012. Lesson 13.
    """
    if num_landscapes < 1:
        raise ValueError(f"num_landscapes must be at least 1, not {num_landscapes!r}.")
    landscapes = random_landscapes(num_landscapes, seed)
    ground, axes = axes_in_a_row(3, height=2.7)
    _draw_search_axes(*axes)
    static, static_axes = axes_in_a_row(3, height=2.7)
    _draw_search_axes(*static_axes)
    _draw_searches(landscapes, static_axes, 3, min(2, num_landscapes), MATTERS[0])
    numbers = list(range(1, num_landscapes + 1))
    return SliderPicture(
        [
            slider("trials", GRID_SIZES, 3, [str(side**2) for side in GRID_SIZES]),
            slider("landscape", numbers, 1, [str(number) for number in numbers]),
            choice("what matters", MATTERS, MATTERS[0]),
        ],
        ground,
        functools.partial(_draw_searches, landscapes, axes),
        functools.partial(_describe_searches, landscapes),
        static,
    )


class _Landscapes(NamedTuple):
    """Landscapes to search, and random trials in each.

    places: where the good part lies in each, shape (num_landscapes, 2), from 0 to 1.
    draws: random trials, as many as the largest grid has, shape (num_landscapes, trials, 2).
    """

    places: np.ndarray
    draws: np.ndarray

    def trials(self, method: str, side: int, landscape: int) -> np.ndarray:
        """Return the trials of a grid of side x side, or as many random ones, shape (side * side, 2)."""
        if method == "random":
            return self.draws[landscape - 1, : side * side]
        return (np.indices((side, side)).reshape(2, -1).T + 0.5) / side

    def good_part(self, landscape: int, matters: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the lower left and the upper right corner of the good tenth of the unit square."""
        sides = np.array([GOOD_SHARE, 1.0]) if matters == MATTERS[0] else np.full(2, GOOD_SHARE**0.5)
        low = self.places[landscape - 1] * (1 - sides)
        return low, low + sides

    def hits(self, method: str, side: int, landscape: int, matters: str) -> np.ndarray:
        """Return which of the trials lie in the good part, shape (side * side,)."""
        low, high = self.good_part(landscape, matters)
        points = self.trials(method, side, landscape)
        return np.all((points >= low) & (points <= high), axis=1)


def random_landscapes(num_landscapes: int, seed: int) -> _Landscapes:
    """Return landscapes whose good parts lie anywhere, with random trials. num_landscapes: at least 1."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(size=(num_landscapes, 2))
    return _Landscapes(places, rng.uniform(size=(num_landscapes, max(GRID_SIZES) ** 2, 2)))


@functools.cache
def hit_probability(method: str, side: int, matters: str) -> float:
    """Return the probability that side x side trials hit the good tenth, over all places where it may lie."""
    if method == "random":
        return 1 - (1 - GOOD_SHARE) ** (side * side)
    width, axes = (GOOD_SHARE, 1) if matters == MATTERS[0] else (GOOD_SHARE**0.5, 2)
    centres = np.linspace(width / 2, 1 - width / 2, 20_001)
    spacing = 1 / side
    # How far the nearest line of the grid is; the lines stand at half a spacing, one and a half ...
    distances = np.abs((centres % spacing) - spacing / 2)
    return float((distances <= width / 2).mean() ** axes)


def _draw_search_axes(grid: Axes, random: Axes, chances: Axes) -> None:
    """Draw what is the same in every landscape."""
    for ax in (grid, random):
        ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="hyperparameter 1", xticks=[0, 1])
        ax.set(yticks=[0, 1])
        ax.set_title(" ", fontsize=10)  # keeps the room for what each move writes there
        ax.grid(False)
    grid.set_ylabel("hyperparameter 2", labelpad=-4)
    chances.set(xlim=(2, 38), ylim=(0, 1.04), xlabel="trials", ylabel="probability of a hit")
    chances.set_xticks([side**2 for side in GRID_SIZES])


def _draw_searches(
    landscapes: _Landscapes, axes: Sequence[Axes], side: int, landscape: int, matters: str
) -> list[Artist]:
    """Draw both searches of one landscape, and how likely they hit; return what was added.

    axes: those of `_draw_search_axes`, in their order.
    """
    *panels, chances = axes
    artists: list[Artist] = []
    for number, (method, ax) in enumerate(zip(SEARCH_METHODS, panels, strict=True)):
        artists += _draw_trials(landscapes, ax, method, side, landscape, matters)
        artists += _draw_probabilities(chances, number, side, matters)
    return artists


def _draw_trials(
    landscapes: _Landscapes, ax: Axes, method: str, side: int, landscape: int, matters: str
) -> list[Artist]:
    """Draw the good part of a landscape and the trials of one method, filled where they hit."""
    low, high = landscapes.good_part(landscape, matters)
    points = landscapes.trials(method, side, landscape)
    inside = landscapes.hits(method, side, landscape, matters)
    corners = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]
    mark = "o" if method == "random" else "s"
    dots: Style = {"color": COLORS[0], "markersize": 4.5, "clip_on": False}
    title = f"{method}: {f'{inside.sum()} hit' if inside.any() else 'missed'}"
    return [
        # No edge: its dashes would follow the cycle of lines, and change from move to move.
        *ax.fill(*zip(*corners, strict=True), color="#F6D5BC", linewidth=0, zorder=1),
        *ax.plot(*points[~inside].T, mark, markerfacecolor="white", **dots),
        *ax.plot(*points[inside].T, mark, label="hit", **dots),
        ax.text(0, 1.03, title, transform=ax.transAxes, fontsize=10),
    ]


def _draw_probabilities(ax: Axes, number: int, side: int, matters: str) -> list[Artist]:
    """Draw the probability of a hit over the number of trials, with that of side x side marked.

    number: of the method, in `SEARCH_METHODS`.
    """
    method, color, mark = SEARCH_METHODS[number], COLORS[number], "so"[number]
    at = hit_probability(method, side, matters)
    probabilities = [hit_probability(method, each, matters) for each in GRID_SIZES]
    style: Style = {"color": color, "linestyle": ("-", "--")[number], "marker": mark}
    label: Style = {"fontsize": 9, "color": color, "ha": "right", "transform": ax.transAxes}
    return [
        *ax.plot([each**2 for each in GRID_SIZES], probabilities, markersize=4, label=method, **style),
        *ax.plot(side**2, at, mark, color=color, markersize=9, gid=LINE_POINT),
        ax.text(0.97, 0.12 - 0.09 * number, f"{method} {at:.2f}", **label),
    ]


def _describe_searches(landscapes: _Landscapes, side: int, landscape: int, matters: str) -> str:
    """Return a sentence: which method hits in one landscape, and how likely each does."""
    said = []
    for method in SEARCH_METHODS:
        hit = landscapes.hits(method, side, landscape, matters).any()
        chance = hit_probability(method, side, matters)
        said.append(f"{method} {'hits' if hit else 'misses'} (probability {chance:.2f})")
    return f"{side**2} trials, landscape {landscape}, {matters}: {', '.join(said)}"
