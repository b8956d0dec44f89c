"""Right and wrong answers to the exercises of lesson 17, and logs that somebody may hand in."""

import functools
import json
import math
import statistics

import numpy as np

from course.authoring.answers import exercise, handed_in
from helpers.capstone.log import log_bytes
from helpers.capstone.task import NUM_SEEDS, as_data, stage_seed, train, training_seed, with_test_part

# lead -------------------------------------------------------------------------------------------


def _without_doubt(ahead):
    return 0.0 if ahead == 0 else math.copysign(math.inf, ahead)


e = exercise("lead")

@e.right
def with_statistics(mine, others):
    mine, others = [float(value) for value in mine], [float(value) for value in others]
    error = math.sqrt(statistics.variance(mine) / len(mine) + statistics.variance(others) / len(others))
    ahead = statistics.mean(others) - statistics.mean(mine)
    return ahead / error if error > 0 else _without_doubt(ahead)

@e.right
def of_standard_errors(mine, others):
    first, second = (np.std(group, ddof=1) / np.sqrt(len(group)) for group in (mine, others))
    both = np.hypot(first, second)
    ahead = np.mean(others) - np.mean(mine)
    if both == 0:
        return np.float64(_without_doubt(ahead))
    return ahead / both

@e.right
def with_scipy(mine, others):
    from scipy.stats import ttest_ind

    if np.ptp(mine) == 0 and np.ptp(others) == 0:
        return _without_doubt(float(np.mean(others)) - float(np.mean(mine)))
    return -ttest_ind(mine, others, equal_var=False).statistic

@e.right
def by_hand(mine, others):
    def parts(group):
        mean = sum(group) / len(group)
        return mean, sum((value - mean) ** 2 for value in group) / (len(group) - 1) / len(group)

    (one, one_error), (other, other_error) = parts(list(mine)), parts(list(others))
    if one_error + other_error == 0:
        return _without_doubt(other - one)
    return (other - one) / (one_error + other_error) ** 0.5

e.wrong("Your number has the other sign: you took the mean of mine minus that of the others. Losses are better when they are lower, so mine is ahead where the others' mean is higher.",
    with_the_other_sign=lambda mine, others: -with_statistics(mine, others))
e.wrong("You took the size of the difference, without its sign. Below 0 must say that mine is behind.",
    without_a_sign=lambda mine, others: abs(with_statistics(mine, others)))

@e.wrong("You divided by n in the variance, which is NumPy's default. From a few values the spread is estimated with n - 1: ddof=1.")
def with_n(mine, others):
    error = math.sqrt(np.var(mine) / len(mine) + np.var(others) / len(others))
    ahead = float(np.mean(others) - np.mean(mine))
    return ahead / error if error > 0 else _without_doubt(ahead)

@e.wrong("You divided by the standard deviation of the values, and not by the standard error of the means: each variance has to be divided by its number of seeds first.")
def by_the_spread(mine, others):
    spread = math.sqrt(np.var(mine, ddof=1) + np.var(others, ddof=1))
    ahead = float(np.mean(others) - np.mean(mine))
    return ahead / spread if spread > 0 else _without_doubt(ahead)

@e.wrong("You added the two standard errors as they are. Uncertainties that have nothing to do with each other add as squares, and the root is taken of the sum.")
def sum_of_errors(mine, others):
    error = sum(np.std(group, ddof=1) / np.sqrt(len(group)) for group in (mine, others))
    ahead = float(np.mean(others) - np.mean(mine))
    return float(ahead / error) if error > 0 else _without_doubt(ahead)

@e.wrong("You left out the root: what you divided by is the square of the standard error.")
def without_the_root(mine, others):
    squared = np.var(mine, ddof=1) / len(mine) + np.var(others, ddof=1) / len(others)
    ahead = float(np.mean(others) - np.mean(mine))
    return float(ahead / squared) if squared > 0 else _without_doubt(ahead)

@e.wrong("You returned the difference of the means itself. Divide it by the standard error of the difference.")
def difference_alone(mine, others):
    ahead = float(np.mean(others) - np.mean(mine))
    return ahead if np.var(mine) + np.var(others) > 0 else _without_doubt(ahead)

e.wrong("You returned the difference of the means itself. Divide it by the standard error of the difference.",
    difference_alone_everywhere=lambda mine, others: float(np.mean(others) - np.mean(mine)))

@e.wrong("You took one variance for both groups together. Each group has its own, divided by its own number of seeds. (SciPy's ttest_ind takes one for both, unless equal_var=False.)")
def with_one_variance(mine, others):
    free = len(mine) + len(others) - 2
    both = ((len(mine) - 1) * np.var(mine, ddof=1) + (len(others) - 1) * np.var(others, ddof=1)) / free
    error = math.sqrt(both * (1 / len(mine) + 1 / len(others)))
    ahead = float(np.mean(others) - np.mean(mine))
    return ahead / error if error > 0 else _without_doubt(ahead)

@e.wrong("You divided by the standard error of one group. The other mean is uncertain too: both belong under the root.")
def error_of_mine_alone(mine, others):
    error = float(np.std(mine, ddof=1) / np.sqrt(len(mine)))
    ahead = float(np.mean(others) - np.mean(mine))
    return ahead / error if error > 0 else _without_doubt(ahead)

@e.wrong("You compared the medians. The standard error above is that of a mean, and the contract asks for means.")
def of_medians(mine, others):
    error = math.sqrt(np.var(mine, ddof=1) / len(mine) + np.var(others, ddof=1) / len(others))
    ahead = float(np.median(others) - np.median(mine))
    return ahead / error if error > 0 else _without_doubt(ahead)

@e.wrong("You paired the losses one by one. These are seeds of two settings that have nothing to do with each other, and the groups need not be equally large.")
def paired(mine, others):
    differences = [other - one for one, other in zip(mine, others, strict=False)]
    error = np.std(differences, ddof=1) / np.sqrt(len(differences))
    return float(np.mean(differences) / error) if error > 0 else _without_doubt(float(np.mean(differences)))

@e.wrong("Where there is no doubt your function divides by 0. The contract says what it returns there: infinity with the sign of the lead, and 0 for equal means.")
def without_the_certain_case(mine, others):
    mine, others = [float(value) for value in mine], [float(value) for value in others]
    error = math.sqrt(statistics.variance(mine) / len(mine) + statistics.variance(others) / len(others))
    return (statistics.mean(others) - statistics.mean(mine)) / error

@e.wrong("Where no loss differs from its group's mean and the means are equal, you return NaN: 0 / 0, or 0 times infinity. There it is 0.")
def without_the_certain_case_in_numpy(mine, others):
    mine, others = np.asarray(mine, dtype=float), np.asarray(others, dtype=float)
    error = np.sqrt(mine.var(ddof=1) / len(mine) + others.var(ddof=1) / len(others))
    with np.errstate(all="ignore"):
        return (others.mean() - mine.mean()) / error

@e.wrong("Where there is no doubt your function divides by 0. The contract says what it returns there: infinity with the sign of the lead, and 0 for equal means.")
def without_the_certain_case_by_hand(mine, others):
    # NumPy's numbers may be divided by 0, and Python's may not: this one raises for lists alone.
    def parts(group):
        mean = sum(group) / len(group)
        return mean, sum((value - mean) ** 2 for value in group) / (len(group) - 1) / len(group)

    (one, one_error), (other, other_error) = parts(list(mine)), parts(list(others))
    return (other - one) / (one_error + other_error) ** 0.5

@e.wrong("Where an array holds whole numbers, your means or variances are cut down to whole numbers: statistics gives back the kind of number that it gets. Make floats of them first.")
def whole_means_of_whole_numbers(mine, others):
    error = math.sqrt(statistics.variance(mine) / len(mine) + statistics.variance(others) / len(others))
    ahead = statistics.mean(others) - statistics.mean(mine)
    return ahead / error if error > 0 else _without_doubt(ahead)

@e.wrong("You paired the losses one by one. These are seeds of two settings that have nothing to do with each other, and the groups need not be equally large.")
def paired_as_arrays(mine, others):
    differences = np.asarray(others, dtype=float) - np.asarray(mine, dtype=float)
    error = np.std(differences, ddof=1) / np.sqrt(len(differences))
    return float(np.mean(differences) / error) if error > 0 else _without_doubt(float(np.mean(differences)))

@e.wrong("Where no loss differs from its group's mean you always return infinity above 0. It has the sign of the lead, and for equal means it is 0.")
def always_infinite(mine, others):
    found = with_statistics(mine, others)
    return math.inf if np.ptp(mine) == 0 and np.ptp(others) == 0 else found

@e.wrong("Where no loss differs from its mean you returned 0, also for means that differ. Without any doubt a difference is infinitely many standard errors large.")
def zero_without_doubt(mine, others):
    found = with_statistics(mine, others)
    return found if math.isfinite(found) else 0.0

@e.wrong("You changed an array that you were given. It belongs to the caller: work on a copy.")
def sorts_in_place(mine, others):
    for group in (mine, others):
        if isinstance(group, np.ndarray):
            group.sort()
    return with_statistics(mine, others)

@e.wrong("Where the losses of one group do not differ you say that there is no doubt. The other group may differ, and its standard error is left.")
def no_doubt_if_one_has_none(mine, others):
    if np.ptp(mine) == 0 or np.ptp(others) == 0:
        return _without_doubt(float(np.mean(others) - np.mean(mine)))
    return with_statistics(mine, others)

@e.wrong("Where no loss differs from its group's mean you return infinity for equal means too. There it is 0.")
def infinite_for_equal_means(mine, others):
    found = with_statistics(mine, others)
    return math.inf if np.ptp(mine) == 0 and np.ptp(others) == 0 and found == 0 else found

@e.wrong("Where no loss differs from its group's mean you return infinity above 0, also where mine is the worse one. It has the sign of the lead.")
def infinity_without_a_sign(mine, others):
    found = with_statistics(mine, others)
    return abs(found) if math.isinf(found) else found

@e.wrong("Both variances are divided by one group's number of seeds. Each has to be divided by its own.")
def one_number_for_both(mine, others):
    error = math.sqrt((np.var(mine, ddof=1) + np.var(others, ddof=1)) / len(mine))
    ahead = float(np.mean(others) - np.mean(mine))
    return ahead / error if error > 0 else _without_doubt(ahead)

@e.wrong("You divided each standard deviation by its number of seeds. A standard error divides it by the root of that number: the variance by the number itself.")
def over_the_number_of_seeds(mine, others):
    error = math.hypot(*(np.std(group, ddof=1) / len(group) for group in (mine, others)))
    ahead = float(np.mean(others) - np.mean(mine))
    return ahead / error if error > 0 else _without_doubt(ahead)

@e.wrong("Each variance is divided by the other group's number of seeds. Each has to be divided by its own.")
def numbers_exchanged(mine, others):
    error = math.sqrt(np.var(mine, ddof=1) / len(others) + np.var(others, ddof=1) / len(mine))
    ahead = float(np.mean(others) - np.mean(mine))
    return ahead / error if error > 0 else _without_doubt(ahead)


_SPREAD_OF_ALL = (
    "You took the spread of all losses together. It holds the difference of the two means as well: each group has a "
    "variance of its own, divided by its own number of seeds."
)


@e.wrong(_SPREAD_OF_ALL)
def spread_of_all(mine, others):
    error = np.std([*mine, *others], ddof=1) * math.sqrt(1 / len(mine) + 1 / len(others))
    ahead = float(np.mean(others) - np.mean(mine))
    return float(ahead / error) if error > 0 else _without_doubt(ahead)

@e.wrong(_SPREAD_OF_ALL)
def spread_of_all_over_their_number(mine, others):
    error = np.std([*mine, *others], ddof=1) / math.sqrt(len(mine) + len(others))
    ahead = float(np.mean(others) - np.mean(mine))
    return float(ahead / error) if error > 0 else _without_doubt(ahead)

@e.cases
def groups_of_losses(rng):
    """Two groups of 2 to 14 losses: lists, tuples, arrays; whole numbers; tiny and large; one or both without doubt.

    Losses without doubt are halves, quarters and eighths, whose mean is exact. Means are equal at times.
    """
    sizes = [int(rng.choice([2, 3, rng.integers(3, 8), rng.integers(11, 15)], p=[0.3, 0.2, 0.4, 0.1])) for _ in "ab"]
    scale, digits = [(1.0, 3), (1e-4, 7), (40.0, 1), (5000.0, 0)][rng.choice(4, p=[0.4, 0.2, 0.2, 0.2])]
    apart = [0.0, *rng.choice([0, 0.1, 1, -1], 1)]
    groups = [
        np.round(scale * (2 + shift + rng.normal(0, 0.3, size)), digits)
        for shift, size in zip(apart, sizes, strict=True)
    ]
    if rng.random() < 0.15:  # the same losses beside others
        groups[rng.integers(2)] = np.array([1.5, 1.25, 1.75])
    exact = 2.0**-13 if scale == 1e-4 else scale / 8
    for place in [[], [int(rng.integers(2))], [0, 1]][rng.choice(3, p=[0.6, 0.15, 0.25])]:
        groups[place] = np.full(sizes[place], exact * rng.choice([1, 4, 6, 16]))
    if rng.random() < 0.1:
        groups[1] = np.concatenate([groups[0], groups[0]]) if len(groups[0]) < 6 else groups[0][::-1].copy()
    if digits == 0 and rng.random() < 0.7:
        groups = [group.astype(int) for group in groups]
    kinds = [np.array, np.ndarray.tolist, lambda group: tuple(group.tolist())]
    mine, others = (kinds[rng.integers(3)](group) for group in groups)
    return mine, others

e.hints(
    "Two parts: which difference of means is above 0 when mine is better, and by which number is it divided?",
    "The formula for SE stands above. For each group: its variance with n - 1, divided by how many losses it has; then the "
    "root of the sum.",
    "Make arrays of floats of both first. Test whether SE is 0 before you divide; then the sign of the difference decides.",
)


e = exercise("quiz_1")
e.right_choice("The best trial lies at the end of the range and the space goes on, so a few trials above 0.01 show whether a better rate lies there.")
e.wrong_choice(
    "a", "It is the best of what was searched, and the search ended there: the next may be better."
)
e.wrong_choice(
    "c", "Twenty more trials where you have been say nothing of what lies above 0.01, and cost most."
)
e.wrong_choice("d", "0.01 and 0.0098 are the same rate for a network. What lies above stays unknown.")


e = exercise("quiz_2")
e.right_choice("The sentence gives the order of the means and says that a lead of 0.6 standard errors does not decide it.")
e.wrong_choice("a", "0.005 is less than one standard error: with other seeds the order may turn round.")
e.wrong_choice(
    "b", "That they are equal was not shown. They may differ by 0.01, and five seeds do not show it."
)
e.wrong_choice("c", "Nothing says so: the second has the higher mean so far.")


e = exercise("quiz_3")
e.right_choice("The test part estimates what the chosen setting is worth. If it chose as well, its score would be too good, like a validation score.")
e.wrong_choice("b", "What decides becomes a second validation part, and its score is then too good as well.")
e.wrong_choice("c", "A mean of two numbers of which one was picked by the test part is picked too.")
e.wrong_choice("d", "Then the test part has been opened twenty times, and the best of it is luck again.")


e = exercise("quiz_4")
e.right_choice("The same curves show that these three trainings are what the log says, and nothing about other trials or about the choice.")
e.wrong_choice("a", "Trials that were left out leave no trace in the log, so nobody can train them again.")
e.wrong_choice("b", "A choice can be repeated and wrong: the curves say nothing of why it was made.")
e.wrong_choice("c", "Curves of training and validation are the same, whoever has read what labels.")

# Logs -------------------------------------------------------------------------------------------

EVERYTHING = ("search_log", "budget", "boundary", "seeds", "choice", "test_part", "result")


def _events(log):
    return [json.loads(line) for line in log.decode().splitlines()]


def _trainings(events):
    return [event for event in events if event["event"] == "training"]


def _chosen(events):
    return next(event["trial"] for event in reversed(events) if event["event"] == "choice")


@handed_in()
def with_windows_line_ends(log):
    return b"\xef\xbb\xbf" + log.replace(b"\n", b"\r\n")


@handed_in()
def cut_off_in_its_next_line(log):
    return log + b'{"event": "tra'


@handed_in()
def with_empty_lines_at_the_end(log):
    return log + b"\n\r\n"


@handed_in()
def without_the_end_of_its_last_line(log):
    return log.rstrip(b"\n")


@handed_in()
def written_by_another_json_library(log):
    return "".join(json.dumps(event, sort_keys=True, separators=(",", ":")) + "\n" for event in _events(log)).encode()


@handed_in()
def chosen_anew_before_the_test_part(log):
    events = _events(log)
    place = next(place for place, event in enumerate(events) if event["event"] == "choice")
    earlier = dict(events[place], because="a first thought")
    return log_bytes([*events[:place], earlier, *events[place:]])


@handed_in(looked_at=["search_log"])
def curves_made_up_for_all(log):
    events = _events(log)
    for event in _trainings(events):
        for name in ("train_losses", "val_losses"):
            event[name] = [round(1.6 * 0.97**epoch + 0.2, 4) for epoch in range(20)]
    return log_bytes(events)


def _diverged(event):
    """The event of a training, as if it had diverged in its second epoch."""
    losses = {name: [2.4, math.nan] for name in ("train_losses", "val_losses")}
    return event | losses | {"state": "diverged", "val_accuracies": [0.1, 0.1]}


@handed_in()
def a_failed_trial_that_diverged_on_another_processor(log):
    events = _events(log)
    worst = min(_trainings(events), key=lambda event: event["val_accuracies"][-1])
    return log_bytes([_diverged(event) if event is worst else event for event in events])


@handed_in(looked_at=["search_log"])
def half_of_the_trials_said_to_have_diverged(log):
    events = _events(log)
    spared = {event["trial"] for event in _trainings(events) if event["again"]}
    good = [
        event["trial"]
        for event in _trainings(events)
        if event["trial"] not in spared and event["val_accuracies"][-1] > 0.66
    ]
    return log_bytes([_diverged(event) if event.get("trial") in good else event for event in events])


@handed_in(looked_at=["search_log"])
def a_repeat_of_another_finalist_said_to_have_diverged(log):
    events = _events(log)
    chosen = _chosen(events)
    other = next(event for event in _trainings(events) if event["again"] and event["trial"] != chosen)
    return log_bytes([_diverged(event) if event is other else event for event in events])


@handed_in()
def another_finalist_that_ends_elsewhere_on_another_processor(log):
    events = _events(log)
    chosen = _chosen(events)
    for event in _trainings(events):
        if event["trial"] != chosen and event["again"] == 1:
            _set_end(event, "val_losses", event["val_losses"][-1] + 0.08)
            _set_end(event, "val_accuracies", event["val_accuracies"][-1] - 0.05)
    return log_bytes(events)


@handed_in(rejected=["choice"])
def a_poor_trial_chosen(log):
    return log_bytes(_with_a_poor_choice(log))


@handed_in(looked_at=["choice"])
def a_poor_trial_chosen_and_a_loss_of_the_others_made_up(log):
    return log_bytes(_with_a_poor_choice(log, lambda event: _set_end(event, "val_losses", 1.5)))


@handed_in(looked_at=["choice"])
def a_poor_trial_chosen_and_an_accuracy_of_the_others_made_up(log):
    return log_bytes(_with_a_poor_choice(log, lambda event: _set_end(event, "val_accuracies", 0.41)))


@handed_in(looked_at=["search_log", "choice"])
def a_poor_trial_chosen_and_a_repeat_of_the_others_said_to_have_diverged(log):
    return log_bytes(_with_a_poor_choice(log, lambda event: event.update(_diverged(event))))


def _set_end(event, name, value):
    event[name][-1] = value


def _with_a_poor_choice(log, change=lambda event: None):
    """The events of one who chose the best of the trials that are clearly behind.

    Its repeats stand in the place of those of the finalist that began worst. change: what becomes of a repeat
    of each other finalist.
    """
    events = _events(log)
    chosen = _chosen(events)
    others = {event["trial"] for event in _trainings(events) if event["again"] and event["trial"] != chosen}
    first_losses = {
        event["trial"]: event["val_losses"][-1]
        for event in _trainings(events)
        if not event["again"] and event["trial"] in others
    }
    replaced = max(first_losses, key=first_losses.get)
    poor = min(
        (event for event in _trainings(events) if event["val_losses"][-1] > 1.1),
        key=lambda event: event["val_losses"][-1],
    )
    repeats = _repeats_of(json.dumps(poor), events[0]["number"])
    changed = []
    for event in events:
        if event["event"] == "training" and event["again"] and event["trial"] == replaced:
            changed.append(repeats[event["again"] - 1])
        else:
            changed.append(event | {"trial": poor["trial"]} if event["event"] in ("choice", "test") else event)
    for event in _trainings(changed):
        if event["again"] == 1 and event["trial"] != poor["trial"]:
            change(event)
    return changed


@functools.cache
def _repeats_of(poor, number):
    """The events of a trial's four repeats, trained here. poor: its own event, as JSON."""
    trial, made = json.loads(poor), []
    for again in range(1, NUM_SEEDS):
        seed = training_seed(number, trial["trial"], again)
        run = train(trial["parameters"], seed)
        curves = {name: getattr(run, name).tolist() for name in ("train_losses", "val_losses", "val_accuracies")}
        made.append(trial | curves | {"again": again, "seed": seed})
    return made


@handed_in(looked_at=["search_log", "seeds"])
def a_constant_for_all(log):
    events = _events(log)
    for event in _trainings(events):
        event["train_losses"] = event["val_losses"] = [0.5] * 20
        event["val_accuracies"] = [0.9] * 20
    return log_bytes(events)


@handed_in(looked_at=["search_log"])
def the_chosen_trial_polished(log):
    events = _events(log)
    for event in _trainings(events):
        if event["trial"] == _chosen(events):
            event["val_losses"] = [loss - 0.03 for loss in event["val_losses"]]
            event["val_accuracies"] = [accuracy + 0.015 for accuracy in event["val_accuracies"]]
    return log_bytes(events)


@handed_in(looked_at=["search_log"])
def only_the_ends_of_the_chosen_one_polished(log):
    events = _events(log)
    for event in _trainings(events):
        if event["trial"] == _chosen(events):
            event["val_losses"] = [*event["val_losses"][:-1], event["val_losses"][-1] - 0.12]
    return log_bytes(events)


@handed_in(looked_at=["search_log"])
def trained_on_test_images(log):
    from helpers.capstone.task import configuration_of
    from helpers.training import train_fast

    events, data = _events(log), with_test_part()
    num = len(data.x_test)
    x, y = data.x_train.copy(), data.y_train.copy()
    x[:num], y[:num] = data.x_test, data.y_test
    more = data._replace(x_train=x, y_train=y)
    chosen = _chosen(events)
    for event in _trainings(events):
        if event["trial"] == chosen:
            run = train_fast(configuration_of(event["parameters"]), more, event["seed"])
            for name in ("train_losses", "val_losses", "val_accuracies"):
                event[name] = getattr(run, name).tolist()
    return log_bytes(events)


@handed_in(rejected=["search_log"])
def a_neighbours_log_under_an_own_number(log):
    events = _events(log)
    events[0]["number"] = "20269999"
    return log_bytes(events)


@handed_in(rejected=["search_log"])
def a_loss_changed_by_hand(log):
    lines = log.decode().splitlines()
    place = next(place for place, line in enumerate(lines) if '"training"' in line)
    event = json.loads(lines[place])
    event["val_losses"][-1] -= 0.01
    lines[place] = json.dumps(event)
    return ("\n".join(lines) + "\n").encode()


@handed_in(rejected=["search_log"])
def a_failed_trial_cut_out(log):
    events = _events(log)
    spared = {_chosen(events)} | {event["trial"] for event in _trainings(events) if event["again"]}
    worst = max(
        (event for event in _trainings(events) if event["trial"] not in spared),
        key=lambda event: event["val_losses"][-1],
    )
    return log_bytes([event for event in events if event is not worst])


@handed_in(rejected=["search_log"])
def another_trial_in_the_place_of_a_planned_one(log):
    events = _events(log)
    spared = {_chosen(events)} | {event["trial"] for event in _trainings(events) if event["again"]}
    event = next(event for event in _trainings(events) if event["trial"] not in spared)
    event["parameters"]["dropout"] = 0.123
    event["configuration"] = as_data(event["parameters"])
    run = train(event["parameters"], event["seed"])
    for name in ("train_losses", "val_losses", "val_accuracies"):
        event[name] = getattr(run, name).tolist()
    return log_bytes(events)


@handed_in(rejected=["search_log"])
def trained_longer_than_the_capstone_trains(log):
    events = _events(log)
    for event in _trainings(events):
        event["configuration"]["num_epochs"] = 60
    return log_bytes(events)


@handed_in(rejected=["search_log"])
def the_best_five_of_many_seeds(log):
    events = _events(log)
    chosen = _chosen(events)
    number = events[0]["number"]
    for event in _trainings(events):
        if event["trial"] == chosen and event["again"]:
            event["seed"] = training_seed(number, chosen, event["again"] + NUM_SEEDS)
    return log_bytes(events)


@handed_in(rejected=["search_log", "boundary"])
def the_range_ends_at_the_winner(log):
    events = _events(log)
    rate = next(event for event in _trainings(events) if event["trial"] == _chosen(events))["parameters"]
    for event in events:
        if event["event"] == "stage":
            event["space"]["learning_rate"]["high"] = 1.01 * rate["learning_rate"]
    return log_bytes(events)


@handed_in(looked_at=["search_log"])
def an_invented_trial_in_the_place_of_the_last(log):
    events = _events(log)
    model = next(event for event in _trainings(events) if event["trial"] == _chosen(events))
    events = [event for event in events if event.get("trial") != 19 and event["event"] != "test"]
    for event in events:
        if event["event"] == "stage" and event["stage"] == 1:
            event["num_trials"] -= 1
    parameters = model["parameters"] | {"dropout": 0.17}
    because = "between the two best"
    stage = {"event": "stage", "stage": 2, "method": "by hand", "space": None, "fixed": parameters}
    stage |= {"num_trials": 1, "seed": stage_seed(events[0]["number"], 2), "because": because}
    invented = []
    for again in range(NUM_SEEDS):
        seed = training_seed(events[0]["number"], 19, again)
        curves = {"val_losses": [loss - 0.05 - again / 1000 for loss in model["val_losses"]]}
        new = {"trial": 19, "again": again, "stage": 2, "parameters": parameters, "seed": seed}
        invented.append(model | new | curves | {"configuration": as_data(parameters)})
    place = next(place for place, event in enumerate(events) if event.get("again"))
    third = sorted({event["trial"] for event in events if event.get("again")} - {model["trial"]})[0]
    rest = [event for event in events[place:-1] if event["trial"] != third]
    end = [{"event": "choice", "trial": 19, "because": because}, {"event": "test", "trial": 19, "accuracies": [0.7]}]
    return log_bytes([*events[:place], stage, invented[0], *rest, *invented[1:], *end])


@handed_in(rejected=["search_log", "budget"])
def a_part_of_the_search_too_much(log):
    events = _events(log)
    place = next(place for place, event in enumerate(events) if event.get("again"))
    stage = dict(next(event for event in events if event["event"] == "stage"))
    stage |= {"stage": sum(event["event"] == "stage" for event in events), "num_trials": 3}
    return log_bytes([*events[:place], stage, *events[place:]])


@handed_in(rejected=["seeds", "choice"])
def one_seed_each(log):
    return log_bytes([event for event in _events(log) if not event.get("again")])


@handed_in(rejected=["choice", "test_part"], looked_at=["search_log"])
def chosen_by_the_test_part(log):
    events = _events(log)
    means = {
        event["trial"]: event["val_losses"][-1]
        for event in _trainings(events)
        if not event["again"] and event["trial"] in {other["trial"] for other in events if other.get("again")}
    }
    worst = max(means, key=means.get)
    for event in _trainings(events):
        if event["trial"] == worst:  # as if this finalist were far behind
            event["val_losses"] = [loss + 0.2 for loss in event["val_losses"]]
            event["val_accuracies"] = [accuracy - 0.2 for accuracy in event["val_accuracies"]]
    return log_bytes([*events, {"event": "choice", "trial": worst, "because": "its test accuracy"}])


@handed_in(rejected=["test_part"])
def the_test_part_opened_twice(log):
    events = _events(log)
    return log_bytes([*events, events[-1]])


@handed_in(rejected=["test_part"])
def searched_on_after_the_test_part(log):
    events = _events(log)
    place = next(place for place, event in enumerate(events) if event.get("again"))
    looked = dict(events[-1])
    return log_bytes([*events[:place], looked, *events[place:-1]])


@handed_in(rejected=["test_part"])
def the_test_part_never_opened(log):
    return log_bytes(_events(log)[:-1])


@handed_in(rejected=["boundary", "seeds", "choice", "test_part", "result"])
def nothing_chosen(log):
    return log_bytes([event for event in _events(log) if event["event"] in ("begin", "stage", "training")][:-8])


@handed_in(rejected=EVERYTHING)
def an_empty_file(log):
    return b""


@handed_in(rejected=EVERYTHING)
def no_log_at_all(log):
    return b"rate 0.002: 0.68\nrate 0.004: 0.67\n"


@handed_in(rejected=EVERYTHING)
def brackets_without_end(log):
    return log.splitlines()[0] + b"\n" + b"[" * 100_000 + b"\n"


@handed_in(rejected=EVERYTHING)
def numbers_where_there_are_none(log):
    return log.replace(b'"val_losses": [', b'"val_losses": [null, ', 1)


@handed_in(rejected=EVERYTHING)
def too_much_of_it(log):
    return log * 60
