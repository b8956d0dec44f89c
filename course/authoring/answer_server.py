"""Where the answers of one lesson run: in a process of their own, and a fork of it for each answer.

A lesson's process runs its setup cells. It is forked from a server that has imported what lessons need, and
done nothing else: a fork of whoever builds or tests would carry along what libraries have begun there, as
TensorFlow's threads, and crash or hang where it touches that.
"""

import contextlib
import importlib
import io
import os
import pkgutil
import random
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn, Self, TypeAlias

from course.authoring.answers import Answer, read_bank
from course.authoring.observe import Namespace, Observe, Observed, Variant, observe_once
from course.authoring.source import ExerciseSource, Lesson
from course.environment import variables
from course.settings import SETTINGS_FILE, Settings, read_settings
from helpers.errors import CourseError, in_one_line
from helpers.processes import Fork, ending, kill_group

# An answer as it is sent: its number in the bank; None for the solution; or, of a variant, the number of what
# was changed, its source, and the name that it defines. Functions of answers.py cannot be sent.
_Numbered: TypeAlias = int | tuple[int | None, str, str] | None

# By the clock, for what hangs: a slow machine may be busy beside.
SECONDS_PER_ANSWER = 180
SECONDS_OF_SETUP = 180
_ENVIRONMENT = {
    # Not from the folder in which this runs: one of its own may be called `course`.
    "PYTHONSAFEPATH": "1",
    # No answer opens a window.
    "MPLBACKEND": "Agg",
}


@dataclass(frozen=True)
class _Asked:
    """What a lesson's process is asked: to observe answers, each with its exercise's name, within limits."""

    observe: Observe
    numbered: Sequence[tuple[str, _Numbered]]
    seconds: float
    cpu_seconds: float | None


class AnswerServer:
    """The answers of one lesson, observed: what one of them changes, no other sees.

    with AnswerServer(lesson, answers) as server:
        observed = server.run([(exercise, answer), (exercise, None), ...])

    answers: the whole bank of the lesson, of `read_bank`.

    Raises CourseError when a setup cell does not run.
    """

    def __init__(self, lesson: Lesson, answers: Sequence[Answer]):
        self._lesson = lesson
        # Functions of answers.py cannot be sent: the process reads the bank itself and is told numbers.
        self._numbers = {id(answer): number for number, answer in enumerate(answers)}

    def __enter__(self) -> Self:
        lesson = self._lesson
        # An answer may write files, and one that takes its arguments in another order does so where it runs.
        self._place = TemporaryDirectory(prefix="answers-", ignore_cleanup_errors=True)
        self._connection, theirs = Pipe()
        folder = lesson.folder.absolute()
        settings = read_settings(folder.parents[1])
        with theirs:
            arguments = (theirs, folder, lesson.setup, lesson.exercises, settings, self._place.name)
            self._process = _start(arguments, settings.kernels.preload)
        try:
            self._receive(f"a setup cell ended its process, or took longer than {SECONDS_OF_SETUP} s")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        """End the process, and all answers that still run in it."""
        # They are in its group, which it may not have made yet.
        assert self._process.pid is not None  # it has been started
        kill_group(self._process.pid)
        self._process.kill()
        self._process.join()
        self._connection.close()
        self._place.cleanup()

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

        Raises CourseError when the process in which they run is lost.
        """
        if not tasks:
            return []
        numbered = [(exercise.name, self._numbered(answer)) for exercise, answer in tasks]
        self._connection.send(_Asked(observe, numbered, seconds or SECONDS_PER_ANSWER, cpu_seconds))
        results: list[Any] = self._receive("the process in which answers run was lost")
        return results

    def _numbered(self, answer: Answer | Variant | None) -> _Numbered:
        if isinstance(answer, Variant):
            base = None if answer.base is None else self._numbers[id(answer.base)]
            return base, answer.source, answer.defines
        return None if answer is None else self._numbers[id(answer)]

    def _receive(self, when_lost: str) -> Any:
        try:
            value, error = self._connection.recv()
        except (EOFError, ConnectionError):
            raise CourseError(f"{self._lesson.name}: {when_lost}") from None
        if error:
            raise CourseError(error)
        return value


def _start(arguments: tuple[Any, ...], preload: Sequence[str]) -> BaseProcess:
    """Start the process of a lesson, deaf to Ctrl-C, which a terminal sends to all."""
    resource_tracker.ensure_running()  # started with the process, it would allow Ctrl-C again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        with variables(_ENVIRONMENT), _without_main():
            context = get_context("forkserver")
            # Of the first lesson: it starts the server.
            context.set_forkserver_preload([__name__, *preload])
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
    settings: Settings,
    place: str,
) -> None:
    os.setsid()
    os.chdir(place)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    namespace: Namespace = {"__name__": "__main__"}
    # By the signal's own action: a handler of Python's would wait for the end of a loop in C.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(SECONDS_OF_SETUP)
    try:
        prepare = _import_for(settings)
        _set_up(namespace, folder.name, setup)
        answers = read_bank(folder, exercises).answers
    except CourseError as error:
        connection.send((None, str(error)))
        return
    signal.alarm(0)
    connection.send((None, None))
    while True:
        try:
            asked = connection.recv()
        except EOFError:
            return
        jobs = [
            partial(_observe_one, asked, prepare, namespace, exercises[name], _answer(numbered, answers))
            for name, numbered in asked.numbered
        ]
        connection.send((_in_forks(jobs, connection, 2 * asked.seconds + 1), None))


def _import_for(settings: Settings) -> Callable[[], object]:
    """Import what the course's answers need; return what is called in front of each of them.

    The modules are there already where this course was the first that started the server.
    """
    try:
        for name in settings.kernels.preload:
            importlib.import_module(name)
        if not settings.answers.prepare:
            return lambda: None
        prepare: Callable[[], object] = pkgutil.resolve_name(settings.answers.prepare)
    except (ImportError, AttributeError, ValueError) as error:
        raise CourseError(f"{SETTINGS_FILE}: {in_one_line(error)}") from error
    return prepare


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
    running: dict[Connection, tuple[int, Fork, float]] = {}  # number, fork and deadline, by its pipe
    while waiting or running:
        while waiting and len(running) < (os.cpu_count() or 1):
            number, job = waiting.pop(0)
            fork = Fork(job)
            running[fork.connection] = number, fork, time.monotonic() + seconds
        ready = wait([connection, *running], timeout=1)
        if connection in ready:  # nothing is sent before the answer: it is the end
            kill_group(os.getpid())
        for reader, (_, fork, deadline) in running.items():
            if reader not in ready and time.monotonic() > deadline:
                fork.kill()
        for reader in [one for one in running if one in ready]:
            number, fork, _ = running.pop(reader)
            results[number] = _received(fork)
    return results


def _received(fork: Fork) -> Any:
    try:
        result = fork.receive()
    except EOFError:
        result = Observed((), f"the answer ended its process, {ending(fork.wait())}")
    fork.wait()
    return result


class _TooSlow(BaseException):
    """Not an Exception, so that an answer's own `except Exception` does not swallow it."""


def _observe_one(
    asked: _Asked,
    prepare: Callable[[], object],
    namespace: Namespace,
    exercise: ExerciseSource,
    answer: Answer | Variant | None,
) -> Any:
    """Observe an answer within the limits, with seeds that are always the same."""

    def stop(number: int, _: object) -> NoReturn:
        raise _TooSlow(number)

    _silence()
    _seed_generators()
    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_REAL, asked.seconds)
    signal.setitimer(signal.ITIMER_PROF, asked.cpu_seconds or 0)  # 0 is no limit
    try:
        prepare()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return asked.observe(namespace, exercise, answer)
    except _TooSlow as stopped:
        if stopped.args == (signal.SIGPROF,):
            return Observed((), f"took longer than {asked.cpu_seconds:g} s of the processor")
        return Observed((), f"took longer than {asked.seconds:g} s")
    except BaseException as error:  # an answer may call sys.exit
        return Observed((), f"{type(error).__name__}: {error}")
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
