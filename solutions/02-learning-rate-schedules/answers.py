"""Right and wrong answers to the exercises of lesson 02."""

import math
from itertools import accumulate

import keras
import numpy as np
import tensorflow as tf

from course.authoring.answers import right, wrong, wrong_choice

# hold_then_decay --------------------------------------------------------------------------------


@right("hold_then_decay")
def in_single_precision(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return float(np.float32(initial_rate) * np.exp(np.float32(decay * (hold_epochs - epoch))))


@right("hold_then_decay")
def with_max(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    return float(initial_rate * math.exp(-decay * max(0, epoch - hold_epochs)))


@right("hold_then_decay")
def held_one_more_epoch(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    # The same: in epoch hold_epochs the exponent is 0.
    if epoch <= hold_epochs:
        return float(initial_rate)
    return initial_rate / math.exp((epoch - hold_epochs) * decay)


@right("hold_then_decay")
def with_numpy(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    rate = np.where(epoch < hold_epochs, 1.0, np.exp(decay * (hold_epochs - epoch)))
    return float(initial_rate * rate)


@right("hold_then_decay")
def notes_with_float(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * np.exp(decay * (hold_epochs - epoch))


@right("hold_then_decay")
def by_repeated_factor(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    rate = initial_rate
    for _ in range(hold_epochs, epoch):
        rate *= math.e**-decay
    return rate


@wrong(
    "hold_then_decay",
    "tf.math.exp returns a tensor, and Keras wants a Python float. math.exp computes with Python's numbers.",
)
def returns_a_tensor(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * tf.math.exp(decay * (hold_epochs - epoch))


@wrong(
    "hold_then_decay",
    "keras.ops.exp returns a tensor too, and in every epoch. math.exp computes with Python's numbers.",
)
def returns_a_tensor_always(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    return initial_rate * keras.ops.exp(-decay * max(0, epoch - hold_epochs))


@wrong(
    "hold_then_decay",
    "The exponent has the wrong sign: your rate grows after the hold. H - t is negative there, as it should be.",
)
def grows(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * math.exp(decay * (epoch - hold_epochs))


@wrong(
    "hold_then_decay", "Your rate falls from epoch 0 on. It should be held for the first hold_epochs epochs."
)
def never_held(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    return initial_rate * math.exp(-decay * epoch)


@wrong(
    "hold_then_decay",
    "After the hold the exponent counts from epoch 0, so the rate jumps down. Count from the end of the hold: "
    "H - t.",
)
def jumps_after_the_hold(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * math.exp(-decay * epoch)


@wrong(
    "hold_then_decay",
    "The fall begins one epoch early: in epoch H the exponent is 0, and the rate is still the initial one.",
)
def falls_one_epoch_early(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * math.exp(decay * (hold_epochs - epoch - 1))


@wrong(
    "hold_then_decay",
    "You multiplied by decay itself for each epoch. The factor of an epoch is e to the power of -decay.",
)
def decay_as_factor(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * decay ** (epoch - hold_epochs)


@wrong(
    "hold_then_decay",
    "You took the fraction decay off the rate in each epoch, so the factor is 1 - decay. It is close to e to "
    "the power of -decay, and not the same.",
)
def fraction_off(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * (1 - decay) ** (epoch - hold_epochs)


@wrong(
    "hold_then_decay", "Your rate falls along a straight line. An exponential multiplies, it never reaches 0."
)
def straight_line(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * (1 - decay * (epoch - hold_epochs))


@wrong(
    "hold_then_decay",
    "The notes' numbers stand in your function as they are. Use the arguments: somebody may hold for 2 epochs.",
)
def notes_numbers(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < 10:
        return 0.001
    return 0.001 * math.exp(0.1 * (10 - epoch))


@wrong(
    "hold_then_decay",
    "initial_rate is used while the rate is held, and 0.001 afterwards. Both parts start from initial_rate.",
)
def notes_rate_after_the_hold(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return 0.001 * math.exp(decay * (hold_epochs - epoch))


@wrong("hold_then_decay", "decay is not used: 0.1 stands in your exponent instead of the argument.")
def notes_decay(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return initial_rate * math.exp(0.1 * (hold_epochs - epoch))


@wrong("hold_then_decay", "After the hold the initial rate is missing: you returned the factor alone.")
def factor_only(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return math.exp(decay * (hold_epochs - epoch))


@wrong(
    "hold_then_decay",
    "After the hold nothing is returned: the value is computed and forgotten, for want of a return.",
)
def return_forgotten(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    initial_rate * math.exp(decay * (hold_epochs - epoch))
    return None


@wrong(
    "hold_then_decay",
    "The two cases are swapped: you return the initial rate after the hold, and the falling one during it.",
)
def cases_swapped(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch >= hold_epochs:
        return initial_rate
    return initial_rate * math.exp(decay * (hold_epochs - epoch))


@wrong(
    "hold_then_decay",
    "The numbers are right, but a float32 or an array of NumPy is no Python float. math.exp returns one, and float() "
    "makes one.",
)
def numpy_single(epoch, initial_rate=0.001, hold_epochs=10, decay=0.1):
    if epoch < hold_epochs:
        return initial_rate
    return np.float32(initial_rate * math.exp(decay * (hold_epochs - epoch)))


# scheduler_callback -----------------------------------------------------------------------------


@right("scheduler_callback")
def with_an_inner_function(schedule):
    def rate_of(epoch):
        rate = schedule(epoch)
        return float(rate)

    return keras.callbacks.LearningRateScheduler(rate_of)


@right("scheduler_callback")
def with_a_class_of_its_own(schedule):
    class Scheduler(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            self.model.optimizer.learning_rate = float(schedule(epoch))

    return Scheduler()


@right("scheduler_callback")
def with_lambda_callback(schedule):
    callback = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda epoch, logs: callback.model.optimizer.learning_rate.assign(
            float(schedule(epoch))
        )
    )
    return callback


@right("scheduler_callback")
def with_the_current_rate_ignored(schedule):
    return keras.callbacks.LearningRateScheduler(lambda epoch, current: np.float64(schedule(epoch)).item())


@wrong(
    "scheduler_callback",
    "The schedule goes to Keras as it is, and Keras hands the current rate to its second argument. Wrap it in "
    "a function that takes the epoch alone.",
)
def schedule_as_it_is(schedule):
    return keras.callbacks.LearningRateScheduler(schedule)


@wrong(
    "scheduler_callback",
    "The epoch alone is handed over: good. But what the schedule returns goes to Keras as it is, and a tensor "
    "or an integer is refused. float() makes a Python float of each.",
)
def without_float(schedule):
    return keras.callbacks.LearningRateScheduler(lambda epoch: schedule(epoch))


@wrong(
    "scheduler_callback",
    "You called the schedule yourself, once, and gave Keras the number. Keras needs a function that it can call "
    "in every epoch.",
)
def calls_the_schedule(schedule):
    return keras.callbacks.LearningRateScheduler(schedule(0))


@wrong(
    "scheduler_callback",
    "You returned the schedule itself. model.fit wants a callback: keras.callbacks.LearningRateScheduler(...).",
)
def no_callback(schedule):
    return schedule


@wrong("scheduler_callback", "The rate of epoch 0 is used in every epoch: hand the epoch on to the schedule.")
def epoch_ignored(schedule):
    return keras.callbacks.LearningRateScheduler(lambda epoch: float(schedule(0)))


@wrong(
    "scheduler_callback",
    "You asked for the next epoch. Keras counts epochs from 0, and so does the schedule: hand the number on.",
)
def one_epoch_ahead(schedule):
    return keras.callbacks.LearningRateScheduler(lambda epoch: float(schedule(epoch + 1)))


@wrong(
    "scheduler_callback",
    "You multiplied the current rate by what the schedule gives. The schedule gives the rate itself.",
)
def multiplies_the_current_rate(schedule):
    return keras.callbacks.LearningRateScheduler(lambda epoch, current: current * float(schedule(epoch)))


@wrong(
    "scheduler_callback",
    "The rate is set after each epoch, so it comes one epoch late. Set it before the epoch begins.",
)
def one_epoch_late(schedule):
    class Scheduler(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.optimizer.learning_rate = float(schedule(epoch))

    return Scheduler()


# step_decay -------------------------------------------------------------------------------------


@right("step_decay")
def with_divmod(epoch, initial_rate, drop=0.5, every=10):
    num_drops, _ = divmod(epoch, every)
    return math.pow(drop, num_drops) * initial_rate


@right("step_decay")
def with_floor(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * np.power(float(drop), math.floor(epoch / every))


@right("step_decay")
def in_a_loop(epoch, initial_rate, drop=0.5, every=10):
    rate = initial_rate
    for earlier in range(1, epoch + 1):
        if earlier % every == 0:
            rate = rate * drop
    return rate


@right("step_decay")
def one_drop_at_a_time(epoch, initial_rate, drop=0.5, every=10):
    if epoch < every:
        return initial_rate
    return one_drop_at_a_time(epoch - every, initial_rate * drop, drop, every)


@wrong(
    "step_decay",
    "You divided with /, so the exponent is a fraction and the rate falls in every epoch. // counts whole drops.",
)
def falls_in_every_epoch(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * drop ** (epoch / every)


@wrong(
    "step_decay",
    "The drop comes one epoch late. Epochs are counted from 0: with a drop every 3 the epochs 0, 1 and 2 have "
    "the first rate, and epoch 3 the second.",
)
def drops_one_epoch_late(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * drop ** max(0, (epoch - 1) // every)


@wrong(
    "step_decay",
    "The drop comes one epoch early. Epochs are counted from 0: with a drop every 3 the epochs 0, 1 and 2 have "
    "the first rate.",
)
def drops_one_epoch_early(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * drop ** ((epoch + 1) // every)


@wrong(
    "step_decay",
    "You multiplied the factor by the number of drops. Two drops multiply the rate by the factor twice: a power.",
)
def factor_times_count(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * drop * (epoch // every)


@wrong(
    "step_decay",
    "You multiplied the factor by the number of drops, and took care of the first epochs. Two drops multiply "
    "the rate by the factor twice: a power.",
)
def factor_times_count_after_the_first(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * drop * (epoch // every) if epoch >= every else initial_rate


@wrong("step_decay", "Your rate drops once and then never again. Every further `every` epochs it drops too.")
def drops_once(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate if epoch < every else initial_rate * drop


@wrong(
    "step_decay",
    "% is the remainder of a division, so the rate falls within each stretch and comes back. // counts the drops.",
)
def remainder(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * drop ** (epoch % every)


@wrong(
    "step_decay",
    "Your rate is low only in the epochs that are multiples of `every`, and comes back. A drop is for good.",
)
def drops_for_one_epoch(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * drop if epoch % every == 0 and epoch > 0 else initial_rate


@wrong(
    "step_decay",
    "You took drop off the rate. It is a factor: the rate is multiplied by it.",
)
def subtracts(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate - drop * (epoch // every)


@wrong(
    "step_decay",
    "You multiplied by 1 - drop. drop is the factor itself: with 0.2 a fifth is left, not four fifths.",
)
def part_that_is_lost(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * (1 - drop) ** (epoch // every)


@wrong("step_decay", "You divided by the factor at each drop, so the rate grows. Multiply.")
def divides(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate / drop ** (epoch // every)


@wrong(
    "step_decay",
    "You rounded to the nearest number of drops, so half of them come too early. // rounds down.",
)
def rounds(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * drop ** round(epoch / every)


@wrong("step_decay", "Epoch and `every` are swapped in the division.")
def swapped_division(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * drop ** (every // max(1, epoch))


@wrong(
    "step_decay",
    "The first drop comes with epoch 1. Round down, and do not count epoch 0 as a drop.",
)
def counts_epoch_0(epoch, initial_rate, drop=0.5, every=10):
    rate = initial_rate
    for earlier in range(epoch):
        if earlier % every == 0:
            rate *= drop
    return rate


@wrong(
    "step_decay",
    "You used e to the power of -drop for each drop. drop is the factor itself: multiply by it.",
)
def exponential_drops(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * math.exp(-drop * (epoch // every))


@wrong("step_decay", "0.5 and 10 stand in your function as they are. Use the arguments drop and every.")
def defaults_only(epoch, initial_rate, drop=0.5, every=10):
    return initial_rate * 0.5 ** (epoch // 10)


_last = {"rate": None}


@wrong(
    "step_decay",
    "Your function remembers the rate from call to call, so it is right only when all epochs come in order. "
    "Compute it from the arguments alone.",
)
def remembers(epoch, initial_rate, drop=0.5, every=10):
    if epoch == 0 or _last["rate"] is None:
        _last["rate"] = initial_rate
    elif epoch % every == 0:
        _last["rate"] *= drop
    return _last["rate"]


# warmup_cosine ----------------------------------------------------------------------------------


@right("warmup_cosine")
def with_cosine_squared(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    # (1 + cos x) / 2 is the square of cos(x / 2).
    if step + 1 <= warmup_steps:
        return (step + 1) / warmup_steps * peak_rate
    share = math.cos(math.pi / 2 * (step + 1 - warmup_steps) / (total_steps - warmup_steps)) ** 2
    return share * peak_rate + (1 - share) * final_rate


@right("warmup_cosine")
def all_rates_at_once(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    up = np.linspace(0, peak_rate, warmup_steps + 1)[1:]
    angles = np.linspace(0, np.pi, total_steps - warmup_steps + 1)[1:]
    down = final_rate + 0.5 * (peak_rate - final_rate) * (1 + np.cos(angles))
    return np.concatenate([up, down])[step]


@right("warmup_cosine")
def smaller_of_two(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    peak_at, last = warmup_steps - 1, total_steps - 1
    if step <= peak_at:
        return peak_rate - peak_rate * (peak_at - step) / warmup_steps
    angle = math.pi * (step - peak_at) / (last - peak_at)
    return (peak_rate + final_rate) / 2 + (peak_rate - final_rate) / 2 * math.cos(angle)


@right("warmup_cosine")
def with_the_sine(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return float(peak_rate) * float(step + 1) / float(warmup_steps)
    left = (total_steps - 1 - step) / (total_steps - warmup_steps)
    return final_rate + (peak_rate - final_rate) * math.sin(math.pi / 2 * left) ** 2


def _warm_up(step, peak_rate, warmup_steps):
    return peak_rate * (step + 1) / warmup_steps


def _progress(step, warmup_steps, total_steps):
    return (step - warmup_steps + 1) / (total_steps - warmup_steps)


@wrong(
    "warmup_cosine",
    "Step 0 has the rate 0, and the last step of the warm-up is below the peak. Steps are counted from 0: use "
    "step + 1.",
)
def starts_at_zero(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress)) / 2


@wrong(
    "warmup_cosine",
    "The warm-up goes from 0 at step 0 to the peak. Its first step should have a rate too: W equal parts, not "
    "W - 1.",
)
def starts_at_zero_and_arrives(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return peak_rate * step / max(1, warmup_steps - 1)
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress)) / 2


@wrong(
    "warmup_cosine",
    "The cosine runs over all steps from 0 on, so there is a jump where the warm-up ends. Its progress is 0 at "
    "step W - 1.",
)
def cosine_over_all_steps(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = step / (total_steps - 1)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress)) / 2


@wrong(
    "warmup_cosine",
    "Your cosine runs through a whole period, down and up again. Half a period, an angle from 0 to π, goes down "
    "only.",
)
def whole_period(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(2 * math.pi * progress)) / 2


@wrong("warmup_cosine", "final_rate is not used: your cosine ends at 0 whatever it says.")
def no_final_rate(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    return peak_rate * (1 + math.cos(math.pi * _progress(step, warmup_steps, total_steps))) / 2


@wrong(
    "warmup_cosine",
    "The final rate is added on top, so the cosine starts above the peak. It spans the distance from final rate "
    "to peak: peak - final.",
)
def final_rate_on_top(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + peak_rate * (1 + math.cos(math.pi * progress)) / 2


@wrong(
    "warmup_cosine",
    "You cut a cosine that goes to 0 off at the final rate. It should arrive there at the last step, not before.",
)
def cut_off_at_the_final_rate(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = _progress(step, warmup_steps, total_steps)
    return max(final_rate, peak_rate * (1 + math.cos(math.pi * progress)) / 2)


@wrong(
    "warmup_cosine",
    "The peak is used twice: at step W - 1, and again at step W, where your cosine starts. Its progress is 0 at "
    "step W - 1.",
)
def peak_twice(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = (step - warmup_steps) / max(1, total_steps - warmup_steps - 1)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress)) / 2


@wrong(
    "warmup_cosine",
    "The peak is used twice, and the last step does not reach the final rate: your progress goes from 0 at step "
    "W to less than 1. It is 0 at step W - 1 and 1 at step T - 1.",
)
def peak_twice_and_no_end(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress)) / 2


@wrong(
    "warmup_cosine",
    "The last step does not quite reach the final rate. The last step is T - 1, since steps are counted from 0.",
)
def never_arrives(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = (step - warmup_steps + 1) / (total_steps - warmup_steps + 1)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress)) / 2


@wrong("warmup_cosine", "1 + cos goes from 2 to 0. The 2 in the denominator is missing.")
def not_halved(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress))


@wrong(
    "warmup_cosine",
    "You used a quarter of a cosine, which falls steeply at its end. Half a cosine, shifted to 1 ... 0, arrives "
    "flat: (1 + cos(πp)) / 2.",
)
def quarter_of_a_cosine(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + (peak_rate - final_rate) * math.cos(math.pi / 2 * progress)


@wrong(
    "warmup_cosine", "The cosine itself goes down to -1, and so does your rate below 0. Shift and halve it."
)
def negative_rates(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + (peak_rate - final_rate) * math.cos(math.pi * progress)


@wrong("warmup_cosine", "After the warm-up your rate falls along a straight line. The cosine is missing.")
def straight_down(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    return peak_rate + (final_rate - peak_rate) * _progress(step, warmup_steps, total_steps)


@wrong(
    "warmup_cosine",
    "math.cos wants radians, not degrees: half a turn is math.pi, not 180.",
)
def degrees(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(180 * progress)) / 2


@wrong(
    "warmup_cosine",
    "The warm-up is one step too long: with <= it takes step W as well, and overshoots the peak there.",
)
def overshoots(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step <= warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress)) / 2


@wrong("warmup_cosine", "There is no warm-up in it: your cosine starts at its peak in step 0.")
def no_warm_up(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    progress = step / (total_steps - 1)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress)) / 2


@wrong(
    "warmup_cosine",
    "The warm-up starts from the final rate. It starts from nothing: its steps are W equal parts of the peak.",
)
def warms_up_from_the_final_rate(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return final_rate + (peak_rate - final_rate) * (step + 1) / warmup_steps
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress)) / 2


@wrong(
    "warmup_cosine",
    "Your progress reaches 1 one step before the end and goes on: from step W - 1 to step T - 1 there are "
    "T - W steps.",
)
def arrives_one_step_early(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = (step - warmup_steps + 1) / max(1, total_steps - 1 - warmup_steps)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress)) / 2


@wrong(
    "warmup_cosine",
    "Brackets: 1 + cos(πp) is halved and multiplied as a whole. Without them only a part of it is.",
)
def brackets_missing(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return _warm_up(step, peak_rate, warmup_steps)
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + (peak_rate - final_rate) * 1 + math.cos(math.pi * progress) / 2


@wrong(
    "warmup_cosine",
    "// divides without remainder, so your warm-up is 0 until its last step. / keeps the fraction.",
)
def whole_division(step, peak_rate, warmup_steps, total_steps, final_rate=0.0):
    if step < warmup_steps:
        return peak_rate * ((step + 1) // warmup_steps)
    progress = _progress(step, warmup_steps, total_steps)
    return final_rate + (peak_rate - final_rate) * (1 + math.cos(math.pi * progress)) / 2


# plateau_rates ----------------------------------------------------------------------------------


@right("plateau_rates")
def with_enumerate(val_losses, initial_rate, factor=0.5, patience=3):
    rates, num_drops, last_event, lowest = [], 0, -1, float("inf")
    for epoch, loss in enumerate(val_losses):
        rates.append(initial_rate * factor**num_drops)
        if loss < lowest:
            lowest, last_event = loss, epoch
        elif epoch - last_event >= patience:
            num_drops, last_event = num_drops + 1, epoch
    return rates


@right("plateau_rates")
def with_running_minimum(val_losses, initial_rate, factor=0.5, patience=3):
    lowest_before = np.minimum.accumulate([np.inf, *val_losses])[:-1]
    rates, waited = [initial_rate], 0
    for improved in np.asarray(val_losses) < lowest_before:
        waited = 0 if improved else waited + 1
        drops = waited == patience
        rates.append(rates[-1] * (factor if drops else 1))
        waited = 0 if drops else waited
    return rates[:-1]


@right("plateau_rates")
def by_accumulate(val_losses, initial_rate, factor=0.5, patience=3):
    def after(state, loss):
        rate, lowest, waited = state
        if loss < lowest:
            return rate, loss, 0
        return (rate * factor, lowest, 0) if waited + 1 >= patience else (rate, lowest, waited + 1)

    states = accumulate(val_losses, after, initial=(initial_rate, math.inf, 0))
    return [rate for rate, _, _ in states][:-1]


@right("plateau_rates")
def checked_before_the_epoch(val_losses, initial_rate, factor=0.5, patience=3):
    rates = []
    best, bad_epochs, learning_rate = None, 0, initial_rate
    for val_loss in val_losses:
        if bad_epochs >= patience:
            learning_rate *= factor
            bad_epochs = 0
        rates.append(learning_rate)
        if best is None or val_loss < best:
            best, bad_epochs = val_loss, 0
        else:
            bad_epochs += 1
    return rates


def _plateau(
    val_losses,
    initial_rate,
    factor,
    patience,
    *,
    improves=lambda loss, lowest, last: loss < lowest,
    consecutive=True,
    anew=True,
    forgets=False,
    before=True,
):
    """The rule with one of its parts wrong."""
    rates, rate, lowest, last, waited = [], initial_rate, math.inf, math.inf, 0
    for loss in val_losses:
        if before:
            rates.append(rate)
        if improves(loss, lowest, last):
            lowest, waited = min(loss, lowest), (0 if consecutive else waited)
        else:
            waited += 1
            if waited >= patience:
                rate, waited = rate * factor, (0 if anew else waited)
                lowest = math.inf if forgets else lowest
        if not before:
            rates.append(rate)
        last = loss
    return rates


@wrong(
    "plateau_rates",
    "You compared each loss with the one before it. What counts is the lowest of all losses up to then.",
)
def compares_with_the_last(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(
        val_losses, initial_rate, factor, patience, improves=lambda loss, lowest, last: loss < last
    )


@wrong(
    "plateau_rates",
    "You counted all epochs without a new lowest loss. A new lowest loss sets the count back to zero.",
)
def counts_all(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(val_losses, initial_rate, factor, patience, consecutive=False)


@wrong(
    "plateau_rates",
    "The drop comes one epoch late: it comes when the count reaches patience, not when it is above.",
)
def patience_plus_one(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(val_losses, initial_rate, factor, patience + 1)


@wrong(
    "plateau_rates",
    "The drop comes one epoch early: patience epochs without a new lowest loss have to pass first.",
)
def patience_minus_one(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(val_losses, initial_rate, factor, max(1, patience - 1))


@wrong(
    "plateau_rates",
    "After a drop your count goes on, so the rate drops again in the very next epoch. After a drop it starts "
    "anew from zero.",
)
def count_goes_on(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(val_losses, initial_rate, factor, patience, anew=False)


@wrong(
    "plateau_rates",
    "A drop shows one epoch early: you noted the rate after looking at the epoch's loss. The epoch was trained "
    "with the rate from before.",
)
def rate_of_the_next_epoch(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(val_losses, initial_rate, factor, patience, before=False)


@wrong(
    "plateau_rates",
    "After a drop you forgot the lowest loss. Only the count starts anew; the lowest loss stays what it is.",
)
def forgets_the_lowest(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(val_losses, initial_rate, factor, patience, forgets=True)


@wrong(
    "plateau_rates",
    "You took a loss that equals the lowest one for a new lowest. It has to be below.",
)
def equal_is_enough(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(
        val_losses, initial_rate, factor, patience, improves=lambda loss, lowest, last: loss <= lowest
    )


@wrong("plateau_rates", "You divided by the factor, so the rate grows on a plateau. Multiply.")
def divides_by_the_factor(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(val_losses, initial_rate, 1 / factor, patience)


@wrong(
    "plateau_rates",
    "The rate drops once and never again: each drop multiplies the rate as it is, not the initial one.",
)
def drops_only_once(val_losses, initial_rate, factor=0.5, patience=3):
    rates = _plateau(val_losses, initial_rate, factor, patience)
    return [max(rate, initial_rate * factor) for rate in rates]


@wrong("plateau_rates", "You returned the last rate only. A list with the rate of each epoch is asked for.")
def last_rate_only(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(val_losses, initial_rate, factor, patience)[-1]


@wrong("plateau_rates", "You returned an array. The contract promises a list: array.tolist() makes one.")
def an_array(val_losses, initial_rate, factor=0.5, patience=3):
    return np.array(_plateau(val_losses, initial_rate, factor, patience))


@wrong(
    "plateau_rates",
    "Your rate drops after every `patience` epochs, whatever the losses do. That is a step decay.",
)
def drops_by_the_clock(val_losses, initial_rate, factor=0.5, patience=3):
    return [initial_rate * factor ** (epoch // patience) for epoch in range(len(val_losses))]


@wrong("plateau_rates", "Your rate drops at every rise of the loss. One rise is no plateau: use patience.")
def drops_at_every_rise(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(val_losses, initial_rate, factor, 1, improves=lambda loss, lowest, last: loss <= last)


@wrong(
    "plateau_rates",
    "There is one rate too many: after the last epoch no further epoch is trained.",
)
def one_rate_too_many(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau([*val_losses, 0.0], initial_rate, factor, patience)


@wrong(
    "plateau_rates",
    "Your rate never drops. Count the epochs without a new lowest loss, and multiply when there are patience of "
    "them.",
)
def never_drops(val_losses, initial_rate, factor=0.5, patience=3):
    return [initial_rate for _ in val_losses]


@wrong(
    "plateau_rates",
    "You counted only losses that are lower by more than some minimum change, as ReduceLROnPlateau does unless it is "
    "told min_delta=0. Here every lower loss counts.",
)
def wants_a_minimum_change(val_losses, initial_rate, factor=0.5, patience=3):
    return _plateau(
        val_losses, initial_rate, factor, patience, improves=lambda loss, lowest, last: loss < lowest - 1e-4
    )


@wrong("plateau_rates", "You started from a lowest loss of 10. Losses can be larger: start from infinity.")
def starts_at_ten(val_losses, initial_rate, factor=0.5, patience=3):
    rates, lowest, waited, rate = [], 10, 0, initial_rate
    for loss in val_losses:
        rates.append(rate)
        waited = 0 if loss < lowest else waited + 1
        lowest = min(lowest, loss)
        if waited == patience:
            rate, waited = rate * factor, 0
    return rates


# quiz -------------------------------------------------------------------------------------------

wrong_choice(
    "quiz_1", 0.0125, "Count the drops: they come with the epochs 10, 20 and 30. That is three, not four."
)
wrong_choice(
    "quiz_1", 0.05, "Count the drops: they come with the epochs 10, 20 and 30. That is three, not two."
)
wrong_choice(
    "quiz_1", 0.3, "You multiplied the factor by the number of drops. Each drop halves what there is."
)
wrong_choice("quiz_1", 0.1, "That is the rate after one drop. Up to epoch 34 there are three.")
wrong_choice(
    "quiz_1",
    0.0189,
    "You used the exponent 3.4. The rate stays the same between two drops: whole drops count.",
)

wrong_choice("quiz_2", 0.06, "That is the floor of the old rate. A smaller rate has a lower floor.")
wrong_choice("quiz_2", 0.24, "The wrong way round: a rate that is a quarter has a floor that is a quarter.")
wrong_choice("quiz_2", 0.03, "The rate is a quarter of the old one, not half of it.")
wrong_choice(
    "quiz_2",
    0.00375,
    "You used the square of the ratio. For small rates the floor is proportional to the rate.",
)
wrong_choice("quiz_2", 0, "The noise does not go away with a smaller rate: the floor is lower, not gone.")

wrong_choice(
    "quiz_3", 0.25, "The default of 0.5 is never used: Keras hands the current rate to the second argument."
)
wrong_choice(
    "quiz_3", 0.4, "That is epoch 0. In each further epoch the function receives the already halved rate."
)
wrong_choice(
    "quiz_3", 0.1, "One halving too few: the first one comes before epoch 0 is trained. There are four."
)
wrong_choice("quiz_3", 0.025, "One halving too many: there are four epochs, and one halving before each.")
wrong_choice(
    "quiz_3",
    0.03125,
    "You started from 0.5. The optimizer starts with 0.8, and that is what is handed over first.",
)

wrong_choice(
    "quiz_4",
    "a",
    "A schedule does not have to settle at its peak, so its best peak is usually larger than the best constant "
    "rate. Three seeds of one rate cannot show that.",
)
wrong_choice(
    "quiz_4",
    "b",
    "The schedule makes the rate small by itself. From a small peak it does not arrive: you saw it lose.",
)
wrong_choice(
    "quiz_4",
    "d",
    "Rates are compared by factors. These three are the same rate, within the noise of the seeds.",
)

wrong_choice(
    "quiz_5", 0.4, "Count the epochs without a new lowest loss: 2, 3 and 4 are three. There is a drop."
)
wrong_choice(
    "quiz_5", 0.2, "One drop is right, after epoch 4. Then epoch 5 is a new lowest, and 6, 7 and 8 are none."
)
wrong_choice("quiz_5", 0.05, "Too many drops. After a drop the count starts anew from zero.")
wrong_choice("quiz_5", 0.8, "The factor multiplies: with 0.5 the rate becomes half of what it was.")
