"""Forks of this process that do one thing and end, and how they ended."""

import os
import signal
from collections.abc import Callable


def fork(job: Callable[[], int]) -> int:
    """Fork a process that does `job`; return its process id.

    job: returns the exit code. When it raises, the exit code is 1.
    """
    pid = os.fork()
    if pid:
        return pid
    # Whatever happens, the child ends here: it must not go on as a second one of what it was forked from.
    code = 1
    try:
        code = job()
    finally:
        os._exit(code)


def ending(code: int) -> str:
    """Return in words how a process ended.

    code: its exit code, negative for a signal, as in subprocess.
    """
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
