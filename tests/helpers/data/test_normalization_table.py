"""The tables of lesson 07: are they what their script makes of trainings, and does it notice when not?"""

import runpy

import numpy as np
import pytest
from tiers import sampled

from helpers.data import fashion_mnist
from helpers.data.packaged import read_packaged
from helpers.training import Configuration, train_fast


@pytest.fixture(scope="module")
def table():
    return read_packaged("normalization")


@pytest.fixture(scope="module")
def script(top):
    return runpy.run_path(str(top / "scripts" / "make_normalization.py"))


@pytest.mark.parametrize(
    ("where", "settings"),
    sampled(
        [
            (("by_input", 0, 1, 11), {"learning_rate": 0.2048}),
            (("by_input", 1, 1, 5), {"learning_rate": 0.0032, "optimizer": "adam"}),
            (
                ("by_depth", 1, 0, 7),
                {"learning_rate": 0.4, "initializer": "he_normal", "normalization": "batch"},
            ),
            (("by_batch_size", 2, 4, 6), {"learning_rate": 0.2, "normalization": "layer"}),
        ],
        ("by_input", 0, 1, 11),
    ),
)
def test_does_a_stored_accuracy_agree_with_training_again(table, where, settings):
    name, *place = where
    if settings.get("normalization") == "batch":
        settings = settings | {"norm_momentum": 0.9}
    if name == "by_batch_size":
        settings = settings | {"batch_size": 256, "num_epochs": 20}
    configuration = Configuration(schedule="cosine", **settings)
    run = train_fast(configuration, fashion_mnist(), 0, test_curves=True)
    stored = table[name][tuple(place)][0]
    np.testing.assert_allclose(stored, [run.val_accuracies[-1], run.test_accuracies[-1]], atol=0.03)


def test_are_depth_and_start_tables_the_same_where_they_meet(table):
    he, ten = table["starts"].tolist().index("He"), table["depths"].tolist().index(10)
    for form, rows in zip(table["depth_forms"], table["by_depth"], strict=True):
        other = table["by_start"][table["forms"].tolist().index(form), he]
        np.testing.assert_array_equal(rows[ten], other)


def test_does_each_table_have_a_row_for_each_name(table):
    seeds = 4, 2
    assert table["by_start"].shape == (len(table["forms"]), len(table["starts"]), len(table["rates"]), *seeds)
    sides = len(table["depth_forms"]), len(table["depths"])
    assert table["by_depth"].shape == (*sides, len(table["rates"]), *seeds)
    sides = len(table["batch_forms"]), len(table["batch_sizes"])
    assert table["by_batch_size"].shape == (*sides, len(table["rates"]), *seeds)
    sides = len(table["input_optimizers"]), len(table["inputs"])
    assert table["by_input"].shape == (*sides, len(table["input_rates"]), *seeds)


def test_does_the_script_name_what_differs(script, table):
    compare = script["compare"]
    assert compare(table, table) == []
    for name in ("rates", "forms", "by_start", "by_input"):
        array = table[name]
        other = np.array(["other"] * len(array)) if array.dtype.kind == "U" else array + 0.2
        (line,) = compare({name: other}, table)
        assert line.startswith(f"{name}: ")
    assert compare({"by_depth": table["by_depth"][:1]}, table)
    assert compare({"another": table["by_depth"]}, table)
