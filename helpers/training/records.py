"""What goes into a training run and what comes out of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.arguments import (
    is_number,
    is_whole,
    require_between,
    require_count,
    require_left_out,
    require_one_of,
    require_rate,
    require_seed,
)
from helpers.models import NORMALIZATIONS, require_one_width
from helpers.training.optimizers import MOMENTS, OPTIMIZERS, WITH_MOMENTUM, is_schedule_free
from helpers.training.schedules import SCHEDULES, schedule_shares

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

ACTIVATIONS = ("relu", "tanh", "sigmoid")
METRICS = tuple(f"{part}_{what}" for what in ("losses", "accuracies") for part in ("train", "val", "test"))
INITIALIZERS = ("zeros", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal")
_USUAL_MOMENTUM = 0.9


@dataclass(frozen=True)
class Configuration:
    """The hyperparameters of one training run, under Keras's names where Keras has one.

    learning_rate: positive; under a schedule that has a name, its peak. It may be left out where the schedule
        is a function; where both are given, the function alone decides the steps, and the rate is what
        pictures and tables call the run by.
    batch_size: examples a step.
    num_epochs: passes over the training data, at most.
    hidden: units of each hidden layer, () for none.
    activation: of the hidden layers, "relu", "tanh" or "sigmoid".
    initializer: of the kernels, "zeros", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", or a
        number: the standard deviation of a normal distribution around 0. Or a list of these, one a kernel,
        that of the logits last. Biases start at 0.
    optimizer: "sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw", "muon", "schedule-free" (with Adam's
        mean squares) or "schedule-free-sgd". "adamw" with the same weight_decay is "adam": Keras decouples
        the decay in both. "muon" leaves the logits and all biases to Adam. The schedule-free ones are
        measured at their averaged weights, and end with them.
    momentum: from 0 to below 1, of "momentum" and "nesterov". The others have none: 0.9 stands for left out
        there, and means nothing.
    schedule: a name of `SCHEDULES`, which gives each step its rate as `scheduled_rates` does. Or a function,
        which takes the number of the epoch, or with schedule_by="step" of the step since the start, both
        from 0, and returns the learning rate, 0 or more.
    schedule_by: "epoch" or "step", of a function.
    l1, l2: the loss that is minimised has l1 * sum |w| + l2 * sum w^2 over all kernels added to it.
    bias_l2: and bias_l2 * sum b^2 over all biases, which one usually leaves alone.
    weight_decay: every step first takes the fraction learning_rate * weight_decay off every kernel.
    proximal_l1: every step ends with the proximal map of learning_rate * proximal_l1 * sum |w| on the
        kernels, which gives exact zeros.
    dropout: fraction of the outputs of each hidden layer that is dropped in training, from 0 to below 1.
    input_dropout: the same of the inputs.
    label_smoothing: in training the target of an example is 1 - label_smoothing for its class, and
        label_smoothing is shared out equally among all classes; from 0 to below 1. Losses that a run
        reports are without it.
    label_noise: fraction of the training labels that is made wrong, from 0 to 1.
    label_noise_seed: decides which; None for the seed of the training. With a number, trainings of several
        seeds learn from the same wrong labels, as an ensemble must.
    patience: stop once this many epochs have brought no new lowest validation loss; None: never.
    restore_best_weights: whether a run with patience ends with the weights of its best epoch.
    warm_up_share, decay_share, final_share: numbers of a schedule that has a name, as in `scheduled_rates`;
        None for its own.
    beta_1, beta_2: from 0 to below 1: how much of the mean and of the mean square of the gradients a step
        keeps, in "adam", "adamw" and the part of "muon" that is Adam; "rmsprop" has beta_2, which Keras
        calls rho. In "schedule-free" and "schedule-free-sgd" beta_1 says where between the last point
        and the average gradients are taken. None for the usual ones, `helpers.training.optimizers.MOMENTS`.
    epsilon: positive, added to the root of the mean square (in "rmsprop", as Keras has it, below the root);
        None for the usual one.
    adam_lr_ratio: rate of the part of "muon" that is Adam, as a multiple of learning_rate; None for 1.
    clip_norm: the gradients of a step are made shorter, all by one factor, where together they are longer
        than this; None: never.
    normalization, shortcut: what a hidden layer does beside its kernel, as in `mlp`: None, "batch", "layer"
        or "pre-layer"; and whether what came in is added. Shortcuts are for two hidden layers or more, all
        of one width. Moving statistics are weights of the run; validation and test part use them.
    norm_momentum: from 0 to below 1, what the moving statistics of "batch" keep at a step; None for .99.
    norm_epsilon: positive, added to the variances; None for .001.
    rate_factors: one number a kernel, 0 or more, that of the logits last: by this the rate of its steps, of
        its decay and of those of its bias and its norm is multiplied. 0 freezes a layer, but not the moving
        statistics of its norm. None: 1 for all.

    Raises ValueError that names the hyperparameter which is out of range.

    Lesson 01; the lessons 02 to 07, 09 to 11 and 16 add theirs.
    """

    learning_rate: float | None = None
    batch_size: int = 32
    num_epochs: int = 10
    hidden: tuple[int, ...] = (64, 64)
    activation: str = "relu"
    initializer: str | float | tuple[str | float, ...] = "glorot_uniform"
    optimizer: str = "sgd"
    momentum: float = _USUAL_MOMENTUM
    schedule: str | Callable[[int], float] | None = None
    schedule_by: str = "epoch"
    l1: float = 0.0
    l2: float = 0.0
    weight_decay: float = 0.0
    bias_l2: float = 0.0
    proximal_l1: float = 0.0
    dropout: float = 0.0
    input_dropout: float = 0.0
    label_smoothing: float = 0.0
    label_noise: float = 0.0
    label_noise_seed: int | None = None
    patience: int | None = None
    restore_best_weights: bool = True
    warm_up_share: float | None = None
    decay_share: float | None = None
    final_share: float | None = None
    beta_1: float | None = None
    beta_2: float | None = None
    epsilon: float | None = None
    adam_lr_ratio: float | None = None
    clip_norm: float | None = None
    normalization: str | None = None
    norm_momentum: float | None = None
    norm_epsilon: float | None = None
    shortcut: bool = False
    rate_factors: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        self._require_schedule()
        require_count("batch_size", self.batch_size)
        require_count("num_epochs", self.num_epochs)
        if not isinstance(self.hidden, tuple | list):
            raise ValueError(
                f"hidden must list the units of each layer, as in (64, 64), not {self.hidden!r}."
            )
        for units in self.hidden:
            require_count("each entry of hidden", units)
        require_one_of("activation", self.activation, ACTIVATIONS)
        self._require_start()
        require_one_of("schedule_by", self.schedule_by, ("epoch", "step"))
        for name in ("l1", "l2", "weight_decay", "bias_l2", "proximal_l1"):
            require_between(name, getattr(self, name), 0, math.inf, "a finite number, 0 or more")
        for name in ("momentum", "dropout", "input_dropout", "label_smoothing"):
            require_between(name, getattr(self, name), 0, 1, "a number from 0 to below 1")
        self._require_optimizer()
        require_between("label_noise", self.label_noise, 0, math.nextafter(1, 2), "a number from 0 to 1")
        if self.label_noise_seed is not None:
            require_seed(self.label_noise_seed, "label_noise_seed")
        if self.patience is not None:
            require_count("patience", self.patience, least=0)
        for name in ("restore_best_weights", "shortcut"):
            if not isinstance(getattr(self, name), bool | np.bool_):
                raise ValueError(f"{name} must be True or False, not {getattr(self, name)!r}.")
        self._require_norms()
        self._require_factors()
        self._take_numbers_of_numpy()

    def _require_schedule(self) -> None:
        schedule = self.schedule
        if isinstance(schedule, str):
            require_one_of("schedule", schedule, SCHEDULES)
            schedule_shares(schedule, self.shares)
        elif schedule is None or callable(schedule):
            require_left_out("it belongs to a schedule that has a name", **self.shares)
        else:
            names = ", ".join(SCHEDULES)
            raise ValueError(
                f"schedule must be a function of the epoch or the step, or one of {names}, not {schedule!r}."
            )
        if self.learning_rate is not None or not callable(schedule):
            require_rate("learning_rate", self.learning_rate)

    def _require_optimizer(self) -> None:
        kind = self.optimizer
        require_one_of("optimizer", kind, OPTIMIZERS)
        without = f"the optimizer {kind!r} has none"
        if kind not in WITH_MOMENTUM and self.momentum != _USUAL_MOMENTUM:
            require_left_out(without, momentum=self.momentum)
        own = MOMENTS.get(kind, {})
        require_left_out(without, **{name: value for name, value in self.moments.items() if name not in own})
        for name in ("beta_1", "beta_2"):
            if getattr(self, name) is not None:
                require_between(name, getattr(self, name), 0, 1, "a number from 0 to below 1")
        if kind != "muon":
            require_left_out(without, adam_lr_ratio=self.adam_lr_ratio)
        for name in ("epsilon", "adam_lr_ratio", "clip_norm"):
            if getattr(self, name) is not None:
                require_rate(name, getattr(self, name))
        if kind == "muon" and not self.hidden:
            raise ValueError("the optimizer 'muon' needs hidden layers: the logits it leaves to Adam.")
        if is_schedule_free(kind) and self.proximal_l1:
            raise ValueError(f"proximal_l1 must be 0: {kind!r} ends with averages, which it does not move.")

    def _require_start(self) -> None:
        starts = self.initializer if isinstance(self.initializer, tuple | list) else None
        if starts is not None and len(starts) != len(self.hidden) + 1:
            raise ValueError(
                f"initializer must have one entry a kernel, {len(self.hidden) + 1}, not {len(starts)}."
            )
        for start in [self.initializer] if starts is None else starts:
            if is_number(start):
                require_rate("initializer as a standard deviation", start)
            else:
                require_one_of("initializer", start, INITIALIZERS)

    def _require_norms(self) -> None:
        kind = self.normalization
        if kind is None:
            require_left_out("there is no normalization", **self.of_norms)
        else:
            require_one_of("normalization", kind, NORMALIZATIONS)
            if not self.hidden:
                raise ValueError(f"normalization={kind!r} needs hidden layers.")
        if kind != "batch":
            require_left_out(
                "only batch normalization has moving statistics", norm_momentum=self.norm_momentum
            )
        if self.norm_momentum is not None:
            require_between("norm_momentum", self.norm_momentum, 0, 1, "a number from 0 to below 1")
        if self.norm_epsilon is not None:
            require_rate("norm_epsilon", self.norm_epsilon)
        if kind == "batch" and is_schedule_free(self.optimizer):
            raise ValueError(
                f"normalization='batch' has moving statistics of other weights than the averages of "
                f"{self.optimizer!r}: use 'layer', or another optimizer."
            )
        if self.shortcut:
            require_one_width(self.hidden)

    def _require_factors(self) -> None:
        if self.rate_factors is None:
            return
        if not isinstance(self.rate_factors, tuple | list):
            raise ValueError(f"rate_factors must list a number a kernel, not {self.rate_factors!r}.")
        if len(self.rate_factors) != len(self.hidden) + 1:
            raise ValueError(
                f"rate_factors must have one entry a kernel, {len(self.hidden) + 1}, "
                f"not {len(self.rate_factors)}."
            )
        for factor in self.rate_factors:
            require_between("each entry of rate_factors", factor, 0, math.inf, "a finite number, 0 or more")

    @property
    def of_norms(self) -> dict[str, float]:
        """Those of norm_momentum and norm_epsilon that are given."""
        values = {"norm_momentum": self.norm_momentum, "norm_epsilon": self.norm_epsilon}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def moments(self) -> dict[str, float]:
        """Those of beta_1, beta_2 and epsilon that are given."""
        values = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def shares(self) -> dict[str, float | None]:
        """The numbers of a schedule that has a name, as `scheduled_rates` takes them."""
        return {
            "warm_up_share": self.warm_up_share,
            "decay_share": self.decay_share,
            "final_share": self.final_share,
        }

    def _take_numbers_of_numpy(self) -> None:
        """Turn NumPy's numbers, which Keras refuses in some places, into Python's."""
        for entry in fields(self):
            value = getattr(self, entry.name)
            if is_whole(value) and "int" in entry.type:
                object.__setattr__(self, entry.name, int(value))
            elif is_number(value):
                object.__setattr__(self, entry.name, float(value))
            elif entry.name in ("restore_best_weights", "shortcut"):
                object.__setattr__(self, entry.name, bool(value))
            elif entry.name in ("initializer", "rate_factors") and isinstance(value, tuple | list):
                plain = tuple(float(each) if is_number(each) else each for each in value)
                object.__setattr__(self, entry.name, plain)
        object.__setattr__(self, "hidden", tuple(int(units) for units in self.hidden))


@dataclass(frozen=True, eq=False)  # arrays have no single truth value to compare by
class Run:
    """What one training run did.

    Curves are float64, one value for each epoch that ran, shape (epochs,): num_epochs of the configuration,
    or fewer where patience ran out or the run diverged. Losses are cross-entropies (mean squared errors
    for a `Regression`) without any penalty, so that runs of different penalties can be compared.
    Accuracies of a `Regression` are nan.

    configuration, seed: what it was trained with.
    train_losses, train_accuracies: what Keras reports, the mean over the epoch of each batch before its own
        step, with dropout at work.
    val_losses, val_accuracies: measured after the epoch, on the whole part, without dropout.
    test_losses, test_accuracies: the same; None unless test curves were asked for.
    num_updates: steps taken.
    seconds: wall time, with compiling where the function was not compiled yet.
    diverged: whether a loss stopped being a finite number; the run ends with that epoch.
    stuck: whether the model ended with the same outputs for at least 99 of 100 validation examples. Its
        relu units are dead, no gradient tells these examples apart, and the loss does not fall below that of
        guessing: ln 10 = 2.303 for ten balanced classes.
    stopped_epoch: the epoch, from 0, after which patience had run out; None when it did not.
    best_epoch: the first epoch with the lowest finite validation loss; 0 when there is none.
    weights: the trained weights, as `model.set_weights` takes them; see `trained_model`.
    """

    configuration: Configuration
    seed: int
    train_losses: np.ndarray
    val_losses: np.ndarray
    train_accuracies: np.ndarray
    val_accuracies: np.ndarray
    num_updates: int
    seconds: float
    diverged: bool
    stuck: bool
    weights: tuple[np.ndarray, ...] = field(repr=False)
    stopped_epoch: int | None = None
    best_epoch: int = 0
    test_losses: np.ndarray | None = None
    test_accuracies: np.ndarray | None = None

    @property
    def final_epoch(self) -> int:
        """The epoch, from 0, whose weights the run ended with: the best one if it was restored."""
        restored = self.configuration.patience is not None and self.configuration.restore_best_weights
        return self.best_epoch if restored else len(self.val_losses) - 1

    @property
    def val_loss(self) -> float:
        """The validation loss of the weights that the run ended with."""
        return float(self.val_losses[self.final_epoch])

    @property
    def val_accuracy(self) -> float:
        """The validation accuracy of the weights that the run ended with."""
        return float(self.val_accuracies[self.final_epoch])

    @property
    def test_loss(self) -> float | None:
        """The test loss of the weights that the run ended with; None unless it was asked for."""
        return None if self.test_losses is None else float(self.test_losses[self.final_epoch])

    @property
    def test_accuracy(self) -> float | None:
        """The test accuracy of the weights that the run ended with; None unless it was asked for."""
        return None if self.test_accuracies is None else float(self.test_accuracies[self.final_epoch])


class Curves(NamedTuple):
    """What was measured after each epoch: losses and accuracies of the three parts, shape (num_epochs,) each.

    The test part's are nan where it was not measured; accuracies are nan for a regression.
    """

    train_losses: ArrayLike
    val_losses: ArrayLike
    test_losses: ArrayLike
    train_accuracies: ArrayLike
    val_accuracies: ArrayLike
    test_accuracies: ArrayLike


class RangeTest(NamedTuple):
    """A learning-rate range test: one rate and one loss a step.

    learning_rates, losses: float64, shape (num_steps,); the loss of each step's batch before the step.
    """

    learning_rates: np.ndarray
    losses: np.ndarray
