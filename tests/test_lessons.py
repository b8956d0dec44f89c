"""What every lesson is asked; `support/tiers.py` says which lessons a quick run leaves out.

outputs   every cell of the solution runs again and shows what the committed notebook shows (nbval)
unsolved  without an answer every cell runs but the graded ones: they end in a few lines with a remedy
proof     the checks accept right answers, and tell each wrong one what was wrong (`course prove`)
mutants   they see what nobody foresaw, in a sample; `course prove --mutants` asks all
"""

import shutil
import subprocess
import sys
from xml.etree import ElementTree

import mini
import nbformat
import pytest
from remembering import remembering_kernels

from course.authoring.execute import notebook_client
from course.authoring.lint import lint
from course.authoring.mutation_score import MOST_FALSELY, WANTED_OF_EACH, measure
from course.authoring.prove import prove

# Ends a kernel that hangs, and says nothing of speed: `course build` asks for 30 s, with nothing beside. Here
# four workers and the proof share the cores, and on a slow machine a cell of the course took more than 60 s.
CELL_SECONDS = 600
# Below an exercise that is not solved, without the lines that name a check.
MAX_LINES = 8
REMEDIES = (
    "not started yet",
    "is there a return?",
    "returns nothing",
    "in it: does every way",
    "search first.",
)
# Mutants of each exercise, and drawn cases that decide which of them are wrong.
SAMPLE, DECIDING = 7, 50


def nbval(top, path, report, *options, environment=None):
    """Run nbval on one notebook in a process of its own; the outcome of each code cell, in order."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        *options,
        f"--nbval-cell-timeout={CELL_SECONDS}",
        f"--junitxml={report}",
    ]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist", "-q", str(path)]
    done = subprocess.run(command, cwd=top, env=environment, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout + done.stderr
    cases = ElementTree.parse(report).iter("testcase")
    return ["failed" if len(case) else "passed" for case in cases], done.stdout


@pytest.fixture(autouse=True, scope="class")
def no_work_of_before(top, request, tmp_path_factory):
    """The capstone goes on with the log that it finds: it finds none here, and somebody's own comes back."""
    name, folder = getattr(request.cls, "name", ""), tmp_path_factory.mktemp("aside")
    logs = [top / part / name / "search.jsonl" for part in ("solutions", "notebooks")]
    aside = {log: folder / f"{number}.jsonl" for number, log in enumerate(logs) if log.exists()}
    for log, kept in aside.items():
        shutil.move(log, kept)
    yield
    for log in logs:
        log.unlink(missing_ok=True)
    for log, kept in aside.items():
        shutil.move(kept, log)


def code_cells(path):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.fixture(scope="class")
def kernels(tmp_path_factory):
    return remembering_kernels(tmp_path_factory.mktemp("trained"))


def is_graded(cell):
    return cell.metadata.get("nbgrader", {}).get("grade", False)


@pytest.mark.timeout(1800)  # of a lesson that takes a minute, on a machine with nothing beside
class Shown:
    """What the notebooks of every lesson show.

    Its experiments are the same with and without answers: the second kernel reads what the first has trained.
    """

    @pytest.mark.verified("outputs")
    def test_does_every_cell_of_a_solution_show_what_is_committed(self, top, tmp_path, kernels):
        path = top / "solutions" / self.name / f"{self.name}.ipynb"
        outcomes, shown = nbval(top, path, tmp_path / "report.xml", "--nbval", environment=kernels)
        assert outcomes == ["passed"] * len(code_cells(path)), shown[-5000:]

    @pytest.mark.verified("unsolved")
    def test_does_an_unsolved_lesson_run_and_end_each_exercise_with_a_remedy(self, top, kernels):
        path = top / "notebooks" / self.name / f"{self.name}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        with notebook_client(notebook, path.parent, allow_errors=True, timeout=CELL_SECONDS) as client:
            client.execute(env=kernels)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        ended = [[each for each in cell.outputs if each.output_type == "error"] for cell in cells]
        shown = [error for errors in ended for error in errors if error.ename != "CheckFailed"]
        assert [bool(errors) for errors in ended] == [is_graded(cell) for cell in cells], shown
        for cell in filter(is_graded, cells):
            ends_with_a_remedy(cell)


@pytest.mark.timeout(1800)
class Judged:
    """How the checks of every lesson judge."""

    @pytest.mark.verified("proof")
    def test_do_its_checks_accept_right_answers_and_name_what_is_wrong(self, top):
        proofs = prove(top / "solutions" / self.name)
        assert proofs
        assert [line for proof in proofs for line in proof.failures] == []

    @pytest.mark.verified("mutants")
    def test_are_mutants_of_its_right_answers_rejected_and_told_the_truth(self, top):
        tallies = measure(top / "solutions" / self.name, SAMPLE, DECIDING)
        survivors = [f"{tally.exercise}: {line}" for tally in tallies for line in tally.survivors]
        falsely = [f"{tally.exercise}: {line}" for tally in tallies for line in tally.falsely_told]
        wrong = sum(tally.wrong for tally in tallies)
        assert wrong >= 3 * len(tallies)
        # One of a small sample may slip through; which ones, `course prove --mutants` prints.
        assert len(survivors) <= max(1, (1 - WANTED_OF_EACH) * wrong), "\n".join(survivors)
        assert len(falsely) <= max(1, MOST_FALSELY * wrong), "\n".join(falsely)

    def test_finds_lint_nothing(self, top):
        assert lint(top / "solutions" / self.name, top / "notebooks" / self.name) == []


def ends_with_a_remedy(cell):
    exercise, (*printed, end) = cell.metadata.nbgrader.grade_id, cell.outputs
    assert {output.output_type for output in printed} <= {"stream"}, exercise
    lines = "".join(output.text for output in printed).splitlines() + list(end.get("traceback", ()))
    text = "\n".join(lines)
    assert end.get("ename") == "CheckFailed", f"{exercise}: {text[-500:]}"
    assert len([line for line in lines if line[:1] not in "✓✗"]) <= MAX_LINES, text
    assert "✓" not in text, f"{exercise}: a check passes without an answer"
    assert any(remedy in " ".join(text.split()) for remedy in REMEDIES), text


for asked in (Shown, Judged):
    globals().update(mini.class_of_each(asked))


def test_is_a_lesson_that_says_something_untrue_red(top, tmp_path):
    folder = mini.built_course(tmp_path)
    path = folder / f"{mini.NAME}.ipynb"
    assert set(nbval(top, path, tmp_path / "before.xml", "--nbval")[0]) == {"passed"}
    path.write_text(path.read_text().replace("an experiment\\n", "a lie\\n"))
    outcomes, shown = nbval(top, path, tmp_path / "after.xml", "--nbval")
    assert outcomes.count("failed") == 1
    assert "a lie" in shown
