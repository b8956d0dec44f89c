"""Where submissions are graded: processes of this machine, or a Dask cluster.

Both are an `Executor`. The functions are pure, so a task whose worker was lost is given to another one.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context, resource_tracker
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, Self, TypeVar

from course.sandbox import linux
from course.scratch import scratch_folder
from helpers.errors import CourseError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess
    from types import TracebackType

_Parameters = ParamSpec("_Parameters")
_Returned = TypeVar("_Returned")

# One more worker that is lost with the same submission is no accident.
_ATTEMPTS = 2
_SECONDS_TO_END = 10


class Executor(Protocol):
    """Workers that do tasks: a context manager that has them ready inside it.

    num_workers: how many tasks are done at a time.
    """

    num_workers: int

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...

    def submit(
        self,
        function: Callable[_Parameters, _Returned],
        /,
        *arguments: _Parameters.args,
        **options: _Parameters.kwargs,
    ) -> Future[_Returned]:
        """Give a task to a worker: what the function, of a module, returns or raises is in the future."""
        ...


class WorkerLost(Exception):
    """A worker's process ended, or was ended, over a task."""


class LocalWorkers:
    """Processes of this machine; one that dies takes nothing but its own task with it.

    Each process has a thread that gives it one task at a time and waits for it: so it is certain over which
    task a process was lost. Pools are not so exact: one that is shared breaks for all, or cannot say whose
    task was lost when a process dies before it has told what it took.
    """

    def __init__(self, num_workers: int | None = None, task_seconds: float = 3600.0) -> None:
        """Take how many processes there are to be, and how patient they are.

        num_workers: processes; one for each core without.
        task_seconds: how long one task may take at most, by the clock.
        """
        self.num_workers = num_workers or _num_cores()
        self.task_seconds = task_seconds

    def __enter__(self) -> Self:
        # A process that is ended leaves its temporary files: here they are gone all the same.
        self._scratch = scratch_folder()
        folder = str(self._scratch.__enter__())
        self._threads = ThreadPoolExecutor(self.num_workers, "worker", _leave_interrupts_to_others)
        self._processes = [_WorkerProcess(folder) for _ in range(self.num_workers)]
        self._idle: SimpleQueue[_WorkerProcess] = SimpleQueue()
        for process in self._processes:
            self._idle.put(process)
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        # After an error nobody waits for what is under way: its threads have their answer when its processes
        # are gone.
        self._threads.shutdown(wait=error is None, cancel_futures=error is not None)
        if error is None:
            for process in self._processes:
                process.dismiss()
        for process in self._processes:
            process.close()
        self._threads.shutdown()
        self._scratch.__exit__(None, None, None)

    def submit(
        self,
        function: Callable[_Parameters, _Returned],
        /,
        *arguments: _Parameters.args,
        **options: _Parameters.kwargs,
    ) -> Future[_Returned]:
        """Give a task to the next free process."""
        return self._threads.submit(self._run, partial(function, **options), arguments, _ATTEMPTS)

    def _run(
        self, function: Callable[..., _Returned], arguments: tuple[object, ...], attempts: int
    ) -> _Returned:
        process = self._idle.get()
        try:
            return process.run(function, arguments, self.task_seconds)
        except WorkerLost:
            if attempts == 1:
                raise
        finally:
            self._idle.put(process)
        return self._run(function, arguments, attempts - 1)


def _leave_interrupts_to_others() -> None:
    """Block Ctrl-C, which a terminal sends to all: processes that this thread starts never see it."""
    # Started with the first process, and then it would allow them again.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])


class _WorkerProcess:
    """One process, and the next one in its place when it is lost; used by one thread, closed by any."""

    def __init__(self, folder: str) -> None:
        self._folder = folder  # for its temporary files
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._closed = False
        self._lock = Lock()  # never held while anybody waits for an answer

    def run(
        self, function: Callable[..., _Returned], arguments: tuple[object, ...], seconds: float
    ) -> _Returned:
        """Return what the function returns there.

        Raises what it raises, WorkerLost when its process ended, or TimeoutError after `seconds`.
        """
        connection = self._live_connection()
        try:
            connection.recv()  # it is ready: only from now on does its time count
            connection.send((function, arguments))
            if not connection.poll(seconds):
                raise TimeoutError(f"a task took longer than {seconds:g} s")
            value, error = connection.recv()
        except (EOFError, ConnectionError):
            self._end()
            raise WorkerLost("its process ended") from None
        except BaseException:  # it took too long, or has said that it is ready and gets no task
            self._end()
            raise
        if error is not None:
            raise error
        returned: _Returned = value
        return returned

    def dismiss(self) -> None:
        """Let a process that has nothing to do end by itself: it ends the one that it has started."""
        with self._lock:
            self._closed = True
            if self._connection is not None:
                self._connection.close()

    def close(self) -> None:
        """End the process, also in the middle of a task, and start none in its place."""
        if self._closed and self._process is not None:
            self._process.join(_SECONDS_TO_END)
        self._closed = True
        self._end()

    def _live_connection(self) -> Connection:
        """Return the connection to a process that is alive."""
        with self._lock:
            if self._closed:
                raise WorkerLost("the run was stopped")
            if self._connection is None or self._process is None or not self._process.is_alive():
                # Spawned, not forked: this process has threads.
                context = get_context("spawn")
                self._connection, theirs = context.Pipe()
                with theirs:  # when theirs is the only one, the end of the process is the end of the pipe
                    process = context.Process(
                        target=_serve, args=(theirs, self._folder, os.getpid()), daemon=True
                    )
                    process.start()
                self._process = process
            return self._connection

    def _end(self) -> None:
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.join()


def _serve(connection: Connection, folder: str, parent: int) -> None:
    """Do one task after the other, in the process, until nobody gives any.

    connection: from which tasks come.
    folder: for temporary files.
    parent: the id of the process that started this one, which dies with it.
    """
    if sys.platform == "linux":
        # Elsewhere it notices at the end of its task that nobody waits for the answer.
        linux.die_with(parent)
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    # Imported before the first task: what every task needs.
    import course.grading.feedback
    import course.grading.grade_one  # noqa: F401
    from course.grading.limited_call import close_limited, prepare_limited

    prepare_limited()
    with contextlib.suppress(EOFError, ConnectionError):  # nobody gives any more
        while True:
            connection.send("ready")
            function, arguments = connection.recv()
            answer: tuple[object, Exception | None]
            try:
                answer = function(*arguments), None
            except Exception as error:  # for whoever gave the task
                answer = None, error
            connection.send(answer)
    close_limited()


class DaskWorkers:
    """The workers of a Dask cluster, each of which has the course installed."""

    def __init__(self, address: str, preload: Sequence[str] = ()) -> None:
        """Take the scheduler's address, for example tcp://10.0.0.5:8786, and what kernels import."""
        self.address, self.preload = address, preload

    def __enter__(self) -> Self:
        try:
            from distributed import Client
        except ImportError:
            raise CourseError("--dask needs Dask: pip install 'hyperparameter-course[cluster]'") from None
        try:
            self._client = Client(self.address, timeout="10s", set_as_default=False)
        except (OSError, ValueError) as error:
            raise CourseError(f"no Dask scheduler answers at {self.address}: {error}") from None
        try:
            self.num_workers: int = sum(self._client.nthreads().values())
            if not self.num_workers:
                raise CourseError(f"the cluster at {self.address} has no workers: dask worker {self.address}")
            # Also for workers that join later, or in the place of one that was lost.
            self._client.register_plugin(_warm_kernels_plugin(self.preload), name="warm-kernels")
        except BaseException:
            self._client.close()
            raise
        # The scheduler gives a lost worker's task to another worker by itself.
        self._executor = self._client.get_executor(retries=_ATTEMPTS - 1, pure=False)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def submit(
        self,
        function: Callable[_Parameters, _Returned],
        /,
        *arguments: _Parameters.args,
        **options: _Parameters.kwargs,
    ) -> Future[_Returned]:
        """Send a task to the cluster."""
        future: Future[_Returned] = self._executor.submit(partial(function, **options), *arguments)
        return future


def _warm_kernels_plugin(preload: Sequence[str]) -> Any:
    """Return the `distributed.WorkerPlugin` that keeps a warm process in each worker.

    preload: modules that it imports.
    """
    from distributed import WorkerPlugin

    class WarmKernels(WorkerPlugin):
        """Each worker has a warm process of its own for as long as it lives."""

        def setup(self, worker: object) -> None:
            from course.kernels.provisioner import warm_kernels

            self._warm = warm_kernels(preload)
            self._warm.__enter__()

        def teardown(self, worker: object) -> None:
            self._warm.__exit__(None, None, None)

    return WarmKernels()


def _num_cores() -> int:
    """Return how many cores this process may use; on macOS, which cannot say, how many there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
