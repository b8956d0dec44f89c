"""The proof that a lesson's checks work: right answers pass, wrong ones fail with their own sentence.

It judges what is shipped (`checks.json`, `private.json`) with the code that learner and judge use.
"""

import functools
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from course.authoring.adversaries import (
    answer_for_all,
    answered_by_label,
    decisive_checks,
    observe_memorised,
    observe_nearest,
)
from course.authoring.answer_server import AnswerServer
from course.authoring.answers import Answer, Bank
from course.authoring.drawn_cases import read_with_cases
from course.authoring.equivalence import Examination, Examined, Question
from course.authoring.inspected import prove_inspected
from course.authoring.mutation_score import questions
from course.authoring.observe import Observed
from course.authoring.proof import Proof
from course.authoring.source import Lesson
from course.lessons import ANSWERS_FILE
from helpers.checks.comparison import describe
from helpers.checks.exercises import PRIVATE_FILE, Exercise, Expected, read_exercises
from helpers.checks.observation import clip

# Drawn cases that decide whether an answer of the bank is what it is marked as, unless the recorded ones have
# shown it to be wrong. Mutants are asked more.
DECIDING = 200
# A right answer is asked one in so many of those that its exercise declares, or once more as many as are
# recorded: that is as much of a dear exercise as of a cheap one, which declares 1,000.
DECLARED_FOR_ONE = 5
# Of the 5 MB that a submission may put out, all its pictures included.
MOST_BYTES = 600_000
# Of a cell's 120 CPU seconds, what a plain right answer may take: 10 on a quiet machine that needs PLAIN_LOOP
# for `_seconds_of_a_plain_loop`, on a slower one as much more, and twice that, because two processes on the
# two threads of one core count nearly twice the time for the same work.
MOST_CPU_SECONDS, PLAIN_LOOP = 2 * 10.0, 0.13


@dataclass(frozen=True)
class _Seen:
    """What the checks of one exercise observe.

    solved: of the lesson's solution.
    bank: of each answer of the bank, with the answer; without those that were lost.
    cheats: of who has the visible results by heart, and of who answers like the nearest call; None for a
        quiz.
    against: what the drawn cases say against a mark of the bank, as lines.
    """

    solved: Observed
    bank: list[tuple[Answer, Observed]]
    cheats: tuple[Observed, Observed] | None = None
    against: tuple[str, ...] = ()


def prove(folder: Path) -> list[Proof]:
    """Run the bank of the lesson in `folder` against its checks; return a proof for each exercise.

    Fails (in `Proof.failures`) when a right answer or the solution is rejected, a wrong answer
    passes, a wrong answer's own sentence is not shown to the learner who gives it, one of the
    `adversaries` passes the private checks or is lost, private checks are recorded of which PRIVATE_FILE
    knows nothing, what the checks observe is larger than MOST_BYTES, or a right answer takes longer than
    MOST_CPU_SECONDS.

    Raises CourseError when source, bank or recorded checks cannot be read, or a setup cell does not run.
    """
    lesson, bank = read_with_cases(folder)
    exercises = read_exercises(folder)
    proofs = [
        _prove_exercise(Proof(lesson.name, name), exercises.get(name), seen)
        for name, seen in _observe(lesson, bank).items()
    ]
    return proofs + prove_inspected(lesson)


def _observe(lesson: Lesson, bank: Bank) -> dict[str, _Seen]:
    """Return what the checks of each exercise observe, by its name."""
    exercises = list(lesson.exercises.values())
    memorable = [(exercise, None) for exercise in exercises if not exercise.is_quiz]
    with AnswerServer(lesson, bank.answers) as server:
        question = questions(lesson, bank, server, DECIDING)
        solved = server.run([(exercise, None) for exercise in exercises])
        decisive = {
            exercise.name: decisive_checks(question.recorded[exercise.name], its_solution)
            for exercise, its_solution in zip(exercises, solved, strict=True)
            if exercise.name in question.recorded
        }
        tasks = [(lesson.exercises[answer.exercise], answer) for answer in bank.answers]
        examined = server.run(tasks, Examination(question, _for_right(bank), decisive).examine)
        memorised = server.run(memorable, partial(observe_memorised, recorded=question.recorded))
        nearest = server.run(memorable, partial(observe_nearest, recorded=question.recorded))
    names = [exercise.name for exercise, _ in memorable]
    cheats = dict(zip(names, zip(memorised, nearest, strict=True), strict=True))
    pairs: dict[str, list[tuple[Answer, Examined | Observed]]] = {name: [] for name in lesson.exercises}
    for answer, seen in zip(bank.answers, examined, strict=True):
        pairs[answer.exercise].append((answer, seen))
    return {
        exercise.name: _Seen(
            its_solution,
            [(answer, seen.observed) for answer, seen in pairs[exercise.name] if isinstance(seen, Examined)],
            cheats.get(exercise.name),
            tuple(_against_marks(lesson, question, pairs[exercise.name])),
        )
        for exercise, its_solution in zip(exercises, solved, strict=True)
    }


def _for_right(bank: Bank) -> dict[str, int]:
    """Return how many deciding cases the right answers to each exercise are asked."""
    return {
        name: max(drawn.recorded, drawn.deciding // DECLARED_FOR_ONE) for name, drawn in bank.cases.items()
    }


def _against_marks(
    lesson: Lesson, question: Question, pairs: Sequence[tuple[Answer, Examined | Observed]]
) -> Iterator[str]:
    """Yield a line for each answer to an exercise that was lost, or is marked wrongly by its drawn cases."""
    for answer, seen in pairs:
        place = f"{lesson.name}/{ANSWERS_FILE}:{answer.line}: {answer.name}"
        if isinstance(seen, Observed):
            yield (
                f"{place}: {seen.error}, in its graded cell or over the deciding cases: let it end there in "
                "time, or draw cheaper cases"
            )
        elif seen.measured is None:
            continue
        elif answer.is_right and seen.measured.differing:
            [drawn, *_] = question.cases[answer.exercise].values()
            case = clip(repr(drawn[seen.measured.differing[0]]))
            yield f"{place} is not right: case {case} gives another result than the solution's"
        elif not answer.is_right and not seen.measured.differing:
            count = question.num_cases(answer.exercise)
            yield (
                f"{place} is not wrong: it equals the solution on {count} drawn cases; draw more of the "
                "contract, or mark it @right"
            )


def _prove_exercise(proof: Proof, exercise: Exercise | None, seen: _Seen) -> Proof:
    """Return the proof with what is seen of one exercise taken into it.

    exercise: as recorded; None when it is not.
    """
    if exercise is None:
        proof.failures.append(f"{proof.exercise} is not in checks.json: course build {proof.lesson}")
        return proof
    if len(exercise.private) != exercise.num_private:
        proof.failures.append(
            f"{proof.exercise}: {PRIVATE_FILE} has {len(exercise.private)} of its {exercise.num_private} "
            f"private checks: course build {proof.lesson}"
        )
    proof.failures += seen.against
    for answer, observed in seen.bank:
        _count(proof, exercise, answer, observed)
    _count(proof, exercise, None, seen.solved)
    if seen.cheats is not None:
        wrong = [(answer, observed) for answer, observed in seen.bank if not answer.is_right]
        proof.failures += _passed_by_cheats(exercise, *seen.cheats, seen.solved, wrong)
    size = _num_bytes(seen.solved)
    if size > MOST_BYTES:
        proof.failures.append(
            f"{proof.exercise}: its checks observe {size / 1000:.0f} kB, the limit is "
            f"{MOST_BYTES / 1000:.0f}: let them draw less"
        )
    return proof


def _num_bytes(observed: Observed) -> int:
    """Return the size of what a submission sends out of its process when an exercise is graded."""
    return sum(len(json.dumps(observation.data)) for observation in observed.observations)


def _passed_by_cheats(
    exercise: Exercise,
    by_heart: Observed,
    by_nearest: Observed,
    solved: Observed,
    wrong: Iterable[tuple[Answer, Observed]],
) -> Iterator[str]:
    """Yield a line for each of the `adversaries` that passes the private checks of an exercise, or was lost.

    by_heart, by_nearest: what is seen of the first two.
    solved: of the lesson's solution.
    wrong: of the wrong answers, with these.
    """
    if not exercise.private:
        return  # a finding of lint, or said already
    for lost in (cheat for cheat in (by_heart, by_nearest) if cheat.error and not cheat.observations):
        yield f"{exercise.name}: an adversary was lost, and may pass the private checks: {lost.error}"
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


def _count(proof: Proof, exercise: Exercise, answer: Answer | None, observed: Observed) -> None:
    """Count one answer (None: the lesson's solution) and write down what is wrong with its verdict."""
    name = "the lesson's own solution" if answer is None else answer.name
    # Each is looked at once: what is seen of thousands of drawn numbers takes longer than to draw them.
    private = _verdict(exercise.private, observed)
    rejected_by = _verdict(exercise.visible, observed) or private
    if answer is None or answer.is_right:
        proof.num_private = len(exercise.private)
        proof.num_right += 1
        if rejected_by is None:
            proof.accepted += 1
        else:
            proof.failures.append(f"{exercise.name}: {name} is right, but is rejected: {rejected_by}")
        if observed.cpu_seconds > MOST_CPU_SECONDS and observed.cpu_seconds > _most_cpu_seconds():
            proof.failures.append(
                f"{exercise.name}: {name} is right, but takes {observed.cpu_seconds:.0f} CPU seconds in the "
                f"graded cell, the limit is {_most_cpu_seconds():.0f}: let the checks call it less often"
            )
        return
    proof.num_wrong += 1
    proof.private_rejected += private is not None
    if rejected_by is None:
        proof.failures.append(f"{exercise.name}: {name} is wrong, but passes")
        return
    proof.rejected += 1
    shown = exercise.recognise(observed.data)
    if shown == answer.sentence:
        proof.recognised += 1
    elif shown is None:
        proof.failures.append(
            f"{exercise.name}: {name} is not told apart: {_why_not_told_apart(exercise, answer, observed)}"
        )
    else:
        proof.failures.append(f"{exercise.name}: {name} is taken for another mistake: {shown}")


def _most_cpu_seconds() -> float:
    return MOST_CPU_SECONDS * max(1.0, _seconds_of_a_plain_loop() / PLAIN_LOOP)


@functools.cache
def _seconds_of_a_plain_loop() -> float:
    """Return the CPU seconds of a loop of plain Python, the least of three: how slow this machine is."""
    seconds = []
    for _ in range(3):
        started = time.process_time()
        total = 0.0
        for number in range(3_000_000):
            total += number * 0.5
        seconds.append(time.process_time() - started)
    return min(seconds)


def _verdict(checks: Iterable[Expected], observed: Observed) -> str | None:
    """Return what rejects the observed answer among `checks`, as a line; None when nothing does."""
    for expected in checks:
        if expected.label not in observed.data:
            return f"{expected.label!r} was not reached ({observed.error or 'no error'})"
        found = expected.difference(observed.data[expected.label])
        if found:
            return f"{expected.label!r}: {found.replace(chr(10), '; ')}"
    return None


def _why_not_told_apart(exercise: Exercise, answer: Answer, observed: Observed) -> str:
    """Return in words why a wrong answer's own sentence is not shown."""
    missing = [check.label for check in exercise.visible if check.label not in observed.data]
    if missing:
        return f"it raises outside of check ({observed.error}): let {missing[0]!r} call it"
    seen = [(check, check.see(observed.data[check.label])) for check in exercise.visible]
    if all(check.accepts(value) for check, value in seen):
        return "it passes every visible check, so a learner never reads its sentence"
    others = [
        misconception.sentence
        for misconception in exercise.misconceptions
        if misconception.sentence != answer.sentence
        and all(
            check.label in misconception.observations
            and check.looks_alike(misconception.observations[check.label], value)
            for check, value in seen
        )
    ]
    first, value = next((check, value) for check, value in seen if not check.accepts(value))
    same = f"; in every visible check as: {others[0]}" if others else "; course build has not seen it yet"
    return f"at {first.label!r} it gives {describe(value)}{same}"
