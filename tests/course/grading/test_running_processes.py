"""Running a submission that starts processes: a pool, a bomb, and files that they leave."""

import time

import nbformat
import pytest

from course.grading.execution import run_notebook
from course.grading.states import State
from course.kernels.provisioner import warm_kernels
from course.sandbox.limits import Limits

pytestmark = pytest.mark.usefixtures("sandboxes")

POOL = """
import multiprocessing
with multiprocessing.Pool(40) as pool:
    print(sum(pool.map(abs, range(-100, 0))))
"""
BOMB = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
BOMB_WITHOUT_KERNEL = """
import os, time
for _ in range(200):
    if os.fork() == 0:
        time.sleep(600)
os._exit(0)
"""


@pytest.fixture(scope="module", autouse=True)
def warm():
    with warm_kernels():
        yield


def run(*sources, limits=None, sandboxed=True):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    return run_notebook(notebook, {}, limits or Limits(cell_seconds=60), sandboxed=sandboxed), notebook.cells


def test_has_a_pool_of_forty_room_on_every_machine():
    ended, cells = run(POOL)
    assert ended.end is None
    assert cells[0].outputs[0].text == "5050\n"


@pytest.mark.parametrize("code", [BOMB, BOMB_WITHOUT_KERNEL])
def test_is_a_fork_bomb_named_as_what_it_is_with_figures_that_can_be_true(code):
    began = time.monotonic()
    ended, _ = run("before = 1", code)
    assert ended.end.state == State.TOO_MANY_PROCESSES
    assert ended.end.detail == f"it may have {Limits().processes} at a time"
    assert "Give a pool fewer" in ended.end.for_student
    # Some hundred megabytes that all of them share; 133 times as many were once said.
    assert ended.peak_bytes < 1e9
    assert time.monotonic() - began < 120
