"""What the `course` command offers authors, and whoever hands the course out."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from course.environment import require_unix
from helpers.errors import CourseError

if TYPE_CHECKING:
    from rich.table import Table

    from course.authoring.mutation_score import Tally
    from course.authoring.processors import Report
    from course.authoring.proof import Proof

_Item = TypeVar("_Item")

console = Console()

Lessons = Annotated[list[str] | None, typer.Argument(help="Lessons by name or number; all without.")]
Again = Annotated[bool, typer.Option("--again", help="Ask lessons anew that are verified already.")]
SOLUTIONS, NOTEBOOKS = Path("solutions"), Path("notebooks")


# With which `build --check` draws cases again: NumPy and OpenBLAS without AVX-512, and at their plainest.
_PLAIN_SETS = ("AVX2", "SSE4.2")


def build(
    lessons: Lessons = None,
    check: Annotated[bool, typer.Option("--check", help="Only say whether files and sources agree.")] = False,
    execute: Annotated[
        bool, typer.Option("--execute", help="Run notebooks also where no code cell has changed.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace released notebooks also where somebody has worked.")
    ] = False,
) -> None:
    """Make solutions and notebooks from the lessons' sources."""
    require_unix("Lessons are built and proved on Linux and macOS")
    if check and (execute or overwrite):
        raise CourseError("--check changes nothing: leave out --execute and --overwrite, or --check")
    from course.authoring.build import build as build_lesson
    from course.authoring.build import drift, strangers
    from course.authoring.processors import drawn_everywhere
    from course.directory import find_lessons
    from course.kernels.provisioner import warm_kernels
    from course.settings import read_settings
    from helpers.instructions import is_x86

    folders = find_lessons(SOLUTIONS, lessons or ())
    if not check:
        # One lesson starts its own kernel as fast.
        preload = read_settings(Path.cwd()).kernels.preload
        with warm_kernels(preload) if len(folders) > 1 else nullcontext():
            for folder in console_track(folders, "building"):
                done = build_lesson(folder, NOTEBOOKS, execute=execute, overwrite=overwrite)
                console.print(escape(done), soft_wrap=True, highlight=False)
        return
    found = [line for folder in folders for line in drift(folder, NOTEBOOKS)]
    if not found and is_x86():  # what is not as built differs there too
        found = drawn_everywhere(folders, _PLAIN_SETS)
    found += strangers(SOLUTIONS, NOTEBOOKS) if not lessons else []
    for line in found:
        console.print(f"[red]✗[/] {escape(line)}", soft_wrap=True, highlight=False)
    if found:
        raise typer.Exit(1)
    many = len(folders) > 1
    count = f"{len(folders)} lessons are exactly what their sources give"
    console.print(f"✓ {count}" if many else "✓ 1 lesson is exactly what its source gives", highlight=False)


def prove(
    lessons: Lessons = None,
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Judge what a program made of the right answers instead.")
    ] = False,
    again: Again = False,
) -> None:
    """Show that right answers pass and wrong ones fail with their own message; lint the lessons."""
    require_unix("Lessons are built and proved on Linux and macOS")
    from course.authoring.build import refuse_stale
    from course.authoring.lint import lint
    from course.authoring.proof_cache import record
    from course.authoring.prove import prove as prove_lesson
    from course.directory import find_lessons

    folders = find_lessons(SOLUTIONS, lessons or ())
    for folder in folders:
        refuse_stale(folder)
    if mutants:
        _prove_by_mutants(folders, again)
        return
    findings = [line for folder in folders for line in lint(folder, NOTEBOOKS / folder.name)]
    proofs: list[Proof] = []
    asked, before = _not_verified(folders, "proof", again)
    for folder in console_track(asked, "proving"):
        found = prove_lesson(folder)
        proofs += found
        if not any(proof.failures for proof in found):
            record(folder, "proof", before[folder])
    if proofs:
        console.print(_proof_table(proofs))
        console.print(
            "right: accepted; wrong: rejected; recognised: shown its own sentence;\n"
            "private: rejected by private checks alone",
            style="dim",
            highlight=False,
        )
    _say_verified(len(folders) - len(asked))
    failures = [f"{proof.lesson}: {line}" for proof in proofs for line in proof.failures] + findings
    for line in failures:
        console.print(f"[red]✗[/] {escape(line)}", soft_wrap=True, highlight=False)
    if failures:
        raise typer.Exit(1)
    console.print("✓ every right answer passes, every wrong one reads its own sentence, no lint")


def _not_verified(folders: Sequence[Path], kind: str, again: bool) -> tuple[list[Path], dict[Path, str]]:
    """Return the lessons that are to be asked, and the digests of all, for `record`."""
    from course.authoring.proof_cache import digest, holds

    now = {folder: digest(folder, kind) for folder in folders}
    return [folder for folder in folders if again or not holds(folder, kind, now[folder])], now


def _say_verified(count: int) -> None:
    if count:
        told = "1 lesson is verified" if count == 1 else f"{count} lessons are verified"
        told += ", and nothing has changed since (--again: anew)"
        console.print(told, style="dim", highlight=False)


def _prove_by_mutants(folders: Sequence[Path], again: bool) -> None:
    from course.authoring.mutation_score import measure, shortfalls
    from course.authoring.proof_cache import record

    asked, before = _not_verified(folders, "all mutants", again)
    tallies: list[Tally] = []
    for folder in console_track(asked, "making mutants"):
        found = measure(folder)
        tallies += found
        if not found or not shortfalls(found):
            record(folder, "all mutants", before[folder])
    for tally in tallies:
        for line in [*tally.survivors, *(f"falsely told: {line}" for line in tally.falsely_told)]:
            place = f"{tally.lesson[:2]} {tally.exercise}: {line}"
            console.print(escape(place), soft_wrap=True, highlight=False)
    if tallies:
        console.print(_mutant_table(tallies))
    _say_verified(len(folders) - len(asked))
    lines = shortfalls(tallies) if asked else []
    for line in lines:
        console.print(f"[red]✗[/] {escape(line)}", soft_wrap=True, highlight=False)
    if lines:
        raise typer.Exit(1)
    console.print("✓ the checks see what nobody foresaw, and name no mistake that was not made")


def processors(lessons: Lessons = None, again: Again = False) -> None:
    """Run lessons as other processors would compute them, and measure how sure their assertions are."""
    require_unix("Lessons are built and proved on Linux and macOS")
    import time

    from course.authoring.processors import drawn_everywhere, examine, prove_everywhere
    from course.authoring.proof_cache import record
    from course.directory import find_lessons
    from helpers.instructions import available

    started = time.monotonic()
    all_folders = find_lessons(SOLUTIONS, lessons or ())
    folders, before = _not_verified(all_folders, "processors", again)
    _say_verified(len(all_folders) - len(folders))
    if not folders:
        return
    if len(available()) == 1:
        console.print("This is no x86-64 processor: only its own instructions are tried.", highlight=False)
    reports = examine(folders, console_track)
    console.print(_margin_table(reports))
    failures = [line for report in reports for line in report.failures]
    failures += drawn_everywhere(folders, available())
    failures += prove_everywhere([folder.name for folder in folders])
    for line in failures:
        console.print(f"[red]✗[/] {escape(line)}", soft_wrap=True, highlight=False)
    console.print(f"{(time.monotonic() - started) / 60:.0f} minutes", highlight=False)
    if failures:
        raise typer.Exit(1)
    for folder in folders if len(available()) > 1 else ():
        record(folder, "processors", before[folder])
    console.print("✓ the same on every processor, and every assertion is sure")


def bundle(
    lessons: Lessons = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Where to write it; in bundle/ without.")
    ] = None,
    with_solutions: Annotated[
        bool, typer.Option("--with-solutions", help="For somebody who learns alone, not for a class.")
    ] = False,
) -> None:
    """Write what students get into one archive: lessons and what they need, without solutions."""
    from course.authoring.bundle import bundle as write_bundle

    path, num_files = write_bundle(Path.cwd(), output, lessons or (), with_solutions=with_solutions)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    solved = "with" if with_solutions else "no"
    line = f"{escape(str(shown))}: {num_files} files, {path.stat().st_size / 1e6:.1f} MB, {solved} solutions"
    console.print(line, soft_wrap=True, highlight=False)


def new(
    name: Annotated[str, typer.Argument(help="Of the folder: small letters, digits and hyphens.")],
) -> None:
    """Write a new course directory with one small lesson, to be changed into your own."""
    from course.authoring.new import new_course

    new_course(Path.cwd(), name)
    console.print(f"✓ {name}: cd {name}, then course build, course prove", highlight=False)


def console_track(items: Sequence[_Item], what: str) -> Iterable[_Item]:
    """Iterate with a progress bar where a person is watching."""
    from rich.progress import track

    return track(items, what, console=console, transient=True, disable=not console.is_terminal)


def _proof_table(proofs: "Iterable[Proof]") -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
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


def _mutant_table(tallies: "Sequence[Tally]") -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("lesson")
    table.add_column("exercise", no_wrap=True)
    for title in ("mutants", "equivalent", "rejected", "told", "falsely"):
        table.add_column(title, no_wrap=True, justify="right")
    for tally in tallies:
        table.add_row(
            tally.lesson[:2],
            tally.exercise,
            str(tally.equivalent + tally.wrong),
            str(tally.equivalent),
            f"{tally.rejected} of {tally.wrong} ({tally.share:.1%})",
            str(tally.told),
            str(len(tally.falsely_told)),
        )
    return table


def _margin_table(reports: "Iterable[Report]") -> "Table":
    from rich.table import Table

    table = Table(
        "lesson", "assertions", "closest to its limit", box=None, pad_edge=False, header_style="bold"
    )
    for report in reports:
        closest = report.closest
        shown = f"{closest.distance}: {closest.text}" if closest else "no comparison"
        table.add_row(report.lesson[:2], str(len(report.assertions)), escape(shown))
    return table


def _share(count: int, total: int) -> str:
    return f"{count} of {total}"


COMMANDS = (new, build, prove, processors, bundle)
