# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 03 Momentum and Adam
#
# **Question**: Does a step need a memory?
#
# You will be able to
#
# - write momentum and Adam from their parts, and say what each number in them does,
# - say where momentum helps, and where it is only another learning rate,
# - compare optimizers fairly, and say when a gradient should be clipped.
#
# Run time: about 50 s; your own time: about 120 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | optimizer | 옵티마이저 (최적화 알고리즘) | the rule that turns gradients into steps |
# | momentum | 모멘텀 (관성, 운동량) | the share of the last step that is added to the next one |
# | velocity | 속도 | the step with momentum: what is added to the weights |
# | condition number | 조건수 | the largest curvature divided by the smallest |
# | Nesterov momentum | 네스테로프 모멘텀 | momentum that takes its gradient a little ahead |
# | effective rate | 유효 학습률 | the rate that a lasting gradient feels in the end |
# | moving average | 이동 평균 (지수 이동 평균) | a mean that slowly forgets |
# | bias correction | 편향 보정 | a division that corrects a moving average that began at 0 |
# | epsilon | 엡실론 | a small number that keeps Adam from dividing by 0 |
# | gradient clipping | 그레이디언트 클리핑, 그래디언트 클리핑 (기울기 클리핑, 기울기 절단) | shortening a gradient that is too long |
# | global norm | 전역 노름 (전체 노름) | the length of all gradients together |
#
# </details>

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import fashion_mnist, read_packaged
from helpers.training import (
    Configuration,
    quadratic_loss,
    quadratic_trajectory,
    starting_weights,
    sweep,
)
from helpers.widgets import momentum_slider

plotting.use_style()

# %% [markdown]
# ## Part 1 · Momentum (about 65 minutes)
#
# ## A ball in the valley
#
# Gradient descent has no memory: each step looks only at the gradient where it stands. **Momentum** (모멘텀) gives it a memory, like a ball that keeps most of its speed. With a momentum of 0.9, nine tenths of the last step are added to the next step.
#
# Momentum is said to make descent faster, above all in narrow valleys. We try it in the valley of lesson 01, with the curvatures 1 and 10, at a learning rate of 0.1, without momentum and with momenta of 0.5 and 0.9.
#
# **Guess before you run the cell**: in which order will their losses be after 50 steps?

# %%
valley, start = np.array([1.0, 10.0]), np.array([1.0, 1.0])
paths = {}
for beta in [0, 0.5, 0.9]:
    paths[f"momentum {beta}"] = quadratic_trajectory(valley, start, 0.1, 50, momentum=beta)
figure, panels = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
in_valley = lambda weights: quadratic_loss(weights, valley)
plotting.plot_contour(in_valley, paths, ax=panels[0], reach=1.3)
panels[0].get_legend().remove()
plotting.plot_losses({name: in_valley(path) for name, path in paths.items()}, ax=panels[1])
plt.show()

# %% [markdown]
# The names of the lines stand at their ends. In the left panel the same colors and marks are used. As numbers:

# %%
after_50 = {}
for name, path in paths.items():
    after_50[name] = quadratic_loss(path, valley)[-1]
    print(f"{name:12}  loss {after_50[name]:.2g} after 50 steps")

none, half, most = after_50.values()
assert half < none / 1e6, "a short memory should help"
assert most > 100 * none, "a long memory should hurt"

# %% [markdown]
# A momentum of 0.5 helps a lot. A momentum of 0.9, the usual value, is a thousand times worse than none: the ball rolls over the bottom, up the other wall, and back again.
#
# Perhaps the rate of 0.1 is to blame, and each momentum needs its own rate. We search for it below. First you write the step.

# %% [markdown]
# ## One step with a memory
#
# A step with momentum has two lines. The first line makes a new **velocity** (속도) from the old velocity and the gradient. The second line moves the weight by the new velocity.
#
# $$v_{\text{new}} = \beta v - \eta g$$
#
# $$w_{\text{new}} = w + v_{\text{new}}$$
#
# - $w$ is the weight, $g$ the gradient there, $\eta$ the learning rate,
# - $v$ is the velocity, of the same shape as the weight; it begins at 0,
# - $\beta$ (beta) is the momentum, from 0 to below 1. With 0 this is gradient descent.
#
# An example. For $L(w) = w^2$ the gradient is $2w$. We start at $w = 3$ with $v = 0$, $\eta = 0.1$, $\beta = 0.9$:
#
# | step | $w$ | gradient | new $v$ | new $w$ |
# |---|---|---|---|---|
# | 1 | 3 | 6 | -0.6 | 2.4 |
# | 2 | 2.4 | 4.8 | 0.9 · (-0.6) - 0.48 = -1.02 | 1.38 |
#
# Without momentum the second step would have led to 1.92.

# %% [markdown]
# ### Exercise 1: `momentum_step` (2 points)
#
# A colleague's function has these three lines:
#
# ```python
# velocity *= 0.9
# velocity += learning_rate * gradient
# return weight - velocity, velocity
# ```
#
# Three things in this function differ from the step above. Find them, and write the function without them. What is passed in must be the same afterwards, as in lesson 01.

# %% solution="momentum_step"
def momentum_step(weight, velocity, gradient, learning_rate, momentum):
    """Return the pair (weight, velocity) after one step with momentum, both of their old shape.

    weight: a number or an array of any shape.
    velocity: the one before this step, of the same shape.
    gradient: at the weight, of the same shape.
    learning_rate: a positive number. momentum: a number from 0 to below 1.
    All of them stay as they were.
    """
    ### BEGIN SOLUTION
    velocity = momentum * velocity - learning_rate * gradient
    return weight + velocity, velocity
    ### END SOLUTION

# %% test="momentum_step" points=2
check("the first step of the example", momentum_step, 3, 0, 6, 0.1, 0.9)
check("the second step of the example", momentum_step, 2.4, -0.6, 4.8, 0.1, 0.9)
two = np.array([1.0, -2.0]), np.array([0.5, 0.25]), np.array([3.0, -4.0])
check("two weights", momentum_step, *two, 0.2, 0.8)
check("without a memory", momentum_step, *two, 0.05, 0.0)
check("another momentum", momentum_step, 2.4, -0.6, 4.8, 0.1, 0.25)
weights_of_4 = np.array([[0.0, 1.0], [-1.0, 2.0]])
matrices = weights_of_4, np.ones((2, 2)), np.array([[7.0, 0.0], [0.3, -2.0]])
check("a table of weights", momentum_step, *matrices, 0.5, 0.6)
check("arrays of whole ones", momentum_step, np.array([3, -2]), np.array([1, 4]),
      np.array([6, 1]), 0.1, 0.9)
### BEGIN HIDDEN TESTS
check("a flat place, where only the memory is left", momentum_step, -1.5, 0.7, 0.0, 0.3, 0.95)
single = np.array([2.0]), np.array([0.3]), np.array([-1.5])
check("an array with a single weight", momentum_step, *single, 0.1, 0.8)
check("all of them whole", momentum_step, 7, 2, 5, 0.25, 0.5)
three = np.array([0.5, 0.0, -0.5]), np.array([-1.0, 0.2, 0.0]), np.array([-10.0, 0.3, 2.0])
check("three weights", momentum_step, *three, 0.01, 0.99)
check_drawn("drawn steps with a memory", momentum_step, rtol=1e-5, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# Keras writes the step in this form. PyTorch and many papers write $v_{\text{new}} = \beta v + g$ and $w_{\text{new}} = w - \eta v_{\text{new}}$. We compare both forms at a constant rate, and with a rate that is divided by ten after ten steps. **Guess whether they agree.**

# %%
def two_forms(rates):
    """The last places of both forms, with a rate for each step and a momentum of 0.9."""
    weights, velocity, memory, others = start, np.zeros(2), np.zeros(2), start
    for rate in rates:
        weights, velocity = momentum_step(weights, velocity, valley * weights, rate, 0.9)
        memory = 0.9 * memory + valley * others
        others = others - rate * memory
    return weights, others

# %% [markdown]
# The weights after 20 steps:

# %%
if solved("momentum_step"):
    constant, dropped = two_forms([0.05] * 20), two_forms([0.05] * 10 + [0.005] * 10)
    print("constant rate:  Keras", constant[0].round(2), " PyTorch", constant[1].round(2))
    print("dropped rate:   Keras", dropped[0].round(2), " PyTorch", dropped[1].round(2))
    assert np.allclose(*constant), "at a constant rate they should agree"
    assert np.abs(dropped[0] - dropped[1]).max() > 0.2, "after a drop they should not"

# %% [markdown]
# At a constant rate both forms take the same path. After a drop of the rate Keras's ball still rolls at the old speed for a while. PyTorch's memory holds gradients, and the new rate acts on all of them at once. So a schedule that was tuned in one library behaves differently in the other.

# %% [markdown]
# ## Where the edge is now
#
# The **edge** is the rate below which descent converges and above which it diverges. Without momentum the edge lies at $2 / \lambda_{\max}$, in our valley at 0.2 (lesson 01). Where does it lie with momentum? For each momentum we try many rates, and take the largest rate whose loss is below 1 after 3000 steps. At the start the loss is 5.5.

# %%
def measured_edge(momentum, nesterov=False):
    """The largest of many rates that still converges, in the 1:10 valley."""
    many = np.arange(0.1, 0.42, 0.001)
    path = quadratic_trajectory(valley, start, many, 3000, momentum=momentum, nesterov=nesterov)
    return many[quadratic_loss(path[-1], valley) < 1].max()


edges = {beta: measured_edge(beta) for beta in [0, 0.5, 0.9]}
for beta, edge in edges.items():
    print(f"momentum {beta}: converges up to {edge:.2f}")
assert np.allclose(list(edges.values()), [0.2, 0.3, 0.38], atol=0.002)

# %% [markdown]
# Momentum moves the edge out. How far does it move for any momentum? You can find the formula in two lines.
#
# Take one direction with curvature $h$, so that the gradient is $h w$. Exactly *at* the edge the ball jumps for ever from $w$ to $-w$ and back. A jump from $w$ to $-w$ is a velocity of $-2w$. The jump before it, from $-w$ to $w$, was a velocity of $2w$. Put both velocities into the first line of the step, and solve for $\eta$. Then compare with the three measured edges, where $h$ is 10.

# %% [markdown]
# ### Exercise 2: `largest_stable_rate` (2 points)
#
# All directions share one rate, and the steepest direction diverges first. In a turned valley the curvatures are the eigenvalues of the Hessian, `np.linalg.eigvalsh(hessian)`.

# %% solution="largest_stable_rate"
def largest_stable_rate(hessian, momentum):
    """Return the largest stable learning rate of gradient descent with momentum, a number.

    Below this rate the weights converge from every start. Above it they diverge from nearly
    every start.

    hessian: the curvatures of the valley, a symmetric array of shape (n, n), n from 1 up, whose
        eigenvalues are positive.
    momentum: a number from 0 to below 1.
    """
    ### BEGIN SOLUTION
    return 2 * (1 + momentum) / np.linalg.eigvalsh(hessian).max()
    ### END SOLUTION

# %% test="largest_stable_rate" points=2
check("curvatures 1 and 10, momentum 0.9", largest_stable_rate, np.diag([1.0, 10.0]), 0.9)
check("no memory", largest_stable_rate, np.diag([4.0, 0.5, 1.0]), 0.0)
check("a turned valley", largest_stable_rate, np.array([[5.0, 3.0], [3.0, 6.0]]), 0.5)
check("one direction", largest_stable_rate, np.array([[0.4]]), 0.8)
### BEGIN HIDDEN TESTS
turned = np.array([[3.0, -1.0, 0.5], [-1.0, 2.0, 0.25], [0.5, 0.25, 7.0]])
check("three directions, turned", largest_stable_rate, turned, 0.7)
check("a flat valley", largest_stable_rate, np.array([[0.02, 0.01], [0.01, 0.03]]), 0.95)
check_drawn("drawn valleys", largest_stable_rate)
### END HIDDEN TESTS

# %% [markdown]
# We compare your formula with simulations in twenty turned valleys. Half a per cent below your edge the loss must fall, half a per cent above your edge it must grow.

# %%
def end_of(hessian, rate, momentum):
    """The loss after 1500 steps, as a share of the loss at the start."""
    path = quadratic_trajectory(hessian, np.ones(3), rate, 1500, momentum=momentum)
    losses = quadratic_loss(path, hessian)
    return losses[-1] / losses[0]

# %% [markdown]
# The cell prints nothing if your formula is right in all twenty valleys.

# %%
if solved("largest_stable_rate"):
    rng = np.random.default_rng(0)
    for beta in np.linspace(0, 0.9, 20):
        directions, _ = np.linalg.qr(rng.normal(size=(3, 3)))
        hessian = directions @ np.diag([1.0, 4.0, 10.0]) @ directions.T
        edge = largest_stable_rate(hessian, beta)
        below, above = (end_of(hessian, share * edge, beta) for share in (0.995, 1.005))
        assert below < 1e-3 < 1e3 < above

# %% [markdown]
# So momentum allows larger rates. Does it also need fewer steps?

# %% [markdown]
# ## What a memory buys
#
# How many steps does it take until the loss is below one millionth and stays there? Now each momentum gets many rates, from very small up to its edge. **Look for the lowest point of each line, and at how wide its floor is.**

# %%
def steps_needed(steepest, momentum, rates, num_steps=2500, nesterov=False):
    """Steps until the loss stays below 1e-6, for each rate; num_steps + 1 for never."""
    path = quadratic_trajectory([1, steepest], start, rates, num_steps, momentum=momentum,
                                nesterov=nesterov)
    above = ~(quadratic_loss(path, [1, steepest]) < 1e-6)
    return len(above) - above[::-1].argmax(axis=0)


rates = np.geomspace(0.003, 0.37, 150)
steps = {beta: steps_needed(10, beta, rates) for beta in [0, 0.5, 0.9]}

# %% [markdown]
# Both axes are logarithmic. The picture leaves out rates at which the loss never gets there.

# %%
figure, ax = plt.subplots()
for (beta, needed), color, marker in zip(steps.items(), plotting.COLORS, plotting.MARKERS,
                                         strict=False):
    arrives = needed <= 2500
    label = f"momentum {beta}: best {needed.min()}"
    ax.loglog(rates[arrives], needed[arrives], color=color, marker=marker, markevery=12,
              label=label)
ax.set(xlabel="learning rate", ylabel="steps to a loss of 1e-6")
ax.legend()
plt.show()

within = steps[0.9][(rates > 0.005) & (rates < 0.3)]
assert steps[0.5].min() < steps[0].min() < steps[0.9].min() / 3, "0.5 should be best, 0.9 worst"
assert within.max() < 1.4 * within.min(), "with 0.9 the rate should hardly matter"

# %% [markdown]
# In this valley a momentum of 0.9 does not buy speed. At its best rate it needs four times as many steps as no momentum at its best rate. It buys **indifference to the rate**: from 0.005 to 0.3 all rates take about 150 steps.
#
# The reason is the momentum itself. In the long run no rate shrinks the distance from the floor by more than the factor $\sqrt{\beta}$ a step. The loss goes with the square of the distance, so it shrinks by no more than the factor $\beta$. To bring 5.5 down to one millionth by factors of 0.9 takes
#
# $$\frac{\ln(5.5 \cdot 10^6)}{-\ln 0.9} = 147$$
#
# steps. That is the floor of the third line. A momentum of 0.5 needs 22 steps.

# %% [markdown]
# ### Narrow valleys
#
# A momentum of 0.9 helps where descent without momentum needs many more than 150 steps. The **condition number** (조건수) says how narrow a valley is: the largest curvature divided by the smallest. Our valley has 10. We add valleys with 100 and 1000. In each valley each momentum has the best of the same 60 rates.

# %%
betas = [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95]
fewest = {}
for condition in [10, 100, 1000]:
    for beta in betas:
        # up to twice the edge without a memory
        some_rates = np.geomspace(0.02, 2, 60) * 2 / condition
        fewest[condition, beta] = steps_needed(condition, beta, some_rates, 4000).min()
    line = "  ".join(f"{fewest[condition, beta]:5}" for beta in betas)
    print(f"condition number {condition:4}: {line}")

# %% [markdown]
# The columns are the momenta 0, 0.3, 0.5, 0.7, 0.8, 0.9 and 0.95. **Find the smallest number of each row.**

# %%
best_betas = {}
for condition in [10, 100, 1000]:
    best_betas[condition] = min(betas, key=lambda beta: fewest[condition, beta])
    root = np.sqrt(condition)
    formula = ((root - 1) / (root + 1)) ** 2
    best = best_betas[condition]
    print(f"condition number {condition:4}: best of our list {best}, formula {formula:.2f}")

assert list(best_betas.values()) == [0.3, 0.7, 0.9]
assert fewest[1000, 0.9] < fewest[1000, 0] / 10, "in a very narrow valley 0.9 should win by far"

# %% [markdown]
# In the narrowest valley a momentum of 0.9 needs 200 steps, and descent without momentum needs more than 3000. **The narrower the valley, the longer the memory should be.** For a valley that is exactly a parabola the best momentum is known. With the condition number $\kappa$ (kappa) it is
#
# $$\beta_{\text{best}} = \left( \frac{\sqrt{\kappa} - 1}{\sqrt{\kappa} + 1} \right)^2$$
#
# So momentum helps in narrow valleys. For 0.9 the condition number should be at least a few dozen.

# %% [markdown]
# ### Play
#
# Two sliders set the rate and the momentum in our 1:10 valley. Find the pair with the lowest loss. Is any rate good at a momentum of 0.99? Then pass a narrower valley, `hessian=(0.1, 10)`. Where no slider appears, you see three momenta in one picture.

# %%
momentum_slider(hessian=valley, start=start)

# %% [markdown]
# ### Looking ahead
#
# **Nesterov momentum** (네스테로프 모멘텀) takes the gradient a little ahead of the ball, so the ball brakes earlier. In Keras it is `SGD(momentum=0.9, nesterov=True)`. We measure the edge and the fewest steps of both kinds.

# %%
both = {}
for name, nesterov in [("momentum", False), ("Nesterov", True)]:
    edge, needed = measured_edge(0.9, nesterov), steps_needed(10, 0.9, rates, nesterov=nesterov)
    both[nesterov] = edge, needed.min()
    print(f"{name}: edge {edge:.3f}, fewest steps {needed.min()}")

assert both[True][0] < 0.2, "its edge should even be lower than that of plain descent"
assert both[True][1] < both[False][1] / 2, "and it should be faster here"

# %% [markdown]
# Nesterov momentum needs fewer steps here, because it brakes earlier. Its edge is *lower* than the edge without momentum.

# %% [markdown]
# ## On a network
#
# A network is no parabola, and its gradients are noisy. Which rate suits a momentum of 0.9 there?
#
# Suppose that the gradient $g$ stays the same for many steps. Without momentum each step is $-\eta g$. With momentum the velocity grows until what is added equals what is forgotten: $v = \beta v - \eta g$, so
#
# $$v = -\frac{\eta}{1 - \beta} \, g$$
#
# A momentum of 0.9 makes every lasting gradient count ten times. We call $\eta / (1 - \beta)$ the **effective rate** (유효 학습률). Is momentum only another name for a larger rate?
#
# We train the network of lesson 01 on its 1,280 images, for 10 epochs in batches of 32, with eight seeds. Plain SGD gets three rates, and momentum 0.9 a *tenth* of each. Momentum 0.9 also gets the *same* rate as SGD, 0.3. **Guess which of them will be alike.**

# %%
clothes = fashion_mnist()


def ends(runs):
    """The last validation accuracy of each run."""
    return np.array([run.val_accuracy for run in runs])


plain = {0.3: sweep([Configuration(0.3)], clothes, seeds=range(8))}

# %% [markdown]
# The small rates, and then the rates with momentum:

# %%
for rate in [0.01, 0.03]:
    plain[rate] = sweep([Configuration(rate)], clothes, seeds=range(8))
with_memory = {}
for rate in [0.001, 0.003, 0.03, 0.3]:
    tried = Configuration(rate, optimizer="momentum")
    with_memory[rate] = sweep([tried], clothes, seeds=range(8))

# %% [markdown]
# The mean accuracy over the seeds:

# %% tags=["nbval-ignore-output"]
of_plain = {rate: ends(runs).mean() for rate, runs in plain.items()}
of_momentum = {rate: ends(runs).mean() for rate, runs in with_memory.items()}
for rate, tenth in [(0.01, 0.001), (0.03, 0.003), (0.3, 0.03)]:
    print(f"plain SGD at {rate:4}: {of_plain[rate]:.3f};", end="  ")
    print(f"momentum at {tenth:5}: {of_momentum[tenth]:.3f}")
print(f"momentum at 0.3, the same rate: {of_momentum[0.3]:.3f}")

assert abs(of_plain[0.01] - of_momentum[0.001]) < 0.02, "at small rates they should be alike"
assert abs(of_plain[0.03] - of_momentum[0.003]) < 0.02, "at small rates they should be alike"
assert of_momentum[0.3] < of_plain[0.3] - 0.3, "the same rate should be far too large"

# %% [markdown]
# At the two small rates, momentum at a tenth of the rate gives the same accuracy, within half a per cent or so. **If you switch momentum on and leave the rate as it was, you have made the rate ten times as large.** At 0.3 that ends the training.
#
# ### Small batches and large ones
#
# Now plain SGD and momentum each get their own best rate, in batches of 32 and in batches of 512. We take 2,560 images. The small batches get 10 epochs (800 steps), the large batches 20 epochs (100 steps).

# %%
more_clothes = fashion_mnist(2560)
tables = {}


def measure(size, num_epochs, effective):
    """Fill in the accuracies at these effective rates, without and with a memory."""
    for beta in [0.0, 0.9]:
        settings = {"batch_size": size, "num_epochs": num_epochs, "momentum": beta}
        rates = [rate * (1 - beta) for rate in effective]
        tried = [Configuration(rate, optimizer="momentum", **settings) for rate in rates]
        accuracies = ends(sweep(tried, more_clothes, seeds=range(5))).reshape(len(effective), -1)
        tables[size, beta] = np.array(effective), accuracies


measure(32, num_epochs=10, effective=[0.1, 0.2, 0.4, 0.8])

# %% [markdown]
# Those were the small batches. Now the large ones.

# %%
measure(512, num_epochs=20, effective=[0.2, 0.4, 0.8, 1.6, 3.2])

# %% [markdown]
# The axis shows the *effective* rate. If momentum were only a larger rate, then both lines of a picture would coincide. Each small mark is one training, measured on the validation data.

# %%
figure, panels = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained", sharey=True)
for (size, beta), (effective, accuracies) in tables.items():
    ax, number = panels[0 if size == 32 else 1], int(beta > 0)
    style = {"color": plotting.COLORS[number], "marker": plotting.MARKERS[number]}
    dashes = plotting.LINESTYLES[number]
    ax.semilogx(effective, accuracies.mean(axis=1), linestyle=dashes, label=f"momentum {beta}",
                **style)
    ax.plot(effective, accuracies, linestyle="none", markersize=3, alpha=0.5, **style)
    ax.set(title=f"batches of {size}", xlabel="effective rate", ylabel="accuracy",
           ylim=(0.5, 0.85))
    ax.set_xticks(effective, effective.tolist())
    ax.minorticks_off()
panels[0].legend(loc="lower left")
plt.show()

# %% [markdown]
# And the tops:

# %% tags=["nbval-ignore-output"]
top = {}
for (size, beta), (effective, accuracies) in tables.items():
    best = accuracies.mean(axis=1).argmax()
    top[size, beta] = accuracies[best].mean(), effective[best]
    accuracy, rate = top[size, beta]
    print(f"batches of {size:3}, momentum {beta}: {accuracy:.3f} at an effective rate of {rate}")

assert abs(top[32, 0.9][0] - top[32, 0][0]) < 0.04, (
    "in small batches momentum should bring little"
)
at_last = [tables[32, beta][1][-1].mean() for beta in (0, 0.9)]
assert at_last[0] < at_last[1], "at 0.8 plain descent should break down"
assert top[512, 0.9][0] > top[512, 0][0] + 0.02, "in large batches it should bring much"
assert top[512, 0.9][1] > top[512, 0][1], "there its best effective rate should be larger"

# %% [markdown]
# In small batches both lines have their tops at about the same effective rate, and the top of momentum is a point or two higher. At 0.8 plain SGD breaks down, and momentum loses a few points. In large batches the line of momentum goes on climbing to effective rates at which plain SGD fails, and ends much higher.
#
# One reason may be the edge: in a valley a momentum of 0.9 moves it out by the factor 19, as an effective rate. Another is the number of steps: batches of 32 make 800 steps here, batches of 512 only 100, and momentum helps most where the steps are few.
#
# **So $\eta / (1 - \beta)$ tells you where to begin your search, not what momentum is worth.**

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. The second part takes Adam apart and compares optimizers.

# %% [markdown]
# ## Part 2 · Adam, and fair comparisons (about 55 minutes)
#
# ## One rate, and what it means
#
# In lesson 01 one rate had to suit all directions: a rate that suits the floor is too large for the walls. The optimizer **Adam** changes that for each single *weight*. In a turned valley a wall belongs to no single weight, and Adam helps less. Here are four weights, all at 0. Their gradients are 1000, 1, 0.001 and 0. SGD and Adam take one step each, at a rate of 0.1.
#
# **Guess before you run the cell**: how far will each of the four weights go with Adam?

# %%
import keras

gradients, first_steps = np.array([1000.0, 1.0, 0.001, 0.0], np.float32), {}
for optimizer in [keras.optimizers.SGD(0.1), keras.optimizers.Adam(0.1)]:
    name = type(optimizer).__name__
    weights = keras.Variable(np.zeros(4, np.float32))
    optimizer.apply([keras.ops.convert_to_tensor(gradients)], [weights])
    first_steps[name] = weights.numpy()
    print(f"{name:5}", *(f"{weight:10.4f}" for weight in first_steps[name]))

assert np.allclose(first_steps["Adam"], [-0.1, -0.1, -0.1, 0], rtol=0.01), (
    "each should go as far as the rate"
)

# %% [markdown]
# The gradients 1000 and 0.001 give nearly the same step. In SGD the rate *multiplies* the gradient. In Adam the rate *is* the length of the first step, for each single weight.
#
# ## Adam from its parts
#
# Adam keeps two **moving averages** (이동 평균) for each weight. A moving average gives a new value a small share and forgets the old values bit by bit.
#
# $$m_{\text{new}} = \beta_1 m + (1 - \beta_1) \, g \qquad\qquad s_{\text{new}} = \beta_2 s + (1 - \beta_2) \, g^2$$
#
# - $m$ is the moving mean of the gradients. It is the memory of momentum, with another factor in front.
# - $s$ is the moving mean of their *squares*. It tells how large the gradients of this weight usually are, whatever their sign.
# - $\beta_1$ and $\beta_2$ say how much is kept, usually 0.9 and 0.999. Both averages begin at 0.
#
# Because both begin at 0, young averages are too small. After the first step $m$ is a tenth of the gradient, and $s$ a thousandth of its square. The **bias correction** (편향 보정) mends that. In step $t$, counted from 1, it divides both by the share of true values in them:
#
# $$\hat{m} = \frac{m_{\text{new}}}{1 - \beta_1^t} \qquad\qquad \hat{s} = \frac{s_{\text{new}}}{1 - \beta_2^t}$$
#
# The step divides the mean by the usual size:
#
# $$w_{\text{new}} = w - \eta \, \frac{\hat{m}}{\sqrt{\hat{s}} + \epsilon}$$
#
# $\epsilon$ (**epsilon**, 엡실론) is tiny. It prevents a division by 0 for a weight without any gradient. Adam keeps $m_{\text{new}}$ and $s_{\text{new}}$, without hats, for the next step.
#
# An example. The first gradient is $g = 2$. Then $m = 0.2$ and $s = 0.004$, after correction $\hat{m} = 2$ and $\hat{s} = 4$. The weight goes down by $\eta \cdot 2 / 2 = \eta$.

# %% [markdown]
# ### Exercise 3: `adam_step` (4 points)
#
# First a bound. In step $t$ the gradient of a weight is $g$, and in all steps before it was 0. Work out on paper how far the weight moves, as a multiple of the rate, with $\beta_1 = 0.9$, $\beta_2 = 0.999$ and a large $t$. Write the multiple into the cell below.
#
# Then write the step. The first step has the number 1.

# %%
my_bound = None  # replace None by a multiple of the rate

# %% solution="adam_step"
def adam_step(weight, mean, mean_square, gradient, step, learning_rate, beta_1, beta_2, epsilon):
    """Return the triple (weight, mean, mean_square) after one step of Adam, all of one shape.

    weight: a number or an array of any shape.
    mean, mean_square: the moving averages before this step, not corrected, of the same shape.
    gradient: at the weight, of the same shape.
    step: the number of this step, 1 for the first.
    learning_rate, epsilon: positive numbers. Epsilon is added to the root of the corrected mean
        square. To add it to the root before the correction, as Keras does, passes as well.
    beta_1, beta_2: numbers from 0 to below 1.
    All of them stay as they were.
    """
    ### BEGIN SOLUTION
    mean = beta_1 * mean + (1 - beta_1) * gradient
    mean_square = beta_2 * mean_square + (1 - beta_2) * gradient**2
    corrected_mean = mean / (1 - beta_1**step)
    corrected_square = mean_square / (1 - beta_2**step)
    weight = weight - learning_rate * corrected_mean / (np.sqrt(corrected_square) + epsilon)
    return weight, mean, mean_square
    ### END SOLUTION

# %% test="adam_step" points=4
two = np.array([1.0, -2.0]), np.array([0.5, -0.25]), np.array([0.3, 0.8]), np.array([3.0, -4.0])
check("the third step of two weights", adam_step, *two, 3, 0.2, 0.8, 0.25, 1e-12)
check("the example of Adam", adam_step, 5, 0, 0, 2, 1, 0.25, 0.9, 0.999, 1e-12)
check("late in a training, with a large epsilon", adam_step, *two, 100_000, 0.1, 0.7, 0.9, 0.5)
check("without a memory, with a large epsilon", adam_step, *two, 2, 0.3, 0.0, 0.0, 0.25)
nothing = np.zeros(2), np.zeros(2)
new_gradient = np.array([0.0, 1.0])
whole = np.array([3, -2]), np.array([1, 4]), np.array([2, 5]), np.array([6, 1])
check("whole ones in arrays", adam_step, *whole, 4, 0.1, 0.9, 0.75, 1e-12)
check("a weight that never had a gradient", adam_step, np.array([4.0, -4.0]), *nothing,
      new_gradient, 1, 0.5, 0.9, 0.99, 1e-12)
### BEGIN HIDDEN TESTS
table = np.array([[0.5, -1.0, 2.0]]), np.array([[0.1, 0.0, -0.3]]), np.array([[0.2, 0.5, 0.1]])
check("a table, step 7", adam_step, *table, np.array([[-1.0, 0.25, 3.0]]), 7, 0.01, 0.6, 0.9, 1e-12)
check("whole numbers for Adam", adam_step, 3, 1, 2, 4, 2, 1, 0.5, 0.75, 1e-12)
check("other betas, late, a large epsilon", adam_step, *two, 50_000, 0.4, 0.2, 0.6, 2.0)
check_drawn("drawn steps of Adam", adam_step, rtol=1e-5, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# We compare your function with Keras's Adam, over forty steps with gradients of very different sizes:

# %%
if solved("adam_step"):
    rng = np.random.default_rng(0)
    sizes = np.array([100.0, 1.0, 0.01], np.float32)
    in_keras, optimizer = keras.Variable(np.ones(3, np.float32)), keras.optimizers.Adam(0.02)
    mine = np.ones(3), np.zeros(3), np.zeros(3)
    for step in range(1, 41):
        gradient = (sizes * rng.normal(size=3)).astype(np.float32)
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [in_keras])
        mine = adam_step(*mine, gradient.astype(float), step, 0.02, 0.9, 0.999, 1e-7)
    print("yours:", mine[0].round(4), " Keras:", in_keras.numpy().round(4))
    assert np.allclose(mine[0], in_keras.numpy(), atol=1e-3), "they should agree"

# %% [markdown]
# Now your bound. A weight has no gradient for 99,999 steps, and then one gradient of 1000.

# %%
if solved("adam_step"):
    one_gradient = adam_step(0.0, 0.0, 0.0, 1000.0, 100_000, 0.01, 0.9, 0.999, 1e-7)
    print(f"moved by {-one_gradient[0] / 0.01:.2f} rates; your bound: {my_bound}")
    assert abs(-one_gradient[0] / 0.01 - 0.1 / np.sqrt(0.001)) < 1e-3, "0.1 / sqrt(0.001)"

# %% [markdown]
# However large this gradient is, it moves its weight by about three times the rate, $(1 - \beta_1) / \sqrt{1 - \beta_2}$ times. Full steps one after the other come only where the gradients agree. Here one weight has the gradient 1 in every step, another has 1 and -1 in turn. Their mean squares are the same. **Guess how far each weight gets in 100 steps of 0.01.**

# %%
if solved("adam_step"):
    state = np.zeros(2), np.zeros(2), np.zeros(2)
    for step in range(1, 101):
        state = adam_step(*state, np.array([1.0, (-1.0) ** step]), step, 0.01, 0.9, 0.999, 1e-7)
    print("always 1:", state[0][0].round(3), "  1 and -1 in turn:", state[0][1].round(3))
    assert abs(state[0][0] + 1) < 1e-3, "it should have gone the whole way"
    assert abs(state[0][1]) < 0.05, "it should hardly have moved"

# %% [markdown]
# The first weight has gone the whole way, 100 times 0.01. The second has hardly moved: the mean of its gradients is nearly 0. So **where the gradients of a weight are of one size, Adam's step is the rate times how much they agree**.

# %% [markdown]
# ## Why 0.001 is no small rate
#
# Keras gives Adam a rate of 0.001. In lesson 01 SGD hardly learned at 0.001, and 0.1 to 0.3 was best. Is Adam's default too small? We measure how far the weights go in the first step and in a whole training of 400 steps. A schedule that is 0 from some step on gives us the weights of that moment. All lengths are shares of the length of all weights at the start.

# %%
def flat(weights):
    """All weights of a network in one long array."""
    return np.concatenate([array.ravel() for array in weights])


def weights_after(num_steps, optimizer, rate):
    """The weights of three networks after so many steps."""
    rate_of = lambda step: rate if step < num_steps else 0.0
    stopped = Configuration(optimizer=optimizer, schedule=rate_of, schedule_by="step")
    return np.array([flat(run.weights) for run in sweep([stopped], clothes, seeds=range(3))])


starts = [starting_weights(Configuration(0.1), clothes, seed) for seed in range(3)]
at_start = np.array([flat(weights) for weights in starts])

# %% [markdown]
# **Compare the second row with the third.**

# %% tags=["nbval-ignore-output"]
shares = {}
for which in [("sgd", 0.001), ("sgd", 0.1), ("adam", 0.001)]:
    ways = [weights_after(num_steps, *which) - at_start for num_steps in (1, 400)]
    length = np.linalg.norm(at_start)
    first, whole = shares[which] = [np.linalg.norm(way) / length for way in ways]
    print(f"{which[0]:5} at {which[1]:<6} first step {first:.5f}, whole training {whole:.2f}")

assert 0.5 < shares["adam", 0.001][0] / shares["sgd", 0.1][0] < 2, (
    "the first steps should be as long"
)
assert shares["adam", 0.001][1] > shares["sgd", 0.1][1], "and the whole way no shorter"
assert shares["sgd", 0.001][1] < shares["adam", 0.001][1] / 10

# %% [markdown]
# **Adam at 0.001 goes about as far as SGD at 0.1.** SGD's rate multiplies a gradient, which is small here. Adam's rate is a length by itself. Adam's best rates in this lesson are four to about eleven times 0.001.

# %% [markdown]
# ## What the corrections do
#
# You may read that without the bias correction Adam's first steps would be too small, because both averages begin at 0. But $m$ is too small, and so is $\sqrt{s}$ *below* it. Only the ratio counts. Without the correction the step is multiplied by
#
# $$\frac{1 - \beta_1^t}{\sqrt{1 - \beta_2^t}}$$
#
# **Guess before you run the cell**: is that more or less than 1, and for how long?

# %%
numbers = np.arange(1, 3001)
ratio = (1 - 0.9**numbers) / np.sqrt(1 - 0.999**numbers)
figure, ax = plt.subplots(figsize=(6, 2.8))
ax.semilogx(numbers, ratio)
ax.axhline(1, color=plotting.QUIET, linestyle="--", linewidth=1)
ax.set(xlabel="step", ylabel="step without correction /\nstep with it", ylim=(0, 7))
plt.show()

print(f"step 1: {ratio[0]:.1f}, step 400: {ratio[399]:.1f}")
print(f"largest: {ratio.max():.1f}, in step {ratio.argmax() + 1}")
assert ratio.min() > 1, "without the correction the steps should be too long"
assert ratio.max() > 6, "at their worst more than six times"

# %% [markdown]
# With the usual betas the uncorrected steps are too **long**, up to more than six times, for hundreds of steps. $\beta_2$ forgets much more slowly than $\beta_1$, so $s$ stays too small for much longer. The correction keeps the first steps short.

# %% [markdown]
# ## What its other numbers do
#
# Adam has three more numbers: $\beta_1$, $\beta_2$ and $\epsilon$. We change them, and search for the best rate of each variant. With both betas at 0 only the sign of the gradient is left. An epsilon of 1 is larger than nearly all gradients here. **Guess which variant has a very different best rate, and by which factor.**

# %%
variants = {}
for name, numbers_of, tried in [
    ("as in Keras", {"epsilon": 1e-7}, [0.002, 0.004, 0.008]),
    ("beta_2 = 0.9", {"beta_2": 0.9}, [0.002, 0.004, 0.008]),
    ("beta_1 = 0", {"beta_1": 0.0}, [0.001, 0.002, 0.004]),
    ("both betas 0", {"beta_1": 0.0, "beta_2": 0.0}, [0.0005, 0.001, 0.002]),
    ("epsilon 1", {"epsilon": 1.0}, [0.008, 0.4, 0.8, 1.6]),
]:
    configurations = [Configuration(rate, optimizer="adam", **numbers_of) for rate in tried]
    means = ends(sweep(configurations, clothes, seeds=range(5))).reshape(-1, 5).mean(axis=1)
    variants[name] = tried[means.argmax()], means.max()

# %% [markdown]
# Each at its own best rate:

# %% tags=["nbval-ignore-output"]
for name, (rate, accuracy) in variants.items():
    print(f"{name:13} {accuracy:.3f} at {rate}")

assert variants["both betas 0"][1] < variants["as in Keras"][1], "signs alone should be worse"
assert abs(variants["beta_2 = 0.9"][1] - variants["as in Keras"][1]) < 0.02, (
    "beta_2 should hardly matter"
)
assert variants["epsilon 1"][0] > 0.1 > variants["as in Keras"][0], (
    "a large epsilon wants another rate"
)

# %% [markdown]
# - With both betas at 0 Adam is worse. A $\beta_2$ of 0.9, which forgets a hundred times as fast as 0.999, is as good here at its own best rate.
# - A large epsilon makes another optimizer. Where $\sqrt{\hat{s}}$ is small against $\epsilon$, the step is $\eta \hat{m} / \epsilon$: momentum with an *effective* rate of $\eta / \epsilon$. So its best rate is far larger.
#
# `AdamW` is Adam with a decay of the weights, 0.004 unless you choose another. Lesson 10 is about decay.

# %% [markdown]
# ## Each at its own best
#
# Which optimizer is best? We compare five, each with a list of rates. **RMSprop** is Adam with $\beta_1 = 0$ and without correction; in Keras it has $\beta_2 = 0.9$. **Look at how far to the right each line has its top, and how high the tops are.**

# %%
lists = {
    "SGD": ("sgd", [0.03, 0.1, 0.3, 0.6]),
    "momentum": ("momentum", [0.003, 0.01, 0.03, 0.1]),
    "Nesterov": ("nesterov", [0.003, 0.01, 0.03, 0.1]),
    "RMSprop": ("rmsprop", [0.0003, 0.001, 0.003, 0.01]),
    "Adam": ("adam", [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1]),
}

# %% [markdown]
# First the three optimizers that do not measure the gradient's size.

# %%
race = {}


def run(*names):
    """Train with these optimizers, each at its own rates."""
    for name in names:
        optimizer, tried = lists[name]
        settings = [Configuration(rate, optimizer=optimizer) for rate in tried]
        race[name] = sweep(settings, clothes, seeds=range(4))


run("SGD", "momentum", "Nesterov")

# %% [markdown]
# Then the two that do.

# %%
run("RMSprop", "Adam")

# %% [markdown]
# Each point is the mean of four trainings of ten epochs. The point of Adam at 0.1 lies far below the picture.

# %%
figure, ax = plt.subplots(figsize=(7.2, 3.4))
for number, (name, (_, tried)) in enumerate(lists.items()):
    means = ends(race[name]).reshape(len(tried), -1).mean(axis=1)
    style = {"color": plotting.COLORS[number], "marker": plotting.MARKERS[number]}
    ax.semilogx(tried, means, linestyle=plotting.LINESTYLES[number], label=name, **style)
ax.set(xlabel="learning rate", ylabel="validation accuracy", ylim=(0.66, 0.81))
ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
plt.show()

# %% [markdown]
# The tops as numbers:

# %% tags=["nbval-ignore-output"]
winners, at_rate = {}, {}
for name, (_, tried) in lists.items():
    means = ends(race[name]).reshape(len(tried), -1).mean(axis=1)
    winners[name] = tried[means.argmax()], means.max()
    at_rate[name] = dict(zip(tried, means, strict=True))
    print(f"{name:9} {winners[name][1]:.3f} at {winners[name][0]}")

assert winners["SGD"][0] > 5 * winners["Adam"][0], "the best rates should be far apart"
assert abs(winners["Nesterov"][1] - winners["SGD"][1]) < 0.08, "the tops should be close"
assert at_rate["Adam"][0.003] > at_rate["Nesterov"][0.003] + 0.03, (
    "at a small rate Adam should be ahead"
)
assert at_rate["Adam"][0.1] < at_rate["Nesterov"][0.1] - 0.05, (
    "at a large one Nesterov should be"
)

# %% [markdown]
# The tops differ by a few hundredths of validation accuracy, and SGD's best rate is many times Adam's. **A comparison of optimizers at one common rate compares rates.** At 0.003 Adam is far ahead of Nesterov, at 0.1 Nesterov is far ahead of Adam.

# %% [markdown]
# ## One image among 1,280
#
# One image of the training set was stored by mistake with pixels from 0 to 255, while all others run from 0 to 1. **Guess what this one image does to the validation accuracy**, with SGD at 0.3 and with Adam at 0.003.

# %%
one_broken = clothes.x_train.copy()
one_broken[100] *= 255
broken = clothes._replace(x_train=one_broken)
sgd, adam = Configuration(0.3), Configuration(0.003, optimizer="adam")
of_clean = {"SGD": plain[0.3], "Adam": sweep([adam], clothes, seeds=range(8))}
of_broken = {"SGD": sweep([sgd], broken, seeds=range(16)),
             "Adam": sweep([adam], broken, seeds=range(8))}

# %% [markdown]
# The accuracies of the single seeds:

# %% tags=["nbval-ignore-output"]
for name in ["SGD", "Adam"]:
    print(f"{name:4} clean, mean {ends(of_clean[name]).mean():.3f}", end="; ")
    print("one image broken:", *ends(of_broken[name]).round(2))

worst = ends(of_broken["SGD"]).min()
assert worst < 0.6 < ends(of_clean["SGD"]).min(), "one image should ruin trainings"
assert abs(ends(of_broken["Adam"]).mean() - ends(of_clean["Adam"]).mean()) < 0.025, (
    "Adam should not mind"
)

# %% [markdown]
# Once an epoch a batch holds this image, and its gradient is enormous. SGD multiplies the gradient by the rate, and the weights jump. Adam's step grows to a few times the rate at most, as your bound says, so the image hardly harms it.
#
# The remedy for SGD is **gradient clipping** (그레이디언트 클리핑): a gradient that is too long is made shorter and keeps its direction. A network has many arrays of weights, and so many arrays of gradients. Their length is taken over all arrays together, as if they were one long array. This length is the **global norm** (전역 노름), the root of the sum of all squares.
#
# If the global norm is above `max_norm`, all arrays are multiplied by one factor, so that the global norm becomes `max_norm`. Otherwise nothing happens.
#
# An example: the gradients `[3, 0]` and `[[4]]` have the global norm 5. With `max_norm=1` they become `[0.6, 0]` and `[[0.8]]`. With `max_norm=10` they stay.

# %% [markdown]
# ### Exercise 4: `clip_by_global_norm` (2 points)

# %% solution="clip_by_global_norm"
def clip_by_global_norm(gradients, max_norm):
    """Return the gradients, made shorter by one factor if their global norm is above max_norm.

    gradients: a list of one or more arrays of floats, of any shapes. All numbers may be 0.
        The list and its arrays stay as they were.
    max_norm: the largest length of all together, a positive number.
    The result is a list of arrays of the same shapes.
    """
    ### BEGIN SOLUTION
    global_norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))
    factor = max_norm / max(global_norm, max_norm)
    return [factor * gradient for gradient in gradients]
    ### END SOLUTION

# %% test="clip_by_global_norm" points=2
def two_gradients(factor=1.0):
    return [factor * np.array([2.0, -1.0]), factor * np.array([[3.0, 0.0], [-0.5, 6.0]])]


example = lambda max_norm: clip_by_global_norm(
    [np.array([3.0, 0.0]), np.array([[4.0]])], max_norm)
check("two arrays, too long", clip_by_global_norm, two_gradients(), 2.0)
check("the same, short enough", clip_by_global_norm, two_gradients(0.1), 2.0)
check("the example of the text", example, 1.0)
check("the example, with a limit of 10", example, 10.0)
check("the example, with limits of 4.5 and 6", lambda: [example(4.5), example(6.0)])
check("one array alone", clip_by_global_norm, [np.array([0.3, -12.0, 4.0])], 6.5)
check("two tiny arrays, too long", clip_by_global_norm, two_gradients(1e-4), 2e-4)
check("no gradient at all", clip_by_global_norm, [np.zeros(3), np.zeros((2, 2))], 0.5)
check("three axes", clip_by_global_norm, [np.array([[[2.0, -1.0]], [[4.0, 2.0]]])], 2.5)
### BEGIN HIDDEN TESTS
three = [np.array([-20.0]), np.linspace(-1, 1, 6).reshape(2, 3), np.array([0.25, 8.0])]
check("three arrays", clip_by_global_norm, three, 5.0)
check("three arrays within bounds", clip_by_global_norm, three, 50.0)
check_drawn("drawn gradients", clip_by_global_norm)
### END HIDDEN TESTS

# %% [markdown]
# In Keras clipping is an argument of every optimizer, `global_clipnorm`. Two other arguments have similar names: `clipnorm` shortens each array by the norm of that array, `clipvalue` cuts each number. Both change the direction of the whole gradient. We compare your function with Keras:

# %%
if solved("clip_by_global_norm"):
    gradients = [np.array([3.0, 4.0], np.float32), np.array([0.3, 0.4], np.float32)]
    stepped = {}
    for name in ["global_clipnorm", "clipnorm", "clipvalue"]:
        weights = [keras.Variable(np.zeros(2, np.float32)) for _ in gradients]
        optimizer = keras.optimizers.SGD(1.0, **{name: 1.0})
        optimizer.apply([keras.ops.convert_to_tensor(each) for each in gradients], weights)
        stepped[name] = [-weight.numpy() for weight in weights]
        print(f"{name:15}", *stepped[name])
    assert np.allclose(clip_by_global_norm(gradients, 1.0), stepped["global_clipnorm"])

# %% [markdown]
# Where should the limit be? Above the usual norms, so that only unusual gradients are cut. One step of plain SGD is the rate times the gradient. So at four moments we take the weights before and after a single step, and divide the difference by the rate.

# %% tags=["nbval-ignore-output"]
usual_norms = []
for num_steps in [0, 20, 200, 399]:
    here, there = [weights_after(steps, "sgd", 0.1) for steps in (num_steps, num_steps + 1)]
    usual_norms += list(np.linalg.norm(there - here, axis=1) / 0.1)
print("gradient norms: median", np.median(usual_norms).round(1), " largest",
      max(usual_norms).round(1))
assert 1 < np.median(usual_norms) < 3, "the usual norm should be between 1 and 3"
assert max(usual_norms) < 6, "and none should be much longer"

# %% [markdown]
# The limit 4 is above all twelve norms. They come from trainings at the rate 0.1; we did not measure them at 0.3, where we clip now. We clip at 4, on the broken data and on the clean data.

# %%
clipped = {}
for data_name, data in [("broken", broken), ("clean", clothes)]:
    tried = Configuration(0.3, clip_norm=4.0)
    clipped[4.0, data_name] = ends(sweep([tried], data, seeds=range(8)))

# %% [markdown]
# SGD at 0.3, mean and worst of eight seeds:

# %% tags=["nbval-ignore-output"]
clipped[None, "broken"] = ends(of_broken["SGD"])[:8]
clipped[None, "clean"] = ends(of_clean["SGD"])
for (limit, data_name), accuracies in clipped.items():
    mean, lowest = accuracies.mean(), accuracies.min()
    print(f"{data_name}, clipped at {limit}: mean {mean:.3f}, worst {lowest:.3f}")

assert clipped[4.0, "broken"].min() > 0.6, "clipping should rescue every seed"
assert abs(clipped[4.0, "broken"].mean() - clipped[None, "clean"].mean()) < 0.03, (
    "and the whole accuracy"
)
assert abs(clipped[4.0, "clean"].mean() - clipped[None, "clean"].mean()) < 0.02, (
    "clean data gain nothing"
)

# %% [markdown]
# Clipping is an **insurance** against the rare huge gradient. On clean data it gained nothing here.
#
# A limit of 0.1 is far *below* the usual norm. It shortens nearly every step to the length rate times limit, so at the old rate all steps are small. We search for its rate anew, on the broken data. **Guess**: does a limit of 0.1 insure as well?

# %%
tight = {}
for rate in [0.3, 1.0, 2.0, 4.0]:
    tried = Configuration(rate, clip_norm=0.1)
    tight[rate] = ends(sweep([tried], broken, seeds=range(8)))

# %% [markdown]
# The mean and the worst of eight seeds, clipped at 0.1:

# %% tags=["nbval-ignore-output"]
for rate, accuracies in tight.items():
    print(f"rate {rate}: mean {accuracies.mean():.3f}, worst {accuracies.min():.3f}")

assert tight[0.3].mean() < clipped[4.0, "broken"].mean() - 0.03, "at the old rate it is behind"
assert tight[2.0].mean() > clipped[4.0, "broken"].mean() - 0.03, "at a rate of its own it is not"
assert tight[2.0].min() > 0.6, "and it should rescue every seed too"

# %% [markdown]
# At a rate of 2 the limit of 0.1 insures nearly as well as the limit of 4 at 0.3. **A limit above the usual norm keeps your learning rate. A limit below it needs a new search for the rate.**
#
# Clipping does not help against `nan`. Keras's `global_clipnorm` makes *all* weights `nan` if a single gradient is `nan`.

# %% [markdown]
# ## What came after Adam
#
# Two newer optimizers:
#
# - **Schedule-free** optimizers build the mean of the places that a training passed (lesson 02) into the step. They need no schedule.
# - **Muon** is momentum that changes each step of a hidden kernel (커널, the weights of a layer without its biases) so that the step is about equally strong in all directions.
#
# Large gains over Adam have been reported. How much is left when *both sides* have their own best rate? These trainings take minutes, so the course has stored them: for each side thirteen rates with eight seeds and ten epochs. The rate is chosen on validation data and the accuracy is reported on test data, with the standard error (lesson 02). **Guess**: how many points is the best newer optimizer ahead of Adam with a cosine?

# %%
measured = read_packaged("optimizers")


def at_best(comparison):
    """For each side: its best rate by validation, its mean test accuracy and standard error."""
    tables = ("sides", "rates", "val_accuracies", "test_accuracies")
    sides, rates, val, test = [measured[f"{comparison}_{table}"] for table in tables]
    found = {}
    for place, best in enumerate(val.mean(axis=2).argmax(axis=1)):
        error = test[place, best].std(ddof=1) / np.sqrt(test.shape[2])
        found[str(sides[place])] = rates[place, best], test[place, best].mean(), error
    return found

# %% [markdown]
# On clothes, and on the sequences of lesson 02:

# %%
new = {}
for comparison in ["new_clothes", "new_sequences"]:
    new[comparison] = at_best(comparison)
    print(comparison)
    for side, (rate, mean, error) in new[comparison].items():
        print(f"   {side:26} {mean:.3f} ± {error:.3f} at {rate:.3g}")

# %% [markdown]
# What we claim of the stored numbers:

# %%
on_clothes, on_sequences = new.values()
free = on_clothes["schedule-free, constant"]
adam, muon = on_clothes["Adam, cosine"], on_clothes["Muon, cosine"]
assert free[1] > on_clothes["Adam, constant"][1] + 0.01, (
    "schedule-free should beat the constant rate"
)
assert abs(free[1] - adam[1]) < 0.01, "and be about as good as a schedule"
adamw = on_sequences["AdamW, decay 0.1, cosine"]
assert on_sequences["schedule-free, constant"][1] < adamw[1] - 0.01
assert 0 < muon[1] - adam[1] < 0.01, "Muon's mean should be a little higher"

# %% [markdown]
# On clothes schedule-free steps at a *constant* rate are about two points better than Adam at a constant rate, and as good as Adam with a schedule. On the sequences they are no better than Adam at a constant rate, but there a cosine hardly helps Adam either.
#
# Muon is ahead of Adam with a cosine by about half a point on clothes. That is two to three standard errors over seeds, but the 2,000 test images are a sample too. On the sequences Muon is ahead of Adam by more, and ahead of AdamW by less than one standard error.
#
# <details><summary>Measured in a longer run</summary>
#
# We trained these networks again and counted image by image. Other test images change the half point by 0.45 points (one standard error), other seeds by 0.3. So it may be chance.
#
# </details>
#
# Wen and others compared such optimizers on language models, with all optimizers tuned. Reported speed-ups of 1.4 to 2 shrank to 1.4 for a model of 0.1 billion weights, and to 1.1 for a model of 1.2 billion. **A new optimizer is worth the lead that is left when the old one has been tuned with the same care.**

# %% [markdown]
# ## Beliefs, measured
#
# **"Adam needs no learning rate."** Let the good range be all rates whose mean accuracy is within two points (0.02) of the best, from the lowest to the highest. **Place your bet**: how many times as wide as SGD's is Adam's good range, at a constant rate for ten epochs?

# %%
my_bet = {"new_clothes": 10, "new_sequences": 10}  # replace by your factors


def good_range(comparison, side):
    """The lowest and the highest rate within two points of the best one."""
    place = list(measured[f"{comparison}_sides"]).index(side)
    means = measured[f"{comparison}_val_accuracies"][place].mean(axis=1)
    good = measured[f"{comparison}_rates"][place][means > means.max() - 0.02]
    return good.min(), good.max()

# %% [markdown]
# Does the range hold Adam's default, 0.001?

# %%
wider, inside = {}, {}
for comparison in my_bet:
    low, high = good_range(comparison, "Adam, constant")
    low_sgd, high_sgd = good_range(comparison, "SGD, constant")
    wider[comparison] = (high / low) / (high_sgd / low_sgd)
    inside[comparison] = low <= 0.001 <= high
    print(f"{comparison}: Adam {low:.4f} to {high:.4f}, SGD {low_sgd:.2f} to {high_sgd:.2f}")
    print(f"   {wider[comparison]:.1f} times as wide, and your bet was {my_bet[comparison]}")
    print("   0.001 is inside" if inside[comparison] else "   0.001 is outside")

assert wider["new_clothes"] > 2 > wider["new_sequences"], (
    "only on clothes should it be much wider"
)
assert inside["new_clothes"], "on clothes the default should be good"
assert not inside["new_sequences"], "on sequences it should not"

# %% [markdown]
# On clothes the belief is right: the range is several times as wide and holds the default. On sequences both ranges are about equally wide, and the default is too small for ten epochs. So Adam needs a search for its rate too.
#
# **"Adam generalizes worse than SGD."** To *generalize* (일반화) means to do well on examples that were not seen, here the test data. We compare forty epochs with a cosine, each side at its own best rate:

# %%
long = {}
for comparison in ["long_clothes", "long_sequences"]:
    long[comparison] = at_best(comparison)
    print(comparison)
    for side, (rate, mean, error) in long[comparison].items():
        print(f"   {side:17} {mean:.3f} ± {error:.3f} at {rate:.3g}")

tops = [mean for _, mean, _ in long["long_clothes"].values()]
of_long = {side: mean for side, (_, mean, _) in long["long_sequences"].items()}
assert max(tops) - min(tops) < 0.015, "on clothes all should be close"
assert of_long["SGD"] > of_long["Adam"] + 0.02, "on sequences Adam should be behind"
assert of_long["AdamW, decay 0.3"] > of_long["Adam"] + 0.03, "a decay should bring it forward"
assert abs(of_long["AdamW, decay 0.3"] - of_long["SGD, decay 0.003"]) < 0.015, (
    "and nearly close the gap"
)

# %% [markdown]
# On clothes all five lie within about a point. On sequences Adam is behind plain SGD by several standard errors, and so is momentum. Then we give both a decay of the weights, whose strength was chosen before by validation, as the best of three (SGD) and of six (AdamW). Adam gains more by it, and on the test data most of the gap is gone. So the sentence was true in one of two cases, of Adam *without decay*. D. Choi and others, who tuned epsilon and the betas too, found Adam never behind.
#
# What the notes say, measured in this lesson. They name no optimizer; we read them as notes on plain gradient descent:
#
# | The notes say | We found |
# |---|---|
# | a large rate moves far in the direction of the derivative, the one in which the cost falls (미분의 방향(cost가 줄어드는 방향으로)으로 많이 이동) | with momentum the step follows the velocity; with Adam its length hardly depends on the size of the derivative |
# | a rate that is too large goes back and forth (왔다 갔다) and may diverge | with a momentum of 0.9 the ball goes back and forth and still converges, up to nearly twice the edge without momentum |
# | 0.001 in the scheduler | for Adam no small rate, though its best rate was four to eleven times as large; plain SGD hardly moved the weights at 0.001 |

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# In small batches a network trains best with plain SGD at a rate of 0.25. You switch on a momentum of 0.8. With which rate do you begin your search?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = 0.05
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# A weight stands at 0. Adam takes its very first step at a rate of 0.01, with the usual betas and a negligible epsilon. The gradient is -0.0005. Where is the weight now?

# %% solution="quiz_2"
quiz_2 = None  # replace None by a number
### BEGIN SOLUTION
quiz_2 = 0.01
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# A valley has the curvatures 2 and 8. Without momentum, at its best rate, descent needs 20 steps for a certain fall. A student sets the momentum to 0.99, because that moves the edge out furthest, and searches for the best rate again. What do you expect?
#
# - a) Fewer than 20 steps: a higher edge means larger steps.
# - b) About 20 steps: the best rate becomes smaller, and both effects cancel.
# - c) Many more than 20 steps, at whatever rate.
# - d) It diverges at every rate.

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
# The gradients of a step are `[6, 8]` and `[0, 24]`. They are clipped to a global norm of 6.5. What becomes of the 24?

# %% solution="quiz_4"
quiz_4 = None  # replace None by a number
### BEGIN SOLUTION
quiz_4 = 6
### END SOLUTION

# %% test="quiz_4" points=1
check("question 4", quiz_4, secret=True)

# %% [markdown]
# ### Question 5
#
# A report compares SGD and Adam, both at a rate of 0.001, both for 10 epochs, with ten seeds each: 0.21 ± 0.02 and 0.80 ± 0.01, where ± is the standard error. What does it show?
#
# - a) That Adam is the better optimizer on this data: the standard errors are small.
# - b) That 0.001 suits Adam better than SGD, and not which optimizer is better.
# - c) Nothing: ten seeds are too few.
# - d) That SGD needs momentum.

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
# A colleague writes: "Our network trained well with SGD at 0.3, in batches of 32. Everybody uses a momentum of 0.9, so I switched it on, and the accuracy fell to guessing. So momentum does harm here. Then I took Adam with its default rate of 0.001. It works, and since 0.001 is such a careful rate, I will raise it to 0.3 to get the speed back. I have also clipped all gradients at a norm of 0.05, to be on the safe side."
#
# Answer him in four to eight sentences
#
# - what he changed when he switched momentum on, and what he should have compared,
# - what is wrong with "0.001 is careful" and with 0.3,
# - what his clipping will do to SGD at 0.3, and what clipping is good for.
#
# (3 points, read by a person.)

# %% [markdown] written="a_colleague" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: with a momentum of 0.9 a lasting gradient counts ten times, so at the same 0.3 the effective rate became 3. A fair comparison gives each its own best rate; the search for momentum begins at about 0.03. (Half a point for "the rate was too large" without the factor or its reason.)
# - **Part 2**: in Adam the rate is about the length of a weight's step, because the gradient is divided by its usual size; in SGD it multiplies the gradient. So the rates of SGD and Adam cannot be compared: 0.001 moves the weights about as far as SGD at 0.1, and 0.3 would be some 30 to 75 times Adam's best rates in this lesson. (Half a point if only "Adam uses other rates".)
# - **Part 3**: 0.05 is far below the usual norm of a gradient, so nearly every step is shortened. At the same rate that acts as a much smaller rate, so the rate must be searched anew. Clipping is an insurance against rare huge gradients; a limit above the usual norms leaves all other steps as they are. (Full also for: Adam hardly notices clipping, since it divides by the size anyway.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).**
#
# **A full answer**: With a momentum of 0.9 each gradient goes on acting in the steps that follow, and altogether it counts ten times. So you trained with an effective rate of 3 instead of 0.3, and that is what failed, not the memory. Search for the best rate of both, and begin at 0.03 for momentum. Adam divides the mean gradient of each weight by its usual size, so its rate is the length of the step itself. At 0.001 the weights move about as far as with SGD at 0.1, so 0.001 is not careful, and 0.3 would throw every weight far away. Try 0.0003 to 0.03. Your gradients usually have a norm between 1 and 4, I suppose. At a rate of 0.3 a limit of 0.05 then cuts every step to a few hundredths of its length. It would insure you too, but you would have to search for a much larger rate. Look at the norms first and set the limit above them. Then it acts only when something has gone wrong, such as a broken image, and your rate stays good.
#
# **A half answer (2 points)**: Momentum makes the steps up to ten times as large, so he must divide the rate by ten. For Adam 0.3 is too much, its rates are smaller. Clipping at 0.05 makes all steps small; the limit should be higher than normal gradients. (Half a point for the second part, which has no reason, and half for the third, which does not say what clipping is good for.)
#
# **A half answer (1 point)**: He should tune the rate for each optimizer instead of using the same. Adam is better than momentum anyway. Clipping is always a good idea because it prevents exploding gradients. (A half for each of the first two parts.)
#
# **An empty answer**: Momentum does not fit this network. He should stay with Adam, and lower the momentum.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Momentum adds a share of the last step. It moves the edge out, and in the long run no rate lets the loss fall faster than by the factor $\beta$ a step. In a wide valley 0.9 is slow at every rate, in a narrow valley it needs far fewer steps.
# - At small rates momentum is a larger rate, $\eta / (1 - \beta)$. At the best rates it brought a point or two in small batches, and much more in 100 steps of large ones.
# - Adam divides the mean of a weight's gradients by their usual size. So its rate is a length, and 0.001 moves the weights about as far as 0.1 does with SGD.
# - Adam's bias correction keeps the first steps from being too long. A large epsilon makes another optimizer of it.
# - Compare optimizers each at its own best rate. Here that left a few hundredths of accuracy between them, and the best rate of SGD was many times Adam's.
# - Clipping by the global norm is an insurance against the rare huge gradient. A limit below the usual norm insures too, but sets the length of nearly every step, so its rate must be searched anew.
# - Measured with SGD, momentum, Nesterov, RMSprop, Adam, AdamW, Muon and schedule-free AdamW, batches of 32 (and 512), a 64-64 relu network, 1,280 and 2,560 clothes and 2,000 sequences, 10 to 40 epochs at constant rates and along a cosine, 3 to 16 seeds.

# %% [markdown]
# ## Sources
#
# - B. Polyak, *Some Methods of Speeding up the Convergence of Iteration Methods*, USSR Computational Mathematics and Mathematical Physics 4, 1964: momentum, its edge and its best value.
# - G. Goh, *Why Momentum Really Works*, Distill 2017, <https://distill.pub/2017/momentum>.
# - Y. Nesterov, *A Method of Solving a Convex Programming Problem with Convergence Rate O(1/k²)*, Soviet Mathematics Doklady 27, 1983.
# - I. Sutskever and others, *On the Importance of Initialization and Momentum in Deep Learning*, ICML 2013.
# - C. Shallue and others, *Measuring the Effects of Data Parallelism on Neural Network Training*, JMLR 2019, arXiv:1811.03600: momentum in large batches.
# - D. Kingma, J. Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015, arXiv:1412.6980.
# - D. Choi and others, *On Empirical Comparisons of Optimizers for Deep Learning*, 2019, arXiv:1910.05446.
# - A. Wilson and others, *The Marginal Value of Adaptive Gradient Methods in Machine Learning*, NeurIPS 2017, arXiv:1705.08292.
# - R. Pascanu, T. Mikolov, Y. Bengio, *On the Difficulty of Training Recurrent Neural Networks*, ICML 2013, arXiv:1211.5063: clipping.
# - A. Defazio and others, *The Road Less Scheduled*, NeurIPS 2024, arXiv:2405.15682.
# - K. Jordan and others, *Muon: An Optimizer for Hidden Layers in Neural Networks*, 2024, <https://kellerjordan.github.io/posts/muon/>.
# - K. Wen, D. Hall, T. Ma, P. Liang, *Fantastic Pretraining Optimizers and Where to Find Them*, 2025, arXiv:2509.02046.
# - Keras, *Optimizers*, <https://keras.io/api/optimizers/>.
