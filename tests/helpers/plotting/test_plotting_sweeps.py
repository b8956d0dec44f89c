"""Sweeps that share their Axes, or of which little is left: is what is drawn what was given?"""

from dataclasses import replace

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from pictures import GONE, RUNS, legend_of, lines_named, with_values

from helpers.plotting import COLORS, NAMED_LINE, in_words, plot_curves, plot_rates, plot_sweep
from helpers.training import Configuration

pytestmark = pytest.mark.usefixtures("own_style")


def x_of(ax, label):
    return lines_named(ax)[label].get_xdata().tolist()


@pytest.mark.parametrize(
    ("first", "second", "zero"),
    [
        ((0.0, 1e-3, 1e-2), (0.0, 1e-5, 1e-4), 1e-6),
        ((0.0, 1e-5, 1e-4), (0.0, 1e-3, 1e-2), 1e-6),
        ((0.0, 1e-3), (0.0, 1e-2), 1e-4),  # the first alone has no logarithmic axis yet
    ],
)
def test_do_two_sweeps_on_the_same_axes_share_the_place_of_zero(first, second, zero):
    _, ax = plt.subplots()
    plot_sweep(with_values("l1", first), by="l1", ax=ax, label="L1")
    plot_sweep(with_values("l2", second), by="l2", ax=ax, label="L2")
    assert x_of(ax, "L1") == pytest.approx([zero, *first[1:]])
    assert x_of(ax, "L2") == pytest.approx([zero, *second[1:]])
    single = [line.get_xdata()[0] for line in ax.lines if line.get_label() == "one run"]
    assert single == pytest.approx([zero, zero])
    assert ax.get_xticklabels()[0].get_text() == "0"
    assert ax.get_xticks()[0] == pytest.approx(zero)


def test_does_a_name_stand_at_one_place_in_every_sweep_on_the_same_axes():
    _, ax = plt.subplots()
    plot_sweep(with_values("optimizer", ["sgd", "adam"]), by="optimizer", ax=ax, label="first")
    plot_sweep(with_values("optimizer", ["momentum", "sgd"]), by="optimizer", ax=ax, label="second")
    assert x_of(ax, "second") == [0, 2]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["sgd", "adam", "momentum"]


def test_have_dots_the_color_of_their_line_also_without_a_label():
    _, ax = plt.subplots()
    for label in ("A", "B", None):
        plot_sweep(RUNS[:2], ax=ax, label=label)
    lines = [line for line in ax.lines if line.get_gid() == NAMED_LINE]
    dots = [line for line in ax.lines if line.get_label() == "one run"]
    assert [line.get_label() for line in lines] == ["A", "B", "mean over seeds"]
    assert [line.get_color() for line in lines] == [line.get_color() for line in dots] == list(COLORS[:3])


@pytest.mark.parametrize(("label", "name"), [("A", "A"), (None, "mean over seeds")])
def test_has_a_sweep_another_color_than_one_without_a_name_before_it(label, name):
    _, ax = plt.subplots()
    plot_sweep(RUNS[:2], ax=ax)
    plot_sweep(RUNS[:2], ax=ax, label=label)
    means = [line for line in ax.lines if line.get_label() in ("mean over seeds", name)]
    dots = [line for line in ax.lines if line.get_label() == "one run"]
    assert [line.get_color() for line in means] == list(COLORS[:2])
    assert dots[0].get_color() != dots[1].get_color() == COLORS[1]
    assert list(lines_named(ax)) == [name]


def test_are_axes_that_were_cleared_as_good_as_new():
    _, ax = plt.subplots()
    plot_sweep(with_values("l1", (0.0, 1e-5, 1e-4)), by="l1", ax=ax, label="before")
    ax.clear()
    plot_sweep(with_values("l1", (0.0, 1e-3, 1e-2)), by="l1", ax=ax, label="after")
    assert x_of(ax, "after")[0] == pytest.approx(1e-4)


def regression_of(run):
    return replace(
        run, train_accuracies=run.train_accuracies * np.nan, val_accuracies=run.val_accuracies * np.nan
    )


@pytest.mark.parametrize("plot", [plot_curves, plot_sweep])
def test_are_accuracies_of_a_regression_refused_with_what_there_is_instead(plot):
    runs = [regression_of(run) for run in RUNS]
    with pytest.raises(ValueError, match="predicted numbers and have no accuracy: use metric='val_losses'"):
        plot(runs, metric="val_accuracies")
    assert not plt.get_fignums()
    assert "mean squared error" in plot(runs, metric="val_losses").get_ylabel()


def test_is_a_sweep_of_which_every_run_diverged_still_drawn():
    gone = [
        replace(GONE, seed=seed, configuration=Configuration(rate)) for seed, rate in enumerate([10.0, 100.0])
    ]
    ax = plot_sweep(gone, metric="val_losses")
    (edge,) = [line for line in ax.lines if line.get_transform() == ax.get_xaxis_transform()]
    assert edge.get_xdata().tolist() == [10, 100]
    assert "one run, stuck or diverged" in legend_of(ax)
    assert ax.get_yscale() == "linear"


@pytest.mark.parametrize("rates", [[0.1], [0.1, 0.2]])
def test_is_a_line_of_which_every_run_diverged_told_by_its_name(rates):
    here = [replace(RUNS[0], configuration=Configuration(rate, batch_size=8)) for rate in rates]
    gone = [replace(GONE, configuration=Configuration(rate, batch_size=64)) for rate in rates]
    words = in_words(plot_sweep([*here, *gone], metric="val_losses").figure)
    assert "batch size 8: " in words
    assert "batch size 64: no finite value" in words


def test_is_the_best_rate_of_each_line_ringed():
    rates = [0.1, 0.2, 0.4]
    losses = {"one seed": (rates, [3.0, 1.0, 2.0]), "three": (rates, [[1, 2, 3], [4, 4, 4], [5, 5, np.inf]])}
    ax = plot_rates(losses, ylabel="loss")
    rings = [line.get_xydata().ravel().tolist() for line in ax.lines if line.get_label() == "_best"]
    assert rings == [[0.2, 1.0], [0.1, 2.0]]
    assert ax.get_xscale() == "log"
    drawn = {line.get_label(): len(line.get_xdata()) for line in lines_named(ax).values()}
    assert drawn == {"one seed": 3, "three": 2}, "a rate at which a run diverged has no mean"
    highest = plot_rates({"a": (rates, [0.3, 0.5, 0.7])}, highest=True)
    assert [line.get_xdata()[0] for line in highest.lines if line.get_label() == "_best"] == [0.4]
    limited = plot_rates(losses, log=True, limits=(0.5, 2.5))
    assert (limited.get_yscale(), limited.get_ylim()) == ("log", (0.5, 2.5))
    plt.close("all")


@pytest.mark.parametrize(
    ("curves", "message"), [({}, "at least one"), ({"a": ([1.0], [np.nan])}, "no finite")]
)
def test_are_rates_refused_that_show_nothing(curves, message):
    with pytest.raises(ValueError, match=message):
        plot_rates(curves)
    plt.close("all")
