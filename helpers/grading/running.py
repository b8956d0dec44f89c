"""Run a repaired submission in a kernel, inside a fence, and keep what it did until it ended.

nbgrader's own `Execute` runs the cells, so an honest notebook looks as it does after `nbgrader autograde`.
What is different is how it ends: at the first cell that does not, and in words.
"""

import asyncio
import contextlib
import json
import os
import signal
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import zmq.asyncio
from jupyter_client import AsyncKernelManager
from nbclient.client import NotebookClient
from nbclient.exceptions import CellControlSignal, CellTimeoutError, DeadKernelError
from nbgrader.preprocessors import Execute

from helpers.grading.fence import Fence, Limits
from helpers.grading.messages import NotAMessage, SuspiciousSession, TooManyMessages
from helpers.grading.states import End, State

# No more messages than these wait unread; a kernel that sends faster has to wait itself.
_MAX_UNREAD_MESSAGES = 32
_STARTUP_SECONDS = 60
_NO_HISTORY = "--HistoryManager.hist_file=:memory:"
_MEMORY_ERRORS = ("MemoryError", "_ArrayMemoryError", "ResourceExhaustedError")
# Checks observe and do not judge; nbgrader itself says so to the kernel.
_ENVIRONMENT = {"NBGRADER_EXECUTION": "autograde"}


@dataclass(frozen=True)
class Run:
    """What happened: `end` is None when every cell was run to its end."""

    end: End | None
    cpu_seconds: float | None = None
    peak_bytes: int | None = None


def run_notebook(notebook, files, limits: Limits, fenced: bool) -> Run:
    """Run all code cells of `notebook`, in place, until one does not come to an end.

    files: what lies beside the notebook, by name. An exception of a cell is an output of it, and the next one
    is run; cells after the end of the kernel have no outputs. fenced: False runs them as this user.
    """
    with _FencedIn(limits, files) if fenced else _Unfenced(limits, files) as place:
        end = asyncio.run(_run(notebook, place, limits))
        return Run(end, *place.cost())


class _FencedIn(Fence):
    """A fence as the place in which a kernel runs."""

    def kernel_manager(self, context):
        """The manager of a kernel whose sockets lie in the fence."""
        return _kernel_manager(context, self.outside(self.sockets))

    @property
    def launch(self):
        """What the kernel's provisioner is told."""
        env = self.environment | _ENVIRONMENT
        return {"fence": self, "cwd": self.home, "env": env, "safe_path": True}

    def why_it_ended(self):
        """The end of a kernel that is gone."""
        limits = self.limits
        if self.killed_for == "memory":
            memory = f"{limits.total_memory_bytes / 1e9:.1f} GB"
            return End(State.OUT_OF_MEMORY, detail=f"all of it may use {memory}")
        if self.killed_for == "wall time":
            return End(State.TIMED_OUT, detail=f"the whole notebook may take {limits.wall_seconds:g} s")
        if self.killed_for == "CPU time":
            return End(State.TIMED_OUT, detail=f"the whole notebook may use {limits.cpu_seconds:g} s of CPU")
        if self.killed_for == "messages":
            return End(State.OUTPUT_TOO_LARGE, detail="messages without end")
        if self.killed_for == "processes":
            return End(State.KERNEL_DIED, detail=f"it may have {limits.processes} processes at a time")
        return End(State.KERNEL_DIED, detail="it ended by itself")

    def cost(self):
        """CPU seconds and peak memory in bytes."""
        usage = self.usage()
        return round(usage.cpu_seconds, 3), usage.peak_memory_bytes


class _Unfenced:
    """A temporary folder as the place in which a kernel runs, with the rights of this user."""

    def __init__(self, limits, files):
        self.limits, self.files = limits, files

    def __enter__(self):
        self._temporary = tempfile.TemporaryDirectory(prefix="g")
        self.folder = Path(self._temporary.name)
        (self.folder / "work").mkdir()
        for name, content in self.files.items():
            (self.folder / "work" / name).write_bytes(content)
        return self

    def __exit__(self, *_):
        self._temporary.cleanup()

    def kernel_manager(self, context):
        """The manager of a kernel whose sockets lie beside its folder."""
        self._manager = _kernel_manager(context, self.folder)
        return self._manager

    @property
    def launch(self):
        """What the kernel's provisioner is told."""
        return {"cwd": str(self.folder / "work"), "env": os.environ | _ENVIRONMENT, "safe_path": True}

    def kill(self):
        """End the kernel, if it still runs; children that it has started are not known here."""
        process = self._manager.provisioner and self._manager.provisioner.pid
        if process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def why_it_ended(self):
        """The end of a kernel that is gone."""
        return End(State.KERNEL_DIED, detail="it ended by itself")

    def cost(self):
        """CPU seconds and peak memory are not known."""
        return None, None


def _kernel_manager(context, folder):
    manager = AsyncKernelManager(
        kernel_name="python3", context=context, transport="ipc", ip=str(folder / "k")
    )
    # Whatever the environment of this process asks for: only this provisioner knows fences.
    manager.kernel_spec.metadata["kernel_provisioner"] = {"provisioner_name": "warm-provisioner"}
    return manager


async def _run(notebook, place, limits):
    context = zmq.asyncio.Context()
    # What a kernel sends is bounded before it is read: one message that is too large ends the connection.
    context.setsockopt(zmq.MAXMSGSIZE, limits.output_bytes)
    context.setsockopt(zmq.RCVHWM, _MAX_UNREAD_MESSAGES)
    runner = _Runner(notebook, place, limits, context)
    try:
        return await runner.run()
    finally:
        context.destroy(linger=0)


class _Runner(Execute):
    """nbgrader's execution of a notebook, ended at the first cell that does not end by itself."""

    def __init__(self, notebook, place, limits, context):
        super().__init__(
            startup_timeout=_STARTUP_SECONDS,
            interrupt_on_timeout=False,
            record_timing=False,
        )
        NotebookClient.__init__(self, notebook)
        self.place, self.limits = place, limits
        self.km = place.kernel_manager(context)
        self.km.session = SuspiciousSession(output_bytes=limits.output_bytes, parent=self.km)
        self.deadline = time.monotonic() + limits.wall_seconds
        self.timeout_func = self._seconds_for
        self.num_bytes = 0
        self.broken: End | None = None  # why the kernel was ended from here

    async def run(self):
        """Run the cells one after the other; gives the end, or None."""
        try:
            await self.km.start_kernel(extra_arguments=[_NO_HISTORY], **self.place.launch)
            self.kc = self.km.client()
            self.kc.start_channels()
            await self.kc.wait_for_ready(timeout=_STARTUP_SECONDS)
            self.kc.allow_stdin = False
            return await self._run_cells()
        finally:
            # Nothing is asked of the kernel any more: it may be the one that does not answer.
            self.place.kill()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()  # it waits for a message that never comes
            if self.kc is not None:
                self.kc.stop_channels()
            await self.km.cleanup_resources()

    async def _run_cells(self):
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type != "code":
                continue
            try:
                await self.async_execute_cell(cell, index, store_history=True)
            except CellTimeoutError:
                return self._timed_out(cell)
            except DeadKernelError:
                return self._died(cell)
            except (TooManyMessages, NotAMessage) as error:  # as a reply: outputs are looked at below
                return End(State.KERNEL_DIED, _place(cell), f"its reply is no message ({error})")
            if self.broken:
                return self._died(cell)
        return _out_of_memory(self.nb)

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        try:
            await super()._async_poll_output_msg(parent_msg_id, cell, cell_index)
        except TooManyMessages:
            self._break(State.OUTPUT_TOO_LARGE, "too many messages")
        except NotAMessage as error:
            self._break(State.KERNEL_DIED, f"it sent what is no message ({error})")

    def process_message(self, msg, cell, cell_index):
        """Count what comes, and end a kernel that sends too much or sends what is no message."""
        if self.broken:
            return None
        self.num_bytes += _size(msg)
        if self.num_bytes > self.limits.output_bytes:
            self._break(State.OUTPUT_TOO_LARGE, f"more than {self.limits.output_bytes / 1e6:g} MB of output")
            return None
        try:
            return super().process_message(msg, cell, cell_index)
        except CellControlSignal:  # the cell is done
            raise
        except Exception as error:  # a student's process can send anything: that is no fault of the grader
            self._break(State.KERNEL_DIED, f"it sent a message that is none ({type(error).__name__})")
            return None

    def _break(self, state, detail):
        """End the kernel; the cell that is waited for then ends as a dead kernel's."""
        self.broken = End(state, detail=detail)
        self.place.kill()

    def _seconds_for(self, cell):
        return max(1, min(self.limits.cell_seconds, self.deadline - time.monotonic()))

    def _timed_out(self, cell):
        if self.deadline - time.monotonic() < 1:
            return End(
                State.TIMED_OUT, _place(cell), f"the whole notebook may take {self.limits.wall_seconds:g} s"
            )
        return End(State.TIMED_OUT, _place(cell), f"one cell may take {self.limits.cell_seconds:g} s")

    def _died(self, cell):
        if self.broken:
            return replace(self.broken, where=_place(cell))
        return replace(self.place.why_it_ended(), where=_place(cell))


def _size(message):
    """About how many bytes of output a message brings."""
    content = message["content"]
    if message["msg_type"] == "stream":
        return len(content.get("text", ""))
    return len(json.dumps(content, default=str)) + sum(len(part) for part in message.get("buffers", ()))


def _out_of_memory(notebook):
    """The end of a notebook in which a cell could not have the memory that it asked for, or None."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and output.ename in _MEMORY_ERRORS:
                return End(State.OUT_OF_MEMORY, _place(cell), output.ename)
    return None


def _place(cell):
    """The cell in words."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    if grade_id:
        return f"in the cell of {grade_id}"
    line = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    return f"in the cell that begins with '{line[:60]}'"
