"""Storages: is what cannot be reached, or what no search has written, said in one line?"""

import json
import threading
import time

import numpy as np
import optuna
import pytest
from search_worker import SPACE, Slow

from helpers.search import run_search, storage


@pytest.mark.parametrize(
    ("storage", "message"),
    [
        ("no/such/folder/journal.log", "cannot be reached: No such file"),
        ("~nobody-at-all/journal.log", "cannot be reached: No such file"),
        (".", "cannot be reached: Is a directory"),
        ("postgresql://me:secret@127.0.0.1:9/none", "postgresql://me@127.0.0.1:9/none cannot be reached"),
        ("postgresql://me@127.0.0.1:9/none?password=secret", "postgresql://me@127.0.0.1:9/none cannot be"),
        ("postgresql://127.0.0.1:9/none?user=me&password=secret", "postgresql://127.0.0.1:9/none cannot be"),
        ("postgresql://me:secret@[::1]:9/none", r"postgresql://me@\[::1\]:9/none cannot be reached"),
    ],
)
def test_is_a_storage_that_cannot_be_reached_said_in_one_line(storage, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError, match=message) as refusal:
        run_search(Slow(), SPACE, num_trials=2, storage=storage, name="mine")
    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "rest",
    [
        "me:secret?x@127.0.0.1:9/none",
        "me:sec@secret@127.0.0.1:9/none",
        "me@server:secret@127.0.0.1:9/none",
        "127.0.0.1:9/none?password=a@secret",
    ],
)
def test_is_an_address_refused_of_which_nothing_says_where_its_password_ends(rest):
    with pytest.raises(ValueError, match="a user's name, a password or a query write %40 for @") as refusal:
        run_search(Slow(), SPACE, num_trials=2, storage=f"postgresql://{rest}", name="mine")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("mysql://me:secret", r"not mysql://\.\.\.\."),
        ("postgresql://me:secret", r"postgresql://\.\.\.: write user:password@host:port/database"),
        ("postgresql://me:1secret/none", r"postgresql://\.\.\.: write user:password@host:port/database"),
    ],
)
def test_is_no_password_shown_where_the_host_was_forgotten(address, message):
    with pytest.raises(ValueError, match=message) as refusal:
        run_search(Slow(), SPACE, num_trials=2, storage=address, name="mine")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("text", ["Dear diary,\n", "[1]\n", '{"op_code":0,"study', '{"op_code":0}\n{"op'])
def test_is_a_storage_that_no_search_wrote_said_in_one_line(text, tmp_path):
    journal = tmp_path / "journal.log"
    journal.write_text(text)
    with pytest.raises(OSError, match=r"journal\.log is damaged") as refusal:
        run_search(Slow(), SPACE, num_trials=2, storage=journal, name="mine")
    assert "\n" not in str(refusal.value)
    assert journal.read_text() == text


def test_needs_a_journal_no_symbolic_link_on_windows(tmp_path, monkeypatch):
    def forbidden(*_args, **_options):
        raise OSError(22, "A required privilege is not held by the client")

    monkeypatch.setattr("os.symlink", forbidden)
    journal = tmp_path / "journal.log"
    with pytest.raises(OSError, match="privilege"):
        run_search(Slow(), SPACE, num_trials=2, storage=journal, name="mine")
    monkeypatch.setattr("sys.platform", "win32")
    for num_trials in (2, 3):
        search = run_search(Slow(), SPACE, num_trials=num_trials, storage=journal, name="mine")
        assert len(search.trials) == num_trials
    assert [path.name for path in tmp_path.iterdir()] == ["journal.log"]


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


@pytest.mark.slow
def test_is_a_journal_that_is_cut_off_said_with_what_to_do_and_is_no_finished_trial_lost(tmp_path):
    journal, arguments = tmp_path / "journal.log", {"num_trials": 4, "seed": 2, "name": "mine"}
    whole = run_search(Slow(), SPACE, storage=journal, **arguments)
    written = journal.read_bytes()
    of_first_line = range(len(written) - 1, len(written) - 20, -1)  # not even the word by which one knows it
    for cut in (*range(1, len(written), 997), *of_first_line):
        kept = written[:-cut]
        journal.write_bytes(kept)
        if not kept.endswith(b"\n"):
            with pytest.raises(OSError, match=r"its last line is cut off.*Delete that line") as refusal:
                run_search(Slow(), SPACE, storage=journal, **arguments)
            assert "\n" not in str(refusal.value)
            assert journal.read_bytes() == kept
            journal.write_bytes(kept[: kept.rfind(b"\n") + 1])
        lines = [json.loads(line) for line in journal.read_text().splitlines()]
        ended = sum(line.get("state", 0) in (1, 2, 3) for line in lines)
        trained = Counted()
        resumed = run_search(trained, SPACE, storage=journal, worker_timeout=0.2, **arguments)
        assert [t.val_losses for t in resumed.trials] == [t.val_losses for t in whole.trials]
        assert trained.asked == 4 - ended


@pytest.mark.parametrize("pair", [(0.5, None), (0.5, "x"), (None, 0.5), (0.5, np.array([0.1, 0.2])), (0.5,)])
def test_is_an_epoch_that_is_no_pair_of_numbers_a_trial_that_failed_and_no_damage(pair, tmp_path):
    class Broken(Slow):
        def epochs(self, parameters, seed):
            yield 0.9, 0.1
            yield pair

    arguments = {"num_trials": 2, "storage": tmp_path / "journal.log", "name": "mine"}
    search = run_search(Broken(), SPACE, **arguments)
    for trial in search.trials:
        assert (trial.state, trial.val_losses, trial.val_accuracies) == ("failed", (0.9,), (0.1,))
    assert run_search(Broken(), SPACE, **arguments) == search


class Counted(Slow):
    """It counts the trials that were begun."""

    asked = 0

    def epochs(self, parameters, seed):
        self.asked += 1
        yield from super().epochs(parameters, seed)


def test_is_a_line_that_another_worker_is_writing_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_WRITING_SECONDS", 20)  # a busy machine may be slow to wake the other
    journal = tmp_path / "journal.log"
    first = run_search(Slow(), SPACE, num_trials=2, storage=journal, name="mine")
    written = journal.read_bytes()
    journal.write_bytes(written[:-20])

    def write_the_rest():
        time.sleep(0.2)
        with journal.open("ab") as file:
            file.write(written[-20:])

    other = threading.Thread(target=write_the_rest)
    other.start()
    assert run_search(Slow(), SPACE, num_trials=2, storage=journal, name="mine").trials == first.trials
    other.join()


class Stopped(Slow):
    """Ctrl-C comes in the third trial."""

    asked = 0

    def epochs(self, parameters, seed):
        self.asked += 1
        if self.asked == 3:
            raise KeyboardInterrupt
        yield from super().epochs(parameters, seed)


METHODS = ["random", "grid", "coarse-to-fine", "tpe", "gaussian-process", "asha"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("is_stored", [True, False])
def test_does_ctrl_c_say_in_one_line_where_the_finished_trials_are(method, is_stored, tmp_path):
    arguments = {"method": method, "num_trials": 5, "seed": 1}
    if is_stored:
        arguments |= {"storage": tmp_path / "journal.log", "name": "mine"}
    with pytest.raises(KeyboardInterrupt) as interruption:
        run_search(Stopped(), SPACE, **arguments)
    whole = run_search(Slow(), SPACE, method, num_trials=5, seed=1)
    kept = interruption.value.search.trials
    assert [t.parameters for t in kept] == [t.parameters for t in whole.trials[:2]]
    (line,) = interruption.value._render_traceback_()
    assert "\n" not in line
    assert "2 trials had ended" in line
    assert ("the same call goes on" in line.lower()) == is_stored
    assert is_stored or "sys.last_value.search has them" in line


@pytest.mark.parametrize(
    ("before", "after"), [("INFO", "WARNING"), ("WARNING", "WARNING"), ("ERROR", "ERROR")]
)
def test_does_a_search_make_optuna_no_louder_than_it_was(before, after):
    optuna.logging.set_verbosity(getattr(optuna.logging, before))
    run_search(Slow(), SPACE, num_trials=1)
    assert optuna.logging.get_verbosity() == getattr(optuna.logging, after)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
