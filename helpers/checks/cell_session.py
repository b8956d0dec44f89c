"""A graded cell while it runs in a learner's notebook: what its checks say at once, and what at its end.

Every check of a cell runs, so that what is said of a mistake rests on all that the cell observes. The last
one ends the cell, when one has failed. What ends it earlier (an exception between two checks, Ctrl-C) is
shown below what has been found until then.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FunctionType, TracebackType
from typing import Any

from helpers.checks.calls import Call
from helpers.checks.cell_order import defined_elsewhere
from helpers.checks.exercises import PRIVATE_FILE, Exercise, Expected
from helpers.checks.messages import (
    count_line,
    details,
    fail_line,
    not_started_line,
    pass_line,
    private_line,
    wrapped,
)
from helpers.checks.observation import Encoded, encode, is_data, words_of
from helpers.checks.tracebacks import does_nothing, functions_in, joined, layers_of, own_steps
from helpers.errors import CourseError

# JupyterLab and terminals show these as a colour.
_GREEN, _PLAIN = "\x1b[32m", "\x1b[0m"


class CheckFailed(AssertionError):
    """The end of a graded cell in which a check did not pass. IPython shows its lines, and no traceback."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines[0])
        self.lines = lines

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _render_traceback_(self) -> list[str]:
        # IPython's own hook: what this returns is shown as the traceback.
        return self.lines


@dataclass
class _Run:
    """One run of the graded cell of an exercise.

    execution: IPython's number of this run of a cell; None outside of a notebook.
    seen: what was observed so far, by label.
    failed: the checks that did not pass.
    raised: the traceback, in the learner's own lines, of the first check that failed, where it has one.
    opening: what an only check says when it fails: all in one place.
    is_started: whether there is an answer, or as much as a line of it.
    """

    exercise: Exercise
    execution: int | None
    seen: dict[str, Encoded] = field(default_factory=dict)
    failed: list[Expected] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    opening: list[str] = field(default_factory=list)
    is_started: bool = True

    def closing(self) -> list[str]:
        """Return the lines that end the cell: the mistake where it is known, then the learner's traceback."""
        if not self.is_started:
            return [not_started_line(self.exercise.name)]
        checks = [check for check in self.exercise.checks if check.label in self.seen]
        lines = [*self.opening] or ([count_line(len(self.failed), len(checks))] if len(checks) > 1 else [])
        sentence = self.exercise.recognise(self.seen)
        if sentence:
            lines += wrapped(sentence)
        elif self.exercise.hints:
            lines += wrapped(f'hint("{self.exercise.name}") says where to look.')
        return [*lines, *self.raised]


_run: _Run | None = None
# The answer that has passed all visible checks of its exercise, and what it does, by the exercise's name.
_passed: dict[str, tuple[object, object]] = {}
# Whether the visible checks of an exercise passed when they last ran, by its name.
_verdicts: dict[str, bool] = {}
# How many hints on each exercise have been shown.
_hints_taken: dict[str, int] = {}


def forget() -> None:
    """Forget every run, as a restart of the kernel does."""
    global _run
    _run = None
    _passed.clear()
    _verdicts.clear()
    _hints_taken.clear()


def judge(exercise: Exercise, expected: Expected, call: Call, folder: Path) -> None:
    """Say how one check of a learner's cell ended; at the cell's last check, raise CheckFailed if one failed.

    exercise: as the learner's files know it.
    expected: the check, one of the exercise's.
    call: what was observed.
    folder: of the notebook.
    """
    __tracebackhide__ = True
    run = _current(exercise, expected.label)
    run.seen[expected.label] = call.data
    if not _is_started(exercise, call):
        run.is_started = False
        run.failed.append(expected)
        _passed.pop(exercise.name, None)
    elif expected.agrees_with(call.data):
        print(pass_line(expected.label))
    else:
        _say_failure(run, expected, call, folder)
    if expected is exercise.checks[-1]:
        _end(run, folder)


def _current(exercise: Exercise, label: str) -> _Run:
    """Return the run to which a check belongs: a new one when the cell has been started anew."""
    global _run
    execution = _execution()
    is_new = (
        _run is None
        or _run.exercise.name != exercise.name
        or _run.execution != execution
        or label in _run.seen
        or label == exercise.checks[0].label
    )
    if _run is None or is_new:
        if _run is not None:
            _watch_no_more()
        _run = _Run(exercise, execution)
        _watch_the_end()
    return _run


def _is_started(exercise: Exercise, call: Call) -> bool:
    return not ((exercise.is_quiz and call.data is None) or does_nothing(_answer(exercise.name)))


def _say_failure(run: _Run, expected: Expected, call: Call, folder: Path) -> None:
    lines = [fail_line(expected.label)]
    if not run.failed:
        said = call.said(run.exercise.name)
        lines += details(expected, call.data, said)
        lines += wrapped(defined_elsewhere(said or "", run.exercise.name, folder) or "")
        run.raised = _own_traceback(call, run.exercise.name)
    run.failed.append(expected)
    _passed.pop(run.exercise.name, None)
    if len(run.exercise.checks) == 1:
        run.opening = lines
    else:
        print("\n".join(lines))


def _end(run: _Run, folder: Path) -> None:
    __tracebackhide__ = True
    global _run
    _run = None
    _watch_no_more()
    if run.failed:
        _verdicts[run.exercise.name] = False
        raise CheckFailed(run.closing() or [fail_line(run.failed[0].label)])
    exercise = run.exercise
    if all(check.label in run.seen for check in exercise.checks):
        answer = _answer(exercise.name)
        _passed[exercise.name] = answer, _told_apart(answer)
        if exercise.reason is not None:
            print("\n".join(wrapped(exercise.reason)))
        if exercise.num_private and not exercise.private:
            print(private_line(exercise.num_private))
        _verdicts[exercise.name] = True
        _say_how_far(folder)


def _say_how_far(folder: Path) -> None:
    """Say in green how many points the lesson has; not in an author's folder, whose outputs are compared."""
    if _shell() is None or (folder / PRIVATE_FILE).exists():
        return
    from helpers.learner.progress import lines_after_a_success

    for line in lines_after_a_success(folder, _verdicts):
        print(f"{_GREEN}  {line}{_PLAIN}")


def _own_traceback(call: Call, exercise: str) -> list[str]:
    """Return the traceback of a call with the learner's own frames alone; empty where there is none."""
    error = call.error
    steps = [] if error is None else own_steps(error.__traceback__, exercise, call.namespace)
    if error is None or not steps:
        return []
    shell = _shell()
    if shell is None:
        return traceback.format_exception(type(error), error, joined(steps))
    lines: list[str] = shell.InteractiveTB.structured_traceback(type(error), error, joined(steps))
    return lines


def _answer(exercise: str) -> object:
    shell = _shell()
    return None if shell is None else shell.user_ns.get(exercise)


def _is_the_same(answer: object, passed: tuple[object, object]) -> bool:
    """Return whether an answer is the one that has passed, also after its cell ran once more."""
    before, does = passed
    if answer is before and callable(answer):  # with a default that keeps results, it may do more by now
        return True
    return _told_apart(answer) == does


def _told_apart(value: object) -> object:
    """Return what is equal for values that do the same: of functions their code, of data the data.

    What else can be called (a ufunc, a class, an object with a `__call__`) stands for itself.
    """
    if not callable(value):
        encoded = encode(value)
        # As texts, for True equals 1, which equals 1.0, and two arrays give an array. Of what is no data
        # (a set, a range, a ufunc in a tuple) the kind alone is observed, so its own words count too.
        return repr(encoded), "" if is_data(encoded) else words_of(value)
    layers = list(layers_of(value))
    given = [_each_told_apart(one.args, one.keywords) for one in layers if isinstance(one, partial)]
    functions = [
        (one.__code__, _each_told_apart(one.__defaults__ or (), one.__kwdefaults__ or {}))
        for one in functions_in(value)
    ]
    return given, functions, [] if isinstance(layers[-1], FunctionType) else layers[-1:]


def _each_told_apart(arguments: Sequence[object], keywords: Mapping[str, object]) -> object:
    return [*map(_told_apart, arguments)], {name: _told_apart(kept) for name, kept in keywords.items()}


def _shell() -> Any:
    """Return IPython's shell, or None outside of a notebook."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    return get_ipython()


def _execution() -> int | None:
    shell = _shell()
    return None if shell is None else shell.execution_count


def _watch_the_end() -> None:
    """Let what has been found be said also where the cell ends before its last check.

    Above the exception that ends it, and behind the last line of a cell that holds a few of the checks.
    """
    shell = _shell()
    if shell is not None:
        shell.set_custom_exc((BaseException,), _say_above_an_exception)
        shell.events.register("post_run_cell", _say_behind_the_last_line)


def _watch_no_more() -> None:
    shell = _shell()
    if shell is not None:
        shell.set_custom_exc((), None)
        shell.events.unregister("post_run_cell", _say_behind_the_last_line)


def _say_behind_the_last_line(*_: object) -> None:
    global _run
    run, _run = _run, None
    _watch_no_more()
    lines = run.closing() if run is not None and run.failed else []
    if lines:
        print("\n".join(lines))


def _say_above_an_exception(
    shell: Any,
    kind: type[BaseException],
    error: BaseException,
    steps: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Show an exception as IPython does, below what the checks of its cell have found."""
    _say_behind_the_last_line()
    shell.showtraceback((kind, error, steps), tb_offset=tb_offset, running_compiled_code=True)


def what_comes_first(exercise: str) -> str | None:
    """Return a line for who wants to go on without a solved exercise; None when its answer has passed."""
    if exercise not in _passed:
        return f"First run the checks of `{exercise}`: when all visible ones pass, run this cell again."
    if not _is_the_same(_answer(exercise), _passed[exercise]):
        return f"`{exercise}` has changed since its checks passed: run them, then this cell again."
    return None


def next_hint(exercises: Mapping[str, Exercise], name: str, folder: Path) -> str:
    """Return the next hint on an exercise, with its number; after the last one, all again.

    folder: of the notebook. Where the course's folder has solutions, the last hint leads to `solution`.
    """
    if name not in exercises:
        return _unknown(exercises, name)
    hints = exercises[name].hints
    if not hints:
        return f"There is no hint on {name}."
    taken = _hints_taken.get(name, 0)
    _hints_taken[name] = taken + 1
    if taken + 1 < len(hints):
        return f"{taken + 1} of {len(hints)}: {hints[taken]}"
    lines = [f"That was the last of {len(hints)}:", *(f"{n}: {h}" for n, h in enumerate(hints, 1))]
    if taken < len(hints):
        lines = [f"{taken + 1} of {len(hints)}: {hints[taken]}"]
    if _solved_notebook(folder).is_file():
        lines.append(f'An answer: from helpers.checks import solution; solution("{name}")')
    return "\n".join(lines)


def solution_of(exercises: Mapping[str, Exercise], name: str, folder: Path) -> str:
    """Return an answer to an exercise, or what comes before it: hints to take, or a folder with solutions.

    folder: of the notebook.

    Raises CourseError when the notebook with the solutions is damaged.
    """
    if name not in exercises:
        return _unknown(exercises, name)
    left = len(exercises[name].hints) - _hints_taken.get(name, 0)
    if left > 0 and name not in _passed:
        return f'First take the hints: hint("{name}") has {left} more.'
    path = _solved_notebook(folder)
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError:
        return "This copy of the course has no solutions: ask your instructor."
    except (ValueError, LookupError, TypeError) as error:
        raise CourseError(f"{path} is damaged: git checkout -- {path.name} brings it back") from error
    answers = [
        "".join(cell["source"])
        for cell in cells
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == name
    ]
    lines = [line for answer in answers for line in answer.splitlines() if "### " not in line]
    return "\n".join(lines)


def _solved_notebook(folder: Path) -> Path:
    return folder.parent.parent / "solutions" / folder.name / f"{folder.name}.ipynb"


def _unknown(exercises: Mapping[str, Exercise], name: str) -> str:
    known = ", ".join(exercise for exercise in exercises if exercises[exercise].hints)
    return f"No exercise here is called {name!r}. There are {known}."


def refusal(label: str, remedy: str) -> CheckFailed:
    """Return what a check raises that cannot be judged.

    remedy: one sentence for the learner.
    """
    return CheckFailed([fail_line(label), *wrapped(remedy)])
