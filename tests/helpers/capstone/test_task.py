"""What the capstone sets: one spelling of a number, its own seeds, and a configuration that JSON can hold."""

import getpass
import hashlib
import itertools
import json
from dataclasses import fields

import numpy as np
import pytest
from capstones import BY_HAND, REFERENCE

from helpers.capstone.task import (
    LOGGED,
    NUM_EPOCHS,
    OUTER_SPACE,
    as_data,
    configuration_of,
    data_digest,
    own_number,
    stage_seed,
    train,
    training_seed,
    with_test_part,
)
from helpers.data import capstone
from helpers.data.packaged import read_packaged
from helpers.errors import CourseError
from helpers.search.sampling import plan
from helpers.training import Configuration
from helpers.training.plan import learning_rates


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("20261234", "20261234"),
        (20261234, "20261234"),
        ("  Kim \n MinSu\t7 ", "kim minsu 7"),
        ("STRASSE", "strasse"),
        ("straße", "strasse"),
        ("김민수", "김민수"),
        ("\ufeff7\u200b", "7"),
        (0, "0"),
        ("x" * 100, "x" * 100),
    ],
)
def test_is_a_number_one_text_in_every_spelling(typed, number):
    assert own_number(typed) == number
    assert own_number(own_number(typed)) == number


def test_is_a_number_that_was_written_once_always_the_same():
    for code in range(0, 0x110000, 7):
        for text in (f"a{chr(code)}b", f"a{chr(code)}\u0301"):
            once = own_number(text)
            assert own_number(once) == once
            assert once.isprintable()
            once.encode()


@pytest.mark.parametrize("typed", ["", "   ", "x" * 101, "ß" * 60, "\u200b", "\ud800"])
def test_is_a_number_without_a_sign_or_with_too_many_refused(typed):
    with pytest.raises(CourseError, match='say who you are, in up to 100 characters: Capstone\\(number="'):
        own_number(typed)


def test_is_the_login_what_stands_where_nothing_is_typed(monkeypatch):
    monkeypatch.setattr(getpass, "getuser", lambda: "Kim")
    assert own_number() == "kim"

    def nobody():
        raise KeyError("no such user")

    monkeypatch.setattr(getpass, "getuser", nobody)
    with pytest.raises(CourseError, match="say who you are"):
        own_number()


def test_are_seeds_different_for_everything_that_they_follow_from():
    trainings = [
        training_seed(number, trial, again)
        for number in ("1", "2", "11")
        for trial in range(40)
        for again in range(5)
    ]
    stages = [stage_seed(number, stage) for number in ("1", "2", "11") for stage in range(40)]
    assert len({*trainings, *stages}) == len(trainings) + len(stages)
    assert all(0 <= seed < 2**31 for seed in [*trainings, *stages])


def test_are_seeds_those_of_the_recorded_log():
    """Written down: a change of them would make every log that was handed in another one."""
    assert stage_seed("20261234", 0) == 1188252285
    assert training_seed("20261234", 0) == 517799513


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
@pytest.mark.parametrize("batch_size", [32, 128])
def test_is_a_configuration_what_the_lesson_says(schedule, batch_size):
    parameters = {**BY_HAND, "schedule": schedule, "batch_size": batch_size, "units": 128}
    configuration = configuration_of(parameters)
    assert configuration.hidden == (128, 128)
    assert configuration.num_epochs == NUM_EPOCHS == 20
    assert (configuration.dropout, configuration.l2) == (parameters["dropout"], parameters["l2"])
    if schedule == "constant":
        assert configuration.schedule is None
    else:
        num_steps = 20 * -(-3000 // batch_size)
        rates = learning_rates(configuration, num_steps // 20).ravel()
        wanted = 0.003 * (1 + np.cos(np.pi * np.arange(num_steps) / num_steps)) / 2
        assert rates == pytest.approx(wanted, rel=0.02, abs=1e-5)
        assert np.all(np.diff(rates) <= 0)


def test_is_every_configuration_of_the_space_data_that_json_keeps():
    planned = plan(OUTER_SPACE, "random", 30, 0)
    for place in range(30):
        parameters = {name: np.asarray(planned[name])[place] for name in OUTER_SPACE}
        parameters = {name: getattr(value, "item", lambda v=value: v)() for name, value in parameters.items()}
        data = as_data(parameters)
        assert json.loads(json.dumps(data)) == data
        assert data["schedule"] == {"name": parameters["schedule"], "peak": parameters["learning_rate"]}
        assert data["hidden"] == [parameters["units"]] * 2


def test_is_the_configuration_of_each_training_that_of_the_shipped_log():
    trainings = [json.loads(line) for line in REFERENCE.read_text(encoding="utf-8").splitlines()]
    trainings = [event for event in trainings if event["event"] == "training"]
    assert len(trainings) > 20
    for event in trainings:
        assert event["configuration"] == as_data(event["parameters"])
        assert list(event["configuration"]) == list(as_data(event["parameters"]))


def test_is_what_a_log_leaves_out_of_a_configuration_at_its_default():
    plain = Configuration(0.1)
    for schedule in ("constant", "cosine"):
        configuration = configuration_of({**BY_HAND, "schedule": schedule})
        for entry in fields(Configuration):
            if entry.name not in LOGGED:
                assert getattr(configuration, entry.name) == getattr(plain, entry.name)


def test_does_any_other_parameter_give_other_data():
    other = {
        "learning_rate": 0.004, "optimizer": "momentum", "batch_size": 128, "units": 128, "dropout": 0.3,
        "l2": 1e-3, "schedule": "cosine",
    }  # fmt: skip
    found = [as_data(BY_HAND), *(as_data({**BY_HAND, name: value}) for name, value in other.items())]
    assert all(one != two for one, two in itertools.combinations(found, 2))


def test_is_the_digest_that_of_training_and_validation_and_not_of_the_test_part():
    arrays = read_packaged("capstone")
    parts = b"".join(arrays[name].tobytes() for name in ("x_train", "y_train", "x_val", "y_val"))
    assert data_digest() == hashlib.sha256(parts).hexdigest()[:12]


def test_is_the_test_part_empty_until_it_is_asked_for():
    assert len(capstone().x_test) == 0
    data = with_test_part()
    assert data.x_test.shape == (2000, 14, 14)
    assert data.y_test.shape == (2000,)
    assert np.array_equal(data.x_train, capstone().x_train)
    other = with_test_part(np.full((3, 14, 14), 255, np.uint8), np.array([1, 2, 3]))
    assert (other.x_test.max(), other.y_test.tolist()) == (1, [1, 2, 3])


@pytest.mark.slow
def test_is_a_training_the_same_whether_its_test_part_is_measured_or_not():
    first, second = train(BY_HAND, 5), train(BY_HAND, 5, with_test_part())
    assert np.array_equal(first.val_losses, second.val_losses)
    assert first.test_accuracy is None
    assert 0.3 < second.test_accuracy < 0.75
    assert len(first.val_losses) == 20
