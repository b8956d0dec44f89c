"""What is left when `course grade` is killed, which can tell nobody: no process, and no folder for ever."""

import errno
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import mini
import pytest
from ending import is_gone
from handing_in import RIGHT, write_submission
from tiers import sampled

from course.grading.cohort import grade_class
from course.grading.states import State
from course.grading.workers import LocalWorkers
from course.kernels.provisioner import ZYGOTE, warm_kernels
from course.sandbox.limits import Limits
from course.scratch import put_in_place, scratch_folder, sweep_workshops
from helpers.errors import CourseError

pytestmark = pytest.mark.usefixtures("linux")

TESTS = mini.ROOT / "tests" / "support"


@pytest.fixture
def course(tmp_path):
    return mini.built_course(tmp_path) and tmp_path


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    """A folder for temporary files, in place of the machine's. Its path is short: sockets lie in it."""
    with tempfile.TemporaryDirectory(prefix="t-", dir="/tmp") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@contextmanager
def start(code, *arguments, **environment):
    """A program of its own, which says a line when it is where it should be killed. It ends with the test."""
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if value} | environment,
        cwd=TESTS,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def environment_of(pid):
    """The environment with which a process was started: nothing for a moment while it starts."""
    while not (text := Path(f"/proc/{pid}/environ").read_text()):
        time.sleep(0.01)
    return text.split("\0")


# Folders of runs


def test_is_a_folder_of_a_run_gone_at_its_end(temporary):
    with scratch_folder() as folder:
        (folder / "inner").mkdir()
        assert folder.stat().st_mode & 0o777 == 0o700
        assert len(str(folder)) - len(str(temporary)) < 25
    assert list(temporary.iterdir()) == []


def test_is_a_path_that_leaves_no_room_for_sockets_one_line_with_a_remedy(temporary, monkeypatch):
    for name in ("long" * 20, "한글" * 10):
        folder = temporary / name
        folder.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        told = pytest.raises(CourseError, match="too long for the sockets of kernels: export TMPDIR=/tmp")
        with told, scratch_folder():
            pass
        assert list(folder.iterdir()) == []


def no_room(*_place, **_named):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("way", ["gettempdir", "mkdtemp"])
def test_is_a_full_disk_one_line_with_a_remedy(temporary, monkeypatch, way):
    monkeypatch.setattr(tempfile, way, no_room)
    told = pytest.raises(CourseError, match=r"^no temporary (file|folder) can be ")
    with told as error, scratch_folder():
        pass
    assert "make room on the disk, or export TMPDIR=FOLDER" in str(error.value)
    assert list(temporary.iterdir()) == []


KEEPER = """
import time
from course.scratch import scratch_folder
with scratch_folder() as folder:
    (folder / "left").write_text("")
    print(folder, flush=True)
    time.sleep(600)
"""


def test_is_a_folder_swept_when_its_run_was_killed_and_not_while_it_goes_on(temporary):
    with start(KEEPER) as killed, start(KEEPER) as beside:
        folders = [Path(process.stdout.readline().strip()) for process in (killed, beside)]
        with scratch_folder():
            assert all(folder.exists() for folder in folders)
        killed.kill()
        killed.wait()
        assert all(folder.exists() for folder in folders)
        with scratch_folder():
            assert [folder.exists() for folder in folders] == [False, True]
        beside.kill()


def test_is_no_link_and_nothing_of_another_name_swept(temporary):
    (temporary / "mine").mkdir()
    (temporary / "mine" / "file").write_text("")
    (temporary / "course-run-link").symlink_to(temporary / "mine")
    (temporary / "course-run-file").write_text("")
    with scratch_folder():
        pass
    assert sorted(path.name for path in temporary.iterdir()) == ["course-run-file", "course-run-link", "mine"]
    assert (temporary / "mine" / "file").exists()


def test_is_the_folder_of_another_user_not_swept(temporary):
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    (temporary / "course-run-other").mkdir()
    os.chown(temporary / "course-run-other", 65534, 65534)
    with scratch_folder():
        pass
    assert (temporary / "course-run-other").exists()


# Processes


# A regular expression that never ends lets no thread of Python run meanwhile.
WORKERS = """
import os, re, sys, time
from course.grading.workers import LocalWorkers
def main():
    with LocalWorkers(1) as workers:
        pid = workers.submit(os.getpid).result()
        workers.submit(re.match, "(a+)+$", "a" * 60 + "b")
        time.sleep(0.5)
        print(pid, flush=True)
        time.sleep(600)
if __name__ == "__main__":
    main()
"""


def test_does_a_worker_in_a_long_c_call_end_with_the_command_that_was_killed(temporary):
    script = temporary / "script.py"
    script.write_text(WORKERS)
    with start(f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')") as command:
        worker = int(command.stdout.readline())
        assert not is_gone(worker, seconds=0.1)
        command.kill()
    assert is_gone(worker)
    with LocalWorkers(1):
        pass
    assert list(temporary.iterdir()) == [script]


WARM = """
import os, sys, time
from pathlib import Path
from course.grading.states import State
from course.kernels.provisioner import ZYGOTE, warm_kernels
with warm_kernels():
    [zygote] = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    print(os.environ[ZYGOTE], zygote, flush=True)
    time.sleep(600)
"""


def test_is_the_folder_of_a_warm_process_swept_that_was_killed_too(temporary, monkeypatch):
    monkeypatch.delenv(ZYGOTE)
    with start(WARM) as owner:
        path, zygote = owner.stdout.readline().split()
        assert f"TMPDIR={Path(path).parent}" in environment_of(zygote)
        os.kill(int(zygote), signal.SIGKILL)
        owner.kill()
    assert is_gone(zygote)
    with warm_kernels():
        assert not Path(path).parent.exists()
    assert list(temporary.iterdir()) == []


# A whole run


GRADE = """
import sys
sys.path.insert(0, ".")
from pathlib import Path
import mini
from course.grading.cohort import grade_class
from course.grading.workers import LocalWorkers
if __name__ == "__main__":
    with LocalWorkers(2) as workers:
        grade_class(Path(sys.argv[1]), mini.NAME, workers, sandboxed=sys.argv[2] == "sandboxed")
"""
# TensorFlow leaves such a file in a process that is killed.
LONG = """
import os, tempfile, time
tempfile.mkstemp(prefix="__autograph_generated_file")
try:
    open({started!r}, "w").write(str(os.getpid()))
except OSError:
    pass  # a sandbox: the kernel ends with its init process
time.sleep(600)
"""


@pytest.mark.parametrize("place", sampled(["sandboxed", "unsandboxed"], "sandboxed"))
def test_is_nothing_left_of_a_class_after_the_command_was_killed(place, course, temporary, sandboxes):
    kernel = course / "kernel"
    write_submission(course, "ann", RIGHT)
    write_submission(course, "cho", RIGHT, cell=LONG.format(started=str(kernel)))
    script = course / "script.py"
    script.write_text(GRADE)
    report = course / "grading" / f"{mini.NAME}.json"
    program = f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')"
    with start(program, course, place) as command:
        while not report.exists() or "ann" not in report.read_text():
            assert command.poll() is None
            time.sleep(0.05)
        while not (kernel.exists() if place == "unsandboxed" else has_a_sandbox(descendants(command.pid))):
            assert command.poll() is None
            time.sleep(0.05)
        time.sleep(0.5)
        others = descendants(command.pid)
        if kernel.exists():
            others.add(int(kernel.read_text()))
        assert place == "unsandboxed" or has_a_sandbox(others)
        command.kill()
        gone = {pid: is_gone(pid) for pid in others}
    assert all(gone.values())
    assert list(temporary.iterdir()) != []
    write_submission(course, "cho", RIGHT)
    for half in (course / "autograded" / "ann", course / "feedback" / "cho"):
        (half / f".grading-{mini.NAME}-a1b2c3d4" / "new").mkdir(parents=True)
    (course / "grading" / f"{mini.NAME}.77.tmp").write_text("{")
    with LocalWorkers(1) as workers:
        outcome = grade_class(course, mini.NAME, workers, limits=Limits(cell_seconds=60))
    assert {row.state for row in outcome.report.rows.values()} == {State.GRADED}
    assert list(temporary.iterdir()) == []
    assert list(course.rglob(".grading-*")) == []
    assert list(course.rglob("*.tmp")) == []


def descendants(pid):
    """The processes that a process has started, and those that they have."""
    children: set[int] = set()
    with suppress(FileNotFoundError, ProcessLookupError):  # it ends while it is read
        for task in Path(f"/proc/{pid}/task").iterdir():
            children.update(map(int, (task / "children").read_text().split()))
    return children.union(*map(descendants, children))


def has_a_sandbox(pids):
    """Whether one of these processes stands in a sandbox."""
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended
            if b"bwrap" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return True
    return False


# Folders of a course


def test_is_a_folder_put_back_that_a_killed_run_had_taken_away(tmp_path):
    target = tmp_path / "autograded" / "ann" / "91-mini-course"
    with put_in_place(target) as made:
        (made / "graded").write_text("")
    # Killed between its two last steps.
    workshop = target.parent / f".grading-{target.name}-abc_1234"
    (workshop / "new").mkdir(parents=True)
    target.rename(workshop / "old")
    sweep_workshops(tmp_path, "autograded/*")
    assert [path.name for path in target.iterdir()] == ["graded"]
    assert [path.name for path in target.parent.iterdir()] == [target.name]
