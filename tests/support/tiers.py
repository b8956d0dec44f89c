"""Which tests run: the quick ones, or those that a change can break; and what is left out.

    slow            left to `make test-all`, and to `.ci/run` where a change can break it
    verified(kind)  slow for each lesson whose verification of this kind still holds (solutions/verified.json)

One verification of one lesson runs all the same, another one with each commit, so that a digest that lies is
found. Where many lessons have changed, a few of them are quick and the others slow.
"""

import ast
import functools
import re
import subprocess
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from course.authoring.imports import files_of, reached, read
from course.authoring.proof_cache import digest, drawn, holds
from course.directory import find_lessons

TESTS = Path(__file__).parents[1]
TOP = TESTS.parent
# What tests verify of a lesson.
KINDS = ("proof", "mutants", "outputs", "unsolved")
# Those that run in turn, together where one needs what the other has trained.
TURNS = (("proof",), ("mutants",), ("outputs", "unsolved"))
# Of the lessons that have changed, so many are quick.
MOST_CHANGED = 3
ALWAYS = "*"
IMPORT = re.compile(r"(?:from|import) ((?:course|helpers)\b[\w.]*)(?: import (\w+))?")


def git(*arguments):
    """The lines that git prints; None where this is no repository, or git refuses."""
    done = subprocess.run(["git", *arguments], cwd=TOP, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else None


# Lessons


def digests():
    """For each lesson and kind its digest, and whether the lesson is verified under it."""
    return {
        f"{folder.name} {kind}": (now := digest(folder, kind), holds(folder, kind, now))
        for folder in find_lessons(TOP / "solutions")
        for kind in KINDS
    }


def verified_by(item):
    """The lesson and the kind that a test verifies, as a key of `digests`; None for other tests."""
    mark = item.get_closest_marker("verified")
    return f"{item.cls.name} {mark.args[0]}" if mark else None


def mark_lessons(items, known, most_changed=MOST_CHANGED):
    """Mark as slow the lessons that a quick run leaves out. known: `digests`."""
    commit = "".join(git("rev-parse", "HEAD") or ())
    asked = {key: item for item in items if (key := verified_by(item))}
    names = sorted({key.partition(" ")[0] for key in asked})
    turns = {f"{name} {kinds[0]}": {f"{name} {kind}" for kind in kinds} for name in names for kinds in TURNS}
    quick = set().union(*(turns[key] for key in drawn(list(turns), commit, 1)))
    for kind in KINDS:
        changed = [name for name in names if not known[f"{name} {kind}"][1]]
        quick |= {f"{name} {kind}" for name in drawn(changed, commit, most_changed)}
    for key in asked.keys() - quick:
        asked[key].add_marker("slow")


# Changes


def changed_since(commit):
    """The files that differ from a commit, those that git does not know yet among them; paths from the top.

    None where there is no such commit.
    """
    differing = git("diff", "--name-only", "--no-renames", commit, "--")
    return None if differing is None else {*differing, *git("ls-files", "--others", "--exclude-standard")}


def rows():
    """The tables of paths.toml, each with patterns of test files by a pattern of changed files."""
    return tomllib.loads((TESTS / "paths.toml").read_text(encoding="utf-8"))


def files_that_can_break(changed, near=False):
    """The test files that changes can break, as paths from the top folder.

    changed: such paths, too.
    near: of these files only those that stand in the first table of paths.toml, those of the same room
        (tests/helpers/katib for helpers/katib), and those that themselves import or name what has changed.
    """
    tables = rows()
    asked = [tables["near"]] if near else tables.values()
    files = [path.relative_to(TOP).as_posix() for path in sorted(TESTS.rglob("test_*.py"))]
    found = set()
    for path in changed:
        fitting = {row for table in tables.values() for row in table if fnmatchcase(path, row)}
        places = [f"tests/{place}" for table in asked for row in fitting for place in table.get(row, ())]
        found |= {file for file in files for place in places if fnmatchcase(file, place)}
        using = {file for file in files if path in inputs(file) or _is_named(path, file)}
        if not using and fitting == {ALWAYS}:
            found |= set(files)
        found |= _nearest(path, using) if near else using
    return found


def _nearest(path, using):
    """Of test files that use a file, those of its room and those that use it themselves.

    Where there are none, those that use another file of its room; where there are none either, all.
    """
    room = Path(path).parent
    mates = [mate.relative_to(TOP).as_posix() for mate in (TOP / room).glob("*.py")]
    in_room = {file for file in using if len(room.parts) > 1 and Path(file).parent == Path("tests") / room}
    own = in_room | {file for file in using if _uses(path, file)}
    return own or {file for file in using if any(_uses(mate, file) for mate in mates)} or using


@functools.cache
def inputs(file):
    """The files that a test file reaches by imports, itself and what supports it among them."""
    own = _supporting(TOP / file)
    texts = [path.read_text(encoding="utf-8") for path in own]
    found = own.union(*(reached(TOP, text, _started(text)) for text in texts))
    return {path.relative_to(TOP).as_posix() for path in found}


def _started(text):
    """The modules that code imports that stands in strings, for processes that a test starts."""
    return {".".join(filter(None, found)) for found in IMPORT.findall(text)}


def _uses(path, file):
    """Whether a test file, or what supports it, imports or names a file itself, and not through others."""
    return TOP / path in _used(file) or _is_named(path, file)


@functools.cache
def _used(file):
    own = _supporting(TOP / file)
    names = set().union(*(read(part).imports | _started(part.read_text(encoding="utf-8")) for part in own))
    return own.union(*(files_of(TOP, name) for name in names))


def _is_named(path, file):
    """Whether a file's name stands in a test file as a string; in lessons' folders names say nothing."""
    words = set().union(*(read(part).words for part in _supporting(TOP / file)))
    named = {path} | ({Path(path).name} if Path(path).suffix else set())
    return not path.startswith(("solutions/", "notebooks/")) and not words.isdisjoint(named)


@functools.cache
def _supporting(path):
    """A test file, and of the modules beside it those that it imports, starts, or takes a fixture from."""
    found, waiting = set(), [path]
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            said = read(part)
            modules = {name.partition(".")[0] for name in said.imports}
            modules |= {word.removesuffix(".py") for word in said.words if word.endswith(".py")}
            asked = said.words | _parameters(part)
            waiting += [
                own for own, fixtures in _modules().items() if own.stem in modules or fixtures & asked
            ]
    return found


@functools.cache
def _modules():
    """The modules that support tests, with the fixtures in each."""
    return {
        path: {node.name for node in _functions(path) if "fixture" in map(_name, node.decorator_list)}
        for path in sorted(TESTS.glob("[as]*/*.py"))
    }


def _name(decorator):
    """The last part of a decorator's name, without its arguments."""
    return ast.unparse(decorator).partition("(")[0].rpartition(".")[2]


def _parameters(path):
    return {argument.arg for node in _functions(path) for argument in node.args.args}


@functools.cache
def _functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def sampled(cases, *quick):
    """The cases of a parametrization, all but the quick ones marked as slow.

    quick: cases, or the first part of one where it has several.
    """
    parts = [case if isinstance(case, tuple) else (case,) for case in cases]
    chosen = [case for case in parts if case in quick or case[0] in quick]
    if len(chosen) < len(quick):
        raise ValueError(f"{quick} are not all among the cases")
    return [pytest.param(*case, marks=() if case in chosen else pytest.mark.slow) for case in parts]
