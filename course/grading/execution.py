"""Run a repaired submission in a kernel, inside a sandbox, and keep what it did until it ended.

nbgrader's own `Execute` runs the cells, so an honest notebook looks as it does after `nbgrader autograde`.
A cell that uses up its time is interrupted, and the next one runs; the third such cell, or one that cannot be
interrupted, ends the notebook.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from nbclient.client import CellExecutionComplete, NotebookClient
from nbclient.exceptions import CellControlSignal, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbgrader.preprocessors import Execute

from course.grading.kernel_places import InSandbox, KernelPlace, WithoutSandbox
from course.grading.messages import NotAMessage, SuspiciousSession, TooManyMessages
from course.grading.output_channel import OutputChannel
from course.grading.outputs import (
    OutputBudget,
    in_one_piece,
    observations,
    stream_output,
    was_refused_memory,
)
from course.grading.states import End, State
from course.lessons import first_line
from course.sandbox.limits import Limits

_MAX_MESSAGE_BYTES = 32_000_000
_STARTUP_SECONDS = 60
# A cell that was interrupted may use so much CPU time to come to an end.
_INTERRUPT_SECONDS = 10
_LOOK_SECONDS = 0.5  # from one look at what a cell has used to the next
# A class waits for so many cells of one notebook that do not end; then the notebook is stopped.
_MOST_TIME_OUTS = 3  # the sentence below says third
# After the reply to a cell, what it has shown is still under way. It is on its way as long as it comes.
_SILENCE_SECONDS = 60
_FURTHER_SILENCE_SECONDS = 2  # where it was waited for in vain before
# From the end of a connection to the news that the process at its other end is dead: one that is ended gives
# its memory back first, on a machine with much else to do.
_ENDING_SECONDS = 10
_NO_HISTORY = "--HistoryManager.hist_file=:memory:"


class _MessagesLost(Exception):
    """A cell has replied, and the word that all its output has come does not come."""


@dataclass(frozen=True)
class Execution:
    """What happened to a notebook that was run.

    end: None when every cell was run to its end.
    time_outs: the ids of the cells that used up their time.
    cpu_seconds, peak_bytes: what it cost, as far as that is known.
    """

    end: End | None
    time_outs: tuple[str, ...] = ()
    cpu_seconds: float | None = None
    peak_bytes: int | None = None


def run_notebook(
    notebook: NotebookNode,
    files: Mapping[str, bytes],
    limits: Limits,
    *,
    sandboxed: bool,
    needs_outputs: bool = True,
    chosen: Collection[str] | None = None,
) -> Execution:
    """Run code cells of `notebook`, in place, until one does not come to an end.

    An exception of a cell is an output of it, and the next one is run; cells after the end of the kernel have
    no outputs. A cell that is not to be run keeps the outputs that it has, and no number.

    files: what lies beside the notebook, by name.
    sandboxed: False runs the cells as this user.
    chosen: ids of the cells to run; None for all.
    needs_outputs: False goes on with the next cell where the outputs of one do not all come.
    """
    place: KernelPlace = InSandbox(limits, files) if sandboxed else WithoutSandbox(limits, files)
    with place:
        end, time_outs = asyncio.run(_run(notebook, place, limits, needs_outputs, chosen))
        return Execution(end, time_outs, *place.cost())


async def _run(
    notebook: NotebookNode,
    place: KernelPlace,
    limits: Limits,
    needs_outputs: bool,
    chosen: Collection[str] | None,
) -> tuple[End | None, tuple[str, ...]]:
    context = zmq.asyncio.Context()
    # What a kernel sends is bounded before it is read: one message that is too large ends the connection.
    context.setsockopt(zmq.MAXMSGSIZE, _MAX_MESSAGE_BYTES)
    context.setsockopt(zmq.RCVHWM, place.max_unread_messages)
    runner = _CellRunner(notebook, place, limits, context, needs_outputs, chosen)
    try:
        end = await runner.run()
        return end, tuple(cell_id for cell_id, _ in runner.time_outs)
    finally:
        context.destroy(linger=0)


@dataclass
class _Allowance:
    """Time that a cell may use, which a busy machine does not take from it.

    cpu_seconds: of the processes so far; None counts the clock.
    """

    seconds: float
    patience: float
    cpu_seconds: Callable[[], float | None]

    def __post_init__(self) -> None:
        self._began = time.monotonic()
        self._used_before = self.cpu_seconds()

    def spent(self) -> str:
        """Return what is used up, in words, or nothing.

        By the clock the seconds are over too: on a machine of many cores one second has many of CPU time.
        """
        clock, used = time.monotonic() - self._began, self.cpu_seconds()
        if clock < self.seconds:
            return ""
        if used is None or self._used_before is None:
            return f"{self.seconds:g} s"
        if used - self._used_before >= self.seconds:
            return f"{self.seconds:g} s of CPU time"
        most = self.seconds * self.patience
        return f"{most:g} s by the clock" if clock >= most else ""


class _CellRunner(Execute):
    """nbgrader's execution of a notebook: goes on after an interrupted cell, ends at one that cannot be."""

    def __init__(
        self,
        notebook: NotebookNode,
        place: KernelPlace,
        limits: Limits,
        context: zmq.asyncio.Context,
        needs_outputs: bool,
        chosen: Collection[str] | None,
    ) -> None:
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
        self.outputs = OutputBudget(limits.output_bytes)
        self.needs_outputs = needs_outputs
        self.to_run = [
            (index, cell)
            for index, cell in enumerate(notebook.cells)
            if cell.cell_type == "code" and (chosen is None or cell.id in chosen)
        ]
        self.silent: End | None = None  # the first cell of which the outputs did not all come
        self.time_outs: list[tuple[str, End]] = []  # with the id of each cell that used up its time
        self.cut: End | None = None  # the first cell of which not everything is shown
        self.broken: End | None = None  # why the kernel was ended from here

    async def run(self) -> End | None:
        """Run the cells one after the other, and return the end, or None where all came to theirs."""
        try:
            await self.km.start_kernel(extra_arguments=[_NO_HISTORY], **self.place.launch)
            # Not by itself: a client makes a context of its own, without these limits.
            self.kc = self.km.client(context=self.km.context)
            self.kc.start_channels()
            self.output_channel = OutputChannel(self.kc.iopub_channel)
            watches = self.output_channel.watch(), self._watch_replies()
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

    async def _watch_replies(self) -> None:
        """Notice that nothing can be heard any more of a process that lives: a reply was too large, say."""
        monitor = self.kc.shell_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        await monitor.recv_multipart()
        # A process that is being ended closes its connections first; with gigabytes to give back it lives on.
        for _ in range(_ENDING_SECONDS):
            await asyncio.sleep(1)
            if not await self.km.is_alive():
                return
        self._end_kernel(
            State.KERNEL_DIED, f"its replies do not arrive: a reply may have {_MAX_MESSAGE_BYTES / 1e6:g} MB"
        )

    async def _run_cells(self) -> End | None:
        for _, cell in self.to_run:
            cell.outputs = []
        for index, cell in self.to_run:
            self.outputs.next_cell()
            self.output_channel.next_cell()
            end = await self._run_cell(cell, index)
            cell.outputs = self._shown_outputs(cell, end)
            if end:
                return end
        first_time_out = self.time_outs[0][1] if self.time_outs else None
        return first_time_out or _out_of_memory(cell for _, cell in self.to_run) or self.silent or self.cut

    async def _run_cell(self, cell: NotebookNode, index: int) -> End | None:
        """Run one cell, and return the end of the notebook, or None when the next cell can be run."""
        try:
            await self.async_execute_cell(cell, index, store_history=True)
        except CellTimeoutError:
            return self._stopped()
        except DeadKernelError:
            return self._died(cell)
        except _MessagesLost:
            return self._silent(cell)
        except TooManyMessages:  # of which the last was the reply: outputs are looked at below
            return End(State.OUTPUT_TOO_LARGE, _cell_in_words(cell), "too many messages")
        except NotAMessage as error:
            return End(State.KERNEL_DIED, _cell_in_words(cell), f"its reply is not a message ({error})")
        if self.broken:
            return self._died(cell)
        return self._stopped() if len(self.time_outs) == _MOST_TIME_OUTS else None

    def _shown_outputs(self, cell: NotebookNode, end: End | None) -> list[NotebookNode]:
        """Return what the cell has shown, and a word where that is not all."""
        shown = in_one_piece(cell.outputs)
        for beginning, limit in self._left_out(end):
            shown.append(stream_output("stderr", f"[{beginning}: {limit}.]\n"))
            self.cut = self.cut or End(State.OUTPUT_TOO_LARGE, _cell_in_words(cell), limit, went_on=True)
        return shown

    def _left_out(self, end: End | None) -> Iterator[tuple[str, str]]:
        """Yield what is left out of the present cell, and the limit that is the reason."""
        if self.outputs.is_cut:
            yield "The rest is left out", f"a notebook may show {self.limits.output_bytes / 1e6:g} MB"
        # A kernel that ends closes its connection too: then nothing was too large.
        if self.output_channel.has_lost and end is None:
            limit = f"one output may have {_MAX_MESSAGE_BYTES / 1e6:g} MB"
            yield "An output is left out, perhaps also the next output", limit

    async def _async_poll_for_reply(
        self,
        msg_id: str,
        cell: NotebookNode,
        timeout: float,
        task_poll_output_msg: asyncio.Future[Any],
        task_poll_kernel_alive: asyncio.Future[Any],
    ) -> dict[str, Any]:
        """Return the reply to a cell, when what the cell has shown has come too."""
        try:
            reply = await self._wait_for_reply(msg_id, cell)
            try:
                await self._wait_for_outputs(task_poll_output_msg)
            except _MessagesLost:
                if self.needs_outputs:
                    raise
                # What checks observe came with the reply.
                self.silent = self.silent or replace(self._silent(cell), went_on=True)
            return reply
        finally:
            task_poll_kernel_alive.cancel()

    async def _wait_for_reply(self, msg_id: str, cell: NotebookNode) -> dict[str, Any]:
        """Return the reply to a cell, which is interrupted when it has used up its time.

        Raises CellTimeoutError when it does not end then either.
        """
        was_interrupted = False
        time_left = self._allowance(self.limits.cell_seconds)
        while True:
            with suppress(Empty):
                message = await self.kc.shell_channel.get_msg(timeout=_LOOK_SECONDS)
                if message["parent_header"].get("msg_id") == msg_id:
                    return message
            is_over = time.monotonic() >= self.deadline
            spent = f"{self.limits.wall_seconds:g} s" if is_over else time_left.spent()
            if not spent:
                continue
            if not was_interrupted:
                self._note_time_out(cell, spent)
            if was_interrupted or is_over:
                raise _timeout_error(cell)
            await self.km.interrupt_kernel()
            was_interrupted = True
            time_left = self._allowance(_INTERRUPT_SECONDS)

    async def _wait_for_outputs(self, outputs: asyncio.Future[Any]) -> None:
        """Wait until all output has come: as long as some comes, and the notebook has time.

        outputs: done when all has come. Raises _MessagesLost when nothing more comes.
        """
        self.output_channel.last_heard = time.monotonic()
        while not outputs.done():
            await asyncio.wait([outputs], timeout=1)
            if self.output_channel.the_end_is_lost():
                outputs.cancel()
                return
            longest = _FURTHER_SILENCE_SECONDS if self.silent else _SILENCE_SECONDS
            if self.output_channel.silence() > longest:
                outputs.cancel()
                raise _MessagesLost
        await outputs

    async def _async_poll_output_msg(self, parent_msg_id: str, cell: NotebookNode, cell_index: int) -> None:
        """Take messages until the one that says that the cell is done."""
        try:
            while True:
                message = await self.output_channel.next()
                if message["parent_header"].get("msg_id") == parent_msg_id:
                    self.process_message(message, cell, cell_index)
        except CellExecutionComplete:
            return
        except TooManyMessages:
            self._end_kernel(State.OUTPUT_TOO_LARGE, "too many messages")
        except NotAMessage as error:
            self._end_kernel(State.KERNEL_DIED, f"it sent something that is not a message ({error})")

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Leave out what is beyond the limit, and end a kernel that sends what is no message."""
        if self.broken or not self.outputs.has_room_for(msg):
            return None
        try:
            return super().process_message(msg, cell, cell_index)
        except CellControlSignal:  # the cell is done
            raise
        except Exception as error:  # a student's process can send anything: that is no fault of the grader
            self._end_kernel(State.KERNEL_DIED, f"it sent an invalid message ({type(error).__name__})")
            return None

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str, cell_index: int
    ) -> NotebookNode | None:
        """Add one output; text, which comes in thousands of pieces, without nbformat's look at each."""
        is_plain = msg["msg_type"] == "stream" and not self.clear_before_next_output
        if not is_plain or self.output_hook_stack[msg["parent_header"].get("msg_id")]:
            return super().output(outs, msg, display_id, cell_index)
        content = msg["content"]
        outs.append(NotebookNode(output_type="stream", name=content["name"], text=content["text"]))
        return outs[-1]

    def on_cell_executed(self, **kwargs: Any) -> None:
        """Take the observations out of the reply, and an error that no output tells."""
        super().on_cell_executed(**kwargs)
        kwargs["cell"].outputs += observations(kwargs["execute_reply"])

    def _end_kernel(self, state: State, detail: str) -> None:
        """End the kernel; the cell that is waited for then ends as a dead kernel's."""
        self.broken = End(state, detail=detail)
        self.place.kill()

    def _allowance(self, seconds: float) -> _Allowance:
        return _Allowance(seconds, self.limits.patience, lambda: self.place.cost()[0])

    def _note_time_out(self, cell: NotebookNode, spent: str) -> None:
        """Remember that a cell has used up its time. spent: the time, in words."""
        of = "the whole notebook" if time.monotonic() >= self.deadline else "one cell"
        end = End(State.TIMED_OUT, _cell_in_words(cell), f"{of} may take {spent}", went_on=True)
        self.time_outs.append((cell.id, end))

    def _stopped(self) -> End:
        """Return the end of a notebook that is not waited for any longer, in this cell."""
        end = replace(self.time_outs[-1][1], went_on=False)
        if len(self.time_outs) == _MOST_TIME_OUTS:
            return replace(end, detail=f"{end.detail}, and this is the third cell that took longer")
        return end

    def _silent(self, cell: NotebookNode) -> End:
        """Return the end of a notebook of which outputs are missing, from this cell on."""
        return End(State.MESSAGES_LOST, _cell_in_words(cell), "it replied, but nothing more arrived")

    def _died(self, cell: NotebookNode) -> End:
        """Return the end of a notebook whose kernel ended at this cell."""
        end = self.broken or self.place.why_it_ended()
        if end.state == State.TIMED_OUT:
            self.time_outs.append((cell.id, end))
        return replace(end, where=_cell_in_words(cell))


def _timeout_error(cell: NotebookNode) -> CellTimeoutError:
    said = "Cell execution timed out"
    return CellTimeoutError.error_from_timeout_and_cell(said, 0, cell)


def _out_of_memory(cells: Iterable[NotebookNode]) -> End | None:
    """Return the end of a notebook in which a cell could not have the memory that it asked for, or None."""
    for cell in cells:
        for output in cell.outputs:
            if output.output_type == "error" and was_refused_memory(output):
                return End(State.OUT_OF_MEMORY, _cell_in_words(cell), output.ename, went_on=True)
    return None


def _cell_in_words(cell: NotebookNode) -> str:
    """Return where something happened, in words: in which cell."""
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
    if grade_id:
        return f"in the cell of {grade_id}"
    return f"in the cell that begins with '{first_line(cell.source)}'"
