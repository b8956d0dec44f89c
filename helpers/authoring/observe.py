"""Run answers against the graded cells of a lesson and write down what the checks see.

A lesson's setup cells run once in this process; each answer then runs in a fork of it, warm and on
its own: what one answer changes, no other sees.
"""

import contextlib
import io
import os
import random
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

from helpers.checks import recorded
from helpers.errors import CourseError

SECONDS_PER_ANSWER = 20


@dataclass(frozen=True)
class Observed:
    """What the checks of one exercise saw of one answer.

    observations: `helpers.checks.Observation`s in their order. error: the exception that ended the
    cell early, as one line, or None.
    """

    observations: tuple
    error: str | None

    @property
    def data(self):
        """The encoded data by label."""
        return {observation.label: observation.data for observation in self.observations}


class _TooSlow(BaseException):
    """Not an Exception, so that an answer's own `except Exception` does not swallow it."""


class Laboratory:
    """The warm place where the answers of one lesson run.

    with Laboratory(lesson) as laboratory:
        observed = laboratory.run([(exercise, answer), (exercise, None), ...])
    """

    def __init__(self, lesson):
        self.lesson = lesson
        self.namespace = {"__name__": "__main__"}

    def __enter__(self):
        for number, source in enumerate(self.lesson.setup, start=1):
            try:
                exec(compile(source, f"<setup {number}>", "exec"), self.namespace)
            except Exception as error:
                raise CourseError(
                    f"{self.lesson.name}: setup cell {number} does not run: {type(error).__name__}: {error}"
                ) from error
        return self

    def __exit__(self, *_):
        self.namespace.clear()

    def run(self, tasks, observe=None):
        """Observe every (exercise, answer) of `tasks` in parallel; the lesson's solution for None.

        exercise: an ExerciseSource. answer: a bank Answer or None. observe: a function of
        (namespace, exercise, answer) to run in the fork instead of `observe_once`.
        """
        # Functions of answers.py cannot be pickled: the forked workers inherit the tasks instead and
        # are told only which one to run. A new process for each task keeps them apart.
        job = partial(_run_in_fork, self.namespace, tasks, observe or observe_once)
        global _job
        _job = job
        workers = min(len(tasks), os.cpu_count() or 1) or 1
        with ProcessPoolExecutor(workers, get_context("fork"), initializer=_quiet) as pool:
            return list(pool.map(_call_job, range(len(tasks))))


_job = None


def _call_job(index):
    """In a worker: fork once more, so that the answer leaves nothing behind for the next one."""
    reader, writer = get_context("fork").Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        # Whatever happens, this process ends here: it must not go on as a second worker.
        try:
            reader.close()
            writer.send(_job(index))
            writer.close()
        finally:
            os._exit(0)
    writer.close()
    try:
        return reader.recv()
    except EOFError:
        return Observed((), "the answer ended its process")
    finally:
        os.waitpid(child, 0)


def _quiet():
    os.environ.setdefault("MPLBACKEND", "Agg")  # no answer opens a window
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run_in_fork(namespace, tasks, observe, index):
    exercise, answer = tasks[index]

    def stop(*_):
        raise _TooSlow

    _fix_chance()
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(SECONDS_PER_ANSWER)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return observe(namespace, exercise, answer)
    except _TooSlow:
        return Observed((), f"took longer than {SECONDS_PER_ANSWER} s")
    finally:
        signal.alarm(0)


def _fix_chance():
    """Seed the hidden states that an answer may draw from: a build gives the same bytes every time."""
    random.seed(0)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(0)
    if "tensorflow" in sys.modules:
        sys.modules["tensorflow"].random.set_seed(0)


def observe_once(namespace, exercise, answer):
    """Run the graded cell, private checks included, on an answer (None: the lesson's solution)."""
    return _observe(namespace, exercise, answer, exercise.test)


def observe_visible(namespace, exercise, answer):
    """The same with the visible checks alone: what a learner's notebook runs."""
    return _observe(namespace, exercise, answer, exercise.visible_test)


def _observe(namespace, exercise, answer, test):
    namespace = dict(namespace)
    try:
        install(namespace, exercise, answer)
    except Exception as error:
        return Observed((), f"{type(error).__name__}: {error}")
    return run_test(namespace, test)


def observe_memorised(namespace, exercise, answer):
    """Observe somebody who has the visible results by heart and knows nothing else.

    The solution runs on the visible checks; then the whole cell runs on a function that gives the
    same results in the same order, and the last of them for ever after.
    """
    namespace = dict(namespace)
    install(namespace, exercise, answer)
    solution, results = namespace[exercise.name], []

    def remember(*args, **kwargs):
        results.append(solution(*args, **kwargs))
        return results[-1]

    run_test(namespace | {exercise.name: remember}, exercise.visible_test)
    replies = iter(results)

    def recite(*_, **__):
        return next(replies, results[-1])

    return run_test(namespace | {exercise.name: recite}, exercise.test)


def install(namespace, exercise, answer):
    """Put an answer (None: the lesson's solution) where the graded cell looks for the learner's."""
    if answer is None:
        exec(compile(exercise.solution, f"<solution of {exercise.name}>", "exec"), namespace)
    else:
        namespace[exercise.name] = answer.value


def run_test(namespace, source):
    """Run a graded cell in `namespace`; an exception ends it, as in a notebook."""
    with recorded() as observations:
        try:
            exec(compile(source, "<checks>", "exec"), namespace)
            error = None
        except Exception as caught:
            error = f"{type(caught).__name__}: {caught}"
    return Observed(tuple(observations), error)
