"""Would a lesson say the same on another processor, and how sure are its assertions of themselves?

Each lesson runs with every instruction set of x86-64, as an older processor would compute it, and then with
other random numbers. The first show whether an assertion or an output depends on the processor. The
deviation of an assertion's margin over the second is its standard error: three of them have to fit into the
least margin.
"""

from __future__ import annotations

import copy
import itertools
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.authoring.build import other_cells
from course.authoring.drawn_cases import read_with_cases
from course.authoring.execute import in_one_piece, notebook_client
from course.authoring.source import Lesson
from course.environment import variables
from course.files import read_notebook
from course.inspectors import inspector_of
from course.settings import read_settings
from helpers import instructions
from helpers.checks.exercises import checks_of
from helpers.errors import CourseError
from helpers.processes import ending

if TYPE_CHECKING:
    from nbformat import NotebookNode

# One evaluated assertion, as `claims` writes it down: its text, whether it holds, and its margins.
_Record = dict[str, Any]
# Of one run, of each comparison of an assertion: its margin as a difference, and as a logarithm.
_Margins = list[list[float | None]]
# Shows how far a list of runs is.
Track = Callable[[list, str], Iterable]

NUM_RESEEDED = 8
NEEDED = 3.0  # standard errors between an assertion and its limit
_CELL_SECONDS = 120  # the oldest instructions are slow, and two lessons run side by side
_PICTURES = ("image/", "application/vnd.jupyter.widget-view")
_WATCH = "from course.authoring.assertion_margins import watch\nwatch({path!r}, {shift}, {reseed!r})"


@dataclass(frozen=True)
class Assertion:
    """One assertion of a lesson, each time that it was evaluated.

    text: its source.
    fails_on: the instruction sets on which it does not hold.
    standard_errors: how many of them lie between it and its limit, at the closest; infinite where nothing is
        random, minus infinity where a run has no margin or none that is finite, nan where no run has one.
    fails_reseeded: in how many runs with other random numbers it does not hold.
    reached: in how many of these it was evaluated at all.
    """

    text: str
    fails_on: tuple[str, ...]
    standard_errors: float
    fails_reseeded: int
    reached: int = NUM_RESEEDED

    @property
    def is_safe(self) -> bool:
        """Whether it holds on every processor, and by enough."""
        if math.isnan(self.standard_errors):
            return not self.fails_on and not self.fails_reseeded and self.reached > 0
        return not self.fails_on and self.standard_errors >= NEEDED

    @property
    def distance(self) -> str | None:
        """How far it is from its limit, in words; None where it compares nothing."""
        if math.isnan(self.standard_errors):
            return None
        if self.reached < 2:
            return f"only reached in {self.reached} of {NUM_RESEEDED} runs with other seeds"
        if self.standard_errors == -math.inf:
            return "no finite margin in some run"
        if self.standard_errors == math.inf:
            return "nothing random"
        return f"{self.standard_errors:.1f} standard errors"


@dataclass
class Report:
    """What was found of one lesson; `failures` are lines, empty when all is well."""

    lesson: str
    assertions: list[Assertion] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def closest(self) -> Assertion | None:
        """The assertion that is closest to its limit; None where none compares anything."""
        return min((a for a in self.assertions if a.distance), key=_safety, default=None)


@dataclass(frozen=True)
class _Ran:
    """One run of a lesson: what its assertions wrote down, and its cells with their outputs."""

    claims: list[_Record]
    notebook: NotebookNode


def examine(folders: Iterable[Path], track: Track = lambda tasks, _: tasks) -> list[Report]:
    """Run the lessons in `folders` everywhere; return a report for each, in their order.

    On two cores a lesson takes about six times as long as it runs.

    track: wraps the list of runs to show how far it is, as `rich.progress.track` does.
    """
    lessons = [read_with_cases(folder)[0] for folder in folders]
    for lesson in lessons:
        for line in other_cells(lesson, read_notebook(lesson.folder / f"{lesson.name}.ipynb")):
            raise CourseError(line)
    by_set = {name: _run_all(lessons, name, [0], track)[0] for name in instructions.available()}
    common = instructions.COMMON if instructions.COMMON in by_set else instructions.NATIVE
    reseeded = _run_all(lessons, common, range(1, NUM_RESEEDED + 1), track)
    return [
        _report(
            lesson, {name: runs[place] for name, runs in by_set.items()}, [runs[place] for runs in reseeded]
        )
        for place, lesson in enumerate(lessons)
    ]


def prove_everywhere(names: Iterable[str]) -> list[str]:
    """Run `course prove` with every instruction set; return a line for each on which it fails.

    names: of lessons, at least one.
    """
    command = [sys.executable, "-P", "-c", "from course.cli import main; main()", "prove", "--again", *names]
    failures = []
    for name in instructions.available():
        environment = os.environ | instructions.settings(name, os.environ)
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if ended.returncode:
            last = _last_line(ended.stdout.strip() or ended.stderr, ended.returncode)
            failures.append(f"course prove fails with {name}: {last}")
    return failures


def drawn_everywhere(folders: Sequence[Path], names: Iterable[str]) -> list[str]:
    """Draw the cases of lessons with instruction sets; return a line for each exercise that has others.

    names: of the instruction sets.
    """
    code = "import sys; from course.authoring.processors import other_cases; other_cases(sys.argv[1:])"
    command = [sys.executable, "-P", "-c", code, *map(str, folders)]
    running = {
        name: subprocess.Popen(
            command,
            env=os.environ | instructions.settings(name, os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in names
    }
    found = []
    for name, process in running.items():
        output, errors = process.communicate()
        found += [f"with {name} {line}" for line in output.splitlines()]
        if process.returncode:
            last = _last_line(errors, process.returncode)
            found.append(f"with {name} the cases cannot be drawn: {last}")
    return found


def _last_line(said: str, code: int) -> str:
    """Return the last line of what a process said, or how it ended where it said nothing."""
    return (said.strip().splitlines() or [ending(code)])[-1]


def other_cases(folders: Iterable[str]) -> None:
    """Print a line for each exercise whose graded cell holds other cases than are drawn in this process."""
    for folder in map(Path, folders):
        lesson, bank = read_with_cases(folder)
        notebook = read_notebook(folder / f"{folder.name}.ipynb")
        built = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in notebook.cells}
        for name in bank.cases:
            if built.get(checks_of(name)) != lesson.exercises[name].test:
                print(f"{folder.name}: the cases of {name} are others: let its generator return short(...)")


def _run_all(lessons: Sequence[Lesson], name: str, shifts: Iterable[int], track: Track) -> list[list[_Ran]]:
    """Run every lesson once for each shift; return a list of runs for each, in the order of the lessons.

    name: of the instruction set.
    """
    from course.kernels.provisioner import warm_kernels

    tasks = list(itertools.product(shifts, lessons))
    confined = variables(instructions.settings(name, os.environ))
    preload = read_settings(lessons[0].folder.absolute().parents[1]).kernels.preload if lessons else ()
    with confined, warm_kernels(preload), ThreadPoolExecutor(2) as pool:
        running = [pool.submit(_run, lesson, shift) for shift, lesson in tasks]
        runs = [future.result() for future in track(running, f"with {name}")]
    return [runs[start : start + len(lessons)] for start in range(0, len(runs), len(lessons))]


def _run(lesson: Lesson, shift: int) -> _Ran:
    """Run one lesson, its assertions watched.

    shift: for `assertion_margins.watch`; then graded cells, which expect one result, are left out.
    """
    import nbformat
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    notebook = copy.deepcopy(lesson.notebook)
    if shift:
        notebook.cells = [
            cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("points")
        ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "claims.jsonl")
        reseed = read_settings(lesson.folder.absolute().parents[1]).processors.reseed
        watching = _WATCH.format(path=str(path), shift=shift, reseed=reseed)
        notebook.cells.insert(0, nbformat.v4.new_code_cell(watching))
        options = {"timeout": _CELL_SECONDS, "allow_errors": True}
        # A copy: what a lesson leaves beside its notebook would be found by the next run.
        place = shutil.copytree(lesson.folder, Path(folder, lesson.name), ignore=_left_beside(lesson.folder))
        with notebook_client(notebook, Path(place), **options) as client:
            try:
                client.execute()
            except (CellTimeoutError, DeadKernelError) as error:
                raise CourseError(f"{lesson.name}: {str(error).splitlines()[0]}") from error
        claims = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    del notebook.cells[0]
    return _Ran(claims, notebook)


def _left_beside(folder: Path) -> Callable[[str, list[str]], set[str]]:
    """Return what `shutil.copytree` leaves out: what whoever works on a lesson has beside its notebook."""
    inspector = inspector_of(folder)
    return shutil.ignore_patterns(*() if inspector is None else (inspector.handed_in,))


def _report(lesson: Lesson, by_set: Mapping[str, _Ran], reseeded: Sequence[_Ran]) -> Report:
    """Return what runs of a lesson show: with each instruction set, and with other random numbers."""
    report = Report(lesson.name)
    committed = read_notebook(lesson.folder / f"{lesson.name}.ipynb")
    for name, ran in by_set.items():
        report.failures += [
            f"{lesson.name} with {name}: {line}" for line in _differences(committed, ran.notebook)
        ]
    for ran in reseeded:
        report.failures += [f"{lesson.name} reseeded: {line}" for line in _errors(ran.notebook)]
    report.assertions = _assertions(
        {name: ran.claims for name, ran in by_set.items()}, [r.claims for r in reseeded]
    )
    for assertion in report.assertions:
        if not assertion.is_safe:
            report.failures.append(f"{lesson.name}: {_complaint(assertion)}: assert {assertion.text}")
    return report


def _complaint(assertion: Assertion) -> str | None:
    """Return in words why an assertion is not safe."""
    if assertion.fails_on:
        return f"does not hold with {', '.join(assertion.fails_on)}"
    if math.isnan(assertion.standard_errors) and not assertion.reached:
        return f"reached in none of {NUM_RESEEDED} runs with other seeds"
    if math.isnan(assertion.standard_errors):
        return f"does not hold in {assertion.fails_reseeded} of {NUM_RESEEDED} runs with other seeds"
    if assertion.standard_errors == -math.inf:
        return assertion.distance
    return f"{assertion.distance} to its limit, of {NEEDED:.0f} that are needed"


def _differences(committed: NotebookNode, notebook: NotebookNode) -> list[str]:
    """Return the cells that show something else than what is committed, a line each."""
    found = []
    for number, (before, now) in enumerate(zip(committed.cells, notebook.cells, strict=True), start=1):
        if now.cell_type != "code" or "nbval-ignore-output" in now.metadata.get("tags", ()):
            continue
        if _texts(before) != _texts(now):
            found.append(f"cell {number} shows something else: {now.source.splitlines()[0][:60]}")
    return found + _errors(notebook)


def _texts(cell: NotebookNode) -> list[tuple]:
    """Return what nbval compares of a cell: all but its pictures."""
    shown = []
    for output in in_one_piece(cell.outputs):
        data = {kind: text for kind, text in output.get("data", {}).items() if not kind.startswith(_PICTURES)}
        shown.append((output.output_type, output.get("text"), data, output.get("ename")))
    return shown


def _errors(notebook: NotebookNode) -> list[str]:
    """Return the cells that raised, a line each."""
    return [
        f"cell {number} raises {output.ename}: {output.evalue.splitlines()[0] if output.evalue else ''}"
        for number, cell in enumerate(notebook.cells, start=1)
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]


def _assertions(
    by_set: Mapping[str, Sequence[_Record]], reseeded: Sequence[Sequence[_Record]]
) -> list[Assertion]:
    """Put together what all runs have seen of each assertion."""
    everywhere = {name: _by_claim(claims) for name, claims in by_set.items()}
    others = [_by_claim(claims) for claims in reseeded]
    keys = dict.fromkeys(key for claims in everywhere.values() for key in claims)
    assertions: defaultdict[str, list[Assertion]] = defaultdict(list)
    for key in keys:
        seen = {name: claims[key] for name, claims in everywhere.items() if key in claims}
        elsewhere = [claims[key] for claims in others if key in claims]
        assertions[key[0]].append(
            Assertion(
                key[0],
                tuple(name for name, claim in seen.items() if not claim["holds"]),
                _standard_errors([c["margins"] for c in seen.values()], [c["margins"] for c in elsewhere]),
                sum(not claim["holds"] for claim in elsewhere),
                len(elsewhere),
            )
        )
    # An assertion in a loop is as safe as its weakest round.
    return [min(rounds, key=_safety) for rounds in assertions.values()]


def _by_claim(claims: Iterable[_Record]) -> dict[tuple[str, int], _Record]:
    """Return the records of one run by text and count: a loop evaluates an assertion several times."""
    counted: defaultdict[str, itertools.count[int]] = defaultdict(itertools.count)
    return {(claim["claim"], next(counted[claim["claim"]])): claim for claim in claims}


def _safety(assertion: Assertion) -> tuple[bool, bool, float, int]:
    """Return by what to order assertions: the least safe one first."""
    errors = math.inf if math.isnan(assertion.standard_errors) else assertion.standard_errors
    return assertion.is_safe, not assertion.fails_on, errors, -assertion.fails_reseeded


def _standard_errors(margins: list[_Margins], reseeded: list[_Margins]) -> float:
    """Return the least margin over its standard error, of the comparison that is closest to its limit.

    nan without comparisons; minus infinity where they compared nothing in some run, as `all` of nothing does.

    margins: of each run with an instruction set.
    reseeded: of each run with other random numbers.
    """
    numbers = [len(run) for run in margins + reseeded]
    if any(numbers) and not all(numbers):
        return -math.inf
    of_comparisons = [
        max(map(partial(_on_one_scale, margins, reseeded, place), (0, 1)))
        for place in range(min(numbers, default=0))
    ]
    return min(of_comparisons, default=math.nan)


def _on_one_scale(margins: list[_Margins], reseeded: list[_Margins], place: int, scale: int) -> float:
    """Return the same of one comparison, by differences (scale 0) or by logarithms (1)."""
    values = [value for run in margins if (value := run[place][scale]) is not None]
    others = [value for run in reseeded if (value := run[place][scale]) is not None]
    if len(values) < len(margins) or len(others) < len(reseeded) or len(others) < 2:
        return -math.inf
    error = statistics.stdev(others)
    # The author's seeds may have been lucky ones, so the mean over others counts too.
    least = min(*values, statistics.fmean(others))
    # Rounding is no chance: what differs in the last digits only is certain.
    if error <= 1e-9 * max(map(abs, others)):
        return math.inf if least >= 0 else -math.inf
    return least / error
