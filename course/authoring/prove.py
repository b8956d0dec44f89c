"""The proof that a lesson's checks work: right answers pass, wrong ones fail with their own sentence.

It judges what is shipped (`checks.json`, `private.json`) with the code that learner and judge use.
"""

import json
from dataclasses import dataclass, field

from course.authoring.adversaries import (
    answer_for_all,
    answered_by_label,
    observe_memorised,
    observe_nearest,
)
from course.authoring.answer_server import AnswerServer
from course.authoring.answers import read_bank
from course.authoring.source import read_lesson
from helpers.comparison import describe
from helpers.exercises import read_exercises

# Of the 5 MB that a submission may put out, all its pictures included.
MOST_BYTES = 600_000


@dataclass
class Proof:
    """How the checks of one exercise did against its bank.

    Counts of answers; `failures` are lines that say what is wrong, empty when all is well.
    private_rejected counts the wrong answers that the private checks alone would reject.
    """

    lesson: str
    exercise: str
    num_right: int = 0
    accepted: int = 0
    num_wrong: int = 0
    rejected: int = 0
    recognised: int = 0
    private_rejected: int = 0
    num_private: int = 0
    failures: list[str] = field(default_factory=list)


def prove(folder):
    """Run the bank of the lesson in `folder` against its checks; a Proof for each exercise.

    Fails (in `Proof.failures`) when a right answer or the solution is rejected, a wrong answer
    passes, a wrong answer's own sentence is not shown to the learner who gives it, one of the
    `adversaries` passes the private checks, or what the checks observe is larger than MOST_BYTES.
    """
    lesson = read_lesson(folder)
    answers = read_bank(folder, lesson.exercises)
    exercises = read_exercises(folder)
    tasks = [(lesson.exercises[answer.exercise], answer) for answer in answers]
    solutions = [(exercise, None) for exercise in lesson.exercises.values()]
    memorable = [(exercise, None) for exercise in lesson.exercises.values() if not exercise.is_quiz]
    with AnswerServer(lesson, answers) as server:
        results = server.run(tasks + solutions)
        memorised = server.run(memorable, observe_memorised)
        nearest = server.run(memorable, observe_nearest)
    proofs = {name: Proof(lesson.name, name) for name in lesson.exercises}
    for name, proof in proofs.items():
        if name not in exercises:
            proof.failures.append(f"{name} is not in checks.json: course build {lesson.name}")
    known = {name: proof for name, proof in proofs.items() if name in exercises}
    for (source, answer), observed in zip(tasks + solutions, results, strict=True):
        if source.name in known:
            _take(known[source.name], exercises[source.name], answer, observed)
    solved = {
        source.name: observed for (source, _), observed in zip(solutions, results[len(tasks) :], strict=True)
    }
    for (source, _), by_heart, by_nearest in zip(memorable, memorised, nearest, strict=True):
        if source.name in known:
            wrong = [
                (answer, observed)
                for (of, answer), observed in zip(tasks, results, strict=False)
                if of.name == source.name and not answer.is_right
            ]
            exercise = exercises[source.name]
            known[source.name].failures += _passed_by_cheats(
                exercise, by_heart, by_nearest, solved[source.name], wrong
            )
    for name, proof in known.items():
        size = _num_bytes(solved[name])
        if size > MOST_BYTES:
            proof.failures.append(
                f"{name}: its checks observe {size / 1000:.0f} kB, the limit is {MOST_BYTES / 1000:.0f}: "
                "let them draw less"
            )
    return list(proofs.values())


def _num_bytes(observed):
    """The size of what a submission sends out of its process when an exercise is graded."""
    return sum(len(json.dumps(observation.data)) for observation in observed.observations)


def _passed_by_cheats(exercise, by_heart, by_nearest, solved, wrong):
    """A line for each of the `adversaries` that passes the private checks of an exercise.

    by_heart, by_nearest, solved: Observed of two of them, and of the lesson's solution. wrong: the pairs of
    wrong answers and their Observed.
    """
    if not exercise.private:
        return  # a finding of lint
    if _verdict(exercise.private, by_heart) is None:
        yield f"{exercise.name}: who has the visible results by heart passes the private checks too"
    if _verdict(exercise.private, by_nearest) is None:
        yield f"{exercise.name}: who answers each call like the nearest visible one passes the private checks"
    label = answer_for_all(exercise, solved)
    if label is not None:
        yield f"{exercise.name}: what {label!r} observes passes all private checks"
    patched = "passes the private checks with a `check` that shows what the most similar visible one observes"
    if _verdict(exercise.private, answered_by_label(exercise, solved)) is None:
        yield f"{exercise.name}: who computes nothing {patched}"
        return
    for answer, observed in wrong:
        if _verdict(exercise.private, answered_by_label(exercise, solved, observed)) is None:
            yield f"{exercise.name}: {answer.name} {patched} where its own results are wrong"


def _take(proof, exercise, answer, observed):
    """Count one answer and write down what is wrong with its verdict."""
    name = "the lesson's own solution" if answer is None else answer.name
    rejected_by = _verdict(exercise.checks, observed)
    if answer is None or answer.is_right:
        proof.num_private = len(exercise.private)
        proof.num_right += 1
        if rejected_by is None:
            proof.accepted += 1
        else:
            proof.failures.append(f"{exercise.name}: {name} is right, but is rejected: {rejected_by}")
        return
    proof.num_wrong += 1
    proof.private_rejected += _verdict(exercise.private, observed) is not None
    if rejected_by is None:
        proof.failures.append(f"{exercise.name}: {name} is wrong, but passes")
        return
    proof.rejected += 1
    shown = exercise.recognise_first(observed.data)
    if shown == answer.sentence:
        proof.recognised += 1
    elif shown is None:
        proof.failures.append(
            f"{exercise.name}: {name} is not told apart: {_why(exercise, answer, observed)}"
        )
    else:
        proof.failures.append(f"{exercise.name}: {name} is taken for another mistake: {shown}")


def _verdict(checks, observed):
    """What rejects the observed answer among `checks`, as a line; None when nothing does."""
    for expected in checks:
        if expected.label not in observed.data:
            return f"{expected.label!r} was not reached ({observed.error or 'no error'})"
        found = expected.difference(observed.data[expected.label])
        if found:
            return f"{expected.label!r}: {found}"
    return None


def _why(exercise, answer, observed):
    first = next(
        (
            expected
            for expected in exercise.visible
            if expected.label not in observed.data or not expected.agrees_with(observed.data[expected.label])
        ),
        None,
    )
    if first is None:
        return "it passes every visible check, so a learner never reads its sentence"
    if first.label not in observed.data:
        return f"it raises outside of check ({observed.error}): give {first.label!r} a lambda"
    seen = first.see(observed.data[first.label])
    others = [
        misconception.sentence
        for misconception in exercise.misconceptions
        if misconception.sentence != answer.sentence
        and first.label in misconception.observations
        and first.looks_alike(misconception.observations[first.label], seen)
    ]
    same = f"; so does: {others[0]}" if others else "; course build has not seen it yet"
    return f"at {first.label!r} it gives {describe(seen)}{same}"
