"""Trials as real processes of this machine."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.errors import CourseError
from helpers.katib.jobs import is_job
from helpers.katib.launcher import CAN_FORK
from helpers.katib.model import TrialTemplate, decode
from helpers.katib.template import render

# The course's own trial imports nothing but what a warm process has; a fork of it is a second of training.
WARM_MODULE = "helpers.trial"


@dataclass(frozen=True)
class Command:
    """What a trial runs.

    words: the program and its arguments.
    environment: beside that of this process.
    attempts: how often a trial that fails is begun, Kubernetes' backoffLimit and once.
    seconds: after which Kubernetes ends it, None for never.
    """

    words: tuple[str, ...]
    environment: Mapping[str, str]
    attempts: int
    seconds: float | None

    @property
    def is_warm(self) -> bool:
        """Return whether a process that has imported TensorFlow can run it as a fork of itself."""
        return CAN_FORK and self.words[:3] == ("python", "-m", WARM_MODULE)


def require_runnable(template: TrialTemplate) -> None:
    """Raise CourseError, one line, for a trial that cannot run here as it would in a cluster."""
    field = "spec.trialTemplate"
    if template.trial_spec is None:
        raise CourseError(f"{field}.configMap: the template lies in a cluster. Write it below trialSpec")
    if not is_job(template.trial_spec):
        kind = " ".join(str(template.trial_spec.get(key, "")) for key in ("apiVersion", "kind")).strip()
        raise CourseError(f"{field}.trialSpec: {kind} needs a cluster. A Job of batch/v1 can run here")
    pod = template.trial_spec["spec"]["template"]["spec"]
    containers = pod["containers"]
    if pod.get("initContainers"):
        raise CourseError(f"{field}.trialSpec: initContainers need a cluster. Let the command do their work")
    if len(containers) > 1:
        raise CourseError(f"{field}.trialSpec: it has {len(containers)} containers. One can run here")
    if not containers[0].get("command"):
        raise CourseError(
            f"{field}.trialSpec: the container has no command, and no image runs here. Write its command"
        )
    if containers[0].get("workingDir"):
        raise CourseError(f"{field}.trialSpec: workingDir is a folder of the image. Remove it for a run here")
    for entry in (*(containers[0].get("env") or ()), *(containers[0].get("envFrom") or ())):
        if "name" not in entry or entry.get("valueFrom"):
            raise CourseError(
                f"{field}.trialSpec: {entry.get('name', 'envFrom')} comes from the cluster. Write its value"
            )


def command_of(rendered: Mapping[str, Any]) -> Command:
    """Return what a trial's Job runs, once `require_runnable` has let its template pass."""
    job = rendered["spec"]
    (container,) = job["template"]["spec"]["containers"]
    backoff = job.get("backoffLimit")
    environment: dict[str, str] = {}
    for entry in container.get("env") or ():
        value = entry.get("value")
        environment[entry["name"]] = "" if value is None else _expanded(str(value), environment)
    words = (*container["command"], *(container.get("args") or ()))
    return Command(
        tuple(_expanded(word, environment) for word in words),
        environment,
        1 + (6 if backoff is None else backoff),  # 6 is Kubernetes' own
        job.get("activeDeadlineSeconds"),
    )


def _expanded(text: str, environment: Mapping[str, str]) -> str:
    """Return a text as Kubernetes hands it to a container: $(NAME) is what its env says, and $$ is $."""

    def value(found: re.Match[str]) -> str:
        return "$" if found[1] == "$" else environment.get(found[2], found[0])

    return re.sub(r"\$(\$|\(([^)]*)\))", value, text)


def trial_words(definition: Mapping[str, Any], assignments: Mapping[str, str]) -> list[str]:
    """Return the words of the command that a trial runs: the program and its arguments.

    definition: an Experiment that passes `check_experiment`.
    assignments: parameter -> value, a text.

    Raises CourseError for a trial that could not run here, ValueError where Katib makes no trial.

    Lesson 15.
    """
    experiment, _ = decode(definition)
    template = experiment.spec.trial_template or TrialTemplate()
    require_runnable(template)
    return list(command_of(render(template, assignments, experiment.metadata.name)).words)


class Processes:
    """The trials that run on this machine, by number; a context that ends with all of them.

    A program called python or python3 is the Python of this process.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="katib-")
        self._ended: queue.Queue[tuple[int, int] | None] = queue.Queue()

    def __enter__(self) -> Processes:
        self._launcher = subprocess.Popen(
            # Not by `-m`: Python warns of a module that its own package has imported before.
            [sys.executable, "-c", "from helpers.katib.launcher import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "TF_CPP_MIN_LOG_LEVEL": "2"},
            # Ctrl-C in a terminal is for whoever asked, who then ends the trials.
            start_new_session=os.name == "posix",
        )
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._launcher.stdin
        with contextlib.suppress(OSError):  # it is gone already, with an order that it has not read
            self._launcher.stdin.close()  # it kills what runs, and ends
        self._launcher.wait()
        if self._launcher.stdout:
            self._launcher.stdout.close()
        self._folder.cleanup()

    def start(self, number: int, command: Command) -> None:
        """Start a trial. It writes into its own file; nothing of it reaches this process' output."""
        words = list(command.words)
        if not command.is_warm and words[0] in ("python", "python3"):
            words[0] = sys.executable
        self._order(
            {
                "start": number,
                "command": words,
                "environment": dict(command.environment),
                "output": str(self._output(number)),
                "warm": command.is_warm,
            }
        )

    def stop(self, number: int) -> None:
        """Kill a trial with all that it has started; `ended` then yields it."""
        self._order({"stop": number})

    def ended(self, seconds: float) -> Iterator[tuple[int, int]]:
        """Yield number and exit code of each trial that has ended, after waiting so long for the first.

        Raises CourseError when the process that starts them is gone.
        """
        deadline = time.monotonic() + seconds
        while True:
            try:
                found = self._ended.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return
            if found is None:
                raise CourseError("the process that starts trials was killed. Run again: the log goes on")
            yield found
            deadline = 0

    def lines(self, number: int) -> Iterator[str]:
        """Yield the lines that a trial has written; what is no UTF-8 is shown as a sign for it."""
        if self._output(number).exists():
            with self._output(number).open(encoding="utf-8", errors="replace", newline="\n") as file:
                for line in file:
                    yield line.rstrip("\n")

    def _output(self, number: int) -> Path:
        return Path(self._folder.name) / f"{number}.log"

    def _order(self, order: Mapping[str, Any]) -> None:
        assert self._launcher.stdin
        try:
            print(json.dumps(order), file=self._launcher.stdin, flush=True)
        except OSError:
            raise CourseError(
                "the process that starts trials was killed. Run again: the log goes on"
            ) from None

    def _listen(self) -> None:
        assert self._launcher.stdout
        for line in self._launcher.stdout:
            said = json.loads(line)
            self._ended.put((said["ended"], said["code"]))
        self._ended.put(None)
