"""Run a lesson's notebook once, with its own solution, and keep what it shows."""

import asyncio
import copy
import tempfile
from contextlib import contextmanager

from helpers.errors import CourseError

CELL_SECONDS = 30
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def execute(lesson, folder):
    """Run a copy of the notebook in `folder`; raises CourseError that names the cell which failed.

    Ctrl+C ends the kernel and is raised as KeyboardInterrupt.
    """
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook = copy.deepcopy(lesson.notebook)
    started = [0]
    with notebook_client(
        notebook, folder, on_cell_start=lambda cell, cell_index: started.append(cell_index)
    ) as client:
        try:
            client.execute()
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            cell = notebook.cells[started[-1]]
            place = f"{lesson.name}, cell {started[-1] + 1} ({_head(cell)})"
            raise CourseError(f"{place}: {_reason(error)}") from error
        except AssertionError as error:
            if not _began_with_a_cancel(error):
                raise
            # On Ctrl+C nbclient ends the kernel, finds it dead, and stumbles over ending it once more.
            raise KeyboardInterrupt from None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [_without_widget(output) for output in in_one_piece(cell.outputs)]
            cell.metadata.pop("execution", None)
            _refuse_stderr(lesson, cell)
    notebook.metadata = lesson.notebook.metadata
    return notebook


@contextmanager
def notebook_client(notebook, folder, **options):
    """An `nbclient.NotebookClient` that runs the notebook's cells in `folder`; options are its own."""
    from nbclient import NotebookClient
    from traitlets.config import Config

    # Sockets of the file system: ipykernel warns, on stderr, of plain TCP. Their paths must be short.
    with tempfile.TemporaryDirectory(prefix="k") as sockets:
        yield NotebookClient(
            notebook,
            **{"timeout": CELL_SECONDS} | options,
            record_timing=False,
            store_widget_state=False,
            resources={"metadata": {"path": str(folder)}},
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}),
        )


def _began_with_a_cancel(error):
    while error is not None:
        if isinstance(error, asyncio.CancelledError):
            return True
        error = error.__context__
    return False


def in_one_piece(outputs):
    """The outputs with neighbouring text of one stream put together: where a kernel cuts it is chance.

    nbclient's own `coalesce_streams` looks for backspaces too, and takes minutes for one long line.
    """
    joined = []
    for output in outputs:
        before = joined[-1] if joined else None
        if before and output.output_type == before.output_type == "stream" and output.name == before.name:
            before.text += output.text
        else:
            joined.append(copy.copy(output))  # who asks twice must not see the text twice
    return joined


def _refuse_stderr(lesson, cell):
    """A warning in a lesson is noise for its reader, differs between machines, and turns nbval red."""
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            line = output.text.strip().splitlines()[0]
            raise CourseError(f"{lesson.name}, cell ({_head(cell)}): it writes to stderr: {line[:100]}")


def _head(cell):
    return next((line for line in cell.source.splitlines() if line.strip()), "empty")[:50]


def _reason(error):
    if hasattr(error, "ename"):
        return f"{error.ename}: {error.evalue}".splitlines()[0]
    if "Timeout" in type(error).__name__:
        return f"it takes longer than {CELL_SECONDS} s"
    return str(error).splitlines()[0]


def _without_widget(output):
    """A stored notebook has no live widget: the picture beside it in the output stays."""
    output.get("data", {}).pop(_WIDGET_VIEW, None)
    return output
