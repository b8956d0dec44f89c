"""Chance made visible: batches, dropped units, and searches."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.plotting import COLORS, QUIET, course_style, plot_contour
from helpers.training import quadratic_loss
from helpers.widgets.picture import SliderPicture, axes_in_a_row, choice, slider

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NUM_EXAMPLES, NUM_DRAWS = 1024, 150


@course_style()
def batch_size_slider(seed: int = 0) -> SliderPicture:
    """Return a slider over batch sizes: where one step leads, by 150 batches, and how far they scatter.

    A linear model with two weights and 1024 examples. Left, the loss of all examples over both weights,
    measured from the bottom; right, the gradient noise, the root mean squared distance of a batch's gradient
    from that of all examples, for batches drawn without replacement.

    Source: McCandlish and others, arXiv:1812.06162. Lesson 04.
    """
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

    def landing(size: int) -> np.ndarray:
        return start - rate * sums[:, size - 1] / size

    def figure_of(marked: Sequence[int]) -> tuple[Figure, Axes, Axes]:
        figure, valley, curve = axes_in_a_row(2)
        plot_contour(lambda weights: quadratic_loss(weights, hessian), {}, ax=valley, reach=2.2)
        valley.set(xlabel="weight 1 (from the bottom)", ylabel="weight 2 (from the bottom)")
        ring = {"markersize": 11, "markerfacecolor": "none", "markeredgecolor": "black"}
        for size, color, mark in zip(marked, COLORS, "os^", strict=False):
            valley.plot(*landing(size).T, mark, color=color, markersize=3, label=f"batch of {size}")
        valley.plot(*start, "o", label="start", **ring)
        valley.plot(*(start - rate * full), "X", color="black", markersize=8, label="step of all")
        curve.set(xscale="log", yscale="log", xlabel="batch size (examples)", ylabel="gradient noise")
        curve.plot(sizes[:-1], expected[:-1], color=QUIET, linestyle="-", linewidth=1.4)
        curve.set_xticks(sizes[::2], [str(size) for size in sizes[::2]])
        curve.set_xticks([], minor=True)
        curve.set(xlim=(0.8, 1300), ylim=(expected[-2] / 1.5, expected[0] * 1.5))
        curve.text(3, expected[1] * 1.25, "four times the batch,\nhalf the noise", color=QUIET, fontsize=9)
        for size, color, mark in zip(marked, COLORS, "os^", strict=False):
            curve.plot(size, expected[int(np.log2(size))], mark, color=color, markersize=9)
        valley.legend(loc="lower left", fontsize=8, handletextpad=0.2)
        return figure, valley, curve

    ground, valley, curve = figure_of([])
    static, *_ = figure_of([1, 16, 256])

    def draw(size: int) -> list[Artist]:
        noise_of_size = max(expected[int(np.log2(size))], curve.get_ylim()[0])
        return [
            *valley.plot(*landing(size).T, "o", color=COLORS[0], markersize=3.5, alpha=0.7),
            *curve.plot(size, noise_of_size, "o", color=COLORS[0], markersize=10),
        ]

    def describe(size: int) -> str:
        value = expected[int(np.log2(size))]
        updates = f"{NUM_EXAMPLES // size} updates an epoch"
        noise = f"gradient noise {value:.3g} beside a gradient of {np.hypot(*full):.3g}"
        return f"batch size {size}: {noise}; {updates}"

    control = slider("batch size", sizes.tolist(), 8, [str(size) for size in sizes])
    return SliderPicture([control], ground, draw, describe, static)


@course_style()
def dropout_slider(num_units: int = 24, num_samples: int = 8, num_passes: int = 20) -> SliderPicture:
    """Return sliders for the dropout rate and the forward pass: who is dropped, and what stays on average.

    All units of a layer give 1 for all samples before dropout, so what is seen is what dropout does to them.
    The masks are those of Keras's own dropout. num_units, num_samples, num_passes: at least 1.

    Raises ValueError for a number below 1.

    Source: Srivastava and others, Dropout, 2014. Lesson 09.
    """
    for name, number in (("num_units", num_units), ("num_samples", num_samples), ("num_passes", num_passes)):
        if number < 1:
            raise ValueError(f"{name} must be at least 1, not {number!r}.")
    import keras

    ones = np.ones((num_passes, num_samples, num_units), np.float32)
    rates = [round(0.05 * step, 2) for step in range(19)]
    kept = {rate: keras.ops.convert_to_numpy(keras.random.dropout(ones, rate, seed=7)) for rate in rates}
    passes = np.arange(1, num_passes + 1)

    def show(ax: Axes, outputs: np.ndarray) -> Artist:
        return ax.imshow(outputs > 0, cmap=_two_shades(), vmin=0, vmax=1, aspect="auto", zorder=0)

    def figure_of(rate: float | None) -> tuple[Figure, Axes, Axes]:
        figure, units, means = axes_in_a_row(2)
        units.set(xlim=(-0.5, num_units - 0.5), ylim=(num_samples - 0.5, -0.5))
        units.set(xlabel="unit of the layer", ylabel="sample of the batch")
        units.set_xticks(np.arange(-0.5, num_units), [], minor=True)
        units.set_yticks(np.arange(-0.5, num_samples), [], minor=True)
        units.set_xticks(range(0, num_units, 6), range(1, num_units + 1, 6))
        units.set_yticks(range(num_samples), range(1, num_samples + 1))
        units.tick_params(which="minor", length=0)
        units.grid(visible=False)
        units.set_title("dark: kept, times 1.00. pale: dropped" if rate is None else
                        f"rate {rate:g}, one pass: kept × {1 / (1 - rate):.2f}", fontsize=10,
                        alpha=0 if rate is None else 1)  # fmt: skip
        means.axhline(1, color=QUIET, linestyle=":", linewidth=1.4)
        means.set(xlim=(0, num_passes + 1), ylim=(0, 2.6), xlabel="forward pass")
        means.set_ylabel("mean output of a sample's units")
        means.text(num_passes + 0.5, 0.04, "dotted: without dropout", color=QUIET, fontsize=9, ha="right")
        if rate is not None:
            show(units, kept[rate][0])
            _draw_cells(units, num_units, num_samples)
            _draw_means(means, passes, kept[rate])
        return figure, units, means

    ground, units, means = figure_of(None)
    static, *_ = figure_of(0.5)

    def draw(rate: float, number: int) -> list[Artist]:
        outputs = kept[rate][number - 1]
        title = f"kept: × {1 / (1 - rate):.2f}; dropped: 0"
        return [
            show(units, outputs),
            *_draw_cells(units, num_units, num_samples),
            *_draw_means(means, passes, kept[rate]),
            *means.plot(np.full(num_samples, number), outputs.mean(axis=1), "o", color=COLORS[1]),
            units.text(0, 1.03, title, transform=units.transAxes, fontsize=10),
        ]

    def describe(rate: float, number: int) -> str:
        dropped = (kept[rate][number - 1] == 0).mean()
        average = kept[rate].mean()
        return (
            f"dropout rate {rate:g}, forward pass {number}: {dropped:.0%} of the outputs are 0, "
            f"the others {1 / (1 - rate):.3g}; mean over {num_passes} passes {average:.2f}"
        )

    controls = [
        slider("dropout rate", rates, 0.5),
        slider("forward pass", passes.tolist(), 1, [str(number) for number in passes]),
    ]
    return SliderPicture(controls, ground, draw, describe, static)


def _two_shades():
    from matplotlib.colors import ListedColormap

    return ListedColormap(["#EEF2F5", COLORS[0]])


def _draw_cells(ax: Axes, columns: int, rows: int) -> list[Artist]:
    """Draw white lines between the cells of a table."""
    white = {"colors": "white", "linewidth": 1.2}
    return [
        ax.vlines(np.arange(0.5, columns - 1), -0.5, rows - 0.5, **white),
        ax.hlines(np.arange(0.5, rows - 1), -0.5, columns - 0.5, **white),
    ]


def _draw_means(ax: Axes, passes: np.ndarray, outputs: np.ndarray) -> list[Artist]:
    """Draw the mean output of each sample in each pass, and the mean over samples."""
    means = outputs.mean(axis=2)
    return [
        *ax.plot(np.repeat(passes, means.shape[1]), means.ravel(), ".", color="#5FA5D1", markersize=4),
        *ax.plot(passes, means.mean(axis=1), color=COLORS[0], linestyle="-", linewidth=1.6),
    ]


@course_style()
def grid_or_random_slider(num_landscapes: int = 12, seed: int = 0) -> SliderPicture:
    """Return controls over a search in two dimensions: which trials of a grid or of chance hit the good part.

    The good part takes a tenth of the space: a strip where one of two hyperparameters matters, a square where
    both do. Where it lies changes with the landscape, and all places are equally likely. The right picture
    shows the probability to hit it.

    Raises ValueError for less than one landscape.

    Source: Bergstra and Bengio, Random Search for Hyper-Parameter Optimization, 2012. Lesson 11.
    """
    if num_landscapes < 1:
        raise ValueError(f"num_landscapes must be at least 1, not {num_landscapes!r}.")
    rng = np.random.default_rng(seed)
    places = rng.uniform(size=(num_landscapes, 2))
    draws = rng.uniform(size=(num_landscapes, max(GRID_SIZES) ** 2, 2))

    def points_of(method: str, side: int, landscape: int) -> np.ndarray:
        if method == "random":
            return draws[landscape - 1, : side * side]
        return (np.indices((side, side)).reshape(2, -1).T + 0.5) / side

    def frame() -> tuple[Figure, dict[str, Axes], Axes]:
        figure, *panels, chances = axes_in_a_row(3, height=2.7)
        for ax, method in zip(panels, ("grid", "random"), strict=True):
            ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="hyperparameter 1", xticks=[0, 1])
            ax.set(yticks=[0, 1])
            ax.set_title(f"{method}: missed", fontsize=10, alpha=0)
            ax.grid(False)
        panels[0].set_ylabel("hyperparameter 2", labelpad=-4)
        chances.set(xlim=(2, 38), ylim=(0, 1.04), xlabel="trials", ylabel="probability of a hit")
        chances.set_xticks([side**2 for side in GRID_SIZES])
        return figure, dict(zip(("grid", "random"), panels, strict=True)), chances

    def fill(panels: dict[str, Axes], chances: Axes, side: int, landscape: int, matters: str) -> list[Artist]:
        low, high = _good_part(places[landscape - 1], matters)
        artists = []
        for number, (method, ax) in enumerate(panels.items()):
            points = points_of(method, side, landscape)
            inside = ((points >= low) & (points <= high)).all(axis=1)
            corners = [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]
            # No edge: its dashes would follow the cycle of lines, and change from move to move.
            artists += ax.fill(*zip(*corners, strict=True), color="#F6D5BC", linewidth=0, zorder=1)
            mark = {"color": COLORS[0], "markersize": 4.5, "clip_on": False}
            artists += ax.plot(*points[~inside].T, "os"[1 - number], markerfacecolor="white", **mark)
            artists += ax.plot(*points[inside].T, "os"[1 - number], **mark)
            title = f"{method}: {f'{inside.sum()} hit' if inside.any() else 'missed'}"
            artists += [ax.text(0, 1.03, title, transform=ax.transAxes, fontsize=10)]
            probabilities = [hit_probability(method, each, matters) for each in GRID_SIZES]
            style = {"color": COLORS[number], "linestyle": ("-", "--")[number], "marker": "so"[number]}
            artists += chances.plot([each**2 for each in GRID_SIZES], probabilities, markersize=4, **style)
            at = hit_probability(method, side, matters)
            artists += chances.plot(side**2, at, "so"[number], color=COLORS[number], markersize=9)
            label = {"fontsize": 9, "color": COLORS[number], "ha": "right", "transform": chances.transAxes}
            artists += [chances.text(0.97, 0.12 - 0.09 * number, f"{method} {at:.2f}", **label)]
        return artists

    ground, panels, chances = frame()
    static, *parts = frame()
    fill(*parts, 3, min(2, num_landscapes), MATTERS[0])

    def draw(side: int, landscape: int, matters: str) -> list[Artist]:
        return fill(panels, chances, side, landscape, matters)

    def describe(side: int, landscape: int, matters: str) -> str:
        low, high = _good_part(places[landscape - 1], matters)
        said = []
        for method in panels:
            points = points_of(method, side, landscape)
            hit = ((points >= low) & (points <= high)).all(axis=1).any()
            chance = hit_probability(method, side, matters)
            said.append(f"{method} {'hits' if hit else 'misses'} (probability {chance:.2f})")
        return f"{side**2} trials, landscape {landscape}, {matters}: {', '.join(said)}"

    numbers = list(range(1, num_landscapes + 1))
    controls = [
        slider("trials", GRID_SIZES, 3, [str(side**2) for side in GRID_SIZES]),
        slider("landscape", numbers, 1, [str(number) for number in numbers]),
        choice("what matters", MATTERS, MATTERS[0]),
    ]
    return SliderPicture(controls, ground, draw, describe, static)


GRID_SIZES = (2, 3, 4, 5, 6)
MATTERS = ("only hyperparameter 1 matters", "both matter")
GOOD_SHARE = 0.1


def _good_part(place: np.ndarray, matters: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower left and the upper right corner of the good tenth, for a place in the unit square."""
    sides = np.array([GOOD_SHARE, 1.0]) if matters == MATTERS[0] else np.full(2, GOOD_SHARE**0.5)
    low = place * (1 - sides)
    return low, low + sides


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
