"""What is left of a search when somebody stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.search.records import Search


class SearchInterrupted(KeyboardInterrupt):
    """Ctrl-C in a search: one line that says where the trials are that had ended.

    search: these trials. After a cell was interrupted it is `sys.last_value.search`.

    Lesson 14.
    """

    def __init__(self, search: Search) -> None:
        self.search = search
        num_ended = len(search.trials)
        super().__init__(
            f"{num_ended} trial{'s' * (num_ended != 1)} had ended: sys.last_value.search has them."
        )

    def _render_traceback_(self) -> list[str]:
        # IPython's own hook: what this returns is shown as the traceback.
        return [str(self)]
