"""Right and wrong answers to the exercises of lesson 09."""

import copy

import keras
import numpy as np

from course.authoring.answers import exercise, short

# price_of_patience ------------------------------------------------------------------------------


def _below(min_delta):
    """The rule of the exercise: below the best one by more than min_delta."""
    return lambda loss, best: loss < best - min_delta


def _stop(losses, patience, is_new_lowest):
    """Stop after `patience` epochs in a row that are no new lowest ones: epochs that ran, best epoch."""
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        waited += 1
        if is_new_lowest(losses[epoch], losses[best]):
            best, waited = epoch, 0
        if waited >= patience:
            return epoch + 1, best
    return len(losses), best


def _prices(curves, price):
    """Two arrays out of a function that gives one curve's two numbers."""
    epochs, missed = zip(*[price(losses) for losses in curves], strict=True)
    return np.array(epochs), np.array(missed)


def _by(curves, patience, is_new_lowest):
    """The prices where another rule says what a new lowest loss is, or how long is waited."""

    def price(losses):
        ran, best = _stop(losses, patience, is_new_lowest)
        return ran, losses[best] - min(losses)

    return _prices(curves, price)


e = exercise("price_of_patience")

@e.cases
def recorded_curves(rng):
    """One to three budgets of 1 to 40 epochs, ties, slow slides, far up and far down, 0 and below; exact in binary."""
    lengths = (
        [int(rng.integers(1, 41))] if rng.random() < 0.3 else rng.integers(1, 13, size=rng.integers(1, 4))
    )
    kind = rng.choice(["jitter", "slide", "rise", "far up", "tiny"], p=[0.45, 0.17, 0.1, 0.18, 0.1])
    unit = {"far up": [128.0, 2.0**30, 2.0**30][rng.integers(3)], "tiny": 0.5**13}.get(str(kind), 0.125)
    curves = []
    for length in lengths:
        steps = rng.integers(-2, 2, size=length) if kind == "slide" else rng.integers(-6, 7, size=length)
        walk = np.abs(steps).cumsum() + 1 if kind == "rise" else steps.cumsum() + 8
        if kind == "jitter":  # a loss of 0 and some below it
            walk = walk - rng.choice(walk)
        elif kind != "far up":
            walk = walk - min(int(walk.min()) - 1, 0)
        losses = unit * (walk + 300 * (kind == "far up"))
        curves.append(losses if rng.random() < 0.2 else losses.tolist())
    patience = int(rng.integers(1, 7)) if rng.random() < 0.85 else int(rng.integers(7, 50))
    if kind != "slide" and rng.random() < 0.5:
        return curves, patience
    return curves, patience, unit * int(rng.integers(0, 5))

e.hints(
    "Take one curve and a pencil first: write down the best epoch so far after each epoch, as in the table.",
    "Two numbers decide everything: the epoch that has just ended, and the best epoch. Their difference is what "
    "patience is compared with. A curve may also end before that happens.",
    "Write the loop over the losses of one curve, with its own best epoch. Put a loop over the curves around it, "
    "and collect two lists.",
)

@e.right
def as_keras_counts(curves, patience, min_delta=0.0):
    epochs, missed = [], []
    for losses in curves:
        best_loss, wait, ran = float("inf"), 0, 0
        for loss in losses:
            ran += 1
            wait += 1
            if loss + min_delta < best_loss:
                best_loss, wait = loss, 0
                continue
            if wait >= patience:
                break
        epochs.append(ran)
        missed.append(best_loss - np.min(losses))
    return np.array(epochs), np.array(missed)

@e.right
def with_a_while_loop(curves, patience, min_delta=0.0):
    def price(losses):
        best = epoch = 0
        while epoch < len(losses):
            if losses[best] - losses[epoch] > min_delta:
                best = epoch
            elif epoch == best + patience:
                return epoch + 1, losses[best] - min(losses)
            epoch += 1
        return epoch, losses[best] - min(losses)

    return _prices(curves, price)

@e.right
def jumping_from_best_to_best(curves, patience, min_delta=0.0):
    epochs, missed = np.zeros(len(curves), int), np.zeros(len(curves))
    for place, losses in enumerate(curves):
        losses, best = np.asarray(losses), 0
        while True:
            window = losses[best + 1 : best + 1 + patience]
            better = np.flatnonzero(window < losses[best] - min_delta)
            if len(better) == 0:
                break
            best += 1 + better[0]
        epochs[place] = min(best + patience + 1, len(losses))
        missed[place] = losses[best] - losses.min()
    return epochs, missed

@e.right
def by_recursion(curves, patience, min_delta=0.0):
    def go_on(losses, epoch, best):
        if epoch - best == patience or epoch + 1 == len(losses):
            return epoch + 1, losses[best] - min(losses)
        lower = losses[epoch + 1] < losses[best] - min_delta
        return go_on(losses, epoch + 1, epoch + 1 if lower else best)

    return _prices(curves, lambda losses: go_on(list(losses), 0, 0))

@e.right
def with_a_countdown(curves, patience, min_delta=0.0):
    table = []
    for losses in curves:
        left, best, ran = patience, losses[0], 1
        while left and ran < len(losses):
            lower = losses[ran] < best - min_delta
            left, best = (patience, losses[ran]) if lower else (left - 1, best)
            ran += 1
        table.append((ran, best - np.min(losses)))
    return np.array([ran for ran, _ in table]), np.array([above for _, above in table])

@e.right
def whole_numbers_where_nothing_is_missed(curves, patience, min_delta=0.0):
    def price(losses):
        ran, best = _stop(losses, patience, _below(min_delta))
        return ran, max(0, losses[best] - min(losses))

    return _prices(curves, price)

@e.right
def zero_where_the_best_is_restored(curves, patience, min_delta=0.0):
    epochs, missed = [], []
    for losses in curves:
        ran, best = _stop(losses, patience, _below(min_delta))
        epochs.append(ran)
        missed.append(0 if losses[best] == min(losses) else losses[best] - min(losses))
    return [np.array(epochs), np.array(missed)]

@e.wrong("You stop at the first loss that rises. Patience says how many epochs in a row without a new lowest loss are allowed.")
def first_rise(curves, patience, min_delta=0.0):
    def price(losses):
        for epoch in range(1, len(losses)):
            if losses[epoch] > losses[epoch - 1]:
                return epoch + 1, losses[epoch - 1] - min(losses)
        return len(losses), losses[-1] - min(losses)

    return _prices(curves, price)

@e.wrong("Where patience runs out, your epochs are one too few: of a stop after epoch 5 the epochs 0 to 5 have run, and these are six.")
def number_of_the_stop(curves, patience, min_delta=0.0):
    def price(losses):
        ran, best = _stop(losses, patience, _below(min_delta))
        return (ran - 1 if ran - 1 - best == patience else ran), losses[best] - min(losses)

    return _prices(curves, price)

@e.wrong("Your epochs are one too few for every curve: with its last epoch numbered 5, a training has run for six.")
def number_of_the_last_epoch(curves, patience, min_delta=0.0):
    epochs, missed = _by(curves, patience, _below(min_delta))
    return epochs - 1, missed

e.wrong("Your trainings stop one epoch too late: when more epochs than patience have passed. Stop as soon as patience epochs in a row have brought no new lowest loss.",
    one_epoch_too_late=lambda curves, patience, min_delta=0.0: _by(curves, patience + 1, _below(min_delta)))
e.wrong("Your trainings stop one epoch too early. The best epoch itself is not one of those without a new lowest loss: count from the one after it.",
    one_epoch_too_early=lambda curves, patience, min_delta=0.0: _by(curves, patience - 1, _below(min_delta)))

@e.wrong("You count all epochs without a new lowest loss. Only those in a row count: with a new lowest loss the count starts anew at 0.")
def counts_in_total(curves, patience, min_delta=0.0):
    def price(losses):
        best = waited = 0
        for epoch in range(1, len(losses)):
            if losses[epoch] < losses[best] - min_delta:
                best = epoch
            else:
                waited += 1
            if waited >= patience:
                return epoch + 1, losses[best] - min(losses)
        return len(losses), losses[best] - min(losses)

    return _prices(curves, price)

@e.wrong("Every loss that is lower at all becomes your best one, also where it does not start the count anew. If it is not lower by more than min_delta, nothing changes.")
def best_follows_every_lower_loss(curves, patience, min_delta=0.0):
    def price(losses):
        best, waited = 0, 0
        for epoch in range(1, len(losses)):
            waited = 0 if losses[epoch] < losses[best] - min_delta else waited + 1
            if losses[epoch] < losses[best]:
                best = epoch
            if waited >= patience:
                return epoch + 1, losses[best] - min(losses)
        return len(losses), losses[best] - min(losses)

    return _prices(curves, price)


_FROM_THE_ONE_BEFORE = (
    "You compare each loss with the one before. Compare it with the lowest so far: a loss may fall and still be no new "
    "lowest one."
)


@e.wrong(_FROM_THE_ONE_BEFORE)
def falls_from_the_one_before(curves, patience, min_delta=0.0):
    def price(losses):
        rises = best = 0
        for epoch in range(1, len(losses)):
            falls = losses[epoch] < losses[epoch - 1] - min_delta
            rises, best = (0, epoch) if falls else (rises + 1, best)
            if rises >= patience:
                return epoch + 1, losses[best] - min(losses)
        return len(losses), losses[best] - min(losses)

    return _prices(curves, price)

@e.wrong(_FROM_THE_ONE_BEFORE)
def lowest_after_falls_from_the_one_before(curves, patience, min_delta=0.0):
    def price(losses):
        rises, epochs = 0, len(losses)
        for epoch in range(1, len(losses)):
            rises = 0 if losses[epoch] < losses[epoch - 1] - min_delta else rises + 1
            if rises >= patience:
                epochs = epoch + 1
                break
        return epochs, min(losses[:epochs]) - min(losses)

    return _prices(curves, price)

@e.wrong(_FROM_THE_ONE_BEFORE)
def rises_in_a_row(curves, patience, min_delta=0.0):
    def price(losses):
        rises = best = 0
        for epoch in range(1, len(losses)):
            rises = 0 if losses[epoch] < losses[epoch - 1] - min_delta else rises + 1
            if losses[epoch] < losses[best] - min_delta:
                best = epoch
            if rises >= patience:
                return epoch + 1, losses[best] - min(losses)
        return len(losses), losses[best] - min(losses)

    return _prices(curves, price)

@e.wrong("Your epochs are right. What is missed, you counted from the loss of the last epoch that ran; but the weights of the best epoch are restored.")
def missed_from_the_stop(curves, patience, min_delta=0.0):
    def price(losses):
        ran, _ = _stop(losses, patience, _below(min_delta))
        return ran, losses[ran - 1] - min(losses)

    return _prices(curves, price)

@e.wrong("Your epochs are right. What is missed, you compared with the lowest loss of the epochs that ran. The lowest of the whole curve may come later.")
def missed_until_the_stop(curves, patience, min_delta=0.0):
    def price(losses):
        ran, best = _stop(losses, patience, _below(min_delta))
        return ran, losses[best] - min(losses[:ran])

    return _prices(curves, price)

@e.wrong("What is missed has the wrong sign: the restored loss is above the lowest one, so the difference is 0 or more.")
def missed_below_zero(curves, patience, min_delta=0.0):
    epochs, missed = _by(curves, patience, _below(min_delta))
    return epochs, -missed

@e.wrong("Your epochs are right. What is missed, you gave as a fraction of the lowest loss: a difference is asked for.")
def missed_as_a_fraction(curves, patience, min_delta=0.0):
    epochs, missed = _by(curves, patience, _below(min_delta))
    return epochs, missed / np.array([np.min(losses) for losses in curves])

@e.wrong("Your epochs are right. In the place of what is missed stands the loss of the restored epoch: subtract the lowest loss of the curve.")
def restored_loss(curves, patience, min_delta=0.0):
    epochs, missed = _by(curves, patience, _below(min_delta))
    return epochs, missed + np.array([np.min(losses) for losses in curves])

@e.wrong("What is missed is right where min_delta is 0. With a min_delta above 0 you restored the epoch with the lowest loss of those that ran. The best epoch is the last one that was lower by more than min_delta.")
def restores_the_lowest_that_ran(curves, patience, min_delta=0.0):
    def price(losses):
        ran, _ = _stop(losses, patience, _below(min_delta))
        return ran, min(losses[:ran]) - min(losses)

    return _prices(curves, price)

@e.wrong("You returned the mean over the curves. One number for each curve is asked for, in two arrays.")
def means(curves, patience, min_delta=0.0):
    epochs, missed = _by(curves, patience, _below(min_delta))
    return epochs.mean(), missed.mean()

e.wrong("You returned two lists. Two arrays are asked for: np.array(...).",
    two_lists=lambda curves, patience, min_delta=0.0: (
        tuple(column.tolist() for column in _by(curves, patience, _below(min_delta)))
    ))
e.wrong("Your two arrays stand in the other order: the epochs first, then what is missed.",
    other_order=lambda curves, patience, min_delta=0.0: _by(curves, patience, _below(min_delta))[::-1])

@e.wrong("You returned pairs, one for each curve. Two arrays are asked for: one of epochs, one of what is missed.")
def pairs(curves, patience, min_delta=0.0):
    epochs, missed = _by(curves, patience, _below(min_delta))
    return [(int(ran), float(above)) for ran, above in zip(epochs, missed, strict=True)]

e.wrong("You returned the epochs alone. What is missed belongs to them: two arrays.",
    epochs_alone=lambda curves, patience, min_delta=0.0: _by(curves, patience, _below(min_delta))[0])

@e.wrong("You counted the epochs that are saved. Those that run are asked for.")
def saved_epochs(curves, patience, min_delta=0.0):
    epochs, missed = _by(curves, patience, _below(min_delta))
    return np.array([len(losses) for losses in curves]) - epochs, missed

@e.wrong("You counted the epochs up to the best one. The rule knows only after patience more epochs that it was the best.")
def up_to_the_best(curves, patience, min_delta=0.0):
    def price(losses):
        _, best = _stop(losses, patience, _below(min_delta))
        return best + 1, losses[best] - min(losses)

    return _prices(curves, price)

@e.wrong("Where patience does not run out, your epochs are more than the curve has: a training never runs for more than its budget.")
def beyond_the_budget(curves, patience, min_delta=0.0):
    def price(losses):
        _, best = _stop(losses, patience, _below(min_delta))
        return best + patience + 1, losses[best] - min(losses)

    return _prices(curves, price)

@e.wrong("Where patience does not run out, your epochs are 0. All epochs of the budget have run there.")
def nothing_where_it_never_stops(curves, patience, min_delta=0.0):
    def price(losses):
        ran, best = _stop(losses, patience, _below(min_delta))
        return (ran if ran - 1 - best == patience else 0), losses[best] - min(losses)

    return _prices(curves, price)

e.wrong("Only the first curve is in your arrays. Is the return inside of the loop over the curves?",
    first_curve_alone=lambda curves, patience, min_delta=0.0: _by(curves[:1], patience, _below(min_delta)))

@e.wrong("The first curve is right. On the others you go on with the lowest loss of the curve before: each training begins anew.")
def lowest_is_carried_over(curves, patience, min_delta=0.0):
    lowest, epochs, missed = float("inf"), [], []
    for losses in curves:
        waited = ran = 0
        for loss in losses:
            ran, waited = ran + 1, waited + 1
            if loss < lowest - min_delta:
                lowest, waited = loss, 0
            if waited == patience:
                break
        epochs.append(ran)
        missed.append(lowest - min(losses))
    return np.array(epochs), np.array(missed)

@e.wrong("The first curve is right. On the others the count of epochs without a new lowest loss goes on from the curve before: each training begins anew.")
def wait_is_carried_over(curves, patience, min_delta=0.0):
    waited, epochs, missed = 0, [], []
    for losses in curves:
        lowest, ran = losses[0], 1
        for loss in losses[1:]:
            ran, waited = ran + 1, waited + 1
            if loss < lowest - min_delta:
                lowest, waited = loss, 0
            if waited >= patience:
                break
        epochs.append(ran)
        missed.append(lowest - min(losses))
    return np.array(epochs), np.array(missed)

e.wrong("You look for the highest value. Of a loss the lowest is best.",
    highest_is_best=lambda curves, patience, min_delta=0.0: (
        _by(curves, patience, lambda loss, best: loss > best + min_delta)
    ))

@e.wrong("You look back at the last patience epochs alone. A new lowest loss must be below the lowest of all epochs so far.")
def looks_back_at_a_window(curves, patience, min_delta=0.0):
    def price(losses):
        for epoch in range(patience, len(losses)):
            if min(losses[epoch - patience + 1 : epoch + 1]) >= losses[epoch - patience] - min_delta:
                return epoch + 1, losses[epoch - patience] - min(losses)
        return len(losses), 0.0

    return _prices(curves, price)

@e.wrong("You look back at the last patience epochs alone. A new lowest loss must be below the lowest of all epochs so far.")
def goes_on_where_a_window_falls(curves, patience, min_delta=0.0):
    def price(losses):
        start = 0
        while any(loss < losses[start] - min_delta for loss in losses[start + 1 : start + 1 + patience]):
            start += 1
        return min(start + patience + 1, len(losses)), losses[start] - min(losses)

    return _prices(curves, price)

e.wrong("An equal loss starts your count anew, as with <=. It is no new lowest one: it has to be smaller.",
    equal_counts=lambda curves, patience, min_delta=0.0: (
        _by(curves, patience, lambda loss, best: loss <= best - min_delta)
    ))
e.wrong("min_delta has no effect. A loss is a new lowest one only if it is smaller by more than min_delta.",
    minimum_change_ignored=lambda curves, patience, min_delta=0.0: _by(curves, patience, _below(0.0)))
e.wrong("min_delta has the wrong sign: you let a loss count that is higher, by less than min_delta. It has to be lower, by more than min_delta.",
    minimum_change_added=lambda curves, patience, min_delta=0.0: _by(curves, patience, _below(-min_delta)))

@e.wrong("You compare with the lowest loss also where the change was too small. Compare with that of the best epoch: many small steps may add up to more than min_delta.")
def reference_slides_along(curves, patience, min_delta=0.0):
    def price(losses):
        lowest, best, waited = losses[0], 0, 0
        for epoch in range(1, len(losses)):
            waited += 1
            if losses[epoch] < lowest - min_delta:
                best, waited = epoch, 0
            lowest = min(lowest, losses[epoch])
            if waited >= patience:
                return epoch + 1, losses[best] - min(losses)
        return len(losses), losses[best] - min(losses)

    return _prices(curves, price)

e.wrong("You took min_delta as a fraction of the best loss. It is a difference: subtract it.",
    minimum_change_as_a_fraction=lambda curves, patience, min_delta=0.0: (
        _by(curves, patience, lambda loss, best: loss < best * (1 - min_delta))
    ))
e.wrong("A loss that is lower by exactly min_delta starts your count anew. It has to be lower by more.",
    exactly_the_minimum_change_counts=lambda curves, patience, min_delta=0.0: (
        _by(curves, patience, lambda loss, best: loss <= best - min_delta if min_delta else loss < best)
    ))
e.wrong("Your function waits for 10 epochs, whatever patience is.",
    patience_is_always_ten=lambda curves, patience, min_delta=0.0: _by(curves, 10, _below(min_delta)))

@e.wrong("A curve of one epoch has no later epochs: a loop over these never runs there, and its variable still has the value from the curve before.")
def one_epoch_has_no_later_ones(curves, patience, min_delta=0.0):
    epochs, missed = [], []
    for losses in curves:
        best = waited = 0
        for epoch in range(1, len(losses)):
            waited += 1
            if losses[epoch] < losses[best] - min_delta:
                best, waited = epoch, 0
            if waited == patience:
                break
        epochs.append(epoch + 1)
        missed.append(losses[best] - min(losses))
    return np.array(epochs), np.array(missed)


_NEVER_FAR_UP = (
    "Losses far up, such as 3e12, are never a new lowest one for your function. Start with the first loss, or with infinity."
)


def _started_from(start, curves, patience, min_delta):
    def price(losses):
        lowest, best, waited = start, 0, 0
        for epoch, loss in enumerate(losses):
            waited += 1
            if loss < lowest - min_delta:
                lowest, best, waited = loss, epoch, 0
            if waited >= patience:
                return epoch + 1, losses[best] - min(losses)
        return len(losses), losses[best] - min(losses)

    return _prices(curves, price)


e.wrong(_NEVER_FAR_UP,
    starts_from_a_hundred=lambda curves, patience, min_delta=0.0: (
        _started_from(100.0, curves, patience, min_delta)
    ),
    starts_from_a_hundred_thousand=lambda curves, patience, min_delta=0.0: (
        _started_from(1e5, curves, patience, min_delta)
    ))

@e.wrong("Where the losses are far up, what you say is missed lies below 0. It is a difference from the lowest loss of the same curve, so never below 0.")
def misses_less_than_nothing(curves, patience, min_delta=0.0):
    epochs, missed = [], []
    for losses in curves:
        lowest, waited, ran = 1e5, 0, 0
        for loss in losses:
            ran, waited = ran + 1, waited + 1
            if loss < lowest - min_delta:
                lowest, waited = loss, 0
            if waited >= patience:
                break
        epochs.append(ran)
        missed.append(lowest - min(losses))
    return np.array(epochs), np.array(missed)


def _with_a_sign_of_none(curves, patience, min_delta, none, is_none):
    """Where a value of the lowest loss stands for none so far."""
    epochs, missed = [], []
    for losses in curves:
        lowest, waited, ran = none, 0, 0
        for loss in losses:
            ran, waited = ran + 1, waited + 1
            if is_none(lowest) or loss < lowest - min_delta:
                lowest, waited = loss, 0
            if waited >= patience:
                break
        epochs.append(ran)
        missed.append(lowest - min(losses))
    return np.array(epochs), np.array(missed)


e.wrong("Where the lowest loss so far is 0, the next one takes its place. 0 is a loss as well, and no sign that there has been none yet.",
    zero_is_no_loss_yet=lambda curves, patience, min_delta=0.0: (
        _with_a_sign_of_none(curves, patience, min_delta, None, lambda lowest: not lowest)
    ))
e.wrong("Where the lowest loss so far is below 0, the next one takes its place. A loss below 0 is a loss as well, and no sign that there has been none yet.",
    below_zero_is_no_loss_yet=lambda curves, patience, min_delta=0.0: (
        _with_a_sign_of_none(curves, patience, min_delta, -1, lambda lowest: lowest < 0)
    ))

@e.wrong("Your function counts epoch 0 as one without a new lowest loss. It is the first lowest one.")
def waits_in_the_first_epoch(curves, patience, min_delta=0.0):
    def price(losses):
        best = waited = 0
        for epoch, loss in enumerate(losses):
            if loss < losses[best] - min_delta:
                best, waited = epoch, 0
            else:
                waited += 1
            if waited == patience:
                return epoch + 1, losses[best] - min(losses)
        return len(losses), losses[best] - min(losses)

    return _prices(curves, price)


# best_weights_callback --------------------------------------------------------------------------


class _ByHand(keras.callbacks.Callback):
    """Right; what is wrong changes one method."""

    def __init__(self, monitor="val_loss"):
        super().__init__()
        self.monitor = monitor
        self.begin()

    def begin(self):
        self.best, self.kept = None, None

    def on_train_begin(self, logs=None):
        self.begin()

    def is_better(self, value):
        return not np.isnan(value) and (self.best is None or value < self.best)

    def on_epoch_end(self, epoch, logs=None):
        value = logs[self.monitor]
        if self.is_better(value):
            self.best, self.kept = value, self.model.get_weights()

    def on_train_end(self, logs=None):
        if self.kept is not None:
            self.model.set_weights(self.kept)


e = exercise("best_weights_callback")

@e.cases(recorded=8, deciding=24)
def trainings_of_one_callback(rng):
    """The value that is named, if any, and one to three trainings: first epoch, and the curves of logs.

    Values of all sizes and signs, 0 and nan among them.
    """
    named = [[], ["val_loss"], ["loss"], ["val_error"]][rng.integers(4)]
    monitor = named[0] if named else "val_loss"
    trainings = []
    for _ in range(rng.integers(1, 4)):
        num_epochs = int(rng.integers(1, 8)) if rng.random() < 0.85 else int(rng.integers(12, 25))
        first = 0 if rng.random() < 0.6 else int(rng.integers(1, 30))
        shift, scale = [(0, 0.5), (0, 0.125), (-9, 1.0), (4000, 250.0), (9, 1e-7), (40, 1e11)][rng.integers(6)]
        curves = {}
        for name in dict.fromkeys([monitor, "val_loss", "loss"]):
            values = short(scale * (rng.integers(0, 6, size=num_epochs) + shift))
            if rng.random() < 0.4:
                values[rng.random(num_epochs) < rng.choice([0.2, 0.5, 1.0])] = np.nan
            curves[name] = values.tolist()
        trainings.append((first, curves))
    return named, trainings

e.hints(
    "Three moments matter: before the first epoch nothing is known, after each epoch a value may be the lowest, "
    "after the last one the weights are put back. The table above names their methods.",
    "Two things have to be remembered from one method to the next: the lowest value, and a copy of the weights "
    "that belong to it. Keep both in self.",
    "Begin with on_train_begin: what must the lowest value be, so that every finite one is below it? And what "
    "says that nothing has been kept yet?",
)

@e.right
def a_class_with_isnan(monitor="val_loss"):
    return _ByHand(monitor)

@e.right
def keeps_them_all(monitor="val_loss"):
    class Best(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.values, self.weights = [], []

        def on_epoch_end(self, epoch, logs=None):
            self.values.append(logs[monitor])
            self.weights.append(self.model.get_weights())

        def on_train_end(self, logs=None):
            if not np.all(np.isnan(self.values)):
                self.model.set_weights(self.weights[int(np.nanargmin(self.values))])

    return Best()

@e.right
def endless_early_stopping(monitor="val_loss"):
    class Best(keras.callbacks.EarlyStopping):
        def __init__(self):
            super().__init__(monitor, patience=10**9, mode="min", restore_best_weights=True)

        def on_epoch_end(self, epoch, logs=None):
            if not np.isnan(logs[monitor]):
                super().on_epoch_end(epoch, logs)

    return Best()

@e.right
def out_of_functions(monitor="val_loss"):
    state = {}

    def begin(logs):
        state.update(lowest=float("inf"), kept=None)

    def look(epoch, logs):
        if logs.get(monitor) < state["lowest"]:
            state.update(lowest=logs.get(monitor), kept=copy.deepcopy(callback.model.get_weights()))

    def end(logs):
        if state["kept"]:
            callback.model.set_weights(state["kept"])

    callback = keras.callbacks.LambdaCallback(on_train_begin=begin, on_epoch_end=look, on_train_end=end)
    return callback

@e.right
def copies_each_variable(monitor="val_loss"):
    class Best(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.best = None

        def on_epoch_end(self, epoch, logs=None):
            value = logs[monitor]
            if value != value or (self.best and value >= self.best[0]):
                return
            self.best = value, [np.array(variable) for variable in self.model.weights]

        def on_train_end(self, logs=None):
            for variable, kept in zip(self.model.weights, self.best[1] if self.best else [], strict=False):
                variable.assign(kept)

    return Best()

@e.wrong("Your model ends with the weights of the last epoch. Either nothing is put back when the training is over, or what you kept is no copy: the model and its variables train on.")
def keeps_the_variables(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_end(self, epoch, logs=None):
            if self.is_better(logs[monitor]):
                self.best, self.kept = logs[monitor], self.model.weights

        def on_train_end(self, logs=None):
            self.model.set_weights([variable.numpy() for variable in self.kept or self.model.weights])

    return Best(monitor)

@e.wrong("Of equal values you kept the last one. The first is asked for.")
def last_of_equal_ones(monitor="val_loss"):
    class Best(_ByHand):
        def is_better(self, value):
            return not np.isnan(value) and (self.best is None or value <= self.best)

    return Best(monitor)

e.wrong("You look at the training loss when no value is named. The validation loss is asked for.",
    looks_at_the_training_loss=lambda monitor='loss': _ByHand(monitor))
e.wrong("You look at the validation loss, whatever monitor is.",
    monitor_is_ignored=lambda monitor='val_loss': _ByHand())

@e.wrong("You kept the weights of the highest value. The lowest is the best.")
def keeps_the_highest(monitor="val_loss"):
    class Best(_ByHand):
        def is_better(self, value):
            return not np.isnan(value) and (self.best is None or value > self.best)

    return Best(monitor)

@e.wrong("You kept the weights of the highest value. The lowest is the best.")
def keeps_the_highest_the_last_time(monitor="val_loss"):
    class Best(_ByHand):
        def is_better(self, value):
            return not np.isnan(value) and (self.best is None or value >= self.best)

    return Best(monitor)

@e.wrong("In a second training your callback still knows the lowest value of the first. Begin anew in on_train_begin.")
def never_begins_anew(monitor="val_loss"):
    class Best(_ByHand):
        def on_train_begin(self, logs=None):
            pass

    return Best(monitor)

@e.wrong("Your callback begins anew only where a training begins with epoch 0. One that goes on begins with another number: on_train_begin is called in every training.")
def begins_anew_in_epoch_zero(monitor="val_loss"):
    class Best(_ByHand):
        def on_train_begin(self, logs=None):
            pass

        def on_epoch_end(self, epoch, logs=None):
            if epoch == 0:
                self.begin()
            super().on_epoch_end(epoch, logs)

    return Best(monitor)

e.wrong("Your callback stops a training, after ten epochs without a new lowest value. The whole budget is asked for.",
    stops_early=lambda monitor='val_loss': (
        keras.callbacks.EarlyStopping(monitor, patience=10, mode="min", restore_best_weights=True)
    ))

@e.wrong("Your callback stops a training where a value is nan. It should stop nothing.")
def stops_at_nan(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            if np.isnan(logs[monitor]):
                self.model.stop_training = True

    return Best(monitor)

e.wrong("A nan in the first epoch stays the best value of your callback: no value is lower than nan. (Keras's EarlyStopping does the same.)",
    nan_in_the_first_epoch=lambda monitor='val_loss': (
        keras.callbacks.EarlyStopping(monitor, patience=10**9, mode="min", restore_best_weights=True)
    ))

@e.wrong("The weights of the first nan are what you kept. np.argmin takes nan for the lowest value; here it is never the best.")
def argmin_of_nan(monitor="val_loss"):
    class Best(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.values, self.weights = [], []

        def on_epoch_end(self, epoch, logs=None):
            self.values.append(logs[monitor])
            self.weights.append(self.model.get_weights())

        def on_train_end(self, logs=None):
            self.model.set_weights(self.weights[int(np.argmin(self.values))])

    return Best()

@e.wrong("A nan counts as better in your callback, and after it every value does. value >= lowest is false where one of them is nan, so not (value >= lowest) is something else than value < lowest.")
def nan_is_not_higher(monitor="val_loss"):
    class Best(_ByHand):
        def is_better(self, value):
            return self.best is None or not value >= self.best

    return Best(monitor)

@e.wrong("Where all values are nan, no weights were kept, but your callback calls set_weights all the same. Leave the model as it is there.")
def puts_nothing_back(monitor="val_loss"):
    class Best(_ByHand):
        def on_train_end(self, logs=None):
            self.model.set_weights(self.kept)

    return Best(monitor)

@e.wrong("Where all values are nan, you put back the weights from before the training. Leave the model as it is there.")
def starts_with_the_first_weights(monitor="val_loss"):
    class Best(_ByHand):
        def on_train_begin(self, logs=None):
            self.begin()
            self.kept = self.model.get_weights()

    return Best(monitor)

@e.wrong("Your callback keeps weights only where a value is below 0. Begin with infinity as the lowest value.")
def begins_with_zero(monitor="val_loss"):
    class Best(_ByHand):
        def begin(self):
            self.best, self.kept = 0.0, None

    return Best(monitor)

@e.wrong("Where the lowest value so far is 0, the next one takes its place, as if there were none yet. 0 is a value like others: ask whether the one so far `is None`, or begin with infinity.")
def zero_is_no_value_yet(monitor="val_loss"):
    class Best(_ByHand):
        def is_better(self, value):
            return not np.isnan(value) and (not self.best or value < self.best)

    return Best(monitor)

@e.wrong("Where the lowest value is 0, your model keeps the weights of the last epoch, as if there were no lowest value. 0 is a value like others: ask whether it `is None`.")
def nothing_put_back_at_zero(monitor="val_loss"):
    class Best(_ByHand):
        def on_train_end(self, logs=None):
            if self.best:
                self.model.set_weights(self.kept)

    return Best(monitor)

@e.wrong("Of values below 0 your callback takes the one nearest to 0 for the best. The lowest is: -0.9 is lower than -0.5.")
def looks_at_the_size(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, {self.monitor: abs(logs[self.monitor])})

    return Best(monitor)

@e.wrong("After a nan your callback takes the next value for the lowest so far. The lowest from before the nan still holds.")
def nan_begins_anew(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            if np.isnan(logs[self.monitor]):
                self.best = None

    return Best(monitor)

@e.wrong("Where all values of a second training are nan, you put back weights of the first one. In on_train_begin, let go of the weights too.")
def keeps_the_weights_of_before(monitor="val_loss"):
    class Best(_ByHand):
        def on_train_begin(self, logs=None):
            self.best = None

    return Best(monitor)

@e.wrong("Where all values are large, your callback keeps none of them. Begin with infinity as the lowest value.")
def begins_with_a_thousand(monitor="val_loss"):
    class Best(_ByHand):
        def begin(self):
            self.best, self.kept = 1000.0, None

    return Best(monitor)

@e.wrong("Where all values are large, no weights were kept, but your callback calls set_weights all the same. Begin with infinity as the lowest value.")
def begins_with_a_thousand_unguarded(monitor="val_loss"):
    class Best(_ByHand):
        def begin(self):
            self.best, self.kept = 1000.0, None

        def on_train_end(self, logs=None):
            self.model.set_weights(self.kept)

    return Best(monitor)

@e.wrong("Your callback changes the weights in the middle of a training: each epoch begins where the best one ended. Put the best weights back when the training is over.")
def puts_them_back_in_each_epoch(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            self.on_train_end()

    return Best(monitor)

@e.wrong("You compare each value with the one before. Compare it with the lowest so far.")
def compares_with_the_one_before(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            self.best = logs[monitor]

    return Best(monitor)

@e.wrong("You used the number of the epoch as a place in a list. A training may begin with another epoch than 0.")
def epoch_as_a_place(monitor="val_loss"):
    class Best(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.values, self.weights = {}, []

        def on_epoch_end(self, epoch, logs=None):
            if not np.isnan(logs[monitor]):
                self.values[epoch] = logs[monitor]
            self.weights.append(self.model.get_weights())

        def on_train_end(self, logs=None):
            if self.values:
                self.model.set_weights(self.weights[min(self.values, key=self.values.get)])

    return Best()

@e.wrong("You kept the weights from before the best epoch. A value in logs belongs to the weights after it.")
def one_epoch_early(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_begin(self, epoch, logs=None):
            self.before = self.model.get_weights()

        def on_epoch_end(self, epoch, logs=None):
            if self.is_better(logs[monitor]):
                self.best, self.kept = logs[monitor], self.before

    return Best(monitor)

e.wrong("You returned a list with a callback in it. The callback itself is asked for.",
    in_a_list=lambda monitor='val_loss': [_ByHand(monitor)])
e.wrong("You returned the class. An object of it is asked for: with () behind its name.",
    the_class_itself=lambda monitor='val_loss': _ByHand)

@e.wrong("In a second training your callback still knows the lowest value of the first. Begin anew in on_train_begin.")
def never_begins_anew_unguarded(monitor="val_loss"):
    class Best(_ByHand):
        def on_train_begin(self, logs=None):
            pass

        def on_train_end(self, logs=None):
            self.model.set_weights(self.kept)

    return Best(monitor)

@e.wrong("In a second training your callback still knows the lowest value of the first. Begin anew in on_train_begin.")
def lists_that_never_begin_anew(monitor="val_loss"):
    class Best(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.values, self.weights = [], []

        def on_epoch_end(self, epoch, logs=None):
            self.values.append(logs[monitor])
            self.weights.append(self.model.get_weights())

        def on_train_end(self, logs=None):
            self.model.set_weights(self.weights[int(np.argmin(self.values))])

    return Best()

@e.wrong("Your model ends with the weights of the last epoch. Either nothing is put back when the training is over, or what you kept is no copy: the model and its variables train on.")
def keeps_the_variables_unguarded(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_end(self, epoch, logs=None):
            if self.is_better(logs[monitor]):
                self.best, self.kept = logs[monitor], self.model.weights

        def on_train_end(self, logs=None):
            self.model.set_weights(self.kept)

    return Best(monitor)

@e.wrong("Of equal values you kept the last one. The first is asked for.")
def last_of_equal_ones_unguarded(monitor="val_loss"):
    class Best(_ByHand):
        def is_better(self, value):
            return not np.isnan(value) and (self.best is None or value <= self.best)

        def on_train_end(self, logs=None):
            self.model.set_weights(self.kept)

    return Best(monitor)

e.wrong("You look at the validation loss, whatever monitor is.",
    monitor_is_ignored_unguarded=lambda monitor='val_loss': puts_nothing_back())

@e.wrong("You kept the weights of the highest value. The lowest is the best.")
def keeps_the_highest_unguarded(monitor="val_loss"):
    class Best(_ByHand):
        def is_better(self, value):
            return not np.isnan(value) and (self.best is None or value > self.best)

        def on_train_end(self, logs=None):
            self.model.set_weights(self.kept)

    return Best(monitor)

e.wrong("Your callback stops a training at the first value that is no new lowest one. The whole budget is asked for.",
    stops_at_once_as_keras=lambda monitor='val_loss': (
        keras.callbacks.EarlyStopping(monitor, mode="min", restore_best_weights=True)
    ))

@e.wrong("Your callback stops a training at the first value that is no new lowest one. The whole budget is asked for.")
def stops_at_once_unguarded(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_end(self, epoch, logs=None):
            if self.is_better(logs[monitor]):
                self.best, self.kept = logs[monitor], self.model.get_weights()
            else:
                self.model.stop_training = True

        def on_train_end(self, logs=None):
            self.model.set_weights(self.kept)

    return Best(monitor)

@e.wrong("Where all values are nan, np.nanargmin finds no place and raises an error. Leave the model as it is there.")
def nanargmin_unguarded(monitor="val_loss"):
    class Best(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.values, self.weights = [], []

        def on_epoch_end(self, epoch, logs=None):
            self.values.append(logs[monitor])
            self.weights.append(self.model.get_weights())

        def on_train_end(self, logs=None):
            self.model.set_weights(self.weights[int(np.nanargmin(self.values))])

    return Best()

@e.wrong("Where all values are nan, you put back the weights of the first epoch. Leave the model as it is there.")
def infinity_for_nan(monitor="val_loss"):
    class Best(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.values, self.weights = [], []

        def on_epoch_end(self, epoch, logs=None):
            self.values.append(float("inf") if np.isnan(logs[monitor]) else logs[monitor])
            self.weights.append(self.model.get_weights())

        def on_train_end(self, logs=None):
            self.model.set_weights(self.weights[int(np.argmin(self.values))])

    return Best()

@e.wrong("You used the number of the epoch as a place in a list. A training may begin with another epoch than 0.")
def best_epoch_as_a_place(monitor="val_loss"):
    class Best(keras.callbacks.Callback):
        def on_train_begin(self, logs=None):
            self.best, self.best_epoch, self.weights = float("inf"), 0, []

        def on_epoch_end(self, epoch, logs=None):
            self.weights.append(self.model.get_weights())
            if logs[monitor] < self.best:
                self.best, self.best_epoch = logs[monitor], epoch

        def on_train_end(self, logs=None):
            self.model.set_weights(self.weights[self.best_epoch])

    return Best()

@e.wrong("Your callback keeps weights only where a value is below 0. Begin with infinity as the lowest value.")
def begins_with_zero_unguarded(monitor="val_loss"):
    class Best(_ByHand):
        def begin(self):
            self.best, self.kept = 0.0, None

        def on_train_end(self, logs=None):
            self.model.set_weights(self.kept)

    return Best(monitor)

@e.wrong("The lowest value stays as it was at the beginning, so each epoch counts as the best. Note the new value too.")
def never_notes_the_value(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_end(self, epoch, logs=None):
            if self.is_better(logs[monitor]):
                self.kept = self.model.get_weights()

    return Best(monitor)

@e.wrong("Your callback changes the weights in the middle of a training: each epoch begins where the best one ended. Put the best weights back when the training is over.")
def puts_them_back_or_keeps_them(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_end(self, epoch, logs=None):
            if self.is_better(logs[monitor]):
                self.best, self.kept = logs[monitor], self.model.get_weights()
            else:
                self.model.set_weights(self.kept)

    return Best(monitor)

@e.wrong("get_weights without () is the method itself and not its result. Call it: self.model.get_weights().")
def keeps_the_method(monitor="val_loss"):
    class Best(_ByHand):
        def on_epoch_end(self, epoch, logs=None):
            if self.is_better(logs[monitor]):
                self.best, self.kept = logs[monitor], self.model.get_weights

        def on_train_end(self, logs=None):
            self.model.set_weights(self.kept)

    return Best(monitor)

@e.wrong("Your function returns nothing. Return an object of your class.")
def returns_nothing(monitor="val_loss"):
    _ByHand(monitor)


# fit_with_early_stopping ------------------------------------------------------------------------


def _fit(model, data, patience, max_epochs, restore=True, monitor="val_loss", **changed):
    """Train as the exercise asks, but for what is changed; return Keras's record."""
    stopping = keras.callbacks.EarlyStopping(monitor, patience=patience, restore_best_weights=restore)
    settings = {"validation_data": (data.x_val, data.y_val), "epochs": max_epochs, "callbacks": [stopping]}
    return model.fit(data.x_train, data.y_train, verbose=0, **(settings | changed))


class _Stopping(keras.callbacks.Callback):
    """Early stopping by hand, with the best weights back."""

    def __init__(self, patience):
        super().__init__()
        self.patience, self.lowest, self.waited, self.kept = patience, float("inf"), 0, None

    def on_epoch_end(self, epoch, logs=None):
        self.waited += 1
        if logs["val_loss"] < self.lowest:
            self.lowest, self.waited, self.kept = logs["val_loss"], 0, self.model.get_weights()
        if self.waited >= self.patience:
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        self.model.set_weights(self.kept)


e = exercise("fit_with_early_stopping")

@e.cases(recorded=3, deciding=6)
def lines_and_limits(rng):
    """Slopes of the training, validation and test lines, a patience and the most epochs.

    The weight gathers speed: in units of the training slope it is at 0.4, 1, 1.54, 1.81, 1.73 after epochs 0 to 4.
    In one case of three the loss jumps: epochs 3 and 4 are worse than 2, 5 is better, and 6 to 9 are worse again.
    In one of three all slopes are small, so that no gain reaches a thousandth.
    """
    kind = rng.choice(["limit", "patience", "jumps"])
    train = float(rng.choice([-2.0, -1.0, 0.5, 1.0, 3.0] if kind != "jumps" else [-0.4, 0.3, 0.5]))
    train *= float(rng.choice([1, 1, 0.01]))
    test = round(train * float(rng.choice([0.2, 0.65])), 5)
    if kind == "jumps":
        return (train, round(train * 1.39, 5), test), 4, 12
    if kind == "limit":  # in more than half of the cases with the best slope behind it
        limit = int(rng.choice([3, 2, 3, 1]))
        val = round(train * float(rng.choice([1.4, 0.9, 0.35, -0.2])), 5)
        return (train, val, test), int(rng.integers(limit, 9)), limit
    return (train, round(train * float(rng.choice([0.35, 0.9])), 5), test), int(rng.choice([1, 2, 2])), 6

e.hints(
    "Three objects: the model, the callback, and the record that model.fit returns. Which of them knows the losses?",
    "The table of arguments says what the callback does by itself and what you must ask for. The best weights are "
    "asked for.",
    "Begin with build_model(). Then write model.fit with the training part, validation_data, epochs and callbacks.",
)

@e.right
def with_everything_named(build_model, data, patience, max_epochs):
    model = build_model()
    model.fit(
        x=data.x_train,
        y=data.y_train,
        batch_size=32,
        epochs=max_epochs,
        verbose=0,
        validation_data=(data.x_val, data.y_val),
        callbacks=[
            keras.callbacks.EarlyStopping(
                monitor="val_loss", mode="min", patience=patience, restore_best_weights=True
            )
        ],
    )
    return model, model.history.history["val_loss"]

@e.right
def epoch_by_epoch(build_model, data, patience, max_epochs):
    model, losses, kept = build_model(), [], None
    for epoch in range(max_epochs):
        model.fit(data.x_train, data.y_train, verbose=0)
        losses.append(model.evaluate(data.x_val, data.y_val, verbose=0))
        best = int(np.argmin(losses))
        if best == epoch:
            kept = model.get_weights()
        if epoch - best >= patience:
            break
    model.set_weights(kept)
    return model, losses

@e.right
def with_a_callback_by_hand(build_model, data, patience, max_epochs):
    model = build_model()
    record = _fit(model, data, patience, max_epochs, callbacks=[_Stopping(patience)])
    return model, [float(loss) for loss in record.history["val_loss"]]

@e.right
def losses_by_a_callback(build_model, data, patience, max_epochs):
    model, losses = build_model(), []
    note = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: losses.append(logs["val_loss"]))
    _fit(
        model,
        data,
        patience,
        max_epochs,
        callbacks=[
            note,
            keras.callbacks.EarlyStopping("val_loss", 0, patience, restore_best_weights=True),
        ],
    )
    return model, np.array(losses)

@e.wrong("It stops in time, but the model has the weights of the stop. Restore those of the best epoch.")
def fit_without_restoring(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs, restore=False).history["val_loss"]

@e.wrong("Nothing stops your training, and nothing is restored: it ran for max_epochs. Does callbacks get a callback, does that get your patience and restore_best_weights=True, and is it one call of model.fit for all epochs?")
def fit_without_a_callback(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs, callbacks=[]).history["val_loss"]

@e.wrong("You looked at the test part. It must play no part in the choice: hand over the validation part.")
def fit_looks_at_the_test_part(build_model, data, patience, max_epochs):
    model = build_model()
    record = _fit(model, data, patience, max_epochs, validation_data=(data.x_test, data.y_test))
    return model, record.history["val_loss"]

@e.wrong("Your validation losses are those of training examples. There is a validation part in data: hand it over as validation_data.")
def fit_with_a_split(build_model, data, patience, max_epochs):
    model = build_model()
    record = _fit(model, data, patience, max_epochs, validation_data=None, validation_split=0.25)
    return model, record.history["val_loss"]

@e.wrong("You watch the training loss. Watch the validation loss: the best epoch is that of the lowest loss on examples that were not learned from.")
def fit_watches_the_training_loss(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs, monitor="loss").history["val_loss"]

@e.wrong("The model is right. But you returned the losses on the training examples: take those on the validation part.")
def fit_returns_training_losses(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs).history["loss"]

@e.wrong("Your list has the loss of the last epoch in every place. Each epoch has a validation loss of its own: model.fit returns a record of them.")
def fit_repeats_the_last_loss(build_model, data, patience, max_epochs):
    model = build_model()
    losses = _fit(model, data, patience, max_epochs).history["val_loss"]
    return model, [losses[-1]] * len(losses)

@e.wrong("You learned from the validation part too. What has been learned cannot tell when to stop.")
def fit_learns_from_both(build_model, data, patience, max_epochs):
    model = build_model()
    both = data._replace(
        x_train=np.concatenate([data.x_train, data.x_val]), y_train=np.concatenate([data.y_train, data.y_val])
    )
    return model, _fit(model, both, patience, max_epochs).history["val_loss"]

@e.wrong("You learned from the validation part and looked at the training part. It is the other way round.")
def fit_with_parts_swapped(build_model, data, patience, max_epochs):
    model = build_model()
    swapped = data._replace(x_train=data.x_val, y_train=data.y_val, x_val=data.x_train, y_val=data.y_train)
    return model, _fit(model, swapped, patience, max_epochs).history["val_loss"]

@e.wrong("You train for as many epochs as patience. The longest training has max_epochs; patience belongs to the callback.")
def fit_for_patience_epochs(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, patience).history["val_loss"]

@e.wrong("Your training stops at the first loss that is no new lowest one, whatever patience is, as Keras does where none is given.")
def fit_without_patience(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, 0, max_epochs).history["val_loss"]


_GOES_ON = (
    "The best weights come back, but your training goes on to max_epochs. It has to stop when so many epochs in a row "
    "as patience says have brought no loss below the lowest so far."
)


@e.wrong(_GOES_ON)
def fit_with_a_patience_of_ten(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, 10, max_epochs).history["val_loss"]


class _OtherCount(_Stopping):
    """The same, but another function of the losses so far says how many epochs count against patience."""

    def __init__(self, patience, count):
        super().__init__(patience)
        self.count, self.losses = count, []

    def on_epoch_end(self, epoch, logs=None):
        self.losses.append(logs["val_loss"])
        if self.losses[-1] < self.lowest:
            self.lowest, self.kept = self.losses[-1], self.model.get_weights()
        if self.count(self.losses) >= self.patience:
            self.model.stop_training = True


def _falls_in_vain(losses):
    """How many epochs in a row, up to the last, have a loss that is not below the one before."""
    places = [place for place in range(1, len(losses)) if losses[place] < losses[place - 1]]
    return len(losses) - 1 - max(places, default=0)


def _no_lowest(losses):
    """How many epochs in all have a loss that is no new lowest one."""
    return sum(losses[place] >= min(losses[:place]) for place in range(1, len(losses)))


@e.wrong(_GOES_ON)
def fit_compares_with_the_one_before(build_model, data, patience, max_epochs):
    model = build_model()
    record = _fit(model, data, patience, max_epochs, callbacks=[_OtherCount(patience, _falls_in_vain)])
    return model, record.history["val_loss"]

@e.wrong("You count all epochs without a new lowest loss. Only those in a row count: with a new lowest loss the count starts anew at 0.")
def fit_counts_in_total(build_model, data, patience, max_epochs):
    model = build_model()
    record = _fit(model, data, patience, max_epochs, callbacks=[_OtherCount(patience, _no_lowest)])
    return model, record.history["val_loss"]

@e.wrong("Your training stops too early: after fewer epochs in a row without a new lowest loss than patience says.")
def fit_with_one_less(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, max(patience - 1, 1), max_epochs).history["val_loss"]

@e.wrong("Your training runs for one epoch too many. It has to stop after patience epochs in a row without a new lowest loss, and not after one more.")
def fit_with_one_more(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience + 1, max_epochs).history["val_loss"]

e.wrong("The losses are those of the right training, but the model is a new one, without any training. Return the one that was trained.",
    fit_returns_a_new_model=lambda build_model, data, patience, max_epochs: (
        (build_model(), _fit(build_model(), data, patience, max_epochs).history["val_loss"])
    ))
e.wrong("build_model is a function. Call it to get a model: build_model().",
    fit_of_a_function=lambda build_model, data, patience, max_epochs: (
        (build_model, _fit(build_model, data, patience, max_epochs).history["val_loss"])
    ))

@e.wrong("Keras's record is gone through as if it were a list. The list of validation losses is in its dictionary history.")
def fit_returns_the_record(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs)

@e.wrong("A model alone is taken apart as if it were a pair. build_model() gives one model; two things are to be returned, the model and the validation losses.")
def fit_returns_the_model(build_model, data, patience, max_epochs):
    model = build_model()
    _fit(model, data, patience, max_epochs)
    return model

@e.wrong("The losses are cut at the best epoch. One for each epoch that ran is asked for.")
def fit_cuts_the_losses(build_model, data, patience, max_epochs):
    model = build_model()
    losses = _fit(model, data, patience, max_epochs).history["val_loss"]
    return model, losses[: int(np.argmin(losses)) + 1]

@e.wrong("Your training runs for more than max_epochs. It should end there, even where patience has not run out.")
def fit_without_a_limit(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, 99).history["val_loss"]

@e.wrong("One number stands where a list is gone through. The validation losses are asked for, one for each epoch that ran.")
def fit_returns_the_lowest_loss(build_model, data, patience, max_epochs):
    model = build_model()
    return model, min(_fit(model, data, patience, max_epochs).history["val_loss"])

@e.wrong("Where max_epochs ends the training, your model keeps the last weights. The best ones belong back there too.")
def fit_restores_only_at_a_stop(build_model, data, patience, max_epochs):
    model = build_model()
    callback = keras.callbacks.EarlyStopping("val_loss", patience=patience, restore_best_weights=True)
    last = []
    keep = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: last.append(model.get_weights()),
    )
    losses = _fit(model, data, patience, max_epochs, callbacks=[callback, keep]).history["val_loss"]
    if not callback.stopped_epoch:
        model.set_weights(last[-1])
    return model, losses

@e.wrong("The second argument of EarlyStopping is min_delta. There your patience is, and Keras's own patience is 0. Name it: patience=patience.")
def fit_with_patience_as_min_delta(build_model, data, patience, max_epochs):
    model = build_model()
    stopping = keras.callbacks.EarlyStopping("val_loss", patience, restore_best_weights=True)
    return model, _fit(model, data, patience, max_epochs, callbacks=[stopping]).history["val_loss"]

@e.wrong("There are no validation losses in your record: model.fit got no validation_data.")
def fit_without_validation_data(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs, validation_data=None).history["val_loss"]

@e.wrong("You returned the whole dictionary of curves. The list of validation losses is in it, under 'val_loss'.")
def fit_returns_the_dictionary(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs).history

@e.wrong("The curves are not in the record itself but in its dictionary: record.history.")
def fit_looks_into_the_record(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs)["val_loss"]

@e.wrong("Your training has a single epoch, as Keras does where epochs is not given. Hand max_epochs over as epochs.")
def fit_for_one_epoch(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, 1).history["val_loss"]

@e.wrong("model.fit returns a record and no model. Keep the model under a name of its own, and return that.")
def fit_returns_the_record_as_a_model(build_model, data, patience, max_epochs):
    record = _fit(build_model(), data, patience, max_epochs)
    return record, record.history["val_loss"]

@e.wrong("What you return first is a list. First the model itself is asked for, then the losses.")
def fit_returns_them_exchanged(build_model, data, patience, max_epochs):
    model = build_model()
    return _fit(model, data, patience, max_epochs).history["val_loss"], model


e = exercise("quiz_1")
e.wrong_choice(2, "That is the first rise. Two more epochs may pass, and epoch 3 is a new lowest one.")
e.wrong_choice(3, "That is the best epoch. The training goes on for as long as patience lasts.")
e.wrong_choice(5, "Of the three epochs without a new lowest loss only two have passed by then.")
e.wrong_choice(7, "You count from epoch 1, or one epoch too many. Epochs count from 0 here.")
e.wrong_choice(8, "The 0.58 of epoch 5 is equal and so no new lowest loss. It does not start the count anew.")
e.right_choice("The best epoch is 3, with 0.58. Epochs 4, 5 and 6 bring no lower loss (the 0.58 of epoch 5 is equal), so patience runs out after epoch 6.")


e = exercise("quiz_2")
e.wrong_choice(27, "That is the best epoch. Its weights come back only with restore_best_weights=True.")
e.wrong_choice(28, "That is the epoch after the best one. Are any weights put back at all?")
e.wrong_choice(10, "10 is the patience. Which weights are left when nothing puts others back?")
e.wrong_choice(36, "The stop comes after epoch 37 has been trained.")
e.wrong_choice(38, "Epoch 38 was never trained.")
e.wrong_choice(0, "The first weights are not kept.")
e.right_choice("The callback does not restore anything by default, so the model keeps the weights of the epoch in which it stopped.")


e = exercise("quiz_3")
e.wrong_choice(8, "That ignores the minimum change: a loss has to be lower by more than 0.1.")
e.wrong_choice(
    1,
    "0.58 is lower than 0.70 by more than 0.1. Compare with the best epoch, not with the epoch before.",
)
e.wrong_choice(7, "That is the stop, or a best epoch that ignores the minimum change.")
e.wrong_choice(0, "0.70 is lower than 0.90 by more than 0.1, so epoch 1 is already better.")
e.wrong_choice(5, "Counted from 0, 0.58 is the loss of epoch 4.")
e.wrong_choice(0.58, "That is its loss. Which epoch is it?")
e.right_choice("The loss 0.58 is more than 0.1 below the 0.70 of epoch 1. No later loss is more than 0.1 below 0.58, so the training stops after epoch 7 and epoch 4 stays the best.")


e = exercise("quiz_4")
e.wrong_choice(
    "a",
    "The training goes on for longer, but the weights of the best epoch come back. What came after is thrown away.",
)
e.wrong_choice("c", "Nothing that was lost after the best epoch stays lost: the best weights come back.")
e.wrong_choice("d", "There is no level. The rule compares a training with its own past.")
e.right_choice("On clean images more patience hardly changed the accuracy, because the best weights come back. It only makes you wait for more epochs.")


e = exercise("quiz_5")
e.wrong_choice("a", "That would need a draw within each year. Keras cuts the last rows off.")
e.wrong_choice(
    "b",
    "The part is cut off once, before the first epoch. shuffle changes only the order of those that are left.",
)
e.wrong_choice("d", "It is cut off at the other end.")
e.right_choice("Keras cuts off the last fifth of the rows before it shuffles anything, and these rows are the last year.")
