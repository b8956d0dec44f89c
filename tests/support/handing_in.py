"""A class of the tiny course hands in."""

import mini
import nbformat

from course.sandbox.limits import Limits

RIGHT = {"double": "def double(values):\n    return values + values", "quiz_1": 'quiz_1 = "b"'}
WRONG = {"double": "def double(values):\n    return values**2", "quiz_1": 'quiz_1 = "a"'}
# An honest cell that takes a tenth of a second alone has taken five beside the rest of the suite.
LIMITS = Limits(cell_seconds=20, wall_seconds=120)


def write_submission(root, student, solved, written=None, cell=None, change=None):
    """Hand in the release with `solved` in its gaps, and a cell of the student's own before the quiz."""
    notebook = nbformat.read(root / "notebooks" / mini.NAME / f"{mini.NAME}.ipynb", as_version=4)
    for target in notebook.cells:
        grade_id = target.metadata.get("nbgrader", {}).get("grade_id")
        target.source = solved.get(grade_id, target.source)
        if grade_id == "why" and written:
            target.source = written
    if cell:
        [quiz] = [
            n
            for n, c in enumerate(notebook.cells)
            if c.metadata.get("nbgrader", {}).get("grade_id") == "quiz_1"
        ]
        notebook.cells.insert(quiz, nbformat.v4.new_code_cell(cell))
    if change:
        change(notebook)
    folder = root / "submitted" / student / mini.NAME
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{mini.NAME}.ipynb")
    return folder
