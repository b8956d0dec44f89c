"""Search past one process: is no trial lost or counted twice when a worker is killed, and what is refused?

With real processes, on a journal file and on a PostgreSQL server that the test starts.
"""

import os
import platform
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import mini
import numpy as np
import optuna
import pytest
from search_worker import NUM_TRIALS, SPACE, Slow
from tiers import sampled

from helpers.search import Choice, Integer, Real, Space, run_search, study
from helpers.search.study import Worker, open_study

WORKER = mini.ROOT / "tests" / "support" / "search_worker.py"


def start_worker(storage, method, log):
    command = [sys.executable, WORKER, storage, method, log]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_lines(log, count, worker):
    """Wait until the worker has trained so many epochs."""
    while not (log.exists() and len(log.read_text().splitlines()) >= count):
        assert worker.poll() is None, worker.communicate()
        time.sleep(0.05)


def what_matters(search):
    return [(t.number, t.parameters, t.seed, t.state, t.val_losses) for t in search.trials]


@pytest.mark.parametrize(
    ("storage", "method"),
    sampled([("journal", "random"), ("journal", "tpe"), ("postgresql", "random")], ("journal", "tpe")),
)
def test_is_no_trial_lost_or_counted_twice_when_a_worker_is_killed(storage, method, tmp_path, request):
    storage = str(tmp_path / "journal.log") if storage == "journal" else request.getfixturevalue(storage)[0]
    log = tmp_path / "epochs.txt"
    victim = start_worker(storage, method, log)
    wait_for_lines(log, 5, victim)  # the second trial is under way
    others = [start_worker(storage, method, log) for _ in range(2)]
    victim.kill()
    victim.wait()
    for worker in others:
        output, errors = worker.communicate(timeout=600)
        assert worker.returncode == 0, errors
        assert output.split() == [str(number) for number in range(NUM_TRIALS)]
    search = run_search(Slow(), SPACE, method, NUM_TRIALS, seed=3, storage=storage, name="shared")
    assert [trial.number for trial in search.trials] == list(range(NUM_TRIALS))
    assert {trial.state for trial in search.trials} == {"complete"}
    assert search.num_epochs == 3 * NUM_TRIALS == max(trial.ended_at for trial in search.trials)
    # Of the trial that was under way, at most three epochs were computed again; none of another.
    assert 3 * NUM_TRIALS <= len(log.read_text().splitlines()) <= 3 * NUM_TRIALS + 3
    if method == "random":
        alone = run_search(Slow(), SPACE, method, NUM_TRIALS, seed=3)
        assert what_matters(search) == what_matters(alone)


def test_do_two_workers_not_take_over_the_same_trial(tmp_path, monkeypatch):
    """Both have seen that its owner is dead before either says that the trial is now its own."""
    # Neither looks before both have written, however late one of them is.
    both, waits = threading.Barrier(2, timeout=60), []

    def wait(seconds):
        waits.append(seconds)
        both.wait()

    monkeypatch.setattr(study, "time", SimpleNamespace(**vars(time) | {"sleep": wait}))
    storage = str(tmp_path / "journal.log")
    studies = [open_study(storage, "shared", {"space": "s"}) for _ in range(2)]
    number = studies[0].ask()._trial_id
    workers = [Worker(study, timeout=20) for study in studies]
    trials = [optuna.trial.Trial(study, number) for study in studies]
    with ThreadPoolExecutor(2) as pool:
        took = list(pool.map(lambda worker, trial: worker.takes(trial), workers, trials))
    assert sorted(took) == [False, True]
    assert len(waits) == 2
    assert min(waits) >= 0.5  # as late as another process may be
    studies[0].tell(trials[0], 1.0)
    assert not workers[1].takes(trials[1])


def test_does_a_worker_wait_for_the_last_trial_that_another_began_at_the_same_moment(tmp_path, monkeypatch):
    begun, arguments = threading.Event(), {"storage": tmp_path / "journal.log", "name": "mine"}

    class Begun(Slow):
        def epochs(self, parameters, seed):
            begun.set()
            time.sleep(0.5)
            yield from super().epochs(parameters, seed)

    other = threading.Thread(target=lambda: run_search(Begun(), SPACE, num_trials=1, **arguments))
    ask = optuna.Study.ask

    def ask_second(study):
        if threading.current_thread() is threading.main_thread():
            other.start()
            assert begun.wait(30)
        return ask(study)

    monkeypatch.setattr(optuna.Study, "ask", ask_second)
    search = run_search(Slow(), SPACE, num_trials=1, **arguments)
    other.join()
    assert [(trial.number, trial.state) for trial in search.trials] == [(0, "complete")]


class Interrupted(Slow):
    """Ctrl-C comes in the fourth trial."""

    asked = 0

    def epochs(self, parameters, seed):
        self.asked += 1
        if self.asked == 4:
            raise KeyboardInterrupt
        yield from super().epochs(parameters, seed)


class InterruptedLate(Slow):
    """Ctrl-C comes when the first trial has been compared already."""

    def epochs(self, parameters, seed):
        yield from list(super().epochs(parameters, seed))[:2]
        raise KeyboardInterrupt


def test_is_a_search_resumed_when_only_a_unit_was_added(tmp_path):
    arguments = {"num_trials": 2, "storage": tmp_path / "journal.log", "name": "mine"}
    first = run_search(Slow(), SPACE, **arguments)
    with_unit = Space(**{**SPACE, "units": Integer(1, 64, log=True, unit="units a layer")})
    assert what_matters(run_search(Slow(), with_unit, **arguments)) == what_matters(first)


# An error, but for what other tests have left open and is closed at any moment.
@pytest.mark.filterwarnings(
    "error", "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
@pytest.mark.parametrize("method", ["asha", "hyperband"])
def test_is_a_comparison_not_reported_twice_when_a_trial_is_taken_over(method, tmp_path):
    arguments = {"method": method, "num_trials": 10, "seed": 5, "name": "mine"}
    journal = tmp_path / "journal.log"
    with pytest.raises(KeyboardInterrupt):
        run_search(InterruptedLate(), SPACE, storage=journal, **arguments)
    backend = optuna.storages.journal.JournalFileBackend(str(journal))
    study = optuna.load_study(study_name="mine", storage=optuna.storages.JournalStorage(backend))
    assert study.trials[0].intermediate_values
    resumed = run_search(Slow(), SPACE, storage=journal, **arguments)
    assert what_matters(resumed) == what_matters(run_search(Slow(), SPACE, **arguments))


METHODS = ["grid", "quasi-random", "coarse-to-fine", "tpe", "multivariate-tpe", "gaussian-process"]
METHODS += ["successive-halving", "asha", "hyperband"]


@pytest.mark.parametrize("method", sampled(METHODS, "tpe", "hyperband"))
def test_does_an_interrupted_search_end_as_if_nothing_had_happened(method, tmp_path):
    arguments = {"method": method, "num_trials": 10, "seed": 5, "name": "mine"}
    journal = tmp_path / "journal.log"
    with pytest.raises(KeyboardInterrupt):
        run_search(Interrupted(), SPACE, storage=journal, **arguments)
    resumed = run_search(Slow(), SPACE, storage=journal, **arguments)
    whole = run_search(Slow(), SPACE, storage=tmp_path / "other.log", **arguments)
    assert what_matters(resumed) == what_matters(whole)
    np.testing.assert_array_equal(resumed.best_so_far, whole.best_so_far)


@pytest.mark.parametrize("method", ["random", "asha"])
def test_do_workers_together_keep_to_the_epochs(method, tmp_path):
    """Three threads, each with a hold of its own on the journal, as three processes would have."""
    arguments = {"method": method, "num_epochs": 17, "storage": tmp_path / "journal.log", "name": "mine"}
    with ThreadPoolExecutor(3) as pool:
        objectives = [Slow(tmp_path / f"{number}.txt") for number in range(3)]
        searches = list(pool.map(lambda objective: run_search(objective, SPACE, **arguments), objectives))
    assert what_matters(searches[0]) == what_matters(searches[1]) == what_matters(searches[2])
    numbers = [trial.number for trial in searches[0].trials]
    assert numbers == list(range(len(numbers)))
    assert 17 - 3 < searches[0].num_epochs <= 17
    computed = [line for path in tmp_path.glob("?.txt") for line in path.read_text().splitlines()]
    assert len(computed) == len(set(computed)) == searches[0].num_epochs


def test_does_a_search_with_more_epochs_go_on_where_it_ended(tmp_path):
    journal = tmp_path / "journal.log"
    first = run_search(Slow(), SPACE, num_epochs=10, seed=1, storage=journal, name="mine")
    assert len(first.trials) == 3
    longer = run_search(Slow(), SPACE, num_epochs=16, seed=1, storage=journal, name="mine")
    assert len(longer.trials) == 5
    assert what_matters(longer)[:3] == what_matters(first)


CHANGES = {
    "space": {"space": Space(x=Real(-5, 6))},
    "method": {"method": "tpe"},
    "seed": {"seed": 2},
    "metric": {"metric": "val_accuracy"},
    "objective": {"objective": type("Other", (Slow,), {"description": "a cube"})()},
}


@pytest.mark.parametrize("changed", CHANGES)
def test_is_a_study_that_was_begun_otherwise_refused_by_name(changed, tmp_path):
    journal = tmp_path / "journal.log"
    arguments = {"objective": Slow(), "space": Space(x=Real(-5, 5)), "seed": 1, "num_trials": 2}
    run_search(**arguments, storage=journal, name="mine")
    before = journal.read_bytes()
    with pytest.raises(ValueError, match=f"^{changed}: the study 'mine' was begun with") as refusal:
        run_search(**arguments | CHANGES[changed], storage=journal, name="mine")
    assert "\n" not in str(refusal.value)
    assert journal.read_bytes() == before


class Unplugged(Slow):
    """The server goes away in the third trial."""

    asked = 0

    def __init__(self, stop):
        super().__init__()
        self.stop = stop

    def epochs(self, parameters, seed):
        self.asked += 1
        if self.asked == 3:
            self.stop()
        yield from super().epochs(parameters, seed)


@pytest.mark.slow
def test_does_a_search_survive_the_loss_of_its_server(postgresql, capfd):
    address, control = postgresql
    arguments = {"space": SPACE, "num_trials": 6, "seed": 4, "storage": address, "name": "unplugged"}
    with pytest.raises(
        OSError, match=r"storage postgresql://course@127\.0\.0\.1.* cannot be reached"
    ) as refusal:
        run_search(Unplugged(lambda: control("-m", "fast", "stop")), **arguments, worker_timeout=1)
    assert "\n" not in str(refusal.value)
    assert "Traceback" not in capfd.readouterr().err
    control("start")
    resumed = run_search(Slow(), **arguments, worker_timeout=1)
    assert what_matters(resumed) == what_matters(run_search(Slow(), SPACE, num_trials=6, seed=4))


class Joined(Slow):
    """While its first epoch runs, somebody else calls the same search."""

    refusal = None

    def __init__(self, arguments):
        super().__init__()
        self.arguments = arguments

    def epochs(self, parameters, seed):
        if self.refusal is None:
            with pytest.raises(ValueError, match=r"^method: .* For several workers there is asha") as refusal:
                run_search(Slow(), **self.arguments)
            self.refusal = str(refusal.value)
        yield from super().epochs(parameters, seed)


def test_is_a_second_worker_of_successive_halving_sent_to_asha(tmp_path):
    arguments = {"space": SPACE, "method": "successive-halving", "num_trials": 9, "worker_timeout": 4}
    arguments |= {"storage": tmp_path / "journal.log", "name": "mine"}
    joined = Joined(arguments)
    search = run_search(joined, **arguments)
    assert "\n" not in joined.refusal
    assert len(search.trials) == 9
    assert {trial.state for trial in search.trials} == {"complete", "pruned"}


@pytest.mark.usefixtures("linux")
@pytest.mark.parametrize("there", ["boot", "namespace", "mac"])
def test_is_a_process_of_another_machine_of_this_name_not_asked_for(tmp_path, monkeypatch, there):
    """Two containers, or two copies of one virtual machine: a number that is free here may be busy there."""
    own, dead = study._machine(), subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    assert study._is_gone(f"{own}/{dead.pid}/abc")
    assert not study._is_gone(f"{own}/{os.getpid()}/abc")
    node, boot, namespace = own.split(" ")
    other = {"boot": f"{node} x {namespace}", "namespace": f"{node} {boot} pid:[1]", "mac": f"{node} 2a"}[
        there
    ]
    assert not study._is_gone(f"{other}/{dead.pid}/abc")


def test_lives_a_worker_that_another_user_runs(monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(study.os, "kill", refuse)
    assert not study._is_gone(f"{study._machine()}/{os.getpid()}/abc")


def test_has_a_machine_a_name_of_its_own_without_linux(monkeypatch):
    monkeypatch.setattr(study.os, "readlink", lambda _: (_ for _ in ()).throw(FileNotFoundError))
    node, _, mac = study._machine().rpartition(" ")
    assert node == platform.node()
    assert int(mac, 16) > 0


def test_does_a_worker_on_another_machine_that_fell_silent_lose_its_trial(tmp_path):
    """Its process cannot be asked for; only time tells."""
    journal = tmp_path / "journal.log"
    run_search(Slow(), SPACE, num_trials=1, seed=3, storage=journal, name="mine")
    backend = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(journal)))
    study = optuna.load_study(study_name="mine", storage=backend)
    study.ask().set_user_attr("owner", "elsewhere/1/abc")
    started = time.monotonic()
    search = run_search(Slow(), SPACE, num_trials=3, seed=3, storage=journal, name="mine", worker_timeout=1)
    assert time.monotonic() - started >= 1
    alone = run_search(Slow(), SPACE, num_trials=3, seed=3)
    assert sorted(what_matters(search)) == sorted(what_matters(alone))


def test_can_a_choice_hold_what_a_storage_keeps(tmp_path):
    space = Space(x=Real(-5, 5), momentum=Choice((None, 0.9, True, "nesterov")))
    journal = tmp_path / "journal.log"
    first = run_search(Slow(), space, num_trials=8, storage=journal, name="mine")
    again = run_search(Slow(), space, num_trials=8, storage=journal, name="mine")
    assert what_matters(first) == what_matters(again)
    assert len({repr(t.parameters["momentum"]) for t in again.trials}) > 2
