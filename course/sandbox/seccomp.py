"""System calls that a submission has no use for, as a seccomp filter.

The namespaces already take the rights away; the filter takes away the doors at which flaws of the
OS kernel are looked for, and what namespaces do not divide: virtual-machine sockets, and memory that
belongs to no process (memfd, System V), which nothing else would count.

The filter is written out here, because the one Python binding of libseccomp on PyPI has not been
released since 2020. Numbers: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h
of Linux 6.17; system calls newer than 424 have the same number everywhere.
"""

import errno
import platform
import socket
import struct
from collections.abc import Mapping

# The largest anonymous mapping that processes may share: room for counters and small arrays.
SHARED_MAPPING_BYTES = 4 << 20

# name: (x86_64, aarch64; None where the machine has no such call)
_Calls = Mapping[str, tuple[int | None, int | None]]

_REFUSED: _Calls = {
    # other processes' memory
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "migrate_pages": (256, 238),
    "move_pages": (279, 239),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    # the machine
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "acct": (163, 89),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "fanotify_init": (300, 262),
    # large parts of the OS kernel, with a history, or shared by all of a user's processes
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_setup": (206, 0),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    # memory of no process
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "memfd_secret": (447, 447),
    # A pipe keeps the whole page, 2 MiB if it is a huge one, of each byte that it is lent.
    "vmsplice": (278, 75),
}
# Said to be missing, so that libraries take their older way: clone3's flags lie in memory, where no
# filter can read them.
_MISSING: _Calls = {"clone3": (435, 435), "memfd_create": (319, 279)}
# Done without effect. /proc/self/exe is the one way from a forked process to a file in its old place:
# Python's program, which may belong to the instructor. It is running, so nobody can write to it, but its
# owner could change its mode.
_PRETENDED: _Calls = {
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchown": (93, 55),
    "fchownat": (260, 54),
}
_UNSUPPORTED: _Calls = {
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "setxattrat": (463, 463),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "removexattrat": (466, 466),
    "file_setattr": (469, 469),
}
# error: the system calls that end with it
ANSWERS: Mapping[int, _Calls] = {
    errno.EPERM: _REFUSED,
    errno.ENOSYS: _MISSING,
    0: _PRETENDED,
    errno.EOPNOTSUPP: _UNSUPPORTED,
}
# An argument decides.
INSPECTED = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "ioctl": (16, 29),
    "clone": (56, 220),
    "mmap": (9, 222),
    "prctl": (157, 167),
    "setsockopt": (54, 208),
}
_FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6)
_REQUESTS = (
    0x5412,  # TIOCSTI: type into a terminal
    0x40086602,  # FS_IOC_SETFLAGS; this and the next two: the attributes of /proc/self/exe
    0x401C5820,  # FS_IOC_FSSETXATTR
    0x40806685,  # FS_IOC_ENABLE_VERITY
)

# clone's flags for new namespaces: user, mount, PID, network, IPC, UTS, cgroup
_NEW_NAMESPACES = 0x10000000 | 0x00020000 | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000 | 0x02000000

# sys/mman.h
_SHARED, _ANONYMOUS, _HUGE_PAGES = 0x01, 0x20, 0x40000
# Options of sockets that would make their buffers, memory of the OS kernel, larger than usual: SO_SNDBUF,
# SO_RCVBUF and their FORCE twins.
_BUFFER_SIZES = (7, 8, 32, 33)
_SET_DUMPABLE = 4  # of linux/prctl.h: hides a process from the resource monitor of an ordinary user

# machine: (its place in the tables, AUDIT_ARCH_... of linux/audit.h)
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
_X32_BIT = 0x40000000  # x86_64's second table of system calls, with other numbers

# linux/bpf_common.h, linux/seccomp.h
_LOAD, _EQUAL, _MORE, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x06
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
# offsets in struct seccomp_data, on a little-endian machine; an argument has 64 bits, the lower half first
_NUMBER, _ARCHITECTURE = 0, 4
_FIRST_ARGUMENT, _SECOND_ARGUMENT, _THIRD_ARGUMENT, _FOURTH_ARGUMENT = 16, 24, 32, 40
_UPPER_HALF = 4


def program() -> bytes:
    """Return the filter, as an array of `struct sock_filter`.

    Empty on a machine whose numbers are not known.
    """
    if platform.machine() not in _MACHINES:
        return b""
    column, architecture = _MACHINES[platform.machine()]
    lines = [
        _line(_LOAD, _ARCHITECTURE),
        _line(_EQUAL, architecture, 1, 0),
        _line(_RETURN, _KILL),
        _line(_LOAD, _NUMBER),
        _line(_AT_LEAST, _X32_BIT, 0, 1),
        _line(_RETURN, _KILL),
    ]
    lines += _answered(column)
    lines += _inspected(column)
    lines.append(_line(_RETURN, _ALLOW))
    return b"".join(lines)


def _answered(column: int) -> list[bytes]:
    """Return the lines for the system calls that end at once, with an error or without effect."""
    lines = []
    for error, calls in ANSWERS.items():
        for numbers in calls.values():
            number = numbers[column]
            if number is not None:
                lines += [_line(_EQUAL, number, 0, 1), _line(_RETURN, _ERRNO | error)]
    return lines


def _inspected(column: int) -> list[bytes]:
    """Return the lines for the system calls of which an argument decides."""
    lines = []
    # Not EAFNOSUPPORT: ZeroMQ asks a netlink socket for the names of interfaces, and aborts on that answer.
    families = [_line(_EQUAL, family, len(_FAMILIES) - at, 0) for at, family in enumerate(_FAMILIES)]
    for call in ("socket", "socketpair"):
        lines += _when(
            INSPECTED[call][column], _FIRST_ARGUMENT, [*families, _line(_RETURN, _ERRNO | errno.EOPNOTSUPP)]
        )
    refuse = _line(_RETURN, _ERRNO | errno.EPERM)
    requests = [line for request in _REQUESTS for line in (_line(_EQUAL, request, 0, 1), refuse)]
    lines += _when(INSPECTED["ioctl"][column], _SECOND_ARGUMENT, requests)
    lines += _when(
        INSPECTED["clone"][column], _FIRST_ARGUMENT, [_line(_ANY_BIT, _NEW_NAMESPACES, 0, 1), refuse]
    )
    lines += _when(INSPECTED["mmap"][column], _FOURTH_ARGUMENT, _MAPPING)
    done = _line(_RETURN, _ERRNO)
    lines += _when(INSPECTED["prctl"][column], _FIRST_ARGUMENT, [_line(_EQUAL, _SET_DUMPABLE, 0, 1), done])
    sizes = [line for size in _BUFFER_SIZES for line in (_line(_EQUAL, size, 0, 1), done)]
    lines += _when(
        INSPECTED["setsockopt"][column],
        _THIRD_ARGUMENT,
        [
            _line(_LOAD, _SECOND_ARGUMENT),
            _line(_EQUAL, socket.SOL_SOCKET, 1, 0),
            _line(_RETURN, _ALLOW),
            _line(_LOAD, _THIRD_ARGUMENT),
            *sizes,
        ],
    )
    return lines


def _line(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """Return one `struct sock_filter`; the last two arguments say how many lines to skip."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


# mmap's flags are loaded: huge pages show in nobody's memory, large shared ones can be hidden.
_NO_MEMORY = _line(_RETURN, _ERRNO | errno.ENOMEM)
_MAPPING = [
    _line(_ANY_BIT, _HUGE_PAGES, 0, 1),
    _NO_MEMORY,
    _line(_ANY_BIT, _ANONYMOUS, 1, 0),
    _line(_RETURN, _ALLOW),
    _line(_ANY_BIT, _SHARED, 1, 0),
    _line(_RETURN, _ALLOW),
    _line(_LOAD, _SECOND_ARGUMENT + _UPPER_HALF),
    _line(_EQUAL, 0, 1, 0),
    _NO_MEMORY,
    _line(_LOAD, _SECOND_ARGUMENT),
    _line(_MORE, SHARED_MAPPING_BYTES, 0, 1),
    _NO_MEMORY,
]


def _when(number: int, argument: int, body: list[bytes]) -> list[bytes]:
    """Return the lines that look at an argument of one system call; what falls out of the body is allowed."""
    body = [_line(_LOAD, argument), *body, _line(_RETURN, _ALLOW)]
    return [_line(_EQUAL, number, 0, len(body)), *body]
