"""What the `course` command offers whoever puts the course on a page."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

console = Console()


def site(
    output: Annotated[Path, typer.Option("--output", help="Where the two folders are made.")] = Path(
        "_build"
    ),
) -> None:
    """Make the course's site, and the guide for those who teach, each a folder of its own."""
    from course.site.building import GUIDE, SITE, build_sites

    made = build_sites(Path.cwd(), output)
    for lesson, count in made.without_words.items():
        console.print(
            f"[yellow]![/] {lesson}: {count} pictures without words: course build --execute {lesson}",
            highlight=False,
            soft_wrap=True,
        )
    console.print(
        f"✓ {made.lessons} lessons: open {output / SITE / 'index.html'}", highlight=False, soft_wrap=True
    )
    console.print(
        f"✓ the guide, which holds answers: {output / GUIDE / 'index.html'}", highlight=False, soft_wrap=True
    )


COMMANDS = (site,)
