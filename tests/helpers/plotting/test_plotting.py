"""Pictures: is what is drawn what was given? Never a pixel: lines, points, texts, limits."""

import io
from dataclasses import replace
from itertools import pairwise

import matplotlib
import numpy as np
import pytest
from pictures import GONE, RUNS, legend_of, lines_named, run_of, texts

matplotlib.use("Agg")

import matplotlib.pyplot as plt

from helpers.plotting import (
    NAMED_LINE,
    in_words,
    plot_contour,
    plot_curves,
    plot_losses,
    plot_range_test,
    plot_sweep,
)
from helpers.training import Configuration, RangeTest, quadratic_loss, quadratic_trajectory

pytestmark = pytest.mark.usefixtures("own_style")


def valley(weights):
    return quadratic_loss(weights, [1, 10])


EVERY_PLOT = {
    "contour": lambda ax=None: plot_contour(valley, {"a": [[1, 1], [0.5, 0]], "b": [[1, 1], [0, 1]]}, ax=ax),
    "losses": lambda ax=None: plot_losses({"a": [3, 2, 1], "b": [3, 1, 2]}, ax=ax),
    "curves": lambda ax=None: plot_curves(RUNS, ax=ax),
    "sweep": lambda ax=None: plot_sweep(RUNS, ax=ax),
    "range": lambda ax=None: plot_range_test(
        RangeTest(np.geomspace(1e-3, 1, 4), np.array([2.3, 2, 3, 9])), ax=ax
    ),
}


@pytest.mark.parametrize("plot", EVERY_PLOT.values(), ids=EVERY_PLOT)
def test_does_a_plot_draw_on_the_axes_that_it_was_given(plot):
    _, (left, right) = plt.subplots(1, 2)
    assert plot(ax=right) is right
    assert not left.lines
    assert plt.get_fignums() == [1]


@pytest.mark.parametrize("plot", EVERY_PLOT.values(), ids=EVERY_PLOT)
def test_does_a_plot_make_its_own_axes_and_label_both(plot):
    ax = plot()
    assert len(plt.get_fignums()) == 1
    assert ax.get_xlabel()
    assert ax.get_ylabel()


@pytest.mark.parametrize("plot", EVERY_PLOT.values(), ids=EVERY_PLOT)
def test_is_a_picture_light_enough_for_a_notebook(plot):
    picture = io.BytesIO()
    plot().figure.savefig(picture, format="png", bbox_inches="tight")
    assert picture.tell() < 60_000


def test_do_neighbouring_lines_differ_without_their_colours():
    ax = plot_losses({str(number): [number, 2 * number] for number in range(1, 7)})
    styles = [(line.get_marker(), str(line._unscaled_dash_pattern)) for line in lines_named(ax).values()]
    assert len({marker for marker, _ in styles}) == 6
    assert len({dash for _, dash in styles}) == 6


def test_have_no_two_of_many_lines_the_same_color_and_marker():
    losses = plot_losses({str(number): [number, 2 * number] for number in range(1, 15)})
    contour = plot_contour(valley, {str(number): [[1, 1], [0.5, number / 20]] for number in range(14)})
    for ax in (losses, contour):
        looks = [(line.get_color(), line.get_marker()) for line in lines_named(ax).values()]
        assert len(set(looks)) == 14


def test_does_the_contour_show_each_path_from_its_start():
    paths = {"small": quadratic_trajectory([1, 10], [1, 1], 0.02, 20), "good": np.array([[0.5, 1], [0, 0]])}
    ax = plot_contour(valley, paths)
    for label, line in lines_named(ax).items():
        np.testing.assert_array_equal(line.get_xydata(), paths[label])
    assert legend_of(ax) == ["small", "good", "start"]
    starts = [line.get_xydata()[0].tolist() for line in ax.lines if line.get_gid() != NAMED_LINE]
    assert starts == [[1, 1], [0.5, 1]]
    assert ax.get_xlim() == ax.get_ylim() == (-1.3, 1.3)


def test_does_a_path_that_leaves_the_contour_end_there_and_say_so():
    path = quadratic_trajectory([1, 10], [1, 1], 0.21, 100)
    ax = plot_contour(valley, {"2.1 / L": path})
    ((label, line),) = lines_named(ax).items()
    outside = int(np.argmax(np.abs(path).max(axis=1) > 1.3))
    np.testing.assert_array_equal(line.get_xydata(), path[: outside + 1])
    assert label == ax.get_title("left") == "2.1 / L (leaves the picture)"


def test_is_a_path_that_ends_in_nan_cut_as_well():
    ax = plot_contour(valley, {"lost": [[1, 1], [0.5, 0.5], [np.nan, np.nan], [0, 0]]})
    ((label, line),) = lines_named(ax).items()
    assert len(line.get_xydata()) == 3
    assert "leaves" in label


def test_are_contours_at_round_losses_of_the_function():
    ax = plot_contour(valley, {}, reach=1.0)
    (contours,) = [artist for artist in ax.collections if not artist.filled]
    np.testing.assert_allclose(contours.levels, [0.1, 0.3, 1, 3])
    for level, path in zip(contours.levels, contours.get_paths(), strict=True):
        np.testing.assert_allclose(valley(path.vertices), level, rtol=0.05)


def test_is_a_trajectory_of_another_shape_refused_by_name():
    for bad, shape in (([1, 2, 3], r"\(3,\)"), (np.zeros((0, 2)), r"\(0, 2\)"), ([[1, 2, 3]], r"\(1, 3\)")):
        with pytest.raises(ValueError, match=rf"'bad' must have shape \(n, 2\), not {shape}"):
            plot_contour(valley, {"bad": bad})


def test_are_losses_drawn_over_steps_from_zero_and_named_at_their_ends():
    ax = plot_losses({"falls": [4, 2, 1], "grows": [4, 8, 16]})
    np.testing.assert_array_equal(lines_named(ax)["falls"].get_xydata(), [[0, 4], [1, 2], [2, 1]])
    assert {text.get_text(): text.xy for text in ax.texts} == {"falls": (2, 1), "grows": (2, 16)}
    assert ax.get_yscale() == "log"
    assert plot_losses({"a": [1, 2]}, log=False).get_yscale() == "linear"


def test_does_a_loss_that_ends_in_nan_end_in_a_cross():
    ax = plot_losses({"lost": [1, 5, np.inf, np.nan]})
    (cross,) = [line for line in ax.lines if line.get_marker() == "x"]
    assert cross.get_xydata().tolist() == [[1, 5]]
    assert ax.texts[0].xy == (1, 5)


def test_do_names_of_lines_that_end_together_not_cover_each_other():
    ax = plot_losses({f"line {number}": [1, 1 + number / 1000] for number in range(6)}, log=False)
    ax.figure.canvas.draw()
    boxes = sorted((text.get_window_extent() for text in ax.texts), key=lambda box: box.y0)
    assert all(upper.y0 >= lower.y1 - 1 for lower, upper in pairwise(boxes))
    order = sorted(ax.texts, key=lambda text: text.get_window_extent().y0)
    assert [text.get_text() for text in order] == [f"line {number}" for number in range(6)]


def test_do_names_of_lines_that_cannot_be_drawn_not_cover_each_other():
    gone = [run_of(rate, seed, [np.nan], diverged=True) for rate in (10.0, 100.0) for seed in range(3)]
    ax = plot_curves([*RUNS, *gone])
    plot_losses({"third": [np.nan]}, ax=ax)
    ax.figure.canvas.draw()
    corner = [text for text in ax.texts if "diverged" in text.get_text() or text.get_text() == "third"]
    boxes = [text.get_window_extent() for text in corner]
    assert len(boxes) == 3
    assert all(lower.y1 <= upper.y0 for upper, lower in pairwise(boxes))
    assert boxes[0].y1 == pytest.approx(ax.get_window_extent().y1, abs=1)
    assert all(in_words(ax.figure).count(text.get_text().split("\n")[0]) == 1 for text in corner)


@pytest.mark.parametrize("ends", [[0.0, 1e-9, 2e-9, 1], [1, 1 - 1e-9, 1 - 2e-9, 0.0]], ids=["low", "high"])
def test_do_names_stay_beside_the_picture(ends):
    ax = plot_losses({f"line {end}": [0.5, end] for end in ends}, log=False)
    ax.figure.canvas.draw()
    frame = ax.get_window_extent()
    for text in ax.texts:
        box = text.get_window_extent()
        assert frame.y0 - 2 <= box.y0
        assert box.y1 <= frame.y1 + 10


def test_does_the_name_of_a_line_that_leaves_the_picture_stay_at_its_edge():
    _, ax = plt.subplots()
    ax.set_ylim(0, 1)
    plot_losses({"grows": [0.5, 40], "falls": [0.5, -40]}, ax=ax, log=False)
    ax.figure.canvas.draw()
    frame = ax.get_window_extent()
    for text in ax.texts:
        box = text.get_window_extent()
        assert frame.y0 - 15 < box.y0 < box.y1 < frame.y1 + 15


def test_are_crowded_names_spread_evenly_around_their_lines():
    ax = plot_losses({"low": [0, 0], "a": [1, 5], "b": [1, 5], "c": [1, 5], "high": [0, 10]}, log=False)
    shifts = sorted(text.get_position()[1] for text in ax.texts if text.get_text() in "abc")
    assert shifts[1] == pytest.approx(0, abs=0.5)
    assert shifts[0] == pytest.approx(-shifts[2], abs=0.5)
    assert shifts[2] > 12


def test_is_a_curve_the_mean_over_seeds_and_the_band_one_standard_deviation():
    ax = plot_curves(RUNS[:2], label="both")
    (line,) = lines_named(ax).values()
    np.testing.assert_allclose(line.get_xydata(), [[1, 2.5], [2, 1.5], [3, 1.0]])
    band = ax.collections[0].get_paths()[0].vertices
    # Two seeds one apart: with n - 1 in the denominator the standard deviation is the root of a half.
    for epoch, mean in [(1, 2.5), (2, 1.5), (3, 1.0)]:
        np.testing.assert_allclose(
            np.unique(band[band[:, 0] == epoch, 1]), [mean - 0.5**0.5, mean + 0.5**0.5]
        )
    assert "over 2 seeds" in ax.get_xlabel()
    assert texts(ax) == ["both"]


def test_are_configurations_told_apart_by_what_differs():
    assert texts(plot_curves(RUNS)) == ["learning rate 0.1", "learning rate 1"]
    wide = replace(RUNS[0], configuration=Configuration(0.1, num_epochs=3, hidden=(8,)))
    assert texts(plot_curves([RUNS[0], wide])) == ["hidden (64, 64)", "hidden (8,)"]


@pytest.mark.parametrize(
    ("metric", "first"), [("train_losses", 1.0), ("train_accuracies", 0.9), ("val_accuracies", 0.8)]
)
def test_is_the_metric_that_was_asked_for_drawn(metric, first):
    ax = plot_curves(RUNS[:1], metric=metric)
    (line,) = lines_named(ax).values()
    assert line.get_ydata()[0] == pytest.approx(first)
    kind = "training" if metric.startswith("train") else "validation"
    assert ax.get_ylabel().startswith(f"{kind} {'loss' if 'loss' in metric else 'accuracy'}")


def test_is_one_axis_of_two_metrics_labelled_for_both():
    ax = plot_curves(RUNS[:2], metric="train_losses", label="training")
    plot_curves(RUNS[:2], ax=ax, label="validation")
    assert ax.get_ylabel() == "loss (cross-entropy)"
    assert texts(ax) == ["training", "validation"]


def test_are_diverged_runs_left_out_and_counted():
    ax = plot_curves([*RUNS[:2], replace(GONE, configuration=RUNS[0].configuration)], label="rate 0.1")
    (line,) = lines_named(ax).values()
    np.testing.assert_allclose(line.get_ydata(), [2.5, 1.5, 1.0])
    assert texts(ax) == ["rate 0.1\n1 of 3 diverged"]


def test_has_one_run_no_band_and_no_mean():
    one = run_of(0.1, 0, [2, 1, 0.5])
    gone = [run_of(0.1, seed, [2, np.nan, np.nan], diverged=True) for seed in (1, 2)]
    for runs in ([one], [one, *gone]):
        ax = plot_curves(runs)
        assert not ax.collections
        assert ax.get_xlabel() == "epoch"
        assert "band" not in in_words(ax.figure)


def test_are_seeds_counted_that_are_in_the_mean_and_runs_of_several_rates_no_seeds():
    left = [*RUNS[:2], replace(GONE, configuration=RUNS[0].configuration)]
    assert "standard deviation over 2 seeds)" in plot_curves(left).get_xlabel()
    assert "standard deviation over 2 seeds)" in plot_curves([*RUNS[:2], RUNS[3]]).get_xlabel()
    assert "standard deviation over 4 runs)" in plot_curves(RUNS, label="all").get_xlabel()
    thin = plot_curves(RUNS, label="all", spread="seeds").get_xlabel()
    assert thin == "epoch\n(thick: mean over 4 runs; thin: one run)"


def test_does_what_explains_a_band_stay_when_one_run_joins_it():
    ax = plot_curves(RUNS[:2], label="two")
    plot_curves(RUNS[3:], ax=ax, label="one")
    assert ax.get_xlabel() == "epoch\n(line and band: mean ± standard deviation over 2 seeds)"


def test_is_a_configuration_of_which_nothing_is_left_still_named():
    assert "learning rate 10\n1 of 1 diverged" in texts(plot_curves([*RUNS, GONE]))


def test_does_the_sweep_show_every_run_and_the_mean_of_each_rate():
    ax = plot_sweep(RUNS, metric="val_losses")
    by_label = {line.get_label(): line.get_xydata() for line in ax.lines}
    np.testing.assert_allclose(by_label["mean over seeds"], [[0.1, 1.0], [1.0, 2.05]])
    np.testing.assert_allclose(by_label["one run"], [[0.1, 0.5], [0.1, 1.5], [1.0, 1.8]])
    np.testing.assert_allclose(by_label["one run, stuck or diverged"], [[1.0, 2.3]])
    assert ax.get_xscale() == "log"


def test_does_a_run_without_a_finite_loss_stand_at_the_upper_edge():
    ax = plot_sweep([*RUNS, GONE], metric="val_losses")
    (edge,) = [line for line in ax.lines if line.get_transform() == ax.get_xaxis_transform()]
    assert edge.get_xydata().tolist() == [[10, 1]]
    assert not np.isfinite(ax.lines[0].get_ydata()[-1])


@pytest.mark.parametrize(
    ("metric", "level", "text"),
    [("val_accuracies", 0.1, "guessing\n0.10"), ("val_losses", np.log(10), "guessing\nln 10 = 2.30")],
)
def test_does_the_sweep_show_what_guessing_reaches(metric, level, text):
    ax = plot_sweep(RUNS, metric=metric)
    assert any(np.allclose(line.get_ydata(), level) and line.get_linestyle() == ":" for line in ax.lines)
    assert text in texts(ax)


def test_is_a_sweep_of_losses_far_apart_logarithmic():
    assert plot_sweep(RUNS, metric="val_losses").get_yscale() == "linear"
    assert plot_sweep([*RUNS, run_of(3.0, 0, [900.0])], metric="val_losses").get_yscale() == "log"


@pytest.mark.parametrize("plot", [plot_curves, plot_sweep])
def test_are_an_unknown_metric_and_no_runs_refused(plot):
    with pytest.raises(ValueError, match=r"metric must be one of train_losses, .* not 'loss'"):
        plot(RUNS, metric="loss")
    with pytest.raises(ValueError, match="at least one run"):
        plot([])
    assert not plt.get_fignums()


def test_does_the_range_test_show_losses_over_rates_up_to_twice_the_first_loss():
    test = RangeTest(np.array([0.001, 0.01, 0.1, 1.0]), np.array([2.0, 1.0, np.nan, np.inf]))
    ax = plot_range_test(test)
    by_label = {line.get_label(): line for line in ax.lines}
    np.testing.assert_array_equal(by_label["one test"].get_ydata(), test.losses)
    assert ax.get_ylim() == (0, 4)
    assert ax.get_xscale() == "log"


def test_is_the_lowest_finite_loss_of_a_range_test_ringed_and_a_tenth_of_its_rate_marked():
    rates = np.array([0.001, 0.01, 0.1, 1.0])
    ax = plot_range_test(RangeTest(rates, np.array([2.3, 2.0, 0.5, np.inf])), mark_lowest=True)
    lines = {line.get_label(): line for line in ax.lines}
    assert lines["lowest"].get_xydata().tolist() == [[0.1, 0.5]]
    assert lines["a tenth of its rate"].get_xdata() == pytest.approx([0.01, 0.01])


def test_do_several_range_tests_have_their_median_in_bold():
    rates = np.array([0.01, 0.1, 1.0])
    losses = [[2, 1, 9], [2, 1.5, 8], [2, 0.5, np.inf]]
    ax = plot_range_test([RangeTest(rates, np.array(values)) for values in losses])
    by_label = {line.get_label(): line for line in ax.lines}
    np.testing.assert_array_equal(by_label["median of 3 tests"].get_ydata(), [2, 1, 9])
    assert legend_of(ax) == ["one test", "median of 3 tests"]
    with pytest.raises(ValueError, match="at least one range test"):
        plot_range_test([])
