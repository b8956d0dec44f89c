"""Train in one compiled function, with Keras's numbers."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence

import numpy as np

from helpers.arguments import require_seed
from helpers.data import Dataset, Regression
from helpers.models import NORM_EPSILON, NORM_MOMENTUM, initial_weights
from helpers.training.compiled import CompiledRun, train_compiled
from helpers.training.compiled_inputs import Architecture, Numbers
from helpers.training.optimizers import MOMENTS
from helpers.training.plan import (
    learning_rates,
    make_run,
    num_outputs,
    orders,
    prepare,
    require_fitting,
)
from helpers.training.records import Configuration, Run


def train_fast(
    configuration: Configuration,
    data: Dataset | Regression,
    seed: int = 0,
    *,
    test_curves: bool = False,
    weights: Sequence[np.ndarray] | None = None,
) -> Run:
    """Train as `train_with_keras` does, with the same numbers, in one compiled function.

    The first call for an architecture, a kind of optimizer and a shape of the data compiles for a second
    or two; every later one, with whatever rate, schedule, penalties, noise and seed, takes a few hundredths
    of a second. Dropout drops other units than Keras does, with the same chance.

    Both round differently in the seventh digit. Where training is stable the difference stays there, but for
    relu units whose input rounds to either side of 0: these let an example through in one way only, and a
    loss may differ in the third digit. In lesson 01's network that comes in about one training of six, and
    a nudge of the initial weights by their last digit does the same. At rates near the largest useful one a
    difference grows from step to step, as it does between two machines.

    seed: decides the initial weights, the order of the examples, the wrong labels and the dropped units.
    test_curves: whether the test part is measured after every epoch too.
    weights: to begin with, as another run's `weights` are, for going on or for fine-tuning; None for those of
        the seed. An optimizer begins anew in any case.

    Raises ValueError for a batch larger than the training part, labels out of range or not one an example,
    values in the data that are no finite numbers, a schedule that returns no rate, weights of another
    network, test curves without a test part, wrong or smoothed labels for a Regression, and a seed that is
    none.

    Lesson 01.
    """
    import keras  # noqa: F401, its import takes seconds and belongs to no run

    seed = require_seed(seed)
    data = prepare(configuration, data, seed, test_curves=test_curves)
    started = time.perf_counter()
    num_steps = math.ceil(len(data.x_train) / configuration.batch_size)
    rates = learning_rates(configuration, num_steps)
    rows, example_weights = batches(len(data.x_train), configuration, num_steps, seed)
    if weights is not None:
        weights = require_fitting(weights, starting_weights(configuration, data, seed))
    outcome = train_batches(configuration, data, seed, rows, example_weights, rates, test_curves, weights)
    return run_of(outcome, configuration, seed, time.perf_counter() - started, test_curves)


def starting_weights(
    configuration: Configuration, data: Dataset | Regression, seed: int = 0
) -> list[np.ndarray]:
    """Return the weights with which a training begins, as `run.weights` has those with which it ends.

    seed: of the training.

    Lesson 02.
    """
    return initial_weights(
        configuration.hidden,
        data.x_train.shape[1:],
        num_outputs(data),
        require_seed(seed),
        configuration.initializer,
        configuration.normalization,
    )


def run_of(
    outcome: CompiledRun, configuration: Configuration, seed: int, seconds: float, test_curves: bool = False
) -> Run:
    """Return the record of a compiled training."""
    return make_run(
        configuration,
        seed,
        outcome.curves,
        outcome.val_outputs,
        outcome.weights,
        outcome.losses.shape[1],
        seconds,
        test_curves,
    )


def batches(
    num_examples: int, configuration: Configuration, num_steps: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows of each step and their weights, both of shape (num_epochs, num_steps, batch_size).

    The last batch of an epoch may be ragged: it is filled up with examples of weight 0.
    """
    shape = configuration.num_epochs, num_steps, configuration.batch_size
    missing = ((0, 0), (0, num_steps * configuration.batch_size - num_examples))
    rows = orders(num_examples, configuration.num_epochs, seed)
    example_weights = np.pad(np.ones(rows.shape, np.float32), missing)
    return np.pad(rows, missing).reshape(shape), example_weights.reshape(shape)


def train_batches(
    configuration: Configuration,
    data: Dataset | Regression,
    seed: int,
    rows: np.ndarray,
    example_weights: np.ndarray,
    rates: np.ndarray,
    test_curves: bool = False,
    weights: Sequence[np.ndarray] | None = None,
) -> CompiledRun:
    """Train on given batches at given rates, and return what `train_compiled` does.

    data: as it is trained on.
    rows, example_weights: what `batches` returns.
    rates: of each step, float32, shape (num_epochs, num_steps).
    weights: to begin with; None for those of the seed.
    """
    architecture = Architecture(
        configuration.hidden,
        configuration.activation,
        data.x_train.shape[1:],
        num_outputs(data),
        configuration.optimizer,
        dropout=configuration.dropout > 0,
        input_dropout=configuration.input_dropout > 0,
        proximal=configuration.proximal_l1 > 0,
        label_smoothing=configuration.label_smoothing > 0,
        bias_penalty=configuration.bias_l2 > 0,
        regression=isinstance(data, Regression),
        moments=bool(configuration.moments),
        clipping=configuration.clip_norm is not None,
        normalization=configuration.normalization,
        shortcut=configuration.shortcut,
        rate_factors=configuration.rate_factors is not None,
    )
    moments = MOMENTS.get(configuration.optimizer, {}) | configuration.moments
    patience = configuration.patience
    numbers = Numbers(
        configuration.momentum,
        configuration.l1,
        configuration.l2,
        configuration.bias_l2,
        configuration.weight_decay,
        configuration.proximal_l1,
        configuration.dropout,
        configuration.input_dropout,
        configuration.label_smoothing,
        num_epochs=len(rates),
        patience=len(rates) + 1 if patience is None else max(patience, 1),
        restore=int(patience is not None and configuration.restore_best_weights),
        dropout_seed=seed,
        beta_1=_with_rest(moments.get("beta_1", 0.0)),
        beta_2=_with_rest(moments.get("beta_2", 0.0)),
        epsilon=moments.get("epsilon", 0.0),
        adam_lr_ratio=_or_usual(configuration.adam_lr_ratio, 1.0),
        clip_norm=_or_usual(configuration.clip_norm, math.inf),
        norm_momentum=_with_rest(_or_usual(configuration.norm_momentum, NORM_MOMENTUM)),
        norm_epsilon=_or_usual(configuration.norm_epsilon, NORM_EPSILON),
        rate_factors=configuration.rate_factors or (),
    )
    if weights is None:
        weights = starting_weights(configuration, data, seed)
    # Without test curves the test part is empty: it costs no time.
    parts = data._asdict()
    if not test_curves:
        parts |= {"x_test": data.x_test[:0], "y_test": data.y_test[:0]}
    return train_compiled(architecture, numbers, list(weights), rows, example_weights, rates, parts)


def _with_rest(beta: float) -> tuple[float, float]:
    return beta, 1 - beta


def _or_usual(value: float | None, usual: float) -> float:
    return usual if value is None else value
