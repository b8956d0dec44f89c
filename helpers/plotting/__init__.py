"""Pictures of records: runs, sweeps, landscapes, layers and searches in, Axes out; nothing here trains.

Every function draws on `ax`, or on a new figure where `ax` is None, and returns the Axes. None calls `show`.

style       colours, dashes, names at the ends of lines
records     what the pictures read from runs
curves      over steps, epochs, batch sizes and numbers of examples
sweeps      over a hyperparameter; the range test
landscapes  contours with trajectories, decision boundaries
layers      statistics by depth, weights, a layer's connections
words       what a figure shows, for who does not see it
search      projections, tables, parallel coordinates, importance, best so far
"""

from helpers.plotting.curves import (
    plot_curves,
    plot_gradient_noise,
    plot_learning_curves,
    plot_losses,
    plot_schedules,
)
from helpers.plotting.landscapes import draw_path, plot_contour, plot_decision_boundary
from helpers.plotting.layers import plot_fans, plot_layer_statistics, plot_weights
from helpers.plotting.search import (
    plot_best_so_far,
    plot_importance,
    plot_parallel_coordinates,
    plot_projections,
    plot_table,
)
from helpers.plotting.style import (
    COLORS,
    LINESTYLES,
    MARKERS,
    QUIET,
    course_style,
    plain_numbers,
    use_style,
)
from helpers.plotting.sweeps import plot_range_test, plot_rates, plot_sweep
from helpers.plotting.words import NAMED_LINE, in_words

__all__ = [
    "COLORS",
    "LINESTYLES",
    "MARKERS",
    "NAMED_LINE",
    "QUIET",
    "course_style",
    "draw_path",
    "in_words",
    "plain_numbers",
    "plot_best_so_far",
    "plot_contour",
    "plot_curves",
    "plot_decision_boundary",
    "plot_fans",
    "plot_gradient_noise",
    "plot_importance",
    "plot_layer_statistics",
    "plot_learning_curves",
    "plot_losses",
    "plot_parallel_coordinates",
    "plot_projections",
    "plot_range_test",
    "plot_rates",
    "plot_schedules",
    "plot_sweep",
    "plot_table",
    "plot_weights",
    "use_style",
]
