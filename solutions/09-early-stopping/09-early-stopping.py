# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 09 Early stopping
#
# **Question**: When is enough?
#
# You will be able to
#
# - say from recorded validation losses what a rule of patience would have cost, and what it would have missed,
# - get the best weights of a training back: with Keras's early stopping, and with a callback of your own,
# - choose a patience, and say where early stopping brings nothing and a fixed budget does better.
#
# Run time: about 50 s; your own time: about 115 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | early stopping | 조기 종료, 조기 중단, 얼리 스토핑 (Early stopping) | a training is ended when the validation loss has found no new minimum for some epochs |
# | patience | patience (대기 에포크 수) | how many epochs in a row without a new minimum are allowed |
# | best epoch | 최적 에포크 | the epoch of the lowest validation loss so far |
# | restoring | 최적 가중치 복원 | putting the weights of the best epoch back |
# | monitored value | 모니터링 지표 (monitor) | the number that early stopping looks at after each epoch |
# | minimum change | 최소 개선폭 (min_delta) | by how much a loss must be lower to count as a new minimum |
# | budget | 예산 (budget) | how many epochs a training is planned to have |
# | checkpoint | 체크포인트 (checkpoint) | a copy of the weights as they were after an epoch |
# | validation split | 검증 분할 (validation_split) | the part of the examples that Keras puts aside to measure on |
#
# </details>

# %% tags=["setup"]
from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import Dataset, fashion_mnist, read_packaged
from helpers.models import mlp
from helpers.training import Configuration, scheduled_rates, stop_in_training, sweep
from helpers.training.uncertainty import accuracy_difference

plotting.use_style()

# %% [markdown]
# Keras takes some seconds to load.

# %% tags=["setup"]
import keras

from helpers.training import trained_model

# %% [markdown]
# ## Part 1 · Stop a training, and go back to its best epoch (about 45 minutes)
#
# ## The best network was there, and is gone
#
# We train a network with two hidden layers of 128 units on the clothes, for 40 epochs. 40 % of the training labels are wrong, on purpose. The labels for validation and for the test are right. You know this kind of training from lesson 04: the network learns the clothes first, and then the wrong labels by heart. The optimizer is Adam (lesson 03), with its usual rate of 0.001.
#
# Sixteen trainings differ only in their seed. It decides the first weights and the order of the images, and here also which labels are wrong. **Guess before you run the cell**: how many epochs lie between the earliest of their sixteen best epochs and the latest?

# %%
clothes = fashion_mnist()
settings = {"optimizer": "adam", "hidden": (128, 128), "num_epochs": 40}
noisy = {"label_noise": 0.4, **settings}
to_the_end = sweep([Configuration(0.001, **noisy)], clothes, seeds=range(16), test_curves=True)

# %% [markdown]
# The thick line is the mean over the seeds, each thin line is one of them, and the dots are their lowest points. Epochs are counted from 0. **Look where the dots are, and how much the thin lines jump on the way.**

# %%
lowest_at = np.array([run.best_epoch for run in to_the_end])
losses = np.array([run.val_losses for run in to_the_end])
figure, ax = plt.subplots()
ax.plot(losses.T, "-", color="0.7", linewidth=0.7)
ax.plot(losses.mean(axis=0), "-", color=plotting.COLORS[0], linewidth=2.5)
ax.plot(lowest_at, losses.min(axis=1), "o", color=plotting.COLORS[1], zorder=3)
ax.set(xlabel="epoch (from 0)", ylabel="validation loss")
plt.show()


def accuracies_at(runs, epochs):
    """The test accuracy that each run had after the epoch named for it."""
    pairs = zip(runs, epochs, strict=True)
    return np.array([run.test_accuracies[epoch] for run, epoch in pairs])

# %% [markdown]
# Would one number of epochs do for all of them? We stop each training at the mean of the *other* fifteen best epochs. Then we compare with its own best epoch, and with the epochs just before and after that.

# %% tags=["nbval-ignore-output"]
others = [round(np.delete(lowest_at, place).mean()) for place in range(16)]
at_others = accuracies_at(to_the_end, others)
at_own = accuracies_at(to_the_end, lowest_at)
pairs = np.clip([lowest_at - 1, lowest_at + 1], 0, 39)
beside = np.array([accuracies_at(to_the_end, epochs) for epochs in pairs])
print(f"best epochs from {lowest_at.min()} to {lowest_at.max()}")
print(f"test accuracy: after the others' number {at_others.mean():.3f}, "
      f"after its own {at_own.mean():.3f},")
print(f"one epoch before or after its own {beside.mean():.3f}")

assert lowest_at.max() - lowest_at.min() >= 7, "the best epochs should lie far apart"
assert at_own.mean() > at_others.mean() - 0.006, "its own best epoch should be no worse"
assert at_own.mean() > beside.mean() - 0.004, "nor than the epochs next to it"
assert beside.mean() < at_others.mean() + 0.02, "which should gain nothing"

# %% [markdown]
# Its own best epoch is a little better here. But one epoch before or after it, a training is no better than with the others' number. So the best epoch is a good moment of a jumping curve rather than the right length for this training. It has to be caught while we train. But then we do not know that it was the minimum: the next epoch could be better. All we can do is wait for a while and see.
#
# That is **early stopping** (조기 종료): wait for ten epochs, and if none of them brings a new lowest validation loss, stop. Then you can keep the weights as they are now, or put back those of the best epoch, which is called **restoring** (최적 가중치 복원).
#
# **Place your bet**: which of these is better, and does it matter? We train once, with the first ten seeds. The test images are looked at after each epoch, so one training shows both.

# %%
restoring = Configuration(0.001, patience=10, **noisy)
restored = sweep([restoring], clothes, seeds=range(10), test_curves=True)

# %% [markdown]
# Each line below is one seed, with three networks of one training: the network of the best epoch, of the stop, and of the last epoch. The accuracy is measured on test images, which played no part in the choice.

# %%
def test_accuracies(runs):
    """The test accuracy that each run ended with."""
    return np.array([run.test_accuracy for run in runs])


figure, ax = plt.subplots()
at_the_stop = np.array([run.test_accuracies[-1] for run in restored])
ends = [test_accuracies(restored), at_the_stop, test_accuracies(to_the_end[:10])]
ax.plot(["best, restored", "at the stop", "last"], ends, "o-", color=plotting.COLORS[0],
        alpha=0.6)
ax.margins(x=0.15)
ax.set_ylabel("test accuracy")
plt.show()

# %% [markdown]
# Most lines fall, and fall twice. As numbers, with the standard deviation over the ten seeds after ±:

# %% tags=["nbval-ignore-output"]
for name, accuracies in zip(["best, restored", "at the stop", "last"], ends, strict=True):
    print(f"{name:15} {accuracies.mean():.3f} ± {accuracies.std(ddof=1):.3f}")
epochs = [len(run.val_losses) for run in restored]
print(f"epochs until the stop: {min(epochs)} to {max(epochs)}, on average "
      f"{np.mean(epochs):.1f} of 40")

best, stop, last = (accuracies.mean() for accuracies in ends)
assert best > stop + 0.01, "restoring should be better than the weights at the stop"
assert stop > last, "stopping should be better than going on"
assert np.mean(epochs) < 36, "it should save epochs"

# %% [markdown]
# So restoring matters, on average over the seeds. Waiting costs accuracy, because the network gets worse while we wait. Restoring gives the accuracy back. **Stop late, but go back.** And the epochs after the stop need not be computed at all.
#
# Here the rate was *constant*, so the only question is when to stop. Further down early stopping meets a stronger opponent.

# %% [markdown]
# ## The rule, exactly
#
# Let $L_t$ be the validation loss after epoch $t$, with epochs counted from 0. Up to epoch $t$ the **best epoch** (최적 에포크) $b_t$ is the first epoch with the lowest loss:
#
# $$L_{b_t} = \min(L_0, \dots, L_t)$$
#
# The training stops after the first epoch $t$ with
#
# $$t - b_t = p$$
#
# - $t$ is the epoch that has just ended,
# - $b_t$ is the best epoch so far,
# - $p$ is the **patience** (in Korean also patience, or 대기 에포크 수): how many epochs in a row may pass without a new lowest loss.
#
# With a patience of 2:
#
# | epoch | 0 | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|---|
# | loss | 0.9 | 0.6 | 0.7 | 0.5 | 0.5 | 0.6 | 0.3 |
# | best so far | 0 | 1 | 1 | 3 | 3 | 3 | |
# | epochs without a new lowest | 0 | 0 | 1 | 0 | 1 | 2: stop | |
#
# Epoch 2 is worse, and patience is not used up; epoch 3 starts the count anew. Epoch 4 only equals the lowest loss, so it does not count as new. After epoch 5 the training stops. The 0.3 of epoch 6 never happens.
#
# Losses jitter, and a minimum that is lower in the fourth digit is not worth waiting for. So there is a **minimum change** (최소 개선폭), in Keras `min_delta`. A loss is then a new lowest loss only if it is below that of the best epoch *by more than* `min_delta`. If it is not, nothing changes: the best epoch stays, and later losses are still compared with its loss.

# %% [markdown]
# ## What patience costs, and what it misses
#
# Which patience should you choose? Recorded trainings can answer that, without any new training. Take a training that nobody stopped, with the number of epochs that it was planned to have, its **budget** (예산). Its curve shows all that a rule could have met:
#
# - **what the rule costs**: how many epochs run, the epoch of the stop among them. If patience does not run out, all of them.
# - **what it misses**: how far the loss of the restored epoch lies above the lowest loss of the *whole* curve. The lower loss came too late, or was lower by too little.
#
# In the table above the epochs 0 to 5 run: 6 epochs. Epoch 3 is restored, with a loss of 0.5. The lowest loss of all seven is 0.3. So the rule misses $0.5 - 0.3 = 0.2$. With a patience of 3 it costs 7 epochs there, and misses nothing.

# %% [markdown]
# The next cell is for the checks of the exercise: where nothing is missed, `0` is as right as `0.0`.

# %% tags=["setup"]
def in_floats(prices):
    """The same two arrays, with the second one in floats if it holds whole numbers."""
    two = isinstance(prices, tuple | list) and len(prices) == 2
    whole = two and isinstance(prices[1], np.ndarray) and prices[1].dtype.kind == "i"
    return [prices[0], prices[1].astype(float)] if whole else prices

# %% [markdown]
# ### Exercise 1: `price_of_patience` (3 points)

# %% solution="price_of_patience"
def price_of_patience(curves, patience, min_delta=0.0):
    """Return what early stopping would have cost recorded trainings, and what it missed.

    curves: a list of trainings that nobody stopped, one or more; each is a list or an array of
        its validation losses, floats, one for each epoch of its budget. Budgets may differ.
    patience: how many epochs in a row without a new lowest loss end a training, 1 or more.
    min_delta: a loss is a new lowest one if it is below that of the best epoch by more than
        this; 0 or more.

    Returns (epochs, missed), two arrays with a number for each curve. epochs: how many epochs
    would have run, integers. missed: by how much the loss of the restored epoch is above the
    lowest loss of the curve, floats or integers.
    The best epoch is restored whether patience runs out or not.
    """
    ### BEGIN SOLUTION
    epochs, missed = [], []
    for losses in curves:
        best = 0
        for epoch, loss in enumerate(losses):
            if loss < losses[best] - min_delta:
                best = epoch
            if epoch - best == patience:
                break
        epochs.append(epoch + 1)
        missed.append(losses[best] - min(losses))
    return np.array(epochs), np.array(missed)
    ### END SOLUTION

# %% test="price_of_patience" points=3
prices = lambda *case, **named: in_floats(price_of_patience(*case, **named))
valleys = [2.0, 1.5, 1.75, 1.25, 1.375, 1.0, 1.125, 1.0625, 1.25, 0.5, 0.25, 0.5, 0.375, 0.75,
           1.0]
equal, rising = [1.0, 0.5, 0.5, 0.5, 0.25], [0.5, 0.75, 1.0, 1.25, 1.5, 1.75]
in_time, falling = [1.0, 1.5, 1.25, 0.5, 1.25], [2.0, 0.5, 1.0, 0.875, 0.75, 0.625, 0.5625, 0.25]
slow = [1.0, 0.75, 0.6875, 0.625, 0.5625, 0.5, 0.5625, 0.46875, 0.25, 0.234375, 0.3125, 0.3125,
        0.3125]
check("far up", prices, [[4e12, 3e12, 3.5e12, 3.25e12, 2e12], slow], 1, 1e11)
check("losses of 0 and below", prices,
      [[0.5, 0.0, 0.25, 0.75, 0.5], [0.5, -0.25, 0.25, -0.125, 0.75]], 2)
check("four curves, a patience of 3", prices, [valleys, slow[:6], in_time, falling], 3)
check("equal losses, and the first is best", prices, [equal, rising, valleys], 2)
check("patience is larger than the budget", prices, [np.array(valleys), equal, rising, [0.5]],
      20)
check("a slow slide, and a minimum change", prices,
      [slow, valleys, rising, [8 * x for x in slow]], 3, 0.125)
check("the same, and more patience", prices, [slow[:10], valleys], 5, min_delta=0.125)
### BEGIN HIDDEN TESTS
late = np.array([3.0, 3.5, 2.5, 2.75, 2.0, 2.25, 2.125, 1.0])
check("better at the last moment", prices, [late, 2 * late, rising], 2)
check("patience 1, short and long curves", prices, [[0.75, 0.5, 0.25], [0.5], late, [1.5, 1.5]], 1)
steps = [2.0, 1.75, 1.6875, 1.5, 1.375, 1.25, 1.125]
check("steps below a quarter", prices, [steps, steps[:3], late], 2, 0.25)
check("from 9,000 to 7,000", prices, [[9000.0, 8850.0, 8500.0, 8400.0, 7000.0], steps], 1, 200.0)
check("steps of a 32nd", prices, [[0.5, 0.46875, 0.453125, 0.25], steps], 1, 0.03125)
long_curve = [1.0, 0.5, *(12 * [0.75]), 0.25]
check("patience 12 and 13", lambda: [prices([long_curve, late], patience) for patience in (12, 13)])
check_drawn("drawn curves", prices)
### END HIDDEN TESTS

# %% [markdown]
# First, does your function stop where the laboratory stopped? It trained with Keras's rule. Then a table of what patience would have cost the sixteen trainings with wrong labels, without training anything.

# %% tags=["nbval-ignore-output"]
curves = [run.val_losses for run in to_the_end]
ran = [len(run.val_losses) for run in restored]
if solved("price_of_patience"):
    same = sum(price_of_patience(curves[:10], 10)[0] == ran)
    print(f"{same} of {len(ran)} trainings stop where the laboratory stopped\n")
    for patience in [1, 2, 3, 5, 7, 10, 15, 20]:
        epochs, missed = price_of_patience(curves, patience)
        print(f"patience {patience:2}: {epochs.mean():4.1f} of 40 epochs, "
              f"misses {missed.mean():.3f}")

# %% [markdown]
# Read your table from top to bottom: from which patience on does another epoch of waiting find hardly anything?

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. What follows asks which curve to look at, how long to wait, and how early stopping compares with a schedule.

# %% [markdown]
# ## Part 2 · Choose what to watch and how long to wait (about 70 minutes)
#
# ## Which curve to look at
#
# The **monitored value** (모니터링 지표) has been the validation loss. The training loss needs no extra images. Why not use it? **Guess before you run the cell**: in which epoch is it lowest?

# %% tags=["nbval-ignore-output"]
lowest = [int(np.argmin(run.train_losses)) for run in to_the_end]
print("lowest training loss in epoch", lowest, "of 0 to 39")

assert min(lowest) >= 33, "the training loss should fall to the end"

# %% [markdown]
# The training loss falls to the end, because learning wrong labels by heart makes it smaller. So its minimum does not tell when to stop. The usual way is to look at other examples.
#
# The validation loss and the validation accuracy may both be monitored. Do they have the same best epoch?

# %% tags=["nbval-ignore-output"]
highest_at = np.array([np.argmax(run.val_accuracies) for run in to_the_end])
at_highest = accuracies_at(to_the_end, highest_at)
print(f"lowest loss: epoch {lowest_at.mean():.1f} on average, test accuracy {at_own.mean():.3f}")
print(f"highest accuracy: epoch {highest_at.mean():.1f} on average, test accuracy "
      f"{at_highest.mean():.3f}")

assert highest_at.mean() < lowest_at.mean() - 2, "the accuracy should be best before the loss"
assert at_highest.mean() > at_own.mean() - 0.01, "and following it should cost a point at most"

# %% [markdown]
# The accuracy is at its best several epochs before the loss is. In lesson 04 there was a data set where it was the other way round. So monitor what you want to be good in the end, and remember that an accuracy of 1,000 images jumps more than a loss.
#
# Of a loss the *lowest* value is best, of an accuracy the *highest*. Keras calls this the mode, and finds it out when it knows the name.

# %% [markdown]
# ## Early stopping in Keras
#
# The notes use Keras's callback like this:
#
# ```python
# early_stop = keras.callbacks.EarlyStopping(monitor='val_loss', patience = 10)
# ```
#
# It stops as you have seen. But look at what Keras does when an argument is not given:
#
# | argument | default | what it decides |
# |---|---|---|
# | `monitor` | `"val_loss"` | which value is looked at |
# | `patience` | `0` | epochs without a new best value; 0 acts like 1 |
# | `min_delta` | `0` | the minimum change |
# | `mode` | `"auto"` | whether low or high is good |
# | `baseline` | `None` | a level: a new best value sets the count back to 0 only if it is better than this |
# | `start_from_epoch` | `0` | the epochs before this one are not looked at |
# | `restore_best_weights` | `False` | whether the weights of the best epoch come back |
#
# So the callback of the notes ends with the weights at the stop, the middle point of the picture above. (Why does 0 act like 1? The first epoch without a new best value is counted before the count is compared with the patience.)

# %% [markdown]
# To try a callback we do not need a training. `stop_in_training` tells it the values of each epoch, as `model.fit` would, and says where it stops and whose weights it leaves. Here are the losses of a made-up training. **Guess before you run the cell below it**: where does each of the five callbacks stop, and with which weights?

# %% tags=["setup"]
made_up = {"val_loss": [2.0, 1.6, 1.7, 1.3, 1.29, 1.4, 1.35, 1.28, 1.5, 1.4, 1.6, 1.7, 1.8]}

# %%
arguments = [
    {},
    {"patience": 3},
    {"patience": 3, "restore_best_weights": True},
    {"patience": 3, "restore_best_weights": True, "baseline": 1.0},
    {"patience": 3, "restore_best_weights": True, "start_from_epoch": 8},
]
stopping = [keras.callbacks.EarlyStopping(**named) for named in arguments]
seen = [tuple(stop_in_training(callback, made_up).values()) for callback in stopping]
for named, (stop, left) in zip(arguments, seen, strict=True):
    print(f"stopped after epoch {stop:2}, weights of epoch {left:2}: {named}")

assert seen == [(2, 2), (10, 10), (10, 7), (2, 1), (12, 9)]

# %% [markdown]
# Without arguments the first loss that is no new lowest loss ends the training. With a patience of 3 it waits, and keeps what it has at the stop. Only restoring goes back to epoch 7.
#
# The last two callbacks have surprises. No loss gets below the `baseline` of 1.0, so the new lowest loss of epoch 1 does not set the count back, and the training stops after epoch 2. So `baseline` is a level that the training has to reach, not a level at which it stops. And the callback that starts from epoch 8 has never looked at epoch 7. For this callback epoch 9 is the best.

# %% [markdown]
# ## How much patience?
#
# Now without the wrong labels. The validation loss of a clean training falls slowly and jitters on its way. We train to the end, with sixteen seeds. Then Keras's callback looks at each recorded curve. It says where it would have stopped and which epoch it would have restored, with a patience of 1, 2, 5 and 10.
#
# **Guess before you run the cell**: what will a patience of 1 do?

# %%
def ends_of(runs, patience):
    """How many epochs recorded trainings would have run, and which ones are restored."""
    told = []
    for run in runs:
        callback = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
        stopped, restored = stop_in_training(callback, {"val_loss": run.val_losses}).values()
        told.append((len(run.val_losses) if stopped is None else stopped + 1, restored))
    return np.array(told).T


clean_to_the_end = sweep([Configuration(0.001, **settings)], clothes, seeds=range(16),
                         test_curves=True)
ends_by_patience = {patience: ends_of(clean_to_the_end, patience) for patience in [1, 2, 5, 10]}

# %% [markdown]
# A dot is a run, the line is the mean over seeds.

# %%
reached = {p: accuracies_at(clean_to_the_end, best) for p, (_, best) in ends_by_patience.items()}
patiences = list(reached)
means = [accuracies.mean() for accuracies in reached.values()]
figure, ax = plt.subplots()
ax.plot(patiences, list(reached.values()), "o", color=plotting.COLORS[5])
ax.plot(patiences, means, color=plotting.COLORS[0])
ax.set(xlabel="patience (epochs)", ylabel="test accuracy", xticks=patiences)
plt.show()

# %% [markdown]
# The mean accuracy, and what it cost in epochs:

# %% tags=["nbval-ignore-output"]
mean_accuracy = {patience: accuracies.mean() for patience, accuracies in reached.items()}
for patience, (epochs, _) in ends_by_patience.items():
    print(f"patience {patience:2}: accuracy {mean_accuracy[patience]:.3f}, "
          f"{np.mean(epochs):4.1f} epochs")

assert mean_accuracy[10] > mean_accuracy[1] + 0.01, "a patience of 1 should stop too early"
assert mean_accuracy[10] > mean_accuracy[2], "and so should a patience of 2"
assert abs(mean_accuracy[10] - mean_accuracy[5]) < 0.015, "5 and 10 should be alike"

# %% [markdown]
# A patience of 1 takes the first jump of a noisy curve for the end. From 5 on, the accuracy hardly changes, only the number of epochs does. **With restoring, on these clean images, too much patience costs time, and too little costs accuracy.** So choose it here on the large side: longer than the stretches in which your curve finds no new minimum on its way down.

# %% [markdown]
# ## Where it brings nothing
#
# The clean trainings that nobody stopped went on for all 40 epochs, long after the validation loss had begun to rise. **Guess before you run the cell**: how much accuracy does early stopping save here?
#
# The cell shows it seed by seed: restored with a patience of 10, minus last.

# %% tags=["nbval-ignore-output"]
clean_best = ends_by_patience[10][1]
gains = reached[10] - test_accuracies(clean_to_the_end)
pairs = zip(clean_to_the_end, clean_best, strict=True)
restored_loss = np.mean([run.test_losses[epoch] for run, epoch in pairs])
last_loss = np.mean([run.test_loss for run in clean_to_the_end])
print("gains in points of accuracy:", " ".join(f"{100 * gain:+.1f}" for gain in gains))
print(f"mean {100 * gains.mean():+.1f} points")
print(f"test loss: restored {restored_loss:.2f}, last {last_loss:.2f}")

assert abs(gains.mean()) < 0.02, "the accuracy should hardly change"
assert last_loss > restored_loss + 0.05, "the loss should be better"

# %% [markdown]
# In accuracy it saves nothing to speak of. Some seeds gain, others lose. **Early stopping can only save accuracy that further training would have cost.**
#
# The loss does get better, since a network that goes on becomes too sure of its mistakes. Is that worth a stop? Lesson 04 had another remedy: divide all outputs by one number, the temperature, chosen on the validation images. **Place your bet**: what is left of the difference then?

# %%
def loss_with_temperature(run):
    """The test loss of a trained network, at the temperature that is best for validation."""
    model = trained_model(run, clothes)
    on_val, on_test = (model(part).numpy() for part in (clothes.x_val, clothes.x_test))
    loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    temperatures = np.geomspace(0.5, 8, 20)
    losses = [float(loss_of(clothes.y_val, on_val / divisor)) for divisor in temperatures]
    return float(loss_of(clothes.y_test, on_test / temperatures[np.argmin(losses)]))


stopping_too = Configuration(0.001, patience=10, **settings)
clean_restored = sweep([stopping_too], clothes, seeds=range(8), test_curves=True)

# %% [markdown]
# The mean test losses of eight networks that went back, and of eight that went on, each with its own temperature:

# %% tags=["nbval-ignore-output"]
both_ways = clean_restored, clean_to_the_end[:8]
mended = [np.mean([loss_with_temperature(run) for run in runs]) for runs in both_ways]
print(f"test loss with a temperature: restored {mended[0]:.3f}, last {mended[1]:.3f}")

assert mended[1] < last_loss - 0.05, "the temperature should mend the last networks"
assert abs(mended[0] - mended[1]) < 0.03, "and leave little of the difference"

# %% [markdown]
# Little is left. So what early stopping saves here is epochs: on average it let about two thirds of the 40 run.

# %% [markdown]
# ## A fixed budget, and its best network
#
# So far the learning rate was constant. Lesson 02 brought it down to 0, and for that the number of epochs must be fixed beforehand: the schedule ends with the last epoch.
#
# We go back to the wrong labels. Early stopping may choose between two rates, and between a patience of 3 and of 10. It competes with cosines down to 0 that nobody stops: 10 epochs from 0.004, 20 epochs from 0.001, and 40 epochs from 0.001.
#
# **Place your bet**: which is best on the test images, and which needs the fewest epochs?
#
# These trainings were run beforehand, all with the same 24 seeds (`scripts/make_stopping.py` in the whole project). We train the cosine of 20 epochs here too, with twelve of these seeds.

# %%
def with_cosine(num_epochs, label_noise, seeds):
    """Trainings whose rate falls from 0.001 to 0 within a budget."""
    rates = scheduled_rates("cosine", 0.001, num_epochs)
    planned = settings | {"num_epochs": num_epochs, "schedule": rates.__getitem__}
    return sweep([Configuration(0.001, label_noise=label_noise, **planned)], clothes, seeds,
                 test_curves=True)


middle_live = with_cosine(20, label_noise=0.4, seeds=range(12))

# %% [markdown]
# Of the trainings that were run beforehand, their curves are stored.

# %%
stored = read_packaged("stopping")


def recorded(name):
    """Trainings that were run beforehand: the curves of each seed."""
    curves = zip(stored[f"{name}_losses"], stored[f"{name}_accuracies"], strict=True)
    return [SimpleNamespace(val_losses=losses, test_accuracies=shares)
            for losses, shares in curves]


fixed = {budget: recorded(f"cosine_{budget}") for budget in (10, 20, 40)}
short, middle, long = fixed.values()

# %% [markdown]
# For a fixed budget there are two accuracies: that of the network after the last epoch, and that after the epoch with the lowest validation loss.

# %%
def last_and_best(runs):
    """Test accuracies after the last epoch of each run, and after that of its lowest loss."""
    best = [np.argmin(run.val_losses) for run in runs]
    return np.array([run.test_accuracies[-1] for run in runs]), accuracies_at(runs, best)

# %% [markdown]
# Each line of the print is a mean over the 24 seeds: test accuracies, and in brackets the lowest validation loss. First early stopping:

# %% tags=["nbval-ignore-output"]
stopped, loss_of = {}, {}
for rate, runs in {0.001: recorded("usual"), 0.0003: recorded("slow")}.items():
    for patience in (3, 10):
        epochs, best = ends_of(runs, patience)
        stopped[rate, patience] = epochs.mean(), accuracies_at(runs, best)
        lowest_of = [run.val_losses[epoch] for run, epoch in zip(runs, best, strict=True)]
        loss_of[rate, patience] = np.mean(lowest_of)
        print(f"early stopping, rate {rate}, patience {patience}: {epochs.mean():.1f} epochs,",
              end=" ")
        print(f"{stopped[rate, patience][1].mean():.3f} (validation loss "
              f"{loss_of[rate, patience]:.3f})")

# %% [markdown]
# And the schedules:

# %% tags=["nbval-ignore-output"]
for budget, runs in fixed.items():
    (last, best), loss = last_and_best(runs), np.mean([min(run.val_losses) for run in runs])
    print(f"cosine, {budget} epochs: the last {last.mean():.3f}, the best {best.mean():.3f}",
          end=" ")
    print(f"(validation loss {loss:.3f})")

# %% [markdown]
# The same as a picture. Better is further up, cheaper is further left. Above each square stand the rate and the patience.

# %%
figure, ax = plt.subplots(figsize=(6.4, 3.4))
last, best = np.transpose([np.mean(last_and_best(runs), axis=1) for runs in fixed.values()])
ax.plot(list(fixed), last, "o", markersize=10, markerfacecolor="none",
        label="cosine, the last network")
ax.plot(list(fixed), best, "^", label="cosine, the best network")
squares = np.array([(epochs, accuracies.mean()) for epochs, accuracies in stopped.values()])
ax.plot(*squares.T, "s", label="early stopping (rate, patience)")
for (rate, patience), place in zip(stopped, squares, strict=True):
    ax.annotate(f"{rate}, {patience}", place, xytext=(0, 7), textcoords="offset points",
                ha="center")
ax.set(xlim=(5, 60), ylim=(0.745, 0.777), xlabel="epochs that ran", ylabel="test accuracy")
ax.legend(loc="upper right")
plt.show()

# %% [markdown]
# How sure is the lead of the 20 epochs? Seed by seed, in points, ± the standard error over the seeds:

# %% tags=["nbval-ignore-output"]
by_schedule, best_of_middle = last_and_best(middle)


def lead_over(accuracies):
    """The mean lead of 20 epochs of a cosine, in points, and its standard error."""
    gains = 100 * (by_schedule - accuracies)
    return gains.mean(), gains.std(ddof=1) / np.sqrt(len(gains))


for (rate, patience), (_, accuracies) in stopped.items():
    lead, error = lead_over(accuracies)
    print(f"rate {rate}, patience {patience:2}, by loss: {lead:+.2f} ± {error:.2f}")
    assert lead > 2.5 * error, "by the loss the lead should be clear, against each of the four"

# %% [markdown]
# Now early stopping watches the accuracy instead of the loss. Only test accuracies were stored, so the same images choose the epoch and judge it. That flatters early stopping.

# %% tags=["nbval-ignore-output"]
slow = recorded("slow")
by_accuracy = [SimpleNamespace(val_losses=-run.test_accuracies) for run in slow]
lead, error = lead_over(accuracies_at(slow, ends_of(by_accuracy, 10)[1]))
print(f"rate 0.0003, patience 10, by test accuracy: {lead:+.2f} ± {error:.2f}")
assert abs(lead) < 0.4, "watching the accuracy should take most of the lead away"

# %% [markdown]
# These errors cover seeds, not test images. For the networks trained in this lesson we can give both. The error over images follows from the *disagreement*, the share of the test images that exactly one of two networks with the same seed gets right (McNemar):

# %% tags=["nbval-ignore-output"]
def is_right(run):
    """Which test images a trained network gets right."""
    return np.argmax(trained_model(run, clothes)(clothes.x_test), axis=1) == clothes.y_test


sides = middle_live[:10], restored
pairs = zip(*sides, strict=True)
disagreement = np.mean([is_right(one) != is_right(other) for one, other in pairs])
lead = accuracy_difference(*map(test_accuracies, sides), disagreement, len(clothes.y_test))
gain, over_seeds, over_images = 100 * np.array(lead)
print(f"20 epochs against rate 0.001, patience 10, by loss, ten seeds: {gain:+.1f} points, "
      f"± {over_seeds:.1f} over seeds, ± {over_images:.1f} over images")
assert gain > 0, "the schedule should lead here too"

# %% [markdown]
# And the last network against the best one, and the three budgets by validation loss:

# %% tags=["nbval-ignore-output"]
last_of_long, best_of_long = last_and_best(long)
lowest_losses = [np.mean([min(run.val_losses) for run in runs]) for runs in fixed.values()]
print(f"20 epochs: last {by_schedule.mean():.3f}, best {best_of_middle.mean():.3f}")
print(f"40 epochs: last {last_of_long.mean():.3f}, best {best_of_long.mean():.3f}")

assert abs(by_schedule.mean() - best_of_middle.mean()) < 0.01, "20 epochs should not be too many"
assert best_of_long.mean() > last_of_long.mean(), "40 epochs should be too many"
assert last_of_long.mean() < stopped[0.0003, 10][1].mean(), "early stopping should beat them"
assert lowest_losses[1] > max(lowest_losses[::2]) + 0.01, "by loss 20 epochs should be the worst"

# %% [markdown]
# When early stopping watches the loss, the schedule of 20 epochs leads clearly, by 0.8 to 1.8 points. When it watches the accuracy, at the small rate and with a patience of 10, hardly anything is left of the lead. In these trainings the accuracy is at its best before the loss is, so the loss is a poor guide to accuracy. A stop by *validation* accuracy would perhaps lie between these results. A rate below 0.0003 was not tried.
#
# The validation loss does not choose the best budget either: 20 epochs have the highest loss of the three budgets, and the best test accuracy.
#
# Early stopping saves what a training loses when it goes on for too long, and a schedule can lose that as well. The last weights of 20 epochs are as good as their best ones. Those of 40 epochs are not: there the network had time for the wrong labels. You do not know beforehand which of these budgets you have. So the authors of the *Tuning Playbook* advise: **fix the budget, let the schedule end, and keep the best network that was there on the way.** A copy of the weights as they were after an epoch is called a **checkpoint** (체크포인트).
#
# What happens with a schedule and patience together? With the wrong labels 40 epochs were too many; on the clean images they are not. **Guess before you run the cell**: what does a patience of 5 do to each? The first cell trains four clean networks.

# %% tags=["nbval-ignore-output"]
four, _ = ends_of(with_cosine(40, label_noise=0.0, seeds=range(4)), 5)
print(f"clean, four seeds: stopped after {four.mean():.1f} epochs")
assert four.mean() < 35, "patience should run out in the middle of the schedule"

# %% [markdown]
# And the 24 of each kind that were trained beforehand: the accuracy where patience ran out, at the end, and at the lowest validation loss.

# %% tags=["nbval-ignore-output"]
means = {}
for labels, runs in {"clean": recorded("clean_cosine_40"), "wrong": long}.items():
    (epochs, best), lowest = ends_of(runs, 5), [np.argmin(run.val_losses) for run in runs]
    means[labels] = np.mean([*last_and_best(runs), accuracies_at(runs, best)], axis=1)
    print(f"{labels}, 24 seeds: stopped after {epochs.mean():.1f} epochs "
          f"{means[labels][2]:.4f},", end=" ")
    print("the last {:.4f}, the best {:.4f}".format(*means[labels]),
          f"(epoch {np.mean(lowest):.1f})")
    assert epochs.mean() < 35, "and so it should on all 24, of either kind"
(whole, kept, cut), (whole_wrong, _, cut_wrong) = means.values()
assert whole > max(cut, kept - 0.001), (
    "on clean images neither patience nor restoring should bring accuracy"
)
assert cut_wrong > whole_wrong, "and with wrong labels patience should"

# %% [markdown]
# On the clean images patience runs out while the rate is still high. The small rates at the end, for which the schedule was made, never come, and that costs accuracy. With the wrong labels the same patience brings some. **In a long schedule patience cuts off the small rates. It can help where so many epochs are too many.**
#
# The best network brought no accuracy on the clean images either: the lowest loss came about halfway, when the rate was still high. So compare it with the last network, in the value that you want to be good.

# %% [markdown]
# ## The validation images afterwards
#
# Early stopping has used 1,000 images only to look at them. When the number of epochs is found, can a network learn from them after all? One way is to train once more from the start, on both parts, for as many epochs as were found. There is no validation loss then, and nothing to stop by. **Place your bet**: how many points do 1,000 more images bring, in addition to 1,280?

# %%
both = clothes._replace(
    x_train=np.concatenate([clothes.x_train, clothes.x_val]),
    y_train=np.concatenate([clothes.y_train, clothes.y_val]),
)
found = round(clean_best.mean()) + 1
as_found = Configuration(0.001, **(settings | {"num_epochs": found}))
again = sweep([as_found], both, seeds=range(12), test_curves=True)

# %% [markdown]
# The test accuracy of twelve seeds, compared with that of their restored networks:

# %% tags=["nbval-ignore-output"]
before, after = reached[10][:12].mean(), test_accuracies(again).mean()
print(f"{found} epochs on both parts: {after:.3f}, before {before:.3f}")

assert after - before > 0.005, "more images should help"

# %% [markdown]
# That is about a point and a half. The price: only the test images can check this training. With more images an epoch also has more steps (72 instead of 40), so the number of epochs is only about right. Goodfellow and others describe this way and a second one in their section 7.8.

# %% [markdown]
# ## A callback of your own
#
# A callback is an object of a class that inherits from `keras.callbacks.Callback`. `model.fit` calls its methods:
#
# | method | called |
# |---|---|
# | `on_train_begin(self, logs=None)` | once, before the first epoch |
# | `on_epoch_end(self, epoch, logs=None)` | after each epoch, with a dictionary `logs` of its values, as `logs["val_loss"]` |
# | `on_train_end(self, logs=None)` | once, after the last epoch |
#
# `self.model` is the model in training. Its `get_weights()` returns a list of arrays, `set_weights(...)` takes such a list. Here is a callback that notes how far the weights of the first layer have moved from their start.

# %%
class Distance(keras.callbacks.Callback):
    """After each epoch, notes how far the first layer's weights are from where they began."""

    def on_train_begin(self, logs=None):
        self.variable = self.model.weights[0]
        self.start, self.distances = self.model.get_weights()[0], []

    def on_epoch_end(self, epoch, logs=None):
        moved = self.model.get_weights()[0] - self.start
        self.distances.append(float(np.abs(moved).max()))

# %% [markdown]
# To try callbacks on a real training we need a small one: a model with a single weight, and four examples that all lie on a line. In training the weight goes from 0 to the slope of that line, gathers speed, and runs past it. On its way it passes the slope that the validation examples have, so we know which epoch is best. You need not read the cell.

# %% tags=["setup"]
def on_lines(train_slope, val_slope, test_slope):
    """Examples on three lines through 0."""
    x = np.array([[-1.0], [1.0], [1.0], [-1.0]], np.float32)
    slopes = train_slope, val_slope, test_slope
    return Dataset(*(part for slope in slopes for part in (x, slope * x)))


def one_weight():
    """A model whose only weight starts at 0 and gathers speed."""
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(optimizer=keras.optimizers.SGD(0.2, momentum=0.9), loss="mse",
                  run_eagerly=True)
    return model

# %% [markdown]
# Our callback also keeps `self.model.weights[0]`. That looks like the same thing. We train the weight for three epochs, and look at what the callback has kept in each way. **Guess before you run the cell.**

# %%
data, model = on_lines(1.0, 0.9, 0.2), one_weight()
distance = Distance()
model.fit(data.x_train, data.y_train, epochs=3, callbacks=[distance], verbose=0)
from_weights = distance.variable.numpy().item()
print(f"from get_weights: {distance.start.item():.3f}, from weights: {from_weights:.3f}")

assert distance.start.item() == 0.0, "the arrays should be copies"
assert from_weights == distance.distances[-1], "the variables should be those of the model"

# %% [markdown]
# `get_weights()` gives copies, which stay as they were. `weights` gives the model's own variables, and the training changes them.
#
# One more thing before you write your own callback. When a training breaks, as from N(0, 1) in lesson 06, its loss is `nan`, which means *not a number*. What is lower than `nan`?

# %%
print("nan < 1.0:", np.nan < 1.0, "  nan > 1.0:", np.nan > 1.0, "  nan >= 1.0:", np.nan >= 1.0)
print("np.argmin([3.0, nan, 2.0]):", np.argmin([3.0, np.nan, 2.0]))

# %% [markdown]
# With `nan`, `<`, `>`, `<=`, `>=` and `==` are all false (only `!=` is true), and `argmin` takes it for the lowest. `np.isnan(value)` says whether a value is one.

# %% [markdown]
# ### Exercise 2: `best_weights_callback` (3 points)
#
# The callback keeps the best network of a planned training: it stops nothing, and at the end the best weights are back. Define a class inside of the function, or outside of it in the same cell, and return an object of it.

# %% solution="best_weights_callback"
def best_weights_callback(monitor="val_loss"):
    """Return a Keras callback that stops nothing and leaves a training with its best weights.

    monitor: which value in logs is looked at after each epoch, a string. The lowest value is the
        best; of equal ones the first. Values are finite numbers of any size and sign, or nan,
        which is never the best.

    The callback stops nothing, and does not touch the weights before the training is over. Then
    the model has the weights as they were after the best epoch; where all values were nan, those
    of the last epoch. One callback may see several trainings, one after the other, with any
    number for the first epoch: each of them stands for itself.
    """
    ### BEGIN SOLUTION
    class BestWeights(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.lowest, self.kept = np.inf, None

        def on_epoch_end(self, epoch, logs=None):
            if logs[monitor] < self.lowest:
                self.lowest, self.kept = logs[monitor], self.model.get_weights()

        def on_train_end(self, logs=None):
            if self.kept is not None:
                self.model.set_weights(self.kept)

    return BestWeights()
    ### END SOLUTION

# %% [markdown]
# The next cell is for the checks. It shows one callback to several trainings: `(7, curves)` begins with epoch 7. For each training it says where it was stopped (None: nowhere), and from which epoch its final weights come. If your callback changes weights on the way, the later epochs count on from the changed weights, and their numbers come out wrong.

# %% tags=["setup"]
nan = float("nan")


def in_trainings(callback, trainings):
    """Of each training (first epoch, curves): where it stopped, and whose weights stayed."""
    return [list(stop_in_training(callback, curves, first).values())
            for first, curves in trainings]

# %% test="best_weights_callback" points=3
up_and_down = {"val_loss": [0.9, 0.5, 0.7, 0.4, 0.4, 0.6],
               "loss": [1.0, 0.8, 0.6, 0.5, 0.3, 0.2]}
patient = {"val_loss": [0.7, 0.5, *11 * [0.6]], "loss": [0.4, *12 * [0.5]]}
later = {"val_loss": [0.8, 0.6, 0.9, 0.7], "loss": [0.5, 0.4, 0.6, 0.3]}
three = [(0, up_and_down), (0, patient), (7, later)]
curves_with_nan = [[0.9, 0.6, 0.7, nan, nan], [nan, 0.8, nan, 0.7, 0.9],
                   [-0.9, nan, -0.5, -0.2], 3 * [nan]]
broken = [(0, {"val_loss": losses}) for losses in curves_with_nan]
check("another value", lambda: in_trainings(best_weights_callback("loss"), three[::2]))
check("three trainings, one after the other",
      lambda: in_trainings(best_weights_callback(), three))
check("with nan, and below zero",
      lambda: [in_trainings(best_weights_callback(), [run])[0] for run in broken])
check("a training, then one of nan alone",
      lambda: in_trainings(best_weights_callback(), [(0, up_and_down), broken[-1]]))
sizes = [(0, {"val_loss": one}) for one in
         ([3e13, 5e13, 4e13, 6e13], [5e-7, 3e-7, 4e-7], [0.4, 0, 0.6, 0.7])]
check("large losses, tiny ones, and one of 0",
      lambda: in_trainings(best_weights_callback("val_loss"), sizes))
### BEGIN HIDDEN TESTS
errors = [(0, {"val_loss": [3.0, 1.0, 2.0], "val_error": [-1.0, -2.5, -4.5]}), (5, {"val_error": [-2.0, nan, -1.0]})]
check("errors that fall", lambda: in_trainings(best_weights_callback("val_error"), errors))
far = [(2, {"val_loss": [6e12, 4e12, 5e12, 7e12]}), (3, {"val_loss": [8e-7, 7e-7, 6e-7, 9e-7]})]
far += [(4, {"val_loss": [0.3, 0.0, 0.8, 0.5, 0.9]})]
check("far up, far down, and at 0", lambda: in_trainings(best_weights_callback(), far))
check_drawn("drawn trainings", lambda named, runs: in_trainings(best_weights_callback(*named), runs))
### END HIDDEN TESTS

# %% [markdown]
# ## All together
#
# A training with early stopping needs three things: a new model, examples to learn from, and other examples to look at. In this course they come as `data`, with the fields `x_train`, `y_train`, `x_val`, `y_val`, `x_test` and `y_test`. The test part is for a report at the very end. A training that stops by the test part has learned from it.
#
# `model.fit` takes the examples to look at as `validation_data=(inputs, targets)`. It returns a record. The field `history` of that record is a dictionary of curves: under `"val_loss"` you find the list of validation losses.

# %% tags=["setup"]
def on_three_lines(fit, slopes, patience, max_epochs):
    """What can be said of the model and the losses that a training on three lines ends with."""
    model, losses = fit(one_weight, on_lines(*slopes), patience, max_epochs)
    return {"weight": float(model.get_weights()[0].sum()),
            "losses": [float(loss) for loss in losses]}

# %% [markdown]
# ### Exercise 3: `fit_with_early_stopping` (2 points)
#
# It stops early, so the callback of exercise 2 is not enough. The checks use your function to train the model with one weight that you saw above.

# %% solution="fit_with_early_stopping"
def fit_with_early_stopping(build_model, data, patience, max_epochs):
    """Return a model that was trained until patience ran out, and its validation losses.

    build_model: a function without arguments that returns a new compiled Keras model.
    data: a Dataset. The training part is learned from, the validation part is looked at, the
        test part is left alone.
    patience: how many epochs in a row without a new lowest validation loss end the training, 1
        or more.
    max_epochs: no more epochs than this.

    Returns (model, val_losses): the model with the weights of its best epoch, also if max_epochs
    ended the training; and the list of the validation losses, one for each epoch that ran.
    """
    ### BEGIN SOLUTION
    model = build_model()
    stopping = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    record = model.fit(
        data.x_train,
        data.y_train,
        validation_data=(data.x_val, data.y_val),
        epochs=max_epochs,
        callbacks=[stopping],
        verbose=0,
    )
    return model, record.history["val_loss"]
    ### END SOLUTION

# %% test="fit_with_early_stopping" points=2
cut, jumps = (1.5, 0.525, 0.3), (0.015, 0.01845, 0.003)
check("it is cut short", lambda: on_three_lines(fit_with_early_stopping, cut, 4, 2), rtol=1e-3)
check("the loss rises, then falls to a new lowest one",
      lambda: on_three_lines(fit_with_early_stopping, jumps, 4, 12), rtol=1e-3)
### BEGIN HIDDEN TESTS
fit_drawn = lambda slopes, patience, most: on_three_lines(fit_with_early_stopping, slopes, patience, most)
check_drawn("drawn lines", fit_drawn, rtol=1e-3, atol=1e-6)
### END HIDDEN TESTS

# %% [markdown]
# ## Beliefs, measured
#
# **"It stops at a certain level."** The notes say 일정 수준 accuracy or loss가 되면 멈춘다: it stops when accuracy or loss has reached a certain level. If that were so, all trainings would stop at about the same loss. And adding 5 to all losses of a training would change where it stops.
#
# Test both with your own `price_of_patience`, on the runs with wrong labels and on the clean ones. **Place your bet first**: by how much do the losses at the stop differ between these runs?

# %%
my_bet = 0.0  # replace by the difference that you believe in

ran_of, losses_at = {}, {}
if solved("price_of_patience"):
    for name, runs in {"wrong labels": to_the_end, "clean": clean_to_the_end}.items():
        curves = [run.val_losses for run in runs]
        ran = price_of_patience(curves, 10)[0]
        ran_of[name] = ran, price_of_patience([losses + 5 for losses in curves], 10)[0]
        pairs = zip(curves, ran, strict=True)
        losses_at[name] = [losses[epochs - 1] for losses, epochs in pairs]

# %% [markdown]
# For each kind of training, the losses at the stop.

# %% tags=["nbval-ignore-output"]
for name, (ran, with_five_more) in ran_of.items():
    print(f"{name:12}: stopped at losses from {min(losses_at[name]):.2f} to "
          f"{max(losses_at[name]):.2f};")
    print(f"{'':12}  with 5 added, {sum(ran == with_five_more)} of {len(ran)} "
          "stop in the same epoch")
if ran_of:
    difference = np.mean(losses_at["wrong labels"]) - np.mean(losses_at["clean"])
    print(f"you bet on a difference of {my_bet}; it is {difference:.2f}")
    assert difference > 0.25, "there should be no common level"

# %% [markdown]
# With wrong labels the trainings stop at about twice the loss of the clean ones, and 5 more on every loss changes nothing. The rule knows no level at which it stops. It only compares a training with its own past. So nobody has to know beforehand what loss can be reached.
#
# In another place the notes are closer: validation accuracy가 더이상 증가하지 않거나 validation loss가 줄어들지 않을때 학습을 멈추게 하는것, to stop learning when validation accuracy no longer rises or validation loss no longer falls. That is the rule without patience.

# %% [markdown]
# **"`validation_split` is random."** The notes train with `validation_split = 0.2`. Keras puts aside a fifth of the examples. Which fifth?
#
# Test it with your own `best_weights_callback`. We give Keras the same 1,280 clean images twice: once shuffled, once sorted by their class, so that bags and ankle boots come last. A random fifth would be the same kind of thing in both cases. **Place your bet**: how will the sorted training go?

# %%
def fit_on_a_split(rows):
    """Train on some rows of the clothes with a split; your callback keeps the best weights."""
    model = mlp(hidden=(64,), seed=0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    settings = {"validation_split": 0.2, "epochs": 8, "verbose": 0}
    settings["callbacks"] = [best_weights_callback()]
    curves = model.fit(clothes.x_train[rows], clothes.y_train[rows], **settings).history
    tested = np.mean(model(clothes.x_test).numpy().argmax(axis=1) == clothes.y_test)
    return np.argmin(curves["val_loss"]), max(curves["val_accuracy"]), tested

# %% [markdown]
# The print shows the best epoch, the best accuracy on the part put aside, and the test accuracy of the weights at the end.

# %% tags=["nbval-ignore-output"]
if solved("best_weights_callback"):
    keras.utils.set_random_seed(0)
    best_mixed, aside_mixed, test_mixed = fit_on_a_split(np.arange(1280))
    in_order = np.argsort(clothes.y_train, kind="stable")
    best_sorted, aside_sorted, test_sorted = fit_on_a_split(in_order)
    print(f"mixed:  best epoch {best_mixed:2}, put aside {aside_mixed:.2f}, "
          f"test {test_mixed:.2f}")
    print(f"sorted: best epoch {best_sorted:2}, put aside {aside_sorted:.2f}, "
          f"test {test_sorted:.2f}")

    assert best_sorted < 3 < best_mixed, "the loss of classes never seen should soon rise"
    assert aside_sorted < 0.05, "classes that were never seen should not be recognised"
    assert test_mixed > test_sorted + 0.08, "the sorted training should be worse"

# %% [markdown]
# In the sorted training hardly an image of the part put aside is recognised. Keras takes the **last** rows, as they come, before anything is shuffled. Here these are the last two classes, and the network learned from the other eight alone. Its validation loss soon rose, because the network became sure that there are no bags. So your callback kept one of the first epochs, exactly as it should: it can be no better than the examples it looks at. The same is true of early stopping.
#
# **Shuffle before you split**, or hand over a validation part, as you did in exercise 3.
#
# | The notes say | We found |
# |---|---|
# | overfiting이 되기전에 ... 멈춘다: it stops *before* the model overfits | it stops patience epochs *after* the best one; only restoring goes back |
# | 일정 수준 accuracy or loss가 되면: at a certain level | no level at which it stops; `baseline` is a level that has to be reached |
# | validation loss가 줄어들지 않을때 학습을 멈추게 하는것: to stop learning when the validation loss no longer falls | right, with patience: no new lowest loss for so many epochs |
# | EarlyStopping(monitor='val_loss', patience = 10) | ends with the weights of the stop; restore_best_weights=True is missing |
# | validation_split = 0.2 | the last fifth of the rows, before any shuffling |
# | one of four ways against overfitting | against a training that goes on too long, yes; in accuracy, with wrong labels, a schedule of 20 epochs did better than stopping by the loss, and about as well as stopping by the accuracy |

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# The validation losses of a training, counted from epoch 0, are
#
# 0.80, 0.62, 0.65, 0.58, 0.60, 0.58, 0.59, 0.57, 0.61
#
# Patience is 3. After which epoch does the training stop?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = 6
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# `EarlyStopping(monitor="val_loss", patience=10)` has stopped a training after epoch 37. Of which epoch are the weights that the model has now?

# %% solution="quiz_2"
quiz_2 = None  # replace None by a number
### BEGIN SOLUTION
quiz_2 = 37
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# The validation losses are 0.90, 0.70, 0.66, 0.63, 0.58, 0.57, 0.56, 0.55, 0.54. Patience is 3 and `min_delta` is 0.1. Which epoch is the best one when the training stops?

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
# You train on clean images as here, restore the best weights, and double the patience from 20 to 40. What do you expect?
#
# - a) more overfitting, because the training goes on for longer
# - b) about the same network, and a longer wait for it
# - c) half the accuracy that would have been lost
# - d) a stop at a lower loss, because 40 epochs reach a lower level

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
# A file holds equally many measurements of each of five years, in the order of time. You call `model.fit` with `validation_split=0.2`, and leave `shuffle=True` as it is. What is the part put aside?
#
# - a) a fifth of each year
# - b) another fifth in each epoch
# - c) the last year
# - d) the first year

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
# A colleague shows you her training. She loads images from ten folders of equal size, one for each class and one after the other, and calls `model.fit` with `validation_split=0.2` and `EarlyStopping(monitor="val_loss", patience=1)`. It stops after epoch 1. She says: "Early stopping has found out that the level is reached. I test the weights at once."
#
# Answer her in four to eight sentences
#
# - what early stopping compares, and whether it knows a level,
# - what is wrong with the part put aside, and what it does to the validation loss,
# - which two arguments of the callback you would change, and why.
#
# (3 points, read by a person.)

# %% [markdown] written="level_reached" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: early stopping compares the validation loss with the lowest loss of the same training so far. It stops when patience has run out, and there is no level at which it stops. (Half a point for "there is no level" alone.)
# - **Part 2**: Keras puts the last fifth of the rows aside before shuffling. Here these are the last two classes, which the network then never learns, so the validation loss soon rises. She must shuffle first or hand over a validation part. (Half a point for "the split is not random" alone.)
# - **Part 3**: a larger patience, because a patience of 1 takes a jump for the end. And restore_best_weights=True, because otherwise the weights are those of the stop. (Half a point if one argument has no reason. A fixed budget with its best checkpoint, and a reason, earns this point as well.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).** A full answer gives the reason in each part. A half answer covers one or two parts, or all without reasons. An empty answer agrees with her, or only says that she should train longer.
#
# **A full answer**: Early stopping does not know a level. After each epoch it compares the validation loss with the lowest loss that this training has had, and when patience has run out without a new lowest loss, it stops. Yours stopped because the loss of epoch 1 was no lower than that of epoch 0. That comes from your data: validation_split takes the last fifth of the rows, before any shuffling, and with your folders that is the last two classes. The network never sees them in training and gets sure that they do not exist, so the validation loss soon rises. Shuffle the images with their labels first, or pass validation_data. Then take a patience of 5 or 10, because a single loss may be higher by chance, and set restore_best_weights=True. Otherwise you test the weights of the stop, which are not the best ones.
#
# **A half answer (2 points)**: It only looks whether the validation loss is lower than the lowest before, so there is no level. Patience 1 is too small because the curve is noisy, and restore_best_weights must be True to get the best weights. Then she can test. (Nothing on the split.)
#
# **A half answer (1 point)**: validation_split takes the last rows and not random ones. These are the last two classes, which the network has never seen, so the validation loss rises. She should shuffle. With that, the level will be found correctly. (The level is believed, and nothing is said of the arguments.)
#
# **An empty answer**: She is right, the loss has reached its level after epoch 1. It must be an easy data set.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Early stopping ends a training when the validation loss has found no new minimum for as many epochs in a row as patience allows.
# - The weights at the stop are not the best ones. Restore those of the best epoch; Keras does it only if you ask.
# - With restoring, on clean images, too much patience costs time, and too little costs accuracy. Recorded curves tell how much, without any training.
# - Early stopping knows no level at which it stops, only the training's own past, and it saves only what further training would have cost.
# - With wrong labels a schedule of 20 epochs led early stopping clearly when early stopping watched the loss, at either of two rates. It hardly led when early stopping watched the accuracy (the test accuracy, which flatters early stopping). Of a schedule of 40 epochs patience cut off the small rates: on clean images that cost accuracy; with wrong labels, where so many epochs are too many, it helped. Keep a checkpoint, which is a copy of the weights, and compare it with the last network. `nan` is never the best.
# - Early stopping can be no better than the validation part: `validation_split` takes the last rows as they come. When the number of epochs is found, a new training may learn from these rows too.
# - Measured with Adam at 0.0003 and 0.001 (cosines from 0.001 and 0.004), batches of 32, a 128-128 relu network, 1,280 clothes with 40 % wrong labels or none, 10 to 80 epochs, 4 to 16 seeds, and 24 where the trainings were run beforehand; 2,280 images where both parts were learned from; and for the split one seed, 64 units, 1,024 images and 8 epochs.

# %% [markdown]
# ## Sources
#
# - L. Prechelt, *Early Stopping - But When?*, in Neural Networks: Tricks of the Trade, Springer 1998: criteria for stopping, compared; slower ones generalize a little better and cost much more time.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, <https://www.deeplearningbook.org>: section 7.8, early stopping with patience and a copy of the best parameters, two ways to use the validation data afterwards, and when early stopping acts like L2 (lesson 10).
# - V. Godbole, G. Dahl, J. Gilmer, C. Shallue, Z. Nado, *Deep Learning Tuning Playbook*, 2023, <https://github.com/google-research/tuning_playbook>: sections *Saving checkpoints and retrospectively selecting the best checkpoint* and *Determining the number of steps for each training run*: a fixed budget, and the best checkpoint of it.
# - P. Izmailov and others, *Averaging Weights Leads to Wider Optima and Better Generalization*, UAI 2018, arXiv:1803.05407: the mean of several checkpoints instead of the best one (lesson 02).
# - D. Arpit and others, *A Closer Look at Memorization in Deep Networks*, ICML 2017, arXiv:1706.05394: patterns are learned first, noise later.
# - C. Guo, G. Pleiss, Y. Sun, K. Weinberger, *On Calibration of Modern Neural Networks*, ICML 2017, arXiv:1706.04599: the loss overfits while the accuracy does not.
# - Q. McNemar, *Note on the sampling error of the difference between correlated proportions or percentages*, Psychometrika 12, 1947: the error over images.
# - Keras, *EarlyStopping*, <https://keras.io/api/callbacks/early_stopping/>: the arguments and their defaults.
# - Keras, *Model training APIs*, <https://keras.io/api/models/model_training_apis/>: `validation_split` takes the last samples, before shuffling.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the photographs of clothes.
