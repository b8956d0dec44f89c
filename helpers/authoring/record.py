"""What the checks of a lesson observe, written down: the contents of its two generated JSON files."""

from helpers import properties
from helpers.authoring.laboratory import Laboratory
from helpers.authoring.observe import observe_visible
from helpers.comparison import digest
from helpers.errors import CourseError
from helpers.observation import describe, is_data, kind_of


def record(lesson, answers):
    """What the checks observe of the solution and of each wrong answer.

    Returns the contents of `checks.json` (visible checks) and `private.json` (private ones). Raises
    CourseError when the solution fails to run, a label stands twice, or what it gives is not data.
    """
    wrong = [answer for answer in answers if not answer.is_right]
    tasks = [(exercise, None) for exercise in lesson.exercises.values()]
    tasks += [(lesson.exercises[answer.exercise], answer) for answer in wrong]
    with Laboratory(lesson, answers) as laboratory:
        results = laboratory.run(tasks)
        visible_results = laboratory.run(tasks[: len(lesson.exercises)], observe_visible)
    solved, failed = results[: len(lesson.exercises)], results[len(lesson.exercises) :]
    checks, private = {}, {}
    labels = {}
    for exercise, observed, seen in zip(lesson.exercises.values(), solved, visible_results, strict=True):
        _refuse_unrecordable(lesson, exercise, observed, labels)
        visible = set(seen.data)
        entries = [_entry(observation) for observation in observed.observations]
        mine = [
            (answer, result)
            for answer, result in zip(wrong, failed, strict=True)
            if answer.exercise == exercise.name
        ]
        hidden = [entry for entry in entries if entry["label"] not in visible]
        checks[exercise.name] = {
            "checks": [entry for entry in entries if entry["label"] in visible],
            "private": len(hidden),
            "misconceptions": [
                {"sentence": answer.sentence, "observations": _fingerprint(result, visible)}
                for answer, result in mine
            ],
        }
        private[exercise.name] = {
            "checks": hidden,
            "misconceptions": [
                _fingerprint(result, {entry["label"] for entry in hidden}) for _, result in mine
            ],
        }
    return {"exercises": checks}, {"exercises": private}


def _refuse_unrecordable(lesson, exercise, observed, labels):
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
        value = _value(observation)
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


def _value(observation):
    """What is compared of an observation: see `helpers.comparison.Expected.see`."""
    if observation.secret:
        return digest(observation.label, observation.data)
    if observation.seen_as:
        return properties.see(observation.seen_as, observation.data)
    return observation.data


def _entry(observation):
    expected = _value(observation)
    if observation.secret:
        return {"label": observation.label, "digest": expected}
    if kind_of(expected) == "raises":
        # A right answer may refuse in words of its own.
        expected = {"raises": expected["raises"]}
    entry = {
        "label": observation.label,
        "expected": expected,
        "rtol": observation.rtol,
        "atol": observation.atol,
    }
    return entry | ({"seen_as": observation.seen_as} if observation.seen_as else {})


def _fingerprint(observed, labels):
    return {
        observation.label: _value(observation)
        for observation in observed.observations
        if observation.label in labels
    }
