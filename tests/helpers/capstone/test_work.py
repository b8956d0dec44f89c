"""What a learner calls: each path keeps a log that nothing can be said against, and each fault is one line.

Training is replaced by a stand-in here, but for one case.
"""

import signal
import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest
from capstones import BY_HAND, FIXED, Trainings, anywhere, copied, events_of, loss_of

from helpers.capstone import OUTER_SPACE, Capstone, verdict, work
from helpers.capstone.log import parse_log
from helpers.capstone.review import review
from helpers.capstone.task import training_seed
from helpers.checks.cell_session import CheckFailed
from helpers.errors import CourseError
from helpers.search import Choice, Integer, Real, Space

RATES = Space(learning_rate=Real(3e-4, 0.1, log=True))
WIDE = Space(learning_rate=Real(1e-4, 1, log=True), dropout=Real(0.01, 0.6))
WITHOUT = {name: value for name, value in FIXED.items() if name != "dropout"}


@pytest.fixture
def trainings(monkeypatch):
    stand_in = Trainings()
    monkeypatch.setattr(work, "train", stand_in)
    return stand_in


@pytest.fixture
def path(tmp_path):
    return tmp_path / "search.jsonl"


def refused(call, *arguments, **named):
    """The one line with which a call is refused."""
    with pytest.raises(CourseError) as caught:
        call(*arguments, **named)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def said_against(path):
    return {aspect: said for aspect, said in review(parse_log(path.read_bytes())).items() if said}


def parameters(path):
    return [training.parameters for training in parse_log(path.read_bytes()).trials]


def finish(mine, num_finalists=3):
    """Repeat the best, choose, and open the test part."""
    best = sorted(mine.trials.trials, key=lambda trial: trial.val_loss)[:num_finalists]
    means = {trial: losses.mean() for trial, losses in mine.repeat(*[each.number for each in best]).items()}
    mine.choose(min(means, key=means.get), "the lowest mean")
    return mine.open_test()


# --- honest paths ---


def one_part(mine):
    mine.search(OUTER_SPACE)


def a_grid(mine):
    mine.search(WIDE, "grid", **WITHOUT)


def two_parts(mine):
    mine.search(WIDE, "quasi-random", 12, **WITHOUT)
    mine.search(RATES, "tpe", 8, **FIXED)


def parts_that_go_on_in_turn(mine):
    mine.search(WIDE, "random", 4, **WITHOUT)
    mine.search(RATES, "tpe", 3, **FIXED)
    mine.search(WIDE, "random", 8, **WITHOUT)
    mine.search(RATES, "tpe", 12, **FIXED)


def by_hand_only(mine):
    for place, rate in enumerate((0.0003, 0.001, 0.003, 0.01, 0.03)):
        mine.try_by_hand(f"step {place}", **{**BY_HAND, "learning_rate": rate})


def a_grid_and_by_hand(mine):
    found = mine.search(WIDE, "grid", 17, **WITHOUT)
    for place in range(20 - len(found.trials)):
        mine.try_by_hand("between two of the grid", **{**BY_HAND, "dropout": 0.25 + 0.01 * place})


def twelve_only(mine):
    mine.search(WIDE, "quasi-random", 12, **WITHOUT)


def with_numbers_from_an_array(mine):
    fixed = {name: np.array([value])[0] for name, value in WITHOUT.items()}
    mine.search(WIDE, num_trials=np.int64(6), **fixed)
    mine.try_by_hand("copied", **{name: np.array([value])[0] for name, value in BY_HAND.items()})


def with_units_and_the_order_of_options(mine):
    units = Choice([np.int64(128), 64])
    space = Space(units=units, dropout=Real(0.01, 0.6, unit="share"), learning_rate=Real(1e-4, 1, True, "1"))
    rest = {name: FIXED[name] for name in ("l2", "optimizer", "schedule", "batch_size")}
    mine.search(space, "tpe", 14, **rest)


PATHS = [
    one_part, a_grid, two_parts, parts_that_go_on_in_turn, by_hand_only, a_grid_and_by_hand, twelve_only,
    with_numbers_from_an_array, with_units_and_the_order_of_options,
]  # fmt: skip


@pytest.mark.parametrize("path_taken", PATHS)
def test_is_nothing_said_against_an_honest_search(trainings, path, path_taken):
    for _ in range(2):  # the notebook runs from the top, twice
        mine = Capstone("Kim 7", path)
        path_taken(mine)
        accuracy = finish(mine)
        number_of_trainings = len(trainings.asked)
        written = path.read_bytes()
    against = said_against(path)
    against.pop("boundary", None)  # where the winner lies is luck
    assert against == {}
    assert 0.6 < accuracy < 0.7
    assert len(trainings.asked) == number_of_trainings == len(mine.log.trials) + 12 + 5
    mine.show()
    assert path.read_bytes() == written


def test_are_the_trainings_those_that_the_log_names(trainings, path):
    mine = Capstone("Kim 7", path)
    two_parts(mine)
    found = mine.repeat(3)[3]
    first, again = trainings.asked[:20], trainings.asked[20:]
    assert [seed for _, seed in first] == [training_seed("kim 7", trial) for trial in range(20)]
    assert [seed for _, seed in again] == [training_seed("kim 7", 3, number) for number in (1, 2, 3, 4)]
    assert [asked for asked, _ in first] == parameters(path)
    seeds = [training_seed("kim 7", 3, number) for number in range(5)]
    assert found == pytest.approx([loss_of(first[3][0], seed) for seed in seeds])


@pytest.mark.parametrize("method", ["random", "quasi-random", "grid"])
def test_are_the_parameters_those_of_the_search_lessons(trainings, path, method):
    from helpers.search.sampling import parameters_of, plan

    mine = Capstone("7", path)
    part = mine.search(WIDE, method, 9, **WITHOUT)
    seed = mine.log.stages[0].seed
    planned = plan(Space(learning_rate=WIDE["learning_rate"], dropout=WIDE["dropout"]), method, 9, seed)
    for place, trial in enumerate(part.trials):
        drawn = parameters_of(WIDE, planned, place)
        assert trial.parameters == WITHOUT | drawn
        assert list(trial.parameters) == list(OUTER_SPACE)


def test_does_the_order_of_a_space_change_nothing(trainings, tmp_path):
    turned = Space(dropout=WIDE["dropout"], learning_rate=WIDE["learning_rate"])
    for name, space in (("a", WIDE), ("b", turned)):
        Capstone("7", tmp_path / name).search(space, "quasi-random", 5, **WITHOUT)
    assert parameters(tmp_path / "a") == parameters(tmp_path / "b")
    assert len(Capstone("7", tmp_path / "a").search(turned, "quasi-random", 5, **WITHOUT).trials) == 5
    assert len(trainings.asked) == 10


def test_does_the_same_call_again_train_nothing(trainings, path):
    mine = Capstone("7", path)
    first = mine.search(WIDE, "tpe", 6, **WITHOUT)
    second = Capstone("7", path).search(WIDE, "tpe", 6, **WITHOUT)
    assert second == first
    assert Capstone("7", path).search(WIDE, "tpe", 3, **WITHOUT) == first
    assert len(trainings.asked) == 6
    mine.try_by_hand("one", **BY_HAND)
    mine.try_by_hand("another reason for the same", **BY_HAND)
    assert len(trainings.asked) == 7
    before = path.read_bytes()
    mine.repeat(0, 0, np.int64(0), 2)
    assert len(trainings.asked) == 7 + 8
    assert path.read_bytes().startswith(before)
    mine.repeat(2, 0)
    assert len(trainings.asked) == 7 + 8


@pytest.mark.parametrize("method", ["random", "quasi-random", "tpe"])
def test_does_a_longer_part_go_on_as_if_it_had_been_asked_for_at_once(trainings, tmp_path, method):
    for name, lengths in (("at once", [13]), ("in steps", [2, 11, 13])):
        for length in lengths:
            part = Capstone("7", tmp_path / name).search(WIDE, method, length, **WITHOUT)
            assert len(part.trials) == length
    assert parameters(tmp_path / "in steps") == parameters(tmp_path / "at once")
    assert said_against(tmp_path / "in steps").keys() == said_against(tmp_path / "at once").keys()


@pytest.mark.parametrize("method", ["random", "quasi-random", "grid", "tpe"])
@pytest.mark.parametrize("stop_at", [0, 1, 11])
def test_does_an_interruption_lose_one_trial_and_change_none(monkeypatch, tmp_path, method, stop_at):
    monkeypatch.setattr(work, "train", Trainings())
    Capstone("7", tmp_path / "unbroken").search(WIDE, method, 13, **WITHOUT)
    stopped = Trainings(stop_at=stop_at)
    monkeypatch.setattr(work, "train", stopped)
    with pytest.raises(KeyboardInterrupt):
        Capstone("7", tmp_path / "broken").search(WIDE, method, 13, **WITHOUT)
    assert len(parameters(tmp_path / "broken")) == stop_at
    [sentence] = said_against(tmp_path / "broken")["search_log"] if stop_at else [""]
    num = len(parameters(tmp_path / "unbroken"))
    if stop_at:
        assert f"Part 0 was to have {num} trials and has {stop_at}" in sentence
    Capstone("7", tmp_path / "broken").search(WIDE, method, 13, **WITHOUT)
    assert parameters(tmp_path / "broken") == parameters(tmp_path / "unbroken")
    assert (tmp_path / "broken").read_bytes() == (tmp_path / "unbroken").read_bytes()
    assert len(stopped.asked) == num


def test_do_interrupted_repeats_go_on(monkeypatch, path):
    monkeypatch.setattr(work, "train", Trainings(stop_at=7))
    mine = Capstone("7", path)
    mine.search(WIDE, "random", 4, **WITHOUT)
    with pytest.raises(KeyboardInterrupt):
        mine.repeat(1, 2)
    assert [(each.trial, each.again) for each in mine.log.repeats] == [(1, 1), (1, 2), (1, 3)]
    assert {trial: len(losses) for trial, losses in mine.repeat(1, 2).items()} == {1: 5, 2: 5}
    assert [(each.trial, each.again) for each in mine.log.repeats] == [
        (trial, again) for trial in (1, 2) for again in (1, 2, 3, 4)
    ]


def test_is_an_opening_that_was_interrupted_none(monkeypatch, path):
    monkeypatch.setattr(work, "train", Trainings(stop_at=9))
    mine = Capstone("7", path)
    mine.search(WIDE, "random", 5, **WITHOUT)
    mine.choose(1, "so")
    with pytest.raises(KeyboardInterrupt):
        mine.open_test()
    assert mine.log.openings == []
    mine.open_test()
    assert len(mine.log.openings) == 1


def test_does_the_second_opening_train_nothing_and_say_the_same(trainings, path):
    mine = Capstone("7", path)
    mine.search(WIDE, "random", 3, **WITHOUT)
    mine.choose(2, "so")
    first = mine.open_test()
    assert first == pytest.approx(np.mean([0.66 + seed % 7 / 1000 for _, seed in trainings.asked[3:]]))
    assert [seed for _, seed in trainings.asked[3:]] == [training_seed("7", 2, again) for again in range(5)]
    before = path.read_bytes()
    assert Capstone("7", path).open_test() == first
    assert len(trainings.asked) == 8
    assert path.read_bytes() == before


def test_is_nothing_trained_or_chosen_after_the_opening_and_what_is_known_still_told(trainings, path):
    mine = Capstone("7", path)
    part = mine.search(WIDE, "random", 3, **WITHOUT)
    losses = mine.repeat(1)
    mine.choose(1, "so")
    mine.open_test()
    before, asked = path.read_bytes(), len(trainings.asked)
    for call in (
        lambda: mine.search(WIDE, "random", 4, **WITHOUT),
        lambda: mine.search(RATES, "random", 1, **FIXED),
        lambda: mine.try_by_hand("one more", **BY_HAND),
        lambda: mine.repeat(2),
        lambda: mine.choose(2, "better there"),
        lambda: mine.choose(1, "another reason"),
    ):
        assert "the test part is open" in refused(call)
        assert f"move {path} away" in refused(call)
    assert mine.search(WIDE, "random", 3, **WITHOUT) == part
    assert np.array_equal(mine.repeat(1)[1], losses[1])
    mine.choose(1, "so")
    assert path.read_bytes() == before
    assert len(trainings.asked) == asked


def test_is_a_choice_made_again_when_the_search_went_on_behind_it(trainings, path):
    """As the lesson says: who finds the winner at an end goes on, and runs the cell of the choice again."""
    mine = Capstone("7", path)
    mine.search(WIDE, "random", 3, **WITHOUT)
    mine.repeat(0, 1)
    mine.choose(0, "so")
    mine.choose(0, "so")
    assert len([event for event in events_of(path.read_bytes()) if event["event"] == "choice"]) == 1
    mine.search(RATES, "random", 2, **FIXED)
    assert "choose when everything is known" in said_against(path)["choice"][-1]
    mine.choose(0, "so")
    assert not any("choose when everything" in said for said in said_against(path).get("choice", []))
    mine.choose(1, "so")
    mine.choose(0, "so")
    assert mine.log.choice.trial == 0


def test_is_the_budget_kept_and_its_rest_told(trainings, path):
    mine = Capstone("7", path)
    mine.search(WIDE, "random", 12, **WITHOUT)
    said = refused(mine.search, RATES, "random", 9, **FIXED)
    assert "12 are spent or planned" in said
    assert "may have 8" in said
    assert "may have 20" in refused(mine.search, WIDE, "random", 21, **WITHOUT)
    for method in ("tpe", "quasi-random", "grid"):
        assert "the budget is 20 trials" in refused(mine.search, OUTER_SPACE, method, 10_000)
        assert "the budget is 20 trials" in refused(mine.search, OUTER_SPACE, method, 10**400)
        assert "1000" not in refused(mine.search, OUTER_SPACE, method, 10**6)  # nobody asked for so many
    mine.search(RATES, "random", 8, **FIXED)
    assert "may have 0" in refused(mine.try_by_hand, "more", **BY_HAND)
    assert len(trainings.asked) == 20
    assert "budget" not in said_against(path)


def test_does_a_budget_that_is_planned_and_not_spent_say_so(monkeypatch, path):
    monkeypatch.setattr(work, "train", Trainings(stop_at=3))
    mine = Capstone("7", path)
    with pytest.raises(KeyboardInterrupt):
        mine.search(WIDE, "random", 20, **WITHOUT)
    said = refused(mine.search, RATES, "random", 2, **FIXED)
    assert "20 are spent or planned in other parts, 17 of them not yet trained" in said


def test_may_somebody_go_on_who_has_spent_all_seeds(trainings, path):
    """As the lesson tells whoever finds the winner at an end: a fourth finalist there is not."""
    mine = Capstone("7", path)
    for rate in (1e-4, 1.5e-4, 2e-4):
        mine.try_by_hand("low", **{**BY_HAND, "learning_rate": rate})
    mine.repeat(0, 1, 2)
    mine.choose(2, "so")
    assert "look above it too" in said_against(path)["boundary"][0]
    mine.search(RATES, "random", 8, **FIXED)
    assert min(mine.trials.trials, key=lambda trial: trial.val_loss).number > 2
    mine.choose(2, "so")
    mine.open_test()
    assert said_against(path) == {}


@pytest.mark.parametrize(
    ("penalties", "said"),
    [
        ((1e-4, 1e-5), None),  # each would be an end, whatever is chosen
        ((1e-4, 1e-5, 1e-6), None),
        ((1e-4, Real(1e-4, 1e-2, log=True)), "a l2 of 0.0001, at the lowest end"),
        ((1e-4, Real(1e-5, 1e-3, log=True)), None),
    ],
)
def test_are_single_values_no_range_that_ends(trainings, path, penalties, said):
    mine = Capstone("7", path)
    others = {name: value for name, value in FIXED.items() if name != "l2"}
    for penalty in penalties:
        if isinstance(penalty, Real):
            mine.search(Space(learning_rate=RATES["learning_rate"], l2=penalty), "random", 4, **others)
        else:
            mine.search(RATES, "random", 4, **FIXED | {"l2": penalty})
    first = min(mine.trials.trials[:4], key=lambda trial: trial.val_loss)
    assert first.parameters["l2"] == penalties[0]
    mine.choose(first.number, "so")
    about = [sentence for sentence in said_against(path).get("boundary", []) if "l2" in sentence]
    assert [said in sentence for sentence in about] == ([True] if said else [])


def test_does_a_grid_plan_no_more_than_its_points(trainings, path):
    mine = Capstone("7", path)
    space = Space(optimizer=Choice(("momentum", "adam")), units=Choice((64, 128)))
    rest = {name: value for name, value in BY_HAND.items() if name not in space}
    part = mine.search(space, "grid", **rest)
    assert {(each.parameters["optimizer"], each.parameters["units"]) for each in part.trials} == {
        (optimizer, units) for optimizer in ("momentum", "adam") for units in (64, 128)
    }
    assert mine.search(space, "grid", 18, **rest) == part
    mine.search(RATES, "random", 16, **FIXED)
    assert len(trainings.asked) == 20
    assert said_against(path).keys().isdisjoint({"search_log", "budget"})


def test_is_a_finer_grid_another_one_that_needs_another_space(trainings, path):
    mine = Capstone("7", path)
    part = mine.search(WIDE, "grid", 4, **WITHOUT)
    assert "its levels move. Give it another space" in refused(mine.search, WIDE, "grid", 9, **WITHOUT)
    assert mine.search(WIDE, "grid", 3, **WITHOUT) == part
    assert len(trainings.asked) == 4


@pytest.mark.parametrize(
    ("space", "method", "named", "said"),
    [
        (WIDE, "genetic", WITHOUT, "method must be one of random, quasi-random, grid, tpe, not 'genetic'"),
        (WIDE, "by hand", WITHOUT, "method must be one of"),
        (WIDE, np.array(["random", "x"]), WITHOUT, "tpe, not array(['random', 'x']"),
        (np.zeros((2, 2)), "random", WITHOUT, "space must be a Space, not array([[0., 0.], [0., 0.]])"),
        ({"dropout": (0, 1)}, "random", WITHOUT, "space must be a Space"),
        (WIDE, "random", {}, "optimizer has no value: put it into the space, or say optimizer=..."),
        (WIDE, "random", {**WITHOUT, "dropout": 0.1}, "dropout is in the space and has a value too"),
        (WIDE, "random", {**WITHOUT, "width": 3}, "'width', which is none of learning_rate"),
        (WIDE, "random", {**WITHOUT, "units": 96}, "units=96, which is none of 64, 128: print OUTER_SPACE"),
        (WIDE, "random", {**WITHOUT, "l2": 0}, "l2=0, which is no number from 1e-06 to 0.01"),
        (WIDE, "random", {**WITHOUT, "l2": 10**400}, "which is no number from"),
        (Space(dropout=Real(0, 0.5)), "random", BY_HAND, "dropout from 0.0 to 0.5, beyond 0.01 to 0.6"),
        (Space(units=Integer(64, 128)), "random", BY_HAND, "units as another kind of dimension"),
        (WIDE, "random", {**WITHOUT, "num_trials": 0}, "num_trials must be a whole number of at least 1"),
        (WIDE, "random", {**WITHOUT, "num_trials": "12"}, "num_trials must be a whole number"),
        (WIDE, "random", {**WITHOUT, "num_trials": 2.5}, "num_trials must be a whole number"),
        (WIDE, "random", {**WITHOUT, "num_trials": None}, "num_trials must be a whole number"),
        (WIDE, "random", {**WITHOUT, "num_trials": True}, "num_trials must be a whole number"),
        (WIDE, "random", {**WITHOUT, "num_trials": np.ones((2, 2))}, "not array([[1., 1.], [1., 1.]])"),
    ],
)  # fmt: skip
def test_is_a_search_outside_of_the_rules_refused_before_anything_is_written(
    trainings, path, space, method, named, said
):
    if space is not WIDE and isinstance(space, Space):
        named = {name: value for name, value in named.items() if name not in space}
    assert said in refused(Capstone("7", path).search, space, method, **named)
    assert trainings.asked == []
    assert len(Capstone("7", path).search(WIDE, "random", 2, **WITHOUT).trials) == 2


@pytest.mark.parametrize(
    ("because", "changed", "said"),
    [
        ("", {}, "say why this trial"),
        ("  \n", {}, "say why this trial"),
        (None, {}, "say why this trial"),
        (7, {}, "say why this trial"),
        ("x" * 2_001, {}, "a reason has 2000 characters at most"),
        ("so", {"units": None}, "units=None"),
        ("so", {"units": "64"}, "units='64'"),
        ("so", {"learning_rate": float("nan")}, "learning_rate=nan"),
        ("so", {"learning_rate": np.float32(2)}, "learning_rate=2.0"),
        ("so", {"epochs": 5}, "'epochs'"),
        ("so", {"learning_rate": np.zeros((2, 2))}, "learning_rate=array([[0., 0.], [0., 0.]]), which is"),
    ],
)
def test_is_a_trial_by_hand_outside_of_the_rules_refused(trainings, path, because, changed, said):
    mine = Capstone("7", path)
    assert said in refused(mine.try_by_hand, because, **{**BY_HAND, **changed})
    few = {"learning_rate": 0.01}
    assert "try_by_hand takes all of learning_rate, optimizer" in refused(mine.try_by_hand, "so", **few)
    assert trainings.asked == []


@pytest.mark.parametrize("name", ["learning_rate", "dropout", "l2"])
def test_may_a_trial_lie_at_the_edge_of_the_space(trainings, path, name):
    outer, mine = OUTER_SPACE[name], Capstone("7", path)
    for value in (outer.low, outer.high):
        part = mine.try_by_hand("the edge", **{**BY_HAND, name: value})
        assert part.trials[0].parameters[name] == value
        for beyond in (np.nextafter(outer.low, 0), np.nextafter(outer.high, 2)):
            assert name in refused(mine.try_by_hand, "beyond", **{**BY_HAND, name: float(beyond)})
    assert len(mine.search(Space(**{name: outer}), num_trials=1, **_less(name)).trials) == 1
    assert "search_log" not in said_against(path)


def _less(name):
    return {other: value for other, value in BY_HAND.items() if other != name}


@pytest.mark.parametrize("trial", [7, -1, "0", None, 0.0, True, [0, 1], {}, 10**400, float("nan")])
def test_is_a_trial_that_does_not_exist_told_with_those_that_do(trainings, path, trial):
    mine = Capstone("7", path)
    for call in (mine.repeat, lambda number: mine.choose(number, "so")):
        assert "there are none yet" in refused(call, trial)
    mine.search(WIDE, "random", 3, **WITHOUT)
    for call in (mine.repeat, lambda number: mine.choose(number, "so")):
        assert "give a number, and there are 0 to 2" in refused(call, trial)
    assert "there are 0 to 2" in refused(mine.repeat, mine.trials.trials[0])


def test_are_more_seeds_for_three_trials(trainings, path):
    mine = Capstone("7", path)
    mine.search(WIDE, "random", 6, **WITHOUT)
    assert mine.repeat() == {}
    mine.repeat(0, 1)
    asked = len(trainings.asked)
    assert "3 trials at most, and trials [0, 1] have them" in refused(mine.repeat, 2, 3)
    assert len(trainings.asked) == asked
    mine.repeat(np.int64(3))
    assert "trials [0, 1, 3] have them" in refused(mine.repeat, 2)
    assert sorted(mine.repeat(3, 1)) == [1, 3]


@pytest.mark.parametrize("because", ["", "   ", None, 3, "x" * 2_001])
def test_is_a_choice_without_a_reason_that_can_be_read_refused(trainings, path, because):
    mine = Capstone("7", path)
    mine.search(WIDE, "random", 2, **WITHOUT)
    refused(mine.choose, 1, because)
    assert mine.log.choice is None
    assert "choose first" in refused(mine.open_test)


def test_does_the_list_say_where_the_best_trial_is_at_an_end_before_seeds_are_spent(trainings, path, capsys):
    mine = Capstone("7", path)
    for rate in (1e-4, 2e-4):
        mine.try_by_hand("so", **{**BY_HAND, "learning_rate": rate})
    highest = 1
    mine.show()
    shown = capsys.readouterr().out
    assert "2 of 20 trials, number '7'" in shown
    assert f"Trial {highest} has a learning_rate of 0.0002, at the highest end (0.0002)" in " ".join(
        shown.split()
    )
    mine.repeat(highest, 0)
    mine.choose(highest, "so")
    capsys.readouterr()
    mine.show()
    shown = capsys.readouterr().out
    assert "at the highest end" not in shown  # the verdict says it now
    assert f"chosen: trial {highest}, because: so" in shown
    assert "± 0.00" in shown


def test_may_trainings_diverge(monkeypatch, path, capsys, recwarn):
    monkeypatch.setattr(
        work, "train", Trainings(diverging=lambda parameters: parameters["learning_rate"] > 0.1)
    )
    mine = Capstone("7", path)
    part = mine.search(WIDE, "tpe", 20, **WITHOUT)
    diverged = [trial.number for trial in part.trials if trial.state == "diverged"]
    assert diverged
    mine.repeat(diverged[0])
    mine.show()
    complete = [trial for trial in part.trials if trial.state == "complete"]
    best = sorted(complete, key=lambda trial: trial.val_loss)[:2]
    mine.repeat(*(trial.number for trial in best))
    mine.choose(best[0].number, "so")
    mine.open_test()
    against = said_against(path)
    against.pop("boundary", None)
    against.pop("choice", None)
    assert against == {}
    # What other tests have left open is closed at any moment.
    assert [warning for warning in recwarn if warning.category is not ResourceWarning] == []


# --- whose log it is ---


@pytest.mark.parametrize(
    "number", ["20261234", 20261234, " 20261234\n", "\u200b20261234", np.int64(20261234)]
)
def test_is_a_number_the_same_in_every_spelling(trainings, path, number):
    Capstone("20261234", path).search(WIDE, "random", 2, **WITHOUT)
    assert len(Capstone(number, path).search(WIDE, "random", 2, **WITHOUT).trials) == 2
    assert len(trainings.asked) == 2


@pytest.mark.parametrize("number", ["", " \n", "x" * 101, "\x00\x1b", "\ud800"])
def test_is_a_number_that_says_nothing_refused(path, number):
    assert "say who you are" in refused(Capstone, number, path)
    assert not path.exists()


def test_does_another_number_have_another_search_and_not_this_log(trainings, path, tmp_path):
    Capstone("Kim", path).search(WIDE, "random", 2, **WITHOUT)
    Capstone("Lee", tmp_path / "other").search(WIDE, "random", 2, **WITHOUT)
    assert parameters(path) != parameters(tmp_path / "other")
    before = path.read_bytes()
    said = refused(Capstone, "Lee", path)
    assert "is the log of 'kim', not 'lee': Capstone('kim') goes on with it" in said
    assert f"Move {path} away to begin anew" in said
    assert path.read_bytes() == before


def test_is_a_log_of_other_data_told(trainings, path, monkeypatch):
    mine = Capstone("7", path)
    mine.search(WIDE, "random", 1, **WITHOUT)
    monkeypatch.setattr(work, "data_digest", lambda: "0" * 12)
    assert "of another version of the data. Move" in refused(Capstone, "7", path)
    assert "of another version of the data. Move" in refused(mine.repeat, 0)


def test_is_a_damaged_log_told_with_a_way_out_and_left_alone(trainings, path):
    mine = Capstone("7", path)
    mine.search(WIDE, "random", 2, **WITHOUT)
    lines = path.read_bytes().splitlines(keepends=True)
    for content in (
        b"".join([*lines[:2], b"oops\n", *lines[2:]]),
        b"hello\n",
        b"no end of a line",
        b"\xff\xfe",
        lines[0] + lines[1].replace(b'"random"', b'"guess"'),
    ):
        path.write_bytes(content)
        assert "move the file away to begin anew" in refused(Capstone, "7", path)
        assert path.read_bytes() == content


@pytest.mark.parametrize("length", [0, 1, 10, 17, 40, 120])
def test_is_a_log_whose_first_line_was_cut_off_begun_anew(trainings, path, tmp_path, length):
    Capstone("7", path).search(WIDE, "random", 2, **WITHOUT)
    whole = path.read_bytes()
    path.write_bytes(whole[:length])
    assert Capstone("7", path).log.trials == []
    Capstone("7", path).search(WIDE, "random", 2, **WITHOUT)
    assert path.read_bytes() == whole


def test_does_a_log_that_an_editor_has_saved_go_on(trainings, path):
    Capstone("7", path).search(WIDE, "random", 2, **WITHOUT)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n") + b'{"event": "tr')
    mine = Capstone("7", path)
    mine.search(WIDE, "random", 4, **WITHOUT)
    assert len(trainings.asked) == 4
    assert mine.log.breaks == ()


def test_does_nothing_but_looking_leave_no_file(trainings, path, capsys):
    mine = Capstone("7", path)
    assert mine.trials.trials == ()
    assert mine.log.choice is None
    mine.show()
    assert capsys.readouterr().out == "0 of 20 trials, number '7'\n"
    assert not path.exists()


def test_is_a_second_kernel_on_the_same_log_sent_away(trainings, path):
    mine = Capstone("7", path)
    with mine._writing():
        said = refused(Capstone("7", path).search, WIDE, "random", 1, **WITHOUT)
    assert "another run is writing it" in said
    assert len(Capstone("7", path).search(WIDE, "random", 1, **WITHOUT).trials) == 1


def test_is_the_log_beside_the_notebook_wherever_the_learner_goes(trainings, tmp_path, monkeypatch, capsys):
    for name in ("work", "verdict"):  # as in a kernel that was started there
        module = import_module(f"helpers.capstone.{name}")
        monkeypatch.setattr(module, "notebook_folder", lambda: tmp_path)
    monkeypatch.chdir(tmp_path)
    mine, elsewhere = Capstone("7"), tmp_path / "elsewhere"
    mine.search(WIDE, "random", 2, **WITHOUT)
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    mine.search(WIDE, "random", 3, **WITHOUT)
    assert len(trainings.asked) == 3
    Capstone("7").show()
    assert capsys.readouterr().out.startswith("3 of 20 trials, number '7'\n")
    verdict("budget")
    assert capsys.readouterr().out.startswith("✓")
    assert list(elsewhere.iterdir()) == []
    assert sorted(each.name for each in tmp_path.iterdir()) == ["elsewhere", "search.jsonl"]


def test_do_messages_name_the_log_as_the_learner_knows_it(trainings, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "search.jsonl").write_bytes(b"oops\n")
    assert refused(Capstone, "7").startswith("search.jsonl: ")
    (tmp_path / "search.jsonl").unlink()
    (tmp_path / "search.jsonl").mkdir()
    assert refused(Capstone, "7") == "search.jsonl: Is a directory"
    with pytest.raises(CheckFailed, match=r"search\.jsonl: Is a directory\."):
        verdict("budget")


# --- in the sandbox ---


@pytest.fixture
def sandbox(monkeypatch, tmp_path):
    """A learner's folder in which a class is graded, by somebody with another login."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    return tmp_path


@pytest.mark.parametrize("number", [None, "20261234", "somebody else", ""])
def test_is_nothing_trained_and_nothing_written_while_a_class_is_graded(trainings, sandbox, number, capsys):
    path = copied(sandbox)
    before = path.read_bytes()
    mine = Capstone(number)
    assert mine.number == "20261234"
    log = mine.log
    for stage in log.stages:
        part = mine.search(stage.space, stage.method, stage.num_trials, **stage.fixed)
        assert len(part.trials) == stage.num_trials
    losses = mine.repeat(*log.finalists())
    assert {len(values) for values in losses.values()} == {5}
    mine.choose(log.choice.trial, log.choice.because)
    assert mine.open_test() == pytest.approx(np.mean(log.openings[0].accuracies))
    mine.show()
    assert "20 of 20 trials" in capsys.readouterr().out
    assert trainings.asked == []
    assert path.read_bytes() == before
    assert [each.name for each in sandbox.iterdir()] == ["search.jsonl"]


def test_is_what_the_log_does_not_hold_refused_while_a_class_is_graded(trainings, sandbox):
    path = copied(sandbox)
    before, mine = path.read_bytes(), Capstone()
    assert "nothing is trained while a class is graded" in refused(mine.search, anywhere(), num_trials=3)
    assert "nothing is trained while a class is graded" in refused(mine.try_by_hand, "so", **BY_HAND)
    finalists = mine.log.finalists()
    other = next(trial for trial in range(20) if trial not in finalists)
    assert "more seeds are for" in refused(mine.repeat, other)
    refused(mine.choose, other, "so")
    assert trainings.asked == []
    assert path.read_bytes() == before


def test_is_a_missing_log_one_line_while_a_class_is_graded(sandbox):
    assert refused(Capstone, "7") == "search.jsonl was not handed in beside the notebook"
    assert list(sandbox.iterdir()) == []


# --- a real training ---


@pytest.mark.slow
def test_is_ctrl_c_in_a_process_that_trains_one_line_of_the_log_less(tmp_path):
    """One that really trains is interrupted by a signal; another goes on, and searches without a break."""
    program = (
        "import sys\nfrom helpers.capstone import Capstone, work\nfrom helpers.search import Real, Space\n"
        "real = work.train\n"
        "def train(*arguments):\n    print('trains', flush=True)\n    return real(*arguments)\n"
        "work.train = train\n"
        f"fixed = {FIXED!r}\n"
        "space = Space(learning_rate=Real(1e-3, 1e-2, log=True))\n"
        "for path in sys.argv[1:]:\n    Capstone('7', path).search(space, 'random', 8, **fixed)\n"
    )
    broken, unbroken = tmp_path / "search.jsonl", tmp_path / "unbroken"
    command = [sys.executable, "-c", program, str(broken)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "trains\n"
        assert first.stdout.readline() == "trains\n"
        first.send_signal(signal.SIGINT)
        _, error = first.communicate(timeout=120)
    assert "KeyboardInterrupt" in error
    num = len(parse_log(broken.read_bytes()).trials)
    assert 1 <= num < 8  # more than one where the signal comes late
    done = subprocess.run([*command, str(unbroken)], capture_output=True, text=True, timeout=240)
    assert (done.returncode, done.stdout.count("trains")) == (0, 8 - num + 8)

    def without_times(path):
        events = events_of(path.read_bytes())
        return [{key: event[key] for key in event if key not in ("seconds", "chain")} for event in events]

    assert without_times(broken) == without_times(unbroken)
