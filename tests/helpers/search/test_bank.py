"""The bank of real trials: is it what training gives, does it answer for what it has, is damage said?"""

import importlib
import math
import shutil
import subprocess
import sys

import numpy as np
import pytest

from helpers.data import fashion_mnist
from helpers.data.packaged import read_once
from helpers.search import Choice, Real, run_search
from helpers.search.bank import AXES, decode_losses, encode_losses, load_bank, unpack


@pytest.fixture(scope="module")
def bank():
    return load_bank()


@pytest.fixture(scope="module")
def packaged(top):
    return top / "helpers" / "datasets"


@pytest.fixture
def packaged_copy(packaged, tmp_path, monkeypatch):
    """A folder with the packaged bank, which `load_bank` reads in this test."""
    for name in ("bank.npz", "bank.sha256"):
        shutil.copy(packaged / name, tmp_path / name)
    monkeypatch.setattr("helpers.data.packaged.resources.files", lambda _: tmp_path)
    for cached in (load_bank, read_once):
        cached.cache_clear()
    yield tmp_path
    for cached in (load_bank, read_once):
        cached.cache_clear()


def test_is_the_bank_as_large_as_promised_and_its_file_small(bank, packaged):
    assert bank.num_configurations == math.prod(map(len, AXES.values())) >= 1000
    assert (bank.num_seeds, bank.num_epochs) == (5, 12)
    for curves in (bank.losses, bank.accuracies):
        assert set(curves) == {"train", "val", "test"}
        for curve in curves.values():
            assert curve.shape == (bank.num_configurations, 5, 12)
    rates = bank.axes["learning_rate"]
    assert math.log10(rates[-1] / rates[0]) == pytest.approx(7)
    assert (packaged / "bank.npz").stat().st_size < 2_000_000


@pytest.fixture(scope="module")
def drawn(bank):
    """A handful of trials, the same in every run: the luck of a draw decides nothing.

    They share batch size, width and dropout, since each combination of these takes seconds to compile.
    At larger rates a rounding error grows from step to step, and another processor rounds differently, or
    the same one beside other work: a run at the rate 1 ended 28 points away. The digest holds those alone.
    """
    rng = np.random.default_rng(1)
    table = bank.table
    stable = np.flatnonzero(table["learning_rate"] < 0.1)
    like = bank.parameters(int(rng.choice(stable)))
    shared = [table[name][stable] == like[name] for name in ("batch_size", "width", "dropout")]
    rows = rng.choice(stable[np.logical_and.reduce(shared)], size=6, replace=False)
    return [(int(row), int(rng.integers(bank.num_seeds))) for row in rows]


@pytest.mark.parametrize("number", range(6))
def test_does_training_again_give_what_the_bank_holds(bank, drawn, number):
    from helpers.training import train_fast

    row, seed = drawn[number]
    run = train_fast(bank.configuration(row), fashion_mnist(), seed, test_curves=True)
    for part in ("train", "val", "test"):
        told = f"{part}, seed {seed}, {bank.parameters(row)}"
        losses, accuracies = getattr(run, f"{part}_losses"), getattr(run, f"{part}_accuracies")
        np.testing.assert_allclose(accuracies, bank.accuracies[part][row, seed], atol=0.01, err_msg=told)
        np.testing.assert_allclose(losses, bank.losses[part][row, seed], rtol=0.02, err_msg=told)


def test_are_losses_stored_to_a_fiftieth_of_a_percent():
    losses = np.geomspace(1e-4, 3e4, 1000)
    np.testing.assert_allclose(decode_losses(encode_losses(losses)), losses, rtol=2e-4)
    special = np.array([np.nan, np.inf, 0.0, 1e30])
    np.testing.assert_allclose(
        decode_losses(encode_losses(special)),
        [np.inf, np.inf, 1e-4, 1e-4 * math.exp(65534 * 3e-4)],
        rtol=1e-5,
    )


def test_does_a_row_hold_the_parameters_of_the_table(bank):
    table = bank.table
    assert set(table) == set(AXES)
    for row in (0, 1, 777, bank.num_configurations - 1):
        parameters = bank.parameters(row)
        assert parameters == {name: table[name][row] for name in AXES}
        assert int(bank.rows(parameters)) == row
    every = bank.rows(table)
    np.testing.assert_array_equal(every, np.arange(bank.num_configurations))


def test_does_the_nearest_rate_answer_by_ratio(bank):
    rates = np.array(bank.axes["learning_rate"])
    wanted = np.exp(np.random.default_rng(0).uniform(np.log(1e-6), np.log(10), size=500))
    nearest = rates[np.abs(np.log(wanted)[:, None] - np.log(rates)).argmin(axis=1)]
    rows = bank.rows({"learning_rate": wanted, "batch_size": 128})
    np.testing.assert_array_equal(bank.table["learning_rate"][rows], nearest)
    assert set(bank.table["batch_size"][rows]) == {128}
    assert max((nearest / wanted).max(), (wanted / nearest).max()) < 1.47


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"rate": 0.1}, "rate: the bank varies learning_rate, batch_size"),
        ({"learning_rate": 11}, "learning_rate must lie between 1e-06 and 10"),
        ({"learning_rate": float("nan")}, "learning_rate must lie"),
        ({"schedule": "step"}, "schedule must be one of constant, cosine"),
    ],
)
def test_is_a_question_that_the_bank_cannot_answer_refused_by_name(bank, parameters, named):
    with pytest.raises(ValueError, match=named) as refusal:
        bank.rows(parameters)
    assert "\n" not in str(refusal.value)


def test_does_the_objective_answer_epoch_by_epoch(bank):
    objective, parameters = bank.objective(), bank.parameters(900)
    epochs = objective.epochs(parameters, seed=3)
    assert next(epochs) == (bank.losses["val"][900, 3, 0], bank.accuracies["val"][900, 3, 0])
    assert next(epochs) == (bank.losses["val"][900, 3, 1], bank.accuracies["val"][900, 3, 1])
    assert len(list(epochs)) == 10
    assert objective.test_accuracy(parameters, 3, 12) == bank.accuracies["test"][900, 3, 11]
    for ask in (objective.epochs, lambda *place: objective.test_accuracy(*place, num_epochs=12)):
        for seed in (-1, 5):
            with pytest.raises(ValueError, match="seed must lie between 0 and 4"):
                ask(parameters, seed)
    with pytest.raises(ValueError, match="num_epochs must lie between 1 and 12, not 0"):
        objective.test_accuracy(parameters, 3, 0)


def test_are_accuracies_read_as_one_writes_them(bank):
    accuracies = bank.accuracies["val"]
    np.testing.assert_array_equal(accuracies, np.round(accuracies, 3))  # hits of 1000 examples


def test_does_the_space_cover_the_bank(bank):
    space = bank.space
    assert space["learning_rate"] == Real(1e-6, 10, log=True)
    assert space["width"] == Choice((32, 128))
    assert all(space.contains(bank.parameters(row)) for row in range(0, bank.num_configurations, 97))
    search = run_search(bank.objective(), space, num_trials=20)
    assert {trial.state for trial in search.trials} == {"complete"}


def test_are_the_shares_of_variance_those_of_the_sums_of_squares(bank):
    shares = bank.variance_shares()
    values = bank.accuracies["val"][..., -1].mean(axis=1)
    for name, column in bank.table.items():
        means = {value: values[column == value].mean() for value in set(column.tolist())}
        between = np.mean([(means[value] - values.mean()) ** 2 for value in column.tolist()])
        assert shares[name] == pytest.approx(between / values.var(), rel=1e-4, abs=1e-6)
    # What was measured: learning rate 0.88, batch size 0.02, all others less.
    assert max(shares, key=shares.get) == "learning_rate"
    assert shares["learning_rate"] > 0.7
    assert shares["dropout"] + shares["l2"] < 0.02
    with pytest.raises(ValueError, match="metric must be val_loss or val_accuracy"):
        bank.variance_shares("test_accuracy")


def test_are_the_measured_effects_in_the_bank(bank):
    from scipy.stats import spearmanr

    val = bank.accuracies["val"].mean(axis=1)
    assert spearmanr(val[:, 1], val[:, -1]).statistic > 0.85
    rates, batches = bank.table["learning_rate"], bank.table["batch_size"]
    best = val[:, -1].argmax()
    assert 0.2 < rates[best] < 1.1
    assert batches[best] == 32
    # A rate that is too small, or too large, ends near guessing.
    assert val[rates < 1e-5, -1].max() < 0.2
    assert val[rates > 9, -1].mean() < 0.2


def test_can_nobody_write_into_what_every_search_asks(bank):
    before = bank.losses["val"][0, 0, 0]
    for curves in (bank.losses, bank.accuracies):
        for curve in curves.values():
            with pytest.raises(ValueError, match="read-only"):
                curve *= 0
    assert bank.losses["val"][0, 0, 0] == before


@pytest.mark.parametrize("name", ["bank.npz", "bank.sha256"])
def test_is_a_missing_file_said_in_one_line(packaged_copy, name):
    (packaged_copy / name).unlink()
    with pytest.raises(OSError, match=f"{name} is missing.*git checkout") as refusal:
        load_bank()
    assert "\n" not in str(refusal.value)


def _cut(path):
    path.write_bytes(path.read_bytes()[:100_000])


def _replace_by_text(path):
    path.write_text("version https://git-lfs.github.com/spec/v1\n")


def _change(path, change):
    with np.load(path) as archive:
        arrays = dict(archive)
    change(arrays)
    np.savez_compressed(path, **arrays)


def _change_one_hit(path):
    def change(arrays):
        arrays["hits"][1, 5, 2, 11] += 1

    _change(path, change)


def _lose_an_array(path):
    _change(path, lambda arrays: arrays.pop("axis_l2"))


@pytest.mark.parametrize("damage", [_cut, _replace_by_text, _change_one_hit, _lose_an_array])
def test_is_a_damaged_bank_said_in_one_line(packaged_copy, damage):
    damage(packaged_copy / "bank.npz")
    with pytest.raises(OSError, match=r"damaged.*git checkout") as refusal:
        load_bank()
    assert "\n" not in str(refusal.value)


@pytest.fixture
def small_script(top, monkeypatch):
    """The script, for a bank of eight configurations and two seeds that are not trained but made up."""
    monkeypatch.syspath_prepend(str(top / "scripts"))
    make_bank = importlib.import_module("make_bank")
    axes = {"learning_rate": (0.1, 1.0), "batch_size": (32,), "dropout": (0.0,), "l2": (0.0, 0.1)}
    axes |= {"width": (8, 16), "schedule": ("constant",)}
    monkeypatch.setattr(make_bank, "AXES", axes)
    monkeypatch.setattr(make_bank, "SHAPE", tuple(map(len, axes.values())))
    monkeypatch.setattr(make_bank, "SEEDS", (0, 1))
    calls = []

    def train_part(rows):
        if len(calls) == make_bank.interrupt_after:
            raise KeyboardInterrupt
        calls.append(rows)
        shape = (3, len(rows), 2, 12)
        values = np.broadcast_to(np.array(rows, np.uint16)[:, None, None], shape)
        return {"losses": encode_losses(values + 1.0), "hits": values}

    make_bank.interrupt_after = None
    monkeypatch.setattr(make_bank, "train_part", train_part)
    yield make_bank, calls
    sys.modules.pop("make_bank")


def test_does_an_interrupted_script_go_on_and_leave_nothing_half_written(small_script, tmp_path, capsys):
    make_bank, calls = small_script
    make_bank.interrupt_after = 2
    assert make_bank.main(["--output", str(tmp_path)]) == 1
    assert "Run the same command to go on" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["bank.parts"]
    make_bank.interrupt_after = None
    assert make_bank.main(["--output", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bank.npz", "bank.sha256"]
    assert len(calls) == len(set(calls)) == 4
    with np.load(tmp_path / "bank.npz") as archive:
        made = unpack(dict(archive))
    # Each row stands where the table says, whatever part it was trained in.
    np.testing.assert_allclose(made.losses["val"][:, 0, 0], np.arange(8) + 1.0, rtol=2e-4)
    first = (tmp_path / "bank.npz").read_bytes()
    assert make_bank.main(["--output", str(tmp_path)]) == 0
    assert (tmp_path / "bank.npz").read_bytes() == first


def test_does_the_script_refuse_no_workers_in_one_line(top, tmp_path):
    command = [sys.executable, "scripts/make_bank.py", "--workers", "0", "--output", str(tmp_path)]
    made = subprocess.run(command, cwd=top, capture_output=True, text=True)
    assert made.returncode == 1
    assert made.stderr == "--workers must be at least 1, not 0.\n"
    assert not list(tmp_path.iterdir())
