"""What lesson 11 shows without training it: does the file hold what its script measures?"""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from helpers.data import read_packaged

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "make_dropout.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("make_dropout", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_has_the_file_what_the_script_says(script):
    packaged = read_packaged("dropout")
    settings = len(script.WIDTHS), len(script.NOISES), len(script.DROPOUTS)
    assert packaged["rates_accuracies"].shape == (*settings, len(script.SEEDS))
    assert packaged["inputs_accuracies"].shape[:2] == (len(script.INPUT_DROPOUTS), len(script.INPUT_RATES))
    assert packaged["notes_accuracies"].shape == (2, 2, len(script.MORE_SEEDS))
    assert tuple(packaged["calibration_methods"]) == script.METHODS
    measured = packaged["calibration_measured"]
    assert measured.shape == (len(script.SITUATIONS), len(script.METHODS), script.NUM_NETWORKS, 3)
    for name, array in packaged.items():
        if name.endswith("_accuracies"):
            assert ((array > 0.4) & (array < 0.9)).all(), name
    # A temperature moves no answer.
    for plain, mended in (("plain", "plain + T"), ("ensemble", "ensemble + T")):
        plain, mended = (script.METHODS.index(name) for name in (plain, mended))
        np.testing.assert_array_equal(measured[:, plain, :, 0], measured[:, mended, :, 0])
        assert (measured[:, mended, :, 1] < measured[:, plain, :, 1]).all()


@pytest.mark.slow
def test_does_a_network_trained_again_reach_what_is_in_the_file(script):
    packaged = read_packaged("dropout")
    for place, dropout in ((0, 0.0), (4, 0.5)):
        settings = {"hidden": (64, 64), "dropout": dropout, "label_noise": 0.0}
        measure = script.trained(30, "cosine", **settings)
        rate, accuracies = packaged["rates_best"][0, 0, place], packaged["rates_accuracies"][0, 0, place]
        again = [measure(float(rate), seed)[1] for seed in script.SEEDS[:3]]
        np.testing.assert_allclose(again, accuracies[:3], atol=0.02)


def test_is_another_outcome_told_from_another_processor(script):
    packaged = read_packaged("dropout")
    assert script.compare(packaged, packaged) == []
    worse = {**packaged, "notes_accuracies": packaged["notes_accuracies"] - 0.03}
    assert script.compare(worse, packaged) == ["notes_accuracies: means over seeds differ by more than 0.015"]
    assert script.compare({"rates_best": packaged["rates_best"][0]}, packaged) == [
        "rates_best: missing, or of another shape"
    ]
