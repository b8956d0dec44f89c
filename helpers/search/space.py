"""A search space as data: which hyperparameters may vary, between which limits, on which scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from numbers import Real as RealNumber
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.arguments import is_number

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.trial import Trial


@dataclass(frozen=True)
class Real:
    """A number between two limits, both included.

    low, high: the limits.
    log: every decade is as likely as every other; low must then be above 0.
    unit: for axes and tables; it changes no number.

    Raises ValueError that names the limit which is out of order.

    Lesson 12.
    """

    low: float
    high: float
    log: bool = False
    unit: str = ""

    def __post_init__(self) -> None:
        _require_limits(self, float)

    @property
    def bounds(self) -> np.ndarray:
        """Return the limits of the scale on which values are drawn, shape (1, 2)."""
        limits = np.array([[self.low, self.high]])
        return np.log(limits) if self.log else limits

    def decode(self, drawn: np.ndarray) -> np.ndarray:
        """Return the values, shape (...), of numbers between the bounds, shape (..., 1)."""
        values = np.exp(drawn[..., 0]) if self.log else drawn[..., 0]
        # The exponential of a logarithm may land one rounding outside.
        return np.clip(values, self.low, np.nextafter(self.high, -np.inf))

    def levels(self, num: int) -> list[float]:
        """Return num values at equal distances on the dimension's scale, the limits first and last.

        On a log scale rounding may move them inside of the limits.
        """
        low, high = self.bounds[0]
        drawn = np.linspace(low, high, num) if num > 1 else np.array([(low + high) / 2])
        values = np.exp(drawn) if self.log else drawn
        return [float(value) for value in np.clip(values, self.low, self.high)]

    def levels_between(self, num: int, shift: float) -> list[float]:
        """Return num values, one in each of num equal parts of the dimension's scale.

        shift: where in its part each of them lies, from 0 to below 1; 0.5 is the middle.
        """
        low, high = self.bounds[0]
        drawn = low + (np.arange(num) + shift) / num * (high - low)
        return [float(value) for value in self.decode(drawn[:, np.newaxis])]

    def coarseness(self, num: int) -> float:
        """Return how far apart num levels stand: in decades on a log scale, else as a share of the range."""
        return (math.log10(self.high / self.low) if self.log else 1.0) / num

    def to_optuna(self) -> BaseDistribution:
        """Return the same dimension as Optuna writes it."""
        from optuna.distributions import FloatDistribution

        return FloatDistribution(self.low, self.high, log=self.log)

    def suggest(self, trial: Trial, name: str) -> float:
        """Return the value that Optuna's trial chooses."""
        return trial.suggest_float(name, self.low, self.high, log=self.log)


@dataclass(frozen=True)
class Integer:
    """A whole number between two limits, both included. Arguments and errors are those of `Real`.

    Lesson 12.
    """

    low: int
    high: int
    log: bool = False
    unit: str = ""

    def __post_init__(self) -> None:
        _require_limits(self, int)

    @property
    def bounds(self) -> np.ndarray:
        """Return the limits of the scale on which values are drawn, shape (1, 2).

        They lie half a step beyond the first and the last number: each of them is as likely as the others.
        """
        limits = np.array([[self.low - 0.5, self.high + 0.5]])
        return np.log(limits) if self.log else limits

    def decode(self, drawn: np.ndarray) -> np.ndarray:
        """Return the values, shape (...), of numbers between the bounds, shape (..., 1)."""
        drawn = drawn[..., 0]
        # Optuna rounds halves to even on the log scale and upwards on the other; so its trials are ours.
        rounded = np.rint(np.exp(drawn)) if self.log else np.floor(drawn - self.low + 0.5) + self.low
        return np.clip(rounded, self.low, self.high).astype(int)

    def levels(self, num: int) -> list[int]:
        """Return at most num values, evenly spread on the dimension's scale, each one once."""
        values = Real(self.low, self.high, self.log).levels(num)
        return sorted({round(value) for value in values})

    def levels_between(self, num: int, shift: float) -> list[int]:
        """Return num values, or all when num is larger: one in each of num equal parts of the scale.

        Where two would be the same number, the next ones above them are taken, so that each is there once.

        shift: where in its part each of them lies, from 0 to below 1; 0.5 is the middle.
        """
        num = min(num, self.high - self.low + 1)
        low, high = self.bounds[0]
        drawn = low + (np.arange(num) + shift) / num * (high - low)
        return [int(value) for value in _each_once(self.decode(drawn[:, np.newaxis]), self.high)]

    def coarseness(self, num: int) -> float:
        """Return how far apart num levels stand, as that of a `Real`; 0 when every value is one of them."""
        if num > self.high - self.low:
            return 0.0
        return Real(self.low, self.high, self.log).coarseness(num)

    def to_optuna(self) -> BaseDistribution:
        """Return the same dimension as Optuna writes it."""
        from optuna.distributions import IntDistribution

        return IntDistribution(self.low, self.high, log=self.log)

    def suggest(self, trial: Trial, name: str) -> int:
        """Return the value that Optuna's trial chooses."""
        return trial.suggest_int(name, self.low, self.high, log=self.log)


@dataclass(frozen=True)
class Choice:
    """One of several options without an order.

    options: texts, numbers, booleans or None.

    Raises ValueError for fewer than two options, one that is there twice, or one that no storage can keep.

    Lesson 12.
    """

    options: tuple

    def __post_init__(self) -> None:
        if isinstance(self.options, str) or not isinstance(self.options, Sequence):
            raise ValueError(f"options must be a tuple or list, not {self.options!r}.")
        options = tuple(
            option.item() if isinstance(option, np.generic) else option for option in self.options
        )
        object.__setattr__(self, "options", options)
        for option in options:
            if not (option is None or isinstance(option, str | bool | int | float)):
                raise ValueError(f"options may hold texts, numbers, booleans and None, not {option!r}.")
        if len(options) < 2:
            raise ValueError(f"options must be at least two, not {options!r}.")
        if len(set(options)) < len(options):
            raise ValueError(f"options must differ from each other: {options!r}.")

    @property
    def bounds(self) -> np.ndarray:
        """Return the limits 0 and 1 of the number that is drawn for each option, shape (num_options, 2)."""
        return np.array([[0.0, 1.0]] * len(self.options))

    def decode(self, drawn: np.ndarray) -> np.ndarray:
        """Return the option with the largest of the drawn numbers, shape (..., num_options) -> (...)."""
        return self._take(drawn.argmax(axis=-1))

    def decode_unit(self, drawn: np.ndarray) -> np.ndarray:
        """Return the option in whose share of the interval from 0 to 1 each number lies; shape kept."""
        return self._take((drawn * len(self.options)).astype(int))

    def levels(self, num: int) -> list:
        """Return num options, evenly chosen from the tuple, or all when num is larger."""
        places = np.linspace(0, len(self.options) - 1, min(num, len(self.options)))
        return [self.options[place] for place in np.rint(places).astype(int)]

    def levels_between(self, num: int, shift: float) -> list:
        """Return num options, or all when num is larger: those at the same distance from each other.

        shift: which of them, from 0 to below 1; with every shift as likely, so is every option.
        """
        num = min(num, len(self.options))
        places = ((np.arange(num) + shift) / num * len(self.options)).astype(int)
        return [self.options[place] for place in _each_once(places, len(self.options) - 1)]

    def coarseness(self, num: int) -> float:
        """Return which share of the options num levels leave out."""
        return max(0.0, 1 - num / len(self.options))

    def to_optuna(self) -> BaseDistribution:
        """Return the same dimension as Optuna writes it."""
        from optuna.distributions import CategoricalDistribution

        return CategoricalDistribution(self.options)

    def suggest(self, trial: Trial, name: str) -> Any:
        """Return the value that Optuna's trial chooses."""
        return trial.suggest_categorical(name, self.options)

    def _take(self, places: np.ndarray) -> np.ndarray:
        options = np.empty(len(self.options), dtype=object)  # object: 1 and True and None stay what they are
        options[:] = self.options
        return options[places]


Dimension = Real | Integer | Choice


class Space(Mapping[str, Dimension]):
    """An ordered mapping from hyperparameters' names to their dimensions.

        Space(
            learning_rate=Real(1e-6, 10, log=True),
            batch_size=Choice((32, 128, 512)),  # examples a step
        )

    The one definition serves every method of `run_search`.

    Raises ValueError for a value that is no dimension, and for a space without any.

    Lesson 12.
    """

    def __init__(self, **dimensions: Dimension) -> None:
        if not dimensions:
            raise ValueError("a space needs at least one dimension.")
        for name, dimension in dimensions.items():
            if not isinstance(dimension, Dimension):
                raise ValueError(f"{name} must be a Real, an Integer or a Choice, not {dimension!r}.")
        self._dimensions = dimensions

    def __getitem__(self, name: str) -> Dimension:
        return self._dimensions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._dimensions)

    def __len__(self) -> int:
        return len(self._dimensions)

    def __hash__(self) -> int:
        return hash(frozenset(self._dimensions.items()))  # two spaces are equal in whatever order

    def __repr__(self) -> str:
        lines = "".join(f"    {name}={dimension!r},\n" for name, dimension in self.items())
        return f"Space(\n{lines})"

    def to_optuna(self) -> dict[str, BaseDistribution]:
        """Return the same space as Optuna writes it: name -> distribution."""
        return {name: dimension.to_optuna() for name, dimension in self.items()}

    def contains(self, parameters: Mapping[str, Any]) -> bool:
        """Return whether a value is given for each dimension, and lies in it."""
        return set(parameters) == set(self) and all(
            _lies_in(parameters[name], dimension) for name, dimension in self.items()
        )


def _each_once(numbers: np.ndarray, highest: int) -> np.ndarray:
    """Return whole numbers that rise; those that do not are put one above the one before, up to the highest.

    numbers: whole numbers in ascending order, shape (num,), of which num fit below the highest.
    """
    places = np.arange(len(numbers))
    risen = np.maximum.accumulate(numbers - places) + places
    return np.minimum(risen, highest - places[::-1])


def _lies_in(value: Any, dimension: Dimension) -> bool:
    if isinstance(dimension, Choice):
        return value in dimension.options
    if not is_number(value):
        return False
    inside = dimension.low <= value <= dimension.high
    return inside and (not isinstance(dimension, Integer) or value == int(value))


def _require_limits(dimension: Real | Integer, kind: type) -> None:
    """Turn the limits into numbers of a kind, int or float; ValueError names the one that is out of order."""
    for name in ("low", "high"):
        value = getattr(dimension, name)
        wanted = Integral if kind is int else RealNumber
        if not is_number(value) or not isinstance(value, wanted) or not math.isfinite(value):
            raise ValueError(
                f"{name} must be a {'whole' if kind is int else 'finite'} number, not {value!r}."
            )
        object.__setattr__(dimension, name, kind(value))
    if not dimension.low < dimension.high:
        raise ValueError(f"low must be below high, not {dimension.low!r} and {dimension.high!r}.")
    if dimension.log and dimension.low <= 0:
        raise ValueError(f"low must be above 0 on a log scale, not {dimension.low!r}.")
