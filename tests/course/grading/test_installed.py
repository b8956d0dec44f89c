"""Does an install that is not editable grade, and safely? Its packages lie together, far from any course."""

import html
import json
import os
import shutil
import subprocess
import sys

import mini
import pytest
from handing_in import RIGHT, write_submission

from course.kernels.provisioner import ZYGOTE

pytestmark = pytest.mark.usefixtures("sandboxes")

LOOKS = """
import importlib, os, helpers
place = os.path.dirname(os.path.dirname(helpers.__file__))
try:
    found = importlib.import_module("course.grading.gradebook").__name__
except ImportError:
    found = "no gradebook"
print("SEEN", sorted(os.listdir(place)), found)
"""


@pytest.mark.slow
def test_does_it_grade_a_class_and_build_a_lesson_without_showing_what_grades(tmp_path, open_folder):
    for package in ("helpers", "course"):
        # Not what Python compiles, perhaps for another test at this moment.
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(mini.ROOT / package, open_folder / package, ignore=ignored)
    root = tmp_path / "a class"
    mini.built_course(root)
    write_submission(root, "ann", RIGHT, cell=LOOKS)

    # The kernels of the tests are forked from a process that has other packages.
    environment = {name: value for name, value in os.environ.items() if name != ZYGOTE}

    def course(*arguments):
        program = "import course, sys; from course.cli import main; print(course.__file__); main()"
        return subprocess.run(
            [sys.executable, "-P", "-c", program, *arguments],
            cwd=root,
            env=environment | {"PYTHONPATH": str(open_folder)},
            capture_output=True,
            text=True,
            check=False,
        )

    checked = course("build", "--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    graded = course("grade", "90")
    assert graded.stdout.splitlines()[0] == str(open_folder / "course" / "__init__.py")
    report = json.loads((root / "grading" / f"{mini.NAME}.json").read_text(encoding="utf-8"))
    page = (root / "feedback" / "ann" / mini.NAME / f"{mini.NAME}.html").read_text(encoding="utf-8")
    assert '"graded"' in json.dumps(report), graded.stdout + graded.stderr
    assert "SEEN ['helpers'] no gradebook" in html.unescape(page)
