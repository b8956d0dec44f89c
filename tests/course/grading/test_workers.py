"""Processes that grade: does one that is lost take only its own task with it, whenever it goes?"""

import contextlib
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest
from tiers import sampled

from course.grading.workers import LocalWorkers, WorkerLost


@pytest.fixture
def active():
    """Processes of this test's own: what earlier tests have left in this process is not among them."""
    before = multiprocessing.active_children()
    return lambda: [process for process in multiprocessing.active_children() if process not in before]


@pytest.fixture
def workers(active):  # `active` first, so that it does not count the workers' own as left by others
    with LocalWorkers(2, task_seconds=60) as workers:
        yield workers


def test_are_tasks_done_side_by_side_in_other_processes(workers, tmp_path):
    meeting = tmp_path / "meeting"
    os.mkfifo(meeting)
    # Each waits until the other has come: alone, the first one's time would end.
    tasks = [workers.submit(Path.read_text, meeting), workers.submit(Path.write_text, meeting, "here")]
    assert [task.result() for task in tasks] == ["here", 4]
    assert workers.submit(os.getpid).result() != os.getpid()


def test_is_what_a_task_raises_raised(workers):
    with pytest.raises(ValueError, match="invalid literal"):
        workers.submit(int, "seven").result()
    assert workers.submit(int, "7").result() == 7


# At once: the process is gone before it could have told anybody which task it had taken.
@pytest.mark.parametrize("moment", sampled(range(5), 1))
def test_does_a_process_that_ends_at_once_lose_its_own_task_only(workers, moment):
    lost = workers.submit(os._exit, 7)
    others = [workers.submit(int, number) for number in range(4)]
    assert [other.result() for other in others] == list(range(4))
    with pytest.raises(WorkerLost, match="its process ended"):
        lost.result()


def test_is_an_idle_process_that_is_gone_replaced(workers, active):
    pids = {workers.submit(os.getpid).result() for _ in range(6)}
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    while active():
        time.sleep(0.01)
    assert workers.submit(int, "7").result() == 7
    assert workers.submit(os.getpid).result() not in pids


def test_does_a_task_that_takes_too_long_end_with_its_process(active):
    with LocalWorkers(1, task_seconds=0.5) as workers:
        task = workers.submit(time.sleep, 600)
        while not active():
            time.sleep(0.01)
        [process] = active()
        with pytest.raises(TimeoutError, match=r"longer than 0\.5 s"):
            task.result()
        with pytest.raises(ProcessLookupError):
            os.kill(process.pid, 0)


def test_does_whoever_stops_a_run_wait_for_nothing():
    began = time.monotonic()
    workers = LocalWorkers(1).__enter__()
    pid = workers.submit(os.getpid).result()
    temporary = workers.submit(tempfile.mkdtemp).result()
    tasks = [workers.submit(time.sleep, 600) for _ in range(3)]
    while not tasks[0].running():
        time.sleep(0.01)
    workers.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert time.monotonic() - began < 60
    assert all(task.cancelled() or isinstance(task.exception(), WorkerLost) for task in tasks)
    assert not os.path.exists(temporary)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


# As a terminal does with Ctrl-C; a process that takes notice says so in a page of traceback.
def test_do_processes_that_are_starting_take_no_notice_of_an_interrupt(capfd, active):
    with LocalWorkers(2) as workers:
        tasks = [workers.submit(int, number) for number in (7, 8)]
        while not all(task.done() for task in tasks):
            for process in active():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGINT)
            time.sleep(0.01)
        assert [task.result() for task in tasks] == [7, 8]
    assert capfd.readouterr().err == ""


def test_does_whoever_stops_a_run_not_wait_for_processes_that_are_starting(active):
    workers = LocalWorkers(1).__enter__()
    task = workers.submit(time.sleep, 600)  # it has not ended, even if the process gets ready first
    while not active():
        time.sleep(0.001)
    [process] = active()
    os.kill(process.pid, signal.SIGSTOP)  # it never gets ready
    workers.__exit__(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert isinstance(task.exception(), WorkerLost)
    assert not process.is_alive()


@pytest.mark.slow
def test_does_a_task_that_cannot_be_sent_cost_nothing_but_itself(workers):
    for _ in range(4):
        with pytest.raises(Exception, match="pickle"):
            workers.submit(len, threading.Lock()).result(timeout=60)
    assert workers.submit(int, "7").result(timeout=60) == 7


def test_is_a_machine_that_cannot_say_which_cores_are_ours_one_with_cores(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity")
    assert LocalWorkers().num_workers >= 1
