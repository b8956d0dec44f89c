"""The capstone: a task, a budget, a log that says all that was tried, and what can be said of it.

task       the space, the budget, the seeds that follow from a number
log        what a log says, read without trust
proposals  which parameters a trial has: recomputed from its plan
work       what a learner calls: search, repeat, choose, open the test part
review     what the log shows of the method
bands      the fair random searches that a result is compared with
"""

from helpers.capstone.bands import band_of, fair_searches, limits, random_trials
from helpers.capstone.task import NUM_TRIALS, OUTER_SPACE
from helpers.capstone.verdict import verdict
from helpers.capstone.work import Capstone

__all__ = [
    "NUM_TRIALS",
    "OUTER_SPACE",
    "Capstone",
    "band_of",
    "fair_searches",
    "limits",
    "random_trials",
    "verdict",
]
