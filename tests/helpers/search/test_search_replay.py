"""Replays: is each one the search that Optuna would run, and do comparisons say what one counts by hand?"""

import dataclasses

import numpy as np
import pytest
from matplotlib.figure import Figure
from tiers import sampled

from helpers.plotting import plot_best_so_far
from helpers.search import (
    METHODS,
    Real,
    Refinement,
    Search,
    Space,
    Trial,
    best_so_far,
    estimate,
    probability_to_beat,
    regret,
    regret_bands,
    replay,
    report,
    run_search,
    winners_luck,
)
from helpers.search.bank import AXES, Bank, load_bank


@pytest.fixture(scope="module")
def rough():
    """A made-up bank in which every tenth trial diverges on the way, which real ones of this kind do not."""
    rng = np.random.default_rng(0)
    shape = np.prod([len(values) for values in AXES.values()]), 5, 12
    losses = rng.gamma(4, 0.3, size=shape).astype(np.float32)
    diverged = np.maximum.accumulate(rng.random(shape) < 0.009, axis=2)
    losses[diverged] = np.inf
    accuracies = {part: rng.random(shape).astype(np.float32) for part in ("train", "val", "test")}
    accuracies["val"][diverged] = 0
    return Bank(AXES, dict.fromkeys(("train", "val", "test"), losses), accuracies)


@pytest.fixture(scope="module")
def bank():
    return load_bank()


def what_matters(search):
    return [dataclasses.replace(trial, seconds=0) for trial in search.trials]


BUDGETS = [
    {"num_trials": 27},
    {"num_epochs": 150},
    {"num_trials": 20, "num_epochs": 200, "reduction_factor": 2},
]


@pytest.mark.parametrize("metric", sampled(["val_loss", "val_accuracy"], "val_loss"))
@pytest.mark.parametrize("budget", sampled(BUDGETS, BUDGETS[2]))
@pytest.mark.parametrize("method", sampled(METHODS, *(set(METHODS) - {"gaussian-process"})))
def test_is_a_replay_the_very_search_that_optuna_runs(rough, method, budget, metric):
    arguments = {"method": method, "metric": metric, **budget}
    if method != "hyperband":
        arguments["min_epochs"] = 2
    # Optuna's takes ten times as long as any other here.
    num_replays = 2 if method == "gaussian-process" else 4
    replays = replay(rough.objective(), rough.space, num_replays=num_replays, seed=10, **arguments)
    for at in range(num_replays):
        search = run_search(rough.objective(), rough.space, seed=10 + at, **arguments)
        assert what_matters(replays.search(at)) == what_matters(search)
        assert replays.num_epochs[at] == search.num_epochs
        assert replays.best[at] == search.best.number
        np.testing.assert_allclose(
            replays.best_so_far[at, : search.num_epochs], search.best_so_far, rtol=1e-6
        )
        assert replays.chosen("val_loss")[at] == pytest.approx(search.best.val_loss)
        reported = report(search, rough.objective()).test_accuracy
        assert replays.chosen("test_accuracy")[at] == pytest.approx(reported)


def test_do_replays_differ_by_their_seeds_and_only_by_these(rough):
    one = replay(rough.objective(), rough.space, num_trials=9, num_replays=5, seed=3)
    shifted = replay(rough.objective(), rough.space, num_trials=9, num_replays=5, seed=4)
    np.testing.assert_array_equal(one.rows[1:], shifted.rows[:-1])
    assert len({tuple(rows) for rows in one.rows}) == 5


def test_does_a_replay_that_is_done_stay_at_its_last(rough):
    replays = replay(rough.objective(), rough.space, num_trials=9, num_replays=50)
    costs = replays.num_epochs
    assert len(set(costs.tolist())) > 1
    shortest = costs.argmin()
    last = replays.best_so_far[shortest, costs[shortest] - 1 :]
    assert len(last) > 1
    assert set(last.tolist()) == {replays.chosen("val_loss")[shortest]}


def test_are_bands_the_quantiles_of_the_replays(rough):
    replays = replay(rough.objective(), rough.space, num_trials=9, num_replays=101)
    bands = best_so_far(replays, coverage=0.8)
    curves = np.array([replays.search(at).best_so_far[-1] for at in range(101)])
    assert bands.epochs[[0, -1]].tolist() == [1, replays.num_epochs.max()]
    assert bands.median[-1] == pytest.approx(np.sort(curves)[50])
    assert bands.low[-1] == pytest.approx(np.sort(curves)[10])
    assert bands.high[-1] == pytest.approx(np.sort(curves)[90])
    assert np.isnan(bands.median[0])
    # One band, whether the same searches come as replays or one by one, and drawn as it was computed.
    one_by_one = best_so_far([replays.search(at) for at in range(101)], coverage=0.8)
    drawn = plot_best_so_far({"random": replays}, Figure().subplots()).lines[0].get_ydata()
    for given, again in zip(bands, one_by_one, strict=True):
        np.testing.assert_allclose(given, again, rtol=1e-6)
    np.testing.assert_array_equal(drawn, bands.median)


def test_is_the_median_of_an_even_number_between_the_middle_two_and_none_the_worst():
    def search(values, metric="val_loss"):
        trials = [
            Trial(
                at, {"rate": 0.5}, 0, "diverged" if np.isnan(v) else "complete", (v,), (v,), ended_at=at + 1
            )
            for at, v in enumerate(values)
        ]
        return Search("random", Space(rate=Real(0, 1)), tuple(trials), 0, metric)

    nan = float("nan")
    assert best_so_far([search([0.4]), search([0.2])]).median == pytest.approx([0.3])
    three = [search([nan, 0.4]), search([0.2, 0.1]), search([0.6])]
    np.testing.assert_allclose(best_so_far(three).median, [0.6, 0.4])
    two_without = [search([nan]), search([nan]), search([0.5])]
    assert np.isnan(best_so_far(two_without).median).all()
    higher = [search([nan, 0.4], "val_accuracy"), search([0.2, 0.1], "val_accuracy")]
    np.testing.assert_allclose(best_so_far(higher, 0.5).high, [0.2, 0.35])
    for wrong in ([], [search([0.4]), higher[0]]):
        with pytest.raises(ValueError, match="searches must be at least one, and by one metric"):
            best_so_far(wrong)
    with pytest.raises(ValueError, match="searches must be several, as in a list, not one"):
        best_so_far(higher[0])


def test_is_regret_the_distance_to_the_best_configuration(rough):
    replays = replay(rough.objective(), rough.space, num_trials=9, num_replays=20)
    by_hand = []
    best = max(np.mean(rough.accuracies["test"][row, :, -1]) for row in range(rough.num_configurations))
    for at in range(20):
        chosen = int(rough.rows(replays.search(at).best.parameters))
        by_hand.append(best - np.mean(rough.accuracies["test"][chosen, :, -1]))
    np.testing.assert_allclose(regret(replays)[:, -1], by_hand, atol=1e-6)
    assert (regret(replays)[:, -1] >= 0).all()
    assert regret_bands(replays).median[-1] == pytest.approx(np.median(by_hand), abs=1e-6)


def test_does_a_search_beat_itself_in_half_of_the_cases(rough):
    one, other = (replay(rough.objective(), rough.space, num_trials=9, seed=seed) for seed in (0, 5000))
    even = probability_to_beat(one, other)
    assert even.low < 0.5 < even.high
    assert probability_to_beat(one, one) == (0.5, 0.5, 0.5)
    there, back = probability_to_beat(one, other), probability_to_beat(other, one)
    assert there.value + back.value == pytest.approx(1)
    by_loss = probability_to_beat(one, other, "val_loss").value
    wins = one.chosen("val_loss") < other.chosen("val_loss")
    assert by_loss == pytest.approx(wins.mean(), abs=0.02)


def test_is_the_interval_as_wide_as_the_binomial_one():
    wins = np.repeat([0.0, 1.0], [300, 700])
    value, low, high = estimate(wins)
    deviation = np.sqrt(0.3 * 0.7 / 1000)
    assert value == 0.7
    assert low == pytest.approx(0.7 - 1.96 * deviation, abs=0.005)
    assert high == pytest.approx(0.7 + 1.96 * deviation, abs=0.005)


def test_does_a_winner_promise_too_much_where_all_are_equal():
    """Where accuracies are nothing but noise, the best of 20 promises their maximum and keeps their mean."""
    rng = np.random.default_rng(1)
    shape = np.prod([len(values) for values in AXES.values()]), 5, 12
    accuracies = {part: rng.uniform(0.7, 0.8, size=shape) for part in ("train", "val", "test")}
    noise = Bank(AXES, {"val": np.ones(shape)}, accuracies)
    # A network that is lucky on both parts: only other seeds show it.
    lucky_twice = Bank(AXES, {"val": np.ones(shape)}, accuracies | {"test": accuracies["val"]})
    searches = replay(lucky_twice.objective(), noise.space, num_trials=20, metric="val_accuracy")
    assert winners_luck(searches).bias.value == pytest.approx(0.1 * (20 / 21 - 0.5), abs=0.004)
    luck = winners_luck(replay(noise.objective(), noise.space, num_trials=20, metric="val_accuracy"))
    assert luck.selected.value == pytest.approx(0.7 + 0.1 * 20 / 21, abs=0.001)
    assert luck.test.value == pytest.approx(0.75, abs=0.004)
    assert luck.again_test.value == pytest.approx(0.75, abs=0.004)
    assert luck.bias.value == pytest.approx(0.1 * (20 / 21 - 0.5), abs=0.004)
    # All of the surplus is luck: with the lucky seed among those of again_val a fifth of it would be hidden.
    assert luck.again_val.value == pytest.approx(0.75, abs=0.004)
    assert luck.seed_luck.value == pytest.approx(0.1 * (20 / 21 - 0.5), abs=0.004)


def test_does_a_bank_of_one_seed_say_nothing_of_luck():
    shape = np.prod([len(values) for values in AXES.values()]), 1, 12
    accuracies = {part: np.full(shape, 0.5) for part in ("train", "val", "test")}
    single = Bank(AXES, {"val": np.ones(shape)}, accuracies)
    with pytest.raises(ValueError, match="one seed only"):
        winners_luck(replay(single.objective(), single.space, num_trials=3, num_replays=3))
    with pytest.raises(ValueError, match="one seed only"):
        replay(single.objective(), single.space, num_trials=3, num_replays=3).chosen_again("val_accuracy")


def accuracy(bank, method, num_trials=16, space=None, **arguments):
    replays = replay(
        bank.objective(), space or bank.space, method, num_trials, metric="val_accuracy", **arguments
    )
    return replays, replays.chosen("test_accuracy")


def test_does_a_grid_over_everything_lose_by_its_levels_and_not_by_being_one(bank):
    """Six dimensions, 16 trials, a range of seven decades."""
    _, random = accuracy(bank, "random")
    _, grid = accuracy(bank, "grid", offset=False, levels={"learning_rate": 2, "batch_size": 2, "width": 2})
    # Two learning rates, the limits, both useless. Measured: .750 against .094.
    assert random.mean() - grid.mean() > 0.3
    # The course's own levels: a rate for every half decade, the rest drawn.
    _, grid = accuracy(bank, "grid")
    assert abs(random.mean() - grid.mean()) < 0.02
    sensible = Space(**{**bank.space, "learning_rate": Real(0.01, 1, log=True)})
    levels = {"learning_rate": 4, "batch_size": 2, "width": 2}
    _, random = accuracy(bank, "random", space=sensible)
    _, grid = accuracy(bank, "grid", space=sensible, levels=levels)
    # Over the dimensions that matter the grid is as good. Measured: .781 against .788.
    assert grid.mean() > random.mean() - 0.005


def test_is_a_grid_that_stands_still_one_observation_and_one_with_an_offset_many(bank):
    levels = {"learning_rate": 4, "dropout": 2}
    still, _ = accuracy(bank, "grid", num_trials=8, levels=levels, num_replays=50)
    shifted, _ = accuracy(bank, "grid", num_trials=8, levels=levels, offset=True, num_replays=50)
    assert len({tuple(sorted(rows)) for rows in still.rows.tolist()}) == 1
    assert len({tuple(sorted(rows)) for rows in shifted.rows.tolist()}) > 30


def test_does_looking_around_the_best_help_unless_everything_else_is_frozen(bank):
    """Measured in 16 trials, over quasi-random ones: +1.6, and in three frozen rounds -1.1 points."""
    everywhere, free, frozen = (
        accuracy(bank, method, refinement=refinement)[1].mean()
        for method, refinement in (
            ("quasi-random", None),
            ("coarse-to-fine", Refinement(["learning_rate"], draw="quasi-random")),
            (
                "coarse-to-fine",
                Refinement(["learning_rate"], num_rounds=3, freeze=True, draw="quasi-random"),
            ),
        )
    )
    assert free > everywhere + 0.005
    assert frozen < everywhere - 0.005


def test_is_what_was_chosen_looked_at_again_with_the_seeds_that_it_did_not_have(rough):
    replays = replay(rough.objective(), rough.space, num_trials=9, num_replays=20)
    again = replays.chosen_again("test_accuracy")
    for at in range(20):
        best = replays.search(at).best
        others = [seed for seed in range(5) if seed != best.seed]
        row = int(rough.rows(best.parameters))
        by_hand = np.mean([rough.accuracies["test"][row, seed, -1] for seed in others])
        assert again[at] == pytest.approx(by_hand)
    luck = winners_luck(replays)
    assert luck.again_test.value == pytest.approx(again.mean())


def test_is_a_configuration_whose_trial_ended_early_trained_to_the_end_when_asked_for(rough):
    # In a bank of random numbers a trial that was stopped is often the best one.
    replays = replay(
        rough.objective(), rough.space, "asha", num_trials=9, num_replays=40, metric="val_accuracy"
    )
    again = replays.chosen_again("test_accuracy", to_the_end=True)
    own_epochs = replays.chosen_again("test_accuracy")
    ended_early = []
    for at in range(40):
        best = replays.search(at).best
        curves = rough.accuracies["test"][int(rough.rows(best.parameters))]
        others = [seed for seed in range(5) if seed != best.seed]
        assert again[at] == pytest.approx(curves[others, -1].mean())
        assert own_epochs[at] == pytest.approx(curves[others, best.num_epochs - 1].mean())
        ended_early.append(best.num_epochs < curves.shape[1])
    assert any(ended_early)


def test_does_successive_halving_reach_the_same_for_a_third_of_the_epochs(bank):
    together, halved = accuracy(bank, "successive-halving", 27, min_epochs=2)
    whole, full = accuracy(bank, "random", 27)
    assert (together.num_epochs == 108).all()
    assert (whole.num_epochs == 324).all()
    # Measured: .766 and .766.
    assert abs(halved.mean() - full.mean()) < 0.01


def test_does_the_winner_of_real_trials_promise_too_much(bank):
    replays, _ = accuracy(bank, "random", 30)
    luck = winners_luck(replays)
    # Measured: +0.4 points by a lucky seed, +0.8 points against the test part.
    assert luck.seed_luck.low > 0
    assert luck.bias.low > 0.002


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda o, s: replay(o, s, num_trials=3, num_replays=0), "num_replays must be a whole number"),
        (lambda o, s: replay(o, s, "hill", num_trials=3), "method must be one of"),
        (lambda o, s: replay(o, s, num_trials=3, metric="luck"), "metric must be one of"),
        (lambda o, s: replay(o, s, num_trials=3, offset=True), "offset must be True or False, for the"),
        (lambda o, s: replay(o, s, num_trials=3, refinement=Refinement()), "refinement is for the method"),
        (lambda o, s: replay(o, s, num_trials=3, seed=-1), "seed must be a whole number"),
        (lambda o, s: replay("live", s, num_trials=3), "objective must be that of a bank"),
        (lambda o, s: replay(o, s), "num_trials or num_epochs"),
        (lambda o, s: replay(o, Space(rate=Real(0, 1)), num_trials=3), "rate: the bank varies"),
        (lambda o, s: replay(o, s, num_trials=3, num_replays=3).chosen("luck"), "'luck' must be train"),
        (lambda o, s: replay(o, s, num_trials=3, num_replays=3).chosen_again("luck"), "'luck' must be train"),
        (lambda o, s: best_so_far(replay(o, s, num_trials=3, num_replays=3), 1), "coverage must lie"),
        (
            lambda o, s: probability_to_beat(*(replay(o, s, num_trials=3, num_replays=n) for n in (3, 4))),
            "other must have 3 replays too, not 4",
        ),
        (lambda o, s: winners_luck(replay(o, s, num_trials=3, num_replays=1)), "at least 2 replays"),
    ],
)
def test_is_a_comparison_that_cannot_be_made_refused_by_name(bank, call, named):
    with pytest.raises(ValueError, match=named) as refusal:
        call(bank.objective(), bank.space)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("wrong", [0, 1, 95, -0.5, float("nan")])
def test_is_a_share_refused_that_does_not_lie_between_0_and_1(bank, wrong):
    replays = replay(bank.objective(), bank.space, num_trials=3, num_replays=3)
    for call, named in (
        (lambda: probability_to_beat(replays, replays, confidence=wrong), "confidence"),
        (lambda: winners_luck(replays, wrong), "confidence"),
        (lambda: best_so_far(replays, wrong), "coverage"),
        (lambda: best_so_far([replays.search(0)], wrong), "coverage"),
        (lambda: regret_bands(replays, wrong), "coverage"),
    ):
        with pytest.raises(ValueError, match=f"^{named} must lie between 0 and 1, not {wrong}"):
            call()
