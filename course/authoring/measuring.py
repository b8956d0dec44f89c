"""How much the checks see that nobody foresaw: mutants of right answers, judged by what is shipped.

A mutant that differs from the solution on a drawn case is wrong, and must be rejected. If it is told a
sentence, it must behave as the wrong answer does whose sentence that is.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course.authoring.answer_server import AnswerServer
from course.authoring.answers import Answer, Bank
from course.authoring.contract import draw, drawn_labels, read_with_cases
from course.authoring.deciding import Measured, Question, Results
from course.authoring.mutants import AROUND, INSIDE, Mutant, mutants, sample
from course.authoring.observe import Observed, Variant
from course.authoring.source import ExerciseSource, Lesson
from helpers.cases import to_text
from helpers.exercises import read_exercises

# A mutant whose sentence belongs to a wrong answer that it differs from in more of the cases is told falsely.
MOST_BESIDE = 0.05
# A mutant may take so long, or so many times as long as the solution.
SECONDS, TIMES = 2.0, 4.0
SELDOM = 0.5  # the share of cases in which a mutant of the third class differs at most
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
    by_class: wrong and rejected ones of each class: INSIDE, AROUND, and "seldom wrong".
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


def questions(
    lesson: Lesson, bank: Bank, server: AnswerServer, most: int | None = None
) -> tuple[Question, list[ExerciseSource]]:
    """Return the question that decides about the answers of a lesson, and the exercises that have cases.

    most: deciding cases of each exercise.
    """
    exercises = [lesson.exercises[name] for name in bank.cases]
    cases = {}
    for exercise in exercises:
        drawn = bank.cases[exercise.name]
        count = min(drawn.deciding, most or drawn.deciding)
        text = to_text(draw(lesson.name, drawn, count, "deciding"))
        cases[exercise.name] = dict.fromkeys(drawn_labels(exercise), text)
    solved = server.run([(exercise, None) for exercise in exercises], Question(cases).results)
    by_name = {exercise.name: results for exercise, results in zip(exercises, solved, strict=True)}
    return Question(cases, by_name, recorded=read_exercises(lesson.folder)), exercises


def measure(folder: Path, count: int | None = None, seed: int = 0) -> list[Tally]:
    """Return what comes of the mutants of each exercise of a lesson that has cases.

    count: how many of each exercise, a sample; all without.

    Raises CourseError when source, bank or recorded checks cannot be read, or a setup cell does not run.
    """
    lesson, bank = read_with_cases(folder)
    with AnswerServer(lesson, bank.answers) as server:
        question, exercises = questions(lesson, bank, server)
        question = _with_wrong(question, exercises, bank.answers, server)
        tallies = []
        for exercise in exercises:
            started = time.monotonic()
            server.run([(exercise, None)], question.measure)
            seconds = max(SECONDS, TIMES * (time.monotonic() - started))
            made = list(_made(exercise, bank.answers))
            if count is not None:
                chosen = sample([each.mutant for each in made], count, seed)
                made = [each for each in made if each.mutant in chosen]
            results = server.run([(exercise, each.variant) for each in made], question.measure, seconds)
            tallies.append(_tally(Tally(lesson.name, exercise.name), made, results))
    return tallies


def _with_wrong(
    question: Question, exercises: Sequence[ExerciseSource], answers: Sequence[Answer], server: AnswerServer
) -> Question:
    """Return the question with what each wrong answer of the bank gives for its cases."""
    wrong: dict[str, dict[str, Results]] = {exercise.name: {} for exercise in exercises}
    asked = [
        (exercise, answer)
        for exercise in exercises
        for answer in answers
        if answer.exercise == exercise.name and answer.sentence is not None
    ]
    for (exercise, answer), results in zip(asked, server.run(asked, question.results), strict=True):
        if not isinstance(results, Observed) and answer.sentence is not None:
            wrong[exercise.name][answer.sentence] = results
    return Question(question.cases, question.solved, wrong, question.recorded)


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


def _tally(tally: Tally, made: Sequence[_Made], results: Sequence[Any]) -> Tally:
    for each, result in zip(made, results, strict=True):
        # One that is lost, or has taken too long, is rejected, and told nothing.
        measured = result if isinstance(result, Measured) else Measured([0], 1.0, True, error=str(result))
        if not measured.differing:
            tally.equivalent += 1
            continue
        tally.wrong += 1
        tally.rejected += measured.is_rejected
        classes = [each.mutant.kind, *(["seldom wrong"] if measured.share <= SELDOM else [])]
        for name in classes:
            counts = tally.by_class.setdefault(name, [0, 0])
            counts[0] += 1
            counts[1] += measured.is_rejected
        where = f"{each.of}, line {each.mutant.line}: {each.mutant.name}"
        if not measured.is_rejected:
            tally.survivors.append(f"{where} (wrong in {measured.share:.1%} of the cases)")
        elif measured.sentence:
            tally.told += 1
            if measured.beside > MOST_BESIDE:
                tally.falsely_told.append(f"{where} reads: {measured.sentence}")
    return tally


def shortfalls(tallies: Sequence[Tally]) -> list[str]:
    """Return what the mutants show to be wanting, as lines; none when all is well."""
    found = []
    wrong, rejected = sum(tally.wrong for tally in tallies), sum(tally.rejected for tally in tallies)
    if wrong and rejected / wrong < WANTED:
        found.append(f"{rejected} of {wrong} wrong mutants are rejected, wanted are {WANTED:.0%}")
    for name in (INSIDE, AROUND, "seldom wrong"):
        counts = [tally.by_class.get(name, [0, 0]) for tally in tallies]
        of_class, its = sum(count[0] for count in counts), sum(count[1] for count in counts)
        if of_class and its / of_class < WANTED_OF_EACH:
            found.append(f"{name}: {its} of {of_class} are rejected, wanted are {WANTED_OF_EACH:.0%}")
    for tally in tallies:
        if tally.share < WANTED_OF_EACH:
            found.append(
                f"{tally.lesson}: {tally.exercise}: {tally.rejected} of {tally.wrong} wrong mutants are "
                f"rejected, wanted are {WANTED_OF_EACH:.0%}"
            )
    told, falsely = sum(tally.told for tally in tallies), sum(len(tally.falsely_told) for tally in tallies)
    if told and falsely / told > MOST_FALSELY:
        found.append(f"{falsely} of {told} told mutants are told falsely, allowed are {MOST_FALSELY:.0%}")
    return found
