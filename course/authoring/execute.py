"""Run a lesson's notebook once, with its own solution, and keep what it shows."""

from __future__ import annotations

import base64
import copy
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from course.authoring.source import Lesson
from course.lessons import first_line
from helpers.errors import CourseError
from helpers.png import in_few_colours

if TYPE_CHECKING:
    from nbclient import NotebookClient
    from nbformat import NotebookNode

CELL_SECONDS = 30
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def execute(lesson: Lesson, folder: Path) -> NotebookNode:
    """Run a copy of the lesson's notebook in `folder`; return it with its outputs.

    Raises CourseError that names the cell which failed. Ctrl+C ends the kernel and is raised as
    KeyboardInterrupt.
    """
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = copy.deepcopy(lesson.notebook)
    started = [0]
    # A kernel that is ended in the middle of a cell complains for twenty lines about itself.
    with (
        tempfile.TemporaryFile() as complaints,
        notebook_client(
            notebook, folder, on_cell_start=lambda cell, cell_index: started.append(cell_index)
        ) as client,
    ):
        try:
            client.execute(stderr=complaints)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            if _was_interrupted(client):
                raise KeyboardInterrupt from None
            cell = notebook.cells[started[-1]]
            place = f"{lesson.name}, cell {started[-1] + 1} ({first_line(cell.source)})"
            reason = _reason(error)
            if isinstance(error, DeadKernelError):
                reason += _last_words(complaints)
            raise CourseError(f"{place}: {reason}") from error
        except AssertionError as error:
            # nbclient ended the kernel, and stumbles over ending it once more.
            if _was_interrupted(client):
                raise KeyboardInterrupt from None
            if said := _last_words(complaints):
                raise CourseError(f"{lesson.name}: its kernel does not start{said}") from error
            raise
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [_without_widget(output) for output in in_one_piece(cell.outputs)]
            cell.metadata.pop("execution", None)
            _refuse_stderr(lesson, cell)
    notebook.metadata = lesson.notebook.metadata
    return notebook


def _last_words(complaints: IO[bytes]) -> str:
    """Return the last line that a dead kernel wrote, with a colon before it; nothing if there is none.

    What it wrote at its very end may be lost with it.
    """
    complaints.seek(0)
    lines = complaints.read().decode(errors="replace").strip().splitlines()
    return f": {lines[-1].strip()[:100]}" if lines else ""


@contextmanager
def notebook_client(notebook: NotebookNode, folder: Path, **options: Any) -> Iterator[NotebookClient]:
    """Yield a client that runs the notebook's cells in `folder`; options are its own."""
    from nbclient import NotebookClient
    from traitlets.config import Config

    from course.scratch import require_room_for_sockets  # it stands on locks that Windows has not

    # Sockets of the file system: ipykernel warns, on stderr, of plain TCP. Their paths must be short.
    require_room_for_sockets()
    with tempfile.TemporaryDirectory(prefix="k") as sockets:
        yield NotebookClient(
            notebook,
            **{"timeout": CELL_SECONDS} | options,
            record_timing=False,
            store_widget_state=False,
            resources={"metadata": {"path": str(folder)}},
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}),
        )


def _was_interrupted(client: NotebookClient) -> bool:
    """Return whether Ctrl+C came: nbclient then ends the kernel, and finds it dead as if it had died.

    What it raises does not tell the two apart; only on a signal it keeps the end that it began.
    """
    return hasattr(client, "_async_cleanup_kernel_future")


def in_one_piece(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return the outputs with neighbouring text of one stream put together: where a kernel cuts it is chance.

    nbclient's own `coalesce_streams` looks for backspaces too, and takes minutes for one long line.
    """
    joined: list[NotebookNode] = []
    for output in outputs:
        before = joined[-1] if joined else None
        if before and output.output_type == before.output_type == "stream" and output.name == before.name:
            before.text += output.text
        else:
            joined.append(copy.copy(output))  # who asks twice must not see the text twice
    return joined


def _refuse_stderr(lesson: Lesson, cell: NotebookNode) -> None:
    """Raise CourseError for a cell that writes to stderr.

    A warning in a lesson is noise for its reader, differs between machines, and turns nbval red.
    """
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            line = (output.text.strip().splitlines() or ["blanks alone"])[0]
            place = f"{lesson.name}, cell ({first_line(cell.source)})"
            raise CourseError(f"{place}: it writes to stderr: {line[:100]}")


def _reason(error: Exception) -> str:
    """Return in one line why a cell failed."""
    from nbclient.exceptions import CellExecutionError

    if isinstance(error, CellExecutionError):
        return f"{error.ename}: {error.evalue}".splitlines()[0]
    if "Timeout" in type(error).__name__:
        return f"it takes longer than {CELL_SECONDS} s"
    return str(error).splitlines()[0]


def with_small_pictures(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with its pictures in few colours."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/png" in data:
                picture = in_few_colours(base64.b64decode(data["image/png"]))
                data["image/png"] = base64.b64encode(picture).decode()
    return notebook


def _without_widget(output: NotebookNode) -> NotebookNode:
    """Return the output without its live widget, which a stored notebook does not have; its picture stays."""
    output.get("data", {}).pop(_WIDGET_VIEW, None)
    return output
