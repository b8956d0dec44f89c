"""The side of the process that moves into a sandbox: it joins, gives up every right, and stays.

`Sandbox` (sandbox.py) has made the namespaces, and a process of its own holds them. Bubblewrap can only
start programs, and a kernel is forked from a warm process; so that process walks in by itself: it
joins the init process's namespaces with setns(2).
"""

import os
import re
import resource
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from course.sandbox import linux, seccomp
from course.sandbox.limits import Limits

# A file system in memory, with these folders. No instructor has a folder of this name, so no Python and no
# course lies in it, as they do below /home.
DISK = "/sandbox"
HOME = f"{DISK}/student"
SOCKETS = f"{DISK}/sockets"
TEMPORARY = f"{DISK}/tmp"
SHARED_MEMORY = "/dev/shm"
INSIDE_ID = 1000  # user and group inside the sandbox

# Sent to the waiter, meant for the process inside.
_PASSED_ON = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGCONT,
)


def enter(init_pidfd: int, limits: Limits, keep: Iterable[int] = ()) -> None:
    """Move this process, freshly forked, into a sandbox for good.

    A process cannot change its own PID namespace, only that of its children: so this forks. The call
    returns in the child, which is inside, in the folder `Sandbox.home`, in a session of its own, with
    an empty environment, without any right, and with no open descriptor but `keep`, and /dev/null as
    0, 1 and 2 where `keep` does not name them. The caller becomes the waiter: it holds nothing, passes
    on signals (SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT), takes the child with it
    when it is killed, and ends as the child ends, by exit code or by signal. It never returns.

    A killed waiter leaves the child to the nearest "child subreaper" above, or to the machine's process
    1, and the sandbox cannot end before that one has waited for it. A container whose process 1 waits for
    nobody needs one that does (`docker run --init`).

    Import beforehand what is needed inside: neither `course` nor the course's folder can be seen there.

    init_pidfd: of the sandbox's init process.
    keep: descriptors that stay open.

    Raises OSError where a step fails (ProcessLookupError: the sandbox is gone), RuntimeError when the process
    has other threads.
    """
    if len(os.listdir("/proc/self/task")) > 1:
        raise RuntimeError("enter() needs a process with one thread: fork it from a process that has one")
    # /proc shows this process only until it joins.
    init = _process_of(init_pidfd)
    rlimits = limits_of_a_process(limits, _mapped_data())
    parent = os.getppid()
    # When memory runs short all the same, the OS should end a submission before anything else.
    Path("/proc/self/oom_score_adj").write_text("1000")
    if os.geteuid() == 0:
        os.setgroups([])
    _bound_disk(init, limits)
    linux.setns(init_pidfd, linux.ALL_NAMESPACES)
    for limit, value in rlimits.items():
        resource.setrlimit(limit, value)
    _give_up_rights()
    linux.die_with(parent)
    _go_on_in_a_child(set(keep))
    os.chdir(HOME)


def limits_of_a_process(limits: Limits, mapped_bytes: int) -> dict[int, tuple[int, int]]:
    """Return the resource limits (soft, hard) of each process in a sandbox, by their numbers.

    RLIMIT_DATA counts what is mapped, not what is touched, and TensorFlow maps a lot. Stacks of threads,
    8 MiB each, count too; TensorFlow starts some threads for each core.

    mapped_bytes: the private writable memory that the process starts with.
    """
    stacks = 4 * (os.cpu_count() or 1) * (8 << 20)
    wanted = {
        resource.RLIMIT_DATA: mapped_bytes + limits.memory_bytes + stacks,
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_NPROC: limits.threads,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CPU: limits.cpu_seconds + 2,  # the resource monitor, which can say why, comes first
        resource.RLIMIT_CORE: 1,  # byte; 0 would still start the program that collects core dumps: core(5)
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NICE: 0,
        resource.RLIMIT_RTPRIO: 0,
    }
    for limit, value in wanted.items():
        ceiling = resource.getrlimit(limit)[1]
        if ceiling != resource.RLIM_INFINITY:
            wanted[limit] = min(value, ceiling)
    return {limit: (value, value) for limit, value in wanted.items()}


def _process_of(pidfd: int) -> int:
    """Return the process id that a pidfd stands for. Raises ProcessLookupError when the process is gone."""
    pid = _number_in(f"/proc/self/fdinfo/{pidfd}", r"^Pid:\s+(-?\d+)")
    if pid <= 0:
        raise ProcessLookupError("the sandbox is gone")
    return pid


def _mapped_data() -> int:
    """Return the private writable memory that this process has mapped, in bytes."""
    return _number_in("/proc/self/status", r"^VmData:\s+(\d+) kB") * 1024


def _number_in(path: str, line: str) -> int:
    """Return the number in a line of a file of /proc.

    line: a regular expression whose one group is the number.

    Raises OSError where the OS does not show it.
    """
    found = re.search(line, Path(path).read_text(), re.MULTILINE)
    if found is None:
        raise OSError(f"{path} does not show {line}")
    return int(found[1])


def _bound_disk(init: int, limits: Limits) -> None:
    """Limit the number of files, which bubblewrap cannot, and follow no symbolic link on these disks.

    Whoever opens a file of the sandbox from outside must not be led elsewhere by a link. The mounts
    belong to the user namespace around the one in which the submission lives: bubblewrap nests two, so
    that not even a process with every capability inside could change a mount.
    """
    mounts = os.open(f"/proc/{init}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
    owner = linux.user_namespace_of(mounts)
    linux.setns(owner, linux.NEW_USER)
    linux.setns(mounts, linux.NEW_MOUNTS)
    flags = linux.REMOUNT | linux.NO_SETUID | linux.NO_DEVICES | linux.NO_SYMLINKS
    for folder in (DISK, SHARED_MEMORY):
        linux.mount("tmpfs", folder, "tmpfs", flags, f"size={limits.disk_bytes},nr_inodes={limits.files}")
    os.close(mounts)
    os.close(owner)


def _give_up_rights() -> None:
    """Become the sandbox's user without any capability, and close the ways back."""
    linux.drop_bounding_set()
    os.setresgid(INSIDE_ID, INSIDE_ID, INSIDE_ID)
    os.setresuid(INSIDE_ID, INSIDE_ID, INSIDE_ID)
    linux.drop_capabilities()
    linux.prctl(linux.NO_NEW_PRIVILEGES, 1)
    # A change of user makes /proc/self unreadable, for the monitor outside too. Nothing secret is in it.
    linux.prctl(linux.DUMPABLE, 1)
    filter_program = seccomp.program()
    if filter_program:
        linux.install_filter(filter_program)


def _go_on_in_a_child(keep: set[int]) -> None:
    """Fork; the parent waits and never returns, the child is in the new PID namespace."""
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _PASSED_ON)
    # Inside, getppid() says 0: a parent outside has no number there. It lives as long as this pipe.
    lives, here = os.pipe()
    child = os.fork()
    if child:
        os.write(here, b".")
        _be_waiter(child, mask)
    os.close(here)
    linux.prctl(linux.PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if not os.read(lives, 1):
        os._exit(1)
    os.setsid()
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    _forget_environment()
    _close_descriptors(keep)


def _be_waiter(child: int, mask: Iterable[int]) -> NoReturn:
    """Pass on signals, and end as the child ends.

    mask: the signals that stay blocked, as before the fork.
    """
    linux.close_range(0)
    for number in _PASSED_ON:
        signal.signal(number, lambda number, _frame: os.kill(child, number))
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code >= 0:
        os._exit(code)
    if -code != signal.SIGKILL:
        signal.signal(-code, signal.SIG_DFL)
    os.kill(os.getpid(), -code)
    os._exit(128 - code)  # the signal is blocked: say it as a shell does


def _forget_environment() -> None:
    """Empty the environment: the variables, and the block that /proc/self/environ shows.

    The block lies on the first stack of the process from which all were forked, with whatever the
    instructor's shell had exported.
    """
    os.environ.clear()
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    linux.erase(int(fields[47]), int(fields[48]))  # env_start, env_end: fields 50 and 51 of proc(5)


def _close_descriptors(keep: set[int]) -> None:
    """Close every descriptor but `keep`; put /dev/null where 0, 1 and 2 are not among these."""
    nothing = os.open("/dev/null", os.O_RDWR)
    for standard in {0, 1, 2} - keep - {nothing}:
        os.dup2(nothing, standard)
    first = 3
    for descriptor in sorted(number for number in keep if number > 2):
        linux.close_range(first, descriptor - 1)
        first = descriptor + 1
    linux.close_range(first)
