"""Which lesson has an inspector."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass

from course.inspection.verdicts import Inspection


@dataclass(frozen=True)
class Inspector:
    """The inspector of a lesson.

    module: has a function inspect(files, extra) that returns an Inspection.
    titles: by exercise, what its student reads where all is well.
    handed_in: the file beside the notebook that it reads.
    reference: that of the lesson's own solution, which no learner receives.
    extra_file: what the instructor may have made for it, in the folder of reports.
    """

    module: str
    titles: Mapping[str, str]
    handed_in: str
    reference: str
    extra_file: str


def inspector_of(lesson: str) -> Inspector | None:
    """Return the inspector of a lesson, None where it has none. lesson: its name, such as "17-capstone"."""
    if lesson.partition("-")[2] != "capstone":
        return None
    from helpers.capstone.review import TITLES
    from helpers.capstone.task import LOG_FILE

    titles = {str(aspect): title for aspect, title in TITLES.items()}
    # Not a name as a whole, which `course.authoring.imports` would follow from each lesson to this inspector.
    module = f"{__package__}.capstone"
    return Inspector(module, titles, LOG_FILE, "private.jsonl", "17-capstone-test.npz")


def under_its_name(name: str, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the files with the one that is inspected under its own name, where a browser gave it another.

    name: of the file, as an inspector's `handed_in` says.
    files: by name. Where several may be meant, or none, they are returned as they are.
    """
    others = [other for other in files if other.lower().endswith((".jsonl", ".json.txt", ".jsonl.txt"))]
    return {**files, name: files[others[0]]} if name not in files and len(others) == 1 else files


def inspect(
    module: str, files: Mapping[str, bytes], extra: bytes, draw_seed: int | None = None
) -> Inspection:
    """Return what the inspector in a module finds beside a notebook.

    files: by name.
    extra: the content of the extra file, empty where there is none.
    draw_seed: decides what is drawn to be looked at closely; None for chance.
    """
    inspection: Inspection = importlib.import_module(module).inspect(files, extra, draw_seed)
    return inspection
