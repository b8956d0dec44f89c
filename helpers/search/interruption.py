"""What is left of a search when somebody stops it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.search.records import Search


class SearchInterrupted(KeyboardInterrupt):
    """Ctrl-C in a search: one line that says where the trials are that had ended, and how to go on.

    search: these trials. After a cell was interrupted it is `sys.last_value.search`.

    Lesson 14.
    """

    def __init__(self, search: Search, storage: str | os.PathLike | None) -> None:
        self.search = search
        num_ended = len(search.trials)
        ended = f"{num_ended} trial{'s' * (num_ended != 1)} had ended"
        if storage is None:
            line = f"{ended}: sys.last_value.search has them. With storage and name, a search can go on."
        else:
            line = f"{ended}, and the storage keeps them: the same call goes on from there."
        super().__init__(line)

    def _render_traceback_(self) -> list[str]:
        # IPython's own hook: what this returns is shown as the traceback.
        return [str(self)]
