"""Two at a time: all results, in their order, and an error at its place."""

import threading
import time

import pytest

from course.authoring.side_by_side import side_by_side


def test_does_every_item_give_its_result_in_its_place():
    for count in range(6):
        assert list(side_by_side(lambda number: number**2, range(count))) == [n**2 for n in range(count)]


def test_are_two_done_at_a_time_and_no_third():
    pair, running, most = threading.Barrier(2, timeout=20), [], []

    def meet(number):
        running.append(number)
        most.append(len(running))
        pair.wait()  # nobody comes by who is alone
        running.remove(number)
        return number

    assert list(side_by_side(meet, range(6))) == list(range(6))
    assert max(most) == 2


def test_is_nothing_begun_after_an_error():
    begun = []

    def fail_at_three(number):
        begun.append(number)
        if number == 3:
            raise ValueError("three")
        time.sleep(0.05)
        return number

    with pytest.raises(ValueError, match="three"):
        list(side_by_side(fail_at_three, [*range(10, 50), 3, 1]))
    assert set(begun) <= {1, 3, 49}
