"""What the checks of a lesson see of an answer: its graded cell, run in a namespace of the lesson's."""

from dataclasses import dataclass

from helpers.checks import recorded


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
