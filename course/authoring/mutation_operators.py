"""The slips inside of an answer: what may stand in the place of an expression or a statement.

One rule a function: it takes a node of the source and yields what may stand in its place.
"""

import ast
import builtins
import copy
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

_Rule = Callable[[Any, ast.Module], Iterator[ast.AST]]
_rules: list[tuple[str, tuple[type[ast.AST], ...], _Rule]] = []


def _rule(words: str, *kinds: type[ast.AST]) -> Callable[[_Rule], _Rule]:
    """Mark a function as a rule for nodes of these kinds, which is called so in the mutants' names.

    It takes the node and the whole tree, and changes neither.
    """

    def mark(rule: _Rule) -> _Rule:
        _rules.append((words, kinds, rule))
        return rule

    return mark


def slips(tree: ast.Module) -> Iterator[tuple[str, int, str]]:
    """Yield for each slip what is changed, in words; in which line; and the changed source."""
    for node in _nodes(tree):
        line = node.lineno
        for words, kinds, rule in _rules:
            if not isinstance(node, kinds):
                continue
            for new in rule(node, tree):
                source = ast.unparse(_exchanged(tree, node, ast.fix_missing_locations(new)))
                if "operator.i" in source:
                    source = f"import operator\n{source}"
                yield f"{words}: {_difference(node, new)}", line, source


def parameters(function: ast.FunctionDef) -> list[str]:
    """Return the names of a function's parameters, without those that are given by keyword alone."""
    return [each.arg for each in (*function.args.posonlyargs, *function.args.args)]


def _nodes(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield the nodes that may be changed, in the order of the source."""
    if isinstance(node, (ast.expr, ast.stmt)):
        yield node
    if isinstance(node, (ast.JoinedStr, ast.Import, ast.ImportFrom)) or _number(node) is not None:
        return
    for field, value in ast.iter_fields(node):
        # A dict without the right key is a dict without the entry, which is a mutant anyway.
        if field in ("decorator_list", "annotation", "returns", "keys"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_text(child):
                yield from _nodes(child)


def _exchanged(node: Any, old: ast.AST, new: ast.AST) -> Any:
    """Return a tree with something else in the place of one node; it shares with the other what is equal."""
    if node is old:
        return new
    changed = {}
    for field, value in ast.iter_fields(node):
        if isinstance(value, list):
            items = [_exchanged(item, old, new) if isinstance(item, ast.AST) else item for item in value]
            if any(item is not other for item, other in zip(items, value, strict=True)):
                changed[field] = items
        elif isinstance(value, ast.AST) and (other := _exchanged(value, old, new)) is not value:
            changed[field] = other
    return _with(node, **changed) if changed else node


def _difference(old: ast.AST, new: ast.AST) -> str:
    """Return in one line what is different between a node and what stands in its place."""
    before, after = (ast.unparse(node).splitlines() for node in (old, new))
    at_end = _num_same(before[::-1], after[::-1])
    before, after = (lines[: len(lines) - at_end] for lines in (before, after))
    in_front = _num_same(before, after)
    texts = [" ".join(line.strip() for line in lines[in_front:]) for lines in (before, after)]
    hidden = max(0, _num_same(*texts) - 20) if max(map(len, texts)) > 60 else 0
    return " -> ".join(_short(text, hidden) for text in texts)


def _num_same(one: Sequence[str], other: Sequence[str]) -> int:
    """Return with how many equal items two sequences begin."""
    pairs = zip(one, other, strict=False)
    return next(
        (place for place, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other))
    )


def _short(text: str, hidden: int, most: int = 60) -> str:
    """Return at most so many letters of a text, those in front hidden."""
    shown = text[hidden : hidden + most] + ("..." if len(text) > hidden + most else "")
    return f"...{shown}" if hidden else shown or "nothing"


def _is_text(node: ast.AST) -> bool:
    """Return whether a node is a docstring, or another text that is a statement."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _number(node: ast.AST) -> float | None:
    """Return the number that is written down, with its sign, or None."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _number(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value  # type: ignore[return-value]  # as just asked
    return None


def _parse(code: str, **parts: ast.AST) -> Any:
    """Return the expression of a piece of code in which names stand for nodes."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.AST:
            return copy.deepcopy(parts[node.id]) if node.id in parts else node

    return Fill().visit(ast.parse(code, mode="eval").body)


def _with(node: ast.AST, **fields: Any) -> Any:
    """Return a node with other fields."""
    new = copy.copy(node)
    for field, value in fields.items():
        setattr(new, field, value)
    return new


def _replaced(items: list[Any], place: int, *new: Any) -> list[Any]:
    return [*items[:place], *new, *items[place + 1 :]]


def _shifted(node: ast.expr) -> Iterator[ast.expr]:
    """Yield an expression by one more and one less; nothing for a number, which has a rule of its own."""
    if _number(node) is None:
        yield _parse("part + 1", part=node)
        yield _parse("part - 1", part=node)


_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mod),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult, ast.BitXor),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
_IN_PLACE = {ast.Add: "iadd", ast.Sub: "isub", ast.Mult: "imul", ast.Div: "itruediv"}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt, ast.LtE),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
# Functions and what may be taken for them. A method becomes np's function where it has no such method.
_NEIGHBOURS = {
    "mean": ("sum", "median"),
    "median": ("mean",),
    "sum": ("mean", "max"),
    "average": ("sum",),
    "prod": ("sum",),
    "std": ("var",),
    "var": ("std",),
    "argmin": ("argmax",),
    "argmax": ("argmin",),
    "max": ("min",),
    "min": ("max",),
    "maximum": ("minimum", "fmax"),
    "minimum": ("maximum", "fmin"),
    "floor": ("ceil",),
    "ceil": ("floor",),
    "exp": ("log", "expm1"),
    "log": ("exp", "log10", "log1p"),
    "log2": ("log",),
    "log10": ("log",),
    "sin": ("cos",),
    "cos": ("sin",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "zeros_like": ("ones_like",),
    "ones_like": ("zeros_like",),
    "cumsum": ("cumprod",),
    "cumprod": ("cumsum",),
    "nanmin": ("min",),
    "nanargmin": ("argmin",),
    "eigvalsh": ("eigvals",),
    "hstack": ("vstack",),
    "vstack": ("hstack",),
    "uniform": ("normal",),
    "normal": ("uniform",),
    "cdf": ("pdf",),
    "pdf": ("cdf",),
    "any": ("all",),
    "all": ("any",),
    "extend": ("append",),
}
# A sentinel at which a search starts can be too small.
_KNOWN_NUMBERS = {
    "inf": ("100", "1e3", "-part"),
    "-inf": ("-100", "-1e3", "-part"),
    "nan": ("None", "0.0"),
    "pi": ("3.14", "1", "2 * part"),
}
_METHODS = frozenset(
    ("mean", "sum", "prod", "std", "var", "argmin", "argmax", "max", "min", "cumsum", "cumprod", "any", "all")
)
# Calls in whose place may stand what they are called on, or one of their arguments.
_LEFT_OUT = frozenset(
    (
        *("abs", "fabs", "sqrt", "exp", "log", "square", "sign", "clip", "maximum", "minimum", "where"),
        *("nan_to_num", "sorted", "reversed", "squeeze", "ravel", "flatten", "reshape", "cumsum", "softmax"),
        *("float", "int", "round", "floor", "ceil", "list", "tuple", "dict", "tolist", "item", "astype"),
        *("array", "asarray", "copy", "deepcopy", "lower", "upper", "strip", "replace"),
    )
)
# Of these a second argument is the type.
_TYPED = frozenset(("zeros", "ones", "empty", "array", "asarray", "zeros_like", "ones_like", "empty_like"))
_ARRAY_MAKERS = _TYPED | {"full", "arange", "linspace"}


@_rule("operator", ast.BinOp, ast.AugAssign)
def _operators(node: ast.BinOp | ast.AugAssign, tree: ast.Module) -> Iterator[ast.AST]:
    for other in _OPERATORS.get(type(node.op), ()):
        yield _with(node, op=other())


@_rule("operands exchanged", ast.BinOp)
def _operands_exchanged(node: ast.BinOp, tree: ast.Module) -> Iterator[ast.AST]:
    if not isinstance(node.op, (ast.Add, ast.Mult)):
        yield _with(node, left=node.right, right=node.left)


@_rule("operand dropped", ast.BinOp)
def _operand_dropped(node: ast.BinOp, tree: ast.Module) -> Iterator[ast.AST]:
    yield node.left
    yield node.right


@_rule("transposed", ast.BinOp)
def _transposed(node: ast.BinOp, tree: ast.Module) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.MatMult):
        yield _with(node, left=_parse("part.T", part=node.left))
        yield _with(node, right=_parse("part.T", part=node.right))


@_rule("not transposed", ast.Attribute)
def _not_transposed(node: ast.Attribute, tree: ast.Module) -> Iterator[ast.AST]:
    if node.attr == "T":
        yield node.value


@_rule("in place", ast.BinOp)
def _in_place(node: ast.BinOp, tree: ast.Module) -> Iterator[ast.AST]:
    if type(node.op) in _IN_PLACE and isinstance(node.left, (ast.Name, ast.Subscript, ast.Attribute)):
        yield _parse(f"operator.{_IN_PLACE[type(node.op)]}(left, right)", left=node.left, right=node.right)


@_rule("comparison", ast.Compare)
def _comparisons(node: ast.Compare, tree: ast.Module) -> Iterator[ast.AST]:
    for place, comparison in enumerate(node.ops):
        for other in _COMPARISONS[type(comparison)]:
            yield _with(node, ops=_replaced(node.ops, place, other()))


@_rule("and, or", ast.BoolOp)
def _boolean(node: ast.BoolOp, tree: ast.Module) -> Iterator[ast.AST]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for place in range(len(node.values)):
        left = _replaced(node.values, place)
        yield left[0] if len(left) == 1 else _with(node, values=left)


@_rule("sign or not dropped", ast.UnaryOp)
def _unary(node: ast.UnaryOp, tree: ast.Module) -> Iterator[ast.AST]:
    if _number(node) is None:
        yield node.operand


@_rule("constant", ast.Constant, ast.UnaryOp)
def _constants(node: ast.Constant | ast.UnaryOp, tree: ast.Module) -> Iterator[ast.AST]:
    value = _number(node)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(value, int):
        half = 0.5 if value == 1 else value // 2
        for other in dict.fromkeys([value + 1, value - 1, -value, 2 * value, half]):
            yield _parse(repr(other))
    elif value is not None:
        others = [-value, 2 * value, value / 2, 10 * value, value / 10, 1.01 * value]
        if value.is_integer():
            others += [value + 1, value - 1]
        for other in dict.fromkeys(float(f"{each:.12g}") + 0.0 for each in others):
            yield _parse(repr(other))


@_rule("text exchanged", ast.Constant)
def _texts(node: ast.Constant, tree: ast.Module) -> Iterator[ast.AST]:
    # The ones before and behind it among the texts of the source; of many, the one behind it.
    if isinstance(node.value, str):
        found = (each.value for each in _nodes(tree) if isinstance(each, ast.Constant))
        texts = list(dict.fromkeys(text for text in found if isinstance(text, str)))
        place = texts.index(node.value)
        yield ast.Constant(texts[(place + 1) % len(texts)])
        if len(texts) <= 6:
            yield ast.Constant(texts[place - 1])


@_rule("known number", ast.Attribute, ast.Call)
def _known_numbers(node: ast.Attribute | ast.Call, tree: ast.Module) -> Iterator[ast.AST]:
    for known, others in _KNOWN_NUMBERS.items():
        if ast.unparse(node).lower() in (f"math.{known}", f"np.{known}", f"float('{known}')"):
            for other in others:
                yield _parse(other, part=node)


@_rule("arguments exchanged", ast.Call)
def _arguments_exchanged(node: ast.Call, tree: ast.Module) -> Iterator[ast.AST]:
    for place in range(len(node.args) - 1):
        first, second = node.args[place : place + 2]
        yield _with(node, args=[*node.args[:place], second, first, *node.args[place + 2 :]])


@_rule("argument dropped", ast.Call)
def _arguments_dropped(node: ast.Call, tree: ast.Module) -> Iterator[ast.AST]:
    if len(node.args) > 1:
        yield _with(node, args=node.args[:-1])
    for place in range(len(node.keywords)):
        yield _with(node, keywords=_replaced(node.keywords, place))


@_rule("axis", ast.Call)
def _axis(node: ast.Call, tree: ast.Module) -> Iterator[ast.AST]:
    # axis=0 or 1, keepdims; the constants' own rule makes 1 of 0, and an argument that is dropped is another.
    for place, keyword in enumerate(node.keywords):
        if keyword.arg == "axis":
            for other in ("0", "1", "-1"):
                yield _with(
                    node, keywords=_replaced(node.keywords, place, ast.keyword("axis", _parse(other)))
                )
            kept = ast.keyword("keepdims", ast.Constant(True))
            if all(each.arg != "keepdims" for each in node.keywords):
                yield _with(node, keywords=[*node.keywords, kept])


@_rule("type of the numbers", ast.Call)
def _types(node: ast.Call, tree: ast.Module) -> Iterator[ast.AST]:
    if _called(node) in _ARRAY_MAKERS and isinstance(node.func, ast.Attribute):
        args = node.args[:1] if _called(node) in _TYPED else node.args
        rest = [keyword for keyword in node.keywords if keyword.arg != "dtype"]
        for dtype in ("int", "np.float32"):
            yield _with(node, args=args, keywords=[*rest, ast.keyword("dtype", _parse(dtype))])
    elif _called(node) == "astype":
        for dtype in ("int", "float", "np.float32"):
            yield _with(node, args=[_parse(dtype)])


@_rule("function", ast.Call)
def _neighbours(node: ast.Call, tree: ast.Module) -> Iterator[ast.AST]:
    called, function = _called(node), node.func
    for other in _NEIGHBOURS.get(called, ()):
        if not isinstance(function, ast.Attribute) or ast.unparse(function) == "math.prod":
            yield _with(node, func=_parse(other if hasattr(builtins, other) else f"np.{other}"))
        elif called in _METHODS and not _is_module(function) and other not in _METHODS:
            yield _with(node, func=_parse(f"np.{other}"), args=[function.value, *node.args])
        else:
            yield _with(node, func=_with(function, attr=other))


@_rule("call left out", ast.Call)
def _left_out(node: ast.Call, tree: ast.Module) -> Iterator[ast.AST]:
    if _called(node) in _LEFT_OUT:
        if isinstance(node.func, ast.Attribute) and not _is_module(node.func):
            yield node.func.value
        elif node.args:
            yield from node.args if len(node.args) < 3 else node.args[1:]


@_rule("rounding", ast.Call)
def _rounding(node: ast.Call, tree: ast.Module) -> Iterator[ast.AST]:
    if ast.unparse(node.func) in ("round", "int", "math.ceil", "math.floor") and len(node.args) == 1:
        for other in ("int(part)", "round(part)", "int(np.ceil(part))", "int(part) + 1"):
            yield _parse(other, part=node.args[0])


@_rule("order reversed", ast.Call)
def _reversed(node: ast.Call, tree: ast.Module) -> Iterator[ast.AST]:
    called = _called(node)
    if called == "sorted":
        rest = [keyword for keyword in node.keywords if keyword.arg != "reverse"]
        if len(rest) == len(node.keywords):
            yield _with(node, keywords=[*rest, ast.keyword("reverse", ast.Constant(True))])
    elif called == "range":
        yield _parse("reversed(part)", part=node)


@_rule("length by one", ast.Call)
def _length(node: ast.Call, tree: ast.Module) -> Iterator[ast.AST]:
    if _called(node) == "len":
        yield from _shifted(node)


@_rule("range", ast.Call)
def _ranges(node: ast.Call, tree: ast.Module) -> Iterator[ast.AST]:
    if _called(node) != "range":
        return
    if len(node.args) == 1:
        yield _with(node, args=[ast.Constant(1), *node.args])
    for place, bound in enumerate(node.args[:2]):
        for shifted in _shifted(bound):
            yield _with(node, args=_replaced(node.args, place, shifted))
    if len(node.args) < 3:
        start = node.args if len(node.args) == 2 else [ast.Constant(0), *node.args]
        yield _with(node, args=[*start, ast.Constant(2)])


@_rule("first or last left out", ast.For)
def _left_out_of_loop(node: ast.For, tree: ast.Module) -> Iterator[ast.AST]:
    if isinstance(node.iter, ast.Name):
        for part in ("part[1:]", "part[:-1]"):
            yield _with(node, iter=_parse(part, part=node.iter))


@_rule("slice", ast.Slice)
def _slices(node: ast.Slice, tree: ast.Module) -> Iterator[ast.AST]:
    for field in ("lower", "upper", "step"):
        bound = getattr(node, field)
        if bound is not None:
            yield _with(node, **{field: None})
            for shifted in _shifted(bound):
                yield _with(node, **{field: shifted})


@_rule("index by one", ast.Subscript)
def _indexes(node: ast.Subscript, tree: ast.Module) -> Iterator[ast.AST]:
    if isinstance(node.slice, (ast.Name, ast.BinOp, ast.Call)):
        for shifted in _shifted(node.slice):
            yield _with(node, slice=shifted)


@_rule("condition", ast.If, ast.IfExp, ast.While)
def _conditions(node: ast.If | ast.IfExp | ast.While, tree: ast.Module) -> Iterator[ast.AST]:
    # A loop without an end would only cost time.
    for test in ([] if isinstance(node, ast.While) else [ast.Constant(True)]) + [ast.Constant(False)]:
        yield _with(node, test=test)
    yield _with(node, test=_parse("not part", part=node.test))


@_rule("kept between calls", ast.List, ast.Dict)
def _kept(node: ast.List | ast.Dict, tree: ast.Module) -> Iterator[ast.AST]:
    if ast.unparse(node) in ("[]", "{}"):
        yield _parse("globals().setdefault('kept', part)", part=node)


@_rule("dropped", ast.Expr, ast.AugAssign, ast.If, ast.For, ast.While, ast.Assign)
def _statements(node: ast.stmt, tree: ast.Module) -> Iterator[ast.AST]:
    # A name that nothing else gives a value would only raise.
    names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and _is_stored(each)]
    others = [each for each in ast.walk(tree) if (isinstance(each, ast.Name) and _is_stored(each))]
    given = [each.id for each in others] + [each.arg for each in ast.walk(tree) if isinstance(each, ast.arg)]
    if not isinstance(node, ast.Assign) or all(given.count(name) > names.count(name) for name in names):
        yield ast.Pass()
    if isinstance(node, (ast.If, ast.For)) and node.orelse:
        yield _with(node, orelse=[])


@_rule("added up, overwritten", ast.AugAssign)
def _overwritten(node: ast.AugAssign, tree: ast.Module) -> Iterator[ast.AST]:
    yield ast.Assign([node.target], node.value)


@_rule("one of several values dropped", ast.Assign)
def _in_parts(node: ast.Assign, tree: ast.Module) -> Iterator[ast.AST]:
    # `lowest, waited = loss, 0`, where each name has a value already.
    target = node.targets[0]
    if not (isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)):
        return
    stored = [each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and _is_stored(each)]
    for place, part in enumerate(target.elts):
        if isinstance(part, ast.Name) and stored.count(part.id) > 1:
            value = _with(part, ctx=ast.Load())
            yield _with(node, value=_with(node.value, elts=_replaced(node.value.elts, place, value)))


@_rule("ends early", ast.For, ast.While)
def _early(node: ast.For | ast.While, tree: ast.Module) -> Iterator[ast.AST]:
    yield _with(node, body=[*node.body, ast.Break()])


@_rule("goes on", ast.Break, ast.Continue, ast.Return)
def _jumps(node: ast.stmt, tree: ast.Module) -> Iterator[ast.AST]:
    yield ast.Pass()
    if isinstance(node, (ast.Break, ast.Continue)):
        yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()


@_rule("entry dropped", ast.List, ast.Tuple, ast.Dict)
def _entries(node: ast.List | ast.Tuple | ast.Dict, tree: ast.Module) -> Iterator[ast.AST]:
    if isinstance(node, ast.Dict):
        for place in range(len(node.keys)):
            keys, values = _replaced(node.keys, place), _replaced(node.values, place)
            yield _with(node, keys=keys, values=values)
    elif isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        yield _with(node, elts=node.elts[::-1])
        yield _with(node, elts=node.elts[:-1])


@_rule("parameters", ast.FunctionDef)
def _parameters(node: ast.FunctionDef, tree: ast.Module) -> Iterator[ast.AST]:
    if node not in tree.body:
        return
    names = parameters(node)
    defaults = dict(zip(names[::-1], node.args.defaults[::-1], strict=False))
    for name in names:
        if name != "rng":
            value = ast.unparse(defaults[name]) if name in defaults else "1"
            yield _begun(node, f"{name} = {value}")
    for first, second in itertools.pairwise(names):
        yield _begun(node, f"{first}, {second} = ({second}, {first})")
    if "rng" in names:
        yield _begun(node, "rng = np.random.default_rng(0)")
        yield _begun(node, "rng = np.random.default_rng()")
        yield _Global().visit(copy.deepcopy(node))


class _Global(ast.NodeTransformer):
    """Puts NumPy's global generator in the place of `rng`."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return _parse("np.random") if node.id == "rng" else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        of_rng = isinstance(node.value, ast.Name) and node.value.id == "rng"
        self.generic_visit(node)
        if of_rng and node.attr == "integers":
            node.attr = "randint"
        return node


def _begun(function: ast.FunctionDef, statement: str) -> ast.FunctionDef:
    """Return a function with a statement in front, behind its docstring."""
    at = 1 if _is_text(function.body[0]) else 0
    return _with(function, body=[*function.body[:at], *ast.parse(statement).body, *function.body[at:]])


def _called(node: ast.Call) -> str:
    """Return the last name of what is called."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def _is_module(function: ast.Attribute) -> bool:
    """Return whether a function belongs to a module, such as np or np.linalg, and is no method."""
    return ast.unparse(function.value).partition(".")[0] in (
        "np",
        "numpy",
        "math",
        "keras",
        "tf",
        "scipy",
        "copy",
    )


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)
