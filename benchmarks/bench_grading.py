"""How fast a class is graded, against stock nbgrader in the same run, and a simulated class of 300.

The submissions train a small network with Keras, as a learner would. A cell at the end says how much CPU
time the student's own cells used; what grading used beyond that is the grader's. On all cores at once they
set the limit that no grader passes. The goal is ten times stock, and 90 % of that limit.
"""

import collections
import importlib
import json
import operator
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat

from course.authoring.build import build
from course.grading.states import FAULTS

TOP = Path(__file__).parents[1]
NAME = "92-training"
SOURCE = '''\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 92 Training

# %% tags=["setup"]
from helpers.checks import check

import keras
import numpy as np

# %% solution="make_model"
def make_model(units):
    """Return a compiled classifier of 20 inputs and 3 classes with one hidden layer of so many units."""
    ### BEGIN SOLUTION
    layers = [keras.Input((20,)), keras.layers.Dense(units, "relu"), keras.layers.Dense(3, "softmax")]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    return model
    ### END SOLUTION


# %% test="make_model" points=3
model = make_model(16)
history = model.fit(np.ones((64, 20)), np.zeros(64), epochs=2, verbose=0)
check("the weights of 16 units", model.count_params())
check("two epochs", len(history.history["loss"]))
### BEGIN HIDDEN TESTS
check("private: the weights of 5 units", make_model(5).count_params())
### END HIDDEN TESTS

# %% solution="num_updates"
def num_updates(num_images, batch_size):
    """Return how many batches one epoch has, the last one perhaps smaller."""
    ### BEGIN SOLUTION
    return -(-num_images // batch_size)
    ### END SOLUTION


# %% test="num_updates" points=2
check("an even split", num_updates(1000, 100))
check("a rest", num_updates(1050, 100))
### BEGIN HIDDEN TESTS
check("private: a long epoch", num_updates(7321, 57))
### END HIDDEN TESTS
'''
ANSWERS = """\
import keras

from course.authoring.answers import exercise


def _model(*layers):
    model = keras.Sequential([keras.Input((20,)), *layers])
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    return model


@exercise("make_model").right
def by_adding(units):
    model = keras.Sequential()
    model.add(keras.Input((20,)))
    model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(3, activation="softmax"))
    model.compile("sgd", "sparse_categorical_crossentropy")
    return model


@exercise("make_model").wrong("There is no hidden layer.")
def shallow(units):
    return _model(keras.layers.Dense(3, "softmax"))


@exercise("make_model").wrong("The hidden layer is there twice.")
def deep(units):
    return _model(keras.layers.Dense(units), keras.layers.Dense(units), keras.layers.Dense(3, "softmax"))


@exercise("num_updates").wrong("You dropped the last batch, which is smaller: it is an update too.")
def rounds_down(num_images, batch_size):
    return num_images // batch_size
"""
RIGHT = {
    "make_model": SOURCE[SOURCE.index("def make_model") : SOURCE.index('\n\n# %% test="make_model"')],
    "num_updates": "def num_updates(num_images, batch_size):\n    return -(-num_images // batch_size)",
}
WRONG = {
    "make_model": "def make_model(units):\n    return keras.Sequential([keras.Input((20,))])",
    "num_updates": "def num_updates(num_images, batch_size):\n    return num_images // batch_size",
}
# What a class of 300 has in it beside the honest.
ATTACKS = [
    "while True:\n    pass",
    "import os\nos._exit(0)",
    "import os\nwhile True:\n    os.fork()",
    "blocks = bytearray(10_000_000_000)",
    "while True:\n    print('x' * 10_000)",
    "open('../../gradebook.db')",
    "import socket\nsocket.create_connection(('127.0.0.1', 80), 1)",
    "open('/etc/shadow').read()",
]
OWN_CPU = "own CPU seconds:"
BEGIN = "import time as _time\n_began = _time.process_time()"
END = f"print('{OWN_CPU}', _time.process_time() - _began)"


def figures():
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        top = Path(folder)
        built = _course(top / "built")
        ours, fewer = (_class(built, top / f"ours-{count}", count) for count in (30, 6))
        few, many = _run(fewer, "course", "grade", NAME), _run(ours, "course", "grade", NAME)
        stock_course = _class(built, top / "stock", 30)
        _run(stock_course, "nbgrader", "generate_assignment", NAME, "--force")
        stock = _run(stock_course, "nbgrader", "autograde", NAME)
        same = _grades(ours) == _grades(stock_course)
        ratio = stock.seconds / many.seconds
        own, own_of_few = sum(_own_cpu_seconds(ours)), sum(_own_cpu_seconds(fewer))
        yield "30 submissions that train: course grade", 30 / many.seconds * 60, "/min", "", same
        yield "the same: nbgrader autograde", 30 / stock.seconds * 60, "/min", "", same
        yield "times as many a minute, in the sandbox", ratio, "x", ">= 10 x", ratio >= 10
        # No grader is faster than the students' own cells are on all cores.
        share = own / os.cpu_count() / many.seconds
        yield "share of the machine that the students' cells had", 100 * share, "%", ">= 90 %", share >= 0.9
        # Starting the warm process and the workers costs the same for any class.
        own -= own_of_few
        share = own / os.cpu_count() / (many.seconds - few.seconds)
        yield "the same without the start, of 24 more", 100 * share, "%", "-", True
        yield "CPU of a submission's own cells", own / 24, "s", "-", True
        beyond = (many.cpu_seconds - few.cpu_seconds - own) / 24
        yield "CPU of a submission beyond its own cells", beyond, "s", "<= 0.4 s", beyond <= 0.4
        yield "peak memory of the largest process", many.peak_bytes / 1e6, "MB", "", True
        yield "of stock's largest", stock.peak_bytes / 1e6, "MB", "", True
        yield from _class_of_300(built, top)


def _class_of_300(built, top):
    course = _class(built, top / "300", 300, rng=random.Random(300))
    run = _run(course, "course", "grade", NAME, "--cell-seconds", "10")
    report = json.loads((course / "grading" / f"{NAME}.json").read_text(encoding="utf-8"))
    yield "   a class of 300: " + ", ".join(f"{count} {state}" for state, count in report["states"].items())
    ended = len(report["submissions"]) == 300 and not {*map(str, FAULTS)} & {*report["states"]}
    yield (
        "a class of 300, damaged and attacking ones among it",
        run.seconds / 60,
        "min",
        "< 15 min",
        run.seconds < 900,
    )
    yield "of them with an end that has a name", len(report["submissions"]), "", "300", ended
    yield "peak memory of the largest process", run.peak_bytes / 1e6, "MB", "", True


@dataclass(frozen=True)
class Run:
    """What a command took, its children included: wall and CPU seconds, and the largest process's bytes."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def _run(course, *command):
    program = str(Path(sys.executable).with_name(command[0]))
    started = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [program, *command[1:]], cwd=course, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        if status:
            output.seek(0)
            raise SystemExit(output.read()[-3000:].decode(errors="replace"))
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def _course(root):
    build(_of_tests("mini").write_course(root, SOURCE, ANSWERS, NAME), root / "notebooks")
    return root


def _class(built, root, count, rng=None):
    """A course directory with so many submissions: honest ones, or drawn by `rng` with damage and attacks."""
    shutil.copytree(built, root)
    for number in range(count):
        draw = operator.itemgetter(number % 2) if rng is None else rng.choice
        notebook = nbformat.read(root / "notebooks" / NAME / f"{NAME}.ipynb", as_version=4)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in RIGHT:
                cell.source = draw([RIGHT[name], WRONG[name]])
        notebook.cells.insert(1, nbformat.v4.new_code_cell(BEGIN, id="begin"))
        notebook.cells.append(nbformat.v4.new_code_cell(END, id="end"))
        if rng and rng.random() < 0.1:
            notebook.cells.insert(
                rng.randrange(2, len(notebook.cells)), nbformat.v4.new_code_cell(rng.choice(ATTACKS))
            )
        content = nbformat.writes(notebook).encode()
        if rng and rng.random() < 0.2:
            damages = _of_tests("damage").DAMAGES
            content = damages[rng.choice(sorted(damages))](content)
        folder = root / "submitted" / f"student-{number:03}" / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_bytes(content)
    return root


def _of_tests(module):
    """A module of the tests: they write courses too, and damage submissions."""
    sys.path.insert(0, str(TOP / "tests" / "support"))
    try:
        return importlib.import_module(module)
    finally:
        del sys.path[0]


def _own_cpu_seconds(course):
    for path in sorted(course.glob("autograded/*/*/*.ipynb")):
        texts = [
            output.text
            for cell in nbformat.read(path, as_version=4).cells
            for output in cell.get("outputs", ())
            if output.output_type == "stream"
        ]
        yield from (float(text.split(OWN_CPU)[1]) for text in texts if OWN_CPU in text)


def _grades(course):
    """Points of every graded cell of every student."""
    from nbgrader.api import Gradebook

    points = collections.defaultdict(dict)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(NAME):
            for grade in submission.notebooks[0].grades:
                points[submission.student.id][grade.name] = grade.auto_score
    return points
