"""Is this machine ready for the course, and what mends it when it is not?"""

from __future__ import annotations

import os
import pkgutil
import shutil
import sys
import tempfile
import tomllib
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
# A build that owns the same files takes a package's place. A GPU needs it (docs/install.md).
_OTHER_BUILDS = {"tensorflow-cpu": "tensorflow"}


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


def course_here() -> Path:
    """Return the folder in which one works if it is a course's; otherwise that of the installed `helpers`."""
    try:
        here = Path.cwd()
    except OSError:  # a folder that is gone
        return _TOP
    return here if (here / "course.toml").exists() else _TOP


def examine(root: str | os.PathLike[str] = _TOP) -> list[Finding]:
    """Return what is found of everything that the lessons need, in a fixed order.

    Behind what every course needs stand the checks that `course.toml` names. They may take some seconds.
    Nothing is changed, and nothing is raised: what cannot be looked at is a finding.

    root: the course's top folder.
    """
    top = Path(root)
    lock = top / "requirements.lock"
    return [
        _python(sys.version_info[:3]),
        installed_here(Path()),  # that of a folder which is gone cannot be told
        # Another course than the one that brings `helpers` need not have a lock.
        *([_versions(lock)] if top == _TOP or lock.exists() else []),
        _kernel(),
        _disk(top),
        _writable(top / "notebooks"),
        *_own_checks(top),
    ]


def _own_checks(top: Path) -> list[Finding]:
    """Return what the checks find that `course.toml` names in [doctor], each a "module:function"."""
    name, path = "Settings", top / "course.toml"
    try:
        checks = tomllib.loads(path.read_text(encoding="utf-8")).get("doctor", {}).get("checks", [])
    except FileNotFoundError:
        return []
    except OSError as error:
        return [Finding(name, False, f"{path.name} cannot be read ({error.strerror})", restoring(path.name))]
    except ValueError as error:
        return [Finding(name, False, f"{path.name} is damaged ({error})", restoring(path.name))]
    return [_own_check(check) for check in checks]


def _own_check(check: str) -> Finding:
    try:
        found: Finding = pkgutil.resolve_name(check)()
    except ImportError as error:
        remedy = f"{python_command()} -m pip install --requirement requirements.lock"
        return Finding(check.rpartition(":")[2], False, last_line(str(error)), remedy)
    return found


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
        show(f"\n{len(failures)} to mend. Then run again: {again}")
        return 1
    show(f"\n{ready}")
    return 0


def _python(version: tuple[int, int, int]) -> Finding:
    """Find whether the packages are made for this Python."""
    name, found = "Python", ".".join(map(str, version))
    if (3, 11) <= version[:2] <= (3, 13):
        return Finding(name, True, found)
    return Finding(
        name,
        False,
        f"{found}, but the course needs 3.11, 3.12 or 3.13",
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
    remedy = f"{python_command()} -m pip install --no-deps --no-build-isolation --editable ."
    if (folder / ".venv").exists():
        remedy = "make clean, then make doctor"
    return Finding(name, False, f"the course in {_TOP} is used here, not the course in this folder", remedy)


def _versions(lock: Path) -> Finding:
    """Find whether the installed packages are those of the lock file."""
    from packaging.requirements import Requirement

    name, remedy = "Packages", f"{python_command()} -m pip install --requirement requirements.lock"
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
    return installed_version(package) or installed_version(_OTHER_BUILDS.get(package, package))


def installed_version(package: str) -> str:
    """Return the version of a package, or "" where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _kernel() -> Finding:
    """Find whether the kernel that the notebooks name starts this Python."""
    name = "Kernel"
    remedy = f"{python_command()} -m ipykernel install --sys-prefix"
    try:
        from jupyter_client.kernelspec import KernelSpecManager

        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except ImportError:
        install = f"{python_command()} -m pip install --requirement requirements.lock"
        return Finding(name, False, "jupyter_client is not installed", install)
    except KeyError:  # NoSuchKernel is one
        return Finding(name, False, "there is no kernel python3, which the notebooks need", remedy)
    except (ValueError, LookupError, TypeError, OSError):
        return Finding(name, False, "the kernel.json of python3 is damaged", remedy)
    # A bare name stands for the Python that Jupyter itself runs on. A link is not followed: that is all
    # the difference between a virtual environment's Python and the one it was made from.
    bare = Path(command).name == command
    if bare or Path(command).parent == Path(sys.executable).parent:
        return Finding(name, True, "python3 runs in this environment")
    return Finding(name, False, f"python3 starts {command}, not the Python of this environment", remedy)


def _disk(root: Path) -> Finding:
    """Find whether there is room on the disk."""
    try:
        free = shutil.disk_usage(root).free / 1e9
    except OSError as error:
        return Finding("Disk", False, f"{root} cannot be read ({error.strerror})", "get the course again")
    message = f"{free:.1f} GB free"
    if free >= _MIN_FREE_GIGABYTES:
        return Finding("Disk", True, message)
    message += f", but {_MIN_FREE_GIGABYTES:g} GB are needed"
    return Finding("Disk", False, message, f"{python_command()} -m pip cache purge")


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


def last_line(text: str) -> str:
    """Return the last line of a text, or an empty one."""
    return text.strip().splitlines()[-1] if text.strip() else ""


def python_command() -> str:
    """Return how one types this Python in the course's top folder."""
    python = Path(sys.executable)
    command = str(python.relative_to(_TOP)) if python.is_relative_to(_TOP) else str(python)
    return f'"{command}"' if " " in command else command
