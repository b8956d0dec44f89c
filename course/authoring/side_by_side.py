"""Two lessons at a time: while one is read, judged or linted, the answers of the other have the cores."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_AT_ONCE = 2


def side_by_side(function: Callable[[_Item], _Result], items: Sequence[_Item]) -> Iterator[_Result]:
    """Yield what `function` returns for each item, in the order of the items.

    They are begun from the last one on: the later lessons take longer, and what takes long should not be left
    over for the end. After an error, or when nobody asks any more, no further item is begun.

    Raises the first error of `function`, in the place of a result that it left out.
    """
    if len(items) < _AT_ONCE:
        yield from map(function, items)
        return
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
