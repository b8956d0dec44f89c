"""How training ends over a hyperparameter, and the learning-rate range test."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from helpers.plotting.records import (
    axis_label,
    by_configuration,
    differing_fields,
    is_regression,
    label_of,
    last_value,
    name_of,
    numbered,
    text_of,
)
from helpers.plotting.style import (
    COLORS,
    ONLY_LINE,
    PALE,
    RING,
    Style,
    draw_guessing,
    draw_line,
    legend_on_top,
    line_labels,
    num_lines,
    own_axes,
    plain_numbers,
    spread_labels,
    tick_values,
)
from helpers.plotting.words import LINE_POINT, NAMED_LINE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.typing import ColorType
    from numpy.typing import ArrayLike

    from helpers.training import Configuration, RangeTest, Run

# Hyperparameters from 0 to 1, which are compared by differences and not by factors.
FRACTIONS = (
    "dropout", "input_dropout", "label_smoothing", "label_noise", "momentum",
    "warm_up_share", "decay_share", "final_share",
)  # fmt: skip


def plot_sweep(
    runs: Iterable[Run],
    by: str = "learning_rate",
    ax: Axes | None = None,
    metric: str = "val_accuracies",
    label: str | None = None,
) -> Axes:
    """Draw how well training ends over a hyperparameter: a dot a run, and the mean over seeds.

    Runs that diverged or got stuck are crosses, at the upper edge where there is no finite value; the mean
    is over the others and the finite ones. A dotted line shows what guessing would reach. Sweeps on the same
    Axes share the axis of `by`: a zero or a name has one place in all of them.

    runs: configurations that differ in `by`, each with one or more seeds. Where they differ in more, each
        combination of the rest gets its own line, named at its end.
    by: a hyperparameter of the configuration. Its axis is logarithmic, with a zero at the left edge, where
        its values span a factor of 10 or more and are no fractions; it lists names where they are no numbers.
    metric: whose value with the weights that a run ended with is drawn; losses that differ by a factor of
        more than 20 on a logarithmic axis.
    label: draws all runs as one line of that name, whatever else their configurations differ in.

    Raises ValueError for an unknown metric or hyperparameter, no runs, or accuracies of a regression.

    Lesson 01.
    """
    groups = by_configuration(runs, metric)
    if by not in {field.name for field in fields(next(iter(groups)))}:
        raise ValueError(f"by must name a hyperparameter of the configurations, not {by!r}.")
    series = _series(groups, by, label)
    ax = own_axes(ax)
    place_of = _place_values(ax, by, [getattr(configuration, by) for configuration in groups])
    # One line alone needs no name, and no color that is told apart from those of others.
    alone = label is None and len(series) == 1 and not num_lines(ax)
    lines = [
        _draw_means(ax, None if alone else name or "mean over seeds", runs_by_value, place_of, metric)
        for name, runs_by_value in series.items()
    ]
    drawn = np.concatenate([np.asarray(line.get_ydata(), dtype=float) for line in lines])
    drawn = drawn[np.isfinite(drawn)]  # none, where every run has diverged
    if metric.endswith("losses") and len(drawn) and drawn.max() > 20 * drawn.min() > 0:
        ax.set_yscale("log")
    all_runs = [run for group in groups.values() for run in group]
    if not is_regression(all_runs):
        draw_guessing(ax, metric)
    for line, runs_by_value in zip(lines, series.values(), strict=True):
        _draw_runs(ax, runs_by_value, place_of, metric, None if alone else line.get_color())
    ax.set(xlabel=axis_label(by), ylabel=label_of(metric, all_runs))
    _explain_marks(ax)
    spread_labels(ax)
    return ax


def _series(
    groups: Mapping[Configuration, list[Run]], by: str, label: str | None
) -> dict[str, dict[object, list[Run]]]:
    """Return the lines: name -> value of `by` -> runs."""
    others = [name for name in differing_fields(groups) if name != by]
    series: dict[str, dict[object, list[Run]]] = {}
    for configuration, group in groups.items():
        value = getattr(configuration, by)
        if label is not None:
            series.setdefault(label, {}).setdefault(value, []).extend(group)
            continue
        name = name_of(configuration, others)
        # A schedule for each rate is one line where their functions have one name; where two of them
        # have the same rate as well, the second begins another line.
        lines = (name if number == 1 else f"{name} {number}" for number in itertools.count(1))
        line = next(line for line in lines if value not in series.get(line, {}))
        series.setdefault(line, {})[value] = group
    return series


# What sweeps have placed on their Axes: value -> place. A zero stands where all of them together put it.
_PLACED: WeakKeyDictionary[Axes, dict[object, float]] = WeakKeyDictionary()


def _place_values(ax: Axes, by: str, values: Sequence[object]) -> dict[object, float]:
    """Set the scale that suits all values on the axis; return where each of them stands."""
    earlier = _PLACED.get(ax, {}) if ax.has_data() else {}
    together = list(dict.fromkeys([*earlier, *values]))
    number_of = _as_numbers(together)
    if number_of is None:
        ax.set_xticks(range(len(together)), numbered([text_of(name) for name in together]))
        places = {name: float(place) for place, name in enumerate(together)}
    else:
        numbers = sorted(set(number_of.values()))
        place_of = _places_of_numbers(ax, by, numbers, all(isinstance(value, int) for value in together))
        places = {value: place_of[number] for value, number in number_of.items()}
    _move(ax, {place: places[value] for value, place in earlier.items() if places[value] != place})
    _PLACED[ax] = places
    return places


def _as_numbers(values: Iterable[Any]) -> dict[object, float] | None:
    """Return each value's number, None where one of them has none; a boolean is no number."""
    values = list(values)
    if any(isinstance(value, bool) for value in values):
        return None
    try:
        return {value: float(value) for value in values}
    except (TypeError, ValueError):
        return None


def _places_of_numbers(ax: Axes, by: str, numbers: list[float], whole: bool) -> dict[float, float]:
    """Set the scale that suits the numbers; return where each of them stands.

    numbers: each one once, in rising order.
    whole: whether all are whole numbers by their type.
    """
    places = {number: number for number in numbers}
    positive = [number for number in numbers if number > 0]
    if by not in FRACTIONS and len(positive) > 1 and positive[-1] >= 10 * positive[0]:
        ax.set_xscale("log")
        if numbers[0] == 0:  # it has no logarithm: it stands one factor left of the others, and is named
            places[0.0] = positive[0] ** 2 / positive[1]
            tick_values(ax, numbers, [places[number] for number in numbers])
        elif whole:
            tick_values(ax, numbers)
    return places


def _move(ax: Axes, moved: dict[float, float]) -> None:
    """Move what earlier sweeps have drawn: old place -> new place."""
    for line in ax.lines if moved else ():
        if line.get_transform() in (ax.transData, ax.get_xaxis_transform()):
            line.set_xdata(np.array([moved.get(place, place) for place in np.asarray(line.get_xdata())]))
    for label in line_labels(ax) if moved else ():
        label.xy = (moved.get(label.xy[0], label.xy[0]), label.xy[1])


def _draw_means(
    ax: Axes,
    name: str | None,
    runs_by_value: Mapping[object, list[Run]],
    place_of: Mapping[object, float],
    metric: str,
) -> Line2D:
    """Draw the mean over the finite ends of each value's runs, and return the line.

    name: of the line; None for the only one, which needs none.
    """
    values = sorted(runs_by_value, key=lambda value: place_of[value])
    ends = [np.array([last_value(run, metric) for run in runs_by_value[value]]) for value in values]
    means = np.array([end[np.isfinite(end)].mean() if np.isfinite(end).any() else np.nan for end in ends])
    places = np.array([place_of[value] for value in values])
    if name is None:
        (line,) = ax.plot(
            places, means, color=COLORS[0], linestyle="-", label="mean over seeds", gid=ONLY_LINE
        )
    else:
        finite = np.isfinite(means)  # where all runs failed, their crosses say so
        line = draw_line(ax, places[finite], means[finite], name)
        line.set_markevery(1)
    return line


def _draw_runs(
    ax: Axes,
    runs_by_value: Mapping[object, list[Run]],
    place_of: Mapping[object, float],
    metric: str,
    color: ColorType | None,
) -> None:
    """Draw a dot a run, a cross where it failed. color: of the line they belong to; None: the only one."""
    dots: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    for value, group in runs_by_value.items():
        for run in group:
            dots[bool(run.stuck or run.diverged)].append((place_of[value], last_value(run, metric)))
    dot: Style = {"color": "#5FA5D1", "markersize": 4} if color is None else {"color": color, "markersize": 3}
    ax.plot(*np.reshape(dots[False], (-1, 2)).T, "o", label="one run", **dot)
    failed = np.reshape(dots[True], (-1, 2))
    if len(failed):
        cross: Style = {"color": COLORS[1] if color is None else color, "markersize": 6}
        ax.plot(*failed.T, "x", label="one run, stuck or diverged", **cross)
        infinite = failed[~np.isfinite(failed[:, 1]), 0]
        if len(infinite):  # a loss that is no number has no place on the axis: it stands at the upper edge
            edge: Style = {"transform": ax.get_xaxis_transform(), "clip_on": False, **cross}
            ax.plot(infinite, np.ones_like(infinite), "x", **edge)


def _explain_marks(ax: Axes) -> None:
    """Put one entry a kind of mark above the picture; named lines need none."""
    kinds: dict[str, Line2D] = {}
    for line in ax.lines:
        if line.get_gid() != NAMED_LINE and not str(line.get_label()).startswith("_"):
            kinds.setdefault(str(line.get_label()), line)
    row: Style = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": 3, "borderaxespad": 0.2}
    ax.legend(list(kinds.values()), list(kinds), **row)


def plot_rates(
    curves: Mapping[str, tuple[ArrayLike, ArrayLike]],
    ax: Axes | None = None,
    ylabel: str = "validation loss",
    *,
    highest: bool = False,
    log: bool = False,
    limits: tuple[float, float] | None = None,
) -> Axes:
    """Draw lines over the learning rate, and ring the best rate of each.

    curves: name -> (rates, shape (n,); values, shape (n,), or (n, seeds), of which the mean is drawn).
    highest: whether the best is the highest value and not the lowest.
    log: whether the y axis is logarithmic.
    limits: of the y axis; the name of a line that leaves them stands at their edge.

    A rate at which a run has no finite value is left out.

    Raises ValueError for no curves, or one without a finite value.

    Lesson 16.
    """
    if not curves:
        raise ValueError("curves must hold at least one.")
    ax = own_axes(ax)
    ax.set(xscale="log", yscale="log" if log else "linear", xlabel="learning rate", ylabel=ylabel)
    if limits is not None:
        ax.set_ylim(limits)
    for name, (rates, values) in curves.items():
        rates, means = np.asarray(rates, float), _means_over_seeds(values)
        drawn = np.isfinite(means)
        if not drawn.any():
            raise ValueError(f"curves: {name!r} has no finite value.")
        line = draw_line(ax, rates[drawn], means[drawn], name)
        line.set_markevery(1)
        best = np.nanargmax(np.where(drawn, means, np.nan) * (1 if highest else -1))
        ring = {**RING, "markeredgecolor": line.get_color(), "markeredgewidth": 1.6}
        ax.plot(rates[best], means[best], "o", label="_best", gid=LINE_POINT, **ring)
    for axis in (ax.xaxis, ax.yaxis) if log else (ax.xaxis,):
        plain_numbers(axis)
    spread_labels(ax)
    return ax


def _means_over_seeds(values: ArrayLike) -> np.ndarray:
    """Return the mean of each rate, nan where a run has no finite value."""
    array = np.asarray(values, float)
    array = np.where(np.isfinite(array), array, np.nan)
    return array if array.ndim == 1 else array.mean(axis=1)


def plot_range_test(
    range_tests: RangeTest | Sequence[RangeTest], ax: Axes | None = None, mark_lowest: bool = False
) -> Axes:
    """Draw a learning-rate range test: the loss of each step's batch over the rate of that step.

    Losses above twice the first one leave the picture.

    range_tests: one, or several of the same rates with different seeds; then the thick line is their median.
    mark_lowest: whether the lowest finite point of the thick line, of which there must be one, is ringed, and
        a tenth of its rate marked.

    Raises ValueError for no range tests, or different rates.

    Lesson 01.
    """
    from helpers.training import RangeTest

    tests = [range_tests] if isinstance(range_tests, RangeTest) else list(range_tests)
    if not tests:
        raise ValueError("range_tests must hold at least one range test.")
    if len({tuple(test.learning_rates) for test in tests}) > 1:
        raise ValueError("range_tests must all have the same learning rates.")
    ax = own_axes(ax)
    ax.set_xscale("log")
    if len(tests) > 1:
        for number, test in enumerate(tests):
            label = None if number else "one test"
            ax.plot(test.learning_rates, test.losses, color=PALE, linestyle="-", linewidth=0.8, label=label)
        label = f"median of {len(tests)} tests"
    else:
        label = "one test"
    median = np.median([test.losses for test in tests], axis=0)
    ax.plot(tests[0].learning_rates, median, color=COLORS[0], linestyle="-", linewidth=2, label=label)
    if mark_lowest:
        _mark_lowest(ax, tests[0].learning_rates, median)
    draw_guessing(ax, "train_losses")
    ax.set(ylim=(0, 2 * np.median([test.losses[0] for test in tests])))
    ax.set(xlabel="learning rate of the step", ylabel="loss of the step's batch")
    legend_on_top(ax)
    return ax


def _mark_lowest(ax: Axes, rates: np.ndarray, losses: np.ndarray) -> None:
    """Ring the lowest finite loss, and draw a line at a tenth of its rate."""
    lowest = losses[np.isfinite(losses)].min()
    rate = rates[losses == lowest].min()
    ax.plot(rate, lowest, "o", label="lowest", gid=LINE_POINT, **RING)
    ax.axvline(rate / 10, color="0.4", linestyle="--", linewidth=1, label="a tenth of its rate")
