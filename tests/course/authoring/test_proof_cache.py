"""Does a verification hold as long as nothing has changed on which it depends, and no longer?"""

import json

import mini
import pytest

from course.authoring import proof_cache
from course.authoring.imports import reached
from course.authoring.proof_cache import VERIFIERS, digest, drawn, holds, record
from helpers.errors import CourseError


@pytest.fixture
def folder(tmp_path):
    return mini.built_course(tmp_path)


def still_holds(folder, kind="proof"):
    return holds(folder, kind, digest(folder, kind))


def test_is_a_verification_recorded_for_its_kind_alone(folder):
    assert not still_holds(folder)
    record(folder, "proof", digest(folder, "proof"))
    assert [kind for kind in VERIFIERS if still_holds(folder, kind)] == ["proof"]


def test_ends_a_verification_with_a_change_of_the_lesson_but_not_of_its_prose(folder):
    record(folder, "proof", digest(folder, "proof"))
    for name in ("answers.py", "checks.json", "private.json"):
        mini_change(folder / name, still_holds, folder)
    source = folder / f"{mini.NAME}.py"
    before = source.read_text()
    source.write_text(before.replace("# # 90 Mini", "# # 90 Mini\n# More words."))
    assert still_holds(folder)
    source.write_text(before.replace("return 2 * values", "return values * 2"))
    assert not still_holds(folder)
    source.write_text(before)
    (folder / "readings.csv").write_text("1")
    assert not still_holds(folder)


def mini_change(path, holds_now, folder):
    before = path.read_bytes()
    path.write_bytes(before + b"\n")
    assert not holds_now(folder), path.name
    path.write_bytes(before)
    assert holds_now(folder)


def test_end_outputs_with_a_change_of_what_the_notebook_shows(folder):
    record(folder, "outputs", digest(folder, "outputs"))
    path = folder / f"{mini.NAME}.ipynb"
    path.write_text(path.read_text().replace("an experiment\\n", "a lie\\n"))
    assert not still_holds(folder, "outputs")


def test_is_nothing_recorded_that_changed_meanwhile_or_cannot_be_written(folder, monkeypatch):
    def full(path, content):
        raise OSError("No space left on device")

    record(folder, "proof", "another")
    assert not still_holds(folder)
    monkeypatch.setattr(proof_cache, "put", full)
    record(folder, "proof", digest(folder, "proof"))
    assert not still_holds(folder)


def test_is_a_damaged_record_one_line(folder):
    (folder.parent / "verified.json").write_text("{")
    with pytest.raises(CourseError, match=r"solutions/verified\.json is damaged: delete it"):
        still_holds(folder)


HANDS_ON = "from helpers.laboratory.fast import train\nfrom helpers.laboratory.slow import wait"


@pytest.fixture
def code(tmp_path, monkeypatch):
    """A course's code of our own, on which every verification depends."""
    top = tmp_path / "code"
    files = {
        "course/__init__.py": "",
        "course/prover.py": "from helpers.laboratory import train",
        "helpers/__init__.py": "",
        "helpers/laboratory/__init__.py": HANDS_ON,
        "helpers/laboratory/fast.py": "def train():\n    import helpers.data",
        "helpers/laboratory/slow.py": "",
        "helpers/data/__init__.py": "import numpy\nREAD = 'images'",
        "helpers/data/images.npz": "1",
        "helpers/data/others.npz": "1",
        "helpers/alone.py": "",
        "helpers/started.py": "",
        "requirements.lock": "numpy==1",
    }
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    monkeypatch.setattr(proof_cache, "_TOP", top)
    monkeypatch.setattr(proof_cache, "VERIFIERS", {"proof": ("course.prover",)})
    return top


DATA = ["helpers/data/__init__.py", "helpers/data/images.npz"]


@pytest.mark.parametrize(
    "name", [*DATA, "course/prover.py", "helpers/laboratory/fast.py", "requirements.lock"]
)
def test_ends_a_verification_with_a_change_of_what_it_imports(code, folder, name):
    record(folder, "proof", digest(folder, "proof"))
    (code / name).write_text((code / name).read_text() + " # changed")
    assert not still_holds(folder)


@pytest.mark.parametrize(
    "name", ["helpers/laboratory/slow.py", "helpers/laboratory/__init__.py", "helpers/data/others.npz"]
)
def test_stands_a_verification_where_others_change(code, folder, name):
    record(folder, "proof", digest(folder, "proof"))
    (code / name).write_text((code / name).read_text() + "\nimport os")
    assert still_holds(folder)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import helpers.alone", ["helpers/alone.py"]),
        ("from helpers import alone", ["helpers/alone.py"]),
        ("def late():\n    from helpers.alone import this", ["helpers/alone.py"]),
        ("start('helpers.started')", ["helpers/started.py"]),
        ("from helpers.laboratory import wait", ["helpers/laboratory/slow.py"]),
        ("import numpy, os.path", []),
        ("import helpers.data", DATA),
        ("import helpers.data\nread('others.npz')", [*DATA, "helpers/data/others.npz"]),
        ("read('others.npz')", []),
    ],
)
def test_are_what_source_reaches_its_imports_and_the_data_they_name(code, text, found):
    assert sorted(path.relative_to(code).as_posix() for path in reached(code, text)) == found


def test_has_every_lesson_its_turn_and_not_the_same_ones_with_each_commit():
    turns = [drawn(mini.LESSONS, f"{number:040x}", 2) for number in range(200)]
    assert {len(turn) for turn in turns} == {2}
    assert set().union(*turns) == set(mini.LESSONS)


def test_are_kinds_of_a_lesson_recorded_beside_each_other(folder):
    for kind in ("proof", "outputs"):
        record(folder, kind, digest(folder, kind))
    known = json.loads((folder.parent / "verified.json").read_text())
    assert list(known[mini.NAME]) == ["outputs", "proof"]


INSPECTOR = """
TITLES, HANDED_IN, REFERENCE, EXTRA_FILE = {}, "search.jsonl", "private.jsonl", ""
def inspect(files, cells, extra, draw_seed): ...
"""


def test_depends_a_lesson_alone_on_its_inspector(folder):
    digests = [digest(folder, "proof")]
    for module in ("review", "log"):
        text = f"from helpers.capstone import {module}\n{INSPECTOR}"
        (folder / "inspector.py").write_text(text)
        digests.append(digest(folder, "proof"))
    assert len(set(digests)) == 3
