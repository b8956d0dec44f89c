"""Is this machine ready for the course, and what mends it when it is not?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import restoring

if TYPE_CHECKING:
    from rich.console import Console

_TOP = Path(__file__).resolve().parents[2]
_MIN_FREE_GIGABYTES = 1.0

# Best CPU time of a few trainings after the first, which compiles. The lessons are timed on a machine that
# needs 0.06 s; one five times slower turns a minute into five.
_MAX_TRAINING_SECONDS = 0.3
# Two builds of one package, which own the same files. With a graphics card one has the other (README).
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


@dataclass(frozen=True)
class Finding:
    """The answer to one question about this machine.

    name: what was looked at.
    ok: whether it is as it should be.
    message: what was found, one line.
    remedy: the command that mends it, as one types it in the course's top folder, or what to do where there
        is none; empty when ok.
    """

    name: str
    ok: bool
    message: str
    remedy: str = ""


def examine(root: str | os.PathLike[str] = _TOP) -> list[Finding]:
    """Return what is found of everything that the lessons need, in a fixed order.

    Takes some seconds, nearly all for starting TensorFlow. Nothing is changed, and nothing is raised: what
    cannot be looked at is a finding.

    root: the course's top folder.
    """
    top = Path(root)
    return [
        _python(sys.version_info[:3]),
        installed_here(Path()),  # that of a folder which is gone cannot be told
        _versions(top / "requirements.lock"),
        _one_tensorflow(),
        _kernel(),
        _disk(top),
        _writable(top / "notebooks"),
        _data(),
        _training(),
    ]


def render(
    findings: Sequence[Finding],
    console: Console,
    ready: str = "This machine is ready: make lab (with conda: jupyter lab notebooks)",
    again: str = "make doctor (with conda: course doctor)",
) -> int:
    """Print the findings, a remedy below each failure, and return the exit code, 0 when all is well.

    findings: what `examine` returns.
    ready: what is said when all is well.
    again: the command that looks again.
    """

    def show(line: str, style: str | None = None) -> None:
        # soft_wrap: a command is copied from here, so the terminal breaks lines and not Rich.
        console.print(line, style=style, highlight=False, markup=False, soft_wrap=True)

    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark, style = ("✓", "green") if finding.ok else ("✗", "red")
        show(f"{mark} {finding.name:<{width}}  {finding.message}", style)
        if not finding.ok:
            show(f"  {'':<{width}}  {finding.remedy}", "bold")
    failures = [finding for finding in findings if not finding.ok]
    if failures:
        show(f"\n{len(failures)} to mend. Then look again: {again}")
        return 1
    show(f"\n{ready}")
    return 0


def _python(version: tuple[int, int, int]) -> Finding:
    """Find whether TensorFlow is made for this Python."""
    name, found = "Python", ".".join(map(str, version))
    if (3, 11) <= version[:2] <= (3, 13):
        return Finding(name, True, found)
    return Finding(
        name,
        False,
        f"{found}, but TensorFlow needs 3.11, 3.12 or 3.13",
        "make clean lab PYTHON=python3.12 (with conda: conda env create --file environment.yml)",
    )


def installed_here(folder: Path) -> Finding:
    """Find whether a course's folder works with its own `helpers`.

    A .venv that was copied along with its folder still works with those of the old place, if it works at all.

    folder: where one works. That it is no course's folder is no fault.
    """
    name, own = "Course", folder / "helpers"
    if not (own / "__init__.py").exists() or own.samefile(_TOP / "helpers"):
        return Finding(name, True, f"that of {_TOP}")
    remedy = f"{_python_command()} -m pip install --no-deps --no-build-isolation --editable ."
    if (folder / ".venv").exists():
        remedy = "make clean, then make doctor"
    return Finding(name, False, f"that of {_TOP} is used here, not this folder's own", remedy)


def _versions(lock: Path) -> Finding:
    """Find whether the installed packages are those of the lock file."""
    from packaging.requirements import Requirement

    name, remedy = "Packages", f"{_python_command()} -m pip install --requirement requirements.lock"
    try:
        lines = [line.split("#")[0].strip() for line in lock.read_text(encoding="utf-8").splitlines()]
    except OSError as error:
        message = f"{lock.name} cannot be read ({error.strerror})"
        return Finding(name, False, message, restoring(lock.name))
    except UnicodeDecodeError:
        return Finding(name, False, f"{lock.name} is damaged", restoring(lock.name))
    try:
        locked = [Requirement(line) for line in lines if line]
    except ValueError:
        return Finding(name, False, f"{lock.name} is damaged", restoring(lock.name))
    locked = [package for package in locked if package.marker is None or package.marker.evaluate()]
    strangers = [
        f"{package.name} {installed or 'missing'} (locked{str(package.specifier).replace('==', ' ')})"
        for package in locked
        if not package.specifier.contains(installed := _installed_build(package.name), prereleases=True)
    ]
    if not strangers:
        return Finding(name, True, f"all {len(locked)} at the locked versions")
    more = f" and {len(strangers) - 3} more" if len(strangers) > 3 else ""
    return Finding(name, False, ", ".join(strangers[:3]) + more, remedy)


def _installed_build(package: str) -> str:
    return _installed(package) or (_installed(_TENSORFLOW) if package == _TENSORFLOW_CPU else "")


def _installed(package: str) -> str:
    """Return the version of a package, or "" where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _one_tensorflow() -> Finding:
    """Find whether there is one build of TensorFlow.

    Of two, the one installed last counts, and neither can be removed.
    """
    name = "TensorFlow"
    builds = [build for build in (_TENSORFLOW, _TENSORFLOW_CPU) if _installed(build)]
    if len(builds) == 2:
        pip = f"{_python_command()} -m pip"
        remedy = f"{pip} uninstall --yes {' '.join(builds)} && {pip} install --requirement requirements.lock"
        return Finding(name, False, f"{' and '.join(builds)} are both installed, into the same files", remedy)
    return Finding(name, True, f"{builds[0]} {_installed(builds[0])}" if builds else "none yet")


def _kernel() -> Finding:
    """Find whether the kernel that the notebooks name starts this Python."""
    name = "Kernel"
    remedy = f"{_python_command()} -m ipykernel install --sys-prefix"
    try:
        from jupyter_client.kernelspec import KernelSpecManager

        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except ImportError:
        install = f"{_python_command()} -m pip install --requirement requirements.lock"
        return Finding(name, False, "jupyter_client is not installed", install)
    except KeyError:  # NoSuchKernel is one
        return Finding(name, False, "no kernel is called python3, as the notebooks ask", remedy)
    except (ValueError, LookupError, TypeError, OSError):
        return Finding(name, False, "the kernel.json of python3 is damaged", remedy)
    # A bare name stands for the Python that Jupyter itself runs on. A link is not followed: that is all
    # the difference between a virtual environment's Python and the one it was made from.
    bare = Path(command).name == command
    if bare or Path(command).parent == Path(sys.executable).parent:
        return Finding(name, True, "python3 runs in this environment")
    return Finding(name, False, f"python3 starts {command}, another Python than this", remedy)


def _disk(root: Path) -> Finding:
    """Find whether there is room on the disk."""
    try:
        free = shutil.disk_usage(root).free / 1e9
    except OSError as error:
        return Finding("Disk", False, f"{root} cannot be looked at ({error.strerror})", "get the course anew")
    message = f"{free:.1f} GB free"
    if free >= _MIN_FREE_GIGABYTES:
        return Finding("Disk", True, message)
    message += f", but {_MIN_FREE_GIGABYTES:g} GB are needed"
    return Finding("Disk", False, message, f"{_python_command()} -m pip cache purge")


def _writable(notebooks: Path) -> Finding:
    """Find whether every lesson can be saved."""
    name = "Notebooks"
    folders = [notebooks, *sorted(path for path in notebooks.glob("*/") if not path.name.startswith("."))]
    for folder in folders:
        try:
            with tempfile.TemporaryFile(dir=folder):
                pass
        except FileNotFoundError:
            return Finding(name, False, f"{folder.name}/ is missing", restoring(notebooks.name))
        except OSError as error:
            message = f"{folder.name}/ cannot be written to ({error.strerror})"
            remedy = f"chmod -R u+w {notebooks.name}"
            if sys.platform == "win32":
                remedy = f"attrib -r {notebooks.name}\\*.* /s"
            return Finding(name, False, message, remedy)
    return Finding(name, True, f"{len(folders) - 1} lessons, and they can be saved")


def _data() -> Finding:
    """Find whether the images and measurements that the lessons read are there, and what they were."""
    name = "Data"
    try:
        from helpers.data import fashion_mnist, read_packaged
        from helpers.data.packaged import packaged_names

        num_images = sum(len(part) for part in fashion_mnist(num_train=3000, num_val=3000)[::2])
        names = packaged_names()
        for packaged in names:
            read_packaged(packaged)
    except (OSError, ImportError) as error:
        return Finding(name, False, _last_line(str(error)), restoring("helpers/datasets"))
    return Finding(
        name, True, f"{num_images} images of Fashion-MNIST; all {len(names)} files, checksums right"
    )


def _training() -> Finding:
    """Find whether TensorFlow trains, and fast enough."""
    name = "Training"
    remedy = f"{_python_command()} -m pip install --force-reinstall --no-deps --requirement requirements.lock"
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
        reason = _last_line(process.stderr) or f"it ended with status {process.returncode}"
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


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else ""


def _python_command() -> str:
    """Return how one types this Python in the course's top folder."""
    python = Path(sys.executable)
    command = str(python.relative_to(_TOP)) if python.is_relative_to(_TOP) else str(python)
    return f'"{command}"' if " " in command else command
