"""What lesson 14 needs and cannot compute in its minute: trials on sequences, and searches that learn.

Made by `scripts/make_sequences_bank.py` and `scripts/make_searches.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from helpers.arguments import require_count, require_one_of
from helpers.data.packaged import read_packaged
from helpers.search.bank import Bank, decode_losses, load_bank
from helpers.search.replay import STATES, Replays
from helpers.search.sampling import training_seeds
from helpers.search.space import Choice, Integer, Real, Space

if TYPE_CHECKING:
    from helpers.training import Configuration

NUM_SEQUENCES = 1280
NUM_CONFIGURATIONS, NUM_SEEDS, NUM_EPOCHS = 300, 2, 16
SEQUENCES_SPACE = Space(
    learning_rate=Real(0.001, 3.2, log=True),
    batch_size=Choice((16, 64)),
    dropout=Real(0, 0.6),
    l2=Real(1e-6, 1e-2, log=True),
    schedule=Choice(("constant", "cosine")),
)

RATES = {"wide": (1e-6, 10.0), "sensible": (0.01, 1.5)}
LEARNING_METHODS = ("tpe", "multivariate-tpe", "gaussian-process")
NUM_SEARCHES, NUM_TRIALS = 100, 50


class SequencesBank(NamedTuple):
    """Trials on sequences, as a bank to search.

    bank: its one axis, "row", numbers the configurations; parts "val" and "test", 2 seeds, 16 epochs.
    space: any of the rows.
    parameters: name -> the value in each row, shape (300,).
    """

    bank: Bank
    space: Space
    parameters: dict[str, np.ndarray]


def sequences_bank() -> SequencesBank:
    """Return 300 random configurations of a multilayer perceptron on `m1d(1280)`, trained with two seeds.

    Two hidden layers of 64 units, plain SGD, 16 epochs; rate, batch size, dropout, L2 and schedule are
    random. The cosine goes by the step, down to 0.

    Raises OSError when the packaged file is missing or damaged.

    Lesson 14.
    """
    stored = read_packaged("sequences_bank")
    shares = stored["hits"] / stored["num_examples"].astype(float)[:, None, None, None]
    last = len(stored["learning_rate"]) - 1
    bank = Bank(
        {"row": tuple(range(last + 1))},
        dict(zip(("val", "test"), decode_losses(stored["losses"]), strict=True)),
        dict(zip(("val", "test"), shares, strict=True)),
    )
    return SequencesBank(bank, Space(row=Integer(0, last)), {name: stored[name] for name in SEQUENCES_SPACE})


def sequences_configuration(parameters: Mapping[str, Any]) -> Configuration:
    """Return what was trained for a row of `sequences_bank`.

    parameters: a value for each dimension of `SEQUENCES_SPACE`.
    """
    from helpers.training import Configuration, scheduled_rates

    schedule, rate = None, float(parameters["learning_rate"])
    batch_size = int(parameters["batch_size"])
    if parameters["schedule"] == "cosine":
        num_steps = NUM_EPOCHS * -(-NUM_SEQUENCES // batch_size)
        rates = scheduled_rates("cosine", rate, num_steps).tolist()
        schedule = rates.__getitem__
    return Configuration(
        learning_rate=rate,
        batch_size=batch_size,
        num_epochs=NUM_EPOCHS,
        hidden=(64, 64),
        dropout=float(parameters["dropout"]),
        l2=float(parameters["l2"]),
        schedule=schedule,
        schedule_by="step" if schedule else "epoch",
    )


def bank_space(rates: str) -> Space:
    """Return the bank's space with a range of learning rates: "wide" (1e-6 to 10) or "sensible" (.01 to 1.5).

    Raises ValueError for another name.
    """
    require_one_of("rates", rates, tuple(RATES))
    return Space(**{**load_bank().space, "learning_rate": Real(*RATES[rates], log=True)})


def bank_points(rates: str) -> Space:
    """Return the bank's space with its own rates in such a range as options, for a search that lists them."""
    low, high = RATES[rates]
    options = tuple(rate for rate in load_bank().axes["learning_rate"] if low <= rate <= high)
    return Space(**{**load_bank().space, "learning_rate": Choice(options)})


def recorded_searches(method: str, rates: str, num_trials: int = NUM_TRIALS) -> Replays:
    """Return a hundred searches over the bank by a method that learns, as `replay` would find them.

    They are what `replay(load_bank().objective(), bank_space(rates), method, 50, num_replays=100)` finds in
    minutes. The values of rates are those of the bank's trials.

    method: "tpe", "multivariate-tpe" or "gaussian-process".
    rates: as in `bank_space`.
    num_trials: the first so many trials of each, at most 50.

    Raises ValueError that names the argument which is out of range, OSError when the packaged file is missing
    or damaged.

    Lesson 14.
    """
    require_one_of("method", method, LEARNING_METHODS)
    space = bank_space(rates)
    require_count("num_trials", num_trials)
    if num_trials > NUM_TRIALS:
        raise ValueError(f"num_trials must be at most {NUM_TRIALS}, not {num_trials!r}.")
    bank = load_bank()
    rows = read_packaged("searches")[f"{rates} {method}"][:, :num_trials].astype(int)
    seeds = np.stack([training_seeds(num_trials, seed, bank.num_seeds) for seed in range(len(rows))])
    finite = np.isfinite(bank.losses["val"][rows, seeds])
    diverged = ~finite.all(axis=2)
    costs = np.where(diverged, finite.argmin(axis=2) + 1, bank.num_epochs)
    states = np.where(diverged, STATES.index("diverged"), STATES.index("complete"))
    parameters = {name: values[rows] for name, values in bank.table.items()}
    ends = np.cumsum(costs, axis=1)
    return Replays(method, space, "val_loss", 0, bank, parameters, rows, seeds, costs, ends, states)
