"""Records made by hand, and what a picture of them shows."""

from dataclasses import replace

import numpy as np

from helpers import plotting
from helpers.training import Configuration, Run


def run_of(learning_rate, seed, val_losses, **changes):
    """A record made by hand; accuracies are 1 - loss / 10, so that each metric has its own numbers."""
    losses = np.array(val_losses, dtype=float)
    run = Run(
        Configuration(learning_rate, num_epochs=len(losses)),
        seed,
        train_losses=losses / 2,
        val_losses=losses,
        train_accuracies=1 - losses / 20,
        val_accuracies=1 - losses / 10,
        num_updates=1,
        seconds=0.0,
        diverged=False,
        stuck=False,
        weights=(),
    )
    return replace(run, **changes)


RUNS = [
    run_of(0.1, 0, [2, 1, 0.5]),
    run_of(0.1, 1, [3, 2, 1.5]),
    run_of(1.0, 0, [2.3, 2.3, 2.3], stuck=True),
    run_of(1.0, 1, [2.2, 2.0, 1.8]),
]
GONE = run_of(10.0, 0, [2, np.nan, np.nan], diverged=True)


def lines_named(ax):
    return {line.get_label(): line for line in ax.lines if line.get_gid() == plotting.NAMED_LINE}


def texts(ax):
    return [text.get_text() for text in ax.texts]


def legend_of(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def with_values(name, values):
    """One run a value; its last accuracy is 1 - (position) / 10."""
    return [
        replace(run_of(0.1, seed, [place]), configuration=Configuration(0.1, num_epochs=1, **{name: value}))
        for seed, (place, value) in enumerate(enumerate(values))
    ]
