"""Does `course progress` count what a learner has solved, without running anything?"""

import json
import shutil
import subprocess
import sys

import pytest
from rich.console import Console
from typer.testing import CliRunner

from helpers.errors import CourseError
from helpers.learner.cli import app
from helpers.learner.progress import LessonProgress, lines_after_a_success, read, render

LESSON = "09-early-stopping"
QUESTION = "Why?\n\nYOUR ANSWER HERE"


def checks_json(**labels):
    """The content of checks.json: labels by exercise."""
    return {
        "exercises": {
            name: {
                "checks": [{"label": label, "expected": 1, "rtol": 1e-6, "atol": 1e-9} for label in row],
                "private": 1,
                "misconceptions": [],
            }
            for name, row in labels.items()
        }
    }


def code(source="", printed=(), error=False, **nbgrader):
    outputs = [{"output_type": "stream", "name": "stdout", "text": text} for text in printed]
    if error:
        outputs.append({"output_type": "error", "ename": "E", "evalue": "", "traceback": []})
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"nbgrader": nbgrader} if nbgrader else {},
        "outputs": outputs,
        "source": source,
    }


def graded(name, points, printed=(), error=False):
    return code(
        "check(...)", printed, error, grade=True, solution=False, points=points, grade_id=f"{name}-checks"
    )


def written(source, name="stuck"):
    nbgrader = {"grade": True, "solution": True, "points": 3, "grade_id": name}
    return {"cell_type": "markdown", "metadata": {"nbgrader": nbgrader}, "source": source}


@pytest.fixture
def notebooks(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    return folder


def save(notebooks, cells, checks=None, lesson=LESSON):
    folder = notebooks / lesson
    folder.mkdir()
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / f"{lesson}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    checks = checks or checks_json(step=["small", "large"], descent=["long"])
    (folder / "checks.json").write_text(json.dumps(checks), encoding="utf-8")
    return folder


def shown(rows):
    """What `render` prints, as one text, and its exit code."""
    console = Console(record=True, width=100)
    exit_code = render(rows, console)
    return console.export_text(), exit_code


@pytest.mark.parametrize(
    "copy", ["{} - Copy", "{} (1)", "{} (copy)", "{} copy", "{}-Copy1", "{} - 복사본", "{}_old"]
)
def test_is_a_copy_that_a_file_manager_made_no_lesson(notebooks, copy):
    folder = save(notebooks, [graded("step", 2), graded("descent", 3)])
    shutil.copytree(folder, notebooks / copy.format(LESSON))
    assert [(row.lesson, row.fault) for row in read(notebooks)] == [(LESSON, None)]


def test_does_an_untouched_lesson_count_nothing(notebooks):
    save(notebooks, [code(), graded("step", 2), graded("descent", 3), written(QUESTION)])
    assert read(notebooks) == [LessonProgress(LESSON, 0, 5, 0, 2, 0, 1)]


def test_do_points_follow_from_the_lines_that_checks_left(notebooks):
    save(notebooks, [graded("step", 2, ["✓ small\n✓ large\n  1 private\n"]), graded("descent", 3)])
    (row,) = read(notebooks)
    assert (row.points, row.max_points, row.num_solved, row.num_exercises) == (2, 5, 1, 2)


def test_do_lines_count_that_came_in_several_pieces(notebooks):
    # Jupyter stores a text whole or as a list of lines, and one print may arrive in two outputs.
    save(notebooks, [graded("step", 2, [["✓ small\n", "✓ la"], "rge\n"]), graded("descent", 3)])
    assert read(notebooks)[0].points == 2


@pytest.mark.parametrize(
    ("printed", "error"),
    [
        (["✓ small\n"], False),  # stopped by hand
        (["✓ small\n"], True),
        (["✓ small\n✓ large\n"], True),  # something of the learner's own fails after the checks
        (["✓ small\n✗ large\n"], False),
        (["✓ smaller\n✓ large\n"], False),
        (["I printed ✓ small and ✓ large\n"], False),
    ],
)
def test_does_half_an_exercise_count_nothing(notebooks, printed, error):
    save(notebooks, [graded("step", 2, printed, error), graded("descent", 3)])
    assert read(notebooks)[0].points == 0


def test_does_a_line_count_that_follows_what_the_learner_printed_without_a_line_end(notebooks):
    save(notebooks, [graded("step", 2, ["..✓ small\n..✓ large\n"]), graded("descent", 3)])
    assert read(notebooks)[0].points == 2


def test_does_stderr_cost_nothing_and_give_nothing(notebooks):
    solved = graded("step", 2, ["✓ small\n✓ large\n"])
    solved["outputs"].insert(0, {"output_type": "stream", "name": "stderr", "text": "warning\n"})
    forged = graded("descent", 3)
    forged["outputs"] = [{"output_type": "stream", "name": "stderr", "text": "✓ long\n"}]
    save(notebooks, [solved, forged])
    assert read(notebooks)[0].points == 2


def test_does_a_copied_cell_count_once(notebooks):
    solved = graded("step", 2, ["✓ small\n✓ large\n"])
    untouched = graded("step", 2)
    save(notebooks, [untouched, solved, solved, untouched, graded("descent", 3)])
    (row,) = read(notebooks)
    assert (row.points, row.max_points, row.num_solved, row.num_exercises) == (2, 5, 1, 2)


@pytest.mark.parametrize(
    ("answer", "num_answered", "word"),
    [(QUESTION, 0, "not answered"), ("  \n", 0, "not answered"), ("Dead units.", 1, "waits for a person")],
)
def test_does_a_written_answer_wait_for_a_person(notebooks, answer, num_answered, word):
    save(notebooks, [graded("step", 2), graded("descent", 3), written(answer)])
    rows = read(notebooks)
    assert rows[0].num_answered == num_answered
    assert word in shown(rows)[0]


def test_are_several_written_answers_counted(notebooks):
    answers = [written(QUESTION, "first"), written("Dead units.", "second"), written("Noise.", "third")]
    save(notebooks, [graded("step", 2), graded("descent", 3), *answers])
    rows = read(notebooks)
    assert (rows[0].num_answered, rows[0].num_written) == (2, 3)
    assert "2 of 3 answered" in shown(rows)[0]


def test_does_the_table_add_the_lessons_up(notebooks):
    save(notebooks, [graded("step", 2, ["✓ small\n✓ large\n"]), graded("descent", 3)])
    save(notebooks, [graded("one", 4, ["✓ a\n"])], checks_json(one=["a"]), lesson="00-first")
    rows = read(notebooks)
    text, exit_code = shown(rows)
    assert [row.lesson for row in rows] == ["00-first", LESSON]
    assert "Together" in text
    assert "6 of 9" in text
    assert exit_code == 0


def test_is_everything_but_the_lessons_left_alone(notebooks):
    save(notebooks, [graded("step", 2), graded("descent", 3)])
    (notebooks / ".ipynb_checkpoints").mkdir()
    (notebooks / "scratch.ipynb").write_text("not a notebook")
    (notebooks / LESSON / "Untitled.ipynb").write_text("not a notebook")
    assert len(read(notebooks)) == 1


def graded_for(points):
    """A notebook whose one cell is graded, for so many points."""
    cell = {"metadata": {"nbgrader": {"grade": True, "grade_id": "x", "solution": False, "points": 0}}}
    return (
        json.dumps({"cells": [cell | {"source": ""}]}).replace('"points": 0', f'"points": {points}').encode()
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{half",
        b"\xff\xfe\x00",
        b"[]",
        b'"text"',
        b'{"cells": 3}',
        b'{"cells": [{"metadata": {"nbgrader": {"grade": true}}}]}',
        b'{"cells": [{"metadata": {"nbgrader": []}}]}',
        b'{"worksheets": []}',
        graded_for("1" + "0" * 400),
        graded_for("NaN"),
        graded_for("Infinity"),
    ],
)
def test_is_a_damaged_notebook_named_and_the_others_shown(notebooks, content):
    folder = save(notebooks, [])
    path = folder / f"{LESSON}.ipynb"
    path.write_bytes(content)
    save(notebooks, [graded("one", 4, ["✓ a\n"])], checks_json(one=["a"]), lesson="00-first")
    text, exit_code = shown(read(notebooks))
    (fault,) = [line for line in text.splitlines() if line.startswith("✗")]
    assert f"{LESSON}/{LESSON}.ipynb" in fault
    assert "git checkout" in fault
    assert "4 of 4" in text
    assert exit_code == 1
    assert path.read_bytes() == content


def test_is_a_missing_notebook_named(notebooks):
    (save(notebooks, []) / f"{LESSON}.ipynb").unlink()
    (row,) = read(notebooks)
    assert "is missing" in row.fault
    assert "git checkout" in row.fault


def test_is_a_notebook_that_cannot_be_read_named_with_the_reason(notebooks):
    path = save(notebooks, []) / f"{LESSON}.ipynb"
    path.unlink()
    path.mkdir()
    (row,) = read(notebooks)
    assert row.fault.startswith(f"{LESSON}/{LESSON}.ipynb cannot be read (Is a directory): ")
    assert "git checkout" in row.fault


def test_is_a_missing_checks_file_named(notebooks):
    folder = save(notebooks, [graded("step", 2), graded("descent", 3)])
    (folder / "checks.json").unlink()
    (row,) = read(notebooks)
    assert f"{LESSON}/checks.json is missing" in row.fault


def test_is_a_check_cell_that_was_deleted_named(notebooks):
    save(notebooks, [graded("step", 2)])
    assert "descent is gone" in read(notebooks)[0].fault


def test_is_a_checks_file_of_another_lesson_named(notebooks):
    save(notebooks, [graded("step", 2)], checks_json(other=["a"]))
    assert "checks.json knows nothing of step" in read(notebooks)[0].fault


def test_counts_a_success_what_ran_since_the_notebook_was_saved_and_leads_on(notebooks):
    passed = ["✓ small\n✓ large\n"]
    folder = save(notebooks, [graded("step", 2, passed), graded("descent", 1)])
    assert lines_after_a_success(folder, {"step": False}) == ["0 of 3 points in this lesson"]
    assert lines_after_a_success(folder, {"descent": True}) == ["3 of 3 points in this lesson"]
    for name in ("10-l1-and-l2", "11-dropout"):
        (notebooks / name).mkdir()
    assert lines_after_a_success(folder, {"descent": True})[1:] == ["next: lesson 10-l1-and-l2"]
    assert lines_after_a_success(notebooks, {}) == []  # the notebook is alone


@pytest.mark.parametrize("inside", ["", "notebooks", f"notebooks/{LESSON}"])
def test_is_the_course_found_from_every_folder_in_it(notebooks, monkeypatch, inside):
    save(notebooks, [graded("step", 2), graded("descent", 3)])
    (notebooks.parent / "course.toml").touch()
    monkeypatch.chdir(notebooks.parent / inside)
    ended = CliRunner().invoke(app, ["progress"])
    assert (ended.exit_code, LESSON in ended.stdout) == (0, True)


def test_does_a_folder_without_lessons_say_where_to_go(tmp_path):
    with pytest.raises(CourseError, match="top folder"):
        read(tmp_path / "nowhere")


def test_is_nothing_heavy_imported(notebooks):
    # A table within a second: what takes longer to import has no part in it.
    save(notebooks, [graded("step", 2), graded("descent", 3)])
    program = (
        "import sys; from rich.console import Console; from helpers.learner.progress import read, render; "
        f"render(read({str(notebooks)!r}), Console()); "
        "print(*{'numpy', 'tensorflow', 'matplotlib', 'nbformat', 'nbgrader', 'IPython'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert printed.stdout.splitlines()[-1] == ""
