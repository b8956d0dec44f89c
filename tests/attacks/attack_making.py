"""What attacks are made with: a lesson to attack, and the notebooks and folders that attackers hand in."""

import atexit
import functools
import json
import math
import os
import secrets
import shutil
import tempfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import numpy as np
from mini import write_course

from course.authoring.build import build
from course.grading.states import State

NAME = "91-attacked"
POINTS = {"centered": 4.0, "num_updates": 2.0, "quiz_1": 1.0}

# An attack that reaches what it must not reach prints this; its source never holds it in one piece.
WON = "attack-won"
# In the name, the command line or the environment of everything that an attack leaves behind; this run's own,
# since another may run beside it.
MARK = f"attack-mark-{secrets.token_hex(4)}"
# What an attack may not see: values of this form lie where only the grader may look.
CANARY = r"canary-[a-z]+-[0-9a-f]{16}"

SOURCE = '''\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 91 Attacked

# %% tags=["setup"]
import numpy as np

from helpers.checks import check, check_drawn

# %% solution="centered"
def centered(values):
    """Return the array less its mean."""
    ### BEGIN SOLUTION
    return values - values.mean()
    ### END SOLUTION


# %% test="centered" points=4
check("three numbers", centered, np.array([1.0, 2.0, 6.0]))
check("a table", centered, np.array([[1.0, 2.0], [3.0, 4.0]]))
### BEGIN HIDDEN TESTS
check("private: four numbers", centered, np.array([-3.5, 8.25, 0.75, 40.5]))
check("private: nothing but one", centered, np.array([17.0]))
### END HIDDEN TESTS

# %% solution="num_updates"
def num_updates(num_images, batch_size):
    """Return how many batches one epoch has, the last one perhaps smaller."""
    ### BEGIN SOLUTION
    return -(-num_images // batch_size)
    ### END SOLUTION


# %% test="num_updates" points=2
check("an even split", num_updates, 1000, 100)
check("a rest", num_updates, 1050, 100)
check("no images at all", num_updates, 0, 0)
### BEGIN HIDDEN TESTS
check("private: a long epoch", num_updates, 7321, 57)
check_drawn("private: drawn epochs", num_updates)
### END HIDDEN TESTS

# %% solution="quiz_1"
quiz_1 = None
### BEGIN SOLUTION
quiz_1 = "b"
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown] written="why" points=8
# Write here.
# ### BEGIN SOLUTION
# Full: because. Half: maybe. Empty: nothing.
# ### END SOLUTION
'''

ANSWERS = """\
from course.authoring.answers import exercise


@exercise("num_updates").cases
def epochs(rng):
    return int(rng.integers(0, 10_000)), int(rng.integers(1, 300))


@exercise("centered").right
def in_one_sum(values):
    return values - values.sum() / values.size


@exercise("centered").wrong("You left the mean in: subtract it.")
def as_it_came(values):
    return values


@exercise("num_updates").wrong("You dropped the last batch, which is smaller: it is an update too.")
def rounds_down(num_images, batch_size):
    return num_images // batch_size


exercise("quiz_1").wrong_choice("a", "Read the first paragraph again.")
"""

SOLVED = {
    "centered": "def centered(values):\n    return values - values.mean()",
    "num_updates": "def num_updates(num_images, batch_size):\n    return -(-num_images // batch_size)",
    "quiz_1": 'quiz_1 = "b"',
}

# The drawn epochs, as the bank draws them: images, and images a batch.
_RNG = np.random.default_rng(zlib.crc32(b"num_updates recorded"))
_EPOCHS = [(int(_RNG.integers(0, 10_000)), int(_RNG.integers(1, 300))) for _ in range(30)]
# What every check of the lesson observes of a right answer.
RIGHT_VALUES = {
    "three numbers": {"array": "float", "shape": [3], "values": [-2.0, -1.0, 3.0]},
    "a table": {"array": "float", "shape": [2, 2], "values": [-1.5, -0.5, 0.5, 1.5]},
    "private: four numbers": {"array": "float", "shape": [4], "values": [-15.0, -3.25, -10.75, 29.0]},
    "private: nothing but one": {"array": "float", "shape": [1], "values": [0.0]},
    "an even split": 10,
    "a rest": 11,
    "no images at all": {"raises": "ZeroDivisionError"},
    "private: a long epoch": 129,
    "private: drawn epochs": [math.ceil(images / size) for images, size in _EPOCHS],
    "question 1": "b",
}
# What anybody can read in checks.json; the answer to the quiz is a digest there.
VISIBLE_VALUES = {
    label: data
    for label, data in RIGHT_VALUES.items()
    if not label.startswith("private") and label != "question 1"
}


@functools.cache
def built_once():
    """The attacked course, built once in this process: gives its top folder."""
    root = Path(tempfile.mkdtemp(prefix="attacked-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    build(write_course(root, SOURCE, ANSWERS, NAME), root / "notebooks")
    return root


@dataclass(frozen=True)
class Scene:
    """What an attacker may know of the machine on which the class is graded.

    root: the course directory. home, temporary: folders of the grader's user. port: a TCP server's on
    loopback; abstract, socket: names of unix sockets on which somebody listens. pid, born: the grader's
    number, and when it was started, in the clock ticks of /proc.
    """

    root: Path
    home: Path
    temporary: Path
    port: int = 1
    abstract: str = "nobody"
    socket: str = "/nowhere"
    pid: int = 0
    born: str = ""

    def fill(self, code):
        """The code with «root», «port», ... replaced.

        «win» becomes the line that says that it worked; «visible» and «right» what checks see of answers.
        """
        words = {name: str(getattr(self, name)) for name in self.__dataclass_fields__}
        words |= {"mark": MARK, "win": 'print("attack" + "-won")', "prelude": PRELUDE}
        words |= {"visible": f"VISIBLE = {VISIBLE_VALUES!r}", "right": f"RIGHT = {RIGHT_VALUES!r}"}
        for word, value in words.items():
            code = code.replace(f"«{word}»", value)
        return code


# What many attacks begin with: `send_raw` puts a message on the kernel's own output socket, byte by byte.
PRELUDE = '''\
import ctypes, glob, json, os, re, signal, socket, subprocess, sys, threading, time
from pathlib import Path
from IPython.display import display, update_display, clear_output, HTML
MIME = "application/vnd.hyperparameter-course.observation+json"
kernel = get_ipython().kernel
session = kernel.session

def forge(label, data, **more):
    display({MIME: {"label": label, "data": data}}, raw=True, **more)

def send_raw(kind, content=b"{}", header=None, parent=None, metadata=b"{}", signature=None):
    """One message on iopub with exactly these parts."""
    if header is None:
        header = json.dumps(
            {"msg_id": os.urandom(8).hex(), "session": session.session, "username": "x",
             "date": "2026-01-01T00:00:00Z", "msg_type": kind, "version": "5.3"}).encode()
    if parent is None:
        parent = json.dumps(kernel.get_parent("shell")["header"], default=str).encode()
    parts = [header, parent, metadata, content]
    kernel.iopub_thread.send_multipart(
        [b"x", b"<IDS|MSG>", session.sign(parts) if signature is None else signature, *parts])

def attempt(function, *arguments):
    """What the function gives, or None when it may not."""
    try:
        return function(*arguments)
    except Exception as error:
        print(type(error).__name__)
'''


def no_edit(notebook):
    """Leave a notebook as it is."""


@dataclass(frozen=True)
class Work:
    """A notebook of the attacked lesson as somebody hands it in.

    solved: exercises with the right answer in their gap. start, middle, end: code of a cell of the
    attacker's own after the setup cell, after the first exercise, and below everything. code: other
    sources by grade_id. edit: changes the notebook; raw: changes the bytes of its file.
    """

    solved: tuple[str, ...] = ()
    start: str = ""
    middle: str = ""
    end: str = ""
    code: Mapping[str, str] = field(default_factory=dict)
    edit: Callable = no_edit
    raw: Callable[[bytes], bytes] = bytes

    def content(self, scene):
        """The bytes of the notebook's file."""
        notebook = nbformat.read(built_once() / "notebooks" / NAME / f"{NAME}.ipynb", as_version=4)
        sources = {name: SOLVED[name] for name in self.solved} | dict(self.code)
        cells = by_grade_id(notebook)
        for name, source in sources.items():
            cells[name].source = scene.fill(source)
        order = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
        # From the last place to the first, so that the earlier places stay where they are.
        for place, code in (
            (len(order), self.end),
            (order.index("centered-checks") + 1, self.middle),
            (order.index("setup") + 1, self.start),
        ):
            if code:
                notebook.cells.insert(place, nbformat.v4.new_code_cell(scene.fill(code), id=f"own-{place}"))
        self.edit(notebook)
        # Not nbformat's writer: it puts right what an attacker has put wrong.
        return self.raw(json.dumps(notebook).encode())


def by_grade_id(notebook):
    """The cells with nbgrader's metadata by their grade_id."""
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


def no_place(folder, scene):
    """Leave a submission's folder as it is."""


@dataclass(frozen=True)
class Attack:
    """One submission that means harm, and what must become of it.

    states: the ends that are right; none where its folder is refused. points: by exercise, what is not named
    is 0; if_it_goes_on: the same, where the cell that did not end could be interrupted, and the cells after
    it were run. files: what lies beside the notebook (text with «words», or bytes). place: changes the folder
    of the submission. student: the id, where it is part of the attack. why: what a grader would do that this
    one must not.
    """

    name: str
    why: str
    work: Work
    states: tuple[State, ...]
    points: Mapping[str, float]
    if_it_goes_on: Mapping[str, float]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    place: Callable[[Path, Scene], None] = no_place
    student: str | None = None

    def hand_in(self, submitted, student, scene):
        """Write the submission as nbgrader's collect would leave it."""
        folder = submitted / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_bytes(self.work.content(scene))
        shutil.copy(built_once() / "notebooks" / NAME / "checks.json", folder)
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else scene.fill(content).encode())
        self.place(folder, scene)


def attack(
    name, why, *, state=State.GRADED, points=None, files=None, place=no_place, student=None, **work
) -> Attack:
    """An attack that keeps the points of what is solved in it, unless `points` says otherwise."""
    work = Work(**work)
    solved = {exercise: POINTS[exercise] for exercise in work.solved}
    points = solved if points is None else points
    states = state if isinstance(state, tuple) else (state,)
    return Attack(name, why, work, states, points, solved, files or {}, place, student)


def goes_on(name, why, code, *, state=State.GRADED, **more) -> list[Attack]:
    """An attack after which the notebook goes on, twice.

    Once by somebody who has solved nothing, and once between two exercises that are solved: both keep
    their points, and it earns nothing.
    """
    code = f"«prelude»{code}"
    return [
        attack(name, why, state=state, start=code, **more),
        attack(
            f"{name}, between solved ones",
            why,
            state=state,
            middle=code,
            solved=("centered", "quiz_1"),
            **more,
        ),
    ]


def alone(name, why, code, *, state=State.GRADED, **more) -> list[Attack]:
    """An attack by somebody who has solved nothing, in the first cell."""
    return [attack(name, why, state=state, start=f"«prelude»{code}", **more)]


def ends(name, why, code, state, **more) -> list[Attack]:
    """An attack that ends the notebook; everything is solved, and what was run keeps its points."""
    code = f"«prelude»{code}"
    points = {"centered": POINTS["centered"]}
    return [attack(name, why, state=state, middle=code, solved=tuple(POINTS), points=points, **more)]


def submit(attacks, submitted, scene):
    """Hand in every attack; gives the student's id of each by the attack's name."""
    students = {}
    for number, one in enumerate(attacks):
        words = "".join(character if character.isalnum() else "-" for character in one.name)
        student = one.student or f"s{number:03}-{words}"
        one.hand_in(submitted, student, scene)
        students[one.name] = os.fsdecode(student)
    return students
