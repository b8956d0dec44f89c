"""The warm process: it imports once what a lesson needs, and forks a kernel for each request.

    python -m course.kernels.zygote LISTENER OWNER    descriptors: its socket, a pidfd of its owner

`course.kernels.provisioner` starts it and speaks with it. It imports at the first connection: one that
nobody uses costs a Python and nothing more. It has one thread, because a fork copies only the thread
that forks, and ends with its owner. Linux only.

One connection is one kernel. Messages are JSON:

    client   a Request (request.py), with its descriptors
    zygote   {"pid": 123}, or {"cold": "why this kernel must be started cold"}, or {"error": "..."}
    client   {"signal": 2}, as often as it likes
    zygote   {"exit": 0}, negative for a signal as in subprocess

When the client ends or closes the connection, its kernel is killed, and what runs in its group.
"""

import contextlib
import gc
import importlib
import json
import os
import selectors
import shutil
import signal
import socket
import struct
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from course.kernels.child import become_kernel
from course.kernels.request import MESSAGE_BYTES, MOST_DESCRIPTORS, Request, early_settings

# What a forked child is to be: the request, and the descriptors that came with it.
_Asked = tuple[Request, list[int]]

# What every kernel needs. The course's own list comes behind it.
_PRELOADED = (
    "helpers",  # first: it decides how TensorFlow is imported
    "helpers.checks",
    "IPython.core.completerlib",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "sqlite3",
    "tornado.platform.asyncio",
    "course.sandbox.sandbox",  # a kernel that has entered one cannot see this room any more
)


@dataclass(frozen=True)
class _Kernel:
    """A running kernel. A sandboxed one's `pid` is its waiter, which passes signals on."""

    pid: int
    pidfd: int
    sandboxed: bool

    def send_signal(self, number: int) -> None:
        # Only this process reaps it: until then its number belongs to nobody else.
        with contextlib.suppress(ProcessLookupError):
            try:
                (os.kill if self.sandboxed else os.killpg)(self.pid, number)
            except ProcessLookupError:  # freshly forked, it may have no group of its own yet
                os.kill(self.pid, number)


class Zygote:
    """Serves until its owner ends; `serve` returns only in forked children, with what it was asked."""

    def __init__(self, listener: socket.socket, owner: int, preload: Sequence[str] = ()):
        self.listener, self.owner, self.preload = listener, owner, preload
        # The settings of the environment that count at start; None before the imports.
        self.early: dict[str, str] | None = None
        self.defaults: dict[str, str] = {}  # what imports set in the environment
        self.clients: dict[socket.socket, int] = {}  # pidfd of its peer, by connection
        self.kernels: dict[socket.socket, _Kernel] = {}  # by connection
        self.selector = selectors.DefaultSelector()
        self._react(listener, self._accept)
        self._react(owner, sys.exit)

    def serve(self) -> _Asked:
        """Fork a kernel for each request; return, in the child, what it was asked."""
        while True:
            # One event at a time: a reaction may close what another event of the same round is about.
            key, _ = self.selector.select()[0]
            asked = key.data()
            if asked is not None:
                return asked

    def end(self) -> None:
        """Kill every kernel with its group, and leave no socket."""
        for connection in list(self.clients):
            self._drop(connection)
        shutil.rmtree(Path(self.listener.getsockname()).parent, ignore_errors=True)

    def _react(self, source: socket.socket | int, reaction: Callable[[], _Asked | None]) -> None:
        """Have a reaction called when something can be read from a source."""
        self.selector.register(source, selectors.EVENT_READ, reaction)

    def _accept(self) -> None:
        """Take in a client; import what kernels need before the first."""
        if self.early is None:
            self.defaults = _preload([*_PRELOADED, *self.preload])
            self.early = early_settings(os.environ)
        connection, _ = self.listener.accept()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, MESSAGE_BYTES)
        peer, _, _ = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        try:
            pidfd = os.pidfd_open(peer)
        except ProcessLookupError:
            connection.close()
            return
        self.clients[connection] = pidfd
        self._react(connection, partial(self._read, connection))
        # The connection alone does not tell: a fork of the client may hold it open.
        self._react(pidfd, partial(self._drop, connection))

    def _read(self, connection: socket.socket) -> _Asked | None:
        """Take a message of a client, or its end; return what was asked in a forked child, else None."""
        try:
            data, descriptors, _, _ = socket.recv_fds(connection, MESSAGE_BYTES, MOST_DESCRIPTORS)
        except ConnectionError:
            data = b""
        if not data:
            self._drop(connection)
            return None
        message = json.loads(data)
        if "signal" in message:
            if connection in self.kernels:
                self.kernels[connection].send_signal(message["signal"])
            return None
        request = Request(**message)
        return self._launch(
            connection, replace(request, environment=self.defaults | request.environment), descriptors
        )

    def _launch(self, connection: socket.socket, request: Request, descriptors: list[int]) -> _Asked | None:
        """Fork a kernel, or answer why not; return as `_read` does."""
        assert self.early is not None  # `_accept` comes first
        reason = request.reason_for_cold(self.early)
        answer: dict[str, str | int]
        if reason:
            answer = {"cold": reason}
        else:
            try:
                pid = os.fork()
            except OSError as error:
                answer = {"error": f"it cannot fork ({error})"}
            else:
                if pid == 0:
                    self._close()
                    return request, descriptors
                kernel = self.kernels[connection] = _Kernel(pid, os.pidfd_open(pid), request.sandboxed)
                self._react(kernel.pidfd, partial(self._reap, connection))
                answer = {"pid": pid}
        for descriptor in descriptors:
            os.close(descriptor)
        _send(connection, answer)
        return None

    def _reap(self, connection: socket.socket) -> None:
        """Report how a kernel ended."""
        kernel = self.kernels.pop(connection)
        self.selector.unregister(kernel.pidfd)
        os.close(kernel.pidfd)
        _, status = os.waitpid(kernel.pid, 0)
        _send(connection, {"exit": os.waitstatus_to_exitcode(status)})

    def _drop(self, connection: socket.socket) -> None:
        """Forget a client, and kill its kernel."""
        kernel = self.kernels.get(connection)
        if kernel:
            kernel.send_signal(signal.SIGKILL)
            self._reap(connection)
        pidfd = self.clients.pop(connection)
        for source in (pidfd, connection):
            self.selector.unregister(source)
        os.close(pidfd)
        connection.close()

    def _close(self) -> None:
        """Let go, in a child, of everything of the zygote's."""
        self.selector.close()
        self.listener.close()
        for connection in self.clients:
            connection.close()
        pidfds = [*self.clients.values(), *(kernel.pidfd for kernel in self.kernels.values())]
        for descriptor in (self.owner, *pidfds):
            os.close(descriptor)


def _send(connection: socket.socket, message: Mapping[str, str | int]) -> None:
    with contextlib.suppress(ConnectionError):  # who has gone needs no answer
        connection.send(json.dumps(message).encode())


def _preload(names: Sequence[str]) -> dict[str, str]:
    """Import what kernels need; return what that has set in the environment."""
    block = Path("/proc/self/environ").read_bytes().split(b"\0")
    given = {os.fsdecode(entry.partition(b"=")[0]) for entry in block}
    # TensorFlow logs as in a session with a person when it sees this; IPython has it when a kernel imports.
    sys.ps1 = "In : "
    # A kernel's debugger says, on stderr, that it would miss breakpoints in Python's own frozen modules.
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    for name in names:
        importlib.import_module(name)
    del os.environ["PYDEVD_DISABLE_FILE_VALIDATION"]
    # OpenBLAS starts a pool of threads when it is loaded, and ends it before a fork; each process
    # starts its own when it first multiplies. So one fork for nothing leaves one thread.
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    threads = [task.joinpath("comm").read_text().strip() for task in Path("/proc/self/task").iterdir()]
    if len(threads) > 1:
        raise RuntimeError(f"the warm process has more than one thread and cannot fork: {', '.join(threads)}")
    gc.collect()
    gc.freeze()  # the collector of a fork would write to every page that all of them share
    return {name: value for name, value in os.environ.items() if name not in given}


def main() -> None:
    """Serve; in a forked child, become its kernel."""
    listener, owner = map(int, sys.argv[1:3])
    zygote = os.getpid()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    server = Zygote(socket.socket(fileno=listener), owner, sys.argv[3:])
    try:
        asked = server.serve()
    finally:
        if os.getpid() == zygote:
            server.end()
    del server
    become_kernel(*asked, zygote)


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]
    os.chdir("/")  # it keeps nobody's folder busy
    main()
