"""Feedback pages as `nbgrader generate_feedback` makes them, rendered in any process."""

from __future__ import annotations

import copy
import functools
import textwrap
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat import NotebookNode

from course.grading.judge import StripPrivateChecks
from course.grading.report import Row

if TYPE_CHECKING:
    from nbconvert.exporters import HTMLExporter


def render_feedback(config: Mapping[str, Any], notebook: Mapping[str, Any], resources: dict[str, Any]) -> str:
    """Return the page of a graded notebook, as HTML; what cannot be rendered is shown as plain text.

    config: the course's nbgrader configuration.
    notebook: with scores and comments in its metadata.
    resources: what nbgrader's template asks for (`course.grading.points.feedback_resources`).
    """
    exporter = _exporter(_Hashable(config))
    graded = nbformat.from_dict(notebook)
    try:
        html, _ = exporter.from_notebook_node(copy.deepcopy(graded), copy.deepcopy(resources))
    except MemoryError:  # the limit of whoever called this
        raise
    except Exception:  # a picture that is not attached, an output of the wrong type, ...: each raises its own
        html, _ = exporter.from_notebook_node(_in_plain_text(graded), resources)
    return html


def plain_feedback(row: Row) -> str:
    """Return a page for whom not even that can be rendered: how it ended, and the points, as HTML."""
    points = "".join(f"<li>{escape(name)}: {score}</li>" for name, score in row.scores.items())
    waiting = f"Waiting for a person: {', '.join(row.waiting)}." if row.waiting else ""
    said = "".join(f"<p>{escape(text)}</p>" for text in (row.for_student, waiting) if text)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Feedback</title>'
        f"<h1>{escape(row.student)}: {row.score} of {row.max_score}</h1>{said}<ul>{points}</ul>"
        "<p>Your notebook could not be shown here.</p></html>\n"
    )


def _in_plain_text(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook with nothing in it that needs to be understood in order to be shown."""
    for cell in notebook.cells:
        cell.pop("attachments", None)
        if "nbgrader" not in cell.metadata:
            cell.metadata = NotebookNode()
        if cell.cell_type == "markdown":
            cell.source = textwrap.indent(cell.source, "    ", lambda line: True)
        elif cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
            cell.outputs = []
    return notebook


class _Hashable(dict[str, Any]):
    """A configuration that can be a key of the cache: they are equal when their text is."""

    def __hash__(self) -> int:  # type: ignore[override]  # a dict has none
        return hash(repr(self))


@functools.cache
def _exporter(config: _Hashable) -> HTMLExporter:
    from nbconvert.exporters import HTMLExporter
    from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
    from nbgrader.converters import GenerateFeedback
    from traitlets.config import Config

    # nbgrader's converter knows its template and where it lies; scores are in the notebook already.
    converter = GenerateFeedback(config=Config(config))
    exporter = HTMLExporter(parent=converter, config=converter.config)
    for preprocessor in (StripPrivateChecks, CSSHTMLHeaderPreprocessor):
        exporter.register_preprocessor(preprocessor, enabled=True)
    return exporter
