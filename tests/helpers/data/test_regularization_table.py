"""The table of lesson 10: is it what its script makes of trainings, and does the script notice when not?"""

import runpy

import numpy as np
import pytest

from helpers.data import fashion_mnist
from helpers.data.packaged import read_packaged
from helpers.training import Configuration, train_fast


@pytest.fixture(scope="module")
def table():
    return read_packaged("regularization")


@pytest.fixture(scope="module")
def script(top):
    return runpy.run_path(str(top / "scripts" / "make_regularization.py"))


@pytest.mark.slow
def test_does_a_stored_accuracy_agree_with_training_again(table):
    place = list(table["gain_settings"]).index("l2 0.003")
    settings = {"hidden": (128, 128), "batch_size": 64, "num_epochs": 60, "optimizer": "adam"}
    configuration = Configuration(0.001, label_noise=0.4, l2=0.003, **settings)
    for at, seed in enumerate((10, 11)):
        run = train_fast(configuration, fashion_mnist(), seed, test_curves=True)
        last, best = run.test_accuracies[-1], run.test_accuracies[run.best_epoch]
        np.testing.assert_allclose(table["gain_accuracies"][place, :2, at], [last, best], atol=0.03)


def test_are_rates_and_strengths_among_the_four_best_of_their_family(table):
    means = table["grid"].mean(axis=-1)
    families = {"no penalty": ["no penalty"]}
    for name in table["settings"][1:]:
        families.setdefault(name.split()[0], []).append(name)
    assert list(families) == list(table["families"])
    for at, situation in enumerate(means):
        for family, members in enumerate(families.values()):
            rate, strength = table["tuned_rates"][at, family], table["tuned_strengths"][at, family]
            name = f"{table['families'][family]} {strength:g}" if family else "no penalty"
            rows = situation[[list(table["settings"]).index(each) for each in members]]
            chosen = rows[members.index(name), list(table["rates"]).index(rate)]
            assert np.sum(rows > chosen) < 4


def test_does_the_script_name_what_differs(script, table):
    compare = script["compare"]
    assert compare(table, table) == []
    for name in ("grid", "gain_settings", "smoothed", "bias_strengths"):
        array = table[name]
        other = np.array(["other"] * len(array)) if array.dtype.kind == "U" else array + 0.2
        (line,) = compare({name: other}, table)
        assert line.startswith(f"{name}: ")
    assert compare({"grid": table["grid"][:1]}, table)
    assert compare({"another": table["grid"]}, table)
