"""Right and wrong answers to the exercises of lesson 14."""

import contextlib
import itertools
import math

import numpy as np
import optuna
from scipy.stats import binom, norm

from course.authoring.answers import exercise, short

# expected_improvement ---------------------------------------------------------------------------


def _in_doubt(mean, std, best):
    """The formula where std is above 0; elsewhere what a division by 1 makes of it."""
    ahead = best - np.asarray(mean, dtype=float)
    z = ahead / np.where(np.asarray(std) > 0, std, 1.0)
    return ahead * norm.cdf(z) + std * norm.pdf(z)


def _where_known(mean, std, best, in_doubt, known):
    """One array where std is above 0, another where it is 0."""
    return np.where(np.asarray(std) > 0, in_doubt, known)


e = exercise("expected_improvement")

@e.right
def with_a_mask(mean, std, best):
    improvement = np.maximum(best - mean, 0).astype(float)
    doubt = std > 0
    z = (best - mean[doubt]) / std[doubt]
    improvement[doubt] = (best - mean[doubt]) * norm.cdf(z) + std[doubt] * norm.pdf(z)
    return improvement

@e.right
def point_by_point(mean, std, best):
    def one(mu, sigma):
        if sigma == 0:
            return max(best - mu, 0)
        z = (best - mu) / sigma
        below = 0.5 * (1 + math.erf(z / math.sqrt(2)))
        return (best - mu) * below + sigma * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    pairs = zip(mean.ravel().tolist(), std.ravel().tolist(), strict=True)
    return np.array([one(mu, sigma) for mu, sigma in pairs], dtype=float).reshape(mean.shape)

@e.right
def nearly_no_doubt(mean, std, best):
    sigma = np.maximum(std, 1e-12)
    z = (best - mean) / sigma
    return (best - mean) * norm.cdf(z) + sigma * norm.pdf(z)

@e.right
def with_errstate(mean, std, best):
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (best - mean) / std
        value = std * (z * norm.cdf(z) + norm.pdf(z))
    return np.where(std == 0, np.clip(best - mean, 0, None), value)

@e.right
def turned_round(mean, std, best):
    gain, top = -1.0 * mean, -best
    z = np.divide(gain - top, std, out=np.zeros(mean.shape), where=std != 0)
    value = (gain - top) * norm.cdf(z) + std * norm.pdf(z)
    return np.where(std != 0, value, np.where(gain > top, gain - top, 0.0))

@e.right
def with_a_mean_and_a_scale(mean, std, best):
    scale = np.where(std == 0, 1, std)
    value = (best - mean) * norm.cdf(best, mean, scale) + std**2 * norm.pdf(best, mean, scale)
    return np.where(std == 0, np.maximum(best - mean, 0.0), value)

@e.right
def infinite_z_where_known(mean, std, best):
    ahead, z = best - np.array(mean, dtype=float), np.zeros(mean.shape)
    z[std > 0] = ahead[std > 0] / std[std > 0]
    z[(std == 0) & (ahead != 0)] = np.inf * np.sign(ahead[(std == 0) & (ahead != 0)])
    return ahead * norm.cdf(z) + std * norm.pdf(z)

@e.right
def nan_to_zero(mean, std, best):
    with np.errstate(all="ignore"):
        z = (best - mean) / std
        return np.nan_to_num((best - mean) * norm.cdf(z) + std * norm.pdf(z))

@e.right
def with_vectorize(mean, std, best):
    def one(mu, sigma):
        if sigma == 0:
            return max(best - mu, 0)
        return (best - mu) * norm.cdf((best - mu) / sigma) + sigma * norm.pdf((best - mu) / sigma)

    return np.vectorize(one, otypes=[float])(mean, std)

@e.right
def std_changed_and_put_back(mean, std, best):
    known = std == 0
    std[known] = 1
    z = (best - mean) / std
    value = (best - mean) * norm.cdf(z) + std * norm.pdf(z)
    std[known] = 0
    return np.where(known, np.maximum(best - mean, 0), value)

@e.wrong("You measure by how much a point is expected to lie above best, which is the formula for a quantity that should be large. A loss should be small: best - mean, in z too.")
def maximises(mean, std, best):
    known = np.maximum(mean - best, 0.0)
    return _where_known(mean, std, best, _in_doubt(-1.0 * mean, std, -best), known)

@e.wrong("The first term is turned round. But it is multiplied by the probability of a loss above best: that of a loss below it is norm.cdf(z) with z = (best - mean) / std.")
def z_not_turned(mean, std, best):
    z = (mean - best) / np.where(std > 0, std, 1.0)
    value = (best - mean) * norm.cdf(z) + std * norm.pdf(z)
    return np.where(std > 0, value, np.maximum(best - mean, 0.0))

@e.wrong("You turned round z, but the first term still has the other sign: (best - mean) times the probability.")
def first_term_not_turned(mean, std, best):
    z = (best - mean) / np.where(std > 0, std, 1.0)
    value = (mean - best) * norm.cdf(z) + std * norm.pdf(z)
    return np.where(std > 0, value, np.maximum(best - mean, 0.0))

@e.wrong("You divide by the standard deviation where it is 0. There the loss is known, and so is the improvement. (np.where computes both of its branches, also for the points that it does not take.)")
def divides_by_zero(mean, std, best):
    z = (best - mean) / std
    return np.where(std > 0, (best - mean) * norm.cdf(z) + std * norm.pdf(z), np.maximum(best - mean, 0.0))

e.wrong("Where std is 0 you return 0 everywhere. A loss that is known and lies below best is an improvement: by best - mean.",
    zero_where_known=lambda mean, std, best: np.where(std > 0, _in_doubt(mean, std, best), 0.0))
e.wrong("Where std is 0 you return best - mean also where it is negative. A trial that comes out worse counts 0.",
    negative_where_known=lambda mean, std, best: np.where(std > 0, _in_doubt(mean, std, best), best - mean))
e.wrong("Where std is 0 you divide by 1 instead, and go on with the formula. There the loss is known, and the improvement needs no z: best - mean, or 0 where that is negative.",
    one_in_z_where_known=lambda mean, std, best: _in_doubt(mean, std, best))
e.wrong("Where std is 0 you put another number in its place, in both terms. There the loss is known: the improvement is best - mean, or 0 where that is negative.",
    one_where_known=lambda mean, std, best: _in_doubt(mean, np.where(std > 0, std, 1.0), best))

@e.wrong("As soon as one std is 0 you treat all points as if they were known. Each point has a std of its own.")
def all_known_if_one_is(mean, std, best):
    if np.any(std == 0):
        return np.maximum(best - mean, 0.0)
    return _in_doubt(mean, std, best)

@e.wrong("Where a loss is known and equals best, your improvement is nan: 0 / 0. Nothing is gained there, it is 0.")
def nan_where_equal(mean, std, best):
    with np.errstate(all="ignore"):
        z = (best - mean) / std
        return (best - mean) * norm.cdf(z) + std * norm.pdf(z)

@e.wrong("You put max(best - mean, 0) into the formula. It takes the difference with its sign: the maximum is in it already.")
def maximum_in_the_formula(mean, std, best):
    ahead = np.maximum(best - mean, 0.0)
    z = ahead / np.where(std > 0, std, 1.0)
    return np.where(std > 0, ahead * norm.cdf(z) + std * norm.pdf(z), ahead)

@e.wrong("Your difference is smaller than best - mean by 0.01. Some programs do that, to explore more. It is not asked for here.")
def with_a_margin(mean, std, best):
    known = np.maximum(best - mean - 0.01, 0.0)
    return _where_known(mean, std, best, _in_doubt(mean, std, best - 0.01), known)

e.wrong("Your improvements have the other sign. An improvement is never negative.",
    negative=lambda mean, std, best: (
        -_where_known(mean, std, best, _in_doubt(mean, std, best), np.maximum(best - mean, 0.0))
    ))
e.wrong("You took the formula for a quantity that should be large and gave the whole of it the other sign. What is turned round is mean - y*, in the first term and in z; the second term keeps its sign.",
    minus_of_all=lambda mean, std, best: (
        _where_known(mean, std, best, -_in_doubt(-1.0 * mean, std, -best), np.maximum(best - mean, 0.0))
    ))

@e.wrong("You subtract the second term. Doubt adds to what is promised: + std * norm.pdf(z).")
def subtracts_the_doubt(mean, std, best):
    z = (best - mean) / np.where(std > 0, std, 1.0)
    value = (best - mean) * norm.cdf(z) - std * norm.pdf(z)
    return np.where(std > 0, value, np.maximum(best - mean, 0.0))

@e.wrong("The improvements come out as whole numbers here, where the first one is a whole number: np.vectorize takes the kind of all results from the first. otypes=[float] says which kind it should be.")
def vectorize_without_a_kind(mean, std, best):
    def one(mu, sigma):
        if sigma == 0:
            return max(best - mu, 0)
        return (best - mu) * norm.cdf((best - mu) / sigma) + sigma * norm.pdf((best - mu) / sigma)

    return np.vectorize(one)(mean, std)

@e.wrong("You returned one row of points. The result has the shape of mean.")
def flattened(mean, std, best):
    value = _where_known(mean, std, best, _in_doubt(mean, std, best), np.maximum(best - mean, 0.0))
    return value.ravel()

@e.wrong("You returned a list. An array is asked for.")
def as_a_list(mean, std, best):
    value = _where_known(mean, std, best, _in_doubt(mean, std, best), np.maximum(best - mean, 0.0))
    return value.tolist()

@e.wrong("That is the probability of an improvement. How large the improvement would be counts too.")
def probability(mean, std, best):
    z = (best - mean) / np.where(std > 0, std, 1.0)
    return np.where(std > 0, norm.cdf(z), np.where(mean < best, 1.0, 0.0))

@e.wrong("You exchanged the two functions: the difference goes with norm.cdf, the standard deviation with norm.pdf.")
def exchanged(mean, std, best):
    z = (best - mean) / np.where(std > 0, std, 1.0)
    value = (best - mean) * norm.pdf(z) + std * norm.cdf(z)
    return np.where(std > 0, value, np.maximum(best - mean, 0.0))

@e.wrong("In the second term norm.pdf(z) stands without the factor std. (norm.pdf(best, mean, std) has divided by std already, so times std it is norm.pdf(z).)")
def second_term_without_std(mean, std, best):
    z = (best - mean) / np.where(std > 0, std, 1.0)
    value = (best - mean) * norm.cdf(z) + norm.pdf(z)
    return np.where(std > 0, value, np.maximum(best - mean, 0.0))

@e.wrong("The second term is missing: what the doubt adds, std * norm.pdf(z).")
def first_term_only(mean, std, best):
    z = (best - mean) / np.where(std > 0, std, 1.0)
    return np.where(std > 0, (best - mean) * norm.cdf(z), np.maximum(best - mean, 0.0))

e.wrong("You took the improvement of the mean, as if there were no doubt. The standard deviation plays a part: std.",
    of_the_mean=lambda mean, std, best: np.maximum(best - mean, 0.0))
e.wrong("In the place of std stands its square root. std is a standard deviation already.",
    std_as_variance=lambda mean, std, best: (
        np.where(std > 0, _in_doubt(mean, np.sqrt(std), best), np.maximum(best - mean, 0.0))
    ))
e.wrong("You squared std. In z and in the second term it stands as it is.",
    squared=lambda mean, std, best: (
        np.where(std > 0, _in_doubt(mean, std**2, best), np.maximum(best - mean, 0.0))
    ))

@e.wrong("The improvements came out as whole numbers. An array made by zeros_like or empty_like of whole numbers cuts off what is written into it: give it dtype=float.")
def cut_to_whole_numbers(mean, std, best):
    improvement = np.zeros_like(mean)
    improvement[...] = np.where(std > 0, _in_doubt(mean, std, best), np.maximum(best - mean, 0.0))
    return improvement

@e.wrong("Where all losses are known and all numbers are whole, your result is an array of whole numbers. An array of floats is asked for, here too.")
def whole_where_all_is_known(mean, std, best):
    if not np.any(std):
        return np.maximum(best - mean, 0)
    return with_a_mask(mean, std, best)

e.wrong("You returned a place. The improvement of every point is asked for.",
    place_of_the_highest=lambda mean, std, best: int(np.argmax(_in_doubt(mean, std, best))))
e.wrong("You returned one number. Every point has an improvement of its own.",
    highest_alone=lambda mean, std, best: float(np.max(_in_doubt(mean, std, best))))
e.wrong("mean - std is a lower limit of what is believed. Asked is by how much a trial is expected to fall below best.",
    lower_limit=lambda mean, std, best: mean - std)

@e.wrong("You changed std itself, the array of whoever called you. Work on a copy.")
def changes_std(mean, std, best):
    value = np.where(std > 0, _in_doubt(mean, std, best), np.maximum(best - mean, 0.0))
    std[std == 0] = 1
    return value

@e.wrong("You changed std itself, the array of whoever called you. Work on a copy.")
def changes_all_of_std(mean, std, best):
    value = np.where(std > 0, _in_doubt(mean, std, best), np.maximum(best - mean, 0.0))
    std += std.dtype.type(1)
    return value

@e.wrong("You changed mean itself, the array of whoever called you. Work on a copy.")
def changes_mean(mean, std, best):
    value = np.where(std > 0, _in_doubt(mean, std, best), np.maximum(best - mean, 0.0))
    mean -= mean.dtype.type(1)
    return value

@e.wrong("Where std is below 0.01 you take the loss as known. It is known where std is 0, and nowhere else.")
def known_where_std_is_small(mean, std, best):
    known = np.maximum(best - mean, 0.0)
    return np.where(std < 0.01, known, _in_doubt(mean, std, best))

@e.wrong("You measure from the lowest mean that you are given. best is the lowest loss of a trial: an argument of its own.")
def below_the_lowest_mean(mean, std, best):
    lowest = np.min(mean)
    return _where_known(mean, std, lowest, _in_doubt(mean, std, lowest), np.maximum(lowest - mean, 0.0))

@e.wrong("You rounded the improvements to three digits. Small ones have become 0: return them as they are.")
def rounded(mean, std, best):
    value = _where_known(mean, std, best, _in_doubt(mean, std, best), np.maximum(best - mean, 0.0))
    return np.round(value, 3)

@e.wrong("Something here asks a whole array for one truth value: `if` does, and so does Python's `max`. An array of several points has several. np.where and np.maximum decide point by point.")
def if_for_an_array(mean, std, best):
    if std == 0:
        return max(best - mean, 0)
    z = (best - mean) / std
    return (best - mean) * norm.cdf(z) + std * norm.pdf(z)

@e.wrong("Your function returns nothing. If it prints the value: print shows it, return hands it over.")
def prints_it(mean, std, best):
    print(_in_doubt(mean, std, best))

@e.wrong("Your loop takes each item of mean for one point. In a table the items are rows. The arrays may have more than one axis.")
def row_by_row(mean, std, best):
    improvements = []
    for mu, sigma in zip(mean, std, strict=True):
        if sigma == 0:
            improvements.append(float(max(best - mu, 0)))
        else:
            z = (best - mu) / sigma
            improvements.append((best - mu) * norm.cdf(z) + sigma * norm.pdf(z))
    return np.array(improvements)

@e.wrong("With one axis and with two your improvements are right; with three your function ends in an exception. The arrays may have any number of axes.")
def row_by_row_of_a_table(mean, std, best):
    if mean.ndim == 1:
        return row_by_row(mean, std, best).astype(float)
    return np.array([row_by_row(*row, best) for row in zip(mean, std, strict=True)], dtype=float)

@e.cases
def beliefs(rng):
    """1 to 14 points, tables among them: some known or all, some at best, whole numbers, tiny and large losses."""
    if rng.random() < 0.15:  # the same points with another doubt, another best
        stds = [[0.2, 0.1, 0.03], [0.2, 0.0, 0.0], [0.0, 0.0, 0.0]][rng.integers(3)]
        return np.array([0.7, 0.5, 0.55]), np.array(stds), [0.6, 0.5, 0.45][rng.integers(3)]
    few, many, rows = (int(size) for size in rng.integers([2, 11, 1], [6, 15, 4]))
    shapes = [(1,), (few,), (many,), (rows, 2), (1, 3), (1, 2, 2)]
    shape = shapes[rng.choice(6, p=[0.12, 0.48, 0.08, 0.16, 0.08, 0.08])]
    scale, digits = [(1.0, 2), (0.01, 4), (1e-4, 6), (30.0, 1), (400.0, 0), (9000.0, 0)][rng.integers(6)]
    mean = np.round(scale * rng.normal(rng.choice([0, 2]), 1, shape), digits) + 0.0
    std = np.round(scale * rng.exponential(rng.choice([0.1, 0.6, 2]), shape), digits)
    std = std * (rng.random(shape) < rng.choice([1.0, 0.6, 0.0], p=[0.4, 0.5, 0.1]))
    best = float(np.round(rng.choice(mean.ravel()) + scale * rng.choice([-3, -0.4, 0, 0.4, 3]), digits)) + 0.0
    if digits == 0:
        mean = mean.astype(int) if rng.random() < 0.7 else mean
        std = std.astype(int) if rng.random() < 0.7 else std
        best = int(best) if rng.random() < 0.7 else best
    return mean, std, np.float64(best) if rng.random() < 0.1 else best

e.hints(
    "The formula in the text is for what should be large. A loss should be small: which difference stands for "
    "\"ahead\" then, and where does it occur?",
    "Leave the points with std 0 for the end. Where is z needed there, and what does the definition of I say of a "
    "loss that is known?",
    "Begin with the difference for all points. For z, put 1 in the place of each std of 0, so that nothing is divided "
    "by 0; np.where chooses between two arrays at the end.",
)


e = exercise("tpe_study")

@e.right
def ask_and_tell(objective, num_trials, seed):
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed), direction="maximize")
    for _ in range(num_trials):
        trial = study.ask()
        try:
            value = objective(trial)
        except ValueError:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
        else:
            study.tell(trial, value)
    return study

@e.right
def catches_everything(objective, num_trials, seed):
    sampler = optuna.samplers.TPESampler(multivariate=True, n_startup_trials=10, seed=int(seed))
    study = optuna.create_study(sampler=sampler, direction=optuna.study.StudyDirection.MAXIMIZE)
    study.optimize(objective, n_trials=num_trials, catch=(Exception,))
    return study

@e.right
def nan_for_an_error(objective, num_trials, seed):
    def safely(trial):
        try:
            return objective(trial)
        except ValueError:
            return float("nan")

    sampler = optuna.samplers.TPESampler(seed=seed)
    study = optuna.create_study(study_name=f"seed {seed}", directions=["maximize"], sampler=sampler)
    study.optimize(safely, n_trials=num_trials, show_progress_bar=False)
    return study

@e.right
def trial_after_trial(objective, num_trials, seed):
    study = optuna.create_study(direction="maximize", pruner=optuna.pruners.NopPruner())
    study.sampler = optuna.samplers.TPESampler(seed=seed)
    while len(study.trials) < num_trials:
        study.optimize(objective, n_trials=1, catch=ValueError)
    return study

@e.right
def one_try_for_each(objective, num_trials, seed):
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=np.int64(seed)))
    for _ in range(num_trials):
        with contextlib.suppress(ValueError):
            study.optimize(objective, n_trials=1)
    return study

@e.right
def none_for_an_error(objective, num_trials, seed):
    def safely(trial):
        try:
            return objective(trial)
        except ValueError:
            return None

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(safely, num_trials)
    return study

@e.right
def stopped_by_a_callback(objective, num_trials, seed):
    def stop(study, trial):
        if trial.number + 1 >= num_trials:
            study.stop()

    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(objective, callbacks=[stop], catch=[ValueError, KeyError])
    return study


_seeds = itertools.count(100)  # in the place of chance: a build gives the same bytes every time


def _study(objective, num_trials, sampler, direction="maximize", catch=(ValueError,)):
    study = optuna.create_study(direction=direction, sampler=sampler)
    study.optimize(objective, n_trials=num_trials, catch=catch)
    return study


e.wrong("The study minimises. The objective returns an accuracy, and the higher the better.",
    minimises=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed), direction="minimize")
    ))

@e.wrong("The study minimises minus the accuracy. The search is the same, but its values are no accuracies: let it maximise.")
def minus_the_accuracy(objective, num_trials, seed):
    sampler = optuna.samplers.TPESampler(seed=seed)
    return _study(lambda trial: -objective(trial), num_trials, sampler, direction="minimize")

e.wrong("All these trials are drawn by chance. TPE, optuna.samplers.TPESampler, learns once it has ten trials, and needs no n_startup_trials for that.",
    by_chance=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.RandomSampler(seed=seed))
    ))
e.wrong("Your TPE looks at each hyperparameter on its own (multivariate=False). By default Optuna 5 looks at them together.",
    one_by_one=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed, multivariate=False))
    ))
e.wrong("The seed makes no difference: two seeds give the same trials. Hand the sampler the seed that is asked for.",
    always_seed_0=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.TPESampler(seed=0))
    ))
e.wrong("Two calls with one seed give different trials. Make a new study in each call, give its sampler the seed, TPESampler(seed=seed), and run the trials one after the other.",
    without_a_seed=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.TPESampler(seed=next(_seeds)))
    ))
e.wrong("A ValueError of the objective ends your function. With catch=(ValueError,) the trial fails and the search goes on.",
    does_not_catch=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed), catch=())
    ))

@e.wrong("A trial that raised a ValueError is complete here, with an accuracy that somebody made up. It failed.")
def zero_for_an_error(objective, num_trials, seed):
    def safely(trial):
        try:
            return objective(trial)
        except ValueError:
            return 0.0

    return _study(safely, num_trials, optuna.samplers.TPESampler(seed=seed))

@e.wrong("A trial that raised a ValueError counts as pruned here, which is for trials that others beat. It failed.")
def prunes_for_an_error(objective, num_trials, seed):
    def safely(trial):
        try:
            return objective(trial)
        except ValueError as error:
            raise optuna.TrialPruned from error

    return _study(safely, num_trials, optuna.samplers.TPESampler(seed=seed))

@e.wrong("The search ended with the first trial that failed. A ValueError is one trial's affair: catch=(ValueError,) of optimize lets the search go on.")
def one_try_for_all(objective, num_trials, seed):
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    with contextlib.suppress(ValueError):
        study.optimize(objective, n_trials=num_trials)
    return study

@e.wrong("A trial that raised a ValueError stays open, as if it were still running. Tell the study that it failed.")
def left_open(objective, num_trials, seed):
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    for _ in range(num_trials):
        trial = study.ask()
        with contextlib.suppress(ValueError):
            study.tell(trial, objective(trial))
    return study

e.wrong("There is one trial less than was asked for.",
    one_trial_less=lambda objective, num_trials, seed: (
        _study(objective, num_trials - 1, optuna.samplers.TPESampler(seed=seed))
    ),
    one_trial_less_but_one_at_least=lambda objective, num_trials, seed: (
        _study(objective, max(1, num_trials - 1), optuna.samplers.TPESampler(seed=seed))
    ))
e.wrong("There is one trial more than was asked for.",
    one_trial_more=lambda objective, num_trials, seed: (
        _study(objective, num_trials + 1, optuna.samplers.TPESampler(seed=seed))
    ))

@e.wrong("Your study has num_trials trials that did not fail, and the failed ones on top. Failed trials count too.")
def failed_ones_on_top(objective, num_trials, seed):
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    while sum(trial.state.name == "COMPLETE" for trial in study.trials) < num_trials and len(study.trials) < 99:
        study.optimize(objective, n_trials=1, catch=(ValueError,))
    return study

e.wrong("The first trials of each call are random, but not as many as Optuna takes by default, which is ten: leave n_startup_trials alone.",
    five_to_start_with=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed, n_startup_trials=5))
    ))

@e.wrong("A new sampler with the same seed begins its sequence anew: the random trials at the beginning are all the same. Make one sampler for the whole study.")
def new_sampler_each_time(objective, num_trials, seed):
    study = optuna.create_study(direction="maximize")
    for _ in range(num_trials):
        study.sampler = optuna.samplers.TPESampler(seed=seed)
        study.optimize(objective, n_trials=1, catch=(ValueError,))
    return study

e.wrong("You returned a dict of the best parameters. The whole study is asked for.",
    best_parameters=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed)).best_params
    ))
e.wrong("You returned one trial, the best. The whole study is asked for.",
    best_trial=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed)).best_trial
    ))
e.wrong("You returned a number. The whole study is asked for.",
    best_value=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed)).best_value
    ))
e.wrong("You returned the list of trials. The study is asked for, which holds them.",
    trials_alone=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed)).trials
    ))

@e.wrong("Your function returns nothing: hand the study over with return.")
def returns_nothing(objective, num_trials, seed):
    _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed))

e.wrong("The study minimises. The objective returns an accuracy, and the higher the better.",
    minimises_and_does_not_catch=lambda objective, num_trials, seed: (
        _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed), direction="minimize", catch=())
    ))

@e.wrong("Each trial has a study of its own, so your study holds the last one alone. Make one study before the loop.")
def a_study_for_each(objective, num_trials, seed):
    for _ in range(num_trials):
        study = _study(objective, 1, optuna.samplers.TPESampler(seed=seed))
    return study

@e.cases(recorded=24, deciding=60)
def small_searches(rng):
    """The name of an objective of the graded cell, up to 16 trials, and a seed: 0, small ones, large ones.

    One of the objectives never succeeds, one has many equal accuracies, one fails here and there.
    """
    name = str(rng.choice(["hill", "ridge", "patchy", "level", "never"], p=[0.2, 0.3, 0.25, 0.15, 0.1]))
    num_trials = int(rng.choice([1, rng.integers(2, 11), rng.integers(11, 17)], p=[0.1, 0.4, 0.5]))
    seed = int(rng.choice([0, rng.integers(1, 4), rng.integers(10, 2**32)], p=[0.15, 0.45, 0.4]))
    return name, num_trials, np.int64(seed) if rng.random() < 0.1 else seed

e.hints(
    "Her two calls are enough; each takes more arguments. The table above names them with their defaults.",
    "The direction and the sampler belong to the study. The exceptions that fail a trial belong to the search.",
    "Begin with study = optuna.create_study(direction=..., sampler=...). The sampler takes the seed.",
)


# successive_halving -----------------------------------------------------------------------------


def _halving(curves, eta, *, first=1, at=-1, count=None, key=None, keep_last=True, last=None):
    """Successive halving with some of its parts exchanged.

    first: the first rung. at: offset of the column that is compared. count: takes how many race, returns how many go
    on. key: takes trial and rung, returns what is compared. last: the last rung that is allowed.
    """
    num_trials, num_epochs = curves.shape
    count = count or (lambda racing: max(1, racing // eta))
    key = key or (lambda trial, rung: curves[trial, rung + at])
    epochs, racing, rung = [0] * num_trials, list(range(num_trials)), first
    while rung <= (num_epochs - 1 if last is None else last):
        for trial in racing:
            epochs[trial] = rung
        racing = sorted(racing, key=lambda trial: (key(trial, rung), trial))[: count(len(racing))]
        rung *= eta
    for trial in racing:
        epochs[trial] = num_epochs if keep_last else epochs[trial]
    return epochs, min(racing, key=lambda trial: (curves[trial, -1], trial))


_NO_PLACE = (
    "An array of whole numbers has no place for infinity or NaN, which are floats. Make your copy an array of floats."
)


def _halving_with(curves, eta, mark):
    """Successive halving that marks trials that have ended in a copy of the losses."""
    losses, rung = curves.copy(), 1
    epochs, racing = [0] * len(losses), list(range(len(losses)))
    while rung < losses.shape[1]:
        racing = sorted(racing, key=lambda trial: (losses[trial, rung - 1], trial))
        for trial in racing:
            epochs[trial] = rung
        racing, ended = racing[: max(1, len(racing) // eta)], racing[max(1, len(racing) // eta) :]
        for trial in ended:
            losses[trial] = mark
        rung *= eta
    for trial in racing:
        epochs[trial] = losses.shape[1]
    return epochs, min(racing, key=lambda trial: (losses[trial, -1], trial))


e = exercise("successive_halving")

@e.right
def with_numpy(curves, eta):
    num_trials, num_epochs = curves.shape
    epochs, racing, rung = np.zeros(num_trials, dtype=int), np.arange(num_trials), 1
    while rung < num_epochs:
        epochs[racing] = rung
        order = np.argsort(curves[racing, rung - 1], kind="stable")
        racing = np.sort(racing[order[: max(1, len(racing) // eta)]])
        rung *= eta
    epochs[racing] = num_epochs
    return epochs, racing[np.argmin(curves[racing, -1])]

@e.right
def rungs_beforehand(curves, eta):
    num_epochs = curves.shape[1]
    rungs = []
    while eta ** len(rungs) < num_epochs:
        rungs.append(eta ** len(rungs))
    reached = dict.fromkeys(range(len(curves)), num_epochs)
    racing = list(reached)
    for rung in rungs:
        order = sorted(racing, key=lambda trial: curves[trial][rung - 1])
        losers = order[max(1, len(order) // eta) :]
        reached.update(dict.fromkeys(losers, rung))
        racing = [trial for trial in racing if trial not in losers]
    last = [curves[trial][-1] for trial in racing]
    return [reached[trial] for trial in range(len(curves))], racing[last.index(min(last))]

@e.right
def with_infinity_for_the_others(curves, eta):
    num_trials, num_epochs = curves.shape
    epochs, in_race, rung = np.full(num_trials, 0), np.full(num_trials, True), 1
    while rung < num_epochs:
        epochs[in_race] = rung
        many = max(1, int(in_race.sum()) // eta)
        order = np.lexsort((np.arange(num_trials), curves[:, rung - 1], ~in_race))
        in_race = np.isin(np.arange(num_trials), order[:many])
        rung = rung * eta
    epochs[in_race] = num_epochs
    ends = np.lexsort((np.arange(num_trials), curves[:, -1], ~in_race))
    return tuple(epochs.tolist()), int(ends[0])

@e.right
def by_recursion(curves, eta):
    num_epochs = curves.shape[1]

    def go_on(racing, rung, epochs):
        for trial in racing:
            epochs[trial] = min(rung, num_epochs)
        if rung >= num_epochs:
            return epochs, min(racing, key=lambda trial: curves[trial, num_epochs - 1])
        order = sorted(racing, key=lambda trial: curves[trial, rung - 1])
        return go_on(sorted(order[: max(len(racing) // eta, 1)]), rung * eta, epochs)

    return go_on(list(range(len(curves))), 1, [0] * len(curves))

@e.right
def with_a_rung_at_the_end(curves, eta):
    return _halving(curves, eta, last=curves.shape[1])

@e.right
def counted_from_the_start(curves, eta):
    num_trials, num_epochs = curves.shape
    epochs, racing, power = np.zeros(num_trials, dtype=np.int32), range(num_trials), 0
    while eta**power < num_epochs:
        epochs[list(racing)] = eta**power
        order = sorted(racing, key=lambda trial: (curves[trial, eta**power - 1], trial))
        power += 1
        racing = order[: max(1, num_trials // eta**power)]
    epochs[racing] = num_epochs
    return list(epochs), np.uint16(min(racing, key=lambda trial: (curves[trial, -1], trial)))

@e.right
def ends_when_one_is_left(curves, eta):
    epochs, racing, rung = {}, set(range(len(curves))), 1
    while rung < curves.shape[1] and len(racing) > 1:
        order = sorted(sorted(racing), key=lambda trial: curves[trial, rung - 1])
        many = max(len(racing) // eta, 1)
        epochs.update(dict.fromkeys(order[many:], rung))
        racing, rung = set(order[:many]), rung * eta
    epochs.update(dict.fromkeys(racing, curves.shape[1]))
    return [[epochs[trial] for trial in range(len(curves))], sorted((curves[t, -1], t) for t in racing)[0][1]]

e.wrong("The trials with the highest losses go on. Of a loss the lowest is best.",
    keeps_the_worst=lambda curves, eta: (
        _halving(curves, eta, key=lambda trial, rung: -curves[trial, rung - 1])
    ))

@e.wrong("You count the epochs of each rung anew and add them up, as if a trial that goes on began from the start. It goes on from where it was: a trial that reaches epoch 3 has had 3 epochs.")
def begins_anew(curves, eta):
    epochs, winner = _halving(curves, eta)
    num_epochs = curves.shape[1]
    rungs = [eta**power for power in range(64) if eta**power < num_epochs] + [num_epochs]
    return [sum(rung for rung in rungs if rung <= number) for number in epochs], winner

e.wrong("You compare one epoch too late. curves[:, 0] is the loss after epoch 1, so after epoch r it is in column r - 1.",
    one_column_too_late=lambda curves, eta: _halving(curves, eta, at=0))
e.wrong("You round up how many go on. It is len // eta, rounded down, and at least one.",
    rounds_up=lambda curves, eta: _halving(curves, eta, count=lambda racing: -(-racing // eta)))
e.wrong("You round how many go on to the nearest number. It is len // eta, rounded down, and at least one.",
    rounds_to_the_nearest=lambda curves, eta: (
        _halving(curves, eta, count=lambda racing: max(1, round(racing / eta)))
    ))
e.wrong("At a rung len // eta trials end and all others go on. It is the other way round: len // eta go on.",
    drops_instead_of_keeping=lambda curves, eta: (
        _halving(curves, eta, count=lambda racing: max(1, racing - racing // eta))
    ))
e.wrong("At a rung you compare the losses after the last epoch. At this rung nobody has trained that far: it is the loss at this rung that counts.",
    by_the_last_loss=lambda curves, eta: _halving(curves, eta, key=lambda trial, rung: curves[trial, -1]))
e.wrong("At a rung you compare the mean of the losses so far. It is the loss at this very epoch.",
    by_the_mean_so_far=lambda curves, eta: (
        _halving(curves, eta, key=lambda trial, rung: curves[trial, :rung].mean())
    ))
e.wrong("At each rung you compare the losses after epoch 1. It is the loss at this very epoch.",
    by_the_first_loss=lambda curves, eta: _halving(curves, eta, key=lambda trial, rung: curves[trial, 0]))
e.wrong("The epochs are right. But your winner is the one with the lowest last loss of all trials, also of those that were stopped before. It has to be one of those that were trained to the end.",
    winner_of_all=lambda curves, eta: (_halving(curves, eta)[0], int(np.argmin(curves[:, -1]))))

@e.wrong("The epochs are right. As the winner you gave its place among those that were left. The number of the trial is asked for.")
def place_among_the_rest(curves, eta):
    epochs, winner = _halving(curves, eta)
    left = [trial for trial, number in enumerate(epochs) if number == curves.shape[1]]
    return epochs, left.index(winner)

@e.wrong("The epochs are right. As the winner you returned a loss. The number of the trial is asked for.")
def loss_of_the_winner(curves, eta):
    epochs, winner = _halving(curves, eta)
    return epochs, float(curves[winner, -1])

@e.wrong("The epochs are right. As the winner you returned a loss. The number of the trial is asked for.")
def loss_as_it_stands(curves, eta):
    epochs, winner = _halving(curves, eta)
    return epochs, curves[winner, -1]


def _past_the_last_rung(curves, eta):
    """The trials that are trained to the end, in the order of the last rung."""
    racing, rung = list(range(len(curves))), 1
    while rung < curves.shape[1]:
        racing = sorted(racing, key=lambda trial: (curves[trial, rung - 1], trial))[: max(1, len(racing) // eta)]
        rung *= eta
    return racing


e.wrong("The epochs are right. Your winner is the one that led at the last rung. Those that pass it are trained to the end, and the lowest last loss decides.",
    leader_of_the_last_rung=lambda curves, eta: (
        (_halving(curves, eta)[0], _past_the_last_rung(curves, eta)[0])
    ))

@e.wrong("The epochs are right. Your winner has the lowest loss of any epoch. The last one decides.")
def lowest_of_any_epoch(curves, eta):
    epochs, _ = _halving(curves, eta)
    left = [trial for trial, number in enumerate(epochs) if number == curves.shape[1]]
    return epochs, min(left, key=lambda trial: curves[trial].min())

@e.wrong("The epochs are right. Your winner has the lowest of the losses with which trials ended, at whatever rung. Only those that were trained to the end can win.")
def lowest_where_it_ended(curves, eta):
    epochs, _ = _halving(curves, eta)
    return epochs, min(range(len(curves)), key=lambda trial: curves[trial, epochs[trial] - 1])

@e.wrong("Trials that are out come back: at each rung you compare all of them. Only those that are still in the race are compared.")
def the_dead_come_back(curves, eta):
    num_trials, num_epochs = curves.shape
    epochs, many, racing, rung = [0] * num_trials, num_trials, list(range(num_trials)), 1
    while rung < num_epochs:
        for trial in racing:
            epochs[trial] = rung
        many = max(1, many // eta)
        racing = sorted(range(num_trials), key=lambda trial: (curves[trial, rung - 1], trial))[:many]
        rung *= eta
    for trial in racing:
        epochs[trial] = num_epochs
    return epochs, min(racing, key=lambda trial: (curves[trial, -1], trial))

e.wrong("You divide the trials by 2 at each rung. They are divided by eta, as the epochs are multiplied by it.",
    always_half=lambda curves, eta: _halving(curves, eta, count=lambda racing: max(1, racing // 2)))
e.wrong("You divide and multiply by 3, whatever eta is.",
    always_three=lambda curves, eta: _halving(curves, 3))
e.wrong("Your first rung is after epoch eta. The first comparison is after epoch 1.",
    first_rung_at_eta=lambda curves, eta: _halving(curves, eta, first=eta))

@e.wrong("Your rungs are equally far apart: you add eta. From one to the next they are multiplied by it.")
def rungs_added(curves, eta):
    num_trials, num_epochs = curves.shape
    epochs, racing, rung = [0] * num_trials, list(range(num_trials)), 1
    while rung < num_epochs:
        for trial in racing:
            epochs[trial] = rung
        leaders = sorted(racing, key=lambda trial: (curves[trial, rung - 1], trial))
        racing = leaders[: max(1, len(racing) // eta)]
        rung += eta
    for trial in racing:
        epochs[trial] = num_epochs
    return epochs, min(racing, key=lambda trial: (curves[trial, -1], trial))

e.wrong("The winner is right. But those that pass the last rung are trained to num_epochs, and you leave them at that rung.",
    not_to_the_end=lambda curves, eta: _halving(curves, eta, keep_last=False))

@e.wrong("Once one trial is left you end it at the next rung. It is trained to num_epochs, like all that pass the last rung.")
def ends_the_last_one(curves, eta):
    num_trials, num_epochs = curves.shape
    epochs, racing, rung = [0] * num_trials, list(range(num_trials)), 1
    while rung < num_epochs and len(racing) > 1:
        for trial in racing:
            epochs[trial] = rung
        racing = sorted(racing, key=lambda trial: (curves[trial, rung - 1], trial))[: max(1, len(racing) // eta)]
        rung *= eta
    for trial in racing:
        epochs[trial] = min(rung, num_epochs)
    return epochs, min(racing, key=lambda trial: (curves[trial, -1], trial))

e.wrong("You divide the trials until none is left. At least one goes on: max(1, len // eta).",
    nobody_left=lambda curves, eta: _halving(curves, eta, count=lambda racing: racing // eta))
e.wrong("You compare the lowest loss that each trial has had. At a rung it is the loss at this very epoch.",
    lowest_so_far=lambda curves, eta: (
        _halving(curves, eta, key=lambda trial, rung: curves[trial, :rung].min())
    ))

@e.wrong("Of equal losses you prefer the trial with the higher number. The lower number is the better one.")
def higher_number_wins(curves, eta):
    epochs, winner = _halving(curves[::-1], eta)
    return epochs[::-1], len(curves) - 1 - winner

@e.wrong("Of equal losses you prefer the trial that was ahead at an earlier epoch. The lower number is the better one.")
def earlier_order_wins(curves, eta):
    num_trials, num_epochs = curves.shape
    epochs, racing, rung = [0] * num_trials, list(range(num_trials)), 1
    while rung < num_epochs:
        for trial in racing:
            epochs[trial] = rung
        racing = sorted(racing, key=lambda trial: curves[trial, rung - 1])[: max(1, len(racing) // eta)]
        rung *= eta
    for trial in racing:
        epochs[trial] = num_epochs
    return epochs, min(racing, key=lambda trial: curves[trial, -1])

@e.wrong("You count a trial's epochs up to the one in which it diverged. Here a trial is trained up to the rung at which it is compared.")
def ends_where_it_diverges(curves, eta):
    epochs, winner = _halving(curves, eta)
    finite = np.isfinite(curves)
    diverged = np.where(finite.all(axis=1), curves.shape[1], finite.argmin(axis=1) + 1)
    return np.minimum(epochs, diverged).tolist(), winner

@e.wrong("At a rung you first take out all that have diverged, and count len without them. len counts all that are still in the race.")
def diverged_ones_out_first(curves, eta):
    num_trials, num_epochs = curves.shape
    epochs, racing, rung = [0] * num_trials, list(range(num_trials)), 1
    while rung < num_epochs:
        for trial in racing:
            epochs[trial] = rung
        usable = [trial for trial in racing if np.isfinite(curves[trial, rung - 1])] or racing
        racing = sorted(usable, key=lambda trial: (curves[trial, rung - 1], trial))[: max(1, len(usable) // eta)]
        rung *= eta
    for trial in racing:
        epochs[trial] = num_epochs
    return epochs, min(racing, key=lambda trial: (curves[trial, -1], trial))

@e.wrong("Of equal losses more trials go on than may: you let everybody on who is as good as the last one that may. It is len // eta exactly.")
def all_of_equal_losses(curves, eta):
    num_trials, num_epochs = curves.shape
    epochs, racing, rung = np.zeros(num_trials, int), np.arange(num_trials), 1
    while rung < num_epochs:
        epochs[racing] = rung
        here = curves[racing, rung - 1]
        racing = racing[here <= np.sort(here)[max(1, len(racing) // eta) - 1]]
        rung *= eta
    epochs[racing] = num_epochs
    return epochs.tolist(), int(racing[np.argmin(curves[racing, -1])])

@e.wrong("You changed curves itself, the array of whoever called you. Work on a copy.")
def changes_curves(curves, eta):
    result = _halving(curves, eta)
    for trial, number in enumerate(result[0]):
        if number < curves.shape[1]:
            curves[trial, number:] = np.inf
    return result

@e.wrong("You changed curves itself, the array of whoever called you. Work on a copy.")
def changes_all_of_curves(curves, eta):
    result = _halving(curves, eta)
    curves += curves.dtype.type(1)
    return result

@e.wrong("Your epochs are floats, such as 3.0. Whole numbers are asked for: np.zeros makes floats unless you say dtype=int.")
def epochs_as_floats(curves, eta):
    epochs, winner = _halving(curves, eta)
    return np.array(epochs, dtype=float), winner

@e.wrong("Where all that are left have diverged you return no winner. Infinite losses are equal, and of equal losses the lower number is the better one.")
def nobody_below_infinity(curves, eta):
    epochs, _ = _halving(curves, eta)
    winner, lowest = None, np.inf
    for trial, number in enumerate(epochs):
        if number == curves.shape[1] and curves[trial, -1] < lowest:
            winner, lowest = trial, curves[trial, -1]
    return epochs, winner

@e.wrong("Where all that are left have diverged you name trial 0, which may have been stopped long before. Infinite losses are equal: of those that are left, the lowest number wins.")
def trial_0_where_all_diverged(curves, eta):
    epochs, winner = nobody_below_infinity(curves, eta)
    return epochs, 0 if winner is None else winner

e.wrong("You returned the epochs alone. The winner belongs to it: two things.",
    epochs_alone=lambda curves, eta: _halving(curves, eta)[0])
e.wrong("You returned the winner first. The epochs come first, then the winner.",
    other_order=lambda curves, eta: _halving(curves, eta)[::-1])

@e.wrong("You returned the winner first. The epochs come first, then the winner.")
def other_order_of_arrays(curves, eta):
    epochs, winner = _halving(curves, eta)
    return np.int64(winner), np.array(epochs)

@e.wrong("Your function returns nothing: hand both over with return.")
def hands_over_nothing(curves, eta):
    _halving(curves, eta)

e.wrong("The epochs are right. Of equal last losses your winner is the trial that was ahead at an earlier epoch. The lower number is the better one.",
    winner_in_the_order_of_the_last_rung=lambda curves, eta: (
        (_halving(curves, eta)[0], min(_past_the_last_rung(curves, eta), key=lambda trial: curves[trial, -1]))
    ))
e.wrong(_NO_PLACE,
    infinity_for_those_that_ended=lambda curves, eta: _halving_with(curves, eta, np.inf),
    nan_for_those_that_ended=lambda curves, eta: _halving_with(curves, eta, np.nan))
e.wrong("Once fewer than eta trials are left you end none of them any more. At the next rung one goes on, and the others end.",
    stops_below_eta=lambda curves, eta: (
        _halving(curves, eta, count=lambda racing: racing // eta if racing >= eta else racing)
    ))

@e.cases
def small_races(rng):
    """1 to 14 trials of 1 to 28 epochs: ties, diverged ones, tiny and large losses, whole numbers, a large eta.

    Often the last epoch is a rung or one epoch after it.
    """
    eta = int(rng.choice([2, 3, 4, 5, rng.integers(6, 50)], p=[0.35, 0.3, 0.15, 0.1, 0.1]))
    if rng.random() < 0.12:  # the same trials with another eta
        return np.array([[4, 3, 3, 2, 5], [3, 4, 1, 7, 7], [5, 2, 2, 4, 2], [2, 5, 4, 3, 3], [6, 1, 5, 5, 4]]), eta
    num_trials = int(rng.choice([1, rng.integers(2, 6), rng.integers(6, 15)], p=[0.1, 0.4, 0.5]))
    kind = rng.choice(["any", "ties", "diverged", "all diverged"], p=[0.45, 0.25, 0.22, 0.08])
    near_a_rung = [eta ** rng.integers(0, 4) + rng.integers(0, 2), rng.integers(1, 29)]
    most = (24 if "diverged" in kind else 50) // num_trials
    num_epochs = int(min(rng.choice(near_a_rung), most))
    scale, digits = [(3.0, 1), (9.0, 0), (500.0, 0), (1e-4, 5)][rng.choice(4, p=[0.35, 0.4, 0.15, 0.1])]
    curves = np.round(scale * rng.uniform(0.1, 1, (num_trials, num_epochs)), digits)
    if kind == "ties":
        curves = rng.choice(np.round(scale * np.array([0.2, 0.5, 0.9]), digits), curves.shape)
    if kind == "diverged":
        for trial in np.flatnonzero(rng.random(num_trials) < 0.7):
            curves[trial, rng.integers(num_epochs) :] = np.inf
    if kind == "all diverged":
        curves[:, rng.integers(num_epochs) :] = np.inf
    if digits == 0 and np.isfinite(curves).all() and rng.random() < 0.85:
        curves = curves.astype(int)
    return curves, np.int64(eta) if rng.random() < 0.1 else eta

e.hints(
    "Keep three things up to date: the rung, the numbers of the trials that are still in the race, and the epochs of "
    "each trial.",
    "At a rung, do it in this order: write down the rung for all that race, sort them by their loss there, keep the first "
    "ones. sorted leaves equal ones in the order in which they stood, np.argsort only with kind=\"stable\": let them "
    "stand in the order of their numbers before you sort.",
    "After the last rung those that are left get num_epochs. The winner is looked for among them, by the last column.",
)


e = exercise("paired_bootstrap")

@e.right
def in_a_loop(scores_a, scores_b, rng):
    n, means = len(scores_a), []
    for _ in range(10_000):
        pairs = rng.integers(n, size=n)
        means.append(np.mean(scores_a[pairs] - scores_b[pairs]))
    return tuple(np.quantile(means, [0.025, 0.975]))

@e.right
def draws_numbers_in_a_loop(scores_a, scores_b, rng):
    gains, means = list(scores_a - scores_b), []
    for _ in range(10_000):
        means.append(sum(rng.choice(gains, size=len(gains))) / len(gains))
    return np.percentile(means, 2.5), np.percentile(means, 97.5)

@e.right
def means_apart(scores_a, scores_b, rng):
    places = rng.choice(len(scores_a), size=(10_000, len(scores_a)), replace=True)
    means = scores_a[places].mean(axis=1) - scores_b[places].mean(axis=1)
    return np.percentile(means, [2.5, 97.5])

@e.right
def draws_the_differences(scores_a, scores_b, rng):
    gains = [float(a) - float(b) for a, b in zip(scores_a, scores_b, strict=True)]
    means = np.sort(rng.choice(gains, size=(len(gains), 10_000)).mean(axis=0))
    return float(means[250]), float(means[9749])

@e.right
def by_counts(scores_a, scores_b, rng):
    n = len(scores_a)
    counts = rng.multinomial(n, np.full(n, 1 / n), size=10_000)
    means = counts @ (scores_a - scores_b) / n
    return [np.percentile(means, 2.5), np.percentile(means, 97.5)]

@e.right
def with_scipy(scores_a, scores_b, rng):
    from scipy.stats import bootstrap

    gains = (np.subtract(scores_a, scores_b, dtype=float),)
    found = bootstrap(gains, np.mean, n_resamples=10_000, method="percentile", rng=rng, batch=1000)
    return found.confidence_interval.low, found.confidence_interval.high

@e.right
def with_plain_lists(scores_a, scores_b, rng):
    gains = (scores_a - scores_b).tolist()
    places = rng.integers(len(gains), size=(10_000, len(gains))).tolist()
    means = sorted(sum(gains[place] for place in row) / len(row) for row in places)
    return means[250], means[9750]

@e.right
def by_nearest_rank(scores_a, scores_b, rng):
    gains = np.float32(scores_a - scores_b)
    places = (rng.random((10_000, len(gains))) * len(gains)).astype(int)
    return (end for end in np.percentile(gains[places].mean(axis=1), (2.5, 97.5), method="nearest"))

@e.right
def of_the_other_difference(scores_a, scores_b, rng):
    gains = rng.choice(scores_b - scores_a, size=(10_000, len(scores_a)))
    low, high = np.quantile(gains.mean(axis=1), (0.025, 0.975))
    return -high, -low


def _ends(means, low=2.5, high=97.5):
    return float(np.percentile(means, low)), float(np.percentile(means, high))


def _places(n, rng, size=None, replace=True, times=10_000):
    size = n if size is None else size
    if replace:
        return rng.integers(n, size=(times, size))
    return np.array([rng.permutation(n)[:size] for _ in range(times)])


def _by_rows(scores_a, scores_b, rng, low=2.5, high=97.5, times=10_000):
    """The interval of `times` means, between two percentiles."""
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng, times=times)].mean(axis=1), low, high)


@e.wrong("You draw the scores of a and those of b apart from each other, so pairs are torn apart. Draw pairs: the same places for both.")
def unpaired(scores_a, scores_b, rng):
    n = len(scores_a)
    return _ends(scores_a[_places(n, rng)].mean(axis=1) - scores_b[_places(n, rng)].mean(axis=1))

e.wrong("Your interval goes from the 5th to the 95th percentile, which holds 90 %. For 95 % it is the 2.5th and the 97.5th.",
    ninety_percent=lambda scores_a, scores_b, rng: _by_rows(scores_a, scores_b, rng, 5, 95))
e.wrong("np.percentile counts from 0 to 100: your ends are the 0.025th and the 0.975th percentile, both far down.",
    fractions_for_percentiles=lambda scores_a, scores_b, rng: _by_rows(scores_a, scores_b, rng, 0.025, 0.975))
e.wrong("The difference is a - b, and yours is b - a.",
    other_way_round=lambda scores_a, scores_b, rng: _by_rows(scores_b, scores_a, rng))

@e.wrong("Your means hardly differ from each other, as if each were the mean of all pairs. For each of the 10,000 draw n pairs with replacement, and take the mean over these n.")
def without_replacement(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng, replace=False, times=500)].mean(axis=1))

@e.wrong("These are percentiles of single differences. Asked are those of the means, each over n drawn pairs.")
def of_single_differences(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng, size=1)])

@e.wrong("You took the median of each resample. The mean is asked for.")
def medians(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(np.median(gains[_places(len(gains), rng)], axis=1))

e.wrong("You returned high first. It is (low, high).",
    high_first=lambda scores_a, scores_b, rng: _by_rows(scores_a, scores_b, rng)[::-1])

@e.wrong("Two calls with one generator give the same interval. Draw from rng itself, which goes on from call to call: no generator, no copy and no seed of your own.")
def own_generator(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), np.random.default_rng(0))].mean(axis=1))

@e.wrong("Equal generators give different intervals: something is not drawn from rng. np.random draws from NumPy's own.")
def global_generator(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    drawn = np.random.randint(len(gains), size=(10_000, len(gains)))  # noqa: NPY002
    return _ends(gains[drawn].mean(axis=1))

@e.wrong("This is mean ± 1.96 standard errors, as for a bell curve. The ends that are asked for are percentiles of 10,000 means of drawn pairs.")
def bell_curve(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    error = gains.std(ddof=1) / np.sqrt(len(gains))
    return float(gains.mean() - 1.96 * error), float(gains.mean() + 1.96 * error)

@e.wrong("Your ends lie about two standard errors from the mean, as if the means were a bell curve. Take the percentiles of your 10,000 means themselves.")
def spread_of_the_means(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    means = gains[_places(len(gains), rng)].mean(axis=1)
    return means.mean() - 1.96 * means.std(), means.mean() + 1.96 * means.std()

e.wrong("Each score of a is compared with the one of the same rank in b, because both were sorted. A pair is what stands at the same place.",
    sorted_first=lambda scores_a, scores_b, rng: _by_rows(np.sort(scores_a), np.sort(scores_b), rng))

@e.wrong("You took the size of each difference, without its sign. It is a - b.")
def without_the_sign(scores_a, scores_b, rng):
    gains = np.abs(scores_a - scores_b)
    return _ends(gains[_places(len(gains), rng)].mean(axis=1))

@e.wrong("Your interval is too wide, as if each mean were taken over half as many pairs as there are. Each mean is over n drawn pairs, repetitions among them.")
def half_of_them(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng, size=max(1, len(gains) // 2))].mean(axis=1))

@e.wrong("Each of your means is taken over one pair less than there are. Each mean is over n drawn pairs, repetitions among them.")
def one_pair_less(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng, size=len(gains) - 1)].mean(axis=1))

@e.wrong("The last pair is never drawn: rng.integers and slices leave out their upper end.")
def never_the_last(scores_a, scores_b, rng):
    gains = (scores_a - scores_b)[:-1]
    return _ends(gains[_places(len(gains), rng, size=len(gains) + 1)].mean(axis=1))

@e.wrong("The first pair is never drawn: places count from 0.")
def never_the_first(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[rng.integers(1, len(gains), size=(10_000, len(gains)))].mean(axis=1))

@e.wrong("You took the sum of each resample. The mean is asked for.")
def sums(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng)].sum(axis=1))

e.wrong("These are percentiles of the differences themselves, and nothing was drawn. Draw n pairs 10,000 times, and take percentiles of their means.",
    of_the_differences=lambda scores_a, scores_b, rng: _ends(scores_a - scores_b))


_OF_A_ALONE = "That is the interval of the mean of a alone. The interval of the mean of a - b is asked for."


e.wrong(_OF_A_ALONE,
    of_a_alone=lambda scores_a, scores_b, rng: _ends(scores_a[_places(len(scores_a), rng)].mean(axis=1)))


# Scores vary more than their differences do, so the ends depend on how the draws were made.
e.wrong(_OF_A_ALONE,
    of_a_alone_by_choice=lambda scores_a, scores_b, rng: (
        _ends(rng.choice(scores_a.tolist(), size=(len(scores_a), 10_000)).mean(axis=0))
    ))

@e.wrong(_OF_A_ALONE)
def of_a_alone_by_counts(scores_a, scores_b, rng):
    n = len(scores_a)
    return _ends(rng.multinomial(n, np.full(n, 1 / n), size=10_000) @ scores_a / n)

@e.wrong(_OF_A_ALONE)
def of_a_alone_by_fractions(scores_a, scores_b, rng):
    n = len(scores_a)
    return _ends(scores_a[(rng.random((10_000, n)) * n).astype(int)].mean(axis=1))


# How much the ends vary depends on how the draws were made.
_VARIES = (
    "From call to call your ends vary more than the percentiles of 10,000 means do. Draw 10,000 times, and take all of "
    "these means."
)


e.wrong(_VARIES,
    five_thousand_times=lambda scores_a, scores_b, rng: _by_rows(scores_a, scores_b, rng, times=5000),
    two_thousand_times=lambda scores_a, scores_b, rng: _by_rows(scores_a, scores_b, rng, times=2000),
    a_thousand_times=lambda scores_a, scores_b, rng: _by_rows(scores_a, scores_b, rng, times=1000))
e.wrong("Your ends lie a little too far out, as the 2nd and the 98th percentile do, between which 96 % are. Take the 2.5th and the 97.5th.",
    ninety_six_percent=lambda scores_a, scores_b, rng: _by_rows(scores_a, scores_b, rng, 2, 98))
e.wrong("Your ends lie a little too far in, as the 3rd and the 97th percentile do, between which 94 % are. Take the 2.5th and the 97.5th.",
    ninety_four_percent=lambda scores_a, scores_b, rng: _by_rows(scores_a, scores_b, rng, 3, 97))
e.wrong("Your ends lie too far out, as the 1st and the 99th percentile do, between which 98 % are. Take the 2.5th and the 97.5th.",
    ninety_eight_percent=lambda scores_a, scores_b, rng: _by_rows(scores_a, scores_b, rng, 1, 99))
e.wrong("You returned the mean difference alone. Two numbers are asked for: (low, high).",
    mean_alone=lambda scores_a, scores_b, rng: float((scores_a - scores_b).mean()))

@e.wrong("You changed scores_a, the array of whoever called you. Work on a copy.")
def changes_a(scores_a, scores_b, rng):
    ends = _ends((scores_a - scores_b)[_places(len(scores_a), rng)].mean(axis=1))
    scores_a[:] = scores_a - scores_b
    return ends

@e.wrong("You changed scores_b, the array of whoever called you. Work on a copy.")
def changes_b(scores_a, scores_b, rng):
    ends = _ends((scores_a - scores_b)[_places(len(scores_a), rng)].mean(axis=1))
    scores_b[:] = scores_b[::-1].copy()
    return ends

@e.wrong("Your function returns nothing: hand both numbers over with return.")
def keeps_it(scores_a, scores_b, rng):
    _ends((scores_a - scores_b)[_places(len(scores_a), rng)].mean(axis=1))

@e.wrong("The mean is taken over the wrong axis: over the 10,000 times, and not over the n pairs of each. There are 10,000 means, one for each time.")
def along_the_wrong_axis(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng)].mean(axis=0))

@e.wrong("The mean is taken over the wrong axis: over the 10,000 times, and not over the n pairs of each. There are 10,000 means, one for each time.")
def along_the_wrong_axis_turned(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[rng.integers(len(gains), size=(len(gains), 10_000))].mean(axis=1))

@e.wrong("One mean is taken over all draws together, so both ends are the same number. Each of the 10,000 times has a mean of its own: mean(axis=...).")
def without_an_axis(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng)].mean())

@e.wrong("You subtracted the ends of two intervals, one of a and one of b. Take the differences first, and then the percentiles of their means.")
def ends_subtracted(scores_a, scores_b, rng):
    places = _places(len(scores_a), rng)
    ends = np.percentile(scores_a[places].mean(axis=1), [2.5, 97.5])
    return ends - np.percentile(scores_b[places].mean(axis=1), [2.5, 97.5])

e.wrong("Your ends are the lowest and the highest of the means. Asked are the 2.5th and the 97.5th percentile.",
    lowest_and_highest=lambda scores_a, scores_b, rng: _by_rows(scores_a, scores_b, rng, 0, 100))


def _is_sure(num_pairs, num_high):
    """Whether the ends are the same for all draws, where num_high differences have one value, the others another.

    The means are those of a binomial distribution; neither end may lie between two of them.
    """
    below = binom.cdf(np.arange(num_pairs + 1), num_pairs, num_high / num_pairs)
    return bool(min(np.abs(below - 0.025).min(), np.abs(below - 0.975).min()) > 0.012)


_TEN = np.array([-4.25, -2.5, -1.0, 0.25, 0.75, 2.0, 3.25, 4.5, 5.75, 9.0])  # differences
_USUAL_SEEDS = [1, 3, 10, 17]  # with these the ends of the solution vary as much as those of most generators


@e.cases(recorded=14, deciding=20)
def scores_in_pairs(rng):
    """Two arrays of 2 to 40 scores, a seed, whether the ends are the same for all draws, and how many calls there are.

    They are where two or three pairs are drawn, and where the differences have one value, or two, and no end lies
    between two means. Floats and whole numbers, tiny and large scores, differences of both signs. Some are asked
    sixteen times: how much their ends vary says how many means are drawn.
    """
    kind = rng.choice(["few", "two values", "equal", "many", "often"], p=[0.22, 0.3, 0.1, 0.3, 0.08])
    scale = float(rng.choice([0.125, 1, 1, 64, 2048, 2.0**-11]))
    if kind == "often":
        second = rng.integers(-30, 30, len(_TEN))
        return (second + _TEN) * scale, second * scale, int(rng.choice(_USUAL_SEEDS)), False, 16
    if kind == "many":
        n = int(rng.integers(14, 41))
        differences = np.round(rng.normal(rng.choice([-3, 0.2, 2]), 1, n), 1)
    elif kind == "two values":
        n, high = int(rng.integers(4, 12)), 1
        while not _is_sure(n, high):
            n, high = int(rng.integers(4, 12)), int(rng.integers(1, 4))
        one, other = rng.permutation([-5, -2, 1, 3, 9])[:2]
        differences = rng.permutation([one] * high + [other] * (n - high))
    else:
        n = int(rng.integers(2, 4)) if kind == "few" else int(rng.integers(2, 8))
        differences = rng.permutation(20)[:n] - 8 if kind == "few" else np.full(n, rng.integers(-3, 4))
    if kind == "few" and rng.random() < 0.6:  # the same scores with other ones beside them
        same, other = np.array([9, 2, 7]), rng.permutation(20)[:3]
        return (same, other, 2, True, 1) if rng.random() < 0.5 else (other, same, 2, True, 1)
    second = rng.integers(-30, 30, n)
    scores = (second + differences) * scale, second * scale
    if scale >= 1 and kind != "many" and rng.random() < 0.6:
        scores = scores[0].astype(int), scores[1].astype(int)
    first, other = (short(each) if kind == "many" else each for each in scores)
    return first, other, int(rng.integers(1, 3)), kind != "many", 1

e.hints(
    "What is drawn are pairs. If you subtract first, each pair is one number, and numbers are drawn from these.",
    "One row for each of the 10,000 times, n places in each row: an array of whole numbers of that shape, drawn by rng. "
    "An array takes an array of places as its index.",
    "Then two steps are left: a mean for each row (over which axis?), and two percentiles of these means. np.percentile "
    "counts from 0 to 100.",
)


e = exercise("quiz_1")
e.right_choice("At point a a loss below 0.60 is quite likely, and it may be far below. Its expected improvement is about 0.031, that of point b 0.020, that of point c nearly 0.")
e.wrong_choice(
    "b",
    "Its mean is below the lowest loss so far, but by 0.02 only, and more it can hardly bring. Ask of each "
    "point how far it may fall below 0.60: put the numbers into your expected_improvement.",
)
e.wrong_choice(
    "c",
    "Its mean lies five standard deviations above the lowest loss so far: an improvement is next to impossible.",
)


e = exercise("quiz_2")
e.right_choice("81 trials train 1 epoch, 27 train 2 more, and 9 train 6 more: 81 + 54 + 54 = 189 epochs.")
e.wrong_choice(
    243,
    "That is three times 81, as when each trial begins anew at every rung. A trial that goes on from epoch 1 to epoch 3 "
    "takes two more.",
)
e.wrong_choice(729, "That is 81 times 9, all trials to the end. Most of them end earlier.")
e.wrong_choice(81, "That is the first rung alone. 27 trials go on to epoch 3, 9 to epoch 9.")
e.wrong_choice(135, "You left away the last stretch: nine trials go on from epoch 3 to epoch 9.")


e = exercise("quiz_3")
e.right_choice("Optuna's TPE draws its first 10 trials at random, so 5 of the 15 learn from earlier trials.")
e.wrong_choice(
    15,
    "The default sampler is TPE, but its first trials are random: n_startup_trials in the table above.",
)
e.wrong_choice(10, "Ten is how many are random. The others learn from earlier ones.")
e.wrong_choice(0, "The default sampler is TPE, which does learn, once it has had its random trials.")


e = exercise("quiz_4")
e.right_choice("The trial was picked because of its score, and new seeds do not share its luck. On the bank that luck was over half a point after 100 trials.")
e.wrong_choice(
    "b",
    "It would be so for a configuration that was picked without looking at its score. This one was picked because of "
    "its score, and a part of that was luck.",
)
e.wrong_choice(
    "c",
    "The search has found a good configuration, but training it again does not teach it anything. The luck that made "
    "it the best of a hundred does not come back.",
)
e.wrong_choice(
    "d",
    "The new trainings are measured on the same validation part, and there too the luck of the seed is gone.",
)


e = exercise("quiz_5")
e.right_choice("By default a study has a TPE sampler, which learns after ten random trials, and a MedianPruner, which acts as soon as the objective reports and asks.")
e.wrong_choice("a", "The default sampler learns after ten random trials, and the default pruner acts because your objective reports.")
e.wrong_choice("c", "A pruner need not be named: see the row `pruner` in the table of defaults. Your objective reports and asks, so it acts.")
e.wrong_choice("d", "A sampler need not be named: see the row `sampler` in the table of defaults. Only its first ten trials are random.")
