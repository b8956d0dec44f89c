"""Whom `course grade --students` means."""

import pytest

from course.grading.cohort import _choose_students
from helpers.errors import CourseError


@pytest.mark.parametrize(
    ("given", "graded"),
    [
        (None, ["ann", "bob"]),
        ([], ["ann", "bob"]),
        (["bob"], ["bob"]),
        (["bob", "ann", "bob"], ["ann", "bob"]),
    ],
)
def test_is_a_student_who_is_given_twice_graded_once(given, graded):
    assert _choose_students(["ann", "bob"], given, "01-learning-rate") == graded


def test_is_a_student_without_a_folder_named():
    with pytest.raises(CourseError, match="submitted/eve/01-learning-rate does not exist"):
        _choose_students(["ann", "bob"], ["ann", "eve"], "01-learning-rate")
