"""Forks of this process that do one job and end, and how processes end."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NoReturn


class Fork:
    """A fork of this process that does one job and ends; otherwise it is seen as subprocess.Popen shows one.

    job: its result is sent here with pickle, and the exit code is 0. With SystemExit it is that one's, with
        another exception 1, and nothing is sent.
    """

    def __init__(self, job: Callable[[], object]) -> None:
        self.returncode: int | None = None
        # Readable when there is a result, or when the fork has ended without.
        self.connection, theirs = Pipe(duplex=False)
        with theirs:
            self.pid = os.fork()
            if self.pid == 0:
                _do(job, theirs)

    def receive(self) -> Any:
        """Wait for what the job returns. Raises EOFError when the fork ends without."""
        with self.connection:
            return self.connection.recv()

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        return self._wait(os.WNOHANG)

    def wait(self) -> int:
        """Return the exit code when it has ended."""
        code = self._wait(0)
        assert code is not None  # without WNOHANG the OS waits
        return code

    def kill(self) -> None:
        """End it, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _wait(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def _do(job: Callable[[], object], connection: Connection) -> NoReturn:
    """Do the job of a fork, in it. Whatever happens, it ends here: it must not go on as a second parent."""
    code = 1
    try:
        connection.send(job())
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        os._exit(code)


def kill_group(pid: int) -> None:
    """Kill what runs in the group that a process has made, also when the process itself has ended."""
    # None is left, or it was not made yet; macOS calls a group of ended processes forbidden.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def ending(code: int) -> str:
    """Return in words how a process ended.

    code: its exit code, negative for a signal, as in subprocess.
    """
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
