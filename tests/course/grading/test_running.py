"""Running a submission: does nothing that an honest student does cost what it does not have to?

What many small outputs, one large one, an endless loop or a kernel that loses its words end in, with the real
sandbox and warm kernels.
"""

import json
import subprocess
import sys
from concurrent.futures import Future
from contextlib import ExitStack

import mini
import nbformat
import pytest
from handing_in import RIGHT, WRONG, write_submission

from course.grading import execution
from course.grading.cohort import grade_class
from course.grading.execution import Execution, run_notebook
from course.grading.states import End, State
from course.grading.workers import LocalWorkers
from course.kernels.provisioner import warm_kernels
from course.sandbox.limits import Limits
from helpers.checks import OBSERVATION_MIME

pytestmark = pytest.mark.usefixtures("sandboxes")

PATIENT = Limits(cell_seconds=60)
NOT_PATIENT = Limits(cell_seconds=15)  # which the honest cells beside an endless one have, too


@pytest.fixture(scope="module", autouse=True)
def warm():
    with warm_kernels():
        yield


class InThisProcess:
    """Workers of which a test can replace a part."""

    num_workers = 1

    def submit(self, function, *arguments, **options):
        future = Future()
        future.set_result(function(*arguments, **options))
        return future


def run(*sources, limits=PATIENT, sandboxed=True):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    end = run_notebook(notebook, {}, limits, sandboxed=sandboxed).end
    return end, notebook.cells


def text(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def test_does_a_kernel_of_another_python_not_take_the_place_of_this_one(tmp_path, monkeypatch):
    spec = {"argv": ["/nowhere/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
    (tmp_path / "kernels" / "python3").mkdir(parents=True)
    (tmp_path / "kernels" / "python3" / "kernel.json").write_text(json.dumps(spec | {"display_name": "3"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    end, cells = run("print(1)")
    assert (end, text(cells[0])) == (None, "1\n")


# ---- many outputs

TALKATIVE = {
    "displays": "for number in range(2_000):\n    display(number)",
    "flushed-prints": "for number in range(3_000):\n    print(number, flush=True)",
    "progress-bar": "from tqdm import tqdm\nfor _ in tqdm(range(2_000), mininterval=0):\n    pass",
    "one-long-print": "print('x' * 40_000_000)",
}
INSIDE = """\
def double(values):
    for number in range(200):
        print(number, flush=True)
        display(number)
    return values + values
"""


@pytest.mark.slow
def test_do_students_who_show_much_keep_every_point_beside_busy_neighbours(tmp_path):
    mini.built_course(tmp_path)
    for student, cell in TALKATIVE.items():
        write_submission(tmp_path, student, RIGHT, cell=cell)
    write_submission(tmp_path, "inside", RIGHT | {"double": INSIDE})
    with ExitStack() as stack:
        for _ in range(2):
            neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(neighbour.wait)
            stack.callback(neighbour.kill)
        with LocalWorkers(2) as workers:
            outcome = grade_class(tmp_path, mini.NAME, workers, limits=PATIENT)
    rows = outcome.report.rows
    assert {student: row.score for student, row in rows.items()} == dict.fromkeys([*TALKATIVE, "inside"], 3)
    assert {row.state for student, row in rows.items() if student != "one-long-print"} == {State.GRADED}
    # More than the grader takes in one piece, so that its connection is made anew.
    assert rows["one-long-print"].state == State.OUTPUT_TOO_LARGE
    assert "all checks count" in rows["one-long-print"].for_student


def test_is_all_that_was_said_there_and_in_one_piece():
    end, [cell] = run("for number in range(5_000):\n    print(number, flush=True)")
    assert end is None
    [output] = cell.outputs
    assert output.text == "".join(f"{number}\n" for number in range(5_000))


def test_is_output_beyond_the_limit_left_out_with_a_word_and_everything_run():
    loud = "for _ in range(60):\n    print('x' * 100_000, flush=True)"
    end, [first, second] = run(loud, "print('and on')")
    assert (end.state, end.went_on) == (State.OUTPUT_TOO_LARGE, True)
    assert 4_500_000 < len(text(first)) < 5_200_000
    assert text(first).endswith("[The rest is left out: a notebook may show 5 MB.]\n")
    assert text(second) == "and on\n"


def test_is_an_output_too_large_for_one_message_told_by_its_own_limit():
    end, [first, second] = run("print('before', flush=True)\nprint('x' * 40_000_000, flush=True)", "print(1)")
    assert (end.state, end.went_on) == (State.OUTPUT_TOO_LARGE, True)
    assert text(first).startswith("before\n[An output is left out")
    assert text(first).endswith(": one output may have 32 MB.]\n")
    assert text(second) == "1\n"


@pytest.mark.parametrize("ending", ["os._exit(0)", "os.kill(os.getpid(), 9)", "os.abort()"])
def test_is_nothing_said_to_be_left_out_when_the_kernel_ends(ending):
    end, cells = run("print(1)", f"import os\n{ending}", "print(3)")
    assert (end.state, end.where) == (State.KERNEL_DIED, "in the cell that begins with 'import os'")
    assert [text(cell) for cell in cells] == ["1\n", "", ""]


def test_does_output_without_end_end_the_notebook():
    end, _ = run("while True:\n    print('x' * 1_000_000, flush=True)")
    assert (end.state, end.went_on) == (State.OUTPUT_TOO_LARGE, False)


OBSERVES = "from helpers.checks import check\ncheck('one', 1)\ncheck('a failure', lambda: 1 / 0)"


def test_is_a_reply_after_which_too_much_has_come_no_broken_kernel():
    payload = '{"source": "page", "data": {"text/plain": "x" * 900_000}, "start": 0}'
    limits = Limits(cell_seconds=60, output_bytes=20_000)
    end, _ = run(f"get_ipython().payload_manager.write_payload({payload})", limits=limits)
    assert end.state == State.OUTPUT_TOO_LARGE
    assert end.detail == "too many messages"


@pytest.mark.parametrize("before", ["", "print('x' * 60_000_000, flush=True)\n"])
def test_do_observations_come_whatever_is_shown(before):
    _, [cell] = run(before + OBSERVES)
    assert [output.data[OBSERVATION_MIME] for output in cell.outputs if "data" in output] == [
        {"label": "one", "data": 1},
        {
            "label": "a failure",
            "data": {"raises": "ZeroDivisionError", "message": "division by zero"},
            "message": "ZeroDivisionError: division by zero",
        },
    ]


def test_does_one_cell_hand_over_no_more_than_a_reply_may_have():
    source = """
import numpy as np
from helpers.checks import check
for number in range(10):
    check(str(number), np.random.default_rng(number).normal(size=90_000))
"""
    end, [cell] = run(source)
    assert end is None
    data = [output.data[OBSERVATION_MIME]["data"] for output in cell.outputs]
    assert len(data) == 10
    assert len(data[0]["values"]) == 90_000
    assert data[-1] == {"not data": "more than one cell may hand over"}


# ---- cells that do not end


@pytest.mark.slow
def test_are_the_cells_after_an_endless_loop_run():
    end, cells = run("a = 1", "while True:\n    pass", "print(a + 1)", limits=NOT_PATIENT)
    assert (end.state, end.went_on) == (State.TIMED_OUT, True)
    assert end.where == "in the cell that begins with 'while True:'"
    assert end.detail == "one cell may take 15 s of CPU time"
    assert cells[1].outputs[-1].ename == "KeyboardInterrupt"
    assert text(cells[2]) == "2\n"


@pytest.mark.slow
def test_does_a_cell_that_cannot_be_interrupted_end_the_notebook(monkeypatch):
    monkeypatch.setattr(execution, "_INTERRUPT_SECONDS", 1)
    deaf = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass"
    end, cells = run(deaf, "print(1)", limits=NOT_PATIENT)
    assert (end.state, end.went_on) == (State.TIMED_OUT, False)
    assert cells[1].outputs == []


@pytest.mark.slow
def test_is_a_notebook_stopped_at_the_third_cell_that_does_not_end():
    endless = "while True:\n    pass"
    # A kernel that has just begun and is not yet in the loop loses the interrupt.
    end, cells = run("1", endless, endless, endless, "print(1)", limits=Limits(cell_seconds=10))
    assert (end.state, end.went_on) == (State.TIMED_OUT, False)
    assert end.detail == "one cell may take 10 s of CPU time, and this is the third cell that took longer"
    assert cells[4].outputs == []


def test_does_a_busy_machine_take_no_time_from_a_cell():
    # A process that waits for its turn uses no CPU time either.
    waiting = "import time\ntime.sleep(3)\nprint(1)"
    end, cells = run(waiting, limits=Limits(cell_seconds=1))
    assert (end, text(cells[0])) == (None, "1\n")


def test_does_a_cell_that_waits_for_ever_end():
    end, cells = run("import time\ntime.sleep(600)", "print(1)", limits=Limits(cell_seconds=1, patience=3))
    assert (end.state, end.detail) == (State.TIMED_OUT, "one cell may take 3 s by the clock")
    assert text(cells[1]) == "1\n"


class SlowMachine:
    """Runs notebooks; in the first so many runs, a cell of the lesson itself uses up its time."""

    def __init__(self, monkeypatch, slow_runs):
        self.slow_runs, self.runs = slow_runs, 0
        monkeypatch.setattr("course.grading.grade_one.run_notebook", self.run)

    def run(self, notebook, files, limits, **options):
        self.runs += 1
        if self.runs > self.slow_runs:
            return run_notebook(notebook, files, limits, **options)
        [cell] = [cell for cell in notebook.cells if cell.source == 'print("an experiment")']
        end = End(State.TIMED_OUT, "in a cell", "one cell may take 60 s of CPU time", went_on=True)
        return Execution(end, time_outs=(cell.id,))


def graded_on(machine, root):
    mini.built_course(root)
    write_submission(root, "ann", RIGHT)
    outcome = grade_class(root, mini.NAME, InThisProcess(), limits=PATIENT)
    return outcome.report.rows["ann"]


def test_is_a_student_graded_again_where_a_cell_of_the_lesson_took_too_long(tmp_path, monkeypatch):
    machine = SlowMachine(monkeypatch, slow_runs=1)
    row = graded_on(machine, tmp_path)
    assert (machine.runs, row.state, row.score) == (2, State.GRADED, 3)


def test_is_a_machine_too_slow_for_the_lesson_the_graders_fault(tmp_path, monkeypatch):
    row = graded_on(SlowMachine(monkeypatch, slow_runs=3), tmp_path)
    assert (row.is_fault, row.score) == (True, None)
    assert "the lesson itself is too slow here, in a cell: one cell may take 60 s" in row.for_instructor
    assert "This costs you nothing" in row.for_student


def test_reads_nobody_of_a_loop_in_a_cell_of_the_lesson(tmp_path, monkeypatch):
    row = graded_on(SlowMachine(monkeypatch, slow_runs=2), tmp_path)
    assert row.state == State.TIMED_OUT
    assert "loop" not in row.for_student
    assert "Without your code that cell ends in time" in row.for_student


@pytest.mark.slow
def test_keeps_a_student_what_has_nothing_to_do_with_an_endless_loop(tmp_path):
    mini.built_course(tmp_path)
    endless = "def double(values):\n    while True:\n        values = values + 0"
    write_submission(tmp_path, "ann", RIGHT | {"double": endless})
    with LocalWorkers(1) as workers:
        outcome = grade_class(tmp_path, mini.NAME, workers, limits=NOT_PATIENT)
    row = outcome.report.rows["ann"]
    assert (row.state, row.score) == (State.TIMED_OUT, 1)
    assert row.for_instructor == (
        "Interrupted in the cell of double-checks: one cell may take 15 s of CPU time; "
        "the cells after it were run."
    )


# ---- a kernel that loses its words

# As a message that is lost on its way: nobody is told that the cell is done.
SILENT = """
kernel = get_ipython().kernel
publish = kernel._publish_status
kernel._publish_status = lambda status, *rest, **more: None if status == "idle" else publish(
    status, *rest, **more)
"""


# The thread that sends them ends.
MUTE = "get_ipython().kernel.iopub_thread.stop()"


def test_is_a_reply_without_the_outputs_seen(monkeypatch):
    monkeypatch.setattr(execution, "_SILENCE_SECONDS", 2)
    end, _ = run(SILENT, "print(1)")
    assert (end.state, end.went_on) == (State.MESSAGES_LOST, False)


@pytest.mark.parametrize("cell", [SILENT, MUTE], ids=["silent", "mute"])
def test_counts_a_student_whose_outputs_are_lost_twice_by_the_replies(tmp_path, monkeypatch, cell):
    mini.built_course(tmp_path)
    write_submission(tmp_path, "ann", {**RIGHT, "quiz_1": WRONG["quiz_1"]}, cell=cell)
    monkeypatch.setattr(execution, "_SILENCE_SECONDS", 1)
    monkeypatch.setattr(execution, "_FURTHER_SILENCE_SECONDS", 0.1)
    outcome = grade_class(tmp_path, mini.NAME, InThisProcess(), limits=PATIENT)
    assert outcome.faults == []
    row = outcome.report.rows["ann"]
    assert (row.state, row.score) == (State.MESSAGES_LOST, 2)
    assert "All cells were run, and all checks count." in row.for_student


# libzmq aborted the grader's process in more than half of such runs.
SOCKETS_CLOSED = """
kernel = get_ipython().kernel
kernel.iopub_thread.stop()
kernel.iopub_thread.socket.close(0)
for stream in kernel.shell_streams or [kernel.shell_stream]:
    stream.close()
import time
time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.parametrize("repetition", range(3))
def test_does_the_grader_outlive_a_kernel_that_closes_its_sockets(repetition):
    end, _ = run("1", SOCKETS_CLOSED, "print(1)")
    assert end.state == State.KERNEL_DIED


# ---- replies that are none

REPLY = """
session = get_ipython().kernel.session
send = session.send
def other(stream, kind, content=None, *rest, **more):
    return send(stream, kind, {content} if kind == "execute_reply" else content, *rest, **more)
session.send = other
"""


@pytest.mark.parametrize(
    "content",
    [
        {"status": "error"},
        {"status": "error", "ename": None, "evalue": "", "traceback": []},
        {"status": "error", "ename": "E", "evalue": 3, "traceback": []},
        {"status": "error", "ename": "E", "evalue": "", "traceback": [[]]},
        {"status": "ok", "payload": 7},
        {"status": "ok", "payload": [7]},
        {"status": "ok", "payload": [{"source": OBSERVATION_MIME, "text": "{"}]},
        {"status": "ok", "payload": [{"source": OBSERVATION_MIME}]},
    ],
    ids=str,
)
def test_is_a_reply_that_is_none_the_end_of_the_kernel(content):
    end, _ = run(REPLY.format(content=content), "1")
    assert end.state == State.KERNEL_DIED, end
    assert "its reply is not a message" in end.detail
