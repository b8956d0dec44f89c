"""L1 and L2 on a problem of which only a few coefficients are not zero."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.data import sparse_regression
from helpers.plotting import COLORS, QUIET, course_style
from helpers.widgets.picture import SliderPicture, axes_in_a_row, choice, slider

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

STRENGTHS = np.geomspace(1e-3, 10, 41)


@course_style()
def penalty_slider(seed: int = 0) -> SliderPicture:
    """Return a slider for the strength of an L1 or L2 penalty: coefficients, exact zeros and test error.

    80 examples, 100 features, of which 8 matter. The cost is the mean squared error plus strength * sum|w|
    (L1) or strength * sum w^2 (L2); scikit-learn finds its minimum exactly, for 41 strengths.

    Source: Tibshirani, Regression Shrinkage and Selection via the Lasso, 1996. Lesson 08.
    """
    data = sparse_regression(seed=seed)
    # Features that matter first: their places are chance, and the picture is easier to read.
    order = np.argsort(-np.abs(data.coefficients), kind="stable")
    truth = data.coefficients[order].astype(float)
    found = {
        name: coefficients[:, order] for name, coefficients in _solve(data.x_train, data.y_train).items()
    }
    errors = {
        name: ((data.x_test[:, order] @ coefficients.T - data.y_test[:, np.newaxis]) ** 2).mean(axis=0)
        for name, coefficients in found.items()
    }
    places = np.arange(1, len(truth) + 1)

    def figure_of(marked: int | None) -> tuple[Figure, Axes, Axes]:
        figure, weights, curve = axes_in_a_row(2)
        matters = truth != 0
        weights.axhline(0, color="#BBBBBB", linewidth=0.8)
        true_mark = {"color": "black", "markersize": 13, "linestyle": "none", "markeredgewidth": 1.6}
        weights.plot(places[matters], truth[matters], "_", label="true", **true_mark)
        weights.set(xlim=(0, len(truth) + 1), ylim=(-2.4, 2.4), ylabel="coefficient")
        weights.set_xlabel("feature (those that matter first)")
        curve.set(
            xscale="log", yscale="log", xlabel="strength of the penalty", ylabel="test error (mean squared)"
        )
        for number, name in enumerate(found):
            style = {"color": COLORS[number], "linestyle": ("-", "--")[number]}
            curve.plot(STRENGTHS, errors[name], **style)
            end = {"xytext": (0, 6 - 18 * number), "textcoords": "offset points", "ha": "left"}
            curve.annotate(name, (STRENGTHS[0], errors[name][0]), color=COLORS[number], **end)
            if marked is not None:
                coefficients = found[name][marked]
                mark = {"color": COLORS[number], "linestyle": "none", "markersize": 3.5}
                label = f"{name}: {np.mean(coefficients == 0):.0%} exactly 0"
                weights.plot(places, coefficients, "os"[number], label=label, **mark)
                curve.plot(
                    STRENGTHS[marked], errors[name][marked], "os"[number], color=COLORS[number], markersize=9
                )
        weights.legend(loc="lower right", fontsize=8)
        return figure, weights, curve

    start = int(np.argmin(errors["L1"]))
    ground, weights, curve = figure_of(None)
    static, _, curve_of_both = figure_of(start)
    curve_of_both.set_title(f"strength {STRENGTHS[start]:.2g}", fontsize=10)

    def draw(penalty: str, strength: float) -> list[Artist]:
        at, number = int(np.argmin(np.abs(STRENGTHS - strength))), list(found).index(penalty)
        coefficients, color = found[penalty][at], COLORS[number]
        zero = coefficients == 0
        dot = {"color": color, "markersize": 4, "linestyle": "none"}
        note = f"{zero.sum()} of {len(zero)} exactly 0"
        return [
            weights.vlines(places[~zero], 0, coefficients[~zero], color=color, linewidth=0.9),
            *weights.plot(places[~zero], coefficients[~zero], "o", **dot),
            *weights.plot(places[zero], coefficients[zero], "|", color=QUIET, markersize=7, linestyle="none"),
            weights.text(0.97, 0.97, note, transform=weights.transAxes, ha="right", va="top", fontsize=9),
            *curve.plot(strength, errors[penalty][at], "o", color=color, markersize=10),
        ]

    def describe(penalty: str, strength: float) -> str:
        at = int(np.argmin(np.abs(STRENGTHS - strength)))
        zeros, error = (found[penalty][at] == 0).sum(), errors[penalty][at]
        return (
            f"{penalty}, strength {strength:.2g}: {zeros} of {len(truth)} coefficients exactly 0, "
            f"test error {error:.3g}"
        )

    controls = [choice("penalty", list(found), "L1"), slider("strength", STRENGTHS, float(STRENGTHS[start]))]
    return SliderPicture(controls, ground, draw, describe, static)


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
