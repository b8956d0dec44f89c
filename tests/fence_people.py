"""Who tries the fence: root, and an ordinary user. Root runs each test as both."""

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
CASE = Path(__file__).with_name("fence_case.py")
# setpriv still has root's rights when it starts a program; env no longer has them.
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs", "env"]


class Person:
    """Someone who grades: runs a program of Python as that person."""

    def __init__(self, before, python, environment):
        self.before, self.python, self.environment = before, python, environment

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

    def fenced(self, code, *, outside="", files=None, warm=False, limits=None):
        """Run code in a fence of its own; what it reported, and how that ended."""
        ended = self.run(str(CASE), stdin=case(code, outside, files, warm, limits))
        assert ended.code == 0, ended.stderr
        result = SimpleNamespace(**json.loads(ended.stdout))
        assert result.left == []
        return result

    def value(self, code, **options):
        """The one thing that the code reports."""
        result = self.fenced(code, **options)
        assert result.killed_for is None
        assert len(result.reports) == 1
        return result.reports[0]


def case(code, outside="", files=None, warm=False, limits=None):
    return json.dumps(
        {"code": code, "outside": outside, "files": files or {}, "warm": warm, "limits": limits or {}}
    )


@pytest.fixture(scope="module", params=["root", "ordinary user"])
def person(request):
    if request.param == "root":
        if os.geteuid() != 0:
            pytest.skip("only root can be root")
        yield root()
        return
    if os.geteuid() != 0:
        yield Person([], sys.executable, dict(os.environ))
        return
    # The course's folder, and the Python that runs this, may lie where another user cannot go.
    with tempfile.TemporaryDirectory(prefix="course-") as folder:
        os.chmod(folder, 0o755)
        course = Path(__file__).resolve().parents[1]
        shutil.copytree(course / "helpers", Path(folder) / "helpers", ignore=shutil.ignore_patterns("*.npz"))
        environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": folder}
        for python in (sys.executable, "/usr/bin/python3"):
            someone = Person(AS_NOBODY, python, environment)
            if someone.run("-c", "import sys, ctypes; sys.exit(sys.version_info < (3, 11))").code == 0:
                yield someone
                return
        pytest.fail("no Python here that an ordinary user can run: apt-get install python3")


def root():
    return Person([], sys.executable, dict(os.environ))
