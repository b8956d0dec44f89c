"""Import TensorFlow and Keras as the course needs them: quiet, and without a person's own settings.

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


class _Loader:
    """The loader that Python found, to do more than it does."""

    def __init__(self, loader):
        self.loader = loader

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def __getattr__(self, name):
        return getattr(self.loader, name)


class _QuietTensorFlow(_Loader):
    """The loader of TensorFlow, with the process's stderr closed while it works."""

    def exec_module(self, module):
        with _file_descriptor_silenced(2):
            self.loader.exec_module(module)


class _PlainKeras(_Loader):
    """The loader of Keras: what a keras.json in somebody's home says of numbers does not count."""

    def exec_module(self, module):
        self.loader.exec_module(module)
        module.config.set_floatx("float32")
        module.config.set_epsilon(1e-7)
        module.config.set_image_data_format("channels_last")


_LOADERS = {"tensorflow": _QuietTensorFlow, "keras": _PlainKeras}


class _Finder:
    """A finder that finds a package where Python finds it, and has it loaded as the course needs it."""

    def find_spec(self, fullname, path=None, target=None):
        if fullname not in _LOADERS:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _LOADERS[fullname](spec.loader)
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
    """Have every later import of TensorFlow or Keras made so, by whoever; a second call changes nothing."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
