"""Optuna's part of a search: samplers, pruners, and a study that several workers share."""

from __future__ import annotations

import json
import os
import platform
import threading
import time
import uuid
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.search.gaussian_process import gaussian_process_sampler
from helpers.search.halving import STUDY_NAME
from helpers.search.sampling import parameters_of
from helpers.search.space import Space
from helpers.search.storage import OWNER, DamagedStorage, open_storage, storage_errors

if TYPE_CHECKING:
    import optuna

BEAT, DEFINITION = "beat", "definition"


def open_study(
    storage: str | os.PathLike | None, name: str | None, definition: Mapping[str, Any]
) -> optuna.Study:
    """Return a new study, or the one of that name in a storage.

    storage: None keeps it in memory; a path is Optuna's journal file, for one machine; an address
        postgresql://user@host/database is for several.
    name: under which the storage keeps it.
    definition: what must stay the same when a search is resumed or shared: name -> text or number.

    Raises OSError when the storage cannot be reached or read, ValueError when it is of another kind, when a
    name is missing, and when the study of that name was defined otherwise.
    """
    import optuna

    if optuna.logging.get_verbosity() < optuna.logging.WARNING:  # who wants less than that keeps it
        optuna.logging.set_verbosity(optuna.logging.WARNING)  # a line on stderr for each trial helps nobody
    if storage is not None and not name:
        raise ValueError("name: a search in a storage needs a name, under which it is found again.")
    with storage_errors(storage):
        kept_in = None if storage is None else open_storage(storage)
        try:
            if kept_in is None:
                raise KeyError
            study = optuna.load_study(study_name=name, storage=kept_in)
        except KeyError:  # create_study alone would write to a journal that has the study already
            study = optuna.create_study(
                storage=kept_in, study_name=name or STUDY_NAME, load_if_exists=kept_in is not None
            )
        known = _definition_of(study, definition)
    for key, value in known.items():
        if definition.get(key) != value:
            raise ValueError(
                f"{key}: the study {name!r} was begun with {_in_one_line(value)}, not "
                f"{_in_one_line(definition.get(key))}. Use another name for another search."
            )
    return study


def _definition_of(study: optuna.Study, definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a study was begun with; one that is new gets its definition here."""
    if DEFINITION not in study.user_attrs:
        has_trials = bool(study.get_trials(deepcopy=False))
        # Another worker may have defined it, and begun, since it was asked for: so it is asked for again.
        if DEFINITION not in study.user_attrs:
            if has_trials:
                raise ValueError(
                    f"name: the study {study.study_name!r} has trials of another program. Use another name."
                )
            study.set_user_attr(DEFINITION, json.dumps(definition))
    # Of two workers that begin together one was second: the storage says which.
    text = study.user_attrs[DEFINITION]
    known = json.loads(text) if isinstance(text, str) else None
    if not isinstance(known, dict):
        raise DamagedStorage
    return known


def sampler_of(
    space: Space, method: str, seed: int, number: int, planned: Mapping[str, np.ndarray] | None
) -> optuna.samplers.BaseSampler:
    """Return the sampler of one trial.

    It depends on seed and number only, never on what a process drew before: so a search goes on after an
    interruption as if there had been none.

    number: of the trial.
    planned: name -> value in each trial, as `plan` returns it; None for a method that learns.
    """
    import optuna

    if planned is not None:
        return _fixed_sampler(parameters_of(space, planned, number))
    trial_seed = int(np.random.SeedSequence((seed, number)).generate_state(1)[0])
    if method == "gaussian-process":
        return gaussian_process_sampler(space, trial_seed)
    return optuna.samplers.TPESampler(seed=trial_seed, multivariate=method == "multivariate-tpe")


def _fixed_sampler(parameters: Mapping[str, Any]) -> optuna.samplers.BaseSampler:
    """Return a sampler that gives a trial these parameters."""
    from optuna.samplers import PartialFixedSampler, RandomSampler

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "experimental" since Optuna 2.4
        return PartialFixedSampler(dict(parameters), RandomSampler())


def pruner_of(
    method: str, num_epochs: int, min_epochs: int, reduction_factor: int
) -> optuna.pruners.BasePruner:
    """Return the pruner of a method; all but "asha" and "hyperband" never prune."""
    import optuna

    if method == "asha":
        return optuna.pruners.SuccessiveHalvingPruner(
            min_resource=min_epochs, reduction_factor=reduction_factor
        )
    if method == "hyperband":
        return _hyperband(min_resource=min_epochs, max_resource=num_epochs, reduction_factor=reduction_factor)
    return optuna.pruners.NopPruner()


def _hyperband(**arguments: int) -> optuna.pruners.BasePruner:
    """Return Optuna's Hyperband, with brackets that do not follow from the study's name.

    The same seed gives the same search, under whatever name it is kept.
    """
    from optuna.pruners import HyperbandPruner

    class Hyperband(HyperbandPruner):
        def _get_bracket_id(self, study: Any, trial: optuna.trial.FrozenTrial) -> int:
            named: Any = SimpleNamespace(study_name=STUDY_NAME)  # the name is all that is read of a study
            return super()._get_bracket_id(named, trial)

    return Hyperband(**arguments)


class Worker:
    """One process's hold on the trials of a study that it may share with others.

    Optuna's own heartbeat needs a relational database; this one works on a journal file too. A trial names
    its owner and counts up while the owner lives. An owner is dead when it was a process of this machine
    (of this container, since the machine was started) that is gone, or when its count has stood still for
    `timeout` seconds by the clock of whoever looks. Then another worker goes on with the same trial: under
    the same number, so none is lost or counted twice.
    """

    def __init__(self, study: optuna.Study, timeout: float) -> None:
        self.study, self.timeout = study, timeout
        self.name = f"{_machine()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"
        self._seen: dict[int, tuple[tuple, float]] = {}

    def is_abandoned(self, number: int, attributes: Mapping[str, Any]) -> bool:
        """Return whether the owner that a running trial's attributes name is dead, or has let it go."""
        owner = attributes.get(OWNER)
        if owner == "" or (owner is not None and _is_gone(owner)):
            return True
        sign = owner, attributes.get(BEAT)
        seen, since = self._seen.get(number, (None, 0.0))
        if seen != sign:
            self._seen[number] = sign, time.monotonic()
            return False
        return time.monotonic() - since > self.timeout

    def takes(self, trial: optuna.trial.Trial) -> bool:
        """Put this worker's name on an abandoned trial; return whether it is still there a moment later.

        Several workers see at once that an owner is dead. The last to write has the trial; the others must
        not train it too.
        """
        from optuna.exceptions import UpdateFinishedTrialError

        try:
            trial.set_user_attr(OWNER, self.name)
        except UpdateFinishedTrialError:
            return False  # its owner was slow, not dead
        time.sleep(min(1.0, self.timeout / 8))
        return self.owns(trial)

    def owns(self, trial: optuna.trial.Trial) -> bool:
        """Return whether no other worker has taken the trial meanwhile, and none has finished it."""
        frozen = self.study._storage.get_trial(trial._trial_id)
        return not frozen.state.is_finished() and frozen.user_attrs.get(OWNER) == self.name

    @contextmanager
    def hold(self, set_attribute: Callable[[str, Any], None]) -> Iterator[None]:
        """Own a trial, or a whole study, and count up on it as long as the block runs.

        When the block is interrupted, another worker may go on at once.

        set_attribute: writes an attribute of it.
        """
        from optuna.exceptions import StorageInternalError, UpdateFinishedTrialError

        set_attribute(OWNER, self.name)
        ended = threading.Event()

        def beat() -> None:
            count = 0
            while not ended.wait(self.timeout / 4):
                count += 1
                try:
                    set_attribute(BEAT, count)
                except UpdateFinishedTrialError:
                    return  # finished by whoever took it over
                except StorageInternalError:
                    continue  # the search itself meets the same fault, and says it

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        except BaseException:
            with suppress(UpdateFinishedTrialError, StorageInternalError):
                set_attribute(OWNER, "")
            raise
        finally:
            ended.set()
            thread.join()


def _machine() -> str:
    """Return where a process's number means this process: a host's name may be there twice."""
    with suppress(OSError):  # Linux, where a container has numbers of its own
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{platform.node()} {boot} {os.readlink('/proc/self/ns/pid')}"
    return f"{platform.node()} {uuid.getnode():x}"


def _is_gone(owner: str) -> bool:
    """Return whether an owner was a process of this machine that does not run any more."""
    machine, _, rest = owner.partition("/")
    process = rest.partition("/")[0]
    # Signal 0 asks for a process on Unix; on Windows it would end it.
    if os.name != "posix" or machine != _machine() or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _in_one_line(value: Any) -> str:
    """Return a value's text without its line breaks."""
    return " ".join(str(value).split())
