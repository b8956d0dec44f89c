"""The Gaussian process: does it believe what the trials say, and does a search with it find more?"""

import warnings

import numpy as np
import pytest
import scipy

from helpers.search import Choice, Integer, Real, Space, run_search
from helpers.search.gaussian_process import (
    NUM_STARTUP,
    Surrogate,
    coordinates,
    fit_surrogate,
    mean_improvement,
    next_parameters,
)

SPACE = Space(x=Real(-5, 5), units=Integer(1, 64, log=True), kind=Choice(("a", "b", "c")))


class Valley:
    """One epoch; lowest at x = 1, with 8 units, of kind b."""

    num_epochs, num_seeds = 1, 5

    def epochs(self, parameters, seed):
        distance = (parameters["x"] - 1) ** 2 + np.log2(parameters["units"] / 8) ** 2
        yield float(distance + (parameters["kind"] != "b")), 0.5

    def test_accuracy(self, parameters, seed, num_epochs):
        return 0.5


@pytest.mark.parametrize(("mean", "std", "best"), [(0.0, 1.0, 0.5), (2.0, 0.5, 1.0), (-3.0, 2.0, -3.0)])
def test_is_the_improvement_the_integral_that_defines_it(mean, std, best):
    expected, _ = scipy.integrate.quad(
        lambda y: (best - y) * scipy.stats.norm.pdf(y, mean, std), mean - 12 * std, best
    )
    (found,) = mean_improvement(Surrogate(np.array([mean]), np.array([std])), best)
    assert found == pytest.approx(expected, rel=0.03, abs=1e-3 * std)


def test_is_what_is_known_without_doubt_no_improvement_unless_it_is_lower():
    known = Surrogate(np.array([0.5, 1.0, 1.5]), np.zeros(3))
    np.testing.assert_allclose(mean_improvement(known, 1.0), [0.5, 0, 0])


def test_is_the_band_narrow_at_the_trials_and_wide_between_them():
    points = np.array([0.0, 0.1, 0.2, 0.3, 0.8, 0.9, 1.0])[:, np.newaxis]
    at = np.linspace(0, 1, 11)[:, np.newaxis]
    surrogate = fit_surrogate(points, np.sin(6 * points[:, 0]), at)
    np.testing.assert_allclose(surrogate.mean[[0, 1, 2, 8, 9]], np.sin(6 * at[[0, 1, 2, 8, 9], 0]), atol=0.05)
    assert surrogate.std[5] > 3 * surrogate.std[[0, 1, 2, 3, 8, 9, 10]].max()


def test_is_the_noise_of_single_trials_left_out_of_the_band():
    rng = np.random.default_rng(0)
    points = rng.uniform(size=(200, 1))
    values = points[:, 0] + 0.3 * rng.normal(size=200)
    surrogate = fit_surrogate(points, values, np.array([[0.5]]))
    assert surrogate.std[0] < 0.1
    assert surrogate.mean[0] == pytest.approx(0.5, abs=0.15)


def test_are_values_that_are_not_finite_refused_by_the_fit():
    with pytest.raises(ValueError, match="values must be finite"):
        fit_surrogate(np.array([[0.0], [1.0]]), np.array([1.0, np.inf]), np.array([[0.5]]))


def test_do_dimensions_become_coordinates_on_their_own_scale():
    space = Space(
        rate=Real(1e-4, 1, log=True),
        batch=Choice((32, 128, 512)),
        kind=Choice(("x", "y", "z")),
        on=Choice((False, True)),
    )
    found = coordinates(
        space,
        {
            "rate": [1e-4, 1e-2, 1],
            "batch": [512, 128, 32],
            "kind": ["y", "x", "z"],
            "on": [True, False, True],
        },
    )
    expected = [[0, 1, 0, 1, 0, 1], [0.5, 0.5, 1, 0, 0, 0], [1, 0, 0, 0, 1, 1]]
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.slow
def test_does_it_find_more_than_chance():
    found: dict[str, list] = {"gaussian-process": [], "random": []}
    for method, losses in found.items():
        for seed in range(8):
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                search = run_search(Valley(), SPACE, method, 20, seed=seed)
            losses.append(search.best.val_loss)
            assert len({tuple(trial.parameters.values()) for trial in search.trials}) > NUM_STARTUP + 5
    assert np.mean(found["gaussian-process"]) < np.mean(found["random"]) / 3


def test_do_values_that_diverged_not_disturb_it():
    trials = [{"x": x, "units": 8, "kind": "b"} for x in (-4.0, -2.0, 0.0, 0.9, 2.0, 4.0)]
    values = [np.inf, 9.0, 1.0, 0.01, 1.0, np.nan]
    assert abs(next_parameters(SPACE, trials, values, 0)["x"] - 1) < 1.5


def test_are_the_parameters_pythons_own_and_in_the_space():
    trials = [{"x": float(x), "units": 8, "kind": "b"} for x in range(6)]
    found = next_parameters(SPACE, trials, [3.0, 1.0, 2.0, 5.0, 4.0, 6.0], 0)
    assert SPACE.contains(found)
    assert [type(value) for value in found.values()] == [float, int, str]
