"""Inspectors: each judges, outside of the sandbox, a file that lies beside the submissions to its lesson.

A lesson has one where `inspector.py` lies beside its source. That module has

TITLES      by exercise, what its student reads where all is well
HANDED_IN   the name of the file that it reads
REFERENCE   the name of the file that the lesson's own solution hands in, which no learner receives
EXTRA_FILE  the name of what an instructor may have made for it, in the folder of reports; "" for nothing
inspect     inspect(files, cells, extra, draw_seed), as `Inspector.inspect`, returns an Inspection
make_extra  make_extra(source, seed) returns the content of EXTRA_FILE, and a sentence on it
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from course.plugins import imported
from helpers.errors import CourseError, in_one_line

INSPECTOR_FILE = "inspector.py"
_WANTED = ("TITLES", "HANDED_IN", "REFERENCE", "EXTRA_FILE", "inspect")


@dataclass(frozen=True)
class Verdict:
    """What is said of one graded cell.

    against: sentences; the cell has no points where there is one.
    said: what else its student reads.
    share: of the cell's points, where nothing is against it.
    look: why a person must look before there are points, or empty.
    picture: PNG, for whoever looks.
    """

    against: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    share: float = 1.0
    look: str = ""
    picture: bytes = b""


@dataclass(frozen=True)
class Inspection:
    """What an inspector found.

    verdicts: by exercise.
    missing: what was to be handed in and was not, a sentence, or empty.
    marks: what is compared in a class: a word for what it is -> what two should not have in common.
    notes: for the instructor, a sentence each.
    """

    verdicts: Mapping[str, Verdict]
    missing: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def for_all(exercises: Iterable[str], verdict: Verdict) -> dict[str, Verdict]:
    """Return the same verdict for each exercise."""
    return dict.fromkeys(exercises, verdict)


@dataclass(frozen=True)
class Inspector:
    """The inspector of a lesson, as plain data: any process, also of another machine, can run it.

    lesson: its name.
    code: the text of its module.
    """

    lesson: str
    code: str

    @property
    def titles(self) -> Mapping[str, str]:
        """By exercise, what its student reads where all is well."""
        titles: Mapping[str, str] = self.module.TITLES
        return titles

    @property
    def handed_in(self) -> str:
        """The name of the file beside the notebook that it reads."""
        return str(self.module.HANDED_IN)

    @property
    def reference(self) -> str:
        """The name of what the lesson's own solution hands in, which no learner receives."""
        return str(self.module.REFERENCE)

    @property
    def extra_file(self) -> str:
        """The name of what the instructor may have made for it, in the folder of reports, or empty."""
        return str(self.module.EXTRA_FILE)

    def under_its_name(self, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """Return the files with the one that it reads under its own name, where a browser gave it another.

        files: by name. Where several may be meant, or none, they are returned as they are.
        """
        name = self.handed_in
        ends = (Path(name).suffix, ".json.txt", f"{Path(name).suffix}.txt")
        others = [other for other in files if other.lower().endswith(ends)]
        return {**files, name: files[others[0]]} if name not in files and len(others) == 1 else files

    def inspect(
        self,
        files: Mapping[str, bytes],
        cells: Sequence[str] = (),
        extra: bytes = b"",
        draw_seed: int | None = None,
    ) -> Inspection:
        """Return what it finds.

        files: what lay beside the notebook, by name.
        cells: the sources of the notebook's code cells.
        extra: the content of the extra file, empty where there is none.
        draw_seed: decides what is drawn to be looked at closely; None for chance.
        """
        inspection: Inspection = self.module.inspect(self.under_its_name(files), cells, extra, draw_seed)
        return inspection

    def make_extra(self, source: Path | None, seed: int) -> tuple[bytes, str]:
        """Return the content of the extra file, and a sentence on it.

        source: a folder of what it is made from; None for where this system has it.
        """
        content, sentence = self.module.make_extra(source, seed)
        return content, sentence

    @property
    def module(self) -> types.ModuleType:
        """The module itself, imported once in a process.

        Raises CourseError when it cannot be imported, or lacks something.
        """
        return imported(f"{self.lesson}/{INSPECTOR_FILE}", self.code, _WANTED)


def inspector_of(folder: Path) -> Inspector | None:
    """Return the inspector of the lesson in `folder` of the solutions, None where it has none.

    Raises CourseError when its file cannot be read.
    """
    path = folder / INSPECTOR_FILE
    try:
        return Inspector(folder.name, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CourseError(f"{folder.name}/{path.name} cannot be read ({in_one_line(error)})") from error
