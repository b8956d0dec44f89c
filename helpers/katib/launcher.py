"""The process that starts trials' commands, ends them, and outlives nobody.

    python -m helpers.katib.launcher

It reads one JSON object a line, and writes one for each trial that has ended:

    {"start": 3, "command": ["python", "train.py"], "environment": {}, "output": "/tmp/3.log", "warm": false}
    {"stop": 3}
    {"ended": 3, "code": 0}              negative for a signal, as in subprocess

When its input ends, as it does when whoever asked is gone, every trial is killed with what it has started.
A warm trial `python -m MODULE ...` is a fork of this process, which has imported TensorFlow and Keras by
then: the command is the same, and the seconds of these imports are spent once. Only where there is a fork.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import queue
import runpy
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NoReturn

from helpers.processes import Fork, kill_group

PRELOADED = ("tensorflow", "keras", "helpers.data", "helpers.models")
CAN_FORK = hasattr(os, "fork")
_PAUSE = 0.02  # seconds between two looks at the trials that run
_NOT_FOUND, _NOT_EXECUTABLE = 127, 126  # as a shell says it


@dataclass
class Launcher:
    """The trials that run, by number.

    say: takes the number of a trial that has ended, and its code.
    """

    say: Callable[[int, int], None]
    running: dict[int, Fork | subprocess.Popen] = field(default_factory=dict)

    def obey(self, order: Mapping[str, Any]) -> None:
        """Do what one line asks for."""
        if "stop" in order:
            if order["stop"] in self.running:
                _kill(self.running[order["stop"]])
            return
        number = order["start"]
        try:
            self.running[number] = _warm(order) if order["warm"] else _cold(order)
        except (OSError, ValueError) as error:  # ValueError: a name or an argument that no OS takes
            program = order["command"][0]
            is_missing = isinstance(error, FileNotFoundError) or _is_nowhere(program)
            reason = "no such program" if is_missing else getattr(error, "strerror", None) or error
            _complain(order["output"], f"{program}: {reason}")
            self.say(number, _NOT_FOUND if is_missing else _NOT_EXECUTABLE)

    def look(self) -> None:
        """Say which trials have ended since the last look."""
        for number, child in list(self.running.items()):
            code = child.poll()
            if code is not None:
                _kill(child)  # what it has left behind
                del self.running[number]
                self.say(number, code)

    def end(self) -> None:
        """Kill what runs, and wait until it has ended."""
        for child in self.running.values():
            _kill(child)
        for child in self.running.values():
            while child.poll() is None:
                time.sleep(0.005)


def _is_nowhere(program: str) -> bool:
    """Return whether no folder of PATH holds a program.

    Where one of them is closed to this user, the OS says that permission was denied, whatever is looked for.
    """
    folders = os.get_exec_path()
    return os.sep not in program and not any(os.path.exists(os.path.join(each, program)) for each in folders)


def _cold(order: Mapping[str, Any]) -> subprocess.Popen:
    """Start a command as a process of its own, in a group of its own."""
    with open(order["output"], "wb") as output:
        return subprocess.Popen(
            order["command"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | order["environment"],
            start_new_session=True,
        )


def _warm(order: Mapping[str, Any]) -> Fork:
    """Fork, and run the command's module in the child."""
    for name in PRELOADED:
        importlib.import_module(name)
    return Fork(partial(_become_trial, order))


def _become_trial(order: Mapping[str, Any]) -> NoReturn:
    """Be, in a fork, what `_cold` would start."""
    os.setsid()
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.environ.update(order["environment"])
    sys.exit(_run_module(order["command"]))


def _run_module(command: list[str]) -> int:
    """Run `python -m MODULE ARGUMENTS` in this process, and return its exit code."""
    module, arguments = command[2], command[3:]
    sys.argv = [module, *arguments]
    sys.path[0] = os.getcwd()
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            code = end.code or 0
        else:
            print(end.code, file=sys.stderr)
            code = 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    return code


def _kill(child: Fork | subprocess.Popen) -> None:
    """End a process and what runs in its group; Windows has no groups of this kind."""
    if os.name == "posix":
        kill_group(child.pid)
    child.kill()  # a fork may not have made its group yet


def _complain(output: str, line: str) -> None:
    # A program's name may hold half a character, which no file takes as it is.
    with contextlib.suppress(OSError), open(output, "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(f"{line}\n")


def _lines_of_input() -> Iterator[list[str]]:
    """Yield the lines that have come since the last time, after a pause at most; end when the input does."""
    if os.name != "posix":
        yield from _lines_by_thread()
        return
    rest = b""
    while True:
        lines: list[str] = []
        if select.select([0], [], [], _PAUSE)[0]:
            data = os.read(0, 1 << 16)
            if not data:
                return
            *whole, rest = (rest + data).split(b"\n")
            lines = [line.decode() for line in whole]
        yield lines


def _lines_by_thread() -> Iterator[list[str]]:
    """Yield the same where `select` knows no pipes. There is no fork there that a thread could disturb."""
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=_PAUSE)
        except queue.Empty:
            yield []
            continue
        if line is None:
            return
        yield [line]


def main() -> None:
    """Serve until the input ends."""
    # Ctrl-C in a terminal reaches the whole group; who asked decides what is stopped.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def say(number: int, code: int) -> None:
        print(json.dumps({"ended": number, "code": code}), flush=True)

    launcher = Launcher(say)
    try:
        for lines in _lines_of_input():
            for line in lines:
                launcher.obey(json.loads(line))
            launcher.look()
    except BrokenPipeError:
        pass  # nobody listens any more
    finally:
        launcher.end()


if __name__ == "__main__":
    main()
