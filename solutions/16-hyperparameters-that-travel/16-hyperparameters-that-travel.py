# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 16 Hyperparameters that travel
#
# **Question**: Do a small model's settings fit a large one?
#
# You will be able to
#
# - say what moves the best learning rate (width, depth, data, length or batch), and by which metric,
# - check in ten steps whether one rate moves a wider network equally far, and scale its start and its rates,
# - predict what more data bring, and fine-tune a trained network knowing what it gains and what it forgets.
#
# Run time: about 55 s; your own time: about 150 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | hyperparameter transfer | 하이퍼파라미터 전이 | settings that were found on one network are used on another |
# | width | 너비 (width) | how many units a hidden layer has |
# | parametrization | 파라미터화 (parametrization) | how the start and the learning rate of each kernel depend on the width |
# | maximal update parametrization | 최대 업데이트 파라미터화 (muP) | the parametrization in which a step moves each layer equally far at every width |
# | coordinate check | 좌표 점검 (coordinate check) | how the changes of the layers' outputs depend on the width, after a few steps |
# | power law | 거듭제곱 법칙, 멱법칙 (power law) | one quantity is a power of another, a straight line on two logarithmic axes |
# | scaling curve | 스케일링 곡선 (scaling curve) | the error over the amount of data, or over the size of the network |
# | floor | 하한 (floor) | the height below which a scaling curve does not fall |
# | pre-training | 사전 학습, 사전 훈련 (pre-training) | a training whose weights are the start of another training |
# | fine-tuning | 미세 조정, 파인튜닝 (fine-tuning) | a training on other data that begins with these weights |
# | head, body | 헤드, 몸통 (백본, backbone) | the last layer, and all layers before it |
# | freezing | 동결 (freezing) | leaving some layers as they are |
# | forgetting | 파국적 망각 (catastrophic forgetting) | the loss of earlier knowledge by fine-tuning |
#
# </details>

# %% tags=["setup"]
import warnings
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import curve_fit

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import (
    balanced_subset,
    by_another_camera,
    fashion_mnist,
    only_classes,
    read_packaged,
)

plotting.use_style()

# %% [markdown]
# Keras takes some seconds to load.

# %% tags=["setup"]
import keras

from helpers.training import (
    Configuration,
    layer_changes,
    loss_and_accuracy,
    starting_weights,
    sweep,
    train_fast,
)

# %% [markdown]
# This lesson asks how the *best* rate moves. Each answer takes hundreds of trainings, so most tables were measured before and came with the course. They hold grids of rates, a factor of two apart, with four seeds or more. We repeat a small part of many claims here.

# %% tags=["setup"]
stored = read_packaged("transfer")
clothes = fashion_mnist()


def table(row, metric):
    """What the file holds of a row: one line a learning rate, one column a seed."""
    return stored[f"{row}/{metric}"]


def listed(values, names):
    """Numbers with their names, in one line."""
    return "  ".join(f"{name}: {value:.4g}" for name, value in zip(names, values, strict=True))


def best_rate(rates, values, highest=False):
    """The rate whose mean over the seeds is lowest, or highest."""
    means = values.mean(axis=1)
    return float(rates[means.argmax() if highest else means.argmin()])

# %% [markdown]
# ## Part 1 · Width and depth (about 75 minutes)
#
# ## A rate from a small network
#
# You want to train a large network, and one training takes an hour. You cannot afford to search for its learning rate. A small network trains in a minute, so you search there and use the same rate for the large network. This is **hyperparameter transfer** (하이퍼파라미터 전이). Does it work?
#
# Our networks have two hidden layers of the same **width** (너비): 32, 128, 512 or 1,024 units. They train on 1,280 photographs of clothes, with Adam, in batches of 64, for 10 epochs. The start is that of Keras (Glorot's deviations, lesson 06).
#
# **Guess before you run the cell**: the best rate of 32 units is near 0.01. Where is the best rate of 1,024 units?

# %%
widths = (32, 128, 512, 1024)
rates_of_adam = stored["rates/width/adam"]


def over_widths(kind, optimizer, metric="train_losses"):
    """For each width its rates and what came of them; kind: "standard" or "mup"."""
    rows = {f"{width}": f"width/{kind}/{optimizer}/{width}" for width in widths}
    rates = stored[f"rates/width/{optimizer}"]
    return {name: (rates, table(row, metric)) for name, row in rows.items()}


ax = plotting.plot_rates(over_widths("standard", "adam"), ylabel="training loss, last epoch",
                         log=True)
ax.set(title="Adam, Keras's start: one line a width")
plt.show()

# %% [markdown]
# A ring marks the best rate of each width. (The training loss has the least noise; the validation loss comes below.) As numbers:

# %%
def best_of_widths(kind, optimizer, metric="train_losses"):
    """The best rate of each width."""
    curves = over_widths(kind, optimizer, metric)
    return {name: best_rate(*curve) for name, curve in curves.items()}


for metric in ("train_losses", "val_losses"):
    best = best_of_widths("standard", "adam", metric)
    print(f"best rate by {metric:12} {listed(best.values(), best)}")
    assert best["32"] >= 4 * best["1024"], (
        "the best rate should fall by two factors of 2 or more"
    )

# %% [markdown]
# The best rate of the wide network is several times smaller. By the validation loss it moves further still, because the wide network overfits as well.
#
# The next cell trains two networks itself, with 32 and with 256 units, at one small rate, 0.0004. **Guess**: which network reaches the lower loss, and by how much?

# %%
def network(kind, optimizer, width, rate, **settings):
    """A network as in the tables; the file also says how each kernel starts, and which rate it
    has.
    """
    recipe = f"recipe/{kind}/{width}"
    starts, factors = tuple(stored[f"{recipe}/starts"]), tuple(stored[f"{recipe}/{optimizer}"])
    layers = {"hidden": (width, width), "initializer": starts, "rate_factors": factors}
    return Configuration(rate, 64, optimizer=optimizer, **layers, **settings)


def end_losses(kind, width):
    """The training losses of three seeds with Adam at 0.0004."""
    runs = sweep([network(kind, "adam", width, 0.0004)], clothes, seeds=range(3))
    return np.array([run.train_losses[-1] for run in runs])


standard = {width: end_losses("standard", width) for width in (32, 256)}

# %% [markdown]
# The training losses of three seeds. (In this lesson a standard error stands behind ±.)

# %% tags=["nbval-ignore-output"]
for width, losses in standard.items():
    print(f"{width:3} units: {losses.mean():.3f} ± {losses.std(ddof=1) / 3**0.5:.3f}")
assert standard[32].mean() - standard[256].mean() > 0.3, (
    "the wide network should be far lower at this rate"
)

# %% [markdown]
# After ten epochs the small network is still far behind. The wide network learns *faster at the same rate*: **the same rate moves it further.** In which layer? We can look.

# %% [markdown]
# ## Ten steps tell
#
# We take ten steps, and then ask each layer how much its outputs have changed. We show the same 64 images to the network before and after the steps. The outputs of a kernel, before any activation, are an array of numbers. The root mean square of their change says how far the layer was moved. This is the **coordinate check** (좌표 점검).
#
# We use three widths, three seeds, and Adam at a rate of 0.001. **Guess before you run the cell**: which of the three layers depends most on the width?

# %%
ten_batches = clothes._replace(x_train=clothes.x_train[:640], y_train=clothes.y_train[:640])


def changes_of(kind, optimizer, rate):
    """For each width how far ten steps have moved each layer: one row a seed, one column a
    layer.
    """
    found = {}
    for width in (32, 128, 512):
        runs = sweep([network(kind, optimizer, width, rate, num_epochs=1)], ten_batches,
                     range(3))
        found[width] = np.array([layer_changes(run, ten_batches) for run in runs])
    return found


changes = {"Keras's start, Adam": changes_of("standard", "adam", 0.001)}

# %% [markdown]
# The first picture. Both axes are logarithmic. A level line means that the layer is moved equally far at each width.

# %%
def draw_changes(name, ax):
    """One line a layer: the mean change over the seeds, over the width."""
    means = np.array([rows.mean(axis=0) for rows in changes[name].values()])
    for line, layer, marker in zip(means.T, ("first", "second", "logits"), "os^", strict=True):
        ax.plot(list(changes[name]), line, marker=marker, label=layer)
    ax.set(xscale="log", yscale="log", title=name, xlabel="width",
           ylabel="change of the outputs")
    plotting.plain_numbers(ax.yaxis)
    ax.set_xticks([32, 128, 512], ["32", "128", "512"])
    ax.set_xticks([], minor=True)


figure, ax = plt.subplots(figsize=(5, 3))
draw_changes("Keras's start, Adam", ax)
ax.legend()
plt.show()

# %% [markdown]
# The change of the first layer falls a little with the width, that of the second layer grows a little, and that of the logits grows a lot. As factors, from 32 to 512 units:

# %% tags=["nbval-ignore-output"]
def growth(name):
    """By which factor each layer's change grows from the narrowest to the widest network."""
    rows = list(changes[name].values())
    return rows[-1].mean(axis=0) / rows[0].mean(axis=0)


factors = growth("Keras's start, Adam")
print("first {:.2f}, second {:.2f}, logits {:.2f} times as far".format(*factors))
assert factors[2] > 2.5, "the logits should be moved further in the wide network"

# %% [markdown]
# In a network that is sixteen times as wide, the same ten steps move the logits several times as far. So a rate means something else in a wide network.
#
# A line through all widths gives an exponent: if the change grows as $n^s$, with $n$ the width, it is a straight line of slope $s$ on logarithmic axes. With $s = 0$ the width does not matter. For each width, take the mean over the seeds first and the logarithm after that: the logarithm of a mean is not the mean of the logarithms.

# %% tags=["setup"]
def made_changes(slopes, widths, seeds=3, noise=0.7, seed=0):
    """Changes of layers that grow with these slopes, with noise: a dict, width -> (seeds,
    layers).
    """
    rng = np.random.default_rng(seed)
    exact = {width: 0.1 * float(width) ** np.array(slopes) for width in widths}
    shape = seeds, len(slopes)
    return {width: row * np.exp(noise * rng.normal(size=shape)) for width, row in exact.items()}


def plain(values):
    """Numbers of a list, a tuple or an array, as a list; a text stays what it is."""
    return [value if isinstance(value, str) else float(value) for value in values]


def afterwards(function, changes):
    """The slopes, and what a function has been handed, as it leaves it."""
    return [plain(function(changes)), [[width, rows] for width, rows in changes.items()]]

# %% [markdown]
# ### Exercise 1: `coordinate_check` (2 points)

# %% solution="coordinate_check"
def coordinate_check(changes_by_width):
    """Return for each layer the slope of its change over the width, as a list or an array.

    changes_by_width: a dict, width -> changes: a list of rows, or an array of shape (num_seeds,
    num_layers), of positive numbers; one row a seed, one column a layer. There are two widths or
    more, whole numbers from 1 on, in any order, one seed or more, and one layer or more. Widths
    may have different numbers of seeds. The dict is left as it was.
    For each layer: take the mean change over the seeds of each width, and lay the straight line
    of least squares through the logarithms of these means over the logarithms of the widths.
    Return its slope.
    """
    ### BEGIN SOLUTION
    logs = np.log([float(width) for width in changes_by_width])
    means = np.array([np.mean(rows, axis=0) for rows in changes_by_width.values()])
    return np.polyfit(logs, np.log(means), 1)[0]
    ### END SOLUTION

# %% test="coordinate_check" points=2
three = lambda: made_changes([0.0, 0.4, 0.9], [32, 128, 512])
check("three layers", lambda: plain(coordinate_check(three())))
mixed = lambda: made_changes([-0.5, 0.3], [256, 64, 1024, 128])
check("other order", lambda: plain(coordinate_check(mixed())))
lists = {50: [[0.5, 3.0], [0.7, 1.0]], 5: [[0.2, 9.0]], 20: [[0.1, 4.0], [0.3, 5.0], [0.8, 1.0]]}
check("as lists", lambda: plain(coordinate_check(lists)))
check("no noise",
      lambda: plain(coordinate_check(made_changes([1.0, -1.0], [8, 16, 64], noise=0))))
check("dict kept", lambda: afterwards(coordinate_check, mixed()))
### BEGIN HIDDEN TESTS
check("five widths", lambda: plain(coordinate_check(made_changes([0.7], [3, 10, 31, 100, 314], 4, 0.5, 5))))
check("two widths far apart", lambda: plain(coordinate_check(made_changes([0.2, -0.3, 0.1], [600, 20], 2, 0.4, 6))))
pairs = lambda widths, rows: zip(widths, map(np.array, rows), strict=True)
drawn = lambda *case: afterwards(coordinate_check, dict(pairs(*case)))
check_drawn("drawn changes", drawn, rtol=1e-5, atol=3e-6)
### END HIDDEN TESTS

# %% [markdown]
# ## A start and a rate for each kernel
#
# Why do the logits move further? Look at one unit. It adds up its inputs, each times a weight. The number of inputs is the **fan-in**. If the layer before is four times as wide, there are four times as many terms.
#
# - **Adam's step** moves each weight by about the learning rate, whatever its gradient is, and all weights of a unit in a useful direction. So the terms add up: four times as many inputs make four times the change. Divide the rate by the growth of the inputs.
# - **The start** draws weights at random, so most terms cancel. Four times as many terms make a sum twice as large. Divide the deviation by the root of the growth.
# - **The start of the logits** is an exception. The first step moves the last hidden units along the weights of the last kernel, so the terms of *this* kernel add up from then on. Divide its deviation by the whole growth of the inputs.
# - **SGD's step** is the rate times the gradient. If a layer has four times as many units, each unit matters four times less for the logits, and so does its gradient. Multiply the rate by the growth of the *outputs*, and divide it by the growth of the inputs as before.
#
# All factors are relative to a small network, the **base**. Let all hidden layers grow by the factor $m$:
#
# | kernel | what grows | start | SGD's rate | Adam's rate |
# |---|---|---|---|---|
# | first | outputs | $1$ | $m$ | $1$ |
# | hidden | inputs and outputs | $1/\sqrt{m}$ | $1$ | $1/m$ |
# | logits | inputs | $1/m$ | $1/m$ | $1/m$ |
#
# This is the **maximal update parametrization** (최대 업데이트 파라미터화), muP for short.

# %% [markdown]
# ### Exercise 2: `mup_scales` (3 points)
#
# In a real network the layers do not all grow by the same factor. Write the rule for one kernel whose inputs and outputs grow by different factors. The paragraphs above say which growth counts for what.

# %% solution="mup_scales"
def mup_scales(fan_in, fan_out, base_fan_in, base_fan_out):
    """Return the factors of a kernel's start, of its rate with SGD and of its rate with Adam.

    fan_in, fan_out: the numbers of inputs and outputs of the kernel in the wide network,
    positive whole numbers.
    base_fan_in, base_fan_out: its inputs and outputs in the base network. base_fan_in is at most
    fan_in, and base_fan_out at most fan_out. The quotients need not be whole.
    The start of a kernel follows the rule for logits if fan_out equals base_fan_out, whatever
    its fan_in is, and the rule for hidden kernels otherwise.
    Returns three numbers in this order, as a tuple, a list or an array: the factor for the
    standard deviation at the start, the factor for SGD's rate, the factor for Adam's rate. If
    neither inputs nor outputs have grown, each factor is 1.
    """
    ### BEGIN SOLUTION
    inputs, outputs = fan_in / base_fan_in, fan_out / base_fan_out
    start = inputs**-0.5 if outputs > 1 else 1 / inputs
    return start, outputs / inputs, 1 / inputs
    ### END SOLUTION

# %% test="mup_scales" points=3
check("a first kernel", lambda: plain(mup_scales(196, 512, 196, 64)))
check("a hidden kernel", lambda: plain(mup_scales(512, 512, 64, 64)))
check("the kernel of the logits", lambda: plain(mup_scales(512, 10, 64, 10)))
apart = [(200, 360, 50, 40), (60, 60, 20, 40), (64, 64, 32, 64), (120, 75, 30, 30)]
check("inputs and outputs grow apart", lambda: [plain(mup_scales(*fans)) for fans in apart])
not_whole = [(80, 90, 64, 24), (75, 3, 50, 3)]
check("growth that is not whole", lambda: [plain(mup_scales(*fans)) for fans in not_whole])
check("nothing grows", lambda: plain(mup_scales(30, 20, 30, 20)))
### BEGIN HIDDEN TESTS
check("a narrow base", lambda: plain(mup_scales(48, 30, 4, 2)))
check("many classes", lambda: plain(mup_scales(1100, 1000, 100, 1000)))
little = [(96, 48, 32, 32), (400, 44, 100, 40), (60, 31, 20, 30)]
check("outputs that grow by little", lambda: [plain(mup_scales(*fans)) for fans in little])
check_drawn("drawn kernels", lambda *fans: plain(mup_scales(*fans)))
### END HIDDEN TESTS

# %% [markdown]
# ### Ten steps again
#
# The file holds the factors of muP for our networks, with 32 units as the base. At 32 units both parametrizations give the same network. We repeat the ten steps.

# %%
changes["muP, Adam"] = changes_of("mup", "adam", 0.001)
same = [changes[name][32] for name in changes]
assert np.array_equal(*same), "at the base width nothing should have changed"

figure, panels = plt.subplots(1, 2, figsize=(8, 3), sharey=True, layout="constrained")
for name, ax in zip(changes, panels, strict=True):
    draw_changes(name, ax)
panels[0].legend()
plt.show()

# %% [markdown]
# The factors from 32 to 512 units again:

# %% tags=["nbval-ignore-output"]
for name in changes:
    print(f"{name:20} first {{:.2f}}, second {{:.2f}}, logits {{:.2f}}".format(*growth(name)))
assert growth("muP, Adam")[2] < growth("Keras's start, Adam")[2] / 2, (
    "in muP the logits should stay"
)
assert (np.abs(np.log2(growth("muP, Adam"))) < 1.2).all(), (
    "and every layer should be moved about equally far"
)

# %% [markdown]
# All three lines are about level. If you check your own network:
#
# - **Look at the change, not at the values.** In muP the logits are meant to *start* smaller in a wide network.
# - **Look early.** After many steps a wrong parametrization looks better than it is, because losses level out.
#
# ### Does the rate stay?
#
# If a step moves every layer equally far at every width, one rate should mean the same everywhere. **Guess**: are the rings above each other now?

# %%
figure, panels = plt.subplots(1, 2, figsize=(9.5, 3.4), sharey=True, layout="constrained")
for kind, name, ax in zip(("standard", "mup"), ("Keras's start", "muP"), panels, strict=True):
    plotting.plot_rates(over_widths(kind, "adam"), ax=ax, ylabel="training loss, last epoch",
                        log=True)
    ax.set(title=f"Adam, {name}")
panels[1].set_ylabel("")
plt.show()

# %% [markdown]
# Left of their best rates, the muP lines of 128, 512 and 1,024 units coincide, and the line of 32 units lies a little above: at the same rate, width makes little difference. The best rates:

# %%
for metric in ("train_losses", "val_losses"):
    best = best_of_widths("mup", "adam", metric)
    print(f"best rate by {metric:12} {listed(best.values(), best)}")
    assert max(best.values()) <= 2 * min(best.values()), (
        "in muP it should stay, to a factor of 2"
    )

# %% [markdown]
# The two networks of 32 and 256 units at 0.0004, trained here:

# %% tags=["nbval-ignore-output"]
in_mup = {width: end_losses("mup", width) for width in (32, 256)}
for name, losses in (("Keras's start", standard), ("muP", in_mup)):
    gap = losses[32] - losses[256]
    print(f"{name:13}: the wide network is lower by {gap.mean():.3f} ± "
          f"{gap.std(ddof=1) / 3**0.5:.3f}")
assert abs(in_mup[32].mean() - in_mup[256].mean()) < 0.2, (
    "in muP the width should make little difference"
)

# %% [markdown]
# With muP the best rate of the small network is good for the large network, here with Adam over a factor of 32 in width. With Keras's start it is not.
#
# ### What muP is not
#
# Three sentences are often heard. First: **"With muP networks become better."** Compare both starts at 1,024 units, each at its best rate:

# %%
def best_loss(kind, optimizer, metric, width=1024):
    """Mean and standard error of the loss at the best rate."""
    values = table(f"width/{kind}/{optimizer}/{width}", metric)
    losses = values[values.mean(axis=1).argmin()]
    return losses.mean(), losses.std(ddof=1) / len(losses) ** 0.5


for metric in ("train_losses", "val_losses"):
    for kind in ("standard", "mup"):
        mean, error = best_loss(kind, "adam", metric)
        print(f"{metric:13} {kind:9} {mean:.3f} ± {error:.3f}")
lead = [best_loss(kind, "adam", "train_losses")[0] for kind in ("mup", "standard")]
assert lead[0] > lead[1], "by training loss Keras's start should be ahead, at its own rate"

# %% [markdown]
# Here muP is not better. It saves the search on the large network. (The authors of muP report better wide Transformers.)
#
# Second: **"If you copy the rate of the small network, you ruin the large one."** We use the best rate of 32 units, by validation loss, for 1,024 units with Keras's start:

# %%
place = int(np.argmin(table("width/standard/adam/32", "val_losses").mean(axis=1)))
row = "width/standard/adam/1024"
own = int(np.argmin(table(row, "val_losses").mean(axis=1)))
for name, at in (("copied", place), ("its own", own)):
    loss = table(row, "val_losses")[at].mean()
    accuracy = table(row, "val_accuracies")[at].mean()
    print(f"rate {rates_of_adam[at]:.4f} ({name:7}): validation loss {loss:.3f}, "
          f"accuracy {accuracy:.3f}")
assert table(row, "val_losses")[place].mean() > table(row, "val_losses")[own].mean() + 0.03
assert np.isfinite(table(row, "train_losses")).all(), "no training diverged, whatever the rate"

# %% [markdown]
# The copied rate makes the loss clearly worse, and the accuracy much less so. Nothing is ruined.
#
# You will test the third sentence at the end: **"a wider network wants a smaller rate."**

# %% [markdown]
# ## Depth
#
# What about more layers? We use networks of 2, 4, 8 and 16 hidden layers of 64 units, with He's start, 10 epochs in batches of 32, on 1,280 images. SGD and Adam each train plain stacks, and stacks with shortcuts and layer normalization (lesson 07).
#
# **Guess before you run the cell**: in which of the four cases does the best rate move?

# %%
depths = (2, 4, 8, 16)
stacks = {"sgd": "SGD, plain", "adam": "Adam, plain"}
stacks |= {"sgd_residual": "SGD, shortcuts", "adam_residual": "Adam, shortcuts"}


def over_depths(stack, metric="val_losses"):
    """For each depth its rates and what came of them."""
    rates = stored[f"rates/depth/{stack.partition('_')[0]}"]
    return {f"{depth}": (rates, table(f"depth/{stack}/{depth}", metric)) for depth in depths}


figure, panels = plt.subplots(2, 2, figsize=(9, 6), sharey=True, sharex="col",
                              layout="constrained")
for (stack, name), ax in zip(stacks.items(), panels.flat, strict=True):
    plotting.plot_rates(over_depths(stack), ax=ax, limits=(0.5, 1.6))
    ax.set(title=f"{name}: one line a depth")
plt.show()

# %% [markdown]
# The best rates of 2 and of 16 layers, by loss and by accuracy, and how many points of accuracy 16 layers lose at the best rate of 2 layers:

# %%
moved, cost, lost = {}, {}, {}
for stack, name in stacks.items():
    rates = stored[f"rates/depth/{stack.partition('_')[0]}"]
    few, many = (table(f"depth/{stack}/{depth}", "val_accuracies").mean(axis=1)
                 for depth in (2, 16))
    cost[stack] = 100 * (many.max() - many[few.argmax()])
    lost[stack] = 100 * (few.max() - many.max())
    loss = [best_rate(*over_depths(stack)[depth]) for depth in ("2", "16")]
    acc = [rates[each.argmax()] for each in (few, many)]
    moved[stack] = loss[0] / loss[1], acc[0] / acc[1]
    by_accuracy = f"by accuracy {acc[0]:.3g} -> {acc[1]:.3g}"
    print(f"{name:15} best rate by loss {loss[0]:.3g} -> {loss[1]:.3g}, {by_accuracy}")
    print(f"    accuracy {few.max():.3f} -> {many.max():.3f}; the rate of 2 costs "
          f"{cost[stack]:.1f} points")

# %% [markdown]
# As claims:

# %%
for optimizer in ("sgd", "adam"):
    assert min(moved[optimizer]) >= 4, (
        "in plain stacks the best rate should fall by either metric"
    )
    assert cost[optimizer] > 5, "and to take it over should cost points"
    assert cost[f"{optimizer}_residual"] < 2, "with shortcuts and layer norm it should not"
    assert lost[optimizer] > lost[f"{optimizer}_residual"] + 2, (
        "and depth should cost less there"
    )
for stack in stacks:
    accuracies = [table(f"depth/{stack}/{depth}", "val_accuracies") for depth in depths]
    reached = [values.mean(axis=1).max() for values in accuracies]
    assert max(reached) - reached[0] < 0.03, "more layers should bring nothing beyond noise"

# %% [markdown]
# In plain stacks the best rate falls by a factor of four or more from 2 to 16 layers, with SGD and with Adam, and 16 layers lose many points at the rate of 2 layers. With shortcuts and layer normalization the lines have a long flat part. The best rate wanders on this plateau, and at the rate of 2 layers 16 layers lose a point or two of accuracy at most. More layers bring no accuracy beyond noise in any of the four cases.
#
# muP as above is a rule for width. There are rules for depth too (see the sources).

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. What follows asks how data, length and batch move the best rate, predicts errors with a curve, and takes a trained network to other data.

# %% [markdown]
# ## Part 2 · Data, batch, and trained weights (about 75 minutes)
#
# ## Data and length
#
# A search with few images or short trainings is cheap. Is the rate that it finds good for all images and a long training?
#
# Networks with two hidden layers of 64 units train in batches of 32, along a cosine that begins at its *peak* and ends at 0 (lesson 02). We search for the peak, with 480, 1,600 or 4,800 images and 3 to 100 epochs. **Guess before you run the cell**: does a longer training want a smaller peak?

# %%
lengths = {480: (3, 10, 30, 100), 1600: (3, 10, 30, 100), 4800: (3, 10, 30)}


def over_lengths(optimizer, num_images, metric):
    """For each number of epochs its peaks and what came of them."""
    rates = stored[f"rates/length/{optimizer}"]
    rows = {epochs: f"length/{optimizer}/{num_images}/{epochs}"
            for epochs in lengths[num_images]}
    return {f"{epochs} epochs": (rates, table(row, metric)) for epochs, row in rows.items()}


figure, panels = plt.subplots(1, 2, figsize=(9.5, 3.4), layout="constrained")
of_lengths = [over_lengths("adam", 480, metric) for metric in ("val_accuracies", "val_losses")]
plotting.plot_rates(of_lengths[0], panels[0], "validation accuracy", highest=True)
plotting.plot_rates(of_lengths[1], panels[1], "validation loss", log=True)
panels[0].set(title="Adam, 480 images: by accuracy")
panels[1].set(title="the same trainings: by loss")
plt.show()

# %% [markdown]
# Both pictures show the same trainings. On the left, the line of 100 epochs is flat: nearly every peak is good. On the right, the rings move to the left as the training grows longer. The best peaks of all combinations:

# %%
peaks = {}
for optimizer, num_images in ((optimizer, n) for optimizer in ("sgd", "adam") for n in lengths):
    for metric in ("val_accuracies", "val_losses"):
        curves = over_lengths(optimizer, num_images, metric)
        highest = metric == "val_accuracies"
        best = [best_rate(*curve, highest=highest) for curve in curves.values()]
        peaks[optimizer, num_images, metric] = best
        print(f"{optimizer:4} {num_images:5} images, by {metric:14} {listed(best, curves)}")
for optimizer in ("sgd", "adam"):
    by_images = np.array([peaks[optimizer, num_images, "val_losses"][:3]
                          for num_images in lengths])
    assert (by_images.max(axis=0) <= 2 * by_images.min(axis=0)).all(), (
        "the data should move it little"
    )

# %% [markdown]
# By loss the best peak falls a lot, and by accuracy it wanders on its plateau. How much does a training of 100 epochs lose with the best peak of 10 epochs?

# %%
for optimizer, num_images in (("sgd", 480), ("adam", 480), ("sgd", 1600), ("adam", 1600)):
    cost, row = {}, f"length/{optimizer}/{num_images}"
    for metric, sign in (("val_accuracies", 1), ("val_losses", -1)):
        ten, hundred = (sign * table(f"{row}/{n}", metric).mean(axis=1) for n in (10, 100))
        cost[metric] = hundred.max() - hundred[ten.argmax()]
    points, loss = 100 * cost["val_accuracies"], cost["val_losses"]
    print(f"{optimizer:4} {num_images:4} images: it costs {points:.1f} "
          f"points, or {loss:.2f} of loss")
    assert points < 1.5, "by accuracy the peak should serve"
    assert loss > 0.15, "by loss it should not"
    by_loss = peaks[optimizer, num_images, "val_losses"]
    assert by_loss[1] >= 4 * by_loss[3], "and the best peak by loss should be far smaller"

# %% [markdown]
# **By accuracy** the peak of the short training is good for the long training, to about a point. **By validation loss** it is not. The reason is not that long trainings need small steps. A long training overfits, and its loss grows long before its accuracy falls. A small rate then acts like early stopping (lesson 09). So "longer training wants a smaller rate" was true of one metric and not of the other. Say by which metric you chose.
#
# The number of images moved the best peak little, by loss by a factor of two at most.

# %% [markdown]
# ## Batch and rate for Adam
#
# Lesson 05 asked how the rate should follow the batch size. With SGD neither the linear rule nor the root rule held. For Adam there is an argument for the root (Malladi and others). The notes ask of too large a batch whether it is like too small a learning rate (learning rate를 너무 작게 한것과 비슷한 건가?).
#
# We train on 2,048 images with two hidden layers of 64 units and a constant rate: once **at equal epochs**, 16 for each batch size, and once **at equal steps**, 512 for each. (At equal epochs a batch of 512 takes 64 steps, and a batch of 8 takes 4,096.) **Guess before you run the cell**: does the best rate rise in both cases?

# %%
batch_sizes = (8, 32, 128, 512)
figure, panels = plt.subplots(1, 2, figsize=(9.5, 3.4), sharey=True, layout="constrained")
for budget, ax in zip(("epochs", "steps"), panels, strict=True):
    rows = {size: table(f"batch/{budget}/{size}", "val_losses") for size in batch_sizes}
    curves = {f"batch {size}": (stored["rates/batch"], rows[size]) for size in rows}
    plotting.plot_rates(curves, ax=ax, limits=(0.48, 1.0))
    ax.set(title=f"equal {budget}")
panels[1].set_ylabel("")
plt.show()

# %% [markdown]
# The best rates by three metrics, and the exponent of a line through them:

# %%
def best_for_batch(budget, size, metric="val_losses"):
    """The best rate of a batch size by a metric."""
    values = table(f"batch/{budget}/{size}", metric)
    return best_rate(stored["rates/batch"], values, highest=metric == "val_accuracies")


exponents = {}
for metric, budget in product(("val_losses", "val_accuracies", "train_losses"),
                              ("epochs", "steps")):
    rates = [best_for_batch(budget, size, metric) for size in batch_sizes]
    exponents[metric, budget] = np.polyfit(np.log(batch_sizes), np.log(rates), 1)[0]
    told = f"exponent {exponents[metric, budget]:+.2f}"
    print(f"{metric:14} equal {budget:6} {listed(rates, batch_sizes)}   {told}")

# %% [markdown]
# The root rule has the exponent 0.5, and the linear rule 1. As claims:

# %%
assert exponents["val_losses", "steps"] < 0, "by validation loss it should fall at equal steps"
for metric, budget in exponents.keys() - {("val_losses", "steps")}:
    assert exponents[metric, budget] > 0, (
        "in all other lines the best rate should rise with the batch"
    )

# %% [markdown]
# **By validation loss**, at equal epochs, the best rate rises, between the root rule and the linear rule. At equal steps it falls: there large batches see more epochs, and overfit. **By training loss and by accuracy** it rises under both budgets, about with the root. So a batch rule holds only for a budget *and a metric*. To the notes' question: at equal epochs yes, a larger batch is like too small a rate, as long as a larger rate helps.

# %% [markdown]
# ## Looking ahead
#
# Lesson 08 drew the error over the amount of data. Such a picture, over data or over width, is a **scaling curve** (스케일링 곡선). If the line were straight on logarithmic axes, a **power law** (거듭제곱 법칙), a ruler would tell what ten times the data bring. But the line bends towards a **floor** (하한). So we take a curve with three numbers:
#
# $$e(n) = a + b \, n^{-c}$$
#
# - $n$ is the number of training images, $e$ the error, one minus the accuracy,
# - $a$ is the floor, $b$ the factor, $c$ the exponent.
#
# The file holds test errors for 50 to 5,000 images (two hidden layers of 128 units, Adam, batches of 50, five seeds). For each size, 1,000 validation images chose the best of four rates and the best epoch. We fit on sizes up to 1,600, and keep 3,200 and 5,000 back.
#
# SciPy fits curves: `curve_fit(curve, sizes, errors)`. We try it first on exact points of a known curve: floor 0.1, factor 2, exponent 0.5. **Guess**: what can go wrong?

# %% tags=["setup"]
def curve(size, floor, factor, exponent):
    """The error that is left with so many images."""
    return floor + factor * size**-exponent

# %% [markdown]
# Six sizes, each twice the previous size:

# %%
made_sizes = np.array([50.0, 100, 200, 400, 800, 1600])
made_errors = curve(made_sizes, 0.1, 2, 0.5)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    at_first, _ = curve_fit(curve, made_sizes, made_errors)
print("floor {:.3f}, factor {:.3g}, exponent {:.3g}".format(*at_first))
print("warning:", caught[0].message if caught else "none")

# %% [markdown]
# The result is nonsense, and there is no error message. SciPy started at 1, 1, 1 and stopped somewhere on its way. Only a warning about the covariance tells you.

# %%
assert abs(at_first[0] - 0.1) > 0.05, "SciPy's default start should miss the floor"
assert abs(at_first[2] - 0.5) > 1, "and the exponent"

# %% [markdown]
# Two things help. The first is a **start** near the data: a floor somewhat below the smallest error, an exponent of one half, and a factor that fits both. The second is **bounds**, because no error is below 0: `bounds=(lowest, highest)`, each a list of three.

# %% tags=["setup"]
times_ahead = (1, 2, 5, 30)


def foretold(fit, sizes, errors):
    """What a fitted curve says: at the smallest size, and at 2, 5 and 30 times that."""
    floor, factor, exponent = (float(number) for number in fit(sizes, errors))
    return [floor + factor * (min(sizes) * times) ** -exponent for times in times_ahead]


def made(floor, factor, exponent, sizes, noise=0.0, seed=0):
    """Sizes, and errors along a curve."""
    rng = np.random.default_rng(seed)
    return sizes, [floor + factor * n**-exponent + noise * rng.normal() for n in sizes]

# %% [markdown]
# ### Exercise 3: `fit_power_law` (3 points)
#
# Where the points lie exactly on a curve, the checks compare the three numbers. Elsewhere they compare the predictions of your curve.

# %% solution="fit_power_law"
def fit_power_law(sizes, errors):
    """Return floor, factor and exponent of the curve floor + factor * size**-exponent.

    sizes: different numbers of examples, five or more whole numbers from 1 on, in any order, a
    list or an array. errors: one for each size, above 0; on the whole they fall as the sizes
    grow. Returns three numbers, as a tuple, a list or an array. Of all curves with a floor of at
    least 0, a factor of at least 0 and an exponent from 0.01 to 3, theirs has the smallest sum
    of squared differences to the errors. The size in the formula is the size as it is given.
    """
    ### BEGIN SOLUTION
    sizes, errors = np.asarray(sizes, float), np.asarray(errors, float)
    smallest = sizes.min()
    start = [0.7 * errors.min(), errors.max() - 0.7 * errors.min(), 0.5]
    limits = ([0, 0, 0.01], [np.inf, np.inf, 3])
    found, _ = curve_fit(curve, sizes / smallest, errors, start, bounds=limits, ftol=1e-10, xtol=1e-10)
    return found[0], found[1] * smallest ** found[2], found[2]
    ### END SOLUTION

# %% test="fit_power_law" points=3
powers = [50, 100, 200, 400, 800, 1600]
check("an exact curve", lambda: plain(fit_power_law(*made(0.1, 2, 0.4853, powers))), rtol=1e-3)
steep = made(0.04, 96_000, 1.3, [3_000_000, 1_000_000, 10_000, 300_000, 30_000, 100_000])
check("a steep one, sizes in another order", lambda: plain(fit_power_law(*steep)), rtol=1e-3)
steeper = made(0.05, 0.8, 2.5, [1, 2, 3, 4, 6, 9])
check("a steeper one, from one example on", lambda: plain(fit_power_law(*steeper)), rtol=1e-3)
arrays = tuple(map(np.array, made(0.15, 1.4, 0.35, powers, noise=0.002, seed=1)))
check("arrays, with noise: what it foretells", lambda: foretold(fit_power_law, *arrays),
      rtol=5e-3)
beyond = [made(-0.03, 1.5, 0.3, [20, 60, 180, 540, 1620]),
          made(0.05, 0.8, 4, [1, 2, 3, 4, 6, 9])]
bounded = lambda: [foretold(fit_power_law, *each) for each in beyond]
check("errors that would go below 0, or fall too steeply", bounded, rtol=5e-3)
### BEGIN HIDDEN TESTS
others = made(0.07, 40_000, 1.2, [10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 640_000])
check("another exact curve", lambda: plain(fit_power_law(*others)), rtol=1e-3)
noisy = made(0.25, 3, 0.8, [10, 20, 40, 80, 160, 320], noise=0.003, seed=4)
check("others, with noise", lambda: foretold(fit_power_law, *noisy), rtol=5e-3)
lower = made(-0.03, 1.5, 0.4, [20, 60, 180, 540, 1620])
check("others that would go below 0", lambda: foretold(fit_power_law, *lower), rtol=5e-3)
others_beyond = made(0.1, 2000, 4.5, [10, 12, 15, 20, 25])
check("others that fall too steeply", lambda: foretold(fit_power_law, *others_beyond), rtol=5e-3)
check_drawn("drawn curves", lambda sizes, errors: foretold(fit_power_law, sizes, errors), rtol=5e-3)
### END HIDDEN TESTS

# %% [markdown]
# ### Compared with a larger run
#
# Now the photographs. Your function fits 50 to 1,600 images, once it is solved, and predicts the errors of 3,200 and 5,000. A ruler on logarithmic axes, which knows no floor, predicts them too.

# %%
sizes = np.array([50, 100, 200, 400, 800, 1600, 3200, 5000])


def of_own_best(row, metric="errors"):
    """Test errors of each seed, at the rate that is best by validation loss."""
    return table(row, metric)[table(row, "val_losses").mean(axis=1).argmin()]


errors = np.array([of_own_best(f"size/{size}") for size in sizes])
seen = sizes <= 1600
slope, height = np.polyfit(np.log(sizes[seen]), np.log(errors[seen].mean(axis=1)), 1)
for row, num_images in zip(errors[~seen], sizes[~seen], strict=True):
    by_ruler = np.exp(height + slope * np.log(num_images))
    deviation = row.std(ddof=1) / len(row) ** 0.5
    print(f"{num_images:,} images: measured {row.mean():.4f} ± {deviation:.4f}, by "
          f"the ruler {by_ruler:.4f}")
    assert by_ruler < row.mean() - 3 * deviation, "the ruler should be too optimistic"

# %% [markdown]
# What your curve says:

# %%
means, mine = errors.mean(axis=1), None
if solved("fit_power_law"):
    mine = fit_power_law(sizes[seen], means[seen])
    ahead = curve(sizes[~seen].astype(float), *mine)
    print(f"your curve says {listed(ahead, sizes[~seen])}, with a floor of {mine[0]:.3f}")
    print(f"measured minus foretold: {listed(means[~seen] - ahead, sizes[~seen])}")
    assert (abs(means[~seen] - ahead) < 0.01).all(), "the curve should be near"

# %% [markdown]
# And the picture:

# %%
figure, ax = plt.subplots()
ax.plot(sizes[seen], means[seen], "o", color=plotting.COLORS[0], markersize=8, label="fitted on")
ax.plot(sizes[~seen], means[~seen], "D", color=plotting.COLORS[1], markersize=8,
        label="kept back")
line = np.geomspace(50, 20_000, 50)
ax.plot(line, np.exp(height + slope * np.log(line)), ":", color=plotting.QUIET, label="ruler")
if mine is not None:
    ax.plot(line, curve(line, *mine), "-", color=plotting.COLORS[2], label="curve with a floor")
ax.set(xscale="log", yscale="log", xlabel="training images", ylabel="test error")
ax.set_yticks([0.1, 0.15, 0.2, 0.3], ["0.1", "0.15", "0.2", "0.3"])
ax.set_yticks([], minor=True)
ax.legend()
plt.show()

# %% [markdown]
# The curve with a floor is within a hundredth of both measured errors, up to three times beyond the last point that it was fitted to. At 3,200 it misses by four standard errors of the measurement. The ruler is too optimistic.
#
# How sure is the floor itself? We draw from the seeds again and again (lesson 14's bootstrap), and fit each time. **Guess before you run the cell**: which is surer, the floor or the prediction?

# %%
rng, floors, predictions = np.random.default_rng(0), [], []
if solved("fit_power_law"):
    for _ in range(60):
        drawn = np.array([rng.choice(row, len(row)).mean() for row in errors[seen]])
        fitted = fit_power_law(sizes[seen], drawn)
        floors.append(fitted[0])
        predictions.append(curve(5000.0, *fitted))
    for name, values in (("floor", floors), ("error of 5,000", predictions)):
        low, high = np.percentile(values, [5, 95])
        print(f"{name:14}: {low:.3f} to {high:.3f}, in nine of ten draws")
    assert np.std(floors) > 2 * np.std(predictions), (
        "the floor should be the less certain of the two"
    )

# %% [markdown]
# The prediction is surer than the floor, but not sure: nine of ten draws spread as wide as the whole gain from 1,600 to 5,000 images. You cannot read "the irreducible error" off such a curve.
#
# ### Where a power law fails
#
# Now the **width**: 5,000 images, two layers of 2, 4, 8, ..., 128 units, each at its best rate and at the best of 25 epochs. **Look at the shape before you trust a formula.**

# %%
units = np.array([2, 4, 8, 16, 32, 64, 128])
by_units = np.array([of_own_best(f"units/{number}") for number in units]).mean(axis=1)
figure, ax = plt.subplots(figsize=(5, 3))
ax.plot(units, by_units, "o-")
ax.set(xscale="log", yscale="log", xlabel="units in each of two layers", ylabel="test error")
ax.set_yticks([0.15, 0.2, 0.3, 0.5], ["0.15", "0.2", "0.3", "0.5"])
ax.set_yticks([], minor=True)
ax.set_xticks(units, [str(number) for number in units])
ax.set_xticks([], minor=True)
plt.show()

# %% [markdown]
# A ruler through 2 to 32 units, compared with the error of 128 units:

# %%
ruler = np.polyfit(np.log(units[:5]), np.log(by_units[:5]), 1)
told = np.exp(np.polyval(ruler, np.log(128)))
print(f"128 units: measured {by_units[-1]:.3f}, a ruler on 2 to 32 units says {told:.3f}")
assert told < by_units[-1] / 1.5, "the ruler should be far off"
assert by_units[2] - by_units[-1] < (by_units[0] - by_units[2]) / 4, (
    "a cliff, and then a plateau"
)
assert abs(by_units[4] - by_units[-1]) < 0.01, "from 32 units on nothing more"

# %% [markdown]
# This is no power law. It is a cliff and then a plateau, and the ruler promises an error that none of these widths comes near. From 8 to 32 units the error still falls by four points. From 32 on, more width brings nothing that four seeds could show.

# %% [markdown]
# ## To other data
#
# So far we carried settings over. Now we carry weights. A network is trained on much data: **pre-training** (사전 학습). Then it starts with these weights and trains on a few images of something else: **fine-tuning** (미세 조정). Both together are called *transfer learning* (전이 학습). The last layer of the network is called the **head** (헤드), and all layers before it the **body** (몸통).
#
# There are two targets, with 50 images each:
#
# - **other classes**: pre-trained on T-shirts, trousers, pullovers, dresses and coats, fine-tuned to sandals, shirts, sneakers, bags and boots. The body stays, and the head is new.
# - **another camera**: pre-trained on all ten classes, fine-tuned to photographs of the same classes that are moved by up to a pixel, paler and noisy.
#
# We compare with the same network trained *from scratch* on the same 50 images. **Place your bet before you run the cell**: how many points does pre-training bring, for each target?

# %%
my_bet = {"classes": 10, "camera": 10}  # points; replace by what you believe


def body(**settings):
    """Two hidden layers of 128 units, trained with Adam."""
    return Configuration(hidden=(128, 128), optimizer="adam", **settings)


def pretrained(data, seed):
    """The weights of a network that has seen much: 15 epochs along a cosine."""
    settings = body(learning_rate=0.004, batch_size=50, num_epochs=15, schedule="cosine")
    return train_fast(settings, data, seed).weights


def best_of(part, way, num_images):
    """The best rate by validation accuracy, and the test accuracies of six seeds at it."""
    row = f"{part}/{way}/{num_images}"
    at = table(row, "val_accuracies").mean(axis=1).argmax()
    return float(stored[f"rates/{part}"][at]), table(row, "test_accuracies")[at]

# %% [markdown]
# First the file: each side at its best rate, 300 steps, six seeds. (500 to 1,000 validation images chose the rates.)

# %%
gains = {}
for part, way in (("classes", "all, new head"), ("camera", "all")):
    for num_images in (50, 500) if part == "classes" else (50, 250, 750):
        _, scratch = best_of(part, "scratch", num_images)
        rate, tuned = best_of(part, way, num_images)
        gap = 100 * (tuned - scratch)
        gains[part, num_images] = gap.mean()
        error = gap.std(ddof=1) / len(gap) ** 0.5
        ends = f"scratch {scratch.mean():.3f}, tuned {tuned.mean():.3f} (rate {rate:.2g})"
        print(f"{part:8} {num_images:3} images: {ends}, gain {gap.mean():+.1f} "
              f"± {error:.1f} points")
print(f"you bet on {my_bet['classes']} and {my_bet['camera']} points, with 50 images")

# %% [markdown]
# As claims:

# %%
assert abs(gains["classes", 50]) < 3, "for other classes it should bring nothing"
assert gains["camera", 50] > 6, "for the same classes it should bring much"
assert gains["camera", 50] > gains["camera", 750] + 3, "most where images are few"
untuned, scratch = stored["untuned/camera/test_accuracies"], best_of("camera", "scratch", 50)[1]
print(f"another camera, without any tuning: {untuned.mean():.3f}; from "
      f"scratch: {scratch.mean():.3f}")
assert untuned.mean() > scratch.mean() + 0.04, (
    "even untuned it should beat 50 images from scratch"
)
old_head, new_head = (best_of("camera", way, 50)[1].mean() for way in ("all", "all, new head"))
print(f"tuned with the old head: {old_head:.3f}; with a new one: {new_head:.3f}")
assert old_head > new_head + 0.03, (
    "the old head should be worth keeping where the classes are the same"
)

# %% [markdown]
# For other classes pre-training brings nothing; with 50 images it even loses a point. For the same classes by another camera it brings many points, most where images are few. Even without any tuning the pre-trained network beats the network from scratch on 50 images, and the old head is worth keeping. **What transfers is what the two tasks share.**
#
# Both targets again, with three seeds, trained here:

# %%
targets = {
    "classes": (only_classes(fashion_mnist(5000), range(5)),
                only_classes(fashion_mnist(5000), range(5, 10))),
    "camera": (fashion_mnist(4000), by_another_camera()),
}
before = {part: [pretrained(pair[0], seed) for seed in range(3)]
          for part, pair in targets.items()}


def tune(part, seed, rate, factors=(1, 1, 1), scratch=False):
    """A training of 300 steps on 50 images; factors: of the rates of the three kernels."""
    data = balanced_subset(targets[part][1], 50, seed)
    settings = body(learning_rate=rate, batch_size=25, num_epochs=150, rate_factors=factors)
    fresh, old = starting_weights(settings, data, seed + 100), before[part][seed]
    start = fresh if scratch else [*old[:4], *fresh[4:]] if part == "classes" else old
    return train_fast(settings, data, seed, weights=start)

# %% [markdown]
# The test accuracies:

# %% tags=["nbval-ignore-output"]
def tested(part, **settings):
    """The test accuracies of three seeds."""
    runs, data = [tune(part, seed, **settings) for seed in range(3)], targets[part][1]
    found = [loss_and_accuracy(run.configuration, run.weights, data, "test") for run in runs]
    return np.array([each.accuracy for each in found])


live = {}
for part, way in (("classes", "all, new head"), ("camera", "all")):
    scratch = tested(part, rate=best_of(part, "scratch", 50)[0], scratch=True)
    live[part] = 100 * (tested(part, rate=best_of(part, way, 50)[0]) - scratch)
    print(f"{part:8} gain {live[part].mean():+.1f} points")
assert live["camera"].mean() > live["classes"].mean() + 3

# %% [markdown]
# ### Small rates
#
# "Fine-tune at a small rate" is common advice. **Look where it holds.**

# %%
figure, panels = plt.subplots(1, 2, figsize=(9.5, 3.3), sharey=True, layout="constrained")
for num_images, ax in zip((50, 750), panels, strict=True):
    curves = {}
    for way in ("scratch", "all", "head only"):
        values = table(f"camera/{way}/{num_images}", "test_accuracies")
        curves[way] = stored["rates/camera"], values
    plotting.plot_rates(curves, ax, "test accuracy", highest=True)
    ax.set(title=f"another camera, {num_images} images")
panels[1].set_ylabel("")
plt.show()

# %% [markdown]
# As numbers, for the tuning of all layers with 50 images:

# %%
rows = {n: table(f"camera/all/{n}", "test_accuracies").mean(axis=1) for n in (50, 750)}
tried = stored["rates/camera"]
for num_images, means in rows.items():
    print(f"{num_images:3} images: {listed(means.round(3), [f'{rate:.2g}' for rate in tried])}")
small, large = (int(np.argmin(abs(tried - rate))) for rate in (0.000125, 0.016))
assert rows[50][small] > rows[50][large] + 0.03, "with few images a large rate should cost"
assert tried[rows[750].argmax()] > 0.0002, "with many images a larger rate should be the best"

# %% [markdown]
# With 50 images every rate up to 0.00013 is good (the best by validation is the smallest), and from there on each doubling lowers the accuracy. With 750 images the best rate is a usual one. So the advice is good where images are few and the tasks are alike.
#
# ### Frozen layers, and what is forgotten
#
# You can **freeze** (동결) some layers: their rate is 0. And what happens to the old knowledge? We put the *old* head back on the tuned body, and test it on the old five classes. **Guess before you run the cell**: before the tuning its accuracy on them was about 0.88. How much is left after 300 steps on 50 images of other classes?
#
# Each dot in the picture is a rate of the head, and each line is a way to tune. "body / 100" means that the body has a hundredth of the head's rate. Up is good for the new classes, right is good for the old classes. **Look which line comes nearest to the upper right corner.**

# %%
ways = ("all, new head", "body / 10", "body / 100", "first frozen", "head only")
figure, ax = plt.subplots()
for way, marker in zip(ways, plotting.MARKERS, strict=False):
    row = f"classes/{way}/50"
    new, old = (table(row, f"{what}_accuracies").mean(axis=1) for what in ("test", "old"))
    ax.plot(old, new, marker=marker, label=way)
ax.set(xlabel="accuracy on the old classes", ylabel="accuracy on the new classes",
       ylim=(0.4, 0.86))
ax.legend(loc="lower center")
plt.show()

# %% [markdown]
# For each way: how much accuracy on the old classes it keeps if the new classes may be one to four points below the best (by validation). A 0 means that it never comes so near. (The list of rates ends at 0.00025. For all layers at one rate, a smaller rate would keep more.)

# %%
known = stored["untuned/classes/old_accuracies"].mean()
of_way = {way: table(f"classes/{way}/50", "val_accuracies").mean(axis=1) for way in ways}
best, kept = max(values.max() for values in of_way.values()), {}
for way, values in of_way.items():
    old = table(f"classes/{way}/50", "old_accuracies").mean(axis=1)
    for points in (1, 2, 3, 4):
        kept[way, points] = old[values >= best - points / 100].max(initial=0)
    told = listed([kept[way, points] for points in (1, 2, 3, 4)], ("1 point", "2", "3", "4"))
    print(f"{way:13} best rate of the head "
          f"{stored['rates/classes'][values.argmax()]:.4f}; keeps  {told}")
print(f"the best reaches {best:.3f} on the new classes; of the old ones {known:.3f} were known")

# %% [markdown]
# The claims, with all layers at one rate, the smallest and a large one:

# %%
all_layers = "classes/all, new head/50"
new, old = (table(all_layers, f"{what}_accuracies").mean(axis=1) for what in ("test", "old"))
for place in (0, 7):
    print(f"all at {stored['rates/classes'][place]:.5f}: new "
          f"{new[place]:.3f}, old {old[place]:.3f}")
assert known - old[0] > 0.1, "even at a small rate tuning all layers should forget"
assert old[7] < 0.25 < old[0] - 0.2, "and at a large one all of it"
assert abs(new[0] - new[7]) < 0.03, "while the new classes are hardly better or worse"
assert kept["first frozen", 4] > kept["body / 100", 4] > kept["all, new head", 4] + 0.05
assert kept["head only", 4] == 0, "a frozen body should not come near the others"
frozen, free = best_of("classes", "head only", 500)[1], best_of("classes", "scratch", 500)[1]
print(f"with 500 images: head only {frozen.mean():.3f}, from scratch {free.mean():.3f}")
assert free.mean() > frozen.mean() + 0.04, "nor with more images"

# %% [markdown]
# One rate compared with two, for the new classes and for the other camera:

# %%
for row, way in {"classes": "all, new head", "camera": "all"}.items():
    for num_images in (50, 500) if row == "classes" else (50, 250, 750):
        one = best_of(row, way, num_images)[1].mean()
        two = best_of(row, "body / 10", num_images)[1].mean()
        print(f"{row:7} {num_images:3} images: one rate {one:.3f}, body at a tenth {two:.3f}")
        assert two - one < 0.03, "two rates should bring nothing on the new data"
small, head_alone = int(of_way["all, new head"].argmax()), of_way["head only"]
told = f"{head_alone[small]:.3f}, at best {head_alone.max():.3f}"
print(f"head alone at {stored['rates/classes'][small]:.4f}: {told}")
assert head_alone.max() > head_alone[small] + 0.1, "a head alone should need a larger rate"

# %% [markdown]
# Fine-tuning destroys much of what was known: **forgetting** (파국적 망각). How much depends on the rate, and the accuracy on the new classes does not show it: it is equally good from the smallest rate to a large one, while at 0.032 nothing of the old knowledge is left (guessing among five classes gives 0.2). A frozen body forgets nothing, and never learns the new classes well. If you give up four points of the new classes, a frozen first layer keeps the most here.
#
# A head alone needs a large rate. **On the new classes one rate for all layers does as well as two.** Two rates keep more of the old, and cost some of the new. That trade is the hyperparameter of fine-tuning.
#
# ### Two rates in Keras
#
# `keras.optimizers.MultiOptimizer` takes a function that returns an optimizer for each variable. Two traps, tried with Keras 3.15:
#
# - In a Sequential model a variable's `path` begins with the model's name, in a functional model it does not. Compare whole paths. A pattern that matches nothing is no error: its variables get the default.
# - Keras reads which layers may move at the first step after compiling. If you set `layer.trainable` later, compile again. With TensorFlow, `model.trainable = True` does not free frozen layers of a model that is trainable already.
#
# How can you see that the groups are right? By one step: Adam's first step moves a weight by its rate, whatever the gradient is. Here with a single rate:

# %% tags=["setup"]
def small_model(sizes, name, frozen=(), head="logits", bare=False):
    """A network for 2 x 3 pixels and four classes, with tanh layers; some layers are frozen.

    bare: a layer without weights stands behind the first of them, and one behind the head.
    """
    keras.utils.set_random_seed(3)
    hidden = [keras.layers.Dense(units, "tanh", name=f"hidden_{n}")
              for n, units in enumerate(sizes, start=1)]
    dense = [*hidden, keras.layers.Dense(4, name=head)]
    same = [keras.layers.Activation("linear", name=f"same_{n}") for n in range(2 * bare)]
    parts = [keras.layers.Flatten(), dense[0], *same[:1], *dense[1:], *same[1:]]
    model = keras.Sequential([keras.Input((2, 3)), *parts], name=name)
    for number in frozen:
        dense[number].trainable = False
    return model

# %%
def moved_by_a_step(model):
    """By how much one step moves each weight array, at most."""
    images, start = np.random.default_rng(0).normal(size=(40, 2, 3)), model.get_weights()
    model.train_on_batch(images, np.arange(40) % 4)
    return np.array([abs(a - b).max() for a, b in zip(model.get_weights(), start, strict=True)])


model = small_model([5, 4], "mlp")
model.compile(keras.optimizers.Adam(0.01),
              keras.losses.SparseCategoricalCrossentropy(from_logits=True))
moves = moved_by_a_step(model)
print(f"path of a variable: {model.layers[1].kernel.path}; changes: {moves.round(5)}")
assert np.allclose(moves, 0.01, rtol=0.01)

# %% [markdown]
# The second trap. The first layer is frozen *after* compiling, and freed after the first step:

# %%
model = small_model([5, 4], "mlp")
model.compile(keras.optimizers.Adam(0.01),
              keras.losses.SparseCategoricalCrossentropy(from_logits=True))
for may_move in (False, True):
    model.layers[1].trainable = may_move
    moves = moved_by_a_step(model)
    print(f"trainable={may_move!s:5}: first kernel moved by {moves[0]:.5f}, the "
          f"head's by {moves[-2]:.5f}")
    assert moves[0] == 0 < moves[-2], "it should stay frozen, and the second change go unnoticed"
model.layers[1].trainable = False
model.trainable = True
assert not model.layers[1].trainable, "the layer should still be frozen"

# %% tags=["setup", "long"]
def first_moves(tune, sizes, names, frozen, trained, num_frozen, body_rate, head_rate,
                bare=False):
    """The loss, and by how much the first step moves kernel and bias of each layer, at most."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 2, 3)), np.arange(40) % 4
    model = small_model(sizes, names[0], frozen, names[1], bare)
    if trained:
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                      run_eagerly=True)
        model.train_on_batch(x, y)
    start = {weight.path: weight.numpy() for weight in model.weights}
    returned = tune(model, num_frozen, body_rate, head_rate)
    if not isinstance(returned, keras.Model):
        return returned
    returned.run_eagerly = True
    loss = float(np.ravel(returned.train_on_batch(x, y))[0])
    return [loss, [float(abs(weight.numpy() - start[weight.path]).max())
                   for weight in returned.weights]]

# %% [markdown]
# ### Exercise 4: `fine_tuning_groups` (2 points)
#
# The checks take one step and measure how far each kernel and bias was moved, as above.

# %% solution="fine_tuning_groups"
def fine_tuning_groups(model, num_frozen, body_rate, head_rate):
    """Compile a model for fine-tuning with frozen layers and two learning rates, and return it.

    model: a Keras model. Its layers with weights are dense; the last of them is the head, with
    logits as outputs, and the others are the body. It may have been compiled and trained before,
    and any of its layers may be frozen (trainable=False). Model and layers may have any names.
    num_frozen: so many layers with weights, counted from the inputs, stay as they are; 0, or up
    to the whole body. All other layers move, whatever they did before. Layers without weights
    may stand anywhere, and do not count.
    body_rate, head_rate: learning rates of Adam, floats: of the layers of the body that move, of
    the head. The model is compiled with the cross-entropy of whole-number labels and logits.
    """
    ### BEGIN SOLUTION
    layers = [layer for layer in model.layers if layer.weights]
    for number, layer in enumerate(layers):
        layer.trainable = number >= num_frozen
    of_body, of_head = keras.optimizers.Adam(body_rate), keras.optimizers.Adam(head_rate)
    head_paths = {weight.path for weight in layers[-1].weights}
    groups = keras.optimizers.MultiOptimizer(lambda weight: of_head if weight.path in head_paths else of_body)
    tuned = model
    tuned.compile(optimizer=groups, loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return tuned
    ### END SOLUTION

# %% test="fine_tuning_groups" points=2
close = {"rtol": 5e-3, "atol": 1e-8}
moves = lambda *case: first_moves(fine_tuning_groups, *case)
check("two frozen of three",
      lambda: moves([5, 6, 4], ("mlp", "logits"), [], False, 2, 0.002, 0.03), **close)
names = ("hidden_1", "head")
check("frozen before", lambda: moves([6, 5, 4], names, [0, 1, 2], True, 2, 0.003, 0.02), **close)
named = "the head's name stands in the model's, none to freeze"
check(named, lambda: moves([5, 4, 6], ("my_out", "out"), [1], True, 0, 0.004, 0.05), **close)
named = "the head's name stands in another layer's, a faster body"
check(named, lambda: moves([4, 6], ("net", "hidden"), [2], False, 1, 0.05, 0.006), **close)
bare = "the whole body, with a layer without weights inside and one behind the head"
check(bare, lambda: moves([5, 3, 4], ("mlp", "out"), [0], False, 3, 0.001, 0.04, True), **close)
### BEGIN HIDDEN TESTS
four = [4, 5, 3, 6], ("own", "hidden"), [1, 4], True, 2, 0.0064, 0.00345, True
check("a body of four", lambda: moves(*four), **close)
check_drawn("drawn networks", moves, **close)
### END HIDDEN TESTS

# %% [markdown]
# ## Beliefs, measured
#
# **"A wider network wants a smaller rate."** With Adam and Keras's start it did. Is it the width? Test it with plain SGD: the same networks, the same 10 epochs. **Place your bet**: by which factor is the best rate of 32 units larger than that of 1,024?

# %%
my_bet = 4  # replace by the factor that you believe in

figure, panels = plt.subplots(1, 2, figsize=(9.5, 3.3), sharey=True, layout="constrained")
for kind, name, ax in zip(("standard", "mup"), ("Keras's start", "muP"), panels, strict=True):
    plotting.plot_rates(over_widths(kind, "sgd"), ax, "training loss, last epoch",
                        limits=(0.5, 1.3))
    ax.set(title=f"SGD, {name}")
panels[1].set_ylabel("")
plt.show()
print(f"you bet on a factor of {my_bet}")
for kind in ("standard", "mup"):
    best = best_of_widths(kind, "sgd")
    print(f"best rate, {kind:9} {listed(best.values(), best)}")
    assert max(best.values()) <= 2 * min(best.values()), "with SGD it should stay in both"

# %% [markdown]
# With plain SGD the best rate stays, to a factor of 2, with Keras's start and with muP. So it is not the width alone. It is the width *together with* the optimizer and the parametrization. (In the paper, with another start and wider networks, the best rate of SGD falls as well.)
#
# **"Tune the large network; what the small one says is worth nothing."** Test it with your own `mup_scales`. The cell builds networks of 32 and 256 units from your factors, and takes the best of four rates on the small network. Then it asks how good this rate is on the large network. **Place your bet**: how much loss is lost by not searching on the large network?

# %%
my_bet = 0.1  # of training loss; replace by what you believe in
few_rates = 0.0016 * 4.0 ** np.arange(4)


def from_my_scales(width, rate):
    """The network of this width, relative to one of 32 units."""
    base = [(196, 32), (32, 32), (32, 10)]
    fans = [(196, width), (width, width), (width, 10)]
    scales = [mup_scales(*wide, *small) for wide, small in zip(fans, base, strict=True)]
    glorot = [(2 / sum(small)) ** 0.5 for small in base]
    starts = [start * scale[0] for start, scale in zip(glorot, scales, strict=True)]
    layers = {"initializer": starts, "rate_factors": [scale[2] for scale in scales]}
    return Configuration(rate, 64, hidden=(width, width), optimizer="adam", **layers)

# %% [markdown]
# The search on both, four seeds each:

# %% tags=["nbval-ignore-output"]
if solved("mup_scales"):
    losses = {}
    for width in (32, 256):
        runs = sweep([from_my_scales(width, rate) for rate in few_rates], clothes,
                     seeds=range(4))
        ends = np.array([run.train_losses[-1] for run in runs]).reshape(4, 4)
        losses[width] = ends.mean(axis=1)
        print(f"{width:3} units: {listed(losses[width].round(3), few_rates.round(4))}")
    lost = losses[256][losses[32].argmin()] - losses[256].min()
    print(f"the small network's choice loses {lost:.3f}; you bet on {my_bet}")
    assert lost < 0.12, "the small network's rate should serve the large one"

# %% [markdown]
# The small network chose for the large network, and little or nothing was lost. This holds under the right parametrization. With Keras's start the same search would have found a rate that is several times too large.
#
# **"The defaults of a paper are the defaults for me."** A rate from a paper belongs to a width, a depth, an optimizer, a parametrization, a batch, a budget, data, and a metric. You have seen most of them move the best rate, by factors from four to sixty. Take a rate from a paper as the middle of a grid.
#
# What the notes say, measured in this lesson:
#
# | The notes say | We found |
# |---|---|
# | hyperparameters are 모델을 학습하는데 구성하는 기본적인 변수들, the basic variables that make up the training of a model | they belong to data and budget as well: the same model wants another rate for another batch at equal epochs |
# | too large a batch: learning rate를 너무 작게 한것과 비슷한 건가? (is it like too small a learning rate?) | at equal epochs, with Adam, it is; at equal steps it is by training loss and accuracy, and not by validation loss |

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# A network is tuned with Adam at a base width of 64, in muP. All hidden layers become 256 units wide. By what is Adam's rate of the kernel between two hidden layers multiplied?
#
# - a) 1
# - b) 1/2
# - c) 1/4
# - d) it depends on the number of classes

# %% solution="quiz_1"
quiz_1 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_1 = "c"
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# You doubt whether your parametrization is right. What do you look at?
#
# - a) how far a few steps move each layer's outputs, over the width
# - b) the size of the logits at the start, over the width
# - c) how far a whole training moves each layer's outputs, over the width
# - d) the accuracies of two widths at one rate

# %% solution="quiz_2"
quiz_2 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_2 = "a"
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# On 50 to 1,600 images you fitted an error of $0.08 + 1.1 \, n^{-0.4}$. What may you say?
#
# - a) 8 % of the images can never be told apart, however many you have
# - b) with a million images the error will be 8.4 %, close to its floor
# - c) nothing at all beyond 1,600 images
# - d) with 4,000 images the error will be near 12 %; the floor is a guess

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
# Our network was pre-trained on clothes. For which target do you expect the smallest gain in accuracy over the same network trained from scratch?
#
# - a) 50 photographs of the same clothes by another camera
# - b) 500 photographs of five kinds of clothes that it has not seen
# - c) 250 photographs of the same clothes by another camera
# - d) for none: it helps everywhere, because the weights start better than by chance

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
# With Adam and batches of 32 the best rate is 0.002. You want batches of 512, for the same number of epochs. Which rates do you try?
#
# - a) 0.002 alone: Adam finds its own step
# - b) 0.008 alone
# - c) 0.032 alone
# - d) a grid from 0.002 to 0.064

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
# A colleague reports: "The paper trains its network, 256 units wide, with Adam at 0.002. I took the same rate for ours, which is 2,048 units wide, in Keras. It learned, but the loss was no better than with the narrow one. So width is worth nothing for our data. Then I took a network that somebody had trained on photographs of cars, tuned all layers on our 60 photographs of screws at 0.002, and it was as good as from scratch. So pre-training is worth nothing either."
#
# Answer in four to eight sentences
#
# - why the first conclusion does not follow, and which experiment of a few seconds would warn him,
# - what he could do so that the paper's rate, or one of a small network, may be taken over,
# - what may be behind the second result, and what he should try before he says "nothing".
#
# (3 points, read by a person.)

# %% [markdown] written="taken_over" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: with Adam and Keras's start the best rate falls with the width, so the wide network had a rate that is too large for it while the narrow one had its own; each width needs its own best rate. A coordinate check shows it in ten steps: the logits of the wide network are moved further. (Half a point for "the rate does not suit" without the check, or without why.)
# - **Part 2**: scale start and rates of each kernel with the width (muP) relative to the width for which the rate was tuned, and look at the coordinate check again; or search a grid on the wide network. (That a rate of a paper also belongs to its batch, budget, data and metric is a good addition, and not needed. Half a point for a name without what is scaled, or for that addition alone.)
# - **Part 3**: the two tasks may share little (cars and screws, other classes), as with our other five classes, where nothing was gained; but the comparison had one rate only. Try rates for each side, among them small ones, a slower body with a fast head, several seeds; a source that shares more. (Half a point for one of the two: little in common, or untuned.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).** A full answer gives reasons in each part. A half answer covers one or two parts, or all without reasons. An empty answer agrees, or only asks for more data.
#
# **A full answer**: With Adam and the usual start, each step moves the logits of a wide network further, since all inputs of a unit pull together; so the best rate falls with the width, and 0.002 at 2,048 units is not what it was at 256. He compared a network at its own rate with one at somebody else's. Ten steps at a few widths, and the change of each layer's outputs over the width, would have warned him. He can divide Adam's rate of the hidden kernels and of the logits by eight, shrink their starts as muP says, check again, and then take the rate over; or search a grid on the wide network itself. As to the cars: what transfers is what the tasks share, and it may be little. But he tried one rate for both sides. From 60 images small rates, or a slow body under a fast head, are worth a try, with several seeds, and from scratch at its own rate as the opponent. If that ties too, he may say that *this* source brings nothing for *this* target.
#
# **A half answer (2 points)**: A wider network needs a smaller rate with Adam, so the wide one had a rate that is too large for it; a coordinate check would show the logits growing. With muP he could copy it. And cars are not screws. (Part 2 only by name; of part 3 only that the tasks share little.)
#
# **A half answer (1 point)**: He should have tried several rates, both times.
#
# **An empty answer**: 60 images are too few, he needs more data.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - With Adam and Keras's start the best rate fell with the width; with plain SGD it stayed, up to 1,024 units. In muP it stayed with both. muP saved the search on the large network and made no better network here.
# - A coordinate check, ten steps at three widths, shows which layers the same rate moves further in a wide network. It is a warning and no verdict.
# - With depth the best rate of SGD and of Adam fell by factors of four to eight in plain stacks, by validation loss and accuracy. With shortcuts and layer norm the rate of two layers was good for sixteen, by accuracy.
# - With length the best peak fell a lot by validation loss; by accuracy the peak of a short training cost a long training about a point. The number of images moved the peak little, by loss. With the batch Adam's best rate rose at equal epochs; at equal steps it fell by validation loss, and rose by accuracy and training loss. Name the metric and the budget in every such sentence.
# - A curve with a floor predicted the error of two and three times the data to a hundredth. A ruler was too optimistic. Neither tells the floor. Over the width the error was a cliff and then a plateau.
# - Pre-training was worth nothing for other classes and much for the same classes by another camera. Fine-tuning forgets. A very slow body or a frozen layer keeps more of the old than one rate from 0.00025 on; on the new data one rate did as well.
# - Measured with multilayer perceptrons of two to sixteen layers of 2 to 1,024 units, Adam and SGD, batches of 8 to 512, mostly 64, 50 or 32, 2 to 200 epochs, on 50 to 5,000 photographs of clothes.

# %% [markdown]
# ## Sources
#
# - G. Yang, E. Hu and others, *Tensor Programs V: Tuning Large Neural Networks via Zero-Shot Hyperparameter Transfer*, 2022, arXiv:2203.03466: muP, its table of factors and the coordinate check.
# - K. Everett and others, *Scaling Exponents Across Parameterizations and Optimizers*, ICML 2024, arXiv:2407.05872: with the right rate for each layer other parametrizations transfer as well. A. Kosson and others, 2025, arXiv:2510.19093: in long trainings weight decay may matter more than muP.
# - G. Yang and others, *Tensor Programs VI*, 2023, arXiv:2310.02244; N. Dey and others, *CompleteP*, 2025, arXiv:2505.01618: rules for depth.
# - J. Bjorck and others, *Scaling Optimal LR Across Token Horizons*, 2024, arXiv:2409.19913: in one pass over text, longer training wants a smaller rate.
# - S. Malladi and others, *On the SDEs and Scaling Rules for Adaptive Gradient Algorithms*, 2022, arXiv:2205.10287: the root rule with Adam. C. Shallue and others, *Measuring the Effects of Data Parallelism*, 2018, arXiv:1811.03600: no rule holds throughout.
# - J. Hestness and others, *Deep Learning Scaling is Predictable, Empirically*, 2017, arXiv:1712.00409: power laws. T. Besiroglu and others, *Chinchilla Scaling: A Replication Attempt*, 2024, arXiv:2404.10102: intervals of a published fit that were too narrow.
# - J. Yosinski and others, *How Transferable Are Features in Deep Neural Networks?*, 2014, arXiv:1411.1792. K. He, R. Girshick, P. Dollár, *Rethinking ImageNet Pre-training*, 2018, arXiv:1811.08883: with many images and a longer training, from scratch catches up. J. Howard, S. Ruder, *Universal Language Model Fine-tuning for Text Classification*, 2018, arXiv:1801.06146: rates by layer, better on the new data too.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the photographs.
