"""The capstone as a learner works on it: search, repeat, choose, open the test part, with a log of it all."""

from __future__ import annotations

import math
import os
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from helpers.arguments import is_whole
from helpers.capstone.bands import place_in_words
from helpers.capstone.log import (
    BY_HAND,
    METHODS,
    MOST_TEXT,
    Chosen,
    SearchLog,
    Stage,
    Training,
    Unlike,
    as_log,
    chained,
    decoded_event,
    foreign_value,
    outside,
    parse_log,
    space_data,
    training_of,
)
from helpers.capstone.proposals import most_trials, proposed
from helpers.capstone.review import at_the_ends, comes_before_a_training
from helpers.capstone.task import (
    LOG_FILE,
    MOST_FINALISTS,
    NUM_SEEDS,
    NUM_TRIALS,
    OUTER_SPACE,
    as_data,
    data_digest,
    own_number,
    stage_seed,
    train,
    training_seed,
    with_test_part,
)
from helpers.checks import is_being_graded, notebook_folder
from helpers.checks.messages import wrapped
from helpers.checks.observation import clip
from helpers.errors import CourseError
from helpers.journal import Journal, may_begin
from helpers.progress_bar import progress_bar
from helpers.search.records import Search, Trial
from helpers.search.space import Choice, Dimension, Real, Space

_NO_PLAN = 1_000  # trials, at least: more than any budget, and no plan of so many is worth its time
_PACKAGES = ("keras", "numpy", "optuna")
_BEGINS = b'{"event": "begin"'
_WHY_NOW = "what is chosen from now on could follow from it. To begin anew, move {path} away"


class Capstone:
    """One learner's capstone: everything that is tried is in the log, and the log is all that is kept.

    The same call again trains nothing: it reads what is in the log. So the notebook runs from the top at any
    time, and goes on where it was interrupted.

    number: what all seeds follow from: your number, or any text that is yours; None for the login.
    log: the file, beside the notebook.

    Raises CourseError for a number that is none, and for a log that cannot be read, is of another number, or
    of other data.
    """

    def __init__(self, number: object = None, log: str | os.PathLike = LOG_FILE) -> None:
        self._journal = Journal(log, "log of a capstone", _BEGINS, notebook_folder())
        # Only the log that is handed in is graded; one for practice is not.
        self._is_graded = is_being_graded() and self._journal.path == Path(LOG_FILE)
        # Whoever grades has another login; what counts is the log.
        self.number = self._read().number if self._is_graded else own_number(number)
        self._log()  # what is wrong with the file is said now

    def search(
        self, space: Space, method: str = "random", num_trials: int = NUM_TRIALS, **fixed: Any
    ) -> Search:
        """Draw trials from a space, train each, and return this part of the search.

        With a larger num_trials the same part goes on, unless it is a grid, whose levels would move; another
        space, method or fixed value is another part.

        space: lies in `OUTER_SPACE`.
        method: "random", "quasi-random", "grid" or "tpe".
        num_trials: of this part; all parts together may have twenty.
        fixed: the values of the hyperparameters that the space leaves out.

        Raises CourseError in one line for an argument that is none, what lies outside of the capstone's
        space, a hyperparameter that has no value or has two, a grid of more trials than before, a budget that
        is spent, and a test part that is open. Ctrl-C loses one trial.

        Lesson 17.
        """
        if not isinstance(method, str) or method not in METHODS or method == BY_HAND:
            raise CourseError(f"method must be one of {', '.join(METHODS[:-1])}, not {_shown(method)}")
        if not isinstance(space, Space):
            raise CourseError(f"space must be a Space, not {_shown(space)}")
        fixed = _plain(fixed)
        _refuse_foreign(outside(space) or foreign_value(fixed))
        _refuse_missing({*space, *fixed}, "put it into the space, or say {name}=...")
        twice = [name for name in fixed if name in space]
        if twice:
            raise CourseError(f"{twice[0]} is in the space and has a value too: leave one of them out")
        if not is_whole(num_trials) or num_trials < 1:
            raise CourseError(f"num_trials must be a whole number of at least 1, not {_shown(num_trials)}")
        # What a plan draws depends on the order.
        in_order = {name: _without_unit(space[name]) for name in OUTER_SPACE if name in space}
        wanted = Stage(-1, method, Space(**in_order), fixed, min(int(num_trials), _NO_PLAN), 0)
        return self._run(replace(wanted, num_trials=most_trials(wanted)))

    def try_by_hand(self, because: str, **parameters: Any) -> Search:
        """Train one trial with the seven parameters that you give, and return it as a part of the search.

        because: why this one, for whoever reads your log.

        Raises CourseError as `search` does, and without a reason.

        Lesson 17.
        """
        because = _reason(because, 'say why this trial: try_by_hand("dropout was at its end", ...)')
        parameters = _plain(parameters)
        _refuse_foreign(foreign_value(parameters))
        _refuse_missing(parameters, f"try_by_hand takes all of {', '.join(OUTER_SPACE)}")
        return self._run(Stage(-1, BY_HAND, None, parameters, 1, 0, because))

    def repeat(self, *trials: int) -> dict[int, np.ndarray]:
        """Train trials with four more seeds; return each one's five validation losses: trial -> shape (5,).

        trials: up to three numbers.

        Raises CourseError for a trial that does not exist, a fourth one, and a test part that is open.

        Lesson 17.
        """
        with self._writing() as (log, write):
            first = {training.trial: training for training in log.trials}
            trials = tuple(dict.fromkeys(_number_of(trial, first) for trial in trials))
            spent = sorted(log.finalists())
            if len({*spent, *trials}) > MOST_FINALISTS:
                have = f"trials {spent} have them" if spent else "none has them yet"
                raise CourseError(f"more seeds are for {MOST_FINALISTS} trials at most, and {have}")
            known = {(training.trial, training.again) for training in log.repeats}
            wanted = [(trial, again) for trial in trials for again in range(1, NUM_SEEDS)]
            missing = [pair for pair in wanted if pair not in known]
            if missing:
                self._refuse_to_train(log)
            with progress_bar("more seeds", len(missing)) as show:
                for done, (trial, again) in enumerate(missing):
                    show(done)
                    write(self._trained(first[trial].stage, trial, again, first[trial].parameters))
        found = self.log.finalists()
        return {trial: np.array([training.val_loss for training in found[trial]]) for trial in trials}

    def choose(self, trial: int, because: str) -> None:
        """Say which trial you hand in, and why. Until the test part is open, a later choice replaces it.

        Raises CourseError for a trial that does not exist, no reason, and a test part that is open.

        Lesson 17.
        """
        with self._writing() as (log, write):
            trial = _number_of(trial, [training.trial for training in log.trials])
            example = 'say why: choose(7, "the lowest mean of five validation losses")'
            wanted = Chosen(trial, _reason(because, example))
            if log.choice == wanted and (log.openings or not comes_before_a_training(log)):
                return
            self._refuse_after_opening(log)
            write({"event": "choice", "trial": wanted.trial, "because": wanted.because})

    def open_test(self) -> float:
        """Open the test part: return the mean test accuracy of the chosen trial's five seeds.

        It is written down that you looked before you see anything. Another call says the same again.

        Raises CourseError without a choice.

        Lesson 17.
        """
        with self._writing() as (log, write):
            if log.choice is None:
                raise CourseError("choose first: capstone.choose(trial, because)")
            if log.openings:
                return float(np.mean(log.openings[-1].accuracies))
            self._refuse_to_train(log)
            trial = log.choice.trial
            parameters = next(training.parameters for training in log.trials if training.trial == trial)
            seeds = [training_seed(self.number, trial, again) for again in range(NUM_SEEDS)]
            data = with_test_part()
            found = [train(parameters, seed, data).test_accuracy for seed in seeds]
            write({"event": "test", "trial": trial, "accuracies": found})
            return float(np.mean(found))  # type: ignore[arg-type]  # test curves were asked for

    @property
    def log(self) -> SearchLog:
        """What the log says now."""
        return self._log()

    @property
    def trials(self) -> Search:
        """All trials so far, as the pictures of the search lessons take them."""
        log = self._log()
        return _as_search(log, log.trials)

    def show(self) -> None:
        """Print what was spent, the best trials, and the means of those with more seeds.

        Before a choice also where the best trial lies at an end of what was searched: seeds are for three
        trials, and are better spent when the search has ended.
        """
        log = self._log()
        print(f"{len(log.trials)} of {NUM_TRIALS} trials, number {self.number!r}")
        for training in sorted(log.trials, key=lambda each: each.val_loss)[:5]:
            print(
                f"  trial {training.trial:2}: {_losses_in_words(training)}, {_in_words(training.parameters)}"
            )
        for trial, trainings in sorted(log.finalists().items()):
            losses = np.array([training.val_loss for training in trainings])
            with np.errstate(invalid="ignore"):  # infinite where a training diverged
                error = losses.std(ddof=1) / math.sqrt(len(losses))
            print(f"  trial {trial:2}: mean loss {losses.mean():.4f} ± {error:.4f}, {len(losses)} seeds")
        best = min(log.trials, key=lambda each: each.val_loss, default=None)
        if best and not log.choice:
            for sentence in at_the_ends(log, best):
                print("\n".join(wrapped(sentence)))
        if log.choice:
            print(f"  chosen: trial {log.choice.trial}, because: {log.choice.because}")
        if log.openings:
            print(f"  {place_in_words(float(np.mean(log.openings[-1].accuracies)))}")

    def _run(self, wanted: Stage) -> Search:
        """Bring a stage to its end, and return it."""
        with self._writing() as (log, write):
            stage = self._stage(log, wanted, write)
            mine = [training for training in log.trials if training.stage == stage.stage]
            number = len(log.trials)
            goal = min(wanted.num_trials, most_trials(stage))
            if len(mine) < goal:
                self._refuse_to_train(log)
            with progress_bar("searching", goal) as show:
                while len(mine) < goal:
                    show(len(mine))
                    event = self._trained(stage.stage, number, 0, proposed(stage, mine))
                    write(event)
                    mine.append(training_of(event))
                    number += 1
        log = self._log()
        return _as_search(log, [each for each in log.trials if each.stage == stage.stage])

    def _stage(self, log: SearchLog, wanted: Stage, write: Any) -> Stage:
        """Return the stage of the log that is wanted, begun or lengthened where there is none so long."""
        known = next((each for each in log.stages if each.definition == wanted.definition), None)
        if known and known.num_trials >= wanted.num_trials:
            return known
        self._refuse_to_train(log)
        if known and known.method == "grid":
            raise CourseError("a grid of more trials is another grid: its levels move. Give it another space")
        others = sum(each.num_trials for each in log.stages if each is not known)
        if others + wanted.num_trials > NUM_TRIALS:
            trained = sum(known is None or each.stage != known.stage for each in log.trials)
            planned = f", {others - trained} of them not yet trained" if trained < others else ""
            raise CourseError(
                f"the budget is {NUM_TRIALS} trials: {others} are spent or planned in other parts{planned}, "
                f"so this one may have {NUM_TRIALS - others}"
            )
        number = known.stage if known else len(log.stages)
        stage = replace(wanted, stage=number, seed=stage_seed(self.number, number))
        space = None if stage.space is None else space_data(stage.space)
        write({"event": "stage"} | vars(stage) | {"space": space})
        return stage

    def _trained(self, stage: int, trial: int, again: int, parameters: dict[str, Any]) -> dict[str, Any]:
        """Train, and return the event of it."""
        seed = training_seed(self.number, trial, again)
        run = train(parameters, seed)
        return {
            "event": "training",
            "trial": trial,
            "again": again,
            "stage": stage,
            "parameters": parameters,
            "configuration": as_data(parameters),
            "seed": seed,
            "state": "diverged" if run.diverged else "complete",
            "train_losses": run.train_losses.tolist(),
            "val_losses": run.val_losses.tolist(),
            "val_accuracies": run.val_accuracies.tolist(),
            "seconds": round(run.seconds, 3),
        }

    @contextmanager
    def _writing(self) -> Iterator[tuple[SearchLog, Any]]:
        """Keep the log for this process; yield what it says, and a function that adds an event to it."""
        if self._is_graded:
            yield self._log(), _refuse_to_write
            return
        with self._journal as journal:
            events = journal.open()
            if not events:
                events = [chained(self._begin(), "")]
                journal.write(events[0])

            def write(event: dict[str, Any]) -> None:
                try:
                    decoded_event(event)
                except Unlike as error:  # nothing is written that could not be read again
                    raise CourseError(f"the log of a capstone cannot hold this: {error}") from None
                events.append(chained(event, events[-1]["chain"]))
                journal.write(events[-1])

            yield self._of_this_number(as_log(events)), write

    def _log(self) -> SearchLog:
        """Return what the log says; where there is none yet, that nothing was tried."""
        if not self._is_graded and _is_empty(self._journal.place):
            return as_log([chained(self._begin(), "")])
        return self._of_this_number(self._read())

    def _read(self) -> SearchLog:
        path = self._journal.path
        try:
            return parse_log(self._journal.place.read_bytes())
        except FileNotFoundError:
            raise CourseError(f"{path} was not handed in beside the notebook") from None
        except OSError as error:
            raise CourseError(f"{path}: {error.strerror}") from None
        except CourseError as error:
            raise CourseError(
                f"{path}: {error}. Put back what it was, or move the file away to begin anew"
            ) from None

    def _of_this_number(self, log: SearchLog) -> SearchLog:
        """Return the log. Raises CourseError for one of another number, or of other data."""
        remedy = f"Move {self._journal.path} away to begin anew"
        if log.number != self.number:
            raise CourseError(
                f"{self._journal.path} is the log of {log.number!r}, not {self.number!r}: Capstone("
                f"{log.number!r}) goes on with it. {remedy}"
            )
        if log.data != data_digest():
            raise CourseError(f"{self._journal.path} is of another version of the data. {remedy}")
        return log

    def _begin(self) -> dict[str, Any]:
        versions = {package: metadata.version(package) for package in _PACKAGES}
        return {"event": "begin", "number": self.number, "data": data_digest(), "versions": versions}

    def _refuse_to_train(self, log: SearchLog) -> None:
        if self._is_graded:
            raise CourseError(
                f"{self._journal.path} does not hold this: nothing is trained while a class is graded"
            )
        self._refuse_after_opening(log)

    def _refuse_after_opening(self, log: SearchLog) -> None:
        if log.openings:
            raise CourseError(f"the test part is open: {_WHY_NOW.format(path=self._journal.path)}")


def _is_empty(path: Path) -> bool:
    """Return whether a log holds nothing yet: there is none, or its first line was cut off."""
    try:
        begin = path.read_bytes()
    except OSError:
        return not path.exists()
    return b"\n" not in begin and may_begin(begin, _BEGINS)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as Python's own: what comes out of an array is NumPy's, and no log holds that."""
    return {name: value.item() if isinstance(value, np.generic) else value for name, value in values.items()}


def _shown(argument: object) -> str:
    """Return in a few characters of one line what stood in the place of an argument."""
    return clip(repr(argument), 60)


def _refuse_foreign(beyond: str | None) -> None:
    """Raise CourseError for what lies outside of the capstone's space, in words; None where nothing does."""
    if beyond:
        raise CourseError(f"the capstone has no {beyond}: print OUTER_SPACE")


def _refuse_missing(names: Container[str], remedy: str) -> None:
    """Raise CourseError when a hyperparameter is not among the names.

    remedy: what to do, with {name} in the place of its name.
    """
    missing = [name for name in OUTER_SPACE if name not in names]
    if missing:
        raise CourseError(f"{missing[0]} has no value: {remedy.format(name=missing[0])}")


def _without_unit(dimension: Dimension) -> Dimension:
    """Return a dimension as the log holds it: a unit is for axes, and makes no other part of the search."""
    return dimension if isinstance(dimension, Choice) else Real(dimension.low, dimension.high, dimension.log)


def _reason(because: object, example: str) -> str:
    """Return a reason without what surrounds it. Raises CourseError for none, and for a whole report."""
    if not isinstance(because, str) or not because.strip():
        raise CourseError(example)
    if len(because.strip()) > MOST_TEXT:
        raise CourseError(f"a reason has {MOST_TEXT} characters at most: the report has room for the rest")
    return because.strip()


def _number_of(trial: object, known: Iterable[int]) -> int:
    """Return the number of a trial. Raises CourseError for one that does not exist."""
    numbers = sorted(known)
    if not is_whole(trial) or trial not in numbers:
        there = f"0 to {numbers[-1]}" if numbers else "none yet"
        raise CourseError(f"there is no trial {_shown(trial)}: give a number, and there are {there}")
    return int(trial)


def _refuse_to_write(event: dict[str, Any]) -> None:
    raise CourseError(f"the log holds no such {event['event']}: nothing is written while a class is graded")


def _as_search(log: SearchLog, trainings: list[Training]) -> Search:
    methods = dict.fromkeys(
        stage.method for stage in log.stages if any(t.stage == stage.stage for t in trainings)
    )
    cost, trials = 0, []
    for training in trainings:
        cost += len(training.val_losses)
        trials.append(
            Trial(
                training.trial,
                training.parameters,
                training.seed,
                training.state,
                training.val_losses,
                training.val_accuracies,
                ended_at=cost,
                seconds=training.seconds,
            )
        )
    return Search(", ".join(methods), OUTER_SPACE, tuple(trials), log.stages[0].seed if log.stages else 0)


def _losses_in_words(training: Training) -> str:
    return f"loss {training.val_loss:.4f}, accuracy {training.val_accuracy:.3f}"


def _in_words(parameters: dict[str, Any]) -> str:
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{value}"
        for name, value in parameters.items()
    )
