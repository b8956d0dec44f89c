# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 05 Batch size and iterations
#
# **Question**: How many examples make one step?
#
# You will be able to
#
# - count the updates of any training, and cut data into batches that lose and repeat nothing,
# - measure how noisy the gradient of a batch is, and say what a batch four times as large changes,
# - find the learning rate for another batch size by two guesses and a sweep, and say where larger batches stop helping.
#
# Run time: about 55 s; your own time: about 130 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | batch | 배치, 미니배치 | the examples of one step |
# | batch size | 배치 크기, 배치 사이즈 (Batch Size) | how many examples a batch has |
# | iteration, update | 반복 (이터레이션, Iteration), 갱신 (업데이트) | one step: one batch forward and backward, then new weights |
# | epoch | 에포크, 에폭 (Epoch) | as many iterations as it takes to see every example once |
# | last, partial batch | 마지막 (나머지) 배치 | the end of an epoch when fewer examples are left than a batch has |
# | full gradient | 전체 배치 그레이디언트 (기울기) | the mean of the gradients of all examples |
# | gradient noise | 그레이디언트 노이즈 | how far the gradient of a batch lies from the full gradient |
# | without replacement | 비복원 추출 | drawn so that no example comes twice |
# | critical batch size | 임계 배치 크기 | from about here on, more examples a step help little |
# | linear scaling rule | 선형 스케일링 규칙 | a guess: the learning rate grows by the same factor as the batch |
# | root rule | 제곱근 규칙 | a lower guess: the rate grows by the root of the factor by which the batch grows |
# | exponent of a rule | 지수 | the power of the factor by which the rate grows: 1 for linear, 1/2 for the root |
#
# </details>

# %% tags=["setup"]
import math
import time
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import fashion_mnist
from helpers.models import mlp
from helpers.training import Configuration, gradient_noise_by_batch_size, sweep
from helpers.widgets import batch_size_slider

plotting.use_style()

# %% [markdown]
# ## Part 1 · Counting, and the noise of a batch (about 65 minutes)
#
# ## Twenty epochs, four times
#
# The notes on batches end with a sum: 2,000 examples, 20 epochs, batch size 500. Here are 2,000 photographs of clothes, the network of lesson 01, and 20 epochs.
#
# We train the network four times, with batches of 20, 100, 500 and 2,000 images. All else is the same: the images, the learning rate of 0.1, the six seeds. In each training the network sees every image twenty times.
#
# Keras takes some seconds to load:

# %%
import keras

# %% [markdown]
# The next function trains with a rate and a batch size, and remembers the runs for later sections.

# %%
clothes = fashion_mnist(num_train=2000)
trained = {}


def runs_with(rate, size):
    """Six runs; what is trained already is not trained again."""
    if (rate, size) not in trained:
        configuration = Configuration(learning_rate=rate, batch_size=size, num_epochs=20)
        trained[rate, size] = sweep([configuration], clothes, seeds=range(6))
    return trained[rate, size]


# %% [markdown]
# **Guess before you go on**: which batch size gives the best network, and how far apart will they be?
#
# First the small batches. For each batch size a training is compiled, which takes longer than the training.

# %%
runs_of = {size: runs_with(0.1, size) for size in [20, 100]}

# %% [markdown]
# And the large ones.

# %%
sizes = [20, 100, 500, 2000]
runs_of = {size: runs_with(0.1, size) for size in sizes}

# %% [markdown]
# Each line is the mean over six seeds. **Look at the right end, and at how steep each line still is there.**

# %%
figure, ax = plt.subplots(figsize=(5.6, 3))
for size, runs in runs_of.items():
    plotting.plot_curves(runs, ax=ax, metric="val_accuracies", label=f"batches of {size}")
plt.show()

# %% [markdown]
# At this rate the smallest batches win, by far. The lines of the largest batches are still steep at their ends. The numbers, with the standard deviation over the seeds after ±:

# %% tags=["nbval-ignore-output"]
def ends(runs):
    """The last validation accuracy of each run."""
    return np.array([run.val_accuracy for run in runs])


for size, runs in runs_of.items():
    updates = runs[0].num_updates
    mean, deviation = ends(runs).mean(), ends(runs).std(ddof=1)
    print(f"batches of {size:4}: accuracy {mean:.3f} ± {deviation:.3f}, {updates} updates")

for smaller, larger in pairwise(sizes):
    gap = ends(runs_of[smaller]).mean() - ends(runs_of[larger]).mean()
    assert gap > 0, f"batches of {smaller} should beat batches of {larger}"
assert ends(runs_of[20]).mean() > ends(runs_of[2000]).mean() + 0.14

# %% [markdown]
# The last column gives the reason. All four trainings saw the same images equally often, but one of them took a hundred times as many steps as another. All four had the same rate, which may not suit them all. Later each batch size gets its own rate.

# %% [markdown]
# ## Counting
#
# - The data are cut into **batches** (배치). All examples of a batch go through the network together, and the mean of their gradients makes *one* step.
# - The **batch size** (배치 크기) is the number of examples in a batch.
# - Each such step is an **iteration** (반복), also called an update. The notes first explain the word as a number, 몇 번 나누어서 주는가, in how many parts the data of an epoch are handed over. Then they count iterations as we do.
# - An **epoch** (에포크) is over when every example was seen once.
#
# The notes' sum: 2,000 examples in batches of 500 make 4 batches, so an epoch has 4 iterations. Twenty epochs have 20 · 4 = 80 iterations, as the third line above says.
#
# Batches of 600 do not fit evenly: after three full batches 200 examples are left. They make a fourth, small batch, the **last, partial batch** (마지막 배치, 나머지 배치). Keras makes a full step of it, so this epoch has 4 iterations as well. `math.ceil` rounds up to a whole number, `//` divides and rounds down.

# %% [markdown]
# ### Exercise 1: `iterations_per_epoch` (1 point)

# %% solution="iterations_per_epoch"
def iterations_per_epoch(num_examples, batch_size):
    """Return how many iterations one epoch has, a whole number. A last, partial batch counts.

    num_examples: how many examples there are to train on, 1 or more.
    batch_size: how many make a batch, 1 or more; it may be larger than num_examples.
    """
    ### BEGIN SOLUTION
    return math.ceil(num_examples / batch_size)
    ### END SOLUTION

# %% test="iterations_per_epoch" points=1
epochs_of = [(100, 35), (2000, 500), (99, 25), (20, 32), (65, 16), (32, 32)]
check("an epoch of each of six data sets",
      lambda: [iterations_per_epoch(*sizes) for sizes in epochs_of])
check("100 examples in batches of 30", iterations_per_epoch, 100, 30, seen_as="whole numbers")
check("100 examples in batches of 25", iterations_per_epoch, 100, 25,
      seen_as="whole numbers")
check("the notes' 2,000 in batches of 500", iterations_per_epoch, 2000, 500)
check("one example left over", iterations_per_epoch, 65, 16)
check("fewer examples than a batch has", iterations_per_epoch, 20, 32)
### BEGIN HIDDEN TESTS
check("the whole of Fashion-MNIST", iterations_per_epoch, 60000, 128)
check("one example more than three batches", iterations_per_epoch, 193, 64)
check("three examples, eight asked for", iterations_per_epoch, 3, 8)
check("seven in one batch of seven", iterations_per_epoch, 7, 7)
check_drawn("drawn epochs of any size", iterations_per_epoch, seen_as="whole numbers")
### END HIDDEN TESTS

# %% [markdown]
# Now a whole training. Two things are easily forgotten.
#
# First, every epoch ends with a partial batch, which the next epoch does not fill up. So a training of 3 epochs on 100 examples in batches of 30 has 12 iterations, though 300 examples would fit into 10 batches.
#
# Second, `model.fit` has the argument `validation_split`. With `validation_split=0.2` Keras puts the last fifth of the examples aside before the first epoch and never trains on them. Only the rest is cut into batches.

# %% [markdown]
# ### Exercise 2: `total_iterations` (2 points)
#
# Do not call your `iterations_per_epoch` in it. In Python a product such as `1000 * (1 - 0.2)` can be off in its last digit, in either direction: `1000 * (1 - 0.9)` is a little less than 100, and `1000 * (1 - 0.7)` a little more than 300. `round(x)` gives the nearest whole number.

# %% solution="total_iterations"
def total_iterations(num_examples, batch_size, epochs, validation_split=0.0):
    """Return how many iterations a whole training has, a whole number.

    The last, partial batch of each epoch counts.
    num_examples: all examples that are handed to model.fit, 1 or more.
    batch_size: how many make a batch, 1 or more. epochs: how many, 1 or more.
    validation_split: the fraction of the examples that is put aside for validation, from 0 to
    below 1. It makes a whole number of examples, except for the last digit of the product.
    """
    ### BEGIN SOLUTION
    num_train = round(num_examples * (1 - validation_split))
    return epochs * math.ceil(num_train / batch_size)
    ### END SOLUTION

# %% test="total_iterations" points=2
trainings = [(1000, 48, 4, 0.2), (1000, 30, 4, 0.2), (98, 33, 5, 0.0), (20000, 96, 2, 0.0)]
check("four trainings", lambda: [total_iterations(*training) for training in trainings])
check("nine examples, and one left over", lambda: [
    total_iterations(*training) for training in [(9, 20, 3, 0.0), (101, 50, 3, 0.0)]])
fractions = [*((1000, size, 2, 0.9) for size in (33, 50, 27)), (1000, 100, 3, 0.7),
             (1600, 100, 3, 0.125)]
percents = [(71, 29), (23, 7), (43, 57), (44, 55), (55, 45), (56, 43)]
fractions += [(100, n, 2, p / 100) for n, p in percents]
check("a product off in its last digit",
      lambda: [total_iterations(*training) for training in fractions])
check("1,000 examples, a fifth put aside", total_iterations, 1000, 53, 4, validation_split=0.2)
check("1,000 examples in batches of 48, a fifth put aside", total_iterations, 1000, 48, 4, 0.2,
      seen_as="whole numbers")
check("1,000 examples in batches of 50, a fifth put aside", total_iterations, 1000, 50, 4, 0.2,
      seen_as="whole numbers")
check("a small last batch", total_iterations, 100, 30, 5)
check("the notes' sum", total_iterations, 2000, 500, 20)
### BEGIN HIDDEN TESTS
check("seven epochs with a tenth put aside", total_iterations, 5000, 128, 7, validation_split=0.1)
check("two thousand by sixty, a fifth kept out", total_iterations, 2000, 60, 2, validation_split=0.2)
check("half put aside and nothing left over", total_iterations, 640, 64, 3, validation_split=0.5)
check("43 of each hundred kept out", total_iterations, 200, 113, 3, validation_split=0.43)
check("a third, which no decimals make", total_iterations, 3000, 100, 2, validation_split=1 / 3)
check_drawn("drawn trainings", total_iterations, seen_as="whole numbers")
### END HIDDEN TESTS

# %% [markdown]
# Do we count as Keras does? Its optimizer has a counter, `iterations`. We train three times for 3 epochs and read it. Keras rounds down the number of examples that are left, so a few splits, 0.9 for example, leave one example less.

# %%
def new_model(learning_rate=0.1, batches_a_step=None):
    """The network of this lesson, ready for model.fit."""
    model = mlp(hidden=(64, 64), seed=0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(learning_rate, gradient_accumulation_steps=batches_a_step)
    model.compile(optimizer=optimizer, loss=loss)
    return model


counted = []
for settings in [{"batch_size": 600}, {"batch_size": 600, "validation_split": 0.2}, {}]:
    model = new_model()
    model.fit(clothes.x_train, clothes.y_train, epochs=3, verbose=0, **settings)
    counted.append(int(model.optimizer.iterations))

# %% [markdown]
# The cell prints Keras's count and yours. The third training names no batch size. Keras then takes its default, 32.

# %%
if solved("total_iterations"):
    print("batches of 600:      ", counted[0], "by Keras,", total_iterations(2000, 600, 3),
          "by you")
    print("and a fifth put aside:", counted[1], "by Keras,", total_iterations(2000, 600, 3, 0.2),
          "by you")
    print("no batch size named: ", counted[2], "by Keras,", total_iterations(2000, 32, 3),
          "by you")

assert counted == [12, 9, 189], "Keras should count the partial batch of every epoch"

# %% [markdown]
# ### One image too many
#
# A last batch counts as a step, however small it is. Is this step as good as the others? We train on our 2,000 images in batches of 100: twenty full batches, and nothing is left. Then we train on 2,001 images. Now every epoch ends with a 21st step, on a single image.
#
# Each side gets two rates. The runs on 2,001 images scatter more, so there are more of them. **Guess before you run the cell**: what does one more image do to the accuracy?

# %%
rates_of_both = [0.1, 0.2]
one_more = fashion_mnist(num_train=2001)
tries = [Configuration(rate, batch_size=100, num_epochs=20) for rate in rates_of_both]
accuracies = ends(sweep(tries, one_more, seeds=range(12)))
of_images = {
    2000: np.array([ends(runs_with(rate, 100)).mean() for rate in rates_of_both]),
    2001: accuracies.reshape(2, 12).mean(axis=1),
}

# %% [markdown]
# A line for each number of images, a column for each rate:

# %% tags=["nbval-ignore-output"]
for number, means in of_images.items():
    pairs = zip(rates_of_both, means, strict=True)
    row = "   ".join(f"rate {rate}: {mean:.3f}" for rate, mean in pairs)
    print(f"{number} images  {row}")

assert (of_images[2001] < of_images[2000]).all(), (
    "one image should cost accuracy, at either rate"
)
assert np.mean(accuracies < of_images[2000].max()) > 0.7, "and in most runs"

# %% [markdown]
# At both rates one more image makes the network much worse. In a full batch each image has a hundredth of the weight. The last image has a whole step for itself, at the full rate. In the mean of a hundred gradients much cancels; in a single gradient nothing does, so this step is mostly longer than the others. It pulls all weights towards one photograph, and right after it we measure.
#
# Avoid such a step. Choose a batch size that leaves nothing, or a large rest. Or drop the rest: `drop_remainder=True` in the method `batch` of TensorFlow's `tf.data`, `drop_last=True` in PyTorch. Every epoch has another order, so other examples are left out each time.

# %% [markdown]
# ## Which examples go together
#
# Data often come in an order: all shirts, then all shoes. A batch of shirts alone would pull the network towards shirts. So the examples are **shuffled** anew in every epoch, and then cut.
#
# In this way no example comes twice in an epoch and none is left out. The batches are drawn **without replacement** (비복원 추출).
#
# A random generator shuffles. `rng.permutation(6)` gives the numbers 0 to 5 in a random order. The next call gives another order:

# %%
rng = np.random.default_rng(0)
print(rng.permutation(6), rng.permutation(6))

letters = np.array(["a", "b", "c", "d", "e"])
print("from 1, below 3:", letters[1:3], "  from 3, as far as there are any:", letters[3:9])

# %% [markdown]
# A slice that reaches too far is no error: it ends where the array ends.

# %% [markdown]
# A random result cannot be compared with one right result. So the checks of the next exercise compare a property that every right result has; `seen_as` names it.

# %% [markdown]
# ### Exercise 3: `minibatches` (3 points)
#
# Write the function that makes the batches of *one* epoch. It gets the number of examples and returns their places, counted from 0. A training then takes `x_train[batch]` and `y_train[batch]`.
#
# The generator is an argument. Use it for everything random and make no other generator. Called twice with one generator, the function gives two different epochs; called with two equal generators, it gives the same epoch twice.

# %% solution="minibatches"
def minibatches(num_examples, batch_size, rng):
    """Return the batches of one epoch, shuffled: a list of arrays of whole numbers.

    They are the places of the examples, from 0 to num_examples - 1, each place once. All batches
    have batch_size places, but the last may have fewer.
    num_examples: how many examples there are, 1 or more.
    batch_size: how many make a batch, 1 or more; it may be larger than num_examples.
    rng: a NumPy random generator, used for all that is random.
    """
    ### BEGIN SOLUTION
    order = rng.permutation(num_examples)
    return [order[first : first + batch_size] for first in range(0, num_examples, batch_size)]
    ### END SOLUTION

# %% test="minibatches" points=3
def batches_of(num_examples, batch_size, seed):
    return minibatches(num_examples, batch_size, np.random.default_rng(seed))


check("the sizes for 10 examples in batches of 4", batches_of, 10, 4, 1, seen_as="part sizes")
check("the sizes for 8 examples in batches of 4", batches_of, 8, 4, 1, seen_as="part sizes")
check("the sizes with one example left over", batches_of, 9, 4, 1, seen_as="part sizes")
check("the sizes for 5 examples in batches of 12", batches_of, 5, 12, 1, seen_as="part sizes")
check("the sizes for 10 examples, one a batch", batches_of, 10, 1, 1, seen_as="part sizes")
check("1,003 examples in batches of 100", batches_of, 1003, 100, 2, seen_as="shuffled partition")
rng = np.random.default_rng(3)
check("two epochs of one generator", lambda: [minibatches(50, 8, rng) for _ in range(2)],
      seen_as="repeated partitions")
check("an epoch of each of two equal generators",
      lambda: [batches_of(50, 8, 4) for _ in range(2)],
      seen_as="repeated partitions")
check("a list of arrays", batches_of, 6, 2, 5, seen_as="structure")
### BEGIN HIDDEN TESTS
check("how long they are for 23 and 5", batches_of, 23, 5, 6, seen_as="part sizes")
check("how long they are for 6 and 6", batches_of, 6, 6, 6, seen_as="part sizes")
check("how long they are for 3 and 8", batches_of, 3, 8, 6, seen_as="part sizes")
check("a thousand by forty", batches_of, 1000, 40, 7, seen_as="shuffled partition")
other = np.random.default_rng(8)
check("one epoch and the next", lambda: [minibatches(60, 7, other) for _ in range(3)],
      seen_as="repeated partitions")
check("from an equal start", lambda: [batches_of(61, 7, 9) for _ in range(2)], seen_as="repeated partitions")
check("kinds of results", batches_of, 9, 2, 5, seen_as="structure")


def next_and_again(num_examples, batch_size, seed):
    """The second and the first epoch of a generator, the first of an equal one; of few examples one alone."""
    rng = np.random.default_rng(seed)
    first = minibatches(num_examples, batch_size, rng)
    if num_examples < 50 or 2 * batch_size > num_examples:
        return [first, first]
    return [minibatches(num_examples, batch_size, rng), first, batches_of(num_examples, batch_size, seed)]


check_drawn("drawn epochs", batches_of, seen_as="shuffled partition")
check_drawn("what drawn epochs are made of", batches_of, seen_as="structure")
check_drawn("the next drawn epoch", next_and_again, seen_as="repeated partitions")
### END HIDDEN TESTS

# %% [markdown]
# ## How noisy is a batch?
#
# Why not always take all examples? The cost of their gradient grows with their number, and a part of them already gives the direction, roughly. We measure how roughly.
#
# We take the network before its first step. The **full gradient** (전체 배치 그레이디언트) is the mean of the gradients of all 2,000 images. Then we draw many batches of one size, compute the gradient of each, and take its distance from the full gradient. The root of the mean of the squared distances is the **gradient noise** (그레이디언트 노이즈) of this batch size.
#
# **Guess before you run the cell**: if a batch of 16 has a certain noise, does a batch of 64 have a quarter of it, half of it, or about the same?

# %%
drawn = {"batch_sizes": (1, 4, 16, 64, 256), "num_draws": 100}
measured = [gradient_noise_by_batch_size(clothes, seed=seed, **drawn) for seed in range(3)]
# Where noise and gradient are equally long: the noise falls with the root of the batch size.
crossings = [16 * (record.noise[2] / record.gradient_norm) ** 2 for record in measured]

figure, ax = plt.subplots(figsize=(5.6, 3))
plotting.plot_gradient_noise(measured[0], ax=ax)
ax.vlines(crossings[0], ax.get_ylim()[0], measured[0].gradient_norm, color="0.3", linestyle=":")
ax.text(crossings[0] * 0.9, 0.36, f"equally long\nat {crossings[0]:.0f}", ha="right")
plt.show()

# %% [markdown]
# Both axes are logarithmic, and the dots lie on a straight line: the noise falls by a factor of two where the batch grows by a factor of four. The dotted level is the length of the full gradient. Left of the crossing the noise is longer than the gradient. Batches of 20 lie there, and they trained the best network of the first picture.
#
# The claim, for three networks: the slope in this picture is $-\frac12$. For their mean: in batches of 16 the noise is longer than the gradient, in batches of 100 shorter.

# %% tags=["nbval-ignore-output"]
for seed, record in enumerate(measured):
    slope = np.polyfit(np.log(record.batch_sizes), np.log(record.noise), deg=1)[0]
    of_16, of_64 = record.noise[2:4]
    print(f"seed {seed}: slope {slope:.3f}, noise of 16: {of_16:.2f}, of 64: {of_64:.2f}")
    assert abs(slope + 0.5) < 0.03, "the slope should be -1/2"

print("noise and gradient equally long at",
      "  ".join(f"{crossing:.0f}" for crossing in crossings))
assert np.mean(crossings) > 16, "in batches of 16 the noise should be longer than the gradient"
assert np.mean(crossings) < 100, "and in batches of 100 shorter"

# %% [markdown]
# **Four times the batch, half the noise.** The rule holds for every mean of independent numbers:
#
# $$\text{noise}(B) = \frac{\sigma}{\sqrt{B}}$$
#
# - $B$ is the batch size,
# - $\sigma$ (sigma) is the noise of a single example, $B = 1$.
#
# Less noise costs more. To halve the noise of a step you need four times as many images for it. From 32 on, four halvings would take 8,192 images a step. **Noise falls slowly, costs grow fast.**

# %% [markdown]
# ### The critical batch size
#
# Which batch size is worth its cost? McCandlish and others answer with the crossing in the picture. Far left of it a step is mostly noise. There a batch twice as large makes each step much better, and fewer steps are needed, *if the learning rate is raised with the batch*. Far right of it a step is mostly gradient. There a batch twice as large costs twice as much, and the step is hardly better. The size in between is called the **critical batch size** (임계 배치 크기). The crossing is their estimate of it, from the first step alone.
#
# <details><summary>Measured in a longer run</summary>
#
# Steps until the validation loss was below 0.75, the mean of four seeds, each size at the best of four or five rates: 399 in batches of 4, 137 in 16, 80 in 64, 59 in 256, 51 in 2,000. At the rate 0.08, which suits batches of 4, batches of 16 needed 229.
#
# </details>
#
# The crossing is no constant of the data. Here it is for the six networks that batches of 20 have trained.

# %% tags=["nbval-ignore-output"]
later = []
for run in runs_of[20]:
    record = gradient_noise_by_batch_size(clothes, (16,), num_draws=100, weights=run.weights)
    later.append(16 * (record.noise[0] / record.gradient_norm) ** 2)
print("before training", "  ".join(f"{crossing:.0f}" for crossing in crossings))
print("after 20 epochs", "  ".join(f"{crossing:.0f}" for crossing in later))

assert np.mean(later > np.mean(crossings)) > 0.5, "in most of them it should have grown"

# %% [markdown]
# In most networks the crossing has grown: the noise has grown against the gradient. McCandlish and others found the same. Where the crossing grows, larger batches help late in a training rather than early.

# %% [markdown]
# ### Play
#
# A model with two weights and 1,024 examples. The dots are the ends of 150 first steps, each made by another batch. Move the slider, and find the batch size from which on nearly all steps lead downhill. Then compare the clouds at 16 and at 64. Where no slider appears, you see batches of 1, 16 and 64 in one picture.

# %%
batch_size_slider()

# %% [markdown]
# ### Exercise 4: `gradient_noise` (3 points)
#
# Now measure the noise yourself. You are given the gradients of all examples, one in each row. Draw `num_draws` batches, each without replacement and each from all examples. The gradient of a batch is the mean of its rows.
#
# The distance of two arrays is the root of the sum of the squared differences, `np.linalg.norm(a - b)`. The noise is the root of the mean of the squared distances:
#
# $$\text{noise} = \sqrt{\frac{1}{D} \sum_{d=1}^{D} \left\| g_d - g \right\|^2}$$
#
# - $D$ is the number of draws,
# - $g_d$ is the gradient of the batch of draw $d$,
# - $g$ is the full gradient.
#
# `rng.choice(n, size=k, replace=False)` draws $k$ different numbers from 0 to $n - 1$.

# %% solution="gradient_noise"
def gradient_noise(per_example_gradients, batch_size, rng, num_draws):
    """Return how far the gradient of a batch lies from the full one, a number, by drawing.

    It is the root of the mean squared distance.
    per_example_gradients: array of shape (num_examples, num_weights); it is left as it was.
    batch_size: from 1 to num_examples. rng: a NumPy random generator, used for all draws.
    num_draws: how many batches are drawn, 1 or more, each from all examples without replacement.
    """
    ### BEGIN SOLUTION
    full_gradient = per_example_gradients.mean(axis=0)
    squared_distances = []
    for _ in range(num_draws):
        batch = rng.choice(len(per_example_gradients), size=batch_size, replace=False)
        distance = np.linalg.norm(per_example_gradients[batch].mean(axis=0) - full_gradient)
        squared_distances.append(distance**2)
    return np.sqrt(np.mean(squared_distances))
    ### END SOLUTION

# %% [markdown]
# The checks use four gradients at the corners of a rectangle. Every corner lies $\sqrt{10}$ from their mean, so a batch of one has this distance whatever chance does. The mean of two corners lies 0, 1 or 3 from it; over three draws that makes ten different results. Other checks allow for chance.

# %% tags=["setup"]
def three_sets():
    """Fresh gradients for the checks: four corners, twenty on a ladder, a crowd of fifty."""
    corners = np.array([[9.0, 3.0], [7.0, -3.0], [7.0, 3.0], [9.0, -3.0]])
    crowd = np.random.default_rng(seed=2).normal(1.0, 3.0, size=(50, 5))
    return corners, np.arange(40.0).reshape(20, 2), crowd


def calls(num_calls, function, *arguments):
    """What each of some calls gives."""
    return [function(*arguments) for _ in range(num_calls)]


# %% test="gradient_noise" points=3
(corners, ladder, crowd), rng = three_sets(), np.random.default_rng(1)
check("single corners", gradient_noise, corners, 1, np.random.default_rng(0), 1000,
      rtol=0.05, atol=0.5)
check("a single draw of a single corner", gradient_noise, corners, 1, rng, 1)
check("seven draws of a pair, 100 times", calls, 100, gradient_noise, corners, 2, rng, 7,
      seen_as="distinct numbers")
check("draws of all four", gradient_noise, corners, 4, rng, 1000, rtol=0.1, atol=1e-6)
check("pairs of corners", gradient_noise, corners, 2, rng, 4000, rtol=0.1)
check("a single draw of a pair, 100 times", calls, 100, gradient_noise, corners, 2, rng, 1,
      seen_as="distinct numbers")
check("three draws of a pair, 400 times", calls, 400, gradient_noise, corners, 2, rng, 3,
      seen_as="distinct numbers")
check("single rows of whole numbers, the first and the last far off, 100 times",
      calls, 100, gradient_noise, np.array([[0], [1], [1], [1], [6]]), 1, rng, 1,
      seen_as="distinct numbers")
check("three of twenty", gradient_noise, ladder, 3, rng, 500, rtol=0.2)
check("two calls with one generator", calls, 2, gradient_noise, crowd, 7, rng, 500,
      seen_as="repeated numbers", rtol=0.2)
check("equal generators",
      lambda: [gradient_noise(crowd, 7, np.random.default_rng(5), 500) for _ in range(2)],
      seen_as="repeated numbers", rtol=0.2)
### BEGIN HIDDEN TESTS
many = np.random.default_rng(seed=6).normal(2.0, 1.0, size=(60, 5))
check("ten of sixty", gradient_noise, many, 10, np.random.default_rng(7), 2000, rtol=0.06)
longer = corners * [2.0, 1.0]
check("two of a longer rectangle", gradient_noise, longer, 2, np.random.default_rng(8), 4000,
      rtol=0.1)
check("three of four", gradient_noise, longer, 3, np.random.default_rng(9), 50)
lone = np.random.default_rng(10)
check("each a draw of its own", calls, 100, gradient_noise, longer, 2, lone, 1,
      seen_as="distinct numbers")
check("two draws, each of its own", calls, 200, gradient_noise, longer, 2, lone, 2,
      seen_as="distinct numbers")
apart = np.array([[7.0, 0.0], [1.0, 1.0], [1.0, 1.0], [2.0, 1.0], [2.0, 1.0], [-9.0, 2.0]])
check("a row alone", calls, 120, gradient_noise, apart, 1, lone, 1, seen_as="distinct numbers")
check("one measurement and the next", calls, 3, gradient_noise, many, 7, lone, 500,
      seen_as="repeated numbers", rtol=0.2)
equal = [np.random.default_rng(11) for _ in range(3)]
check("the same start", lambda: [gradient_noise(many, 7, g, 500) for g in equal],
      seen_as="repeated numbers", rtol=0.2)
rungs = np.arange(60.0).reshape(12, 5)
check("twelve gradients, used", gradient_noise, rungs, 5, lone, 300, rtol=0.2)
check("twelve gradients, untouched", rungs, seen_as="numbering")


def next_and_again(gradients, batch_size, seed, num_draws, num_calls):
    equal = [np.random.default_rng(seed) for _ in range(2)]
    first, second, again = [gradient_noise(gradients, batch_size, equal[at], num_draws) for at in [0, 0, 1]]
    return [second, first, again] if num_calls == 0 else [0.0, 0.0]


def some_calls(gradients, batch_size, seed, num_draws, num_calls):
    return calls(num_calls, gradient_noise, gradients, batch_size, np.random.default_rng(seed), num_draws)


check_drawn("drawn gradients", next_and_again, seen_as="repeated numbers", rtol=0.12)
check_drawn("drawn corners, again and again", some_calls, seen_as="distinct numbers")
### END HIDDEN TESTS

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. The second part asks what another batch size does to the best learning rate.

# %% [markdown]
# ## Part 2 · Batch size and learning rate (about 65 minutes)
#
# ## The same number of updates
#
# In the first picture large batches lost, and they took fewer steps. Are the steps the reason? Now both sizes take the same number of steps. 400 updates are 4 epochs in batches of 20, and 20 epochs in batches of 100. Both train at 0.2, a good rate for batches of 20, as a sweep below will show.
#
# **Guess before you run the cell**: which size is ahead now?

# %%
epochs_of_400 = {20: 4, 100: 20}
equal_updates = {size: runs_with(0.2, size) for size in epochs_of_400}

# %% [markdown]
# The axis counts updates. Each mark is the end of an epoch, bars are one standard deviation over six seeds. **Compare the lines at the same place of that axis.**

# %%
figure, ax = plt.subplots(figsize=(5.6, 3))
for (size, runs), style in zip(equal_updates.items(), ["o-", "s--"], strict=True):
    curves = np.array([run.val_accuracies[: epochs_of_400[size]] for run in runs])
    updates = np.arange(1, epochs_of_400[size] + 1) * 2000 // size
    deviations = curves.std(axis=0, ddof=1)
    ax.errorbar(updates, curves.mean(axis=0), deviations, fmt=style, label=f"batches of {size}")
ax.set(xlabel="update", ylabel="validation accuracy (fraction)")
ax.legend(loc="lower right")
plt.show()

# %% [markdown]
# Step for step the large batches lose nothing. As numbers:

# %% tags=["nbval-ignore-output"]
after_400, learned = {}, {}
for size, runs in equal_updates.items():
    last = epochs_of_400[size] - 1
    after_400[size] = np.mean([run.val_accuracies[last] for run in runs])
    learned[size] = np.mean([run.train_accuracies[last] for run in runs])
    print(f"batches of {size:3}: accuracy {after_400[size]:.3f}, ", end="")
    print(f"in training {learned[size]:.3f}, after {400 * size:6,} images")

assert after_400[100] > after_400[20] - 0.02, "the large batches should not be behind"
assert learned[100] > learned[20], "although they know the training images better"

# %% [markdown]
# Look at the last column before you call that a victory: batches of 100 used five times as many images.
#
# Both comparisons are true, and neither alone is fair.
#
# - **Equal epochs**: the same images, but large batches get fewer steps.
# - **Equal updates**: the same steps, but large batches get more images.
#
# You may have read that large batches make networks that generalize worse. This small comparison does not show it. It has been reported for large networks, and much of it was traced back to too few updates or to a rate that did not fit (Shallue and others). Careful sweeps have also found small batches ahead of very large ones at equal steps (Smith, Elsen, De). Do not choose a batch size for its accuracy before you have tuned the rate for it.

# %% [markdown]
# ## A larger step for a larger batch
#
# If a batch five times as large gives a fifth of the steps, can each step be five times as long? Five small steps at rate $\eta$ move the weights by about $5 \eta g$, as long as the gradient $g$ does not change much on the way. One step at the rate $5 \eta$ does the same. This is the **linear scaling rule** (선형 스케일링 규칙): *when the batch grows by a factor, let the rate grow by the same factor.*
#
# Another rule is the **root rule** (제곱근 규칙). The noise falls with the *root* of the batch size, so let the rate grow with the root.
#
# We start from batches of 20 at two rates: 0.01, which is small, and 0.1, the rate of the first picture. Then we go to batches of 100 and 500 by three rules: the same rate, the root, and linear. **Place your bet**: which rule keeps the accuracy, and is it the same rule from both starts?
#
# Every training has 20 epochs again, and we take the mean of six seeds. In the cell a rule is a power: the batch grows by a factor, and the rate by this factor to the power of 0, of 1/2, or of 1.

# %%
reached = {}
for start in [0.01, 0.1]:
    for rule, power in [("same rate", 0), ("root", 1 / 2), ("linear", 1)]:
        for size in [20, 100, 500]:
            rate = round(start * (size / 20) ** power, 4)
            reached[start, rule, size] = ends(runs_with(rate, size)).mean()

# %% [markdown]
# **A rule that keeps the accuracy gives a flat line.** A falling line can have a wrong rate, or too few updates for any rate; the sweep below tells which. The left panel starts from 0.01, the right panel from 0.1.

# %%
figure, panels = plt.subplots(1, 2, figsize=(7.2, 3), sharey=True)
for panel, start in zip(panels, [0.01, 0.1], strict=True):
    for rule, style in [("same rate", "o:"), ("root", "s--"), ("linear", "^-")]:
        means = [reached[start, rule, size] for size in [20, 100, 500]]
        panel.semilogx([20, 100, 500], means, style, label=rule)
    panel.minorticks_off()
    panel.set_xticks([20, 100, 500], ["20", "100", "500"])
    panel.set(title=f"from batches of 20 at rate {start}", xlabel="batch size (examples)")
panels[0].set_ylabel("validation accuracy (fraction)")
panels[0].legend(loc="lower left")
plt.show()

# %% [markdown]
# As numbers:

# %% tags=["nbval-ignore-output"]
for start in [0.01, 0.1]:
    for rule in ["same rate", "root", "linear"]:
        means = {size: reached[start, rule, size] for size in [20, 100, 500]}
        numbers = "  ".join(f"{size}: {mean:.3f}" for size, mean in means.items())
        print(f"from {start:<4} by {rule:9}  {numbers}")

# %% [markdown]
# What we claim of them:

# %%
assert reached[0.01, "same rate", 500] < reached[0.01, "same rate", 20] - 0.2
assert reached[0.01, "root", 500] < reached[0.01, "linear", 500] - 0.04, (
    "from 0.01 linear should win"
)
assert abs(reached[0.01, "linear", 100] - reached[0.01, "linear", 20]) < 0.025, (
    "and keep it at 100"
)
assert reached[0.01, "linear", 500] > reached[0.01, "linear", 20] - 0.08, (
    "and nearly keep it at 500"
)
assert reached[0.1, "linear", 20] > reached[0.01, "linear", 20], "0.1 should be the better start"
assert reached[0.1, "linear", 500] < reached[0.1, "root", 500] - 0.4, (
    "from 0.1 linear should break"
)

# %% [markdown]
# From 0.01 the linear rule keeps the accuracy at 100 and loses a little at 500, and the root loses more. From 0.1 it is the other way round. Up to 100 all three rules do well, but at 500 the linear rule asks for 2.5, and the training fails. The root asks for 0.5, and trains.
#
# Both results fit the argument above, which holds *as long as the gradient does not change much on the way*. At 0.01 the gradient hardly changes over the 5 or 25 small steps that one large step replaces. But 0.01 is far below what batches of 20 allow. **A tuned rate lies near the edge already, and in this training the edge did not move out by a factor of 25.**
#
# So both rules are guesses. **From a rate near the best one, the linear rule was a guess from above, and for a large factor the root can be too high as well.** Then comes a sweep. All of this is plain gradient descent; Adam follows below.

# %% [markdown]
# ### What a sweep says
#
# Here is the sweep: five rates, each twice the one before, for the four batch sizes of the first picture and the same 20 epochs. **Look for the top of each line: how high is it, and how far to the right?**

# %%
rates_tried = np.array([0.05, 0.1, 0.2, 0.4, 0.8])
figure, ax = plt.subplots(figsize=(5.6, 3))
for size in sizes:
    runs = [run for rate in rates_tried for run in runs_with(float(rate), size)]
    plotting.plot_sweep(runs, ax=ax, label=f"batches of {size}")
ax.minorticks_off()
ax.set_xticks(rates_tried, [f"{rate}" for rate in rates_tried])
plt.show()

# %% [markdown]
# The tops lie at nearly the same rate, 0.2 or 0.4, and most tops are broad.

# %% tags=["nbval-ignore-output"]
of_size = lambda size: [ends(runs_with(float(rate), size)) for rate in rates_tried]
sweeps = np.array([of_size(size) for size in sizes])
print("shape:", sweeps.shape, "for batch size, rate, seed")
tops = {}
for size, means in zip(sizes, sweeps.mean(axis=2), strict=True):
    tops[size] = dict(zip(rates_tried, means, strict=True))
    numbers = "  ".join(f"{rate}: {mean:.3f}" for rate, mean in tops[size].items())
    print(f"batches of {size:4}   {numbers}")

# %% [markdown]
# What we claim of them:

# %%
at_20, at_100, at_500, at_2000 = tops.values()
assert at_500[0.4] - at_500[0.1] > at_20[0.4] - at_20[0.1], (
    "500 should gain more from a larger rate"
)
assert at_500[0.8] > at_20[0.8] + 0.05, (
    "0.8 should hurt batches of 20 far more than batches of 500"
)
assert max(at_100.values()) > max(at_20.values()) - 0.05, (
    "at its own rate, 100 should be nearly as good"
)
assert max(at_500.values()) < max(at_20.values()) - 0.05, "and 500 should not"
assert max(at_2000.values()) < max(at_500.values()) - 0.01, "and all at once still less"

# %% [markdown]
# At its best rate, a batch of 100 is nearly as good as a batch of 20, within five points, with a fifth of the steps. For 500 no rate that we tried comes so close, and for all images at once the best accuracy is lower still: 20 steps are too few. This fits the critical batch size, which we estimated between 20 and 100 at the start of this training, and larger later on.

# %% [markdown]
# One number says how the best rate moved. When the batch grows by the factor $k$, the rate grows by the factor $k^p$.
#
# - $p$ is the **exponent** (지수) of the rule: 0 for the same rate, $\frac12$ for the root, 1 for linear.
#
# A sweep at two batch sizes measures $p$: it leads from one best rate to the other.
#
# Read the best rate from the *mean over the seeds*, because a single run may be the highest by luck. Where rates are equally good, take the smallest: it lies furthest from the edge.

# %% [markdown]
# ### Exercise 5: `scaling_exponent` (2 points)
#
# Write the function that reads an exponent from two sweeps. The exponent may be any number. `np.log` is the natural logarithm.

# %% solution="scaling_exponent"
def scaling_exponent(rates, accuracies, batch_sizes):
    """Return the exponent with which the best rate follows the batch size, a number.

    rates: array of the learning rates that were tried at both sizes, above 0 and rising.
    accuracies: array of shape (2, number of rates, number of seeds); accuracies[0] is of the
    first batch size, accuracies[1] of the second.
    batch_sizes: the two sizes, different whole numbers; the first may be the larger one.
    The best rate of a size has the highest mean over seeds; of equally good rates it is the
    smallest.
    """
    ### BEGIN SOLUTION
    first, second = rates[accuracies.mean(axis=2).argmax(axis=1)]
    return np.log(second / first) / np.log(batch_sizes[1] / batch_sizes[0])
    ### END SOLUTION

# %% [markdown]
# The checks use small sweeps. In most of them the seeds agree; others have a lucky seed, a failed seed, a tie, or five seeds that disagree.

# %% tags=["setup"]
def small_sweeps(*best):
    """Accuracies at two sizes, four rates, three seeds; the mean is highest at these places."""
    away = np.abs(np.arange(4) - np.array(best)[:, None])
    return 0.8 - 0.05 * away[:, :, None] + np.array([0.0, -0.01, 0.01])


def uneven_rates():
    """Four rates that are not evenly spaced, on no axis."""
    return np.array([0.02, 0.03, 0.12, 0.3])


def five_seeds():
    """Accuracies at two sizes, three rates, five seeds; the seeds disagree on the best rate."""
    first = [[0.8, 0.4, 0.3, 0.2, 0.7], [0.3, 0.5, 0.2, 0.5, 0.8], [0.9, 0.3, 0.4, 0.6, 0.3]]
    second = [[0.6, 0.4, 0.5, 0.5, 0.8], [0.4, 0.4, 0.9, 0.2, 0.6], [0.5, 0.9, 0.8, 0.2, 0.7]]
    return np.array([first, second])


# %% test="scaling_exponent" points=2
measured_at = [((0, 2), (20, 500)), ((1, 3), (64, 96)), ((0, 3), (512, 32)), ((3, 2), (8, 128))]
check("four pairs of sweeps", lambda: [
    scaling_exponent(uneven_rates(), small_sweeps(*best), sizes) for best, sizes in measured_at
])
lucky = np.array([[[0.6, 0.6, 0.9], [0.7, 0.8, 0.75]], [[0.5, 0.5, 0.5], [0.4, 0.3, 0.7]]])
check("one lucky seed", scaling_exponent, np.array([0.1, 0.3]), lucky, (16, 256))
low = [0.2, 0.2, 0.2]
failed = np.array([[[0.8, 0.8, 0.3], [0.7, 0.7, 0.6], low],
                   [[0.9, 0.9, 0.5], low, [0.6, 0.7, 0.7]]])
check("one seed that failed", scaling_exponent, np.array([0.1, 0.3, 0.5]), failed, (16, 256))
check("five seeds", lambda: scaling_exponent(np.array([0.1, 0.3, 0.5]), five_seeds(), (32, 256)))
tied = np.array([[[0.5, 0.7], [0.7, 0.5], [0.4, 0.4]], [[0.2, 0.3], [0.6, 0.6], [0.6, 0.6]]])
check("rates that are equally good", scaling_exponent, np.array([1.0, 3.0, 5.0]), tied, (10, 80))
check("the same best rate",
      lambda: scaling_exponent(uneven_rates(), small_sweeps(2, 2), (100, 25)))
check("none right at one size", scaling_exponent, np.array([0.1, 0.3]),
      np.array([[[0.25], [0.5]], [[0.0], [0.0]]]), (16, 64))
### BEGIN HIDDEN TESTS
others = [((1, 2), (32, 2048)), ((0, 3), (50, 60)), ((3, 0), (4, 400)), ((0, 1), (300, 200)), ((2, 2), (7, 9))]
check("five more", lambda: [
    scaling_exponent(uneven_rates() / 30, small_sweeps(*best), sizes) for best, sizes in others
])
unlucky = np.array([[[0.9, 0.1, 0.9], [0.7, 0.7, 0.7]], [[0.8, 0.9, 0.4], [0.7, 0.6, 0.75]]])
check("a seed that went wrong", scaling_exponent, np.array([2.0, 3.5]), unlucky, [64, 16])
check("a single rate", scaling_exponent, np.array([0.1]), lucky[:, :1], (3, 4))
check_drawn("drawn sweeps", scaling_exponent, rtol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# Now the sweeps of this lesson, by your function:

# %% tags=["nbval-ignore-output"]
if solved("scaling_exponent"):
    for first, second in [(0, 1), (0, 2), (0, 3)]:
        exponent = scaling_exponent(rates_tried, sweeps[[first, second]],
                                    (sizes[first], sizes[second]))
        print(f"from batches of {sizes[first]} to {sizes[second]:4}: {exponent:.2f}")
print("from 20 to 500, one step of the grid, a factor of 2, is about 0.22:", end=" ")
print(f"25**0.22 is {25**0.22:.2f}")

# %% [markdown]
# Do the rules' guesses from good rates fit this sweep? We train at three of these guesses.

# %% tags=["nbval-ignore-output"]
too_high = [("linear", 0.05, 500, 1.25), ("root", 0.2, 500, 1.0), ("linear", 0.2, 100, 1.0)]
for rule, start, size, rate in too_high:
    accuracy = ends(runs_with(rate, size)).mean()
    print(f"batches of {size}, {rule:6} from {start}: rate {rate:.2f}, accuracy {accuracy:.3f}")
    assert accuracy < {100: at_100, 500: at_500}[size][0.4] - 0.03, (
        "these guesses should be too high"
    )
assert at_500[0.05] < at_500[0.4] - 0.03, "and 0.05 too low"
assert at_2000[0.8] < at_2000[0.2] - 0.05, (
    "and for all at once the root of 0.1 should be too high"
)

# %% [markdown]
# The digits of such an exponent are uncertain: the tops are broad, and one step of the grid moves it by 0.22. But from 20 to 500 it is far from 1. From 0.05, the lowest rate of the sweep, the linear rule already asks for too much. The root is no law either: from 0.2, the best rate of batches of 20, it asks for more than batches of 500 allow. Shallue and others measured many networks and data sets, and no rule fitted all of them.
#
# **When the batch size changes, try rates by factors of two, from the old rate to the root's guess. Go on until the best rate has a worse one on both sides.** The Tuning Playbook of Google says more broadly: another batch size means tuning most hyperparameters anew.

# %% [markdown]
# ### And Adam?
#
# Adam divides each step by the usual size of the gradients (lesson 03), so its rates are smaller numbers. Does it follow the same rules?
#
# We go from batches of 20 to one batch of all 2,000 images, a factor of 100. From 0.001, Keras's default for Adam, the root rule asks for 0.01 and the linear rule for 0.1. **Guess**: which rate trains best? And with only 20 steps, can Adam beat plain gradient descent?

# %%
rates_of_adam = {20: [0.001, 0.003, 0.01], 2000: [0.001, 0.003, 0.01, 0.1]}
with_adam = {}
for size, rates in rates_of_adam.items():
    settings = {"batch_size": size, "num_epochs": 20, "optimizer": "adam"}
    tries = [Configuration(rate, **settings) for rate in rates]
    means = ends(sweep(tries, clothes, seeds=range(4))).reshape(-1, 4).mean(axis=1)
    with_adam[size] = dict(zip(rates, means, strict=True))

# %% [markdown]
# The accuracy of each size at each rate, and below it the best of plain gradient descent:

# %% tags=["nbval-ignore-output"]
for size, means in with_adam.items():
    print(f"Adam, batches of {size:4}  ",
          "  ".join(f"{rate}: {mean:.3f}" for rate, mean in means.items()))
best_plain = {20: max(at_20.values()), 2000: max(at_2000.values())}
print(f"plain, best of five:    20: {best_plain[20]:.3f}  2000: {best_plain[2000]:.3f}")

best_with_adam = {size: max(means.values()) for size, means in with_adam.items()}
assert with_adam[2000][0.01] > with_adam[2000][0.001] + 0.1, (
    "the same rate should be far too small"
)
assert with_adam[2000][0.01] > with_adam[2000][0.1] + 0.1, "and the linear one too large"
assert best_with_adam[2000] > max(at_2000.values()) + 0.04, "Adam should make more of 20 steps"
assert best_with_adam[2000] < best_with_adam[20] - 0.02, "but lose something as well"
lost = max(at_20.values()) - max(at_2000.values())
assert best_with_adam[20] - best_with_adam[2000] < lost - 0.05, "and less than the plain step"

# %% [markdown]
# From 0.001 the root's guess is the best rate that we tried, and the linear guess is far too high. But 0.001 is a default and was not tuned here: in batches of 20, 0.003 is at least as good, and from there the root asks for more. So the root is a guess with Adam too, and a sweep decides. Lesson 16 asks Adam again, up to batches of 512.
#
# 20 steps of Adam go much further than 20 plain steps. So the accuracy that a large batch costs in the same epochs depends on the optimizer.

# %% [markdown]
# ### Too small a batch
#
# The notes add 반대도 마찬가지: the same holds for the opposite. Are batches that are too small as bad? We start from batches of 20 at rate 0.3, and go down to batches of 4: once at the same rate, once at the rate of the linear rule, 0.06. In five epochs, batches of 4 make five times as many steps. **Guess before you run the cell**: can more steps do harm?
#
# A third training looks for a cause. If it is the noise floor of lesson 02, then a last epoch at a tenth of the rate should bring most of the accuracy back.

# %%
downwards = {}
for name, rates in [
    ("batches of 4, rate 0.06", [0.06] * 5),
    ("batches of 4, rate 0.3", [0.3] * 5),
    ("the same, 0.03 at the end", [0.3] * 4 + [0.03]),
]:
    by_epoch = lambda epoch, rates=rates: rates[epoch]
    configuration = Configuration(schedule=by_epoch, batch_size=4, num_epochs=5)
    downwards[name] = sweep([configuration], clothes, seeds=range(8))

# %% [markdown]
# A unit is **alive** when it lets at least one training image through (lesson 01). The cell prints the accuracy after five epochs, and the share of the first layer's units that are alive. The units of the batches of 20 are counted after epoch 20, which is 2,000 steps. Five epochs in batches of 4 are 2,500.

# %% tags=["nbval-ignore-output"]
def alive(run):
    """The fraction of the first layer's units that let an image through."""
    before_relu = clothes.x_train.reshape(2000, -1) @ run.weights[0] + run.weights[1]
    return (before_relu > 0).any(axis=0).mean()


downwards = {"batches of 20, rate 0.3": runs_with(0.3, 20)} | downwards
accuracy_of, alive_in = {}, {}
for name, runs in downwards.items():
    accuracy_of[name] = np.mean([run.val_accuracies[4] for run in runs])
    alive_in[name] = np.mean([alive(run) for run in runs])
    print(f"{name:25}: accuracy {accuracy_of[name]:.3f}, alive {alive_in[name]:.2f}")

# %% [markdown]
# What we claim of them:

# %%
at_20_high, at_4_low, at_4_high, at_4_cooled = accuracy_of.values()
assert at_4_high < at_20_high - 0.06, "at the same rate the small batch should hurt"
assert at_4_low > at_20_high - 0.04, "at the smaller rate it should do no harm"
assert at_4_cooled > at_4_high, "a small rate at the end should help"
assert at_4_cooled < at_4_low - 0.03, "and come too late for the rest"

alive_20_high, alive_4_low, alive_4_high, alive_4_cooled = alive_in.values()
assert max(alive_4_high, alive_4_cooled) < 0.8, "many units should be dead"
assert min(alive_20_high, alive_4_low) > 0.95, "and hardly any in the other two"

# %% [markdown]
# More steps can do harm. The noise floor is only a part of the cause: the last epoch, at the small rate, brings back some of the accuracy, but far from most of it. Units are gone. At a high rate a step may throw a unit's weights so far that it lets no image through any more, and such a unit of the first layer stays dead (lesson 01). In batches of 4 the steps are more than twice as noisy as in batches of 20. Their number alone is not the cause: where we counted the units, both sizes had made about as many steps.
#
# So batches can be too small as well, but for other reasons: at a fifth of the rate, batches of 4 did no harm.

# %% [markdown]
# ## What it costs in seconds
#
# How long does an epoch take? Keras trains on 1,000 images for one epoch, with four batch sizes, and we read the processor time of our process. This clock stops while other programs run, and it adds up the work of all cores. A first, short training of each size makes Keras ready. Of two epochs we take the faster one.

# %%
seconds, model = {}, new_model(learning_rate=0.01)
for size in [4, 20, 100, 1000]:
    model.fit(clothes.x_train[:size], clothes.y_train[:size], batch_size=size, verbose=0)
    taken = []
    for _ in range(2):
        started = time.process_time()
        model.fit(clothes.x_train[:1000], clothes.y_train[:1000], batch_size=size, verbose=0)
        taken.append(time.process_time() - started)
    seconds[size] = min(taken)

# %% [markdown]
# The time of an epoch, with the number of its updates:

# %% tags=["nbval-ignore-output"]
for size, taken in seconds.items():
    print(f"batches of {size:4}: {taken:.2f} s an epoch of {1000 // size:3} updates")

assert seconds[4] > seconds[100], "small batches should make slow epochs"
assert seconds[1000] < seconds[4] / 1.5, "and one batch of all a fast one"
assert seconds[1000] > seconds[4] / 50, "but not 250 times as fast"

# %% [markdown]
# Every update takes time, however few images it has: Keras has to fetch the batch, call the program and write the weights. So very small batches waste time. An epoch in one batch is fast, but it is only one step.
#
# A GPU computes thousands of examples side by side, so an update takes nearly the same time up to much larger batches. We had no GPU to measure it. The Tuning Playbook concludes: the batch size decides the *speed* of training and should not be used to tune the accuracy; often the best size is the largest that the hardware takes, and all else is tuned for it. The critical batch size says where larger batches stop helping.

# %% [markdown]
# ### Larger than the memory
#
# The memory sets an upper limit, as the notes say: all examples of a batch must fit in at once. But a large *step* does not need a large batch. You can take the mean of the gradients of several batches, and then make one step. This is called **gradient accumulation** (그레이디언트 누적). In Keras the optimizer does it.
#
# The claim: five accumulated batches of 100 make the step of one batch of 500.

# %% tags=["nbval-ignore-output"]
in_one, in_parts = new_model(), new_model(batches_a_step=5)
before = in_one.get_weights()
for model, size in [(in_one, 500), (in_parts, 100)]:
    model.fit(clothes.x_train, clothes.y_train, batch_size=size, shuffle=False, verbose=0)
pairs = zip(in_one.get_weights(), in_parts.get_weights(), strict=True)
apart = max(np.abs(one - parts).max() for one, parts in pairs)
old_and_new = zip(in_one.get_weights(), before, strict=True)
moved = max(np.abs(one - old).max() for one, old in old_and_new)
print(f"largest move of a weight {moved:.1g}, largest difference {apart:.1g}")

assert apart < 1e-3 * moved, "both should make the same steps"

# %% [markdown]
# Accumulation takes the time of five batches and gives a step with less noise.

# %% [markdown]
# ## Beliefs, measured
#
# **"With too large a batch the mean of the squared errors becomes too small, and the minimum may be missed."** The notes say: 평균값이 너무 작아져서 최소값을 못찾는 경우가 발생, the mean becomes too small, and it happens that the minimum is not found.
#
# Test it with your `minibatches`. Here are 1,000 points around a line, and a model that is not trained: it predicts 0 for each. The cell takes an epoch of batches, computes the mean squared error of each batch, and the gradient for the slope of the line.
#
# **Place your bet first**: by what factor will the mean be smaller for batches of 1,000 than for batches of 10?

# %%
my_bet = 100  # replace by the factor that you believe in

points = np.random.default_rng(0).uniform(-1, 1, size=1000)
targets = 3 * points + np.random.default_rng(1).normal(size=1000)
squared_errors, gradients_of_slope = targets**2, -2 * targets * points
epoch_of = {}
if solved("minibatches"):
    for size in [1, 10, 100, 1000]:
        batches = minibatches(1000, size, np.random.default_rng(2))
        errors = np.array([squared_errors[batch].mean() for batch in batches])
        slopes = np.array([gradients_of_slope[batch].mean() for batch in batches])
        epoch_of[size] = errors, slopes

# %% [markdown]
# For each size, the mean over its batches, and the smallest and the largest batch:

# %%
for size, (errors, slopes_of_batches) in epoch_of.items():
    spread = f"({errors.min():6.3f} to {errors.max():6.3f})"
    print(f"batches of {size:4}: error {errors.mean():.3f} {spread}, ", end="")
    print(f"gradient {slopes_of_batches.mean():.3f}")
    assert np.isclose(errors.mean(), squared_errors.mean()), "the mean should be the same"
    assert np.isclose(slopes_of_batches.mean(), gradients_of_slope.mean()), (
        "and so should the gradient"
    )
if epoch_of:
    factor = epoch_of[10][0].mean() / epoch_of[1000][0].mean()
    print(f"you bet on a factor of {my_bet}; it is {factor:.3f}")

# %% [markdown]
# The factor is 1. A mean does not become smaller when more numbers are averaged; it only becomes more certain. In the mean over the batches, neither the error nor the gradient shrinks.
#
# But large batches do miss the minimum in the same number of epochs. The notes go on with a question, 비슷한 건가?: **is it perhaps similar to a learning rate that is too small?** We can measure that. We compare batches of 2,000 at rate 0.1 with batches of 20 at a hundredth of that rate.

# %%
tiny_steps = sweep([Configuration(0.001, batch_size=20, num_epochs=20)], clothes, seeds=range(6))
figure, ax = plt.subplots(figsize=(5.6, 3))
for label, runs in {
    "batches of 20, rate 0.1": runs_of[20],
    "batches of 2000, rate 0.1": runs_of[2000],
    "batches of 20, rate 0.001": tiny_steps,
}.items():
    plotting.plot_curves(runs, ax=ax, metric="val_losses", label=label)
plt.show()

# %% [markdown]
# Two of the three lines coincide. Seed by seed:

# %% tags=["nbval-ignore-output"]
differences = ends(runs_of[2000]) - ends(tiny_steps)
print("differences in accuracy:", "  ".join(f"{difference:+.3f}" for difference in differences))

assert abs(differences).max() < 0.05, "each pair of runs should end alike"
assert ends(tiny_steps).mean() < ends(runs_of[20]).mean() - 0.14, "both should be far behind"

# %% [markdown]
# So the answer is yes, for plain gradient descent at this rate: **in the same number of epochs, a batch a hundred times as large acted like a rate a hundred times smaller.** The cause is the number of steps, not the size of the mean. Adam's steps are not in proportion to the gradient, so this says nothing about Adam.
#
# **"32 means 32 parts."** The notes say of the default of `model.fit`: 전체 데이터를 32등분으로 나눈다, the data are divided into 32 equal parts. Then an epoch would have 32 iterations, whatever the data. Keras's counter above has the answer: 3 epochs on 2,000 images, no batch size named. Your `iterations_per_epoch` predicts the other reading.

# %%
print("an epoch by Keras's counter:", counted[2] // 3)
print("32 parts:                   ", 32)
if solved("iterations_per_epoch"):
    print("32 examples in a batch:     ", iterations_per_epoch(2000, 32))

assert counted[2] // 3 == 63, "the default should be 32 examples in a batch"

# %% [markdown]
# Thirty-two is the number of examples in a batch, not the number of batches. With 60,000 images the two readings differ by a factor of 59.
#
# What the notes say about batches, measured in this lesson:
#
# | The notes say | We found |
# |---|---|
# | 2,000 examples, 20 epochs, batch size 500: 4 iterations an epoch, 80 in all | true |
# | the default of 32 divides the data into 32 parts | 32 examples make a batch |
# | with too large a batch the mean becomes too small, and it happens that the minimum is not found | the mean stays the same; there are fewer steps |
# | MSE is 최소제곱법 (least squares), 제곱 평균이 최소가 되게 한다 (the mean of the squares is made as small as possible) | the mean squared error is the number; least squares is the method that makes it small |
# | is it similar to a learning rate that is too small? | yes for plain gradient descent at rate 0.1, by the same factor, seed by seed |
# | 반대도 마찬가지, the same for the opposite | at a high rate small batches are noisy and kill units; at a smaller rate they did no harm |
# | in most cases not all data at once, because of memory and speed | memory: true for large data, and gradients can be accumulated. Speed: an epoch of one batch is faster than an epoch of batches of 4, but it is one step |

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# A training set has 50,000 images. You train for 6 epochs in batches of 256. How many updates does this training have?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = 1176
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# In batches of 40, drawn from millions of examples, the gradient noise is 0.9. Which batch size brings it down to 0.3?

# %% solution="quiz_2"
quiz_2 = None  # replace None by a number
### BEGIN SOLUTION
quiz_2 = 360
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# An untrained network has a mean loss of about 2.4 on batches of 16. What do you expect on batches of 1,024, before any training?
#
# - a) about 2.4 again, and from batch to batch less scattered
# - b) about 2.4 again, and from batch to batch just as scattered
# - c) about 2.4 / 64, because the sum is divided by 64 times as many examples
# - d) about 2.4 / 8, because noise falls with the root

# %% solution="quiz_3"
quiz_3 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_3 = "a"
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# ### Question 4
#
# A training with SGD works well in batches of 32 at rate 0.02, and you do not know whether 0.02 was tuned. On a new machine you train in batches of 256, for the same number of epochs, and the loss ends much higher than before. What do you try?
#
# - a) a few rates by factors of two from 0.02 to 0.16, beginning around 0.06
# - b) rates below 0.02, such as 0.0025: an eighth
# - c) 0.16 and no other rate, because the batch grew by a factor of 8
# - d) rates above 0.16, such as 1.28

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
# ```python
# model.fit(x, y, batch_size=64, epochs=5, validation_split=0.2)
# ```
#
# `x` has 1,000 rows. How many updates does this training have?

# %% solution="quiz_5"
quiz_5 = None  # replace None by a number
### BEGIN SOLUTION
quiz_5 = 65
### END SOLUTION

# %% test="quiz_5" points=1
check("question 5", quiz_5, secret=True)

# %% [markdown]
# ## In your own words
#
# A colleague writes: "I changed the batch size from 32 to 1,024, and left all else as it was: SGD at rate 0.01, 10 epochs, 50,000 images. The training got much worse. My lecture notes say why: with so many examples the mean squared error gets so small that it cannot find the minimum any more. So large batches do not work, and I will stay with 32 for ever."
#
# Answer her in four to eight sentences
#
# - whether the mean gets smaller, and what a larger batch does to the gradient of a step,
# - what really made her training worse, with numbers for both batch sizes,
# - what she could change to make 1,024 work, why it should help, and where that help ends.
#
# (3 points, read by a person.)

# %% [markdown] written="large_batch" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: the mean over a batch does not depend on its size, neither for the loss nor for the gradient; what shrinks is the scatter from batch to batch, with the root of the batch size (here by about 5.7). (Half a point for "the mean stays the same" without the noise.)
# - **Part 2**: fewer updates: 1,563 an epoch and 15,630 in all with 32; 49 an epoch and 490 in all with 1,024, each step with the same rate as before. It is as if the rate were 32 times too small. (Half a point without numbers, or with an epoch's numbers rounded down or taken as parts. Small slips in arithmetic cost nothing, nor do 15,625 and 488, where the partial batches are forgotten.)
# - **Part 3**: a larger rate, found by a sweep that begins at a guess: the root rule says about 0.057, the linear rule 0.32. Why it helps: there are 32 times fewer steps, so each has to go further. Where it ends: at the edge of stability, or where the gradient changes on the way; so the linear guess holds only if 0.01 was far below the edge. Or more epochs, up to 32 times as many, which costs as many times the images. (A full point for either guess if it is called a guess that must be tried; Adam or momentum at a rate of its own counts as a change that can help. Half a point for a remedy without a reason or without its end, and for a rule that is taken for a law.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).**
#
# **A full answer**: A mean does not get smaller when you average more numbers, so the error of 1,024 examples is as large as that of 32, and on average so is the gradient. It is only less noisy, by a factor of about the root of 32. What changed is the number of steps. With 32 you took 1,563 updates an epoch, 15,630 in all; with 1,024 it is 49 an epoch, 490 in all, and every one of them goes about as far downhill as before. That is like training with a rate 32 times smaller. So look for a larger rate: begin around 0.057, the root of 32 times the old rate, and go on by factors of two until the best rate lies inside of what you tried. The linear guess is 0.32: one such step goes about as far as 32 small steps, as long as the gradient hardly changes over that distance. If 0.01 was tuned, training blows up before. Where no rate is enough you need more epochs, another optimizer, or a smaller batch.
#
# **A half answer (2 points)**: The mean stays the same, it only gets more exact. You did about 32 times fewer updates, 490 instead of 15,630. (Noise is named; what she could change is missing.)
#
# **A half answer (1 point)**: There are fewer iterations with a large batch, so it learns less. Use a bigger learning rate. (No numbers, nothing on the mean, no reason and no end of the remedy.)
#
# **An empty answer**: Large batches generalize worse, this is known. 32 is the best size, since Keras uses it too.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - The batch size is a number of examples. An epoch has as many updates as batches, the last, partial one included.
# - The gradient of a batch has the right mean and some noise: four times the batch, half the noise. The critical batch size lies roughly where noise and gradient are equally long; beyond it larger batches help little.
# - In equal epochs large batches took fewer steps and lost validation accuracy here, each size at its best rate; with Adam they lost less. In 400 equal updates at one rate, batches of 100 were not behind batches of 20, and used five times as many images.
# - Another batch size needs another rate. From a tuned rate the linear rule can break a training, and for a large factor the root can too. A sweep by factors of two decides.
# - A small last batch is a full step that few examples decide: choose sizes that leave nothing, or drop it.
# - The batch size decides the speed. Very small batches waste time, very large ones waste images.
# - Measured with: SGD without momentum, and Adam where it is named; 64-64 relu; 2,000 clothes of 14 by 14 pixels (2,001 for the last batch); last validation accuracy, on 1,000 images; 5 or 20 epochs, or 400 updates; 4 to 12 seeds (the noise: 3 and 6 networks; accumulation and time: one).

# %% [markdown]
# ## Sources
#
# - P. Goyal and others, *Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour*, 2017, arXiv:1706.02677: the linear scaling rule and a slow start.
# - S. McCandlish, J. Kaplan, D. Amodei and others, *An Empirical Model of Large-Batch Training*, 2018, arXiv:1812.06162: gradient noise and the critical batch size.
# - C. Shallue and others, *Measuring the Effects of Data Parallelism on Neural Network Training*, JMLR 2019, arXiv:1811.03600: no evidence that large batches generalize worse, and no rule for the rate that holds throughout.
# - S. Smith, E. Elsen, S. De, *On the Generalization Benefit of Noise in Stochastic Gradient Descent*, ICML 2020, arXiv:2006.15081.
# - V. Godbole and others, *Deep Learning Tuning Playbook*, 2023, <https://github.com/google-research/tuning_playbook>.
# - N. S. Keskar and others, *On Large-Batch Training for Deep Learning: Generalization Gap and Sharp Minima*, ICLR 2017, arXiv:1609.04836: large batches generalize worse.
# - E. Hoffer, I. Hubara, D. Soudry, *Train longer, generalize better*, NeurIPS 2017, arXiv:1705.08741: the gap closes with enough updates.
# - A. Krizhevsky, *One weird trick for parallelizing convolutional neural networks*, 2014, arXiv:1404.5997: root in theory, linear in practice.
# - S. Malladi and others, *On the SDEs and Scaling Rules for Adaptive Gradient Algorithms*, NeurIPS 2022, arXiv:2205.10287: the root for Adam.
# - Keras, *Model training APIs*, <https://keras.io/api/models/model_training_apis/>: `batch_size`, `validation_split`; *Optimizers*, <https://keras.io/api/optimizers/>: `gradient_accumulation_steps`.
