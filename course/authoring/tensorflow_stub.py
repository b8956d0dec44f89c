"""A process that has no TensorFlow, and notices when something asks for it.

There `import keras` gives a module that stands for the real one, in no time, and so does what is imported
from it. Whoever then wants to use that is stopped.
"""

import sys
import types
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from typing import NoReturn

_ROOTS = frozenset({"tensorflow", "keras", "autokeras", "keras_tuner"})


class TensorFlowIsAsked(BaseException):
    """Something asked for TensorFlow. Not an Exception, which an answer or a check may catch."""


class Stopped:
    """What is sent in the place of a result when TensorFlow was asked for."""


class _Asking:
    """Whether a name may still be had as long as nobody uses what it stands for, and what became of it."""

    may_name = True
    happened = False


def do_without() -> None:
    """Stop whatever uses TensorFlow in this process and its forks from now on. It may be named."""
    sys.meta_path.insert(0, _Finder())


def name_nothing_more() -> None:
    """Stop from now on also whatever only names a part of TensorFlow."""
    _Asking.may_name = False


def was_named() -> bool:
    """Return whether something here has imported TensorFlow, and was given what stands for it."""
    return any(isinstance(module, _StandIn) for module in sys.modules.values())


def was_asked_for() -> bool:
    """Return whether something here was stopped, also if it swallowed the exception."""
    return _Asking.happened


def is_loaded() -> bool:
    """Return whether this process has TensorFlow, the real one."""
    return "tensorflow" in sys.modules and not isinstance(sys.modules["tensorflow"], _StandIn)


def _refuse(name: str) -> NoReturn:
    _Asking.happened = True
    raise TensorFlowIsAsked(name)


class _StandIn(types.ModuleType):
    """It stands for a module of TensorFlow, or for something in one."""

    def __getattr__(self, name: str) -> "_StandIn":
        if name.startswith("__") and name not in ("__version__", "__all__"):
            raise AttributeError(name)  # `inspect` asks all modules for their file
        if not _Asking.may_name:
            _refuse(f"{self.__name__}.{name}")
        return _StandIn(f"{self.__name__}.{name}")

    def _is_used(self, *_: object, **__: object) -> NoReturn:
        _refuse(self.__name__)

    __call__ = __mro_entries__ = __instancecheck__ = __subclasscheck__ = _is_used
    __getitem__ = __iter__ = __bool__ = __len__ = __int__ = __float__ = __str__ = __format__ = _is_used
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _is_used
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __or__ = __ror__ = _is_used
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _is_used
    __pow__ = __rpow__ = __matmul__ = __rmatmul__ = __neg__ = __abs__ = __round__ = __index__ = _is_used
    __hash__ = types.ModuleType.__hash__  # else nothing that defines __eq__ has one


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> ModuleSpec | None:
        root, _, inner = fullname.partition(".")
        if root not in _ROOTS:
            return None
        if inner and not _Asking.may_name:
            _refuse(fullname)
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Nothing of it is there to run."""
