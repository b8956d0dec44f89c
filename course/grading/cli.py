"""The commands of `course` for instructors."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from course.environment import require_unix
from course.sandbox.limits import Limits

console = Console(emoji=False)  # ids and names of files may hold ":name:"
if not console.is_terminal and "COLUMNS" not in os.environ:
    console.width = 200  # of a file or a log: rich would cut each line of a table after 80 characters
_USUAL = Limits()


def grade(
    lesson: Annotated[str, typer.Argument(help="The lesson, by name or number.")],
    students: Annotated[
        list[str] | None, typer.Option("--students", help="Grade only this student; can be repeated.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; by default one per core.")] = None,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade everything again, and say whose points change.")
    ] = False,
    no_sandbox: Annotated[
        bool,
        typer.Option("--no-sandbox", help="Run students' code as you, with your files and network."),
    ] = False,
    all_cells: Annotated[
        bool, typer.Option("--all-cells", help="Also run the lesson's cells that no point depends on.")
    ] = False,
    dask: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Grade on the Dask cluster of this scheduler.")
    ] = None,
    cell_seconds: Annotated[
        float, typer.Option(min=1, help="CPU seconds for one cell; ten times as many by the clock.")
    ] = _USUAL.cell_seconds,
    memory_gigabytes: Annotated[
        float, typer.Option(min=0.5, help="Memory of one process; all together get half as much again.")
    ] = _USUAL.memory_bytes / 1e9,
    step_seconds: Annotated[
        float, typer.Option(min=1, help="CPU seconds each for reading, judging and rendering.")
    ] = _USUAL.step_seconds,
    details: Annotated[
        bool, typer.Option("--details", help="Show every student, with whole sentences and points by cell.")
    ] = False,
) -> None:
    """Grade a class: all submissions to a lesson, in sandboxes and in parallel."""
    require_unix("course grade runs on Linux, and with --no-sandbox on macOS")
    from course.grading import command

    raise typer.Exit(
        command.grade(
            console,
            lesson,
            students,
            workers,
            regrade=regrade,
            sandboxed=not no_sandbox,
            all_cells=all_cells,
            dask=dask,
            cell_seconds=cell_seconds,
            memory_gigabytes=memory_gigabytes,
            step_seconds=step_seconds,
            details=details,
        )
    )


def extend(
    student: Annotated[str, typer.Argument(metavar="ID", help="The student's id.")],
    lesson: Annotated[str, typer.Argument(help="The lesson, by name or number.")],
    length: Annotated[str, typer.Argument(help="Days or hours, such as 2d or 12h; 0d for none.")],
) -> None:
    """Give a student more time for a lesson; a second extension replaces the first."""
    require_unix("course extend runs on Linux and macOS")
    from course.grading import command

    command.extend(console, student, lesson, length)


def second_test(
    seed: Annotated[int, typer.Option(min=0, help="A number that only you know; it determines the part.")],
    source: Annotated[
        Path | None, typer.Option(help="Folder of the original data; by default Debian's.")
    ] = None,
) -> None:
    """Make a second test part, from data that nobody else has, for the lesson that uses it."""
    require_unix("course second-test runs on Linux and macOS")
    from course.grading.inspection import write_extra

    path, sentence = write_extra(Path.cwd(), seed, source)
    console.print(f"{path.relative_to(Path.cwd())}: {sentence}", soft_wrap=True, highlight=False)
    console.print("course grade uses this part; to grade again with it, add --regrade", highlight=False)


def collect(
    lesson: Annotated[str, typer.Argument(help="The lesson, by name or number.")],
    archive: Annotated[Path, typer.Argument(help="The unchanged archive from Moodle, Canvas or Blackboard.")],
    class_list: Annotated[
        Path | None, typer.Option(help="The platform's CSV of the class, or id,first_name,last_name,email.")
    ] = None,
) -> None:
    """Collect a learning platform's archive into submitted/."""
    require_unix("course collect runs on Linux and macOS")
    from course.grading.collect import collect

    raise typer.Exit(collect(console, lesson, archive, class_list))


def hand_back(
    lesson: Annotated[str, typer.Argument(help="The lesson, by name or number.")],
    column: Annotated[
        str | None, typer.Option(help="The platform's column; by default the column that names the lesson.")
    ] = None,
) -> None:
    """Write grades and feedback pages into grading/, in the platform's form."""
    require_unix("course hand-back runs on Linux and macOS")
    from course.grading.hand_back import hand_back

    raise typer.Exit(hand_back(console, lesson, column))


COMMANDS = (collect, grade, hand_back, extend, second_test)
