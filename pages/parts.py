"""What this course adds to its site: two pages, and sliders that move there as in the notebooks.

The slider's own functions compute the data; nothing is drawn here (`course.site.parts` says what is asked).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from helpers.data.packaged import read_archive, read_packaged
from helpers.errors import CourseError
from helpers.search import Real, Space, replay
from helpers.search.bank import Bank, load_bank
from helpers.training import SCHEDULES
from helpers.widgets import bayesian, chance, geometry, networks, penalties, valleys

PAGES = {"play": "Things that move", "bank": "Search the bank yourself"}
# A function of `helpers.widgets` that a lesson calls -> what moves in its place.
SLIDERS = {
    "learning_rate_slider": "valley",
    "network_learning_rate_slider": "network",
    "schedule_slider": "schedule",
    "momentum_slider": "momentum",
    "batch_size_slider": "batch-size",
    "initialization_slider": "initialization",
    "geometry_slider": "geometry",
    "penalty_slider": "penalty",
    "dropout_slider": "dropout",
    "grid_or_random_slider": "grid-or-random",
    "bayesian_optimization_slider": "bayesian",
}
# What a page computes by itself has no data.
WITHOUT_DATA = ("valley", "dropout")
HERE = Path(__file__).parent
METHODS = ("grid", "random", "quasi-random", "tpe")
NUM_TRIALS = (10, 30)
# The learning rates that lesson 13 calls a sensible range.
TOLD = (0.01, 1.5)
NUM_REPLAYS = 1000


def slider_scripts(sliders: Iterable[str]) -> list[str]:
    """Return the scripts of a page with these sliders; it loads the data of its own alone."""
    needed = [f"moving-{name}.js" for name in sliders if name not in WITHOUT_DATA]
    return ["chart.js", *needed, "moving.js", "replayed.js"]


SCRIPTS = {
    "play": slider_scripts(SLIDERS.values()),
    "bank": ["chart.js", "bank-data.js", "bank.js"],
    "index": slider_scripts(["valley"]),
}


def data() -> Iterator[tuple[str, str, Any]]:
    """Yield files of data: name, variable in `Course.data`, and value."""
    for name, values in moving_data().items():
        yield f"moving-{name}.js", f'moving["{name}"]', values
    yield "bank-data.js", "bank", bank_data()


def moving_data() -> dict[str, dict[str, Any]]:
    """Return name of what moves -> its data; what a page computes by itself has none.

    at: where its controls stand at first.
    sentences: what is said, by the places of its controls; the words and digits of the notebook's slider.
    """
    return {
        "network": _network(),
        "schedule": _schedule(),
        "momentum": _momentum(),
        "batch-size": _batch_size(),
        "initialization": _initialization(),
        "geometry": _geometry(),
        "penalty": _penalty(),
        "grid-or-random": _grid_or_random(),
        "bayesian": _bayesian(),
    }


def _network() -> dict[str, Any]:
    """Return the network of lesson 01 at 31 rates: curves of shape (rates, seeds, epochs)."""
    stored = read_packaged("play")
    return {
        "rates": _rounded(stored["learning_rates"], 6),
        "train_losses": _rounded(stored["train_losses"], 3),
        "val_accuracies": _rounded(stored["val_accuracies"][..., -1], 9),
        "stuck": stored["stuck"].tolist(),
    }


def _schedule() -> dict[str, Any]:
    """Return rates and expected losses of every schedule.

    rates: kind -> rate of each step for a peak of 1.
    steps: those of which the losses are told: each at first, where they fall fast, then each fifth.
    losses: kind -> a thousand times log10 of the expected loss, shape (peaks, steps).
    """
    noisy = valleys.NoisyDescent(num_steps=200, noise=1.0)
    peaks = valleys.PEAKS.tolist()
    steps = [*range(20), *range(20, noisy.num_steps + 1, 5)]
    losses = {
        kind: np.array([np.log10(noisy.losses(kind, peak)[steps]) for peak in peaks]) for kind in SCHEDULES
    }
    return {
        "at": [SCHEDULES.index("cosine"), 23],
        "peaks": peaks,
        "texts": _texts(peaks),
        "rates": {kind: _rounded(noisy.rates(kind, 1.0), 4) for kind in SCHEDULES},
        "steps": steps,
        "losses": {kind: np.rint(1000 * values).astype(int).tolist() for kind, values in losses.items()},
        "sentences": [
            [_sentence(valleys.describe_schedule(noisy, kind, peak)) for peak in peaks] for kind in SCHEDULES
        ],
    }


def _momentum() -> dict[str, Any]:
    """Return the valley; its paths, 492 of 151 places, would be too many, and the page takes these steps."""
    descent = valleys.descent_in((1.0, 10.0), (1.0, 1.0), 150)
    rates, momenta = descent.rates_with_momentum, valleys.MOMENTA
    return {
        "at": [rates.index(descent.unit), momenta.index(0.9)],
        "curvatures": np.diag(descent.hessian).tolist(),
        "start": descent.start.tolist(),
        "num_steps": descent.num_steps,
        "rates": rates,
        "momenta": momenta,
        "texts": [_texts(rates), _texts(momenta)],
        "sentences": [
            [_sentence(valleys.describe_momentum(descent, rate, momentum)) for momentum in momenta]
            for rate in rates
        ],
    }


def _batch_size() -> dict[str, Any]:
    """Return where steps of each batch size lead: landings of shape (sizes, batches, 2)."""
    steps = chance.batch_steps(seed=0)
    sizes = list(steps.landings)
    return {
        "at": [sizes.index(8)],
        "sizes": sizes,
        "hessian": _rounded(steps.hessian, 6),
        "start": steps.start.tolist(),
        "full_landing": _rounded(steps.full_landing, 4),
        "landings": _rounded(np.array(list(steps.landings.values())), 3),
        "noise": _digits(np.array(list(steps.noise.values()))),
        "sentences": [_sentence(chance.describe_batch_size(steps, size)) for size in sizes],
    }


def _penalty() -> dict[str, Any]:
    """Return the fits of both penalties: coefficients of shape (strengths, features), 0 where exactly 0."""
    fits = penalties.fits_of(seed=0)
    strengths, names = penalties.STRENGTHS.tolist(), list(fits.coefficients)
    return {
        "at": [names.index("L1"), int(np.argmin(fits.errors["L1"]))],
        "strengths": strengths,
        "texts": _texts(strengths),
        "truth": _rounded(fits.truth, 4),
        "coefficients": {name: _digits(found) for name, found in fits.coefficients.items()},
        "errors": {name: _digits(errors) for name, errors in fits.errors.items()},
        "sentences": [
            [_sentence(penalties.describe_fit(fits, name, strength)) for strength in strengths]
            for name in names
        ],
    }


def _bayesian() -> dict[str, Any]:
    """Return three searches: what is believed of each rate after each number of trials, and what comes next.

    losses: of each rate with each seed, shape (rates, seeds).
    places: way -> place of the rate of each trial, one more than are shown.
    means, deviations, heights: way -> of each rate, shape (numbers, rates).
    """
    searches = bayesian.stored_searches()
    numbers = list(range(len(bayesian.FIRST_TRIALS), bayesian.MOST_TRIALS + 1))
    tables: dict[str, dict[str, list]] = {"means": {}, "deviations": {}, "heights": {}}
    for way in bayesian.WAYS:
        steps = [bayesian.believed(searches, way, number) for number in numbers]
        tables["means"][way] = _rounded(np.array([surrogate.mean for surrogate, _ in steps]), 3)
        tables["deviations"][way] = _rounded(np.array([surrogate.std for surrogate, _ in steps]), 3)
        heights = [bayesian.height_of(way, surrogate, best) for surrogate, best in steps]
        tables["heights"][way] = _rounded(np.array(heights), 3)
    return {
        "at": [numbers.index(5), 0],
        "numbers": numbers,
        "ways": bayesian.WAYS,
        "rates": _digits(searches.rates),
        "losses": _rounded(searches.losses, 3),
        "places": searches.places,
        **tables,
        "sentences": [
            [_sentence(bayesian.describe_step(searches, number, way)) for way in bayesian.WAYS]
            for number in numbers
        ],
    }


def _initialization() -> dict[str, Any]:
    """Return log10 of the standard deviations by layer: shape (gains, layers)."""
    stored = read_packaged("play")
    named = {
        name: int(np.argmin(np.abs(stored["gains"] - gain))) for gain, name in networks.NAMED_GAINS.items()
    }
    tables = [f"{kind}_{name}" for kind in ("activations", "gradients") for name in ("relu", "tanh")]
    return {
        "gains": _rounded(stored["gains"], 4),
        "named": named,
        **{table: _rounded(stored[table], 3) for table in tables},
    }


def _geometry() -> dict[str, Any]:
    """Return the weights of lowest cost under both penalties: shape (strengths, 2)."""
    paths = {
        name: _rounded(np.array([geometry.lowest(name, strength) for strength in geometry.STRENGTHS]), 4)
        for name in geometry.PENALTIES
    }
    return {
        "strengths": geometry.STRENGTHS.tolist(),
        "hessian": geometry.HESSIAN.tolist(),
        "bottom": geometry.BOTTOM.tolist(),
        **paths,
    }


def _grid_or_random() -> dict[str, Any]:
    """Return landscapes, random trials, and the probability to hit the good tenth."""
    landscapes = chance.random_landscapes(12, seed=0)
    return {
        "places": _rounded(landscapes.places, 4),
        "draws": _rounded(landscapes.draws, 4),
        "sides": list(chance.GRID_SIZES),
        "share": chance.GOOD_SHARE,
        "probabilities": {
            matters: {
                method: [
                    round(chance.hit_probability(method, side, matters), 3) for side in chance.GRID_SIZES
                ]
                for method in chance.SEARCH_METHODS
            }
            for matters in chance.MATTERS
        },
    }


def bank_data() -> dict[str, Any]:
    """Return the bank as a page needs it, and a thousand searches by each method to compare with.

    val_losses: after the last epoch, a list of seeds for each configuration; None for a run that diverged.
    test_accuracies: of the same shape.
    replays: "method trials" -> sorted test accuracies of what a thousand searches chose; "told" is random
        search that was told a sensible range of learning rates.
    """
    bank = load_bank()
    losses = bank.losses["val"][..., -1]
    found = read_replays() | {f"told {number}": _told(bank, number) for number in NUM_TRIALS}
    replays = {name: _rounded(np.sort(values), 6) for name, values in found.items()}
    return {
        "axes": {name: list(values) for name, values in bank.axes.items()},
        "num_epochs": bank.num_epochs,
        "val_losses": [[_short(loss) for loss in row] for row in losses.tolist()],
        "test_accuracies": _rounded(bank.accuracies["test"][..., -1], 4),
        "replays": replays,
        "best": _best(bank),
    }


def _told(bank: Bank, num_trials: int) -> np.ndarray:
    """Return what a thousand random searches in a sensible range chose: test accuracies, shape (1000,)."""
    space = Space(**{**bank.space, "learning_rate": Real(*TOLD, log=True)})
    found = replay(bank.objective(), space, "random", num_trials, None, NUM_REPLAYS, 0)
    return found.chosen_again("test_accuracy")


def _best(bank: Bank) -> float:
    """Return the highest mean test accuracy of a configuration."""
    return round(float(bank.accuracies["test"][..., -1].mean(axis=1).max()), 4)


def _short(loss: float) -> float | None:
    return float(f"{loss:.4g}") if np.isfinite(loss) else None


def _texts(values: Iterable[float]) -> list[str]:
    """Return numbers as the notebook's sliders write them."""
    return [f"{value:.3g}" for value in values]


def _sentence(said: str) -> str:
    """Return what a slider says as a sentence of a page."""
    return f"{said[0].upper()}{said[1:]}."


def _digits(values: np.ndarray) -> list:
    """Return numbers with three digits; only what is exactly 0 is 0 then."""
    return np.vectorize(lambda value: float(f"{value:.3g}"))(values).tolist()


def _rounded(values: np.ndarray, digits: int) -> list:
    return np.round(values.astype(float), digits).tolist()


def read_replays() -> dict[str, np.ndarray]:
    """Return "method trials" -> test accuracies of a thousand searches, float32, shape (1000,).

    Made by `scripts/make_replays.py`.

    Raises CourseError when the file is missing or damaged.
    """
    try:
        return read_archive(HERE, "replays", "git checkout pages")
    except OSError as error:
        raise CourseError(str(error)) from None
