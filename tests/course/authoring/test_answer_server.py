"""Where answers run: with TensorFlow imported before, or without it where a lesson does not name it."""

import mini
import pytest

from course.authoring.answer_server import AnswerServer
from course.authoring.contract import read_with_cases
from course.authoring.observe import Variant

LOOKING = """
def double(value):
    import random
    import sys
    import numpy as np
    drawn = [random.random(), np.random.random(), np.random.default_rng().random()]
    return ["tensorflow" in sys.modules, *drawn]
"""


def observed(folder):
    """What an answer that looks around itself sees, twice, and what the solution gives."""
    lesson, bank = read_with_cases(folder)
    double = lesson.exercises["double"]
    with AnswerServer(lesson, bank.answers) as server:
        one, other, solved = server.run([(double, Variant(LOOKING, "double"))] * 2 + [(double, None)])
    assert one.error is None
    return one.data["a number"], other.data["a number"], solved


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return observed(mini.write_course(tmp_path_factory.mktemp("plain")))


@pytest.fixture(scope="module")
def with_keras(tmp_path_factory):
    folder = mini.write_course(tmp_path_factory.mktemp("keras"))
    answers = folder / "answers.py"
    answers.write_text(answers.read_text() + "\n\ndef unused():\n    import keras\n\n    return keras\n")
    return observed(folder)


def test_is_tensorflow_there_where_a_lesson_names_it_and_only_there(plain, with_keras):
    assert (plain[0][0], with_keras[0][0]) == (False, True)


def test_does_an_answer_see_the_same_random_numbers_again(plain, with_keras):
    assert plain[0] == plain[1]
    assert with_keras[0] == with_keras[1]
    assert plain[0][1:] == with_keras[0][1:]


def test_is_the_same_observed_both_ways(plain, with_keras):
    assert plain[2] == with_keras[2]


def test_reaches_nothing_that_an_answer_writes_a_terminal(tmp_path, capfd):
    lesson, bank = read_with_cases(mini.write_course(tmp_path))
    writes = Variant(
        "import os\ndef double(value):\n    return [os.write(1, b'out'), os.write(2, b'err')]", "double"
    )
    with AnswerServer(lesson, bank.answers) as server:
        [seen] = server.run([(lesson.exercises["double"], writes)])
    assert seen.data["a number"] == [3, 3]
    assert capfd.readouterr() == ("", "")
