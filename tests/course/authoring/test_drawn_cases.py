"""The contract of an exercise, drawn: the same cases each time, in the graded cell alone, and data alone."""

import ast

import mini
import numpy as np
import pytest

from course.authoring.answers import read_bank, short
from course.authoring.build import build
from course.authoring.drawn_cases import MOST_CHARACTERS, draw, read_with_cases
from course.authoring.prove import prove
from course.authoring.source import read_lesson
from helpers.checks.cases import from_text
from helpers.errors import CourseError

CASES = '@exercise("double").cases\ndef numbers(rng):\n    return (round(float(rng.normal()), 2),)\n'
HINTS = 'exercise("double").hints("Look at the docstring.", "Begin with two times something.")\n'
DRAWN = 'check_drawn("drawn numbers", double)\n'
PLACE = "90-mini/answers.py:6: "


def replaced(text, old, new):
    assert text.count(old) == 1, old
    return text.replace(old, new)


def cases_that(lines):
    """The bank with another generator."""
    return replaced(mini.ANSWERS, CASES, f'@exercise("double").cases\ndef numbers(rng):\n    {lines}\n')


def with_answers(answers):
    return mini.SOURCE, answers


def with_source(source):
    return source, mini.ANSWERS


BAD_INPUT = {
    "cases for an exercise that does not exist": (
        with_answers(replaced(mini.ANSWERS, '@exercise("double").cases', '@exercise("duoble").cases')),
        PLACE + "cases are for 'duoble', an exercise that does not exist; the lesson has double, quiz_1",
    ),
    "hints for an exercise that does not exist": (
        with_answers(replaced(mini.ANSWERS, 'exercise("double").hints', 'exercise("duoble").hints')),
        "90-mini/answers.py:11: hints are for 'duoble', an exercise that does not exist; the lesson has "
        "double, quiz_1",
    ),
    "one hint": (
        with_answers(replaced(mini.ANSWERS, HINTS, 'exercise("double").hints("Look.")\n')),
        "90-mini/answers.py, line 11: double has 1 hints: give it two or three",
    ),
    "four hints": (
        with_answers(replaced(mini.ANSWERS, HINTS, 'exercise("double").hints(*"abcd")\n')),
        "90-mini/answers.py, line 11: double has 4 hints: give it two or three",
    ),
    "hints twice": (
        with_answers(replaced(mini.ANSWERS, HINTS, HINTS * 2)),
        "90-mini/answers.py, line 12: double has hints already, in line 11: keep one",
    ),
    "cases twice": (
        with_answers(replaced(mini.ANSWERS, CASES, CASES * 2)),
        "90-mini/answers.py, line 9: double has cases already, in line 6: keep one",
    ),
    "a case that is a function": (
        with_answers(cases_that("return (lambda: 1,)")),
        PLACE + "the cases of double: function is not plain data: draw names, numbers and seeds, "
        "and make it of them in the graded cell",
    ),
    "a case that holds the generator": (
        with_answers(cases_that("return 1.0, {'rng': [rng]}")),
        PLACE + "the cases of double: Generator is not plain data: draw names, numbers and seeds, "
        "and make it of them in the graded cell",
    ),
    "a case that is no tuple": (
        with_answers(cases_that("return float(rng.normal())")),
        PLACE + "the cases of double: one is float: return the arguments as a tuple",
    ),
    "a generator that does not run": (
        with_answers(cases_that("return (1 / int(rng.integers(1)),)")),
        PLACE + "the cases of double cannot be drawn: ZeroDivisionError: division by zero",
    ),
    "a float with all its digits": (
        with_answers(cases_that("return ([1 / 3],)")),
        PLACE + "the cases of double: 0.3333333333333333 has more than 12 significant digits, or is "
        "rounding noise beside larger numbers, and processors differ there: return short(...) of "
        "course.authoring.answers",
    ),
    "an array with rounding noise": (
        with_answers(cases_that("return {'values': [np.array([1.0, 1e-12])]},")),
        PLACE + "the cases of double: 1e-12 has more than 12 significant digits, or is rounding noise",
    ),
    "too long cases": (
        with_answers(cases_that("return (rng.integers(10**6, size=100),)")),
        PLACE + "the cases of double have ",
    ),
    "cases without check_drawn": (
        with_source(replaced(mini.SOURCE, DRAWN, "")),
        PLACE + "cases of double, and no private check_drawn in its graded cell: write check_drawn(",
    ),
    "cases for a quiz": (
        with_answers(mini.ANSWERS + '\n\n@exercise("quiz_1").cases\ndef letters(rng):\n    return ("a",)\n'),
        "90-mini/answers.py:33: cases of quiz_1, and no private check_drawn in its graded cell: write ",
    ),
    "check_drawn without cases": (
        with_answers(replaced(mini.ANSWERS, CASES, "")),
        '90-mini, cell test="double": check_drawn has no cases: write @e.cases in ',
    ),
    "check_drawn without a label": (
        with_source(replaced(mini.SOURCE, DRAWN, "check_drawn(label='drawn', function=double)\n")),
        '90-mini, cell test="double": check_drawn begins with its label, words in quotes',
    ),
    "check_drawn with a label that is computed": (
        with_source(replaced(mini.SOURCE, DRAWN, "check_drawn(f'drawn', double)\n")),
        '90-mini, cell test="double": check_drawn begins with its label, words in quotes',
    ),
    "check_drawn where learners read it": (
        with_source(
            replaced(replaced(mini.SOURCE, DRAWN, ""), "### BEGIN HIDDEN", f"{DRAWN}### BEGIN HIDDEN")
        ),
        '90-mini, cell test="double": check_drawn stands where learners read it, and so would '
        "its cases: move it between BEGIN and END HIDDEN TESTS",
    ),
}


@pytest.mark.parametrize(("lesson", "message"), BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_is_bad_input_one_line_with_place_and_remedy(tmp_path, lesson, message):
    folder = mini.write_course(tmp_path, *lesson)
    before = mini.contents(tmp_path)
    with pytest.raises(CourseError) as caught:
        read_with_cases(folder)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    assert mini.contents(tmp_path) == before


def test_are_too_long_cases_told_their_length_and_what_to_do(tmp_path):
    folder = mini.write_course(tmp_path, answers=cases_that("return ('x' * 500,)"))
    with pytest.raises(CourseError) as caught:
        read_with_cases(folder)
    # 30 times: quotes, brackets and a comma around 500 characters; without a comma, and in brackets.
    assert str(caught.value) == (
        f"{PLACE}the cases of double have {30 * 505 + 1} characters, the limit is {MOST_CHARACTERS}: "
        "draw smaller ones, of rounded numbers"
    )


def test_is_a_case_that_the_solution_refuses_one_line_that_changes_nothing(tmp_path):
    answers = cases_that("return (None if rng.random() < 0.1 else 1.0,)")
    folder = mini.write_course(tmp_path, answers=answers)
    cases = draw(mini.NAME, read_bank(folder).cases["double"], 30, "recorded")
    before = mini.contents(tmp_path)
    with pytest.raises(CourseError) as caught:
        build(folder, tmp_path / "notebooks")
    assert str(caught.value) == (
        "90-mini, cell test=\"double\": 'drawn numbers': the solution gives an exception (TypeError) for "
        f"case {cases.index((None,))}: let the generator in answers.py draw legal cases only, or the check "
        "observe data"
    )
    assert mini.contents(tmp_path) == before


def test_is_a_wrong_mark_one_line_that_names_the_answer_and_a_case(tmp_path, monkeypatch):
    """Two in one bank: a wrong answer that is right, and a right one that is wrong where nobody looks."""
    monkeypatch.setattr("course.authoring.build.run", mini.as_if_run)
    answers = mini.ANSWERS + (
        '\n\nexercise("double").wrong("You added it twice.", adds=lambda values: sum([values] * 2))\n'
        '\n\n@exercise("double").right\ndef clips(values):\n'
        "    return values * 2 if abs(np.max(values) - 2.7) > 0.2 else 5.0\n"
    )
    answers = replaced(
        answers, "return (round(float(rng.normal()), 2),)", "return (round(2 * float(rng.normal()), 2),)"
    )
    folder = mini.write_course(tmp_path, answers=answers)
    build(folder, tmp_path / "notebooks")
    [double] = [proof for proof in prove(folder) if proof.exercise == "double"]
    deciding = draw(mini.NAME, read_bank(folder).cases["double"], 200, "deciding")
    case = next(case for case in deciding if abs(case[0] - 2.7) <= 0.2)
    assert (
        "90-mini/answers.py:33: adds is not wrong: it equals the solution on 200 drawn cases; draw more of "
        "the contract, or mark it @right" in double.failures
    )
    assert (
        f"90-mini/answers.py:36: clips is not right: case {case} gives another result than the solution's"
        in double.failures
    )
    # The others of the bank are marked rightly.
    assert [line for line in double.failures if line.startswith("90-mini/answers.py")] == sorted(
        line for line in double.failures if " is not wrong: " in line or " is not right: " in line
    )


# What is drawn ------------------------------------------------------------------------------------------


def test_are_cases_the_same_each_time_and_others_for_another_end(tmp_path):
    cases = read_bank(mini.write_course(tmp_path)).cases["double"]
    recorded = draw(mini.NAME, cases, 30, "recorded")
    assert draw(mini.NAME, cases, 30, "recorded") == recorded
    assert draw(mini.NAME, cases, 40, "recorded")[:30] == recorded
    assert len(set(recorded) & set(draw(mini.NAME, cases, 30, "deciding"))) < 5
    state = np.random.get_state()[1].tolist()  # noqa: NPY002, it is the state that must not be touched
    draw(mini.NAME, cases, 3, "recorded")
    assert np.random.get_state()[1].tolist() == state  # noqa: NPY002


def test_is_a_number_short_without_the_digits_in_which_processors_differ():
    assert short(2 / 3 * 1e-9) == 6.66666666667e-10
    assert short(123456789012345.0) == 123456789012000.0
    assert str(short(np.float64(-1e-300) / 3)) == "-3.33333333333e-301"
    assert str(short(0.0)) == "0.0"
    turned = short(np.array([[1 / 3, -1e-17], [np.nan, 2e3 / 3]]))
    np.testing.assert_array_equal(turned, [[0.333333333, 0.0], [np.nan, 666.666666667]])
    assert str(turned[0, 1]) == "0.0"
    single = short(np.float32([0.1, 16777216]))
    assert (single.dtype, single.tolist()) == (np.float32, [np.float32(0.1), 16777216])


WRAPPED = {
    "as it is": DRAWN,
    "with options": 'check_drawn("drawn numbers", double, rtol=1e-3, seen_as="the number")\n',
    "wrapped": 'check_drawn(\n    "drawn numbers",\n    double,\n)\n',
    "wrapped, a comment": 'check_drawn(\n    "drawn numbers",\n    double,  # the exercise\n)\n',
    "in one more line": 'check_drawn(\n    "drawn numbers", lambda value: double(value)\n)\n',
    "in brackets": 'check_drawn("학습률", (lambda value: double(value)))\n',
    "two of them": DRAWN + 'check_drawn("and again", lambda value: double(value))\n',
}


@pytest.mark.parametrize("call", WRAPPED.values(), ids=WRAPPED.keys())
def test_do_the_cases_stand_in_each_call_of_the_graded_cell_and_nothing_else_is_changed(tmp_path, call):
    source = replaced(mini.SOURCE, DRAWN, call)
    folder = mini.write_course(tmp_path, source)
    lesson, bank = read_with_cases(folder)
    as_written = read_lesson(folder)
    recorded = draw(mini.NAME, bank.cases["double"], 30, "recorded")
    tree = ast.parse(lesson.exercises["double"].test)
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "check_drawn"
    ]
    assert len(calls) == call.count("check_drawn")
    for node in calls:
        added = node.keywords.pop()
        assert added.arg == "cases"
        assert from_text(ast.literal_eval(added.value)) == recorded
    assert ast.dump(tree) == ast.dump(ast.parse(as_written.exercises["double"].test))
    assert lesson.exercises["quiz_1"] == as_written.exercises["quiz_1"]
    cells = [
        (cell.source, other.source)
        for cell, other in zip(lesson.notebook.cells, as_written.notebook.cells, strict=True)
    ]
    assert [cell == other for cell, other in cells].count(False) == 1
    assert (lesson.exercises["double"].test, as_written.exercises["double"].test) in cells


def test_does_the_generator_declare_how_many_cases_it_draws(tmp_path):
    cases = '@exercise("double").cases'
    answers = replaced(mini.ANSWERS, cases, f"{cases}(recorded=4, deciding=7)")
    lesson, bank = read_with_cases(mini.write_course(tmp_path, answers=answers))
    assert (bank.cases["double"].recorded, bank.cases["double"].deciding) == (4, 7)
    assert lesson.exercises["double"].test.count("],[") == 3


def test_does_no_file_of_a_learner_hold_a_case(tmp_path):
    mini.built_course(tmp_path)
    [first, *_] = draw(
        mini.NAME, read_bank(tmp_path / "solutions" / mini.NAME).cases["double"], 1, "recorded"
    )
    for path in (tmp_path / "notebooks").rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert "drawn numbers" not in text
        assert "cases=" not in text
        assert str(first[0]) not in text
