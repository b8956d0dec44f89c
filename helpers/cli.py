"""The `course` command: thin, it calls the rooms and says in one line what went wrong.

A learner's copy of the course (`course bundle`) has no rooms for authors and graders: then their commands are
not there either.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from helpers.errors import CourseError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="The hyperparameter course.")
console = Console()

NOTEBOOKS = Path("notebooks")


def main():
    """Run the command; an error that a person can mend is one line, and the exit code 1."""
    try:
        app()
    except CourseError as error:
        Console(stderr=True, soft_wrap=True).print(
            f"[bold red]course:[/] {escape(str(error))}", highlight=False
        )
        sys.exit(1)


def _room(name):
    """The commands of a room, or None in a copy of the course that does not have it."""
    return import_module(f"helpers.{name}.cli") if find_spec(f"helpers.{name}") else None


@app.command()
def doctor(
    grading: Annotated[
        bool, typer.Option("--grading", help="Say whether this machine can grade a class.")
    ] = False,
):
    """Say whether this machine is ready for the course, and what to do when it is not."""
    from helpers.doctor import examine, render

    if not grading:
        raise typer.Exit(render(examine(), console))
    if _room("grading") is None:
        raise CourseError("this is a learner's copy of the course: grade with the whole course")
    from helpers.grading.readiness import examine as examine_for_grading

    ready, again = "This machine can grade: course grade LESSON", "course doctor --grading"
    raise typer.Exit(render(examine_for_grading(Path.cwd()), console, ready, again))


@app.command()
def progress():
    """Show your points, lesson by lesson, from the saved notebooks. Nothing is executed."""
    from helpers.progress import read, render

    if not NOTEBOOKS.is_dir():
        raise CourseError("there is no folder notebooks/ here: run this from the course's top folder")
    raise typer.Exit(render(read(NOTEBOOKS), console))


for _commands in filter(None, map(_room, ("authoring", "grading"))):
    for _command in _commands.COMMANDS:
        app.command()(_command)
