# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 06 Weight initialization
#
# **Question**: Where should training start?
#
# Below, one network is trained from five starts. From one it reaches an accuracy of about 0.7, from another about 0.3, and from three it learns nothing.
#
# You will be able to
#
# - tell fan-in from fan-out, and draw first weights by Glorot's rule, by He's rule, or for any other activation function,
# - predict from the width of the layers whether a signal grows, fades or survives on its way through a deep network,
# - detect a bad start before training, and tell it from a bad learning rate.
#
# Run time: about 45 s; your own time: about 140 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | weight initialization | 가중치 초기화 (초깃값, 초기값) | how the weights are chosen before the first step |
# | kernel | 커널 (W) | the weights of a layer without its biases, as one array |
# | fan-in, fan-out | 팬인, 팬아웃 (입력, 출력 연결 수) | how many numbers go into one unit; how many units one number goes into |
# | activation | 활성화값, 활성값 | what a unit gives out, after its activation function |
# | variance, standard deviation | 분산 Var(W), 표준편차 | the mean squared distance from the mean; its root |
# | Glorot (Xavier) uniform | 글로럿 균등 초기화 (Xavier, 세이비어, 사비에르 초기화) | Keras's default: equal chances between two limits |
# | He normal | He 초기화 (카이밍, Kaiming) | a normal distribution made for relu |
# | scale | 스케일, 배율 | the number $g$ in $\mathrm{Var}(W) = g / n$: 1 for Glorot, 2 for He |
# | truncated normal distribution | 절단 정규 분포 | a normal distribution without its tails |
# | vanish, explode | 소실, 폭주 (기울기 소실, 기울기 폭주, 기울기 폭발) | shrink to nothing with depth; grow beyond all bounds |
# | saturated | 포화 | where an activation function is nearly flat, so that hardly any gradient passes |
# | normalization, norm | 정규화 (Normalization) | a step that brings numbers inside a network to one size; lesson 07. *Norm* is short for it here; the global norm (노름) of lesson 03 is a length |
# | shortcut, residual connection | 숏컷, 스킵 연결 (스킵 커넥션), 잔차 연결 (Residual Connection) | the inputs of a layer are added to its outputs; lesson 07 |
#
# </details>

# %% tags=["setup"]
import itertools
import math

import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import fashion_mnist, read_packaged
from helpers.training import Configuration, layer_statistics, starting_weights, sweep
from helpers.widgets import initialization_slider

plotting.use_style()


def relu(values):
    return np.maximum(values, 0)

# %% [markdown]
# ## Part 1 · How large first weights have to be (about 70 minutes)
#
# ## Five starts
#
# Somebody has to choose the first numbers in the weights of a network. In the lessons before, Keras did it for you. Choosing these numbers is the **weight initialization** (가중치 초기화).
#
# We take a network with ten hidden layers of 64 units and relu. How many numbers have to be chosen? (Keras takes some seconds to load.)

# %%
clothes = fashion_mnist()
fresh = starting_weights(Configuration(learning_rate=0.01, hidden=(64,) * 10), clothes)
print(f"{sum(array.size for array in fresh):,} weights and biases")

# %% [markdown]
# We train this network from five starts:
#
# - **zeros**: every weight is 0,
# - **N(0, 0.01)**: small numbers, from a normal distribution with mean 0 and standard deviation 0.01,
# - **N(0, 1)**: the same with standard deviation 1,
# - **Glorot** and **He**: two rules that use the size of the layer. You will write both.
#
# The second number in N(0, 0.01) is the standard deviation, as in NumPy's `rng.normal`. The notes and most books write the variance there.
#
# All else is equal: the images, their order, plain SGD with the learning rate 0.01, ten epochs. **Guess before you run the cell**: which of the five will learn?

# %%
starts = {"zeros": "zeros", "N(0, 0.01)": 0.01, "N(0, 1)": 1.0, "Glorot": "glorot_uniform",
          "He": "he_normal"}


def train_from(name):
    """Five runs with ten hidden layers."""
    configuration = Configuration(learning_rate=0.01, hidden=(64,) * 10,
                                  initializer=starts[name])
    return sweep([configuration], clothes, seeds=range(5))


runs_of = {name: train_from(name) for name in ["zeros", "N(0, 0.01)", "N(0, 1)"]}

# %% [markdown]
# Now the two rules:

# %%
runs_of |= {name: train_from(name) for name in ["Glorot", "He"]}

# %% [markdown]
# Each panel shows one start, with one line for each of five seeds; some lines coincide. The dotted line marks guessing. A training whose loss became `nan` has no line. **Count the panels whose lines leave the level of guessing.**

# %%
figure, panels = plt.subplots(1, 5, figsize=(8.6, 2.6), sharey=True)
for panel, (name, runs) in zip(panels, runs_of.items(), strict=True):
    panel.axhline(0.1, color="0.4", linestyle=":")
    for run in runs:
        if not run.diverged:
            panel.plot(range(1, 11), run.val_accuracies, color="C0", linestyle="-", alpha=0.7)
    lost = sum(run.diverged for run in runs)
    if lost:
        panel.text(5.5, 0.4, f"{lost} of {len(runs)}:\nthe loss is\nno number", ha="center")
    panel.set(title=name, xlabel="epoch", xticks=[1, 5, 10], ylim=(0, 0.8))
panels[0].set_ylabel("validation accuracy")
plt.show()

# %% [markdown]
# The numbers, and the claims:

# %% tags=["nbval-ignore-output"]
def ends(runs):
    """The last validation accuracy of each run."""
    return np.array([run.val_accuracies[-1] for run in runs])


for name, runs in runs_of.items():
    lost = sum(run.diverged for run in runs)
    print(f"{name:11} mean accuracy {ends(runs).mean():.2f}, {lost} of {len(runs)} ended in nan")

assert all(run.diverged for run in runs_of["N(0, 1)"]), "with N(0, 1) the loss should overflow"
assert max(ends(runs_of["zeros"]).max(), ends(runs_of["N(0, 0.01)"]).max()) < 0.15, (
    "these should guess"
)
assert ends(runs_of["He"]).mean() > ends(runs_of["Glorot"]).mean() + 0.2, (
    "He should be far ahead"
)
assert ends(runs_of["He"]).min() > ends(runs_of["Glorot"]).max(), "with every seed"

# %% [markdown]
# The five networks differ in nothing but their first numbers. From two starts the network keeps guessing, from one its loss becomes `nan`, from Glorot's start it learns slowly, and from He's start it learns well.

# %% [markdown]
# ## The signal through twenty layers
#
# The harm is done before training begins. So we look at networks *before* their first step, one network for each start. We send a thousand images through twenty layers of 128 units. In each layer we record how large the **activations** (활성화값) are, the numbers that units give out. We record their **standard deviation** (표준편차) over all units and images. `layer_statistics` does that, and it also measures the gradient on its way back.

# %%
def twenty_layers(start, activation="relu", seed=0):
    """What passes through a fresh network of twenty layers."""
    configuration = Configuration(0.01, hidden=(128,) * 20, activation=activation,
                                  initializer=start)
    return layer_statistics(configuration, clothes, seed=seed)


with_relu = {name: twenty_layers(start) for name, start in starts.items()}

# %% [markdown]
# The axis is logarithmic, so a straight line means the same factor in every layer. The left panel shows all five starts, the right panel only the two rules. **Look at the heights at layer 20**, and count the powers of ten between the lines.

# %%
recipes = {name: with_relu[name] for name in ["Glorot", "He"]}
figure, panels = plt.subplots(1, 2, figsize=(8.6, 3.4))
plotting.plot_layer_statistics(recipes | with_relu, ax=panels[0])
plotting.plot_layer_statistics(recipes, ax=panels[1])
panels[1].set_ylabel("")
plt.show()

# %% [markdown]
# With N(0, 1) the signal **explodes** (폭주), with N(0, 0.01) it **vanishes** (소실). With Glorot's start it fades slowly. With He's start the signal in the last layer is about as large as in the first. With zeros there is no signal at all.
#
# The network knows no more of an image than what comes out of its last hidden layer. If this is nothing, every image gets the same answer. If it is astronomically large, so are the loss and the gradient, and one step of the usual size ruins the weights.
#
# The gradient passes through the same weights, backwards. The next cell prints the size of the gradient of the first layer's **kernel** (커널), which is the weights of a layer without its biases, the $W$ of the notes.

# %%
for name, statistics in with_relu.items():
    forward, backward = statistics.activation_stds, statistics.gradient_stds
    print(f"{name:11} last activations {forward[-1]:8.1e}, first gradient {backward[0]:8.1e}")

assert with_relu["N(0, 1)"].gradient_stds[0] > 1e10, "it should explode"
assert with_relu["Glorot"].gradient_stds[0] < with_relu["He"].gradient_stds[0] / 10, (
    "it should fade"
)
assert with_relu["N(0, 0.01)"].gradient_stds[0] < 1e-15, "it should vanish"
assert with_relu["zeros"].gradient_stds.max() == 0, "it should be exactly zero"

# %% [markdown]
# A step is the learning rate times the gradient. At one common rate, the steps from N(0, 0.01) are too small to change any weight, and the first step from N(0, 1) ruins the network.
#
# ### Is it only the rate?
#
# Perhaps these two starts only need other rates. In the network with ten layers, N(0, 0.01) gets rates up to a thousand times as large, and N(0, 1) gets tiny rates for its huge gradients. **Guess**: can a rate save them?

# %% tags=["nbval-ignore-output"]
rescued = {}
for name, tried in {"N(0, 0.01)": [0.1, 1, 10], "N(0, 1)": [1e-9, 1e-8, 1e-7, 1e-6]}.items():
    for rate in tried:
        trial = Configuration(learning_rate=rate, hidden=(64,) * 10, initializer=starts[name])
        rescued[name, rate] = ends(sweep([trial], clothes, seeds=range(3)))
        print(f"{name:11} rate {rate:g}: mean accuracy {rescued[name, rate].mean():.2f}")

assert all(found.max() < 0.15 for (name, _), found in rescued.items() if name == "N(0, 0.01)")
assert rescued["N(0, 1)", 1e-8].mean() > 0.35, "a tiny rate should rescue a part"
assert rescued["N(0, 1)", 1e-8].mean() < ends(runs_of["He"]).mean() - 0.05, "and not all"
assert rescued["N(0, 1)", 1e-6].max() < 0.15, "a hundred times as much should be too much"

# %% [markdown]
# None of these rates brings back a signal that has vanished. For a signal that has exploded, a rate a million times smaller than usual helps: the network learns, though less than from He's start. So a start and a rate belong together, and a fair comparison looks for the best rate of each start.

# %% [markdown]
# ## One layer, computed
#
# Why is there a constant factor in each layer? Take one unit. It adds up $n$ products of a weight and an input:
#
# $$z = w_1 x_1 + w_2 x_2 + \dots + w_n x_n$$
#
# The weights are drawn independently, with mean 0 and **variance** (분산) $\mathrm{Var}(W)$. Then the variances of the products add up:
#
# $$\mathrm{Var}(z) = n \cdot \mathrm{Var}(W) \cdot \overline{x^2}$$
#
# - $n$ is the number of inputs of the unit,
# - $\mathrm{Var}(W)$ is the variance of one weight, the square of its standard deviation,
# - $\overline{x^2}$ is the mean of the squared inputs.
#
# Then comes relu. $z$ is as often negative as positive, and relu sets the negative half to 0. So half of the mean square is left. One relu layer multiplies the mean square of the signal by
#
# $$\tfrac{1}{2} \, n \, \mathrm{Var}(W)$$
#
# The next cell tests this formula in layers of three widths. The weights have standard deviation 0.1, the inputs have mean square 1. We take the mean over ten draws.

# %%
for width in [20, 200, 800]:
    squares = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        inputs, kernel = rng.normal(size=(200, width)), rng.normal(0, 0.1, size=(width, 200))
        squares.append((relu(inputs @ kernel) ** 2).mean())
    formula = width * 0.1**2 / 2
    print(f"width {width:3}: formula {formula:.2f}, measured {np.mean(squares):.2f}")
    assert abs(np.mean(squares) / formula - 1) < 0.05, "measured and formula should agree"

# %% [markdown]
# With the *same* weights the narrow layer makes the signal smaller and the wide layer makes it larger. **No standard deviation is right for all layers. It has to depend on the width.**
#
# Twenty layers multiply by this factor twenty times. The standard deviation is multiplied by the root of the factor. We compare this root, $\sqrt{\frac{1}{2} n \mathrm{Var}(W)}$, with the twenty layers of the picture, where $n$ is 128. Glorot's and He's variances for such a layer are $1/n$ and $2/n$; the next sections derive them. For these two we take the mean of three seeds.

# %%
variances = {"N(0, 0.01)": 0.01**2, "N(0, 1)": 1.0, "Glorot": 1 / 128, "He": 2 / 128}
for name, variance in variances.items():
    networks = [with_relu[name]]
    if name in ("Glorot", "He"):
        networks += [twenty_layers(starts[name], seed=seed) for seed in (1, 2)]
    factors = [(net.activation_stds[-1] / net.activation_stds[0]) ** (1 / 19)
               for net in networks]
    formula = math.sqrt(128 * variance / 2)
    print(f"{name:11} factor a layer: formula {formula:.2f}, measured {np.mean(factors):.2f}")
    assert abs(np.mean(factors) / formula - 1) < 0.1, "the network should follow the formula"

# %% [markdown]
# A factor of 0.7 looks harmless. Over twenty layers it becomes a factor of a thousand.

# %% [markdown]
# ## Fan-in and fan-out
#
# A layer has two sides, and so two widths.
#
# - **Fan-in** (팬인) is how many numbers go into one unit. Fan-in determines how large the signal becomes on its way forward.
# - **Fan-out** (팬아웃) is how many units one number goes into. The number changes the loss through each of these units, so its gradient is a sum of that many products. Fan-out determines how large the gradient becomes on its way back.
#
# The left panel shows a small dense layer. The right panel shows a convolution along a line, whose units see a window of three numbers each. **Count the solid lines that end in one unit, then the dashed lines that leave one number.**

# %%
figure, panels = plt.subplots(1, 2, figsize=(8, 3))
plotting.plot_fans(5, 3, ax=panels[0])
plotting.plot_fans(8, 8, window=3, ax=panels[1])
for panel, title in zip(panels, ["dense, 5 inputs, 3 units", "convolution, window of 3"],
                        strict=True):
    panel.set_title(title, loc="center")
plt.show()

# %% [markdown]
# In Keras the kernel of a dense layer has shape `(inputs, units)`. Each unit sees all inputs, and each input goes to all units. So the shape already holds fan-in and fan-out.
#
# The kernel of a convolution has shape `(height, width, channels in, channels out)`. One of its units looks at a window of `height` by `width` pixels, and there at all incoming channels. While the window slides, each incoming number takes each place of the window once, for each outgoing channel.
#
# An example: a window of 5 by 5, from 3 channels to 8. A unit sees 25 pixels with 3 numbers each, so fan-in is 75. A number goes to 25 places in 8 channels, so fan-out is 200.
#
# (This holds for a stride of 1. With a stride of 2 a number goes to about a quarter as many places. Keras reads only the shape, and so do we.)

# %% [markdown]
# ### Exercise 1: `fans` (1 point)

# %% solution="fans"
def fans(kernel_shape):
    """Return two whole numbers: fan-in and fan-out of a layer, from the shape of its kernel.

    kernel_shape: a tuple of whole numbers, 1 or more: (inputs, units) of a dense layer, or
        (height, width, channels in, channels out) of a convolution.
    """
    ### BEGIN SOLUTION
    *window, num_in, num_out = kernel_shape
    return math.prod(window) * num_in, math.prod(window) * num_out
    ### END SOLUTION

# %% test="fans" points=1
def both_fans(kernel_shape):
    return np.atleast_1d(fans(kernel_shape)).tolist()


check("a dense layer", both_fans, (50, 20), seen_as="whole numbers")
check("a convolution, 3 by 3", both_fans, (3, 3, 16, 32), seen_as="whole numbers")
check("a window that is not square", both_fans, (2, 5, 4, 6), seen_as="whole numbers")
### BEGIN HIDDEN TESTS
check("a dense layer that widens", both_fans, (7, 300), seen_as="whole numbers")
check("a long thin window", both_fans, (7, 1, 10, 3), seen_as="whole numbers")
check_drawn("drawn shapes", both_fans, seen_as="whole numbers")
### END HIDDEN TESTS

# %% [markdown]
# ## Glorot: a compromise
#
# We write $n_{\text{in}}$ for fan-in and $n_{\text{out}}$ for fan-out. First we leave out relu, so nothing is halved. The signal keeps its size on the way forward if $n_{\text{in}} \mathrm{Var}(W) = 1$. The gradient keeps its size on the way back if $n_{\text{out}} \mathrm{Var}(W) = 1$. A layer whose two sides differ cannot satisfy both conditions.
#
# Here is such a layer, with 50 inputs and 800 units and no activation function. We send numbers of mean square 1 through it, forward and backward, and print the mean square that comes out, for three choices of the variance.

# %%
came_out = {}
for name, variance in {"1 / fan-in": 1 / 50, "1 / fan-out": 1 / 800, "Glorot": 2 / 850}.items():
    rng = np.random.default_rng(0)
    kernel = rng.normal(0, variance**0.5, size=(50, 800))
    forward = (rng.normal(size=(1000, 50)) @ kernel) ** 2
    backward = (rng.normal(size=(1000, 800)) @ kernel.T) ** 2
    came_out[name] = np.array([forward.mean(), backward.mean()])
    print(f"{name:11} forward {came_out[name][0]:5.2f}, backward {came_out[name][1]:5.2f}")

assert abs(came_out["1 / fan-in"][0] - 1) < 0.05, "the way forward should be kept"
assert came_out["1 / fan-in"][1] > 10, "and the way back should explode"
assert abs(came_out["1 / fan-out"][1] - 1) < 0.05, "the way back should be kept"
assert abs(came_out["Glorot"].mean() - 1) < 0.05, "the mean of both should be 1"

# %% [markdown]
# The third line shows the compromise of Xavier Glorot and Yoshua Bengio. The forward condition asks for the variance $1/n_{\text{in}}$, the backward condition for $1/n_{\text{out}}$. Glorot and Bengio divide by the mean of the two numbers, $(n_{\text{in}} + n_{\text{out}})/2$:
#
# $$\mathrm{Var}(W) = \frac{2}{n_{\text{in}} + n_{\text{out}}}$$
#
# This rule keeps neither direction exactly, but the mean of the two factors is 1.
#
# In a deep network the activation function of each layer adds another factor. On the way forward, relu leaves half of the mean square. On the way back it leaves half as well, because a unit that gave out 0 passes no gradient.

# %% [markdown]
# ### Exercise 2: `both_ways` (2 points)
#
# What becomes of the signal and of the gradient in a whole network? Follow the mean square through all layers, first forward, then backward. For each layer, ask which of its two sides counts in this direction.

# %% solution="both_ways"
def both_ways(widths, variances, kept):
    """Return two numbers: the factor by which a network multiplies the mean square of the
    signal, and the factor for the mean square of the gradient.

    widths: a list of two or more whole numbers, the inputs of the network and then the units of
        each layer.
    variances: a list, the variance of the weights of each layer (0 or more), in the same order.
    kept: the share of a mean square that the activation function of each layer leaves, on either
        way; a number above 0, the same for all layers.
    The signal goes from the inputs through all layers, the gradient all the way back.
    """
    ### BEGIN SOLUTION
    without_sides = math.prod(variance * kept for variance in variances)
    return math.prod(widths[:-1]) * without_sides, math.prod(widths[1:]) * without_sides
    ### END SOLUTION

# %% test="both_ways" points=2
check("a funnel of three layers", both_ways, [40, 20, 10, 3], [0.03, 0.1, 0.2], 0.8,
      seen_as="sequence")
check("two layers, nothing lost", both_ways, [50, 800, 30], [0.02, 0.004], 1, seen_as="sequence")
check("four equal layers", both_ways, [6, 6, 6, 6, 6], [0.5, 0.25, 0.5, 0.1], 0.5,
      seen_as="sequence")
check("one layer alone", both_ways, [4, 8], [0.3], 0.5, seen_as="sequence")
check("a layer of zeros", both_ways, [4, 8, 5], [0.3, 0], 0.5, seen_as="sequence")
check("ten hidden layers of 64", both_ways, [784, *[64] * 10, 10], [0.03] * 11, 0.5,
      seen_as="sequence")
### BEGIN HIDDEN TESTS
check("a network that widens", both_ways, [2, 30, 70, 90], [0.4, 0.01, 0.02], 0.3, seen_as="sequence")
check("a waist", both_ways, [60, 3, 50], [0.02, 0.3], 1.2, seen_as="sequence")
waists = ([60, 3, 50], [0.02, 0.3]), ([60, 3, 50], [0.5, 0.1]), ([20, 7, 10], [0.02, 0.3])
check("the same sides, then the same variances", lambda: [list(both_ways(*waist, 0.9)) for waist in waists])
check_drawn("drawn networks", both_ways, seen_as="sequence", atol=0)
### END HIDDEN TESTS

# %% [markdown]
# Your function can compare the rules. Here is a funnel of five layers, from 784 inputs to 10 outputs. **Guess before you run the cell**: the rule $1/n_{\text{in}}$ keeps the forward signal in each layer. How much of the gradient is left?

# %%
funnel = [784, 400, 200, 100, 50, 10]
sides = list(itertools.pairwise(funnel))
rules = {"1 / fan-in": [1 / n for n, m in sides], "1 / fan-out": [1 / m for n, m in sides],
         "Glorot": [2 / (n + m) for n, m in sides]}

# %% [markdown]
# For each rule, without an activation function and with relu:

# %%
if solved("both_ways"):
    plain = {name: both_ways(funnel, variances, 1) for name, variances in rules.items()}
    for name, (forward, backward) in plain.items():
        print(f"{name:11} forward {forward:6.3f}, backward {backward:6.3f};", end=" ")
        print("with relu: {:6.3f}, {:6.4f}".format(*both_ways(funnel, rules[name], 0.5)))
    assert np.allclose(plain["1 / fan-in"], [1, 10 / 784]), (
        "the gradient should change by the ratio of the first and last width"
    )
    assert np.allclose(plain["1 / fan-out"], [784 / 10, 1]), "or the signal should"
    assert 1 < plain["Glorot"][0] < 784 / 10, "Glorot's should share it: less forward"
    assert 10 / 784 < plain["Glorot"][1] < 1, "and less backward"

# %% [markdown]
# A rule that uses fan-in alone keeps the size of the forward signal; a rule that uses fan-out alone keeps the size of the backward signal. The signal that such a rule does not keep changes by the ratio of the network's first and last width. Glorot's rule divides this change: in this funnel the forward signal grows and the gradient fades, each by less than that ratio. With relu, every rule also loses a factor of two in each of the five layers, in both directions. No choice of fan-in or fan-out makes up for this loss in both directions.

# %% [markdown]
# ## He: weights that make up for relu
#
# Kaiming He and his colleagues make up for the halving:
#
# $$\tfrac{1}{2} \, n_{\text{in}} \, \mathrm{Var}(W) = 1 \qquad \text{so} \qquad \mathrm{Var}(W) = \frac{2}{n_{\text{in}}}$$
#
# The weights come from a normal distribution with mean 0 and this variance. The notes write `var(W) = root(2/input demension)`; below we measure what that formula does.
#
# All these rules have the form $\mathrm{Var}(W) = g / n$. The number $g$ is the **scale** (스케일, 배율): 2 for relu, and 1 without an activation function. Two conditions tell which scale another activation function needs.
#
# **Forward.** A layer has weighted sums $z$, and its activation function $f$ turns them into $f(z)$, the inputs of the next layer. The weights of the next layer have variance $g/n_{\text{in}}$. By the formula of *One layer, computed*, the sums of the next layer have a mean square of $g$ times the mean of all $f(z)^2$. This should equal the mean square of $z$.
#
# **Backward.** By the chain rule, a gradient that comes back through the activation function is multiplied by the slope $f'(z)$ at each unit. So its mean square is multiplied by the mean of all $f'(z)^2$, if gradient and slope are independent. Weights of variance $g/n_{\text{out}}$ multiply it by $g$. The product of these two factors should be 1.
#
# Here are some activation functions and their slopes. A leaky relu lets a part of the negative half through. The last function is a tanh that LeCun stretched so that 1 stays 1.

# %% tags=["setup"]
ACTIVATIONS = {
    "relu": (relu, lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky relu": (lambda z: np.where(z > 0, z, 0.5 * z), lambda z: np.where(z > 0, 1.0, 0.5)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "stretched tanh": (
        lambda z: 1.7159 * np.tanh(2 / 3 * z), lambda z: 1.1439 * (1 - np.tanh(2 / 3 * z) ** 2)),
}

# %% [markdown]
# ### Exercise 3: `scales` (2 points)
#
# Write down both conditions as equations in $g$, and solve each.

# %% solution="scales"
def scales(activation, slope, z):
    """Return two numbers: the scale that keeps the mean square of the signal, and the scale
    that keeps the mean square of the gradient.

    activation, slope: an activation function and its slope; each takes an array and returns one
        of its shape.
    z: an array of numbers, of one or more axes: the weighted sums that enter the activation
    function. The mean squares of z, of activation(z) and of slope(z) are above 0.
    """
    ### BEGIN SOLUTION
    forward = np.mean(np.square(z, dtype=float)) / np.mean(np.square(activation(z), dtype=float))
    return forward, 1 / np.mean(np.square(slope(z), dtype=float))
    ### END SOLUTION

# %% test="scales" points=2
def scales_of(name, z):
    return scales(*ACTIVATIONS[name], z)


five_sums = np.array([3.0, -1.0, 2.0, -4.0, 0.0])
sums = np.random.default_rng(7).normal(size=(20, 3))
check("relu", scales_of, "relu", five_sums.copy(), seen_as="sequence")
check("leaky relu", scales_of, "leaky relu", 3 * sums, seen_as="sequence")
check("tanh of small sums", scales_of, "tanh", 0.01 * sums, seen_as="sequence")
check("tanh of large sums", scales_of, "tanh", 4 * sums[:, 0], seen_as="sequence")
check("stretched tanh of small sums", scales_of, "stretched tanh", 0.3 * sums,
      seen_as="sequence")
### BEGIN HIDDEN TESTS
check("large sums, stretched", scales_of, "stretched tanh", 1.5 * sums, seen_as="sequence")
check("a wave", scales, np.sin, np.cos, 2 * sums + 1, seen_as="sequence")


def scales_drawn(name, number, z):
    made = {
        "leak": (lambda z: np.where(z > 0, z, number * z), lambda z: np.where(z > 0, 1.0, number)),
        "wave": (lambda z: np.sin(number * z), lambda z: number * np.cos(number * z)),
    }
    return scales(*(ACTIVATIONS | made)[name], z)


check_drawn("drawn functions", scales_drawn, seen_as="sequence", atol=0)
### END HIDDEN TESTS

# %% [markdown]
# Which scales do these functions need when the sums are drawn from N(0, 1), as in a network that starts well?

# %%
z = np.random.default_rng(0).normal(size=100_000)
if solved("scales"):
    for name, (activation, slope) in ACTIVATIONS.items():
        print("{:14} forward {:.2f}, backward {:.2f}".format(name,
                                                             *scales(activation, slope, z)))
    of_tanh = {size: scales(*ACTIVATIONS["tanh"], size * z) for size in [0.1, 1, 3]}
    for size, (forward, backward) in of_tanh.items():
        print(f"tanh, sums of N(0, {size}): forward {forward:.2f}, backward {backward:.2f}")
    relus = [[scales(*ACTIVATIONS[name],
                     size * z) for size in (1, 3)] for name in ("relu", "leaky relu")]
    assert np.ptp(relus, axis=(1, 2)).max() < 0.05, (
        "both ways and both sizes should want the same"
    )
    assert max(of_tanh[0.1]) < 1.1, "close to 0 tanh should take nearly nothing"
    assert 2 < min(of_tanh[1]) < max(of_tanh[1]) < 3, (
        "sums of size 1 should want more than twice as much"
    )
    assert min(of_tanh[3]) > 5, "and larger sums more again"

# %% [markdown]
# For relu and leaky relu both conditions ask for the same scale here, because the sums lie symmetrically around 0. This scale does not change when all sums are multiplied by a number. For tanh the two conditions disagree, and both depend on the size of the sums. Close to 0, tanh is nearly a straight line, and Glorot's scale of 1 is right.

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. In part 2 you draw weights as Keras does, look into networks with tanh, and measure what the start means for networks of today.

# %% [markdown]
# ## Part 2 · Draw them, and measure what they are worth (about 70 minutes)
#
# ## Drawing a kernel
#
# The notes have an example: images of (28, 28), an output of 128, and so in = 784. We ask Keras for exactly this layer, with its default start, `glorot_uniform`. We also ask for the same dense layer directly on the (28, 28) image, without `Flatten`. **Compare the two shapes and the two largest weights.**

# %%
import keras

keras.utils.set_random_seed(0)
layers_of = {"with Flatten": [keras.layers.Flatten(), keras.layers.Dense(128)],
             "without": [keras.layers.Dense(128)]}
largest = {}
for name, layers in layers_of.items():
    model = keras.Sequential([keras.Input((28, 28)), *layers])
    kernel = layers[-1].kernel.numpy()
    largest[name] = np.abs(kernel).max()
    print(f"{name:12}  kernel {kernel.shape}, up to {largest[name]:.4f}, "
          f"output {model.output_shape}")

assert np.isclose(largest["with Flatten"], (6 / (784 + 128)) ** 0.5, rtol=0.001), "784 inputs"
assert np.isclose(largest["without"], (6 / (28 + 128)) ** 0.5, rtol=0.01), "28 inputs"

# %% [markdown]
# With `Flatten` the notes are right. Without it nothing fails, but the layer is different. A dense layer works on the *last* axis: it treats each row of the image as an example with 28 inputs, and gives out 28 rows of 128 numbers. Fan-in is 28, and the limit is more than twice as large. **Flatten first**, and look at the output shape.
#
# A variance alone does not say how to draw the weights. Three distributions are in use.
#
# **Uniform.** A **uniform distribution** (균등 분포) on an interval $[-a, a]$ has variance $a^2 / 3$. Set this equal to Glorot's variance, and you get the limit of the notes, with its 6:
#
# $$\frac{a^2}{3} = \frac{2}{n_{\text{in}} + n_{\text{out}}} \qquad \text{so} \qquad a = \sqrt{\frac{6}{n_{\text{in}} + n_{\text{out}}}}$$
#
# Do not confuse the limit $a$, the standard deviation $a / \sqrt{3}$ and the variance $a^2 / 3$.
#
# **Normal.** NumPy's `rng.normal(mean, std, size=shape)` takes the *standard deviation*, the root of the variance.
#
# **Truncated normal** (절단 정규 분포). No unit should start with one huge weight. So every number beyond two standard deviations is drawn again, until none is left there. This makes the standard deviation smaller. Keras's `he_normal` draws like this. We cut a standard normal distribution, and look at a kernel of Keras with 200 inputs, for which He's standard deviation is 0.1.

# %%
drawn = np.random.default_rng(0).normal(size=1_000_000)
left = drawn[np.abs(drawn) <= 2]
print(f"a normal distribution: standard deviation {drawn.std():.4f}; cut at 2: {left.std():.4f}")
by_keras = keras.initializers.HeNormal(seed=0)((200, 5000)).numpy()
print(f"Keras: standard deviation {by_keras.std():.4f}, largest weight "
      f"{np.abs(by_keras).max():.4f}")

assert abs(left.std() - 0.8796) < 0.003, "the cut should take 12 % of the standard deviation"
assert abs(by_keras.std() / 0.1 - 1) < 0.01, "Keras's standard deviation should be He's"
assert 0.22 < np.abs(by_keras).max() < 0.228, "Keras should cut beyond 0.2"

# %% [markdown]
# The cut leaves 0.8796 of the standard deviation (more exactly 0.87962566). Keras makes up for the loss: its weights have He's standard deviation, and its cut lies further out than 0.2. What counts is the variance of the weights *that the layer gets*.

# %% [markdown]
# ### Exercise 4: `draw_kernel` (2 points)
#
# Write one function for all of these starts. With scale 1, `"fan_avg"` and `"uniform"` it draws Glorot's start; with scale 2, `"fan_in"` and `"normal"` it draws He's. With a scale from exercise 3 it serves any other activation function.
#
# The argument `rng` is a NumPy generator, for instance `np.random.default_rng(0)`. `rng.uniform(low, high, size=shape)` gives new numbers at every call, and two generators with the same seed give the same numbers in the same order. Draw only from `rng`, so that the caller decides the seed.
#
# The numbers can be drawn in more than one way, so the checks compare properties of some thousands of weights; `seen_as` names the property.

# %% solution="draw_kernel"
def draw_kernel(shape, scale, mode, distribution, rng):
    """Return an array: the kernel of a dense layer. Its weights have mean 0 and variance
    scale / n.

    shape: (fan_in, fan_out) of the kernel, whole numbers, 1 or more. scale: a number above 0.
    mode: what n is: "fan_in", "fan_out", or "fan_avg" for the mean of the two.
    distribution: "uniform", "normal", or "truncated_normal": a normal distribution without what
        lies beyond two of its standard deviations. With each of them scale / n is the variance
        of what is returned.
    rng: a NumPy generator; the only source of chance.
    """
    ### BEGIN SOLUTION
    n = {"fan_in": shape[0], "fan_out": shape[1], "fan_avg": sum(shape) / 2}[mode]
    std = math.sqrt(scale / n)
    if distribution == "uniform":
        return rng.uniform(-std * math.sqrt(3), std * math.sqrt(3), size=shape)
    kernel = rng.normal(0.0, std, size=shape)
    if distribution == "truncated_normal":
        while (far := np.abs(kernel) > 2 * std).any():
            kernel[far] = rng.normal(0.0, std, size=far.sum())
        kernel /= 0.87962566
    return kernel
    ### END SOLUTION

# %% test="draw_kernel" points=2 tags=["long"]
def seeded(number, *start):
    return draw_kernel(*start, np.random.default_rng(number))


cut, tiny = ((30, 200), 0.5, "fan_out", "truncated_normal"), ((4, 3), 1, "fan_in", "normal")
check("truncated", seeded, 4, *cut, seen_as="sample", rtol=0.06)
check("He's", seeded, 1, (20, 105), 2, "fan_in", "normal", seen_as="sample", rtol=0.12)
check("Glorot's", seeded, 2, (20, 105), 1, "fan_avg", "uniform", seen_as="sample", rtol=0.08)
check("even, by fan-in, scale 2", seeded, 8, (20, 105), 2, "fan_in", "uniform", seen_as="sample",
      rtol=0.08)
check("normal, by both sides", seeded, 3, (70, 30), 0.7, "fan_avg", "normal", seen_as="sample",
      rtol=0.12)
check("the largest; how many different ones, zeros, and of the most frequent one", lambda: [
    np.abs(seeded(5, *cut)).max(), len(np.unique(seeded(5, *cut))), (seeded(5, *cut) == 0).sum(),
    np.unique(seeded(5, *cut), return_counts=True)[1].max(),
], rtol=0.02)
check("the shares of 40,000 in each quarter up to the largest", lambda: np.histogram(
    np.abs(seeded(9, (200, 200), 1, "fan_in", "truncated_normal")), bins=4
)[0] / 40000, rtol=0.13)
check("how far 200 kernels of 2 by 3 reach, from fan_avg", lambda: max(
    np.abs(seeded(n, (2, 3), 1, "fan_avg", "uniform")).max() for n in range(200)), rtol=0.02)
check("a single weight", seeded, 6, (1, 1), 1.5, "fan_in", "truncated_normal", seen_as="sample")
check("a seed twice, and another", lambda: [seeded(n, *tiny) for n in (7, 7, 8)],
      seen_as="repeated samples")
### BEGIN HIDDEN TESTS
check("even, by both", seeded, 10, (25, 90), 3, "fan_avg", "uniform", seen_as="sample", rtol=0.08)
check("normal, by fan-out", seeded, 11, (25, 90), 0.4, "fan_out", "normal", seen_as="sample", rtol=0.12)
check("how far even ones reach", lambda: np.abs(seeded(14, (40, 60), 2, "fan_in", "uniform")).max(), rtol=0.02)
check("how far two thousand pairs reach, even and cut", lambda: [
    max(np.abs(seeded(n, (1, 2), 1, "fan_avg", kind)).max() for n in range(2000))
    for kind in ("uniform", "truncated_normal")
], rtol=0.02)
wide = (90, 500), 4, "fan_out", "truncated_normal"
check("four heights", lambda: np.histogram(np.abs(seeded(15, *wide)), bins=4)[0] / 45000, rtol=0.13)
lone = (1, 1), 3, "fan_avg", "truncated_normal"
check("two lone weights", lambda: [seeded(12, *lone), seeded(13, *lone)], seen_as="repeated samples")
some, rng = ((7, 2), 1, "fan_out", "truncated_normal"), np.random.default_rng(9)
check("a cut one and the next", lambda: [draw_kernel(*some, rng) for _ in range(2)],
      seen_as="repeated samples")
check("triplets", lambda: [seeded(13, *some) for _ in range(3)], seen_as="repeated samples")


def ends_drawn(number, shape, *start):
    rng = np.random.default_rng(number)
    num_weights = {"uniform": 800, "truncated_normal": 2000}.get(start[-1], 0)  # so many come near the end
    has_ends = start[-1] == "uniform" or math.prod(shape) > num_weights > 0
    kernels = [draw_kernel(shape, *start, rng)]
    while has_ends and sum(kernel.size for kernel in kernels) < num_weights:
        kernels.append(draw_kernel(shape, *start, rng))
    farthest = max(np.abs(kernel).max() for kernel in kernels)
    return [farthest if has_ends else "no matter", len(np.unique(kernels[0]))]


def repeated(number, shape, *start):
    rng = np.random.default_rng(number)
    small = min(shape[0], 3), min(shape[1], 2)
    return [seeded(number, small, *start), *(draw_kernel(small, *start, rng) for _ in range(2))]


check_drawn("drawn starts", seeded, seen_as="sample", rtol=0.12)
check_drawn("drawn starts, their ends", ends_drawn, rtol=0.02)
check_drawn("drawn starts, drawn again", repeated, seen_as="repeated samples")
### END HIDDEN TESTS

# %% [markdown]
# ## A deep network in a few lines
#
# You can test a start without data and without training. Take any numbers as inputs, send them through some layers of fresh weights, and record the standard deviation after each layer:
#
# 1. The signal begins as `inputs`, an array with one row for each example.
# 2. For each layer, ask for a kernel. Its shape is (incoming numbers, `width`). The first layer has as many incoming numbers as `inputs` has columns.
# 3. The signal becomes the activation function of signal times kernel. In NumPy the product of two matrices is `signal @ kernel`. There are no biases: they start at 0.
# 4. Record the standard deviation of all its numbers: `.std()`.

# %% [markdown]
# ### Exercise 5: `activation_stds` (3 points)
#
# `initialize` takes a shape and a generator and returns a kernel, as `draw_kernel` does once its other arguments are chosen.

# %% solution="activation_stds"
def activation_stds(initialize, activation, depth, width, inputs, rng):
    """Return an array of shape (depth,): the standard deviation over all activations of each
    layer.

    initialize: takes (shape, rng), returns a kernel; call it once for each layer, in their
        order.
    activation: takes an array, returns an array of the same shape.
    depth, width: how many layers, and units in each of them; whole numbers, 1 or more.
    inputs: an array of shape (num_examples, num_inputs). rng: a NumPy generator, for initialize.
    """
    ### BEGIN SOLUTION
    signal, stds = inputs, []
    for _ in range(depth):
        kernel = initialize((signal.shape[1], width), rng)
        signal = activation(signal @ kernel)
        stds.append(signal.std())
    return np.array(stds)
    ### END SOLUTION

# %% test="activation_stds" points=3
def fixed_kernel(shape, rng):
    return np.resize([0.5, -1.0, 2.0, 0.25, -0.5], shape)


def random_kernel(shape, rng):
    return rng.normal(size=shape)


three, rng = np.array([[1.0, -2.0], [0.5, 0.25], [-1.0, 3.0]]), np.random.default_rng(7)
check("three layers, always the same kernel", activation_stds, fixed_kernel, relu, 3, 4,
      three.copy(), rng)
check("tanh, as many units as inputs", activation_stds, fixed_kernel, np.tanh, 3, 2,
      three.copy(), rng)
check("a random kernel for each layer", activation_stds, random_kernel, relu, 4, 6,
      three.copy(), rng)
### BEGIN HIDDEN TESTS
many = np.random.default_rng(1).normal(size=(30, 20))
another = np.random.default_rng(2)
check("a single layer", activation_stds, fixed_kernel, np.sin, 1, 3, three.copy(), another)
check("many random layers", activation_stds, random_kernel, np.tanh, 12, 7, many, another)


def stds_drawn(seed, size, name, depth, width, inputs):
    start = lambda shape, rng: size * rng.normal(size=shape)
    activation, rng = ACTIVATIONS[name][0], np.random.default_rng(seed)
    return activation_stds(start, activation, depth, width, inputs, rng)


check_drawn("drawn networks and inputs", stds_drawn, atol=1e-12)
### END HIDDEN TESTS

# %% [markdown]
# ### A start made to measure
#
# You can now design a start for a new activation function. The next cell sends random inputs through twenty layers of 128 units with the leaky relu. The scale is Glorot's 1, He's 2, or the forward scale that your `scales` finds. **Guess**: which of the three keeps the signal?

# %%
inputs = np.random.default_rng(0).normal(size=(500, 128))


def last_over_first(activation, scale, seed):
    """By what twenty layers multiply the standard deviation of the first one."""
    start = lambda shape, rng: draw_kernel(shape, scale, "fan_in", "normal", rng)
    stds = activation_stds(start, activation, 20, 128, inputs, np.random.default_rng(seed))
    return stds[-1] / stds[0]

# %% [markdown]
# The means over five seeds:

# %%
leaky_relu, its_slope = ACTIVATIONS["leaky relu"]
if solved("scales", "draw_kernel", "activation_stds"):
    yours, _ = scales(leaky_relu, its_slope, z)
    factors = {}
    for scale in [1, 2, yours]:
        factors[scale] = [last_over_first(leaky_relu, scale, seed) for seed in range(5)]
        print(f"scale {scale:.2f}: times {np.mean(factors[scale]):.2g}")

    assert max(factors[1]) < 0.05, "Glorot's scale should let it fade"
    assert min(factors[2]) > 3, "He's should let it grow"
    assert min(factors[yours]) > 0.3, "the third should keep it"
    assert max(factors[yours]) < 3, "and not let it grow"

# %% [markdown]
# A leaky relu keeps more of a signal than relu does, so a scale made for relu is too large for it. For any activation function you can solve the condition yourself, at the size of sums that you expect.

# %% [markdown]
# ### Play
#
# The slider sets the **gain** (게인), the root of the scale, in layers of 128 units; the standard deviation of the weights is gain $/ \sqrt{128}$. The left panel shows the signal on its way forward, the right panel the gradient on its way back. Find the gain at which relu neither fades nor explodes, and see how narrow the good range is. Then change to tanh and choose a large gain: the left picture looks healthy. Does the right picture? (If you see no slider, you see four starts with relu.)

# %%
initialization_slider()

# %% [markdown]
# ## With tanh the signal cannot explode
#
# tanh maps every number into the interval from -1 to 1, so activations cannot explode. Does that save a bad start? A unit is **saturated** (포화) where tanh is nearly flat, here beyond -0.99 or 0.99. **Compare the activations of N(0, 1) with its gradient.**

# %% tags=["nbval-ignore-output"]
with_tanh = {name: twenty_layers(start, "tanh")
             for name, start in starts.items() if name != "zeros"}
for name, net in with_tanh.items():
    print(f"{name:11} last activations {net.activation_stds[-1]:7.2g}, "
          f"{net.saturated_fractions[-1]:4.0%} saturated, "
          f"first gradient {net.gradient_stds[0]:7.1e}")

large = with_tanh["N(0, 1)"]
assert large.activation_stds.min() > 0.8, "activations should look lively in each layer"
assert large.saturated_fractions[-1] > 0.7, "most units should be saturated"
assert large.gradient_stds[0] > 1e4 * large.gradient_stds[-1], "the gradient should explode"
assert (np.diff(large.gradient_stds) < 0).all(), "layer by layer"
assert with_tanh["He"].activation_stds[-1] > 2 * with_tanh["Glorot"].activation_stds[-1]
assert max(with_tanh[name].saturated_fractions.max() for name in ("Glorot", "He")) < 0.05

# %% [markdown]
# With N(0, 1) the activations look healthy, but most units are saturated, and the gradient grows on its way back, layer by layer. The saturated units pass hardly any gradient; the other units pass it through 128 weights of size 1. **Looking at the activations is not enough; look at the gradients too.** He's start works with tanh as well.

# %% [markdown]
# ## How deep must a network be before it matters?
#
# Each layer multiplies by its factor, so a shallow network should be changed little. We train networks with one, four and ten hidden layers from Glorot's and from He's start, each at four learning rates. **Guess**: at which depth do the two starts begin to differ?

# %%
rates = [0.01, 0.03, 0.1, 0.3]


def train_both(depth, num_seeds=5):
    """Train from Glorot's and from He's start with every rate; the runs by start and rate."""
    found = {}
    for name, rate in itertools.product(["Glorot", "He"], rates):
        settings = {"hidden": (64,) * depth, "initializer": starts[name]}
        found[name, rate] = sweep([Configuration(rate, **settings)], clothes,
                                  seeds=range(num_seeds))
    return found


by_depth = {1: train_both(1), 4: train_both(4)}

# %% [markdown]
# Ten layers vary more from seed to seed, so they get more seeds:

# %%
by_depth[10] = train_both(10, num_seeds=8)

# %% [markdown]
# One bad seed of a deep network would pull a mean down, so we take the median of the seeds.

# %%
def medians(found, name):
    """The median accuracy at each rate."""
    return {rate: np.median(ends(found[name, rate])) for rate in rates}


def best_rate(found, name):
    at_rate = medians(found, name)
    return max(at_rate, key=at_rate.get)

# %% [markdown]
# In the left panel all trainings have the rate 0.01, as in the first experiment. In the right panel each start has the best of its four rates. Small points are seeds, lines connect the medians. **Compare the gaps between the lines, left and right.**

# %%
figure, panels = plt.subplots(1, 2, figsize=(8, 3.4), sharey=True)
for panel, tuned in zip(panels, [False, True], strict=True):
    for name, mark in {"Glorot": "o", "He": "s"}.items():
        rate_at = {depth: best_rate(found, name) if tuned else 0.01
                   for depth, found in by_depth.items()}
        seeds = {depth: ends(by_depth[depth][name, rate]) for depth, rate in rate_at.items()}
        line, = panel.plot(list(seeds), list(map(np.median, seeds.values())), marker=mark,
                           label=name)
        for depth, accuracies in seeds.items():
            panel.plot([depth] * len(accuracies), accuracies, ".", color=line.get_color(),
                       alpha=0.5)
    panel.set(xlabel="hidden layers", xticks=[1, 4, 10], ylim=(0, 0.85),
              ylabel="validation accuracy")
    panel.set_title("each at its best rate" if tuned else "all at the rate 0.01")
panels[0].legend(loc="lower left")
plt.show()

# %% [markdown]
# And as claims:

# %% tags=["nbval-ignore-output"]
gaps = {}
for depth, found in by_depth.items():
    glorot, he = medians(found, "Glorot"), medians(found, "He")
    gaps[depth] = he[0.01] - glorot[0.01], max(he.values()) - max(glorot.values())
    print(f"{depth:2} hidden layers: He is ahead by {gaps[depth][0]:+.3f} at 0.01,", end=" ")
    print(f"by {gaps[depth][1]:+.3f} at the best rates: He {max(he.values()):.3f} "
          f"at {best_rate(found, 'He')}, Glorot at {best_rate(found, 'Glorot')}")

assert max(map(abs, gaps[1])) < 0.05, "with one layer the two should be alike"
assert gaps[10][0] > gaps[4][0] + 0.1 > gaps[1][0] + 0.1, (
    "at 0.01 the gap should grow with depth"
)
assert gaps[10][1] > max(gaps[1][1], 0) + 0.01, (
    "at the best rates ten layers should still show it"
)
assert gaps[10][1] < gaps[10][0] - 0.1, "but much less"
assert max(he.values()) < max(medians(by_depth[1], "He").values()) + 0.02, (
    "He's own should not grow"
)

# %% [markdown]
# With one hidden layer Keras's default was as good as He's start. With depth a gap opens. A better rate closes a large part of the gap, but not all of it. **In a plain stack of dense layers with relu, trained for ten epochs with plain SGD, He's lead over Glorot grew with depth.**
#
# <details><summary>Measured in a longer run</summary>
#
# With one layer both starts are best at the highest of our four rates, and higher rates (0.45, 0.6) are no better. With ten layers the lead shrinks with more training: 0.798 to 0.762 after 40 epochs, 0.775 to 0.756 with Adam and ten epochs. All with eight seeds.
#
# </details>

# %% [markdown]
# ## What normalization and shortcuts change
#
# Hardly any deep network of today is a plain stack. A **normalization** (정규화, normalization) subtracts a mean and divides by a standard deviation inside the network, so the next layer gets numbers of one size. A **shortcut** (숏컷, 스킵 연결) adds the inputs of a layer to its outputs, so signal and gradient have a way around the weights. You build both in lesson 07.
#
# `scripts/make_normalization.py` has trained our ten layers without and with both parts, in the order of most large language models. It used four starts, eleven rates from 0.003 to 3.2, and four seeds. The rate falls along a cosine, as in lesson 02. **Place two bets**: how far apart will Glorot's and He's start be, each at its best rate? And how will N(0, 0.05) and N(0, 1) do?

# %%
table = read_packaged("normalization")
stored_starts = table["starts"].tolist()
stored = dict(zip(table["forms"].tolist(), table["by_start"][..., 0].mean(axis=-1), strict=True))
plain, normed = stored["plain"], stored["shortcut, layer norm in front"]

# %% [markdown]
# Each row shows a start and its best mean *validation* accuracy in both networks:

# %%
top = {}
for name, alone, both in zip(stored_starts, plain, normed, strict=True):
    top[name] = alone.max(), both.max()
    print(f"{name:10} plain {alone.max():.3f}, with both {both.max():.3f} "
          f"at the rate {table['rates'][both.argmax()]:g}")

small, large = top["N(0, 0.05)"], top["N(0, 1)"]
assert abs(top["Glorot"][1] - top["He"][1]) < 0.03, "Glorot and He should be alike"
assert max(small[0], large[0]) < 0.15, "plain, the other two should guess"
assert small[1] > (top["Glorot"][1] + top["He"][1]) / 2, "with both, small weights are ahead"
assert large[1] < top["He"][1] - 0.03, "the largest weights should cost something"
best_rates = dict(zip(stored_starts, table["rates"][normed.argmax(axis=1)], strict=True))
assert best_rates["N(0, 1)"] > best_rates["He"], "and they should ask for a larger rate"

# %% [markdown]
# With normalization and shortcuts Glorot's and He's start hardly differ. N(0, 0.05), from which the plain network only guesses, is now a little ahead. So the sentence in bold above holds for plain stacks. But the start still matters: N(0, 1) costs some points and the search for a larger rate.

# %% [markdown]
# ## Beliefs, measured
#
# ### "var(W) = root(2 / input dimension)"
#
# This is in the notes, and your own functions can test it. The next cell sends random inputs through twenty relu layers of 128 units, from three starts: He's and Glorot's, drawn by your `draw_kernel`, and the notes' formula taken literally. **Place your bet first**: by which factor will the signal of the notes' start have changed after twenty layers? 1 means not at all.

# %%
my_bet = 1.0  # replace by the factor that you expect


def as_the_notes_say(shape, rng):
    variance = (2 / shape[0]) ** 0.5
    return rng.normal(0, variance**0.5, size=shape)


def he_normal(shape, rng):
    return draw_kernel(shape, 2, "fan_in", "normal", rng)


def glorot_uniform(shape, rng):
    return draw_kernel(shape, 1, "fan_avg", "uniform", rng)


signals = {}
if solved("draw_kernel", "activation_stds"):
    for kind in [he_normal, glorot_uniform, as_the_notes_say]:
        signals[kind.__name__] = activation_stds(kind, relu, 20, 128, inputs,
                                                 np.random.default_rng(0))

# %% [markdown]
# The picture has a logarithmic axis again:

# %%
if signals:
    figure, ax = plt.subplots()
    for (name, stds), mark in zip(signals.items(), "os^", strict=True):
        ax.plot(range(1, 21), stds, marker=mark, label=name)
    ax.set(xlabel="layer", ylabel="standard deviation", yscale="log", xticks=[1, 5, 10, 15, 20])
    ax.legend()
    plt.show()
    for name, stds in signals.items():
        print(f"{name:17} {stds[0]:.2g} in layer 1, {stds[-1]:.2g} in layer 20")
    print(f"the notes' start: times {signals['as_the_notes_say'][-1]:.1g}; "
          f"your bet was {my_bet:g}")

# %% [markdown]
# And as claims, over five seeds:

# %%
def last_std(kind, seed):
    return activation_stds(kind, relu, 20, 128, inputs, np.random.default_rng(seed))[-1]


if signals:
    last_stds = [[last_std(kind, seed) for seed in range(5)]
                 for kind in (he_normal, as_the_notes_say)]
    assert min(last_stds[0]) > 0.1, "He's signal should keep its size"
    assert max(last_stds[0]) < 4, "and not grow"
    assert min(last_stds[1]) > 1e7, "taken at its word, the notes' formula should explode"

# %% [markdown]
# $2/n$ is a small number, and the root of a small number is much larger than the number itself. The formula of the notes is right for the *standard deviation*. Read as a variance, it makes the weights too large by the factor $(n/2)^{1/4}$, in each of twenty layers.
#
# ### "Start at zero"
#
# Zero is the neutral number, and the biases do start there. Why not the weights? In the first experiment the network with zeros did not learn. The next cell shows its weights after ten epochs.

# %%
for run in runs_of["zeros"]:
    kernels, biases = run.weights[0::2], run.weights[1::2]
    assert all((kernel == 0).all() for kernel in kernels), "every kernel should still be zero"
    assert all((bias == 0).all() for bias in biases[:-1]), "and every hidden bias"
    assert (biases[-1] != 0).any(), "only the output biases should have moved"
print(f"{len(runs_of['zeros'])} runs: all {len(kernels)} kernels are "
      "exactly zero after ten epochs")

# %% [markdown]
# No weight has moved. The gradient of a weight is the incoming number times the gradient that comes back, and here both were multiplied by 0. Only the biases of the output layer see the labels.
#
# What if all weights start at some other number? We start every weight of a network with one hidden layer of 64 units at 0.01. For comparison we train the same network from He's start. Each has two learning rates and five seeds; a seed also decides the order of the images.

# %%
def trained(rate, equal=None):
    """Runs with one hidden layer from He's start, or with all weights equal to a number."""
    configuration = Configuration(rate, hidden=(64,), initializer="he_normal")
    weights = None
    if equal is not None:
        fresh = starting_weights(configuration, clothes)
        weights = [np.full_like(array, equal if array.ndim == 2 else 0) for array in fresh]
    return sweep([configuration], clothes, range(5), weights=weights)


networks = {("0.01", rate): trained(rate, equal=0.01) for rate in [0.03, 0.3]}
networks |= {("He", rate): trained(rate) for rate in [0.03, 0.3]}

# %% [markdown]
# How far apart do the weights of two units ever get, and what have the networks learned? For the last column *one* unit, the first, replaces all units and gets the sum of their output weights.

# %%
def of_one_unit(run):
    """The validation accuracy when the first unit stands for all."""
    kernel, biases, last, last_biases = run.weights
    flat = clothes.x_val.reshape(len(clothes.x_val), -1)
    one = relu(flat @ kernel[:, :1] + biases[:1])
    outputs = one @ last.sum(axis=0, keepdims=True) + last_biases
    return (outputs.argmax(axis=1) == clothes.y_val).mean()

# %% [markdown]
# The means over five seeds:

# %% tags=["nbval-ignore-output"]
for (start, rate), runs in networks.items():
    apart = max(np.ptp(run.weights[0], axis=1).max() for run in runs)
    alone = np.array([of_one_unit(run) for run in runs])
    print(f"{start:6} rate {rate:<4}  units apart by at most {apart:.4f}, "
          f"accuracy {ends(runs).mean():.2f}, with one unit {alone.mean():.2f}")
    if start == "0.01":
        assert apart < 0.001, "equal units should stay equal"
        assert np.abs(alone - ends(runs)).max() < 0.02, "one unit should do what all do"
        assert ends(runs).mean() < 0.45, "and that is little"
    else:
        assert apart > 0.1, "units that start different should stay so"
        assert ends(runs).mean() > alone.mean() + 0.2, "and do more than one of them"

# %% [markdown]
# Now the weights move. But all sixty-four units stay identical: a single unit computes what all of them compute. Units that start with equal weights see the same inputs, get the same gradient and make the same step. Random weights make the units *different*: they break the **symmetry** (대칭).
#
# Without a hidden layer there are no equal units to separate, because each output has a label of its own. There zeros are as good a start as Glorot's:

# %% tags=["nbval-ignore-output"]
no_hidden = {}
for name in ["zeros", "Glorot"]:
    flat = Configuration(learning_rate=0.03, hidden=(), initializer=starts[name])
    no_hidden[name] = ends(sweep([flat], clothes, seeds=range(5))).mean()
    print(f"no hidden layer, {name}: accuracy {no_hidden[name]:.3f}")

assert abs(no_hidden["zeros"] - no_hidden["Glorot"]) < 0.03, "there zero should be as good"

# %% [markdown]
# What the notes say about initialization, measured in this lesson:
#
# | The notes say | We found |
# |---|---|
# | Keras starts with `glorot_uniform`, the limit is $\sqrt{6/(in + out)}$ | true |
# | for an input of (28, 28), in is 784 | only after `Flatten`; directly on the image in is 28, and Keras does not warn |
# | He: var(W) = root(2 / input dimension) | that is the standard deviation; as a variance it makes the signal explode |
# | He works well with relu | true in plain stacks: its lead over Glorot grew with depth, its own best accuracy did not |

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# Images have 10 by 10 pixels and 5 channels. They go through `Flatten` and then into `Dense(100)` with Keras's default start. What is the largest size that a weight of this layer can have at the start?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = 0.1
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# A convolution has a window of 3 by 3, 20 channels come in and 50 go out. It is followed by relu. What is the fan-in in He's formula?

# %% solution="quiz_2"
quiz_2 = None  # replace None by a number
### BEGIN SOLUTION
quiz_2 = 180
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# All layers of a relu network have 200 units. The weights are drawn with *variance* 1/200. In layer 1 the activations have a standard deviation of 1. About how large is it in layer 21?
#
# - a) about 1: 200 times 1/200 is 1
# - b) about 1/1,000
# - c) about 1/1,000,000
# - d) about 1,000

# %% solution="quiz_3"
quiz_3 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_3 = "b"
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# ### Question 4
#
# A layer has 32 inputs. A student draws its weights with the *variance* $\sqrt{2/32}$, as the notes say. How many times too large is the *standard deviation* of these weights, compared with He's?

# %% solution="quiz_4"
quiz_4 = None  # replace None by a number
### BEGIN SOLUTION
quiz_4 = 2
### END SOLUTION

# %% test="quiz_4" points=1
check("question 4", quiz_4, secret=True)

# %% [markdown]
# ### Question 5
#
# A hidden layer has 64 units. Before training every weight of the network is set to 0.1, and the biases to 0. What will the network be able to learn?
#
# - a) nothing: no weight will ever move
# - b) as much as from any other start: training finds the right weights anyway
# - c) as much as from other starts, only more slowly at first
# - d) as much as with a hidden layer of one unit

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
# A colleague has built a network of thirty dense layers with relu, each of 256 units. She did not change the initialization. After ten epochs the loss is still at the level of guessing. "Keras's default start is made by experts, so it must be the learning rate," she says, "I will make it 1,000 times larger."
#
# Answer her in four to eight sentences:
#
# - What happens to the signal and to the gradient on their way through her thirty layers? Give the factor for one layer and for thirty.
# - Why does a learning rate that is 1,000 times larger not solve the problem?
# - What would you change, and which measurement before any training would show that you are right?
#
# (3 points, read by a person.)

# %% [markdown] written="thirty_layers" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: with equal widths Glorot's variance is $1/n$; relu halves the mean square, so each layer multiplies the standard deviation by $\sqrt{1/2} \approx 0.7$. In thirty layers that is $2^{-15}$, about 1/30,000. The gradient shrinks in the same way on its way back. So outputs hardly depend on the image, and steps are tiny. (Half a point without the factor, or without the gradient.)
# - **Part 2**: the outputs hardly depend on the image, and a larger step does not change that at once. As soon as the weights have grown, the gradients grow through all thirty layers, and then the rate is far too large. (Full also for a measurement of the lesson: in ten layers Glorot's start stays behind at its own best rate, or larger rates do not rescue N(0, 0.01). Full also for: the output biases have a gradient of ordinary size, for which the rate is far too large. Half a point for "it would diverge" without a reason.)
# - **Part 3**: `kernel_initializer="he_normal"`, or weights with variance $2/n_{\text{in}}$. Measure the standard deviation of the activations, layer by layer, in the untrained network. With the old start it falls by the same factor in each layer, with the new start it stays level. (Full also for another change that keeps the signal, such as a normalization, with such a measurement. Half a point for a change without a measurement, or for a measurement that needs a training.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).**
#
# **A full answer**: Keras draws the weights with variance $2/(n_{\text{in}} + n_{\text{out}})$, which is 1/256 in your layers. That keeps a signal's size if nothing else happens. But relu throws away half of its mean square. So each layer multiplies the standard deviation by about 0.7, and thirty layers by about 1/30,000. The gradient loses as much on its way back. Your network gives nearly the same output for every image, and its steps are tiny. A rate that is 1,000 times larger is far too large for the output biases, whose gradient is not small, and for all weights as soon as they have grown. I would keep the rate and take `he_normal`, whose variance is twice as large and makes up for relu. To see it, send a batch through the untrained network and print the standard deviation of each layer. Now it falls by the same factor in each layer; with He's start it will stay level.
#
# **A half answer (2 points)**: relu halves the mean square, so each layer multiplies signal and gradient by 0.7, and after thirty layers nothing is left. Use `he_normal`, and print the standard deviation of each layer before training. (Nothing on the learning rate.)
#
# **A half answer (1 point)**: The gradient vanishes because the network is deep. With He initialization it would work better, because it is made for relu. (No factor, no measurement, nothing on the rate.)
#
# **An empty answer**: Thirty layers are too many for this data. She should use Adam and more epochs.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - A relu layer multiplies the mean square of the signal by $\frac{1}{2} n_{\text{in}} \mathrm{Var}(W)$, and the mean square of the gradient by $\frac{1}{2} n_{\text{out}} \mathrm{Var}(W)$; twenty layers do it twenty times.
# - Glorot's and He's rules are a variance of scale$/n$. Glorot: scale 1, $n$ the mean of both fans; for a uniform distribution the limit is $\sqrt{6/(n_{\text{in}} + n_{\text{out}})}$. He, for relu: scale 2, $n$ is fan-in.
# - For another activation function the scale follows from what the function leaves of a signal and of a gradient. With every distribution, what counts is the variance of the weights that the layer gets.
# - With one hidden layer Glorot and He were alike. In a plain stack of ten with relu He was ahead, at the best rates too. With normalization and shortcuts Glorot and He were alike, N(0, 0.05) was a little ahead, and N(0, 1) was some points behind and needed a larger rate.
# - With zeros in every layer of a deep network no kernel moves, and equal units stay equal: random weights make the units different.
# - Look before you train: print the standard deviation of activations and gradients, layer by layer.
# - Measured with plain SGD without momentum, batches of 32, none to ten hidden layers of 64 relu units, 1,280 clothes, 10 epochs, 3 to 8 seeds. The rate was constant; with normalization and shortcuts it fell along a cosine. Signals and gradients: one to five fresh networks of twenty layers of 128 units, with relu and tanh.

# %% [markdown]
# ## Sources
#
# - X. Glorot, Y. Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural Networks*, AISTATS 2010, <https://proceedings.mlr.press/v9/glorot10a.html>: the compromise of fan-in and fan-out (section 4.2), activations and gradients layer by layer.
# - K. He, X. Zhang, S. Ren, J. Sun, *Delving Deep into Rectifiers*, ICCV 2015, arXiv:1502.01852: section 2.2, the factor 2 for relu.
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, *Efficient BackProp*, 1998: section 4.6, weights that know their fan-in.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, <https://www.deeplearningbook.org>: section 8.4, parameter initialization and symmetry.
# - A. Zhang and others, *Dive into Deep Learning*, <https://d2l.ai>: section 5.4, numerical stability and initialization.
# - Keras, *Layer weight initializers*, <https://keras.io/api/layers/initializers/>, and *Dense layer*, <https://keras.io/api/layers/core_layers/dense/>.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the images.
