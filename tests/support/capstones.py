"""Capstones that take no time: a stand-in for training, searches with it, and logs written otherwise."""

import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course.inspectors import inspector_of
from helpers.capstone.log import log_bytes, parse_log
from helpers.capstone.task import OUTER_SPACE

REFERENCE = Path(__file__).parents[2] / "solutions" / "17-capstone" / "private.jsonl"
INSPECTOR = inspector_of(REFERENCE.parent)
FIXED = {
    "optimizer": "adam",
    "batch_size": 32,
    "units": 64,
    "dropout": 0.2,
    "l2": 1e-4,
    "schedule": "constant",
}
BY_HAND = {"learning_rate": 0.003, **FIXED}


def loss_of(parameters, seed):
    """The loss that the stand-in ends with: a bowl around a rate of 0.003 and a dropout of 0.2."""
    rate = math.log10(parameters["learning_rate"] / 0.003)
    return 1 + rate**2 / 4 + (parameters["dropout"] - 0.2) ** 2 + seed % 1000 / 1e5


@dataclass(frozen=True)
class Trained:
    """What is read of a `helpers.training.Run`."""

    diverged: bool
    train_losses: np.ndarray
    val_losses: np.ndarray
    val_accuracies: np.ndarray
    seconds: float
    test_accuracy: float | None
    weights: tuple = ()


class Trainings:
    """The stand-in: remembers what it was asked for, and may be interrupted or diverge.

    stop_at: the training, from 0, in which somebody presses Ctrl-C.
    diverging: a function of parameters that says whether a training diverges.
    """

    def __init__(self, stop_at=None, diverging=lambda parameters: False):
        self.asked = []
        self.stop_at, self.diverging = stop_at, diverging

    def __call__(self, parameters, seed, test_part=None):
        if len(self.asked) == self.stop_at:
            self.stop_at = None
            raise KeyboardInterrupt
        self.asked.append((dict(parameters), seed))
        diverged = self.diverging(parameters)
        last = math.nan if diverged else loss_of(parameters, seed)
        losses = np.append(np.linspace(2.3, 1.9, 2 if diverged else 19), last)
        return Trained(
            diverged=diverged,
            train_losses=losses + 0.1,
            val_losses=losses,
            val_accuracies=np.clip(1.6 - losses, 0, 1),
            seconds=0.25,
            test_accuracy=None if test_part is None else 0.66 + seed % 7 / 1000,
        )


def copied(folder, name="search.jsonl"):
    """A copy of the reference's log in a folder."""
    return shutil.copy(REFERENCE, folder / name)


def events_of(content):
    """The events of a log's bytes."""
    return [json.loads(line) for line in content.decode().splitlines()]


def log_of(events):
    """What such events say."""
    return parse_log(log_bytes(events))


def trained_here(num_others):
    """The events of the reference's log as this process trains them, and its chosen trial with other seeds.

    num_others: how many of these; their curves come by their losses at the end, the best first.
    """
    from helpers.capstone.task import train

    def curves(parameters, seed):
        run = train(parameters, seed)
        names = ("train_losses", "val_losses", "val_accuracies")
        return {"state": "complete", **{name: getattr(run, name).tolist() for name in names}}

    events = events_of(REFERENCE.read_bytes())
    trained = [event for event in events if event["event"] == "training" and event["state"] == "complete"]
    for event in trained:
        event |= curves(event["parameters"], event["seed"])
    chosen = next(event["trial"] for event in events if event["event"] == "choice")
    parameters = next(event["parameters"] for event in trained if event["trial"] == chosen)
    others = [curves(parameters, seed) for seed in range(num_others)]
    return events, sorted(others, key=lambda each: each["val_losses"][-1])


def anywhere(**fixed):
    """A space that leaves out what is fixed."""
    from helpers.search import Space

    return Space(**{name: OUTER_SPACE[name] for name in OUTER_SPACE if name not in fixed})
