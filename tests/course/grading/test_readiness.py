"""Does `course doctor --grading` see what keeps a machine from grading, and name what mends it?"""

import os
import sqlite3
import subprocess
import tempfile
from collections import namedtuple

import mini
import pytest
from nbgrader.api import Gradebook

from course.configuration import open_course
from course.grading import readiness
from course.grading.readiness import examine
from course.kernels.provisioner import ZYGOTE
from helpers.errors import CourseError

NAMES = [
    "System",
    "Bubblewrap",
    "Sandbox",
    "Kernel",
    "Memory",
    "Disk",
    "Course",
    "nbgrader",
    "Lessons",
    "Term",
    "Folders",
    "Gradebook",
]


@pytest.fixture
def course(tmp_path):
    mini.built_course(tmp_path)
    return tmp_path


def assert_failed(finding, message, remedy):
    assert not finding.ok
    assert message in finding.message
    assert remedy in finding.remedy
    assert "\n" not in finding.message + finding.remedy


@pytest.mark.usefixtures("sandboxes")
def test_can_this_machine_grade(course):
    before = mini.contents(course)
    findings = examine(course)
    assert [finding for finding in findings if not finding.ok and finding.name != "Memory"] == []
    assert [finding.name for finding in findings] == NAMES
    assert mini.contents(course) == before


def test_is_another_system_refused(course, monkeypatch):
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    findings = examine(course)
    assert_failed(findings[0], "needs Linux", "grade on a Linux machine")
    assert "Sandbox" not in [finding.name for finding in findings]


def test_is_an_old_linux_refused(monkeypatch):
    monkeypatch.setattr("platform.release", lambda: "4.19.0-27-amd64")
    assert_failed(readiness._system(), "5.14 or newer", "update")


def test_is_missing_bubblewrap_seen(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert_failed(readiness._bubblewrap(), "not installed", "apt-get install bubblewrap")


def test_is_old_bubblewrap_seen(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    old = subprocess.CompletedProcess([], 0, stdout="bubblewrap 0.4.1\n")
    monkeypatch.setattr("subprocess.run", lambda *_, **__: old)
    assert_failed(readiness._bubblewrap(), "bubblewrap 0.4.1, but 0.8", "apt-get install bubblewrap")


def test_is_a_sandbox_that_cannot_be_built_seen_and_no_kernel_tried(course, monkeypatch):
    def refuse(*_):
        raise CourseError("No sandbox can be built here (setting up uid map: Permission denied)")

    monkeypatch.setattr(readiness, "require_sandbox", refuse)
    monkeypatch.setattr(readiness, "_kernel", lambda: pytest.fail("a kernel was tried"))
    sandbox = next(finding for finding in examine(course) if finding.name == "Sandbox")
    assert_failed(sandbox, "Permission denied", "docs/grading-sandbox.md")


def test_is_a_kernel_that_does_not_run_seen(monkeypatch):
    def die(*_, **__):
        raise RuntimeError("Kernel died\nbefore replying")

    monkeypatch.setattr("course.grading.execution.run_notebook", die)
    assert_failed(readiness._kernel(mini.ROOT), "Kernel died before replying", "course doctor")


def test_is_a_long_path_of_temporary_files_seen_with_its_own_remedy(monkeypatch):
    monkeypatch.delenv(ZYGOTE, raising=False)  # that of the tests has been made in time
    monkeypatch.setattr(tempfile, "tempdir", "/tmp/" + 80 * "x")
    assert_failed(readiness._kernel(mini.ROOT), "this path is too long", "export TMPDIR=/tmp")


@pytest.mark.parametrize(("free", "remedy"), [(1.5, "--workers 1"), (0.2, "close other programs")])
def test_is_little_memory_a_smaller_number_of_workers(monkeypatch, free, remedy):
    monkeypatch.setattr(readiness, "_available_gigabytes", lambda: free)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3})
    assert_failed(readiness._memory(), f"{free} GB free", remedy)


def test_is_a_full_temporary_folder_seen(monkeypatch):
    usage = namedtuple("Usage", "free")
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(5e8))
    assert_failed(readiness._temporary(), "0.5 GB free", "TMPDIR")


def no_room():
    raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")


def test_is_a_disk_seen_that_takes_no_temporary_file_at_all(monkeypatch):
    monkeypatch.setattr(tempfile, "gettempdir", no_room)
    assert_failed(readiness._temporary(), "no temporary file can be written anywhere", "make room")
    kernel = readiness._kernel(mini.ROOT)
    assert_failed(
        kernel, "no temporary file can be written anywhere", "make room on the disk, or export TMPDIR="
    )
    assert "short" not in kernel.remedy


def test_is_another_folder_seen(tmp_path):
    assert_failed(readiness._nbgrader(tmp_path), "nbgrader_config.py", "top folder")


def test_is_a_configuration_that_raises_seen(course):
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write("\nraise ValueError('no such\\nthing')\n")
    assert_failed(readiness._nbgrader(course), "no such thing", "correct nbgrader_config.py")


@pytest.mark.parametrize(
    ("slip", "said"), [("c.X = (", "SyntaxError"), ("c.CourseDirectory.db_url = 3", "TraitError")]
)
def test_is_a_slip_in_the_configuration_one_line_for_whoever_opens_the_course(course, slip, said):
    (course / "nbgrader_config.py").write_text(f"c = get_config()\n{slip}\n", encoding="utf-8")
    with pytest.raises(CourseError, match=rf"cannot be used \({said}: .*: correct it") as caught:
        open_course(course)
    assert "\n" not in str(caught.value)


def test_is_a_solution_that_cannot_be_read_seen(course):
    notebook = course / "solutions" / mini.NAME / f"{mini.NAME}.ipynb"
    notebook.unlink()
    notebook.mkdir()  # root may read any file
    assert_failed(readiness._lessons(course), "90-mini.ipynb cannot be read (Is a directory)", "")


def test_are_missing_private_checks_seen(course):
    (course / "solutions" / mini.NAME / "private.json").unlink()
    assert_failed(readiness._lessons(course), "private.json is missing", "course build")


@pytest.mark.parametrize("closed", ["submitted/ann", "submitted/ann/90-mini"])
def test_is_a_closed_folder_of_a_student_seen(course, monkeypatch, closed):
    (course / "submitted" / "ann" / mini.NAME).mkdir(parents=True)
    refused = course / closed  # rights do not stop root: the refusal is played
    monkeypatch.setattr(os, "access", lambda path, mode: path != refused)
    assert_failed(readiness._rights(course), f"{closed} cannot be opened", "chmod -R u+rX submitted")


def test_is_a_folder_that_grades_cannot_be_written_to_seen(course, monkeypatch):
    (course / "feedback").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: path != course / "feedback")
    assert_failed(readiness._rights(course), "feedback/ cannot be written to", "chmod -R u+rwX")


def test_is_the_gradebook_opened_and_left_as_it_is(course):
    assert "none yet" in readiness._gradebook(course).message
    assert not (course / "gradebook.db").exists()
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "hyperparameters") as book:
        book.add_student("ann")
    before = (course / "gradebook.db").read_bytes()
    finding = readiness._gradebook(course)
    assert finding.ok
    assert "1 students" in finding.message
    assert (course / "gradebook.db").read_bytes() == before


def test_is_a_locked_or_damaged_gradebook_seen(course):
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "hyperparameters"):
        pass
    init = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    init.execute("BEGIN EXCLUSIVE")
    try:
        assert_failed(readiness._gradebook(course), "database is locked", "db_url")
    finally:
        init.close()
    (course / "gradebook.db").write_bytes(b"no database" * 100)
    assert_failed(readiness._gradebook(course), "not a database", "db_url")


def test_is_a_server_that_does_not_answer_seen(course):
    with open(course / "nbgrader_config.py", "a", encoding="utf-8") as file:
        file.write('\nc.CourseDirectory.db_url = "postgresql+psycopg2://me:secret@127.0.0.1:1/x"\n')
    finding = readiness._gradebook(course)
    assert_failed(finding, "refused", "db_url")
    assert "secret" not in finding.message
