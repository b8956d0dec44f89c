"""An Experiment on this machine, by Katib's rules: the same file, real processes, a log that can go on."""

from __future__ import annotations

import dataclasses
import math
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from helpers.arguments import require_seed
from helpers.errors import CourseError
from helpers.katib.checking import require_valid
from helpers.katib.execution import Command, Processes, command_of, require_runnable
from helpers.katib.log import Log
from helpers.katib.metrics import observe, read_text
from helpers.katib.model import Experiment, TrialTemplate
from helpers.katib.records import Condition, Ending, KatibRun, KatibTrial, ending_of
from helpers.katib.suggesting import Suggester, require_suggestible, says_how
from helpers.katib.template import render
from helpers.katib.webhook import filters_of
from helpers.progress_bar import progress_bar

TRIAL_SECONDS = 600.0
_RESTARTABLE = ("LongRunning", "FromVolume")
_LONGEST_REASON = 200


class RunInterrupted(KeyboardInterrupt):
    """Ctrl-C in a run: one line that says what is kept, and how to go on. run: what had ended."""

    def __init__(self, run: KatibRun, log: str | os.PathLike | None) -> None:
        self.run = run
        num_ended = sum(trial.condition is not Condition.RUNNING for trial in run.trials)
        ended = f"{num_ended} trial{'s' * (num_ended != 1)} had ended"
        kept = (
            "nothing keeps them: give a log next time"
            if log is None
            else f"{log} keeps them: run again to go on"
        )
        super().__init__(f"{ended}, and {kept}.")

    def _render_traceback_(self) -> list[str]:
        # IPython's own hook: what this returns is shown as the traceback.
        return [str(self)]


def run_experiment(
    definition: Mapping[str, Any],
    log: str | os.PathLike | None = None,
    *,
    trial_seconds: float = TRIAL_SECONDS,
    seed: int | None = None,
    progress: bool = True,
) -> KatibRun:
    """Run an Experiment's file on this machine, unchanged, and return its trials.

    Each trial is a process that is started from the rendered command, as many at a time as parallelTrialCount
    says; its output is read by Katib's expression, and the Experiment ends when Katib would end it. What a
    cluster does and this does not: it starts no image, and knows the collector StdOut only. A trial whose
    metric is no number has no value here, and the search goes on; Katib 0.19 as a rule makes no trial after
    it.

    definition: what the file says, such as `read_experiment` returns.
    log: a file; the same call goes on with what it holds, after an interruption or with a larger
        maxTrialCount where the resumePolicy allows that.
    trial_seconds: after which a trial is ended that its Job would let run on.
    seed: of the suggestions, where no random_state is set; None draws one. The log keeps it.
    progress: whether a bar shows how many trials have ended, in a terminal and nowhere else.

    Raises CourseError, one line, for an Experiment that Katib would refuse or that cannot run here, and for a
    log that cannot be used; RunInterrupted after Ctrl-C; ValueError for trial_seconds that are not positive,
    and a seed that is none. No process is left in any of these cases.

    Lesson 15.
    """
    experiment = require_valid(definition)
    _require_runnable(experiment)
    if not trial_seconds > 0:
        raise ValueError(f"trial_seconds must be a positive number, not {trial_seconds!r}.")
    seed = secrets.randbelow(2**31) if seed is None else require_seed(seed)
    total = experiment.spec.max_trial_count or 0
    with Log(log) as kept, progress_bar("trials", total, progress and total > 0) as show:
        seed, events = kept.begin(definition, seed)
        runner = _Runner(experiment, Suggester(experiment, seed), kept, trial_seconds)
        runner.replay(events)
        _require_restartable(runner)
        try:
            if runner.ending is None:
                with Processes() as processes:
                    runner.run(processes, show)
        except KeyboardInterrupt:
            raise RunInterrupted(runner.result(), log) from None
        return runner.result()


def _require_runnable(experiment: Experiment) -> None:
    """Raise CourseError for what is right and cannot run here."""
    require_suggestible(experiment)
    spec = experiment.spec
    assert spec.trial_template
    require_runnable(spec.trial_template)
    kind = spec.metrics_collector_spec and spec.metrics_collector_spec.collector
    if kind and kind.kind != "StdOut":
        raise CourseError(
            f"spec.metricsCollectorSpec.collector.kind: {kind.kind} is checked here, and not run. "
            "StdOut can run here"
        )


def _require_restartable(runner: _Runner) -> None:
    """Raise CourseError where Katib's webhook refuses to go on with an Experiment that has ended."""
    before, spec = runner.ended_before, runner.experiment.spec
    if (
        before
        and runner.ending is None
        and not (before == "ExperimentMaxTrialsReached" and spec.resume_policy in _RESTARTABLE)
    ):
        raise CourseError(
            "spec.resumePolicy: Experiment can be restarted if it is in succeeded state by reaching max "
            "trials and spec.resumePolicy = LongRunning or spec.resumePolicy = FromVolume. "
            f"It is {spec.resume_policy}"
        )


@dataclass
class _Running:
    """A trial that runs. found: the metrics that it has reported, as texts."""

    command: Command
    started: float
    attempts_left: int
    found: list[tuple[str, str]] = field(default_factory=list)
    last_line: str = ""
    is_late: bool = False


class _Runner:
    """One run of an Experiment: its trials, and what has been suggested and told."""

    def __init__(self, experiment: Experiment, suggester: Suggester, log: Log, trial_seconds: float) -> None:
        self.experiment = experiment
        self.trials: list[KatibTrial] = []
        self.exhausted = False
        self.ended_before = ""
        self._suggester = suggester
        self._log = log
        self._trial_seconds = trial_seconds
        self._running: dict[int, _Running] = {}

    @property
    def ending(self) -> Ending | None:
        """Return how the Experiment has ended, None while it goes on."""
        return ending_of(self.experiment, self.trials, self.exhausted)

    def result(self) -> KatibRun:
        """Return what there is."""
        return KatibRun(self.experiment, tuple(self.trials), self.ending, says_how(self.experiment))

    def replay(self, events: list[dict[str, Any]]) -> None:
        """Take over what a log holds, in its order, so that later suggestions are those of an unbroken run.

        Raises CourseError when suggestions come out otherwise, as with another version of Optuna, and
        for what no run has written.
        """
        for event in events:
            if "suggested" in event:
                assignments = self._suggest()
                if assignments != event.get("assignments"):
                    raise CourseError(
                        f"the log's trial {event['suggested']} has other values than would be suggested now, "
                        "as with another version of Optuna or of the course. Choose another file for the log"
                    )
            elif "ended" in event:
                self._end(self._ended_trial(event))
            elif "experiment ended" in event:
                self.ended_before = event["experiment ended"]
                self.exhausted = self.ended_before == "ExperimentSuggestionEndReached"

    def _ended_trial(self, event: Mapping[str, Any]) -> KatibTrial:
        """Return a trial with what the log says of its end."""
        number = event["ended"]
        try:
            trial = self.trials[number]
            if trial.condition is not Condition.RUNNING:
                raise ValueError("it has ended before")
            return dataclasses.replace(
                trial,
                condition=Condition(event["condition"]),
                observed={name: tuple(map(float, values)) for name, values in event["observed"].items()},
                seconds=float(event["seconds"]),
                reason=str(event["reason"]),
            )
        except (LookupError, TypeError, ValueError, AttributeError):
            raise CourseError(
                f"the log says of the end of trial {number!r} what no run has written: a line is damaged, or "
                "one is missing. Choose another file for the log"
            ) from None

    def run(self, processes: Processes, show: Callable[[int], None]) -> None:
        """Start trials and wait for them until the Experiment has ended."""
        for trial in self.trials:
            if trial.condition is Condition.RUNNING:  # it was interrupted: it begins anew
                self._start(processes, trial)
        while True:
            ending = self.ending
            if ending is not None:
                break
            while self._has_room():
                assignments = self._suggest()
                if assignments is None:
                    self.exhausted = True
                    break
                trial = self.trials[-1]
                self._log.write({"suggested": trial.number, "assignments": assignments})
                self._start(processes, trial)
            for number, code in processes.ended(seconds=0.05):
                self._ended(processes, number, code)
            self._stop_late_ones(processes)
            show(sum(trial.condition is not Condition.RUNNING for trial in self.trials))
        for number in list(self._running):  # Katib does not wait for them
            self._finish(number, Condition.KILLED, None, "the Experiment had ended")
        self._log.write({"experiment ended": ending.reason})

    def _has_room(self) -> bool:
        """Return whether Katib would begin another trial now."""
        spec = self.experiment.spec
        assert spec.parallel_trial_count is not None
        if self.exhausted or len(self._running) >= spec.parallel_trial_count:
            return False
        return spec.max_trial_count is None or len(self.trials) < spec.max_trial_count

    def _suggest(self) -> dict[str, str] | None:
        number = len(self.trials)
        assignments = self._suggester.suggest(number)
        if assignments is not None:
            name = f"{self.experiment.metadata.name}-{number}"
            self.trials.append(KatibTrial(number, name, assignments))
        return assignments

    def _start(self, processes: Processes, trial: KatibTrial) -> None:
        template = self.experiment.spec.trial_template
        assert isinstance(template, TrialTemplate)
        command = command_of(render(template, trial.assignments, trial.name))
        self._running[trial.number] = _Running(command, time.monotonic(), command.attempts - 1)
        processes.start(trial.number, command)

    def _ended(self, processes: Processes, number: int, code: int) -> None:
        """Take what a process has left: its output, and how it ended."""
        running = self._running.get(number)
        if running is None:
            return
        self._read(running, processes.lines(number))
        if code and running.attempts_left > 0 and not running.is_late:
            running.attempts_left -= 1  # Kubernetes waits longer before each, which teaches nobody anything
            processes.start(number, running.command)
            return
        assert self.experiment.spec.objective
        objective = self.experiment.spec.objective
        metric = objective.objective_metric_name
        observed = observe(running.found, objective)
        values = {name: metric.values for name, metric in observed.items()} if observed else None
        if code:
            reason = _why(running, code, self._limit(running.command))
            self._finish(number, Condition.FAILED, values, reason)
        elif values is None:
            reason = f"it printed no {metric}=..., in a form that is collected"
            self._finish(number, Condition.UNAVAILABLE, None, reason)
        else:
            value = dataclasses.replace(self.trials[number], observed=values).value(objective)
            reason = f"its {metric} is no number: Katib 0.19 as a rule makes no trial after such a one"
            self._finish(number, Condition.SUCCEEDED, values, reason if math.isnan(value) else "")

    def _read(self, running: _Running, lines: Iterator[str]) -> None:
        """Keep what a trial has reported, and its last words; it may have written gigabytes."""
        spec = self.experiment.spec
        assert spec.objective
        assert spec.metrics_collector_spec

        def seen() -> Iterator[str]:
            for line in lines:
                running.last_line = line.strip() or running.last_line
                yield line

        filters = filters_of(spec.metrics_collector_spec)
        running.found += read_text(seen(), spec.objective.metric_names, filters)

    def _finish(
        self, number: int, condition: Condition, observed: Mapping[str, tuple[float, ...]] | None, reason: str
    ) -> None:
        running = self._running.pop(number)
        trial = dataclasses.replace(
            self.trials[number],
            condition=condition,
            observed=observed or {},
            seconds=round(time.monotonic() - running.started, 3),
            reason=reason,
        )
        self._log.write(
            {
                "ended": number,
                "condition": condition,
                "observed": {
                    name: [_text(value) for value in values] for name, values in (observed or {}).items()
                },
                "seconds": trial.seconds,
                "reason": reason,
            }
        )
        self._end(trial)

    def _end(self, trial: KatibTrial) -> None:
        self.trials[trial.number] = trial
        objective = self.experiment.spec.objective
        assert objective
        value = trial.value(objective)
        if trial.condition is Condition.SUCCEEDED and not math.isnan(value):
            self._suggester.tell(trial.number, value)

    def _stop_late_ones(self, processes: Processes) -> None:
        for number, running in self._running.items():
            limit = self._limit(running.command)
            # From the first attempt on, as Kubernetes counts a Job's time.
            if time.monotonic() - running.started > limit and not running.is_late:
                running.is_late = True
                processes.stop(number)

    def _limit(self, command: Command) -> float:
        return min(self._trial_seconds, math.inf if command.seconds is None else command.seconds)


def _why(running: _Running, code: int, limit: float) -> str:
    """Return why a trial failed, in one line."""
    if running.is_late:
        which = "activeDeadlineSeconds" if running.command.seconds == limit else "trial_seconds"
        return f"it ran for more than {limit:g} s ({which}) and was ended"
    ended = f"exit code {code}" if code > 0 else f"ended by signal {-code}"
    return f"{ended}: {running.last_line}"[:_LONGEST_REASON] if running.last_line else ended


def _text(value: float) -> float | str:
    """Return a number as JSON has it; NaN and infinity are texts."""
    return value if math.isfinite(value) else str(value)
