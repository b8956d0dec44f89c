"""The lessons say what is true: every cell runs again and shows what the committed notebook shows."""

import shutil
import subprocess
import sys
from xml.etree import ElementTree

import mini
import nbformat
import pytest
from remembering import remembering_kernels


def nbval(top, path, report, *options, environment=None):
    """Run nbval on one notebook in a process of its own; the outcome of each code cell, in order."""
    command = [sys.executable, "-m", "pytest", *options, "--nbval-cell-timeout=60", f"--junitxml={report}"]
    command += ["-p", "no:cacheprovider", "-p", "no:xdist", "-q", str(path)]
    done = subprocess.run(command, cwd=top, env=environment, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout + done.stderr
    cases = ElementTree.parse(report).iter("testcase")
    return ["failed" if len(case) else "passed" for case in cases], done.stdout


@pytest.fixture(autouse=True)
def no_work_of_before(top, request, tmp_path):
    """The capstone goes on with the log that it finds: it finds none here, and somebody's own comes back."""
    name = getattr(request.cls, "name", "")
    logs = [top / part / name / "search.jsonl" for part in ("solutions", "notebooks")]
    aside = {log: tmp_path / f"{number}.jsonl" for number, log in enumerate(logs) if log.exists()}
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


class Lesson:
    """What every lesson is asked.

    Its experiments are the same with and without answers: the second kernel reads what the first has trained.
    """

    def test_does_every_cell_of_a_solution_show_what_is_committed(self, top, tmp_path, kernels):
        path = top / "solutions" / self.name / f"{self.name}.ipynb"
        outcomes, shown = nbval(top, path, tmp_path / "report.xml", "--nbval", environment=kernels)
        assert outcomes == ["passed"] * len(code_cells(path)), shown[-5000:]

    def test_does_an_unsolved_lesson_run_with_only_its_checks_failing(self, top, tmp_path, kernels):
        path = top / "notebooks" / self.name / f"{self.name}.ipynb"
        outcomes, shown = nbval(top, path, tmp_path / "report.xml", "--nbval-lax", environment=kernels)
        graded = [cell.metadata.get("nbgrader", {}).get("grade", False) for cell in code_cells(path)]
        assert outcomes == ["failed" if grade else "passed" for grade in graded], shown[-5000:]


# A class for each: two processes share the classes between them, and one after the other would take minutes.
for name in mini.LESSONS:
    title = "Test" + name.title().replace("-", "")
    globals()[title] = type(title, (Lesson,), {"name": name})


def test_is_a_lesson_that_says_something_untrue_red(top, tmp_path):
    folder = mini.built_course(tmp_path)
    path = folder / f"{mini.NAME}.ipynb"
    assert set(nbval(top, path, tmp_path / "before.xml", "--nbval")[0]) == {"passed"}
    path.write_text(path.read_text().replace("an experiment\\n", "a lie\\n"))
    outcomes, shown = nbval(top, path, tmp_path / "after.xml", "--nbval")
    assert outcomes.count("failed") == 1
    assert "a lie" in shown
