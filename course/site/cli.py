"""What the `course` command offers whoever puts the course on a page."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from helpers.errors import CourseError

console = Console()


def site(
    output: Annotated[Path, typer.Option("--output", help="Where the two folders are made.")] = Path(
        "_build"
    ),
    home: Annotated[str, typer.Option("--home", help="Address from which the course can be cloned.")] = "",
) -> None:
    """Make the course's site, and the guide for those who teach, each a folder of its own."""
    for package in ("sphinx", "docutils", "myst_nb", "latex2mathml"):  # of the extra `site`
        if find_spec(package) is None:
            raise CourseError(f"course site needs {package}: python -m pip install --editable '.[site]'")
    from course.site.building import GUIDE, SITE, build_sites

    made = build_sites(Path.cwd(), output, home)
    for lesson, count in made.without_words.items():
        console.print(
            f"[yellow]![/] {lesson}: {count} pictures without words: course build --execute {lesson}",
            highlight=False,
            soft_wrap=True,
        )
    lessons = "1 lesson" if made.lessons == 1 else f"{made.lessons} lessons"
    console.print(
        f"✓ {lessons}: open {escape(str(output / SITE / 'index.html'))}",
        highlight=False,
        soft_wrap=True,
    )
    console.print(
        f"✓ the guide, which holds answers: {escape(str(output / GUIDE / 'index.html'))}",
        highlight=False,
        soft_wrap=True,
    )


COMMANDS = (site,)
