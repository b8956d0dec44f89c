"""Search: a live random search and a thousand replays, against KerasTuner and plain Optuna with `model.fit`.

Each figure is taken in a process of its own, which reports its peak memory too.
"""

import sys
import tempfile

from benchmarks.processes import measure, memory_row, report, seconds

NUM_TRIALS, NUM_EPOCHS, HIDDEN = 100, 10, 64
NUM_SLOW_TRIALS = 10  # of what takes seconds a trial
LOW, HIGH = 1e-3, 1.0  # learning rates
NUM_REPLAYS = 1000
# The live search of a lesson: method, trials, epochs of each, and arguments of `run_search`.
LESSON_SEARCHES = {
    "12": ("grid", 12, 10, {"levels": {"learning_rate": 6, "batch_size": 2}}),
    "13": ("random", 16, 10, {}),
    "14": ("multivariate-tpe", 24, 5, {}),
}
METHODS = ["grid", "random", "quasi-random", "coarse-to-fine", "successive-halving", "asha", "hyperband"]


def figures():
    live = measure(__name__, "live")
    yield from figure(f"{NUM_TRIALS}-trial live random search, compiled before", live["warm"], "s", 10, live)
    yield from figure(f"{NUM_TRIALS}-trial live random search, with compiling", live["cold"], "s", None)
    a_trial_of = {}
    for name, label in [("optuna", "plain Optuna with model.fit"), ("tuner", "KerasTuner with model.fit")]:
        slow = measure(__name__, name)
        a_trial_of[name] = a_trial = slow["seconds"] / NUM_SLOW_TRIALS
        yield from figure(f"{label}, {NUM_SLOW_TRIALS} trials, each", a_trial, "s", None, slow)
        ratio = a_trial / (live["warm"] / NUM_TRIALS)
        yield f"live random search against {label}", ratio, "x", "> 10 x", ratio > 10
    taken = measure(__name__, "lessons")
    for lesson, (_, num_trials, num_epochs, _) in LESSON_SEARCHES.items():
        label = f"lesson {lesson}: {num_trials} live trials of {num_epochs} epochs"
        yield from figure(f"{label}, with compiling", taken[lesson], "s", 10)
        # What a trial of `fit` takes goes mostly into building the model: fewer epochs save little.
        ratio = num_trials * a_trial_of["optuna"] / taken[lesson]
        yield f"the same trials by Optuna with model.fit ({NUM_EPOCHS} epochs)", ratio, "x", "-", True
    replays = measure(__name__, "replays")
    label = f"{NUM_REPLAYS:,} replays of a 30-trial search"
    for method in METHODS:
        bar = 5 if method == "random" else None
        yield from figure(f"{label}: {method}", replays[method], "s", bar, replays if bar else None)
    for method in ["tpe", "multivariate-tpe"]:
        yield from figure(f"one replay of a 30-trial search: {method}", replays[method], "s", None)


def figure(name, value, unit, bar, reported=None):
    """One row for the value, and one for the peak memory of the process that measured it."""
    yield name, value, unit, "-" if bar is None else f"< {bar} {unit}", bar is None or value < bar
    if reported:
        yield memory_row(reported)


def live():
    import keras  # noqa: F401, its import belongs to no search
    import optuna  # noqa: F401

    from helpers.data import fashion_mnist
    from helpers.search import LiveObjective, Real, Space, run_search
    from helpers.training import Configuration

    def configure(parameters, num_epochs):
        return Configuration(parameters["learning_rate"], num_epochs=num_epochs, hidden=(HIDDEN,))

    objective = LiveObjective(fashion_mnist(), NUM_EPOCHS, configure)
    space = Space(learning_rate=Real(LOW, HIGH, log=True))

    def search(seed):
        trials = run_search(objective, space, num_trials=NUM_TRIALS, seed=seed).trials
        assert len(trials) == NUM_TRIALS
        assert {trial.state for trial in trials} == {"complete"}

    return {"cold": seconds(lambda: search(0)), "warm": seconds(lambda: search(1))}


def lessons():
    """Seconds of each lesson's live search in one process, in their order."""
    import keras  # noqa: F401, its import belongs to no search
    import optuna  # noqa: F401

    from helpers.data import fashion_mnist
    from helpers.search import Choice, LiveObjective, Real, Space, run_search

    rates = Real(0.02, 0.64, log=True)
    spaces = {
        "12": Space(learning_rate=rates, batch_size=Choice((8, 32))),
        "13": Space(learning_rate=rates, l2=Real(1e-6, 1e-2, log=True)),
        "14": Space(learning_rate=rates, l2=Real(1e-6, 1e-2, log=True)),
    }

    def search(lesson):
        method, num_trials, num_epochs, options = LESSON_SEARCHES[lesson]
        objective = LiveObjective(fashion_mnist(), num_epochs)
        trials = run_search(objective, spaces[lesson], method, num_trials, **options).trials
        assert [trial.state for trial in trials] == ["complete"] * num_trials

    return {lesson: seconds(lambda lesson=lesson: search(lesson)) for lesson in LESSON_SEARCHES}


def build(learning_rate):
    """The same network as a person writes it."""
    import keras

    model = keras.Sequential(
        [
            keras.Input((14, 14)),
            keras.layers.Flatten(),
            keras.layers.Dense(HIDDEN, "relu"),
            keras.layers.Dense(10),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def fit_arguments():
    from helpers.data import fashion_mnist

    data = fashion_mnist()
    return {
        "x": data.x_train,
        "y": data.y_train,
        "batch_size": 32,
        "epochs": NUM_EPOCHS,
        "validation_data": (data.x_val, data.y_val),
        "verbose": 0,
    }


def optuna():
    import keras  # noqa: F401
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    arguments = fit_arguments()

    def objective(trial):
        model = build(trial.suggest_float("learning_rate", LOW, HIGH, log=True))
        return model.fit(**arguments).history["val_loss"][-1]

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    return {"seconds": seconds(lambda: study.optimize(objective, n_trials=NUM_SLOW_TRIALS))}


def tuner():
    import keras_tuner

    arguments = fit_arguments()
    with tempfile.TemporaryDirectory() as folder:
        search = keras_tuner.RandomSearch(
            lambda hp: build(hp.Float("learning_rate", LOW, HIGH, sampling="log")),
            objective="val_loss",
            max_trials=NUM_SLOW_TRIALS,
            seed=0,
            directory=folder,
        )
        return {"seconds": seconds(lambda: search.search(**arguments))}


def replays():
    from helpers.search import replay
    from helpers.search.bank import load_bank

    bank = load_bank()
    objective = bank.objective()
    taken = {
        method: seconds(
            lambda method=method: replay(objective, bank.space, method, 30, num_replays=NUM_REPLAYS)
        )
        for method in METHODS
    }
    for method in ["tpe", "multivariate-tpe"]:
        replay(objective, bank.space, method, 2, num_replays=1)  # Optuna's import
        taken[method] = (
            seconds(lambda method=method: replay(objective, bank.space, method, 30, num_replays=10)) / 10
        )
    return taken


if __name__ == "__main__":
    report(
        {"live": live, "optuna": optuna, "tuner": tuner, "lessons": lessons, "replays": replays}[
            sys.argv[1]
        ]()
    )
