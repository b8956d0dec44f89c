"""Attacks that hoard what shows nowhere: memory of no process, and processes faster than anybody counts."""

from attack_making import ends, goes_on
from attacks_running import ONLY_SANDBOXED, ten_processes_hold

from course.grading.states import State

CALLS = f"""{ONLY_SANDBOXED}
import mmap
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *3 * [ctypes.c_int], ctypes.c_long]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.munmap.argtypes = libc.madvise.argtypes[:2]
SHARED, PRIVATE, ANONYMOUS, FAILED = 0x01, 0x02, 0x20, ctypes.c_void_p(-1).value
"""

# On a busy machine a cell's time may be over sooner. Who is deaf to the interrupt loses the rest either way.
DEAF = "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
MEMORY_ENDS = (State.OUT_OF_MEMORY, State.TIMED_OUT)

SHARING = [
    *goes_on(
        "large memory that is shared and given back",
        "MADV_DONTNEED leaves it to the others, of whom there need be none",
        CALLS
        + """
for flags, file in ((SHARED | ANONYMOUS, -1), (SHARED, os.open("/dev/zero", os.O_RDWR))):
    block = libc.mmap(None, 5 << 30, 3, flags, file, 0)
    if block != FAILED:
        «win»
    print(os.strerror(ctypes.get_errno()))
""",
    ),
    *ends(
        "much small memory that is shared and unmapped but for a page",
        "all of it stays for the one page",
        CALLS
        + DEAF
        + """
for _ in range(2000):
    block = libc.mmap(None, 4 << 20, 3, SHARED | ANONYMOUS, -1, 0)
    ctypes.memset(block, 1, 4 << 20)
    libc.munmap(block + 4096, (4 << 20) - 4096)
«win»
""",
        MEMORY_ENDS,
    ),
    *ends(
        "shared memory that children fill and end",
        "they had the pages; nobody has them now",
        CALLS
        + DEAF
        + """
blocks = [mmap.mmap(-1, 4 << 20) for _ in range(600)]
for part in range(4):
    if os.fork() == 0:
        for block in blocks[part::4]:
            ctypes.memset(ctypes.addressof(ctypes.c_char.from_buffer(block)), 1, 4 << 20)
        os._exit(0)
    os.wait()
time.sleep(1)
«win»
""",
        MEMORY_ENDS,
    ),
    *goes_on(
        "memory lent to a pipe",
        "one byte of each huge page keeps all of it, also when it is unmapped",
        CALLS
        + """
class Part(ctypes.Structure):
    _fields_ = [("place", ctypes.c_void_p), ("size", ctypes.c_size_t)]

block = mmap.mmap(-1, 4 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
part = Part(ctypes.addressof(ctypes.c_char.from_buffer(block)), 1)
if libc.vmsplice(os.pipe()[1], ctypes.byref(part), 1, 0) == 1:
    «win»
""",
    ),
    *ends(
        "tables of pages",
        "a page that is only read is nobody's, but the way to it takes memory",
        CALLS
        + DEAF
        + """
block = libc.mmap(None, 4 << 40, 1, PRIVATE | ANONYMOUS, -1, 0)
libc.madvise(block, 4 << 40, 15)
for place in range(block, block + (4 << 40), 2 << 20):
    ctypes.c_char.from_address(place).value
«win»
""",
        MEMORY_ENDS,
    ),
    *ends(
        "memory of a process that asks not to be looked at",
        "who is not dumpable shows no mappings",
        CALLS
        + DEAF
        + "libc.prctl(4, 0, 0, 0, 0)\n"
        + ten_processes_hold('bytearray(b"x") * (400 << 20)')
        + "«win»\n",
        MEMORY_ENDS,
    ),
    *ends(
        "data in sockets that nobody accepts",
        "who closes a socket gives its descriptor back, and not what was written",
        """
listening = socket.socket(socket.AF_UNIX)
listening.bind("queue")
listening.listen(4096)
for _ in range(4000):
    with socket.socket(socket.AF_UNIX) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
        client.connect("queue")
        client.setblocking(False)
        try:
            while True:
                client.send(bytes(65536))
        except OSError:
            pass
«win»
""",
        State.KERNEL_DIED,
    ),
    *goes_on(
        "has others ended when memory runs short",
        "whoever lowers its score outlives the grader",
        """
for place in ("/proc/self/oom_score_adj", "/proc/self/oom_adj", f"/proc/{os.getpid()}/oom_score_adj"):
    for score in ("0", "-17", "-1000"):
        attempt(lambda: Path(place).write_text(score))
if Path("/proc/self/oom_score_adj").read_text() != "1000\\n":
    «win»
""",
    ),
]

BOMBS = [
    *ends(
        "fork bomb",
        "each look at it takes longer, and each fork makes what looks wait",
        f"""{ONLY_SANDBOXED}
hoard = bytearray(b"x") * (200 << 20)
while True:
    attempt(os.fork)
""",
        (State.TOO_MANY_PROCESSES, State.TIMED_OUT),
    ),
    *ends(
        "fork bomb without the kernel",
        "the kernel is gone before anybody has counted its children",
        f"""{ONLY_SANDBOXED}
for _ in range(120):
    if os.fork() == 0:
        time.sleep(600)
os._exit(0)
""",
        State.TOO_MANY_PROCESSES,
    ),
    *ends(
        "a fork bomb of processes that end at once",
        "nobody lives long enough to be counted; what one cell may take ends it",
        f"""{ONLY_SANDBOXED}
while True:
    if os.fork():
        os._exit(0)
""",
        (State.KERNEL_DIED, State.TIMED_OUT, State.TOO_MANY_PROCESSES),
    ),
]

HOARDING = [*SHARING, *BOMBS]
