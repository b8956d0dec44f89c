"""What stands in the files of checks, and what comes out of them again."""

import json

import pytest

from helpers.checks.exercises import CHECKS_FILE, Exercise, Expected, Misconception, read_exercises, to_files
from helpers.errors import CourseError

CHECKS = (Expected("one", data=1), Expected("two", data=[2.0, None]), Expected("three", data=None))


def written(folder, *observed):
    """The misconceptions of an exercise in its file, and as they are read again."""
    misconceptions = tuple(Misconception("Wrong.", each) for each in observed)
    public, _ = to_files([Exercise("double", CHECKS, 0, misconceptions)])
    (folder / CHECKS_FILE).write_text(json.dumps(public))
    return public["exercises"]["double"]["misconceptions"], read_exercises(folder)["double"].misconceptions


def test_is_what_a_wrong_answer_shares_with_right_ones_written_once(tmp_path):
    observed = {"one": 7, "two": [2.0, None], "three": None}
    [entry], [read] = written(tmp_path, observed)
    assert entry == {"sentence": "Wrong.", "as_expected": [1, 2], "observations": {"one": 7}}
    assert read == Misconception("Wrong.", observed)


@pytest.mark.parametrize("one", [1, 1.0, True, "1", [1]], ids=repr)
def test_is_what_only_looks_equal_kept_as_it_came(tmp_path, one):
    _, [read] = written(tmp_path, {"one": one, "two": [2, None], "three": None})
    assert [type(value) for value in (read.observations["one"], read.observations["two"][0])] == [
        type(one),
        int,
    ]


def test_is_a_check_that_was_not_reached_none_that_saw_what_it_expects(tmp_path):
    [entry], [read] = written(tmp_path, {"one": 1})
    assert entry["as_expected"] == [0]
    assert read.observations == {"one": 1}


@pytest.mark.parametrize("place", [3, "one", None, 0.5])
def test_is_a_place_without_a_check_a_damaged_file(tmp_path, place):
    written(tmp_path, {"one": 1})
    path = tmp_path / CHECKS_FILE
    path.write_text(path.read_text().replace('"as_expected": [0]', f'"as_expected": [{json.dumps(place)}]'))
    with pytest.raises(CourseError, match="is damaged: put back the one that came with the lesson"):
        read_exercises(tmp_path)
