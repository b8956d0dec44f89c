"""What the checks of a lesson observe, of its solution and of wrong answers: what is expected of all."""

from collections.abc import Collection
from typing import Any

from course.authoring.answer_server import AnswerServer
from course.authoring.answers import SLIPS, Answer, Bank
from course.authoring.observe import Observed, observe_visible
from course.authoring.recorder import Observation
from course.authoring.source import ExerciseSource, Lesson
from course.inspectors import inspector_of
from helpers.checks import properties
from helpers.checks.comparison import describe
from helpers.checks.exercises import Exercise, Expected, Misconception, asked_kind, digest
from helpers.checks.observation import Encoded, is_data, is_list, kind_of
from helpers.errors import CourseError

# What a slip in a check's own lambda raises: it would be recorded as what is expected of everybody.
_SLIPS = (*SLIPS, "AttributeError")


def record(lesson: Lesson, bank: Bank) -> list[Exercise]:
    """Return the lesson's exercises, with what their checks observe of solution and wrong answers.

    Raises CourseError when the solution fails to run, a label stands twice, or what it gives is not data.
    """
    wrong = [answer for answer in bank.answers if not answer.is_right]
    tasks: list[tuple[ExerciseSource, Answer | None]] = [
        (exercise, None) for exercise in lesson.exercises.values()
    ]
    tasks += [(lesson.exercises[answer.exercise], answer) for answer in wrong]
    with AnswerServer(lesson, bank.answers) as server:
        results = server.run(tasks)
        visible_results = server.run(tasks[: len(lesson.exercises)], observe_visible)
    solved, failed = results[: len(lesson.exercises)], results[len(lesson.exercises) :]
    exercises: list[Exercise] = []
    labels: dict[str, str] = {}  # the exercise of each
    for source, observed, seen in zip(lesson.exercises.values(), solved, visible_results, strict=True):
        _refuse_unrecordable(lesson, source, observed, labels)
        hints = bank.hints[source.name].steps if source.name in bank.hints else ()
        reason = bank.reasons[source.name].sentence if source.name in bank.reasons else None
        misconceptions = [
            Misconception(answer.sentence, _seen(result, seen))
            for answer, result in zip(wrong, failed, strict=True)
            if answer.exercise == source.name and answer.sentence is not None
        ]
        checks = [_expected(observation, set(seen.data)) for observation in observed.observations]
        num_private = sum(check.private for check in checks)
        exercises.append(
            Exercise(source.name, tuple(checks), num_private, tuple(misconceptions), hints, reason)
        )
    return exercises + _inspected(lesson)


def _inspected(lesson: Lesson) -> list[Exercise]:
    """Return the exercises that the lesson's inspector judges: each has one check, and nothing against it."""
    inspector = inspector_of(lesson.folder)
    titles = {} if inspector is None else inspector.titles
    return [Exercise(name, (Expected(titles[name], []),), 0) for name in lesson.inspected]


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
    results = [result for observation in observed.observations for result in _results(observation)]
    if results and all(kind_of(result) == "raises" for result in results):
        raise CourseError(
            f"{place}: the lesson's own solution fails there, in every check: {describe(results[0])}"
        )
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
        if observation.each:
            _refuse_illegal_cases(place, observation)
        value = _compared(observation)
        if observation.seen_as and not observation.each and not properties.is_seen(value):
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


def _results(observation: Observation) -> list[Encoded]:
    """Return what an observation is of: one result, or that of each drawn case."""
    return observation.data if observation.each and is_list(observation.data) else [observation.data]


def _refuse_illegal_cases(place: str, observation: Observation) -> None:
    """Raise CourseError when the solution refuses a case that was drawn for it, or gives what is no data."""
    results = _results(observation)
    if not results:
        raise CourseError(f"{place}: {observation.label!r} has no cases: write @e.cases in answers.py")
    for number, result in enumerate(results):
        seen = result if observation.seen_as is None else properties.see(observation.seen_as, result)
        if not is_data(seen) or kind_of(seen) == "raises" or properties.is_unfit(seen):
            raise CourseError(
                f"{place}: {observation.label!r}: the solution gives {describe(result)} for case {number}: "
                "let the generator in answers.py draw legal cases only, or the check observe data"
            )


def _compared(observation: Observation) -> Any:
    """Return what is compared of an observation, as `helpers.checks.exercises.Expected.see` does."""
    if observation.secret:
        return digest(observation.label, observation.data)
    compare = Expected(observation.label, seen_as=observation.seen_as, each=observation.each)
    return compare.see(observation.data)


def _expected(observation: Observation, visible: Collection[str]) -> Expected:
    """Return what a check expects from now on of everybody.

    visible: the labels that a learner's notebook has.
    """
    value, private = _compared(observation), observation.label not in visible
    if observation.secret:
        asked = asked_kind(observation.data)
        return Expected(observation.label, digest=value, private=private, asked=asked)
    if kind_of(value) == "raises":
        # A right answer may refuse in words of its own.
        value = {"raises": value["raises"]}
    return Expected(
        label=observation.label,
        data=value,
        rtol=observation.rtol,
        atol=observation.atol,
        private=private,
        seen_as=observation.seen_as,
        each=observation.each,
    )


def _seen(result: Observed, visible: Observed) -> dict[str, Encoded]:
    """Return what the visible checks see of a wrong answer, by label."""
    labels = set(visible.data)
    return {
        observation.label: _compared(observation)
        for observation in result.observations
        if observation.label in labels
    }
