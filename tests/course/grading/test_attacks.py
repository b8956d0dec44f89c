"""One class of honest students and of attackers is graded, once, with the real sandbox and warm kernels.

Each attack of the bank must end as it should and earn what was solved. Nothing outside may have changed, been
read or been reached, and nothing may be left. Honest students have what they have when graded alone.
"""

import ctypes
import html
import json
import os
import re
import secrets
import socket
import stat
import tempfile
import threading
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from attack_making import CANARY, MARK, NAME, POINTS, WON, Attack, Scene, Work, built_once, submit
from attacks import ATTACKS
from ending import has_ended
from nbgrader.api import Gradebook
from tiers import sampled

from course.grading.cohort import grade_class
from course.grading.states import State
from course.grading.workers import LocalWorkers
from course.kernels.provisioner import warm_kernels
from course.sandbox.limits import Limits

LIMITS = Limits(
    # CPU time. What waits has it three times, by the clock.
    cell_seconds=10,
    patience=3,
    wall_seconds=120,
    memory_bytes=1_500_000_000,
    total_memory_bytes=2_000_000_000,
    disk_bytes=200_000_000,
    files=2_000,
    output_bytes=2_000_000,
)
NOISY = "import sys, warnings\nprint('10 %', file=sys.stderr)\nwarnings.warn('slow')"
WIDGETS = """
import ipywidgets
from IPython.display import display
taken = ipywidgets.Output()
display(taken)
with taken:
    print("in a widget")
    taken.clear_output(wait=True)
    display(np.arange(3.0))
ipywidgets.interact(lambda number: print(number), number=3);
"""
# Sorted, they stand before, among and after the attackers, whose ids begin with s, or with anything.
HONEST = {
    "!first": Work(solved=tuple(POINTS)),
    "a-perfect": Work(solved=tuple(POINTS)),
    "r-untouched": Work(),
    "s040~half": Work(solved=("num_updates",)),
    "s080~noisy": Work(solved=tuple(POINTS), start=NOISY, middle=NOISY),
    "s100~widgets": Work(solved=tuple(POINTS), start=WIDGETS, middle=WIDGETS),
    "s120~perfect": Work(solved=tuple(POINTS), end="plotted = centered(np.arange(3.0)); plotted"),
    "s160~half": Work(solved=("centered", "quiz_1")),
    "zz-last": Work(solved=tuple(POINTS)),
    "🦋": Work(solved=tuple(POINTS)),
}
# The others are refused before anything of them is read.
GRADED = [attack for attack in ATTACKS if attack.states]
# Those of `make test`: for each row of docs/grading-sandbox-attacks.md, by its beginning.
SAMPLE = {
    "read the gradebook": (
        "reads private checks and solutions, between solved ones",
        "reads the gradebook",
        "reads other submissions",
        "reads /etc/shadow",
        "reads the grader's home and temporary files",
        "walks the whole disk",
    ),
    "write outside": (
        "writes into solutions, submissions and feedback, between solved ones",
        "writes into the grader's home and temporary files",
    ),
    "change the mode": ("writes into the system",),
    "lead the grader": ("a link to another's notebook", "links and pipes beside it"),
    "use the network": ("connects to loopback", "connects to unix sockets", "connects to the outside"),
    "read your environment": ("reads the environment",),
    "read or signal the grader": ("signals the grader", "reads through descriptors that it inherited"),
    "gain rights": ("mounts, unshares and changes its root", "doors of the OS kernel"),
    "use up memory": ("10 GB of memory at once", "memory of many processes"),
    "hide memory": ("large memory that is shared and given back", "memory lent to a pipe"),
    "keep data in sockets": ("data in sockets that nobody accepts",),
    "outlive the grader": ("has others ended when memory runs short",),
    "fill the disk": ("fills the disk", "a million files"),
    "fork without end": ("fork bomb", "a thousand threads"),
    "compute or wait": ("endless loop", "loop that catches interrupts"),
    "leave a process behind": ("children that outlive it, between solved ones",),
    "kill its sandbox": ("kills everybody, between solved ones",),
    "forge a verdict": (
        "patches check and check_drawn, to show guesses",
        "patches the comparison",
        "an object that lies: __eq__",
        "visible results by heart, forged",
        "a message with another cell's parent",
        "a tolerance of its own",
        "more points in the metadata",
        "checks that are easier",
        "spy: the source of the private cell",
    ),
    "crash the grader": (
        "message: JSON that is very deep",
        "message: a wrong signature",
        "a file that is very deep JSON",
        "a pipe as a notebook",
        "os._exit",
    ),
    "keep the grader busy": ("a source of 5 MB",),
    "fill the grader's memory": ("parts of a message without end", "100 MB in one line"),
    "run a script": ("hostile Markdown", "page: a size of a picture that is a script"),
    "get points by your click": ("page: a layer that takes a click for points",),
    "take over your JupyterLab": ("page: MathJax that is a link",),
    "stop feedback": ("page: a million colours", "a picture of 2 MB that is shown 900 times"),
}
SAMPLED = {name for names in SAMPLE.values() for name in names}
PR_SET_CHILD_SUBREAPER = 36
OWN_CALL = "the test itself"

# The class is graded by the first of them: a minute or four on a machine that does nothing else.
pytestmark = [pytest.mark.usefixtures("sandboxes"), pytest.mark.timeout(1800)]


@dataclass
class Graded:
    """The class after grading, and what was seen of the world meanwhile."""

    root: Path
    students: dict[str, str]
    rows: dict = field(default_factory=dict)
    grades: dict = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    connections: list[str] = field(default_factory=list)

    def notebook(self, student):
        return nbformat.read(self.root / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)

    def outputs(self, student):
        """Everything that the student's code has shown, as text."""
        return json.dumps([cell.get("outputs") for cell in self.notebook(student).cells], ensure_ascii=False)

    def feedback(self, student):
        return (self.root / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")


@contextmanager
def listeners(connections):
    """A TCP, a UDP and two unix sockets that note who comes; gives what a scene must know of them."""
    with ExitStack() as stack:
        tcp = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(tcp.getsockname())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="listen"))
        names = {"abstract": f"course-{secrets.token_hex(4)}", "socket": f"{folder}/socket"}
        unix = []
        for address in ("\0" + names["abstract"], names["socket"]):
            unix.append(stack.enter_context(socket.socket(socket.AF_UNIX)))
            unix[-1].bind(address)
            unix[-1].listen()
        for one in (tcp, udp, *unix):
            threading.Thread(target=_note, args=(one, connections), daemon=True).start()
        yield {"port": tcp.getsockname()[1], **names}
        # They hear: otherwise that nobody came would say nothing.
        for one in (tcp, udp, *unix):
            with socket.socket(one.family, one.type) as caller:
                caller.connect(one.getsockname())
                caller.sendall(OWN_CALL.encode())
        deadline = time.monotonic() + 20
        while connections.count(OWN_CALL) < 4 and time.monotonic() < deadline:
            time.sleep(0.05)


def _note(listening, connections):
    with listening:
        while True:
            try:
                if listening.type == socket.SOCK_DGRAM:
                    heard = listening.recv(100)
                else:
                    connection, _ = listening.accept()
                    with connection:
                        heard = connection.recv(100)
            except OSError:
                return
            connections.append(heard.decode(errors="replace"))


def canary(kind):
    return f"canary-{kind}-{secrets.token_hex(8)}"


def plant(root, stack):
    """Put canaries where an attacker may look; gives the files and what they hold."""
    private = root / "solutions" / NAME / "private.json"
    content = json.loads(private.read_text())
    private.write_text(json.dumps(content | {"canary": canary("private")}))
    places = {
        root / "solutions" / NAME / "canary.txt": "solutions",
        root / "submitted" / "a-perfect" / NAME / "canary.txt": "submission",
        root / "grading" / "canary.txt": "grading",
        Path.home() / f"course-canary-{secrets.token_hex(4)}.txt": "home",
        Path(tempfile.gettempdir()) / f"course-canary-{secrets.token_hex(4)}.txt": "temporary",
    }
    for path, kind in places.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(canary(kind))
        stack.callback(path.unlink, missing_ok=True)
    return {path: path.read_bytes() for path in places}


def state_of(*folders):
    """Every file and link below the folders: what it is, how large, and what it holds, if it is not large."""
    found = {}
    for path in (path for folder in folders for path in folder.rglob("*")):
        status = path.lstat()
        small = stat.S_ISREG(status.st_mode) and status.st_size < 10_000_000
        held = path.read_bytes() if small else os.readlink(path) if path.is_symlink() else None
        found[str(path)] = status.st_mode, status.st_size, status.st_mtime_ns, held
    return found


def left_by_attackers():
    """Processes with the attackers' mark, and files with it where everybody may write."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        for part in ("cmdline", "environ"):
            try:
                if MARK.encode() in (process / part).read_bytes():
                    found.append(f"process {process.name}")
            except OSError:
                continue
    folders = (
        Path.home(),
        Path(tempfile.gettempdir()),
        Path("/var/tmp"),
        Path("/dev/shm"),
        Path("/etc"),
        Path("/"),
    )
    return found + [str(path) for folder in folders for path in folder.glob(f"*{MARK}*")]


def children():
    """The children of this process that live, adopted ones among them."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            found += (task / "children").read_text().split()
    # An adopted one that has ended waits for a parent that would wait for it: nothing of it runs.
    return {int(child) for child in found if not has_ended(child)}


def orphans(before):
    """The children that this process has adopted. before: those that it had."""
    return [
        f"child {process}: {command}"
        for process in children() - before
        if (command := command_of(process)) is not None and "resource_tracker" not in command
    ]


def command_of(process):
    """The command line of a process; None when it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None


def grade(root):
    # More than cores: some attackers have their graders wait for a limit, up to a minute.
    with warm_kernels(), LocalWorkers(4) as workers:
        outcome = grade_class(root, NAME, workers, limits=LIMITS)
    return outcome.report.rows


def grades_of(root):
    """Points and marks by student and cell, as the gradebook has them."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "hyperparameters") as gradebook:
        return {
            submission.student.id: {
                grade.name: (grade.auto_score, grade.manual_score, grade.needs_manual_grade, grade.max_score)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(NAME)
        }


def without_ids(notebook):
    """The text of a notebook without the numbers that widgets draw."""
    return re.sub(r'"model_id": "\w+"', "", json.dumps(notebook))


def new_course(root):
    for path in built_once().rglob("*"):
        if path.is_file() and "gradebook" not in path.name:
            (root / path.relative_to(built_once())).parent.mkdir(parents=True, exist_ok=True)
            (root / path.relative_to(built_once())).write_bytes(path.read_bytes())
    scene = Scene(root, Path.home(), Path(tempfile.gettempdir()))
    for student, work in HONEST.items():
        one = Attack(student, "", work, (State.GRADED,), {}, {}, student=student)
        submit([one], root / "submitted", scene)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The honest students, graded without anybody else."""
    root = tmp_path_factory.mktemp("alone")
    new_course(root)
    rows = grade(root)
    return Graded(root, {}, rows, grades_of(root))


@pytest.fixture(scope="module")
def graded(tmp_path_factory, alone, request):
    """Everybody of whom a test of this run asks, graded in one class with those who are refused."""
    chosen = {
        item.callspec.params["attack"].name
        for item in request.session.items
        if "[" in item.name and item.module is request.module
    }
    attacks = [attack for attack in ATTACKS if attack.name in chosen or not attack.states]
    root = tmp_path_factory.mktemp("class")
    new_course(root)
    # Whatever loses its parent becomes a child of this process, and is seen.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    before = children()
    with ExitStack() as stack:
        stack.callback(ctypes.CDLL(None).prctl, PR_SET_CHILD_SUBREAPER, 0)
        planted = plant(root, stack)
        os.environ["COURSE_CANARY"] = canary("environment")
        stack.callback(os.environ.pop, "COURSE_CANARY")
        connections = []
        with listeners(connections) as known:
            born = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
            known |= {"pid": os.getpid(), "born": born}
            scene = Scene(root, Path.home(), Path(tempfile.gettempdir()), **known)
            class_ = Graded(root, submit(attacks, root / "submitted", scene), connections=connections)
            inputs = state_of(root / "solutions", root / "submitted")
            class_.rows = grade(root)
        after = {path: path.read_bytes() for path in planted if path.exists()}
        after |= state_of(root / "solutions", root / "submitted")
        before_it = planted | inputs
        class_.changed = [
            str(path) for path in before_it.keys() | after.keys() if before_it.get(path) != after.get(path)
        ]
        # A process that was killed gives back its memory before it has ended, 10 GB in seconds.
        deadline = time.monotonic() + 60
        while (remaining := left_by_attackers() + orphans(before)) and time.monotonic() < deadline:
            time.sleep(0.2)
        class_.left = remaining
        class_.grades = grades_of(root)
    return class_


@pytest.mark.parametrize(
    "attack",
    sampled(GRADED, *(attack for attack in GRADED if attack.name in SAMPLED)),
    ids=lambda attack: attack.name,
)
def test_does_an_attack_end_as_it_should_and_gain_nothing(graded, attack):
    student = graded.students[attack.name]
    _earns_what_was_solved(graded, student, attack)
    page = graded.feedback(student)
    for shown in (graded.outputs(student), page):
        assert WON not in shown
        assert re.findall(CANARY, shown) == []
    _neither_acts_nor_shows_a_private_check(page)


def _earns_what_was_solved(graded, student, attack):
    row = graded.rows[student]
    assert State(row.state) in attack.states, row.for_instructor
    cells = graded.grades[student]
    points = {exercise: cells[f"{exercise}-checks"][0] for exercise in POINTS}
    goes_on = any(said in row.for_instructor for said in ("cells after it were run", "all cells were run"))
    earned = attack.if_it_goes_on if goes_on else attack.points
    assert points == dict.fromkeys(POINTS, 0.0) | dict(earned), row.for_instructor
    assert cells["why"][0] in (0.0, None)
    assert [cells[f"{exercise}-checks"][3] for exercise in POINTS] == list(POINTS.values())


def _neither_acts_nor_shows_a_private_check(page):
    """What a student encodes is not recognised: docs/grading-sandbox.md says so."""
    text = re.sub(r"<[^>]*>", "", html.unescape(page))
    for called in ("check", "check_drawn"):
        assert f"{called}(&quot;private:" not in page
        assert f'{called}("private:' not in text
    assert "HIDDEN TESTS" not in page
    for active in (
        "<script>fetch(",
        "<script>alert(",
        " onerror=",
        " onload=",
        "javascript:alert",
        'class="dropdown-backdrop',
    ):
        assert active not in re.sub(r"<pre>.*?</pre>", "", page, flags=re.S), active


def test_do_honest_students_have_what_they_have_alone(graded, alone):
    for student in HONEST:
        assert graded.grades[student] == alone.grades[student], student
        assert without_ids(graded.notebook(student)) == without_ids(alone.notebook(student)), student
        assert graded.rows[student].state == State.GRADED, graded.rows[student].for_instructor
        assert graded.rows[student].scores == alone.rows[student].scores


def test_do_honest_students_have_what_they_have_earned(alone):
    for student, work in HONEST.items():
        points = {exercise: POINTS[exercise] if exercise in work.solved else 0.0 for exercise in POINTS}
        assert {exercise: alone.grades[student][f"{exercise}-checks"][0] for exercise in POINTS} == points


def test_is_everybody_graded_and_nobody_else(graded):
    asked = [graded.students[attack.name] for attack in GRADED if attack.name in graded.students]
    everybody = {*asked, *HONEST}
    assert graded.rows.keys() == graded.grades.keys() == everybody
    assert {student for student, row in graded.rows.items() if row.state == State.GRADER_FAULT} == set()


def test_has_nobody_a_folder_whose_name_is_refused(graded):
    refused = {graded.students[attack.name] for attack in ATTACKS if not attack.states}
    assert refused
    for folder in ("autograded", "feedback"):
        assert refused.isdisjoint(os.listdir(graded.root / folder))


def test_is_every_graded_notebook_a_file_that_all_readers_of_json_can_read(graded):
    no_numbers = []
    for path in (graded.root / "autograded").rglob("*.ipynb"):
        json.loads(path.read_text(encoding="utf-8"), parse_constant=no_numbers.append)
    assert no_numbers == []


def test_is_each_line_of_what_is_defended_attacked_in_every_run(top):
    text = (
        (top / "docs" / "grading-sandbox-attacks.md")
        .read_text(encoding="utf-8")
        .partition("\n## What is defended\n")[2]
    )
    lines = re.findall(r"^\| (\w.*?) \|", text.partition("\n## ")[0], re.M)[1:]
    assert [line[: len(begin)] for line, begin in zip(lines, SAMPLE, strict=True)] == list(SAMPLE)
    assert {attack.name for attack in ATTACKS} >= SAMPLED


def test_has_nothing_outside_changed(graded):
    assert graded.changed == []


def test_is_nothing_left(graded):
    assert graded.left == []


def test_has_nobody_called_the_listeners(graded):
    assert graded.connections == [OWN_CALL] * 4
