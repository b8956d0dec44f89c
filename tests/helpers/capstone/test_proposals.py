"""Which parameters a trial has follows from its part and what went before, and from nothing else."""

import math

import numpy as np
import pytest
from capstones import FIXED, REFERENCE, Trainings

from helpers.capstone import OUTER_SPACE, Capstone, work
from helpers.capstone.log import parse_log
from helpers.capstone.proposals import most_trials, proposed
from helpers.search import Choice, Real, Space

WITHOUT = {name: value for name, value in FIXED.items() if name != "dropout"}
WIDE = Space(learning_rate=Real(1e-4, 1, log=True), dropout=Real(0.01, 0.6))


def test_does_the_reference_follow_from_its_parts():
    log = parse_log(REFERENCE.read_bytes())
    for stage in log.stages:
        mine = [training for training in log.trials if training.stage == stage.stage]
        assert len(mine) == stage.num_trials
        for place, training in enumerate(mine):
            found = proposed(stage, mine[:place])
            assert list(found) == list(OUTER_SPACE)
            for name, value in found.items():
                is_real = isinstance(OUTER_SPACE[name], Real)
                assert training.parameters[name] == (pytest.approx(value, rel=1e-9) if is_real else value)


def test_is_a_trial_by_tpe_the_one_that_optuna_proposes(monkeypatch, tmp_path):
    """An own study is told the same losses, and asked one trial after the other."""
    import optuna

    from helpers.search.study import sampler_of

    monkeypatch.setattr(
        work, "train", Trainings(diverging=lambda parameters: parameters["learning_rate"] > 0.3)
    )
    mine = Capstone("7", tmp_path / "log")
    mine.search(WIDE, "tpe", 14, **WITHOUT)
    [stage] = mine.log.stages
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    for place, training in enumerate(mine.log.trials):
        study = optuna.create_study(sampler=sampler_of(WIDE, "tpe", stage.seed, place, None))
        for earlier in mine.log.trials[:place]:
            value = earlier.val_losses[-1]
            told = {name: earlier.parameters[name] for name in WIDE}
            study.add_trial(
                optuna.trial.create_trial(
                    params=told,
                    distributions=WIDE.to_optuna(),
                    value=math.inf if math.isnan(value) else value,
                )
            )
        trial = study.ask()
        assert training.parameters["learning_rate"] == trial.suggest_float("learning_rate", 1e-4, 1, log=True)
        assert training.parameters["dropout"] == trial.suggest_float("dropout", 0.01, 0.6)


def test_does_tpe_learn_from_what_came_before(monkeypatch, tmp_path):
    monkeypatch.setattr(work, "train", Trainings())
    mine = Capstone("7", tmp_path / "log")
    mine.search(WIDE, "tpe", 20, **WITHOUT)
    rates = np.log10([training.parameters["learning_rate"] for training in mine.log.trials])
    assert np.abs(rates[-5:] + 2.5).mean() < np.abs(rates[:10] + 2.5).mean()


@pytest.mark.parametrize("num_trials", [1, 3, 5, 8, 17, 20])
def test_how_many_trials_has_a_grid(num_trials):
    """Rates and dropout share the levels; where they cannot use up all trials, some are left."""
    log = parse_log(REFERENCE.read_bytes())
    stage = log.stages[0].__class__(0, "grid", WIDE, WITHOUT, num_trials, 7)
    points = set()
    for place in range(most_trials(stage)):
        earlier = [None] * place
        points.add(tuple(proposed(stage, earlier).values()))
    assert len(points) == most_trials(stage) <= num_trials
    with pytest.raises(IndexError):
        proposed(stage, [None] * most_trials(stage))
    both = Space(optimizer=Choice(("momentum", "adam")), units=Choice((64, 128)))
    rest = {"learning_rate": 0.01, **{name: FIXED[name] for name in FIXED if name not in both}}
    assert most_trials(stage.__class__(0, "grid", both, rest, num_trials, 7)) <= 4


def test_is_a_trial_by_hand_what_was_given():
    log = parse_log(REFERENCE.read_bytes())
    given = log.trials[4].parameters
    stage = log.stages[0].__class__(2, "by hand", None, dict(reversed(given.items())), 1, 0, "so")
    assert proposed(stage, []) == given
    assert list(proposed(stage, [])) == list(OUTER_SPACE)
    assert most_trials(stage) == 1
