"""What both ways of training share: the order of the examples, the rates, what data may be, the record."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from helpers.data import NUM_CLASSES, Dataset, Regression, with_label_noise
from helpers.training.records import Configuration, Curves, Run
from helpers.training.schedules import scheduled_rates

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def num_outputs(data: Dataset | Regression) -> int:
    """Return the number of outputs of a model for the data: a logit a class, or one number."""
    return 1 if isinstance(data, Regression) else NUM_CLASSES


def prepare(
    configuration: Configuration, data: Dataset | Regression, seed: int, *, test_curves: bool = False
) -> Dataset | Regression:
    """Return the data as it is trained on, with the configuration's label noise.

    seed: of the training; it draws the wrong labels where the configuration has no seed for them.
    test_curves: whether the test part must hold examples.

    Raises ValueError for data that would train to nonsense without a word.
    """
    if not isinstance(configuration, Configuration):
        raise ValueError(f"configuration must be a Configuration, not {configuration!r}.")
    require_usable(data, configuration.batch_size)
    if test_curves and not len(data.x_test):
        raise ValueError("data.x_test holds no examples: there are no test curves.")
    for name in ("label_noise", "label_smoothing"):
        if getattr(configuration, name) and isinstance(data, Regression):
            raise ValueError(f"{name}={getattr(configuration, name)} needs classes; data is a Regression.")
    if isinstance(data, Regression) or not configuration.label_noise:
        return data
    of_labels = configuration.label_noise_seed
    return with_label_noise(data, configuration.label_noise, seed if of_labels is None else of_labels)


def orders(num_examples: int, num_epochs: int, seed: int) -> np.ndarray:
    """Return the order of the examples in each epoch, int32, shape (num_epochs, num_examples)."""
    rows = np.tile(np.arange(num_examples, dtype=np.int32), (num_epochs, 1))
    return np.random.default_rng(seed).permuted(rows, axis=1)


def learning_rates(configuration: Configuration, num_steps: int) -> np.ndarray:
    """Return the rate of each step of each epoch, float32, shape (num_epochs, num_steps).

    Raises ValueError for a schedule that returns anything but a finite number of at least 0.
    """
    shape = configuration.num_epochs, num_steps
    schedule, by = configuration.schedule, configuration.schedule_by
    if schedule is None:
        return np.full(shape, configuration.learning_rate, np.float32)
    if isinstance(schedule, str):
        assert configuration.learning_rate is not None  # it is the peak
        peak, shares = configuration.learning_rate, configuration.shares
        return scheduled_rates(schedule, peak, math.prod(shape), **shares).astype(np.float32).reshape(shape)
    if by == "epoch":
        rates = np.array([_rate(schedule, by, epoch) for epoch in range(shape[0])], np.float32)
        return np.repeat(rates[:, np.newaxis], num_steps, axis=1)
    rates = np.array([_rate(schedule, by, step) for step in range(math.prod(shape))], np.float32)
    return rates.reshape(shape)


def _rate(schedule: Callable[[int], float], by: str, place: int) -> float:
    """Return the rate of a schedule at the epoch or the step (`by`) of this number."""
    rate = schedule(place)
    where = f"{by} {place}"
    try:
        number = float(rate)
    except (TypeError, ValueError):
        raise ValueError(f"schedule must return a number, but at {where} it returns {rate!r}.") from None
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(
            f"schedule must return a finite rate of at least 0, but at {where} it returns {number}."
        )
    return number


def make_run(
    configuration: Configuration,
    seed: int,
    curves: Curves,
    val_outputs: np.ndarray,
    weights: Sequence[np.ndarray],
    num_steps: int,
    seconds: float,
    test_curves: bool,
) -> Run:
    """Return the record of a run.

    curves: one value each for each epoch that ran.
    val_outputs: of the final weights, for telling a stuck run.
    weights: the final ones.
    num_steps: updates an epoch.
    seconds: wall time.
    test_curves: whether the run keeps those of the test part.
    """
    train_losses, val_losses, test_losses = map(_as_floats, curves[:3])
    # They were float32, which has seven digits: 0.654 would print as 0.6540000438690186.
    train_accuracies, val_accuracies, test_accuracies = (
        np.round(_as_floats(curve), 7) for curve in curves[3:]
    )
    finite = np.isfinite(val_losses)
    diverged = not (finite.all() and np.isfinite(train_losses).all())
    best_epoch = int(np.argmin(np.where(finite, val_losses, np.inf)))
    out_of_patience = (
        configuration.patience is not None
        and not diverged
        and len(val_losses) - 1 - best_epoch >= max(configuration.patience, 1)
    )
    return Run(
        configuration,
        seed,
        train_losses,
        val_losses,
        train_accuracies,
        val_accuracies,
        num_updates=num_steps * len(val_losses),
        seconds=seconds,
        diverged=diverged,
        stuck=bool(np.mean(np.isclose(val_outputs, np.median(val_outputs, axis=0)).all(axis=1)) >= 0.99),
        weights=tuple(weights),
        stopped_epoch=len(val_losses) - 1 if out_of_patience else None,
        best_epoch=best_epoch,
        test_losses=test_losses if test_curves else None,
        test_accuracies=test_accuracies if test_curves else None,
    )


def _as_floats(curve: ArrayLike) -> np.ndarray:
    return np.asarray(curve, dtype=float)


def require_usable(data: Dataset | Regression, batch_size: int) -> None:
    """Raise ValueError, naming the part, for data that would train to nonsense without a word.

    The test part alone may be empty: the capstone keeps it apart.
    """
    if not isinstance(data, Dataset | Regression):
        raise ValueError(f"data must be a Dataset or a Regression, not {type(data).__name__}.")
    for name, array in zip(data._fields, data, strict=True):
        if not (isinstance(array, np.ndarray) and array.dtype.kind in "fiu"):
            raise ValueError(f"data.{name} must be a NumPy array of numbers.")
    if batch_size > len(data.x_train):
        raise ValueError(f"batch_size={batch_size} is larger than the {len(data.x_train)} training examples.")
    for part in ("train", "val", "test"):
        _require_part(data, part)


def _require_part(data: Dataset | Regression, part: str) -> None:
    x, y = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
    if not len(x) and part != "test":
        raise ValueError(f"data.x_{part} holds no examples.")
    if x.shape[1:] != data.x_train.shape[1:]:
        raise ValueError(
            f"data.x_{part} must hold examples of shape {data.x_train.shape[1:]}, not {x.shape[1:]}."
        )
    if y.shape != (len(x),):
        raise ValueError(f"data.y_{part} must hold one label an example, {len(x)}; its shape is {y.shape}.")
    if not np.isfinite(x).all():
        raise ValueError(f"data.x_{part} holds values that are no finite numbers.")
    if isinstance(data, Regression):
        if not np.isfinite(y).all():
            raise ValueError(f"data.y_{part} holds values that are no finite numbers.")
    elif not (np.issubdtype(y.dtype, np.integer) and np.isin(y, range(NUM_CLASSES)).all()):
        raise ValueError(f"data.y_{part} holds labels other than whole numbers from 0 to {NUM_CLASSES - 1}.")


def require_fitting(weights: Sequence[np.ndarray], like: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return weights as float32 arrays.

    like: weights of the network.

    Raises ValueError unless there are as many, of the same shapes, and all finite.
    """
    arrays = [np.asarray(array, np.float32) for array in weights]
    shapes, own = [array.shape for array in arrays], [array.shape for array in like]
    if shapes != own:
        raise ValueError(f"weights must be arrays of the shapes {own}, not {shapes}.")
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError("weights holds values that are no finite numbers.")
    return arrays
