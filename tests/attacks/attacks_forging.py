"""Attacks on the verdict: patched checks and Python, lying objects, forged observations, spies."""

from attack_making import alone, attack, goes_on

from course.grading.states import State
from helpers.checks import OBSERVATION_MIME

PATCHES = {
    "check": "check = lambda *_, **__: None",
    "check in its module": """
from helpers.checks import graded_cell
graded_cell.check = graded_cell._emit = lambda *_, **__: None
check = graded_cell.check
""",
    "check and check_drawn, to show guesses": """«visible»
def check(label, *_, **__):
    forge(label, VISIBLE.get(label, 0))
check_drawn = check
""",
    "what is handed on, to repeat what is expected": """«visible»
from helpers.checks import graded_cell
from helpers.checks.calls import Call
hand_on = graded_cell._hand_on
def repeat(label, call):
    hand_on(label, Call(VISIBLE.get(label, 0)))
graded_cell._hand_on = repeat
""",
    "the comparison": """
import helpers.checks.comparison, helpers.checks.exercises
helpers.checks.exercises.difference = helpers.checks.comparison.difference = lambda *_: None
helpers.checks.exercises.Expected.agrees_with = lambda *_: True
""",
    "what says that a class is graded": """
os.environ.pop("NBGRADER_EXECUTION", None)
from helpers.checks import graded_cell
graded_cell.cell_session.judge = lambda *_: print("✓")
graded_cell._find = lambda label: (None, None)
""",
    "the recorder of the build": """
from helpers.checks import graded_cell
class Taker:
    def check(self, *_): pass
    check_drawn = check
held = graded_cell.recording(Taker())
held.__enter__()
""",
    "class building and import": """
import builtins
builtins.__build_class__ = lambda *_, **__: None
builtins.__import__ = lambda name, *_, **__: sys.modules[name]
""",
    "json": "json.dumps = lambda *_, **__: '{}'\njson.loads = lambda *_, **__: {}",
    "what a cell shows and hands over": """
shell = get_ipython()
shell.display_pub.publish = lambda *_, **__: print("✓ three numbers")
shell.display_formatter.format = lambda *_, **__: ({"text/plain": "4.0"}, {})
shell.payload_manager.write_payload = lambda *_, **__: None
""",
    "sys.modules": """
import types
fake = types.ModuleType("helpers.checks")
fake.check = check = lambda *_, **__: print("✓")
sys.modules["helpers.checks"] = sys.modules["helpers"] = fake
sys.modules["numpy"] = None
""",
    "the kernel's execution": """
shell = get_ipython()
run = shell.run_cell
def without_checks(source, *arguments, **more):
    return run("print('✓')" if "check(" in source else source, *arguments, **more)
shell.run_cell = without_checks
""",
    "the session": """
send = session.send
def without_observations(stream, kind, content=None, *arguments, **more):
    if kind == "execute_reply":
        content["payload"] = []
    return send(stream, kind, content, *arguments, **more)
session.send = without_observations
""",
}

TRANSFORMERS = [
    *alone(
        "an AST transformer without checks",
        "a cell of which nothing is left has not failed",
        """
import ast
class Without(ast.NodeTransformer):
    def visit_Expr(self, node):
        return None
    def visit_Assert(self, node):
        return None
get_ipython().ast_transformers.append(Without())
""",
    ),
    *alone(
        "an AST transformer that changes what is checked",
        "each check is asked of a constant",
        """
import ast
VISIBLE = {"three numbers": "np.array([-2.0, -1.0, 3.0])", "a table": "np.array([[-1.5, -0.5], [0.5, 1.5]])"}
class Constant(ast.NodeTransformer):
    def visit_Call(self, node):
        if getattr(node.func, "id", "") == "check" and isinstance(node.args[0], ast.Constant):
            known = VISIBLE.get(node.args[0].value, "np.zeros(1)")
            node.args[1:] = [ast.parse(known, mode="eval").body]
        return node
get_ipython().ast_transformers.append(Constant())
""",
    ),
    *alone(
        "an input transformer",
        "the cell's text is changed before it is Python",
        """
def passing(lines):
    return ["print('✓ three numbers')\\n", "1e9\\n"] if any("check(" in line for line in lines) else lines
get_ipython().input_transformers_post.append(passing)
get_ipython().input_transformer_manager.line_transforms.insert(0, passing)
""",
    ),
    *alone(
        "hooks around every cell",
        "they may show what they like in a graded cell",
        r"""«visible»
def before(info):
    global check, check_drawn
    for label in re.findall(r'check(?:_drawn)?\("([^"]+)"', info.raw_cell or ""):
        check = check_drawn = lambda *_, **__: None
        forge(label, VISIBLE.get(label, 0))
get_ipython().events.register("pre_run_cell", before)
get_ipython().events.register("post_run_cell", lambda result: forge("a rest", VISIBLE["a rest"]))
""",
    ),
    *alone(
        "sys.settrace",
        "a trace sees every local of a check, and can change it",
        """«visible»
from helpers.checks.calls import Call
def trace(frame, event, argument):
    if frame.f_code.co_name == "_emit":
        # Python writes it back; asked for once more, it would be as it was.
        names = frame.f_locals
        names["call"] = Call(VISIBLE.get(names["label"], 0))
sys.settrace(trace)
threading.settrace(trace)
sys.setprofile(lambda *_: None)
get_ipython().events.register("pre_run_cell", lambda *_: sys.settrace(trace))
""",
    ),
]

# What a method of these would answer; asked by anybody, it remembers that.
ASKED = """
asked = []
def answers(value):
    def method(self, *_, **__):
        asked.append(type(self))
        return value
    return method
"""
OBJECTS = {
    "__eq__": """
class Liar:
    __eq__ = answers(True)
    __ne__ = answers(False)
    __hash__ = None
""",
    "__float__": "class Liar(float):\n    __float__ = __abs__ = __sub__ = __rsub__ = __eq__ = answers(0.0)",
    "__class__": """
class Liar:
    __class__ = np.float64
    dtype = np.dtype(float)
    item = __float__ = answers(0.0)
    __module__ = "numpy"
""",
    "__array__": """
class Liar(np.ndarray):
    __array_priority__ = 1e9
    __array_ufunc__ = __array_function__ = astype = ravel = tolist = answers(True)
    def __new__(cls):
        return np.zeros(3).view(cls)
""",
    "__module__": """
Liar = type("ndarray", (), {"__module__": "numpy", "ndim": 1, "size": 0, "shape": (0,)})
Liar.dtype = np.dtype(float)
Liar.astype = Liar.ravel = Liar.tolist = answers([])
""",
    "str and int": """
class Liar(int):
    __str__ = __repr__ = answers("0")
    __index__ = bit_length = answers(0)
""",
    "__len__ and __iter__": """
class Liar(list):
    __len__ = answers(0)
    __iter__ = answers(iter([]))
""",
    "__call__": "class Liar:\n    __call__ = answers(0.0)",
    "item": 'class Liar(np.int64):\n    __module__ = "numpy"\n    item = __float__ = __index__ = answers(0)',
}

VALUES = {
    "endless depth": "value = []\nfor _ in range(100_000):\n    value = [value]",
    "a circle": 'value = {}\nvalue["it"] = [value]',
    "NaN and infinity": 'value = [float("nan"), float("inf"), np.array([np.nan, -np.inf]), np.float64(1)]',
    "ten million numbers": "value = np.zeros(10**7)",
    "an integer with a million digits": "value = 1 << 3_000_000",
    "an integer above every float": "value = 2**1024 - 1",
    "half a character": r'value = "\ud800"',
    "a dict with our keys": 'value = {"array": "float", "shape": [3], "values": [-2.0, -1.0, 3.0]}',
    "a generator and a lock": "value = [iter([1]), threading.Lock(), type, np, lambda: 1, b'x', 1j]",
    "rows without columns": "value = np.zeros((2500, 2500, 0))",
    "one list again and again": "value = [0]\nfor _ in range(9):\n    value = [value] * 400",
    "a text of 100 MB": 'value = "x" * 10**8',
    "a hundred thousand long keys": 'value = {f"{number:0100}": 0 for number in range(100_000)}',
    "an array of objects": "value = np.array([None, [1], {}], dtype=object)",
    "dates and records": 'value = [np.array(["2020"], dtype="M8"), np.zeros(2, dtype=[("a", int)])]',
}

# What `encode` never gives, under a right label and as bytes: the judge must not stumble.
RAW_DATA = {
    "an array with an exception in it": {
        "array": "float",
        "shape": [3],
        "values": [{"raises": "x"}, {"dict": {}}, 1],
    },
    "an array with a broken number in it": {
        "array": "float",
        "shape": [3],
        "values": [{"float": []}, {}, True],
    },
    "an integer above every float": {"array": "float", "shape": [3], "values": [10**400, -(10**400), 1]},
    "a dict that is none": {"dict": [1, 2]},
    "a float that is none": {"float": {"nan": 1}},
    "an empty dict": {},
}


def raw_observation(data):
    """Code that shows `data` as the observation of each check, as JSON of its own making."""
    return f"""
import re
from IPython.display import display

def centered(*_):
    for label in re.findall(r'check\\("([^"]+)"', In[-1]):
        display({{"{OBSERVATION_MIME}": {{"label": label, "data": {data!r}}}}}, raw=True)
    raise SystemExit
"""


FORGED = [
    attack(
        "patches builtins and NumPy's comparison",
        "what is right is worked out elsewhere",
        code={
            "centered": """
import builtins
builtins.abs = builtins.round = builtins.sum = lambda *_: 0
np.allclose = np.array_equal = np.isclose = lambda *_, **__: True
np.testing.assert_allclose = lambda *_, **__: None

def centered(values):
    return values"""
        },
    ),
    attack(
        "visible results by heart",
        "they are in checks.json; the private ones are not",
        code={
            "centered": """
def centered(values):
    known = {3: [-2.0, -1.0, 3.0], 4: [[-1.5, -0.5], [0.5, 1.5]]}
    return np.array(known.get(values.size, [0.0]))""",
            "num_updates": """
def num_updates(num_images, batch_size):
    return {1000: 10, 1050: 11}.get(num_images, 129 if batch_size else 1 // 0)""",
        },
    ),
    attack(
        "visible results by heart, forged",
        "a private check that has shown nothing has not passed",
        code={
            "centered": """«prelude»«visible»
def check(label, *_, **__):
    if label in VISIBLE:
        forge(label, VISIBLE[label])

def centered(values):
    return values"""
        },
    ),
    attack(
        "another exercise's observations",
        "each cell is judged by what it shows itself",
        code={
            "centered": """«prelude»«right»
def centered(values):
    for label in ("an even split", "a rest", "no images at all", "private: a long epoch",
                  "private: drawn epochs", "question 1"):
        forge(label, RIGHT[label])
    return values""",
        },
        middle="check = check_drawn = lambda *_, **__: None",
        end='«prelude»\nforge("question 1", "b")',
    ),
    attack(
        "right and wrong at once",
        "what is observed twice must be right twice",
        code={
            "centered": """«prelude»«visible»
def centered(values):
    forge("three numbers", VISIBLE["three numbers"])
    forge("three numbers", 0)
    forge("a table", VISIBLE["a table"])
    return values - values.mean()""",
            "num_updates": """«prelude»
def num_updates(num_images, batch_size):
    for guess in range(3):  # at each of the drawn cases
        forge("private: a long epoch", guess)
    return -(-num_images // batch_size)""",
        },
    ),
    attack(
        "a display that is spoilt later",
        "update_display_data reaches an earlier cell: whoever solved it may lose it by their own hand",
        start="""«prelude»
def check(label, observation, *arguments, **_):
    from helpers.checks.observation import encode
    data = encode(observation(*arguments) if callable(observation) else observation)
    display({MIME: {"label": label, "data": data}}, raw=True, display_id=label)
""",
        solved=("centered",),
        end="""«prelude»
update_display({MIME: {"label": "three numbers", "data": 5}}, raw=True, display_id="three numbers")
""",
        points={"centered": 0.0},
    ),
    attack(
        "a thread that outlives its cell",
        "it shows what it likes, while other cells run",
        middle="""«prelude»
def forge_for_ever():
    for _ in range(200):
        for label in ("an even split", "a rest", "private: a long epoch", "question 1", "three numbers"):
            forge(label, 0)
            content = {"metadata": {}, "data": {MIME: {"label": label, "data": 1}}}
            send_raw("display_data", json.dumps(content).encode())
        time.sleep(0.01)
threading.Thread(target=forge_for_ever).start()
""",
        solved=("centered",),
    ),
    attack(
        "a message with another cell's parent",
        "an output says itself to which cell it belongs",
        middle=r"""«prelude»«right»
earlier = json.dumps(kernel.get_parent("shell")["header"], default=str).encode()
check = check_drawn = lambda *_, **__: None
def before(info):
    for label in re.findall(r'check(?:_drawn)?\("([^"]+)"', info.raw_cell or ""):
        content = {"metadata": {}, "data": {MIME: {"label": label, "data": RIGHT[label]}}}
        for parent in (earlier, b'{"msg_id": 5}', b"{}"):
            send_raw("display_data", json.dumps(content).encode(), parent=parent)
get_ipython().events.register("pre_run_cell", before)
""",
        solved=("centered",),
    ),
    *goes_on(
        "a forked child that shows observations",
        "a child has its parent's sockets and keys",
        """
child = os.fork()
if child == 0:
    try:
        session.check_pid = False
        session.pid = os.getpid()
        forge("question 1", "a")
        content = {"metadata": {}, "data": {MIME: {"label": "question 1", "data": "a"}}}
        send_raw("display_data", json.dumps(content).encode())
        time.sleep(60)
    finally:
        os._exit(0)
time.sleep(0.3)
os.kill(child, signal.SIGKILL)
""",
    ),
    attack(
        "the lines and the points of a pass",
        "nbgrader reads a number as points, and a person reads ✓",
        code={
            "centered": """
def check(label, *_, **__):
    print(f"✓ {label}\\n✓ 2 of 2 private checks\\n2.0\\n")
    return 4.0

def centered(values):
    return values""",
        },
    ),
    attack(
        "points above the maximum",
        "partial credit is the value of the last expression",
        start="""«prelude»
get_ipython().ast_node_interactivity = "all"
def check(*_, **__):
    kernel.shell.displayhook(99.0)
    send_raw("execute_result", b'{"data": {"text/plain": "99.0"}, "metadata": {}, "execution_count": 9}')
    return 1e9
""",
    ),
    attack(
        "a tolerance of its own",
        "how near is near enough is not for the student to say",
        code={
            "centered": """«prelude»
def check(label, function, values, *_, **__):
    data = {"array": "float", "shape": list(values.shape), "values": [0.0] * values.size}
    display({MIME: {"label": label, "data": data, "rtol": 1e9, "atol": 1e9, "expected": data}}, raw=True)

def centered(values):
    return values"""
        },
    ),
    *(
        attack(
            f"raw observation: {name}",
            "what comes under a right label need not be what `encode` gives",
            code={"centered": raw_observation(data)},
            solved=("quiz_1",),
        )
        for name, data in RAW_DATA.items()
    ),
    attack(
        "raw observations that are huge or deep",
        "to read them, to compare them and to write them down costs the grader",
        code={
            "centered": r"""«prelude»
def show(label, data):
    send_raw("display_data", b'{"metadata": {}, "data": {"%s": {"label": "%s", "data": %s}}}'
             % (MIME.encode(), label.encode(), data))
def centered(values):
    show("a table", b'{"array": "float", "shape": [%s], "values": []}' % b", ".join([b"9" * 18] * 15_000))
    show("private: four numbers", b'"' + b"x" * 100_000 + b'"')
    show("private: nothing but one", b'{"raises": "' + b"<script>" * 1000 + b'"}')
    show("three numbers", b"NaN")
    show("three numbers", rb'"\ud800"')
    show("three numbers", b"[" * 80 + b"]" * 80)
    return values"""
        },
        solved=("quiz_1",),
        points={"quiz_1": 1.0},
    ),
]

# The beginning of a cell's private checks; no more of an exception or a value is shown than a line.
PRIVATE = 'In[-1].partition("HIDDEN " + "TESTS")[2].strip()[:100]'

SPIES = [
    attack(
        "spy: the source of the private cell",
        "In, _ih, the history, frames, inspect and linecache know it",
        solved=("quiz_1",),
        code={
            "centered": """«prelude»
import inspect, linecache
def centered(values):
    frame = sys._getframe(1)
    print(In[-1], _ih[-1], inspect.getsource(frame), frame.f_code.co_consts)
    print(linecache.getlines(frame.f_code.co_filename))
    print(list(get_ipython().history_manager.get_range(output=False)))
    raise ValueError(In[-1])"""
        },
        end="print(In, _ih, _i, _ii, _iii)\nIn[-3:]",
    ),
    attack(
        "spy: the source as an exception",
        "a crash keeps its own message",
        solved=("quiz_1",),
        code={"num_updates": f"def num_updates(*_):\n    raise RuntimeError({PRIVATE})"},
    ),
    attack(
        "spy: the source under a visible check",
        "what a function raises is shown under the check that called it",
        solved=("quiz_1",),
        code={
            "num_updates": f"""
def num_updates(num_images, batch_size):
    if not batch_size:
        raise RuntimeError({PRIVATE})
    return -(-num_images // batch_size)"""
        },
    ),
    attack(
        "spy: the source as an observation",
        "a failed check shows what came instead",
        solved=("quiz_1",),
        code={"num_updates": f"def num_updates(*_):\n    return [{PRIVATE}]"},
    ),
    attack(
        "spy: the source, encoded",
        "it cannot be recognised, as docs/grading-sandbox.md says; it earns nothing",
        solved=("quiz_1",),
        code={
            "num_updates": """
import base64

def num_updates(num_images, batch_size):
    source = In[-1]
    print(source[::-1], base64.b64encode(source.encode()))
    raise RuntimeError(base64.b64encode(source.encode()).decode())"""
        },
        end="print([source[::-1] for source in In], base64.b64encode(repr(In).encode()))",
    ),
    attack(
        "spy: the arguments of private checks",
        "they are the student's function's own arguments: it may see them, and learns no result",
        solved=("quiz_1",),
        code={
            "num_updates": """
seen = []
def num_updates(num_images, batch_size):
    seen.append((num_images, batch_size))
    return 10"""
        },
        end="print(seen)",
    ),
    attack(
        "spy: what the private checks show in a picture of HTML",
        "markup and scripts are text for whoever reads the feedback",
        solved=("quiz_1",),
        end="""«prelude»
source = [text for text in In if "private" in text and "check" in text]
display(HTML("<script>fetch('/formgrader/api')</script><img src=x onerror=alert(1)>"))
display({"text/markdown": "\\n".join(source), "text/html": "".join(source), "application/json": source,
         "application/javascript": "alert(1)", "image/svg+xml": "<svg onload='alert(1)'/>"}, raw=True)
""",
    ),
]

# Whoever patches what the kernel itself needs has no kernel.
BROKEN = (State.GRADED, State.TIMED_OUT, State.KERNEL_DIED)

FORGING = [
    *(
        attack(f"patches {name}", "the verdict is made elsewhere", state=BROKEN, start=f"«prelude»{code}")
        for name, code in PATCHES.items()
    ),
    *TRANSFORMERS,
    *(
        attack(
            f"an object that lies: {name}",
            "no method of a student's object is asked anything",
            code={"centered": f"{ASKED}{code}\n\ndef centered(values):\n    return Liar()"},
            solved=("quiz_1",),
            end="if asked:\n    «win»",
        )
        for name, code in OBJECTS.items()
    ),
    *(
        attack(
            f"an observation of {name}",
            "a mistake may be endless",
            code={"centered": f"import threading\n{code}\n\ndef centered(values):\n    return value"},
            solved=("quiz_1",),
        )
        for name, code in VALUES.items()
    ),
    *FORGED,
    *SPIES,
]
