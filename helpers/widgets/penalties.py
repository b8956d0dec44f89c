"""L1 and L2 on a problem of which only a few coefficients are not zero.

The slider in three parts: what is computed, how it is drawn, and what is said of it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.data import sparse_regression
from helpers.plotting import COLORS, QUIET, course_style
from helpers.widgets.picture import SliderPicture, axes_in_a_row, choice, slider

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from helpers.plotting.style import Style

STRENGTHS = np.geomspace(1e-3, 10, 41)


@course_style()
def penalty_slider(seed: int = 0) -> SliderPicture:
    """Return a slider for the strength of an L1 or L2 penalty: coefficients, exact zeros and test error.

    80 examples, 100 features, of which 8 matter. The cost is the mean squared error plus strength * sum|w|
    (L1) or strength * sum w^2 (L2); scikit-learn finds its minimum exactly, for 41 strengths.

    seed: decides examples and true coefficients.

    Source: Tibshirani, Regression Shrinkage and Selection via the Lasso, 1996. Lesson 10.
    """
    fits = fits_of(seed)
    start = int(np.argmin(fits.errors["L1"]))
    ground, (weights, curve) = axes_in_a_row(2)
    _draw_fits(fits, None, weights, curve)
    static, (static_weights, static_curve) = axes_in_a_row(2)
    _draw_fits(fits, start, static_weights, static_curve)
    static_curve.set_title(f"strength {STRENGTHS[start]:.2g}", fontsize=10)
    return SliderPicture(
        [
            choice("penalty", list(fits.coefficients), "L1"),
            slider("strength", STRENGTHS.tolist(), float(STRENGTHS[start])),
        ],
        ground,
        functools.partial(_draw_fit, fits, weights, curve),
        functools.partial(describe_fit, fits),
        static,
    )


class Fits(NamedTuple):
    """What each penalty makes of the same examples, at each of `STRENGTHS`.

    truth: the coefficients that made the data, those that matter first, shape (num_features,).
    coefficients: penalty -> those that were found, shape (num_strengths, num_features).
    errors: penalty -> mean squared error on the test part, shape (num_strengths,).
    """

    truth: np.ndarray
    coefficients: dict[str, np.ndarray]
    errors: dict[str, np.ndarray]


def fits_of(seed: int) -> Fits:
    """Return the fits of both penalties to `sparse_regression`."""
    data = sparse_regression(seed=seed)
    # Features that matter first: their places are chance, and the picture is easier to read.
    order = np.argsort(-np.abs(data.coefficients), kind="stable")
    found = {
        name: coefficients[:, order] for name, coefficients in _solve(data.x_train, data.y_train).items()
    }
    errors = {
        name: ((data.x_test[:, order] @ coefficients.T - data.y_test[:, np.newaxis]) ** 2).mean(axis=0)
        for name, coefficients in found.items()
    }
    return Fits(data.coefficients[order].astype(float), found, errors)


def _solve(x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """Return the coefficients of least penalized cost, float64, shape (num_strengths, num_features)."""
    from scipy.interpolate import interp1d
    from sklearn.linear_model import Ridge, lars_path

    x, y = x.astype(float), y.astype(float)
    # The minimum moves on a straight line between the strengths at which a coefficient comes or goes, and
    # these come out exactly. scikit-learn halves the mean squared error for L1 and sums it for L2: the same
    # minima for other numbers.
    corners, _, coefficients = lars_path(x, y, method="lasso")
    ends = {"bounds_error": False, "fill_value": (coefficients[:, -1], coefficients[:, 0])}
    lasso = interp1d(2 * corners[::-1], coefficients[:, ::-1], **ends)(STRENGTHS)
    ridge = [Ridge(alpha=len(x) * strength, fit_intercept=False).fit(x, y).coef_ for strength in STRENGTHS]
    return {"L1": lasso.T, "L2": np.array(ridge)}


def _draw_fits(fits: Fits, marked: int | None, weights: Axes, curve: Axes) -> None:
    """Draw the true coefficients and the error of each penalty, and both fits of one strength.

    marked: its place in `STRENGTHS`; None for no fit.
    """
    places = np.arange(1, len(fits.truth) + 1)
    matters = fits.truth != 0
    weights.axhline(0, color="#BBBBBB", linewidth=0.8)
    true_mark: Style = {"color": "black", "markersize": 13, "linestyle": "none", "markeredgewidth": 1.6}
    weights.plot(places[matters], fits.truth[matters], "_", label="true", **true_mark)
    weights.set(xlim=(0, len(places) + 1), ylim=(-2.4, 2.4), ylabel="coefficient")
    weights.set_xlabel("feature (those that matter first)")
    curve.set(xscale="log", yscale="log")
    curve.set(xlabel="strength of the penalty", ylabel="test error (mean squared)")
    for number, (name, errors) in enumerate(fits.errors.items()):
        color = COLORS[number]
        curve.plot(STRENGTHS, errors, color=color, linestyle=("-", "--")[number])
        end: Style = {"xytext": (0, 6 - 18 * number), "textcoords": "offset points", "ha": "left"}
        curve.annotate(name, (STRENGTHS[0], errors[0]), color=color, **end)
        if marked is not None:
            coefficients = fits.coefficients[name][marked]
            mark: Style = {"color": color, "linestyle": "none", "markersize": 3.5}
            label = f"{name}: {np.mean(coefficients == 0):.0%} exactly 0"
            weights.plot(places, coefficients, "os"[number], label=label, **mark)
            mark = {"color": color, "label": name, "markersize": 9}
            curve.plot(STRENGTHS[marked], errors[marked], "os"[number], **mark)
    weights.legend(loc="lower right", fontsize=8)


def _draw_fit(fits: Fits, weights: Axes, curve: Axes, penalty: str, strength: float) -> list[Artist]:
    """Draw one fit on what `_draw_fits` drew, exact zeros as strokes; return what was added."""
    at, color = _place_of(strength), COLORS[list(fits.coefficients).index(penalty)]
    coefficients = fits.coefficients[penalty][at]
    places, zero = np.arange(1, len(coefficients) + 1), coefficients == 0
    dot: Style = {"color": color, "markersize": 4, "linestyle": "none"}
    note = f"{zero.sum()} of {len(zero)} exactly 0"
    return [
        weights.vlines(places[~zero], 0, coefficients[~zero], color=color, linewidth=0.9),
        *weights.plot(places[~zero], coefficients[~zero], "o", **dot),
        *weights.plot(places[zero], coefficients[zero], "|", color=QUIET, markersize=7, linestyle="none"),
        weights.text(0.97, 0.97, note, transform=weights.transAxes, ha="right", va="top", fontsize=9),
        *curve.plot(strength, fits.errors[penalty][at], "o", color=color, markersize=10),
    ]


def describe_fit(fits: Fits, penalty: str, strength: float) -> str:
    """Return a sentence: how many coefficients one fit leaves at 0, how many matter of these, its error."""
    at = _place_of(strength)
    is_zero, error = fits.coefficients[penalty][at] == 0, fits.errors[penalty][at]
    matters = fits.truth != 0
    return (
        f"{penalty}, strength {strength:.2g}: {is_zero.sum()} of {len(matters)} coefficients exactly 0, "
        f"{(is_zero & matters).sum()} of them among the {matters.sum()} that matter; test error {error:.3g}"
    )


def _place_of(strength: float) -> int:
    """Return the place in `STRENGTHS` that is nearest to a strength."""
    return int(np.argmin(np.abs(STRENGTHS - strength)))
