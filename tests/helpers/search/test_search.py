"""Search: is a space what it says, are the trials Optuna's, and is what goes wrong a record or one line?"""

import contextlib
import dataclasses
import math
import subprocess
import sys
import time
from types import SimpleNamespace

import numpy as np
import optuna
import pytest

from helpers.data import sparse_regression
from helpers.progress_bar import progress_bar
from helpers.search import (
    METHODS,
    Choice,
    Integer,
    LiveObjective,
    Real,
    Refinement,
    Search,
    Space,
    Trial,
    report,
    run,
    run_search,
)
from helpers.search.bank import load_bank
from helpers.search.halving import brackets, halving_cost
from helpers.search.sampling import RANDOM_METHODS, grid_levels, plan

SPACE = Space(
    learning_rate=Real(1e-6, 10, log=True),
    dropout=Real(0, 0.9),
    units=Integer(1, 300, log=True),
    depth=Integer(1, 4),
    optimizer=Choice(("sgd", "adam", None)),
)


class Valley:
    """A loss with its minimum at a rate of 0.1, which falls from epoch to epoch."""

    num_epochs, num_seeds = 9, 5

    def epochs(self, parameters, seed):
        for epoch in range(1, 10):
            loss = (np.log10(parameters["learning_rate"]) + 1) ** 2 + 1 / epoch + seed / 100
            yield loss, 1 / (1 + loss)

    def test_accuracy(self, parameters, seed, num_epochs):
        return num_epochs / 100


@pytest.fixture(autouse=True)
def quiet_optuna():
    optuna.logging.set_verbosity(optuna.logging.WARNING)


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Real(1, 0), "low must be below high, not 1.0 and 0.0"),
        (lambda: Real(1, 1), "low must be below high"),
        (lambda: Integer(5, 2), "low must be below high"),
        (lambda: Real(0, 1, log=True), "low must be above 0 on a log scale"),
        (lambda: Integer(-1, 8, log=True), "low must be above 0"),
        (lambda: Real(float("nan"), 1), "low must be a finite number"),
        (lambda: Real(0, float("inf")), "high must be a finite number"),
        (lambda: Real("0", 1), "low must be a finite number"),
        (lambda: Integer(1, 2.5), "high must be a whole number"),
        (lambda: Integer(True, 3), "low must be a whole number"),
        (lambda: Choice("relu"), "options must be a tuple or list"),
        (lambda: Choice(("relu",)), "options must be at least two"),
        (lambda: Choice((1, 2, 1)), "options must differ"),
        (lambda: Choice(((64,), (64, 64))), "options may hold"),
        (lambda: Space(), "a space needs at least one dimension"),
        (lambda: Space(rate=(0, 1)), "rate must be a Real, an Integer or a Choice"),
    ],
)
def test_is_a_dimension_that_cannot_be_refused_by_name(make, named):
    with pytest.raises(ValueError, match=named) as refusal:
        make()
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("objective", [lambda parameters: 1.0, None])
def test_is_an_objective_refused_that_cannot_be_asked_epoch_by_epoch(objective):
    with pytest.raises(ValueError, match="objective must be a LiveObjective") as refusal:
        run_search(objective, SPACE, num_trials=3)
    assert "\n" not in str(refusal.value)


def test_does_no_message_hold_the_data_of_an_objective():
    from helpers.data import fashion_mnist

    assert len(repr(LiveObjective(fashion_mnist(100, 50)))) < 200


@pytest.mark.parametrize("wrong", [{"num_epochs": 0}, {"num_seeds": 0}, {"num_epochs": 2.5}])
def test_is_live_training_of_no_epochs_refused_by_name(wrong):
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} must be a whole number of at least 1"):
        LiveObjective(None, **wrong)


def test_is_live_training_refused_on_data_without_classes():
    """Its trials would all count as diverged: they have no accuracy."""
    with pytest.raises(ValueError, match="data must be a Dataset, not Regression"):
        LiveObjective(sparse_regression())


def test_does_a_space_show_itself_in_order_and_give_itself_to_optuna():
    assert list(SPACE) == ["learning_rate", "dropout", "units", "depth", "optimizer"]
    assert "learning_rate=Real(low=1e-06, high=10.0, log=True" in repr(SPACE)
    assert SPACE.to_optuna() == {
        "learning_rate": optuna.distributions.FloatDistribution(1e-6, 10, log=True),
        "dropout": optuna.distributions.FloatDistribution(0, 0.9),
        "units": optuna.distributions.IntDistribution(1, 300, log=True),
        "depth": optuna.distributions.IntDistribution(1, 4),
        "optimizer": optuna.distributions.CategoricalDistribution(("sgd", "adam", None)),
    }
    assert Space(**dict(SPACE)) == SPACE
    assert Space(x=Real(0, 1)) != SPACE


def test_does_a_space_know_what_lies_in_it():
    inside = {"learning_rate": 0.1, "dropout": 0, "units": 300, "depth": 1, "optimizer": None}
    assert SPACE.contains(inside)
    for change in (
        {"learning_rate": 11},
        {"optimizer": "rmsprop"},
        {"width": 3},
        {"depth": 2.5},
        {"units": "3"},
    ):
        assert not SPACE.contains(inside | change)


def optuna_trials(sampler, num_trials):
    """What plain Optuna draws, one trial after the other."""
    study = optuna.create_study(sampler=sampler)
    distributions = SPACE.to_optuna()
    trials = []
    for _ in range(num_trials):
        trial = study.ask(distributions)
        trials.append(trial.params)
        study.tell(trial, 0.0)
    return trials


def assert_same_parameters(trials, expected):
    assert len(trials) == len(expected)
    for trial, parameters in zip(trials, expected, strict=True):
        assert {
            n: pytest.approx(v, rel=1e-12) if isinstance(v, float) else v for n, v in parameters.items()
        } == (trial.parameters)
        assert {n: type(v) for n, v in trial.parameters.items()} == {
            n: type(v) for n, v in parameters.items()
        }


@pytest.mark.parametrize("method", RANDOM_METHODS)
@pytest.mark.parametrize("seed", [0, 7])
def test_are_random_trials_those_of_optunas_sampler(method, seed):
    search = run_search(Valley(), SPACE, method, num_trials=40, seed=seed)
    assert_same_parameters(search.trials, optuna_trials(optuna.samplers.RandomSampler(seed=seed), 40))


@pytest.mark.parametrize("seed", [0, 7])
def test_are_quasi_random_trials_those_of_optunas_sampler(seed):
    search = run_search(Valley(), SPACE, "quasi-random", num_trials=40, seed=seed)
    with pytest.warns(optuna.exceptions.ExperimentalWarning):
        sampler = optuna.samplers.QMCSampler(qmc_type="halton", scramble=True, seed=seed)
    assert_same_parameters(search.trials, optuna_trials(sampler, 40))


@pytest.mark.parametrize("seed", [0, 7])
def test_are_grid_trials_those_of_optunas_sampler(seed):
    levels = {"learning_rate": 3, "units": 2, "optimizer": 3}
    search = run_search(Valley(), SPACE, "grid", num_trials=100, levels=levels, seed=seed)
    values = {name: SPACE[name].levels(levels.get(name, 1)) for name in SPACE}
    assert values["learning_rate"] == pytest.approx([1e-6, 10**-2.5, 10])
    assert values["dropout"] == [0.45]
    study = optuna.create_study(sampler=optuna.samplers.GridSampler(values, seed=seed))
    study.optimize(lambda trial: float(len({trial._suggest(n, d) for n, d in SPACE.to_optuna().items()})))
    assert_same_parameters(search.trials, [{n: t.params[n] for n in SPACE} for t in study.trials])
    assert len(search.trials) == 18


def test_does_a_grid_with_levels_end_by_itself():
    search = run_search(Valley(), SPACE, "grid", levels={"depth": 3})
    assert sorted(trial.parameters["depth"] for trial in search.trials) == sorted(SPACE["depth"].levels(3))


def test_does_a_grid_without_levels_use_its_trials_and_not_more():
    space = Space(a=Real(0, 1), b=Choice((1, 2)), c=Integer(1, 3))
    for num_trials in (1, 7, 16, 27, 60):
        levels = grid_levels(space, num_trials)
        points = {tuple(t.values()) for t in rows_of(plan(space, "grid", num_trials, 0))}
        assert len(points) == np.prod(list(levels.values())) <= num_trials
        assert levels["b"] <= 2
        assert levels["c"] <= 3
    assert grid_levels(space, 16) == {"a": 4, "b": 2, "c": 2}


@pytest.mark.parametrize(
    ("num_trials", "levels"),
    [
        (1, (1, 1, 1, 1)),
        (6, (6, 1, 1, 1)),  # seven decades: a level a decade comes first
        (16, (8, 2, 1, 1)),
        (30, (15, 2, 1, 1)),
        (64, (16, 2, 2, 1)),
        (150, (25, 3, 2, 1)),
    ],
)
def test_do_levels_go_where_a_grid_is_coarsest(num_trials, levels):
    space = Space(
        learning_rate=Real(1e-6, 10, log=True),
        dropout=Real(0, 0.5),
        batch_size=Choice((32, 128, 512)),
        schedule=Choice(("constant", "cosine")),
    )
    found = grid_levels(space, num_trials)
    assert np.prod(list(found.values())) <= num_trials
    assert tuple(found.values()) == levels


def test_does_a_grid_without_levels_shift_them_by_its_seed():
    """One level in each of as many equal parts, every value as likely as every other, none at a limit."""
    space = Space(rate=Real(1e-6, 10, log=True), share=Real(-1, 3), kind=Choice(("a", "b", "c")))
    levels = grid_levels(space, 20)
    assert levels == {"rate": 10, "share": 2, "kind": 1}
    shifts = {"rate": [], "share": []}
    kinds = []
    for seed in range(400):
        grid = plan(space, "grid", 20, seed)
        shares = {"rate": (np.log10(grid["rate"].astype(float)) + 6) / 7, "share": (grid["share"] + 1) / 4}
        for name, places in shares.items():
            places = np.unique(places.astype(float))
            assert places == pytest.approx(
                (np.arange(levels[name]) + places[0] * levels[name]) / levels[name]
            )
            shifts[name].append(places[0] * levels[name])
        kinds += set(grid["kind"])
    from scipy.stats import kstest

    assert len(kinds) == 400
    assert min(kinds.count(option) for option in "abc") > 400 / 3 - 5 * np.sqrt(400 * 2 / 9)
    assert all(kstest(values, "uniform").pvalue > 0.01 for values in shifts.values())


@pytest.mark.parametrize("num", [1, 2, 3, 7, 12, 40])
@pytest.mark.parametrize("shift", [0.0, 0.3, 0.5, np.nextafter(1, 0)])
def test_is_every_level_of_a_shifted_grid_there_once_and_inside(num, shift):
    for dimension in (
        Real(1e-6, 10, log=True),
        Real(-2, 5),
        Integer(1, 12),
        Integer(1, 300, log=True),
        Integer(1, 12, log=True),
        Integer(-3, 2),
        Choice(("a", None, 3)),
    ):
        levels = dimension.levels_between(num, shift)
        most = len(dimension.options) if isinstance(dimension, Choice) else None
        if isinstance(dimension, Integer):
            most = dimension.high - dimension.low + 1
        assert len(levels) == len(set(levels)) == (num if most is None else min(num, most))
        assert all(Space(x=dimension).contains({"x": level}) for level in levels)
        assert isinstance(dimension, Choice) or levels == sorted(levels)


def test_can_a_grid_with_levels_be_shifted_and_one_without_stand_still():
    levels = {"learning_rate": 4, "optimizer": 2}
    shifted = [plan(SPACE, "grid", 99, seed, levels, offset=True)["learning_rate"] for seed in (1, 2)]
    assert [len(set(rates)) for rates in shifted] == [4, 4]
    assert not set(shifted[0]) & set(shifted[1])
    still = plan(SPACE, "grid", 99, 3, offset=False)
    assert sorted(set(still["learning_rate"]))[:: len(set(still["learning_rate"])) - 1] == pytest.approx(
        [1e-6, 10]
    )
    for wrong in ({"offset": 1, "method": "grid"}, {"offset": True, "method": "random"}):
        with pytest.raises(ValueError, match="offset must be True or False, for the method grid only"):
            run_search(Valley(), SPACE, num_trials=9, **wrong)


RATES = Space(
    rate=Real(1e-4, 1, log=True), share=Real(0, 0.8), units=Integer(1, 64, log=True), kind=Choice(("a", "b"))
)


class Bowl(Valley):
    """A loss that is lowest at a rate of 0.01, whatever the seed."""

    def epochs(self, parameters, seed):
        loss = abs(np.log10(parameters["rate"]) + 2) + parameters["share"] / 10
        return iter([(loss, 1 / (1 + loss))] * 9)


@pytest.mark.parametrize("draw", ["random", "quasi-random"])
@pytest.mark.parametrize("freeze", [False, True])
def test_does_each_round_look_around_the_best_before_it(draw, freeze):
    refinement = Refinement(["rate"], factor=5, num_rounds=3, freeze=freeze, draw=draw)
    search = run_search(Bowl(), RATES, "coarse-to-fine", 20, seed=3, refinement=refinement)
    everywhere = run_search(Bowl(), RATES, draw, 20, seed=3).trials
    assert refinement.starts(20) == [0, 7, 14, 20]
    assert [t.parameters for t in search.trials[:7]] == [t.parameters for t in everywhere[:7]]
    for start, end, factor in ((7, 14, 5), (14, 20, 3)):
        best = min(search.trials[:start], key=lambda trial: trial.val_loss).parameters
        for trial, elsewhere in zip(search.trials[start:end], everywhere[start:end], strict=True):
            assert best["rate"] / factor <= trial.parameters["rate"] * (1 + 1e-12)
            assert trial.parameters["rate"] <= best["rate"] * factor * (1 + 1e-12)
            source = best if freeze else elsewhere.parameters
            others = [name for name in RATES if name != "rate"]
            assert [trial.parameters[n] for n in others] == [source[n] for n in others]
        assert len({trial.parameters["rate"] for trial in search.trials[start:end]}) == end - start


def test_is_what_is_refined_cut_at_the_limits_and_a_linear_range_made_smaller():
    refinement = Refinement(factor=4)
    planned = {"rate": np.geomspace(1e-4, 0.9999, 9), "share": np.linspace(0, 0.7999, 9)}
    space = Space(rate=RATES["rate"], share=RATES["share"])
    values = refinement.around(space, planned, 1, {"rate": 0.5, "share": 0.2})
    assert values["rate"][[0, -1]] == pytest.approx([0.125, 1], rel=1e-3)
    assert values["share"][[0, -1]] == pytest.approx([0.1, 0.3], rel=1e-3)
    again = refinement.around(space, planned, 1, {"rate": 1e-4, "share": 0.0})
    assert again["rate"][[0, -1]] == pytest.approx([1e-4, 4e-4], rel=1e-3)
    assert again["share"][[0, -1]] == pytest.approx([0, 0.1], abs=1e-3)
    assert refinement.around(space, planned, 1, None) is planned


@pytest.mark.parametrize("factor", [1.1, 3, 20])
def test_looks_each_round_at_less_of_every_number(factor):
    space = Space(rate=RATES["rate"], share=RATES["share"])
    planned = {"rate": np.geomspace(1e-4, 0.9999, 9), "share": np.linspace(0, 0.7999, 9)}
    best = {"rate": 0.01, "share": 0.4}
    rounds = [Refinement(factor=factor, num_rounds=5).around(space, planned, k, best) for k in range(5)]
    widths = {
        "rate": [math.log(values["rate"].max() / values["rate"].min()) for values in rounds],
        "share": [np.ptp(values["share"]) for values in rounds],
    }
    assert widths["rate"] == sorted(set(widths["rate"]), reverse=True)
    assert widths["share"] == pytest.approx(
        [0.8, *(0.8 / factor / 2**halved for halved in range(4))], rel=1e-3
    )


def test_does_a_refinement_go_on_everywhere_as_long_as_nothing_has_succeeded():
    class Late(Bowl):
        asked = 0

        def epochs(self, parameters, seed):
            self.asked += 1
            if self.asked <= 5:
                raise RuntimeError("no room yet")
            return super().epochs(parameters, seed)

    search = run_search(Late(), RATES, "coarse-to-fine", 10, refinement=Refinement(["rate"]))
    everywhere = run_search(Bowl(), RATES, "random", 10)
    assert [t.parameters for t in search.trials] == [t.parameters for t in everywhere.trials]
    assert [t.state for t in search.trials] == ["failed"] * 5 + ["complete"] * 5


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"refinement": Refinement(["units"])}, "names: 'units' is no Real of the space"),
        ({"refinement": Refinement(["width"])}, "names: 'width' is no Real of the space"),
        ({"space": Space(units=Integer(1, 9))}, "coarse-to-fine narrows a Real, and this space has none"),
        ({"refinement": 3.0}, "refinement must be a Refinement, not 3.0"),
        ({"method": "random", "refinement": Refinement()}, "refinement is for the method coarse-to-fine"),
    ],
)
def test_is_a_refinement_that_cannot_be_made_refused_by_name(arguments, named):
    with pytest.raises(ValueError, match=named) as refusal:
        run_search(Bowl(), **{"space": RATES, "method": "coarse-to-fine", "num_trials": 8} | arguments)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"factor": 1}, "factor must be a number above 1, not 1"),
        ({"factor": float("inf")}, "factor must be a number above 1"),
        ({"num_rounds": 1}, "num_rounds must be a whole number of at least 2"),
        ({"draw": "grid"}, "draw must be one of random, quasi-random"),
        ({"names": "rate"}, "names must be a list or tuple"),
        ({"freeze": "no"}, "freeze must be True or False, not 'no'"),
        ({"factor": 10**400}, "factor must be a number above 1"),
    ],
)
def test_is_a_refinement_out_of_range_refused_by_name(wrong, named):
    with pytest.raises(ValueError, match=named):
        Refinement(**wrong)


class Odd(Valley):
    """In the third trial something goes wrong."""

    asked = 0

    def __init__(self, wrong):
        self.wrong = wrong

    def epochs(self, parameters, seed):
        self.asked += 1
        return iter(self.wrong) if self.asked == 3 else super().epochs(parameters, seed)


@pytest.mark.parametrize(
    ("wrong", "state", "error"),
    [
        ([(0.5, 0.5), (float("nan"), 0.1)], "diverged", ""),
        ([(0.5, 0.5), (float("inf"), 0.1)], "diverged", ""),
        ([0.5, 0.4], "failed", "TypeError: cannot unpack non-iterable float object"),
        ([("much", 0.4)], "failed", "ValueError: could not convert string to float: 'much'"),
        (7, "failed", "TypeError: 'int' object is not iterable"),
    ],
)
def test_does_a_third_trial_that_goes_wrong_cost_itself_only(wrong, state, error):
    search = run_search(Odd(wrong), SPACE, num_trials=5)
    assert [trial.state for trial in search.trials] == ["complete"] * 2 + [state] + ["complete"] * 2
    assert search.trials[2].error == error
    assert search.best.number != 2


def rows_of(planned):
    return [dict(zip(planned, row, strict=True)) for row in zip(*planned.values(), strict=True)]


def test_is_a_log_scale_uniform_in_its_logarithm():
    from scipy.stats import kstest

    rates = np.log10(plan(SPACE, "random", 4000, 3)["learning_rate"].astype(float))
    assert kstest(rates, "uniform", args=(-6, 7)).pvalue > 0.01


def stepwise(sampler_of_trial, num_trials):
    """A plain Optuna study that minimises the valley, with a given sampler for each trial."""
    study = optuna.create_study()
    for number in range(num_trials):
        study.sampler = sampler_of_trial(number)
        trial = study.ask()
        parameters = {name: trial._suggest(name, d) for name, d in SPACE.to_optuna().items()}
        *_, (loss, _) = Valley().epochs(parameters, 0)
        study.tell(trial, loss)
    return [trial.params for trial in study.trials]


@pytest.mark.parametrize("method", ["tpe", "multivariate-tpe"])
def test_does_tpe_choose_what_optunas_sampler_chooses(method, monkeypatch):
    monkeypatch.setattr(Valley, "num_seeds", 1)
    search = run_search(Valley(), SPACE, method, num_trials=25, seed=4)

    def sampler(number):
        seed = int(np.random.SeedSequence((4, number)).generate_state(1)[0])
        return optuna.samplers.TPESampler(seed=seed, multivariate=method == "multivariate-tpe")

    assert_same_parameters(search.trials, stepwise(sampler, 25))


def test_does_tpe_learn():
    """Behind its ten random trials it stays near the valley's bottom; random trials do not."""

    def distance(method):
        trials = [
            t for seed in range(5) for t in run_search(Valley(), SPACE, method, 40, seed=seed).trials[20:]
        ]
        return np.mean([abs(np.log10(t.parameters["learning_rate"]) + 1) for t in trials])

    assert distance("tpe") < distance("random") / 2


@pytest.mark.parametrize("method", METHODS)
def test_does_a_seed_decide_everything(method):
    one, same, other = (run_search(Valley(), SPACE, method, 12, seed=seed) for seed in (1, 1, 2))
    without_time = [
        [dataclasses.replace(trial, seconds=0) for trial in search.trials] for search in (one, same, other)
    ]
    assert without_time[0] == without_time[1]
    assert without_time[0] != without_time[2]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("num_epochs", [9, 40, 100])
def test_does_a_search_keep_to_its_epochs(method, num_epochs):
    search = run_search(Valley(), SPACE, method, num_epochs=num_epochs)
    assert search.num_epochs <= num_epochs
    assert search.num_epochs == sum(len(trial.val_losses) for trial in search.trials)
    assert search.num_epochs > num_epochs - 9 or method in ("grid", "successive-halving")
    assert max(trial.ended_at for trial in search.trials) == search.num_epochs


def test_does_successive_halving_keep_the_best_third_by_hand():
    search = run_search(Valley(), SPACE, "successive-halving", num_trials=27, seed=2)
    # Comparisons after 1 and 3 of 9 epochs: 27 * 1 + 9 * 2 + 3 * 6.
    assert search.num_epochs == 63 == halving_cost(27, 9, 1, 3)
    assert sorted(trial.num_epochs for trial in search.trials) == [1] * 18 + [3] * 6 + [9] * 3
    by_first_loss = sorted(search.trials, key=lambda trial: trial.val_losses[0])
    assert {trial.num_epochs for trial in by_first_loss[:9]} == {3, 9}
    by_third_loss = sorted(by_first_loss[:9], key=lambda trial: trial.val_losses[2])
    assert [trial.state for trial in by_third_loss] == ["complete"] * 3 + ["pruned"] * 6


@pytest.mark.parametrize("method", ["asha", "hyperband"])
def test_are_trials_pruned_as_in_a_study_that_optuna_optimizes(method):
    search = run_search(Valley(), SPACE, method, num_trials=40, seed=6)
    pruner = {
        "asha": optuna.pruners.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3),
        "hyperband": optuna.pruners.HyperbandPruner(min_resource=1, max_resource=9, reduction_factor=3),
    }[method]
    seeds = iter([trial.seed for trial in search.trials])

    def objective(trial):
        parameters = {name: trial._suggest(name, d) for name, d in SPACE.to_optuna().items()}
        for epoch, (loss, _) in enumerate(Valley().epochs(parameters, next(seeds)), start=1):
            trial.report(loss, epoch)
            if epoch < 9 and trial.should_prune():
                raise optuna.TrialPruned
        return loss

    sampler = optuna.samplers.RandomSampler(seed=6)
    study = optuna.create_study(sampler=sampler, pruner=pruner, study_name="search")
    study.optimize(objective, n_trials=40)
    assert [trial.num_epochs for trial in search.trials] == [len(t.intermediate_values) for t in study.trials]
    assert {trial.state for trial in search.trials} == {"complete", "pruned"}


def test_does_hyperband_spread_its_trials_over_brackets_as_optuna_does():
    pruner = optuna.pruners.HyperbandPruner(min_resource=1, max_resource=9, reduction_factor=3)
    study = optuna.create_study(study_name="search", pruner=pruner)
    pruner._try_initialization(study)
    numbers = []
    for number in range(200):
        frozen = optuna.trial.create_trial(value=0.0)
        frozen.number = number
        numbers.append(pruner._get_bracket_id(study, frozen))
    assert brackets(200, 9, 1, 3).tolist() == numbers


class Breaking(Valley):
    """Diverges above a rate of 1, raises below 0.0001."""

    def epochs(self, parameters, seed):
        for epoch, (loss, accuracy) in enumerate(super().epochs(parameters, seed)):
            if parameters["learning_rate"] > 1 and epoch == 2:
                yield float("nan"), accuracy
                return
            if parameters["learning_rate"] < 1e-4 and epoch == 1:
                raise RuntimeError("the disk is full")
            yield loss, accuracy


@pytest.mark.parametrize("method", METHODS)
def test_are_failed_and_diverged_trials_data(method):
    search = run_search(Breaking(), SPACE, method, num_trials=24, seed=1, min_epochs=3)
    by_state = {state: [t for t in search.trials if t.state == state] for state in ("failed", "diverged")}
    assert len(search.trials) in (24, 22)
    assert by_state["failed"]
    assert by_state["diverged"]
    for trial in by_state["failed"]:
        assert trial.error == "RuntimeError: the disk is full"
        assert trial.num_epochs == 1
        assert trial.parameters["learning_rate"] < 1e-4
    for trial in by_state["diverged"]:
        assert trial.num_epochs == 3
        assert np.isnan(trial.val_loss)
    assert search.best.state in ("complete", "pruned")
    assert np.isfinite(search.best_so_far[-1])


def test_does_a_search_without_any_success_say_why():
    class Broken(Valley):
        def epochs(self, parameters, seed):
            raise TypeError("units must be int")

    search = run_search(Broken(), SPACE, num_trials=2)
    with pytest.raises(
        ValueError, match=r"no trial .* succeeded \(trial 0 failed: TypeError: units must be int"
    ):
        _ = search.best
    assert search.best_so_far.shape == (0,)


def trial(number, losses, ended_at, state="complete", accuracies=None):
    accuracies = accuracies or tuple(1 - loss for loss in losses)
    return Trial(number, {"x": 0.5}, 0, state, tuple(losses), accuracies, ended_at=ended_at)


def test_is_best_so_far_what_one_counts_by_hand():
    trials = (
        trial(0, [0.9, 0.8], 2),
        trial(1, [0.5, float("nan")], 4, "diverged"),
        trial(2, [0.85], 5, "pruned"),
        trial(3, [0.9, 0.3], 7),
        trial(4, [0.2, 0.6], 9),
    )
    search = Search("random", Space(x=Real(0, 1)), trials, seed=0)
    assert search.best.number == 3
    np.testing.assert_array_equal(search.best_so_far, [np.nan, 0.8, 0.8, 0.8, 0.8, 0.8, 0.3, 0.3, 0.3])
    by_accuracy = dataclasses.replace(search, metric="val_accuracy")
    assert by_accuracy.best.number == 3
    np.testing.assert_allclose(by_accuracy.best_so_far[[1, 8]], [0.2, 0.7])


def test_does_a_notebook_show_a_search_in_one_line():
    from IPython.lib.pretty import pretty

    search = Search("tpe", Space(x=Real(0, 1)), (trial(0, [0.9, 0.8], 2), trial(1, [0.5], 3)), seed=0)
    assert pretty(search) == "Search: tpe, 2 trials, 3 epochs, best val_loss 0.5000"
    lost = dataclasses.replace(search, trials=(trial(0, [float("nan")], 1, "diverged"),))
    assert pretty(lost) == "Search: tpe, 1 trials, 1 epochs"


def test_is_the_test_part_looked_at_once_and_for_the_chosen_trial_only():
    class Asked(Valley):
        looks = []  # noqa: RUF012 one list for all

        def test_accuracy(self, parameters, seed, num_epochs):
            self.looks.append((parameters, seed, num_epochs))
            return super().test_accuracy(parameters, seed, num_epochs)

    search = run_search(Asked(), SPACE, num_trials=5)
    assert {trial.test_accuracy for trial in search.trials} == {None}
    assert Asked.looks == []
    reported = report(search, Asked())
    assert reported.test_accuracy == 0.09
    assert Asked.looks == [(search.best.parameters, search.best.seed, 9)]
    assert dataclasses.replace(reported, test_accuracy=None) == search.best


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"method": "bayes"}, "method must be one of grid, quasi-random, random"),
        ({"num_trials": None}, "num_trials or num_epochs"),
        ({"num_trials": 0}, "num_trials must be a whole number of at least 1, not 0"),
        ({"num_trials": 2.0}, "num_trials"),
        (
            {"num_epochs": 8},
            "num_epochs must be a whole number of at least 9, the epochs of one trial, not 8",
        ),
        ({"min_epochs": 10}, "min_epochs=10 is more than the 9 epochs"),
        ({"min_epochs": 0}, "min_epochs"),
        ({"reduction_factor": 1}, "reduction_factor must be a whole number of at least 2"),
        ({"metric": "test_accuracy"}, "metric must be one of val_loss, val_accuracy"),
        ({"seed": -1}, "seed"),
        ({"space": {"x": Real(0, 1)}}, "space must be a Space"),
        ({"method": "grid", "levels": 5}, "levels must be a number for each name, as .'l2': 5., not 5"),
        ({"method": "grid", "levels": 5, "num_trials": None}, "levels must be a number for each name"),
        ({"levels": {"depth": 2}}, "levels is for the method grid"),
        ({"method": "grid", "levels": {"width": 2}}, "levels names 'width'"),
        ({"method": "grid", "levels": {"depth": 0}}, "levels..depth.. must be a whole number"),
    ],
)
def test_is_an_argument_out_of_range_refused_by_name(arguments, named):
    with pytest.raises(ValueError, match=named) as refusal:
        run_search(Valley(), **{"space": SPACE, "num_trials": 3} | arguments)
    assert "\n" not in str(refusal.value)


@pytest.fixture(scope="module")
def data():
    from helpers.data import fashion_mnist

    return fashion_mnist(num_train=320, num_val=100)


def test_is_a_live_trial_what_training_by_hand_gives(data):
    from helpers.training import Configuration, train_fast

    objective = LiveObjective(data, num_epochs=3)
    space = Space(learning_rate=Real(0.01, 0.3, log=True), l2=Choice((0.0, 1e-3)))
    search = run_search(objective, space, num_trials=3, seed=1)
    for trial in search.trials:
        run = train_fast(Configuration(**trial.parameters, num_epochs=3), data, trial.seed)
        np.testing.assert_array_equal(trial.val_losses, run.val_losses)
        np.testing.assert_array_equal(trial.val_accuracies, run.val_accuracies)
    run = train_fast(
        Configuration(**search.best.parameters, num_epochs=3), data, search.best.seed, test_curves=True
    )
    assert report(search, objective).test_accuracy == run.test_accuracies[-1]


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still; the seconds it has counted are its first entry."""
    counted = [0.0]
    monkeypatch.setattr(run, "time", SimpleNamespace(perf_counter=lambda: counted[0], sleep=time.sleep))
    return counted


class Slow(Valley):
    """Trains epoch by epoch, three seconds each."""

    def __init__(self, clock):
        self.clock = clock

    def epochs(self, parameters, seed):
        for epoch in super().epochs(parameters, seed):
            self.clock[0] += 3
            yield epoch


@pytest.mark.parametrize("method", ["random", "successive-halving", "asha", "hyperband"])
def test_are_the_seconds_of_a_trial_those_of_its_own_epochs(method, clock):
    search = run_search(Slow(clock), SPACE, method, num_trials=9, seed=1)
    assert [trial.seconds for trial in search.trials] == [3 * trial.num_epochs for trial in search.trials]
    assert clock[0] == 3 * search.num_epochs


@pytest.mark.parametrize("method", ["successive-halving", "asha", "hyperband"])
def test_does_a_pruned_trial_of_live_training_tell_the_seconds_of_the_whole_training(method, clock, data):
    def train(configuration, data, seed):
        clock[0] += 20
        losses = np.linspace(configuration.learning_rate, 0, configuration.num_epochs)
        return SimpleNamespace(configuration=configuration, val_losses=losses, val_accuracies=losses)

    objective = LiveObjective(data, num_epochs=9, train=train)
    search = run_search(objective, Space(learning_rate=Real(0.1, 1)), method, num_trials=9, seed=1)
    pruned = [trial for trial in search.trials if trial.state == "pruned"]
    assert pruned
    assert {trial.num_epochs for trial in pruned} <= {1, 3}
    assert {trial.seconds for trial in search.trials} == {20}


@pytest.mark.parametrize(
    ("method", "budget", "shown"),
    [
        ("random", {"num_trials": 4}, [0, 1, 2, 3, 4]),
        ("random", {"num_epochs": 30}, [0, 9, 18, 27]),
        ("successive-halving", {"num_trials": 9}, [6, 8, 9]),
    ],
)
def test_does_a_search_tell_how_much_of_its_budget_is_spent(method, budget, shown, monkeypatch):
    told, totals = [], []

    @contextlib.contextmanager
    def bar(what, total, wanted):
        totals.append((total, wanted))
        yield told.append

    monkeypatch.setattr(run, "progress_bar", bar)
    run_search(Valley(), SPACE, method, **budget)
    assert told == shown
    run_search(Valley(), SPACE, method, **budget, progress=False)
    (total,) = budget.values()
    assert totals == [(total, True), (total, False)]


def test_does_a_bar_show_in_a_terminal_only(monkeypatch, capsys):
    for in_terminal, wanted in [(False, True), (True, False), (True, True)]:
        if in_terminal:
            monkeypatch.setenv("TTY_COMPATIBLE", "1")  # how Rich is told that what looks like none is one
        with progress_bar("counting", 3, wanted) as show:
            for done in range(4):
                show(done)
        printed = "".join(capsys.readouterr())
        assert ("counting" in printed) == ("100%" in printed) == (in_terminal and wanted)


@pytest.mark.slow
def test_does_live_training_take_a_configuration_of_ones_own_and_keep_its_failures(data):
    from helpers.training import Configuration

    def deep(parameters, num_epochs):
        return Configuration(parameters["rate"], num_epochs=num_epochs, hidden=(16,) * parameters["depth"])

    objective = LiveObjective(data, 2, configure=deep)
    search = run_search(objective, Space(rate=Real(-0.2, 0.2), depth=Integer(1, 2)), num_trials=6)
    states = {trial.state for trial in search.trials}
    assert states == {"complete", "failed"}
    for trial in search.trials:
        assert (trial.state == "failed") == (trial.parameters["rate"] <= 0)
        assert trial.state == "complete" or "learning_rate must be a positive number" in trial.error


@pytest.mark.parametrize("pair", [(0.5, None), (0.5, "x"), (None, 0.5), (0.5, np.array([0.1, 0.2])), (0.5,)])
def test_epoch_that_is_no_pair_of_numbers_fails_the_trial(pair):
    class Broken(Valley):
        def epochs(self, parameters, seed):
            yield 0.9, 0.1
            yield pair

    for trial in run_search(Broken(), SPACE, num_trials=2).trials:
        assert (trial.state, trial.val_losses, trial.val_accuracies) == ("failed", (0.9,), (0.1,))


class Stopped(Valley):
    """Ctrl-C comes in the third trial."""

    asked = 0

    def epochs(self, parameters, seed):
        self.asked += 1
        if self.asked == 3:
            raise KeyboardInterrupt
        yield from super().epochs(parameters, seed)


@pytest.mark.parametrize("method", ["random", "coarse-to-fine", "tpe", "asha"])
def test_interrupted_search_keeps_the_trials_that_had_ended(method):
    with pytest.raises(KeyboardInterrupt) as interruption:
        run_search(Stopped(), SPACE, method, num_trials=5, seed=1)
    whole = run_search(Valley(), SPACE, method, num_trials=5, seed=1)
    kept = interruption.value.search.trials
    assert [t.parameters for t in kept] == [t.parameters for t in whole.trials[:2]]
    (line,) = interruption.value._render_traceback_()
    assert line == "2 trials had ended: sys.last_value.search has them."


@pytest.mark.parametrize(
    ("before", "after"), [("INFO", "WARNING"), ("WARNING", "WARNING"), ("ERROR", "ERROR")]
)
def test_search_makes_optuna_no_louder_than_it_was(before, after):
    optuna.logging.set_verbosity(getattr(optuna.logging, before))
    run_search(Valley(), SPACE, num_trials=1)
    assert optuna.logging.get_verbosity() == getattr(optuna.logging, after)


@pytest.mark.parametrize("room", ["helpers.search", "helpers.search.bank"])
def test_does_importing_the_room_wait_with_optuna_and_tensorflow(room):
    program = f"import {room}, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (
        set(done.stdout.split()) & {"optuna", "tensorflow", "keras", "scipy", "sqlalchemy", "sklearn"}
        == set()
    )


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (Space(dropout=Real(0, 0.5)), "dropout must lie between 0 and 0.3"),
        (Space(learnin_rate=Real(1e-4, 1, log=True)), "learnin_rate: the bank varies"),
    ],
)
def test_is_a_space_beyond_the_bank_refused_before_the_first_trial(space, message):
    with pytest.raises(ValueError, match=message):
        run_search(load_bank().objective(), space, num_trials=3, progress=False)


@pytest.mark.parametrize("method", ["successive-halving", "asha", "hyperband"])
@pytest.mark.parametrize("kind", [np.int64, np.uint8])
@pytest.mark.parametrize("given", [{"min_epochs": 2}, {"reduction_factor": 2}])
def test_do_numpy_numbers_stop_the_trials_that_pythons_stop(method, kind, given):
    """Parameters are drawn in advance: the epochs of the trials are what rungs decide."""
    plain, usual = (run_search(Valley(), SPACE, method, 12, **rules) for rules in (given, {}))
    of_numpy = {name: kind(value) for name, value in given.items()}
    found = run_search(Valley(), SPACE, method, kind(12), **of_numpy)
    epochs, unchanged, numpys = (
        [trial.num_epochs for trial in search.trials] for search in (plain, usual, found)
    )
    assert numpys == epochs != unchanged


@pytest.mark.parametrize("method", ["successive-halving", "asha", "hyperband"])
def test_may_epochs_be_numpys(method):
    class OfNumpy(Valley):
        num_epochs = np.int64(9)

    plain, found = (run_search(one, SPACE, method, num_epochs=60) for one in (Valley(), OfNumpy()))
    assert [trial.num_epochs for trial in found.trials] == [trial.num_epochs for trial in plain.trials]
    limited = run_search(OfNumpy(), SPACE, method, num_epochs=np.int64(60))
    assert [trial.num_epochs for trial in limited.trials] == [trial.num_epochs for trial in plain.trials]


def test_have_equal_spaces_equal_hashes():
    one, other = Space(a=Real(0, 1), b=Real(0, 2)), Space(b=Real(0, 2), a=Real(0, 1))
    assert one == other
    assert hash(one) == hash(other)
