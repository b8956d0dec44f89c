"""One sandbox with one process in it, as a program of its own, so that tests can run it as anybody.

Reads from standard input, as JSON: the code to run inside, the sandbox's limits and files, and code to run
outside meanwhile. Prints, as JSON, what the code handed to `report`, and how all ended.
"""

import dataclasses
import json
import os
import sys
import time
import traceback
from pathlib import Path

from course.sandbox import linux
from course.sandbox.entry import enter
from course.sandbox.limits import Limits
from course.sandbox.sandbox import Sandbox

_CHILD_SUBREAPER = 36  # linux/prctl.h
_KINDS = ("pid", "mnt", "user", "net")


def main() -> None:
    case = json.load(sys.stdin)
    linux.prctl(_CHILD_SUBREAPER, 1)  # to wait for what a killed waiter leaves behind
    limits = Limits(**case["limits"])
    if case["warm"]:
        import tensorflow  # noqa: F401
    start = time.monotonic()
    sandbox = Sandbox(limits, {name: text.encode() for name, text in case["files"].items()})
    with sandbox:
        namespaces, held = hold_namespaces(sandbox.init_pid)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            _inside(sandbox, limits, writer, case["code"])
        os.close(writer)
        with open(reader, "rb") as told:
            if case["outside"]:
                exec(case["outside"], {"sandbox": sandbox, "told": told, "child": child})
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            # A daemon that the code started holds the other end, so there need be no end of file.
            os.set_blocking(reader, False)
            lines = (told.read() or b"").splitlines()
        stood = sandbox.outside("/").exists()
        seconds = time.monotonic() - start
    remaining = left(namespaces)
    for descriptor in held:
        os.close(descriptor)
    reports = [json.loads(line) for line in lines]
    result = {
        "reports": reports,
        "exit_code": code,
        "stood": stood,
        "seconds": seconds,
        "killed_for": sandbox.killed_for,
        "usage": dataclasses.asdict(sandbox.usage()),
        "left": remaining,
    }
    print(json.dumps(result))


def _inside(sandbox: Sandbox, limits: Limits, writer: int, code: str) -> None:
    def report(value):
        os.write(writer, json.dumps(value).encode() + b"\n")

    try:
        enter(sandbox.init_pidfd, limits, keep=[writer])
        exec(
            code, {"report": report, "os": os, "sys": sys, "time": time, "Path": Path, "__name__": "__main__"}
        )
    except BaseException:
        report(traceback.format_exc())
        os._exit(99)
    os._exit(0)


def hold_namespaces(pid: int) -> tuple[list[str], list[int]]:
    """Names of a process's namespaces, and descriptors that keep the names from being given to others."""
    held = [os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY) for kind in _KINDS]
    return _namespaces(pid), held


def _namespaces(pid: int) -> list[str]:
    return [os.readlink(f"/proc/{pid}/ns/{kind}") for kind in _KINDS]


def left(namespaces: list[str]) -> list[str]:
    """Processes that still live in one of the sandbox's namespaces."""
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if set(_namespaces(int(process.name))) & set(namespaces):
                left.append((process / "cmdline").read_text().replace("\0", " "))
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
    return left


if __name__ == "__main__":
    main()
