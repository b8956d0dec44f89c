"""What a trial prints, as Katib reads it."""

import math

import pytest

from helpers.katib.metrics import Observed, observe, read_text
from helpers.katib.model import Objective

NAMES = ("val_loss", "val_accuracy")
LINES = {
    "val_loss=0.25": [("val_loss", "0.25")],
    "val_loss = 0.25 val_accuracy = .5": [("val_loss", "0.25"), ("val_accuracy", ".5")],
    "2026-11-26T08:00:00Z val_loss=1e-3": [("val_loss", "1e-3")],
    "epoch 3: val_loss=-2.5E+4, val_accuracy=1": [("val_loss", "-2.5E+4"), ("val_accuracy", "1")],
    "{metricName: val_loss, metricValue: 0.5}": [],
    "val_loss: 0.8957": [],  # Keras's own line
    "my_val_loss=0.5": [],
    "Val_Loss=0.5": [],
    "val_loss=nan": [("val_loss", "")],
    "val_loss=1,5": [("val_loss", "1")],
    "loss=0.5": [],
}


@pytest.mark.parametrize(("line", "found"), LINES.items())
def test_is_a_line_read_by_katibs_expression(line, found):
    assert list(read_text([line], NAMES)) == found


def test_is_kerass_own_line_read_with_a_filter():
    line = "32/32 - 0s - loss: 0.9132 - val_loss: 0.8957 - val_accuracy: 0.71"
    assert list(read_text([line], NAMES, [r"(\w+): ([0-9.]+)"])) == [
        ("val_loss", "0.8957"),
        ("val_accuracy", "0.71"),
    ]


def test_is_a_group_too_few_no_metric():
    assert list(read_text(["val_loss=0.5"], NAMES, ["val_loss=(.*)"])) == []


def test_does_the_lowest_value_count_and_not_the_last():
    observed = Observed("val_loss", (0.9, 0.4, math.nan, 0.6))
    assert [observed.value(strategy) for strategy in ("min", "max", "latest")] == [0.4, 0.9, 0.6]
    assert math.isnan(Observed("val_loss", (math.nan,)).value("min"))


@pytest.mark.parametrize("strategy", ["mean", "Min", ""])
def test_counts_no_value_by_a_strategy_that_katib_does_not_know(strategy):
    assert math.isnan(Observed("val_loss", (0.9, 0.1, 0.5)).value(strategy))


def test_is_a_trial_without_the_objective_unobserved():
    objective = Objective("minimize", objective_metric_name="val_loss")
    assert observe([("val_accuracy", "0.5")], objective) is None
    texts = ("0.5", "", "1_0", "\uff11\uff12", "\u0661")  # Go reads no digits but 0 to 9
    found = observe([("val_loss", text) for text in texts], objective)
    assert found["val_loss"].values[0] == 0.5
    assert all(map(math.isnan, found["val_loss"].values[1:]))
