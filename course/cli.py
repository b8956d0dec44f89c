"""The `course` command for learners, authors and instructors."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from course.authoring import cli as authoring
from course.environment import require_unix
from course.grading import cli as grading
from course.site import cli as site
from helpers.learner import cli as learning

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A course with graded notebooks.")
console = Console()


def main() -> None:
    """Run the command; an error that a person can mend is one line, and the exit code 1."""
    # What a lesson shows does not depend on who builds it.
    os.environ.pop("PICTURES_IN_WORDS", None)
    learning.main(app)


@app.command()
def doctor(
    grading: Annotated[
        bool, typer.Option("--grading", help="Say whether this machine can grade a class.")
    ] = False,
) -> None:
    """Say whether this machine is ready for the course, and what to do if it is not."""
    if not grading:
        learning.doctor()
    require_unix("Grading runs on Linux, and with --no-sandbox on macOS")
    from course.grading.readiness import examine
    from helpers.learner.doctor import render

    ready, again = "This machine can grade: course grade LESSON", "course doctor --grading"
    raise typer.Exit(render(examine(Path.cwd()), console, ready, again))


learning.add_installed(app)
for _command in (learning.progress, *authoring.COMMANDS, *grading.COMMANDS, *site.COMMANDS):
    app.command()(_command)


if __name__ == "__main__":
    main()
