"""What `course doctor` asks of TensorFlow."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from helpers.learner.doctor import Finding, installed_version, last_line, python_command

_TOP = Path(__file__).resolve().parents[2]
# Best CPU time of a few trainings after the first, which compiles. The lessons are timed on a machine that
# needs 0.06 s; one five times slower turns a minute into five.
_MAX_TRAINING_SECONDS = 0.3
# Two builds of one package, which own the same files.
_TENSORFLOW, _TENSORFLOW_CPU = "tensorflow", "tensorflow-cpu"
_PATIENCE = 180  # seconds, for starting TensorFlow from a slow disk too
_SLOW = "plug the computer in and close other programs, then: make doctor (with conda: course doctor)"
_TRAINING = """
import time
from helpers.data import fashion_mnist
from helpers.training import Configuration, train_fast

def seconds(seed):
    started = time.process_time()
    train_fast(Configuration(learning_rate=0.1), data, seed)
    return time.process_time() - started

data = fashion_mnist()
seconds(seed=0)
print("seconds:", min(seconds(seed) for seed in range(1, 6)))
"""


def one_tensorflow() -> Finding:
    """Find whether there is one build of TensorFlow.

    Of two, the one installed last counts, and neither can be removed.
    """
    name = "TensorFlow"
    builds = [build for build in (_TENSORFLOW, _TENSORFLOW_CPU) if installed_version(build)]
    if len(builds) == 2:
        pip = f"{python_command()} -m pip"
        remedy = f"{pip} uninstall --yes {' '.join(builds)} && {pip} install --requirement requirements.lock"
        return Finding(name, False, f"{' and '.join(builds)} are both installed, into the same files", remedy)
    return Finding(name, True, f"{builds[0]} {installed_version(builds[0])}" if builds else "none yet")


def training_speed() -> Finding:
    """Find whether TensorFlow trains, and fast enough."""
    name = "Training"
    remedy = f"{python_command()} -m pip install --force-reinstall --no-deps --requirement requirements.lock"
    try:
        # In a process of its own: on a CPU that TensorFlow was not built for, the process simply dies.
        process = subprocess.run(
            [sys.executable, "-c", _TRAINING], capture_output=True, text=True, timeout=_PATIENCE, cwd=_TOP
        )
    except subprocess.TimeoutExpired:
        return Finding(name, False, f"a training of some seconds is not over after {_PATIENCE}", _SLOW)
    except OSError as error:
        return Finding(name, False, f"no process can be started ({error.strerror})", "end other programs")
    if process.returncode:
        reason = last_line(process.stderr) or f"it ended with status {process.returncode}"
        return Finding(name, False, f"TensorFlow does not train here: {reason}", remedy)
    # Other packages may print, too.
    said = re.search(r"^seconds: (\d+(?:\.\d+)?(?:e-\d+)?)$", process.stdout, re.MULTILINE)
    if said is None:
        return Finding(name, False, "TensorFlow's process did not say how long a training took", remedy)
    seconds = float(said[1])
    message = f"a small network trains in {seconds:.2f} s of CPU time"
    if seconds <= _MAX_TRAINING_SECONDS:
        return Finding(name, True, message)
    message += f", more than {_MAX_TRAINING_SECONDS:g} s: lessons work, but take longer than they say"
    return Finding(name, False, message, _SLOW)
