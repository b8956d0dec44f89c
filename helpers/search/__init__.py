"""Search for hyperparameters: a space as data, one call for every method, and honest comparisons.

space    Real, Integer, Choice and Space
records  Trial, Search, and the one look at the test part
run      run_search, against the bank or live training
objective  what a search asks, and live training as such
bank     the other objective: real trials that were trained once
replay   the same search a thousand times over the bank
compare  best so far, regret, probability to beat, the winner's luck
refining  coarse to fine: what is narrowed from round to round
sampling, halving, budget, study  what these are made of: parameters, comparisons, cost, Optuna
"""

from helpers.search.compare import (
    Bands,
    Estimate,
    WinnersLuck,
    best_so_far,
    estimate,
    probability_to_beat,
    regret,
    regret_bands,
    winners_luck,
)
from helpers.search.interruption import SearchInterrupted
from helpers.search.objective import LiveObjective, Objective
from helpers.search.records import Search, Trial, report
from helpers.search.refining import Refinement
from helpers.search.replay import Replays, replay
from helpers.search.run import run_search
from helpers.search.sampling import METHODS
from helpers.search.space import Choice, Integer, Real, Space

__all__ = [
    "METHODS",
    "Bands",
    "Choice",
    "Estimate",
    "Integer",
    "LiveObjective",
    "Objective",
    "Real",
    "Refinement",
    "Replays",
    "Search",
    "SearchInterrupted",
    "Space",
    "Trial",
    "WinnersLuck",
    "best_so_far",
    "estimate",
    "probability_to_beat",
    "regret",
    "regret_bands",
    "replay",
    "report",
    "run_search",
    "winners_luck",
]
