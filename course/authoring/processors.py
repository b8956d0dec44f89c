"""Would a lesson say the same on another processor, and how sure are its assertions of themselves?

Each lesson runs with every instruction set of x86-64, as an older processor would compute it, and then with
other random numbers. The first show whether an assertion or an output depends on the processor. The
deviation of an assertion's margin over the second is its standard error: three of them have to fit into the
least margin.
"""

import copy
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from course.authoring.execute import in_one_piece, notebook_client
from course.authoring.source import read_lesson
from course.environment import variables
from course.files import read_notebook
from helpers import instructions

NUM_RESEEDED = 8
NEEDED = 3.0  # standard errors between an assertion and its limit
_CELL_SECONDS = 120  # the oldest instructions are slow, and two lessons run side by side
_PICTURES = ("image/", "application/vnd.jupyter.widget-view")
_WATCH = "from course.authoring.claims import watch\nwatch({path!r}, {shift})"


@dataclass(frozen=True)
class Assertion:
    """One assertion of a lesson, each time that it was evaluated.

    text: its source. fails_on: the instruction sets on which it does not hold. standard_errors: how many of
    them lie between it and its limit, at the closest; infinite where nothing is random, minus infinity where
    a margin is no finite number, nan where an assertion has no margin. fails_reseeded: of how many runs with
    other random numbers it does not hold.
    """

    text: str
    fails_on: tuple[str, ...]
    standard_errors: float
    fails_reseeded: int

    @property
    def is_safe(self):
        """Whether it holds on every processor, and by enough."""
        by_chance = self.fails_reseeded if math.isnan(self.standard_errors) else 0
        return not self.fails_on and not by_chance and not self.standard_errors < NEEDED

    @property
    def distance(self):
        """How far it is from its limit, in words; None where it compares nothing."""
        if math.isnan(self.standard_errors):
            return None
        if self.standard_errors == -math.inf:
            return "a margin that is no finite number"
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
    def closest(self):
        """The assertion that is closest to its limit; None where none compares anything."""
        return min((a for a in self.assertions if a.distance), key=_safety, default=None)


@dataclass(frozen=True)
class _Ran:
    """One run of a lesson: what its assertions wrote down, and its cells with their outputs."""

    claims: list[dict]
    notebook: object


def examine(folders, track=lambda tasks, _: tasks):
    """Run the lessons in `folders` everywhere; a Report for each, in their order.

    track: wraps the list of runs to show how far it is, as `rich.progress.track` does. On two cores a lesson
    takes about six times as long as it runs.
    """
    lessons = [read_lesson(folder) for folder in folders]
    by_set = {name: _run_all(lessons, name, [0], track)[0] for name in instructions.available()}
    common = instructions.COMMON if instructions.COMMON in by_set else instructions.NATIVE
    reseeded = _run_all(lessons, common, range(1, NUM_RESEEDED + 1), track)
    return [
        _report(
            lesson, {name: runs[place] for name, runs in by_set.items()}, [runs[place] for runs in reseeded]
        )
        for place, lesson in enumerate(lessons)
    ]


def prove_everywhere(names):
    """Run `course prove` with every instruction set; a line for each on which it fails."""
    command = [sys.executable, "-c", "from course.cli import main; main()", "prove", *names]
    failures = []
    for name in instructions.available():
        environment = os.environ | instructions.settings(name, os.environ)
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if ended.returncode:
            last = (ended.stdout + ended.stderr).strip().splitlines()[-1]
            failures.append(f"course prove fails with {name}: {last}")
    return failures


def _run_all(lessons, name, shifts, track):
    """Run every lesson once for each shift; a list of runs for each, in the order of the lessons."""
    from course.kernels.provisioner import warm_kernels

    tasks = list(itertools.product(shifts, lessons))
    confined = variables(instructions.settings(name, os.environ))
    with confined, warm_kernels(), ThreadPoolExecutor(2) as pool:
        running = [pool.submit(_run, lesson, shift) for shift, lesson in tasks]
        runs = [future.result() for future in track(running, f"with {name}")]
    return [runs[start : start + len(lessons)] for start in range(0, len(runs), len(lessons))]


def _run(lesson, shift):
    """Run one lesson, its assertions watched; reseeded without graded cells, which expect one result."""
    import nbformat

    notebook = copy.deepcopy(lesson.notebook)
    if shift:
        notebook.cells = [
            cell for cell in notebook.cells if not cell.metadata.get("nbgrader", {}).get("points")
        ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "claims.jsonl")
        notebook.cells.insert(0, nbformat.v4.new_code_cell(_WATCH.format(path=str(path), shift=shift)))
        options = {"timeout": _CELL_SECONDS, "allow_errors": True}
        with notebook_client(notebook, lesson.folder, **options) as client:
            client.execute()
        claims = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    del notebook.cells[0]
    return _Ran(claims, notebook)


def _report(lesson, by_set, reseeded):
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


def _complaint(assertion):
    if assertion.fails_on:
        return f"does not hold with {', '.join(assertion.fails_on)}"
    if math.isnan(assertion.standard_errors):
        return f"does not hold in {assertion.fails_reseeded} of {NUM_RESEEDED} runs with other seeds"
    if assertion.standard_errors == -math.inf:
        return assertion.distance
    return f"{assertion.distance} to its limit, of {NEEDED:.0f} that are needed"


def _differences(committed, notebook):
    """The cells that show something else than what is committed, a line each."""
    found = []
    for number, (before, now) in enumerate(zip(committed.cells, notebook.cells, strict=True), start=1):
        if now.cell_type != "code" or "nbval-ignore-output" in now.metadata.get("tags", ()):
            continue
        if _texts(before) != _texts(now):
            found.append(f"cell {number} shows something else: {now.source.splitlines()[0][:60]}")
    return found + _errors(notebook)


def _texts(cell):
    """What nbval compares of a cell: all but its pictures."""
    shown = []
    for output in in_one_piece(cell.outputs):
        data = {kind: text for kind, text in output.get("data", {}).items() if not kind.startswith(_PICTURES)}
        shown.append((output.output_type, output.get("text"), data, output.get("ename")))
    return shown


def _errors(notebook):
    return [
        f"cell {number} raises {output.ename}: {output.evalue.splitlines()[0] if output.evalue else ''}"
        for number, cell in enumerate(notebook.cells, start=1)
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]


def _assertions(by_set, reseeded):
    """Put together what all runs have seen of each assertion."""
    everywhere = {name: _by_claim(claims) for name, claims in by_set.items()}
    others = [_by_claim(claims) for claims in reseeded]
    keys = dict.fromkeys(key for claims in everywhere.values() for key in claims)
    assertions = defaultdict(list)
    for key in keys:
        seen = {name: claims[key] for name, claims in everywhere.items() if key in claims}
        elsewhere = [claims[key] for claims in others if key in claims]
        assertions[key[0]].append(
            Assertion(
                key[0],
                tuple(name for name, claim in seen.items() if not claim["holds"]),
                _standard_errors([c["margins"] for c in seen.values()], [c["margins"] for c in elsewhere]),
                sum(not claim["holds"] for claim in elsewhere),
            )
        )
    # An assertion in a loop is as safe as its weakest round.
    return [min(rounds, key=_safety) for rounds in assertions.values()]


def _by_claim(claims):
    """The records of one run by text and count: a loop evaluates an assertion several times."""
    counted = defaultdict(itertools.count)
    return {(claim["claim"], next(counted[claim["claim"]])): claim for claim in claims}


def _safety(assertion):
    errors = assertion.standard_errors
    return not assertion.fails_on, math.inf if math.isnan(errors) else errors, -assertion.fails_reseeded


def _standard_errors(margins, reseeded):
    """The least margin over its standard error, of the comparison that is closest to its limit.

    margins, reseeded: of each run, one [difference, logarithm] for each comparison. nan without comparisons.
    """
    of_comparisons = [
        max(map(partial(_on_one_scale, margins, reseeded, place), (0, 1)))
        for place in range(min(map(len, margins + reseeded), default=0))
    ]
    return min(of_comparisons, default=math.nan)


def _on_one_scale(margins, reseeded, place, scale):
    values = [run[place][scale] for run in margins]
    others = [run[place][scale] for run in reseeded]
    if None in values + others or len(others) < 2:
        return -math.inf
    error = statistics.stdev(others)
    # The author's seeds may have been lucky ones, so the mean over others counts too.
    least = min(*values, statistics.fmean(others))
    # Rounding is no chance: what differs in the last digits only is certain.
    if error <= 1e-9 * max(map(abs, others)):
        return math.inf if least >= 0 else -math.inf
    return least / error
