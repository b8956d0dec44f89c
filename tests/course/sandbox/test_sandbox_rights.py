"""The sandbox around a submission: what is not allowed inside, and what is said where no sandbox can be."""

import os
import platform
import re
import shutil
from pathlib import Path

import mini
import pytest
from machine import lacks
from sandbox_people import MEGABYTE

from course.sandbox import seccomp
from course.sandbox.limits import Limits
from course.sandbox.sandbox import Sandbox, require_sandbox
from helpers.errors import CourseError

pytestmark = [pytest.mark.usefixtures("sandboxes"), pytest.mark.place]


# What is not allowed


def test_is_every_right_gone(person):
    status = person.value("report([Path(f'/proc/{name}/status').read_text() for name in ('self', '1')])")
    for text in status:
        fields = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb"):
            assert int(fields[f"Cap{kind}"], 16) == 0
        assert fields["NoNewPrivs"] == "1"
        assert fields["Seccomp"] == "2"
        assert fields["Uid"].split() == 4 * ["1000"]


def test_is_the_sandboxed_process_never_the_real_root(person):
    outside = """
import os
told.readline()
init, = [uid for uid in [os.stat(f"/proc/{sandbox.init_pid}").st_uid]]
waiter = os.stat(f"/proc/{child}").st_uid
assert init != 0 and waiter != 0, (init, waiter)
"""
    assert person.sandboxed("report(1); time.sleep(0.5)", outside=outside).exit_code == 0


def test_is_process_1_under_the_same_limits(person):
    own, first = person.value("report([Path(f'/proc/{name}/limits').read_text() for name in ('self', '1')])")
    ours, its = (
        {line[:26].strip(): line[26:].split() for line in text.splitlines()[1:]} for text in (own, first)
    )
    del ours["Max data size"], its["Max data size"]  # differs by what a process had mapped before
    assert ours == its


@pytest.mark.parametrize(
    "command",
    [
        "unshare --user true",
        "unshare --mount true",
        "unshare --user --map-root-user --net true",
        "mount -t tmpfs none /tmp",
        "umount /proc",
        "mount -o remount,rw /",
        "chroot / true",
        "nsenter --target 1 --mount true",
        "su -c true",
        "hostname other",
        "ionice -c 1 true",
        "chrt -f 1 true",
        "nice -n -5 true && test $(nice -n -5 nice) -lt 0",
        "kill -9 1 && ! kill -0 1",
    ],
)
def test_is_a_command_that_needs_rights_refused(person, command):
    program = command.split()[0]
    if shutil.which(program, path="/usr/bin:/usr/sbin:/bin:/sbin") is None and program != "kill":
        pytest.skip(f"no {program} here")
    code = f"""
import subprocess
report(subprocess.run({command!r}, shell=True, capture_output=True,
                      env={{"PATH": "/usr/bin:/usr/sbin:/bin:/sbin"}}).returncode)
"""
    assert person.value(code) != 0


def test_are_dangerous_system_calls_refused(person):
    clone = {"x86_64": 56, "aarch64": 220}[platform.machine()]
    seen = person.value(
        """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    ctypes.set_errno(0)
    result = getattr(libc, name)(*arguments)
    return errno.errorcode.get(ctypes.get_errno(), "done") if result == -1 else "done"
child = os.fork()
if child == 0:
    time.sleep(30)
    os._exit(0)
buffer = ctypes.create_string_buffer(64)
report({
    "ptrace": call("ptrace", 16, child, 0, 0),
    "process_vm_readv": call("process_vm_readv", child, buffer, 1, buffer, 1, 0),
    "mount": call("mount", b"none", b"/tmp", b"tmpfs", 0, None),
    "unshare": call("unshare", 0x10000000),
    "setns": call("setns", os.open("/proc/1/ns/net", os.O_RDONLY), 0),
    "chroot": call("chroot", b"/tmp"),
    "clone": call("syscall", CLONE, 0x10000000 | 17, None, None, None, None),
    "memfd_create": call("memfd_create", b"x", 0),
    "vmsplice": call("vmsplice", os.pipe()[1], buffer, 1, 0),
    "shmget": call("shmget", 0, 4096, 0o1600),
    "msgget": call("msgget", 0, 0o1600),
    "inotify_init": call("inotify_init1", 0),
})
""".replace("CLONE", str(clone))
    )
    assert seen.pop("memfd_create") == "ENOSYS"
    assert seen == dict.fromkeys(seen, "EPERM")


@pytest.mark.parametrize(
    ("column", "headers"),
    # Debian has one folder for each processor, others one for all.
    [
        (0, ("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h")),
        (1, ("/usr/include/asm-generic/unistd.h",)),
    ],
)
def test_are_the_numbers_of_system_calls_those_of_the_os_kernel(column, headers):
    if column == 0 and platform.machine() != "x86_64":
        pytest.skip("only a machine with such a processor has this header")
    header = next((path for path in map(Path, headers) if path.exists()), None)
    if header is None:
        lacks("no headers of Linux on this machine: apt-get install linux-libc-dev")
    pattern = re.compile(r"^#define __NR(?:3264)?_(\w+)\s+(\d+)", re.MULTILINE)
    true = {name: int(number) for name, number in pattern.findall(header.read_text())}
    ours = {name: numbers[column] for calls in seccomp.ANSWERS.values() for name, numbers in calls.items()}
    ours |= {name: numbers[column] for name, numbers in seccomp.INSPECTED.items()}
    assert {name: number for name, number in ours.items() if true.get(name, number) != number} == {}
    assert len(ours.keys() & true.keys()) > 50
    newer = {name: number for name, number in ours.items() if number is not None and name not in true}
    assert all(number > 450 for number in newer.values())


# What is said when it cannot be


def test_is_a_machine_that_can_build_a_sandbox_accepted(person):
    said = person.run("-c", _REQUIRE)
    assert said.stdout == "ready\n", said.stderr


_REQUIRE = """
from pathlib import Path
from helpers.errors import CourseError
from course.sandbox.sandbox import require_sandbox
try:
    require_sandbox(Path.home())
    print("ready")
except CourseError as problem:
    print(problem)
"""


def test_is_missing_bubblewrap_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CourseError, match=r"needs bubblewrap: install it .*apt-get install bubblewrap\)\.$"):
        require_sandbox()


def test_is_a_machine_that_is_not_linux_named(person):
    elsewhere = """
import resource, sys
for name in ("MSGQUEUE", "NICE", "RTPRIO", "RTTIME", "SIGPENDING"):
    delattr(resource, f"RLIMIT_{name}")  # macOS has none of them
import course.sandbox.sandbox
sys.platform = "darwin"
"""
    said = person.run("-c", elsewhere + _REQUIRE)
    assert said.stdout == "A sandbox around submissions needs Linux: grade on a Linux machine.\n", said.stderr


def test_are_forbidden_user_namespaces_named(person):
    if person.is_root:
        pytest.skip("root's sandboxes belong to nobody, to whom a test cannot forbid them")
    forbid = [
        *("unshare", "--user", "--map-user=1000", "--map-group=1000", "--keep-caps", "sh", "-c"),
        'echo 0 > /proc/sys/user/max_user_namespaces; exec setpriv --ambient-caps -all --inh-caps -all "$@"',
        "sh",
    ]
    message = person.run("-c", _REQUIRE, before=forbid).stdout
    assert message.startswith("No sandbox can be built around submissions here (bwrap: ")
    assert "allow user namespaces, as docs/grading-sandbox.md says" in message
    assert message.count("\n") == 1


def test_is_a_bubblewrap_that_fails_quoted(monkeypatch, open_folder):
    program = open_folder / "bwrap"
    program.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{open_folder}:{os.environ['PATH']}")
    with pytest.raises(CourseError, match=r"^No sandbox .*\(bwrap: setting up uid map: Permission denied\)"):
        require_sandbox()


def test_is_a_course_refused_that_lies_where_submissions_can_read(tmp_path):
    (tmp_path / "link").symlink_to("/usr/share")
    for course in (Path("/usr/share/course"), tmp_path / "link" / "course"):
        with pytest.raises(CourseError, match=f"^{course}: submissions could read this folder"):
            require_sandbox(course)
    require_sandbox(mini.ROOT.resolve())


@pytest.mark.parametrize("name", ["/etc/passwd", "../out", "a/../../out", "", "a\0b"])
def test_is_a_files_name_that_leaves_the_folder_refused(name):
    with pytest.raises(ValueError, match="is no path inside a folder"), Sandbox(Limits(), {name: b""}):
        pass


def test_is_a_file_that_is_too_large_for_the_disk_an_error():
    with (
        pytest.raises(CourseError, match=r"^The submission's 1 files with 2.1 MB do not fit"),
        Sandbox(Limits(disk_bytes=MEGABYTE), {"large": bytes(2 * MEGABYTE)}),
    ):
        pass
    with (
        pytest.raises(CourseError, match=r"^The submission's 30 files"),
        Sandbox(Limits(files=20), {str(number): b"" for number in range(30)}),
    ):
        pass


def test_does_a_process_with_threads_not_enter(person):
    seen = person.run(
        "-c",
        """
import threading
from course.sandbox.entry import enter
from course.sandbox.limits import Limits
stop = threading.Event()
threading.Thread(target=stop.wait).start()
try:
    enter(0, Limits())
except RuntimeError as problem:
    print(problem)
stop.set()
""",
    )
    assert "one thread" in seen.stdout


def test_is_a_sandbox_that_is_gone_not_entered(person):
    seen = person.run(
        "-c",
        """
import os
from course.sandbox.entry import enter
from course.sandbox.sandbox import Sandbox
from course.sandbox.limits import Limits
with Sandbox(Limits(), {}) as sandbox:
    pidfd = os.dup(sandbox.init_pidfd)
child = os.fork()  # has one thread for certain
if child == 0:
    try:
        enter(pidfd, Limits())
    except ProcessLookupError as problem:
        print(problem, flush=True)
    os._exit(0)
os.waitpid(child, 0)
""",
    )
    assert seen.stdout == "the sandbox is gone\n", seen.stderr
