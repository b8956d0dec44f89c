"""Memory and CPU time of all processes of a fence, read from outside."""

import os
import re
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
# Of /proc/<pid>/status: memory that no file on a disk backs. Pages shared with another process count in full.
_OWN = re.compile(rb"^Rss(?:Anon|Shmem):\s+(\d+) kB", re.MULTILINE)
# Of /proc/<pid>/smaps_rollup: each page divided by the number of processes that share it.
_SHARE = re.compile(rb"^Pss_(?:Anon|Shmem):\s+(\d+) kB", re.MULTILINE)


def own_memory_bytes() -> int:
    """Memory of this process that no file backs."""
    return sum(map(int, _OWN.findall(Path("/proc/self/status").read_bytes()))) * 1024


class Processes:
    """The processes that the fence's own /proc shows; from outside it is reached through the holder.

    Nothing is trusted that a process can write itself, such as its name.
    """

    def __init__(self, holder_pid: int):
        self.memory_bytes = 0  # at the last look; an upper bound, quickly read
        self.count = 0  # at the last look, process 1 included
        self._proc = os.open(Path("/proc", str(holder_pid), "root", "proc"), os.O_RDONLY | os.O_DIRECTORY)
        self._ticks: dict[tuple[str, bytes], int] = {}  # (process, its start) -> CPU time at the last look

    @property
    def cpu_seconds(self) -> float:
        """Of all processes seen so far, ended ones included."""
        return sum(self._ticks.values()) / _TICKS

    def look(self) -> None:
        """Read the memory and CPU time of all processes."""
        memory = 0
        processes = self._processes()
        for process in processes:
            memory += self._kilobytes(process, "status", _OWN) * 1024
            fields = self._read(process, "stat").rpartition(b")")[2].split()
            if fields:  # utime, stime, start: fields 14, 15 and 22 of proc(5); the rest begins with the third
                self._ticks[process, fields[19]] = int(fields[11]) + int(fields[12])
        self.memory_bytes = memory
        self.count = len(processes)

    def exact_memory_bytes(self) -> int:
        """Memory of all processes, where shared pages count once; some milliseconds for each process.

        A process can forbid this reading of itself: then its pages count in full.
        """
        total = 0
        for process in self._processes():
            try:
                total += self._kilobytes(process, "smaps_rollup", _SHARE) * 1024
            except PermissionError:
                total += self._kilobytes(process, "status", _OWN) * 1024
        return total

    def close(self) -> None:
        """Let go of the fence's /proc."""
        os.close(self._proc)

    def _processes(self) -> list[str]:
        try:
            return [name for name in os.listdir(self._proc) if name.isdigit()]
        except OSError:  # the fence is gone
            return []

    def _kilobytes(self, process: str, name: str, lines: re.Pattern[bytes]) -> int:
        return sum(map(int, lines.findall(self._read(process, name))))

    def _read(self, process: str, name: str) -> bytes:
        """Empty for a process that has ended."""
        try:
            descriptor = os.open(f"{process}/{name}", os.O_RDONLY | os.O_CLOEXEC, dir_fd=self._proc)
        except (FileNotFoundError, ProcessLookupError):
            return b""
        try:
            return os.read(descriptor, 1 << 16)
        except ProcessLookupError:
            return b""
        finally:
            os.close(descriptor)
