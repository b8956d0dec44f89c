"""The text alternatives of figures."""

import types

import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from pictures import GONE, RUNS

from helpers import plotting
from helpers.plotting import in_words
from helpers.plotting.words import LONGEST, describe_pictures
from helpers.training import RangeTest

pytestmark = pytest.mark.usefixtures("own_style")

RANGE_TEST = RangeTest(np.array([0.001, 0.01, 0.1, 1.0]), np.array([2.3, 2.0, 0.5, np.inf]))


def test_a_line_is_told_by_its_begin_turns_and_end():
    figure, ax = plt.subplots()
    ax.plot([1, 2, 3, 4], [3.0, 0.5, 7.0, 2.0], label="rate 0.1")
    ax.set(xlabel="epoch", ylabel="loss", xlim=(0, 5), ylim=(0, 8))
    assert in_words(figure) == (
        "loss (0 to 8) over epoch (0 to 5); rate 0.1: from 3 at 1 to 2 at 4, lowest 0.5 at 2, highest 7 at 3."
    )


def test_a_line_that_breaks_off_ends_there():
    figure, ax = plt.subplots()
    ax.plot([1, 2, 3], [3.0, 9.0, np.nan], label="gone")
    ax.plot([1, 2], [np.nan, np.nan], label="never there")
    words = in_words(figure)
    assert "gone: from 3 at 1 to 9 at 2" in words
    assert "never there: no finite value" in words


def test_a_level_is_no_line_and_unnamed_dots_are_counted():
    figure, ax = plt.subplots()
    ax.axhline(2.3)
    ax.axvline(0.5, label="the edge")
    ax.plot([1, 2, 3], [4, 5, 6], "o")
    words = in_words(figure)
    assert "a level at 2.3; the edge: a mark at 0.5; 3 points, 4 at 1, 5 at 2, 6 at 3." in words


def test_lines_without_names_are_told_by_their_ends():
    figure, (two, many) = plt.subplots(1, 2)
    for height in (1, 2):
        two.plot([0, 1], [height, 3 * height])
    for height in (1, 2, 4):
        many.plot([0, 1], [height, 3 * height], color="C0")
    many.plot([0, 1], [np.nan, np.nan])
    words = in_words(figure)
    assert "Panel 1: a line: from 1 at 0 to 3 at 1; a line: from 2 at 0 to 6 at 1." in words
    assert "3 lines without names, beginning from 1 to 4, ending from 3 to 12" in words


def test_few_points_are_told_one_by_one_and_many_by_their_span():
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


def test_a_single_point_is_told():
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


def test_a_point_with_an_error_bar_is_told_at_the_end_of_a_line():
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
def test_rings_and_crosses_on_lines_add_no_words(draw, untold):
    assert untold not in in_words(draw().figure)


def test_the_only_run_that_failed_is_told():
    words = in_words(plotting.plot_sweep(RUNS, metric="val_losses").figure)
    assert "one run: 3 points, 0.5 at 0.1, 1.5 at 0.1, 1.8 at 1" in words
    assert "one run, stuck or diverged: 1 point, 2.3 at 1" in words
    words = in_words(plotting.plot_sweep([*RUNS[:2], GONE], metric="val_losses").figure)
    assert "a mark at 10" in words
    assert "one run: 1 point, 0.95 at 0.1" in in_words(plotting.plot_sweep(RUNS[:1]).figure)


def test_columns_without_a_label_are_named_if_nothing_else_names_them():
    figure, ax = plt.subplots()
    for last in (1, 2, 4):
        ax.plot(["best", "at the\nstop", "last"], [3, 1, last], color="C0")
    assert in_words(figure).startswith("columns (best, at the stop, last); 3 lines")


def test_bands_have_a_width_and_strips_have_ends():
    figure, (band, even, strips) = plt.subplots(1, 3)
    band.fill_between([1, 2, 3], [0, 0, 0], [1, 4, 2], label="two standard deviations")
    even.fill_between([1, 2, 3], [0, 1, 2], [1, 2, 3], color="C1", gid="around the mean")
    even.fill_between([1, 2, 3], [0, 1, 2], [2, 3, 4], color="C2", alpha=0.2)
    even.plot([1, 3], [0.5, 2.5], color="C1", label="the mean")
    strips.axvspan(0.6, 0.7)
    strips.axhspan(-1, 2, label="good")
    assert in_words(figure) == (
        "Panel 1: two standard deviations: a band 1 to 4 wide. "
        "Panel 2: the mean: from 0.5 at 1 to 2.5 at 3; a band around the mean, 1 wide; a band 2 wide. "
        "Panel 3: shaded across from 0.6 to 0.7; good: shaded in height from -1 to 2."
    )


def test_hidden_parts_are_left_out_and_odd_ones_do_not_raise():
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


def test_a_path_says_how_often_it_crosses_zero():
    figure, (path, curve) = plt.subplots(1, 2)
    path.plot([0, 1, 2, 3], [1, -0.5, 0.25, -0.125], label="rate 1.9")
    curve.plot([0, 1, 2], [1, -1, -2], label="once")
    words = in_words(figure)
    assert (
        "rate 1.9: from 1 at 0 to -0.125 at 3, lowest -0.5 at 1, crossing the height of 0 3 times." in words
    )
    assert words.endswith("once: from 1 at 0 to -2 at 2.")


def test_the_title_that_a_moving_picture_writes_is_a_title():
    figure, ax = plt.subplots()
    ax.set_title(" ")
    ax.text(0, 1.03, "random: 1 hit", transform=ax.transAxes)
    ax.text(0.5, 0.5, "a remark", transform=ax.transAxes)
    ax.plot([1, 2], [3, 4], label="a line\nof two rows")
    assert in_words(figure) == (
        'random: 1 hit: a line of two rows: from 3 at 1 to 4 at 2; written there: "a remark".'
    )


def test_a_layer_without_signal_is_told_by_its_name():
    no_signal = types.SimpleNamespace(activation_stds=np.zeros(3))
    alive = types.SimpleNamespace(activation_stds=np.array([1.0, 0.5, 0.2]))
    words = in_words(plotting.plot_layer_statistics({"zeros": no_signal, "He": alive}).figure)
    assert "zeros 0 from layer 1: marks at 1, 2, 3" in words
    assert "He: from 1 at 1 to 0.2 at 3" in words
    assert "no finite value" not in words


def test_a_line_with_error_bars_has_its_name():
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


def test_error_bars_have_a_shortest_and_a_longest_length():
    figure, ax = plt.subplots()
    ax.errorbar([1, 2, 3], [3, 4, 5], [[0.1, 0.2, np.nan], [0.1, 0.4, 0.1]], label="of three seeds")
    ax.errorbar([1, 2], [1, 2], label="without")
    words = in_words(figure)
    assert "of three seeds: from 3 at 1 to 5 at 3, error bars 0.2 to 0.6 long; without: from 1" in words
    assert words.endswith("2 at 2.")


def test_one_stroke_has_ends_and_several_have_lengths():
    figure, (few, many) = plt.subplots(1, 2)
    few.vlines([1, 2], [3, 4], [3.5, 6], label="errors")
    few.hlines(5, 0, 2)
    many.vlines(range(9), 0, np.linspace(1, 5, 9))
    assert in_words(figure) == (
        "Panel 1: errors: 2 strokes, 0.5 to 2 long; a stroke from 5 at 0 to 5 at 2. "
        "Panel 2: 9 strokes, 1 to 5 long."
    )


def test_strokes_on_an_image_are_its_grid():
    figure, ax = plt.subplots()
    ax.imshow(np.zeros((2, 3)))
    ax.vlines([0.5, 1.5], -0.5, 1.5)
    assert in_words(figure) == "an image of 2 by 3."


def test_names_stand_in_the_place_of_numbers_along_a_line():
    figure, ax = plt.subplots()
    ax.plot(range(4), [5.0, 9.0, 1.0, 2.0], label="batch norm")
    ax.set_xticks(range(4), [2, 4, 32, 256])
    assert in_words(figure) == "batch norm: from 5 at 2 to 2 at 256, lowest 1 at 32, highest 9 at 4."


def test_texts_in_a_panel_are_told():
    figure, ax = plt.subplots()
    plotting.plot_curves(RUNS, ax=ax)  # the names at the ends of its lines are told with these
    ax.text(1, 0.3, "equally long\nat 52")
    ax.annotate("0.71", (2, 0.5))
    for number in range(9):
        ax.annotate(f"place {number}", (2, 0.5))
    written = in_words(figure).split("written there: ")[1]
    assert written.startswith('"equally long at 52", "place 0"')
    assert written.endswith('"place 6", and 2 more texts.')


def test_points_in_named_rows_are_told_by_where_they_lie_across():
    figure, panels = plt.subplots(1, 2, sharey=True)
    for ax, best in zip(panels, (0.78, 0.81), strict=True):
        ax.errorbar([0.71, best], [0.2, 0.8], xerr=0.01, fmt="o", label="20 trials")
    panels[0].set_yticks([0, 1], ["random", "TPE"])
    assert in_words(figure).count("20 trials: 2 points, 0.71 at random, 0.78 at TPE, error") == 1
    assert in_words(figure).count("20 trials: 2 points, 0.71 at random, 0.81 at TPE, error") == 1


def test_horizontal_bars_have_the_names_beside_them():
    figure, ax = plt.subplots()
    ax.barh(["rate", "width"], [0.75, 0.25])
    assert "bars: rate 0.75, width 0.25" in in_words(figure)


def test_bars_share_no_name():
    figure, (same, between) = plt.subplots(1, 2)
    same.bar(["a", "a", "b"], [1, 2, 3])
    between.bar([0, 0.5, 2], [1, 2, 3])
    between.set_xticks([0, 1, 2], ["a", "b", "c"])
    assert in_words(figure).count("bars: 3 of them, highest 3 at") == 2


def test_numbers_of_an_axis_are_no_names_of_bars():
    figure, ax = plt.subplots()
    num_bins = 7
    counts, edges, _ = ax.hist(np.random.default_rng(0).uniform(0, 1, 300), num_bins)
    highest = (edges[counts.argmax()] + edges[counts.argmax() + 1]) / 2
    assert in_words(figure) == f"bars: {num_bins} of them, highest {counts.max():.3g} at {highest:.3g}."


def test_panels_scales_bars_points_and_images_are_told_apart():
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


def test_many_images_are_one_sentence():
    figure, axes = plt.subplots(2, 8)
    for number, ax in enumerate(axes.ravel()):
        ax.imshow(np.zeros((2, 2)))
        ax.set_title(["coat", "bag"][number % 2])
    axes[1, 0].set_ylabel("shifted")
    assert in_words(figure) == "16 images: coat, bag, shifted."


def test_long_words_are_cut_and_an_empty_picture_says_so():
    figure, ax = plt.subplots()
    for number in range(40):
        ax.plot([0, 1], [number, 0], label=f"line {number} with a long name " * 4)
    assert len(in_words(figure)) <= LONGEST
    empty = plt.figure()
    assert in_words(empty) == "An empty picture."
    empty.suptitle("Soon")
    assert in_words(empty) == "Soon: An empty picture."


def test_a_notebook_keeps_the_words_beside_the_picture(monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    describe_pictures()
    figure, ax = plt.subplots()
    ax.plot([1, 2], [3, 4], label="a line")
    data, metadata = shell.display_formatter.format(figure)
    assert metadata["image/png"]["alt"] == in_words(figure)
    assert "alt" not in data


@pytest.mark.parametrize(("wanted", "printed"), [("1", True), ("0", False), ("", False), (None, False)])
def test_words_are_printed_above_a_picture_where_they_are_wanted(monkeypatch, capsys, wanted, printed):
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


def test_outside_of_a_notebook_nothing_happens(monkeypatch):
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: None)
    describe_pictures()


def test_strokes_beside_a_panel_are_marks_and_levels():
    figure, ax = plt.subplots()
    ax.plot([1, 9], [2, 8], "o")
    ax.plot([1.0, 3.0, 3.0, 9.0], np.full(4, 1.03), "|", transform=ax.get_xaxis_transform())
    ax.plot(np.full(8, 1.03), np.arange(2.0, 10.0), "_", transform=ax.get_yaxis_transform())
    ax.set_xlim(0, 1)  # as the panel's own coordinates
    assert "marks at 1, 3, 9; levels at 2, 3, 4, 5, 6, 7, 8, 9" in in_words(figure)


def test_marks_bars_and_points_without_names_are_told_together():
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


def test_names_of_an_axis_are_places():
    figure, ax = plt.subplots()
    ax.bar(["sgd", "adam"], [1, 2])
    ax.axvline("adam")
    assert "a mark at adam" in in_words(figure)
    figure, ax = plt.subplots()
    for _ in range(6):
        ax.plot([1, 2], ["a", "b"], "o")
    assert "6 groups of points, 1 to 2" in in_words(figure)


def test_histograms_are_told_by_their_names_also_as_outlines():
    figure, ax = plt.subplots()
    ax.hist([1, 1.5, 4], bins=[0, 2, 4, 6], label="filled")
    ax.hist([3, 3, 3, 5], bins=[0, 2, 4, 6], histtype="step", label="same trials")
    ax.fill([1, 2, 3], [1, 2, 1])  # a part without a name is no histogram
    words = in_words(figure)
    assert words.count("outline") == 1
    assert "bars of filled: 3 of them, highest 2 at 1" in words
    assert "same trials: an outline, 0 to 6 across, up to 3" in words
    assert "_" not in words


def test_a_number_at_the_place_of_another_is_a_name():
    figure, (named, plain) = plt.subplots(1, 2)
    named.plot([0, 1, 2], [3, 2, 1])
    named.set(xlabel="batch size", xticks=range(3), xticklabels=[2, 32, 512])
    plain.plot([1, 10, 100], [3, 2, 1])
    plain.set(xlabel="rate", xlim=(1, 100), xscale="log", xticks=[1, 10, 100], xticklabels=["1", "10", "100"])
    words = in_words(figure)
    assert "batch size (2, 32, 512)" in words
    assert "rate (1 to 100 on a logarithmic scale)" in words


def test_a_number_that_is_a_category_is_a_name():
    figure, ax = plt.subplots()
    ax.plot(["16", "32", "64"], [0.5, 0.6, 0.7], label="mean")
    ax.set_xlabel("batch size")
    assert in_words(figure) == "batch size (16, 32, 64); mean: from 0.5 at 16 to 0.7 at 64."


def test_what_is_not_told_is_counted():
    figure, (names, bands, clouds) = plt.subplots(1, 3)
    names.plot(list("abcdefghijklmn"), range(14), "o")
    names.set_xlabel("letter")
    for number in range(10):
        bands.fill_between([1, 2], 0, number + 1, label=f"band {number}")
        clouds.scatter([1, 2, np.nan], [1, np.nan, 3], label=f"group {number}")
    words = in_words(figure)
    assert "letter (a, b, c, d, e, f, g, h, i, j, k, l, and 2 more names)" in words
    assert "band 7: a band 8 wide; and 2 more bands" in words
    assert words.endswith("group 7: 1 point; and 2 more groups of points.")


def test_the_last_one_is_told_rather_than_counted():
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


def test_an_axis_is_told_as_it_stands_with_its_scale():
    figure, ax = plt.subplots()
    ax.plot([1, 2], [-3, 4000])
    ax.set(xlabel="x", ylabel="y", xlim=(2, 1), ylim=(-10, 10_000), yscale="symlog")
    assert in_words(figure).startswith("y (-10 to 1e+04 on a symmetric logarithmic scale) over x (2 to 1);")


def test_the_title_above_all_panels_comes_first():
    figure, ax = plt.subplots()
    ax.plot([1, 2], [3, 4], label="a line")
    figure.suptitle("Batches\nof 32")
    assert in_words(figure) == "Batches of 32: a line: from 3 at 1 to 4 at 2."


def test_a_table_is_told_row_by_row():
    figure, ax = plt.subplots()
    ax.imshow(np.zeros((2, 3)))
    for row, column in np.ndindex(2, 3):
        ax.text(column, row, f"{row + column / 10:.1f}")
    assert "row 1: 0.0, 0.1, 0.2; row 2: 1.0, 1.1, 1.2." in in_words(figure)


def test_the_label_of_a_diagram_takes_the_place_of_its_parts():
    words = in_words(plotting.plot_fans(5, 3).figure)
    assert "15 connections" in words
    assert "the 5 that end in one unit" in words
    assert "the 3 that leave one number" in words
    assert "lines" not in words


def test_each_bar_has_the_name_that_stands_beside_it():
    figure, (turned, groups) = plt.subplots(1, 2)
    turned.bar([0, 1, 2], [1, 2, 3])
    turned.set_xticks([2, 1, 0], ["c", "b", "a"])
    for number in range(2):
        groups.bar(np.arange(2) + 0.25 * number, [number, number + 5], width=0.25)
    groups.set_xticks([0, 1], ["sgd", "adam"])
    assert in_words(figure) == (
        "Panel 1: bars: a 1, b 2, c 3. Panel 2: bars: sgd 0, adam 5; bars: sgd 1, adam 6."
    )
