"""What `course grade` does and says: a progress bar, a table, and the exit code."""

from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from helpers.authoring.source import find_lessons
from helpers.grading.cohort import grade_class, open_course
from helpers.grading.fence import Limits, require_fence
from helpers.grading.states import State
from helpers.grading.warm import warm_kernels
from helpers.grading.workers import DaskWorkers, LocalWorkers

# Every student with something to say is in the report; the table is for reading.
_MAX_LINES = 40


def grade(console, lesson, students, workers, regrade, fenced, dask, cell_seconds, memory_gigabytes):
    """Run a class through the grader; gives the exit code: 0 only when no grader fault is left.

    dask: a scheduler's address, or None for `workers` processes of this machine. The others as in the
    command.
    """
    root = Path.cwd()
    source = root / open_course(root).source_directory
    [folder] = find_lessons(source, [lesson])
    memory_bytes = int(memory_gigabytes * 1e9)
    # All processes together may use half as much again: so one alone is refused memory before all are ended.
    total = memory_bytes * 3 // 2
    limits = Limits(cell_seconds=cell_seconds, memory_bytes=memory_bytes, total_memory_bytes=total)
    with ExitStack() as stack:
        if dask is None:
            if fenced:
                require_fence(root)
            stack.enter_context(warm_kernels())
            executor = LocalWorkers(workers, task_seconds=limits.wall_seconds + 60)
        else:
            executor = DaskWorkers(dask)
        stack.enter_context(executor)
        progress = stack.enter_context(
            Progress(console=console, transient=True, disable=not console.is_terminal)
        )
        task = progress.add_task(f"grading {folder.name}", total=None)
        try:
            outcome = grade_class(
                root,
                folder.name,
                executor,
                students,
                limits,
                fenced,
                regrade,
                on_start=lambda total: progress.update(task, total=total),
                on_row=lambda row: progress.advance(task),
            )
        except KeyboardInterrupt:
            _line(
                console, f"stopped: what is graded is kept, and course grade {folder.name} goes on from there"
            )
            raise
    return _say(console, outcome, fenced)


def _say(console, outcome, fenced):
    """Print what a person must know, the worst first; gives the exit code."""
    rows = [outcome.report.rows[student] for student in sorted({*outcome.graded, *outcome.kept})]
    faults = [outcome.report.rows[student] for student in sorted(outcome.faults)]
    noted = faults + [row for row in rows if row.for_instructor]
    if noted:
        console.print(table(noted[:_MAX_LINES]))
    if len(noted) > _MAX_LINES:
        _line(console, f"and {len(noted) - _MAX_LINES} more: see the report")
    for change in outcome.changes:
        _line(console, f"{_shown(change.student)}: {change.difference:+g} points ({_changed_cells(change)})")
    if outcome.outdated:
        _line(
            console,
            f"[yellow]{len(outcome.outdated)} were graded by an earlier version of the lesson:[/] "
            f"course grade {outcome.report.lesson} --regrade",
        )
    if not fenced:
        _line(
            console, "[yellow]without a fence:[/] students' code ran as you, with your files and your network"
        )
    states = Counter(row.state for row in faults + rows)
    counts = ", ".join(f"{states[state]} {state}" for state in State if states[state])
    manual = sum(row.needs_manual_grade for row in rows)
    _line(console, f"{len(outcome.graded)} graded now, {len(outcome.kept)} kept: {counts}")
    if manual:
        _line(console, f"{manual} wait for a person: jupyter lab, then Nbgrader > Formgrader")
    _line(console, f"report: {outcome.report.path.relative_to(Path.cwd())}")
    if faults:
        _line(
            console,
            f"[bold red]{len(faults)} not graded: the grader failed.[/] course grade tries them again",
        )
    return 1 if faults else 0


def _line(console, text):
    console.print(text, highlight=False, soft_wrap=True)


def table(rows):
    """The rows of a report (`helpers.grading.report.Row`) as a table."""
    made = Table()
    for title in ("student", "state", "points", "what happened"):
        made.add_column(title, no_wrap=title in ("state", "points"))
    for row in rows:
        points = "none" if row.score is None else f"{row.score:g} of {row.max_score:g}"
        style = "red" if row.is_fault else None
        made.add_row(_shown(row.student), row.state, points, _shown(row.for_instructor), style=style)
    return made


def _shown(text):
    """What a student has chosen, as a terminal may show it: no markup, and nothing that a terminal obeys."""
    return escape("".join(character if character.isprintable() else "?" for character in text))


def _changed_cells(change):
    names = sorted({*change.before, *change.after})
    return ", ".join(
        f"{name} {_points(change.before.get(name))} to {_points(change.after.get(name))}"
        for name in names
        if change.before.get(name) != change.after.get(name)
    )


def _points(score):
    return "by hand" if score is None else f"{score:g}"
