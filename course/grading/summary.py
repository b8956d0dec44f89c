"""What `course grade` says at its end: a table, what there is to do, and the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from course.grading.cohort import ClassOutcome, say_refused
from course.grading.misconceptions import class_statistics, share, write_statistics
from course.grading.report import Change, Row
from course.grading.roster import shortened
from course.grading.states import State

_MAX_NAMES = 5
_MAX_WIDTH = 24  # of a student's name in the table


def say(
    console: Console,
    outcome: ClassOutcome,
    rubrics: Path | None = None,
    *,
    sandboxed: bool = True,
    details: bool = False,
) -> int:
    """Print every student's row, then what is left to do; return the exit code: 0 when nobody was left out.

    outcome: of the run.
    rubrics: the page of rubrics, if the lesson has written questions.
    sandboxed: whether students' code ran in a sandbox.
    details: with whole sentences, and the points of each cell.
    """
    rows = _rows(outcome, outcome.graded, outcome.kept, outcome.absent)
    faults = _rows(outcome, outcome.faults)
    if faults or rows:
        console.print(table(faults + rows, whole=details))
    _say_changes(console, outcome)
    _say_strays(console, outcome.strays)
    for twins in outcome.report.twins:
        line(console, f"[yellow]the same {twins.what}:[/] {names(twins.students)}")
    if outcome.other_numbers:
        line(
            console,
            "[yellow]a number that is not in the student's row of the class list:[/] "
            f"{names(outcome.other_numbers)}",
        )
    if not sandboxed:
        line(
            console,
            "[yellow]without a sandbox:[/] students' code ran as you, with your files and your network",
        )
    states = Counter(row.state for row in faults + rows)
    counts = ", ".join(f"{states[state]} {state}" for state in State if states[state])
    line(console, f"{len(outcome.graded)} graded now, {len(outcome.kept)} kept: {counts}")
    if outcome.renewed:
        line(console, f"feedback updated with your points and comments: {names(outcome.renewed)}")
    _say_waiting(console, [row for row in faults + rows if row.waiting], rubrics)
    _say_statistics(console, outcome)
    line(console, f"report: {_path_for_terminal(outcome.report.path)}")
    if faults:
        line(
            console,
            f"[bold red]{len(faults)} not graded: the grader failed.[/] Run course grade again",
        )
    if outcome.refused:
        line(console, f"[bold red]not graded:[/] {_for_terminal(say_refused(outcome.refused))}")
    return 1 if faults or outcome.refused else 0


def line(console: Console, text: str) -> None:
    """Print one line that a terminal may break, and nothing that is taken for markup by accident."""
    console.print(text, highlight=False, soft_wrap=True)


def table(rows: Iterable[Row], *, whole: bool = False) -> Table:
    """Return the rows of a report as a table, one line each.

    whole: sentences are not cut, and points are shown by cell.
    """
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("student", no_wrap=True, max_width=None if whole else _MAX_WIDTH)
    made.add_column("state", no_wrap=True)
    made.add_column("points", no_wrap=True)
    # Only this column gives way where a terminal is narrow.
    made.add_column("what happened", overflow="fold")
    for row in rows:
        parts = [_what_happened(row), *row.notes, _by_cell(row)] if whole else [_in_one_line(row)]
        said = "\n".join(_printable(part) for part in parts if part)
        text = Text(said) if whole else Text(said, no_wrap=True, overflow="ellipsis")
        style = "red" if row.is_fault else ""
        made.add_row(_for_terminal(row.student), row.state, _points_in_words(row), text, style=style)
    return made


def names(students: Collection[str]) -> str:
    """Return the names of the first of these students, and how many more there are, in one line."""
    more = f" and {len(students) - _MAX_NAMES} more" if len(students) > _MAX_NAMES else ""
    return ", ".join(_for_terminal(student) for student in sorted(students)[:_MAX_NAMES]) + more


def _rows(outcome: ClassOutcome, *students: Iterable[str]) -> list[Row]:
    return [outcome.report.rows[student] for student in sorted({name for some in students for name in some})]


def _say_statistics(console: Console, outcome: ClassOutcome) -> None:
    """Print for each exercise how many solved it, and its most frequent mistake; write the page with all."""
    report = outcome.report
    found = class_statistics(row.answered for row in report.rows.values())
    if not found:
        return
    made = Table(
        "exercise", "solved", "the most frequent mistake", box=None, pad_edge=False, header_style="bold"
    )
    for stats in found:
        most = next(iter(stats.mistakes), None)
        said = f"{share(most.count, stats)} {most.sentence}" if most else ""
        text = Text(said, no_wrap=True, overflow="ellipsis")
        made.add_row(stats.exercise, share(stats.solved, stats), text)
    console.print(made)
    try:
        page = write_statistics(report.path.parent, report.lesson, found)
    except OSError as error:
        line(console, f"[yellow]the page with all mistakes was not written[/] ({error.strerror})")
    else:
        line(console, f"all mistakes, as a page for the next lecture: {_path_for_terminal(page)}")


def _say_changes(console: Console, outcome: ClassOutcome) -> None:
    for change in outcome.changes:
        line(
            console,
            f"{_for_terminal(change.student)}: {change.difference:+g} points ({_changed_cells(change)})",
        )
    if outcome.outdated:
        line(
            console,
            f"[yellow]{len(outcome.outdated)} were graded by an earlier version of the lesson:[/] "
            f"course grade {outcome.report.lesson} --regrade",
        )


def _say_strays(console: Console, strays: Sequence[Path]) -> None:
    if strays:
        line(
            console,
            f"[yellow]files without a student:[/] {_for_terminal(shortened(strays))}, "
            f"in {_path_for_terminal(strays[0].parent)}: "
            "see docs/grading-platforms.md",
        )


def _say_waiting(console: Console, waiting: Sequence[Row], rubrics: Path | None) -> None:
    if not waiting:
        return
    who = names([row.student for row in waiting])
    line(console, f"{len(waiting)} wait for a person ({who}): jupyter lab, then Nbgrader > Formgrader")
    if rubrics:
        line(console, f"rubrics: {_path_for_terminal(rubrics)}")


def _points_in_words(row: Row) -> str:
    if row.score is None:
        return "none"
    given = f"{row.score:g} of {row.max_score:g}"
    return f"{given} (late: -{row.late_penalty:g})" if row.late_penalty else given


def _what_happened(row: Row) -> str:
    late = f"Handed in {_duration(row.late_seconds)} late." if row.late_seconds else ""
    return " ".join(part for part in (row.for_instructor, late) if part)


def _in_one_line(row: Row) -> str:
    """Return what happened, then what an inspector remarks and how the submission was read."""
    waits = f"{', '.join(row.waiting)} waits." if row.waiting else ""
    return " ".join(part for part in (_what_happened(row), *row.notes, waits) if part)


def _duration(seconds: float) -> str:
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} seconds"


def _by_cell(row: Row) -> str:
    """Return every cell's points, with a word where a person gave them or must."""
    given = []
    for name, points in row.scores.items():
        word = " waits" if name in row.waiting else " by hand" if name in row.by_hand else ""
        given.append(f"{name} {'none' if points is None else f'{points:g}'}{word}")
    return ", ".join(given)


def _for_terminal(text: str) -> str:
    """Return what a student has chosen as a terminal may show it.

    There is no markup in it, and nothing that a terminal obeys.
    """
    return escape(_printable(text))


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


def _path_for_terminal(path: Path) -> str:
    return _for_terminal(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


def _changed_cells(change: Change) -> str:
    return ", ".join(
        f"{name} {_points_of_cell(change.before, name)} to {_points_of_cell(change.after, name)}"
        for name in sorted({*change.before, *change.after})
        if change.before.get(name) != change.after.get(name)
    )


def _points_of_cell(scores: Mapping[str, float | None], name: str) -> str:
    points = scores.get(name)
    return "none" if points is None else f"{points:g}"
