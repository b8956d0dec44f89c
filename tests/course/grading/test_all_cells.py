"""Are points the same whether a submission's experiments run or not?"""

from collections import defaultdict

import nbformat
import pytest
from bank_code import code_of

from course.authoring.answers import read_bank
from course.authoring.source import read_lesson
from course.grading.grade_one import grade_submission
from course.grading.ingest.folder import Submission
from course.grading.lesson import read_graded_lesson
from course.grading.run_options import RunOptions
from course.sandbox.limits import Limits

# The lesson whose experiments take least time.
NAME = "00-start-here"
RANKS_APART = 12


def notebooks(top):
    """Notebooks that together hold every so many answers of the bank, one of each exercise in each."""
    folder = top / "solutions" / NAME
    bank, text = read_bank(folder, read_lesson(folder).exercises), (folder / "answers.py").read_text("utf-8")
    answers = defaultdict(list)
    for answer in bank.answers:
        answers[answer.exercise].append(answer)
    for rank in range(0, max(map(len, answers.values())), RANKS_APART):
        chosen = {name: those[rank % len(those)] for name, those in answers.items()}
        notebook = nbformat.read(top / "notebooks" / NAME / f"{NAME}.ipynb", as_version=4)
        for cell in notebook.cells:
            if answer := chosen.get(cell.metadata.get("nbgrader", {}).get("grade_id")):
                cell.source = code_of(answer, text)
        yield nbformat.writes(notebook).encode(), {name for name, one in chosen.items() if one.is_right}


@pytest.mark.slow  # 17 CPU s
def test_points_are_the_same_with_all_cells(top):
    lesson = read_graded_lesson(top / "solutions" / NAME)
    for content, solved in notebooks(top):
        few, whole = (
            grade_submission(
                Submission("ann", NAME, content),
                lesson,
                RunOptions(Limits(), sandboxed=False, all_cells=all_cells),
            )
            for all_cells in (False, True)
        )
        assert few.scores == whole.scores
        assert few.answered == whole.answered
        assert {name for name, how in few.answered.items() if how == "solved"} == solved
