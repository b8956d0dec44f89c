"""Who tries the sandbox: root, and an ordinary user. Root runs each test as both."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest

MEGABYTE = 1 << 20
COURSE = Path(__file__).resolve().parents[2]
CASE = Path(__file__).resolve().with_name("sandbox_case.py")
# setpriv still has root's rights when it starts a program; env no longer has them.
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "env"]


class Person:
    """Someone who grades: runs a program of Python as that person, who can read `case`."""

    def __init__(self, before, python, environment, case):
        self.before, self.python, self.environment, self.case = before, python, environment, str(case)

    @property
    def is_root(self):
        return os.geteuid() == 0 and self.before == []

    def start(self, *arguments, before=(), **options):
        return subprocess.Popen(
            [*self.before, *before, self.python, *arguments],
            env=self.environment,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def run(self, *arguments, stdin="", **options):
        process = self.start(*arguments, **options)
        stdout, stderr = process.communicate(stdin, timeout=120)
        return SimpleNamespace(stdout=stdout, stderr=stderr, code=process.returncode)

    def sandboxed(self, code, *, outside="", files=None, warm=False, limits=None):
        """Run code in a sandbox of its own; what it reported, and how that ended."""
        ended = self.run(self.case, stdin=case(code, outside, files, warm, limits))
        assert ended.code == 0, ended.stderr
        result = SimpleNamespace(**json.loads(ended.stdout))
        assert result.left == []
        return result

    def in_copy(self, folder, python=None):
        """The same person with a copy of what grades in that folder, perhaps with another Python."""
        # Compiled, because that person can write nothing there; what is being compiled has another name
        # as long, and is gone before it could be copied.
        ignored = shutil.ignore_patterns("*.npz", "*.pyc.*")
        for package in ("helpers", "course"):
            shutil.copytree(COURSE / package, folder / package, ignore=ignored)
        case = shutil.copy(CASE, folder)
        environment = self.environment | {"PYTHONPATH": str(folder)}
        return Person(self.before, str(python or self.python), environment, case)

    def value(self, code, **options):
        """The one thing that the code reports."""
        result = self.sandboxed(code, **options)
        assert result.killed_for is None
        assert len(result.reports) == 1
        return result.reports[0]


def case(code, outside="", files=None, warm=False, limits=None):
    return json.dumps(
        {"code": code, "outside": outside, "files": files or {}, "warm": warm, "limits": limits or {}}
    )


@contextlib.contextmanager
def folder_for_all(within=None):
    """A new folder that everybody may read, wherever the course's own lies; `within` is a temporary one."""
    with tempfile.TemporaryDirectory(prefix="course-", dir=within) as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)


@pytest.fixture
def open_folder():
    """A folder of this test's own that everybody may read; those above pytest's are not for others."""
    with folder_for_all() as folder:
        yield folder


@pytest.fixture(scope="module", params=["root", "ordinary user"] if os.geteuid() == 0 else ["ordinary user"])
def person(request):
    if os.geteuid() != 0 or request.param == "root":
        yield myself()
    else:
        # The course's folder, and the Python that runs this, may lie where another user cannot go.
        with folder_for_all() as folder:
            yield nobody(folder)


def myself():
    """Whoever runs the tests, with their Python and their course."""
    return Person([], sys.executable, dict(os.environ), CASE)


def nobody(folder):
    """An ordinary user with a copy of the course in the folder: root becomes one."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent"}
    if "TZ" in os.environ:
        environment["TZ"] = os.environ["TZ"]  # one machine has one time
    for python in (sys.executable, "/usr/bin/python3"):
        someone = Person(AS_NOBODY, python, environment, "")
        if someone.run("-c", "import sys, ctypes; sys.exit(sys.version_info < (3, 11))").code == 0:
            return someone.in_copy(folder)
    return pytest.fail("no Python here that an ordinary user can run: apt-get install python3")
