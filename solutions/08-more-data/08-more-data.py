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
# You will be able to
#
# - cut data into three parts that a model can be judged by,
# - take the error of networks apart into bias, variance and noise, and say which of them more data shrinks,
# - measure what more data would bring, know how far such a curve can be trusted, and make more of the data that you have.
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
# | noise | 노이즈, 잡음 | how much measurements of one and the same thing differ; no model can foresee it |
# | learning curve | 학습 곡선 | here the error on new examples over the number of training examples; elsewhere often the loss over the epochs |
# | power law | 거듭제곱 법칙 (멱법칙) | a curve that is a straight line when both axes are logarithmic |
# | irreducible error | 줄일 수 없는 오차 | the part of the error that more data leaves as it is |
# | label noise | 레이블 노이즈, 라벨 노이즈 | wrong labels among the training examples |
# | data augmentation | 데이터 증강, 데이터 증식 | further training examples, made by changing those that there are |
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
# ## Three hundred images by heart
#
# We take 300 photographs of clothes and a network with two hidden layers of 128 units. It trains for 80 epochs, with four seeds. (The optimizer is Adam, of lesson 03.)
#
# Then we do something mean. We train it again, on the same images, but nine of ten labels are made wrong by chance. With ten classes that is as good as drawing every label from a hat: the label says nothing about the image any more. There is nothing to learn.
#
# **Guess before you run the cell**: which training accuracy will the network reach with labels from a hat? (It takes some seconds until the first training begins.)

# %%
few = fashion_mnist(num_train=300)
settings = {"optimizer": "adam", "hidden": (128, 128), "num_epochs": 80}
right_labels = sweep([Configuration(0.003, **settings)], few, seeds=range(4))
hat_labels = sweep([Configuration(0.003, label_noise=0.9, **settings)], few, seeds=range(4))

# %% [markdown]
# Training accuracy on the left, accuracy on a thousand new images (with right labels) on the right. **Look at the right end of the left picture first.**

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
for label, runs in {"right labels": right_labels, "from a hat": hat_labels}.items():
    plotting.plot_curves(runs, ax=left, metric="train_accuracies", label=label)
    plotting.plot_curves(runs, ax=right, metric="val_accuracies", label=label)
plt.show()

# %% [markdown]
# As numbers, after the last epoch:

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
# How long did it take them to know nine labels of ten?

# %% tags=["nbval-ignore-output"]
def epochs_to(runs, accuracy):
    """How many epochs the mean training accuracy needs to reach a level."""
    curve = np.mean([run.train_accuracies for run in runs], axis=0)
    return int(np.argmax(curve >= accuracy)) + 1


quick, slow = epochs_to(right_labels, 0.9), epochs_to(hat_labels, 0.9)
print(f"right labels: {quick} epochs; from a hat: {slow} epochs")
assert slow > 2 * quick, "noise should take longer to learn by heart"

# %% [markdown]
# Both networks know their 300 labels. It took the second one about three times as many epochs. On new images the first is useful, and the second is no better than guessing.
#
# So a network can **remember** without having **learned** anything. And the training accuracy does not tell the two apart. A model that fits accidents of its training examples, and is therefore much better on them than on new ones, is **overfitting** (과적합). The difference between the error on new examples and the error on training examples is the **generalization gap** (일반화 격차).
#
# The first network has a gap too. How large may it be, what is it made of, and what does more data do about it? That is this lesson.

# %% [markdown]
# ## Examples that nobody learns from
#
# To see the gap you need examples that the model does not learn from. One cuts the data into three parts: **training** to learn from, **validation** to choose with (epochs, rates, and so on), **test** to report on once, at the end.
#
# Cutting sounds easy. But data often come sorted. Here are the labels of 50 examples in the order in which somebody collected them, cut as they are. **Look at which classes the third part has.**

# %%
collected = np.repeat(np.arange(10), 5)
for name, part in zip(["training", "validation", "test"], np.split(collected, [30, 40]),
                      strict=True):
    print(f"{name:10} has the classes {np.unique(part).tolist()}")

# %% [markdown]
# This model would be tested on two classes that it has never seen. So shuffle the places first, then cut.
#
# An example that lies in two parts is as bad. A model that has it by heart gets it right in the test, and you believe that it has learned.
#
# (Shuffling is right where examples have nothing to do with one another. Several images of one person belong into one part together, and data in time are cut by time.)

# %% [markdown]
# The checks of the next exercise compare what every right result has in common; `seen_as` says what that is.

# %% [markdown]
# ### Exercise 1: `split_indices` (2 points)
#
# The function sees only how many examples there are, and returns their places: `x[part]` then picks the examples, and `y[part]` their labels. `rng.permutation(6)` gives the numbers 0 to 5 in a random order. Use the generator for everything random.
#
# Parts of 33 examples do not come out even. `round` the first two sizes to whole numbers; what is left makes the third part, so that no example is lost.

# %% solution="split_indices"
def split_indices(num_examples, fractions, rng):
    """Return the places of the examples of three parts, drawn by chance: three arrays of whole numbers.

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
          (16, (0.8, 0.1, 0.1)), (2, (0.6, 0.2, 0.2)), (20,
                                                        (0.3, 0.2, 0.5)), (3, (0.6, 0.3, 0.1))]])
check("1,000 examples", parts_of, 1000, (0.6, 0.3, 0.1), 2, seen_as="shuffled partition")
check("how many of 100,000 are in two parts, to ten thousand",
      lambda: [round(len(np.intersect1d(*pair)),
                     -4) for parts in [parts_of(100_000, (0.6, 0.3, 0.1), 3)]
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
# The notes say that overfitting is also called *high variance, low bias*. These words are about an experiment that one can rarely afford: draw the training examples again, many times, and train a model on each.
#
# With polynomials we can afford it. The truth is a curve, $\sin(3x)$, and each of 300 draws measures it at 15 places with new noise. To every draw we fit a straight line (degree 1) and a polynomial of degree 9.

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
# On the left the lines agree with one another, and all are wrong in the same way. On the right each is wrong in its own way, and on average they are right. These are two parts of the error. At a place $x$, measured from the truth, they are
#
# $$\overline{(\hat f(x) - f(x))^2} = \underbrace{(\bar f(x) - f(x))^2}_{\text{bias}^2} + \underbrace{\overline{(\hat f(x) - \bar f(x))^2}}_{\text{variance}}$$
#
# - $f(x)$ is the truth, $\hat f(x)$ the fit of one draw,
# - $\bar f(x)$ is the mean of the fits over all draws, and so is every long line over an expression.
#
# Then one takes the mean over the places. **Bias** (편향) is what the model gets wrong on average. **Variance** (분산) is how much it changes from draw to draw. (Both words have a second life. The bias that a unit adds to its inputs has only the name in common with this one, in Korean too. And lesson 06 looked at the variance of weights; this one is that of predictions.)

# %% [markdown]
# ## A third part
#
# The formula needs the truth. Outside of a lesson nobody has it. What one can have are new measurements, several at each place. They differ from one another, although the truth at that place is one number: by **noise** (노이즈, 잡음), which no model can foresee.
#
# So compare every prediction with every new measurement at the same place, and take the mean of the squared differences. This mean squared error has three parts, and they add up to it exactly:
#
# $$\text{mean squared error} = \text{bias}^2 + \text{variance} + \text{noise}$$
#
# Two questions are left to you. What takes the place of $f(x)$? And how large is the noise?

# %% [markdown]
# ### Exercise 2: `error_parts` (2 points)
#
# Each network was trained on a draw of its own. No network has seen the measurements.
#
# For a table, `table.mean(axis=0)` and `table.var(axis=0)` give the mean and the variance of each column. (`var` divides by how many values there are.) You can test your parts without any check: their sum is known.

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
# Now take your function to the polynomials, with 15, 60 and 240 points in a draw. At each of the 101 places 300 new measurements are made. (While exercise 2 is open, the cells say so.)

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
# What the table says, as assertions:

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
# (Bias² and variance together answer the guess for a single draw.) Here is the whole lesson in six lines. **More data shrinks the variance.** Four times the points leave about a quarter of it. **More data does next to nothing for the bias.** A straight line will not bend, however many points you show it: of 0.178 it keeps 0.170. And the noise is the same in every line: it is not the model's.
#
# Overfitting is the picture on the right: high variance, low bias. What the notes say is true.

# %% [markdown]
# ### Play
#
# Change the number of points and run the cell again. Which degree is best with 12 points? And with 500? (The best degree is the lowest sum.)
#
# All these degrees are below the number of points. Lesson 00 went far beyond it, and there the error fell a second time. "More parameters, more variance" is true of this side only.

# %%
my_num_points = 12
for degree in [1, 2, 3, 4, 5, 7, 9]:
    fits = fitted(degree, my_num_points)
    total = np.mean((fits - np.sin(3 * x_fine)) ** 2)
    print(f"degree {degree} with {my_num_points} points: bias² plus variance {total:.3f}")

# %% [markdown]
# ## How long a network trains
#
# A network is no polynomial: how well it fits depends also on how long it trains. Take one with 32 hidden units. 24 draws of 25 points give 24 networks, each with initial weights of its own. We end the training after 30 steps, long before the loss has settled. And we let it go on, to 600 steps. Then both again, with draws of 100 points. Every step sees the whole draw.
#
# **Guess before you run the cells**: a training that ended too early, is that bias or variance? Would four times the data mend it?

# %%
def drawn_points(num_points, seed):
    """Noisy points on the curve to train with, and the places x_fine to be asked at."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, size=(num_points, 1))
    y = np.sin(3 * x[:, 0]) + 0.3 * rng.normal(size=num_points)
    places, nothing = x_fine[:, None], np.zeros(0)
    return Regression(x, y, places, np.sin(3 * x_fine), places[:0], nothing, nothing)

# %% [markdown]
# What a trained network says at the places is its forward pass, from the weights that it ended with.

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
# Your function takes the errors of the networks apart. **Compare the lines in pairs: what do more steps change, and what do more points?** (While exercise 2 is open, the cells say so.)

# %%
of_networks = {}
if solved("error_parts"):
    for num_steps in [30, 600]:
        for num_points in [25, 100]:
            of_networks[num_steps, num_points] = error_parts(predictions_of(num_points,
                                                                            num_steps), measured)

# %% [markdown]
# Bias² and variance, in the order in which they were trained:

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
# An unfinished training is **bias**: all 24 networks are wrong in the same way. Four times the points leave it as it was, twenty times the steps take it away. With the variance of the finished networks it is the other way round: there the points help.
#
# So bias and variance belong to the whole recipe: network, optimizer, learning rate, steps, data. A hyperparameter that does not let the model fit shows as bias. (With 24 networks their mean is not exact: about a 24th of the variance is counted as bias too. After 30 steps that is little; in the small bias² of the line with 600 steps and 25 points it is more than a third. And the variance here holds what other initial weights do, beside what other points do.)

# %% [markdown]
# ## From two errors
#
# Of a large network you have one draw, not 24, and an image has one label. Then one looks at three numbers:
#
# - the **training error** (훈련 오차, 학습 오차), which is one minus the training accuracy,
# - the **validation error** (검증 오차),
# - a **reference error** (기준 오차): what could be reached at best, for example by people.
#
# A rule of thumb by Andrew Ng makes two differences of them. *Training error minus reference*: what the model gets wrong even on examples that it learned from. He calls it avoidable bias. *Validation error minus training error*: the generalization gap. He calls it variance.
#
# The words are borrowed. These differences are not the parts of exercise 2, and nothing makes them equal to those. But they say where to look first. Where the first one is large, the model cannot fit, or has not had the time. Where the second one is large, it has fitted accidents, and other examples would contradict them.
#
# Two networks, as different as we can make them. The first is that of the beginning, with 300 images. The second has 5,000 images and a hidden layer of only two units: all that it knows of an image must go through two numbers. We look at it twice, after 10 and after 40 epochs.

# %%
clothes = fashion_mnist(num_train=5000)
narrow = Configuration(0.003, optimizer="adam", hidden=(2,), num_epochs=40)
narrow_runs = sweep([narrow], clothes, seeds=range(8))

# %% [markdown]
# As reference we take 0.10. (Published networks that learn from all 60,000 images get below that, with four times as many pixels as ours.) **Which of the two differences is large, in each line?**

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
    first, second = f"{train:.3f} = 0.100 {train - 0.1:+.3f}", f"{val:.3f} = {train:.3f} {val - train:+.3f}"
    print(f"{name:21}  training {first}   validation {second}")
sums = [clothes.x_train.reshape(5000,
                                -1) @ run.weights[0] + run.weights[1] for run in narrow_runs]
dead = np.array([(unit_sums.max(axis=0) <= 0).any() for unit_sums in sums])
print("networks with a dead unit:", dead.sum(), "of", len(dead))

# %% [markdown]
# The first difference stands behind 0.10, the second one behind the training error.

# %%
(wide_train, wide_val), (early_train, _), (late_train, late_val) = errors.values()
assert wide_train < 0.05, "the wide network should fit"
assert wide_val - wide_train > 0.13, "and have a gap"
assert late_train > 0.2, "the narrow one should not fit"
assert abs(late_val - late_train) < 0.05, "and have no gap to speak of"
assert late_train < early_train - 0.04, "a good deal of that should be unfinished training"

# %% [markdown]
# The narrow network is hardly worse on new images than on its own, so there is no gap that more images could close. Between 10 and 40 epochs its training error fell a good deal: that much was unfinished training. What is left may be the two units, or a training that is still not finished. The rule cannot tell these two apart; a longer training can. The last line says in how many of the eight networks one of the two units is dead, as in lesson 01: 0 for every training image. Such a unit has no gradient any more: with plain SGD it stays dead, however long you train. (These networks train with Adam, which steps on for a while from memory. Whether that wakes one we have not looked.)
#
# The wide network makes no error on its 300 images any more. What is left is the gap. Other images are one remedy for that, and the next lessons have more.

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. What follows asks how much more data brings, and what can be had without any.

# %% [markdown]
# ## Learning curves
#
# *Collect more data* is the first of the four remedies in the notes. How much does it bring? A **learning curve** (학습 곡선) shows the error on new examples over the number of training examples. (Many books, and users of Keras, call the loss over the epochs by the same name. Look at the axis.)
#
# We draw three, for a network with two hidden layers of 64 units: handwritten digits, clothes, and clothes with 30 % of the training labels wrong. How long should each training be? Nobody knows it before, and it need not be the same for a hundred images and for five thousand. So each gets its own best moment. A training takes 2,500 steps and is measured 50 times on the way. The measurement with the best *validation* accuracy counts, and its error is that on *test* images, which had no part in the choice.
#
# All of them have Adam's rate at 0.003, which we tuned for none of them. Further down you will see where that matters.
#
# And up to 1,000 clothes each of the four seeds has images of its own: a draw of a hundred can be a lucky one. With 3,000 the seeds share images, and with 5,000 clothes or 1,200 digits all four have the same ones. There the dots do not show what another draw would change.
#
# **Guess before you run the cell**: when you have fifty times as many clothes, by what factor does the error fall?

# %%
wide = Configuration(0.003, optimizer="adam")
at_best = {"seeds": range(4), "fixed": "best", "num_updates": 2500, "own_examples": True}
sizes = [100, 300, 1000, 3000, 5000]
curves = {"clothes": learning_curve(wide, clothes, sizes, **at_best)}

# %% [markdown]
# The same clothes, but each seed with 30 % of its training labels wrong:

# %%
noisy = Configuration(0.003, optimizer="adam", label_noise=0.3)
noisy_sizes = [100, 1000, 3000, 5000]
curves["30 % wrong labels"] = learning_curve(noisy, clothes, noisy_sizes, **at_best)

# %% [markdown]
# And handwritten digits, of which there are 1,200:

# %%
curves["digits"] = learning_curve(wide, digits(), [50, 200, 1200], **at_best)

# %% [markdown]
# Both axes are logarithmic. Small dots are single seeds, and large marks are their means. The thin grey dashes are straight lines, fitted to the means. **Compare how steep they are.**

# %%
plotting.plot_learning_curves(curves)
plt.show()

# %% [markdown]
# The same as numbers. For each stretch of a curve the print says what a doubling of the data leaves of the error there.

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
# What is true of them:

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
# And along the curve of the clothes a doubling leaves 0.84 to 0.91 of the error, wherever we looked. In such axes that is about a straight line, and a straight line is a **power law** (거듭제곱 법칙):
#
# $$\text{error}(n) \approx a \, n^{b} \qquad \text{so} \qquad \log \text{error}(n) \approx \log a + b \log n$$
#
# - $n$ is the number of training examples,
# - $a$ is a factor, and sets the height of the line,
# - $b$ is the slope of the line, a negative number.
#
# Twice the data multiply the error by $2^b$. With $b = -1$ that is a half, with $b = -0.1$ it is 0.93. This is what was measured from 100 to 5,000 images. It is no promise for 50,000.

# %% [markdown]
# ### Exercise 3: `learning_curve_slope` (2 points)
#
# Compute $b$. The line is that of **least squares** (최소제곱법) through all points, as they lie in logarithmic axes: the one for which the sum of the squared vertical distances is smallest. `np.polyfit(x, y, deg=1)` fits a straight line to points `x`, `y`, and returns its slope first.

# %% solution="learning_curve_slope"
def learning_curve_slope(sizes, errors):
    """Return the slope of a learning curve when both axes are logarithmic, by least squares, a number.

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
bent, halved = ([100, 300, 1000, 5000], [0.4, 0.33, 0.2, 0.17]), ([50, 200, 800],
                                                                  [0.4, 0.2, 0.1])
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
# A straight line in these axes would lead to an error as near to 0 as you like. Where there is noise, or bias that stays, the error ends before. To see where, we need a problem whose truth we know. That is our polynomials: the mean squared error at new measurements, over the number of points, for three degrees. The noise is known too, its variance is $0.3^2$.
#
# **Guess before you run the cell**: where do the three curves end?

# %%
def whole_error(degree, num_points):
    """The mean squared error at new measurements, noise included."""
    return np.mean((fitted(degree, num_points) - np.sin(3 * x_fine)) ** 2) + 0.3**2


nums_points = np.array([12, 15, 30, 60, 120, 240, 500, 1000])
of_degree = {degree: np.array([whole_error(degree, n) for n in nums_points]) for degree in [1, 3,
                                                                                            9]}
floors = {}
for degree in of_degree:
    endless = fitted(degree, 100_000, num_draws=20)
    floors[degree] = np.mean((endless - np.sin(3 * x_fine)) ** 2) + 0.3**2

# %% [markdown]
# On the left the errors. On the right the same curves without what is left of each at the end, where a draw has 100,000 points.

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
# And as assertions:

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
# Degree 9 falls steeply, bends, and ends at the noise. Degree 3 ends a little above it: it has a small bias. The straight line ends far above, at noise and bias², and is there nearly from the first point on. What more data leaves is called the **irreducible error** (줄일 수 없는 오차): the noise, and for a model that cannot bend enough, its bias. (Statisticians often call the noise alone so.) Only the rest, from 30 points on mostly variance, is about a power law, here with a slope of about -1. (The bend at the right end of the straight line's rest is chance: with other draws that point moves by about a sixth.) So
#
# $$\text{error}(n) \approx c + a \, n^{b}$$
#
# - $c$ is the floor; the other letters are as before.
#
# Hestness and others, who measured such curves for translation, language and images, draw three regions: with very few examples a model does little better than guessing, then comes the power law, then the floor. From 100 to 5,000 images our clothes look like the middle one. A straight stretch does not say where it ends, and whoever extends a line must say so. (Lesson 16 looks more closely. There a straight line up to 1,600 images is already too optimistic for 3,200, and curves with a floor are fitted.)

# %% [markdown]
# ## Data or steps?
#
# A flat curve can also be the training's fault. We ask the same runs again: what was each like after its first 400 steps, and at its end, after 2,500? And then the way in which most people draw a learning curve: the same number of *epochs* for each size, here ten. Then more data also mean more steps (lesson 05).

# %%
ten_epochs = learning_curve(wide, clothes, [100], seeds=range(4), own_examples=True)
looks = {"after 400 steps": curves["clothes"].after(400),
         "after 2,500 steps": curves["clothes"].after(2500)}
looks |= {"each at its best": curves["clothes"]}
by_look = {name: curve.errors.mean(axis=1) for name, curve in looks.items()}
early, best = by_look["after 400 steps"], by_look["each at its best"]

# %% [markdown]
# With 5,000 images ten epochs are 1,570 steps; we take the measurement next to that. **Compare the lines: where is each of them flat, and where steep?**

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
# As assertions:

# %%
flat, falling = early[4] / early[2], best[4] / best[2]
assert flat > max(0.82, falling), "after 400 steps more than 1,000 images should look useless"
assert falling < 0.9, "which they are not"
assert by_epochs[0] > best[0], "ten epochs should be too few for the small set"
assert by_epochs[1] < best[4] + 0.04, "and nearly enough for the large one"

# %% [markdown]
# After 400 steps the curve is nearly flat from 1,000 images on, as if it had a floor there. It has none: at its best moments it falls on to 5,000. **Too few steps make more data look useless.** (Our own budget may be short too: the best moments of 3,000 and 5,000 images lie near its end, as the last line but one says.)
#
# With ten epochs it is the other way round. A hundred images give 40 steps, and the network is not finished. About three tenths of what looks like the gain of more data is the gain of more steps. That part was free: train longer. **At ten epochs the learning curve flattered the data.** A fixed number of epochs does so where it is too small for the small sets.

# %% [markdown]
# ## Wrong labels: data or time?
#
# Wrong labels among the training examples are called **label noise** (레이블 노이즈). You know from the beginning of this lesson that a network can learn wrong labels by heart. Here are the runs with 30 % of them, at their best moment and at their end.

# %% tags=["nbval-ignore-output"]
of_noisy = curves["30 % wrong labels"]
best, end = of_noisy.errors.mean(axis=1), of_noisy.after(2500).errors.mean(axis=1)
print("wrong labels: error with ", "".join(f"{size:7}" for size in noisy_sizes), "images")
for name, errors_there in {"at its best": best, "after 2,500 steps": end}.items():
    print(f"{name:25}", "".join(f"{error:7.3f}" for error in errors_there))

known = of_noisy.after(2500).train_accuracies.mean(axis=1)
print("training accuracy at the end ", "".join(f"{value:7.2f}" for value in known))

# %% [markdown]
# As assertions:

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
# Trained to the end at this rate, a thousand images with wrong labels are a catastrophe, and three thousand much less of one. So here data seem to be worth very much.
#
# But 2,500 steps are 78 epochs of a thousand images, and only 27 of three thousand. Look at the last line: at the end the thousand labels are nearly all known by heart, wrong ones included. The networks agree with two thirds of the three thousand labels. They are right on more than three quarters of the new images. Surely they also know that share of the right labels, or more. These are already 0.7 · 0.77 = 0.54 of all labels, so what is left of the two thirds, 0.13, is less than half of the wrong ones. So part of what looks like the worth of data is a training that ended sooner. Measured beside this lesson: three thousand images that train for 7,500 steps, as many epochs as the thousand, end at an error of 0.35.
#
# And look at the first line. Stopping in time brings more than half of what three times the images seem to bring, and it costs nothing. That is lesson 09. At its own best moment the curve with wrong labels lies above the clean one and is somewhat steeper.

# %% [markdown]
# All this was at one learning rate, 0.003. **Place your bet**: what is left of the catastrophe at a tenth of it, after the same 2,500 steps?

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
# Next to nothing is left: the thousand images end as well as at their best moment above. Small steps have not learned the wrong labels in this time. And five times the images seem to be worth a fifth of what they were worth a moment ago. **What data seem to be worth depends on the learning rate too.** (With clean labels far less so: at 0.001 and at 0.0003 the best moments lie at most 2.5 points from those of the curve above, measured beside this lesson at each of its sizes.)

# %% [markdown]
# ## The network with two units
#
# The rule of thumb said of the narrow network: no gap, so more images are no help. That was with 5,000 images. Was it so from the beginning? 6,000 steps for each size, with eight seeds. Now the error on the training images is in the picture too.

# %%
few_units = {"seeds": range(8), "fixed": "best", "num_updates": 6000, "own_examples": True}
narrow_curve = learning_curve(narrow, clothes, [300, 1000, 5000], **few_units).after(6000)
narrow_val, narrow_train = narrow_curve.errors, 1 - narrow_curve.train_accuracies

# %% [markdown]
# **Look at both lines: which way does each of them go?**

# %%
figure, ax = plt.subplots()
for label, marker, values in [("new images", "o-", narrow_val),
                              ("training images", "s--", narrow_train)]:
    ax.plot(narrow_curve.num_examples, values.mean(axis=1), marker, label=label)
ax.set(xscale="log", ylim=(0, 0.7), xlabel="training examples",
       ylabel="error, mean over 8 seeds")
ax.set_xticks([300, 1000, 5000], ["300", "1000", "5000"])
ax.minorticks_off()
ax.legend()
plt.show()

# %% [markdown]
# And how large are the gaps?

# %% tags=["nbval-ignore-output"]
gaps = (narrow_val - narrow_train).mean(axis=1)
for size, train, val in zip(narrow_curve.num_examples, narrow_train, narrow_val, strict=True):
    print(f"{size:5} images: training {train.mean():.2f}, new images {val.mean():.2f} "
          f"(middle seeds {np.median(train):.2f}, {np.median(val):.2f})")

assert gaps[0] > 0.06, "with 300 images even two units should overfit"
assert (narrow_val[0] > narrow_val[2]).mean() > 0.5, "and more images should help most of them"
assert gaps[2] < 0.05, "with 5,000 there should be no gap left"
assert narrow_val[2].min() > means["clothes"][1], (
    "and no rescue: 300 images do better with 64-64"
)

# %% [markdown]
# With 300 images even two units overfit, and there more images did help: they closed the gap. Most of it closes from one side: the error on new images falls. That on the training images rises less, and with eight networks one cannot see where. (One of them is stuck at guessing with 300 images, and with two units a dead one costs much. Measured beside this lesson, with 32: training 0.34, 0.40, 0.40, new images 0.52, 0.46, 0.41.)
#
# **Here further images closed the gap, and did not bring the error below the place where the two lines meet.** That place is higher than what the 64-64 network has with 300 images. (How high it lies is in part a matter of seeds and of time: 6,000 steps are 600 epochs of 300 images, and only 38 of 5,000. Measured beside this lesson, the same eight seeds with four times the steps and 5,000 images: training 0.41 instead of 0.46, new images 0.43 instead of 0.46, still far above the 64-64 network.)
#
# So "high bias" is said of a network *and* a number of examples. Draw both errors over the number of examples, and you see on which side you are.

# %% [markdown]
# ## Making more of what you have
#
# Data cost money. **Data augmentation** (데이터 증강) makes further examples from those that there are, by changes that leave the label as it is: a shoe that lies one pixel further to the left is still a shoe.
#
# Our photographs are all centred. What does a network do when they are not? Keras has a layer that shifts each image by a random amount. With these settings it is at most one pixel up or down and at most one to the left or right, of 14.

# %%
import keras

layer = keras.layers.RandomTranslation(
    1.5 / 14, 1.5 / 14, fill_mode="constant", fill_value=0.0, interpolation="nearest", seed=0
)


def moved(images):
    """The images, each shifted by the layer."""
    return np.array(layer(images[..., None], training=True))[..., 0]

# %% [markdown]
# Six images, and below them the same six shifted. You have to look twice to see a difference.

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
# Three training sets of 3,000 images each: the 300 images of the beginning, ten times over; the 300 images and nine shifted copies of them; and 3,000 different images. The networks train for 24 epochs on each, so they take the same number of steps. (All seeds share these 300 images and their copies. Another draw was not tried.) They are measured on two thousand new images as they are, and on the same two thousand shifted.
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
# (Nothing is chosen by these measurements, so both may be made on the test images.)

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
# One pixel does great harm to a network that has seen only centred images. Ten times as many centred images mend little of it: **more of the same teaches the same.** The shifted copies teach what is missing, and they cost nothing.
#
# But look at the other column. You may have read that augmentation always helps. For centred images it brings nothing here. Does it even cost something? Here is the way there, epoch by epoch, on the new images as they are. **Look at the distance between the two lines, early and late.**

# %%
figure, ax = plt.subplots()
for name in ["300 images", "300, with shifts"]:
    plotting.plot_curves(runs_of[name], ax=ax, metric="val_accuracies", label=name)
ax.set(ylabel="accuracy on new images as they are", ylim=(0.6, 0.82))
plt.show()

# %% [markdown]
# What the shifts cost, in points, and how well each network knows its own training images:

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
# In the same number of steps the network with shifts has about six times as many different images to learn. (There are nine shifts, one of them by nothing, so some copies are alike.) After six epochs it is far from knowing them. A good part of what augmentation seems to cost is unfinished training: **augmentation wants a longer training.**
#
# Augmentation tells the network what does *not* matter. It helps when that is true of the images that you will meet, and needed.

# %% [markdown]
# ### Play
#
# Does the rest of the cost go away too? In the cell with `longer`, write `hidden=(256, 256)` and `num_epochs=60`, and run it and the cells below it again. It takes about a minute.

# %% [markdown]
# ### Exercise 4: `shift_images` (3 points)
#
# Write the shifts yourself. Every image gets a shift of its own, in two directions, each of them a whole number from `-max_shift` to `max_shift`, both ends included and all equally likely. `rng.integers(low, high)` draws whole numbers from `low` to `high - 1`.
#
# Where the image has moved away, zeros come in. What moves out is lost; it does not come back on the other side. Two remarks on slices: `image[1:]` is the image without its first row, `image[:, :-1]` the image without its last column. And `image[:-0]` is empty, because `-0` is `0`.

# %% solution="shift_images"
def shift_images(images, max_shift, rng):
    """Return the images, each moved by its own random shift, with zeros where it has moved away: a new array.

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
# The checks use pictures in which every pixel has a number of its own, from 1 on, row by row. So each pixel of the result tells where it comes from.

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


rng, used, lent = np.random.default_rng(5), np.arange(300.0).reshape(25, 4,
                                                                     3), np.ones((4, 3, 3))
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
# Your shifts, up to four pixels, on six photographs. (While exercise 4 is open, the cell says so.)

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
# **"More data always helps as much."** Twice the data, so much better, and again, and again. Test it with your own `learning_curve_slope`, on the three learning curves and on the one after 400 steps.
#
# **Place your bet first**: you have clothes with an error of 0.17 and buy as many images again. Which error will you have?

# %%
my_bet = 0.085  # replace by the error that you believe in

fitted_slopes = {}
if solved("learning_curve_slope"):
    for name, curve in {**curves, "clothes, 400 steps": looks["after 400 steps"]}.items():
        fitted_slopes[name] = learning_curve_slope(curve.num_examples, curve.errors.mean(axis=1))

# %% [markdown]
# For each the slope and what twice the data leave of the error. (While exercise 3 is open, the cells say so.)

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
# The same doubling is worth a lot for digits and little for clothes. And counted in images it gets more expensive each time: the second doubling needs twice as many new images as the first. Only on the logarithmic axis are the two steps equally wide. What did a single image bring, early and late?

# %% tags=["nbval-ignore-output"]
per_hundred = -np.diff(means["clothes"]) / np.diff(sizes) * 100
for low, high, gained in zip(sizes, sizes[1:], per_hundred, strict=False):
    print(f"from {low:4} to {high:4} images: {100 * gained:.2f} points of "
          "accuracy per hundred images")

assert per_hundred[0] > 5 * per_hundred[-1], "early images should be worth more"

# %% [markdown]
# The first images are worth many times as much as the last ones. So the belief is wrong in three ways. What more data bring depends on the problem, on how much you have already, and on what the model lacks. (A doubling left about the same *share* of the error everywhere on our curve of clothes. But it takes more images each time, and the error is smaller.) With 5,000 images the network with two units has no gap left that more of them could close.
#
# What the notes say about overfitting and data, measured in this lesson:
#
# | The notes say | We found |
# |---|---|
# | overfitting is also called high variance, low bias | true; you measured both, where training was cheap |
# | 데이터를 많이 모아서 특정적으로 경향화되는 것을 막는다: much data keeps a model from following one particular tendency | true of variance, hardly of bias; and more of the same does not teach what is missing |
# | it is one of four remedies | a strong one for digits, a slow one for clothes, where twice the images leave 0.84 to 0.91 of the error; none where no gap is left |

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
# Answer him in four to eight sentences
#
# - whether it is bias or variance by the rule of thumb, from which numbers you see it, and whether more data is a remedy for that,
# - what 0.08 would take for granted, and how he can find out what 4,000 images are worth *before* he buys them, and how sure that is,
# - whether the further images will help with the lower camera, and what could help instead.
#
# (3 points, read by a person.)

# %% [markdown] written="buying_data" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: the training error is at the reference (0.01 and 0.02), so there is no bias to speak of; the validation error is far above the training error (0.15), so it is variance. More data shrinks variance. (Half a point without the comparison of numbers.)
# - **Part 2**: half the error from twice the data takes a slope of -1 for granted. He should train on parts of the data that he has (500, 1,000, 2,000, 4,000), each for as long as is best for it, draw error and size with logarithmic axes, read the slope $b$ off the last stretch or a fitted line, and expect about $0.16 \cdot 2^b$. That is a guess: nothing says that the line goes on, and with a floor the gain is smaller. (Half a point for "it depends" without the measurement. How long each size trains is not needed for the point; a word on what the guess rests on is.)
# - **Part 3**: images of the same camera do not show what the lower camera will show; more of the same teaches the same. Shifted copies of the images, or some images from the new camera, also for validation. (Half a point for the doubt without a remedy, or a remedy without the reason.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).**
#
# **A full answer**: It is variance: the training error of 0.01 is as good as people, and the error on new images is 0.15 above it. More data is a remedy for variance, so buying is not absurd. But an error of 0.08 from twice the data would need a learning curve with slope -1, and many problems have much flatter ones; with a slope of -0.2 it would be about 0.14. He can measure it now, by training on 500, 1,000, 2,000 and 4,000 of his images, each up to its best epoch, and fitting a line with logarithmic axes. Beyond 4,000 that is a guess: if the curve has a floor, the new images bring less than the line says. For the lower camera the further images are no help, because they show the parts where they have always been. Shifted copies of the images that he has cost nothing and teach exactly this, and he should take some photographs with the new camera to validate on.
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
# - Shuffle, then cut into training, validation and test, each example in one part.
# - The mean squared error is bias², variance and noise. In our experiments more data shrank the variance, and left the bias nearly as it was. Bias belongs to the whole recipe: a training that ended too early has it too.
# - With one network, two differences say where to look first: training error above what is possible, and validation error above the training error. More data can close the second gap, and does not remove the first. (It is not the only remedy for the second one.)
# - In logarithmic axes a learning curve can be straight over a long stretch, and where there is noise, or bias that stays, it ends at a floor. Its slope says what more data is worth. It differs from problem to problem, and too few steps, or a fixed number of epochs that is too small, can falsify it: give each size its own best moment.
# - Augmentation teaches what does not matter. It helps where that is needed and more of the same data does not, and it wants a longer training.
# - Measured with Adam at 0.001 and 0.003 (the wrong labels also at 0.0003), batches of 32, dense relu networks (64-64, 128-128, two units), up to 5,000 clothes of 14 by 14 pixels (with and without 30 % wrong labels) and 1,200 digits, up to 6,280 steps, 4 to 8 seeds; the decomposition with polynomials and 24 networks on one curve.

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
