"""From the bytes of a submission to its cells, whatever has happened to the file on its way.

Nothing here knows lessons or grades. What is read is plain data of bounded size and depth. Outputs are read
only to be shown: a submission is graded on what it does, not on what it once printed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from course.grading.ingest.json_size import holds_more
from course.grading.ingest.saved_outputs import MAX_CHARACTERS, num_characters, saved_outputs
from helpers.errors import CourseError

# What a submission may be at most. 50 MB of outputs are an honest accident. The other bounds keep a file
# that was made to hurt from filling the grader's memory.
MAX_BYTES = 64_000_000
MAX_CONTAINERS = 500_000
MAX_STRINGS = 3_000_000
MAX_CELLS = 3_000
MAX_SOURCE = 1_000_000
MAX_SOURCES = 10_000_000
MAX_METADATA = 20_000
MAX_ATTACHMENTS = 1_000

_HAND_IN = "hand in the .ipynb file in which you worked"
_SIGNATURES = {
    b"PK\x03\x04": "a zip archive or an office document",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed archive",
    b"7z\xbc\xaf": "a compressed archive",
    b"Rar!": "a compressed archive",
    b"SQLite format 3": "a database",
}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_CELLS = re.compile(r'"cells"\s*:\s*\[')
_START_OF_CELL = re.compile(r'\{\s*"(?:cell_type|attachments)"\s*:')
_BETWEEN_CELLS = re.compile(r"[\s,]*")


class Unreadable(CourseError):
    """A submission that cannot be graded as it is; the message tells its student what to do."""


class NotANotebook(Unreadable):
    """What was handed in is no notebook at all."""


@dataclass(frozen=True)
class Cell:
    """One cell of a submission.

    kind: "code", "markdown" or "raw".
    metadata: as it came, bounded.
    id: the cell's own, valid or None.
    attachments: pictures of a text cell by name, each a dict from MIME type to text.
    outputs: of a code cell, as it was saved; what a page can show of them.
    """

    kind: str
    source: str
    metadata: dict[str, Any] = field(default_factory=dict)
    id: str | None = None
    attachments: dict[str, dict[str, str]] = field(default_factory=dict)
    outputs: list[dict[str, Any]] = field(default_factory=list)

    @property
    def nbgrader(self) -> dict[str, Any]:
        """What nbgrader keeps in the metadata, or an empty dict."""
        found = self.metadata.get("nbgrader")
        return found if isinstance(found, dict) else {}

    @property
    def grade_id(self) -> str | None:
        """The name by which nbgrader knows the cell, or None."""
        found = self.nbgrader.get("grade_id")
        return found if isinstance(found, str) else None


def read_cells(content: bytes) -> tuple[list[Cell], list[str]]:
    """Return the cells of the notebook in `content`, and one sentence for each thing that was wrong.

    Raises NotANotebook for something else than a notebook, Unreadable for one that is too large.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable(
            f"the file has {len(content) // 1_000_000} MB, and {MAX_BYTES // 1_000_000} are allowed: "
            "clear all outputs, save, and hand it in again"
        )
    _refuse_other_files(content)
    text, notes = _decode(content)
    if holds_more(text, MAX_CONTAINERS, MAX_STRINGS):
        raise Unreadable(
            "the notebook holds too much data to be read: clear all outputs, save, and hand it in again"
        )
    raw_cells, more_notes = _raw_cells(text)
    if len(raw_cells) > MAX_CELLS:
        raise Unreadable(
            f"the notebook has {len(raw_cells)} cells, and {MAX_CELLS} are allowed: "
            "delete those that are not yours, and hand it in again"
        )
    cells = list(_cells(raw_cells))
    if sum(len(cell.source) for cell in cells) > MAX_SOURCES:
        raise Unreadable(
            f"the cells hold more than {MAX_SOURCES // 1_000_000} million characters of text and code: "
            "delete what is not yours, and hand it in again"
        )
    if sum(len(bundle) or 1 for cell in cells for bundle in cell.attachments.values()) > MAX_ATTACHMENTS:
        raise Unreadable(
            f"more than {MAX_ATTACHMENTS} pictures are attached to the cells: "
            "delete those that are not yours, and hand it in again"
        )
    notes += more_notes
    if len(cells) < len(raw_cells):
        notes.append(f"{len(raw_cells) - len(cells)} of {len(raw_cells)} cells could not be read; left out.")
    if not any(cell.source.strip() for cell in cells):
        raise NotANotebook(f"the notebook is empty: {_HAND_IN}")
    return cells, notes


def _refuse_other_files(content: bytes) -> None:
    if not content.strip(b"\x00\t\n\r "):
        raise NotANotebook(f"the file is empty: {_HAND_IN}")
    for signature, name in _SIGNATURES.items():
        if content.startswith(signature):
            raise NotANotebook(f"the file is {name}, not a notebook: {_HAND_IN}")


def _decode(content: bytes) -> tuple[str, list[str]]:
    """Return the text of the file, and a note where it was not stored as notebooks are."""
    encoding: str = json.detect_encoding(content)
    if encoding.startswith("utf-8"):
        try:
            return content.decode(encoding), []
        except UnicodeDecodeError as error:
            if error.end >= len(content) and error.reason == "unexpected end of data":
                return content.decode(encoding, "ignore"), []
        encoding = _guess_encoding(content)
    name = {"utf-8": "damaged UTF-8"}.get(encoding, encoding.upper())
    return content.decode(encoding, "replace"), [f"The file was stored as {name}, not as UTF-8."]


def _guess_encoding(content: bytes) -> str:
    """Return the likely encoding of bytes that are not valid UTF-8.

    They come from an old editor (Korean or Western), or some were damaged.
    """
    text = content.decode("utf-8", "replace")
    if sum(character > "\x7f" for character in text) > 2 * text.count("\ufffd"):
        return "utf-8"
    try:
        # Letters: a progress bar in an output is of neither script.
        foreign = [each for each in content.decode("cp949") if each > "\x7f" and each.isalpha()]
    except UnicodeDecodeError:
        return "latin-1"
    num_hangul = sum("가" <= character <= "힣" for character in foreign)
    return "cp949" if 2 * num_hangul > len(foreign) else "latin-1"


def _raw_cells(text: str) -> tuple[list[Any], list[str]]:
    """Return the cells as JSON has them, where the file is damaged those that are whole; and notes on it."""
    data = _parse(text)
    if data is not None:
        found = _listed_cells(data)
        if found is None:
            raise NotANotebook(f"the file is JSON, but not a notebook: {_HAND_IN}")
        version = data.get("nbformat", 4)
        is_old = type(version) is int and version < 4
        return found, [f"The notebook was stored in the old format {version}."] if is_old else []
    found = _whole_cells(text)
    if not found:
        raise NotANotebook(f"the file is {_kind_of_text(text)}: {_HAND_IN}")
    return found, [f"The file is damaged or cut off; {len(found)} whole cells were found in it."]


def _parse(text: str) -> Any:
    """Return the JSON of the text, or None."""
    for decoder in (_STRICT, _LENIENT):
        try:
            return decoder.decode(text)
        except (ValueError, RecursionError):
            continue
    return None


def _bounded_integer(digits: str) -> int | None:
    """Return the integer, or None for one of thousands of digits: Python refuses it, no notebook needs it."""
    return int(digits) if len(digits) < 100 else None


def _nothing(constant: str) -> None:
    """Return None for NaN and Infinity, which are not JSON."""


_STRICT = json.JSONDecoder(parse_constant=_nothing)
# Line ends and tabs inside strings come from files that were edited by hand.
_LENIENT = json.JSONDecoder(strict=False, parse_constant=_nothing, parse_int=_bounded_integer)


def _listed_cells(data: Any) -> list[Any] | None:
    """Return the list of cells in a parsed notebook of any format, or None when it is no notebook."""
    if not isinstance(data, dict):
        return None
    lists = [data.get("cells")]
    worksheets = data.get("worksheets")
    if isinstance(worksheets, list):
        lists += [sheet.get("cells") for sheet in worksheets if isinstance(sheet, dict)]
    found = [cells for cells in lists if isinstance(cells, list)]
    return [cell for cells in found for cell in cells] if found else None


def _whole_cells(text: str) -> list[Any]:
    """Return the cells of a damaged file that can still be read, one by one."""
    start = _CELLS.search(text)
    if not start:
        return []
    found: list[Any] = []
    position = start.end()
    # A failure may have read to the end of the file; a file made of failures must not take for ever.
    num_failures, num_vainly_read = 0, 0
    while num_failures < 20 and num_vainly_read <= 2 * len(text) and len(found) <= MAX_CELLS:
        between = _BETWEEN_CELLS.match(text, position)
        position = between.end() if between else position
        if text[position : position + 1] == "{":
            try:
                cell, position = _LENIENT.raw_decode(text, position)
            except (ValueError, RecursionError) as error:
                num_failures += 1
                num_vainly_read += getattr(error, "pos", len(text)) - position
            else:
                found.append(cell)
                continue
        # What is no object is no cell, whatever it is.
        following = _START_OF_CELL.search(text, position + 1)
        if not following:
            break
        position = following.start()
    return [cell for cell in found if "cell_type" in cell]


def _kind_of_text(text: str) -> str:
    """Return, in words, what a text is in which no cell can be found."""
    start = text[:2000].lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[")):
        return "damaged beyond repair"
    if re.match(r"(?i)<!doctype html|<html", start):
        return "a web page, not a notebook"
    if re.search(r"^(# %%|import \w|from \w[\w.]* import |def \w+\()", start, re.M):
        return "a Python script, not a notebook"
    return "a text, not a notebook" if start.isprintable() or start[:100].isascii() else "no notebook"


def _cells(raw_cells: Sequence[Any]) -> Iterator[Cell]:
    """Yield the cells among what JSON gave, with outputs up to what a notebook may show."""
    room = MAX_CHARACTERS
    for raw in raw_cells:
        cell = _cell(raw)
        if cell is None:
            continue
        if cell.kind == "code":
            cell = replace(cell, outputs=saved_outputs(raw.get("outputs"), room))
            room -= num_characters(cell.outputs)
        yield cell


def _cell(raw: Any) -> Cell | None:
    """Return a cell from what JSON gave, without outputs, or None when it is nothing of the kind."""
    if not isinstance(raw, dict):
        return None
    kind = raw.get("cell_type")
    if kind not in ("code", "markdown", "raw"):
        kind = "markdown" if kind in ("heading", "html") else "code" if "outputs" in raw else "raw"
    # Formats 1 to 3 had other names for the source of a code cell.
    sources = [_source_text(raw[key]) for key in ("source", "input", "code", "text") if key in raw] or [""]
    source = next((text for text in sources if text is not None), None)
    if source is None or len(source) > MAX_SOURCE:
        return None
    metadata = _bounded_object(raw.get("metadata"), MAX_METADATA)
    own_id = raw.get("id", metadata.get("id"))
    if not (isinstance(own_id, str) and re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", own_id)):
        own_id = None
    return Cell(kind, source, metadata, own_id, _attachments(raw.get("attachments")))


def _source_text(source: Any) -> str | None:
    """Return a cell's source as one string; None when it is no text."""
    if isinstance(source, list):
        lines = [line for line in source if isinstance(line, str)]
        ended = any(line.endswith("\n") for line in lines)
        source = ("" if ended else "\n").join(lines)
    if not isinstance(source, str):
        return None
    if "\r" in source:
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    return _LONE_SURROGATE.sub("\ufffd", source)


def _bounded_object(data: Any, limit: int) -> dict[str, Any]:
    """Return a JSON object if it can be written again: finite, shallow, not too large; else an empty one.

    limit: the most characters that it may have.
    """
    if not isinstance(data, dict) or not data:
        return {}
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False)
    except (ValueError, RecursionError):
        return {}
    # As many opening brackets are the greatest depth that there can be.
    if len(text) > limit or text.count("{") + text.count("[") > 200:
        return {}
    read: dict[str, Any] = json.loads(_LONE_SURROGATE.sub("\ufffd", text))
    return read


def _attachments(data: Any) -> dict[str, dict[str, str]]:
    """Return the attachments that are what the format asks for; the others are left out."""
    kept: dict[str, dict[str, str]] = {}
    for name, bundle in _bounded_object(data, MAX_BYTES).items():
        if isinstance(bundle, dict):
            texts = {mime: _source_text(content) for mime, content in bundle.items()}
            kept[name] = {mime: text for mime, text in texts.items() if text is not None}
    return kept
