"""Arguments that a function cannot work with: one message for each kind, wherever it is asked.

Each function raises ValueError, naming the argument, what it must be and what it is. A boolean is no number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import TypeGuard

# What Keras, TensorFlow and Optuna take alike.
_SEEDS = 2**31


def is_number(value: object) -> TypeGuard[float]:
    """Return whether the value is a real number by its type, NumPy's included: it can do what a float can."""
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    try:
        float(value)
    except OverflowError:
        return False
    return True


def is_whole(value: object) -> TypeGuard[int]:
    """Return whether the value is a whole number by its type, NumPy's included: it can do what an int can."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def require_rate(name: str, value: object) -> None:
    """Raise ValueError unless the value is a positive finite number."""
    if not (is_number(value) and math.isfinite(value) and value > 0):
        raise ValueError(f"{name} must be a positive number, not {value!r}.")


def require_count(name: str, value: object, least: int = 1, because: str = "") -> None:
    """Raise ValueError unless the value is a whole number of at least `least`.

    because: why so many, to stand behind the number, such as " for successive halving".
    """
    if not is_whole(value) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}{because}, not {value!r}.")


def require_counts(least: int = 1, **counts: object) -> None:
    """Raise ValueError, naming the first, unless all are whole numbers of at least `least`."""
    for name, value in counts.items():
        require_count(name, value, least)


def require_between(name: str, value: object, low: float, below: float, words: str) -> None:
    """Raise ValueError unless the value is a number with low <= value < below.

    words: how a person says that, to stand behind "must be".
    """
    if not (is_number(value) and low <= value < below):
        raise ValueError(f"{name} must be {words}, not {value!r}.")


def require_several(name: str, value: object, what: str = "numbers") -> None:
    """Raise ValueError unless the value is a collection, empty or not.

    what: what it holds, to stand behind "must be several".
    """
    if not isinstance(value, Iterable):
        raise ValueError(f"{name} must be several {what}, as in a list, not {value!r}.")


def require_one_of(name: str, value: object, known: tuple[str, ...]) -> None:
    """Raise ValueError unless the value is one of the known names."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, not {value!r}.")


def require_seed(seed: object, name: str = "seed") -> int:
    """Return a seed as Python's own number, which Keras and TensorFlow want.

    name: of the argument, for the message.

    Raises ValueError unless it is a whole number from 0 to 2**31 - 1.
    """
    if not is_whole(seed) or not 0 <= seed < _SEEDS:
        raise ValueError(f"{name} must be a whole number from 0 to 2**31 - 1, not {seed!r}.")
    return int(seed)


def require_left_out(because: str, **values: object) -> None:
    """Raise ValueError, naming the first, unless all values are None.

    because: why the argument would mean nothing, to stand behind "must be left out: ".
    """
    for name, value in values.items():
        if value is not None:
            raise ValueError(f"{name} must be left out: {because}.")
