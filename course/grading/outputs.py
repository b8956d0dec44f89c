"""What a notebook shows: up to a limit, and in one piece where it was said in many.

Output beyond the limit is left out, and nothing else: every cell is run, and what checks observed does not
come this way (`observations`).
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from nbformat.v4 import new_output

from course.grading.ingest.json_size import holds_more
from course.grading.messages import NotAMessage, is_flat
from helpers.checks import OBSERVATION_MIME

# Each cell may show as much, whatever the cells before it have used up.
_BYTES_OF_A_CELL = 100_000
# What a page needs for one picture, widget or table beside its own bytes; lines of text become one output.
_BYTES_OF_AN_OUTPUT = 500
# A cell of the course has some dozens, and one holds 100,000 values at most (`helpers.checks.observation`).
_MOST_OBSERVATIONS = 1_000
_MOST_CONTAINERS = 500_000
_MEMORY_ERRORS = ("MemoryError", "_ArrayMemoryError", "ResourceExhaustedError")
# What Python (nothing), NumPy, C++ and TensorFlow say of memory that they did not get.
_ALLOCATION = re.compile(r"$|Unable to allocate |std::bad_alloc|.*(OOM when|[Ff]ailed to) allocat", re.DOTALL)
# The line of a frame at which IPython's traceback points.
_ARROW = re.compile(r"^-+> ?\d+ +(.*)$", re.MULTILINE)
_SHOWN = (
    "stream",
    "display_data",
    "update_display_data",
    "execute_result",
    "error",
    "comm_open",
    "comm_msg",
    "comm_close",
)


class OutputBudget:
    """Counts what the cells of a notebook show.

    most_bytes: what all cells together may show.
    """

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.is_cut = False  # whether something of the present cell was left out
        self._used = 0
        self._room = 0

    def next_cell(self) -> None:
        """Count what comes from now on for another cell."""
        self.is_cut = False
        self._room = max(self.most_bytes - self._used, _BYTES_OF_A_CELL)

    def has_room_for(self, message: dict[str, Any]) -> bool:
        """Return whether the notebook can take this message of the kernel's; its bytes are counted."""
        if message["msg_type"] not in _SHOWN:
            return True
        size = _size(message)
        if size > self._room:
            self.is_cut = True
            self._room = 0  # a later, smaller output would stand in the place of one that is gone
            return False
        self._used += size
        self._room -= size
        return True


def _size(message: dict[str, Any]) -> int:
    """Return about how many bytes of output a message brings."""
    content = message["content"]
    if message["msg_type"] == "stream":
        return len(content["text"])
    data = len(json.dumps(content, default=str)) + sum(len(part) for part in message.get("buffers", ()))
    return data + _BYTES_OF_AN_OUTPUT


def in_one_piece(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return the outputs with neighbouring text of one stream joined, as a screen shows it.

    A progress bar writes over its own line; what it has overwritten is gone.
    """
    joined: list[NotebookNode] = []
    parts: list[str] = []
    for output in outputs:
        is_text = output.output_type == "stream"
        if is_text and parts and joined[-1].name == output.name:
            parts.append(output.text)
            continue
        _write_text(joined, parts)
        joined.append(output)
        parts = [output.text] if is_text else []
    _write_text(joined, parts)
    return joined


def _write_text(joined: list[NotebookNode], parts: Sequence[str]) -> None:
    """Give the last of the outputs the text of its parts, if it is text."""
    if parts:
        joined[-1].text = "\n".join(map(_last_written, "".join(parts).split("\n")))


def _last_written(line: str) -> str:
    """Return what stands on the screen after a line with carriage returns."""
    return line.rstrip("\r").rpartition("\r")[2]


def observations(reply: dict[str, Any]) -> list[NotebookNode]:
    """Return what the checks of a cell observed, as outputs.

    reply: to the cell's request, as `messages.SuspiciousSession` has let it through. There is one for each
        cell, on a socket of its own, so no amount of output can take its place.

    Raises NotAMessage when an observation is not what `helpers.checks` sends, or there are too many.
    """
    texts = [
        entry.get("text")
        for entry in reply["content"].get("payload", ())
        if entry.get("source") == OBSERVATION_MIME
    ]
    if len(texts) > _MOST_OBSERVATIONS:
        raise NotAMessage(f"more than {_MOST_OBSERVATIONS} observations")
    return [new_output("display_data", {OBSERVATION_MIME: _observation(text)}) for text in texts]


def _observation(text: Any) -> dict[str, Any]:
    if not isinstance(text, str) or holds_more(text, _MOST_CONTAINERS, _MOST_CONTAINERS):
        raise NotAMessage("an observation that is no text, or too much data")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotAMessage(f"an observation that is no JSON: {type(error).__name__}") from None
    if not isinstance(content, dict) or not is_flat(content):
        raise NotAMessage("an observation of another form")
    return content


def was_refused_memory(error: NotebookNode) -> bool:
    """Return whether an error output is that of an allocation, not of a student's own `raise MemoryError`.

    In doubt it is not: then the cell shows its error, and nobody is told what may not be true. An error
    without any source line is none that a person raises: there was no memory left to show where it was.
    """
    if error.ename not in _MEMORY_ERRORS or not _ALLOCATION.match(error.evalue):
        return False
    if error.ename == "ResourceExhaustedError":  # TensorFlow raises it in Python, with words of its own
        return bool(error.evalue)
    frames = map(without_colours, reversed(error.traceback))
    arrows = (line for frame in frames for line in _ARROW.findall(frame)[-1:])
    return not re.search(r"\braise\b|^'Could not get source", next(arrows, ""))


def stream_output(name: str, text: str) -> NotebookNode:
    """Return an output that is text on a stream, stdout or stderr."""
    output: NotebookNode = new_output("stream", name=name, text=text)
    return output


def data_output(output_type: str, data: dict[str, str]) -> NotebookNode:
    """Return an output that shows data by MIME type: "display_data", or "execute_result" for a value."""
    output: NotebookNode = new_output(output_type, data)
    return output


def error_output(ename: str, evalue: str, traceback: list[str]) -> NotebookNode:
    """Return an output that is an exception: its name, its message, and the lines or frames shown of it."""
    output: NotebookNode = new_output("error", ename=ename, evalue=evalue, traceback=traceback)
    return output


def without_colours(text: str) -> str:
    """Return the text without what makes a terminal colour it."""
    plain: str = strip_ansi(text)
    return plain
