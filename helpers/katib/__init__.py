"""Katib without a cluster: what is right in an Experiment's file, and the same file run on this machine."""

from helpers.katib.checking import check_experiment, check_parameters
from helpers.katib.execution import trial_words
from helpers.katib.findings import Finding, Shows
from helpers.katib.reading import read_experiment, write_experiment
from helpers.katib.records import Condition, KatibRun, KatibTrial
from helpers.katib.running import RunInterrupted, run_experiment

__all__ = [
    "Condition",
    "Finding",
    "KatibRun",
    "KatibTrial",
    "RunInterrupted",
    "Shows",
    "check_experiment",
    "check_parameters",
    "read_experiment",
    "run_experiment",
    "trial_words",
    "write_experiment",
]
