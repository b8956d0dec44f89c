"""How much the checks see that nobody foresaw: mutants of right answers, judged by what is shipped.

A mutant that differs from the solution on a drawn case is wrong, and must be rejected. If it is told a
sentence, it must behave as the wrong answer does whose sentence that is.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from course.authoring.answer_server import AnswerServer
from course.authoring.answers import Answer, Bank
from course.authoring.drawn_cases import draw, drawn_labels, read_with_cases
from course.authoring.equivalence import SELDOM, Measured, Question, rejects
from course.authoring.mutants import AROUND, INSIDE, Mutant, mutants, sample
from course.authoring.observe import Observed, Variant
from course.authoring.source import ExerciseSource, Lesson
from course.lessons import ANSWERS_FILE
from helpers.checks.cases import from_text, to_text
from helpers.checks.exercises import read_exercises
from helpers.errors import CourseError

# A mutant whose sentence belongs to a wrong answer that it differs from in more of the cases is told falsely:
# of so many cases, enough for three standard errors from none.
MOST_BESIDE, CASES_BESIDE = 0.05, 200
# A mutant may take so much of the processor's time (by the clock it is twice as much where four run on two
# cores), or so many times as much as the solution; and of the clock's so many times more.
CPU_SECONDS, TIMES, CLOCK = 1.0, 4.0, 4.0
# The third class of mutants: those that differ in at most SELDOM of the cases, where these are known.
SELDOM_WRONG = "seldom wrong"
WANTED, WANTED_OF_EACH = 0.99, 0.97
MOST_FALSELY = 0.01


@dataclass(frozen=True)
class _Made:
    """A mutant, and what it was made of."""

    exercise: ExerciseSource
    of: str
    mutant: Mutant
    variant: Variant


@dataclass
class Tally:
    """What came of the mutants of one exercise; the numbers are counts of mutants.

    equivalent: that differ from the solution on no drawn case.
    wrong: the others; of these, `rejected`, `told` a sentence when rejected, and `falsely` told.
    by_class: wrong and rejected ones of each class: INSIDE, AROUND, SELDOM_WRONG.
    survivors: wrong ones that pass, as lines.
    falsely_told: as lines.
    """

    lesson: str
    exercise: str
    equivalent: int = 0
    wrong: int = 0
    rejected: int = 0
    told: int = 0
    by_class: dict[str, list[int]] = field(default_factory=dict)
    survivors: list[str] = field(default_factory=list)
    falsely_told: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of wrong mutants that is rejected; 1 where there is none."""
        return self.rejected / self.wrong if self.wrong else 1.0


def questions(lesson: Lesson, bank: Bank, server: AnswerServer, most: int | None = None) -> Question:
    """Return the question that decides about the answers to those exercises of a lesson that have cases.

    most: deciding cases of each exercise.

    Raises CourseError when the solution does not get through them.
    """
    exercises = [lesson.exercises[name] for name in bank.cases]
    cases = {}
    for exercise in exercises:
        drawn = bank.cases[exercise.name]
        count = min(drawn.deciding, most or drawn.deciding)
        # By way of text, as the recorded ones; each check has its own.
        text = to_text(draw(lesson.name, drawn, count, "deciding"))
        cases[exercise.name] = {label: from_text(text) for label in drawn_labels(exercise)}
    solved = server.run([(exercise, None) for exercise in exercises], Question(cases).results)
    by_name = {exercise.name: results for exercise, results in zip(exercises, solved, strict=True)}
    for name, results in by_name.items():
        if isinstance(results, Observed):
            place = f"{lesson.name}/{ANSWERS_FILE}:{bank.cases[name].line}"
            raise CourseError(
                f"{place}: the solution of {name} does not get through its deciding cases: {results.error}; "
                "draw smaller ones, or declare fewer: @e.cases(deciding=20)"
            )
    return Question(cases, by_name, recorded=read_exercises(lesson.folder))


def measure(folder: Path, count: int | None = None, most: int | None = None) -> list[Tally]:
    """Return what comes of the mutants of each exercise of a lesson that has cases.

    count: how many of each exercise, a sample; all without.
    most: deciding cases of each exercise.

    Raises CourseError when source, bank or recorded checks cannot be read, or a setup cell does not run.
    """
    lesson, bank = read_with_cases(folder)
    with AnswerServer(lesson, bank.answers) as server:
        question = questions(lesson, bank, server, most)
        exercises = [lesson.exercises[name] for name in question.cases]
        for exercise, seen in zip(exercises, server.run([(e, None) for e in exercises]), strict=True):
            _require_recorded(lesson.name, exercise, seen, question)
        return [_measure_one(lesson.name, exercise, bank, server, question, count) for exercise in exercises]


def _require_recorded(lesson: str, exercise: ExerciseSource, seen: Observed, question: Question) -> None:
    """Raise CourseError where the checks do not see of the solution what is recorded of them.

    Every mutant would seem to be rejected.
    """
    recorded = question.recorded.get(exercise.name)
    if recorded is None or rejects(recorded, seen):
        raise CourseError(
            f"{lesson}: what is recorded of {exercise.name} is not what its checks see of the solution: "
            f"course build {lesson}"
        )


def _measure_one(
    lesson: str,
    exercise: ExerciseSource,
    bank: Bank,
    server: AnswerServer,
    question: Question,
    count: int | None,
) -> Tally:
    made = list(_made(exercise, bank.answers))
    if count is not None:
        chosen = {id(mutant) for mutant in sample([each.mutant for each in made], count, 0)}
        made = [each for each in made if id(each.mutant) in chosen]
    [of_solution] = server.run([(exercise, None)], question.cpu_seconds)
    cpu_seconds = max(CPU_SECONDS, TIMES * of_solution)
    variants = [(exercise, each.variant) for each in made]
    results = server.run(variants, question.measure, CLOCK * cpu_seconds, cpu_seconds)
    # One that is lost, or has taken too long, is rejected, and told nothing.
    measured = [
        result if isinstance(result, Measured) else Measured([0], 1.0, True, error=str(result))
        for result in results
    ]
    beside = _beside(exercise, bank.answers, server, question, made, measured)
    knows_shares = question.knows_shares(exercise.name)
    return _tally(Tally(lesson, exercise.name), made, measured, beside, knows_shares)


def _beside(
    exercise: ExerciseSource,
    answers: Sequence[Answer],
    server: AnswerServer,
    question: Question,
    made: Sequence[_Made],
    measured: Sequence[Measured],
) -> dict[int, float]:
    """Return in what share of the cases told mutants differ from the wrong answer whose sentence they read.

    Where several wrong answers have one sentence, it is the one that a mutant is most like. The keys are the
    mutants' places.
    """
    told = {place: each.sentence for place, each in enumerate(measured) if each.sentence}
    shares = dict.fromkeys(told, 1.0)
    sentences = set(told.values())
    theirs = [
        answer for answer in answers if answer.exercise == exercise.name and answer.sentence in sentences
    ]
    results_of_some = partial(question.results, most=CASES_BESIDE)
    known = server.run([(exercise, answer) for answer in theirs], results_of_some)
    for answer, results in zip(theirs, known, strict=True):
        if isinstance(results, Observed):  # the wrong answer ends its process: nobody behaves like it
            continue
        places = [place for place, sentence in told.items() if sentence == answer.sentence]
        against = Question(question.cases, {exercise.name: results})
        compare = partial(against.compare, most=CASES_BESIDE, clear=MOST_BESIDE, even_if_none=True)
        compared = server.run([(exercise, made[place].variant) for place in places], compare)
        for place, each in zip(places, compared, strict=True):
            if isinstance(each, Measured):
                shares[place] = min(shares[place], each.share)
    return shares


def _made(exercise: ExerciseSource, answers: Iterable[Answer]) -> Iterable[_Made]:
    """Yield the mutants of an exercise's solution and right answers.

    Those around the function are the same for all: the solution's are enough.
    """
    for mutant in mutants(exercise.solution, exercise.name):
        yield _Made(exercise, "the solution", mutant, Variant(mutant.source, exercise.name))
    for answer in answers:
        if answer.exercise == exercise.name and answer.is_right and inspect.isfunction(answer.value):
            for mutant in mutants(inspect.getsource(answer.value), answer.name):
                if mutant.kind == INSIDE:
                    yield _Made(exercise, answer.name, mutant, Variant(mutant.source, answer.name, answer))


def _tally(
    tally: Tally,
    made: Sequence[_Made],
    measured: Sequence[Measured],
    beside: Mapping[int, float],
    knows_shares: bool,
) -> Tally:
    for place, (each, result) in enumerate(zip(made, measured, strict=True)):
        if not result.differing:
            tally.equivalent += 1
            continue
        tally.wrong += 1
        tally.rejected += result.is_rejected
        is_seldom = knows_shares and result.share <= SELDOM
        for name in (each.mutant.kind, *([SELDOM_WRONG] if is_seldom else [])):
            counts = tally.by_class.setdefault(name, [0, 0])
            counts[0] += 1
            counts[1] += result.is_rejected
        where = f"{each.of}, line {each.mutant.line}: {each.mutant.name}"
        if not result.is_rejected:
            tally.survivors.append(f"{where} (wrong in {result.share:.1%} of the cases)")
        elif result.sentence:
            tally.told += 1
            if beside[place] > MOST_BESIDE:
                tally.falsely_told.append(f"{where} reads: {result.sentence}")
    return tally


def shortfalls(tallies: Sequence[Tally]) -> list[str]:
    """Return what the mutants show to be wanting, as lines; none when all is well."""
    if not tallies:
        return [f"no exercise has drawn cases to ask mutants: write @e.cases in {ANSWERS_FILE}"]
    found = []
    wrong, rejected = sum(tally.wrong for tally in tallies), sum(tally.rejected for tally in tallies)
    if wrong and rejected / wrong < WANTED:
        found.append(f"{rejected} of {wrong} wrong mutants are rejected, wanted are {WANTED:.0%}")
    for name in (INSIDE, AROUND, SELDOM_WRONG):
        counts = [tally.by_class.get(name, [0, 0]) for tally in tallies]
        of_class, its = sum(count[0] for count in counts), sum(count[1] for count in counts)
        if of_class and its / of_class < WANTED_OF_EACH:
            remedy = ": record more cases" if name == SELDOM_WRONG else ""
            found.append(f"{name}: {its} of {of_class} are rejected, wanted are {WANTED_OF_EACH:.0%}{remedy}")
    for tally in tallies:
        if not tally.wrong:
            found.append(
                f"{tally.lesson}: {tally.exercise}: none of {tally.equivalent} mutants is wrong: draw more "
                f"of the contract in {ANSWERS_FILE}"
            )
        if tally.share < WANTED_OF_EACH:
            found.append(
                f"{tally.lesson}: {tally.exercise}: {tally.rejected} of {tally.wrong} wrong mutants are "
                f"rejected, wanted are {WANTED_OF_EACH:.0%}"
            )
    told, falsely = sum(tally.told for tally in tallies), sum(len(tally.falsely_told) for tally in tallies)
    if told and falsely / told > MOST_FALSELY:
        found.append(
            f"{falsely} of {told} mutants are told another mistake than theirs, allowed are "
            f"{MOST_FALSELY:.0%}: record a case in which the two differ"
        )
    return found
