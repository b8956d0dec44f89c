"""Storages: is what cannot be reached, or what no search has written, said in one line?"""

import json

import optuna
import pytest
from search_worker import SPACE, Slow

from helpers.search import run_search


@pytest.mark.parametrize(
    ("storage", "message"),
    [
        ("no/such/folder/journal.log", "cannot be reached: No such file"),
        (".", "cannot be reached: Is a directory"),
        ("postgresql://me:secret@127.0.0.1:9/none", "postgresql://me@127.0.0.1:9/none cannot be reached"),
    ],
)
def test_is_a_storage_that_cannot_be_reached_said_in_one_line(storage, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError, match=message) as refusal:
        run_search(Slow(), SPACE, num_trials=2, storage=storage, name="mine")
    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["Dear diary,\n", "[1]\n", '{"op_code":0,"study', '{"op_code":0}\n{"op'])
def test_is_a_storage_that_no_search_wrote_said_in_one_line(text, tmp_path):
    journal = tmp_path / "journal.log"
    journal.write_text(text)
    with pytest.raises(OSError, match=r"journal\.log is damaged") as refusal:
        run_search(Slow(), SPACE, num_trials=2, storage=journal, name="mine")
    assert "\n" not in str(refusal.value)
    assert journal.read_text() == text


@pytest.fixture(scope="module")
def sound_journal(tmp_path_factory):
    """The lines of a journal that a search of two trials has written."""
    journal = tmp_path_factory.mktemp("sound") / "journal.log"
    run_search(Slow(), SPACE, num_trials=2, storage=journal, name="mine")
    return [json.loads(line) for line in journal.read_text().splitlines()]


def damages(lines):
    """Name -> the lines of a journal in which something is wrong with one of them, for every line and key."""
    for at, line in enumerate(lines):
        for key in line.keys() - {"worker_id"}:
            without = {name: value for name, value in line.items() if name != key}
            yield f"line {at} without {key}", [*lines[:at], without, *lines[at + 1 :]]
            for value in (None, "x", [], {}):
                changed = [*lines[:at], line | {key: value}, *lines[at + 1 :]]
                yield f"line {at} with {key}={value!r}", changed
    for line in ([], 5, None, {"op_code": 99}, {"op_code": 0}, {"op_code": "a", "worker_id": "w"}):
        yield f"{line} at the end", [*lines, line]


def test_is_every_damage_of_a_journal_said_in_one_line_or_harmless(sound_journal, tmp_path):
    journal, said = tmp_path / "journal.log", []
    for damage, lines in damages(sound_journal):
        journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
        try:
            run_search(Slow(), SPACE, num_trials=2, storage=journal, name="mine", worker_timeout=0.02)
        except (OSError, ValueError) as refusal:
            said.append((damage, str(refusal)))
    damaged = f"storage {journal} is damaged: it holds a line that no search wrote."
    # Where a line is missing, or names another study, what is left may be sound.
    others = [(damage, text) for damage, text in said if text != damaged and "Use another name" not in text]
    assert not others
    assert sum(text == damaged for _, text in said) > 50


def test_are_bytes_that_are_no_text_said_in_one_line(tmp_path):
    journal = tmp_path / "journal.log"
    journal.write_bytes(b'{"op_code": 0, "x": "\xff\xfe"}\n')
    with pytest.raises(OSError, match=r"journal\.log is damaged"):
        run_search(Slow(), SPACE, num_trials=2, storage=journal, name="mine")


def test_is_a_study_of_another_program_not_taken_for_a_search(tmp_path):
    journal = tmp_path / "journal.log"
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(journal)))
    optuna.create_study(study_name="mine", storage=storage).optimize(lambda trial: 1.0, n_trials=1)
    with pytest.raises(ValueError, match="name: the study 'mine' has trials of another program"):
        run_search(Slow(), SPACE, num_trials=2, storage=journal, name="mine")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"storage": "sqlite:///here.db", "name": "mine"}, "storage must be the path of a journal file"),
        ({"storage": "journal.log"}, "name: a search in a storage needs a name"),
        ({"worker_timeout": 0}, "worker_timeout must be"),
    ],
)
def test_is_a_storage_of_another_kind_refused(arguments, named, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=named):
        run_search(Slow(), SPACE, num_trials=2, **arguments)
    assert not list(tmp_path.iterdir())
