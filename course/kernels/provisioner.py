"""Kernels that start warm: forked from a process that has imported TensorFlow once.

    with warm_kernels():
        ...  # every kernel that this process, or one that it starts, asks Jupyter for, is a fork

Jupyter's own extension point does it: `WarmProvisioner` is registered as a kernel provisioner, and two
environment variables say that it is wanted and where the warm process (zygote.py) listens. So nbclient,
nbval and nbgrader need not know. child.py says in what a warm kernel differs from a cold one.

Where no zygote is named, where one cannot be (no Linux), and for a kernel that a fork could not be equal
to (another Python, another PYTHONHASHSEED), an ordinary cold kernel starts.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from course.environment import variables
from course.kernels.request import MESSAGE_BYTES, Request, early_settings
from course.scratch import scratch_folder
from helpers.errors import CourseError

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

    from course.sandbox.sandbox import Sandbox

ZYGOTE = "COURSE_ZYGOTE"  # the path of its socket
_PYTHON = "COURSE_ZYGOTE_PYTHON"  # the path of its Python
PROVISIONER = "warm-provisioner"  # as pyproject.toml registers it
ANSWER_SECONDS = 120  # the first kernel waits for the imports, and the machine may be busy
_UNDERSTOOD = {"env", "cwd", "stdin", "stdout", "stderr", "independent", "kernel_id", "extra_arguments"}
_KEPT = ("PATH", "HOME", "USER", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "MPLCONFIGDIR", "TZ")


@contextlib.contextmanager
def warm_kernels(preload: Sequence[str] = ()) -> Iterator[None]:
    """Have kernels forked from a warm process while the context lasts.

    The process starts at once and imports when the first kernel is asked for. It, its kernels and its
    socket are gone afterwards, or when this process dies. Inside another such context there is only the
    other's, if it is of the same Python; where there can be none (no Linux), kernels start cold.

    preload: modules that it imports, beside Jupyter's own.
    """
    # Not of another, nor of one that is called by another path: a sandbox shows only one's own.
    has_one = ZYGOTE in os.environ and os.environ.get(_PYTHON) == sys.executable
    if has_one or sys.platform != "linux":
        yield
        return
    with scratch_folder() as folder:
        path = folder / "zygote"
        process = _start_zygote(path, preload)
        wanted = {KernelProvisionerFactory.default_provisioner_name_env: PROVISIONER, ZYGOTE: str(path)}
        wanted[_PYTHON] = sys.executable
        # Made before, it has read the variable already. One that outlives the context starts cold kernels.
        if KernelProvisionerFactory.initialized():
            KernelProvisionerFactory.instance().default_provisioner_name = PROVISIONER
        try:
            with variables(wanted):
                yield
        finally:
            process.terminate()
            process.wait()


def _start_zygote(path: Path, preload: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a zygote that listens at `path`: whoever connects before it is ready waits."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    kept["TMPDIR"] = str(path.parent)  # what it leaves when it is killed is gone with the folder
    owner = os.pidfd_open(os.getpid())
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(str(path))
            listener.listen(128)
            descriptors = (listener.fileno(), owner)
            return subprocess.Popen(
                [sys.executable, "-m", "course.kernels.zygote", *map(str, descriptors), *preload],
                pass_fds=descriptors,
                env=early_settings(os.environ) | kept,
                cwd=path.parent,  # which Python searches first: anywhere else a folder may be called `course`
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt at the terminal is for its owner
            )
    finally:
        os.close(owner)


class WarmProcess:
    """A kernel of a zygote, with the part of subprocess.Popen that LocalProvisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int):
        self.connection, self.pid = connection, pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        if self.returncode is None and _has_news(self.connection, 0):
            self._hear()
        return self.returncode

    def wait(self) -> int:
        """Block until it has ended; return the exit code."""
        while (code := self.poll()) is None:
            _has_news(self.connection, None)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and its group; nothing happens when it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ConnectionError):
                self.connection.send(json.dumps({"signal": int(number)}).encode())

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def close(self) -> None:
        """Let the zygote kill it, if it still runs."""
        self.connection.close()

    def _hear(self) -> None:
        """Take the exit code, which the zygote tells."""
        try:
            data = self.connection.recv(4096)
        except ConnectionError:
            data = b""
        # A zygote that ends without a word takes its kernels along.
        self.returncode = json.loads(data)["exit"] if data else -signal.SIGKILL
        self.connection.close()


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel from the zygote that the environment names, or starts a cold one.

    `start_kernel` takes two more arguments:

    sandbox: what the kernel enters; `env` is then all of its environment, and the manager's `ip` a path in
        `sandbox.outside(...)` (transport "ipc").
    safe_path: whether the kernel's folder is not searched for modules; in a sandbox it never is.
    """

    async def launch_kernel(
        self, cmd: list[str], *, sandbox: Sandbox | None = None, safe_path: bool = False, **kwargs: Any
    ) -> KernelConnectionInfo:
        """Start the kernel; raises CourseError when a zygote is named and does not answer."""
        if safe_path or sandbox is not None:
            cmd = [*cmd, "--InteractiveShellApp.ignore_cwd=True"]
        zygote = os.environ.get(ZYGOTE)
        if zygote is None or sys.platform != "linux":
            answer: WarmProcess | str = "there is no warm process"
        elif sandbox is not None:
            request = _sandboxed_request(cmd, kwargs["env"], sandbox, self.connection_info)
            answer = _ask(zygote, request, [sandbox.init_pidfd])
        elif kwargs.keys() <= _UNDERSTOOD and subprocess.PIPE not in kwargs.values():
            with _streams(**kwargs) as streams:
                answer = _ask(zygote, _request(cmd, **kwargs), streams)
        else:
            answer = f"not all of {', '.join(sorted(kwargs))} can be told to the warm process"
        if isinstance(answer, WarmProcess):
            self.process = answer  # type: ignore[assignment]  # it has what is used of a Popen
            self.pid, self.cwd = answer.pid, kwargs.get("cwd") or os.getcwd()
            return self.connection_info
        if sandbox is not None:
            raise CourseError(f"No kernel can enter the sandbox: {answer}")
        self.log.debug("The kernel starts cold: %s", answer)
        return await super().launch_kernel(cmd, **kwargs)

    async def wait(self) -> int | None:
        """Wait for the end; return the exit code.

        A warm kernel's is told: nothing need look for it ten times a second.
        """
        if isinstance(self.process, WarmProcess) and self.process.poll() is None:
            ended = asyncio.Event()
            loop = asyncio.get_running_loop()
            loop.add_reader(self.process.connection, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(self.process.connection)
        return await super().wait()

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of the kernel: what still runs is killed."""
        if isinstance(self.process, WarmProcess):
            self.process.close()
            self.process = None
        await super().cleanup(restart)


def _request(command, env=None, cwd=None, independent=False, **_):
    """Return a request for the kernel that `jupyter_client.launcher.launch_kernel` would start."""
    environment = dict(os.environ if env is None else env)
    if not independent:
        environment["JPY_PARENT_PID"] = str(os.getpid())
    return Request(command, environment, os.path.abspath(cwd or os.getcwd()))


def _sandboxed_request(
    command: Sequence[str], environment: dict[str, str], sandbox: Sandbox, connection: KernelConnectionInfo
) -> Request:
    """Return a request for a kernel in a sandbox, where the manager's paths do not exist."""
    outside = str(sandbox.outside("/")).rstrip("/")
    key = connection["key"].decode()  # type: ignore[attr-defined]  # a manager has it as bytes
    inside: dict[str, Any] = {**connection, "ip": connection["ip"].removeprefix(outside), "key": key}
    if inside["transport"] != "ipc" or inside["ip"] == connection["ip"]:
        raise CourseError(f"A sandboxed kernel needs sockets inside its sandbox, not at {connection['ip']}")
    command = list(command)
    command[command.index("-f") + 1] = f"{sandbox.sockets}/kernel.json"
    return Request(command, environment, limits=dataclasses.asdict(sandbox.limits), connection=inside)


@contextlib.contextmanager
def _streams(stdin=None, stdout=None, stderr=None, **_):
    """Open, for a while, what a cold kernel would have as its streams; yield their descriptors.

    Its stdin is an empty pipe.
    """
    empty, writer = os.pipe()
    os.close(writer)
    with open(empty, "rb", buffering=0), open(os.devnull, "r+b", buffering=0) as nothing:

        def descriptor(stream, usual):
            if stream is None:
                return usual
            if stream == subprocess.DEVNULL:
                return nothing.fileno()
            return stream if isinstance(stream, int) else stream.fileno()

        out = descriptor(stdout, 1)
        error = out if stderr == subprocess.STDOUT else descriptor(stderr, 2)
        yield [descriptor(stdin, empty), out, error]


def _ask(zygote: str, request: Request, descriptors: Sequence[int]) -> WarmProcess | str:
    """Ask a zygote for a kernel; return it, or why it must start cold.

    zygote: the path of its socket.
    descriptors: as Request says, without `errors`.

    Raises CourseError when no kernel comes: the zygote is gone, or the kernel cannot start.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    reader, writer = os.pipe()
    with open(reader, encoding="utf-8") as errors:
        try:
            try:
                connection.settimeout(ANSWER_SECONDS)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MESSAGE_BYTES)
                connection.connect(zygote)
                socket.send_fds(connection, [request.to_json()], [writer, *descriptors])
            finally:
                os.close(writer)
            answer = json.loads(connection.recv(MESSAGE_BYTES) or '{"error": "it ended"}')
        except OSError as problem:
            answer = {"error": problem.strerror or str(problem)}
        if "pid" in answer:
            # The kernel closes it when it has started.
            ready = _has_news(errors, ANSWER_SECONDS * 1000)
            answer["error"] = " ".join(errors.read().split()) if ready else "it does not get ready"
    if answer.get("error"):
        connection.close()
        raise CourseError(f"The warm process at {zygote} started no kernel: {answer['error']}")
    if "cold" in answer:
        connection.close()
        return answer["cold"]
    return WarmProcess(connection, answer["pid"])


def _has_news(source: socket.socket | IO[str], milliseconds: int | None) -> bool:
    """Return whether something can be read, or the end.

    milliseconds: to wait for it; None as long as it takes.
    """
    poller = select.poll()
    poller.register(source, select.POLLIN)
    return bool(poller.poll(milliseconds))
