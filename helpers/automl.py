"""AutoKeras as it runs today: a head that works, a seed that holds, its trials as the course's own records.

AutoKeras 3.0.0 was released in November 2025 and has rested since. Keras went on: AutoKeras's own
`ClassificationHead` fails from Keras 3.13 on, because it hands a layer a size that is no int.
"""

from __future__ import annotations

import contextlib
import io
import logging
import time
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from helpers.arguments import require_count, require_seed
from helpers.data import Dataset

if TYPE_CHECKING:
    import autokeras
    import keras_tuner

    from helpers.search import Search, Space


def classification_head(**options: Any) -> autokeras.ClassificationHead:
    """Return AutoKeras's head for classes, mended.

    options: as `autokeras.ClassificationHead` takes them.

    Lesson 15.
    """
    import autokeras

    class ClassificationHead(autokeras.ClassificationHead):
        """The same with sizes that are ints."""

        def build(self, hp: keras_tuner.HyperParameters, inputs: Any = None) -> Any:
            shape: tuple = self.shape  # type: ignore[has-type]
            self.shape = tuple(map(int, shape))
            return super().build(hp, inputs)

    return ClassificationHead(**options)


def fit_auto_model(
    model: autokeras.AutoModel, data: Dataset, num_epochs: int, seed: int = 0
) -> tuple[Search, int]:
    """Let an AutoModel search, and return its trials and the epochs of the final training.

    The record goes by the model's objective where that is "val_accuracy", otherwise by "val_loss".

    When the search has ended, AutoKeras trains the best model again, from the start, and writes it to
    `model.tuner.best_model_path`. `model.export_model()`, `predict` and `evaluate` do not read that file:
    they take the best trial with the weights of its best epoch. Trials end early after ten epochs without a
    lower validation loss, the final training does not. The same seed gives the same search.

    model: of an image input; searched with `data`'s validation part.
    num_epochs: of a trial, at most, and of the final training.
    seed: of all that is drawn. AutoKeras's own `seed` reaches neither the weights nor the order of the
        examples, and it takes 0 for none.

    Raises ValueError for num_epochs below 1, a seed that is none, and a model that has searched before: it
    would load its old trials and not search again.

    Source: Jin et al., AutoKeras: An AutoML Library for Deep Learning, JMLR 2023. Lesson 15.
    """
    import keras

    require_count("num_epochs", num_epochs)
    seed = require_seed(seed)
    if model.tuner.oracle.trials:
        raise ValueError(
            f"model has trials already, in {model.tuner.project_dir}: give AutoModel overwrite=True, or "
            "another directory."
        )
    recorder = _recorder(model.tuner.oracle)
    keras.utils.set_random_seed(seed)
    model.tuner.oracle.seed = seed
    model.tuner.oracle._seed_state = seed
    with _silence():
        model.fit(
            data.x_train[..., np.newaxis],
            data.y_train,
            validation_data=(data.x_val[..., np.newaxis], data.y_val),
            epochs=num_epochs,
            callbacks=[recorder],
            verbose=0,
        )
    trials = [model.tuner.oracle.trials[name] for name in model.tuner.oracle.start_order]
    return _search_of(model, trials, recorder.runs, seed), recorder.runs[-1]["epochs"]


class Declared(NamedTuple):
    """What an AutoModel may build.

    options: hyperparameter -> its values, also those that only a deeper network has.
    fewest, most: the number of weights of the smallest and the largest network.
    layers: the kinds of the largest network's layers, in their order.
    """

    options: dict[str, tuple]
    fewest: int
    most: int
    layers: tuple[str, ...]


def declared_by(model: autokeras.AutoModel, data: Dataset) -> Declared:
    """Return what an AutoModel would search, without any training: two networks are built, none is kept.

    Raises what AutoKeras raises when it cannot build the network.

    Lesson 15.
    """
    tuner = model.tuner
    with _silence():
        inputs, labels = data.x_train[..., np.newaxis], data.y_train
        (x, y), _ = model._check_and_adapt(inputs, labels, None)
        model._analyze_data((x, y))
        model._build_hyper_pipeline()
        tuner.hypermodel.set_fit_args(0, epochs=1)
        values, sizes = _extremes(), []
        tuner._prepare_model_build(values, x=x, y=y)
        for values.extreme in (min, max):
            network = tuner.hypermodel.build(values)
            sizes.append(network.count_params())
    options = {entry.name: _options_of(entry) for entry in values.space}
    fewest, most = sizes
    return Declared(options, fewest, most, tuple(type(layer).__name__ for layer in network.layers))


def _extremes() -> Any:
    """Return hyperparameters that give the lowest or the highest of their numbers, and the default of texts.

    Whatever a block asks for gets its extreme at once: one network is built for each, however deep it is.
    """
    import keras_tuner

    class Extremes(keras_tuner.HyperParameters):
        """Those that a block has asked for; `extreme` is min or max."""

        extreme: Any = min

        def _retrieve(self, hp: Any) -> Any:
            value, options = super()._retrieve(hp), _options_of(hp)
            if value is not None and not isinstance(options[0], str):
                value = self.values[hp.name] = self.extreme(options)
            return value

    return Extremes()


def _options_of(entry: Any) -> tuple:
    """Return the values that a hyperparameter of KerasTuner may have."""
    if type(entry).__name__ == "Boolean":
        return False, True
    return tuple(entry.values) if hasattr(entry, "values") else (entry.value,)


def _recorder(oracle: Any) -> Any:
    """Return a callback that keeps what every training shows, in the order in which they begin.

    oracle: KerasTuner's, which knows whose training has begun.
    """
    import keras

    class Recorder(keras.callbacks.Callback):
        """One entry a training: losses, accuracies, seconds."""

        def __init__(self) -> None:
            super().__init__()
            self.runs: list[dict[str, Any]] = []

        def __deepcopy__(self, memo: dict) -> Recorder:
            return self  # KerasTuner copies callbacks for each trial; this one must hear of all

        def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
            trial = next(iter(oracle.ongoing_trials.values()), None)  # none in the final training
            name = None if trial is None else trial.trial_id
            self.runs.append({**_untrained(), "trial": name, "began": time.perf_counter()})

        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            run, logs = self.runs[-1], logs or {}
            run["epochs"] += 1
            run["seconds"] = time.perf_counter() - run["began"]
            if "val_loss" in logs:
                run["losses"].append(float(logs["val_loss"]))
                run["accuracies"].append(float(logs["val_accuracy"]))

    return Recorder()


def _untrained() -> dict[str, Any]:
    return {"losses": [], "accuracies": [], "epochs": 0, "seconds": 0.0}


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Drop what AutoKeras, KerasTuner and Keras say on the way: the old one's trouble with the new."""
    with (
        warnings.catch_warnings(action="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        logger = logging.getLogger("tensorflow")
        level = logger.level
        logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            logger.setLevel(level)


def _search_of(
    model: autokeras.AutoModel, trials: list[keras_tuner.engine.trial.Trial], runs: list[dict], seed: int
) -> Search:
    from helpers.search import Search, Trial
    from helpers.search.records import METRICS

    # A network that is too large, or cannot be built, is a trial without a training.
    by_trial = {run["trial"]: run for run in runs}
    records, cost = [], 0
    for number, trial in enumerate(trials):
        run = by_trial.get(trial.trial_id, _untrained())
        cost += run["epochs"]
        ended = trial.status == "COMPLETED"
        records.append(
            Trial(
                number=number,
                parameters=dict(trial.hyperparameters.values),
                seed=seed,
                state="complete" if ended else "failed",
                val_losses=tuple(run["losses"]),
                val_accuracies=tuple(run["accuracies"]),
                ended_at=cost,
                seconds=run["seconds"],
                error="" if ended else str(trial.message or trial.status),
            )
        )
    oracle = type(model.tuner.oracle).__name__.removesuffix("Oracle").lower()
    objective = model.tuner.oracle.objective.name
    metric = objective if objective in METRICS else "val_loss"
    return Search(oracle, space_of(model), tuple(records), seed, metric)


def space_of(model: autokeras.AutoModel) -> Space:
    """Return what an AutoModel has searched so far, as the course's own space.

    KerasTuner learns of hyperparameters while it builds models: those of parts that no trial had are missing.

    Raises ValueError before the first trial.

    Lesson 15.
    """
    from helpers.search import Choice, Space

    space = model.tuner.oracle.get_space().space
    options = {entry.name: tuple(entry.values) for entry in space if len(getattr(entry, "values", ())) > 1}
    options |= {entry.name: (False, True) for entry in space if type(entry).__name__ == "Boolean"}
    if not options:
        raise ValueError("the model has not searched yet: fit_auto_model(model, data, num_epochs).")
    return Space(**{name: Choice(values) for name, values in options.items()})
