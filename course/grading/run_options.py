"""How the submissions of a class are run."""

from dataclasses import dataclass

from course.sandbox.limits import Limits


@dataclass(frozen=True)
class RunOptions:
    """How submissions are run.

    limits: of a student's process, and of reading and judging.
    sandboxed: False runs students' code as an ordinary process of this user.
    all_cells: whether cells are run too on which no point depends (`course.grading.cell_selection`).
    """

    limits: Limits = Limits()  # noqa: RUF009  it is frozen
    sandboxed: bool = True
    all_cells: bool = False
