"""The resource monitor of a sandbox: when it must end, and what its processes have used.

Memory is read twice. Quickly and often, what each process says it has: that is too much where processes share
pages, as forks do. And exactly, with what they could hide from the quick reading, in a thread of its own,
because that takes longer and a submission can make it wait.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from course.sandbox.end_reason import EndReason
from course.sandbox.limits import Limits
from course.sandbox.process_usage import Exact, Processes, own_memory_bytes

_BYTES_PER_SECOND = 4 << 30  # how fast processes can touch new memory: decides how soon to look again
_SHORTEST_LOOK, _LONGEST_LOOK = 0.005, 0.1  # seconds
_LONGEST_UNMEASURED = 0.5  # seconds between the measurements of shared memory
_PATIENCE = 20.0  # seconds that a measurement may take
_LONGEST_UNSURE = 2.0  # seconds after which those count, too, that ended while the others were measured
_PART_FOR_PEAKS = 20  # one part in so many of the time may go into measuring peaks


@dataclass(frozen=True)
class Usage:
    """What a submission has used so far, as far as the resource monitor saw it."""

    # Of all processes together, what they share counted once: the largest that was read exactly. Of a single
    # process, pages shared with the warm process are included.
    peak_memory_bytes: int = 0
    cpu_seconds: float = 0.0  # of all processes; one that lived shorter than a look (0.1 s) may be missing


@dataclass(frozen=True)
class _Measured:
    """What one measurement found, and when it was made."""

    began: float
    ended: float
    shared_bytes: int
    exact: Exact | None  # without the shared ones; None when only those were wanted


class ResourceMonitor:
    """A context manager; inside it `look` says when the sandbox must end, and `pause` when to look again."""

    def __init__(self, init_pid: int, limits: Limits):
        self.usage = Usage()
        self._limits = limits
        self._end = time.monotonic() + limits.wall_seconds
        self._most_here = own_memory_bytes() + limits.grader_bytes
        self._processes = Processes(init_pid)
        self._measuring = ThreadPoolExecutor(1, "measuring a sandbox")
        self._began = 0.0  # when the last measurement began
        self._pending: Future[_Measured] | None = None
        self._shared_bytes = 0  # as last measured
        # When to measure exactly again, for the limit and for a peak.
        self._safe_until = self._peaks_from = 0.0
        self._known_at = time.monotonic()  # when the memory was last known, or known to be in its limit

    def __enter__(self) -> "ResourceMonitor":
        return self

    def __exit__(self, *_exception) -> None:
        """Let go of the sandbox, when it has ended: while it stands, a measurement may wait for it."""
        self._measuring.shutdown()
        self._processes.close()

    def pause(self) -> float:
        """Return the seconds until the next look: sooner when the memory could be used up sooner."""
        now = time.monotonic()
        return min(max(self._seconds_safe(now), _SHORTEST_LOOK), _LONGEST_LOOK, max(0.0, self._end - now))

    def look(self) -> EndReason | None:
        """Return why the sandbox must end now, or None."""
        # What grows fastest, and makes all else slow, comes first.
        if self._processes.count() > self._limits.processes:
            return EndReason.PROCESSES
        if self._processes.sockets() > self._limits.sockets:
            return EndReason.SOCKETS
        self._processes.look()
        try:
            exact_bytes = self._exact()
        except (PermissionError, TimeoutError):
            return EndReason.HIDDEN
        peak = max(self.usage.peak_memory_bytes, exact_bytes)
        self.usage = Usage(peak, self._processes.cpu_seconds)
        if exact_bytes > self._limits.total_memory_bytes:
            return EndReason.MEMORY
        # ZeroMQ bounds each part of a message, but not their number, and keeps them until the last has come.
        if own_memory_bytes() > self._most_here:
            return EndReason.MESSAGES
        if self._processes.cpu_seconds > self._limits.cpu_seconds:
            return EndReason.CPU_TIME
        if time.monotonic() >= self._end:
            return EndReason.WALL_TIME
        return None

    def _bound(self) -> int:
        """Return an upper bound of the memory of all processes, in bytes."""
        return self._processes.memory_bytes + self._shared_bytes

    def _seconds_safe(self, now: float) -> float:
        """Return for how many seconds the memory cannot be over its limit."""
        return max(self._seconds_to_fill(self._bound()), self._safe_until - now)

    def _seconds_to_fill(self, memory_bytes: int) -> float:
        """Return in how many seconds so much memory can grow to the limit; negative when it is over it."""
        return (self._limits.total_memory_bytes - memory_bytes) / _BYTES_PER_SECOND

    def _exact(self) -> int:
        """Return the memory of all processes as far as it is known exactly now; 0 when it is not.

        Begins a measurement when it is time for one, and takes in what the last one found.
        """
        measured = self._measured()
        if self._bound() <= self._limits.total_memory_bytes:
            self._known_at = time.monotonic()
        # Not the number that was counted before: a process may have forked since then.
        several = self._processes.are_several
        if self._pending is None:
            # One process shares with nobody in here, and the init process uses next to nothing.
            self._measure(wants_exact=several)
        if not several:
            return self._bound()
        if measured is None or measured.exact is None:
            return 0
        exact = self._counting(measured.exact, measured.began) + measured.shared_bytes
        seconds = measured.ended - measured.began
        safe_seconds = self._seconds_to_fill(exact) if measured.exact.is_sure else 0.0
        # Half of the time at most, also for a pool that shares what many times over would be too much.
        self._safe_until = max(measured.began + safe_seconds, measured.ended + seconds)
        self._peaks_from = measured.ended + _PART_FOR_PEAKS * seconds
        return exact

    def _counting(self, exact: Exact, began: float) -> int:
        """Return what counts of a measurement, in bytes.

        No more than there was, so that no pool of processes is ended that only ends itself. But whoever hands
        its memory on to new processes all the time is seen to have little so: after a while, all that was
        found counts.
        """
        if exact.is_sure:
            self._known_at = began
        is_patient = began < self._known_at + _LONGEST_UNSURE
        return exact.at_least_bytes if is_patient else exact.counted_bytes

    def _measured(self) -> _Measured | None:
        """Return the measurement that has ended since the last look, or None.

        Raises TimeoutError when one does not end.
        """
        if self._pending is None:
            return None
        if not self._pending.done():
            if time.monotonic() > self._began + _PATIENCE:
                raise TimeoutError
            return None
        measured = self._pending.result()
        self._pending = None
        self._shared_bytes = measured.shared_bytes
        return measured

    def _measure(self, wants_exact: bool) -> None:
        """Begin a measurement if it is time for one."""
        now, bound = time.monotonic(), self._bound()
        is_over = bound > self._limits.total_memory_bytes and now >= self._safe_until
        is_peak = bound > self.usage.peak_memory_bytes and now >= self._peaks_from
        exact = wants_exact and (is_over or is_peak)
        if exact or now >= self._began + min(self._seconds_safe(now), _LONGEST_UNMEASURED):
            self._began = now
            self._pending = self._measuring.submit(self._make_measurement, now, exact)

    def _make_measurement(self, began: float, exact: bool) -> _Measured:
        shared = self._processes.shared_bytes()
        found = self._processes.exact_memory() if exact else None
        return _Measured(began, time.monotonic(), shared, found)
