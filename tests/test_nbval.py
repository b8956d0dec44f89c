"""The lessons say what is true: every cell runs again and shows what the committed notebook shows.

And without an answer every cell runs but the graded ones: they end in a few lines with a remedy, and no page.
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

# Ends a kernel that hangs, and says nothing of speed: `course build` asks for 30 s, with nothing beside. Here
# four workers and the proof share the cores, and on a slow machine a cell of the course took more than 60 s.
CELL_SECONDS = 600
# Below an exercise that is not solved, without the lines that name a check.
MAX_LINES = 8
REMEDIES = (
    "not answered yet",
    "is there a return?",
    "returns nothing",
    "in it: does every way",
    "search first.",
)


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


@pytest.fixture(scope="class")
def unsolved(top, request, kernels):
    """The code cells of the released lesson of a class, run once as they came."""
    path = top / "notebooks" / request.cls.name / f"{request.cls.name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    with notebook_client(notebook, path.parent, allow_errors=True, timeout=CELL_SECONDS) as client:
        client.execute(env=kernels)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def is_graded(cell):
    return cell.metadata.get("nbgrader", {}).get("grade", False)


@pytest.mark.timeout(1800)  # of a lesson that takes a minute, on a machine with nothing beside
class Lesson:
    """What every lesson is asked.

    Its experiments are the same with and without answers: the second kernel reads what the first has trained.
    """

    def test_does_every_cell_of_a_solution_show_what_is_committed(self, top, tmp_path, kernels):
        path = top / "solutions" / self.name / f"{self.name}.ipynb"
        outcomes, shown = nbval(top, path, tmp_path / "report.xml", "--nbval", environment=kernels)
        assert outcomes == ["passed"] * len(code_cells(path)), shown[-5000:]

    def test_does_an_unsolved_lesson_run_with_only_its_checks_failing(self, unsolved):
        ended = [[each for each in cell.outputs if each.output_type == "error"] for cell in unsolved]
        shown = [error for errors in ended for error in errors if error.ename != "CheckFailed"]
        assert [bool(errors) for errors in ended] == [is_graded(cell) for cell in unsolved], shown

    def test_does_every_unsolved_exercise_end_in_a_few_lines_with_a_remedy(self, unsolved):
        graded = [cell for cell in unsolved if is_graded(cell)]
        assert graded
        for cell in graded:
            exercise, (*printed, end) = cell.metadata.nbgrader.grade_id, cell.outputs
            assert {output.output_type for output in printed} <= {"stream"}, exercise
            lines = "".join(output.text for output in printed).splitlines() + list(end.get("traceback", ()))
            text = "\n".join(lines)
            assert end.get("ename") == "CheckFailed", f"{exercise}: {text[-500:]}"
            assert len([line for line in lines if line[:1] not in "✓✗"]) <= MAX_LINES, text
            assert "✓" not in text, f"{exercise}: a check passes without an answer"
            assert any(remedy in " ".join(text.split()) for remedy in REMEDIES), text


globals().update(mini.class_of_each(Lesson))


def test_is_a_lesson_that_says_something_untrue_red(top, tmp_path):
    folder = mini.built_course(tmp_path)
    path = folder / f"{mini.NAME}.ipynb"
    assert set(nbval(top, path, tmp_path / "before.xml", "--nbval")[0]) == {"passed"}
    path.write_text(path.read_text().replace("an experiment\\n", "a lie\\n"))
    outcomes, shown = nbval(top, path, tmp_path / "after.xml", "--nbval")
    assert outcomes.count("failed") == 1
    assert "a lie" in shown
