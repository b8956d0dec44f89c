"""The outputs that a student's notebook was saved with, for the cells that are not run again.

They are read as text that a page may show, and as nothing else: what is graded is run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Of all cells of a notebook, as many as the grader keeps of those that it runs.
MAX_CHARACTERS = 5_000_000
_MAX_OUTPUTS = 200  # of one cell
# What a page can show. Widgets and other applications need a program behind them.
_SHOWN = (
    "text/plain",
    "text/html",
    "text/markdown",
    "text/latex",
    "image/png",
    "image/jpeg",
    "image/svg+xml",
)


def saved_outputs(raw: Any, most: int) -> list[dict[str, Any]]:
    """Return those of a cell's outputs that a page can show, valid for nbformat 4.

    None of them, where they are too long together.

    raw: what JSON gave.
    most: characters that they may have together.
    """
    if not isinstance(raw, list):
        return []
    found = list(_shown(raw[:_MAX_OUTPUTS]))
    return found if num_characters(found) <= most else []


def num_characters(outputs: Sequence[Mapping[str, Any]]) -> int:
    """Return how many characters outputs have together."""
    return sum(
        len(output.get("text", ""))
        + sum(map(len, output.get("data", {}).values()))
        + sum(map(len, output.get("traceback", ())))
        + len(output.get("evalue", ""))
        for output in outputs
    )


def _shown(raw: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for output in raw:
        if not isinstance(output, dict):
            continue
        kind = output.get("output_type")
        if kind == "stream" and output.get("name") in ("stdout", "stderr"):
            yield {"output_type": "stream", "name": output["name"], "text": _text(output.get("text"))}
        elif kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict):
            data = {mime: _text(output["data"][mime]) for mime in _SHOWN if mime in output["data"]}
            if data:
                # Of a result, without the number of a cell that was not run.
                yield {"output_type": "display_data", "data": data, "metadata": _sizes(output)}
        elif kind == "error":
            traceback = output.get("traceback")
            lines = traceback if isinstance(traceback, list) else []
            yield {
                "output_type": "error",
                "ename": _text(output.get("ename")),
                "evalue": _text(output.get("evalue")),
                "traceback": [_text(line) for line in lines],
            }


def _sizes(output: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return the width and height at which a picture is shown, where both are numbers."""
    found: dict[str, dict[str, int]] = {}
    metadata = output.get("metadata")
    for mime, said in metadata.items() if isinstance(metadata, dict) else ():
        if mime in _SHOWN and isinstance(said, dict):
            size = {side: said[side] for side in ("width", "height") if type(said.get(side)) is int}
            if len(size) == 2 and all(0 < pixels < 10_000 for pixels in size.values()):
                found[mime] = size
    return found


def _text(value: Any) -> str:
    """Return a text, which may stand in lines; empty for anything else."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
