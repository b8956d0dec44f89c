# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 08 Overfitting and more data
#
# **Question**: When does a model remember instead of learn?
#
# Below, a network learns 300 random labels by heart: its training accuracy is 1.00, and on new images it guesses.
#
# You will be able to
#
# - split data into three parts that a model can be judged by,
# - split the error of networks into bias, variance and noise, and say which of these more data shrinks,
# - measure what more data would bring, know how far such a curve can be trusted, and make further examples from the data that you have.
#
# Run time: about 55 s; your own time: about 140 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | overfitting | 과적합, 과대적합 (오버피팅; in the notes: Overfiting) | the model fits the accidents of its training examples too, and is much better on them than on new ones |
# | generalization gap | 일반화 격차 (일반화 갭) | the error on new examples minus the error on the training examples |
# | bias (of a model) | 편향 (bias) | what a model gets wrong on average, however the training examples fall |
# | variance | 분산 (variance) | how much a model changes when other training examples are drawn |
# | noise | 노이즈, 잡음 | how much measurements of the same thing differ; no model can predict it |
# | learning curve | 학습 곡선 | here the error on new examples over the number of training examples; elsewhere often the loss over the epochs |
# | power law | 거듭제곱 법칙 (멱법칙) | a curve that is a straight line when both axes are logarithmic |
# | irreducible error | 줄일 수 없는 오차 | the part of the error that more data does not remove |
# | label noise | 레이블 노이즈, 라벨 노이즈 | wrong labels among the training examples |
# | data augmentation | 데이터 증강, 데이터 증식 | further training examples, made by changing existing ones |
#
# </details>

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import CLASS_NAMES, Regression, digits, fashion_mnist
from helpers.training import Configuration, learning_curve, sweep, train_fast

plotting.use_style()

# %% [markdown]
# ## Part 1 · See overfitting, and take an error apart (about 65 minutes)
#
# ## Three hundred images by heart
#
# We take 300 photographs of clothes and a network with two hidden layers of 128 units. It trains for 80 epochs with Adam (lesson 03) and with four seeds.
#
# Then we train it again on the same images, but with nine of ten labels made wrong at random. With ten classes this is as good as drawing every label from a hat: the label says nothing about the image any more, and there is nothing to learn.
#
# **Guess before you run the cell**: which training accuracy will the network reach with labels from a hat? (It takes some seconds until the first training begins.)

# %%
few = fashion_mnist(num_train=300)
settings = {"optimizer": "adam", "hidden": (128, 128), "num_epochs": 80}
right_labels = sweep([Configuration(0.003, **settings)], few, seeds=range(4))
hat_labels = sweep([Configuration(0.003, label_noise=0.9, **settings)], few, seeds=range(4))

# %% [markdown]
# The left panel shows training accuracy, the right panel accuracy on a thousand new images with right labels. **Look at the right end of the left panel first.**

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
for label, runs in {"right labels": right_labels, "from a hat": hat_labels}.items():
    plotting.plot_curves(runs, ax=left, metric="train_accuracies", label=label)
    plotting.plot_curves(runs, ax=right, metric="val_accuracies", label=label)
plt.show()

# %% [markdown]
# The numbers after the last epoch:

# %% tags=["nbval-ignore-output"]
def last_of(runs, metric):
    """The value of a metric after the last epoch, mean over the seeds."""
    return np.mean([getattr(run, metric)[-1] for run in runs])


for name, runs in {"right labels": right_labels, "from a hat": hat_labels}.items():
    train, val = last_of(runs, "train_accuracies"), last_of(runs, "val_accuracies")
    print(f"{name:12}  training {train:.2f}   new images {val:.2f}")

assert last_of(right_labels, "train_accuracies") > 0.97
assert last_of(hat_labels, "train_accuracies") > 0.95, "noise should be learned by heart"
assert last_of(right_labels, "val_accuracies") > 0.7
assert last_of(hat_labels, "val_accuracies") < 0.2, "and be of no use for new images"

# %% [markdown]
# How long did each network take to know nine of ten labels?

# %% tags=["nbval-ignore-output"]
def epochs_to(runs, accuracy):
    """How many epochs the mean training accuracy needs to reach a level."""
    curve = np.mean([run.train_accuracies for run in runs], axis=0)
    return int(np.argmax(curve >= accuracy)) + 1


quick, slow = epochs_to(right_labels, 0.9), epochs_to(hat_labels, 0.9)
print(f"right labels: {quick} epochs; from a hat: {slow} epochs")
assert slow > 2 * quick, "noise should take longer to learn by heart"

# %% [markdown]
# Both networks know their 300 labels, but with random labels the network needed about three times as many epochs. On new images the first network is useful, and the second only guesses.
#
# So a network can **remember** without having **learned** anything, and the training accuracy does not show the difference. A model is **overfitting** (과적합) if it fits accidents of its training examples and is therefore much better on these than on new examples. The **generalization gap** (일반화 격차) is the error on new examples minus the error on training examples.
#
# The first network has a gap too. How large is it, what is it made of, and what does more data do about it? That is this lesson.

# %% [markdown]
# ## Examples that nobody learns from
#
# To see the gap you need examples that the model does not learn from. So data are split into three parts: **training** to learn from, **validation** to choose with (epochs, rates, and so on), **test** to report on once, at the end.
#
# But data often come sorted. Here are the labels of 50 examples in the order in which they were collected, split without shuffling. **Look at the classes of the third part.**

# %%
collected = np.repeat(np.arange(10), 5)
for name, part in zip(["training", "validation", "test"], np.split(collected, [30, 40]),
                      strict=True):
    print(f"{name:10} has the classes {np.unique(part).tolist()}")

# %% [markdown]
# This model would be tested on two classes that it has never seen. So shuffle the places first, then split.
#
# An example that lies in two parts is as bad: a model that knows it by heart gets it right in the test.
#
# (Shuffling is right where examples are independent. Several images of one person belong in one part together, and data over time are split by time.)

# %% [markdown]
# The checks of the next exercise compare what all right results have in common; `seen_as` names it.

# %% [markdown]
# ### Exercise 1: `split_indices` (2 points)
#
# The function gets only the number of examples, and returns their places: `x[part]` then picks the examples, and `y[part]` their labels. `rng.permutation(6)` gives the numbers 0 to 5 in a random order. Use this generator for everything random.
#
# 33 examples do not always divide evenly. `round` the first two sizes to whole numbers; the third part gets the rest, so that no example is lost.

# %% solution="split_indices"
def split_indices(num_examples, fractions, rng):
    """Return the places of the examples of three parts, drawn by chance: three arrays of whole
    numbers.

    num_examples: how many examples there are, at least 1.
    fractions: three positive numbers that add up to 1, the part of the examples that goes to
    training, validation and test.
    rng: a NumPy random generator.
    Each place from 0 to num_examples - 1 is in exactly one part, and a part may be empty. The
    first two have round(fraction * num_examples) places, the third has the rest.
    """
    ### BEGIN SOLUTION
    order = rng.permutation(num_examples)
    num_train = round(fractions[0] * num_examples)
    num_val = round(fractions[1] * num_examples)
    return order[:num_train], order[num_train : num_train + num_val], order[num_train + num_val :]
    ### END SOLUTION

# %% test="split_indices" points=2
def parts_of(num_examples, fractions, seed):
    return split_indices(num_examples, fractions, np.random.default_rng(seed))


check("the sizes for 10 examples", parts_of, 10, (0.5, 0.3, 0.2), 1, seen_as="part sizes")
check("the sizes for 33 examples", parts_of, 33, (0.7, 0.2, 0.1), 1, seen_as="part sizes")
check("the sizes for 10, 13, 16, 16, 2, 20 and 3 examples", lambda: [
      [len(part) for part in parts_of(number, fractions, 1)] for number, fractions in [
          (10, (0.7, 0.2, 0.1)), (13, (0.8, 0.1, 0.1)), (16, (0.6, 0.3, 0.1)),
          (16, (0.8, 0.1, 0.1)), (2, (0.6, 0.2, 0.2)), (20, (0.3, 0.2, 0.5)),
          (3, (0.6, 0.3, 0.1))]])
check("1,000 examples", parts_of, 1000, (0.6, 0.3, 0.1), 2, seen_as="shuffled partition")
check("how many of 100,000 are in two parts, to ten thousand",
      lambda: [round(len(np.intersect1d(*pair)), -4)
               for parts in [parts_of(100_000, (0.6, 0.3, 0.1), 3)]
               for pair in (parts[:2], parts[::2], parts[1:])])
check("what comes back", parts_of, 20, (0.6, 0.3, 0.1), 2, seen_as="structure")
rng, most = np.random.default_rng(3), (0.6, 0.2, 0.2)
check("two splits of one generator", lambda: [split_indices(50, most, rng) for _ in range(2)],
      seen_as="repeated partitions")
check("a split of each of two equal generators",
      lambda: [parts_of(50, most, 4) for _ in range(2)],
      seen_as="repeated partitions")
### BEGIN HIDDEN TESTS
check("how many of 101", parts_of, 101, (0.8, 0.1, 0.1), 5, seen_as="part sizes")
check("how many of 13", parts_of, 13, (0.7, 0.15, 0.15), 5, seen_as="part sizes")
check("how many of 57", parts_of, 57, (0.7, 0.15, 0.15), 5, seen_as="part sizes")
check("one example alone", parts_of, 1, (0.7, 0.2, 0.1), 5, seen_as="part sizes")
check("a thousand in other parts", parts_of, 1000, (0.25, 0.25, 0.5), 6, seen_as="shuffled partition")
other, half = np.random.default_rng(7), (0.5, 0.4, 0.1)
check("again from one generator", lambda: [split_indices(60, half, other) for _ in range(3)],
      seen_as="repeated partitions")
check("again from an equal start", lambda: [parts_of(70, half, 8) for _ in range(2)],
      seen_as="repeated partitions")
check_drawn("drawn splits", parts_of, seen_as="shuffled partition")
check_drawn("drawn shapes", lambda *case: [part.shape for part in parts_of(*case)])


def three_times(num_examples, fractions, seed):
    equal, generator = np.random.default_rng(seed), np.random.default_rng(seed)
    thirds = 1 / 3, 1 / 3, 1 / 3
    return [split_indices(num_examples + 60, thirds, each) for each in (equal, generator, generator)]


check_drawn("drawn generators", three_times, seen_as="repeated partitions")
### END HIDDEN TESTS

# %% [markdown]
# ## Two ways to be wrong
#
# The notes say that overfitting is also called *high variance, low bias*. These words describe an experiment that is rarely affordable: draw the training examples again, many times, and train a model on each draw.
#
# With polynomials it is affordable. The truth is a curve, $\sin(3x)$, and each of 300 draws measures it at 15 places with new noise. To every draw we fit a straight line (degree 1) and a polynomial of degree 9.

# %%
x_fine = np.linspace(-1, 1, 101)


def fitted(degree, num_points, num_draws=300):
    """Polynomials fitted to noisy points on the curve: a row for each draw, at the places
    x_fine.
    """
    x = np.linspace(-1, 1, num_points)
    noise = 0.3 * np.random.default_rng(0).normal(size=(num_draws, num_points))
    coefficients = np.polynomial.polynomial.polyfit(x, (np.sin(3 * x) + noise).T, degree)
    return np.polynomial.polynomial.polyval(x_fine, coefficients)

# %% [markdown]
# The black line is the truth, the thin lines are 30 of the fits. **Guess before you run the cell**: which of the two degrees is nearer to the truth in a single draw, and which on average over all draws?

# %%
figure, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True)
for ax, degree in zip(axes, [1, 9], strict=True):
    ax.plot(x_fine, fitted(degree, 15)[:30].T, "-", color=plotting.COLORS[0], linewidth=0.6,
            alpha=0.6)
    ax.plot(x_fine, np.sin(3 * x_fine), "-", color="black", linewidth=2)
    ax.set(title=f"degree {degree}, 15 points", xlabel="x")
axes[0].set(ylabel="y", ylim=(-2.2, 2.2))
plt.show()

# %% [markdown]
# In the left panel the lines agree, and all are wrong in the same way. In the right panel each line is wrong in its own way, and their average is right. These are two parts of the error. At a place $x$ they are
#
# $$\overline{(\hat f(x) - f(x))^2} = \underbrace{(\bar f(x) - f(x))^2}_{\text{bias}^2} + \underbrace{\overline{(\hat f(x) - \bar f(x))^2}}_{\text{variance}}$$
#
# - $f(x)$ is the truth, $\hat f(x)$ the fit of one draw,
# - $\bar f(x)$ is the mean of the fits over all draws; a long line over an expression means the same.
#
# Then we take the mean over the places. **Bias** (편향) is what the model gets wrong on average. **Variance** (분산) is how much it changes from draw to draw. (The bias that a unit adds to its inputs shares only the name, in Korean too. Lesson 06 used the variance of weights; here it is the variance of predictions.)

# %% [markdown]
# ## A third part
#
# The formula needs the truth, which nobody has in practice. But you can have new measurements, several at each place. They differ by **noise** (노이즈, 잡음), which no model can predict.
#
# So compare every prediction with every new measurement at the same place, and take the mean of the squared differences. This mean squared error is the sum of three parts:
#
# $$\text{mean squared error} = \text{bias}^2 + \text{variance} + \text{noise}$$
#
# What takes the place of $f(x)$? And how large is the noise? You answer these two questions.

# %% [markdown]
# ### Exercise 2: `error_parts` (2 points)
#
# Each network was trained on its own draw. No network has seen the measurements.
#
# For a table, `table.mean(axis=0)` and `table.var(axis=0)` give the mean and the variance of each column. (`var` divides by the number of values.) You can test your parts yourself: you know their sum.

# %% solution="error_parts"
def error_parts(predictions, measurements):
    """Return the squared bias, the variance and the noise, a tuple of three numbers.

    predictions: array of shape (num_networks, num_places), what each network says at each place.
    measurements: array of shape (num_measurements, num_places), what was measured at the same
    places. There is at least one of each. Both are left as they were.
    Each part is a mean over the places. Together they are the mean squared difference between a
    prediction and a measurement at one place, over all pairs of the two.
    """
    ### BEGIN SOLUTION
    mean_error = predictions.mean(axis=0) - measurements.mean(axis=0)
    variance, noise = (np.mean(table.var(axis=0)) for table in (predictions, measurements))
    return np.mean(mean_error**2), variance, noise
    ### END SOLUTION

# %% test="error_parts" points=2
def made_up(num_networks, num_measurements, num_places, seed):
    """A table of predictions and one of measurements, which have a bias, a variance and
    noise.
    """
    rng = np.random.default_rng(seed)
    predictions = 0.5 * rng.normal(size=(num_networks, num_places)) + rng.normal(size=num_places)
    return predictions, 2 + 0.3 * rng.normal(size=(num_measurements, num_places))


sizes_of_tables = [(4, 3, 5), (3, 3, 4), (2, 5, 1), (6, 2, 3)]
check("four pairs of tables",
      lambda: [error_parts(*made_up(*sizes, 1)) for sizes in sizes_of_tables])
to_both_sides = np.array([[1, 5], [2, 4], [2, 4]]), np.array([[4, 2], [3, 3]])
check("too low at one place, too high at the other", error_parts, *to_both_sides)
check("one network alone, one measurement alone",
      lambda: [error_parts(*made_up(1, 4, 3, 2)), error_parts(*made_up(4, 1, 3, 2))])
check("do they add up to the mean squared error", lambda: sum(error_parts(*made_up(5, 3, 4, 3))))
pair = np.arange(6.0).reshape(2, 3), np.arange(9.0).reshape(3, 3)
check("networks in steps of two, measurements in steps of three", error_parts, *pair)
### BEGIN HIDDEN TESTS
more_sizes = [(7, 2, 3), (2, 2, 6), (3, 8, 1), (1, 1, 5), (5, 4, 2)]
check("five other pairs", lambda: [error_parts(*made_up(*sizes, 4)) for sizes in more_sizes])
whole = np.array([[2, 7, 1], [4, 4, 0]]), np.array([[1, 8, 3], [3, 9, 5]])
check("integer tables", error_parts, *whole)
lasting = np.arange(8.0).reshape(4, 2), np.arange(4.0).reshape(2, 2)
check("what was handed over", error_parts, *lasting)
check_drawn("drawn tables", error_parts)
### END HIDDEN TESTS

# %% [markdown]
# ## What more data changes
#
# Now apply your function to the polynomials, with 15, 60 and 240 points in a draw, and 300 new measurements at each of the 101 places. (The cells need exercise 2.)

# %%
measured = np.sin(3 * x_fine) + 0.3 * np.random.default_rng(1).normal(size=(300, len(x_fine)))
table = {}
if solved("error_parts"):
    for degree in [1, 9]:
        for num_points in [15, 60, 240]:
            squared_bias, variance, noise = error_parts(fitted(degree, num_points), measured)
            table[degree, num_points] = squared_bias, variance
            parts = f"bias² {squared_bias:.3f}, variance {variance:.3f}, noise {noise:.3f}"
            print(f"degree {degree}, {num_points:3} points: {parts}")

# %% [markdown]
# The claims:

# %%
if solved("error_parts"):
    assert abs(table[1, 240][0] - table[1, 15][0]) < 0.03, (
        "bias should not care how many points there are"
    )
    assert table[9, 240][1] < table[9, 15][1] / 10, (
        "variance should fall with the number of points"
    )
    assert table[9, 15][1] > 3 * table[1, 15][1], "degree 9 should have variance"
    assert table[9, 15][0] < 0.01, "and hardly any bias"

# %% [markdown]
# **More data shrinks the variance.** Four times the points leave about a quarter of it. **More data does next to nothing for the bias.** A straight line does not bend, however many points it gets: of 0.178 it keeps 0.170. The noise is the same in every line, because it does not depend on the model.
#
# The right panel above is overfitting: high variance, low bias. The notes are right.

# %% [markdown]
# ### Play
#
# Change the number of points and run the cell again. Which degree is best with 12 points? And with 500? (The best degree has the lowest sum.)
#
# All these degrees are below the number of points. In lesson 00 there were far more parameters than points, and the error fell a second time.

# %%
my_num_points = 12
for degree in [1, 2, 3, 4, 5, 7, 9]:
    fits = fitted(degree, my_num_points)
    total = np.mean((fits - np.sin(3 * x_fine)) ** 2)
    print(f"degree {degree} with {my_num_points} points: bias² plus variance {total:.3f}")

# %% [markdown]
# ## How long a network trains
#
# How well a network fits depends also on how long it trains. We take one with 32 hidden units. 24 draws of 25 points give 24 networks, each with its own initial weights. We end the training after 30 steps, long before the loss has settled, and after 600 steps. Then we do the same with draws of 100 points. Every step uses the whole draw.
#
# **Guess before you run the cells**: does a training that ended too early show as bias or as variance? Would four times the data help?

# %%
def drawn_points(num_points, seed):
    """Noisy points on the curve to train with, and the places x_fine to be asked at."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, size=(num_points, 1))
    y = np.sin(3 * x[:, 0]) + 0.3 * rng.normal(size=num_points)
    places, nothing = x_fine[:, None], np.zeros(0)
    return Regression(x, y, places, np.sin(3 * x_fine), places[:0], nothing, nothing)

# %% [markdown]
# The predictions of a trained network come from its forward pass with its final weights.

# %%
def predictions_of(num_points, num_steps, num_networks=24):
    """What networks say at the places x_fine: a row for each draw."""
    settings = {"batch_size": num_points, "num_epochs": num_steps, "hidden": (32,),
                "optimizer": "adam"}
    rows = []
    for seed in range(num_networks):
        run = train_fast(Configuration(0.01, **settings), drawn_points(num_points, seed), seed)
        first_kernel, first_bias, last_kernel, last_bias = run.weights
        hidden = np.maximum(x_fine[:, None] @ first_kernel + first_bias, 0)
        rows.append((hidden @ last_kernel + last_bias)[:, 0])
    return np.array(rows)

# %% [markdown]
# Your function splits the errors of the networks. **Compare the lines in pairs: what do more steps change, and what do more points change?** (The cells need exercise 2.)

# %%
of_networks = {}
if solved("error_parts"):
    for num_steps in [30, 600]:
        for num_points in [25, 100]:
            predictions = predictions_of(num_points, num_steps)
            of_networks[num_steps, num_points] = error_parts(predictions, measured)

# %% [markdown]
# Bias² and variance:

# %% tags=["nbval-ignore-output"]
if solved("error_parts"):
    for (num_steps, num_points), (squared_bias, variance, _) in of_networks.items():
        parts = f"bias² {squared_bias:.3f}, variance {variance:.3f}"
        print(f"{num_steps:3} steps, {num_points:3} points: {parts}")
    for num_points in [25, 100]:
        bias_early, bias_late = of_networks[30, num_points][0], of_networks[600, num_points][0]
        assert bias_late < bias_early / 5, "more steps should take the bias away"
    assert of_networks[30, 100][0] > 0.8 * of_networks[30, 25][0], "more points should not"
    assert of_networks[600, 100][1] < of_networks[600, 25][1], (
        "but they should shrink the variance"
    )

# %% [markdown]
# An unfinished training is **bias**: all 24 networks are wrong in the same way. Four times the points leave this bias as it was; twenty times the steps remove it. For the variance of the finished networks the points help.
#
# So bias and variance belong to the whole recipe: network, optimizer, learning rate, steps, data. A hyperparameter that keeps the model from fitting shows as bias. (With only 24 networks, about a 24th of the variance is counted as bias too. And the variance includes the effect of other initial weights.)

# %% [markdown]
# ## From two errors
#
# In practice you have one trained network, not 24, and one label for each image. Then you look at three numbers:
#
# - the **training error** (훈련 오차, 학습 오차), one minus the training accuracy,
# - the **validation error** (검증 오차),
# - a **reference error** (기준 오차), the best that could be reached, for example by people.
#
# A rule of thumb by Andrew Ng uses two differences. *Training error minus reference* is what the model gets wrong even on the examples that it learned from; he calls it avoidable bias. *Validation error minus training error* is the generalization gap; he calls it variance.
#
# These differences do not equal the parts of exercise 2, but they say where to look first. If the first difference is large, the model cannot fit, or has not had enough time. If the second is large, it has fitted accidents that other examples would contradict.
#
# We compare two very different networks. The first is the network of the beginning, with 300 images. The second has 5,000 images and a hidden layer of only two units, and we look at it after 10 and after 40 epochs.

# %%
clothes = fashion_mnist(num_train=5000)
narrow = Configuration(0.003, optimizer="adam", hidden=(2,), num_epochs=40)
narrow_runs = sweep([narrow], clothes, seeds=range(8))

# %% [markdown]
# As reference we take 0.10. (Published networks that learn from all 60,000 images, with four times as many pixels, get below that.) **Which of the two differences is large, in each line?**

# %% tags=["nbval-ignore-output"]
def errors_after(runs, num_epochs):
    """Training and validation error after so many epochs, mean over the seeds."""
    accuracies = [(run.train_accuracies[num_epochs - 1],
                   run.val_accuracies[num_epochs - 1]) for run in runs]
    return 1 - np.mean(accuracies, axis=0)


looks = {"300 images, 80 epochs": (right_labels, 80), "2 units, 10 epochs": (narrow_runs, 10)}
looks["2 units, 40 epochs"] = narrow_runs, 40
errors = {name: errors_after(*look) for name, look in looks.items()}
for name, (train, val) in errors.items():
    print(f"{name:21}  training {train:.3f} = 0.100 {train - 0.1:+.3f}   "
          f"validation {val:.3f} = {train:.3f} {val - train:+.3f}")
flat = clothes.x_train.reshape(5000, -1)
sums = [flat @ run.weights[0] + run.weights[1] for run in narrow_runs]
dead = np.array([(unit_sums.max(axis=0) <= 0).any() for unit_sums in sums])
print("networks with a dead unit:", dead.sum(), "of", len(dead))

# %% [markdown]
# Each line shows the first difference after 0.100, and the second after the training error.

# %%
(wide_train, wide_val), (early_train, _), (late_train, late_val) = errors.values()
assert wide_train < 0.05, "the wide network should fit"
assert wide_val - wide_train > 0.13, "and have a gap"
assert late_train > 0.2, "the narrow one should not fit"
assert abs(late_val - late_train) < 0.05, "and have no gap to speak of"
assert late_train < early_train - 0.04, "a good deal of that should be unfinished training"

# %% [markdown]
# The narrow network is hardly worse on new images than on its training images, so there is no gap that more images could close. Between 10 and 40 epochs its training error fell a good deal: this part was unfinished training. The rest may come from the two units or from a training that is still unfinished, and only a longer training can tell. The last line counts the networks that have a dead unit, as in lesson 01. Such a unit gives out 0 for every training image and has no gradient any more.
#
# The wide network makes no error on its 300 images. What is left is the gap. More images are one remedy for it, and the next lessons have others.

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. In part 2 you measure how much more data brings, and make further examples without buying any.

# %% [markdown]
# ## Part 2 · Measure what more data brings (about 75 minutes)
#
# ## Learning curves
#
# *Collect more data* is the first of the four remedies in the notes. How much does it bring? A **learning curve** (학습 곡선) shows the error on new examples over the number of training examples. (Many books, and users of Keras, call the loss over the epochs by the same name. Look at the axis.)
#
# We draw three curves, for a network with two hidden layers of 64 units: handwritten digits, clothes, and clothes with 30 % of the training labels wrong. The right length of a training may differ for a hundred images and for five thousand, so each size gets its own best moment. A training takes 2,500 steps and is measured 50 times. The measurement with the best *validation* accuracy counts, and we report its error on *test* images, which had no part in the choice. Adam's rate is 0.003 everywhere; we tuned it for none of the curves.
#
# A draw of a hundred images can be a lucky draw, so up to 1,000 clothes each of the four seeds has its own images. With 5,000 clothes or 1,200 digits all seeds have the same images.
#
# **Guess before you run the cell**: when you have fifty times as many clothes, by what factor does the error fall?

# %%
wide = Configuration(0.003, optimizer="adam")
at_best = {"seeds": range(4), "fixed": "best", "num_updates": 2500, "own_examples": True}
sizes = [100, 300, 1000, 3000, 5000]
curves = {"clothes": learning_curve(wide, clothes, sizes, **at_best)}

# %% [markdown]
# The same clothes, with 30 % of the training labels wrong:

# %%
noisy = Configuration(0.003, optimizer="adam", label_noise=0.3)
noisy_sizes = [100, 1000, 3000, 5000]
curves["30 % wrong labels"] = learning_curve(noisy, clothes, noisy_sizes, **at_best)

# %% [markdown]
# And handwritten digits, of which there are 1,200:

# %%
curves["digits"] = learning_curve(wide, digits(), [50, 200, 1200], **at_best)

# %% [markdown]
# Both axes are logarithmic. Small dots are single seeds, large marks are their means. The thin grey dashes are straight lines, fitted to the means. **Compare how steep they are.**

# %%
plotting.plot_learning_curves(curves)
plt.show()

# %% [markdown]
# The next cell prints, for each stretch of a curve, which share of the error is left after a doubling of the data.

# %% tags=["nbval-ignore-output"]
def left_by_doubling(num_examples, errors):
    """What twice the data leave of the error, for each stretch between two sizes."""
    return (errors[1:] / errors[:-1]) ** (1 / np.log2(num_examples[1:] / num_examples[:-1]))


means = {name: curve.errors.mean(axis=1) for name, curve in curves.items()}
for name, curve in curves.items():
    nums, left = curve.num_examples, left_by_doubling(curve.num_examples, means[name])
    for place, share in enumerate(left):
        stretch = f"{nums[place]:4} to {nums[place + 1]:4} examples, error"
        change = f"{means[name][place]:.3f} -> {means[name][place + 1]:.3f}"
        print(f"{name:17}  {stretch} {change}: a doubling leaves {share:.2f}")

# %% [markdown]
# The claims:

# %%
first, last = ({name: mean[end] for name, mean in means.items()} for end in (0, -1))
assert first["digits"] > 4 * last["digits"], "24 times the digits should leave a small part"
assert 1.6 < first["clothes"] / last["clothes"] < 2.6, (
    "50 times the clothes should leave about a half"
)
at_few, at_many = left_by_doubling(np.array([100, 1000, 5000]), means["clothes"][[0, 2, 4]])
assert abs(at_few - at_many) < 0.1, "few and many images should gain alike from a doubling"

# %% [markdown]
# Twenty-four times the digits leave a small part of the error. Fifty times the clothes leave about a half. How much data is worth depends on the problem.
#
# Along the curve of the clothes a doubling leaves 0.84 to 0.92 of the error everywhere. On logarithmic axes this is about a straight line, and a straight line there is a **power law** (거듭제곱 법칙):
#
# $$\text{error}(n) \approx a \, n^{b} \qquad \text{so} \qquad \log \text{error}(n) \approx \log a + b \log n$$
#
# - $n$ is the number of training examples,
# - $a$ is a factor, and sets the height of the line,
# - $b$ is the slope of the line, a negative number.
#
# Twice the data multiply the error by $2^b$. With $b = -1$ that is a half, with $b = -0.1$ it is 0.93. We measured this from 100 to 5,000 images. It is no promise for 50,000.

# %% [markdown]
# ### Exercise 3: `learning_curve_slope` (2 points)
#
# Compute $b$. Use the line of **least squares** (최소제곱법) through all points on logarithmic axes, for which the sum of the squared vertical distances is smallest. `np.polyfit(x, y, deg=1)` fits a straight line to points `x`, `y`, and returns its slope first.

# %% solution="learning_curve_slope"
def learning_curve_slope(sizes, errors):
    """Return the slope of a learning curve when both axes are logarithmic, by least squares:
    a number.

    sizes: numbers of training examples, positive, a list or an array, in any order. At least two
    of them differ.
    errors: the error or loss at each size, positive and not all the same, in the same order.
    A slope of -0.5 says that four times the examples halve the error.
    """
    ### BEGIN SOLUTION
    slope, _ = np.polyfit(np.log(sizes), np.log(errors), deg=1)
    return slope
    ### END SOLUTION

# %% test="learning_curve_slope" points=2
bent = [100, 300, 1000, 5000], [0.4, 0.33, 0.2, 0.17]
halved = [50, 200, 800], [0.4, 0.2, 0.1]
rising = np.array([10, 40, 90]), np.array([0.1, 0.3, 0.35])
check("three curves, of which the last one rises",
      lambda: [learning_curve_slope(*curve) for curve in (bent, halved, rising)])
check("four times the examples, half the error", learning_curve_slope, *halved)
check("sizes in another order", learning_curve_slope, [1000, 100, 5000, 300],
      [0.2, 0.4, 0.17, 0.33])
check("losses far above one, and near 0", lambda: [learning_curve_slope([64, 128, 512], losses)
      for losses in ([2100.0, 1600.0, 700.0], [2e-4, 3e-6, 1e-8])])
### BEGIN HIDDEN TESTS
check("five sizes", learning_curve_slope, [20, 70, 150, 900, 4000], [0.61, 0.5, 0.44, 0.2, 0.19])
check("losses above one", learning_curve_slope, [64, 128, 512, 1024], [2.1, 1.6, 1.3, 0.7])
check("from 30 to 900", learning_curve_slope, [30, 900], [0.5, 0.3])
steep = np.array([2, 2, 8, 5]), np.array([7, 6, 900000, 3])
check("steeply up, one size twice", learning_curve_slope, *steep)
check("steeply down", learning_curve_slope, [3, 9, 12], [5.0, 4e-7, 1e-8])
check_drawn("drawn curves", learning_curve_slope)
### END HIDDEN TESTS

# %% [markdown]
# ## Where the line ends
#
# A straight line on these axes would lead to an error as near to 0 as you like. Noise, or bias that stays, ends the fall earlier. To see where, we need a problem whose truth we know: our polynomials. We draw the mean squared error at new measurements over the number of points, for three degrees. The noise is known too, its variance is $0.3^2$.
#
# **Guess before you run the cell**: where do the three curves end?

# %%
def whole_error(degree, num_points):
    """The mean squared error at new measurements, noise included."""
    return np.mean((fitted(degree, num_points) - np.sin(3 * x_fine)) ** 2) + 0.3**2


nums_points = np.array([12, 15, 30, 60, 120, 240, 500, 1000])
of_degree = {degree: np.array([whole_error(degree, n) for n in nums_points])
             for degree in [1, 3, 9]}
floors = {}
for degree in of_degree:
    endless = fitted(degree, 100_000, num_draws=20)
    floors[degree] = np.mean((endless - np.sin(3 * x_fine)) ** 2) + 0.3**2

# %% [markdown]
# The left panel shows the errors. The right panel shows the same errors minus their value at the end, with 100,000 points in a draw.

# %%
figure, axes = plt.subplots(1, 2, figsize=(11, 4))
for degree, line, marker in zip(of_degree, plotting.LINESTYLES, plotting.MARKERS, strict=False):
    style = {"linestyle": line, "marker": marker, "label": f"degree {degree}"}
    axes[0].plot(nums_points, of_degree[degree], **style)
    axes[1].plot(nums_points, of_degree[degree] - floors[degree], **style)
for ax, what in zip(axes, ["mean squared error", "the same without its end"], strict=True):
    ax.set(xscale="log", yscale="log", xlabel="points in a draw", ylabel=what)
axes[0].axhline(0.3**2, color="0.6", linestyle=":", label="noise")
axes[0].set_yticks([0.09, 0.15, 0.3], ["0.09", "0.15", "0.3"])
axes[0].minorticks_off()
axes[0].legend()
plt.show()

# %% [markdown]
# The claims:

# %%
def slope_between(values, low, high):
    """The slope from one number of points to another, with both axes logarithmic."""
    rise = np.log(values[nums_points == high] / values[nums_points == low])
    return (rise / np.log(high / low)).item()


for degree, error in of_degree.items():
    assert slope_between(error, 240, 1000) > -0.06, "with many points each curve should be flat"
    slope = slope_between(error - floors[degree], 30, 500)
    assert -1.3 < slope < -0.85, "without its end each should fall about like 1 / n"
assert slope_between(of_degree[9], 12, 30) < -0.5, "with few points degree 9 should be steep"
assert floors[1] > 2 * floors[9] > 2 * 0.089, "a line should end at its bias and the noise"
assert 1.02 < floors[3] / floors[9] < 1.06, "degree 3 should have a small bias"

# %% [markdown]
# Degree 9 falls steeply, bends, and ends at the noise. Degree 3 ends a little above the noise, at its small bias. The straight line ends far above, at noise plus bias², and is near its end from the start. What more data does not remove is called the **irreducible error** (줄일 수 없는 오차): the noise, and for a model that cannot bend enough, its bias. Only the rest, mostly variance, is about a power law, here with a slope of about -1. So
#
# $$\text{error}(n) \approx c + a \, n^{b}$$
#
# where $c$ is the floor.
#
# Hestness and others measured such curves for translation, language and images. They describe three regions: guessing with very few examples, then the power law, then the floor. Our clothes look like the middle region. A straight stretch does not say where it ends. (Lesson 16 returns to this.)

# %% [markdown]
# ## Data or steps?
#
# The training can also make a curve flat. We look at the same runs after their first 400 steps and at their end, after 2,500. Then we draw the curve in the usual way, with the same number of *epochs* for each size, here ten. In that case more data also mean more steps (lesson 05).

# %%
ten_epochs = learning_curve(wide, clothes, [100], seeds=range(4), own_examples=True)
looks = {"after 400 steps": curves["clothes"].after(400),
         "after 2,500 steps": curves["clothes"].after(2500)}
looks |= {"each at its best": curves["clothes"]}
by_look = {name: curve.errors.mean(axis=1) for name, curve in looks.items()}
early, best = by_look["after 400 steps"], by_look["each at its best"]

# %% [markdown]
# With 5,000 images ten epochs are 1,570 steps; we take the nearest measurement. **Compare the lines: where is each of them flat, and where steep?**

# %% tags=["nbval-ignore-output"]
print("clothes: error with", "".join(f"{size:7}" for size in sizes), "images")
for name, errors_there in by_look.items():
    print(f"{name:19}", "".join(f"{error:7.3f}" for error in errors_there))
by_epochs = ten_epochs.errors.mean(), curves["clothes"].after(1550).errors[4].mean()
print(f"after 10 epochs     {by_epochs[0]:7.3f}{by_epochs[1]:28.3f}")
print("ten epochs of 100 images:", ten_epochs.num_updates[0, 0],
      "steps; steps to the best of each size:",
      *curves["clothes"].num_updates.mean(axis=1).round().astype(int))

share = 1 - (best[0] - best[4]) / (by_epochs[0] - by_epochs[1])
print(f"of the gain at ten epochs {share:.2f} is that of more steps")

# %% [markdown]
# The claims:

# %%
flat, falling = early[4] / early[2], best[4] / best[2]
assert flat > max(0.82, falling), "after 400 steps more than 1,000 images should look useless"
assert falling < 0.9, "which they are not"
assert by_epochs[0] > best[0], "ten epochs should be too few for the small set"
assert by_epochs[1] < best[4] + 0.04, "and nearly enough for the large one"

# %% [markdown]
# After 400 steps the curve is nearly flat from 1,000 images on, as if it had a floor there. But with each size at its best moment the error falls on to 5,000. **Too few steps make more data look useless.** Our budget may be short too, as the best moments of 3,000 and 5,000 images lie near its end.
#
# Ten epochs have the opposite effect. A hundred images give 40 steps, and the network is not finished. About three tenths of what looks like the gain of more data is the gain of more steps, and more steps need no new data. **At ten epochs the learning curve flattered the data.** This happens whenever the number of epochs is too small for the small sets.

# %% [markdown]
# ## Wrong labels: data or time?
#
# Wrong labels among the training examples are called **label noise** (레이블 노이즈). A network can learn wrong labels by heart, as at the beginning of this lesson. Here are the runs with 30 % wrong labels, at their best moment and at their end.

# %% tags=["nbval-ignore-output"]
of_noisy = curves["30 % wrong labels"]
best, end = of_noisy.errors.mean(axis=1), of_noisy.after(2500).errors.mean(axis=1)
print("wrong labels: error with ", "".join(f"{size:7}" for size in noisy_sizes), "images")
for name, errors_there in {"at its best": best, "after 2,500 steps": end}.items():
    print(f"{name:25}", "".join(f"{error:7.3f}" for error in errors_there))

known = of_noisy.after(2500).train_accuracies.mean(axis=1)
print("training accuracy at the end ", "".join(f"{value:7.2f}" for value in known))

# %% [markdown]
# The claims:

# %%
assert known[1] > 0.85, "a thousand labels should be known by heart"
assert known[2] < 0.8, "three thousand not yet"
assert end[1] > best[1] + 0.06, "with 1,000 images the long training should do harm"
assert end[3] < best[3] + 0.05, "with 5,000 hardly any"
assert best[1] < (end[1] + end[2]) / 2, (
    "stopping should bring half of what three times the images bring"
)
gained = {name: first[name] - last[name] for name in ["clothes", "30 % wrong labels"]}
assert gained["30 % wrong labels"] > gained["clothes"] + 0.01, (
    "in points the wrong labels should gain more"
)

# %% [markdown]
# At the end of the training, a thousand images with wrong labels have an error of about 0.37, and three thousand an error of about 0.22. So data seem to be worth very much here.
#
# But 2,500 steps are 78 epochs of a thousand images, and only 27 epochs of three thousand. The last line shows the consequence: the network knows nearly all of its thousand labels by heart, wrong labels included, but only two thirds of the three thousand. So part of what looks like the worth of data is a training that ended sooner.
#
# The first line shows the remedy. Stopping in time brings more than half of what three times the images seem to bring, and it costs nothing. That is lesson 09.
#
# <details><summary>Measured in a longer run</summary>
#
# Three thousand images that train for 7,500 steps, as many epochs as the thousand images, end at an error of 0.35.
#
# </details>

# %% [markdown]
# All this was at one learning rate, 0.003. **Place your bet**: what is left of the harm at a tenth of this rate, after the same 2,500 steps?

# %% tags=["nbval-ignore-output"]
slowly = Configuration(0.0003, optimizer="adam", label_noise=0.3)
slow_end = learning_curve(slowly, clothes, [1000, 5000],
                          **at_best).after(2500).errors.mean(axis=1)
print(f"after 2,500 steps at 0.0003: error {slow_end[0]:.3f} with 1,000 images, "
      f"{slow_end[1]:.3f} with 5,000")

assert slow_end[0] < end[1] - 0.06, (
    "a small rate should save a thousand images from their wrong labels"
)
assert slow_end[0] - slow_end[1] < (end[1] - end[3]) / 2, (
    "and more images should seem to be worth less"
)

# %% [markdown]
# Next to nothing is left: the thousand images end as well as at their best moment above, because small steps have not learned the wrong labels in this time. And five times the images seem to be worth a fifth of what they were worth at 0.003. **What data seem to be worth depends on the learning rate too.**
#
# <details><summary>Measured in a longer run</summary>
#
# With right labels the rate matters far less. At 0.001 and 0.0003 the errors at the best moments lie at most 2.5 points from the curve above, at each size.
#
# </details>

# %% [markdown]
# ## More examples from the same data
#
# Data cost money. **Data augmentation** (데이터 증강) makes further examples from existing ones, by changes that keep the label: a shoe that lies one pixel further to the left is still a shoe.
#
# Our photographs are all centred. What does a network do when they are not? Keras has a layer that shifts each image by a random amount. With these settings it moves an image of 14 by 14 pixels by at most one pixel up or down and at most one to the left or right.

# %%
import keras

layer = keras.layers.RandomTranslation(
    1.5 / 14, 1.5 / 14, fill_mode="constant", fill_value=0.0, interpolation="nearest", seed=0
)


def moved(images):
    """The images, each shifted by the layer."""
    return np.array(layer(images[..., None], training=True))[..., 0]

# %% [markdown]
# Here are six images, and below them the same images shifted. The difference is hard to see.

# %%
figure, axes = plt.subplots(2, 6, figsize=(9, 3.2))
pairs = np.concatenate([few.x_train[:6], moved(few.x_train[:6])])
for ax, image in zip(axes.flat, pairs, strict=True):
    ax.imshow(image, cmap="gray_r")
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(True)
for ax, name in zip(axes[:, 0], ["as they are", "shifted"], strict=True):
    ax.set_ylabel(name)
for ax, label in zip(axes[0], few.y_train, strict=False):
    ax.set_title(CLASS_NAMES[label], loc="center")
plt.show()

# %% [markdown]
# We compare three training sets of 3,000 images each. The first has the 300 images of the beginning, ten times over. The second has the 300 images and nine shifted copies of each. The third has 3,000 different images. The networks train for 24 epochs on each set, so all take the same number of steps. They are measured on two thousand new images as they are, and on the same images shifted.
#
# **Place your bet**: which set is best for which of the two measurements?

# %%
ten_times = np.concatenate([few.x_train] * 10)
copies = np.concatenate([few.x_train, *(moved(few.x_train) for _ in range(9))])
labels, new_images = np.concatenate([few.y_train] * 10), few.x_test
assert 5.5 < len(np.unique(copies, axis=0)) / len(np.unique(few.x_train, axis=0)) < 7, (
    "not ten times as many"
)
training_sets = {
    "300 images": (ten_times, labels),
    "300, with shifts": (copies, labels),
    "3000 images": (clothes.x_train[:3000], clothes.y_train[:3000]),
}
as_and_shifted = {"x_val": new_images, "y_val": few.y_test, "x_test": moved(new_images),
                  "y_test": few.y_test}

# %% [markdown]
# (These measurements choose nothing, so both may use the test images.)

# %%
longer, runs_of = Configuration(0.001, optimizer="adam", num_epochs=24), {}
for name, (images, their_labels) in training_sets.items():
    parts = few._replace(x_train=images, y_train=their_labels, **as_and_shifted)
    runs_of[name] = sweep([longer], parts, seeds=range(6), test_curves=True)

# %% [markdown]
# The accuracy on new images after the last epoch, mean over six seeds:

# %% tags=["nbval-ignore-output"]
centred = {name: last_of(runs, "val_accuracies") for name, runs in runs_of.items()}
shifted = {name: last_of(runs, "test_accuracies") for name, runs in runs_of.items()}
for name in training_sets:
    print(f"{name:17}  as they are {centred[name]:.3f}   shifted {shifted[name]:.3f}")

assert shifted["300 images"] < centred["300 images"] - 0.1, "one pixel should do harm"
assert shifted["300, with shifts"] > shifted["300 images"] + 0.08, (
    "shifts should help against shifts"
)
assert shifted["300, with shifts"] > shifted["3000 images"] + 0.05, (
    "more than ten times the data"
)
assert centred["3000 images"] > centred["300, with shifts"] + 0.02, "but not for centred images"
if longer.num_epochs == 24:  # of this network and budget; the play below tries another
    assert centred["300, with shifts"] < centred["300 images"] + 0.01, "there they bring nothing"

# %% [markdown]
# A shift by one pixel does great harm to a network that has seen only centred images. Ten times as many centred images help little: **more of the same teaches the same.** The shifted copies teach what is missing, and they cost nothing.
#
# For centred images, though, augmentation brings nothing here. Does it even cost something? The next picture shows the accuracy on the new images as they are, epoch by epoch. **Look at the distance between the two lines, early and late.**

# %%
figure, ax = plt.subplots()
for name in ["300 images", "300, with shifts"]:
    plotting.plot_curves(runs_of[name], ax=ax, metric="val_accuracies", label=name)
ax.set(ylabel="accuracy on new images as they are", ylim=(0.6, 0.82))
plt.show()

# %% [markdown]
# What the shifts cost, in points, and the training accuracy of both networks:

# %% tags=["nbval-ignore-output"]
def after(name, metric, num_epochs):
    """A metric of a training set's runs after so many epochs, a number for each seed."""
    return np.array([getattr(run, metric)[num_epochs - 1] for run in runs_of[name]])


plain, with_shifts = "300 images", "300, with shifts"
costs = {}
for epochs in [6, 12, longer.num_epochs]:
    reached = [after(name, "val_accuracies", epochs).mean() for name in (plain, with_shifts)]
    known = [after(name, "train_accuracies", epochs).mean() for name in (plain, with_shifts)]
    costs[epochs] = reached[0] - reached[1]
    print(f"{epochs:2} epochs: cost {100 * costs[epochs]:.1f}, training "
          f"{known[0]:.2f} and {known[1]:.2f}")

if longer.num_epochs == 24:
    assert costs[6] > costs[24] + 0.01, "a good part of the cost should be unfinished training"
    assert after(with_shifts, "train_accuracies", 6).mean() < 0.9, (
        "after 6 epochs they are not learned yet"
    )

# %% [markdown]
# In the same number of steps the network with shifts has about six times as many different images to learn. (There are only nine shifts, so some copies are alike.) After six epochs it is far from knowing them. So a good part of what augmentation seems to cost is unfinished training: **augmentation needs a longer training.**
#
# Augmentation tells the network what does *not* matter. It helps if the images that you will meet vary in this way.

# %% [markdown]
# ### Play
#
# Does the rest of the cost go away too? In the cell with `longer`, write `hidden=(256, 256)` and `num_epochs=60`, and run it and the cells below it again. It takes about a minute.

# %% [markdown]
# ### Exercise 4: `shift_images` (3 points)
#
# Write the shifts yourself. Every image gets its own shift in two directions. Each is a whole number from `-max_shift` to `max_shift`, both ends included and all equally likely. `rng.integers(low, high)` draws whole numbers from `low` to `high - 1`.
#
# Zeros fill the place that the image has left. What moves out is lost; it does not come back on the other side. `image[1:]` is the image without its first row, `image[:, :-1]` the image without its last column, and `image[:-0]` is empty, because `-0` is `0`.

# %% solution="shift_images"
def shift_images(images, max_shift, rng):
    """Return a new array: the images, each moved by its own random shift, with zeros where it
    has moved away.

    images: array of floats, of shape (num_images, height, width); it is left as it was.
    max_shift: a whole number, 0 or more, below height and width: by how many pixels an image
    moves at most, up or down, and likewise left or right.
    rng: a NumPy random generator.
    The new array has the same shape, with the images in the same order. It is a copy even if
    nothing moves.
    """
    ### BEGIN SOLUTION
    num_images, height, width = images.shape
    frame = ((0, 0), (max_shift, max_shift), (max_shift, max_shift))
    framed = np.pad(images, frame)
    corners = rng.integers(0, 2 * max_shift + 1, size=(num_images, 2))
    pairs = zip(framed, corners, strict=True)
    return np.array([image[top : top + height, left : left + width] for image, (top, left) in pairs])
    ### END SOLUTION

# %% [markdown]
# The checks use pictures whose pixels are numbered from 1 on, row by row. So each pixel of the result tells where it comes from.

# %% tags=["setup"]
def numbered(num_images, height, width):
    """Equal images whose pixels are numbered from 1 on."""
    return np.tile(np.arange(1.0, height * width + 1).reshape(height, width), (num_images, 1, 1))


def of_brightness(levels):
    """Even images, one of each brightness."""
    return np.ones((len(levels), 5, 5)) * np.array(levels)[:, None, None]

# %% test="shift_images" points=3
def shifted_by(images, max_shift, seed):
    return shift_images(images.copy(), max_shift, np.random.default_rng(seed))


rng, used, lent = (
    np.random.default_rng(5), np.arange(300.0).reshape(25, 4, 3), np.ones((4, 3, 3)))
check("three images, by nothing at all", lambda: shifted_by(numbered(3, 2, 3), 0, 0))
check("700 times a single image, by one pixel at most",
      lambda: np.concatenate([shift_images(numbered(1, 3, 4), 1, rng) for _ in range(700)]),
      seen_as="shifts")
check("500 shifts by two pixels at most", lambda: shifted_by(numbered(500, 5, 5), 2, 2),
      seen_as="shifts")
check("the different images that come of a hundred, in a hundred calls", lambda: np.unique(
      np.concatenate([shift_images(numbered(100, 3, 3), 1, rng) for _ in range(100)]), axis=0))
check("is the order kept", lambda: shifted_by(of_brightness(range(8)), 1, 4).max(axis=(1, 2)),
      seen_as="numbering")
check("the images, after their copy was overwritten",
      lambda: [shift_images(lent, 0, rng).fill(-1), lent])
check("the images you were given, afterwards",
      lambda: (shift_images(used, 1, rng).shape, used)[1],
      seen_as="numbering")
check("two calls with one generator",
      lambda: [shift_images(numbered(120, 3, 3), 1, rng) for _ in range(2)],
      seen_as="repeated shifts")
check("a call with each of two equal generators",
      lambda: [shifted_by(numbered(120, 3, 4), 1, 7) for _ in range(2)],
      seen_as="repeated shifts")
### BEGIN HIDDEN TESTS
check("up to two", lambda: shifted_by(numbered(400, 5, 6), 2, 8), seen_as="shifts")
check("five levels", lambda: shifted_by(of_brightness([9, 2, 7, 1, 8]), 2, 11).max(axis=(1, 2)))
check("four that may not move", lambda: shifted_by(numbered(4, 3, 2), 0, 13))
kept = np.arange(24.0).reshape(2, 3, 4)
check("what they are when the new ones are filled", lambda: [shift_images(kept, 0, rng).fill(7), kept])
check("one alone, in three shapes",
      lambda: [shifted_by(numbered(1, *shape), 2, 15).shape for shape in [(3, 5), (4, 3), (9, 9)]])
lone, given = np.random.default_rng(12), np.arange(180.0).reshape(9, 4, 5)
check("what comes of nine", lambda: shift_images(given, 1, lone).shape)
check("the nine of before", lambda: (shift_images(given, 1, lone).shape, given)[1], seen_as="numbering")


def at_once_or_one_by_one(num_images, height, width, max_shift, seed):
    generator, size = np.random.default_rng(seed), num_images if seed % 2 else 1
    calls = [numbered(size, height, width) for _ in range(num_images // size)]
    return np.concatenate([shift_images(images, max_shift, generator) for images in calls])


def moved_and_overwritten(num_images, height, width, max_shift, seed):
    images = of_brightness(range(3, 9 + seed % 7))
    moved = shift_images(images, max_shift, np.random.default_rng(seed))
    brightness = moved.max(axis=(1, 2))
    moved[:] = 0
    return [brightness, images.sum(axis=(1, 2))]


def moved_three_times(num_images, height, width, max_shift, seed):
    equal, generator = np.random.default_rng(seed), np.random.default_rng(seed)
    return [shift_images(numbered(120, 3, 3), 1, each) for each in (equal, generator, generator)]


check_drawn("drawn shifts", at_once_or_one_by_one, seen_as="shifts")
check_drawn("drawn brightness", moved_and_overwritten)
check_drawn("drawn sequences", moved_three_times, seen_as="repeated shifts")
### END HIDDEN TESTS

# %% [markdown]
# Your shifts, up to four pixels, on six photographs. (The cell needs exercise 4.)

# %%
if solved("shift_images"):
    mine = shift_images(few.x_train[:6], 4, np.random.default_rng(0))
    figure, axes = plt.subplots(1, 6, figsize=(9, 1.8))
    for ax, image, label in zip(axes, mine, few.y_train, strict=False):
        ax.imshow(image, cmap="gray_r")
        ax.set(xticks=[], yticks=[], title=f"{CLASS_NAMES[label]}, shifted")
        ax.spines[:].set_visible(True)
    plt.show()

# %% [markdown]
# ## Beliefs, measured
#
# **"More data always helps as much."** Twice the data bring a certain gain, and twice again bring the same gain. Test this belief with your own `learning_curve_slope`, on the three learning curves and on the curve after 400 steps.
#
# **Place your bet first**: you have clothes with an error of 0.17 and buy as many images again. Which error will you have?

# %%
my_bet = 0.085  # replace by the error that you believe in

fitted_slopes = {}
if solved("learning_curve_slope"):
    for name, curve in {**curves, "clothes, 400 steps": looks["after 400 steps"]}.items():
        fitted_slopes[name] = learning_curve_slope(curve.num_examples, curve.errors.mean(axis=1))

# %% [markdown]
# For each curve we print the slope and what twice the data leave of the error. (The cells need exercise 3.)

# %% tags=["nbval-ignore-output"]
for name, slope in fitted_slopes.items():
    print(f"{name:18}  slope {slope:+.2f}   twice the data leave {2**slope:.2f} of the error")
if solved("learning_curve_slope"):
    print(f"0.17 would become {0.17 * 2 ** fitted_slopes['clothes']:.3f}; you bet on {my_bet}")
    assert fitted_slopes["digits"] < -0.4, "digits should gain a lot"
    assert -0.25 < fitted_slopes["clothes"] < -0.1, "clothes should gain little"
    assert -0.12 < fitted_slopes["30 % wrong labels"] - fitted_slopes["clothes"] < 0.02, (
        "wrong ones as well"
    )
    assert fitted_slopes["clothes, 400 steps"] > fitted_slopes["clothes"] + 0.03, (
        "few steps hide them"
    )

# %% [markdown]
# A doubling is worth a lot for digits and little for clothes. And each doubling is more expensive than the last: the second needs twice as many new images as the first. What does a single image bring, early and late?

# %% tags=["nbval-ignore-output"]
per_hundred = -np.diff(means["clothes"]) / np.diff(sizes) * 100
for low, high, gained in zip(sizes, sizes[1:], per_hundred, strict=False):
    print(f"from {low:4} to {high:4} images: {100 * gained:.2f} points of "
          "accuracy per hundred images")

assert per_hundred[0] > 5 * per_hundred[-1], "early images should be worth more"

# %% [markdown]
# The first images are worth many times as much as the last ones. So the belief is wrong in three ways: what more data bring depends on the problem, on how much you have already, and on what the model lacks. With 5,000 images the network with two units has no gap left that more images could close.
#
# What the notes say about overfitting and data, measured in this lesson:
#
# | The notes say | We found |
# |---|---|
# | overfitting is also called high variance, low bias | true; you measured both, where training was cheap |
# | 데이터를 많이 모아서 특정적으로 경향화되는 것을 막는다: much data keeps a model from following one particular tendency | true of variance, hardly of bias; and more of the same does not teach what is missing |
# | it is one of four remedies | a strong remedy for digits, a slow one for clothes, where twice the images leave 0.84 to 0.92 of the error; useless where no gap is left |

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# A network with a million weights is trained on 5,000 images whose labels were drawn from a hat with ten classes. Its training accuracy is 1.0. What do you expect on new images whose labels come from the same hat?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number from 0 to 1
### BEGIN SOLUTION
quiz_1 = 0.1
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# With 1,000 examples the error is 0.24, and the learning curve has the slope -0.5. Which error do you expect with 4,000 examples, if the line goes on?

# %% solution="quiz_2"
quiz_2 = None  # replace None by a number
### BEGIN SOLUTION
quiz_2 = 0.12
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# Another curve has the slope -0.15. About how many times as much data would halve the error, if the line went on?
#
# - a) 2 times
# - b) 7 times
# - c) 13 times
# - d) 100 times

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
# A model has a training error of 0.22 and a validation error of 0.24. Both were still falling when the training ended. People have 0.03. What do you try first?
#
# - a) a longer training
# - b) collect twice as much data
# - c) shifted copies of the images
# - d) a smaller network

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
# A network reads handwritten digits on envelopes. Which change must *not* be used to make further training images?
#
# - a) shifted by two pixels
# - b) mirrored, left and right exchanged
# - c) a little darker
# - d) turned by five degrees

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
# A colleague writes: "Our network recognises parts on a conveyor belt. The error is 0.01 on the 4,000 training images and 0.16 on new ones; people have 0.02. It overfits, so we will buy 4,000 further images. That should bring the error down to 0.08. All images are from the same camera as the first ones. The new factory has another camera, which is mounted a little lower, but with twice the data the network should cope."
#
# Answer him in four to eight sentences:
#
# - Is it bias or variance by the rule of thumb? From which numbers do you see it, and is more data a remedy?
# - What would an error of 0.08 take for granted? How can he find out what 4,000 images are worth *before* he buys them, and how sure is that?
# - Will the further images help with the lower camera, and what could help instead?
#
# (3 points, read by a person.)

# %% [markdown] written="buying_data" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: the training error of 0.01 is at the reference of 0.02, so there is hardly any bias. The validation error is 0.15 above the training error, so it is variance. More data shrinks variance. (Half a point without the comparison of numbers.)
# - **Part 2**: half the error from twice the data takes a slope of -1 for granted. He should train on parts of his data (500, 1,000, 2,000, 4,000), each for as long as is best for it. On logarithmic axes he reads the slope $b$ off the last stretch or a fitted line, and expects about $0.16 \cdot 2^b$. That is a guess: with a floor the gain is smaller. (Half a point for "it depends" without the measurement. The length of the trainings is not needed for the point; a word on how sure the guess is, is needed.)
# - **Part 3**: images of the same camera do not show what the lower camera will show; more of the same teaches the same. Shifted copies of the images, or some images from the new camera, also for validation. (Half a point for doubt without a remedy, or without the reason.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).**
#
# **A full answer**: It is variance: the training error of 0.01 is as good as people, and the error on new images is 0.15 above it. More data is a remedy for variance. But an error of 0.08 from twice the data would need a learning curve with slope -1. Many curves are much flatter; with a slope of -0.2 it would be about 0.14. He can measure it now, by training on 500, 1,000, 2,000 and 4,000 of his images, each up to its best epoch, and fitting a line on logarithmic axes. Beyond 4,000 this is a guess: if the curve has a floor, the new images bring less. For the lower camera the further images are no help, because they show the parts where they have always been. Shifted copies cost nothing and teach exactly this, and he should take some photographs with the new camera to validate on.
#
# **A half answer (2 points)**: The gap between 0.01 and 0.16 is variance, as people have 0.02, so more data helps. The other camera is another kind of image, so he should augment with shifts. I do not think that it will be 0.08. (Nothing on the slope, nor on how to find out.)
#
# **A half answer (1 point)**: It is variance: 0.16 on new images is far above the 0.01 on the training images, which is no worse than the 0.02 of people, and more data helps against that. (No slope, and the camera is believed to be no problem.)
#
# **An empty answer**: More data is always good, so he should buy as many as he can afford.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - A network can learn random labels by heart. Only examples that it does not learn from show whether it has learned anything.
# - Shuffle, then split into training, validation and test, each example in one part.
# - The mean squared error is bias², variance and noise. In our experiments more data shrank the variance, and left the bias nearly as it was. Bias belongs to the whole recipe: a training that ended too early has it too.
# - With one network, two differences say where to look first: training error above the reference, and validation error above the training error. More data can close the second, and does not remove the first. (It is not the only remedy.)
# - On logarithmic axes a learning curve can be straight over a long stretch. Noise, or bias that stays, ends it at a floor. Its slope says what more data is worth. The slope differs from problem to problem, and too few steps or epochs can falsify it: give each size its own best moment.
# - Augmentation teaches what does not matter. It helps where more of the same data does not, and it needs a longer training.
# - Measured with Adam at 0.001 and 0.003 (the wrong labels also at 0.0003), batches of 32, dense relu networks (64-64, 128-128, two units). Trainings took up to 6,280 steps, with 4 to 8 seeds. The data were up to 5,000 clothes of 14 by 14 pixels, with and without 30 % wrong labels, and 1,200 digits. The error was split with polynomials and 24 networks on one curve.

# %% [markdown]
# ## Sources
#
# - C. Zhang, S. Bengio, M. Hardt, B. Recht, O. Vinyals, *Understanding deep learning requires rethinking generalization*, ICLR 2017, arXiv:1611.03530: networks that learn random labels by heart.
# - S. Geman, E. Bienenstock, R. Doursat, *Neural Networks and the Bias/Variance Dilemma*, Neural Computation 4 (1992): the decomposition.
# - A. Ng, *Machine Learning Yearning*, draft, 2018, chapters 20 to 22: the rule of thumb, and avoidable bias; 28 to 30: the training error beside the learning curve.
# - J. Hestness and others, *Deep Learning Scaling is Predictable, Empirically*, 2017, arXiv:1712.00409: learning curves as power laws, and their three regions.
# - D. Rolnick, A. Veit, S. Belongie, N. Shavit, *Deep Learning is Robust to Massive Label Noise*, 2017, arXiv:1705.10694: more data against wrong labels.
# - C. Shorten, T. Khoshgoftaar, *A survey on Image Data Augmentation for Deep Learning*, Journal of Big Data 6 (2019): which changes are in use, and which keep the label.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, <https://www.deeplearningbook.org>: sections 5.2 to 5.4 (overfitting, validation, bias and variance), 7.4 (augmentation), 11.3 (whether to gather more data).
# - Keras, *RandomTranslation layer*, <https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/>.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the photographs of clothes. E. Alpaydin, C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998: the digits, as scikit-learn brings them.
