"""What was the matter with a submission, in sentences that its student and its instructor read."""

from __future__ import annotations

from collections.abc import Iterator

from nbformat import from_dict
from nbgrader import utils

from course.grading.ingest.cells import Cell
from course.grading.ingest.matching import Item, Match
from course.grading.ingest.template_cells import TemplateCell

_KINDS = {"code": "code", "markdown": "Markdown", "raw": "raw text"}


def sentences(matched: Match) -> list[str]:
    """Return one sentence for each thing that had to be repaired, in the order of the lesson.

    An undamaged submission has none.
    """
    found: list[str] = []
    for item in matched.items:
        if item.target is None:
            continue
        if item.cell is None:
            found.append(f"{item.target.label}: {_missing(item.target)}")
        else:
            found += [
                f"{item.target.label}: {text}"
                for text in _sentences_on_target(item, item.target, item.cell, matched)
            ]
    found += _sentences_on_own_cells(matched)
    if found and any(map(_is_of_another_release, matched.items)):
        found.insert(
            0,
            "The notebook comes from another release of the lesson; cells that differ were replaced.",
        )
    return found


def _is_of_another_release(item: Item) -> bool:
    """Return whether nobody has changed this cell since its release, and the lesson's is another."""
    target, cell = item.target, item.cell
    if target is None or cell is None or cell.grade_id != target.name or target.is_untouched(cell):
        return False
    return not target.is_open and _is_as_released(cell, cell.source)


def _missing(target: TemplateCell) -> str:
    if target.is_open:
        return "the cell was missing; the lesson's untouched cell replaces it."
    return "the cell was missing; it is back."


def _sentences_on_own_cells(matched: Match) -> list[str]:
    """Return one sentence, or none, on cells that say they are graded, under names unknown to the lesson."""
    template_cells = {item.target.name for item in matched.items if item.target}
    own = [item.cell for item in matched.items if item.cell and not item.target]
    graded = [cell.grade_id for cell in own if cell.nbgrader.get("grade")]
    names = [name for name in graded if name is not None and name not in template_cells]
    if not names:
        return []
    if len(names) == 1:
        return [
            f"A cell says it is graded as {names[0][:40]!r}; the lesson has no such cell: it is not graded."
        ]
    some = ", ".join(repr(name[:40]) for name in names[:3]) + (", ..." if len(names) > 3 else "")
    return [
        f"{len(names)} cells say they are graded as {some}; the lesson has no such cells, "
        "so they are not graded."
    ]


def _sentences_on_target(item: Item, target: TemplateCell, cell: Cell, matched: Match) -> Iterator[str]:
    """Yield the ends of sentences on the cell that fills a target; they begin with the target's label."""
    if target.name in matched.merged:
        yield "the cell was merged with another cell; it is separate again."
    elif cell.grade_id != target.name:
        yield f"the cell had lost its settings; it was recognised by {_evidence(cell, target)}."
    elif changed := _changed_settings(cell, target):
        yield f"settings of the cell were changed ({', '.join(changed)}); the lesson's settings count."
    if target.name in matched.split:
        yield "the cell was split within a function; its parts are together again."
    if target.name in matched.copies:
        yield f"the cell was there {matched.copies[target.name]} times; {_what_counts(target)}."
    if cell.kind != target.kind:
        yield f"the cell had become {_KINDS[cell.kind]}; it is {_KINDS[target.kind]} again."
    if _was_edited(item):
        kept = "; additions are in a separate cell" if additions(item) else ""
        yield f"the text of the cell was changed; the lesson's text counts{kept}."
    if item.moved:
        yield "the cell was not in its place; it is back."


def _evidence(cell: Cell, target: TemplateCell) -> str:
    if cell.id == target.cell.id:
        return "its id"
    if target.is_written:
        return "its place"
    return "what it defines" if target.is_open else "its text"


def _what_counts(target: TemplateCell) -> str:
    if target.is_written:
        return "the last copy with text counts"
    return "the last copy with work above its checks counts" if target.is_open else "it is graded once"


def _changed_settings(cell: Cell, target: TemplateCell) -> list[str]:
    """Return the names of nbgrader's settings, and of tags, that are not as the lesson has them."""
    theirs, ours = cell.nbgrader, target.cell.metadata.nbgrader
    changed = [key for key in ours if key != "checksum" and (key not in theirs or theirs[key] != ours[key])]
    if changed and _is_as_released(cell, target.text if target.is_open else cell.source):
        changed = []
    tags, known = cell.metadata.get("tags"), target.cell.metadata.get("tags", [])
    if isinstance(tags, list) and any(tag not in known for tag in tags):
        changed.append("tags")
    return changed


def _is_as_released(cell: Cell, source: str) -> bool:
    """Return whether the cell, with this source, has the checksum that nbgrader gave it at the release.

    Then it was not a learner who changed it: the lesson has been corrected since.
    """
    try:
        node = from_dict({"cell_type": cell.kind, "source": source, "metadata": cell.metadata})
        return utils.compute_checksum(node) == cell.nbgrader.get("checksum")
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return False


def _was_edited(item: Item) -> bool:
    """Return whether a learner has changed the text of a cell that comes from the lesson as it is."""
    target, cell = item.target, item.cell
    if target is None or target.is_open or cell is None or target.is_untouched(cell):
        return False
    return not _is_as_released(cell, cell.source)


def additions(item: Item) -> str:
    """Return the lines that a learner has put into a cell of the lesson; "" when lines of it are gone too."""
    if item.target is None or item.cell is None or not _was_edited(item):
        return ""
    wanted = [line.rstrip() for line in item.target.text.split("\n") if line.strip()]
    added = []
    for line in item.cell.source.split("\n"):
        if wanted and line.rstrip() == wanted[0]:
            wanted.pop(0)
        elif line.strip():
            added.append(line)
    has_code = any(not line.lstrip().startswith("#") for line in added)
    return "\n".join(added) if has_code and not wanted else ""
