"""Calls that read, judge or render what a stranger has sent, each within limits of its own.

    cells = call_bounded(limits, repair_submission, content, template, name, quizzes)

A process beside this one makes the call, and stays for the next one. The OS ends it when the call has used
up its CPU time, so also in the middle of a regular expression that would never end; memory beyond the limit
is refused. CPU time is counted and not the clock: a busy machine takes nothing from anybody.
"""

import contextlib
import math
import os
import pickle
import resource
import signal
import subprocess
import sys
import threading
import time
import traceback
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from course.fence import linux
from course.fence.limits import Limits
from helpers.errors import CourseError

# By the clock, a call may take so many times its CPU time: then something stands still.
PATIENCE = 10
_MAIN = "import sys; from course.grading.bounded import serve; serve(int(sys.argv[1]))"


class OutOfBounds(CourseError):
    """A call needed more than its limits allow; the message says more than how much of what."""


class CallLost(Exception):
    """The process of a call ended, or stood still, for another reason than its limits; or the call failed."""


class _ProcessEnded(CallLost):
    """It ended."""


def call_bounded(limits: Limits, function, *arguments):
    """Call a function of a module in a process of its own, within `step_seconds` and `step_memory_bytes`.

    Returns what it returns, and raises the CourseError that it raises. Function, arguments and result are
    sent with pickle. Each thread has one such process, which ends with it.

    Raises OutOfBounds when the call needs more, and CallLost when it raises anything else or its process is
    lost: these are faults of the grader or of the machine. On macOS only the time is bounded.
    """
    try:
        kind, value = _ready().call(limits, function, arguments)
    except _ProcessEnded:
        # Perhaps the OS was short of memory, or it was gone before it was called.
        kind, value = _ready().call(limits, function, arguments)
    if kind == "value":
        return value
    if kind == "raised":
        raise value
    if kind == "memory":
        close_bounded()  # what it still holds would be taken from the next call
        raise OutOfBounds(f"more than {limits.step_memory_bytes / 1e9:.1f} GB of memory")
    raise CallLost(value)


def _ready():
    """Give the process of this thread, or a new one where it is gone."""
    process = getattr(_of_this_thread, "process", None)
    if process is None or not process.is_alive():
        process = _of_this_thread.process = _Process()
    return process


def prepare_bounded():
    """Start this thread's process now: while there is no other thread it is a fork, which costs nothing."""
    close_bounded()
    _of_this_thread.process = _Process()


def close_bounded():
    """End this thread's process, if it has one."""
    process = getattr(_of_this_thread, "process", None)
    _of_this_thread.process = None
    if process is not None:
        process.end()


_of_this_thread = threading.local()


class _Process:
    """The process that makes the calls of one thread, seen from that thread."""

    def __init__(self):
        self._connection, theirs = Pipe()
        with theirs:
            start = _Forked if _is_alone() else _executed
            self._process = start(theirs.fileno())

    def call(self, limits, function, arguments):
        """What became of the call: ("value", it), ("raised", error), ("memory", None) or ("failed", why)."""
        patience = limits.step_seconds * PATIENCE
        try:
            self._connection.send((limits, function, arguments))
            if not self._connection.poll(patience):
                raise CallLost(f"it stood still for {patience:g} s")
            return pickle.loads(self._connection.recv_bytes())
        except (EOFError, ConnectionError):
            code = self.end()
        except BaseException:  # an interrupt: nobody would take the answer, and the next call would get it
            self.end()
            raise
        if code == -signal.SIGXCPU:
            raise OutOfBounds(f"more than {limits.step_seconds:g} s of CPU time")
        raise _ProcessEnded(f"its process ended ({_in_words(code)})")

    def is_alive(self):
        """Whether it can be called."""
        return self._process.poll() is None

    def end(self):
        """End it, whatever it does; gives the exit code, negative for a signal."""
        self._connection.close()
        self._process.kill()
        return self._process.wait()

    def __del__(self):
        # Of a thread that has ended; where the start failed there may be no process.
        if hasattr(self, "_process"):
            self.end()


class _Forked:
    """A fork of this process that serves, with the part of subprocess.Popen that is needed here."""

    def __init__(self, descriptor):
        self.returncode = None
        self.pid = os.fork()
        if self.pid:
            return
        # Whatever happens, this process ends here: it must not go on as a second one of its kind.
        try:
            serve(descriptor)
        finally:
            os._exit(1)

    def poll(self):
        return self._wait(os.WNOHANG)

    def wait(self):
        return self._wait(0)

    def kill(self):
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _wait(self, options):
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def _executed(descriptor):
    """A new Python that serves: a fork would have the locks of threads that it does not have."""
    path = os.pathsep.join(os.path.abspath(folder) for folder in sys.path)
    return subprocess.Popen(
        [sys.executable, "-c", _MAIN, str(descriptor)],
        pass_fds=[descriptor],
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
    )


def _is_alone():
    """Whether this process has no other thread, as far as that can be known."""
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


def _in_words(code):
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def serve(descriptor):
    """In the process: make one call after the other until nobody asks for any. Never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; whoever asks decides
    if sys.platform == "linux":
        linux.prctl(linux.PARENT_DEATH_SIGNAL, signal.SIGKILL)
        _close_all_but(descriptor)
    # What a student must not see would be in a dump. 0 would still start the program that collects dumps.
    _set_soft_limit(resource.RLIMIT_CORE, 1)
    connection = Connection(descriptor)
    with contextlib.suppress(EOFError, ConnectionError):
        while True:
            connection.send_bytes(_answer(*connection.recv()))
    os._exit(0)


def _close_all_but(descriptor):
    """Let go of what a fork was born with: whoever waits for the end of a pipe must not wait for this."""
    linux.close_range(3, descriptor - 1)
    linux.close_range(descriptor + 1)


def _answer(limits, function, arguments):
    """What became of the call, pickled: that is bounded too."""
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


def _set_soft_limit(kind, value):
    """Set what the OS holds this process to, as far as its own ceiling allows."""
    ceiling = resource.getrlimit(kind)[1]
    if ceiling != resource.RLIM_INFINITY and (value == resource.RLIM_INFINITY or value > ceiling):
        value = ceiling
    resource.setrlimit(kind, (value, ceiling))


def _mapped_bytes():
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
