"""Sliders over the pictures of `helpers.plotting`, and a static picture where no widget runs.

picture    controls, picture, sentence
stored     what the sliders replay
valleys    learning rate, momentum, schedules
networks   learning rate, initialization
chance     batch size, dropout, grid against random
penalties  L1 and L2
geometry   L1 and L2 on two weights
bayesian   the next trial of a search
"""

from helpers.widgets.bayesian import bayesian_optimization_slider
from helpers.widgets.chance import batch_size_slider, dropout_slider, grid_or_random_slider
from helpers.widgets.geometry import geometry_slider
from helpers.widgets.networks import initialization_slider, network_learning_rate_slider
from helpers.widgets.penalties import penalty_slider
from helpers.widgets.picture import SliderPicture
from helpers.widgets.valleys import learning_rate_slider, momentum_slider, schedule_slider

__all__ = [
    "SliderPicture",
    "batch_size_slider",
    "bayesian_optimization_slider",
    "dropout_slider",
    "geometry_slider",
    "grid_or_random_slider",
    "initialization_slider",
    "learning_rate_slider",
    "momentum_slider",
    "network_learning_rate_slider",
    "penalty_slider",
    "schedule_slider",
]
