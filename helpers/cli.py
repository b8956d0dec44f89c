"""The `course` command: thin, it calls the rooms and says in one line what went wrong."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from helpers.errors import CourseError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The hyperparameter course.")
console = Console()

Lessons = Annotated[list[str] | None, typer.Argument(help="Lessons by name or number; all without.")]
SOLUTIONS, NOTEBOOKS = Path("solutions"), Path("notebooks")


def main():
    """Run the command; an error that a person can mend is one line, and the exit code 1."""
    try:
        app()
    except CourseError as error:
        Console(stderr=True, soft_wrap=True).print(
            f"[bold red]course:[/] {_plain(str(error))}", highlight=False
        )
        sys.exit(1)


def _plain(text):
    from rich.markup import escape

    return escape(text)


@app.command()
def doctor():
    """Say whether this machine is ready for the course, and what to do when it is not."""
    from helpers.doctor import examine, render

    raise typer.Exit(render(examine(), console))


@app.command()
def progress():
    """Show your points, lesson by lesson, from the saved notebooks. Nothing is executed."""
    from helpers.progress import read, render

    if not NOTEBOOKS.is_dir():
        raise CourseError("there is no folder notebooks/ here: run this from the course's top folder")
    raise typer.Exit(render(read(NOTEBOOKS), console))


@app.command()
def build(
    lessons: Lessons = None,
    check: Annotated[bool, typer.Option("--check", help="Only say whether files and sources agree.")] = False,
    execute: Annotated[
        bool, typer.Option("--execute", help="Run notebooks also where no code cell has changed.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace released notebooks also where somebody has worked.")
    ] = False,
):
    """Make solutions and notebooks from the lessons' sources."""
    from helpers.authoring.build import build as build_lesson
    from helpers.authoring.build import drift, strangers
    from helpers.authoring.source import find_lessons
    from helpers.grading.warm import warm_kernels

    folders = find_lessons(SOLUTIONS, lessons or ())
    if not check:
        # One lesson starts its own kernel as fast.
        with warm_kernels() if len(folders) > 1 else nullcontext():
            for folder in console_track(folders, "building"):
                console.print(build_lesson(folder, NOTEBOOKS, execute, overwrite))
        return
    found = [line for folder in folders for line in drift(folder, NOTEBOOKS)]
    found += strangers(SOLUTIONS, NOTEBOOKS) if not lessons else []
    for line in found:
        console.print(f"[red]✗[/] {_plain(line)}", soft_wrap=True, highlight=False)
    if found:
        raise typer.Exit(1)
    many = len(folders) > 1
    count = f"{len(folders)} lessons are exactly what their sources give"
    console.print(f"✓ {count}" if many else "✓ 1 lesson is exactly what its source gives", highlight=False)


@app.command()
def prove(lessons: Lessons = None):
    """Show that right answers pass and wrong ones fail with their own message; lint the lessons."""
    from helpers.authoring.lint import lint
    from helpers.authoring.prove import prove as prove_lesson
    from helpers.authoring.source import find_lessons

    folders = find_lessons(SOLUTIONS, lessons or ())
    proofs, findings = [], []
    for folder in console_track(folders, "proving"):
        proofs += prove_lesson(folder)
        findings += lint(folder, NOTEBOOKS / folder.name)
    console.print(_proof_table(proofs))
    console.print(
        "right: accepted; wrong: rejected; recognised: shown its own sentence;\n"
        "private: rejected by private checks alone",
        style="dim",
        highlight=False,
    )
    failures = [f"{proof.lesson}: {line}" for proof in proofs for line in proof.failures] + findings
    for line in failures:
        console.print(f"[red]✗[/] {_plain(line)}", soft_wrap=True, highlight=False)
    if failures:
        raise typer.Exit(1)
    console.print("✓ every right answer passes, every wrong one reads its own sentence, no lint")


@app.command()
def processors(lessons: Lessons = None):
    """Run lessons as other processors would compute them, and measure how sure their assertions are."""
    import time

    from helpers.authoring.processors import examine, prove_everywhere
    from helpers.authoring.source import find_lessons

    started = time.monotonic()
    folders = find_lessons(SOLUTIONS, lessons or ())
    reports = examine(folders, console_track)
    console.print(_margin_table(reports))
    failures = [line for report in reports for line in report.failures]
    failures += prove_everywhere([folder.name for folder in folders])
    for line in failures:
        console.print(f"[red]✗[/] {_plain(line)}", soft_wrap=True, highlight=False)
    console.print(f"{(time.monotonic() - started) / 60:.0f} minutes", highlight=False)
    if failures:
        raise typer.Exit(1)
    console.print("✓ the same on every processor, and every assertion is sure")


@app.command()
def grade(
    lesson: Annotated[str, typer.Argument(help="The lesson, by name or number.")],
    students: Annotated[
        list[str] | None, typer.Option("--students", help="Only this student; may be given several times.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one for each core without.")] = None,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade again what is graded, and say whose points change.")
    ] = False,
    no_fence: Annotated[
        bool, typer.Option("--no-fence", help="Run students' code as you, with your files and your network.")
    ] = False,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Grade on the Dask cluster of this scheduler.")
    ] = None,
    cell_seconds: Annotated[float, typer.Option(min=1, help="The longest that one cell may take.")] = 60,
    memory_gigabytes: Annotated[float, typer.Option(min=0.5, help="What one of its processes may use.")] = 2,
    details: Annotated[
        bool, typer.Option("--details", help="Show every student, with whole sentences and points by cell.")
    ] = False,
):
    """Grade a class: what was handed in to a lesson, fenced in and in parallel."""
    if sys.platform == "win32":
        raise CourseError("course grade runs on Linux, and with --no-fence on macOS; on Windows use WSL")
    from helpers.grading import command

    raise typer.Exit(
        command.grade(
            console,
            lesson,
            students,
            workers,
            regrade=regrade,
            fenced=not no_fence,
            dask=dask,
            cell_seconds=cell_seconds,
            memory_gigabytes=memory_gigabytes,
            details=details,
        )
    )


def console_track(items, what):
    """Iterate with a progress bar where a person is watching."""
    from rich.progress import track

    return track(items, what, console=console, transient=True, disable=not console.is_terminal)


def _proof_table(proofs):
    from rich.table import Table

    table = Table(
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    table.add_column("lesson")
    table.add_column("exercise", no_wrap=True)
    for title in ("right", "wrong", "recognised", "private"):
        table.add_column(title, no_wrap=True, justify="right")
    for proof in proofs:
        table.add_row(
            proof.lesson[:2],
            proof.exercise,
            _share(proof.accepted, proof.num_right),
            _share(proof.rejected, proof.num_wrong),
            _share(proof.recognised, proof.num_wrong),
            _share(proof.private_rejected, proof.num_wrong) if proof.num_private else "none",
            style="red" if proof.failures else None,
        )
    return table


def _margin_table(reports):
    from rich.table import Table

    table = Table(
        "lesson", "assertions", "closest to its limit", box=None, pad_edge=False, header_style="bold"
    )
    for report in reports:
        sure = [a for a in report.assertions if a.standard_errors == a.standard_errors]
        closest = min(sure, key=lambda assertion: assertion.standard_errors, default=None)
        shown = (
            f"{closest.standard_errors:.1f} standard errors: {closest.text}" if closest else "no comparison"
        )
        table.add_row(report.lesson[:2], str(len(report.assertions)), _plain(shown))
    return table


def _share(count, total):
    return f"{count} of {total}"
