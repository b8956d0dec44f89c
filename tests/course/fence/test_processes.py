"""What a fence's processes use, read while they come and go."""

from course.fence.processes import Processes

PAGES = 400_000  # kB, shared by all


class Forking(Processes):
    """A fence in which each reading of a process finds one more, up to the last."""

    def __init__(self, last):
        self.num, self.last, self.readings = 1, last, 0

    def _processes(self):
        return [str(pid) for pid in range(self.num)]

    def _read(self, process, name):
        if name != "smaps_rollup":
            return b""
        self.readings += 1
        share = PAGES // self.num
        self.num = min(self.num + 1, self.last)
        return b"Pss_Anon: %d kB\n" % share


def test_are_shared_pages_counted_once_although_processes_fork_meanwhile():
    fence = Forking(last=2)
    assert fence.exact_memory_bytes() == PAGES * 1024  # the first reading sees 400 MB, one process too few
    fence = Forking(last=1)
    assert fence.exact_memory_bytes() == PAGES * 1024
    assert fence.readings == 1


def test_does_whoever_never_stops_forking_get_the_last_reading():
    fence = Forking(last=1000)
    assert fence.exact_memory_bytes() > 0
    assert fence.readings == 1 + 2 + 4
