"""Calls within limits: what ends one, what it costs, and what is left of it."""

import math
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from ending import is_gone

from course.grading.ingest.cells import read_cells
from course.grading.limited_call import CallLost, LimitExceeded, call_limited, close_limited
from course.grading.workers import LocalWorkers
from course.sandbox.limits import Limits
from helpers.errors import CourseError

# A busy machine may be slow to give a call its CPU time.
LIMITS = Limits(step_seconds=1, step_memory_bytes=300_000_000, patience=300)
ENDLESS = ("(a+)+b", "a" * 60)


@pytest.fixture(autouse=True)
def _fresh():
    yield
    close_limited()


def test_is_a_call_made_in_another_process_that_stays():
    assert call_limited(LIMITS, math.gcd, 12, 18) == 6
    first = call_limited(LIMITS, os.getpid)
    assert first != os.getpid()
    assert call_limited(LIMITS, os.getpid) == first
    assert call_limited(LIMITS, os.getppid) == os.getpid()


def test_is_a_regular_expression_that_never_ends_ended():
    with pytest.raises(LimitExceeded, match="more than 1 s of CPU time"):
        call_limited(LIMITS, re.match, *ENDLESS)
    assert call_limited(LIMITS, math.gcd, 12, 18) == 6


def test_does_only_cpu_time_count_and_that_of_each_call_alone():
    began = time.monotonic()
    call_limited(LIMITS, time.sleep, 2.5)
    assert time.monotonic() - began > 2.5
    half = "import time\nbegan = time.process_time()\nwhile time.process_time() - began < 0.5:\n    pass"
    for _ in range(4):
        call_limited(Limits(step_seconds=1), exec, half)


def test_is_memory_beyond_the_limit_refused_and_given_to_the_next_call():
    first = call_limited(LIMITS, os.getpid)
    with pytest.raises(LimitExceeded, match=r"more than 0\.3 GB of memory"):
        call_limited(LIMITS, bytearray, 400_000_000)
    assert call_limited(LIMITS, os.getpid) != first
    assert len(call_limited(LIMITS, bytes, 100_000_000)) == 100_000_000


def test_can_more_be_given():
    more = Limits(step_seconds=20, step_memory_bytes=1_500_000_000)
    with pytest.raises(LimitExceeded):
        call_limited(LIMITS, bytes, 400_000_000)
    assert len(call_limited(more, bytes, 400_000_000)) == 400_000_000


def test_is_what_a_student_must_read_raised_as_it_is():
    with pytest.raises(CourseError, match="the file is a PDF, not a notebook"):
        call_limited(LIMITS, read_cells, b"%PDF")


@pytest.mark.parametrize(
    ("function", "arguments", "words"),
    [
        (int, ("seven",), "ValueError: invalid literal"),
        (os._exit, (7,), "its process ended .exit code 7."),
        (signal.raise_signal, (signal.SIGTERM,), "its process ended .signal SIGTERM."),
        (threading.Lock, (), "TypeError: cannot pickle"),
    ],
)
def test_is_everything_else_a_fault_and_costs_no_later_call(function, arguments, words):
    with pytest.raises(CallLost, match=words):
        call_limited(LIMITS, function, *arguments)
    assert call_limited(LIMITS, math.gcd, 12, 18) == 6


def test_is_what_stands_still_ended():
    with pytest.raises(CallLost, match="stood still for 1 s"):
        call_limited(Limits(step_seconds=0.1), time.sleep, 600)


def test_is_a_process_that_is_gone_replaced():
    first = call_limited(LIMITS, os.getpid)
    os.kill(first, signal.SIGKILL)
    while Path(f"/proc/{first}/cmdline").read_bytes():
        time.sleep(0.01)
    assert call_limited(LIMITS, os.getpid) != first


def test_has_each_thread_a_process_that_ends_with_it():
    pids = []
    threads = [
        threading.Thread(target=lambda: pids.append(call_limited(LIMITS, os.getpid))) for _ in range(2)
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len({*pids, call_limited(LIMITS, os.getpid)}) == 3
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_can_its_end_be_told_to_another_process():
    error = pickle.loads(pickle.dumps(LimitExceeded("more than 2 s")))
    assert (type(error), str(error)) == (LimitExceeded, "more than 2 s")


# In a worker, which is killed without a word.


def test_does_the_process_end_with_its_worker_also_in_the_middle_of_a_call():
    with LocalWorkers(1) as workers:
        pid = workers.submit(call_limited, LIMITS, os.getpid).result()
        worker = workers.submit(os.getpid).result()
        task = workers.submit(call_limited, Limits(step_seconds=500), re.match, *ENDLESS)
        while not task.running() or _cpu_seconds(pid) < 0.5:
            time.sleep(0.05)
        # Once more with the same task: the worker's place is taken, and the task given to it.
        os.kill(worker, signal.SIGKILL)
        assert is_gone(pid)
        workers.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)


def _cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_is_windows_told_where_submissions_are_judged(monkeypatch):
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(CourseError, match="on Windows use WSL"):
        call_limited(LIMITS, math.gcd, 12, 18)


def test_is_a_folder_called_course_where_one_grades_no_package(tmp_path):
    """Python would search the working directory first, and a folder without a file is a package too."""
    (tmp_path / "course" / "grading").mkdir(parents=True)  # as in a course directory of that name
    program = """
import threading
from course.sandbox.limits import Limits
from course.grading.limited_call import call_limited

stop = threading.Event()
threading.Thread(target=stop.wait).start()  # with two threads nothing is forked: another Python starts
print(call_limited(Limits(), int, "7"))
stop.set()
"""
    started = [sys.executable, "-P", "-c", program]
    done = subprocess.run(started, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("7\n", "")
