# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 07 Normalization and shortcuts
#
# **Question**: Can a network choose its own scale?
#
# Below, adding 10 to every pixel takes the accuracy of a network from 0.8 to 0.2, and a normalization between its layers makes a hopeless network of ten layers learn.
#
# You will be able to
#
# - bring inputs to a common scale by the training part alone, and say what that does to the best learning rate,
# - write batch normalization, layer normalization and shortcuts by hand, in training and at inference,
# - tell what a norm changes in a network, from the size of the signal to the effect of L2, and what it does not change.
#
# Run time: about 45 s; your own time: about 140 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | standardize | 표준화 | subtract the mean, divide by the standard deviation |
# | normalization, norm | 정규화 (Normalization) | subtracting a mean and dividing by a standard deviation inside a network, as a layer of it; *norm* is short for it here and does not mean a length (노름) |
# | batch normalization | 배치 정규화 (Batch Normalization) | each unit by its mean and variance over the examples of a batch |
# | layer normalization | 층 정규화, 레이어 정규화 (Layer Normalization) | each example by its mean and variance over the units of a layer |
# | scale and shift, gamma and beta | 스케일과 시프트 (γ, β) | two trainable numbers a unit: the size and the mean that it gets back |
# | moving average | 이동 평균 | a mean that forgets: at each step a little of it is replaced by the new value |
# | inference | 추론 | using a trained network; the opposite of training |
# | shortcut, residual connection | 숏컷, 스킵 연결 (스킵 커넥션), 잔차 연결 (Residual Connection) | the inputs of a layer are added to its outputs |
# | scale-invariant | 스케일 불변 | the same after all weights are multiplied by one number |
# | effective learning rate | 유효 학습률 | the rate divided by the square of the weights' length; the *effective rate* of lesson 03 is something else, by the same name in Korean |
#
# </details>
#
# In Korean 정규화 stands for *normalization* and for *regularization*. In this lesson it means normalization; lesson 10 is about regularization.

# %% tags=["setup"]
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import fashion_mnist, read_packaged

plotting.use_style()

# %% [markdown]
# Keras takes some seconds to load.

# %% tags=["setup"]
import keras

from helpers.training import (
    Configuration,
    layer_statistics,
    loss_and_accuracy,
    starting_weights,
    sweep,
    with_whole_statistics,
)

# %% [markdown]
# ## Part 1 · Scale inputs, and let a network scale itself (about 75 minutes)
#
# ## One picture, stored in four ways
#
# A camera stores a pixel as a whole number from 0 to 255. Nearly everywhere so far our clothes had pixels from 0 to 1, because somebody had divided by 255 for you. In lesson 01 we undid this division once: the best rate was far smaller, and the accuracy lower. Why?
#
# We take the network that you know, with two hidden layers of 64 units, and give it the same images in four ways:
#
# - **0 to 255**: as the camera stores them,
# - **0 to 1**: divided by 255,
# - **standardized** (표준화): from each pixel we subtract its mean over the training images, and we divide by its standard deviation over the training images. Keras has a layer for this,
# - **10 to 11**: 0 to 1, with 10 added to every pixel. A temperature in kelvin looks like this.
#
# No information is lost in any of these ways. Each way has its own learning rates, so the comparison is fair. In nearly all trainings of this lesson the rate falls along a cosine, as in lesson 02.
#
# **Guess before you run the cells**: at its own best rate, how many points of accuracy will each way lose against the best way?

# %%
clothes = fashion_mnist()
falling = {"schedule": "cosine"}


def stored_as(change):
    """The same clothes, with changed images."""
    parts = {name: getattr(clothes, name) for name in ["x_train", "x_val", "x_test"]}
    changed = {name: np.asarray(change(part), np.float32) for name, part in parts.items()}
    return clothes._replace(**changed)


by_keras = keras.layers.Normalization(axis=(1, 2))
by_keras.adapt(clothes.x_train)

# %% [markdown]
# The rates were chosen so that the best rate of each way is not the first or the last one.

# %%
ways = {
    "0 to 255": (lambda x: 255 * x, [0.0001, 0.0002, 0.0004, 0.0008]),
    "0 to 1": (lambda x: x, [0.1, 0.2, 0.4, 0.8]),
    "standardized": (by_keras, [0.1, 0.2, 0.4, 0.8]),
    "10 to 11": (lambda x: x + 10, [0.0008, 0.0016, 0.0032]),
}
runs_of = {}


def train_with(name):
    """Train the network on one way to store the images, with each of its rates."""
    change, rates = ways[name]
    trials = [Configuration(rate, **falling) for rate in rates]
    runs_of[name] = sweep(trials, stored_as(change), seeds=range(5))

# %% [markdown]
# First the two usual ways to store a pixel:

# %%
train_with("0 to 255")
train_with("0 to 1")

# %% [markdown]
# Then the two computed ways:

# %%
train_with("standardized")
train_with("10 to 11")

# %% [markdown]
# Dots are single runs, lines are their means. **Look at the heights of the tops, and then at their places on the axis.**

# %%
figure, ax = plt.subplots()
for name, runs in runs_of.items():
    plotting.plot_sweep(runs, ax=ax, label=name)
plt.show()

# %% [markdown]
# The best rate of each way:

# %% tags=["nbval-ignore-output"]
def best_of(runs):
    """The best mean of the last validation accuracies, and its rate."""
    ends = {}
    for run in runs:
        ends.setdefault(run.configuration.learning_rate, []).append(run.val_accuracies[-1])
    return max((float(np.mean(accuracies)), rate) for rate, accuracies in ends.items())


best = {name: best_of(runs) for name, runs in runs_of.items()}
for name, (accuracy, rate) in best.items():
    print(f"{name:13} {accuracy:.3f} at its best rate {rate}")

# %% [markdown]
# The claims:

# %%
assert best["0 to 255"][0] < best["0 to 1"][0] - 0.07, (
    "0 to 255 should cost many points at its own best rate"
)
assert best["0 to 1"][1] >= 100 * best["0 to 255"][1], "and its best rate should be far lower"
assert best["standardized"][0] > best["0 to 1"][0], "standardizing should bring a little more"
assert best["10 to 11"][0] < 0.4, "and an added constant should ruin nearly everything"

# %% [markdown]
# "0 to 255 is only a matter of the rate" is not true: even at its own best rate this way loses more than ten points. The fourth way, which only adds a constant, is the worst of all. So size is not the only problem. A *mean* far from 0 can do more harm than a large scale.

# %% [markdown]
# ### Why a common mean is so bad
#
# Remember the valley of lesson 01. In a narrow valley the steepest direction limits the rate, and progress in all other directions is slow. For one linear unit with half the squared error as its loss we know the valley exactly. Its curvatures are the eigenvalues of the mean of $x x^\top$, where $x$ is one example as a column of numbers.
#
# The next cell prints them for the four ways, and for pixels from which only the mean is subtracted. **Look at the last column**: which share of all curvature lies in one single direction?

# %%
share = {}
for name, (change, _) in ways.items():
    x = np.asarray(change(clothes.x_train), float).reshape(len(clothes.x_train), -1)
    curvatures = np.linalg.eigvalsh(x.T @ x / len(x))
    share[name] = curvatures[-1] / curvatures.sum()
    print(f"{name:13} largest curvature {curvatures[-1]:12.1f}, its share of "
          f"the sum {share[name]:.4f}")

# x is still "10 to 11". Without its mean it is the same as "0 to 1".
centred = np.linalg.eigvalsh(np.cov(x.T))
print(f"with the mean of each pixel subtracted, not divided: share "
      f"{centred[-1] / centred.sum():.4f}")

assert np.isclose(share["0 to 255"], share["0 to 1"], rtol=1e-3), "a factor changes no shares"
assert share["standardized"] + 0.05 < centred[-1] / centred.sum() < share["0 to 1"] / 2, (
    "most is the mean"
)
assert share["10 to 11"] > 0.999 > 0.5 > share["standardized"], (
    "a constant makes one direction steep"
)

# %% [markdown]
# A factor makes the whole valley steeper, for 255 by 65,025. For a single linear unit a smaller rate would solve this. In a network, relu hands the factor on, so all later layers get inputs that are 255 times as large too. So are the outputs, and the untrained network is very sure of arbitrary answers.
#
# A mean makes *one* direction steep: the direction along which all pixels grow together. With 10 added, 99.9 % of the curvature lies there. The rate must be small enough for this direction, but what tells a shirt from a coat lies in the other directions. Subtracting each pixel's mean lowers the share of the steepest direction from 73 to 34 %. Dividing by the deviations lowers it to 26 %.

# %% [markdown]
# ### And with another optimizer?
#
# Adam scales the step of every weight, so perhaps it does not care. To save your time, `scripts/make_normalization.py` has stored larger tables for this lesson: the accuracies at many rates, with four seeds.
#
# In all these tables each side has its best rate by *validation* accuracy, and we print or draw the *test* accuracy at this rate. The first table has one more way, **mean 0**: pixels from 0 to 1, from which one single number is subtracted, the mean of all pixels of all training images. The number after ± is one standard deviation over the seeds.

# %%
table = read_packaged("normalization")


def at_own_rate(accuracies, rates=table["rates"]):
    """The test accuracies at the rate whose mean validation accuracy is the best, and that rate.

    accuracies: shape (rates, seeds, 2), validation and test.
    """
    place = accuracies[..., 0].mean(axis=1).argmax()
    return accuracies[place, :, 1], rates[place]


by_input = {}
for optimizer, rows in zip(table["input_optimizers"].tolist(), table["by_input"], strict=True):
    for way, accuracies in zip(table["inputs"].tolist(), rows, strict=True):
        reached, rate = at_own_rate(accuracies, table["input_rates"])
        by_input[optimizer, way] = reached.mean()
        print(f"{optimizer:5} {way:13} {reached.mean():.3f} ± "
              f"{reached.std(ddof=1):.3f} at {rate:g}")

# %% [markdown]
# As claims:

# %%
sgd, adam = ({way: by_input[name, way] for way in table["inputs"].tolist()}
             for name in ["sgd", "adam"])
assert sgd["mean 0"] > sgd["0 to 1"] + 0.01, "with SGD one number should bring most of it"
assert abs(sgd["standardized"] - sgd["mean 0"]) < 0.01, "and a number for each pixel hardly more"
assert max(adam.values()) < adam["0 to 1"] + 0.01, (
    "with Adam nothing should be gained over 0 to 1"
)
assert adam["0 to 255"] < adam["0 to 1"] - 0.05, "but 0 to 255 should still cost a lot"
assert adam["10 to 11"] < 0.4, "and an added constant should ruin Adam too"

# %% [markdown]
# - "Standardizing always helps" is false here: with Adam, standardizing pixels between 0 and 1 gained nothing on the test images.
# - "Adam does not care about the scale" is false as well: 0 to 255 costs nine points, and an added constant ruins the training.
# - With SGD and pixels between 0 and 1, the mean matters most. Subtracting one number from all pixels brings nearly as much on the test images as standardizing each pixel.

# %% [markdown]
# ### Whose mean?
#
# Mean and deviation are *learned from data*, like weights. Two things follow.
#
# They come from the training part alone. Validation and test images stand for images that nobody has seen yet, so nothing may be learned from them.
#
# And they stay fixed. The same mean and deviation serve all later images. New images will not have exactly mean 0 and deviation 1 then, and this is right: if they are brighter than the training images, the network should see it.
#
# Some features never change: in many collections of images a corner is always black. Such a feature has the deviation 0, and nothing can be divided by 0. It is only shifted, as if its deviation were 1. But rounding sets a trap:

# %%
three_times = np.array([0.1, 0.1, 0.1])
print(f"mean {three_times.mean():.20f}, deviation {three_times.std():.3g}")
assert 0 < three_times.std() < 1e-16, "rounding should leave a tiny deviation"

# %% [markdown]
# The computed deviation of three times 0.1 is not 0, because the computed mean is not exactly 0.1. A test `deviation == 0` misses this feature, and dividing by the tiny number makes it astronomically large.
#
# ### Exercise 1: `standardize` (2 points)

# %% solution="standardize"
def standardize(x_train, x_new):
    """Return an array of floats: the examples x_new, standardized as the training part asks.

    x_train, x_new: arrays of numbers whose first axis counts the examples; the axes behind it,
        one or more, are those of one example, and the same in both. Both hold at least one
        example, and stay as they were.
    Each place of an example is a feature, with a mean and a standard deviation (the root of the
        mean squared distance from the mean) of its own. A feature that is the same in all
        training examples is only shifted, also where rounding leaves its computed deviation
        just above 0.
    """
    ### BEGIN SOLUTION
    is_constant = x_train.max(axis=0) == x_train.min(axis=0)
    spread = np.where(is_constant, 1, x_train.std(axis=0))
    return (x_new - x_train.mean(axis=0)) / spread
    ### END SOLUTION

# %% test="standardize" points=2
table_1 = np.array([[1.1, 10.0, -3.0], [3.0, 10.5, 4.0], [2.3, 14.0, -5.0], [7.0, 11.0, 0.5]])
news = np.array([[4.0, 9.0, 2.0], [1.5, 30.0, -1.0]])
check("four examples, two new ones", standardize, table_1.copy(), news.copy())
check("the training part itself", lambda: standardize(table_1.copy(), table_1.copy()))
check("one new example", lambda: standardize(table_1.copy(), news[:1].copy()))
corner = np.array([[5.0, 1.0, -2.0], [5.0, 4.0, -2.0], [5.0, -2.0, -2.0]])
check("features that never changed",
      lambda: standardize(corner.copy(), np.array([[5.0, 2.5, 4.25]])))
tiny = np.array([[[0.25, 2.0, 3.0], [4.0, 1.0, 1.0]], [[1.0, 2.5, 9.0], [0.0, 3.0, 1.0]]])
check("two images of 2 by 3 pixels", lambda: standardize(tiny.copy(), 2 * tiny[:1] + 1))
whole = np.array([[1, 200], [4, 90], [2, 0]])
check("whole numbers", lambda: standardize(whole.copy(), np.array([[3, 255], [0, 1]])))
check("a feature that is 0.1 three times",
      lambda: standardize(np.full((3, 1), 0.1), np.array([[0.1], [1.6]])))
### BEGIN HIDDEN TESTS
wide = np.linspace(-3, 5, 30).reshape(3, 10) ** 3
check("ten features", lambda: standardize(wide.copy(), wide[:2] * 1.5 - 4))
three = np.array([[2.0, 1.0], [2.0, 8.0], [2.0, 3.5]])
later = np.array([[2.0, 4.0], [-1.0, 0.0]])
check("one that never changed, seen again", lambda: standardize(three.copy(), later.copy()))
check("a single training example", lambda: standardize(three[:1].copy(), three + 1))
check("two images of 3 by 2", lambda: standardize(np.moveaxis(tiny, 1, 2) ** 2, 5 - np.moveaxis(tiny, 1, 2)))
tenths = np.array([[0.7, 2.5], [0.7, -1.0], [0.7, 4.0]])
check("tenths that never changed", lambda: standardize(tenths.copy(), tenths[:2] + 2.25))
kept = np.array([[4.0, 9.5], [1.5, 30.0]])
check("what stays as it is", lambda: [standardize(three.copy(), kept), kept.copy()])
halves = table_1[:2], table_1[1:]
both_ways = lambda: [standardize(half.copy(), news.copy()) for half in halves]
check("the same new ones beside two training parts", both_ways)
check_drawn("drawn tables", standardize)
### END HIDDEN TESTS

# %% [markdown]
# We compare your function with Keras's layer, on images that neither has seen in training:

# %%
if solved("standardize"):
    yours = standardize(clothes.x_train, clothes.x_val)
    theirs = np.asarray(by_keras(clothes.x_val))
    means = yours.mean(axis=0)
    print(f"means of the new images from {means.min():.2f} to {means.max():.2f}")
    assert np.allclose(yours, theirs, atol=1e-3), "both should give the same numbers"
    assert 0.02 < np.abs(means).max() < 0.5, "new images have about mean 0, and not exactly"

# %% [markdown]
# `keras.layers.Normalization` has three traps. Its default `axis=-1` takes statistics for the *last* axis alone: for images of 14 by 14 that means 14 means, one for each column. A layer that was never adapted lets its inputs through unchanged, without a warning. And it divides a feature that never changed by a tiny number, where your function only shifts the feature.

# %%
columns = keras.layers.Normalization()
columns.adapt(clothes.x_train)
untouched = keras.layers.Normalization(axis=(1, 2))
print(f"default axis: {np.size(columns.mean)} means; axis=(1, 2): "
      f"{np.size(by_keras.mean)} means")
assert (np.size(columns.mean), np.size(by_keras.mean)) == (14, 196), (
    "the default is one mean a column"
)
assert np.array_equal(untouched(clothes.x_val[:5]), clothes.x_val[:5]), (
    "not adapted, it should do nothing"
)
never_changed = keras.layers.Normalization()
never_changed.adapt(np.full((3, 1), 5.0))
assert never_changed(np.array([[6.0]])).numpy().item() > 1e6, "a step of 1 becomes millions"

# %% [markdown]
# ## A network that standardizes itself
#
# The outputs of the first layer are the inputs of the second. If standardizing helps at the input, it should help inside the network too. But inside, the numbers change with every step, so no mean can be computed once and for all.
#
# In 2015 Sergey Ioffe and Christian Szegedy computed mean and deviation anew in every step, from the current batch. That is **batch normalization** (배치 정규화).
#
# First its effect. In lesson 06 a network of ten layers with weights drawn from N(0, 1) had a loss of `nan` after its first step, at any usual rate. We build it again, without and with batch normalization in each hidden layer. (`norm_momentum` is explained below.) **Guess**: will the second network learn, and how well?

# %%
BATCH = {"normalization": "batch", "norm_momentum": 0.9}
ten = {"hidden": (64,) * 10, **falling}
large_start = {"initializer": 1.0, **ten}
lost = sweep([Configuration(rate, **large_start) for rate in [0.001, 0.1]], clothes,
             seeds=range(3))

# %% [markdown]
# And with batch normalization:

# %%
saved = sweep([Configuration(0.8, **large_start, **BATCH)], clothes, seeds=range(3))

# %% [markdown]
# How did these trainings end?

# %% tags=["nbval-ignore-output"]
saved_accuracy, _ = best_of(saved)
print(f"plain: {sum(run.diverged for run in lost)} of {len(lost)} ended in nan")
print(f"with batch normalization: accuracy {saved_accuracy:.3f}")

assert all(run.diverged for run in lost), "without a norm the loss should overflow"
assert saved_accuracy > 0.6, "with batch normalization it should learn"

# %% [markdown]
# A hopeless network has become usable, although only a mean and a deviation were added.

# %% [markdown]
# ### What it computes
#
# Take one unit. Before its activation function it has a number for each example of the batch: $z_1, z_2, \dots, z_B$. Batch normalization takes their mean $m$ and their variance $v$ (the mean squared distance from $m$), and computes for each
#
# $$\hat z_i = \frac{z_i - m}{\sqrt{v + \epsilon}} \qquad\qquad y_i = \gamma \, \hat z_i + \beta$$
#
# - $\epsilon$ (**epsilon**) is a small number, 0.001 in Keras. It keeps the root away from 0.
# - $\gamma$ and $\beta$ are the unit's **scale and shift** (스케일과 시프트). They are trained like weights, and start at 1 and 0. With them the unit can have any mean and any deviation.
#
# Every unit has its own $m$, $v$, $\gamma$ and $\beta$. Then relu is applied to the $y_i$.
#
# The layer needs no bias any more: subtracting $m$ removes whatever a bias adds.

# %% [markdown]
# ### Training and inference
#
# In training, an example's output depends on the other examples of its batch. After training it must not: the same shirt should get the same answer, whatever images come with it.
#
# So batch normalization also keeps a **moving average** (이동 평균) of the means and of the variances. At each step of training, for mean and variance alike,
#
# $$\text{moving} \leftarrow \mu \cdot \text{moving} + (1 - \mu) \cdot \text{batch}$$
#
# where $\mu$ is called *momentum*, 0.99 in Keras. (It has nothing to do with the momentum of an optimizer.) At **inference** (추론) the moving mean and the moving variance take the place of $m$ and $v$, and nothing is updated.
#
# Here is Keras's layer with one unit, which nobody has trained yet. The inputs come from a normal distribution with mean 5 and deviation 3.

# %%
inputs = np.random.default_rng(0).normal(5, 3, size=(1000, 1)).astype("float32")
fresh = keras.layers.BatchNormalization()
for training in [False, True]:
    outputs = np.asarray(fresh(inputs, training=training))
    print(f"training={training!s:5}  mean {outputs.mean():.2f}, deviation {outputs.std():.2f}")
print(f"moving mean, after one pass in training: {float(fresh.moving_mean[0]):.3f}")

assert abs(float(fresh.moving_mean[0]) - 0.01 * inputs.mean()) < 1e-4, "a hundredth of the way"

# %% [markdown]
# With `training=False` the fresh layer changes next to nothing: its moving mean is still 0 and its moving variance still 1, so only the small epsilon has an effect. The averages move in the forward pass, without a gradient and without an optimizer.

# %% [markdown]
# ### Exercise 2: `batch_norm` (4 points)
#
# Write the whole layer: how it works in training, how it works at inference, and how the moving averages pass from one call to the next.

# %% solution="batch_norm"
def batch_norm(inputs, gamma, beta, moving_mean, moving_variance, training, momentum=0.99,
               epsilon=1e-3):
    """Return three arrays: outputs, and the moving mean and variance as they are after this
    call.

    inputs: an array of shape (examples, units), with at least one example.
    gamma, beta, moving_mean, moving_variance: arrays of floats, of shape (units,).
    training: True or False. In training the statistics of the inputs normalize, and the moving
        ones are updated by them; otherwise the moving ones normalize, and are returned with the
        values that they had.
    momentum: from 0 to below 1. epsilon: above 0, as in the formula.
    All arrays that are handed in stay as they were.
    """
    ### BEGIN SOLUTION
    mean, variance = moving_mean, moving_variance
    if training:
        mean, variance = np.mean(inputs, axis=0), np.var(inputs, axis=0)
        moving_mean = momentum * moving_mean + (1 - momentum) * mean
        moving_variance = momentum * moving_variance + (1 - momentum) * variance
    outputs = gamma * (inputs - mean) / np.sqrt(variance + epsilon) + beta
    return outputs, moving_mean, moving_variance
    ### END SOLUTION

# %% test="batch_norm" points=4 tags=["long"]
def units():
    """Gamma, beta, moving mean and moving variance of three units."""
    rows = [[2.0, 0.5, -1.5], [0.25, -1.0, 3.0], [1.0, -2.0, 0.5], [4.0, 0.5, 9.0]]
    return [np.array(row) for row in rows]


four = np.array([[1.0, 4.0, -2.0], [3.0, -1.0, 0.5], [2.5, 0.0, 7.0], [-4.0, 6.0, 1.0]])
check("everything after one call", batch_norm, four.copy(), *units(), True, 0.9, 0.1)
check("outputs in training", lambda: batch_norm(four.copy(), *units(), True)[0])
check("moving statistics after training",
      lambda: batch_norm(four.copy(), *units(), True, momentum=0.7)[1:])
check("outputs at inference", lambda: batch_norm(four.copy(), *units(), False, momentum=0.7)[0])
check("statistics after inference",
      lambda: batch_norm(four.copy(), *units(), False, momentum=0.7)[1:])
check("the usual momentum", lambda: batch_norm(four.copy(), *units(), training=True)[1:])
both = lambda inputs, **named: [batch_norm(inputs.copy(), *units(), way, **named)[0]
                                for way in (True, False)]
check("a large epsilon, in training and at inference", lambda: both(four, epsilon=2.0))
check("a batch of one", lambda: batch_norm(four[:1].copy(), *units(), True, momentum=0.5))
check("a batch of whole numbers, in both ways", lambda: both(np.array([[1, 4, -2], [3, -1, 0]])))
### BEGIN HIDDEN TESTS
few = np.array([[0.5, -1.0], [2.0, 3.0], [0.0, 1.0], [1.0, 1.5], [8.0, -2.0]])
pair = [np.array(row) for row in ([3.0, -2.0], [0.5, 1.0], [0.0, 3.0], [1.0, 2.0])]
check("five examples of two units", batch_norm, few.copy(), *map(np.copy, pair), True, 0.6)
check("two at inference", lambda: batch_norm(few[:2].copy(), *map(np.copy, pair), False, epsilon=0.5))
check_drawn("drawn layers", batch_norm)
### END HIDDEN TESTS

# %% [markdown]
# We compare your layer with Keras's, through three batches of training and one of inference:

# %%
if solved("batch_norm"):
    rng, layer = np.random.default_rng(1), keras.layers.BatchNormalization(momentum=0.8)
    mean, variance = np.zeros(5), np.ones(5)
    for training in [True, True, True, False]:
        x = rng.normal(2, 3, size=(32, 5)).astype("float32")
        yours, mean, variance = batch_norm(x, np.ones(5), np.zeros(5), mean, variance, training,
                                           momentum=0.8)
        theirs = np.asarray(layer(x, training=training))
        print(f"training={training!s:5}  largest difference {np.abs(yours - theirs).max():.1e}")
        assert np.allclose(yours, theirs, atol=1e-4), "both should give the same numbers"
    assert np.allclose(variance, layer.moving_variance, rtol=1e-4), (
        "and keep the same statistics"
    )

# %% [markdown]
# ## What the moving averages hide
#
# The moving averages start at mean 0 and variance 1, which have nothing to do with the data. With $\mu = 0.99$ a step replaces one hundredth of them. One epoch of our 1,280 images has 40 steps. So after one epoch 0.99 to the power of 40, two thirds, are still the arbitrary start.
#
# Training does not use the moving averages, but validation does. So we train the same network twice, with $\mu = 0.99$ and with 0.9, at a constant rate of 0.1. **Guess**: how far apart are the two validation curves after the first epoch, and after the last?

# %%
of_momentum = {}
for momentum in [0.99, 0.9]:
    one = Configuration(0.1, normalization="batch", norm_momentum=momentum)
    of_momentum[momentum] = sweep([one], clothes, seeds=range(10))

# %% [markdown]
# Lines are means over ten seeds, bands are one standard deviation.

# %%
figure, ax = plt.subplots()
for momentum, runs in of_momentum.items():
    plotting.plot_curves(runs, ax=ax, metric="val_accuracies", label=f"momentum {momentum}")
plt.show()

# %% [markdown]
# The next cell asserts what the picture shows. `run.weights` holds four arrays for each norm, after kernel and bias: gamma, beta, moving mean, moving variance.

# %% tags=["nbval-ignore-output"]
slow, quick = (np.array([run.val_accuracies for run in runs]).mean(axis=0)
               for runs in of_momentum.values())
print(f"after one epoch {slow[0]:.3f} and {quick[0]:.3f}, after ten "
      f"{slow[-1]:.3f} and {quick[-1]:.3f}")
for one, other in zip(*of_momentum.values(), strict=True):
    same = [np.array_equal(*pair) for pair in zip(one.weights, other.weights, strict=True)]
    assert all(same[:4] + same[6:10] + same[12:]), (
        "all trained weights should be equal, to the last digit"
    )
assert quick[0] > slow[0] + 0.02, "and validation after one epoch should not be"
assert abs(quick[-1] - slow[-1]) < 0.03, "after ten epochs the start should be forgotten"

# %% [markdown]
# The two networks are *the same*, weight by weight. Still, after one epoch the validation accuracy with $\mu = 0.99$ is about eleven points lower. So a poor first validation score of a network with batch normalization says little: the averages may be at fault, and not the network. Trials that are ended after one epoch may be the wrong ones.
#
# The averages have a second fault: they **lag**. They are means over the *last* steps, while the weights move on. `with_whole_statistics` gives the norms of a trained network the mean and variance of all training images under its final weights. It trains no weight. We do this at a rate of 0.2, constant and falling along a cosine, with eight seeds.

# %%
def gains_of(configuration):
    """What exact statistics bring to each run, in accuracy."""
    gains = []
    for run in sweep([configuration], clothes, seeds=range(8)):
        exact = loss_and_accuracy(configuration, with_whole_statistics(run, clothes), clothes)
        gains.append(exact.accuracy - run.val_accuracy)
    return np.array(gains)


constant = gains_of(Configuration(0.2, **BATCH))

# %% [markdown]
# The same with a rate that falls:

# %%
cosine = gains_of(Configuration(0.2, **BATCH, **falling))

# %% [markdown]
# How many points did the exact statistics bring?

# %% tags=["nbval-ignore-output"]
for name, gains in {"constant": constant, "cosine": cosine}.items():
    points = 100 * gains
    print(f"{name:8}  {points.mean():.1f} points, from {points.min():.1f} to {points.max():.1f}")

assert constant.mean() > 0.01, "at a constant rate the averages should lag behind the weights"
assert abs(cosine.mean()) < 0.005, "with a rate that ends at 0 they should not"

# %% [markdown]
# At a constant rate of 0.2, with a momentum of 0.9, about three points of accuracy are hidden. **At a rate as large as this, let the rate fall when you use batch normalization.** At the end the weights stand still, and the averages catch up. This is one reason why the rate falls in this lesson.

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. In part 2 you normalize without a batch, build shortcuts, and see what both change in a deep network.

# %% [markdown]
# ## Part 2 · Norms without a batch, and deep networks (about 65 minutes)
#
# ## Two examples are too few
#
# How large must a batch be? Here is batch normalization with batches of two. We draw two numbers, put them through a fresh layer in training (with a tiny $\epsilon$), and print the outputs. We do this three times.

# %%
rng = np.random.default_rng(2)
for size in [1, 3, 30]:
    two = size * rng.normal(size=(2, 1)).astype("float32")
    outputs = np.asarray(keras.layers.BatchNormalization(epsilon=1e-7)(two, training=True))
    print(f"in {two[0, 0]:7.2f} and {two[1, 0]:7.2f}, out {outputs[0, 0]:5.2f} "
          f"and {outputs[1, 0]:5.2f}")
    assert np.allclose(np.abs(outputs), 1, atol=1e-3), "always 1 and -1"

# %% [markdown]
# The outputs are always 1 and -1. Of two numbers, batch normalization leaves only which is larger. **Guess**: what does this do to a training with batches of two? You find the answer below, together with that of a norm that needs no batch.

# %% [markdown]
# ## Normalizing without a batch
#
# Write the numbers of a batch as a table, with a row for each example and a column for each unit. Batch normalization takes mean and variance of each *column*. In 2016 Jimmy Ba, Jamie Kiros and Geoffrey Hinton took them of each *row* instead. That is **layer normalization** (층 정규화):
#
# - the mean over all units of *one* example, and their variance,
# - the same formula, with the same small $\epsilon$,
# - $\gamma$ and $\beta$ belong to the units as before, one of each for every column.
#
# Then no example depends on another. Training and inference do not differ, there are no moving averages, and a batch may have any size. Networks that read text use layer normalization or a close relative. There the table has three axes, (examples, words, units), and mean and variance are those of one word's units.

# %% [markdown]
# ### Exercise 3: `layer_norm` (2 points)

# %% solution="layer_norm"
def layer_norm(inputs, gamma, beta, epsilon=1e-3):
    """Return an array of the inputs' shape: layer normalization over the last axis.

    inputs: an array of one, two or three axes; the last one counts the units, all others count
        examples.
    gamma, beta: arrays of shape (units,). epsilon: above 0, as in the formula.
    All arrays that are handed in stay as they were.
    """
    ### BEGIN SOLUTION
    distances = inputs - inputs.mean(axis=-1, keepdims=True)
    variances = (distances**2).mean(axis=-1, keepdims=True)
    return gamma * distances / (variances + epsilon) ** 0.5 + beta
    ### END SOLUTION

# %% test="layer_norm" points=2
square = np.array([[1.0, 4.0, -2.0], [3.0, -1.0, 0.5], [2.5, 0.0, 7.0]])
of_units = np.array([2.0, 0.5, -1.5]), np.array([0.25, -1.0, 3.0])
check("three units, a large epsilon",
      lambda: layer_norm(square.copy(), *map(np.copy, of_units), epsilon=4.0))
check("three examples of three units", layer_norm, square.copy(), *map(np.copy, of_units))
check("two examples", lambda: layer_norm(100 * square[:2], *map(np.copy, of_units)))
check("one example alone",
      lambda: layer_norm(square[1].copy(), *map(np.copy, of_units), epsilon=0.5))
check("an example of equal numbers", layer_norm, np.full((1, 3), 7.0), *map(np.copy, of_units))
words = np.arange(24.0).reshape(2, 4, 3) ** 1.5 % 11
of_wholes = np.array([[1, 4, -2], [3, -1, 0]])
check("two examples of whole numbers",
      lambda: layer_norm(of_wholes.copy(), *map(np.copy, of_units)))
check("two texts of four words",
      lambda: layer_norm(words.copy(), *map(np.copy, of_units), epsilon=0.5))
### BEGIN HIDDEN TESTS
long_row = np.linspace(-2, 3, 7) ** 3
check("seven units", layer_norm, np.array([long_row, 3 - long_row**2]), long_row.copy(), -long_row)
cube = np.arange(27.0).reshape(3, 3, 3) ** 1.7 % 13
check("three of everything", lambda: layer_norm(cube.copy(), *map(np.copy, of_units), epsilon=1e-6))
check_drawn("drawn signals", layer_norm)
### END HIDDEN TESTS

# %% [markdown]
# We compare your function with Keras's layer, on a batch of one:

# %%
if solved("layer_norm"):
    alone = np.random.default_rng(3).normal(4, 2, size=(1, 50)).astype("float32")
    yours = layer_norm(alone, np.ones(50), np.zeros(50))
    print(f"mean {yours.mean():.2f}, deviation {yours.std():.2f}")
    for training in [True, False]:
        theirs = keras.layers.LayerNormalization()(alone, training=training)
        assert np.allclose(yours, theirs, atol=1e-4), (
            "both should give the same, in training and at work"
        )

# %% [markdown]
# What is layer normalization worth? And what do batches of two do to batch normalization? We compare three networks at five batch sizes. Up to batches of 8 all take 640 steps, with 32 they take 400, with 256 they take 100. Each has its own best rate of eleven, and we draw the test accuracy.

# %%
by_size = {str(form): [at_own_rate(each)[0] for each in rows]
           for form, rows in zip(table["batch_forms"], table["by_batch_size"], strict=True)}

# %% [markdown]
# Bars are one standard deviation over four seeds. **Look where the line of batch normalization crosses the other lines.**

# %%
figure, ax = plt.subplots()
for (form, rows), style in zip(by_size.items(), ["o-", "s--", "^:"], strict=True):
    deviations = [row.std(ddof=1) for row in rows]
    ax.errorbar(range(5), [row.mean() for row in rows], deviations, fmt=style, label=form)
ax.set_xticks(range(5), table["batch_sizes"])
ax.set(xlabel="batch size (examples)", ylabel="test accuracy")
ax.legend()
plt.show()

# %% [markdown]
# As claims:

# %%
sizes = table["batch_sizes"].tolist()
means = {form: dict(zip(sizes, np.mean(rows, axis=1), strict=True))
         for form, rows in by_size.items()}
for size in sizes:
    print(f"batch size {size:3}: "
          + ", ".join(f"{form} {means[form][size]:.3f}" for form in means))

assert means["batch norm"][2] < means["plain"][2] - 0.1, (
    "batches of two should ruin batch normalization"
)
assert means["batch norm"][8] > means["plain"][8], "from 8 on it should be ahead"
assert means["batch norm"][256] > means["plain"][256] + 0.02, (
    "and clearly so with few steps of large batches"
)
assert min(means["layer norm"][size] - means["plain"][size] for size in sizes) > 0, (
    "layer norm never loses"
)

# %% [markdown]
# "Batch normalization needs batches of 32 at least" is too strict here: batches of 8 are enough. With smaller batches it falls behind the network without a norm. Layer normalization is a little ahead of no norm at every size. With large batches and few steps, batch normalization is far ahead of both.
#
# What goes wrong with batches of two? Perhaps only the moving averages, as above. We train such a network, and then give it the statistics of all images:

# %% tags=["nbval-ignore-output"]
of_two = gains_of(Configuration(0.025, batch_size=2, num_epochs=1, **BATCH, **falling))
missing = means["plain"][2] - means["batch norm"][2]
print(f"exact statistics bring {100 * of_two.mean():.1f} of {100 * missing:.0f} missing points")
assert of_two.mean() < missing / 3, "most of it should be lost in training itself"

# %% [markdown]
# A few points come back at most. The rest was lost in training itself: a network learns little from which of two numbers is larger.

# %% [markdown]
# ## Around the layer
#
# In 2015 Kaiming He and his colleagues found another way to keep a signal alive: let it go *around* the layer. A hidden layer gets a signal $h$, and its input is added to its output:
#
# $$h_{\text{new}} = h + \mathrm{relu}(h W)$$
#
# This is a **shortcut** (숏컷, 스킵 연결), or residual connection (잔차 연결). The layer has to learn only the residual (잔차) by which the new signal differs from the old one. If its weights are 0, it hands on its input.
#
# Three rules hold in our networks:
#
# - each layer has its own shortcut, around that layer alone,
# - the input is added after the activation function, not before it,
# - the first layer has no shortcut: its inputs are pixels, and their number differs from the number of units.

# %% [markdown]
# ### Exercise 4: `residual_signal` (2 points)

# %% solution="residual_signal"
def residual_signal(inputs, kernels, shortcut):
    """Return an array of floats, of shape (examples, units): what the last layer hands on.

    inputs: an array of floats, of shape (examples, features).
    kernels: a list of at least one array of floats, a layer each: the first of shape (features,
        units), the others of shape (units, units). Every layer has relu, and no bias.
    shortcut: True or False, whether there are shortcuts, by the three rules above.
    All arrays that are handed in, and the list, stay as they were.
    """
    ### BEGIN SOLUTION
    first, *others = kernels
    signal = np.maximum(inputs @ first, 0)
    for kernel in others:
        change = np.maximum(signal @ kernel, 0)
        signal = signal + change if shortcut else change
    return signal
    ### END SOLUTION

# %% test="residual_signal" points=2
def layers(sizes, seed):
    """Inputs of three examples, and kernels with as many units as sizes say."""
    rng = np.random.default_rng(seed)
    kernels = [rng.normal(0, 1.5, size=shape).round(1) for shape in pairwise(sizes)]
    return rng.normal(0.5, 1, size=(3, sizes[0])).round(1), kernels


check("three layers without shortcuts", lambda: residual_signal(*layers([4, 3, 3, 3], 6), False))
check("three layers with", lambda: residual_signal(*layers([4, 3, 3, 3], 5), True))
check("four layers with shortcuts", lambda: residual_signal(*layers([2, 3, 3, 3, 3], 5), True))
check("six layers with shortcuts", lambda: residual_signal(*layers([2] + 6 * [3], 4), True))
check("one layer alone", lambda: residual_signal(*layers([3, 3], 2), True))
check("as many inputs as units", lambda: residual_signal(*layers([3, 3, 3, 3], 11), True))
check("zeros hand on", residual_signal, np.ones((2, 2)), [3 * np.eye(2), *np.zeros((4, 2, 2))],
      True)
check("a layer that lets nothing through", residual_signal, np.ones((2, 2)),
      [np.eye(2), -np.eye(2)], False)
### BEGIN HIDDEN TESTS
check("five layers of four units", lambda: residual_signal(*layers([2, 4, 4, 4, 4, 4], 5), True))
check("a pair of them", lambda: residual_signal(*layers([5, 2, 2], 11), True))
check("four features, four units", lambda: residual_signal(*layers([4, 4, 4, 4], 11), True))
check("four without", lambda: residual_signal(*layers([3, 4, 4, 4, 4], 11), False))
both = lambda *stack: [residual_signal(*stack, shortcut) for shortcut in (True, False)]
check("one stack both ways", lambda: both(*layers([3, 2, 2, 2], 26)))
stretched, nearly_equal = 2.2 * np.eye(2), np.array([[0.4, 0.5], [-1.08, 0.3]])
large = np.array([[1000.1, 370.3]]), [stretched, nearly_equal]
check("large signals that nearly cancel", residual_signal, *large, False)
check_drawn("drawn stacks", residual_signal)
### END HIDDEN TESTS

# %% [markdown]
# ## Twenty layers, before the first step
#
# Now we combine norms and shortcuts. As in lesson 06 we send images through untrained networks of twenty layers, of 64 units each. For each layer we record the size of the signal, the length of the gradient, and the mean **cosine** between the signals of two different images. At a cosine of 1 the signals of all images point the same way, and the network may not be able to tell them apart.
#
# `"pre-layer"` is close to the form of today's text networks. It has shortcuts, and layer normalization *in front of* each kernel but the first, so nothing changes the signal that goes around.

# %%
forms = {
    "plain": {},
    "batch norm": {"normalization": "batch"},
    "layer norm": {"normalization": "layer"},
    "shortcut": {"shortcut": True},
    "shortcut, layer norm in front": {"shortcut": True, "normalization": "pre-layer"},
}


def twenty_layers(form, seed=0):
    """What passes through a fresh network of twenty layers."""
    network = Configuration(0.1, hidden=(64,) * 20, initializer="he_normal", **forms[form])
    return layer_statistics(network, clothes, seed=seed, num_examples=400)

# %% [markdown]
# All networks have He's start. **Guess which lines stay level** before you look.

# %%
from_he = {form: twenty_layers(form) for form in forms}
plotting.plot_layer_statistics(from_he)
plt.show()

# %% [markdown]
# Three lines are level: both norms, and the plain network, for which He's start was made. With a shortcut and layer normalization in front, the signal grows slowly. With bare shortcuts it explodes: each layer *adds* something, and the signal to which it adds gets larger each time.
#
# Now the gradient. **Follow the line of batch normalization from right to left.**

# %%
plotting.plot_layer_statistics(from_he, quantity="gradient_norms")
plt.show()

# %% [markdown]
# The numbers, as means over three seeds:

# %% tags=["nbval-ignore-output"]
def factor(records, quantity, layer, other):
    """By how much a quantity is larger in one layer than in another; the geometric mean over
    records.
    """
    values = np.array([getattr(each, quantity) for each in records])
    return np.exp(np.mean(np.log(values[:, layer] / values[:, other])))


signal, gradient, alike = {}, {}, {}
for form in forms:
    records = [from_he[form], *(twenty_layers(form, seed) for seed in (1, 2))]
    signal[form] = factor(records, "activation_stds", -1, 0)
    gradient[form] = factor(records, "gradient_norms", 0, -1)
    alike[form] = np.mean([each.cosines[-1] for each in records])
    print(f"{form:30}signal, layer 20 / 1: {signal[form]:<9.2g}", end="")
    print(f"gradient, 1 / 20: {gradient[form]:<9.2g}cosine {alike[form]:.2f}")

# %% [markdown]
# The claims:

# %%
assert max(abs(np.log(signal[form])) for form in ["batch norm", "layer norm"]) < 0.5, (
    "norms hold the size"
)
assert signal["shortcut"] > 1000, "bare shortcuts multiply the signal"
assert gradient["batch norm"] > 10, "batch normalization makes the gradient grow on its way back"
assert gradient["plain"] < 5, "the plain network from He's start hardly does"
assert alike["layer norm"] > 0.9 > 0.5 > alike["batch norm"], (
    "only batch norm keeps images apart"
)

# %% [markdown]
# Three common sentences are false here:
#
# - *"Batch normalization keeps gradients from exploding."* At the start the gradient of its kernels **grows** on its way back, some fifty times in twenty layers. In the plain network with He's start it only about doubles.
# - *"Layer normalization does the same as batch normalization."* Both keep the size of the signal. But after twenty layers layer normalization lets all images point in nearly one direction, as the plain network does. Batch normalization subtracts what the images of a batch have *in common*, and so keeps them apart.
# - *"A shortcut keeps the signal as it is."* Without a norm, and from He's start, shortcuts multiply the signal by thousands in twenty layers.

# %% [markdown]
# ## Ten layers, trained
#
# Now we train. The stored table has ten hidden layers in six forms, from Glorot's start and from He's, each at its best of eleven rates. In lesson 06 He's start won. **Guess**: in which rows will it still win?

# %%
def reached_from(start):
    """Test accuracy and best rate of each form, from one start."""
    rows = table["by_start"][:, table["starts"].tolist().index(start)]
    found = {str(form): at_own_rate(each)
             for form, each in zip(table["forms"], rows, strict=True)}
    return {form: (accuracies.mean(), rate) for form, (accuracies, rate) in found.items()}


of_glorot, of_he = reached_from("Glorot"), reached_from("He")
for form in of_glorot:
    (one, one_rate), (other, other_rate) = of_glorot[form], of_he[form]
    print(f"{form:30}Glorot {one:.3f} at {one_rate:<9g}He {other:.3f} at {other_rate:g}")

# %% [markdown]
# As claims:

# %%
glorot, he = ({form: accuracy for form, (accuracy, _) in found.items()}
              for found in (of_glorot, of_he))
assert he["plain"] > glorot["plain"] + 0.03, "without a norm He's start should be ahead"
assert abs(he["batch norm"] - glorot["batch norm"]) < 0.03, "with batch norm both are equal"
assert min(he["batch norm"], glorot["batch norm"]) > he["plain"] + 0.02, "and better than plain"
assert of_he["batch norm"][1] >= 2 * of_he["plain"][1], "a larger best rate"
assert glorot["layer norm"] > glorot["plain"] + 0.08, "layer norm brings much from Glorot's"
assert abs(he["layer norm"] - he["plain"]) < 0.02, "and little from He's"
assert he["shortcut"] < min(he["plain"], glorot["shortcut"]) - 0.03, "He's does not suit it"
assert max(he, key=he.get).startswith("shortcut, "), "shortcut and norm together are best"

# %% [markdown]
# - With batch normalization Glorot's and He's start are equal, and both are better than the plain network from He's start. From He's start the best rate is also larger with batch normalization than without; from Glorot's start it is the same.
# - Layer normalization alone brings about ten points from Glorot's start and little from He's, which keeps the signal already.
# - From He's start the bare shortcut is *worse* than no shortcut, because its signal grows from layer to layer.
# - Shortcut and norm together are best.
#
# <details><summary>Measured in a longer run</summary>
#
# The best rate of the bare shortcut is the lowest of the table. At half of that rate, with eight seeds, it reached 0.66, still nine points behind the plain network. With Adam, or with twice the epochs, layer normalization brings less from Glorot's start: 3.4 and 5.5 points.
#
# </details>

# %% [markdown]
# ### And with twenty?
#
# All networks have He's start, at 2, 10 and 20 layers, each at its own best rate:

# %%
by_depth = {str(form): [at_own_rate(each)[0] for each in rows]
            for form, rows in zip(table["depth_forms"], table["by_depth"], strict=True)}
figure, ax = plt.subplots()
for (form, rows), style in zip(by_depth.items(), ["o-", "s--", "^:", "D-."], strict=True):
    means, deviations = np.mean(rows, axis=1), np.std(rows, axis=1, ddof=1)
    ax.errorbar(table["depths"], means, deviations, fmt=style, label=form)
ax.set(xlabel="hidden layers", ylabel="test accuracy", xticks=table["depths"])
ax.legend(loc="lower left")
plt.show()

# %% [markdown]
# As claims:

# %%
lost_with_depth = {form: rows[0].mean() - rows[2].mean() for form, rows in by_depth.items()}
for form, points in lost_with_depth.items():
    print(f"{form:30}from 2 to 20 layers: {-100 * points:+.1f} points")

assert lost_with_depth["batch norm"] > lost_with_depth["plain"] > 0.05, (
    "both lose, the norm alone more"
)
assert lost_with_depth["shortcut, batch norm"] < lost_with_depth["plain"] - 0.03, (
    "a shortcut should help it"
)
assert abs(lost_with_depth["shortcut, layer norm in front"]) < 0.02, (
    "and this form should lose nothing"
)
assert alike["batch norm"] < 0.5 < 0.85 < alike["shortcut, layer norm in front"], (
    "the cosines of above"
)

# %% [markdown]
# At ten layers batch normalization alone was well ahead of the plain network. At twenty it has lost even more than the plain network. With a shortcut around each layer it loses four points instead of fourteen. And with shortcuts and layer normalization in front of each kernel but the first, twenty layers are as good as two. (On this small problem depth *brings* nothing. We only ask whether it harms.)
#
# At the start, this last form sends all images in nearly one direction. Batch normalization keeps the images apart best, and alone it loses most. The cosine at initialization did not predict which network trains well.

# %% [markdown]
# ## How long is a kernel?
#
# Take a kernel that is followed by batch normalization, and multiply all its weights by 4. Then each sum is 4 times as large, and so are its mean and its deviation. The output of the norm is the same as before. Such a layer is **scale-invariant** (스케일 불변): its outputs do not depend on the length of its kernel.
#
# What follows for the gradient? We multiply the first kernel of a network by three factors. We print the signal after both hidden layers, and the length of that kernel's gradient. (With a tiny epsilon, so that it plays no role.)

# %% tags=["nbval-ignore-output"]
network = Configuration(0.1, normalization="batch", norm_epsilon=1e-7)
kernel, *others = starting_weights(network, clothes, seed=0)
by_factor = {}
for times in [0.25, 1, 4]:
    passed = layer_statistics(network, clothes, weights=[times * kernel, *others])
    by_factor[times] = passed.activation_stds, passed.gradient_norms[0]
    signal_stds, length = by_factor[times]
    print(f"kernel times {times:4}: signal {signal_stds.round(3)}, length of "
          f"the gradient {length:.3f}")

# %% [markdown]
# The claims:

# %%
signals, lengths = zip(*by_factor.values(), strict=True)
assert np.allclose(signals[0], signals[1], rtol=1e-3), "the signal should not feel the factor"
assert np.allclose(signals[1], signals[2], rtol=1e-3), "nor a larger one"
assert np.allclose(lengths, lengths[1] / np.array([0.25, 1, 4]), rtol=0.01), (
    "and the gradient its inverse"
)

# %% [markdown]
# A kernel that is 4 times as long has a gradient that is 4 times as *short*. A step is the rate times the gradient, and its effect depends on its length relative to the kernel. So the same rate $\eta$ has $4 \cdot 4 = 16$ times less effect. What counts is the **effective learning rate** (유효 학습률)
#
# $$\frac{\eta}{\lVert W \rVert^2}$$
#
# where $\lVert W \rVert$ is the length of the kernel, the root of the sum of its squared weights. In this sense the network does choose its own scale. Two beliefs do not survive this.

# %% [markdown]
# ## Beliefs, measured
#
# ### "With batch normalization the start does not matter"
#
# Glorot's and He's start were equal. Does this hold for any start? The stored table has four starts for ten layers with batch normalization, each at its own best of eleven rates. From N(0, 0.05) the plain network learns nothing.

# %%
row = table["forms"].tolist().index("batch norm")
of_start = {}
for start, accuracies in zip(table["starts"].tolist(), table["by_start"][row], strict=True):
    reached, rate = at_own_rate(accuracies)
    of_start[start] = reached.mean(), rate
    print(f"{start:10} test accuracy {reached.mean():.3f} ± "
          f"{reached.std(ddof=1):.3f} at {rate:g}")

# %% [markdown]
# As claims:

# %%
assert of_start["N(0, 1)"][0] < of_start["He"][0] - 0.02, (
    "N(0, 1) should stay behind at its own best rate"
)
assert abs(of_start["N(0, 0.05)"][0] - of_start["He"][0]) < 0.03, (
    "a small start should be as good as He's"
)
assert of_start["N(0, 1)"][1] >= 4 * of_start["He"][1], (
    "and large weights should want a large rate"
)

# %% [markdown]
# The sentence is half true. Among sensible starts there is little left to choose, and N(0, 0.05) has become as good as He's start. But N(0, 1) stays nearly six points behind. Its kernels are more than five times as long as He's, so at the same rate they turn some thirty times less. A larger rate makes up for a part of this, but $\gamma$ and $\beta$ have to use the same larger rate. And the *last* kernel, that of the outputs, has no norm behind it, so there the large weights keep their full effect.

# %% [markdown]
# ### "L2 makes the function simpler"
#
# L2 adds $\lambda \sum w^2$ to the loss, so each step also pulls every weight a little towards 0. (Lesson 10 is about L2.) The notes say that small weights make the function simple.
#
# But the outputs behind batch normalization do not depend on the length of the kernel. **Guess before you run the cell**: what does a strong L2, $\lambda = 0.03$, cost in the network with two hidden layers, plain and with batch normalization? Each side has its own best of four rates.

# %%
with_l2 = {("plain", 0.0): runs_of["0 to 1"]}
for name, strength, norm in [("plain", 0.03, {}), ("batch norm", 0.0, BATCH),
                             ("batch norm", 0.03, BATCH)]:
    trials = [Configuration(rate, l2=strength, **norm, **falling)
              for rate in [0.1, 0.2, 0.4, 0.8]]
    with_l2[name, strength] = sweep(trials, clothes, seeds=range(4))

# %% [markdown]
# We print the accuracy at the best rate, then the length of the first kernel and the effective rate, both at a rate of 0.2:

# %% tags=["nbval-ignore-output"]
best_ends, effective = {key: best_of(runs) for key, runs in with_l2.items()}, {}
for key, runs in with_l2.items():
    at_one_rate = [run.weights[0] for run in runs if run.configuration.learning_rate == 0.2]
    length = np.mean([np.linalg.norm(kernel) for kernel in at_one_rate])
    effective[key] = 0.2 / length**2
    accuracy, rate = best_ends[key]
    print(f"{key[0]:10} L2 {key[1]:4}: accuracy {accuracy:.3f} at {rate}, ", end="")
    print(f"length {length:4.1f}, rate / length² {effective[key]:.4f}")

# %% [markdown]
# The claims:

# %%
ends = {key: accuracy for key, (accuracy, rate) in best_ends.items()}
assert ends["plain", 0.03] < ends["plain", 0.0] - 0.07, (
    "without a norm so much L2 should cost a lot"
)
assert abs(ends["batch norm", 0.03] - ends["batch norm", 0.0]) < 0.02, (
    "with batch norm hardly anything"
)
assert effective["batch norm", 0.03] > 10 * effective["batch norm", 0.0], (
    "what changes is the effective rate"
)

# %% [markdown]
# At the rate 0.2, L2 leaves the first kernel a fifth to a quarter of the length that it has without L2. The plain network becomes weaker and loses more than ten points. The normalized network stays *as good, with larger effective steps*.
#
# This claim has limits. Our L2 acts on all kernels, and the last kernel has no norm behind it, so L2 makes the outputs smaller. And for a very short kernel the variance of the sums comes near $\epsilon$, so its length matters again.
#
# What the notes say, measured in this lesson:
#
# | The notes say | We found |
# |---|---|
# | L2 makes parameters small, so that the function becomes simple | not before batch normalization: there it makes the steps longer |
# | He's start works well with relu | true in the plain network; with bare shortcuts Glorot's was better, with batch normalization as good |

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# A pixel has mean 100 and standard deviation 50 over the training images, mean 130 and standard deviation 20 over the validation images. In a validation image it has the value 160. Which number does the network get, if images are standardized as they should be?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = 1.2
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# A unit with batch normalization has the moving mean 0, as at the start. The momentum is 0.9. In each step the batch has the mean 10. What is the moving mean after two steps of training?

# %% solution="quiz_2"
quiz_2 = None  # replace None by a number
### BEGIN SOLUTION
quiz_2 = 1.9
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# A dense layer has 100 inputs and 50 units, and no bias, because batch normalization stands behind it. How many numbers do the two layers *train* together?

# %% solution="quiz_3"
quiz_3 = None  # replace None by a number
### BEGIN SOLUTION
quiz_3 = 5100
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# ### Question 4
#
# Behind a kernel stands batch normalization with a tiny epsilon. A training begins with this kernel and the rate 0.02. Another one begins with a kernel that is 3 times as long, and should change what the layer computes by the same amount in its first step. Which rate does the kernel need?

# %% solution="quiz_4"
quiz_4 = None  # replace None by a number
### BEGIN SOLUTION
quiz_4 = 0.18
### END SOLUTION

# %% test="quiz_4" points=1
check("question 4", quiz_4, secret=True)

# %% [markdown]
# ### Question 5
#
# The images of a hospital are so large that only two of them fit into memory as a batch. The network has batch normalization, and it learns badly at every rate. What is the best first change?
#
# - a) layer normalization instead
# - b) a momentum of 0.9 for the moving averages
# - c) a larger epsilon
# - d) the statistics of the whole training set, computed after training

# %% solution="quiz_5"
quiz_5 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_5 = "a"
### END SOLUTION

# %% test="quiz_5" points=1
check("question 5", quiz_5, secret=True)

# %% [markdown]
# ## In your own words
#
# A colleague has put batch normalization, with Keras's defaults, into her network. After the first epoch, 50 steps, training accuracy is 0.72 and validation accuracy 0.41. "Batch normalization overfits," she says. "I will put a strong L2 on all hidden kernels, that makes the function simpler. And I will not give it a second epoch."
#
# Answer her in four to eight sentences:
#
# - What else can make validation look so bad after 50 steps? Give a number.
# - Which measurement, without any further training, would tell this from overfitting?
# - What would her L2 do to kernels that are followed by batch normalization?
#
# (3 points, read by a person.)

# %% [markdown] written="first_epoch" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: validation uses the moving averages, training uses the batch. The averages begin at mean 0 and variance 1, and $0.99^{50}$, about 60 %, of that start is left. (Half a point for the moving averages without a number.)
# - **Part 2**: evaluate the same weights with the statistics of the whole training set, as `with_whole_statistics` does. Or call a *copy* of the model on validation images with `training=True`; the call moves the averages. Or compute the accuracy on *training* images at inference: if it is as low as 0.41, it is not overfitting. (Half a point for a measurement that needs further training.)
# - **Part 3**: multiplying such a kernel changes nothing in what the layer computes, so L2 cannot make it simpler. It makes the kernel shorter, so the effective rate $\eta / \lVert W \rVert^2$ grows. (Half a point for "L2 has no effect" without the rate.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).**
#
# **A full answer**: Validation does not use the statistics of the batch but the moving averages, and these begin at mean 0 and variance 1. With Keras's momentum of 0.99 a step replaces one hundredth of them, so after 50 steps 0.99 to the power of 50, about 60 %, are still that start. Give the norms the mean and variance of all training images under your present weights and validate again. Or look at the accuracy of the training images themselves with `training=False`: if that is about 0.41 as well, nothing has been overfitted. L2 would not make your function simpler: a kernel with batch normalization behind it computes the same whatever its length. It would only become shorter, and then the same learning rate turns it further, as rate divided by squared length says. I would train on, with a rate that falls, before I judge.
#
# **A half answer (2 points)**: After 50 steps the moving averages are still mostly their start, 0.99 to the power of 50 is 0.6. You can evaluate with the statistics of the whole training set to see it. L2 makes the weights small, which is good against overfitting, but it is too early for it. (The third part is missing.)
#
# **A half answer (1 point)**: It is too early to judge, because the moving averages need some time. L2 has no effect with batch normalization. (No number, no measurement, half of the third part.)
#
# **An empty answer**: The gap between 0.72 and 0.41 is overfitting, but dropout would be better than L2.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Scale your inputs and subtract their mean, by the numbers of the training part. At its own best rate 0 to 255 cost more than ten points with SGD and nine with Adam, and an added constant nearly everything. With Adam, standardizing gained nothing over 0 to 1 on the test images.
# - In training, batch normalization takes mean and variance of a unit over the batch; at inference moving averages take their place. With Keras's momentum of 0.99 these need a few hundred steps to arrive. At a constant rate of 0.2 they lagged behind the weights, even with 0.9; with a falling rate they did not.
# - Layer normalization takes mean and variance over the units of one example, so it needs no batch and no averages. With batches of 2 batch normalization was far behind no norm at all; layer normalization was not.
# - Norms keep the size of the signal, but batch normalization does not keep the gradient level: from He's start it grew some fifty times in twenty layers.
# - From He's start a bare shortcut multiplies the signal, and harms. With shortcuts, and layer normalization in front of each kernel but the first, twenty layers were no worse than two; batch normalization alone lost fourteen points.
# - With batch normalization Glorot and He are equal, and N(0, 1) stays behind. What counts is the rate divided by the squared length of the kernel, and that is what L2 changes.
# - Measured with SGD without momentum (Adam where it is named), batches of 32, 1,280 clothes, 10 epochs, 3 to 10 seeds. The networks had 2, 10 or 20 hidden layers of 64 relu units. The table of batch sizes has batches of 2 to 256 and 1 to 20 epochs. The rate fell along a cosine, and was constant for the moving averages. The kernel was multiplied in one network. Convolutions and large data sets were not measured.

# %% [markdown]
# ## Sources
#
# - S. Ioffe, C. Szegedy, *Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift*, ICML 2015, arXiv:1502.03167. The reason in its title is disputed: S. Santurkar, D. Tsipras, A. Ilyas, A. Madry, *How Does Batch Normalization Help Optimization?*, NeurIPS 2018, arXiv:1805.11604.
# - J. L. Ba, J. R. Kiros, G. E. Hinton, *Layer Normalization*, 2016, arXiv:1607.06450.
# - K. He, X. Zhang, S. Ren, J. Sun, *Deep Residual Learning for Image Recognition*, CVPR 2016, arXiv:1512.03385: shortcuts.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, *Efficient BackProp*, 1998: section 4.3, why the inputs' mean should be 0.
# - G. Yang, J. Pennington, V. Rao, J. Sohl-Dickstein, S. S. Schoenholz, *A Mean Field Theory of Batch Normalization*, ICLR 2019, arXiv:1902.08129: the gradient that grows on its way back.
# - T. van Laarhoven, *L2 Regularization versus Batch and Weight Normalization*, 2017, arXiv:1706.05350: the effective learning rate.
# - Y. Wu, K. He, *Group Normalization*, ECCV 2018, arXiv:1803.08494: what small batches do to batch normalization.
# - R. Xiong and others, *On Layer Normalization in the Transformer Architecture*, ICML 2020, arXiv:2002.04745: the norm in front of the layer.
# - Keras, *Normalization layers*, <https://keras.io/api/layers/normalization_layers/>.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the images.
