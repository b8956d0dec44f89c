"""The numbers in the pages about grading are those that the grader keeps."""

import os
import re

import pytest

from course.grading import execution, kernel_places
from course.grading.term import Late, read_term
from course.sandbox.limits import Limits
from course.sandbox.seccomp import SHARED_MAPPING_BYTES

USUAL = Limits()
CORES = os.cpu_count() or 1
SAID = [
    f"only output beyond {USUAL.output_bytes / 1e6:g} MB is left out",
    f"one process: `MemoryError` beyond {USUAL.memory_bytes / 1e9:g} GB",
    f"All processes together: ended at {USUAL.total_memory_bytes / 1e9:g} GB",
    f"share has {SHARED_MAPPING_BYTES >> 20} MiB at most",
    f"ended at {USUAL.sockets + 1} sockets",
    f"{USUAL.disk_bytes >> 20} MiB each for its folder and for `/dev/shm`, {USUAL.files:,} files each",
    f"{USUAL.file_bytes >> 20} MiB a file",
    f"ended at {USUAL.processes - 2 * CORES + 1} processes, and 2 more for each core",
    f"at most {USUAL.threads - 8 * CORES - CORES**2} threads, 8 more for each core, and the square",
    f"a cell is interrupted after {USUAL.cell_seconds:g} s of CPU time",
    f"ended {execution._INTERRUPT_SECONDS} s of CPU time later if that does not help",
    f"by the clock, after {USUAL.patience:g} times as long",
    f"Ended at {USUAL.cpu_seconds} s of CPU time of all processes together, or at {USUAL.wall_seconds:g} s",
    f"the OS ends it after {USUAL.step_seconds:g} s of CPU time",
    f"refuses it memory beyond {USUAL.step_memory_bytes >> 30} GiB",
    f"one message may have {execution._MAX_MESSAGE_BYTES / 1e6:g} MB",
    f"and {kernel_places._MAX_UNREAD_MESSAGES} may wait unread",
    f"ended when the grader has grown by {USUAL.grader_bytes >> 20} MiB",
]


@pytest.mark.parametrize("sentence", SAID)
def test_is_a_number_of_the_documentation_the_one_that_is_kept(top, sentence):
    pages = ("grading-sandbox-attacks.md", "grading-states.md")
    assert any(sentence in (top / "docs" / page).read_text(encoding="utf-8") for page in pages)


def test_the_documented_term_is_one(top, tmp_path):
    page = (top / "docs" / "grading-term.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```toml\n(.*?)```", page, flags=re.S)
    (tmp_path / "term.toml").write_text(example, encoding="utf-8")
    term = read_term(tmp_path, top / "solutions")
    assert term.late == Late(percent_per_day=10, grace_minutes=15, most_percent=50)
    assert term.lesson("05-batch-size").points == {"total_iterations": 2, "large_batch": 5}
