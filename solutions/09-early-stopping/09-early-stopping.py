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
from helpers.training import Configuration, scheduled_rates, stop_in_training, sweep, trained_model

plotting.use_style()

# %% [markdown]
# Keras takes some seconds to load.

# %% tags=["setup"]
import keras

# %% [markdown]
# ## Part 1 · Stop a training, and go back to its best epoch (about 45 minutes)
#
# ## The best network was there, and is gone
#
# We train a network with two hidden layers of 128 units on the clothes, for 40 epochs. 40 % of the training labels are wrong, on purpose. The labels for validation and for the test are right. You know this kind of training from lesson 04: the network learns the clothes first, and then the wrong labels by heart.
#
# The optimizer is Adam, which gives each weight a step of its own. For it 0.001 is a usual rate and no small one: lesson 03 (*Momentum and Adam: does a step need a memory?*) says why.
#
# Sixteen trainings differ by nothing but their seed. (It decides the first weights and the order of the images, and here also which labels are wrong.) **Guess before you run the cell**: how many epochs lie between the earliest of their sixteen best epochs and the latest?

# %%
clothes = fashion_mnist()
settings = {"optimizer": "adam", "hidden": (128, 128), "num_epochs": 40}
noisy = {"label_noise": 0.4, **settings}
to_the_end = sweep([Configuration(0.001, **noisy)], clothes, seeds=range(16), test_curves=True)

# %% [markdown]
# The thick line is the mean over the seeds, each thin line is one of them, and the dots are their lowest points. Epochs are counted from 0. **Look where the dots are, and how much the thin lines jump on the way.**

# %%
lowest_at = np.array([run.best_epoch for run in to_the_end])
figure, ax = plt.subplots()
for run in to_the_end:
    ax.plot(run.val_losses, "-", color="0.7", linewidth=0.7)
ax.plot(np.mean([run.val_losses for run in to_the_end], axis=0), "-", color=plotting.COLORS[0],
        linewidth=2.5)
ax.plot(lowest_at, [min(run.val_losses) for run in to_the_end], "o", color=plotting.COLORS[1],
        zorder=3)
ax.set(xlabel="epoch (from 0)", ylabel="validation loss")
plt.show()

# %% [markdown]
# Would one number of epochs do for all of them? We stop each training at the mean of the *other* fifteen best epochs, and compare with its own best epoch and with the two beside it.

# %% tags=["nbval-ignore-output"]
others = [round(np.delete(lowest_at, place).mean()) for place in range(16)]
at_others = np.array([run.test_accuracies[epoch] for run, epoch in zip(to_the_end, others,
                                                                       strict=True)])
at_own = np.array([run.test_accuracies[run.best_epoch] for run in to_the_end])
pairs = [np.clip([epoch - 1, epoch + 1], 0, 39) for epoch in lowest_at]
beside = np.array([run.test_accuracies[pair].mean() for run, pair in zip(to_the_end, pairs,
                                                                         strict=True)])
print(f"best epochs from {lowest_at.min()} to {lowest_at.max()}")
print(f"test accuracy: after the others' number {at_others.mean():.3f}, after its "
      f"own {at_own.mean():.3f},")
print(f"one epoch before or after its own {beside.mean():.3f}")

assert lowest_at.max() - lowest_at.min() >= 7, "the best epochs should lie far apart"
assert at_own.mean() > at_others.mean() - 0.006, (
    "a training should be no worse off with its own best epoch"
)
assert at_own.mean() > beside.mean() - 0.004, "nor than with the epochs beside it"
assert beside.mean() < at_others.mean() + 0.02, (
    "which should be no better than the others' number"
)

# %% [markdown]
# Its own best epoch is a little better here. But one epoch before or after it, a training is no better than with the others' number. So the best epoch is less a length that suits this training than a good moment of a jumping curve. It has to be caught while we train. But then we do not know that it was the minimum. The next epoch could be better. All we can do is wait for a while and see.
#
# That is **early stopping** (조기 종료): wait for ten epochs, and if none of them brings a new lowest validation loss, stop. Then there are two ways to go on. Keep the weights as they are now, or put back those of the best epoch, which is called **restoring** (최적 가중치 복원).
#
# **Place your bet**: which of the two is better, and does it matter? We train once, with the first ten seeds. The test images are looked at after each epoch, so one training shows both ways.

# %%
restoring = Configuration(0.001, patience=10, **noisy)
restored = sweep([restoring], clothes, seeds=range(10), test_curves=True)

# %% [markdown]
# Each line below is one seed, with three networks of one and the same training: that of the best epoch, that of the epoch in which it was stopped, and that of the last epoch. The accuracy is measured on test images, which played no part in the choice.

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
# So it matters, on average over the seeds. Waiting costs accuracy, because we wait while the network gets worse. Restoring gives it back. **Stop late, but go back.** And the epochs after the stop need not be computed at all.
#
# Keep in mind what is compared here: with a *constant* rate, one goes on too long or one does not. Further down early stopping meets a stronger opponent.

# %% [markdown]
# ## The rule, exactly
#
# Let $L_t$ be the validation loss after epoch $t$, with epochs counted from 0. Up to epoch $t$ the **best epoch** (최적 에포크) $b_t$ is the first one with the lowest loss:
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
# Epoch 2 is worse, and patience is not used up; epoch 3 starts the count anew. Epoch 4 only equals the lowest loss, so it does not count as new. After epoch 5 it is over. The 0.3 of epoch 6 never happens: nobody will know of it. (P. Nakkiran and others saw test errors rise and fall again, much later than patience usually waits.)
#
# Losses jitter, and a minimum that is lower in the fourth digit is not worth waiting for. So there is a **minimum change** (최소 개선폭), in Keras `min_delta`. A loss is then a new lowest one only if it is smaller than that of the best epoch *by more than* `min_delta`. If it is not, nothing changes: the best epoch stays, and so does the loss that later ones are compared with.

# %% [markdown]
# ## What patience costs, and what it misses
#
# Which patience should it be? Recorded trainings can answer that, and nothing has to be trained again. Take a training that nobody stopped, with the number of epochs that it was planned to have, its **budget** (예산). Its curve shows all that a rule could have met:
#
# - **what the rule costs**: how many epochs run, the one of the stop among them. All of them, if patience does not run out.
# - **what it misses**: how far the loss of the restored epoch lies above the lowest loss of the *whole* curve. The lower one came too late, or was lower by too little.
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
    """Return what early stopping would have cost recorded trainings, and what it would have missed.

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
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. What follows asks which curve to look at, how long to wait, and what early stopping is worth beside a schedule.

# %% [markdown]
# ## Part 2 · Choose what to watch and how long to wait (about 70 minutes)
#
# ## Which curve to look at
#
# The **monitored value** (모니터링 지표) has been the validation loss. Why not the training loss? It costs nothing to measure. **Guess before you run the cell**: in which epoch is it lowest?

# %% tags=["nbval-ignore-output"]
lowest = [int(np.argmin(run.train_losses)) for run in to_the_end]
print("lowest training loss in epoch", lowest, "of 0 to 39")

assert min(lowest) >= 33, "the training loss should fall to the end"

# %% [markdown]
# It falls to the end, because learning wrong labels by heart makes it smaller. So the minimum of the training loss does not tell when to stop here. The usual way is to look at other examples.
#
# The validation loss and the validation accuracy may both be monitored. Do they have the same best epoch?

# %% tags=["nbval-ignore-output"]
highest_at = np.array([np.argmax(run.val_accuracies) for run in to_the_end])
at_highest = [run.test_accuracies[epoch] for run, epoch in zip(to_the_end, highest_at,
                                                               strict=True)]
print(f"lowest loss: epoch {lowest_at.mean():.1f} on average, test accuracy {at_own.mean():.3f}")
print(f"highest accuracy: epoch {highest_at.mean():.1f} on average, test accuracy "
      f"{np.mean(at_highest):.3f}")

assert highest_at.mean() < lowest_at.mean() - 2, (
    "here the accuracy should be best before the loss"
)
assert np.mean(at_highest) > at_own.mean() - 0.01, "and following it should cost a point at most"

# %% [markdown]
# Not here: the accuracy is at its best several epochs before the loss is. In lesson 04 there was a data set where it was the other way round. So monitor what you want to be good in the end, and remember that an accuracy of 1,000 images jumps more than a loss. By accuracy even one number of epochs for all will do: stopped where the mean validation accuracy of the other fifteen is highest, a training has 0.752 (measured beside this lesson, with these sixteen trainings).
#
# Of a loss the *lowest* value is best, of an accuracy the *highest*. Keras calls this the mode, and finds out by itself when the name is one that it knows.

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
# So the callback of the notes ends with the weights at the stop. That is the middle point of the picture above, not the first one. (Why does 0 act like 1? An epoch without a new best value is counted first, and then the count is compared with the patience. With 0 or with 1, the first such epoch ends the training.)

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
# Without arguments the first loss that is no new lowest one ends it. With a patience of 3 it waits, and keeps what it has at the stop. Only restoring goes back to epoch 7.
#
# The last two have surprises. No loss gets below the `baseline` of 1.0, so the new lowest loss of epoch 1 does not set the count back. The first loss that is no new lowest one finds it at three, and it is over. So `baseline` is no level at which a training stops, but one that it has to reach. And the callback that starts from epoch 8 has never looked at epoch 7. For it epoch 9 is the best.

# %% [markdown]
# ## How much patience?
#
# Now without the wrong labels. The validation loss of a clean training falls slowly and jitters on its way. We train to the end, with sixteen seeds. Then Keras's callback looks at each recorded curve and says where it would have stopped and which epoch it would have restored. It does so with a patience of 1, 2, 5 and 10.
#
# **Guess before you run the cell**: what will a patience of 1 do?

# %%
def ends_of(runs, patience):
    """How many epochs early stopping would have let recorded trainings run, and which ones it
    restores.
    """
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
def accuracies_at(runs, epochs):
    """The test accuracy that each run had after the epoch named for it."""
    return np.array([run.test_accuracies[epoch] for run, epoch in zip(runs, epochs,
                                                                      strict=True)])


reached = {p: accuracies_at(clean_to_the_end, best) for p, (_, best) in ends_by_patience.items()}
patiences = list(reached)
figure, ax = plt.subplots()
ax.plot(patiences, list(reached.values()), "o", color=plotting.COLORS[5])
ax.plot(patiences, [accuracies.mean() for accuracies in reached.values()],
        color=plotting.COLORS[0])
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
# A patience of 1 takes the first jump of a noisy curve for the end. From 5 on, the accuracy hardly changes, only the bill does. **With restoring, on these clean images, too much patience costs time, and too little costs accuracy.** So choose it here on the large side: longer than the stretches in which your curve finds no new minimum on its way down.
#
# How long are these stretches? We go back to the sixteen trainings with wrong labels. Beside them we put others on the same labels, with a third of the rate and twice the epochs. These take longer than a cell may, so they were run beforehand, as here but with 24 seeds, and what is stored of them is their curves. (`scripts/make_stopping.py` makes them. It comes with the whole project.)

# %%
stored = read_packaged("stopping")


def recorded(name):
    """Trainings that were run beforehand: the curves of each seed."""
    curves = zip(stored[f"{name}_losses"], stored[f"{name}_accuracies"], strict=True)
    return [SimpleNamespace(val_losses=losses,
                            test_accuracies=shares) for losses, shares in curves]


# %% [markdown]
# In each curve we look for the three longest waits for a new minimum, and print their mean for the sixteen seeds. The slow trainings stand there twice: first only their first half, which is as long as the trainings at 0.001, then whole.

# %% tags=["nbval-ignore-output"]
def longest_waits(losses):
    """The mean of the three longest stretches of epochs from one new lowest loss to the next."""
    new_lowest = np.flatnonzero(losses == np.minimum.accumulate(losses))
    return np.sort(np.diff(new_lowest))[-3:].mean()


waits = [longest_waits(run.val_losses) for run in to_the_end]
slow = [run.val_losses for run in recorded("slow")[:16]]
first_half, slow_waits = ([longest_waits(losses[:epochs]) for losses in slow] for epochs in (40,
                                                                                             80))
for name, of_seeds in {"0.001": waits, "0.0003, half": first_half, "0.0003": slow_waits}.items():
    print(f"{name:12}", " ".join(f"{wait:4.1f}" for wait in of_seeds),
          f" mean {np.mean(of_seeds):.1f}")

assert np.mean(slow_waits) > np.mean(waits), (
    "the slower and longer training should need more patience"
)
assert np.mean(slow_waits) > np.mean(first_half) + 1, "in its second half"

# %% [markdown]
# The trainings with the smaller rate and twice the epochs have longer waits. But these come late: in their first half they are hardly longer than those of the others. So look at the waits in a curve that is as long as the one you plan.

# %% [markdown]
# ## Where it brings nothing
#
# Back to the clean images. The trainings that nobody stopped went on for all 40 epochs, long after the validation loss had begun to rise. **Guess before you run the cell**: how much accuracy does early stopping save here?
#
# The cell shows it seed by seed: restored with a patience of 10, minus last.

# %% tags=["nbval-ignore-output"]
clean_best = ends_by_patience[10][1]
gains = reached[10] - test_accuracies(clean_to_the_end)
restored_loss = np.mean([run.test_losses[at] for run, at in zip(clean_to_the_end, clean_best,
                                                                strict=True)])
last_loss = np.mean([run.test_loss for run in clean_to_the_end])
print("gains in points of accuracy:", " ".join(f"{100 * gain:+.1f}" for gain in gains))
print(f"mean {100 * gains.mean():+.1f} points")
print(f"test loss: restored {restored_loss:.2f}, last {last_loss:.2f}")

assert abs(gains.mean()) < 0.02, "the accuracy should hardly change"
assert last_loss > restored_loss + 0.05, "the loss should be better"

# %% [markdown]
# In accuracy: nothing to speak of. Some seeds gain, others lose. **It can only save accuracy that further training would have cost.** Where there is little to remember by mistake, there is little to save.
#
# The loss does get better, since a network that goes on becomes too sure of its mistakes. Is that worth a stop? Lesson 04 had another remedy: divide all outputs by one number, the temperature, chosen on the validation images. **Place your bet**: what is left of the difference then?

# %%
def loss_with_temperature(run):
    """The test loss of a trained network, at the temperature that is best on the validation
    images.
    """
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
# We go back to the wrong labels. On one side stands early stopping. It may choose between two rates, and between a patience of 3 and of 10. On the other side stand cosines down to 0, and nobody stops them: 10 epochs from 0.004, 20 epochs from 0.001, and 40 epochs from 0.001.
#
# **Place your bet**: which one is best on the test images, and which one needs the fewest epochs?
#
# These trainings were run beforehand, all with the same 24 seeds. The cosine of 20 epochs we train here too, with twelve of them.

# %%
def with_cosine(num_epochs, label_noise, seeds):
    """Trainings whose rate falls from 0.001 to 0 within a budget."""
    rates = scheduled_rates("cosine", 0.001, num_epochs)
    planned = settings | {"num_epochs": num_epochs, "schedule": rates.__getitem__}
    return sweep([Configuration(0.001, label_noise=label_noise, **planned)], clothes, seeds,
                 test_curves=True)


middle_live = with_cosine(20, label_noise=0.4, seeds=range(12))
fixed = {budget: recorded(f"cosine_{budget}") for budget in (10, 20, 40)}
short, middle, long = fixed.values()

# %% [markdown]
# For a fixed budget there are two accuracies: that of the network after the last epoch, and that after the epoch with the lowest validation loss.

# %%
def last_and_best(runs):
    """Test accuracies after the last epoch of each run, and after that of its lowest validation
    loss.
    """
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
# What we claim of them:

# %%
by_schedule, best_of_middle = last_and_best(middle)
most = max(accuracies.mean() for _, accuracies in stopped.values())
assert (by_schedule - stopped[0.001, 10][1]).mean() > 0.005, (
    "the schedule should be better at its own rate"
)
assert by_schedule.mean() > most, "and than any early stopping here"
live = test_accuracies(middle_live) - accuracies_at(to_the_end[:12],
                                                    ends_of(to_the_end[:12], 10)[1])
assert live.mean() > 0, "the same live, in this lesson"

# %% [markdown]
# Of the cheapest schedule, and of the losses:

# %%
epochs, quick_and_slow = stopped[0.0003, 3]
assert last_and_best(short)[0].mean() > quick_and_slow.mean() - 0.006, (
    "ten epochs should do as well"
)
assert epochs > 20, "as early stopping with more than twice as many"
lowest_losses = [np.mean([min(run.val_losses) for run in runs]) for runs in fixed.values()]
assert lowest_losses[1] > max(lowest_losses[::2]) + 0.01, "by loss 20 epochs should be the worst"
patient = max(loss_of[rate, 10] for rate in (0.001, 0.0003))
assert patient + 0.01 < lowest_losses[1] < loss_of[0.0003, 3] - 0.01, (
    "patience should decide the loss"
)

# %% [markdown]
# How sure is the lead of the 20 epochs? Seed by seed, in points, with the standard error:

# %% tags=["nbval-ignore-output"]
for (rate, patience), (_, accuracies) in stopped.items():
    gains = 100 * (by_schedule - accuracies)
    error = gains.std(ddof=1) / np.sqrt(len(gains))
    print(f"20 epochs against rate {rate}, patience {patience:2}: "
          f"{gains.mean():+.1f} ± {error:.1f}")
    assert gains.mean() > 2.5 * error, "against each of the four the lead should be no chance"

# %% [markdown]
# And of the test loss, of little and of much patience, and of the last network and the best one:

# %% tags=["nbval-ignore-output"]
by_loss = [np.mean([run.test_loss for run in runs]) for runs in (middle_live[:10], restored)]
print(f"test loss, ten seeds: cosine of 20 epochs {by_loss[0]:.3f}, early stopping "
      f"at 0.001 {by_loss[1]:.3f}")
assert by_loss[0] > by_loss[1] - 0.012, "in loss the schedule should be no better"

most_patient = accuracies_at(recorded("slow"), ends_of(recorded("slow"), 20)[1])
print(f"early stopping, rate 0.0003, patience 20: {most_patient.mean():.3f}")
assert stopped[0.0003, 3][1].mean() > most_patient.mean(), (
    "there much patience should cost accuracy"
)
by_patience = {p: np.mean([stopped[rate, p][1] for rate in (0.001, 0.0003)]) for p in (3, 10)}
assert abs(by_patience[3] - by_patience[10]) < 0.015, "over both rates, 3 and 10 should be alike"

last_of_long, best_of_long = last_and_best(long)
assert abs(by_schedule.mean() - best_of_middle.mean()) < 0.01, (
    "after 20 epochs the last should be as good"
)
assert best_of_long.mean() > last_of_long.mean(), "40 epochs should be too many"
assert last_of_long.mean() < stopped[0.0003, 10][1].mean(), (
    "so early stopping at the small rate is better"
)

# %% [markdown]
# (With the wrong labels a patience of 3 does about as well as 10, over both rates. At the small rate 20 costs almost a point against 3. In these trainings the accuracy is at its best before the loss is. On the clean images little patience cost accuracy.)
#
# In accuracy the schedule of 20 epochs is better than early stopping at either rate and with either patience, by 0.8 to 1.8 points, which is four standard errors and more. (Early stopping watches the loss here. Above, at 0.001, the moment of the highest validation accuracy did at least as well as that of the lowest loss. And of the two rates of early stopping the lower one is better; one still lower was not tried.) The schedule of 20 epochs also costs fewer epochs than early stopping at the small rate. The schedule of ten epochs comes as far as the best early stopping here, the small rate with a patience of 3, and that needs 28 epochs.
#
# In loss, which of the two is better depends on the patience. With a patience of 10 early stopping has the lower validation loss, at either rate, and at 0.001 the lower test loss too. With a patience of 3 at the small rate, where its accuracy was best, its validation loss is higher than that of the 20 epochs. And of the three budgets, 20 epochs have the highest validation loss. So who chooses the budget by validation loss takes 40 epochs here, and that network is no better than early stopping at the small rate. That 20 epochs are best, the test images have told us.
#
# So what early stopping saved in the first picture was no merit of its own. It was what a training loses when it goes on for too long, and that can happen to a schedule as well. The last weights of 20 epochs are as good as their best ones. Those of 40 epochs are not: there the network had time for the wrong labels, and ends below early stopping at the small rate. Whoever plans a budget does not know which of the two it is. So the authors of the *Tuning Playbook* advise: **fix the budget, let the schedule end, and keep the best network that was there on the way.** They find a rule that stops trainings usually unnecessary. A copy of the weights as they were after an epoch is called a **checkpoint** (체크포인트).
#
# What if one does both, a schedule and patience? With the wrong labels 40 epochs were too many; on the clean images they are not. **Guess before you run the cell**: what does a patience of 5 do to either? The first cell trains four clean networks.

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
# A short schedule it hardly touches: of ten epochs, with either kind of labels, a patience of 5 stops next to nothing, and takes 0.001 of accuracy at most. And what it brings with wrong labels depends on the rate: 0.009 here, and 0.056 where the 40 epochs begin at 0.004. (The short schedule and the second rate were measured beside this lesson, with eight seeds.)
#
# And the best network? On the clean images even that brought no accuracy. The lowest loss came about halfway, when the rate was still high too. So compare it with the last network, in the value that you want to be good. By validation accuracy the better of the two has 0.822 here, and 0.757 with the wrong labels (measured beside this lesson, with the same seeds).

# %% [markdown]
# ## The validation images afterwards
#
# Early stopping has used 1,000 images only to look at them. When the number of epochs is found, can they be learned from after all? One way is to train once more from the start, on both parts, for as many epochs as were found. There is no validation loss then, and nothing to stop by. **Place your bet**: how many points do 1,000 more images bring, beside 1,280?

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
# That is about a point and a half. Stopping instead of going on to the end brought none here. The price: nobody can check this training but by the test images, and with more images an epoch has more steps (72 instead of 40), so that the number found is only about right. Goodfellow and others describe this way and a second one in their section 7.8.

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
# To try callbacks on a real training we need a small one: a model with a single weight, and four examples that all lie on a line. In training the weight goes from 0 to the slope of that line, gathers speed, and runs past it. On its way it passes the slope that the validation examples have. So we know which epoch is best. You need not read the cell.

# %% tags=["setup"]
def on_lines(train_slope, val_slope, test_slope):
    """Examples on three lines through 0."""
    x = np.array([[-1.0], [1.0], [1.0], [-1.0]], np.float32)
    return Dataset(*(part for slope in (train_slope, val_slope,
                                        test_slope) for part in (x, slope * x)))


def one_weight():
    """A model whose only weight starts at 0 and gathers speed."""
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(optimizer=keras.optimizers.SGD(0.2, momentum=0.9), loss="mse",
                  run_eagerly=True)
    return model

# %% [markdown]
# Our callback also keeps `self.model.weights[0]`. That looks like the same thing. We train the weight for three epochs, and look at what both have kept. **Guess before you run the cell.**

# %%
data, model = on_lines(1.0, 0.9, 0.2), one_weight()
distance = Distance()
model.fit(data.x_train, data.y_train, epochs=3, callbacks=[distance], verbose=0)
from_weights = distance.variable.numpy().item()
print(f"from get_weights: {distance.start.item():.3f}, from weights: {from_weights:.3f}")

assert distance.start.item() == 0.0, "the arrays should be copies"
assert from_weights == distance.distances[-1], "the variables should be those of the model"

# %% [markdown]
# `get_weights()` gives copies, which stay as they were. `weights` gives the model's own variables, and they train on.
#
# One more thing before you write your own. When a training breaks, as from N(0, 1) in lesson 06, its loss is `nan`, which means *not a number*. What is lower than `nan`?

# %%
print("nan < 1.0:", np.nan < 1.0, "  nan > 1.0:", np.nan > 1.0, "  nan >= 1.0:", np.nan >= 1.0)
print("np.argmin([3.0, nan, 2.0]):", np.argmin([3.0, np.nan, 2.0]))

# %% [markdown]
# With `nan`, `<`, `>`, `<=`, `>=` and `==` are all false (only `!=` is true), and `argmin` takes it for the lowest. `np.isnan(value)` says whether a value is one.

# %% [markdown]
# ### Exercise 2: `best_weights_callback` (3 points)
#
# Define a class inside of the function, or outside of it in the same cell, and return an object of it. The best network of a planned training: nothing is stopped, and at the end the best weights are back.

# %% solution="best_weights_callback"
def best_weights_callback(monitor="val_loss"):
    """Return a Keras callback that lets a training run to its end and leaves it with its best weights.

    monitor: which value in logs is looked at after each epoch, a string. The lowest value is the
        best; of equal ones the first. Values are finite numbers of any size and sign, or nan,
        which is never the best.

    The callback stops nothing, and does not touch the weights before the training is over. Then
    the model has the weights as they were after the best epoch; where all values were nan, those
    of the last epoch. One
    callback may see several trainings, one after the other, with any number for the first epoch:
    each of them stands for itself.
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
# The next cell is for the checks. It shows one callback to several trainings: `(7, curves)` begins with epoch 7. For each it says where it was stopped (None: it was not), and of which epoch the weights are that it left. If your callback changes weights on the way, the later epochs count on from the changed ones, and their numbers come out wrong.

# %% tags=["setup"]
nan = float("nan")


def in_trainings(callback, trainings):
    """Of each training (its first epoch, its curves): where it stopped, and whose weights
    stayed.
    """
    return [list(stop_in_training(callback, curves,
                                  first).values()) for first, curves in trainings]

# %% test="best_weights_callback" points=3
up_and_down = {"val_loss": [0.9, 0.5, 0.7, 0.4, 0.4, 0.6],
               "loss": [1.0, 0.8, 0.6, 0.5, 0.3, 0.2]}
patient = {"val_loss": [0.7, 0.5, *11 * [0.6]], "loss": [0.4, *12 * [0.5]]}
later = {"val_loss": [0.8, 0.6, 0.9, 0.7], "loss": [0.5, 0.4, 0.6, 0.3]}
three = [(0, up_and_down), (0, patient), (7, later)]
curves_with_nan = [0.9, 0.6, 0.7, nan, nan], [nan, 0.8, nan, 0.7, 0.9], [-0.9, nan, -0.5,
                                                                         -0.2], 3 * [nan]
broken = [(0, {"val_loss": losses}) for losses in curves_with_nan]
check("another value", lambda: in_trainings(best_weights_callback("loss"), three[::2]))
check("three trainings, one after the other",
      lambda: in_trainings(best_weights_callback(), three))
check("with nan, and below zero",
      lambda: [in_trainings(best_weights_callback(), [run])[0] for run in broken])
check("a training, then one of nan alone",
      lambda: in_trainings(best_weights_callback(), [(0, up_and_down), broken[-1]]))
sizes = [(0, {"val_loss": one}) for one in ([3e13, 5e13, 4e13, 6e13], [5e-7, 3e-7, 4e-7],
                                            [0.4, 0, 0.6, 0.7])]
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
# A training with early stopping needs three things: a model that is new, examples to learn from, and other examples to look at. In this course they come as `data`, with the fields `x_train`, `y_train`, `x_val`, `y_val`, `x_test` and `y_test`. The last two are for a report at the very end. Whoever stops by them has learned from them.
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
# Test both with your own `price_of_patience`, on the runs with wrong labels and on the clean ones. **Place your bet first**: by how much do the losses at the stop differ between the two?

# %%
my_bet = 0.0  # replace by the difference that you believe in

ran_of, losses_at = {}, {}
if solved("price_of_patience"):
    for name, runs in {"wrong labels": to_the_end, "clean": clean_to_the_end}.items():
        curves = [run.val_losses for run in runs]
        ran = price_of_patience(curves, 10)[0]
        ran_of[name] = ran, price_of_patience([losses + 5 for losses in curves], 10)[0]
        losses_at[name] = [losses[epochs - 1] for losses, epochs in zip(curves, ran,
                                                                        strict=True)]

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
# One kind stops at about twice the loss of the other, and 5 more on every loss changes nothing. The rule knows no level at which it stops. (`baseline` is one that has to be reached.) It only compares a training with its own past. That is good: nobody has to know beforehand what loss can be reached.
#
# The notes know it better in another place. Where they speak of schedules, they say in brackets what early stopping is: validation accuracy가 더이상 증가하지 않거나 validation loss가 줄어들지 않을때 학습을 멈추게 하는것, to stop learning when validation accuracy no longer rises or validation loss no longer falls. That is the rule, but for patience.

# %% [markdown]
# **"`validation_split` is random."** The notes train with `validation_split = 0.2`. Keras puts aside a fifth of the examples. Which fifth?
#
# Test it with your own `best_weights_callback`. We give Keras the same 1,280 clean images twice: once mixed, once sorted by their class, so that bags and ankle boots come last. A random fifth would be the same kind of thing in both cases. **Place your bet**: how will the sorted training go?

# %%
def fit_on_a_split(rows):
    """Train on some rows of the clothes with a split; the learner's callback keeps the best
    weights.
    """
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
    best_sorted, aside_sorted, test_sorted = fit_on_a_split(np.argsort(clothes.y_train,
                                                                       kind="stable"))
    print(f"mixed:  best epoch {best_mixed:2}, put aside {aside_mixed:.2f}, "
          f"test {test_mixed:.2f}")
    print(f"sorted: best epoch {best_sorted:2}, put aside {aside_sorted:.2f}, "
          f"test {test_sorted:.2f}")

    assert best_sorted < 3 < best_mixed, "the loss of classes never seen should soon rise"
    assert aside_sorted < 0.05, "classes that were never seen should not be recognised"
    assert test_mixed > test_sorted + 0.08, "the sorted training should be worse"

# %% [markdown]
# In the sorted training hardly an image of the part put aside is recognised. Keras takes the **last** rows, as they come, before anything is shuffled. Here these are the last two classes, and the network learned from the other eight alone. Its validation loss soon rose, because the network became sure that there are no bags. So your callback kept one of the first epochs, and did it exactly as it should: it can be no better than the examples it looks at. Early stopping has the same eyes.
#
# **Shuffle before you split**, or hand over a validation part of your own, as you did in exercise 3.
#
# | The notes say | We found |
# |---|---|
# | overfiting이 되기전에 ... 멈춘다: it stops *before* the model overfits | it stops patience epochs *after* the best one; only restoring goes back |
# | 일정 수준 accuracy or loss가 되면: at a certain level | no level at which it stops; `baseline` is one that has to be reached |
# | validation loss가 줄어들지 않을때 학습을 멈추게 하는것 | right, with patience: no new lowest one for so many epochs |
# | EarlyStopping(monitor='val_loss', patience = 10) | ends with the weights of the stop; restore_best_weights=True is missing |
# | validation_split = 0.2 | the last fifth of the rows, before any shuffling |
# | one of four ways against overfitting | against a training that goes on too long, yes; in accuracy, with wrong labels, a schedule of 20 epochs did better than stopping by the loss |

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
# - **Part 1**: early stopping compares the validation loss with the lowest one of the same training so far; it stops when patience has run out; there is no level at which it stops (`baseline` is one that has to be reached). (Half a point for "there is no level" without what is compared.)
# - **Part 2**: Keras puts the last fifth of the rows aside before shuffling: here the last two classes, which the network then never learns; the validation loss soon rises, because the network becomes sure that these classes do not exist. She must shuffle first or hand over a validation part. (Half a point for "the split is not random" without what it does here.)
# - **Part 3**: a larger patience, because single losses jitter and a patience of 1 takes a jump for the end; restore_best_weights=True, because otherwise the weights are those of the stop and not of the best epoch. (Half a point if only one of the two has a reason. Whoever wants a fixed budget with a schedule that ends and its best checkpoint, and says why, has this point as well.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).** A full answer gives the reason in each part. A half answer covers one or two parts, or all without reasons. An empty answer agrees with her, or only says that she should train longer.
#
# **A full answer**: Early stopping does not know a level. After each epoch it compares the validation loss with the lowest one that this training has had, and when patience has run out without a new lowest one, it stops. Yours stopped after epoch 1 because the loss of epoch 1 was no lower than that of epoch 0. That comes from your data: validation_split takes the last fifth of the rows, before any shuffling, and with your folders that is the last two classes. The network never sees them in training, gets surer with every step that they do not exist, and so the validation loss soon rises. Shuffle the images with their labels first, or pass validation_data. Then take a patience of 5 or 10, because a single loss may be higher by chance, and set restore_best_weights=True. Otherwise you test the weights of the stop, which are by definition not the best ones.
#
# **A half answer (2 points)**: It only looks whether the validation loss is lower than the lowest before, so there is no level. Patience 1 is too small because the curve is noisy, and restore_best_weights must be True to get the best weights. Then she can test. (Nothing on the split.)
#
# **A half answer (1 point)**: validation_split takes the last rows and not random ones, so these are only the last two classes, which the network has never seen, and the validation loss rises. She should shuffle. With that, the level will be found correctly. (The level is believed, and nothing is said of the arguments.)
#
# **An empty answer**: She is right, the loss has reached its level after epoch 1. It must be an easy data set.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Early stopping ends a training when the validation loss has found no new minimum for as many epochs in a row as patience allows.
# - The weights at the stop are not the best ones. Restore those of the best epoch; Keras does it only if you ask.
# - With restoring, too much patience costs time, and with wrong labels it can cost accuracy; on clean images too little cost accuracy. Recorded curves tell how much, without any training.
# - It knows no level at which it stops, only the training's own past, and it saves only what further training would have cost.
# - With wrong labels a schedule of 20 epochs was better in accuracy than early stopping by the loss, at either of two rates. In loss it was worse than early stopping with a patience of 10, and validation loss would not have chosen it among the three budgets. It needs a fixed budget. Of 40 epochs patience cut off the small rates: on clean images that cost accuracy, and there the best checkpoint brought none; with wrong labels, where so many are too many, both helped. So compare the checkpoint with the last network. It is a copy, and `nan` is never the best.
# - It can be no better than the validation part: `validation_split` takes the last rows as they come. When the epochs are found, these rows may be learned from too.
# - Measured with Adam at 0.0003 and 0.001 (cosines from 0.001 and 0.004), batches of 32, a 128-128 relu network, 1,280 clothes with 40 % wrong labels or none, 10 to 80 epochs, 4 to 16 seeds, and 24 where the trainings were run beforehand; 2,280 images where both parts were learned from; and for the split one seed, 64 units, 1,024 images and 8 epochs.

# %% [markdown]
# ## Sources
#
# - L. Prechelt, *Early Stopping - But When?*, in Neural Networks: Tricks of the Trade, Springer 1998: criteria for stopping, compared; slower ones generalize a little better and cost much more time.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, <https://www.deeplearningbook.org>: section 7.8, early stopping with patience and a copy of the best parameters, two ways to use the validation data afterwards, and when early stopping acts like L2 (lesson 10).
# - V. Godbole, G. Dahl, J. Gilmer, C. Shallue, Z. Nado, *Deep Learning Tuning Playbook*, 2023, <https://github.com/google-research/tuning_playbook>: sections *Saving checkpoints and retrospectively selecting the best checkpoint* and *Determining the number of steps for each training run*: a fixed budget, and the best checkpoint of it.
# - P. Izmailov and others, *Averaging Weights Leads to Wider Optima and Better Generalization*, UAI 2018, arXiv:1803.05407: the mean of several checkpoints instead of the best one (lesson 02).
# - D. Arpit and others, *A Closer Look at Memorization in Deep Networks*, ICML 2017, arXiv:1706.05394: patterns are learned first, noise later.
# - P. Nakkiran and others, *Deep Double Descent: Where Bigger Models and More Data Hurt*, ICLR 2020, arXiv:1912.02292: over the epochs too, with wrong labels and large networks.
# - C. Guo, G. Pleiss, Y. Sun, K. Weinberger, *On Calibration of Modern Neural Networks*, ICML 2017, arXiv:1706.04599: the loss overfits while the accuracy does not.
# - Keras, *EarlyStopping*, <https://keras.io/api/callbacks/early_stopping/>: the arguments and their defaults.
# - Keras, *Model training APIs*, <https://keras.io/api/models/model_training_apis/>: `validation_split` takes the last samples, before shuffling.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the photographs of clothes.
