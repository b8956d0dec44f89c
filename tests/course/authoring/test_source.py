"""The source of a lesson and its bank: what is read from them, and what an author is told."""

import ast

import mini
import pytest

from course.authoring.answers import read_bank
from course.authoring.source import read_lesson
from course.directory import find_lessons
from course.lessons import regions, without_region
from helpers.errors import CourseError


def lesson(root, source=mini.SOURCE):
    return read_lesson(mini.write_course(root, source))


def test_does_a_lesson_know_its_parts(tmp_path):
    read = lesson(tmp_path)
    assert read.name == mini.NAME
    assert list(read.exercises) == ["double", "quiz_1"]
    assert read.exercises["double"].points == 2
    assert not read.exercises["double"].is_quiz
    assert read.exercises["quiz_1"].is_quiz
    assert read.written == {"why": 3}
    assert len(read.setup) == 1
    assert "a private negative" in read.exercises["double"].test
    assert "a private negative" not in read.exercises["double"].visible_test


def test_is_the_metadata_what_nbgrader_accepts(tmp_path):
    from nbgrader.nbgraderformat import MetadataValidator

    read = lesson(tmp_path)
    MetadataValidator().validate_nb(read.notebook)
    kinds = {
        cell.metadata.nbgrader.grade_id: tuple(
            cell.metadata.nbgrader[key] for key in ("grade", "solution", "locked")
        )
        for cell in read.notebook.cells
        if "nbgrader" in cell.metadata
    }
    assert kinds == {
        "setup": (False, False, True),
        "double": (False, True, False),
        "double-checks": (True, False, True),
        "quiz_1": (False, True, False),
        "quiz_1-checks": (True, False, True),
        "why": (True, True, False),
    }


def test_do_ids_stay_when_a_cell_is_put_before_them(tmp_path):
    before = lesson(tmp_path / "one")
    after = lesson(
        tmp_path / "two", mini.SOURCE.replace("# %%\nprint(", "# %% [markdown]\n# New.\n\n# %%\nprint(")
    )
    ids = [cell.id for cell in after.notebook.cells]
    assert [cell.id for cell in before.notebook.cells] == [*ids[:2], *ids[3:]]
    assert len(set(ids)) == len(ids)


def test_do_equal_cells_get_different_ids(tmp_path):
    twice = mini.SOURCE.replace('print("an experiment")', 'print("x")\n\n# %%\nprint("x")')
    ids = [cell.id for cell in lesson(tmp_path, twice).notebook.cells]
    assert len(set(ids)) == len(ids)


MISTAKES = [
    ("    ### END SOLUTION\n\n\n# %% test", "\n\n# %% test", "BEGIN SOLUTION is never closed"),
    ("### END HIDDEN TESTS", "", "BEGIN HIDDEN TESTS is never closed"),
    ("### BEGIN HIDDEN TESTS\n", "", "END HIDDEN TESTS without BEGIN HIDDEN TESTS"),
    ("    return 2 * values", "    ### BEGIN SOLUTION", "a second BEGIN SOLUTION"),
    ('solution="double"', "", 'BEGIN SOLUTION belongs into a cell with solution="..." or written'),
    ('test="double" points=2', 'test="double"', "points=2"),
    ('test="double" points=2', 'test="double" points=-1', "points=2"),
    ('test="double" points=2', 'test="double" point=2', "unknown option 'point'"),
    ('tags=["setup"]', 'tags=["setup", "longg"]', "unknown tag 'longg'; there are setup, long, nbval-"),
    ("# %% [markdown]", "# %% markdown", "'markdown' is no option: prose is '# %% [markdown]'"),
    (
        'test="double" points=2',
        'test="triple" points=2',
        "exercise 'double' has no cell with test=\"double\"",
    ),
    ('# %% test="double" points=2', "# %%", "BEGIN HIDDEN TESTS belongs into a cell with test"),
    ('# %% test="quiz_1" points=1', "# %%", "exercise 'quiz_1' has no cell with test=\"quiz_1\""),
    ('solution="quiz_1"', 'solution="double"', "the name 'double' is taken"),
    ('written="why"', 'written="double"', "the name 'double' is taken"),
    (
        'solution="double"',
        "solution=double",
        "its options cannot be read: solution=double; write",
    ),
    ('solution="double"', "solution=“double”", "its options cannot be read: solution=“double”"),
    ('tags=["setup"]', "tags=setup", "its options cannot be read: tags=setup"),
    ('tags=["setup"]', "tags=5", "an option of a cell has a wrong value"),
    ('tags=["setup"]', "tags=[5]", "an option of a cell has a wrong value"),
    ('check("a number", double, 3.0)', 'check("a number" double, 3.0)', "is not Python"),
    ('tags=["setup"]', 'tags="setup"', "an option of a cell has a wrong value"),
    ('solution="double"', "solution=3", 'solution takes a name in quotes, as in solution="name"'),
    *(
        (
            'solution="double"',
            f'solution="{name}"',
            f"{name!r} cannot be a name: take up to 50 English letters",
        )
        for name in ("a b", "두배", "2nd", "long" * 20)
    ),
    ('test="double" points=2', 'test="double" points=NaN', "say what it is worth, such as points=2"),
    ('test="double" points=2', 'test="double" points=1e400', "say what it is worth, such as points=2"),
    ('test="double"', 'test=""', 'test takes a name in quotes, as in test="name"'),
    ('# %% [markdown] written="why"', '# %% written="why"', "written belongs into a cell of markdown"),
    ('# %% solution="double"', '# %% [markdown] solution="double"', "solution belongs into a cell of code"),
    ('solution="double"', 'solution="double" points=2', "points=2 belongs to a cell with test, inspected or"),
    (
        '# %%\nprint("an',
        '# %% points=7\nprint("an',
        "points=7 belongs to a cell with test, inspected or written",
    ),
    (
        'test="double" points=2',
        'tags=["setup"] test="double" points=2',
        "a cell is for setup or for test: make",
    ),
    ('written="why"', 'tags=["setup"] written="why"', "a cell is for setup or for written: make two of it"),
    ('solution="double"', 'solution="double" test="double"', "a cell is for solution or for test: make two"),
    ('solution="double"', 'solution="setup"', "'setup' cannot be a name: setup cells are called so"),
    (
        "check_drawn(",
        '### END HIDDEN TESTS\ncheck("four", double, 4.0)\n### BEGIN HIDDEN TESTS\ncheck_drawn(',
        "move the hidden tests to the end of the cell",
    ),
    (
        'check("a number", double, 3.0)\n',
        "### BEGIN HIDDEN TESTS\nimport math\n### END HIDDEN TESTS\n"
        'check("a number", lambda: double(math.pi))\n',
        "move the hidden tests to the end of the cell",
    ),
    (
        'check("a number", double, 3.0)\n',
        'for name in "ab":\n    check(name, double, 3.0)\n    ### BEGIN HIDDEN TESTS\n    name = "c"\n'
        "    ### END HIDDEN TESTS\n",
        "move the hidden tests to the end of the cell",
    ),
]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES, ids=[message for *_, message in MISTAKES])
def test_is_an_authors_mistake_one_line_with_file_and_cell(tmp_path, old, new, message):
    assert old in mini.SOURCE
    with pytest.raises(CourseError) as caught:
        lesson(tmp_path, mini.SOURCE.replace(old, new, 1))
    text = str(caught.value)
    assert text.startswith("90-mini/90-mini.py")
    assert message in text
    assert "\n" not in text


def test_is_a_source_in_another_encoding_one_line_and_a_byte_order_mark_none(tmp_path):
    folder = mini.write_course(tmp_path)
    path = folder / f"{mini.NAME}.py"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_lesson(folder).notebook.cells[0].source == "# 90 Mini"
    path.write_bytes(mini.SOURCE.replace("an experiment", "실험").encode("cp949"))
    with pytest.raises(CourseError, match=r"90-mini\.py is no text in UTF-8: save it as UTF-8"):
        read_lesson(folder)


def test_can_a_lesson_be_named_by_its_number(tmp_path):
    folder = mini.write_course(tmp_path)
    solutions = tmp_path / "solutions"
    for name in ("90", mini.NAME, f"solutions/{mini.NAME}/"):
        assert find_lessons(solutions, [name]) == [folder]
    assert find_lessons(solutions) == [folder]


def test_is_an_unknown_lesson_answered_with_the_known_ones(tmp_path):
    mini.write_course(tmp_path)
    with pytest.raises(CourseError, match=r"no lesson is called '91'; there are 90-mini"):
        find_lessons(tmp_path / "solutions", ["91"])
    with pytest.raises(CourseError, match="run this from the course's top folder"):
        find_lessons(tmp_path / "nowhere")


def test_a_lesson_is_left_out_by_a_line_of_the_settings(tmp_path):
    folder = mini.write_course(tmp_path)
    other = mini.write_course(tmp_path, name="91-other")
    (tmp_path / "course.toml").write_text('leave_out = ["91-other"]')
    assert find_lessons(tmp_path / "solutions") == [folder]
    with pytest.raises(CourseError, match="no lesson is called '91'; there are 90-mini"):
        find_lessons(tmp_path / "solutions", ["91"])
    (tmp_path / "course.toml").write_text('leave_out = ["91"]')
    with pytest.raises(CourseError, match=r"course\.toml: leave_out names 91, and no lesson is called so"):
        find_lessons(tmp_path / "solutions")
    assert other.is_dir()


def test_does_cutting_a_region_leave_python():
    source = "def f():\n    '''d'''\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
    assert regions(source, "SOLUTION") == ["    return 1\n"]
    stub = without_region(source, "SOLUTION")
    assert "return" not in stub
    assert ast.parse(stub)


def test_does_a_region_that_was_cut_off_reach_to_the_end():
    source = "check('one', f)\n### BEGIN HIDDEN TESTS\ncheck('a secret', f, 3)\ncheck('another"
    assert without_region(source, "HIDDEN TESTS") == "check('one', f)"


def bank(root, answers, exercises=("double", "quiz_1")):
    return read_bank(mini.write_course(root, answers=answers), exercises).answers


def test_does_the_bank_know_right_from_wrong(tmp_path):
    answers = bank(tmp_path, mini.ANSWERS)
    assert [(answer.exercise, answer.name, answer.is_right) for answer in answers] == [
        ("double", "by_sum", True),
        ("double", "squares", False),
        ("double", "halves", False),
        ("quiz_1", "'a'", False),
    ]
    assert answers[0].value(4) == 8
    assert mini.ANSWERS.splitlines()[answers[1].line - 1].startswith('@exercise("double").wrong(')
    assert mini.ANSWERS.splitlines()[answers[3].line - 1].startswith('exercise("quiz_1").wrong_choice(')


BANK_MISTAKES = [
    (
        'exercise("double").wrong("You squared',
        'exercise("treble").wrong("You squared',
        "squares answers 'treble', an exercise that does not",
    ),
    ("def halves(values):", "def squares(values):", "has this twice: squares"),
    ("import numpy as np", "import nunpy", "does not run: ModuleNotFoundError"),
    ("def halves(values):", "def halves(values)", "does not run: SyntaxError"),
    ('"You halved: the factor is two, not one half."', '" "', "a wrong answer to double has no sentence"),
    ('"Read the first paragraph again."', '""', "line 29: a wrong answer to quiz_1 has no sentence"),
    ('"Look at the docstring."', '" "', "line 11: double has an empty hint"),
    (
        '.wrong("You halved: the factor is two, not one half.")',
        ".wrong",
        "halves is marked with @e.wrong alone: write @e.wrong(...)",
    ),
    *(
        (
            '@exercise("double").cases',
            f'@exercise("double").cases({count})',
            f"line 6: the cases of double have {count}: it is a whole number from 1 on",
        )
        for count in ("deciding=0", "deciding=-1", "recorded=0", "deciding=True", "recorded=2.0")
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "message"), BANK_MISTAKES, ids=[message for *_, message in BANK_MISTAKES]
)
def test_is_a_mistake_in_the_bank_one_line_with_its_place(tmp_path, old, new, message):
    assert old in mini.ANSWERS
    with pytest.raises(CourseError) as caught:
        bank(tmp_path, mini.ANSWERS.replace(old, new, 1))
    assert str(caught.value).startswith("90-mini/answers.py")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_may_a_mistake_that_is_made_in_two_ways_have_one_sentence(tmp_path):
    halved, squared = "You halved: the factor is two, not one half.", "You squared. Twice a value is"
    answers = mini.ANSWERS.replace(squared + " the value and itself, added.", halved)
    assert [answer.sentence for answer in bank(tmp_path, answers) if not answer.is_right][:2] == [halved] * 2


def test_is_a_bank_with_the_marks_of_another_editor_read_or_named(tmp_path):
    folder = mini.write_course(tmp_path)
    path, known = folder / "answers.py", read_bank(folder).answers
    path.write_bytes(mini.ANSWERS.replace("\n", "\r\n").encode("utf-8-sig"))
    assert [answer.name for answer in read_bank(folder).answers] == [answer.name for answer in known]
    path.write_bytes(mini.ANSWERS.encode("utf-16"))
    with pytest.raises(CourseError, match=r"90-mini/answers\.py is no text in UTF-8: save it as UTF-8"):
        read_bank(folder)


def test_is_a_missing_bank_named(tmp_path):
    folder = mini.write_course(tmp_path)
    (folder / "answers.py").unlink()
    with pytest.raises(CourseError, match=r"90-mini/answers.py is missing"):
        read_bank(folder, ["double"])
