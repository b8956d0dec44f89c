# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 01 Learning rate
#
# **Question**: How far should one step go?
#
# You will be able to
#
# - write gradient descent, and say for which learning rates it converges, oscillates or diverges,
# - recognise on a network a rate that is too small, good or too large, even when the loss does not explode,
# - choose a first learning rate from a range test that takes seconds.
#
# Run time: about 30 s; your own time: about 130 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | gradient | 기울기, 그레이디언트, 그래디언트, 그라디언트, 변화도 | how the loss changes with each weight; it points uphill |
# | gradient descent | 경사하강법 (SGD: 확률적 경사하강법) | repeated steps against the gradient |
# | learning rate | 학습률 (러닝 레이트) | the number that multiplies the gradient to make a step |
# | curvature | 곡률 | how fast the gradient changes along a direction |
# | Hessian | 헤시안 (행렬), 헤세 행렬 | the matrix that says how the gradient of each weight changes with each weight |
# | converge, diverge | 수렴, 발산 | settle at the bottom; leave it for ever |
# | edge | 경계 (안정성의 경계, edge of stability) | the rate above which gradient descent diverges |
# | oscillate | 진동 (왔다 갔다) | jump from one side of the valley to the other |
# | logits, softmax | 로짓, 소프트맥스 | a network's outputs, any numbers; what makes probabilities of them |
# | dead unit | 죽은 유닛 (죽은 ReLU, 렐루) | a relu unit that gives 0 for every example |
# | eigenvalue | 고윳값, 고유값 | here the curvature along one of a valley's own directions |
# | cross-entropy | 교차 엔트로피 (크로스 엔트로피) | the mean of $-\ln p$ of the right class |
# | accuracy | 정확도 | the share of examples whose class is predicted right |
# | seed | 시드 | the number that fixes the random start and order of a training |
# | range test | 학습률 범위 테스트 | one short run in which the rate grows at every step |
#
# </details>

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved

plotting.use_style()

# %% [markdown]
# The course brings its own tools: data, small models, and functions that train them. `sweep??` in a cell of your own shows the source of `sweep`.

# %% tags=["setup"]
from helpers.data import CLASS_NAMES, fashion_mnist
from helpers.models import mlp
from helpers.training import (
    Configuration,
    learning_rate_range_test,
    quadratic_loss,
    quadratic_trajectory,
    rough_valley,
    sweep,
    trained_model,
)
from helpers.widgets import learning_rate_slider, network_learning_rate_slider

# %% [markdown]
# ## Part 1 · Steps, their edge, and a network (about 70 minutes)
#
# ## Three rates within one per cent
#
# Training a network means walking downhill on a landscape. The place where you stand is the weights, and the height is the **loss** (손실). We begin with the simplest landscape: a valley over two weights, flat along the first weight and ten times as steep along the second.
#
# $$L(w_1, w_2) = \tfrac{1}{2} \left( 1 \cdot w_1^2 + 10 \cdot w_2^2 \right)$$
#
# The bottom is at $(0, 0)$, where the loss is 0. We start at $(1, 1)$ and take 200 steps downhill. One number decides how far each step goes, the **learning rate** (학습률).
#
# We try three rates within one per cent of each other. **Guess before you run the cell**: by how much will their losses differ after 200 steps?

# %%
valley = np.array([1.0, 10.0])  # the curvature along each weight
start = np.array([1.0, 1.0])


def loss_in_the_valley(weights):
    return quadratic_loss(weights, valley)


def losses_on_the_way(rate, num_steps):
    return loss_in_the_valley(quadratic_trajectory(valley, start, rate, num_steps))


three_rates = {"0.199": 1.99 / 10, "0.200": 2.00 / 10, "0.201": 2.01 / 10}
curves = {name: losses_on_the_way(rate, 200) for name, rate in three_rates.items()}
plotting.plot_losses(curves)
plt.show()

# %% [markdown]
# One line falls, one stays level, one climbs. The names at the ends of the lines are the rates. The loss axis is logarithmic. Here are the numbers, with a fourth rate that is five per cent above the middle one.

# %%
final_losses = {}
for rate in [0.199, 0.200, 0.201, 0.210]:
    losses = losses_on_the_way(rate, 200)
    final_losses[rate] = losses[-1]
    print(f"rate {rate:.3f}: loss {losses[0]:.1f} at the start, "
          f"{losses[-1]:.3g} after 200 steps")

assert final_losses[0.199] < 0.1, "0.199 should converge"
assert 4.9 < final_losses[0.200] < 5.1, "0.200 should stand still"
assert 250 < final_losses[0.201] < 280, "0.201 should grow"
assert final_losses[0.210] > 1e17, "0.210 should explode"

# %% [markdown]
# There is a sharp **edge** (경계). Below it gradient descent converges (수렴), above it gradient descent diverges (발산).
#
# Now watch the steps. Each picture shows the valley from above: the lines join points of equal loss. **Look at how the path crosses the valley.**

# %%
figure, panels = plt.subplots(2, 2, figsize=(6, 5.2), dpi=72)
for panel, rate in zip(panels.flat, [0.02, 0.1, 0.19, 0.205], strict=True):
    path = quadratic_trajectory(valley, start, rate, 25)
    plotting.plot_contour(loss_in_the_valley, {f"rate {rate}": path}, ax=panel)

# %% [markdown]
# - At 0.02 the path walks down the steep wall and then creeps along the flat floor.
# - At 0.1 the path is on the floor after a single step, and then walks along it.
# - At 0.19 the path jumps from wall to wall, a little lower each time: it oscillates.
# - At 0.205 the path jumps a little *higher* each time.
#
# The step is the same number times the gradient in both directions. A rate that suits the floor is too large for the walls. The trouble grows with the ratio of the steepest curvature to the flattest, here ten (lesson 03 measures it).

# %% [markdown]
# ### Play
#
# Move the slider. Find the rate at which the path goes straight down the wall in one step, the rate that gets lowest in 40 steps, and the first rate that diverges.

# %%
learning_rate_slider(hessian=valley, start=start)

# %% [markdown]
# ## One step
#
# The **gradient** (기울기, 그레이디언트) of the loss tells, for each weight, how much the loss grows when this weight grows. It points uphill. The notes say that a large learning rate moves far in the direction of the derivative, and add in brackets 미분의 방향(cost가 줄어드는 방향으로) (the direction in which the cost falls). The bracket matters: the derivative itself points the other way. So a step goes *against* the gradient:
#
# $$w_{\text{new}} = w - \eta \, g$$
#
# - $w$ is the weight before the step, or an array of all weights,
# - $g$ is the gradient at $w$, of the same shape,
# - $\eta$ (eta) is the learning rate.
#
# For $L(w) = w^2$ the gradient is $g = 2w$. At $w = 3$ it is 6. With $\eta = 0.1$ the step leads to $3 - 0.1 \cdot 6 = 2.4$, and the loss falls from 9 to 5.76.
#
# The learning rate is not the length of the step. The length is $\eta$ times the size of the gradient: large on a steep wall, tiny near the bottom.

# %% [markdown]
# ### Exercise 1: `gradient_step` (2 points)
#
# The function should work for a single number and for arrays of any shape. An array that is passed in must be the same afterwards. (In Python, `a -= b` changes the array `a` itself; `a - b` makes a new array.)


# %% solution="gradient_step"
def gradient_step(weight, gradient, learning_rate):
    """Return the weight after one step of gradient descent, of the same shape as before.

    weight: a number or an array of any shape. gradient: the gradient at this weight, of the same
        shape.
    learning_rate: a positive number.
    All three stay as they were.
    """
    ### BEGIN SOLUTION
    return weight - learning_rate * gradient
    ### END SOLUTION


# %% test="gradient_step" points=2
two_weights, two_slopes = np.array([1.0, -2.0]), np.array([3.0, -4.0])
check("two weights, each with its own gradient", gradient_step, two_weights, two_slopes, 0.2)
check("one weight, a plain number", gradient_step, 2.0, -4.0, learning_rate=0.25)
table_of_slopes = np.array([[0, 1], [-1, 2]])
check("a table of weights", gradient_step, np.ones((2, 2)), table_of_slopes, 0.5)
check("at the bottom, where the gradient is zero", gradient_step, -1.5, 0.0, 0.3)
check("the example of the text", gradient_step, 3, 6, 0.1)
check("slopes of 0.5 and -0.25", gradient_step, np.array([1, 2]), np.array([0.5, -0.25]), 0.2)
check("weights in one row, and a single one", lambda: [
    gradient_step(np.array([[4.0, 400.0]]), np.array([[-2.0, 3.0]]), 0.5),
    gradient_step(np.array([0.0071]), np.array([34.0]), 0.0001),
])
### BEGIN HIDDEN TESTS
three_weights, three_slopes = np.array([0.5, 0.0, -0.5]), np.array([-10.0, 0.3, 2.0])
check("three weights", gradient_step, three_weights, three_slopes, 0.01)
check("a large step on a steep wall", gradient_step, 0.7, 70.0, 0.05)
check("a quarter of a whole number", gradient_step, 7, 2, 0.25)
check("slopes around one", gradient_step, np.array([3.0, 1.0, -4.0]), np.array([0.3, -1.6, 0.95]), 0.4)
four_calls = [(2.5, 3.0, 0.4), (2.5, -7.0, 0.4), (-1.25, 3.0, 0.4), (-1.25, 3.0, 0.07)]
check("two places and two slopes by turns", lambda: [gradient_step(*call) for call in four_calls])
check_drawn("drawn steps", gradient_step, rtol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# ## Many steps
#
# Gradient descent (경사하강법) repeats the step. After each step you stand somewhere else, so the gradient has to be computed anew.
#
# For $L(w) = w^2$, from $w = 3$ with $\eta = 0.1$:
#
# | step | $w$ | gradient $2w$ | next $w$ |
# |---|---|---|---|
# | start | 3 | 6 | 2.4 |
# | 1 | 2.4 | 4.8 | 1.92 |
# | 2 | 1.92 | 3.84 | 1.536 |
#
# The **path** of two steps is `[3, 2.4, 1.92]`: the start and the place after each step, so one entry more than there are steps.
#
# Your function should work on any landscape. It receives `gradient_of`, a function that takes weights and returns the gradient there. Here is such a function, called at two places:


# %%
def slope_of_square(weight):
    return 2 * weight


print(slope_of_square(3.0), slope_of_square(np.array([1.0, -2.0])))

# %% [markdown]
# ### Exercise 2: `gradient_descent` (3 points)
#
# `start` may be a number or an array. The result is a NumPy array with one row for each place on the path. For a number as start and two steps it has shape `(3,)`. For a start of shape `(2,)` it has shape `(3, 2)`. `np.array(places)` makes such an array of a list of places.


# %% solution="gradient_descent"
def gradient_descent(gradient_of, start, learning_rate, num_steps):
    """Return the path of gradient descent: the start, then the weights after each step.

    gradient_of: function that takes weights (shaped like start) and returns the gradient there.
    start: a number or an array; it is left as it was. learning_rate: a positive number.
    num_steps: how many steps to take, 0 or more.
    The path is an array of shape (num_steps + 1, ...), one row for each place.
    """
    ### BEGIN SOLUTION
    path = [start]
    for _ in range(num_steps):
        path.append(path[-1] - learning_rate * gradient_of(path[-1]))
    return np.array(path)
    ### END SOLUTION


# %% test="gradient_descent" points=3
curvatures, two_weights = np.array([1.0, 3.0]), np.array([4.0, 2.0])
two_slopes_at = lambda w: curvatures * w
check("three steps, two weights", gradient_descent, two_slopes_at, two_weights, 0.5, 3)
check("three steps, one weight", gradient_descent, lambda w: 2 * w, 1.0, 0.25, 3)
check("no step at all", gradient_descent, lambda w: 2 * w, two_weights, 0.5, 0)
check("above the edge", gradient_descent, lambda w: 2 * w, -1.0, 1.5, 4)
check("the example of the text, from 3", gradient_descent, lambda w: 2 * w, 3, 0.1, 2)
check("at the bottom, where no step leads away", gradient_descent, lambda w: 2 * w, 0.0, 0.1, 2)
check("one weight in an array", gradient_descent, lambda w: w - 60, np.array([200.0]), 0.5, 2)
check("from zero, which is not the bottom", gradient_descent, lambda w: w - 60, 0.0, 0.5, 2)
check("on the edge, and where the gradient is the weights themselves", lambda: [
    gradient_descent(lambda w: 2 * w, 1.0, 1.0, 3),
    gradient_descent(lambda w: w, np.array([4.0, -2.0]), 0.5, 2),
])
check("a table of whole numbers", gradient_descent, lambda w: w / 2, np.array([[4, 2, -6]]), 0.5,
      1)
### BEGIN HIDDEN TESTS
check("a landscape that is no parabola", gradient_descent, lambda w: w**3, 2.0, 0.05, 5)
table_of_weights = np.array([[0.0, 3.0], [1.0, -1.0]])
check("a table of weights on its way", gradient_descent, lambda w: w - 1, table_of_weights, 0.25, 2)
check("on and on, near the bottom", gradient_descent, lambda w: w, 1.0, 0.5, 40)
check("from a whole number", gradient_descent, lambda w: w, 5, 0.3, 3)
check("there and back", gradient_descent, lambda w: 4 * w - 8, np.array([0.0, 5.0]), 0.5, 4)
check("from zero down a slope", gradient_descent, lambda w: 3 + 0 * w, 0.0, 0.2, 3)
check("three weights on a slope", gradient_descent, lambda w: w / 2, np.array([1.0, -2.0, 5.0]), 0.3, 4)


def path_on(landscape, curvature, bottom, start, rate, num_steps):
    gradients = {
        "valley": lambda w: curvature * (w - bottom),
        "the weights": lambda w: w,
        "slope": lambda w: w * 0 + bottom,
        "quartic": lambda w: curvature * w**3,
    }
    return gradient_descent(gradients[landscape], start, rate, num_steps)


check_drawn("drawn paths", path_on, rtol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# ## Where the edge is
#
# Take one direction alone, with curvature $h$: $L(w) = \frac{1}{2} h w^2$. **Curvature** (곡률) says how fast the gradient changes; here the gradient is $h w$. Put it into the formula of a step:
#
# $$w_{\text{new}} = w - \eta h w = (1 - \eta h) \, w$$
#
# Every step multiplies the weight by the same factor, $1 - \eta h$. The next cell prints this factor for some values of $\eta h$, and the weight after 20 steps from 1.

# %%
for rate_times_curvature in [0.1, 0.5, 1.0, 1.5, 1.9, 2.0, 2.1]:
    factor = 1 - rate_times_curvature
    print(f"rate x curvature {rate_times_curvature}: factor {factor:5.2f}, "
          f"after 20: {factor**20:.4f}")

# %% [markdown]
# - Factor between 0 and 1: the weight shrinks and stays on one side. A larger rate is faster.
# - Factor 0, at $\eta h = 1$: the weight reaches the bottom in one step.
# - Factor between -1 and 0: the weight changes its sign at each step and shrinks. It oscillates and converges.
# - Factor -1, at $\eta h = 2$: the weight jumps from side to side at the same height. This is the edge.
# - Factor below -1: the weight changes its sign and grows. It diverges.
#
# So one direction is stable as long as $\eta < 2 / h$. A landscape with many weights has many directions and only one rate. The steepest direction becomes unstable first:
#
# $$\eta < \frac{2}{\lambda_{\max}}$$
#
# $\lambda_{\max}$ (lambda) is the largest curvature of any direction. In our valley it is 10, so the edge is at 0.2, the middle one of the three rates.
#
# Most valleys do not lie along the axes. The next picture turns our valley by 30 degrees. The rate is 0.19, and the two dotted lines are the valley's own directions. **Look along which line the path jumps.**

# %%
angle = np.deg2rad(30)
own_directions = np.array([[np.cos(angle), np.sin(angle)],
                           [-np.sin(angle), np.cos(angle)]])  # one a row
turned = own_directions.T @ np.diag(valley) @ own_directions
figure, ax = plt.subplots(figsize=(3.8, 3.4), dpi=72)
turned_path = quadratic_trajectory(turned, start @ own_directions, 0.19, 25)
plotting.plot_contour(lambda weights: quadratic_loss(weights, turned),
                      {"rate 0.19": turned_path}, ax=ax)
for direction in own_directions:
    ax.axline((0, 0), direction, color="0.4", linestyle=":", linewidth=1)
plt.show()

# %% [markdown]
# Along the steep line the path jumps, along the flat line it walks, as before.
#
# The curvatures of a turned valley do not belong to single weights. They are hidden in a matrix, the **Hessian** (헤시안), whose entry $(i, j)$ says how the gradient of weight $i$ changes with weight $j$. The **eigenvalues** (고윳값) of this matrix are the curvatures along the valley's own directions. NumPy computes them for a symmetric matrix with `np.linalg.eigvalsh`, smallest first.
#
# We turn a valley with the curvatures 1, 4 and 10 into a random direction.


# %%
def turned_valley(seed):
    """A Hessian with the curvatures 1, 4 and 10, turned at random."""
    directions, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return (directions @ np.diag([1.0, 4.0, 10.0]) @ directions.T).round(9)


print("Hessian:\n", turned_valley(0).round(2))
print("eigenvalues:", np.linalg.eigvalsh(turned_valley(0)).round(2))

# %% [markdown]
# None of the three curvatures stands in the matrix, and yet they are its eigenvalues. The claim, for thirty turns: **however the valley is turned, the edge stays at 2/10.**

# %%
diagonals = []
for seed in range(30):
    hessian = turned_valley(seed)
    below = quadratic_loss(quadratic_trajectory(hessian, np.ones(3), 0.199, 3000), hessian)
    above = quadratic_loss(quadratic_trajectory(hessian, np.ones(3), 0.201, 3000), hessian)
    assert below[-1] < 1e-6 * below[0], "below the edge it should converge"
    assert above[-1] > 1e6 * above[0], "above the edge it should diverge"
    diagonals.append(np.diag(hessian).max())
print(f"largest number on the diagonal: from {min(diagonals):.1f} to {max(diagonals):.1f}")

# %% [markdown]
# ## When nobody gives you the Hessian
#
# The claim holds for all thirty valleys. But a network does not return its Hessian: the network of the next section has 17,418 weights, so its Hessian has 300 million entries. A network does return its gradient at every place. Two ideas make that enough.
#
# **A difference of gradients gives a curvature.** The gradient of $L(w) = w^2$ is 6 at the place 3, and 6.02 at the place 3.01. It changed by 0.02 over a distance of 0.01. The ratio is the curvature, 2. With many weights you move a little in some direction of length 1. The changes of the gradient, divided by the distance, are `hessian @ direction`.
#
# **Multiplication finds the steepest direction.** The Hessian multiplies each of the valley's own directions by its curvature. Every other direction is a mixture of these. In a mixture the steepest part grows most, and after many multiplications hardly anything else is left. This is **power iteration** (거듭제곱법).
#
# The next cell draws a direction at random and multiplies it up to sixteen times. **Compare each line with the steepest direction in the first line.** (All are shown with length 1.)

# %%
hessian = turned_valley(0)
steepest = np.linalg.eigh(hessian)[1][:, -1]  # what we want to find, for comparison
drawn = np.random.default_rng(1).normal(size=3)
print("steepest direction: ", steepest.round(3))
for times in [0, 1, 2, 4, 8, 16]:
    multiplied = np.linalg.matrix_power(hessian, times) @ drawn
    print(f"multiplied {times} times: ", (multiplied / np.linalg.norm(multiplied)).round(3))

# %% [markdown]
# After sixteen multiplications the direction is the steepest one. (Its signs may all be opposite: a wall goes up on both sides.)
#
# Four things to know before you write it:
#
# - Numbers that grow at every multiplication soon get too large. Bring the direction back to length 1 each time. `np.linalg.norm` gives the length of an array.
# - A direction that you choose, such as all ones, may have no part along the steepest. Draw it at random.
# - Compare the gradients of two places that are 0.01 apart. Farther away a landscape bends. Much nearer, rounding and small kinks decide the difference.
# - Every gradient takes time, on a large network seconds. A hundred multiplications are plenty. Sixteen are too few where other directions are nearly as steep.

# %% [markdown]
# ### Exercise 3: `largest_stable_learning_rate` (3 points)
#
# Find the edge from gradients alone. `gradient_of` is a function as in exercise 2. The bottom of the valley may lie anywhere. (`rough_valley` makes the valleys in the check; `rough_valley??` shows how.)


# %% solution="largest_stable_learning_rate"
def largest_stable_learning_rate(gradient_of, weights):
    """Return the edge at a place, a number: 2 over the largest curvature, right to two per cent.

    gradient_of: function that takes weights and returns the gradient there; it answers 500 times
        at most.
    weights: the place, an array of shape (num_weights,) with one weight or more; it stays as it
        was.

    The landscape is a valley up to 0.01 from the place, and bends farther away. It is also a
    little rough: from places that are much nearer than 0.01 you learn about the roughness alone.
    Its curvatures are positive. Several may be the largest; all others are at most nine tenths
    of it.
    """
    ### BEGIN SOLUTION
    gradient = gradient_of(weights)
    direction = np.random.default_rng(0).normal(size=len(weights))
    for _ in range(100):
        direction = direction / np.linalg.norm(direction)
        direction = (gradient_of(weights + 0.01 * direction) - gradient) / 0.01
    return 2 / np.linalg.norm(direction)
    ### END SOLUTION


# %% test="largest_stable_learning_rate" points=3
def edge_found(hessian, weights, num_flat=0):
    weights = np.append(weights, np.zeros(num_flat))
    return largest_stable_learning_rate(rough_valley(hessian, weights), weights)


# Two per cent for you, and half a per cent for the number that we compare with: 0.025.
along_the_axes = [
    ([[4.0]], [3.0]), ([[10.0, 0], [0, 1.0]], [0.5, 2.0]), (np.diag([1.5, 7, 3]), [2, 0.0, -1])
]
check("three valleys along the axes", lambda: [edge_found(*valley) for valley in along_the_axes],
      rtol=0.025)
check("three turned valleys, the last very flat", lambda: [
    edge_found([[4.0, 2.0], [2.0, 1.5]], [3.0, -1.0]),
    edge_found([[2.0, -1.5], [-1.5, 3.0]], [0.0, 0.5]),
    edge_found([[0.003, 0.001], [0.001, 0.002]], [8.0, -5.0]),
], rtol=0.025)
check("at the bottom", edge_found, [[5.0, -1.0], [-1.0, 2.0]], [1.0, 1.0], rtol=0.025)
check("the steepest direction is 1, -1", edge_found, [[2.0, -1.0], [-1.0, 2.0]], [3, 3],
      rtol=0.025)
check("forty others nearly as steep, the worst of twelve", lambda: max(
    edge_found(np.roll([0.88] * 40 + [1.0], place), np.full(41, 3.0)) for place in range(12)
), rtol=0.025)
check("600 weights", edge_found, np.diag([0.1, 0.5]), [4.0, -2.0], num_flat=598, rtol=0.025)
on_a_wall = rough_valley([3.0, 1.0], [0.5, 2.0])
check("a place that stays", largest_stable_learning_rate, on_a_wall, np.array([0.5, 2.0]),
      rtol=0.025)
### BEGIN HIDDEN TESTS
chain = [[2.0, -1.0, 0.0], [-1.0, 2.0, -1.0], [0.0, -1.0, 2.0]]
check("a chain of three weights", edge_found, chain, [0.2, 4.0, -3.0], rtol=0.025)
check("900 flat directions", edge_found, [[1500.0]], [7.0], num_flat=900, rtol=0.025)
crowds = [([8.8] * 30 + [10.0] + [8.8] * 30, np.full(61, 3.0)), ([0.2] + [0.176] * 50, np.full(51, -1.0))]
check("crowds of nearly as steep ones", lambda: [edge_found(*valley) for valley in crowds], rtol=0.025)
all_alike = [(np.diag([0.2, 0.2, 0.2]), [5, 5, 5]), ([[3.0, -2.0], [-2.0, 3.0]], [-4, -4])]
check("all alike, and across", lambda: [edge_found(*valley) for valley in all_alike], rtol=0.025)


def edge_and_way(hessian, weights, num_flat):
    """The edge that is found, and how far the place was moved."""
    weights = np.append(weights, np.zeros(num_flat))
    given = weights.copy()
    return [largest_stable_learning_rate(rough_valley(hessian, given), weights), np.abs(weights - given).max()]


check_drawn("drawn valleys", edge_and_way, rtol=0.025)
### END HIDDEN TESTS

# %% [markdown]
# ## A network
#
# **Fashion-MNIST** has small photographs of clothes in ten classes. We use a part of it, pooled to 14 x 14 pixels, so that a training takes well under a second.

# %%
data = fashion_mnist()
figure, panels = plt.subplots(1, 10, figsize=(8, 1.2))
for panel, image, label in zip(panels, data.x_train, data.y_train, strict=False):
    panel.imshow(image, cmap="gray_r")
    panel.set_title(CLASS_NAMES[label], fontsize=8, loc="center")
    panel.axis("off")
print(f"{len(data.x_train)} images to learn from, {len(data.x_val)} to choose by")

# %% [markdown]
# Keras takes some seconds to load.

# %%
import keras

from helpers.training import landscape_of, largest_curvature

# %% [markdown]
# The model has two hidden layers of 64 units with relu, which turns a negative number into 0. The last layer has ten units without relu, one for each class. Their outputs may be any numbers. They are called **logits** (로짓).
#
# **Softmax** (소프트맥스) makes probabilities of logits: each logit $z_k$ becomes $e^{z_k}$, and is divided by the sum of all ten.
#
# $$p_k = \frac{e^{z_k}}{e^{z_1} + \dots + e^{z_{10}}}$$
#
# With two classes and the logits 2 and 0 the probabilities are $e^2 / (e^2 + 1) = 0.88$ and 0.12. `from_logits=True` tells the loss that the network returns logits. (Without it Keras would take them for probabilities, without any warning.)
#
# In Keras the learning rate is an argument of the optimizer. `SGD` is gradient descent on a few images at a time, a *batch* (배치), here of 32 (lesson 05). One pass through all images is an **epoch** (에포크). Other optimizers, such as Adam, need other rates (lesson 03).

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(0)
model = mlp(hidden=(64, 64), seed=0)
model.compile(
    optimizer=keras.optimizers.SGD(learning_rate=0.1),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(data.x_train, data.y_train, batch_size=32, epochs=10, verbose=0)
val_loss, val_accuracy = model.evaluate(data.x_val, data.y_val, verbose=0)
print(f"validation loss {val_loss:.2f}, accuracy {val_accuracy:.2f}")

# %% [markdown]
# The loss is the **cross-entropy** (교차 엔트로피): the mean of $-\ln p$, where $p$ is the probability that the model gives to the right class. A model that gives each of ten classes the probability 1/10 has a loss of $\ln 10 \approx 2.303$. This is the level of guessing.
#
# One training says little: it depends on the random start, the **seed** (시드). So we train eleven rates from 0.0001 to 10, each with five seeds. `sweep` does what the cell above does, only faster.

# %%
rates = np.geomspace(1e-4, 10, 11)  # equal factors between neighbours: two rates a decade
runs = sweep([Configuration(learning_rate=rate) for rate in rates], data, seeds=range(5))

# %% [markdown]
# **Look at three things**: where the accuracy is best, how broad that part is, and how differently the two sides fall.

# %%
plotting.plot_sweep(runs)
plt.show()

# %% [markdown]
# To the left training is too slow: after ten epochs it has not arrived. To the right the edge comes abruptly.
#
# Each tick of the axis is a factor of ten. On a plain axis all good rates would lie in a sliver at the left. **Learning rates are compared by factors**: try 0.03, 0.1, 0.3 and not 0.1, 0.2, 0.3.
#
# Now as claims, each with a margin that chance does not bridge.


# %% tags=["nbval-ignore-output"]
def mean_accuracy(low, high):
    """The mean of the last validation accuracy over all runs with a rate from low to high."""
    chosen = [run for run in runs if low < run.configuration.learning_rate < high]
    return np.mean([run.val_accuracies[-1] for run in chosen])


print(f"below 0.0005: {mean_accuracy(0, 0.0005):.2f}, 0.003: {mean_accuracy(0.002, 0.005):.2f}")
print(f"0.1 and 0.3: {mean_accuracy(0.09, 0.4):.2f}, 1: {mean_accuracy(0.9, 1.1):.2f}")

best = mean_accuracy(0.09, 0.4)
assert best > mean_accuracy(0.002, 0.005) + 0.15, "0.1 and 0.3 should beat 0.003"
assert best > mean_accuracy(0.9, 1.1) + 0.25, "0.1 and 0.3 should beat 1"
assert mean_accuracy(0, 0.0005) < 0.25, "the smallest rates should be close to guessing"
assert abs(mean_accuracy(2, 11) - 0.1) < 0.02, "the largest rates should guess"

# %% [markdown]
# ### Where is the network's edge?
#
# Between the best rates and rate 1 the network falls over an edge. Is it the edge of the formula? `landscape_of` returns the weights of a network in one array, and a function that gives the gradient over all training images. *Your* function needs no more. Here are two networks before their first step.

# %% tags=["nbval-ignore-output"]
if solved("largest_stable_learning_rate"):
    yours = []
    for seed in range(2):
        place, gradient_of = landscape_of(mlp(seed=seed), data)
        yours.append(largest_stable_learning_rate(gradient_of, place))
    print("edges at the start, by your function:", "  ".join(f"{edge:.2f}" for edge in yours))
    assert all(0.1 < edge < 5 for edge in yours), (
        "the edge should lie where the sweep turns, or near it"
    )

# %% [markdown]
# The course's `largest_curvature` differentiates a gradient once more, and so multiplies by the Hessian itself. We ask it about networks at the start, and about two networks each that were trained with rate 0.03 and with rate 0.3. **Guess first**: is the edge still where it was, and is it the same for both rates?

# %% tags=["nbval-ignore-output"]
edges = {
    "at the start": [2 / largest_curvature(mlp(seed=seed), data) for seed in range(3)],
    "after 0.03": [2 / largest_curvature(run, data) for run in runs[25:27]],
    "after 0.3": [2 / largest_curvature(run, data) for run in runs[35:37]],
}
for when, found in edges.items():
    print(f"{when:13}", "  ".join(f"{edge:.2f}" for edge in found))
assert 0.3 < np.mean(edges["at the start"]) < 1, "the edge should lie where the sweep falls"
assert max(edges["after 0.03"]) < min(edges["at the start"]) / 2, (
    "0.03 should lead to a steeper place"
)
assert max(edges["after 0.03"]) < min(edges["after 0.3"]), "a large rate should not lead so far"

# %% [markdown]
# The right part of the sweep once more, with these edges in it:

# %%
figure, ax = plt.subplots(figsize=(5.6, 2.8), dpi=72)
plotting.plot_sweep([run for run in runs if 0.005 < run.configuration.learning_rate < 5], ax=ax)
for (when, found), line in zip(edges.items(), ["-", "--", ":"], strict=True):
    ax.axvline(np.mean(found), color="0.3", linestyle=line, label=f"edge {when}")
ax.legend(fontsize=8, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
plt.show()

# %% [markdown]
# At the start the edge lies between the best rates and rate 1, which failed. The formula of a valley gave this edge before any training.
#
# But a network is no valley, and its edge moves while it learns. With rate 0.03 training came to a place that is much steeper than the start, so the edge came down. With rate 0.3 the edge of these two networks came down much less. So the rate also decided *where* training went.
#
# Your function may be off by a third or more. Relu units have kinks at which the gradient jumps, and a distance of 0.01 crosses some of them. A network also has negative curvatures, which the contract of exercise 3 rules out.

# %% [markdown]
# ### The inputs set the scale
#
# The images of this course have pixels from 0 to 1. Their files have pixels from 0 to 255. Larger pixels make the gradient of the first layer larger and the curvature much larger, so the edge must move far to the left. **Guess**: once a good rate has been found, does the best accuracy stay what it is?

# %% tags=["nbval-ignore-output"]
large_pixels = data._replace(x_train=255 * data.x_train, x_val=255 * data.x_val,
                             x_test=255 * data.x_test)
small_rates = np.geomspace(1e-6, 1e-2, 9)
large_runs = sweep([Configuration(rate) for rate in small_rates], large_pixels, seeds=range(5))
accuracy_of = {}
for rate in small_rates:
    of_rate = [run.val_accuracy for run in large_runs if run.configuration.learning_rate == rate]
    accuracy_of[rate] = np.mean(of_rate)
    print(f"pixels 0 to 255, rate {rate:.1e}: {accuracy_of[rate]:.2f}")
best_small_rate = max(accuracy_of, key=accuracy_of.get)
assert best_small_rate < 0.1 / 60, "the best rate should be far smaller"
assert accuracy_of[best_small_rate] < best - 0.05, "and the best accuracy lower"
assert min(run.train_losses[0] for run in large_runs[:5]) > 10, (
    "it should start far above guessing"
)

# %% [markdown]
# The best rate is at least a hundred times smaller, and even there the network is worse after ten epochs. We have not tested what lowers the accuracy: the rate, the start or the ten epochs.
#
# So **scale your inputs before you look for a rate**. Lesson 07 (*Normalization and shortcuts: can a network choose its own scale?*) compares four ways to store the same pixels.

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. What follows opens networks whose rate was too large, and finds a first rate in one short run.

# %% [markdown]
# ## Part 2 · Rates that are too large, and a first rate (about 60 minutes)
#
# ## Too large: first it explodes, then it sits still
#
# The notes say that with too large a rate the cost goes back and forth and may diverge (발산). In the valley it did. On our network the crosses at the right of the sweep stand exactly at guessing. We train with three such rates, ten seeds each, and print the training loss of the first epochs at rate 2.

# %% tags=["nbval-ignore-output"]
too_large_rates = [Configuration(learning_rate=rate) for rate in [2.0, 2.5, 3.0]]
too_large = sweep(too_large_rates, data, seeds=range(10))
for run in too_large[:10]:
    first_losses = "  ".join(f"{loss:5.2f}" for loss in run.train_losses[:5])
    print(f"seed {run.seed}, epochs 1 to 5: {first_losses}")

first_epoch = np.array([run.train_losses[0] for run in too_large])
assert (first_epoch > np.log(10)).sum() >= 28, "the first epoch should be worse than guessing"

# %% [markdown]
# In the first epoch the loss of nearly every run is above guessing: for a few steps it explodes. But it does not go on to infinity. Soon it sits a little above $\ln 10 \approx 2.303$.
#
# The claim, for thirty runs after ten epochs: **none diverges, at most four learn anything, and nearly all are stuck, with a loss close to** $\ln 10$. A run counts as stuck when it gives the same outputs for at least 99 of 100 images.

# %% tags=["nbval-ignore-output"]
stuck = [run for run in too_large if run.stuck]
last_losses = np.array([run.train_losses[-1] for run in too_large])
print(f"{len(stuck)} of {len(too_large)} are stuck")
print(f"last losses: lowest {last_losses.min():.3f}, median {np.median(last_losses):.3f}")

assert not any(run.diverged for run in too_large), "no loss should become infinite or nan"
assert len(stuck) >= 24, "nearly all runs should give the same outputs for nearly all images"
assert (last_losses < 2.2).sum() <= 4, "hardly any run should learn"
assert abs(np.median(last_losses) - np.log(10)) < 0.05, "most losses should sit near ln 10"

# %% [markdown]
# To see why, open the network. We show it the thousand validation images and count the units of its last hidden layer that react to at least one image. A relu unit that gives 0 for every image is called **dead** (죽은 유닛).


# %%
def share_alive(run, layer):
    """The share of a layer's units that are not 0 for at least one validation image."""
    model = trained_model(run, data)
    inside = keras.Model(model.inputs[0], model.get_layer(layer).output)
    return (inside(data.x_val).numpy() > 0).any(axis=0).mean()


good = [run for run in runs if 0.09 < run.configuration.learning_rate < 0.11]
good_alive = [share_alive(run, "hidden_2") for run in good]
stuck_alive = [share_alive(run, "hidden_2") for run in stuck[:5]]

# %% [markdown]
# Five networks trained at 0.1, and five stuck networks:

# %% tags=["nbval-ignore-output"]
print("units alive at rate 0.1:", "  ".join(f"{share:.0%}" for share in good_alive))
print("units alive when stuck:  ", "  ".join(f"{share:.0%}" for share in stuck_alive))

assert min(good_alive) > 0.8, "at a good rate nearly all units should be alive"
assert max(stuck_alive) < 0.15, "at a rate that is too large nearly all units should be dead"

# %% [markdown]
# This is the mechanism, step by step.
#
# 1. A few steps that are far too long throw the weights and biases of the hidden units to extreme values. For most units the number that enters relu is then negative for every image, so they give 0.
# 2. The slope of relu on its negative side is 0. So the gradient of all weights that lead into this unit is 0, and they stay where they are.
# 3. When the last hidden layer is dead, nothing before it moves. Only the biases of the ten outputs still learn, and they do not see the image.
#
# So the explosion switches itself off: what saves the loss from infinity also stops the network from learning.


# %% [markdown]
# ### What one fixed answer costs
#
# Why does the loss sit at $\ln 10$? A network that does not see the image gives the same probabilities for every image. What is the best fixed answer? Take two classes, and let three of four images belong to the first class. If you always give it the probability $p$, you pay $-\ln p$ in three cases and $-\ln(1 - p)$ in one.

# %%
fixed_answers = np.array([0.25, 0.5, 0.7, 0.75, 0.8, 0.95])
costs = -0.75 * np.log(fixed_answers) - 0.25 * np.log(1 - fixed_answers)
for answer, cost in zip(fixed_answers, costs, strict=True):
    print(f"always {answer:.2f}: {cost:.3f}")
assert fixed_answers[costs.argmin()] == 0.75, "the share of the class should cost least"

# %% [markdown]
# The best fixed answer is **the share of each class**. With ten classes of equal size that is 1/10 for each, and the loss is $-\ln \frac{1}{10} = \ln 10$. (At rate 2 the ten biases still jump with each batch, so the loss is a little higher.)
#
# ### Can it be healed?
#
# We take three of the stuck networks and train them further at 0.1, the rate that worked well from a fresh start.

# %%
keras.utils.set_random_seed(0)
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
healed_losses = []
for run in stuck[:3]:
    model = trained_model(run, data)
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss=cross_entropy)
    history = model.fit(data.x_train, data.y_train, batch_size=32, epochs=8, verbose=0)
    healed_losses.append(history.history["loss"][-1])

# %% [markdown]
# For comparison, the five networks that were trained at 0.1 from the start, after as many epochs:

# %% tags=["nbval-ignore-output"]
fresh_loss = np.mean([run.train_losses[7] for run in good])
print("from stuck weights:", "  ".join(f"{loss:.3f}" for loss in healed_losses))
print(f"from a fresh start: {fresh_loss:.3f}")

assert min(healed_losses) > 2.2, "stuck networks should not recover at a smaller rate"
assert fresh_loss < 1.0, "a fresh network should learn at the same rate"

# %% [markdown]
# A good rate healed none of these three networks. New initial weights help at once. **Gradient clipping** (그레이디언트 클리핑) prevents the explosion: it shortens a gradient that is too long (lesson 03).
#
# The practical lesson: **a loss that is finite and flat does not prove that the rate is small enough.** When a loss sits at the level of guessing from the first epochs on, check whether the outputs are the same for every image. (Other networks do reach `nan`.)

# %% [markdown]
# ### Play
#
# Here is the network at 31 rates with five seeds each. **Move the slider from left to right.** Find the rates at which the loss falls fastest, and the first rate at which the five seeds go very different ways. Beyond it you meet the level of guessing again. (Nothing is trained while you move.)

# %%
network_learning_rate_slider()

# %% [markdown]
# ## A range test: one short run instead of fifty-five
#
# The sweep was expensive: eleven rates, five seeds, ten epochs. Leslie Smith proposed a short cut, the **learning-rate range test** (학습률 범위 테스트): train *once*, start with a tiny rate, and let the rate grow at every step. Record the loss of each step, and stop when it has blown up. (Our tests go on to the end, so that you see what comes then.)
#
# We let the rate grow by equal factors and watch the loss, as most programs do today. Two epochs, 80 steps, are enough. Here are twenty-four tests with different seeds. **Look at where the loss begins to fall, where it turns, and how well the tests agree.**

# %%
range_tests = [learning_rate_range_test(data, num_epochs=2, seed=seed) for seed in range(24)]
figure, ax = plt.subplots(dpi=72)
plotting.plot_range_test(range_tests, ax, mark_lowest=True).set_ylim(1, 4)
plt.show()

# %% [markdown]
# At first nothing happens: the steps are too small. Then the loss falls, faster as the rate grows. Then it shoots out of the picture. Where it comes down again at the far right nothing has recovered: some of these networks sit near guessing, others still jump.
#
# Each part as a claim, for every test or for nearly every test:

# %%
rates_tested = range_tests[0][0]  # the same ones in every test
all_losses = np.array([losses for _, losses in range_tests])
at_first = all_losses[:, rates_tested < 0.001]
middle = all_losses[:, (rates_tested > 0.2) & (rates_tested < 1.5)].min(axis=1)
blown_up = all_losses[:, rates_tested > 1.5].max(axis=1) > 1.3 * at_first.mean(axis=1)
assert (at_first.min(axis=1) > 2.0).all(), "below 0.001 the loss should not move much"
assert (middle < at_first.min(axis=1) - 0.2).all(), "it should have fallen"
lowest = np.nanmin(all_losses, axis=1)
assert (middle <= lowest).sum() >= 20, "between 0.2 and 1.5 it should be lowest"
assert blown_up.sum() >= 22, "above 1.5 the loss should blow up"
assert 2 < (all_losses[:, -1] > 2.9).sum() < 24, "at the end some should jump, and not all"
print(f"{len(range_tests)} tests: {2 * len(range_tests)} epochs; the sweep: {10 * len(runs)}")

# %% [markdown]
# How do you choose a rate from this curve? The simplest rule is **one tenth of the rate at the lowest loss**. At the lowest point the loss is about to turn, so that rate is close to the edge. A tenth of it leaves room. (The ring and the dashed line in the picture show both.)
#
# When a test blows up, its last losses can be `inf` (infinity) or `nan` (not a number). They must not be chosen. `np.isfinite(losses)` is true where a loss is an ordinary number. Beware of `np.argmin`: it returns the place of the first `nan` as if it were the smallest.

# %% [markdown]
# ### Exercise 4: `suggest_learning_rate` (3 points)


# %% solution="suggest_learning_rate"
def suggest_learning_rate(learning_rates, losses):
    """Return a first rate from a range test: one tenth of the rate at the lowest finite loss.

    learning_rates: array of shape (num_steps,), increasing, with one rate or more.
    losses: array of floats of shape (num_steps,), the loss at each of these rates; some may be
        nan or inf, wherever they stand, but at least one is finite.
    The rate is a number. Where several losses are the lowest, the smallest of their rates
    counts. The arguments stay as they were.
    """
    ### BEGIN SOLUTION
    finite_losses = np.where(np.isfinite(losses), losses, np.inf)
    return learning_rates[np.argmin(finite_losses)] / 10
    ### END SOLUTION


# %% test="suggest_learning_rate" points=3
tested = np.array([0.001, 0.002, 0.005, 0.012, 0.05, 0.2, 0.4, 1.1, 3.0])
smooth = np.array([2.30, 2.28, 2.31, 2.0, 1.2, 0.9, 1.1, 1.6, 8.0])
check("a test that jitters and then turns", suggest_learning_rate, tested, smooth)
check("a test that ends in nan", suggest_learning_rate, tested,
      np.array([2.30, 2.28, 2.31, 2.0, 1.2, 1.3, np.nan, np.nan, np.nan]))
check("a test without its first loss", suggest_learning_rate, tested,
      np.array([np.nan, 2.28, 2.2, 2.1, 2.0, 1.9, 1.8, 1.9, 8.0]))
check("it ends in infinity", suggest_learning_rate, tested[:4],
      np.array([2.3, 2.2, 2.5, np.inf]))
check("one that begins too late, one that ends too early", lambda: [
    suggest_learning_rate(tested[5:], smooth[5:]), suggest_learning_rate(tested[:5], smooth[:5])
])
check("a hole in the middle, then the same in the billions", lambda: [
    suggest_learning_rate(tested[:4], size * np.array([2.5, np.nan, 2.0, 2.2]))
    for size in (1, 1e9)
])
check("one loss between two holes", suggest_learning_rate, tested[:3],
      np.array([np.nan, 2.0, np.nan]))
check("two that are lowest", suggest_learning_rate, tested[2:6], np.array([1.5, 0.5, 0.5, 2.0]))
check("losses below zero, around it, and down to it", lambda: [
    suggest_learning_rate(tested[:3], np.array([first, lowest, last]))
    for first, lowest, last in ((-1.0, -3.0, -2.0), (1.0, -3.0, -0.5), (1.0, 0.0, 0.5))
])
check("tiny rates", suggest_learning_rate, tested[:5] / 1e4, np.array([7.0, 6.5, 6.1, 5.9, 6.6]))
### BEGIN HIDDEN TESTS
three_rates_tested, with_a_hole = np.array([0.03, 0.3, 3.0]), np.array([np.nan, 1.4, 1.6])
check("three rates, one loss missing", suggest_learning_rate, three_rates_tested, with_a_hole)
half_lost = np.array([2.3, np.nan, 2.2, np.inf, 0.5, 0.7, 0.1, np.nan, np.nan])
check("a test with many holes", suggest_learning_rate, tested, half_lost)
after_a_hole = np.array([np.nan, np.inf, 2.3, np.nan, 2.3])
check("equal losses and holes", suggest_learning_rate, tested[3:8], after_a_hole)
check("up and down around zero", suggest_learning_rate, tested[2:7] * 3, np.array([3.0, -0.1, 7.0, -40.0, 0.02]))
check("lowest at once",
      suggest_learning_rate, np.array([0.014, 0.07, 0.3]), np.array([0.4, 0.9, 1.5]))
check("lowest at last", suggest_learning_rate, tested[:8] * 1.5, np.array([2.0, 1.9, 1.7, 1.8, 1.2, 0.9, 0.4, 0.3]))
check("losses in the hundreds", suggest_learning_rate, tested[6:] * 2.5, np.array([900.0, 400.0, np.nan]))
huge_rates, long_losses = 0.15 * 2.5 ** np.arange(13.0), np.linspace(3.0, 1.3, 13)
check("rates into the thousands", lambda: [
    suggest_learning_rate(huge_rates, long_losses), suggest_learning_rate(huge_rates / 7, long_losses)
])
check_drawn("drawn tests", suggest_learning_rate, atol=0)
### END HIDDEN TESTS

# %% [markdown]
# ### Three rules on trial
#
# Programs offer other rules too. Each loss is that of 32 images, so the curve jitters, and these programs smooth it first. In `smoothed` each value becomes a mean of the losses up to it, in which older losses count less. It cuts off both ends.


# %%
def smoothed(rates, losses, memory=0.9):
    """The rates and smoothed losses of a range test, without the first ten and the last five."""
    total, weight, values = 0.0, 0.0, []
    for loss in losses:
        total = memory * total + loss
        weight = memory * weight + 1
        values.append(total / weight)
        if not values[-1] < 2 * min(values):
            break
    return rates[10 : len(values) - 5], np.array(values[10:-5])


# %% [markdown]
# - **The steepest slope** is the rate at which the loss falls fastest, over the logarithm of the rate.
# - **The valley** is the middle of the longest row of ever lower losses, with gaps allowed. The program fastai proposes it today.


# %%
def steepest(rates, losses):
    slopes = np.diff(losses) / np.diff(np.log(rates))
    return rates[slopes.argmin()]


def valley_middle(rates, losses):
    length = np.ones(len(losses), int)  # of the longest row that ends here
    for here in range(len(losses)):
        higher = losses[:here] > losses[here]
        length[here] += max(length[:here][higher], default=0)
    end = length.argmax()
    return rates[end - length[end] // 2]


# %% [markdown]
# We ask these two rules and yours about each of the twenty-four tests. In the sweep 0.1 and 0.3 were best, and 1 had failed.

# %% tags=["nbval-ignore-output"]
rules = {"steepest slope": steepest, "valley": valley_middle}
if solved("suggest_learning_rate"):
    rules["your rule"] = suggest_learning_rate
answers_of = {name: np.sort([rule(*smoothed(*test)) for test in range_tests])
              for name, rule in rules.items()}
for name, answers in answers_of.items():
    some = "  ".join(f"{rate:.2g}" for rate in answers[::3])
    print(f"{name:15} every third: {some};  above 1: {(answers > 1).sum()}")

at_the_steepest = np.median(answers_of.pop("steepest slope"))
assert at_the_steepest > 0.2, "the steepest slope should lie close to the edge"
for answers in answers_of.values():
    assert np.median(answers) < at_the_steepest / 2, "the others should lie far below it"
    assert 0.01 < answers.min() <= answers.max() < 0.3, "all on the safe side, and not too far"

# %% [markdown]
# On these smoothed curves the steepest slope mostly answers rates from 0.2 to 0.6, and in three tests a wild value beyond the edge. The two other rules stay below 0.3 in every test.

# %% [markdown]
# ### Your rule, trained
#
# Is one tenth of the lowest point a good rate? The next cell asks *your* function about each of the twenty-four tests, without smoothing, and trains a network with each suggestion. It trains a second network with the rate of the lowest point, ten times as large.

# %%
suggested, ten_times = [], []
if solved("suggest_learning_rate"):
    suggestions = np.array([suggest_learning_rate(*test) for test in range_tests])
    for seed, rate in enumerate(suggestions):
        suggested += sweep([Configuration(rate)], data, seeds=[seed])
        ten_times += sweep([Configuration(10 * rate)], data, seeds=[seed])

# %% [markdown]
# Here are the validation accuracies. **Compare the means, then the deviations and the worst of each.**

# %% tags=["nbval-ignore-output"]
if suggested:
    accuracies, at_lowest = (np.array([r.val_accuracies[-1] for r in way])
                             for way in (suggested, ten_times))
    low, high, careful = suggestions.min(), suggestions.max(), (suggestions < 0.1).mean()
    print(f"suggested rates: from {low:.2g} to {high:.2g}, {careful:.0%} below 0.1")
    for name, values in {"suggestion": accuracies, "lowest point": at_lowest}.items():
        print(f"{name:12}  mean {values.mean():.2f}, deviation {values.std():.2f}, "
              f"worst {values.min():.2f}")
    assert accuracies.mean() > best - 0.08, "it should come close to the best"
    assert at_lowest.std() > 2 * accuracies.std(), "the lowest point should be a gamble"

costs = {rate: best - mean_accuracy(rate / 1.1, 1.1 * rate) for rate in (0.01, 0.03, 1)}
listed = ", ".join(f"{cost:.2f} at {rate}" for rate, cost in costs.items())
print(f"0.1 and 0.3   mean {best:.2f}, less than that: {listed}")
assert costs[1] > 2 * costs[0.01], "too large should cost more"

# %% [markdown]
# The suggestion is mostly careful, in nearly all tests below 0.1, and costs a point or two (a *point*, 퍼센트포인트, is 0.01 of accuracy). The lowest point is a gamble: in some tests it is as good or better, in some it is worse by far.
#
# The last line is from the sweep, with five seeds a rate. A factor of three from 0.1 does little harm. **But a rate ten times smaller lost some of what was learned here, and a rate ten times larger lost most of it.** The lowest point may stand close to the edge. That is why the rule divides by ten.
#
# It is a *first* rate. If you can afford three more trainings, try three times, ten times and a third of it.

# %% [markdown]
# ## Beliefs, measured
#
# **"A bigger rate learns faster."** The notes say that the learning rate controls the speed at which the cost falls (cost를 줄이는 속도를 조절). Then twice the rate would need half the steps.
#
# Test it with your own `gradient_descent`, in the valley of the beginning. The cell takes rates from 0.01 to 0.21 and counts the steps until the loss is below 0.001. **Place your bet first**: which of these rates needs the fewest steps? Write it as `my_bet`.

# %%
my_bet = 0.05  # replace by the rate that you believe in

steps_needed = {}
if solved("gradient_descent"):
    for rate in np.round(np.arange(0.01, 0.211, 0.005), 3):
        path = gradient_descent(lambda weights: valley * weights, start, rate, num_steps=1000)
        reached = loss_in_the_valley(path) < 0.001
        steps_needed[rate] = reached.argmax() if reached.any() else np.nan

# %% [markdown]
# Rates that do not get there in 1000 steps are left out of the picture. **Look at both ends of the curve.**

# %%
if steps_needed:
    figure, ax = plt.subplots(figsize=(5.6, 2.8), dpi=80)
    ax.plot(list(steps_needed), list(steps_needed.values()), "o-")
    ax.set(xlabel="learning rate", ylabel="steps to a loss of 0.001", yscale="log")
    ax.axvline(0.2, color="0.4", linestyle=":", label="the edge")
    ax.axvline(my_bet, color="C1", linestyle="--", label="your bet")
    ax.legend()

# %% [markdown]
# And as claims:

# %%
if steps_needed:
    fastest = min(steps_needed, key=lambda rate: np.nan_to_num(steps_needed[rate], nan=np.inf))
    for rate in [0.01, 0.02, 0.04, fastest, 0.195, 0.2]:
        print(f"rate {rate:.3f}: {steps_needed[rate]} steps")
    assert 1.8 < steps_needed[0.01] / steps_needed[0.02] < 2.2, "it should be twice as fast"
    assert steps_needed[0.195] > 2 * steps_needed[fastest], "it should be slower again"
    assert np.isnan(steps_needed[0.2]), "at the edge it should never arrive"

# %% [markdown]
# The belief is right far below the edge: there, twice the rate needs half the steps. Nearer to the edge it turns around. The steep direction oscillates, and with a larger rate it takes longer to die down, until at the edge it never does.
#
# The same question to the network: in which epoch does the mean training loss first fall below 1? `-` means: in none of the ten.

# %% tags=["nbval-ignore-output"]
arrived = {}
for rate in rates[4:]:
    below = np.array([run.train_losses < 1.0
                      for run in runs if run.configuration.learning_rate == rate])
    arrived[f"{rate:.2g}"] = np.where(below.any(axis=1), below.argmax(axis=1) + 1, 99)
    epochs = "  ".join("-" if epoch == 99 else str(epoch) for epoch in arrived[f"{rate:.2g}"])
    print(f"rate {rate:6.2g}: epoch {epochs}")

assert arrived["0.1"].max() < arrived["0.032"].min(), "0.1 should be faster than 0.03"
assert arrived["0.32"].mean() > 0.6 * arrived["0.1"].mean(), "0.3 should gain little"
assert (arrived["1"] == 99).sum() >= 4, "1 should hardly ever get there"

# %% [markdown]
# From 0.03 to 0.1 the number of epochs halves, from 0.1 to 0.3 it hardly falls, and at 1 and above hardly any run gets there. What the notes say, measured in this lesson:
#
# | The notes say | We found |
# |---|---|
# | the rate controls the speed at which the cost falls | true far below the edge; near it a larger rate is slower, above it the cost grows |
# | large means moving far in the direction of the derivative, in which the cost falls | right with the bracket: against the derivative; the size of the gradient counts too |
# | too small: training takes very long | true, in the valley and on the network |
# | too large: back and forth, and it may diverge | true in the valley; our network explodes for some steps and then sits still at the level of guessing |

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# $L(w) = 3 w^2$. You stand at $w = 4$ and take one step with learning rate 0.1. Where are you then?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = 1.6
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# A valley has two directions, with the curvatures 4 and 50. You take many steps with learning rate 0.05. What happens?
#
# - a) It converges along the flat direction and grows along the steep one, so the loss grows in the end.
# - b) It converges, because 0.05 is below 2/27, and 27 is the mean curvature.
# - c) It oscillates at the same height for ever, along both directions.
# - d) It converges along both directions, but slowly along the flat one.

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
# For some model gradient descent is stable up to a learning rate of 0.04. Then somebody changes the loss: instead of the mean over 5 outputs it is now their sum, so it is 5 times as large everywhere. Up to which learning rate is gradient descent stable now?

# %% solution="quiz_3"
quiz_3 = None  # replace None by a number
### BEGIN SOLUTION
quiz_3 = 0.008
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# ### Question 4
#
# A network for 5 equally frequent classes was started with learning rate 3. Its training loss is 1.62 in epoch 2 and 1.61 in every epoch after it, and it gives the same outputs for every image. You have time for one more training. Which one?
#
# - a) the same rate, ten times as many epochs
# - b) going on from these weights with rate 0.03
# - c) new initial weights and rate 0.03
# - d) new initial weights and rate 3, but a larger network

# %% solution="quiz_4"
quiz_4 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_4 = "c"
### END SOLUTION

# %% test="quiz_4" points=1
check("question 4", quiz_4, secret=True)

# %% [markdown]
# ### Question 5
#
# Four trainings gave these validation accuracies.
#
# | learning rate | 0.001 | 0.01 | 0.1 | 1 |
# |---|---|---|---|---|
# | accuracy | 0.31 | 0.66 | 0.78 | 0.24 |
#
# You can afford two more. Which two rates tell you most about where the best one is?
#
# - a) 0.09 and 0.11
# - b) 0.4 and 0.7
# - c) 0.03 and 0.3
# - d) 0.0001 and 10

# %% solution="quiz_5"
quiz_5 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_5 = "c"
### END SOLUTION

# %% test="quiz_5" points=1
check("question 5", quiz_5, secret=True)

# %% [markdown]
# ## In your own words
#
# A colleague shows you a training at learning rate 2. The loss was high for some steps, and since then it has been sitting just above 2.303, epoch after epoch. "It is not `nan`, so the rate cannot be too large," she says, "and it is always nearly the same number, so there must be a bug."
#
# Explain to her in four to eight sentences
#
# - what happened inside the network in the first steps, and why the loss now neither falls nor becomes `nan`,
# - why it sits at about this number, and which number it would be if, on another data set, half of all images were of one class and the other half were spread evenly over the other nine,
# - one measurement that would show that you are right.
#
# (3 points, read by a person.)

# %% [markdown] written="stuck_loss" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: a step that is too long pushes hidden relu units to where their input is negative for every image; they give 0, their gradient is 0, and so their weights do not move. When the whole layer is dead, nothing can wake them. The loss cannot fall, because nothing that depends on the image is left to learn. It cannot grow without bound either, because the part of the network that exploded no longer reaches the output. (Half a point if dead units are named, but not why they stay dead, or not why the loss can then neither fall nor grow.)
# - **Part 2**: only the output biases still learn, so the network gives the same probabilities for every image; the best that one fixed answer can do is to give each class its frequency. With ten equally frequent classes that is 1/10 each, and the loss is $-\ln(1/10) = \ln 10 = 2.303$. For the other data set it is $-\frac12 \ln \frac12 - \frac12 \ln \frac1{18} \approx 1.79$. (Half a point for ln 10 as the loss of equal probabilities without the second case; the formula is enough, the number is not needed.)
# - **Part 3**: any one of: units of a hidden layer that are 0 for all images; outputs that are the same for all images; a gradient of zero for the weights before the dead layer; training on at a small rate does not help, while a fresh start does.
#
# **Full (3 points), half (1 or 2 points), empty (0 points).** A full answer connects the parts. A half answer has links of the chain without the connection. An empty answer names no mechanism.
#
# **A full answer**: In the first steps the gradient was multiplied by a rate that is far too large, so the weights and biases of the hidden units were thrown to values at which their input is negative for every image. A relu unit gives 0 there, and its slope is 0, so no gradient reaches the weights before it. The whole layer is dead, and nothing moves that could wake it. Only the ten output biases still learn, so the network gives one fixed answer. The best fixed answer is the share of each class, here one tenth, and it costs $-\ln 0.1 = 2.303$. So the loss cannot fall, and it does not explode because the dead layer has cut the exploding part off. If half of the images were of one class, the best answer would be 1/2 for that class and 1/18 for each other, and the loss would sit at $\frac12 \ln 2 + \frac12 \ln 18 \approx 1.79$. To see it, send all images through the last hidden layer: every unit is 0.
#
# **A half answer (2 points)**: The relu units are dead, because the step was too big and they are negative now. A dead unit has gradient zero, so it does not learn any more. 2.303 is ln 10, which is what you get when you guess among ten classes. You could look at the activations and would see zeros. (Half a point each for parts 1 and 2: why the loss stays where it is and the unequal classes are missing. One point for part 3.)
#
# **A half answer (1 point)**: The learning rate is too large, so the network jumps over the minimum all the time, always at the same height. You could check it by printing the predictions: they are all the same. (One point for part 3. The mechanism is wrong: it does not move.)
#
# **An empty answer**: The learning rate is too large, so the loss diverges, but Keras clips it. Try a smaller rate.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - A step is $w - \eta g$: against the gradient, and as long as the rate times the gradient.
# - In a valley gradient descent converges for $\eta < 2 / \lambda_{\max}$. Near that edge it oscillates and gets slower again.
# - The edge can be measured with gradients alone. At the start of our network it lay between the best rates and the rate that failed. During training it moved, far down at rate 0.03. Larger inputs move the best rate far down.
# - On a network, accuracy over the rate has a broad top and a steep fall to the right. Compare rates by factors, over several seeds.
# - A rate that is too large need not give `nan`: layers that are dead, or nearly, leave the loss at the level of guessing. What helps is a fresh start.
# - A range test finds a first rate in one short run: one tenth of the rate at the lowest finite loss. The steepest slope of a smoothed curve lies closer to the edge, in some tests beyond it.
# - Measured with plain SGD without momentum, batches of 32, 64-64 relu, 1,280 clothes, 10 epochs, 5 to 24 seeds, for edges and healing only 2 or 3; valleys with full gradients.

# %% [markdown]
# ## Sources
#
# - L. N. Smith, *Cyclical Learning Rates for Training Neural Networks*, WACV 2017, arXiv:1506.01186: section 3.3, the range test.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, <https://www.deeplearningbook.org>: section 4.3 (gradients, Hessian, curvature), section 8.3.1 (SGD and its learning rate), section 11.4.1 (tune the learning rate first; its U-shaped curve).
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, *Efficient BackProp*, 1998: section 5, the edge at $2/\lambda_{\max}$.
# - Y. LeCun, P. Simard, B. Pearlmutter, *Automatic Learning Rate Maximization by On-Line Estimation of the Hessian's Eigenvectors*, NIPS 1992: the steepest direction from differences of gradients.
# - J. Cohen and others, *Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability*, ICLR 2021, arXiv:2103.00065: the curvature comes to meet $2/\eta$.
# - fastai, *Learner.lr_find*, <https://docs.fast.ai/callback.schedule.html>: the three rules in use.
# - V. Godbole, G. Dahl, J. Gilmer, C. Shallue, Z. Nado, *Deep Learning Tuning Playbook*, 2023, <https://github.com/google-research/tuning_playbook>: the rate is searched on a logarithmic scale.
# - Keras, *SGD*, <https://keras.io/api/optimizers/sgd/>, and *Probabilistic losses*, <https://keras.io/api/losses/probabilistic_losses/>.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the images.
