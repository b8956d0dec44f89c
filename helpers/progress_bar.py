"""A bar that shows how far a long computation is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def progress_bar(what: str, total: int, wanted: bool = True) -> Iterator[Callable[[int], None]]:
    """Yield a function that takes how much of the total is done, and shows it while the block runs.

    Only a terminal shows a bar: a notebook keeps what is printed, and a bar is nothing to keep.

    what: names the computation.
    wanted: False for no bar anywhere.
    """
    from rich.console import Console
    from rich.progress import Progress

    console = Console()
    with Progress(console=console, transient=True, disable=not (wanted and console.is_terminal)) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
