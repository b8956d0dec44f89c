"""Answers to a quiz: of the kind that is asked, and what is said of another."""

import numpy as np
import pytest

from helpers.checks.exercises import KINDS_ASKED, Expected, asked_kind, digest
from helpers.checks.observation import encode

LETTER, NUMBER = KINDS_ASKED["letter"], KINDS_ASKED["number"]
KINDS = {
    "letter": ["b", " B ", "(b)", "b)", "b.", "B:", "ｂ", "Ｂ", "（b）", "ｂ）"],
    "number": [3, 0.5, -1, "80", " 80.0 ", "1e3", "８０", "－８．５", np.float32(0.5), np.int64(3)],
}
OTHERS = ["", "bc", "b c", "8 0", "0,8", "7b", "nan", "inf", True, [3], ["b"], {"a": 1}, np.array([3.0])]


@pytest.mark.parametrize(("kind", "answer"), [(kind, answer) for kind in KINDS for answer in KINDS[kind]])
def test_is_it_known_which_kind_an_answer_is(kind, answer):
    assert asked_kind(encode(answer)) == kind


@pytest.mark.parametrize("answer", [*OTHERS, None], ids=repr)
def test_is_any_other_answer_of_no_kind(answer):
    assert asked_kind(encode(answer)) is None


def question(right):
    """A check as `course build` records it of this answer."""
    data = encode(right)
    return Expected("question 1", digest=digest("question 1", data), asked=asked_kind(data))


SAID = [
    ("b", "a", "that is not the answer"),
    ("b", "(D)", "that is not the answer"),
    ("b", None, "not answered yet"),
    ("b", 2, f"that is 2, and {LETTER}"),
    ("b", "80", f"that is '80', and {LETTER}"),
    ("b", "both", f"that is 'both', and {LETTER}"),
    ("b", ["b"], f"that is ['b'], and {LETTER}"),
    (80, 79, "that is not the answer"),
    (80, "79", "that is not the answer"),
    (80, None, "not answered yet"),
    (80, "b", f"that is 'b', and {NUMBER}"),
    (80, "eighty", f"that is 'eighty', and {NUMBER}"),
    # An answer that is neither is compared, and nothing is said of its kind.
    ("more often", "b", "that is not the answer"),
    ("more often", 3, "that is not the answer"),
]


@pytest.mark.parametrize(("right", "answer", "words"), SAID, ids=repr)
def test_is_it_said_what_is_asked_for_and_only_that(right, answer, words):
    check = question(right)
    assert not check.agrees_with(encode(answer))
    assert check.difference(encode(answer)) == words
    assert check.difference(encode(right)) is None
    again = Expected.from_entry(check.to_entry(), private=False)
    assert again == check


@pytest.mark.parametrize("given", ["80", 80, 80.0, " 80.0 ", np.int64(80), np.float64(80)], ids=repr)
def test_is_a_number_right_in_every_form(given):
    assert question(80).difference(encode(given)) is None


@pytest.mark.parametrize(
    ("right", "given"),
    [
        ("b", "ｂ"),
        ("b", "Ｂ"),
        ("b", "（b）"),
        ("b", "\u3000ｂ．"),
        (80, "８０"),
        (8.5, "８．５"),
        ("more often", "ＭORE often"),
    ],
)
def test_is_an_answer_in_full_width_the_same_answer(right, given):
    assert question(right).difference(encode(given)) is None


def test_does_a_letter_of_another_alphabet_stay_another_answer():
    assert question("b").difference("ㅠ") == "that is not the answer"


def test_are_digests_those_of_the_lessons_that_are_out():
    """Learners have them in checks.json."""
    assert digest("question 1", "b").startswith("51b404e332af4d2f")
    assert digest("question 1", 80).startswith("70832a9f7c2b0635")
    assert digest("question 1", "more often").startswith("c0c3b8885b1ab6bf")
