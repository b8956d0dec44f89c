"""The gradebook's assignment, brought up to date with the lesson, also when there are submissions to it.

nbgrader refuses to add or remove a cell of an assignment that has submissions. An exercise that is added
later, or taken away, needs no new gradebook: each submission gets a grade for the cell, or loses the one that
the checks gave. What a person gave is never removed.

What a cell is worth, the term may decide. The gradebook alone has these points, and so Formgrader, export and
feedback; lessons, releases and graded notebooks keep the lesson's own.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import SaveCells

from course.grading.lesson import GradedLesson
from course.grading.term import TERM_FILE, read_term
from helpers.checks.exercises import exercise_of
from helpers.errors import CourseError

if TYPE_CHECKING:
    from nbgrader.api import Grade, Gradebook, GradeCell, Notebook

_KINDS = ("grade_cells", "solution_cells", "source_cells")


def cells_of(template: NotebookNode) -> dict[str, dict[str, NotebookNode]]:
    """Return a lesson's cells by id, for each of the kinds that nbgrader's gradebook has."""
    kinds: dict[str, dict[str, NotebookNode]] = {kind: {} for kind in _KINDS}
    for cell in template.cells:
        is_grade, is_solution = utils.is_grade(cell), utils.is_solution(cell)
        for kind, fits in zip(
            _KINDS, (is_grade, is_solution, is_grade or is_solution or utils.is_locked(cell)), strict=True
        ):
            if fits:
                kinds[kind][cell.metadata.nbgrader.grade_id] = cell
    return kinds


@dataclass(frozen=True)
class Difference:
    """Where a lesson and its gradebook have other cells; false where they have the same.

    added: ids by kind of cells that only the lesson has.
    removed: ids by kind of cells that only the gradebook has.
    """

    added: dict[str, list[str]]
    removed: dict[str, list[str]]

    def __bool__(self) -> bool:
        return any([*self.added.values(), *self.removed.values()])

    def __str__(self) -> str:
        parts = []
        for word, kinds in (("added", self.added), ("removed", self.removed)):
            names = sorted({name for names in kinds.values() for name in names})
            if names:
                parts.append(f"{word} {', '.join(names)}")
        return "; ".join(parts)


def difference(notebook: Notebook, template: NotebookNode) -> Difference:
    """Return how a lesson's template differs from the gradebook in its graded, open and locked cells."""
    added, removed = {}, {}
    for kind, cells in cells_of(template).items():
        known = {cell.name for cell in getattr(notebook, kind)}
        added[kind] = sorted(cells.keys() - known)
        removed[kind] = sorted(known - cells.keys())
    return Difference(added, removed)


def restructure(gradebook: Gradebook, lesson: GradedLesson, changed: Difference) -> None:
    """Give the assignment and every submission to it the lesson's cells.

    gradebook: nbgrader's, inside a transaction.
    changed: what `difference` found.

    Raises CourseError when a person gave points or a comment for a cell that is to be removed.
    """
    notebook = gradebook.find_notebook(lesson.name, lesson.name)
    _refuse_to_lose_hand_work(notebook, lesson.name, changed)
    _remove(gradebook, notebook, changed.removed)
    _add(gradebook, notebook, lesson, changed.added)
    gradebook.db.flush()


def _refuse_to_lose_hand_work(notebook: Notebook, lesson_name: str, changed: Difference) -> None:
    for submitted in notebook.submissions:
        given = [
            grade.name
            for grade in submitted.grades
            if grade.name in changed.removed["grade_cells"]
            and (grade.manual_score is not None or grade.extra_credit)
        ]
        given += [
            comment.name
            for comment in submitted.comments
            if comment.name in changed.removed["solution_cells"] and comment.manual_comment
        ]
        if given:
            raise CourseError(
                f"{lesson_name}: {given[0]} has points or a comment by hand ({submitted.student.id}), but "
                "the lesson no longer has this cell: put the cell back, or first remove them in Formgrader"
            )


def _remove(gradebook: Gradebook, notebook: Notebook, removed: Mapping[str, Collection[str]]) -> None:
    for kind, names in removed.items():
        for cell in [cell for cell in getattr(notebook, kind) if cell.name in names]:
            for part in [*(getattr(cell, "grades", None) or ()), *(getattr(cell, "comments", None) or ())]:
                gradebook.db.delete(part)
            gradebook.db.delete(cell)
    gradebook.db.flush()


def _add(
    gradebook: Gradebook, notebook: Notebook, lesson: GradedLesson, added: Mapping[str, Collection[str]]
) -> None:
    from nbgrader.api import Comment, Grade

    cells = cells_of(copy.deepcopy(lesson.template))
    for name in added["grade_cells"]:
        cell = cells["grade_cells"][name]
        made = gradebook.add_grade_cell(
            name, lesson.name, lesson.name, max_score=cell.metadata.nbgrader.points, cell_type=cell.cell_type
        )
        for submitted in notebook.submissions:
            # Whether a person must look is known when the submission is graded again.
            gradebook.db.add(Grade(cell_id=made.id, notebook=submitted, needs_manual_grade=False))
    for name in added["solution_cells"]:
        made = gradebook.add_solution_cell(name, lesson.name, lesson.name)
        for submitted in notebook.submissions:
            gradebook.db.add(Comment(cell_id=made.id, notebook=submitted))
    for name in added["source_cells"]:
        cell = cells["source_cells"][name]
        gradebook.add_source_cell(
            name, lesson.name, lesson.name, cell_type=cell.cell_type, locked=utils.is_locked(cell)
        )


class SaveTermCells(SaveCells):
    """nbgrader's SaveCells, which gives each cell the points that it has this term.

    Points that were given before are brought to the new scale, in the same transaction.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Save the cells of a lesson; its notebook is left as it is."""
        self._term = read_term(Path(CourseDirectory(parent=self).root))
        saved: tuple[NotebookNode, dict[str, Any]] = super().preprocess(nb, resources)
        return saved

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Take in one cell."""
        weighed = cell
        if utils.is_grade(cell):
            weighed = copy.deepcopy(cell)
            known = weighed.metadata.nbgrader
            exercise, usual = exercise_of(known.grade_id), float(known.points)
            known.points = self._term.points(self.assignment_id, exercise, usual)
            known.checksum = utils.compute_checksum(weighed)  # nbgrader counts the points in
        super().preprocess_cell(weighed, resources, cell_index)
        return cell, resources

    def _create_notebook(self, nb: NotebookNode) -> None:
        self._rescale()
        super()._create_notebook(nb)

    def _rescale(self) -> None:
        """Give cells that are known already their new points, and all that was given for them in proportion.

        Raises CourseError where points that a person gave would be lost, and nobody has said so.
        """
        from nbgrader.api import MissingEntry

        try:
            cells = self.gradebook.find_notebook(self.notebook_id, self.assignment_id).grade_cells
        except MissingEntry:
            return
        points = {name: info["max_score"] for name, info in self.new_grade_cells.items()}
        changed = [cell for cell in cells if points.get(cell.name, cell.max_score) != cell.max_score]
        for cell in changed:
            if not points[cell.name]:
                self._refuse_to_drop_hand_work(cell)
        for cell in changed:
            for grade in cell.grades:
                _rescale(grade, cell.max_score, points[cell.name])
            cell.max_score = points[cell.name]
        self.gradebook.db.commit()

    def _refuse_to_drop_hand_work(self, cell: GradeCell) -> None:
        exercise, place = exercise_of(cell.name), f"{TERM_FILE}, [lessons.{self.assignment_id}.points]"
        num_given = sum(grade.manual_score is not None for grade in cell.grades)
        if num_given and exercise not in (self._term.lesson(self.assignment_id).points or ()):
            raise CourseError(
                f"{place} does not list {exercise}, for which {num_given} students have points by hand: "
                f"list it, or write {exercise} = 0 to delete these points"
            )


def _rescale(grade: Grade, old: float, new: float) -> None:
    """Bring what was given for a cell from its old points to its new ones; extra credit stays as it is."""
    is_code = grade.cell.cell_type == "code"
    if not new:  # it does not count: nobody has to look at it
        grade.auto_score = None if grade.auto_score is None else 0.0
        grade.manual_score, grade.needs_manual_grade = None, False
    elif not old:  # it counts again: `CourseGradebook` asks the graded notebook what the checks said
        grade.auto_score = None if is_code else grade.auto_score
        has_nothing = not is_code and grade.auto_score is None
        grade.needs_manual_grade = has_nothing or grade.manual_score is not None
    else:
        for which in ("auto_score", "manual_score"):
            points = getattr(grade, which)
            setattr(grade, which, None if points is None else points * new / old)
