"""The bands: quantiles of fair searches, worked out here in another way, on a small table and a real one."""

import bisect
import json
import statistics

import numpy as np
import pytest
from capstones import REFERENCE

from helpers.capstone import bands
from helpers.capstone.bands import (
    band_of,
    draw_searches,
    fair_searches,
    limits,
    place_in_words,
    random_trials,
)
from helpers.capstone.task import OUTER_SPACE, train, with_test_part


@pytest.fixture
def small(monkeypatch):
    """A table of 25 trials, of which five were trained again: drawn searches nearly always end with these."""
    rng = np.random.default_rng(3)
    val_losses = np.full((25, 5), np.nan)
    val_losses[:, 0] = np.linspace(1, 2, 25)
    val_losses[:12, 1:] = rng.normal(1.2, 0.1, size=(12, 4))
    val_losses[24, 0] = np.inf
    hits = np.zeros((25, 5), int)
    hits[:12] = rng.integers(100, 200, size=(12, 5))
    table = {"val_losses": val_losses, "test_hits": hits, "num_test": np.array(200)}
    table["finalists"] = draw_searches(val_losses[:, 0])
    monkeypatch.setattr(bands, "random_trials", lambda: table)
    return table


def in_python(table, rows):
    """The test accuracy that one fair search among these rows ends with."""
    first = [float(table["val_losses"][row, 0]) for row in rows]
    finalists = [rows[place] for place in sorted(range(len(rows)), key=first.__getitem__)[:2]]
    means = [statistics.fmean(map(float, table["val_losses"][row])) for row in finalists]
    chosen = finalists[means.index(min(means))]
    return sum(map(int, table["test_hits"][chosen])) / 5 / int(table["num_test"])


def test_do_fair_searches_end_as_the_rules_say(small):
    rng = np.random.default_rng(bands.DRAW_SEED)
    draws = [rng.choice(25, 20, replace=False).tolist() for _ in range(10_000)]
    wanted = sorted(in_python(small, rows) for rows in draws)
    assert fair_searches() == pytest.approx(wanted, abs=1e-12)
    assert limits() == pytest.approx((np.quantile(wanted, 0.05), np.quantile(wanted, 0.5)))


def test_are_the_limits_quantiles_of_the_real_searches():
    found = fair_searches()
    lower, upper = limits()
    assert found.shape == (10_000,)
    assert np.all(np.diff(found) >= 0)
    assert bisect.bisect_left(found, lower) == pytest.approx(500, abs=30)
    assert upper == pytest.approx(statistics.median(found.tolist()))
    assert limits(0.01) == pytest.approx((lower + 0.01, upper + 0.01))


def test_are_the_limits_the_same_after_somebody_has_counted_in_percent():
    before = limits()
    searches, trials = fair_searches(), random_trials()
    searches *= 100
    trials["test_hits"] *= 100
    assert limits() == before
    assert fair_searches().max() < 1


def test_where_do_bands_begin():
    lower, upper = limits()
    for limit, band in ((lower, 2), (upper, 3)):
        assert band_of(limit) == band
        assert band_of(limit - 1e-6) == band - 1  # an image more or less is 1e-4
        assert band_of(limit + 0.02, 0.02 + 1e-6) == band - 1
        assert band_of(limit + 0.02, 0.02 - 1e-6) == band
    assert [band_of(value) for value in (0.0, 0.1, 1.0)] == [1, 1, 3]
    assert "test accuracy 0.5000, band 1 of 3; the second begins at" in place_in_words(0.5)
    assert f"{upper + 0.01:.4f}" in place_in_words(0.5, 0.01)


def test_have_equal_hits_equal_bands_however_they_fall_on_the_seeds():
    """Both limits are whole numbers of hits, and accuracies come in single precision."""
    rng = np.random.default_rng(0)
    for limit, band in zip(limits(), (2, 3), strict=True):
        at_limit = round(limit * 10_000)
        assert limit == pytest.approx(at_limit / 10_000, abs=1e-12)
        for fewer in (0, 1):
            hits = rng.integers(-25, 25, (500, 5)) + (at_limit - fewer) // 5
            hits[:, 4] = at_limit - fewer - hits[:, :4].sum(axis=1)
            for each in (hits / 2000, (hits / 2000).astype(np.float32).astype(float)):
                means = {float(np.mean(row)) for row in each}
                assert {band_of(mean) for mean in means} == {band - fewer}


def test_does_a_finalist_always_have_five_seeds():
    table = random_trials()
    np.testing.assert_array_equal(table["finalists"], draw_searches(table["val_losses"][:, 0]))
    finalists = np.unique(table["finalists"])
    assert np.isfinite(table["val_losses"][finalists]).all()
    assert (table["test_hits"][finalists, 1:] > 0).all()
    others = np.setdiff1d(np.arange(bands.NUM_ROWS), finalists)
    assert not table["test_hits"][others, 1:].any()
    assert np.isnan(table["val_losses"][others, 1:]).all()


def test_are_the_trials_drawn_from_exactly_the_outer_space():
    table = random_trials()
    for name, outer in OUTER_SPACE.items():
        values = table[name]
        assert values.shape == (2048,)
        if hasattr(outer, "options"):
            shares = [np.mean(values == option) for option in outer.options]
            assert shares == pytest.approx([0.5, 0.5], abs=5 * 0.5 / 2048**0.5)
            continue
        assert outer.low <= values.min() <= values.max() <= outer.high
        scale = np.log if outer.log else np.asarray
        places = np.sort((scale(values) - scale(outer.low)) / (scale(outer.high) - scale(outer.low)))
        distance = np.abs(places - (np.arange(2048) + 0.5) / 2048).max()
        assert distance < 1.95 / 2048**0.5  # Kolmogorov and Smirnov: one in a thousand is further


@pytest.mark.slow
def test_is_a_row_of_the_table_what_a_training_gives():
    """One of them, a good one at a moderate rate; on another kind of processor it is near."""
    table = random_trials()
    order = np.argsort(table["val_losses"][:, 0])
    row = next(row for row in order if table["units"][row] == 64 and table["learning_rate"][row] < 0.005)
    parameters = {name: table[name][row].item() for name in OUTER_SPACE}
    accuracies = [train(parameters, seed, with_test_part()).test_accuracy for seed in (1, 2)]
    assert np.mean(accuracies) == pytest.approx(table["test_hits"][row].mean() / 2000, abs=0.02)


def test_lies_the_reference_where_its_log_says():
    opened = json.loads(REFERENCE.read_text().splitlines()[-1])
    assert band_of(statistics.fmean(opened["accuracies"])) == 3
