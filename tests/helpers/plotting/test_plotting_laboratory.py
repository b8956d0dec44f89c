"""Pictures of sweeps, depth, weights and searches: is what is drawn what was given? Never a pixel."""

import functools
from dataclasses import replace

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from pictures import GONE, RUNS, legend_of, lines_named, run_of, texts, with_values

from helpers.data import Points
from helpers.plotting import (
    COLORS,
    plot_best_so_far,
    plot_contour,
    plot_curves,
    plot_decision_boundary,
    plot_fans,
    plot_gradient_noise,
    plot_importance,
    plot_layer_statistics,
    plot_learning_curves,
    plot_parallel_coordinates,
    plot_projections,
    plot_range_test,
    plot_schedules,
    plot_sweep,
    plot_table,
    plot_weights,
)
from helpers.search import Choice, Integer, Real, Search, Space, Trial
from helpers.search.bank import load_bank
from helpers.search.compare import Bands
from helpers.training import Configuration, RangeTest
from helpers.training.diagnostics import GradientNoise, LayerStatistics
from helpers.training.experiments import LearningCurve

pytestmark = pytest.mark.usefixtures("own_style")


def only_line(ax):
    """The one line of the cycle, which has no name."""
    (line,) = lines_named(ax).values()
    return line


SIZES = np.array([100, 200, 400, 800])


def curve_of(errors):
    errors = np.reshape(errors, (len(SIZES), -1))
    validation = 1 - 2 * errors, 18 * errors  # another part than the one that is reported
    return LearningCurve(
        SIZES, validation[0], *validation, 1 - errors, 9 * errors, num_updates=SIZES[:, None], fixed="epochs"
    )


CURVE = curve_of(np.array([3 / SIZES**0.5, 3 / SIZES**0.5]).T)
NOISE = GradientNoise(np.array([1, 4, 16]), np.array([2.0, 1.0, 0.5]), 0.8)
MOONS = Points(
    np.array([[-1, 0], [-2, 1], [1, 0], [2, -1], [0.5, 0.5]], np.float32), np.array([0, 0, 1, 1, 0])
)


def statistics_of(stds, saturated=None):
    stds = np.asarray(stds, dtype=float)
    saturated = np.zeros_like(stds) if saturated is None else np.asarray(saturated)
    return LayerStatistics(0 * stds, stds, saturated, 0 * stds, stds, 8 * stds, saturated)


def right_of_zero(points):
    return 1 / (1 + np.exp(-10 * points[:, 0]))


SPACE = Space(
    learning_rate=Real(1e-4, 1, log=True),
    dropout=Real(0, 0.8),
    batch_size=Choice((8, 32, 512)),
    units=Integer(10, 90, unit="units"),
    optimizer=Choice(("sgd", "adam")),
)


def trial_of(number, val_loss, state="complete", **changes):
    parameters = {"learning_rate": 0.01, "dropout": 0.4, "batch_size": 32, "units": 50, "optimizer": "sgd"}
    return Trial(number, parameters | changes, 0, state, (val_loss,), (1 - val_loss,), ended_at=number + 1)


TRIALS = (
    trial_of(0, 0.7),
    trial_of(1, 0.3, learning_rate=0.1, optimizer="adam", batch_size=512),
    trial_of(2, 0.5, dropout=0.0),
    trial_of(3, np.nan, "diverged", learning_rate=1.0, dropout=0.8),
    trial_of(4, 0.6, learning_rate=0.1, dropout=0.2),
)
SEARCH = Search("random", SPACE, TRIALS, 0)

EVERY_PLOT = {
    "schedules": lambda ax=None: plot_schedules({"a": lambda epoch: 0.1 / (epoch + 1)}, 5, ax=ax),
    "learning curves": lambda ax=None: plot_learning_curves(CURVE, ax=ax),
    "noise": lambda ax=None: plot_gradient_noise(NOISE, ax=ax),
    "boundary": lambda ax=None: plot_decision_boundary(right_of_zero, MOONS, ax=ax),
    "layers": lambda ax=None: plot_layer_statistics(statistics_of([1, 0.5, 0.1]), ax=ax),
    "weights": lambda ax=None: plot_weights({"a": np.array([0.0, 1.0, -1.0])}, ax=ax),
    "projections": lambda ax=None: plot_projections(SEARCH, "learning_rate", "dropout", ax=ax),
    "table": lambda ax=None: plot_table(SEARCH, "learning_rate", "dropout", ax=ax),
    "parallel": lambda ax=None: plot_parallel_coordinates(SEARCH, ax=ax),
    "importance": lambda ax=None: plot_importance({"learning_rate": 0.7, "dropout": 0.1}, ax=ax),
    "best so far": lambda ax=None: plot_best_so_far({"random": [SEARCH, SEARCH]}, ax=ax),
}


@pytest.mark.parametrize("plot", EVERY_PLOT.values(), ids=EVERY_PLOT)
def test_does_a_plot_draw_where_it_is_told_and_label_both_axes(plot):
    _, (left, right) = plt.subplots(1, 2)
    assert plot(ax=right) is right
    assert not left.lines
    assert plt.get_fignums() == [1]
    own = plot()
    assert own.figure is not right.figure
    assert own.get_xlabel()
    assert own.get_ylabel()


def test_does_an_early_stop_end_the_mean_but_not_the_other_runs():
    runs = [run_of(0.1, 0, [3, 2]), run_of(0.1, 1, [4, 3, 2.5, 2.25])]
    runs[0] = replace(runs[0], configuration=runs[1].configuration)
    ax = plot_curves(runs, label="both")
    (line,) = lines_named(ax).values()
    np.testing.assert_allclose(line.get_xydata(), [[1, 3.5], [2, 2.5]])
    (tail,) = [other for other in ax.lines if len(other.get_xdata()) == 3]
    np.testing.assert_allclose(tail.get_xydata(), [[2, 3], [3, 2.5], [4, 2.25]])
    assert {text.get_text(): text.xy for text in ax.texts} == {"both": (4, 2.5)}


def test_can_every_seed_be_drawn_instead_of_the_band():
    ax = plot_curves(RUNS[:2], spread="seeds")
    assert not ax.collections
    drawn = [line.get_ydata().tolist() for line in ax.lines if len(line.get_ydata()) == 3]
    assert sorted(drawn) == [[2, 1, 0.5], [2.5, 1.5, 1.0], [3, 2, 1.5]]


def test_are_batch_sizes_compared_by_their_updates():
    small, large = replace(RUNS[0], num_updates=300), replace(RUNS[1], num_updates=30)
    large = replace(large, configuration=Configuration(0.1, batch_size=320, num_epochs=3))
    lines = lines_named(plot_curves([small, large], over="updates"))
    assert lines["batch size 32"].get_xdata().tolist() == [100, 200, 300]
    assert lines["batch size 320"].get_xdata().tolist() == [10, 20, 30]


def test_do_band_best_and_early_ends_stand_over_updates_too():
    one = replace(RUNS[0], num_updates=30)
    stopped = replace(RUNS[1], num_updates=20, val_losses=RUNS[1].val_losses[:2])
    ax = plot_curves([one, stopped], over="updates", mark_best=True)
    assert only_line(ax).get_xydata().tolist() == [[10, 2.5], [20, 1.5]]
    assert {x for x, _ in ax.collections[0].get_paths()[0].vertices.tolist()} == {10, 20}
    (tail,) = [line for line in ax.lines if line.get_xdata().tolist() == [20, 30]]
    assert tail.get_ydata().tolist() == [1, 0.5]
    (ring,) = [line for line in ax.lines if line.get_markersize() == 11]
    assert ring.get_xydata().tolist() == [[20, 1.5]]
    assert "lowest in epoch 2" in texts(ax)
    assert ax.get_xlabel().startswith("update\n")


def test_is_a_regression_beside_a_classification_named_where_it_has_no_accuracy():
    numbers = replace(
        RUNS[0], configuration=Configuration(0.5, num_epochs=3), val_accuracies=np.full(3, np.nan)
    )
    ax = plot_curves([RUNS[0], numbers], metric="val_accuracies")
    assert texts(ax) == ["learning rate 0.1", "learning rate 0.5"]


def test_are_runs_of_other_batch_sizes_no_line_over_updates():
    small, large = replace(RUNS[0], num_updates=300), replace(RUNS[1], num_updates=30)
    with pytest.raises(ValueError, match='over="updates": the runs of one line must take equally many'):
        plot_curves([small, large], over="updates", label="both")
    assert not plt.get_fignums()


@pytest.mark.parametrize(
    ("metric", "values", "best", "words"),
    [
        ("val_losses", [3, 1, 2], (2, 1), "lowest in epoch 2"),
        ("val_accuracies", [5, 9, 1], (3, 0.9), "highest"),
    ],
)
def test_is_the_best_epoch_ringed(metric, values, best, words):
    ax = plot_curves([run_of(0.1, 0, values)], metric=metric, mark_best=True)
    (ring,) = [line for line in ax.lines if line.get_markersize() == 11]
    assert ring.get_xydata().tolist() == [list(best)]
    assert any(words in text for text in texts(ax))


def test_are_the_best_epochs_of_several_lines_named_at_their_ends():
    ax = plot_curves([run_of(0.1, 0, [3, 1, 2]), run_of(0.5, 0, [3, 2, 1.5])], mark_best=True)
    assert sorted(texts(ax)) == [
        "learning rate 0.1\nlowest in epoch 2",
        "learning rate 0.5\nlowest in epoch 3",
    ]
    rings = [line.get_xydata().tolist() for line in ax.lines if line.get_markerfacecolor() == "none"]
    assert rings == [[[2, 1]], [[3, 1.5]]]


def test_are_test_curves_asked_for_before_they_are_drawn():
    with pytest.raises(ValueError, match="metric='test_losses' was not measured"):
        plot_curves(RUNS, metric="test_losses")
    ax = plot_curves([replace(RUNS[0], test_losses=np.array([9.0, 8, 7]))], metric="test_losses")
    assert only_line(ax).get_ydata().tolist() == [9, 8, 7]


@pytest.mark.parametrize("argument", ["over", "spread"])
def test_is_an_unknown_option_refused_by_name(argument):
    with pytest.raises(ValueError, match=f"{argument} must be one of .*, not 'hours'"):
        plot_curves(RUNS, **{argument: "hours"})


@pytest.mark.parametrize(
    ("name", "values", "scale", "places"),
    [
        ("batch_size", [8, 32, 512], "log", [8, 32, 512]),
        ("dropout", [0.0, 0.05, 0.8], "linear", [0, 0.05, 0.8]),
        ("l2", [0.0, 1e-4, 1e-2], "log", [1e-6, 1e-4, 1e-2]),
        ("initializer", ["zeros", "he_normal"], "linear", [0, 1]),
        ("shortcut", [False, True], "linear", [0, 1]),
    ],
)
def test_does_a_sweep_have_the_axis_that_suits_its_values(name, values, scale, places):
    ax = plot_sweep(with_values(name, values), by=name)
    assert ax.get_xscale() == scale
    mean = next(line for line in ax.lines if line.get_label() == "mean over seeds")
    np.testing.assert_allclose(mean.get_xdata(), places)
    np.testing.assert_allclose(mean.get_ydata(), [1 - place / 10 for place in range(len(values))])
    ticks = dict(zip(ax.get_xticks(), [text.get_text() for text in ax.get_xticklabels()], strict=True))
    if name in ("l2", "initializer"):
        assert [ticks[place] for place in places[:2]] == ["0", "0.0001"] if name == "l2" else values


def test_does_a_sweep_draw_a_line_for_each_setting_of_the_rest():
    runs = [
        replace(run, configuration=replace(run.configuration, learning_rate=rate))
        for rate in (0.1, 1.0)
        for run in with_values("batch_size", [8, 32])
    ]
    ax = plot_sweep(runs, by="batch_size")
    assert sorted(lines_named(ax)) == ["learning rate 0.1", "learning rate 1"]
    assert legend_of(ax) == ["one run"]


def test_does_a_sweep_read_the_weights_that_a_run_ended_with():
    stopped = run_of(0.1, 0, [3, 1, 2])
    restored = replace(stopped.configuration, patience=1)
    ax = plot_sweep([replace(stopped, configuration=restored, best_epoch=1)], metric="val_losses")
    assert ax.lines[0].get_ydata().tolist() == [1]


def test_is_a_diverged_group_left_to_its_crosses():
    pair = [replace(r, configuration=replace(r.configuration, batch_size=8)) for r in (RUNS[0], GONE)]
    ax = plot_sweep([*RUNS, *pair], metric="val_losses")
    edge = [line for line in ax.lines if line.get_transform() == ax.get_xaxis_transform()]
    assert [line.get_xydata().tolist() for line in edge] == [[[10, 1]]]
    assert all(np.isfinite(line.get_ydata()).all() for line in lines_named(ax).values())


def test_is_an_unknown_hyperparameter_refused():
    with pytest.raises(ValueError, match="by must name a hyperparameter of the configurations, not 'rate'"):
        plot_sweep(RUNS, by="rate")
    with pytest.raises(ValueError, match="not 'moments'"):  # a property, and no setting
        plot_sweep(RUNS, by="moments")


def test_has_a_sweep_of_accuracies_that_begin_at_zero_all_its_dots():
    runs = [
        replace(run, val_accuracies=np.array([at / 20]))
        for at, run in enumerate(with_values("l2", [0, 1, 2]))
    ]
    ax = plot_sweep(runs, by="l2")
    assert ax.get_yscale() == "linear"
    assert ax.get_ylim()[0] < 0
    losses = [replace(run, val_losses=np.array([50.0**at])) for at, run in enumerate(runs)]
    assert plot_sweep(losses, by="l2", metric="val_losses").get_yscale() == "log"


def test_are_schedules_drawn_as_functions_and_as_rates():
    ax = plot_schedules({"function": lambda step: 0.5**step, "rates": [0.3, 0.2]}, 3, unit="step")
    lines = lines_named(ax)
    np.testing.assert_allclose(lines["function"].get_xydata(), [[0, 1], [1, 0.5], [2, 0.25]])
    np.testing.assert_allclose(lines["rates"].get_ydata(), [0.3, 0.2])
    assert "step" in ax.get_xlabel()
    assert ax.get_ylim()[0] == 0
    assert plot_schedules({"a": [1, 0.1]}, 2, log=True).get_yscale() == "log"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"num_steps": 0}, "num_steps must be a whole number of at least 1"),
        ({"num_steps": 125.0}, "num_steps must be a whole number of at least 1"),
        ({"unit": "hour"}, "unit must be one of epoch, step"),
        ({"num_steps": 1}, "schedule 'a' must give 1 to 1 rates"),
    ],
)
def test_is_an_impossible_schedule_refused(arguments, named):
    with pytest.raises(ValueError, match=named):
        plot_schedules({"a": [1, 2]}, **({"num_steps": 5} | arguments))


def test_is_the_slope_of_a_learning_curve_that_of_its_power_law():
    bent = curve_of([0.9, 0.4, 0.2, 0.1])
    ax = plot_learning_curves({"root": CURVE, "bent": bent}, fit_from=200)
    assert sorted(texts(ax)) == ["bent\nslope -1.00", "root\nslope -0.50"]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    np.testing.assert_allclose(lines_named(ax)["root\nslope -0.50"].get_ydata(), 3 / SIZES**0.5)
    dashes = [line for line in ax.lines if line.get_linestyle() == "--" and len(line.get_xdata()) == 3]
    np.testing.assert_allclose(dashes[-1].get_ydata(), [0.4, 0.2, 0.1])


def test_is_the_error_of_a_regression_its_loss():
    nothing = np.full((4, 2), np.nan)
    ax = plot_learning_curves(CURVE._replace(val_accuracies=nothing, test_accuracies=nothing))
    np.testing.assert_allclose(lines_named(ax)["slope -0.50"].get_ydata(), 27 / SIZES**0.5)
    assert ax.get_ylabel() == "test error (mean squared)"


def test_is_the_validation_part_drawn_and_named_where_there_is_no_other():
    ax = plot_learning_curves(CURVE._replace(test_accuracies=None, test_losses=None))
    np.testing.assert_allclose(lines_named(ax)["slope -0.50"].get_ydata(), 6 / SIZES**0.5)
    assert ax.get_ylabel() == "validation error (fraction)"
    both = plot_learning_curves({"a": CURVE, "b": CURVE._replace(test_accuracies=None, test_losses=None)})
    assert both.get_ylabel() == "error (fraction)"  # of another part for each line


def test_has_the_axis_of_a_steep_learning_curve_more_numbers_than_its_powers_of_ten():
    ax = plot_learning_curves(curve_of([0.9, 0.3, 0.06, 0.012]))
    low, high = ax.get_ylim()
    numbers = [float(round(number, 3)) for number in ax.get_yticks() if low <= number <= high]
    assert numbers == [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1][-len(numbers) :]
    assert len(numbers) >= 6


def test_is_a_learning_curve_without_a_line_or_a_logarithm_refused():
    with pytest.raises(ValueError, match="fit_from=800 leaves 1 sizes"):
        plot_learning_curves(CURVE, fit_from=800)
    with pytest.raises(ValueError, match="'done' reaches an error of 0"):
        plot_learning_curves({"done": curve_of([1, 0.5, 0.1, 0])})
    for gone in (np.inf, np.nan):
        with pytest.raises(ValueError, match="'gone' has errors that are no finite numbers"):
            plot_learning_curves({"gone": curve_of([1, 0.5, 0.1, gone])})


def test_is_a_network_that_diverged_no_point_of_a_learning_curve():
    """Its loss is gone, and its accuracy is that of chance."""
    curve = curve_of([0.4, 0.3, 0.2, 0.9])
    curve.test_losses[-1] = np.nan
    assert curve.errors[:3].ravel() == pytest.approx([0.4, 0.3, 0.2])
    assert np.isnan(curve.errors[3])
    with pytest.raises(ValueError, match="'gone' has errors that are no finite numbers"):
        plot_learning_curves({"gone": curve})


def test_does_the_noise_stand_beside_the_slope_of_minus_one_half():
    ax = plot_gradient_noise(NOISE)
    np.testing.assert_allclose(only_line(ax).get_xydata(), [[1, 2], [4, 1], [16, 0.5]])
    (dashes,) = [line for line in ax.lines if line.get_linestyle() == "--"]
    np.testing.assert_allclose(dashes.get_ydata(), [2, 1, 0.5])  # 2 / sqrt(1, 4, 16)
    assert any(np.allclose(line.get_ydata(), 0.8) and line.get_linestyle() == ":" for line in ax.lines)


def test_does_the_boundary_lie_where_the_probability_is_one_half():
    ax = plot_decision_boundary(right_of_zero, MOONS, title="sigmoid")
    (boundary,) = [artist for artist in ax.collections if not artist.filled]
    np.testing.assert_allclose(boundary.get_paths()[0].vertices[:, 0], 0, atol=1e-3)
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert drawn["class 0"] == [[-1, 0], [-2, 1]]
    assert drawn["class 0, wrong side"] == [[0.5, 0.5]]
    assert drawn["class 1"] == [[1, 0], [2, -1]]
    assert ax.get_title("left") == "sigmoid: 80% on the right side"


@pytest.mark.parametrize(("num_wrong", "share"), [(0, "100%"), (1, ">99%"), (399, "<1%"), (400, "0%")])
def test_are_all_and_none_on_the_right_side_no_matter_of_rounding(num_wrong, share):
    side = np.where(np.arange(400) < num_wrong, -1.0, 1.0)
    points = Points(np.stack([side, np.arange(400)], axis=1).astype(np.float32), np.ones(400, int))
    if num_wrong in (0, 400):  # the picture needs some width
        points.x[:, 0] *= np.linspace(1, 2, 400)
    assert plot_decision_boundary(right_of_zero, points).get_title("left") == f"{share} on the right side"


@pytest.mark.parametrize(
    ("predict", "points", "named"),
    [
        (lambda x: x, MOONS, r"predict must return shape \(\d+,\) or"),
        (lambda x: 3 * x[:, 0], MOONS, "predict must return probabilities"),
        (right_of_zero, Points(MOONS.x, MOONS.y + 1), "points.y must hold the classes 0 and 1"),
        (right_of_zero, Points(MOONS.x[:2], MOONS.y), "points must have x of shape"),
    ],
)
def test_is_what_is_no_classifier_of_two_classes_refused(predict, points, named):
    with pytest.raises(ValueError, match=named):
        plot_decision_boundary(predict, points)
    assert not plt.get_fignums()


def test_is_the_signal_drawn_by_depth_and_its_end_marked():
    ax = plot_layer_statistics({"dies": statistics_of([1, 0.1, 0, 0]), "zeros": statistics_of([0] * 4)})
    assert ax.get_yscale() == "log"
    dies = lines_named(ax)["dies\n0 from layer 3"]
    np.testing.assert_allclose(dies.get_ydata(), [1, 0.1, np.nan, np.nan])
    edge = [line for line in ax.lines if line.get_transform() == ax.get_xaxis_transform()]
    assert [line.get_xdata().tolist() for line in edge] == [[3, 4], [1, 2, 3, 4]]
    assert "zeros\n0 from layer 1" in texts(ax)


@pytest.mark.parametrize(
    ("stds", "where"),
    [
        ([0, 0, 1, 1], "0 up to layer 2"),
        ([1, 0, 0, 1], "0 from layer 2 to 3"),
        ([0, 1, 0, 1], "0 in 2 of 4 layers"),
        ([1, 0, 0, 0], "0 from layer 2"),
    ],
)
def test_is_it_said_in_which_layers_there_is_no_signal(stds, where):
    assert texts(plot_layer_statistics({"a": statistics_of(stds)})) == [f"a\n{where}"]


@pytest.mark.parametrize(
    ("arguments", "fan_in", "fan_out"),
    [((5, 3), 5, 3), ((2, 6), 2, 6), ((1, 1), 1, 1), ((8, 8, 3), 3, 3), ((10, 10, 5), 5, 5)],
)
def test_are_as_many_connections_marked_as_fans_count(arguments, fan_in, fan_out):
    ax = plot_fans(*arguments)
    thick = [line for line in ax.lines if line.get_linewidth() == 2]
    ends = [(tuple(line.get_xdata()), line.get_ydata()) for line in thick]
    assert all(x == (0, 1) for x, _ in ends)
    of_unit = [y for line, (_, y) in zip(thick, ends, strict=True) if line.get_color() == COLORS[0]]
    of_input = [y for line, (_, y) in zip(thick, ends, strict=True) if line.get_color() == COLORS[1]]
    assert (len(of_unit), len({y[1] for y in of_unit})) == (fan_in, 1), "all end in one unit"
    assert (len(of_input), len({y[0] for y in of_input})) == (fan_out, 1), "all leave one input"
    assert texts(ax) == [f"fan-in {fan_in}", f"fan-out {fan_out}"]


@pytest.mark.parametrize("arguments", [(0, 3), (3, 2.5), (8, 8, 2), (8, 6, 3), (5, 5, 3), (8, 8, 0)])
def test_is_a_layer_that_cannot_be_drawn_refused(arguments):
    with pytest.raises(ValueError, match=r"num_inputs|num_units|window"):
        plot_fans(*arguments)


def test_are_saturated_fractions_on_a_plain_axis():
    ax = plot_layer_statistics(statistics_of([1, 1], [0.2, 0.0]), quantity="saturated_fractions")
    assert ax.get_yscale() == "linear"
    assert only_line(ax).get_ydata().tolist() == [0.2, 0]
    with pytest.raises(ValueError, match="quantity must be one of activation_stds"):
        plot_layer_statistics(statistics_of([1]), quantity="stds")


def test_are_exact_zeros_apart_from_small_weights():
    weights = [np.array([[0.0, 0.0], [1e-9, 1.0]]), np.array([-1.0])]
    ax = plot_weights({"sparse": weights, "dense": np.array([0.5, -0.5])}, num_bins=3)
    assert legend_of(ax) == ["sparse: 40% exactly 0", "dense: none exactly 0"]
    needles = [line for line in ax.lines if line.get_xdata() == pytest.approx([0, 0])]
    assert [line.get_ydata()[-1] for line in needles] == [pytest.approx(0.4)]
    # Three bins from -1 to 1: one weight of five at either end, and 1e-9, which is no zero, in the middle.
    np.testing.assert_allclose(lines_named(ax)["sparse: 40% exactly 0"].get_ydata(), [0.2] * 6)


def test_are_few_weights_that_are_left_and_few_zeros_told():
    sparse, dense = np.zeros(1000), np.ones(1001)
    sparse[:3], dense[0] = 1, 0
    assert legend_of(plot_weights({"L1": sparse, "L2": dense, "none": np.zeros(3)})) == [
        "L1: >99% exactly 0",
        "L2: <1% exactly 0",
        "none: 100% exactly 0",
    ]


def test_are_weights_that_cannot_be_drawn_refused():
    with pytest.raises(ValueError, match="weights of 'none' are empty"):
        plot_weights({"none": []})
    with pytest.raises(ValueError, match="weights of 'lost' hold values that are no finite numbers"):
        plot_weights({"lost": np.array([np.nan])})


def test_do_projections_show_trials_ranks_and_the_values_of_each_axis():
    ax = plot_projections(SEARCH, "learning_rate", "dropout")
    (dots,) = ax.collections
    # Best first: losses 0.3, 0.5, 0.6, 0.7.
    assert dots.get_offsets().tolist() == [[0.1, 0.4], [0.01, 0], [0.1, 0.2], [0.01, 0.4]]
    assert dots.get_array().tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    drawn = {line.get_label(): line.get_xydata().tolist() for line in ax.lines}
    assert drawn["best"] == [[0.1, 0.4]]
    assert drawn["failed"] == [[1, 0.8]]
    strokes = {line.get_marker(): line for line in ax.lines}
    assert sorted(strokes["|"].get_xdata()) == [0.01, 0.01, 0.1, 0.1, 1]
    assert sorted(strokes["_"].get_ydata()) == [0, 0.2, 0.4, 0.4, 0.8]
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")
    assert ax.get_title("left") == "random: 5 trials, 3 × 4 values"


def test_is_the_best_by_accuracy_the_highest():
    ax = plot_projections(replace(SEARCH, metric="val_accuracy"), "batch_size", "units")
    best = next(line for line in ax.lines if line.get_label() == "best")
    assert best.get_xydata().tolist() == [[512, 50]]
    assert ax.get_xscale() == "log"  # options 8, 32, 512
    assert ax.get_ylabel() == "units (units)"


@pytest.mark.parametrize(
    ("x", "y", "named"),
    [
        ("rate", "dropout", "x must be one of"),
        ("dropout", "optimizer", "y='optimizer' is a choice among names"),
    ],
)
def test_is_a_projection_that_needs_numbers_refused(x, y, named):
    with pytest.raises(ValueError, match=named):
        plot_projections(SEARCH, x, y)
    with pytest.raises(ValueError, match="at least one trial"):
        plot_projections(replace(SEARCH, trials=()), "dropout", "units")


def test_do_parallel_coordinates_stand_on_each_dimensions_own_scale():
    ax = plot_parallel_coordinates(SEARCH, num_best=1)
    (best,) = [line for line in ax.lines if line.get_gid() == "best trial"]
    # 0.1 is three quarters of the way from 1e-4 to 1, 512 the last of three options, 50 half of the way.
    np.testing.assert_allclose(best.get_ydata(), [0.75, 0.5, 1, 0.5, 1, 1])
    ranks = [line.get_ydata()[-1] for line in ax.lines if len(line.get_ydata()) == 6]
    np.testing.assert_allclose(sorted(ranks), [-0.06, 0, 1 / 3, 2 / 3, 1])
    assert {"0.3", "0.7", "1 failed", "adam", "sgd", "0.0001"} <= set(texts(ax))
    with pytest.raises(ValueError, match="num_best must be at least 1"):
        plot_parallel_coordinates(SEARCH, num_best=0)


def test_has_one_trial_its_value_once():
    ax = plot_parallel_coordinates(replace(SEARCH, trials=TRIALS[:1]))
    assert {text.xy for text in ax.texts if text.get_text() == "0.7"} == {(5, 1)}


def test_has_the_line_of_a_trial_without_a_hyperparameter_a_gap_and_is_it_no_dot():
    """As in AutoKeras's searches: a second layer's units are a hyperparameter of networks that have one."""
    best = replace(TRIALS[1], parameters={k: v for k, v in TRIALS[1].parameters.items() if k != "dropout"})
    search = replace(SEARCH, trials=(TRIALS[0], best))
    (line,) = [line for line in plot_parallel_coordinates(search, num_best=1).lines if line.get_gid()]
    np.testing.assert_allclose(line.get_ydata(), [0.75, np.nan, 1, 0.5, 1, 1])
    for plot in (plot_projections, plot_table):
        with pytest.raises(ValueError, match="dropout: trial 1 has no value of it"):
            plot(search, "learning_rate", "dropout")


def test_is_the_most_important_at_the_top_with_its_range():
    ax = plot_importance({"dropout": 0.1, "learning_rate": [0.6, 0.8]})
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([0.1, 0.7])
    assert [text.get_text() for text in ax.get_yticklabels()] == ["dropout", "learning rate"]
    assert [line.get_xdata().tolist() for line in ax.lines] == [[0.6, 0.8]]
    assert texts(ax) == ["10.0%", "70.0%"]
    with pytest.raises(ValueError, match="importance of 'a' must lie between 0 and 1"):
        plot_importance({"a": 70})
    with pytest.raises(ValueError, match="importance of 'a' must hold at least one share"):
        plot_importance({"a": []})
    with pytest.raises(ValueError, match="at least one hyperparameter"):
        plot_importance({})


def test_does_the_picture_of_importance_show_what_the_bank_found():
    shares = load_bank().variance_shares()
    ax = plot_importance(shares)
    drawn = {
        label.get_text(): (bar.get_width(), text)
        for label, bar, text in zip(ax.get_yticklabels(), ax.patches, texts(ax), strict=True)
    }
    assert {name.replace("_", " ") for name in shares} == set(drawn)
    for name, share in shares.items():
        width, text = drawn[name.replace("_", " ")]
        assert width == pytest.approx(share)
        assert text == f"{100 * share:.1f}%"
    assert list(drawn)[-1] == "learning rate"  # at the top, as measured: most of the variance


def searches_of(curves):
    """Searches whose trials cost an epoch each and have these losses."""
    return [
        Search("random", SPACE, tuple(trial_of(n, loss) for n, loss in enumerate(losses)), 0)
        for losses in curves
    ]


def test_is_the_best_so_far_the_median_with_the_central_share():
    curves = np.random.default_rng(0).uniform(size=(11, 6))
    ax = plot_best_so_far({"random": searches_of(curves)}, coverage=0.6)
    lowest = np.sort(np.minimum.accumulate(curves, axis=1), axis=0)
    np.testing.assert_allclose(lines_named(ax)["random"].get_ydata(), lowest[5])
    band = ax.collections[0].get_paths()[0].vertices
    for epoch in range(1, 7):  # of eleven in order, the third and the ninth leave three fifths between them
        ends = band[band[:, 0] == epoch, 1]
        assert (ends.min(), ends.max()) == pytest.approx((lowest[2, epoch - 1], lowest[8, epoch - 1]))
    assert "11 replays" in ax.get_xlabel()
    assert ax.get_ylabel() == "lowest validation loss so far"


def test_does_a_search_that_found_nothing_yet_count_as_worst():
    ax = plot_best_so_far({"a": searches_of([[np.nan, 0.4], [np.nan, 0.2], [0.3, 0.3]])})
    np.testing.assert_allclose(lines_named(ax)["a"].get_ydata(), [np.nan, 0.3])


def test_does_a_search_that_spent_less_keep_its_last_value():
    ax = plot_best_so_far({"a": searches_of([[0.5], [0.5, 0.4, 0.3], [0.5, 0.5, 0.5]])})
    np.testing.assert_allclose(lines_named(ax)["a"].get_ydata(), [0.5, 0.5, 0.5])


def test_are_accuracies_best_when_high_and_bands_drawn_as_given():
    (search,) = searches_of([[0.5, 0.2, 0.4]])
    ax = plot_best_so_far({"one": [replace(search, metric="val_accuracy")]})
    np.testing.assert_allclose(lines_named(ax)["one"].get_ydata(), [0.5, 0.8, 0.8])
    assert ax.get_ylabel() == "highest validation accuracy so far"
    epochs = np.arange(1, 4)
    bands = Bands(epochs, 0.3 / epochs, 0.2 / epochs, 0.4 / epochs)
    ax = plot_best_so_far({"tpe": bands}, quantity="regret (fraction)")
    np.testing.assert_allclose(lines_named(ax)["tpe"].get_ydata(), 0.3 / epochs)
    assert ax.get_ylabel() == "regret (fraction)"


def test_are_no_searches_and_an_impossible_coverage_refused():
    with pytest.raises(ValueError, match="searches of 'a' must hold at least one search"):
        plot_best_so_far({"a": []})
    with pytest.raises(ValueError, match="coverage must lie between 0 and 1, not 1"):
        plot_best_so_far({"a": [SEARCH]}, coverage=1)
    with pytest.raises(ValueError, match="searches must share one metric"):
        plot_best_so_far({"a": [SEARCH], "b": [replace(SEARCH, metric="val_accuracy")]})


def decay(peak):
    """A schedule made by a function, as one makes several: all of them have the same name."""

    def schedule(epoch):
        return peak * 0.9**epoch

    return schedule


def scheduled(schedule, learning_rate=None):
    run = run_of(0.1, 0, [2, 1, 0.5])
    return replace(run, configuration=Configuration(learning_rate, num_epochs=3, schedule=schedule))


def test_is_no_curve_lost_where_two_schedules_have_one_name():
    ax = plot_curves([scheduled(decay(0.1)), scheduled(decay(0.2)), scheduled(None, 0.1)])
    assert list(lines_named(ax)) == [
        "schedule schedule 1",
        "schedule schedule 2",
        "learning rate 0.1, no schedule",
    ]


def test_are_schedules_with_a_rate_each_one_line_over_the_rate_and_no_run_lost():
    rates = 0.1, 0.2
    runs = [scheduled(None, rate) for rate in rates] + [scheduled(decay(rate), rate) for rate in rates]
    ax = plot_sweep([*runs, scheduled(decay(9.0), 0.2)])
    drawn = {name: list(line.get_xdata()) for name, line in lines_named(ax).items()}
    assert drawn == {"no schedule": [0.1, 0.2], "schedule schedule": [0.1, 0.2], "schedule schedule 2": [0.2]}


def test_does_a_sweep_over_schedules_tell_them_apart():
    ax = plot_sweep([scheduled(decay(0.1)), scheduled(functools.partial(pow, 2))], by="schedule")
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["schedule", "pow"]
    ax = plot_sweep([scheduled(decay(0.1)), scheduled(decay(0.2))], by="schedule")
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["schedule 1", "schedule 2"]


def test_does_an_axis_say_what_a_hyperparameter_is_counted_in():
    runs = [
        replace(RUNS[0], configuration=replace(RUNS[0].configuration, batch_size=size)) for size in (8, 16)
    ]
    assert plot_sweep(runs, by="batch_size").get_xlabel() == "batch size (examples)"
    assert plot_sweep(RUNS).get_xlabel() == "learning rate"


def test_does_a_projection_explain_its_crosses_where_it_has_any():
    failed = trial_of(1, float("nan"), state="failed")
    for trials, explained in (
        ([trial_of(0, 1.0), failed], True),
        ([failed], True),
        ([trial_of(0, 1.0)], False),
    ):
        ax = plot_projections(Search("random", SPACE, tuple(trials), 0), "learning_rate", "units")
        assert ("cross: failed" in ax.get_xlabel()) == explained


def test_are_numbers_along_an_axis_few_enough_to_read():
    strengths = [0.0, *np.geomspace(1e-6, 0.1, 16).tolist()]
    runs = [replace(RUNS[0], configuration=replace(RUNS[0].configuration, l2=l2)) for l2 in strengths]
    written = [tick.get_text() for tick in plot_sweep(runs, by="l2").get_xticklabels()]
    assert written[0] == "0"
    assert 4 <= len(written) <= 12
    assert sum(map(len, written)) <= 55


def test_does_one_run_that_jumped_not_press_the_others_flat():
    jumped = run_of(3.0, 0, [2, 5e5, 2.3])
    assert plot_curves([*RUNS, jumped]).get_yscale() == "log"
    assert plot_curves(RUNS).get_yscale() == "linear"
    _, limited = plt.subplots()
    limited.set_ylim(0, 4)
    assert plot_curves([*RUNS, jumped], ax=limited).get_yscale() == "linear"
    assert plot_curves([*RUNS, replace(jumped, diverged=True)]).get_yscale() == "linear"


def test_are_the_options_of_a_choice_what_its_axis_shows():
    ax = plot_projections(SEARCH, "learning_rate", "batch_size")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["8", "32", "512"]


@pytest.mark.parametrize(
    ("plot", "named"),
    [
        (lambda: plot_curves(RUNS[0]), r"runs must be several: for one alone, write \[run\]"),
        (lambda: plot_best_so_far({"a": SEARCH}), r"searches of 'a' must be several.* \[search\]"),
        (lambda: plot_gradient_noise({}), "noise must hold at least one record"),
        (lambda: plot_layer_statistics({}), "statistics must hold at least one record"),
        (lambda: plot_weights({}), "weights must hold at least one label"),
        (lambda: plot_contour(lambda w: -(w**2).sum(-1), {}), "loss_of must return finite losses"),
        (
            lambda: plot_contour(lambda w: np.inf * (1 + w**2).sum(-1), {}),
            "loss_of must return finite losses",
        ),
        (
            lambda: plot_contour(lambda w: np.where(w[..., 0] > 1, np.nan, 1.0), {}, reach=2.0),
            "loss_of must return finite losses",
        ),
        (
            lambda: plot_range_test([RangeTest(np.arange(1.0, n), np.arange(1.0, n)) for n in (4, 5)]),
            "range_tests must all have the same learning rates",
        ),
    ],
)
def test_is_what_cannot_be_drawn_refused_in_one_line(plot, named):
    with pytest.raises(ValueError, match=named) as refusal:
        plot()
    assert "\n" not in str(refusal.value)
    assert not plt.get_fignums()


def test_are_sweeps_on_the_same_axes_told_apart_by_their_labels():
    _, ax = plt.subplots()
    for label, factor in {"constant": 1.0, "falling": 2.0}.items():
        runs = [scheduled(decay(rate), rate) for rate in (0.1, 0.2)]
        runs = [replace(run, val_accuracies=run.val_accuracies / factor) for run in runs]
        plot_sweep(runs, ax=ax, label=label)
    drawn = lines_named(ax)
    assert {name: list(line.get_xdata()) for name, line in drawn.items()} == {
        "constant": [0.1, 0.2],
        "falling": [0.1, 0.2],
    }
    ends = {name: line.get_ydata()[0] for name, line in drawn.items()}
    assert ends["constant"] == pytest.approx(2 * ends["falling"])
    dots = [line for line in ax.lines if line.get_label() == "one run"]
    assert [line.get_color() for line in dots] == [
        drawn[name].get_color() for name in ("constant", "falling")
    ]
    assert [text.get_text() for text in ax.texts].count("guessing\n0.10") == 1
