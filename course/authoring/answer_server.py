"""Where the answers of one lesson run: in a process of their own, and a fork of it for each answer.

A process without TensorFlow comes first: a fork of it costs a fraction. Answers that ask for TensorFlow, and
their variants, are observed in a second process, which is forked from a server that has imported it and done
nothing else. A fork of whoever builds or tests would carry TensorFlow's running state along, and crash when
it touches it.
"""

import contextlib
import gc
import io
import os
import random
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, NoReturn, Self, TypeAlias

from course.authoring.answers import Answer, read_bank
from course.authoring.observe import Namespace, Observe, Observed, Variant, observe_once
from course.authoring.source import ExerciseSource, Lesson
from course.authoring.tensorflow_stub import (
    Stopped,
    TensorFlowIsAsked,
    do_without,
    is_loaded,
    name_nothing_more,
    was_asked_for,
    was_named,
)
from course.environment import variables
from course.forks import ending, fork
from helpers.errors import CourseError

# An answer as it is sent: its number in the bank; None for the solution; or, of a variant, the number of what
# was changed, its source, and the name that it defines. Functions of answers.py cannot be sent.
_Numbered: TypeAlias = int | tuple[int | None, str, str] | None

# By the clock, for what hangs: two lessons are proved at a time, and a slow machine may be busy beside.
SECONDS_PER_ANSWER = 180
SECONDS_OF_SETUP = 180
_ENVIRONMENT = {
    # Not from the folder in which this runs: one of its own may be called `course`.
    "PYTHONSAFEPATH": "1",
    # A fork copies the table of all pages. What TensorFlow's import leaves lies in pages of 2 MB, where Linux
    # has them: then a fork and its end take 12 ms and not 34, more than most answers.
    "PYTHONMALLOC": "malloc",
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1",
}
# A start changes, for a moment, what all of this process sees: one at a time.
_STARTING = Lock()
# `helpers` first: it decides how TensorFlow is imported. `frozen` last.
_PRELOADED = [
    "helpers",
    "course.authoring.answer_server",
    "helpers.checks",
    "tensorflow",
    "keras",
    "course.authoring.gc_freeze",
]


class AnswerServer:
    """The answers of one lesson, observed: what one of them changes, no other sees.

    with AnswerServer(lesson, answers) as server:
        observed = server.run([(exercise, answer), (exercise, None), ...])

    answers: the whole bank of the lesson, of `read_bank`.

    Raises CourseError when a setup cell does not run.
    """

    def __init__(self, lesson: Lesson, answers: Sequence[Answer]):
        self.lesson = lesson
        # Functions of answers.py cannot be sent: the process reads the bank itself and is told numbers.
        self._numbers = {id(answer): number for number, answer in enumerate(answers)}

    def __enter__(self) -> Self:
        self._plain: _Process | None = None
        self._warm: _Process | None = None
        self._need_tensorflow: set[tuple[str, int | None]] = set()
        plain = _Process(self.lesson, warm=False)
        if plain.is_ready():
            self._plain = plain
        else:
            plain.end()
            self._warm = self._started_warm()
        return self

    def __exit__(self, *_exception) -> None:
        for process in (self._plain, self._warm):
            if process is not None:
                process.end()

    def run(
        self,
        tasks: Sequence[tuple[ExerciseSource, Answer | Variant | None]],
        observe: Observe = observe_once,
        seconds: float | None = None,
        cpu_seconds: float | None = None,
    ) -> list[Any]:
        """Observe answers in parallel; return what was seen, in the order of `tasks`.

        tasks: pairs of an exercise and an answer of the bank, or a variant of one; None for the lesson's
            solution.
        observe: a function of `observe.py` or `adversaries.py`, or a method of a `Question`.
        seconds: for each answer, SECONDS_PER_ANSWER without. One that takes longer, or ends its process, has
            seen nothing: an `Observed` with the reason.
        cpu_seconds: the same of the processor's time, which does not depend on what runs beside; no limit
            without.

        Raises CourseError when a process in which they run is lost.
        """
        numbered = [(exercise.name, self._numbered(answer)) for exercise, answer in tasks]
        asked = partial(_Asked, observe, seconds=seconds or SECONDS_PER_ANSWER, cpu_seconds=cpu_seconds)
        results: list[Any] = [Stopped()] * len(numbered)
        if self._plain is not None:
            here = [n for n, task in enumerate(numbered) if _whose(*task) not in self._need_tensorflow]
            _fill(results, here, self._plain.answer(asked([numbered[n] for n in here])))
        there = [n for n, result in enumerate(results) if isinstance(result, Stopped)]
        if there:
            self._need_tensorflow |= {_whose(*numbered[n]) for n in there}
            self._warm = self._warm or self._started_warm()
            _fill(results, there, self._warm.answer(asked([numbered[n] for n in there])))
        return results

    def _started_warm(self) -> "_Process":
        warm = _Process(self.lesson, warm=True)
        warm.is_ready()
        return warm

    def _numbered(self, answer: Answer | Variant | None) -> _Numbered:
        if isinstance(answer, Variant):
            base = None if answer.base is None else self._numbers[id(answer.base)]
            return base, answer.source, answer.defines
        return None if answer is None else self._numbers[id(answer)]


def _whose(exercise: str, numbered: _Numbered) -> tuple[str, int | None]:
    """Return what an answer has in common with its variants, which ask for the same things."""
    return exercise, numbered[0] if isinstance(numbered, tuple) else numbered


def _fill(results: list[Any], places: Sequence[int], values: Sequence[Any]) -> None:
    for place, value in zip(places, values, strict=True):
        results[place] = value


@dataclass(frozen=True)
class _Asked:
    """What a process is asked: to observe these answers, each with its exercise's name, within limits."""

    observe: Observe
    numbered: Sequence[tuple[str, _Numbered]]
    seconds: float
    cpu_seconds: float | None


class _Process:
    """One of the two processes of a lesson, seen from outside."""

    def __init__(self, lesson: Lesson, warm: bool):
        self._name = lesson.name
        self._connection, theirs = get_context("spawn").Pipe()
        # An answer may write files, and one that takes its arguments in another order does so where it runs.
        self._place = TemporaryDirectory(prefix="answers-", ignore_cleanup_errors=True)
        folder = lesson.folder.resolve()
        arguments = (theirs, folder, lesson.setup, lesson.exercises, self._place.name, warm)
        with theirs, _STARTING:
            self._process = _start(arguments, warm)

    def is_ready(self) -> bool:
        """Wait for the setup cells and the bank; return whether they run without TensorFlow, if it has none.

        Raises CourseError, and ends the process, when they do not run.
        """
        try:
            ready = self._receive(f"a setup cell ended its process, or took longer than {SECONDS_OF_SETUP} s")
        except BaseException:
            self.end()
            raise
        return not isinstance(ready, Stopped)

    def answer(self, asked: _Asked) -> list[Any]:
        """Return what it observes: a `Stopped` where TensorFlow is asked for and not there."""
        if not asked.numbered:
            return []
        self._connection.send(asked)
        return self._receive("the process in which answers run was lost")

    def end(self) -> None:
        """End it and all answers that still run in it."""
        # They are in its group, which it may not have made yet.
        assert self._process.pid is not None  # it has been started
        # On macOS one whose processes have ended gives PermissionError.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self._connection.close()
        self._place.cleanup()

    def _receive(self, when_lost: str) -> Any:
        try:
            value, error = self._connection.recv()
        except (EOFError, ConnectionError):
            raise CourseError(f"{self._name}: {when_lost}") from None
        if error:
            raise CourseError(error)
        return value


def _start(arguments: tuple[Any, ...], warm: bool) -> BaseProcess:
    """Start the process of a lesson, deaf to Ctrl-C, which a terminal sends to all.

    warm: whether it is forked from the server that has imported TensorFlow.
    """
    resource_tracker.ensure_running()  # started with the process, it would allow Ctrl-C again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        with variables(_ENVIRONMENT), _without_main():
            context = get_context("forkserver") if warm else get_context("spawn")
            context.set_forkserver_preload(_PRELOADED)  # of the first alone
            process = context.Process(target=_serve, args=arguments, daemon=True)
            process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return process


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Keep a process that is started from running the program that starts it once more.

    A script or a notebook may then call `build` in its own lines, without `if __name__ == "__main__"`.
    """
    main, sys.modules["__main__"] = sys.modules["__main__"], types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _serve(connection: Connection, *told: Any) -> None:
    """Run, in the process, the setup cells; then observe what is asked for until nobody asks."""
    with contextlib.suppress(ConnectionError):  # whoever asked is gone, also in the middle of an answer
        _observe_for(connection, *told)


def _observe_for(
    connection: Connection,
    folder: Path,
    setup: Sequence[str],
    exercises: Mapping[str, ExerciseSource],
    place: str,
    warm: bool,
) -> None:
    os.setsid()
    os.chdir(place)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.setdefault("MPLBACKEND", "Agg")  # no answer opens a window
    if not warm:
        do_without()
    namespace: Namespace = {"__name__": "__main__"}
    # By the signal's own action: a handler of Python's would wait for the end of a loop in C.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS_OF_SETUP)
    try:
        _set_up(namespace, folder.name, setup)
        answers = read_bank(folder, exercises).answers
    except (CourseError, TensorFlowIsAsked) as error:
        # What fails with something that stands for TensorFlow is tried again where it is, or fails there too.
        connection.send((Stopped(), None) if was_named() else (None, str(error)))
        return
    signal.alarm(0)
    name_nothing_more()
    if is_loaded():
        _leave_graphs_as_they_are()
    gc.collect()
    connection.send((None, None))
    while True:
        try:
            asked = connection.recv()
        except EOFError:
            return
        jobs = [
            partial(
                _observe_one,
                asked.observe,
                namespace,
                exercises[name],
                _answer(numbered_one, answers),
                asked.seconds,
                asked.cpu_seconds,
            )
            for name, numbered_one in asked.numbered
        ]
        _settle()
        connection.send((_in_forks(jobs, connection, 2 * asked.seconds + 1), None))


def _settle() -> None:
    """Do once what each fork would do anew, copying the pages that it touches.

    A question brings thousands of small objects, and leaves as many holes.
    """
    gc.freeze()  # as in `frozen`; Keras asks for collections
    bytearray(1 << 16)  # asked for so much, malloc joins the holes


def _leave_graphs_as_they_are() -> None:
    """Keep TensorFlow from optimizing the graphs of functions that run a few times.

    `model.fit` makes six of them for its batches, and has all of them optimized again in each epoch: a third
    of what a fit of four examples takes.
    """
    import tensorflow as tf

    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})


def _answer(numbered: _Numbered, answers: Sequence[Answer]) -> Answer | Variant | None:
    """Return what is observed, out of what was sent."""
    if isinstance(numbered, tuple):
        base, source, defines = numbered
        return Variant(source, defines, None if base is None else answers[base])
    return None if numbered is None else answers[numbered]


def _set_up(namespace: Namespace, name: str, setup: Sequence[str]) -> None:
    for number, source in enumerate(setup, start=1):
        try:
            exec(compile(source, f"<setup {number}>", "exec"), namespace)
        except (Exception, SystemExit) as error:
            raise CourseError(
                f"{name}: setup cell {number} does not run: {type(error).__name__}: {error}"
            ) from error


def _in_forks(jobs: Sequence[Callable[[], Any]], connection: Connection, seconds: float) -> list[Any]:
    """Run each job in a fork of this process, one for each core at a time; return what they do, in order.

    A job that a signal of its own has not ended after so many seconds is killed, and all are when whoever
    waits at the other end of the connection is gone.
    """
    results: list[Any] = [None] * len(jobs)
    waiting = list(enumerate(jobs))
    running: dict[Connection, tuple[int, int, float]] = {}  # number, process id and deadline, by its pipe
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            number, job = waiting.pop(0)
            reader, pid = _fork(job)
            running[reader] = number, pid, time.monotonic() + seconds
        ready = wait([connection, *running], timeout=1)
        if connection in ready:  # nothing is sent before the answer: it is the end
            os.killpg(0, signal.SIGKILL)
        for reader, (_, pid, deadline) in running.items():
            if reader not in ready and time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
        for reader in [one for one in running if one in ready]:
            number, pid, _ = running.pop(reader)
            with reader:
                try:
                    results[number] = reader.recv()
                    os.waitpid(pid, 0)
                except EOFError:
                    _, status = os.waitpid(pid, 0)
                    results[number] = Observed(
                        (), f"the answer ended its process, {ending(os.waitstatus_to_exitcode(status))}"
                    )
    return results


def _fork(job: Callable[[], Any]) -> tuple[Connection, int]:
    """Fork a process that does a job; return the end of a pipe that brings its result, and its process id."""
    reader, writer = get_context("fork").Pipe(duplex=False)

    def send_result() -> int:
        try:
            result = job()
        except BaseException as error:
            result = Observed((), f"{type(error).__name__}: {error}")
        writer.send(result)
        return 0

    pid = fork(send_result)
    writer.close()
    return reader, pid


class _TooSlow(BaseException):
    """Not an Exception, so that an answer's own `except Exception` does not swallow it."""


def _observe_one(
    observe: Observe,
    namespace: Namespace,
    exercise: ExerciseSource,
    answer: Answer | Variant | None,
    seconds: float,
    cpu_seconds: float | None,
) -> Any:
    """Observe an answer within so many seconds, with seeds that are always the same."""

    def stop(number: int, _: object) -> NoReturn:
        raise _TooSlow(number)

    _silence()
    _seed_generators()
    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds or 0)  # 0 is no limit
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            seen = observe(namespace, exercise, answer)
        return Stopped() if was_asked_for() else seen
    except TensorFlowIsAsked:
        return Stopped()
    except _TooSlow as stopped:
        if stopped.args == (signal.SIGPROF,):
            return Observed((), f"took longer than {cpu_seconds:g} s of the processor")
        return Observed((), f"took longer than {seconds:g} s")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _silence() -> None:
    """Drop what is written below Python: LAPACK complains on standard output where it is given nan."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _seed_generators() -> None:
    """Seed the hidden states that an answer may draw from: a build gives the same bytes every time."""
    import numpy as np
    import numpy.random.bit_generator as bit_generator

    # Where a generator without a seed takes one: each takes another, and in every process the same ones.
    bit_generator.randbits = random.Random(0).getrandbits  # type: ignore[attr-defined]  # it is from `secrets`
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002, it is the state that answers may use
    if is_loaded():
        sys.modules["tensorflow"].random.set_seed(0)
