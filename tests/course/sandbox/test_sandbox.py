"""The sandbox around a submission: what works inside, what is seen, what can be written and reached."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from sandbox_people import case, folder_for_all

from course.sandbox.limits import Limits
from course.sandbox.sandbox import Sandbox

pytestmark = [pytest.mark.usefixtures("sandboxes"), pytest.mark.place]


# What still works


def test_does_a_process_inside_find_its_files_and_a_place_to_work(person):
    files = {"lesson.ipynb": "{}", "data/größe.csv": "1,2"}
    seen = person.value(
        """
import multiprocessing, subprocess, tempfile, colorsys, pty
Path("new.txt").write_text("mine")
Path("touched.txt").touch()
os.utime("new.txt", (1, 1))
with tempfile.NamedTemporaryFile() as file:
    file.write(b"x")
lock = multiprocessing.Lock()
os.close(pty.openpty()[0])
report({
    "folder": os.getcwd(),
    "date": os.stat("new.txt").st_mtime,
    "files": {str(p): p.read_text() for p in sorted(Path(".").rglob("*")) if p.is_file()},
    "shell": subprocess.run("echo $((6 * 7))", shell=True, capture_output=True, text=True).stdout,
    "who": subprocess.run(["id", "-un"], capture_output=True, text=True).stdout,
})
""",
        files=files,
    )
    assert seen["folder"] == Sandbox.home
    assert seen["files"] == {**files, "new.txt": "mine", "touched.txt": ""}
    assert seen["date"] == 1
    assert seen["shell"] == "42\n"
    assert seen["who"] == "student\n"


def test_can_the_grader_reach_a_socket_inside(person):
    reports = person.sandboxed(
        """
import socket
server = socket.socket(socket.AF_UNIX)
os.chdir("/sandbox"); server.bind("sockets/kernel")
server.listen()
report("ready")
report(server.accept()[0].recv(9).decode())
""",
        outside="""
import socket
told.readline()
with socket.socket(socket.AF_UNIX) as client:
    client.connect(str(sandbox.outside(sandbox.sockets + "/kernel")))
    client.send(b"from out")
""",
    ).reports
    assert reports == ["from out"]


def test_is_it_the_same_time_and_language_inside(person, monkeypatch):
    inside = person.value("report(time.strftime('%Z %z', time.localtime(0)))")
    assert inside == time.strftime("%Z %z", time.localtime(0))
    shown = person.value("report(os.path.exists('/etc/localtime'))")
    assert shown == os.path.exists("/etc/localtime")
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    monkeypatch.setenv("TZ", "Asia/Seoul")
    environment = Sandbox(Limits(), {}).environment
    assert (environment["LANG"], environment["TZ"]) == ("ko_KR.UTF-8", "Asia/Seoul")
    assert environment["HOME"] == Sandbox.home


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("os._exit(7)", 7),
        ("os.kill(os.getpid(), 11)", -11),
        ("os.kill(os.getpid(), 9)", -9),
        ("os.abort()", -6),
    ],
)
def test_does_the_waiter_end_as_the_process_inside_ends(person, code, exit_code):
    assert person.sandboxed(code).exit_code == exit_code


def test_does_an_interrupt_of_the_waiter_reach_the_process_inside(person):
    code = """
try:
    report("running")
    while True:
        pass
except KeyboardInterrupt:
    report("interrupted")
"""
    outside = "import os; told.readline(); os.kill(child, 2)"
    result = person.sandboxed(code, outside=outside, limits={"wall_seconds": 20})
    assert result.reports == ["interrupted"]
    assert result.exit_code == 0


# What is seen


def test_are_other_files_than_the_systems_and_pythons_out_of_sight(person, top):
    seen = person.value(
        f"""
import helpers
course = Path(helpers.__file__).parents[1]
report({{
    "root": os.listdir("/"),
    "etc": os.listdir("/etc"),
    "course": os.listdir(course),
    "private": [path for path in ("/etc/shadow", "/var/lib", "/sys", "/run", "/dev/mem", "/dev/kmsg",
                {str(top / "solutions")!r}, {str(top / "notebooks")!r}, {str(Path.cwd())!r} + "/gradebook.db")
                if os.path.exists(path)],
}})
"""
    )
    # A folder on the way to Python or to the helpers exists, and holds nothing else.
    starts = sys.prefix, os.path.realpath(sys.prefix), sys.base_prefix, str(top)
    ways = {Path(path).parts[1] for path in starts}
    system = {"bin", "dev", "etc", "sandbox", "lib", "lib32", "lib64", "proc", "sbin", "tmp", "usr", "var"}
    assert set(seen["root"]) <= system | ways
    shown = {"alternatives", "fonts", "ld.so.cache", "localtime", "mime.types"}
    assert set(seen["etc"]) <= shown | {"group", "hosts", "nsswitch.conf", "passwd"}
    assert set(seen["course"]) <= {"helpers", ".venv"}
    assert seen["private"] == []


def test_is_what_grades_out_of_sight_in_a_course_behind_a_link(person, open_folder):
    course, link = open_folder / "clone", open_folder / "link"
    course.mkdir()
    link.symlink_to(course)
    behind = person.in_copy(course)
    # Otherwise Python looks first where the program that it runs really lies.
    behind.environment |= {"PYTHONPATH": str(link), "PYTHONSAFEPATH": "1"}
    seen = behind.value(
        f"""
import helpers
folders = [Path({str(open_folder)!r}, name) for name in ("clone", "link")]
report({{"helpers": helpers.__file__, "shown": [os.listdir(folder) for folder in folders]}})
"""
    )
    assert seen == {"helpers": f"{link}/helpers/__init__.py", "shown": [["helpers"], ["helpers"]]}


def test_is_what_grades_out_of_sight_where_it_is_installed_beside_the_helpers(person, open_folder):
    """An install that is not editable puts both packages beside all others; there the sandbox covers one."""
    own = open_folder / "own"
    subprocess.run([person.python, "-m", "venv", "--without-pip", own], check=True)
    [packages] = own.glob("lib/python3.*/site-packages")
    installed = person.in_copy(packages, own / "bin" / "python")
    shutil.move(installed.case, open_folder)
    installed.case = str(open_folder / Path(installed.case).name)
    del installed.environment["PYTHONPATH"]
    seen = installed.value(
        """
import helpers
packages = Path(helpers.__file__).parents[1]
def attempt(action):
    try:
        return repr(action())
    except Exception as error:
        return type(error).__name__
report({
    "packages": str(packages),
    "shown": sorted(path.name for path in packages.iterdir()),
    "course": os.listdir(packages / "course"),
    "imported": attempt(lambda: __import__("course.grading.judge")),
    "written": attempt((packages / "course" / "new").touch),
})
"""
    )
    assert seen == {
        "packages": str(packages),
        "shown": ["course", "helpers"],
        "course": [],
        "imported": "ModuleNotFoundError",
        "written": "OSError",
    }


def test_are_only_its_own_processes_in_sight(person):
    seen = person.value(
        """
report({
    "processes": sorted(int(name) for name in os.listdir("/proc") if name.isdigit()),
    "me": os.getpid(),
    "parent": os.getppid(),
})
"""
    )
    assert seen["processes"] == [1, seen["me"]]
    assert seen["parent"] == 0


def test_is_the_graders_environment_out_of_sight(person):
    person.environment["TOKEN"] = "s3cret-of-the-instructor"
    try:
        seen = person.value(
            """
blocks = [Path(f"/proc/{name}/environ").read_bytes().decode() for name in ("self", "1")]
report([dict(os.environ), *blocks])
"""
        )
    finally:
        del person.environment["TOKEN"]
    assert seen[0] == {}
    assert seen[1].strip("\0") == ""
    assert "s3cret" not in seen[2]


def test_does_no_open_file_of_the_grader_come_along(person):
    with tempfile.TemporaryFile() as file:
        os.set_inheritable(file.fileno(), True)
        result = person.run(
            person.case,
            stdin=case(
                """
links = [f"/proc/{pid}/fd/{name}" for pid in ("self", "1") for name in os.listdir(f"/proc/{pid}/fd")]
report({link: os.readlink(link) for link in links if os.path.lexists(link)})
"""
            ),
            pass_fds=[file.fileno()],
        )
    seen = json.loads(result.stdout)["reports"][0]
    pipes = [name for name, target in seen.items() if target.startswith("pipe:")]
    assert len(pipes) == 1  # through which it reports
    assert {target for name, target in seen.items() if name not in pipes} == {"/dev/null"}


def test_can_the_graders_memory_not_be_read_or_its_process_be_signalled(person):
    seen = person.value(
        f"""
import signal
grader = {os.getpid()}
def attempt(action):
    try:
        action()
    except OSError as problem:
        return type(problem).__name__
    return "done"
report([
    attempt(lambda: open(f"/proc/{{grader}}/mem")),
    attempt(lambda: os.kill(grader, 0)),
    attempt(lambda: os.pidfd_open(grader)),
    attempt(lambda: os.sched_setaffinity(grader, {{0}})),
])
"""
    )
    assert seen == ["FileNotFoundError", *3 * ["ProcessLookupError"]]


# What can be written


def test_can_only_its_own_disk_be_written(person):
    written = person.value(
        """
import subprocess
places = {line.split()[4] for line in open("/proc/self/mountinfo")}
places |= {"/etc", "/dev", "/var", "/tmp", "/usr/bin", sys.prefix, sys.prefix + "/lib", "/proc/sys/kernel"}
places |= {os.getcwd(), os.path.dirname(os.getcwd()) + "/sockets"}
places |= {str(folder) for place in places for folder in Path(place).parents}
written = []
for place in sorted(places):
    target = Path(place, "written") if os.path.isdir(place) else Path(place)
    try:
        with open(target, "ab") as file:
            file.write(b"x")
        written.append(os.path.realpath(place))
    except OSError:
        pass
report(written)
"""
    )
    devices = {"/dev/full", "/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/tty"}
    # The third is /tmp.
    assert set(written) - devices == {Sandbox.home, Sandbox.sockets, "/sandbox/tmp", "/dev/shm"}


@pytest.mark.parametrize("disk", ["/tmp", "/var/tmp", "/dev/shm"])
def test_can_a_course_where_the_sandboxs_own_disk_lies_not_be_written(person, disk):
    """There the sandbox has a disk in memory at the same path, for the submission to write on."""
    with folder_for_all(disk) as folder:
        course = folder / "one more" / "과정"
        course.mkdir(parents=True)
        seen = person.in_copy(course).value(
            f"""
import helpers
from helpers import checks  # read inside
def attempt(action, *arguments):
    try:
        action(*arguments)
    except OSError:
        return "refused"
    return "done"
course = Path(helpers.__file__).parents[1]
way = [course / "helpers", course, *course.parents][:4]
report({{
    "course": str(course),
    "shown": [os.listdir(folder) for folder in way],
    "new files": [attempt(Path(folder, "new").touch) for folder in way],
    "other names": [attempt(os.rename, folder, {disk!r} + "/new") for folder in way],
    "the disk itself": [attempt(os.rename, os.path.realpath({disk!r}), path) for path in
                        ("/new", os.path.dirname(os.path.realpath({disk!r})) + "/new")],
    "beside it": attempt(Path({disk!r}, "new").touch),
}})
"""
        )
    assert seen["course"] == str(course)
    assert seen["shown"][1:] == [["helpers"], ["과정"], ["one more"]]
    assert seen["new files"] == seen["other names"] == 4 * ["refused"]
    assert seen["the disk itself"] == 2 * ["refused"]
    assert seen["beside it"] == "done"


def test_can_the_machine_not_be_changed(person):
    changed = person.value(
        """
changed = []
for name in ("sys/kernel/core_pattern", "sys/vm/overcommit_memory", "sys/kernel/hostname", "sysrq-trigger",
             "sys/user/max_user_namespaces", "1/oom_score_adj", "self/uid_map", "self/gid_map"):
    path = Path("/proc", name)
    try:
        text = path.read_text() if os.access(path, os.R_OK) and name != "1/oom_score_adj" else "-500"
        path.write_text(text or "0 0 1")
        changed.append(name)
    except OSError:
        pass
report(changed)
"""
    )
    assert changed == []


def test_can_nothing_inside_take_back_that_it_is_ended_first_when_memory_runs_short(person):
    seen = person.value(
        """
places = ["/proc/self/oom_score_adj", f"/proc/{os.getpid()}/oom_adj", "/proc/thread-self/oom_score_adj"]
refused = []
for place in places:
    try:
        with open(place, "w") as file:
            file.write("0")
    except OSError:
        refused.append(place)
report([places, refused, Path("/proc/self/oom_score_adj").read_text()])
"""
    )
    places, refused, score = seen
    assert refused == places
    assert score == "1000\n"


def test_does_pythons_own_program_keep_its_mode_when_it_belongs_to_the_instructor(person, open_folder):
    own = open_folder / "python"
    shutil.copy(shutil.which(person.python), own)
    own.chmod(0o755)
    if person.is_root:
        pytest.skip("root's Python does not belong to the one in the sandbox")
    if os.geteuid() == 0:
        for path in (open_folder, own):
            os.chown(path, 65534, 65534)
    seen = person.in_copy(open_folder, own).value(
        """
tried = []
for name, action in {
    "chmod": lambda: os.chmod("/proc/self/exe", 0o4777),
    "fchmod": lambda: os.fchmod(os.open("/proc/self/exe", os.O_RDONLY), 0),
    "attribute": lambda: os.setxattr("/proc/self/exe", "user.x", b""),
    "write": lambda: open("/proc/self/exe", "r+b"),
    "truncate": lambda: os.truncate("/proc/self/exe", 0),
}.items():
    try:
        action()
    except OSError:
        tried.append(name)
report(os.readlink("/proc/self/exe"))
"""
    )
    assert seen == str(own)
    assert own.stat().st_mode & 0o7777 == 0o755
    assert own.stat().st_size > 0


def test_is_a_link_inside_not_followed_from_outside(person):
    outside = """
import errno
told.readline()
for path in (sandbox.home + "/notes.txt", sandbox.home + "/folder/hostname", "/dev/shm/link"):
    try:
        sandbox.outside(path).read_bytes()
    except OSError as problem:
        assert problem.errno == errno.ELOOP, problem
    else:
        raise AssertionError(path)
"""
    code = """
os.symlink("/etc/hostname", "notes.txt")
os.symlink("/etc", "folder")
os.symlink("/etc/hostname", "/dev/shm/link")
report("planted")
time.sleep(1)
"""
    assert person.sandboxed(code, outside=outside).exit_code == 0


# What is not there: the network


def test_can_nothing_be_reached(person):
    name = f"\0sandbox-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(name)
        abstract.listen()
        seen = person.value(
            f"""
import socket
def attempt(action):
    try:
        action()
    except OSError as problem:
        return type(problem).__name__
    return "reached"
def connect(address, family=socket.AF_INET, type=socket.SOCK_STREAM):
    with socket.socket(family, type) as client:
        client.settimeout(5)
        client.connect(address)
report({{
    "loopback": attempt(lambda: connect(("127.0.0.1", {server.getsockname()[1]}))),
    "outside": attempt(lambda: connect(("192.0.2.1", 80))),
    "abstract": attempt(lambda: connect({name!r}, socket.AF_UNIX)),
    "names": attempt(lambda: socket.getaddrinfo("example.org", 80)),
    "datagram": attempt(lambda: connect(("192.0.2.1", 53), type=socket.SOCK_DGRAM)),
    "virtual machine": attempt(lambda: socket.socket(socket.AF_VSOCK)),
    "netlink": attempt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
    "raw": attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)),
    "packets": attempt(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
    "interfaces": [line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]],
}})
"""
        )
    assert seen.pop("interfaces") == ["lo"]
    assert "reached" not in seen.values()
