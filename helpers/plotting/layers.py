"""Inside a network: activations and gradients by depth, and how its weights are spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.arguments import require_count, require_counts, require_one_of
from helpers.plotting.records import percent
from helpers.plotting.style import (
    COLORS,
    LINESTYLES,
    PALE,
    QUIET,
    Style,
    draw_line,
    name_at,
    next_style,
    own_axes,
    spread_labels,
    whole_numbers,
)
from helpers.plotting.words import NAMED_LINE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from helpers.training import LayerStatistics

STATISTICS_LABELS = {
    "activation_stds": "standard deviation of activations",
    "activation_means": "mean of activations",
    "saturated_fractions": "saturated or dead units (fraction)",
    "gradient_stds": "standard deviation of kernel gradients",
    "gradient_means": "mean of kernel gradients",
    "gradient_norms": "length of kernel gradients",
    "cosines": "mean cosine between two examples",
}


def plot_layer_statistics(
    statistics: LayerStatistics | Mapping[str, LayerStatistics],
    ax: Axes | None = None,
    quantity: str = "activation_stds",
) -> Axes:
    """Draw a statistic of the signal over the depth, from the layer at the input to that at the output.

    Standard deviations and lengths have a logarithmic axis, on which a factor a layer is a straight line. A
    signal of 0 has no place there: a cross at the lower edge says where it is gone.

    statistics: one record, or label -> record; the attribute `quantity` has shape (num_layers,).
    quantity: activation_stds, activation_means, saturated_fractions, gradient_stds, gradient_means,
        gradient_norms or cosines.

    Raises ValueError for an unknown quantity or no records.

    Source: Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks,
    2010. Lesson 06.
    """
    require_one_of("quantity", quantity, tuple(STATISTICS_LABELS))
    by_label = statistics if isinstance(statistics, Mapping) else {"": statistics}
    if not by_label:
        raise ValueError("statistics must hold at least one record.")
    ax = own_axes(ax)
    logarithmic = quantity.endswith(("stds", "norms"))
    if logarithmic:
        ax.set_yscale("log")
    for label, record in by_label.items():
        values = np.asarray(getattr(record, quantity), dtype=float)
        layers = np.arange(1, len(values) + 1)
        gone = layers[values <= 0] if logarithmic else layers[:0]
        name = f"{label}\n{_where_gone(gone, len(layers))}".lstrip() if len(gone) else label
        # Such a line has its name at the lower edge, where its crosses are.
        nothing = len(gone) == len(layers)
        alive = np.where(np.isin(layers, gone), np.nan, values)
        line = draw_line(ax, layers, alive, "" if nothing else name)
        if nothing:
            name_at(ax, (layers[-1], np.finfo(float).tiny), name, line.get_color())
        line.set_markevery(1)
        if len(gone):
            edge: Style = {"transform": ax.get_xaxis_transform(), "clip_on": False, "linestyle": "none"}
            # Where there is no line whose words say it, the crosses do.
            told = " ".join(name.split()) if nothing and label else None
            ax.plot(gone, np.zeros(len(gone)), marker="x", color=line.get_color(), label=told, **edge)
    if quantity == "saturated_fractions":
        ax.set_ylim(-0.03, 1.03)
    ax.set(xlabel="layer (1: next to the input)", ylabel=STATISTICS_LABELS[quantity])
    whole_numbers(ax.xaxis)
    spread_labels(ax)
    return ax


def _where_gone(gone: np.ndarray, num_layers: int) -> str:
    """Return in words in which layers, from 1 and rising, there is no signal."""
    first, last = gone[0], gone[-1]
    if len(gone) < last - first + 1:
        return f"0 in {len(gone)} of {num_layers} layers"
    if last == num_layers:
        return f"0 from layer {first}"
    return f"0 up to layer {last}" if first == 1 else f"0 from layer {first} to {last}"


def plot_fans(num_inputs: int, num_units: int, window: int | None = None, ax: Axes | None = None) -> Axes:
    """Draw one layer as dots and lines, with what fan-in and fan-out count marked and counted.

    Solid are the connections of one unit, as many as its fan-in; dashed those of one number that comes in,
    as many as its fan-out. With a window the layer is a convolution along one line, of one channel on either
    side and with stride 1, and the marked dots lie far enough from the ends to have all their connections.

    num_inputs, num_units: dots on the left, dots on the right.
    window: inputs that a unit of a convolution sees, an odd number; None for a dense layer.

    Raises ValueError for counts that are none, an even window, and a convolution whose sides differ or are
    shorter than twice its window.

    Lesson 06.
    """
    _require_layer(num_inputs, num_units, window)
    half = max(num_inputs, num_units) if window is None else window // 2
    pairs = [(i, unit) for i in range(num_inputs) for unit in range(num_units) if abs(i - unit) <= half]
    # The highest unit and the lowest input that have all their connections.
    marked_unit, marked_input = (0, num_inputs - 1) if window is None else (half, num_inputs - 1 - half)
    ax = own_axes(ax)
    ax.set_axis_off()
    # Both columns are centred: one may be longer.
    left, right = ((count - 1) / 2 - np.arange(count) for count in (num_inputs, num_units))

    def connect(chosen: list[tuple[int, int]], **line: Any) -> int:
        for i, unit in chosen:
            ax.plot([0, 1], [left[i], right[unit]], **line)
        return len(chosen)

    def emphasis(number: int) -> Style:
        return {"color": COLORS[number], "linestyle": LINESTYLES[number], "linewidth": 2}

    num_connections = connect(pairs, color=PALE, linestyle="-", linewidth=0.8)
    fan_in = connect([pair for pair in pairs if pair[1] == marked_unit], **emphasis(0))
    fan_out = connect([pair for pair in pairs if pair[0] == marked_input], **emphasis(1))
    dot: Style = {"markeredgecolor": QUIET, "markerfacecolor": "white", "linestyle": "none", "markersize": 9}
    ax.plot(np.zeros(num_inputs), left, "o", **dot)
    ax.plot(np.ones(num_units), right, "o", **dot)
    ax.plot(1, right[marked_unit], "o", color=COLORS[0], markersize=10)
    ax.plot(0, left[marked_input], "s", color=COLORS[1], markersize=9)
    ax.text(1.07, right[marked_unit], f"fan-in {fan_in}", color=COLORS[0], ha="left", va="center")
    ax.text(-0.07, left[marked_input], f"fan-out {fan_out}", color=COLORS[1], ha="right", va="center")
    # Room for the words beside the dots.
    ax.set_xlim(-0.6, 1.6)
    ax.set_label(
        f"{num_inputs} dots on the left, {num_units} on the right, and {num_connections} connections; solid "
        f"the {fan_in} that end in one unit (fan-in), dashed the {fan_out} that leave one number (fan-out)"
    )
    return ax


def _require_layer(num_inputs: int, num_units: int, window: int | None) -> None:
    """Raise ValueError for what `plot_fans` cannot draw."""
    require_counts(num_inputs=num_inputs, num_units=num_units)
    if window is None:
        return
    require_count("window", window)
    if window % 2 == 0 or not num_inputs == num_units >= 2 * window:
        raise ValueError(
            "window must be odd, and num_inputs and num_units equal and at least twice as many; "
            f"they are {window}, {num_inputs} and {num_units}."
        )


def plot_weights(
    weights: Mapping[str, np.ndarray | Sequence[np.ndarray]],
    ax: Axes | None = None,
    num_bins: int = 61,
) -> Axes:
    """Draw how weights are spread, one outline a label, with exact zeros apart from what is merely small.

    The height is the share of all weights in a bin, logarithmic, so that a few large ones can be seen. Exact
    zeros are in no bin: a needle at 0 shows their share, and the label says it.

    weights: label -> an array of any shape, or a list of arrays; all entries count alike. From a run:
        `[w for w in run.weights if w.ndim == 2]`, the kernels without the biases.
    num_bins: bins over the whole range, an odd number, so that one is centred at 0.

    Raises ValueError for no labels, a label without weights, or a weight that is no finite number.
    """
    flat = {label: _flatten(label, arrays) for label, arrays in weights.items()}
    if not flat:
        raise ValueError("weights must hold at least one label.")
    reach = max(np.abs(values).max() for values in flat.values()) or 1.0
    edges = np.linspace(-reach, reach, num_bins + 1)
    ax = own_axes(ax)
    ax.set_yscale("log")
    for label, values in flat.items():
        style = next_style(ax)
        zeros = np.mean(values == 0)
        shares = np.histogram(values[values != 0], edges)[0] / len(values)
        share = percent(int(np.sum(values == 0)), len(values)) if zeros else "none"
        name = f"{label}: {share} exactly 0"
        # The lowest share is one weight: an empty bin has no height, and a hole in the outline.
        heights = np.repeat(np.where(shares > 0, shares, np.nan), 2)
        outline: Style = {"color": style["color"], "linestyle": style["linestyle"], "gid": NAMED_LINE}
        ax.plot(np.repeat(edges, 2)[1:-1], heights, label=name, **outline)
        if zeros:
            needle: Style = {"color": style["color"], "linewidth": 1.2, "linestyle": style["linestyle"]}
            ax.plot([0, 0], [0.5 / len(values), zeros], label=None, **needle)
            ax.plot(0, zeros, marker=style["marker"], markersize=8, color=style["color"], label=None)
    ax.set(xlabel="weight", ylabel="share of all weights")
    ax.set_ylim(bottom=0.5 / max(len(values) for values in flat.values()), top=1.6)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=1 if len(flat) > 2 else 2, borderaxespad=0.2)
    return ax


def _flatten(label: str, arrays: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
    """Return all weights of a label as one row; ValueError unless all are finite numbers."""
    parts = [arrays] if isinstance(arrays, np.ndarray) else list(arrays)
    values = np.concatenate([np.ravel(part) for part in parts]) if parts else np.zeros(0)
    if not values.size:
        raise ValueError(f"weights of {label!r} are empty.")
    if not np.isfinite(values).all():
        raise ValueError(f"weights of {label!r} hold values that are no finite numbers.")
    return values
