"""Variants of an answer, made by program: slips that nobody foresaw, which the checks should see too.

`mutation_operators.py` changes an expression or a statement, `wrapper_mutants.py` is put around the whole
function. No mutation tool does this: they change the files of a package and run its test suite, here a cell
is changed and judged by drawn cases.
"""

import ast
import random
import warnings
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

from course.authoring.mutation_operators import parameters, slips

INSIDE = "expression or statement"
AROUND = "around the function"


@dataclass(frozen=True)
class Mutant:
    """An answer with one change.

    name: what was changed, in words.
    line: where, in the source that was changed.
    kind: INSIDE or AROUND.
    source: the changed source, which defines the function.
    """

    name: str
    line: int
    kind: str
    source: str


def mutants(source: str, name: str) -> list[Mutant]:
    """Return the mutants of an answer, in the order of its lines, those around the function last.

    Each differs from the source and from all others, and compiles.

    source: of the solution's cell, or of a right answer: a function, with others beside it if it has any.
        What marks it for the bank, as `@e.right`, is left out of the mutants.
    name: of the function.
    """
    tree = _unmarked(ast.parse(source))
    seen = {_canonical(ast.unparse(tree))}
    made = []
    for words, line, changed in slips(tree):
        text = _canonical(changed)
        if text is not None and text not in seen:
            seen.add(text)
            made.append(Mutant(words, line, INSIDE, changed))
    return [*made, *_around(tree, name)]


def sample(made: list[Mutant], count: int, seed: int) -> list[Mutant]:
    """Return so many of the mutants, in their order: of all kinds alike, and of all lines alike.

    seed: another one gives another choice.
    """
    shuffled = list(enumerate(made))
    random.Random(seed).shuffle(shuffled)
    by_line = _in_turns(shuffled, lambda entry: (entry[1].kind, entry[1].line))
    by_kind = _in_turns(by_line, lambda entry: entry[1].kind)
    return [mutant for _, mutant in sorted(by_kind[:count], key=lambda entry: entry[0])]


def _in_turns(entries: list[Any], key: Callable[[Any], Hashable]) -> list[Any]:
    """Return the entries in another order: the first of each key, then the second of each, and so on."""
    turns: dict[Hashable, int] = {}
    turn_of = []
    for entry in entries:
        turns[key(entry)] = turns.get(key(entry), 0) + 1
        turn_of.append(turns[key(entry)])
    return [entry for _, entry in sorted(zip(turn_of, entries, strict=True), key=lambda pair: pair[0])]


def _unmarked(tree: ast.Module) -> ast.Module:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = [each for each in node.decorator_list if not _is_of_the_bank(each)]
    return tree


def _is_of_the_bank(decorator: ast.expr) -> bool:
    """Return whether a decorator marks an answer: `e.right`, `e.wrong("...")`."""
    mark = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(mark, ast.Attribute) and mark.attr in ("right", "wrong")


def _canonical(source: str) -> str | None:
    """Return what is the same for all spellings of a source; None for what does not compile."""
    try:
        with warnings.catch_warnings(action="ignore"):  # such as that of a generator which is indexed
            compile(source, "<mutant>", "exec")
    except SyntaxError:  # such as a `break` that has lost its loop
        return None
    return ast.dump(ast.parse(source))


# Around -------------------------------------------------------------------------------------------

# In `wrapper_mutants.py`, by what is said of them.
_RESULTS = {
    "result clipped to [0, 1]": "result({name}, wrap.clipped(0, 1))",
    "result clipped to [-10, 10]": "result({name}, wrap.clipped(-10, 10))",
    "result clipped to [-100, 100]": "result({name}, wrap.clipped(-100, 100))",
    "result rounded to 3 digits": "result({name}, wrap.rounded(3))",
    "result negated": "result({name}, wrap.negated)",
    "result as int": "result({name}, wrap.truncated)",
    "result as float": "result({name}, wrap.floating)",
    "result squeezed": "result({name}, wrap.squeezed)",
    "result transposed": "result({name}, wrap.transposed)",
    "result as list": "result({name}, wrap.listed)",
    "result as array": "result({name}, wrap.boxed)",
    "first element of the result": "result({name}, wrap.first)",
    "result reversed": "result({name}, wrap.backwards)",
    "first 10 of the result": "result({name}, wrap.cut(10))",
    "last part of one left out": "result({name}, wrap.without_single)",
    "argument handed back where it is equal": "handed_back({name})",
    "0 for an argument of one element": "early({name}, lambda one: 0)",
    "an argument of one element handed back": "early({name}, lambda one: one)",
    "the element of an argument of one": "early({name}, wrap.first)",
    "first result kept": "once({name})",
}
# For each parameter; those of chance have the last two only.
_ARGUMENTS = {
    "{parameter} clipped to [0, 1]": "argument({name}, {parameter!r}, wrap.clipped(0, 1))",
    "{parameter} clipped to [-10, 10]": "argument({name}, {parameter!r}, wrap.clipped(-10, 10))",
    "{parameter} clipped to [-100, 100]": "argument({name}, {parameter!r}, wrap.clipped(-100, 100))",
    "{parameter} rounded to 3 digits": "argument({name}, {parameter!r}, wrap.rounded(3))",
    "first 10 of {parameter}": "argument({name}, {parameter!r}, wrap.cut(10))",
    "{parameter} sorted in place": "spoilt({name}, {parameter!r}, wrap.sort)",
    "{parameter} changed in place": "spoilt({name}, {parameter!r}, wrap.overwrite)",
    "remembered by {parameter} alone": "remembered({name}, {parameter!r})",
    "{parameter} as in the first call": "kept({name}, {parameter!r})",
}


def _around(tree: ast.Module, name: str) -> Iterator[Mutant]:
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    line = found[-1].lineno if found else 1
    code = ast.unparse(tree)
    calls = {words: call.format(name=name) for words, call in _RESULTS.items()}
    for parameter in parameters(found[-1]) if found else []:
        for words, call in list(_ARGUMENTS.items())[-2 if parameter == "rng" else 0 :]:
            calls[words.format(parameter=parameter)] = call.format(name=name, parameter=parameter)
    for words, call in calls.items():
        source = f"{code}\nfrom course.authoring import wrapper_mutants as wrap\n{name} = wrap.{call}\n"
        yield Mutant(words, line, AROUND, source)
