"""Run a repaired submission in a kernel, inside a fence, and keep what it did until it ended.

nbgrader's own `Execute` runs the cells, so an honest notebook looks as it does after `nbgrader autograde`.
What is different is how it ends: at the first cell that does not, and in words.
"""

import asyncio
import contextlib
import os
import signal
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty

import zmq
import zmq.asyncio
from jupyter_client import AsyncKernelManager
from nbclient.client import CellExecutionComplete, NotebookClient
from nbclient.exceptions import CellControlSignal, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute

from helpers.checks import OBSERVE_IN
from helpers.grading.fence import Fence, Limits
from helpers.grading.messages import NotAMessage, SuspiciousSession, TooManyMessages
from helpers.grading.outputs import OutputBudget, in_one_piece, observations, was_refused_memory
from helpers.grading.states import End, State

# No more messages than these wait unread: a warm kernel that sends faster waits itself (warm_kernel.py).
_MAX_UNREAD_MESSAGES = 32
_MAX_MESSAGE_BYTES = 32_000_000
_STARTUP_SECONDS = 60
# A cell that was interrupted has as long to come to an end.
_INTERRUPT_SECONDS = 10
# A class waits for so many cells of one notebook that do not end; then the notebook is stopped.
_MOST_TIME_OUTS = 3  # the sentence below says third
# After the reply to a cell, what it has shown is still under way. It is on its way as long as it comes.
_SILENCE_SECONDS = 60
_RECONNECTION_SECONDS = 1
_LOOK_SECONDS = 0.5
_NO_HISTORY = "--HistoryManager.hist_file=:memory:"
# Checks observe and do not judge; nbgrader itself says so to the kernel. The reply brings what they observe.
_ENVIRONMENT = {"NBGRADER_EXECUTION": "autograde", OBSERVE_IN: "reply"}
_BY_ITSELF = "it ended by itself, as exit() or os._exit() make it"


class _MessagesLost(Exception):
    """A cell has replied, and the word that all its output has come does not come."""


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

    max_unread_messages = _MAX_UNREAD_MESSAGES

    def kernel_manager(self, context):
        """The manager of a kernel whose sockets lie in the fence."""
        return _kernel_manager(context, self.outside(self.sockets))

    @property
    def launch(self):
        """What the kernel's provisioner is told."""
        env = self.environment | _ENVIRONMENT
        return {"fence": self, "cwd": self.home, "env": env, "safe_path": True}

    def why_it_ended(self):
        """The end of a kernel that is gone. With it all ends: a limit that is passed now is the reason."""
        self.kill()
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
            most = f"it may have {limits.processes} at a time"
            return End(State.TOO_MANY_PROCESSES, detail=most)
        if self.killed_for == "sockets":
            return End(State.KERNEL_DIED, detail=f"it may have {limits.sockets} sockets at a time")
        if self.killed_for == "hidden":
            return End(State.KERNEL_DIED, detail="the memory of one of its processes cannot be watched")
        return End(State.KERNEL_DIED, detail=_BY_ITSELF)

    def cost(self):
        """CPU seconds and peak memory in bytes."""
        usage = self.usage()
        return round(usage.cpu_seconds, 3), usage.peak_memory_bytes


class _Unfenced:
    """A temporary folder as the place in which a kernel runs, with the rights of this user."""

    # Without a warm process the kernel is a cold one, which does not wait: it throws away what is not read.
    max_unread_messages = 0

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
        own = {"TMPDIR": str(self.folder)}  # a kernel that is killed leaves what it had there
        return {"cwd": str(self.folder / "work"), "env": os.environ | own | _ENVIRONMENT, "safe_path": True}

    def kill(self):
        """End the kernel, if it still runs; children that it has started are not known here."""
        process = self._manager.provisioner and self._manager.provisioner.pid
        if process:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def why_it_ended(self):
        """The end of a kernel that is gone."""
        return End(State.KERNEL_DIED, detail=_BY_ITSELF)

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
    context.setsockopt(zmq.MAXMSGSIZE, _MAX_MESSAGE_BYTES)
    context.setsockopt(zmq.RCVHWM, place.max_unread_messages)
    runner = _Runner(notebook, place, limits, context)
    try:
        return await runner.run()
    finally:
        context.destroy(linger=0)


class _Runner(Execute):
    """nbgrader's execution of a notebook: goes on after an interrupted cell, ends at one that cannot be."""

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
        self.outputs = OutputBudget(limits.output_bytes)
        self.last_heard = 0.0
        self.time_outs: list[End] = []
        self.cut: End | None = None  # the first cell of which not everything is shown
        self.has_lost_output = (
            False  # whether the present cell has shown more at once than a message may have
        )
        self.must_reconnect = False
        self.is_connected = True  # whether what the kernel shows comes here
        self.broken: End | None = None  # why the kernel was ended from here

    async def run(self):
        """Run the cells one after the other; gives the end, or None."""
        try:
            await self.km.start_kernel(extra_arguments=[_NO_HISTORY], **self.place.launch)
            # Not by itself: a client makes a context of its own, without these limits.
            self.kc = self.km.client(context=self.km.context)
            self.kc.start_channels()
            watches = self._watch_outputs(), self._watch_replies()
            self.watches = [asyncio.ensure_future(watch) for watch in watches]
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

    async def _watch_replies(self):
        """Notice that nothing can be heard any more of a process that lives: a reply was too large, say."""
        monitor = self.kc.shell_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        await monitor.recv_multipart()
        await asyncio.sleep(_RECONNECTION_SECONDS)  # for the news of its death
        if await self.km.is_alive():
            self._break(
                State.KERNEL_DIED, f"it cannot be heard: a reply may have {_MAX_MESSAGE_BYTES / 1e6:g} MB"
            )

    async def _watch_outputs(self):
        """Notice that a message was larger than any may be: that ends the connection, for good."""
        monitor = self.kc.iopub_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        while True:
            await monitor.recv_multipart()
            self.has_lost_output = self.must_reconnect = True

    async def _next_output(self):
        """The next message of what the kernel shows; connects anew when there is no other way to one."""
        channel = self.kc.iopub_channel
        while True:
            try:
                return await channel.get_msg(timeout=_LOOK_SECONDS)
            except Empty:
                # libzmq aborts this process when a connection ends within a message that it has begun to
                # read, and it begins when it is asked whether there is one.
                if self.must_reconnect and not channel.socket.getsockopt(zmq.EVENTS) & zmq.POLLIN:
                    # Without this the socket takes itself for connected.
                    channel.socket.disconnect(channel.socket.last_endpoint)
                    channel.socket.connect(channel.socket.last_endpoint)
                    self.must_reconnect, self.is_connected = False, False

    async def _run_cells(self):
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type != "code":
                continue
            self.outputs.next_cell()
            self.has_lost_output = False
            end = await self._run_cell(cell, index)
            cell.outputs = self._shown(cell)
            if end:
                return end
        return next(iter(self.time_outs), None) or _out_of_memory(self.nb) or self.cut

    async def _run_cell(self, cell, index):
        """Run one cell; gives the end of the notebook, or None when the next cell can be run."""
        try:
            await self.async_execute_cell(cell, index, store_history=True)
        except CellTimeoutError:
            return self._timed_out(cell)
        except DeadKernelError:
            return self._died(cell)
        except _MessagesLost:
            return End(State.MESSAGES_LOST, _place(cell), "it replied, and then nothing more came")
        except (TooManyMessages, NotAMessage) as error:  # as a reply: outputs are looked at below
            return End(State.KERNEL_DIED, _place(cell), f"its reply is no message ({error})")
        if self.broken:
            return self._died(cell)
        if len(self.time_outs) == _MOST_TIME_OUTS:
            return self._timed_out(cell)
        return None

    def _shown(self, cell):
        shown = in_one_piece(cell.outputs)
        if self.outputs.is_cut or self.has_lost_output:
            what = f"a notebook may show {self.limits.output_bytes / 1e6:g} MB"
            shown.append(new_output("stream", name="stderr", text=f"[The rest is left out: {what}.]\n"))
            self.cut = self.cut or End(State.OUTPUT_TOO_LARGE, _place(cell), what, went_on=True)
        return shown

    async def _async_poll_for_reply(
        self, msg_id, cell, timeout, task_poll_output_msg, task_poll_kernel_alive
    ):
        """Wait for the reply to a cell, and then for what it has shown."""
        try:
            reply = await self._reply(msg_id, cell, timeout)
            await self._wait_for_outputs(task_poll_output_msg)
            return reply
        finally:
            task_poll_kernel_alive.cancel()

    async def _reply(self, msg_id, cell, seconds):
        """The reply to a cell, which is interrupted after `seconds`."""
        was_interrupted = False
        deadline = time.monotonic() + seconds
        while True:
            try:
                message = await self.kc.shell_channel.get_msg(timeout=max(0, deadline - time.monotonic()))
            except Empty:
                if was_interrupted:
                    raise _timeout(cell, seconds) from None
                self.time_outs.append(replace(self._timed_out(cell), went_on=True))
                if self.deadline - time.monotonic() < _INTERRUPT_SECONDS:
                    raise _timeout(cell, seconds) from None
                await self.km.interrupt_kernel()
                was_interrupted = True
                deadline = time.monotonic() + _INTERRUPT_SECONDS
                continue
            if message["parent_header"].get("msg_id") == msg_id:
                return message

    async def _wait_for_outputs(self, outputs):
        """Wait until all output has come: as long as some comes, and the notebook has time."""
        self.last_heard = time.monotonic()
        while not outputs.done():
            await asyncio.wait([outputs], timeout=1)
            silence = time.monotonic() - self.last_heard
            is_listening = self.is_connected and not self.must_reconnect
            if self.has_lost_output and is_listening and silence > _RECONNECTION_SECONDS:
                outputs.cancel()
                return
            if silence > _SILENCE_SECONDS:
                raise _MessagesLost
        await outputs

    async def _async_poll_output_msg(self, parent_msg_id, cell, cell_index):
        """Take messages until the one that says that the cell is done."""
        try:
            while True:
                message = await self._next_output()
                self.last_heard = time.monotonic()
                self.is_connected |= message["msg_type"] == "iopub_welcome"
                if message["parent_header"].get("msg_id") == parent_msg_id:
                    self.process_message(message, cell, cell_index)
        except CellExecutionComplete:
            return
        except TooManyMessages:
            self._break(State.OUTPUT_TOO_LARGE, "too many messages")
        except NotAMessage as error:
            self._break(State.KERNEL_DIED, f"it sent what is no message ({error})")

    def process_message(self, msg, cell, cell_index):
        """Leave out what is beyond the limit, and end a kernel that sends what is no message."""
        if self.broken or not self.outputs.has_room_for(msg):
            return None
        try:
            return super().process_message(msg, cell, cell_index)
        except CellControlSignal:  # the cell is done
            raise
        except Exception as error:  # a student's process can send anything: that is no fault of the grader
            self._break(State.KERNEL_DIED, f"it sent a message that is none ({type(error).__name__})")
            return None

    def output(self, outs, msg, display_id, cell_index):
        """Add one output; text, which comes in thousands of pieces, without nbformat's look at each."""
        is_plain = msg["msg_type"] == "stream" and not self.clear_before_next_output
        if not is_plain or self.output_hook_stack[msg["parent_header"].get("msg_id")]:
            return super().output(outs, msg, display_id, cell_index)
        content = msg["content"]
        outs.append(NotebookNode(output_type="stream", name=content["name"], text=content["text"]))
        return outs[-1]

    def on_cell_executed(self, **kwargs):
        """Take the observations out of the reply, and an error that no output tells."""
        super().on_cell_executed(**kwargs)
        kwargs["cell"].outputs += observations(kwargs["execute_reply"])

    def _break(self, state, detail):
        """End the kernel; the cell that is waited for then ends as a dead kernel's."""
        self.broken = End(state, detail=detail)
        self.place.kill()

    def _seconds_for(self, cell):
        return max(1, min(self.limits.cell_seconds, self.deadline - time.monotonic()))

    def _timed_out(self, cell):
        """The end of a notebook that is not waited for any longer."""
        detail = f"one cell may take {self.limits.cell_seconds:g} s"
        if self.deadline - time.monotonic() < 1:
            detail = f"the whole notebook may take {self.limits.wall_seconds:g} s"
        elif len(self.time_outs) == _MOST_TIME_OUTS:
            detail += ", and this is the third that took longer"
        return End(State.TIMED_OUT, _place(cell), detail)

    def _died(self, cell):
        if self.broken:
            return replace(self.broken, where=_place(cell))
        return replace(self.place.why_it_ended(), where=_place(cell))


def _timeout(cell, seconds):
    return CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", seconds, cell)


def _out_of_memory(notebook):
    """The end of a notebook in which a cell could not have the memory that it asked for, or None."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and was_refused_memory(output):
                return End(State.OUT_OF_MEMORY, _place(cell), output.ename)
    return None


def _place(cell):
    """The cell in words."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    if grade_id:
        return f"in the cell of {grade_id}"
    line = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    return f"in the cell that begins with '{line[:60]}'"
