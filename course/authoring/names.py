"""Which names of a notebook a cell assigns, and which it takes from other cells."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Names(NamedTuple):
    """The names of one cell that stand for something in the whole notebook.

    assigned: by the cell itself, outside of its functions.
    taken: that it reads, also in its functions, and does not assign; and those that it only goes on with, as
        `total += 1` does.
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
    return Names(frozenset(own), frozenset((read - own) | _gone_on_with(tree)))


def _gone_on_with(tree: ast.AST) -> set[str]:
    """Return the names that a cell changes by `+=` and the like, and does not assign before."""
    stored = [
        node
        for node in _outside_of_functions(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]
    changed = [
        node.target
        for node in _outside_of_functions(tree)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
    ]
    begun = {node.id for node in stored if node not in changed}
    return {node.id for node in changed} - begun


def _outside_of_functions(node: ast.AST) -> Iterator[ast.AST]:
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, ast.FunctionDef | ast.Lambda | ast.ClassDef | ast.GeneratorExp):
            yield part
            yield from _outside_of_functions(part)


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
