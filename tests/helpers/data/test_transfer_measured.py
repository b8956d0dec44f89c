"""What lesson 16 shows without training it: does the file hold what its script measures?"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from helpers.data import balanced_subset, fashion_mnist, only_classes, read_packaged
from helpers.training import loss_and_accuracy, sweep

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "make_transfer.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_transfer", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_has_the_file_every_row_that_the_script_says_and_no_other(script):
    packaged = read_packaged("transfer")
    rows = {script.name_of(table, row) for table, (_, of_table) in script.TABLES.items() for row in of_table}
    settings = script.settings()
    assert {name.rpartition("/")[0] for name in packaged if name not in settings} == rows
    for name, array in settings.items():
        np.testing.assert_array_equal(packaged[name], array)


def test_has_every_table_a_row_for_each_rate_and_a_column_for_each_seed(script):
    packaged = read_packaged("transfer")
    for row, rates, seeds in (
        ("width/mup/adam/512", script.WIDTH_RATES["adam"], script.WIDTH_SEEDS),
        ("depth/sgd_residual/16", script.DEPTH_RATES["sgd"], script.DEPTH_SEEDS),
        ("length/adam/480/30", script.LENGTH_RATES["adam"], script.LENGTH_SEEDS),
        ("batch/steps/512", script.BATCH_RATES, script.BATCH_SEEDS),
        ("size/50", script.SIZE_RATES, script.SIZE_SEEDS),
        ("units/2", script.UNITS_RATES, script.UNITS_SEEDS),
        ("classes/head only/500", script.CLASS_RATES, script.TUNING_SEEDS),
        ("camera/all/750", script.CAMERA_RATES, script.TUNING_SEEDS),
    ):
        found = [array for name, array in packaged.items() if name.startswith(f"{row}/")]
        assert {array.shape for array in found} == {(len(rates), len(seeds))}, row


def test_is_the_recipe_that_of_the_paper_and_nothing_at_the_base(script):
    small, wide = script.recipe("mup", script.BASE_WIDTH), script.recipe("mup", 8 * script.BASE_WIDTH)
    for name, array in script.recipe("standard", script.BASE_WIDTH).items():
        np.testing.assert_array_equal(small[name], array)
    # Table 3 of Tensor Programs V, for 8 times the width.
    np.testing.assert_allclose(wide["starts"] / small["starts"], [1, 8**-0.5, 1 / 8])
    np.testing.assert_allclose(wide["adam"], [1, 1 / 8, 1 / 8])
    np.testing.assert_allclose(wide["sgd"], [8, 1, 1 / 8])


def test_is_the_standard_start_that_of_keras(script):
    import keras

    for shape, deviation in zip(((196, 64), (64, 64), (64, 10)), script.kernel_deviations(64), strict=True):
        kernel = np.asarray(keras.initializers.GlorotUniform(seed=0)(shape))
        assert kernel.std() == pytest.approx(deviation, rel=0.06)


@pytest.mark.slow
def test_does_a_network_trained_again_reach_what_is_in_the_file(script):
    packaged = read_packaged("transfer")
    settings = [script.of_width("mup", "adam", 32, float(script.WIDTH_RATES["adam"][3]))]
    runs = sweep(settings, fashion_mnist(), [0, 3])
    stored = packaged["width/mup/adam/32/val_losses"][3, [0, 3]]
    np.testing.assert_allclose([run.val_loss for run in runs], stored, atol=0.03)


@pytest.mark.slow
def test_does_a_network_tuned_again_reach_what_is_in_the_file(script):
    packaged, seed, at = read_packaged("transfer"), 2, 2
    new = only_classes(fashion_mnist(5000), script.NEW)
    before = script.pretrained(seed, *script.OLD)
    data = balanced_subset(new, 50, seed)
    run = script.tuned("body / 10", float(script.CLASS_RATES[at]), data, seed, before)
    accuracy = loss_and_accuracy(run.configuration, run.weights, new, "test").accuracy
    assert accuracy == pytest.approx(packaged["classes/body / 10/50/test_accuracies"][at, seed], abs=0.03)


def test_is_another_outcome_told_from_another_processor(script):
    packaged = read_packaged("transfer")
    assert script.compare(packaged, packaged) == []
    name = "depth/sgd/2/val_accuracies"
    told = script.compare({name: packaged[name] - 0.03}, packaged)
    assert told == [f"{name}: means over seeds differ by more than 0.01 in the median"]
    assert script.compare({"rates/batch": packaged["rates/batch"][1:]}, packaged) == [
        "rates/batch: missing, or of another shape"
    ]
