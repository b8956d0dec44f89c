"""Right and wrong answers to the exercises of lesson 09."""

import keras
import numpy as np

from course.authoring.answers import right, wrong, wrong_choice

# early_stop -------------------------------------------------------------------------------------


def _stop(val_losses, patience, is_new_lowest):
    """Stop after `patience` epochs in a row that are no new lowest ones, by a rule of its own."""
    best_epoch, waited = 0, 0
    for epoch in range(1, len(val_losses)):
        waited += 1
        if is_new_lowest(val_losses[epoch], val_losses[best_epoch]):
            best_epoch, waited = epoch, 0
        if waited >= patience:
            return epoch, best_epoch
    return None, best_epoch


@right("early_stop")
def as_keras_counts(val_losses, patience, min_delta=0.0):
    best_loss, best_epoch, wait = float("inf"), 0, 0
    for epoch, loss in enumerate(val_losses):
        wait += 1
        if loss + min_delta < best_loss:
            best_loss, best_epoch, wait = loss, epoch, 0
            continue
        if wait >= patience:
            return epoch, best_epoch
    return None, best_epoch


@right("early_stop")
def with_a_while_loop(val_losses, patience, min_delta=0.0):
    best = epoch = 0
    while epoch < len(val_losses):
        if val_losses[best] - val_losses[epoch] > min_delta:
            best = epoch
        elif epoch == best + patience:
            return epoch, best
        epoch += 1
    return None, best


@right("early_stop")
def jumping_from_best_to_best(val_losses, patience, min_delta=0.0):
    best = 0
    while True:
        window = val_losses[best + 1 : best + 1 + patience]
        better = [place for place, loss in enumerate(window) if loss < val_losses[best] - min_delta]
        if not better:
            return (best + patience if len(window) == patience else None), best
        best += 1 + better[0]


@right("early_stop")
def by_recursion(val_losses, patience, min_delta=0.0):
    def go_on(epoch, best):
        if epoch - best == patience:
            return epoch, best
        if epoch + 1 == len(val_losses):
            return None, best
        lower = val_losses[epoch + 1] < val_losses[best] - min_delta
        return go_on(epoch + 1, epoch + 1 if lower else best)

    return go_on(0, 0)


@right("early_stop")
def with_a_countdown(val_losses, patience, min_delta=0.0):
    left, best = patience, 0
    for epoch, loss in enumerate(np.asarray(val_losses)):
        if epoch == 0 or loss < val_losses[best] - min_delta:
            left, best = patience, epoch
        else:
            left -= 1
        if left == 0:
            return epoch, best
    return None, best


@wrong(
    "early_stop",
    "You stop at the first loss that rises. Patience says how many epochs in a row without a new lowest loss "
    "are allowed.",
)
def first_rise(val_losses, patience, min_delta=0.0):
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] > val_losses[epoch - 1]:
            return epoch, epoch - 1
    return None, len(val_losses) - 1


@wrong(
    "early_stop",
    "One epoch too late: you stop when more epochs than patience have passed. Stop as soon as it is as many.",
)
def one_epoch_too_late(val_losses, patience, min_delta=0.0):
    return _stop(val_losses, patience + 1, lambda loss, best: loss < best - min_delta)


@wrong(
    "early_stop",
    "One epoch too early. The best epoch itself is not one of those without a new lowest loss: count from the "
    "one after it.",
)
def one_epoch_too_early(val_losses, patience, min_delta=0.0):
    return _stop(val_losses, patience - 1, lambda loss, best: loss < best - min_delta)


@wrong(
    "early_stop",
    "You count all epochs without a new lowest loss. Only those in a row count: with a new lowest loss the "
    "count starts anew at 0.",
)
def counts_in_total(val_losses, patience, min_delta=0.0):
    best_epoch, waited = 0, 0
    for epoch in range(1, len(val_losses)):
        if val_losses[epoch] < val_losses[best_epoch] - min_delta:
            best_epoch = epoch
        else:
            waited += 1
        if waited >= patience:
            return epoch, best_epoch
    return None, best_epoch


@wrong(
    "early_stop",
    "The stop is right. But the epoch of the stop is not the best one: the best has the lowest loss, and lies "
    "patience epochs before.",
)
def best_is_the_last(val_losses, patience, min_delta=0.0):
    stopped, best = _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)
    return (stopped, best) if stopped is None else (stopped, stopped)


@wrong(
    "early_stop",
    "The stop is right. As the best epoch you gave the one before the stop: hold on to the epoch of the lowest loss.",
)
def best_is_the_one_before(val_losses, patience, min_delta=0.0):
    stopped, best = _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)
    return (stopped, best) if stopped is None else (stopped, stopped - 1)


@wrong(
    "early_stop",
    "You compare each loss with the one before. Compare it with the lowest so far: a loss may fall and still "
    "be no new lowest one.",
)
def rises_in_a_row(val_losses, patience, min_delta=0.0):
    rises, best_epoch = 0, 0
    for epoch in range(1, len(val_losses)):
        rises = rises + 1 if val_losses[epoch] >= val_losses[epoch - 1] - min_delta else 0
        if val_losses[epoch] < val_losses[best_epoch] - min_delta:
            best_epoch = epoch
        if rises >= patience:
            return epoch, best_epoch
    return None, best_epoch


@wrong(
    "early_stop",
    "You took the lowest loss of the whole list. Behind the stop there are no losses: the training is over.",
)
def lowest_of_all(val_losses, patience, min_delta=0.0):
    stopped, _ = _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)
    return stopped, int(np.argmin(val_losses))


@wrong(
    "early_stop",
    "You counted epochs from 1. The first loss of the list is that of epoch 0.",
)
def counted_from_one(val_losses, patience, min_delta=0.0):
    stopped, best = _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)
    return (None if stopped is None else stopped + 1), best + 1


@wrong("early_stop", "Both numbers are right, in the other order: the stop first, then the best epoch.")
def other_order(val_losses, patience, min_delta=0.0):
    return _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)[::-1]


@wrong("early_stop", "You returned the lowest loss. The epoch in which it came is asked for.")
def loss_instead_of_epoch(val_losses, patience, min_delta=0.0):
    stopped, best = _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)
    return stopped, val_losses[best]


@wrong("early_stop", "You returned the stop alone. The best epoch belongs to it: two numbers.")
def stop_alone(val_losses, patience, min_delta=0.0):
    return _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)[0]


@wrong("early_stop", "You look for the highest value. Of a loss the lowest is best.")
def highest_is_best(val_losses, patience, min_delta=0.0):
    return _stop(val_losses, patience, lambda loss, best: loss > best + min_delta)


@wrong(
    "early_stop",
    "You look back at the last patience epochs alone, and stop when none is below the one before them. A new lowest "
    "loss must be below the lowest of all epochs so far.",
)
def looks_back_at_a_window(val_losses, patience, min_delta=0.0):
    for epoch in range(patience, len(val_losses)):
        if min(val_losses[epoch - patience + 1 : epoch + 1]) >= val_losses[epoch - patience] - min_delta:
            return epoch, epoch - patience
    return None, int(np.argmin(val_losses))


@wrong(
    "early_stop",
    "Where patience does not run out, nothing was stopped: return None, not the last epoch.",
)
def last_epoch_for_none(val_losses, patience, min_delta=0.0):
    stopped, best = _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)
    return (len(val_losses) - 1 if stopped is None else stopped), best


@wrong(
    "early_stop",
    "Where patience does not run out, you return 0 (the attribute of Keras's callback says so, too). That reads "
    "like a stop after epoch 0: None is asked for.",
)
def zero_for_none(val_losses, patience, min_delta=0.0):
    stopped, best = _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)
    return stopped or 0, best


@wrong(
    "early_stop",
    "Where the losses end before the stop, your function returns nothing. Return None and the best epoch there.",
)
def nothing_at_the_end(val_losses, patience, min_delta=0.0):
    stopped, best = _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)
    return None if stopped is None else (stopped, best)


@wrong(
    "early_stop",
    "Where nothing was stopped there is still a best epoch: you returned None for it too.",
)
def no_best_without_a_stop(val_losses, patience, min_delta=0.0):
    stopped, best = _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)
    return (None, None) if stopped is None else (stopped, best)


@wrong(
    "early_stop",
    "An equal loss is no new lowest one: you compare with <=. It has to be smaller.",
)
def equal_counts(val_losses, patience, min_delta=0.0):
    return _stop(val_losses, patience, lambda loss, best: loss <= best - min_delta)


@wrong(
    "early_stop",
    "min_delta has no effect. A loss is a new lowest one only if it is smaller by more than min_delta.",
)
def minimum_change_ignored(val_losses, patience, min_delta=0.0):
    return _stop(val_losses, patience, lambda loss, best: loss < best)


@wrong(
    "early_stop",
    "min_delta has the wrong sign: you let a loss count that is higher, by less than min_delta. It has to be "
    "lower, by more than min_delta.",
)
def minimum_change_added(val_losses, patience, min_delta=0.0):
    return _stop(val_losses, patience, lambda loss, best: loss < best + min_delta)


@wrong(
    "early_stop",
    "The stop is right, and the best epoch ignores min_delta. A loss that is lower by too little is no new best one.",
)
def best_ignores_the_minimum_change(val_losses, patience, min_delta=0.0):
    stopped, _ = _stop(val_losses, patience, lambda loss, best: loss < best - min_delta)
    ran = val_losses if stopped is None else val_losses[: stopped + 1]
    return stopped, int(np.argmin(ran))


@wrong(
    "early_stop",
    "You lower the loss to compare with also where the change is too small. It stays that of the best epoch: "
    "many small steps may add up to more than min_delta.",
)
def reference_slides_along(val_losses, patience, min_delta=0.0):
    lowest, best_epoch, waited = val_losses[0], 0, 0
    for epoch in range(1, len(val_losses)):
        waited += 1
        if val_losses[epoch] < lowest - min_delta:
            best_epoch, waited = epoch, 0
        lowest = min(lowest, val_losses[epoch])
        if waited >= patience:
            return epoch, best_epoch
    return None, best_epoch


@wrong(
    "early_stop",
    "Either you let a loss count that is lower by exactly min_delta (it has to be more), or you took min_delta as a "
    "fraction. It is a difference: subtract it.",
)
def minimum_change_as_a_fraction(val_losses, patience, min_delta=0.0):
    return _stop(val_losses, patience, lambda loss, best: loss < best * (1 - min_delta))


@wrong(
    "early_stop",
    "When the losses end early you returned the epoch of the lowest loss. With a minimum change the best epoch is the "
    "last one that was lower by more than it.",
)
def lowest_where_it_ends(val_losses, patience, min_delta=0.0):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best] - min_delta:
            best = epoch
        if epoch - best == patience:
            return epoch, best
    return None, int(np.argmin(val_losses))


@wrong(
    "early_stop",
    "You counted epoch 0 as an epoch without a new lowest loss. It is the first lowest one.",
)
def waits_in_the_first_epoch(val_losses, patience, min_delta=0.0):
    best, waited = 0, 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best] - min_delta:
            best, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return epoch, best
    return None, best


# early_stopping_callback ------------------------------------------------------------------------


@right("early_stopping_callback")
def all_arguments_named(patience=10):
    return keras.callbacks.EarlyStopping(
        monitor="val_loss", min_delta=0, patience=patience, mode="min", restore_best_weights=True
    )


@right("early_stopping_callback")
def set_afterwards(patience=10):
    callback = keras.callbacks.EarlyStopping("val_loss", patience=patience)
    callback.restore_best_weights = True
    return callback


class _ByHand(keras.callbacks.Callback):
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


@right("early_stopping_callback")
def a_callback_by_hand(patience=10):
    return _ByHand(patience)


@right("early_stopping_callback")
def from_a_subclass(patience=10):
    class Stopping(keras.callbacks.EarlyStopping):
        def __init__(self):
            super().__init__("val_loss", 0.0, patience, restore_best_weights=True)

    return Stopping()


@wrong(
    "early_stopping_callback",
    "It stops where it should, but the model keeps the weights of the stop. Keras puts the best ones back only "
    "if restore_best_weights is True.",
)
def does_not_restore(patience=10):
    return keras.callbacks.EarlyStopping(monitor="val_loss", patience=patience)


@wrong(
    "early_stopping_callback",
    "You watch the training loss. It falls on while the network learns by heart: watch the validation loss.",
)
def watches_the_training_loss(patience=10):
    return keras.callbacks.EarlyStopping(monitor="loss", patience=patience, restore_best_weights=True)


@wrong(
    "early_stopping_callback",
    "Two things: you watch the training loss, which falls on, and the best weights do not come back.",
)
def training_loss_and_no_restoring(patience=10):
    return keras.callbacks.EarlyStopping("loss", patience=patience)


@wrong(
    "early_stopping_callback",
    "You watch the validation accuracy. The exercise asks for the validation loss; their best epochs may differ.",
)
def watches_the_validation_accuracy(patience=10):
    return keras.callbacks.EarlyStopping("val_accuracy", patience=patience, restore_best_weights=True)


@wrong(
    "early_stopping_callback",
    "You watch the accuracy on the training examples. It grows on while the network learns by heart.",
)
def watches_the_training_accuracy(patience=10):
    return keras.callbacks.EarlyStopping("accuracy", patience=patience, restore_best_weights=True)


@wrong(
    "early_stopping_callback",
    'The mode is "max": now a high loss is good, and the best epoch is the one with the highest.',
)
def mode_is_max(patience=10):
    return keras.callbacks.EarlyStopping("val_loss", patience=patience, mode="max", restore_best_weights=True)


@wrong(
    "early_stopping_callback",
    "The patience is always 10, whatever you are given. Hand the argument on.",
)
def patience_is_always_ten(patience=10):
    return keras.callbacks.EarlyStopping("val_loss", patience=10, restore_best_weights=True)


@wrong(
    "early_stopping_callback",
    "That is the callback of the notes: its patience is always 10, and it does not restore the best weights.",
)
def the_one_of_the_notes(patience=10):
    return keras.callbacks.EarlyStopping(monitor="val_loss", patience=10)


@wrong(
    "early_stopping_callback",
    "It stops at the first loss that is no new lowest one, as with Keras's own default patience of 0. Does patience "
    "reach Keras, and does nothing else (a baseline) use the wait up?",
)
def patience_not_handed_on(patience=10):
    return keras.callbacks.EarlyStopping("val_loss", restore_best_weights=True)


@wrong(
    "early_stopping_callback",
    "Neither patience nor restoring reaches Keras. Its defaults are 0 and False.",
)
def all_defaults(patience=10):
    return keras.callbacks.EarlyStopping()


@wrong(
    "early_stopping_callback",
    "One epoch too late: Keras stops as soon as patience epochs have passed. Hand patience on as it is.",
)
def patience_and_one(patience=10):
    return keras.callbacks.EarlyStopping("val_loss", patience=patience + 1, restore_best_weights=True)


@wrong(
    "early_stopping_callback",
    "One epoch too early: Keras does not count the best epoch itself. Hand patience on as it is.",
)
def patience_less_one(patience=10):
    return keras.callbacks.EarlyStopping("val_loss", patience=patience - 1, restore_best_weights=True)


@wrong(
    "early_stopping_callback",
    "You asked for a minimum change. Here every lower loss counts, however little it is lower.",
)
def with_a_minimum_change(patience=10):
    return keras.callbacks.EarlyStopping(
        "val_loss", min_delta=0.01, patience=patience, restore_best_weights=True
    )


@wrong(
    "early_stopping_callback",
    "patience stands in the place of min_delta. Name the arguments: patience=...",
)
def patience_in_the_second_place(patience=10):
    return keras.callbacks.EarlyStopping("val_loss", patience, restore_best_weights=True)


@wrong(
    "early_stopping_callback",
    "You only look after the first patience epochs (start_from_epoch), and then wait for no more. Patience counts "
    "epochs without a new lowest loss.",
)
def starts_after_patience(patience=10):
    return keras.callbacks.EarlyStopping("val_loss", start_from_epoch=patience, restore_best_weights=True)


@wrong(
    "early_stopping_callback",
    "You stop when a certain accuracy is reached. Early stopping knows no level: it waits for a new lowest "
    "validation loss.",
)
def stops_at_a_level(patience=10):
    class Level(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if logs["val_accuracy"] >= 0.64:
                self.model.stop_training = True

    return Level()


@wrong(
    "early_stopping_callback",
    "That callback never stops a training, nor does it put weights back. (ReduceLROnPlateau lowers the rate, "
    "ModelCheckpoint writes files.) Use EarlyStopping.",
)
def lowers_the_rate(patience=10):
    return keras.callbacks.ReduceLROnPlateau(monitor="val_loss", patience=patience)


@wrong(
    "early_stopping_callback",
    "You returned the class. model.fit wants a callback that is made from it: EarlyStopping(...).",
)
def the_class_itself(patience=10):
    return keras.callbacks.EarlyStopping


# fit_with_early_stopping ------------------------------------------------------------------------


def _fit(model, data, patience, max_epochs, restore=True, monitor="val_loss", **changed):
    """Train as the exercise asks, but for what is changed; return Keras's record."""
    stopping = keras.callbacks.EarlyStopping(monitor, patience=patience, restore_best_weights=restore)
    settings = {"validation_data": (data.x_val, data.y_val), "epochs": max_epochs, "callbacks": [stopping]}
    return model.fit(data.x_train, data.y_train, verbose=0, **(settings | changed))


@right("fit_with_early_stopping")
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


@right("fit_with_early_stopping")
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


@right("fit_with_early_stopping")
def with_a_callback_by_hand(build_model, data, patience, max_epochs):
    model = build_model()
    record = _fit(model, data, patience, max_epochs, callbacks=[_ByHand(patience)])
    return model, [float(loss) for loss in record.history["val_loss"]]


@right("fit_with_early_stopping")
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


@wrong(
    "fit_with_early_stopping",
    "It stops in time, but the model has the weights of the stop. Restore those of the best epoch.",
)
def fit_without_restoring(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs, restore=False).history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "Nothing stops the training: it ran for max_epochs. The callback belongs into the list of callbacks.",
)
def fit_without_a_callback(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs, callbacks=[]).history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "You looked at the test part. It must play no part in the choice: hand over the validation part.",
)
def fit_looks_at_the_test_part(build_model, data, patience, max_epochs):
    model = build_model()
    record = _fit(model, data, patience, max_epochs, validation_data=(data.x_test, data.y_test))
    return model, record.history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "You put a part of the training examples aside. There is a validation part in data: hand it over as "
    "validation_data.",
)
def fit_with_a_split(build_model, data, patience, max_epochs):
    model = build_model()
    record = _fit(model, data, patience, max_epochs, validation_data=None, validation_split=0.25)
    return model, record.history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "You watch the training loss, which falls to the end. Watch the validation loss.",
)
def fit_watches_the_training_loss(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs, monitor="loss").history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "The model is right. But you returned the losses on the training examples: take those on the validation part.",
)
def fit_returns_training_losses(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs).history["loss"]


@wrong(
    "fit_with_early_stopping",
    "Your list has the loss of the last epoch in every place. Each epoch has a validation loss of its own: "
    "model.fit returns a record of them.",
)
def fit_repeats_the_last_loss(build_model, data, patience, max_epochs):
    model = build_model()
    losses = _fit(model, data, patience, max_epochs).history["val_loss"]
    return model, [losses[-1]] * len(losses)


@wrong(
    "fit_with_early_stopping",
    "You learned from the validation part too. What has been learned cannot tell when to stop.",
)
def fit_learns_from_both(build_model, data, patience, max_epochs):
    model = build_model()
    both = data._replace(
        x_train=np.concatenate([data.x_train, data.x_val]), y_train=np.concatenate([data.y_train, data.y_val])
    )
    return model, _fit(model, both, patience, max_epochs).history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "You learned from the validation part and looked at the training part. It is the other way round.",
)
def fit_with_parts_swapped(build_model, data, patience, max_epochs):
    model = build_model()
    swapped = data._replace(x_train=data.x_val, y_train=data.y_val, x_val=data.x_train, y_val=data.y_train)
    return model, _fit(model, swapped, patience, max_epochs).history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "You train for as many epochs as patience. The longest training has max_epochs; patience belongs to the callback.",
)
def fit_for_patience_epochs(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, patience).history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "patience does not reach the callback. Keras's default is 0: it stops at the first loss that is no new "
    "lowest one.",
)
def fit_without_patience(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, 0, max_epochs).history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "One epoch too late: hand patience on as it is.",
)
def fit_with_one_more(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience + 1, max_epochs).history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "The losses are those of the right training, but the model is a new one, without any training. Return the "
    "one that was trained.",
)
def fit_returns_a_new_model(build_model, data, patience, max_epochs):
    return build_model(), _fit(build_model(), data, patience, max_epochs).history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "build_model is a function. Call it to get a model: build_model().",
)
def fit_of_a_function(build_model, data, patience, max_epochs):
    return build_model, _fit(build_model, data, patience, max_epochs).history["val_loss"]


@wrong(
    "fit_with_early_stopping",
    "You returned Keras's whole record. The list of validation losses is in its dictionary history.",
)
def fit_returns_the_record(build_model, data, patience, max_epochs):
    model = build_model()
    return model, _fit(model, data, patience, max_epochs)


@wrong(
    "fit_with_early_stopping", "You returned the model alone. The validation losses are asked for as well."
)
def fit_returns_the_model(build_model, data, patience, max_epochs):
    model = build_model()
    _fit(model, data, patience, max_epochs)
    return model


@wrong(
    "fit_with_early_stopping",
    "The losses are cut at the best epoch. One for each epoch that ran is asked for.",
)
def fit_cuts_the_losses(build_model, data, patience, max_epochs):
    model = build_model()
    losses = _fit(model, data, patience, max_epochs).history["val_loss"]
    return model, losses[: int(np.argmin(losses)) + 1]


@wrong(
    "fit_with_early_stopping",
    "Where max_epochs ends the training, your model keeps the last weights. The best ones belong back there too.",
)
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


# quiz -------------------------------------------------------------------------------------------

wrong_choice(
    "quiz_1", 2, "That is the first rise. Two more epochs may pass, and epoch 3 is a new lowest one."
)
wrong_choice("quiz_1", 3, "That is the best epoch. The training goes on for as long as patience lasts.")
wrong_choice("quiz_1", 5, "Of the three epochs without a new lowest loss only two have passed by then.")
wrong_choice("quiz_1", 7, "You count from epoch 1, or one epoch too many. Epochs count from 0 here.")
wrong_choice(
    "quiz_1", 8, "The 0.58 of epoch 5 is equal and so no new lowest loss. It does not start the count anew."
)

wrong_choice(
    "quiz_2", 27, "That is the best epoch. Its weights come back only with restore_best_weights=True."
)
wrong_choice("quiz_2", 28, "That is the epoch after the best one. Are any weights put back at all?")
wrong_choice("quiz_2", 10, "10 is the patience. Which weights are left when nothing puts others back?")
wrong_choice("quiz_2", 36, "The stop comes after epoch 37 has been trained.")
wrong_choice("quiz_2", 38, "Epoch 38 was never trained.")
wrong_choice("quiz_2", 0, "The first weights are not kept.")

wrong_choice("quiz_3", 8, "That ignores the minimum change: a loss has to be lower by more than 0.1.")
wrong_choice(
    "quiz_3",
    1,
    "0.58 is lower than 0.70 by more than 0.1. Compare with the best epoch, not with the epoch before.",
)
wrong_choice("quiz_3", 7, "That is the stop, or a best epoch that ignores the minimum change.")
wrong_choice("quiz_3", 0, "0.70 is lower than 0.90 by more than 0.1, so epoch 1 is already better.")
wrong_choice("quiz_3", 5, "Counted from 0, 0.58 is the loss of epoch 4.")
wrong_choice("quiz_3", 0.58, "That is its loss. Which epoch is it?")

wrong_choice(
    "quiz_4",
    "a",
    "The training goes on for longer, but the weights of the best epoch come back. What came after is thrown away.",
)
wrong_choice(
    "quiz_4", "c", "Nothing that was lost after the best epoch stays lost: the best weights come back."
)
wrong_choice("quiz_4", "d", "There is no level. The rule compares a training with its own past.")

wrong_choice("quiz_5", "a", "That would need a draw within each year. Keras cuts the last rows off.")
wrong_choice(
    "quiz_5",
    "b",
    "The part is cut off once, before the first epoch. shuffle changes only the order of those that are left.",
)
wrong_choice("quiz_5", "d", "It is cut off at the other end.")
