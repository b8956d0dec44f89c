"""Does the table of a grid hold what was found, in the right cells?"""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.plotting import plot_table
from helpers.search import Choice, Real, Search, Space, Trial

SPACE = Space(
    learning_rate=Real(0.01, 1, log=True, unit="SGD"), batch_size=Choice((128, 8)), norm=Choice((True, False))
)


@pytest.fixture(autouse=True)
def no_open_figures():
    plt.close("all")
    yield
    plt.close("all")


def search_of(*cells, metric="val_loss"):
    """Return a grid's trials: (rate, batch size, validation loss, state) each."""
    trials = [
        Trial(
            number,
            {"learning_rate": rate, "batch_size": size, "norm": True},
            0,
            state,
            (loss,) if np.isfinite(loss) else (),
            (1 - loss,) if np.isfinite(loss) else (),
        )
        for number, (rate, size, loss, state) in enumerate(cells)
    ]
    return Search("grid", SPACE, tuple(trials), 0, metric)


FOUR = search_of(
    (0.1, 8, 0.5, "complete"),
    (0.01, 128, 0.7, "complete"),
    (0.1, 128, np.nan, "failed"),
    (0.01, 8, 0.25, "complete"),
)


def written(ax):
    return {(text.get_position()): text.get_text() for text in ax.texts}


def test_does_each_cell_hold_its_own_trial():
    ax = plot_table(FOUR, "learning_rate", "batch_size")
    # Rates rise to the right, options stand as in the space: 128 above 8.
    assert written(ax) == {(1, 1): "0.500", (0, 0): "0.700", (1, 0): "failed", (0, 1): "0.250"}
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0.01", "0.1"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["128", "8"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("learning rate (SGD)", "batch size")
    shades = np.ma.filled(ax.images[0].get_array(), np.nan)
    np.testing.assert_allclose(shades, [[1, np.nan], [0, 0.5]])


@pytest.mark.parametrize(
    ("loss", "cell"),
    [(1e30, "1e+30"), (999.0, "999.000"), (1e-5, "1e-05"), (0.0, "0.000")],
)
def test_has_any_loss_room_in_its_cell(loss, cell):
    ax = plot_table(search_of((0.1, 8, loss, "complete")), "learning_rate", "batch_size")
    assert [text.get_text() for text in ax.texts] == [cell]


@pytest.mark.parametrize(("metric", "cell"), [("val_loss", (0, 1)), ("val_accuracy", (1, 0))])
def test_is_the_frame_around_the_best(metric, cell):
    # By accuracy another one is the best: a low loss need not be the most right answers.
    search = search_of(
        (0.1, 8, 0.5, "complete"), (0.01, 8, 0.25, "complete"), (0.1, 128, 0.7, "complete"), metric=metric
    )
    trials = [replace(trial, val_accuracies=trial.val_losses) for trial in search.trials]
    ax = plot_table(replace(search, trials=tuple(trials)), "learning_rate", "batch_size")
    (frame,) = [line for line in ax.lines if line.get_gid() == "best trial"]
    for places, at in zip((frame.get_xdata(), frame.get_ydata()), cell, strict=True):
        assert (places.min(), places.max()) == (at - 0.5, at + 0.5)
    assert metric.replace("val_", "validation ") in ax.get_title() + ax.get_title("left")


def test_has_a_search_in_which_all_failed_no_frame():
    ax = plot_table(search_of((0.1, 8, np.nan, "failed")), "learning_rate", "batch_size")
    assert not ax.lines
    assert [text.get_text() for text in ax.texts] == ["failed"]


@pytest.mark.parametrize(
    ("x", "y", "named"),
    [
        ("rate", "batch_size", "x must be one of learning_rate, batch_size, norm, not 'rate'"),
        ("norm", "size", "y must be one of"),
        ("norm", "norm", "two hyperparameters"),
        ("norm", "batch_size", "two trials with the same norm and batch_size"),
    ],
)
def test_is_what_has_no_place_in_a_table_refused(x, y, named):
    with pytest.raises(ValueError, match=named):
        plot_table(FOUR, x, y)


def test_is_a_search_without_trials_refused():
    with pytest.raises(ValueError, match="at least one trial"):
        plot_table(search_of(), "learning_rate", "batch_size")
