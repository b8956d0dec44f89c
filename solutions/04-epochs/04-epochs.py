# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 04 Epochs, forward and backward pass
#
# **Question**: How long should a model look at the data?
#
# You will be able to
#
# - write the forward and the backward pass of a small network, and check a gradient by measuring it,
# - find the epoch at which a training was best, and say what its curves show and what they do not,
# - explain how the validation loss and the accuracy can rise together.
#
# Run time: about 50 s; your own time: about 140 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | epoch | 에포크, 에폭 | one pass over all training examples |
# | forward pass | 순방향 패스, 순전파 | from the inputs to the outputs, layer by layer |
# | backward pass | 역방향 패스 | from the loss back to the inputs; it gives the gradient of every weight |
# | backpropagation | 역전파 (오차역전파) | the algorithm of the backward pass |
# | gradient check | 기울기 검사 (그레이디언트 체크) | a comparison of a computed gradient with a measured gradient |
# | central difference | 중앙 차분, 중심 차분 | a slope measured by moving to both sides |
# | chain rule | 연쇄 법칙 | the slope of a chain of functions is the product of their slopes |
# | underfitting | 과소적합 (언더피팅) | the model has not learned what the data could teach it |
# | overfitting | 과적합, 과대적합 (오버피팅) | the model fits the accidents of its training examples (lesson 08): their loss goes on falling, the loss on new examples does not |
# | temperature | 온도 (Temperature) | a number by which all outputs are divided, before they become probabilities |
# | censored | 중도절단 | known only from one side: the best epoch is the last one or lies behind the end |
# | validation loss | 검증 손실 | the loss on examples that the model does not learn from |
#
# </details>

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import fashion_mnist, m1d
from helpers.models import mlp
from helpers.training import Configuration, sweep, trained_model

plotting.use_style()

# %% [markdown]
# ## Part 1 · Inside one epoch (about 70 minutes)
#
# ## Sixty looks at the same images
#
# An **epoch** (에포크, 에폭) is one pass over all training examples. Then the next epoch begins, with the same examples in another order. How many epochs are enough?
#
# We train a network with two hidden layers of 128 units on the clothes of lesson 01, for 60 epochs. To make the question hard, 40 % of the training labels are wrong on purpose. The validation labels are all right. The optimizer is Adam at its default rate of 0.001 (lesson 03).
#
# **Guess before you run the cell**: in which of the 60 epochs will the network be best on images that it has not seen?

# %%
clothes = fashion_mnist()
settings = {"optimizer": "adam", "hidden": (128, 128), "num_epochs": 60}
wrong_labels = Configuration(0.001, label_noise=0.4, **settings)
long_runs = sweep([wrong_labels], clothes, seeds=range(8), test_curves=True)

# %% [markdown]
# The picture shows two losses over the epochs: on the training images, and on the thousand images that the network does not learn from. The second loss is the **validation loss** (검증 손실). The line is the mean over eight seeds, the band is one standard deviation. **Look at where the losses part.**

# %%
figure, ax = plt.subplots(figsize=(5.5, 2.8))
plotting.plot_curves(long_runs, ax=ax, metric="train_losses", label="training")
plotting.plot_curves(long_runs, ax=ax, metric="val_losses", label="validation")
plt.show()

# %% [markdown]
# The training loss falls from the first epoch to the last, except for small jitter. The validation loss falls, turns and climbs. It begins below the training loss because its labels are right and because it is measured after the epoch. The accuracy on new images:

# %%
figure, ax = plt.subplots(figsize=(5.5, 2.8))
plotting.plot_curves(long_runs, ax=ax, metric="val_accuracies")
plt.show()

# %% [markdown]
# The accuracy climbs within a few epochs and then loses nearly everything again. The next cell gives the numbers on the test images, which played no part until now. Epochs are counted from 1 in pictures and from 0 in code, as in Keras.

# %% tags=["nbval-ignore-output"]
lowest_at = np.array([run.best_epoch for run in long_runs])
tested = np.array([run.test_accuracies for run in long_runs])
at_lowest = tested[np.arange(8), lowest_at]
print("validation loss lowest after so many epochs:", lowest_at + 1)
print(f"test accuracy after 1 epoch {tested[:, 0].mean():.2f}, there {at_lowest.mean():.2f}, ",
      end="")
print(f"at the end {tested[:, -1].mean():.2f}")

assert at_lowest.mean() > tested[:, 0].mean() + 0.08, "one epoch should be too few"
assert at_lowest.mean() > tested[:, -1].mean() + 0.08, "sixty should be too many"
assert all(run.train_losses[-1] < run.train_losses.max() / 2 for run in long_runs)
assert all(np.diff(run.train_losses[9::10]).max() < 0 for run in long_runs), (
    "every ten epochs it should fall"
)

# %% [markdown]
# One epoch is too few, sixty are too many. The best epoch lies between and differs from seed to seed. The training loss does not show it: it falls to the end.
#
# This lesson first opens one epoch and looks at what happens in it. Then it asks how many epochs there should be.

# %% [markdown]
# ## What one epoch is made of
#
# The notes say: 전체 데이터 셋에 대해 한 번의 학습 과정이 완료, the training process has been completed once over the whole data set. This process has a **forward pass** (순방향 패스) and a **backward pass** (역방향 패스). For each batch of images three things are done:
#
# 1. **Forward**: send the images through the network, layer by layer. The result is the outputs, and from them the loss.
# 2. **Backward**: go back from the loss to the first layer. The result is the gradient of the loss for every weight.
# 3. **Step**: move every weight against its gradient, as in lesson 01.
#
# After all batches the epoch is over. Keras takes some seconds to load; then we do one epoch by hand.

# %%
import keras
import tensorflow as tf

# %% [markdown]
# We make two models with the same initial weights. TensorFlow's `GradientTape` records what the forward pass computes, so that `tape.gradient` can go through it backwards. The images keep their order.

# %%
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
by_hand, by_fit = mlp(seed=0), mlp(seed=0)
optimizer = keras.optimizers.SGD(learning_rate=0.1)
num_steps = 0
for first in range(0, len(clothes.x_train), 32):
    images, labels = clothes.x_train[first : first + 32], clothes.y_train[first : first + 32]
    with tf.GradientTape() as tape:
        loss = cross_entropy(labels, by_hand(images))  # forward
    gradients = tape.gradient(loss, by_hand.trainable_variables)  # backward
    optimizer.apply_gradients(zip(gradients, by_hand.trainable_variables, strict=True))  # step
    num_steps += 1

# %% [markdown]
# Now the same epoch with `fit`, without shuffling. The claim: **for this network the loop does what `fit` does.** All weights must agree. `fit` does two more things, which change nothing here: it calls the network with `training=True` (lessons 07 and 11), and it adds the penalties of the layers to the loss (lesson 10).

# %% tags=["nbval-ignore-output"]
by_fit.compile(optimizer=keras.optimizers.SGD(learning_rate=0.1), loss=cross_entropy)
by_fit.fit(clothes.x_train, clothes.y_train, batch_size=32, epochs=1, shuffle=False, verbose=0)
pairs = zip(by_hand.get_weights(), by_fit.get_weights(), strict=True)
apart = max(np.abs(hand - fit).max() for hand, fit in pairs)
at_first = zip(by_hand.get_weights(), mlp(seed=0).get_weights(), strict=True)
moved = max(np.abs(after - before).max() for after, before in at_first)
print(f"{len(clothes.x_train)} images in {num_steps} batches: ", end="")
print(f"{num_steps} times forward, backward, step")
print(f"largest difference between two weights: {apart:.1g}")
print(f"largest move of a weight in the epoch: {moved:.1g}")

assert apart < 1e-3 * moved, "the loop and fit should give the same weights"

# %% [markdown]
# So an epoch is a *round* of many steps: the weights move once for each batch. Lesson 05 asks how many batches there should be.

# %% [markdown]
# ## Forward
#
# We take the smallest network that has everything: one hidden layer with relu, and a linear output. Its input is a table of $n$ examples with $d$ numbers each, one example a row.
#
# $$H = \mathrm{relu}(X W_1 + b_1), \qquad Y = H W_2 + b_2$$
#
# - $X$ are the inputs, shape $(n, d)$,
# - $W_1$ and $b_1$ are weights and bias of the hidden layer, shapes $(d, h)$ and $(h)$, for $h$ hidden units,
# - $H$ are the hidden units, shape $(n, h)$,
# - $W_2$ and $b_2$ belong to the output layer, shapes $(h, k)$ and $(k)$, for $k$ outputs,
# - $Y$ are the outputs, shape $(n, k)$,
# - $\mathrm{relu}$ replaces every negative number by 0, one by one.
#
# An example by hand. The input is 3, one hidden unit has weight 2 and bias -1, one output has weight 4 and bias 0.5. The hidden unit is $\mathrm{relu}(3 \cdot 2 - 1) = 5$, the output $5 \cdot 4 + 0.5 = 20.5$. With input -3 the hidden unit is $\mathrm{relu}(-7) = 0$, and the output 0.5.
#
# In NumPy a product of two tables is `a @ b`. Adding a bias of shape `(h,)` to a table of shape `(n, h)` adds it to every row. `np.maximum(table, 0)` compares every entry with 0; `np.max` looks for the largest entry.

# %% [markdown]
# ### Exercise 1: `forward_pass` (2 points)
#
# Return the hidden units too. The backward pass needs them.

# %% solution="forward_pass"
def forward_pass(inputs, weights_1, bias_1, weights_2, bias_2):
    """Return the pair (hidden, outputs) of a network with one relu layer and a linear output.

    inputs: array of floats (n, d), one example a row.
    weights_1, bias_1: of the hidden layer, arrays of floats (d, h) and (h,).
    weights_2, bias_2: of the output layer, arrays of floats (h, k) and (k,).
    hidden: the hidden units after relu, an array (n, h). outputs: an array (n, k).
    """
    ### BEGIN SOLUTION
    hidden = np.maximum(inputs @ weights_1 + bias_1, 0)
    return hidden, hidden @ weights_2 + bias_2
    ### END SOLUTION

# %% test="forward_pass" points=2
two_examples = np.array([[1.0, 2.0], [-1.0, 0.5]])
layer_1 = np.array([[1.0, -2.0], [0.5, 1.0]]), np.array([0.25, -1.0])
layer_2 = np.array([[2.0, -1.0], [-3.0, 4.0]]), np.array([-1.0, 0.5])
check("outputs of two examples", lambda: forward_pass(two_examples, *layer_1, *layer_2)[1])
check("hidden units of two examples", lambda: forward_pass(two_examples, *layer_1, *layer_2)[0])
three_examples = np.array([[0.5], [-2.0], [60.0]])
wide_layer = np.array([[1.0, -1.5, 0.5, 2.0]]), np.array([-1.0, 1.5, 0.0, 0.5])
one_output = np.array([[1.0], [2.0], [-3.0], [0.5]]), np.array([0.25])
check("four hidden units, one output",
      lambda: list(forward_pass(three_examples, *wide_layer, *one_output)))
### BEGIN HIDDEN TESTS
one_example, small_layer = np.array([[2.0, -1.0, 0.5]]), np.array([[0.3, -0.2], [0.7, 0.1], [-0.4, 0.9]])
check("a single row", lambda: list(forward_pass(one_example, small_layer, np.array([0.5, -0.3]), *layer_2)))
five_rows, both_ways = np.linspace(-20, 20, 5)[:, np.newaxis], np.array([[1.0, -1.0]])
check("five rows of one number",
      lambda: list(forward_pass(five_rows, both_ways, np.array([-0.5, 0.1]), *layer_2)))
other_biases = np.array([0.5, 2.0]), np.array([0.25, -0.75])
check("the same weights, other biases",
      lambda: list(forward_pass(two_examples, layer_1[0], other_biases[0], layer_2[0], other_biases[1])))
large = np.array([[1000.1], [-370.3]]), np.array([[1.1, 1.3]]), np.array([0.3, -0.2])
check("large units, outputs near 0",
      lambda: list(forward_pass(*large, np.array([[1.3], [-1.1]]), np.array([0.05]))))
check_drawn("drawn networks", forward_pass)
### END HIDDEN TESTS

# %% [markdown]
# ## Backward
#
# How much does the loss grow when one weight in the first layer grows? The weight moves a hidden unit, the hidden unit moves the outputs, the outputs move the loss. The **chain rule** (연쇄 법칙) says: multiply the slopes along the way. **Backpropagation** (역전파) does this for all weights at once. It starts at the end and computes nothing twice.
#
# Our loss is the mean squared error over all $N = n \cdot k$ entries of the outputs, with targets $T$ of the same shape:
#
# $$L = \frac{1}{N} \sum (Y - T)^2$$
#
# The way back, from the loss to the inputs:
#
# | step | formula | in words |
# |---|---|---|
# | 1 | $G_Y = \frac{2}{N} (Y - T)$ | slope of the loss for each output |
# | 2 | $\partial L / \partial W_2 = H^{\top} G_Y$ | each weight: what came in, times the slope for the output; summed over the examples |
# | 3 | $\partial L / \partial b_2$: the sum of $G_Y$ over the examples | a bias is a weight whose input is always 1 |
# | 4 | $G_H = G_Y W_2^{\top}$ | the slope for each hidden unit: back through the same weights |
# | 5 | $G_Z = G_H$ where $H > 0$, else 0 | relu has slope 1 where it let the number pass, and 0 where it did not |
# | 6 | $\partial L / \partial W_1 = X^{\top} G_Z$ | as in step 2 |
# | 7 | $\partial L / \partial b_1$: the sum of $G_Z$ over the examples | as in step 3 |
#
# $G$ stands for the slope of the loss for what its index names: the outputs $Y$, the hidden values $H$, or $Z = X W_1 + b_1$, the input of relu. $\top$ means transposed, in NumPy `a.T`. The sum over the examples is `a.sum(axis=0)`. Every gradient has the shape of the weights that it belongs to. If shapes do not fit, a transpose is missing.
#
# The network above, with input 3 and target 20: $Y = 20.5$ and $N = 1$, so $G_Y = 2 \cdot 0.5 = 1$. The gradient of the output weight is $5 \cdot 1 = 5$, of its bias 1. Back through the weight 4: $G_H = 4$. The hidden unit was 5, so $G_Z$ is 4 as well. The gradient of the first weight is $3 \cdot 4 = 12$, of its bias 4.
#
# The backward pass moves no weight. It needs the weights as they were in the forward pass.

# %% [markdown]
# ### Exercise 2: `backward_pass` (4 points)

# %% solution="backward_pass"
def backward_pass(inputs, targets, hidden, outputs, weights_2):
    """Return the gradients of the mean squared error of the network of exercise 1, as a dict.

    inputs, targets: arrays of floats (n, d) and (n, k).
    hidden, outputs: what the forward pass returned, arrays of floats (n, h) and (n, k).
    weights_2: array of floats (h, k), as it was in the forward pass.
    The loss is the mean of (outputs - targets)**2 over all n * k entries.
    The keys are "weights_1", "bias_1", "weights_2", "bias_2", each with its gradient,
    an array of its shape.
    All that is handed over stays as it is.
    """
    ### BEGIN SOLUTION
    slope_of_outputs = 2 * (outputs - targets) / outputs.size
    slope_of_hidden = (slope_of_outputs @ weights_2.T) * (hidden > 0)
    return {
        "weights_1": inputs.T @ slope_of_hidden,
        "bias_1": slope_of_hidden.sum(axis=0),
        "weights_2": hidden.T @ slope_of_outputs,
        "bias_2": slope_of_outputs.sum(axis=0),
    }
    ### END SOLUTION

# %% test="backward_pass" points=4
inputs = np.array([[1.0, -2.0, 0.5], [-1.0, 0.5, 2.0], [0.5, 1.0, -1.5]])
targets = np.array([[1.0, 2.0, 0.0], [0.5, -1.0, 1.0], [-0.5, 1.5, 2.0]])
hidden = np.array([[2.0, 0.0, 1.0], [0.5, 1.5, 0.0], [0.0, 3.0, 0.5]])
outputs = np.array([[4.5, -3.5, 3.0], [-1.5, 0.0, 2.75], [-2.5, 1.75, 1.5]])
weights_back = np.array([[0.5, -1.0, 2.0], [-1.5, 1.0, 0.5], [3.0, -0.5, -2.0]])
way_back = lambda: [table.copy() for table in (inputs, targets, hidden, outputs, weights_back)]
for name in ["weights_2", "bias_2", "weights_1", "bias_1"]:
    check(f"the gradient of {name}", lambda name=name: backward_pass(*way_back())[name])
four_units = np.array([[0.0, 0.5, 1.0, 3.0], [0.0, 0.0, 2.0, 3.5], [0.0, 0.5, 1.0, 2.0]])
two_columns = np.array([[1.0, 0.5], [-2.0, 1.5], [0.5, -1.0]])
heights, steps = (np.array([row]).T for row in ([-1.0, 1.5, -0.5], [1.0, -2, 0.5, 3]))
check("two inputs, four units", backward_pass, two_columns, np.full((3, 1), 0.5), four_units,
      heights, steps)
### BEGIN HIDDEN TESTS
single = np.array([[0.5, -1.0, 2.0]]), np.array([[0.3]]), np.array([[0.7, 0.0]]), np.array([[-0.2]])
check("one row of three numbers", backward_pass, *single, np.array([[1.5], [0.4]]))
tall_inputs, tall_weights = np.linspace(-1, 1, 8).reshape(4, 2), np.arange(-6.0, 9.0).reshape(5, 3) / 10
before_relu = np.arange(4.0)[:, np.newaxis] * [1.0, -1.0, 2.0, -0.5, 1.0] + [-0.5, 2.5, -3.0, 0.75, 1.0]
tall_hidden = np.where(before_relu > 0, before_relu, 0)
tall = tall_inputs, np.ones((4, 3)), tall_hidden, tall_hidden @ tall_weights - [1.0, 0.5, -2.0]
check("four rows, five hidden units, three outputs", backward_pass, *tall, tall_weights)
others = [(targets + 1, outputs), (targets, outputs / 2)]
once_more = lambda t, y: backward_pass(inputs.copy(), t, hidden.copy(), y, weights_back.copy())
check("the same examples, other errors", lambda: [once_more(*pair) for pair in others])
check_drawn("drawn ways back", backward_pass)
### END HIDDEN TESTS

# %% [markdown]
# ## Trust no gradient
#
# A backward pass with a mistake in it often trains, only worse. A forgotten factor of 2 looks like a smaller rate. So a gradient is checked against a method that is slow and hard to get wrong: move one weight a little and see what the loss does. For a function $f$ of one number there are two ways.
#
# $$\text{one-sided} \quad \frac{f(x + \epsilon) - f(x)}{\epsilon} \qquad\qquad \text{central} \quad \frac{f(x + \epsilon) - f(x - \epsilon)}{2 \epsilon}$$
#
# $\epsilon$ (epsilon) is the small distance by which $x$ moves. We try both ways on $f(x) = e^x$ at $x = 1$, where the true slope is $e$, with $\epsilon$ from 0.1 down to $10^{-12}$. **Guess before you run the cell**: is the smallest epsilon the best?

# %%
epsilons = np.logspace(-1, -12, 45)
one_sided = (np.exp(1 + epsilons) - np.exp(1)) / epsilons
central = (np.exp(1 + epsilons) - np.exp(1 - epsilons)) / (2 * epsilons)
right, left = (np.exp((1 + step).astype(np.float32)) for step in (epsilons, -epsilons))
slopes_of = {"one-sided": one_sided, "central": central,
             "central, float32": (right - left) / (2 * epsilons)}
errors = {name: np.abs(slopes / np.e - 1) for name, slopes in slopes_of.items()}

figure, ax = plt.subplots()
for (name, error), line in zip(errors.items(), ["o-", "s--", "^:"], strict=True):
    ax.plot(epsilons, error, line, markersize=4, label=name)
ax.set(xscale="log", yscale="log", xlabel="epsilon", ylabel="relative error of the slope")
ax.legend()
plt.show()

# %% [markdown]
# First look at the circles and the squares, from right to left. The errors fall with $\epsilon$: the one-sided error in proportion to it, the central error with its square. Then they turn. With a tiny $\epsilon$ both values of $f$ are nearly equal, and their difference consists of rounding. The claim: **with an epsilon around $10^{-6}$ the central difference is better by a factor of a hundred or more, and the smallest epsilon is bad for both.**

# %% tags=["nbval-ignore-output"]
for name, error in errors.items():
    print(f"{name:9}: best error {error.min():.0e} at epsilon {epsilons[error.argmin()]:.0e}")

assert np.median(errors["central"][18:24]) < np.median(errors["one-sided"][18:24]) / 100, (
    "central should win"
)
assert min(error[-5:].max() for error in errors.values()) > 1e-6, "the smallest should be bad"
in_float32 = errors["central, float32"]
assert np.median(in_float32[18:24]) > 1e-3, "in float32 the same epsilon should be too small"
assert np.median(in_float32[2:7]) < 1e-3, "and one around 0.01 should do"

# %% [markdown]
# Now the triangles. NumPy computes with 16 digits, in float64. Keras and TensorFlow compute with 7 digits, in **float32**, unless you change that. In float32 rounding takes over much earlier: at an epsilon of $10^{-6}$ a slope that is right looks wrong. So for a gradient of Keras take an epsilon around 0.01, and expect less agreement.

# %% [markdown]
# With many weights, move each weight alone: the first, then the second, and so on. That gives the numerical gradient $g_{\text{num}}$. A difference of 0.001 is nothing for a slope of 1000 and everything for a slope of 0.001. So we use the **relative error** (상대 오차) of a computed gradient $g$:
#
# $$\frac{\lVert g - g_{\text{num}} \rVert}{\lVert g \rVert + \lVert g_{\text{num}} \rVert}$$
#
# $\lVert \cdot \rVert$ is the length of a vector, the root of the sum of its squares, in NumPy `np.linalg.norm`. The relative error is 0 when both agree and 1 when they point in opposite directions. In float64, with an epsilon of $10^{-6}$, a right gradient gives less than about $10^{-6}$. With relu a right gradient can look wrong where the step carries a hidden unit across 0. Then check at another random point.

# %% [markdown]
# ### Exercise 3: `gradient_check` (2 points)

# %% solution="gradient_check"
def gradient_check(loss_of, gradient, point, epsilon=1e-6):
    """Return the relative error of a gradient, by central differences, a number from 0 to 1.

    loss_of: function that takes an array of floats (n,) and returns the loss there, a number.
    gradient: array of floats (n,), the gradient to be checked; it is not zero everywhere.
    point: array of floats (n,), where it is checked; it is left as it was.
    epsilon: by how much one entry is moved to each side.
    The error is |gradient - numerical| / (|gradient| + |numerical|), where |.| is the length.
    """
    ### BEGIN SOLUTION
    numerical = np.zeros(len(point))
    for place in range(len(point)):
        shift = np.zeros(len(point))
        shift[place] = epsilon
        numerical[place] = (loss_of(point + shift) - loss_of(point - shift)) / (2 * epsilon)
    lengths = np.linalg.norm(gradient) + np.linalg.norm(numerical)
    return np.linalg.norm(gradient - numerical) / lengths
    ### END SOLUTION

# %% test="gradient_check" points=2
def cubic(weights):
    return weights[0] ** 3 + weights[0] * weights[1] + 2 * weights[1] ** 2


there, claimed, near_0 = np.array([1.5, 2.0]), np.array([10.0, 7.0]), np.array([0.2, 0.4])
check("a wrong gradient, wide steps", gradient_check, cubic, claimed, there.copy(), epsilon=0.5)
check("the right one", gradient_check, cubic, np.array([8.75, 9.5]), there.copy(), atol=1e-7)
check("half of the right one, near 0", gradient_check, cubic, np.array([0.26, 0.9]),
      near_0.copy(), 1e-4)
check("twice the right one, wider steps", gradient_check, cubic, np.array([1.04, 3.6]),
      near_0.copy(), 0.1)
three = np.array([2.5, 1.0, -6.0]), np.array([1.0, 2.0, -1.0])
check("three entries", gradient_check, lambda w: w[:2].prod() + w[2] ** 2, *three, 0.1)
### BEGIN HIDDEN TESTS
waves = lambda weights: np.sin(weights).sum() + weights[0] * weights[2]
by_the_sea, uphill = np.array([0.3, 1.0, -2.0]), np.array([-2.0, -4.0])
check("three waves", gradient_check, waves, np.array([1.0, 0.2, -0.4]), by_the_sea.copy(), 0.1)
check("uphill for downhill", gradient_check, lambda w: (w**2).sum(), uphill, np.array([1.0, 2.0]))
places = [np.array([2.0, 1.0, 0.5]), np.array([-1.0, 0.3, 1.5])]
both = lambda: [gradient_check(waves, np.array([1.0, 0.5, 2.0]), place, 0.3) for place in places]
check("one claim in two places", both)


def polynomial(linear, squares, cubes, product):
    return lambda w: float(linear @ w + squares @ w**2 + cubes @ w**3 + product * w[0] * w[-1])


def checked_on_polynomial(recipe, gradient, point, epsilon):
    return gradient_check(polynomial(*map(np.array, recipe)), gradient, point, epsilon)


check_drawn("drawn polynomials", checked_on_polynomial)
### END HIDDEN TESTS

# %% [markdown]
# ### Your three functions together
#
# When exercises 1 to 3 are solved, the next cell checks your backward pass with your gradient check, on a random network, for the first weights. Then it doubles the gradient, as if a factor were wrong.

# %%
rng = np.random.default_rng(3)
x, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
first_weights = rng.normal(size=(3, 4))
rest = [rng.normal(size=shape) for shape in [4, (4, 2), 2]]
if solved("forward_pass", "backward_pass", "gradient_check"):
    slopes = backward_pass(x, y, *forward_pass(x, first_weights, *rest), rest[1])
    loss_at = lambda flat: np.mean((forward_pass(x, flat.reshape(3, 4), *rest)[1] - y) ** 2)
    mine = slopes["weights_1"].ravel()
    print("your gradient is right:", gradient_check(loss_at, mine, first_weights.ravel()) < 1e-6)
    print(f"twice of it: {gradient_check(loss_at, 2 * mine, first_weights.ravel()):.3f}")

# %% [markdown]
# A doubled gradient has a relative error of a third. No rounding explains that.

# %% [markdown]
# ### A few examples by heart
#
# A second check covers the whole training: data, labels, loss, optimizer. Train on a handful of examples for long. **A network with far more weights than examples should learn them by heart.** If it does not, although the rate is moderate and the steps are many, look for a mistake before you tune anything. We try it on 32 images, with one training each: first with the right labels. Then with a mistake that happens: the images are shuffled in every epoch and the labels are not. Then with labels that were mixed once, before the training. **Place your bet**: which of these mistakes does the check find?

# %% tags=["nbval-ignore-output"]
few, theirs = clothes.x_train[:32], clothes.y_train[:32]
rng, learned = np.random.default_rng(0), {}
taught = {"as they are": theirs, "labels left behind": theirs,
          "labels mixed once": rng.permutation(theirs)}
for name, labels in taught.items():
    network = mlp(seed=1)
    network.compile(optimizer=keras.optimizers.SGD(learning_rate=0.2), loss=cross_entropy)
    for _ in range(200):
        order = rng.permutation(32) if name == "labels left behind" else np.arange(32)
        network.train_on_batch(few[order], labels)
    learned[name] = float(np.mean(network(few).numpy().argmax(axis=1) == labels))

# %% [markdown]
# The share of the 32 labels that each network has learned:

# %%
for name, share in learned.items():
    print(f"{name:18}: {share:.2f}")
assert learned["as they are"] == learned["labels mixed once"] == 1, (
    "both should be learned by heart"
)
assert learned["labels left behind"] < 0.6, "with moving labels it should be impossible"

# %% [markdown]
# This check takes seconds, and it should come before any question about hyperparameters. It finds labels that move. It does not find labels that are wrong from the beginning: the network learns those by heart too.

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. What follows asks how many epochs there should be.

# %% [markdown]
# ## Part 2 · How many epochs (about 70 minutes)
#
# ## How many epochs?
#
# Back to the clothes. The validation loss of each of the eight runs had a lowest point. The epoch of that point is called the **best epoch** (최적 에포크). It is the usual answer to the question how long to train. It may not have the highest accuracy, but there the model does best on new examples by the measure that training uses.
#
# The curves of single runs jitter. A loss may rise for an epoch and fall again, so the first rise is not the end. If the lowest loss comes twice, the first time counts: more epochs brought nothing.

# %% [markdown]
# ### Exercise 4: `best_epoch` (1 point)

# %% solution="best_epoch"
def best_epoch(val_losses):
    """Return the epoch with the lowest validation loss, counted from 0, an integer.

    Of several equally low epochs it is the first.

    val_losses: the validation loss after each epoch, a list of at least one number. It stays as
        it is.
    """
    ### BEGIN SOLUTION
    return int(np.argmin(val_losses))
    ### END SOLUTION

# %% test="best_epoch" points=1
jittering, falling = [0.9, 0.8, 0.85, 0.6, 0.5, 0.6, 0.5, 0.65], [2.0, 1.5, 1.25, 1.0]
rising, short = [1.0, 1.2, 1.1], [1.1, 0.7, 1.0, 0.9]
lowest_last = [2.0, 1.0, 1.5, 1.4, 1.6, 1.3, 0.5, 0.7]
later = [2.0, 1.0, *[1.1] * 30, 0.5]
six = jittering, falling, rising, lowest_last, short, later
check("six curves", lambda: [best_epoch([*curve]) for curve in six])
check("a curve that jitters", best_epoch, [*jittering], seen_as="whole numbers")
check("a curve that only rises", best_epoch, [1.1, 1.2, 1.4], seen_as="whole numbers")
check("a single epoch", best_epoch, [1.3])
hardly_lower = [20.0, 14.0, 14.1, 14.6, 14.2, 14.3, 14.5, 13.99, 14.2]
check("lower by little, and large numbers", lambda: [
    best_epoch([*curve]) for curve in (hardly_lower, [9000, 4000, 5000, 3000, 3500, 3000])])
check("a loss of 0", best_epoch, [0.5, 0.0, 0.25, 0.125])
### BEGIN HIDDEN TESTS
valley, far_up = [3.0, 1.2, 2.5, 1.0, 1.0, 1.0, 1.5, 1.2, 4.0], [30.0, 20.0, 25.0]
check("a long valley, and from far up", lambda: [best_epoch([*curve]) for curve in (valley, far_up, [0.7])])
turning, hardly = [2.0, 1.0, *[1.4] * 25, 0.9], [15.0, 14.0, 13.99, 14.1]
check("two more curves", lambda: [best_epoch([*curve]) for curve in (turning, hardly)])
check_drawn("drawn curves", best_epoch, seen_as="whole numbers")
### END HIDDEN TESTS

# %% [markdown]
# ### The best epoch is no constant
#
# The notes say: set the number of epochs to a suitable value (적절한 epoch 값). Is there one such value? We repeat the training with a learning rate of 0.0003 instead of 0.001. **Guess**: where will the lowest point be?

# %%
slow = Configuration(0.0003, label_noise=0.4, **settings | {"num_epochs": 90})
slow_runs = sweep([slow], clothes, seeds=range(8), test_curves=True)
figure, ax = plt.subplots()
plotting.plot_curves(long_runs, ax=ax, label="rate 0.001", mark_best=True)
plotting.plot_curves(slow_runs, ax=ax, label="rate 0.0003", mark_best=True)
for text in ax.texts:
    if text.get_text().startswith("lowest"):
        text.set_y(-16)  # below its ring, clear of the bands
ax.set_ylim(0.9, 2.0)
plt.show()

# %% [markdown]
# The picture rings the lowest point of each mean curve. The next cell prints the mean of the best epochs of the single runs, which differs slightly. The small rate got 90 epochs, so that its loss turns before the end.
#
# The claim, for the mean over eight seeds: **with a smaller rate the best epoch comes much later, and the test accuracy there is as good, within four points.**

# %% tags=["nbval-ignore-output"]
slow_at = np.array([run.best_epoch for run in slow_runs])
slow_best = np.array([run.test_accuracies[run.best_epoch] for run in slow_runs])
accuracy_20 = np.mean([run.test_accuracies[19] for run in slow_runs])
fast = np.mean([run.val_losses for run in long_runs], axis=0)
small = np.mean([run.val_losses for run in slow_runs], axis=0)
for name, at, there in [("0.001", lowest_at, at_lowest), ("0.0003", slow_at, slow_best)]:
    print(f"rate {name:6}: best epoch {at.mean() + 1:.0f}, ", end="")
    print(f"test accuracy there {there.mean():.3f}")
print(f"    its latest best epoch is {slow_at.max() + 1}; lowest mean loss {small.min():.2f}")
print(f"    after 20 epochs: loss {small[19]:.2f}, test accuracy {accuracy_20:.3f}")

# %% [markdown]
# What we claim of them:

# %%
assert slow_at.mean() > lowest_at.mean() + 15, "the smaller rate should need many more epochs"
assert small[-10:].mean() > 1.02 * small.min(), "and turn before the end"
assert np.ptp([slow_best.mean(), at_lowest.mean(), accuracy_20]) < 0.04, (
    "three accuracies should be alike"
)
assert small[19] > small.min() + 0.03, "by the loss 20 epochs should be too few"
assert fast[19] < fast.min() + 0.03, "and about right at the larger rate"

# %% [markdown]
# By the loss, 20 epochs are about right at 0.001 and far too few at 0.0003. By the accuracy they are enough: at 0.0003 the test accuracy after 20 epochs is as good as in the best epochs, within four points. The end of this lesson asks which measure to trust.
#
# You do not have to choose the number of epochs. Train too long on purpose, look at the validation loss, and keep the weights of the best epoch. Lesson 09 lets Keras do that.
#
# Another order is common, and the Tuning Playbook of Google recommends it: fix the number of epochs, let a schedule (lesson 02) bring the rate to 0 at that end, and keep the best of the weights that were saved on the way, the **checkpoints** (체크포인트). Lesson 09 compares both orders.

# %% [markdown]
# ## What two curves say, and what they do not
#
# **Underfitting** (과소적합): the model has not learned what the data could teach it. **Overfitting** (과적합): the loss goes on falling on the training examples, and no longer on new examples. Do the validation curves of a single training show which one it is?
#
# We take the sequences of lesson 02, ten kinds of them, with all labels right, and the network from above. It trains for 30 epochs, at three learning rates: 0.0001, 0.003 and 0.3.

# %%
sequences = m1d()
of_30_epochs = {"optimizer": "adam", "hidden": (128, 128), "num_epochs": 30}
slow_steps, middle, huge_steps = (
    Configuration(rate, **of_30_epochs) for rate in (0.0001, 0.003, 0.3)
)
at_three_rates = [sweep([rate], sequences, seeds=range(8), test_curves=True)
                  for rate in (slow_steps, middle, huge_steps)]

# %% [markdown]
# First the validation losses, mean and standard deviation over eight seeds. The dotted line is the loss of guessing, $\ln 10 \approx 2.303$ (lesson 01). **Give each training a word**: too short, too long, or right? **And place a bet**: for each training, is the accuracy of the last epoch higher than that of the epoch with the lowest loss, lower, or the same?

# %%
all_three = [run for runs in at_three_rates for run in runs]
figure, ax = plt.subplots(figsize=(5.5, 2.8))
plotting.plot_curves(all_three, ax=ax)
ax.axhline(np.log(10), color="0.3", linestyle=":")
plt.show()

# %% [markdown]
# Now the accuracies of the same trainings. The dotted line is the accuracy of guessing.

# %%
figure, ax = plt.subplots(figsize=(5.5, 2.8))
plotting.plot_curves(all_three, ax=ax, metric="val_accuracies")
ax.axhline(1 / 10, color="0.3", linestyle=":")
plt.show()

# %% [markdown]
# **The small rate.** The loss is still falling at the end. The lowest loss is in the last epoch, and that says little about the best epoch: it may be this epoch, or epoch 40, or epoch 400. A number of which we know only a lower limit is called **censored** (중도절단). Doctors use the word for patients who were still well when the study ended. The remedy is to train longer.
#
# **The middle rate.** The loss turns after a few epochs and climbs by more than half. By the loss this training is too long. But at the end the accuracy is a little *higher* than where the loss was lowest. It **contradicts** the loss. How loss and accuracy can part is measured further down.
#
# **The huge rate.** A flat curve looks like a training that is finished. This training is stuck: in nearly all runs its loss never came below that of guessing. More epochs do not help. Its lowest loss is a jitter. The remedy is another rate.
#
# At the middle rate the *last* loss is about as high as that of guessing, and still more than half of the answers are right. So we judge by the lowest loss whether a network has learned anything, not by the last loss.

# %% tags=["nbval-ignore-output"]
down, turned, stuck = (np.array([run.val_losses for run in runs]) for runs in at_three_rates)
answers = np.array([run.val_accuracies for run in at_three_rates[1]])
fell_by = (down[:, 19] - down[:, 29]).mean()
print(f"rate 0.0001: in the last ten epochs the loss fell by {fell_by:.2f}")
for name, curve in [("loss", turned), ("accuracy", answers)]:
    print(f"rate 0.003:  {name} {curve[:, 5].mean():.3f} after 6 epochs, ", end="")
    print(f"{curve[:, 29].mean():.3f} after 30")
print(f"rate 0.3:    the lowest loss of all seeds is {stuck.min():.3f}")

# %% [markdown]
# What we claim of them:

# %%
assert (down[:, 29] < down[:, 19] - 0.02).all(), "the small rate should still be falling"
assert (turned[:, 29] > 1.3 * turned[:, 5]).all(), "in the middle the loss should climb"
assert answers[:, 29].mean() > answers[:, 5].mean(), "and the accuracy too"
assert abs(turned[:, 29].mean() - np.log(10)) < 0.2
assert answers[:, 29].mean() > 0.5
assert np.median(stuck.min(axis=1)) > np.log(10), (
    "the huge rate should be no better than guessing"
)

# %% [markdown]
# So ask four questions before you trust a best epoch. Was the end far enough away? Has the network learned anything? What did the later epochs do to the answers? Do loss and accuracy agree?
#
# For the last two questions we compare only the best epoch and the last epoch. What lies between them is jitter. The losses say "worse" if the last loss is higher than the lowest loss, by however little. The accuracy contradicts that unless it is lower at the end than in the best epoch.

# %% [markdown]
# Your function will be checked with these eight trainings: the losses, the accuracies, and the loss of guessing. For the first training, answer the four questions yourself.

# %% tags=["setup"]
ten_classes, two_classes = 2.303, 0.693
curves = {
    "still falling": ([2.2, 1.9, 1.7, 1.6], [0.2, 0.3, 0.42, 0.4], ten_classes),
    "turned, both worse": ([2.0, 1.4, 1.1, 1.3, 1.9], [0.3, 0.5, 0.625, 0.75, 0.5], ten_classes),
    "turned, right answers gained": ([1.8, 1.5, 1.3, 1.9, 2.4], [0.25, 0.4, 0.5, 0.6, 0.56],
                                     ten_classes),
    "turned, nothing gained": ([0.66, 0.5, 0.41, 0.4, 0.45], [0.6, 0.78, 0.81, 0.8, 0.8],
                               two_classes),
    "stuck": ([2.4, 2.35, 2.305, 2.31, 2.34], [0.1, 0.12, 0.1, 0.1, 0.11], ten_classes),
    "turned, most answers lost": ([2.0, 1.2, 1.5], [0.5, 0.6, 0.1], ten_classes),
    "turned, one answer of 2,000 lost": ([2.0, 1.2, 1.5], [0.4, 0.6, 0.5995], ten_classes),
    "hardly below guessing, hardly worse": ([0.7, 0.69, 0.694], [0.5, 0.55, 0.56], two_classes),
}

# %% [markdown]
# ### Exercise 5: `read_curves` (2 points)
#
# The best epoch is that of exercise 4, by the loss. You may call your `best_epoch`.

# %% solution="read_curves"
def read_curves(val_losses, val_accuracies, guessing_loss):
    """Return what the two validation curves of one training say, a dict of five facts.

    val_losses: the validation loss after each epoch, a list of at least one number.
    val_accuracies: the validation accuracy after each epoch, a list of as many numbers, 0 to 1.
    guessing_loss: the validation loss of guessing, a number.
    The keys, and what stands there:
    "best_epoch": the epoch of exercise 4, an integer.
    "censored": True or False: was there no epoch after the best one?
    "learned": True or False: was the best epoch better than guessing, by its loss?
    "accuracy_change": a number: the gain in accuracy from the best epoch to the end; negative
    where it fell.
    "contradicted": True or False: it learned, and from the best epoch to the end the losses say
    worse, and the accuracy does not?
    """
    ### BEGIN SOLUTION
    best = int(np.argmin(val_losses))
    change = val_accuracies[-1] - val_accuracies[best]
    learned = val_losses[best] < guessing_loss
    return {
        "best_epoch": best,
        "censored": best == len(val_losses) - 1,
        "learned": learned,
        "accuracy_change": change,
        "contradicted": learned and val_losses[-1] > val_losses[best] and change >= 0,
    }
    ### END SOLUTION

# %% test="read_curves" points=2
more = {
    "exactly at guessing": ([0.75, 0.5, 0.6], [0.5, 0.5, 0.5], 0.5),
    "the lowest loss twice": ([1.9, 1.2, 1.5, 1.2], [0.4, 0.6, 0.66, 0.64], ten_classes),
    "back down a little": ([1.9, 1.2, 1.6, 1.5, 1.4], [0.4, 0.6, 0.5, 0.615, 0.625],
                           ten_classes),
    "stuck, with two classes": ([0.75, 0.7, 0.72], [0.5, 0.5, 0.48], two_classes),
    "worse from the start": ([0.6, 0.7, 0.9], [0.7, 0.72, 0.75], two_classes),
    "worse step by step": ([2.4, 1.2, 1.3, 1.5], [0.56, 0.6, 0.55, 0.5], ten_classes),
    "one epoch alone": ([1.5], [0.4], ten_classes),
    "down to 0": ([0.7, 0, 0.2], [0.5, 1, 0.7], two_classes),
}
for training, (losses, accuracies, guessing) in (curves | more).items():
    check(training, read_curves, [*losses], [*accuracies], guessing)
check("the best epoch alone", lambda: read_curves(*curves["stuck"])["best_epoch"],
      seen_as="whole numbers")
### BEGIN HIDDEN TESTS
one_epoch, large = ([0.8], [0.7], 0.693), ([800, 300, 500, 400], [0, 0.25, 0.125, 0.375], 650)
check("one epoch, and large losses", lambda: [read_curves(*one_epoch), read_curves(*large)])
turning_late = [1.61, 1.6, 1.5, 1.55, 1.4, 1.7, 1.45], [0.2, 0.22, 0.3, 0.34, 0.31, 0.36, 0.31], 1.609
flat = [1.61, 1.609, 1.61, 1.609], [0.2, 0.2, 0.2, 0.21], 1.609
check("late, and flat", lambda: [read_curves(*turning_late), read_curves(*flat)])
losses, accuracies = turning_late[:2]
ends = [flat[1] + [0.3, 0.1, end] for end in (0.4, 0.25)]
same = [(losses, accuracies), (losses, ends[0]), (losses, ends[1]), (losses[::-1], accuracies)]
check("the same losses, then the same accuracies", lambda: [read_curves(*pair, 1.5) for pair in same])
check("better by a hair", lambda: read_curves([0.7, 0.69313, 0.75], [0.5, 0.5217, 0.5218], 0.69315))
check_drawn("drawn curves of two measures", read_curves)
### END HIDDEN TESTS

# %% [markdown]
# ### Your reading of many runs
#
# The next cell puts these questions to eight runs of each of five trainings of this lesson. The first 10 epochs of the clothes with wrong labels count as one, because the learning rate is constant.

# %% tags=["nbval-ignore-output"]
trainings = {}
for runs in at_three_rates:
    trainings[f"sequences, {runs[0].configuration.learning_rate:g}"] = runs
trainings |= {"wrong labels, 10 epochs": long_runs, "wrong labels, 60 epochs": long_runs}
readings = {}
if solved("read_curves"):
    for name, runs in trainings.items():
        end = 10 if "10 epochs" in name else None
        readings[name] = []
        for run in runs:
            losses, accuracies = run.val_losses[:end].tolist(), run.val_accuracies[:end].tolist()
            readings[name].append(read_curves(losses, accuracies, np.log(10)))

# %% [markdown]
# How many of the eight runs learned, are censored, are contradicted, and the mean change of the accuracy after the best epoch:

# %% tags=["nbval-ignore-output"]
for name, facts in readings.items():
    keys = ("learned", "censored", "contradicted")
    counts = {key: sum(fact[key] for fact in facts) for key in keys}
    change = np.mean([fact["accuracy_change"] for fact in facts])
    said = "  ".join(f"{key} {count}" for key, count in counts.items())
    print(f"{name:23}: {said}  accuracy {change:+.3f}")

gone_on = [run.val_losses[:10].min() - run.val_losses[10:].min() for run in long_runs]
assert lowest_at.mean() > 14, "the best epoch should come long after the tenth"
assert np.mean(gone_on) > 0.02, "and the loss should go on falling after it"

# %% [markdown]
# Each run that is not censored ended above its lowest loss: by our rule its losses say "worse". At 0.3 nothing was learned, and after ten epochs of wrong labels most of it is jitter. Two trainings had really turned: the sequences at 0.003 and the wrong labels after 60 epochs. The answers got worse in one of them.
#
# Look at the ten epochs of wrong labels. Several of these runs are not censored by our rule, although their best epoch comes at about 20: the lowest loss came a little before the end by jitter, and then the loss fell further. So a run that is not censored may still have its best epoch behind the end. Lesson 09 has a hyperparameter for how long to wait.

# %% [markdown]
# ## Beliefs, measured
#
# **"The forward pass computes the weights."** The notes write of the forward pass: 파라미터를 사용하여 입력부터 출력까지의 각 계층의 weight를 계산하는 과정, the process that, using the parameters, computes the weights of each layer from the input to the output. Of the backward pass they write that it computes once more and corrects the weights (기존의 weight를 수정하는).
#
# Test it with your own functions. We train a network with 32 hidden units to fit a sine wave. In each of 2000 rounds we look at the weights after the forward pass, after the backward pass and after the step, and count how often they have changed. **Place your bet first**: what are the three counts?

# %%
my_bet = {"forward": 2000, "backward": 2000, "step": 2000}  # replace by what you believe

rng = np.random.default_rng(0)
x = np.linspace(-2, 2, 64)[:, np.newaxis]
wave = np.sin(2 * x)
start = {"weights_1": rng.normal(size=(1, 32)), "bias_1": rng.normal(size=32)}
start |= {"weights_2": rng.normal(size=(32, 1)) / 6, "bias_2": np.zeros(1)}

# %% [markdown]
# One round. `photograph` is a copy of the weights, and `look` compares the weights with this copy.

# %%
def look(moment, photograph):
    changes[moment] += any((photograph[name] != network[name]).any() for name in network)


def one_round():
    photograph = {name: values.copy() for name, values in network.items()}
    hidden, outputs = forward_pass(x, **network)
    look("forward", photograph)
    slopes = backward_pass(x, wave, hidden, outputs, network["weights_2"])
    look("backward", photograph)
    for name in network:
        network[name] = network[name] - 0.05 * slopes[name]
    look("step", photograph)
    return outputs


# %% [markdown]
# Now all rounds.

# %%
network, fits, changes = dict(start), [], {"forward": 0, "backward": 0, "step": 0}
if solved("forward_pass", "backward_pass"):
    fits = [one_round() for _ in range(2000)]

# %% [markdown]
# The picture shows the outputs of the network before the first step and in the last round.

# %%
if fits:
    figure, ax = plt.subplots(figsize=(5.5, 2.8))
    ax.plot(x, wave, color="0.5", linewidth=5, alpha=0.5, label="the wave")
    ax.plot(x, fits[0], ":", label="before the first step")
    ax.plot(x, fits[-1], "--", label="in the last round")
    ax.set(xlabel="input", ylabel="output", ylim=(-1.2, 1.5))
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    plt.show()

# %% [markdown]
# And the three counts:

# %%
if fits:
    for moment, count in changes.items():
        print(f"{moment:8}: the weights changed {count} times; your bet: {my_bet[moment]}")
    assert changes == {"forward": 0, "backward": 0, "step": len(fits)}
    assert np.mean((fits[-1] - wave) ** 2) < 0.1 * np.mean((fits[0] - wave) ** 2), (
        "it should learn"
    )

# %% [markdown]
# The forward pass reads the weights and computes *outputs*. The backward pass reads the weights too and computes *gradients*. Only the step, which the optimizer makes, changes weights. So you can ask this network as often as you like. There is one exception: in training, the forward pass of **batch normalization** writes running means (lesson 07).

# %% [markdown]
# **"A rising validation loss means falling accuracy."** With the wrong labels the accuracy fell. On the sequences, at the rate of 0.003, the validation accuracy rose a little. But the best epoch was chosen on those same examples. So we look at the test accuracy, which had no part in the choice.
#
# Your `best_epoch` finds the epoch of each seed. The cell prints by which factor the loss grows to the end, and by how much the test accuracy changes.

# %% tags=["nbval-ignore-output"]
if solved("best_epoch"):
    growth, gain = [], []
    for run in at_three_rates[1]:
        best = best_epoch(run.val_losses.tolist())
        growth.append(run.val_losses[-1] / run.val_losses[best])
        gain.append(run.test_accuracies[-1] - run.test_accuracies[best])
    print("validation loss x ", "  ".join(f"{factor:5.2f}" for factor in growth))
    print("test accuracy     ", "  ".join(f"{change:+.2f}" for change in gain))
    assert min(growth) > 1.5, "the loss should rise with every seed"
    assert np.mean(gain) > 0, "and the accuracy should rise too"

# %% [markdown]
# The loss grows by more than half, and the accuracy *rises*. How can that be?
#
# The accuracy asks only whether the right class has the largest probability $p$. The loss $-\ln p$ asks how large $p$ is. A model that becomes surer of everything gains little on its right answers and loses very much on its wrong ones. We train once more, up to the median of the eight best epochs, and compare with the end. The outputs of the network are logits, and `log_softmax` turns them into $\ln p$ (lesson 01).

# %%
sequence_runs = at_three_rates[1]
turn = int(np.median([run.best_epoch for run in sequence_runs])) + 1
until_the_turn = Configuration(0.003, optimizer="adam", hidden=(128, 128), num_epochs=turn)
short_runs = sweep([until_the_turn], sequences, seeds=range(8))


def mean_losses(run):
    """The share of test examples answered right, their mean loss, and that of the wrong ones."""
    outputs = trained_model(run, sequences)(sequences.x_test)
    logarithms = keras.ops.log_softmax(outputs).numpy()
    losses = -logarithms[np.arange(len(logarithms)), sequences.y_test]
    is_right = logarithms.argmax(axis=1) == sequences.y_test
    return is_right.mean(), losses[is_right].mean(), losses[~is_right].mean()


# %% [markdown]
# The share of right answers, and the mean loss of the right and of the wrong answers:

# %% tags=["nbval-ignore-output"]
early = np.array([mean_losses(run) for run in short_runs])
late = np.array([mean_losses(run) for run in sequence_runs])
for name, table in [(f"{turn} epochs", early), ("30 epochs", late)]:
    share, right_loss, wrong_loss = table.mean(axis=0)
    print(f"{name:9}: right {share:.3f}, their loss {right_loss:.2f}; ", end="")
    print(f"loss of the wrong {wrong_loss:.2f}")

assert (late[:, 1] < 0.6 * early[:, 1]).all(), "the right answers should lose less"
assert (late[:, 2] > 1.5 * early[:, 2]).all(), "the wrong answers should lose much more"

# %% [markdown]
# So more answers are right, and the wrong answers are given with more confidence. Must you choose between the epoch with better answers and the epoch with better probabilities?
#
# Perhaps not. A network that is too sure can be made less sure afterwards. Divide all outputs by one number $T$, the **temperature** (온도), before they become probabilities. The order of the classes stays, and so does every answer. With $T$ above 1 the probabilities move closer together. We take the $T$ with the lowest loss on the validation examples. It is a hyperparameter that needs no training.
#
# **Guess before you run the cell**: with the best $T$, which epoch has the lower loss on the test examples?

# %%
temperatures = np.geomspace(0.5, 10, 80)


def loss_divided(outputs, labels, temperature):
    """The mean loss when the outputs are divided by the temperature."""
    logarithms = keras.ops.log_softmax(outputs / temperature).numpy()
    return -logarithms[np.arange(len(labels)), labels].mean()


def cooled(run, data=sequences):
    """The best temperature by the validation examples; the test loss without it, and with it."""
    model = trained_model(run, data)
    on_val, on_test = model(data.x_val).numpy(), model(data.x_test).numpy()
    best = min(temperatures,
               key=lambda temperature: loss_divided(on_val, data.y_val, temperature))
    return best, loss_divided(on_test, data.y_test, 1), loss_divided(on_test, data.y_test, best)


# %% [markdown]
# The mean over eight seeds, on the test examples. The last row is for the clothes with wrong labels, where the loss of the best epochs is taken without a temperature:

# %% tags=["nbval-ignore-output"]
early_cooled = np.array([cooled(run) for run in short_runs])
late_cooled = np.array([cooled(run) for run in sequence_runs])
for name, table, share in [(f"{turn} epochs", early_cooled, early),
                           ("30 epochs", late_cooled, late)]:
    best, plain, divided = table.mean(axis=0)
    print(f"{name:9}: right {share[:, 0].mean():.3f}, ", end="")
    print(f"loss {plain:.2f}, with T = {best:.1f}: {divided:.2f}")
best, plain, divided = np.mean([cooled(run, clothes) for run in long_runs], axis=0)
lowest = np.mean([run.test_losses[run.best_epoch] for run in long_runs])
print(f"wrong labels: best epochs {lowest:.2f}, 60 epochs {plain:.2f}, ", end="")
print(f"with T = {best:.1f}: {divided:.2f}")

# %% [markdown]
# What we claim of them:

# %%
assert (late_cooled[:, 0] > 1.5).all(), "the late network should have been too sure"
assert late_cooled[:, 1].mean() > early_cooled[:, 1].mean() + 0.3, (
    "as it is, its loss should be higher"
)
assert late_cooled[:, 2].mean() < early_cooled[:, 2].mean(), "and with the temperature lower"
assert divided > lowest + 0.1, "with wrong labels a temperature should not be enough"

# %% [markdown]
# On the sequences the last epoch wins on both counts: more right answers, and the lower loss. Without a temperature its probabilities were worse than those of the best epoch. With one number for each network they were better. With the wrong labels a temperature does not bring the last epoch back. Guo and others also found large networks too sure, and one temperature a good remedy. Lesson 11 asks whether you may trust a probability.
#
# So "best by the lowest validation loss" is a habit and no law. The loss is the measure that training uses, and it feels every change of a probability, while the accuracy feels only a change of an answer. If only the answers count, look at the accuracy too. If the probabilities count, fit a temperature first.
#
# **"Too many epochs overfit, so the accuracy falls."** With wrong labels the accuracy fell, on sequences it rose. What happens on the clothes with all labels right? This is the last training of the lesson.

# %% tags=["nbval-ignore-output"]
right_labels = Configuration(0.001, **settings)
clean_runs = sweep([right_labels], clothes, seeds=range(8), test_curves=True)
loss_growth = np.array([run.val_losses[-1] / run.val_losses.min() for run in clean_runs])
after_each = [(run.test_accuracies, run.best_epoch) for run in clean_runs]
change = np.array([accuracies[-1] - accuracies[best] for accuracies, best in after_each])
print(f"from the best epoch to epoch 60: validation loss x {loss_growth.mean():.2f}")
print(f"test accuracy {change.mean():+.3f} ({change.min():+.3f} to {change.max():+.3f})")

assert loss_growth.min() > 1.15, "the validation loss should rise"
assert abs(change.mean()) < 0.02, "the accuracy should hardly change"
assert (tested[:, -1] - at_lowest).mean() < change.mean() - 0.05, (
    "with wrong labels it should fall"
)

# %% [markdown]
# The loss rises, the accuracy stays. In our three trainings the accuracy fell by far only where there were wrong labels to learn by heart.
#
# What the notes say about epochs, measured in this lesson:
#
# | The notes say | We found |
# |---|---|
# | the forward pass computes the weights of each layer | it computes outputs; the weights changed in no forward pass |
# | the backward pass corrects the weights | it computes gradients; the step corrects the weights |
# | forward and backward over the whole data set are one epoch | true, and there is one step for each batch |
# | too few epochs: probably underfitting | true; what is too few depends on the learning rate |
# | too many epochs: probably overfitting | the validation loss rose in all three trainings; the accuracy fell in one, stayed in one, rose in one |

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# A network with one input, one hidden relu unit and one output has the weights $w_1 = 1$, $b_1 = -2$, $w_2 = 4$, $b_2 = 0$. The input is 3, the target 5, the loss $(y - 5)^2$. What is the gradient of $w_1$?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = -24
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# The same network, but with $b_1 = -7$. For this one example, which gradients are zero?
#
# - a) none: the output misses the target, so every weight has to move
# - b) those of $w_1$ and $b_1$ only
# - c) those of $w_1$, $b_1$ and $w_2$
# - d) all four

# %% solution="quiz_2"
quiz_2 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_2 = "c"
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# The validation losses of eight epochs, counted from 0, are
#
# 0.90, 0.71, 0.66, 0.68, 0.64, 0.67, 0.64, 0.70
#
# Which is the best epoch?

# %% solution="quiz_3"
quiz_3 = None  # replace None by a number
### BEGIN SOLUTION
quiz_3 = 4
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# ### Question 4
#
# A tiny validation set has two examples. After epoch 10 the model gives the right class of the first example a probability of 0.6, and that of the second 0.4, where a wrong class has more. After epoch 40 the probabilities are 0.9 and 0.05. What has happened from epoch 10 to epoch 40?
#
# - a) the accuracy fell, and the loss rose
# - b) the accuracy stayed, and the loss rose
# - c) the accuracy stayed, and the loss fell, because the sum of the probabilities is nearly the same
# - d) the accuracy rose, and the loss fell

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
# With a learning rate of 0.001 the validation loss was lowest in epoch 12 of 40. You go on with a rate of 0.0002. How many epochs do you train?
#
# - a) many more than 12, and keep the weights of the lowest validation loss
# - b) 12, because that is the best number for these data
# - c) 2 or 3, because small steps are more precise
# - d) as many as needed until the training loss stops falling

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
# A colleague writes: "In every epoch the forward pass computes the weights and the backward pass corrects them. My validation loss has been rising since epoch 8, so from there on the network gets more and more answers wrong. I delete everything after epoch 8 and train 8 epochs from now on, whatever else I change."
#
# Answer him in four to eight sentences
#
# - what the forward pass, the backward pass and the step each compute or change,
# - whether more wrong answers follow from a rising validation loss, how the loss can rise without them, and what he should look at,
# - why 8 epochs is not a number to keep, and what he should keep instead.
#
# (3 points, read by a person.)

# %% [markdown] written="eight_epochs" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: the forward pass computes the outputs and the loss from the weights as they are; the backward pass computes the gradient of the loss for each weight; only the step (the optimizer) changes weights, once for each batch. (Half a point if the forward pass is right and the backward pass is still said to change the weights.)
# - **Part 2**: it does not follow. The loss depends on how large the probability of the right class is, the accuracy only on which is largest. A model that becomes surer pays much for its confident mistakes. He should look at the validation accuracy as well, and decide which of the two he needs. (A temperature that lowers the loss of the late network is a good addition, and not needed. Half a point for "loss and accuracy are different things" without the reason.)
# - **Part 3**: the best epoch depends on the learning rate (also on data, model, batch size, seed); he should keep the method: train longer than needed, and take the weights of the epoch that is best on validation data. (Half a point if only one of the two is said.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).** A full answer gives a reason in each part. A half answer corrects the statements without reasons, or covers one or two parts. An empty answer agrees with him or only says that overfitting is bad.
#
# **A full answer**: The forward pass only uses the weights: it computes outputs and from them the loss. The backward pass goes back from the loss and computes, by the chain rule, how the loss changes with each weight. Nothing has moved up to here; the optimizer's step then moves the weights against these gradients, once for every batch of the epoch. That the validation loss rises does not mean more wrong answers. The loss is -ln of the probability of the right class, so answers that are wrong with great confidence can outweigh the right ones that became surer, and the accuracy may even rise, as it did on our sequences. So look at the validation accuracy too and choose the epoch by what you need: the right class, or the probabilities; and probabilities that are too sure can be divided by a temperature. And 8 belongs to this learning rate; at a third of it our best epoch came more than twice as late. Keep the method and not the number: train long, and keep the weights of the best epoch on validation data.
#
# **A half answer (2 points)**: The forward pass gives the outputs, the backward pass the gradients, and then the optimizer updates the weights. Loss and accuracy are not the same, because the loss also counts how sure the network is, so he should plot the accuracy. (Nothing on the number of epochs.)
#
# **A half answer (1 point)**: The forward pass gives predictions and the backward pass changes the weights. It is overfitting, so 8 epochs is right here, but with another learning rate it could be another number. (The step is missing, the second part is not answered, and there is no method.)
#
# **An empty answer**: He is right, it is overfitting. With dropout he could train longer.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - An epoch is one round over all examples: for each batch a forward pass, a backward pass and a step.
# - Forward computes outputs, backward computes gradients by the chain rule, and only the step changes weights.
# - A gradient is checked with central differences: each weight moved alone, to both sides, and a relative error.
# - Too few epochs underfit. What too many do depends: with wrong labels the accuracy fell, without them it stayed or rose. The best epoch moves with the learning rate, so train long and choose by validation.
# - A rising validation loss is not a falling accuracy: at the end on the sequences a mistake cost 2.6 more on average, and a right answer only 0.3 less. A temperature, fitted on validation data, mended that there, but not with wrong labels.
# - A best epoch in the last place is censored: the true one may lie behind the end. A flat curve at the level of guessing is no good fit.
# - Measured with: Adam at 0.0001 to 0.3, 128-128 relu, 1,280 clothes (with and without 40 % wrong labels) and 2,000 sequences, 30 to 90 epochs, 8 seeds (the 32 images by heart: one training each).

# %% [markdown]
# ## Sources
#
# - D. Rumelhart, G. Hinton, R. Williams, *Learning representations by back-propagating errors*, Nature 323, 1986.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, <https://www.deeplearningbook.org>: sections 5.2, 6.5 and 7.8.
# - M. Nielsen, *Neural Networks and Deep Learning*, 2015, <http://neuralnetworksanddeeplearning.com>: chapter 2, backpropagation.
# - Stanford CS231n, *Neural Networks Part 3*, <https://cs231n.github.io/neural-networks-3/>: gradient checks.
# - C. Zhang, S. Bengio, M. Hardt, B. Recht, O. Vinyals, *Understanding deep learning requires rethinking generalization*, ICLR 2017, arXiv:1611.03530: networks learn wrong labels by heart.
# - D. Arpit and others, *A Closer Look at Memorization in Deep Networks*, ICML 2017, arXiv:1706.05394: patterns first, noise later.
# - C. Guo, G. Pleiss, Y. Sun, K. Weinberger, *On Calibration of Modern Neural Networks*, ICML 2017, arXiv:1706.04599: temperature.
# - V. Godbole and others, *Deep Learning Tuning Playbook*, 2023, <https://github.com/google-research/tuning_playbook>.
# - A. Karpathy, *A Recipe for Training Neural Networks*, 2019, <https://karpathy.github.io/2019/04/25/recipe/>: learn a single batch by heart first.
# - D. Kingma, J. Ba, *Adam: A Method for Stochastic Optimization*, ICLR 2015, arXiv:1412.6980.
# - S. Greydanus, D. Kobak, *Scaling Down Deep Learning with MNIST-1D*, ICML 2024, arXiv:2011.14439: the kind of sequences used here.
# - TensorFlow, *Introduction to gradients and automatic differentiation*, <https://www.tensorflow.org/guide/autodiff>.
