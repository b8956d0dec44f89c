"""What a process finds around it: its system, and environment variables that are set for a while."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from helpers.errors import CourseError


def require_unix(what: str) -> None:
    """Raise CourseError on Windows, which has not what a command stands on: forks, locks and limits.

    what: the command, and on which systems it runs.
    """
    if sys.platform == "win32":
        raise CourseError(f"{what}; on Windows use WSL")


@contextmanager
def variables(wanted: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables, by name, of this process and what it starts while the context lasts."""
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
