# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 11 Dropout
#
# **Question**: How does forgetting help?
#
# You will be able to
#
# - write dropout so that every pass forgets something else, and the mean of each output stays,
# - choose a dropout rate for the width of a layer, and measure whether it helps at all,
# - tell whether the confidence of a network can be trusted, and mend it with a single number.
#
# Run time: about 45 s; your own time: about 140 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | dropout | 드롭아웃 (Dropout) | in training, outputs of a layer are set to 0 by chance |
# | dropout rate | 드롭아웃 비율, 드롭아웃률 (dropout rate) | the chance of an output to be set to 0 |
# | mask | 마스크 (mask) | which outputs are kept, and which are dropped, in one pass of one example |
# | inverted dropout | 역 드롭아웃 (inverted dropout) | what is kept is divided by the chance to be kept, so that the mean stays |
# | expectation | 기댓값, 기대값 | the mean over all draws of chance |
# | inference | 추론 (inference) | using a trained network, here with all of its units |
# | ensemble | 앙상블 (ensemble) | several networks whose probabilities are averaged |
# | Monte-Carlo dropout | 몬테카를로 드롭아웃 (MC dropout) | dropout stays on at inference, and the probabilities of many passes are averaged |
# | confidence | 확신도, 신뢰도 (confidence) | the probability that a network gives to the class that it chooses |
# | calibrated | 보정된 (캘리브레이션, calibrated) | of the answers with a confidence of 0.8, eight in ten are right, and so for each confidence |
# | reliability diagram | 신뢰도 다이어그램 | the accuracy of answers over their confidence |
# | expected calibration error | 기대 보정 오차 (ECE) | how far confidence and accuracy lie apart, on average |
# | temperature scaling | 온도 스케일링 (temperature scaling) | all outputs are divided by one number before they become probabilities |
#
# </details>

# %% tags=["setup"]
from functools import lru_cache

import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import fashion_mnist, read_packaged
from helpers.models import mlp
from helpers.training import Configuration, scheduled_rates, sweep, trained_model
from helpers.training.uncertainty import accuracy_difference
from helpers.widgets import dropout_slider

plotting.use_style()

# %% [markdown]
# Keras takes some seconds to load.

# %% tags=["setup"]
import keras

# %% [markdown]
# Unless we say otherwise, the networks of this lesson are trained with Adam, batches of 64, and 30 epochs on 1,280 photographs of clothes. The learning rate falls along a cosine, as in lesson 02.
#
# Each network uses its own best peak of the learning rate. These peaks were chosen beforehand by validation accuracy, from steps of a factor of two, and come with the course.

# %% tags=["setup"]
measured = read_packaged("dropout")
methods = measured["calibration_methods"].tolist()


def own_peak(width, dropout, label_noise=0.0):
    """The best peak of the learning rate for two hidden layers of this width."""
    axes = measured["rates_widths"], measured["rates_noises"], measured["rates_dropouts"]
    values = width, label_noise, dropout
    places = [np.flatnonzero(axis == value)[0] for axis, value in zip(axes, values, strict=True)]
    return float(measured["rates_best"][tuple(places)])

# %% tags=["setup"]
def at_one_rate(width, dropout, learning_rate, num_epochs=30, **settings):
    """Two hidden layers, trained with Adam."""
    # One in a million is as good as no dropout, and then no second function has to be compiled
    # for it.
    common = {"optimizer": "adam", "batch_size": 64, "num_epochs": num_epochs,
              "dropout": max(dropout, 1e-6)}
    return Configuration(learning_rate, hidden=(width, width), **common, **settings)


def with_cosine(width, dropout, peak, num_epochs=30, **settings):
    """The same at a learning rate that falls from a peak to 0, step by step."""
    rates = scheduled_rates("cosine", peak, num_steps=num_epochs * 20)
    falling = {"schedule": rates.__getitem__, "schedule_by": "step"}
    return at_one_rate(width, dropout, peak, num_epochs, **falling, **settings)

# %% [markdown]
# ## Part 1 · Write dropout, and see when it helps (about 75 minutes)
#
# ## Half of the units are gone
#
# We train two kinds of networks, five of each, with two hidden layers of 128 units. The first kind is trained as always. The second kind is trained with **dropout** (드롭아웃): in each step, half of its hidden units are switched off by chance. For each image these are different units.
#
# After the training, we switch units off in both kinds: a tenth of them, three tenths, and so on.
#
# **Guess before you run the cell**: how accurate is each kind when half of its units are gone? And which kind is better while all units are there?

# %%
clothes = fashion_mnist()
without, dropped = (
    sweep([with_cosine(128, strength, own_peak(128, strength))], clothes, seeds=range(5),
          test_curves=True)
    for strength in (0.0, 0.5)
)

# %% [markdown]
# A Keras model with a dropout layer switches the units off. `training=True` tells the model to use dropout.

# %%
def accuracies_left(runs, fraction):
    """The test accuracy of each run when a fraction of the hidden units is switched off."""
    model, accuracies = mlp(hidden=(128, 128), dropout=fraction), []
    for run in runs:
        model.set_weights(run.weights)
        classes = np.argmax(model(clothes.x_test, training=True), axis=1)
        accuracies.append(np.mean(classes == clothes.y_test))
    return np.array(accuracies)


fractions, left = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9], {}
for name, runs in {"trained without dropout": without,
                   "trained with dropout 0.5": dropped}.items():
    left[name] = np.array([accuracies_left(runs, fraction) for fraction in fractions])

# %% [markdown]
# Each line is the mean of five networks. **Look at the middle, and then at the left end.**

# %%
figure, ax = plt.subplots()
for (name, accuracies), color, mark in zip(left.items(), plotting.COLORS, "os", strict=False):
    ax.plot(fractions, accuracies.mean(axis=1), color=color, marker=mark, label=name)
ax.set(xlabel="fraction of the hidden units switched off after training", ylabel="test accuracy",
       ylim=(0, 1))
ax.legend(loc="lower left")
plt.show()

# %% [markdown]
# As numbers, for all units and for half of them:

# %% tags=["nbval-ignore-output"]
for name, accuracies in left.items():
    means = accuracies.mean(axis=1)
    print(f"{name:25} all units {means[0]:.3f}, half of them {means[3]:.3f}")

plain_left, dropout_left = left.values()
assert dropout_left[3].mean() > plain_left[3].mean() + 0.05, (
    "training with dropout should make it robust"
)
assert plain_left[0].mean() > dropout_left[0].mean(), "and should cost a little, with all units"

# %% [markdown]
# A network that learned while units were missing can do without them: no unit can rely on one particular other unit. The network without dropout never learned this.
#
# But nobody removes units from a network that is in use. With all units, dropout has *cost* a little accuracy here, in these 30 epochs. This lesson measures when dropout helps, when it costs accuracy, and what else it is good for.

# %% [markdown]
# ## The rule, exactly
#
# The outputs of a hidden layer for one example are $x_1, \dots, x_n$. In training, a coin is tossed for each of them:
#
# $$y_i = \frac{m_i}{1 - r} \, x_i, \qquad m_i = \begin{cases} 0 & \text{with chance } r \\ 1 & \text{with chance } 1 - r \end{cases}$$
#
# - $x_i$ is the output of unit $i$, and $y_i$ is what the next layer receives,
# - $r$ is the **dropout rate** (드롭아웃 비율), the chance to be dropped, from 0 to below 1,
# - $m_i$ says whether the output is kept; all $m_i$ of an example together are its **mask** (마스크).
#
# At **inference** (추론), when the trained network is used, no coin is tossed: $y_i = x_i$.
#
# The next cell sends three examples of twelve outputs through Keras's own layer. All outputs are 1, so what you see is what the layer does. **Before you run the cell**: which rows will have the same mask: those of one pass, those of one example, or none?

# %%
layer = keras.layers.Dropout(0.5, seed=1)
ones = np.ones((3, 12))
for number in (1, 2):
    print(f"training, pass {number}:")
    print(np.array(layer(ones, training=True)))
print("inference:")
print(np.array(layer(ones, training=False)))

# %% [markdown]
# No two of the six rows are equal. **Each example gets a new mask, in each forward pass.** An output that is kept has become 2. At inference nothing happens.

# %% [markdown]
# ## Why the others grow
#
# With half of the units gone, the next layer would see about half of its usual sum. Therefore each output that is kept is divided by the chance to be kept. The **expectation** (기댓값), the mean over all tosses of the coin, is then
#
# $$E[y_i] = r \cdot 0 + (1 - r) \cdot \frac{x_i}{1 - r} = x_i$$
#
# So every sum of the next layer has, on average, the value that it will have at inference. Behind the next relu this holds only approximately. What remains is noise, with the variance
#
# $$\mathrm{Var}[y_i] = E[y_i^2] - x_i^2 = (1 - r) \frac{x_i^2}{(1 - r)^2} - x_i^2 = \frac{r}{1 - r} \, x_i^2$$
#
# The next cell sends 20,000 copies of one example through Keras's layer, and compares mean and variance with the formulas.

# %% tags=["nbval-ignore-output"]
outputs = np.array([0.5, 1.0, 2.0, 4.0])
for rate in (0.2, 0.5, 0.8):
    many = np.array(keras.layers.Dropout(rate, seed=2)(np.tile(outputs, (20_000, 1)),
                                                       training=True))
    means, relative = many.mean(axis=0), many.var(axis=0) / outputs**2
    noise = rate / (1 - rate)
    print(f"rate {rate}: means {means.round(2)}, variance / square "
          f"{relative.round(2)}, formula {noise:.2f}")
    assert np.allclose(means, outputs, rtol=0.1), "the mean should stay"
    assert np.allclose(relative, noise, rtol=0.1), "the variance should be that of the formula"

# %% [markdown]
# The means stay. The noise grows faster than the rate: from 0.5 to 0.8 its variance becomes four times as large.
#
# The first papers did not divide in training. They multiplied all outputs by $1 - r$ at inference. Today the division is part of the training, and this is called **inverted dropout** (역 드롭아웃). A trained network is then used as it is. Some older programs ask for the chance to be *kept*, `keep_prob`. Keras asks for the chance to be dropped.

# %% [markdown]
# ### Play
#
# This is a layer of 24 units and a batch of 8 examples; every output is 1 before dropout. Move the forward pass, and look for two equal rows. Then move the rate up to 0.9, and watch the right picture: what happens to the mean, and what to the dots around it? Where no slider appears, you see one pass at the rate 0.5.

# %%
dropout_slider()

# %% [markdown]
# ### Exercise 1: `dropout` (3 points)
#
# Now write dropout without Keras. `rng.random(shape)` draws numbers between 0 and 1, all equally likely.
#
# A random result cannot be compared with one right result. So the checks divide what your function returns by what it was given. They look at the factors, at how many of them are 0, and at which masks are alike.

# %% solution="dropout"
def dropout(activations, rate, rng, training):
    """Inverted dropout: what the next layer receives from a layer.

    activations: the outputs of the layer, a NumPy array of floats of shape (num_examples,
        num_units). Do not change this array.
    rate: the chance that an output is dropped, from 0 to below 1. Each output of each example
        is dropped or kept independently of all others.
    rng: a NumPy random generator. Draw every random number from it, so that the next call with
        the same rng has other masks.
    training: True in training, False at inference.
    Returns a NumPy array of floats of the same shape. In training dropped outputs are 0, and
        the mean of each output over all masks is its activation. At inference every output is
        its activation.
    """
    ### BEGIN SOLUTION
    if not training:
        return activations
    keep = rng.random(activations.shape) >= rate
    return keep * activations / (1 - rate)
    ### END SOLUTION

# %% tags=["setup"]
def seeded(seed):
    """A generator that starts from this seed."""
    return np.random.default_rng(seed)


def left_by(function, shape, rate, rng, training=True):
    """What a dropout function makes of outputs that are not 0, divided by these."""
    outputs = rng.choice([0.5, 1.0, 2.0], size=shape) * rng.choice([-1, 1], size=shape)
    return {"rate": rate, "ratios": function(outputs.copy(), rate, rng, training) / outputs}

# %% tags=["setup"]
def one_at_a_time(function, shape, rate, rng):
    """The same for outputs that are 1, and a pass for each single example."""
    num_examples, num_units = shape
    passes = [function(np.ones((1, num_units)), rate, rng, True) for _ in range(num_examples)]
    return {"rate": rate, "ratios": np.concatenate(passes)}


def after_a_pass(function, outputs, rate, rng):
    """The outputs that a dropout function was given, when it has returned an array."""
    shape = function(outputs, rate, rng, True).shape
    return outputs.reshape(shape)

# %% test="dropout" points=3
mask, masks, again = "dropout mask", "repeated dropout masks", seeded(2)
check("60 examples in training", lambda: left_by(dropout, (60, 40), 0.4, seeded(1)),
      seen_as=mask)
check("30 examples at inference", lambda: left_by(dropout, (30, 40), 0.4, seeded(0), False),
      seen_as=mask)
two_passes = lambda: [left_by(dropout, (9, 60), 0.45, again) for _ in range(2)]
check("two passes with one generator", two_passes, seen_as=masks)
two_starts = lambda: [left_by(dropout, (9, 60), 0.45, seeded(3)) for _ in range(2)]
check("two equal generators", two_starts, seen_as=masks)
check("thirty passes of one example", lambda: one_at_a_time(dropout, (30, 40), 0.65, seeded(6)),
      seen_as=mask)
few = np.array([[1.5, -2.0, 0.0], [0.25, 7.0, -0.5]])
check("a rate of 0, in training", lambda: dropout(few.copy(), 0.0, seeded(4), True))
left_alone = lambda: after_a_pass(dropout, np.arange(1000.0).reshape(20, 50), 0.7, seeded(5))
check("1,000 outputs, after a pass", left_alone, seen_as="numbering")
### BEGIN HIDDEN TESTS
def drawn_layer(height, width, passes, size, rate, seed, training):
    """What a layer is after passes, and what comes back where chance plays no part: numbered from 0 on."""
    numbers, draws = np.arange(-3.0, height * width - 3).reshape(height, width), seeded(seed)
    outputs = (size * numbers).astype(type(size))
    results = [dropout(outputs, rate, draws, training) for _ in range(passes)]
    both = np.stack([outputs, results[-1].astype(float)]) / size + 3
    both[1] += numbers.size
    return both[: 1 if training and rate > 0 else 2]


def drawn_passes(height, width, passes, size, rate, seed, training):
    """What passes of one generator make of one layer, divided by it, one below the other."""
    outputs, draws = size * seeded(seed).uniform(1, 3, size=(height, width)), seeded(seed)
    results = [dropout(outputs.copy(), rate, draws, training) / outputs for _ in range(passes)]
    return {"rate": rate, "ratios": np.concatenate(results)}


def drawn_starts(height, width, passes, size, rate, seed, training):
    """Two equal starts, and what comes after the second of them, at a rate where masks differ by much."""
    outputs, one, other = seeded(seed).choice([0.5, 1, 2], (3, 60)), seeded(seed), seeded(seed)
    rate = min(max(rate, 0.2), 0.8) if rate else rate
    results = [dropout(outputs.copy(), rate, rng, training) for rng in (one, other, other)]
    return [{"rate": rate, "ratios": result / outputs} for result in results]


check_drawn("drawn layers", drawn_layer, seen_as="numbering")
check_drawn("drawn passes", drawn_passes, seen_as="dropout mask")
check_drawn("drawn starts", drawn_starts, seen_as="repeated dropout masks")
### END HIDDEN TESTS

# %% [markdown]
# ## The lines of the notes
#
# The notes show a network before and after dropout:
#
# ```python
# h = layers.Dense(64, activation = 'relu')(inputs)
# h = layers.Dense(32)(h)
#                 |
#                 V
# h = layers.Dense(64, activation = 'relu')(inputs)
# h = layers.Dropout(0.3)(h)
# h = layers.Dense(32)(h)
# ```
#
# A dropout layer stands between two other layers, and drops outputs of the layer before it. The second dense layer has no activation function, so this layer and the next one together are a single linear map.

# %% [markdown]
# ### Exercise 2: `classifier_with_dropout` (2 points)
#
# Build the network after the arrow for the clothes: images of 14 × 14 pixels, and ten classes. `Flatten` turns an image into a row of 196 pixels. At the end stands a layer that is not in the notes: one logit for each class.

# %% solution="classifier_with_dropout"
def classifier_with_dropout(rate):
    """The network of the notes, with dropout behind its first hidden layer, for images.

    rate: the chance of an output to be dropped, from 0 to below 1.
    Returns a Keras model that has its weights already and takes images of shape (14, 14). In
    turn: 64 units with relu, dropout, 32 units without an activation function, 10 logits (no
    softmax). It need not be compiled. Dropout is at work where the model is called with
    training=True, and only there.
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((14, 14)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dropout(rate),
            keras.layers.Dense(32),
            keras.layers.Dense(10),
        ]
    )
    ### END SOLUTION

# %% [markdown]
# The checks give your model known weights. First, each unit gives 1, and each of the ten outputs is one unit plus three times another. So an output of 4 says that both are there. In training an output that is kept is divided by 1 - rate, so at 0.3 both units give 5.71. The last check uses random weights, and shows where activation functions are. You need not read the cells.

# %% tags=["setup"]
def outputs_of(model, second, images=None, training=False):
    """The outputs of the notes' network with given weights of its second layer."""
    shapes = [(196, 64), (64,), (64, 32), (32,), (32, 10), (10,)]
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape) / 8 for shape in shapes]
    if second is not None:
        weights = [np.eye(196, 64), np.full(64, 0.5), second, np.zeros(32), np.eye(32, 10),
                   np.zeros(10)]
    model.set_weights(weights)
    images = np.full((60, 14, 14), 0.5) if images is None else images
    return np.array(model(images, training=True) if training else model(images))

# %% tags=["setup"]
def pairs_of(model, training=False):
    """What pairs of units give: each output adds one unit of the first layer and three times
    another.
    """
    return outputs_of(model, np.eye(64, 32) + 3 * np.eye(64, 32, -32), training=training).ravel()


def shapes_of(model):
    """The shapes of a model's weights."""
    return [list(weights.shape) for weights in model.get_weights()]


def masks_of(rate, model):
    """What ten of the units give in training, and the rate that the model should have."""
    return {"rate": rate, "ratios": outputs_of(model, np.eye(64, 32), training=True)}

# %% test="classifier_with_dropout" points=2
# One model for each rate: a model takes long to make.
model_of = lru_cache(typed=True)(lambda rate: classifier_with_dropout(rate))
distinct, close = "distinct numbers", {"rtol": 1e-4, "atol": 1e-5}
photos = 10 * np.random.default_rng(1).random((3, 14, 14))
check("the shapes of its weights", lambda: shapes_of(model_of(0.15)))
check("pairs of units, in use", lambda: pairs_of(model_of(0.3)), seen_as=distinct)
check("pairs of units, in training", lambda: pairs_of(model_of(0.3), True), seen_as=distinct)
three_others = lambda: [masks_of(rate, model_of(rate)) for rate in (0, 0.15, 0.65)]
check("three other rates, one of them 0", three_others, seen_as="repeated dropout masks")
check("logits of three bright images", lambda: outputs_of(model_of(0.3), None, photos.copy()),
      **close)
### BEGIN HIDDEN TESTS
others = 5 * np.random.default_rng(2).normal(size=(2, 14, 14))


def without_chance(rate):
    """The sizes of a model's parts, what it gives in use, and by how much it raises what is kept."""
    model = model_of(rate)
    kept = outputs_of(model, np.eye(64, 32), training=True).max()
    return [shapes_of(model), pairs_of(model)[:12], outputs_of(model, None, others.copy()), float(kept)]


check_drawn("drawn models", without_chance, **close)
masks_drawn = lambda rate: masks_of(rate, model_of(rate))
check_drawn("drawn masks of models", masks_drawn, seen_as="dropout mask")
# Where each kind of pair is sure to occur, and else in use.
pairs_drawn = lambda rate: pairs_of(model_of(rate), 0.2 <= rate <= 0.8)
check_drawn("drawn pairs of units", pairs_drawn, seen_as=distinct, rtol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# **Place your bet**: how many points of accuracy does this layer bring, with clean labels, and with 40 % of the training labels wrong?
#
# Keras trained each side for 30 epochs, at its own best peak of the learning rate, with sixteen seeds. These figures came with the course. ± is followed by the standard error over the seeds. It does not cover the choice of the test images, which all seeds share. At the end of the lesson you train your own network.

# %% tags=["nbval-ignore-output"]
def in_points(with_it, without_it):
    """Mean difference of paired accuracies and its standard error, in points."""
    differences = 100 * (with_it - without_it)
    return differences.mean(), differences.std(ddof=1) / np.sqrt(len(differences))


of_notes = measured["notes_accuracies"].astype(float)
for labels, (before, after) in zip(["clean", "40 % wrong"], of_notes, strict=True):
    gain, error = in_points(after, before)
    ends = f"before {before.mean():.3f}, after {after.mean():.3f}"
    print(f"{labels:10}: {ends}, gain {gain:+.1f} ± {error:.1f} points")
    assert abs(gain) < 1, "it should matter little"

# %% [markdown]
# A point is one image in a hundred. The gain is smaller than its standard error, with clean labels and with wrong ones. In 30 epochs these lines do no harm, and they are no cure.

# %% [markdown]
# ## How much to forget
#
# Dropout has a hyperparameter, its rate. Books recommend 0.5 for hidden layers.
#
# The next picture shows what each rate brings in 30 epochs, in points, compared with no dropout, for three widths and eight seeds. Each dot is measured at its own best peak of the learning rate. Its bar is one standard error over the seeds. At the rate 0.7 the narrow network lies below the picture, and so does the network of 128 units with wrong labels.
#
# **Guess before you run the cell**: which of the three networks can best afford to lose half of its units?

# %% tags=["nbval-ignore-output"]
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.2, 3.0))
by_rate, strengths = measured["rates_accuracies"].astype(float), measured["rates_dropouts"]
for ax, title, noise in zip(axes, ["clean labels", "40 % wrong labels"], [0, 1], strict=True):
    widths = zip(measured["rates_widths"], by_rate[:, noise], "os^", strict=True)
    for width, of_width, mark in widths:
        gains, errors = np.array([in_points(of_rate, of_width[0]) for of_rate in of_width]).T
        ax.errorbar(strengths, gains, errors, marker=mark, capsize=3, label=f"{width}-{width}")
    ax.axhline(0, color=plotting.QUIET, linestyle=":")
    ax.set(title=title, xlabel="dropout rate", ylim=(-7, 1.5))
axes[0].set_ylabel("gain in test accuracy (points)")
axes[0].legend(loc="lower left")
plt.show()

# %% [markdown]
# The wider the network, the longer its line stays up. As numbers, for the rate 0.5:

# %% tags=["nbval-ignore-output"]
half = {}
for labels, of_labels in {"clean": by_rate[:, 0], "40 % wrong": by_rate[:, 1]}.items():
    pairs = [in_points(of_width[4], of_width[0]) for of_width in of_labels]
    half[labels] = [gain for gain, _ in pairs]
    in_words = ", ".join(f"{gain:+.1f} ± {error:.1f}" for gain, error in pairs)
    print(f"{labels:10}: {in_words} at widths 64, 128, 256")

for narrowest, middle, widest in half.values():
    assert narrowest < -2.5, "half of a narrow network should be too little"
    assert narrowest < middle < widest, "the wider the network, the less a half should cost"

# %% [markdown]
# And for the widest network at 0.2 and 0.3, with wrong labels:

# %% tags=["nbval-ignore-output"]
for strength, of_rate in zip((0.2, 0.3), by_rate[2, 1, 2:4], strict=True):
    gain, error = in_points(of_rate, by_rate[2, 1, 0])
    print(f"width 256, 40 % wrong, rate {strength}: {gain:+.1f} ± {error:.1f}")
    assert gain > 3 * error > 0, (
        "wrong labels and a wide network: here it should be ahead by three errors"
    )

# %% [markdown]
# On clean labels nothing in the left picture lies far above 0. The networks of 128 units that were trained today say the same. Here we have the networks themselves, so we can give both errors: over the seeds, and over the test images. The second one follows from the *disagreement*, the share of the images that exactly one of two networks with the same seed gets right (McNemar).

# %% tags=["nbval-ignore-output"]
def at_the_end(runs, part="test"):
    """The last accuracy of each run."""
    return np.array([getattr(run, f"{part}_accuracies")[-1] for run in runs])


def is_right(run):
    """Which test images a trained network gets right."""
    logits = trained_model(run, clothes)(clothes.x_test, training=False)
    return np.argmax(logits, axis=1) == clothes.y_test


pairs = zip(dropped, without, strict=True)
disagreement = np.mean([is_right(one) != is_right(other) for one, other in pairs])
today = accuracy_difference(at_the_end(dropped), at_the_end(without), disagreement, 2000)

# %% [markdown]
# In points, with the highest dot of the left picture:

# %% tags=["nbval-ignore-output"]
gain, over_seeds, over_images = 100 * np.array(today)
print(f"today, width 128, rate 0.5: {gain:+.1f} ± {over_seeds:.1f} (seeds) "
      f"± {over_images:.1f} (images)")
highest = max(in_points(of_rate, of_width[0])[0] for of_width in by_rate[:, 0]
              for of_rate in of_width[1:])
print(f"the highest dot of the left picture: {highest:+.1f}")

assert gain < 0, "half of 128 units should cost, in 30 epochs"
assert highest < 0.7, "on clean labels dropout should bring next to nothing"

# %% [markdown]
# In the same 30 epochs the same rate costs the narrow network four points, and the wide network less than a point, or nothing. **In a fixed number of epochs, how much dropout a network can bear depends on its width.** A layer of $n$ units at the rate $r$ has about $n (1 - r)$ units at work for each example.
#
# The wide network with wrong labels perhaps gains half a point at 0.2 or 0.3. But we picked these two of thirty dots after we had seen them. After 120 epochs the gain at 0.2 is gone (-0.2 ± 0.2 points).

# %% [markdown]
# ### Too small, or not finished?
#
# Is half of the narrow network too small for the clothes? Or has it not finished learning? After 30 epochs, both look the same. So we train it for 120.
#
# **Place your bet**: how many of the four points come back?

# %%
peaks_of_120 = measured["epochs_best"][2, 0]
narrow = {}
for place, strength in ((0, 0.0), (2, 0.5)):
    trained_longer = with_cosine(64, strength, float(peaks_of_120[place]), num_epochs=120)
    narrow[strength] = sweep([trained_longer], clothes, seeds=range(3), test_curves=True)

# %% [markdown]
# The lines were measured beforehand: each dot is the mean of eight trainings of that length, with their own peak of the learning rate. The three seeds of today are printed below the picture.

# %% tags=["nbval-ignore-output"]
figure, axes = plt.subplots(1, 2, figsize=(7.2, 2.8))
lengths = measured["epochs_budgets"][:4, 1].tolist()
for ax, title, noise in zip(axes, ["clean labels", "40 % wrong labels"], [0, 1], strict=True):
    for place, mark in enumerate("os^"):
        ends = measured["epochs_accuracies"][:4, noise, place].mean(axis=1)
        ax.plot(lengths, ends, marker=mark,
                label=f"dropout {measured['epochs_dropouts'][place]:g}")
    ax.set(title=title, xscale="log", xlabel="epochs")
    ax.set_xticks(lengths, map(str, lengths))
    ax.minorticks_off()
axes[0].set_ylabel("test accuracy")
axes[0].legend(loc="lower right")
plt.show()

# %% [markdown]
# As numbers, measured beforehand for 30 and for 120 epochs, and today for 120:

# %% tags=["nbval-ignore-output"]
by_length = measured["epochs_accuracies"].astype(float)
for place, num_epochs in ((0, 30), (2, 120)):
    of_labels = zip(("clean", "40 % wrong"), by_length[place], strict=True)
    for labels, (none, _, of_half) in of_labels:
        gain, error = in_points(of_half, none)
        ends = f"none {none.mean():.3f}, rate 0.5 {of_half.mean():.3f}"
        print(f"{num_epochs:3} epochs, {labels:10}: {ends}: {gain:+.1f} ± {error:.1f}")
for strength, runs in narrow.items():
    print(f"today, 120 epochs, clean: dropout {strength} {at_the_end(runs).mean():.3f}")

assert at_the_end(narrow[0.5]).mean() > at_the_end(narrow[0.0]).mean() - 0.02, (
    "nearly all should come back"
)

# %% [markdown]
# With 120 epochs the rate 0.5 costs the narrow network nothing that we could show. It had not finished. The assertions, and the best of each line of the picture:

# %% tags=["nbval-ignore-output"]
after_30, after_120 = (in_points(by_length[at, 0, 2], by_length[at, 0, 0])[0] for at in (0, 2))
best_of_each = 100 * by_length[:4].mean(axis=-1).max(axis=0)
for labels, (none, fifth, of_half) in zip(("clean", "40 % wrong"), best_of_each, strict=True):
    print(f"{labels:10}: none {none:.1f}, rate 0.2 {fifth:.1f}, rate 0.5 {of_half:.1f}")

assert after_30 < -3, "in 30 epochs a half should cost points"
assert abs(after_120) < 1, "in 120 epochs hardly any"
distances = abs(best_of_each - best_of_each[:, :1])
assert distances.max() < 1, "at the best length for each, no rate should stand out"

# %% [markdown]
# So dropout made the training slower. A comparison at a fixed number of epochs measures the speed as well. **Give each side its own best learning rate, and enough epochs.** Where each side has both, neither rate is ahead of no dropout by as much as a point, at this width. The same test accuracies chose the best of each line, which flatters it a little.

# %% [markdown]
# ### Two accuracies that cannot be compared
#
# Keras reports a training accuracy after every epoch, measured while units are missing. The validation accuracy is measured with all units. How much does that matter? We measure the training accuracy of the five networks with dropout once more, with all units.

# %% tags=["nbval-ignore-output"]
models = [trained_model(run, clothes) for run in dropped]
logits = np.array([model(clothes.x_train, training=False) for model in models])
with_all = np.mean(logits.argmax(axis=2) == clothes.y_train, axis=1)
reported = at_the_end(dropped, "train")
print(f"training accuracy as reported {reported.mean():.3f}, with all "
      f"units {with_all.mean():.3f}")
print(f"validation accuracy           {at_the_end(dropped, 'val').mean():.3f}")

assert with_all.mean() > reported.mean() + 0.01, "missing units should lower what is reported"

# %% [markdown]
# The images are the same and the weights nearly so, and yet the two training accuracies are several points apart. **With dropout, the gap between the reported curves does not tell how much a network overfits.** The training accuracy may even be below the validation accuracy. That is neither a success nor a bug.

# %% [markdown]
# ### A famous gain, home-made
#
# You may have seen pictures in which dropout brings ten points. Here is one way to make them: take wrong labels and a constant learning rate, and train until the network has learned the wrong labels by heart. Then switch dropout on, and change nothing else.
#
# We do that with the network of 128 units, at the rate 0.002. Then both sides get a falling learning rate, with a peak of their own. **Guess before you run the cell**: how much of the gain is left?

# %%
constant, tuned = {}, {}
for strength in (0.0, 0.5):
    steady = at_one_rate(128, strength, 0.002, label_noise=0.4)
    falling = with_cosine(128, strength, own_peak(128, strength, label_noise=0.4),
                          label_noise=0.4)
    constant[strength] = sweep([steady], clothes, seeds=range(2), test_curves=True)
    tuned[strength] = sweep([falling], clothes, seeds=range(2), test_curves=True)

# %% [markdown]
# The last two lines are stored figures: 60 epochs at a constant rate of 0.001, and then each side at its own constant rate.

# %% tags=["nbval-ignore-output"]
gains = {}
for name, runs in {"constant rate 0.002": constant, "falling, own peak": tuned}.items():
    plain, with_dropout = at_the_end(runs[0.0]), at_the_end(runs[0.5])
    gain = gains[name] = in_points(with_dropout, plain)[0]
    print(f"{name:22} none {plain.mean():.3f}, dropout 0.5 "
          f"{with_dropout.mean():.3f}: {gain:+.1f} points")
for number, name in enumerate(["60 epochs, rate 0.001", "60 epochs, own rate"]):
    plain, with_dropout = measured["budget_accuracies"][:, number].astype(float)
    gain, _ = in_points(with_dropout, plain)
    print(f"{name:22} none {plain.mean():.3f}, dropout 0.5 "
          f"{with_dropout.mean():.3f}: {gain:+.1f} points")

assert gains["constant rate 0.002"] > 3, (
    "at one rate that is too high, dropout should bring points"
)
assert gains["falling, own peak"] < 2, (
    "with each side at its own best, hardly any should be left"
)

# %% [markdown]
# How many of their training labels, of which 40 % are wrong, have the networks without dropout learned? A network that gets more than 0.6 of them has learned wrong labels by heart.

# %% tags=["nbval-ignore-output"]
plain_runs = {"constant": constant[0.0], "falling": tuned[0.0]}
by_heart = {name: at_the_end(runs, "train").mean() for name, runs in plain_runs.items()}
for name, accuracy in by_heart.items():
    print(f"{name:9}: training accuracy {accuracy:.2f}")

assert by_heart["constant"] > 0.64, "at a constant rate wrong labels should be learned by heart"
assert by_heart["falling"] < by_heart["constant"], "and fewer of them at the own peak"

# %% [markdown]
# At this rate the network without dropout learns wrong labels by heart; with dropout the test accuracy is several points higher. So dropout forgives a learning rate that is too high, and a training that is too long. A smaller or a falling rate does as much without dropout. **Before you praise a remedy, give the other side its own best rate.**

# %% [markdown]
# ## An ensemble of simple networks?
#
# The notes say why dropout should work: 마치 여러가지 심플한 모델의 조합(앙상블)으로 표현이 됨, it acts like a combination of many simple models. Each mask leaves a thin network. Together the thin networks are an **ensemble** (앙상블).
#
# We can test that. Leave dropout on at inference, send each image through the network many times, and average. That is **Monte-Carlo dropout** (몬테카를로 드롭아웃), after the city of chance.
#
# What is averaged? The network's outputs are logits $z_1, \dots, z_K$, one for each of $K$ classes. The softmax turns them into probabilities:
#
# $$p_c = \frac{e^{z_c}}{e^{z_1} + \dots + e^{z_K}}$$
#
# An ensemble averages *probabilities*:
#
# $$\bar p_c = \frac{1}{S} \sum_{s=1}^{S} p_c^{(s)}$$
#
# - $S$ is the number of passes, each with new masks,
# - $p_c^{(s)}$ is the probability of class $c$ in pass $s$.

# %% [markdown]
# ### Exercise 3: `monte_carlo_predict` (2 points)
#
# `keras.ops.softmax` takes an array of logits, one row for each example. `np.array` turns what Keras returns into a NumPy array.

# %% solution="monte_carlo_predict"
def monte_carlo_predict(model, inputs, num_samples):
    """The probabilities of an ensemble of thin networks: Monte-Carlo dropout.

    model: a Keras model with dropout; its outputs are logits, of shape (num_examples,
        num_classes).
    inputs: what the model takes, an array of num_examples examples.
    num_samples: the number of passes S, a whole number of 1 or more. Every example goes
        through the model num_samples times, each time with new masks: a hundred times for 100.
    Returns a NumPy array of shape (num_examples, num_classes): for each example the mean of its
        probabilities over these passes.
    """
    ### BEGIN SOLUTION
    total = 0.0
    for _ in range(num_samples):
        total = total + np.array(keras.ops.softmax(model(inputs, training=True)))
    return total / num_samples
    ### END SOLUTION

# %% [markdown]
# The checks use a model with a single input and a dropout rate of one half. For each example it shows one of two results, heads or tails. A mean of two passes can then have three different values, and a mean of three passes four. An example that is 0 shows the same result in each pass.

# %% tags=["setup"]
def coin_model(weights):
    """A model of one input: its logits are 0 if that is dropped, and otherwise twice the
    weights.
    """
    dropped = keras.layers.Dropout(0.5, seed=3)
    model = keras.Sequential([keras.Input((1,)), dropped,
                              keras.layers.Dense(len(weights), use_bias=False)])
    model.set_weights([np.array([weights])])
    return model


def tosses(function, num_samples, weights=(0.4, -1.1, 0.7), num_examples=160):
    """The mean probabilities of the last class of a coin model, for equal examples."""
    return function(coin_model(weights), np.ones((num_examples, 1)), num_samples)[:, -1]


def of_zeros(function, num_samples, weights, is_zero):
    """The same for the examples that are 0, where others are 1."""
    inputs = np.where(is_zero, 0.0, 1.0)[:, np.newaxis]
    return function(coin_model(weights), inputs, num_samples)[is_zero, -1]

# %% test="monte_carlo_predict" points=2
distinct, three, every_other = "distinct numbers", (1.0, 2.0, 0.5), np.arange(160) % 2 == 0
check("one pass over 160 examples", tosses, monte_carlo_predict, 1, seen_as=distinct)
check("two passes", tosses, monte_carlo_predict, 2, num_examples=170, seen_as=distinct)
check("three passes", tosses, monte_carlo_predict, 3, num_examples=180, seen_as=distinct)
zeros = lambda: of_zeros(monte_carlo_predict, 2, three, every_other)
check("the examples that are 0, where every other is 1", zeros, seen_as=distinct)
five = lambda: monte_carlo_predict(coin_model(three), np.ones((5, 1)), 4)
check("what comes back for five examples", five, seen_as="structure")
### BEGIN HIDDEN TESTS
alone = lambda: monte_carlo_predict(coin_model(three), np.ones((1, 1)), 3)
check("what comes back for one example", alone, seen_as="structure")
scatter = lambda: monte_carlo_predict(coin_model((1.0, -1.0)), np.ones((500, 1)), 20).std(axis=0)[:5]
check("how far the means of twenty passes scatter", scatter, rtol=0, atol=0.008)


drawn = {}


def drawn_means(weights, x, num_zeros, num_coins, num_samples):
    """The mean probabilities of examples that are 0, and of equal ones behind them; two checks look at them."""
    case = repr((weights, x, num_zeros, num_coins, num_samples))
    if case not in drawn:
        inputs = np.full((num_zeros + num_coins, 1), x)
        inputs[:num_zeros] = 0
        drawn[case] = monte_carlo_predict(coin_model(weights), inputs, num_samples)
    return drawn[case][:num_zeros], drawn[case][num_zeros:]


check_drawn("drawn examples that show no chance", lambda *case: drawn_means(*case)[0], rtol=1e-4)
last_class = lambda *case: drawn_means(*case)[1][:, -1]
check_drawn("drawn coins", last_class, seen_as="distinct numbers", rtol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# **Place your bet**: is the mean of 100 masks better than a single pass with all units? By how much?
#
# The picture was measured beforehand, on 2,000 test images. It shows the mean of six networks of 128 units, trained for 40 epochs with a dropout rate of 0.5. The learning rate falls on the left and is constant on the right.

# %%
figure, axes = plt.subplots(1, 2, figsize=(7.6, 2.8))
for ax, title, situation in zip(axes, ["clean labels", "40 % wrong labels"], [0, 1],
                                strict=True):
    by_masks = measured["calibration_masks"][situation].mean(axis=0)
    ax.plot(measured["calibration_num_masks"], by_masks, "o-", label="mean of masks")
    level = measured["calibration_measured"][situation, methods.index("all units"), :, 0].mean()
    ax.axhline(level, color="black", linestyle="--", label="all units, one pass")
    ax.set(title=title, xscale="log", xlabel="number of masks that are averaged")
    ax.set_xticks([1, 10, 100], ["1", "10", "100"])
axes[0].set_ylabel("test accuracy")
axes[0].legend(loc="lower right")
plt.show()

# %% [markdown]
# A single mask makes a poor network; the mean of a hundred masks is as good as the pass with all units. The numbers follow. A thin network uses one mask for all images (± is the standard deviation over masks).

# %% tags=["nbval-ignore-output"]
for labels, situation in {"clean": 0, "40 % wrong": 1}.items():
    accuracies = measured["calibration_measured"][situation, :, :, 0].astype(float)
    by_method = dict(zip(methods, accuracies, strict=True))
    thin = measured["calibration_thin"][situation].astype(float)
    print(f"{labels:10}: thin networks {thin.mean():.3f} ± "
          f"{thin.std(axis=1, ddof=1).mean():.3f}", end="")
    shown = ("one mask", "mean of 10", "mean of 100", "all units")
    print("".join(f", {name} {by_method[name].mean():.3f}" for name in shown))
    assert by_method["one mask"].mean() < by_method["all units"].mean() - 0.02, (
        "one mask should cost points"
    )
    assert abs(by_method["mean of 100"] - by_method["all units"]).mean() < 0.01, (
        "a hundred should equal all"
    )

one_mask, all_units = dropout_left[3], dropout_left[0]
assert one_mask.mean() < all_units.mean() - 0.02, (
    "and so it should be with the five networks of today"
)

# %% [markdown]
# So the notes are right in a way: dropout acts like an ensemble, and one pass with all units is a cheap and good stand-in for it. But the ensemble is not more *accurate* than that pass. All its thin networks share their weights.
#
# How good is an ensemble of five networks that were trained separately, from five seeds? The loss of their mean can never be above the mean of their losses, because the logarithm is concave. By how much is it below?

# %% tags=["nbval-ignore-output"]
def probabilities_of(run, x):
    """The probabilities that a trained network gives, with all units."""
    return np.array(keras.ops.softmax(trained_model(run, clothes)(x, training=False)))


loss_of = keras.losses.SparseCategoricalCrossentropy()
members = np.array([probabilities_of(run, clothes.x_test) for run in without])
ensemble = members.mean(axis=0)
single_loss = np.mean([loss_of(clothes.y_test, member) for member in members])
ensemble_loss = float(loss_of(clothes.y_test, ensemble))
ensemble_accuracy = np.mean(ensemble.argmax(axis=1) == clothes.y_test)
print(f"one network:    accuracy {at_the_end(without).mean():.3f}, loss {single_loss:.3f}")
print(f"five networks:  accuracy {ensemble_accuracy:.3f}, loss {ensemble_loss:.3f}")

assert ensemble_loss < single_loss - 0.01, "an ensemble should have a lower loss"

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. What follows asks whether a network knows when it is wrong, and corrects its confidence with one number.

# %% [markdown]
# ## Part 2 · Trust the confidence of a network, or mend it (about 65 minutes)
#
# ## Does it know when it is wrong?
#
# A network that says "shirt, 0.95" claims to be right in 19 of 20 such cases. The probability of the class that it chooses is its **confidence** (확신도). If eight in ten answers with a confidence near 0.8 are right, and so for every other confidence, the network is **calibrated** (보정된).
#
# To see this, sort the test images by confidence into ten bins. For each bin, draw the accuracy over the mean confidence. A calibrated network lies on the diagonal. Below the diagonal, the network is too sure. Above it, the network is not sure enough. This picture is called a **reliability diagram** (신뢰도 다이어그램).
#
# For a second pair of networks, 40 % of the training labels are wrong, the same labels for both. **Guess before you run the cell**: on which side of the diagonal will the networks lie that learned from clean labels, and on which those that learned from wrong ones?

# %%
fixed = {"label_noise": 0.4, "label_noise_seed": 0}
peaks = {strength: own_peak(128, strength, label_noise=0.4) for strength in (0.0, 0.5)}
configurations = [with_cosine(128, strength, peak, **fixed) for strength, peak in peaks.items()]
confused_plain, confused = (
    sweep([configuration], clothes, seeds=range(3), test_curves=True)
    for configuration in configurations
)

# %% [markdown]
# `calibration_curve` of scikit-learn does the sorting. It takes which answers are right and how confident they are, and returns accuracy and mean confidence of each bin that is not empty.

# %%
from sklearn.calibration import calibration_curve

kinds = "without dropout", "dropout 0.5, all units"


def confident_and_right(probabilities, targets):
    """The confidence of each answer, and whether it is right."""
    return probabilities.max(axis=-1), probabilities.argmax(axis=-1) == targets

# %% [markdown]
# Each line is one network. A calibrated network would lie on the dotted diagonal. After clean labels few answers have a low confidence, so the dots on the left jump.

# %% tags=["nbval-ignore-output"]
pairs_of_runs = {"clean labels": (without, dropped),
                 "40 % wrong labels": (confused_plain, confused)}
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(7.2, 3.3))
for ax, (title, pair) in zip(axes, pairs_of_runs.items(), strict=True):
    for runs, name, mark in zip(pair, kinds, "os", strict=True):
        probabilities = probabilities_of(runs[0], clothes.x_test)
        confidences, are_right = confident_and_right(probabilities, clothes.y_test)
        ax.plot(*calibration_curve(are_right, confidences, n_bins=10)[::-1], marker=mark,
                label=name)
    ax.plot([0, 1], [0, 1], color=plotting.QUIET, linestyle=":")
    ax.set(title=title, xlabel="mean confidence of a bin", xlim=(0, 1), ylim=(0, 1))
axes[0].set_ylabel("accuracy of the bin")
axes[0].legend(loc="upper left")
plt.show()

# %% [markdown]
# The mean confidence minus the accuracy for each network, over all test images. Above 0 is too sure, below 0 not sure enough.

# %% tags=["nbval-ignore-output"]
def surplus(runs):
    """Mean confidence minus accuracy of each run on the test images."""
    gaps = []
    for run in runs:
        probabilities = probabilities_of(run, clothes.x_test)
        confidences, are_right = confident_and_right(probabilities, clothes.y_test)
        gaps.append(confidences.mean() - are_right.mean())
    return np.array(gaps)


surpluses = {}
for name, pair in pairs_of_runs.items():
    for kind, runs in zip(("without", "dropout 0.5"), pair, strict=True):
        surpluses[name, kind] = surplus(runs)
        print(f"{name + ', ' + kind:30}",
              " ".join(f"{value:+.3f}" for value in surpluses[name, kind]))

# %% [markdown]
# As assertions:

# %%
too_sure, less_sure, *not_sure = (values.mean() for values in surpluses.values())
assert too_sure > 0.03, "after clean labels a network should be too sure"
assert less_sure < too_sure - 0.01, "and less so after dropout"
assert max(not_sure) < -0.1, "after wrong labels, not sure enough"
assert at_the_end(without, "train").mean() > 0.9, (
    "clean labels should nearly all have been learned"
)

# %% [markdown]
# After clean labels the network is too sure: it learned nearly all of its training images by heart, and was right about them. After wrong labels it is not sure enough: many labels contradicted what it saw. After clean labels and 30 epochs, the network with dropout is less sure than the network without dropout. It has also learned less of its training images.

# %% [markdown]
# ## One number for it
#
# The mean of "confidence minus accuracy" can be 0 although a network is too sure in one bin and not sure enough in another. So the gap is taken in each bin before anything is added. With $B$ bins of equal width between 0 and 1:
#
# $$\text{ECE} = \sum_{b=1}^{B} \frac{n_b}{n} \, \left| a_b - c_b \right|$$
#
# - $n$ is the number of answers, and $n_b$ how many of them fall into bin $b$,
# - $a_b$ is the accuracy in bin $b$: the fraction of its answers that are right,
# - $c_b$ is the mean confidence in bin $b$.
#
# This is the **expected calibration error** (기대 보정 오차). For a calibrated network and endlessly many answers it is 0. With 2,000 answers in 15 bins even such a network gets about 0.02, by chance: an error of that size shows no fault. Two methods that are measured on the same images can differ by less than that and still differ truly, if the difference comes with every seed.

# %% [markdown]
# ### Exercise 4: `expected_calibration_error` (2 points)

# %% solution="expected_calibration_error"
def expected_calibration_error(probabilities, labels, num_bins):
    """How far confidence and accuracy lie apart, bin by bin, on average over the examples.

    probabilities: array of shape (num_examples, num_classes), at least one example; each row has
        the sum 1.
    labels: array of whole numbers of shape (num_examples,), the right classes, counted from 0.
    num_bins: how many bins of equal width divide the confidences from 0 to 1, 1 or more. A
    confidence on the edge between two bins belongs to the upper bin, and a confidence of exactly
    1 to the last. Confidences for which rounding decides the bin do not occur.
    Empty bins add nothing. The answer of a row is its most probable class, the first of them if
    several are equal. Returns a number, from 0 to 1.
    """
    ### BEGIN SOLUTION
    confidence = np.max(probabilities, axis=1)
    is_right = np.argmax(probabilities, axis=1) == labels
    places = np.minimum((confidence * num_bins).astype(int), num_bins - 1)
    gaps = [np.sum((is_right - confidence)[places == place]) for place in range(num_bins)]
    return np.sum(np.abs(gaps)) / len(labels)
    ### END SOLUTION

# %% tags=["setup"]
def forecasts(num_examples, num_classes, sharpness, rng):
    """Probabilities by chance, the sharper the more confident, and labels of which six in ten
    fit them.
    """
    exponentials = np.exp(sharpness * rng.normal(size=(num_examples, num_classes)))
    others = rng.integers(0, num_classes, size=num_examples)
    labels = np.where(rng.random(num_examples) < 0.6, exponentials.argmax(axis=1), others)
    return exponentials / exponentials.sum(axis=1, keepdims=True), labels

# %% tags=["setup"]
def eight_answers(right):
    """Eight rows with confidences from 0.55 to 0.95, and labels that make answers right (1) or
    wrong (0).
    """
    confidences = [0.55, 0.57, 0.62, 0.64, 0.83, 0.85, 0.93, 0.95]
    three = [[(1 - c) / 4, c, 3 * (1 - c) / 4] for c in confidences]
    rows = [np.roll(row, place) for place, row in enumerate(three)]
    chosen = (1 + np.arange(8)) % 3
    return np.array(rows), (chosen + 1 - np.array(right)) % 3


def answers_on_edges():
    """Three rows each with a confidence of 0.75 and of 0.5, two with 1, one with 0.9, and their
    labels.
    """
    rows = [[0.75, 0.25], [0.25, 0.75], [0.25, 0.75], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [1, 0],
            [0, 1]]
    return np.array([*rows, [0.9, 0.1]]), np.array([0, 1, 1, 0, 1, 1, 1, 0, 0])

# %% test="expected_calibration_error" points=2
def errors_of(*cases):
    """The calibration errors of some forecasts, each given with its number of bins."""
    error = expected_calibration_error
    return [error(rows.copy(), labels.copy(), num_bins) for rows, labels, num_bins in cases]


rng = np.random.default_rng(0)
by_chance = forecasts(40, 3, 2.0, rng), forecasts(25, 6, 1.0, rng), forecasts(90, 4, 3.0, rng)
mixed, others = eight_answers([1, 1, 1, 0, 1, 0, 1, 1]), eight_answers([0, 1, 1, 1, 0, 0, 0, 1])
eight = lambda: errors_of((*mixed, 3), (*others, 7), (*mixed, 1))
check("eight answers, in 3 bins, in 7 and in 1", eight, rtol=1e-5)
in_bins = [(*case, num_bins) for case, num_bins in zip(by_chance, (5, 8, 12), strict=True)]
check("forecasts by chance, in 5, 8 and 12 bins", errors_of, *in_bins, rtol=1e-5)
certain = np.array([[1, 0], [0, 1], [0.97, 0.03], [0.38, 0.62]]), np.array([0, 0, 0, 1])
check("confidences on edges, in 4 bins and in 2, and of 1 in 10", lambda: errors_of(
    (*answers_on_edges(), 4), (*answers_on_edges(), 2), (*certain, 10)), rtol=1e-5)
### BEGIN HIDDEN TESTS
draws = np.random.default_rng(5)
large = forecasts(8_000, 10, 1.5, draws)
check("eight thousand", errors_of, (*large, 15), (*large, 100), rtol=1e-5)
unsure = np.array([[0.3, 0.25, 0.25, 0.2], [0.4, 0.2, 0.2, 0.2], [0.55, 0.15, 0.15, 0.15], [0.9, 0.1, 0, 0]])
check("low confidences", errors_of, (unsure, np.array([0, 1, 3, 2]), 2), (unsure, np.array([0, 1, 3, 2]), 3), rtol=1e-5)
check_drawn("drawn forecasts", expected_calibration_error, rtol=1e-5, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# ## Mended with one number
#
# Divide all logits by one number $T$ before the softmax, the **temperature**:
#
# $$p_c = \frac{e^{z_c / T}}{e^{z_1 / T} + \dots + e^{z_K / T}}$$
#
# $T > 1$ makes every answer less sure, $T < 1$ more sure. The order of the classes stays, so the accuracy stays too. This is **temperature scaling** (온도 스케일링).
#
# $T$ is a hyperparameter. It is chosen by the loss on validation images, from which the network has not learned. The next picture shows that loss over $T$, for one network after clean labels and one after wrong labels. Both axes are logarithmic. **Before you run the cell**: on which side of 1 does each valley lie?

# %%
from_logits = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
temperatures = np.geomspace(0.2, 5, 25)
val_losses = {}
for name, run in {"clean labels": without[0], "40 % wrong labels": confused_plain[0]}.items():
    logits = np.array(trained_model(run, clothes)(clothes.x_val, training=False))
    losses = [float(from_logits(clothes.y_val, logits / T)) for T in temperatures]
    val_losses[name] = np.array(losses)

# %% [markdown]
# The dotted line is at $T = 1$, where nothing is changed.

# %%
figure, ax = plt.subplots()
for (name, values), color, mark in zip(val_losses.items(), plotting.COLORS, "os", strict=False):
    ax.loglog(temperatures, values, color=color, marker=mark, label=name)
ax.axvline(1, color=plotting.QUIET, linestyle=":")
ax.set(xlabel="temperature T", ylabel="validation loss")
ax.set_xticks([0.2, 0.5, 1, 2, 5], ["0.2", "0.5", "1", "2", "5"])
ax.set_yticks([0.5, 1, 2], ["0.5", "1", "2"])
ax.minorticks_off()
ax.legend()
plt.show()

# %% [markdown]
# The two valleys lie on different sides:

# %%
at_one = len(temperatures) // 2
assert val_losses["clean labels"].argmin() > at_one, (
    "a network that is too sure should want T above 1"
)
assert val_losses["40 % wrong labels"].argmin() < at_one, (
    "and one that is not sure enough, below 1"
)

# %% [markdown]
# ### Exercise 5: `fit_temperature` (2 points)
#
# A colleague turns the picture into a function:
#
# ```python
# def best_of_the_picture(logits, labels):
#     temperatures, losses = np.geomspace(0.2, 5, 25), []
#     for T in temperatures:
#         exponentials = np.exp(logits / T)
#         probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
#         losses.append(-np.log(probabilities[np.arange(len(labels)), labels]).mean())
#     return temperatures[np.argmin(losses)]
# ```
#
# Her function has three faults: two in the list of temperatures, and one that shows only where logits are large. Find them, and write a function without them. Before you begin, give a bound: by which factor may two neighbours of a list differ, if the answer must be right to half a per cent?
#
# The valley has a single lowest point, wherever it lies. You may keep a list, or search with `scipy.optimize.minimize_scalar`.

# %% solution="fit_temperature"
def fit_temperature(logits, labels):
    """The temperature at which logits, divided by it, have the lowest mean cross-entropy.

    logits: array of floats of shape (num_examples, num_classes), of examples that were not
        learned from.
    labels: array of whole numbers of shape (num_examples,), the right classes, counted from 0.
    Returns a number: the temperature, right to half a per cent. It lies between 0.05 and 20.
    """
    ### BEGIN SOLUTION
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    def mean_loss(log_temperature):
        log_probabilities = log_softmax(logits / np.exp(log_temperature), axis=1)
        return -log_probabilities[np.arange(len(labels)), labels].mean()

    return float(np.exp(minimize_scalar(mean_loss, bounds=(-4, 4), method="bounded").x))
    ### END SOLUTION

# %% tags=["setup"]
def answers_at(temperature, num_examples, num_classes, rng):
    """Logits that are too large by about this factor, and labels drawn from the right
    probabilities.
    """
    logits = 2 * rng.normal(size=(num_examples, num_classes))
    noise = rng.gumbel(size=logits.shape)
    return temperature * logits + 3, np.argmax(logits + noise, axis=1)

# %% test="fit_temperature" points=2
def fitted(*cases):
    """The temperatures of some logits and labels."""
    return [fit_temperature(logits.copy(), labels.copy()) for logits, labels in cases]


rng = np.random.default_rng(0)
sizes = [(2.3, 4), (0.37, 3), (1.6, 10), (0.8, 5)]
visible_cases = [answers_at(factor, 300, classes, rng) for factor, classes in sizes]
check("four networks", fitted, *visible_cases, rtol=5e-3)
extremes = [answers_at(factor, 400, 4, rng) for factor in (12.0, 0.08714)]
check("much too sure, and hardly sure of anything", fitted, *extremes, rtol=5e-3)
others, few = np.random.default_rng(9), [(0.2, 6, 3), (0.6, 8, 2), (1.3, 5, 4), (3.0, 6, 3),
                                         (8.0, 9, 5)]
check("a few examples of five networks", fitted, *(answers_at(*of, others) for of in few),
      rtol=5e-3)
### BEGIN HIDDEN TESTS
draws = np.random.default_rng(6)
factors = [0.08, 0.3, 0.7, 1.4, 4.0, 17.0]
every = [answers_at(factor, *draws.integers([60, 2], [200, 11]).tolist(), draws) for factor in factors]
steep = np.array([[32.0, 42, 38], [53, 102, 31], [42, -33, -6], [0, 56, 26], [45, 9, 88], [62, -4, 15]])
every += [(steep, np.array([2, 1, 0, 1, 2, 0]))]
check("seven temperatures", fitted, *every, rtol=5e-3)
check_drawn("drawn temperatures", fit_temperature, rtol=5e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## Side by side
#
# We have three remedies: the mean over masks, a temperature, and an ensemble of five networks. Which of them, or which combination, gives probabilities that can be trusted?
#
# The table was measured beforehand: networks of 128 units, 40 epochs, six of each kind, each kind at its own best learning rate. Every temperature was fitted on the 1,000 validation images. A mean of probabilities has no logits; its logarithms take their place. The calibration error has 15 bins. Where labels are wrong, all networks that are averaged learned from the same wrong labels.

# %% tags=["nbval-ignore-output"]
for labels, situation in {"clean labels, falling rate": 0,
                          "40 % wrong labels, constant rate": 1}.items():
    print(f"{labels}\n{'':16} accuracy   loss    ECE")
    for name, row in zip(methods, measured["calibration_measured"][situation].mean(axis=1),
                         strict=True):
        print(f"{name:16} {row[0]:8.3f} {row[1]:6.3f} {row[2]:6.3f}")

# %% [markdown]
# What we read in it, as assertions, for the means over the six:

# %%
def column(name, situation, what):
    """A figure of a method for each of the six: what is 0 for accuracy, 1 for loss, 2 for
    ECE.
    """
    of_method = measured["calibration_measured"][situation, methods.index(name)]
    return of_method[:, what].astype(float)


for situation in (0, 1):
    mended = column("plain + T", situation, 2)
    for name in ("plain", "mean of 100", "ensemble"):
        raw, with_its_own = column(name, situation, 2), column(f"{name} + T", situation, 2)
        assert raw.mean() > mended.mean(), (
            f"plain with a temperature should be better calibrated than {name}"
        )
        assert raw.mean() > with_its_own.mean(), "a temperature should mend each of them"
    accuracies, losses = (np.mean([column(name, situation, what) for name in methods], axis=1)
                          for what in (0, 1))
    assert methods[np.argmin(losses)] == "ensemble + T", (
        "an ensemble with a temperature should be ahead"
    )
    assert methods[np.argmax(accuracies)] == "ensemble", (
        "and an ensemble, with or without, in accuracy"
    )

# %% [markdown]
# And what masks do, compared with one pass of all units:

# %%
masks, one_pass = ([column(name, 0, what) for what in (1, 2)]
                   for name in ("mean of 100", "all units"))
clean_loss, clean_error = np.array(masks) - np.array(one_pass)
assert -0.1 < clean_loss.mean() < 0, "after clean labels masks should help the loss a little"
assert abs(clean_error.mean()) < 0.01, "and the calibration error should be about as large"
after_wrong = column("mean of 100", 1, 2) - column("all units", 1, 2)
assert after_wrong.mean() > 0.02, "after wrong ones they should hurt"

# %% [markdown]
# - **Averaging masks** makes a network less sure. After clean labels and these 40 epochs the loss is a little lower than with one pass of all units, and the calibration error is about as large. After wrong labels, a bad calibration gets worse.
# - **An ensemble** has the best accuracy and, with a temperature, the lowest loss. After wrong labels it is only perhaps ahead of masks: its lead is below two standard errors. An ensemble makes answers less sure as well. After clean labels that helps a little; after wrong labels it hurts. The paper on ensembles found them calibrated without help; ours need a temperature.
# - **A temperature** calibrates each of the three methods to which we gave one, in both directions, and needs no further training.
#
# A temperature knows only what the validation images tell. It was not fitted to later images from another camera or another year. Ensembles have been reported to do best on such images. We have not measured it.

# %% [markdown]
# ## Beliefs, measured
#
# **"Units are removed once an epoch."** The notes say 에폭이 끝날 때마다 랜덤으로 몇개의 뉴런을 없앤다: whenever an epoch ends, some neurons are removed at random. Count the masks of your own `dropout`, over an epoch of 20 batches of 64 examples.
#
# If the notes were right, all examples of an epoch would share one mask. **Place your bet**: how many different masks does your function make in an epoch? Then look at how many examples of the epoch a single unit saw.

# %%
my_bet = None  # replace None by the number of different masks that you believe in

if solved("dropout"):
    rng = np.random.default_rng(0)
    epoch = [dropout(np.ones((64, 128)), 0.3, rng, training=True) for _ in range(20)]
    kept = np.concatenate(epoch) > 0
    num_different = len(np.unique(kept, axis=0))
    print(f"{num_different} masks in an epoch of {len(kept)} examples; your bet: {my_bet}")
    first, second = kept.mean(axis=0)[:2]
    print(f"the first unit was kept for {first:.0%} of the examples, the "
          f"second for {second:.0%}")
    assert num_different == len(kept), "each example should have its own mask"

# %% [markdown]
# No unit is away for an epoch. Each unit learns in every epoch, from about seven examples in ten, each time with other units.
#
# **"Dropout always helps."** Train your own `classifier_with_dropout`, with and without dropout. Each side gets the peak of the learning rate that was best for it on clean labels. **Place your bet**: how many points?

# %%
def fit_notes_network(rate, peak):
    """The test accuracy of your network on clean labels."""
    keras.utils.set_random_seed(0)
    model = classifier_with_dropout(rate)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(peak, 600))
    model.compile(optimizer=optimizer, loss=from_logits, steps_per_execution=20)
    model.fit(clothes.x_train, clothes.y_train, batch_size=64, epochs=30, verbose=0)
    return np.mean(np.argmax(model(clothes.x_test), axis=1) == clothes.y_test)


peaks = measured["notes_best"][0].tolist()

# %% [markdown]
# The next cell also prints what sixteen seeds say of the notes' rate 0.3, and what the rate 0.5 does behind both layers of the narrow network. The errors cover seeds, not test images.

# %% tags=["nbval-ignore-output"]
if solved("classifier_with_dropout"):
    before, after = map(fit_notes_network, (0.0, 0.3), peaks)
    print(f"your network, one seed: before {before:.3f}, after {after:.3f}")
    assert abs(after - before) < 0.03, "it should matter little"
gain, error = in_points(*of_notes[0, ::-1])
print(f"the notes' network, 16 seeds: {gain:+.1f} ± {error:.1f} points")
for place, num_epochs in ((0, 30), (2, 120)):
    of_none, _, of_half = measured["epochs_accuracies"][place, 0].astype(float)
    gain, error = in_points(of_half, of_none)
    print(f"64-64, rate 0.5, {num_epochs} epochs: {gain:+.1f} ± {error:.1f} points")

# %% [markdown]
# Dropout does not always help. At 0.3 behind one layer of 64 units it hardly matters; at 0.5 behind both layers it costs accuracy, unless there is time to train for longer. So treat dropout like any hyperparameter: try several rates, with 0 among them.
#
# **"Monte-Carlo dropout is calibrated."** Test it with your own three functions, on a network that learned from wrong labels. **Place your bet**: is the calibration error smaller with 50 masks than with all units?

# %%
model = trained_model(confused[0], clothes)
val_logits = np.array(model(clothes.x_val, training=False))
test_logits = np.array(model(clothes.x_test, training=False))


def my_three_ways():
    """The probabilities of all units, of 50 masks, and of all units with your temperature."""
    temperature = fit_temperature(val_logits, clothes.y_val)
    return {
        "all units": keras.ops.softmax(test_logits),
        "mean of 50 masks": monte_carlo_predict(model, clothes.x_test, 50),
        "all units, with T": keras.ops.softmax(test_logits / temperature),
    }

# %% [markdown]
# The three calibration errors:

# %% tags=["nbval-ignore-output"]
if solved("monte_carlo_predict", "expected_calibration_error", "fit_temperature"):
    my_errors = {}
    for name, probabilities in my_three_ways().items():
        my_errors[name] = expected_calibration_error(np.array(probabilities), clothes.y_test, 15)
        print(f"{name:18} ECE {my_errors[name]:.3f}")
    assert my_errors["mean of 50 masks"] > my_errors["all units"] - 0.01, (
        "masks should not mend it"
    )
    assert my_errors["all units, with T"] < my_errors["all units"] - 0.05, (
        "a temperature should mend it"
    )

# %% [markdown]
# Here the mean over masks mends nothing: the network was not sure enough, and masks made it less sure still. Masks can only mend a network that is too sure. Dropout does not know in which direction a network errs. The validation images do.
#
# What the notes say about dropout, measured in this lesson:
#
# | The notes say | We found |
# |---|---|
# | 에폭이 끝날 때마다, units are removed whenever an epoch has ended | a new mask for each example, in each forward pass |
# | 심플한 모델이 된다, the model becomes simple | thin in each pass of the training; at inference it has all of its weights |
# | in the test, all units are used | true, and it needs the division by $1 - r$ in training |
# | 앙상블, it acts like an ensemble of simple models | the mean of a hundred masks is as accurate as one pass with all units, no more; five networks are more accurate than one |
# | `Dropout(0.3)` between 64 and 32 units, as a way against overfitting | in 30 epochs no gain in accuracy that sixteen seeds could show, with clean labels and with 40 % wrong ones |

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# A unit's output is 3.6. It goes through `Dropout(0.2)` in training, and is kept. What does the next layer get?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = 4.5
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# You train on 2,000 examples for 15 epochs, in batches of 50. The model has one dropout layer. How many masks does it draw during the training?

# %% solution="quiz_2"
quiz_2 = None  # replace None by a number
### BEGIN SOLUTION
quiz_2 = 30000
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# With `Dropout(0.5)` behind each layer, Keras reports a training accuracy of 0.78 and a validation accuracy of 0.81. What follows?
#
# - a) training and validation images have been exchanged by mistake
# - b) there is no overfitting any more
# - c) the dropout rate should be raised until the two are equal
# - d) nothing about overfitting: different units were at work in each

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
# On validation images, a network has a mean confidence of 0.55 and an accuracy of 0.76. What do you try?
#
# - a) a temperature above 1
# - b) a temperature below 1
# - c) the mean over 100 dropout masks
# - d) nothing, such a network is calibrated: it is right more often than it says

# %% solution="quiz_4"
quiz_4 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_4 = "b"
### END SOLUTION

# %% test="quiz_4" points=1
check("question 4", quiz_4, secret=True)

# %% [markdown]
# ### Question 5
#
# An old program drops outputs at the rate 0.35 in training, and does *not* divide those that it keeps. All units are used at inference. By what must the outputs be multiplied there, so that the next layer sees what it is used to on average?

# %% solution="quiz_5"
quiz_5 = None  # replace None by a number
### BEGIN SOLUTION
quiz_5 = 0.65
### END SOLUTION

# %% test="quiz_5" points=1
check("question 5", quiz_5, secret=True)

# %% [markdown]
# ## In your own words
#
# A colleague writes: "My network has two hidden layers of 32 units. I put `Dropout(0.5)` behind both, because books recommend 0.5. Before, the training accuracy was 0.93 and the validation accuracy 0.82. Now they are 0.70 and 0.75: no gap any more, overfitting is solved. And at inference I leave dropout on and average 50 passes, so the probabilities are calibrated as well."
#
# Answer her in four to eight sentences
#
# - what her two accuracies say about overfitting, and what has happened to her network,
# - how she should choose the dropout rate, and what belongs to a fair comparison,
# - what the mean over 50 passes does to the confidence, and how she finds out whether it is calibrated, and mends it.
#
# (3 points, read by a person.)

# %% [markdown] written="no_gap_any_more" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: the training accuracy is measured with half of the units gone, the validation accuracy with all units, so the gap says nothing about overfitting. The validation accuracy fell by seven points: half of 32 units are too few, or the training is too short for them. (Half a point for one of these.)
# - **Part 2**: how much dropout a layer can bear depends on its width and on the epochs. She should try smaller rates, 0 among them, or wider layers. Each value needs its own learning rate and enough epochs, and is compared on validation data over several seeds. (Half a point for "a smaller rate" alone.)
# - **Part 3**: averaging masks makes the probabilities less confident; that helps a network that is too sure and hurts one that is not sure enough. She has to measure the calibration on validation data; a temperature fitted there mends it. (Half a point for a measurement or a remedy alone.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).** A full answer gives the reason in each part. A half answer covers one or two parts, or all without reasons. An empty answer agrees with her.
#
# **A full answer**: Your training accuracy is measured while half of the units are switched off, and your validation accuracy with all units. So the gap says nothing about overfitting. The validation accuracy went down from 0.82 to 0.75: the network is too small with sixteen units at work, or learns too slowly for your epochs. How much dropout a layer can bear depends on its width and on the epochs. Try 0, 0.1 and 0.2, or wider layers, give each variant its own best learning rate and enough epochs, and compare validation accuracies over several seeds. The mean over 50 masks only makes the probabilities less confident. Draw a reliability diagram on validation data or compute the calibration error, and if it is off, fit a temperature there.
#
# **A half answer (2 points)**: With dropout the training accuracy is computed on thinned networks, so it is normal that it is below the validation accuracy. The validation accuracy got worse, so 0.5 is too much for 32 units; try 0.2. Calibration has to be measured, for instance with the ECE. (Nothing on a fair comparison, and no remedy.)
#
# **A half answer (1 point)**: 0.5 is too high for such a small layer. Use a smaller rate or more units. The averaging is fine. (Only half of parts 1 and 2.)
#
# **An empty answer**: She is right, the gap was overfitting and dropout has removed it. Monte-Carlo dropout is the usual way to get uncertainties.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Dropout gives each example a new mask in each forward pass of the training. An output that is kept is divided by the chance to be kept. At inference nothing happens.
# - How much dropout a network can bear depends on its width and on the number of epochs. Dropout makes a training slower, and in few epochs a narrow network does not finish with half of its units.
# - With its own learning rate and enough epochs on each side (widths 64 and 256), neither 0.2 nor 0.5 was ahead of no dropout by as much as a point. Gains of several and of twelve points came from a learning rate that was too high on the side without dropout. Papers report gains on clean labels, with larger networks and more data. We did not measure those.
# - One pass with all units is as accurate as the mean of a hundred masks. Five networks are more accurate than one.
# - Averaging masks makes a network less sure, whether it is too sure or not sure enough. Measure the calibration on validation data; one temperature mends it.
# - Measured with dense relu networks of two hidden layers of 64 to 256 units on 1,280 photographs of clothes, with Adam in batches of 64, and the notes' network of 64 and 32 units. Trainings had 30 epochs, some 40 to 240. Each side had its own rate, except where we say so. Errors cover seeds, not test images, unless both are printed.

# %% [markdown]
# ## Sources
#
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*, JMLR 15, 2014, <https://jmlr.org/papers/v15/srivastava14a.html>: a mask for each training case, the scaling at test time, wider layers for dropout.
# - G. Hinton and others, *Improving neural networks by preventing co-adaptation of feature detectors*, 2012, arXiv:1207.0580: the first report.
# - Y. Gal, Z. Ghahramani, *Dropout as a Bayesian Approximation*, ICML 2016, arXiv:1506.02142: Monte-Carlo dropout.
# - B. Lakshminarayanan, A. Pritzel, C. Blundell, *Simple and Scalable Predictive Uncertainty Estimation using Deep Ensembles*, NeurIPS 2017, arXiv:1612.01474: networks from several seeds.
# - C. Guo, G. Pleiss, Y. Sun, K. Weinberger, *On Calibration of Modern Neural Networks*, ICML 2017, arXiv:1706.04599: reliability diagrams, the calibration error, temperature scaling.
# - Y. Ovadia and others, *Can You Trust Your Model's Uncertainty?*, NeurIPS 2019, arXiv:1906.02530: calibration when the data change.
# - R. Rahaman, A. Thiery, *Uncertainty Quantification and Deep Ensembles*, NeurIPS 2021, arXiv:2007.08792: averaging makes predictions less confident.
# - Q. McNemar, *Note on the sampling error of the difference between correlated proportions or percentages*, Psychometrika 12, 1947: the error over images.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, <https://www.deeplearningbook.org>: section 7.12, dropout as an ensemble that shares its weights.
# - Keras, *Dropout layer*, <https://keras.io/api/layers/regularization_layers/dropout/>: the rate, the scaling, and when the layer is active.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the photographs of clothes.
