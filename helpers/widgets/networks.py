"""Networks: what was trained and measured once is replayed, so that a slider answers at once.

Each slider in three parts: what is read, how it is drawn, and what is said of it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.plotting import COLORS, QUIET, course_style, plot_curves, plot_layer_statistics, plot_sweep
from helpers.training import LayerStatistics
from helpers.widgets.picture import SliderPicture, axes_in_a_row, choice, slider
from helpers.widgets.stored import Signals, rate_sweep, signals

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from helpers.plotting.style import Style
    from helpers.training import Run


@course_style()
def network_learning_rate_slider() -> SliderPicture:
    """Return a slider over 31 learning rates of lesson 01's network: its loss curves, its place in the sweep.

    Nothing is trained: the runs, five seeds a rate, come with the course.

    Raises OSError when the packaged file is missing or damaged.

    Lesson 01.
    """
    by_rate = _runs_by_rate()
    rates = list(by_rate)
    ground, (curves, ends) = axes_in_a_row(2)
    _draw_sweep(by_rate, [], curves, ends)
    static, axes = axes_in_a_row(2)
    _draw_sweep(by_rate, [rates[at] for at in (6, 18, 28)], *axes)  # 0.001, 0.1, 4.6
    return SliderPicture(
        [slider("learning rate", rates, rates[12], [f"{rate:.2g}" for rate in rates])],
        ground,
        functools.partial(_draw_rate, by_rate, curves, ends),
        functools.partial(_describe_rate, by_rate),
        static,
    )


def _runs_by_rate() -> dict[float, list[Run]]:
    """Return the stored runs: learning rate -> one run a seed, the lowest rate first."""
    by_rate: dict[float, list[Run]] = {}
    for run in rate_sweep():
        rate = run.configuration.learning_rate
        assert rate is not None  # every stored run has one
        by_rate.setdefault(rate, []).append(run)
    return dict(sorted(by_rate.items()))


def _draw_sweep(by_rate: Mapping[float, list[Run]], rates: Sequence[float], curves: Axes, ends: Axes) -> None:
    """Draw the loss curves of some rates, and how training ends at every rate."""
    all_runs = [run for runs in by_rate.values() for run in runs]
    num_epochs = all_runs[0].configuration.num_epochs
    curves.set(xlim=(0.5, num_epochs + 0.5), ylim=(0, 4))
    if rates:
        shown = [run for rate in rates for run in by_rate[rate]]
        plot_curves(shown, ax=curves, metric="train_losses", spread="seeds")
        _shorten_names(curves)
    curves.axhline(np.log(10), color=QUIET, linestyle=":", linewidth=1.2)
    curves.set(xlim=(0.5, num_epochs + 0.5), ylim=(0, 4), xlabel="epoch")
    curves.set_ylabel("training loss (cross-entropy)")
    curves.set_xticks(range(2, num_epochs + 1, 2))
    small: Style = {"fontsize": 9, "color": QUIET}
    curves.text(0.04, 0.03, "dotted: guessing", transform=curves.transAxes, **small)
    ends.text(0.04, 0.93, "cross: stuck", transform=ends.transAxes, **small)
    plot_sweep(all_runs, ax=ends)
    marks = ends.get_legend()
    if marks is not None:
        marks.remove()
    for text in ends.texts[1:]:
        text.set_visible(False)  # the left picture says what the dotted line is


def _shorten_names(ax: Axes) -> None:
    """Write the names inside of the picture, as numbers: beside it there is no room."""
    for text, height in zip(ax.texts, (-9, 8, 8), strict=True):
        text.set_text(f"{float(text.get_text().removeprefix('learning rate ')):.2g}")
        text.set(ha="right", fontsize=9, bbox=None, position=(-4, height))


def _draw_rate(by_rate: Mapping[float, list[Run]], curves: Axes, ends: Axes, rate: float) -> list[Artist]:
    """Draw the runs of one rate on what `_draw_sweep` drew; return what was added."""
    runs = by_rate[rate]
    epochs = np.arange(1, runs[0].configuration.num_epochs + 1)
    artists: list[Artist] = []
    for run in runs:
        artists += curves.plot(epochs, run.train_losses, color=COLORS[0], linestyle="-", linewidth=0.8)
    mean = np.mean([run.train_losses for run in runs], axis=0)
    artists += curves.plot(epochs, mean, "o-", color=COLORS[0], linewidth=2.2, markersize=4)
    artists += [ends.axvline(rate, color=QUIET, linestyle="--", linewidth=1)]
    for stuck, mark in ((False, "o"), (True, "X")):
        last = [run.val_accuracies[-1] for run in runs if run.stuck == stuck]
        style: Style = {"color": COLORS[1], "markersize": 7, "markeredgecolor": "white"}
        artists += ends.plot([rate] * len(last), last, mark, **style)
    return artists


def _describe_rate(by_rate: Mapping[float, list[Run]], rate: float) -> str:
    """Return a sentence: the accuracy that a rate reaches, and how many of its seeds are stuck."""
    runs = by_rate[rate]
    last = np.array([run.val_accuracies[-1] for run in runs])
    stuck, num_epochs = sum(run.stuck for run in runs), runs[0].configuration.num_epochs
    found = f"learning rate {rate:.2g}: validation accuracy {last.mean():.2f} after {num_epochs} epochs"
    spread = f" (seeds from {last.min():.2f} to {last.max():.2f})"
    return f"{found}{spread}{f'; {stuck} of {len(last)} seeds stuck' if stuck else ''}"


NAMED_GAINS = {0.125: "std 0.011", 1.0: "Glorot", 2**0.5: "He", 128**0.5: "N(0, 1)"}


@course_style()
def initialization_slider() -> SliderPicture:
    """Return a slider for the scale of the initial weights: the signal through 20 layers, and its way back.

    The scale is the gain g: weights are normal with standard deviation g / sqrt(128) in layers of 128 units.
    g = 1 is Glorot's choice, a dashed line; g = sqrt(2) is He's, a dotted one.

    Raises OSError when the packaged file is missing or damaged.

    Source: Glorot and Bengio 2010; He, Zhang, Ren, Sun, Delving Deep into Rectifiers, arXiv:1502.01852.
    Lesson 06.
    """
    stored = signals()
    ground, (forward, backward) = axes_in_a_row(2)
    _draw_signal_axes(stored, None, forward, backward)
    static, (static_forward, static_backward) = axes_in_a_row(2)
    _draw_signal_axes(stored, "relu", static_forward, static_backward)
    static_forward.set_title("relu: the signal forward", fontsize=10)
    static_backward.set_title("relu: the gradient backward", fontsize=10)
    gains, named = stored.gains.tolist(), _named_places(stored)
    texts = [f"{gain:.3g}{f' ({named[at]})' if at in named else ''}" for at, gain in enumerate(gains)]
    return SliderPicture(
        [slider("gain", gains, gains[12], texts), choice("activation", ("relu", "tanh"), "relu")],
        ground,
        functools.partial(_draw_signal, stored, forward, backward),
        functools.partial(_describe_signal, stored),
        static,
    )


def _named_places(stored: Signals) -> dict[int, str]:
    """Return the gains that have a name: place among the gains -> name."""
    return {int(np.argmin(np.abs(stored.gains - gain))): name for gain, name in NAMED_GAINS.items()}


def _draw_signal_axes(stored: Signals, activation: str | None, forward: Axes, backward: Axes) -> None:
    """Draw the axes of both directions, and with an activation the lines of the named gains."""
    for ax, table, what in (
        (forward, stored.activation_stds, "activations"),
        (backward, stored.gradient_stds, "gradients"),
    ):
        num_layers = table["relu"].shape[1]
        ax.set(yscale="log", ylim=(1e-12, 1e12), xlim=(0, num_layers + 1))
        if activation:
            named = _named_places(stored)
            plot_layer_statistics(
                {name: _as_activations(table[activation][at]) for at, name in named.items()}, ax=ax
            )
            for text in ax.texts:  # the gradients have the same lines, and their names nowhere to stand
                text.set(ha="right", bbox=None, fontsize=9, visible=ax is forward)
                text.set_position((-2, text.get_position()[1] + 10))
        ax.set(xlabel="layer", ylabel=f"standard deviation of {what}", ylim=(1e-12, 1e12))
        ax.set(xlim=(0, num_layers + 1), xticks=[1, 5, 10, 15, 20])


def _as_activations(stds: np.ndarray) -> LayerStatistics:
    """Return standard deviations by layer as the record that is plotted; the rest was not measured."""
    unknown = np.full_like(stds, np.nan)
    return LayerStatistics(unknown, stds, *(unknown,) * 5)


def _draw_signal(
    stored: Signals, forward: Axes, backward: Axes, gain: float, activation: str
) -> list[Artist]:
    """Draw the signal of one gain beside Glorot's and He's, in both directions; return what was added."""
    at, named = stored.gains.tolist().index(gain), _named_places(stored)
    dashes = {"Glorot": "--", "He": ":"}
    artists: list[Artist] = []
    for ax, table in ((forward, stored.activation_stds), (backward, stored.gradient_stds)):
        values = table[activation]
        layers = np.arange(1, values.shape[1] + 1)
        for place, name in named.items():
            if name in dashes:
                quiet: Style = {"color": QUIET, "linestyle": dashes[name], "linewidth": 1.1}
                artists += ax.plot(layers, values[place], **quiet)
        artists += ax.plot(layers, values[at], "o-", color=COLORS[0], markersize=4)
    note: Style = {
        "transform": forward.transAxes,
        "ha": "left",
        "va": "bottom",
        "fontsize": 9,
        "color": QUIET,
    }
    return [*artists, forward.text(0.04, 0.03, "dashed: Glorot\ndotted: He", **note)]


def _describe_signal(stored: Signals, gain: float, activation: str) -> str:
    """Return a sentence: activations and gradients at both ends of the network."""
    at, named = stored.gains.tolist().index(gain), _named_places(stored)
    first, *_, last = stored.activation_stds[activation][at]
    front, *_, back = stored.gradient_stds[activation][at]
    num_layers = stored.activation_stds[activation].shape[1]
    name = f" ({named[at]})" if at in named else ""
    forward_part = f"activations {first:.2g} in layer 1, {last:.2g} in layer {num_layers}"
    backward_part = f"gradients {back:.2g} in layer {num_layers}, {front:.2g} in layer 1"
    return f"gain {gain:.3g}{name}, {activation}: {forward_part}; {backward_part}"
