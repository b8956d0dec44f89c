"""One step of Bayesian optimization: what is believed after some trials, and which trial comes next.

The slider in three parts: what is computed, how it is drawn, and what is said of it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.plotting import COLORS, QUIET, course_style
from helpers.plotting.style import PALE
from helpers.search.gaussian_process import Surrogate, mean_improvement
from helpers.widgets.picture import SliderPicture, axes_in_a_row, choice, slider
from helpers.widgets.stored import rate_sweep

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

FIRST_TRIALS = (2, 13, 28)  # places of the rates that are tried before anything is known
MOST_TRIALS = 12
WAYS = ("most expected improvement", "lowest mean", "widest band")
_LENGTH, _NOISE = 0.15, 0.01  # of the logarithmic axis; variance, beside that of all values


@course_style()
def bayesian_optimization_slider() -> SliderPicture:
    """Return a slider over the trials of a search for the learning rate, and a menu of ways to go on.

    Left, the validation losses of the trials so far, and the Gaussian process that was fitted to them: mean,
    and a band of two standard deviations. Right, what decides about the next trial. The trials are those of
    `scripts/make_play.py`: lesson 01's network at 31 rates, each trial with the next of 5 seeds.

    Raises OSError when the packaged file is missing or damaged.

    Source: Jones, Schonlau, Welch, Efficient Global Optimization, 1998. Lesson 14.
    """
    searches = stored_searches()
    ground, (beliefs, scores) = axes_in_a_row(2, height=3.0)
    _draw_ground(searches, beliefs, scores)
    static, (static_beliefs, static_scores) = axes_in_a_row(2, height=3.0)
    _draw_ground(searches, static_beliefs, static_scores)
    _draw_step(searches, static_beliefs, static_scores, 5, WAYS[0])
    numbers = list(range(len(FIRST_TRIALS), MOST_TRIALS + 1))
    return SliderPicture(
        [
            slider("trials so far", numbers, 5, [str(number) for number in numbers]),
            choice("next trial", WAYS, WAYS[0]),
        ],
        ground,
        functools.partial(_draw_step, searches, beliefs, scores),
        functools.partial(describe_step, searches),
        static,
    )


class Searches(NamedTuple):
    """One search for each way to go on.

    rates: that may be tried, shape (rates,).
    losses: of each rate with each seed, shape (rates, seeds).
    places: way -> place of the rate of each trial, one more than are shown.
    """

    rates: np.ndarray
    losses: np.ndarray
    places: Mapping[str, tuple[int, ...]]

    def known(self, way: str, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the places and the losses of the first so many trials; trial i has seed i modulo 5."""
        places = np.array(self.places[way][:number])
        return places, self.losses[places, np.arange(number) % self.losses.shape[1]]


@functools.cache
def stored_searches() -> Searches:
    """Return the searches over the stored rates, one for each of `WAYS`."""
    runs = rate_sweep()
    num_seeds = 1 + max(run.seed for run in runs)
    # Each rate's runs stand together, seed by seed.
    losses = np.array([run.val_losses[-1] for run in runs]).reshape(-1, num_seeds)
    rates = np.array([run.configuration.learning_rate for run in runs[::num_seeds]], dtype=float)
    places: dict[str, tuple[int, ...]] = {}
    found = Searches(rates, losses, places)
    for way in WAYS:
        places[way] = FIRST_TRIALS
        for number in range(len(FIRST_TRIALS), MOST_TRIALS + 1):
            score = score_of(way, *believed(found, way, number))
            places[way] += (int(np.argmax(score)),)
    return found


def believed(searches: Searches, way: str, number: int) -> tuple[Surrogate, float]:
    """Return what is believed of each rate after so many trials, and the lowest loss among these."""
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import Matern

    places, losses = searches.known(way, number)
    axis = np.linspace(0, 1, len(searches.rates))[:, np.newaxis]
    # A fixed length: one that is fitted to three trials jumps from one to the next.
    model = GaussianProcessRegressor(Matern(_LENGTH, nu=2.5), alpha=_NOISE, optimizer=None, normalize_y=True)
    return Surrogate(*model.fit(axis[places], losses).predict(axis, return_std=True)), float(losses.min())


def score_of(way: str, surrogate: Surrogate, best: float) -> np.ndarray:
    """Return what decides about the next trial: it is where this is highest."""
    if way == WAYS[0]:
        return mean_improvement(surrogate, best)
    return -surrogate.mean if way == WAYS[1] else surrogate.std


def height_of(way: str, surrogate: Surrogate, best: float) -> np.ndarray:
    """Return what decides about the next trial as it is drawn: from 0, the lowest, to 1, the highest."""
    score = score_of(way, surrogate, best)
    spread = np.ptp(score)
    return (score - score.min()) / spread if spread > 0 else np.zeros(len(score))


def _draw_ground(searches: Searches, beliefs: Axes, scores: Axes) -> None:
    """Draw what is the same at every step: the axes, and the trials that nobody has seen yet."""
    for ax in (beliefs, scores):
        ax.set(xscale="log", xlabel="learning rate", xlim=(searches.rates[0] / 1.3, searches.rates[-1] * 1.3))
    beliefs.plot(searches.rates, searches.losses, ".", color="#C9C9C9", markersize=3, zorder=1)
    beliefs.set(ylabel="validation loss", ylim=(0, 3.6))
    beliefs.text(
        0, 1.03, "grey: not seen yet; dashed: next", color=QUIET, fontsize=9, transform=beliefs.transAxes
    )
    scores.set(ylim=(0, 1.12), yticks=[0, 1])
    scores.set_yticklabels(["low", "high"])
    scores.set_ylabel("what decides")


def _draw_step(searches: Searches, beliefs: Axes, scores: Axes, number: int, way: str) -> list[Artist]:
    """Draw what is believed after so many trials, and the next one; return what was added."""
    surrogate, best = believed(searches, way, number)
    places, losses = searches.known(way, number)
    rates, following = searches.rates, searches.places[way][number]
    height = height_of(way, surrogate, best)
    low, high = (surrogate.mean + sign * 2 * surrogate.std for sign in (-1, 1))
    return [
        beliefs.fill_between(rates, low, high, color=PALE, alpha=0.5, linewidth=0, zorder=2),
        *beliefs.plot(rates, surrogate.mean, color=COLORS[0], linestyle="-", zorder=3),
        *beliefs.plot(rates[places], losses, "o", color="black", markersize=6, zorder=4),
        beliefs.axvline(rates[following], color=COLORS[1], linestyle="--", linewidth=1.4, zorder=3),
        *scores.plot(rates, height, color=COLORS[2], linestyle="-"),
        *scores.plot(rates[following], height[following], "v", color=COLORS[1], markersize=9, clip_on=False),
        scores.text(0, 1.03, way, transform=scores.transAxes, fontsize=10),
    ]


def describe_step(searches: Searches, number: int, way: str) -> str:
    """Return a sentence: the best trial so far, what comes next, and what it will bring."""
    places, losses = searches.known(way, number)
    at = int(np.argmin(losses))
    following = searches.known(way, number + 1)[1][-1]
    rate = searches.rates[searches.places[way][number]]
    return (
        f"{number} trials, next by {way}: best so far {losses[at]:.3f} at rate "
        f"{searches.rates[places[at]]:.3g}; next rate {rate:.3g}, which will bring {following:.3f}"
    )
