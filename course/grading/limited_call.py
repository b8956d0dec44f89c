"""Calls that read, judge or render what a stranger has sent, each within limits of its own.

    cells = call_limited(limits, repair_submission, content, template, name, quizzes)

A process beside this one makes the call, and stays for the next one. The OS ends it when the call has used
up its CPU time, so also in the middle of a regular expression that would never end; memory beyond the limit
is refused. CPU time is counted and not the clock: a busy machine takes nothing from anybody.
"""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn, TypeVar, TypeVarTuple

from course.environment import require_unix
from course.sandbox.limits import Limits
from helpers.errors import CourseError
from helpers.processes import Fork, ending

if sys.platform != "win32":  # nbgrader's settings import this module, and are read there too
    import resource

    from course.sandbox import linux

_Arguments = TypeVarTuple("_Arguments")
_Returned = TypeVar("_Returned")

_MAIN = "import sys; from course.grading.limited_call import serve; serve(int(sys.argv[1]))"


class LimitExceeded(CourseError):
    """A call exceeded a limit; the message names the limit, such as "more than 60 s of CPU time"."""


class CallLost(Exception):
    """The process of a call ended, or stood still, for another reason than its limits; or the call failed."""


class _ProcessEnded(CallLost):
    """The process of a call ended."""


def call_limited(
    limits: Limits,
    function: Callable[[*_Arguments], _Returned],
    *arguments: *_Arguments,
    kept_for: str = "",
) -> _Returned:
    """Return what a function returns that is called in a process of its own.

    Function, arguments and result are sent with pickle. Each thread has one such process, which ends with it.
    On macOS only the time is bounded.

    limits: `step_seconds` of CPU time and `step_memory_bytes` count.
    function: of a module.
    kept_for: a name, for calls that are to have another process than the others: one that has compiled what
        the next call needs too.

    Raises the CourseError that the function raises, and one on Windows; LimitExceeded when the call needs
    more than its limits; and CallLost when it raises anything else or its process is lost: these are
    faults of the grader or of the machine.
    """
    require_unix("Submissions are judged on Linux and macOS")
    try:
        kind, value = _process_of_this_thread(kept_for).call(limits, function, arguments)
    except _ProcessEnded:
        # Perhaps the OS was short of memory, or it was gone before it was called.
        kind, value = _process_of_this_thread(kept_for).call(limits, function, arguments)
    if kind == "value":
        return value
    if kind == "raised":
        raise value
    if kind == "memory":
        _close(kept_for)  # what it still holds would be taken from the next call
        raise LimitExceeded(f"more than {limits.step_memory_bytes / 1e9:.1f} GB of memory")
    raise CallLost(value)


def _process_of_this_thread(kept_for: str) -> _CallProcess:
    """Return the process of this thread, or a new one where it is gone."""
    processes = _processes()
    if kept_for not in processes or not processes[kept_for].is_alive():
        processes[kept_for] = _CallProcess()
    return processes[kept_for]


def _processes() -> dict[str, _CallProcess]:
    """Return the processes of this thread, by what they are kept for."""
    if not hasattr(_of_this_thread, "processes"):
        _of_this_thread.processes = {}
    found: dict[str, _CallProcess] = _of_this_thread.processes
    return found


def prepare_limited() -> None:
    """Start this thread's process now: while there is no other thread it is a fork, which costs nothing."""
    close_limited()
    _processes()[""] = _CallProcess()


def close_limited() -> None:
    """End this thread's processes, if it has any."""
    for kept_for in list(_processes()):
        _close(kept_for)


def _close(kept_for: str) -> None:
    process = _processes().pop(kept_for, None)
    if process is not None:
        process.end()


_of_this_thread = threading.local()


class _CallProcess:
    """The process that makes the calls of one thread, seen from that thread."""

    def __init__(self) -> None:
        self._connection, theirs = Pipe()
        self._process: Fork | subprocess.Popen[bytes]
        with theirs:
            descriptor = theirs.fileno()
            # A fork would have the locks of threads that it does not have.
            can_fork = _has_one_thread()
            self._process = Fork(partial(serve, descriptor)) if can_fork else _start_python(descriptor)

    def call(
        self, limits: Limits, function: Callable[..., object], arguments: tuple[object, ...]
    ) -> tuple[str, Any]:
        """Return what became of the call.

        It is ("value", it), ("raised", error), ("memory", None) or ("failed", why). Raises LimitExceeded when
        it took too much time, and CallLost when no answer came.
        """
        patience = limits.step_seconds * limits.patience
        try:
            self._connection.send((limits, function, arguments))
            if not self._connection.poll(patience):
                raise CallLost(f"it stood still for {patience:g} s")
            answer: tuple[str, Any] = pickle.loads(self._connection.recv_bytes())
            return answer
        except (EOFError, ConnectionError):
            code = self.end()
        except BaseException:  # an interrupt: nobody would take the answer, and the next call would get it
            self.end()
            raise
        if code == -signal.SIGXCPU:
            raise LimitExceeded(f"more than {limits.step_seconds:g} s of CPU time")
        raise _ProcessEnded(f"its process ended ({ending(code)})")

    def is_alive(self) -> bool:
        """Return whether it can be called."""
        return self._process.poll() is None

    def end(self) -> int:
        """End it, whatever it does, and return the exit code: negative for a signal."""
        self._connection.close()
        self._process.kill()
        return self._process.wait()

    def __del__(self) -> None:
        # Of a thread that has ended; where the start failed there may be no process.
        if hasattr(self, "_process"):
            self.end()


def _start_python(descriptor: int) -> subprocess.Popen[bytes]:
    """Start a new Python that serves."""
    path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)
    return subprocess.Popen(
        [sys.executable, "-P", "-c", _MAIN, str(descriptor)],
        pass_fds=[descriptor],
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
    )


def _has_one_thread() -> bool:
    """Return whether this process has no other thread, as far as that can be known."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


def serve(descriptor: int) -> NoReturn:
    """Make one call after the other, in the process, until nobody asks for any. Never returns.

    descriptor: of the connection from which calls come.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; whoever asks decides
    if sys.platform == "linux":
        linux.prctl(linux.PARENT_DEATH_SIGNAL, signal.SIGKILL)
        _close_all_but(descriptor)
    # What a student must not see would be in a dump. 0 would still start the program that collects dumps.
    _set_soft_limit(resource.RLIMIT_CORE, 1)
    connection = Connection(descriptor)
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            connection.send_bytes(_call_pickled(*connection.recv()))
    os._exit(0)


def _close_all_but(descriptor: int) -> None:
    """Let go of what a fork was born with: whoever waits for the end of a pipe must not wait for this."""
    linux.close_range(3, descriptor - 1)
    linux.close_range(descriptor + 1)


def _call_pickled(limits: Limits, function: Callable[..., object], arguments: tuple[object, ...]) -> bytes:
    """Make a call and return what became of it, pickled: that is bounded too."""
    _set_soft_limit(resource.RLIMIT_CPU, math.ceil(time.process_time() + limits.step_seconds))
    if sys.platform == "linux":
        _set_soft_limit(resource.RLIMIT_AS, _mapped_bytes() + limits.step_memory_bytes)
    try:
        return pickle.dumps(("value", function(*arguments)))
    except MemoryError:
        return pickle.dumps(("memory", None))
    except CourseError as error:
        return pickle.dumps(("raised", error))
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        name = place.filename.rpartition("/")[2]
        said = f"{type(error).__name__}: {str(error)[:1000]} ({name}, line {place.lineno})"
        return pickle.dumps(("failed", said))
    finally:
        if sys.platform == "linux":
            _set_soft_limit(resource.RLIMIT_AS, resource.RLIM_INFINITY)


def _set_soft_limit(kind: int, value: int) -> None:
    """Set what the OS holds this process to, as far as its own ceiling allows."""
    ceiling = resource.getrlimit(kind)[1]
    if ceiling != resource.RLIM_INFINITY and (value == resource.RLIM_INFINITY or value > ceiling):
        value = ceiling
    resource.setrlimit(kind, (value, ceiling))


def _mapped_bytes() -> int:
    """Return how much address space this process has mapped."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
