"""Is an author told in one line why a cell of a lesson did not run?"""

import types

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course.authoring import execute
from helpers.errors import CourseError


def run(source, folder):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=[new_code_cell(source)], metadata={"kernelspec": kernel})
    execute.execute(types.SimpleNamespace(name="xx", notebook=notebook), folder)


def test_says_a_cell_that_is_too_slow_nothing_of_the_kernel_that_it_ran_in(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(execute, "CELL_SECONDS", 2)
    with pytest.raises(CourseError) as raised:
        run("import time; time.sleep(60)", tmp_path)
    assert str(raised.value) == "xx, cell 1 (import time; time.sleep(60)): it takes longer than 2 s"
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import os; os.kill(os.getpid(), 9)", "Kernel died"),
        (
            "import os, time; os.write(2, b'a\\nno room\\n'); time.sleep(2); os.kill(os.getpid(), 9)",
            "Kernel died: no room",
        ),
    ],
)
def test_says_a_kernel_that_died_what_it_wrote_last(tmp_path, monkeypatch, source, reason):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # where it is set, ipykernel leaves the file of errors alone
    with pytest.raises(CourseError) as raised:
        run(source, tmp_path)
    assert str(raised.value).endswith(f": {reason}")
