"""How far the assertions of a lesson are from their limits, seen in the kernel while the lesson runs.

An assertion `a < b` says more than whether it holds: `b - a` is its margin. `watch` has IPython write every
margin down before the next statement runs, and can give the lesson other random numbers than its author saw.
No assertion raises while it is watched, so that one run tells of all of them.
"""

import ast
import json
import math
import pkgutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

# How far each comparison is from its limit: the margin as a difference, and as a logarithm.
_Margins = list[list[float | None]]
# What a watched assertion evaluates to: its truth, of arrays an array, and its margins.
_Claim = tuple[Any, _Margins]

_NAME = "__claims__"  # of the watching object, in the lesson's namespace
# Comparisons that want the left side smaller, and those that want the right side. Equality has no margin.
_LESS, _GREATER = (ast.Lt, ast.LtE), (ast.Gt, ast.GtE)


class Claims:
    """What a watched assertion becomes a call of; each result is (truth, its margins)."""

    def __init__(self, path: str | Path):
        self.path = Path(path)
        self.path.write_text("", encoding="utf-8")

    def see(self, text: str, claim: _Claim) -> None:
        """Write one evaluated assertion down, as a line of JSON."""
        truth, margins = claim
        record = {"claim": text, "holds": bool(truth), "margins": margins}
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    def compare(
        self, operands: Sequence[Any], directions: Sequence[tuple[int, Callable[[Any, Any], Any]]]
    ) -> _Claim:
        """Evaluate a chain of comparisons.

        operands: one more than there are comparisons.
        directions: of each comparison, which side is to be smaller (-1 the left, 1 the right, 0 neither), and
            itself.
        """
        import numpy as np

        truth: Any = True
        margins: _Margins = []
        for left, right, (direction, holds) in zip(operands, operands[1:], directions, strict=False):
            truth = np.logical_and(truth, holds(left, right))
            if direction:
                margins.append(_margin(*((left, right) if direction < 0 else (right, left))))
        return truth, margins

    def every(self, claims: Iterable[_Claim]) -> _Claim:
        """Evaluate `all` of several claims: of those that have margins, the least one counts."""
        truths: list[Any] = []
        margins: list[_Margins] = []
        for truth, more in claims:
            truths.append(truth)
            margins.append(more)
        return all(truths), [_least(of_one) for of_one in zip(*filter(None, margins), strict=False)]

    def whole(self, claim: _Claim) -> _Claim:
        """Evaluate `.all()` of an array of comparisons, whose margins are the least ones already."""
        import numpy as np

        return np.all(claim[0]), claim[1]

    def both(self, claims: Iterable[Callable[[], _Claim]]) -> _Claim:
        """Evaluate `and`: each part when those before it hold."""
        truth: Any = True
        margins: _Margins = []
        for claim in claims:
            truth, more = claim()
            margins += more
            if not truth:
                break
        return truth, margins

    def either(self, claims: Iterable[Callable[[], _Claim]]) -> _Claim:
        """Evaluate `or`: the largest margin of its parts; none where a part holds that compares nothing.

        Also the parts behind one that holds are asked for their margins, where they can be.
        """
        truth: Any = False
        margins: _Margins = []
        for claim in claims:
            try:
                part, its_margins = claim()
            except Exception:
                if not truth:
                    raise
                continue  # as in `len(losses) < 1 or losses[-1] < 2`
            if part and not its_margins:
                return part, []
            truth = truth or part
            margins += [_least(its_margins)] if its_margins else []
        return truth, [_largest(margins)] if margins else []

    def plain(self, truth: Any) -> _Claim:
        """Evaluate any other assertion: it holds or not."""
        return truth, []


def _margin(smaller: Any, larger: Any) -> list[float | None]:
    """Return the margin of `smaller < larger`: as a difference, and as a logarithm where both are positive.

    Of arrays the least one. What grows by factors, as a loss that explodes, is judged by the logarithm.
    """
    import numpy as np

    smaller, larger = np.broadcast_arrays(np.asarray(smaller, float), np.asarray(larger, float))
    if not smaller.size:
        return [None, None]
    difference = float(np.min(larger - smaller))
    ratio = math.nan
    if (smaller > 0).all() and (larger > 0).all():
        ratio = float(np.min(np.log(larger) - np.log(smaller)))
    return [value if math.isfinite(value) else None for value in (difference, ratio)]


def _largest(margins: Iterable[Sequence[float | None]]) -> list[float | None]:
    """Return the largest margin, as a difference and as a logarithm; None where none is a number."""
    columns = zip(*margins, strict=True)
    return [max((value for value in column if value is not None), default=None) for column in columns]


def _least(margins: Iterable[Sequence[float | None]]) -> list[float | None]:
    """Return the least margin, as a difference and as a logarithm; None where one is no number."""
    columns = zip(*margins, strict=True)
    return [None if None in column else min(column) for column in columns]


class Watched(ast.NodeTransformer):
    """Turns `assert test` into a call that writes down how far the test is from its limit."""

    def visit_Assert(self, node: ast.Assert) -> ast.AST:  # noqa: D102
        text = ast.unparse(node.test)
        call = _call("see", ast.Constant(text), _claim(node.test))
        return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), node))


def _claim(test: ast.expr) -> ast.expr:
    """Return the expression that evaluates a test to its truth and margins."""
    match test:
        case ast.BoolOp(op=operator, values=values):
            parts = ast.List([_lambda(_claim(value)) for value in values], ast.Load())
            return _call("both" if isinstance(operator, ast.And) else "either", parts)
        case ast.Compare():
            return _compare(test)
        case ast.Call(
            func=ast.Name(id="all"), args=[ast.GeneratorExp() | ast.ListComp() as made], keywords=[]
        ):
            return _call("every", ast.GeneratorExp(_claim(made.elt), made.generators))
    compared = _array_of_all(test)
    return _call("plain", test) if compared is None else _call("whole", _compare(compared))


def _array_of_all(test: ast.expr) -> ast.Compare | None:
    """Return the comparison of arrays in `(comparison).all()` or `np.all(comparison)`, or None."""
    match test:
        case ast.Call(func=ast.Attribute(value=ast.Compare() as compared, attr="all"), args=[], keywords=[]):
            return compared
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="np"), attr="all"),
            args=[ast.Compare() as compared],
            keywords=[],
        ):
            return compared
    return None


def _compare(node: ast.Compare) -> ast.expr:
    """Return the call that evaluates a chain of comparisons."""
    directions = ast.List([_direction(operator) for operator in node.ops], ast.Load())
    return _call("compare", ast.List([node.left, *node.comparators], ast.Load()), directions)


def _direction(operator: ast.cmpop) -> ast.expr:
    """Return the code of a pair: which side is the smaller one, and the comparison itself."""
    sign = -1 if isinstance(operator, _LESS) else 1 if isinstance(operator, _GREATER) else 0
    comparison = ast.Compare(ast.Name("left", ast.Load()), [operator], [ast.Name("right", ast.Load())])
    return ast.Tuple([ast.Constant(sign), _lambda(comparison, "left", "right")], ast.Load())


def _lambda(body: ast.expr, *names: str) -> ast.expr:
    arguments = ast.arguments(
        [], [ast.arg(name) for name in names], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    return ast.Lambda(arguments, body)


def _call(method: str, *arguments: ast.expr) -> ast.expr:
    function = ast.Attribute(ast.Name(_NAME, ast.Load()), method, ast.Load())
    return ast.Call(function, list(arguments), [])


def watch(path: str, shift: int = 0, reseed: str = "") -> None:
    """Have a kernel write each assertion to `path`, from the next cell on.

    shift: 0 leaves the seeds as they are. With another number every exercise counts as solved: the solutions
        stand there, and graded cells, which expect one result, do not.
    reseed: the function that takes the shift and gives the kernel other seeds, as "module:function".
    """
    from IPython import get_ipython

    from helpers import checks

    shell = get_ipython()
    shell.user_ns[_NAME] = Claims(path)
    shell.ast_transformers.append(Watched())
    if shift:
        pkgutil.resolve_name(reseed)(shift)
        checks.solved = lambda *exercises: True
