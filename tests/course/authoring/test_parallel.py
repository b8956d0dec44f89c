"""Two at a time: all results, in their order, and an error at its place."""

import ast
import os
import sys
import threading
import time

import pytest

from course.authoring import parallel as here
from course.authoring.parallel import side_by_side


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
        time.sleep(1)  # until the other thread, which may be late, has come to its error
        return number

    with pytest.raises(ValueError, match="three"):
        list(side_by_side(fail_at_three, [*range(10, 50), 3, 1]))
    assert set(begun) <= {1, 3, 49}


class MakesRoom:
    """Garbage whose end lets another thread parse in the middle of a tree that the first one makes."""

    is_parsed, parse = threading.Event(), threading.Event()

    def __init__(self):
        self.circle = self

    def __del__(self):
        self.parse.set()
        self.is_parsed.wait(0.05)
        self.is_parsed.clear()


def test_may_one_parse_while_the_other_is_in_the_middle_of_it():
    """Python before 3.11.8 and 3.12.2 says of one of them that the depth of its tree does not fit."""
    has_ended = threading.Event()

    def parse_much(_):
        text = f"values = [{', '.join(f'f({number}, a + 1)' for number in range(3000))}]"
        for _ in range(3):
            for _ in range(3):
                MakesRoom()
            ast.parse(text)
        has_ended.set()
        MakesRoom.parse.set()

    def parse_in_between(_):
        while not has_ended.is_set():
            assert MakesRoom.parse.wait(20)
            MakesRoom.parse.clear()
            ast.literal_eval("[1, 2]")
            MakesRoom.is_parsed.set()

    assert list(side_by_side(lambda function: function(0), [parse_much, parse_in_between])) == [None, None]


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="threads may parse at the same time")
def test_can_a_fork_parse_while_another_thread_did():
    list(side_by_side(str, [1, 2]))
    with here._parsing:
        child = os.fork()
        if child == 0:
            waits = threading.Thread(target=ast.parse, args=("1",), daemon=True)
            waits.start()
            waits.join(20)
            os._exit(waits.is_alive())
        assert os.waitpid(child, 0)[1] == 0
