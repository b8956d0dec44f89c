"""Are parts of a data set, and the same clothes by another camera, what their names say?"""

import numpy as np
import pytest

from helpers.data import balanced_subset, by_another_camera, fashion_mnist, only_classes, related


def test_are_only_the_wanted_classes_left_in_their_order():
    data = fashion_mnist(200, 100)
    part = only_classes(data, [7, 2, 2])
    for name in ("train", "val", "test"):
        labels = getattr(data, f"y_{name}")
        rows = [row for row, label in enumerate(labels) if label in (2, 7)]
        np.testing.assert_array_equal(getattr(part, f"y_{name}"), labels[rows])
        np.testing.assert_array_equal(getattr(part, f"x_{name}"), getattr(data, f"x_{name}")[rows])


@pytest.mark.parametrize("classes", [[], [10], [0, 11]])
def test_are_classes_refused_that_do_not_occur(classes):
    with pytest.raises(ValueError, match="has no example of"):
        only_classes(fashion_mnist(200, 100), classes)


def test_is_one_class_said_to_be_no_list():
    with pytest.raises(ValueError, match="classes must be several labels, as in a list, not 3"):
        only_classes(fashion_mnist(200, 100), 3)


def test_has_a_subset_each_class_equally_often_and_each_example_once():
    data = fashion_mnist(400)
    part = balanced_subset(data, 50, seed=3)
    assert np.bincount(part.y_train).tolist() == [5] * 10
    images = {image.tobytes() for image in part.x_train}
    assert len(images) == 50
    pairs = {(image.tobytes(), label) for image, label in zip(data.x_train, data.y_train, strict=True)}
    assert all(
        (image.tobytes(), label) in pairs for image, label in zip(part.x_train, part.y_train, strict=True)
    )
    assert part.x_val is data.x_val


def test_does_the_seed_decide_the_subset():
    data = fashion_mnist(400)
    first, again, other = (balanced_subset(data, 20, seed).x_train for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_is_a_subset_of_five_classes_balanced_too():
    part = balanced_subset(only_classes(fashion_mnist(400), range(5, 10)), 25)
    assert np.bincount(part.y_train).tolist() == [0] * 5 + [5] * 5


@pytest.mark.parametrize(
    ("num_train", "message"), [(55, "must be a multiple of 10"), (500, "only 40 examples"), (0, "num_train")]
)
def test_is_an_impossible_subset_refused(num_train, message):
    with pytest.raises(ValueError, match=message):
        balanced_subset(fashion_mnist(400), num_train)


def test_has_the_other_camera_the_clothes_of_the_first_and_new_ones_for_training():
    clean, taken = fashion_mnist(4000), by_another_camera()
    assert [part.shape for part in taken[::2]] == [(1000, 14, 14), (1000, 14, 14), (2000, 14, 14)]
    np.testing.assert_array_equal(taken.y_test, clean.y_test)
    np.testing.assert_array_equal(taken.y_val, clean.y_val)
    assert np.bincount(taken.y_train).tolist() == [100] * 10
    # Paler; and moved, so that an image resembles itself more than others, and not in every pixel.
    assert taken.x_test.mean() < 0.9 * clean.x_test.mean()
    alike = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(clean.x_val, taken.x_val, strict=True)]
    assert 0.6 < np.mean(alike) < 0.98
    rows = fashion_mnist(5000).x_train[4000:]
    own = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(rows, taken.x_train, strict=True)]
    assert np.mean(own) > 0.6
    assert taken.x_train.dtype == np.float32
    assert 0 <= taken.x_train.min() < taken.x_train.max() <= 1


def test_is_the_other_camera_the_same_at_every_call():
    np.testing.assert_array_equal(by_another_camera().x_train, by_another_camera().x_train)


def test_are_its_photographs_those_of_fashion_mnist_and_so_none_of_the_capstone_s(monkeypatch):
    """As they were before the camera. That the capstone has none of these, `test_data` asks."""
    monkeypatch.setattr(related, "through_a_bad_camera", lambda images, rng, max_shift: images)
    before, clothes = by_another_camera(), fashion_mnist(5000)
    np.testing.assert_array_equal(before.x_train, clothes.x_train[4000:])
    np.testing.assert_array_equal(before.y_train, clothes.y_train[4000:])
    np.testing.assert_array_equal(before.x_val, clothes.x_val)
    np.testing.assert_array_equal(before.x_test, clothes.x_test)
