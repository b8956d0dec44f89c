"""What a learner sees of a check."""

import contextlib
import io
import json
import subprocess
import sys
from types import SimpleNamespace

import mini
import numpy as np
import pytest

from helpers.checks import OBSERVATION_MIME, cell_session, check, hint, notebook_folder, solution, solved
from helpers.checks.cell_session import CheckFailed
from helpers.checks.exercises import digest
from helpers.checks.observation import encode


def failure(label, *observation, **options):
    """What is printed and raised by a check alone, the last of its cell or not."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            check(label, *observation, **options)
        except CheckFailed as failed:
            print(failed)
    return printed.getvalue()


def cell(capsys, number=6.0, array=None, refused=None):
    """What the graded cell of the tiny lesson prints, and the lines that end it; [] when it passes.

    An observation that can be called is called by its check.
    """
    array = np.array([2.0, -4.0]) if array is None else array
    capsys.readouterr()
    ending = []
    try:
        check("a number", number)
        check("an array", array)
        check("text is refused", refused or refuses)
    except CheckFailed as failed:
        ending = str(failed).splitlines()
    return capsys.readouterr().out.splitlines(), ending


def refuses():
    raise TypeError


def test_is_a_pass_one_line(lesson, capsys):
    check("a number", 6.0)
    assert capsys.readouterr().out == "✓ a number\n"


def test_is_a_function_called_by_its_check_with_the_arguments_behind_it(lesson, capsys):
    check("a number", pow, 6, 1)
    check("an array", np.multiply, np.array([1.0, -2.0]), 2.0, dtype=float)
    assert capsys.readouterr().out == "✓ a number\n✓ an array\n"


def test_does_the_last_visible_check_say_how_many_private_ones_follow(lesson, capsys):
    printed, ending = cell(capsys)
    assert printed[-1] == "  All visible checks pass. 2 private checks run when this is graded."
    assert ending == []


def test_do_all_checks_of_a_cell_run_and_is_the_mistake_named_at_its_end(lesson, capsys):
    printed, ending = cell(capsys, number=9.0, array=np.array([1.0, 4.0]))
    assert printed == ["✗ a number", "  expected 6, got 9", "✗ an array", "✓ text is refused"]
    assert ending == [
        "2 of 3 checks fail.",
        "  You squared. Twice a value is the value and itself, added.",
    ]


def test_is_a_mistake_named_on_all_that_the_cell_observed(lesson, capsys):
    _, ending = cell(
        capsys, number=9.0, array=np.array([1.0, 3.0])
    )  # squared in one case, and not in the other
    assert "squared" not in " ".join(ending)
    assert ending[-1] == '  hint("double") says where to look.'


def test_do_the_place_and_the_whole_of_a_difference_stand_on_lines_of_their_own(lesson):
    assert failure("an array", np.array([2.0, 4.0])).splitlines()[1:3] == [
        "  at [1]: expected -4, got 4",
        "  expected array([2, -4]), got array([2, 4])",
    ]


def test_is_a_text_with_a_semicolon_one_text(lesson):
    said = failure("a number", "x; y").splitlines()[1]
    assert said == "  expected 6, got 'x; y'. That is a text; the check expects one plain number."


def test_is_an_exception_that_cannot_say_its_message_one_failed_check(lesson, capsys):
    class Wordless(Exception):
        def __str__(self):
            return None

    def fails():
        raise Wordless

    printed, ending = cell(capsys, number=fails)
    assert "Wordless: <exception str() failed>" in "\n".join([*printed, *ending])
    assert ending[0] == "1 of 3 checks fails."


def test_is_an_earlier_run_of_the_cell_forgotten(lesson, capsys):
    cell(capsys, number=1.5)
    failure("a number", 1.5)  # stopped in the middle
    _, ending = cell(capsys, number=9.0, array=np.array([1.0, 4.0]))
    assert ending[0] == "2 of 3 checks fail."
    assert "squared" in ending[-1] + ending[-2]


def test_is_nothing_returned_explained(lesson):
    assert "is there a return?" in " ".join(failure("a number", None).split())


def test_is_what_is_not_data_explained(lesson):
    assert "object (not plain data)" in failure("a number", object())


@pytest.mark.parametrize(
    ("label", "answer", "words"),
    [
        ("an array", [2.0, -4.0], "That is a list or a tuple; the check expects an array."),
        ("a number", np.array([6.0]), "That is an array; the check expects one plain number."),
        ("a number", "6.0", "That is a text; the check expects one plain number."),
        ("an array", {"a": 2.0}, "That is a dict; the check expects an array."),
    ],
)
def test_is_an_answer_that_looks_right_but_is_of_another_kind_explained(lesson, label, answer, words):
    assert words in " ".join(failure(label, answer).split())


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("EagerTensor", "TensorFlow's tensors become NumPy arrays and numbers by .numpy()."),
        ("RaggedTensor", "TensorFlow's tensors become NumPy arrays and numbers by .numpy()."),
        ("KerasTensor", "A check compares numbers, strings, lists, dicts and NumPy arrays."),
        ("SparseTensor", "A check compares numbers, strings, lists, dicts and NumPy arrays."),
        ("set", "A check compares numbers, strings, lists, dicts and NumPy arrays."),
    ],
)
@pytest.mark.parametrize("around", [lambda it: it, lambda it: [1.0, it], lambda it: {"a": [it]}])
def test_is_it_said_what_becomes_of_what_is_no_data_wherever_it_stands(lesson, kind, words, around):
    answer = around(type(kind, (), {})())
    said = " ".join(failure("a number", answer).split())
    assert words in said
    assert (".numpy()" in said) == (".numpy()" in words)


def test_is_a_name_that_is_no_function_any_more_said_in_words(lesson):
    assert "TypeError: expected a function, got int" in failure("a number", 3, 1.0)


def changes(values):
    values *= 2
    return values


def test_is_a_change_of_what_was_given_said_even_where_the_result_is_right(lesson):
    said = " ".join(failure("an array", changes, np.array([1.0, -2.0])).split())
    assert "Your code changed its argument `values`. Return a new value" in said


def double(values):
    """An answer to the tiny lesson's exercise; the cells of these tests are functions of this file."""
    return values / 0


def test_is_an_exception_one_failed_check_whose_own_frames_end_the_cell(lesson, capsys):
    printed, _ = cell(capsys, number=lambda: double(1))
    assert printed[:3] == [
        "✗ a number",
        "  expected 6, got an exception (ZeroDivisionError)",
        "  ZeroDivisionError: division by zero",
    ]
    assert printed[3:] == ["✓ an array", "✓ text is refused"]


def test_is_a_mistake_by_exception_named(tmp_path, monkeypatch, capsys):
    answers = mini.ANSWERS.replace(
        "    return values**2",
        "    if values is None:\n        raise LookupError('mine')\n    return 2 * values",
    )
    folder = mini.write_course(tmp_path, answers=answers)
    mini.build(folder, tmp_path / "notebooks")
    monkeypatch.chdir(tmp_path / "notebooks" / mini.NAME)
    cell_session.forget()

    def looks_up():
        raise LookupError("mine")

    def looks_up_something_else():
        raise LookupError("another")

    assert "You squared." in " ".join(cell(capsys, refused=looks_up)[1])
    assert "You squared." not in " ".join(cell(capsys, refused=looks_up_something_else)[1])


def test_does_a_hint_lead_on_step_by_step_and_begin_with_all_of_them_after_the_last(lesson, capsys):
    for _ in range(3):
        hint("double")
    assert capsys.readouterr().out.splitlines() == [
        "1 of 2: Look at the docstring.",
        "2 of 2: Begin with two times something.",
        'An answer: from helpers.checks import solution; solution("double")',
        "That was the last of 2:",
        "1: Look at the docstring.",
        "2: Begin with two times something.",
        'An answer: from helpers.checks import solution; solution("double")',
    ]


def test_is_a_solution_shown_after_the_last_hint_where_the_course_has_solutions(lesson, capsys):
    for _ in range(2):
        solution("double")
        hint("double")
    solution("double")
    told = capsys.readouterr().out.splitlines()
    assert [line for line in told if "First" in line] == [
        f'First take the hints: hint("double") has {num} more.' for num in (2, 1)
    ]
    at = told.index('An answer: from helpers.checks import solution; solution("double")')
    assert (told[at + 1], told[-1]) == ("def double(values):", "    return 2 * values")
    solved_notebook = lesson.parent.parent / "solutions" / lesson.name / f"{lesson.name}.ipynb"
    solved_notebook.write_text("{")
    solution("double")
    assert "is damaged" in capsys.readouterr().out
    solved_notebook.unlink()
    solution("double")
    assert capsys.readouterr().out.startswith("This copy of the course has no solutions")


def test_is_a_hint_not_read_by_whoever_opens_the_file(lesson):
    assert "Begin with" not in (lesson / "checks.json").read_text()


@pytest.mark.parametrize("by", ["VS Code", "server"])
def test_are_checks_found_by_the_name_of_the_notebook(lesson, monkeypatch, tmp_path, by):
    """As VS Code and Jupyter servers give it, where the kernel was started in another folder."""
    notebook = str(lesson / f"{lesson.name}.ipynb")
    names = {"__vsc_ipynb_file__": notebook} if by == "VS Code" else {}
    shell = SimpleNamespace(starting_dir=str(tmp_path), user_ns=names)
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    if by == "server":
        assert notebook_folder() == tmp_path
        monkeypatch.setenv("JPY_SESSION_NAME", notebook)
    assert notebook_folder() == lesson
    (lesson / "checks.json").unlink()
    assert notebook_folder() == tmp_path


def test_is_a_hint_for_no_exercise_one_line(lesson, capsys):
    hint("duoble")
    hint("quiz_1")
    assert capsys.readouterr().out.splitlines() == [
        "No exercise here is called 'duoble'. There are double.",
        "There is no hint on quiz_1.",
    ]


def test_is_a_hint_without_the_lessons_file_one_line(lesson, capsys):
    (lesson / "checks.json").unlink()
    hint("double")
    [line] = capsys.readouterr().out.splitlines()
    assert "checks.json is missing beside the notebook" in line


def test_does_a_cell_go_on_with_an_answer_that_has_passed_and_only_then(lesson, capsys):
    assert not solved("double")
    assert capsys.readouterr().out.startswith("First run the checks of `double`")
    cell(capsys)
    assert solved("double")
    cell(capsys, number=9.0)
    assert not solved("double")


def test_do_hints_and_what_goes_on_say_nothing_while_a_class_is_graded(lesson, capsys, monkeypatch):
    cell(capsys)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    hint("double")
    hint("duoble")
    assert not solved("double")
    assert not solved("duoble")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("written", [" B ", "b)", "(B)", "b.", "b: "])
def test_is_a_quiz_answer_taken_as_it_is_printed_and_its_mistake_named(lesson, capsys, written):
    check("question 1", written, secret=True)
    assert capsys.readouterr().out == "✓ question 1\n  Twice is more than once.\n"
    assert failure("question 1", "a").splitlines()[1:] == [
        "  that is not the answer",
        "  Read the first paragraph again.",
    ]
    assert failure("question 1", None) == "✗ quiz_1: not started yet\n"
    assert "that is 3, and the question asks for one letter, in quotes" in failure("question 1", 3)


@pytest.mark.parametrize("written", ["0.8", " .80 ", 0.8, 2 - 0.1 * 12, np.float32(0.8)])
def test_is_a_number_the_same_answer_however_it_is_written(written):
    assert digest("question 1", encode(written)) == digest("question 1", 0.8)


@pytest.mark.parametrize("other", ["nan", "inf", "0.8 w", "0,8", True, [0.8]])
def test_is_what_is_no_such_number_another_answer(other):
    assert digest("question 1", encode(other)) != digest("question 1", 0.8)


def test_do_the_files_of_a_learner_not_hold_the_quiz_answer_or_private_checks(lesson):
    text = (lesson / "checks.json").read_text()
    assert sorted(path.name for path in lesson.iterdir()) == [f"{mini.NAME}.ipynb", "checks.json"]
    assert '"b"' not in text
    assert "a private negative" not in text
    assert "-14.5" not in text


def test_is_an_unknown_label_one_line_with_the_remedy(lesson):
    lines = failure("no such label", 1.0)
    assert '90-mini: no check is called "no such label"' in lines
    assert "Put back the text of this cell" in " ".join(lines.split())


@pytest.mark.parametrize("damage", [None, "", "{", "[]", '{"exercises": 3}', '{"exercises": {"double": {}}}'])
def test_is_a_missing_or_damaged_file_named_with_the_remedy(lesson, damage):
    path = lesson / "checks.json"
    path.unlink() if damage is None else path.write_text(damage)
    text = " ".join(failure("a number", 6.0).split())
    assert "90-mini/checks.json is " + ("missing" if damage is None else "damaged") in text
    assert "course build" in text


def test_is_nothing_compared_when_a_class_is_graded(lesson, monkeypatch, capsys):
    shown = []
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    (lesson / "checks.json").unlink()
    check("a number", 1e9)
    check("an array", lambda: np.array([1.0, 2.0]))
    check("text is refused", lambda: 1 / 0)
    assert capsys.readouterr().out == ""
    assert [list(data) for data in shown] == [[OBSERVATION_MIME]] * 3
    contents = [data[OBSERVATION_MIME] for data in shown]
    assert json.loads(json.dumps(contents)) == [
        {"label": "a number", "data": 1e9},
        {"label": "an array", "data": {"array": "float", "shape": [2], "values": [1.0, 2.0]}},
        {
            "label": "text is refused",
            "data": {"raises": "ZeroDivisionError", "message": "division by zero"},
            "message": "ZeroDivisionError: division by zero",
        },
    ]


def test_is_the_import_of_check_light():
    code = (
        "import sys; from helpers.checks import check; "
        "print([name for name in ('numpy', 'IPython', 'tensorflow', 'nbformat') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.fixture
def chance(monkeypatch):
    """A learner's folder: the release of the tiny lesson whose exercise is random."""
    folder = mini.chance_built_once()
    monkeypatch.chdir(folder.parents[1] / "notebooks" / folder.name)
    cell_session.forget()


def cards(num_cards, num_players, seed=9):
    return np.array_split(np.random.default_rng(seed).permutation(num_cards), num_players)


def test_does_a_learner_pass_who_draws_otherwise_than_the_lesson(chance, capsys):
    check("how many cards", cards(7, 3), seen_as="part sizes")
    check("300 cards", lambda: cards(300, 3), seen_as="shuffled partition")
    check("equal generators", [cards(20, 2), cards(20, 2)], seen_as="repeated partitions")
    assert capsys.readouterr().out.splitlines()[:3] == [
        "✓ how many cards",
        "✓ 300 cards",
        "✓ equal generators",
    ]


def test_is_a_learner_told_which_card_is_there_twice(chance):
    hands = cards(300, 3)
    hands[1][0] = hands[2][0]
    lines = failure("300 cards", hands).splitlines()
    assert lines[1] == "  some places are in two parts. Expected: 0 to 299, each once"
    assert lines[2].startswith(f"  place {hands[2][0]} is there twice, place ")


def test_is_a_mistake_recognised_by_a_property_whatever_was_drawn(chance):
    check("how many cards", cards(7, 3))
    failure("300 cards", np.array_split(np.random.default_rng(17).integers(0, 300, 300), 3))
    twice = [np.array_split(np.random.default_rng(1).integers(0, 20, 20), 2)] * 2
    assert "You drew with replacement" in failure("equal generators", twice)


def test_is_the_property_that_of_the_lesson_and_not_of_the_call(chance):
    assert "Expected: 0 to 299, each once" in failure("300 cards", [[0] * 100] * 3, seen_as="part sizes")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "expected a list of arrays of whole numbers, got None. Nothing came back"),
        (np.arange(300), "that is not a list of arrays, but one array of shape (300,)"),
        ([np.arange(100.0)] * 3, "that is not a list of arrays of whole numbers, but one with floats"),
        (iter([]), "expected a list of arrays of whole numbers, got list_iterator (not plain data)"),
    ],
    ids=["None", "array", "floats", "iterator"],
)
def test_is_the_kind_of_answer_named_that_has_no_such_property(chance, answer, words):
    assert words in " ".join(failure("300 cards", answer).split())


def test_is_a_property_that_nobody_knows_a_damaged_file(chance, tmp_path, monkeypatch):
    folder = tmp_path / mini.NAME
    folder.mkdir()
    text = (notebook_folder() / "checks.json").read_text()
    (folder / "checks.json").write_text(text.replace("shuffled partition", "shaken partition"))
    monkeypatch.chdir(folder)
    assert "90-mini/checks.json is damaged" in failure("300 cards", None)
