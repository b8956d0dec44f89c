"""Right and wrong answers to the exercises of lesson 14."""

import math

import numpy as np
import optuna
from scipy.stats import norm

from course.authoring.answers import right, wrong, wrong_choice

# expected_improvement ---------------------------------------------------------------------------


def _in_doubt(mean, std, best):
    """The formula where std is above 0; elsewhere what a division by 1 makes of it."""
    ahead = best - np.asarray(mean, dtype=float)
    z = ahead / np.where(np.asarray(std) > 0, std, 1.0)
    return ahead * norm.cdf(z) + std * norm.pdf(z)


def _where_known(mean, std, best, in_doubt, known):
    """One array where std is above 0, another where it is 0."""
    return np.where(np.asarray(std) > 0, in_doubt, known)


@right("expected_improvement")
def with_a_mask(mean, std, best):
    improvement = np.maximum(best - mean, 0).astype(float)
    doubt = std > 0
    z = (best - mean[doubt]) / std[doubt]
    improvement[doubt] = (best - mean[doubt]) * norm.cdf(z) + std[doubt] * norm.pdf(z)
    return improvement


@right("expected_improvement")
def point_by_point(mean, std, best):
    def one(mu, sigma):
        if sigma == 0:
            return max(best - mu, 0)
        z = (best - mu) / sigma
        below = 0.5 * (1 + math.erf(z / math.sqrt(2)))
        return (best - mu) * below + sigma * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    pairs = zip(mean.ravel().tolist(), std.ravel().tolist(), strict=True)
    return np.array([one(mu, sigma) for mu, sigma in pairs], dtype=float).reshape(mean.shape)


@right("expected_improvement")
def nearly_no_doubt(mean, std, best):
    sigma = np.maximum(std, 1e-12)
    z = (best - mean) / sigma
    return (best - mean) * norm.cdf(z) + sigma * norm.pdf(z)


@right("expected_improvement")
def with_errstate(mean, std, best):
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (best - mean) / std
        value = std * (z * norm.cdf(z) + norm.pdf(z))
    return np.where(std == 0, np.clip(best - mean, 0, None), value)


@right("expected_improvement")
def turned_round(mean, std, best):
    gain, top = -1.0 * mean, -best
    z = np.divide(gain - top, std, out=np.zeros(mean.shape), where=std != 0)
    value = (gain - top) * norm.cdf(z) + std * norm.pdf(z)
    return np.where(std != 0, value, np.where(gain > top, gain - top, 0.0))


@wrong(
    "expected_improvement",
    "You measure by how much a point is expected to lie above best, which is the formula for a quantity that should "
    "be large. A loss should be small: best - mean, in z too.",
)
def maximises(mean, std, best):
    known = np.maximum(mean - best, 0.0)
    return _where_known(mean, std, best, _in_doubt(-1.0 * mean, std, -best), known)


@wrong(
    "expected_improvement",
    "The first term is turned round. But it is multiplied by the probability of a loss above best: that of a loss below "
    "it is norm.cdf(z) with z = (best - mean) / std.",
)
def z_not_turned(mean, std, best):
    z = (mean - best) / np.where(std > 0, std, 1.0)
    value = (best - mean) * norm.cdf(z) + std * norm.pdf(z)
    return np.where(std > 0, value, np.maximum(best - mean, 0.0))


@wrong(
    "expected_improvement",
    "You turned round z, but the first term still has the other sign: (best - mean) times the probability.",
)
def first_term_not_turned(mean, std, best):
    z = (best - mean) / np.where(std > 0, std, 1.0)
    value = (mean - best) * norm.cdf(z) + std * norm.pdf(z)
    return np.where(std > 0, value, np.maximum(best - mean, 0.0))


@wrong(
    "expected_improvement",
    "You divide by the standard deviation where it is 0. There the loss is known, and so is the improvement. "
    "(np.where computes both of its branches, also for the points that it does not take.)",
)
def divides_by_zero(mean, std, best):
    z = (best - mean) / std
    return np.where(std > 0, (best - mean) * norm.cdf(z) + std * norm.pdf(z), np.maximum(best - mean, 0.0))


@wrong(
    "expected_improvement",
    "Where std is 0 you return 0 everywhere. A loss that is known and lies below best is an improvement: by "
    "best - mean.",
)
def zero_where_known(mean, std, best):
    return np.where(std > 0, _in_doubt(mean, std, best), 0.0)


@wrong(
    "expected_improvement",
    "Where std is 0 you return best - mean also where it is negative. A trial that comes out worse counts 0.",
)
def negative_where_known(mean, std, best):
    return np.where(std > 0, _in_doubt(mean, std, best), best - mean)


@wrong(
    "expected_improvement",
    "That is the probability of an improvement. How large the improvement would be counts too.",
)
def probability(mean, std, best):
    z = (best - mean) / np.where(std > 0, std, 1.0)
    return np.where(std > 0, norm.cdf(z), np.where(mean < best, 1.0, 0.0))


@wrong(
    "expected_improvement",
    "You exchanged the two functions: the difference goes with norm.cdf, the standard deviation with norm.pdf.",
)
def exchanged(mean, std, best):
    z = (best - mean) / np.where(std > 0, std, 1.0)
    value = (best - mean) * norm.pdf(z) + std * norm.cdf(z)
    return np.where(std > 0, value, np.maximum(best - mean, 0.0))


@wrong("expected_improvement", "The second term lacks its factor: std times norm.pdf(z).")
def second_term_without_std(mean, std, best):
    z = (best - mean) / np.where(std > 0, std, 1.0)
    value = (best - mean) * norm.cdf(z) + norm.pdf(z)
    return np.where(std > 0, value, np.maximum(best - mean, 0.0))


@wrong(
    "expected_improvement",
    "The second term is missing: what the doubt adds, std * norm.pdf(z).",
)
def first_term_only(mean, std, best):
    z = (best - mean) / np.where(std > 0, std, 1.0)
    return np.where(std > 0, (best - mean) * norm.cdf(z), np.maximum(best - mean, 0.0))


@wrong(
    "expected_improvement",
    "You took the improvement of the mean, as if there were no doubt. The standard deviation plays a part: std.",
)
def of_the_mean(mean, std, best):
    return np.maximum(best - mean, 0.0)


@wrong(
    "expected_improvement",
    "In the place of std stands its square root. std is a standard deviation already.",
)
def std_as_variance(mean, std, best):
    return np.where(std > 0, _in_doubt(mean, np.sqrt(std), best), np.maximum(best - mean, 0.0))


@wrong("expected_improvement", "You squared std. In z and in the second term it stands as it is.")
def squared(mean, std, best):
    return np.where(std > 0, _in_doubt(mean, std**2, best), np.maximum(best - mean, 0.0))


@wrong(
    "expected_improvement",
    "The improvements came out as whole numbers: an array made by zeros_like or empty_like of whole numbers cuts off "
    "what is written into it. Give it dtype=float.",
)
def cut_to_whole_numbers(mean, std, best):
    improvement = np.zeros_like(mean)
    improvement[...] = np.where(std > 0, _in_doubt(mean, std, best), np.maximum(best - mean, 0.0))
    return improvement


@wrong("expected_improvement", "You returned a place. The improvement of every point is asked for.")
def place_of_the_highest(mean, std, best):
    return int(np.argmax(_in_doubt(mean, std, best)))


@wrong("expected_improvement", "You returned one number. Every point has an improvement of its own.")
def highest_alone(mean, std, best):
    return float(np.max(_in_doubt(mean, std, best)))


@wrong(
    "expected_improvement",
    "mean - std is a lower limit of what is believed. Asked is by how much a trial is expected to fall below best.",
)
def lower_limit(mean, std, best):
    return mean - std


@wrong(
    "expected_improvement",
    "The improvements are right. But you changed std itself: the array of whoever called you. Work on a copy.",
)
def changes_std(mean, std, best):
    value = np.where(std > 0, _in_doubt(mean, std, best), np.maximum(best - mean, 0.0))
    std[std == 0] = 1
    return value


@wrong(
    "expected_improvement",
    "The improvements are right. But you changed mean itself: the array of whoever called you. Work on a copy.",
)
def changes_mean(mean, std, best):
    value = np.where(std > 0, _in_doubt(mean, std, best), np.maximum(best - mean, 0.0))
    mean -= mean.dtype.type(1)
    return value


@wrong(
    "expected_improvement",
    "An if takes one truth value, and an array of several points has several. np.where decides point by point.",
)
def if_for_an_array(mean, std, best):
    if std == 0:
        return max(best - mean, 0)
    z = (best - mean) / std
    return (best - mean) * norm.cdf(z) + std * norm.pdf(z)


@wrong(
    "expected_improvement",
    "Your function returns nothing. If it prints the value: print shows it, return hands it over.",
)
def prints_it(mean, std, best):
    print(_in_doubt(mean, std, best))


# tpe_study --------------------------------------------------------------------------------------


@right("tpe_study")
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


@right("tpe_study")
def catches_everything(objective, num_trials, seed):
    sampler = optuna.samplers.TPESampler(multivariate=True, n_startup_trials=10, seed=int(seed))
    study = optuna.create_study(sampler=sampler, direction=optuna.study.StudyDirection.MAXIMIZE)
    study.optimize(objective, n_trials=num_trials, catch=(Exception,))
    return study


@right("tpe_study")
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


@right("tpe_study")
def trial_after_trial(objective, num_trials, seed):
    study = optuna.create_study(direction="maximize", pruner=optuna.pruners.NopPruner())
    study.sampler = optuna.samplers.TPESampler(seed=seed)
    while len(study.trials) < num_trials:
        study.optimize(objective, n_trials=1, catch=ValueError)
    return study


def _study(objective, num_trials, sampler, direction="maximize", catch=(ValueError,)):
    study = optuna.create_study(direction=direction, sampler=sampler)
    study.optimize(objective, n_trials=num_trials, catch=catch)
    return study


@wrong(
    "tpe_study",
    "The study minimises. The objective returns an accuracy, and the higher the better.",
)
def minimises(objective, num_trials, seed):
    return _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed), direction="minimize")


@wrong(
    "tpe_study",
    "The study minimises minus the accuracy. The search is the same, but its values are no accuracies: let it maximise.",
)
def minus_the_accuracy(objective, num_trials, seed):
    sampler = optuna.samplers.TPESampler(seed=seed)
    return _study(lambda trial: -objective(trial), num_trials, sampler, direction="minimize")


@wrong("tpe_study", "These trials are drawn by chance alone. TPE is another sampler: optuna.samplers.TPESampler.")
def by_chance(objective, num_trials, seed):
    return _study(objective, num_trials, optuna.samplers.RandomSampler(seed=seed))


@wrong(
    "tpe_study",
    "Your TPE looks at each hyperparameter on its own (multivariate=False). By default Optuna 5 looks at them "
    "together.",
)
def one_by_one(objective, num_trials, seed):
    return _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed, multivariate=False))


@wrong(
    "tpe_study",
    "The seed makes no difference: the trials are those of the seed 0, whatever is asked for.",
)
def always_seed_0(objective, num_trials, seed):
    return _study(objective, num_trials, optuna.samplers.TPESampler(seed=0))


@wrong(
    "tpe_study",
    "The search ended with the first ValueError. With catch=(ValueError,) the trial fails and the search goes on.",
)
def does_not_catch(objective, num_trials, seed):
    return _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed), catch=())


@wrong(
    "tpe_study",
    "A trial that raised a ValueError counts as one with the accuracy 0 here. It has no accuracy: it failed.",
)
def zero_for_an_error(objective, num_trials, seed):
    def safely(trial):
        try:
            return objective(trial)
        except ValueError:
            return 0.0

    return _study(safely, num_trials, optuna.samplers.TPESampler(seed=seed))


@wrong(
    "tpe_study",
    "A trial that raised a ValueError counts as pruned here: ended early with what it had. It failed.",
)
def prunes_for_an_error(objective, num_trials, seed):
    def safely(trial):
        try:
            return objective(trial)
        except ValueError as error:
            raise optuna.TrialPruned from error

    return _study(safely, num_trials, optuna.samplers.TPESampler(seed=seed))


@wrong("tpe_study", "There is one trial less than was asked for.")
def one_trial_less(objective, num_trials, seed):
    return _study(objective, num_trials - 1, optuna.samplers.TPESampler(seed=seed))


@wrong("tpe_study", "There is one trial more than was asked for.")
def one_trial_more(objective, num_trials, seed):
    return _study(objective, num_trials + 1, optuna.samplers.TPESampler(seed=seed))


@wrong(
    "tpe_study",
    "Your study has num_trials trials that did not fail, and the failed ones on top. Failed trials count too.",
)
def failed_ones_on_top(objective, num_trials, seed):
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=seed))
    while sum(trial.state.name == "COMPLETE" for trial in study.trials) < num_trials and len(study.trials) < 99:
        study.optimize(objective, n_trials=1, catch=(ValueError,))
    return study


@wrong(
    "tpe_study",
    "The first trials of each call are random, but not as many as Optuna takes by default, which is ten: leave "
    "n_startup_trials alone.",
)
def five_to_start_with(objective, num_trials, seed):
    return _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed, n_startup_trials=5))


@wrong(
    "tpe_study",
    "All trials are the same as the first: a new sampler with the same seed begins its sequence anew. Make one "
    "sampler for the whole study.",
)
def new_sampler_each_time(objective, num_trials, seed):
    study = optuna.create_study(direction="maximize")
    for _ in range(num_trials):
        study.sampler = optuna.samplers.TPESampler(seed=seed)
        study.optimize(objective, n_trials=1, catch=(ValueError,))
    return study


@wrong("tpe_study", "You returned a dict of the best parameters. The whole study is asked for.")
def best_parameters(objective, num_trials, seed):
    return _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed)).best_params


@wrong("tpe_study", "You returned the list of trials. The study is asked for, which holds them.")
def trials_alone(objective, num_trials, seed):
    return _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed)).trials


@wrong("tpe_study", "Your function returns nothing: hand the study over with return.")
def returns_nothing(objective, num_trials, seed):
    _study(objective, num_trials, optuna.samplers.TPESampler(seed=seed))


# successive_halving -----------------------------------------------------------------------------


def _halving(curves, eta, *, first=1, at=-1, count=None, key=None, keep_last=True):
    """Successive halving with some of its parts exchanged.

    first: the first rung. at: offset of the column that is compared. count: takes how many race, returns how many go
    on. key: takes trial and rung, returns what is compared.
    """
    num_trials, num_epochs = curves.shape
    count = count or (lambda racing: max(1, racing // eta))
    key = key or (lambda trial, rung: curves[trial, rung + at])
    epochs, racing, rung = [0] * num_trials, list(range(num_trials)), first
    while rung < num_epochs:
        for trial in racing:
            epochs[trial] = rung
        racing = sorted(racing, key=lambda trial: (key(trial, rung), trial))[: count(len(racing))]
        rung *= eta
    for trial in racing:
        epochs[trial] = num_epochs if keep_last else epochs[trial]
    return epochs, min(racing, key=lambda trial: (curves[trial, -1], trial))


@right("successive_halving")
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


@right("successive_halving")
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


@right("successive_halving")
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


@right("successive_halving")
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


@wrong("successive_halving", "The trials with the highest losses go on. Of a loss the lowest is best.")
def keeps_the_worst(curves, eta):
    return _halving(curves, eta, key=lambda trial, rung: -curves[trial, rung - 1])


@wrong(
    "successive_halving",
    "You count the epochs of each rung anew and add them up, as if a trial that goes on began from the start. It goes "
    "on from where it was: a trial that reaches epoch 3 has had 3 epochs.",
)
def begins_anew(curves, eta):
    epochs, winner = _halving(curves, eta)
    num_epochs = curves.shape[1]
    rungs = [eta**power for power in range(64) if eta**power < num_epochs] + [num_epochs]
    return [sum(rung for rung in rungs if rung <= number) for number in epochs], winner


@wrong(
    "successive_halving",
    "You compare one epoch too late. curves[:, 0] is the loss after epoch 1, so after epoch r it is in column r - 1.",
)
def one_column_too_late(curves, eta):
    return _halving(curves, eta, at=0)


@wrong("successive_halving", "You round up how many go on. It is len // eta, rounded down, and at least one.")
def rounds_up(curves, eta):
    return _halving(curves, eta, count=lambda racing: -(-racing // eta))


@wrong(
    "successive_halving",
    "The race is right. But the winner comes from all trials, by a last loss that some of them were never trained "
    "to. It has to be one of those that were trained to the end.",
)
def winner_of_all(curves, eta):
    return _halving(curves, eta)[0], int(np.argmin(curves[:, -1]))


@wrong(
    "successive_halving",
    "The race is right. As the winner you gave its place among those that were left. The number of the trial is asked "
    "for.",
)
def place_among_the_rest(curves, eta):
    epochs, winner = _halving(curves, eta)
    left = [trial for trial, number in enumerate(epochs) if number == curves.shape[1]]
    return epochs, left.index(winner)


@wrong(
    "successive_halving",
    "The race is right. As the winner you returned a loss. The number of the trial is asked for.",
)
def loss_of_the_winner(curves, eta):
    epochs, winner = _halving(curves, eta)
    return epochs, float(curves[winner, -1])


@wrong(
    "successive_halving",
    "Trials that are out come back: at each rung you compare all of them. Only those that are still in the race are "
    "compared.",
)
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


@wrong(
    "successive_halving",
    "You divide the trials by 2 at each rung. They are divided by eta, as the epochs are multiplied by it.",
)
def always_half(curves, eta):
    return _halving(curves, eta, count=lambda racing: max(1, racing // 2))


@wrong("successive_halving", "Your first rung is after epoch eta. The first comparison is after epoch 1.")
def first_rung_at_eta(curves, eta):
    return _halving(curves, eta, first=eta)


@wrong(
    "successive_halving",
    "Your rungs are equally far apart: you add eta. From one to the next they are multiplied by it.",
)
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


@wrong(
    "successive_halving",
    "The winner is right. But those that pass the last rung are trained to num_epochs, and you leave them at that rung.",
)
def not_to_the_end(curves, eta):
    return _halving(curves, eta, keep_last=False)


@wrong(
    "successive_halving",
    "You divide the trials until none is left. At least one goes on: max(1, len // eta).",
)
def nobody_left(curves, eta):
    return _halving(curves, eta, count=lambda racing: racing // eta)


@wrong(
    "successive_halving",
    "You compare the lowest loss that each trial has had. At a rung it is the loss at this very epoch.",
)
def lowest_so_far(curves, eta):
    return _halving(curves, eta, key=lambda trial, rung: curves[trial, :rung].min())


@wrong(
    "successive_halving",
    "Of equal losses you prefer the trial with the higher number. The lower number is the better one.",
)
def higher_number_wins(curves, eta):
    epochs, winner = _halving(curves[::-1], eta)
    return epochs[::-1], len(curves) - 1 - winner


@wrong(
    "successive_halving",
    "Of equal losses more trials go on than may: you let everybody on who is as good as the last one that may. It is "
    "len // eta exactly.",
)
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


@wrong(
    "successive_halving",
    "The result is right. But you changed curves itself, the array of whoever called you. Work on a copy.",
)
def changes_curves(curves, eta):
    result = _halving(curves, eta)
    for trial, number in enumerate(result[0]):
        if number < curves.shape[1]:
            curves[trial, number:] = np.inf
    return result


@wrong("successive_halving", "You returned the epochs alone. The winner belongs to it: two things.")
def epochs_alone(curves, eta):
    return _halving(curves, eta)[0]


@wrong("successive_halving", "Both are right, in the other order: the epochs first, then the winner.")
def other_order(curves, eta):
    return _halving(curves, eta)[::-1]


@wrong("successive_halving", "Your function returns nothing: hand both over with return.")
def hands_over_nothing(curves, eta):
    _halving(curves, eta)


# paired_bootstrap -------------------------------------------------------------------------------


@right("paired_bootstrap")
def in_a_loop(scores_a, scores_b, rng):
    n, means = len(scores_a), []
    for _ in range(10_000):
        pairs = rng.choice(n, size=n)
        means.append(np.mean(scores_a[pairs] - scores_b[pairs]))
    return tuple(np.quantile(means, [0.025, 0.975]))


@right("paired_bootstrap")
def means_apart(scores_a, scores_b, rng):
    places = rng.choice(len(scores_a), size=(10_000, len(scores_a)), replace=True)
    means = scores_a[places].mean(axis=1) - scores_b[places].mean(axis=1)
    return np.percentile(means, [2.5, 97.5])


@right("paired_bootstrap")
def draws_the_differences(scores_a, scores_b, rng):
    gains = [float(a) - float(b) for a, b in zip(scores_a, scores_b, strict=True)]
    means = np.sort(rng.choice(gains, size=(len(gains), 10_000)).mean(axis=0))
    return float(means[250]), float(means[9749])


@right("paired_bootstrap")
def by_counts(scores_a, scores_b, rng):
    n = len(scores_a)
    counts = rng.multinomial(n, np.full(n, 1 / n), size=10_000)
    means = counts @ (scores_a - scores_b) / n
    return [np.percentile(means, 2.5), np.percentile(means, 97.5)]


@right("paired_bootstrap")
def with_scipy(scores_a, scores_b, rng):
    from scipy.stats import bootstrap

    gains = (np.subtract(scores_a, scores_b, dtype=float),)
    found = bootstrap(gains, np.mean, n_resamples=10_000, method="percentile", rng=rng, batch=1000)
    return found.confidence_interval.low, found.confidence_interval.high


def _ends(means, low=2.5, high=97.5):
    return float(np.percentile(means, low)), float(np.percentile(means, high))


def _places(n, rng, size=None, replace=True, times=10_000):
    size = n if size is None else size
    if replace:
        return rng.integers(n, size=(times, size))
    return np.array([rng.permutation(n)[:size] for _ in range(times)])


@wrong(
    "paired_bootstrap",
    "You draw the scores of a and those of b apart from each other, so pairs are torn apart. Draw pairs: the same "
    "places for both.",
)
def unpaired(scores_a, scores_b, rng):
    n = len(scores_a)
    return _ends(scores_a[_places(n, rng)].mean(axis=1) - scores_b[_places(n, rng)].mean(axis=1))


@wrong(
    "paired_bootstrap",
    "Your interval goes from the 5th to the 95th percentile, which holds 90 %. For 95 % it is the 2.5th and the "
    "97.5th.",
)
def ninety_percent(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng)].mean(axis=1), 5, 95)


@wrong(
    "paired_bootstrap",
    "np.percentile counts from 0 to 100: your ends are the 0.025th and the 0.975th percentile, both far down.",
)
def fractions_for_percentiles(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng)].mean(axis=1), 0.025, 0.975)


@wrong("paired_bootstrap", "The difference is a - b, and yours is b - a.")
def other_way_round(scores_a, scores_b, rng):
    gains = scores_b - scores_a
    return _ends(gains[_places(len(gains), rng)].mean(axis=1))


@wrong(
    "paired_bootstrap",
    "Both numbers are the mean difference: with pairs drawn without replacement, each resample is all pairs in "
    "another order. Draw with replacement.",
)
def without_replacement(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng, replace=False, times=500)].mean(axis=1))


@wrong(
    "paired_bootstrap",
    "These are percentiles of single differences. Asked are those of the means, each over n drawn pairs.",
)
def of_single_differences(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng, size=1)])


@wrong("paired_bootstrap", "You took the median of each resample. The mean is asked for.")
def medians(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(np.median(gains[_places(len(gains), rng)], axis=1))


@wrong("paired_bootstrap", "You returned high first. It is (low, high).")
def high_first(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng)].mean(axis=1))[::-1]


@wrong(
    "paired_bootstrap",
    "You draw by a generator of your own with a fixed seed, so every call draws the same. Use rng.",
)
def own_generator(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), np.random.default_rng(0))].mean(axis=1))


@wrong(
    "paired_bootstrap",
    "Equal generators give different intervals: something is not drawn from rng. np.random draws from NumPy's own.",
)
def global_generator(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    drawn = np.random.randint(len(gains), size=(10_000, len(gains)))  # noqa: NPY002
    return _ends(gains[drawn].mean(axis=1))


@wrong(
    "paired_bootstrap",
    "You drew nothing: this is mean ± 1.96 standard errors, for a bell curve. Draw pairs, and take percentiles of "
    "their means.",
)
def bell_curve(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    error = gains.std(ddof=1) / np.sqrt(len(gains))
    return float(gains.mean() - 1.96 * error), float(gains.mean() + 1.96 * error)


@wrong(
    "paired_bootstrap",
    "Each score of a is compared with the one of the same rank in b, because both were sorted. A pair is what stands "
    "at the same place.",
)
def sorted_first(scores_a, scores_b, rng):
    gains = np.sort(scores_a) - np.sort(scores_b)
    return _ends(gains[_places(len(gains), rng)].mean(axis=1))


@wrong("paired_bootstrap", "You took the size of each difference, without its sign. It is a - b.")
def without_the_sign(scores_a, scores_b, rng):
    gains = np.abs(scores_a - scores_b)
    return _ends(gains[_places(len(gains), rng)].mean(axis=1))


@wrong(
    "paired_bootstrap",
    "Each resample has fewer pairs than there are: half of them. It has n of n, with repetitions.",
)
def half_of_them(scores_a, scores_b, rng):
    gains = scores_a - scores_b
    return _ends(gains[_places(len(gains), rng, size=max(1, len(gains) // 2))].mean(axis=1))


@wrong(
    "paired_bootstrap",
    "That is the interval of the mean of a alone. It is about the differences a - b.",
)
def of_a_alone(scores_a, scores_b, rng):
    return _ends(scores_a[_places(len(scores_a), rng)].mean(axis=1))


@wrong("paired_bootstrap", "You returned the mean difference alone. Two numbers are asked for: (low, high).")
def mean_alone(scores_a, scores_b, rng):
    return float((scores_a - scores_b).mean())


@wrong(
    "paired_bootstrap",
    "The interval is right. But you subtracted in place, and changed scores_a, the array of whoever called you.",
)
def changes_a(scores_a, scores_b, rng):
    ends = _ends((scores_a - scores_b)[_places(len(scores_a), rng)].mean(axis=1))
    scores_a[:] = scores_a - scores_b
    return ends


@wrong(
    "paired_bootstrap",
    "The interval is right. But you changed scores_b, the array of whoever called you. Work on a copy.",
)
def changes_b(scores_a, scores_b, rng):
    ends = _ends((scores_a - scores_b)[_places(len(scores_a), rng)].mean(axis=1))
    scores_b[:] = scores_b[::-1].copy()
    return ends


@wrong("paired_bootstrap", "Your function returns nothing: hand both numbers over with return.")
def keeps_it(scores_a, scores_b, rng):
    _ends((scores_a - scores_b)[_places(len(scores_a), rng)].mean(axis=1))


# Quiz -------------------------------------------------------------------------------------------

wrong_choice(
    "quiz_1",
    "b",
    "Its mean is below the lowest loss so far, but by 0.02 only, and more it can hardly bring. Point a, with its "
    "wide doubt, may fall far below. Put the numbers into your expected_improvement.",
)
wrong_choice(
    "quiz_1",
    "c",
    "Its mean lies five standard deviations above the lowest loss so far: an improvement is next to impossible.",
)
wrong_choice(
    "quiz_2",
    324,
    "You let each trial begin anew at every rung. A trial that goes on from epoch 1 to epoch 3 takes two more.",
)
wrong_choice("quiz_2", 2187, "That is 81 times 27, all trials to the end. Most of them end earlier.")
wrong_choice("quiz_2", 81, "That is the first rung alone. 27 trials go on to epoch 3, 9 to epoch 9, 3 to epoch 27.")
wrong_choice("quiz_2", 189, "You left away the last stretch: three trials go on from epoch 9 to epoch 27.")
wrong_choice(
    "quiz_3",
    15,
    "The default sampler is TPE, but its first trials are random: n_startup_trials in the table above.",
)
wrong_choice("quiz_3", 10, "Ten is how many are random. The others learn from earlier ones.")
wrong_choice("quiz_3", 0, "The default sampler is TPE, which does learn, once it has had its random trials.")
wrong_choice(
    "quiz_4",
    "a",
    "It would be so for a configuration that was picked without looking at its score. This one was picked because of "
    "its score, and a part of that was luck.",
)
wrong_choice(
    "quiz_4",
    "b",
    "The search has found a good configuration, but training it again does not teach it anything. The luck that made "
    "it the best of a hundred does not come back.",
)
wrong_choice(
    "quiz_4",
    "d",
    "The new trainings are measured on the same validation part, and there too the luck of the seed is gone.",
)
wrong_choice(
    "quiz_5",
    "a",
    "The new sampler begins its sequence at the start, and draws again what it drew first.",
)
wrong_choice(
    "quiz_5",
    "c",
    "The same line opened it the first time, so it has load_if_exists=True or there was nothing to open. And an error "
    "would have run no trial. Here 40 more ran.",
)
wrong_choice(
    "quiz_5",
    "d",
    "Not the order: the same 40 configurations come again, because the new sampler begins its sequence at the start.",
)
