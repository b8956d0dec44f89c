"""Are the searches with which the site compares its reader's what the methods find?"""

import importlib.util

import numpy as np
import pytest
from site_built import PARTS

from helpers.errors import CourseError
from helpers.search import replay
from helpers.search.bank import load_bank
from helpers.search.gaussian_process import NUM_STARTUP


def again(method, num_trials, num_replays=PARTS.NUM_REPLAYS):
    bank = load_bank()
    found = replay(bank.objective(), bank.space, method, num_trials, None, num_replays, 0)
    return found.chosen_again("test_accuracy")


def test_are_there_a_thousand_searches_of_each_method_and_budget():
    stored = PARTS.read_replays()
    assert set(stored) == {f"{method} {number}" for method in PARTS.METHODS for number in PARTS.NUM_TRIALS}
    for name, accuracies in stored.items():
        assert accuracies.shape == (PARTS.NUM_REPLAYS,), name
        assert ((accuracies > 0.05) & (accuracies < 0.85)).all(), name


@pytest.mark.parametrize("num_trials", PARTS.NUM_TRIALS)
@pytest.mark.parametrize("method", [method for method in PARTS.METHODS if method != "tpe"])
def test_is_a_stored_search_what_the_method_finds(method, num_trials):
    assert PARTS.read_replays()[f"{method} {num_trials}"] == pytest.approx(
        again(method, num_trials), abs=1e-6
    )


def test_does_the_script_that_made_the_replays_still_load(top):
    specification = importlib.util.spec_from_file_location(
        "make_replays", top / "scripts" / "make_replays.py"
    )
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    assert set(module.PLANNED) < set(PARTS.METHODS)
    assert module.accuracies_of("random", 10, 3, 2) == pytest.approx(
        PARTS.read_replays()["random 10"][3:5], abs=1e-6
    )


def test_are_the_first_searches_of_tpe_those_that_are_stored():
    # A last digit may turn one trial into another, so not each of them.
    same = np.isclose(PARTS.read_replays()["tpe 30"][:10], again("tpe", 30, 10), atol=1e-6)
    assert same.sum() >= 5


def test_is_tpe_with_ten_trials_random_search_and_better_with_thirty():
    """What the page says of it: ten random trials first, and then it learns."""
    stored = PARTS.read_replays()
    for number, learns in ((10, False), (30, True)):
        tpe, random = stored[f"tpe {number}"], stored[f"random {number}"]
        error = np.hypot(tpe.std(), random.std()) / PARTS.NUM_REPLAYS**0.5
        difference = tpe.mean() - random.mean()
        assert difference > 3 * error if learns else abs(difference) < 3 * error
    assert NUM_STARTUP <= 10


def test_holds_the_page_of_the_bank_the_whole_bank():
    bank, data = load_bank(), PARTS.bank_data()
    assert sum(map(len, data["val_losses"])) == 7920
    losses = np.array([[np.inf if loss is None else loss for loss in row] for row in data["val_losses"]])
    np.testing.assert_allclose(losses, bank.losses["val"][..., -1], rtol=1e-3)
    np.testing.assert_allclose(data["test_accuracies"], bank.accuracies["test"][..., -1], atol=1e-4)
    assert list(data["axes"]) == list(bank.axes)


def test_are_damaged_replays_refused(tmp_path, monkeypatch):
    place = PARTS.HERE / "replays.npz"
    monkeypatch.setattr(PARTS, "HERE", tmp_path)
    with pytest.raises(CourseError, match=r"replays\.npz is missing"):
        PARTS.read_replays()
    whole = place.read_bytes()
    (tmp_path / "replays.sha256").write_text("")
    overwritten = whole[:5000] + b"?" * 5000 + whole[10_000:]
    for content in (b"", b"PK broken", whole[: len(whole) // 2], overwritten, whole):
        (tmp_path / "replays.npz").write_bytes(content)
        with pytest.raises(CourseError, match=r"damaged .*: git checkout pages"):
            PARTS.read_replays()
