"""System calls of Linux that Python 3.11 has no words for. Each raises OSError as those of `os` do."""

import ctypes
import fcntl
import os
import signal
from pathlib import Path

# linux/sched.h
NEW_USER = 0x10000000
NEW_MOUNTS = 0x00020000
ALL_NAMESPACES = NEW_USER | NEW_MOUNTS | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000 | 0x02000000
# sys/mount.h
NO_SETUID, NO_DEVICES, REMOUNT, NO_SYMLINKS, BIND, RECURSIVE, PRIVATE = 2, 4, 32, 256, 4096, 1 << 14, 1 << 18
# linux/prctl.h
PARENT_DEATH_SIGNAL, DUMPABLE, NO_NEW_PRIVILEGES = 1, 4, 38
_SECCOMP, _SECCOMP_FILTER = 22, 2
_DROP_BOUNDING = 24
_CAPABILITY_VERSION_3 = 0x20080522
_OWNER_OF_NAMESPACE = 0xB701  # NS_GET_USERNS of linux/nsfs.h
_CLOSE_RANGE = 436  # the same number on every machine
_LAST_DESCRIPTOR = (1 << 32) - 1

_libc = ctypes.CDLL(None, use_errno=True)


def setns(descriptor: int, kinds: int) -> None:
    """Join namespaces: those of a process, or the one that the descriptor names."""
    _checked(_libc.setns(descriptor, kinds))


def unshare(kinds: int) -> None:
    """Leave namespaces for new ones; a mount namespace is this thread's alone."""
    _checked(_libc.unshare(kinds))


def user_namespace_of(descriptor: int) -> int:
    """Return a descriptor of the user namespace to which a namespace belongs."""
    return fcntl.ioctl(descriptor, _OWNER_OF_NAMESPACE)


def mount(source: str, target: str | Path, kind: str, flags: int = 0, options: str = "") -> None:
    """Mount a file system, or change how one is mounted."""
    arguments = [text.encode() for text in (source, os.fspath(target), kind, options)]
    _checked(_libc.mount(*arguments[:3], ctypes.c_ulong(flags), arguments[3]))


def prctl(option: int, *values: int) -> None:
    """Change a property of this process."""
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    _checked(_libc.prctl(option, *padded))


def die_with(parent: int) -> None:
    """Have this process killed when its parent ends, whatever it is doing; end now if that one is gone.

    More exactly: when the thread of the parent ends that has started this process.
    """
    prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def drop_bounding_set() -> None:
    """Let no program that this process starts gain a capability."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        prctl(_DROP_BOUNDING, capability)


def drop_capabilities() -> None:
    """Leave this process without any capability; ambient ones go with them."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _checked(_libc.capset(header, (ctypes.c_uint32 * 6)()))


class _Program(ctypes.Structure):
    """struct sock_fprog of linux/filter.h."""

    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_char_p))


def install_filter(program: bytes) -> None:
    """Let a seccomp filter (an array of `struct sock_filter`) rule this process and its children."""
    structure = _Program(len(program) // 8, program)
    prctl(_SECCOMP, _SECCOMP_FILTER, ctypes.addressof(structure))


def close_range(first: int, last: int = _LAST_DESCRIPTOR) -> None:
    """Close the descriptors from `first` to `last`, both included.

    Python's own os.closerange tries every number where it was built for an old C library.
    """
    if first <= last:
        _checked(_libc.syscall(_CLOSE_RANGE, ctypes.c_uint(first), ctypes.c_uint(last), 0))


def erase(start: int, end: int) -> None:
    """Overwrite this process's memory between two addresses with zeros."""
    ctypes.memset(start, 0, end - start)


def _checked(result: int) -> None:
    """Raise OSError when a call of the C library says that it failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
