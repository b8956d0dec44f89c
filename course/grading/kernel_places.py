"""Where a kernel runs: inside a sandbox, or in a temporary folder with the rights of this user.

A place makes the kernel's manager and says how the kernel is launched; it ends the kernel, says why it ended
and what it cost.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from course.grading.states import End, State
from course.kernels.request import LAUNCHER
from course.sandbox.end_reason import EndReason
from course.sandbox.limits import Limits
from course.sandbox.sandbox import Sandbox
from helpers.checks import OBSERVE_IN

if TYPE_CHECKING:
    import zmq.asyncio

# No more messages than these wait unread: a warm kernel that sends faster waits itself (child.py).
_MAX_UNREAD_MESSAGES = 32
# Checks observe and do not judge; nbgrader itself says so to the kernel. The reply brings what they observe.
_ENVIRONMENT = {"NBGRADER_EXECUTION": "autograde", OBSERVE_IN: "reply"}
_BY_ITSELF = "it ended by itself, as after exit() or os._exit(), or the machine's memory ran short"


class KernelPlace(Protocol):
    """Where a kernel runs: a context manager that has it ready inside it, and leaves nothing of it behind.

    max_unread_messages: how many of the kernel's messages may wait; 0 for any number.
    """

    max_unread_messages: int

    def __enter__(self) -> object: ...

    def __exit__(self, *exception: Any) -> None: ...

    def kernel_manager(self, context: zmq.asyncio.Context) -> AsyncKernelManager:
        """Return the manager of the one kernel that is to run here."""
        ...

    @property
    def launch(self) -> dict[str, Any]:
        """What the kernel's provisioner is told (`course.kernels.provisioner`)."""
        ...

    def kill(self) -> None:
        """End the kernel, if it still runs."""
        ...

    def why_it_ended(self) -> End:
        """Return the end of a kernel that is gone."""
        ...

    def cost(self) -> tuple[float | None, int | None]:
        """Return CPU seconds and peak memory in bytes, as far as they are known."""
        ...


class InSandbox(Sandbox):
    """A sandbox as the place in which a kernel runs."""

    max_unread_messages = _MAX_UNREAD_MESSAGES

    def kernel_manager(self, context: zmq.asyncio.Context) -> AsyncKernelManager:
        """Return the manager of a kernel whose sockets lie in the sandbox."""
        return _kernel_manager(context, self.outside(self.sockets))

    @property
    def launch(self) -> dict[str, Any]:
        """What the kernel's provisioner is told."""
        env = self.environment | _ENVIRONMENT
        return {"sandbox": self, "cwd": self.home, "env": env, "safe_path": True}

    def why_it_ended(self) -> End:
        """Return the end of a kernel that is gone.

        With it all ends: a limit that is passed now is the reason.
        """
        self.kill()
        limits = self.limits
        if self.killed_for == EndReason.MEMORY:
            memory = f"{limits.total_memory_bytes / 1e9:.1f} GB"
            return End(State.OUT_OF_MEMORY, detail=f"the whole notebook may use {memory}")
        if self.killed_for == EndReason.WALL_TIME:
            return End(State.TIMED_OUT, detail=f"the whole notebook may take {limits.wall_seconds:g} s")
        if self.killed_for == EndReason.CPU_TIME:
            return End(State.TIMED_OUT, detail=f"the whole notebook may use {limits.cpu_seconds:g} s of CPU")
        if self.killed_for == EndReason.MESSAGES:
            return End(State.OUTPUT_TOO_LARGE, detail="messages without end")
        if self.killed_for == EndReason.PROCESSES:
            most = f"it may have {limits.processes} at a time"
            return End(State.TOO_MANY_PROCESSES, detail=most)
        if self.killed_for == EndReason.SOCKETS:
            return End(State.KERNEL_DIED, detail=f"it may have {limits.sockets} sockets at a time")
        if self.killed_for == EndReason.HIDDEN:
            return End(State.KERNEL_DIED, detail="the memory of one of its processes cannot be watched")
        return End(State.KERNEL_DIED, detail=_BY_ITSELF)

    def cost(self) -> tuple[float, int]:
        """Return CPU seconds and peak memory in bytes."""
        usage = self.usage()
        return round(usage.cpu_seconds, 3), usage.peak_memory_bytes


class WithoutSandbox:
    """A temporary folder as the place in which a kernel runs, with the rights of this user."""

    # Without a warm process the kernel is a cold one, which does not wait: it throws away what is not read.
    max_unread_messages = 0

    def __init__(self, limits: Limits, files: Mapping[str, bytes]) -> None:
        """Take the limits, of which none is kept here, and the files beside the notebook, by name."""
        self.limits, self.files = limits, files

    def __enter__(self) -> Self:
        self._temporary = tempfile.TemporaryDirectory(prefix="g")
        self.folder = Path(self._temporary.name)
        (self.folder / "work").mkdir()
        for name, content in self.files.items():
            (self.folder / "work" / name).write_bytes(content)
        return self

    def __exit__(self, *_: object) -> None:
        self._temporary.cleanup()

    def kernel_manager(self, context: zmq.asyncio.Context) -> AsyncKernelManager:
        """Return the manager of a kernel whose sockets lie beside its folder."""
        self._manager = _kernel_manager(context, self.folder)
        return self._manager

    @property
    def launch(self) -> dict[str, Any]:
        """What the kernel's provisioner is told."""
        own = {"TMPDIR": str(self.folder)}  # a kernel that is killed leaves what it had there
        return {"cwd": str(self.folder / "work"), "env": os.environ | own | _ENVIRONMENT, "safe_path": True}

    def kill(self) -> None:
        """End the kernel, if it still runs; children that it has started are not known here."""
        provisioner = self._manager.provisioner
        if isinstance(provisioner, LocalProvisioner) and provisioner.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(provisioner.pid, signal.SIGKILL)

    def why_it_ended(self) -> End:
        """Return the end of a kernel that is gone."""
        return End(State.KERNEL_DIED, detail=_BY_ITSELF)

    def cost(self) -> tuple[None, None]:
        """Return None for CPU seconds and peak memory: they are not known."""
        return None, None


def _kernel_manager(context: zmq.asyncio.Context, folder: Path) -> AsyncKernelManager:
    manager = AsyncKernelManager(
        kernel_name="python3", context=context, transport="ipc", ip=str(folder / "k")
    )
    # Whatever the environment of this process asks for: only this provisioner knows sandboxes.
    assert manager.kernel_spec is not None  # where there is none, Jupyter has raised
    # Nor whichever Python a user has installed under this name: `ipykernel install --user` writes its path.
    manager.kernel_spec.argv = [sys.executable, *LAUNCHER, "-f", "{connection_file}"]
    manager.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": "warm-provisioner"}
    return manager
