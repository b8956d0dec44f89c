"""Are the trainings that lesson 12 chooses among those that its words say?"""

import numpy as np
import pytest
from tiers import sampled

from helpers.data import fashion_mnist, m1d
from helpers.data.packaged import read_packaged
from helpers.training import Configuration, sweep

STORED = read_packaged("selection")


def test_has_every_array_the_shape_that_the_lesson_reads():
    shapes = {name: array.shape for name, array in STORED.items()}
    ends = ("val_losses", "val_accuracies", "test_accuracies")
    wanted = {"sweep": (2, 41, 8), "optimizer": (2, 11, 8), "fold_100": (24, 12, 5), "fold_400": (12, 12, 5)}
    assert shapes == {
        "sweep_rates": (41,),
        "optimizer_rates": (11,),
        "candidate_right": (150, 375),
        **{f"{name}_{end}": shape for name, shape in wanted.items() for end in ends},
    }


@pytest.mark.parametrize("name", [name for name in STORED if name.endswith("accuracies")])
def test_are_accuracies_shares(name):
    assert (STORED[name] >= 0).all()
    assert (STORED[name] <= 1).all()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "place", "data", "configuration"),
    sampled(
        [
            ("sweep", (0, 12), fashion_mnist, Configuration(0.08, hidden=(64,))),
            ("optimizer", (0, 2), m1d, Configuration(0.001, optimizer="adam", num_epochs=15)),
            ("optimizer", (1, 3), m1d, Configuration(0.002, optimizer="momentum", num_epochs=15)),
        ],
        "sweep",
    ),
)
def test_is_a_stored_training_the_one_that_it_says(name, place, data, configuration):
    runs = sweep([configuration], data(), seeds=[0, 3], test_curves=True)
    rate = STORED[f"{name}_rates"][place[1]]
    assert rate == pytest.approx(configuration.learning_rate)
    for end, single in (("val_losses", "val_loss"), ("test_accuracies", "test_accuracy")):
        stored = STORED[f"{name}_{end}"][place][[0, 3]]
        assert [getattr(run, single) for run in runs] == pytest.approx(stored.tolist(), abs=0.02)


def test_do_candidates_differ_as_those_of_a_search_do():
    right = np.unpackbits(STORED["candidate_right"], axis=1)
    accuracies = right.mean(axis=1)
    assert 0.65 < accuracies.min() < accuracies.max() < 0.85
    assert len({row.tobytes() for row in right}) == len(right)
