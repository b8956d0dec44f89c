"""Right and wrong answers to the exercises of lesson 02."""

import math
import statistics

import keras
import numpy as np
import tensorflow as tf

from course.authoring.answers import exercise

# hold_then_decay --------------------------------------------------------------------------------


def _rate(rng):
    """A positive rate, as a Python float: of a usual size, tiny or huge."""
    low, high = [(-3, 0), (-3, 0), (-8, -4), (1, 3)][rng.integers(4)]
    return float(f"{10 ** rng.uniform(low, high):.2g}")


e = exercise("hold_then_decay")

@e.cases
def epochs_and_holds(rng):
    """Epochs before, at and after the end of the hold, also without a hold and without a decay."""
    hold_epochs = int(rng.choice([0, 1, 2, 10, int(rng.integers(3, 200))]))
    epoch = max(0, hold_epochs + int(rng.choice([-200, -2, -1, 0, 1, 2, int(rng.integers(3, 200))])))
    if rng.random() < 0.1:
        return (int(rng.integers(0, 40)),)
    if rng.random() < 0.1:
        return (int(rng.integers(0, 40)), _rate(rng))
    largest = 20 / max(1, epoch - hold_epochs)
    decay = [0, 1 if largest > 1 else 0.0, round(float(rng.uniform(0, min(2, largest))), 3)][rng.choice(3, p=[0.1, 0.1, 0.8])]
    return (epoch, _rate(rng), hold_epochs, decay)

e.hints(
    "Look at the formula: it has two cases. Which of them an epoch belongs to is decided by epoch and hold_epochs.",
    "Write an if with a return of its own for the epochs of the hold. What comes below it is the other case.",
    "For the other case, first write the exponent, as the formula has it, and try it with epoch = hold_epochs: it "
    "should be 0. Then hand it to math.exp.",
)

@e.right
def in_single_precision(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return float(np.float32(initial_rate) * np.exp(np.float32(decay * (hold_epochs - epoch))))

@e.right
def with_max(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    return float(initial_rate * math.exp(-decay * max(0, epoch - hold_epochs)))

@e.right
def held_one_more_epoch(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    # The same: in epoch hold_epochs the exponent is 0.
    if epoch <= hold_epochs:
        return float(initial_rate)
    return initial_rate / math.exp((epoch - hold_epochs) * decay)

@e.right
def with_numpy(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    rate = np.where(epoch < hold_epochs, 1.0, np.exp(decay * (hold_epochs - epoch)))
    return float(initial_rate * rate)

@e.right
def notes_with_float(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * np.exp(decay * (hold_epochs - epoch))

@e.right
def by_repeated_factor(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    rate = initial_rate
    for _ in range(hold_epochs, epoch):
        rate *= math.e**-decay
    return rate

@e.wrong("After the hold a tensor comes back, as tf.math.exp and keras.ops.exp make one, and Keras refuses it. A Python float is asked for: math.exp computes with Python's numbers.")
def returns_a_tensor(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * tf.math.exp(decay * (hold_epochs - epoch))

e.wrong("A tensor comes back in every epoch, as tf.math.exp and keras.ops.exp make one, and Keras refuses it. math.exp computes with Python's numbers.",
    returns_a_tensor_always=lambda epoch, initial_rate=0.001, hold_epochs=10, decay=0.1: (
        initial_rate * keras.ops.exp(-decay * max(0, epoch - hold_epochs))
    ))

@e.wrong("Your rate grows after the hold: the exponent has the wrong sign, or you divided by the power. With H - t in the exponent, multiply.")
def grows(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * math.exp(decay * (epoch - hold_epochs))

e.wrong("Your rate falls from epoch 0 on. It should be held for the first hold_epochs epochs.",
    never_held=lambda epoch, initial_rate=0.001, hold_epochs=10, decay=0.1: (
        initial_rate * math.exp(-decay * epoch)
    ))

@e.wrong("After the hold the exponent counts from epoch 0, so the rate jumps down. Count from the end of the hold: H - t.")
def jumps_after_the_hold(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * math.exp(-decay * epoch)

@e.wrong("The fall begins one epoch early: in epoch H the exponent is 0, and the rate is still the initial one.")
def falls_one_epoch_early(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * math.exp(decay * (hold_epochs - epoch - 1))

@e.wrong("You multiplied by decay itself for each epoch. The factor of an epoch is e to the power of -decay.")
def decay_as_factor(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * decay ** (epoch - hold_epochs)

@e.wrong("You took the fraction decay off the rate in each epoch, so the factor is 1 - decay. It is close to e to the power of -decay, and not the same.")
def fraction_off(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * (1 - decay) ** (epoch - hold_epochs)

@e.wrong("Your rate falls along a straight line. An exponential multiplies, it never reaches 0.")
def straight_line(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * (1 - decay * (epoch - hold_epochs))

@e.wrong("The notes' numbers stand in your function as they are. Use the arguments: somebody may hold for 2 epochs.")
def notes_numbers(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < 10:
        return 0.001
    return 0.001 * math.exp(0.1 * (10 - epoch))

@e.wrong("initial_rate is used while the rate is held, and 0.001 afterwards. Both parts start from initial_rate.")
def notes_rate_after_the_hold(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return 0.001 * math.exp(decay * (hold_epochs - epoch))

@e.wrong("initial_rate is not used: 0.001 stands in your function instead of the argument.")
def notes_rate(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return 0.001
    return 0.001 * math.exp(decay * (hold_epochs - epoch))

@e.wrong("decay is not used: 0.1 stands in your exponent instead of the argument.")
def notes_decay(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * math.exp(0.1 * (hold_epochs - epoch))

@e.wrong("After the hold the initial rate is missing: you returned the factor alone.")
def factor_only(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return math.exp(decay * (hold_epochs - epoch))

@e.wrong("After the hold nothing is returned: a return is missing there.")
def return_forgotten(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    initial_rate * math.exp(decay * (hold_epochs - epoch))
    return None

@e.wrong("The two cases are swapped: you return the initial rate after the hold, and the falling one during it.")
def cases_swapped(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch >= hold_epochs:
        return initial_rate
    return initial_rate * math.exp(decay * (hold_epochs - epoch))

@e.wrong("The numbers are right, and Keras takes a float32 of NumPy. A Python float is asked for, which can be written down as it is: math.exp returns one, and float() makes one.")
def numpy_single(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return np.float32(initial_rate * math.exp(decay * (hold_epochs - epoch)))

e.wrong("The numbers are right, and Keras takes a float32 of NumPy. A Python float is asked for, which can be written down as it is: math.exp returns one, and float() makes one.",
    numpy_single_always=lambda epoch, initial_rate=0.001, hold_epochs=10, decay=0.1: (
        np.float32(initial_rate * math.exp(-decay * max(0, epoch - hold_epochs)))
    ))
e.wrong("The case of the hold is missing: before its end the exponent is positive, and your rate is above the initial one.",
    without_the_condition=lambda epoch, initial_rate=0.001, hold_epochs=10, decay=0.1: (
        initial_rate * math.exp(decay * (hold_epochs - epoch))
    ))

@e.wrong("^ is no power in Python: it works on the bits of whole numbers. e to the power of x is math.exp(x), and a to the power of b is a ** b.")
def caret_for_power(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * (math.e ^ (decay * (hold_epochs - epoch)))

@e.wrong("^ is no power in Python: it works on the bits of whole numbers. e to the power of x is math.exp(x), and a to the power of b is a ** b.")
def caret_in_a_loop(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    rate = initial_rate
    for _ in range(hold_epochs, epoch):
        rate *= math.e ^ -decay
    return rate

@e.wrong("Your hold ends after 10 epochs, whatever hold_epochs says. Only the exponent knows it.")
def holds_for_ten(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < 10:
        return initial_rate
    return initial_rate * math.exp(decay * (hold_epochs - epoch))

@e.wrong("hold_epochs is not used: 10 stands in your function instead of the argument.")
def ten_for_hold_epochs(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < 10:
        return initial_rate
    return initial_rate * math.exp(decay * (10 - epoch))

@e.wrong("Your rate jumps at the end of the hold: each epoch after it lies one step of the decay too high. H - t is 0 in epoch H.")
def one_step_too_high(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * math.exp(decay * (hold_epochs - epoch + 1))

@e.wrong("You rounded the rate. Rates are small: a few decimal places are not enough.")
def rounded_rate(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return round(initial_rate * math.exp(decay * (hold_epochs - epoch)), 4)


e = exercise("scheduler_callback")

@e.cases(recorded=8, deciding=40)
def kinds_of_schedules(rng):
    """One to four epochs of a schedule that returns some kind of number, 0 among them, with a further argument or none."""
    kind = ["float", "whole", "tensor", "numpy", "further", "further"][rng.integers(6)]
    num_epochs = int(rng.integers(1, 5))
    if kind == "whole" or (kind == "tensor" and rng.random() < 0.3):
        return (kind, [int(number) for number in rng.integers(0, 4, num_epochs)], 0.5)
    rates = [_rate(rng) for _ in range(num_epochs)]
    if rng.random() < 0.3:
        rates[rng.integers(num_epochs)] = 0.0
    return (kind, rates, float(rng.choice([0.01, 0.5])))

e.hints(
    "The cell above shows what Keras does with a function of two arguments. What happens to one that has a single "
    "argument, the epoch?",
    "Write a small function of the epoch alone, with lambda or def. In it the schedule is called.",
    "Start from the return: keras.callbacks.LearningRateScheduler(...), and in the brackets your small function. Then "
    "look at what it returns: float, integer or tensor?",
)

@e.right
def with_an_inner_function(schedule):
    def rate_of(epoch):
        rate = schedule(epoch)
        return float(rate)

    return keras.callbacks.LearningRateScheduler(rate_of)

@e.right
def with_a_class_of_its_own(schedule):
    class Scheduler(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.learning_rate = float(schedule(epoch))

    return Scheduler()

@e.right
def with_lambda_callback(schedule):
    callback = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: callback.model.optimizer.learning_rate.assign(
            float(schedule(epoch))
        )
    )
    return callback

@e.right
def with_the_current_rate_ignored(schedule):
    return keras.callbacks.LearningRateScheduler(lambda epoch, current: np.float64(schedule(epoch)).item())

e.wrong("The schedule goes to Keras as it is, and Keras hands the current rate to its second argument. Wrap it in a function that takes the epoch alone.",
    schedule_as_it_is=lambda schedule: keras.callbacks.LearningRateScheduler(schedule))
e.wrong("The epoch alone is handed over: good. But what the schedule returns goes to Keras as it is, and a tensor or an integer is refused. float() makes a Python float of each.",
    without_float=lambda schedule: keras.callbacks.LearningRateScheduler(lambda epoch: schedule(epoch)))
e.wrong("You called the schedule yourself, once, and gave Keras the number. Keras needs a function that it can call in every epoch.",
    calls_the_schedule=lambda schedule: keras.callbacks.LearningRateScheduler(schedule(0)))
e.wrong("You returned a function. model.fit wants a callback: keras.callbacks.LearningRateScheduler(...).",
    no_callback=lambda schedule: schedule)

@e.wrong("In a second training your callback goes on with the epochs where the first one ended. Keras hands it the epoch, which begins with 0 again: use that.")
def counts_by_itself(schedule):
    class Scheduler(keras.callbacks.Callback):
        num_epochs = 0

        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.learning_rate = float(schedule(self.num_epochs))
            self.num_epochs += 1

    return Scheduler()

e.wrong("The rate of epoch 0 is used in every epoch: hand the epoch on to the schedule.",
    epoch_ignored=lambda schedule: keras.callbacks.LearningRateScheduler(lambda epoch: float(schedule(0))))
e.wrong("You asked for the next epoch. Keras counts epochs from 0, and so does the schedule: hand the number on.",
    one_epoch_ahead=lambda schedule: (
        keras.callbacks.LearningRateScheduler(lambda epoch: float(schedule(epoch + 1)))
    ))
e.wrong("You multiplied the current rate by what the schedule gives. The schedule gives the rate itself.",
    multiplies_the_current_rate=lambda schedule: (
        keras.callbacks.LearningRateScheduler(lambda epoch, current: current * float(schedule(epoch)))
    ))

@e.wrong("The rate is set after each epoch, so it comes one epoch late. Set it before the epoch begins.")
def one_epoch_late(schedule):
    class Scheduler(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.optimizer.learning_rate = float(schedule(epoch))

    return Scheduler()

@e.wrong("The rate is set after a batch, so the first batch of each epoch has the rate of the epoch before. Set it before the epoch begins.")
def one_batch_late(schedule):
    class Scheduler(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

        def on_train_batch_end(self, batch, logs=None):
            self.model.optimizer.learning_rate = float(schedule(self.epoch))

    return Scheduler()

@e.wrong("Two batches of one epoch have different rates with you. The schedule is a function of the epoch: all batches of an epoch train with its rate.")
def the_number_of_the_batch(schedule):
    class Scheduler(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            self.model.optimizer.learning_rate = float(schedule(batch))

    return Scheduler()

@e.wrong("Two batches of one epoch have different rates with you. The schedule is a function of the epoch: all batches of an epoch train with its rate.")
def counts_batches(schedule):
    class Scheduler(keras.callbacks.Callback):
        count = 0

        def on_train_batch_begin(self, batch, logs=None):
            self.model.optimizer.learning_rate = float(schedule(self.count))
            self.count += 1

    return Scheduler()

e.wrong("Where the schedule gives 0, you keep the rate of the epoch before. 0 is a rate as well: use it.",
    zero_for_nothing=lambda schedule: (
        keras.callbacks.LearningRateScheduler(lambda epoch, current: float(schedule(epoch)) or current)
    ))
e.wrong("Your function has a second argument and hands it on to the schedule. Keras puts the current rate there: call the schedule with the epoch alone.",
    hands_the_rate_on=lambda schedule: (
        keras.callbacks.LearningRateScheduler(lambda epoch, rate: float(schedule(epoch, rate)))
    ))
e.wrong("Your function has a second argument, lr, and hands it on to the schedule. Keras puts the current rate there: call the schedule with the epoch alone.",
    hands_lr_on=lambda schedule: (
        keras.callbacks.LearningRateScheduler(lambda epoch, lr: float(schedule(epoch, lr)))
    ))
e.wrong("float(schedule) wants to make a number of the function itself. Make one of what the function returns.",
    float_of_the_schedule=lambda schedule: keras.callbacks.LearningRateScheduler(float(schedule)))
e.wrong("You made a whole number of the rate: int() cuts off what stands behind the point. float() keeps it.",
    whole_rates=lambda schedule: (
        keras.callbacks.LearningRateScheduler(lambda epoch: float(int(schedule(epoch))))
    ))

@e.wrong("Your function returns nothing. Return the callback.")
def callback_not_returned(schedule):
    keras.callbacks.LearningRateScheduler(lambda epoch: float(schedule(epoch)))

@e.wrong("The function that you gave Keras returns nothing. Let it return the rate.")
def rate_not_returned(schedule):
    def rate_of(epoch):
        float(schedule(epoch))

    return keras.callbacks.LearningRateScheduler(rate_of)

@e.wrong("The optimizer keeps the rate that it had: your callback computes another one, and does not set it. What sets it is self.model.optimizer.learning_rate = ... (no longer lr), or LearningRateScheduler.")
def sets_lr(schedule):
    class Scheduler(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.lr = float(schedule(epoch))

    return Scheduler()

e.wrong("You called the schedule yourself, once, and gave Keras the number. Keras needs a function that it can call in every epoch.",
    calls_the_schedule_for_a_float=lambda schedule: keras.callbacks.LearningRateScheduler(float(schedule(0))))

@e.wrong("After each epoch you set the rate of the next. So the first epoch trains with the rate that the optimizer had. Set each rate before its epoch begins.")
def next_rate_after_the_epoch(schedule):
    class Scheduler(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.optimizer.learning_rate = float(schedule(epoch + 1))

    return Scheduler()

e.wrong("You made a whole number of the rate: int() cuts off what stands behind the point. float() keeps it.",
    whole_rates_as_they_are=lambda schedule: (
        keras.callbacks.LearningRateScheduler(lambda epoch: int(schedule(epoch)))
    ))
e.wrong("Only a tensor has numpy(). float(...) makes a number of whatever the schedule returns.",
    numpy_of_every_rate=lambda schedule: (
        keras.callbacks.LearningRateScheduler(lambda epoch: schedule(epoch).numpy())
    ))

@e.wrong("Tensors become floats in your function, but an integer goes to Keras as it is and is refused. Use float() always.")
def float_of_tensors_alone(schedule):
    def rate_of(epoch):
        rate = schedule(epoch)
        return float(rate) if tf.is_tensor(rate) else rate

    return keras.callbacks.LearningRateScheduler(rate_of)

@e.wrong("You returned the class. An object of it is asked for: with () behind its name.")
def class_of_the_callback(schedule):
    class Scheduler(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.learning_rate = float(schedule(epoch))

    return Scheduler


e = exercise("step_decay")

@e.cases
def epochs_and_drops(rng):
    """Epochs at the edges of a stretch and inside of it, with the defaults and without."""
    if rng.random() < 0.1:
        return (int(rng.integers(0, 60)), _rate(rng))
    every = int(rng.choice([1, 2, 3, 10, int(rng.integers(4, 60))]))
    num_drops = int(rng.choice([0, 1, 2, int(rng.integers(3, 12))]))
    epoch = max(0, every * num_drops + int(rng.choice([-1, 0, 1, int(rng.integers(0, every))])))
    initial_rate = int(rng.integers(1, 5)) if rng.random() < 0.1 else _rate(rng)
    if rng.random() < 0.15:
        return (epoch, initial_rate, round(float(rng.uniform(0.05, 0.99)), 2))
    drop = 1 if rng.random() < 0.1 else round(float(rng.uniform(0.05, 0.99)), 2)
    return (epoch, initial_rate, drop, every)

e.hints(
    "Look at the table: how often has the rate been multiplied by the factor in epoch 2, in epoch 3, in epoch 9?",
    "Compute this number of drops first, from epoch and every alone. The text above the exercise names the division.",
    "Multiplying by the same factor n times is a power. In Python it is written with **.",
)

@e.right
def with_divmod(epoch, initial_rate, drop=0.5, every=10):
    num_drops, _ = divmod(epoch, every)
    return math.pow(drop, num_drops) * initial_rate

@e.right
def with_floor(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * np.power(float(drop), math.floor(epoch / every))

@e.right
def in_a_loop(epoch, initial_rate, drop=0.5, every=10):
    rate = initial_rate
    for earlier in range(1, epoch + 1):
        if earlier % every == 0:
            rate = rate * drop
    return rate

@e.right
def one_drop_at_a_time(epoch, initial_rate, drop=0.5, every=10):
    if epoch < every:
        return initial_rate
    return one_drop_at_a_time(epoch - every, initial_rate * drop, drop, every)

e.wrong("You divided with /, so the exponent is a fraction and the rate falls in every epoch. // counts whole drops.",
    falls_in_every_epoch=lambda epoch, initial_rate, drop=0.5, every=10: (
        initial_rate * drop ** (epoch / every)
    ))
e.wrong("The drop comes one epoch late. Epochs are counted from 0: with a drop every 3 the epochs 0, 1 and 2 have the first rate, and epoch 3 the second.",
    drops_one_epoch_late=lambda epoch, initial_rate, drop=0.5, every=10: (
        initial_rate * drop ** max(0, (epoch - 1) // every)
    ))
e.wrong("The drop comes one epoch early. Epochs are counted from 0: with a drop every 3 the epochs 0, 1 and 2 have the first rate.",
    drops_one_epoch_early=lambda epoch, initial_rate, drop=0.5, every=10: (
        initial_rate * drop ** ((epoch + 1) // every)
    ))
e.wrong("You multiplied the factor by the number of drops. Two drops multiply the rate by the factor twice: a power.",
    factor_times_count=lambda epoch, initial_rate, drop=0.5, every=10: initial_rate * drop * (epoch // every))
e.wrong("You multiplied the factor by the number of drops, and took care of the first epochs. Two drops multiply the rate by the factor twice: a power.",
    factor_times_count_after_the_first=lambda epoch, initial_rate, drop=0.5, every=10: (
        initial_rate * drop * (epoch // every) if epoch >= every else initial_rate
    ))
e.wrong("Your rate drops once and then never again. Every further `every` epochs it drops too.",
    drops_once=lambda epoch, initial_rate, drop=0.5, every=10: (
        initial_rate if epoch < every else initial_rate * drop
    ))
e.wrong("% is the remainder of a division, so the rate falls within each stretch and comes back. // counts the drops.",
    remainder=lambda epoch, initial_rate, drop=0.5, every=10: initial_rate * drop ** (epoch % every))
e.wrong("Your rate is low only in the epochs that are multiples of `every`, and comes back. A drop is for good.",
    drops_for_one_epoch=lambda epoch, initial_rate, drop=0.5, every=10: (
        initial_rate * drop if epoch % every == 0 and epoch > 0 else initial_rate
    ))
e.wrong("You took drop off the rate. It is a factor: the rate is multiplied by it.",
    subtracts=lambda epoch, initial_rate, drop=0.5, every=10: initial_rate - drop * (epoch // every))
e.wrong("You multiplied by 1 - drop. drop is the factor itself: with 0.2 a fifth is left, not four fifths.",
    part_that_is_lost=lambda epoch, initial_rate, drop=0.5, every=10: (
        initial_rate * (1 - drop) ** (epoch // every)
    ))
e.wrong("You divided by the factor at each drop, so the rate grows. Multiply.",
    divides=lambda epoch, initial_rate, drop=0.5, every=10: initial_rate / drop ** (epoch // every))
e.wrong("You rounded to the nearest number of drops, so each drop comes too early. // rounds down.",
    rounds=lambda epoch, initial_rate, drop=0.5, every=10: initial_rate * drop ** round(epoch / every))
e.wrong("Epoch and `every` are swapped in the division.",
    swapped_division=lambda epoch, initial_rate, drop=0.5, every=10: (
        initial_rate * drop ** (every // max(1, epoch))
    ))
e.wrong("One drop too many in every epoch: the rate of the first epochs is initial_rate itself. Is epoch 0 counted as a drop?",
    drops_before_the_first_epoch=lambda epoch, initial_rate, drop=0.5, every=10: (
        initial_rate * drop ** (epoch // every + 1)
    ))

@e.wrong("The first drop comes with epoch 1. Round down, and do not count epoch 0 as a drop.")
def counts_epoch_0(epoch, initial_rate, drop=0.5, every=10):
    rate = initial_rate
    for earlier in range(epoch):
        if earlier % every == 0:
            rate *= drop
    return rate

e.wrong("You used e to the power of -drop for each drop. drop is the factor itself: multiply by it.",
    exponential_drops=lambda epoch, initial_rate, drop=0.5, every=10: (
        initial_rate * math.exp(-drop * (epoch // every))
    ))
e.wrong("0.5 and 10 stand in your function as they are. Use the arguments drop and every.",
    defaults_only=lambda epoch, initial_rate, drop=0.5, every=10: initial_rate * 0.5 ** (epoch // 10))
e.wrong("10 stands in your function as it is. Use the argument every.",
    ten_for_every=lambda epoch, initial_rate, drop=0.5, every=10: initial_rate * drop ** (epoch // 10))


_last = {"rate": None}


@e.wrong("Your function remembers the rate from call to call, so it is right only when all epochs come in order. Compute it from the arguments alone.")
def remembers(epoch, initial_rate, drop=0.5, every=10):
    if epoch == 0 or _last["rate"] is None:
        _last["rate"] = initial_rate
    elif epoch % every == 0:
        _last["rate"] *= drop
    return _last["rate"]

e.wrong("^ is no power in Python: it works on the bits of whole numbers. a to the power of b is a ** b.",
    caret_in_the_drop=lambda epoch, initial_rate, drop=0.5, every=10: (
        initial_rate * (drop ^ (epoch // every))
    ))
e.wrong("You returned the factor alone. It multiplies the initial rate.",
    factor_alone=lambda epoch, initial_rate, drop=0.5, every=10: drop ** (epoch // every))
e.wrong("Your rate never drops below a tenth of what it was at first. Each further drop counts.",
    not_below_a_tenth=lambda epoch, initial_rate, drop=0.5, every=10: (
        max(initial_rate * drop ** (epoch // every), initial_rate / 10)
    ))
e.wrong("You rounded the rate. After some drops a rate is small, and a few places are not enough.",
    rounded_to_three_places=lambda epoch, initial_rate, drop=0.5, every=10: (
        round(initial_rate * drop ** (epoch // every), 3)
    ))


e = exercise("warmup_stable_decay")

@e.cases
def steps_of_three_parts(rng):
    """The first and the last steps of each part and some between; each part may be empty."""
    warmup_steps, at_the_peak, decay_steps = (
        int(rng.choice([0, 1, 2, 3, int(rng.integers(4, 300))], p=[0.15, 0.15, 0.2, 0.2, 0.3])) for _ in range(3)
    )
    total_steps = max(1, warmup_steps + at_the_peak + decay_steps)
    falls_from = total_steps - decay_steps
    places = [0, warmup_steps - 1, warmup_steps, falls_from - 1, falls_from, falls_from + 1, total_steps - 1]
    places += [int(rng.integers(0, total_steps)), int(rng.integers(0, max(1, warmup_steps))), total_steps - 2]
    places += [falls_from + int(rng.integers(0, max(1, decay_steps))) for _ in range(2)]
    step = min(max(0, int(rng.choice(places))), total_steps - 1)
    peak_rate = int(rng.integers(1, 4)) if rng.random() < 0.1 else _rate(rng)
    return (step, peak_rate, warmup_steps, decay_steps, total_steps)

e.hints(
    "The text above has the formula of the warm-up, and what the decay is. There are three parts, and "
    "each needs a return. Write the two easy ones first: the warm-up, and the peak.",
    "In the mirror image the last step takes the place of the first one. How many steps are left at step s, itself "
    "counted? Print that number for the example: 8 at step 0, 1 at step 7.",
    "In the decay the rate is that number of parts, and a part is peak_rate / decay_steps. Which number of steps left "
    "belongs to the first step of the decay?",
)

@e.right
def smallest_of_three(step, peak_rate, warmup_steps, decay_steps, total_steps):
    up = (step + 1) / max(warmup_steps, 1)
    down = (total_steps - step) / max(decay_steps, 1)
    return peak_rate * min(up, 1, down)

@e.right
def as_a_mirror(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step >= total_steps - decay_steps:
        return as_a_mirror(total_steps - 1 - step, peak_rate, decay_steps, 0, total_steps)
    return peak_rate * (step + 1) / warmup_steps if step < warmup_steps else peak_rate

@e.right
def all_at_once(step, peak_rate, warmup_steps, decay_steps, total_steps):
    rates = np.full(total_steps, float(peak_rate))
    rates[:warmup_steps] = np.linspace(0, peak_rate, warmup_steps + 1)[1:]
    rates[total_steps - decay_steps :] = np.linspace(peak_rate, 0, decay_steps + 1)[:-1]
    return rates[step]

@e.right
def down_from_the_peak(step, peak_rate, warmup_steps, decay_steps, total_steps):
    falls_from = total_steps - decay_steps
    if step >= falls_from:
        return peak_rate - peak_rate * (step - falls_from) / decay_steps
    if step + 1 >= warmup_steps:
        return peak_rate
    return peak_rate - (warmup_steps - step - 1) * peak_rate / warmup_steps

@e.right
def part_by_part(step, peak_rate, warmup_steps, decay_steps, total_steps):
    rate = float(peak_rate)
    for _ in range(step + 1, warmup_steps):
        rate -= peak_rate / warmup_steps
    for _ in range(total_steps - decay_steps, step):
        rate -= peak_rate / decay_steps
    return rate


def _up(step, peak_rate, warmup_steps):
    return peak_rate * (step + 1) / warmup_steps


@e.wrong("Step 0 has the rate 0 where there is a warm-up, and its last step is below the peak. Steps are counted from 0: use step + 1.")
def starts_at_zero(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * min(1, (total_steps - step) / max(decay_steps, 1))

@e.wrong("The warm-up goes from 0 at step 0 to the peak. Its first step should have a rate too: W equal parts, not W - 1.")
def starts_at_zero_and_arrives(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return peak_rate * step / max(1, warmup_steps - 1)
    return peak_rate * min(1, (total_steps - step) / max(decay_steps, 1))

@e.wrong("Your warm-up takes one step too many and overshoots the peak there.")
def overshoots_or_divides_by_no_steps(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step <= warmup_steps:
        return peak_rate * (step + 1) / warmup_steps
    return peak_rate * min(1, (total_steps - step) / max(decay_steps, 1))

@e.wrong("Both ramps are one part too low in every step: the first step of the training and the last one have the rate 0. Steps are counted from 0: use step + 1 in the warm-up. In the decay, how many steps are left, this one counted?")
def both_ramps_one_part_too_low(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    if step >= total_steps - decay_steps:
        return peak_rate * (total_steps - 1 - step) / decay_steps
    return peak_rate

@e.wrong("Both ramps reach 0, in the first step of the training and in the last one. These two should have a rate too: W and D equal parts, not W - 1 and D - 1.")
def both_ramps_reach_zero(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return float(np.linspace(0, peak_rate, warmup_steps)[step])
    if step >= total_steps - decay_steps:
        return float(np.linspace(peak_rate, 0, decay_steps)[step - (total_steps - decay_steps)])
    return peak_rate

@e.wrong("Your decay is one part too low in every step: its first step is below the peak, and the last one has the rate 0.")
def one_part_too_low(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    if step >= total_steps - decay_steps:
        return peak_rate * (total_steps - 1 - step) / decay_steps
    return peak_rate

@e.wrong("Your decay goes from the peak down to 0 in its last step. That step should have a rate too: D equal parts, not D - 1.")
def ends_at_zero(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    if step >= total_steps - decay_steps:
        return peak_rate * (total_steps - 1 - step) / max(1, decay_steps - 1)
    return peak_rate

@e.wrong("The first step of your decay is below the peak: you made D + 1 parts. In the mirror image of the warm-up it has the peak rate.")
def one_part_more(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    if step >= total_steps - decay_steps:
        return peak_rate * (total_steps - step) / (decay_steps + 1)
    return peak_rate

e.wrong("Your rate does not fall at the end: the decay is missing.",
    never_decays=lambda step, peak_rate, warmup_steps, decay_steps, total_steps: (
        _up(step, peak_rate, warmup_steps) if step < warmup_steps else peak_rate
    ))
e.wrong("Your rate begins with the peak, whatever warmup_steps says: the warm-up is missing.",
    never_warms_up=lambda step, peak_rate, warmup_steps, decay_steps, total_steps: (
        peak_rate * min(1, (total_steps - step) / max(decay_steps, 1))
    ))

@e.wrong("Your rate falls from the end of the warm-up on. It should stay at the peak until the last decay_steps steps.")
def nothing_stable(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    if decay_steps == 0:
        return peak_rate
    return peak_rate * (total_steps - step) / (total_steps - warmup_steps)

@e.wrong("Your decay begins at step decay_steps. It should take that many steps, the last ones of the training.")
def decays_from_that_step(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    if step < decay_steps or decay_steps == 0:
        return peak_rate
    return peak_rate * (total_steps - step) / (total_steps - decay_steps)

@e.wrong("Your decay is as long as the warm-up: warmup_steps stands there in the place of decay_steps.")
def decays_in_the_steps_of_the_warm_up(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    return peak_rate * min(1, (total_steps - step) / max(warmup_steps, 1))

@e.wrong("Your decay falls along half a cosine. Equal parts are asked for: a straight line.")
def decays_by_the_cosine(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    if step >= total_steps - decay_steps:
        progress = 1 - (total_steps - step) / decay_steps
        return peak_rate * (1 + math.cos(math.pi * progress)) / 2
    return peak_rate

@e.wrong("In the decay your rate jumps down and then grows: you counted the steps from its beginning. Count those that are left.")
def grows_in_the_decay(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    if step >= total_steps - decay_steps:
        return peak_rate * (step - (total_steps - decay_steps) + 1) / decay_steps
    return peak_rate

@e.wrong("In the decay you divided the steps that are left by all steps, so the rate jumps down where it begins. Its parts are peak_rate / decay_steps.")
def parts_of_all_steps(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    if step >= total_steps - decay_steps:
        return peak_rate * (total_steps - step) / total_steps
    return peak_rate

@e.wrong("// divides without remainder: both ramps are 0 except at their step at the peak. / keeps the fraction.")
def whole_division(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return peak_rate * ((step + 1) // warmup_steps)
    if step >= total_steps - decay_steps:
        return peak_rate * ((total_steps - step) // decay_steps)
    return peak_rate

@e.wrong("Your warm-up takes one step too many and overshoots the peak there.")
def overshoots(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step <= warmup_steps and warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    return peak_rate * min(1, (total_steps - step) / max(decay_steps, 1))

@e.wrong("Your decay begins one step early and overshoots the peak there.")
def overshoots_before_the_decay(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    if step >= total_steps - decay_steps - 1 and decay_steps:
        return peak_rate * (total_steps - step) / decay_steps
    return peak_rate

e.wrong("You divide by warmup_steps and decay_steps also where they are 0. Without a warm-up or a decay nothing is to be divided: ask first in which part the step is.",
    divides_by_no_steps=lambda step, peak_rate, warmup_steps, decay_steps, total_steps: (
        peak_rate * min((step + 1) / warmup_steps, 1, (total_steps - step) / decay_steps)
    ))

@e.wrong("Where there is no warm-up and no decay you divide by decay_steps, which is 0. The peak is left.")
def divides_where_there_is_no_warmup(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if decay_steps == 0 and warmup_steps > 0:
        return peak_rate * min((step + 1) / warmup_steps, 1)
    if warmup_steps == 0:
        return peak_rate * min(1, (total_steps - step) / decay_steps)
    return peak_rate * min((step + 1) / warmup_steps, 1, (total_steps - step) / decay_steps)

@e.wrong("An array that is made of a whole number holds whole numbers: the fractions of your rates are cut off.")
def in_an_array_of_the_peak(step, peak_rate, warmup_steps, decay_steps, total_steps):
    rates = np.full(total_steps, peak_rate)
    for one in range(total_steps):
        rates[one] = smallest_of_three(one, peak_rate, warmup_steps, decay_steps, total_steps)
    return rates[step]

e.wrong("You returned the share of the peak, from 0 to 1. Multiply it by peak_rate.",
    share_of_the_peak=lambda step, peak_rate, warmup_steps, decay_steps, total_steps: (
        min(1.0, (step + 1) / max(warmup_steps, 1), (total_steps - step) / max(decay_steps, 1))
    ))

@e.wrong("In the decay your rate is 0 at once. It should fall there, in D equal parts.")
def zero_in_the_decay(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    return peak_rate if step < total_steps - decay_steps else 0.0

@e.wrong("Your rate is halved in each step of the decay. Equal parts are asked for: a straight line.")
def halves_in_the_decay(step, peak_rate, warmup_steps, decay_steps, total_steps):
    if step < warmup_steps:
        return _up(step, peak_rate, warmup_steps)
    return peak_rate * 0.5 ** max(0, step - (total_steps - decay_steps))

e.wrong("You rounded the rate. The ramps go through small numbers, and a few places are not enough.",
    rounded_to_two_places=lambda step, peak_rate, warmup_steps, decay_steps, total_steps: (
        round(smallest_of_three(step, peak_rate, warmup_steps, decay_steps, total_steps), 2)
    ))


e = exercise("at_its_best")

@e.cases
def small_sweeps(rng):
    """One to five peaks with two to five seeds, often with equal means; eighths, so that sums are exact."""
    num_peaks, num_seeds = int(rng.choice([1, 2, 3, 3, 4, 5])), int(rng.choice([2, 2, 3, 3, 4, 5]))
    exponents = np.sort(rng.choice(np.arange(-7, 3), num_peaks, replace=False))
    peaks = [float(f"{2.0 * 10.0**exponent:.1g}") for exponent in exponents]
    if rng.random() < 0.2:
        peaks = [1, 2, 3, 4, 5][:num_peaks]
    val, test = rng.integers(0, 9, (2, num_peaks, num_seeds)) / 8
    if num_peaks > 1 and rng.random() < 0.3:
        first, second = rng.choice(num_peaks, 2, replace=False)
        val[first] = np.maximum(val[first], 0.75)
        val[second] = val[first][::-1]
        if rng.random() < 0.3:
            val[min(first, second)] -= 1 / 1024
    if rng.random() < 0.1:
        test[:] = test[0, 0]
    if (num_peaks, num_seeds) == (2, 5):
        val[:] = 0  # no run right
    return (peaks, val, test)

e.hints(
    "Start with the row of the best peak. Which of the two tables decides it, and what is compared: single runs or means?",
    "val_accuracies.mean(axis=1) is one mean for each peak. You need the place of the highest; with it you find the "
    "peak in the list peaks, and its runs in the test table.",
    "Give the runs of this peak in the test table a name of their own. Mean, deviation and number in the next two "
    "entries are those of these runs; the last entry needs the place only.",
)

@e.right
def with_the_statistics_module(peaks, val_accuracies, test_accuracies):
    means = [statistics.fmean(row) for row in val_accuracies.tolist()]
    place = means.index(max(means))
    reached = test_accuracies[place].tolist()
    return {
        "at_the_end": place == 0 or place == len(peaks) - 1,
        "peak": peaks[place],
        "mean": statistics.fmean(reached),
        "standard_error": statistics.stdev(reached) / len(reached) ** 0.5,
    }

@e.right
def in_a_loop_over_peaks(peaks, val_accuracies, test_accuracies):
    best = {}
    highest = -1
    for peak, val, test in zip(peaks, val_accuracies, test_accuracies, strict=True):
        if val.mean() > highest:
            highest = val.mean()
            best["peak"] = peak
            best["mean"] = test.mean()
            best["standard_error"] = np.sqrt(test.var(ddof=1) / len(test))
    best["at_the_end"] = best["peak"] in (peaks[0], peaks[-1])
    return best

@e.right
def with_the_sum_of_squares(peaks, val_accuracies, test_accuracies):
    place = int(np.flatnonzero(val_accuracies.sum(axis=1) == val_accuracies.sum(axis=1).max())[0])
    number = test_accuracies.shape[1]
    mean = sum(test_accuracies[place]) / number
    squares = sum((accuracy - mean) ** 2 for accuracy in test_accuracies[place])
    return {
        "peak": float(peaks[place]),
        "mean": mean,
        "standard_error": math.sqrt(squares / (number - 1) / number),
        "at_the_end": not 0 < place < len(peaks) - 1,
    }

@e.right
def by_peak(peaks, val_accuracies, test_accuracies):
    val_of = dict(zip(peaks, np.mean(val_accuracies, axis=1), strict=True))
    test_of = dict(zip(peaks, test_accuracies, strict=True))
    peak = max(peaks, key=val_of.get)
    error = np.std(test_of[peak], ddof=1) / np.sqrt(test_of[peak].shape[0])
    return {
        "peak": peak,
        "mean": np.mean(test_of[peak]),
        "standard_error": error,
        "at_the_end": peak == min(peaks) or peak == max(peaks),
    }


def _at(place, peaks, accuracies):
    """What is asked for, of one table, for the peak at a place."""
    reached = accuracies[place]
    return {
        "peak": peaks[place],
        "mean": reached.mean(),
        "standard_error": reached.std(ddof=1) / math.sqrt(reached.size),
        "at_the_end": place in (0, len(peaks) - 1),
    }


def _best(val_accuracies):
    return int(np.argmax(val_accuracies.mean(axis=1)))


e.wrong("You chose the peak by the test accuracies. Choose by the validation accuracies, and leave the test data out of the choice.",
    chosen_on_test_data=lambda peaks, val_accuracies, test_accuracies: (
        _at(_best(test_accuracies), peaks, test_accuracies)
    ))
e.wrong("You chose the peak of the best single run. The mean over the seeds decides, not the luckiest seed.",
    chosen_by_the_best_run=lambda peaks, val_accuracies, test_accuracies: (
        _at(int(np.argmax(val_accuracies.max(axis=1))), peaks, test_accuracies)
    ))
e.wrong("You chose the peak of the best single run on the test data. The mean over the seeds on the validation data decides.",
    chosen_by_the_best_test_run=lambda peaks, val_accuracies, test_accuracies: (
        _at(int(np.argmax(test_accuracies.max(axis=1))), peaks, test_accuracies)
    ))
e.wrong("You chose the peak by the median over the seeds. The mean is asked for.",
    chosen_by_the_median=lambda peaks, val_accuracies, test_accuracies: (
        _at(int(np.argmax(np.median(val_accuracies, axis=1))), peaks, test_accuracies)
    ))
e.wrong("You did not take the peak with the highest mean. Neither a higher worst run nor a smaller deviation decides: the mean over all seeds does.",
    chosen_by_the_worst_run=lambda peaks, val_accuracies, test_accuracies: (
        _at(int(np.argmax(val_accuracies.min(axis=1))), peaks, test_accuracies)
    ),
    chosen_by_the_smallest_deviation=lambda peaks, val_accuracies, test_accuracies: (
        _at(int(np.argmin(val_accuracies.std(axis=1))), peaks, test_accuracies)
    ))

@e.wrong("You did not take the peak with the highest mean. Neither a higher worst run nor a smaller deviation decides: the mean over all seeds does.")
def chosen_by_mean_without_deviation(peaks, val_accuracies, test_accuracies):
    below = val_accuracies.mean(axis=1) - val_accuracies.std(axis=1)
    return _at(int(np.argmax(below)), peaks, test_accuracies)


_GOOD_RUNS = (
    "You chose a peak whose runs differ more, and not the peak with the highest mean. Neither the good runs alone nor a "
    "larger deviation decide: the mean over all seeds does."
)


@e.wrong(_GOOD_RUNS)
def chosen_by_mean_and_deviation(peaks, val_accuracies, test_accuracies):
    above = val_accuracies.mean(axis=1) + val_accuracies.std(axis=1)
    return _at(int(np.argmax(above)), peaks, test_accuracies)

@e.wrong(_GOOD_RUNS)
def chosen_by_the_best_two(peaks, val_accuracies, test_accuracies):
    best_two = np.sort(val_accuracies, axis=1)[:, -2:]
    return _at(int(np.argmax(best_two.mean(axis=1))), peaks, test_accuracies)

@e.wrong(_GOOD_RUNS)
def chosen_without_the_worst_run(peaks, val_accuracies, test_accuracies):
    others = np.sort(val_accuracies, axis=1)[:, 1:]
    return _at(int(np.argmax(others.mean(axis=1))), peaks, test_accuracies)

@e.wrong("You left out the best and the worst run of each peak. The mean over all seeds is asked for.")
def chosen_by_the_trimmed_mean(peaks, val_accuracies, test_accuracies):
    ranked = np.sort(val_accuracies, axis=1)
    inner = ranked[:, 1:-1] if ranked.shape[1] > 2 else ranked
    return _at(int(np.argmax(inner.mean(axis=1))), peaks, test_accuracies)

e.wrong("You passed over the highest mean where it is ahead by little. By however little it is ahead, it is the highest.",
    means_rounded=lambda peaks, val_accuracies, test_accuracies: (
        _at(int(np.argmax(np.round(val_accuracies.mean(axis=1), 2))), peaks, test_accuracies)
    ))
e.wrong("You chose by the first seed alone. The mean over all seeds decides.",
    chosen_by_the_first_seed=lambda peaks, val_accuracies, test_accuracies: (
        _at(int(np.argmax(val_accuracies[:, 0])), peaks, test_accuracies)
    ))
e.wrong("You chose the peak with the lowest mean. These are accuracies: the highest is best.",
    chosen_the_lowest=lambda peaks, val_accuracies, test_accuracies: (
        _at(int(np.argmin(val_accuracies.mean(axis=1))), peaks, test_accuracies)
    ))

@e.wrong("Where several peaks have the highest mean, you took the largest of them. The smallest is asked for.")
def the_largest_of_equals(peaks, val_accuracies, test_accuracies):
    place = len(peaks) - 1 - int(np.argmax(val_accuracies.mean(axis=1)[::-1]))
    return _at(place, peaks, test_accuracies)

e.wrong("The peak is right, but you report its validation accuracies. They were used for the choice and flatter: report the test accuracies.",
    reports_validation=lambda peaks, val_accuracies, test_accuracies: (
        _at(_best(val_accuracies), peaks, val_accuracies)
    ))

@e.wrong("You report the best test run at that peak. The mean of all its runs is asked for.")
def reports_the_best_run(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    return _at(place, peaks, test_accuracies) | {"mean": test_accuracies[place].max()}

@e.wrong("You report the highest mean test accuracy of all peaks. What the chosen peak reaches on the test data is asked for.")
def reports_the_highest_test_mean(peaks, val_accuracies, test_accuracies):
    best = _at(_best(val_accuracies), peaks, test_accuracies)
    return best | {"mean": test_accuracies.mean(axis=1).max()}

e.wrong("Your mean is that of the runs at all peaks. Only the runs at the best peak belong into it.",
    mean_over_all_peaks=lambda peaks, val_accuracies, test_accuracies: (
        _at(_best(val_accuracies), peaks, test_accuracies) | {"mean": test_accuracies.mean()}
    ))

@e.wrong("Mean and standard error are those of the runs at all peaks. Only the runs at the best peak belong into them.")
def both_over_all_peaks(peaks, val_accuracies, test_accuracies):
    error = test_accuracies.std(ddof=1) / math.sqrt(test_accuracies.size)
    best = _at(_best(val_accuracies), peaks, test_accuracies)
    return best | {"mean": test_accuracies.mean(), "standard_error": error}

@e.wrong("The deviation has n in its denominator, as NumPy has it without being told. n - 1 is asked for: ddof=1.")
def without_ddof(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    error = test_accuracies[place].std() / math.sqrt(test_accuracies.shape[1])
    return _at(place, peaks, test_accuracies) | {"standard_error": error}

@e.wrong("You gave the standard deviation of the runs. The standard error is that of their mean: divide by the root of n.")
def the_deviation(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    return _at(place, peaks, test_accuracies) | {"standard_error": test_accuracies[place].std(ddof=1)}

@e.wrong("You gave the standard deviation of the runs, and with n in its denominator. Take n - 1, and divide by the root of n for the mean.")
def the_deviation_without_ddof(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    return _at(place, peaks, test_accuracies) | {"standard_error": test_accuracies[place].std()}

@e.wrong("You divided the deviation by n. The standard error has the square root of n in its denominator.")
def divided_by_n(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    error = test_accuracies[place].std(ddof=1) / test_accuracies.shape[1]
    return _at(place, peaks, test_accuracies) | {"standard_error": error}

@e.wrong("You took n - 1 twice. Under the root of the standard error stands n, the number of runs in the mean.")
def n_minus_one_twice(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    error = test_accuracies[place].std(ddof=1) / math.sqrt(test_accuracies.shape[1] - 1)
    return _at(place, peaks, test_accuracies) | {"standard_error": error}

@e.wrong("Your standard error is squared: the variance divided by n. Its root is asked for.")
def error_squared(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    error = test_accuracies[place].var(ddof=1) / test_accuracies.shape[1]
    return _at(place, peaks, test_accuracies) | {"standard_error": error}

@e.wrong("In the standard error you divided by the root of the number of peaks. n is the number of runs in the mean, that of the seeds.")
def root_of_the_number_of_peaks(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    error = test_accuracies[place].std(ddof=1) / math.sqrt(len(peaks))
    return _at(place, peaks, test_accuracies) | {"standard_error": error}

@e.wrong("In the standard error you divided by the root of the number of all runs. n is the number of runs in the mean: those at the best peak.")
def root_of_the_number_of_all_runs(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    error = test_accuracies[place].std(ddof=1) / math.sqrt(test_accuracies.size)
    return _at(place, peaks, test_accuracies) | {"standard_error": error}

@e.wrong("Your standard error is that of the validation accuracies. Compute it from the test accuracies, as the mean.")
def error_of_validation(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    error = _at(place, peaks, val_accuracies)["standard_error"]
    return _at(place, peaks, test_accuracies) | {"standard_error": error}

@e.wrong("You gave the place of the best peak in the list. The rate at this place is asked for.")
def place_for_peak(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    return _at(place, peaks, test_accuracies) | {"peak": place}

@e.wrong('You said "at the end" of the last peak only. The first one is an end too: below it a better one may lie.')
def right_end_only(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    return _at(place, peaks, test_accuracies) | {"at_the_end": place == len(peaks) - 1}

@e.wrong('You said "at the end" at the first peak, and not at the last one, whose place is the length of the list minus 1. Above it a better peak may lie.')
def left_end_only(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    return _at(place, peaks, test_accuracies) | {"at_the_end": place == 0}

@e.wrong('Your "at_the_end" is the other way round: True where the peak stands inside the list.')
def end_and_inside_swapped(peaks, val_accuracies, test_accuracies):
    place = _best(val_accuracies)
    return _at(place, peaks, test_accuracies) | {"at_the_end": 0 < place < len(peaks) - 1}

@e.wrong('A list of one peak has its first and its last in one. There "at_the_end" is True.')
def one_peak_is_inside(peaks, val_accuracies, test_accuracies):
    best = _at(_best(val_accuracies), peaks, test_accuracies)
    return best | {"at_the_end": len(peaks) > 1 and best["at_the_end"]}

e.wrong("Your means run over the peaks, one for each seed (axis=0). One for each peak is asked for, over the seeds: axis=1.",
    mean_over_the_wrong_axis=lambda peaks, val_accuracies, test_accuracies: (
        _at(int(np.argmax(val_accuracies.mean(axis=0))), peaks, test_accuracies)
    ))
e.wrong("You took the place of the highest number in the whole table, counted through all rows. First the mean of each row, then the highest.",
    place_in_the_whole_table=lambda peaks, val_accuracies, test_accuracies: (
        _at(int(np.argmax(val_accuracies)), peaks, test_accuracies)
    ))

@e.wrong("Where every mean is 0 you chose no peak. A search for the highest begins below all of them.")
def begins_at_zero(peaks, val_accuracies, test_accuracies):
    best, highest = None, 0.0
    for place, row in enumerate(val_accuracies):
        if row.mean() > highest:
            best, highest = place, row.mean()
    return _at(best, peaks, test_accuracies)

e.wrong("You returned the four results one after the other. A dict is asked for: each with its name, as in the docstring.",
    a_tuple=lambda peaks, val_accuracies, test_accuracies: (
        tuple(_at(_best(val_accuracies), peaks, test_accuracies).values())
    ))


e = exercise("quiz_1")
e.wrong_choice(0.0125, "Count the drops: they come with the epochs 10, 20 and 30. That is three, not four.")
e.wrong_choice(0.05, "Count the drops: they come with the epochs 10, 20 and 30. That is three, not two.")
e.wrong_choice(0.3, "You multiplied the factor by the number of drops. Each drop halves what there is.")
e.wrong_choice(0.1, "That is the rate after one drop. Up to epoch 34 there are three.")
e.wrong_choice(
    0.0189,
    "You used the exponent 3.4. The rate stays the same between two drops: whole drops count.",
)
e.right_choice(
    "The drops at the epochs 10, 20 and 30 halve the rate three times: 0.2 x 0.5 x 0.5 x 0.5 = 0.025."
)


e = exercise("quiz_2")
e.wrong_choice(0.06, "That is the floor of the old rate. A smaller rate has a lower floor.")
e.wrong_choice(0.24, "The wrong way round: a rate that is a quarter has a floor that is a quarter.")
e.wrong_choice(0.03, "The floor goes with the rate itself, not with its root, and the rate is a quarter.")
e.wrong_choice(
    0.00375,
    "You used the square of the ratio. For small rates the floor is proportional to the rate.",
)
e.wrong_choice(0, "The noise does not go away with a smaller rate: the floor is lower, not gone.")
e.right_choice(
    "The floor is nearly proportional to the rate: a quarter of the rate has a quarter of the floor, "
    "0.06 / 4 = 0.015.",
)


e = exercise("quiz_3")
e.wrong_choice(0.25, "The default of 0.5 is never used: Keras hands the current rate to the second argument.")
e.wrong_choice(0.4, "That is epoch 0. In each further epoch the function receives the already halved rate.")
e.wrong_choice(0.1, "One halving too few: the first one comes before epoch 0 is trained. There are four.")
e.wrong_choice(0.025, "One halving too many: there are four epochs, and one halving before each.")
e.wrong_choice(
    0.03125,
    "You started from 0.5. The optimizer starts with 0.8, and that is what is handed over first.",
)
e.right_choice(
    "Keras hands the current rate to the second argument, so the rate is halved before each of the "
    "four epochs: 0.8, then 0.4, 0.2, 0.1, 0.05.",
)


e = exercise("quiz_4")
e.wrong_choice(
    "a",
    "A schedule does not have to settle at its peak. With SGD its best peak was larger than the best constant "
    "rate, for all three schedules. Three seeds of one rate cannot show that.",
)
e.wrong_choice(
    "b",
    "The schedule makes the rate small by itself. From a small peak it does not arrive: you saw it lose.",
)
e.wrong_choice(
    "c",
    "Rates are compared by factors. These three are the same rate, within the noise of the seeds.",
)
e.right_choice(
    "With plain SGD the best peaks of the schedules lay above the best constant rate, so the search "
    "begins at 0.03 and goes up by factors.",
)


e = exercise("quiz_5")
e.wrong_choice(0.4, "Count the epochs without a new lowest loss: 2, 3 and 4 are three. There is a drop.")
e.wrong_choice(
    0.2,
    "The drop after epoch 4 is right. Epoch 5 has a new lowest loss, but epochs 6, 7 and 8 have not: a second drop.",
)
e.wrong_choice(0.05, "Too many drops. After a drop the count starts anew from zero.")
e.wrong_choice(0.8, "The factor multiplies: with 0.5 the rate becomes half of what it was.")
e.right_choice("Epochs 2 to 4 find no new lowest loss, and neither do 6 to 8: two drops halve 0.4 twice.")
