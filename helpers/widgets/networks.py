"""Networks: what was trained and measured once is replayed, so that a slider answers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.plotting import COLORS, QUIET, course_style, plot_curves, plot_layer_statistics, plot_sweep
from helpers.widgets.picture import SliderPicture, axes_in_a_row, choice, slider
from helpers.widgets.stored import rate_sweep, signals

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from helpers.training import Run


@course_style()
def network_learning_rate_slider() -> SliderPicture:
    """Return a slider over 31 learning rates of lesson 01's network: its loss curves, its place in the sweep.

    Nothing is trained: the runs, five seeds a rate, come with the course.

    Raises OSError when the packaged file is missing or damaged.

    Lesson 01.
    """
    by_rate: dict[float, list[Run]] = {}
    for run in rate_sweep():
        by_rate.setdefault(run.configuration.learning_rate, []).append(run)
    all_runs = [run for runs in by_rate.values() for run in runs]
    num_epochs = all_runs[0].configuration.num_epochs

    def figure_of(rates: list[float]) -> tuple[Figure, Axes, Axes]:
        figure, curves, ends = axes_in_a_row(2)
        shown = [run for rate in rates for run in by_rate[rate]]
        curves.set(xlim=(0.5, num_epochs + 0.5), ylim=(0, 4))
        if shown:
            plot_curves(shown, ax=curves, metric="train_losses", spread="seeds")
            _shorten_names(curves)
        curves.axhline(np.log(10), color=QUIET, linestyle=":", linewidth=1.2)
        curves.set(xlim=(0.5, num_epochs + 0.5), ylim=(0, 4), xlabel="epoch")
        curves.set_ylabel("training loss (cross-entropy)")
        curves.set_xticks(range(2, num_epochs + 1, 2))
        small = {"fontsize": 9, "color": QUIET}
        curves.text(0.04, 0.03, "dotted: guessing", transform=curves.transAxes, **small)
        ends.text(0.04, 0.93, "cross: stuck", transform=ends.transAxes, **small)
        plot_sweep(all_runs, ax=ends)
        ends.get_legend().remove()
        for text in ends.texts[1:]:
            text.set_visible(False)  # the left picture says what the dotted line is
        return figure, curves, ends

    rates = sorted(by_rate)
    ground, curves, ends = figure_of([])
    static, *_ = figure_of([rates[at] for at in (6, 18, 28)])  # 0.001, 0.1, 4.6

    def draw(rate: float) -> list[Artist]:
        runs = by_rate[rate]
        epochs = np.arange(1, num_epochs + 1)
        artists = []
        for run in runs:
            artists += curves.plot(epochs, run.train_losses, color=COLORS[0], linestyle="-", linewidth=0.8)
        mean = np.mean([run.train_losses for run in runs], axis=0)
        artists += curves.plot(epochs, mean, "o-", color=COLORS[0], linewidth=2.2, markersize=4)
        artists += [ends.axvline(rate, color=QUIET, linestyle="--", linewidth=1)]
        for stuck, mark in ((False, "o"), (True, "X")):
            last = [run.val_accuracies[-1] for run in runs if run.stuck == stuck]
            style = {"color": COLORS[1], "markersize": 7, "markeredgecolor": "white"}
            artists += ends.plot([rate] * len(last), last, mark, **style)
        return artists

    def describe(rate: float) -> str:
        last = np.array([run.val_accuracies[-1] for run in by_rate[rate]])
        stuck = sum(run.stuck for run in by_rate[rate])
        found = f"learning rate {rate:.2g}: validation accuracy {last.mean():.2f} after {num_epochs} epochs"
        spread = f" (seeds from {last.min():.2f} to {last.max():.2f})"
        return f"{found}{spread}{f'; {stuck} of {len(last)} seeds stuck' if stuck else ''}"

    control = slider("learning rate", rates, rates[12], [f"{rate:.2g}" for rate in rates])
    return SliderPicture([control], ground, draw, describe, static)


def _shorten_names(ax: Axes) -> None:
    """Write the names inside of the picture, as numbers: beside it there is no room."""
    for text, height in zip(ax.texts, (-9, 8, 8), strict=True):
        text.set_text(f"{float(text.get_text().removeprefix('learning rate ')):.2g}")
        text.set(ha="right", fontsize=9, bbox=None, position=(-4, height))


@course_style()
def initialization_slider() -> SliderPicture:
    """Return a slider for the scale of the initial weights: the signal through 20 layers, and its way back.

    The scale is the gain g: weights are normal with standard deviation g / sqrt(128) in layers of 128 units.
    g = 1 is Glorot's choice, g = sqrt(2) He's. Dashed lines show these two.

    Raises OSError when the packaged file is missing or damaged.

    Source: Glorot and Bengio 2010; He, Zhang, Ren, Sun, Delving Deep into Rectifiers, arXiv:1502.01852.
    Lesson 05.
    """
    stored = signals()
    gains = list(stored.gains)
    named = {int(np.argmin(np.abs(stored.gains - gain))): name for gain, name in NAMED_GAINS.items()}
    layers = np.arange(1, stored.activation_stds["relu"].shape[1] + 1)

    def figure_of(activation: str | None) -> tuple[Figure, Axes, Axes]:
        figure, forward, backward = axes_in_a_row(2)
        for ax, table, what in (
            (forward, stored.activation_stds, "activations"),
            (backward, stored.gradient_stds, "gradients"),
        ):
            ax.set(yscale="log", ylim=(1e-12, 1e12), xlim=(0, len(layers) + 1))
            if activation:
                lines = {name: _Signal(table[activation][at]) for at, name in named.items()}
                plot_layer_statistics(lines, ax=ax)
                for text in ax.texts:  # the gradients have the same lines, and their names nowhere to stand
                    text.set(ha="right", bbox=None, fontsize=9, visible=ax is forward)
                    text.set_position((-2, text.get_position()[1] + 10))
            ax.set(xlabel="layer", ylabel=f"standard deviation of {what}", ylim=(1e-12, 1e12))
            ax.set(xlim=(0, len(layers) + 1), xticks=[1, 5, 10, 15, 20])
        return figure, forward, backward

    ground, forward, backward = figure_of(None)
    static, left, right = figure_of("relu")
    left.set_title("relu: the signal forward", fontsize=10)
    right.set_title("relu: the gradient backward", fontsize=10)

    def draw(gain: float, activation: str) -> list[Artist]:
        artists = []
        for ax, table in ((forward, stored.activation_stds), (backward, stored.gradient_stds)):
            for at in (at for at, name in named.items() if name in ("Glorot", "He")):
                quiet = {
                    "color": QUIET,
                    "linestyle": "--" if named[at] == "Glorot" else ":",
                    "linewidth": 1.1,
                }
                artists += ax.plot(layers, table[activation][at], **quiet)
            values = table[activation][gains.index(gain)]
            artists += ax.plot(layers, values, "o-", color=COLORS[0], markersize=4)
        note = {"transform": forward.transAxes, "ha": "left", "va": "bottom", "fontsize": 9, "color": QUIET}
        return [*artists, forward.text(0.04, 0.03, "dashed: Glorot\ndotted: He", **note)]

    def describe(gain: float, activation: str) -> str:
        at = gains.index(gain)
        first, last = stored.activation_stds[activation][at][[0, -1]]
        front, back = stored.gradient_stds[activation][at][[0, -1]]
        name = f" ({named[at]})" if at in named else ""
        forward_part = f"activations {first:.2g} in layer 1, {last:.2g} in layer {len(layers)}"
        backward_part = f"gradients {back:.2g} in layer {len(layers)}, {front:.2g} in layer 1"
        return f"gain {gain:.3g}{name}, {activation}: {forward_part}; {backward_part}"

    texts = [f"{gain:.3g}{f' ({named[at]})' if at in named else ''}" for at, gain in enumerate(gains)]
    controls = [slider("gain", gains, gains[12], texts), choice("activation", ("relu", "tanh"), "relu")]
    return SliderPicture(controls, ground, draw, describe, static)


NAMED_GAINS = {0.125: "std 0.011", 1.0: "Glorot", 2**0.5: "He", 128**0.5: "N(0, 1)"}


class _Signal:
    """Standard deviations by layer, as `plot_layer_statistics` reads them."""

    def __init__(self, activation_stds: np.ndarray) -> None:
        self.activation_stds = activation_stds
