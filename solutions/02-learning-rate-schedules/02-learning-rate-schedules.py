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
# Run time: about 57 s; your own time: about 140 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# New terms
#
# | English | Korean | Meaning |
# |---|---|---|
# | learning-rate schedule | 학습률 스케줄, 학습률 스케줄링, 학습률 스케줄러 (Learning Rate Scheduling) | a rule that says which rate is used in which epoch or step |
# | callback | 콜백 (in the notes: 콜백함수) | an object that Keras calls at fixed moments of a training |
# | peak rate | 최대 학습률 | the largest rate of a schedule |
# | noise floor | 노이즈 플로어 | the height above the bottom at which a noisy descent with a constant rate stays |
# | weight averaging | 가중치 평균 (가중치 평균화) | the mean of the weights at several moments of one training; no weighted mean (가중 평균) |
# | step decay | 계단식 감소 (스텝 감쇠) | the rate is multiplied by a factor every so many epochs |
# | exponential decay | 지수 감소 (지수 감쇠) | the rate is multiplied by the same factor in every epoch |
# | cosine decay | 코사인 감소, 코사인 감쇠 (코사인 어닐링) | the rate follows half a cosine from its peak down to the end |
# | warm-up | 웜업 (워밍업) | the rate grows in the first steps, from almost nothing to its peak |
# | warm-up, stable, decay (WSD) | WSD 스케줄 | up, then constant for most of the training, then down to almost nothing |
# | standard error | 표준 오차 (standard error) | how far a mean over some seeds typically lies from the mean over very many |
# | plateau | 정체 구간 | a stretch of training in which the loss finds no new lowest value |

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
# Keras takes some seconds to load. (The notebook waits, and so should you.)

# %% tags=["setup"]
import keras
import tensorflow as tf

from helpers.training import (
    Configuration,
    largest_curvature,
    rates_in_training,
    scheduled_rates,
    starting_weights,
    sweep,
    trained_model,
)

# %% [markdown]
# ## One line in epoch 15
#
# In lesson 01 you looked for one good rate and kept it from the first step to the last. Now we change it on the way, once.
#
# We train the network of lesson 01 for 20 epochs with a rate of 0.4. That is on the high side: lesson 01 found its best rates at 0.1 and 0.3. Then we train it again, from the same start and with the same images in the same order. Only one thing differs: after 14 epochs the rate is divided by ten.
#
# **Guess before you run the cell**: what will the accuracy do when the steps become ten times as small?

# %%
clothes = fashion_mnist()
high = Configuration(learning_rate=0.4, num_epochs=20)
dropped = Configuration(num_epochs=20, schedule=lambda epoch: 0.4 if epoch < 14 else 0.04)
constant_runs = sweep([high], clothes, seeds=range(24))
dropped_runs = sweep([dropped], clothes, seeds=range(24))

# %% [markdown]
# The line is the mean over twenty-four seeds, the band is one standard deviation. Up to epoch 14 both are the same runs, so one lies on the other. **Look at what happens then, to the line and to the band.**

# %%
figure, ax = plt.subplots()
plotting.plot_curves(constant_runs, ax=ax, metric="val_accuracies", label="constant")
plotting.plot_curves(dropped_runs, ax=ax, metric="val_accuracies", label="divided by 10")
plt.show()

# %% [markdown]
# The accuracy jumps, within one epoch, and the band nearly closes.
#
# Is it perhaps the small rate that is better, and we should have used it from the start? The next cell asks that too.

# %% tags=["nbval-ignore-output"]
small_runs = sweep([Configuration(learning_rate=0.04, num_epochs=20)], clothes, seeds=range(12))


def ends(runs):
    """The last validation accuracy of each run."""
    return np.array([run.val_accuracy for run in runs])


for name, runs in {"0.4": constant_runs, "0.04": small_runs,
                   "0.4, then 0.04": dropped_runs}.items():
    print(f"{name:14}  mean {ends(runs).mean():.3f}  deviation {ends(runs).std():.3f}")

assert (ends(dropped_runs) > ends(constant_runs)).sum() >= 16, "most seeds should gain"
assert ends(dropped_runs).mean() > ends(constant_runs).mean() + 0.005, "the drop should help"
assert ends(dropped_runs).mean() > ends(small_runs).mean() + 0.02, (
    "the small rate alone is worse"
)

# %% [markdown]
# Neither of these two rates gets there alone. First the large one, then the small one: together they do. (What a schedule is worth beside the *best* constant rate, we measure further down.) A rule that says which rate is used when is called a **learning-rate schedule** (학습률 스케줄; the notes say Learning Rate Scheduling).

# %% [markdown]
# What did that one epoch do? Perhaps the smaller steps found the way to a better place. Then the weights must have moved. We look at how far.
#
# For this we need the weights in the middle of a training. The same seed gives the same start and the same order of the images. So a shorter training is the beginning of the longer one, and ends with the weights of that moment.


# %%
def weights_after(num_epochs, late_rate=0.4):
    """The weights of twelve networks after so many epochs at 0.4, or at late_rate from epoch 14
    on.
    """
    stopped = Configuration(num_epochs=num_epochs,
                            schedule=lambda epoch: 0.4 if epoch < 14 else late_rate)
    return [run.weights for run in sweep([stopped], clothes, seeds=range(12))]


places = {num_epochs: weights_after(num_epochs) for num_epochs in range(14, 20)}
places[0] = [starting_weights(high, clothes, seed) for seed in range(12)]
places[20] = [run.weights for run in constant_runs[:12]]
after_the_drop = weights_after(15, late_rate=0.04)


# %% [markdown]
# The distance of two places is the length of the difference of all their weights.


# %% tags=["nbval-ignore-output"]
def distances(here, there):
    """How far apart the weights of each network are."""
    flat = lambda weights: np.concatenate([array.ravel() for array in weights])
    return np.array([np.linalg.norm(flat(a) - flat(b)) for a, b in zip(here, there,
                                                                       strict=True)])


ways = {"from the start to epoch 14": distances(places[0], places[14])}
ways["one more epoch at 0.4"] = distances(places[14], places[15])
ways["one more epoch at 0.04"] = distances(places[14], after_the_drop)
for name, lengths in ways.items():
    print(f"{name:27} {lengths.mean():5.2f} ({lengths.min():.2f} to {lengths.max():.2f})")
long, usual, short = ways.values()
assert short.mean() < usual.mean() / 2, "the small rate should go less than half as far"
assert short.max() < long.min() / 10, "and that is little, beside the whole way"

# %% [markdown]
# The small rate went *less* far than the large one. Beside the whole way that is next to nothing. So it did not travel far. After 14 epochs a better place was near, and the large rate did not settle there.

# %% [markdown]
# ## Why a constant rate does not settle
#
# The network sees 32 images at a time. The gradient of 32 images is not the gradient of all images: it is that gradient plus some noise. At the bottom of a valley the true gradient is 0. Suppose that the noise is not. Then every step kicks the weights out of the bottom again, and the kick is as long as the rate times the noise.
#
# We look at one direction of a valley, with curvature $h$, and add noise of the same size to each gradient:
#
# $$w_{\text{new}} = w - \eta \, (h w + \sigma \xi)$$
#
# - $\eta$ is the learning rate,
# - $\sigma$ (sigma) is the size of the noise,
# - $\xi$ (xi) is a random number, drawn anew for every step, with mean 0 and variance 1.
#
# One walker would jitter. So we let 2000 walkers start at $w = 3$ and take the mean of their losses. **Look at how fast each rate falls, and at which height it stays.**

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
# The large rate is down after ten steps and then stays at its height for ever. The small one takes more than ten times as long and ends about twelve times as low. The third is as fast as the first and ends as low as the second: that is the jump in the picture of the network.
#
# The height can be computed. Let $m$ be the mean of $w^2$ over the walkers. A step multiplies $w$ by $1 - \eta h$ and adds noise of variance $\eta^2 \sigma^2$, so
#
# $$m_{\text{new}} = (1 - \eta h)^2 \, m + \eta^2 \sigma^2$$
#
# Where nothing changes any more, $m_{\text{new}} = m$. Solve that for $m$, and with the loss $\frac{1}{2} h m$ you have the **noise floor** (노이즈 플로어), the height at which a constant rate stays:
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
# Is it noise on the network too? Measured beside this lesson, with 24 seeds: after 14 epochs we went on at 0.4 for an epoch's 40 steps, but each with all 1,280 images. The validation accuracy rose from 0.775 to 0.812. (An epoch of small batches at 0.04 reached 0.809, one at 0.4 only 0.778.) So what kept these networks from settling was the noise of the batches.
#
# The rate has two jobs, and they want different things. To travel it should be large. To settle it should be small. A schedule gives each its time.

# %% [markdown]
# ## The mean of the places
#
# If noise throws the weights about around a good place, then their kicks point in all directions. The mean of the places that they pass should lie closer to the good place than each of them. And this can be tried **without touching the rate**.
#
# We take the first twelve of the networks that trained with 0.4 throughout, and the places where they stood after each of the epochs 14 to 20. For each network we take the mean of these seven, weight by weight, and put it into a model. **Guess**: will the mean be as good as the last place, as good as the dropped rate, or useless, since no network ever stood there?

# %% tags=["nbval-ignore-output"]
model = trained_model(constant_runs[0], clothes)


def accuracy_with(weights):
    """The validation accuracy of a network with these weights."""
    model.set_weights(weights)
    return np.mean(model(clothes.x_val).numpy().argmax(axis=1) == clothes.y_val)


averaged = []
for seven in zip(*[places[num_epochs] for num_epochs in range(14, 21)], strict=True):
    averaged.append(accuracy_with([np.mean(arrays, axis=0) for arrays in zip(*seven,
                                                                             strict=True)]))
averaged = np.array(averaged)

# %% [markdown]
# The same twelve seeds, three ways to end:

# %% tags=["nbval-ignore-output"]
last, settled = ends(constant_runs)[:12], ends(dropped_runs)[:12]
for name, values in {"last place": last, "rate dropped": settled,
                     "mean of seven places": averaged}.items():
    print(f"{name:20}  mean {values.mean():.3f}  deviation {values.std():.3f}")
of_twelve_starts = accuracy_with([np.mean(arrays, axis=0) for arrays in zip(*places[20],
                                                                            strict=True)])
print(f"one mean of the last places of all twelve networks: {of_twelve_starts:.3f}")

assert (averaged > last).sum() >= 8, "the mean of the places should mostly beat the last place"
to_dropped = np.median(averaged) - np.median(settled)
assert abs(to_dropped) < 0.015, "it should be about as good as the dropped rate"
assert of_twelve_starts < 0.5, "networks from different starts should have no mean that works"

# %% [markdown]
# **Weight averaging** (가중치 평균) gives nearly the same gain, and the rate was 0.4 to the last step. Here the places are those of *one* training. The mean over networks from different starts is useless, as the last number says. (Networks that are fine-tuned from one trained start are another case: *model soups*, in the sources. And batch normalization, of lesson 07, needs its statistics computed anew.)
#
# It is in wide use: as a mean over the last epochs (stochastic weight averaging), or as a running mean that slowly forgets (EMA). Keras's optimizers have `use_ema=True` for the second. Many large models are evaluated and handed out with such a mean.

# %% [markdown]
# ## Which models have a floor?
#
# The formula rests on one assumption: noise of the same size everywhere, at the bottom too. Is it so?
#
# The noise of a batch comes from the differences between examples: each pulls the weights its own way. A model that cannot fit all examples has to find a balance, and there they go on pulling. But a model that fits *every* example has nothing left to pull: at the bottom each single gradient is 0, and the noise is gone.
#
# So we look at two models. One has no hidden layer and sees sequences of 40 numbers, noisy and stretched, in ten classes. It is far too simple to fit them. The other is our network on its 1,280 images, for 200 epochs instead of 20. It can fit them all. **Guess before you look**: which of the two gets lower with the *larger* rate?

# %%
sequences = m1d()
simple_rates, network_rates = [0.4, 0.2, 0.1], [0.2, 0.05]
simple_configurations = [Configuration(rate, num_epochs=100, hidden=()) for rate in simple_rates]
simple_runs = sweep(simple_configurations, sequences, seeds=range(4))
network_runs = sweep([Configuration(rate, num_epochs=200) for rate in network_rates], clothes,
                     seeds=range(3))

# %% [markdown]
# For the simple model we also need the lowest loss that is possible, so that we can see how far above it each rate stays. Its landscape has a single bottom, and a rate that falls to 0 leads there.

# %%
falling = Configuration(num_epochs=100, hidden=(),
                        schedule=lambda epoch: 0.4 * (1 - epoch / 100))
lowest = np.mean([run.train_losses[-1] for run in sweep([falling], sequences, seeds=range(4))])


def median_losses(runs, rate):
    """The training loss in each epoch, the median over the seeds."""
    return np.median([run.train_losses
                      for run in runs if run.configuration.learning_rate == rate], axis=0)


figure, panels = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
plotting.plot_losses({f"{r}": median_losses(simple_runs, r) - lowest for r in simple_rates},
                     panels[0])
plotting.plot_losses({f"{r}": median_losses(network_runs, r) for r in network_rates}, panels[1])
panels[0].set(title="too simple", xlabel="epoch (from 0)", ylabel="loss above the lowest")
panels[1].set(title="can fit every image", xlabel="epoch (from 0)", ylabel="training loss")
plt.show()

# %% [markdown]
# Left: 0.4 soon stays at its height, 0.2 nearly so, and 0.1 still falls a little at the end. Right: both lines jump, and in the end they are far below where they were after 20 epochs. Now as numbers: left the mean of the last 30 epochs, right the median of the three seeds, in the end also over the last 20 epochs.

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
# The simple model has its floor: half the rate, about half the height. The network has reached none by epoch 20: after that its loss falls to less than a third. And there the *larger* rate is lower, the other way round: it has come further. (That is the training loss. The validation loss of these runs rose in the meantime, so lower is not better here.)
#
# So "a constant rate does not settle" is true of a model that **cannot fit every example, or has not done so yet**. Our network after 14 epochs had not: it was on its way, and the noise was there. Large language models see most of their examples once or a few times. They are in the same case.

# %% [markdown]
# ### Play
#
# Here is a valley with two directions and noisy gradients. Choose a schedule and move its peak rate. Find a peak at which *constant* beats *cosine*. Then find the peak at which *cosine* ends lowest, and see how large it is. (Where no slider appears, you see five schedules in one picture, at one peak.)

# %%
schedule_slider()

# %% [markdown]
# ## The scheduler of the notes
#
# The notes give this function for Keras. It holds the rate at 0.001 for ten epochs and lets it fall from then on, by the same factor in every epoch: **exponential decay** (지수 감소).

# %%
def notes_scheduler(epoch):
    if epoch < 10:
        return 0.001
    return 0.001 * tf.math.exp(0.1 * (10 - epoch))


# %% [markdown]
# In Keras a schedule becomes a **callback** (콜백): an object that Keras calls at fixed moments of a training. The callback `LearningRateScheduler` asks the function at the start of each epoch, with the number of the epoch, counted from 0, and sets the optimizer's rate.
#
# `rates_in_training` trains a model with one weight under a callback and lists the rates that were really used. (Nothing is learned there; it takes a moment.) **Run it and see how far it gets.**

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
# For ten epochs all is well. Then the other branch runs, `tf.math.exp` returns a **tensor** (텐서), and Keras 3 takes only a `float`: one of Python, or one of NumPy. A long training would have died in its eleventh epoch.
#
# The remedy is a function that computes with Python's numbers. `math.exp(x)` is $e^x$ as a Python `float`, and so is everything that `+ - * /` make of floats. (A `float` of Python can also be written into a log as it is. So that is what we ask for.)

# %% [markdown]
# ### Exercise 1: `hold_then_decay` (2 points)
#
# The notes' schedule, repaired, with its three numbers as arguments. In epoch $t$, counted from 0, the rate is
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
check("held for 2 epochs, then falling", lambda: [hold_then_decay(epoch, 0.5, 2,
                                                                  0.3) for epoch in range(13)])
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
# Your function has more than one argument. That is convenient, and it has a catch. `LearningRateScheduler` first tries to call the function with *two* arguments: the epoch, and the rate that the optimizer has at this moment. Only when that fails does it call it with the epoch alone.
#
# So whatever stands second in your function receives the current rate. Here is a function whose second argument is meant to be something else. **Compare what it says with what Keras trains with.**

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
# The first two rates agree, so a short look would not have found it. From then on every epoch takes the *already lowered* rate for `first_rate` and lowers it again. After five epochs it is less than a twentieth of what was meant. No error, no warning: the training gets slower and slower.
#
# The way out is a function with the epoch as its only argument. Python writes small ones in place: `lambda epoch: 0.1 / (1 + epoch)` is a function that takes `epoch` and returns what stands behind the colon.

# %% [markdown]
# ### Exercise 2: `scheduler_callback` (1 point)
#
# Write a function that makes a callback from *any* schedule, and avoids both traps:
#
# - The schedule may have further arguments with defaults. It must be called with the epoch alone, so that these keep their defaults.
# - The schedule may return any kind of number: a float, an integer, a tensor as in the notes. Keras refuses the last two. `float(x)` makes a Python float from each of them.
#
# In `rates_in_training` an epoch has a single batch. The checks also look at a training with two batches in each epoch:

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
# How many drops there have been up to an epoch is a division without remainder. In Python that is `//`: `7 // 3` is 2.

# %% [markdown]
# ### Exercise 3: `step_decay` (2 points)
#
# The function should depend on its arguments alone. A training may be interrupted and go on with epoch 12: then the first epoch that your function is asked for is 12.

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
# ## Without steps: linear and cosine
#
# When should the drop come? Too early, and the journey is not over. Too late, and there is no time to settle. One can avoid the question by going down all the time. Two such schedules are in wide use today.
#
# - **Linear**: a straight line from the peak down to 0.
# - **Cosine decay** (코사인 감소): half a cosine. It stays near the peak for a while, falls in the middle, and takes its time at the end.
#
# They are often used by the *step* instead of the epoch, so that the rate changes after every batch. `scheduled_rates` gives the rates of a whole training as an array. **Look at where each of them spends its time.**

# %%
figure, panels = plt.subplots(1, 2, figsize=(9, 3), layout="constrained")
for ax, kinds in zip(
    panels, [["constant", "step", "exponential"], ["linear", "cosine", "warm-up + cosine"]],
                     strict=True
):
    plotting.plot_schedules({kind: scheduled_rates(kind, 0.4, 200) for kind in kinds}, 200, ax,
                            unit="step")
panels[1].set_ylabel("")
plt.show()

# %% [markdown]
# The last one begins with a **warm-up** (웜업): in the first tenth of the steps the rate grows from almost nothing to the peak. What that is good for, we measure further down.
#
# Keras has this schedule ready, by the step. It is no callback: it takes the place of the rate in the optimizer. Five numbers describe it. **Compare what they say with the rates that come out.**

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
# Three things to know about it.
#
# - The very first step has the rate 0 here. It is wasted.
# - `decay_steps` counts from the *end* of the warm-up. The whole training is the sum of both.
# - `alpha` is the last rate as a share of the peak. Behind the last step the rate stays there. Whoever counts epochs instead of steps has reached the end after a few batches.

# %% [markdown]
# ## Without a fixed end: warm-up, stable, decay
#
# Linear and cosine must know in advance how long the training will be. Say you have trained for 20 epochs with a cosine, and the result is good but not good enough. Going on makes no sense: the rate is at 0. The first half of a cosine over 40 epochs is another training. You begin again.
#
# Many large models of the last years are therefore trained with three plain parts, **warm-up, stable, decay** (WSD 스케줄), WSD for short. The rate grows to its peak in a few steps, stays there for most of the training, and falls at the end. Whoever wants to train longer goes back to the last place *before* the fall, and stays at the peak some more. The long part was not wasted.
#
# That is the first picture of this lesson, with a ramp at either end.
#
# Number the steps from 0, and call the rate of step $s$ $\eta_s$. With `warmup_steps` $= W$ the warm-up takes the steps $0, \dots, W - 1$, in equal parts, and the last of them has the peak rate $\eta_{\max}$:
#
# $$\eta_s = \eta_{\max} \, \frac{s + 1}{W} \qquad \text{for } s < W$$
#
# So the very first step is short, but not zero.
#
# The decay is its **mirror image**: it takes the last `decay_steps` $= D$ steps, in equal parts. The first of them still has the peak rate, and the very last step of the training is short, but not zero.

# %% [markdown]
# ### Exercise 4: `warmup_stable_decay` (3 points)
#
# One example for your own tests: with $W = 2$, $D = 4$, 8 steps in all and a peak of 1 the rates are 0.5, 1, 1, 1, 1, 0.75, 0.5 and 0.25.

# %% solution="warmup_stable_decay"
def warmup_stable_decay(step, peak_rate, warmup_steps, decay_steps, total_steps):
    """Return the rate of a step, a number: up in equal parts, then the peak, then down in equal parts.

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
# Is a schedule better than a constant rate? The first picture does not answer that. It compared both at the same rate, 0.4, which is too high for a constant one. **Each schedule must be allowed its own best peak, and so must the constant rate.** Whoever tunes one side and not the other measures his own diligence.
#
# We take the sequences, on which training is harder than on clothes, and lesson 01's network. A training here has 20 epochs. A constant rate and three schedules, seven peaks, ten seeds: 280 trainings.

# %%
peaks = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2]


def with_schedule(kind, peak):
    """Twenty epochs with a schedule by its name."""
    rates = scheduled_rates(kind, peak, 20)
    return Configuration(learning_rate=peak, num_epochs=20, schedule=lambda epoch: rates[epoch])


# %% [markdown]
# First the constant rate and the exponential decay. (The exponential falls to a fiftieth of its peak. How far it falls is a second number to choose.)


# %%
def runs_with(kind):
    """Ten seeds of each peak."""
    configurations = [with_schedule(kind, peak) for peak in peaks]
    return sweep(configurations, sequences, seeds=range(10), test_curves=True)


runs_of = {kind: runs_with(kind) for kind in ["constant", "exponential"]}

# %% [markdown]
# Then the two that go down to 0. Their last epoch has the rate 0 here and changes nothing, so they train for 19 epochs, the others for 20:

# %%
runs_of |= {kind: runs_with(kind) for kind in ["linear", "cosine"]}

# %% [markdown]
# Each dot is one training, each line the mean of ten. The axis shows the peak rate. (At 3.2 each of them ends far lower; these runs are left out of the picture.) **Compare the tops of the lines, then their left ends.**

# %%
figure, ax = plt.subplots()
for kind, runs in runs_of.items():
    shown = [run for run in runs if run.configuration.learning_rate < 3]
    plotting.plot_sweep(shown, ax=ax, label=kind)
ax.set_xlabel("peak learning rate")
ax.get_legend().remove()
plt.show()

# %% [markdown]
# Three things stand in this picture. First the tops. Which schedule reaches most? A fair answer has four parts, the same for each of them:
#
# - **Choose the peak**: the one whose runs have the highest validation accuracy *in the mean*. The highest single run is no guide. It is the luckiest of ten seeds, and a peak at which runs differ widely has lucky ones.
# - **Report on the test data**, which played no part in the choice. We took this peak *because* its validation accuracies came out high. A part of that was luck, and luck does not repeat itself.
# - **Say how sure the mean is.** A mean of ten seeds lies a bit above or below the mean of very many, typically by its **standard error** (표준 오차) of $s / \sqrt{n}$. Here $n$ is the number of runs in the mean, and $s$ is their standard deviation with $n - 1$ in its denominator, in NumPy `values.std(ddof=1)`. (Without `ddof=1` NumPy divides by $n$, and makes few runs look surer than they are.) It tells what other seeds would change. The test images are a sample too, and other images would change something as well.
# - **Look where the peak stands.** If it is the first or the last of the list, then nobody knows what lies beyond, and the sweep should go on there. That is why 3.2 is in our list.

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
# the best peak is 0.2. Its runs reach 0.55 on the test data, with a standard error of 0.01, and the peak is not at the end of the list. (At 0.4 there is the best single run, and on the test data the higher mean. Neither of them decides. And with two seeds plain `std()` happens to be the standard error as well; with more it is not.)
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
# Then your function looks at each schedule. Behind ± stands the standard error.

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
# Each schedule beats the best constant rate, by far more than the standard errors: what we see is not the luck of ten seeds. And every best peak stands inside the list.
#
# In this table the straight line is ahead of the other two, by one to three points. May we put them in order? Not with this list alone. Its peaks are a factor of two apart, and one schedule's best peak may lie between two of them. A standard error speaks of seeds and knows nothing of that.
#
# So we tried finer steps beside this lesson, with 80 seeds, on test data: linear 0.560 at 1.6, cosine 0.555 at 1.13, exponential 0.534 at 1.6. The line's lead over the cosine shrinks to 0.005 ± 0.003, too little for an order. It stays ahead of the exponential, but about half of that lead comes from an end that we had not tuned: down to a tenth of 1.6 instead of a fiftieth, the exponential reached 0.548 ± 0.004, with 30 seeds of its own. The line had 0.562 ± 0.003 with the same seeds.
#
# Second, **here the best peaks of the schedules are larger than the best constant rate**. A schedule does not have to settle at its peak, so the peak may be made for travelling. Whoever had tried the schedules only at 0.2, the best constant rate, would have missed most of their gain, and would have found the exponential behind the constant rate. We go from there to eight times as much, and see who gains. (At 3.2 all of them end far lower. Lesson 12 makes a rule of what that is good for.)

# %% tags=["nbval-ignore-output"]
gains = {}
for kind in runs_of:
    small, large, largest = [at_peak(kind, peak, "val_accuracy").mean() for peak in [0.2, 1.6,
                                                                                     3.2]]
    print(f"{kind:12} at 0.2: {small:.3f}, at 1.6: {large:.3f}, at 3.2: {largest:.3f}")
    gains[kind] = large - small
    assert largest < small, "3.2 should be too large"

constant, *scheduled = gains.values()
assert np.mean(scheduled) > 0.01, "the schedules should gain at a larger peak"
assert constant < -0.05, "a constant rate should lose"

# %% [markdown]
# Third, look at the left end: **there the constant rate wins, by far.** At a rate that is too small, training has not arrived after 20 epochs. Making it smaller still is the last thing it needs.

# %% tags=["nbval-ignore-output"]
at_the_left = {kind: at_peak(kind, 0.05, "val_accuracy").mean() for kind in runs_of}
for kind, accuracy in at_the_left.items():
    print(f"{kind:12} at 0.05: {accuracy:.3f}")

constant = at_the_left.pop("constant")
assert max(at_the_left.values()) < constant - 0.03, (
    "a schedule should hurt at a rate that is too small"
)

# %% [markdown]
# So a schedule is no gift. Here it moved the best peak up and lifted the top, and it punished a rate that was too small to begin with.
#
# All this is plain SGD. Optimizers with a memory, such as momentum and Adam, have other best rates; Adam's are far smaller. Lesson 03 (*Momentum and Adam: does a step need a memory?*) gives each of them its own, with and without a schedule.

# %% [markdown]
# ### Your schedule on trial
#
# And warm-up, stable, decay? It has a second number to choose, the length of the decay. We take your function, let the decay have the last 40 % of the steps (we tried no other), and try three peaks. The warm-up is short, one epoch.

# %%
stable_runs = {}
if solved("warmup_stable_decay"):
    for peak in [0.4, 0.8, 1.6]:
        rates = [warmup_stable_decay(step, peak, 63, 504, 1260) for step in range(1260)]
        by_steps = Configuration(peak, num_epochs=20, schedule=rates.__getitem__,
                                 schedule_by="step")
        stable_runs[peak] = sweep([by_steps], sequences, seeds=range(10), test_curves=True)

# %% [markdown]
# Your function `at_its_best` chooses its peak as for the others, out of three instead of seven. Another difference: its rate changes by the step, and theirs by the epoch. (It needs exercises 4 and 5.)

# %% tags=["nbval-ignore-output"]
if stable_runs and solved("at_its_best"):
    by_peak = list(stable_runs.values())
    val = np.array([ends(runs) for runs in by_peak])
    test = np.array([[run.test_accuracy for run in runs] for runs in by_peak])
    best["your schedule"] = at_its_best(list(stable_runs), val, test)
    for kind in ["constant", "linear", "your schedule"]:
        found = best[kind]
        print(f"{kind:13} {found['mean']:.3f} ± {found['standard_error']:.3f} "
              f"at {found['peak']:.2f}")
    constant, linear, stable = [best[kind]["mean"] for kind in ["constant", "linear",
                                                                "your schedule"]]
    assert stable > constant + 0.01, "it should beat the best constant rate"
    assert abs(stable - linear) < stable - constant, "and come closer to the straight line"

# %% [markdown]
# It comes closer to the straight line than to the constant rate, and its long middle part knows nothing of the end. Since it was tried in another way, read the table as "about as good", and not as an order.

# %% [markdown]
# ## Warm-up
#
# Some networks start where the valley is steep and come to flatter ground within an epoch. Others start where it is flat, and it grows steeper on the way. We measure the largest curvature of lesson 01, in two networks of each kind. The first kind has three hidden layers, and its initial weights are drawn in a way that is called `he_normal` (lesson 06). The second is the network that we have used up to now. (The two also differ in their data, and we look after one epoch at the first and after twenty at the second. So this shows that both happen, not why.)


# %%
three_layers = {"hidden": (64, 64, 64), "initializer": "he_normal"}


def curvatures(data, num_epochs, **settings):
    """The largest curvature of two networks after so many epochs at 0.1; 0 epochs: where they
    start.
    """
    rate = 0.1 if num_epochs else 0.0  # an epoch at rate 0 leaves them there
    stopped = Configuration(num_epochs=max(num_epochs, 1), schedule=lambda epoch: rate,
                            **settings)
    return np.array([largest_curvature(run, data) for run in sweep([stopped], data,
                                                                   seeds=range(2))])


steep = [curvatures(sequences, num_epochs, **three_layers) for num_epochs in (0, 1)]
flat = [curvatures(clothes, num_epochs) for num_epochs in (0, 20)]

# %% [markdown]
# Each number is one network:

# %% tags=["nbval-ignore-output"]
print("three layers, sequences: at the start", steep[0].round(1), "after one epoch",
      steep[1].round(1))
print("two layers, clothes:     at the start", flat[0].round(1), "after 20 epochs",
      flat[1].round(1))
assert steep[1].mean() < steep[0].mean(), "one should come to flatter ground"
assert (flat[1] > flat[0]).all(), "the other should grow steeper"

# %% [markdown]
# The network that starts steep is flatter after one epoch, but not for good. Measured beside this lesson, with sixteen such networks: a mean of 16.5 at the start, 7.8 after one epoch, 12.7 after 20. So the curvature at a rate of 0.1 does not tell us which larger rate a network bears. One explanation of warm-up is that the growing rate itself drives the network to flatter ground (Kalra and Barkeshli, in the sources). We only measure whether it helps.
#
# We take this network, with its three hidden layers, and two peaks: 0.7, which all of these networks bear, and 1.4, which is too large for most of them. Twelve seeds at the first and twenty-four at the second, where chance is larger, with and without a warm-up in the first tenth of the steps.

# %%
def by_step(kind, peak, num_steps=20 * 63):
    """Three layers, and a schedule by the step: 63 batches an epoch, 20 epochs."""
    rates = scheduled_rates(kind, peak, num_steps)
    by_steps = {"schedule": lambda step: rates[step], "schedule_by": "step"}
    return Configuration(peak, num_epochs=20, **by_steps, **three_layers)


warm = {}
for peak, num_seeds in [(0.7, 12), (1.4, 24)]:
    for kind in ["cosine", "warm-up + cosine"]:
        warm[peak, kind] = ends(sweep([by_step(kind, peak)], sequences, seeds=range(num_seeds)))

# %% [markdown]
# The means over all seeds, and the worst of them:

# %% tags=["nbval-ignore-output"]
for (peak, kind), accuracies in warm.items():
    print(f"peak {peak:.1f}, {kind:17} mean {accuracies.mean():.3f}  worst "
          f"{accuracies.min():.3f}")
better = (warm[1.4, "warm-up + cosine"] > warm[1.4, "cosine"]).sum()
print(f"at peak 1.4, {better} of 24 networks end higher with a warm-up")

means = {which: accuracies.mean() for which, accuracies in warm.items()}
moderate = means[0.7, "warm-up + cosine"] - means[0.7, "cosine"]
assert warm[0.7, "cosine"].min() > 0.4, "all should bear 0.7"
assert means[1.4, "cosine"] < means[0.7, "cosine"] - 0.05, "1.4 should be too large for most"
assert better > 12, "at that peak most networks should end higher with a warm-up"
assert abs(moderate) < 0.025, "at the moderate peak it should make little difference"
assert means[1.4, "warm-up + cosine"] < means[0.7, "cosine"] - 0.03, (
    "a moderate peak should be better"
)

# %% [markdown]
# At the peak that is too large most networks end higher with a warm-up. At the moderate peak it makes little difference. And there the mean is higher, also without a warm-up: this network does not need the large peak. Large models are trained with warm-up almost without exception. On a small network with plain SGD, measure before you expect much from it.
#
# There is another way to bear large rates: to change the network. Lesson 07 (*Normalization and shortcuts: can a network choose its own scale?*) measures what that does to the best rate.

# %% [markdown]
# ## Let the loss decide
#
# All schedules up to now were fixed before the training began. One can also watch, and lower the rate when the validation loss has stopped falling. A stretch without a new lowest loss is called a **plateau** (정체 구간). In Keras the callback `ReduceLROnPlateau` does it. Two of its numbers matter most:
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
# In epoch 3 the loss only *equals* the lowest one: that is no new lowest. And it is below that of epoch 2, which does not count either.
#
# We feed these losses to Keras and compare with the table. (Look at Keras's defaults before you use it: a factor of 0.1, a patience of 10, and `min_delta=0.0001`, which ignores smaller improvements. `min_delta=0` switches that off.)

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
# **"A schedule always helps."** You have seen our schedules fail at a small rate. Now test it with your own `step_decay`, which halves the rate every five epochs, against a constant rate. **Place your bet first**: at which of the four rates 0.05, 0.2, 0.4 and 0.8 will your schedule be better? Put them into the list.

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
# The mean over ten seeds, and the lowest and the highest of them. A positive number means that your schedule was better. (It needs exercise 3.)

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
# The belief is wrong at the smallest rate and true at the largest. Where the rate is so small that travelling takes the whole training, a schedule costs accuracy. Where the rate is so large that settling is the trouble, it helps. In between its gain is smaller.
#
# What the notes say about schedules, measured in this lesson:
#
# | The notes say | We found |
# |---|---|
# | scheduling changes the rate 학습 속도에 따라서, with the speed of learning | most schedules look at the epoch or the step only; the one that watches is the plateau rule |
# | `0.001 * tf.math.exp(...)` in the scheduler | Keras 3 stops in epoch 10 (counted from 0): it refuses a tensor |
# | Keras has a very good callback for it | it has; but it hands the current rate to a second argument, if there is one |

# %% [markdown]
# ### What is used today
#
# - Planned length, one training: linear or cosine down to 0, with a short warm-up. The *tuning playbook*, whose authors tune networks for a living, begins with these two and calls the best family an open question.
# - **The length of the schedule is the length of the training.** A cosine over 100 epochs that is stopped after 60 has not settled. Whoever changes the number of epochs has another schedule, and tries its peak again. (On clothes, lesson 16 finds that by accuracy the peak of 10 epochs serves 100 to about a point, and by validation loss it does not.)
# - Length not known, or very long: warm-up, stable, decay; or averaged weights instead of a decay. *Schedule-free* optimizers build the average into the step; lesson 03 tries one.
# - You will also meet *warm restarts*, in which the cosine jumps back up several times, and *one-cycle*, a long warm-up with one long fall.

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
# **A full answer**: Each step uses the gradient of a few images, which is the true gradient plus noise. Near the bottom the true gradient is nearly zero and, as long as not every image is fitted, the noise is not. So a constant rate keeps throwing the weights about, and the loss stays higher than smaller steps would leave it. The cosine lets the rate go to zero at the end, so the noise dies down with it and the weights settle; that explains the three points. But 0.4 was never tuned for this network. With a constant rate of 0.1 the noise would also have done less harm, so a good part of the three points may be a bad constant rate and not a good schedule; and the cosine may do better still with a higher peak. I would give each of them several rates and several seeds, choose the rate of each by validation accuracy, and compare the two on test data. In a training of three epochs the network may still be on its way when it ends. Then there is nothing to settle, and smaller steps only mean that it gets less far: at a small rate we measured that a schedule lost several points.
#
# **A half answer (2 points)**: A constant rate jumps around the minimum because batches are noisy, and the schedule makes the jumps smaller at the end. But she compared only one rate. She should try several for both and use more than one seed. (Nothing on three epochs.)
#
# **A half answer (1 point)**: Cosine is better because the steps get smaller and hit the minimum precisely. One should repeat it with more seeds to be sure. In three epochs it will give about one point, because it is shorter. (Precision is named without the noise, tuning is missing, and the third part has no reason.)
#
# **An empty answer**: Cosine is the best schedule, so it will help in the new project too. She should try warm-up as well.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Where a model cannot fit every example, noise keeps the loss of a constant rate at a floor: half the rate, about half the floor. Our network can fit them all, and had reached no floor by epoch 20: its loss fell to less than a third after that, and with the larger rate it ended lower. But on its way the noise is there too, and a smaller rate lifted the accuracy within an epoch.
# - The mean of the weights at several moments settles too, without any change of the rate.
# - A schedule travels with a large rate and settles with a small one. With plain SGD its best peak was larger here than the best constant rate. Warm-up, stable, decay leaves the end open.
# - Compare fairly: each side with its own best rate, chosen by the mean over seeds on validation data, and reported on test data with its standard error. A best rate at the end of the list says that the list is too short.
# - At a rate that was too small our schedules hurt. Warm-up helped at a peak that was too large, and made little difference at a moderate one.
# - In Keras a schedule by the epoch must return a float and should take the epoch alone; `CosineDecay` counts steps.
# - Measured with plain SGD without momentum, batches of 32, two and three hidden layers of 64 relu units (and none), 1,280 clothes and 2,000 sequences, 20 epochs (100 and 200 for the floor), 3 to 24 seeds (2 for the curvatures; up to 80 where we say "beside this lesson").

# %% [markdown]
# ## Sources
#
# - H. Robbins, S. Monro, *A Stochastic Approximation Method*, Annals of Mathematical Statistics 22, 1951: why the steps have to shrink.
# - L. Bottou, F. Curtis, J. Nocedal, *Optimization Methods for Large-Scale Machine Learning*, SIAM Review 2018, arXiv:1606.04838: section 4, the floor of a constant rate and what a falling one changes.
# - S. Ma, R. Bassily, M. Belkin, *The Power of Interpolation*, ICML 2018, arXiv:1712.06559: why the noise ends where every example is fitted.
# - P. Izmailov and others, *Averaging Weights Leads to Wider Optima and Better Generalization*, UAI 2018, arXiv:1803.05407: the mean of the places.
# - M. Wortsman and others, *Model Soups*, ICML 2022, arXiv:2203.05482: the mean of networks that were fine-tuned from one start.
# - I. Loshchilov, F. Hutter, *SGDR: Stochastic Gradient Descent with Warm Restarts*, ICLR 2017, arXiv:1608.03983: the cosine.
# - P. Goyal and others, *Accurate, Large Minibatch SGD*, 2017, arXiv:1706.02677: section 2.2, warm-up.
# - A. Gotmare, N. S. Keskar, C. Xiong, R. Socher, *A Closer Look at Deep Learning Heuristics*, ICLR 2019, arXiv:1810.13243: what warm-up and cosine do, measured.
# - D. S. Kalra, M. Barkeshli, *Why Warmup the Learning Rate? Underlying Mechanisms and Improvements*, NeurIPS 2024, arXiv:2406.09405: warm-up lets a network bear a larger peak; some starts are steep, others grow steeper.
# - A. Defazio and others, *Optimal Linear Decay Learning Rate Schedules and Further Refinements*, 2023, arXiv:2310.07831: the case for the straight line.
# - S. Hu and others, *MiniCPM*, 2024, arXiv:2404.06395: warm-up, stable, decay; A. Hägele and others, *Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations*, NeurIPS 2024, arXiv:2405.18392: held against the cosine, and against averaged weights.
# - A. Defazio and others, *The Road Less Scheduled*, NeurIPS 2024, arXiv:2405.15682: schedule-free steps.
# - V. Godbole, G. Dahl, J. Gilmer, C. Shallue, Z. Nado, *Deep Learning Tuning Playbook*, 2023, <https://github.com/google-research/tuning_playbook>: which schedule to begin with.
# - S. Greydanus, D. Kobak, *Scaling Down Deep Learning with MNIST-1D*, ICML 2024, arXiv:2011.14439: the kind of sequences used here.
# - A. Zhang and others, *Dive into Deep Learning*, <https://d2l.ai>: section 12.11, learning-rate scheduling.
# - Keras, *LearningRateScheduler*, <https://keras.io/api/callbacks/learning_rate_scheduler/>, and *ReduceLROnPlateau*, <https://keras.io/api/callbacks/reduce_lr_on_plateau/>, and *CosineDecay*, <https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/>.
