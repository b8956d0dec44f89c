# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 17 Capstone
#
# **Question**: How well can you tune a network that nobody has tuned for you?
#
# You will be able to
#
# - plan a search, run it within a budget, and extend a range where the best trial lies at its end,
# - compare settings over several seeds, choose by validation, and open the test part once,
# - hand in a **reproducible** (재현 가능한) log that another person can repeat, and a report that claims only what the log shows.
#
# Run time: about 30 s, most of it your own search; your own time: about 120 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | budget of trials | 예산 (budget) | how many trials a search may have |
# | log | 로그, 기록 (log) | a record of everything that was tried, in order |
# | finalist | 최종 후보 (finalist) | a trial that is trained again with more seeds |
# | band | 구간 (band) | a part of a distribution, such as all above its median |
#
# </details>

# %% tags=["setup"]
import math
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.capstone import OUTER_SPACE, Capstone, fair_searches, limits, random_trials, verdict
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import CLASS_NAMES, capstone, fashion_mnist
from helpers.search import Choice, Real, Space

plotting.use_style()

# %% [markdown]
# ## Part 1 · The task, and a test for two settings (about 60 minutes)
#
# ## Pictures from a bad camera
#
# In each lesson somebody had chosen the network, the data and the budget, and mostly you looked at one hyperparameter. Here you choose all hyperparameters, for data that no lesson has used.
#
# The upper row shows the clothes that you know. The lower row shows the new data. **Look at one of the new pictures for a while**: what is harder about it?

# %%
known, new = fashion_mnist(), capstone()
figure, axes = plt.subplots(2, 8, figsize=(7.2, 2.2))
for row, data in zip(axes, (known, new), strict=True):
    for ax, image, label in zip(row, data.x_val, data.y_val, strict=False):
        ax.imshow(image, cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(CLASS_NAMES[label], fontsize=7)
        ax.axis("off")
plt.show()

# %% [markdown]
# They are other photographs, moved by up to about a tenth of their width, paler and noisy. One difference is invisible: one in five training labels is wrong. The validation labels are right.
#
# The parts:

# %%
print(f"{len(new.x_train)} training images, {len(new.x_val)} for validation, "
      f"{len(new.x_test)} for testing")
print(f"of {new.x_train.shape[1:]} pixels, in {len(CLASS_NAMES)} classes")

# %% [markdown]
# The test part looks empty here. You will open it once, at the end.
#
# The network is a multilayer perceptron: two hidden layers with relu, and ten outputs. It trains for 20 epochs. You choose seven hyperparameters:

# %%
print(OUTER_SPACE)

# %% [markdown]
# `units` is the width of each hidden layer. `momentum` is gradient descent with a momentum of 0.9. The cosine falls from the rate to 0. You may search anywhere inside this space. The capstone does not train outside of it.

# %% [markdown]
# ## What is a good result?
#
# Before you begin, look at what chance does here. The course holds 2,048 trained configurations, drawn at random from the whole space. **Guess before you run the cell**: how many of them only guess, with an accuracy of about 0.1, and what is the median accuracy?

# %%
drawn = random_trials()
accuracies = drawn["test_hits"][:, 0] / drawn["num_test"]
lower, upper = limits()
figure, ax = plt.subplots(figsize=(6.4, 2.6))
ax.hist(accuracies, np.linspace(0.05, 0.7, 53), density=True, label="one random trial")
fairly = {"density": True, "alpha": 0.7, "label": "the best of 20, chosen fairly"}
ax.hist(fair_searches(), np.linspace(0.6, 0.7, 41), **fairly)
for limit in (lower, upper):
    ax.axvline(limit, color="black", linestyle=":", linewidth=1)
ax.set(xlabel="test accuracy (dotted: where the second and the third band begin)",
       ylabel="density")
ax.legend(loc="upper left")
plt.show()

# %% [markdown]
# As numbers:

# %%
print(f"{np.mean(accuracies < 0.12):.0%} of the random trials guess")
print(f"the middle one has {np.median(accuracies):.3f}")
print(f"the middle of the searches has {np.median(fair_searches()):.3f}")
print(f"one search in twenty ends below {lower:.3f}")

assert np.median(fair_searches()) > np.median(accuracies) + 0.02

# %% [markdown]
# The narrow hill is the distribution of 10,000 **fair searches**. Each fair search draws 20 of the trials, trains the best two with four more seeds, chooses by validation, and looks at the test part at the end. You may do the same. No fair search thinks.
#
# Your result is reported in one of three bands:
#
# - band 1: below the level that 19 of 20 fair searches reach,
# - band 2: up to their median,
# - band 3: above their median.
#
# There are no finer grades, because the searches lie close together and two things blur a result: the seeds of its trainings, and the choice of the test images. (All searches are tested on the same images, so a part of the second error is common to all.) How large are the standard errors over seeds and over images?

# %%
seeds = drawn["test_hits"][drawn["test_hits"][:, 1] > 0] / drawn["num_test"]
good = seeds[seeds.mean(axis=1) > lower]
middle, (low, high) = np.median(fair_searches()), np.quantile(fair_searches(), [0.25, 0.75])
by_seeds = math.sqrt(good.var(axis=1, ddof=1).mean() / 5)
by_images = math.sqrt(middle * (1 - middle) / drawn["num_test"])
print(f"the middle half of the searches lies between {low:.3f} and {high:.3f}")
print(f"standard error over seeds, of a mean of five: {by_seeds:.4f}")
print(f"(from {len(good)} good ones of {len(seeds)} configurations with five seeds)")
print(f"standard error over {drawn['num_test']} test images, "
      f"of an accuracy of {middle:.3f}: {by_images:.4f}")

assert high - low < 5 * by_seeds < 5 * by_images

# %% [markdown]
# ## When are two settings different?
#
# You will have two or three trials with low losses, and their order may be chance. Lesson 14 has the remedy: train them again with other seeds, and compare. There the scores came in pairs. Here each trial has different seeds, so the first loss of one finalist has nothing to do with the first loss of another. We compare means.
#
# A mean of $n$ values with the standard deviation $s$ has the standard error $s / \sqrt{n}$ (lesson 02), where $s$ is `values.std(ddof=1)`. When the values are losses with different seeds, this is the standard error *over seeds*. For the difference of two independent means, the standard errors add as squares:
#
# $$\mathrm{SE} = \sqrt{\frac{s_1^2}{n_1} + \frac{s_2^2}{n_2}}$$
#
# - $s_1, s_2$ are the standard deviations of the two groups of losses,
# - $n_1, n_2$ are the numbers of seeds.
#
# We will measure with your own function how large a lead has to be.

# %% [markdown]
# ### Exercise 1: `lead` (2 points)
#
# We want one number that says how clearly one setting is ahead of another: its lead, in standard errors over seeds.

# %% solution="lead"
def lead(mine, others):
    """By how many standard errors the first group of losses is better than the second.

    mine, others: the losses of two settings, each with different seeds: two or more numbers, in
    lists, tuples or arrays, floats or whole numbers, not necessarily equally many. They are not
    changed. Lower is better.
    Returns the difference of the means over its standard error over seeds, SE above: a number
    above 0 if the mean of mine is lower, below 0 if it is higher. If every loss equals the mean
    of its group, returns infinity with that sign, and 0 for equal means.
    """
    ### BEGIN SOLUTION
    mine, others = np.asarray(mine, float), np.asarray(others, float)
    ahead = others.mean() - mine.mean()
    error = math.sqrt(mine.var(ddof=1) / len(mine) + others.var(ddof=1) / len(others))
    return float(ahead / error) if error else math.copysign(math.inf, ahead) if ahead else 0.0
    ### END SOLUTION

# %% [markdown]
# Some pairs of groups for the checks:

# %% tags=["setup"]
def pairs_of_groups():
    """Pairs of groups of losses, by name."""
    return {
        "five and five": ([0.926, 0.934, 0.953, 0.930, 0.938],
                          [0.951, 0.949, 0.962, 0.958, 0.941]),
        "two and six": ([1.31, 1.17], [0.98, 1.02, 1.07, 0.91, 1.01, 0.96]),
        "no doubt": ([0.75, 0.75, 0.75], [0.5, 0.5]),
    }


# %% test="lead" points=2
pairs = pairs_of_groups()
integers = np.array([3, 7, 4, 9]), np.array([2, 1, 10])
several = [([1.1, 1.3, 0.9], [1.6, 1.2]), integers, ((0.52, 0.61), (0.55, 0.57, 0.7))]
check("three pairs of groups", lambda: [lead(*pair) for pair in several])
check("five seeds and five seeds", lead, *pairs["five and five"])
check("two seeds and six", lead, *pairs["two and six"])
check("no doubt, worse", lead, *pairs["no doubt"])
check("no doubt, better", lead, *pairs["no doubt"][::-1])
check("no doubt, equal", lead, [0.25, 0.25], [0.25, 0.25, 0.25])
check("one group in doubt",
      lambda: [lead([0.5, 0.5], [0.75, 1.0]), lead([0.5, 0.625], [0.5] * 3)])
kept = [np.array([0.4, 0.7, 0.5]), np.array([0.3, 0.9])]
check("two arrays", lead, *kept)
### BEGIN HIDDEN TESTS
whole = [([4, 9, 2], [7, 7, 8, 1]), ((12, 10), (30, 31)), (np.array([4, 9, 2, 4]), np.array([7, 2]))]
check("three pairs of integer groups", lambda: [lead(*pair) for pair in whole])
check("equally large doubts", lambda: [lead([0.5, 0.75], [1.0, 0.75]), lead([3, 1, 2], (7, 6, 8))])
one, two, three = [0.25, 0.5], [0.75, 1.0, 0.5], [2.0, 1.5]
check("one group beside two others", lambda: [lead(*pair) for pair in [(one, two), (one, three), (three, two)]])
check("one of them without doubt", lambda: [lead([0.5, 0.5], [0.7, 0.9]), lead([0.8, 0.6, 0.7], [0.5] * 4)])
certain = [([1, 1], [3, 3, 3]), ([6, 6, 6], [2, 2]), ([5, 5], [5, 5])]
check("three without any doubt", lambda: [lead(*case) for case in certain])
handed = [np.array([0.9, 0.2, 0.6, 0.8]), np.array([1.5, 0.7, 1.1])]
check("what came of two arrays", lead, *handed)
check_drawn("drawn groups", lead)
### END HIDDEN TESTS

# %% [markdown]
# Try it on the packaged trials. We compare the best trial that has five seeds with the next one, and with number 151. Then we compare the finalists of each of 1,000 fair searches:

# %% tags=["nbval-ignore-output"]
order = np.argsort(np.where(drawn["test_hits"][:, 1] > 0, drawn["val_losses"].mean(axis=1),
                            np.inf))
if solved("lead"):
    for first, second in [(order[0], order[1]), (order[0], order[150])]:
        ahead = lead(drawn["val_losses"][first], drawn["val_losses"][second])
        print(f"trial {first} is ahead of trial {second} by {ahead:.1f} "
              "standard errors over seeds")
    finalists = drawn["val_losses"][drawn["finalists"][:1000]]  # (search, finalist, seed)
    close = np.mean([abs(lead(*pair)) < 2 for pair in finalists])
    luck = np.mean(finalists[:, 0, 1:].mean(axis=1) - finalists[:, 0, 0])
    print(f"{close:.0%} of the searches have finalists less than 2 standard errors apart")
    print(f"the best trial's first loss lies {luck:.4f} below the mean of its "
          "other four, on average")
    assert 0.2 < close < 0.5
    assert luck > 0.001

# %% [markdown]
# The first loss made the trial a finalist, so it is a little too good. Four fresh seeds correct most of that.
#
# How large does a lead become by chance? We draw two groups from the same distribution, five values each, 5,000 times. **Guess before you run the cell**: how often is the lead, in either direction, larger than one standard error, than two, and than three?

# %%
rng = np.random.default_rng(17)
if solved("lead"):
    leads = [lead(rng.normal(size=5), rng.normal(size=5)) for _ in range(5000)]
    shares = [float(np.mean(np.abs(leads) > errors)) for errors in (1, 2, 3)]
    for errors, share in zip((1, 2, 3), shares, strict=True):
        print(f"more than {errors} standard errors: {share:.1%}")
    assert 0.3 < shares[0] < 0.4
    assert 0.05 < shares[1] < 0.12
    assert shares[2] < 0.04

# %% [markdown]
# With five seeds a lead of one standard error says little, and a lead of two is no proof. A lead of three seldom came from chance here. Statisticians call the lead *Welch's t*.
#
# This was one comparison of two groups. With three finalists the lead of the best over the worst is larger by chance. The lead also counts the seeds only: all losses come from the same 1,000 validation images, and other images would change the difference too.
#
# <details><summary>Measured in a longer run</summary>
#
# Between the best and the worst of three equal groups, the lead was above two in 17 % of 5,000 draws, and above three in 4 %.
#
# </details>

# %% [markdown]
# ## How your work is read
#
# Everything that you do goes into a file next to this notebook, `search.jsonl`: each part of the search, each trial with its curves, what you choose and why, and when you opened the test part. Hand it in together with the notebook. The grader reads the file, draws your plan again, and trains your finalists and some other trials again. If the curves differ, or lead to another choice, a person looks before points are given. Another kind of processor can be the reason, so you lose nothing by that.
#
# | part | what is asked | points |
# |---|---|---|
# | log | it is complete; every trial follows from your number and your plan; trained again, the curves begin alike, the curves of your choice also end alike, and a failed trial does not end well | 3 |
# | budget | at most 20 trials in all parts together, and more seeds for at most three of them | 1 |
# | boundary | the learning rate was varied, and the winner does not lie in the outer twentieth of a range where the space goes on; the range of all parts together counts | 2 |
# | seeds | at least two finalists with three seeds or more, and the best trial of the search is among them | 2 |
# | choice | no finalist leads yours by more than 2 standard errors over seeds in both validation loss and accuracy (by any lead, if a seed of yours diverged and none of the other finalist did), and you say why you chose | 2 |
# | test part | opened once, after everything else, for the trial that you chose | 1 |
# | result | one point for each band, by the grader's own trainings | 3 |
# | report | a person reads it | 6 |
#
# Your seeds follow from your number, so a copied log does not fit yours.
#
# No program finds a student who runs the search ten times and hands in the best log, who searches on a second machine, or who reads the test labels out of the package. Your teacher may have a second test part, which the package does not hold, and may ask you about your search. You would be deceiving yourself about your own result.

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. What follows is your own search; it can be interrupted too, because its log is a file.

# %% [markdown]
# ## Part 2 · Your own search (about 60 minutes)
#
# ## The tools
#
# `Capstone` keeps the log. Here the log is in a separate folder, for practice. What happens there counts nowhere.

# %% tags=["nbval-ignore-output"]
practice = Capstone("practice", log=Path(tempfile.mkdtemp()) / "practice.jsonl")
rates = Space(learning_rate=Real(1e-4, 1e-3, log=True), dropout=Real(0.01, 0.3))
others = {"optimizer": "adam", "batch_size": 32, "units": 64, "l2": 1e-5, "schedule": "constant"}
part = practice.search(rates, "grid", num_trials=4, **others)
practice.show()

# %% [markdown]
# The method is `"random"`, `"quasi-random"`, `"grid"` or `"tpe"`. A hyperparameter that is not in the space has one value for all trials. The same call again trains nothing, because the log has its trials. The same call with a larger `num_trials` goes on, unless it is a grid. Another space, method or value is another part of the same search. A part by `"tpe"` knows only its own trials, and the first ten are random (lesson 14). You can also give all seven values yourself, with a reason: `practice.try_by_hand("why", learning_rate=0.002, ...)`.
#
# The pictures of lessons 12 to 14 take one part, or all trials together:

# %%
plotting.plot_projections(practice.trials, "learning_rate", "dropout")
plt.show()

# %% [markdown]
# The grid has two learning rates and two dropout rates, shifted by an offset that follows from the number (here the text "practice"). **Look along the lower axis**: the search went up to 0.001, and the two trials with the higher rate are the best ones. Four trials do not say what lies beyond. *boundary* asks you to look there if the winner lies in the outer twentieth of the range on its logarithmic scale, here above 0.00089. Does this winner? The table gives its rate.
#
# The two best trials have the same rate and different dropout. Is one of them really better? Make both finalists: `repeat` gives them more seeds and returns the five losses of each. Then your `lead` says how clear the difference is.

# %% tags=["nbval-ignore-output"]
first, second = sorted(part.trials, key=lambda trial: trial.val_loss)[:2]
losses = practice.repeat(first.number, second.number)
for number, values in losses.items():
    print(f"trial {number}: {np.round(values, 3)}, mean {values.mean():.4f}")

highest = max(trial.parameters["learning_rate"] for trial in part.trials)
assert first.parameters["learning_rate"] == second.parameters["learning_rate"] == highest

# %% [markdown]
# At the end come `practice.choose(number, because="...")` and `practice.open_test()`. After that the capstone trains nothing more, because a later choice could follow from the test part.

# %% [markdown]
# ## Your search
#
# ### Task 1: the search (`search_log` 3 points, `budget` 1 point)
#
# Type your number in the place of `None`, then plan. Think before you spend: twenty trials in one part, or twelve to find the region and eight inside it? Which of the seven hyperparameters do you vary, and which do you know well enough from the lessons? The learning rate has to vary, over a range or at three values or more. You can run the cell as often as you like: a part that stands in the log costs nothing again. Keep a few trials: if the winner lies at the end of a range, you need them to go on.

# %% solution="search_log" tags=["nbval-ignore-output"]
number = None  # your number, or a text of your own; None stands for your login here
### BEGIN SOLUTION
number = "20261234"
### END SOLUTION
work = Capstone(number)
### BEGIN SOLUTION
region = Space(
    learning_rate=Real(3e-4, 0.1, log=True),
    optimizer=Choice(("momentum", "adam")),
    dropout=Real(0.01, 0.4),
    l2=Real(1e-6, 1e-2, log=True),
)
work.search(region, "quasi-random", num_trials=12, batch_size=32, units=128, schedule="cosine")
inside = Space(learning_rate=Real(5e-4, 1e-2, log=True), dropout=Real(0.05, 0.4))
work.search(inside, "tpe", 8, optimizer="adam", batch_size=32, units=128, l2=1e-4, schedule="cosine")
### END SOLUTION

# %% [markdown]
# Look at what you have:

# %% tags=["nbval-ignore-output"]
work.show()
if work.trials.trials:
    plotting.plot_parallel_coordinates(work.trials)
    plt.show()

# %% [markdown]
# The first two verdicts read the log as the grader will, but they train nothing.

# %% inspected="search_log" points=3
verdict("search_log")

# %% inspected="budget" points=1
verdict("budget")

# %% [markdown]
# ### Task 2: the choice (`boundary`, `seeds`, `choice`, 2 points each)
#
# Look first at what `work.show()` has printed under task 1: it says when the best trial lies at the end of a range. Then go on in the cell of your search, with `search` or `try_by_hand`. After that give your finalists more seeds: `work.show()` then prints their means, and behind ± the standard error over seeds. Compare them with `lead`, and choose. If no finalist is clearly ahead, you may choose a simpler or cheaper one. Your reason goes into the log.

# %% solution="choice" tags=["nbval-ignore-output"]
# work.repeat(...), then work.choose(..., because="...")
### BEGIN SOLUTION
best = sorted(work.trials.trials, key=lambda trial: trial.val_loss)[:3]
means = {number: values.mean() for number, values in work.repeat(*[trial.number for trial in best]).items()}
work.choose(min(means, key=means.get), because="it has the lowest mean validation loss over five seeds")
### END SOLUTION
work.show()

# %% [markdown]
# The verdicts on your choice:

# %% inspected="boundary" points=2
verdict("boundary")

# %% inspected="seeds" points=2
verdict("seeds")

# %% inspected="choice" points=2
verdict("choice")

# %% [markdown]
# ### Task 3: the test part (`test_part` 1 point, `result` 3 points)
#
# All verdicts above should be good now, because you cannot go back from here. **Write down first** what test accuracy you expect. Then open the test part.

# %% solution="test_part" tags=["nbval-ignore-output"]
# work.open_test()
### BEGIN SOLUTION
work.open_test()
### END SOLUTION
work.show()

# %% [markdown]
# How it was opened, and where your result lies:

# %% inspected="test_part" points=1
verdict("test_part")

# %% inspected="result" points=3 tags=["nbval-ignore-output"]
verdict("result")

# %% [markdown]
# ## Where you stand
#
# The dotted lines are the limits of the bands, and the solid line is your result.

# %% tags=["nbval-ignore-output"]
figure, ax = plt.subplots(figsize=(6.4, 2.4))
ax.hist(fair_searches(), np.linspace(0.62, 0.685, 40), label="10,000 fair searches")
for limit in limits():
    ax.axvline(limit, color="black", linestyle=":", linewidth=1)
if work.log.openings:
    ax.axvline(np.mean(work.log.openings[-1].accuracies), color=plotting.COLORS[1], label="you")
ax.set(xlabel="test accuracy, mean of five seeds", ylabel="searches")
ax.legend(loc="upper left")
plt.show()

# %% [markdown]
# ## Beliefs, measured
#
# **"More trials are what it takes."** We draw 4,000 searches of 5, of 20 and of 80 random trials from the whole space, and choose the best trial of each by validation. Then we do the same inside a sensible region: Adam, with rates from 0.001 to 0.01.

# %%
val_losses = np.nan_to_num(drawn["val_losses"][:, 0], nan=np.inf)
sensible = (drawn["optimizer"] == "adam") & (np.abs(np.log10(drawn["learning_rate"])
                                                    + 2.5) < 0.5)


def median_winner(rows, num_trials):
    """The median test accuracy of the best of so many trials, drawn from these rows."""
    rng = np.random.default_rng(0)
    tries = rng.choice(rows, (4000, num_trials))
    winners = tries[np.arange(4000), np.argmin(val_losses[tries], axis=1)]
    return float(np.median(accuracies[winners]))


# %% [markdown]
# **Guess before you run the cell**: how many trials in the whole space are worth five in the sensible region?

# %%
everywhere = np.arange(len(val_losses))
wide = {num: median_winner(everywhere, num) for num in (5, 20, 80)}
narrow = {num: median_winner(np.flatnonzero(sensible), num) for num in (5, 20)}
print("whole space:    ", ", ".join(f"{num} trials {value:.4f}" for num, value in wide.items()))
print("sensible region:",
      ", ".join(f"{num} trials {value:.4f}" for num, value in narrow.items()))

assert wide[20] > wide[5] + 0.01, "from 5 to 20 trials much is won"
assert wide[80] - wide[20] < wide[20] - wide[5], "and less from 20 to 80"
assert abs(narrow[5] - wide[20]) < 0.005, (
    "five in the sensible region are about worth twenty everywhere"
)

# %% [markdown]
# Here five trials in this region, an eighth of the space, were about worth twenty everywhere. Lesson 03 found Adam's best rate from four to about eleven times 0.001, and you may use that knowledge.
#
# **"Tuning is worth ten points."** It depends on the comparison. Keras's Adam has a default rate of 0.001, and `fit` a batch size of 32. Without tuning you get both. These are the random trials near that rate, with everything else drawn at random:

# %%
near = (drawn["optimizer"] == "adam") & (np.abs(np.log10(drawn["learning_rate"]) + 3) < 0.15)
default = np.median(accuracies[near])
in_batches = np.median(accuracies[near & (drawn["batch_size"] == 32)])
print(f"{near.sum()} trials near Adam's default rate: median {default:.3f}")
print(f"those of them with batches of 32: median {in_batches:.3f}")
print(f"fair searches: median {middle:.3f}", end=", ")
print(f"{100 * (middle - default):.1f} and {100 * (middle - in_batches):.1f} points more")
print(f"against the middle random trial: "
      f"{100 * (middle - np.median(accuracies)):.1f} points more")

assert 0 < middle - in_batches < middle - default < 0.05 < 0.1 < middle - np.median(accuracies)

# %% [markdown]
# Compared with the median of all configurations, the median search gains more than ten points here. Compared with the default rate it gains about two, and less when the batch size is the default too. All three numbers are true, and a report must say which comparison it makes.

# %% [markdown]
# ## Quiz
#
# **Question 1.** Your best trial has a rate of 0.0098, the range ended at 0.01, and the space goes on to 1. What now?
#
# - a. Choose it: no other trial of the search has a lower loss.
# - b. Spend a few of the remaining trials above 0.01.
# - c. Draw twenty more trials in the same range.
# - d. Round it to 0.01.

# %% solution="quiz_1"
quiz_1 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_1 = "b"
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# **Question 2.** Two finalists, with five seeds each, have mean losses of 0.931 and 0.936, and the standard error of the difference over seeds is 0.008. Which sentence may stand in the report?
#
# - a. The first is better by 0.005: both had five seeds, so the comparison is fair.
# - b. Both are equally good: they lie less than one standard error apart.
# - c. The second would win with more seeds.
# - d. The first has the lower mean, and five seeds do not tell the two apart.

# %% solution="quiz_2"
quiz_2 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_2 = "d"
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# **Question 3.** After the test part was opened, you see that another finalist has a better test accuracy. What may you use this test accuracy for?
#
# - a. Not for the choice: it would make the test part a second validation part.
# - b. To choose that finalist: the test part is the more honest judge, since no trial was trained on it.
# - c. To hand in the mean of both test accuracies.
# - d. As a reason to open the test part for all trials and take the best, so that all are treated alike.

# %% solution="quiz_3"
quiz_3 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_3 = "a"
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# **Question 4.** Someone trains three of your trials again on another computer and gets the same curves. What has been shown?
#
# - a. That your log holds all trials that you ever ran, and no others.
# - b. That your choice was right.
# - c. That you did not look at the test labels.
# - d. That these three trials were trained as your log says.

# %% solution="quiz_4"
quiz_4 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_4 = "d"
### END SOLUTION

# %% test="quiz_4" points=1
check("question 4", quiz_4, secret=True)

# %% [markdown]
# ## In your own words
#
# Write your report, 200 to 400 words, for a colleague who will use your setting. She asks: What did you search, where and how, and why so? What did you see on the way, and what did you do because of it? What did you find, with which doubt? What was it measured with, and where would you not rely on it? What would you do with twenty more trials?

# %% [markdown] written="report" points=6
# ### BEGIN SOLUTION
# **Rubric.** One point for each of these, half a point where it is there and vague:
#
# 1. *The plan*: which hyperparameters varied, in which ranges and on which scale, by which method, in how many trials, and why these.
# 2. *The path*: what the first part showed, and what followed from it for the next (a range that moved, a hyperparameter that was fixed). Where the search had one part: what it showed of its ranges, such as a best trial that lies inside of them, and why nothing had to follow.
# 3. *The choice*: finalists, number of seeds, means with an uncertainty, and a sentence about the difference that the numbers carry.
# 4. *The result*: test accuracy with its band, opened once; held against the validation score or the expectation.
# 5. *The reach*: network, data, epochs, optimizer; at least one thing that it does not show.
# 6. *What next*: a next step that follows from what was seen.
#
# (The reports below belong to other students' numbers, so to other trials than those above.)
#
# **Full answer** (6 points; a good report). "I searched the rate on a logarithmic scale from 0.0003 to 0.1, the optimizer, dropout from 0.01 to 0.4 and L2 from 1e-6 to 1e-2, twelve quasi-random trials. I fixed 128 units, batches of 32 and the cosine, because seven dimensions are too many for twelve trials. Adam's good rates lay around 0.002, momentum's around 0.02, and above 0.02 Adam failed. L2 showed nothing. So the second part had eight trials with Adam, rates from 0.0005 to 0.01, and L2 fixed at 1e-4. It was by TPE, which draws its first ten at random, so these eight were random. The best three got four more seeds: 0.921 ± 0.003, 0.925 ± 0.004 and 0.930 ± 0.004. The first two cannot be told apart (0.8 standard errors); I took the first. Its rate and dropout lie inside of their ranges. I expected 0.67 on the test part and found 0.675, in band 3; validation, by which I had chosen, said 0.69. All of that holds for a multilayer perceptron with two hidden layers, 20 epochs and labels of which a fifth is wrong. With clean labels I would not rely on the dropout. With twenty more trials I would ask whether batches of 32 matter, because I never varied them, and I would keep three trials back for the end of a range."
#
# **Half answer** (2 points; a middling report). "First I searched twelve random trials and then eight in a smaller range, because Adam was better. Trial 14 was the best, with a rate of 0.0021 and dropout 0.2. I trained it and the second with five seeds, and it was still better. The test accuracy was 0.675. With more trials it would get better." (Plan and path are there without ranges and reasons, the choice without uncertainty, the result without a comparison. It says nothing of its reach, and its next step follows from nothing.)
#
# **Empty answer** (0 to 1 point; a poor report). "I used the capstone tools and found the best hyperparameters. My accuracy is 67.5 %, which is a very good result, because tuning is very important for neural networks. Adam is the best optimizer and the best learning rate is 0.0021." (No plan, no path, no doubt; two claims that twenty trials of one network cannot carry.)
# ### END SOLUTION

# %% [markdown]
# | The notes say | We found |
# |---|---|
# | 하나하나 확인(실험)하면서 최적의 값을 찾는 방법 (a way to find the best value by trying one after another) | twenty trials find good values; in a third of the fair searches the finalists were less than two standard errors over seeds apart |
# | AutoML: Katib, AutoKeras | a search by machine is a search: you still choose its range and its budget, and open its test part |

# %% [markdown]
# ## Summary
#
# - A search has a plan, a budget, and a winner that does not lie at the end of its range.
# - Two settings differ, on these validation images, when their means differ by several standard errors over seeds. One seed each says little.
# - Validation chooses. The test part is opened once, and decides nothing.
# - A training that another person can repeat was done. No program sees what a log leaves out.
# - Where you search counts as well as how many trials you make: here five trials near known rates were about worth twenty everywhere.
# - Measured with multilayer perceptrons of two hidden layers, 20 epochs, momentum or Adam, on 3,000 noisy images with a fifth of their labels wrong; 2,048 random configurations, 652 of them with five seeds.

# %% [markdown]
# ## Sources
#
# - J. Dodge, S. Gururangan, D. Card, R. Schwartz, N. Smith, *Show Your Work: Improved Reporting of Experimental Results*, EMNLP 2019, arXiv:1909.03004: a result is to be told with the budget that found it, as an expected best of n trials.
# - X. Bouthillier and others, *Accounting for Variance in Machine Learning Benchmarks*, MLSys 2021, arXiv:2103.03098: the choice of the data, seeds and the search itself all move a score; compare means over several of them.
# - G. Cawley, N. Talbot, *On Over-fitting in Model Selection and Subsequent Selection Bias in Performance Evaluation*, JMLR 11, 2010: what was chosen by a score is overrated by that score.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, arXiv:1708.07747: the photographs.
