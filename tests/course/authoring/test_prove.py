"""The proof of the checks: it must fail where the course would."""

import math
import re

import mini
import numpy as np
import pytest

from course.authoring.adversaries import _distance
from course.authoring.build import build
from course.authoring.prove import prove


@pytest.fixture(autouse=True)
def unexecuted(monkeypatch):
    """The proof never looks at outputs: no kernel has to run for it."""
    mini.built_once()
    monkeypatch.setattr("course.authoring.build.run", mini.as_if_run)


def proofs(root, source=mini.SOURCE, answers=mini.ANSWERS):
    """Build the tiny lesson from these sources and prove it; the proofs by exercise."""
    folder = mini.write_course(root, source, answers)
    build(folder, root / "notebooks")
    return {proof.exercise: proof for proof in prove(folder)}


def bank_with(code):
    return mini.ANSWERS + "\n\n" + code


# The tiny lesson's bank without a contract: for lessons whose private checks are all written by hand.
WITHOUT_CASES = mini.ANSWERS.replace(
    '@exercise("double").cases\ndef numbers(rng):\n    return (round(float(rng.normal()), 2),)\n\n\n', ""
)
DRAWN = 'check_drawn("drawn numbers", double)\n'


def test_does_a_sound_lesson_pass_with_full_counts(tmp_path):
    mini.built_course(tmp_path)
    found = {proof.exercise: proof for proof in prove(tmp_path / "solutions" / mini.NAME)}
    double = found["double"]
    assert double.failures == found["quiz_1"].failures == []
    assert (double.accepted, double.num_right) == (2, 2)  # the bank's and the lesson's own
    assert (double.rejected, double.recognised, double.num_wrong) == (2, 2, 2)
    assert (double.private_rejected, double.num_private) == (2, 2)
    assert (found["quiz_1"].recognised, found["quiz_1"].num_private) == (1, 0)


FLAWS = [
    (
        '@exercise("double").right\n'
        "def strange(values):\n"
        '    return float(values.sum()) if hasattr(values, "sum") else 2 * values\n',
        "strange is right, but is rejected: 'an array': expected array([2, -4]), got -1",
    ),
    (
        '@exercise("double").wrong("Not seen.")\ndef lucky(values):\n    return values + values\n',
        "lucky is wrong, but passes",
    ),
    (
        '@exercise("double").wrong("Also squared.")\ndef twin(values):\n    return values * values\n',
        "twin is not told apart: at 'a number' it gives 9; in every visible check as: You squared.",
    ),
    (
        '@exercise("double").wrong("Only the private check sees it.")\n'
        "def sly(values):\n"
        "    return 0.0 if isinstance(values, float) and values < 0 else 2 * values\n",
        "sly is not told apart: it passes every visible check",
    ),
    (
        '@exercise("double").wrong("It leaves.")\ndef leaves(values):\n    import os\n\n    os._exit(0)\n',
        "leaves: the answer ended its process, exit code 0, in its graded cell or over the deciding cases",
    ),
]


@pytest.mark.parametrize(("code", "message"), FLAWS, ids=[message[:45] for _, message in FLAWS])
def test_is_a_flaw_of_checks_or_bank_a_failure(tmp_path, code, message):
    failures = proofs(tmp_path, answers=bank_with(code))["double"].failures
    assert any(message in line for line in failures), failures


RAISES = '@exercise("double").wrong("It raises at once.")\ndef raises(values):\n    raise LookupError\n'


def test_is_an_answer_that_raises_outside_of_every_check_a_failure(tmp_path):
    source = mini.SOURCE.replace('check("a number", double, 3.0)', 'check("a number", double(3.0))')
    answers = bank_with(RAISES)
    found = "raises is not told apart: it raises outside of check (LookupError: ): let 'a number' call it"
    assert f"double: {found}" in proofs(tmp_path, source, answers)["double"].failures


def test_is_an_answer_known_by_what_a_check_raises(tmp_path):
    answers = bank_with(RAISES)
    double = proofs(tmp_path, answers=answers)["double"]
    assert (double.failures, double.recognised) == ([], 3)


def test_are_private_checks_that_can_be_learned_by_heart_a_failure(tmp_path):
    source = with_private_checks('check("the same number", double, 3.0)\n')
    source = source.replace('check("text is refused", double, None)\n', "")
    source = source.replace('check("an array", double, np.array([1.0, -2.0]))\n', "")
    failures = proofs(tmp_path, source, WITHOUT_CASES)["double"].failures
    assert any("has the visible results by heart" in line for line in failures)


def test_does_one_answer_leave_nothing_behind_for_the_next(tmp_path):
    answers = bank_with(
        '@exercise("double").wrong("It patches NumPy.")\n'
        "def patches(values):\n"
        "    np.array = None\n    np.float64 = None\n    return -values\n"
    )
    assert proofs(tmp_path, answers=answers)["double"].failures == []


def test_do_answers_run_in_a_process_that_has_nothing_of_the_builder(tmp_path, monkeypatch):
    # A fork of a process in which TensorFlow has trained crashes when it seeds TensorFlow.
    monkeypatch.setattr("helpers.left_behind", "by the builder", raising=False)
    answers = bank_with(
        '@exercise("double").right\n'
        "def looks_around(values):\n"
        "    import helpers\n\n"
        "    return 2 * values if not hasattr(helpers, 'left_behind') else None\n"
    )
    assert proofs(tmp_path, answers=answers)["double"].failures == []


def test_is_an_answer_that_crashes_its_process_told_from_one_that_leaves(tmp_path):
    answers = bank_with(
        '@exercise("double").wrong("It crashes.")\ndef crashes(values):\n    import os\n\n    os.abort()\n'
    )
    failures = proofs(tmp_path, answers=answers)["double"].failures
    assert any("the answer ended its process, signal SIGABRT" in line for line in failures), failures


@pytest.mark.slow
def test_is_an_answer_that_hears_no_signal_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("course.authoring.answer_server.SECONDS_PER_ANSWER", 5)
    answers = bank_with(
        'exercise("double").wrong("It counts for ever, in C.", counts=lambda values: sum(range(10**13)))\n'
    )
    failures = proofs(tmp_path, answers=answers)["double"].failures
    assert any("the answer ended its process, signal SIGKILL" in line for line in failures), failures


@pytest.mark.slow
def test_is_an_answer_that_never_ends_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("course.authoring.answer_server.SECONDS_PER_ANSWER", 5)
    answers = bank_with(
        '@exercise("double").wrong("It never ends.")\ndef endless(values):\n    while True:\n        pass\n'
    )
    assert any(
        "took longer than 5 s" in line for line in proofs(tmp_path, answers=answers)["double"].failures
    )


def test_are_stale_checks_a_failure(tmp_path):
    folder = mini.built_course(tmp_path)
    path = folder / f"{mini.NAME}.py"
    path.write_text(path.read_text().replace("double, -7.25", "double, -8.25"))
    double = prove(folder)[0]
    assert any("the lesson's own solution is right, but is rejected" in line for line in double.failures)


@pytest.mark.parametrize("content", [None, '{"exercises": {}}'])
def test_are_private_checks_of_which_the_file_knows_nothing_a_failure(tmp_path, content):
    folder = mini.built_course(tmp_path)
    (folder / "private.json").unlink()
    if content is not None:
        (folder / "private.json").write_text(content)
    double, quiz_1 = prove(folder)
    assert double.failures == ["double: private.json has 0 of its 2 private checks: course build 90-mini"]
    assert quiz_1.failures == []


# Adversaries ------------------------------------------------------------------------------------


def chance_failures(root, source=mini.CHANCE_SOURCE, answers=mini.CHANCE_ANSWERS):
    return proofs(root, source, answers)["deal"].failures


def test_does_a_sound_random_lesson_pass(tmp_path):
    assert chance_failures(tmp_path) == []


def asked_in_the_cell(source):
    """The lesson as it would be if its cell worked out whether two calls agree, and drew no cases."""
    asked = source.replace(
        'lambda: [hands(20, 2, 3) for _ in "ab"], seen_as="repeated partitions"', "agree, 20, 2, 3"
    )
    asked = asked.replace(
        'lambda: [hands(21, 2, 6) for _ in "ab"], seen_as="repeated partitions"', "agree, 21, 2, 6"
    )
    drawn = [line for line in asked.splitlines(keepends=True) if line.startswith("check_drawn(")]
    for line in drawn:
        asked = asked.replace(line, "")
    agree = "def agree(*dealt):\n    return str(hands(*dealt)) == str(hands(*dealt))\n\n\n"
    return asked.replace("def hands(", agree + "def hands(")


def test_is_a_yes_that_a_patched_check_can_say_a_failure(tmp_path):
    before, _, after = mini.CHANCE_ANSWERS.partition('@exercise("deal").cases')
    answers = before + after[after.index('@exercise("deal").right') :]
    failures = chance_failures(tmp_path, asked_in_the_cell(mini.CHANCE_SOURCE), answers)
    assert failures == [
        "deal: from_elsewhere passes the private checks with a `check` that shows what the most similar "
        "visible one observes where its own results are wrong"
    ]


def with_private_checks(code):
    """The lesson `double` with other private checks, and no drawn cases."""
    return mini.SOURCE.replace('check("a private negative", double, -7.25)\n' + DRAWN, code)


CHEATS = {
    "who computes nothing passes the private checks with a `check`": (
        'check("one number", double, 3.00000001)\n'
        'check("array, private", double, np.array([1.00000001, -2.0]))\n'
    ),
    "what 'a number' observes passes all private checks": (
        'check("another", double, np.float64(3.00000001))\n'
    ),
    "who answers each call like the nearest visible one passes": (
        'check("near an array", double, np.array([1.0, -2.0000001]))\n'
        'check("near a number", double, 3.0000001)\n'
    ),
}


@pytest.mark.parametrize(("message", "code"), CHEATS.items(), ids=[message[:20] for message in CHEATS])
def test_is_a_cheat_that_passes_the_private_checks_a_failure(tmp_path, message, code):
    failures = proofs(tmp_path, with_private_checks(code), WITHOUT_CASES)["double"].failures
    assert any(message in line for line in failures), failures


def test_is_an_adversary_that_was_lost_a_failure(tmp_path):
    leaves = (
        "    import os\n    import sys\n\n"
        '    if sys._getframe(1).f_code.co_filename.endswith("adversaries.py"):\n        os._exit(0)\n'
    )
    source = mini.SOURCE.replace("    return 2 * values\n", f"{leaves}    return 2 * values\n")
    lost = "an adversary was lost, and may pass the private checks: the answer ended its process"
    assert proofs(tmp_path, source)["double"].failures == [f"double: {lost}, exit code 0"] * 2


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        (math.inf, math.inf, 0),
        (math.nan, math.nan, 0),
        (math.inf, 1.0, 1),
        (-math.inf, math.inf, 1),
        (math.nan, 1.0, 1),
        (1e308, -1e308, 1),
        (3, 1.0, 0.5),
        (0, 0.0, 0),
        (np.uint8(250), np.uint8(10), 240 / 260),
        (np.int8(100), np.int8(-100), 1),
        (np.array([1.0, math.nan, math.inf]), np.array([3.0, math.nan, 5.0]), 1.5),
    ],
)
def test_is_the_distance_of_two_arguments_a_number(one, other, distance):
    assert _distance(one, other) == _distance(other, one) == distance


def test_is_a_whole_number_that_no_float_can_hold_far_from_one():
    assert _distance(10**400, 1.0) == 1
    assert _distance(10**400, 10**400) == 0


@pytest.mark.parametrize("in_order", [True, False])
def test_is_the_nearest_call_found_among_infinite_ones(tmp_path, in_order):
    visible = [
        f'check("{label}", double, np.array([math.inf, {value}]))\n'
        for label, value in [("a", 2.0), ("b", 1.0)]
    ]
    source = with_private_checks('check("near b", double, np.array([math.inf, 1.0000001]))\n')
    source = source.replace("import numpy as np\n", "import math\n\nimport numpy as np\n", 1)
    given = 'check("an array", double, np.array([1.0, -2.0]))\n'
    source = source.replace(given, "".join(visible if in_order else reversed(visible)))
    failures = proofs(tmp_path, source, WITHOUT_CASES)["double"].failures
    found = "double: who answers each call like the nearest visible one passes the private checks"
    assert found in failures


def test_are_private_checks_of_another_size_safe_from_all_cheats(tmp_path):
    source = with_private_checks('check("a table", double, np.array([[1.0, -2.0]]))\n')
    assert proofs(tmp_path, source, WITHOUT_CASES)["double"].failures == []


def test_are_observations_that_would_fill_the_output_a_failure(tmp_path):
    source = mini.CHANCE_SOURCE.replace("hands, 400, 5, 5", "hands, 99_000, 5, 5")
    [line] = chance_failures(tmp_path, source)
    found = re.fullmatch(r"deal: its checks observe (\d+) kB, the limit is 600: let them draw less", line)
    # 99,000 places of four digits and more, most of five, each with a comma and a blank.
    assert 685 <= int(found[1]) <= 850


def test_is_a_right_answer_that_takes_too_long_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr("course.authoring.prove.MOST_CPU_SECONDS", 0.01)
    monkeypatch.setattr("course.authoring.prove.PLAIN_LOOP", 10.0)  # this machine is no slower
    answers = bank_with(
        '@exercise("double").right\ndef counts_first(values):\n    sum(range(10**7))\n    return 2 * values\n'
    )
    failures = proofs(tmp_path, answers=answers)["double"].failures
    said = r"double: counts_first is right, but takes \d+ CPU seconds in the graded cell, the limit is 0: "
    assert [line for line in failures if "CPU seconds" in line and re.match(said, line)], failures
