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

    from course.authoring.kept import KeptProofs
    from course.authoring.measuring import Tally
    from course.authoring.processors import Report
    from course.authoring.proof import Proof

_Item = TypeVar("_Item")

console = Console()

Lessons = Annotated[list[str] | None, typer.Argument(help="Lessons by name or number; all without.")]
SOLUTIONS, NOTEBOOKS, PROOFS = Path("solutions"), Path("notebooks"), Path("_build") / "proofs"


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
    from course.kernels.provisioner import warm_kernels
    from course.lessons import find_lessons
    from helpers.instructions import is_x86

    folders = find_lessons(SOLUTIONS, lessons or ())
    if not check:
        # One lesson starts its own kernel as fast.
        with warm_kernels() if len(folders) > 1 else nullcontext():
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
    again: Annotated[
        bool, typer.Option("--again", help="Prove lessons anew whose last proof still holds.")
    ] = False,
) -> None:
    """Show that right answers pass and wrong ones fail with their own message; lint the lessons."""
    require_unix("Lessons are built and proved on Linux and macOS")
    if mutants and again:
        raise CourseError("--mutants asks all mutants anew each time: leave out --again")
    if mutants:
        _prove_by_mutants(lessons)
        return
    from course.authoring.kept import KeptProofs
    from course.authoring.lint import lint
    from course.authoring.side_by_side import side_by_side
    from course.lessons import find_lessons

    folders = find_lessons(SOLUTIONS, lessons or ())
    proofs: list[Proof] = []
    findings: list[str] = []
    kept = KeptProofs(PROOFS)
    still = {} if again else {folder: found for folder in folders if (found := kept.of(folder)) is not None}
    each = side_by_side(
        lambda folder: (
            still[folder] if folder in still else _proved(folder, kept),
            lint(folder, NOTEBOOKS / folder.name),
        ),
        folders,
    )
    for _ in console_track(folders, "proving"):
        found, linted = next(each)
        proofs += found
        findings += linted
    console.print(_proof_table(proofs))
    console.print(
        "right: accepted; wrong: rejected; recognised: shown its own sentence;\n"
        "private: rejected by private checks alone",
        style="dim",
        highlight=False,
    )
    if still:
        count = "1 lesson was" if len(still) == 1 else f"{len(still)} lessons were"
        told = f"{count} proved before, and nothing has changed since (--again: anew)"
        console.print(told, style="dim", highlight=False)
    failures = [f"{proof.lesson}: {line}" for proof in proofs for line in proof.failures] + findings
    for line in failures:
        console.print(f"[red]✗[/] {escape(line)}", soft_wrap=True, highlight=False)
    if failures:
        raise typer.Exit(1)
    console.print("✓ every right answer passes, every wrong one reads its own sentence, no lint")


def _proved(folder: Path, kept: "KeptProofs") -> "list[Proof]":
    from course.authoring.kept import digest
    from course.authoring.prove import prove as prove_lesson

    before = digest(folder)
    proofs = prove_lesson(folder)
    kept.keep(folder, proofs, before)
    return proofs


def _prove_by_mutants(lessons: Lessons) -> None:
    from course.authoring.measuring import measure, shortfalls
    from course.authoring.side_by_side import side_by_side
    from course.lessons import find_lessons

    folders = find_lessons(SOLUTIONS, lessons or ())
    each = side_by_side(measure, folders)
    tallies: list[Tally] = []
    for _ in console_track(folders, "making mutants"):
        tallies += next(each)
    for tally in tallies:
        for line in [*tally.survivors, *(f"falsely told: {line}" for line in tally.falsely_told)]:
            place = f"{tally.lesson[:2]} {tally.exercise}: {line}"
            console.print(escape(place), soft_wrap=True, highlight=False)
    console.print(_mutant_table(tallies))
    found = shortfalls(tallies)
    for line in found:
        console.print(f"[red]✗[/] {escape(line)}", soft_wrap=True, highlight=False)
    if found:
        raise typer.Exit(1)
    console.print("✓ the checks see what nobody foresaw, and name no mistake that was not made")


def processors(lessons: Lessons = None) -> None:
    """Run lessons as other processors would compute them, and measure how sure their assertions are."""
    require_unix("Lessons are built and proved on Linux and macOS")
    import time

    from course.authoring.processors import drawn_everywhere, examine, prove_everywhere
    from course.lessons import find_lessons
    from helpers.instructions import available

    started = time.monotonic()
    folders = find_lessons(SOLUTIONS, lessons or ())
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
    console.print("✓ the same on every processor, and every assertion is sure")


def bundle(
    lessons: Lessons = None,
    output: Annotated[Path, typer.Option("--output", help="Where to write it.")] = Path(
        "bundle/hyperparameter-course.zip"
    ),
) -> None:
    """Write what students get into one archive: lessons and what they need, without solutions."""
    from course.authoring.bundle import bundle as write_bundle

    num_files, size = write_bundle(Path.cwd(), output, lessons or ())
    line = f"{escape(str(output))}: {num_files} files, {size / 1e6:.1f} MB, no solutions"
    console.print(line, soft_wrap=True, highlight=False)


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


COMMANDS = (build, prove, processors, bundle)
