"""The proof of the checks: it must fail where the course would."""

import mini
import pytest

from helpers.authoring.build import build
from helpers.authoring.prove import prove


@pytest.fixture(autouse=True)
def unexecuted(monkeypatch):
    """The proof never looks at outputs: no kernel has to run for it."""
    mini.built_once()
    monkeypatch.setattr("helpers.authoring.build.run", lambda lesson, folder: lesson.notebook)


def proofs(root, source=mini.SOURCE, answers=mini.ANSWERS):
    """Build the tiny lesson from these sources and prove it; the proofs by exercise."""
    folder = mini.write_course(root, source, answers)
    build(folder, root / "notebooks")
    return {proof.exercise: proof for proof in prove(folder)}


def bank_with(code):
    return mini.ANSWERS + "\n\n" + code


def test_does_a_sound_lesson_pass_with_full_counts(tmp_path):
    mini.built_course(tmp_path)
    found = {proof.exercise: proof for proof in prove(tmp_path / "solutions" / mini.NAME)}
    double = found["double"]
    assert double.failures == found["quiz_1"].failures == []
    assert (double.accepted, double.num_right) == (2, 2)  # the bank's and the lesson's own
    assert (double.rejected, double.recognised, double.num_wrong) == (2, 2, 2)
    assert (double.private_rejected, double.num_private) == (2, 1)
    assert (found["quiz_1"].recognised, found["quiz_1"].num_private) == (1, 0)


FLAWS = [
    (
        '@right("double")\n'
        "def strange(values):\n"
        '    return float(values.sum()) if hasattr(values, "sum") else 2 * values\n',
        "strange is right, but is rejected: 'an array': expected array([2, -4]), got -1",
    ),
    (
        '@wrong("double", "Not seen.")\ndef lucky(values):\n    return values + values\n',
        "lucky is wrong, but passes",
    ),
    (
        '@wrong("double", "Also squared.")\ndef twin(values):\n    return values * values\n',
        "twin is not told apart: at 'a number' it gives 9; so does: You squared.",
    ),
    (
        '@wrong("double", "Only the private check sees it.")\n'
        "def sly(values):\n    return 2 * values if not values == -7.25 else 0.0\n",
        "sly is not told apart: it raises outside of check (ValueError",
    ),
    (
        '@wrong("double", "Only the private check sees it.")\n'
        "def sly(values):\n"
        "    return 0.0 if isinstance(values, float) and values < 0 else 2 * values\n",
        "sly is not told apart: it passes every visible check",
    ),
    (
        '@wrong("double", "It raises at once.")\ndef raises(values):\n    raise LookupError\n',
        "raises is not told apart: it raises outside of check (LookupError: ): give 'a number' a lambda",
    ),
    (
        '@wrong("double", "It never ends.")\ndef endless(values):\n    import os\n\n    os._exit(0)\n',
        "endless is not told apart: it raises outside of check (the answer ended its process, exit code 0)",
    ),
]


@pytest.mark.parametrize(("code", "message"), FLAWS, ids=[message[:45] for _, message in FLAWS])
def test_is_a_flaw_of_checks_or_bank_a_failure(tmp_path, code, message):
    failures = proofs(tmp_path, answers=bank_with(code))["double"].failures
    assert any(message in line for line in failures), failures


def test_are_private_checks_that_can_be_learned_by_heart_a_failure(tmp_path):
    source = mini.SOURCE.replace("double(-7.25)", "double(3.0)")
    source = source.replace('check("text is refused", lambda: double(None))\n', "")
    source = source.replace('check("an array", double(np.array([1.0, -2.0])))\n', "")
    assert any(
        "has the visible results by heart" in line for line in proofs(tmp_path, source)["double"].failures
    )


def test_does_one_answer_leave_nothing_behind_for_the_next(tmp_path):
    answers = bank_with(
        '@wrong("double", "It patches NumPy.")\n'
        "def patches(values):\n"
        "    np.array = None\n    np.float64 = None\n    return -values\n"
    )
    assert proofs(tmp_path, answers=answers)["double"].failures == []


def test_do_answers_run_in_a_process_that_has_nothing_of_the_builder(tmp_path, monkeypatch):
    # A fork of a process in which TensorFlow has trained crashes when it seeds TensorFlow.
    monkeypatch.setattr("helpers.left_behind", "by the builder", raising=False)
    answers = bank_with(
        '@right("double")\n'
        "def looks_around(values):\n"
        "    import helpers\n\n"
        "    return 2 * values if not hasattr(helpers, 'left_behind') else None\n"
    )
    assert proofs(tmp_path, answers=answers)["double"].failures == []


def test_is_an_answer_that_crashes_its_process_told_from_one_that_leaves(tmp_path):
    answers = bank_with(
        '@wrong("double", "It crashes.")\ndef crashes(values):\n    import os\n\n    os.abort()\n'
    )
    failures = proofs(tmp_path, answers=answers)["double"].failures
    assert any("the answer ended its process, signal SIGABRT" in line for line in failures), failures


def test_is_an_answer_that_hears_no_signal_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.authoring.laboratory.SECONDS_PER_ANSWER", 1)
    answers = bank_with(
        '@wrong("double", "It counts for ever, in C.")\ndef counts(values):\n    return sum(range(10**13))\n'
    )
    failures = proofs(tmp_path, answers=answers)["double"].failures
    assert any("the answer ended its process, signal SIGKILL" in line for line in failures), failures


def test_is_an_answer_that_never_ends_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.authoring.laboratory.SECONDS_PER_ANSWER", 1)
    answers = bank_with(
        '@wrong("double", "It never ends.")\ndef endless(values):\n    while True:\n        pass\n'
    )
    assert any(
        "took longer than 1 s" in line for line in proofs(tmp_path, answers=answers)["double"].failures
    )


def test_are_stale_checks_a_failure(tmp_path):
    folder = mini.built_course(tmp_path)
    path = folder / f"{mini.NAME}.py"
    path.write_text(path.read_text().replace("double(-7.25)", "double(-8.25)"))
    double = prove(folder)[0]
    assert any("the lesson's own solution is right, but is rejected" in line for line in double.failures)
