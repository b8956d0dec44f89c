"""What lesson 14 reads from files: is it what training and searching give?"""

import importlib.util

import numpy as np
import pytest
from tiers import sampled

from helpers.data import m1d
from helpers.search import replay
from helpers.search.bank import load_bank
from helpers.search.gaussian_process import NUM_STARTUP
from helpers.search.recorded import (
    LEARNING_METHODS,
    NUM_SEARCHES,
    NUM_SEQUENCES,
    RATES,
    SEQUENCES_SPACE,
    bank_space,
    recorded_searches,
    sequences_bank,
    sequences_configuration,
)
from helpers.training import train_fast


def test_are_the_sequences_as_many_as_promised_and_the_files_small(top):
    bank, space, parameters = sequences_bank()
    assert bank.num_configurations == 300 == len(space["row"].levels(300))
    for curves in (bank.losses, bank.accuracies):
        shapes = {part: values.shape for part, values in curves.items()}
        assert shapes == dict.fromkeys(("val", "test"), (300, 2, 16))
    assert all(SEQUENCES_SPACE.contains({n: v[row] for n, v in parameters.items()}) for row in range(300))
    for name in ("sequences_bank", "searches"):
        assert (top / "helpers" / "datasets" / f"{name}.npz").stat().st_size < 100_000


def test_is_a_row_what_its_training_gives():
    bank, _, parameters = sequences_bank()
    # Beyond a tenth a difference in the last digit grows. They share what is compiled.
    stable = (parameters["learning_rate"] < 0.1) & (parameters["learning_rate"] > 0.01)
    alike = stable & (parameters["batch_size"] == 64)
    data = m1d(NUM_SEQUENCES)
    rng = np.random.default_rng(1)
    for schedule in ("constant", "cosine"):
        row = int(rng.choice(np.flatnonzero(alike & (parameters["schedule"] == schedule))))
        run = train_fast(sequences_configuration({n: v[row] for n, v in parameters.items()}), data, 1)
        np.testing.assert_allclose(run.val_accuracies, bank.accuracies["val"][row, 1], atol=0.01)
        np.testing.assert_allclose(run.val_losses, bank.losses["val"][row, 1], rtol=0.01)


@pytest.mark.parametrize("method", LEARNING_METHODS)
@pytest.mark.parametrize("rates", sampled(RATES, next(iter(RATES))))
def test_is_a_recorded_search_the_one_that_replay_finds(rates, method):
    recorded = recorded_searches(method, rates, 12)
    assert recorded.rows.shape == (NUM_SEARCHES, 12)
    again = replay(load_bank().objective(), bank_space(rates), method, 12, num_replays=3)
    np.testing.assert_array_equal(recorded.seeds[:3], again.seeds)
    num_random = {"gaussian-process": NUM_STARTUP}.get(method, 10)  # Optuna's own TPE begins with ten
    np.testing.assert_array_equal(recorded.rows[:3, :num_random], again.rows[:, :num_random])
    # A last digit may turn one trial into another, and then those behind it.
    same = recorded.rows[:3] == again.rows
    assert same[:, num_random:].mean() > 0.3
    np.testing.assert_array_equal(recorded.costs[:3][same], again.costs[same])
    np.testing.assert_array_equal(recorded.states[:3][same], again.states[same])
    whole = same.all(axis=1)
    np.testing.assert_array_equal(recorded.ended_at[:3][whole], again.ended_at[whole])


def test_is_a_shorter_recorded_search_the_beginning_of_a_longer_one():
    short, long = (recorded_searches("tpe", "wide", number) for number in (20, 50))
    np.testing.assert_array_equal(short.rows, long.rows[:, :20])
    np.testing.assert_array_equal(short.seeds, long.seeds[:, :20])


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("random", "wide"), "method must be one of"),
        (("tpe", "narrow"), "rates must be one of"),
        (("tpe", "wide", 51), "num_trials must be at most 50"),
        (("tpe", "wide", 0), "num_trials must be"),
    ],
)
def test_is_what_was_not_recorded_refused(arguments, named):
    with pytest.raises(ValueError, match=named):
        recorded_searches(*arguments)


@pytest.mark.parametrize("name", ["make_sequences_bank", "make_searches"])
def test_do_the_scripts_that_made_the_files_still_load(top, name):
    specification = importlib.util.spec_from_file_location(name, top / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    assert callable(module.make_arrays)
