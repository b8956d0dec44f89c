"""Whether a process has ended."""

import time
from pathlib import Path


def has_ended(pid):
    """Whether nothing of a process runs any more; a zombie, which its parent has yet to read, has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):  # the latter when it ends while it is read
        return True


def is_gone(pid, seconds=60):
    """Whether a process ends within some seconds, far more than it needs."""
    end = time.monotonic() + seconds
    while not (ended := has_ended(pid)) and time.monotonic() < end:
        time.sleep(0.02)
    return ended
