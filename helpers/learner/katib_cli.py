"""`course katib`: thin, it reads a file, calls the room, and says in one line what went wrong.

It stands beside the room, whose import needs packages: `course doctor` must run where one of them is missing.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from rich.table import Table

    from helpers.katib.records import KatibRun

app = typer.Typer(no_args_is_help=True, help="Katib's Experiments without a cluster.")
console = Console(soft_wrap=True)

Log = Annotated[Path | None, typer.Option(help="File for the trials; the same command continues them.")]
Seconds = Annotated[float, typer.Option(help="Time after which a trial is ended.", min=0.001)]
File = Annotated[Path, typer.Argument(help="An Experiment in YAML or JSON.", metavar="FILE")]


@app.command()
def check(file: File) -> None:
    """Find mistakes in an Experiment, also mistakes that Katib does not report."""
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
    console.print(f"[green]✓[/] {name}: no error found in the file", highlight=False)
    ask = f"kubectl apply --dry-run=server -f {name}"
    console.print(f"  With a cluster, also ask its webhooks: {ask}", highlight=False)


@app.command()
def run(file: File, log: Log = None, trial_seconds: Seconds = 600.0) -> None:
    """Run an Experiment on this machine, as Katib would, with a process for each trial."""
    from helpers.katib.reading import read_experiment
    from helpers.katib.running import RunInterrupted, run_experiment

    try:
        found = run_experiment(read_experiment(file), log, trial_seconds=trial_seconds)
    except RunInterrupted as interruption:
        console.print(escape(str(interruption)), highlight=False)
        raise typer.Exit(130) from None
    console.print(_table(found))
    console.print(found.note, highlight=False)
    assert found.ending
    console.print(found.ending.message, highlight=False)
    if found.ending.condition == "Failed":
        raise typer.Exit(1)


def _table(found: KatibRun) -> Table:
    """Return all trials of a run, the optimal one marked."""
    from rich.table import Table

    names = [parameter.name for parameter in found.experiment.spec.parameters]
    metric = found.objective.objective_metric_name
    table = Table("trial", *map(escape, names), escape(metric), "condition", "seconds")
    values = [trial.value(found.objective) for trial in found.trials]
    best = None if all(map(math.isnan, values)) else found.best
    for trial, value in zip(found.trials, values, strict=True):
        table.add_row(
            escape(trial.name),
            *(escape(_short(trial.assignments[name])) for name in names),
            "" if math.isnan(value) else f"{value:.6g}{' *' if trial is best else ''}",
            escape(f"{trial.condition}{f': {trial.reason}' if trial.reason else ''}"),
            f"{trial.seconds:.1f}",
        )
    return table


def _short(text: str) -> str:
    """Return a suggested value with four digits where it has more; the log has all of them."""
    try:
        return text if len(text) < 8 else f"{float(text):.4g}"
    except ValueError:
        return text
