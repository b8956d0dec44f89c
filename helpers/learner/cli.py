"""The `course` command of learners: thin, it calls the rooms and says in one line what went wrong.

A learner's copy of the course (`course bundle`) has this one; that of the whole course is `course.cli`.
"""

import io
import sys
from importlib.metadata import entry_points
from pathlib import Path

import typer
from rich.console import Console
from rich.markup import escape

from helpers.errors import CourseError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A course with graded notebooks.")
console = Console()

NOTEBOOKS = Path("notebooks")


def add_installed(app: typer.Typer) -> None:
    """Add the groups of commands that installed packages offer, such as `course katib`."""
    for offered in entry_points(group="course.commands"):
        app.add_typer(offered.load(), name=offered.name)


add_installed(app)


def main(app: typer.Typer = app) -> None:
    """Run the command; print an error that a person can mend as one line, and exit with 1.

    app: the command, of learners or of the whole course.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # no notebook's
            stream.reconfigure(errors="replace")  # on Windows a file or a pipe may have no ✓
    try:
        app()
    except CourseError as error:
        Console(stderr=True, soft_wrap=True).print(
            f"[bold red]course:[/] {escape(str(error))}", highlight=False
        )
        sys.exit(1)


@app.command()
def doctor() -> None:
    """Say whether this machine is ready for the course, and what to do if it is not."""
    from helpers.learner.doctor import course_here, examine, render

    raise typer.Exit(render(examine(course_here()), console))


@app.command()
def progress() -> None:
    """Show your points, lesson by lesson, from the saved notebooks. Nothing is executed."""
    from helpers.learner.progress import read, render

    here = Path.cwd()
    found = next((top / NOTEBOOKS for top in (here, *here.parents) if _is_a_courses(top)), None)
    if found is None:
        raise CourseError("there is no course in this folder or above it: run this in the course's folder")
    raise typer.Exit(render(read(found), console))


def _is_a_courses(top: Path) -> bool:
    return (top / NOTEBOOKS).is_dir() and (top / "course.toml").exists()
