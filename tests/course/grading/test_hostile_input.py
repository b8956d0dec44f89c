"""What a student can hand in or send, given to whoever reads it: no kernel, no gradebook, no sandbox."""

import contextlib
import functools
import io
import itertools
import json
import os
import re
from pathlib import Path

import mini
import nbformat
import numpy as np
import pytest
from attack_making import NAME, POINTS, RIGHT_VALUES, built_once
from attacks import ATTACKS
from attacks_handing import NAMES, REFUSED_NAMES
from bs4 import BeautifulSoup
from jupyter_client.session import Session
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from rich.console import Console
from timing import least_cpu_seconds

from course.configuration import nbgrader_config
from course.grading.cohort import grade_class
from course.grading.execution import _out_of_memory
from course.grading.feedback import plain_feedback, render_feedback
from course.grading.grade_one import _judged_parts, _repaired
from course.grading.ingest.folder import find_refused, find_students, read_submission
from course.grading.judge import verdict
from course.grading.lesson import read_graded_lesson
from course.grading.messages import NotAMessage, SuspiciousSession, TooManyMessages, printable
from course.grading.report import Report, Row
from course.grading.states import State
from course.grading.summary import table
from helpers.checks import OBSERVATION_MIME
from helpers.checks.exercises import read_exercises
from helpers.checks.observation import encode, well_formed
from helpers.errors import CourseError


@pytest.fixture(scope="module")
def exercises():
    return read_exercises(built_once() / "solutions" / NAME)


def shown(data, label="three numbers"):
    return new_output("display_data", data={OBSERVATION_MIME: {"label": label, "data": data}})


# Observations.


def test_are_the_values_by_which_a_friend_would_help_the_right_ones(exercises):
    """The oracle of the forgeries: with these values, shown by the cell itself, everything would pass."""
    for exercise in exercises.values():
        outputs = [shown(RIGHT_VALUES[check.label], check.label) for check in exercise.checks]
        assert [output.output_type for output in verdict(exercise, outputs)] == ["stream"]


HOSTILE_DATA = {
    "an integer above every float": 2**1024,
    "a negative one": -(10**4000),
    "one in an array": {"array": "int", "shape": [3], "values": [10**400, 1, 2]},
    "a dict in an array": {"array": "float", "shape": [3], "values": [{"raises": "x"}, 1, 2]},
    "a broken number in an array": {"array": "float", "shape": [3], "values": [{"float": []}, 1, 2]},
    "a hundred thousand sizes": {"array": "float", "shape": [10**18] * 100_000, "values": []},
    "a size without end": {"array": "float", "shape": [10**4000], "values": []},
    "a float that is none": {"float": {"nan": "nan"}},
    "endless depth": json.loads("[" * 100 + "]" * 100),
}


@pytest.mark.parametrize("data", HOSTILE_DATA.values(), ids=HOSTILE_DATA.keys())
def test_does_the_judge_withstand_any_observation(exercises, data):
    def judged():
        for exercise in exercises.values():
            outputs = verdict(exercise, [shown(data, check.label) for check in exercise.checks])
            assert any(output.output_type == "error" for output in outputs)
        assert not well_formed(data)

    assert least_cpu_seconds(judged) < 1


def test_can_every_integer_that_is_observed_be_compared_with_a_float(exercises):
    for number in (2**1023, 2**1023 - 1, -(2**1022), 2**1024 - 1):
        data = encode(number)
        assert well_formed(data)
        for exercise in exercises.values():
            verdict(exercise, [shown(data, check.label) for check in exercise.checks])


def test_is_a_private_check_recognised_however_it_is_wrapped(exercises):
    private = ["checkprivatealongepochnum_updates732157"]
    source = 'check("private: a long epoch", num_updates, 7321, 57)'
    for text in (
        source,
        f"    {source}\n",
        source.replace(" ", "\n   "),
        repr([source]),
        f"\x1b[31m{source}\x1b[0m",
    ):
        data = new_output("display_data", data={OBSERVATION_MIME: {"label": "a rest", "data": text}})
        lines = json.dumps(verdict(exercises["num_updates"], [data], private_lines=private))
        assert "7321" not in lines, text
        assert "removed" in lines


def test_is_an_excerpt_of_drawn_cases_recognised_and_what_is_like_any_other_not(exercises):
    numbers = np.random.default_rng(0).integers(1, 10_000, size=400).tolist()
    line = f"check_drawn('private: drawn', num_updates, cases='{json.dumps(numbers)}')"
    private = [re.sub(r"\W", "", line), "0" * 200]

    def shown_of(text):
        data = new_output("display_data", data={OBSERVATION_MIME: {"label": "a rest", "data": text}})
        return json.dumps(verdict(exercises["num_updates"], [data], private_lines=private))

    for start in range(60, 1_400, 97):
        assert "removed" in shown_of(line[start : start + 160]), start
    for text in ("0" * 150, str(list(range(60))), "a text of mine " * 9, line[:20]):
        assert "removed" not in shown_of(text), text


# Messages.


def session():
    return SuspiciousSession(key=b"k", output_bytes=100_000)


def message(kind="stream", **content):
    """The parts of a message as a kernel with the same key sends them."""
    return Session(key=b"k").serialize(Session(key=b"k").msg(kind, content))


HONEST_MESSAGES = {
    "stream": {"name": "stderr", "text": "x"},
    "display_data": {"data": {"text/plain": "x", "image/png": "AA"}, "metadata": {"image/png": {"width": 3}}},
    "update_display_data": {"data": {}, "metadata": {}, "transient": {"display_id": "x"}},
    "execute_result": {"data": {"application/json": [1]}, "metadata": {}, "execution_count": 1},
    "error": {"ename": "x", "evalue": "y", "traceback": ["z"]},
    "status": {"execution_state": "idle"},
    "execute_input": {"code": "x", "execution_count": 3},
    "execute_reply": {"status": "ok", "execution_count": 1, "payload": []},
    "comm_open": {"comm_id": "x", "target_name": "jupyter.widget", "data": {"state": {}}},
    "clear_output": {"wait": True},
    "iopub_welcome": {"subscription": ""},
}


@pytest.mark.parametrize("kind", HONEST_MESSAGES)
def test_does_a_kernel_s_message_pass(kind):
    parts = message(kind, **HONEST_MESSAGES[kind])
    received = session()
    assert received.deserialize(received.feed_identities(parts)[1])["content"] == HONEST_MESSAGES[kind]


STRANGE_MESSAGES = {
    "no text": message(name="stdout"),
    "text that is a number": message(name="stdout", text=5),
    "another stream": message(name="<b>", text="x"),
    "data that is a list": message("display_data", data=[], metadata={}),
    "a picture that is a number": message("display_data", data={"image/png": 5}, metadata={}),
    "metadata that is a number": message("display_data", data={"image/png": "x"}, metadata={"image/png": 5}),
    "a display id that is a list": message(
        "display_data", data={}, metadata={}, transient={"display_id": []}
    ),
    "a traceback of numbers": message("error", ename="x", evalue="y", traceback=[5]),
    "a count that is text": message("execute_input", code="x", execution_count="("),
    "a status that is a list": message("execute_reply", status=["ok"]),
    "a comm without an id": message("comm_msg", data={}),
    "depth": message("display_data", data={"x+json": json.loads("[" * 200 + "]" * 200)}, metadata={}),
    "an unknown kind with a traceback": message("unknown", traceback=5),
    "a comm with metadata of its own": message("comm_msg", comm_id="x", data={"x": 1}, metadata=5),
    "no delimiter": [b"x"],
    "too few parts": [b"<IDS|MSG>", b"", b"{}"],
    "another key": Session(key=b"other").serialize(
        Session(key=b"other").msg("status", {"execution_state": "idle"})
    ),
}


@pytest.mark.parametrize("parts", STRANGE_MESSAGES.values(), ids=STRANGE_MESSAGES.keys())
def test_is_what_is_no_message_called_so(parts):
    received = session()
    with pytest.raises(NotAMessage):
        received.deserialize(received.feed_identities(parts)[1])


def test_is_a_message_of_too_much_data_refused_before_it_is_read():
    # Its signature is wrong too: whoever looks at that first gives another reason.
    parts = message("display_data", data={}, metadata={})
    parts[-1] = b'{"data": [' + b"[]," * 600_000 + b"0]}"
    received = session()
    with pytest.raises(NotAMessage, match="too much data"):
        received.deserialize(received.feed_identities(parts)[1])


def test_is_a_message_that_comes_twice_none():
    received, parts = session(), message(name="stdout", text="x")
    received.deserialize(received.feed_identities(parts)[1])
    with pytest.raises(NotAMessage):
        received.deserialize(received.feed_identities(parts)[1])


@pytest.mark.slow
def test_do_many_messages_without_any_output_count():
    received = session()

    def receive(number):
        for _ in range(number):
            received.deserialize(received.feed_identities(message("status", execution_state="busy"))[1])

    receive(100)
    with pytest.raises(TooManyMessages):
        receive(40_000)


def test_can_everything_be_written_as_utf_8():
    assert printable({"\ud800": ["\udfff", "é🦊\0"]}) == {"?": ["?", "é🦊\0"]}


def test_can_everything_be_written_as_json():
    content = {"numbers": [float("nan"), float("inf"), -float("inf"), 10**400, 0.1]}
    written = json.dumps(printable(content), allow_nan=False)
    assert json.loads(written) == {"numbers": [None, None, None, 10**400, 0.1]}


# Memory.


NO_ROOM_TO_SAY_WHERE = new_output(
    "error",
    ename="MemoryError",
    evalue="",
    traceback=["ERROR: An error occurred while showtraceback was disabled"],
)


def error(code, ename="MemoryError", evalue=""):
    """The error output that IPython makes of code which ends in this exception."""
    arrow = "\x1b[32m----> \x1b[39m\x1b[32m1\x1b[39m "
    frames = ["-" * 75, f"{ename}      Traceback (most recent call last)"]
    frames += [f"\x1b[36mCell\x1b[39m In[1], line 1\n{arrow}\x1b[38;5;28m{line}\x1b[39m\n" for line in code]
    return new_output("error", ename=ename, evalue=evalue, traceback=[*frames, f"{ename}: {evalue}"])


NUMPY = "Unable to allocate 7.28 TiB for an array with shape (1000000, 1000000) and data type float64"
TENSORFLOW = "{{function_node __wrapped__Fill}} OOM when allocating tensor with shape[1000000] [Op:Fill]"


@pytest.mark.parametrize(
    "output",
    [
        error(["blocks = [0] * 10**12"]),
        error(["grow()", "return bytearray(10**12)"]),
        error(["np.ones((10**6, 10**6))", "a = empty(shape, dtype, order)"], evalue=NUMPY),
        error(["np.ones((10**6, 10**6))"], "_ArrayMemoryError", NUMPY),
        NO_ROOM_TO_SAY_WHERE,
        error(["tf.fill(...)", "raise e.with_traceback(tb) from None"], "ResourceExhaustedError", TENSORFLOW),
    ],
)
def test_is_memory_that_was_refused_said(output):
    assert out_of_memory(output).state == State.OUT_OF_MEMORY


@pytest.mark.parametrize(
    "output",
    [
        error(["raise MemoryError"]),
        error(["raise MemoryError()"]),
        error(["grow()", "raise MemoryError"]),
        error(["f()"], evalue="I think that this is too much"),
        error(["raise MemoryError(text)"], evalue=NUMPY),
        error(["exec(code)", "'Could not get source, probably due dynamically evaluated source code.'"]),
        error(["x"], "ResourceExhaustedError", "no more sweets"),
        error(["x"], "ResourceExhaustedError"),
        error(["[0] * 10**12"], "ValueError"),
    ],
)
def test_is_an_error_that_a_student_raises_no_lack_of_memory(output):
    assert out_of_memory(output) is None


def out_of_memory(output):
    return _out_of_memory([new_code_cell("x = 1", outputs=[output])])


# Pages.


def page(*cells):
    notebook = new_notebook(cells=list(cells))
    resources = {
        "unique_key": "x",
        "output_files_dir": "x",
        "nbgrader": {"student": "x", "notebook": "x", "score": 1, "max_score": 2, "late_penalty": 0},
    }
    return render_feedback(dict(nbgrader_config(mini.ROOT)), notebook, resources)


def test_does_a_picture_that_is_not_attached_cost_the_page():
    text = page(new_markdown_cell("![x](attachment:nowhere.png) and an answer"), new_code_cell("print(1)"))
    assert "and an answer" in text
    assert "print" in text


@pytest.mark.slow
def test_is_a_source_without_end_cut():
    text = page(*(new_code_cell("x = [\n" + "1, 2,\n" * 100_000 + "]") for _ in range(20)))
    assert "cut: too long for this page" in re.sub(r"<[^>]*>", "", text)
    assert len(text) < 5_000_000


def test_does_the_plainest_page_show_names_as_text():
    row = Row("<script>x</script>", "timed out", "<b>", scores={"<i>": 1.0}, score=1.0, max_score=2.0)
    text = plain_feedback(row)
    assert "1.0 of 2.0" in text
    for tag in ("<script>", "<b>", "<i>"):
        assert tag not in text


# Folders.


@pytest.fixture
def submitted(tmp_path):
    """A folder of submissions, with an honest one."""
    folder = tmp_path / "submitted" / "ann" / mini.NAME
    folder.mkdir(parents=True)
    (folder / f"{mini.NAME}.ipynb").write_bytes(b"{}")
    return tmp_path / "submitted"


def read(submitted, student="ann"):
    return read_submission(submitted, student, mini.NAME)


def open_below(folder):
    """What this process has open in a folder; elsewhere, other tests' things may be closed at any moment."""
    found = []
    for descriptor in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            found.append(os.readlink(f"/proc/self/fd/{descriptor}"))
    return [path for path in found if Path(path).is_relative_to(folder)]


def test_is_nothing_followed_and_nobody_waited_for(submitted):
    secret = submitted.parent / "secret.txt"
    secret.write_text("secret")
    folder = submitted / "ann" / mini.NAME
    (folder / "link").symlink_to(secret)
    (folder / "itself").symlink_to("itself")
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe")
    os.mkfifo(folder / "timestamp.txt")
    (folder / "honest.csv").write_text("1")
    submission = read(submitted)
    assert submission.files == {"honest.csv": b"1"}
    assert [note.split()[0] for note in submission.notes] == ["folder", "itself", "link", "pipe"]
    assert submission.timestamp == ""
    assert open_below(submitted) == []


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "large"])
def test_is_a_notebook_that_is_no_file_said_to_be_none(submitted, kind):
    path = submitted / "ann" / mini.NAME / f"{mini.NAME}.ipynb"
    path.unlink()
    if kind == "link":
        path.symlink_to("/etc/passwd")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        with path.open("wb") as file:
            file.truncate(10**12)
    submission = read(submitted)
    assert submission.notebook is None
    assert submission.problem.state == State.NOT_A_NOTEBOOK
    assert "\n" not in submission.problem.for_instructor


@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "1" * 900, "\0", "2020-01-01 00:00 ../../etc/shadow", "9999-12-31 0 -99"),
        # To dateutil a day of this month, an hour of today, a day of this year.
        *("7", "12", "12:30", "2026", "24 Nov", "\u0662\u0660\u0662\u0666-11-24 10:00"),
    ],
)
def test_is_a_time_that_is_none_left_out_and_noted(submitted, text):
    (submitted / "ann" / mini.NAME / "timestamp.txt").write_text(text)
    submission = read(submitted)
    assert submission.timestamp == ""
    assert "timestamp.txt" in submission.notes[0]


def test_is_a_time_taken_also_where_the_notebook_is_missing(submitted):
    """In the capstone a log without its notebook earns points, and may be late."""
    folder = submitted / "ann" / mini.NAME
    (folder / f"{mini.NAME}.ipynb").unlink()
    (folder / "timestamp.txt").write_text("2026-12-24 10:00:00 UTC")
    submission = read(submitted)
    assert (submission.problem.state, submission.timestamp) == (
        State.MISSING_NOTEBOOK,
        "2026-12-24 10:00:00 UTC",
    )


def test_is_a_time_that_nbgrader_wrote_taken(submitted):
    (submitted / "ann" / mini.NAME / "timestamp.txt").write_text("2026-11-24 18:30:00.000000 UTC\n")
    submission = read(submitted)
    assert (submission.timestamp, submission.notes) == ("2026-11-24 18:30:00.000000 UTC", ())


def test_does_a_digest_tell_apart_what_is_in_names_and_what_is_in_contents(submitted):
    digests = set()
    folder = submitted / "ann" / mini.NAME
    for name, content in (("a", "bc"), ("ab", "c"), ("abc", ""), ("a\nb", "c")):
        (folder / name).write_text(content)
        digests.add(read(submitted).digest)
        (folder / name).unlink()
    assert len(digests) == 4


def test_are_files_beyond_the_most_not_even_opened(submitted, monkeypatch):
    folder = submitted / "ann" / mini.NAME
    for number in range(150):
        (folder / f"{number:03}.txt").touch()
    opened = []
    monkeypatch.setattr(
        os, "open", lambda path, *rest, open=os.open: opened.append(path) or open(path, *rest)
    )
    submission = read(submitted)
    assert len(submission.files) == 100
    assert len(opened) < 105
    assert "is one of more than 100 files" in submission.notes[0]


STRANGE = [None, True, 0, -1, 10**400, "", "x", [], {}, {"remove_source": True}]
METADATA = ("hyperparameter_course_answered", "hyperparameter_course_look_at", "transient", "raw_mimetype")
METADATA += ("slideshow", "jupyter", "collapsed", "tags")
SETTINGS = ("points", "schema_version", "cell_type", "checksum", "locked")


def own_cell(number, kind, key, value):
    """A cell of a learner's own with one thing in its metadata that a program could stumble over."""
    cell = {"cell_type": kind, "id": f"own-{number}", "metadata": {key: value}, "source": "of my own"}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def judged(change):
    """The cells that come of the tiny lesson's release, changed, handed in and not run."""
    lesson = read_graded_lesson(built_once() / "solutions" / NAME)
    release = json.loads((built_once() / "notebooks" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))
    change(release)
    repaired = _repaired(json.dumps(release).encode(), lesson.template_json, lesson.name, lesson.quizzes)
    graded, *_ = _judged_parts(repaired.notebook, lesson.exercises, lesson.name, None)
    return nbformat.from_dict(graded).cells


def test_does_nothing_in_the_metadata_of_ones_own_cells_end_the_judge_or_hide_a_cell():
    strange = [
        own_cell(number, kind, key, value)
        for number, (key, kind, value) in enumerate(
            itertools.product(METADATA, ("markdown", "raw", "code"), STRANGE)
        )
    ]
    own = [cell for cell in judged(lambda release: release["cells"].extend(strange)) if "own" in cell.source]
    assert len(own) == len(strange)
    shown = BeautifulSoup(page(*own), "html.parser").get_text()
    assert len(re.findall(r"of\s+my\s+own", shown)) == len(strange)


@pytest.mark.parametrize("setting", SETTINGS)
def test_does_no_setting_of_a_graded_cell_end_the_repair(setting):
    def changed(release, value):
        for cell in release["cells"]:
            if "nbgrader" in cell["metadata"]:
                cell["metadata"]["nbgrader"][setting] = value

    whole = [cell.id for cell in judged(lambda release: None)]
    for value in STRANGE:
        assert [cell.id for cell in judged(functools.partial(changed, value=value))] == whole, value


@pytest.mark.parametrize("student", NAMES.values(), ids=NAMES.keys())
def test_is_a_student_found_under_a_name_of_any_kind(submitted, student):
    (submitted / "ann").rename(submitted / student)
    assert find_students(submitted, mini.NAME) == [student]
    assert read(submitted, student).notebook == b"{}"


@pytest.mark.parametrize("student", REFUSED_NAMES.values(), ids=REFUSED_NAMES.keys())
def test_is_a_name_that_can_be_no_id_refused(submitted, student):
    (submitted / "ann").rename(submitted / student)
    assert find_students(submitted, mini.NAME) == []
    assert find_refused(submitted, mini.NAME) == [student]


@pytest.mark.parametrize("student", ["../submitted/ann", "ann/../ann", "/etc", "..", ".", "", "ann/"])
def test_can_a_path_be_named_as_a_student(tmp_path, submitted, student):
    mini.built_course(tmp_path)
    with pytest.raises(CourseError, match="does not exist"):
        grade_class(tmp_path, mini.NAME, executor=None, students=[student])


@pytest.mark.parametrize("student", [*NAMES.values(), *REFUSED_NAMES.values()], ids=[*NAMES, *REFUSED_NAMES])
def test_does_the_report_keep_any_name(tmp_path, student):
    report = Report(tmp_path, mini.NAME)
    report.add(Row(student, State.GRADED, for_instructor="\ud800\n\0"))
    assert Report(tmp_path, mini.NAME).rows == report.rows
    assert {path.name for path in report.path.parent.iterdir()} == {f"{mini.NAME}.json"}


@pytest.mark.parametrize(
    "student", ["\x1b]0;x\x07\x1b[2J", "a\nb", "[red]x[/]", "\u202ekoobedarg", os.fsdecode(b"\xff")]
)
def test_does_a_terminal_obey_a_student(student):
    console = Console(file=io.StringIO(), force_terminal=True, width=200)
    console.print(table([Row(student, State.TIMED_OUT, for_instructor=f"in the cell {student}")]))
    text = re.sub(r"\x1b\[[0-9;]*m", "", console.file.getvalue())
    assert all(character.isprintable() or character == "\n" for character in text)
    assert text.count("".join(character if character.isprintable() else "?" for character in student)) == 2


# The bank itself.


def test_is_the_bank_large_and_are_its_names_unique():
    assert len(ATTACKS) >= 70
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)


def test_does_no_attack_expect_more_than_was_solved():
    for attack in ATTACKS:
        solved = {name for name in POINTS if name in attack.work.solved or name in attack.work.code}
        assert all(points in (0.0, POINTS[name]) for name, points in attack.points.items()), attack.name
        assert {name for name, points in attack.points.items() if points} <= solved, attack.name
