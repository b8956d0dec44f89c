"""Train with Keras, train fast with the same numbers, and look at what training does.

records      Configuration and Run
with_keras   as one would by hand
fast         the same numbers from one compiled function
experiments  sweeps over seeds, range tests, learning curves
looking      noise of gradients, curvature of the loss, statistics and changes of layers
optimizers   Keras's by name, and schedule-free ones as published
schedules    learning rates by name
stopping     what a callback does to given losses
uncertainty  both errors of a difference in accuracy, over seeds and over test images
quadratic    a valley in which gradient descent has a closed form, and a rough one
"""

from helpers.training.diagnostics import (
    GradientNoise,
    LayerStatistics,
    LossAndAccuracy,
    gradient_noise_by_batch_size,
    landscape_of,
    largest_curvature,
    layer_changes,
    layer_statistics,
    loss_and_accuracy,
    with_whole_statistics,
)
from helpers.training.experiments import (
    LearningCurve,
    learning_curve,
    learning_rate_range_test,
    sweep,
)
from helpers.training.fast import starting_weights, train_fast
from helpers.training.quadratic import quadratic_loss, quadratic_trajectory, rough_valley
from helpers.training.records import Configuration, RangeTest, Run
from helpers.training.schedules import SCHEDULES, rates_in_training, scheduled_rates
from helpers.training.stopping import stop_in_training
from helpers.training.with_keras import train_with_keras, trained_model

__all__ = [
    "SCHEDULES",
    "Configuration",
    "GradientNoise",
    "LayerStatistics",
    "LearningCurve",
    "LossAndAccuracy",
    "RangeTest",
    "Run",
    "gradient_noise_by_batch_size",
    "landscape_of",
    "largest_curvature",
    "layer_changes",
    "layer_statistics",
    "learning_curve",
    "learning_rate_range_test",
    "loss_and_accuracy",
    "quadratic_loss",
    "quadratic_trajectory",
    "rates_in_training",
    "rough_valley",
    "scheduled_rates",
    "starting_weights",
    "stop_in_training",
    "sweep",
    "train_fast",
    "train_with_keras",
    "trained_model",
    "with_whole_statistics",
]
