"""How forks end, asked in a process that has no other thread."""

import subprocess
import sys

import pytest

PROGRAM = """
import os, signal, sys
from helpers.processes import Fork, ending

fork = Fork(lambda: {job})
try:
    print(fork.receive(), end=", ")
except EOFError:
    print("nothing", end=", ")
print(ending(fork.wait()))
"""


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ("[1, 2]", "[1, 2], exit code 0"),
        ("1 / 0", "nothing, exit code 1"),
        ("sys.exit()", "nothing, exit code 0"),
        ("sys.exit(3)", "nothing, exit code 3"),
        ("sys.exit('words')", "nothing, exit code 1"),
        ("os.abort()", "nothing, signal SIGABRT"),
        ("(yield)", "nothing, exit code 1"),  # a generator cannot be sent
    ],
)
def test_a_fork_sends_its_result_or_ends_without(job, said):
    command = [sys.executable, "-c", PROGRAM.format(job=job)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"{said}\n"
