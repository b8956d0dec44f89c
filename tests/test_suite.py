"""Does the suite run what a change can break, say what it leaves out, and stay within its budgets?"""

from fnmatch import fnmatchcase
from types import SimpleNamespace

import pytest
import suite
import tiers

FILES = [path.relative_to(tiers.TESTS).as_posix() for path in tiers.TESTS.rglob("test_*.py")]
ROWS = [row for table in tiers.rows().values() for row in table.items()]

# A change, a test that it can break, and one that it cannot.
CHANGES = {
    "helpers/katib/running.py": ("helpers/katib/test_rules.py", "course/site/test_site.py"),
    "helpers/checks/comparison.py": ("course/grading/test_judge.py", "helpers/katib/test_rules.py"),
    "course/sandbox/resource_monitor.py": (
        "course/sandbox/test_sandbox_memory.py",
        "helpers/checks/test_checks.py",
    ),
    "course/site/theme/static/quiz.js": ("course/site/test_site_browser.py", "course/grading/test_judge.py"),
    "helpers/datasets/bank.npz": ("helpers/search/test_bank.py", "course/sandbox/test_sandbox.py"),
    "docs/grading-sandbox.md": ("course/grading/test_documented.py", "helpers/checks/test_checks.py"),
    "solutions/17-capstone/private.jsonl": (
        "solutions/test_capstone_inspector.py",
        "helpers/checks/test_checks.py",
    ),
    "tests/support/mini.py": ("course/authoring/test_build.py", "helpers/data/test_data.py"),
    "tests/helpers/checks/test_quiz.py": ("helpers/checks/test_quiz.py", "helpers/checks/test_checks.py"),
    "LICENSE": ("test_repository.py", "helpers/checks/test_checks.py"),
}


@pytest.mark.parametrize("path", CHANGES)
def test_runs_what_a_change_can_break_and_not_the_rest(path):
    assert (tiers.TOP / path).exists()
    wanted, other = (f"tests/{file}" for file in CHANGES[path])
    chosen = tiers.files_that_can_break({path})
    assert wanted in chosen
    assert other not in chosen


def test_runs_near_a_change_the_tests_of_its_room_and_those_that_import_it():
    near = tiers.files_that_can_break({"course/sandbox/resource_monitor.py"}, near=True)
    assert {"tests/course/sandbox/test_sandbox.py", "tests/course/sandbox/test_sandbox_memory.py"} <= near
    assert "tests/course/grading/test_attacks.py" not in near
    assert near < tiers.files_that_can_break({"course/sandbox/resource_monitor.py"})


@pytest.mark.parametrize("path", ["requirements.lock", "pyproject.toml", "nobody" + ".py"])
def test_runs_everything_where_a_change_can_break_anything(path):
    assert tiers.files_that_can_break({path}) == {f"tests/{file}" for file in FILES}


def test_fits_every_row_a_file_and_names_tests_that_exist():
    tracked = tiers.git("ls-files")
    assert [row for row, _ in ROWS if not any(fnmatchcase(path, row) for path in tracked)] == []
    places = {place for _, row in ROWS for place in row}
    assert [place for place in places if not any(fnmatchcase(file, place) for file in FILES)] == []


def lesson_items(names):
    """A test of each kind for each of these lessons, as pytest gives them to a plugin."""
    return [
        SimpleNamespace(
            cls=SimpleNamespace(name=name),
            get_closest_marker=lambda mark, kind=kind: SimpleNamespace(args=[kind]),
            marks=(marks := []),
            add_marker=marks.append,
        )
        for name in names
        for kind in tiers.KINDS
    ]


@pytest.mark.parametrize("num_changed", [0, 1, 3, 18])
def test_are_changed_lessons_quick_up_to_three_and_one_in_turn(num_changed):
    names = [f"{number:02}-lesson" for number in range(18)]
    known = {
        f"{name} {kind}": ("", at >= num_changed) for at, name in enumerate(names) for kind in tiers.KINDS
    }
    items = lesson_items(names)
    tiers.mark_lessons(items, known)
    quick = {item.cls.name for item in items if not item.marks}
    changed = quick & set(names[:num_changed])
    assert len(quick - changed) <= 1
    assert min(num_changed, 3) <= len(changed) <= 4
    assert len(quick) >= 1


def test_is_a_file_over_budget_by_its_share_on_a_slow_machine_as_on_a_fast_one():
    used = {f"tests/{file}": suite.seconds_of(f"tests/{file}") for file in FILES}
    for speed in (0.3, 1, 5):
        at_this_speed = {file: speed * seconds for file, seconds in used.items()}
        assert suite.over_budget(at_this_speed) == []
        grown = at_this_speed | {"tests/test_suite.py": speed * 200}
        [line] = suite.over_budget(grown)
        assert line.startswith("tests/test_suite.py took")


def test_have_the_files_of_the_suite_no_more_than_their_budget_together():
    assert [file for file in suite.SECONDS if file not in FILES] == []
    assert sum(suite.seconds_of(f"tests/{file}") for file in FILES) <= suite.BUDGETS["together"]


def test_are_sampled_cases_quick_and_the_others_slow():
    marked = tiers.sampled([("a", 1), ("b", 2), ("c", 3)], "a", ("c", 3))
    assert [case.values for case in marked] == [("a", 1), ("b", 2), ("c", 3)]
    assert [bool(case.marks) for case in marked] == [False, True, False]
    with pytest.raises(ValueError, match="not all among the cases"):
        tiers.sampled(["a"], "b")
