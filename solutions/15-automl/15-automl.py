# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 15 AutoML: AutoKeras and Katib
#
# **Question**: What can be left to a machine?
#
# You will be able to
#
# - declare a search for AutoKeras, and say what it tried and which model it hands out,
# - compare greedy search with other searches at equal budget, and say when it is ahead,
# - write a Katib Experiment from a search space, check it, and run the file on your machine.
#
# Run time: about 35 s; your own time: about 150 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | AutoML | 자동화된 머신러닝 (AutoML) | a program chooses the architecture or the hyperparameters |
# | block | 블록 (block) | a part of a network whose details AutoKeras chooses |
# | greedy search | 탐욕적 탐색 (greedy search) | change one part of the best trial so far and keep the rest |
# | Experiment | 실험 (Experiment) | one search in Katib, written as a file |
# | Trial | 시도 (Trial) | one configuration that is tried; in Katib, a process in a container |
# | Suggestion | 제안 (Suggestion) | the values that an algorithm gives to a trial |
# | objective | 목적 지표 (objective) | the metric that the search makes small, or large |
# | trial template | 시도 템플릿 (trial template) | the job of a trial, with placeholders for the suggested values |
# | metrics collector | 메트릭 수집기, 지표 수집기 (metrics collector) | the part of Katib that reads metrics from the output of a trial |
# | webhook | 웹훅 (webhook) | a program in the cluster that can refuse a file when you submit it |
#
# </details>

# %% tags=["setup"]
import itertools
import re
import tempfile
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import yaml

# %% tags=["setup"]
from helpers import plotting
from helpers.automl import classification_head, declared_by, fit_auto_model
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import fashion_mnist
from helpers.katib import check_experiment, check_parameters, run_experiment, trial_words
from helpers.katib.display import (
    command_as_data,
    experiment_as_data,
    parameters_as_data,
    texts_of,
)
from helpers.katib.reading import read_experiment, write_experiment

# %% tags=["setup"]
from helpers.search import Choice, Integer, Real, Space, replay
from helpers.search.bank import load_bank
from helpers.search.next_trials import (
    Tried,
    few_left,
    hundred,
    left_behind,
    many_trials,
    rarely_new,
    some_trials,
    what_is_left,
)
from helpers.search.recorded import bank_points, recorded_searches
from helpers.search.sampling import training_seeds

plotting.use_style()

# %% tags=["setup"]
import autokeras
import keras
from keras_tuner.engine.hyperparameters import Choice as Options

# %% [markdown]
# ## Part 1 · Let AutoKeras search (about 75 minutes)
#
# ## A search that you only declare
#
# The lecture notes end their list of searches with AutoML, which finds the optimal parameter values automatically (최적의 파라미터 값을 자동으로 찾아줌), and name Katib, AutoKeras and others. We run both.
#
# **AutoKeras** takes parts of a network. You declare that an image comes in, that a block of dense layers works on it, and that there are ten classes. AutoKeras searches what you leave open: units, dropout, the optimizer, the learning rate. The search below makes four trials of four epochs each.
#
# **Guess before you run the cell**: how many of the four trials learn anything at all?

# %%
images = fashion_mnist(640)
folder = Path(tempfile.mkdtemp())
picture = autokeras.ImageInput()
block = autokeras.DenseBlock(num_layers=1, use_batchnorm=False)
classes = classification_head(dropout=0.0)(block(picture))
first_model = autokeras.AutoModel(picture, classes, max_trials=4, directory=folder,
                                  overwrite=True)
found, final_epochs = fit_auto_model(first_model, images, num_epochs=4, seed=1)

# %% [markdown]
# `classification_head` is AutoKeras's own head (헤드, the last layer, with one output for each class), repaired by the course. `fit_auto_model` calls `model.fit` with all seeds set, and records the trials. Here is what happened:

# %%
def describe(trial):
    """Units, dropout, optimizer and rate of a trial of AutoKeras, in a line."""
    values = {name.rpartition("/")[2]: value for name, value in trial.parameters.items()}
    shape = f"{values['units_0']} units, dropout {values['dropout']:g}"
    return f"{shape}, {values['optimizer']}, rate {values['learning_rate']:g}"


figure, ax = plt.subplots(figsize=(6.6, 3.6))
for trial in found.trials:
    ax.plot(range(1, 5), trial.val_losses, label=describe(trial))
ax.set(xlabel="epoch", ylabel="validation loss", xticks=range(1, 5))
figure.legend(loc="outside lower center", fontsize=9)
plt.show()

# %% [markdown]
# The same as a table, with the cost of each trial. The last line is something that nobody asked for: when the search was over, AutoKeras trained the best configuration once more, from the start.

# %% tags=["nbval-ignore-output"]
for trial in found.trials:
    print(f"trial {trial.number}: {describe(trial)}")
    cost = f"{trial.num_epochs} epochs, {trial.seconds:.1f} s"
    print(f"         loss {trial.val_losses[0]:.4f}, at the end "
          f"{trial.val_losses[-1]:.4f}, {cost}")
print(f"then one more training of {final_epochs} epochs")

assert len(found.trials) == 4
assert final_epochs == 4
assert max(trial.val_losses[0] - trial.val_losses[-1] for trial in found.trials) > 0.3

# %% [markdown]
# Look at the trials from top to bottom. AutoKeras starts at or near the defaults of its authors, and changes a little. Where a change helps, the next trial starts from there. Some trials do not learn. In one trial the loss does not move at all after the first epoch; we come back to it below.

# %% [markdown]
# ### Exercise 1: `auto_model` (2 points)
#
# For each argument of a block you have three choices. A *value* fixes it. `None`, the default, leaves it open, and AutoKeras searches among the values of its authors. A list with a name searches among your own values. KerasTuner calls such a list `Choice`; the course has a `Choice` of its own, so here it is imported as `Options`:
#
# ```python
# autokeras.ConvBlock(kernel_size=Options("kernel", [3, 5]), max_pooling=False)
# ```
#
# Here the window has three or five pixels (the *kernel* in Keras), there is no pooling, and everything else of the block stays open.
#
# `DenseBlock` has the arguments `num_layers`, `num_units` (of each layer), `use_batchnorm` and `dropout`. The head has `dropout`. The optimizer and the rate are always searched. One thing to know: `use_batchnorm` takes `True`, `False` or `None`, and no `Options`.

# %% solution="auto_model"
def auto_model(folder, num_layers, units, batchnorm, num_trials):
    """An AutoModel that searches for a multilayer perceptron within the given limits.

    folder: where it keeps its trials. Trials of an earlier search in it are not loaded.
    num_layers: list of whole numbers, the allowed numbers of hidden layers.
    units: list of whole numbers, the allowed numbers of units; each layer has its own choice.
    batchnorm: list of True or False or both; whether the hidden layers may have batch
    normalization. With both, the search decides.
    Each list has one entry or more, none twice, in any order; no number is below 1. The lists
    are left as they were.
    num_trials: how many trials the search makes at most, 1 or more.
    There is no dropout, and dropout is not searched. The trial with the highest validation
    accuracy is the best one. The input is an image; the head is `classification_head`.
    Returns the autokeras.AutoModel. Nothing is trained.
    """
    ### BEGIN SOLUTION
    pixels = autokeras.ImageInput()
    hidden = autokeras.DenseBlock(
        num_layers=Options("num_layers", num_layers),
        num_units=Options("num_units", units),
        use_batchnorm=batchnorm[0] if len(batchnorm) == 1 else None,
        dropout=0.0,
    )(pixels)
    return autokeras.AutoModel(
        pixels,
        classification_head(dropout=0.0)(hidden),
        max_trials=num_trials,
        objective="val_accuracy",
        directory=folder,
        overwrite=True,
    )
    ### END SOLUTION

# %% [markdown]
# The checks build the smallest and the largest network that your model may try, and train none. They show what it would search by the values.

# %% tags=["setup"]
twenty_photographs = fashion_mnist(20)


def declared(function, num_layers, units, batchnorm, num_trials):
    """What the learner's model would search, weights of its smallest and largest network, layers
    of the largest one, and the lists after the call.
    """
    given = [list(num_layers), list(units), list(batchnorm)]
    with tempfile.TemporaryDirectory() as empty:
        model = function(empty, *given, num_trials)
        if model is None:
            return None
        options, fewest, most, layers = declared_by(model, twenty_photographs)
    for name in ("optimizer", "learning_rate"):
        options.pop(name)
    own = sorted((sorted(values) for values in options.values() if len(values) > 1), key=str)
    return {"searched": own, "weights": [fewest, most], "layers": list(layers),
            "lists afterwards": given}

# %% tags=["setup"]
def rules_of(function, num_layers, units, batchnorm, num_trials):
    """Its rules: objective, direction, trials, whether an old search goes, how much lies in the
    folder.
    """
    with tempfile.TemporaryDirectory() as empty:
        model = function(empty, num_layers, units, batchnorm, num_trials)
        if model is None:
            return None
        rules = [model.objective.name, model.objective.direction, model.max_trials,
                 model.overwrite]
        return [*rules, len(list(Path(empty).iterdir()))]


# %% test="auto_model" points=2
check("one or two layers of 48 or 16", declared, auto_model, [2, 1], [48, 16], [False], 7)
check("one layer, 24 units, normalized", declared, auto_model, [1], [24], [True], 3)
check("one, two or four layers, normalized or not", declared, auto_model, [1, 2, 4],
      [8, 12, 20], [True, False], 11)
check("its rules, with 7 trials and with 13",
      lambda: [rules_of(auto_model, [2], [9], [False], n) for n in (7, 13)])
### BEGIN HIDDEN TESTS
budgets = np.random.default_rng(151).integers(1, 500, 6).tolist()
check("many budgets", lambda: [rules_of(auto_model, [1, 4], [7, 9], [True], number) for number in budgets])


def all_of_it(num_layers, units, batchnorm, num_trials):
    limits = num_layers, units, batchnorm, num_trials
    return [declared(auto_model, *limits), rules_of(auto_model, *limits)]


check_drawn("drawn limits", all_of_it)
### END HIDDEN TESTS

# %% [markdown]
# ## The idea behind it: change a part, keep the rest
#
# How does AutoKeras choose the next trial? Its default search is called *greedy* (탐욕적). It takes the best trial so far, draws new values for one *group* of hyperparameters, and keeps all others. A group is a single hyperparameter, or all hyperparameters of a block, or all of the network. The chance of a group of $k$ hyperparameters is in proportion to $1/k$:
#
# $$p(\text{group}) \propto \frac{1}{k}$$
#
# So usually a single value changes, and now and then everything does. If the resulting trial has been made before, greedy search draws again.
#
# For three hyperparameters there may be four groups: each hyperparameter alone, and all three together. Their shares are then 1, 1, 1 and 1/3, each divided by the sum.

# %% [markdown]
# ### Exercise 2: `greedy_trial` (2 points)
#
# Draw everything from the generator that you get. Draw places (`rng.integers`) instead of items: `rng.choice` makes an array of the items, and an array of numbers and texts holds texts only.

# %% solution="greedy_trial"
def greedy_trial(options, groups, best, tried, rng):
    """The next trial of a greedy search.

    options: dict, name -> list of its values, two or more: numbers, texts, True, False or None.
    groups: list of one or more lists of names, one or more each, none twice in a list.
    best: dict, name -> value; the best trial so far. tried: list of all trials so far, dicts
    like best, which is among them. The names may stand in any order in each dict.
    A group is drawn with a chance in proportion to 1 over the number of its names. Each name of
    the group gets a value from its options. All values are equally likely, also the value that
    the name has in best. All other names keep their value of best. If the result was tried
    before, group and values are drawn anew, until it is new. (At least one new trial can be
    reached.)
    rng: a NumPy random generator; nothing random comes from elsewhere.
    Returns the new trial, a dict. The arguments are left as they were.
    """
    ### BEGIN SOLUTION
    shares_of = np.array([1 / len(group) for group in groups])
    following = best
    while following in tried:
        chosen = groups[rng.choice(len(groups), p=shares_of / shares_of.sum())]
        following = best | {name: options[name][rng.integers(len(options[name]))] for name in chosen}
    return following
    ### END SOLUTION

# %% [markdown]
# The checks compare chance by its mean and its spread. In some of them only one new trial is left, so its values are certain. An answer that finds no new trial is stopped after 1,000 looks at `tried` (20,000 where a new trial is rare).

# %% test="greedy_trial" points=2 tags=["long"]
check("four times one new trial",
      lambda: [what_is_left(greedy_trial, seed) for seed in (3, 4, 8, 11)])
best, parts = {"a": 1, "b": 2, "c": 3, "d": 4}, [["a"], ["b", "c", "d"]]
near = {"seen_as": "sample", "rtol": 0.08}
weights = {"a": 0.1, "b": 0.2, "c": 0.4, "d": 0.8}
changed = lambda trial: sum(weights[n] for n in weights if trial[n] != best[n]) - 0.43
lists = {"a": list(range(30))} | hundred("bcd")
from_groups = "which values change, as weights, by groups of 1 and 3 (less 0.43)"
check(from_groups, many_trials, greedy_trial, changed, parts, lists, [best], 0, **near)
nine, made, eight, nearly_all = few_left()
product = lambda trial: trial["a"] * trial["b"] - 1.6
of_nine = "products of two values, where five of nine trials are new (less 1.6)"
check(of_nine, many_trials, greedy_trial, product, [["a", "b"]], nine, made, 7, **near)
risen = lambda trial: trial["a"] - 7 + 0.889
near["rtol"] = 0.16  # of so few rare values the spread varies more
two_left = "a value, where its group has two trials left, the other seven (less 6.111)"
check(two_left, many_trials, greedy_trial, risen, [["a"], ["b"]], eight, nearly_all, 2, **near)
same = lambda: [some_trials(greedy_trial, np.random.default_rng(5)) for _ in range(2)]
check("two equal generators", same, seen_as="repeated samples")
rare = "where one draw in 80 is new (1: a new trial, 2: a repeat)"
check(rare, rarely_new, greedy_trial, seen_as="distinct numbers")
going_on, another = np.random.default_rng(6), np.random.default_rng(7)
one_by_one = lambda: [some_trials(greedy_trial, rng) for rng in (going_on, going_on, another)]
check("one generator two times, then another", one_by_one, seen_as="repeated samples")
check("a new trial, and what was handed over", left_behind, greedy_trial, {"a": 4, "b": 7},
      {"a": 5, "b": 7})
### BEGIN HIDDEN TESTS
check("a single one is new, again", lambda: [what_is_left(greedy_trial, seed) for seed in range(20, 26)])
five, three = hundred("cde") | {name: list(range(30)) for name in "ab"}, [["a"], ["b"], ["a", "b", "c", "d", "e"]]
start = {"a": 9, "b": 8, "c": 7, "d": 6, "e": 5}
total = lambda trial: sum(trial.values()) - 53.98
sums = lambda: many_trials(greedy_trial, total, three, five, [start], 7, 2100)
check("sums of five", sums, seen_as="sample", rtol=0.2)
code = lambda trial: 8 * (trial["a"] - 5) ** 2 + trial["b"] - 64.72
codes = lambda: many_trials(greedy_trial, code, [["b", "a"], ["a"]], eight, nearly_all, 8, 2200)
check("where the smaller group is nearly used up", codes, seen_as="sample", rtol=0.12)
six, used = {name: list(range(6)) for name in "ab"}, [{"a": value, "b": 1} for value in (5, 1, 4, 0, 3)]
power = lambda trial: 2 ** trial["b"] * (trial["a"] + 1) - 62
sides = lambda: many_trials(greedy_trial, power, [["a"], ["b"]], six, used, 9, 2300)
check("where one of two is nearly used up", sides, seen_as="sample", rtol=0.12)
check("arguments that stay", left_behind, greedy_trial, {"a": 5, "b": 6}, {"a": 4, "b": 6})
both = {name: [7, 3] for name in "wxyz"}
all_of_them = [dict(zip(both, values, strict=True)) for values in itertools.product([3, 7], repeat=4)]


def the_last_new_one(place):
    *_, start = others = all_of_them[:place] + all_of_them[place + 1 :]
    trial = greedy_trial(both, [["x"], list(both)], dict(start), Tried(others), np.random.default_rng(place))
    return [trial[name] for name in both]


far = (0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12)
check("one that is hardly ever drawn", lambda: [the_last_new_one(place) for place in far])


def the_one(options, groups, best, tried, seed, num_calls):
    rng = np.random.default_rng(seed)
    if num_calls == 1:
        return greedy_trial(options, groups, best, tried, rng)
    few = range(num_calls if num_calls < 400 else 0)
    return [greedy_trial(options, groups, dict(best), Tried(tried), rng) for _ in few]


def shares(options, groups, best, tried, seed, num_calls):
    if num_calls < 400:
        return None
    rng, sums = np.random.default_rng(seed), np.zeros((2, len(options) + 1))
    for _ in range(num_calls):
        trial = greedy_trial(options, groups, dict(best), Tried([dict(each) for each in tried], 1000), rng)
        parts = [options[name].index(trial[name]) / (len(options[name]) - 1) for name in options]
        moved = [trial[name] != best[name] for name in options]
        sums += [[*parts, parts[0] * parts[-1]], [*moved, sum(moved) > 1]]
    return sums.ravel() / num_calls


def generators(*case):
    rng, equal = np.random.default_rng(case[-2]), np.random.default_rng(case[-2])
    first, following, again = (some_trials(greedy_trial, each, 6) for each in (rng, rng, equal))
    return [following, first, again]


check_drawn("drawn trials, one of them new", the_one)
check_drawn("drawn trials, by chance", shares, rtol=0, atol=0.2)
check_drawn("drawn generators", generators, seen_as="repeated samples")
### END HIDDEN TESTS

# %% [markdown]
# Now the race. The bank of lesson 12 holds 1,584 trained configurations of six hyperparameters, so a trial is a lookup. The groups are each hyperparameter alone, and all six together. AutoKeras begins from defaults. The bank has no defaults, so the first trial is random.

# %%
bank = load_bank()
final_losses = np.nan_to_num(bank.losses["val"][..., -1], nan=np.inf)
columns = [values.tolist() for values in bank.table.values()]
places = {values: row for row, values in enumerate(zip(*columns, strict=True))}


def place_of(trial):
    """The row of the bank in which a trial stands."""
    return places[tuple(trial[name] for name in bank.table)]

# %% [markdown]
# One search hands the best trial so far to your function, looks up the loss of the returned trial, and goes on.

# %%
def greedy_search(options, num_trials, seed, first=None):
    """Rows of the bank and training seeds of one greedy search."""
    rng, seeds = np.random.default_rng(seed), training_seeds(num_trials, seed, bank.num_seeds)
    groups = [[name] for name in options] + [list(options)]
    trial = first or {name: values[rng.integers(len(values))]
                      for name, values in options.items()}
    tried, losses = [], []
    for place in range(num_trials):
        tried.append(trial)
        losses.append(final_losses[place_of(trial), seeds[place]])
        trial = greedy_trial(options, groups, tried[losses.index(min(losses))], tried, rng)
    return list(map(place_of, tried)), seeds

# %% [markdown]
# As in lessons 13 and 14, we judge a search by its winner, trained again: the mean test accuracy with the other seeds of the bank.

# %%
def trained_again(rows, seeds, num_trials):
    """The test accuracy of each search's winner with all other seeds, after its first trials."""
    searches, rows, seeds = np.arange(len(rows)), rows[:, :num_trials], seeds[:, :num_trials]
    winners = final_losses[rows, seeds].argmin(axis=1)
    rows, seeds = rows[searches, winners], seeds[searches, winners]
    others = np.arange(bank.num_seeds) != seeds[:, np.newaxis]
    return bank.accuracies["test"][rows, :, -1].mean(axis=1, where=others, dtype=float)


def greedy_searches(space, num_trials, num_searches, first=None):
    """Many greedy searches: their rows and seeds as arrays."""
    options = {name: list(dimension.options) for name, dimension in space.items()}
    found = [greedy_search(options, num_trials, seed, first) for seed in range(num_searches)]
    return tuple(np.array(part) for part in zip(*found, strict=True))

# %% [markdown]
# All searches have the same budget: 10, 20 or 30 full trials. Greedy and random search run a thousand times, here and now. TPE (with all hyperparameters together) and the Gaussian process of lesson 14 are a hundred recorded searches each. Random and greedy search choose among the rates of the bank: 22 from 0.000001 to 10 (*wide*), or 7 from 0.01 to 1 (*sensible*). TPE and the Gaussian process draw any rate of these ranges (in the sensible range up to 1.5), and the bank answers with the nearest one.
#
# **Place your bet**: greedy or random, with 10 trials? And with 30?

# %%
spaces = {rates: bank_points(rates) for rates in ("wide", "sensible")}
methods = {"TPE": "multivariate-tpe", "Gaussian process": "gaussian-process"}
searches = {("random", rates): replay(bank.objective(), space, "random", 30)
            for rates, space in spaces.items()}
for name, method in methods.items():
    searches |= {(name, rates): recorded_searches(method, rates) for rates in spaces}
rows_and_seeds = {key: (found.rows, found.seeds) for key, found in searches.items()}
if solved("greedy_trial"):
    rows_and_seeds |= {("greedy", rates): greedy_searches(space, 30, 1000)
                       for rates, space in spaces.items()}
reached = {}
for key, pair in rows_and_seeds.items():
    reached |= {(*key, budget): trained_again(*pair, budget) for budget in (10, 20, 30)}

# %% [markdown]
# Each dot is a mean over searches; the line extends three standard errors to each side. The panels have different scales. The greedy search appears when exercise 2 is solved.

# %%
figure, panels = plt.subplots(1, 2, sharey=True, figsize=(6.6, 2.8))
names = [name for name in ("random", "greedy", *methods) if (name, "wide", 10) in reached]
for ax, rates in zip(panels, spaces, strict=True):
    for budget, marker, shift in [(10, "o", -0.2), (20, "^", 0), (30, "s", 0.2)]:
        scores = [reached[name, rates, budget] for name in names]
        errors = [3 * values.std(ddof=1) / np.sqrt(len(values)) for values in scores]
        heights = np.arange(len(names)) + shift
        ax.errorbar([s.mean() for s in scores], heights, xerr=errors, fmt=marker,
                    label=f"{budget} trials")
    ax.set(title=f"{rates} range", xlabel="test accuracy, trained again",
           yticks=range(len(names)))
panels[0].set_yticklabels(names)
figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
plt.show()

# %% [markdown]
# The lead of greedy search as numbers:

# %%
def ahead(name, other, rates, budget):
    """How far one search is ahead of another: points of accuracy, and their standard error."""
    pair = [reached[key, rates, budget] for key in (name, other)]
    error = np.sqrt(sum(scores.var(ddof=1) / len(scores) for scores in pair))
    return 100 * (pair[0].mean() - pair[1].mean()), 100 * error


if "greedy" in names:
    for rates in spaces:
        for other in ("random", *methods):
            found_gains = [ahead("greedy", other, rates, budget) for budget in (10, 20, 30)]
            shown = "   ".join(f"{gain:+.2f} ± {error:.2f}" for gain, error in found_gains)
            print(f"{rates:8} greedy - {other:16}  {shown}   (10, 20, 30 trials)")

# %% [markdown]
# The claims, as assertions:

# %%
if "greedy" in names:
    assert ahead("greedy", "random", "wide", 10)[0] < -3
    assert ahead("greedy", "random", "wide", 30)[0] > 0.3
    assert ahead("greedy", "random", "sensible", 20)[0] > 0.3
    assert ahead("greedy", "random", "sensible", 30)[0] > 0.5
    assert ahead("greedy", "TPE", "wide", 20)[0] < -0.8
    for budget in (20, 30):
        assert ahead("greedy", "Gaussian process", "wide", budget)[0] < -0.8

# %% [markdown]
# With ten trials in the wide range, greedy search is far *behind* random search. With thirty trials it is ahead in both ranges. In the wide range the Gaussian process is ahead of greedy search even then, by two points; TPE is ahead with twenty trials.
#
# In the sensible range these searches do not tell greedy search, TPE and the Gaussian process apart. But greedy search has an advantage there: it knows the rates of the bank, and the other searches do not.
#
# <details><summary>Measured in a longer run</summary>
#
# When the Gaussian process also chose among the rates of the bank in the sensible range, it was ahead of greedy search by 0.8 ± 0.2 points with 20 trials and by 0.7 ± 0.1 with 30.
#
# </details>
#
# Why the bad start? Greedy search changes one thing at a time, and the rate is only one of six. A search that began at a rate of 0.00001 stays there until it happens to change the rate. Random search draws the rate anew every time. So we count the different rates among the first ten trials. Among trials 11 to 30 we count the good ones, with a mean test accuracy above 0.7.

# %%
def num_rates(rows):
    """How many different rates the first ten trials of each search have, in the mean."""
    return np.mean([len(set(bank.table["learning_rate"][search[:10]])) for search in rows])


wide_rows = {name: rows_and_seeds[name, "wide"][0] for name in names}
good_ones = bank.accuracies["test"][..., -1].mean(axis=1) > 0.7
late = {name: good_ones[rows[:, 10:30]].mean() for name, rows in wide_rows.items()}
for name, rows in wide_rows.items():
    print(f"{name:16}  {num_rates(rows):.1f} rates in ten trials, "
          f"{late[name]:.0%} of the later ones good")
if "greedy" in names:
    assert num_rates(wide_rows["greedy"]) < 0.7 * num_rates(wide_rows["random"])
    assert late["greedy"] > 2 * late["random"]

# %% [markdown]
# Greedy search sees about half as many rates as random search. Does this explain the bad start? Then only the searches with a useless first rate should be far behind:

# %%
begun = {}
for name in names[: names.index("TPE")]:
    first_rates = bank.table["learning_rate"][wide_rows[name][:, 0]]
    useful, scores = (first_rates >= 0.01) & (first_rates <= 1), reached[name, "wide", 10]
    begun[name] = scores[useful].mean(), scores[~useful].mean()
    print("{:6}  after ten trials: first rate 0.01 to 1 "
          "{:.3f}, another {:.3f}".format(name, *begun[name]))
if "greedy" in names:
    assert begun["greedy"][0] > begun["random"][0] - 0.02
    assert begun["greedy"][1] < begun["random"][1] - 0.05

# %% [markdown]
# It does: after a first rate from 0.01 to 1, greedy search is about as far as random search; after another first rate it is more than ten points behind. And the good end? Once the rate is right, greedy search mostly keeps it, so far more of its later trials are good. This is exploitation (lesson 14).
#
# AutoKeras softens the bad start with good defaults: its first trial is these defaults with one group drawn anew. Above, it had the rate 0.001 and Adam. **A default is knowledge, too, and the search did not find it.**

# %% [markdown]
# ## Which model do you get?
#
# Back to your first search. `export_model()` gives a Keras model. Its outputs are probabilities, and it was compiled for one-hot labels (원-핫: ten numbers for each label, 1 at its class and 0 elsewhere), so we take the class with the highest probability.
#
# But which training does this model come from: the best trial, or the last training? AutoKeras writes the last training to `best_model.keras`. We load that file as well. **Guess before you run the cell**: which training does `export_model()` return?

# %% tags=["nbval-ignore-output"]
with warnings.catch_warnings(action="ignore"):  # the optimizer's state is not in the file
    exported = first_model.export_model()
    trained_last = keras.models.load_model(first_model.tuner.best_model_path)
classes_of = {}
for name, network in {"exported": exported, "best_model.keras": trained_last}.items():
    classes_of[name] = network.predict(images.x_val[..., np.newaxis], verbose=0).argmax(axis=1)
    print(f"{name:17} accuracy {np.mean(classes_of[name] == images.y_val):.3f}")
best = min(found.trials, key=lambda trial: min(trial.val_losses))
in_best_epoch = best.val_accuracies[int(np.argmin(best.val_losses))]
print(f"trial {best.number}: {in_best_epoch:.3f} after its best epoch")

assert abs(np.mean(classes_of["exported"] == images.y_val) - in_best_epoch) < 0.002
assert (classes_of["exported"] != classes_of["best_model.keras"]).mean() > 0.01

# %% [markdown]
# `export_model()` returns the best trial, with the weights of its best epoch. `predict` and `evaluate` of the AutoModel use the same weights. The last training costs as much as one trial, but AutoKeras only saves it: none of these three methods loads the file.
#
# What has the file learned from? That depends on how you called `fit` with a number of epochs:
#
# | you give | the trials learn from | the last training learns from |
# |---|---|---|
# | `validation_data=...`, as here | your training part | your training part |
# | no validation data: AutoKeras splits off a fifth | four fifths | **everything, including the validation fifth** |
#
# In the second case, a validation score of the file says nothing, because the network has learned these images. The validation score of the exported model is too good as well, because this score chose the trial and the epoch. For either model, keep a test part that AutoKeras never sees.
#
# ### The trial that stands still
#
# One trial above had the same loss from its second epoch on. Its optimizer was `adam_weight_decay`. AutoKeras 3.0.0 lets the rate of this optimizer fall to 0 in a number of *steps*, and computes that number with a wrong batch size: it takes all examples for one batch. So the rate is 0 after four steps instead of after four epochs. AutoKeras keeps these numbers in an object that it calls a graph:

# %%
graph = first_model.tuner.hypermodel
steps = max(1, graph.num_samples // graph.batch_size) * graph.epochs
still = [trial for trial in found.trials if trial.parameters["optimizer"] == "adam_weight_decay"]
print(f"batch size as AutoKeras believes: {graph.batch_size}; the rate is 0 after {steps} steps")
print(f"trials with this optimizer: {[trial.number for trial in still]}")

assert graph.batch_size == len(images.x_train), "AutoKeras has mended it: this section can go"
assert still, "this search should have drawn it"
assert all(np.ptp(trial.val_losses) < 1e-5 for trial in still), (
    "after the first epoch nothing moves"
)

# %% [markdown]
# One of the three optimizers in this search does not work, no message says so, and the search compares the trial as if it had been fair. **Look at the trials of a search, not only at its winner.**
#
# Three defaults to know before you use AutoKeras on your own data: `max_trials` is 100, `epochs` of `fit` is 1,000 (a trial stops ten epochs after its best validation loss), and with `overwrite=False` an old search in the folder is loaded. AutoKeras 3.0.0 is of November 2025, and nobody has maintained it in the year since. AutoGluon (tables, ensembles), FLAML (cheap trials first) and Optuna (lesson 14) are maintained.

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. What follows leaves AutoKeras and writes a search as a file, for Katib.

# %% [markdown]
# ## Part 2 · Write a search as a file for Katib (about 75 minutes)
#
# ## Katib: a search as a file
#
# AutoKeras lives in one Python process. **Katib** belongs to Kubernetes, the system that runs containers (컨테이너, programs packed with everything they need) on a cluster (클러스터) of machines. In Katib a search is a file, the **Experiment** (실험). You hand it in, and many machines make the trials. Each trial is a separate program, in any language. Katib knows three things about it: the command that starts it, how it ended, and what it printed.
#
# Here is a complete file. It searches the regularization of some program, `score.py`, for the highest accuracy.

# %% tags=["setup", "long"]
EXAMPLE = """
apiVersion: kubeflow.org/v1beta1
kind: Experiment
metadata:
  name: regularization
spec:
  objective: {type: maximize, objectiveMetricName: accuracy, goal: 0.99}
  algorithm:
    algorithmName: tpe
    algorithmSettings: [{name: n_EI_candidates, value: "24"}]
  maxTrialCount: 12         # how many trials
  parallelTrialCount: 4     # how many at a time
  maxFailedTrialCount: 2    # the second failure ends it
  parameters:
    - name: strength
      parameterType: double
      feasibleSpace: {min: "0.0001", max: "10", distribution: logUniform}
    - name: penalty
      parameterType: categorical
      feasibleSpace: {list: [l1, l2]}
  trialTemplate:
    primaryContainerName: fit
    trialParameters:
      - {name: howStrong, reference: strength}
      - {name: which, reference: penalty}
    trialSpec:
      apiVersion: batch/v1
      kind: Job
      spec:
        backoffLimit: 0
        template:
          spec:
            restartPolicy: Never
            containers:
              - name: fit
                image: example.org/scores:1
                command: [python, score.py, "--c=${trialParameters.howStrong}",
                    "${trialParameters.which}"]
"""

# %% [markdown]
# From top to bottom:
#
# - **objective** (목적 지표): the metric that counts, and whether it is to be small or large. A `goal`, a number, ends the search when it is reached. `additionalMetricNames` is a list of further metrics to collect, without the objective's own name.
# - **algorithm**: it makes the **suggestions** (제안). Settings are names with values, and both are texts.
# - **counts**: trials, trials at a time, and failures. The default of `parallelTrialCount` is 3. Without `maxTrialCount` only the goal or failures end the search.
# - **parameters**: the search space. Types are `double`, `int`, `categorical` (any list) and `discrete` (a list of numbers). **All values are texts**: limits, steps, options. Put quotes around everything that YAML would read as a number, true or false. `distribution` is `uniform` (the default), `logUniform`, `normal` or `logNormal`.
# - **trialTemplate** (시도 템플릿): a Kubernetes *Job*, which is a container with a command. A **placeholder** (자리표시자) `${trialParameters.NAME}` stands where a value comes in. Each entry of `trialParameters` says which placeholder (`name`) takes the value of which parameter (`reference`).
# - `primaryContainerName` names the container whose output Katib reads. With `backoffLimit: 0` and `restartPolicy: Never` a failed trial is over; by default Kubernetes would start it six times more.
#
# Is the file right? The course has a checker with Katib's own rules, from the source of Katib 0.19. It also reports what Katib would not.

# %%
example = yaml.safe_load(EXAMPLE)
print(check_experiment(example))
print(trial_words(example, {"strength": "0.5", "penalty": "l2"}))

assert check_experiment(example) == []

# %% [markdown]
# The list is empty: there is nothing to complain about. The second line is the command of a trial with the values 0.5 and l2.
#
# ### How a mistake shows
#
# A mistake in such a file can show early or late. A file that is refused costs nothing. A file that is accepted and does something else costs a night. Here are seven files, each with one change. **Guess before you run the cell**: which of them does Katib refuse when you submit them?

# %%
def with_change(path, value):
    """The example with another value at one path, keys and places with slashes between."""
    changed = yaml.safe_load(EXAMPLE)
    part = changed
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    for step in steps:
        part = part[step]
    part[last] = value
    return changed

# %% [markdown]
# Each path names the changed part.

# %%
faults = {
    "spec/objective/type": "highest",
    "spec/maxTrialCount": "12",
    "spec/parameters/0/feasibleSpace/step": "small",
    "spec/parameters/1/feasibleSpace": {"list": []},
    "spec/algorithm/algorithmName": "grid",
    "spec/trialTemplate/trialSpec/spec/template/spec/restartPolicy": "Always",
    "spec/maxTrialsCount": 12,
}

# %% [markdown]
# What the checker says about each file:

# %%
shown = {path: check_experiment(with_change(path, value))[0] for path, value in faults.items()}
for path, finding in shown.items():
    print(f"{path.rpartition('/')[2]} = {faults[path]!r}\n   {finding.shows}")

assert sum(finding.shows == "refused when you submit it" for finding in shown.values()) == 2
assert len({finding.shows for finding in shown.values()}) == 5

# %% [markdown]
# Katib refuses two of the seven, and accepts the others. The worst result is *accepted, then it stays Running without a trial*: nothing is red, nothing happens, and the reason stands in the log of a program that you did not start. A key of the Experiment that Katib does not know, such as the last one, is dropped without a message.
#
# Where each kind of mistake is found:
#
# | when | by | mistake |
# |---|---|---|
# | you submit | the **webhook** (웹훅) | a number where a text belongs; an unknown algorithm, type or distribution; an unknown key inside of the Job; counts that contradict each other; a placeholder without an entry, or an entry without a placeholder |
# | then | the suggestion service | settings of the algorithm; a grid with a `double` that has no step |
# | with the first suggestion | the same service, in its log | a minimum above the maximum (with a few exceptions), a logarithm of 0 (`random` and `tpe`), an empty list |
# | a trial begins | Kubernetes | no image, a wrong restart policy: Katib tries again and again, and the trial neither runs nor fails |
# | a trial ends | the **collector** (메트릭 수집기) | a metric that was never printed |
# | never | nobody | a misspelt optional key outside of the Job; a distribution that this service ignores |

# %% [markdown]
# ### Exercise 3: `search_space_to_katib` (3 points)
#
# The course's `Space` says in one line what Katib says in five. Translate it. Two rules are not in the example: a *grid* needs a `step`, the distance of two neighbouring values, for every `double`; and a limit that becomes a text must not lose a digit.

# %% solution="search_space_to_katib"
def search_space_to_katib(space, steps):
    """The search space of an Experiment: what stands below spec.parameters.

    space: a Space of Real, Integer and Choice (with low, high and log, or options).
    steps: dict, name -> distance of two neighbouring values, a number above 0, for some
    dimensions of numbers without log, or for none. It is left as it was.
    Returns a list of dicts, one for each dimension in its order, with name, parameterType and
    feasibleSpace. A Real is a double, an Integer an int, a Choice categorical, whatever its
    options are.
    Limits, steps and options are texts: float(text) or int(text) is exactly the number, and an
    option is written as str(option). With log the distribution is logUniform. Without log it is
    uniform, and may be left out. Only a dimension in steps has a step.
    """
    ### BEGIN SOLUTION
    written = []
    for name, dimension in space.items():
        if isinstance(dimension, Choice):
            kind, feasible = "categorical", {"list": [str(option) for option in dimension.options]}
        else:
            kind = "double" if isinstance(dimension, Real) else "int"
            feasible = {"min": repr(dimension.low), "max": repr(dimension.high)}
            if dimension.log:
                feasible["distribution"] = "logUniform"
            if name in steps:
                feasible["step"] = str(steps[name])
        written.append({"name": name, "parameterType": kind, "feasibleSpace": feasible})
    return written
    ### END SOLUTION

# %% [markdown]
# The checks compare numbers, however you write them (`"0.01"` or `"1e-2"`), and what Katib would say. They also look at `steps` after the call.

# %% tags=["setup"]
def translated(function, space, steps, algorithm):
    """What the learner's function makes of a space, and how Katib would show what is wrong with
    it.
    """
    given = dict(steps)
    found = function(space, given)
    if not isinstance(found, list):
        return found
    return {"parameters": parameters_as_data(found),
            "Katib": texts_of(check_parameters(found, algorithm)), "steps afterwards": given}


def two_spaces():
    """A space of all kinds, and one for a grid."""
    rates, momentum = Real(1.23456789e-5, 2.5, log=True), Real(0, 0.95)
    units, kinds = Integer(16, 512, log=True), Choice(("batch", None, False))
    mixed = Space(rate=rates, momentum=momentum, units=units, depth=Integer(1, 5),
                  normalization=kinds)
    dropout, width = Real(0.05, 0.65), Integer(10, 70)
    return mixed, Space(dropout=dropout, size=Choice((32, 128)), layers=Integer(2, 6),
                        width=width)


# %% test="search_space_to_katib" points=3
(mixed, table), exact = two_spaces(), {"rtol": 0, "atol": 0}
grid_steps, small = {"dropout": 0.15, "width": 20}, Space(l2=Real(3e-7, 0.1, log=True))
of_mixed = lambda algorithm: translated(search_space_to_katib, mixed, {}, algorithm)
both = lambda: [of_mixed("random"), translated(search_space_to_katib, table, grid_steps, "grid")]
check("five dimensions for random, four for a grid", both, **exact)
check("for Optuna", lambda: of_mixed("multivariate-tpe"), **exact)
check("one dimension", translated, search_space_to_katib, small, {}, "tpe", **exact)
### BEGIN HIDDEN TESTS
below = Space(shift=Real(-2.5, -1 / 3), offset=Integer(-7, 0), flag=Choice((True, False)), n=Choice((1, 2)))
of_below = lambda steps: translated(search_space_to_katib, below, steps, "multivariate-tpe")
check("numbers below 0", lambda: [of_below(steps) for steps in ({}, {"offset": 3}, {"shift": 0.7})], **exact)


def translated_drawn(dimensions, steps, algorithm):
    kinds = {"Real": Real, "Integer": Integer, "Choice": lambda *options: Choice(options)}
    space = Space(**{name: kinds[kind](*rest) for name, kind, *rest in dimensions})
    return translated(search_space_to_katib, space, steps, algorithm)


check_drawn("drawn spaces", translated_drawn, **exact)
### END HIDDEN TESTS

# %% [markdown]
# ## The trial
#
# The program that trains is a module of the course: a parser for the command line, a model, `fit`, and one line of output an epoch. You can run it in a terminal:
#
# ```
# python -m helpers.trial --learning-rate 0.1 --batch-size 32 --epochs 3
# ```
#
# ```
# epoch=1 val_loss=1.6732 val_accuracy=0.4190
# ...
# ```
#
# These digits are an example. The options are `--learning-rate`, `--batch-size`, `--units` (of each of two hidden layers), `--dropout`, `--optimizer`, `--epochs`, `--examples` and `--seed`.
#
# A command is a list of *words*, and all of them are texts. Write option and value as two words, and use values without blanks and quotation marks. (Katib joins the words with blanks and hands them to a shell; the runner of this course does not. A word with a blank inside works in Katib and fails here.)

# %% [markdown]
# ### Exercise 4: `trial_command` (2 points)

# %% solution="trial_command"
def trial_command(parameters, fixed):
    """The command of a trial, and which placeholder takes the value of which parameter.

    parameters: list of one or more dicts as below spec.parameters; of each, the name matters,
    such as learning_rate. fixed: dict, name -> number or text without blanks; what is the same
    in every trial. None of its names is a parameter's, and it may be empty. Both are left as
    they were. Returns (command, trial_parameters).
    command: list of texts: python -m helpers.trial, then for each parameter and each name in
    fixed its option and the value as str writes it, in any order. The option of learning_rate is
    --learning-rate. In the place of a parameter's value stands a placeholder, named as you like.
    trial_parameters: list of dicts with name and reference, one for each parameter.
    """
    ### BEGIN SOLUTION
    words, entries = ["python", "-m", "helpers.trial"], []
    for parameter in parameters:
        name = parameter["name"]
        words += [f"--{name.replace('_', '-')}", "${trialParameters." + name + "}"]
        entries.append({"name": name, "reference": name})
    for name, value in fixed.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    return words, entries
    ### END SOLUTION

# %% [markdown]
# The checks put your command into a file and fill in a suggestion, as Katib does. They also look at the arguments after the call.

# %% tags=["setup", "long"]
def filled_in(function, names, fixed, values):
    """What Katib says of a file with the learner's command, or else what a trial with these
    values gets.
    """
    file = yaml.safe_load(EXAMPLE)
    kind = {"parameterType": "categorical", "feasibleSpace": {"list": ["1"]}}
    file["spec"]["parameters"] = [{"name": name} | kind for name in names]
    given = [{"name": name} | kind for name in names], dict(fixed)
    result = function(*given)
    if not isinstance(result, tuple | list) or len(result) != 2:
        return {"returned": result}
    if given != ([{"name": name} | kind for name in names], fixed):
        return {"the names afterwards": [[each["name"] for each in given[0]], list(given[1])]}
    template = file["spec"]["trialTemplate"]
    template["trialSpec"]["spec"]["template"]["spec"]["containers"][0]["command"] = result[0]
    template["trialParameters"] = result[1]
    said, suggestion = texts_of(check_experiment(file)), dict(zip(names, values, strict=True))
    return {"Katib says": said} if said else command_as_data(trial_words(file, suggestion))

# %% test="trial_command" points=2
small, searched = {"epochs": 5, "examples": 640}, ["learning_rate", "batch_size", "units"]
three = lambda: filled_in(trial_command, searched, small, ["0.037", "128", "48"])
check("three parameters and two that are fixed", three)
kept = {"optimizer": "adam", "batch_size": np.int64(32), "momentum": 0,
        "weight_decay_rate": 0.00123456789}
kept |= {"kernel_initializer": "he_normal"}
check("one parameter", filled_in, trial_command, ["dropout"], kept, ["0.25"])
check("nothing fixed", filled_in, trial_command, ["seed", "learning_rate"], {}, ["3", "2e-05"])
### BEGIN HIDDEN TESTS
many = ["units", "seed", "weight_decay_rate", "epochs", "examples"]
check("five parameters", filled_in, trial_command, many, {"momentum": 0}, ["7", "1", "1e-06", "3", "64"])


def filled_in_drawn(parameters, fixed, values):
    names = [parameter["name"] for parameter in parameters]
    return filled_in(lambda _, fixed: trial_command(parameters, fixed), names, fixed, values)


check_drawn("drawn commands", filled_in_drawn)
### END HIDDEN TESTS

# %% [markdown]
# ## The whole file
#
# ### Exercise 5: `experiment` (3 points)
#
# Now the file itself, as a dict: YAML consists of dicts and lists. The space and the command come as arguments. You add the rules that hold the file together. Three of them are easy to miss:
#
# - A name has small letters, digits and `-`, begins with a letter, and has at most 40 characters.
# - What you leave out has a default, and the default may contradict what you wrote.
# - `maxFailedTrialCount` and `parallelTrialCount` may not be larger than `maxTrialCount`.

# %% solution="experiment"
def experiment(title, parameters, command, trial_parameters, algorithm, seed, num_trials, goal):
    """A Katib Experiment that searches for the lowest val_loss, as a dict to write as YAML.

    title: text of English letters, digits, blanks, _ and -, at most 40, a letter first and no
    blank, _ or - last. The Experiment's name is the title in small letters, with - in the place
    of each blank and _.
    parameters, command, trial_parameters: lists; they go unchanged to their places in the file.
    The command goes below the key command.
    algorithm: random, tpe or multivariate-tpe. seed: whole number from 0 on, its setting
        random_state.
    num_trials: how many trials there are, 1 or more. Two run at a time, or one if there is one.
    The Experiment ends when three trials have failed; with one or two trials in all, it ends
    when all of them have failed.
    goal: the val_loss at which the search may end, a number.
    val_accuracy is collected as well. A trial is a batch/v1 Job of one container with the image
    hyperparameters:latest and the command. A trial that fails is not started again.
    Returns the dict. It passes check_experiment without a finding, and may leave out what has a
    suitable default.
    """
    ### BEGIN SOLUTION
    container = {"name": "training", "image": "hyperparameters:latest", "command": command}
    pod = {"containers": [container], "restartPolicy": "Never"}
    return {
        "apiVersion": "kubeflow.org/v1beta1",
        "kind": "Experiment",
        "metadata": {"name": re.sub("[ _]", "-", title.lower())},
        "spec": {
            "objective": {
                "type": "minimize",
                "objectiveMetricName": "val_loss",
                "additionalMetricNames": ["val_accuracy"],
                "goal": goal,
            },
            "algorithm": {
                "algorithmName": algorithm,
                "algorithmSettings": [{"name": "random_state", "value": str(seed)}],
            },
            "maxTrialCount": num_trials,
            "parallelTrialCount": min(2, num_trials),
            "maxFailedTrialCount": min(3, num_trials),
            "parameters": parameters,
            "trialTemplate": {
                "primaryContainerName": "training",
                "trialParameters": trial_parameters,
                "trialSpec": {
                    "apiVersion": "batch/v1",
                    "kind": "Job",
                    "spec": {"backoffLimit": 0, "template": {"spec": pod}},
                },
            },
        },
    }
    ### END SOLUTION

# %% [markdown]
# The checks ask what Katib would say. If Katib has nothing to say, they look at what the file means.

# %% tags=["setup", "long"]
PLAIN = """
- {name: p0, parameterType: double, feasibleSpace: {min: "0.1", max: "2"}}
- {name: p1, parameterType: int, feasibleSpace: {min: "1", max: "9"}}
- {name: p2, parameterType: double, feasibleSpace: {min: "0.1", max: "2"}}
- {name: p3, parameterType: int, feasibleSpace: {min: "1", max: "9"}}
- ./train
- --p0=${trialParameters.gapp0}
- --p1=${trialParameters.gapp1}
- --p2=${trialParameters.gapp2}
- --p3=${trialParameters.gapp3}
- {name: gapp0, reference: p0}
- {name: gapp1, reference: p1}
- {name: gapp2, reference: p2}
- {name: gapp3, reference: p3}
"""


def some_lists(num_parameters):
    """Parameters, a command and trial parameters of some Experiment, right and plain; four at
    most.
    """
    lines = yaml.safe_load(PLAIN)
    return lines[:num_parameters], lines[4 : 5 + num_parameters], lines[9 : 9 + num_parameters]


def meaning(function, title, num_parameters, *rest):
    """What Katib says of the learner's file, or else what the file asks for."""
    file = function(title, *some_lists(num_parameters), *rest)
    return experiment_as_data(file) if isinstance(file, dict) else file


# %% test="experiment" points=3
usual = lambda: [
    meaning(experiment, "My first_search", 3, "tpe", 7, 12, 0.25),
    meaning(experiment, "Two  at_once", 1, "random", 31, 2, 0),
]
check("twelve trials, and two", usual)
check("one trial", meaning, experiment, "one-only 1", 2, "multivariate-tpe", 0, 1, 1e-05)
### BEGIN HIDDEN TESTS
check("a goal of 0", meaning, experiment, "Zero goal", 3, "tpe", 5, 6, 0)
one_container = lambda: experiment("one", *some_lists(1), "tpe", 5, 6, 0.5)["spec"]["trialTemplate"]["trialSpec"]
check("its containers", lambda: len(one_container()["spec"]["template"]["spec"]["containers"]))
two_wishes = (2, "random", 8, 1, 0.5), (3, "multivariate-tpe", 9, 30, 0.125)
check("one title for two searches", lambda: [meaning(experiment, "Again", *rest) for rest in two_wishes])


def meaning_drawn(title, num_parameters, *rest):
    lists = some_lists(num_parameters)
    file = experiment(title, *lists, *rest)
    return [experiment_as_data(file), [len(part) for part in lists]]


check_drawn("drawn files", meaning_drawn)
### END HIDDEN TESTS

# %% [markdown]
# ## Run it here
#
# Now put the three functions together: a space, its translation, the command, the file. The search varies learning rate, batch size and units of the course's own network, in six trials of four epochs.

# %%
rates, sizes = Real(0.02, 3, log=True), Choice((32, 128))
space = Space(learning_rate=rates, batch_size=sizes, units=Integer(16, 128, log=True))


def my_file(path):
    """Write the Experiment that your three functions make, and return the path."""
    parameters = search_space_to_katib(space, {})
    command, trial_parameters = trial_command(parameters, {"epochs": 4, "examples": 640})
    rest = parameters, command, trial_parameters, "random", 4, 6, 0.1
    file = experiment("rate and size", *rest)
    write_experiment(file, path)
    return path

# %% [markdown]
# Written, read back and checked:

# %%
path = folder / "experiment.yaml"
if solved("search_space_to_katib", "trial_command", "experiment"):
    print(my_file(path).read_text()[:390] + "...")
    assert check_experiment(read_experiment(path)) == []

# %% [markdown]
# You can do the same in a terminal, with any file:
#
# ```
# course katib check experiment.yaml
# course katib run experiment.yaml --log trials.jsonl
# ```
#
# With a log, an interrupted search goes on where it stopped. In the notebook, a function runs the search. Each trial is a real process, two at a time, started from the command in the file, and Katib's own expression reads what it prints.
#
# **Guess before you run**: rates go up to 3 here. How many of the six trials will do no better than guessing? (A network that gives each of ten classes the same probability has a loss of $\ln 10$, about 2.30.)

# %% tags=["nbval-ignore-output"]
run = None
if solved("search_space_to_katib", "trial_command", "experiment"):
    run = run_experiment(read_experiment(my_file(path)), progress=False)
    for trial in run.trials:
        values = " ".join(f"{name}={text[:6]}" for name, text in trial.assignments.items())
        print(f"{trial.name}: {values:44} val_loss "
              f"{trial.value(run.objective):.3f}, {trial.condition}")
    print(run.ending.message)
    print(run.note)
    assert len(run.trials) == 6
    assert run.ending.reason == "ExperimentMaxTrialsReached"
    ends = [trial.value(run.objective) for trial in run.trials]
    assert max(ends) > min(ends) + 0.3, "the trials should differ"

# %% [markdown]
# The trial with the highest rate has learned nothing, and the loss of another trial rose again after a better epoch. More on that below.
#
# The trials are records as in lessons 12 to 14, so the same pictures work. Dark lines are the best trials.

# %%
if run is not None:
    plotting.plot_parallel_coordinates(run.to_search(), num_best=2)
    plt.show()

# %% [markdown]
# **What ran here, and what did not.** The file, its rules, the counts and the collector's expression are Katib's. The machine is yours: there was no container, no image, no cluster, and no shell around the command. The suggestions come from Optuna; for `random` and `tpe` Katib asks other libraries, so the method is the same and the trials are not. If you have a cluster, ask its webhook without starting anything:
#
# ```
# kubectl apply --dry-run=server -f experiment.yaml
# ```
#
# **Katib's successor.** In May 2026 Katib's maintainers decided to build its successor, the *OptimizationJob*, into Kubeflow Trainer. Values will reach a trial as environment variables, and a program will have to report its metrics itself. The ideas of space, trial, suggestion and objective stay.

# %% [markdown]
# ## Which number counts?
#
# A trial of four epochs prints four losses. Katib has to make one number of them. First, what does it read? By default it looks in each line for pieces that fit this expression:

# %% tags=["setup"]
METRIC = re.compile(r"([\w|-]+)\s*=\s*([+-]?\d*(\.\d+)?([Ee][+-]?\d+)?)")

# %% [markdown]
# The first group is the name, and the second group is the value. Here are three lines as three programs print them:

# %%
for line in ["epoch=1 val_loss=0.71 val_accuracy=0.80", "val_loss: 0.71",
             "val_loss = nan, lr=1e-3"]:
    print(f"{line:45}", [(piece[1], piece[2]) for piece in METRIC.finditer(line)])

assert not METRIC.findall("val_loss: 0.71"), "Keras's own line is not found"

# %% [markdown]
# The second line is how Keras writes its progress. Katib finds nothing in it, and such a trial ends as *MetricsUnavailable* after all of its epochs. In the third line Katib finds the name, and the value is an empty text. A value that is no number does not count.
#
# A file can ask for lines of JSON instead (`format: JSON`). Then each line is one object, the metric's name is a key of this object itself, and its value must be a *text*: `{"val_loss": "0.61"}`. Katib leaves out a number, as in `{"val_loss": 0.61}`, without a message.
#
# How do several values become one? Unless the file says otherwise (`metricStrategies`), Katib takes the **best** of all values that a trial has reported: the lowest for `minimize`, the highest for `maximize`. Compare the best value with the last one:

# %% tags=["nbval-ignore-output"]
if run is not None:
    for trial in run.trials:
        losses = trial.observed["val_loss"]
        print(f"{trial.name}: last {losses[-1]:.3f}, counted {trial.value(run.objective):.3f}")
        assert trial.value(run.objective) == min(losses)

# %% [markdown]
# The same rule holds for additional metrics. With a minimized `val_loss`, Katib reports the *lowest* `val_accuracy`, that of the worst epoch, unless `metricStrategies` says `max`.
#
# A file may bring its own expression, with one pair of brackets for the name and one for the value. For the output (StdOut) the webhook does not check it.
#
# Where the last value and the counted value differ, the result belongs to a network that no longer exists, unless your program has kept the weights of that epoch. It is early stopping (lesson 09) without the stop.

# %% [markdown]
# ### Exercise 6: `objective_value` (2 points)
#
# Write the collector. `METRIC.finditer(line)` yields the pieces, as in the cell with the three lines.

# %% solution="objective_value"
def objective_value(lines, metric, kind):
    """The value of a trial, as Katib reads it from what the trial has printed.

    lines: list of texts, maybe empty; it is left as it was. metric: the name of the metric, a
        text.
    kind: "minimize" or "maximize".
    Every piece that fits METRIC and has exactly this name is a report. A line may have several.
    A report does not count if its value is no number: an empty text, a sign alone, or an
    exponent alone, such as e5.
    Returns a float: the lowest reported value for minimize, the highest for maximize. Returns
    None if there is no value.
    """
    ### BEGIN SOLUTION
    values = []
    for piece in (piece for line in lines for piece in METRIC.finditer(line)):
        if piece[1] == metric:
            try:
                values.append(float(piece[2]))
            except ValueError:
                continue  # no number
    if not values:
        return None
    return min(values) if kind == "minimize" else max(values)
    ### END SOLUTION

# %% [markdown]
# Outputs of made-up trials for the checks.

# %% tags=["setup"]
def two_outputs():
    """What a trial prints that gets worse at the end, and one with names that resemble each
    other.
    """
    worse = ["start loss_scale=0.01 val_loss=nan", "epoch=1 val_loss=0.92 val_accuracy=0.61"]
    worse += ["epoch=2 val_loss=0.53 val_accuracy=0.78",
              "epoch=3 val_loss=0.67 val_accuracy=0.74"]
    worse += ["epoch=4 val_loss=nan val_accuracy=0.1"]
    alike = ["loss=7e-1, val_loss: 0.2", "loss = -3.25 loss=+12.5 LOSS=-99 train/loss=4"]
    return worse, [*alike, "total_loss=-9 loss=", "loss=.75"]


# %% test="objective_value" points=2 tags=["long"]
worse, alike = two_outputs()
asked = [(worse, "val_accuracy", "maximize"), (worse, "val_loss", "minimize"),
         (worse, "loss", "minimize")]
asked += [(worse, "val_loss", "maximize"), (worse, "epoch", "maximize")]
check("a trial that gets worse",
      lambda: [objective_value(list(lines), *rest) for lines, *rest in asked])
resembling = [("loss", "minimize"), ("loss", "maximize"), ("val_loss", "minimize")]
check("names that resemble each other",
      lambda: [objective_value(list(alike), *rest) for rest in resembling])
kinds = "minimize", "maximize"
check("whole numbers",
      lambda: [objective_value(["x=3 x=-20 x=1e2", "x=17"], "x", kind) for kind in kinds])
never_above = ["x=0 y=-3.5", "x=4 y=-20"], ["x=-2 y=-4", "x=0"]
asked_of = [(never_above[0], "x", "minimize"), (never_above[1], "x", "maximize")]
asked_of += [(lines, "y", "maximize") for lines in never_above]
asked_of += [(["x=4e12"], "x", "minimize"), (["x=-4e12"], "x", "maximize")]
fragments = ["x=e5 x=0.7", "x=- x=3"]
check("an exponent alone, a sign alone",
      lambda: [objective_value([*fragments], "x", kind) for kind in kinds])
signed = "a best value of 0, none above 0, one far from 0"
check(signed, lambda: [objective_value([*lines], *rest) for lines, *rest in asked_of])
two_last = [(["x=5", "x=1 x=3"], "x", "minimize"), (["x=1", "x=5 x=3"], "x", "maximize")]
check("two reports in the last line",
      lambda: [objective_value([*a], *rest) for a, *rest in two_last])
unread = ["x=nan", "x= y=2", "x=e5", "x=E-2", "x=", "3 epochs left"]
check("no number at all",
      lambda: [objective_value([*unread], one, kind) for one in "xy" for kind in kinds])
check("the lines after the call", objective_value, ["x=5 x=2", "b=1", "x=1"], "x", "minimize")
### BEGIN HIDDEN TESTS
check("nothing printed", lambda: [objective_value([], "x", "minimize"), objective_value([""], "x", "maximize")])
unsigned = ["dy=4 y=- y=2 X=-7", "y=-6 y=+ y=8", "x=1 y= z=-", "x=+ y=- z=+"]
check("signs alone", lambda: [objective_value([*unsigned], name, kind) for name in "yxz" for kind in kinds])
check_drawn("drawn outputs", objective_value)
### END HIDDEN TESTS

# %% [markdown]
# ## What the notes say
#
# | The notes say | We found |
# |---|---|
# | AutoML finds the optimal parameter values automatically (자동으로 찾아줌) | It finds the best of what you let it try. You choose space, budget, metric and data. In a wide range, thirty random trials came to less than one person's guess (below). |
# | "There are Katib, AutoKeras and others" | They do different things. AutoKeras chooses networks, in one process. Katib hands values to any program, on many machines. |

# %% [markdown]
# ## Beliefs, measured
#
# **"AutoML finds what a person would not."** Take a person who has read lessons 01 to 11 and makes no search at all: rate 0.1, batches of 32, 128 units, no penalty, no dropout, a constant rate. Compare this guess with thirty random trials and thirty greedy trials in the wide range, and with a greedy search that begins from the guess. **Place your bet**: who is last?

# %%
my_bet = "the person"  # replace by your own
guess = {"learning_rate": 0.1, "batch_size": 32, "dropout": 0.0, "l2": 0.0,
         "width": 128, "schedule": "constant"}
five_seeds = bank.accuracies["test"][bank.rows(guess), :, -1]
of_guess, error = five_seeds.mean(), five_seeds.std(ddof=1) / np.sqrt(bank.num_seeds)
num_better = (bank.accuracies["test"][..., -1].mean(axis=1) > of_guess + 1e-6).sum()
print(f"you bet on {my_bet}")
print(f"the person, no search: {of_guess:.4f} ± {error:.4f} ({num_better} of "
      f"{len(places):,} are better)")
for rates in spaces:
    print(f"random, 30 trials, {rates} range: {reached['random', rates, 30].mean():.4f}")
assert reached["random", "wide", 30].mean() + 0.005 < of_guess
assert of_guess < reached["random", "sensible", 30].mean()

# %% [markdown]
# And the greedy search in the wide range, from nowhere and from the guess:

# %%
if solved("greedy_trial"):
    from_nowhere = trained_again(*greedy_searches(spaces["wide"], 30, 300), 30)
    from_guess = trained_again(*greedy_searches(spaces["wide"], 30, 300, guess), 30)
    print(f"greedy, 30 trials: {from_nowhere.mean():.4f}")
    print(f"greedy from the person's guess, 30 trials: {from_guess.mean():.4f}")
    assert from_guess.mean() > of_guess + 0.002

# %% [markdown]
# Random search in the wide range is behind this guess, and in the sensible range it is ahead. Greedy search without the guess comes about as far as the guess, and a little further when it begins there. The guess is a good one: we chose it, and we know the bank. It was trained with five seeds; behind ± stands the standard error of their mean, and only the lead over random search in the wide range is more than three of these. **Say what you know first, and leave the rest to the machine.**

# %% [markdown]
# **"Succeeded means that it has found something."** Test it with your own `experiment`: six trials that crash at once, because the command has a wrong option. You wrote that three failures end the Experiment. (Two trials run at a time, so a fourth may have begun by then.) Then run the same file without `maxFailedTrialCount`. **Place your bet**: how does each Experiment end?

# %% tags=["nbval-ignore-output"]
crash = ["python", "-c", "raise SystemExit('no such option: --p0=${trialParameters.gapp0}')"]
searched, _, gaps = some_lists(1)
if solved("experiment"):
    broken, ends = experiment("all crash", searched, crash, gaps, "random", 3, 6, 0.1), []
    for name in ("as you wrote it", "without maxFailedTrialCount"):
        ended = run_experiment(broken, progress=False)
        print(f"{name}: {len(ended.trials)} trials. {ended.ending.message}")
        ends.append(ended.ending.condition)
        broken["spec"].pop("maxFailedTrialCount", None)
    assert ends == ["Failed", "Succeeded"]

# %% [markdown]
# *Succeeded* means that all trials have been made, or that the goal was reached. Six of six trials crashed, and the Experiment succeeded. Write `maxFailedTrialCount`, and look at the trials.

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# A trial writes its metrics as one line of JSON an epoch, and the file says `format: JSON`. From which line does Katib read a `val_loss`?
#
# - a) `{"val_loss": 0.61}`
# - b) `{"val_loss": "0.61"}`
# - c) both
# - d) `{"metrics": {"val_loss": "0.61"}}`

# %% solution="quiz_1"
quiz_1 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_1 = "b"
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# A trial's program reads its rate with `rate = sys.argv[1]`, without a parser, and computes `rate * 2`. The suggestion is 0.1. What is the result?
#
# - a) 0.2
# - b) an error when the program begins
# - c) `"0.10.1"`
# - d) 0.1, because Katib has no type for it

# %% solution="quiz_2"
quiz_2 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_2 = "c"
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# You write an expression of your own for the collector of the output (StdOut), and forget its second pair of brackets. When do you notice?
#
# - a) when you submit the file: the webhook refuses it
# - b) when the suggestion service starts
# - c) never: Katib then takes its own expression
# - d) when trials have ended and report no metric

# %% solution="quiz_3"
quiz_3 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_3 = "d"
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# ### Question 4
#
# You call `model.fit(x, y, epochs=20)` on an AutoModel with `max_trials=5`. No trial stops early. How many epochs of training are made altogether?

# %% solution="quiz_4"
quiz_4 = None  # replace None by a number
### BEGIN SOLUTION
quiz_4 = 120
### END SOLUTION

# %% test="quiz_4" points=1
check("question 4", quiz_4, secret=True)

# %% [markdown]
# ### Question 5
#
# After that call you load `best_model.keras` and evaluate it on the last fifth of `x` and `y`, which was split off for validation. The accuracy is 0.94. What is this number?
#
# - a) an honest estimate: the search has not trained on that fifth
# - b) a score on images that this model was trained on
# - c) a little too high, because the best of five trials was lucky, and nothing else
# - d) the score of the best trial

# %% solution="quiz_5"
quiz_5 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_5 = "b"
### END SOLUTION

# %% test="quiz_5" points=1
check("question 5", quiz_5, secret=True)

# %% [markdown]
# ## In your own words
#
# A colleague has a cluster and no time: "I let Katib search everything: rate from 0 to 100, batch size, units, optimizer. 200 trials, parallel 50, objective val_accuracy as my Keras log prints it. In the morning it said *Succeeded*. The highest accuracy in the logs of the trials is 0.91, so that trial is my model." Answer in three parts, two or three sentences each.
#
# 1. What in this file may have gone wrong without a word, and where would you look?
# 2. What should not have been left to the machine, and why?
# 3. What is the 0.91 worth, and how would you find out what the model is worth?
#
# (3 points, read by a person.)

# %% [markdown] written="automl_plan" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
# **Rubric.** One point for each part.
#
# - **Part 1**: at least two of: Keras's log line (`val_accuracy: 0.91`) is not read by the default expression, so trials end without metrics; a logarithm from 0 would have left the Experiment Running (random, tpe) or begun elsewhere than the file says, a linear scale puts nearly all rates above 1; *Succeeded* holds even if most trials failed, without `maxFailedTrialCount`; a misspelt key is dropped. And where to look: at the trials, their conditions and values, or the checker. (Half a point for one cause, or for causes without a place to look.)
# - **Part 2**: the range and scale of the rate (known from a range test or earlier lessons), the budget, the metric and the data split; because a wide range costs most of the trials, and with few trials a sensible one is worth more than a better algorithm. With 50 at a time an algorithm that learns sees few results before it chooses. (Half a point for a choice without a reason.)
# - **Part 3**: it is the best epoch of the best of 200 trials: two maxima, both partly luck, on validation data; and the weights of that epoch may not exist. Train the configuration again with new seeds, keep the weights or the number of epochs, and look once at a test part. (Half a point for the luck without what to do.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).** A full answer has reasons in all parts. A half answer covers one or two, or names things without reasons. An empty answer agrees, or asks for more trials.
#
# **A full answer**: I would look at the list of trials first. If the program prints Keras's own line, Katib's expression finds nothing in it, and all trials end without a metric; and if half of them crashed the Experiment still says Succeeded, because no limit of failures was written. A rate from 0 to 100 on a linear scale draws hardly any rate below 1, and as logUniform it cannot start at 0. The machine should not choose the range: a range test takes a minute, and with ten trials a sensible range was worth more in our race than a cleverer search. With 50 trials at a time, TPE has seen nothing when it makes the first 50. The 0.91 is the highest epoch of the luckiest of 200 trials, measured on the data that chose it. I would train that configuration again with five new seeds, for a number of epochs fixed beforehand, and report the mean on a test part that nobody has used.
#
# **A half answer (2 points)**: The rate should be searched on a log scale between sensible limits, which a person can set: from 0 to 100 nearly every trial gets a rate at which nothing is learned, and is wasted. The 0.91 is too high because it is the best of 200; train it again with other seeds and use the test part. (Nothing about what may have failed silently.)
#
# **A half answer (1 point)**: Some trials have probably failed, one should look at the log. And the 0.91 is the best of 200, so a part of it is luck. Otherwise the result is good because Katib is used in industry. (One cause; the luck without what to do; nothing on part 2.)
#
# **An empty answer**: It succeeded, so the model can be used. With 500 trials it would be better still.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - A machine can make the trials. You choose space, budget, metric and data, and you open the test part.
# - AutoKeras searched a multilayer perceptron in seconds. One of its three optimizers stopped learning after four steps. `export_model()` returned the best epoch of the best trial, and not the last training.
# - By its winner's test accuracy, a greedy search was worse than random search with ten trials in a wide range and better with thirty. Even with thirty trials it was behind a Gaussian process there.
# - A Katib Experiment is a file of texts. Only a part of its mistakes shows when you submit it: check the file before, count failures, and remember that a trial counts by its best epoch.
# - Measured with AutoKeras 3.0.0 on 640 clothes (one hidden layer, 4 epochs, 4 trials), the bank of lesson 12 (one hidden layer, SGD, 12 epochs, 1,584 configurations with 5 seeds; budgets of 10, 20 and 30 trials), and Katib 0.19's rules on this machine (two hidden layers, SGD, 640 clothes, 4 epochs, 6 trials).

# %% [markdown]
# ## Sources
#
# - H. Jin, F. Chollet, Q. Song, X. Hu, *AutoKeras: An AutoML Library for Deep Learning*, Journal of Machine Learning Research 24, 2023: blocks, heads, and what is searched. The greedy oracle, the last training and the optimizer with weight decay were read in the source of version 3.0.0.
# - J. George and others, *A Scalable and Cloud-Native Hyperparameter Tuning System*, 2020, arXiv:2006.02085: Katib, with Experiment, Suggestion and Trial.
# - Katib's source, release 0.19: defaults, the webhook's rules, services and collectors, <https://github.com/kubeflow/katib>.
# - Kubeflow Trainer, issue 3562, <https://github.com/kubeflow/trainer/issues/3562>, and the design in that repository, `proposals/2605-optimization-job-crd`: the OptimizationJob.
# - T. Akiba and others, *Optuna: A Next-generation Hyperparameter Optimization Framework*, KDD 2019, arXiv:1907.10902: it makes the suggestions here.
# - N. Erickson and others, *AutoGluon-Tabular*, 2020, arXiv:2003.06505; C. Wang and others, *FLAML: A Fast and Lightweight AutoML Library*, MLSys 2021, arXiv:1911.04706: two maintained libraries.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the photographs of clothes.
