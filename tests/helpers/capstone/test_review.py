"""What a log shows of the method: each sentence by a log that is wrong in exactly that way, silence else."""

import copy
import math

import numpy as np
import pytest
from capstones import BY_HAND, FIXED, REFERENCE, Trainings, events_of, log_of

from helpers.capstone import Capstone, verdict, work
from helpers.capstone.log import log_bytes, parse_log
from helpers.capstone.review import TITLES, Aspect, review
from helpers.capstone.task import as_data, stage_seed, training_seed
from helpers.checks.cell_session import CheckFailed
from helpers.search import Real, Space

EVENTS = events_of(REFERENCE.read_bytes())
CHOSEN = EVENTS[-1]["trial"]
FINALISTS = list(dict.fromkeys(event["trial"] for event in EVENTS if event.get("again")))
OTHERS = [trial for trial in FINALISTS if trial != CHOSEN]


def against(log):
    return {aspect: said for aspect, said in review(log).items() if said}


def changed(change):
    """The reference's log after a change of its events."""
    events = copy.deepcopy(EVENTS)
    return log_of(change(events) or events)


def trainings(events, trial=None, again=None):
    return [
        event
        for event in events
        if event["event"] == "training"
        and trial in (None, event["trial"])
        and again in (None, event["again"])
    ]


def set_ends(events, trial, losses=None, accuracies=None):
    """Give the trainings of a trial other ends."""
    for place, event in enumerate(trainings(events, trial)):
        if losses is not None:
            event["val_losses"][-1] = losses[place % len(losses)]
        if accuracies is not None:
            event["val_accuracies"][-1] = accuracies[place % len(accuracies)]


def test_is_nothing_said_against_the_reference():
    assert against(parse_log(REFERENCE.read_bytes())) == {}
    assert set(review(parse_log(REFERENCE.read_bytes()))) == set(Aspect) == set(TITLES)


# --- one fault each ---


def fault(aspect, sentence, *also):
    """Register a change of events: what it must be told, and in which other aspects it may be."""

    def register(change):
        FAULTS.append(pytest.param(change, aspect, sentence, also, id=change.__name__))
        return change

    return register


FAULTS = []


@fault("search_log", "It is the log of another version of the data.")
def other_data(events):
    events[0]["data"] = "0" * 12


@fault(
    "search_log", "There is no trial in it.", "budget", "boundary", "seeds", "choice", "test_part", "result"
)
def no_trial(events):
    return events[:1]


@fault(
    "search_log", "The trials are not numbered 0, 1, 2 ... in their order: one is missing, or there twice."
)
def a_trial_left_out(events):
    worst = next(each for each in trainings(events, again=0) if each["trial"] not in FINALISTS)
    events.remove(worst)


@fault("search_log", "one is missing, or there twice.", "budget")
def a_trial_twice(events):
    events.insert(4, copy.deepcopy(events[3]))


@fault("search_log", "one is missing, or there twice.")
def trials_in_another_order(events):
    events[3], events[4] = events[4], events[3]


@fault("search_log", "Part 0 of the search is missing.")
def the_first_part_left_out(events):
    for event in events:
        if "stage" in event:
            event["stage"] += 1


@fault("search_log", "Part 1 was drawn with another seed than the number '20261234' gives.")
def another_seed_of_a_part(events):
    [_, second] = [event for event in events if event["event"] == "stage"]
    second["seed"] += 1


@fault("search_log", "has other parameters than its part of the search draws (quasi-random, 5 of 12).")
def another_trial_than_planned(events):
    [event] = trainings(events, 4)
    event["parameters"]["dropout"] = 0.2
    event["configuration"] = as_data(event["parameters"])


@fault(
    "search_log", "Part 1 was to have 9 trials and has 8: run its cell again, with num_trials=9.", "budget"
)
def a_part_that_has_not_ended(events):
    [_, second] = [event for event in events if event["event"] == "stage"]
    second["num_trials"] = 9


@fault("search_log", "Trial 19 is one more than its part of the search has.")
def a_trial_more_than_planned(events):
    [_, second] = [event for event in events if event["event"] == "stage"]
    second["num_trials"] = 7


@fault("search_log", "belongs to no part of the search.")
def a_repeat_of_no_part(events):
    trainings(events, CHOSEN, 2)[0]["stage"] = 5


@fault("search_log", f"Repeat 2 of trial {CHOSEN} is there twice, or one seed too many.", "budget")
def a_repeat_twice(events):
    [repeat] = trainings(events, CHOSEN, 2)
    events.insert(events.index(repeat), copy.deepcopy(repeat))


@fault("search_log", f"Repeat 5 of trial {CHOSEN} is there twice, or one seed too many.")
def a_sixth_seed_in_the_place_of_another(events):
    [repeat] = trainings(events, CHOSEN, 4)
    repeat |= {"again": 5, "seed": training_seed("20261234", CHOSEN, 5)}


@fault("search_log", f"Repeat 3 of trial {CHOSEN} has other parameters than the trial that it repeats.")
def a_repeat_of_something_else(events):
    [repeat] = trainings(events, CHOSEN, 3)
    repeat["parameters"]["dropout"] = 0.11
    repeat["configuration"] = as_data(repeat["parameters"])


@fault("search_log", "Trial 2 was trained with another seed than the number '20261234' gives.")
def another_seed(events):
    trainings(events, 2)[0]["seed"] += 1


@fault("search_log", "Trial 2 has another configuration than its parameters give.")
def another_configuration(events):
    trainings(events, 2)[0]["configuration"]["weight_decay"] = 0.1


@fault("search_log", "Trial 2 is said to be complete, and its curve has not 20 epochs.")
def a_shorter_curve(events):
    for name in ("train_losses", "val_losses", "val_accuracies"):
        del trainings(events, 2)[0][name][7:]


@fault("search_log", "Trial 2 is said to be complete, and its curve has not 20 epochs.")
def a_curve_that_is_no_number_somewhere(events):
    trainings(events, 2)[0]["val_losses"][7] = math.nan


@fault("budget", "The budget is 20 trials, and the log has 23.", "search_log")
def a_plan_beyond_the_budget(events):
    stage = next(event for event in events if event["event"] == "stage")
    place = next(place for place, event in enumerate(events) if event.get("again"))
    events.insert(place, stage | {"stage": 2, "num_trials": 3, "seed": stage_seed("20261234", 2)})


@fault("budget", "More seeds are for 3 trials, and 4 have them.")
def a_fourth_finalist(events):
    trial = next(trial for trial in range(20) if trial not in FINALISTS)
    [first] = trainings(events, trial)
    more = first | {"again": 1, "seed": training_seed("20261234", trial, 1)}
    events.insert(-2, more)


@fault("boundary", "No trial is chosen yet", "choice", "test_part")
def nothing_chosen(events):
    del events[-2]


@fault("boundary", "at the highest end (0.0", "search_log")
def a_range_that_ends_at_the_winner(events):
    rate = trainings(events, CHOSEN, 0)[0]["parameters"]["learning_rate"]
    for event in events:
        if event["event"] == "stage":
            event["space"]["learning_rate"]["high"] = 1.01 * rate


@fault("boundary", "at the lowest end", "search_log")
def a_range_that_begins_at_the_winner(events):
    rate = trainings(events, CHOSEN, 0)[0]["parameters"]["learning_rate"]
    for event in events:
        if event["event"] == "stage":
            event["space"]["learning_rate"]["low"] = 0.99 * rate


@fault("seeds", "1 of your trials have 3 seeds or more")
def one_finalist(events):
    return [event for event in events if not (event.get("again") and event["trial"] != CHOSEN)]


@fault("seeds", "1 of your trials have 3 seeds or more")
def two_seeds_of_the_others(events):
    return [event for event in events if not (event.get("again", 0) > 1 and event["trial"] != CHOSEN)]


@fault("seeds", "is not among those with more seeds.")
def the_best_trial_without_more_seeds(events):
    best = next(trial for trial in range(20) if trial not in FINALISTS)
    set_ends(events, best, [0.5], [0.95])


@fault("seeds", f"Trial {CHOSEN} is chosen, and has fewer than 3 seeds.")
def the_chosen_one_with_two_seeds(events):
    return [event for event in events if not (event.get("again", 0) > 1 and event["trial"] == CHOSEN)]


@fault("choice", "Trial 20 is chosen, and there is none.", "boundary", "seeds")
def a_trial_chosen_that_does_not_exist(events):
    events[-2]["trial"] = events[-1]["trial"] = 20


@fault("choice", "There is no reason for the choice.")
def no_reason(events):
    events[-2]["because"] = " \n"


@fault("choice", "is chosen on one seed: the means of several decide.", "seeds")
def chosen_on_one_seed(events):
    return [event for event in events if not (event.get("again") and event["trial"] == CHOSEN)]


@fault("choice", f"Trial {OTHERS[0]} is clearly better in validation than trial {CHOSEN}, by more than 2")
def a_finalist_clearly_better(events):
    set_ends(events, OTHERS[0], [0.7, 0.71, 0.72], [0.8, 0.81])


@fault("choice", "After the choice more was trained: choose when everything is known.")
def chosen_before_a_repeat(events):
    events.insert(-3, events.pop(-2))


@fault("test_part", "The test part has not been opened.", "result")
def never_opened(events):
    del events[-1]


@fault("test_part", "The test part was opened 2 times. It is opened once, at the end.")
def opened_twice(events):
    events.append(copy.deepcopy(events[-1]))


@fault("test_part", "Something was done after the test part had been opened.")
def chosen_again_after_the_opening(events):
    events.append(events[-2])


@fault("test_part", f"The test part was opened for trial {OTHERS[0]}, which is not the chosen one.")
def opened_for_another_trial(events):
    events[-1]["trial"] = OTHERS[0]


@fault("result", "There is no result before the test part was opened.")
def opened_without_a_result(events):
    events[-1]["accuracies"] = []


@pytest.mark.parametrize(("change", "aspect", "sentence", "also"), FAULTS)
def test_is_each_fault_told_by_its_sentence_and_by_no_other_aspect(change, aspect, sentence, also):
    found = against(changed(change))
    assert any(sentence in said for said in found[aspect]), found
    assert set(found) - set(also) == {aspect}
    assert all("\n" not in said and said.endswith(".") for each in found.values() for said in each)


def test_is_a_line_that_does_not_follow_named():
    lines = REFERENCE.read_bytes().splitlines(keepends=True)
    found = against(
        parse_log(b"".join([*lines[:5], lines[5].replace(b'"seconds": ', b'"seconds": 1'), *lines[6:]]))
    )
    assert set(found) == {"search_log"}
    assert found["search_log"][0].startswith("Line 6 of search.jsonl does not follow from the line before it")


def test_may_one_finalist_be_better_in_loss_alone_and_another_in_accuracy_alone():
    def two_sided(events):
        set_ends(events, OTHERS[0], [0.7, 0.71, 0.72])
        set_ends(events, OTHERS[1], None, [0.8, 0.81])

    assert len(OTHERS) > 1
    assert "choice" not in against(changed(two_sided))


def test_is_a_part_by_hand_without_a_reason_told(searched):
    mine = searched(lambda mine: mine.try_by_hand("so", **BY_HAND))
    events = events_of(mine.content)
    next(event for event in events if event["event"] == "stage")["because"] = "  "
    assert "Part 0 was chosen by hand, without a reason." in against(log_of(events))["search_log"]


def test_is_a_rate_that_never_varied_told(searched):
    space = Space(dropout=Real(0.01, 0.6))
    fixed = {name: value for name, value in BY_HAND.items() if name != "dropout"}
    mine = searched(lambda mine: mine.search(space, "random", 20, **fixed))
    said = against(mine.log)["boundary"]
    assert said == ["The learning rate was 0.003 in all trials: it has to vary."]


@pytest.mark.parametrize("num", [1, 2, 5])
def test_is_a_finalist_of_which_a_training_diverged_no_choice(num):
    events = copy.deepcopy(EVENTS)
    for event in trainings(events, CHOSEN)[-num:]:
        event |= {"state": "diverged"}
    [said] = against(log_of(events))["choice"]
    assert said.endswith(f"better in validation than trial {CHOSEN}, of which a training diverged.")


@pytest.mark.parametrize("others", ["diverge too", "guess"])
def test_may_a_finalist_be_chosen_that_diverged_where_no_other_is_better(others):
    events = copy.deepcopy(EVENTS)
    for trial in FINALISTS if others == "diverge too" else [CHOSEN]:
        trainings(events, trial)[-1]["state"] = "diverged"
    if others == "guess":
        for trial in OTHERS:
            set_ends(events, trial, [2.3, 2.31], [0.1, 0.11])
    assert "choice" not in against(log_of(events))


# --- odd and honest ---


@pytest.fixture
def searched(monkeypatch, tmp_path):
    """A function that makes a log by a search of one's own, with its end, and trainings by the stand-in."""

    def make(search, choose=None, num_finalists=3, repeats=4, trains=None):
        monkeypatch.setattr(work, "train", trains or Trainings())
        monkeypatch.setattr(work, "NUM_SEEDS", repeats + 1)
        mine = Capstone("kim", tmp_path / "search.jsonl")
        search(mine)
        best = sorted(mine.trials.trials, key=lambda trial: trial.val_loss)[:num_finalists]
        if len(best) > 1:
            means = {trial: losses.mean() for trial, losses in mine.repeat(*[b.number for b in best]).items()}
            mine.choose((choose or (lambda means: min(means, key=means.get)))(means), "so")
            mine.open_test()
        mine.content = (tmp_path / "search.jsonl").read_bytes()
        return mine

    return make


WIDE = Space(learning_rate=Real(1e-4, 1, log=True), dropout=Real(0.01, 0.6))
REST = {name: value for name, value in FIXED.items() if name != "dropout"}


def cheapest(means):
    """One of those that are not clearly behind the best, whichever has the higher mean."""
    best = min(means, key=means.get)
    return next(trial for trial in means if trial != best)


def near_the_middle(mine):
    """Rates that lie so close together that seeds decide."""
    for place in range(9):
        mine.try_by_hand(f"step {place}", **{**BY_HAND, "learning_rate": 0.0028 + 0.00005 * place})


ODD = {
    "a grid": {"search": lambda mine: mine.search(WIDE, "grid", **REST)},
    "tpe": {"search": lambda mine: mine.search(WIDE, "tpe", **REST)},
    "by hand": {"search": near_the_middle},
    "twelve only": {"search": lambda mine: mine.search(WIDE, "quasi-random", 12, **REST)},
    "two finalists": {"search": lambda mine: mine.search(WIDE, **REST), "num_finalists": 2},
    "one seed fewer": {"search": lambda mine: mine.search(WIDE, **REST), "repeats": 3},
    "three seeds": {"search": lambda mine: mine.search(WIDE, **REST), "repeats": 2},
    "a cheaper finalist": {"search": near_the_middle, "choose": cheapest},
    "some diverged": {
        "search": lambda mine: mine.search(WIDE, **REST),
        "trains": Trainings(diverging=lambda parameters: parameters["learning_rate"] > 0.2),
    },
}


@pytest.mark.parametrize("name", ODD)
def test_is_nothing_said_against_an_odd_and_honest_log(searched, name):
    mine = searched(**ODD[name])
    found = against(mine.log)
    found.pop("boundary", None)  # asked below, with winners that are known
    assert found == {}
    assert against(parse_log(b"\xef\xbb\xbf" + mine.content.replace(b"\n", b"\r\n"))).keys() <= {"boundary"}
    assert against(parse_log(mine.content + b'{"event": "te')).keys() <= {"boundary"}


def test_is_one_of_several_with_the_best_accuracy_preferred_by_validation():
    """Accuracies are thousandths, so several trials share the best one; each of them may be a finalist."""
    events = copy.deepcopy(EVENTS)
    others = [trial for trial in range(20) if trial not in FINALISTS][:2]
    set_ends(events, others[0], [0.5], [0.95])
    set_ends(events, OTHERS[1], None, [0.95, 0.67, 0.67, 0.66, 0.68])
    assert "seeds" not in against(log_of(events))


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (0.01, 0.01, 0.2, None),  # the capstone's own limit: nothing lies beyond
        (0.6, 0.1, 0.6, None),
        (0.105, 0.1, 0.3, "lowest"),
        (0.1101, 0.1, 0.3, None),
        (0.2899, 0.1, 0.3, None),
        (0.295, 0.1, 0.3, "highest"),
        (0.2, 0.2, 0.2, None),  # never varied: nothing was searched, and nothing is said
    ],
)
def test_where_does_a_boundary_begin(value, low, high, said):
    """Dropout on its linear scale: the outer twentieth of 0.1 to 0.3 begins at 0.11 and at 0.29."""
    events = copy.deepcopy(EVENTS)
    for event in events:
        if event["event"] == "stage":
            if low == high:
                del event["space"]["dropout"]
                event["fixed"]["dropout"] = value
            else:
                event["space"]["dropout"] = {"low": low, "high": high, "log": False}
    for event in trainings(events, CHOSEN):
        event["parameters"]["dropout"] = value
        event["configuration"] = as_data(event["parameters"])
    found = against(log_of(events)).get("boundary", [])
    assert [said in sentence for sentence in found] == ([True] if said else [])
    if said:
        assert f"Trial {CHOSEN} has a dropout of {value:.3g}, at the {said} end" in found[0]


def test_is_a_rates_place_told_on_its_logarithmic_scale():
    """From 0.001 to 0.1 the outer twentieth ends at 10**-2.9 and begins at 10**-1.1."""
    for rate, said in ((1.2e-3, True), (1.3e-3, False), (0.0784, False), (0.0805, True)):
        events = copy.deepcopy(EVENTS)
        for event in events:
            if event["event"] == "stage":
                event["space"]["learning_rate"] = {"low": 1e-3, "high": 0.1, "log": True}
        for event in trainings(events, CHOSEN):
            event["parameters"]["learning_rate"] = rate
        assert bool(against(log_of(events)).get("boundary")) == said, rate


@pytest.mark.parametrize("metric", ["losses", "accuracies", "both"])
def test_is_only_a_finalist_that_leads_in_loss_and_in_accuracy_clearly_better(metric):
    events = copy.deepcopy(EVENTS)
    mine, theirs = [0.9, 0.92, 0.94, 0.9, 0.92], [0.87, 0.86, 0.85, 0.87, 0.86]
    lead = (np.mean(mine) - np.mean(theirs)) / math.sqrt((np.var(mine, ddof=1) + np.var(theirs, ddof=1)) / 5)
    assert lead > 2
    for trial, losses in ((CHOSEN, mine), (OTHERS[0], theirs), (OTHERS[1], mine)):
        set_ends(events, trial, losses if metric != "accuracies" else [0.9, 0.91])
        set_ends(events, trial, None, [1.6 - loss for loss in losses] if metric != "losses" else [0.68, 0.69])
    assert ("choice" in against(log_of(events))) == (metric == "both")


@pytest.mark.parametrize(("standard_errors", "said"), [(1.9, False), (2.1, True)])
def test_is_clearly_two_standard_errors(standard_errors, said):
    events = copy.deepcopy(EVENTS)
    mine = np.array([0.9, 0.92, 0.94, 0.9, 0.92])
    theirs = mine - standard_errors * math.sqrt(2 * np.var(mine, ddof=1) / 5)
    for trial, losses in ((CHOSEN, mine), (OTHERS[0], theirs), (OTHERS[1], mine)):
        set_ends(events, trial, losses.tolist(), (1.6 - losses).tolist())
    assert ("choice" in against(log_of(events))) == said


# --- in the notebook ---


def test_does_the_notebook_say_what_the_review_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckFailed, match=r"There is no search\.jsonl yet: search first\."):
        verdict("search_log")
    (tmp_path / "search.jsonl").write_bytes(REFERENCE.read_bytes())
    for aspect in Aspect:
        verdict(aspect)
        assert TITLES[aspect] in capsys.readouterr().out
    events = copy.deepcopy(EVENTS)
    opened_twice(events)
    (tmp_path / "search.jsonl").write_bytes(log_bytes(events))
    with pytest.raises(CheckFailed, match="opened 2 times"):
        verdict("test_part")
    (tmp_path / "search.jsonl").write_bytes(b"oops\n")
    with pytest.raises(CheckFailed, match="is damaged"):
        verdict("budget")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    capsys.readouterr()
    verdict("budget")
    assert capsys.readouterr().out == ""
