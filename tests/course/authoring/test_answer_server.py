"""Where answers run: what they find, and what is left of them."""

from pathlib import Path

import mini
import pytest

from course.authoring.answer_server import AnswerServer
from course.authoring.drawn_cases import read_with_cases
from course.authoring.observe import Variant
from helpers.errors import CourseError

DRAWING = """
def double(value):
    import random
    import numpy as np
    return [random.random(), np.random.random(), np.random.default_rng().random()]
"""
DRAWING_WITH_TENSORFLOW = """
def double(value):
    import tensorflow as tf
    return float(tf.random.uniform(()))
"""
TRACING = "import tracemalloc\ndef double(value):\n    return tracemalloc.is_tracing()"


def observed(folder, *sources):
    """What each answer gives for the first check."""
    lesson, bank = read_with_cases(folder)
    variants = [Variant(source, "double") for source in sources]
    with AnswerServer(lesson, bank.answers) as server:
        seen = server.run([(lesson.exercises["double"], variant) for variant in variants])
    assert [one.error for one in seen] == [None] * len(sources)
    return [one.data["a number"] for one in seen]


def write_course(top, settings):
    (top / "course.toml").write_text(settings, encoding="utf-8")
    return mini.write_course(top)


def test_an_answer_sees_the_same_random_numbers_again(tmp_path):
    first, second = observed(mini.write_course(tmp_path), DRAWING, DRAWING)
    assert first == second
    assert len(set(first)) == 3


def test_an_answer_sees_the_same_random_numbers_of_tensorflow_again(tmp_path):
    settings = '[kernels]\npreload = ["tensorflow"]\n[answers]\nprepare = "helpers.reseeding:prepare_answers"'
    folder = write_course(tmp_path, settings)
    first, second = observed(folder, DRAWING_WITH_TENSORFLOW, DRAWING_WITH_TENSORFLOW)
    assert first == second


def test_what_the_course_prepares_is_there_in_front_of_each_answer(tmp_path):
    folder = write_course(tmp_path, '[answers]\nprepare = "tracemalloc:start"')
    assert observed(folder, TRACING, TRACING) == [True, True]
    assert observed(mini.write_course(tmp_path / "without"), TRACING) == [False]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('[answers]\nprepare = "no_such:thing"', "ModuleNotFoundError: No module named 'no_such'"),
        ('[answers]\nprepare = "json:thing"', "AttributeError: module 'json' has no attribute 'thing'"),
        ('[kernels]\npreload = ["no_such"]', "ModuleNotFoundError: No module named 'no_such'"),
    ],
)
def test_what_the_course_wants_and_is_not_there_is_one_line(tmp_path, settings, said):
    with pytest.raises(CourseError) as caught:
        observed(write_course(tmp_path, settings), DRAWING)
    assert str(caught.value) == f"course.toml: {said}"


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
