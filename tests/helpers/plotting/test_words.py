"""Does a figure say in words what is to be seen in it, to who does not see it?"""

import types

import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from pictures import GONE, RUNS, run_of

from helpers import plotting
from helpers.plotting import in_words
from helpers.plotting.color_names import color_name
from helpers.plotting.words import describe_pictures
from helpers.training import RangeTest

pytestmark = pytest.mark.usefixtures("own_style")

RANGE_TEST = RangeTest(np.array([0.001, 0.01, 0.1, 1.0]), np.array([2.3, 2.0, 0.5, np.inf]))


def test_says_a_line_where_it_begins_turns_and_ends():
    figure, ax = plt.subplots()
    ax.plot([1, 2, 3, 4], [3.0, 0.5, 7.0, 2.0], label="rate 0.1")
    ax.set(xlabel="epoch", ylabel="loss", xlim=(0, 5), ylim=(0, 8))
    assert in_words(figure) == (
        "loss (0 to 8) over epoch (0 to 5); rate 0.1: from 3 at 1 to 2 at 4, lowest 0.5 at 2, highest 7 at 3."
    )


def test_says_a_line_that_breaks_off_where_it_does():
    figure, ax = plt.subplots()
    ax.plot([1, 2, 3], [3.0, 9.0, np.nan], label="gone")
    ax.plot([1, 2], [np.nan, np.nan], label="never there")
    words = in_words(figure)
    assert "gone: from 3 at 1 to 9 at 2" in words
    assert "never there: no finite value" in words
    for _ in range(3):
        ax.plot([1, 2], [np.nan, np.nan], "o")
    assert "3 groups of points, no finite value" in in_words(figure)


def test_is_a_level_no_line_and_are_unnamed_dots_counted():
    figure, ax = plt.subplots()
    ax.axhline(2.3)
    ax.axvline(0.5, label="the edge")
    ax.plot([1, 2, 3], [4, 5, 6], "o")
    words = in_words(figure)
    assert "a level at 2.3; the edge: a mark at 0.5; 3 points, 4 at 1, 5 at 2, 6 at 3." in words


def test_are_lines_without_names_told_by_their_ends():
    figure, (two, many) = plt.subplots(1, 2)
    for height in (1, 2):
        two.plot([0, 1], [height, 3 * height])
    for height in (1, 2, 4):
        many.plot([0, 1], [height, 3 * height], color="C0")
    many.plot([0, 1], [np.nan, np.nan])
    words = in_words(figure)
    assert "Panel 1: a line: from 1 at 0 to 3 at 1; a line: from 2 at 0 to 6 at 1." in words
    assert "3 lines without names, beginning from 1 to 4, ending from 3 to 12" in words


def test_are_lines_without_names_told_by_how_they_look():
    figure, (thick, coloured, colourful) = plt.subplots(1, 3)
    for height in (1, 2, 4):
        thick.plot([0, 1], [height, 3 * height], color="0.7", linewidth=0.7)
        coloured.plot([0, 1], [height, 3 * height], color="#0072B2")
        coloured.plot([0, 1], [3 * height, height], color="#D55E00")
    thick.plot([0, 1], [2, 6], color="0.7", linewidth=2.5)
    for height, color in enumerate(("crimson", "blue", "green", "black"), 1):
        colourful.plot([0, 1], [height, 0], color=color)
    assert in_words(figure) == (
        "Panel 1: 3 lines without names, beginning from 1 to 4, ending from 3 to 12; "
        "a thick line: from 2 at 0 to 6 at 1. "
        "Panel 2: 3 lines in blue without names, beginning from 1 to 4, ending from 3 to 12; "
        "3 lines in orange without names, beginning from 3 to 12, ending from 1 to 4. "
        "Panel 3: 4 lines without names, beginning from 1 to 4, ending from 0."
    )


@pytest.mark.parametrize(
    ("color", "name"),
    [
        *zip(
            plotting.COLORS,
            ["blue", "orange", "green", "light pink", "yellow", "light blue", "black"],
            strict=True,
        ),
        (plotting.style.PALE, "pale blue"),
        (plotting.style.QUIET, "grey"),
        ("white", "white"),
        ("crimson", "red"),
        ((1, 0, 0.1, 0.2), "red"),
        ("purple", "violet"),
        ("saddlebrown", "brown"),
        ("beige", "pale yellow"),
    ],
)
def test_have_colors_the_names_that_people_give_them(color, name):
    assert color_name(color) == name


def test_are_a_few_points_told_one_by_one_and_many_by_where_they_lie():
    figure, (few, many, rows) = plt.subplots(1, 3)
    few.plot([1, 2], [0.5, 0.25], "o")
    many.plot(range(1, 11), np.arange(10) / 10, "o")
    many.scatter([], [])
    rows.plot(np.full(9, 0.5), [0, 1, 2] * 3, "o")
    rows.set_yticks([0, 1, 2], ["grid", "random", "TPE"])
    assert in_words(figure) == (
        "Panel 1: 2 points, 0.5 at 1, 0.25 at 2. Panel 2: 10 points, 0 to 0.9, at 1 to 10. "
        "Panel 3: rows (grid, random, TPE); 9 points, 0.5."
    )


def test_is_a_point_that_stands_alone_told():
    figure, (alone, named, many, single) = plt.subplots(1, 4)
    alone.plot(0.1, 0.8, "o")
    alone.plot(range(1, 10), range(1, 10), "s")
    named.plot([0.1], [0.8], "o-", label="mean")
    named.plot([1, 2], [3, np.nan], label="gone")
    for place in (1, 2, 4):
        many.plot(place, 2 * place, "o")
    single.errorbar([1], [2], yerr=0.5, label="one seed")
    assert in_words(figure) == (
        "Panel 1: 1 point, 0.8 at 0.1; 9 points, 1 to 9, at 1 to 9. "
        "Panel 2: mean: 1 point, 0.8 at 0.1; gone: 1 point, 3 at 1. "
        "Panel 3: 3 points, 2 to 8. Panel 4: one seed: 1 point, 2 at 1, error bars 1 long."
    )


def test_is_a_point_without_a_name_that_marks_where_a_line_begins_turns_or_ends_told_with_the_line():
    figure, ax = plt.subplots()
    ax.plot([1, 2, 3, 4], [3.0, 0.5, 7.0, 2.0], label="rate 0.1")
    for place, height in ((1, 3), (2, 0.5), (3, 7), (4, 2)):
        ax.plot(place, height, "o")
    ax.plot([9], [9], "-")  # of one point without a marker Matplotlib draws nothing
    ax.plot([9], [np.nan], "o")
    ends = "rate 0.1: from 3 at 1 to 2 at 4, lowest 0.5 at 2, highest 7 at 3"
    assert in_words(figure) == f"{ends}."
    ax.plot(2, 0.5, "o", label="chosen")
    ax.plot(2, 3, "x")
    assert in_words(figure) == f"{ends}; chosen: 1 point, 0.5 at 2; 1 point, 3 at 2."


def test_is_a_point_told_that_marks_a_turn_of_a_line_that_is_only_counted():
    figure, (unnamed, named) = plt.subplots(1, 2)
    for number in range(10):
        unnamed.plot([0, 1, 2], [3, number / 10, 4], color="C0")
        unnamed.plot(2, 4, "|")
        named.plot([0, 1, 2], [3, number / 10, 4], label=f"line {number}")
    unnamed.plot(1, 0.1, "*")
    named.plot(1, 0.1, "*")
    named.plot(1, 0.9, "*")
    assert in_words(figure).startswith("Panel 1: 1 point, 0.1 at 1; 10 lines without names, ")
    assert in_words(figure).endswith("; and 2 more named lines; 1 point, 0.9 at 1.")


def test_is_a_point_with_an_error_bar_told_also_where_a_line_ends():
    figure, ax = plt.subplots()
    ax.plot([1, 2, 3], [1, 2, 3], label="a line")
    ax.errorbar([3], [3], yerr=0.5, fmt="o")
    ax.errorbar([9], [np.nan], yerr=0.5, fmt="o")
    assert in_words(figure) == "a line: from 1 at 1 to 3 at 3; 1 point, 3 at 3, error bars 1 long."


@pytest.mark.parametrize(
    ("draw", "untold"),
    [
        (lambda: plotting.plot_losses({"lost": [1, 5, 2, np.nan]}), "point"),
        (lambda: plotting.plot_curves(RUNS, spread="seeds", mark_best=True), "point"),
        (lambda: plotting.plot_rates({"a": ([1, 2, 3], [3, 1, 2])}), "point"),
        (lambda: plotting.plot_contour(lambda at: (at**2).sum(axis=-1), {"a": [[1, 1], [0, 0]]}), "start"),
        (lambda: plotting.plot_range_test(RANGE_TEST, mark_lowest=True), "lowest:"),
    ],
)
def test_do_rings_and_crosses_at_lines_add_no_words(draw, untold):
    assert untold not in in_words(draw().figure)


def test_is_the_only_run_that_failed_told():
    words = in_words(plotting.plot_sweep(RUNS, metric="val_losses").figure)
    assert "one run: 3 points, 0.5 at 0.1, 1.5 at 0.1, 1.8 at 1" in words
    assert "one run, stuck or diverged: 1 point, 2.3 at 1" in words
    words = in_words(plotting.plot_sweep([*RUNS[:2], GONE], metric="val_losses").figure)
    assert "a mark at 10" in words
    assert "one run: 1 point, 0.95 at 0.1" in in_words(plotting.plot_sweep(RUNS[:1]).figure)


def test_are_curves_of_one_epoch_told():
    runs = [run_of(0.1, seed, [2 - seed]) for seed in range(2)]
    words = in_words(plotting.plot_curves(runs, label="both", spread="seeds").figure)
    assert "both: 1 point, 1.5 at 1" in words
    assert "1 point, 2 at 1; 1 point, 1 at 1" in words


def test_are_columns_without_a_label_named_if_nothing_else_names_them():
    figure, ax = plt.subplots()
    for last in (1, 2, 4):
        ax.plot(["best", "at the\nstop", "last"], [3, 1, last], color="C0")
    assert in_words(figure).startswith("columns (best, at the stop, last); 3 lines")


def test_says_how_wide_a_band_is_and_from_where_to_where_a_strip_goes():
    figure, (band, even, strips) = plt.subplots(1, 3)
    band.fill_between([1, 2, 3], [0, 0, 0], [1, 4, 2], label="two standard deviations")
    even.fill_between([1, 2, 3], [0, 1, 2], [1, 2, 3], color="C1", alpha=0.2)
    even.fill_between([1, 2, 3], [0, 1, 2], [2, 3, 4], color="C2", alpha=0.2)
    even.plot([1, 3], [0.5, 2.5], color="C1", label="the mean")
    strips.axvspan(0.6, 0.7)
    strips.axhspan(-1, 2, label="good")
    assert in_words(figure) == (
        "Panel 1: two standard deviations: a band, narrowest 1 wide at 1, widest 4 wide at 2. "
        "Panel 2: the mean: from 0.5 at 1 to 2.5 at 3; a band around the mean 1 wide; a band 2 wide. "
        "Panel 3: shaded across from 0.6 to 0.7; good: shaded in height from -1 to 2."
    )


def test_is_a_band_without_width_no_band():
    figure, ax = plt.subplots()
    ax.plot([1, 2, 3], [1, 2, 3], color="C0", label="one search")
    ax.fill_between([1, 2, 3], [1, 2, 3], [1, 2, 3], color="C0")
    assert in_words(figure) == "one search: from 1 at 1 to 3 at 3."


def test_is_nothing_said_of_what_is_not_to_be_seen_and_nothing_raised_by_what_is_odd():
    figure, (hidden, odd, space) = plt.subplots(1, 3)
    for part in (
        hidden.fill_between([1, 2], [0, 0], [1, 2]),
        hidden.axvspan(0, 1),
        hidden.vlines([1], 0, 1),
        hidden.scatter([1], [2]),
        hidden.fill([0, 1, 1], [0, 0, 1], label="outline")[0],
    ):
        part.set_visible(False)
    hidden.fill_between([1, 2], [0, 0], [1, 2], alpha=0)
    hidden.fill_between([1, 2], [0, 0], [1, 1], transform=hidden.get_xaxis_transform())
    hidden.scatter([1], [2])
    odd.broken_barh([(np.nan, 1)], (0, 1))
    odd.fill_between([np.nan], [np.nan], [np.nan])
    odd.fill_betweenx([1, 2, 3], [0, 0, 0], [1, 2, 3])
    odd.violinplot([[1, 2, 3, 4]])
    odd.fill([np.nan, np.nan], [np.nan, np.nan], label="nowhere")
    space.remove()
    space = figure.add_subplot(1, 3, 3, projection="3d")
    space.bar([1, 2], [3, 4])
    figure.canvas.draw()
    odd.add_image(matplotlib.image.AxesImage(odd))  # which Matplotlib cannot draw
    words = in_words(figure)
    assert words.startswith("Panel 1: 1 point. Panel 2: ")
    assert "band" not in words
    assert "nowhere" not in words
    assert words.endswith("Panel 3: a picture with 3d axes.")


def test_has_a_band_the_name_of_a_line_that_lies_in_it_alone():
    figure, (beside, hidden, low) = plt.subplots(1, 3)
    for ax, at in ((beside, 5), (hidden, 0.5)):
        ax.fill_between([0, 1], [0, 0], [1, 1], color="C0", alpha=0.3)
        (line,) = ax.plot([0, 1], [at, at], color="C0", label="a mean")
    line.set_visible(False)
    low.plot([1, 2], [0.3, 0.45], "o")
    low.set_yticks([0, 1], ["low", "high"])
    low.plot([0, 1, 2], [1, 0, 3], label="lowest")
    words = in_words(figure)
    assert "around" not in words
    assert "Panel 3: rows (low, high); lowest: from" in words
    assert "2 points, 1 at 0.3, 2 at 0.45" in words


def test_says_how_often_a_path_jumps_over_zero():
    figure, (path, curve) = plt.subplots(1, 2)
    path.plot([0, 1, 2, 3], [1, -0.5, 0.25, -0.125], label="rate 1.9")
    curve.plot([0, 1, 2], [1, -1, -2], label="once")
    words = in_words(figure)
    assert (
        "rate 1.9: from 1 at 0 to -0.125 at 3, lowest -0.5 at 1, crossing the height of 0 3 times." in words
    )
    assert words.endswith("once: from 1 at 0 to -2 at 2.")


def test_is_a_title_that_a_moving_picture_writes_said():
    figure, ax = plt.subplots()
    ax.set_title(" ")
    ax.text(0, 1.03, "random: 1 hit", transform=ax.transAxes)
    ax.text(0.5, 0.5, "a remark", transform=ax.transAxes)
    ax.plot([1, 2], [3, 4], label="a line\nof two rows")
    assert in_words(figure) == (
        'random: 1 hit: a line of two rows: from 3 at 1 to 4 at 2; written there: "a remark".'
    )


def test_is_a_layer_without_signal_told_by_its_name():
    no_signal = types.SimpleNamespace(activation_stds=np.zeros(3))
    alive = types.SimpleNamespace(activation_stds=np.array([1.0, 0.5, 0.2]))
    words = in_words(plotting.plot_layer_statistics({"zeros": no_signal, "He": alive}).figure)
    assert "zeros 0 from layer 1: marks at 1, 2, 3" in words
    assert "He: from 1 at 1 to 0.2 at 3" in words
    assert "no finite value" not in words


def test_has_a_line_with_error_bars_its_name():
    figure, ax = plt.subplots()
    ax.errorbar([1, 2], [3, 4], yerr=0.5, marker="o", capsize=3, label="width 64")
    ax.errorbar([1, 2, 3], [5, 6, 7], xerr=0.5, fmt="s", capsize=3, label="tried")
    ax.errorbar([1, 2], [8, 9], yerr=0.5, capsize=3)
    words = in_words(figure)
    assert words == (
        "width 64: from 3 at 1 to 4 at 2, error bars 1 long; "
        "tried: 3 points, 5 at 1, 6 at 2, 7 at 3, error bars 1 long; "
        "a line: from 8 at 1 to 9 at 2, error bars 1 long."
    )


def test_says_how_long_the_shortest_and_the_longest_error_bar_is():
    figure, ax = plt.subplots()
    ax.errorbar([1, 2, 3], [3, 4, 5], [[0.1, 0.2, np.nan], [0.1, 0.4, 0.1]], label="of three seeds")
    ax.errorbar([1, 2], [1, 2], label="without")
    words = in_words(figure)
    assert "of three seeds: from 3 at 1 to 5 at 3, error bars 0.2 to 0.6 long; without: from 1" in words
    assert words.endswith("2 at 2.")


def test_says_where_vertical_and_horizontal_strokes_go():
    figure, (few, many) = plt.subplots(1, 2)
    few.vlines([1, 2], [3, 4], [3.5, 6], label="errors")
    few.hlines(5, 0, 2)
    many.vlines(range(9), 0, np.linspace(1, 5, 9))
    assert in_words(figure) == (
        "Panel 1: errors: vertical strokes from 3 to 3.5 at 1, from 4 to 6 at 2; "
        "horizontal stroke from 0 to 2 at 5. Panel 2: 9 vertical strokes, 1 to 5 long."
    )


def test_are_strokes_on_an_image_its_grid():
    figure, ax = plt.subplots()
    ax.imshow(np.zeros((2, 3)))
    ax.vlines([0.5, 1.5], -0.5, 1.5)
    assert in_words(figure) == "an image of 2 by 3."


@pytest.mark.parametrize("lies", [True, False])
def test_says_a_box_plot_row_by_row(lies):
    figure, ax = plt.subplots()
    rows = [np.arange(101), np.arange(201) + 50]
    orientation = "horizontal" if lies else "vertical"
    ax.boxplot(rows, orientation=orientation, tick_labels=["chance", "learning"], whis=(5, 95))
    assert in_words(figure) == (
        "chance: median 50, box 25 to 75, whiskers 5 to 95; "
        "learning: median 150, box 100 to 200, whiskers 60 to 240; 10 points, 0 to 100; 20 points, 50 to 250."
    )


def test_says_names_in_the_place_of_numbers_along_a_line():
    figure, ax = plt.subplots()
    ax.plot(range(4), [5.0, 9.0, 1.0, 2.0], label="batch norm")
    ax.set_xticks(range(4), [2, 4, 32, 256])
    assert in_words(figure) == "batch norm: from 5 at 2 to 2 at 256, lowest 1 at 32, highest 9 at 4."


def test_says_what_is_written_into_a_panel():
    figure, ax = plt.subplots()
    plotting.plot_curves(RUNS, ax=ax)  # the names at the ends of its lines are told with these
    ax.text(1, 0.3, "equally long\nat 52")
    ax.annotate("0.71", (2, 0.5))
    for number in range(9):
        ax.annotate(f"place {number}", (2, 0.5))
    written = in_words(figure).split("written there: ")[1]
    assert written.startswith('"equally long at 52", "place 0"')
    assert written.endswith('"place 6", and 2 more.')


def test_are_points_in_rows_with_names_told_by_where_they_lie_across():
    figure, panels = plt.subplots(1, 2, sharey=True)
    for ax, best in zip(panels, (0.78, 0.81), strict=True):
        ax.errorbar([0.71, best], [0.2, 0.8], xerr=0.01, fmt="o", label="20 trials")
    panels[0].set_yticks([0, 1], ["random", "TPE"])
    assert in_words(figure).count("20 trials: 2 points, 0.71 at random, 0.78 at TPE, error") == 1
    assert in_words(figure).count("20 trials: 2 points, 0.71 at random, 0.81 at TPE, error") == 1


def test_have_bars_that_lie_the_names_beside_them():
    figure, ax = plt.subplots()
    ax.barh(["rate", "width"], [0.75, 0.25])
    assert "bars: rate 0.75, width 0.25" in in_words(figure)


def test_has_each_bar_the_name_that_stands_beside_it():
    figure, (sets, turned, groups) = plt.subplots(1, 3)
    sets.bar(["a", "b"], [1, 2], label="first")
    sets.bar(["b", "a"], [3, 4], label="second")
    turned.bar([0, 1, 2], [1, 2, 3])
    turned.set_xticks([2, 1, 0], ["c", "b", "a"])
    for number in range(3):
        groups.bar(np.arange(2) + 0.25 * (number - 1), [number, number + 5], width=0.25)
    groups.set_xticks([0, 1], ["sgd", "adam"])
    assert in_words(figure) == (
        "Panel 1: bars of first: a 1, b 2; bars of second: b 3, a 4. Panel 2: bars: a 1, b 2, c 3. "
        "Panel 3: bars: sgd 0, adam 5; bars: sgd 1, adam 6; bars: sgd 2, adam 7."
    )


def test_have_bars_without_names_of_their_own_none():
    figure, (same, between) = plt.subplots(1, 2)
    same.bar(["a", "a", "b"], [1, 2, 3])
    between.bar([0, 0.5, 2], [1, 2, 3])
    between.set_xticks([0, 1, 2], ["a", "b", "c"])
    assert in_words(figure).count("bars: 3 of them, highest 3 at") == 2


@pytest.mark.parametrize("num_bins", range(3, 14))
def test_are_the_numbers_of_an_axis_no_names_of_bars(num_bins):
    figure, ax = plt.subplots()
    counts, edges, _ = ax.hist(np.random.default_rng(0).uniform(0, 1, 300), num_bins)
    highest = (edges[counts.argmax()] + edges[counts.argmax() + 1]) / 2
    assert in_words(figure) == f"bars: {num_bins} of them, highest {counts.max():.3g} at {highest:.3g}."


def test_are_panels_scales_bars_points_and_images_told_apart():
    figure, (bars, points, image) = plt.subplots(1, 3)
    bars.bar(["sgd", "adam"], [0.25, 0.75], label="accuracy")
    bars.set_title("bars of two")
    points.scatter([1, 10, 100], [1, 2, 3], label="trials")
    points.set(xscale="log", xlabel="rate", ylabel="loss")
    image.imshow(np.zeros((4, 6)))
    words = in_words(figure)
    assert "Panel 1: bars of two: bars of accuracy: sgd 0.25, adam 0.75." in words
    assert "on a logarithmic scale" in words
    assert "trials: 3 points" in words
    assert "Panel 3: an image of 4 by 6." in words


def test_is_a_wall_of_images_one_sentence():
    figure, axes = plt.subplots(2, 8)
    for number, ax in enumerate(axes.ravel()):
        ax.imshow(np.zeros((2, 2)))
        ax.set_title(["coat", "bag"][number % 2])
    axes[1, 0].set_ylabel("shifted")
    assert in_words(figure) == "16 images: coat, bag, shifted."


def test_is_what_is_long_cut_and_what_is_empty_said():
    figure, ax = plt.subplots()
    for number in range(40):
        ax.plot([0, 1], [number, 0], label=f"line {number} with a long name " * 4)
    assert len(in_words(figure)) <= 1600
    empty = plt.figure()
    assert in_words(empty) == "An empty picture."
    empty.suptitle("Soon")
    assert in_words(empty) == "Soon: An empty picture."


def test_has_a_picture_of_the_course_words_with_its_numbers():
    ax = plotting.plot_curves(RUNS, metric="val_losses")
    words = in_words(ax.figure)
    assert "validation loss" in words
    assert "epoch" in words
    assert "learning rate 0.1" in words


def test_does_a_notebook_keep_the_words_beside_the_picture(monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    describe_pictures()
    figure, ax = plt.subplots()
    ax.plot([1, 2], [3, 4], label="a line")
    data, metadata = shell.display_formatter.format(figure)
    assert metadata["image/png"]["alt"] == in_words(figure)
    assert "alt" not in data


@pytest.mark.parametrize(("wanted", "printed"), [("1", True), ("0", False), ("", False), (None, False)])
def test_prints_the_words_above_a_picture_for_who_wants_them(monkeypatch, capsys, wanted, printed):
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    monkeypatch.delenv("PICTURES_IN_WORDS", raising=False)
    if wanted is not None:
        monkeypatch.setenv("PICTURES_IN_WORDS", wanted)
    describe_pictures()
    figure, ax = plt.subplots()
    ax.plot([1, 2], [3, 4], label="a line")
    shell.display_formatter.format(figure)
    assert capsys.readouterr().out == ("a line: from 3 at 1 to 4 at 2.\n" if printed else "")


def test_is_nothing_asked_of_a_process_that_is_no_notebook(monkeypatch):
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: None)
    describe_pictures()


def test_is_an_endless_line_said_by_a_point_and_its_direction():
    figure, ax = plt.subplots()
    ax.axline((0.5, 2), slope=3, linestyle=":")
    ax.axline((0, 0), (1, 2))
    said = "a straight line through (0.5, 2) with a slope of 3; a straight line through (0, 0) and (1, 2)"
    assert said in in_words(figure)


def test_does_a_line_of_many_strokes_beside_a_panel_say_where_they_lie():
    figure, ax = plt.subplots()
    ax.plot([1, 9], [2, 8], "o")
    ax.plot([1.0, 3.0, 3.0, 9.0], np.full(4, 1.03), "|", transform=ax.get_xaxis_transform())
    ax.plot(np.full(8, 1.03), np.arange(2.0, 10.0), "_", transform=ax.get_yaxis_transform())
    ax.set_xlim(0, 1)  # as the panel's own coordinates
    assert "marks at 1, 3, 9; 8 levels, 2 to 9" in in_words(figure)


def test_are_marks_bars_and_points_without_names_told_together():
    figure, (marked, dotted, counted) = plt.subplots(1, 3)
    for place in (0, 1, 2, 1):
        marked.axvline(place)
    marked.axhline(5)
    for height in (1, 2, 3):
        dotted.plot([0, 1], [height, height + 0.5], "o")
    counted.hist([1, 1.1, 4, 4, 4.1, 9], bins=[0, 2, 5, 10])
    words = in_words(figure)
    assert "marks at 0, 1, 2; a level at 5" in words
    assert "3 groups of points, 1 to 3.5" in words
    assert "bars: 3 of them, highest 3 at 3.5" in words


def test_says_names_and_days_where_an_axis_has_these():
    figure, ax = plt.subplots()
    ax.bar(["sgd", "adam"], [1, 2])
    ax.axvline("adam")
    assert "a mark at adam" in in_words(figure)
    figure, ax = plt.subplots()
    for _ in range(6):
        ax.plot([1, 2], ["a", "b"], "o")
    assert "6 groups of points, 1 to 2" in in_words(figure)


def test_are_histograms_told_by_their_names_also_as_outlines():
    figure, ax = plt.subplots()
    ax.hist([1, 1.5, 4], bins=[0, 2, 4, 6], label="filled")
    ax.hist([3, 3, 3, 5], bins=[0, 2, 4, 6], histtype="step", label="same trials")
    ax.fill([1, 2, 3], [1, 2, 1])  # a part without a name is no histogram
    words = in_words(figure)
    assert words.count("outline") == 1
    assert "bars of filled: 3 of them, highest 2 at 1" in words
    assert "same trials: an outline, highest 3 at 3" in words
    assert "_" not in words


def test_is_a_number_a_name_where_it_is_written_at_another_place():
    figure, (named, plain) = plt.subplots(1, 2)
    named.plot([0, 1, 2], [3, 2, 1])
    named.set(xlabel="batch size", xticks=range(3), xticklabels=[2, 32, 512])
    plain.plot([1, 10, 100], [3, 2, 1])
    plain.set(xlabel="rate", xlim=(1, 100), xscale="log", xticks=[1, 10, 100], xticklabels=["1", "10", "100"])
    words = in_words(figure)
    assert "batch size (2, 32, 512)" in words
    assert "rate (1 to 100 on a logarithmic scale)" in words


def test_is_a_number_that_is_a_category_its_name():
    figure, ax = plt.subplots()
    ax.plot(["16", "32", "64"], [0.5, 0.6, 0.7], label="mean")
    ax.set_xlabel("batch size")
    assert in_words(figure) == "batch size (16, 32, 64); mean: from 0.5 at 16 to 0.7 at 64."


def test_are_names_bands_and_groups_counted_that_are_not_told():
    figure, (names, bands, clouds) = plt.subplots(1, 3)
    names.plot(list("abcdefghijklmn"), range(14), "o")
    names.set_xlabel("letter")
    for number in range(10):
        bands.fill_between([1, 2], 0, number + 1, label=f"band {number}")
        clouds.scatter([1, 2, np.nan], [1, np.nan, 3], label=f"group {number}")
    words = in_words(figure)
    assert "letter (a, b, c, d, e, f, g, h, i, j, k, l, and 2 more)" in words
    assert "band 7: a band 8 wide; and 2 more bands" in words
    assert words.endswith("group 5: 1 point; and 4 points more.")


def test_is_the_last_one_told_rather_than_that_there_is_one_more():
    _, ax = plt.subplots()
    for number in range(9):
        ax.plot([0, 1], [0, number], label=f"line {number}")
    assert in_words(ax.figure).endswith("line 8: from 0 at 0 to 8 at 1.")
    figure, panels = plt.subplots(1, 7)
    for number, panel in enumerate(panels):
        panel.plot([1, 2], [1, 2], label="a line")
        panels[0].scatter([1, 2], [1, 2], label=f"group {number}")
    assert "group 6: 2 points. Panel 2: " in in_words(figure)
    assert in_words(figure).endswith("Panel 7: a line: from 1 at 1 to 2 at 2.")


def test_says_an_axis_as_it_stands_and_its_scale():
    figure, ax = plt.subplots()
    ax.plot([1, 2], [-3, 4000])
    ax.set(xlabel="x", ylabel="y", xlim=(2, 1), ylim=(-10, 10_000), yscale="symlog")
    assert in_words(figure).startswith("y (-10 to 1e+04 on a symmetric logarithmic scale) over x (2 to 1);")


def test_says_the_title_above_all_panels():
    figure, ax = plt.subplots()
    ax.plot([1, 2], [3, 4], label="a line")
    figure.suptitle("Batches\nof 32")
    assert in_words(figure) == "Batches of 32: a line: from 3 at 1 to 4 at 2."


def test_is_a_line_at_the_corners_of_a_panel_no_mark():
    figure, ax = plt.subplots()
    ax.plot([0, 1], [0, 1], transform=ax.transAxes, label="the diagonal")
    assert in_words(figure) == "the diagonal: a line placed on the panel."


def test_says_no_width_and_no_height_that_was_not_drawn():
    figure, (steps, lying) = plt.subplots(1, 2)
    steps.fill_between([1, 2, 3, 4], [0, 10, 20, 30], [1, 11, 21, 31], step="post")
    for histtype in ("step", "stepfilled"):
        for values in ([1, 1, 1, 2, 3], [2, 3]):
            lies = {"histtype": histtype, "orientation": "horizontal"}
            lying.hist(values, bins=[0.5, 1.5, 2.5, 3.5], label="three bins", **lies)
    lying.axhline(2)
    assert in_words(figure) == "Panel 1: a band. Panel 2: a level at 2."


def test_says_how_high_an_upright_outline_is():
    figure, ax = plt.subplots()
    ax.hist([2, 3, 3], bins=[0.5, 1.5, 2.5, 3.5], histtype="stepfilled", label="three bins")
    ax.fill([0, 1, 1, 0], [0, 0, 2, 2], label="a rectangle")
    three, rectangle = "three bins: an outline, highest 2 at 3", "a rectangle: an outline, highest 2 at 0.5"
    assert in_words(figure) == f"{three}; {rectangle}."


def test_are_strokes_told_of_which_each_has_its_own_alpha():
    figure, ax = plt.subplots()
    ax.vlines([1, 2], 0, 1, alpha=[0.5, 1])
    assert in_words(figure) == "vertical strokes from 0 to 1 at 1, from 0 to 1 at 2."


def test_is_a_table_told_row_by_row():
    figure, ax = plt.subplots()
    ax.imshow(np.zeros((2, 3)))
    for row, column in np.ndindex(2, 3):
        ax.text(column, row, f"{row + column / 10:.1f}")
    assert "row 1: 0.0, 0.1, 0.2; row 2: 1.0, 1.1, 1.2." in in_words(figure)


def test_is_a_diagram_told_by_who_draws_it():
    words = in_words(plotting.plot_fans(5, 3).figure)
    assert "15 connections" in words
    assert "the 5 that end in one unit" in words
    assert "the 3 that leave one number" in words
    assert "lines" not in words
