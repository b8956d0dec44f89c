"""Right and wrong answers to the exercises of lesson 15."""

import copy
import itertools
import json
import re
from fractions import Fraction

import autokeras
import numpy as np
from keras_tuner.engine.hyperparameters import Choice as Options

from course.authoring.answers import exercise, short
from helpers.automl import classification_head
from helpers.search import Choice, Integer, Real

# auto_model -------------------------------------------------------------------------------------


def _said(batchnorm):
    """What the block is told: the one entry of the list, or nothing where both may be."""
    return batchnorm[0] if len(batchnorm) == 1 else None


def _network(num_layers, units, batchnorm, block=None, head=None):
    """Input and output of the network that is asked for, with other arguments of block and head."""
    pixels = autokeras.ImageInput()
    asked = {
        "num_layers": Options("num_layers", num_layers),
        "num_units": Options("num_units", units),
        "use_batchnorm": _said(batchnorm),
        "dropout": 0.0,
    }
    hidden = autokeras.DenseBlock(**{**asked, **(block or {})})(pixels)
    return pixels, classification_head(**({"dropout": 0.0} if head is None else head))(hidden)


def _model(folder, network, num_trials, **options):
    """The AutoModel that is asked for, with other options."""
    asked = {"max_trials": num_trials, "objective": "val_accuracy", "directory": folder, "overwrite": True}
    return autokeras.AutoModel(*network, **{**asked, **options})


e = exercise("auto_model")

@e.right
def with_lists_and_names_of_its_own(folder, num_layers, units, batchnorm, num_trials):
    node = autokeras.Input()
    block = autokeras.DenseBlock(Options("depth", num_layers), Options("width", units), _said(batchnorm), 0.0)
    head = classification_head(dropout=0.0, num_classes=10)
    return autokeras.AutoModel(
        [node],
        [head(block(node))],
        project_name="perceptron",
        max_trials=num_trials,
        directory=str(folder),
        objective="val_accuracy",
        tuner="random",
        overwrite=True,
        seed=3,
    )

@e.right
def plain_numbers_where_there_is_one(folder, num_layers, units, batchnorm, num_trials):
    block = {
        "num_layers": num_layers[0] if len(num_layers) == 1 else Options("l", num_layers),
        "num_units": units[0] if len(units) == 1 else Options("u", units),
    }
    return _model(folder, _network(num_layers, units, batchnorm, block), num_trials)

@e.right
def dropout_of_one_option(folder, num_layers, units, batchnorm, num_trials):
    network = _network(num_layers, units, batchnorm, {"dropout": Options("dropout", [0.0])})
    return _model(folder, network, num_trials, tuner="bayesian")

@e.right
def with_a_default_in_the_options(folder, num_layers, units, batchnorm, num_trials):
    layers = Options("layers", values=num_layers, default=num_layers[-1], ordered=True)
    block = {"num_layers": layers, "num_units": Options("n", values=list(units), ordered=False)}
    return _model(folder, _network(num_layers, units, batchnorm, block), num_trials, max_model_size=10**9)

e.wrong("Batch normalization is always left open in your model. Where batchnorm has one entry, use_batchnorm is that entry; only with both it stays open.",
    batchnorm_always_open=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"use_batchnorm": None}), num_trials)
    ))
e.wrong("Your networks always have batch normalization. A list and Options count as true: use_batchnorm is True, False or, to leave it open, None.",
    batchnorm_as_a_list=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"use_batchnorm": batchnorm}), num_trials)
    ),
    batchnorm_as_options=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"use_batchnorm": Options("b", batchnorm)}), num_trials)
    ))
e.wrong("Your networks never have batch normalization. It is in them where batchnorm holds True alone, and open where it holds both.",
    batchnorm_never=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"use_batchnorm": False}), num_trials)
    ))
e.wrong("Where batchnorm holds both, your model takes one of them. The search decides there: use_batchnorm stays open, as None.",
    batchnorm_by_any=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"use_batchnorm": any(batchnorm)}), num_trials)
    ),
    batchnorm_by_all=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"use_batchnorm": all(batchnorm)}), num_trials)
    ))

@e.wrong("You sorted a list of the caller. Options takes its values in any order, so leave the list as it is, or sort a copy: sorted(units).")
def sorts_the_lists(folder, num_layers, units, batchnorm, num_trials):
    num_layers.sort()
    units.sort()
    return _model(folder, _network(num_layers, units, batchnorm), num_trials)

e.wrong("Your networks have dropout in their hidden layers. There is none: dropout=0.0.",
    dropout_of_a_half=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"dropout": 0.5}), num_trials)
    ))
e.wrong("Your head has dropout. There is none: dropout=0.0, for the block and for the head.",
    dropout_of_the_head=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, head={"dropout": 0.25}), num_trials)
    ))
e.wrong("Of block and head, one leaves its dropout open, and your model searches it. Both take dropout=0.0.",
    dropout_of_the_block_open=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"dropout": None}), num_trials)
    ))

@e.wrong("Dropout is left open, so your model searches it, and batch normalization is open even where batchnorm has one entry. What an argument does not say is searched.")
def all_else_open(folder, num_layers, units, batchnorm, num_trials):
    block = {"use_batchnorm": None, "dropout": None}
    return _model(folder, _network(num_layers, units, batchnorm, block, {}), num_trials)

e.wrong("Dropout is left open twice, in the block and in the head, and your model searches both. Each takes dropout=0.0.",
    dropout_open_twice=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"dropout": None}, {}), num_trials)
    ))
e.wrong("The number of layers is not searched: all networks that your model may try have the same. One block takes all of num_layers, as Options with a name and the list.",
    most_layers_only=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"num_layers": num_layers[-1]}), num_trials)
    ))
e.wrong("The block got the first of num_layers only. All of them may be tried, as Options with a name and the list.",
    first_number_of_layers=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"num_layers": num_layers[0]}), num_trials)
    ))
e.wrong("The number of layers is left open: AutoKeras then tries 1, 2 and 3. The list num_layers says which.",
    layers_open=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"num_layers": None}), num_trials)
    ))
e.wrong("The number of units is left open: AutoKeras then tries 16 to 1,024. The list units says which.",
    units_open=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm, {"num_units": None}), num_trials)
    ))
e.wrong("You exchanged the two lists: units stands for the number of layers, and num_layers for the units.",
    exchanged=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(units, num_layers, batchnorm), num_trials)
    ))
e.wrong("Your model chooses by the lowest validation loss, AutoKeras's default. Asked is the highest validation accuracy: objective.",
    by_the_loss=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm), num_trials, objective="val_loss")
    ))
e.wrong("The number of trials is AutoKeras's default of 100. num_trials says how many: max_trials.",
    a_hundred_trials=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm), 100)
    ))
e.wrong("Your model loads what an earlier search has left in the folder, and makes only the trials that are missing up to max_trials: overwrite is False by default.",
    loads_the_old=lambda folder, num_layers, units, batchnorm, num_trials: (
        _model(folder, _network(num_layers, units, batchnorm), num_trials, overwrite=False)
    ))

@e.wrong("That is AutoKeras's own head. It fails on today's Keras, because it hands a layer a size that is no int: take classification_head.")
def head_of_autokeras(folder, num_layers, units, batchnorm, num_trials):
    pixels = autokeras.ImageInput()
    hidden = autokeras.DenseBlock(
        num_layers=Options("l", num_layers),
        num_units=Options("u", units),
        use_batchnorm=False,
        dropout=0.0,
    )(pixels)
    return _model(folder, (pixels, autokeras.ClassificationHead(dropout=0.0)(hidden)), num_trials)

@e.wrong("Your function returns nothing. Return the AutoModel.")
def returns_nothing(folder, num_layers, units, batchnorm, num_trials):
    _model(folder, _network(num_layers, units, batchnorm), num_trials)

@e.cases(recorded=5, deciding=10)
def limits(rng):
    """1 to 3 numbers of layers and 1 to 4 of units, in any order, 1 among them; normalized, not, or either; 1 to 500 trials."""
    num_layers = rng.permutation(np.arange(1, 5))[: rng.integers(1, 4)].tolist()
    units = rng.permutation(np.arange(1, 40))[: rng.choice([1, 2, 3, 4])].tolist()
    if rng.random() < 0.3:
        units = [16, 48]
    num_trials = int(rng.choice([1, 7, rng.integers(2, 60), rng.integers(90, 501)]))
    batchnorm = [[False], [True], [True, False], [False, True]][rng.integers(4)]
    return num_layers, units, batchnorm, num_trials

e.hints(
    "What an argument does not say is searched. So which arguments of the block have to be said, which two of them "
    "as a list with a name, and which one is left open at times?",
    "The first search of the lesson has a model of the same three parts. What does it say of the folder? And what counts "
    "as the objective when nothing is said?",
    "Begin with the input, then the block as above with all four of its arguments, then the head with its dropout, then "
    "the AutoModel.",
)


# greedy_trial -----------------------------------------------------------------------------------

_PATIENCE = 2000  # what would go on for ever ends
_NEVER_DRAWN = "No new trial was found in 20,000 looks at tried. When the function was called, a new trial could be reached."


def _drawn(options, group, best, rng):
    """The best trial with new values for a group."""
    return {**best, **{name: options[name][rng.integers(len(options[name]))] for name in group}}


def _chances(groups, power=-1):
    weights = np.array([float(len(group)) ** power for group in groups])
    return weights / weights.sum()


def _for_ever(draw, tried):
    """What a way of drawing gives once it is new. Where a search would go on for ever, the checks end it so, too."""
    for _ in range(_PATIENCE):
        trial = draw()
        if trial not in tried:
            return trial
    raise RuntimeError(_NEVER_DRAWN)


def _until_new(draw, tried):
    """What a way of drawing gives once it is new, or after a long time."""
    for _ in range(_PATIENCE):
        trial = draw()
        if trial not in tried:
            break
    return trial


def _found_late_or_never(sentence):
    """Record a way of drawing as two wrong answers: one that ends after a long time, and one that never does.

    It takes (options, groups, best, rng), and returns a function that draws one trial.
    """

    def record(way):
        for name, search in ((way.__name__, _until_new), (f"{way.__name__}_for_ever", _for_ever)):
            exercise("greedy_trial").wrong(sentence)(_answer(name, way, search))
        return way

    return record


def _answer(name, way, search):
    def answer(options, groups, best, tried, rng):
        return search(way(options, groups, best, rng), tried)

    answer.__name__ = name
    return answer


e = exercise("greedy_trial")

@e.right
def by_cumulative_shares(options, groups, best, tried, rng):
    ends = np.cumsum(_chances(groups))
    while True:
        group = groups[min(int(np.searchsorted(ends, rng.random(), side="right")), len(groups) - 1)]
        trial = dict(best)
        for name in group:
            trial[name] = options[name][int(rng.random() * len(options[name]))]
        if all(trial != other for other in tried):
            return trial

@e.right
def by_listing_all_that_are_new(options, groups, best, tried, rng):
    found, chances = [], []
    for group in groups:
        combinations = itertools.product(*(options[name] for name in group))
        if np.prod([len(options[name]) for name in group], dtype=float) > 100:
            return by_cumulative_shares(options, groups, best, tried, rng)
        trials = [{**best, **dict(zip(group, values, strict=True))} for values in combinations]
        found += [trial for trial in trials if trial not in tried]
        chances += [1 / len(group) / len(trials)] * sum(trial not in tried for trial in trials)
    return found[rng.choice(len(found), p=np.array(chances) / sum(chances))]

@e.right
def by_a_call_of_itself(options, groups, best, tried, rng):
    whole = [Fraction(1, len(group)) for group in groups]
    place = rng.choice(len(groups), p=[float(part / sum(whole)) for part in whole])
    trial = copy.deepcopy(best)
    trial.update({name: options[name][rng.choice(len(options[name]))] for name in groups[place]})
    for _ in range(100_000):
        if trial not in tried:
            break
        trial = by_cumulative_shares(options, groups, best, tried, rng)
    return trial

@e.right
def rejecting_large_groups(options, groups, best, tried, rng):
    while True:
        group = groups[rng.integers(len(groups))]
        if rng.integers(len(group)) > 0:
            continue
        trial = _drawn(options, group, best, rng)
        if trial not in tried:
            return {name: trial[name] for name in sorted(trial)}

e.wrong("Each group is as likely as every other. A group of k names has a share in proportion to 1 / k.",
    groups_equally=lambda options, groups, best, tried, rng: (
        _until_new(lambda: _drawn(options, groups[rng.integers(len(groups))], best, rng), tried)
    ))


_LARGE_GROUPS = (
    "The larger of two groups comes more often. A group of k names has a share in proportion to 1 / k: large ones are rare."
)


@e.wrong(_LARGE_GROUPS)
def large_groups_more_often(options, groups, best, tried, rng):
    chances = _chances(groups, 1)
    return _until_new(
        lambda: _drawn(options, groups[rng.choice(len(groups), p=chances)], best, rng), tried
    )

@e.wrong(_LARGE_GROUPS)
def chances_not_added_up(options, groups, best, tried, rng):
    ends = _chances(groups)

    def draw():
        group = groups[min(int(np.searchsorted(ends, rng.random(), side="right")), len(groups) - 1)]
        return {**best, **{name: options[name][int(rng.random() * len(options[name]))] for name in group}}

    return _until_new(draw, tried)

@e.wrong("Your groups come in other shares than asked: a group's share is in proportion to 1 over the number of its names.")
def shares_by_the_number_of_values(options, groups, best, tried, rng):
    chances = 1 / np.array([sum(len(options[name]) for name in group) for group in groups])
    chances /= chances.sum()
    return _until_new(
        lambda: _drawn(options, groups[rng.choice(len(groups), p=chances)], best, rng), tried
    )

@e.wrong("The last value of each list never comes. (rng.integers(n) gives a place from 0 to n - 1.)")
def never_the_last(options, groups, best, tried, rng):
    chances = _chances(groups)
    others = {name: values[:-1] for name, values in options.items()}
    return _for_ever(
        lambda: _drawn(others, groups[rng.choice(len(groups), p=chances)], best, rng), tried
    )

@e.wrong("You compare the group's values alone with what was tried. A trial is new where any value differs, also one outside of the group.")
def compares_the_group_alone(options, groups, best, tried, rng):
    chances = _chances(groups)
    for _ in range(_PATIENCE):
        group = groups[rng.choice(len(groups), p=chances)]
        trial = _drawn(options, group, best, rng)
        if all(any(trial[name] != other[name] for name in group) for other in tried):
            return trial
    raise RuntimeError(_NEVER_DRAWN)

e.wrong("You drew new values for all names. Only those of one group change, all others are kept.",
    everything_new=lambda options, groups, best, tried, rng: (
        _until_new(lambda: _drawn(options, list(options), best, rng), tried)
    ))


@_found_late_or_never(
    "You changed one name of the group. A value is drawn for each of its names.",
)
def one_name_of_the_group(options, groups, best, rng):
    chances = _chances(groups)

    def draw():
        group = groups[rng.choice(len(groups), p=chances)]
        return _drawn(options, [group[rng.integers(len(group))]], best, rng)

    return draw


@_found_late_or_never(
    "The value that a name has now is left out of your draw. Each of its options is as likely, that one among them: in "
    "a group of two, one may stay.",
)
def never_the_old_value(options, groups, best, rng):
    chances = _chances(groups)
    others = {name: [value for value in values if value != best[name]] for name, values in options.items()}
    return lambda: _drawn(others, groups[rng.choice(len(groups), p=chances)], best, rng)


@e.wrong("A trial that was tried before comes out again. Draw anew until it is none of tried.")
def may_repeat(options, groups, best, tried, rng):
    return _drawn(options, groups[rng.choice(len(groups), p=_chances(groups))], best, rng)

e.wrong("Only a trial that equals best is drawn anew in your function. All of tried count.",
    unlike_the_best_only=lambda options, groups, best, tried, rng: (
        _until_new(lambda: may_repeat(options, groups, best, tried, rng), [best])
    ))


@_found_late_or_never(
    "When a trial was tried before, you draw new values for the same group. The group is drawn anew as "
    "well: perhaps no new trial is left in it.",
)
def stays_in_the_group(options, groups, best, rng):
    group = groups[rng.choice(len(groups), p=_chances(groups))]
    return lambda: _drawn(options, group, best, rng)


e.wrong("You start from the first trial of tried. What is kept are the values of best.",
    from_the_first_trial=lambda options, groups, best, tried, rng: (
        _until_new(lambda: may_repeat(options, groups, tried[0], tried, rng), tried)
    ))
e.wrong("You start from the last trial of tried. What is kept are the values of best.",
    from_the_last_trial=lambda options, groups, best, tried, rng: (
        _until_new(lambda: may_repeat(options, groups, tried[-1], tried, rng), tried)
    ))

@e.wrong("After a repeat you do not draw as you did at first. Each draw begins anew: a group in proportion to 1 / k, whether it has new trials left or not, and values for its names, put into best.")
def wanders_off(options, groups, best, tried, rng):
    trial = dict(best)
    for _ in range(_PATIENCE):
        trial = may_repeat(options, groups, trial, tried, rng)
        if trial not in tried:
            break
    return trial

@e.wrong("After a repeat you do not draw as you did at first. Each draw begins anew: a group in proportion to 1 / k, whether it has new trials left or not, and values for its names, put into best.")
def stays_in_a_group_for_some_draws(options, groups, best, tried, rng):
    for _ in range(_PATIENCE):
        group = groups[rng.choice(len(groups), p=_chances(groups))]
        for _ in range(21):
            trial = dict(best)
            for name in group:
                trial[name] = options[name][rng.integers(len(options[name]))]
            if trial not in tried:
                return trial
    return None


@_found_late_or_never(
    "One draw chooses the place in the list for all names of the group. Each name gets a value of its own.",
)
def one_place_for_all(options, groups, best, rng):
    chances = _chances(groups)

    def draw():
        group, part = groups[rng.choice(len(groups), p=chances)], rng.random()
        return {**best, **{name: options[name][int(part * len(options[name]))] for name in group}}

    return draw


@_found_late_or_never(
    "The first value of each list never comes. rng.integers(1, n) begins with 1, and places begin with 0.",
)
def never_the_first(options, groups, best, rng):
    chances = _chances(groups)
    others = {name: values[1:] for name, values in options.items()}
    return lambda: _drawn(others, groups[rng.choice(len(groups), p=chances)], best, rng)


_ALL_CALLS_AGREE = (
    "Apart from rng, equal arguments give the same trial in every call. Draw each trial anew from rng: with no seed of "
    "your own, and with nothing kept from an earlier call."
)


e.wrong(_ALL_CALLS_AGREE,
    a_seed_of_its_own=lambda options, groups, best, tried, rng: (
        by_cumulative_shares(options, groups, best, tried, np.random.default_rng(0))
    ))


# What comes of one seed depends on how a trial is drawn.
@e.wrong(_ALL_CALLS_AGREE)
def a_seed_of_its_own_for_places(options, groups, best, tried, rng):
    own = np.random.default_rng(0)
    return _until_new(lambda: may_repeat(options, groups, best, tried, own), tried)

e.wrong(_ALL_CALLS_AGREE,
    a_seed_of_its_own_for_two_ways=lambda options, groups, best, tried, rng: (
        by_a_call_of_itself(options, groups, best, tried, np.random.default_rng(0))
    ),
    a_seed_of_its_own_for_refusals=lambda options, groups, best, tried, rng: (
        rejecting_large_groups(options, groups, best, tried, np.random.default_rng(0))
    ),
    a_seed_of_its_own_for_lists=lambda options, groups, best, tried, rng: (
        by_listing_all_that_are_new(options, groups, best, tried, np.random.default_rng(0))
    ))


_kept = {}


@e.wrong(_ALL_CALLS_AGREE)
def keeps_a_trial_for_all_that_was_tried(options, groups, best, tried, rng):
    key = str(tried)
    if key not in _kept:
        _kept[key] = _until_new(lambda: may_repeat(options, groups, best, tried, rng), tried)
    return dict(_kept[key])

e.wrong("Your draws do not all come from rng: two equal generators give different trials.",
    a_generator_of_its_own=lambda options, groups, best, tried, rng: (
        by_cumulative_shares(options, groups, best, tried, np.random.default_rng())
    ))

@e.wrong("You changed best itself, the dict of the caller. Work on a copy: dict(best).")
def changes_best(options, groups, best, tried, rng):
    trial = by_cumulative_shares(options, groups, best, [dict(each) for each in tried], rng)
    best.update(trial)
    return trial

@e.wrong("You changed best itself, and the next draw starts from what a repeat has made of it. Begin each draw with a copy: dict(best).")
def best_by_another_name(options, groups, best, tried, rng):
    others = [dict(each) for each in tried]
    for _ in range(_PATIENCE):
        best.update(may_repeat(options, groups, best, tried, rng))
        if best not in others:
            break
    return best

@e.wrong("You return a trial that was tried before, after a number of draws that brought nothing new. Draw until one is new, however long that takes.")
def gives_up_after_a_hundred(options, groups, best, tried, rng):
    for _ in range(100):
        trial = may_repeat(options, groups, best, tried, rng)
        if trial not in tried:
            break
    return trial

@e.wrong("You changed the lists in options, which belong to the caller. Shuffle or sort a copy, or draw a place.")
def shuffles_the_options(options, groups, best, tried, rng):
    chances = _chances(groups)

    def draw():
        group = groups[rng.choice(len(groups), p=chances)]
        for name in group:
            rng.shuffle(options[name])
        return {**best, **{name: options[name][0] for name in group}}

    return _until_new(draw, tried)

@e.wrong("You put the new trial into tried, the list of the caller. Return it only.")
def appends_to_tried(options, groups, best, tried, rng):
    trial = by_cumulative_shares(options, groups, best, tried, rng)
    tried.append(trial)
    return trial

@e.wrong("Numbers have become texts: NumPy makes texts alone of a list with texts and numbers in it, so do not hand it the values. Draw a place, and take the value out of the list itself.")
def choice_of_the_items(options, groups, best, tried, rng):
    chances = _chances(groups)

    def draw():
        group = groups[rng.choice(len(groups), p=chances)]
        return {**best, **{name: rng.choice(options[name]) for name in group}}

    return _until_new(draw, tried)

@e.wrong("Your function returns nothing. Return the new trial.")
def gives_nothing_back(options, groups, best, tried, rng):
    by_cumulative_shares(options, groups, best, tried, rng)

@e.wrong("You returned the changed values only. A trial has a value for every name.")
def the_group_alone(options, groups, best, tried, rng):
    trial = by_cumulative_shares(options, groups, best, tried, rng)
    return {name: value for name, value in trial.items() if value != best[name]}

@e.wrong("A trial that was tried before comes out again. Draw anew until it is none of tried.")
def asks_once_more(options, groups, best, tried, rng):
    trial = may_repeat(options, groups, best, tried, rng)
    return may_repeat(options, groups, best, tried, rng) if trial in tried else trial

@e.wrong("A trial that was tried before comes out again where tried has its names in another order. Dicts are equal in whatever order their names stand.")
def compares_values_in_their_order(options, groups, best, tried, rng):
    chances, seen = _chances(groups), {tuple(trial.values()) for trial in tried}
    for _ in range(_PATIENCE):
        trial = _drawn(options, groups[rng.choice(len(groups), p=chances)], best, rng)
        if tuple(trial.values()) not in seen:
            break
    return trial

@e.wrong("You drew new values for all names. Only those of one group change, all others are kept.")
def everything_new_for_a_group(options, groups, best, tried, rng):
    chances = _chances(groups)

    def draw():
        rng.choice(len(groups), p=chances)
        return _drawn(options, list(options), best, rng)

    return _until_new(draw, tried)

@e.wrong("Where a hundred draws bring nothing new, your function returns nothing. Draw until one is new, however long that takes.")
def nothing_after_a_hundred(options, groups, best, tried, rng):
    for _ in range(100):
        trial = may_repeat(options, groups, best, tried, rng)
        if trial not in tried:
            return trial
    return None


_VALUES = [
    [1, 2, 5, 9],
    ["sgd", "adam"],
    [0.5, 0.25, None],
    [True, False],
    [0.0004, 0.1, 250.0],
    ["relu", 3, 0.5],
    list(range(8, 20)),
]


@e.cases(recorded=20, deciding=20)
def states_of_a_search(rng):
    """Options, groups, the best trial, all trials, a seed, and how often it is asked: once, 12 times, or 400 times.

    Once where a single new trial is left: values of all kinds, a group with nothing new beside it, tried trials in any
    order. 12 times where one draw in 80 brings the new one. 400 times where many are left, in groups of different sizes and of lists of different lengths, some of their trials
    tried.
    """
    seed = int(rng.integers(1000))
    if rng.random() < 0.12:
        return *_hardly_ever_new(rng), seed, 12
    if rng.random() < 0.45:
        return *_one_new_trial(rng), seed, 1
    names = list("abcde"[: rng.integers(2, 6)])
    options = {name: (rng.permutation(60)[: rng.choice([2, 3, 4, 9])] - 20).tolist() for name in names}
    best = {name: values[rng.integers(len(values))] for name, values in options.items()}
    each = [[name] for name in names]
    groups = [[names, names[:1]], [names], each[:2], [*each, names]][rng.integers(4)]
    groups = [[str(name) for name in rng.permutation(group)] for group in groups]
    tried = [best]
    for name in names[:2]:
        others = [value for value in options[name] if value != best[name]]
        tried += [best | {name: value} for value in others[: rng.integers(0, len(others))]]
    if rng.random() < 0.5:  # what is tried with another value beside it is still new alone
        first = names[0]
        tried += [best | {first: v, names[1]: others[0]} for v in options[first] if v != best[first]]
    return options, groups, best, tried, seed, 400


def _hardly_ever_new(rng):
    options = {name: rng.permutation(2).tolist() for name in "abcd"}
    every = [dict(zip(options, values, strict=True)) for values in itertools.product((0, 1), repeat=4)]
    best = every[rng.integers(16)]
    others = [trial for trial in every if sum(trial[name] != best[name] for name in options) > 1]
    new = others[rng.integers(len(others))]
    groups = [[str(rng.choice(list(options)))], list(options)]
    return options, groups, best, [_in_either_order(trial, rng) for trial in every if trial != new]


def _in_either_order(trial, rng):
    """The trial with its names as they stand, or from the last to the first."""
    return dict(list(trial.items())[:: rng.choice([1, -1])])


def _one_new_trial(rng):
    names = [f"{letter}{rng.integers(10)}" for letter in "pqr"[: rng.integers(1, 4)]]
    options = {name: list(_VALUES[rng.integers(6)]) for name in names}
    group = [str(name) for name in rng.permutation(names)[: rng.integers(1, 3)]]
    if len(group) == 1 and rng.random() < 0.2:
        options[group[0]] = list(_VALUES[6])
    best = {name: values[rng.integers(len(values))] for name, values in options.items()}
    reached = [best]
    for name in group:
        reached = [trial | {name: value} for trial in reached for value in options[name]]
    reached = [trial for trial in reached if trial != best]
    new = reached[rng.integers(len(reached))]
    tried = [best, *(trial for trial in reached if trial != new)]
    groups = [group]
    for name in names:
        if name not in group:  # a group with nothing new in it
            tried += [best | {name: value} for value in options[name] if value != best[name]]
            groups.append([name])
    if len(group) > 1 and rng.random() < 0.5:
        groups.append(group[:1])
    in_any_order = lambda items: [items[place] for place in rng.permutation(len(items))]
    return options, in_any_order(groups), best, [_in_either_order(trial, rng) for trial in in_any_order(tried)]


e.hints(
    "There are two draws: a group, with unequal chances, and then a value for each of its names. Both are done again "
    "until the trial is new.",
    "rng.choice(4, p=[...]) draws a place from 0 to 3 with these chances; they have to add up to 1. Write down the chances "
    "for groups of 1 and 3 names by hand first.",
    "Begin a loop that ends when the trial is not in tried. Each time, start from a copy of best and give new values to "
    "the names of the group.",
)


# search_space_to_katib --------------------------------------------------------------------------


def _translated(space, steps, change=lambda entry, dimension: entry):
    """The right entries, each changed before it is returned."""
    entries = []
    for name, dimension in space.items():
        if isinstance(dimension, Choice):
            kind, feasible = "categorical", {"list": [str(option) for option in dimension.options]}
        else:
            kind = "int" if isinstance(dimension, Integer) else "double"
            feasible = {"min": str(dimension.low), "max": str(dimension.high)}
            feasible |= {"distribution": "logUniform"} if dimension.log else {}
            feasible |= {"step": str(steps[name])} if name in steps else {}
        entries.append(change({"name": name, "parameterType": kind, "feasibleSpace": feasible}, dimension))
    return [entry for entry in entries if entry is not None]


e = exercise("search_space_to_katib")

@e.right
def in_scientific_notation(space, steps):
    def text(number):
        return f"{number:.17e}" if isinstance(number, float) else f"{number:d}"

    def one(name, dimension):
        if hasattr(dimension, "options"):
            return {"list": [f"{option}" for option in dimension.options]}
        found = {"max": text(dimension.high), "min": text(dimension.low)}
        found["distribution"] = ["uniform", "logUniform"][dimension.log]
        if steps.get(name) is not None:
            found["step"] = text(steps[name])
        return found

    types = {Real: "double", Integer: "int", Choice: "categorical"}
    return [
        {"feasibleSpace": one(name, space[name]), "parameterType": types[type(space[name])], "name": name}
        for name in space
    ]

@e.right
def with_json(space, steps):
    def feasible(name, dimension):
        if isinstance(dimension, Choice):
            return {"list": list(map(str, dimension.options))}
        numbers = {"min": dimension.low, "max": dimension.high} | ({"step": steps[name]} if name in steps else {})
        kind = {"distribution": "logUniform"} if dimension.log else {}
        return {key: json.dumps(number) for key, number in numbers.items()} | kind

    kinds = lambda dimension: {"Choice": "categorical", "Real": "double"}.get(type(dimension).__name__, "int")
    return [
        {"name": name, "parameterType": kinds(dimension), "feasibleSpace": feasible(name, dimension)}
        for name, dimension in space.items()
    ]

@e.right
def uniform_everywhere_it_is(space, steps):
    def change(entry, dimension):
        if not getattr(dimension, "log", False):
            entry["feasibleSpace"]["distribution"] = "uniform"
        return entry

    return _translated(space, steps, change)

@e.right
def with_match(space, steps):
    found = []
    for name, dimension in space.items():
        match dimension:
            case Choice(options=options):
                entry = {"name": name, "parameterType": "categorical", "feasibleSpace": {"list": [str(o) for o in options]}}
            case Real() | Integer():
                kind = "double" if type(dimension) is Real else "int"
                entry = {"name": name, "parameterType": kind, "feasibleSpace": {}}
                entry["feasibleSpace"].update(min=f"{dimension.low!r}", max=f"{dimension.high!r}")
                if dimension.log:
                    entry["feasibleSpace"]["distribution"] = "logUniform"
        if name in steps:
            entry["feasibleSpace"]["step"] = repr(steps[name])
        found.append(entry)
    return found


def _feasible(function):
    """A change of the feasible space alone, in place."""

    def change(entry, dimension):
        function(entry["feasibleSpace"], dimension)
        return entry

    return change


@e.wrong("Limits and steps are numbers in your list. Katib wants texts: it refuses the file when you submit it (a number where a text belongs).")
def numbers_without_quotes(space, steps):
    def change(feasible, dimension):
        if not isinstance(dimension, Choice):
            feasible |= {key: float(feasible[key]) for key in ("min", "max", "step") if key in feasible}

    return _translated(space, steps, _feasible(change))

@e.wrong("Options are handed over as they are, numbers and None among them. Katib wants texts: it refuses a number when you submit the file.")
def options_without_quotes(space, steps):
    def change(feasible, dimension):
        if isinstance(dimension, Choice):
            feasible["list"] = list(dimension.options)

    return _translated(space, steps, _feasible(change))

@e.wrong("min and max have changed places. Katib accepts that, since it does not compare them, and then stays Running without a trial. (A grid with a double fails.)")
def limits_exchanged(space, steps):
    def change(feasible, dimension):
        if "min" in feasible:
            feasible["min"], feasible["max"] = feasible["max"], feasible["min"]

    return _translated(space, steps, _feasible(change))

@e.wrong("Every double and int is logUniform, also from 0. Katib accepts it. For random and tpe its service computes the logarithm of 0, and the Experiment stays Running without a trial; Optuna's service begins at 1e-10 instead, without a word. Ask each dimension for its log.")
def a_logarithm_for_all(space, steps):
    def change(feasible, dimension):
        if "min" in feasible:
            feasible["distribution"] = "logUniform"

    return _translated(space, steps, _feasible(change))

e.wrong("What has a log is uniform in your list (also if you leave the distribution out). Katib accepts it and draws evenly: something else than the space says.",
    no_logarithm=lambda space, steps: (
        _translated(space, steps, _feasible(lambda feasible, _: feasible.pop("distribution", None)))
    ))

@e.wrong("The distribution stands outside of feasibleSpace. Katib does not know that key there, drops it without a word, and draws evenly. It belongs into feasibleSpace.")
def distribution_beside_it(space, steps):
    def change(entry, dimension):
        if "distribution" in entry["feasibleSpace"]:
            entry["distribution"] = entry["feasibleSpace"].pop("distribution")
        return entry

    return _translated(space, steps, change)

@e.wrong("Your distribution is loguniform in small letters. The webhook refuses it when you submit the file: logUniform.")
def in_small_letters(space, steps):
    def change(feasible, dimension):
        if "distribution" in feasible:
            feasible["distribution"] = "loguniform"

    return _translated(space, steps, _feasible(change))

@e.wrong("The key of the distribution is misspelt. Katib drops a key that it does not know, without a word, and draws evenly.")
def key_misspelt(space, steps):
    def change(feasible, dimension):
        if "distribution" in feasible:
            feasible["distribtion"] = feasible.pop("distribution")

    return _translated(space, steps, _feasible(change))

@e.wrong("A log scale is logNormal in your list. Katib accepts it: random and tpe then draw beyond the limits, and the services that ask Optuna make no trial. It is logUniform.")
def log_normal(space, steps):
    def change(feasible, dimension):
        if "distribution" in feasible:
            feasible["distribution"] = "logNormal"

    return _translated(space, steps, _feasible(change))

@e.wrong("What has no log is normal in your list. Katib accepts it: random and tpe then draw beyond the limits, and the services that ask Optuna make no trial. Without log it is uniform.")
def normal_without_log(space, steps):
    def change(feasible, dimension):
        if "min" in feasible:
            feasible.setdefault("distribution", "normal")

    return _translated(space, steps, _feasible(change))

@e.wrong("The options stand below another key than list. Katib drops that key without a word, accepts a categorical parameter without options, and stays Running without a trial.")
def options_below_another_key(space, steps):
    def change(feasible, dimension):
        if "list" in feasible:
            feasible["values"] = feasible.pop("list")

    return _translated(space, steps, _feasible(change))

e.wrong("A categorical parameter has no list. Katib accepts an empty space (its defaults have put a distribution in), and stays Running without a trial.",
    without_options=lambda space, steps: (
        _translated(space, steps, _feasible(lambda feasible, _: feasible.pop("list", None)))
    ))
e.wrong("The steps are left out. A grid needs one for each double: the suggestion service refuses the space, and the Experiment fails after it was accepted.",
    without_steps=lambda space, steps: _translated(space, {}))

@e.wrong("An int without a step got the step 1. Only what stands in steps has one.")
def a_step_for_every_int(space, steps):
    def change(feasible, dimension):
        if isinstance(dimension, Integer):
            feasible.setdefault("step", "1")

    return _translated(space, steps, _feasible(change))

@e.wrong("An Integer is a double in your list. Katib accepts it, and a trial gets a number such as 17.3.")
def ints_as_doubles(space, steps):
    def change(entry, dimension):
        if entry["parameterType"] == "int":
            entry["parameterType"] = "double"
        return entry

    return _translated(space, steps, change)

@e.wrong("A Choice of numbers is discrete in your list. Here a Choice is categorical, whatever its options are.")
def numbers_as_discrete(space, steps):
    def change(entry, dimension):
        if isinstance(dimension, Choice) and all(type(option) in (int, float) for option in dimension.options):
            entry["parameterType"] = "discrete"
        return entry

    return _translated(space, steps, change)


_TYPES = (
    "Your types are the course's or Python's. Katib knows double, int, discrete and categorical, and "
    "refuses others when you submit the file."
)


@e.wrong(_TYPES)
def pythons_types(space, steps):
    names = {"double": "float", "categorical": "choice"}

    def change(entry, dimension):
        entry["parameterType"] = names.get(entry["parameterType"], "int")
        return entry

    return _translated(space, steps, change)

@e.wrong("Your limits have lost digits on their way into the text. str(number) and repr(number) keep them all.")
def six_digits(space, steps):
    def change(feasible, dimension):
        if "min" in feasible:
            feasible |= {"min": f"{dimension.low:g}", "max": f"{dimension.high:g}"}

    return _translated(space, steps, _feasible(change))

@e.wrong("Small limits have become 0: they were cut to a fixed number of decimals. str(number) keeps all digits.")
def three_decimals(space, steps):
    def change(feasible, dimension):
        if isinstance(dimension, Real):
            feasible |= {"min": f"{dimension.low:.3f}", "max": f"{dimension.high:.3f}"}

    return _translated(space, steps, _feasible(change))

@e.wrong("The limits of a log scale are logarithms in your list. Katib takes the logarithm itself: write the limits.")
def logarithms_as_limits(space, steps):
    def change(feasible, dimension):
        if feasible.get("distribution"):
            feasible |= {"min": repr(float(np.log(dimension.low))), "max": repr(float(np.log(dimension.high)))}

    return _translated(space, steps, _feasible(change))

e.wrong("You returned a dict by names. Katib wants a list of entries, each with its name.",
    a_dict_by_names=lambda space, steps: {entry.pop("name"): entry for entry in _translated(space, steps)})

@e.wrong("Your options are written with repr, so a text has quotation marks in it. Without a shell, as here, a trial gets 'sgd' with them. str(option) leaves texts as they are.")
def options_with_repr(space, steps):
    def change(feasible, dimension):
        if "list" in feasible:
            feasible["list"] = [repr(option) for option in dimension.options]

    return _translated(space, steps, _feasible(change))


def _as_they_are(feasible, dimension):
    if isinstance(dimension, Choice):
        feasible["list"] = list(dimension.options)
    else:
        feasible |= {"min": dimension.low, "max": dimension.high}


@e.wrong("Limits, steps and options are handed over as they are. Katib wants texts: it refuses the file when you submit it (a number where a text belongs).")
def nothing_as_a_text(space, steps):
    found = _translated(space, steps, _feasible(_as_they_are))
    for entry in found:
        if entry["name"] in steps:
            entry["feasibleSpace"]["step"] = steps[entry["name"]]
    return found

@e.wrong("Limits are numbers in your list. Katib wants texts: it refuses the file when you submit it (a number where a text belongs).")
def limits_without_quotes(space, steps):
    def change(feasible, dimension):
        if not isinstance(dimension, Choice):
            _as_they_are(feasible, dimension)

    return _translated(space, steps, _feasible(change))

@e.wrong("An Integer with a log is uniform in your list. It may have a log as a Real may: logUniform.")
def no_logarithm_for_ints(space, steps):
    def change(feasible, dimension):
        if isinstance(dimension, Integer):
            feasible.pop("distribution", None)

    return _translated(space, steps, _feasible(change))


def _with_types(space, steps, names):
    found = _translated(space, steps)
    return [entry | {"parameterType": names.get(entry["parameterType"], entry["parameterType"])} for entry in found]


e.wrong(_TYPES,
    float_for_double=lambda space, steps: _with_types(space, steps, {"double": "float"}),
    real_integer_choice=lambda space, steps: (
        _with_types(space, steps, {"double": "real", "int": "integer", "categorical": "choice"})
    ),
    float_integer_categorical=lambda space, steps: (
        _with_types(space, steps, {"double": "float", "int": "integer"})
    ))

@e.wrong("The step is the text None where steps has none. Only what stands in steps has one: ask with `in`.")
def none_as_a_step(space, steps):
    found = _translated(space, steps)
    for entry in found:
        if "list" not in entry["feasibleSpace"]:
            entry["feasibleSpace"]["step"] = str(steps.get(entry["name"]))
    return found

@e.wrong("You took entries out of steps, the dict of the caller. Read a step with steps[name], and leave the dict as it is.")
def pops_the_steps(space, steps):
    found = _translated(space, steps)
    for name in space:
        steps.pop(name, None)
    return found

@e.wrong("Your function returns nothing: hand the list over with return.")
def translates_and_keeps(space, steps):
    _translated(space, steps)

e.wrong("Only the first dimension is in your list. Does a return stand inside of the loop?",
    the_first_dimension=lambda space, steps: _translated(space, steps)[:1])

@e.cases
def spaces(rng):
    """Dimensions as [name, class, its arguments], steps, and an algorithm: one to five, of all kinds, in any order.

    Limits of many digits, below 0 and far from 1, options of all kinds, ints with a step and without.
    """
    algorithm = str(rng.choice(["random", "grid", "tpe", "multivariate-tpe"], p=[0.3, 0.4, 0.15, 0.15]))
    dimensions, steps = [], {}
    for letter in "xyzuv"[: rng.integers(1, 6)]:
        name = str(rng.choice([f"{letter}{rng.integers(100)}", f"{letter}_rate"]))
        log = bool(algorithm != "grid" and rng.random() < 0.45)
        kind = str(rng.choice(["Real", "Integer", "Choice"], p=[0.45, 0.3, 0.25]))
        if kind == "Choice":
            all_kinds = ["relu", 0.25, None, True, "a b", 7]
            options = [[0.1, 3, 64, 1e-05], all_kinds, [False, True], ["32", "128"]][rng.integers(4)]
            arguments = options[: rng.integers(2, 5)]
        elif kind == "Integer":
            low = int(rng.integers(1 if log else -9, 50))
            arguments = [low, low + int(rng.choice([1, 5, 90, 100_000])), log]
            if not log and rng.random() < 0.4:
                steps[name] = int(rng.integers(1, 5))
        else:
            size = float(rng.choice([1, 1e-7, 1e-3, 1e6]))
            low = float(rng.choice([0, -1, 1 / 3, 0.1, 2])) * size
            low = abs(low) or size / 7 if log else low
            arguments = [low, low + size * float(rng.choice([1, 0.05, 7 / 3])), log]
            if algorithm == "grid" or (not log and rng.random() < 0.15):
                steps[name] = short((arguments[1] - arguments[0]) / int(rng.choice([2, 7])))
            arguments[:2] = map(short, arguments[:2])
        dimensions.append([name, kind, *arguments])
    return dimensions, steps, algorithm

e.hints(
    "What stands below `parameters:` in the example is what you build. Go through the space with items(), "
    "and ask each dimension with isinstance what it is. What does a Choice have that the others have not?",
    "Every value below feasibleSpace is a text. str writes a number so that float reads the same one again.",
    "Build feasibleSpace as a dict of its own, step by step: limits first, then a distribution if there is a log, then a "
    "step if steps has one.",
)


# trial_command ----------------------------------------------------------------------------------


def _option(name):
    return "--" + name.replace("_", "-")


def _placeholder(name):
    return "${trialParameters." + name + "}"


def _command(parameters, fixed, option=_option, placeholder=_placeholder, text=str):
    """The right words with one part done otherwise."""
    words = ["python", "-m", "helpers.trial"]
    for parameter in parameters:
        words += [option(parameter["name"]), placeholder(parameter["name"])]
    for name, value in fixed.items():
        words += [option(name), text(value)]
    return words


def _entries(parameters):
    return [{"name": parameter["name"], "reference": parameter["name"]} for parameter in parameters]


e = exercise("trial_command")

@e.right
def joined_by_equals_signs(parameters, fixed):
    names = [parameter["name"] for parameter in parameters]
    camel = {name: re.sub("_([a-z])", lambda match: match[1].upper(), name) for name in names}
    words = [f"{_option(name)}=${{trialParameters.{camel[name]}}}" for name in names]
    words += [f"{_option(name)}={value}" for name, value in fixed.items()]
    return ["python", "-m", "helpers.trial", *words], [
        {"reference": name, "name": camel[name], "description": "a hyperparameter"} for name in names
    ]

@e.right
def numbered_placeholders_fixed_first(parameters, fixed):
    words = ["python", "-m", "helpers.trial"]
    for name in sorted(fixed):
        words.extend(("--" + "-".join(name.split("_")), f"{fixed[name]}"))
    entries = []
    for place, parameter in enumerate(reversed(parameters)):
        words.extend((_option(parameter["name"]), _placeholder(f"p{place}")))
        entries.append({"name": f"p{place}", "reference": parameter["name"]})
    return words, entries

@e.right
def as_tuples_of_lists(parameters, fixed):
    names = [each["name"] for each in parameters]
    pairs = {name: "${trialParameters." + _option(name)[2:] + "}" for name in names} | fixed
    words = sum(([_option(name), str(value)] for name, value in pairs.items()), ["python", "-m", "helpers.trial"])
    return [words, [{"name": _option(name)[2:], "reference": name} for name in names]]

@e.right
def with_a_template_string(parameters, fixed):
    command, entries = ["python", "-m", "helpers.trial"], []
    for parameter in parameters:
        name = parameter["name"]
        command.append("--{}".format(name.replace("_", "-")))
        command.append("${}".format(f"{{trialParameters.{name}}}"))
        entries.append({"name": name, "reference": name})
    for key, value in fixed.items():
        command += ["--{}".format(key.replace("_", "-")), f"{value}"]
    return (command, entries)

e.wrong("A fixed value is a number in your command. Kubernetes wants texts: the webhook refuses the file when you submit it, because a Job with a number there is no valid Job.",
    fixed_numbers=lambda parameters, fixed: (
        (_command(parameters, fixed, text=lambda value: value), _entries(parameters))
    ))
e.wrong("The command is one text. It is a list with one text for each word: the webhook refuses the file when you submit it.",
    one_text=lambda parameters, fixed: (" ".join(_command(parameters, fixed)), _entries(parameters)))

@e.wrong("Option and value are one word with a blank in it. Started without a shell, as here, the program knows no such option, and the trial fails. (Katib's own shell would divide it.) Make two words of it.")
def a_blank_inside(parameters, fixed):
    words = _command(parameters, fixed)
    pairs = zip(words[3::2], words[4::2], strict=True)
    return words[:3] + [" ".join(pair) for pair in pairs], _entries(parameters)

e.wrong("Your options have underscores. The program knows --learning-rate: Katib accepts the file, and the trials fail.",
    underscores=lambda parameters, fixed: (
        (_command(parameters, fixed, lambda name: "--" + name), _entries(parameters))
    ))

@e.wrong("The options of what is fixed have underscores. The program knows --batch-size: Katib accepts the file, and the trials fail.")
def underscores_in_the_fixed(parameters, fixed):
    words = _command(parameters, {})
    for name, value in fixed.items():
        words += ["--" + name, str(value)]
    return words, _entries(parameters)

e.wrong("Where a name has two underscores, only the first became a -. All of them do.",
    one_dash_alone=lambda parameters, fixed: (
        (_command(parameters, fixed, lambda name: "--" + name.replace("_", "-", 1)), _entries(parameters))
    ))
e.wrong("What is fixed at 0 is missing in your command. 0 is a value like any other.",
    without_the_zeros=lambda parameters, fixed: (
        (_command(parameters, {name: value for name, value in fixed.items() if value}), _entries(parameters))
    ))
e.wrong("The last parameter has no entry in trial_parameters and no placeholder. Katib accepts the file, and then stays Running without a trial: it has a value for which there is no place.",
    the_last_one_unused=lambda parameters, fixed: (
        (_command(parameters[:-1], fixed), _entries(parameters[:-1]))
    ))

@e.wrong("name and reference have changed places. name is the placeholder's, reference is the parameter's: the webhook refuses the file, since no parameter has that name.")
def name_and_reference_exchanged(parameters, fixed):
    entries = [{"name": each["name"], "reference": each["name"].title()} for each in parameters]
    return _command(parameters, fixed, placeholder=lambda name: _placeholder(name.title())), entries

e.wrong("There are placeholders without an entry: trial_parameters is empty. Each placeholder needs one, and the webhook refuses the file.",
    without_entries=lambda parameters, fixed: (_command(parameters, fixed), []))
e.wrong("Katib finds no placeholder for your entries, and refuses the file. It looks for exactly ${trialParameters.NAME}: a dollar sign, one pair of braces, trialParameters, a point, and the name of the entry. Print one of your words and compare.",
    placeholders_without_the_prefix=lambda parameters, fixed: (
        (_command(parameters, fixed, placeholder=lambda name: "${" + name + "}"), _entries(parameters))
    ))

@e.wrong("Katib finds no placeholder for your entries, and refuses the file. It looks for exactly ${trialParameters.NAME}: a dollar sign, one pair of braces, trialParameters, a point, and the name of the entry. Print one of your words and compare.")
def no_dollar_sign(parameters, fixed):
    words = _command(parameters, fixed, placeholder=lambda name: "{trialParameters." + name + "}")
    return ["python", "-m", "helpers.trial", *reversed(words[3:])][: len(words)], [
        {**entry, "name": entry["name"]} for entry in reversed(_entries(parameters))
    ]

@e.wrong("Your placeholder stands in another ${ }, as in ${${trialParameters.NAME}}. Katib puts the value in the place of the inner one and leaves the outer one: ${0.1} is no number. (In an f-string two braces give one.)")
def doubled_braces(parameters, fixed):
    placed = {each["name"]: "$" + "{" + _placeholder(each["name"]) + "}" for each in parameters}
    return _command(parameters, fixed, placeholder=placed.get), _entries(parameters)

e.wrong("What is fixed is missing in your command. Each name of fixed has an option and a value.",
    without_the_fixed=lambda parameters, fixed: (_command(parameters, {}), _entries(parameters)))
e.wrong("The program is missing: the command begins with an option. First come python, -m and helpers.trial.",
    options_alone=lambda parameters, fixed: (_command(parameters, fixed)[3:], _entries(parameters)))
e.wrong("Your command runs a file. Asked is the module: python -m helpers.trial.",
    a_file=lambda parameters, fixed: (
        (["python", "helpers/trial.py", *_command(parameters, fixed)[3:]], _entries(parameters))
    ))

@e.wrong("The values stand in their order without options. The program has only options: Katib accepts the file, and the trials fail.")
def values_alone(parameters, fixed):
    words = _command(parameters, fixed)
    return words[:3] + words[4::2], _entries(parameters)

@e.wrong("All placeholders take the value of the first parameter: every entry refers to it. The webhook refuses a reference that is there twice.")
def one_reference_for_all(parameters, fixed):
    first = parameters[0]["name"]
    entries = [{"name": each["name"], "reference": first} for each in parameters]
    if len(parameters) == 1:
        entries = [{"name": first, "reference": first}] * 2
    return _command(parameters, fixed), entries

e.wrong("A fixed text stands between quotation marks of its own. Without a shell the program gets 'adam' with them. str(value) leaves a text as it is.",
    fixed_with_repr=lambda parameters, fixed: (_command(parameters, fixed, text=repr), _entries(parameters)))

@e.wrong("A number of NumPy stands with its type in your command, as in np.int64(32): so writes repr. str(value) writes 32.")
def numbers_with_repr(parameters, fixed):
    text = lambda value: value if isinstance(value, str) else repr(value)
    return _command(parameters, fixed, text=text), _entries(parameters)

@e.wrong("A fixed value that is a number of NumPy, such as np.int64(32), becomes no text in your function. str(value) makes a text of every number.")
def numbers_of_numpy_left(parameters, fixed):
    plain = lambda value: str(value) if isinstance(value, int | float) else value
    return _command(parameters, fixed, text=plain), _entries(parameters)

e.wrong("A fixed value has a - in the place of its _. Only the name of an option is written with -: he_normal stays as it is.",
    hyphens_in_the_fixed_values=lambda parameters, fixed: (
        (_command(parameters, fixed, text=lambda value: _hyphens(str(value))), _entries(parameters))
    ))
e.wrong("You returned the command alone. The entries of trial_parameters are asked for as well.",
    command_alone=lambda parameters, fixed: _command(parameters, fixed))


def _hyphens(name):
    return name.replace("_", "-")


@e.wrong("Your entries refer to names with -, such as learning-rate, and no parameter is called so. Only the option is written with -: the reference is the parameter's own name.")
def hyphens_everywhere(parameters, fixed):
    renamed = [{"name": _hyphens(parameter["name"])} for parameter in parameters]
    return _command(renamed, fixed), _entries(renamed)

e.wrong("The beginning of your command is one text with blanks in it. python, -m and helpers.trial are three words.",
    the_program_as_one_text=lambda parameters, fixed: (
        (["python -m helpers.trial", *_command(parameters, fixed)[3:]], _entries(parameters))
    ))
e.wrong("Your command is a list with a single text in it. Each word is a text of its own.",
    one_text_in_a_list=lambda parameters, fixed: (
        ([" ".join(_command(parameters, fixed))], _entries(parameters))
    ))
e.wrong("The -m is missing: python would look for a file of that name. helpers.trial is a module: python -m helpers.trial.",
    without_m=lambda parameters, fixed: (["python", *_command(parameters, fixed)[2:]], _entries(parameters)))
e.wrong("trial_parameters holds the parameters themselves. Its entries have two keys: name, of the placeholder, and reference, of the parameter.",
    parameters_as_entries=lambda parameters, fixed: (_command(parameters, fixed), parameters))

@e.wrong("What is fixed has entries in trial_parameters, and no parameter is called so. Only what Katib suggests needs an entry.")
def entries_for_the_fixed(parameters, fixed):
    names = [{"name": name} for name in fixed]
    return _command([*parameters, *names], {}), _entries([*parameters, *names])

e.wrong("Your options have one dash, as in -learning-rate. They have two.",
    one_dash_in_front=lambda parameters, fixed: (
        (_command(parameters, fixed, option=lambda name: "-" + _hyphens(name)), _entries(parameters))
    ))

@e.wrong("You sorted parameters itself, the list of the caller. Go through sorted(...), which is a copy, or leave the order.")
def sorts_in_place(parameters, fixed):
    parameters.sort(key=lambda parameter: parameter["name"])
    return _command(parameters, fixed), _entries(parameters)

@e.wrong("You took entries out of fixed, the dict of the caller. Go through fixed.items(), and leave the dict as it is.")
def pops_what_is_fixed(parameters, fixed):
    result = _command(parameters, fixed), _entries(parameters)
    fixed.clear()
    return result

@e.wrong("Your function returns nothing: hand the command and the entries over with return.")
def returns_neither(parameters, fixed):
    _command(parameters, fixed)


_NAMES = ["learning_rate", "batch_size", "units", "dropout", "optimizer", "seed", "weight_decay_rate", "l2", "a_b_c"]


@e.cases(deciding=100)
def commands(rng):
    """1 to 5 parameters, with and without a space, up to 3 fixed values, and the values of a suggestion.

    Fixed are whole numbers, 0, negative and tiny numbers, texts with a _ in them; NumPy's numbers at times.
    """
    order = rng.permutation(_NAMES).tolist()
    cut = int(rng.choice([1, 2, 3, 5], p=[0.3, 0.3, 0.3, 0.1]))
    parameters = [{"name": name} for name in order[:cut]]
    if rng.random() < 0.3:
        kind = {"parameterType": "double", "feasibleSpace": {"min": "0.1", "max": "2"}}
        parameters = [parameter | kind for parameter in parameters[:2]]
    known = [7, 0, -3, 0.5, 1e-05, 123456.789, "adam", "zeros", "he_normal", 0.123456789012, np.float64(0.25), np.int64(8)]
    fixed = {name: known[rng.integers(len(known))] for name in order[cut : cut + rng.integers(0, 4)]}
    values = [str(rng.choice(["0.037", "128", "sgd", "2e-05", "-1"])) for _ in parameters]
    return parameters, fixed, values

e.hints(
    "Look at the last line of the example, and at its trialParameters: which of the two names stands in the placeholder?",
    "Option and value are two words of the list. The option of a name is the name with one thing changed and something "
    "put before it.",
    "Begin with the three words of the program and an empty list of entries, and go through the parameters once: two "
    "words and one entry for each.",
)


# experiment -------------------------------------------------------------------------------------


def _file(title, parameters, command, trial_parameters, algorithm, seed, num_trials, goal):
    """The right Experiment."""
    return {
        "apiVersion": "kubeflow.org/v1beta1",
        "kind": "Experiment",
        "metadata": {"name": title.lower().replace(" ", "-").replace("_", "-")},
        "spec": {
            "objective": {
                "type": "minimize",
                "goal": goal,
                "objectiveMetricName": "val_loss",
                "additionalMetricNames": ["val_accuracy"],
            },
            "algorithm": {
                "algorithmName": algorithm,
                "algorithmSettings": [{"name": "random_state", "value": str(seed)}],
            },
            "parallelTrialCount": min(num_trials, 2),
            "maxTrialCount": num_trials,
            "maxFailedTrialCount": min(num_trials, 3),
            "parameters": parameters,
            "trialTemplate": {
                "primaryContainerName": "main",
                "trialParameters": trial_parameters,
                "trialSpec": {
                    "apiVersion": "batch/v1",
                    "kind": "Job",
                    "spec": {
                        "backoffLimit": 0,
                        "template": {
                            "spec": {
                                "containers": [
                                    {"name": "main", "image": "hyperparameters:latest", "command": command}
                                ],
                                "restartPolicy": "Never",
                            }
                        },
                    },
                },
            },
        },
    }


def _parts(file):
    """The spec, the Job's spec and the container of a file."""
    spec = file["spec"]
    job = spec["trialTemplate"]["trialSpec"]["spec"]
    return spec, job, job["template"]["spec"]["containers"][0]


e = exercise("experiment")

@e.right
def as_it_stands(*arguments):
    return _file(*arguments)

@e.right
def with_all_defaults_written(*arguments):
    file = _file(*arguments)
    spec, job, container = _parts(file)
    spec["resumePolicy"] = "Never"
    spec["objective"]["metricStrategies"] = [{"name": name, "value": "min"} for name in ("val_loss", "val_accuracy")]
    spec["metricsCollectorSpec"] = {"collector": {"kind": "StdOut"}}
    spec["trialTemplate"]["retain"] = True
    job["template"]["metadata"] = {"annotations": {"sidecar.istio.io/inject": "false"}}
    file["metadata"]["namespace"] = "kubeflow"
    container["resources"] = {"limits": {"memory": "1Gi", "cpu": "1"}}
    return file

@e.right
def with_the_best_accuracy_reported(*arguments):
    file = _file(*arguments)
    file["spec"]["objective"]["metricStrategies"] = [{"name": "val_accuracy", "value": "max"}]
    return file

@e.right
def command_and_arguments_apart(title, parameters, command, trial_parameters, *rest):
    file = _file("".join("-" if sign in " _" else sign.lower() for sign in title), parameters, command[:1],
                 trial_parameters, *rest)
    _parts(file)[2]["args"] = command[1:]
    return json.loads(json.dumps(file))

@e.right
def part_by_part(title, parameters, command, trial_parameters, algorithm, seed, num_trials, goal):
    objective = {"type": "minimize", "objectiveMetricName": "val_loss", "additionalMetricNames": ["val_accuracy"]}
    objective["goal"] = float(goal)
    pod = {"restartPolicy": "Never", "containers": [{"name": "c", "image": "hyperparameters:latest", "command": list(command)}]}
    job = {"apiVersion": "batch/v1", "kind": "Job", "spec": {"backoffLimit": 0, "template": {"spec": pod}}}
    spec = {"objective": objective, "maxTrialCount": num_trials, "parameters": parameters}
    spec["parallelTrialCount"] = 1 if num_trials == 1 else 2
    spec["maxFailedTrialCount"] = 3 if num_trials >= 3 else num_trials
    spec["algorithm"] = {"algorithmName": algorithm}
    spec["algorithm"]["algorithmSettings"] = [{"name": "random_state", "value": f"{seed}"}]
    spec["trialTemplate"] = {"primaryContainerName": "c", "trialParameters": trial_parameters, "trialSpec": job}
    name = title.casefold().translate(str.maketrans(" _", "--"))
    return {"apiVersion": "kubeflow.org/v1beta1", "kind": "Experiment", "metadata": {"name": name}, "spec": spec}


def _wrong_file(sentence):
    """Mark a change of the right file as a misconception."""

    def mark(change):
        def answer(*arguments):
            file = _file(*arguments)
            changed = change(file, *_parts(file), *arguments)
            return file if changed is None else changed

        answer.__name__ = change.__name__
        answer.__code__ = answer.__code__.replace(co_firstlineno=change.__code__.co_firstlineno)
        return exercise("experiment").wrong(sentence)(answer)

    return mark


@_wrong_file(
    "Blanks have become -, but _ stays in the name. Katib's own rule lets it pass, and Kubernetes refuses the name: small "
    "letters, digits and - only."
)
def underscore_in_the_name(file, spec, job, container, title, *rest):
    file["metadata"]["name"] = title.lower().replace(" ", "-")


@_wrong_file("Where the goal is 0, your file has none. 0 is a goal like any other.")
def no_goal_of_zero(file, spec, job, container, title, parameters, command, entries, algorithm, seed, num_trials, goal):
    if not goal:
        del spec["objective"]["goal"]


@_wrong_file("Two blanks or _ side by side have become one -. Each of them becomes one.")
def gaps_joined(file, spec, job, container, title, *rest):
    file["metadata"]["name"] = re.sub("[ _]+", "-", title.lower())


@_wrong_file(
    "The name keeps the title's capital letters, and blanks. A capital letter at its front is refused: "
    "small letters, digits and -."
)
def title_as_name(file, spec, job, container, title, *rest):
    file["metadata"]["name"] = title


@_wrong_file(
    "Blanks and underscores are left out of the name. Each of them becomes a -."
)
def name_without_gaps(file, spec, job, container, title, *rest):
    file["metadata"]["name"] = re.sub("[ _]", "", title.lower())


@_wrong_file(
    "The command stands below args, and command is missing. A container without command starts the program of its image, "
    "and hands it your words as arguments."
)
def command_below_args(file, spec, job, container, *rest):
    container["args"] = container.pop("command")


@_wrong_file("Your Job has another apiVersion than batch/v1. No cluster knows such a Job.")
def job_of_v1(file, spec, *rest):
    spec["trialTemplate"]["trialSpec"]["apiVersion"] = "v1"


@_wrong_file(
    "parallelTrialCount is left out. It is then 3, and with fewer than three trials the webhook refuses the file; with "
    "three or more, three run at a time. Write it."
)
def parallel_left_out(file, spec, *rest):
    del spec["parallelTrialCount"]


@_wrong_file(
    "parallelTrialCount is larger than maxTrialCount when there is one trial (left out, it is 3): the webhook refuses the "
    "file."
)
def two_at_a_time_of_one(file, spec, *rest):
    spec["parallelTrialCount"] = 2


@_wrong_file(
    "maxFailedTrialCount is 3 also where there are fewer trials. It may not be larger than maxTrialCount: the webhook "
    "refuses the file."
)
def three_failures_of_two(file, spec, *rest):
    spec["maxFailedTrialCount"] = 3


@_wrong_file(
    "maxFailedTrialCount is 2. It is the number of failures that ends the Experiment: the third one means 3."
)
def two_failures_may_pass(file, spec, *rest):
    spec["maxFailedTrialCount"] = min(2, spec["maxTrialCount"])


@_wrong_file(
    "maxFailedTrialCount is left out: failures then never end the Experiment, and it succeeds even if all trials fail."
)
def failures_do_not_count(file, spec, *rest):
    del spec["maxFailedTrialCount"]


@_wrong_file(
    "maxTrialCount is left out. Katib accepts the file, and trials go on until the goal is reached or three have "
    "failed, or for ever."
)
def no_end(file, spec, *rest):
    del spec["maxTrialCount"]


@_wrong_file(
    "A key of the counts is misspelt. Katib drops it without a word: the Experiment has no maxTrialCount."
)
def a_count_misspelt(file, spec, *rest):
    spec["maxTrialsCount"] = spec.pop("maxTrialCount")


@_wrong_file("The counts are texts. Parameters are texts in Katib, counts are numbers: the file is refused.")
def counts_as_texts(file, spec, *rest):
    spec |= {key: str(spec[key]) for key in ("maxTrialCount", "parallelTrialCount", "maxFailedTrialCount")}


@_wrong_file(
    "primaryContainerName names no container of the Job. Katib accepts the file, and then lets no container of it start: "
    "no trial runs, and none fails."
)
def another_container(file, spec, job, container, *rest):
    spec["trialTemplate"]["primaryContainerName"] = "training"


@_wrong_file(
    "The Job has no restartPolicy next to the containers, or one that it may not have. Katib accepts the file; Kubernetes "
    "refuses the Job when a trial begins, and Katib tries again and again: no trial runs, and none fails. "
    "Write Never, in template.spec, next to the containers."
)
def no_restart_policy(file, spec, job, *rest):
    del job["template"]["spec"]["restartPolicy"]


@_wrong_file(
    "restartPolicy stands in the Job's own spec, next to template, where there is no such key: the webhook refuses the "
    "file. It belongs next to the containers, in template.spec."
)
def restart_policy_too_high(file, spec, job, *rest):
    job["restartPolicy"] = job["template"]["spec"].pop("restartPolicy")


@_wrong_file(
    "restartPolicy is OnFailure: a trial that fails is begun again in its place. One that fails is over: Never."
)
def begun_again(file, spec, job, *rest):
    job["template"]["spec"]["restartPolicy"] = "OnFailure"


@_wrong_file(
    "The image is missing. Katib accepts the file; Kubernetes refuses the Job when a trial begins, and Katib tries again "
    "and again: no trial runs, and none fails."
)
def no_image(file, spec, job, container, *rest):
    del container["image"]


@_wrong_file(
    "backoffLimit is missing: Kubernetes begins a trial that fails six times more before Katib counts it. It is 0."
)
def six_more_times(file, spec, job, *rest):
    del job["backoffLimit"]


@_wrong_file(
    "The collector got an expression of one group. For StdOut the webhook does not look at it: the file is accepted, and "
    "its trials report no metric. Katib's own expression reads what helpers.trial prints."
)
def a_filter_of_one_group(file, spec, *rest):
    expressions = {"metricsFormat": [r"val_loss: (\d+\.\d+)"]}
    spec["metricsCollectorSpec"] = {"collector": {"kind": "StdOut"}, "source": {"filter": expressions}}


@_wrong_file(
    "You gave the collector an expression for lines such as val_loss: 0.5, as Keras prints them. helpers.trial prints "
    "val_loss=0.5, and Katib's own expression reads that: leave it out."
)
def a_filter_for_keras(file, spec, *rest):
    expressions = {"metricsFormat": [r"([\w]+): ([\d.]+)"]}
    spec["metricsCollectorSpec"] = {"collector": {"kind": "StdOut"}, "source": {"filter": expressions}}


@_wrong_file(
    "The last value of a trial counts in your file (the strategy latest). Asked is the lowest val_loss, Katib's default."
)
def the_latest_counts(file, spec, *rest):
    spec["objective"]["metricStrategies"] = [{"name": "val_loss", "value": "latest"}]


@_wrong_file("The objective is to maximize. A val_loss should be small: minimize.")
def maximizes(file, spec, *rest):
    spec["objective"]["type"] = "maximize"


@_wrong_file("The objective has no metric: without objectiveMetricName the webhook refuses the file.")
def no_metric(file, spec, *rest):
    del spec["objective"]["objectiveMetricName"]


@_wrong_file(
    "val_loss is among the additional metrics as well. It is collected anyway: the webhook refuses the file."
)
def the_objective_twice(file, spec, *rest):
    spec["objective"]["additionalMetricNames"] = ["val_loss", "val_accuracy"]


@_wrong_file("val_accuracy is not collected: it belongs into additionalMetricNames.")
def no_accuracy(file, spec, *rest):
    del spec["objective"]["additionalMetricNames"]


@_wrong_file("The goal is a text. Parameters are texts in Katib, the goal is a number: the file is refused.")
def goal_as_text(file, spec, *rest):
    spec["objective"]["goal"] = str(spec["objective"]["goal"])


@_wrong_file(
    "A goal of 1e-05 is a text in your file: PyYAML reads a number only where there is a point before the e. Leave "
    "the goal the number that it is."
)
def small_goal_as_text(file, spec, *rest):
    text = str(spec["objective"]["goal"])
    if "e" in text and "." not in text:
        spec["objective"]["goal"] = text


@_wrong_file("The goal is left out: the search does not end when it is reached.")
def no_goal(file, spec, *rest):
    del spec["objective"]["goal"]


@_wrong_file("The seed is a number. The value of a setting is a text: Katib refuses the file when you submit it.")
def seed_as_number(file, spec, job, container, title, parameters, command, entries, algorithm, seed, *rest):
    spec["algorithm"]["algorithmSettings"][0]["value"] = seed


@_wrong_file(
    "The setting is called seed. The service does not know it, and the Experiment fails after it was accepted: "
    "random_state."
)
def another_setting(file, spec, *rest):
    spec["algorithm"]["algorithmSettings"][0]["name"] = "seed"


@_wrong_file("The algorithm's settings are a dict. Katib wants a list of name and value, and refuses the file.")
def settings_as_dict(file, spec, job, container, title, parameters, command, entries, algorithm, seed, *rest):
    spec["algorithm"]["algorithmSettings"] = {"random_state": str(seed)}


@_wrong_file("The seed is left out: another run would suggest other trials.")
def no_seed(file, spec, *rest):
    del spec["algorithm"]["algorithmSettings"]


@_wrong_file("Your Experiment is always random. The argument algorithm says which it is.")
def always_random(file, spec, *rest):
    spec["algorithm"]["algorithmName"] = "random"


@_wrong_file("Your dict has no apiVersion. Without apiVersion, kind, metadata and spec at its top it is no Experiment.")
def the_spec_alone(file, spec, *rest):
    return spec


@_wrong_file(
    "parallelTrialCount is 2 and maxFailedTrialCount 3, however few trials there are. Neither may be larger than "
    "maxTrialCount: the webhook refuses the file."
)
def counts_that_stay(file, spec, *rest):
    spec |= {"parallelTrialCount": 2, "maxFailedTrialCount": 3}


@_wrong_file(
    "Kubernetes refuses the name: there is a blank in it, or a _ in the place of a blank. Each blank and each _ "
    "becomes a -."
)
def only_in_small_letters(file, spec, job, container, title, *rest):
    file["metadata"]["name"] = title.lower()


@_wrong_file("One trial runs at a time. Two are asked for, where there are two.")
def one_at_a_time(file, spec, *rest):
    spec["parallelTrialCount"] = 1


@_wrong_file(
    "The algorithm has the example's setting, n_EI_candidates. The seed is missing: random_state, with a text."
)
def settings_of_the_example(file, spec, *rest):
    spec["algorithm"]["algorithmSettings"] = [{"name": "n_EI_candidates", "value": "24"}]


@_wrong_file("The image is the example's. Asked is hyperparameters:latest.")
def image_of_the_example(file, spec, job, container, *rest):
    container["image"] = "example.org/scores:1"


@_wrong_file("A setting is a dict with two keys, name and value: {name: random_state, value: ...}.")
def setting_by_its_name(file, spec, job, container, title, parameters, command, entries, algorithm, seed, *rest):
    spec["algorithm"]["algorithmSettings"] = [{"random_state": str(seed)}]


@_wrong_file("additionalMetricNames is a text. It is a list, also of one name: Katib refuses the file.")
def additional_as_text(file, spec, *rest):
    spec["objective"]["additionalMetricNames"] = "val_accuracy"


@e.wrong("Your function returns nothing: hand the dict over with return.")
def builds_and_keeps(*arguments):
    _file(*arguments)

@e.cases(deciding=60)
def wishes(rng):
    """Titles of 1 to 40 signs with gaps of all kinds, 1 to 4 parameters, seeds, 1 trial to 1,000, a goal or 0."""
    length = int(rng.choice([1, 2, rng.integers(3, 20), 40], p=[0.1, 0.1, 0.7, 0.1]))
    signs = rng.choice(list("abxyzABXYZ09 _-"), length, p=[0.06] * 10 + [0.05, 0.05] + [0.1] * 3)
    title = "".join(signs)
    if title[0] not in "abxyzABXYZ":
        title = "R" + title[1:]
    if title[-1] in " _-":
        title = title[:-1] + "s"
    num_parameters = int(rng.choice([1, 2, 4], p=[0.5, 0.4, 0.1]))
    seed = int(rng.choice([0, 7, rng.integers(1, 1000), rng.integers(10**5, 10**9)]))
    num_trials = int(rng.choice([1, 2, 3, 4, 12, rng.integers(5, 1001)]))
    goal = [0, 1, 0.25, round(float(rng.uniform(0, 3)), 4), 1e-05, 120.5][rng.integers(6)]
    return title, num_parameters, str(rng.choice(["random", "tpe", "multivariate-tpe"])), seed, num_trials, goal

e.hints(
    "Copy the example as a dict, from top to bottom. Then go through the docstring and change or add what it says: there "
    "is something for each sentence.",
    "Two of the counts are small numbers that may not exceed num_trials. min gives the smaller of two numbers.",
    "Hand what you have to check_experiment in a cell of your own: it says what is wrong, where, and how it would show.",
)


# objective_value --------------------------------------------------------------------------------

_METRIC = re.compile(r"([\w|-]+)\s*=\s*([+-]?\d*(\.\d+)?([Ee][+-]?\d+)?)")


def _reports(lines, metric, same=lambda name, metric: name == metric):
    """The texts of all reports with a number."""
    pieces = [piece for line in lines for piece in _METRIC.finditer(line) if same(piece[1], metric)]
    return [piece[2] for piece in pieces if _is_number(piece[2])]


def _is_number(text):
    """Whether float can read it: not "", "+" or "e5"."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _best(values, kind):
    if not values:
        return None
    return float(min(values) if kind == "minimize" else max(values))


e = exercise("objective_value")

@e.right
def by_trying(lines, metric, kind):
    best = None
    for line in lines:
        for piece in _METRIC.finditer(line):
            if piece.group(1) != metric:
                continue
            try:
                value = float(piece.group(2))
            except ValueError:
                continue
            if best is None or (value < best if kind == "minimize" else value > best):
                best = value
    return best

@e.wrong("Where a line ends in x= and the next one begins with a number, you return this number. Katib looks in each line for itself.")
def all_lines_at_once(lines, metric, kind):
    found = sorted(float(text) for text in _reports(["\n".join(lines)], metric))
    return None if not found else found[0 if kind == "minimize" else -1]

@e.right
def as_a_numpy_number(lines, metric, kind):
    values = np.array(_reports(lines, metric), dtype=float)
    if values.size == 0:
        return None
    return {"minimize": np.min, "maximize": np.max}[kind](values)

@e.right
def with_a_sign(lines, metric, kind):
    sign = 1 if kind == "minimize" else -1
    reported = (sign * float(text) for line in lines for text in _reports([line], metric))
    lowest = min(reported, default=None)
    return None if lowest is None else sign * lowest

@e.wrong("You return the last value. Katib takes the best of all: a trial that gets worse at its end counts by its best epoch.")
def the_last_one(lines, metric, kind):
    values = [float(text) for text in _reports(lines, metric)]
    return values[-1] if values else None

@e.wrong("You return the first value. Katib takes the best of all.")
def the_first_one(lines, metric, kind):
    values = [float(text) for text in _reports(lines, metric)]
    return values[0] if values else None

e.wrong("You return the lowest value in each case. For maximize it is the highest.",
    always_the_lowest=lambda lines, metric, kind: (
        _best([float(text) for text in _reports(lines, metric)], "minimize")
    ))
e.wrong("You exchanged the two: for minimize you return the highest value.",
    the_worst=lambda lines, metric, kind: _best(
        [float(text) for text in _reports(lines, metric)], {"minimize": "maximize", "maximize": "minimize"}[kind]
    ))

@e.wrong("You return the mean of all values. Katib takes the best of them.")
def the_mean(lines, metric, kind):
    values = [float(text) for text in _reports(lines, metric)]
    return float(np.mean(values)) if values else None

@e.wrong("You compare the values as texts. Character by character, 9 comes after 10, and 7e-1 after 0.9: make floats of them first.")
def as_texts(lines, metric, kind):
    texts = _reports(lines, metric)
    return float(min(texts) if kind == "minimize" else max(texts)) if texts else None

e.wrong("You also take metrics whose name only contains the one that is asked for, such as val_loss for loss. The name is the same or it is not.",
    names_that_contain_it=lambda lines, metric, kind: (
        _best([float(text) for text in _reports(lines, metric, lambda name, asked: asked in name)], kind)
    ))
e.wrong("You also take metrics whose name ends like the one that is asked for, such as val_loss for loss. The name is the same or it is not.",
    names_that_end_so=lambda lines, metric, kind: (
        _best([float(text) for text in _reports(lines, metric, str.endswith)], kind)
    ))

@e.wrong("You also take LOSS for loss. Capital letters are other letters: the name is the same or it is not.")
def names_without_capitals(lines, metric, kind):
    same = lambda name, asked: name.lower() == asked.lower()
    return _best([float(text) for text in _reports(lines, metric, same)], kind)

e.wrong("You read val_loss: 0.2 as well, the way Keras writes it. Katib's expression wants an equals sign, and such a trial ends without a metric.",
    keras_lines_too=lambda lines, metric, kind: (
        _best([float(text) for text in _reports([line.replace(":", "=") for line in lines], metric)], kind)
    ))

@e.wrong("float fails where a report has no number, as in val_loss=nan: the second group is then an empty text. Such a report does not count.")
def no_number_is_an_error(lines, metric, kind):
    values = [float(piece[2]) for line in lines for piece in _METRIC.finditer(line) if piece[1] == metric]
    return _best(values, kind)

@e.wrong("float fails where a value is an exponent alone, such as E-2. That is no number either: such a report does not count.")
def an_exponent_is_an_error(lines, metric, kind):
    pieces = [piece for line in lines for piece in _METRIC.finditer(line) if piece[1] == metric]
    return _best([float(piece[2]) for piece in pieces if piece[2] not in ("", "+", "-")], kind)

@e.wrong("float fails where a value is a sign alone. That is no number either: such a report does not count.")
def a_sign_is_an_error(lines, metric, kind):
    pieces = [piece for line in lines for piece in _METRIC.finditer(line) if piece[1] == metric]
    return _best([float(piece[2]) for piece in pieces if piece[2] and piece[2][0] not in "eE"], kind)

@e.wrong("A report without a number is NaN among your values. It does not count: min and max of NaN and numbers depend on their order.")
def no_number_is_nan(lines, metric, kind):
    pieces = [piece for line in lines for piece in _METRIC.finditer(line) if piece[1] == metric]
    return _best([float(piece[2]) if _is_number(piece[2]) else float("nan") for piece in pieces], kind)

@e.wrong("A report without a number counts as 0 in your function. It does not count at all.")
def no_number_is_zero(lines, metric, kind):
    pieces = [piece for line in lines for piece in _METRIC.finditer(line) if piece[1] == metric]
    return _best([float(piece[2]) if _is_number(piece[2]) else 0.0 for piece in pieces], kind)

@e.wrong("A report without a number is infinite among your values. It does not count: where there is no other, return None.")
def no_number_is_infinite(lines, metric, kind):
    pieces = [piece for line in lines for piece in _METRIC.finditer(line) if piece[1] == metric]
    worst = float("inf") if kind == "minimize" else -float("inf")
    return _best([float(piece[2]) if _is_number(piece[2]) else worst for piece in pieces], kind)

@e.wrong("A report without a number is infinite among your values. It does not count: where there is no other, return None.")
def no_number_is_infinite_in_each_case(lines, metric, kind):
    pieces = [piece for line in lines for piece in _METRIC.finditer(line) if piece[1] == metric]
    return _best([float(piece[2]) if _is_number(piece[2]) else float("inf") for piece in pieces], kind)

@e.wrong("You look at the first piece of each line only. A line may hold several: finditer yields all of them.")
def one_piece_a_line(lines, metric, kind):
    pieces = [piece for line in lines if (piece := _METRIC.search(line)) and piece[1] == metric]
    return _best([float(piece[2]) for piece in pieces if _is_number(piece[2])], kind)

e.wrong("Of each line you take one report of the metric only. A line may hold several.",
    one_report_a_line=lambda lines, metric, kind: (
        _best([float(text) for line in lines for text in _reports([line], metric)[:1]], kind)
    ))

@e.wrong("Numbers with a sign or an exponent do not count in your function. -3.25 and 7e-1 are numbers too: let float decide.")
def digits_alone(lines, metric, kind):
    pieces = [piece for line in lines for piece in _METRIC.finditer(line) if piece[1] == metric]
    return _best([float(piece[2]) for piece in pieces if piece[2].replace(".", "", 1).isdigit()], kind)

@e.wrong("Your values lose what stands behind the point. int cuts it off: float.")
def whole_numbers(lines, metric, kind):
    value = _best([float(text) for text in _reports(lines, metric)], kind)
    return None if value is None else int(value)

e.wrong("Where nothing was reported you return 0. There is no value then: None.",
    zero_without_a_value=lambda lines, metric, kind: (
        _best([float(text) for text in _reports(lines, metric)], kind) or 0.0
    ))

@e.wrong("Where nothing was reported you return infinity. There is no value then: None.")
def infinite_without_a_value(lines, metric, kind):
    value = _best([float(text) for text in _reports(lines, metric)], kind)
    return (float("inf") if kind == "minimize" else -float("inf")) if value is None else value

@e.wrong("You returned the text. The value is a number: float.")
def the_text(lines, metric, kind):
    texts = sorted(_reports(lines, metric), key=float)
    return (texts[0] if kind == "minimize" else texts[-1]) if texts else None

e.wrong("Where the best value is 0 you return None. 0 was reported: it is a value.",
    none_for_zero=lambda lines, metric, kind: (
        _best([float(text) for text in _reports(lines, metric)], kind) or None
    ))

@e.wrong("Where the best value so far is 0, the next one takes its place: to `if` and `not`, 0 is as false as None. Ask whether it is None.")
def zero_is_no_value_yet(lines, metric, kind):
    best = None
    for value in map(float, _reports(lines, metric)):
        if not best or (value < best if kind == "minimize" else value > best):
            best = value
    return best


_NOT_REPORTED = (
    "Where the only value lies far from 0 you return another number, which was not reported. The lowest and the highest "
    "value are always among the reported ones."
)


def _from_a_start(start):
    def answer(lines, metric, kind):
        values = [float(text) for text in _reports(lines, metric)]
        best = start if kind == "minimize" else -start
        for value in values:
            if value < best if kind == "minimize" else value > best:
                best = value
        return best if values else None

    answer.__name__ = f"from_{start:.0e}_on".replace("+", "")
    return answer


for _start in (1e4, 1e6, 1e9):
    exercise("objective_value").wrong(_NOT_REPORTED)(_from_a_start(_start))


@e.wrong("Where the only value lies far from 0 you return None. It was reported: it is the lowest and the highest one.")
def none_where_the_start_is_left(lines, metric, kind):
    start = 1e9 if kind == "minimize" else -1e9
    best = _best([*map(float, _reports(lines, metric)), start], kind)
    return None if best == start else best

@e.wrong("Where nothing was reported your function raises an exception. There is no value then: None.")
def fails_without_a_report(lines, metric, kind):
    values = [float(text) for text in _reports(lines, metric)]
    return min(values) if kind == "minimize" else max(values)

@e.wrong("For maximize you return 0 where all values are below 0. It is the highest of what was reported, and 0 was not.")
def never_below_zero(lines, metric, kind):
    value = _best([float(text) for text in _reports(lines, metric)], kind)
    return max(value, 0.0) if value is not None and kind == "maximize" else value

@e.wrong("You return the best value of the first line that has a report. All lines count.")
def first_line_alone(lines, metric, kind):
    with_reports = [line for line in lines if _reports([line], metric)]
    return _best([float(text) for text in _reports(with_reports[:1], metric)], kind)

@e.wrong("You return the best value of the last line that has a report. All lines count.")
def last_line_alone(lines, metric, kind):
    with_reports = [line for line in lines if _reports([line], metric)]
    return _best([float(text) for text in _reports(with_reports[-1:], metric)], kind)

@e.wrong("You sorted the list of lines that you were given. It belongs to the caller: go through sorted(lines), which is a copy, or leave the order.")
def sorts_the_lines(lines, metric, kind):
    lines.sort()
    return _best([float(text) for text in _reports(lines, metric)], kind)

@e.cases
def outputs(rng):
    """0 to 6 lines of several reports: names that resemble each other, gaps, words, no numbers, zeros, any size.

    One in ten has no report at all, and many have values of one sign alone. A number may begin the line behind a name.
    """
    names = ["loss", "val_loss", "val_loss_2", "my-loss", "LOSS", "train/loss"]
    size = 10.0 ** rng.choice([-4, -2, 0, 2, 5, 9, 13, 13, 13])
    sign = rng.choice(["any", "below 0", "above 0", "whole", "zeros"], p=[0.25, 0.2, 0.25, 0.15, 0.15])

    def value():
        number = size * rng.normal()
        if sign == "zeros":
            number *= rng.choice([0, 0, 1])
        number = {"below 0": -abs(number), "above 0": abs(number)}.get(sign, number)
        if sign == "whole":
            return str(rng.integers(-300, 300))
        short = f"{number:.1f}".replace("0.", ".")
        return str(rng.choice([f"{number:.4f}", f"{number:+.3e}", f"{number:.2E}", short]))

    lines = []
    for _ in range(rng.choice([0, 1, 2, 3, 4], p=[0.04, 0.26, 0.3, 0.25, 0.15])):
        pieces = []
        for _ in range(rng.integers(1, 4)):
            mark = rng.choice(["=", " = ", "= ", ": ", " =", "=="], p=[0.5, 0.14, 0.1, 0.1, 0.1, 0.06])
            pieces.append(f"{rng.choice(names, p=[0.35, 0.3, 0.1, 0.1, 0.05, 0.1])}{mark}{value()}")
        if rng.random() < 0.3:
            words = ["done", "loss=nan", "val_loss=-", "(loss=.5)", "loss 0.1", "loss=", "loss=e5", "val_loss=E-3"]
            pieces.append(str(rng.choice(words)))
        lines.append(str(rng.choice([" ", ", ", "\t"])).join(pieces))
    asked = ["loss", "val_loss", "my-loss", "val_loss_2", "accuracy"]
    metric = str(rng.choice(asked, p=[0.45, 0.35, 0.1, 0.05, 0.05]))
    if rng.random() < 0.25:
        at = rng.integers(len(lines) + 1)
        lines[at:at] = [f"step {metric}=", f"{value()} left"]
    return lines, metric, str(rng.choice(["minimize", "maximize"]))

e.hints(
    "Look at the cell with the three lines. Two loops: over the lines, and in each over the pieces that "
    "finditer yields. piece[1] and piece[2] are name and value.",
    "Two kinds of pieces do not count: those of another name, and those whose value float refuses.",
    "Collect floats in a list first. What is to be returned when the list stays empty?",
)


# the quiz ---------------------------------------------------------------------------------------


e = exercise("quiz_1")
e.right_choice("Katib takes only texts as values, also in JSON, and looks for the name at the top level of the line.")
e.wrong_choice(
    "a",
    "A number in JSON is not read: Katib's collector takes texts only, as everywhere in its files.",
)
e.wrong_choice("c", "Not both. Katib's collector takes a text as the value, and leaves out a number.")
e.wrong_choice("d", "Katib looks for the metric's name at the top of the line, not inside another object.")


e = exercise("quiz_2")
e.right_choice('A command line hands over texts, and a text times 2 is the text twice: "0.1" becomes "0.10.1".')
e.wrong_choice("a", "A command line hands over texts. No one has made a number of 0.1.")
e.wrong_choice("b", "A text times 2 is no error in Python. It would be one if 2 were 2.0.")
e.wrong_choice("d", "The type of a parameter matters for the suggestion; the trial gets a text in each case.")


e = exercise("quiz_3")
e.right_choice("The webhook does not look at an expression for StdOut, so the first sign is a trial without a metric.")
e.wrong_choice("a", "For StdOut the webhook returns before it looks at the expression.")
e.wrong_choice("b", "The suggestion service knows nothing of metrics' expressions.")
e.wrong_choice("c", "Your expression takes the place of Katib's, also when it finds nothing.")


e = exercise("quiz_4")
e.right_choice("Five trials of 20 epochs make 100, and the last training adds 20 more.")
e.wrong_choice(100, "Those are the trials. What does AutoKeras do when the search is over?")
e.wrong_choice(20, "Each of the five trials has up to 20 epochs, and then something more is trained.")
e.wrong_choice(80, "Nothing is said of a fifth of the epochs: a fifth of the examples is split off.")


e = exercise("quiz_5")
e.right_choice("Without validation_data the last training learns from everything, so it has seen the fifth that you score it on.")
e.wrong_choice("a", "The trials have not trained on that fifth. This file is another training, the last one.")
e.wrong_choice("c", "The best of five is lucky, too. But this model has seen these images in its training.")
e.wrong_choice("d", "The best trial is what export_model gives. This file is another training, on more images.")
