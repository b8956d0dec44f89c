"""The proof that a lesson's checks work: right answers pass, wrong ones fail with their own sentence.

It judges what is shipped (`checks.json`, `private.json`) with the code that learner and judge use.
"""

from dataclasses import dataclass, field

from helpers.authoring.bank import read_bank
from helpers.authoring.laboratory import Laboratory
from helpers.authoring.observe import observe_memorised
from helpers.authoring.source import read_lesson
from helpers.comparison import read_exercises
from helpers.observation import describe


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
    passes, a wrong answer's own sentence is not shown to the learner who gives it, or somebody who
    memorised the visible results passes the private checks too.
    """
    lesson = read_lesson(folder)
    answers = read_bank(folder, lesson.exercises)
    exercises = read_exercises(folder)
    tasks = [(lesson.exercises[answer.exercise], answer) for answer in answers]
    solutions = [(exercise, None) for exercise in lesson.exercises.values()]
    memorable = [(exercise, None) for exercise in lesson.exercises.values() if not exercise.is_quiz]
    with Laboratory(lesson, answers) as laboratory:
        results = laboratory.run(tasks + solutions)
        memorised = laboratory.run(memorable, observe_memorised)
    proofs = {name: Proof(lesson.name, name) for name in lesson.exercises}
    for name, proof in proofs.items():
        if name not in exercises:
            proof.failures.append(f"{name} is not in checks.json: course build {lesson.name}")
    known = {name: proof for name, proof in proofs.items() if name in exercises}
    for (source, answer), observed in zip(tasks + solutions, results, strict=True):
        if source.name in known:
            _take(known[source.name], exercises[source.name], answer, observed)
    for (source, _), observed in zip(memorable, memorised, strict=True):
        if source.name in known and _verdict(exercises[source.name].private, observed) is None:
            known[source.name].failures.append(
                f"{source.name}: who has the visible results by heart passes the private checks too"
            )
    return list(proofs.values())


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
    shown = shown_to_learner(exercise, observed)
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


def shown_to_learner(exercise, observed):
    """The sentence that a learner reads whose visible checks observe this; None when there is none.

    A learner's cell ends at the first check that fails, so only what was seen up to there counts.
    """
    seen = {}
    for expected in exercise.visible:
        if expected.label not in observed.data:
            return None
        seen[expected.label] = observed.data[expected.label]
        if not expected.agrees_with(seen[expected.label]):
            return exercise.recognise(seen)
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
