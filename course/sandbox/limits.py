"""What one submission may use of the machine that grades it."""

import os
from dataclasses import dataclass, field


def _processes() -> int:
    """Return how many processes there may be.

    Room for a pool, which has a process for each core unless it is told otherwise.
    """
    return 48 + 2 * (os.cpu_count() or 1)


def _threads() -> int:
    """Return how many threads there may be.

    Room for TensorFlow, which starts some threads for each core, also in each process of a pool.
    """
    cores = os.cpu_count() or 1
    return 128 + 8 * cores + cores**2


@dataclass(frozen=True)
class Limits:
    """Limits of one submission, its child processes included.

    A training run of the course takes seconds and some hundred megabytes: the defaults stop what has
    gone wrong, not what is slow.
    """

    cpu_seconds: int = 900  # of all processes together; also of each one alone
    wall_seconds: float = 3600.0
    # Of one cell: CPU time of all processes, but never less by the clock. Kept by whoever runs the cells.
    cell_seconds: float = 120.0
    # By the clock, a cell or a step may take so many times its CPU time: then something stands still.
    patience: float = 10.0
    memory_bytes: int = 2_000_000_000  # one process, on top of what the warm process it came from has mapped
    total_memory_bytes: int = 3_000_000_000  # all processes; pages shared by several count once
    # At a time; more are taken for a fork bomb, which would slow down everybody.
    processes: int = field(default_factory=_processes)
    threads: int = field(default_factory=_threads)  # of all processes; one more cannot be started
    sockets: int = 1000  # of all processes; what lies in them is memory of the OS kernel, 200 KB each
    disk_bytes: int = 256 << 20  # its folder, its temporary files and its sockets together
    file_bytes: int = 128 << 20  # a single file
    files: int = 10_000  # files and folders
    open_files: int = 512  # in one process
    output_bytes: int = 5_000_000  # kept by whoever collects the outputs
    grader_bytes: int = 512 << 20  # of the grader's own memory, which unread messages take
    # Of reading, judging and rendering, each; outside of the sandbox, and kept by the OS (limited_call.py).
    step_seconds: float = 60.0  # of CPU time
    step_memory_bytes: int = 2 << 30
    # Of an inspector, which trains (course.inspectors): address space, of which TensorFlow maps much.
    inspection_seconds: float = 300.0  # of CPU time
    inspection_memory_bytes: int = 16 << 30
