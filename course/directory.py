"""A course directory: which lessons it has."""

from collections.abc import Sequence
from pathlib import Path

from course.settings import read_settings
from helpers.errors import CourseError


def find_lessons(solutions: str | Path, names: Sequence[str] = ()) -> list[Path]:
    """Return the folders of the lessons in `solutions`, but for those that `course.toml` leaves out.

    names: of the lessons that are wanted, or their numbers alone ("01"); all without.

    Raises CourseError for a name that no lesson has, also in `course.toml`.
    """
    there = sorted(path.parent for path in Path(solutions).glob("*/*.py") if path.stem == path.parent.name)
    left_out = set(read_settings(Path(solutions).parent).leave_out)
    unknown = left_out - {folder.name for folder in there}
    if there and unknown:
        raise CourseError(f"course.toml: leave_out names {min(unknown)}, and no lesson is called so")
    known = [folder for folder in there if folder.name not in left_out]
    if not known:
        raise CourseError(f"no lesson in {Path(solutions).name}/: run this from the course's top folder")
    if not names:
        return known
    chosen: list[Path] = []
    for name in names:
        wanted = name.rstrip("/").split("/")[-1]
        found = [f for f in known if wanted and (wanted == f.name or wanted.zfill(2) == f.name[:2])]
        if not found:
            raise CourseError(
                f"no lesson is called {name!r}; there are {', '.join(folder.name for folder in known)}"
            )
        chosen += found
    return chosen
