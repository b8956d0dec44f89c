"""A course of one tiny lesson, for tests of what the course is made with."""

import atexit
import copy
import functools
import shutil
import tempfile
from pathlib import Path
from unittest import mock

from course.authoring.build import build
from course.directory import find_lessons

ROOT = Path(__file__).parents[2]
# The real lessons, by name.
LESSONS = tuple(folder.name for folder in find_lessons(ROOT / "solutions"))
NAME = "90-mini"


def class_of_each(asked, names=LESSONS):
    """A subclass of `asked` for each lesson: workers share classes, and not the tests of a module."""
    titles = {name: "Test" + name.title().replace("-", "") + asked.__name__ for name in names}
    return {title: type(title, (asked,), {"name": name}) for name, title in titles.items()}


SOURCE = '''\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 90 Mini

# %% tags=["setup"]
import numpy as np

from helpers.checks import check, check_drawn

# %%
print("an experiment")

# %% solution="double"
def double(values):
    """Return twice the values (number or array). Raises TypeError for None."""
    ### BEGIN SOLUTION
    return 2 * values
    ### END SOLUTION


# %% test="double" points=2
check("a number", double, 3.0)
check("an array", double, np.array([1.0, -2.0]))
check("text is refused", double, None)
### BEGIN HIDDEN TESTS
check("a private negative", double, -7.25)
check_drawn("drawn numbers", double)
### END HIDDEN TESTS

# %% solution="quiz_1"
quiz_1 = None
### BEGIN SOLUTION
quiz_1 = "b"
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown] written="why" points=3
# Write here.
# ### BEGIN SOLUTION
# Full: because. Half: maybe. Empty: nothing.
# ### END SOLUTION
'''

ANSWERS = """\
import numpy as np

from course.authoring.answers import exercise


@exercise("double").cases
def numbers(rng):
    return (round(float(rng.normal()), 2),)


exercise("double").hints("Look at the docstring.", "Begin with two times something.")


@exercise("double").right
def by_sum(values):
    return values + values


@exercise("double").wrong("You squared. Twice a value is the value and itself, added.")
def squares(values):
    return values**2


@exercise("double").wrong("You halved: the factor is two, not one half.")
def halves(values):
    return values / 2


exercise("quiz_1").wrong_choice("a", "Read the first paragraph again.")
exercise("quiz_1").right_choice("Twice is more than once.")
"""


def write_course(root, source=SOURCE, answers=ANSWERS, name=NAME):
    """Write a course of one lesson into `root`, with the real nbgrader configuration; gives the lesson."""
    folder = root / "solutions" / name
    folder.mkdir(parents=True)
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    (folder / "answers.py").write_text(answers, encoding="utf-8")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return folder


@functools.cache
def built_once():
    """The tiny course, built once in this process: called before a test replaces what runs notebooks."""
    root = Path(tempfile.mkdtemp(prefix="mini-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    build(write_course(root), root / "notebooks")
    return root


def built_course(root):
    """A copy of the tiny course, already built, in the folder `root`; gives its lesson's folder."""
    shutil.copytree(built_once(), root, dirs_exist_ok=True)
    return root / "solutions" / NAME


def as_if_run(lesson, folder):
    """In the place of the build's `run`: no kernel starts, and every cell looks as if it had run."""
    notebook = copy.deepcopy(lesson.notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = 1
    return notebook


def contents(root):
    """Every file below `root` with its bytes: to see that nothing has changed."""
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def cells(notebook):
    """The cells of a notebook by their id."""
    return {cell.id: cell for cell in notebook.cells}


# A lesson whose only exercise is random: a hand of cards is dealt out.
CHANCE_SOURCE = '''\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 90 Mini

# %% tags=["setup"]
import numpy as np

from helpers.checks import check, check_drawn

# %% solution="deal"
def deal(num_cards, num_players, rng):
    """Return a list of arrays, one for each player: all cards, dealt out by chance."""
    ### BEGIN SOLUTION
    return np.array_split(rng.permutation(num_cards), num_players)
    ### END SOLUTION


# %% test="deal" points=2
def hands(num_cards, num_players, seed):
    return deal(num_cards, num_players, np.random.default_rng(seed))


check("how many cards", hands, 7, 3, 1, seen_as="part sizes")
check("300 cards", hands, 300, 3, 2, seen_as="shuffled partition")
check("equal generators", lambda: [hands(20, 2, 3) for _ in "ab"], seen_as="repeated partitions")
### BEGIN HIDDEN TESTS
check("how many there are", hands, 11, 4, 4, seen_as="part sizes")
check("400 cards", hands, 400, 5, 5, seen_as="shuffled partition")
check_drawn("drawn deals", hands, seen_as="shuffled partition")
check_drawn("equal deals", lambda *deal: [hands(*deal) for _ in "ab"], seen_as="repeated partitions")
check("from an equal start", lambda: [hands(21, 2, 6) for _ in "ab"], seen_as="repeated partitions")
### END HIDDEN TESTS
'''

CHANCE_ANSWERS = """\
import numpy as np

from course.authoring.answers import exercise


@exercise("deal").cases(recorded=8, deciding=40)
def deals(rng):
    return int(rng.integers(200, 400)), int(rng.integers(2, 9)), int(rng.integers(1000))


@exercise("deal").right
def sorted_hands(num_cards, num_players, rng):
    return [np.sort(hand) for hand in np.array_split(rng.permutation(num_cards), num_players)]


@exercise("deal").wrong("The cards are not shuffled.")
def not_shuffled(num_cards, num_players, rng):
    return np.array_split(np.arange(num_cards), num_players)


@exercise("deal").wrong("You drew with replacement: some cards are there twice.")
def with_replacement(num_cards, num_players, rng):
    return np.array_split(rng.integers(0, num_cards, num_cards), num_players)


@exercise("deal").wrong("You drew from another generator than the one you are given.")
def from_elsewhere(num_cards, num_players, rng):
    return np.array_split(np.random.default_rng().permutation(num_cards), num_players)
"""


@functools.cache
def chance_built_once():
    """The tiny random lesson, built once in this process without being run; gives its folder."""
    root = Path(tempfile.mkdtemp(prefix="mini-chance-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    folder = write_course(root, CHANCE_SOURCE, CHANCE_ANSWERS)
    with mock.patch("course.authoring.build.run", as_if_run):
        build(folder, root / "notebooks")
    return folder
