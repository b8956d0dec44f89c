"""The lint of lessons: silent on a sound one, and every rule has a lesson that it catches."""

import copy
import re
import shutil
from types import SimpleNamespace

import mini
import nbformat
import pytest

from course.authoring.alternatives import says_something
from course.authoring.build import build
from course.authoring.expectations import record
from course.authoring.forgeable_checks import calls_outside, questions
from course.authoring.lint import RULES, lint, recorded_exercises_exist
from course.plugins import read_plugin
from helpers.errors import CourseError

HEAD = """\
# %% [markdown]
# # 90 Mini
#
# **Question**: What is twice a number?
#
# You will be able to
#
# - double a number;
# - double an array,
#   however long;
# - say why.
#
# Run time: about 1 s; your own time: about 5 minutes.
# *Run All* stops at a check that fails: *Run > Run Selected Cell and All Below*.
#
# | English | Korean | Meaning |
# |---|---|---|
# | double | 두 배 | two times |

# %% tags=["setup"]"""

QUIZ = """\
# %% [markdown]
# ## Beliefs, measured
#
# ## Quiz
#
# - **a**: one
# - **b**: two
# - **c**: three

# %% solution="quiz_1"
quiz_1 = None
### BEGIN SOLUTION
quiz_1 = "b"
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% solution="quiz_2"
quiz_2 = None
### BEGIN SOLUTION
quiz_2 = 2
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% solution="quiz_3"
quiz_3 = None
### BEGIN SOLUTION
quiz_3 = 3
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# ## In your own words

# %% [markdown] written="why" points=3
# Write here.
# ### BEGIN SOLUTION
# Full: because. Half: maybe. Empty: nothing.
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Twice is more.
# - Measured with one number.
#
# ## Sources
"""

ANSWERS = (
    mini.ANSWERS
    + """
exercise("quiz_1").wrong_choice("c", "Three is too much.")
exercise("quiz_2").wrong_choice(1, "One is too little.")
exercise("quiz_2").wrong_choice(3, "Three is too many.")
exercise("quiz_3").wrong_choice(1, "One is far too little.")
exercise("quiz_3").wrong_choice(2, "Two is too little.")
exercise("quiz_2").right_choice("Two is between one and three.")
exercise("quiz_3").right_choice("Three is more than two.")


@exercise("double").right
def by_factor(values):
    return np.multiply(values, 2)


@exercise("double").right
def by_half(values):
    return values / 0.5


@exercise("double").wrong("You kept it.")
def keeps(values):
    return values


@exercise("double").wrong("You tripled.")
def triples(values):
    return 3 * values


@exercise("double").wrong("You changed the sign.")
def negates(values):
    return -2 * values
"""
)


# A lesson whose private checks draw nothing has no cases in its bank.
WITHOUT_CASES = ANSWERS.replace(
    '@exercise("double").cases\ndef numbers(rng):\n    return (round(float(rng.normal()), 2),)\n\n\n', ""
)


def clean_source():
    source = mini.SOURCE
    start = source.index('# %% solution="quiz_1"')
    source = source[:start] + QUIZ
    source = source.replace('# %% [markdown]\n# # 90 Mini\n\n# %% tags=["setup"]', HEAD)
    source = source.replace(
        "from helpers.checks import check, check_drawn\n",
        "from helpers.checks import check, check_drawn\n\nshared = np.array([1.0, -2.0])\n",
        1,
    )
    return source.replace("# %%\nprint(", "# %% [markdown]\n# ## An experiment\n\n# %%\nprint(")


@pytest.fixture(autouse=True)
def unexecuted(monkeypatch):
    """The lint never looks at outputs: no kernel has to run for it."""
    mini.built_once()
    monkeypatch.setattr("course.authoring.build.run", mini.as_if_run)
    monkeypatch.setattr("course.authoring.build.record", recorded)


RECORDED = {}


def recorded(lesson, bank):
    """What is recorded of a lesson, from before where only its prose differs."""
    code = [cell.source for cell in lesson.notebook.cells if cell.cell_type == "code"]
    key = (*code, (lesson.folder / "answers.py").read_text())
    if key not in RECORDED:
        RECORDED[key] = record(lesson, bank)
    return copy.deepcopy(RECORDED[key])


def findings(root, source, answers=ANSWERS):
    """What is found of a lesson by all rules, those of this course among them."""
    folder = mini.write_course(root, source, answers)
    for name in ("course.toml", "solutions/house_rules.py"):
        shutil.copy(mini.ROOT / name, root / name)
    build(folder, root / "notebooks")
    return lint(folder, root / "notebooks" / mini.NAME)


def test_is_a_sound_lesson_without_findings(tmp_path):
    assert findings(tmp_path, clean_source()) == []


OFFENCES = [
    ("head_has_its_parts", "# # 90 Mini", "# # Mini", "the first line must be '# 90 <title>'"),
    ("head_has_its_parts", "**Question**", "**Topic**", "one line '**Question**: ...?'"),
    ("head_has_its_parts", "# - say why.\n", "", "exactly three lines"),
    ("head_has_its_parts", "about 1 s", "short", "Run time: about N s"),
    ("head_has_its_parts", " and All Below", "", "how to go on after a check that does not pass"),
    ("head_has_its_parts", "두 배", "twice", "Korean | Meaning |' of new terms"),
    ("head_has_its_parts", "own time: about 5", "own time: some", "your own time: about N minutes"),
    (
        "long_lessons_have_two_parts",
        "about 5 minutes",
        "about 101 minutes",
        "it takes 101 minutes, more than 100: mark '**A good place to stop.**'",
    ),
    (
        "the_summary_says_how_it_was_measured",
        "# - Measured with one number.\n",
        "",
        "the Summary's last line must be '- Measured with",
    ),
    (
        "the_summary_says_how_it_was_measured",
        "# - Twice is more.\n# - Measured with one number.\n",
        "# - Measured with one number.\n# - Twice is more.\n",
        "the Summary's last line must be '- Measured with",
    ),
    ("sections_are_in_order", "# ## Summary\n#\n", "", "the last sections must be"),
    (
        "sections_are_in_order",
        "# ## An experiment",
        "# An experiment",
        "no section before 'Beliefs, measured'",
    ),
    (
        "sections_are_in_order",
        '# %% [markdown] written="why" points=3\n# Write here.\n# ### BEGIN SOLUTION\n'
        "# Full: because. Half: maybe. Empty: nothing.\n# ### END SOLUTION\n",
        "",
        "there is no written question",
    ),
    ("written_questions_have_a_rubric", "Half: maybe. ", "", "the rubric of why does not say what a half"),
    (
        "exercises_have_both_kinds_of_checks",
        '### BEGIN HIDDEN TESTS\ncheck("a private negative", double, -7.25)\n'
        'check_drawn("drawn numbers", double)\n### END HIDDEN TESTS\n',
        "",
        "double has no private check",
    ),
    (
        "checks_observe_what_came",
        'check("a number", double, 3.0)',
        'check("a number", lambda: double(3.0) == 6.0)',
        "the check 'a number' observes double(3.0) == 6.0, worked out in the cell: hand over what came",
    ),
    (
        "checks_call_what_they_observe",
        'check("a number", double, 3.0)',
        'check("a number", double(3.0))',
        "double: double(3.0) is called outside of check: hand over the function and its arguments",
    ),
    (
        "checks_hand_over_fresh_data",
        "np.array([1.0, -2.0]))\n",
        "shared)\n",
        "double: it is handed shared, which a setup cell made once",
    ),
    (
        "checks_run_at_any_time",
        '# %% test="double" points=2\n',
        '# %%\nprint(seen)\n\n# %% test="double" points=2\nseen = 3.0\n',
        "and the cell that begins with 'print(seen)' have seen in common",
    ),
    (
        "quiz_choices_have_sentences",
        "# - **c**: three",
        "# - **c**: three\n# - **d**: four",
        "b, d have no sentence",
    ),
    (
        "quiz_choices_have_sentences",
        'quiz_1 = "b"\n',
        'quiz_1 = "e"\n',
        "quiz_1: b is the only choice without a sentence, and not the answer",
    ),
    *(
        (
            "quiz_choices_have_sentences",
            "# - **a**: one\n# - **b**: two\n# - **c**: three",
            choices,
            "quiz_1: it asks for a letter, and above it no line offers one: '- **a**: ...'",
        )
        for choices in ("# - (a) one\n# - (b) two", "# - **A.** one\n# - **B.** two", "# 1. **a.** one")
    ),
    (
        "quiz_choices_have_sentences",
        "# - **c**: three",
        "# - **c**: three\n# - **f**: four",
        "b, f have no sentence",
    ),
    (
        "cells_ask_for_exercises_that_exist",
        'print("an experiment")',
        'if solved("double", "duoble"):\n    hint("doubel")',
        "asks for 'duoble': no exercise is called so",
    ),
    (
        "headings_tell_the_points",
        "# ## An experiment",
        "# ## An experiment\n#\n# ### Exercise 1: `double` (3 points)",
        "double: its heading says (3), its test points=2",
    ),
    (
        "headings_tell_the_points",
        "# ## An experiment",
        "# ## An experiment\n#\n# ### Exercise 1: `double` (1 point)",
        "double: its heading says (1), its test points=2",
    ),
    (
        "checks_expect_what_the_docstring_says",
        'check("a number", double, 3.0)',
        'check("a number", lambda: double(np.ones(2) + np.ones(3)))',
        "double: 'a number' expects a ValueError, and its docstring speaks of none",
    ),
    (
        "stubs_keep_signature_and_docstring",
        '    """Return twice the values (number or array). Raises TypeError for None."""\n',
        "",
        "double: the release has no stub of it: its solution needs a docstring",
    ),
    (
        "stubs_keep_signature_and_docstring",
        "    ### BEGIN SOLUTION\n    return 2",
        "    two = 2\n    ### BEGIN SOLUTION\n    return 2",
        "double: the stub has code besides its docstring",
    ),
    (
        "stubs_keep_signature_and_docstring",
        "def double(values):",
        "def twice(values):\n    return values + values\n\n\ndouble = twice\n\n\ndef unused(values):",
        "the solution cell defines no function called double",
    ),
    (
        "no_solution_leaks_as_code",
        'print("an experiment")',
        "def f(values):\n    return 2*values",
        "double: a line of its solution stands in the release, the cell that begins with 'def f(values):'",
    ),
    (
        "no_solution_leaks_as_code",
        "# ## An experiment",
        "# ## An experiment\n#\n# Write `return 2 * values`.",
        "double: a line of its solution stands in the text of 90-mini.ipynb",
    ),
    (
        "no_answer_leaks_as_value",
        "# ## An experiment",
        "# ## An experiment\n#\n# See a private negative.",
        "the private check 'a private negative' is named in 90-mini.ipynb",
    ),
    ("cells_are_short", 'print("an experiment")', "x = 1\n" * 13, "has 13 lines, more than 12"),
    (
        "lines_of_code_fit",
        'print("an experiment")',
        'print("an experiment")  # ' + "long " * 20,
        "characters, more than 97: name a part of 'print(",
    ),
    (
        "every_cell_has_prose_before_it",
        'print("an experiment")',
        'print("an experiment")\n\n# %%\nprint("one more")',
        "follows code without a word of prose",
    ),
    (
        "no_cell_ends_in_a_semicolon",
        'print("an experiment")',
        'print("an experiment");',
        "ends in a semicolon",
    ),
    ("prose_keeps_its_tone", "# ## An experiment", "# ## An experiment!", "the prose has '!'"),
    ("prose_keeps_its_tone", "# ## An experiment", "# ## Simply an experiment", "the prose has 'simply'"),
]


@pytest.mark.parametrize(
    ("rule", "old", "new", "message"),
    OFFENCES,
    ids=[f"{rule}-{message[:25]}" for rule, _, _, message in OFFENCES],
)
def test_is_an_offence_found(tmp_path, rule, old, new, message):
    source = clean_source()
    assert old in source
    source = source.replace(old, new, 1)
    found = findings(tmp_path, source, ANSWERS if 'check_drawn("' in source else WITHOUT_CASES)
    assert any(message in line and line.startswith("90-mini: ") for line in found), found


def test_does_a_question_for_a_number_offer_no_letters(tmp_path):
    names = "# %% [markdown]\n# - n: number of trials\n# - k: the width\n\n"
    source = clean_source().replace('# %% solution="quiz_2"', names + '# %% solution="quiz_2"')
    assert findings(tmp_path, source) == []


def test_is_a_cell_with_a_magic_linted(tmp_path):
    source = clean_source().replace('print("an experiment")', "# %timeit double(3.0)")
    assert findings(tmp_path, source) == []


def test_is_a_wrapped_check_one_line(tmp_path):
    wrapped = 'check(\n    "a number",\n    lambda: double(3.0),\n    rtol=0.1,\n)\n' + "x = 1\n" * 8
    source = clean_source().replace('check("a number", double, 3.0)', wrapped, 1)
    assert source != clean_source()
    assert [line for line in findings(tmp_path, source) if "lines" in line] == []


def test_is_a_small_bank_found(tmp_path):
    answers = ANSWERS.replace('@exercise("double").wrong("You kept it.")\n', "")
    answers = answers.replace('@exercise("double").right\ndef by_half', "def by_half")
    found = findings(tmp_path, clean_source(), answers)
    assert found == ["90-mini: double needs 5 wrong and 3 right answers besides the solution; it has 4 and 2"]


def test_is_a_slip_in_a_wrong_answer_found(tmp_path):
    answers = ANSWERS.replace("return 3 * values", "return 3 * value")
    found = findings(tmp_path, clean_source(), answers)
    assert found == [
        "90-mini: double: the wrong answer with the sentence 'You tripled.' ends in a NameError: "
        "there is a slip in answers.py"
    ]


def test_is_an_exception_that_names_a_helper_of_the_bank_found(tmp_path):
    answers = (
        ANSWERS.replace("return 3 * values", "return _tripled()")
        + "\n\ndef _tripled(values):\n    return 3 * values\n"
    )
    found = findings(tmp_path, clean_source(), answers)
    assert found == [
        "90-mini: double: the wrong answer with the sentence 'You tripled.' ends in an exception that names "
        "_tripled of answers.py, which no learner has: write the answer without it"
    ]


def test_are_missing_cases_and_hints_found(tmp_path):
    hints = re.search(r'exercise\("double"\)\.hints\(.*\n', WITHOUT_CASES)[0]
    source = clean_source().replace('check_drawn("drawn numbers", double)\n', "")
    assert findings(tmp_path, source, WITHOUT_CASES.replace(hints, "")) == [
        "90-mini: double has no drawn cases: @e.cases in answers.py and a private check_drawn",
        "90-mini: double has no hints: write two or three in answers.py",
    ]


def test_are_too_large_checks_found(tmp_path):
    source = clean_source().replace(
        "double, -7.25)", "lambda: np.full(30_000, double(0.123456789)).tolist())"
    )
    [found] = findings(tmp_path, source)
    assert re.fullmatch(
        r"90-mini: checks\.json and private\.json have \d{3} kB, more than 300: let the checks observe less",
        found,
    )


def test_is_an_open_quiz_answer_found(tmp_path):
    source = clean_source().replace(", quiz_2, secret=True", ", quiz_2)\nsecret = dict(secret=True")
    found = findings(tmp_path, source)
    assert "90-mini: quiz_2: a quiz answer is recorded in the open: check(..., secret=True)" in found


def test_is_an_expected_value_of_a_private_check_found(tmp_path):
    source = clean_source().replace("double, -7.25", "double, -7.2512345")
    source = source.replace("# ## An experiment", "# ## An experiment\n#\n# It gives -14.502469.")
    assert findings(tmp_path, source) == [
        "90-mini: double: what 'a private negative' expects stands in 90-mini.ipynb"
    ]


SPELLINGS = [
    '# ## An experiment\n#\n# Write `return rates["the rate η"] * values**1`.',
    "# ## An experiment\n#\n# Write `return rates['the rate η'] * values ** 1`.",
    '# ## An experiment\n#\n# Write `return rates["the rate η"]\n# *values**1`.',
    '# ## An experiment\n\n# %%\n# return rates["the rate η"] * values**1\n\n# %% [markdown]\n# More.',
    "# ## An experiment\n#\n# Know that `rates = {'the rate η': 2.0}`.",
]


@pytest.mark.parametrize("prose", SPELLINGS)
def test_is_a_line_of_a_solution_found_in_every_spelling(tmp_path, prose):
    solution = '    rates = {"the rate η": 2.0}\n    return rates["the rate η"] * values**1\n'
    source = clean_source().replace("    return 2 * values\n", solution)
    assert findings(tmp_path / "sound", source) == []
    assert findings(tmp_path / "told", source.replace("# ## An experiment", prose)) == [
        "90-mini: double: a line of its solution stands in the text of 90-mini.ipynb"
    ]


def test_is_a_text_in_a_solution_no_name_that_begins_like_it(tmp_path):
    source = clean_source().replace("quiz_3 = 3", 'quiz_3 = "No"')
    source = source.replace("    return 2 * values\n", '    kind = "shared"\n    return 2 * values\n')
    source = source.replace("print(", "kind = shared[0]\nprint(")
    assert findings(tmp_path, source) == []


def test_is_a_line_with_a_backslash_found_in_a_sentence(tmp_path):
    lines = '    parts = "a\\nb".split("\\n")\n    return len(parts) * values\n'
    source = clean_source().replace("    return 2 * values\n", lines)
    answers = ANSWERS.replace("You tripled.", r"You tripled: parts = 'a\\nb'.split('\\n').")
    assert findings(tmp_path, source, answers) == [
        "90-mini: double: a line of its solution stands in the text of checks.json"
    ]


def test_is_a_solution_in_a_hint_found(tmp_path):
    answers = ANSWERS.replace("Begin with two times something.", "Write: return 2*values")
    assert findings(tmp_path, clean_source(), answers) == [
        "90-mini: double: a line of its solution stands in a hint of double"
    ]


@pytest.mark.parametrize("name", ["notes.rst", "notes.TXT", "notes.yaml", "notes"])
def test_is_a_solution_in_a_file_beside_the_notebook_found(tmp_path, name):
    folder = mini.write_course(tmp_path, clean_source(), ANSWERS)
    (folder / "latin-1.csv").write_bytes("Größe\n1\n".encode("latin-1"))
    (folder / name).write_text("It is return 2 * values, or -14.50 for -7.25.")
    build(folder, tmp_path / "notebooks")
    assert lint(folder, tmp_path / "notebooks" / mini.NAME) == [
        f"90-mini: double: a line of its solution stands in the text of {name}"
    ]


PRIVATE_VALUES = {
    'check("a private list", lambda: [double(x) for x in (0.123456789, 3.0)])': "It begins with 0.246913578.",
    'check("a private list", lambda: [double(x) for x in (0.125, 0.25, 0.375)])': "So [0.25, 0.5,\n# 0.75].",
    'check("a private array", double, np.array([0.125, 0.25, 0.375]))': "It gives `[0.25, 0.5, 0.75]`.",
    'check("a private dict", lambda: {"loss": double(0.123456789)})': "The loss is 0.246913578.",
}


@pytest.mark.parametrize("check", PRIVATE_VALUES)
def test_is_a_part_of_what_a_private_check_expects_found(tmp_path, check):
    source = clean_source().replace('check_drawn("', f'{check}\ncheck_drawn("')
    source = source.replace("# ## An experiment", f"# ## An experiment\n#\n# {PRIVATE_VALUES[check]}")
    label = re.search(r'"(.*?)"', check)[1]
    assert findings(tmp_path, source) == [f"90-mini: double: what {label!r} expects stands in 90-mini.ipynb"]


def test_is_a_solution_in_the_helpers_found(tmp_path, monkeypatch):
    package = tmp_path / "helpers"
    (package / "training").mkdir(parents=True)
    (package / "training" / "fast.py").write_text("def f(values):\n    return 2 * values\n")
    monkeypatch.setattr("helpers.__file__", str(package / "__init__.py"))
    assert findings(tmp_path / "course", clean_source()) == [
        "90-mini: double: a line of its solution stands in helpers/training/fast.py: return 2 * values"
    ]


def test_has_every_rule_an_offence():
    elsewhere = {
        "banks_are_large_enough",
        "exercises_have_a_drawn_contract_and_hints",
        "pictures_have_words",
        "recorded_checks_are_small",
        "recorded_exercises_exist",
        "sentences_can_be_said",
        "wrong_answers_are_wrong_by_thought",
    }
    rules = (*RULES, *read_plugin(mini.ROOT, "solutions/house_rules.py", ["RULES"]).RULES)
    assert {rule.__name__ for rule in rules} == {offence[0] for offence in OFFENCES} | elsewhere


def settled(root, text):
    """What is found of a lesson without a question, in a course with these settings."""
    folder = mini.write_course(root, clean_source().replace("**Question**", "**Topic**"), ANSWERS)
    build(folder, root / "notebooks")
    (root / "course.toml").write_text(text)
    return lint(folder, root / "notebooks" / mini.NAME)


def test_a_course_without_settings_has_no_house_rules(tmp_path):
    assert settled(tmp_path, "") == []


def test_a_rule_can_be_switched_off(tmp_path):
    many = "[lint]\nleast_wrong = 50"
    assert [line.split(";")[0] for line in settled(tmp_path / "on", many)] == [
        "90-mini: double needs 50 wrong and 2 right answers besides the solution"
    ]
    assert settled(tmp_path / "off", f'{many}\noff = ["banks_are_large_enough"]') == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('off = ["banks_are_larger"]', "off names banks_are_larger, which is no rule of lint.py"),
        ('house_rules = "rules.py"', "rules.py of course.toml cannot be read"),
        ('house_rules = "nbgrader_config.py"', "nbgrader_config.py cannot be imported (NameError"),
        ('house_rules = "solutions/90-mini/answers.py"', "solutions/90-mini/answers.py"),
    ],
)
def test_names_rules_that_cannot_be_used(tmp_path, settings, said):
    with pytest.raises(CourseError) as caught:
        settled(tmp_path, f"[lint]\n{settings}")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


QUESTIONS = {
    "double(2.0) == 4.0": "double(2.0) == 4.0",
    "lambda: double(2.0) > 3": "double(2.0) > 3",
    "not double(0.0)": "not double(0.0)",
    "bool(np.all(double(np.ones(2)) == 2))": "bool(np.all(double(np.ones(2)) == 2))",
    "np.array_equal(double(np.ones(2)), [2, 2])": "np.array_equal(double(np.ones(2)), [2, 2])",
    "(double(np.ones(2)) > 1).all()": "(double(np.ones(2)) > 1).all()",
    "isinstance(double(2.0), float)": "isinstance(double(2.0), float)",
    "f'{double(2.0)}'": "f'{double(2.0)}'",
    "'yes' if double(2.0) else 'no'": "'yes' if double(2.0) else 'no'",
    "1 if double(2.0) == 4 else 0": "1 if double(2.0) == 4 else 0",
    "['no', 'yes'][double(2.0) == 4]": "['no', 'yes'][double(2.0) == 4]",
    "len({double(x) for x in (1, 1.0)})": "len({double(x) for x in (1, 1.0)})",
    "{'same': [double(1) == 2]}": "double(1) == 2",
    "int(double(1) == 2)": "double(1) == 2",
    "agree(1)": "double(x) == x + x",
    "lambda: agree(1)": "double(x) == x + x",
    "found": "double(3) in (6, 7)",
    "annotated": "double(4) == 8",
    "one": "double(5) == 10",
    "two": "double(6) == 12",
    "each": "double(7) == 14",
    "-(double(1) == 2)": "double(1) == 2",
    "'%.3f' % double(1)": "'%.3f' % double(1)",
    "-1 if double(2.0) < 3 else 1": "-1 if double(2.0) < 3 else 1",
    "1 if found else 0": "1 if found else 0",
    "1 if got == 6 else 0": "1 if got == 6 else 0",
    "1 if len(got_twice) == 2 else 0": "1 if len(got_twice) == 2 else 0",
    "(1, 0)[found]": "(1, 0)[found]",
    "{True: 'yes', False: 'no'}[double(2.0) == 4]": "{True: 'yes', False: 'no'}[double(2.0) == 4]",
    "{True: 1, False: -1}[double(2.0) == 4]": "{True: 1, False: -1}[double(2.0) == 4]",
}
DATA = [
    "double(2.0)",
    "lambda: double(np.arange(3) > 1)",
    "[double(x) for x in (1, 2) if x > 1]",
    "{'sum': double(np.ones(3)).sum()}",
    "None if double(2.0) is None else list(double(np.ones(2)))",
    "double(all([True]))",
    "list(map(double, (1, 2)))",
    "measured(double)",
    "type(double(1)).mro()",
    "-double(1)",
    "double(7) % 3",
    "double(np.ones(3)).sum()",
    "double(np.ones(3))[1]",
    "double(2.0) * (1000 if is_exact else 1)",
    "double(2.0) * (2 if len(values) > 3 else 1)",
    "double(2.0) * [1.0, 2.0, 3.0][place]",
    "double(2.0) * {'small': 1, 'large': 1000}[size]",
    "np.sum(double(np.ones(3)) == 0)",
    "other",
]
CELL = """
def agree(x):
    return double(x) == x + x
found = double(3) in (6, 7)
annotated: bool = double(4) == 8
one, (two, other) = double(5) == 10, (double(6) == 12, double(6))
for each in [double(7) == 14]:
    pass
def measured(function):
    return function(2) + function(3)
got = double(3)
got_twice = [got, got]
values = np.ones(2)
"""


@pytest.mark.parametrize("code", QUESTIONS)
def test_is_a_question_that_a_cell_answers_found(code):
    assert questions(f'{CELL}check("a label", {code}, rtol=1)', "double") == [("'a label'", QUESTIONS[code])]


@pytest.mark.parametrize("code", DATA)
def test_is_data_that_came_out_no_question(code):
    assert questions(f'check("a label", {code})', "double", setup=[CELL]) == []


def test_is_a_question_found_that_a_check_is_given_by_name():
    code = 'check(observation=lambda: double(2.0) == 4, rtol=1, label="a label")'
    assert questions(code, "double") == [("'a label'", "double(2.0) == 4")]


def test_is_a_question_found_in_a_function_of_the_setup():
    found = questions('check("a label", agree(2))', "double", setup=[CELL])
    assert found == [("'a label'", "double(x) == x + x")]
    assert questions('check("a label", loop())', "double", setup=["def loop():\n    return loop()"]) == []
    assert questions("check('a label', (", "double") == []


OUTSIDE = {
    'result = double(2.0)\ncheck("a", result)': ["double(2.0)"],
    'check("a", double(2.0))': ["double(2.0)"],
    'check("a", [double(x) for x in (1, 2)])': ["double(x)"],
    'check("a", other, double(1))': ["double(1)"],
    "first, second = double(1), double(2)": ["double(1)", "double(2)"],
    "def twice(x):\n    return double(double(x))\ncheck('a', twice(2))": ["twice(2)"],
    "twice = lambda x: double(x)\nfound = twice(2)": ["twice(2)"],
    "if double(1):\n    pass": ["double(1)"],
    "values = list(map(double, [1]))": ["map(double, [1])"],
    "twice: Callable = lambda x: double(x)\nfound = twice(2)": ["twice(2)"],
    "for x in (1, 2):\n    check(str(x), double(x))": ["double(x)"],
}
INSIDE_OF_CHECKS = [
    'check("a", double, 2.0)',
    'check("a", lambda: double(2.0))',
    'check("a", lambda: [double(x) for x in (1, 2)])',
    "def twice(x):\n    return double(double(x))\ncheck('a', twice, 2)",
    "twice = lambda x: double(x)\ncheck('a', twice, 2)",
    'check_drawn("a", double)',
    'check_drawn("a", lambda x: double(x))',
    'values = np.arange(3)\ncheck("a", double, values.copy())',
    'check("a", prepared(3), double)',
    'check("a", lambda: list(map(double, [1])))',
]


@pytest.mark.parametrize("source", OUTSIDE)
def test_is_a_call_outside_of_every_check_found(source):
    assert calls_outside(source, "double") == OUTSIDE[source]


@pytest.mark.parametrize("source", INSIDE_OF_CHECKS)
def test_is_what_a_check_calls_inside_of_it(source):
    assert calls_outside(source, "double") == []


def test_is_a_picture_without_words_found(tmp_path):
    assert findings(tmp_path, clean_source()) == []
    folder, release = tmp_path / "solutions" / mini.NAME, tmp_path / "notebooks" / mini.NAME
    path = folder / f"{mini.NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    [cell] = [cell for cell in notebook.cells if cell.source.startswith("print(")]
    for alt, wanted in [("a picture", 1), ("loss over epoch (1 to 20), from 3 to 0.5", 0)]:
        metadata = {"image/png": {"alt": alt}}
        cell.outputs = [nbformat.v4.new_output("display_data", {"image/png": "AA=="}, metadata=metadata)]
        nbformat.write(notebook, path)
        found = lint(folder, release)
        assert len(found) == wanted
        assert all("shows a picture without words: plotting.use_style() in" in line for line in found)
    cell.outputs = [nbformat.v4.new_output("display_data", {"image/svg+xml": "<svg/>"})]
    nbformat.write(notebook, path)
    assert len(lint(folder, release)) == 1


@pytest.mark.parametrize(
    ("words", "enough"),
    [
        ("", False),
        ("A plot of things", False),
        ("Figure", False),
        ("loss over epoch (1 to 20), falling", True),
    ],
)
def test_do_words_of_a_picture_say_what_is_to_be_seen(words, enough):
    assert says_something(words) == enough


def test_is_a_lesson_without_its_private_file_linted(tmp_path):
    assert findings(tmp_path, clean_source()) == []
    folder = tmp_path / "solutions" / mini.NAME
    (folder / "private.json").unlink()
    assert lint(folder, tmp_path / "notebooks" / mini.NAME) == []


def test_is_what_the_source_has_no_more_said_to_be_recorded():
    lesson = SimpleNamespace(exercises={"kept": None}, inspected={"read": None}, name="90-mini")
    material = SimpleNamespace(exercises=dict.fromkeys(["kept", "read", "gone"]), lesson=lesson)
    assert list(recorded_exercises_exist(material)) == [
        "gone is recorded, and not in the source: course build 90-mini"
    ]
