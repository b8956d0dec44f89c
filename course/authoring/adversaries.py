"""Who passes a lesson's checks without knowing how: what `course prove` tries against every exercise.

Each knows everything that a learner's notebook holds, and nothing of the private checks but what the
submission's own process sees when they run: the arguments of each call, and the label of each check.
"""

from __future__ import annotations

import copy
import difflib
import inspect
import math
import numbers
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from course.authoring.answers import Answer
from course.authoring.early_stopping import until_rejected
from course.authoring.observe import Namespace, Observed, install, run_test
from course.authoring.recorder import Enough, Observation
from course.authoring.source import ExerciseSource
from helpers.checks.exercises import Exercise
from helpers.checks.observation import kind_of

# Between two arguments of different kinds, where numbers differ by at most 1.
_ANOTHER_KIND = 2.0


def observe_memorised(
    namespace: Namespace, exercise: ExerciseSource, answer: Answer | None, recorded: Mapping[str, Exercise]
) -> Observed:
    """Observe somebody who has the visible results by heart and knows nothing else.

    The solution runs on the visible checks; then the cell runs on a function that gives the same results in
    the same order, and the last of them for ever after, until a private check rejects one.

    recorded: what the shipped checks expect, by exercise.
    """
    namespace = dict(namespace)
    install(namespace, exercise, answer)
    solution: Callable[..., object] = namespace[exercise.name]
    results: list[object] = []

    def remember(*args: Any, **kwargs: Any) -> object:
        results.append(solution(*args, **kwargs))
        return results[-1]

    run_test(namespace | {exercise.name: remember}, exercise.visible_test)
    replies = iter(results)

    def recite(*_: Any, **__: Any) -> object:
        return next(replies, results[-1])

    return run_test(namespace | {exercise.name: recite}, exercise.test, enough=_enough(exercise, recorded))


def observe_nearest(
    namespace: Namespace, exercise: ExerciseSource, answer: Answer | None, recorded: Mapping[str, Exercise]
) -> Observed:
    """Observe somebody who knows all visible calls with their results, and answers a call by the nearest.

    A call that was seen is answered with its own result, any other with the results of the call whose
    arguments are nearest: one after the other where that call was made several times. Ends as above.

    recorded: what the shipped checks expect, by exercise.
    """
    namespace = dict(namespace)
    install(namespace, exercise, answer)
    known = _Known(namespace[exercise.name])
    run_test(namespace | {exercise.name: known.learn}, exercise.visible_test)
    return run_test(
        namespace | {exercise.name: known.reply}, exercise.test, enough=_enough(exercise, recorded)
    )


def _enough(exercise: ExerciseSource, recorded: Mapping[str, Exercise]) -> Enough | None:
    return until_rejected(recorded[exercise.name]) if exercise.name in recorded else None


class _Known:
    """Calls of a function with their results, and replies made of them."""

    def __init__(self, function: Callable[..., object]):
        self.function = function
        self.signature = inspect.signature(function)
        self.results: dict[tuple, object] = {}  # by all arguments, generators with their states
        # By the arguments without generators: the arguments, and all results.
        self.calls: dict[tuple, tuple[tuple, list[object]]] = {}
        self.nearest: dict[tuple, tuple] = {}  # the key of the nearest call, by the key of another

    def learn(self, *args: Any, **kwargs: Any) -> object:
        """Call the function, and remember what it gave."""
        arguments = self._arguments(args, kwargs)
        key, call = _key(arguments), _key(_without_chance(arguments))
        # A copy: what is handed over may be changed by the call, or by the cell afterwards.
        kept = () if call in self.calls else tuple(map(_copied, arguments))
        result = self.function(*args, **kwargs)
        self.results.setdefault(key, result)
        self.calls.setdefault(call, (kept, []))[1].append(result)
        return result

    def reply(self, *args: Any, **kwargs: Any) -> object:
        """Return what the function gave for these arguments, or for the nearest ones."""
        arguments = self._arguments(args, kwargs)
        key = _key(arguments)
        if key in self.results:
            return _copied(self.results[key])
        call = _key(_without_chance(arguments))
        if call not in self.nearest:
            self.nearest[call] = min(self.calls, key=lambda other: _distance(arguments, self.calls[other][0]))
        results = self.calls[self.nearest[call]][1]
        results.append(results.pop(0))
        return _copied(results[-1])

    def _arguments(self, args: tuple, kwargs: dict[str, Any]) -> tuple:
        bound = self.signature.bind(*args, **kwargs)
        bound.apply_defaults()
        return tuple(bound.arguments.values())


def _copied(value: Any) -> Any:
    """Return a copy of a value, or the value where it cannot be copied."""
    # Numbers in lists and dicts are pickled several times as fast as they are copied.
    for copied in (lambda: pickle.loads(pickle.dumps(value)), lambda: copy.deepcopy(value)):
        try:
            return copied()
        except Exception:  # a model or a callback may refuse both: then the thing itself
            continue
    return value


def _key(arguments: tuple) -> tuple:
    """Return what two calls have in common whose arguments are equal."""
    return tuple(_key_of(value) for value in arguments)


def _key_of(value: object) -> object:
    try:
        return pickle.dumps(value)
    except Exception:  # a function of a cell cannot be pickled: it is known again by its code
        code = getattr(value, "__code__", None)
        return repr(value) if code is None else (code.co_code, code.co_consts)


def _is_chance(value: object) -> bool:
    return type(value).__name__ == "Generator"


def _without_chance(arguments: tuple) -> tuple:
    return tuple(value for value in arguments if not _is_chance(value))


def _distance(one, other):
    """Return how far two arguments lie apart.

    0 for equal ones, at most 1 for two numbers, more for two kinds.
    """
    if isinstance(one, numbers.Real) and isinstance(other, numbers.Real):
        return _distance_of_numbers(one, other)
    if hasattr(one, "tolist") and hasattr(other, "tolist"):
        one, other = one.tolist(), other.tolist()
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        pairs = zip(one, other, strict=False)
        return sum(_distance(*pair) for pair in pairs) + _ANOTHER_KIND * abs(len(one) - len(other))
    if _is_chance(one) and _is_chance(other):
        return 0.0
    if type(one) is not type(other):
        return _ANOTHER_KIND
    return 0.0 if _key_of(one) == _key_of(other) else 1.0


def _distance_of_numbers(one, other):
    """Return the same of two numbers: also of infinite ones, and of those that are none."""
    # NumPy's own go on at the other end beyond the largest of their kind.
    one, other = (number.item() if hasattr(number, "item") else number for number in (one, other))
    if one == other or (one != one and other != other):
        return 0.0
    try:
        size = abs(one) + abs(other)
        return abs(one - other) / size if size < math.inf else 1.0
    except OverflowError:  # a whole number that is too large for a float
        return 1.0


def answered_by_label(exercise: Exercise, solved: Observed, own: Observed | None = None) -> Observed:
    """Return what a patched `check` lets out that answers private checks by the most similar visible one.

    exercise: with its private checks.
    solved: what the lesson's solution shows.
    own: what the cheat's own answer shows: of that it lets out what passes, and forges the rest.
    """
    visible = {check.label for check in exercise.visible}
    known = [observation for observation in solved.observations if observation.label in visible]
    private = {check.label: check for check in exercise.private}
    mine = own.data if own else {}
    shown = []
    for observation in solved.observations:
        if observation.label not in private or not known:
            continue
        data = mine.get(observation.label)
        if observation.label not in mine or not private[observation.label].agrees_with(data):
            data = _most_similar(observation, known).data
        shown.append(replace(observation, data=data))
    return Observed(tuple(shown), None)


def decisive_checks(exercise: Exercise, solved: Observed) -> frozenset[str]:
    """Return the labels of the private checks that reject what `answered_by_label` shows to each.

    exercise, solved: as there.
    """
    shown = answered_by_label(exercise, solved).data
    return frozenset(
        check.label
        for check in exercise.private
        if check.label in shown and not check.agrees_with(shown[check.label])
    )


def _most_similar(observation: Observation, known: Sequence[Observation]) -> Observation:
    """Return the visible observation of the same kind whose label reads most like this one's."""

    def kind(other: Observation) -> tuple[str | None, str]:
        return other.seen_as, kind_of(other.data)

    alike = [other for other in known if kind(other) == kind(observation)]
    return max(
        alike or known,
        key=lambda other: difflib.SequenceMatcher(None, other.label, observation.label).ratio(),
    )


def answer_for_all(exercise: Exercise, solved: Observed) -> str | None:
    """Return the label of a visible check whose observation passes every private check, or None."""
    for expected in exercise.visible:
        seen = solved.data.get(expected.label)
        if all(private.agrees_with(seen) for private in exercise.private):
            return expected.label
    return None
