"""What a client asks of the warm process, and whether a fork can be it. Both sides read this."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MESSAGE_BYTES = 1 << 20
MOST_DESCRIPTORS = 8
LAUNCHER = ["-m", "ipykernel_launcher"]
# Read when Python, a library or TensorFlow starts: a fork cannot make up for them.
_EARLY_PREFIXES = (
    "PYTHON",
    "TF_",
    "XLA_",
    "KERAS_",
    "OMP_",
    "ONEDNN_",
    "OPENBLAS_",
    "NPY_",
    "MKL_",
    "LD_",
    "MALLOC_",
)
_EARLY_NAMES = ("LANG", "LC_ALL", "LC_CTYPE", "GLIBC_TUNABLES")


@dataclass(frozen=True)
class Request:
    """What a kernel is asked to be. Descriptors travel beside it, `errors` first.

    errors is a pipe for one line that says why it could not start, closed when it has. Then come its 0,
    1 and 2; or, for a sandboxed kernel, the pidfd of the sandbox's init process.

    command: as for a cold start, interpreter first.
    environment: all of it.
    cwd: its folder; None for a sandboxed kernel, whose folder is the sandbox's.
    limits: the fields of `Limits`; only for a sandboxed kernel, as the next.
    connection: the content of the connection file that the command names.
    """

    command: list[str]
    environment: dict[str, str]
    cwd: str | None = None
    limits: dict[str, Any] | None = None
    connection: dict[str, Any] | None = None

    def to_json(self) -> bytes:
        """Return the request as one message."""
        return json.dumps(asdict(self)).encode()

    @property
    def sandboxed(self) -> bool:
        """Whether the kernel enters a sandbox."""
        return self.limits is not None

    @property
    def connection_file(self) -> str:
        """The path of the connection file that the command names."""
        return self.command[self.command.index("-f") + 1]

    def reason_for_cold(self, early: Mapping[str, str]) -> str | None:
        """Return why a fork cannot be this kernel; None when it can.

        early: `early_settings` of the zygote.
        """
        python, options = Path(self.command[0]), self.command[1:3]
        here = Path(sys.executable)
        # Not the programs: those of two environments may be links to one. But .venv itself may be a link.
        if (
            options != LAUNCHER
            or python.parent.resolve() != here.parent.resolve()
            or not here.samefile(python)
        ):
            return "it is not this Python's ipykernel"
        if self.sandboxed:
            return None  # there is no cold start inside a sandbox to be equal to
        wanted = early_settings(self.environment)
        for name in sorted(early.keys() | wanted.keys()):
            if early.get(name) != wanted.get(name):
                return f"it wants another {name} than the warm process has"
        if not all(map(os.path.isabs, wanted.get("PYTHONPATH", "/").split(os.pathsep))):
            return "its PYTHONPATH depends on its folder"
        return None


def early_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the part of an environment that is read once, when Python starts or a library is imported."""
    return {
        name: value
        for name, value in environment.items()
        if name in _EARLY_NAMES or name.startswith(_EARLY_PREFIXES)
    }
