"""Does a proof hold as long as nothing has changed on which it depends, and no longer?"""

import json

import mini
import pytest

from course.authoring import kept
from course.authoring.kept import KeptProofs, digest
from course.authoring.proof import Proof

PROOFS = [Proof(mini.NAME, "double", 3, 3, 9, 9, 9, 8, 2), Proof(mini.NAME, "quiz_1", 1, 1, 2, 2, 2)]


@pytest.fixture
def folder(tmp_path):
    return mini.write_course(tmp_path)


@pytest.fixture
def proofs(tmp_path):
    return KeptProofs(tmp_path / "_build" / "proofs")


def test_is_a_proof_kept_whole_for_the_next_process(folder, proofs, tmp_path):
    assert proofs.of(folder) is None
    proofs.keep(folder, PROOFS, digest(folder))
    assert KeptProofs(tmp_path / "_build" / "proofs").of(folder) == PROOFS
    [kept_one] = (tmp_path / "_build" / "proofs").iterdir()
    assert kept_one.match(f"{mini.NAME}-????????.json")


def test_ends_a_proof_with_each_change_of_the_lesson(folder, proofs):
    proofs.keep(folder, PROOFS, digest(folder))
    for path in sorted(folder.iterdir()):
        before = path.read_bytes()
        path.write_bytes(before + b"\n")
        assert proofs.of(folder) is None, path.name
        path.write_bytes(before)
    (folder / "readings.csv").write_text("1")
    assert proofs.of(folder) is None
    (folder / "readings.csv").unlink()
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "answers.pyc").write_bytes(b"1")
    assert proofs.of(folder) == PROOFS


@pytest.mark.parametrize("package", ["course", "helpers"])
def test_ends_a_proof_with_each_change_of_the_code(folder, proofs, tmp_path, monkeypatch, package):
    code = tmp_path / package
    (code / "inner").mkdir(parents=True)
    (code / "inner" / "module.py").write_text("a = 1")
    monkeypatch.setattr(f"course.authoring.kept.{package}.__path__", [str(code)])
    kept._of_the_course.cache_clear()
    proofs.keep(folder, PROOFS, digest(folder))
    assert proofs.of(folder) == PROOFS
    (code / "inner" / "module.py").write_text("a = 2")
    kept._of_the_course.cache_clear()
    assert proofs.of(folder) is None
    monkeypatch.undo()
    kept._of_the_course.cache_clear()


@pytest.mark.parametrize("package", ["course", "helpers"])
def test_is_no_proof_kept_whose_code_changed_meanwhile(folder, proofs, tmp_path, monkeypatch, package):
    (tmp_path / package).mkdir()
    module = tmp_path / package / "module.py"
    module.write_text("broken = True")
    monkeypatch.setattr(f"course.authoring.kept.{package}.__path__", [str(tmp_path / package)])
    kept._of_the_course.cache_clear()
    before = digest(folder)
    module.write_text("broken = False")  # the processes in which answers run begin now, and read this
    proofs.keep(folder, PROOFS, before)
    module.write_text("broken = True")
    assert proofs.of(folder) is None
    proofs.keep(folder, PROOFS, before)
    assert proofs.of(folder) == PROOFS
    monkeypatch.undo()
    kept._of_the_course.cache_clear()


@pytest.mark.parametrize("variable", ["XLA_FLAGS", "KERAS_BACKEND", "ONEDNN_MAX_CPU_ISA"])
def test_ends_a_proof_where_tensorflow_computes_otherwise(folder, proofs, monkeypatch, variable):
    proofs.keep(folder, PROOFS, digest(folder))
    monkeypatch.setenv(variable, "other")
    kept._of_the_course.cache_clear()
    assert proofs.of(folder) is None
    proofs.keep(folder, PROOFS[:1], digest(folder))
    assert proofs.of(folder) == PROOFS[:1]
    monkeypatch.undo()
    kept._of_the_course.cache_clear()
    assert proofs.of(folder) == PROOFS  # `course processors` tries other instructions, and leaves this one


def test_ends_no_proof_with_an_error_where_it_cannot_be_kept(folder, tmp_path):
    (tmp_path / "file").write_text("")
    KeptProofs(tmp_path / "file").keep(folder, PROOFS, digest(folder))
    assert KeptProofs(tmp_path / "file").of(folder) is None


def test_is_no_proof_kept_that_failed_or_whose_lesson_changed_meanwhile(folder, proofs):
    failed = [PROOFS[0], Proof(mini.NAME, "quiz_1", failures=["quiz_1: wrong"])]
    proofs.keep(folder, failed, digest(folder))
    proofs.keep(folder, PROOFS, "another")
    assert proofs.of(folder) is None


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"digest": 1}', '{"digest": "D", "proofs": [{"a": 1}]}']
)
def test_is_a_damaged_file_as_good_as_none(folder, proofs, tmp_path, content):
    proofs.keep(folder, PROOFS, digest(folder))
    [path] = (tmp_path / "_build" / "proofs").iterdir()
    path.write_text(content.replace('"D"', json.dumps(json.loads(path.read_text())["digest"])))
    assert proofs.of(folder) is None
