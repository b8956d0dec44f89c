"""The recorded trainings of lesson 09: are they what training gives, does their script notice when not?"""

import runpy

import numpy as np
import pytest

from helpers.data import fashion_mnist
from helpers.data.packaged import read_packaged
from helpers.training import train_fast


@pytest.fixture(scope="module")
def stored():
    return read_packaged("stopping")


@pytest.fixture(scope="module")
def script(top):
    return runpy.run_path(str(top / "scripts" / "make_stopping.py"))


@pytest.mark.slow
def test_do_stored_curves_agree_with_training_again(stored, script):
    for name in ("usual", "clean_cosine_40"):
        one = script["configuration"](*script["TRAININGS"][name])
        run = train_fast(one, fashion_mnist(), 3, test_curves=True)
        np.testing.assert_allclose(stored[f"{name}_losses"][3, :5], run.val_losses[:5], rtol=0.03)
        np.testing.assert_allclose(stored[f"{name}_accuracies"][3], run.test_accuracies, atol=0.04)


def test_is_there_a_curve_for_each_seed_and_epoch(stored, script):
    shapes = {name: (len(script["SEEDS"]), epochs) for name, (_, _, epochs, _) in script["TRAININGS"].items()}
    left = dict(stored)
    for name, shape in shapes.items():
        losses, accuracies = left.pop(f"{name}_losses"), left.pop(f"{name}_accuracies")
        assert losses.shape == accuracies.shape == shape
        assert (losses > 0).all()
        assert ((accuracies > 0) & (accuracies < 1)).all()
    assert not left


def test_does_the_script_name_what_differs(script, stored):
    compare = script["compare"]
    assert compare(stored, stored) == []
    for name, array in stored.items():
        (line,) = compare({name: array + 0.2}, stored)
        assert line.startswith(f"{name}: ")
    assert compare({"slow_losses": stored["slow_losses"][:1]}, stored)
    assert compare({"another": stored["slow_losses"]}, stored)
