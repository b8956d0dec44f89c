"""A warm kernel is a cold one that starts sooner: nothing leaks, everything ends, and it cannot be told."""

import copy
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import nbformat
import pytest
from ending import is_gone
from jupyter_client.manager import KernelManager

from course.authoring.drawn_cases import read_with_cases
from course.authoring.execute import execute
from course.kernels.provisioner import ZYGOTE, WarmProcess, warm_kernels
from course.kernels.request import LAUNCHER, Request
from course.kernels.zygote import _Kernel
from course.sandbox.limits import Limits
from course.sandbox.sandbox import Sandbox
from helpers.errors import CourseError

pytestmark = pytest.mark.usefixtures("linux")

# What a program can see of how its process began.
FACTS = """
import os, sys, signal, gc, locale, logging, multiprocessing, resource, tempfile, threading, time
facts = {
    "path": sys.path, "command": [*sys.argv[:-1], *sys.orig_argv[:-1]], "flags": str(sys.flags),
    "folder": os.getcwd(), "names": sorted(vars(sys.modules["__main__"])), "own name": __name__,
    "handlers": {str(number): str(signal.getsignal(number)) for number in signal.valid_signals()},
    "blocked": str(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
    "leads session and group": [os.getsid(0) == os.getpid(), os.getpgrp() == os.getpid()],
    "is the main thread": threading.current_thread() is threading.main_thread(),
    "streams": [
        [type(stream).__name__, stream.encoding, stream.errors, stream.isatty(), stream.line_buffering]
        for stream in (sys.__stdin__, sys.__stdout__, sys.__stderr__)
    ] + [type(sys.stdout).__name__, type(sys.stderr).__name__],
    "standard input": os.read(0, 1).decode(),
    "collector": [gc.isenabled(), gc.get_threshold()], "recursion": sys.getrecursionlimit(),
    "encodings": [sys.getfilesystemencoding(), locale.getpreferredencoding()],
    "multiprocessing": multiprocessing.get_start_method(),
    "is its own main module": sys.modules["__mp_main__"] is sys.modules["__main__"],
    "limits": [resource.getrlimit(number) for number in range(16)],
    "machine": [sys.prefix, sys.executable, tempfile.gettempdir(), time.tzname, os.umask(0o022)],
    "root logger": [logging.root.level, str(logging.root.handlers)],
    "extensions": sorted(get_ipython().extension_manager.loaded),
}
import helpers, keras, matplotlib, matplotlib.pyplot as plt, numpy as np, tensorflow as tf
facts |= {
    "environment": {name: value for name, value in os.environ.items() if name not in OWN},
    "settings of Matplotlib": [
        plt.isinteractive(), {name: str(matplotlib.rcParams[name]) for name in matplotlib.rcParams}
    ],
    "logger of TensorFlow": [tf.get_logger().level, tf.get_logger().handlers[0].stream is sys.stdout],
    "settings of Keras": [keras.backend.backend(), keras.config.floatx()],
    "numbers": [float((np.arange(1e4).reshape(100, 100) @ np.arange(1e4).reshape(100, 100)).sum())],
}
show(facts)
"""
RANDOM = """
import random, multiprocessing, numpy as np, tensorflow as tf, keras
show([random.random(), np.random.rand(), float(tf.random.uniform([])), float(keras.random.uniform([])),
      multiprocessing.current_process().authkey.hex()])
"""
LEAVE_TRACES = """
import builtins, os, sys, random, types, numpy as np, keras, matplotlib.pyplot as plt
sys.modules["left_behind"] = types.ModuleType("left_behind")
builtins.print = np.sum = None
os.environ["LEFT_BEHIND"] = "1"
sys.path.insert(0, "/left-behind")
random.seed(0); np.random.seed(0); keras.utils.set_random_seed(0)
plt.rcParams["lines.linewidth"] = 77
keras.config.set_floatx("float16")
show(1)
"""
LOOK_FOR_TRACES = """
import builtins, os, sys, numpy as np, keras, matplotlib.pyplot as plt
show(["left_behind" in sys.modules, builtins.print is None, np.sum is None, "LEFT_BEHIND" in os.environ,
      "/left-behind" in sys.path, plt.rcParams["lines.linewidth"] == 77, keras.config.floatx() == "float16"])
"""
PRELUDE = """
import json, sys
def show(value, write=sys.stdout.write):
    write(json.dumps(value))
"""


class Kernel:
    """A kernel that runs code and gives what it shows, as data."""

    def __init__(self, folder, **options):
        self.folder = folder
        self.manager = KernelManager(transport="ipc", ip=str(options.pop("sockets", folder / "k")))
        self.manager.start_kernel(cwd=str(folder), **options)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def process(self):
        return self.manager.provisioner.process

    @property
    def is_warm(self):
        return isinstance(self.process, WarmProcess)

    def run(self, code):
        """What the code shows; raises when it raises."""
        texts = []

        def take(message):
            if message["msg_type"] == "stream":
                texts.append(message["content"]["text"])

        reply = self.client.execute_interactive(PRELUDE + code, output_hook=take, timeout=60)["content"]
        assert reply["status"] == "ok", reply
        return json.loads("".join(texts))

    def interrupted_in_a_loop(self):
        """The name of the error with which an interrupt ends a tight loop."""
        # Not asked to stop on error, or it throws away what comes right behind the interrupt.
        asked = self.client.execute("print('on', flush=True)\nwhile True: pass", stop_on_error=False)
        # Before its code runs, an interrupt is lost.
        while self.client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
            pass
        time.sleep(0.2)
        self.manager.interrupt_kernel()
        # `wait_for_ready` asks more than once on a busy machine, and some of its answers come late.
        while (reply := self.client.get_shell_msg(timeout=60))["parent_header"]["msg_id"] != asked:
            pass
        return reply["content"]["ename"]

    def close(self, now=False):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=now)


@pytest.fixture
def start(tmp_path):
    """Start kernels that are gone after the test; each has a folder of its own."""
    kernels = []

    def start(**options):
        folder = options.pop("folder", None) or tmp_path / f"kernel-{len(kernels)}"
        folder.mkdir(exist_ok=True)
        kernels.append(Kernel(folder, **options))
        return kernels[-1]

    yield start
    for kernel in kernels:
        if kernel.manager.has_kernel:
            kernel.close(now=True)


@pytest.fixture
def start_cold(start):
    def start_cold(**options):
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv(ZYGOTE)
            kernel = start(**options)
        assert not kernel.is_warm
        return kernel

    return start_cold


def test_has_a_python_that_is_called_by_another_path_a_zygote_of_its_own(monkeypatch):
    """Once each student of a class was a fault of the grader where `.venv` is a link."""
    shared = os.environ[ZYGOTE]
    with warm_kernels():
        assert os.environ[ZYGOTE] == shared
    monkeypatch.setattr(sys, "executable", str(Path(sys.executable).parent / ".." / "bin" / "python"))
    with warm_kernels():
        assert os.environ[ZYGOTE] != shared
    assert os.environ[ZYGOTE] == shared


def test_is_a_python_in_a_folder_that_a_link_leads_to_the_same_python(tmp_path):
    (tmp_path / "link").symlink_to(Path(sys.executable).parent)
    (tmp_path / "another").symlink_to(sys.executable)
    for python, reason in (
        (tmp_path / "link" / Path(sys.executable).name, None),
        (tmp_path / "another", "it is not this Python's ipykernel"),
    ):
        request = Request([str(python), *LAUNCHER, "-f", "kernel.json"], {})
        assert request.reason_for_cold({}) == reason


def test_does_a_warm_kernel_see_what_a_cold_one_sees(start, start_cold, tmp_path):
    facts = FACTS.replace("OWN", repr([ZYGOTE, "JPY_PARENT_PID"]))
    cold = start_cold(folder=tmp_path).run(facts)
    (tmp_path / "k-1").unlink(missing_ok=True)
    warm = start(folder=tmp_path)
    assert warm.is_warm
    assert warm.run(facts) == cold


@pytest.mark.slow
def test_does_a_lesson_show_the_same_warm_and_cold(top, tmp_path, monkeypatch):
    lesson, _ = read_with_cases(top / "solutions" / "00-start-here")
    source = "import keras, numpy as np, matplotlib.pyplot as plt\nkeras.utils.set_random_seed(1)\n"
    source += "model = keras.Sequential([keras.layers.Dense(3)])\nprint(model(np.ones((2, 4))))\n"
    source += "plt.plot(model.get_weights()[0]); plt.show()\n%matplotlib inline\nmodel"
    lesson.notebook.cells.append(nbformat.v4.new_code_cell(source))
    for name in ("checks.json", "private.json"):
        shutil.copy(lesson.folder / name, tmp_path)
    warm = execute(lesson, tmp_path)
    monkeypatch.delenv(ZYGOTE)
    cold = execute(lesson, tmp_path)
    assert without_addresses(warm) == without_addresses(cold)
    assert "image/png" in json.dumps(warm.cells[-1].outputs)


def without_addresses(notebook):
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if "data" in output and "text/plain" in output.data:
                output.data["text/plain"] = output.data["text/plain"].partition(" at 0x")[0]
    return notebook


def test_does_nothing_of_one_kernel_reach_the_next(start):
    start().run(LEAVE_TRACES)
    assert start().run(LOOK_FOR_TRACES) == [False] * 7


def test_has_every_kernel_randomness_of_its_own(start):
    first, second = start().run(RANDOM), start().run(RANDOM)
    assert [one for one, other in zip(first, second, strict=True) if one == other] == []


@pytest.mark.parametrize("name", ["PYTHONHASHSEED", "PYTHONPATH", "TF_ENABLE_ONEDNN_OPTS", "OMP_NUM_THREADS"])
def test_does_a_kernel_start_cold_that_a_fork_could_not_be(start, name):
    kernel = start(env=os.environ | {name: "1"})
    assert not kernel.is_warm
    assert kernel.run(f"import os; show(os.environ[{name!r}])") == "1"


def test_is_a_module_beside_the_notebook_found_unless_the_path_is_safe(start, tmp_path):
    (tmp_path / "beside.py").write_text("")
    found = (
        "import importlib.util, sys; show([importlib.util.find_spec('beside') is not None, '' in sys.path])"
    )
    assert start(folder=tmp_path).run(found) == [True, True]
    assert start(folder=tmp_path, safe_path=True, sockets=tmp_path / "safe").run(found) == [False, False]


def test_do_streams_go_where_they_are_sent(start, tmp_path):
    with (tmp_path / "out").open("w") as out:
        kernel = start(stdout=out, stderr=subprocess.STDOUT)
        assert kernel.is_warm
        kernel.run("import sys; print('one', file=sys.__stdout__, flush=True); show(1)")
        kernel.run("import sys; print('two', file=sys.__stderr__, flush=True); show(1)")
        kernel.close()
    assert (tmp_path / "out").read_text().split() == ["one", "two"]


def test_does_an_interrupt_end_a_tight_loop(start):
    kernel = start()
    assert kernel.interrupted_in_a_loop() == "KeyboardInterrupt"
    assert kernel.run("show(1 + 1)") == 2


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("import os; os._exit(7)", 7),
        ("import os; os.abort()", -signal.SIGABRT),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL),
        ("import ctypes; ctypes.string_at(0)", -signal.SIGSEGV),
    ],
)
def test_does_the_exit_status_arrive(start, code, status):
    kernel = start()
    kernel.client.execute(code)
    assert kernel.process.wait() == status
    assert not kernel.manager.is_alive()


def test_is_a_kernel_that_was_shut_down_gone_with_its_exit_functions_run(start, tmp_path):
    kernel = start()
    kernel.run(f"import atexit; atexit.register(open, {str(tmp_path / 'ran')!r}, 'w'); show(1)")
    process = kernel.process
    kernel.manager.shutdown_wait_time = 60  # half of it without a signal, of which it would die otherwise
    kernel.close()
    assert process.returncode == 0
    assert is_gone(process.pid)
    assert (tmp_path / "ran").exists()


def test_does_a_killed_kernel_take_its_children_along(start):
    kernel = start()
    child = kernel.run("import subprocess; show(subprocess.Popen(['sleep', '1000']).pid)")
    process = kernel.process
    kernel.close(now=True)
    assert process.returncode == -signal.SIGKILL
    assert is_gone(child)


def test_does_a_restarted_kernel_know_nothing(start):
    kernel = start()
    first = kernel.run("left_behind = 1; import os; show(os.getpid())")
    kernel.manager.restart_kernel()
    kernel.client.wait_for_ready(timeout=60)
    pid, known = kernel.run("import os; show([os.getpid(), 'left_behind' in globals()])")
    assert kernel.is_warm
    assert (pid != first, known) == (True, False)


def test_are_many_kernels_of_several_processes_served_at_once(tmp_path):
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        answers = list(pool.map(square_in_a_kernel, [(tmp_path, number) for number in range(6)]))
    assert [answer[0] for answer in answers] == [number**2 for number in range(6)]
    assert len({answer[1] for answer in answers}) == 6
    assert {answer[2] for answer in answers} == {True}


def square_in_a_kernel(job):
    root, number = job
    folder = root / str(number)
    folder.mkdir()
    kernel = Kernel(folder)
    try:
        return *kernel.run(f"import os; show([{number}**2, os.getpid()])"), kernel.is_warm
    finally:
        kernel.close()


CLIENT = """
import os, sys, time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(cwd=sys.argv[1])
# A fork of the client holds its connection open: that must not keep the kernel alive.
child = os.fork()
if child == 0:
    time.sleep(1000)
print(manager.provisioner.process.pid, child, flush=True)
time.sleep(1000)
"""


def test_does_a_kernel_die_with_its_client(tmp_path):
    command = [sys.executable, "-c", CLIENT, tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        kernel, fork = map(int, client.stdout.readline().split())
        client.kill()
        gone = is_gone(kernel)
        os.kill(fork, signal.SIGKILL)
    assert gone


def test_is_a_kernel_killed_that_has_no_group_of_its_own_yet():
    """A fork has none for some milliseconds, and a zygote that waited for it would serve nobody any more."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"]) as kernel:
        pidfd = os.pidfd_open(kernel.pid)
        try:
            _Kernel(kernel.pid, pidfd, sandboxed=False).send_signal(signal.SIGKILL)
            assert kernel.wait(timeout=60) == -signal.SIGKILL
        finally:
            os.close(pidfd)
            kernel.kill()


OWNER = """
import os, sys, time
from course.kernels.provisioner import ZYGOTE, warm_kernels
from jupyter_client.manager import start_new_kernel
with warm_kernels():
    manager, client = start_new_kernel(cwd=sys.argv[1])
    kernel = manager.provisioner.process.pid
    with open(f"/proc/{kernel}/stat") as stat:
        zygote = stat.read().rpartition(")")[2].split()[1]
    print(os.environ[ZYGOTE], zygote, kernel, flush=True)
    if sys.argv[2] == "wait":
        time.sleep(1000)
"""


@pytest.mark.parametrize("way", ["leave", "wait"])
def test_is_nothing_left_when_the_owner_ends_or_is_killed(tmp_path, way):
    environment = {name: value for name, value in os.environ.items() if name != ZYGOTE}
    command = [sys.executable, "-c", OWNER, tmp_path, way]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as owner:
        socket, zygote, kernel = owner.stdout.readline().split()
        if way == "wait":
            owner.kill()
        assert owner.wait(timeout=30) == (-signal.SIGKILL if way == "wait" else 0)
    assert is_gone(kernel)
    assert is_gone(zygote)
    assert not Path(socket).parent.exists()


def test_does_a_zygote_that_dies_take_its_kernels_along(start, monkeypatch):
    monkeypatch.delenv(ZYGOTE)
    with warm_kernels():
        kernel = start()
        zygote = int(Path(f"/proc/{kernel.process.pid}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(zygote, signal.SIGKILL)
        assert is_gone(kernel.process.pid)
        assert kernel.process.wait() == -signal.SIGKILL
        with pytest.raises(CourseError, match=r"^The warm process at .* started no kernel: [^\n]*$"):
            start()


def test_is_a_zygote_that_is_not_there_an_error_of_one_line(start, monkeypatch, tmp_path):
    monkeypatch.setenv(ZYGOTE, str(tmp_path / "nobody"))
    with pytest.raises(
        CourseError, match=r"^The warm process at .*nobody started no kernel: No such file or directory$"
    ):
        start()


def test_is_a_folder_that_is_not_there_an_error_of_one_line(start, tmp_path):
    manager = KernelManager()
    with pytest.raises(
        CourseError, match=r"^The warm process at .* started no kernel: FileNotFoundError: [^\n]*$"
    ):
        manager.start_kernel(cwd=str(tmp_path / "nowhere"))


@pytest.mark.slow
def test_is_a_kernel_that_never_gets_ready_an_error_and_gone(start, monkeypatch, tmp_path):
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    endless = "import os\nopen({!r}, 'w').write(str(os.getpid()))\nwhile True:\n    pass\n"
    (startup / "endless.py").write_text(endless.format(str(tmp_path / "pid")))
    start()  # whoever is the first waits for the imports
    # Enough to come to its startup files on a busy machine.
    monkeypatch.setattr("course.kernels.provisioner.ANSWER_SECONDS", 20)
    with pytest.raises(
        CourseError, match=r"^The warm process at .* started no kernel: it does not get ready$"
    ):
        start(env=os.environ | {"IPYTHONDIR": str(tmp_path)})
    assert is_gone((tmp_path / "pid").read_text())


def test_has_the_zygote_one_thread_and_its_kernels_no_descriptor_of_it(start):
    first, second = start(), start()
    stat = Path(f"/proc/{first.process.pid}/stat").read_text()
    zygote = Path("/proc", stat.rpartition(")")[2].split()[1])
    assert len(list((zygote / "task").iterdir())) == 1

    def sockets(process):
        links = set()
        for descriptor in process.iterdir():
            with suppress(FileNotFoundError):  # the zygote serves other tests meanwhile
                links.add(os.readlink(descriptor))
        return {link for link in links if link.startswith(("socket:", "anon_inode:[pidfd]"))}

    assert sockets(zygote / "fd") & sockets(Path(f"/proc/{second.process.pid}/fd")) == set()


SANDBOXED = """
import os, sys, tensorflow as tf
show([os.getcwd(), sorted(os.environ), '' in sys.path, os.listdir('.'), float(tf.reduce_sum(tf.ones(3))),
      os.path.exists('/etc/shadow'), [os.readlink(f'/proc/self/fd/{fd}') for fd in (0,)]])
"""


@pytest.mark.place
def test_can_a_warm_kernel_live_in_a_sandbox(sandboxes, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "1")
    with Sandbox(Limits(), {"numpy.py": b"1/0", "given.txt": b"given"}) as sandbox:
        kernel = Kernel(
            Path(sandbox.home),
            sandbox=sandbox,
            env=sandbox.environment,
            sockets=sandbox.outside(sandbox.sockets + "/k"),
        )
        folder, environment, searched, files, total, shadow, stdin = kernel.run(SANDBOXED)
        interrupted = kernel.interrupted_in_a_loop()
        pid = kernel.process.pid
        kernel.client.execute("import os; os._exit(9)")
        status = kernel.process.wait()
        kernel.close()
    assert (folder, searched, total) == (Sandbox.home, False, 3.0)
    assert (shadow, stdin) == (False, ["/dev/null"])
    assert set(files) == {"numpy.py", "given.txt", ".ipython"}
    assert "SECRET_OF_THE_GRADER" not in environment
    assert ZYGOTE not in environment
    assert (interrupted, status) == ("KeyboardInterrupt", 9)
    assert is_gone(pid)
