"""Which cells of a submission a grade depends on.

Points come from graded cells, which need the set-up cells and the answers: `course prove` shows that of
every lesson. Most of a notebook's time goes into experiments that nobody has changed, and on which no point
depends. They are left out, unless an answer leans on one of them: then the whole notebook is run.

A cell that a student has changed or added is run as well, with what it needs.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode
from nbgrader.utils import is_grade, is_locked, is_solution

from helpers.checks import OBSERVATION_MIME

# What reads or binds a name that stands in a text.
_DYNAMIC = {"globals", "locals", "vars", "eval", "exec", "get_ipython"}
_BUILTINS = frozenset(dir(builtins))
_WORD = re.compile(r"[^\W\d]\w*")
_UNDEFINED = re.compile(r"name '([^\W\d]\w*)' is not defined")
# What other cells gave or were, whatever they bind: `_`, `_3`, `Out[3]`, `In`; `__main__` may be in a text.
_OF_ANY_CELL = re.compile(r"_+(?:i*|\d+|i\d+)|_[io]h|In|Out")
_ANY_NAME = re.compile(r"\b__main__\b|import +\*")


@dataclass(frozen=True)
class _Names:
    """What a cell does with names of the notebook.

    reads: names whose value it may ask for before it binds them.
    mentions: all names that it reads, binds or may change.
    binds: names that it binds, or part of whose value it replaces: `x = 1`, `x[0] = 1`.
    imports: those of them that it imports.
    calls: names whose methods it calls, or that it gives to a call: `x.append(1)`, `train(x)`.
    """

    reads: frozenset[str]
    mentions: frozenset[str]
    binds: frozenset[str]
    imports: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()


def cells_to_run(notebook: NotebookNode, template: NotebookNode) -> frozenset[str]:
    """Return the ids of the code cells that must be run for the points to be those of the whole notebook.

    These are nbgrader's cells (set-up, answers, checks), those that differ from the lesson's, and what these
    need above them; all of them, where an answer leans on a cell of the lesson that is neither.

    notebook: a repaired submission.
    template: the lesson's, as `course.grading.lesson.read_template` returns it.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    of_lesson = {_text(cell.source) for cell in template.cells if cell.cell_type == "code"}
    graded = {place for place, cell in enumerate(cells) if is_grade(cell) or is_solution(cell)}
    setup = {place for place, cell in enumerate(cells) if is_locked(cell)} - graded
    own = {place for place, cell in enumerate(cells) if _text(cell.source) not in of_lesson}
    choice = _Choice([names_of(cell.source) for cell in cells], graded, setup, own)
    if any(_leans_on_any(cells[place].source) for place in own) or choice.answers_lean_on_others():
        return frozenset(cell.id for cell in cells)
    return frozenset(cells[place].id for place in choice.with_what_they_need())


def _leans_on_any(source: str) -> bool:
    """Return whether a cell may read what another cell gave or bound, without saying what."""
    return bool(_ANY_NAME.search(source)) or any(map(_OF_ANY_CELL.fullmatch, names_of(source).reads))


class _Choice:
    """Which cells are run, by their places among the code cells.

    graded: answers and checks. setup: the lesson's cells that nobody may change.
    own: what differs from the lesson, as each answer that was written.
    """

    def __init__(self, names: Sequence[_Names], graded: set[int], setup: set[int], own: set[int]) -> None:
        self.names, self.graded, self.setup = names, graded, setup
        self.chosen = graded | setup | own
        imports = frozenset().union(*(names[place].imports for place in setup))
        self.bound_by_setup = frozenset().union(*(names[place].binds for place in setup))
        # A module is not another one when it is imported once more.
        self.binds = [one.binds - (one.imports & imports) for one in names]

    def answers_lean_on_others(self) -> bool:
        """Return whether an answer, a check, or a cell that one of them needs may depend on a cell left out.

        That is a cell above it that binds a name which it reads; or that mentions one which neither the
        set-up nor another answer binds, because it may change that name's value.
        """
        left_out = [place for place in range(len(self.names)) if place not in self.chosen]
        binding = _ByName((place, self.binds[place]) for place in left_out)
        mentioning = _ByName((place, self.names[place].mentions) for place in left_out)
        needed = _ByName(
            (place, self.binds[place] | self.names[place].calls) for place in sorted(self.chosen)
        )
        num_answers = Counter(name for place in self.graded for name in self.binds[place])
        waiting = sorted(self.graded)
        while waiting:
            place = waiting.pop()
            reads = self.names[place].reads
            own = self.binds[place] if place in self.graded else frozenset[str]()
            open_names = {name for name in reads if num_answers[name] <= (name in own)}
            open_names -= self.bound_by_setup | _BUILTINS
            if binding.above(place, reads) or mentioning.above(place, open_names):
                return True
            waiting += needed.take_above(place, reads) - self.graded
        return False

    def with_what_they_need(self) -> set[int]:
        """Return the chosen cells, and what cells of the student need: what may change what they read.

        Answers and checks need nothing else where they lean on no other cell.
        """
        chosen, waiting = set(self.chosen), sorted(self.chosen - self.graded - self.setup)
        changing = _ByName((place, self._may_change(place)) for place in range(len(self.names)))
        while waiting:
            place = waiting.pop()
            needed = changing.take_above(place, self.names[place].reads) - chosen
            chosen |= needed
            waiting += needed
        return chosen

    def _may_change(self, place: int) -> frozenset[str]:
        """Return what a cell binds or may change; of the set-up's names, what it binds."""
        return self.binds[place] | (self.names[place].calls - self.bound_by_setup - _BUILTINS)


class _ByName:
    """Places of cells by name, in ascending order: each is taken once, so time grows with the notebook."""

    def __init__(self, names: Iterable[tuple[int, Iterable[str]]]) -> None:
        self._places: defaultdict[str, deque[int]] = defaultdict(deque)
        for place, of_cell in names:
            for name in of_cell:
                self._places[name].append(place)

    def above(self, place: int, names: Iterable[str]) -> bool:
        """Return whether one of these names stands in a cell above a place."""
        return any(name in self._places and self._places[name][0] < place for name in names)

    def take_above(self, place: int, names: Iterable[str]) -> set[int]:
        """Return the cells above a place with one of these names, without those returned before."""
        taken = set()
        for name in names:
            places = self._places.get(name)
            while places and places[0] < place:
                taken.add(places.popleft())
        return taken


def misses_something(executed: NotebookNode, ran: Collection[str]) -> bool:
    """Return whether a cell missed a file, or a name that a cell which was not run may define.

    executed: the notebook after `ran`, the ids of the cells to run, were run.
    """
    cells = [cell for cell in executed.cells if cell.cell_type == "code"]
    left_out = [cell.source for cell in cells if cell.id not in ran]
    words = {word for source in left_out for word in _WORD.findall(source)}
    for cell in cells:
        for kind, message in _exceptions(cell) if cell.id in ran else ():
            missed = set(_UNDEFINED.findall(message))
            if missed & words or (missed and words & _DYNAMIC) or (left_out and kind == "FileNotFoundError"):
                return True
    return False


def _exceptions(cell: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield type and message of the exceptions that a cell raised, and that its checks caught."""
    for output in cell.outputs:
        if output.output_type == "error":
            yield output.ename, output.evalue
        observed = output.get("data", {}).get(OBSERVATION_MIME)
        caught = observed.get("data") if isinstance(observed, dict) else None
        if isinstance(caught, dict):
            yield str(caught.get("raises", "")), str(caught.get("message", ""))


@lru_cache(maxsize=4096)  # of a class, most cells are the lesson's
def names_of(source: str) -> _Names:
    """Return what a cell does with names. Of what is no Python, every word may be a name."""
    try:
        code = TransformerManager().transform_cell(source)
        tree = ast.parse(code)
        table = symtable.symtable(code, "cell", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        words = frozenset(_WORD.findall(source))
        return _Names(words, words, words)
    binds = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
    }
    imports = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_imported()}
    at_top = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_referenced()}
    first = _FirstUses(tree)
    # What a function reads when it is called is there by then, if the cell itself has bound it.
    in_functions = _globals_of_functions(table, binds)
    reads: set[str] = (at_top & first.read) | (in_functions - first.bound)
    if reads & _DYNAMIC:  # globals()["rates"], exec("rates = 1"), %time rates = 1
        spelled = set(_WORD.findall(source))
        reads |= spelled
        binds |= spelled - imports
    nodes = list(ast.walk(tree))
    binds |= {_root(node) for node in nodes if _is_replaced(node)} - {""}
    calls = {name for node in nodes if isinstance(node, ast.Call) for name in _given(node)}
    mentions = at_top | in_functions | binds
    return _Names(*map(frozenset, (reads, mentions, binds, imports, calls)))


def _globals_of_functions(table: symtable.SymbolTable, binds: set[str]) -> set[str]:
    """Return the names of the notebook that functions of a cell read; add to `binds` what they bind."""
    reads = set()
    for inner in _inner(table):
        for symbol in inner.get_symbols():
            if symbol.is_global():
                reads.add(symbol.get_name())
                if symbol.is_declared_global() and symbol.is_assigned():
                    binds.add(symbol.get_name())
    return reads


class _FirstUses(ast.NodeVisitor):
    """The names that a cell's own lines read before they bind them, in the order in which they run.

    read: those names, and what lines read that may run before others bind it.
    bound: names that are bound when the cell has run.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.read: set[str] = set()
        self.bound: set[str] = set()
        self.visit(tree)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.bound.add(node.id)
        elif node.id not in self.bound:
            self.read.add(node.id)

    def visit_Assign(self, node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> None:
        if node.value:
            self.visit(node.value)
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            self.visit(target)

    visit_AnnAssign = visit_NamedExpr = visit_Assign

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name) and node.target.id not in self.bound:
            self.read.add(node.target.id)
        self.visit(node.target)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self._maybe([node.target, *node.body, *node.orelse])

    def visit_While(self, node: ast.While | ast.If) -> None:
        self.visit(node.test)
        self._maybe(node.body)
        self._maybe(node.orelse)

    visit_If = visit_While

    def visit_Try(self, node: ast.Try) -> None:
        for part in (node.body, *(handler.body for handler in node.handlers), node.orelse):
            self._maybe(part)
        for statement in node.finalbody:
            self.visit(statement)

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for case in node.cases:
            self._maybe([case])

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        before = set(self.bound)
        for generator in node.generators:
            self.visit(generator.iter)
            self.visit(generator.target)
            for condition in generator.ifs:
                self.visit(condition)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit(part)
        self.bound = before

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def visit_alias(self, node: ast.alias) -> None:
        self.bound.add(node.asname or node.name.partition(".")[0])

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(part)
        self.bound.add(node.name)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        before = set(self.bound)
        self.generic_visit(node)
        self.bound = before | {node.name}

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for part in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(part)

    def _maybe(self, nodes: Sequence[ast.AST]) -> None:
        """Visit lines that may not run: what they bind is bound for themselves only."""
        before = set(self.bound)
        for node in nodes:
            self.visit(node)
        self.bound = before


def _inner(table: symtable.SymbolTable) -> Iterable[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from _inner(child)


def _is_replaced(node: ast.AST) -> bool:
    """Return whether a node is `x.y` or `x[y]` that is given a value, or deleted."""
    return isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load)


def _given(call: ast.Call) -> Iterator[str]:
    """Yield the names that a call is given, and the name x of `x.y()`."""
    if isinstance(call.func, ast.Attribute) and (name := _root(call.func)):
        yield name
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        yield from (node.id for node in ast.walk(argument) if isinstance(node, ast.Name))


def _root(node: ast.AST) -> str:
    """Return the name at the beginning of `name.one[2].three()`, empty where there is none."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _text(source: str) -> str:
    """Return a cell's text without what a platform changes: line ends, blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
