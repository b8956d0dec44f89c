"""Inside a network: activations and gradients by depth, and how its weights are spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.plotting.records import require_option
from helpers.plotting.style import (
    NAMED_LINE,
    Style,
    draw_line,
    name_at,
    next_style,
    own_axes,
    spread_labels,
    whole_numbers,
)

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
    require_option("quantity", quantity, tuple(STATISTICS_LABELS))
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
        name = f"{label}\n0 from layer {gone[0]}".lstrip() if len(gone) else label
        # Such a line has its name at the lower edge, where its crosses are.
        nothing = len(gone) == len(layers)
        alive = np.where(np.isin(layers, gone), np.nan, values)
        line = draw_line(ax, layers, alive, "" if nothing else name)
        if nothing:
            name_at(ax, (layers[-1], np.finfo(float).tiny), name, line.get_color())
        line.set_markevery(1)
        if len(gone):
            edge: Style = {"transform": ax.get_xaxis_transform(), "clip_on": False, "linestyle": "none"}
            ax.plot(gone, np.zeros(len(gone)), marker="x", color=line.get_color(), **edge)
    if quantity == "saturated_fractions":
        ax.set_ylim(-0.03, 1.03)
    ax.set(xlabel="layer (1: next to the input)", ylabel=STATISTICS_LABELS[quantity])
    whole_numbers(ax.xaxis)
    spread_labels(ax)
    return ax


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

    Raises ValueError for a label without weights, or a weight that is no finite number.

    Lesson 10.
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
        name = f"{label}: {zeros:.0%} exactly 0" if zeros else f"{label}: none exactly 0"
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
