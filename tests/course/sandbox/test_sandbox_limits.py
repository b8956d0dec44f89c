"""The sandbox around a submission: what is limited, and that nothing is left at the end."""

import json
import os
import time

import pytest
from sandbox_case import hold_namespaces, left
from sandbox_people import MEGABYTE, case, myself

from course.sandbox.limits import Limits
from course.sandbox.sandbox import Sandbox

pytestmark = pytest.mark.usefixtures("sandboxes")


# What is limited


def test_does_a_sandbox_end_that_fills_the_memory_of_who_reads_its_messages():
    # Two minutes are more than a look takes on any machine.
    with Sandbox(Limits(grader_bytes=100 * MEGABYTE, wall_seconds=120), {}) as sandbox:
        unread = b"x" * (300 * MEGABYTE)
        while sandbox.killed_for is None:
            time.sleep(0.01)
    assert len(unread) > 0
    assert sandbox.killed_for == "messages"


def test_is_the_number_of_files_limited(person):
    made, problem = person.value(
        """
import errno
made = 0
try:
    for number in range(1_000_000):
        os.close(os.open(f"/tmp/{number}", os.O_CREAT))
        made += 1
except OSError as problem:
    report([made, errno.errorcode[problem.errno]])
""",
        limits={"files": 500},
    )
    assert 400 < made < 500
    assert problem == "ENOSPC"


@pytest.mark.parametrize("folder", [Sandbox.home, "/tmp", "/dev/shm"])
def test_is_the_disk_limited(person, folder):
    written, problem = person.value(
        f"""
import errno
written = 0
try:
    for number in range(100):
        with open("{folder}/" + str(number), "wb", buffering=0) as file:
            written += file.write(bytes(1 << 20))
except OSError as problem:
    report([written, errno.errorcode[problem.errno]])
""",
        limits={"disk_bytes": 16 * MEGABYTE},
    )
    assert 14 * MEGABYTE < written <= 16 * MEGABYTE
    assert problem == "ENOSPC"


def test_is_the_size_of_a_file_limited(person):
    size, problem = person.value(
        """
import errno
try:
    with open("large", "wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 20))
except OSError as problem:
    report([os.path.getsize("large"), errno.errorcode[problem.errno]])
""",
        limits={"file_bytes": 8 * MEGABYTE},
    )
    assert size == 8 * MEGABYTE
    assert problem == "EFBIG"


def test_do_ten_gigabytes_at_once_raise_memory_error(person):
    assert person.value(
        """
try:
    bytearray(10 << 30)
except MemoryError:
    report("MemoryError")
"""
    )


def test_does_growing_memory_raise_memory_error_in_one_process(person):
    result = person.sandboxed(
        """
blocks = []
try:
    while True:
        blocks.append(bytearray(b"x") * (10 << 20))
except MemoryError:
    count = len(blocks)
    del blocks
    report(count * 10)
time.sleep(0.2)
""",
        limits={"memory_bytes": 300 * MEGABYTE, "total_memory_bytes": 500 * MEGABYTE},
    )
    assert result.killed_for is None
    assert 250 <= result.reports[0] <= 300 + 32 * os.cpu_count()


_HUNGRY = """
import ctypes
if {silent}:  # or one that asks not to be looked at
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
for _ in range(3):
    os.fork()
blocks = []
while True:
    blocks.append(bytearray(b"x") * (10 << 20))
    time.sleep(0.3)  # nine processes are measured, perhaps twice, before they have twice the limit
"""


@pytest.mark.parametrize("silent", [False, True])
def test_does_the_memory_of_all_processes_together_end_the_sandbox(person, silent):
    result = person.sandboxed(
        _HUNGRY.format(silent=silent),
        limits={"memory_bytes": 300 * MEGABYTE, "total_memory_bytes": 500 * MEGABYTE, "wall_seconds": 30},
    )
    assert result.killed_for == "memory"
    assert result.exit_code == -9
    assert 500 * MEGABYTE < result.usage["peak_memory_bytes"] < 1000 * MEGABYTE


# Interrupts the code when its 100 MB have been measured, however long that takes on a busy machine.
_INTERRUPT_WHEN_MEASURED = """
import os, time
told.readline()
while sandbox.usage().peak_memory_bytes < 100 << 20 and sandbox.killed_for is None:
    time.sleep(0.05)
os.kill(child, 2)
"""


def test_do_processes_that_share_their_memory_count_it_once(person):
    result = person.sandboxed(
        """
data = bytearray(b"x") * (100 << 20)
for _ in range(8):
    if os.fork() == 0:
        time.sleep(600)
try:
    report("shared")
    time.sleep(600)
except KeyboardInterrupt:
    report("done")
""",
        outside=_INTERRUPT_WHEN_MEASURED,
        limits={"memory_bytes": 200 * MEGABYTE, "total_memory_bytes": 300 * MEGABYTE, "wall_seconds": 60},
    )
    assert result.killed_for is None
    assert result.reports == ["done"]
    assert 100 * MEGABYTE < result.usage["peak_memory_bytes"] < 150 * MEGABYTE


def test_has_a_pool_of_forty_room(person):
    result = person.sandboxed(
        """
import multiprocessing
with multiprocessing.get_context("fork").Pool(40) as pool:
    report(sum(pool.map(abs, range(-100, 0), chunksize=1)))
    time.sleep(0.3)
"""
    )
    assert result.killed_for is None
    assert result.reports == [5050]


def test_is_a_fork_bomb_ended_for_its_number_and_not_for_the_memory_that_it_shares(person):
    result = person.sandboxed(
        """
data = bytearray(b"x") * (100 << 20)
try:
    report("filled")
    time.sleep(600)
except KeyboardInterrupt:
    pass
while True:
    try:
        os.fork()
    except OSError:
        pass
""",
        outside=_INTERRUPT_WHEN_MEASURED,
        limits={"wall_seconds": 60, "total_memory_bytes": 200 * MEGABYTE},
    )
    assert result.killed_for == "processes"
    assert 100 * MEGABYTE < result.usage["peak_memory_bytes"] < 200 * MEGABYTE


def test_is_a_limit_that_was_reached_said_when_the_kernel_ended_first(person):
    result = person.sandboxed(
        """
for _ in range(20):
    if os.fork() == 0:
        time.sleep(600)
report("started")
os._exit(0)
""",
        limits={"processes": 10},
    )
    assert result.killed_for == "processes"


def test_is_the_number_of_threads_limited(person):
    started = person.value(
        """
import threading
stop = threading.Event()
started = 0
try:
    while True:
        threading.Thread(target=stop.wait, daemon=True).start()
        started += 1
except RuntimeError:
    report(started)
""",
        limits={"threads": 40},
    )
    assert 30 < started < 40


def test_is_the_number_of_open_files_limited(person):
    opened = person.value(
        """
files = []
try:
    while True:
        files.append(os.open("/dev/null", os.O_RDONLY))
except OSError:
    report(len(files))
""",
        limits={"open_files": 64},
    )
    assert 50 < opened < 64


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "os.fork(); os.fork()\nwhile True: pass",
        "while True:\n try:\n  while True: pass\n except BaseException: pass",
        "zeros = os.open('/dev/full', os.O_RDONLY)\nwhile True: os.read(zeros, 1 << 24)",  # of the OS kernel
    ],
)
def test_does_cpu_time_end_the_sandbox(person, code):
    result = person.sandboxed(code, limits={"cpu_seconds": 1, "wall_seconds": 30})
    assert result.killed_for == "CPU time"
    assert 1 <= result.usage["cpu_seconds"] < 5  # four cores spend it fast


@pytest.mark.parametrize(
    "code",
    [
        "time.sleep(60)",
        "os.kill(os.getpid(), 19)",
        "import signal; signal.pthread_sigmask(0, range(1, 65)); signal.pause()",
    ],
)
def test_does_wall_time_end_the_sandbox(person, code):
    # Who enters must be inside by then, also on a busy machine.
    result = person.sandboxed(code, limits={"wall_seconds": 3})
    assert result.killed_for == "wall time"
    assert result.exit_code == -9
    assert 3 <= result.seconds < 60


# What is left: `sandboxed` asserts after each test that no process lives in the sandbox's namespaces


def test_are_daemons_gone_at_the_end(person):
    result = person.sandboxed(
        """
import signal
if os.fork() == 0:
    os.setsid()
    for number in (1, 2, 15):
        signal.signal(number, signal.SIG_IGN)
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
if os.fork() == 0:
    os.kill(os.getpid(), 19)  # stopped
os.wait()
report([name for name in os.listdir("/proc") if name.isdigit()])
"""
    )
    assert len(result.reports[0]) >= 4
    assert result.stood


def test_does_the_sandbox_stand_when_everything_inside_is_killed(person):
    result = person.sandboxed(
        """
import signal
for number in range(1, 65):
    try:
        os.kill(1, number)
    except OSError:
        pass
if os.fork() == 0:
    time.sleep(600)
os.kill(-1, signal.SIGKILL)
time.sleep(0.3)
report(os.wait()[1])
"""
    )
    assert result.reports == [9]
    assert result.stood
    assert result.killed_for is None


def test_do_ended_orphans_leave_room_for_others(person):
    assert (
        person.value(
            """
for _ in range(100):
    if os.fork() == 0:
        if os.fork() == 0:
            time.sleep(0.001)
        os._exit(0)
    os.wait()
time.sleep(0.2)
report("done")
""",
            limits={"threads": 60},
        )
        == "done"
    )


def test_does_a_killed_waiter_take_the_process_inside_along(person):
    outside = """
import os
told.readline()
with open(f"/proc/{child}/task/{child}/children") as children:
    inside = int(children.read())
os.kill(child, 9)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
assert os.waitpid(inside, 0)[1] == 9
assert [name for name in os.listdir(sandbox.outside("/proc")) if name.isdigit()] == ["1"]
"""
    assert (
        person.sandboxed("report(1); time.sleep(60)", outside=outside, limits={"wall_seconds": 20}).exit_code
        == -9
    )


@pytest.mark.parametrize(
    "code",
    [
        "report(1); time.sleep(60)",
        "report(1); os.kill(os.getpid(), 19)",
        "report(1)\nwhile True:\n try: os.fork()\n except OSError: pass",
    ],
)
def test_is_nothing_left_when_the_grader_is_killed(person, code):
    outside = "import time; told.readline(); print(sandbox.init_pid, flush=True); time.sleep(60)"
    running = person.start(person.case)
    with running:
        running.stdin.write(case(code, outside, limits={"processes": 1000, "threads": 60}))
        running.stdin.close()
        namespaces, held = hold_namespaces(int(running.stdout.readline()))
        assert left(namespaces)
        running.kill()
    deadline = time.monotonic() + 60
    while left(namespaces):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for descriptor in held:
        os.close(descriptor)


_LOOKS = """
import json, os, threading
from pathlib import Path

from course.sandbox.sandbox import Sandbox
from course.sandbox.limits import Limits


def look():
    return {
        "mounts": Path("/proc/self/mountinfo").read_text(),
        "descriptors": sorted(os.listdir("/proc/self/fd")),
        "threads": [thread.name for thread in threading.enumerate()],
        "has children": has_children(),
    }


def has_children():
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


before = look()
with Sandbox(Limits(), {"a": b"1"}) as sandbox:
    held, during = sandbox.outside(f"{Sandbox.home}/a").read_bytes(), look()
print(json.dumps([held.decode(), before, during, look()]))
"""


def test_is_nothing_left_on_the_graders_side(person):
    # In a process of its own: in one with other tests, theirs may end at any moment.
    ended = person.run("-c", _LOOKS)
    assert ended.code == 0, ended.stderr
    held, before, during, after = json.loads(ended.stdout)
    assert held == "1"
    assert during["has children"]
    assert "sandbox" in during["threads"]
    assert len(during["descriptors"]) > len(before["descriptors"])
    assert after == before == before | {"threads": ["MainThread"], "has children": False}


# TensorFlow


@pytest.mark.slow
def test_does_a_process_that_has_tensorflow_train_inside_and_keep_its_limits():
    result = myself().sandboxed(
        """
import numpy as np, tensorflow as tf, keras
report([line for line in open("/proc/self/maps") if "rw-s" in line])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])
model.compile("sgd", "mse")
model.fit(np.zeros((64, 4)), np.zeros((64, 8)), verbose=0)
try:
    np.ones(10 << 27)
except MemoryError:
    report("MemoryError")
blocks = []
try:
    while True:
        blocks.append(np.ones(10_000_000))
except MemoryError:
    count = len(blocks)
    del blocks
    report(count * 80_000_000)
model.fit(np.zeros((64, 4)), np.zeros((64, 8)), verbose=0)
report("trained")
""",
        warm=True,
        limits={"memory_bytes": 1 << 30, "total_memory_bytes": 2 << 30},
    )
    assert result.killed_for is None
    shared, at_once, grown, trained = result.reports
    assert shared == []  # memory that one submission could write for another
    assert at_once == "MemoryError"
    assert 0.5 * 2**30 < grown < 1.2 * 2**30
    assert trained == "trained"
