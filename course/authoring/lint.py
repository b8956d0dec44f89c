"""Lint of lessons: what must hold for every lesson with graded exercises, as rules.

Each rule is a function of the lesson's `Material` that yields lines; `lint` collects them. A course names
rules of its own, and those that do not hold for it, in `course.toml`.
"""

from __future__ import annotations

import ast
import functools
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any, TypeAlias

import helpers
from course.authoring.answers import SLIPS, Bank, read_bank
from course.authoring.build import work_beside
from course.authoring.cell_names import clashes, names_of
from course.authoring.forgeable_checks import calls_outside, questions
from course.authoring.source import Lesson, read_lesson
from course.files import read_notebook
from course.lessons import (
    ANSWERS_FILE,
    first_line,
    regions,
    without_region,
)
from course.plugins import read_plugin
from course.settings import Lint, read_settings
from helpers.checks.exercises import CHECKS_FILE, PRIVATE_FILE, Exercise, digest, read_exercises
from helpers.checks.observation import Encoded, Raised, is_dict, is_list, is_raised, kind_of
from helpers.errors import CourseError

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Shorter lines of code ("return None") stand in many places and give nothing away.
_MIN_LEAK = 12


@dataclass(frozen=True)
class Material:
    """What the rules look at: a lesson's source, its bank, its recorded checks and its release.

    settings: of the course, for rules with numbers.
    exercises: as recorded, by name.
    release: the released notebook.
    release_files: what can be read of each released file, by its name.
    """

    lesson: Lesson
    bank: Bank
    exercises: dict[str, Exercise]
    release: NotebookNode
    release_files: dict[str, str]
    settings: Lint


Rule: TypeAlias = Callable[[Material], Iterator[str]]


def lint(folder: Path, release: Path) -> list[str]:
    """Return all findings about the lesson in `folder`, released in the folder `release`, as lines.

    Raises CourseError for settings that cannot be used.
    """
    root = folder.absolute().parents[1]
    settings, lesson = read_settings(root).lint, read_lesson(folder)
    material = Material(
        lesson,
        read_bank(folder, lesson.exercises),
        read_exercises(folder),
        _read_release(release / f"{folder.name}.ipynb"),
        _texts_of_files(release, work_beside(folder)),
        settings,
    )
    return [f"{lesson.name}: {line}" for rule in _rules(root, settings) for line in rule(material)]


def _rules(root: Path, settings: Lint) -> list[Rule]:
    """Return the rules that hold in a course: the machinery's but for those that are off, and its own."""
    off = set(settings.off)
    unknown = off - {rule.__name__ for rule in RULES}
    if unknown:
        raise CourseError(f"course.toml, [lint]: off names {min(unknown)}, which is no rule of lint.py")
    own = read_plugin(root, settings.house_rules, ["RULES"]).RULES if settings.house_rules else ()
    return [*(rule for rule in RULES if rule.__name__ not in off), *own]


def _read_release(path: Path) -> NotebookNode:
    if not path.exists():
        raise CourseError(f"notebooks/{path.parent.name}/{path.name} is missing: course build {path.stem}")
    return read_notebook(path)


def _texts_of_files(folder: Path, work: Collection[str]) -> dict[str, str]:
    """Return what can be read of each file in a folder, by its name: of a picture, next to nothing.

    work: the names of files that whoever works there has made.
    """
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and path.name not in work]
    return {path.name: path.read_bytes().decode(errors="replace") for path in files}


def banks_are_large_enough(material: Material) -> Iterator[str]:
    """Enough wrong answers to know the misconceptions, enough right ones to know them from."""
    settings = material.settings
    for exercise in material.lesson.exercises.values():
        mine = [answer for answer in material.bank.answers if answer.exercise == exercise.name]
        num_right = sum(answer.is_right for answer in mine)
        num_wrong = len(mine) - num_right
        if exercise.is_quiz:
            if num_wrong < 2:
                yield f"{exercise.name} needs a sentence for each wrong choice, not {num_wrong}"
        elif num_wrong < settings.least_wrong or num_right < settings.least_right:
            yield (
                f"{exercise.name} needs {settings.least_wrong} wrong and {settings.least_right} right "
                f"answers besides the solution; it has {num_wrong} and {num_right}"
            )


def exercises_have_a_drawn_contract_and_hints(material: Material) -> Iterator[str]:
    """What nobody foresaw is seen by drawn cases alone; who is stuck is told where to look."""
    for exercise in material.lesson.exercises.values():
        if exercise.is_quiz or exercise.name in material.lesson.inspected:
            continue
        if exercise.name not in material.bank.cases:
            yield f"{exercise.name} has no drawn cases: @e.cases in {ANSWERS_FILE} and a private check_drawn"
        if exercise.name not in material.bank.hints:
            yield f"{exercise.name} has no hints: write two or three in {ANSWERS_FILE}"


def _checked(material: Material) -> Iterator[tuple[str, Exercise]]:
    """Yield what is recorded of the exercises that the source has and that checks decide about."""
    for name, exercise in material.exercises.items():
        if name in material.lesson.exercises and name not in material.lesson.inspected:
            yield name, exercise


def exercises_have_both_kinds_of_checks(material: Material) -> Iterator[str]:
    """Visible ones to learn from, private ones against learning them by heart."""
    for name, exercise in _checked(material):
        if not exercise.visible:
            yield f"{name} has no visible check"
        if not exercise.num_private and not material.lesson.exercises[name].is_quiz:
            yield f"{name} has no private check"


def recorded_exercises_exist(material: Material) -> Iterator[str]:
    """What the source has no more is recorded no more."""
    for name in material.exercises:
        if name not in material.lesson.exercises and name not in material.lesson.inspected:
            yield f"{name} is recorded, and not in the source: course build {material.lesson.name}"


def recorded_checks_are_small(material: Material) -> Iterator[str]:
    """Each learner gets one of the two files, each grading process reads both."""
    files = [material.lesson.folder / name for name in (CHECKS_FILE, PRIVATE_FILE)]
    size = sum(path.stat().st_size for path in files if path.exists())
    most = material.settings.most_kilobytes
    if size > 1000 * most:
        files_have = f"{CHECKS_FILE} and {PRIVATE_FILE} have {size / 1000:.0f} kB"
        yield f"{files_have}, more than {most}: let the checks observe less"


def checks_observe_what_came(material: Material) -> Iterator[str]:
    """No check observes a yes, a no or a text that its cell works out: that could be forged."""
    for name, exercise in material.lesson.exercises.items():
        if not exercise.is_quiz:
            for label, code in questions(exercise.test, name, material.lesson.setup):
                yield (
                    f"{name}: the check {label} observes {code}, worked out in the cell: hand over what "
                    "came, and name the property of it with seen_as (helpers.checks.properties)"
                )


def checks_call_what_they_observe(material: Material) -> Iterator[str]:
    """An exception is one failed check, and the next one runs: so nothing is called outside of a check."""
    for name, exercise in material.lesson.exercises.items():
        if not exercise.is_quiz:
            for code in calls_outside(exercise.test, name):
                yield f"{name}: {code} is called outside of check: hand over the function and its arguments"


def checks_hand_over_fresh_data(material: Material) -> Iterator[str]:
    """What an answer changes must not stay changed for the next answer, and setup cells run once."""
    made = set().union(*map(_mutable_names, material.lesson.setup))
    for name, exercise in material.lesson.exercises.items():
        for call in ast.walk(ast.parse(exercise.test)):
            if not isinstance(call, ast.Call):
                continue
            given = [node.value if isinstance(node, ast.Starred) else node for node in call.args]
            names = [node.id for node in given if isinstance(node, ast.Name)]
            if name in (*names, getattr(call.func, "id", None)):
                for shared in sorted(made.intersection(names)):
                    yield (
                        f"{name}: it is handed {shared}, which a setup cell made once: what changes "
                        "it spoils it for the next answer. Make it in the graded cell, or hand over a copy"
                    )


def _mutable_names(source: str) -> set[str]:
    """Return the names that a setup cell binds to a list, a dict or what NumPy made."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign):
            makers: list[ast.AST] = [
                part for part in ast.walk(node.value) if isinstance(part, ast.List | ast.Dict)
            ]
            makers += [part for part in ast.walk(node.value) if ast.unparse(part).startswith("np.")]
            if makers:
                targets = (part for target in node.targets for part in ast.walk(target))
                found |= {part.id for part in targets if isinstance(part, ast.Name)}
    return found


def checks_run_at_any_time(material: Material) -> Iterator[str]:
    """A learner comes back to an exercise from anywhere below, and goes on from there."""
    code = [cell for cell in material.lesson.notebook.cells if cell.cell_type == "code"]
    names = [names_of(cell.source) for cell in code]
    for place, cell in enumerate(code):
        if cell.metadata.get("nbgrader", {}).get("grade"):
            for name, other in clashes(names, place):
                yield (
                    f"{where(cell)} and {where(code[other])} have {name} in common: "
                    "give it another name in one of them"
                )


def quiz_choices_have_sentences(material: Material) -> Iterator[str]:
    """Every choice that the question offers is either the answer or a known mistake."""
    cells = material.lesson.notebook.cells
    for before, cell in pairwise(cells):
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name not in material.lesson.exercises or not material.lesson.exercises[name].is_quiz:
            continue
        if not cell.metadata.nbgrader.solution:
            continue
        asks_for_a_letter = _asks_for_a_letter(material.exercises.get(name))
        if name not in material.bank.reasons:
            yield f"{name}: say in {ANSWERS_FILE} why the answer is right: right_choice"
        # Above a question for a number, k and n are names of what it speaks of.
        letters = "a-z" if asks_for_a_letter else "a-e"
        choices = set(re.findall(rf"^[-*] \*{{0,2}}([{letters}])\*{{0,2}}[.):]", before.source, flags=re.M))
        covered = {answer.value for answer in material.bank.answers if answer.exercise == name}
        missing = sorted(choices - covered)
        if not choices and asks_for_a_letter:
            yield f"{name}: it asks for a letter, and above it no line offers one: '- **a**: ...'"
        if choices and len(missing) != 1:
            yield f"{name}: exactly one choice is right, but {', '.join(missing) or 'none'} have no sentence"
        elif choices and not _is_the_answer(material.exercises.get(name), missing[0]):
            yield f"{name}: {missing[0]} is the only choice without a sentence, and not the answer"


def _asks_for_a_letter(exercise: Exercise | None) -> bool:
    return exercise is not None and any(check.asked == "letter" for check in exercise.checks)


def _is_the_answer(exercise: Exercise | None, choice: str) -> bool:
    """Return whether a choice of a quiz is right, as far as its recorded check knows."""
    checks = exercise.checks if exercise is not None else ()
    return all(check.digest in (None, digest(check.label, choice)) for check in checks)


def cells_ask_for_exercises_that_exist(material: Material) -> Iterator[str]:
    """A cell that waits for an exercise which is not there never goes on, and nobody is told why."""
    for cell in material.lesson.notebook.cells:
        for call in ast.walk(_parsed(cell)):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("solved", "hint"):
                for asked in (part.value for part in call.args if isinstance(part, ast.Constant)):
                    if asked not in material.lesson.exercises:
                        yield f"{where(cell)} asks for {asked!r}: no exercise is called so"


def headings_tell_the_points(material: Material) -> Iterator[str]:
    """A learner reads them in the exercise's heading, the gradebook beside the name of its test."""
    for name, points in re.findall(
        r"^### Exercise .*`(\w+)` \((\d+) points?\)", prose_of(material.lesson.notebook), flags=re.M
    ):
        exercise = material.lesson.exercises.get(name)
        if exercise is not None and exercise.points != int(points):
            yield f"{name}: its heading says ({points}), its test points={exercise.points:g}"


def checks_expect_what_the_docstring_says(material: Material) -> Iterator[str]:
    """An exception that no docstring names is a slip in the check: arguments that do not fit, or too few."""
    for name, exercise in _checked(material):
        solution = _function(material.lesson.exercises[name].solution, name)
        contract = (ast.get_docstring(solution) or "") if solution is not None else ""
        for expected in exercise.checks:
            for raised in _exceptions_in(expected.data):
                kind = raised["raises"]
                if kind not in contract:
                    yield f"{name}: {expected.label!r} expects a {kind}, and its docstring speaks of none"


def wrong_answers_are_wrong_by_thought(material: Material) -> Iterator[str]:
    """A name that does not exist is a slip in the bank: no learner's mistake looks like it."""
    for answer, seen in _exceptions_of_wrong_answers(material):
        for slip in sorted(SLIPS.intersection(each["raises"] for each in seen)):
            yield f"{answer} ends in a {slip}: there is a slip in {ANSWERS_FILE}"


def sentences_can_be_said(material: Material) -> Iterator[str]:
    """An exception that names a helper of the bank comes to no learner, and the sentence is never read."""
    bank = ast.parse((material.lesson.folder / ANSWERS_FILE).read_text(encoding="utf-8-sig")).body
    helpers_of_the_bank = {each.name for each in bank if isinstance(each, ast.FunctionDef | ast.ClassDef)}
    # What the lesson itself speaks of may also be the learner's.
    helpers_of_the_bank -= {word for cell in material.lesson.notebook.cells for word in _words(cell.source)}
    for answer, seen in _exceptions_of_wrong_answers(material):
        said = {word for each in seen for word in _words(each.get("message", ""))}
        for helper in sorted(helpers_of_the_bank & said):
            yield (
                f"{answer} ends in an exception that names {helper} of {ANSWERS_FILE}, which no learner has: "
                "write the answer without it"
            )


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def _exceptions_of_wrong_answers(material: Material) -> Iterator[tuple[str, list[Raised]]]:
    """Yield each wrong answer in words, with all exceptions that the checks have observed of it."""
    for name, exercise in _checked(material):
        for misconception in exercise.misconceptions:
            observed = misconception.observations.values()
            yield (
                f"{name}: the wrong answer with the sentence {misconception.sentence[:40]!r}",
                [each for data in observed for each in _exceptions_in(data)],
            )


def _exceptions_in(data: Encoded) -> list[Raised]:
    """Return all exceptions in what a check has observed."""
    if is_raised(data):
        return [data]
    items = data if is_list(data) else data["dict"].values() if is_dict(data) else ()
    return [raised for item in items for raised in _exceptions_in(item)]


def stubs_keep_signature_and_docstring(material: Material) -> Iterator[str]:
    """A learner gets the contract: the same signature, the same docstring, and no body."""
    stubs = {cell.metadata.nbgrader.grade_id: cell.source for cell in _nbgrader_cells(material.release)}
    for exercise in material.lesson.exercises.values():
        if exercise.is_quiz:
            continue
        solution = _function(exercise.solution, exercise.name)
        stub = _function(stubs.get(exercise.name, ""), exercise.name)
        if solution is None:
            yield f"{exercise.name}: the solution cell defines no function called {exercise.name}"
        elif stub is None:
            yield (
                f"{exercise.name}: the release has no stub of it: its solution needs a docstring, and below "
                "it BEGIN and END SOLUTION"
            )
        else:
            if ast.dump(solution.args) != ast.dump(stub.args):
                yield f"{exercise.name}: the stub has another signature than the solution"
            if not ast.get_docstring(stub):
                yield f"{exercise.name}: the stub has no docstring, so no contract"
            if len(stub.body) > 1:
                yield f"{exercise.name}: the stub has code besides its docstring"


def no_solution_leaks_as_code(material: Material) -> Iterator[str]:
    """No statement of a solution, however it is spaced and quoted, is in the release, a hint or `helpers`."""
    code = {
        f"the release, {where(cell)}": _statements(cell.source)
        for cell in material.release.cells
        if cell.cell_type == "code"
    }
    code |= {f"helpers/{room}": _statements(text) for room, text in _learner_rooms().items()}
    texts = {f"the text of {name}": text for name, text in _readable(material).items()}
    texts |= {f"a hint of {name}": "\n".join(hints.steps) for name, hints in material.bank.hints.items()}
    texts = {place: _squeezed(text) for place, text in texts.items()}
    for exercise in material.lesson.exercises.values():
        solution = "\n".join(map(dedent, regions(exercise.solution, "SOLUTION")))
        secrets, secrets_as_written = (
            {secret for secret in _statements(solution, as_written) if len(secret) >= _MIN_LEAK}
            for as_written in (False, True)
        )
        for place, statements in code.items():
            for secret in sorted(secrets & statements):
                yield f"{exercise.name}: a line of its solution stands in {place}: {secret.splitlines()[0]}"
        for place, text in texts.items():
            if any(_squeezed(secret) in text for secret in secrets | secrets_as_written):
                yield f"{exercise.name}: a line of its solution stands in {place}"


def no_answer_leaks_as_value(material: Material) -> Iterator[str]:
    """What a private check expects (whole, or its floats) and a plain quiz answer are in no released file."""
    squeezed = {place: _squeezed(text) for place, text in _readable(material).items()}
    for name, exercise in _checked(material):
        for expected in exercise.private:
            for place, text in material.release_files.items():
                if json.dumps(expected.label, ensure_ascii=False)[1:-1] in text:
                    yield f"{name}: the private check {expected.label!r} is named in {place}"
                # Visible checks and wrong answers have single numbers in common with private checks.
                telling = (
                    [expected.data] if place == CHECKS_FILE else [expected.data, *_numbers(expected.data)]
                )
                if any(
                    _squeezed(json.dumps(data)) in squeezed[place] for data in telling if _is_telling(data)
                ):
                    yield f"{name}: what {expected.label!r} expects stands in {place}"
        for expected in exercise.visible:
            if material.lesson.exercises[name].is_quiz and expected.digest is None:
                yield f"{name}: a quiz answer is recorded in the open: check(..., secret=True)"


def no_cell_ends_in_a_semicolon(material: Material) -> Iterator[str]:
    """It hides a repr in JupyterLab, but not under nbval, which runs cells without history."""
    for cell in material.release.cells:
        if cell.cell_type == "code" and cell.source.rstrip().endswith(";"):
            yield f"{where(cell)} ends in a semicolon: plt.show() shows a picture and returns nothing"


RULES: tuple[Rule, ...] = (
    banks_are_large_enough,
    exercises_have_a_drawn_contract_and_hints,
    exercises_have_both_kinds_of_checks,
    recorded_exercises_exist,
    recorded_checks_are_small,
    checks_observe_what_came,
    checks_call_what_they_observe,
    checks_hand_over_fresh_data,
    checks_run_at_any_time,
    quiz_choices_have_sentences,
    cells_ask_for_exercises_that_exist,
    headings_tell_the_points,
    checks_expect_what_the_docstring_says,
    wrong_answers_are_wrong_by_thought,
    sentences_can_be_said,
    stubs_keep_signature_and_docstring,
    no_solution_leaks_as_code,
    no_answer_leaks_as_value,
    no_cell_ends_in_a_semicolon,
)


def prose_of(notebook: NotebookNode) -> str:
    """Return what a learner reads of a notebook's Markdown cells."""
    return "\n\n".join(
        without_region(cell.source, "SOLUTION") for cell in notebook.cells if cell.cell_type == "markdown"
    )


def _nbgrader_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if "nbgrader" in cell.metadata]


def _parsed(cell: NotebookNode) -> ast.Module:
    """Return the code of a cell; none of prose, and of a cell with a magic, which is no Python."""
    try:
        return ast.parse(cell.source if cell.cell_type == "code" else "")
    except SyntaxError:
        return ast.parse("")


def _function(source: str, name: str) -> ast.FunctionDef | None:
    """Return the definition of the function `name` in `source`, or None."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return None
    return next((node for node in body if isinstance(node, ast.FunctionDef) and node.name == name), None)


@functools.cache  # the modules of `helpers` are looked at for each lesson
def _statements(source: str, as_written: bool = False) -> frozenset[str]:
    """Return every statement of the source, in one spelling.

    as_written: in the spelling of the source instead.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        try:
            # The inside of a function: `return` needs a function around it only to be compiled.
            source = "def _():\n" + "\n".join(f"    {line}" for line in source.splitlines())
            tree = ast.parse(source)
        except SyntaxError:
            return frozenset()
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
            continue
        if isinstance(node, ast.stmt):
            found.add((as_written and ast.get_source_segment(source, node)) or ast.unparse(node))
    return frozenset(found)


def _readable(material: Material) -> dict[str, str]:
    """Return what a learner reads of each released file, by its name: of the notebook, its cells."""
    cells = "\n\n".join(cell.source for cell in material.release.cells)
    return material.release_files | {f"{material.lesson.name}.ipynb": cells}


def _squeezed(text: str) -> str:
    """Return a text without what another spelling changes: blanks, lines, the kind of quotes, escaping."""
    one_kind = re.sub(r"\\*[\"']", '"', re.sub(r"\s", "", text))
    return re.sub(r"\\+", r"\\", one_kind)


def _learner_rooms() -> dict[str, str]:
    """Return the text of every module that a lesson may import, by its path below `helpers/`."""
    top = Path(helpers.__file__).parent
    rooms = {path.relative_to(top): path for path in sorted(top.rglob("*.py"))}
    return {room.as_posix(): path.read_text(encoding="utf-8") for room, path in rooms.items()}


def _numbers(data: Any) -> Iterator[Any]:
    """Yield the floats in encoded data, and the lists that hold some."""
    if isinstance(data, float):
        yield data
    elif isinstance(data, list | dict):
        if isinstance(data, list) and any(isinstance(item, float) for item in data):
            yield data
        for part in data.values() if isinstance(data, dict) else data:
            yield from _numbers(part)


def _is_telling(data: Encoded) -> bool:
    """Return whether a value is so particular that meeting it again is no accident."""
    if kind_of(data) == "number":
        return len(json.dumps(data)) >= 8
    return kind_of(data) in ("list", "array", "dict") and len(json.dumps(data)) >= 16


def where(cell: NotebookNode) -> str:
    """Return in words which cell it is."""
    return f"the cell that begins with {first_line(cell.source)!r}"
