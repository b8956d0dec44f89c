"""What a sandbox's processes use, read while they come and go."""

from types import SimpleNamespace

import pytest

from course.sandbox import resource_monitor as monitor
from course.sandbox.end_reason import EndReason
from course.sandbox.limits import Limits
from course.sandbox.process_usage import Exact, Processes
from course.sandbox.resource_monitor import ResourceMonitor

PAGES = 400_000  # kB, shared by all
NUM = 64
LIMIT = Limits().total_memory_bytes


class Pool(Processes):
    """Processes that share all they have, as Linux would show them; `then` happens after each was read."""

    def __init__(self, then=lambda pool, process: None):
        self.sharing = {str(pid) for pid in range(1, NUM + 1)}
        self.listed = dict.fromkeys(self.sharing, b"140000")  # and where its stack begins
        self.then = then

    def _processes(self):
        return sorted(self.listed, key=int, reverse=True)

    def _read(self, process, name):
        if process not in self.listed:
            return b""
        if name == "stat":
            return b"1 (python) " + b"0 " * 25 + self.listed[process] + b" 0"
        if name != "smaps_rollup":
            return b""
        share = PAGES // len(self.sharing) if process in self.sharing else 0
        self.then(self, process)
        return b"Pss_Anon: %d kB\n" % share

    def end(self, process, stack=None):
        """A process lets go of all that it shares: it is gone, or listed with another stack or none."""
        if len(self.sharing) > 1:
            self.sharing.discard(process)
            del self.listed[process]
            self.listed |= {process: stack} if stack else {}

    def fork(self, _process):
        new = str(1 + max(map(int, self.listed)))
        self.sharing.add(new)
        self.listed[new] = b"140000"


def ends_before_anybody_waits(pool, process):
    pool.end(process, stack=b"0")


def starts_a_program(pool, process):
    pool.end(process, stack=b"150000")


def test_are_shared_pages_counted_once():
    assert Pool().exact_memory() == Exact(PAGES * 1024, PAGES * 1024, is_sure=True)


@pytest.mark.parametrize("then", [Pool.end, ends_before_anybody_waits, starts_a_program])
def test_is_never_more_found_than_there_is_while_those_end_that_were_read(then):
    """Each leaves its share to the others: their sum is that of 1/64, 1/63, ..., 1/2, 1."""
    found = Pool(then).exact_memory()
    assert found.counted_bytes > 4.7 * PAGES * 1024
    assert 0 < found.at_least_bytes <= PAGES * 1024
    assert not found.is_sure


def test_is_never_more_found_than_there_is_while_processes_fork():
    found = Pool(Pool.fork).exact_memory()
    assert 0 < found.at_least_bytes == found.counted_bytes <= PAGES * 1024
    assert not found.is_sure


# What the resource monitor makes of it


class Found:
    """Processes of a sandbox that has so many of them, and in which so much is found."""

    cpu_seconds = 0.0

    def __init__(self, exact, memory_bytes=2 * LIMIT):
        self.exact, self.memory_bytes, self.are_several = exact, memory_bytes, True

    def count(self):
        return 1  # the others came right after that

    def sockets(self):
        return 0

    def look(self):
        pass

    def shared_bytes(self):
        return 0

    def exact_memory(self):
        return self.exact

    def close(self):
        pass


@pytest.fixture
def ending_after(monkeypatch):
    """How the monitor ends a sandbox in which all is found as given, within so many seconds; None if not."""

    def found(processes, seconds):
        clock = SimpleNamespace(now=0.0)
        monkeypatch.setattr(monitor, "time", SimpleNamespace(monotonic=lambda: clock.now))
        monkeypatch.setattr(monitor, "Processes", lambda _: processes)
        with ResourceMonitor(1, Limits()) as looking:
            while clock.now <= seconds:
                ending = looking.look()
                if ending is not None:
                    return ending
                if looking._pending is not None:
                    looking._pending.exception()  # wait for it
                clock.now += 0.1
        return None

    return found


def test_is_the_sum_of_what_each_has_no_reason_to_end_a_pool_that_began_after_it_was_counted(ending_after):
    assert ending_after(Found(Exact(LIMIT // 8, LIMIT // 8, is_sure=True)), seconds=10) is None


@pytest.mark.parametrize("is_sure", [False, True])
def test_does_what_there_is_at_least_end_a_sandbox_at_once(ending_after, is_sure):
    assert ending_after(Found(Exact(LIMIT + 1, LIMIT + 1, is_sure)), seconds=0.3) is EndReason.MEMORY


def test_is_a_pool_that_ends_left_alone_and_whoever_hands_its_memory_on_for_ever_ended(ending_after):
    unsure = Found(Exact(LIMIT // 8, 2 * LIMIT, is_sure=False))
    assert ending_after(unsure, seconds=1.5) is None
    assert ending_after(unsure, seconds=3) is EndReason.MEMORY


def test_does_a_pool_go_on_that_comes_and_goes_for_ever_and_shares(ending_after):
    assert ending_after(Found(Exact(LIMIT // 8, LIMIT // 2, is_sure=False)), seconds=60) is None


def test_does_patience_begin_anew_once_it_is_sure_that_there_is_room(ending_after):
    pools = Found(Exact(LIMIT // 8, 2 * LIMIT, is_sure=False))
    looks = iter(range(10_000))
    pools.look = lambda: vars(pools).update(memory_bytes=LIMIT // 2 if next(looks) % 15 == 14 else 2 * LIMIT)
    assert ending_after(pools, seconds=60) is None
