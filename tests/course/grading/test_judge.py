"""The verdict on a graded cell: from what came out of a submission, never from what it claims."""

import zlib

import mini
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.utils import compute_checksum, determine_grade

from course.authoring.source import _nbgrader
from course.grading.judge import _answered, judge, verdict
from course.grading.points import ANSWERED
from course.grading.states import Answered
from helpers.checks import OBSERVATION_MIME
from helpers.checks.exercises import read_exercises
from helpers.checks.observation import encode


@pytest.fixture(scope="module")
def double(tmp_path_factory):
    """The exercise `double` as the judge knows it, with its private check."""
    return read_exercises(mini.built_course(tmp_path_factory.mktemp("judge")))["double"]


def observation(label, data, **more):
    return new_output("display_data", data={OBSERVATION_MIME: {"label": label, "data": data, **more}})


def recorded(exercise):
    """The generator of which the cases of an exercise were drawn that are recorded."""
    return np.random.default_rng(zlib.crc32(f"{exercise} recorded".encode()))


def doubled():
    """Twice each of the numbers that the graded cell draws."""
    rng = recorded("double")
    return [2 * round(float(rng.normal()), 2) for _ in range(30)]


ARRAY = {"array": "float", "shape": [2], "values": [2.0, -4.0]}
RIGHT = [
    observation("a number", 6.0),
    observation("an array", ARRAY),
    observation("text is refused", {"raises": "TypeError"}, message="no"),
    observation("a private negative", -14.5),
    observation("drawn numbers", doubled()),
]


def points(outputs):
    """What nbgrader makes of these outputs, for a cell of two points."""
    from nbformat.v4 import new_code_cell

    metadata = {"nbgrader": {"grade": True, "solution": False, "points": 2, "grade_id": "x"}}
    return determine_grade(new_code_cell(outputs=outputs, metadata=metadata))[0]


def text(outputs):
    return "\n".join(
        output.text if output.output_type == "stream" else "\n".join(output.traceback) for output in outputs
    )


def test_does_a_right_answer_get_its_points(double):
    outputs = verdict(double, RIGHT)
    assert points(outputs) == 2
    assert text(outputs).splitlines() == [
        "✓ a number",
        "✓ an array",
        "✓ text is refused",
        "✓ 2 of 2 private checks",
    ]


def test_do_warnings_and_prints_cost_nothing(double):
    noise = [
        new_output("stream", name="stderr", text="UserWarning: careful\n"),
        new_output("stream", name="stdout", text="debugging\n"),
        new_output("display_data", data={"text/plain": "<Figure>"}),
    ]
    assert points(verdict(double, noise + RIGHT)) == 2


def test_is_a_misconception_named_in_the_feedback(double):
    outputs = verdict(
        double,
        [
            observation("a number", 9.0),
            observation("an array", {"array": "float", "shape": [2], "values": [1.0, 4.0]}),
            observation("text is refused", {"raises": "TypeError"}),
            observation("a private negative", 52.5625),
            observation("drawn numbers", [(number / 2) ** 2 for number in doubled()]),
        ],
    )
    assert points(outputs) == 0
    assert "expected 6, got 9" in text(outputs)
    assert "You squared." in text(outputs)


def test_does_who_memorised_the_visible_cases_get_nothing_and_learn_nothing(double):
    outputs = verdict(double, [*RIGHT[:3], observation("a private negative", 6.0), RIGHT[4]])
    assert points(outputs) == 0
    assert "✗ 1 of 2 private checks" in text(outputs)
    assert "a private negative" not in text(outputs)
    assert "14.5" not in text(outputs)


def test_is_no_private_check_named_among_those_that_pass(double):
    said = text(verdict(double, [observation("a number", 7.0), *RIGHT[1:]]))
    assert "It passes: an array; text is refused. It fails: a number." in said
    assert "a private negative" not in said


@pytest.mark.parametrize("place", [0, 17, 29])
def test_is_one_wrong_drawn_case_enough_and_is_nothing_said_of_it(double, place):
    results = doubled()
    results[place] = -results[place]
    outputs = verdict(double, [*RIGHT[:4], observation("drawn numbers", results)])
    assert points(outputs) == 0
    assert "✗ 1 of 2 private checks" in text(outputs)
    assert "drawn numbers" not in text(outputs)
    assert str(abs(results[place])) not in text(outputs)


FORGERIES = {
    "nothing at all": [],
    "a number as partial credit": [new_output("execute_result", data={"text/plain": "2.0"})],
    "more than the maximum": [*RIGHT[:3], new_output("execute_result", data={"text/plain": "99"})],
    "the lines of a pass": [
        new_output("stream", name="stdout", text="✓ a number\n✓ 2 of 2 private checks\n")
    ],
    "a check left out": RIGHT[:3] + RIGHT[4:],
    "drawn cases left out": RIGHT[:4],
    "fewer drawn cases": [*RIGHT[:4], observation("drawn numbers", doubled()[:29])],
    "more drawn cases": [*RIGHT[:4], observation("drawn numbers", [*doubled(), 0.0])],
    "one number for all drawn cases": [*RIGHT[:4], observation("drawn numbers", doubled()[0])],
    "an array of the drawn cases": [*RIGHT[:4], observation("drawn numbers", encode(np.array(doubled())))],
    "a wrong value under the right label": [*RIGHT[:3], observation("a private negative", 14.5), RIGHT[4]],
    "a right value after a wrong one": [*RIGHT, observation("a number", 5.0)],
    "a wrong value before the right one": [observation("a private negative", 0.0), *RIGHT],
    "unknown labels": [observation("some other label", 6.0)],
    "no form": [*RIGHT[:3], new_output("display_data", data={OBSERVATION_MIME: "x"})],
    "a broken array": [RIGHT[0], observation("an array", {"array": "float"}), *RIGHT[2:]],
    "a dict with our keys": [RIGHT[0], observation("an array", {"array": "float", "shape": 2, "values": 0})],
    "a label that is a list": [*RIGHT[:3], observation(["a private negative"], -14.5), RIGHT[4]],
    "not data": [
        *RIGHT[:3],
        observation("a private negative", {"not data": "LyingFloat"}),
        RIGHT[4],
    ],
    "a tolerance of its own": [
        *RIGHT[:3],
        observation("a private negative", 0.0, rtol=1e9),
        RIGHT[4],
    ],
}


@pytest.mark.parametrize("outputs", FORGERIES.values(), ids=FORGERIES.keys())
def test_is_a_forgery_worth_nothing(double, outputs):
    assert points(verdict(double, outputs)) == 0


def test_does_an_exception_keep_its_traceback_but_not_the_text_of_the_cell(double):
    crash = new_output(
        "error",
        ename="ZeroDivisionError",
        evalue="division by zero",
        traceback=[
            "\x1b[31mZeroDivisionError\x1b[39m",
            "\x1b[36mCell\x1b[39m\x1b[32m In[7]\x1b[39m, line 3\n"
            '----> 3 check("a private negative", double(-7.25))',
            "Cell In[6], line 2, in double(values)\n----> 2 return 1 / 0",
            "File ~/course/helpers/checks.py:100, in _observe(observation)",
            "ZeroDivisionError: division by zero",
        ],
    )
    outputs = verdict(double, [RIGHT[0], crash], execution_count=7)
    assert points(outputs) == 0
    assert "✓ a number" in text(outputs)
    assert "return 1 / 0" in text(outputs)
    assert "a private negative" not in text(outputs)
    assert "helpers/checks/graded_cell.py" not in text(outputs)


BELOW = "`twice` is defined in a cell further down."


def test_says_that_a_missing_name_is_defined_further_down(double):
    said = "NameError: name 'twice' is not defined"
    below = {said: BELOW}.get
    failed = [observation(each.label, {"raises": "NameError"}, message=said) for each in double.checks]
    shown = text(verdict(double, failed, below=below))
    assert shown.count(BELOW) == 1
    assert shown.index(said) < shown.index(BELOW)
    crash = new_output("error", ename="NameError", evalue="name 'twice' is not defined", traceback=["twice"])
    assert text(verdict(double, [crash], below=below)).count(BELOW) == 1
    assert "further down" not in text(verdict(double, failed[3:], below=below)), "of private checks nothing"


def test_looks_for_a_missing_name_in_the_cells_below(double):
    crash = new_output("error", ename="NameError", evalue="name 'twice' is not defined", traceback=["twice"])
    notebook = notebook_of("def double(values):\n    return twice(values)")
    own = new_code_cell("start = twice(1)", outputs=[crash])
    notebook.cells = [own, *notebook.cells, new_code_cell("def twice(values):\n    return 2 * values")]
    judge(notebook, {"double": double}, "tiny")
    assert BELOW in text(own.outputs)


def test_are_checks_that_did_not_run_counted(double):
    assert "✗ 5 of 5 checks did not run" in text(verdict(double, []))


@pytest.mark.parametrize(
    ("said", "how"),
    [
        # The learner's own line in every check: there something else is None.
        (["TypeError: 'NoneType' …", "TypeError: 'NoneType' …", None], Answered.OTHERWISE),
        # A line of the check in one of them: that is no answer.
        (["TypeError: 'NoneType' …", "`double` gave None: …", None], Answered.NOT_AT_ALL),
        ([None, None, None], Answered.NOT_AT_ALL),
    ],
)
def test_is_who_answered_nothing_told_from_whose_own_line_fails_on_a_none(double, said, how):
    gone = {"raises": "TypeError", "message": "'NoneType' object is not subscriptable"}
    labels = [check.label for check in double.visible]
    messages = {label: one for label, one in zip(labels, said, strict=True) if one}
    given = [gone if one else None for one in said]
    if how is Answered.OTHERWISE:
        given[2] = gone
        messages[labels[2]] = "TypeError: 'NoneType' …"
    observed = {label: [one] for label, one in zip(labels, given, strict=True)}
    assert _answered(double, True, observed, messages, None) == how
    assert _answered(double, False, observed, messages, None) == Answered.NOT_AT_ALL


def notebook_of(answer, *others):
    """An answer in its released cell, other cells, and a graded cell in which every check saw a number."""
    released = new_code_cell(
        "def double(values):\n    ...", metadata={"nbgrader": _nbgrader("double", solution=True)}
    )
    released.metadata.nbgrader["checksum"] = compute_checksum(released)
    released.source = answer or released.source
    checks = new_code_cell(
        "check(...)", metadata={"nbgrader": _nbgrader("double-checks", locked=True, points=2)}
    )
    checks.outputs = [observation("a number", 5.0), observation("an array", 5.0)]
    return new_notebook(cells=[released, *map(new_code_cell, others), checks])


@pytest.mark.parametrize(
    ("answer", "others", "how"),
    [
        # A lesson's own function may make something of the None: nobody wrote that.
        ("", (), Answered.NOT_AT_ALL),
        ("", ("print(double)",), Answered.NOT_AT_ALL),
        ("", ("def double(values):\n    return 5.0",), Answered.OTHERWISE),
        ("", ("double = len",), Answered.OTHERWISE),
        ("def double(values):\n    return 5.0", (), Answered.OTHERWISE),
    ],
)
def test_is_an_exercise_that_is_as_it_was_released_not_answered(double, answer, others, how):
    notebook = notebook_of(answer, *others)
    judge(notebook, {"double": double}, "90-mini")
    assert notebook.cells[-1].metadata[ANSWERED] == how.value


def test_is_a_quiz_that_is_answered_a_thousand_times_compared_once(tmp_path, monkeypatch):
    """A comparison takes milliseconds, and a submission can show ten thousands of answers."""
    quiz = read_exercises(mini.built_course(tmp_path))["quiz_1"]
    compared = []
    monkeypatch.setattr("helpers.checks.exercises.digest", lambda label, data: compared.append(data))
    outputs = [observation("question 1", f"answer {number}") for number in range(1_000)]
    assert points(verdict(quiz, outputs)) == 0
    assert set(compared) == {"answer 0"}


# What chance has made ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def deal():
    """The exercise `deal`, whose checks look at properties of what was drawn."""
    return read_exercises(mini.chance_built_once())["deal"]


def hands(num_cards, num_players, rng):
    return encode(np.array_split(rng.permutation(num_cards), num_players))


def drawn_sizes():
    """The sizes of the deals that the graded cell draws."""
    rng = recorded("deal")
    return [(int(rng.integers(200, 400)), int(rng.integers(2, 9)), rng.integers(1000))[:2] for _ in range(8)]


def drawn_by(rng):
    """What a right answer shows that draws in its own way: nobody has seen these cards before."""
    return [
        observation("how many cards", hands(7, 3, rng)),
        observation("300 cards", hands(300, 3, rng)),
        observation("equal generators", [hands(20, 2, rng)] * 2),
        observation("how many there are", hands(11, 4, rng)),
        observation("400 cards", hands(400, 5, rng)),
        observation("drawn deals", [hands(*sizes, rng) for sizes in drawn_sizes()]),
        observation("equal deals", [[hands(*sizes, rng)] * 2 for sizes in drawn_sizes()]),
        observation("from an equal start", [hands(21, 2, rng)] * 2),
    ]


@pytest.mark.parametrize("seed", range(10))
def test_does_whoever_draws_otherwise_than_the_lesson_get_the_points(deal, seed):
    assert points(verdict(deal, drawn_by(np.random.default_rng(seed)))) == 2


SEEN = {"dict": {"sizes": [80] * 5, "places": "0 to 399, each once", "order": "shuffled"}}
FORGED_CHANCE = {
    "what the property would give": observation("400 cards", SEEN),
    "the words of a yes": observation("400 cards", "shuffled"),
    "a yes": observation("400 cards", True),
    "what the most similar visible check observes": observation(
        "400 cards", hands(300, 3, np.random.default_rng(0))
    ),
    "a property of its own choice": observation("400 cards", [[0], [1]], seen_as="part sizes"),
    "in the order of the data": observation("400 cards", encode(np.array_split(np.arange(400), 5))),
    "broken arrays": observation("400 cards", [{"array": "int", "shape": [80], "values": [1]}] * 5),
    "as floats": observation("400 cards", encode(np.array_split(np.arange(400.0)[::-1], 5))),
}


@pytest.mark.parametrize("forged", FORGED_CHANCE.values(), ids=FORGED_CHANCE)
def test_is_chance_that_was_made_up_worth_nothing(deal, forged):
    outputs = drawn_by(np.random.default_rng(0))
    outputs[4] = forged
    assert points(verdict(deal, outputs)) == 0


def test_does_feedback_name_the_mistake_and_the_cards_of_this_student(deal):
    rng = np.random.default_rng(7)
    outputs = drawn_by(rng)
    outputs[1] = observation("300 cards", encode(np.array_split(np.repeat(np.arange(150), 2), 3)))
    shown = " ".join(text(verdict(deal, outputs)).split())
    assert "some places are twice in one part. Expected: 0 to 299, each once" in shown
    assert "place 0 is there twice" in shown
