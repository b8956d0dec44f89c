# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 02 Learning-rate schedules
#
# **Question**: Should the step shrink, and when?
#
# You will be able to
#
# - explain when a constant learning rate stops short of the bottom, and how far above it,
# - write the schedules that are in use, and hand them to Keras without its two traps,
# - compare a schedule with a constant rate fairly, and say when it hurts.
#
# Run time: about 57 s; your own time: about 130 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | learning-rate schedule | 학습률 스케줄, 학습률 스케줄링, 학습률 스케줄러 (Learning Rate Scheduling) | a rule that says which rate is used in which epoch or step |
# | callback | 콜백 (in the notes: 콜백함수) | an object that Keras calls at fixed moments of a training |
# | peak rate | 최대 학습률 | the largest rate of a schedule |
# | noise floor | 노이즈 플로어 | the height above the bottom at which a noisy descent with a constant rate stays |
# | weight averaging | 가중치 평균 (가중치 평균화) | the mean of the weights at several moments of one training; not a weighted mean (가중 평균) |
# | step decay | 계단식 감소 (스텝 감쇠) | the rate is multiplied by a factor every so many epochs |
# | exponential decay | 지수 감소 (지수 감쇠) | the rate is multiplied by the same factor in every epoch |
# | cosine decay | 코사인 감소, 코사인 감쇠 (코사인 어닐링) | the rate follows half a cosine from its peak down to the end |
# | warm-up | 웜업 (워밍업) | the rate grows in the first steps, from almost nothing to its peak |
# | warm-up, stable, decay (WSD) | WSD 스케줄 | up, then constant for most of the training, then down to almost nothing |
# | standard error | 표준 오차 (standard error) | how far a mean over some seeds typically lies from the mean over very many |
# | plateau | 정체 구간 | a stretch of training in which the loss finds no new lowest value |
#
# </details>

# %% tags=["setup"]
import math

import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import fashion_mnist, m1d
from helpers.widgets import schedule_slider

plotting.use_style()

# %% [markdown]
# Keras takes some seconds to load.

# %% tags=["setup"]
import keras
import tensorflow as tf

from helpers.models import mlp
from helpers.training import (
    Configuration,
    rates_in_training,
    scheduled_rates,
    sweep,
    trained_model,
)

# %% [markdown]
# ## Part 1 · Why a rate should fall, and how Keras lets it (about 65 minutes)
#
# ## One line in epoch 15
#
# In lesson 01 you looked for one good rate and kept it from the first step to the last. Now we change the rate once during training.
#
# We train the network of lesson 01 for 20 epochs with a rate of 0.4. That is on the high side: lesson 01 found its best rates at 0.1 and 0.3. Then we train it again, from the same start and with the images in the same order, and divide the rate by ten after 14 epochs.
#
# **Guess before you run the cell**: what will the accuracy do when the steps become ten times as small?

# %%
clothes = fashion_mnist()
high = Configuration(learning_rate=0.4, num_epochs=20)
dropped = Configuration(num_epochs=20, schedule=lambda epoch: 0.4 if epoch < 14 else 0.04)
constant_runs = sweep([high], clothes, seeds=range(24))

# %% [markdown]
# And with the drop:

# %%
dropped_runs = sweep([dropped], clothes, seeds=range(24))

# %% [markdown]
# The line is the mean over twenty-four seeds, the band is one standard deviation. Up to epoch 14 both are the same runs. **Look at what happens then to the line and to the band.**

# %%
figure, ax = plt.subplots()
plotting.plot_curves(constant_runs, ax=ax, metric="val_accuracies", label="constant")
plotting.plot_curves(dropped_runs, ax=ax, metric="val_accuracies", label="divided by 10")
plt.show()

# %% [markdown]
# The accuracy jumps within one epoch, and the band nearly closes. Would the small rate alone have been better from the start?

# %% tags=["nbval-ignore-output"]
small_runs = sweep([Configuration(learning_rate=0.04, num_epochs=20)], clothes, seeds=range(12))


def ends(runs):
    """The last validation accuracy of each run."""
    return np.array([run.val_accuracy for run in runs])


three_ways = {"0.4": constant_runs, "0.04": small_runs, "0.4, then 0.04": dropped_runs}
for name, runs in three_ways.items():
    print(f"{name:14}  mean {ends(runs).mean():.3f}  deviation {ends(runs).std():.3f}")

assert (ends(dropped_runs) > ends(constant_runs)).sum() >= 16, "most seeds should gain"
assert ends(dropped_runs).mean() > ends(constant_runs).mean() + 0.005, "the drop should help"
assert ends(dropped_runs).mean() > ends(small_runs).mean() + 0.02, "the small rate is worse"

# %% [markdown]
# Neither rate gets there alone. First the large rate, then the small rate: together they do. (Further down we compare a schedule with the *best* constant rate.) A rule that says which rate is used when is called a **learning-rate schedule** (학습률 스케줄; the notes say Learning Rate Scheduling).

# %% [markdown]
# ## Why a constant rate does not settle
#
# The network sees 32 images at a time. The gradient of 32 images is the gradient of all images plus some noise. At the bottom of a valley the true gradient is 0. If the noise is not 0 there, every step kicks the weights out of the bottom again, and the kick is as long as the rate times the noise.
#
# We look at one direction of a valley, with curvature $h$, and add noise of the same size to each gradient:
#
# $$w_{\text{new}} = w - \eta \, (h w + \sigma \xi)$$
#
# - $\eta$ is the learning rate,
# - $\sigma$ (sigma) is the size of the noise,
# - $\xi$ (xi) is a random number, drawn anew for every step, with mean 0 and variance 1.
#
# The loss of one walker jitters. So we let 2000 walkers start at $w = 3$ and take the mean of their losses. **Look at how fast the loss falls with each rate, and at which height it stays.**

# %%
def mean_losses(rates, curvature=1.0, noise=1.0, num_walkers=2000):
    """The mean loss of many noisy walkers before each step and at the end."""
    rng = np.random.default_rng(0)
    weights = np.full(num_walkers, 3.0)
    losses = [np.mean(curvature * weights**2 / 2)]
    for rate in rates:
        gradients = curvature * weights + noise * rng.normal(size=num_walkers)
        weights = weights - rate * gradients
        losses.append(np.mean(curvature * weights**2 / 2))
    return np.array(losses)


walks = {"0.4": [0.4] * 300, "0.04": [0.04] * 300, "0.4, then 0.04": [0.4] * 150 + [0.04] * 150}
plotting.plot_losses({name: mean_losses(rates) for name, rates in walks.items()})
plt.show()

# %% [markdown]
# With the large rate the loss is down after ten steps and then stays at its height for ever. With the small rate it takes more than ten times as long and ends about twelve times as low. The third line is as fast as the first and ends as low as the second: this is the jump in the picture of the network.
#
# The height can be computed. Let $m$ be the mean of $w^2$ over the walkers. A step multiplies $w$ by $1 - \eta h$ and adds noise of variance $\eta^2 \sigma^2$, so
#
# $$m_{\text{new}} = (1 - \eta h)^2 \, m + \eta^2 \sigma^2$$
#
# Where nothing changes any more, $m_{\text{new}} = m$. Solve this for $m$. The loss $\frac{1}{2} h m$ is then the **noise floor** (노이즈 플로어), the height at which a constant rate stays:
#
# $$L_{\text{floor}} = \frac{\eta \, \sigma^2}{2 \, (2 - \eta h)}$$
#
# For small rates the bracket is close to 2, and the floor is close to $\eta \sigma^2 / 4$. **Half the rate, half the floor.** The next cell compares the formula with the walkers, over the last 100 of 400 steps.

# %%
floors = {}
for rate in [0.4, 0.2, 0.1, 0.05]:
    floors[rate] = mean_losses([rate] * 400)[-100:].mean()
    formula = rate / (2 * (2 - rate))
    print(f"rate {rate:.2f}: formula {formula:.3f}, walkers {floors[rate]:.3f}")
    assert abs(floors[rate] / formula - 1) < 0.05, "the walkers should agree with the formula"

assert 1.8 < floors[0.1] / floors[0.05] < 2.3, "half the rate should give half the floor"

# %% [markdown]
# The rate has two jobs. To travel it should be large. To settle it should be small. A schedule gives each job its time.
#
# <details><summary>Measured in a longer run</summary>
#
# After 14 epochs we went on at 0.4 for 40 steps with all 1,280 images (24 seeds). The validation accuracy rose from 0.775 to 0.812, without any noise of batches. An epoch of small batches reached 0.809 at 0.04, and only 0.778 at 0.4.
#
# </details>

# %% [markdown]
# ## The mean of the places
#
# If noise throws the weights about around a good place, their kicks point in all directions. The mean of the places that they pass should lie closer to the good place than each of them. This can be tried **without touching the rate**.
#
# We take twelve of the networks that trained with 0.4 throughout, and their weights after each of the epochs 14 to 20. (The same seed gives the same start and the same order of the images, so a shorter training is the beginning of the longer one.) For each network we take the mean of these seven places, weight by weight. **Guess**: will the mean be as good as the last place, as good as the dropped rate, or useless?

# %% tags=["nbval-ignore-output"]
model = trained_model(constant_runs[0], clothes)
places = {20: constant_runs[:12]}
for num_epochs in range(14, 20):
    stopped = Configuration(learning_rate=0.4, num_epochs=num_epochs)
    places[num_epochs] = sweep([stopped], clothes, seeds=range(12))


def accuracy_of_mean(runs):
    """The validation accuracy of a network with the mean of the weights of these runs."""
    weights = [run.weights for run in runs]
    model.set_weights([np.mean(arrays, axis=0) for arrays in zip(*weights, strict=True)])
    return np.mean(model(clothes.x_val).numpy().argmax(axis=1) == clothes.y_val)


averaged = np.array([accuracy_of_mean(seven) for seven in zip(*places.values(), strict=True)])

# %% [markdown]
# The same twelve seeds, three ways to end:

# %% tags=["nbval-ignore-output"]
last, settled = ends(constant_runs)[:12], ends(dropped_runs)[:12]
ways = {"last place": last, "rate dropped": settled, "mean of seven places": averaged}
for name, values in ways.items():
    print(f"{name:20}  mean {values.mean():.3f}  deviation {values.std():.3f}")
of_twelve_starts = accuracy_of_mean(places[20])
print(f"one mean of the last places of all twelve networks: {of_twelve_starts:.3f}")

assert (averaged > last).sum() >= 8, "the mean of the places should mostly beat the last place"
to_dropped = np.median(averaged) - np.median(settled)
assert abs(to_dropped) < 0.015, "it should be about as good as the dropped rate"
assert of_twelve_starts < 0.5, "networks from different starts should have no mean that works"

# %% [markdown]
# **Weight averaging** (가중치 평균) gives nearly the same gain, with the rate at 0.4 to the last step. The places must be those of *one* training. The mean over networks from different starts is useless, as the last number shows.
#
# Many large models are handed out with such a mean: over the last epochs (stochastic weight averaging), or as a running mean that slowly forgets (EMA). In Keras the second is `use_ema=True` of an optimizer. Its default momentum of 0.99 is a trap: after one epoch of 40 steps the place of the first step still has the weight $0.99^{39} = 0.68$ in the mean, and at the end Keras puts the mean into the model.

# %% tags=["nbval-ignore-output"]
reached = {}
for use_ema in (False, True):
    keras.utils.set_random_seed(0)
    short = mlp(seed=0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    short.compile(keras.optimizers.SGD(0.1, use_ema=use_ema), loss=loss, metrics=["accuracy"])
    short.fit(clothes.x_train, clothes.y_train, batch_size=32, verbose=0)
    reached[use_ema] = short.evaluate(clothes.x_val, clothes.y_val, verbose=0)[1]
print(f"one epoch: {reached[False]:.2f}, with use_ema: {reached[True]:.2f}")
assert reached[True] < reached[False] - 0.1, "the mean should be largely the start"

# %% [markdown]
# ## Which models have a floor?
#
# The formula assumes noise of the same size everywhere, also at the bottom. Is it so?
#
# The noise of a batch comes from the differences between examples. A model that cannot fit all examples has to find a balance between them, and there they go on pulling. But a model that fits *every* example has no noise at the bottom: there each single gradient is 0.
#
# So we look at two models. The first has no hidden layer and sees sequences of 40 numbers, noisy and stretched, in ten classes. It is far too simple to fit them. The second is our network on its 1,280 images, for 200 epochs instead of 20. It can fit all of them. **Guess before you look**: which of these models gets lower with the *larger* rate?

# %%
sequences = m1d()
simple_rates, network_rates = [0.4, 0.2, 0.1], [0.2, 0.05]
simple_configurations = [Configuration(rate, num_epochs=100, hidden=()) for rate in simple_rates]
simple_runs = sweep(simple_configurations, sequences, seeds=range(4))

# %% [markdown]
# For the simple model we also need the lowest possible loss, to see how far above it each rate stays. Its landscape has a single bottom, and a rate that falls to 0 leads there.

# %%
falling = Configuration(num_epochs=100, hidden=(),
                        schedule=lambda epoch: 0.4 * (1 - epoch / 100))
lowest = np.mean([run.train_losses[-1] for run in sweep([falling], sequences, seeds=range(4))])

# %% [markdown]
# Then the network, for 200 epochs:

# %%
network_runs = sweep([Configuration(0.2, num_epochs=200)], clothes, seeds=range(3))

# %% [markdown]
# And at the smaller rate:

# %%
network_runs += sweep([Configuration(0.05, num_epochs=200)], clothes, seeds=range(3))

# %% [markdown]
# The training losses of both models, the median over the seeds:


# %%
def median_losses(runs, rate):
    """The training loss in each epoch, the median over the seeds."""
    of_rate = [run.train_losses for run in runs if run.configuration.learning_rate == rate]
    return np.median(of_rate, axis=0)


figure, panels = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
above = {f"{r}": median_losses(simple_runs, r) - lowest for r in simple_rates}
plotting.plot_losses(above, panels[0])
plotting.plot_losses({f"{r}": median_losses(network_runs, r) for r in network_rates}, panels[1])
panels[0].set(title="too simple", xlabel="epoch (from 0)", ylabel="loss above the lowest")
panels[1].set(title="can fit every image", xlabel="epoch (from 0)", ylabel="training loss")
plt.show()

# %% [markdown]
# Left: the losses stay at different heights. Right: both lines jump, and in the end they are far below their height after 20 epochs. Now as numbers: left the mean of the last 30 epochs, right the median of the three seeds, in the end also over the last 20 epochs.

# %% tags=["nbval-ignore-output"]
heights, fitted = {}, {}
for rate in simple_rates:
    of_rate = [run.train_losses[-30:]
               for run in simple_runs if run.configuration.learning_rate == rate]
    heights[rate] = np.mean(of_rate) - lowest
    print(f"too simple, rate {rate:.2f}: in the end {heights[rate]:.4f} above the lowest loss")
for rate in network_rates:
    of_rate = [run.train_losses
               for run in network_runs if run.configuration.learning_rate == rate]
    early, late = np.array(of_rate)[:, 19], np.median(np.array(of_rate)[:, -20:], axis=1)
    fitted[rate] = np.log(late)
    middle = [np.median(losses) for losses in (early, late)]
    print(f"can fit all, rate {rate:.2f}: {middle[0]:.3f} after epoch 20, "
          f"{middle[1]:.3f} in the end")
    assert (late < early / 3).all(), "the network should go on falling, with either rate"

# %% [markdown]
# As claims:

# %%
assert heights[0.4] > 1.5 * heights[0.2] > 2.25 * heights[0.1], (
    "half the rate, about half the floor"
)
assert fitted[0.2].mean() < fitted[0.05].mean() - 0.5, (
    "on the network the larger rate should be lower"
)
turned = [run.val_loss > 1.15 * run.val_losses.min() for run in network_runs]
assert all(turned), "the validation loss should have turned and risen"

# %% [markdown]
# The simple model has its floor: half the rate, about half the height. The network had reached no floor by epoch 20: after that its loss falls to less than a third, and with the *larger* rate it ends lower. (This is the training loss. The validation loss of these runs rose in the meantime.)
#
# So "a constant rate does not settle" is true of a model that **cannot fit every example, or has not done so yet**. Our network after 14 epochs was still on its way, and the noise was there. Large language models see most of their examples once or a few times, so they are in the same case.

# %% [markdown]
# ### Play
#
# Here is a valley with two directions and noisy gradients. Choose a schedule and move its peak rate. Find a peak at which *constant* beats *cosine*. Then find the peak at which *cosine* ends lowest. (If there is no slider, you see five schedules in one picture, at one peak.)

# %%
schedule_slider()

# %% [markdown]
# ## The scheduler of the notes
#
# The notes give this function for Keras. It holds the rate at 0.001 for ten epochs. Then it multiplies the rate by the same factor in every epoch: **exponential decay** (지수 감소).

# %%
def notes_scheduler(epoch):
    if epoch < 10:
        return 0.001
    return 0.001 * tf.math.exp(0.1 * (10 - epoch))


# %% [markdown]
# In Keras a schedule becomes a **callback** (콜백), an object that Keras calls at fixed moments of a training. The callback `LearningRateScheduler` calls the function at the start of each epoch, with the number of the epoch, counted from 0, and sets the optimizer's rate.
#
# `rates_in_training` trains a model with one weight under a callback and lists the rates that were really used. **Run it and see how far it gets.**

# %%
try:
    rates_in_training(keras.callbacks.LearningRateScheduler(notes_scheduler), num_epochs=20)
except ValueError as error:
    message = str(error)
    print("ValueError:", message[:110])

assert "should be a float" in message, "Keras should refuse the tensor"
assert isinstance(notes_scheduler(9), float)
assert not isinstance(notes_scheduler(10), float)

# %% [markdown]
# In epoch 10 the other branch runs, `tf.math.exp` returns a **tensor** (텐서), and Keras 3 takes only a `float`.
#
# The remedy is a function that computes with Python's numbers. `math.exp(x)` is $e^x$ as a Python `float`, and `+ - * /` of floats give floats.

# %% [markdown]
# ### Exercise 1: `hold_then_decay` (2 points)
#
# This is the notes' schedule, repaired, with its three numbers as arguments. In epoch $t$, counted from 0, the rate is
#
# $$\eta_t = \begin{cases} \eta_0 & \text{for } t < H \\ \eta_0 \, e^{\,k (H - t)} & \text{from } t = H \text{ on} \end{cases}$$
#
# - $\eta_0$ is the rate at the start, `initial_rate`,
# - $H$ is the number of epochs for which it is held, `hold_epochs`,
# - $k$ says how fast it falls afterwards, `decay`; the exponent is never positive.

# %% solution="hold_then_decay"
def hold_then_decay(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    """Return the rate of an epoch, a Python float: held at first, then falling exponentially.

    epoch: a whole number, counted from 0.
    initial_rate: a positive Python float.
    hold_epochs: for how many epochs it is held, a whole number, 0 or more.
    decay: how fast it falls afterwards, per epoch; 0 or more.
    """
    ### BEGIN SOLUTION
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * math.exp(decay * (hold_epochs - epoch))
    ### END SOLUTION

# %% test="hold_then_decay" points=2
check("held for 2 epochs, then falling",
      lambda: [hold_then_decay(epoch, 0.5, 2, 0.3) for epoch in range(13)])
check("the notes' numbers, epochs 0, 9, 10, 11, 20",
      lambda: [hold_then_decay(e) for e in (0, 9, 10, 11, 20)])
classes = lambda rate: [kind.__name__ for kind in type(rate).mro()]
without = [(epoch, 0.4, *rest) for rest in ((0, 0.5), (2, 0)) for epoch in (0, 1, 20)]
check("no hold, then no decay", lambda: [hold_then_decay(*arguments) for arguments in without])
check("the kind of number in epoch 12", lambda: classes(hold_then_decay(12)),
      seen_as="kind of number")
### BEGIN HIDDEN TESTS
check("not held at all", lambda: [hold_then_decay(epoch, 0.2, 0, 1.0) for epoch in range(4)])
import json

check("two rates, written down",
      lambda: json.loads(json.dumps([hold_then_decay(e, 0.3, 5, 0.07) for e in (6, 25)])))
check_drawn("drawn epochs and holds", hold_then_decay)
check_drawn("their kind of number", lambda *case: classes(hold_then_decay(*case)), seen_as="kind of number")
### END HIDDEN TESTS

# %% [markdown]
# ## The second trap: what else Keras hands over
#
# Your function has more than one argument, and that has a catch. `LearningRateScheduler` first tries to call the function with *two* arguments: the epoch, and the rate that the optimizer has at this moment. Only when that fails does it call it with the epoch alone.
#
# Here is a function whose second argument is meant to be something else. **Compare what it says with what Keras trains with.**

# %%
def slowly_falling(epoch, first_rate=0.1):
    return first_rate / (1 + epoch)


said = [slowly_falling(epoch) for epoch in range(5)]
used = rates_in_training(keras.callbacks.LearningRateScheduler(slowly_falling), 5,
                         learning_rate=0.1)
print("said: ", "  ".join(f"{rate:.4f}" for rate in said))
print("used: ", "  ".join(f"{rate:.4f}" for rate in used))

assert np.allclose(used[:2], said[:2]), "the first two epochs should agree"
assert used[4] < said[4] / 20, "then each epoch should start from the rate of the one before"

# %% [markdown]
# The first two rates agree, so a short look would not have found the mistake. From then on every epoch takes the *already lowered* rate for `first_rate` and lowers it again. After five epochs it is less than a twentieth of what was meant. There is no error and no warning.
#
# The way out is a function with the epoch as its only argument. `lambda epoch: 0.1 / (1 + epoch)` is such a function, written in place: it takes `epoch` and returns what stands after the colon.

# %% [markdown]
# ### Exercise 2: `scheduler_callback` (1 point)
#
# Write a function that makes a callback from *any* schedule, and avoids both traps:
#
# - The schedule may have further arguments with defaults. It must be called with the epoch alone, so that these keep their defaults.
# - The schedule may return any kind of number: a float, an integer, a tensor as in the notes. Keras refuses the last two. `float(x)` makes a Python float from each of them.
#
# The checks also look at a training with two batches in each epoch:

# %% tags=["setup"]
def rates_of_batches(callback, num_epochs):
    """The rates of two batches in each epoch, in the order of the training."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(0.5), loss="mse", run_eagerly=True)
    examples, used = np.ones((2, 1)), []
    look = lambda batch, logs: used.append(float(model.optimizer.learning_rate))
    callbacks = [callback, keras.callbacks.LambdaCallback(on_train_batch_begin=look)]
    model.fit(examples, examples, batch_size=1, epochs=num_epochs, callbacks=callbacks,
              verbose=0)
    return used


# %% solution="scheduler_callback"
def scheduler_callback(schedule):
    """Return a Keras callback that trains every epoch with the rate of a schedule.

    schedule: a function of the epoch, counted from 0, that returns the rate as a number of any
        kind, 0 or more; it may have further arguments with defaults, which stay as they are.
    """
    ### BEGIN SOLUTION
    return keras.callbacks.LearningRateScheduler(lambda epoch: float(schedule(epoch)))
    ### END SOLUTION

# %% test="scheduler_callback" points=1
falling = lambda epoch: 0.6 / (2 + epoch)
falling_from = lambda epoch, first_rate=0.8: first_rate * 0.5**epoch
check("a function of the epoch", lambda: rates_in_training(scheduler_callback(falling), 4))
check("a further argument", lambda: rates_in_training(scheduler_callback(falling_from), 4, 0.8))
check("a tensor",
      lambda: rates_in_training(scheduler_callback(lambda epoch: tf.constant(0.25)), 2))
check("whole numbers", lambda: rates_in_training(scheduler_callback(lambda epoch: 3 - epoch), 4))
check("one callback in two trainings", lambda: [
    rates_in_training(callback, 3) for callback in [scheduler_callback(falling)] * 2
])
check("two batches each",
      lambda: rates_of_batches(scheduler_callback(lambda epoch: 0.2 / (7 - epoch)), 3))
### BEGIN HIDDEN TESTS
check("two further arguments",
      lambda: rates_in_training(scheduler_callback(lambda e, a=0.1, b=2: a + b * e), 3))


def made(kind, numbers):
    """A schedule with these rates, as a number of some kind."""
    as_kind = {"float": float, "whole": int, "tensor": tf.constant, "numpy": np.float32}
    if kind == "further":
        return lambda epoch, factor=1.0, *, shift=0.0: numbers[epoch] * factor + shift
    return lambda epoch: as_kind[kind](numbers[epoch])


model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(0.5), loss="mse")


def rates_without_training(kind, numbers, first_rate):
    """The rates in the optimizer when the callback has been told of each epoch, as fit would do it.

    At last it is told of epoch 0, as when another training begins.
    """
    model.optimizer.learning_rate = first_rate
    callbacks, used = keras.callbacks.CallbackList([scheduler_callback(made(kind, numbers))], model=model), []
    for epoch in [*range(len(numbers)), 0]:
        if epoch == 0:
            callbacks.on_train_begin()
        callbacks.on_epoch_begin(epoch)
        for batch in range(2):
            callbacks.on_train_batch_begin(batch)
            used.append(float(model.optimizer.learning_rate))
            callbacks.on_train_batch_end(batch)
        callbacks.on_epoch_end(epoch)
    return used


check_drawn("drawn schedules", rates_without_training)
### END HIDDEN TESTS

# %% [markdown]
# ## Steps
#
# The jump of the first picture is one of the oldest schedules, the **step decay** (계단식 감소): the rate stays the same for a number of epochs, then it is multiplied by a factor, and so on. With a start of 0.8, a factor of 0.5 and a step every 3 epochs:
#
# | epoch | 0, 1, 2 | 3, 4, 5 | 6, 7, 8 | 9 |
# |---|---|---|---|---|
# | rate | 0.8 | 0.4 | 0.2 | 0.1 |
#
# A division without remainder counts the drops up to an epoch. In Python that is `//`: `7 // 3` is 2.

# %% [markdown]
# ### Exercise 3: `step_decay` (2 points)
#
# The function should depend on its arguments alone. If a training is interrupted and goes on with epoch 12, then 12 is the first epoch that your function is asked for.

# %% solution="step_decay"
def step_decay(epoch, initial_rate, drop=0.5, every=10):
    """Return the rate of an epoch, a number: multiplied by a factor after every so many epochs.

    epoch: a whole number, counted from 0.
    initial_rate: the rate of the first epochs, positive.
    drop: the factor, above 0 and at most 1.
    every: for how many epochs each rate is used, a whole number, 1 or more.
    """
    ### BEGIN SOLUTION
    return initial_rate * drop ** (epoch // every)
    ### END SOLUTION

# %% test="step_decay" points=2
check("a fifth of it every 4 epochs",
      lambda: [step_decay(epoch, 2, 0.2, 4) for epoch in range(13)])
check("half of it every 10 epochs",
      lambda: [step_decay(epoch, 0.01) for epoch in (0, 9, 10, 11, 25)])
check("epochs in any order",
      lambda: [step_decay(epoch, 0.8, every=4) for epoch in (12, 3, 8, 8, 0)])
check("a drop in each epoch",
      lambda: [step_decay(epoch, 0.6, 0.7, 1) for epoch in (0, 1, 2, 3, 5, 20)])
### BEGIN HIDDEN TESTS
check("nine tenths in each epoch", lambda: [step_decay(epoch, 0.3, 0.9, 1) for epoch in range(5)])
check("hundreds of epochs", lambda: [step_decay(e, 0.7, 0.3, 150) for e in (100, 149, 150, 299, 300, 460)])
check_drawn("drawn epochs and drops", step_decay)
### END HIDDEN TESTS

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. What follows goes down without steps, lets you write the schedule that many large models use, and compares schedules fairly.

# %% [markdown]
# ## Part 2 · The schedules in use, compared (about 65 minutes)
#
# ## Without steps: linear and cosine
#
# When should the drop come? Two schedules in wide use avoid the question. They go down all the time:
#
# - **Linear**: a straight line from the peak down to 0.
# - **Cosine decay** (코사인 감소): half a cosine. It stays near the peak for a while, falls in the middle, and takes its time at the end.
#
# They are often used by the *step* instead of the epoch, so that the rate changes after every batch. `scheduled_rates` gives the rates of a whole training as an array. **Look at where each schedule spends its time.**

# %%
figure, panels = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
kinds = [["constant", "step", "exponential"], ["linear", "cosine", "warm-up + cosine"]]
for ax, of_panel in zip(panels, kinds, strict=True):
    rates_of = {kind: scheduled_rates(kind, 0.4, 200) for kind in of_panel}
    plotting.plot_schedules(rates_of, 200, ax, unit="step")
panels[1].set_ylabel("")
plt.show()

# %% [markdown]
# The last schedule begins with a **warm-up** (웜업): in the first tenth of the steps the rate grows from almost nothing to the peak.
#
# Keras has this schedule ready, by the step. It is not a callback: it takes the place of the rate in the optimizer. **Compare its five numbers with the rates that come out.**

# %%
by_keras = keras.optimizers.schedules.CosineDecay(
    initial_learning_rate=0.0, warmup_target=0.4, warmup_steps=20, decay_steps=180, alpha=0.1
)
optimizer = keras.optimizers.SGD(learning_rate=by_keras)
looked_at = [0, 10, 20, 110, 200, 300]
rates_by_keras = [float(by_keras(step)) for step in looked_at]
for step, rate in zip(looked_at, rates_by_keras, strict=True):
    print(f"step {step:3}: {rate:.3f}")

assert np.allclose(rates_by_keras, [0, 0.2, 0.4, 0.22, 0.04, 0.04]), (
    "Keras should follow these numbers"
)

# %% [markdown]
# Three things to know about it:
#
# - The very first step has the rate 0 here, so it is wasted.
# - `decay_steps` counts from the *end* of the warm-up. The whole training is the sum of both.
# - `alpha` is the last rate as a share of the peak. After the last step the rate stays there. If you count epochs instead of steps, the schedule ends after a few batches.

# %% [markdown]
# ## Without a fixed end: warm-up, stable, decay
#
# Linear and cosine must know in advance how long the training will be. If the result after a cosine over 20 epochs is not good enough, you cannot go on: the rate is at 0. A cosine over 40 epochs is another training, so you begin again.
#
# Many large models are therefore trained with **warm-up, stable, decay** (WSD 스케줄). The rate grows to its peak in a few steps, stays there for most of the training, and falls at the end. To train longer, go back to the last place *before* the fall, and stay at the peak some more.
#
# Number the steps from 0, and call the rate of step $s$ $\eta_s$. With `warmup_steps` $= W$ the warm-up takes the steps $0, \dots, W - 1$, in equal parts, and the last of them has the peak rate $\eta_{\max}$:
#
# $$\eta_s = \eta_{\max} \, \frac{s + 1}{W} \qquad \text{for } s < W$$
#
# So the very first step is short, but not zero.
#
# The decay is the **mirror image** of the warm-up: it takes the last `decay_steps` $= D$ steps, in equal parts. The first of them still has the peak rate, and the very last step of the training is short, but not zero.

# %% [markdown]
# ### Exercise 4: `warmup_stable_decay` (3 points)
#
# An example for your own tests: with $W = 2$, $D = 4$, 8 steps in all and a peak of 1 the rates are 0.5, 1, 1, 1, 1, 0.75, 0.5 and 0.25.

# %% solution="warmup_stable_decay"
def warmup_stable_decay(step, peak_rate, warmup_steps, decay_steps, total_steps):
    """Return the rate of a step, a number: up in equal parts, the peak, down in equal parts.

    step: a whole number, counted from 0, below total_steps.
    peak_rate: the rate of the last step of the warm-up and of the first step of the decay,
        positive.
    warmup_steps: a whole number, 0 or more; 0 for a training that begins with the peak rate.
    decay_steps: a whole number, 0 or more; 0 for a training that ends with it.
    total_steps: a whole number, 1 or more, and no less than warmup_steps and decay_steps
        together.
    """
    ### BEGIN SOLUTION
    if step < warmup_steps:
        return peak_rate * (step + 1) / warmup_steps
    steps_left = total_steps - step
    if steps_left < decay_steps:
        return peak_rate * steps_left / decay_steps
    return peak_rate
    ### END SOLUTION

# %% test="warmup_stable_decay" points=3
check("three steps up, five down",
      lambda: [warmup_stable_decay(s, 7, 3, 5, 12) for s in range(12)])
check("no step at the peak alone",
      lambda: [warmup_stable_decay(s, 0.6, 4, 2, 6) for s in range(6)])
check("no warm-up", lambda: [warmup_stable_decay(step, 0.7, 0, 4, 5) for step in range(5)])
check("no decay", lambda: [warmup_stable_decay(step, 0.3, 4, 0, 6) for step in range(6)])
check("the peak alone", lambda: [warmup_stable_decay(step, 0.9, 0, 0, 3) for step in range(3)])
### BEGIN HIDDEN TESTS
check("a long training",
      lambda: [warmup_stable_decay(s, 0.3, 50, 200, 1000) for s in (0, 49, 50, 799, 800, 801, 950, 999)])
check("one step of each", lambda: [warmup_stable_decay(step, 5, 1, 1, 3) for step in range(3)])
check("neither", lambda: [warmup_stable_decay(step, 0.02, 0, 0, 2) for step in range(2)])
check("a training of one step", lambda: [warmup_stable_decay(0, 0.4, *w, 1) for w in ((0, 1), (1, 0), (0, 0))])
check_drawn("drawn steps", warmup_stable_decay)
### END HIDDEN TESTS

# %% [markdown]
# ## A fair comparison
#
# Is a schedule better than a constant rate? The first picture does not answer that. It compared both at 0.4, which is too high for a constant rate. **Each schedule must be allowed its own best peak, and so must the constant rate.**
#
# We take the sequences, on which training is harder than on clothes, and lesson 01's network. A training has 20 epochs. A constant rate and three schedules, seven peaks, ten seeds: 280 trainings.

# %%
peaks = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2]


def with_schedule(kind, peak):
    """Twenty epochs with a schedule by its name."""
    rates = scheduled_rates(kind, peak, 20)
    return Configuration(learning_rate=peak, num_epochs=20, schedule=lambda epoch: rates[epoch])


# %% [markdown]
# First the constant rate:


# %%
def runs_with(kind):
    """Ten seeds of each peak."""
    configurations = [with_schedule(kind, peak) for peak in peaks]
    return sweep(configurations, sequences, seeds=range(10), test_curves=True)


runs_of = {"constant": runs_with("constant")}

# %% [markdown]
# Then the exponential decay. It falls to a fiftieth of its peak. (How far it falls is a second number to choose.)

# %%
runs_of["exponential"] = runs_with("exponential")

# %% [markdown]
# Then the two schedules that go down to 0. Their last epoch has the rate 0 here and changes nothing.

# %%
runs_of["linear"] = runs_with("linear")

# %% [markdown]
# And the cosine:

# %%
runs_of["cosine"] = runs_with("cosine")

# %% [markdown]
# Each dot is one training, each line the mean of ten. The axis shows the peak rate. (At 3.2 each schedule ends far lower; these runs are left out of the picture.) **Compare the tops of the lines, then their left ends.**

# %%
figure, ax = plt.subplots()
for kind, runs in runs_of.items():
    shown = [run for run in runs if run.configuration.learning_rate < 3]
    plotting.plot_sweep(shown, ax=ax, label=kind)
ax.set_xlabel("peak learning rate")
ax.get_legend().remove()
plt.show()

# %% [markdown]
# First the tops. Which schedule reaches most? A fair answer has four parts, the same for each schedule:
#
# - **Choose the peak** whose runs have the highest validation accuracy *in the mean*. The highest single run is the luckiest of ten seeds.
# - **Report on the test data**, which played no part in the choice. The validation accuracies of the chosen peak are high partly by luck.
# - **Say how sure the mean is.** A mean of ten seeds typically differs from the mean of very many by its **standard error** (표준 오차) $s / \sqrt{n}$. Here $n$ is the number of runs in the mean, and $s$ is their standard deviation with $n - 1$ in its denominator, in NumPy `values.std(ddof=1)`. (Without `ddof=1` NumPy divides by $n$.)
# - **Look where the peak stands.** If it is the first or the last of the list, the sweep should go on there. That is why 3.2 is in our list.

# %% [markdown]
# ### Exercise 5: `at_its_best` (3 points)
#
# The runs of one schedule stand in two tables: a row for each peak, and in it a value for each seed. Example: with the peaks 0.1, 0.2 and 0.4, two seeds and the tables
#
# | peak | validation | test |
# |---|---|---|
# | 0.1 | 0.50, 0.52 | 0.49, 0.53 |
# | 0.2 | 0.56, 0.60 | 0.54, 0.56 |
# | 0.4 | 0.44, 0.64 | 0.48, 0.66 |
#
# the best peak is 0.2. Its runs reach 0.55 on the test data, with a standard error of 0.01, and the peak is not at the end of the list. (The best single run and the highest mean on the test data are at 0.4. Neither of them decides. With two seeds plain `std()` happens to be the standard error as well.)
#
# Two tables on which your function will be tried, with five peaks and four seeds:

# %% tags=["setup"]
val_rows = (
    (0.40, 0.36, 0.39, 0.40),
    (0.52, 0.59, 0.49, 0.45),
    (0.55, 0.46, 0.56, 0.50),
    (0.62, 0.46, 0.51, 0.53),
    (0.40, 0.53, 0.51, 0.66),
)
test_rows = ((0.32, 0.33, 0.38, 0.31), (0.56, 0.55, 0.45, 0.67), (0.65, 0.62, 0.65, 0.55))
test_rows += ((0.57, 0.52, 0.51, 0.64), (0.45, 0.55, 0.41, 0.48))


# %% solution="at_its_best"
def at_its_best(peaks, val_accuracies, test_accuracies):
    """Return what a schedule reaches at its own best peak, a dict with four entries.

    peaks: the rates that were tried, a list of one or more different ones in ascending order.
    val_accuracies: an array, a row for each peak and a column for each seed, two seeds or more.
    test_accuracies: of the same runs, an array of the same shape.

    "peak": the rate with the highest mean validation accuracy; where several have it, the
    smallest of them. "mean", "standard_error": of the test accuracies at that peak, two numbers.
    "at_the_end": whether that peak is the first or the last of the list, True or False.
    """
    ### BEGIN SOLUTION
    place = np.argmax(val_accuracies.mean(axis=1))
    reached = test_accuracies[place]
    return {
        "peak": peaks[place],
        "mean": reached.mean(),
        "standard_error": reached.std(ddof=1) / math.sqrt(reached.size),
        "at_the_end": place in (0, len(peaks) - 1),
    }
    ### END SOLUTION

# %% test="at_its_best" points=3
rates, val, test = [0.1, 0.2, 0.4, 0.8, 1.6], np.array(val_rows), np.array(test_rows)
check("five peaks, four seeds", at_its_best, rates, val, test)
check("without the last peak and the last seed", at_its_best, rates[:4], val[:4, :3],
      test[:4, :3])
check("four peaks, five seeds", at_its_best, rates[:4], val.T, test.T)
parts = slice(3, 5), slice(0, 2), slice(0, 1)
check("the last two peaks, the first two, and one",
      lambda: [at_its_best(rates[part], val[part], test[part]) for part in parts])
alike = np.array([[0.5], [0.75], [0.25], [0.75], [0.75]]) * np.ones(4)
check("three peaks alike", at_its_best, rates, alike, test)
check("one of them ahead by little", at_its_best, rates, alike * [[1], [1], [1], [1.002], [1]],
      test)
lucky = np.array([[0.9, 0.1, 0.1, 0.1], [0.7, 0.7, 0.7, 0.0], [0.6, 0.6, 0.6, 0.6]])
check("high runs, low runs", at_its_best, rates[:3], lucky, test[:3])
check("two peaks, no run right", at_its_best, rates[:2], np.zeros((2, 4)), test[2:4])
### BEGIN HIDDEN TESTS
check("one peak, two seeds", at_its_best, [0.3], val[1:2, :2], test[2:3, :2])
check("three peaks, no run right in validation", at_its_best, rates[:3], np.zeros((3, 2)), test[1:4, 2:])
twice = [(rates[:3], test[:3]), ([3.0, 4.0, 7.0], test[2:])]
check("the same validation, other tests", lambda: [at_its_best(names, val[1:4], its) for names, its in twice])
check_drawn("drawn sweeps", at_its_best)
### END HIDDEN TESTS

# %% [markdown]
# Now our own sweeps. First we bring their runs into tables:

# %%
def table(kind, metric):
    """A row for each peak, a column for each seed."""
    return np.array([getattr(run, metric) for run in runs_of[kind]]).reshape(len(peaks), -1)


def at_peak(kind, peak, metric):
    """The runs of one peak."""
    return table(kind, metric)[peaks.index(peak)]


# %% [markdown]
# Then your function looks at each schedule. The number after ± is the standard error.

# %% tags=["nbval-ignore-output"]
if solved("at_its_best"):
    best = {}
    for kind in runs_of:
        best[kind] = at_its_best(peaks, table(kind, "val_accuracy"),
                                 table(kind, "test_accuracy"))
        reached = f"{best[kind]['mean']:.3f} ± {best[kind]['standard_error']:.3f}"
        where = "at the end of the list" if best[kind]["at_the_end"] else "inside the list"
        print(f"{kind:12} {reached} at {best[kind]['peak']:.2f}, {where}")
    constant, exponential, linear, cosine = [found["mean"] for found in best.values()]
    assert min(exponential, linear, cosine) > constant, "each should beat the best constant rate"
    assert linear > exponential - 0.01, "the straight line should not be behind the exponential"
    assert max(exponential, linear, cosine) < constant + 0.12, "but none of them works wonders"

# %% [markdown]
# Each schedule beats the best constant rate by far more than the standard errors: this is not the luck of ten seeds. Every best peak stands inside the list.
#
# The straight line is ahead of the two other schedules, by one to three points. We may not put them in order by this list alone. Its peaks are a factor of two apart, and a schedule's best peak may lie between two of them.
#
# Second, **here the best peaks of the schedules are larger than the best constant rate**. A schedule does not have to settle at its peak, so the peak may be made for travelling. If you tried the schedules only at 0.2, the best constant rate, you would miss most of their gain. We go from there to eight times as much, and see which of them gain.

# %% tags=["nbval-ignore-output"]
gains = {}
for kind in runs_of:
    small, large, largest = [at_peak(kind, peak, "val_accuracy").mean()
                             for peak in [0.2, 1.6, 3.2]]
    print(f"{kind:12} at 0.2: {small:.3f}, at 1.6: {large:.3f}, at 3.2: {largest:.3f}")
    gains[kind] = large - small
    assert largest < small, "3.2 should be too large"

constant, *scheduled = gains.values()
assert np.mean(scheduled) > 0.01, "the schedules should gain at a larger peak"
assert constant < -0.05, "a constant rate should lose"

# %% [markdown]
# Third, look at the left end: **there the constant rate wins, by far.** At a rate that is too small, training has not arrived after 20 epochs, and a schedule makes the rate smaller still.

# %% tags=["nbval-ignore-output"]
at_the_left = {kind: at_peak(kind, 0.05, "val_accuracy").mean() for kind in runs_of}
for kind, accuracy in at_the_left.items():
    print(f"{kind:12} at 0.05: {accuracy:.3f}")

constant = at_the_left.pop("constant")
assert max(at_the_left.values()) < constant - 0.03, (
    "a schedule should hurt at a rate that is too small"
)

# %% [markdown]
# So a schedule is not always a gain. Here it moved the best peak up and lifted the top, and it did harm where the rate was too small to begin with.
#
# All this is plain SGD. Lesson 03 (*Momentum and Adam: does a step need a memory?*) tries other optimizers with and without a schedule.

# %% [markdown]
# ### Your schedule on trial
#
# Warm-up, stable, decay has a second number to choose, the length of the decay. We take your function, let the decay have the last 40 % of the steps (we tried no other length), and try three peaks. The warm-up takes one epoch.

# %%
stable_runs = {}
if solved("warmup_stable_decay"):
    for peak in [0.4, 0.8, 1.6]:
        rates = [warmup_stable_decay(step, peak, 63, 504, 1260) for step in range(1260)]
        by_steps = Configuration(peak, num_epochs=20, schedule=rates.__getitem__,
                                 schedule_by="step")
        stable_runs[peak] = sweep([by_steps], sequences, seeds=range(10), test_curves=True)

# %% [markdown]
# Your function `at_its_best` chooses the peak, out of three instead of seven. (This cell needs exercises 4 and 5.)

# %% tags=["nbval-ignore-output"]
if stable_runs and solved("at_its_best"):
    by_peak = list(stable_runs.values())
    val = np.array([ends(runs) for runs in by_peak])
    test = np.array([[run.test_accuracy for run in runs] for runs in by_peak])
    best["your schedule"] = at_its_best(list(stable_runs), val, test)
    compared = {kind: best[kind] for kind in ["constant", "linear", "your schedule"]}
    for kind, found in compared.items():
        reached = f"{found['mean']:.3f} ± {found['standard_error']:.3f}"
        print(f"{kind:13} {reached} at {found['peak']:.2f}")
    constant, linear, stable = [found["mean"] for found in compared.values()]
    assert stable > constant + 0.01, "it should beat the best constant rate"
    assert abs(stable - linear) < stable - constant, "and come closer to the straight line"

# %% [markdown]
# Your schedule comes closer to the straight line than to the constant rate, and its long middle part knows nothing of the end. Its rate changes by the step and it had three peaks, so read the table as "about as good", and not as an order.

# %% [markdown]
# ## Warm-up
#
# Does a warm-up help?
#
# We take a network with three hidden layers, whose initial weights are drawn in a way that is called `he_normal` (lesson 06), and two peaks: 0.7, which all of these networks bear, and 1.4, which is too large for most of them. There are twelve seeds at 0.7 and twenty-four at 1.4, where chance is larger, with and without a warm-up in the first tenth of the steps.


# %%
def by_step(kind, peak, num_steps=20 * 63):
    """Three layers, and a schedule by the step: 63 batches an epoch, 20 epochs."""
    rates = scheduled_rates(kind, peak, num_steps)
    return Configuration(peak, num_epochs=20, schedule=lambda step: rates[step],
                         schedule_by="step", hidden=(64, 64, 64), initializer="he_normal")


warm = {}
for peak, num_seeds in [(0.7, 12), (1.4, 24)]:
    for kind in ["cosine", "warm-up + cosine"]:
        warm[peak, kind] = ends(sweep([by_step(kind, peak)], sequences, seeds=range(num_seeds)))

# %% [markdown]
# The means over all seeds, and the worst of them:

# %% tags=["nbval-ignore-output"]
for (peak, kind), values in warm.items():
    print(f"peak {peak}, {kind:17} mean {values.mean():.3f}  worst {values.min():.3f}")
better = (warm[1.4, "warm-up + cosine"] > warm[1.4, "cosine"]).sum()
print(f"at peak 1.4, {better} of 24 networks end higher with a warm-up")

means = {which: accuracies.mean() for which, accuracies in warm.items()}
moderate = means[0.7, "warm-up + cosine"] - means[0.7, "cosine"]
assert warm[0.7, "cosine"].min() > 0.4, "all should bear 0.7"
assert means[1.4, "cosine"] < means[0.7, "cosine"] - 0.05, "1.4 should be too large for most"
assert better > 12, "at that peak most networks should end higher with a warm-up"
assert abs(moderate) < 0.025, "at the moderate peak it should make little difference"
assert means[1.4, "warm-up + cosine"] < means[0.7, "cosine"] - 0.03, "0.7 should be better"

# %% [markdown]
# At the peak that is too large most networks end higher with a warm-up. At the moderate peak a warm-up makes little difference, and the mean is higher there, also without a warm-up: this network does not need the large peak. Large models are trained with warm-up almost without exception. On a small network with plain SGD, measure before you expect much from it. Lesson 07 changes the network instead, so that it bears larger rates.

# %% [markdown]
# ## Let the loss decide
#
# All schedules up to now were fixed before the training began. You can also lower the rate when the validation loss has stopped falling. A stretch without a new lowest loss is called a **plateau** (정체 구간). In Keras the callback `ReduceLROnPlateau` does it. Two of its numbers matter most:
#
# - `patience`: how many epochs without a new lowest loss we accept,
# - `factor`: what the rate is multiplied by when patience has run out. Then the count starts anew from zero. The lowest loss up to now stays what it is.
#
# An example with patience 2 and factor 0.1. The count is looked at *after* each epoch, so a drop shows in the rate of the *next* epoch.
#
# | epoch | 0 | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|---|
# | rate used | 0.5 | 0.5 | 0.5 | 0.5 | 0.05 | 0.05 | 0.05 |
# | validation loss | 2.0 | 1.5 | 1.6 | 1.5 | 1.2 | 1.3 | 1.1 |
# | new lowest? | yes | yes | no | no | yes | no | yes |
# | epochs without, afterwards | 0 | 0 | 1 | 2, drop, 0 | 0 | 1 | 0 |
#
# In epoch 3 the loss only *equals* the lowest loss: that is no new lowest.
#
# We feed these losses to Keras and compare with the table. (Keras's defaults are a factor of 0.1, a patience of 10, and `min_delta=0.0001`, which ignores smaller improvements. `min_delta=0` switches that off.)

# %%
example_losses = [2.0, 1.5, 1.6, 1.5, 1.2, 1.3, 1.1]
model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.5), loss="mse")
callback = keras.callbacks.ReduceLROnPlateau(factor=0.1, patience=2, min_delta=0)
callback.set_model(model)
by_keras = []
for epoch, loss in enumerate(example_losses):
    by_keras.append(round(float(model.optimizer.learning_rate), 6))
    callback.on_epoch_end(epoch, {"val_loss": loss})
print("Keras:", by_keras)

assert by_keras == [0.5] * 4 + [0.05] * 3, "Keras should follow the table"

# %% [markdown]
# ## Beliefs, measured
#
# **"A schedule always helps."** You have seen our schedules fail at a small rate. Now test the belief with your own `step_decay`, which halves the rate every five epochs, against a constant rate. **Place your bet first**: at which of the rates 0.05, 0.2, 0.4 and 0.8 will your schedule be better? Put them into the list.

# %%
my_bet = [0.05, 0.2, 0.8]  # replace by the rates at which you believe in the schedule

gain_at = {}
if solved("step_decay"):
    for rate in [0.05, 0.2, 0.4, 0.8]:
        mine = [step_decay(epoch, rate, every=5) for epoch in range(20)]
        by_epoch = Configuration(num_epochs=20, schedule=mine.__getitem__)
        runs = sweep([by_epoch], sequences, seeds=range(10), test_curves=True)
        gain_at[rate] = ends(runs) - at_peak("constant", rate, "val_accuracy")

# %% [markdown]
# The cell prints the mean over ten seeds, and the lowest and the highest of them. A positive number means that your schedule was better. (This cell needs exercise 3.)

# %% tags=["nbval-ignore-output"]
for rate, gain in gain_at.items():
    bet = "you bet on it" if rate in my_bet else "you did not bet on it"
    print(f"rate {rate:.2f}: {gain.mean():+.3f} ({gain.min():+.3f} to {gain.max():+.3f}), {bet}")
if gain_at:
    assert gain_at[0.05].mean() < -0.03, "at a small rate it should hurt"
    assert gain_at[0.8].mean() > 0.02, "at a large rate it should help"
    assert gain_at[0.2].mean() < gain_at[0.8].mean() + 0.005, (
        "in between its gain should be smaller"
    )

# %% [markdown]
# The belief is wrong at the smallest rate and true at the largest. Where travelling takes the whole training, a schedule costs accuracy. Where settling is the trouble, it helps. In between its gain is smaller.
#
# What the notes say about schedules, measured in this lesson:
#
# | The notes say | We found |
# |---|---|
# | scheduling changes the rate 학습 속도에 따라서 (with the speed of learning) | most schedules look at the epoch or the step only; the plateau rule watches the loss |
# | `0.001 * tf.math.exp(...)` in the scheduler | Keras 3 stops in epoch 10 (counted from 0): it refuses a tensor |
# | Keras has a very good callback for it | it has; but it hands the current rate to a second argument, if there is one |

# %% [markdown]
# ### What is used today
#
# - Planned length, one training: linear or cosine down to 0, with a short warm-up. The *tuning playbook* of Google begins with these two and calls the best family an open question.
# - **The length of the schedule is the length of the training.** A cosine over 100 epochs that is stopped after 60 has not settled. If you change the number of epochs you have another schedule, and should try its peak again (lesson 16).
# - Length not known, or very long: warm-up, stable, decay; or averaged weights instead of a decay. *Schedule-free* optimizers build the average into the step; lesson 03 tries one.

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# A step decay starts at 0.2, with a factor of 0.5 every 10 epochs. Epochs are counted from 0. Which rate is used in epoch 34?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = 0.025
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# A model that is too simple for its data trains with a constant rate of 0.08. After 50 epochs its loss has settled at 0.06 above the lowest value that is possible for this model, and stays there. About how far above it will the loss settle if you go on with a rate of 0.02?

# %% solution="quiz_2"
quiz_2 = None  # replace None by a number
### BEGIN SOLUTION
quiz_2 = 0.015
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# ```python
# def halve(epoch, rate=0.5):
#     return rate * 0.5
#
# model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.8), loss="mse")
# model.fit(x, y, epochs=4, callbacks=[keras.callbacks.LearningRateScheduler(halve)])
# ```
#
# Which rate is used in the last of the four epochs?

# %% solution="quiz_3"
quiz_3 = None  # replace None by a number
### BEGIN SOLUTION
quiz_3 = 0.05
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# ### Question 4
#
# You have found that 0.03 is the best constant rate for a model that is trained with plain SGD. Now you want to train it with a cosine schedule of the same length. You can afford three trainings. Which peaks do you try?
#
# - a) 0.03 only, with three seeds, because that is the best rate
# - b) 0.01, 0.003 and 0.001, because a schedule is about small rates
# - c) 0.029, 0.030 and 0.031
# - d) 0.03, 0.06 and 0.12

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
# A training runs with `ReduceLROnPlateau(factor=0.5, patience=3, min_delta=0)` from rate 0.4. The validation losses of the epochs 0 to 8 are
#
# 0.9, 0.7, 0.8, 0.75, 0.71, 0.6, 0.65, 0.62, 0.61
#
# Which rate is used in epoch 9?

# %% solution="quiz_5"
quiz_5 = None  # replace None by a number
### BEGIN SOLUTION
quiz_5 = 0.1
### END SOLUTION

# %% test="quiz_5" points=1
check("question 5", quiz_5, secret=True)

# %% [markdown]
# ## In your own words
#
# A colleague reports: "I trained our network for 20 epochs with a constant rate of 0.4, the rate that our old project used, and once more with a cosine schedule that starts at 0.4. The cosine was three points better. So cosine is worth three points, and we should use it in the new project too, which trains for 3 epochs."
#
# Answer her in four to eight sentences
#
# - why the cosine may well have been better in her experiment: what happens at a constant rate near the end, and what the schedule changes,
# - why "cosine is worth three points" does not follow from it, and which experiment would show what it is worth,
# - for what reason it might be worth nothing, or less, in a training of 3 epochs.
#
# (3 points, read by a person.)

# %% [markdown] written="three_points" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: the gradient of a batch is noisy; near the bottom the noise keeps kicking the weights out, as long as the network does not fit every example, and the loss stays at a height that grows with the rate. A rate that falls lowers it, so the weights settle. (The condition is not asked for. Half a point for "small steps are more precise" without noise or floor.)
# - **Part 2**: 0.4 was not tuned for either side; a smaller constant rate may close most of the gap, and a larger peak may widen it. A fair experiment gives each its own best rate, chosen on validation data, with several seeds on both sides, and reports on test data. (Half a point if only more seeds, or only tuning, is named.)
# - **Part 3**: in 3 epochs the training may not have arrived anywhere near the bottom: it is travelling, not settling, and then a falling rate takes away distance. (Full also for: the best peak may depend on the length, so a peak that is taken over has to be tried again and may be too small.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).**
#
# **A full answer**: Each step uses the gradient of a few images, which is the true gradient plus noise. Near the bottom the true gradient is nearly zero and, as long as not every image is fitted, the noise is not. So a constant rate keeps throwing the weights about. The cosine lets the rate go to zero at the end, so the noise dies down and the weights settle. But 0.4 was never tuned for this network. With a constant rate of 0.1 the noise would also have done less harm, and the cosine may do better still with a higher peak. I would give each side several rates and several seeds, choose the rate of each by validation accuracy, and compare them on test data. In three epochs the network may still be on its way when the training ends. Then there is nothing to settle, and smaller steps only mean that it gets less far.
#
# **A half answer (2 points)**: A constant rate jumps around the minimum because batches are noisy, and the schedule makes the jumps smaller at the end. But she compared only one rate. She should try several for both and use more than one seed. (Nothing on three epochs.)
#
# **A half answer (1 point)**: Cosine is better because the steps get smaller and hit the minimum precisely. One should repeat it with more seeds to be sure. (Precision is named without the noise, tuning is missing, and so is the third part.)
#
# **An empty answer**: Cosine is the best schedule, so it will help in the new project too. She should try warm-up as well.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Where a model cannot fit every example, noise keeps the loss of a constant rate at a floor: half the rate, about half the floor. Our network can fit every example: after epoch 20 its loss fell to less than a third, and ended lower with the larger rate. But on its way the noise is there too, and a smaller rate lifted the accuracy within an epoch.
# - The mean of the weights at several moments settles too, without any change of the rate. In a short training Keras's `use_ema` with its default momentum is largely the start.
# - A schedule travels with a large rate and settles with a small rate. With plain SGD its best peak was larger here than the best constant rate. Warm-up, stable, decay leaves the end open.
# - Compare fairly: each side with its own best rate, chosen by the mean over seeds on validation data, and reported on test data with its standard error. A best rate at the end of the list says that the list is too short.
# - At a rate that was too small our schedules hurt. Warm-up helped at a peak that was too large, and made little difference at a moderate peak.
# - In Keras a schedule by the epoch must return a float and should take the epoch alone; `CosineDecay` counts steps.
# - Measured with plain SGD without momentum, batches of 32, two and three hidden layers of 64 relu units (and none), 1,280 clothes and 2,000 sequences, 20 epochs (100 and 200 for the floor, 1 for `use_ema`), 3 to 24 seeds (1 for `use_ema`; up to 80 in the folds).

# %% [markdown]
# ## Sources
#
# - H. Robbins, S. Monro, *A Stochastic Approximation Method*, Annals of Mathematical Statistics 22, 1951: why the steps have to shrink.
# - L. Bottou, F. Curtis, J. Nocedal, *Optimization Methods for Large-Scale Machine Learning*, SIAM Review 2018, arXiv:1606.04838: section 4, the floor of a constant rate.
# - S. Ma, R. Bassily, M. Belkin, *The Power of Interpolation*, ICML 2018, arXiv:1712.06559: why the noise ends where every example is fitted.
# - P. Izmailov and others, *Averaging Weights Leads to Wider Optima and Better Generalization*, UAI 2018, arXiv:1803.05407: the mean of the places.
# - I. Loshchilov, F. Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, ICLR 2017, arXiv:1608.03983: the cosine.
# - P. Goyal and others, *Accurate, Large Minibatch SGD*, 2017, arXiv:1706.02677: section 2.2, warm-up.
# - D. S. Kalra, M. Barkeshli, *Why Warmup the Learning Rate? Underlying Mechanisms and Improvements*, NeurIPS 2024, arXiv:2406.09405: warm-up lets a network bear a larger peak.
# - A. Defazio and others, *Optimal Linear Decay Learning Rate Schedules and Further Refinements*, 2023, arXiv:2310.07831: the case for the straight line.
# - S. Hu and others, *MiniCPM*, 2024, arXiv:2404.06395: warm-up, stable, decay.
# - A. Defazio and others, *The Road Less Scheduled*, NeurIPS 2024, arXiv:2405.15682: schedule-free steps.
# - V. Godbole, G. Dahl, J. Gilmer, C. Shallue, Z. Nado, *Deep Learning Tuning Playbook*, 2023, <https://github.com/google-research/tuning_playbook>: which schedule to begin with.
# - S. Greydanus, D. Kobak, *Scaling Down Deep Learning with MNIST-1D*, ICML 2024, arXiv:2011.14439: the kind of sequences used here.
# - Keras, *LearningRateScheduler*, <https://keras.io/api/callbacks/learning_rate_scheduler/>, *ReduceLROnPlateau*, <https://keras.io/api/callbacks/reduce_lr_on_plateau/>, and *CosineDecay*, <https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/>.
