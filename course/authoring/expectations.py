"""What the checks of a lesson observe, of its solution and of wrong answers: what is expected of all."""

from collections.abc import Collection, Sequence
from typing import Any

from course.authoring.answer_server import AnswerServer
from course.authoring.answers import Answer
from course.authoring.observe import Observed, observe_visible
from course.authoring.source import ExerciseSource, Lesson
from course.inspection.registry import inspector_of
from helpers import properties
from helpers.checks import Observation
from helpers.comparison import describe
from helpers.errors import CourseError
from helpers.exercises import Exercise, Expected, Misconception, digest
from helpers.observation import Encoded, is_data, kind_of

# What a slip in a check's own lambda raises: it would be recorded as what is expected of everybody.
_SLIPS = ("NameError", "UnboundLocalError", "AttributeError", "ImportError", "ModuleNotFoundError")


def record(lesson: Lesson, answers: Sequence[Answer]) -> list[Exercise]:
    """Return the lesson's exercises, with what their checks observe of solution and wrong answers.

    answers: the whole bank of the lesson.

    Raises CourseError when the solution fails to run, a label stands twice, or what it gives is not data.
    """
    wrong = [answer for answer in answers if not answer.is_right]
    tasks: list[tuple[ExerciseSource, Answer | None]] = [
        (exercise, None) for exercise in lesson.exercises.values()
    ]
    tasks += [(lesson.exercises[answer.exercise], answer) for answer in wrong]
    with AnswerServer(lesson, answers) as server:
        results = server.run(tasks)
        visible_results = server.run(tasks[: len(lesson.exercises)], observe_visible)
    solved, failed = results[: len(lesson.exercises)], results[len(lesson.exercises) :]
    exercises: list[Exercise] = []
    labels: dict[str, str] = {}  # the exercise of each
    for source, observed, seen in zip(lesson.exercises.values(), solved, visible_results, strict=True):
        _refuse_unrecordable(lesson, source, observed, labels)
        misconceptions = [
            Misconception(answer.sentence, _seen(result, observed))
            for answer, result in zip(wrong, failed, strict=True)
            if answer.exercise == source.name and answer.sentence is not None
        ]
        exercises.append(_exercise(source.name, observed, set(seen.data), misconceptions))
    return exercises + _inspected(lesson)


def _inspected(lesson: Lesson) -> list[Exercise]:
    """Return the exercises that the lesson's inspector judges: each has one check, and nothing against it."""
    inspector = inspector_of(lesson.name)
    titles = {} if inspector is None else inspector.titles
    return [Exercise(name, (Expected(titles[name], []),), 0) for name in lesson.inspected]


def _exercise(
    name: str, observed: Observed, visible: Collection[str], misconceptions: Sequence[Misconception]
) -> Exercise:
    checks = [_expected(observation, visible) for observation in observed.observations]
    num_private = sum(check.private for check in checks)
    return Exercise(name, tuple(checks), num_private, tuple(misconceptions))


def _refuse_unrecordable(
    lesson: Lesson, exercise: ExerciseSource, observed: Observed, labels: dict[str, str]
) -> None:
    """Raise CourseError when what the solution shows cannot be expected of others.

    labels: the exercise of each label so far; this one's are added.
    """
    place = f'{lesson.name}, cell test="{exercise.name}"'
    if observed.error:
        raise CourseError(f"{place}: the lesson's own solution fails there: {observed.error}")
    if not observed.observations:
        raise CourseError(f"{place}: it calls no check")
    for observation in observed.observations:
        if observation.seen_as not in (None, *properties.PROPERTIES):
            raise CourseError(
                f"{place}: {observation.label!r} is seen as {observation.seen_as!r}, which is no property; "
                f"there are {', '.join(properties.PROPERTIES)}"
            )
        if observation.label in labels:
            raise CourseError(
                f"{place}: the label {observation.label!r} is taken (exercise "
                f"{labels[observation.label]!r}); labels are unique in a lesson"
            )
        labels[observation.label] = exercise.name
        value = _compared(observation)
        if observation.seen_as and not properties.is_seen(value):
            raise CourseError(
                f"{place}: {observation.label!r} cannot be seen as {observation.seen_as!r}: it is "
                f"{describe(value)}"
            )
        if not is_data(value):
            raise CourseError(
                f"{place}: {observation.label!r} observes {describe(observation.data)}: turn it into "
                "numbers, strings or arrays in the cell"
            )
        if isinstance(value, dict) and value.get("raises") in _SLIPS:
            raise CourseError(
                f"{place}: {observation.label!r} ends in a {value['raises']}, which no contract asks for: "
                "there is a slip in the check"
            )


def _compared(observation: Observation) -> Any:
    """Return what is compared of an observation, as `helpers.exercises.Expected.see` does."""
    if observation.secret:
        return digest(observation.label, observation.data)
    if observation.seen_as:
        return properties.see(observation.seen_as, observation.data)
    return observation.data


def _expected(observation: Observation, visible: Collection[str]) -> Expected:
    """Return what a check expects from now on of everybody.

    visible: the labels that a learner's notebook has.
    """
    value, private = _compared(observation), observation.label not in visible
    if observation.secret:
        return Expected(observation.label, digest=value, private=private)
    if kind_of(value) == "raises":
        # A right answer may refuse in words of its own.
        value = {"raises": value["raises"]}
    return Expected(
        observation.label, value, observation.rtol, observation.atol, None, private, observation.seen_as
    )


def _seen(result: Observed, observed: Observed) -> dict[str, Encoded]:
    """Return what the checks see of a wrong answer, by label, as far as the lesson has these checks."""
    labels = {observation.label for observation in observed.observations}
    return {
        observation.label: _compared(observation)
        for observation in result.observations
        if observation.label in labels
    }
