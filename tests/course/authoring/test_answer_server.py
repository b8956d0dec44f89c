"""Where answers run: without TensorFlow as long as nothing asks for it, and then where it is."""

from pathlib import Path

import mini
import pytest

from course.authoring import tensorflow_stub
from course.authoring.answer_server import AnswerServer
from course.authoring.drawn_cases import read_with_cases
from course.authoring.observe import Variant

LOOKING = """
def double(value):
    import random
    import sys
    import numpy as np
    drawn = [random.random(), np.random.random(), np.random.default_rng().random()]
    return ["tensorflow" in sys.modules, *drawn]
"""
ASKING = {
    "an attribute": "import keras\ndef double(value):\n    return int(keras.ops.shape([value])[0])",
    "a class": "import keras\ndef double(value):\n    return 1 - isinstance(value, keras.Model)",
    "a name": "def double(value):\n    from keras import ops\n    return int(ops.shape([value])[0])",
    "a module inside": "import keras.ops as ops\ndef double(value):\n    return int(ops.shape([value])[0])",
    "swallowed": """
import keras
def double(value):
    try:
        return int(keras.ops.shape([value])[0])
    except BaseException:
        return 0
""",
}


def observed(folder, *sources):
    """What the solution gives, and what answers see."""
    lesson, bank = read_with_cases(folder)
    double = lesson.exercises["double"]
    variants = [Variant(source, "double") for source in sources]
    with AnswerServer(lesson, bank.answers) as server:
        solved, *seen = server.run([(double, answer) for answer in (None, *variants)])
    assert [one.error for one in seen] == [None] * len(sources)
    return solved, *(one.data["a number"] for one in seen)


def write_course(top, more):
    folder = mini.write_course(top)
    answers = folder / "answers.py"
    answers.write_text(answers.read_text() + "\n\nimport keras\nADAM = keras.optimizers.Adam\n" + more)
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A bank that names a part of Keras and uses nothing of it."""
    return observed(write_course(tmp_path_factory.mktemp("plain"), ""), LOOKING, LOOKING)


@pytest.fixture(scope="module")
def with_keras(tmp_path_factory):
    folder = write_course(tmp_path_factory.mktemp("keras"), "class Mine(ADAM):\n    pass\n")
    return observed(folder, LOOKING, LOOKING, *ASKING.values())


@pytest.fixture(scope="module")
def asked_later(tmp_path_factory):
    return observed(write_course(tmp_path_factory.mktemp("later"), ""), *ASKING.values(), LOOKING)


@pytest.mark.slow
def test_is_tensorflow_there_only_where_a_bank_uses_it(plain, with_keras):
    assert (plain[1][0], with_keras[1][0]) == (False, True)


def test_does_an_answer_see_the_same_random_numbers_again(plain, with_keras):
    assert plain[1] == plain[2]
    assert with_keras[1] == with_keras[2]
    assert plain[1][1:] == with_keras[1][1:]


def test_is_the_same_observed_both_ways(plain, with_keras, asked_later):
    assert plain[0] == with_keras[0] == asked_later[0]


def test_is_a_bank_that_fails_with_a_name_alone_read_where_tensorflow_is(tmp_path):
    folder = write_course(tmp_path, "assert keras.__version__ >= '3'\n")
    assert observed(folder, LOOKING)[1][0] is True


def test_is_an_answer_that_asks_for_tensorflow_observed_where_it_is(with_keras, asked_later):
    assert asked_later[1:-1] == with_keras[3:] == (1,) * len(ASKING)


USES = {
    "equal": lambda float32: float32 == "float32",
    "other": lambda float32: float32 != "float32",
    "newer": lambda version: version >= "3",
    "in words": lambda version: f"{version}",
    "as text": str,
    "as a number": float,
    "as a whole number": int,
    "how long": len,
    "plus": lambda epsilon: epsilon + 1,
    "times": lambda epsilon: 2 * epsilon,
    "divided": lambda epsilon: epsilon / 2,
    "a part of": lambda epsilon: 2 / epsilon,
    "whole parts": lambda epsilon: epsilon // 2,
    "the rest": lambda epsilon: 7 % epsilon,
    "a power": lambda epsilon: epsilon**2,
    "as an exponent": lambda epsilon: 10**epsilon,
    "a product": lambda epsilon: epsilon @ epsilon,
    "the opposite": lambda epsilon: -epsilon,
    "without its sign": abs,
    "rounded": round,
    "as a place": lambda epsilon: [1, 2][epsilon],
    "so many times": range,
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_is_whoever_uses_what_was_only_named_stopped(monkeypatch, use):
    monkeypatch.setattr(tensorflow_stub._Asking, "happened", False)
    named = tensorflow_stub._StandIn("keras.named")
    assert named in {named}
    assert not tensorflow_stub.was_asked_for()
    with pytest.raises(tensorflow_stub.TensorFlowIsAsked):
        use(named)
    assert tensorflow_stub.was_asked_for()


def test_are_the_answers_beside_it_observed_without(asked_later):
    assert asked_later[-1][0] is False


def test_is_a_variant_of_what_has_asked_once_observed_with_it_at_once(tmp_path):
    lesson, bank = read_with_cases(mini.write_course(tmp_path))
    double = lesson.exercises["double"]
    with AnswerServer(lesson, bank.answers) as server:
        server.run([(double, Variant(ASKING["a name"], "double"))])
        [seen] = server.run([(double, Variant(LOOKING, "double"))])
    assert seen.data["a number"][0] is True


def test_does_an_answer_that_writes_files_leave_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lesson, bank = read_with_cases(mini.write_course(tmp_path / "course").relative_to(tmp_path))
    before = mini.contents(tmp_path)
    source = "from pathlib import Path\ndef double(value):\n    Path('f').touch()\n    return str(Path.cwd())"
    writes = Variant(source, "double")
    with AnswerServer(lesson, bank.answers) as server:
        [seen] = server.run([(lesson.exercises["double"], writes)])
    assert mini.contents(tmp_path) == before
    assert not Path(seen.data["a number"]).exists()


def test_reaches_nothing_that_an_answer_writes_a_terminal(tmp_path, capfd):
    lesson, bank = read_with_cases(mini.write_course(tmp_path))
    writes = Variant(
        "import os\ndef double(value):\n    return [os.write(1, b'out'), os.write(2, b'err')]", "double"
    )
    with AnswerServer(lesson, bank.answers) as server:
        [seen] = server.run([(lesson.exercises["double"], writes)])
    assert seen.data["a number"] == [3, 3]
    assert capfd.readouterr() == ("", "")
