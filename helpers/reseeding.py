"""Seeds: the same for each answer of a bank; others for a lesson, which may owe its claims to lucky ones.

`course build` and `course prove` ask for the first, `course processors` for the second.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from typing import Any


def prepare_answers() -> None:
    """Seed TensorFlow's generators for an answer, and let its graphs run as they are.

    `model.fit` makes six graphs for its batches, and has all of them optimized again in each epoch: a third
    of what a fit of four examples takes.
    """
    import tensorflow as tf

    tf.random.set_seed(0)
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def reseed_numpy(shift: int, kept: Collection[str] = ()) -> Callable[[Any], Any]:
    """Let every seed of NumPy's generators mean other random numbers in this process.

    shift: a whole number above 0; another one, other numbers.
    kept: names of modules in which seeds mean what they did.

    Returns what a seed becomes.
    """
    import numpy as np

    rng, sequence = np.random.default_rng, np.random.SeedSequence

    def shifted(entropy: Any) -> Any:
        if entropy is None:
            return None
        # Not through an array where it is a sequence: it would turn a number of 64 bits into a float.
        given = list(entropy) if isinstance(entropy, list | tuple) else np.atleast_1d(entropy).tolist()
        return [*given, shift] if given else None

    def other_rng(seed: Any = None) -> np.random.Generator:
        if sys._getframe(1).f_globals.get("__name__") in kept or not isinstance(
            seed, int | np.integer | list | tuple
        ):
            return rng(seed)
        return rng(shifted(seed))

    np.random.default_rng = other_rng
    # A function in the place of a class: nobody in a lesson asks for more than a call.
    np.random.SeedSequence = lambda entropy=None, **more: sequence(shifted(entropy), **more)  # type: ignore[misc, assignment]
    return shifted


def reseed(shift: int) -> None:
    """Let every seed of this process mean other random numbers: of a training, and of the lesson itself.

    The data stay the same, only their wrong labels do not: a lesson speaks of its data. So does a seed that a
    lesson hands to Keras's own objects.

    shift: as for `reseed_numpy`.
    """
    import keras
    from optuna.samplers._lazy_random_state import LazyRandomState

    from helpers.search import sampling

    shifted = reseed_numpy(shift, kept=("helpers.data.generated", "helpers.data.images"))
    set_seed = keras.utils.set_random_seed
    keras.utils.set_random_seed = lambda seed: set_seed(seed + 1000 * shift)
    # Optuna's generator, and its twin in `helpers.search`, which has to go on giving the same trials.
    state, begin = sampling.RandomState, LazyRandomState.__init__
    sampling.RandomState = lambda seed: state(shifted(seed))  # type: ignore[misc, assignment]

    def begin_shifted(self: LazyRandomState, seed: int | None = None) -> None:
        begin(self, shifted(seed))

    LazyRandomState.__init__ = begin_shifted  # type: ignore[method-assign]
