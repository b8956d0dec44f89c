"""What the pictures read from runs: groups of one configuration, names for them, labels of their metrics."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from helpers.arguments import require_one_of

if TYPE_CHECKING:
    from helpers.training import Configuration, Run

METRIC_LABELS = {
    "train_losses": "training loss (cross-entropy)",
    "val_losses": "validation loss (cross-entropy)",
    "train_accuracies": "training accuracy (fraction)",
    "val_accuracies": "validation accuracy (fraction)",
    "test_losses": "test loss (cross-entropy)",
    "test_accuracies": "test accuracy (fraction)",
}

UNITS = {
    "batch_size": "examples",
    "hidden": "units",
    "patience": "epochs",
    "dropout": "fraction",
    "input_dropout": "fraction",
    "label_smoothing": "fraction",
    "label_noise": "fraction",
    "warm_up_share": "fraction",
    "decay_share": "fraction",
    "final_share": "fraction",
    "l1": "strength",
    "l2": "strength",
    "bias_l2": "strength",
    "proximal_l1": "strength",
}


def by_configuration(runs: Iterable[Run], metric: str) -> dict[Configuration, list[Run]]:
    """Return the runs of each configuration, in the order in which these come.

    Raises ValueError when there are none, or for a metric that they do not have: accuracies of a regression,
    test curves that were not measured.
    """
    require_one_of("metric", metric, tuple(METRIC_LABELS))
    if hasattr(runs, "configuration"):
        raise ValueError("runs must be several: for one alone, write [run].")
    groups: dict[Configuration, list[Run]] = {}
    for run in runs:
        if getattr(run, metric, None) is None:
            raise ValueError(
                f"metric={metric!r} was not measured in these runs (train with test_curves=True)."
            )
        groups.setdefault(run.configuration, []).append(run)
    if not groups:
        raise ValueError("runs must hold at least one run.")
    if metric.endswith("accuracies") and is_regression(run for group in groups.values() for run in group):
        losses = metric.replace("accuracies", "losses")
        raise ValueError(f"these runs predicted numbers and have no accuracy: use metric={losses!r}.")
    return groups


def differing_fields(configurations: Iterable[Configuration]) -> list[str]:
    """Return the hyperparameters in which configurations differ."""
    configurations = list(configurations)
    return [
        field.name
        for field in fields(configurations[0])
        if len({getattr(configuration, field.name) for configuration in configurations}) > 1
    ]


def name_of(configuration: Configuration, hyperparameters: Sequence[str]) -> str:
    """Return a configuration's name by some of its hyperparameters: "learning rate 0.1, no schedule"."""
    values = {name: getattr(configuration, name) for name in hyperparameters}
    if values.get("learning_rate", 0) is None:  # left out: the schedule decides the rate, and names the run
        del values["learning_rate"]
    return ", ".join(
        f"no {name.replace('_', ' ')}" if value is None else f"{name.replace('_', ' ')} {text_of(value)}"
        for name, value in values.items()
    )


def numbered(names: Sequence[str]) -> list[str]:
    """Return the names, those that occur more than once with a number: two functions may have one name."""
    names = list(names)
    return [
        f"{name} {names[: at + 1].count(name)}" if names.count(name) > 1 else name
        for at, name in enumerate(names)
    ]


def text_of(value: object) -> str:
    """Return a hyperparameter's value as one writes it: floats short, functions by their name."""
    if value is None:
        return "none"
    if isinstance(value, float):
        return f"{value:g}"
    if callable(value):
        function = value.func if isinstance(value, functools.partial) else value
        return getattr(function, "__name__", type(function).__name__).strip("_<>")
    return str(value)


def percent(count: int, total: int) -> str:
    """Return which share of all some are, in percent; 0% is none and 100% all of them, however many."""
    text = f"{count / total:.0%}"
    if text == "0%" and count:
        return "<1%"
    return ">99%" if text == "100%" and count < total else text


def last_value(run: Run, metric: str) -> float:
    """Return a metric of the weights that a run ended with; NaN where no epoch was measured."""
    curve = getattr(run, metric)
    return float(curve[run.final_epoch]) if len(curve) else np.nan


def is_regression(runs: Iterable[Run]) -> bool:
    """Return whether runs predicted numbers: they have no accuracy, their loss is a mean squared error."""
    measured = [run.val_accuracies for run in runs if len(run.val_accuracies)]
    return bool(measured) and all(np.isnan(accuracies).all() for accuracies in measured)


def axis_label(hyperparameter: str) -> str:
    """Return the label of a hyperparameter's axis, with its unit where it has one."""
    unit = UNITS.get(hyperparameter)
    return hyperparameter.replace("_", " ") + (f" ({unit})" if unit else "")


def label_of(metric: str, runs: Iterable[Run]) -> str:
    """Return the label of the axis of a metric, with what it is measured in."""
    label = METRIC_LABELS[metric]
    return label.replace("cross-entropy", "mean squared error") if is_regression(runs) else label
