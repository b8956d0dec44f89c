# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 13 Random search
#
# **Question**: Why is luck better than order, and when is it not?
#
# You will be able to
#
# - draw hyperparameters on the scale on which they act, and search with trials that may fail,
# - say how many random trials are enough for which aim,
# - judge a comparison of two search methods by its levels, its range, its luck, and its uncertainty.
#
# Run time: about 30 s; your own time: about 130 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | random search | 랜덤 서치 (Random Search), 무작위 탐색 | each trial draws all of its hyperparameters by chance |
# | grid search | 그리드 서치, 격자 탐색 (Grid Search) | all combinations of some values, lesson 12 |
# | trial | 시도 (trial) | one configuration, trained and measured once |
# | search space | 탐색 공간 | which values each hyperparameter may take |
# | log-uniform | 로그 균등 분포 | drawn so that equal factors have equal chances: from 0.001 to 0.01 as likely as from 0.01 to 0.1 |
# | quasi-random, Halton sequence | 준난수 (quasi-random), Halton 수열 | points that fill a space more evenly than chance does |
# | coarse to fine | coarse-to-fine 탐색 (넓게 찾은 뒤 좁혀 찾기) | look everywhere, then again around the best |
# | multilayer perceptron | 다층 퍼셉트론 (MLP) | a network of dense layers: each unit sees all outputs of the layer before |
# | replay | 리플레이 (replay) | the same search run again with another seed |
# | hyperparameter importance | 하이퍼파라미터 중요도 | how much of the variance of the results a hyperparameter explains |
# | interaction | 상호작용 (교호작용) | what two hyperparameters do together and neither does alone |
#
# </details>

# %% tags=["setup"]
import functools
import math

import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved
from helpers.data import fashion_mnist
from helpers.search import LiveObjective, Real, Refinement, Space, replay, run_search
from helpers.search.bank import load_bank
from helpers.training import Configuration, train_fast
from helpers.widgets import grid_or_random_slider

plotting.use_style()

# %% [markdown]
# ## Part 1 · Draw at random, and compare with a grid (about 65 minutes)
#
# ## Nine trials in the dark
#
# You have two hyperparameters and nine trials. You do not know it, but only the first hyperparameter matters. Its good values are a tenth of its range, and you do not know which tenth. A trial is a hit when its first value lies there.
#
# You may lay the nine trials out as a **grid** (격자, 그리드) of 3 × 3, as in lesson 12. Or each trial draws both values by chance: that is **random search** (랜덤 서치).
#
# **Guess before you run the cell**: which method hits more often, and how often does each hit?

# %%
def strip_hits(first_values, places):
    """Whether any of the first values lies in each strip. places: where the strips of width 0.1
    begin.
    """
    inside = (first_values >= places[:, np.newaxis]) & (first_values <= places[:, np.newaxis]
                                                        + 0.1)
    return inside.any(axis=1)


rng = np.random.default_rng(0)
grid_values = np.array([1, 3, 5]) / 6
strips = rng.uniform(0, 0.9, size=4000)  # 4,000 problems; in each the good tenth lies elsewhere
by_grid = strip_hits(np.repeat(grid_values, 3), strips)
by_chance = strip_hits(rng.random((4000, 9)), strips)

# %% [markdown]
# Here is one of these problems, with the good part in orange and nine trials of each kind. The strokes at the upper edge are the values of the first hyperparameter that were tried.

# %%
figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.4))
random_points = np.random.default_rng(5).random((9, 2))
grid_points = np.array([(x, y) for x in grid_values for y in grid_values])
for ax, (name, points) in zip(axes, {"grid": grid_points, "random": random_points}.items(),
                              strict=True):
    ax.axvspan(0.6, 0.7, color="#F6D5BC")
    ax.plot(*points.T, "o", color=plotting.COLORS[0], clip_on=False)
    ax.plot(points[:, 0], np.full(9, 1.04), "|", color=plotting.COLORS[0], markersize=12,
            clip_on=False)
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", xlabel="hyperparameter 1 (it matters)")
    ax.set_title(f"{name}: {len(np.unique(points[:, 0]))} values tried", pad=20)
axes[0].set_ylabel("hyperparameter 2 (it does nothing)")
plt.show()

# %% [markdown]
# With nine trials, the grid tried three values of the hyperparameter that matters, and random search tried nine. Over all 4,000 problems:

# %%
print(f"hits: grid {by_grid.mean():.2f}, random {by_chance.mean():.2f}")

assert by_chance.mean() > by_grid.mean() + 0.2, (
    "random should hit more often where one of two matters"
)

# %% [markdown]
# Now let **both** matter. The good part is a square that takes a tenth of the area. **Place your bet** before you run the cell.

# %%
side = np.sqrt(0.1)
corners = rng.uniform(0, 1 - side, size=(4000, 1, 2))


def square_hits(points):
    """Whether any of the points lies in each square. points: shape (problems or 1, trials,
    2).
    """
    return ((points >= corners) & (points <= corners + side)).all(axis=2).any(axis=1)


square_grid = square_hits(grid_points[np.newaxis]).mean()
square_chance = square_hits(rng.random((4000, 9, 2))).mean()
print(f"hits where both matter: grid {square_grid:.2f}, random {square_chance:.2f}")

assert square_grid > square_chance + 0.2, "the grid should hit more often where both matter"

# %% [markdown]
# Now the grid is ahead. Random search does as well as before, because only the size of the good part counts. The grid does better, because its points keep their distance from each other, and the square is nearly as wide as that distance.
#
# So the famous argument for random search (Bergstra and Bengio, 2012) is about problems in which *few of many* hyperparameters matter. They call it a low *effective dimension*. **Play**: move the number of trials, first where one hyperparameter matters, then where both do (the menu). Which method is ahead with 4 trials, and which with 36? (Where no slider appears, you see nine trials where one matters.)

# %%
grid_or_random_slider()

# %% [markdown]
# ## The idea as a formula
#
# Let $f$ be the share of the space that is good. A random trial misses it with probability $1 - f$. Trials are drawn independently of each other, so $n$ of them all miss with probability $(1 - f)^n$, and
#
# $$P(\text{at least one hit}) = 1 - (1 - f)^n$$
#
# - $f$ is the good share of the space, as it is drawn from,
# - $n$ is the number of trials.
#
# The number of hyperparameters does not appear in the formula, but it may hide in $f$. A hyperparameter that does nothing leaves $f$ as it is. A hyperparameter that must also lie in a good tenth of its range makes $f$ ten times smaller. A grid with $k$ levels in each of $d$ dimensions costs $k^d$ trials, and tries $k$ values of each. With nine trials and $f = 0.1$ the formula says:

# %%
print(f"{1 - (1 - 0.1) ** 9:.3f} by the formula, {by_chance.mean():.3f} and "
      f"{square_chance:.3f} counted")

assert abs(by_chance.mean() - (1 - 0.9**9)) < 0.04, "the formula should say what was counted"
assert abs(square_chance - (1 - 0.9**9)) < 0.04, "and the same where both matter"

# %% [markdown]
# ## Drawing on the right scale
#
# "As it is drawn from" hides a decision. A learning rate may lie between 0.0001 and 1. We draw 1,000 rates with every *number* as likely as every other. **Guess**: how many will be below 0.1, where three of the four decades are?

# %%
drawn_evenly = np.random.default_rng(1).uniform(0.0001, 1, 1000)
for limit in (0.1, 0.01):
    print(f"below {limit}: {(drawn_evenly < limit).sum()} of 1000")

assert (drawn_evenly < 0.1).mean() < 0.15, "hardly any should lie in the three lower decades"

# %% [markdown]
# Nine of ten draws go into the uppermost decade. But a learning rate acts by factors: from 0.001 to 0.002 is as large a change as from 0.1 to 0.2. A draw is **log-uniform** (로그 균등 분포) if every factor is as likely as every other: as many values come between 0.001 and 0.01 as between 0.01 and 0.1.

# %% [markdown]
# ### Exercise 1: `sample_log_uniform` (2 points)
#
# Find out what must be drawn evenly so that the numbers come out log-uniform, and how to get from there to the numbers. (Lesson 12 says what turns a factor into a distance.)
#
# Chance cannot be compared with one right result. The checks compare what every right result has in common; `seen_as` says what that is. A *log sample* is looked at by its logarithms.
#
# Draw each number independently, from all numbers between the limits: no grid, and nothing sorted. All chance comes from `rng`, the generator that you are given. Two calls with one generator give different numbers. Calls with two equal generators give the same numbers.

# %% solution="sample_log_uniform"
def sample_log_uniform(low, high, num, rng):
    """Return an array of floats (num,), log-uniform: every factor as likely as every other.

    low, high: the limits, numbers with 0 < low < high.
    num: how many numbers, 1 or more; they are drawn independently of each other.
    rng: a NumPy random generator; nothing random comes from elsewhere.
    """
    ### BEGIN SOLUTION
    return np.exp(rng.uniform(np.log(low), np.log(high), num))
    ### END SOLUTION

# %% test="sample_log_uniform" points=2
def drawn(low, high, num, seed):
    return sample_log_uniform(low, high, num, np.random.default_rng(seed))


factors = lambda: np.diff(np.sort(np.log(drawn(2, 600, 40, 5))))
check("the factors between 40 numbers", factors, seen_as="distinct numbers")
check("4,000 numbers from 0.0003 to 20", drawn, 0.0003, 20, 4000, 0, seen_as="log sample",
      rtol=0.06)
check("5,000 numbers within one decade", drawn, 2, 20, 5000, 1, seen_as="log sample", rtol=0.06)
leading = lambda: np.array([drawn(2, 600, 7, seed)[0] for seed in range(2000)])
check("the first of seven numbers, in 2,000 calls", leading, seen_as="log sample", rtol=0.06)
two = lambda rng: [sample_log_uniform(0.01, 7, 12, rng) for _ in range(2)]
check("two calls with one generator", two, np.random.default_rng(2),
      seen_as="repeated log samples")
check("two equal generators", lambda: [drawn(0.01, 7, 12, 3) for _ in range(2)],
      seen_as="repeated log samples")
check("forty single numbers",
      lambda: np.concatenate([drawn(0.5, 0.75, 1, seed) for seed in range(40)]),
      seen_as="distinct numbers")
### BEGIN HIDDEN TESTS
cases = np.random.default_rng(13)
lows = 10 ** cases.uniform(-9, 3, 40)
spans = [10 ** cases.uniform(0.05, 5) for _ in range(40)]
sizes = [1, 2, *cases.integers(3, 160, 38).tolist()]
ranges = list(zip(lows.tolist(), spans, sizes, strict=True))
share = lambda low, factor, values: np.log(np.asarray(values) / low) / np.log(factor)
several = list(enumerate(ranges, 40))
pool = lambda: np.concatenate([share(a, f, drawn(a, a * f, n, seed)) for seed, (a, f, n) in several])
check("many ranges, as shares of each", pool, seen_as="sample", rtol=0.07)
between = lambda: np.diff(np.sort(np.log(drawn(0.6, 50, 35, 6))))
check("the factors between 35 numbers", between, seen_as="distinct numbers")


def shares_drawn(low, high, num, seed):
    """Of many numbers, where each lies in its range, from 0 to 1 on the log scale; few as they are.

    Of two numbers, where the first one lies, in 2,000 calls.
    """
    rng = np.random.default_rng(seed)
    calls = [sample_log_uniform(low, high, num, rng) for _ in range(2000 if num == 2 else 1)]
    values = np.array([call[0] for call in calls]) if num == 2 else calls[0]
    return values if len(values) < 2000 else np.round(np.log(values / low) / np.log(high / low), 7)


def ends_of_calls(num, seed):
    """Of 2,400 calls, where in the range the first number and the last one lie, as two rows of shares."""
    rng = np.random.default_rng(seed)
    calls = [share(0.02, 900, sample_log_uniform(0.02, 18, num, rng)) for _ in range(2400)]
    return np.transpose([[values[0], values[-1]] for values in calls])


sums = lambda: np.round(ends_of_calls(2, 41).sum(axis=0) % 1, 7)
check("two numbers together, in many calls", sums, seen_as="sample", rtol=0.07)
distances = lambda: np.round(np.subtract(*ends_of_calls(12, 42)) % 1, 7)
check("from the last of twelve to the first, in many calls", distances, seen_as="sample", rtol=0.07)


def drawn_again(low, high, num, seed):
    """The logarithms of a generator's numbers, of an equal one's, and then of the next of that one."""
    generators = [np.random.default_rng(seed) for _ in range(2)]
    return [np.log(sample_log_uniform(low, high, min(num, 12), generators[at])) for at in (0, 1, 1)]


check_drawn("drawn ranges", shares_drawn, seen_as="sample", rtol=0.07)
check_drawn("drawn ranges again", drawn_again, seen_as="repeated samples")
### END HIDDEN TESTS

# %% [markdown]
# As a formula, with limits $a$ and $b$ above 0:
#
# $$u \sim \text{Uniform}(\log a, \log b), \qquad x = e^{u}$$
#
# - $u$ is drawn evenly between the logarithms of the limits,
# - $x$ is the value that is tried.
#
# Any base of the logarithm gives the same distribution.

# %% [markdown]
# ## A search is a loop
#
# A search needs three things: a **space** (탐색 공간) as data, an objective that judges a configuration, and a number of trials. In this lesson a space is a dictionary. A pair of numbers stands for "between these, log-uniform"; a list stands for "one of these":
#
# ```python
# {"learning_rate": (0.001, 3.0), "l2": (1e-6, 1e-2), "batch_size": [32, 128, 512]}
# ```
#
# Real trials fail: the loss becomes NaN, or the memory is full. A search that dies in trial 38 of 40 has lost a night. So a trial that raises an exception gets the loss NaN ("not a number", `math.nan`), and the next trial begins. In Python, `try` and `except Exception` catch what a training may raise.
#
# Comparisons with NaN are always false, so `min` may take a failed trial for the best. Count NaN as infinite when you look for the best trial. The key `loss_of` below does that.

# %% [markdown]
# The checks of the next exercise use an objective that counts its calls and fails in given trials.

# %% tags=["setup"]
from helpers.search import watched

new = np.random.default_rng


def one_range():
    """A space of one range and two lists."""
    return {"rate": (0.001, 3), "depth": [1, 3], "epochs": [10]}


def mixed_space():
    """A space of one range and three lists, some with items of several kinds."""
    return {"rate": (0.001, 3), "units": [64, "auto", 128], "momentum": [0.0, 0.9, None],
            "depth": [1, 3]}

# %% [markdown]
# ### Exercise 2: `random_search` (3 points)
#
# Write it without calling your `sample_log_uniform`. Each trial draws every hyperparameter anew and independently of the others. `rng.choice(options)` turns a list into an array first: of 64 and "auto" it makes two texts. `options[rng.integers(len(options))]` leaves the option as it is.

# %% solution="random_search"
def random_search(objective, space, num_trials, rng):
    """Return the trials of a search that tries random configurations, as a list in their order.

    objective: a function that takes a dict, name -> value, and returns a loss, a number; it may
    raise an Exception instead. It is called once for each trial.
    space: a dict, name -> what it may be; it is not changed. A tuple (low, high) of numbers with
    0 < low < high means a float drawn log-uniformly between them; a list of one item or more
    means one of its items, each as likely, handed over as it stands in the list.
    num_trials: 1 or more.
    rng: a NumPy random generator; nothing random comes from elsewhere.
    Each trial is a pair (parameters, loss): the dict that the objective got, and what it
    returned. If it raised, the loss is NaN and the search goes on.
    """
    ### BEGIN SOLUTION
    trials = []
    for _ in range(num_trials):
        parameters = {}
        for name, values in space.items():
            if isinstance(values, tuple):
                low, high = np.log(values)
                parameters[name] = float(np.exp(rng.uniform(low, high)))
            else:
                parameters[name] = values[rng.integers(len(values))]
        try:
            loss = objective(parameters)
        except Exception:
            loss = math.nan
        trials.append((parameters, loss))
    return trials
    ### END SOLUTION

# %% test="random_search" points=3
check("six trials", watched.searched, random_search, mixed_space(), 6, 0)
check("four trials, the second fails", watched.searched, random_search, one_range(), 4, 1, (2,))
check("ten trials, six of which fail", watched.searched, random_search, one_range(), 10, 1,
      (4, 5, 6, 7, 9, 10))
check("the factors between 40 sizes", watched.gaps, random_search, 40, new(3),
      seen_as="distinct numbers")
check("4,000 rates", watched.rates_of, random_search, 4000, new(2), seen_as="log sample",
      rtol=0.06)
check("the first rate of a search, in 2,000 searches", watched.first_rates, random_search, 2000,
      new(10), seen_as="log sample", rtol=0.06)
check("two ranges, each for itself", watched.apart, random_search, 3200, new(6),
      seen_as="sample", rtol=0.07)
check("options as they are, pairs too", watched.came, random_search,
      [[64, "auto", 128], [(8, 4), (8, 8)]], new(7))
check("two searches by one generator", watched.both, random_search, 40, *[new(4)] * 2,
      seen_as="repeated samples")
check("two by equal generators", watched.both, random_search, 40, new(5), new(5),
      seen_as="repeated samples")
check("how often 1 comes of 1 and 3", watched.firsts, random_search, 100, new(8),
      seen_as="distinct numbers")
check("a range and two lists", watched.together, random_search, 3600, new(9), seen_as="sample",
      rtol=0.06)
### BEGIN HIDDEN TESTS
mixed = mixed_space()
cases = new(14)
shapes = [(1, ()), (1, (1,)), (2, (1, 2)), (3, (2,))]
shapes += [(int(n), tuple(cases.integers(1, n + 1, 3).tolist())) for n in cases.integers(3, 6, 30)]
told = lambda found: [found["asked"], *found["losses"]]
short = lambda: [told(watched.searched(random_search, mixed, n, n, bad)) for n, bad in shapes]
check("many searches that fail", short)
failed = lambda: [watched.searched(random_search, mixed, n, n, bad) for n, bad in shapes[:4]]
drawn_names = lambda: [found["hyperparameters in each"] for found in failed()]
check("what belongs to a trial that failed", drawn_names)
only = {"a": [True, None]}
check("nothing but an option", lambda: [told(watched.searched(random_search, only, n, 3)) for n in (1, 7)])
wide = {"x": (2, 9), "y": (1e-8, 1e-2), "pick": [-2.0, 0.0, 2.0], "pair": [(8, 4), (8, 8)], "one": [4.5, 5.5]}
of = lambda name, n, seed: np.array(watched.column(random_search, wide, n, new(seed), name), dtype=float)
ranges = lambda tried: math.log10(tried["y"]) / 6 - math.log(tried["x"] / 2, 4.5)
height = lambda tried: round(ranges(tried) % 1, 9) + tried["pick"] + tried["one"]
heights = lambda: np.array([height(tried) for tried, _ in random_search(watched.Counting(), wide, 4400, new(6))])
check("options equally often, whatever else is drawn", heights, seen_as="sample", rtol=0.06)
check("either of two", lambda: of("one", 50, 5).tolist(), seen_as="distinct numbers")
pairs = lambda: sorted(set(map(tuple, watched.column(random_search, wide, 40, new(7), "pair"))))
check("what stands in a list", pairs)
first = lambda: [of("y", 1, seed)[0] for seed in range(40)]
check("the first of each search", first, seen_as="distinct numbers")
often = lambda: np.array(watched.firsts(random_search, 90, new(10)), dtype=float)
check("how often, in many searches", often, seen_as="sample")


class Odd(watched.Counting):
    """The same, with other exceptions, and with losses that are whole, negative or infinite."""

    errors = (KeyError, ZeroDivisionError, type("OutOfMemory", (Exception,), {}), StopIteration)

    def __call__(self, parameters):
        loss = super().__call__(parameters)
        return {2: loss - 900, 3: math.inf, 5: math.nan}.get(self.asked % 7, loss)


def searched_drawn(space, num_trials, failing, seed):
    return watched.searched(random_search, space, num_trials, seed, failing, Odd)


def heights_by(space, num_trials, rng):
    """A number for each trial: the places of its options, and of one in the next trial; what a range drew."""
    tried = [parameters for parameters, _ in random_search(watched.Counting(), space, num_trials, rng)]
    lists = [name for name, values in space.items() if isinstance(values, list)]
    heights, size = np.zeros(len(tried)), 1
    for number, name in enumerate(lists + lists[:1]):
        places = [space[name].index(parameters[name]) for parameters in tried]
        heights += size * np.roll(places, -1 if number == len(lists) else 0)
        size *= len(space[name])
    shares = []
    for name in [name for name in space if name not in lists]:
        values = np.array([parameters[name] for parameters in tried], dtype=float)
        shares.append(np.log(values / space[name][0]) / math.log(space[name][1] / space[name][0]))
    if len(shares) > 1:  # neither decides about the other
        shares = [(shares[0] - shares[1] + 0.5) % 1]
    return np.round(heights + (shares[0] if shares else new(17).random(len(tried))), 7)


def heights_drawn(space, num_trials, failing, seed):
    """Those of many trials, for one seed in five."""
    return heights_by(space, 2000, new(seed)) if seed % 5 == 0 else np.zeros(1)


def options_drawn(space, num_trials, failing, seed):
    """The options, as they come in so many trials that none is missed."""
    num_trials = 25 * max(map(len, space.values()))
    tried = [parameters for parameters, _ in random_search(watched.Counting(), space, num_trials, new(seed))]
    found = {name: [next((p[name] for p in tried if p[name] == option), "never") for option in options]
             for name, options in space.items() if isinstance(options, list)}
    return {name: came if "never" not in came else "some never come" for name, came in found.items()}


def again_drawn(space, num_trials, failing, seed):
    """The same search by two equal generators, then once more by the second; without values if too few came."""
    generators = new(seed), new(seed)
    found = [heights_by(space, 40, generators[at]) for at in (0, 1, 1)]
    return found if min(map(len, found)) == 40 else [np.zeros(len(heights)) for heights in found]


check_drawn("drawn searches", searched_drawn)
check_drawn("drawn places in a space", heights_drawn, seen_as="sample", rtol=0.07)
check_drawn("drawn options", options_drawn)
check_drawn("drawn searches again", again_drawn, seen_as="repeated samples")
### END HIDDEN TESTS

# %% [markdown]
# ## A live search
#
# Now for real: photographs of clothes, two hidden layers of 64 units, plain SGD, ten epochs a trial. Your `random_search` tries twelve configurations. (While exercise 2 is open, the cell says so.)

# %% tags=["nbval-ignore-output"]
clothes = fashion_mnist()


def train(parameters):
    """The validation loss after ten epochs."""
    return train_fast(Configuration(**parameters, num_epochs=10), clothes, seed=0).val_loss


def loss_of(trial):
    """The loss of a pair (parameters, loss), infinite where it is NaN: a key for `sorted` and
    `min`.
    """
    return math.inf if math.isnan(trial[1]) else trial[1]


assert min([("failed", math.nan), ("fine", 0.6)], key=loss_of)[0] == "fine", (
    "a failed trial should not win"
)
if solved("random_search"):
    rng = np.random.default_rng(3)
    mine = random_search(train, {"learning_rate": (0.001, 3.0), "l2": (1e-6, 1e-2)}, 12, rng)
    for parameters, loss in sorted(mine, key=loss_of)[:3]:
        print(f"loss {loss:.3f} with",
              {name: f"{value:.2g}" for name, value in parameters.items()})

# %% [markdown]
# `run_search` does the same and keeps more: curves, seeds, costs, failures. The space says which scale is logarithmic. Sixteen trials of ten epochs are 160 epochs.

# %%
objective = LiveObjective(clothes, num_epochs=10)
live_space = Space(learning_rate=Real(0.001, 3, log=True), l2=Real(1e-6, 1e-2, log=True))
live = run_search(objective, live_space, "random", num_trials=16, seed=1)

# %% [markdown]
# The darker a dot, the better the trial. **Look at the strokes**: sixteen values of each.

# %%
plotting.plot_projections(live, "learning_rate", "l2", title="16 live trials")
plt.show()

# %% [markdown]
# What validation chose:

# %% tags=["nbval-ignore-output"]
print(f"{live.num_epochs} epochs in {sum(trial.seconds for trial in live.trials):.1f} s")
print("chosen:", {name: f"{value:.2g}" for name, value in live.best.parameters.items()})
print(f"validation loss {live.best.val_loss:.3f}, accuracy {live.best.val_accuracy:.3f}")

losses = np.array([trial.val_loss for trial in live.trials])
assert np.nanmax(losses) > 1.5 * live.best.val_loss, "the trials should differ a lot"

# %% [markdown]
# One search is one draw of luck. To know what a *method* does we have to run it many times. We shall need many thousands of searches, too many for live training.

# %% [markdown]
# ## A thousand searches in a second
#
# The course has a **bank** of 7,920 stored trainings. A **multilayer perceptron** (다층 퍼셉트론) with one hidden layer was trained by SGD on the clothes for 12 epochs. The bank holds every combination of 22 learning rates from $10^{-6}$ to 10, three batch sizes, two rates of dropout, three strengths of L2, two widths, a constant rate and a cosine schedule, with five seeds each. A search on the bank looks its trials up instead of training them, so it can be **replayed** (리플레이) a thousand times, each time with other draws. For a rate between two stored rates the nearer one answers.
#
# A search chooses the trial with the lowest validation loss. Its score is the **test accuracy of the chosen configuration, trained with the other four seeds**. So a lucky seed does not count.
#
# We begin with three hyperparameters: learning rate, batch size and L2. The others stand at their first values: 32 units, no dropout, a constant rate. A grid needs levels. Here are three grids, of 2 × 2 × 2, 4 × 2 × 2 and 8 × 2 × 1 levels, each with the limits of the space as first and last rate. Random search gets as many trials as the grid has points. **Guess before you run the cells**: which of the three grids beats random search?

# %%
bank = load_bank()
asked, everything = bank.objective(), bank.space
three = Space(**{name: everything[name] for name in ("learning_rate", "batch_size", "l2")})


def scores(space, num_trials, method="random", num_replays=1000, **options):
    """Test accuracy of what each replay chose, in points, with seeds that the search did not
    see.
    """
    replays = replay(asked, space, method, num_trials, num_replays=num_replays, **options)
    return 100 * replays.chosen_again("test_accuracy")

# %% [markdown]
# Each method is compared with random search of as many trials: replay 1 minus replay 1, and so on. We look at the mean of these differences and at its standard error.

# %%
@functools.cache
def by_luck(space, num_trials, num_replays=1000):
    """The scores of random search, computed once."""
    return scores(space, num_trials, num_replays=num_replays)


def compare(name, ours, others):
    """Print the mean difference in points, with its standard error, and return both."""
    difference = ours - others
    mean, error = difference.mean(), difference.std(ddof=1) / math.sqrt(len(difference))
    print(f"{name:42} {ours.mean():5.1f}   {mean:+6.1f} ± {error:.2f}")
    return mean, error

# %% [markdown]
# The first number is the mean score in per cent, the second the difference to random search in points. Eight trials cost 96 epochs a search, sixteen cost 192.

# %%
by_levels = {"2 x 2 x 2": (2, 2, 2), "4 x 2 x 2": (4, 2, 2), "8 x 2 x 1": (8, 2, 1)}
fixed = {}
for name, levels in by_levels.items():
    given = dict(zip(three, levels, strict=True))
    ours = scores(three, 16, "grid", levels=given)
    fixed[name] = compare(f"grid {name}, limits included", ours,
                          by_luck(three, math.prod(levels)))

assert fixed["2 x 2 x 2"][0] < -40, "two rates, both at the limits, should be useless"
for name in ("4 x 2 x 2", "8 x 2 x 1"):
    assert fixed[name][0] > 0, "these grids should beat random search"

# %% [markdown]
# The smallest grid has two learning rates, $10^{-6}$ and 10. Neither trains anything. The other two grids beat random search, by many standard errors. A paper could be written: *grid search beats random search, 1,000 replays, p < 0.001*.
#
# It would be wrong. **A thousand replays of one fixed grid are one observation.** The grid is the same every time; only the five stored trainings of each point change. Where its levels fall was luck, and it happened once. To show that luck, we slide five learning rates at equal factors through the range together.

# %%
def score_of_grid(shift, num=5):
    """Mean score of a grid of rates over seeds. shift: where in its part of the range each rate
    lies.
    """
    rows = bank.rows({"learning_rate": 10 ** (-6 + 7 * (np.arange(num) + shift) / num)})
    chosen = bank.losses["val"][rows, :, -1].argmin(axis=0)
    tested = 100 * bank.accuracies["test"][rows, :, -1]
    return np.mean([np.delete(tested[row], seed).mean() for seed, row in enumerate(chosen)])


shifts = np.linspace(0, 1, 40, endpoint=False)
by_shift = np.array([score_of_grid(shift) for shift in shifts])
one = Space(learning_rate=everything["learning_rate"])
random_5 = scores(one, 5)

# %% [markdown]
# The solid line is the grid, and the dashed line is its mean over all offsets. The dotted line is random search with five trials.

# %%
figure, ax = plt.subplots()
ax.plot(shifts, by_shift, "o-", markersize=3, label="grid of 5 rates")
ax.axhline(by_shift.mean(), color=plotting.COLORS[0], linestyle="--", label="its mean")
ax.axhline(random_5.mean(), color=plotting.COLORS[1], linestyle=":",
           label="5 random rates, mean")
ax.set(xlabel="offset of the grid (share of the distance between its rates)",
       ylabel="test accuracy (%)")
ax.legend()
plt.show()

# %% [markdown]
# With the same number of levels and the same range, the offset alone decides between the lowest and the highest point of the line. The line has steps because the bank answers with the nearest stored rate.

# %%
print(f"grid: {by_shift.min():.1f} to {by_shift.max():.1f} by its offset, "
      f"mean {by_shift.mean():.1f}")
print(f"random: mean {random_5.mean():.1f} ± {random_5.std():.1f} from search to search")

assert by_shift.max() - by_shift.min() > 5, "the offset should matter"
assert by_shift.mean() > random_5.mean() + 3, "in one dimension a grid should beat chance"

# %% [markdown]
# So give the grid what random search has: a new draw in each replay. With `offset=True` the seed decides where the rates lie, and which options the grid holds. Now a thousand replays are a thousand grids.

# %%
moved = {}
for name, levels in by_levels.items():
    given = {"levels": dict(zip(three, levels, strict=True)), "offset": True}
    ours = scores(three, 16, "grid", **given)
    moved[name] = compare(f"grid {name}, with an offset", ours,
                          by_luck(three, math.prod(levels)))
again, _ = compare("random, with other seeds", scores(three, 16, seed=5000), by_luck(three, 16))

assert moved["2 x 2 x 2"][0] < -5, "two rates over seven decades should lose"
assert moved["4 x 2 x 2"][0] < 0, "four rates should lose on average"
assert moved["8 x 2 x 1"][0] > 0, "and eight rates should win"
assert abs(again) < 2, "random against itself should be a tie"

# %% [markdown]
# The last line is a control: random search against itself. The true difference is 0, and the measured difference is not quite two standard errors away. So do not trust a difference below two standard errors.
#
# The levels 4 × 2 × 2 won when they were measured once, and lose on average. Part of the reason is the options. The fixed grid always held the batch sizes 32 and 512; a drawn grid may miss the size 32:

# %%
given = {"levels": dict(zip(three, by_levels["4 x 2 x 2"], strict=True)), "offset": True}
grids = replay(asked, three, "grid", 16, **given)
has_32 = (grids.parameters["batch_size"] == 32).any(axis=1)
reached = 100 * grids.chosen_again("test_accuracy")
with_32, without_32 = reached[has_32].mean(), reached[~has_32].mean()
print(f"options drawn: {with_32:.1f} with 32 ({has_32.mean():.0%} of the grids), "
      f"{without_32:.1f} without")

assert with_32 > without_32 + 3, "the batch size 32 should decide a lot"

# %% [markdown]
# And the shape decides: with the same sixteen points eight rates win and four do not. So it is not order against luck. **What counts is how many values of the important hyperparameter are tried, and how evenly**, and which options a grid holds. Random search need not be told what is important; a grid must be.
#
# Each ± covers the draws of a search and the choice among five stored trainings. There is one bank, of one data set and one kind of network.

# %% [markdown]
# And what if one of two hyperparameters hardly matters, as at the beginning? Dropout changes much less here than the learning rate. We search for the learning rate and dropout with 16 trials: 8 rates × 2 rates of dropout against random search. **Guess**: by how much does random search win?

# %%
two_of_them = Space(**{name: everything[name] for name in ("learning_rate", "dropout")})
eight_by_two = {"levels": {"learning_rate": 8, "dropout": 2}, "offset": True}
ours = scores(two_of_them, 16, "grid", **eight_by_two)
useless_axis, _ = compare("grid 8 x 2, with an offset", ours, by_luck(two_of_them, 16))

rates = np.array(bank.axes["learning_rate"])
tested = 100 * bank.accuracies["test"][..., -1].mean(axis=1)
off, on = (tested[bank.rows({"learning_rate": rates, "dropout": share})] for share in (0.0, 0.3))
change = abs(on - off)[off > 40]
print(f"at the {len(change)} rates that reach 40 %, dropout changes "
      f"{np.median(change):.1f} points (median)")
print(f"and {change.max():.1f} at most; over all rates the accuracy differs by "
      f"{np.ptp(off):.1f} points")

assert useless_axis > 0, "random search should not win here"
assert np.median(change) < 3, "dropout should matter little at most rates"

# %% [markdown]
# It does not win. A hyperparameter that hardly matters, with two options, costs a grid half of its trials, and no more: eight evenly spread rates do at least as well as sixteen random rates. The argument of the beginning needs a grid with *too few* levels of what matters: three there, two in 2 × 2 × 2.

# %% [markdown]
# **A good place to stop.** Save the notebook. When you come back, click the cell below and choose *Run > Run All Above Selected Cell*. Part 2 asks what a good range is worth, and how many trials are enough.

# %% [markdown]
# ## Part 2 · Choose a range, a number of trials, and what to narrow (about 65 minutes)
#
# ## What a good range is worth
#
# Rates from $10^{-6}$ to 10 are seven decades, and in most of them little or nothing is learned in 12 epochs. With that knowledge you would search from 0.01 to 1.5. We compare random search in all six hyperparameters of the bank, over the wide range and over the sensible range. **Guess**: how many trials in the wide range are worth sixteen in the sensible range?

# %%
sensible = Space(**{**everything, "learning_rate": Real(0.01, 1.5, log=True)})
in_range = {n: (by_luck(everything, n).mean(), by_luck(sensible, n).mean()) for n in (9, 16, 36)}
for n, (over_wide, over_sensible) in in_range.items():
    print(f"{n:2} trials, {12 * n:3} epochs: wide {over_wide:.1f}, sensible {over_sensible:.1f}")

assert in_range[9][1] > in_range[9][0] + 3, "the range should matter most with few trials"
assert in_range[36][1] - in_range[36][0] < in_range[9][1] - in_range[9][0] - 2, (
    "and less with many"
)
assert in_range[16][1] > in_range[36][0], (
    "16 sensible trials should be worth more than 36 wide ones"
)

# %% [markdown]
# More than 36: with few trials the range decides a lot. But a range that is too narrow cuts the best values off, and the search cannot tell. If the best trial lies at a limit, move the limit (lesson 12).

# %% [markdown]
# ## Better than chance: Halton
#
# Chance has clumps and gaps. A **quasi-random** (준난수) sequence does not: each new point goes where there is room. A well-known example is the **Halton sequence** (Halton 수열). It works for any number of trials, and does not need to know which hyperparameter matters.

# %%
from scipy.stats.qmc import Halton

figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.6))
kinds = {"random": np.random.default_rng(4).random((64, 2)),
         "Halton": Halton(2, rng=4).random(64)}
for ax, (name, points) in zip(axes, kinds.items(), strict=True):
    ax.plot(*points.T, "o", markersize=4)
    ax.set(xlim=(0, 1), ylim=(0, 1), aspect="equal", title=f"64 points: {name}",
           xlabel="hyperparameter 1")
axes[0].set_ylabel("hyperparameter 2")
plt.show()

# %% [markdown]
# `run_search` and `replay` call it "quasi-random". Here are all six hyperparameters in both ranges, with the difference to random search in points:

# %%
halton = {}
asked_for = [("wide", everything, n) for n in (9, 16, 36)] + [("sensible", sensible, 16)]
for name, space, n in asked_for:
    ours = scores(space, n, "quasi-random")
    halton[name, n] = compare(f"Halton, {name}, {n} trials", ours, by_luck(space, n))

assert halton["wide", 9][0] > 1.5, "with few trials in a wide space the gain should be clear"
assert halton["wide", 16][0] > 0.2, "and with a few more still there"
assert halton["sensible", 16][0] < 1, "in a sensible one it should be small"
assert min(mean for mean, _ in halton.values()) > -0.3, "it should lose nowhere"

# %% [markdown]
# Halton loses nowhere here. It gains most where trials are few and the space is wide. It costs nothing. **Where you would take random search, take a quasi-random sequence.**
#
# A search is more than its mean. In the next picture the line is the median of 1,000 searches and the band holds the central 80 % of them, over the epochs spent.

# %%
curves = {
    "random": replay(asked, everything, "random", 24),
    "Halton": replay(asked, everything, "quasi-random", 24),
    "random, sensible range": replay(asked, sensible, "random", 24),
}
figure, ax = plt.subplots()
plotting.plot_best_so_far(curves, ax=ax)
ax.set_ylim(0.5, 1.4)
plt.show()

# %% [markdown]
# The bands overlap nearly everywhere. In any single search luck can make the worse method win. So one search says next to nothing about a method.

# %% [markdown]
# ## How many trials are enough?
#
# You want one of the best 5 %, with a confidence of 95 %. The formula above answers: find the smallest $n$ with
#
# $$1 - (1 - f)^n \ge c$$
#
# where $f$ is the share of the space that is good enough for you, and $c$ the confidence.

# %% [markdown]
# ### Exercise 3: `trials_needed` (2 points)
#
# Solve the inequality for $n$. Mind two things: the logarithm of a number below 1 is negative, and a number of trials is whole.

# %% solution="trials_needed"
def trials_needed(good_fraction, confidence):
    """Return how many random trials draw a good configuration with a given confidence.

    good_fraction: the share of the space that is good, above 0 and below 1.
    confidence: the wanted probability of at least one good trial, above 0 and below 1.
    Return the smallest whole number of trials that reaches the confidence, 1 or more. Inputs for
    which the rounding of floats would decide do not occur.
    """
    ### BEGIN SOLUTION
    return math.ceil(math.log(1 - confidence) / math.log(1 - good_fraction))
    ### END SOLUTION

# %% test="trials_needed" points=2
asked_of = [(0.07, 0.83), (0.03, 0.91), (0.41, 0.97), (0.35, 0.06)]
check("the best 7, 3, 41 and 35 per cent", lambda: [trials_needed(f, c) for f, c in asked_of])
check("a whole number, and no float", trials_needed, 0.07, 0.83, seen_as="whole numbers")
little = [(0.3, 0.11), (0.013, 0.3), (2.5e-6, 0.26)]
check("hardly sure", lambda: [trials_needed(f, c) for f, c in little])
exact = [(0.25, 0.25), (0.625, 0.625), (0.02, 0.5), (0.1, 0.9529)]
check("reached exactly, or missed by very little",
      lambda: [trials_needed(f, c) for f, c in exact])
sure = [(0.17, 0.9991), (0.62, 0.99995), (0.0002, 0.998), (0.0003, 0.9999993)]
check("very sure", lambda: [trials_needed(f, c) for f, c in sure])
### BEGIN HIDDEN TESTS
exact = [(0.375, 0.375), (0.11, 0.6), (0.03125, 0.03125), (0.8125, 0.8125)]
check("reached, and no more", lambda: [trials_needed(f, c) for f, c in exact])
check("a good share of nearly all", lambda: [trials_needed(0.97, c) for c in (0.2, 0.96, 0.98, 0.99999)])
above = [(f, c) for f in np.arange(2, 400) / 1000 for c in (0.61, 0.83, 0.97)]
above = [(f, c) for f, c in above if 0.0001 < math.log(1 - c) / math.log(1 - f) % 1 < 0.009]
above += [(0.33, 0.9394), (0.08, 0.9503), (0.08, 0.9613)]
check("a little more than a whole number", lambda: [trials_needed(f, c) for f, c in above])
check("one in fifty thousand", lambda: [trials_needed(2e-5, c) for c in (0.03, 0.5, 0.93)])
check_drawn("drawn shares and confidences", trials_needed, seen_as="whole numbers")
### END HIDDEN TESTS

# %% [markdown]
# The formula is about *drawing*. Does a search also *choose* the good configuration that it has drawn? We ask the bank. Call a configuration good if it is in the best 5 % of what is drawn, by the mean test accuracy over all seeds. We run 1,000 searches of sixty random trials in the sensible range, and look at the first 5, 10, ... trials of each. **Place your bet**: how often is one of the best 5 % chosen, if one was drawn with 95 %?

# %%
truth = bank.accuracies["test"][..., -1].mean(axis=1)
pool = truth[replay(asked, sensible, "random", 20, seed=20_000).rows]
threshold = np.quantile(pool, 0.95)
long = replay(asked, sensible, "random", 60)
good = truth[long.rows] >= threshold
losses = bank.losses["val"][long.rows, long.seeds, -1]
counts = [5, 10, 20, 30, 40, 50, 60]
was_drawn = [good[:, :n].any(axis=1).mean() for n in counts]
was_chosen = [good[np.arange(1000), losses[:, :n].argmin(axis=1)].mean() for n in counts]

# %% [markdown]
# The dashed line is the formula, the dots were drawn, and the lower line was chosen.

# %%
figure, ax = plt.subplots()
ax.plot(range(1, 61), 1 - 0.95 ** np.arange(1, 61), color=plotting.QUIET, linestyle="--",
        label="the rule")
ax.plot(counts, was_drawn, "o", color=plotting.COLORS[0], label="drawn")
ax.plot(counts, was_chosen, "s-", color=plotting.COLORS[1], label="chosen by validation loss")
ax.set(xlabel="trials (12 epochs each)", ylabel="share of 1,000 searches", ylim=(0, 1.02))
ax.legend()
plt.show()

# %% [markdown]
# After sixty trials:

# %%
print(f"one of the best 5 %: drawn in {was_drawn[-1]:.1%} of the searches, "
      f"chosen in {was_chosen[-1]:.1%}")
print(f"the best 5 % begin at {threshold:.1%} here, the very best "
      f"configuration has {truth.max():.1%}")

assert abs(was_drawn[-1] - (1 - 0.95**60)) < 0.03, "the rule should say how often one is drawn"
assert was_chosen[-1] < was_drawn[-1] - 0.03, "choosing should be less likely than drawing"
assert truth.max() > threshold + 0.01, "one of the best 5 % need not be near the best"

# %% [markdown]
# A search sees each trial with one seed. An ordinary configuration with a lucky seed may look better than a good one. So choosing is harder than drawing.
#
# And "the best 5 %" says nothing about how good they are. It is 5 % *of the range*. Make the range ten times as large with useless values, and half of the old range belongs to the best 5 % of the new range.

# %% [markdown]
# ## Coarse to fine
#
# What the notes call random search is two searches: random으로 찾고 (look at random), 나온 최적값 주의에서 다시 찾고 (then look again around the best; 주의 is a slip for 주위). That is **coarse to fine** (넓게 찾은 뒤 좁혀 찾기). The second round takes the best trial, and keeps of each range what lies within a factor $r$ of its value $b$:
#
# $$[\,b / r,\ b \cdot r\,]$$
#
# - $b$ is the value of a hyperparameter in the best trial,
# - $r > 1$ is the factor; with 3 the range spans nearly one decade,
# - what lies beyond the old range is cut off.

# %% [markdown]
# ### Exercise 4: `refine` (2 points)
#
# Narrow a space of the kind that you know from exercise 2. Lists have no "around", so all of their options stay.

# %% solution="refine"
def refine(space, best, factor):
    """Return the space around the best trial, a new dict with the same names.

    space: a dict, name -> a tuple (low, high) or a list, as in exercise 2; it is not changed.
    best: the parameters of the best trial, a dict, name -> value; each lies in the space.
    factor: a number above 1.
    A tuple becomes the tuple (low, high) from best / factor to best * factor, cut off at the old
    limits. A list stays as it is.
    """
    ### BEGIN SOLUTION
    around = {}
    for name, values in space.items():
        if isinstance(values, tuple):
            around[name] = (max(values[0], best[name] / factor), min(values[1], best[name] * factor))
        else:
            around[name] = values
    return around
    ### END SOLUTION

# %% test="refine" points=2
def refined(space, best, factor):
    """The new space as data, the kinds of its values, and the old one after the new one was
    changed.
    """
    before = {name: list(values) for name, values in space.items()}
    found = refine(space, best, factor)
    seen = {"new": dict(found),
            "kinds": {name: type(values).__name__ for name, values in found.items()}}
    found["another"] = True
    return seen | {"old": space, "as it was": before}


four = {"rate": (0.0007, 3.0), "units": (2, 5000), "l2": (2e-6, 0.01), "depth": (8, 40)}
check("four ranges", refined, dict(four), {"rate": 0.083, "units": 184, "l2": 3e-4, "depth": 29},
      3.5)
check("the best near limits", refined, dict(four),
      {"rate": 0.001, "units": 3700, "l2": 2e-6, "depth": 20}, 4)
lists = {"units": [16, 32, 48, 64], "learning_rate": (0.002, 7), "depth": [2, 3]}
check("one range, two lists", refined, dict(lists),
      {"units": 16, "learning_rate": 0.19, "depth": 3}, 1.7)
check("lists alone", refined, {"units": [16, 32], "depth": [3]}, {"units": 32, "depth": 3}, 2)
### BEGIN HIDDEN TESTS
lists = {"kind": ["a", "b", "c", "d"], "size": [3, 40]}
check("nothing to narrow", lambda: refined(dict(lists), {"kind": "d", "size": 3}, 2)["new"])
whole = {"units": (2, 700), "depth": (1, 9)}
of_ints = lambda: refined(dict(whole), {"units": 50, "depth": 9}, 5)
check("limits that are ints", lambda: [of_ints()[part] for part in ("new", "kinds", "old")])
check_drawn("drawn spaces", refined, atol=0)
### END HIDDEN TESTS

# %% [markdown]
# Does it help? Half of the trials look everywhere, the other half look within a factor 3 of the best learning rate. Then there are two ways to go on with the *other* hyperparameters:
#
# - they stay **free**: drawn anew from all of their options,
# - they are **frozen** at the values of the best trial.
#
# Freezing sounds reasonable, because the best trial is the best. **Place your bet** before you run the cell: which way beats random search, and by how much? With three rounds each has a third of the trials, and the last looks within a factor 2. We replay 2,000 searches of each.

# %%
ways = {
    "others free": Refinement(["learning_rate"]),
    "others frozen": Refinement(["learning_rate"], freeze=True),
    "frozen, three rounds": Refinement(["learning_rate"], num_rounds=3, freeze=True),
}
gains = {}
for n in (9, 25):
    for place, space in {"wide": everything, "sensible": sensible}.items():
        for name, way in ways.items():
            ours = scores(space, n, "coarse-to-fine", num_replays=2000, refinement=way)
            gains[name, place, n] = compare(f"{place}, {n} trials, {name}", ours,
                                            by_luck(space, n, 2000))

# %% [markdown]
# With 25 trials, narrowing the rate while everything else stays free gains more than a point in the wide range, and 0.4 of a point in the sensible range. Freezing the others gives all of it back, and more: it is *worse than random search*, and three rounds of it are worse still. With nine trials in the wide range even the free way loses: five random rates often include no good rate. In the sensible range it gains a little.

# %%
for place, least in (("wide", 0.5), ("sensible", 0.1)):
    assert gains["others free", place, 25][0] > least, "narrowing the rate alone should gain"
    assert gains["others frozen", place, 25][0] < 0, (
        "with the others frozen it should lose to chance"
    )
    worse = gains["others frozen", place, 25][0] - gains["frozen, three rounds", place, 25][0]
    assert worse > 0.1, "and more of it should be worse"
with_nine = {place: gains["others free", place, 9][0] for place in ("wide", "sensible")}
assert with_nine["wide"] < 0 < with_nine["sensible"], (
    "with nine it should gain in the sensible range alone"
)
assert gains["frozen, three rounds", "wide", 9][0] < -4, (
    "with few trials it should be a disaster"
)

# %% [markdown]
# Why? With 25 trials the first round has 13. Here is what the best of them had in 1,000 searches: the central 80 % of its learning rates, and how often each other hyperparameter had the named option.

# %%
named = {"batch_size": 32, "width": 128, "schedule": "cosine", "dropout": 0.0, "l2": 0.0}
for place, space in (("wide", everything), ("sensible", sensible)):
    best_of_13 = replay(asked, space, "random", 13).chosen_rows()
    low, high = np.quantile(bank.table["learning_rate"][best_of_13], (0.1, 0.9))
    had = {name: (bank.table[name][best_of_13] == option).mean()
           for name, option in named.items()}
    print(f"{place}: learning rate {low:.2g} to {high:.2g}")
    print("   ",
          ", ".join(f"{name} {option}: {had[name]:.2f}" for name, option in named.items()))
    assert low > 0.01, "the best of a handful should have a good learning rate"
    assert had["batch_size"] > 0.5, (
        "and often the smallest batch size, where chance gives a third"
    )
    assert abs(had["l2"] - 1 / 3) < 0.1, "but L2 nearly by accident"

# %% [markdown]
# The best of a handful of trials has a good learning rate, and often the batch size 32: 60 % in the wide range and 84 % in the sensible range, where chance gives a third. Its L2 is nearly an accident, and in the wide range so are dropout and the schedule. If you freeze all five, you also keep values that one trial has hardly tested. Keep what is important near the best, and go on drawing the rest.
#
# A more even first round helps as well. Here is Halton in both rounds, against random search, and below it what a sensible range gains without any method:

# %%
even = Refinement(["learning_rate"], draw="quasi-random")
with_halton, by_range = {}, {}
for n in (9, 16, 25):
    ours = scores(everything, n, "coarse-to-fine", refinement=even)
    with_halton[n], _ = compare(f"{n} trials, Halton, others free", ours, by_luck(everything, n))
    name = f"{n} trials, random, sensible range"
    by_range[n], _ = compare(name, by_luck(sensible, n), by_luck(everything, n))

assert with_halton[9] > 2, "an even first round should make refining pay with few trials"
assert with_halton[9] > halton["wide", 9][0] + 1, "more than Halton alone"
assert by_range[9] > with_halton[9], "a sensible range should gain more still"
assert max(abs(by_range[n] - with_halton[n]) for n in (16, 25)) < 0.6, (
    "and with more trials as much"
)

# %% [markdown]
# With nine trials in the wide range, Halton in both rounds gains most of all methods that we tried. A sensible range gains more still, and with 16 or 25 trials as much. But you have to know that range, and the knowledge is not in the budget.

# %% [markdown]
# ## Which hyperparameter is important?
#
# The bank is complete. So we can compute how much of the **variance** of the results each hyperparameter explains: average over all others, and see how much its means differ. This is functional ANOVA. (Optuna 5 prints another measure by default, PED-ANOVA.) **Guess before you run the cell**: which share does the schedule have?

# %%
shares = bank.variance_shares()
plotting.plot_importance(shares)
plt.show()

# %% [markdown]
# The learning rate has most of the variance, because a wide range holds rates that train and rates that do not. Dropout, L2 and the schedule have a share that rounds to 0. So does the schedule not matter? We look at what it changes, rate by rate, averaged over everything else.

# %%
shape = [len(values) for values in bank.axes.values()]
accuracy = 100 * bank.accuracies["val"][..., -1].mean(axis=1).reshape(shape)
by_rate = (accuracy[..., 1] - accuracy[..., 0]).mean(axis=(1, 2, 3, 4))
figure, ax = plt.subplots()
ax.axhline(0, color=plotting.QUIET, linewidth=1)
ax.plot(bank.axes["learning_rate"], by_rate, "o-")
ax.set(xscale="log", xlabel="learning rate", ylabel="cosine minus constant (points)")
plt.show()

assert by_rate[rates <= 1e-4].min() > -1, (
    "where hardly anything is learned the schedule should change little"
)
assert by_rate[(rates > 0.004) & (rates < 0.03)].max() < -5, "around 0.01 it should cost"
assert by_rate[(rates > 0.9) & (rates < 3)].min() > 10, "and gain at 1 and 2"

# %% [markdown]
# Up to 0.0001 hardly anything is learned, with either schedule. Around 0.01 cosine costs up to eight points. At 1 and 2 it gives more than ten. On average over all rates that is next to nothing.
#
# This compares equal rates, and with cosine the mean rate is only half as large. So compare the best rate of each schedule too:

# %%
print(f"share of the schedule: {shares['schedule']:.4f}, of all six together: "
      f"{sum(shares.values()):.2f}")
by_schedule = accuracy.mean(axis=(1, 2, 3, 4)).T
for name, curve in zip(bank.axes["schedule"], by_schedule, strict=True):
    print(f"{name}: {curve.max():.1f} % at its best rate, {rates[curve.argmax()]:.2g}")
inner = accuracy[(rates >= 0.01) & (rates <= 1.5)]
batch_share = inner.mean(axis=(0, 2, 3, 4, 5)).var() / inner.var()
print(f"share of the batch size: {shares['batch_size']:.2f} in the wide range,")
print(f"                         {batch_share:.2f} in the sensible one")

assert shares["schedule"] < 0.001, "the share should round to 0"
assert np.ptp(by_schedule.max(axis=1)) < 3, (
    "each at its best rate, the schedules should be close"
)
assert batch_share > 5 * shares["batch_size"], "the shares should belong to the range"

# %% [markdown]
# **A share of 0 does not mean "does not matter".** It means "does not matter *on average over the whole range*". What a hyperparameter does only together with another is an **interaction** (상호작용), and is not in its share. And shares depend on the range: the last two lines show two shares of the batch size.

# %% [markdown]
# ## The tools that you will meet
#
# Many projects use KerasTuner or Optuna for this work. Here is the same search in both: three trials of four epochs each, on 320 images. Both need a network, and images:

# %%
import keras
import keras_tuner

from helpers.models import mlp

few = fashion_mnist(num_train=320, num_val=500)
fit_arguments = {"epochs": 4, "batch_size": 8, "validation_data": (few.x_val, few.y_val),
                 "verbose": 0}


def build(rate):
    """A compiled network of 16 hidden units, always with the same first weights."""
    model = mlp(hidden=(16,), seed=0)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate), loss, metrics=["accuracy"])
    keras.utils.set_random_seed(0)  # the order of the images
    return model

# %% [markdown]
# First KerasTuner. It wants a model that is built from `hp`. It writes its trials into a folder, here a temporary folder.

# %%
import tempfile


class Build(keras_tuner.HyperModel):
    def build(self, hp):
        return build(hp.Float("learning_rate", 0.1, 1.0, sampling="log"))


folder = tempfile.TemporaryDirectory()
options = {"objective": "val_accuracy", "max_trials": 3, "seed": 1, "directory": folder.name}
tuner = keras_tuner.RandomSearch(Build(), **options)
tuner.search(few.x_train, few.y_train, **fit_arguments)
tried = tuner.oracle.get_best_trials(3)
tuned = [(trial.hyperparameters.get("learning_rate"), trial.score,
          trial.best_step) for trial in tried]

# %% [markdown]
# Optuna wants a function of a `trial` that returns a number. We return the accuracy after the last epoch. And we give Optuna the rates that KerasTuner drew, so that both train the same three networks.

# %%
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def last_accuracy(trial):
    model = build(trial.suggest_float("learning_rate", 0.1, 1.0, log=True))
    accuracies.append(model.fit(few.x_train, few.y_train,
                                **fit_arguments).history["val_accuracy"])
    return accuracies[-1][-1]


accuracies = []
study = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=1))
for rate, *_ in tuned:
    study.enqueue_trial({"learning_rate": rate})
study.optimize(last_accuracy, n_trials=3)

# %% [markdown]
# Side by side, the same three trainings:

# %% tags=["nbval-ignore-output"]
for (rate, score, step), trial in zip(tuned, study.trials, strict=True):
    print(f"rate {rate:.2f}: KerasTuner {score:.3f} (of epoch {step}, from 0), "
          f"Optuna {trial.value:.3f}")

for (_, score, _), seen in zip(tuned, accuracies, strict=True):
    assert abs(score - max(seen)) < 0.01, "KerasTuner should tell the best epoch"
for (_, score, _), model in zip(tuned, tuner.get_best_models(3), strict=True):
    right = np.argmax(model(few.x_val), axis=1) == few.y_val
    assert abs(score - right.mean()) < 0.01, "and should have kept its weights"

# %% [markdown]
# **KerasTuner's score is that of the best epoch**, and Optuna's is what you return, here the last epoch. The networks are the same, so KerasTuner's figures can only be as high or higher. KerasTuner saves the weights of that epoch, and `tuner.get_best_models()` returns them. If you train the same hyperparameters again for all epochs, you may get another network. And the best epoch was chosen on the validation images, so its score is a little too good. Compare two tools by the last epoch of both, or train what they chose again.
#
# What happens when you run the same cell again? A new KerasTuner object with the same folder, and the same search:

# %%
import io
from contextlib import redirect_stdout

with redirect_stdout(io.StringIO()) as said:
    tuner = keras_tuner.RandomSearch(Build(), **options)
before = {trial.trial_id for trial in tuner.oracle.get_best_trials(3)}
tuner.search(few.x_train, few.y_train, **fit_arguments)
after = {trial.trial_id for trial in tuner.oracle.get_best_trials(3)}
folder.cleanup()
print(said.getvalue().split(" from")[0], "...")
print(len(before), "trials before the search,", len(after), "after it")

assert before == after, "nothing should have been trained"

# %% [markdown]
# It found the old results and trained **nothing**. Write `overwrite=True` for a new search.
#
# | | KerasTuner | Optuna |
# |---|---|---|
# | a trial is | a model that `build(hp)` returns, trained by `fit` | a function that returns a number |
# | its score | the best epoch's, whose weights are kept | what you return |
# | run again | reloads from its folder, unless `overwrite=True` | a new study in memory |

# %% [markdown]
# ## The notes say
#
# | The notes say | We found |
# |---|---|
# | random으로 찾고: search at random instead of at equal distances | right where few of many hyperparameters matter and you do not know which; a grid with enough levels of everything that matters was as good or better |
# | 나온 최적값 주의에서 다시 찾고: then again around the best | good for the important hyperparameter while the others are still drawn, given enough trials; with the others frozen it is worse than random search |
# | grid search may miss the minimum between its values | so does everything with few trials; five random rates miss it more often than five at equal factors |
# | (nothing on the range) | with nine trials a sensible range gained more than any method that we tried, with 16 or 25 as much as the best |

# %% [markdown]
# ## Beliefs, measured
#
# **"Random always beats grid."** Test it with your own `random_search`. Two hyperparameters lie between 0.001 and 1, and both matter. The good part is a square on the log scale: a tenth of the space. Your search has nine trials in each of 300 problems; the grid has the nine points in the middle of equal cells. **Place your bet first**: in which share of the problems will your random search hit? (While exercise 2 is open, the cell says so.)

# %%
my_bet = 0.0  # replace by the share of problems that you believe your random search hits

rng = np.random.default_rng(6)
plane = {"learning_rate": (0.001, 1.0), "l2": (0.001, 1.0)}
hits = []
if solved("random_search"):
    for corner in corners[:300, 0]:
        found = random_search(lambda p: math.log10(p["learning_rate"]), plane, 9, rng)
        points = 1 + np.log10([[p["learning_rate"], p["l2"]] for p, _ in found]) / 3
        hits.append(((points >= corner) & (points <= corner + side)).all(axis=1).any())

# %% [markdown]
# Your search and the grid, side by side:

# %%
if hits:
    grid_share = square_hits(grid_points[np.newaxis])[:300].mean()
    print(f"hits: your random search {np.mean(hits):.2f} (you bet {my_bet}), "
          f"grid {grid_share:.2f}")
    assert grid_share > np.mean(hits) + 0.1, "the grid should hit more often here"

# %% [markdown]
# Both hyperparameters matter, and two are few enough for a grid with several levels of each: here the grid wins. Random search is the better bet when there are many hyperparameters and you do not know which ones matter.
#
# **"Refine everything around the best."** Test it on the bank with your own `random_search` and `refine`: 36 trials a search, half of them everywhere, half of them around the best; 200 searches. In one way all lists stay as they are, in the other they are frozen at the best trial's option. **Place your bet**: which way is better, and by how many points?

# %%
names = list(bank.axes)[1:]
wide_space = {"learning_rate": (1e-6, 10.0), **{name: list(bank.axes[name]) for name in names}}


def first_round(loss, seed):
    """The trials of a first round, the parameters of the best, and the space around it."""
    first = random_search(loss, wide_space, 18, np.random.default_rng(seed))
    best = min(first, key=loss_of)[0]
    return first, best, refine(wide_space, best, 3)

# %% [markdown]
# The second round begins with the same draws for both ways. The score is the test accuracy of what was chosen, with the other four seeds.

# %%
def search_twice(seed, is_frozen):
    """Test accuracy, in points, of the configuration that two rounds of 18 trials choose."""
    loss = lambda p: float(bank.losses["val"][bank.rows(p), seed % 5, -1])
    first, best, narrow = first_round(loss, seed)
    held = {name: [best[name]] for name in names} if is_frozen else {}
    second = random_search(loss, narrow | held, 18, np.random.default_rng(seed + 1000))
    chosen = min(first + second, key=loss_of)[0]
    return 100 * np.delete(bank.accuracies["test"][bank.rows(chosen), :, -1], seed % 5).mean()

# %% [markdown]
# Search by search, free minus frozen. (While exercise 2 or 4 is open, the cell says so.)

# %%
if solved("random_search", "refine"):
    free, frozen = (np.array([search_twice(seed, f) for seed in range(200)]) for f in (False,
                                                                                       True))
    mean, error = compare("others free, minus frozen", free, frozen)
    assert mean > 0.4, "freezing should cost accuracy"

# %% [markdown]
# Refine what you know to be important. One trial says little about the rest.

# %% [markdown]
# ## Quiz
#
# ### Question 1
#
# You have 24 trials for four hyperparameters. Only one of them matters, and you do not know which. How many different values of it does a grid of 2 × 2 × 2 × 3 try at most?

# %% solution="quiz_1"
quiz_1 = None  # replace None by a number
### BEGIN SOLUTION
quiz_1 = 3
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# A learning rate is drawn log-uniformly between 0.0001 and 10. Which share of the draws lies between 0.01 and 1, in per cent?

# %% solution="quiz_2"
quiz_2 = None  # replace None by a number
### BEGIN SOLUTION
quiz_2 = 40
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# A report compares one grid of 20 points with random search of 20 trials, on a table of stored results. Each was replayed 5,000 times, and the grid is better by 1.2 ± 0.05 points. What do you know?
#
# - a) that grids of this shape are better than random search here
# - b) that this one grid, as it lies, is better than random search here
# - c) nothing: 5,000 replays are too few for such a difference
# - d) that the range is sensible, because otherwise random search would win

# %% solution="quiz_3"
quiz_3 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_3 = "b"
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# ### Question 4
#
# An importance plot gives weight decay a share of 0.00. What may you conclude?
#
# - a) averaged over everything else, its values hardly differ in this range
# - b) weight decay does nothing, so it can be left out of the next search too
# - c) weight decay stands at its best value already, so nothing is to be gained
# - d) the search had too few trials

# %% solution="quiz_4"
quiz_4 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_4 = "a"
### END SOLUTION

# %% test="quiz_4" points=1
check("question 4", quiz_4, secret=True)

# %% [markdown]
# ### Question 5
#
# After 30 random trials in six dimensions you have 30 more. The learning rate is known to matter most. What do you do with them?
#
# - a) all hyperparameters within a factor 2 of the best trial
# - b) all but the learning rate as in the best trial, and a fine sweep of the rate
# - c) the same 30 configurations again
# - d) the learning rate near the best trial's, everything else drawn as before

# %% solution="quiz_5"
quiz_5 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_5 = "d"
### END SOLUTION

# %% test="quiz_5" points=1
check("question 5", quiz_5, secret=True)

# %% [markdown]
# ## In your own words
#
# A colleague reports: "I compared grid and random search on our task. The grid: learning rates 0.00001, 0.01 and 10, batch sizes 16 and 256, three strengths of L2. Random search: 18 trials in the same ranges. I ran the grid with 100 training seeds and random search with 100 seeds. Grid is 2.1 points better, with a standard error of 0.2. So we use grids from now on. Afterwards I fixed everything at the grid's best and refined it."
#
# Answer her in five to nine sentences
#
# - what her standard error covers, and what it does not,
# - how you would set up a comparison that can be trusted,
# - what you would change before any comparison, and what you think of her last step.
#
# (3 points, read by a person.)

# %% [markdown] written="grid_report" points=3
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**: one point for each of the three parts.
#
# - **Part 1**: all 100 runs of the grid use the same 18 points; the standard error covers the training seeds (and the draws of random search), but not where the grid's levels fall. That is one observation. (Half a point for "the grid is always the same" without what the error leaves out.)
# - **Part 2**: give the grid a new offset in each replay (or average over many offsets and shapes), the same number of trials and epochs for both, choose by validation and score on test with other seeds, report paired differences with their standard error, and a control such as random against random. (Half a point for the offset alone, or for a fair budget and fresh seeds without the offset.)
# - **Part 3**: the range is far too wide, two of three rates are useless; a sensible range may well gain more than the method. The last step freezes batch size and L2 at what one trial had: narrow the important learning rate and go on drawing the others. (Half a point if only one of the two is said.)
#
# **Full (3 points), half (1 or 2 points), empty (0 points).** A full answer gives reasons in all three parts. A half answer covers one or two parts, or all without reasons. An empty answer agrees with her, or says only that random search is known to be better.
#
# **A full answer**: Your 100 grid runs are 100 trainings of the same 18 points, so the error of 0.2 tells how much training seeds vary, and nothing about where your levels lie. That 0.01 is a good rate for this task was luck, and it happened once; with 0.0003 in its place the same design might well lose. To compare the methods, shift the levels in every replay by a random offset, give random search the same 18 trials of the same length, choose by validation loss, train the choice again with other seeds, and report the paired difference with its error. Run random search against itself as a control. Before that, narrow the range: 0.00001 and 10 do not train at all, so you really compared one learning rate with 18. And do not fix everything at the best point: it is the best above all because of its learning rate, and of batch size and L2 it has tested little. Narrow the rate, and keep drawing the rest.
#
# **A half answer (2 points)**: The grid is the same in all runs, so you have one grid and not a hundred, and your error of 0.2 knows nothing of where its levels lie; the levels should be shifted at random each time, with equal budgets and a test on new seeds. Your ranges are strange but fair to both. (Part 3 is missing.)
#
# **A half answer (1 point)**: Two of the three learning rates cannot work, so take 0.001 to 1 first, and then do not freeze the batch size. But 100 seeds and a standard error of 0.2 show that the grid is better. (Parts 1 and 2 are missing.)
#
# **An empty answer**: Random search is better than grid search, as Bergstra and Bengio have shown, so there must be a mistake in the code.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Random search draws every hyperparameter anew in every trial, so it need not know which of them matters. A grid with enough levels of everything that matters was as good or better; a grid with too few levels of the important hyperparameter lost.
# - With nine trials a sensible range gained more than any method that we tried, with 16 or 25 as much as the best method. But you have to know the range.
# - Levels, their offset and the options of a grid decide whether it wins. A thousand replays of one fixed grid are one observation.
# - Take Halton where you would take chance. Around the best, narrow what is important and go on drawing the rest: in a sensible range, in a wide range with enough trials, or after a first round without gaps.
# - About 60 trials draw one of the best 5 % with 95 %. The search is less likely to choose it, and how good it is depends on the range.
# - Measured with: one hidden layer of 32 or 128 units, plain SGD, 1,280 images of clothes, 12 epochs a trial, 1,000 replays (2,000 in the first table of coarse to fine, 200 with your own functions) on one bank of stored results with five seeds, chosen by validation loss. (The two live searches: two hidden layers of 64 units, ten epochs.) No ± covers other data or networks.

# %% [markdown]
# ## Sources
#
# - J. Bergstra, Y. Bengio, *Random Search for Hyper-Parameter Optimization*, JMLR 13 (2012), 281-305: few hyperparameters matter for each data set.
# - J. H. Halton, *On the efficiency of certain quasi-random sequences of points in evaluating multi-dimensional integrals*, Numerische Mathematik 2 (1960), 84-90: the sequence.
# - F. Hutter, H. Hoos, K. Leyton-Brown, *An Efficient Approach for Assessing Hyperparameter Importance*, ICML 2014: shares of the variance, alone and in pairs.
# - T. Akiba and others, *Optuna: A Next-generation Hyperparameter Optimization Framework*, KDD 2019, arXiv:1907.10902: define by run, samplers, pruners.
# - KerasTuner, <https://keras.io/keras_tuner/>: tuners, `objective`, `directory`, `overwrite`.
# - V. Godbole and others, *Deep Learning Tuning Playbook*, 2023, <https://github.com/google-research/tuning_playbook>: quasi-random search.
# - H. Xiao, K. Rasul, R. Vollgraf, *Fashion-MNIST*, 2017, arXiv:1708.07747: the photographs of clothes.
