"""The data of what moves in a page. The slider's own functions compute them; nothing is drawn here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from helpers.data.packaged import checksums, read_packaged
from helpers.errors import CourseError
from helpers.search.bank import Bank, load_bank
from helpers.widgets import chance, geometry, networks

DATA = Path(__file__).parent / "data"
METHODS = ("grid", "random", "quasi-random", "tpe")
NUM_TRIALS = (10, 30)
NUM_REPLAYS = 1000


def moving_data() -> dict[str, Any]:
    """Return what the sliders of the pages are about: networks, signals, penalties, searches."""
    return {
        "network": _network(),
        "initialization": _initialization(),
        "geometry": _geometry(),
        "grid_or_random": _grid_or_random(),
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
    replays: "method trials" -> sorted test accuracies of what a thousand searches chose.
    """
    bank = load_bank()
    losses = bank.losses["val"][..., -1]
    replays = {name: _rounded(np.sort(values), 4) for name, values in read_replays().items()}
    return {
        "axes": {name: list(values) for name, values in bank.axes.items()},
        "num_epochs": bank.num_epochs,
        "val_losses": [[_short(loss) for loss in row] for row in losses.tolist()],
        "test_accuracies": _rounded(bank.accuracies["test"][..., -1], 4),
        "replays": replays,
        "best": _best(bank),
    }


def _best(bank: Bank) -> float:
    """Return the highest mean test accuracy of a configuration."""
    return round(float(bank.accuracies["test"][..., -1].mean(axis=1).max()), 4)


def _short(loss: float) -> float | None:
    return float(f"{loss:.4g}") if np.isfinite(loss) else None


def _rounded(values: np.ndarray, digits: int) -> list:
    return np.round(values.astype(float), digits).tolist()


def read_replays() -> dict[str, np.ndarray]:
    """Return "method trials" -> test accuracies of a thousand searches, float32, shape (1000,).

    Made by `scripts/make_replays.py`.

    Raises CourseError when the file is missing or damaged.
    """
    try:
        with np.load(DATA / "replays.npz") as archive:
            arrays = dict(archive)
        expected = (DATA / "replays.sha256").read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise CourseError(f"course/site/data/replays.npz is missing or damaged: {error}") from None
    if checksums(arrays) != expected:
        raise CourseError("course/site/data/replays.npz is damaged: git checkout course/site/data")
    return arrays
