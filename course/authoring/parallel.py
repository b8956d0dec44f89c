"""Two lessons at a time: while one is read, judged or linted, the answers of the other have the cores."""

import ast
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from threading import RLock, Thread
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_AT_ONCE = 2
_parsing = RLock()


def side_by_side(function: Callable[[_Item], _Result], items: Sequence[_Item]) -> Iterator[_Result]:
    """Yield what `function` returns for each item, in the order of the items.

    They are begun from the last one on: the later lessons take longer, and what takes long should not be left
    over for the end. After an error, or when nobody asks any more, no further item is begun.

    Raises the first error of `function`, in the place of a result that it left out.
    """
    if len(items) < _AT_ONCE:
        yield from map(function, items)
        return
    _let_one_thread_parse()
    futures: list[Future[_Result]] = [Future() for _ in items]
    waiting = list(zip(items, futures, strict=True))
    for _ in range(_AT_ONCE):
        # Daemons: who is interrupted by Ctrl-C does not wait for a lesson that takes a minute.
        Thread(target=_work, args=(function, waiting), daemon=True).start()
    try:
        for future in futures:
            yield future.result()
    finally:
        waiting.clear()


def _let_one_thread_parse() -> None:
    """Let no two threads of this process parse Python at the same time.

    Python before 3.11.8 and 3.12.2 counts the depth of both trees with one number, and one of them ends in
    "SystemError: AST constructor recursion depth mismatch" (python/cpython#106905).
    """
    if sys.version_info < (3, 13) and not hasattr(ast, "compile"):
        # `ast.parse` and `ast.literal_eval`, which libraries call too, find it before the built-in one.
        vars(ast)["compile"] = _compile_alone
        os.register_at_fork(after_in_child=_parse_in_a_fork)


def _compile_alone(*arguments: Any, **options: Any) -> Any:
    """Compile as the built-in function does; what this file would import from __future__ would count too."""
    with _parsing:
        return compile(*arguments, **options)


def _parse_in_a_fork() -> None:
    """Forget that another thread was parsing, which a fork does not have: it would be waited for for ever."""
    global _parsing
    _parsing = RLock()


def _work(function: Callable[[_Item], _Result], waiting: list[tuple[_Item, Future[_Result]]]) -> None:
    for item, future in _taken(waiting):
        try:
            future.set_result(function(item))
        except BaseException as error:  # for whoever asked
            for left_out in (future, *(other for _, other in _taken(waiting))):
                left_out.set_exception(error)


def _taken(waiting: list[_Item]) -> Iterator[_Item]:
    """Take what waits, from the end, until nothing is left; several threads may do so at once."""
    while True:
        try:
            yield waiting.pop()
        except IndexError:
            return
