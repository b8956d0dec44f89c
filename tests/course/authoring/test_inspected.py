"""A lesson whose cells an inspector judges: its source, its proof, and whose files a build leaves alone."""

import mini
import pytest

from course.authoring.answers import read_bank
from course.authoring.build import build, drift
from course.authoring.inspected import prove_inspected
from course.authoring.source import read_lesson
from helpers.checks.exercises import read_exercises
from helpers.errors import CourseError

NAME = "90-search"
TITLES = {
    "search_log": "the log can be read",
    "budget": "the budget is kept",
    "boundary": "the boundary was looked at",
    "seeds": "several seeds",
    "choice": "the choice follows",
    "test_part": "the test part was opened once",
    "result": "the result",
}
INSPECTOR = f'''"""Is against the cells whose names it reads; with "look" a person looks at them."""

from course.inspectors import Inspection, Verdict

TITLES = {TITLES}
HANDED_IN, REFERENCE, EXTRA_FILE = "search.jsonl", "private.jsonl", ""


def inspect(files, cells, extra, draw_seed):
    said = files["search.jsonl"].decode().split()
    against = Verdict(look="it says so") if "look" in said else Verdict(against=("It says so.",))
    return Inspection({{name: against if name in said else Verdict() for name in TITLES}})
'''
CELLS = "".join(
    f'\n# %% inspected="{name}" points=2\nprint("{name}")\n' for name in TITLES if name != "result"
)
SOURCE = f'{mini.SOURCE}{CELLS}\n# %% inspected="result" points=3\nprint("result")\n'
LOG = b"what the solution would hand in"
LOGS = """

from course.authoring.answers import handed_in


@handed_in()
def as_it_is(log):
    return log


@handed_in(rejected=["budget"])
def beyond_the_budget(log):
    return b"budget"


@handed_in(looked_at=["search_log"])
def polished(log):
    return b"search_log look"


@handed_in(rejected=["boundary", "seeds", "choice", "test_part", "result"])
def all_the_others(log):
    return b"boundary seeds choice test_part result"
"""


@pytest.fixture(autouse=True)
def unexecuted(monkeypatch):
    """No kernel has to run for it."""
    monkeypatch.setattr("course.authoring.build.run", mini.as_if_run)


def course(root, source=SOURCE, answers=mini.ANSWERS + LOGS, reference=b"fine"):
    folder = mini.write_course(root, source, answers, NAME)
    (folder / "inspector.py").write_text(INSPECTOR)
    if reference is not None:
        (folder / "private.jsonl").write_bytes(reference)
    return folder


def test_is_an_inspected_cell_in_a_lesson_without_an_inspector_refused(tmp_path):
    folder = mini.write_course(tmp_path, SOURCE)
    with pytest.raises(CourseError) as caught:
        read_lesson(folder)
    assert "90-mini/90-mini.py" in str(caught.value)
    assert "has no inspector.py with a title for inspected=" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", TITLES)
def test_is_an_inspected_exercise_that_has_no_cell_named(tmp_path, name):
    folder = course(tmp_path, SOURCE.replace(f'inspected="{name}"', f'inspected="other_{name}"'))
    with pytest.raises(CourseError, match="the lesson has no") as caught:
        read_lesson(folder)
    assert "\n" not in str(caught.value)
    without = SOURCE.replace(f'# %% inspected="{name}" points={3 if name == "result" else 2}', "# %%")
    (folder / f"{NAME}.py").write_text(without)
    with pytest.raises(CourseError, match=f'90-search.py: the lesson has no cell with inspected="{name}"'):
        read_lesson(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('inspected="budget" points=2', 'inspected="budget"', "points"),
        ('inspected="budget" points=2', 'inspected="budget" points=0', "points"),
        ('inspected="budget" points=2', 'inspected="budget" test="budget" points=2', "budget"),
        ('inspected="budget" points=2', 'inspected="seeds" points=2', "seeds"),
        ('inspected="budget" points=2', 'inspected="double" points=2', "double"),
        ('inspected="seeds" points=2', 'test="budget" points=2', "the name 'budget' is taken"),
        ('inspected="budget" points=2', 'inspcted="budget" points=2', "inspcted"),
    ],
)
def test_is_an_option_that_is_wrong_told_with_its_cell(tmp_path, old, new, said):
    folder = course(tmp_path, SOURCE.replace(old, new))
    with pytest.raises(CourseError) as caught:
        read_lesson(folder)
    assert said in str(caught.value)
    assert "90-search/90-search.py" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("def inspect(", "def inspects(", "has no inspect"),
        ("TITLES = {", "TITLES = {,", "cannot be imported (SyntaxError: invalid syntax"),
        ('"search.jsonl", "private.jsonl", ""', "search", "cannot be imported (NameError: name 'search'"),
    ],
)
def test_names_an_inspector_that_cannot_be_used(tmp_path, old, new, said):
    folder = course(tmp_path)
    (folder / "inspector.py").write_text(INSPECTOR.replace(old, new, 1))
    with pytest.raises(CourseError) as caught:
        read_lesson(folder)
    assert f"90-search/inspector.py {said}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_does_a_sound_bank_pass_with_full_counts(tmp_path):
    folder = course(tmp_path)
    proofs = {proof.exercise: proof for proof in prove_inspected(read_lesson(folder))}
    assert set(proofs) == set(TITLES)
    for proof in proofs.values():
        assert proof.failures == []
        # The reference and four of the bank: each exercise loses its points, or is looked at, by one of them.
        assert (proof.num_wrong, proof.rejected, proof.num_right, proof.accepted) == (1, 1, 4, 4)


@pytest.mark.parametrize(
    ("old", "new", "exercise", "failure"),
    [
        (
            'rejected=["budget"]',
            "",
            "budget",
            "beyond_the_budget must be accepted, and is rejected: It says so.",
        ),
        ('rejected=["budget"]', 'looked_at=["budget"]', "budget", "must be looked at, and is rejected"),
        (
            'rejected=["budget"]',
            'rejected=["budget", "seeds"]',
            "seeds",
            "must be rejected, and is accepted: noth",
        ),
        (
            "looked_at=[",
            "rejected=[",
            "search_log",
            "polished must be rejected, and is looked at: it says so",
        ),
        ('looked_at=["search_log"]', "", "search_log", "nothing in the bank loses its points"),
    ],
)
def test_does_the_proof_fail_when_an_answers_words_are_wrong(tmp_path, old, new, exercise, failure):
    assert LOGS.count(old) == 1
    folder = course(tmp_path, answers=mini.ANSWERS + LOGS.replace(old, new))
    proofs = {proof.exercise: proof for proof in prove_inspected(read_lesson(folder))}
    assert any(failure in line and exercise in line for line in proofs[exercise].failures), proofs
    others = [name for name, proof in proofs.items() if proof.failures and name != exercise]
    assert others == []


def test_does_the_proof_fail_when_the_reference_itself_is_not_accepted(tmp_path):
    folder = course(tmp_path, reference=b"seeds")
    failures = [line for proof in prove_inspected(read_lesson(folder)) for line in proof.failures]
    assert any(
        "seeds: the lesson's own solution must be accepted, and is rejected" in line for line in failures
    )


def test_does_the_proof_say_what_to_do_without_a_reference(tmp_path):
    proofs = prove_inspected(read_lesson(course(tmp_path, reference=None)))
    assert {line for proof in proofs for line in proof.failures} == {
        "private.jsonl is missing: course build 90-search --execute"
    }


@pytest.mark.parametrize("name", ["budgets", "double"])
def test_is_a_bank_that_names_an_exercise_which_is_not_inspected_a_fault(tmp_path, name):
    """It would be a promise that nobody keeps."""
    folder = course(tmp_path, answers=mini.ANSWERS + LOGS.replace('["budget"]', f'["{name}"]'))
    with pytest.raises(CourseError, match=f"90-search/answers.py: beyond_the_budget names {name}, which no"):
        prove_inspected(read_lesson(folder))


def test_is_a_file_of_the_bank_that_cannot_be_made_named(tmp_path):
    folder = course(tmp_path, answers=mini.ANSWERS + LOGS.replace('return b"budget"', "return log.budget"))
    with pytest.raises(CourseError, match=r"90-search/answers\.py: beyond_the_budget cannot be made: Attr"):
        prove_inspected(read_lesson(folder))


def test_is_a_file_of_the_bank_marked_without_parentheses_told(tmp_path):
    folder = course(tmp_path, answers=mini.ANSWERS + LOGS.replace("@handed_in()", "@handed_in"))
    with pytest.raises(CourseError, match=r"as_it_is is marked with @handed_in alone: write @handed_in\("):
        read_bank(folder)


def test_has_each_inspected_exercise_its_title_as_its_check(tmp_path):
    folder = course(tmp_path)
    build(folder, tmp_path / "notebooks")
    exercises = read_exercises(folder)
    for name, title in TITLES.items():
        assert [check.label for check in exercises[name].checks] == [title]


def test_does_a_build_leave_a_learners_log_alone_and_release_no_reference(tmp_path):
    folder, released = course(tmp_path, reference=LOG), tmp_path / "notebooks" / NAME
    build(folder, tmp_path / "notebooks")
    for place in (folder, released):
        (place / "search.jsonl").write_bytes(b"somebody's work\n")
    (released / "old.txt").write_bytes(b"")
    assert drift(folder, tmp_path / "notebooks") == [
        "notebooks/90-search/old.txt does not belong there: course build 90-search"
    ]
    for execute in (False, True):
        build(folder, tmp_path / "notebooks", execute=execute)
        assert drift(folder, tmp_path / "notebooks") == []
        for place in (folder, released):
            assert (place / "search.jsonl").read_bytes() == b"somebody's work\n"
        assert {path.name for path in released.iterdir()} == {f"{NAME}.ipynb", "checks.json", "search.jsonl"}
        assert (folder / "private.jsonl").read_bytes() == LOG
        assert not any(LOG.decode() in path.read_text() for path in released.iterdir())
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".build")] == []


def test_does_a_build_that_runs_the_lesson_keep_what_its_solution_would_hand_in(tmp_path, monkeypatch):
    def run(lesson, folder):
        assert not (folder / "search.jsonl").exists()  # not an author's own
        (folder / "search.jsonl").write_bytes(b"new\n")
        return lesson.notebook

    monkeypatch.setattr("course.authoring.build.run", run)
    folder = course(tmp_path)
    (folder / "search.jsonl").write_bytes(b"an author's own\n")
    build(folder, tmp_path / "notebooks", execute=True)
    assert (folder / "private.jsonl").read_bytes() == b"new\n"
    assert (folder / "search.jsonl").read_bytes() == b"an author's own\n"
    assert not (tmp_path / "notebooks" / NAME / "search.jsonl").exists()
    assert not (tmp_path / "notebooks" / NAME / "private.jsonl").exists()
