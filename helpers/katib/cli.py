"""`course katib`: thin, it reads a file, calls the room, and says in one line what went wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

app = typer.Typer(no_args_is_help=True, help="Katib's Experiments without a cluster.")
console = Console(soft_wrap=True)

File = Annotated[Path, typer.Argument(help="An Experiment in YAML or JSON.", metavar="FILE")]


@app.command()
def check(file: File) -> None:
    """Say what is wrong with an Experiment: as Katib would, and what it would not say."""
    from helpers.katib.checking import check_experiment, errors_in
    from helpers.katib.reading import read_experiment

    findings = check_experiment(read_experiment(file))
    for finding in findings:
        mark = "[bold red]✗[/]" if finding.is_error else "[yellow]![/]"
        console.print(f"{mark} {escape(str(finding))}", highlight=False)
    errors = len(errors_in(findings))
    if errors:
        raise typer.Exit(1)
    name = escape(str(file))
    console.print(f"[green]✓[/] {name}: no error that a file alone can show", highlight=False)
    ask = f"kubectl apply --dry-run=server -f {name}"
    console.print(f"  With a cluster, its own webhooks can be asked: {ask}", highlight=False)
