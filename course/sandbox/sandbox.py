"""A sandbox around one submission: its own file system, its own processes, limits, and no network.

Bubblewrap makes the namespaces and mounts, and starts an *init process*: a sleeping program that is process 1
of the sandbox. A kernel then walks in with `enter` (entry.py). When the init process ends, the OS ends every
process of the sandbox. docs/grading-sandbox.md says what is defended, and what is not.
"""

import contextlib
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from course.sandbox import bubblewrap, entry, mounts
from course.sandbox.end_reason import EndReason
from course.sandbox.limits import Limits
from course.sandbox.resource_monitor import ResourceMonitor, Usage
from helpers.errors import CourseError

_SAME_INSIDE = ("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "TZ")
_TRIAL = """
import os, sys
import helpers
from course.sandbox.entry import enter
from course.sandbox.limits import Limits
enter(os.pidfd_open(int(sys.argv[1])), Limits(), keep=[2])
import colorsys  # a module that nothing has imported yet
open(helpers.__file__).close()
"""
_END_SECONDS = 30.0


class Sandbox:
    """A context manager: inside it the sandbox stands; afterwards nothing of it is left.

    `outside(path)` is a path of the sandbox seen from outside. The submission rules what lies there: read no
    more than you expect, and expect no regular file. Symbolic links there are not followed once a process
    has entered.

    A thread watches memory, number, sockets, CPU and wall time of all processes together and ends the sandbox
    at a limit; `killed_for` then says which.

    files: content, by a path inside the folder `home` of the sandbox, which is a file system in memory.

    Raises CourseError where the sandbox cannot be built.
    """

    home = entry.HOME
    sockets = entry.SOCKETS

    def __init__(self, limits: Limits, files: Mapping[str, bytes]):
        self.limits = limits
        self.init_pid = 0
        self.init_pidfd = -1
        self.killed_for: EndReason | None = None
        self._files = files
        self._usage = Usage()
        self._started = threading.Event()
        self._stop = threading.Event()
        self._problem: BaseException | None = None
        # Bubblewrap dies with the thread that started it, so that thread lives as long as the sandbox.
        self._thread = threading.Thread(target=self._live, name="sandbox", daemon=True)

    def __enter__(self) -> "Sandbox":
        self._thread.start()
        self._started.wait()
        if self._problem is not None:
            self.kill()
        return self

    def __exit__(self, *_exception) -> None:
        try:
            self.kill()
        finally:
            os.close(self.init_pidfd)

    def outside(self, path: str) -> Path:
        """Return a path of the sandbox as the grader's processes see it, while the sandbox stands."""
        return Path(f"/proc/{self.init_pid}/root{path}")

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a process that has entered: language and time zone as outside, nothing else."""
        as_outside = {name: os.environ[name] for name in _SAME_INSIDE if name in os.environ}
        return as_outside | {
            "HOME": self.home,
            "USER": "student",
            "PATH": f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin",
        }

    def usage(self) -> Usage:
        """Return peak memory and CPU time, also when the sandbox is gone."""
        return self._usage

    def kill(self) -> None:
        """End every process of the sandbox; when this returns, no process and no mount is left.

        Raises what went wrong in the resource monitor: then the sandbox ended at that moment.
        """
        self._stop.set()
        self._thread.join()
        if self._problem is not None:
            raise self._problem

    def _live(self) -> None:
        """Hold the sandbox until it is to end: what its thread runs."""
        try:
            with bubblewrap.held(self.limits, self._files) as (process, init_pid):
                self.init_pid = init_pid
                self.init_pidfd = os.pidfd_open(init_pid)
                with ResourceMonitor(init_pid, self.limits) as monitor:
                    try:
                        self._live_until_a_limit(monitor)
                    finally:
                        self._usage = monitor.usage
                        with contextlib.suppress(ProcessLookupError):
                            signal.pidfd_send_signal(self.init_pidfd, signal.SIGKILL)
                        # Process 1 is gone when all others of the sandbox are, and bubblewrap after it.
                        _wait(process)
        except BaseException as problem:  # raised again where the sandbox is used
            self._problem = problem
        finally:
            self._started.set()

    def _live_until_a_limit(self, monitor: ResourceMonitor) -> None:
        self._started.set()
        while self.killed_for is None and not self._stop.wait(monitor.pause()):
            self._look(monitor)
        # What runs in it may have ended just before a limit was seen at which all ends.
        self._look(monitor)

    def _look(self, monitor: ResourceMonitor) -> None:
        if self.killed_for is None:
            self.killed_for = EndReason.LOST if self._is_gone() else monitor.look()
            self._usage = monitor.usage

    def _is_gone(self) -> bool:
        return bool(select.select([self.init_pidfd], [], [], 0)[0])


def _wait(process: subprocess.Popen[bytes]) -> None:
    """Wait until bubblewrap has ended. Raises CourseError when it does not."""
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired as problem:
        raise CourseError(
            "A sandbox does not end, because nobody waits for an orphan of it: start the container in which "
            "you grade with an init (docker run --init)."
        ) from problem


def require_sandbox(*private: Path) -> None:
    """Raise CourseError, in one line, when this machine cannot keep a submission in a sandbox.

    A sandbox is built, and a process enters it: 0.1 s.

    private: folders that no submission may read, as the course with its solutions and gradebook.
    """
    for folder in private:
        mounts.refuse_to_show(folder)
    with Sandbox(Limits(), {}) as sandbox:
        trial = subprocess.run(
            [sys.executable, "-P", "-c", _TRIAL, str(sandbox.init_pid)],
            capture_output=True,
            text=True,
            timeout=60,
        )
    if trial.returncode != 0:
        words = trial.stderr.strip().splitlines() or [f"exit code {trial.returncode}"]
        raise CourseError(
            f"A process could not work inside a sandbox ({words[-1]}): it needs Linux 5.14 or newer, and "
            f"{sys.base_prefix}, {sys.prefix} and the course's helpers readable for everybody if root grades."
        )
