"""Attacks on the run itself: what does not end, what dies, what takes too much, what says too much."""

from attack_making import POINTS, alone, attack, ends, goes_on

from course.grading.states import State

# The machine outlives a sandbox that does not hold: whoever would harm it first looks whether it stands.
ONLY_SANDBOXED = """
assert os.getpid() < 100 and not os.path.exists("«root»"), "attack" + "-won"
"""


def ten_processes_hold(memory):
    """Source: ten children hold what the expression `memory` gives, all at once and for long enough."""
    return f"""
told, tell = os.pipe()
for _ in range(10):
    if os.fork() == 0:
        try:
            hoard = {memory}
            os.write(tell, b".")
            time.sleep(600)
        finally:
            os._exit(0)
for _ in range(10):
    os.read(told, 1)
time.sleep(3)
"""


ENDLESS = [
    attack(
        "endless loop",
        "the time of a check is the student's too",
        state=State.TIMED_OUT,
        solved=("centered",),
        code={"num_updates": "def num_updates(*_):\n    while True:\n        pass"},
    ),
    *ends(
        "loop that catches interrupts",
        "an interrupt is a request, and a request can be refused",
        """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    try:
        time.sleep(60)
    except BaseException:
        pass
""",
        State.TIMED_OUT,
    ),
    *ends(
        "loop inside C code",
        "Python's interrupt is only seen between two instructions of Python",
        're.match("(a+)+$", "a" * 40 + "b")',
        State.TIMED_OUT,
    ),
    *ends(
        "SIGSTOP to itself and to everybody",
        "a stopped process answers nothing; nobody in the sandbox may be who keeps time",
        f"""{ONLY_SANDBOXED}
subprocess.Popen(["sleep", "600"])
os.kill(-1, signal.SIGSTOP)
os.kill(os.getpid(), signal.SIGSTOP)
""",
        State.TIMED_OUT,
    ),
    *ends(
        "never says that it is done",
        "idle is a message of the student's process: it may never come",
        """
type(kernel)._publish_status = lambda *_, **__: None
type(kernel)._publish_status_and_flush = lambda *_, **__: None
""",
        (State.MESSAGES_LOST, State.TIMED_OUT),
    ),
]

DEATHS = [
    *ends("os._exit", "stock nbgrader has no feedback for it", "os._exit(0)", State.KERNEL_DIED),
    *ends("quit", "a kernel that ends politely has ended", "quit()\ntime.sleep(1)", State.KERNEL_DIED),
    *ends("segmentation fault", "no exception says it", "ctypes.string_at(0)", State.KERNEL_DIED),
    *ends("abort", "neither here", "os.abort()", State.KERNEL_DIED),
    *ends("kill from a shell", "children reach their parent", "!kill -9 $PPID", State.KERNEL_DIED),
    *ends(
        "do_shutdown",
        "the kernel's own way to end",
        """
import asyncio
asyncio.ensure_future(kernel.do_shutdown(False))
kernel.shell.exit_now = True
time.sleep(1)
""",
        State.KERNEL_DIED,
    ),
    *ends(
        "closes every descriptor",
        "sockets and pipes vanish under libraries that do not expect it",
        "os.closerange(0, 1024)\ntime.sleep(60)",
        (State.KERNEL_DIED, State.TIMED_OUT),
    ),
    *ends(
        "closes the kernel's sockets",
        "the kernel lives, and nobody hears it",
        """
kernel.iopub_thread.stop()
kernel.iopub_thread.socket.close(0)
for stream in kernel.shell_streams or [kernel.shell_stream]:
    stream.close()
time.sleep(60)
""",
        (State.KERNEL_DIED, State.TIMED_OUT),
    ),
    attack(
        "dies under a check",
        "the death is in the graded cell itself",
        state=State.KERNEL_DIED,
        solved=("centered", "quiz_1"),
        points={"centered": 4.0},
        code={"num_updates": "import os\n\ndef num_updates(*_):\n    os._exit(3)"},
    ),
    *goes_on(
        "kills everybody",
        "SIGKILL to all and to the first process, by somebody who is root in their own world",
        f"""{ONLY_SANDBOXED}
attempt(os.kill, 1, signal.SIGKILL)
attempt(os.kill, -1, signal.SIGKILL)
time.sleep(0.3)
""",
    ),
    *goes_on(
        "deletes everything that can be deleted",
        "connection file, sockets, home",
        f"{ONLY_SANDBOXED}\n!rm -rf --one-file-system ~ $PWD /tmp/* 2>/dev/null; true",
    ),
]

MEMORY = [
    *goes_on(
        "10 GB of memory at once",
        "the machine belongs to the class",
        f"{ONLY_SANDBOXED}\nhoard = bytearray(10 * 1024**3)",
        state=State.OUT_OF_MEMORY,
    ),
    *goes_on(
        "a MemoryError of its own",
        "nobody took any memory, and nobody is told so",
        "raise MemoryError",
    ),
    attack(
        "10 GB of memory, piece by piece",
        "each piece is small",
        state=(State.OUT_OF_MEMORY, State.TIMED_OUT),
        solved=tuple(POINTS),
        # Let go again: what it holds is missing to the cells after it, and now and then one of these fails.
        middle=f"""«prelude»{ONLY_SANDBOXED}
hoard = []
try:
    while len(hoard) < 10_000:
        hoard.append(bytes(2**20))
finally:
    hoard.clear()
«win»
""",
    ),
    *ends(
        "memory of many processes",
        "a limit for each process is no limit for all",
        ONLY_SANDBOXED + ten_processes_hold("os.urandom(2**20) * 400") + "«win»\n",
        # A busy machine may need longer to hand out so much than the cell may take.
        (State.OUT_OF_MEMORY, State.TIMED_OUT),
    ),
    attack(
        "memory in files without a name",
        "pages of a memfd belong to no process's heap",
        solved=tuple(POINTS),
        middle=f"""«prelude»{ONLY_SANDBOXED}
piece = os.urandom(2**20) * 8
files = []
for _ in range(40):
    files.append(os.memfd_create("x"))
    for _ in range(16):
        os.write(files[-1], piece)
«win»
""",
    ),
    *goes_on(
        "a thousand threads",
        "threads are processes to the kernel of the machine",
        """
for _ in range(1000):
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
«win»
""",
    ),
    *goes_on(
        "a million files",
        "inodes run out before bytes do",
        f"""{ONLY_SANDBOXED}
for number in range(1_000_000):
    open(f"{{number}}", "w").close()
«win»
""",
    ),
    *goes_on(
        "fills the disk",
        "in one file, and in many",
        f"""{ONLY_SANDBOXED}
piece = os.urandom(2**20) * 8
def fill(folder):
    for number in range(400):
        with open(f"{{folder}}/«mark»-{{number}}", "wb") as file:
            file.write(piece)
for folder in (".", "/tmp", "/dev/shm", "/var/tmp", "/run"):
    attempt(fill, folder)
free = os.statvfs(".")
assert free.f_frsize * free.f_blocks < 3 * 10**9, "attack" + "-won"
""",
    ),
    *goes_on(
        "children that outlive it",
        "a daemon with its own session, which ignores every polite signal",
        """
for name in ("«mark»", "sleep"):
    subprocess.Popen(
        ["/bin/sh", "-c", "trap '' HUP TERM INT; while :; do sleep 100; done", name],
        start_new_session=True, env={"NAME": "«mark»", "PATH": os.environ["PATH"]})
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.execve("/bin/sleep", ["«mark»", "1000"], {"NAME": "«mark»"})
    os._exit(0)
""",
    ),
]

FLOODS = [
    *ends(
        "100 MB in lines",
        "an instructor's disk and browser must take what is kept",
        'for _ in range(1_000_000):\n    print("x" * 99)',
        (State.OUTPUT_TOO_LARGE, State.TIMED_OUT),
    ),
    *ends("100 MB in one line", "the same", 'print("x" * 10**8)', (State.OUTPUT_TOO_LARGE, State.TIMED_OUT)),
    *ends(
        "100 MB on stderr",
        "the same",
        'sys.stderr.write("x" * 10**8)',
        (State.OUTPUT_TOO_LARGE, State.TIMED_OUT),
    ),
    *ends(
        "100 MB as a result",
        "the same, through displayhook",
        '"x" * 10**8',
        (State.OUTPUT_TOO_LARGE, State.TIMED_OUT),
    ),
    *ends(
        "100 MB as display data",
        "the same",
        'display({"text/plain": "", "image/png": "A" * 10**8}, raw=True)',
        (State.OUTPUT_TOO_LARGE, State.TIMED_OUT),
    ),
    *ends(
        "100 MB as a message of an exception",
        "a traceback is output too",
        'raise ValueError("x" * 10**8)',
        (State.KERNEL_DIED, State.TIMED_OUT),
    ),
    attack(
        "100 MB as a message under a check",
        "an observation carries the message of an exception",
        state=State.GRADED,
        solved=("centered",),
        code={
            "num_updates": """
def num_updates(num_images, batch_size):
    if not batch_size:
        raise ZeroDivisionError("x" * 10**8)"""
        },
    ),
    *ends(
        "clears its output for ever",
        "what is thrown away again has passed through",
        'while True:\n    print("x" * 10_000)\n    clear_output()',
        (State.OUTPUT_TOO_LARGE, State.TIMED_OUT),
    ),
    *ends(
        "updates a display for ever",
        "one output, many messages",
        """
display({"text/plain": "x"}, raw=True, display_id="one")
while True:
    update_display({"text/plain": "x" * 10_000}, raw=True, display_id="one")
""",
        (State.OUTPUT_TOO_LARGE, State.TIMED_OUT),
    ),
    *ends(
        "talks to widgets for ever",
        "comm messages are no output, and cost the same",
        """
while True:
    session.send(kernel.iopub_socket, "comm_msg", {"comm_id": "x", "data": {"state": {"y": "x" * 10_000}}},
                 parent=kernel.get_parent("shell"))
""",
        (State.OUTPUT_TOO_LARGE, State.TIMED_OUT),
    ),
    *ends(
        "a hundred thousand tiny outputs",
        "each is an object in the grader, with a cost that its bytes do not show",
        "for number in range(100_000):\n    display({}, raw=True)",
        (State.OUTPUT_TOO_LARGE, State.TIMED_OUT),
    ),
    *ends(
        "a background thread that floods",
        "it goes on while the next cells run",
        """
def flood():
    while True:
        print("x" * 10_000)
threading.Thread(target=flood, daemon=True).start()
time.sleep(60)
""",
        (State.OUTPUT_TOO_LARGE, State.TIMED_OUT),
    ),
    *alone(
        "100 MB into the descriptors of stdout and stderr",
        "what no message carries may go into a log of the grader's",
        """
for descriptor in (1, 2):
    for _ in range(50):
        attempt(os.write, descriptor, b"«mark»\\n" * 90_000)
""",
        state=(State.GRADED, State.OUTPUT_TOO_LARGE, State.TIMED_OUT),
    ),
]

EITHER = (State.GRADED, State.KERNEL_DIED, State.OUTPUT_TOO_LARGE)
MALFORMED = {
    "a wrong signature": 'send_raw("stream", b"{}", signature=b"0" * 64)',
    "no signature": 'send_raw("stream", b"{}", signature=b"")',
    "no JSON": 'send_raw("stream", b"{")',
    "no UTF-8": r'send_raw("stream", b"\xff\xfe")',
    "JSON of another kind": '[send_raw("stream", part) for part in (b"[]", b"5", b"null", b"true")]',
    "headers of another kind": '[send_raw("stream", header=part) for part in (b"[]", b"{}", b"5", b"null")]',
    "parents of another kind": '[send_raw("stream", parent=part) for part in (b"[]", b"5", b"null", b"{")]',
    "metadata of another kind": '[send_raw("display_data", metadata=part) for part in (b"[]", b"5", b"{")]',
    "no parts at all": """
kernel.iopub_thread.send_multipart([b"x"])
kernel.iopub_thread.send_multipart([b"<IDS|MSG>"])
kernel.iopub_thread.send_multipart([b"", b"<IDS|MSG>", b"", b"", b""])
""",
    "missing keys": """
for kind in ("stream", "display_data", "execute_result", "error", "status", "update_display_data",
             "clear_output", "execute_input", "comm_open", "comm_msg", "comm_close", "shutdown_reply", "x"):
    send_raw(kind)
""",
    "a widget without a module": """
state = {"_model_name": "OutputModel", "_view_name": "OutputView", "msg_id": ["x"]}
for kind in ("comm_open", "comm_msg"):
    content = {"comm_id": "x", "target_name": "jupyter.widget", "data": {"state": state}}
    send_raw(kind, json.dumps(content).encode())
    send_raw(kind, json.dumps({"comm_id": ["x"], "data": {"state": [1], "buffer_paths": 5}}).encode())
""",
    "a display id that is a list": """
for kind in ("display_data", "update_display_data"):
    for transient in ({"display_id": ["x"]}, {"display_id": {}}, [], 5, None):
        content = {"data": {"text/plain": "x"}, "metadata": {}, "transient": transient}
        send_raw(kind, json.dumps(content).encode())
""",
    "outputs of the wrong types": """
for content in ({"name": 5, "text": 5}, {"name": "stdout", "text": None}, {"name": ["x"], "text": ["x"]}):
    send_raw("stream", json.dumps(content).encode())
for data in (5, [], None, {"text/plain": 5}, {"text/html": None}, {"image/png": {}}, {"text/plain": [[1]]}):
    send_raw("display_data", json.dumps({"data": data, "metadata": []}).encode())
for traceback in (5, None, [5], [["x"]], {}):
    send_raw("error", json.dumps({"ename": 5, "evalue": None, "traceback": traceback}).encode())
for number in (-1, "x", 10**30, None):
    send_raw("execute_input", json.dumps({"code": 5, "execution_count": number}).encode())
    send_raw("execute_result", json.dumps({"data": {}, "metadata": {}, "execution_count": number}).encode())
for state in (5, None, [], "busy", "starting", "restarting", "dead"):
    send_raw("status", json.dumps({"execution_state": state}).encode())
""",
    "JSON that is very deep": """
deep = b'{"name": "stdout", "text": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
send_raw("stream", deep)
send_raw("display_data", b'{"metadata": {}, "data": {"a/json": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_002)
""",
    "JSON that is rather deep": """
for depth in (90, 200, 400, 900):
    send_raw("display_data", b'{"metadata": {}, "data": {"a/json": ' + b"[" * depth + b"]" * depth + b"}}")
""",
    "numbers without end": """
huge = b"9" * 50_000
for number in (huge, b"1e999999999", b"NaN", b"-Infinity"):
    send_raw("display_data", b'{"metadata": {}, "data": {"application/json": ' + number + b"}}")
""",
    "half a character": r"""
for text in (rb'"\ud800"', rb'"\udfff\u0000\uffff"'):
    send_raw("stream", b'{"name": "stdout", "text": ' + text + b"}")
    send_raw("error", b'{"ename": ' + text + b', "evalue": ' + text + b', "traceback": [' + text + b"]}")
    send_raw("display_data", b'{"metadata": {}, "data": {"text/plain": ' + text + b"}}")
""",
    "done before it is done": """
for _ in range(5):
    send_raw("status", b'{"execution_state": "idle"}')
time.sleep(0.2)
print("later")
""",
}

MESSAGES = [
    *(
        attack(
            f"message: {name}",
            "what comes from the student's process is bytes, not a message of Jupyter's",
            state=EITHER,
            middle=f"«prelude»{code}\ntime.sleep(0.1)",
            solved=("centered",),
        )
        for name, code in MALFORMED.items()
    ),
    *alone(
        "a reply that lies",
        "the reply says ok, and nothing has run",
        """
async def lie(*_, **__):
    return {"status": "ok", "execution_count": 1, "payload": [{"source": "ask_exit"}], "user_expressions": {}}
kernel.do_execute = lie
""",
    ),
    attack(
        "replies without a status",
        "a reply, too, is only bytes",
        state=(State.GRADED, State.KERNEL_DIED, State.TIMED_OUT),
        solved=("centered",),
        middle="""«prelude»
async def broken(*_, **__):
    return {"status": ["ok"], "payload": 5}
kernel.do_execute = broken
""",
    ),
    *goes_on("asks for input", "nobody is there to answer", 'input("your grade? ")\n«win»'),
    *alone(
        "asks for input with a message of its own",
        "the grader's answers are not for the taking",
        """
session.send(kernel.shell_stream or kernel.shell_streams[0], "input_request", {"prompt": "?"},
             parent=kernel.get_parent("shell"))
kernel._allow_stdin = True
threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
input("your grade? ")
«win»
""",
        state=(State.GRADED, State.KERNEL_DIED, State.TIMED_OUT),
    ),
]

RUNNING = [*ENDLESS, *DEATHS, *MEMORY, *FLOODS, *MESSAGES]
