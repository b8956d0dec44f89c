"""Which checks ask their question in the cell, where the answer, a yes, a no or a text, can be forged."""

import ast
from collections.abc import Iterable, Iterator
from typing import TypeGuard

# What a graded cell calls with a label and an observation.
CHECKS = ("check", "check_drawn")
# Builtins and methods that answer with yes, no or a text.
_ANSWERS = {"all", "any", "bool", "callable", "hasattr", "isinstance", "issubclass", "repr", "str"}
_METHODS = {
    "all",
    "allclose",
    "any",
    "array_equal",
    "array_equiv",
    "endswith",
    "format",
    "isclose",
    "isdisjoint",
    "issubset",
    "issuperset",
    "join",
    "startswith",
}
# What these give is made of what they are given.
_PASSES_ON = {"dict", "float", "int", "len", "list", "max", "min", "round", "sorted", "sum", "tuple"}


def questions(source: str, exercise: str, setup: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return the checks in a graded cell that observe an answer worked out there, as pairs of label and code.

    Looks into names that the cell assigns and functions that cell and setup define, and never at the
    arguments of other functions: what an exercise is given is no observation. Finds none where there is no
    Python.

    source: of the cell.
    exercise: the name of the learner's function.
    setup: sources of the setup cells, whose functions it may call.
    """
    try:
        tree = ast.parse(source)
        known = [ast.parse(cell) for cell in setup]
    except SyntaxError:
        return []
    scope = _Scope([*known, tree], exercise)
    found = []
    for node in ast.walk(tree):
        if _is_check(node):
            label, observation = _label_and_observation(node)
            asked = scope.question_in(observation)
            if asked is not None:
                found.append((ast.unparse(label), ast.unparse(asked)))
    return found


def calls_outside(source: str, exercise: str) -> list[str]:
    """Return the code in a graded cell that calls a learner's function outside of every check.

    What a function or a lambda of the cell does is done by the check that calls it.

    source: of the cell.
    exercise: the name of the learner's function.
    """
    tree = ast.parse(source)
    theirs = {exercise}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and theirs & _names_in(node):
            theirs.add(node.name)
        for name, value in _assigned(node):
            if isinstance(value, ast.Lambda) and theirs & _names_in(value):
                theirs.add(name)
    return [
        ast.unparse(node)
        for node in _run_at_once(tree)
        if isinstance(node, ast.Call) and theirs & _called_by(node)
    ]


def _called_by(node: ast.Call) -> set[str]:
    """Return the names of the functions that a call calls: in map(f, values) also f."""
    called = [node.func]
    if ast.unparse(node.func) == "map":
        called += node.args[:1]
    return {part.id for part in called if isinstance(part, ast.Name)}


def _names_in(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _run_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of code that run when it is reached: not what stands in functions and lambdas."""
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, ast.Lambda | ast.FunctionDef):
            yield part
            yield from _run_at_once(part)


def _is_check(node: ast.AST) -> TypeGuard[ast.Call]:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    return node.func.id in CHECKS and len(_label_and_observation(node)) == 2


def _label_and_observation(node: ast.Call) -> list[ast.expr]:
    """Return what a check is given first, by place or by name; fewer where it is given less."""
    by_name = {keyword.arg: keyword.value for keyword in node.keywords}
    named = [by_name[name] for name in ("label", "observation", "function") if name in by_name]
    return [*node.args, *named][:2]


class _Scope:
    """The names of a graded cell: expressions that are assigned to them, and what functions return."""

    def __init__(self, trees: Iterable[ast.Module], exercise: str):
        self.exercise = exercise
        self.meanings: dict[str, list[ast.expr]] = {}
        for tree in trees:
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    returns = [child.value for child in ast.walk(node) if isinstance(child, ast.Return)]
                    self.meanings[node.name] = [value for value in returns if value is not None]
                self.meanings |= {name: [value] for name, value in _assigned(node)}

    def question_in(self, node: ast.expr, above: tuple[str, ...] = ()) -> ast.expr | None:
        """Return the part of an expression that answers a question, or None.

        above: names whose meanings are being looked into, so that none is twice.
        """
        if isinstance(node, ast.Compare | ast.JoinedStr) or _is_not(node) or _fills_a_text(node):
            return node
        if self._chooses_a_constant(node):
            return node
        if isinstance(node, ast.Call):
            return self._question_in_call(node, above)
        if isinstance(node, ast.Name):
            return self._question_in_name(node.id, above)
        return self._first(_parts(node), above)

    def _question_in_call(self, node: ast.Call, above: tuple[str, ...]) -> ast.expr | None:
        function = node.func
        if isinstance(function, ast.Attribute):
            return node if function.attr in _METHODS else None
        if not isinstance(function, ast.Name):
            return None
        if function.id in self.meanings:
            return self._question_in_name(function.id, above)
        if function.id in _ANSWERS or _counts_different_ones(node):
            return node
        return self._first(node.args, above) if function.id in _PASSES_ON else None

    def _question_in_name(self, name: str, above: tuple[str, ...]) -> ast.expr | None:
        if name in above:
            return None
        return self._first(self.meanings.get(name, []), (*above, name))

    def _chooses_a_constant(self, node: ast.expr) -> bool:
        """Return whether it is one constant or another: of two numbers, one that a call decides about."""
        match node:
            case ast.IfExp(test=decision, body=body, orelse=orelse):
                constants = [_constant(body), _constant(orelse)]
            case ast.Subscript(value=ast.List(elts=elements) | ast.Tuple(elts=elements), slice=decision):
                constants = [_constant(element) for element in elements]
            case ast.Subscript(value=ast.Dict(values=values), slice=decision):
                constants = [_constant(value) for value in values]
            case _:
                return False
        if all(isinstance(constant, bool | str) for constant in constants):
            return True
        return None not in constants and (_calls(decision) or self._comes_of_the_exercise(decision))

    def _comes_of_the_exercise(self, node: ast.expr, above: tuple[str, ...] = ()) -> bool:
        """Return whether the learner's function has a part in an expression, also by way of other names."""
        names = _names_in(node) - set(above)
        return self.exercise in names or any(
            self._comes_of_the_exercise(meaning, (*above, *names))
            for name in names
            for meaning in self.meanings.get(name, [])
        )

    def _first(self, nodes: Iterable[ast.expr], above: tuple[str, ...]) -> ast.expr | None:
        return next((asked for node in nodes if (asked := self.question_in(node, above)) is not None), None)


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that a statement assigns, each with the expression that it comes from."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _shared_out(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _shared_out(target, value)
        case ast.For(target=target, iter=values):
            yield from _shared_out(target, values)


def _shared_out(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, value
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            for each, its_own in zip(targets, values, strict=True):
                yield from _shared_out(each, its_own)
        case ast.Tuple(elts=targets), _:
            for each in targets:
                yield from _shared_out(each, value)


def _is_not(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _fills_a_text(node: ast.expr) -> bool:
    """Return whether it is "..." % values."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mod):
        return False
    return isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)


def _constant(node: ast.expr) -> object:
    """Return the constant that an expression is, also -1; None where it is none."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return node.value if isinstance(node, ast.Constant) else None


def _calls(node: ast.expr) -> bool:
    """Return whether an expression calls more than `len` and the like."""
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    return any(not isinstance(call.func, ast.Name) or call.func.id not in _PASSES_ON for call in calls)


def _counts_different_ones(node):
    """Return whether it is len(set(...)), or the same as a display."""
    if node.func.id != "len" or len(node.args) != 1:
        return False
    [counted] = node.args
    is_set = isinstance(counted, ast.Call) and isinstance(counted.func, ast.Name) and counted.func.id == "set"
    return is_set or isinstance(counted, ast.Set | ast.SetComp)


def _parts(node):
    """Return the expressions whose values an expression hands on."""
    match node:
        case ast.Lambda(body=body):
            return [body]
        case ast.IfExp(body=body, orelse=orelse):
            return [body, orelse]
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return elements
        case ast.Dict(values=values) | ast.BoolOp(values=values):
            return values
        case ast.ListComp(elt=element) | ast.SetComp(elt=element) | ast.GeneratorExp(elt=element):
            return [element]
        case ast.UnaryOp(operand=operand):
            return [operand]
        case ast.DictComp(value=value) | ast.Starred(value=value) | ast.Subscript(value=value):
            return [value]
        case ast.NamedExpr(value=value):
            return [value]
        case ast.BinOp(left=left, right=right):
            return [left, right]
    return []
