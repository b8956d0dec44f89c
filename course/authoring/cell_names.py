"""Which names of a notebook a cell assigns, and which it takes from other cells."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Names(NamedTuple):
    """The names of one cell that stand for something in the whole notebook.

    assigned: by the cell itself, outside of its functions.
    taken: that it reads, also in its functions, and does not assign; and those that it reads before it
        assigns them, as `total += 1` does. Of the latter those are not found that are read before only inside
        of a comprehension, or in the definition of a function or class: defaults, decorators, bases, body.
    """

    assigned: frozenset[str]
    taken: frozenset[str]


def names_of(source: str) -> Names:
    """Return the names of a cell; none where there is no Python."""
    try:
        tree = _AsGenerators().visit(ast.parse(source))
    except SyntaxError:
        return Names(frozenset(), frozenset())
    top = symtable.symtable(ast.unparse(tree), "<cell>", "exec")
    own = {
        symbol.get_name()
        for symbol in top.get_symbols()
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
    }
    read = {
        symbol.get_name()
        for table in _tables(top)
        for symbol in table.get_symbols()
        if symbol.is_referenced() and (table is top or symbol.is_global())
    }
    return Names(frozenset(own), frozenset((read - own) | _read_first(tree)))


def _read_first(tree: ast.AST) -> set[str]:
    """Return the names that a cell reads, outside of its functions, before they have a value of its own."""
    given: set[str] = set()
    found: set[str] = set()
    for name, is_read in _in_order(tree):
        if not is_read:
            given.add(name)
        elif name not in given:
            found.add(name)
    return found


def _in_order(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """Yield the names outside of functions as Python comes to them, each with whether it is read there."""
    match node:
        case ast.Name(id=name, ctx=context):
            yield name, not isinstance(context, ast.Store)
        case ast.AugAssign(target=ast.Name(id=name)):
            yield name, True
        case ast.alias(name=name, asname=other):
            yield (other or name).partition(".")[0], False
        case ast.ExceptHandler(name=str() as name) | ast.MatchAs(name=str() as name):
            yield name, False
        case ast.MatchStar(name=str() as name) | ast.MatchMapping(rest=str() as name):
            yield name, False
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name, False
    for part in _parts_in_order(node):
        yield from _in_order(part)


def _parts_in_order(node: ast.AST) -> list[ast.AST]:
    """Return the parts of code in the order in which they run; none of what only a call runs."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
            return []
        case ast.GeneratorExp(generators=[first, *_]):
            return [first.iter]
        case ast.Assign(targets=targets, value=value):
            return [value, *targets]
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            return [value, target]
        case ast.AugAssign(target=target, value=value) | ast.NamedExpr(target=target, value=value):
            return [value, target]
        case ast.For(target=target, iter=values) | ast.AsyncFor(target=target, iter=values):
            return [values, target, *node.body, *node.orelse]
    return list(ast.iter_child_nodes(node))


class _AsGenerators(ast.NodeTransformer):
    """Makes each comprehension a generator, whose own names stay its own.

    From Python 3.12 on, those of a comprehension stand among the names around it.
    """

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        self.generic_visit(node)
        return ast.GeneratorExp(node.elt, node.generators)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        self.generic_visit(node)
        return ast.GeneratorExp(node.elt, node.generators)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        self.generic_visit(node)
        return ast.GeneratorExp(ast.Tuple([node.key, node.value], ast.Load()), node.generators)


def _tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    yield table
    for child in table.get_children():
        yield from _tables(child)


def clashes(cells: Sequence[Names], place: int) -> Iterator[tuple[str, int]]:
    """Yield why it matters when a cell is run: a name, and the place of the other cell that is in its way.

    The cell assigns what the other one takes from elsewhere; or it takes what the other one assigns, and a
    cell before that too.

    cells: the names of a notebook's code cells.
    place: of the cell among them.
    """
    mine = cells[place]
    others = [(other, names) for other, names in enumerate(cells) if other != place]
    for other, names in others:
        for name in sorted(mine.assigned & names.taken):
            yield name, other
    for name in sorted(mine.taken):
        makers = [other for other, names in others if name in names.assigned]
        for other in makers[1:]:
            yield name, other
