# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 10 L1 and L2 regularization
#
# **Question**: Why should weights stay small?
#
# You will be able to
#
# - write the penalties L1 and L2 and the steps that follow from them, and say what each step does to a weight,
# - get weights that are exactly zero, count them, and judge whether the right ones are left,
# - decide whether a penalty has helped, by giving each side its own learning rate and its own last epoch.
#
# Run time: about 25 s; your own time: about 140 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | regularization | 규제, 정칙화, 정규화 (Regularization) | whatever holds a model back so that it does better on new examples; here: a price for large weights |
# | penalty | 페널티, 규제항 | what is added to the loss because of the weights |
# | cost | 비용 (cost) | the loss plus the penalty: what is minimised (in lesson 00 the loss alone) |
# | strength | 규제 강도 (λ, 람다) | the factor of the penalty |
# | L1, lasso | L1 규제, 라쏘 (Lasso) | the penalty is the sum of the sizes of the weights |
# | L2, ridge | L2 규제, 릿지, 리지 (Ridge) | the penalty is the sum of the squares of the weights |
# | sparse | 희소 (sparse) | with many weights that are exactly 0 |
# | subgradient | 서브그레이디언트 (subgradient) | what takes the place of the gradient where a function has a kink |
# | soft threshold | 소프트 임계값, 소프트 임곗값 (soft thresholding) | moves each number towards 0 by a fixed amount, and no further than 0 |
# | proximal step | 근접 경사 스텝 (proximal step) | a step on the loss, and then the penalty's own step |
# | weight decay | 가중치 감쇠, 가중치 감소 (weight decay) | each step takes a small fraction off every weight |
# | decoupled | 분리된 (decoupled) | done beside the optimizer's step, and not through the gradient |
#
# </details>
#
# A warning about words: in Korean 정규화 stands for *regularization* and for *normalization*, which are different things. 규제 and 정칙화 are always the first.

# %% tags=["setup"]
import copy
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import fashion_mnist, read_packaged, sparse_regression
from helpers.training import Configuration, sweep, train_fast, trained_model
from helpers.training.uncertainty import accuracy_difference
from helpers.widgets import geometry_slider, penalty_slider

plotting.use_style()

# %% [markdown]
# Keras takes some seconds to load.

# %% tags=["setup"]
import keras

# %% [markdown]
# ## Part 1 · Write penalties and get weights that are zero (about 70 minutes)
#
# ## What one argument brings
#
# We train the network of lesson 09, two hidden layers of 128 units, on clothes of which 40 % have a wrong label. The optimizer is Adam at its usual rate of 0.001, for 60 epochs. That is long enough to learn many of the wrong labels by heart.
#
# Then we train it again with one more argument, `l2=0.003`, which puts a price on large weights. What that means exactly comes below.
#
# **Guess before you run the cell**: how many points of test accuracy will this argument bring at the end?

# %%
clothes = fashion_mnist()
settings = {"optimizer": "adam", "hidden": (128, 128), "batch_size": 64, "num_epochs": 60}
noisy = {"label_noise": 0.4, **settings}
seeds = range(5)

without = sweep([Configuration(0.001, **noisy)], clothes, seeds, test_curves=True)
with_l2 = sweep([Configuration(0.001, l2=0.003, **noisy)], clothes, seeds, test_curves=True)

# %% [markdown]
# Each line is the mean over five seeds. **Look at the right end, and then at the highest point of the upper and of the lower line.**

# %%
figure, ax = plt.subplots(figsize=(4.6, 2.2))
for name, runs in {"no penalty": without, "L2": with_l2}.items():
    plotting.plot_curves(runs, ax=ax, metric="test_accuracies", label=name)
plt.show()

# %% [markdown]
# At the end the lines are far apart. Such pictures are why many people add a penalty to every network. But the lower line has fallen from a height. Early stopping keeps that height, and a smaller rate may avoid the fall.
#
# So here are two more trainings **without any penalty**. The first is the same training, ended in its best epoch. The second has an eight times smaller rate and runs through all 60 epochs.
#
# **Place your bet**: how much of the gain will each of them bring?

# %%
slowly = sweep([Configuration(0.001 / 8, **noisy)], clothes, seeds, test_curves=True)


def last(runs):
    """The test accuracy of each run's last epoch."""
    return np.array([run.test_accuracies[-1] for run in runs])


def stopped(runs):
    """The test accuracy of each run's epoch of lowest validation loss."""
    return np.array([run.test_accuracies[run.best_epoch] for run in runs])

# %% [markdown]
# All four, with the same five seeds (± is the standard deviation over the seeds):

# %% tags=["nbval-ignore-output"]
results = {
    "no penalty, last epoch": last(without),
    "L2, last epoch": last(with_l2),
    "no penalty, best epoch": stopped(without),
    "no penalty, rate / 8, last epoch": last(slowly),
}
for name, accuracies in results.items():
    gain = 100 * (accuracies.mean() - last(without).mean())
    print(f"{name:33} {accuracies.mean():.3f} ± "
          f"{accuracies.std(ddof=1):.3f}  {gain:+5.1f} points")
    assert name.startswith("no penalty, last") or gain > 3, (
        "each of the three should bring many points"
    )

# %% [markdown]
# All three ways bring nearly the same, and two of them do nothing to the weights. Is the slow training better than L2? An accuracy is uncertain for two reasons: another seed gives another network, and other test images give another count. The second error follows from the *disagreement*, the share of the test images that exactly one of two networks with the same seed gets right (McNemar).

# %% tags=["nbval-ignore-output"]
def is_right(run):
    """Which test images a trained network gets right."""
    logits = trained_model(run, clothes)(clothes.x_test, training=False)
    return np.argmax(logits, axis=1) == clothes.y_test


pairs = zip(slowly, with_l2, strict=True)
disagreement = np.mean([is_right(one) != is_right(other) for one, other in pairs])
lead = accuracy_difference(last(slowly), last(with_l2), disagreement, len(clothes.y_test))
gain, over_seeds, over_images = 100 * np.array(lead)
print(f"the slow training against L2: {gain:+.1f} points, ± {over_seeds:.1f} over seeds, "
      f"± {over_images:.1f} over images")
assert abs(gain) < 3 < 100 * (last(with_l2) - last(without)).mean()

# %% [markdown]
# The slow training is perhaps ahead of L2: the gain is below twice either error. So the gain of L2 over the usual training is real, but the sentence "L2 brought it" is not the whole truth. L2 repaired a training that had gone on for too long at a rate that was too high for it. A shorter training and a slower training repair it as well.

# %% [markdown]
# ### The whole table
#
# Is anything left when nothing has to be repaired? The next table gives each side everything: its own strength *and* its own rate. It holds wrong labels and clean ones, a constant rate and a rate that falls along a cosine (lesson 02). `weight_decay` comes later in this lesson.
#
# These trainings were made beforehand and come with the course. Rates and strengths were chosen by *validation* accuracy: first with three seeds, and among the four best with eight more. What is printed is the *test* accuracy of eight other seeds: what each penalty adds to "no penalty", seed by seed, ± the standard error over the seeds.

# %% tags=["nbval-ignore-output"]
table = read_packaged("regularization")
situations = ["40 % wrong, constant", "40 % wrong, cosine", "clean, constant", "clean, cosine"]
print(f"{'points gained by':22}{'L1':>13}{'L2':>13}{'decay':>13}    without")
for name, accuracies in zip(situations, table["tuned_accuracies"], strict=True):
    gains = 100 * (accuracies[1:] - accuracies[0])
    errors = gains.std(axis=1, ddof=1) / np.sqrt(gains.shape[1])
    pairs = zip(gains.mean(axis=1), errors, strict=True)
    row = "".join(f"{f'{gain:+.1f} ± {error:.1f}':>13}" for gain, error in pairs)
    print(f"{name:22}{row}{accuracies[0].mean():11.3f}")
    assert np.abs(gains.mean(axis=1)).max() < 1, "once all are tuned, little should be left"

# %% [markdown]
# Each penalty adds less than one point. All twelve differences are above 0, seven of them by two standard errors or more. So perhaps a penalty brings something, though no single difference proves it. The error covers seeds, not test images, and all trainings share these images. Each penalty also chose among forty pairs of a strength and a rate, no penalty among ten rates. Compare the last column: the falling rate alone, without any penalty, brings about as much.
#
# A penalty does something to a network. Whether it *helps* has no answer before each side has its own rate.

# %% [markdown]
# ## A price for large weights
#
# The notes define the penalties like this (cost에 추가적인 loss를 더하는것, an additional loss is added to the cost):
#
# > L1의 경우 cost += 람다\*sum|Wj| · L2의 경우 cost += 람다\*sum W^2
#
# These formulas are right. Written out, with $L$ for the loss on the examples:
#
# $$\text{cost}_{\text{L1}} = L + \lambda \sum_j |w_j| \qquad\qquad \text{cost}_{\text{L2}} = L + \lambda \sum_j w_j^2$$
#
# - $w_j$ is one weight, and the sum runs over all weights that are penalised,
# - $\lambda$ (람다, lambda) is the **strength** (규제 강도), 0 or more,
# - the term after the plus sign is the **penalty** (페널티), and loss plus penalty are the **cost** (비용), which the training makes small.
#
# The penalty is a *sum*, not a mean: a network with twice as many weights pays twice as much. Other books have a factor ½ here, so a strength of 0.001 means nothing without its formula.
#
# Nearly always only the **kernels** are penalised, the matrices that multiply, and not the biases. Losses and accuracies in our tables are always without the penalty, so that two strengths can be compared.

# %% [markdown]
# The checks below hand over networks as lists of layers, each with a kernel and a bias. `two_layers` is shown when its check fails. You need not read the other functions.

# %% tags=["setup"]
def some_layers(rng, num_layers):
    """Layers whose sizes fit each other, drawn by chance: a list of (kernel, bias) pairs."""
    units = rng.integers(1, 7, size=num_layers + 1)
    size = 10.0 ** rng.uniform(-2, 1)
    normal = lambda shape: size * rng.normal(size=shape)
    return [(normal(pair), normal(pair[1])) for pair in pairwise(units)]


def two_layers():
    """Two layers, the same at every call."""
    first = np.array([[1.5, -2.25], [1.5, 30.0]]), np.array([7.0, -11.0])
    return [first, (np.array([0.625, -4.5]), np.array([13.0]))]


def prices(penalty, seed, sizes, strengths):
    """What a penalty function gives for networks drawn by chance, of so many layers, at these
    strengths.
    """
    rng = np.random.default_rng(seed)
    pairs = zip(sizes, strengths, strict=True)
    return [penalty(some_layers(rng, size), strength) for size, strength in pairs]

# %% [markdown]
# A check also looks at what a function has done to its arguments: it hands over copies, and looks at them afterwards.

# %% tags=["setup"]
def used(function, *arguments):
    """What a function returns for copies of its arguments, and what these are afterwards."""
    copies = copy.deepcopy(arguments)
    return [function(*copies), *copies]

# %% [markdown]
# ### Exercise 1: `l1_penalty` (1 point)

# %% solution="l1_penalty"
def l1_penalty(layers, strength):
    """The L1 penalty of a network.

    layers: a list of at least one (kernel, bias) pair, a pair for each layer. A kernel is an
    array of floats of any shape, a bias an array of floats. All are left as they were.
    strength: a number, 0 or more.
    Returns a number: strength times the sum of the sizes of all entries of all kernels. Biases
        are free.
    """
    ### BEGIN SOLUTION
    return strength * sum(np.abs(kernel).sum() for kernel, _ in layers)
    ### END SOLUTION

# %% test="l1_penalty" points=1
check("two_layers() at 0.4, before and afterwards", lambda: used(l1_penalty, two_layers(), 0.4),
      rtol=1e-5)
check("networks of 3, 1 and 2 layers", prices, l1_penalty, 1, [3, 1, 2], [0.3, 0.07, 1.7],
      rtol=1e-5)
### BEGIN HIDDEN TESTS
check_drawn("drawn networks", l1_penalty, rtol=1e-5, atol=0)
### END HIDDEN TESTS

# %% [markdown]
# ### Exercise 2: `l2_penalty` (1 point)

# %% solution="l2_penalty"
def l2_penalty(layers, strength):
    """The L2 penalty of a network.

    layers, strength: as in exercise 1; the layers are left as they were.
    Returns a number: strength times the sum of the squares of all entries of all kernels. Biases
        are free.
    """
    ### BEGIN SOLUTION
    return strength * sum((kernel**2).sum() for kernel, _ in layers)
    ### END SOLUTION

# %% test="l2_penalty" points=1
check("the same two layers at 0.4", lambda: used(l2_penalty, two_layers(), 0.4), rtol=1e-5)
check("networks of 2, 4 and 1 layers", prices, l2_penalty, 5, [2, 4, 1], [0.3, 0.07, 1.7],
      rtol=1e-5)
### BEGIN HIDDEN TESTS
of_one = lambda *weights: [(np.array([weight]), np.array([0.5])) for weight in weights]
check("layers of one weight", lambda: used(l2_penalty, of_one(310.0, 7.5, -260.0), 0.02), rtol=1e-5)
check_drawn("drawn networks squared", l2_penalty, rtol=1e-5, atol=0)
### END HIDDEN TESTS

# %% [markdown]
# ## The notes' line, and what it means
#
# In Keras a penalty is an argument of a layer. The notes write
#
# ```python
# tf.keras.layers.Dens(3, kernel_regularizer='l1')
# ```
#
# We run it.

# %%
try:
    keras.layers.Dens(3, kernel_regularizer="l1")
except AttributeError as error:
    print("AttributeError:", error)

layer = keras.layers.Dense(3, kernel_regularizer="l1")
print(f"Dense works, and 'l1' stands for a strength of {float(layer.kernel_regularizer.l1):.4g}")
assert abs(float(keras.regularizers.get("l1").l1) - 0.01) < 1e-6
assert abs(float(keras.regularizers.get("l2").l2) - 0.01) < 1e-6

# %% [markdown]
# One letter is missing: the layer is called `Dense`. With it the line runs. But the name `'l1'` does not say how strong the penalty is. Keras takes 0.01, for `'l1'` and for `'l2'`.
#
# Is that much? We train the network of this lesson with L1 of this strength and of a tenth of it, two seeds each. **Guess before you run the cell**: the notes say that a weight which is not needed becomes 0 (0으로 만들어 버리는 것). How many of the 42,752 kernel weights will be exactly 0?

# %%
with_l1 = {
    strength: sweep([Configuration(0.001, l1=strength, **noisy)], clothes, range(2),
                    test_curves=True)
    for strength in (0.001, 0.01)
}


def kernel_weights(run):
    """All kernel weights of a trained network, in one row."""
    return np.concatenate([kernel.ravel() for kernel in run.weights[::2]])

# %% [markdown]
# For each network: how many weights are exactly 0, how many are smaller than 0.001, and the test accuracy at the end. A guess among ten kinds of clothes is right in one of ten cases.

# %% tags=["nbval-ignore-output"]
for strength, runs in with_l1.items():
    for run in runs:
        weights = kernel_weights(run)
        zero, small = np.sum(weights == 0), np.mean(np.abs(weights) < 0.001)
        print(f"L1 {strength:<6}: {zero} of {weights.size} exactly 0, {small:4.0%} below 0.001",
              end="")
        print(f", test accuracy {run.test_accuracies[-1]:.3f}")
        assert zero == 0, "no weight should be exactly 0"

assert all(run.stuck for run in with_l1[0.01]), (
    "the strength of 'l1' should end in one answer for all images"
)
assert min(last(with_l1[0.001])) > 0.5, "a tenth of it should not"

# %% [markdown]
# Not one weight is exactly 0. And the strength that `'l1'` stands for has wiped the network out: it gives the same answer for every image. **Write the strength: `kernel_regularizer=keras.regularizers.L1(1e-4)`.**
#
# The next table looks for zeros in more networks, also with plain SGD. Its last rows use another kind of step, which comes below.

# %% tags=["nbval-ignore-output"]
for name, (exact, small, accuracies) in zip(table["zero_rows"], table["zero_counts"],
                                            strict=True):
    shares = f"exactly 0: {exact.mean() / 42752:6.1%}   below 0.001: {small.mean():5.1%}"
    print(f"{name:26} {shares}   test {accuracies.mean():.3f}")
    assert (exact == 0).all() or "proximal" in name, (
        "only the proximal step should give exact zeros"
    )

counts = dict(zip(table["zero_rows"].tolist(), table["zero_counts"], strict=True))
ordinary, proximal = counts["sgd, l1 0.001"], counts["sgd, proximal_l1 0.001"]
assert abs(ordinary[2].mean() - proximal[2].mean()) < 0.02, "the accuracy should be the same"
assert proximal[0].mean() > 0.5 * 42752

# %% [markdown]
# A weight below 0.001 is not the same as a weight that is 0. A zero can be left out: a sparse matrix needs no memory and no multiplication for it. And a zero tells the reader of the model that this input plays no part for this unit. To see why Keras makes no zeros, look at a single step.

# %% [markdown]
# ## What a penalty does to a step
#
# The optimizer needs the gradient of the cost: the gradient of the loss, plus the gradient of the penalty. This second part is a **pull** towards 0.
#
# The pull of L1 comes from $\lambda |w|$. Its slope is $+\lambda$ for every positive $w$ and $-\lambda$ for every negative $w$, however large or small $w$ is. At 0 there is a kink and no slope; one takes 0 there and speaks of a **subgradient** (서브그레이디언트). As one formula, the pull of L1 is
#
# $$\lambda \, \operatorname{sign}(w)$$
#
# The pull of L2 you work out yourself, from $\lambda w^2$.

# %% [markdown]
# From here on, later checks of an exercise hand over arrays and numbers drawn by chance. You need not read the function.

# %% tags=["setup"]
def drawn(function, seed, shapes, arrays, numbers):
    """What a function returns, for each shape, for so many arrays and so many numbers drawn by
    chance.
    """
    rng, results = np.random.default_rng(seed), []
    for shape in shapes:
        values = [2 * rng.normal(size=shape) for _ in range(arrays)]
        results.append(function(*values, *rng.uniform(0.1, 1.5, size=numbers).tolist()))
    return results

# %% [markdown]
# ### Exercise 3: `penalized_gradient` (2 points)

# %% solution="penalized_gradient"
def penalized_gradient(gradient, weights, strength):
    """The gradient of the cost with an L2 penalty.

    The cost is the loss plus strength times the sum of the squared weights.
    gradient: that of the loss alone, an array of floats of any shape.
    weights: where it was taken, an array of the same shape. Both arrays are left as they were.
    strength: a number, 0 or more.
    Returns a NumPy array of the same shape.
    """
    ### BEGIN SOLUTION
    return gradient + 2 * strength * weights
    ### END SOLUTION

# %% test="penalized_gradient" points=2
slope, place = np.array([0.7, -1.3, 0.0, 2.1]), np.array([-1.9, 0.6, 3.2, 0.0])
pulled = lambda strength: penalized_gradient(slope, place, strength)
check("slope and place, at 0.35, 0 and 4", lambda: [pulled(0.35), pulled(0.0), pulled(4)],
      rtol=1e-5)
kinds = [(2, 2), (3,), (1, 4)]
check("a square, a row, a kernel of one row", drawn, penalized_gradient, 1, kinds, 2, 1,
      rtol=1e-5)
scaled = lambda size: penalized_gradient(size * slope, size * place, 0.35) / size
check("the same, tiny and huge", lambda: [scaled(1e-20), scaled(1e4)], rtol=1e-5)
check("the two arrays afterwards", used, penalized_gradient, slope, place, 0.8, rtol=1e-5)
### BEGIN HIDDEN TESTS
check_drawn("drawn pulls", penalized_gradient, rtol=1e-5, atol=0)
### END HIDDEN TESTS

# %% [markdown]
# Compare the pulls. The pull of L2 grows and fades with the weight. It takes the same fraction off a small weight as off a large one, so a weight comes closer to 0 and never arrives. The pull of L1 is as strong on a small weight as on a large one. It can push a weight all the way to 0. What happens in the next step?
#
# We leave the network for a problem in which each weight can be seen.

# %% [markdown]
# ## Where L1 is at home
#
# 80 examples have 100 inputs each, called *features*. The target is a sum of eight features, with factors between 1 and 2 of either sign, plus noise with a standard deviation of 0.3. The other 92 features are useless. There are more features than examples, so without a penalty a model can fit every example exactly and predict badly.
#
# We look for 100 weights. The loss is the mean squared error; the lowest possible value on new examples is the noise, 0.3² = 0.09. Such a problem is **sparse** (희소): most of the true weights are 0.
#
# We descend with the pull of L1, and watch one of the useless weights, of a typical size, over the last 20 of 1,000 steps, at two learning rates.

# %%
problems = [sparse_regression(seed=seed) for seed in range(8)]


def subgradient_path(data, learning_rate, strength=0.1, num_steps=1000):
    """The weights after each step of descent with the pull of L1, from 0 on, shape (num_steps,
    100).
    """
    x, y = data.x_train.astype(float), data.y_train.astype(float)
    weights, path = np.zeros(x.shape[1]), []
    for _ in range(num_steps):
        gradient = 2 / len(x) * x.T @ (x @ weights - y)
        weights = weights - learning_rate * (gradient + strength * np.sign(weights))
        path.append(weights)
    return np.array(path)

# %% [markdown]
# **Guess before you run the cell**: at the smaller rate, will the weight come to rest at 0?

# %%
useless = np.flatnonzero(problems[0].coefficients == 0)
figure, ax = plt.subplots(figsize=(4.6, 2.2))
paths = {rate: subgradient_path(problems[0], rate)[-21:] for rate in (0.1, 0.02)}
middle = useless[np.argsort(np.abs(paths[0.1][:, useless]).max(axis=0))[46]]
for (rate, path), style in zip(paths.items(), ("o-", "s--"), strict=True):
    ax.plot(np.arange(980, 1001), path[:, middle], style, markersize=3.5,
            label=f"learning rate {rate}")
ax.axhline(0, color="black", linewidth=0.8)
ax.set(xlabel="step", ylabel="a useless weight", xticks=range(980, 1001, 5))
ax.margins(y=0.25)
ax.legend(loc="upper center", ncols=2, fontsize=9)
plt.show()

# %% [markdown]
# The weight never comes to rest. From a little above 0, one to three pulls take it below, and the next pull takes it above again. It jumps over the zero. A smaller rate makes smaller jumps, and no zero. Counted for all eight problems:

# %% tags=["nbval-ignore-output"]
sizes = {}
for rate in (0.1, 0.03, 0.01):
    ends = np.array([subgradient_path(data, rate)[-1] for data in problems])
    of_useless = [np.abs(end[data.coefficients == 0]) for end, data in zip(ends, problems,
                                                                           strict=True)]
    sizes[rate] = np.median(of_useless)
    zeros = np.sum(ends == 0)
    print(f"rate {rate}: {zeros} of {ends.size} exactly 0, typical useless "
          f"weight {sizes[rate]:.5f}")
    assert zeros == 0, "the subgradient should give no exact zero"

assert sizes[0.01] < sizes[0.1] / 4, (
    "the size of the useless weights should be that of the steps"
)

# %% [markdown]
# The typical size falls with the rate. So it says nothing about the problem: it is a half to two thirds of the jump, which is rate times strength. Keras also adds the pull to the gradient. That is why no weight of the network was 0. Under Adam the jump goes with the rate and hardly with the strength, because Adam divides the gradient by its usual size.

# %% [markdown]
# ### A corner
#
# Should there be zeros at all? The next picture shows two weights. The gray lines are lines of equal loss. The coloured set holds all weights whose penalty is no larger than at the point: a diamond for L1, a circle for L2. The point has the lowest cost, where the dashed line of equal loss touches the set.
#
# ### Play
#
# Move the strength, for L1 and for L2. **At which strength of L1 does the point reach the corner? Does it ever reach an axis with L2?** Where no slider appears, you see one strength of each.

# %%
geometry_slider()

# %% [markdown]
# The diamond has corners, and they lie on the axes. A line that comes from outside often touches a corner first, and at a corner a weight is 0. The circle is touched on an axis only by accident.
#
# So the weights of lowest cost can be exactly 0 with L1. The *step* misses these zeros.

# %% [markdown]
# ### A step that stops at 0
#
# The remedy is to split the step in two. The first part is a step on the loss alone. It brings a weight to some place $v$. In the second part the penalty asks which $u$, not far from $v$, is cheap. The weight goes to the $u$ with the lowest
#
# $$\tfrac12 (u - v)^2 + t \, |u|$$
#
# - $v$ is where the step on the loss has brought the weight,
# - $u$ is where the weight goes,
# - $t$ is the **threshold** (임계값, 임곗값), 0 or more.
#
# The next picture shows this cost over $u$ for two places $v$, with $t = 0.5$.

# %%
u = np.linspace(-0.6, 2.2, 281)
figure, ax = plt.subplots(figsize=(4.6, 2.4))
for v, style in ((1.5, "-"), (0.3, "--")):
    cost = (u - v) ** 2 / 2 + 0.5 * np.abs(u)
    (line,) = ax.plot(u, cost, style, label=f"v = {v}")
    ax.plot(u[np.argmin(cost)], cost.min(), "o", color=line.get_color(), markersize=8)
ax.set(xlabel="u", ylabel="cost", ylim=(0, 1.9))
ax.legend(loc="upper center")
plt.show()

# %% [markdown]
# From far away the weight moves towards 0 by a fixed amount. From near by it would pass 0, and there the pull would turn against it: so it stays exactly at 0. That is the **soft threshold** (소프트 임계값). Negative weights move in the mirrored way.

# %% [markdown]
# ### Exercise 4: `soft_threshold` (2 points)

# %% solution="soft_threshold"
def soft_threshold(weights, threshold):
    """For each weight v the number u with the lowest (u - v)^2 / 2 + threshold * |u|.

    weights: an array of floats of any shape; it is left as it was.
    threshold: a number, 0 or more.
    Returns a NumPy array of floats, of the same shape. Numbers that come to 0 are exactly 0.
    """
    ### BEGIN SOLUTION
    return weights - np.clip(weights, -threshold, threshold)
    ### END SOLUTION

# %% test="soft_threshold" points=2
row = np.array([2.6, -1.1, 0.45, -0.3, 0.0, 0.7, -3.9])
check("a row of seven, at 0.4", lambda: soft_threshold(row, 0.4), rtol=1e-5, atol=1e-6)
left = lambda threshold: np.count_nonzero(soft_threshold(row, threshold))
check("how many of the row are not 0", lambda: [left(t) for t in (0.7, 0.32, 5.0, 0.0)])
check("a row and a kernel", drawn, soft_threshold, 54, [(5,), (2, 2)], 1, 1, rtol=1e-5,
      atol=1e-6)
scaled = lambda size: soft_threshold(size * row, size * 0.4) / size
check("the same row, tiny and huge", lambda: [scaled(1e-20), scaled(1e4)], rtol=1e-5, atol=1e-6)
check("a threshold above all seven", soft_threshold, row.copy(), 5.0)
check("the row of seven afterwards", used, soft_threshold, row, 0.7, rtol=1e-5, atol=1e-6)
### BEGIN HIDDEN TESTS
check_drawn("drawn thresholds", soft_threshold, rtol=1e-5, atol=0)
### END HIDDEN TESTS

# %% [markdown]
# Now the whole step, the **proximal step** (근접 경사 스텝). The step on the loss comes first. For the size of the threshold, ask how far the pull of L1 would move a weight in *one* step of descent. The weight moves that far here too, but it does not pass 0.

# %% [markdown]
# ### Exercise 5: `proximal_step` (2 points)
#
# Write it so that it stands alone, without calling your `soft_threshold`.

# %% solution="proximal_step"
def proximal_step(weights, gradient, learning_rate, strength):
    """One proximal step for the loss plus an L1 penalty.

    The penalty is strength times the sum of the sizes of the weights.
    weights: an array of floats of any shape.
    gradient: that of the loss alone at these weights, an array of the same shape. Both arrays
        are left as they were.
    learning_rate: positive. strength: 0 or more.
    Returns the new weights, a NumPy array of floats of the same shape. Weights that come to 0
        are exactly 0.
    """
    ### BEGIN SOLUTION
    moved = weights - learning_rate * gradient
    return moved - np.clip(moved, -learning_rate * strength, learning_rate * strength)
    ### END SOLUTION

# %% test="proximal_step" points=2
place = np.array([1.7, -0.9, 0.25, -0.15, 0.0, 0.6, 0.0])
slope = np.array([-0.8, 0.0, 0.4, -1.2, 0.5, 2.3, 0.0])
check("place and slope, rate 0.3, strength 0.4", lambda: proximal_step(place, slope, 0.3, 0.4),
      rtol=1e-5, atol=1e-6)
kinds = [(7,), (2, 2)]
check("a row of seven and a kernel", drawn, proximal_step, 597, kinds, 2, 2, rtol=1e-5,
      atol=1e-6)
left = lambda strength: np.count_nonzero(proximal_step(place, slope, 0.3, strength))
check("how many are not 0, at four strengths", lambda: [left(s) for s in (0.0, 0.4, 1.1, 9.0)])
scaled = lambda size: proximal_step(size * place, size * slope, 1.6, size * 0.3) / size
check("tiny and huge", lambda: [scaled(1e-20), scaled(1e4)], rtol=1e-5, atol=1e-6)
check("a strength with which all come to 0", proximal_step, place.copy(), slope.copy(), 0.3, 9.0)
check("what both are afterwards", used, proximal_step, place, slope, 0.3, 0.8, rtol=1e-5,
      atol=1e-6)
### BEGIN HIDDEN TESTS
check_drawn("drawn steps", proximal_step, rtol=1e-5, atol=0)
### END HIDDEN TESTS

# %% [markdown]
# The laboratory has a proximal step too, the argument `proximal_l1`. Without hidden units its network is a linear model with a bias. On the same eight problems, at the same three rates:

# %% tags=["nbval-ignore-output"]
linear = {"hidden": (), "batch_size": 80, "num_epochs": 1000, "initializer": "zeros"}
counts = {}
for rate in (0.1, 0.03, 0.01):
    one = Configuration(rate, proximal_l1=0.1, **linear)
    counts[rate] = [int(np.sum(train_fast(one, data).weights[0] == 0)) for data in problems]
    print(f"rate {rate}: exactly 0, of 100 weights: {counts[rate]}")
    assert min(counts[rate]) > 60, "most weights should be exactly 0"

# %% [markdown]
# With the same penalty and strength, this step makes about four of five weights exactly 0, at each rate. **The zeros of L1 do not come from the penalty alone. They need a step that can stop at 0, or a cut afterwards.** A cut sets all weights below some border to 0. But the border is then yours, and nothing in the cost says where it lies.

# %% [markdown]
# ### Play
#
# This is the sparse problem, solved exactly. On the left are the weights that were found, the eight features that matter first. On the right is the error on new examples. **Move the strength of L1 from the left end to the right: which weights go last? And at the lowest error, how many useless weights are still there?** Where no slider appears, you see one strength of each penalty.

# %%
penalty_slider()

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. What follows asks what a penalty leaves of the weights, and why weight decay differs from L2 under Adam.

# %% [markdown]
# ## Part 2 · Judge what is left, and compare L2 with weight decay (about 70 minutes)
#
# ## Which weights are left, and how large
#
# The picture shows two things. At the strength with the lowest error, useless weights are still among those that are not 0. And the true weights are too small, the more so the stronger the penalty.
#
# We count both. `Lasso` of scikit-learn finds the lowest cost quickly; its `alpha` is half our strength. We also try a simple repair: take the features that are left, and find new weights for them by least squares, without any penalty.

# %%
from sklearn.linear_model import Lasso


def lasso(data, strength):
    """The weights of lowest cost with an L1 penalty, shape (100,)."""
    model = Lasso(alpha=strength / 2, fit_intercept=False, max_iter=100_000)
    return model.fit(data.x_train.astype(float), data.y_train.astype(float)).coef_


def refit(data, weights):
    """Least squares on the features whose weight is not 0."""
    kept, again = np.flatnonzero(weights), np.zeros(len(weights))
    again[kept] = np.linalg.lstsq(data.x_train[:, kept].astype(float), data.y_train,
                                  rcond=None)[0]
    return again

# %% [markdown]
# **Guess before you run the next cell**: at a strength of 0.5, how many of the 92 useless features will be left, and what will the error be there?

# %%
def facts(data, strength):
    """True and useless features left, how much the true are too small, error, error after the
    refit.
    """
    weights, true = lasso(data, strength), data.coefficients != 0
    short = np.abs(data.coefficients[true]) - np.abs(weights[true])
    errors = [np.mean((data.x_test @ found - data.y_test) ** 2)
              for found in (weights, refit(data, weights))]
    return [np.sum(weights[true] != 0), np.sum(weights[~true] != 0), short.mean(), *errors]


strengths = [0.01, 0.03, 0.1, 0.2, 0.3, 0.5]
every = [[facts(data, strength) for data in problems] for strength in strengths]
found = np.array(every).mean(axis=1)

# %% [markdown]
# The means over the eight problems:

# %% tags=["nbval-ignore-output"]
print("strength  true  useless  too small by   error  error after least "
      "squares on the survivors")
for strength, (true, wrong, short, error, again) in zip(strengths, found, strict=True):
    print(f"{strength:8}{true:6.1f}{wrong:9.1f}{short:14.3f}{error:8.3f}{again:8.3f}")

of = dict(zip(strengths, found, strict=True))
assert found[:, 0].min() == 8, "the true features, whose weights are large, should all stay"
assert of[0.1][1] > 8, "where L1 predicts best, more useless than true features are left"
assert of[0.3][1] < 3, "a strong L1 should leave few useless features"
assert of[0.3][3] > 2 * of[0.1][3], "and predict badly"
assert of[0.3][4] < 0.15 < of[0.3][3], "least squares on the survivors should mend it"

# %% [markdown]
# The pull of L1 acts on all weights alike. To push the last useless weight to 0 it must be strong, and then it takes a good part of every true weight away. At 0.5 the error is about ten times the noise. So one strength cannot do both: a strength that predicts well keeps many useless features, and a strength that selects well predicts badly.
#
# Two steps can do both: **L1 to select, least squares to estimate.** With a strong L1 the error then comes close to the noise of 0.09. With a weak L1 the second step harms: it fits the noise with the useless features that are left. So choose the strength by the error *after* the second step. Where L1 throws true features away as well, nothing brings them back.

# %%
figure, ax = plt.subplots(figsize=(4.6, 2.4))
ax.plot(strengths, found[:, 3], "o-", label="L1")
ax.plot(strengths, found[:, 4], "s--", label="least squares on the survivors")
ax.axhline(0.09, color=plotting.QUIET, linewidth=0.9, linestyle=":", label="noise")
ax.set(xscale="log", yscale="log", xlabel="strength of L1", ylabel="error on new examples")
ax.set(xticks=strengths, xticklabels=strengths, yticks=[0.1, 0.2, 0.4, 0.8],
       yticklabels=[0.1, 0.2, 0.4, 0.8])
ax.minorticks_off()
ax.legend()
plt.show()

# %% [markdown]
# ### Exercise 6: `regularized_model` (2 points)
#
# Build a model whose kernels pay and whose biases do not: the height of the targets is no complexity, so a bias need not be small. In Keras, `keras.regularizers.L1L2(l1=..., l2=...)` is both penalties at once. Do not compile the model.

# %% solution="regularized_model"
def regularized_model(sizes, l1, l2):
    """A Keras model of dense layers whose kernels, not biases, pay L1 and L2 penalties.

    sizes: a list of at least two whole numbers: the inputs, the units of each layer in turn, the
    last of them the outputs. [5, 3, 2] has a layer of 3 units and one of 2. It is left as it
    was.
    l1, l2: the strengths, numbers of 0 or more, the same for every layer.
    Returns a model that takes arrays of shape (num_examples, sizes[0]). Its layers have biases.
    All but the last have relu as their activation, the last has none.
    """
    ### BEGIN SOLUTION
    penalty = keras.regularizers.L1L2(l1=l1, l2=l2)
    hidden = [keras.layers.Dense(units, "relu", kernel_regularizer=penalty) for units in sizes[1:-1]]
    outputs = keras.layers.Dense(sizes[-1], kernel_regularizer=penalty)
    return keras.Sequential([keras.Input((sizes[0],)), *hidden, outputs])
    ### END SOLUTION

# %% [markdown]
# The checks give your model weights that they know, let it answer, and read `model.losses`: that is where Keras keeps the penalties. You need not read the function.

# %% tags=["setup"]
def look_at(model, num_inputs):
    """A model's shapes, and with weights drawn by chance its outputs and what it pays."""
    rng = np.random.default_rng(0)
    if not model.get_weights():  # Keras makes them when a model first answers
        model(np.zeros((1, num_inputs), "float32"))
    shapes = [list(weight.shape) for weight in model.get_weights()]
    model.set_weights([rng.normal(size=shape) for shape in shapes])
    inputs = 5 * rng.normal(size=(2, shapes[0][0]))
    outputs = np.asarray(model(inputs.astype("float32"), training=True))
    return {"shapes": shapes, "penalty": sum(float(loss) for loss in model.losses),
            "outputs": outputs}

# %% test="regularized_model" points=2
made = lambda sizes, *strengths: look_at(num_inputs=sizes[0],
                                         model=regularized_model(sizes, *strengths))
check("three layers, both penalties", made, [5, 4, 3, 2], 0.03, 0.007, rtol=1e-4, atol=1e-4)
check("two layers of 4 units each, L2 alone", made, [3, 4, 4], 0.0, 0.4, rtol=1e-4, atol=1e-4)
check("one layer, L1 alone", made, [4, 3], 0.13, 0.0, rtol=1e-4, atol=1e-4)
### BEGIN HIDDEN TESTS
strong = lambda: look_at(regularized_model([3, 2], 2.5, 1.75), 3)
check("strengths above 1", strong, rtol=1e-4, atol=1e-4)
in_turn = [(0.02, 0.3), (0.02, 0.05), (0.4, 0.05)]
one_by_one = lambda: [look_at(regularized_model([2, 3, 2], *pair), 2) for pair in in_turn]
check("one model after the other", one_by_one, rtol=1e-4, atol=1e-4)
look_at_drawn = lambda sizes, l1, l2: look_at(regularized_model(sizes, l1, l2), sizes[0])
check_drawn("drawn models", look_at_drawn, rtol=1e-4, atol=2e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## L2 and weight decay
#
# There is another way to keep weights small. In each step, in addition to the optimizer's own step, take a small fraction off every weight:
#
# $$w_{t+1} = w_t - \eta \, u_t - \eta \, d \, w_t$$
#
# - $w_t$ is a weight before step $t$,
# - $\eta$ (eta) is the learning rate,
# - $u_t$ is the optimizer's direction: the gradient of the loss for plain SGD, something else for Adam,
# - $d$ is the **weight decay** (가중치 감쇠).
#
# This is called **decoupled** (분리된) decay, because the last term does not pass through the optimizer. With an L2 penalty the pull is a part of the gradient, and the optimizer treats it like the rest of the gradient.
#
# Plain SGD only multiplies a gradient by the rate. So with SGD, L2 and decay are the same, with a decay that fits the strength. **For Adam they are not.** Adam divides each gradient by its typical size (lesson 03), and the pull with it. So through Adam, L2 shrinks a weight less if its gradients are larger. Decoupled decay shrinks all weights by the same fraction.

# %% [markdown]
# Test it. 200 weights start at 1. Their gradients are noise of size $s$ around 0, so on average only the shrinking is left. The code is Adam's, with the pull in its gradient and the decay outside of it.

# %%
def mean_weight(noise, pull=0.0, decay=0.0, learning_rate=0.001, num_steps=1000):
    """The mean of 200 weights under Adam after each step, shape (num_steps,)."""
    rng, weights, path = np.random.default_rng(0), np.ones(200), []
    mean, mean_square = np.zeros(200), np.zeros(200)
    for step in range(1, num_steps + 1):
        gradient = noise * rng.normal(size=200) + pull * weights
        mean = 0.9 * mean + 0.1 * gradient
        mean_square = 0.999 * mean_square + 0.001 * gradient**2
        direction = mean / (1 - 0.9**step) / (np.sqrt(mean_square / (1 - 0.999**step)) + 1e-7)
        weights = (1 - learning_rate * decay) * weights - learning_rate * direction
        path.append(weights.mean())
    return np.array(path)

# %% [markdown]
# **Guess before you run the cell**: which of the weights will shrink most under L2, those with large gradients or those with small ones?

# %%
sizes = (1.0, 0.1, 0.01, 0.001)
figure, ax = plt.subplots(figsize=(5.8, 2.2))
for size, style, color in zip(sizes, ("-", "--", "-.", ":"), plotting.COLORS, strict=False):
    ax.plot(mean_weight(size, pull=0.01), style, color=color,
            label=f"L2, gradients of size {size:g}")
    ax.plot(mean_weight(size, decay=0.5), color="black", linestyle="-", linewidth=0.8)
ax.plot([], [], color="black", linestyle="-", linewidth=0.8, label="decoupled, all four sizes")
ax.set(xlabel="step of Adam", ylabel="mean weight", ylim=(0, 1.08))
ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), fontsize=9)
plt.show()

# %% [markdown]
# Under L2 the weights shrink in four different ways. The four black lines of decoupled decay lie on one another. As numbers:

# %%
for size in sizes:
    l2, decoupled = mean_weight(size, pull=0.01)[-1], mean_weight(size, decay=0.5)[-1]
    print(f"gradients of size {size:5}: L2 leaves {l2:.3f}, decay {decoupled:.3f}")
    assert abs(decoupled - (1 - 0.001 * 0.5) ** 1000) < 0.05, (
        "it should be (1 - rate * decay) ** steps"
    )

assert mean_weight(1.0, pull=0.01)[-1] > 0.9 > 0.4 > mean_weight(0.001, pull=0.01)[-1]

# %% [markdown]
# ### Exercise 7: `decayed_step` (1 point)
#
# The simplest optimizer that forgets the size of a gradient keeps only its sign: every weight moves by the learning rate, against the sign of its gradient. Adam's very first step is nearly this step. A colleague has written sign descent with weight decay:
#
# ```python
# def first_try(weights, gradient, learning_rate, decay):
#     weights -= learning_rate * np.sign(gradient + decay * weights)
#     return weights
# ```
#
# She wonders: "Where the gradient is 0, a decay of 0.01 moves my weights as far as a decay of 10." Find the reason, and a second fault that shows only after the call. Then write the step with *decoupled* decay.

# %% solution="decayed_step"
def decayed_step(weights, gradient, learning_rate, decay):
    """One step of sign descent with decoupled weight decay.

    weights: an array of floats of any shape. gradient: that of the loss at these weights, an
    array of the same shape; where it is 0, its sign is 0. Both are left as they were.
    learning_rate: positive. decay: 0 or more; it takes its fraction of the weights as they were
    before the step.
    Returns the new weights, a NumPy array of the same shape.
    """
    ### BEGIN SOLUTION
    return weights - learning_rate * (np.sign(gradient) + decay * weights)
    ### END SOLUTION

# %% test="decayed_step" points=1
place = np.array([1.7, -0.9, 22.5, -3.15, 0.0, 0.6])
slope = np.array([-0.8, 0.0, 40.0, -0.2, 0.5, 0.003])
decayed = lambda decay: decayed_step(place, slope, 0.3, decay)
check("place and slope, rate 0.3, three decays", lambda: [decayed(d) for d in (0.7, 0.0, 5.0)],
      rtol=1e-5, atol=1e-6)
kinds = [(5,), (2, 2)]
check("a row of five and a kernel", drawn, decayed_step, 9576, kinds, 2, 2, rtol=1e-5, atol=1e-6)
# Weights and rate in another unit: it is the same step.
scaled = lambda c: decayed_step(c * place, c * slope, c * 0.3, 0.4 / c) / c
check("all tiny, and all huge", lambda: [scaled(1e-20), scaled(1e4)], rtol=1e-5, atol=1e-6)
check("both arrays afterwards", used, decayed_step, place, slope, 0.3, 0.8, rtol=1e-5, atol=1e-6)
### BEGIN HIDDEN TESTS
check_drawn("drawn decays", decayed_step, rtol=1e-5, atol=0)
### END HIDDEN TESTS

# %% [markdown]
# ### How much is a decay of 0.004?
#
# `AdamW` of Keras is Adam with decoupled decay. Its default is 0.004, PyTorch's is 0.01. Is that much? It depends on how often it acts. After $n$ steps without any gradient,
#
# $$w_n = (1 - \eta \, d)^n \, w_0 \approx e^{-\eta d n} \, w_0$$
#
# so for a weight without gradients, the product **rate · decay · steps** counts. Where a gradient pulls the other way, gradient and decay come to a balance, and more steps change nothing. The next cell computes it for the network of this lesson, and for a long training.

# %%
default = keras.optimizers.AdamW().weight_decay
print(f"Keras's default: {default}")
left = {}
for name, steps in {"this network, 60 epochs of 20 steps": 1200,
                    "a long training": 250_000}.items():
    left[steps] = (1 - 0.001 * default) ** steps
    print(f"{name}: rate 0.001 leaves {left[steps]:.1%} of a weight after {steps} steps")

assert left[1200] > 0.99 > 0.5 > left[250_000]

# %% [markdown]
# In our short training the default takes half a percent off, which is next to nothing. Over 250,000 steps it takes more than half. So copy a decay only together with its rate and its number of steps.

# %% [markdown]
# ### In the network: what a penalty is good for
#
# Which is better for the network, L2 or decoupled decay? In the table at the top, when both have their own rate and strength, they tie with each other, and nearly with no penalty at all. Loshchilov and Hutter, the authors of AdamW, found decoupled decay clearly better, with larger networks and longer trainings.
#
# The difference is *next to* the best rate. The next picture shows the validation accuracy after 60 epochs over the learning rate, with 40 % wrong labels, the mean of three seeds. The left picture has a constant rate, the right one a cosine.

# %%
names = {"no penalty": "no penalty", "l2 0.003": "L2 0.003", "weight_decay 1": "decay 1"}
figure, axes = plt.subplots(1, 2, sharey=True, figsize=(6.0, 2.3))
for ax, title, grid in zip(axes, ("constant rate", "cosine"), table["grid"], strict=False):
    for (name, label), style in zip(names.items(), ("o-", "s--", "^-."), strict=True):
        row = grid[list(table["settings"]).index(name)].mean(axis=-1)
        ax.plot(table["rates"], row, style, markersize=4, label=label)
    ax.set(xscale="log", title=title, xlabel="learning rate")
axes[0].set_ylabel("validation accuracy")
axes[0].legend(loc="lower left", fontsize=9)
plt.show()

# %% [markdown]
# The peaks are about equally high. Above its best rate, accuracy without a penalty drops sharply; with L2 or decay it drops much less, up to a rate of 0.016. **With wrong labels L2 of 0.003 and a decay of 1 hardly raise the peak. They forgive a rate that is too high.** A cosine moves the drop to higher rates, so it forgives a little by itself.
#
# With clean labels it is another matter. The same table at a constant rate:

# %%
clean = dict(zip(table["settings"].tolist(), table["grid"][2].mean(axis=-1), strict=True))
for name, label in names.items():
    told = [f"{rate:g}: {mean:.3f}" for rate, mean in zip(table["rates"], clean[name],
                                                          strict=True)]
    print(f"{label:11}" + "   ".join(told[-6:]))
high = np.argmin(abs(table["rates"] - 0.016))
assert clean["no penalty"][high] > clean["weight_decay 1"][high] + 0.03, (
    "on clean labels decay should cost"
)
assert clean["no penalty"][high] > clean["l2 0.003"][high] + 0.015, "and L2 as well"
along = dict(zip(table["settings"].tolist(), table["grid"][3].mean(axis=-1), strict=True))
assert np.ptp([along[name][high] for name in names]) < 0.015, (
    "along a cosine they stay close together"
)
strong = max(along[name][high] for name in ("l2 0.01", "weight_decay 3"))
assert strong < along["no penalty"][high] - 0.04, "stronger ones cost there too"

# %% [markdown]
# With clean labels, rates up to 0.016 cost hardly any accuracy without a penalty. With L2 of 0.003 or a decay of 1 they cost more, the higher they are. So at a constant rate that is too high, a penalty of this strength saves accuracy where labels are wrong, and costs accuracy where they are right. Along a cosine, with clean labels, the three stay close together. Stronger penalties do not: at 0.016, L2 of 0.01 and a decay of 3 cost more than four points.

# %%
at_8 = dict(zip(table["settings"].tolist(), table["grid"][0, :, 7].mean(axis=-1), strict=True))
assert min(at_8["l2 0.003"], at_8["weight_decay 1"]) > at_8["no penalty"] + 0.05, (
    "both should forgive Adam"
)

# %% [markdown]
# ## What the notes say
#
# | The notes say | We found |
# |---|---|
# | cost += 람다\*sum\|Wj\|, cost += 람다\*sum W^2 | true: a sum, and in our use over kernels alone |
# | `tf.keras.layers.Dens(3, kernel_regularizer='l1')` | `Dense`; and `'l1'` is a strength of 0.01, which wipes this network out |
# | what is not needed is made 0 (0으로 만들어 버리는 것) | not one of 42,752 weights, with SGD or Adam; a proximal step of strength 0.001 makes two thirds of them 0 (at 0.0001, hardly any) |
# | a weight that grows goes to 0 (w가 커지는 놈이 0으로 가버린다) | the other way round: the small weights go first, and the large ones stay |
# | some parameters get small, and the function gets simple (함수가 심플해지도록) | with exact zeros the model is simpler to read; a network with a much larger sum of squares did as well |
# | L1 and L2 are among the ways out of overfitting | with 40 % wrong labels they bring many points where the rate is too high and the epochs too many, and less than one where they are not |

# %% [markdown]
# ## Beliefs, measured
#
# **"L2 prevents overfitting, because small weights make a simple function."** Then the network with the small weights should be the good one. Test it with your own `l2_penalty`: with a strength of 1 it returns the sum of the squares of all kernel weights. Three kinds of networks were trained on the same wrong labels. **Place your bet first**: how do their sums compare?

# %%
trained = {"no penalty, rate 0.001": without, "L2, rate 0.001": with_l2,
           "no penalty, rate / 8": slowly}


def sum_of_squares(run):
    """Your penalty of strength 1 for a trained network."""
    return l2_penalty(list(zip(run.weights[::2], run.weights[1::2], strict=True)), 1.0)

# %% [markdown]
# The next cell also prints the test accuracy, and how many of the *training* labels the network agrees with. 40 % of those are wrong.

# %% tags=["nbval-ignore-output"]
if solved("l2_penalty"):
    squares = {name: np.mean([sum_of_squares(run) for run in runs])
               for name, runs in trained.items()}
    for name, runs in trained.items():
        agrees = np.mean([run.train_accuracies[-1] for run in runs])
        print(f"{name:23} sum of squares {squares[name]:4.0f}", end="")
        print(f"   agrees with training labels {agrees:.2f}   test {last(runs).mean():.3f}")
    slow_sum, l2_sum = squares["no penalty, rate / 8"], squares["L2, rate 0.001"]
    assert slow_sum > 2.5 * l2_sum, "the slow network should have much larger weights"
assert last(slowly).mean() > last(with_l2).mean() - 0.02, "and be about as good"

# %% [markdown]
# The slow network has more than three times the squares of the network with L2, and it is about as good. So the size of the weights alone does not decide. Neither of these networks has learned the wrong labels by heart. A penalty is one way to keep a network from that, and there are others.

# %% [markdown]
# **"L1 selects the right features."** Test it with your own `proximal_step`: try fourteen strengths, and choose by the error on validation data. **Place your bet first**: of the features that are left then, how many will be among the eight true ones, and how many useless?

# %%
my_bet = 0  # replace by the number of useless features that you believe in


def chosen_by_validation(data, strengths):
    """The weights that your step finds at the best of the strengths, each from where the one
    before ended.
    """
    x, y = data.x_train.astype(float), data.y_train.astype(float)
    weights, found = np.zeros(100), []
    for strength in strengths:
        for _ in range(300):
            weights = proximal_step(weights, 2 / len(x) * x.T @ (x @ weights - y), 0.1, strength)
        found.append(weights)
    errors = [np.mean((data.x_val @ each - data.y_val) ** 2) for each in found]
    return found[np.argmin(errors)]

# %% [markdown]
# For each of the eight problems, what is left at the strength that was chosen.

# %% tags=["nbval-ignore-output"]
if solved("proximal_step"):
    counts = []
    for data in problems:
        weights = chosen_by_validation(data, np.geomspace(1.0, 0.02, 14))
        true = data.coefficients != 0
        counts.append([np.count_nonzero(weights[true]), np.count_nonzero(weights[~true])])
    true_left, useless_left = np.transpose(counts).tolist()
    print(f"true features left: {true_left}\nuseless ones left:  "
          f"{useless_left}; you bet on {my_bet}")
    assert min(true_left) == 8, "it should keep the right ones"
    assert np.mean(useless_left) > 10, "and many others"

# %% [markdown]
# The step has kept all the true features, every time, and with them more useless features than true ones. "Not 0" is no proof that a feature matters. What L1 has thrown away was not missed. That holds because all true factors here are large compared with the noise.

# %% [markdown]
# **"L2 is weight decay."** Test it with your own functions: under SGD, and under sign descent, the optimizer of exercise 7. The decay is what your `penalized_gradient` pulls with on a weight of 1, so that both pull alike. Sixty weights start at different places; their gradients are noise, large in one half of the weights and small in the other half. **Place your bet first**: under which optimizer will L2 and decay agree?

# %%
def both_ways(by_sign, strength=0.05, learning_rate=0.01, num_steps=200):
    """How far L2 and decay come apart, with large and with small gradients."""
    rng, l2 = np.random.default_rng(0), np.linspace(1, 2, 60)
    decayed, decay = l2, penalized_gradient(np.zeros(1), np.ones(1), strength)
    for _ in range(num_steps):
        gradient = rng.normal(size=60) * np.repeat([1.0, 0.001], 30)
        slope = penalized_gradient(gradient, l2, strength)
        l2 = l2 - learning_rate * (np.sign(slope) if by_sign else slope)
        step = decayed_step(decayed, gradient, learning_rate, decay[0])
        decayed = step if by_sign else decayed - learning_rate * (gradient + decay[0] * decayed)
    return np.abs(l2 - decayed).reshape(2, 30).max(axis=1)

# %% [markdown]
# The largest difference after 200 steps:

# %% tags=["nbval-ignore-output"]
if solved("penalized_gradient", "decayed_step"):
    for name, by_sign in {"SGD": False, "sign descent": True}.items():
        differences = both_ways(by_sign)
        print(f"{name:13} large gradients: {differences[0]:.4f}   small "
              f"gradients: {differences[1]:.4f}")
        assert by_sign == (differences.max() > 0.1), (
            "they should agree under SGD and nowhere else"
        )

# %% [markdown]
# Under SGD L2 and decay are the same thing, with a decay that fits. With an optimizer that forgets the size of the gradient they are not: where the gradients are small, the pull *is* the gradient, and the whole step goes into shrinking. So `weight_decay=0.01` and `L2(0.01)` are two hyperparameters. Neither value can be copied into the place of the other.

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# A weight is 0.25. The gradient of the loss there is 3.3, the learning rate 0.1, and the strength of L1 is 0.5. Where is the weight after one proximal step?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = -0.03
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# AdamW with a rate of 0.0005 and a decay of 0.1 runs for 20,000 steps. About how much is left of a weight whose gradients are all 0?
#
# - a) 90 %
# - b) 37 %
# - c) nothing
# - d) all but 0.005 %

# %% solution="quiz_2"
quiz_2 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_2 = "b"
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# A report says: "Adam, rate 0.004, 60 epochs: test accuracy 0.63 without and 0.74 with L2, ten seeds each." What does it show?
#
# - a) this network generalizes better with small weights, whatever the learning rate
# - b) L2 will add eleven points to other networks for these data, too
# - c) nothing, because ten seeds are too few for a difference of eleven points
# - d) at this rate L2 repairs something; what a tuned rate does alone is open

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
# Which of these ends with weights that are exactly 0?
#
# - a) Adam with `kernel_regularizer=L1(1e-3)`, trained for very long
# - b) SGD with an L2 penalty of strength 10
# - c) SGD with L1, and a rate so small that the jumps cannot be seen
# - d) SGD on the loss alone, each step followed by a soft threshold

# %% solution="quiz_4"
quiz_4 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_4 = "d"
### END SOLUTION

# %% test="quiz_4" points=1
check("question 4", quiz_4, secret=True)

# %% [markdown]
# ### Question 5
#
# Adam trains with an L2 penalty. Two weights are both 0.8. The gradients of the loss have a typical size of 1 for the first and of 0.01 for the second, around 0. Which of them is shrunk more?
#
# - a) the first
# - b) the second
# - c) both by the same fraction
# - d) neither: Adam divides the penalty away

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
# A colleague predicts a price from 200 measurements with a linear model in Keras. She writes: "I added `kernel_regularizer=L1(0.05)` and trained with Adam at a rate of 0.01. L1 has selected the features: 60 weights are larger than 0.001, so these 60 measurements matter. And their weights tell by how much. L1 also prevents overfitting: without it, after the same 500 epochs, the error was twice as high."
#
# Answer her in five to nine sentences
#
# - how many of her weights are exactly 0, where the small ones come from, and how she would get true zeros,
# - what can be said of the 60 that are left: whether they matter, and whether their weights are right,
# - what she has to compare before she may say that L1 prevents overfitting.
#
# (3 points, read by a person.)

# %% [markdown] written="sixty_features" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: most likely no weight is exactly 0. Keras adds the pull of L1 to the gradient, so a weight jumps across 0 and back. How small it gets depends on the steps. So the limit of 0.001 measures the optimizer. A proximal step or a solver such as Lasso gives exact zeros. (Half a point without reason or remedy.)
# - **Part 2**: L1 keeps the features that matter, and many others, so being left proves nothing. All weights that are left are too small; least squares on the survivors mends that. (Half a point for one of these.)
# - **Part 3**: each side needs its own rate and its own last epoch (early stopping), with several seeds, on data not used for the choice. At one rate and for a fixed number of epochs a penalty may only repair a training that was too long or too fast. (Half a point for early stopping alone.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).** A full answer gives the reason in each part. A half answer covers one or two parts, or all without reasons. An empty answer agrees with her, or only says that another strength should be tried.
#
# **A full answer**: Count the weights that are exactly 0: there will be none. The optimizer adds the sign of each weight to its gradient, so a weight near 0 jumps over it and back. How small it looks depends on the rate, not on the data. Use a proximal step, which stops at 0, or scikit-learn's Lasso. At a strength that predicts well L1 also keeps much that does not matter, so "left" does not mean "matters". The weights that are left are too small, because the penalty pulls on the true weights as well; fit them again by least squares on the survivors only. As to overfitting: you compared both at one rate and after 500 epochs. Give each side its own rate and its best epoch by validation, repeat it with several seeds, and compare on test data.
#
# **A half answer (2 points)**: Keras does not give exact zeros, because the L1 gradient jumps around 0; one needs soft thresholding. She should refit the weights that survive, and some of the 60 may be useless. (Nothing on a fair comparison.)
#
# **A half answer (1 point)**: She should use early stopping for both and tune the learning rate for both before she compares. The 60 features are the right ones. (Only the third part holds.)
#
# **An empty answer**: She is right, L1 makes the unimportant weights zero. Perhaps a strength of 0.1 would select fewer.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - A penalty is a price: cost = loss + λ · sum of |w| (L1) or of w² (L2), over kernels. Write the strength; Keras's `'l1'` and `'l2'` mean 0.01.
# - L2 pulls less on a smaller weight. L1 pulls on all weights alike; exact zeros come only with a step that stops at 0, or with a cut. What L1 keeps is too small, and much of it may be useless. Choose a stronger penalty, fit the survivors again, and judge the strength by the error after that.
# - Under plain SGD, L2 and weight decay are the same; under Adam they differ. What a decay takes off a weight without a gradient is decided by rate · decay · steps.
# - With wrong labels L2 of 0.003 and a decay of 1 forgave a learning rate that was too high, and a training that was too long. With clean labels they cost accuracy at high constant rates, and hardly any along a cosine. Before you credit a penalty with a gain, tune the rate and the last epoch of the training without a penalty too.
# - A difference of accuracies has two errors, over seeds and over test images. Where both sides were tuned, a penalty perhaps added something, and less than a point.
# - Measured with: a dense relu network 128-128 on 1,280 photographs of clothes of 14 x 14 pixels, with 40 % wrong labels or none, Adam (zeros also SGD), batches of 64, 60 epochs; and eight linear problems with 80 examples, 100 features and 8 true ones. Wider networks, long trainings and other data were not measured.

# %% [markdown]
# ## Sources
#
# - R. Tibshirani, *Regression Shrinkage and Selection via the Lasso*, Journal of the Royal Statistical Society B 58, 1996: the L1 penalty, with the picture of diamond and circle.
# - T. Hastie, R. Tibshirani, J. Friedman, *The Elements of Statistical Learning*, 2nd edition, Springer 2009: section 3.4, ridge regression and the lasso.
# - N. Meinshausen, P. Bühlmann, *High-dimensional graphs and variable selection with the Lasso*, Annals of Statistics 34, 2006: the strength that predicts best keeps features that do not matter.
# - A. Beck, M. Teboulle, *A Fast Iterative Shrinkage-Thresholding Algorithm for Linear Inverse Problems*, SIAM Journal on Imaging Sciences 2, 2009: the proximal step (ISTA), and a faster one.
# - I. Loshchilov, F. Hutter, *Decoupled Weight Decay Regularization*, ICLR 2019, arXiv:1711.05101: L2 and decay for plain SGD and for Adam; AdamW.
# - C. Zhang, S. Bengio, M. Hardt, B. Recht, O. Vinyals, *Understanding deep learning requires rethinking generalization*, ICLR 2017, arXiv:1611.03530: explicit regularization is neither necessary nor enough for generalization.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, <https://www.deeplearningbook.org>: section 7.1, penalties on weights, and why biases are left alone.
# - Q. McNemar, *Note on the sampling error of the difference between correlated proportions or percentages*, Psychometrika 12, 1947: the error over images.
# - Keras, *Layer weight regularizers*, <https://keras.io/api/layers/regularizers/>, and *AdamW*, <https://keras.io/api/optimizers/adamw/>: names, arguments and defaults.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the photographs of clothes.
