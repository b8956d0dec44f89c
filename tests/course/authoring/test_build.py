"""From source to notebooks: the same bytes each time, every drift found, nothing half done."""

import base64
import io
import json
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import mini
import nbformat
import numpy as np
import pytest
from PIL import Image

from course.authoring.build import build, drift, strangers
from course.authoring.release import release
from course.files import file_digest
from helpers.checks.exercises import digest
from helpers.errors import CourseError


@pytest.fixture
def course(tmp_path):
    mini.built_course(tmp_path)
    return tmp_path


def folder_of(course):
    return course / "solutions" / mini.NAME


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_are_the_expected_values_those_of_the_solution(course):
    checks = json.loads((folder_of(course) / "checks.json").read_text())["exercises"]
    private = json.loads((folder_of(course) / "private.json").read_text())["exercises"]
    assert [(entry["label"], entry.get("expected")) for entry in checks["double"]["checks"]] == [
        ("a number", 6.0),
        ("an array", {"array": "float", "shape": [2], "values": [2.0, -4.0]}),
        ("text is refused", {"raises": "TypeError"}),
    ]
    negative, drawn = private["double"]["checks"]
    assert negative == {"label": "a private negative", "expected": -14.5, "rtol": 1e-6, "atol": 1e-9}
    rng = np.random.default_rng(zlib.crc32(b"double recorded"))  # as the bank's generator is called
    doubled = [2 * round(float(rng.normal()), 2) for _ in range(30)]
    assert drawn == {
        "label": "drawn numbers",
        "expected": doubled,
        "rtol": 1e-6,
        "atol": 1e-9,
        "each": True,
    }
    assert checks["quiz_1"]["checks"] == [
        {"label": "question 1", "digest": digest("question 1", "b"), "asked": "letter"}
    ]


def test_does_the_release_hide_every_solution(course):
    release = course / "notebooks" / mini.NAME
    assert {path.name for path in release.iterdir()} == {f"{mini.NAME}.ipynb", "checks.json"}
    text = "".join(path.read_text() for path in release.iterdir())
    for secret in (
        "return 2 * values",
        'quiz_1 = \\"b\\"',
        "a private negative",
        "14.5",
        "because",
        "HIDDEN",
    ):
        assert secret not in text
    notebook = nbformat.read(release / f"{mini.NAME}.ipynb", as_version=4)
    cells = mini.cells(notebook)
    assert cells["double"].source.endswith("    # YOUR CODE HERE")
    assert cells["why"].source == "Write here.\nYOUR ANSWER HERE"
    assert not any(cell.get("outputs") for cell in notebook.cells)
    assert all(not cell.metadata.editable for cell in notebook.cells if cell.id in ("setup", "double-checks"))


def test_is_a_rebuild_the_same_bytes(course):
    before = mini.contents(course)
    assert build(folder_of(course), course / "notebooks", execute=True) == "90-mini: executed"
    assert mini.contents(course) == before


def test_is_it_so_when_an_answer_draws_from_a_hidden_state(course):
    with (folder_of(course) / "answers.py").open("a") as bank:
        bank.write('exercise("double").wrong("You drew it.", draws=lambda values: np.random.random())\n')
    build(folder_of(course), course / "notebooks")
    before = mini.contents(course)
    build(folder_of(course), course / "notebooks")
    assert mini.contents(course) == before


def test_does_new_prose_keep_the_outputs(course):
    edit(folder_of(course) / f"{mini.NAME}.py", "# # 90 Mini", "# # 90 Mini\n#\n# More.")
    assert build(folder_of(course), course / "notebooks") == "90-mini: kept its outputs"
    notebook = nbformat.read(folder_of(course) / f"{mini.NAME}.ipynb", as_version=4)
    assert "More." in notebook.cells[0].source
    assert notebook.cells[2].outputs[0].text == "an experiment\n"
    assert drift(folder_of(course), course / "notebooks") == []


def test_does_a_new_reason_of_a_right_choice_reach_the_outputs(course):
    edit(folder_of(course) / "answers.py", "Twice is more than once.", "Two is more than one.")
    assert build(folder_of(course), course / "notebooks") == "90-mini: executed"
    assert "Two is more than one." in (folder_of(course) / f"{mini.NAME}.ipynb").read_text()


def test_has_a_picture_few_colours_and_is_a_rebuild_the_same(course):
    drawing = (
        "import matplotlib.pyplot as plt\n\n"
        "figure, ax = plt.subplots()\n"
        "ax.imshow(np.arange(2000.0).reshape(40, 50))\n"
        "plt.show()"
    )
    edit(folder_of(course) / f"{mini.NAME}.py", 'print("an experiment")', drawing)
    notebook = folder_of(course) / f"{mini.NAME}.ipynb"

    def picture():
        [shown] = [
            output.data["image/png"]
            for cell in nbformat.read(notebook, as_version=4).cells
            for output in cell.get("outputs", ())
            if "image/png" in output.get("data", {})
        ]
        return base64.b64decode(shown)

    assert build(folder_of(course), course / "notebooks").endswith("executed")
    first = picture()
    assert Image.open(io.BytesIO(first)).mode == "P"
    assert build(folder_of(course), course / "notebooks").endswith("kept its outputs")
    assert picture() == first


def test_does_new_code_run_again(course):
    edit(folder_of(course) / f"{mini.NAME}.py", '"an experiment"', '"another"')
    assert build(folder_of(course), course / "notebooks") == "90-mini: executed"
    notebook = nbformat.read(folder_of(course) / f"{mini.NAME}.ipynb", as_version=4)
    assert notebook.cells[2].outputs[0].text == "another\n"


def test_does_a_fresh_build_not_drift(course):
    assert drift(folder_of(course), course / "notebooks") == []
    assert strangers(course / "solutions", course / "notebooks") == []


DRIFTS = [
    ("solutions/90-mini/90-mini.py", "# # 90 Mini", "# # 90 Maxi"),
    ("solutions/90-mini/answers.py", "You squared.", "You cubed."),
    ("solutions/90-mini/90-mini.ipynb", "an experiment\\\\n", "a lie\\\\n"),
    ("solutions/90-mini/90-mini.ipynb", "# 90 Mini", "# 90 Maxi"),
    ("solutions/90-mini/checks.json", "6.0", "7.0"),
    ("solutions/90-mini/private.json", "-14.5", "-15.5"),
    ("notebooks/90-mini/90-mini.ipynb", "# YOUR CODE HERE", "return 2 * values"),
    ("notebooks/90-mini/90-mini.ipynb", '"points": 2', '"points": 3'),
    ("notebooks/90-mini/checks.json", "6.0", "7.0"),
]


@pytest.mark.parametrize(("path", "old", "new"), DRIFTS, ids=lambda text: text[-30:])
def test_is_every_drift_found_and_named(course, path, old, new):
    edit(course / path, old.replace("\\\\", "\\"), new.replace("\\\\", "\\"))
    before = mini.contents(course)
    found = drift(folder_of(course), course / "notebooks")
    assert any(path.split("/")[-1] in line and "course build 90-mini" in line for line in found)
    assert mini.contents(course) == before


def test_is_a_notebook_without_outputs_found_and_run_again(course):
    path = folder_of(course) / f"{mini.NAME}.ipynb"
    as_built = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, path)
    record = folder_of(course) / "build.json"
    digests = json.loads(record.read_text()) | {path.name: file_digest(path.read_bytes())}
    record.write_text(json.dumps(digests), encoding="utf-8")
    found = drift(folder_of(course), course / "notebooks")
    assert found == [f"{mini.NAME}/{path.name} has cells that never ran: course build {mini.NAME}"]
    assert build(folder_of(course), course / "notebooks") == f"{mini.NAME}: executed"
    assert path.read_bytes() == as_built


def test_are_missing_and_extra_files_found(course):
    (course / "notebooks" / mini.NAME / "checks.json").unlink()
    (course / "notebooks" / mini.NAME / "answers.py").write_text("")
    (course / "notebooks" / "91-gone").mkdir()
    assert drift(folder_of(course), course / "notebooks") == [
        "notebooks/90-mini/answers.py does not belong there: course build 90-mini",
        "notebooks/90-mini/checks.json is missing: course build 90-mini",
    ]
    assert strangers(course / "solutions", course / "notebooks") == [
        "notebooks/91-gone belongs to no lesson in solutions/: delete it"
    ]
    (folder_of(course) / "private.json").unlink()
    assert drift(folder_of(course), course / "notebooks") == [
        "90-mini/private.json is missing: course build 90-mini"
    ]


@pytest.mark.parametrize(
    ("name", "line", "message"),
    [
        ("answers.py", "import sys; sys.exit()", "answers.py does not run: SystemExit"),
        (f"{mini.NAME}.py", None, "setup cell 1 does not run: SystemExit: no data"),
    ],
)
def test_is_an_author_who_exits_told(course, name, line, message):
    path = folder_of(course) / name
    if line:
        path.write_text(path.read_text() + f"\n{line}\n")
    else:
        edit(path, "import numpy as np\n", 'import numpy as np\nraise SystemExit("no data")\n')
    with pytest.raises(CourseError, match=message):
        build(folder_of(course), course / "notebooks")


def test_is_a_fault_of_the_machinery_not_taken_for_an_interrupt(course, monkeypatch):
    def execute(client, **_):
        raise AssertionError("a fault of its own")

    monkeypatch.setattr("nbclient.NotebookClient.execute", execute)
    with pytest.raises(AssertionError, match="a fault of its own"):
        build(folder_of(course), course / "notebooks", execute=True)


def test_does_an_interrupted_build_leave_all_as_it_was(course):
    edit(
        folder_of(course) / f"{mini.NAME}.py",
        'print("an experiment")',
        'import time\nopen("../../../started", "w").close()\ntime.sleep(60)',
    )
    before = mini.contents(course)
    command = [Path(sys.executable).with_name("course"), "build"]
    builder = subprocess.Popen(
        command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    while not (course / "started").exists():
        assert builder.poll() is None
        time.sleep(0.05)
    builder.send_signal(signal.SIGINT)
    shown, _ = builder.communicate()
    (course / "started").unlink()
    assert builder.returncode == 130
    assert "╭" not in shown  # no page of traceback
    assert mini.contents(course) == before


def test_is_somebodys_work_in_the_release_never_lost(course):
    path = course / "notebooks" / mini.NAME / f"{mini.NAME}.ipynb"
    edit(path, "# YOUR CODE HERE", "return values + values")
    before = mini.contents(course)
    with pytest.raises(CourseError, match=r"move it away if it holds somebody's work, or .* --overwrite"):
        build(folder_of(course), course / "notebooks")
    assert mini.contents(course) == before
    build(folder_of(course), course / "notebooks", overwrite=True)
    assert "YOUR CODE HERE" in path.read_text()
    assert drift(folder_of(course), course / "notebooks") == []


def test_is_it_so_where_nothing_says_what_the_last_build_made(course):
    path = course / "notebooks" / mini.NAME / f"{mini.NAME}.ipynb"
    edit(path, "# YOUR CODE HERE", "return values + values")
    record = folder_of(course) / "build.json"
    record.write_text("<<<<<<< HEAD")
    with pytest.raises(CourseError, match=r"build\.json is damaged: delete it, then course build 90-mini"):
        build(folder_of(course), course / "notebooks")
    record.unlink()
    before = mini.contents(course)
    with pytest.raises(CourseError, match="move it away if it holds somebody's work"):
        build(folder_of(course), course / "notebooks")
    (folder_of(course) / f"{mini.NAME}.ipynb").unlink()
    with pytest.raises(CourseError, match="move it away if it holds somebody's work"):
        build(folder_of(course), course / "notebooks")
    assert mini.contents(course).items() <= before.items()


def test_is_a_release_in_which_nobody_worked_made_anew_also_then(course):
    before = mini.contents(course)
    (folder_of(course) / "build.json").unlink()
    build(folder_of(course), course / "notebooks")
    assert mini.contents(course) == before


@pytest.mark.parametrize("step", ["_replace", "put"])
def test_goes_a_build_on_that_was_ended_while_it_moved_files(course, monkeypatch, step):
    edit(folder_of(course) / f"{mini.NAME}.py", "# # 90 Mini", "# # 90 Maxi")

    def ended(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"course.authoring.build.{step}", ended)
        with pytest.raises(KeyboardInterrupt):
            build(folder_of(course), course / "notebooks")
    assert drift(folder_of(course), course / "notebooks")
    build(folder_of(course), course / "notebooks")
    assert drift(folder_of(course), course / "notebooks") == []


@pytest.mark.parametrize("name", ["course [2026]", '과정 [하나] "1" $x'])
def test_is_a_lesson_built_wherever_the_course_lies(tmp_path, name):
    mini.built_course(tmp_path / name)
    folder, release_root = folder_of(tmp_path / name), tmp_path / name / "notebooks"
    assert drift(folder, release_root) == []
    edit(folder / f"{mini.NAME}.py", "# # 90 Mini", "# # 90 Maxi")
    build(folder, release_root)
    assert drift(folder, release_root) == []


def test_does_a_build_clear_what_does_not_belong(course):
    (course / "notebooks" / mini.NAME / "answers.py").write_text("")
    build(folder_of(course), course / "notebooks")
    assert drift(folder_of(course), course / "notebooks") == []


def test_does_what_lies_beside_a_lesson_come_along(course):
    (folder_of(course) / "picture.svg").write_text("<svg/>")
    assert "picture.svg is missing" in drift(folder_of(course), course / "notebooks")[0]
    build(folder_of(course), course / "notebooks")
    assert (course / "notebooks" / mini.NAME / "picture.svg").read_text() == "<svg/>"


FAILURES = [
    (
        'print("an experiment")',
        "assert 1 > 2, 'a false claim'",
        r"cell 3 \(assert.*AssertionError: a false claim",
    ),
    ('print("an experiment")', "import os; os._exit(1)", r"cell 3 .*[Kk]ernel died"),
    ('print("an experiment")', "import warnings; warnings.warn('loud')", "it writes to stderr: .*loud"),
    ('print("an experiment")', "print('x' * 600_000)", "the executed notebook has 6.. kB, the limit is 500"),
    ("return 2 * values", "return 1 / 0", r'cell test="double": the lesson\'s own solution fails there'),
    ("return 2 * values", "return 2 * (values", "the lesson's own solution fails there: SyntaxError"),
    ("return 2 * values", "return {1}", r"observes set \(not plain data\): turn it into"),
    (
        'check("a number", double, 3.0)',
        'check("a number", lambda: doubel(3.0))',
        "'a number' ends in a NameError, which no contract asks for",
    ),
    (
        "double, 3.0)",
        'double, 3.0, seen_as="partition")',
        "'a number' is seen as 'partition', which is no property; there are part sizes, ",
    ),
    (
        "double, 3.0)",
        'double, 3.0, seen_as="sample")',
        "'a number' cannot be seen as 'sample': it is 'not an array of numbers, but one number'",
    ),
    (
        "double, None)",
        'double, None, seen_as="sample")',
        r"'text is refused' cannot be seen as 'sample': it is an exception \(TypeError\)",
    ),
    ('check("an array"', 'check("a number"', "the label 'a number' is taken"),
    ('check("question 1"', 'check("a number"', "the label 'a number' is taken"),
    ('check("question 1", quiz_1, secret=True)', "pass", r'cell test="quiz_1": it calls no check'),
    ("import numpy as np\n", "import nunpy as np\n", "setup cell 1 does not run: ModuleNotFoundError"),
    (
        'check("a number", double, 3.0)',
        "check(double, 3.0)",
        "a check begins with its label, words in quotes",
    ),
    ('check("a number", double, 3.0)', 'check("", double, 3.0)', "a check begins with its label, words in"),
]


@pytest.mark.parametrize(("old", "new", "message"), FAILURES, ids=[new[:40] for _, new, _ in FAILURES])
def test_does_a_build_that_fails_say_why_in_one_line_and_change_nothing(course, old, new, message):
    edit(folder_of(course) / f"{mini.NAME}.py", old, new)
    before = mini.contents(course)
    with pytest.raises(CourseError, match=message) as caught:
        build(folder_of(course), course / "notebooks")
    assert str(caught.value).startswith(mini.NAME)
    assert "\n" not in str(caught.value)
    assert mini.contents(course) == before


SCRIPT = """
import sys
from pathlib import Path
from course.authoring.answer_server import AnswerServer
from course.authoring.source import read_lesson

print("a line of the script")
with AnswerServer(read_lesson(Path(sys.argv[1])), []) as server:
    print(server._process.name)
"""


def test_may_a_script_build_in_its_own_lines(tmp_path):
    folder = mini.write_course(tmp_path)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    done = subprocess.run([sys.executable, script, folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["a line of the script", "ForkServerProcess-1"]


UNSEEDED = """

@exercise("double").wrong("You drew numbers.")
def draws(values):
    return [float(np.random.default_rng().random()) for _ in range(2)]
"""


def test_does_an_answer_that_draws_without_a_seed_give_the_same_bytes_each_time(tmp_path, monkeypatch):
    monkeypatch.setattr("course.authoring.build.run", mini.as_if_run)
    answers = mini.ANSWERS + UNSEEDED
    written = []
    for name in ("one", "other"):
        folder = mini.write_course(tmp_path / name, answers=answers)
        build(folder, tmp_path / name / "notebooks")
        written.append((folder / "checks.json").read_text())
    assert written[0] == written[1]
    misconceptions = json.loads(written[0])["exercises"]["double"]["misconceptions"]
    [drawn] = [each["observations"] for each in misconceptions if each["sentence"] == "You drew numbers."]
    first, second = drawn["a number"]
    assert first != second  # it still draws


def test_is_a_copy_beside_the_released_notebook_not_deleted(tmp_path):
    folder = mini.built_course(tmp_path)
    copy = tmp_path / "notebooks" / mini.NAME / f"{mini.NAME}-Copy1.ipynb"
    copy.write_text("somebody's")
    with pytest.raises(CourseError, match="was made by no build and would be deleted"):
        build(folder, tmp_path / "notebooks")
    assert copy.read_text() == "somebody's"


def test_is_it_said_why_nbgrader_made_no_release(tmp_path):
    mini.built_course(tmp_path / "course")
    place = tmp_path / "workshop" / "solutions" / mini.NAME
    place.mkdir(parents=True)
    notebook = nbformat.read(tmp_path / "course" / "solutions" / mini.NAME / f"{mini.NAME}.ipynb", 4)
    notebook.cells.append(next(cell for cell in notebook.cells if cell.id == "double").copy())
    notebook.cells[-1].id = "again"
    nbformat.write(notebook, place / f"{mini.NAME}.ipynb")
    with pytest.raises(CourseError, match=r"could not make the release: .*Duplicate grade id: double"):
        release(tmp_path / "workshop", mini.NAME, tmp_path / "course")


def test_does_ctrl_c_end_a_release(tmp_path, monkeypatch):
    def interrupted(_):
        raise KeyboardInterrupt

    mini.write_course(tmp_path)
    monkeypatch.setattr("nbgrader.converters.GenerateAssignment.start", interrupted)
    with pytest.raises(KeyboardInterrupt):
        release(tmp_path, mini.NAME, mini.ROOT)
