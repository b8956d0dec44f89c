"""Environment variables that are set for a while."""

import os
from contextlib import contextmanager


@contextmanager
def variables(wanted):
    """Have the process, and what it starts, see these variables (by name) while the context lasts."""
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
