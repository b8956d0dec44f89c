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
# - say from a list of validation losses where a training stops, and which of its epochs was the best,
# - set up early stopping in Keras so that the best weights come back, and not the last ones,
# - choose a patience, and say where early stopping brings nothing.
#
# Run time: about 45 s. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# New terms
#
# | English | Korean | Meaning |
# |---|---|---|
# | early stopping | 조기 종료 (Early stopping) | a training is ended when the validation loss has found no new minimum for some epochs |
# | patience | 인내 (patience) | how many epochs in a row without a new minimum are allowed |
# | best epoch | 최적 에포크 | the epoch of the lowest validation loss so far |
# | restoring | 최적 가중치 복원 | putting the weights of the best epoch back |
# | monitored value | 감시 지표 (monitor) | the number that early stopping looks at after each epoch |
# | minimum change | 최소 개선폭 (min_delta) | by how much a loss must be lower to count as a new minimum |
# | validation split | 검증 분할 (validation_split) | the part of the examples that Keras puts aside to measure on |

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check
from helpers.data import Dataset, fashion_mnist
from helpers.models import mlp
from helpers.training import Configuration, stop_in_training, sweep

plotting.use_style()

# %% [markdown]
# Keras takes some seconds to load.

# %% tags=["setup"]
import keras

# %% [markdown]
# ## The best network was there, and is gone
#
# We train a network with two hidden layers of 128 units on the clothes, for 40 epochs. 40 % of the training labels are wrong, on purpose. The labels for validation and for the test are right. You know this kind of training from lesson 04: the network learns the clothes first, and then the wrong labels by heart.
#
# **Guess before you run the cell**: in which epoch will the validation loss be lowest, and how much accuracy will be lost from there to the end?

# %%
clothes = fashion_mnist()
settings = {"optimizer": "adam", "hidden": (128, 128), "num_epochs": 40}
noisy = {"label_noise": 0.4, **settings}
to_the_end = sweep([Configuration(0.001, **noisy)], clothes, seeds=range(16), test_curves=True)

# %% [markdown]
# The thick line is the mean over sixteen seeds, each thin line is one of them. (Pictures count epochs from 1.) **Look where the lowest points are, and how much the thin lines jump on the way.**

# %%
plotting.plot_curves(to_the_end, metric="val_losses", spread="seeds")
plt.show()

# %% [markdown]
# After the minimum the network gets worse. So we would like to stop there. But while we train we do not know that it was the minimum. The next epoch could be better. All we can do is wait for a while and see.
#
# That is **early stopping** (조기 종료): wait for ten epochs, and if none of them brings a new lowest validation loss, stop. Then there are two ways to go on. Keep the weights as they are now, or put back those of the best epoch, which is called **restoring** (복원).
#
# **Place your bet**: which of the two is better, and does it matter?

# %%
waiting = Configuration(0.001, patience=10, restore_best_weights=False, **noisy)
restoring = Configuration(0.001, patience=10, **noisy)
stopped = sweep([waiting], clothes, seeds=range(16), test_curves=True)
restored = sweep([restoring], clothes, seeds=range(16), test_curves=True)

# %% [markdown]
# Each line below is one seed, with three networks of one and the same training: that of the best epoch, that of the epoch in which it was stopped, and that of the last epoch. The accuracy is measured on test images, which played no part in the choice.

# %%
def test_accuracies(runs):
    """The test accuracy that each run ended with."""
    return np.array([run.test_accuracy for run in runs])


figure, ax = plt.subplots()
ends = [test_accuracies(runs) for runs in (restored, stopped, to_the_end)]
ax.plot(["best, restored", "at the stop", "last"], ends, "o-", color=plotting.COLORS[0], alpha=0.6)
ax.margins(x=0.15)
ax.set_ylabel("test accuracy")
plt.show()

# %% [markdown]
# Most lines fall, and fall twice. As numbers:

# %% tags=["nbval-ignore-output"]
for name, accuracies in zip(["best, restored", "at the stop", "last"], ends, strict=True):
    print(f"{name:15} {accuracies.mean():.3f} ± {accuracies.std():.3f}")
epochs = [len(run.val_losses) for run in stopped]
print(f"epochs until the stop: {min(epochs)} to {max(epochs)}, on average {np.mean(epochs):.1f} of 40")

best, stop, last = (accuracies.mean() for accuracies in ends)
assert best > stop + 0.02, "restoring should be better than the weights at the stop"
assert stop > last, "stopping should be better than going on"
assert np.mean(epochs) < 36, "it should save epochs"

# %% [markdown]
# So it matters, on average over the seeds. Waiting costs accuracy, because we wait while the network gets worse. Restoring gives it back. **Stop late, but go back.** And the epochs after the stop need not be computed at all.

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
# - $p$ is the **patience** (인내): how many epochs in a row may pass without a new lowest loss.
#
# With a patience of 2:
#
# | epoch | 0 | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|---|
# | loss | 0.9 | 0.6 | 0.7 | 0.5 | 0.5 | 0.6 | 0.3 |
# | best so far | 0 | 1 | 1 | 3 | 3 | 3 | |
# | epochs without a new lowest | 0 | 0 | 1 | 0 | 1 | 2: stop | |
#
# Epoch 2 is worse, and patience is not used up; epoch 3 starts the count anew. Epoch 4 only equals the lowest loss, so it does not count as new. After epoch 5 it is over. The 0.3 of epoch 6 never happens: nobody will know of it.
#
# Losses jitter, and a minimum that is lower in the fourth digit is not worth waiting for. So there is a **minimum change** (최소 개선폭), in Keras `min_delta`. A loss is then a new lowest one only if it is smaller than that of the best epoch *by more than* `min_delta`. If it is not, nothing changes: the best epoch stays, and so does the loss that later ones are compared with.

# %% [markdown]
# ### Exercise 1: `early_stop` (3 points)
#
# Write the rule as a function of a finished list of losses. It must not look at losses behind the stop.

# %% solution="early_stop"
def early_stop(val_losses, patience, min_delta=0.0):
    """Where early stopping ends a training, and which epoch was the best; both are counted from 0.

    val_losses: the validation loss after each epoch, a list of at least one number.
    patience: how many epochs in a row without a new lowest loss end the training, 1 or more.
    min_delta: a loss is a new lowest one if it is below that of the best epoch by more than this.
    Returns (stopped_epoch, best_epoch): whole numbers. stopped_epoch is None if the losses end before
    patience has run out.
    """
    ### BEGIN SOLUTION
    best_epoch = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best_epoch] - min_delta:
            best_epoch = epoch
        if epoch - best_epoch == patience:
            return epoch, best_epoch
    return None, best_epoch
    ### END SOLUTION

# %% test="early_stop" points=3
valleys = [2.0, 1.5, 1.75, 1.25, 1.375, 1.0, 1.125, 1.0625, 1.25, 0.5, 0.25, 0.5, 0.375, 0.75, 1.0]
check("a valley, and a deeper one too late", lambda: early_stop(valleys, 3))
check("the losses end too early", lambda: early_stop([1.0, 0.5, 0.75, 0.25, 0.5, 0.375], 4))
check("equal losses", lambda: early_stop([1.0, 0.5, 0.5, 0.5, 0.25], 2))
slow = [1.0, 0.75, 0.6875, 0.625, 0.5625, 0.5, 0.5625, 0.46875, 0.25, 0.234375, 0.3125, 0.3125, 0.3125]
check("a slow slide, and a minimum change", lambda: early_stop(slow, 3, min_delta=0.125))
check("it ends early, with a minimum change", lambda: early_stop([1.0, 0.5, 0.4375], 5, min_delta=0.125))
check("the first epoch was the best", lambda: early_stop([0.5, 0.75, 1.0, 1.25, 1.5], 3))
### BEGIN HIDDEN TESTS
check("the last moment to be better", lambda: early_stop([3.0, 3.5, 2.5, 2.75, 2.0, 2.25, 2.125, 1.0], 2))
check("worse and worse", lambda: early_stop([0.5, 0.75, 1.0, 1.25, 1.5, 1.75], 4))
check("better and better", lambda: early_stop([0.75, 0.5, 0.25], 1))
check("steps below a quarter", lambda: early_stop([2.0, 1.75, 1.6875, 1.5, 1.375, 1.25, 1.125], 2, 0.25))
check("cut off, the last steps below a quarter", lambda: early_stop([2.0, 1.5, 1.0, 0.875, 1.25], 4, 0.25))
### END HIDDEN TESTS

# %% [markdown]
# Does your function stop where the laboratory stopped? It trained with Keras's rule. (While exercise 1 is open, the cell says so.)

# %%
for seed, (run, longer) in enumerate(zip(stopped, to_the_end, strict=True)):
    result = early_stop(longer.val_losses, patience=10)
    if result is None:
        print("Solve exercise 1 first, then run this cell again.")
        break
    same = result == (run.stopped_epoch, run.best_epoch)
    print(f"seed {seed}: {'the same stop and the same best epoch' if same else f'you say {result}'}")

# %% [markdown]
# The losses that your function got are those of all 40 epochs. The laboratory's run ended at the stop. Both are the same training up to there.

# %% [markdown]
# ## Which curve to look at
#
# The **monitored value** (감시 지표) has been the validation loss. Why not the training loss? It costs nothing to measure. **Guess before you run the cell**: in which epoch is it lowest?

# %% tags=["nbval-ignore-output"]
lowest = [int(np.argmin(run.train_losses)) for run in to_the_end]
print("lowest training loss in epoch", lowest, "of 0 to 39")

assert min(lowest) >= 33, "the training loss should fall to the end"

# %% [markdown]
# It falls to the end, because learning wrong labels by heart makes it smaller. A callback that monitors it would hardly ever stop. Only examples that the network does not learn from can tell when to stop.
#
# The validation loss and the validation accuracy may both be monitored. They can have different best epochs, as lesson 04 showed. Of a loss the *lowest* value is best, of an accuracy the *highest*. Keras calls this the mode, and finds out by itself when the name is one that it knows.

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
# | `restore_best_weights` | `False` | whether the weights of the best epoch come back |
#
# So the callback of the notes ends with the weights at the stop. That is the middle point of the picture above, not the first one.

# %% [markdown]
# To try a callback we do not need a training. `stop_in_training` tells it the values of each epoch, as `model.fit` would, and says where it stops and whose weights it leaves. Here are the made-up values of two trainings. In the first of them each curve would stop the training in another epoch.

# %% tags=["setup"]
made_up = {
    "loss": [2.0, 1.8, 1.7, 1.75, 1.8, 1.9, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7, 0.6],
    "val_loss": [2.0, 1.6, 1.7, 1.3, 1.29999, 1.4, 1.35, 1.3, 1.5, 1.4, 1.6, 1.7, 1.8, 1.9, 2.0, 2.1],
    "accuracy": [0.3, 0.4, 0.35, 0.36, 0.37, 0.5, 0.6, 0.7, 0.8, 0.81, 0.82, 0.9, 0.91, 0.92, 0.93, 0.94],
    "val_accuracy": [0.3, 0.65, 0.6, 0.62, 0.66, 0.7, 0.65, 0.62, 0.61, 0.6, 0.59, 0.6, 0.6, 0.5, 0.6, 0.6],
}
short = {
    "loss": [1.0, 1.5, 1.2, 1.1, 1.05],
    "val_loss": [1.0, 0.8, 0.5, 0.6, 0.55],
    "accuracy": [0.5, 0.6, 0.7, 0.8, 0.9],
    "val_accuracy": [0.6, 0.5, 0.5, 0.55, 0.5],
}

# %% [markdown]
# ### Exercise 2: `early_stopping_callback` (2 points)

# %% solution="early_stopping_callback"
def early_stopping_callback(patience=10):
    """A Keras callback that stops a training early and ends it with the best weights.

    patience: how many epochs in a row without a new lowest validation loss end the training, 1 or more.
    Returns a callback for model.fit. It looks at the validation loss; every lower loss counts, however
    little it is lower. The model ends with the weights of the epoch with the lowest validation loss.
    """
    ### BEGIN SOLUTION
    return keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    ### END SOLUTION

# %% test="early_stopping_callback" points=2
check("a patience of 3", lambda: stop_in_training(early_stopping_callback(3), made_up))
check("no patience named", lambda: stop_in_training(early_stopping_callback(), made_up))
check("a training that ends by itself", lambda: stop_in_training(early_stopping_callback(3), short))
### BEGIN HIDDEN TESTS
check("patient for five", lambda: list(stop_in_training(early_stopping_callback(5), made_up).values()))
check("patient for one", lambda: list(stop_in_training(early_stopping_callback(1), made_up).values()))
rising = {"val_loss": [0.5, 0.6, 0.55, 0.7, 0.8]}
check("the first was the best", lambda: list(stop_in_training(early_stopping_callback(2), rising).values()))
check("patient for two", lambda: list(stop_in_training(early_stopping_callback(patience=2), short).values()))
### END HIDDEN TESTS

# %% [markdown]
# ## How much patience?
#
# We leave the wrong labels away. The validation loss of a clean training falls slowly and jitters on its way. We train with a patience of 1, 2, 5 and 10, each with sixteen seeds, and restore the best weights every time.
#
# **Guess before you run the cell**: what will a patience of 1 do?

# %%
patiences = [1, 2, 5, 10]
clean_stops = sweep(
    [Configuration(0.001, patience=patience, **settings) for patience in patiences],
    clothes,
    seeds=range(16),
    test_curves=True,
)

# %% [markdown]
# A dot is a run, the line is the mean over seeds.

# %%
reached = {
    patience: test_accuracies([run for run in clean_stops if run.configuration.patience == patience])
    for patience in patiences
}
figure, ax = plt.subplots()
ax.plot(patiences, list(reached.values()), "o", color=plotting.COLORS[5])
ax.plot(patiences, [accuracies.mean() for accuracies in reached.values()], color=plotting.COLORS[0])
ax.set(xlabel="patience (epochs)", ylabel="test accuracy", xticks=patiences)
plt.show()

# %% [markdown]
# The mean accuracy, and what it cost in epochs:

# %% tags=["nbval-ignore-output"]
mean_accuracy = {patience: accuracies.mean() for patience, accuracies in reached.items()}
for patience in patiences:
    epochs = [len(run.val_losses) for run in clean_stops if run.configuration.patience == patience]
    print(f"patience {patience:2}: accuracy {mean_accuracy[patience]:.3f}, {np.mean(epochs):4.1f} epochs")

assert mean_accuracy[10] > mean_accuracy[1] + 0.01, "a patience of 1 should stop too early"
assert mean_accuracy[10] > mean_accuracy[2], "and so should a patience of 2"
assert abs(mean_accuracy[10] - mean_accuracy[5]) < 0.015, "5 and 10 should be alike"

# %% [markdown]
# A patience of 1 takes the first jump of a noisy curve for the end. From 5 on, the accuracy hardly changes, only the bill does. **With restoring, too much patience costs time. Too little costs accuracy.** So choose it on the large side: longer than the stretches in which your curve finds no new minimum on its way down. With a smaller learning rate these stretches are longer.

# %% [markdown]
# ## Where it brings nothing
#
# The same clean images, and one more training that nobody stops. It goes on for all 40 epochs, long after the validation loss has begun to rise. **Guess before you run the cell**: how much accuracy does early stopping save here?

# %%
clean_to_the_end = sweep([Configuration(0.001, **settings)], clothes, seeds=range(16), test_curves=True)
clean_restored = [run for run in clean_stops if run.configuration.patience == 10]

# %% [markdown]
# Seed by seed, restored minus last:

# %% tags=["nbval-ignore-output"]
gains = test_accuracies(clean_restored) - test_accuracies(clean_to_the_end)
restored_loss = np.mean([run.test_loss for run in clean_restored])
last_loss = np.mean([run.test_loss for run in clean_to_the_end])
print("gains in points of accuracy:", " ".join(f"{100 * gain:+.1f}" for gain in gains))
print(f"mean {100 * gains.mean():+.1f} points")
print(f"test loss: restored {restored_loss:.2f}, last {last_loss:.2f}")

assert abs(gains.mean()) < 0.02, "the accuracy should hardly change"
assert last_loss > restored_loss + 0.05, "the loss should be better"

# %% [markdown]
# In accuracy: nothing to speak of. Some seeds gain, others lose. The loss does get better, since a network that goes on becomes too sure of its mistakes. So if you need probabilities that can be trusted, it helps here too, and it always saves epochs. But **it can only save accuracy that further training would have cost.** Where there is little to remember by mistake, there is little to save.

# %% [markdown]
# ## All together
#
# A training with early stopping needs three things: a model that is new, examples to learn from, and other examples to look at. In this course they come as `data`, with the fields `x_train`, `y_train`, `x_val`, `y_val`, `x_test` and `y_test`. The last two are for a report at the very end. Whoever stops by them has learned from them.
#
# `model.fit` takes the examples to look at as `validation_data=(inputs, targets)`. It returns a record. The field `history` of that record is a dictionary of curves: under `"val_loss"` you find the list of validation losses.

# %% [markdown]
# The checks use a model with a single weight, and four examples that all lie on a line. In training the weight goes from 0 to the slope of that line, gathers speed, and runs past it. On its way it passes the slope that the validation examples have. So we know which epoch is best. You need not read the cell.

# %% tags=["setup"]
def on_lines(train_slope, val_slope, test_slope):
    """Examples on three lines through 0."""
    x = np.array([[-1.0], [1.0], [1.0], [-1.0]], np.float32)
    return Dataset(*(part for slope in (train_slope, val_slope, test_slope) for part in (x, slope * x)))


def one_weight():
    """A model whose only weight starts at 0 and gathers speed."""
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(optimizer=keras.optimizers.SGD(0.05, momentum=0.9), loss="mse", run_eagerly=True)
    return model

# %% tags=["setup"]
def look_at(result):
    """What can be said of a trained model and its losses."""
    model, losses = result
    return {"weight": float(model.get_weights()[0].sum()), "losses": [float(loss) for loss in losses]}

# %% [markdown]
# ### Exercise 3: `fit_with_early_stopping` (3 points)
#
# Write it so that it stands alone, without calling your `early_stopping_callback`.

# %% solution="fit_with_early_stopping"
def fit_with_early_stopping(build_model, data, patience, max_epochs):
    """Train a new model until the validation loss has found no new minimum for some epochs.

    build_model: a function without arguments that returns a compiled Keras model.
    data: a Dataset. The training part is learned from, the validation part is looked at, the test part
    is left alone. patience: as in exercise 1, 1 or more. max_epochs: no more epochs than this.
    Returns (model, val_losses): the model with the weights of its best epoch, also if max_epochs ended
    the training; and the list of the validation losses, one for each epoch that ran.
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

# %% test="fit_with_early_stopping" points=3
passing = on_lines(1.0, 0.45, 0.2)
check("it passes the best slope", lambda: look_at(fit_with_early_stopping(one_weight, passing, 2, 9)),
      rtol=1e-3)
check("it is cut short", lambda: look_at(fit_with_early_stopping(one_weight, passing, 9, 4)), rtol=1e-3)
### BEGIN HIDDEN TESTS
downhill = on_lines(-2.0, -0.75, -2.0)
for label, patience, most in [("downwards, hardly patient", 1, 6), ("downwards, four at most", 3, 4)]:
    seen = look_at(fit_with_early_stopping(one_weight, downhill, patience, most))
    check(label, list(seen.values()), rtol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## Beliefs, measured
#
# **"It stops at a certain level."** The notes say 일정 수준 accuracy or loss가 되면 멈춘다: it stops when accuracy or loss has reached a certain level. If that were so, all trainings would stop at about the same loss. And adding 5 to all losses of a training would change where it stops.
#
# Test both with your own `early_stop`, on the runs with wrong labels and on the clean ones. **Place your bet first**: by how much do the losses at the stop differ between the two?

# %%
my_bet = 0.0  # replace by the difference that you believe in

stops_of, losses_at = {}, {}
for name, runs in {"wrong labels": to_the_end, "clean": clean_to_the_end}.items():
    results = [early_stop(run.val_losses, 10) for run in runs]
    if None not in results:
        stops_of[name] = results, [early_stop(run.val_losses + 5, 10) for run in runs]
        pairs = zip(runs, results, strict=True)
        losses_at[name] = [run.val_losses[-1 if stop is None else stop] for run, (stop, _) in pairs]

# %% [markdown]
# For each kind of training, the losses at the stop. (While exercise 1 is open, the cell says so.)

# %% tags=["nbval-ignore-output"]
if not stops_of:
    print("Solve exercise 1 first, then run this cell and the one above it again.")
for name, (results, with_five_more) in stops_of.items():
    same = sum(a == b for a, b in zip(results, with_five_more, strict=True))
    print(f"{name:12}: stopped at losses from {min(losses_at[name]):.2f} to {max(losses_at[name]):.2f};")
    print(f"{'':12}  with 5 added, {same} of {len(results)} stop in the same epoch")
if stops_of:
    difference = np.mean(losses_at["wrong labels"]) - np.mean(losses_at["clean"])
    print(f"you bet on a difference of {my_bet}; it is {difference:.2f}")
    assert difference > 0.25, "there should be no common level"

# %% [markdown]
# One kind stops at about twice the loss of the other, and 5 more on every loss changes nothing. The rule knows no level. It only compares a training with its own past. That is good: nobody has to know beforehand what loss can be reached.

# %% [markdown]
# **"`validation_split` is random."** The notes train with `validation_split = 0.2`. Keras puts aside a fifth of the examples. Which fifth?
#
# Test it with your own callback. We give Keras the same 1,280 clean images twice: once mixed, once sorted by their class, so that bags and ankle boots come last. A random fifth would be the same kind of thing in both cases. **Place your bet**: how will the sorted training go?

# %%
def fit_on_a_split(rows):
    """Train on some rows of the clothes with a split, stopped by the learner's callback."""
    model = mlp(hidden=(64,), seed=0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="adam", loss=loss, metrics=["accuracy"])
    settings = {"validation_split": 0.2, "epochs": 15, "verbose": 0}
    callback = early_stopping_callback(5)
    callbacks = [] if callback is None else [callback]
    curves = model.fit(clothes.x_train[rows], clothes.y_train[rows], callbacks=callbacks, **settings).history
    return curves["val_accuracy"], model.evaluate(clothes.x_test, clothes.y_test, verbose=0)[1]

# %% [markdown]
# The print shows how many epochs ran, the accuracy on the part put aside, and the test accuracy of the weights at the end. (While exercise 2 is open, nothing stops these trainings: solve it, then run this cell and the one above it again.)

# %% tags=["nbval-ignore-output"]
keras.utils.set_random_seed(0)
mixed, test_mixed = fit_on_a_split(np.arange(1280))
in_order, test_in_order = fit_on_a_split(np.argsort(clothes.y_train, kind="stable"))
print(f"mixed:  {len(mixed):2} epochs, put aside {max(mixed):.2f}, test {test_mixed:.2f}")
print(f"sorted: {len(in_order):2} epochs, put aside {max(in_order):.2f}, test {test_in_order:.2f}")

assert max(in_order) < 0.05, "classes that were never seen should not be recognised"
assert test_mixed > test_in_order + 0.08, "the sorted training should be worse"

# %% [markdown]
# In the sorted training not one image of the part put aside is recognised. Keras takes the **last** rows, as they come, before anything is shuffled. Here these are the last two classes, and the network learned from the other eight alone. Its validation loss rose from the first epoch on, because the network became sure that there are no bags. So early stopping kept the first epoch, and did it exactly as it should: it can be no better than the examples it looks at.
#
# **Shuffle before you split**, or hand over a validation part of your own, as you did in exercise 3.

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
# You restore the best weights, and double the patience from 20 to 40. What do you expect?
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
# A colleague shows you her training. She loads images from ten folders, one folder for each class and one after the other, and calls `model.fit` with `validation_split=0.2` and `EarlyStopping(monitor="val_loss", patience=1)`. It stops after epoch 1. She says: "Early stopping has found out that the level is reached. I test the weights at once."
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
# - **Part 1**: early stopping compares the validation loss with the lowest one of the same training so far; it stops when patience has run out; there is no level. (Half a point for "there is no level" without what is compared.)
# - **Part 2**: Keras puts the last fifth of the rows aside before shuffling: here the last two classes, which the network then never learns; the validation loss rises from the start, because the network becomes sure that these classes do not exist. She must shuffle first or hand over a validation part. (Half a point for "the split is not random" without what it does here.)
# - **Part 3**: a larger patience, because single losses jitter and a patience of 1 takes a jump for the end; restore_best_weights=True, because otherwise the weights are those of the stop and not of the best epoch. (Half a point if only one of the two has a reason.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).** A full answer gives the reason in each part. A half answer covers one or two parts, or all without reasons. An empty answer agrees with her, or only says that she should train longer.
#
# **A full answer**: Early stopping does not know a level. After each epoch it compares the validation loss with the lowest one that this training has had, and when patience has run out without a new lowest one, it stops. Yours stopped after epoch 1 because the loss of epoch 1 was higher than that of epoch 0. That comes from your data: validation_split takes the last fifth of the rows, before any shuffling, and with your folders that is the last two classes. The network never sees them in training, gets surer with every step that they do not exist, and so the validation loss can only rise. Shuffle the images with their labels first, or pass validation_data. Then take a patience of 5 or 10, because a single loss may be higher by chance, and set restore_best_weights=True. Otherwise you test the weights of the stop, which are by definition not the best ones.
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
# - With restoring, too little patience costs accuracy, and too much costs time.
# - It knows no level, only the training's own past, and it saves only what further training would have cost.
# - It can be no better than the validation part: `validation_split` takes the last rows as they come.

# %% [markdown]
# ## Sources
#
# - L. Prechelt, *Early Stopping - But When?*, in Neural Networks: Tricks of the Trade, Springer 1998: criteria for stopping, compared; slower ones generalize a little better and cost much more time.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, <https://www.deeplearningbook.org>: section 7.8, early stopping with patience and a copy of the best parameters.
# - D. Arpit and others, *A Closer Look at Memorization in Deep Networks*, ICML 2017, arXiv:1706.05394: patterns are learned first, noise later.
# - C. Guo, G. Pleiss, Y. Sun, K. Weinberger, *On Calibration of Modern Neural Networks*, ICML 2017, arXiv:1706.04599: the loss overfits while the accuracy does not.
# - Keras, *EarlyStopping*, <https://keras.io/api/callbacks/early_stopping/>: the arguments and their defaults.
# - Keras, *Model training APIs*, <https://keras.io/api/models/model_training_apis/>: `validation_split` takes the last samples, before shuffling.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the photographs of clothes.
