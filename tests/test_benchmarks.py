"""What `make bench` prints: its lines and nothing else, whatever is said meanwhile."""

import os
import subprocess
import sys

PROGRAM = """
import os, subprocess, sys
from benchmarks.__main__ import alone, line_of

with alone() as lines:
    print("python says")
    os.write(1, b"native code says\\n")
    os.write(2, b"W0000 absl says\\n")
    child = "import sys; print('a child says'); print('and warns', file=sys.stderr)"
    subprocess.run([sys.executable, "-c", child])
    print(line_of("a figure", 7, "x", ">= 10 x", False), file=lines, flush=True)
    {end}
print("after it")
"""


def run(top, end):
    environment = os.environ | {"PYTHONPATH": str(top)}
    command = [sys.executable, "-c", PROGRAM.format(end=end)]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_are_the_lines_of_the_figures_alone(top):
    done = run(top, "pass")
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["a", "figure", "7", "x", ">=", "10", "x", "falls", "short"],
        ["after", "it"],
    ]
    assert done.stderr == ""
    assert done.returncode == 0


def test_is_what_was_said_shown_when_a_bench_fails(top):
    done = run(top, "raise ValueError('the reason')")
    assert done.returncode == 1
    assert done.stdout.split() == ["a", "figure", "7", "x", ">=", "10", "x", "falls", "short"]
    for words in ("native code says", "absl says", "a child says", "and warns", "ValueError: the reason"):
        assert words in done.stderr
