"""Are the trainings by many optimizers that lesson 03 compares those that its words say?"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from helpers.data import read_packaged
from helpers.training import Configuration, sweep

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "make_optimizers.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_optimizers", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_has_the_file_every_side_rate_and_seed(script):
    packaged = read_packaged("optimizers")
    for name, (_, _, sides) in script.COMPARISONS.items():
        assert tuple(packaged[f"{name}_sides"]) == tuple(sides)
        shape = len(sides), script.NUM_RATES
        assert packaged[f"{name}_rates"].shape == shape
        assert packaged[f"{name}_seconds"].shape == (len(sides),)
        for part in ("val", "test"):
            accuracies = packaged[f"{name}_{part}_accuracies"]
            assert accuracies.shape == (*shape, len(script.SEEDS))
            assert ((accuracies >= 0) & (accuracies <= 1)).all()
    assert len(packaged) == 5 * len(script.COMPARISONS)


def test_does_every_side_have_its_best_rate_inside_its_list(script):
    packaged = read_packaged("optimizers")
    for name, (_, _, sides) in script.COMPARISONS.items():
        best = packaged[f"{name}_val_accuracies"].mean(axis=2).argmax(axis=1)
        assert dict(zip(sides, (best > 0) & (best < script.NUM_RATES - 1), strict=True)) == dict.fromkeys(
            sides, True
        )


@pytest.mark.slow
@pytest.mark.parametrize("side", ["SGD, constant", "schedule-free, constant", "Adam, cosine"])
def test_is_a_stored_training_the_one_that_it_says(script, side):
    load, num_epochs, sides = script.COMPARISONS["new_clothes"]
    lowest, settings = sides[side]
    runs = sweep([Configuration(lowest, num_epochs=num_epochs, **settings)], load(), [0, 3], test_curves=True)
    packaged = read_packaged("optimizers")
    stored = packaged["new_clothes_test_accuracies"][list(sides).index(side), 0, [0, 3]]
    assert [run.test_accuracy for run in runs] == pytest.approx(stored.tolist(), abs=0.02)


def test_are_arrays_of_another_training_told_apart(script):
    packaged = read_packaged("optimizers")
    few = {name: array[:, :2] for name, array in packaged.items() if name.endswith("accuracies")}
    assert script.compare(few, packaged) == []
    few["new_clothes_val_accuracies"] = np.flip(few["new_clothes_val_accuracies"], axis=0)
    assert script.compare(few, packaged) == ["new_clothes_val_accuracies: differs by more than 0.02"]
