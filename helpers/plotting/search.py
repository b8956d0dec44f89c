"""Searches: where their trials lie, which hyperparameters matter, how fast they find something good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.plotting.records import text_of
from helpers.plotting.style import (
    COLORS,
    PALE,
    QUIET,
    RING,
    Style,
    draw_line,
    own_axes,
    plain_numbers,
    spread_labels,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

    from helpers.search import Bands, Replays, Search, Space, Trial
    from helpers.search.space import Dimension

METRIC_NAMES = {"val_loss": "validation loss", "val_accuracy": "validation accuracy"}
BEST_LABELS = {
    "val_loss": "lowest validation loss so far",
    "val_accuracy": "highest validation accuracy so far",
}


def plot_projections(
    search: Search, x: str, y: str, ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Draw trials over two hyperparameters, and at the edges the values that each was tried at.

    The darker a dot, the better its rank by the search's metric; the best has a ring, a failed trial is a
    cross. The strokes at the edges are the projections: a grid of 9 trials tries 3 values of each, random
    search 9.

    search: its space gives the limits and scales of the axes.
    x, y: names of numeric hyperparameters.
    title: by default the method, and how many values of each it tried.

    Raises ValueError for a name that is not in the space, a choice among names, a trial without a value of
    one of them, or a search without trials.

    Source: Bergstra and Bengio, Random Search for Hyper-Parameter Optimization, 2012, figure 1. Lesson 13.
    """
    for argument, name in (("x", x), ("y", y)):
        _require_numeric(search, argument, name)
    trials, ranked = _trials_of(search, x, y), _ranked(search)
    ax = own_axes(ax, figsize=(4.8, 4.0))
    values = {name: np.array([trial.parameters[name] for trial in trials], dtype=float) for name in (x, y)}
    for name, axis in ((x, "x"), (y, "y")):
        _scale_axis(ax, axis, search.space, name)
    if ranked:
        across, up = ([trial.parameters[name] for trial in ranked] for name in (x, y))
        dots: Style = {"vmin": 0, "vmax": 1, "edgecolors": "#444444", "linewidths": 0.6}
        ax.scatter(across, up, c=np.linspace(0, 1, len(ranked)), cmap=_rank_colors(), s=42, zorder=3, **dots)
        ax.plot(across[0], up[0], "o", label="best", zorder=4, **{**RING, "markersize": 13})
    failed = [trial.parameters for trial in trials if not _succeeded(trial, search.metric)]
    marks = ["darker: better; ring: best"] * bool(ranked) + ["cross: failed"] * bool(failed)
    ax.set_xlabel(f"{ax.get_xlabel()}\n({'; '.join(marks)})")
    crosses = [[parameters[name] for parameters in failed] for name in (x, y)]
    ax.plot(*crosses, "x", color=COLORS[1], label="failed", zorder=3)
    strokes: Style = {"color": COLORS[0], "markersize": 9, "clip_on": False, "linestyle": "none"}
    ax.plot(values[x], np.full(len(trials), 1.03), "|", transform=ax.get_xaxis_transform(), **strokes)
    ax.plot(np.full(len(trials), 1.03), values[y], "_", transform=ax.get_yaxis_transform(), **strokes)
    distinct = [len(np.unique(values[name])) for name in (x, y)]
    found = f"{search.method}: {len(trials)} trials, {distinct[0]} × {distinct[1]} values"
    ax.set_title(found if title is None else title, pad=14)
    return ax


def _scale_axis(ax: Axes, axis: str, space: Space, name: str) -> None:
    """Set limits, scale, name and numbers of one axis, "x" or "y", to those of a numeric dimension."""
    *_, log = _scale_of(space[name])
    getattr(ax, f"set_{axis}scale")("log" if log else "linear")
    getattr(ax, f"set_{axis}lim")(_limits(space[name]))
    getattr(ax, f"set_{axis}label")(_label_of(space, name))
    options = getattr(space[name], "options", ())
    if 0 < len(options) <= 6:
        getattr(ax, f"set_{axis}ticks")(options, [f"{option:g}" for option in options])
        getattr(ax, f"set_{axis}ticks")([], minor=True)
    elif log:
        plain_numbers(getattr(ax, f"{axis}axis"))


def plot_table(search: Search, x: str, y: str, ax: Axes | None = None) -> Axes:
    """Draw a grid over two hyperparameters as a table: the search's metric in every cell.

    The darker a cell, the better its rank; the best has a frame, a trial that failed or diverged says so.

    search: its trials have at most one of each pair of values; a pair that was not tried stays empty.
    x, y: names of hyperparameters, for columns and rows.

    Raises ValueError for a name that is not in the space, one name for both, two trials with the same pair of
    values, a trial without a value of one of them, or a search without trials.

    Lesson 12.
    """
    for argument, name in (("x", x), ("y", y)):
        if name not in search.space:
            raise ValueError(f"{argument} must be one of {', '.join(search.space)}, not {name!r}.")
    if x == y:
        raise ValueError(f"x and y must be two hyperparameters, not {x!r} twice.")
    trials, ranked = _trials_of(search, x, y), _ranked(search)
    columns, rows = (_tried(search, name) for name in (x, y))
    places = {
        trial.number: (columns.index(trial.parameters[x]), rows.index(trial.parameters[y]))
        for trial in trials
    }
    if len(set(places.values())) < len(trials):
        raise ValueError(f"search has two trials with the same {x} and {y}: a cell holds one.")
    shades = np.full((len(rows), len(columns)), np.nan)
    for rank, trial in enumerate(ranked):
        column, row = places[trial.number]
        shades[row, column] = rank / max(1, len(ranked) - 1)
    ax = own_axes(ax, figsize=(6.6, 1.2 + 0.5 * len(rows)))
    ax.imshow(shades, cmap=_rank_colors(), vmin=0, vmax=1, aspect="auto")
    for trial in trials:
        column, row = places[trial.number]
        good = _succeeded(trial, search.metric)
        ax.text(column, row, _score(getattr(trial, search.metric)) if good else trial.state, ha="center",
                va="center", color="white" if good and shades[row, column] < 0.2 else "black")  # fmt: skip
    if ranked:
        column, row = places[ranked[0].number]
        frame: Style = {
            "color": COLORS[1],
            "linewidth": 2.5,
            "linestyle": "-",
            "clip_on": False,
            "gid": "best trial",
        }
        ax.plot(
            column + np.array([-0.5, 0.5, 0.5, -0.5, -0.5]),
            row + np.array([-0.5, -0.5, 0.5, 0.5, -0.5]),
            **frame,
        )
    ax.set_xticks(range(len(columns)), [_short(value) for value in columns])
    ax.set_yticks(range(len(rows)), [_short(value) for value in rows])
    ax.set(xlabel=_label_of(search.space, x), ylabel=_label_of(search.space, y))
    ax.set_title(f"{METRIC_NAMES[search.metric]} (frame: best)")
    ax.grid(visible=False)
    ax.tick_params(length=0)
    return ax


def plot_parallel_coordinates(search: Search, ax: Axes | None = None, num_best: int = 5) -> Axes:
    """Draw each trial as a line across one axis a hyperparameter, to its rank by the search's metric.

    Failed trials are dotted and end at the bottom of the last axis.

    search: its space gives each axis' scale and ends; choices stand at equal distances. Where a trial has no
        value of a hyperparameter (a layer that its network has not), its line has a gap.
    num_best: as many of the best trials are drawn dark and thick, the rest pale.

    Raises ValueError for num_best below 1 or a search without trials.

    Source: Inselberg, The Plane with Parallel Coordinates, 1985. Lesson 12.
    """
    if num_best < 1:
        raise ValueError(f"num_best must be at least 1, not {num_best!r}.")
    trials = _trials_of(search)
    names = list(search.space)
    ranked = _ranked(search)
    failed = [trial for trial in trials if not _succeeded(trial, search.metric)]
    ax = own_axes(ax, figsize=(7.2, 3.6))
    places = np.arange(len(names) + 1)
    for trial in failed:
        heights = [*_heights(search.space, trial), -0.06]
        ax.plot(places, heights, color=COLORS[1], linestyle=":", linewidth=0.9)
    for rank, trial in reversed(list(enumerate(ranked))):
        heights = [*_heights(search.space, trial), 1 - rank / max(1, len(ranked) - 1)]
        best = rank < num_best
        dark: Style = {"color": COLORS[0], "linewidth": 1.9, "zorder": 3, "gid": "best trial"}
        pale: Style = {"color": PALE, "linewidth": 0.8, "zorder": 2}
        ax.plot(places, heights, linestyle="-", **(dark if best else pale))
    _draw_parallel_axes(ax, search)
    best_and_worst = (0, 1)[: len(ranked)]
    ends = [(1 - at, f"{getattr(ranked[-at], search.metric):.3g}") for at in best_and_worst]
    for height, text in [*ends, *([(-0.06, f"{len(failed)} failed")] if failed else [])]:
        ax.annotate(text, (places[-1], height), xytext=(5, 0), textcoords="offset points", va="center",
                    fontsize=9, color=QUIET, annotation_clip=False)  # fmt: skip
    ax.set(xlim=(-0.1, places[-1]), ylim=(-0.09, 1.05), yticks=[])
    ax.set_xlabel("hyperparameter")
    ax.set_ylabel(f"low to high; dark: the best {min(num_best, len(ranked))}")
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.tick_params(axis="x", length=0)
    ax.grid(False)
    return ax


def _draw_parallel_axes(ax: Axes, search: Search) -> None:
    """Draw an axis a hyperparameter, with its values beside it, and the axis of ranks, each with its name."""
    num = len(search.space)
    for place, dimension in enumerate(search.space.values()):
        ax.axvline(place, color="#444444", linewidth=1, zorder=1)
        for height, text in _marks(dimension):
            ax.annotate(text, (place, height), xytext=(3, 0), textcoords="offset points", fontsize=8,
                        va="center", zorder=5, bbox={"facecolor": "white", "alpha": 0.75, "linewidth": 0,
                                                     "pad": 0.8})  # fmt: skip
    ax.axvline(num, color="#444444", linewidth=1, zorder=1)
    labels = [
        *(_label_of(search.space, name).replace(" (", "\n(") for name in search.space),
        f"{METRIC_NAMES[search.metric]}\n(by rank)",
    ]
    ax.set_xticks(range(num + 1), labels)


def plot_importance(importance: Mapping[str, float | Sequence[float]], ax: Axes | None = None) -> Axes:
    """Draw how much of the variance of the results each hyperparameter explains, the largest at the top.

    What the shares leave to 1 is interaction and chance.

    importance: name -> a share from 0 to 1, or one share a seed; then the bar is their mean and the stroke
        goes from the smallest to the largest.

    >>> from helpers.search.bank import load_bank
    >>> plot_importance(load_bank().variance_shares())

    Raises ValueError for no names, a name without a share, or a share that is below 0 or above 1.

    Source: Hutter, Hoos, Leyton-Brown, An Efficient Approach for Assessing Hyperparameter Importance, 2014.
    Lesson 13.
    """
    shares = {name: np.atleast_1d(np.asarray(values, dtype=float)) for name, values in importance.items()}
    if not shares:
        raise ValueError("importance must name at least one hyperparameter.")
    for name, values in shares.items():
        if not values.size:
            raise ValueError(f"importance of {name!r} must hold at least one share.")
        if not ((values >= 0) & (values <= 1)).all():
            raise ValueError(f"importance of {name!r} must lie between 0 and 1, not {values}.")
    names = sorted(shares, key=lambda name: shares[name].mean())
    ax = own_axes(ax, figsize=(6.6, 0.9 + 0.42 * len(names)))
    means = [shares[name].mean() for name in names]
    ax.barh([name.replace("_", " ") for name in names], means, color=COLORS[0], height=0.6)
    for place, name in enumerate(names):
        values = shares[name]
        if len(values) > 1:
            ax.plot([values.min(), values.max()], [place, place], color="black", linestyle="-", linewidth=1.2)
        ax.annotate(f"{values.mean():.1%}", (values.max(), place), xytext=(5, 0), textcoords="offset points",
                    va="center", annotation_clip=False)  # fmt: skip
    ax.set(xlabel="share of the variance explained", ylabel="hyperparameter", xlim=(0, None))
    ax.grid(visible=False, axis="y")
    return ax


def plot_best_so_far(
    searches: Mapping[str, Replays | Bands | Iterable[Search]],
    ax: Axes | None = None,
    coverage: float = 0.8,
    quantity: str | None = None,
) -> Axes:
    """Draw the best result found so far over the epochs spent: median and interval over replays.

    A replay that has found nothing yet counts as the worst: a line begins where half of them have something.

    searches: label -> replays of one method, searches of one method with different seeds, or bands that were
        computed before, as those of a regret; see `helpers.search.best_so_far`.
    coverage: the band holds this central share of the replays; bands that are given have their own.
    quantity: what the y axis shows; by default the metric of the searches.

    Raises ValueError for a label without searches, searches by different metrics, or a coverage that does not
    lie between 0 and 1.

    Lesson 13.
    """
    from helpers.search import Bands, Replays, Search, best_so_far

    drawn: dict[str, Bands] = {}
    metrics: set[str] = set()
    counts: set[int] = set()
    for label, given in searches.items():
        if isinstance(given, Bands):
            drawn[label] = given
            continue
        if isinstance(given, Search):
            raise ValueError(f"searches of {label!r} must be several: for one alone, write [search].")
        group = given if isinstance(given, Replays) else list(given)
        if not isinstance(group, Replays) and not group:
            raise ValueError(f"searches of {label!r} must hold at least one search.")
        drawn[label] = best_so_far(group, coverage)
        metrics.add(group.metric if isinstance(group, Replays) else group[0].metric)
        counts.add(len(group))
    if len(metrics) > 1:
        raise ValueError("searches must share one metric: a loss and an accuracy have no axis in common.")
    ax = own_axes(ax)
    for label, bands in drawn.items():
        line = draw_line(ax, bands.epochs, bands.median, label)
        band: Style = {"color": line.get_color(), "alpha": 0.16, "linewidth": 0, "gid": f"around {label}"}
        ax.fill_between(bands.epochs, bands.low, bands.high, **band)
    numbers = "/".join(str(count) for count in sorted(counts))
    note = f"\n(line: median of {numbers} replays; band: the central {coverage:.0%})" if counts - {1} else ""
    ax.set(
        xlabel=f"epochs spent{note}",
        ylabel=quantity or "/".join(BEST_LABELS[metric] for metric in metrics) or "best so far",
    )
    spread_labels(ax)
    return ax


def _trials_of(search: Search, *names: str) -> list[Trial]:
    """Return the trials; ValueError where there are none, or one has no value of these hyperparameters."""
    if not search.trials:
        raise ValueError("search must hold at least one trial.")
    for name in names:
        without = [trial.number for trial in search.trials if name not in trial.parameters]
        if without:
            raise ValueError(f"{name}: trial {without[0]} has no value of it.")
    return list(search.trials)


def _ranked(search: Search) -> list[Trial]:
    """Return the trials that ended with a finite metric, best first."""
    sign = -1 if search.metric == "val_accuracy" else 1
    return sorted(
        (trial for trial in search.trials if _succeeded(trial, search.metric)),
        key=lambda trial: sign * getattr(trial, search.metric),
    )


def _succeeded(trial: Trial, metric: str) -> bool:
    """Return whether a trial ended with a finite metric."""
    return trial.state in ("complete", "pruned") and bool(np.isfinite(getattr(trial, metric)))


def _require_numeric(search: Search, argument: str, name: str) -> None:
    """Raise ValueError, naming the argument, unless it names a numeric dimension of the space."""
    if name not in search.space:
        raise ValueError(f"{argument} must be one of {', '.join(search.space)}, not {name!r}.")
    options = getattr(search.space[name], "options", ())
    if any(isinstance(option, bool) or not isinstance(option, int | float) for option in options):
        raise ValueError(f"{argument}={name!r} is a choice among names; a projection needs numbers.")


def _scale_of(dimension: Dimension) -> tuple[float, float, bool]:
    """Return the ends of a numeric dimension, and whether its scale is logarithmic."""
    if hasattr(dimension, "options"):
        low, high = min(dimension.options), max(dimension.options)
        return low, high, low > 0 and high >= 10 * low
    return dimension.low, dimension.high, dimension.log


def _label_of(space: Space, name: str) -> str:
    """Return the label of a hyperparameter's axis, with its unit where it has one."""
    unit = getattr(space[name], "unit", "")
    return name.replace("_", " ") + (f" ({unit})" if unit else "")


def _limits(dimension: Dimension) -> tuple[float, float]:
    """Return the ends of an axis: the dimension's own, and a twentieth of the way beyond."""
    low, high, log = _scale_of(dimension)
    if log:
        margin = (high / low) ** 0.05
        return low / margin, high * margin
    margin = 0.05 * (high - low)
    return low - margin, high + margin


def _height(dimension: Dimension, value: object) -> float:
    """Return where a value stands on its dimension, from 0 at the low end to 1 at the high one."""
    if hasattr(dimension, "options"):
        return list(dimension.options).index(value) / max(1, len(dimension.options) - 1)
    ends = np.array([dimension.low, value, dimension.high], dtype=float)
    low, value, high = np.log(ends) if dimension.log else ends
    return float((value - low) / (high - low))


def _heights(space: Space, trial: Trial) -> list[float]:
    """Return the height of each of a trial's values; NaN where it has none."""
    given = trial.parameters
    return [_height(space[name], given[name]) if name in given else np.nan for name in space]


def _marks(dimension: Dimension) -> list[tuple[float, str]]:
    """Return heights and texts of what is written beside an axis: every option, or both ends and between."""
    if hasattr(dimension, "options"):
        return [(_height(dimension, option), text_of(option)) for option in dimension.options]
    low, high, _ = _scale_of(dimension)
    middle = (low * high) ** 0.5 if dimension.log else (low + high) / 2
    return [(_height(dimension, value), f"{value:.3g}") for value in (low, middle, high)]


def _rank_colors() -> Colormap:
    """Return the colours of ranks: dark blue for the best, nearly white for the worst, also in grey."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("ranks", [COLORS[0], PALE, "#F4F8FB"])


def _tried(search: Search, name: str) -> list:
    """Return the values of a hyperparameter that were tried: rising, or as options stand in the space."""
    values = {trial.parameters[name] for trial in search.trials}
    options = getattr(search.space[name], "options", None)
    return sorted(values) if options is None else [option for option in options if option in values]


def _score(value: float) -> str:
    """Return a loss or an accuracy as a cell of a table has room for it."""
    return f"{value:.3f}" if value == 0 or 0.001 <= abs(value) < 1000 else f"{value:.3g}"


def _short(value: object) -> str:
    """Return a value as it is written beside a table."""
    return f"{value:.3g}" if isinstance(value, float) else text_of(value)
