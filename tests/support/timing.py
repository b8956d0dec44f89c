"""How long our own code takes, whatever else the process is busy with."""

import gc
import time
from collections.abc import Callable


def least_cpu_seconds(work: Callable[[], object], goes: int = 3) -> float:
    """The least CPU time of this thread over `goes` calls of `work`, in seconds, without garbage collection.

    A worker of the suite carries what earlier tests left: threads of TensorFlow that still work, and a heap
    whose collection alone takes a second. `time.process_time` counts both, and once made a quick test red.
    """
    taken = []
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        for _ in range(goes):
            started = time.thread_time()
            work()
            taken.append(time.thread_time() - started)
    finally:
        if was_enabled:
            gc.enable()
    return min(taken)
