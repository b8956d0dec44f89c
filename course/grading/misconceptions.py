"""What a class believes: how many solved each exercise, and which mistakes the others made, by frequency.

For the report of `course grade`, and for a page to begin the next lecture with. Neither names a student.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.files import put
from course.grading.states import Answered


@dataclass(frozen=True)
class Mistake:
    """A mistake that was recognised: what its holders read, and how many they are."""

    sentence: str
    count: int


@dataclass(frozen=True)
class ExerciseStatistics:
    """How a class answered one exercise; the numbers are counts of students.

    answers: those whose notebook was judged.
    unanswered: who left the exercise open.
    mistakes: recognised ones, the most frequent first.
    others: whose answer is wrong in a way that is not known.
    """

    exercise: str
    answers: int
    solved: int
    unanswered: int
    mistakes: tuple[Mistake, ...]
    others: int


def class_statistics(class_answered: Iterable[Mapping[str, str]]) -> list[ExerciseStatistics]:
    """Return what a class believes, an entry for each exercise, in the order of the lesson.

    class_answered: of each student, how each exercise was answered (`course.grading.report.Row.answered`).
    """
    by_exercise: dict[str, list[str]] = {}
    for answered_by_one in class_answered:
        for exercise, answered in answered_by_one.items():
            by_exercise.setdefault(exercise, []).append(answered)
    return [_statistics(exercise, answers) for exercise, answers in by_exercise.items()]


def _statistics(exercise: str, answers: Sequence[str]) -> ExerciseStatistics:
    counts = Counter(answers)
    solved, unanswered, others = (
        counts.pop(how, 0) for how in (Answered.SOLVED, Answered.NOT_AT_ALL, Answered.OTHERWISE)
    )
    # Of equally frequent ones, the first by their words: the same class gives the same page.
    mistakes = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return ExerciseStatistics(
        exercise,
        len(answers),
        solved,
        unanswered,
        tuple(Mistake(sentence, count) for sentence, count in mistakes),
        others,
    )


def share(count: int, stats: ExerciseStatistics) -> str:
    """Return how many of those who handed in, in per cent."""
    return f"{count / stats.answers:.0%}".replace("%", " %")


def write_statistics(folder: Path, lesson: str, found: Sequence[ExerciseStatistics]) -> Path:
    """Write the page, replacing that of an earlier run, and return its path.

    folder: that of the reports.
    """
    page = folder / f"{lesson}-class.html"
    put(page, _page(lesson, found))
    return page


_STYLE = """
body { font: 22px/1.4 sans-serif; max-width: 46em; margin: 2em auto; padding: 0 1em; color: #222; }
h2 { margin: 1.6em 0 0.3em; } code { font-size: 1.05em; }
table { border-collapse: collapse; width: 100%; } td { padding: 0.25em 0.6em; vertical-align: top; }
td:first-child { width: 4em; text-align: right; font-variant-numeric: tabular-nums; }
tr.solved td { color: #00664d; } tr.dim td { color: #666; }
""".strip()


def _page(lesson: str, found: Sequence[ExerciseStatistics]) -> str:
    most = max(stats.answers for stats in found)
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{html.escape(lesson)}: the class</title>',
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{html.escape(lesson)}: what the class answered</h1>",
        f"<p>{most} submission{'' if most == 1 else 's'}. A row has the sentence that students read.</p>",
        *(line for stats in found for line in _section(stats)),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _section(stats: ExerciseStatistics) -> list[str]:
    rows = [("solved", stats.solved, "solved")]
    rows += [("", mistake.count, mistake.sentence) for mistake in stats.mistakes]
    rows += [("dim", stats.others, "wrong in another way"), ("dim", stats.unanswered, "not answered")]
    return [
        f"<h2><code>{html.escape(stats.exercise)}</code></h2>",
        "<table>",
        *(
            f'<tr class="{kind}"><td>{share(count, stats)}</td><td>{html.escape(words)}</td></tr>'
            for kind, count, words in rows
            if count or kind == "solved"
        ),
        "</table>",
    ]
