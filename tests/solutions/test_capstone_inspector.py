"""The inspector of the capstone: what repeats gets points, what does not is looked at, nothing crashes it.

Training is replaced by a stand-in, which repeats itself, but for one case.
"""

import copy
import io
import json
import math
import os
import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from capstones import FIXED, INSPECTOR, REFERENCE, Trainings, events_of, log_of
from matplotlib.axes import Axes
from tiers import sampled

from course.authoring.answers import read_bank
from course.inspectors import Inspection
from helpers import instructions
from helpers.capstone import Capstone, limits, random_trials, work
from helpers.capstone.log import log_bytes
from helpers.capstone.review import TITLES
from helpers.capstone.task import training_seed
from helpers.data import originals
from helpers.errors import CourseError
from helpers.search import Real, Space

WIDE = Space(learning_rate=Real(1e-4, 1, log=True), dropout=Real(0.01, 0.6))
inspector = INSPECTOR.module
REST = {name: value for name, value in FIXED.items() if name != "dropout"}
needs_originals = pytest.mark.usefixtures("debians_images")


@pytest.fixture
def trainings(monkeypatch):
    """The stand-in, in the learner's hands and in the inspector's."""
    stand_in = Trainings()
    for module in (work, inspector):
        monkeypatch.setattr(module, "train", stand_in)
    inspector._trained.cache_clear()
    yield stand_in
    inspector._trained.cache_clear()


@pytest.fixture
def honest(trainings, tmp_path):
    """The bytes of a log that repeats, whatever is drawn of it."""
    mine = Capstone("kim", tmp_path / "search.jsonl")
    mine.search(WIDE, "quasi-random", 20, **REST)
    best = sorted(mine.trials.trials, key=lambda trial: trial.val_loss)[:3]
    mine.repeat(*(trial.number for trial in best))
    mine.choose(best[0].number, "the lowest mean")
    mine.open_test()
    del trainings.asked[:]
    return (tmp_path / "search.jsonl").read_bytes()


def inspected(content, **named):
    return INSPECTOR.inspect({"search.jsonl": content}, **named)


def test_does_a_log_that_repeats_get_all(trainings, honest):
    found = inspected(honest)
    log = log_of(events_of(honest))
    assert set(found.verdicts) == set(map(str, TITLES))
    for name, verdict in found.verdicts.items():
        assert (verdict.against, verdict.look, verdict.picture) == ((), "", b""), name
    assert found.missing == ""
    assert found.notes == ()
    assert found.marks["number"] == "kim"
    seeds = [training_seed("kim", log.choice.trial, again) for again in range(5)]
    accuracy = np.mean([0.66 + seed % 7 / 1000 for seed in seeds])
    band = 1 + sum(accuracy >= limit for limit in limits())
    assert found.verdicts["result"].share == pytest.approx(band / 3)
    assert f"test accuracy {accuracy:.4f}, band {band} of 3" in found.verdicts["result"].said[0]
    assert "on the packaged test part" in found.verdicts["result"].said[0]
    assert found.verdicts["search_log"].said[0].startswith("The grader trained again: trial ")


def test_what_is_trained_again(trainings, honest):
    """Always the finalists with their repeats, and the two next best.

    Four more are drawn, two of which failed; none is trained twice.
    """
    log = log_of(events_of(honest))
    by_loss = sorted(log.trials, key=lambda training: training.val_loss)
    chosen = log.choice.trial
    assert {each.trial for each in by_loss[:3]} == set(log.finalists())
    assert chosen == by_loss[0].trial
    always = {training_seed("kim", trial, again) for trial in log.finalists() for again in range(5)}
    always |= {each.seed for each in by_loss[3:5]}
    drawn = set()
    for draw_seed in range(12):
        inspector._trained.cache_clear()
        del trainings.asked[:]
        inspected(honest, draw_seed=draw_seed)
        seeds = [seed for _, seed in trainings.asked]
        assert len(seeds) == len(set(seeds)) == 21
        assert always <= set(seeds)
        mine = set(seeds) - always
        failed = {each.seed for each in log.trials if each.val_accuracy < 0.4}
        assert len(mine & failed) == 2
        drawn |= mine
    assert len(drawn) > 4
    inspector._trained.cache_clear()
    del trainings.asked[:]
    inspected(honest, draw_seed=3)
    first = list(trainings.asked)
    inspector._trained.cache_clear()
    del trainings.asked[:]
    inspected(honest, draw_seed=3)
    assert trainings.asked == first


def moved(content, name, place, by, which=lambda event: True):
    """A log whose curves are moved at a place."""
    events = events_of(content)
    chosen = next(event["trial"] for event in events if event["event"] == "choice")
    for event in events:
        if event["event"] == "training" and event["trial"] == chosen and which(event):
            event[name][place] += by
    return log_bytes(events)


@pytest.mark.parametrize(
    ("name", "place", "within", "beyond"),
    [
        ("val_losses", 0, 0.09, 0.11),
        ("train_losses", 0, 0.09, 0.11),
        ("val_losses", -1, 0.099, 0.101),
        ("val_accuracies", -1, 0.0399, 0.0401),
        ("val_losses", 2, 5.0, None),  # between the first epoch and the end nothing is compared, of one
        ("val_losses", 10, 5.0, None),
        ("train_losses", -1, 5.0, None),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_where_does_a_training_cease_to_repeat(trainings, honest, name, place, within, beyond, sign):
    only_one = {"which": lambda event: event["again"] == 2}
    assert inspected(moved(honest, name, place, sign * within, **only_one)).verdicts["search_log"].look == ""
    if beyond:
        look = inspected(moved(honest, name, place, sign * beyond, **only_one)).verdicts["search_log"]
        assert look.look.startswith("trained again, the curves of repeat 2 of trial ")
        assert look.look.endswith(" are others")
        assert look.picture.startswith(b"\x89PNG")
        assert look.against == ()


def said_to_have_failed(content, which, how="diverged"):
    """A log that says of some trainings that they failed."""
    events = events_of(content)
    for event in events:
        if event["event"] == "training" and which(event) and how == "diverged":
            curves = {"train_losses": [math.nan], "val_losses": [math.nan], "val_accuracies": [0.1]}
            event |= curves | {"state": "diverged"}
        elif event["event"] == "training" and which(event):
            event["val_losses"], event["val_accuracies"] = [2.303] * 20, [0.39] * 20
    return log_bytes(events)


@pytest.fixture
def ends_with(trainings, monkeypatch):
    """A function: what failed by a log ends here with an accuracy, or with None diverges here too."""

    def give(accuracy, content):
        log = log_of(events_of(content))
        failed = {each.seed for each in [*log.trials, *log.repeats] if each.val_accuracy < 0.4}
        assert failed

        def trained(parameters, seed, test_part):
            run = trainings(parameters, seed, test_part)
            if seed not in failed:
                return run
            if accuracy is None:
                return replace(run, diverged=True, val_losses=np.array([np.nan]))
            return replace(run, val_accuracies=np.full(20, accuracy))

        inspector._trained.cache_clear()
        monkeypatch.setattr(inspector, "train", trained)

    return give


@pytest.mark.parametrize("how", sampled(["diverged", "complete"], "diverged"))
@pytest.mark.parametrize("num_repeats", sampled([1, 4], 4))
def test_is_a_repeat_that_failed_in_the_log_alone_looked_at_whatever_is_drawn(
    honest, ends_with, how, num_repeats
):
    """So nobody takes a finalist out of the way by saying of its repeats that they failed."""
    log = log_of(events_of(honest))
    other = next(trial for trial in log.finalists() if trial != log.choice.trial)
    content = said_to_have_failed(
        honest, lambda event: event["trial"] == other and event["again"] > 4 - num_repeats, how
    )
    ends_with(0.66, content)
    for draw_seed in range(8):
        found = inspected(content, draw_seed=draw_seed).verdicts["search_log"]
        assert (found.against, f"of trial {other}" in found.look) == ((), True)
        assert found.picture.startswith(b"\x89PNG")


def with_other_ends(content, which, ends):
    """A log in which some trainings end otherwise. ends: curve -> its last value."""
    events = events_of(content)
    for event in events:
        if event["event"] == "training" and which(event):
            for name, end in ends.items():
                event[name][-1] = end
    return log_bytes(events)


@pytest.fixture
def poor(trainings, tmp_path):
    """The bytes of an honest log whose choice is clearly worse than the two other finalists."""
    mine = Capstone("kim", tmp_path / "poor.jsonl")
    mine.search(WIDE, "quasi-random", 20, **REST)
    trials = sorted(mine.trials.trials, key=lambda trial: trial.val_loss)
    worse = next(trial for trial in trials if trial.val_loss > trials[1].val_loss + 0.06)
    mine.repeat(trials[0].number, trials[1].number, worse.number)
    mine.choose(worse.number, "its test accuracy")
    return (tmp_path / "poor.jsonl").read_bytes()


@pytest.mark.parametrize("again", sampled([1, 4], 4))
@pytest.mark.parametrize(
    "ends", sampled([{"val_losses": 1.9}, {"val_accuracies": 0.41}], {"val_losses": 1.9})
)
def test_does_a_person_look_at_a_choice_that_holds_by_made_up_trainings_alone(poor, again, ends):
    """A single outlier by one measure makes a lead unclear, whatever is drawn."""
    log = log_of(events_of(poor))
    (against,) = inspected(poor).verdicts["choice"].against
    content = with_other_ends(
        poor, lambda event: event["trial"] != log.choice.trial and event["again"] == again, ends
    )
    for draw_seed in range(3):
        found = inspected(content, draw_seed=draw_seed)
        choice = found.verdicts["choice"]
        assert choice.look == f"with what was trained again, t{against[1:-1]}"
        assert choice.against == ()
        assert choice.picture.startswith(b"\x89PNG")
        assert f"choice to be looked at: {choice.look}." in found.notes


@pytest.mark.parametrize("num", [2, 3])
def test_does_a_person_look_at_finalists_that_are_the_best_by_a_made_up_trial_alone(trainings, tmp_path, num):
    mine = Capstone("kim", tmp_path / "search.jsonl")
    mine.search(WIDE, "quasi-random", 20, **REST)
    best, *others = sorted(mine.trials.trials, key=lambda trial: trial.val_loss)
    mine.repeat(*(trial.number for trial in others[:num]))
    mine.choose(others[0].number, "the lowest mean")
    content = (tmp_path / "search.jsonl").read_bytes()
    assert len(inspected(content).verdicts["seeds"].against) == 1
    ends = {"val_losses": others[num].val_loss + 0.001, "val_accuracies": 0.41}
    found = inspected(with_other_ends(content, lambda event: event["trial"] == best.number, ends))
    seeds = found.verdicts["seeds"]
    assert (seeds.against, found.verdicts["search_log"].look) == ((), "")
    assert seeds.look == (
        "with what was trained again, the trial that validation prefers, "
        f"{best.number}, is not among those with more seeds"
    )


def test_may_a_finalist_end_elsewhere_here_where_the_choice_is_the_same(trainings, honest):
    """Near the edge of stability the ends of another kind of processor are others."""
    log = log_of(events_of(honest))
    for ends in ({"val_losses": 1.9}, {"val_losses": 0.9, "val_accuracies": 0.95}):
        content = with_other_ends(
            honest, lambda event: event["trial"] != log.choice.trial and event["again"] in (1, 2), ends
        )
        verdicts = inspected(content, draw_seed=0).verdicts
        assert {name: (each.against, each.look) for name, each in verdicts.items()} == dict.fromkeys(
            verdicts, ((), "")
        )


def test_is_every_finalist_trained_again_where_none_is_chosen(trainings, honest):
    log = log_of(events_of(honest))
    events = [event for event in events_of(honest) if event["event"] not in ("choice", "test")]
    inspected(log_bytes(events))
    seeds = {training_seed("kim", trial, again) for trial in log.finalists() for again in range(5)}
    assert seeds <= {seed for _, seed in trainings.asked}


def test_ends_no_seed_of_a_finalist_as_a_failure_where_another_ends_well():
    """So even another seed is no excuse for what failed by the log and ends well here; by test accuracies."""
    trials = random_trials()
    accuracies = trials["test_hits"][np.unique(trials["finalists"])] / trials["num_test"]
    well = accuracies[accuracies.max(axis=1) >= inspector.WELL]
    assert len(well) > 500
    assert well.min() > inspector.LEARNED + 0.1


def test_is_one_of_the_trials_that_failed_always_trained_again(honest, ends_with):
    log = log_of(events_of(honest))
    spared = set(log.finalists())
    content = said_to_have_failed(honest, lambda event: event["trial"] not in spared)
    ends_with(0.66, content)
    for draw_seed in range(8):
        assert inspected(content, draw_seed=draw_seed).verdicts["search_log"].look


@pytest.mark.parametrize("which", ["chosen", "finalist", "others", "all"])
@pytest.mark.parametrize("how", ["diverged", "complete"])
def test_may_what_failed_elsewhere_end_otherwise_here(honest, ends_with, which, how):
    """Near the edge of stability another processor may bring it far, but not to where a good one ends."""
    log = log_of(events_of(honest))
    chosen = log.choice.trial
    second = min((each for each in log.trials if each.trial != chosen), key=lambda each: each.val_loss)
    wanted = {
        "chosen": lambda event: event["trial"] == chosen,
        "finalist": lambda event: event["trial"] == second.trial and event["again"],
        "others": lambda event: event["trial"] not in (chosen, second.trial),
        "all": lambda event: True,
    }[which]
    content = said_to_have_failed(honest, wanted, how)
    for accuracy, looked_at in ((None, False), (0.1, False), (0.639, False), (0.641, True)):
        ends_with(accuracy, content)
        found = inspected(content, draw_seed=0).verdicts["search_log"]
        assert (found.against, bool(found.look)) == ((), looked_at), accuracy


def test_do_half_of_the_trainings_have_to_agree_exactly(trainings, honest):
    """Two of the chosen one's five may differ a little."""
    for num, looked_at in ((2, False), (3, True)):
        content = moved(honest, "val_losses", 1, 2e-4, which=lambda event, num=num: event["again"] < num)
        found = inspected(content)
        assert bool(found.verdicts["search_log"].look) == looked_at
        assert bool(found.notes) == looked_at


def test_do_half_of_the_other_finalists_trainings_have_to_agree_exactly(trainings, honest):
    """Whatever the chosen one's do: nobody makes up the repeats of those that are not handed in."""
    log = log_of(events_of(honest))
    one, other = (trial for trial in log.finalists() if trial != log.choice.trial)
    repeats = [(one, 1), (one, 2), (one, 3), (one, 4), (other, 1), (other, 2)]
    for num, looked_at in ((5, False), (6, True)):
        events = events_of(honest)
        for event in events:
            if (event.get("trial"), event.get("again")) in repeats[:num]:
                event["train_losses"][2] += 2e-4
        found = inspected(log_bytes(events)).verdicts["search_log"].look
        assert (f"repeats 1, 2, 3, 4 of trial {one}" in found) == looked_at == bool(found)


def test_do_half_of_the_rest_have_to_agree_exactly(trainings, honest):
    """Nobody makes up the trials that are no finalists; two of the four that learned are not too many."""
    by_loss = sorted(log_of(events_of(honest)).trials, key=lambda each: each.val_loss)
    for num, looked_at in ((2, False), (17, True)):
        made_up = {each.trial for each in by_loss[3 : 3 + num]}
        events = events_of(honest)
        for event in events:
            if event.get("trial") in made_up:
                event["val_losses"][1] -= 2e-4
        assert bool(inspected(log_bytes(events)).verdicts["search_log"].look) == looked_at


def test_may_the_only_one_of_the_rest_differ(trainings, tmp_path):
    """Half of one is none, and an honest training may differ on another kind of processor."""
    mine = Capstone("kim", tmp_path / "search.jsonl")
    mine.search(WIDE, "quasi-random", 4, **REST)
    *finalists, last = sorted(mine.trials.trials, key=lambda trial: trial.val_loss)
    mine.repeat(*(trial.number for trial in finalists))
    mine.choose(finalists[0].number, "the lowest mean")
    events = events_of((tmp_path / "search.jsonl").read_bytes())
    for event in events:
        if event.get("trial") == last.number:
            event["val_losses"][1] += 2e-4
    assert not inspected(log_bytes(events)).verdicts["search_log"].look


def test_is_of_trials_that_are_nearly_equal_that_the_best_of_which_the_log_says_so(trainings, tmp_path):
    """Another kind of processor turns their order round."""
    mine = Capstone("kim", tmp_path / "search.jsonl")
    mine.search(WIDE, "quasi-random", 20, **REST)
    first, second, third = sorted(mine.trials.trials, key=lambda trial: trial.val_loss)[:3]
    assert second.val_loss - first.val_loss < 0.03
    mine.repeat(second.number, third.number)
    mine.choose(second.number, "the lowest mean")
    content = (tmp_path / "search.jsonl").read_bytes()
    assert inspected(content).verdicts["seeds"].against
    just_behind = {"val_losses": second.val_loss + 0.001, "val_accuracies": 1.6 - second.val_loss - 0.001}
    seeds = inspected(with_other_ends(content, lambda event: event["trial"] == first.number, just_behind))
    assert (seeds.verdicts["seeds"].against, seeds.verdicts["seeds"].look) == ((), "")


def test_does_the_picture_show_what_is_far_before_what_is_near(trainings, honest, monkeypatch):
    titles = []
    monkeypatch.setattr(Axes, "set", lambda ax, title, **named: titles.append(title))
    content = moved(honest, "val_losses", 1, 2e-4)
    content = moved(content, "val_losses", -1, 1, which=lambda event: event["again"] == 4)
    chosen = log_of(events_of(honest)).choice.trial
    assert inspected(content).verdicts["search_log"].look
    assert titles[:2] == [f"trial {chosen}, repeat 4", f"trial {chosen}"]
    assert len(titles) == 4


@pytest.mark.parametrize(
    ("ends", "curve"), [({"val_losses": 1.9}, "loss"), ({"val_accuracies": 0.41}, "accuracy")]
)
def test_does_the_picture_of_a_choice_show_what_ends_elsewhere(poor, monkeypatch, ends, curve):
    shown = []
    monkeypatch.setattr(Axes, "set", lambda ax, title, ylabel, **named: shown.append((title, ylabel)))
    log = log_of(events_of(poor))
    others = [trial for trial in log.finalists() if trial != log.choice.trial]
    content = with_other_ends(poor, lambda event: event["trial"] in others and event["again"] == 3, ends)
    assert inspected(content).verdicts["choice"].look
    assert sorted(shown[:2]) == sorted(
        (f"trial {trial}, repeat 3", f"validation {curve}") for trial in others
    )
    assert [label for _, label in shown[2:]] == ["validation loss"] * 2


def test_does_a_training_that_diverges_repeat_one_that_did(monkeypatch, tmp_path):
    stand_in = Trainings(diverging=lambda parameters: parameters["learning_rate"] > 0.001)
    for module in (work, inspector):
        monkeypatch.setattr(module, "train", stand_in)
    inspector._trained.cache_clear()
    mine = Capstone("kim", tmp_path / "search.jsonl")
    mine.search(WIDE, "quasi-random", 6, **REST)
    diverged = next(trial.number for trial in mine.trials.trials if trial.state == "diverged")
    mine.repeat(diverged)
    mine.choose(diverged, "so")
    content = (tmp_path / "search.jsonl").read_bytes()
    found = inspected(content)
    assert found.verdicts["search_log"].look == ""
    assert found.verdicts["result"].share == pytest.approx(1 / 3)
    events = events_of(content)
    for event in events:
        if event["event"] == "training" and event["trial"] == diverged:
            curves = {name: [1.0] * 20 for name in ("train_losses", "val_losses", "val_accuracies")}
            event |= curves | {"state": "complete"}
    assert inspected(log_bytes(events)).verdicts["search_log"].look
    inspector._trained.cache_clear()


def test_is_the_result_that_of_the_graders_own_trainings(trainings, honest):
    events = events_of(honest)
    events[-1]["accuracies"] = [0.99] * 5
    assert inspected(log_bytes(events)).verdicts["result"] == inspected(honest).verdicts["result"]


def test_does_what_is_against_a_log_stand_before_what_is_to_be_looked_at(trainings, honest):
    events = events_of(moved(honest, "val_losses", -1, 1.0))
    events[0]["data"] = "0" * 12
    verdict = inspected(log_bytes(events)).verdicts["search_log"]
    assert "It is the log of another version of the data." in verdict.against
    assert verdict.look == ""


# --- which file ---


@pytest.mark.parametrize("name", ["search.jsonl", "search (1).jsonl", "Search.JSONL", "search.jsonl.txt"])
def test_is_the_log_found_under_the_name_that_a_platform_has_given_it(trainings, honest, name):
    assert INSPECTOR.inspect({name: honest, "notes.txt": b"x"}).missing == ""


@pytest.mark.parametrize("files", [{}, {"notes.txt": b"x"}, {"a.jsonl": b"x", "b.jsonl": b"y"}])
def test_is_a_missing_log_a_sentence_for_every_cell(files):
    found = INSPECTOR.inspect(files)
    assert found.missing == "search.jsonl was not handed in beside the notebook"
    assert set(found.verdicts) == set(map(str, TITLES))
    assert {verdict.against for verdict in found.verdicts.values()} == {(f"{found.missing}.",)}


def test_are_equal_bytes_told_by_a_mark(trainings, honest):
    assert inspected(honest).marks == inspected(honest).marks
    assert inspected(honest).marks["log"] != inspected(honest + b"{").marks["log"]
    assert "number" not in inspected(b"oops\n").marks


def first_losses(content):
    return set(inspected(content).marks["first losses"].splitlines())


def renamed(content, number):
    """A log as whoever copied it writes it: another number, and its chain anew."""
    events = events_of(content)
    events[0]["number"] = number
    return log_bytes(events)


def test_are_first_losses_told_by_marks_whatever_number_stands_above_them(trainings, honest, tmp_path):
    mine = first_losses(honest)
    trained = {event.seed for event in log_of(events_of(honest)).events if hasattr(event, "seed")}
    assert 0 < len(mine) <= len(trained)
    assert first_losses(renamed(honest, "lee")) == mine
    events = events_of(honest)
    for event in events:
        for place in range(3 if event["event"] == "training" else 0):
            event["val_losses"][place] += 5e-5
    assert first_losses(log_bytes(events)) & mine


@pytest.mark.slow
def test_have_two_numbers_no_first_losses_in_common(tmp_path):
    marks = []
    for number in ("kim", "lee"):
        path = tmp_path / f"{number}.jsonl"
        mine = Capstone(number, path)
        mine.search(WIDE, "quasi-random", 3, **REST)
        marks.append(first_losses(path.read_bytes()))
    assert all(marks)
    assert not set.intersection(*marks)


@pytest.mark.parametrize(
    ("sources", "number"),
    [
        (["number = '20261234'", "work = Capstone(number)"], "20261234"),
        (["number = 20261234\nwork = Capstone(number=number)"], "20261234"),
        (["work = Capstone(' Kim  Lee ')", "number = 3"], "kim lee"),
        (["%matplotlib inline\nnumber = 1", "number = 2", "Capstone(number)"], "2"),
        (["practice = Capstone('practice', log='p.jsonl')", "work = Capstone(7)"], "7"),
        (["number = None", "work = Capstone(number)"], None),  # the login, which only that machine knows
        (["work = Capstone()"], None),
        (["work = Capstone(str(2026) + '1234')"], None),
        (["number = input()", "work = Capstone(number)"], None),
        (["work = Capstone(1)", "work = Capstone(2)"], None),
        (["work = Capstone('')"], None),
        ([f"work = Capstone(0x{'1' * 5000})"], None),
        (["work" + ".again" * 600 + "(7)"], None),
        (["def other():\n    return Capstone(1)"], None),
        (["work = Capstone(", "practice = Capstone('practice', log='p.jsonl')"], None),
        ([], None),
    ],
)
def test_finds_the_number_that_a_notebook_gives(sources, number):
    assert inspector.number_in(sources) == number


@pytest.mark.parametrize(
    ("number", "notes"),
    [("'Kim'", ()), ("'lee'", ("The notebook says the number 'lee', its log 'kim'.",)), ("None", ())],
)
def test_says_where_notebook_and_log_have_two_numbers(trainings, honest, number, notes):
    found = inspected(honest, cells=[f"number = {number}", "work = Capstone(number)"])
    assert found.notes == notes
    assert {verdict.against for verdict in found.verdicts.values()} == {()}


# --- strange bytes ---


STRANGE = [
    None,
    True,
    -1,
    0,
    19,
    2**31 - 1,
    2**31,
    10**400,
    1e308,
    float("nan"),
    "",
    "x",
    "a\nb",
    "\ud800",
    [],
    {},
]


def test_does_no_field_of_any_kind_crash_it(trainings, honest):
    """Each field of each kind of line: left out, and with something else in its place."""
    events = events_of(honest)
    kinds = {event["event"] + str(bool(event.get("again"))): place for place, event in enumerate(events)}
    rng = random.Random(0)
    for place in kinds.values():
        for field in events[place]:
            for value in [..., *rng.sample(STRANGE, 4)]:
                changed = copy.deepcopy(events)
                if value is ...:
                    del changed[place][field]
                else:
                    changed[place][field] = value
                _assert_verdicts(inspected(log_bytes(changed), draw_seed=0))


@pytest.mark.parametrize(
    "chain", [*STRANGE, "\ud800" * 50_000, [[]], {"a": "\udfff"}], ids=lambda chain: repr(chain)[:12]
)
def test_does_no_chain_of_any_kind_crash_it(trainings, honest, chain):
    """As it was handed in: nothing is chained anew."""
    events = events_of(honest)
    for place in (0, 1, len(events) - 2, len(events) - 1):
        changed = [
            event | {"chain": chain} if number == place else event for number, event in enumerate(events)
        ]
        content = "".join(json.dumps(event) + "\n" for event in changed).encode()
        _assert_verdicts(inspected(content, draw_seed=0))


@pytest.mark.parametrize("name", ["learning_rate", "l2"])
def test_does_no_range_that_only_rounding_makes_one_crash_it(trainings, honest, name):
    """On a logarithmic scale both ends of it are the same number."""
    for low in (0.1, 1e-4, 0.03):
        events = events_of(honest)
        for event in events:
            if event.get("space", {}).get(name) is not None:
                event["space"][name] |= {"low": low, "high": math.nextafter(low, 9)}
        found = inspected(log_bytes(events), draw_seed=0)
        _assert_verdicts(found)
        assert not any(verdict.look.startswith("the log could not") for verdict in found.verdicts.values())


def test_does_a_person_look_where_a_review_stumbles(trainings, honest, monkeypatch):
    monkeypatch.setattr(inspector, "review", lambda log: 1 / 0)
    found = inspected(honest)
    assert {verdict.look for verdict in found.verdicts.values()} == {
        "the log could not be reviewed (ZeroDivisionError)"
    }
    assert found.notes == ("The log could not be reviewed (ZeroDivisionError).",)


def test_does_no_order_of_lines_crash_it(trainings, honest):
    events = events_of(honest)
    rng = random.Random(1)
    for _ in range(40):
        kept = rng.sample(events[1:], rng.randint(0, len(events) - 1))
        _assert_verdicts(inspected(log_bytes([events[0], *kept, *rng.choices(events[1:], k=3)]), draw_seed=0))


def _assert_verdicts(found):
    assert isinstance(found, Inspection)
    assert set(found.verdicts) == set(map(str, TITLES))
    said = [line for each in found.verdicts.values() for line in (*each.against, *each.said, each.look)]
    assert all("\n" not in line for line in [*said, *found.notes, *found.marks.values()])
    assert all(0 < verdict.share <= 1 for verdict in found.verdicts.values())


def test_do_huge_curves_make_a_picture(trainings, honest):
    events = events_of(honest)
    for event in events:
        if event["event"] == "training":
            event["val_losses"] = [1e308, -1e308, float("inf"), *[0.5] * 17]
    found = inspected(log_bytes(events))
    assert found.verdicts["search_log"].against
    huge = moved(honest, "val_losses", 0, 1e308, which=lambda event: event["again"] == 2)
    shown = inspected(huge).verdicts["search_log"]
    assert (shown.against, shown.picture[:4]) == ((), b"\x89PNG")


# --- with real trainings ---


@pytest.mark.slow
def test_does_the_reference_repeat_and_a_polished_one_not():
    """The bank's cases are proved with the course; here the reference and one of them, in one process."""
    inspector._trained.cache_clear()
    reference = REFERENCE.read_bytes()
    verdicts = inspected(reference, draw_seed=0).verdicts
    assert [name for name, each in verdicts.items() if each.against or each.look] == []
    made = {each.name: each.make(reference) for each in read_bank(REFERENCE.parent).handed_in}
    verdicts = inspected(made["only_the_ends_of_the_chosen_one_polished"], draw_seed=0).verdicts
    assert [name for name, verdict in verdicts.items() if verdict.look] == ["search_log"]
    inspector._trained.cache_clear()


@pytest.mark.slow
@pytest.mark.skipif(not instructions.is_x86(), reason="other processors have no AVX")
@pytest.mark.parametrize("learners", ["AVX", "AVX2"])
def test_are_repeats_looked_at_that_are_not_ones_own(learners):
    """Whoever made the log has one kind of processor, the grader AVX2."""
    script = "import capstones, json; print(json.dumps(capstones.trained_here(6)))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    environment |= instructions.settings(learners, os.environ)
    made = subprocess.run(
        [sys.executable, "-c", script], env=environment, check=True, capture_output=True, text=True
    )
    own, others = json.loads(made.stdout.splitlines()[-1])
    better, lowered = copy.deepcopy(own), copy.deepcopy(own)
    chosen = next(event["trial"] for event in own if event["event"] == "choice")
    for events in (better, lowered):
        for event in events:
            if event["event"] != "training" or event["trial"] != chosen or not event["again"]:
                continue
            if events is better:
                event |= others[event["again"] - 1]
            else:
                for name in ("train_losses", "val_losses"):
                    event[name] = [0.99 * loss for loss in event[name]]

    def looked_at(events):
        verdicts = inspected(log_bytes(events), draw_seed=0).verdicts
        return [name for name, verdict in verdicts.items() if verdict.look]

    inspector._trained.cache_clear()
    assert looked_at(own) == []
    assert "search_log" in looked_at(better)
    assert "search_log" in looked_at(lowered)
    inspector._trained.cache_clear()


# --- the second test part ---


@pytest.fixture
def small_part(monkeypatch):
    """Bytes of a second part, made of noise, which is .01 easier."""
    rng = np.random.default_rng(0)
    made = io.BytesIO()
    x, y = rng.integers(0, 256, (50, 14, 14), dtype=np.uint8), np.arange(50) % 10
    np.savez_compressed(made, x=x, y=y, shift=np.array(0.01))
    return made.getvalue()


def test_does_a_second_part_count_in_the_place_of_the_packaged_one(
    monkeypatch, trainings, honest, small_part
):
    seen = []

    def measured(parameters, seed, test_part):
        seen.append(test_part.x_test.shape)
        return trainings(parameters, seed, test_part)

    monkeypatch.setattr(inspector, "train", measured)
    inspector._data.cache_clear()
    result = inspected(honest, extra=small_part).verdicts["result"]
    inspector._data.cache_clear()
    assert set(seen) == {(50, 14, 14)}
    assert "on a second test part" in result.said[0]
    assert f"the second begins at {limits(0.01)[0]:.4f}" in result.said[0]
    assert inspector.read_second_part(b"").content == b""
    assert inspector.read_second_part(small_part).shift == pytest.approx(0.01)


def test_is_a_damaged_second_part_one_line(trainings, honest, small_part):
    rng = random.Random(0)
    array, incomplete, other = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.save(array, np.arange(3))
    np.savez(incomplete, shift=np.array(0.1))
    np.savez(other, x=np.zeros((3, 28, 28)), y=np.zeros(4), shift=np.array([1, 2]))
    cases = [
        b"x",
        b"PK",
        small_part[:-30],
        small_part[100:],
        array.getvalue(),
        incomplete.getvalue(),
        other.getvalue(),
    ]
    for _ in range(60):
        changed = bytearray(small_part)
        for _ in range(3):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        cases.append(bytes(changed))
    said = "the second test part is damaged: make it again with course second-test"
    refused = 0
    for case in cases:
        try:
            inspector.read_second_part(case)
        except CourseError as error:
            refused += str(error) == said
    assert refused >= 40
    for case in cases[:7]:
        with pytest.raises(CourseError, match=said):
            inspector.read_second_part(case)
    with pytest.raises(CourseError, match="the second test part is damaged"):
        inspected(honest, extra=cases[2])


def _photographs(monkeypatch, module, make):
    """The photographs that something is made from, before the camera: their bytes."""
    seen = []

    def camera(images, rng):
        seen.extend(image.tobytes() for image in images)
        return np.zeros((len(images), 14, 14), np.uint8)

    monkeypatch.setattr(module, "through_a_bad_camera", camera)
    make()
    return seen


@needs_originals
def test_is_no_photograph_of_the_second_part_in_the_package(monkeypatch, trainings, top):
    monkeypatch.setattr(inspector, "train", trainings)
    second = _photographs(monkeypatch, inspector, lambda: inspector.make_extra(originals.DEBIAN, 7))
    assert len(second) == len(set(second)) == 2000
    sys.path.insert(0, str(top / "scripts"))
    try:
        import make_capstone
        import make_fashion_mnist
    finally:
        sys.path.remove(str(top / "scripts"))
    capstones = _photographs(
        monkeypatch, make_capstone, lambda: make_capstone.make_capstone(originals.DEBIAN)
    )
    subset = make_fashion_mnist.make_subset(originals.DEBIAN)
    packaged = {image.tobytes() for part in ("x_train", "x_test") for image in subset[part]}
    assert set(second).isdisjoint(packaged | set(capstones))


@needs_originals
def test_follows_a_second_part_from_its_seed_alone(monkeypatch, trainings):
    monkeypatch.setattr(inspector, "train", trainings)
    one, same, other = (inspector.make_extra(originals.DEBIAN, seed)[0] for seed in (7, 7, 8))
    x, y = inspector.read_second_part(one).arrays()
    assert (x.shape, x.dtype) == ((2000, 14, 14), np.uint8)
    assert np.bincount(y).tolist() == [200] * 10
    assert np.array_equal(x, inspector.read_second_part(same).arrays()[0])
    assert not np.array_equal(x, inspector.read_second_part(other).arrays()[0])


@pytest.mark.slow
@needs_originals
def test_is_the_shift_of_a_second_part_plausible(monkeypatch):
    """Parts of 2,000 photographs differ by chance: by about .015 in accuracy, where one has .65."""
    monkeypatch.setattr(inspector, "NUM_REFERENCES", 4)
    part = inspector.read_second_part(inspector.make_extra(originals.DEBIAN, 7)[0])
    assert 1e-6 < abs(part.shift) < 0.05


def test_are_missing_originals_one_line(tmp_path):
    with pytest.raises(CourseError, match=r"apt-get install dataset-fashion-mnist") as caught:
        inspector.make_extra(Path(tmp_path), 7)
    assert "\n" not in str(caught.value)


def test_are_verdicts_data_that_another_process_can_send(trainings, honest):
    import pickle

    found = inspected(moved(honest, "val_losses", -1, 1.0))
    assert pickle.loads(pickle.dumps(found)) == found
    assert json.loads(json.dumps(dict(found.marks))) == found.marks
