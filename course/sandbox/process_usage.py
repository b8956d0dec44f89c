"""Memory, CPU time, processes and sockets of a sandbox, read from outside."""

import functools
import mmap
import os
import re
from pathlib import Path
from typing import NamedTuple

from course.sandbox.seccomp import SHARED_MAPPING_BYTES

_TICKS = os.sysconf("SC_CLK_TCK")
# Of /proc/<pid>/status: pages that no file backs, with those that another process has too, and page tables.
# Not RssShmem: files in the sandbox's own file systems have limits of their own, and what else is shared is
# counted by mappings.
_OWN = re.compile(rb"^(?:RssAnon|VmPTE|VmSwap):\s+(\d+) kB", re.MULTILINE)
_PAGE_TABLES = re.compile(rb"^VmPTE:\s+(\d+) kB", re.MULTILINE)
# Of /proc/<pid>/smaps_rollup: each page divided by the number of processes that share it.
_SHARE = re.compile(rb"^(?:Pss_Anon|SwapPss):\s+(\d+) kB", re.MULTILINE)
# Of /proc/<pid>/net/sockstat: also those that are closed, or wait to be accepted, and still hold data.
_SOCKETS = re.compile(rb"^sockets: used (\d+)", re.MULTILINE)


def own_memory_bytes() -> int:
    """Return the memory of this process that no file backs."""
    return _kilobytes(_OWN, Path("/proc/self/status").read_bytes()) * 1024


class Exact(NamedTuple):
    """The memory of all processes, each page counted once, as far as that can be told while they change."""

    # Of those that lived on until all were read. Never more than there was: each page is divided by no fewer
    # than these, however many have come or gone meanwhile.
    at_least_bytes: int
    # Of all that were read. Too much when some end: those that are read afterwards have their shares as well.
    counted_bytes: int
    is_sure: bool  # no process came, went or became another program: both are what there was


class Processes:
    """The processes that the sandbox's own /proc shows; from outside it is reached through the init process.

    Nothing is trusted that a process can write itself, such as its name. `count`, `sockets` and `look` read
    what the OS knows at once. `shared_bytes` and `exact_memory` wait for locks that processes hold
    while they fork or map memory: seconds, if one is after it. So they are for a thread of their own.
    """

    def __init__(self, init_pid: int):
        self.memory_bytes = 0  # at the last look, without what `shared_bytes` counts; an upper bound
        self.are_several = False  # at the same look: only one shares its pages with no other
        self._proc = os.open(Path("/proc", str(init_pid), "root", "proc"), os.O_RDONLY | os.O_DIRECTORY)
        self._ticks: dict[tuple[str, bytes], int] = {}  # (process, its start) -> CPU time at the last look

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all processes seen so far, ended ones included."""
        return sum(self._ticks.values()) / _TICKS

    def count(self) -> int:
        """Return how many processes there are beside the init process."""
        return len(self._processes()) - 1

    def sockets(self) -> int:
        """Return how many sockets the sandbox's network has."""
        return sum(map(int, _SOCKETS.findall(self._read("1", "net/sockstat"))))

    def look(self) -> None:
        """Read the memory and CPU time of all processes: all that this object remembers."""
        memory, processes = 0, self._processes()
        for process in processes:
            memory += _kilobytes(_OWN, self._read(process, "status")) * 1024
            fields = self._read(process, "stat").rpartition(b")")[2].split()
            if fields:  # utime, stime, start: fields 14, 15 and 22 of proc(5); the rest begins with the third
                self._ticks[process, fields[19]] = int(fields[11]) + int(fields[12])
        self.memory_bytes = memory
        self.are_several = len(processes) > 2  # with the init process

    def shared_bytes(self) -> int:
        """Return the anonymous memory that processes share, an upper bound; 2 ms for each process.

        Each such mapping counts as large as it may be: pages stay when a process gives them back, and also
        when it unmaps all but one of them. Raises PermissionError for a process that hides its mappings.
        """
        line = _line_of_shared_memory()
        found: set[bytes] = set()
        for process in self._processes():
            found.update(line.findall(self._read(process, "maps")))
        return len(found) * SHARED_MAPPING_BYTES

    def exact_memory(self) -> Exact:
        """Return what `memory_bytes` counts, but once where processes share pages.

        Takes some 10 ms for each process. Raises PermissionError as `shared_bytes` does.
        """
        before = {process: self._address_space(process) for process in self._processes()}
        shares = {process: self._share_bytes(process) for process in before}
        after = {process: self._address_space(process) for process in self._processes()}
        at_least = sum(share for process, share in shares.items() if after.get(process) == before[process])
        return Exact(at_least, sum(shares.values()), is_sure=before == after)

    def _address_space(self, process: str) -> bytes:
        """Return where the stack of a process begins, which is another place when it starts a program.

        Field 28 of proc(5): 0 when it has ended and nobody has waited for it.
        """
        fields = self._read(process, "stat").rpartition(b")")[2].split()
        return fields[25] if fields else b""

    def _share_bytes(self, process: str) -> int:
        """Return the part of the memory that is one process's."""
        share = _kilobytes(_SHARE, self._read(process, "smaps_rollup"))
        return (share + _kilobytes(_PAGE_TABLES, self._read(process, "status"))) * 1024

    def close(self) -> None:
        """Let go of the sandbox's /proc."""
        os.close(self._proc)

    def _processes(self) -> list[str]:
        """Return the numbers of all processes, the newest first.

        That one may end soon, after it has handed on what it holds.
        """
        try:
            return [name for name in os.listdir(self._proc) if name.isdigit()][::-1]
        except OSError:  # the sandbox is gone
            return []

    def _read(self, process: str, name: str) -> bytes:
        """Return the content of a process's file in /proc, empty when it has ended."""
        try:
            with open(f"{process}/{name}", "rb", buffering=0, opener=self._open) as file:
                return file.readall()
        except (FileNotFoundError, ProcessLookupError):
            return b""

    def _open(self, path: str, flags: int) -> int:
        return os.open(path, flags, dir_fd=self._proc)


def _kilobytes(lines: re.Pattern[bytes], text: bytes) -> int:
    """Return the sum of the numbers that the lines of a text give."""
    return sum(map(int, lines.findall(text)))


@functools.cache
def _line_of_shared_memory() -> re.Pattern[bytes]:
    """Return the pattern of the lines of /proc/<pid>/maps on shared anonymous memory; its group is the inode.

    They are told by the device, which is the OS kernel's own: a process can change the name that they show.
    """
    with mmap.mmap(-1, mmap.PAGESIZE):
        own = re.search(
            rb" (\w+:\w+) \d+ +/dev/zero \(deleted\)$", Path("/proc/self/maps").read_bytes(), re.M
        )
    if own is None:
        raise OSError("this OS does not show shared memory as such: grade on another machine")
    return re.compile(rb"^\w+-\w+ \S+ \w+ " + own[1] + rb" (\d+) ", re.MULTILINE)
