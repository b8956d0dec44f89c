"""Submissions that were damaged on their way: what comes back, and that nothing is ever guessed."""

import copy
import gc
import itertools
import json
import os
import random
import resource

import nbformat
import pytest
from damage import DAMAGES, KEEPS_POINTS, code, read, repaired, several, write
from mini import NAME, ROOT, SOURCE, write_course
from nbgrader.converters import Autograde, GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme, ComputeChecksums
from tiers import sampled

from course.authoring.drawn_cases import read_with_cases
from course.authoring.source import read_lesson
from course.configuration import nbgrader_config
from course.grading.ingest import matching
from course.grading.ingest.cells import NotANotebook, Unreadable
from course.grading.ingest.salvage import WrongLesson
from course.grading.lesson import make_template, read_template

LONGER = (
    SOURCE.replace("# 90 Mini", "# 90 Mini\n#\n# Doubling is 곱하기 2. A hill has a 기울기.")
    .replace(
        '# %% solution="quiz_1"',
        """# %% [markdown]
# ## Triple

# %% tags=["setup"]
from math import pi

# %% [markdown]
# ### Exercise 2

# %% solution="triple"
def triple(values):
    \"\"\"Return three times the values.\"\"\"
    ### BEGIN SOLUTION
    tripled = my_double(values) + values
    return tripled
    ### END SOLUTION


# %% test="triple" points=3
two = np.array([1.0, -2.0])
check("two numbers", triple, two)
check("a float", triple, pi)
### BEGIN HIDDEN TESTS
check("a private one", triple, -1.5)
### END HIDDEN TESTS

# %% [markdown]
# ## Quiz

# %% solution="quiz_1\"""",
    )
    .replace(
        "# %% [markdown] written",
        "# %% [markdown]\n# ## In your own words\n#\n# Why?\n\n# %% [markdown] written",
    )
    + "\n# %% [markdown]\n# ## Summary\n#\n# Two and three.\n"
)

HELPER = "def my_double(values):\n    return 2 * values"
ANSWER = "Because twice is the sum of both.\n\n![](attachment:a.png)"


def released(template):
    """What a learner gets, by nbgrader's own steps after the gradebook's."""
    notebook = nbformat.from_dict(template)
    for step in (ClearHiddenTests, ClearMarkScheme, ComputeChecksums):
        notebook, _ = step().preprocess(notebook, {})
    return notebook


def solved(lesson, template):
    """A released notebook with the lesson's own solutions in it, as Jupyter saves it."""
    solutions = {cell.id: cell.source for cell in lesson.notebook.cells}
    notebook = released(template)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            lines = solutions[cell.id].split("\n")
            cell.source = "\n".join(line for line in lines if "SOLUTION" not in line)
            if cell.cell_type == "markdown":
                cell.source = ANSWER
                cell.attachments = {"a.png": {"image/png": "iVBORw0KGgo="}}
    return json.loads(json.dumps(notebook))


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    return read_lesson(write_course(tmp_path_factory.mktemp("course"), LONGER))


@pytest.fixture(scope="module")
def template(lesson):
    return make_template(lesson.notebook, ROOT)


@pytest.fixture(scope="module")
def submission(lesson, template):
    """A solved submission; its learner has a helper, an experiment and a note of their own in it."""
    return submitted(lesson, template)


def submitted(lesson, template):
    notebook = solved(lesson, template)
    place = next(
        (index for index, cell in enumerate(notebook["cells"]) if cell["id"] == "triple"),
        len(notebook["cells"]),
    )
    notebook["cells"].insert(place, code(HELPER))
    notebook["cells"].insert(place + 2, code("print(my_double(2))", tags=["mine"], collapsed=True))
    notebook["cells"].append({"cell_type": "markdown", "id": "note", "metadata": {}, "source": "My note."})
    return write(notebook)


def graded_cells(notebook):
    return [cell for cell in notebook.cells if "nbgrader" in cell.metadata]


def is_locked_only(cell):
    """Whether a cell is the lesson's and grades nothing: it may stand higher than in the lesson."""
    return not (cell.metadata.nbgrader.grade or cell.metadata.nbgrader.solution)


def assert_graded_cells_are_the_templates(result, template):
    ours, theirs = graded_cells(result.notebook), graded_cells(template)
    order = [cell.id for cell in ours]
    assert sorted(order) == sorted(cell.id for cell in theirs)
    assert [cell.id for cell in ours if not is_locked_only(cell)] == [
        cell.id for cell in theirs if not is_locked_only(cell)
    ]
    for index, other in enumerate(theirs):
        one = ours[order.index(other.id)]
        if is_locked_only(other):
            assert all(order.index(other.id) < order.index(later.id) for later in theirs[index + 1 :])
        assert one.metadata == other.metadata
        assert one.cell_type == other.cell_type
        if not other.metadata.nbgrader.solution:
            assert one == other
    assert result.notebook.metadata == template.metadata
    ids = [cell.id for cell in result.notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(not cell.get("outputs") for cell in ours)
    nbformat.validate(copy.deepcopy(result.notebook))
    assert nbformat.writes(result.notebook).encode()


def observations(notebook):
    """What every check observes when the cells are run one after another, by the graded cell's name.

    The cells are those of the tests' own tiny lesson, so they run right here.
    """
    seen = {}
    namespace = {}

    def record(label, observation, *arguments, **_):
        try:
            value = repr(observation(*arguments) if callable(observation) else observation)
        except Exception as error:  # what raises is an observation too
            value = type(error).__name__
        seen.setdefault(place, []).append((label, value))

    def record_drawn(label, function, **_):
        record(label, lambda: [function(value) for value in (0.5, -3.0)])

    for cell in notebook.cells:
        if cell.cell_type == "code":
            place = cell.metadata.get("nbgrader", {}).get("grade_id")
            source = cell.source.replace("from helpers.checks import check, check_drawn", "")
            namespace |= {"check": record, "check_drawn": record_drawn}
            try:
                exec(compile(source, place or "own", "exec"), namespace)
            except Exception:  # as in a kernel, the next cell runs all the same
                continue
    return {name: found for name, found in seen.items() if name and name.endswith("-checks")}


@pytest.fixture(scope="module")
def expected(submission, template):
    """What the checks observe of the undamaged submission."""
    found = observations(repaired(submission, template, NAME).notebook)
    assert found == {
        "double-checks": [
            ("a number", "6.0"),
            ("an array", "array([ 2., -4.])"),
            ("text is refused", "TypeError"),
            ("a private negative", "-14.5"),
            ("drawn numbers", "[1.0, -6.0]"),
        ],
        "triple-checks": [
            ("two numbers", "array([ 3., -6.])"),
            ("a float", "9.42477796076938"),
            ("a private one", "-4.5"),
        ],
        "quiz_1-checks": [("question 1", "'b'")],
    }
    return found


def written_answer(result):
    return next(cell for cell in result.notebook.cells if cell.id == "why")


def assert_nothing_is_lost(result):
    assert not [repair for repair in result.repairs if "untouched cell replaces it" in repair]


def test_does_an_undamaged_submission_pass_as_it_is(submission, template):
    result = repaired(submission, template, NAME)
    assert result.repairs == ()
    assert_graded_cells_are_the_templates(result, template)
    came = read(submission)["cells"]
    assert [cell.id for cell in result.notebook.cells] == [cell["id"] for cell in came]
    for cell, other in zip(result.notebook.cells, came, strict=True):
        if cell.metadata.get("nbgrader", {}).get("solution", True):
            assert cell.source == other["source"]
    assert written_answer(result).attachments == {"a.png": {"image/png": "iVBORw0KGgo="}}


@pytest.mark.parametrize("name", sorted(KEEPS_POINTS))
def test_does_every_point_survive(name, submission, template, expected):
    result = repaired(DAMAGES[name](submission), template, NAME)
    assert_graded_cells_are_the_templates(result, template)
    assert observations(result.notebook) == expected, result.repairs
    assert_nothing_is_lost(result)
    assert "twice is the sum" in written_answer(result).source


def read_or_refused(content, template, name=NAME):
    """The result, or None when the submission was refused, in one line, as something that is known."""
    try:
        result = repaired(content, template, name)
    except (Unreadable, WrongLesson) as error:
        message = str(error)
        assert message.isprintable(), message
        return None
    assert all(sentence.isprintable() for sentence in result.repairs)
    return result


@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_is_a_damaged_submission_ready_to_be_graded(name, submission, template):
    damaged = DAMAGES[name](submission)
    assert damaged != submission
    if result := read_or_refused(damaged, template):
        assert_graded_cells_are_the_templates(result, template)


# Together these leave nothing to be found, or nobody could say what was meant.
_FILE = {
    "stored_as_utf_16",
    "stored_as_utf_16_big_endian_without_mark",
    "stored_as_korean_windows",
    "stored_as_latin_1",
    "stored_with_a_byte_order_mark",
    "lines_end_as_on_windows",
}
_SPLIT = {"exercises_split_in_the_middle", "exercises_split_and_the_half_unlabelled"}
_COPIES = {"an_untouched_copy_below", "an_empty_copy_below", "an_old_attempt_above"}
_MERGED = {
    "all_code_in_one_cell",
    "checks_merged_with_exercises",
    "exercises_merged_with_checks",
    "neighbours_in_code_merged",
}
_EMPTIED = {"checks_deleted", "checks_edited", "checks_edited_and_settings_stripped", "checks_emptied"}
_LOCKED = {"locked_cells_deleted", "locked_cells_emptied", "deep_json_in_an_output"}
_UNKNOWABLE = [
    (_FILE, _FILE),
    (_SPLIT, _SPLIT | _COPIES),
    (_COPIES, _COPIES | _MERGED),
    (_MERGED, _EMPTIED | _LOCKED | {"a_megabyte_of_source", "all_names_the_same"}),
    ({"imports_added_to_locked_cells"}, _LOCKED),
    ({"answers_become_code"}, {"all_code_in_one_cell", "settings_and_ids_stripped"}),
    (
        {"prose_deleted"},
        {
            "answers_merged_with_prose",
            "checks_edited_and_settings_stripped",
            "names_edited",
            "settings_and_ids_stripped",
            "settings_gone_altogether",
            "settings_stripped",
        },
    ),
]


def is_knowable(one, other):
    return not any(
        (one in left and other in right) or (other in left and one in right) for left, right in _UNKNOWABLE
    )


def test_does_every_point_survive_two_damages(submission, template, expected):
    rng = random.Random(2)
    pairs = [pair for pair in itertools.permutations(sorted(KEEPS_POINTS), 2) if is_knowable(*pair)]
    swapped = "exercises_swap_settings"
    always = [
        (swapped, "an_old_attempt_above"),
        (swapped, "checks_merged_with_exercises"),
        ("exercises_and_checks_swap_names", "without_ids"),
    ]
    for pair in always + rng.sample(pairs, 250):
        result = repaired(several(submission, pair), template, NAME)
        assert_graded_cells_are_the_templates(result, template)
        assert observations(result.notebook) == expected, (pair, result.repairs)
        assert "twice is the sum" in written_answer(result).source, pair
        assert_nothing_is_lost(result)


def test_is_whatever_is_left_after_many_damages_ready_to_be_graded(submission, template):
    rng = random.Random(3)
    num_read = 0
    for _ in range(200):
        names = rng.sample(sorted(DAMAGES), rng.randint(3, 6))
        if result := read_or_refused(several(submission, names), template):
            assert_graded_cells_are_the_templates(result, template)
            num_read += 1
    assert num_read > 130


def test_does_no_file_whatever_make_it_fail(submission, template):
    rng = random.Random(4)
    pieces = [
        b'"',
        b"{",
        b"[",
        b"]",
        b"}",
        b",",
        b"\\",
        b"\\ud800",
        b"null",
        b"1e999",
        b"\xff\xfe",
        b"\0",
        b'"cells":',
    ]
    num_read = 0
    for _ in range(2000):
        content = bytearray(submission)
        for _ in range(rng.choice([1, 1, 1, 3, 20])):
            start = rng.randrange(len(content))
            kind = rng.randrange(4)
            if kind == 0:
                content[start : start + rng.randrange(40)] = b""
            elif kind == 1:
                content[start:start] = rng.choice(pieces) * rng.choice([1, 1, 5])
            elif kind == 2:
                content[start] = rng.randrange(256)
            else:
                other = rng.randrange(len(content))
                content[start:start] = content[other : other + rng.randrange(300)]
        if result := read_or_refused(bytes(content), template):
            num_read += 1
            assert len(graded_cells(result.notebook)) == len(graded_cells(template))
    assert num_read > 1600
    for _ in range(1000):
        read_or_refused(rng.randbytes(rng.randrange(200)), template)


WEIRD = [
    None,
    True,
    0,
    -1.5,
    "",
    "text",
    "\ud800",
    [],
    [None],
    ["a", 1],
    {},
    {"a": {}},
    [[[]]],
    10**30,
    "x" * 500,
]


def test_do_no_values_whatever_make_it_fail(submission, template):
    """Every value anywhere in the notebook is replaced by something of another type."""
    rng = random.Random(5)
    num_read = 0
    for _ in range(1000):
        notebook = json.loads(submission)
        for _ in range(rng.choice([1, 2, 8])):
            node = notebook
            while True:
                key = rng.choice(list(node) if isinstance(node, dict) else range(len(node)))
                if not isinstance(node[key], dict | list) or not node[key] or rng.random() < 0.15:
                    node[key] = copy.deepcopy(rng.choice(WEIRD))
                    break
                node = node[key]
        if result := read_or_refused(json.dumps(notebook).encode(), template):
            assert_graded_cells_are_the_templates(result, template)
            num_read += 1
    assert num_read > 700


def own_cells(notebook, template):
    known = {cell.id for cell in graded_cells(template)}
    return [cell["id"] for cell in notebook["cells"] if cell["id"] not in known]


def test_do_own_cells_keep_their_order_and_run_before_the_same_checks(submission, template):
    rng = random.Random(6)
    judged = {cell.id for cell in graded_cells(template) if not is_locked_only(cell)}
    for _ in range(200):
        notebook = read(submission)
        rng.shuffle(notebook["cells"])
        before = [cell["id"] for cell in notebook["cells"]]
        result = repaired(write(notebook), template, NAME)
        after = [cell.id for cell in result.notebook.cells]
        own = own_cells(notebook, template)
        assert own == own_cells(result.notebook, template)
        for one, other in itertools.product(own, judged):
            if before.index(one) < before.index(other):
                assert after.index(one) < after.index(other)


def test_is_nothing_that_was_handed_over_changed(submission, template):
    before = copy.deepcopy(template)
    for name in sorted(DAMAGES):
        read_or_refused(DAMAGES[name](submission), template)
    assert template == before


def changed(submission, change):
    """The submission after `change` was called with its cells by id."""
    notebook = read(submission)
    change({cell["id"]: cell for cell in notebook["cells"]}, notebook["cells"])
    return write(notebook)


def test_is_an_exercise_that_is_gone_the_untouched_one_of_the_lesson(submission, template):
    content = changed(submission, lambda by_id, cells: cells.remove(by_id["triple"]))
    result = repaired(content, template, NAME)
    assert result.repairs == (
        "Exercise triple: the cell was missing; the lesson's untouched cell replaces it.",
    )
    assert graded_cells(result.notebook) == [
        cell if cell.id != "triple" else next(other for other in template.cells if other.id == "triple")
        for cell in graded_cells(repaired(submission, template, NAME).notebook)
    ]


def test_does_a_later_attempt_above_the_checks_count_and_an_earlier_one_stay(submission, template, expected):
    def attempt_again(by_id, cells):
        by_id["double"]["source"] = "def double(values):\n    return -1"
        later = copy.deepcopy(by_id["double"]) | {
            "id": "later",
            "source": "def double(values):\n    return 2 * values",
        }
        cells.insert(cells.index(by_id["double"]) + 1, later)
        below = copy.deepcopy(later) | {"id": "below", "source": "def double(values):\n    return 0"}
        cells.insert(cells.index(by_id["double-checks"]) + 1, below)

    result = repaired(changed(submission, attempt_again), template, NAME)
    assert observations(result.notebook) == expected
    sources = [cell.source for cell in result.notebook.cells if "def double" in cell.source]
    assert [source.split()[-1] for source in sources] == ["-1", "values", "0"]
    assert result.repairs == (
        "Exercise double: the cell was there 3 times; the last copy with work above its checks counts.",
    )


def test_does_a_definition_in_a_cell_of_the_learners_own_count_only_if_the_exercise_is_gone(
    submission, template, expected
):
    def move_away(by_id, cells):
        place = cells.index(by_id["double"])
        cells.insert(place, code(by_id["double"]["source"]))
        by_id["double"]["source"] = "def double(values):\n    return 1"

    result = repaired(changed(submission, move_away), template, NAME)
    assert result.repairs == ()
    assert observations(result.notebook)["double-checks"] != expected["double-checks"]

    def and_delete(by_id, cells):
        move_away(by_id, cells)
        cells.remove(by_id["double"])

    result = repaired(changed(submission, and_delete), template, NAME)
    assert observations(result.notebook) == expected
    assert result.repairs == (
        "Exercise double: the cell had lost its settings; it was recognised by what it defines.",
    )


def test_does_the_last_of_two_whole_attempts_count_with_its_own_helper(submission, template, expected):
    def attempt_again(by_id, cells):
        again = copy.deepcopy([by_id["double"], by_id["double-checks"]])
        again[0] |= {"id": "later", "source": "def double(values):\n    return my_factor * values"}
        again[1]["id"] = "later-checks"
        place = cells.index(by_id["double-checks"]) + 1
        cells[place:place] = [again[0], code("my_factor = 2"), again[1]]
        by_id["double"]["source"] = "def double(values):\n    return 0"

    result = repaired(changed(submission, attempt_again), template, NAME)
    assert observations(result.notebook) == expected


def test_is_a_copy_with_nothing_but_comments_no_work(submission, template, expected):
    def copy_below(by_id, cells):
        copied = copy.deepcopy(by_id["quiz-1"]) | {"id": "copied", "source": "quiz_1 = None  # ?"}
        cells.insert(cells.index(by_id["quiz-1"]) + 1, copied)

    result = repaired(changed(submission, copy_below), template, NAME)
    assert observations(result.notebook) == expected
    assert not any("# ?" in cell.source for cell in result.notebook.cells)


def test_does_what_is_gone_come_back_where_it_was(submission, template):
    def delete(by_id, cells):
        cells.remove(by_id["double"])
        cells.remove(by_id["double-checks"])
        next(cell for cell in cells if cell["source"] == "## Triple")["source"] = "## Triple, I see"

    result = repaired(changed(submission, delete), template, NAME)
    sources = [cell.source for cell in result.notebook.cells]
    ids = [cell.id for cell in result.notebook.cells]
    place = sources.index("## Triple, I see")
    assert ids[place - 2 : place] == ["double", "double-checks"]


def test_does_an_indented_cell_that_can_stand_alone_stay_alone(submission, template):
    def indent(by_id, cells):
        cells.insert(cells.index(by_id["double"]) + 1, code("    two = 2\n    print(two)"))

    result = repaired(changed(submission, indent), template, NAME)
    assert result.repairs == ()
    assert any(cell.source == "    two = 2\n    print(two)" for cell in result.notebook.cells)


def test_is_an_edited_check_without_settings_still_known_by_its_text(submission, template, expected):
    def edit(by_id, cells):
        by_id["double-checks"]["source"] += "\nassert True"
        by_id["triple-checks"]["source"] = by_id["triple-checks"]["source"].replace("pi)", "3.0)")
        for cell in cells:
            cell["metadata"] = {}
            del cell["id"]

    result = repaired(changed(submission, edit), template, NAME)
    assert observations(result.notebook) == expected
    assert not any("3.0))" in cell.source and "float" in cell.source for cell in result.notebook.cells)


def test_does_code_that_was_written_into_the_checks_come_back(submission, template, expected):
    def write_into_the_checks(by_id, cells):
        by_id["double-checks"]["source"] = by_id["double"]["source"]
        cells.remove(by_id["double"])

    result = repaired(changed(submission, write_into_the_checks), template, NAME)
    assert observations(result.notebook) == expected
    assert_nothing_is_lost(result)


def test_is_every_cell_used_once_where_exercises_and_checks_changed_names(submission, template):
    content = several(submission, ("exercises_and_checks_swap_names", "without_ids"))
    honest = repaired(submission, template, NAME).notebook
    result = repaired(content, template, NAME).notebook
    assert [cell.source for cell in result.cells] == [cell.source for cell in honest.cells]


def test_does_an_import_in_a_locked_cell_stay(submission, template, expected):
    def add_an_import(by_id, cells):
        by_id["setup-2"]["source"] += "\nimport operator"
        by_id["double-checks"]["source"] = "three = 3\n" + by_id["double-checks"]["source"]
        by_id["double"]["source"] = "def double(values):\n    return values * 2"
        by_id["triple"]["source"] = "def triple(values):\n    return operator.mul(values, three)"

    result = repaired(changed(submission, add_an_import), template, NAME)
    assert_graded_cells_are_the_templates(result, template)
    assert observations(result.notebook) == expected
    kept = "the text of the cell was changed; the lesson's text counts; additions are in a separate cell."
    assert result.repairs == (f"Checks of double: {kept}", f"Locked cell setup-2: {kept}")


def test_is_a_lesson_that_was_corrected_since_its_release_no_damage(submission, lesson):
    corrected = copy.deepcopy(lesson.notebook)
    check = next(cell for cell in corrected.cells if cell.id == "double-checks")
    check.source = 'check("another number", double, 4.0)\n' + check.source
    check.metadata.nbgrader.points = 5
    setup = next(cell for cell in corrected.cells if cell.id == "setup")
    setup.source += "\nimport json"
    template = make_template(corrected, ROOT)
    result = repaired(submission, template, NAME)
    assert result.repairs == ()
    assert_graded_cells_are_the_templates(result, template)


def test_does_who_fetched_an_earlier_release_read_so(submission, lesson):
    corrected = copy.deepcopy(lesson.notebook)
    check = next(cell for cell in corrected.cells if cell.id == "double-checks")
    check.source = 'check("another number", double, 4.0)\n' + check.source
    added = copy.deepcopy(next(cell for cell in corrected.cells if cell.id == "triple"))
    added.id, added.metadata.nbgrader.grade_id = "added", "added"
    corrected.cells.append(added)
    result = repaired(submission, make_template(corrected, ROOT), NAME)
    assert result.repairs == (
        "The notebook comes from another release of the lesson; cells that differ were replaced.",
        "Exercise added: the cell was missing; the lesson's untouched cell replaces it.",
    )


def test_does_a_cell_that_invents_points_get_none(submission, template):
    def invent(by_id, cells):
        bonus = copy.deepcopy(by_id["double-checks"]) | {"id": "bonus"}
        bonus["metadata"]["nbgrader"] |= {"grade_id": "bonus", "points": 100}
        cells.append(bonus)

    result = repaired(changed(submission, invent), template, NAME)
    assert_graded_cells_are_the_templates(result, template)
    assert result.repairs == (
        "A cell says it is graded as 'bonus'; the lesson has no such cell: it is not graded.",
    )


def bomb(inside):
    return b'{"cells": [{"cell_type": "code", "source": "1", "metadata": {}, "outputs": [' + inside + b"]}]}"


BOMBS = {
    "deep lists": bomb(b"[" * 5_000_000),
    "deep dicts": bomb(b'{"a":' * 2_000_000),
    "deep and closed": bomb(b"[" * 500_000 + b"]" * 500_000),
    "many dicts": bomb(b"{}," * 10_000_000 + b"{}"),
    "many strings": bomb(b'"ab",' * 8_000_000 + b'""'),
    "many cells": b'{"cells": [' + b'{"cell_type": "code"},' * 100_000 + b"{}]}",
    "cells that never end": b'{"cells": [' + b'{"cell_type": "code", "source": ["' * 300_000,
    "one endless string": b'{"cells": [{"cell_type": "code", "source": "' + b"a" * 30_000_000,
    "quotes": b'{"cells": [' + b'"' * 20_000_000,
    "backslashes": b'{"cells": ["' + b"\\" * 20_000_000,
    "an endless number": b'{"cells": [' + b"9" * 20_000_000 + b"]}",
    "blanks": b'{"cells": [' + b" " * 30_000_000,
    "too large": b'{"cells": []}' + b" " * 70_000_000,
}


BOMBS["many sources"] = json.dumps({"cells": [code("#" * 950_000)] * 11}).encode()
TOO_MUCH = {
    "deep lists",
    "deep dicts",
    "deep and closed",
    "many dicts",
    "many strings",
    "many cells",
    "many sources",
}


@pytest.mark.parametrize("name", BOMBS)
def test_is_a_bomb_refused_before_it_hurts(name, template):
    """In a process of its own, which may take a gigabyte of memory and ten seconds of CPU."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        gc.freeze()  # what earlier tests have left is not looked through at this one's cost
        resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        try:
            repaired(BOMBS[name], template, NAME)
            answer = "read"
        except (Unreadable, WrongLesson) as error:
            answer = type(error).__name__
        except BaseException as error:
            answer = f"failed: {error!r}"
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1000
        os.write(write_end, f"{answer} {grown}".encode())
        os._exit(0)
    os.close(write_end)
    os.waitpid(child, 0)
    answer, _, megabytes = os.read(read_end, 1000).decode().rpartition(" ")
    os.close(read_end)
    assert answer in (["Unreadable"] if name in TOO_MUCH else ["Unreadable", "NotANotebook", "WrongLesson"])
    assert int(megabytes) < 1000


def huge(submission, megabytes):
    notebook = read(submission)
    text = {"output_type": "stream", "name": "stdout", "text": ["epoch [1/9], {'loss': 0.123}\n"] * 1000}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        cell["outputs"] = [text] * (megabytes * 10**6 // len(cells) // 34_000)
    return write(notebook)


@pytest.mark.slow
def test_are_fifty_megabytes_of_outputs_no_damage(submission, template):
    content = huge(submission, 45)
    assert 40_000_000 < len(content) < 64_000_000
    result = repaired(content, template, NAME)
    assert result.repairs == ()
    assert result == repaired(submission, template, NAME)


NOT_NOTEBOOKS = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\0", "is empty"),
    "zip": (b"PK\x03\x04" + bytes(100), "a zip archive"),
    "pdf": (b"%PDF-1.7 ...", "a PDF"),
    "picture": (b"\x89PNG\r\n", "a picture"),
    "page": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
    "script": (b"# %%\nimport numpy as np\n", "a Python script"),
    "text": (b"I could not open it, sorry", "a text"),
    "other JSON": (b'{"name": "x", "version": 1}', "JSON, but not a notebook"),
    "a list": (b"[1, 2]", "JSON, but not a notebook"),
    "a number": (b"7", "JSON, but not a notebook"),
    "no cells": (b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "is empty"),
    "no sources": (b'{"cells": [{"cell_type": "code", "source": []}]}', "is empty"),
    "cells of nothing": (b'{"cells": 7}', "JSON, but not a notebook"),
    "half of nothing": (b'{"cells": [{"cell_type": "co', "damaged beyond repair"),
}


@pytest.mark.parametrize("name", NOT_NOTEBOOKS)
def test_does_the_message_say_what_came_instead_of_a_notebook(name, template):
    content, words = NOT_NOTEBOOKS[name]
    with pytest.raises(NotANotebook, match=words):
        repaired(content, template, NAME)


LESSONS = ("00-start-here", "01-learning-rate")


@pytest.fixture(scope="module")
def real(top):
    """The real lessons: source, template, and a solved submission to each."""
    found = {}
    for name in LESSONS:
        lesson, _ = read_with_cases(top / "solutions" / name)
        template = read_template(top / "solutions" / name)
        found[name] = lesson, template, submitted(lesson, template)
    return found


@pytest.mark.parametrize("name", sampled(LESSONS, LESSONS[0]))
def test_do_all_answers_to_a_real_lesson_survive(name, real):
    _, template, content = real[name]
    honest = repaired(content, template, name)
    assert honest.repairs == ()
    answers = {cell.id: " ".join(cell.source.split()) for cell in graded_cells(honest.notebook)}
    # These write into an exercise; of the others every word must come back.
    changing = {"imports_added_to_locked_cells", "tabs_in_strings", "a_megabyte_of_source"}
    for damage in sorted(KEEPS_POINTS - changing):
        result = repaired(DAMAGES[damage](content), template, name)
        assert_graded_cells_are_the_templates(result, template)
        for cell in graded_cells(result.notebook):
            if cell.cell_type == "code":
                assert answers[cell.id] in " ".join(cell.source.split()), (damage, cell.id, result.repairs)
            else:
                assert "twice is the sum" in cell.source, damage


@pytest.mark.parametrize(("theirs", "ours"), [LESSONS, LESSONS[::-1]])
def test_is_another_lessons_notebook_recognised(theirs, ours, real):
    title = {"00-start-here": "00 Start here", "01-learning-rate": "01 Learning rate"}[theirs]
    for damage in (None, "settings_stripped", "settings_and_ids_stripped", "without_ids", "old_format_3"):
        content = real[theirs][2]
        content = DAMAGES[damage](content) if damage else content
        with pytest.raises(WrongLesson, match=f"{ours}: .*{title}"):
            repaired(content, real[ours][1], ours)


def test_does_the_majority_decide_whose_lesson_it_is(real):
    one, other = LESSONS
    cells = {name: read(content)["cells"] for name, (_, _, content) in real.items()}
    pasted = [cell for cell in cells[one] if cell["id"] in ("predict", "predict-checks")]
    content = write(read(real[other][2]) | {"cells": pasted + cells[other]})
    result = repaired(content, real[other][1], other)
    assert_graded_cells_are_the_templates(result, real[other][1])
    with pytest.raises(WrongLesson, match="01 Learning rate"):
        repaired(content, real[one][1], one)


def test_is_a_notebook_of_anything_refused(template):
    notebook = {"cells": [code("import os\nprint(1)")], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    with pytest.raises(WrongLesson, match="not to be of this lesson"):
        repaired(write(notebook), template, NAME)


@pytest.mark.slow
def test_is_an_honest_submission_prepared_as_nbgrader_prepares_it(
    real, lesson, template, submission, tmp_path
):
    """Oracle: stock `generate_assignment` and `autograde`, with a real gradebook, but for the execution."""
    config = nbgrader_config(ROOT)
    config.CourseDirectory.root = str(tmp_path)
    config.Autograde.autograde_preprocessors = []
    for name, (source, theirs, content) in (real | {NAME: (lesson, template, submission)}).items():
        for folder, data in (
            ("solutions", nbformat.writes(source.notebook).encode()),
            (f"submitted/kim/{name}".rpartition("/")[0], content),
            (
                f"submitted/untouched/{name}".rpartition("/")[0],
                nbformat.writes(released(theirs)).encode(),
            ),
        ):
            (tmp_path / folder / name).mkdir(parents=True)
            (tmp_path / folder / name / f"{name}.ipynb").write_bytes(data)
        for converter in (GenerateAssignment, Autograde):
            coursedir = CourseDirectory(config=config, assignment_id=name)
            run = converter(coursedir=coursedir, config=config)
            run.log.setLevel("ERROR")
            run.start()
        for student in ("kim", "untouched"):
            stock = nbformat.read(tmp_path / f"autograded/{student}/{name}/{name}.ipynb", as_version=4)
            content = (tmp_path / f"submitted/{student}/{name}/{name}.ipynb").read_bytes()
            result = repaired(content, theirs, name)
            assert result.repairs == ()
            assert result.notebook.cells == stock.cells


def test_does_a_longer_look_change_an_honest_submission(submission, template, real, monkeypatch):
    """The search for damaged cells finds the same as the short way that honest submissions take."""
    honest = {NAME: (None, template, submission)} | real
    results = {name: repaired(content, theirs, name) for name, (_, theirs, content) in honest.items()}
    monkeypatch.setattr(matching, "_is_in_order", lambda cells, shape: False)
    for name, (_, theirs, content) in honest.items():
        assert repaired(content, theirs, name) == results[name]
