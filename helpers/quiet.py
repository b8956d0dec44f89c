"""Import TensorFlow without the lines that it writes to stderr before its own log settings count.

TensorFlow 2.21 says on every machine without a graphics card that it found none, through a logger
that no environment variable reaches. In a notebook that is a red box above the first result, and
nbgrader takes any line on stderr in a graded cell for a failure.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import PathFinder


class _QuietLoader:
    """The loader that Python found, with the process's stderr closed while it works."""

    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        with _file_descriptor_silenced(2):
            self.loader.exec_module(module)

    def __getattr__(self, name):
        return getattr(self.loader, name)


class _QuietFinder:
    """A finder that finds one package where Python finds it, and has it loaded quietly."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname != "tensorflow":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _QuietLoader(spec.loader)
        return spec


@contextmanager
def _file_descriptor_silenced(descriptor: int) -> Iterator[None]:
    """Drop what native code writes to the descriptor while the block runs; Python's exceptions stay."""
    try:
        kept = os.dup(descriptor)
    except OSError:  # a process without stderr has nothing to silence
        yield
        return
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), descriptor)
    try:
        yield
    finally:
        os.dup2(kept, descriptor)
        os.close(kept)


def install() -> None:
    """Make every later `import tensorflow` quiet, by whoever; a second call changes nothing."""
    if not any(isinstance(finder, _QuietFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _QuietFinder())
