"""Figures that are taken in processes of their own, which report their peak memory too."""

import json
import resource
import subprocess
import sys
import time


def measure(module, *arguments):
    """Run `python -m module arguments` in a fresh process; return what its `report` printed."""
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{module} {' '.join(arguments)} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def report(figures):
    """Print figures, name -> number, and this process's peak memory in MB, for `measure`."""
    # Linux counts in kB, macOS in bytes.
    scale = 1e6 if sys.platform == "darwin" else 1e3
    print(json.dumps(figures | {"memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale}))


def seconds(call):
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def memory_row(reported):
    """The row for the peak memory of a process that has reported."""
    return "  peak memory of its process", reported["memory"], "MB", "-", True
