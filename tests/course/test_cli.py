"""The `course` command: bad input gets one line and loses nothing."""

import subprocess
import sys
from pathlib import Path

import mini
import pytest
from rich.console import Console

from course import cli
from course.authoring import mutation_score
from course.authoring.answers import read_bank
from course.authoring.cli import _proof_table
from course.authoring.drawn_cases import draw
from course.authoring.mutants import INSIDE, Mutant
from course.authoring.proof import Proof
from course.directory import find_lessons
from helpers.errors import CourseError


@pytest.fixture
def course(tmp_path, monkeypatch):
    """The tiny course, built, as the working directory."""
    mini.built_course(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(monkeypatch, capsys, *arguments):
    """Run the command; its exit code, its output and its errors as lines."""
    monkeypatch.setattr(sys, "argv", ["course", *arguments])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    shown = capsys.readouterr()
    return caught.value.code, shown.out.splitlines(), shown.err.splitlines()


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def in_source(old, new):
    return lambda folder: edit(folder / f"{mini.NAME}.py", old, new)


BAD_INPUT = {
    "a lesson that does not exist": (
        ["build", "91"],
        lambda folder: None,
        "no lesson is called '91'; there are 90-mini",
    ),
    "a notebook that is not JSON": (
        ["build", "--check"],
        lambda folder: (folder / f"{mini.NAME}.ipynb").write_text("half a noteb"),
        "90-mini/90-mini.ipynb is not a notebook: course build 90-mini",
    ),
    "checks.json missing": (
        ["prove"],
        lambda folder: (folder / "checks.json").unlink(),
        "90-mini/checks.json is missing",
    ),
    "a released notebook that is not JSON": (
        ["prove"],
        lambda folder: (folder.parents[1] / "notebooks" / mini.NAME / "90-mini.ipynb").write_text("{"),
        "90-mini/90-mini.ipynb is not a notebook: course build 90-mini",
    ),
    "checks.json damaged": (
        ["prove"],
        lambda folder: (folder / "checks.json").write_text("{"),
        "90-mini/checks.json is damaged",
    ),
    "private.json damaged": (
        ["prove"],
        lambda folder: (folder / "private.json").write_text("{"),
        "90-mini/private.json is damaged",
    ),
    "build.json damaged": (
        ["build"],
        lambda folder: (folder / "build.json").write_text("{"),
        "90-mini/build.json is damaged: delete it, then course build 90-mini",
    ),
    "build.json of another kind": (
        ["build", "--check"],
        lambda folder: (folder / "build.json").write_text("[1]"),
        "90-mini/build.json is damaged: delete it, then course build 90-mini",
    ),
    "an observation that is not data": (
        ["build"],
        in_source("return 2 * values", "return object()"),
        "90-mini, cell test=\"double\": 'a number' observes object (not plain data): turn it into",
    ),
    "a duplicate label": (
        ["build"],
        in_source('check("an array"', 'check("a number"'),
        "90-mini, cell test=\"double\": the label 'a number' is taken",
    ),
    "a source with an unclosed solution marker": (
        ["build"],
        in_source("    ### END SOLUTION\n", ""),
        "90-mini/90-mini.py, cell 4 (def double(values):): BEGIN SOLUTION is never closed",
    ),
    "a wrong answer for an exercise that does not exist": (
        ["build"],
        lambda folder: edit(
            folder / "answers.py", 'exercise("double").wrong("You s', 'exercise("treble").wrong("You s'
        ),
        "90-mini/answers.py:19: squares answers 'treble', an exercise that does not exist",
    ),
    "a check that is to execute": (
        ["build", "--check", "--execute"],
        lambda folder: None,
        "--check changes nothing: leave out --execute and --overwrite, or --check",
    ),
    "a claim that is not true": (
        ["build"],
        in_source('print("an experiment")', "assert False, 'not so'"),
        "90-mini, cell 3 (assert False, 'not so'): AssertionError: not so",
    ),
}


@pytest.mark.parametrize(("arguments", "spoil", "message"), BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_is_bad_input_one_line_that_loses_nothing(course, monkeypatch, capsys, arguments, spoil, message):
    spoil(course / "solutions" / mini.NAME)
    before = mini.contents(course)
    code, _, errors = call(monkeypatch, capsys, *arguments)
    assert code == 1
    assert len(errors) == 1, errors
    assert errors[0].startswith(f"course: {message}"), errors
    assert mini.contents(course) == before


def test_is_a_wrong_folder_said_to_be_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for arguments in (["build"], ["prove"], ["progress"]):
        code, _, errors = call(monkeypatch, capsys, *arguments)
        assert (code, len(errors)) == (1, 1)
        assert "run this" in errors[0]
        assert "the course's" in errors[0]


def test_does_check_say_that_all_is_well_and_write_nothing(course, monkeypatch, capsys):
    before = mini.contents(course)
    code, shown, errors = call(monkeypatch, capsys, "build", "--check")
    assert (code, errors) == (0, [])
    assert shown == ["✓ 1 lesson is exactly what its source gives"]
    assert mini.contents(course) == before


def test_is_drift_an_exit_code_and_a_line_each(course, monkeypatch, capsys):
    edit(course / "notebooks" / mini.NAME / "checks.json", "6.0", "7.0")
    code, shown, _ = call(monkeypatch, capsys, "build", "--check")
    assert code == 1
    assert shown == ["✗ notebooks/90-mini/checks.json is not what the source gives: course build 90-mini"]


def test_does_build_mend_drift(course, monkeypatch, capsys):
    edit(course / "notebooks" / mini.NAME / "checks.json", "6.0", "7.0")
    assert call(monkeypatch, capsys, "build", "90")[0] == 0
    assert call(monkeypatch, capsys, "build", "--check")[0] == 0


def test_does_prove_show_the_rates_and_fail_on_lint(course, monkeypatch, capsys):
    code, shown, _ = call(monkeypatch, capsys, "prove")
    assert code == 1  # the tiny quiz has too few sentences
    text = "\n".join(shown)
    assert "2 of 2" in text
    assert "✗ 90-mini: quiz_1 needs a sentence" in text


def test_is_a_lesson_proved_once_until_it_changes(course, monkeypatch, capsys):
    def asked(folder):
        raise CourseError(f"{folder.name} is asked")

    call(monkeypatch, capsys, "prove")
    monkeypatch.setattr("course.authoring.prove.prove", asked)
    _, shown, errors = call(monkeypatch, capsys, "prove")
    assert errors == []
    assert "1 lesson is verified, and nothing has changed since (--again: anew)" in shown
    assert any("90-mini: quiz_1 needs a sentence" in line for line in shown)  # lint reads it all the same
    assert call(monkeypatch, capsys, "prove", "--again")[2] == ["course: 90-mini is asked"]
    edit(
        course / "solutions" / mini.NAME / "answers.py",
        "import numpy as np",
        "import numpy as np  # once more",
    )
    [line] = call(monkeypatch, capsys, "prove")[2]
    assert line == "course: 90-mini/answers.py has changed since the last build: course build 90-mini"
    call(monkeypatch, capsys, "build")
    assert call(monkeypatch, capsys, "prove")[2] == ["course: 90-mini is asked"]


def test_is_an_exercise_one_line_of_the_proof_on_a_terminal_of_80_columns(capsys):
    name = "largest_stable_learning_rate"
    proof = Proof("01-learning-rate", name, 10, 10, 20, 20, 20, 20, num_private=2)
    Console(width=80).print(_proof_table([proof]))
    line = next(line for line in capsys.readouterr().out.splitlines() if name in line)
    assert " ".join(line.split()) == f"01 {name} 10 of 10 20 of 20 20 of 20 20 of 20"


def test_does_an_unknown_command_say_which_there_are(monkeypatch, capsys):
    code, _, errors = call(monkeypatch, capsys, "prov")
    assert code == 2
    assert "prove" in "\n".join(errors)


@pytest.mark.parametrize(
    "command",
    ["build", "prove", "processors", "grade 90", "second-test --seed 3", "doctor --grading"],
)
def test_is_windows_told_what_it_lacks(course, monkeypatch, capsys, command):
    before = mini.contents(course)
    monkeypatch.setattr("sys.platform", "win32")
    code, shown, [line] = call(monkeypatch, capsys, *command.split())
    assert (code, shown) == (1, [])
    assert line.endswith("on Windows use WSL")
    assert mini.contents(course) == before


# What Windows lacks. What is not ours is imported before: it knows Windows by itself.
AS_ON_WINDOWS = """
import ctypes, sys
from pathlib import Path


def use():
    from course import cli
    from course.authoring.bundle import released_files
    from course.configuration import nbgrader_config
    from course.site import building

    nbgrader_config(Path())
    return released_files(Path(), "90-mini")


def library(name, *arguments, of=ctypes.CDLL, **keywords):
    if name is None:
        raise TypeError("a library has a name")
    return of(name, *arguments, **keywords)


as_here = use()
for name in list(sys.modules):
    if name.partition(".")[0] in ("course", "helpers"):
        del sys.modules[name]
sys.modules |= dict.fromkeys(("fcntl", "grp", "pwd", "resource", "termios"))
ctypes.CDLL, sys.platform = library, "win32"
print(use() == as_here)
"""


@pytest.mark.slow
def test_are_settings_site_and_bundle_read_on_windows(course):
    released = course / "notebooks" / mini.NAME / f"{mini.NAME}.ipynb"
    edit(released, "YOUR CODE HERE", "an answer")  # now the release is made again, by nbgrader's settings
    program = [sys.executable, "-c", AS_ON_WINDOWS]
    done = subprocess.run(program, cwd=course, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("True\n", "")


# Mutants ------------------------------------------------------------------------------------------------


def mutants_that(*bodies):
    """What makes mutants of the solution with these bodies, and none of other answers."""
    made = [
        Mutant(f"number {number}", 2, INSIDE, f"def double(values):\n    {body}")
        for number, body in enumerate(bodies, start=1)
    ]
    return lambda source, name: made if name == "double" else []


def test_does_prove_by_mutants_end_well_where_all_wrong_ones_are_rejected(course, monkeypatch, capsys):
    monkeypatch.setattr(
        mutation_score, "mutants", mutants_that("return values + values", "return values**2", "return 0.0")
    )
    before = mini.contents(course)
    code, shown, errors = call(monkeypatch, capsys, "prove", "--mutants")
    assert (code, errors) == (0, [])
    [row] = [line.split() for line in shown if line.startswith("90")]
    assert row == ["90", "double", "3", "1", "2", "of", "2", "(100.0%)", "1", "0"]
    assert shown[-1] == "✓ the checks see what nobody foresaw, and name no mistake that was not made"
    now = mini.contents(course)
    assert now.pop(Path("solutions/verified.json"))
    assert now == before


def test_does_prove_by_mutants_print_each_survivor_and_fail(course, monkeypatch, capsys):
    # Right for all that the recorded checks ask, wrong for one of the deciding cases.
    recorded, deciding = (
        {
            case
            for (case,) in draw(
                mini.NAME, read_bank(course / "solutions" / mini.NAME).cases["double"], *which
            )
        }
        for which in ((30, "recorded"), (1000, "deciding"))
    )
    rare = min(deciding - recorded - {3.0, -7.25})
    body = f"return 2 * values if np.ndim(values) or values != {rare} else 0.0"
    monkeypatch.setattr(mutation_score, "mutants", mutants_that("return values / 2", body))
    code, shown, errors = call(monkeypatch, capsys, "prove", "90", "--mutants")
    assert (code, errors) == (1, [])
    assert shown[0].startswith("90 double: the solution, line 2: number 2 (wrong in 0.")
    assert "✗ 1 of 2 wrong mutants are rejected, wanted are 99%" in shown
    assert "✗ 90-mini: double: 1 of 2 wrong mutants are rejected, wanted are 97%" in shown


def test_is_an_unknown_lesson_named_that_mutants_are_wanted_of(course, monkeypatch, capsys):
    code, _, errors = call(monkeypatch, capsys, "prove", "91", "--mutants")
    assert (code, errors) == (1, ["course: no lesson is called '91'; there are 90-mini"])


@pytest.mark.parametrize("name", ["", "/"])
def test_is_no_name_no_lesson(name):
    with pytest.raises(CourseError, match="no lesson is called"):
        find_lessons(Path(__file__).parents[2] / "solutions", [name])
