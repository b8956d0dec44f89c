"""The sandbox around a submission: memory that shows in no process's numbers."""

import os
import shutil
from pathlib import Path

import pytest
from sandbox_people import MEGABYTE

from course.sandbox.seccomp import SHARED_MAPPING_BYTES

pytestmark = pytest.mark.usefixtures("sandboxes")

CALLS = """
import ctypes, errno, mmap
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *3 * [ctypes.c_int], ctypes.c_long]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.munmap.argtypes = libc.madvise.argtypes[:2]
SHARED, ANONYMOUS, PRIVATE, HUGE = 0x01, 0x20, 0x02, 0x40000
FAILED = ctypes.c_void_p(-1).value
def called(result):
    return "done" if result not in (-1, FAILED) else errno.errorcode[ctypes.get_errno()]
def give_back(block, size):
    assert libc.madvise(block, size, mmap.MADV_DONTNEED) == 0
def unmap_all_but_a_page(block, size):
    assert libc.munmap(block + 4096, size - 4096) == 0
"""
LIMITS = {"memory_bytes": 300 * MEGABYTE, "total_memory_bytes": 500 * MEGABYTE, "wall_seconds": 20}


def test_is_no_large_memory_mapped_that_others_could_hold(person):
    seen = person.value(
        CALLS
        + """
zeros = os.open("/dev/zero", os.O_RDWR)
report({
    "shared": called(libc.mmap(None, 1 << 30, 3, SHARED | ANONYMOUS, -1, 0)),
    "shared, 2^32 bytes": called(libc.mmap(None, 1 << 32, 3, SHARED | ANONYMOUS, -1, 0)),
    "shared zeros": called(libc.mmap(None, 1 << 30, 3, SHARED, zeros, 0)),
    "few shared zeros": called(libc.mmap(None, 4096, 3, SHARED, zeros, 0)),
    "huge pages": called(libc.mmap(None, 1 << 21, 3, PRIVATE | ANONYMOUS | HUGE, -1, 0)),
    "private": called(libc.mmap(None, 1 << 28, 3, PRIVATE | ANONYMOUS, -1, 0)),
    "zeros": os.read(zeros, 3).hex(),
})
"""
    )
    refused = dict.fromkeys(["shared", "shared, 2^32 bytes", "huge pages"], "ENOMEM")
    zeros = dict.fromkeys(["shared zeros", "few shared zeros"], "ENODEV") | {"zeros": "000000"}
    assert seen == refused | zeros | {"private": "done"}


def test_can_processes_share_counters_and_small_arrays(person):
    shared = person.value(
        f"""
import mmap, multiprocessing
from multiprocessing import shared_memory
block = shared_memory.SharedMemory(create=True, size=50 << 20)
pages = [mmap.mmap(-1, {SHARED_MAPPING_BYTES}), mmap.mmap(-1, 13), multiprocessing.RawArray("b", 50 << 20),
         block.buf]
if os.fork() == 0:
    for page in pages:
        page[7] = 7
    os._exit(0)
os.wait()
time.sleep(0.7)  # long enough to be counted
report([page[7] for page in pages])
os._exit(0)  # without a word about the views that are left
"""
    )
    assert shared == [7, 7, 7, 7]


@pytest.mark.parametrize("hidden", ["give_back", "unmap_all_but_a_page"])
def test_is_small_shared_memory_counted_that_shows_nowhere(person, hidden):
    result = person.sandboxed(
        CALLS
        + f"""
size = {SHARED_MAPPING_BYTES}
for _ in range(1000):
    block = libc.mmap(None, size, 3, SHARED | ANONYMOUS, -1, 0)
    ctypes.memset(block, 1, size)
    {hidden}(block, size)
    time.sleep(0.001)
report("held")
""",
        limits=LIMITS,
    )
    assert result.killed_for == "memory"
    assert result.reports == []


def test_is_shared_memory_counted_whatever_it_is_called_and_whoever_holds_it(person):
    """A process chooses its name in /proc/<pid>/maps; and each child leaves a grandchild with more."""
    result = person.sandboxed(
        CALLS
        + f"""
size = {SHARED_MAPPING_BYTES}
libc.prctl.argtypes = [ctypes.c_int, *4 * [ctypes.c_ulong]]
name = ctypes.create_string_buffer(b"harmless")
for _ in range(1000):
    block = libc.mmap(None, size, 3, SHARED | ANONYMOUS, -1, 0)
    libc.prctl(0x53564D41, 0, block, size, ctypes.addressof(name))
    ctypes.memset(block, 1, size)
    give_back(block, size)
    if os.fork():
        os._exit(0)
time.sleep(60)
""",
        limits=LIMITS,
        outside="import time\nwhile sandbox.killed_for is None: time.sleep(0.01)",
    )
    assert result.killed_for == "memory"


def test_are_tables_of_pages_counted_that_were_only_read(person):
    """A page of zeros is nobody's; the tables that lead to it take 4 KiB for each 2 MiB."""
    result = person.sandboxed(
        CALLS
        + """
size = 1 << 40
block = libc.mmap(None, size, 1, PRIVATE | ANONYMOUS, -1, 0)
libc.madvise(block, size, 15)  # no huge pages
for place in range(block, block + size, 2 << 20):
    ctypes.c_char.from_address(place).value
report("held")
""",
        limits={"total_memory_bytes": 200 * MEGABYTE, "wall_seconds": 20},
    )
    assert result.killed_for == "memory"
    assert result.reports == []


@pytest.mark.parametrize("seconds", [0.001, 0.01])
def test_is_memory_counted_that_processes_hand_on_to_new_ones_all_the_time(person, seconds):
    result = person.sandboxed(
        f"""
import ctypes, mmap
def hoard():
    block = mmap.mmap(-1, 100 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    block.madvise(mmap.MADV_HUGEPAGE)
    ctypes.memset(ctypes.addressof(ctypes.c_char.from_buffer(block)), 1, len(block))
    while True:
        time.sleep({seconds})
        if os.fork():
            os._exit(0)
for _ in range(12):
    if os.fork() == 0:
        hoard()
time.sleep(60)
""",
        limits=LIMITS,
    )
    assert result.killed_for == "memory"
    assert result.seconds < 15  # on a machine that has much else to do


@pytest.mark.parametrize("is_waited_for", [False, True])
def test_does_a_pool_that_ends_count_what_it_shared_once(person, is_waited_for):
    """The newest are measured first. When they also end first, they leave their shares to the others.

    Few enough that they end soon also on a busy machine: what ends for long counts.
    """
    result = person.sandboxed(
        f"""
data = bytearray(b"x") * (250 << 20)
for _ in range(4):
    children = []
    for _ in range(8):
        child = os.fork()
        if child == 0:
            time.sleep(60)
        children.append(child)
    for child in reversed(children):
        os.kill(child, 9)
        time.sleep(0.004)
        if {is_waited_for}:
            os.waitpid(child, 0)
    while not {is_waited_for} and children:
        os.waitpid(children.pop(), 0)
    time.sleep(0.4)  # long enough to be seen alone: pools without end are another case
report("done")
""",
        limits=LIMITS | {"wall_seconds": 60},
    )
    assert result.killed_for is None
    assert result.reports == ["done"]
    assert result.usage["peak_memory_bytes"] < 300 * MEGABYTE


def test_does_data_in_sockets_end_the_sandbox_that_no_descriptor_holds(person):
    """Who connects, writes and closes leaves it to whoever listens and never accepts."""
    result = person.sandboxed(
        """
import socket
listening = socket.socket(socket.AF_UNIX)
listening.bind("socket")
listening.listen(4096)
for _ in range(4000):
    with socket.socket(socket.AF_UNIX) as client:
        client.connect("socket")
        client.setblocking(False)
        try:
            while True:
                client.send(bytes(65536))
        except OSError:
            pass
    time.sleep(0.0005)
report("held")
""",
        limits={"wall_seconds": 30},
    )
    assert result.killed_for == "sockets"


def test_does_a_socket_hold_no_more_than_the_os_gives_it(person):
    sizes = person.value(
        """
import socket
with socket.socket(socket.AF_UNIX) as one:
    options = socket.SO_SNDBUF, socket.SO_RCVBUF
    before = [one.getsockopt(socket.SOL_SOCKET, option) for option in options]
    for option in options:
        one.setsockopt(socket.SOL_SOCKET, option, 1 << 30)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    after = [one.getsockopt(socket.SOL_SOCKET, option) for option in options]
    report([before, after, one.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)])
"""
    )
    assert sizes[0] == sizes[1]
    assert sizes[2] == 1  # other options work


def test_is_a_sandbox_ended_in_which_a_process_cannot_be_looked_at(person):
    """Otherwise it could hold what it likes. A program that may be started and not read is such a process."""
    if person.is_root or os.geteuid() != 0:
        pytest.skip("root can look at everybody, and only root can give others such a program")
    program = Path(person.environment["PYTHONPATH"], "helpers", "unreadable")
    shutil.copy("/bin/sleep", program)
    program.chmod(0o111)
    result = person.sandboxed(
        f"import subprocess; subprocess.run([{str(program)!r}, '60'])", limits={"wall_seconds": 20}
    )
    assert result.killed_for == "hidden"
