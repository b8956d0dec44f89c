"""Curves over steps, epochs, batch sizes and numbers of examples."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.arguments import require_count, require_one_of
from helpers.plotting.records import (
    by_configuration,
    differing_fields,
    label_of,
    name_of,
    numbered,
)
from helpers.plotting.style import (
    QUIET,
    RING,
    Style,
    draw_line,
    draw_reference,
    line_labels,
    own_axes,
    plain_numbers,
    spread_labels,
    tick_values,
    whole_numbers,
)
from helpers.plotting.words import LINE_POINT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from helpers.training import GradientNoise, LearningCurve, Run


def plot_losses(
    losses_by_label: Mapping[str, Sequence[float] | np.ndarray], ax: Axes | None = None, log: bool = True
) -> Axes:
    """Draw the loss after each step, one line a label, named at its end.

    Where a loss stops being a finite number its line ends in a cross.

    losses_by_label: label -> losses of shape (num_steps + 1,), the loss at the start first.
    log: a logarithmic loss axis, on which a loss that shrinks or grows by a factor a step is a straight line.

    Lesson 01.
    """
    ax = own_axes(ax)
    if log:
        ax.set_yscale("log")
    for label, of_label in losses_by_label.items():
        losses = np.asarray(of_label, dtype=float)
        draw_line(ax, np.arange(len(losses)), losses, label)
    ax.set(xlabel="step", ylabel="loss")
    spread_labels(ax)
    return ax


def plot_curves(
    runs: Iterable[Run],
    ax: Axes | None = None,
    metric: str = "val_losses",
    label: str | None = None,
    over: str = "epochs",
    spread: str = "band",
    mark_best: bool = False,
) -> Axes:
    """Draw a curve over the training: the mean over seeds, and a band of one standard deviation around it.

    Losses that span more than three decades have a logarithmic axis, where the limits are not set yet.
    Where runs stop at different epochs, the mean ends with the first that stops and the others go on as thin
    lines: a mean over fewer and fewer runs would jump for no reason but their absence. Runs that diverged
    are left out of mean and band, and counted in the label.

    runs: of one configuration or several; each configuration gets a line, named by what tells it apart;
        schedules by the name of the function, with a number where several share it.
    metric: train_losses, val_losses, test_losses, train_accuracies, val_accuracies or test_accuracies.
    label: draws all runs as one group of that name.
    over: "epochs", or "updates", which compares batch sizes by the steps they took.
    spread: "band", or "seeds", which draws every run as a thin line instead.
    mark_best: whether the best point of each mean is ringed, and its epoch named; of several lines, beside
        their names.

    Raises ValueError for an unknown metric, over or spread, no runs, accuracies of a regression, or, over
    updates, runs of one line that take different numbers of them an epoch.

    Lesson 02.
    """
    require_one_of("over", over, ("epochs", "updates"))
    require_one_of("spread", spread, ("band", "seeds"))
    groups = by_configuration(runs, metric)
    fields = differing_fields(groups)
    names = numbered([name_of(configuration, fields) for configuration in groups])
    named = dict(zip(names, groups.values(), strict=True))
    if label is not None:
        named = {label: [run for group in groups.values() for run in group]}
    if over == "updates" and any(map(_differ_in_updates, named.values())):
        raise ValueError('over="updates": the runs of one line must take equally many updates an epoch.')
    ax = own_axes(ax)
    # One run that jumped would press all others flat, unless whoever gave the Axes has cut it off.
    if metric.endswith("losses") and ax.get_autoscaley_on() and _spans(named.values(), metric, 1000):
        ax.set_yscale("log")
    for name, group in named.items():
        line = _draw_group(ax, group, metric, name, over, spread)
        if mark_best:
            _mark_best(ax, line, metric, alone=len(named) == 1)
    ax.set(
        xlabel=_x_label(ax, over, spread, named.values()),
        ylabel=_y_label(ax, label_of(metric, [run for group in groups.values() for run in group])),
    )
    whole_numbers(ax.xaxis)
    spread_labels(ax)
    return ax


def _differ_in_updates(group: list[Run]) -> bool:
    return len({run.num_updates / max(1, len(run.val_losses)) for run in group}) > 1


def _draw_group(ax: Axes, group: list[Run], metric: str, name: str, over: str, spread: str) -> Line2D:
    """Draw the runs of one group, named, with band or single seeds; return the line of their mean."""
    finite = [run for run in group if not run.diverged]
    if len(finite) < len(group):
        name = f"{name}\n{len(group) - len(finite)} of {len(group)} diverged".lstrip()
    curves = [np.asarray(getattr(run, metric), dtype=float) for run in finite]
    updates = [run.num_updates / max(1, len(run.val_losses)) for run in finite]
    num_epochs = min((len(curve) for curve in curves), default=1)
    common = np.array([curve[:num_epochs] for curve in curves]) if curves else np.full((1, 1), np.nan)
    unit = updates[0] if over == "updates" and updates else 1
    x = unit * np.arange(1, num_epochs + 1)
    mean = common.mean(axis=0)
    line = draw_line(ax, x, mean, name)
    thin: Style = {"color": line.get_color(), "linestyle": "-", "linewidth": 0.7, "alpha": 0.6}
    if spread == "band" and len(common) > 1:
        deviation = common.std(axis=0, ddof=1)
        around = f"around {name}" if name else None
        band: Style = {"color": line.get_color(), "alpha": 0.18, "linewidth": 0, "gid": around}
        ax.fill_between(x, mean - deviation, mean + deviation, **band)
    first = num_epochs - 1 if spread == "band" else 0
    for curve in curves:
        if len(curve) > num_epochs or spread == "seeds":
            ax.plot(unit * np.arange(first + 1, len(curve) + 1), curve[first:], **thin)
            ax.plot(unit * len(curve), curve[-1], "|", markersize=7, color=line.get_color(), gid=LINE_POINT)
    if np.isfinite(mean).any():  # the name stands where the longest run ends, clear of the thin lines
        line_labels(ax)[-1].xy = (unit * max(map(len, curves)), mean[np.isfinite(mean)][-1])
    return line


def _spans(groups: Iterable[list[Run]], metric: str, factor: float) -> bool:
    """Return whether the finite values of runs that did not diverge span more than a factor."""
    curves = [getattr(run, metric) for group in groups for run in group if not run.diverged]
    values = np.concatenate([np.zeros(0), *curves])
    values = values[np.isfinite(values) & (values > 0)]
    return bool(len(values)) and values.max() > factor * values.min()


def _mark_best(ax: Axes, line: Line2D, metric: str, alone: bool) -> None:
    """Ring the best point of the line just drawn, and name its epoch: there if alone, else at its end."""
    x, mean = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
    if not np.isfinite(mean).any():
        return
    highest = metric.endswith("accuracies")
    best = int(np.nanargmax(mean) if highest else np.nanargmin(mean))
    ax.plot(x[best], mean[best], "o", gid=LINE_POINT, **RING)
    words = f"{'highest' if highest else 'lowest'} in epoch {best + 1}"
    if not alone:
        name = ax.texts[-1]
        name.set_text(f"{name.get_text()}\n{words}")
        return
    ax.annotate(
        words,
        (x[best], mean[best]),
        xytext=(0, -14 if highest else 14),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=9,
    )


def _x_label(ax: Axes, over: str, spread: str, groups: Iterable[list[Run]]) -> str:
    """Return the x axis' name, and below it what line and band are, unless every line is one run.

    Then what was written there before stays: it explains the lines of an earlier call.
    """
    name = over.rstrip("s")
    drawn = [[run for run in group if not run.diverged] for group in groups]
    counts = {len(group) for group in drawn if len(group) > 1}
    if not counts:
        return ax.get_xlabel() if ax.get_xlabel().startswith(f"{name}\n") else name
    kind = "run" if any(len({run.configuration for run in group}) > 1 for group in drawn) else "seed"
    count = "/".join(map(str, sorted(counts)))
    if spread == "seeds":
        return f"{name}\n(thick: mean over {count} {kind}s; thin: one {kind})"
    return f"{name}\n(line and band: mean ± standard deviation over {count} {kind}s)"


def _y_label(ax: Axes, label: str) -> str:
    """Return the y axis' name by its metric, or by what its metrics share when another was drawn before."""
    drawn_before = ax.get_ylabel() not in ("", label)
    return label.split(" ", 1)[1] if drawn_before else label


def plot_schedules(
    schedules: Mapping[str, Callable[[int], float] | Sequence[float] | np.ndarray],
    num_steps: int,
    ax: Axes | None = None,
    unit: str = "epoch",
    log: bool = False,
) -> Axes:
    """Draw the learning rate that each schedule gives, one line a label, named at its end.

    A rate holds until the next one: the lines have steps where these can be seen.

    schedules: label -> a function of the epoch or step, counted from 0, that returns the rate; or the rates
        themselves, at most num_steps of them.
    num_steps: epochs or steps in the picture.
    unit: "epoch" or "step", what the functions count.
    log: a logarithmic axis of rates, on which exponential decay is a straight line.

    Raises ValueError for an unknown unit, num_steps below 1, or a label with more rates than num_steps.

    Lesson 02.
    """
    require_one_of("unit", unit, ("epoch", "step"))
    require_count("num_steps", num_steps)
    rates_by_label = {
        label: np.array([float(schedule(at)) for at in range(num_steps)], dtype=float)
        if callable(schedule)
        else np.asarray(schedule, dtype=float)
        for label, schedule in schedules.items()
    }
    for label, rates in rates_by_label.items():
        if rates.ndim != 1 or not 1 <= len(rates) <= num_steps:
            raise ValueError(
                f"schedule {label!r} must give 1 to {num_steps} rates; its shape is {rates.shape}."
            )
    ax = own_axes(ax)
    if log:
        ax.set_yscale("log")
    for label, rates in rates_by_label.items():
        line = draw_line(ax, np.arange(len(rates)), rates, label)
        if num_steps <= 100:
            line.set_drawstyle("steps-post")
    ax.set(xlabel=f"{unit} (from 0)", ylabel="learning rate")
    if not log:
        ax.set_ylim(bottom=min(0, *(np.nanmin(rates) for rates in rates_by_label.values()), 0))
    whole_numbers(ax.xaxis)
    spread_labels(ax)
    return ax


def plot_learning_curves(
    curves: LearningCurve | Mapping[str, LearningCurve], ax: Axes | None = None, fit_from: int = 1
) -> Axes:
    """Draw the error over the number of training examples, both axes logarithmic, with the fitted slope.

    The error is 1 - accuracy, or the loss of a regression, on the test part where there is one. Dots are
    single seeds, the line is their mean, and the dashes are the straight line of least squares through the
    means: a slope of -0.5 means that four times as many examples halve the error.

    curves: one record, or label -> record, with num_examples, shape (num_sizes,), and errors, shape
        (num_sizes, num_seeds).
    fit_from: the line is fitted to the means from so many examples on.

    Raises ValueError when fewer than two sizes are left to fit, an error is no finite number, or the mean
    error of a size is 0, which has no logarithm.

    Source: Hestness and others, Deep Learning Scaling is Predictable, arXiv:1712.00409. Lesson 08.
    """
    by_label = curves if isinstance(curves, Mapping) else {"": curves}
    fitted = {label: _fitted_line(label, curve, fit_from) for label, curve in by_label.items()}
    ax = own_axes(ax)
    ax.set(xscale="log", yscale="log")
    for label, (sizes, errors, slope, on_line) in fitted.items():
        line = draw_line(ax, sizes, errors.mean(axis=1), f"{label}\nslope {slope:.2f}".lstrip())
        line.set_markevery(1)
        seeds: Style = {"color": line.get_color(), "markersize": 3, "alpha": 0.5}
        ax.plot(np.repeat(sizes, errors.shape[1]), errors.ravel(), ".", **seeds)
        ax.plot(sizes[sizes >= fit_from], on_line, color=QUIET, linestyle="--", linewidth=1)
    records = by_label.values()
    unit = "mean squared" if any(np.isnan(curve.val_accuracies).all() for curve in records) else "fraction"
    parts = {"validation " if curve.test_accuracies is None else "test " for curve in records}
    part = parts.pop() if len(parts) == 1 else ""  # lines of different parts have their errors in common
    ax.set(xlabel="training examples", ylabel=f"{part}error ({unit})")
    plain_numbers(ax.yaxis, many=True)
    plain_numbers(ax.xaxis)
    spread_labels(ax)
    return ax


def _fitted_line(
    label: str, curve: LearningCurve, fit_from: int
) -> tuple[np.ndarray, np.ndarray, float, np.ndarray]:
    """Return sizes, errors (num_sizes, num_seeds), the slope in log-log and the errors on the fitted line."""
    sizes = np.asarray(curve.num_examples, dtype=float)
    errors = np.asarray(curve.errors, dtype=float).reshape(len(sizes), -1)
    fit = sizes >= fit_from
    if fit.sum() < 2:
        raise ValueError(f"fit_from={fit_from} leaves {fit.sum()} sizes; a line needs at least 2.")
    name = f"curve {label!r}" if label else "the curve"
    if not np.isfinite(errors).all():
        raise ValueError(f"{name} has errors that are no finite numbers: a training has diverged.")
    if not errors.mean(axis=1).min() > 0:
        raise ValueError(f"{name} reaches an error of 0, which has no place on a logarithmic axis.")
    logarithms = np.log(sizes[fit]), np.log(errors.mean(axis=1)[fit])
    polynomial = np.polynomial.Polynomial.fit(*logarithms, deg=1)
    return sizes, errors, float(polynomial.convert().coef[1]), np.exp(polynomial(logarithms[0]))


def plot_gradient_noise(noise: GradientNoise | Mapping[str, GradientNoise], ax: Axes | None = None) -> Axes:
    """Draw how far a batch's gradient lies from the full one over the batch size, both axes logarithmic.

    The dashes have the slope -1/2 of independent examples. The dotted level is the length of the full
    gradient, to compare with, where there is one record.

    noise: one record, or label -> record, with batch_sizes and noise (root mean squared distance), each of
        shape (num_sizes,), and gradient_norm, the length of the full gradient.

    Raises ValueError for no records.

    Source: McCandlish and others, An Empirical Model of Large-Batch Training, arXiv:1812.06162. Lesson 05.
    """
    by_label = noise if isinstance(noise, Mapping) else {"": noise}
    if not by_label:
        raise ValueError("noise must hold at least one record.")
    ax = own_axes(ax)
    ax.set(xscale="log", yscale="log")
    for label, record in by_label.items():
        sizes, values = np.asarray(record.batch_sizes, float), np.asarray(record.noise, float)
        line = draw_line(ax, sizes, values, label)
        line.set_markevery(1)
        expected = values[0] * (sizes / sizes[0]) ** -0.5
        # For the picture's words: the slope is written once, and one record alone needs no name to be seen.
        line.set_label(label or "noise")
        ax.plot(sizes, expected, color=QUIET, linestyle="--", linewidth=1, label="slope −1/2")
    records = list(by_label.values())
    # Once, clear of the lines: at the middle of the highest of them.
    middle = len(sizes) // 2
    ax.annotate(
        "dashes: slope −1/2",
        (sizes[middle], max(record.noise[len(record.noise) // 2] for record in records)),
        xytext=(4, 8),
        textcoords="offset points",
        color=QUIET,
        fontsize=9,
    )
    if len(records) == 1:
        draw_reference(ax, records[0].gradient_norm, "length of\nfull gradient")
    ax.set(xlabel="batch size (examples)", ylabel="gradient noise\n(root mean squared distance)")
    tick_values(ax, sizes)
    plain_numbers(ax.yaxis)
    spread_labels(ax)
    return ax
