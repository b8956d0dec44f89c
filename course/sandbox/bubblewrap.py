"""Starting bubblewrap with the init process of a sandbox: which arguments, as whom, and what went wrong."""

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path, PurePosixPath

from course.sandbox import entry, linux, mounts, seccomp
from course.sandbox.limits import Limits
from helpers.errors import CourseError

_NOBODY = 65534  # whom a sandbox belongs to when root grades: nothing in it may run as the real root
_START_SECONDS = 30.0
_TEMPORARY = ("/tmp", "/var/tmp")  # links to one folder of the sandbox's own disk
_STAGE = Path("/mnt")
_PATH = "/usr/bin:/bin"
_USER = f"student:x:{entry.INSIDE_ID}:"
_STUBS = {
    "/etc/passwd": f"root:x:0:0::/:/bin/false\n{_USER}{entry.INSIDE_ID}::{entry.HOME}:/bin/sh\n",
    "/etc/group": f"root:x:0:\n{_USER}\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "/etc/hosts": "127.0.0.1 localhost\n",
}
# SIGCHLD is ignored so that orphans, which become children of process 1, leave no zombies behind.
# Nothing of the grader's stays open: /proc/1/fd can be opened from inside. And as process 1's memory can
# be written from inside, it is under the same limits as the submission: to take it over gains nothing.
_HOLDER = (
    "tar -x -C {home} && exec prlimit {limits} env --ignore-signal=CHLD sleep infinity </dev/null 2>/dev/null"
)
_HOLDS = b"sleep\0infinity\0"  # its command line when all that is done
# As prlimit calls them. What Python calls them is looked up late: other systems do not have all of them.
_LIMITS = ("data", "fsize", "nproc", "nofile", "cpu", "core", "memlock", "msgqueue", "nice", "rtprio")


@contextlib.contextmanager
def held(limits: Limits, files: Mapping[str, bytes]) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start bubblewrap with an init process and the files in place, and end both afterwards.

    Yields bubblewrap and the process id of init. Bubblewrap also dies with the thread that enters this.

    files: content, by a path inside the folder `entry.HOME`.

    Raises CourseError where it cannot start, or when the files are too many or too large; ValueError for a
    path that would leave the folder.
    """
    _refuse_too_much(limits, files)
    archive = _archive(files)
    bubblewrap, information = _start(limits)
    with bubblewrap, open(information, "rb") as told:
        try:
            assert bubblewrap.stdin is not None  # `_start` has asked for a pipe
            with contextlib.suppress(BrokenPipeError):  # its own words say more
                bubblewrap.stdin.write(archive)
                bubblewrap.stdin.close()
            init_pid = json.loads(told.read() or "{}").get("child-pid")
            _wait_until_it_holds(bubblewrap, init_pid)
            yield bubblewrap, init_pid
        finally:
            bubblewrap.kill()


def _start(limits: Limits) -> tuple[subprocess.Popen[bytes], int]:
    """Start bubblewrap; return it, and the descriptor from which its word on the init process can be read."""
    program = _program()
    passed: list[int] = []
    information, writer = os.pipe()
    try:
        passed.append(writer)
        options = _options(limits, passed)
        # Root's sandboxes belong to nobody. Popen forks slower with a user, so only then.
        is_root = os.geteuid() == 0
        bubblewrap = subprocess.Popen(
            [program, *options, "--info-fd", str(writer), "--", "/bin/sh", "-c", _init(limits)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=passed,
            cwd="/",
            env={"PATH": _PATH},
            user=_NOBODY if is_root else None,
            group=_NOBODY if is_root else None,
            extra_groups=[] if is_root else None,
        )
    except (OSError, subprocess.SubprocessError) as problem:  # root that cannot become nobody, for one
        os.close(information)
        raise _cannot_build(str(problem)) from problem
    finally:
        for descriptor in passed:
            os.close(descriptor)
    return bubblewrap, information


def _init(limits: Limits) -> str:
    """Return what the shell in the sandbox runs: it unpacks the files, and then only holds."""
    values = entry.limits_of_a_process(limits, 0)
    names = {getattr(resource, f"RLIMIT_{name.upper()}"): name for name in _LIMITS}
    words = " ".join(f"--{names[limit]}={soft}:{hard}" for limit, (soft, hard) in values.items())
    return _HOLDER.format(home=entry.HOME, limits=words)


def _wait_until_it_holds(bubblewrap: subprocess.Popen[bytes], init_pid: int | None) -> None:
    """Return when init only waits: until then process 1 is a shell, which a signal could still end.

    init_pid: None where bubblewrap has named no init process.

    Raises CourseError when bubblewrap ends, or takes longer than _START_SECONDS.
    """
    deadline = time.monotonic() + _START_SECONDS
    while init_pid is not None and bubblewrap.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it failed: bubblewrap ends too
            if Path(f"/proc/{init_pid}/cmdline").read_bytes() == _HOLDS:
                return
        time.sleep(0.0005)
    bubblewrap.kill()
    assert bubblewrap.stderr is not None  # `_start` has asked for a pipe
    words = bubblewrap.stderr.read().decode(errors="replace").strip().splitlines()
    raise _cannot_build(words[-1] if words else "no answer")


def _cannot_build(why: str) -> CourseError:
    return CourseError(
        f"No sandbox can be built around submissions here ({why}): allow user namespaces, as "
        "docs/grading-sandbox.md says, or grade on another machine."
    )


def _refuse_too_much(limits: Limits, files: Mapping[str, bytes]) -> None:
    """Raise CourseError when the files fill more than half of the sandbox's disk.

    The rest is for what the submission itself writes. A file takes whole pages of 4 KiB.
    """
    size = sum(-(-len(content) // 4096) * 4096 for content in files.values())
    if size > limits.disk_bytes / 2 or len(files) > limits.files / 2:
        raise CourseError(
            f"The submission's {len(files)} files with {size / 1e6:.1f} MB do not fit into a sandbox: "
            f"remove what the lesson did not ask for (at most {limits.files // 2} files, "
            f"{limits.disk_bytes / 2e6:.0f} MB)."
        )


def _archive(files: Mapping[str, bytes]) -> bytes:
    """Return the files as a tar archive. Raises ValueError for a path that would leave the folder."""
    result = BytesIO()
    with tarfile.open(fileobj=result, mode="w", format=tarfile.GNU_FORMAT, encoding="utf-8") as archive:
        for name, content in files.items():
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
                raise ValueError(f"{name!r} is no path inside a folder")
            entry = tarfile.TarInfo(str(path))
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))
    return result.getvalue()


def _program() -> str:
    """Return the path of bubblewrap. Raises CourseError where there is none."""
    if not sys.platform.startswith("linux"):
        raise CourseError("A sandbox around submissions needs Linux: grade on a Linux machine.")
    program = shutil.which("bwrap")
    if program is None:
        raise CourseError(
            "A sandbox around submissions needs bubblewrap: install it "
            "(Debian, Ubuntu: sudo apt-get install bubblewrap)."
        )
    return program


def _options(limits: Limits, passed: list[int]) -> list[str]:
    """Return bubblewrap's options; descriptors that they name are added to `passed`."""
    options = [
        *("--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-ipc", "--unshare-net"),
        *("--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox"),
        *("--uid", str(entry.INSIDE_ID), "--gid", str(entry.INSIDE_ID)),
        *("--die-with-parent", "--new-session", "--as-pid-1", "--clearenv", "--setenv", "PATH", _PATH),
        # Its folders stay where they are: whatever lies in them, no other can be put in their place.
        *("--perms", "0555", "--size", str(limits.disk_bytes), "--tmpfs", entry.DISK),
        *("--dir", entry.HOME, "--dir", entry.SOCKETS, "--dir", entry.TEMPORARY),
        *(word for link in _TEMPORARY for word in ("--symlink", entry.TEMPORARY, link)),
        *("--proc", "/proc", "--dev", "/dev"),
        # It reads as zeros too, but cannot be mapped: see seccomp.py.
        *("--dev-bind", "/dev/full", "/dev/zero"),
        *("--size", str(limits.disk_bytes), "--tmpfs", entry.SHARED_MEMORY),
    ]
    trees = mounts.trees()
    ways = _ways(map(_place, trees))
    for way in ways:
        options += ["--tmpfs", str(way)]
    for tree, source in zip(trees, _sources(trees), strict=True):
        if tree.is_symlink() and tree.parent == Path("/"):  # /bin -> usr/bin
            options += ["--symlink", os.readlink(tree), str(tree)]
        else:
            options += ["--ro-bind", str(source), str(_place(tree))]
    for folder in map(_place, mounts.hidden()):
        options += ["--tmpfs", str(folder), "--remount-ro", str(folder)]
    for way in ways:
        options += ["--remount-ro", str(way)]
    for path, text in _STUBS.items():
        options += ["--file", str(_in_memory(text.encode(), passed)), path]
    filter_program = seccomp.program()
    if filter_program:
        options += ["--seccomp", str(_in_memory(filter_program, passed))]
    # In /proc, a process could lower the oom_score_adj that `enter` has raised.
    read_only = [word for folder in ("/proc", "/dev", "/") for word in ("--remount-ro", folder)]
    return [*options, *read_only, "--chdir", "/"]


def _place(tree: Path) -> Path:
    """Return where to mount a tree so that its own path leads to it.

    Bubblewrap mounts nothing through a link.
    """
    for link in _TEMPORARY:
        if tree.is_relative_to(link):
            return Path(entry.TEMPORARY, tree.relative_to(link))
    return tree


def _ways(places: Iterable[Path]) -> list[Path]:
    """Return the folders in which the sandbox's own disks begin to lead to a tree.

    What lies in them is on the way to a tree, and not the submission's to write.
    """
    disks = (Path(entry.TEMPORARY), Path(entry.SHARED_MEMORY))
    found = {
        disk / place.relative_to(disk).parts[0]
        for place in places
        for disk in disks
        if disk in place.parent.parents
    }
    return sorted(found)


def _sources(trees: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return where the user that is nobody can reach each tree: Python may lie in root's home folder.

    If so, the trees are mounted a second time, in a mount namespace that only this thread has.
    """
    if os.geteuid() != 0 or all(map(_is_open_to_everybody, trees)):
        return trees
    linux.unshare(linux.NEW_MOUNTS)
    linux.mount("none", "/", "", linux.RECURSIVE | linux.PRIVATE)
    opened = [os.open(tree, os.O_PATH | os.O_CLOEXEC) for tree in trees]
    linux.mount("tmpfs", _STAGE, "tmpfs", linux.NO_SETUID | linux.NO_DEVICES, "mode=755")
    result = []
    for number, (tree, descriptor) in enumerate(zip(trees, opened, strict=True)):
        place = _STAGE / str(number)
        if tree.is_dir():
            place.mkdir()
        else:
            place.touch()
        linux.mount(f"/proc/thread-self/fd/{descriptor}", place, "", linux.BIND | linux.RECURSIVE)
        os.close(descriptor)
        result.append(place)
    return tuple(result)


def _is_open_to_everybody(path: Path) -> bool:
    """Return whether everybody may enter each folder above."""
    return all(folder.stat().st_mode & 0o001 for folder in path.parents)


def _in_memory(content: bytes, passed: list[int]) -> int:
    """Return a descriptor, added to `passed`, of a file in memory with this content."""
    passed.append(os.memfd_create("sandbox"))
    os.write(passed[-1], content)
    os.lseek(passed[-1], 0, os.SEEK_SET)
    return passed[-1]
