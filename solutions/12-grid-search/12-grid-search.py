# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 12 Grid search
#
# **Question**: How do you look without guessing?
#
# You will be able to
#
# - write a search down as data, count what it costs, and see from the best trial whether the space was wide enough,
# - say which differences between trials are luck, and report a number that others can trust,
# - compare two methods fairly: search the best values for each method, and name what is fixed.
#
# Run time: about 35 s; your own time: about 140 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | search space | 탐색 공간 | which hyperparameters may vary, between which limits, on which scale |
# | trial | 시도, 트라이얼 (trial) | one configuration that a search trains and measures |
# | grid search | 그리드 서치, 격자 탐색 (Grid Search) | every combination of some values of each hyperparameter is tried |
# | logarithmic scale | 로그 스케일 | equal factors lie at equal distances |
# | plateau, cliff | 평탄한 구간, 절벽 | where the result hardly changes; where it breaks down |
# | optimism | 낙관적 편향 | by how much the score of the chosen trial is too high |
# | hold-out | 홀드아웃 | a part of the examples that is put aside once, for measuring |
# | cross-validation | 교차 검증 (k-겹 교차 검증, k-폴드 교차 검증) | every part of the examples is put aside once, and the results are averaged |
# | scientific hyperparameter | scientific 하이퍼파라미터 (비교 대상) | the hyperparameter that the question is about |
# | nuisance hyperparameter | nuisance 하이퍼파라미터 (통계학의 장애모수) | a hyperparameter that must be searched for each side of a comparison |
# | fixed hyperparameter | 고정 하이퍼파라미터 (fixed) | a hyperparameter that stays as it is, and limits what can be said |
#
# </details>

# %% tags=["setup"]
import math

import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import fashion_mnist, m1d, read_packaged, without_each_fold
from helpers.search import Choice, LiveObjective, Real, Space, report, run_search
from helpers.search.bank import load_bank
from helpers.training import Configuration, sweep, train_fast

plotting.use_style()

# %% [markdown]
# ## Part 1 · Write a search down and run it (about 70 minutes)
#
# ## Two colleagues, two answers
#
# Two colleagues want to know which optimizer is better, Adam or momentum. Both train the same network, with two hidden layers of 64 units, on the 2,000 sequences of lesson 02, for 15 epochs. The first colleague uses the learning rate 0.008, because his networks used to train well with it. The second uses 0.032, for the same reason. Each of them trains with both optimizers, and with eight seeds.
#
# **Guess before you run the cell**: will they agree?

# %%
sequences = m1d()
colleagues = {}
for optimizer in ("adam", "momentum"):
    configurations = [Configuration(rate, optimizer=optimizer,
                                    num_epochs=15) for rate in (0.008, 0.032)]
    colleagues[optimizer] = sweep(configurations, sequences, seeds=range(10, 18),
                                  test_curves=True)

# %% [markdown]
# A dot is one training, measured on test sequences. The lines join the means over the seeds. **Look which line is on top, left and right.**

# %%
def ends(runs, rate):
    """The test accuracy of each run with a learning rate."""
    return np.array([run.test_accuracy
                     for run in runs if run.configuration.learning_rate == rate])


figure, ax = plt.subplots()
for (optimizer, runs), color, style in zip(colleagues.items(), plotting.COLORS, ("o-", "s--"),
                                           strict=False):
    accuracies = np.array([ends(runs, rate) for rate in (0.008, 0.032)])
    ax.plot([0, 1], accuracies, style[0], color=color, alpha=0.3, markersize=4)
    ax.plot([0, 1], accuracies.mean(axis=1), style, color=color, label=optimizer, markersize=8)
ax.set(xticks=[0, 1], xlim=(-0.4, 1.4), xlabel="learning rate of both optimizers",
       ylabel="test accuracy")
ax.set_xticklabels(["0.008 (first colleague)", "0.032 (second colleague)"])
ax.legend(loc="lower left")
plt.show()

# %% [markdown]
# As numbers, in points of accuracy (hundredths), with the standard error over the seeds:

# %% tags=["nbval-ignore-output"]
lead = {}
for rate in (0.008, 0.032):
    gaps = 100 * (ends(colleagues["adam"], rate) - ends(colleagues["momentum"], rate))
    lead[rate], error = gaps.mean(), gaps.std(ddof=1) / 8**0.5
    print(f"rate {rate}: Adam is ahead by {lead[rate]:+.1f} ± {error:.1f} points")
num_trainings = sum(map(len, colleagues.values()))
print(f"cost: {num_trainings} trainings of 15 epochs, {15 * num_trainings} epochs")

assert lead[0.008] > 0, "at the small rate Adam should be ahead"
assert lead[0.032] < -5, "at the large rate momentum should be ahead"

# %% [markdown]
# They do not agree. Both measured correctly, and with other seeds each would say the same again.
#
# Neither has answered the question. A rate that was fixed beforehand suits one optimizer better than the other. A fair comparison needs the best rate for Adam and the best rate for momentum, so we must *look* for both. At its end the lesson comes back to the two colleagues.

# %% [markdown]
# ## The space as data
#
# Before you search, write down where. A **search space** (탐색 공간) says which hyperparameters may vary, between which limits, and on which scale. The laboratory has three kinds of hyperparameters:
#
# - `Real(low, high)` is a number between two limits,
# - `Integer(low, high)` is a whole number,
# - `Choice((...))` is one of several options, such as names or a few numbers.
#
# Here is a space. `log=True` will be explained at once.

# %%
space = Space(learning_rate=Real(0.01, 10, log=True), batch_size=Choice((8, 32)))
print(space)
print("lies in it:", space.contains({"learning_rate": 0.5, "batch_size": 32}))
print("lies in it:", space.contains({"learning_rate": 0.5, "batch_size": 64}))

# %% [markdown]
# The space is data, not a program. The next two lessons search the same kind of space in other ways. Keep the space with your results: a result means little to a reader who does not know where you looked.
#
# ### Equal steps or equal factors?
#
# We search for the learning rate of a network with 64 hidden units, on 1,280 photographs of clothes, with SGD, batches of 32 and 10 epochs. We look from 0.01 to 10, and we can afford seven values. There are two ways to choose them:
#
# - at equal **distances**: 0.01, 1.675, 3.34, 5.005, ...,
# - at equal **factors**: each value is the previous value times the same number.
#
# `run_search` trains one configuration after the other. Each is called a **trial** (시도). `LiveObjective` trains a configuration and measures it on the validation images after each epoch.
#
# **Guess before you run the cell**: how many of the seven values at equal distances will be of any use?

# %%
clothes = fashion_mnist()


def one_hidden_layer(parameters, num_epochs):
    """What a trial trains: 64 hidden units, and the hyperparameters that the search has
    chosen.
    """
    return Configuration(**parameters, num_epochs=num_epochs, hidden=(64,))


objective = LiveObjective(clothes, num_epochs=10, configure=one_hidden_layer)
by_scale = {}
for name, log in (("equal distances", False), ("equal factors", True)):
    rates = Space(learning_rate=Real(0.01, 10, log=log))
    by_scale[name] = run_search(objective, rates, "grid", levels={"learning_rate": 7})

# %% [markdown]
# Each dot is a trial. **Look where the circles lie.**

# %%
figure, ax = plt.subplots()
for (name, search), marker in zip(by_scale.items(), "os", strict=True):
    tried = [(trial.parameters["learning_rate"], trial.val_accuracy) for trial in search.trials]
    ax.plot(*np.transpose(sorted(tried)), marker, markersize=9, alpha=0.75, label=name)
ax.set(xscale="log", xlabel="learning rate", ylabel="validation accuracy", ylim=(0, 0.9))
ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
plt.show()

# %% [markdown]
# What each grid found, and what it cost:

# %% tags=["nbval-ignore-output"]
for name, search in by_scale.items():
    alive = sum(trial.val_accuracy > 0.3 for trial in search.trials)
    cost = f"{len(search.trials)} trials, {search.num_epochs} epochs"
    print(f"{name:15}: best {search.best.val_accuracy:.3f}, {alive} of 7 "
          f"learned something ({cost})")

even, by_factors = by_scale.values()
assert by_factors.best.val_accuracy > even.best.val_accuracy + 0.05, (
    "equal factors should find a better rate"
)
large_rates = [trial for trial in even.trials if trial.parameters["learning_rate"] > 1.6]
assert len(large_rates) == 6
assert np.mean([trial.val_accuracy for trial in large_rates]) < 0.25, (
    "above 1.6 little should be learned"
)

# %% [markdown]
# Equal distances put six of the seven values above 1.6, where this network learns little or nothing. But a rate acts by factors: from 0.01 to 0.02 it doubles, as it does from 1 to 2. On an axis of equal distances the first step is a hundredth of the second. A **logarithmic scale** (로그 스케일) puts equal factors at equal distances, because the logarithm turns a factor into a distance:
#
# $$\log (f \cdot v) = \log v + \log f$$
#
# - $v$ is a value above 0, such as a rate,
# - $f$ is a factor.
#
# Doubling a rate adds $\log 2$, wherever the rate begins. And 1,000 is three times as far from 1 as 10 is.
#
# Rates, strengths of a penalty, batch sizes and widths act by factors. For a momentum $\beta$ near 1, $1 - \beta$ gets the logarithmic scale: 0.1, 0.01, 0.001. A dropout rate is a share, and equal distances suit it. A 0 has no place on a logarithmic scale: "no penalty" is a trial by itself.

# %% tags=["setup"]
def plain(values):
    """Numbers of a list, a tuple or an array, as a list."""
    return [float(value) for value in values]

# %% [markdown]
# ### Exercise 1: `log_grid` (2 points)
#
# How many values does a range need? That depends on how coarse the grid may be. Between 1 and 10, let each value be at most three times the previous value. With 1, 3.16 and 10 the factor is 3.16, which is too large. So four values are needed, 1, 2.15, 4.64 and 10, with a factor of 2.15.

# %% solution="log_grid"
def log_grid(low, high, largest_factor):
    """Return the fewest values from low to high at equal factors that are not too coarse.

    low, high: the ends, positive numbers, low below high.
    largest_factor: a number above 1. Inputs for which steps of exactly this factor lead from low
    to high do not occur, so rounding decides nothing.
    The values are numbers in rising order, as a list or an array. The first is low, the last is
    high. Each value is the value before it times the same factor, which is not above
    largest_factor. There are as few values as that allows, at least the two ends.
    """
    ### BEGIN SOLUTION
    num_steps = math.ceil(math.log(high / low) / math.log(largest_factor))
    return [low * (high / low) ** (step / num_steps) for step in range(num_steps + 1)]
    ### END SOLUTION

# %% test="log_grid" points=2
ranges = [(0.03, 0.7, 4.5), (2, 45, 3), (0.4, 2.4, 1.9), (0.0004, 0.0009, 1.25), (0.02, 0.9, 15)]
ranges += [(8, 9, 1.1), (3e-9, 5e-7, 4)]
check("seven ranges", lambda: [plain(log_grid(*case)) for case in ranges], atol=0)
near = [(0.03, 0.19, 8), (5, 70, 14.5), (0.4, 0.6, 3)]
check("two values are enough", lambda: [plain(log_grid(*case)) for case in near])
check("three decades", lambda: plain(log_grid(2e-4, 0.2, 2.6)))
counted = lambda values: [len(values), *values[-2:]]
check("small steps: how many values, and the last two",
      lambda: counted(plain(log_grid(0.5, 30, 1.04))))
### BEGIN HIDDEN TESTS
whole = [(1, 2, 3), (2, 3, 1.2), (7, 900, 20), (16, 17, 1.05), (1, 30, 1.8), (1e-6, 70, 30)]
check("whole numbers, and a wide range", lambda: [plain(log_grid(*case)) for case in whole])
check_drawn("drawn ranges", lambda *case: plain(log_grid(*case)), atol=0)
### END HIDDEN TESTS

# %% [markdown]
# ## The table of the notes
#
# With two hyperparameters the values make a table. The notes describe it so: 각각의 변수를 이용한 테이블을 만들어서 하나하나 확인(실험)하면서 최적의 값을 찾는 방법 (make a table of all variables, try its cells one by one, and take the best). That is **grid search** (그리드 서치, 격자 탐색).
#
# We cross six rates, each twice the previous rate, with two batch sizes. **Guess before you run the cell**: which batch size will be better?

# %%
two = Space(learning_rate=Real(0.02, 0.64, log=True), batch_size=Choice((8, 32)))
table = run_search(objective, two, "grid", levels={"learning_rate": 6, "batch_size": 2})

# %% [markdown]
# A cell is a trial. The lower the loss, the darker the cell. **Compare the two rows, first at the left end and then at the right end.**

# %%
plotting.plot_table(table, "learning_rate", "batch_size")
plt.show()

# %% [markdown]
# A cell is one training, and may be lucky. So here are the four corners again, each with five seeds, and the cost of all trainings:

# %% tags=["nbval-ignore-output"]
corners = [Configuration(rate, size, 10, (64,)) for size in (8, 32) for rate in (0.02, 0.64)]
repeated = sweep(corners, clothes, seeds=range(5))
small_batch, large_batch = np.array([run.val_loss for run in repeated]).reshape(2, 2,
                                                                                5).mean(axis=2)
for rate, of_8, of_32 in zip((0.02, 0.64), small_batch, large_batch, strict=True):
    print(f"rate {rate}: loss {of_8:.2f} with batches of 8, {of_32:.2f} with batches of 32")
epochs = table.num_epochs + 10 * len(repeated)
print(f"cost: {len(table.trials)} trials and {len(repeated)} more trainings, {epochs} epochs")

assert small_batch[0] < large_batch[0] - 0.05, (
    "at the small rate the small batch should be better"
)
assert small_batch[1] > large_batch[1], "at the large rate the large batch should be better"
assert small_batch[1] > small_batch[0], "and the small one worse than at the small rate"

# %% [markdown]
# At the left end the small batches win; at the right end they break down. In ten epochs, batches of 8 make four times as many steps. Which size is better *at one rate* depends on the rate. These single trainings do not show which batch size is better at its own best rate; the best rate for 32 may lie outside the table. Only a table of every combination shows that.
#
# And that is its price. A grid with $n_1, n_2, \dots, n_d$ values of $d$ hyperparameters has
#
# $$\text{trials} = n_1 \cdot n_2 \cdots n_d, \qquad \text{epochs} = \text{trials} \cdot \text{seeds} \cdot \text{epochs a training}$$
#
# The next cell counts, with the measured seconds of a trial:

# %% tags=["nbval-ignore-output"]
seconds = np.median([trial.seconds for trial in table.trials])
for num_hyperparameters in (1, 2, 3, 5, 7):
    trials = 6**num_hyperparameters
    cost = f"{trials:7,} trials, {10 * trials:9,} epochs, {trials * seconds / 3600:8.3f} hours"
    print(f"{num_hyperparameters} with 6 values each: {cost}")
print(f"measured: {seconds:.3f} seconds a trial")

# %% [markdown]
# Each further hyperparameter multiplies everything by six, and this network is small. Lesson 13 asks what else can be done with the same number of trials.
#
# To look at a large grid without waiting, the course brings a **bank**: 7,920 stored trainings of such networks, 1,584 configurations with five seeds. It answers the same call as live training. It holds 22 learning rates, each about twice the previous rate. For any other rate it answers with the training of the nearest stored rate, at most a factor of 1.5 away. Here is a grid over five hyperparameters. **Guess before you run the cell**: how many epochs would it have cost?

# %%
names = {"learning_rate": Real(0.01, 1, log=True), "batch_size": Choice((32, 128, 512))}
names |= {"dropout": Choice((0.0, 0.3)), "width": Choice((32, 128))}
names |= {"schedule": Choice(("constant", "cosine"))}
levels = {"learning_rate": 5, "batch_size": 3, "dropout": 2, "width": 2, "schedule": 2}
bank = load_bank().objective()
large = run_search(bank, Space(**names), "grid", levels=levels)
print(f"{len(large.trials)} trials, {large.num_epochs} epochs")

assert len(large.trials) == np.prod(list(levels.values()))
assert large.num_epochs == 12 * len(large.trials)

# %% [markdown]
# A table of five dimensions cannot be drawn. Here each trial is a line that crosses one axis for each hyperparameter and ends at its rank. **Follow the dark lines, the five best, from right to left.** On which axes do they agree?

# %%
figure, ax = plt.subplots(figsize=(6.0, 2.6))
plotting.plot_parallel_coordinates(large, ax=ax)
plt.show()

best_five = sorted(large.trials, key=lambda trial: trial.val_loss)[:5]
assert all(trial.parameters["batch_size"] == 32 for trial in best_five)
assert len({trial.parameters["dropout"] for trial in best_five}) == 2, "these should spread"

# %% [markdown]
# All five have batches of 32, the smallest of the three sizes, so smaller sizes are still to be tried. On the axes of dropout, width and schedule the five lines spread. But five lines of one search prove little. Lesson 13 measures how much each hyperparameter matters.

# %% tags=["setup"]
def after_a_change(result, name):
    """The combinations, after the first of them was changed: the others must not change with
    it.
    """
    result[0][name] = "changed"
    return result


def afterwards(function, *arguments):
    """What the function returns, and what it has been handed, as it leaves it."""
    return [function(*arguments), *arguments]

# %% [markdown]
# ### Exercise 2: `grid` (2 points)
#
# `run_search` makes such a list of combinations for you. Make it yourself, for any number of names. From `{"a": [1, 2], "b": ["x", "y"]}` come four combinations, in this order: 1 with x, 1 with y, 2 with x, 2 with y.

# %% solution="grid"
def grid(space):
    """Return every combination of the values of a space, as a list of dicts.

    space: a dict, name -> list of the different values to try, with one name or more and one
    value or more for each. A value may be anything: a number, a text, None, a tuple, a list. It
    comes back as it is: a tuple stays a tuple. The space is left as it was.
    Each dict of the list is name -> value for every name of the space. The first dict holds the
    first value of each name. From dict to dict the last name of the space changes fastest, as
    the last digit of a counter does.
    """
    ### BEGIN SOLUTION
    points = [{}]
    for name, values in space.items():
        points = [{**point, name: value} for point in points for value in values]
    return points
    ### END SOLUTION

# %% test="grid" points=2
small = {"learning_rate": [0.3, 0.1, 0.03], "batch_size": [32, 64]}
three = {"optimizer": ["sgd", "adam"], "units": [16, 32], "dropout": [0.0, 0.5]}
check("two names, and three", lambda: [grid(dict(small)), grid(dict(three))])
check("one name", grid, {"learning_rate": [0.5, 0.25, 0.125]})
mixed = {"hidden": [(64, 64), (32, 32)], "patience": [None, 5, 10], "name": ["ab"]}
check("any kind of value", grid, dict(mixed))
kinds = lambda: [type(combination["hidden"]).__name__ for combination in grid(dict(mixed))]
check("a tuple stays a tuple", kinds)
nested = {"layers": [[32, 16], [64]], "clip": [None, 0.5]}
check("a list stays a list", grid, dict(nested))
check("the first combination is changed",
      lambda: after_a_change(grid(dict(small)), "batch_size"))
check("the space, afterwards", afterwards, grid, three)
### BEGIN HIDDEN TESTS
four = {"d": [2], "c": ["x", 0.5], "b": [(8, 4)], "a": [4, 3]}
check("four names", grid, dict(four))
check("six seeds of one kind", grid, {"seed": list(range(6)), "kind": ["only"]})
check("the first of others is changed", lambda: after_a_change(grid(dict(four)), "a"))


def with_kinds(space):
    """The combinations, and the kind of each of their values: a check takes a list for a tuple."""
    points = grid(space)
    found = [point for point in points if isinstance(point, dict)] if isinstance(points, list) else []
    return [points, [[type(value).__name__ for value in point.values()] for point in found]]


check_drawn("drawn spaces", with_kinds)
### END HIDDEN TESTS

# %% [markdown]
# ## The best trial, and those that fail
#
# In a large table some cells fail. A combination may be impossible, a rate may drive the loss to infinity, the memory may run out. A search has to go on, and must not take a failure for a result. We put an impossible batch size into a grid of two trials: there are only 1,280 images.

# %%
impossible = Space(learning_rate=Real(0.1, 0.2), batch_size=Choice((32, 2048)))
for trial in run_search(objective, impossible, "grid", levels={"batch_size": 2}).trials:
    print(trial.parameters["batch_size"], "|", trial.state, "|",
          trial.error or f"{trial.num_epochs} epochs")
    assert trial.state == ("complete" if trial.parameters["batch_size"] == 32 else "failed")

# %% [markdown]
# The search ended with a result, and the failed trial says why it has no loss. A third state is `diverged`: the loss became infinite or NaN, which means "not a number".
#
# NaN is treacherous, because `<`, `>` and `==` with NaN are always false. **Guess before you run the cell**: which is smaller, NaN or 0.5? And does the order matter?

# %%
nan = float("nan")
for one, other in ((nan, 0.5), (0.5, nan)):
    print(f"{one} < {other} is {one < other}, and min({one}, {other}) is {min(one, other)}")

# %% [markdown]
# So `min` of a list with NaN depends on the order of the list. A diverged trial at its front would win every search.

# %% tags=["setup"]
def made_up(losses):
    """Trials with these losses: fresh dicts for each call."""
    return [{"parameters": {"number": number},
             "val_loss": loss} for number, loss in enumerate(losses)]


def chosen_from(choose, lists):
    """The trial that is chosen from each of some lists of losses."""
    return [choose(made_up(losses)) for losses in lists]


def marked(choose, losses):
    """The list of trials, after the chosen one has been marked."""
    trials = made_up(losses)
    choose(trials)["marked"] = True
    return trials

# %% [markdown]
# ### Exercise 3: `best_trial` (1 point)

# %% solution="best_trial"
def best_trial(trials):
    """Return the trial with the lowest validation loss, of equally low ones the first.

    trials: a list of dicts with "parameters", a dict, and "val_loss": a number of any size, also
    0 or below, Python's or NumPy's; None where the trial failed; NaN, infinity or minus infinity
    where it diverged. The list and its dicts are left as they were.
    Return the trial itself: the dict of the list, not a copy. Return None where the list is
    empty or no trial has a finite loss.
    """
    ### BEGIN SOLUTION
    best = None
    for trial in trials:
        failed = trial["val_loss"] is None or not np.isfinite(trial["val_loss"])
        if not failed and (best is None or trial["val_loss"] < best["val_loss"]):
            best = trial
    return best
    ### END SOLUTION

# %% test="best_trial" points=1
nan, inf = float("nan"), float("inf")
lists = [[0.75, 0.5, 0.625, 0.875], [0.875, 0.625, 0.5, 0.75, 0.5, 0.625], [0.9, 0.3, 0.9, 0.3]]
check("all have a loss", chosen_from, best_trial, lists)
check("some failed", chosen_from, best_trial, [[None, 0.7, 0.4, None], [0.8, None, 0.9]])
check("some diverged", chosen_from, best_trial, [[nan, 0.7, 0.4], [0.8, inf, nan, 0.6]])
check("some went to minus infinity", chosen_from, best_trial, [[0.5, -inf], [-inf, 2, 0.3]])
sizes = [[0.5, 0.0, 0.25], [3, -0.5, 1], [0.25, -2.0, 0.5], [None, 4e30, 3e30], [9, 3, 4],
         [0.63044, 0.63041]]
check("losses of any size", chosen_from, best_trial, sizes)
check("the lowest is NumPy's", chosen_from, best_trial,
      [[np.float32(0.5), 0.75], [np.int64(2), 3]])
check("none is left, or one", chosen_from, best_trial,
      [[None], [nan, None, inf], [nan, 0.5, None]])
check("a list without trials, one with a trial", chosen_from, best_trial, [[], [0.5]])
check("the list, the chosen one marked", marked, best_trial, [0.75, None, 0.5, 0.625])
### BEGIN HIDDEN TESTS
def number_of(trial):
    return trial and trial["parameters"]["number"]


rng = np.random.default_rng(1203)
long = [rng.normal(size=200).round(6).tolist(), [nan] * 150 + [7.0, 1e30], [5, 5.0, 4, 4.0, inf, None]]
long += [[1e30] * 3, rng.uniform(1, 1.001, size=60).tolist(), [inf, nan], [None, inf], [-inf]]
check("long ones, and ties", lambda: [number_of(best_trial(made_up(losses))) for losses in long])


def chosen_and_left(losses):
    """The chosen trial with a mark, and all that the trials hold after it was marked."""
    trials = made_up(losses)
    best = best_trial(trials)
    if isinstance(best, dict):
        best["marked"] = True
    return [best, [list(trial.values()) for trial in trials]]


check_drawn("drawn lists", chosen_and_left)
### END HIDDEN TESTS

# %% [markdown]
# ## At the edge
#
# Suppose you believe that small rates are safe. You search four of them, from 0.0025 to 0.02. **Look where the best rate lies.**

# %% tags=["nbval-ignore-output"]
def by_rate(search):
    """The trials of a search in the order of their rates; prints a line for each."""
    trials = sorted(search.trials, key=lambda trial: trial.parameters["learning_rate"])
    for trial in trials:
        score = f"validation loss {trial.val_loss:.3f}, accuracy {trial.val_accuracy:.3f}"
        print(f"rate {trial.parameters['learning_rate']:.4f}: {score}")
    return trials


small_rates = Space(learning_rate=Real(0.0025, 0.02, log=True))
low = run_search(objective, small_rates, "grid", levels={"learning_rate": 4})
losses = [trial.val_loss for trial in by_rate(low)]

assert losses[0] > losses[1] > losses[2] > losses[3], "the loss should fall up to the edge"

# %% [markdown]
# The best rate is the last rate. The loss was still falling where the space ended. This is not a result but a direction: **if the best value lies at an edge, go on.** We go on by the same factor.

# %% tags=["nbval-ignore-output"]
larger_rates = Space(learning_rate=Real(0.02, 1.28, log=True))
on = run_search(objective, larger_rates, "grid", levels={"learning_rate": 7})
by_rate(on)
print(f"cost of both: {len(low.trials) + len(on.trials)} trials, "
      f"{low.num_epochs + on.num_epochs} epochs")

assert 0.03 < on.best.parameters["learning_rate"] < 1, "now the best should lie inside"
assert on.best.val_loss < low.best.val_loss - 0.1, "and it should be better"

# %% [markdown]
# Now both ends are worse than the rates between them. That is what you want to see before you believe a search. Single trainings do not show which of the middle rates is best: 0.02 had another loss the second time, because `run_search` gives each trial a new training seed.
#
# Names in a choice have no edge, because they have no order. And some ends are natural: there is no dropout rate below 0.

# %% [markdown]
# The searches that the checks of the next exercise use:

# %% tags=["setup"]
def two_ranges():
    """Pairs of a best trial and the space that was searched, with two ranges."""
    bests = [(0.2, 256), (0.3, 16), (0.3, 64), (0.1, 256)]
    space = {"units": [64, 16, 256, 32, 128], "dropout": [0.2, 0.1, 0.3]}
    return [({"dropout": share, "units": units}, dict(space)) for share, units in bests]


def one_range():
    """The same with four rates; the last pairs with the strength of a penalty, dropout, and a
    large limit.
    """
    rates = {"learning_rate": [0.1, 0.4, 0.025, 0.2]}
    pairs = [({"learning_rate": rate}, dict(rates)) for rate in (0.1, 0.4, 0.025, 0.2)]
    last = [({"l2": 3e-13}, {"l2": [1e-13, 1e-6, 3e-13]}),
            ({"dropout": 0.0}, {"dropout": [0.5, 0.0, 0.25]})]
    large = ({"limit": 10**10}, {"limit": [10**10 + 1, 5, 10**10]})
    return [*pairs, *last, large]

# %% tags=["setup"]
def with_choices():
    """A best trial, and a space in which some values are no numbers."""
    space = {"optimizer": ["sgd", "adam"], "rate": [0.5, 0.25, 0.125, 1]}
    space |= {"hidden": [(64,), (32, 32)], "stop": [5, None, 9], "batch": ["16", "8", "128"]}
    return {"optimizer": "adam", "rate": 1, "hidden": (64,), "stop": 5, "batch": "8"}, space


def with_booleans():
    """A best trial, and a space in which some values are True or False."""
    space = {"norm": [True, False], "b": [8, 4, 16], "clip": [0.5, False, 1],
             "skip": [False, 2, 4]}
    space |= {"c": [0.5, 1.75], "a": [0.5, 0.75]}
    return {"norm": True, "b": 4, "clip": 1, "skip": False, "c": 1.75, "a": 0.5}, space

# %% [markdown]
# ### Exercise 4: `touches_boundary` (2 points)
#
# Which hyperparameters of the best trial ask you to go on? A hyperparameter has a **range** if it has two values or more and all of them are numbers. `True` and `False` are a choice, although `isinstance(True, int)` is true in Python. The function cannot know whether an end is natural, so it names every end, also 0.

# %% solution="touches_boundary"
def touches_boundary(best, space):
    """Return the names whose best value lies at an end, as a list in the order of space.

    best: a dict, name -> value, with the names of space in any order.
    space: a dict, name -> list of the different values that were tried, in any order, one or
    more; best[name] is one of them. Numbers are Python ints and floats; other values are texts,
    booleans, None or tuples. Both dicts and their lists are left as they were.
    A name is in the list if it has a range, and its best value is the smallest or the largest
    value of that range. A name with a single value, or with any value that is not a number, does
    not count.
    """
    ### BEGIN SOLUTION
    at_an_end = []
    for name, values in space.items():
        numeric = [value for value in values if type(value) in (int, float)]
        if len(numeric) == len(values) > 1 and best[name] in (min(values), max(values)):
            at_an_end.append(name)
    return at_an_end
    ### END SOLUTION

# %% test="touches_boundary" points=2
check("two ranges", lambda: [touches_boundary(*case) for case in two_ranges()])
check("four rates, a penalty, dropout, a limit",
      lambda: [touches_boundary(*case) for case in one_range()])
check("choices among them", lambda: touches_boundary(*with_choices()))
check("yes or no", lambda: touches_boundary(*with_booleans()))
single = {"epochs": [10], "depth": [2, 1, 3]}
check("a single value", touches_boundary, {"epochs": 10, "depth": 2}, dict(single))
check("best and space, afterwards", lambda: afterwards(touches_boundary, *with_choices()))
### BEGIN HIDDEN TESTS
wide = {"rate": [4e-9, 1e-9, 1e6, 1, 10], "decay": [0.0, 1e-300, 1e-200], "width": [10**9, 3, 10**6]}
corners = [(1, 0.0, 3), (1e6, 1e-300, 10**6), (1e-9, 0.0, 10**9), (1, 1e-200, 10**6), (4e-9, 1e-300, 3)]
corners = [dict(zip(wide, best, strict=True)) for best in corners]
check("very small and very large", lambda: [touches_boundary(best, dict(wide)) for best in corners])
check_drawn("drawn searches", touches_boundary)
### END HIDDEN TESTS

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. Part 2 asks how fine a grid can be before it finds luck, and what the score of the chosen trial is worth.

# %% [markdown]
# ## Part 2 · Know what its score is worth (about 70 minutes)
#
# ## Between the lines of the table
#
# The notes name the weakness of grid search: 테이블을 만들때 변수들의 값들을 임의로 정해줘야 하는데 정작 최솟값은 놓치는 경우가 발생할 수 있음(연속적이지 않기 때문에). You have to choose the values yourself, so the true minimum may lie between two of them, because the table is not continuous.
#
# If that is a danger, a finer grid should help. We make one: 21 rates, with four steps to each doubling, and six seeds for each rate. **Guess before you run the cell**: what will lie between the values that we had?

# %%
fine_rates = [0.04 * 2 ** (step / 4) for step in range(21)]
fine = sweep([one_hidden_layer({"learning_rate": rate}, 10) for rate in fine_rates], clothes,
             seeds=range(6))

# %% [markdown]
# A dot is a training, the line is the mean over six seeds. **Look at the shape of the line, and then at how far the dots of one rate lie apart.**

# %%
plotting.plot_sweep(fine)
plt.show()

# %% [markdown]
# The line has a **plateau** (평탄한 구간): over several rates it hardly changes. Left of the plateau, the line falls slowly. Right of it is a **cliff** (절벽).
#
# What does a coarser grid miss? Take every second, fourth, eighth or sixteenth of the rates, beginning anywhere, and compare the best of these means with the best of all means.

# %% tags=["nbval-ignore-output"]
accuracies = np.array([run.val_accuracy for run in fine]).reshape(21, 6)
mean_of = accuracies.mean(axis=1)
missed = {}
for every in (2, 4, 8, 16):
    missed[every] = [100 * (mean_of.max() - mean_of[start::every].max())
                     for start in range(every)]
    amount = f"misses {np.mean(missed[every]):.1f} points, at worst {max(missed[every]):.1f}"
    print(f"factor {2 ** (every / 4):4.1f}: {amount}")
print("cost:", len(fine), "trainings,", 10 * len(fine), "epochs")

assert (mean_of > mean_of.max() - 0.02).sum() >= 5, "there should be a plateau"
assert np.mean(missed[4]) < 0.7, "a factor of 2 should miss little"
assert max(missed[16]) > max(missed[4]) + 0.5, "a factor of 16 should miss more"

# %% [markdown]
# And how far do two trainings of *one* rate differ? A file of this lesson holds the same sweep with eight seeds and 41 rates: 3,280 epochs. We take its rates from 0.04 to 0.64.

# %%
stored = read_packaged("selection")
kept = stored["sweep_val_accuracies"][0, stored["sweep_rates"] < 0.65]
spread = 100 * kept[8:].std(axis=1, ddof=1)
seed_noise, up_to_027, above = spread.mean(), spread[:12].mean(), spread[12:].mean()
print(f"trainings of one rate from {stored['sweep_rates'][8]:.2f} on differ by "
      f"±{seed_noise:.1f} points:")
print(f"   up to 0.27 by ±{up_to_027:.1f}, above it by ±{above:.1f}")

assert seed_noise > 1, "seeds should hide more than a factor of 2 misses"
assert above > 1.3 * up_to_027, "large rates should vary more"

# %% [markdown]
# The notes are right about coarse grids. With a factor of 16 between the values, a grid may miss points. But with a factor of 2 it misses less than two trainings of *one* rate differ. One training cannot see what lies between the values of such a table.
#
# What happens if you look there all the same? A search trains each of the 21 rates once and takes the training with the highest validation accuracy. We let 500 such searches draw their seeds from our six.

# %% tags=["nbval-ignore-output"]
rng, winners, luck = np.random.default_rng(0), np.zeros(21, int), []
for _ in range(500):
    seeds = rng.integers(6, size=21)
    place = accuracies[np.arange(21), seeds].argmax()
    winners[place] += 1
    luck.append(100 * (accuracies[place, seeds[place]] - np.delete(accuracies[place],
                                                                   seeds[place]).mean()))
shares = zip(fine_rates, winners / 500, strict=True)
print("rates that won:",
      ", ".join(f"{rate:.2f} ({share:.0%})" for rate, share in shares if share > 0.02))
print(f"the winner's accuracy: {np.mean(luck):.1f} points above what its rate "
      "reaches with the other seeds")

assert (winners > 25).sum() > 2, "several rates should win"
assert np.mean(luck) > 0.7, "and by luck"

# %% [markdown]
# Several rates win, and the seeds decide which. A winner's score promises points that its rate does not keep. Large rates vary more, so they win more often. A belief below counts how this luck grows with the grid.
#
# The shape of the line tells one thing more. The two sides of the plateau differ:

# %% tags=["nbval-ignore-output"]
for step in (0, 4, 8, 12, 16, 20):
    print(f"rate {fine_rates[step]:.2f}: {mean_of[step]:.3f}")

lost = mean_of[8] - mean_of
assert lost[0] < 0.08, "a quarter of the rate should cost little"
assert lost[16] < 0.07, "and so should four times the rate"
assert lost[20] > 0.2, "eight times the rate should break the training"

# %% [markdown]
# Compared with 0.16, a quarter of the rate costs about three points, and four times the rate costs no more. But the cliff comes with the next doubling: eight times the rate costs tens of points. And the cliff moves: with batches of 8 it lay further left. So **take the middle of the plateau, counted in factors, and stay two steps of the grid away from the cliff**. We measured this with SGD at a constant rate on the clothes.

# %% [markdown]
# ## Chosen on few images
#
# The winner's score is too high because of lucky seeds. There is a second source of luck: the images on which the choice is made. How much is that?
#
# We have 90 trained networks: those of the fine sweep with rates from 0.05 to 0.64. Draw 64 of them and 50 of the 2,000 test images. Choose the network that is right most often on these 50 images. Then measure it on the other 1,950 images, which played no part in the choice. The difference is the **optimism** (낙관적 편향) of the score.
#
# **Guess before you run the cell**: by how many points is the score of the best of 64 too high?

# %%
def right_about(run, images, labels):
    """Whether a network with one hidden layer is right about each image."""
    kernel, bias, last_kernel, last_bias = run.weights
    hidden = np.maximum(images.reshape(len(images), -1) @ kernel + bias, 0)
    return (hidden @ last_kernel + last_bias).argmax(axis=1) == labels


def optimism(right, num_candidates, num_images, rng):
    """Choose the best of some networks on some images: its score minus its accuracy on the other
    images.
    """
    networks = rng.choice(len(right), num_candidates, replace=False)
    images = rng.permutation(right.shape[1])
    scores = right[np.ix_(networks, images[:num_images])].mean(axis=1)
    return scores.max() - right[networks[scores.argmax()], images[num_images:]].mean()


usable = [run for run in fine if 0.05 < run.configuration.learning_rate < 0.7]
right = np.array([right_about(run, clothes.x_test, clothes.y_test) for run in usable])

# %% [markdown]
# Three hundred searches of each kind:

# %% tags=["nbval-ignore-output"]
rng = np.random.default_rng(0)
live = {n: np.array([optimism(right, 64, n, rng) for _ in range(300)]) for n in (50, 1000)}
for num_images, values in live.items():
    print(f"best of 64 on {num_images:4} images: too high by {100 * values.mean():.1f} points",
          end=", ")
    print(f"one search varies by ±{100 * values.std():.1f}")

assert live[50].mean() > 0.02, "on few images the score should be too high"
assert live[1000].mean() < live[50].mean() / 2, "on many images by much less"
assert min(live[50].std(), live[1000].std()) > 0.01, "one search should vary by points"

# %% [markdown]
# Each of the 64 scores is too high or too low by chance, and we took the highest score.
#
# For the whole picture, a file holds 150 other networks, trained for 12 epochs each: 1,800 epochs. It says which of 3,000 held-out images each network is right about. Their rates and widths differ, as in a real search.

# %%
candidates = np.unpackbits(stored["candidate_right"], axis=1).astype(bool)
counts, rng = [2, 4, 8, 16, 32, 64, 128], np.random.default_rng(1)
by_images = {}
for num_images in (50, 200, 1000):
    values = [[optimism(candidates, count, num_images,
                        rng) for _ in range(150)] for count in counts]
    by_images[num_images] = 100 * np.mean(values, axis=1)

# %% [markdown]
# **Look how the lines rise, and where the lowest of them lies.**

# %%
figure, ax = plt.subplots()
for (num_images, values), marker in zip(by_images.items(), "os^", strict=True):
    ax.plot(counts, values, marker=marker, label=f"chosen on {num_images} images")
ax.set_xscale("log", base=2)
ax.set_xticks(counts, counts)
ax.set(xlabel="candidates", ylabel="score too high by (points)")
ax.legend(loc="upper left")
plt.show()

assert by_images[50][5] > by_images[200][5] > by_images[1000][5]
assert by_images[50][5] > by_images[50][0] + 2
assert by_images[50][-1] > 4
assert by_images[1000][-1] < 1.5

# %% [markdown]
# **The optimism grows with the number of candidates and falls with the number of images.** With 64 candidates it is several points on 50 images, and about one point on 1,000. These are means: a single search varies by some points, as the ± above says.
#
# That is why there are three parts. Learn on the training part. *Choose* on the validation part, as often as you like. Then measure the chosen trial once on the test part. The test part did not choose, so its score is honest. `report` takes a finished search, and measures the trial that validation prefers. Here is the large grid of the bank; the training at 0.464 answers for the rate 0.316.

# %% tags=["nbval-ignore-output"]
chosen = report(large, bank)
print(chosen.parameters)
print(f"validation {chosen.val_accuracy:.3f}, test {chosen.test_accuracy:.3f}")

assert chosen.number == large.best.number
assert large.best.test_accuracy is None

# %% [markdown]
# Before you report, ask **what your number should say**. For how good *this network* is, test it once. For how good *this configuration* is, train it with several new seeds and average: the lucky seed of the winner does not come again.

# %% tags=["setup"]
def look_at_report(choose, trials, test_accuracies):
    """What came back, and which trials' parameters were measured on the test part, one after the
    other.
    """
    measured = []

    def measure_on_test(parameters):
        measured.append(parameters["number"])
        return test_accuracies[parameters["number"]]

    return {"returned": choose(trials, measure_on_test), "measured": measured}


def left_by(choose, trials):
    """What came back, and the trials after one of them was chosen and measured."""
    return {"returned": choose(trials, lambda parameters: 0.5), "trials": trials}


def with_seeds(accuracies):
    """Trials with these validation accuracies, one list a trial: fresh dicts for each call."""
    numbered = enumerate(accuracies)
    return [{"parameters": {"number": n},
             "val_accuracies": list(seeds)} for n, seeds in numbered]

# %% [markdown]
# ### Exercise 5: `select_and_report` (2 points)
#
# Each configuration was trained with one or more seeds. Choose by the mean over the seeds of a configuration.

# %% solution="select_and_report"
def select_and_report(trials, measure_on_test):
    """Return (parameters, test accuracy) of the trial with the highest mean validation accuracy.

    trials: a list of one or more dicts with "parameters", a dict, and "val_accuracies": a list
    with one number for each seed, one or more; trials may have different numbers of seeds. The
    list, its dicts and their lists stay as they were.
    measure_on_test: a function that takes the parameters of a trial and returns their test
    accuracy. It is called once, for the chosen trial.
    Of equal means the first is chosen. Means that differ by rounding alone do not occur.
    """
    ### BEGIN SOLUTION
    means = [np.mean(trial["val_accuracies"]) for trial in trials]
    chosen = trials[int(np.argmax(means))]["parameters"]
    return chosen, measure_on_test(chosen)
    ### END SOLUTION

# %% test="select_and_report" points=2
seeds_of = [[0.62, 0.84, 0.63], [0.68, 0.69, 0.67], [0.79, 0.61, 0.62], [0.7245, 0.7275, 0.727]]
seeds_of += [[0.6, 0.77, 0.76], [0.58, 0.59, 0.57], [0.725, 0.725, 0.735], [0.61, 0.62, 0.8]]
seeds_of += [[0.72, 0.735, 0.74]]
tests = [0.69, 0.74, 0.66, 0.73, 0.7, 0.57, 0.72, 0.68, 0.71]
check("nine trials of three seeds",
      lambda: look_at_report(select_and_report, with_seeds(seeds_of), tests))
others = [[0.704999], [0.5, 0.91, 0.52, 0.3], [0.62, 0.66, 0.69, 0.6, 0.9], [0.7, 0.71],
          [0.2, 0.8, 0.8]]
of_others, of_equal = [0.66, 0.5, 0.7, 0.6, 0.71], [0.5, 0.4, 0.6, 0.3, 0.7, 0.2]
check("different numbers of seeds",
      lambda: look_at_report(select_and_report, with_seeds(others), of_others))
equal = [[0.75, 0.25, 0.75, 0.75], [0.5, 0.25], [0.625], [0.75, 0.5, 0.75, 0.5, 0.625], [0.5],
         [0.375]]
check("equal means", lambda: look_at_report(select_and_report, with_seeds(equal), of_equal))
check("accuracies of 0: a single trial, and three",
      lambda: [look_at_report(select_and_report, with_seeds([[0.0, 0.0]] * count),
                              [0.41, 0.3, 0.52])
               for count in (1, 3)])
check("the trials, afterwards", lambda: left_by(select_and_report, with_seeds(equal[1:3])))
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(1205)
many = with_seeds(rng.uniform(0.5, 0.501, size=(300, 3)).tolist()), rng.uniform(size=300).round(3).tolist()
check("300 trials", look_at_report, select_and_report, *many)
never_right = lambda: look_at_report(select_and_report, with_seeds([[0.0]] * 4), [0.17, 0.9, 0.12, 0.33])
check("four that are never right", never_right)


def reported_and_left(accuracies, tests):
    """What came back, what was measured, and all that the trials hold afterwards."""
    trials = with_seeds(accuracies)
    return look_at_report(select_and_report, trials, tests) | {"left": [list(t.values()) for t in trials]}


check_drawn("drawn searches of several seeds", reported_and_left)
### END HIDDEN TESTS

# %% [markdown]
# ## When examples are few
#
# With 100 labelled images you have none to spare. A **hold-out** (홀드아웃) of 20 images leaves 80 to learn from, and a score made of 20 images. **Cross-validation** (교차 검증) uses each image for both. Deal the images into $k$ parts, the **folds** (폴드). Train $k$ times, each time without one of the folds, and measure on the fold that was left out. The score of a configuration is the mean of the $k$ results:
#
# $$\text{score} = \frac{1}{k} \sum_{j=1}^{k} \text{accuracy on fold } j \text{, trained on all other folds}$$
#
# - $k$ is the number of folds, often 5 or 10,
# - $j$ counts the folds.
#
# Cross-validation costs $k$ trainings where a hold-out costs one. What does it buy? We take 100 images, five folds, and eight configurations: four rates, with and without an L2 penalty. Any single fold is a hold-out; all five together are cross-validation. `without_each_fold` of the laboratory makes the five data sets. We do that four times, each time with other images.
#
# **Guess before you run the cell**: by how many points will the score of the best of eight be too high, with a hold-out of 20 images?

# %%
pool = fashion_mnist(num_train=400)
four_rates = (0.04, 0.08, 0.16, 0.32)
eight = [Configuration(rate, 20, 40, (64,), l2=l2) for rate in four_rates for l2 in (0.0, 0.003)]
scores, truths = np.zeros((2, 4, 8, 5))
for draw in range(4):
    rows = slice(100 * draw, 100 * draw + 100)
    hundred = pool._replace(x_train=pool.x_train[rows], y_train=pool.y_train[rows])
    for number, parts in enumerate(without_each_fold(hundred, 5, seed=draw)):
        for place, configuration in enumerate(eight):
            run = train_fast(configuration, parts, draw)
            scores[draw, place, number] = run.val_accuracy
            truths[draw, place, number] = right_about(run, pool.x_test, pool.y_test).mean()

# %% [markdown]
# For each draw and each way we take the best configuration, its score, and how good its five networks really are on 2,000 test images. The 100 images of a draw may be harder or easier than the test images for all configurations, so the mean difference over the eight is subtracted first.

# %% tags=["nbval-ignore-output"]
def too_high(scores, truths):
    """By how much the winner's score is too high, one number a draw: by hold-out, and by all
    folds.
    """
    off = scores - truths.mean(axis=2, keepdims=True)
    off = off - off.mean(axis=(1, 2), keepdims=True)
    draws, best = np.arange(len(scores)), scores.argmax(axis=1)
    one_by_one = [off[draws, best[:, fold], fold] for fold in range(5)]
    return np.mean(one_by_one,
                   axis=0), off.mean(axis=2)[draws, scores.mean(axis=2).argmax(axis=1)]


hold_out, five_folds = too_high(scores, truths)
print(f"hold-out: score too high by {100 * hold_out.mean():.1f} points, from 8 trainings a draw")
print(f"5 folds:  score too high by {100 * five_folds.mean():.1f} points, "
      "from 40 trainings a draw")

assert (hold_out - five_folds).mean() > 0.008, "the hold-out should promise more"

# %% [markdown]
# The score of five folds is more honest. It rests on all 100 images, not on 20. Does it also *choose* better? That is a smaller effect, and needs more draws than a notebook has time for. The file holds twelve configurations, six rates from 0.02 to 0.64 with 16 or 64 units, on 24 draws of 100 images and 12 draws of 400:

# %%
for num_rows in (100, 400):
    kept = [stored[f"fold_{num_rows}_{what}"] for what in ("val_accuracies", "test_accuracies")]
    draws, truth = np.arange(len(kept[0])), kept[1].mean(axis=2)
    one, five = (100 * values.mean() for values in too_high(*kept))
    by_one = np.mean([truth[draws, place] for place in kept[0].argmax(axis=1).T])
    by_five = truth[draws, kept[0].mean(axis=2).argmax(axis=1)].mean()
    sensible, anyone = truth[:, 7].mean(), truth.mean()
    print(f"{num_rows} images: score too high by {one:.1f} (hold-out) and "
          f"{five:.1f} points (five folds),")
    print(f"  tested: chosen {by_one:.3f} and {by_five:.3f}, from elsewhere "
          f"{sensible:.3f}, any {anyone:.3f}")
    assert 0.5 < five < 0.6 * one
    assert anyone + 0.01 < by_one < by_five - 0.005 < min(sensible, by_one + 0.025)
    assert truth.mean(axis=0).argmax() == 7

# %% [markdown]
# *From elsewhere* is 64 units at a rate of 0.16; *any* is the mean of all twelve. For these data:
#
# - The score by a hold-out is too high by points, the score by five folds by about half as much or less. The folds were used for choosing too. For a figure to publish, put a test part aside, or repeat the whole search inside each fold of an outer cross-validation.
# - The configuration chosen by five folds is better by one to two points, for five times the cost.
# - The configuration from elsewhere keeps up with what five folds chose. Its rate comes from our sweep on 1,280 of the same photographs. **If you know a good configuration from related data, begin with it**, and use the folds to say honestly how good it is.

# %% [markdown]
# ### Exercise 6: `k_folds` (2 points)
#
# `validation_split` of lesson 09 takes the last rows in their order. Deal the rows out by chance. Where $k$ does not divide the number of rows, some folds have one row more.

# %% solution="k_folds"
def k_folds(num_examples, k, rng):
    """Return a list of k folds of rows, dealt out by chance, each paired with all other rows.

    num_examples: how many rows, k or more.
    k: how many folds, 2 or more.
    rng: a NumPy random generator, from which the order comes, and nothing random from elsewhere.
    The list has k pairs (train_rows, fold_rows): the numbers of rows, whole ones from 0 to
    num_examples - 1, each as an array or a list, in any order. Each row lies in exactly one
    fold. The train_rows of a pair are all rows that are not in its fold. Folds differ in size by
    one at most, and the larger ones come first.
    """
    ### BEGIN SOLUTION
    folds = np.array_split(rng.permutation(num_examples), k)
    return [(np.concatenate(folds[:at] + folds[at + 1 :]), folds[at]) for at in range(k)]
    ### END SOLUTION

# %% [markdown]
# The checks look at what must be true of every random order: the sizes of the folds, whether each row is there once, and whether the order of the data can still be seen.

# %% tags=["setup"]
def folds_from(deal, num_examples, k, generators):
    """The folds of one call for each generator."""
    return [[fold for _, fold in deal(num_examples, k, rng)] for rng in generators]


def all_pairs(deal, cases, rng):
    """Every pair of many cases one behind the other, each with the rows of its own: together a
    numbering.
    """
    parts, start = [], 0
    for num_examples, k in cases:
        for pair in deal(num_examples, k, rng):
            parts += [np.asarray(rows) + start for rows in pair]
            start += num_examples
    return parts

# %% test="k_folds" points=2
rng = np.random.default_rng(3)
check("five folds of 230", lambda: [fold for _, fold in k_folds(230, 5, rng)],
      seen_as="shuffled partition")
check("a pair of 230", lambda: list(k_folds(230, 5, rng)[2]), seen_as="shuffled partition")
check("a rest to spread", lambda: [fold for _, fold in k_folds(311, 6, rng)],
      seen_as="shuffled partition")
check("a pair with a rest", lambda: list(k_folds(311, 6, rng)[4]), seen_as="shuffled partition")
shared, alike = [rng, rng], [np.random.default_rng(7), np.random.default_rng(7)]
check("one generator, two calls", folds_from, k_folds, 260, 4, shared,
      seen_as="repeated partitions")
check("equal generators", folds_from, k_folds, 260, 4, alike, seen_as="repeated partitions")
few = [(2, 2), (5, 2), (7, 3), (7, 4), (4, 4), (7, 5)]
check("every pair of few rows", all_pairs, k_folds, few, rng, seen_as="shuffled partition")
### BEGIN HIDDEN TESTS
lone = np.random.default_rng(1206)
check("of a thousand", lambda: [fold for _, fold in k_folds(1003, 10, lone)], seen_as="shuffled partition")
check("half a pair", lambda: list(k_folds(402, 2, lone)[0]), seen_as="shuffled partition")


def dealt(num_examples, k, seed):
    return [fold for _, fold in k_folds(num_examples, k, np.random.default_rng(seed))]


def paired(num_examples, k, seed):
    """Every pair, each with rows of its own; of many rows one pair alone."""
    pairs = k_folds(num_examples, k, np.random.default_rng(seed))
    if num_examples * k >= 200:
        return list(pairs[seed % k])
    return [np.asarray(rows) + at * num_examples for at, pair in enumerate(pairs) for rows in pair]


def dealt_again(num_examples, k, seed):
    """The folds of a generator, those of an equal one, and then the next of that one."""
    equal, generator = np.random.default_rng(seed), np.random.default_rng(seed)
    return folds_from(k_folds, num_examples + 60, k, [equal, generator, generator])


check_drawn("drawn deals", dealt, seen_as="shuffled partition")
check_drawn("drawn pairs", paired, seen_as="shuffled partition")
check_drawn("deals of drawn generators", dealt_again, seen_as="repeated partitions")
### END HIDDEN TESTS

# %% [markdown]
# ## A question decides what is searched
#
# Back to the two colleagues. Three words of Google's tuning playbook say what went wrong. For a given question, a hyperparameter is
#
# - **scientific** (scientific 하이퍼파라미터, 비교 대상) if the question is about it,
# - **nuisance** (nuisance 하이퍼파라미터, 통계학의 장애모수) if it is not asked about, but must be searched for each side of the comparison,
# - **fixed** (고정 하이퍼파라미터) if it stays as it is. Then the answer holds for that value, and for no other that was not tried.
#
# The colleagues asked about the optimizer, and *fixed* the learning rate. But the effect of a rate depends on the optimizer, so the rate is a nuisance: each optimizer needs its own search. How good would each be then? The file holds eleven rates for both optimizers, with eight seeds: 176 trainings, 2,640 epochs. **Guess before you run the cell**: which optimizer wins, and by how much?

# %%
optimizer_rates = stored["optimizer_rates"]
by_optimizer = dict(zip(("Adam", "momentum"), stored["optimizer_test_accuracies"].mean(axis=2),
                        strict=True))
figure, ax = plt.subplots()
for (name, means), style in zip(by_optimizer.items(), ("o-", "s--"), strict=True):
    ax.plot(optimizer_rates, means, style, label=name)
for rate in (0.008, 0.032):
    ax.axvline(rate, color=plotting.QUIET, linestyle=":")
ax.set(xscale="log", xlabel="learning rate", ylabel="test accuracy")
ax.legend(loc="lower left")
plt.show()

tops = [means.max() for means in by_optimizer.values()]
assert abs(tops[0] - tops[1]) < 0.02, "the hills should be about equally high"

# %% [markdown]
# The dotted lines are the rates of the two colleagues. Both curves are hills of about the same height, at different places. Now choose the rate of each optimizer, by validation accuracy and by validation loss, and compare on test:

# %%
own = {}
for what, sign in (("val_accuracies", 1), ("val_losses", -1)):
    places = (sign * stored[f"optimizer_{what}"].mean(axis=2)).argmax(axis=1)
    adam, momentum = (stored["optimizer_test_accuracies"][side, place]
                      for side, place in enumerate(places))
    own[what] = 100 * (adam - momentum)
    ahead = f"{own[what].mean():+.1f} ± {own[what].std(ddof=1) / 8**0.5:.1f} points"
    print(f"by {what}: rates {optimizer_rates[places]}, Adam ahead by {ahead}")
at_a_common_rate = 100 * (by_optimizer["Adam"] - by_optimizer["momentum"])
print(f"at a common rate: from {at_a_common_rate.min():+.1f} to "
      f"{at_a_common_rate.max():+.1f} points")

assert all(abs(gaps.mean()) < 3 for gaps in own.values()), (
    "with its own rate it should be nearly a tie"
)

# %% [markdown]
# Adam is ahead by a point or two, where the common rates gave nearly anything. The two metrics chose different rates, so say which metric chose. Write a question down before you search, in this form:
#
# | role | here | decided by |
# |---|---|---|
# | scientific | the optimizer | the question |
# | nuisance | the learning rate | a search for each side |
# | fixed | network, data, batch size, 15 epochs, a constant rate without weight decay, momentum's 0.9, Keras's $\beta_1$, $\beta_2$ and $\epsilon$ of Adam | you; name them with the answer |
#
# Every nuisance hyperparameter multiplies the cost, so you cannot have many. Choose those whose best value depends on what you compare. If you compare batch sizes, the rate is a nuisance, as the table of this lesson showed.

# %% [markdown]
# ## What the notes say of it
#
# | The notes say | We found |
# |---|---|
# | a table of all variables is tried cell by cell | true; it costs a product of trials, and shows what depends on what |
# | the values have to be chosen freely (임의로) | true: you choose limits, scale and steps. If the best value lies at an edge, the limits were wrong |
# | the minimum may lie between the values and is missed | with a factor of 16 between the values, by points; with a factor of 2 by less than one training can see |
# | look for the optimal value (최적의 값) | there is a plateau of values that one training cannot tell apart; keep some distance from the cliff |

# %% [markdown]
# ## Beliefs, measured
#
# **"A finer grid finds the minimum."** The finer, the better: at worst it costs more. Test it with your own `best_trial`, on stored trainings of 41 rates from 0.01 to 10.24, with eight seeds each, at a constant rate and with a cosine schedule.
#
# A search takes every 16th, 8th, 4th, 2nd or every rate, beginning anywhere. It trains each rate with one seed for 10 epochs, and lets your function choose. We measure the *test accuracy* of the chosen rate with the seven other seeds, and the *luck*: by how much the winner's validation accuracy is above that of the seven others. Each line is the mean of 300 searches.
#
# **Place your bet**: how much better will the finest grid be than the grid with a factor of 2?

# %%
my_bet = 1.0  # points of accuracy; replace by what you believe in


def stored_sweep(schedule):
    """Validation loss, validation accuracy and test accuracy, each of shape (41 rates, 8
    seeds).
    """
    place = ("constant", "cosine").index(schedule)
    return [stored[f"sweep_{what}"][place] for what in ("val_losses", "val_accuracies",
                                                        "test_accuracies")]

# %% [markdown]
# One search with your function:

# %%
def one_search(schedule, every, rng):
    """Test accuracy of the chosen rate with other seeds, and the winner's luck."""
    losses, accuracies, tests = stored_sweep(schedule)
    pairs = [(place, rng.integers(8)) for place in range(rng.integers(every), 41, every)]
    best = best_trial([{"parameters": {"at": at},
                        "val_loss": float(losses[at])} for at in pairs])
    place, seed = best["parameters"]["at"]
    others = np.arange(8) != seed
    lucky = accuracies[place, seed] - accuracies[place, others].mean()
    return tests[place, others].mean(), lucky

# %% [markdown]
# The table. (While exercise 3 is open, the cell says so.)

# %%
found, rng = {}, np.random.default_rng(4)
grids = [(schedule, every) for schedule in ("constant", "cosine") for every in (16, 8, 4, 2, 1)]
if solved("best_trial"):
    for schedule, every in grids:
        results = [one_search(schedule, every, rng) for _ in range(300)]
        found[schedule, every] = test, lucky = 100 * np.mean(results, axis=0)
        grid_of = f"factor {2 ** (every / 4):5.2f}, {41 / every:4.1f} trials"
        print(f"{schedule:8}, {grid_of}: test {test:.1f}, luck {lucky:+.1f}")

# %% [markdown]
# And your bet:

# %%
if found:
    gains = [found[schedule, 1][0] - found[schedule, 4][0] for schedule in ("constant",
                                                                            "cosine")]
    print(f"you bet on {my_bet} points; it is {gains[0]:+.1f} (constant) and "
          f"{gains[1]:+.1f} (cosine)")
    for schedule in ("constant", "cosine"):
        assert found[schedule, 8][0] > found[schedule, 16][0], (
            "a very coarse grid should miss something"
        )
    assert found["cosine", 4][0] > found["cosine", 8][0], (
        "with the cosine a factor of 4 should, too"
    )
    assert max(gains) < 0.3, "a finer grid should find nothing better"
    assert found["constant", 1][1] > found["constant", 8][1] + 0.5, "what grows is the luck"

# %% [markdown]
# From a factor of 16 to a factor of 4 a finer grid finds better rates, with the cosine even to a factor of 2. Beyond that it finds nothing better. The luck goes on growing: the finest grid of the constant rate looks much better than it is. **Beyond the noise of the seeds, a finer grid finds luck.**
#
# Where else could the 41 trainings go? Into seeds: about ten rates, a factor of 2 apart, with four seeds each. Both plans use the same four seeds. The four other seeds measure the rates that they choose.

# %%
def two_plans(schedule, rng):
    """Test accuracy and luck of two searches: of 10 rates with four seeds each, and of 41 rates
    with one.
    """
    losses, accuracies, tests = stored_sweep(schedule)
    four = rng.choice(8, 4, replace=False)
    others = np.delete(np.arange(8), four)
    coarse, seeds = np.arange(rng.integers(4), 41, 4), rng.choice(four, 41)
    few = coarse[losses[coarse][:, four].mean(axis=1).argmin()]
    many = losses[np.arange(41), seeds].argmin()
    scores = zip((few, many), (accuracies[few, four].mean(), accuracies[many, seeds[many]]),
                 strict=True)
    return [(tests[at, others].mean(),
             score - accuracies[at, others].mean()) for at, score in scores]

# %% [markdown]
# In points, the mean of 500 searches by either plan:

# %%
rng = np.random.default_rng(5)
for schedule in ("constant", "cosine"):
    plans = 100 * np.mean([two_plans(schedule, rng) for _ in range(500)], axis=0)
    for plan, (test, lucky) in zip(("10 rates, 4 seeds", "41 rates, 1 seed "), plans,
                                   strict=True):
        print(f"{schedule:8}: {plan}: test {test:.2f}, luck {lucky:+.2f}")
    assert plans[0, 0] > plans[1, 0] - 0.2
    assert plans[0, 1] < plans[1, 1] / 2

# %% [markdown]
# The plan with four seeds chooses rates that are no worse, and its scores exaggerate far less. **With one hyperparameter, spend trainings on seeds before you spend them on a finer grid.**
#
# With several hyperparameters this changes. The bank varies six. A search has 32 trainings: 32 configurations with one seed, 16 with two, or 8 with four. It draws the configurations by chance, once from all seven decades of learning rates and once from 0.01 to 1. It chooses by mean validation loss. A seed that the search did not see gives the test accuracy. **Guess before you run the cells**: which plan is best?

# %%
stored_bank = load_bank()
rates = stored_bank.table["learning_rate"]
spaces = {"wide": np.arange(len(rates)),
          "sensible": np.flatnonzero((rates > 0.0099) & (rates < 1.01))}


def reached_by(rows, number, num_seeds, rng):
    """Test accuracy, in points, of 2,000 searches of some configurations with some seeds."""
    val_losses = stored_bank.losses["val"][:, :, -1]
    results = []
    for _ in range(2000):
        drawn, seeds = rng.choice(rows, number, replace=False), rng.permutation(5)
        means = val_losses[drawn][:, seeds[:num_seeds]].mean(axis=1)
        chosen = drawn[means.argmin()]
        results.append(100 * stored_bank.accuracies["test"][chosen, seeds[4], -1])
    return np.mean(results)

# %% [markdown]
# The three plans in both spaces:

# %%
rng, reached = np.random.default_rng(6), {}
for name, rows in spaces.items():
    for number, num_seeds in ((32, 1), (16, 2), (8, 4)):
        reached[name, number] = reached_by(rows, number, num_seeds, rng)
        print(f"{name:8}: {number:2} configurations, {num_seeds} seed(s): test "
              f"{reached[name, number]:.1f}")
    assert reached[name, 32] > reached[name, 16] + 0.4, (
        "new configurations should bring more than seeds"
    )
    assert reached[name, 16] > reached[name, 8] + 0.4, "and more than four seeds"

# %% [markdown]
# In six dimensions each new configuration tries new values of all hyperparameters, and a second seed tries none. **With several hyperparameters, try new configurations first, and keep seeds for the finalists.** Lesson 17 searches in this way.

# %% [markdown]
# **"The better optimizer is better at any rate."** If so, a comparison at any common rate shows it. Test it with your own `select_and_report`: for each optimizer it chooses a rate from the eleven, by the mean over eight seeds, and reports the test accuracy. Then we count at how many common rates the *loser* is ahead.
#
# **Place your bet**: at how many of the eleven? (While exercise 5 is open, the cell says so.)

# %%
my_bet = 0  # replace by the number of rates that you believe in

reports = []
if solved("select_and_report"):
    for side in range(2):
        accuracies = stored["optimizer_val_accuracies"][side]
        trials = [{"parameters": {"at": at},
                   "val_accuracies": plain(accuracies[at])} for at in range(11)]
        tests = stored["optimizer_test_accuracies"][side].mean(axis=1)
        on_test = lambda parameters, tests=tests: float(tests[parameters["at"]])
        reports.append(select_and_report(trials, on_test))

# %% [markdown]
# Your reports, and where the loser is ahead:

# %%
if reports:
    for name, (parameters, accuracy) in zip(by_optimizer, reports, strict=True):
        print(f"{name:8}: rate {optimizer_rates[parameters['at']]:.3f}, test {accuracy:.3f}")
    lead = reports[0][1] - reports[1][1]
    other = np.sign(lead) * at_a_common_rate < 0
    those = ", ".join(f"{rate:g}" for rate in optimizer_rates[other])
    print(f"the loser is ahead at {other.sum()} of 11 rates ({those}); you bet on {my_bet}")
    assert abs(lead) < 0.03, "with its own rate for each it should be nearly a tie"
    assert 4 <= other.sum() <= 7
    assert (abs(at_a_common_rate[other]) > 200 * abs(lead)).sum() >= 3, (
        "often by twice as much, or more"
    )

# %% [markdown]
# With a rate chosen for each optimizer, Adam is ahead by about a point, hardly more than the seeds explain. At about half of the common rates momentum is ahead, and at most of these by more than twice as much. If you want a certain result, you can find a rate that gives it. A comparison at a common rate answers another question: which optimizer suits *this rate*.

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# A grid has 5 learning rates, 3 dropout rates and 4 batch sizes. Each configuration is trained with 3 seeds, for 12 epochs. How many epochs does the search cost?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = 2160
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# Five values from 2 to 162 lie at equal factors. Which is the fourth?

# %% solution="quiz_2"
quiz_2 = None  # replace None by a number
### BEGIN SOLUTION
quiz_2 = 54
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# You tried the rates 0.01, 0.03, 0.1 and 0.3, each with four seeds. The mean validation loss falls from each to the next. What is the next step?
#
# - a) Report 0.3: it has the lowest loss.
# - b) Try rates between 0.1 and 0.3.
# - c) Try rates above 0.3.
# - d) Train 0.3 with more seeds.

# %% solution="quiz_3"
quiz_3 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_3 = "c"
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# ### Question 4
#
# You have time for 40 trainings, to choose a learning rate from 0.01 to 10 and to say how good it is. Trainings of one rate differ by one or two points from seed to seed. Which plan do you take?
#
# - a) 10 rates at equal factors, four seeds each
# - b) 40 rates at equal factors, one seed each
# - c) 40 rates at equal distances, one seed each
# - d) 2 rates, 20 seeds each

# %% solution="quiz_4"
quiz_4 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_4 = "a"
### END SOLUTION

# %% test="quiz_4" points=1
check("question 4", quiz_4, secret=True)

# %% [markdown]
# ### Question 5
#
# Four teams each report the accuracy of their best trial on the same images by which they chose it. Which figure exceeds the accuracy on new images the most?
#
# - a) the best of 4 on 1,000 images
# - b) the best of 100 on 1,000 images
# - c) the best of 4 on 100 images
# - d) the best of 100 on 100 images

# %% solution="quiz_5"
quiz_5 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_5 = "d"
### END SOLUTION

# %% test="quiz_5" points=1
check("question 5", quiz_5, secret=True)

# %% [markdown]
# ## In your own words
#
# A colleague reports: "I asked whether batches of 512 are worse than batches of 32. I used the learning rate that we always use with batches of 32. To be thorough I searched a dropout rate of 0.1, 0.2 and 0.3 with both, and 0.3 was best for both. The best of my 60 trials had an accuracy of 0.91 on the 80 test images, with batches of 32. So large batches are worse."
#
# Answer in four to eight sentences
#
# - which hyperparameter is scientific and which should be a nuisance, and why the comparison is not fair,
# - what the best dropout rate says about the space,
# - what is wrong with the 0.91, and how you would get a number to report.
#
# (3 points, read by a person.)

# %% [markdown] written="large_batches" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: the batch size is scientific; the learning rate is a nuisance, because the best rate depends on the batch size (at equal epochs larger batches mostly want a larger rate); she fixed it at the value that suits 32, so 512 was handicapped. Each size needs a search for its rate. (Half a point for "she should tune the learning rate" without why or for which side.)
# - **Part 2**: 0.3 is the largest value that she tried, the edge of the space; the best may lie beyond; go on with 0.4, 0.5 and more until the best lies inside. (Half a point for "try more values" without the edge.)
# - **Part 3**: the images by which the best of 60 was chosen cannot say how good it is; with 80 images the score is too high by points; choose on a validation part (or by cross-validation), train the finalists with several seeds, and measure the chosen configuration once on more test images that played no part. (Half a point for only one of the two: what is wrong, or what to do.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).** A full answer gives the reason in each part. A half answer covers one or two parts, or all without reasons. An empty answer agrees with her, or only asks for more trials.
#
# **A full answer**: Your question is about the batch size, so that is the scientific hyperparameter. The learning rate must be a nuisance: the best rate depends on the batch size, and at equal epochs a batch of 512 mostly wants a larger rate. You fixed the rate that suits 32, so you compared a tuned side with an untuned side. Search a rate for each batch size. The best dropout rate is the largest that you tried; try 0.4 and 0.5 until the best has worse values on both sides. The 0.91 is the best of 60 on the 80 images that chose it, so much of it is luck. Choose by a validation part, train the best few configurations with more seeds, then measure the chosen one once on test images that nobody has looked at.
#
# **A half answer (2 points)**: She should search the learning rate for each batch size, because large batches need larger rates. The 0.91 was chosen on the test images, so it is too high; choose by validation and test once. (Nothing on the edge.)
#
# **A half answer (1 point)**: 0.3 is at the edge of her space, so she should go further. The rest looks careful, 60 trials are many.
#
# **An empty answer**: She is right, large batches generalize worse, this is well known. More trials would make it surer.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - A search space is data: names, limits, scales. What acts by factors gets a logarithmic scale. A grid costs the product of its numbers of values.
# - A best value at an edge is a direction, not a result. Take the middle of the plateau, counted in factors, two steps of the grid away from the cliff.
# - With one hyperparameter, a finer grid finds nothing more once neighbours differ by less than two seeds of one rate do; then it finds luck, and further trainings go to seeds. With several hyperparameters, try new configurations first, and keep the seeds for the finalists.
# - A score that chose a trial is too high, the more the more candidates and the fewer images. Choose by validation, report once on test; where examples are few, cross-validation gives the more honest figure.
# - A question has a scientific hyperparameter. Search the nuisances for each side, and name all that was fixed: the answer holds for that.
# - Measured with one hidden layer of 64 units (16 to 128 for the stored networks), SGD, 10 to 12 epochs on 1,280 photographs of clothes (40 epochs on 100 and 400 of them for cross-validation); the optimizers with two layers of 64 units, 15 epochs on 2,000 sequences.

# %% [markdown]
# ## Sources
#
# - V. Godbole, G. Dahl, J. Gilmer, C. Shallue, Z. Nado, *Deep Learning Tuning Playbook*, 2023, <https://github.com/google-research/tuning_playbook>: scientific, nuisance and fixed hyperparameters; best points near a boundary.
# - D. Choi, C. Shallue, Z. Nado, J. Lee, C. Maddison, G. Dahl, *On Empirical Comparisons of Optimizers for Deep Learning*, 2019, arXiv:1910.05446: which optimizer wins depends on the tuning.
# - G. Cawley, N. Talbot, *On Over-fitting in Model Selection and Subsequent Selection Bias in Performance Evaluation*, JMLR 11, 2010: choosing by a noisy score overfits it.
# - S. Varma, R. Simon, *Bias in error estimation when using cross-validation for model selection*, BMC Bioinformatics 7:91, 2006: nested cross-validation.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the photographs of clothes. S. Greydanus, D. Kobak, *Scaling Down Deep Learning with MNIST-1D*, arXiv:2011.14439: the sequences.
