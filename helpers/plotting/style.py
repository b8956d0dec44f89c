"""The one style of the course: colours, lines that are told apart without them, names at the lines' ends."""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from helpers.data import NUM_CLASSES
from helpers.plotting.words import CORNER_LABEL, LINE_LABEL, LINE_POINT, NAMED_LINE, describe_pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.lines import Line2D
    from matplotlib.text import Annotation
    from matplotlib.typing import ColorType

# Okabe and Ito's palette, told apart by people with any common colour blindness, in an order in which
# neighbours also differ in grey. Yellow is left out: it is too light for a line on white.
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
LINESTYLES = (
    "-",
    (0, (6, 2)),
    (0, (4, 1.5, 1, 1.5)),
    (0, (1, 1.2)),
    (0, (9, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
    "-",
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
PALE = "#A6CBE3"  # many things of one kind, of which none is the subject: single seeds, single trials
QUIET = "#6E6E6E"  # for what is not the subject: contours, reference lines, notes

# Keyword arguments of a drawing function: Matplotlib takes values of many types.
Style: TypeAlias = dict[str, Any]
# Around a mark of another color, so that both are seen: the best, or where something starts.
RING: Style = {"markersize": 11, "markerfacecolor": "none", "markeredgecolor": "black"}

# The gid of a line that was the only one when it was drawn, and so has no name at its end.
ONLY_LINE = "only line"


def use_style() -> None:
    """Set the style of the course for every later figure: 6.6 by 3.4 inches, 100 dots an inch, quiet axes.

    In a notebook, every later picture also says in words what it shows (`words.in_words`).

    Source of the palette: Okabe and Ito, Color Universal Design, 2008. Lesson 00.
    """
    import matplotlib.style

    matplotlib.style.use(_settings())
    describe_pictures()


@contextlib.contextmanager
def course_style() -> Iterator[None]:
    """Draw in the style of the course, whatever the notebook has set, and give that back afterwards."""
    import matplotlib.style

    with matplotlib.style.context(_settings(), after_reset=True):
        yield


def _settings() -> Style:
    """Return the style of the course as Matplotlib's settings."""
    from cycler import cycler

    return {
        "figure.figsize": (6.6, 3.4),
        "figure.dpi": 100,
        "savefig.dpi": 100,
        "figure.constrained_layout.use": True,
        "font.size": 10,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#444444",
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": "#E4E4E4",
        "grid.linewidth": 0.8,
        "lines.linewidth": 1.8,
        "lines.markersize": 5,
        "legend.frameon": False,
        "axes.prop_cycle": cycler(color=COLORS) + cycler(linestyle=LINESTYLES),
    }


def own_axes(ax: Axes | None, figsize: tuple[float, float] | None = None) -> Axes:
    """Return `ax`, or the Axes of a new figure where there is none. figsize: of the figure, in inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=figsize)[1]


def num_lines(ax: Axes) -> int:
    """Return how many lines an Axes has from which another must be told apart."""
    return sum(line.get_gid() in (NAMED_LINE, ONLY_LINE) for line in ax.lines)


def next_style(ax: Axes) -> Style:
    """Return colour, dashes and marker of the next named line of an Axes."""
    number = num_lines(ax)
    return {
        "color": COLORS[number % len(COLORS)],
        "linestyle": LINESTYLES[number % len(LINESTYLES)],
        # Where colors and dashes begin again, no line has the same marker as well.
        "marker": MARKERS[(number + number // len(COLORS)) % len(MARKERS)],
    }


def draw_line(ax: Axes, x: np.ndarray, y: np.ndarray, label: str) -> Line2D:
    """Draw one line of the course's cycle, name it at its last finite point, and return it.

    Without a finite point the name stands in the upper right corner: what cannot be drawn is still said.
    """
    style: Style = {**next_style(ax), "markevery": max(1, len(x) // 10)}
    (line,) = ax.plot(x, y, label=label, gid=NAMED_LINE, **style)
    finite = np.flatnonzero(np.isfinite(y))
    if not len(finite):
        _name_in_corner(ax, label, line.get_color())
    else:
        last = finite[-1]
        if last < len(y) - 1:
            ax.plot(x[last], y[last], marker="x", markersize=8, color=line.get_color(), gid=LINE_POINT)
        name_at(ax, (x[last], y[last]), label, line.get_color())
    return line


def _name_in_corner(ax: Axes, label: str, color: ColorType) -> None:
    """Write a name into the upper right corner, below those that stand there."""
    above = [text.get_text() for text in ax.texts if text.get_gid() == CORNER_LABEL and text.get_text()]
    ax.annotate(
        label,
        (1, 1),
        xycoords="axes fraction",
        xytext=(0, -13.5 * sum(1 + name.count("\n") for name in above)),
        textcoords="offset points",
        ha="right",
        va="top",
        color=color,
        gid=CORNER_LABEL,
    )


def name_at(ax: Axes, point: tuple[float, float], label: str, color: ColorType) -> None:
    """Write a name right of the point where a line ends; `spread_labels` moves crowded ones apart.

    point: in the units of the data.
    """
    ax.annotate(
        label,
        point,
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        color=color,
        annotation_clip=False,
        gid=LINE_LABEL,
        # A line that goes on beneath the name must not strike it out.
        bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0, "pad": 0.5},
    )


def line_labels(ax: Axes) -> list[Annotation]:
    """Return the names at the lines' ends, as `name_at` wrote them."""
    from matplotlib.text import Annotation

    return [text for text in ax.texts if isinstance(text, Annotation) and text.get_gid() == LINE_LABEL]


def spread_labels(ax: Axes) -> None:
    """Move the names at the lines' ends apart, up and down, until none covers another."""
    labels = [label for label in line_labels(ax) if label.get_text()]
    ax.autoscale_view()
    low, high = sorted(ax.get_ylim())
    for label in labels:  # a line may end outside of limits that were set: its name stays at the edge
        label.xy = (label.xy[0], np.clip(label.xy[1], low, high))
    ends = np.array([ax.transData.transform(label.xy)[1] for label in labels]) * 72 / ax.figure.dpi
    labels = [labels[at] for at in np.argsort(ends)]
    ends = np.sort(ends)
    heights = np.array([13.0 * (1 + label.get_text().count("\n")) for label in labels])
    distances = (heights[:-1] + heights[1:]) / 2
    places = ends.copy()
    for _ in range(200):  # pushing two apart can crowd their neighbours: repeat until nothing moves
        overlaps = distances - np.diff(places)
        if not (overlaps > 0.1).any():
            break
        push = np.clip(overlaps, 0, None) / 2
        places[:-1] -= push
        places[1:] += push
    # None may sink into the numbers of the x axis, or rise above the picture with a line that leaves it.
    floor, ceiling = ax.transAxes.transform([(0, 0), (0, 1)])[:, 1] * 72 / ax.figure.dpi
    for at in range(len(places)):
        places[at] = max(places[at], places[at - 1] + distances[at - 1] if at else floor + heights[0] / 2)
    for at in reversed(range(len(places))):
        above = places[at + 1] - distances[at] if at + 1 < len(places) else ceiling
        places[at] = min(places[at], above)
    for label, place, end in zip(labels, places, ends, strict=True):
        label.set_position((6, place - end))


def legend_on_top(ax: Axes) -> None:
    """Put the legend in a row above the picture, where it covers nothing."""
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)


def draw_reference(ax: Axes, level: float, text: str) -> None:
    """Draw a dotted level to compare with, once, and say right of the picture what it is."""
    if text in (drawn.get_text() for drawn in ax.texts):
        return
    ax.axhline(level, color=QUIET, linestyle=":", linewidth=1.2)
    ax.annotate(
        text,
        (1, level),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        color=QUIET,
        fontsize=9,
        annotation_clip=False,
    )


def draw_guessing(ax: Axes, metric: str) -> None:
    """Draw the level that a model reaches which gives each of the ten classes the same chance.

    metric: a name with "accurac" in it, or that of a loss.
    """
    accuracy = "accurac" in metric
    level = 1 / NUM_CLASSES if accuracy else math.log(NUM_CLASSES)
    text = f"guessing\n{level:.2f}" if accuracy else f"guessing\nln {NUM_CLASSES} = {level:.2f}"
    draw_reference(ax, level, text)


def plain_numbers(axis: Axis, many: bool = False) -> None:
    """Write the numbers of a logarithmic axis as 100, 0.2 and so on, where it spans three decades at most.

    many: whether there is room for 1, 2 and 5 of each decade on all of these; else up to a factor of 60.
    """
    from matplotlib.ticker import LogLocator, NullFormatter

    low, high = sorted(axis.get_view_interval())
    if high > 1000 * low:
        return
    num_powers = math.floor(math.log10(high)) - math.ceil(math.log10(low)) + 1
    # One number on an axis is no scale.
    subs = (1.0, 2.0, 5.0) if many or high <= 60 * low or num_powers < 2 else (1.0,)
    axis.set_major_locator(LogLocator(subs=subs))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())


def whole_numbers(axis: Axis) -> None:
    """Put the numbers of an axis with a linear scale at whole numbers."""
    from matplotlib.ticker import MaxNLocator

    locator = axis.get_major_locator()
    if isinstance(locator, MaxNLocator):
        locator.set_params(integer=True)


def tick_values(
    ax: Axes, values: Sequence[float] | np.ndarray, places: Sequence[float] | None = None
) -> None:
    """Write the values themselves along the x axis, at most 12 of them, and as many as have room.

    places: where they stand, if that is elsewhere.
    """
    texts = [f"{value:.3g}" if isinstance(value, float) and value < 1 else f"{value:g}" for value in values]
    # Some 55 letters have room below a picture of a notebook's width.
    every = next(n for n in itertools.count(-(-len(texts) // 12)) if sum(map(len, texts[::n])) <= 55)
    ax.set_xticks(list(values if places is None else places)[::every], texts[::every])
    ax.set_xticks([], minor=True)
