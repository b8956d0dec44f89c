# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 00 Start here
#
# **Question**: What is a hyperparameter, and how does this course work?
#
# You will be able to
#
# - tell a parameter from a hyperparameter, and say why the second is not learned like the first,
# - write the prediction of a model and its loss as functions, and read what a check says about them,
# - save your work, see how far you are, and hand it in.
#
# Run time: about 6 s. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# New terms
#
# | English | Korean | Meaning |
# |---|---|---|
# | parameter | 파라미터 | a number that training computes from the data; here $W$ and $b$ |
# | weight | 가중치 | a parameter that multiplies an input ($W$) |
# | bias | 편향 | a parameter that is added ($b$) |
# | hyperparameter | 하이퍼파라미터 | a number or a choice that is fixed before training starts |
# | prediction | 예측값 | what the model says |
# | target | 실제값 | what was measured, and what the model should have said |
# | loss, cost | 손실, cost | one number for how far predictions are from targets |
# | mean squared error | 평균 제곱 오차 | the loss of this lesson |

# %% [markdown]
# ## How to work with this page
#
# This page is a **notebook**: text and cells of Python. A grey cell runs when you click into it and press Shift+Enter. What it prints or draws appears below it.
#
# Read from top to bottom and run each cell as you come to it. A later cell needs what an earlier one has made. If something looks odd, choose *Kernel > Restart Kernel and Run All Cells*: this starts afresh.
#
# There are three kinds of cells. An **experiment** may be changed as you like, and you should: it is yours. An **exercise** has a gap with the words `YOUR CODE HERE`. A **check**, right below an exercise, tells you whether your code does what was asked; checks are locked, so that they cannot be broken by accident.
#
# *Run All* stops at the first check that does not pass, so at an exercise that you have not solved yet. JupyterLab shows you the end of the page all the same: scroll up to the red lines. To read on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*. No exercise needs your answer to an earlier one.
#
# We start with the tools.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved

plotting.use_style()

# %% [markdown]
# ## Some numbers are learned, some are chosen
#
# A thermometer hangs in a street. One day it was read at sixteen moments. A second thermometer across the street was read on the same day, at other moments.
#
# The next cell makes such a day. Time is measured in half days from noon: -1 is midnight, 0 is noon, 1 is midnight again. Each reading is off by about one degree, as cheap thermometers are.


# %%
def read_thermometer(seed, num_readings=16):
    rng = np.random.default_rng(seed)
    times = np.sort(rng.uniform(-1, 1, num_readings))
    true_temperatures = 16 + 6 * np.cos(np.pi * (times - 0.2))
    return times, true_temperatures + rng.normal(0, 1, num_readings)


times, temperatures = read_thermometer(seed=6)
second_times, second_temperatures = read_thermometer(seed=7)

# %% [markdown]
# We want a curve that tells the temperature at any time. The simplest curve is a line:
#
# $$\text{temperature} = W \cdot \text{time} + b$$
#
# Two numbers are missing, $W$ and $b$. NumPy's `polyfit` computes them from the readings: of all lines it takes the one that lies closest to the points. The last argument, 1, is ours. It says that we want a line.

# %%
weight, bias = np.polyfit(times, temperatures, 1)
print(f"W = {weight:.1f} degrees per half day, b = {bias:.1f} degrees")

# %% [markdown]
# Look at who decided what. We gave the readings and the number 1. The computer gave back $W$ and $b$.
#
# $W$ and $b$ are **parameters** (파라미터): computed from the data. The 1 is a **hyperparameter** (하이퍼파라미터): fixed by us, before the computer began. It is called the *degree* (차수) of the curve. Degree 2 allows a bend, degree 3 two bends, and so on. A curve of degree $d$ has $d + 1$ parameters.
#
# What happens when we choose another degree? **Look at two things in each picture**: how close the curve comes to the dots, which it has seen, and how close it comes to the crosses, the second thermometer, which it has not seen.

# %%
degrees = [1, 4, 12]
all_day = np.linspace(times[0], times[-1], 400)
figure, panels = plt.subplots(1, 3, figsize=(9.6, 3.6), sharey=True)
for panel, degree in zip(panels, degrees, strict=True):
    parameters = np.polyfit(times, temperatures, degree)
    panel.plot(all_day, np.polyval(parameters, all_day), color="0.4")
    panel.plot(times, temperatures, "o", color="C0", label="first thermometer (seen)")
    panel.plot(second_times, second_temperatures, "x", color="C1", label="second (not seen)")
    panel.set(title=f"degree {degree}: {degree + 1} parameters", xlabel="half days from noon")
panels[0].set(ylabel="temperature in °C", ylim=(4, 28))
figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
plt.show()

# %% [markdown]
# The line is too stiff: a day warms up and cools down, and a line cannot. Degree 4 follows the day. Degree 12 comes closest to the dots, and between them it swings to temperatures that nobody measured.
#
# Pictures can flatter. So we measure. `np.linalg.norm` gives the distance between all temperatures that were read and all that the curve tells: 0 means that the curve runs through every point.


# %%
def distance(parameters, times, temperatures):
    return np.linalg.norm(temperatures - np.polyval(parameters, times))


for degree in degrees:
    parameters = np.polyfit(times, temperatures, degree)
    seen = distance(parameters, times, temperatures)
    not_seen = distance(parameters, second_times, second_temperatures)
    print(f"degree {degree:2}: distance to readings seen {seen:5.1f}, not seen {not_seen:5.1f}")

# %% [markdown]
# That was one day, and one day may be luck. Here are twenty days, each with its own noise, and every degree from 1 to 12.
#
# Two claims, and the cell stops with an error if one of them is wrong. First: **on the readings seen, a higher degree is never worse.** Second: **on readings not seen, degree 12 is worse than degree 4 on nearly every day**, on 18 of the twenty at least.

# %%
seen, not_seen = np.zeros((20, 12)), np.zeros((20, 12))
for day in range(20):
    first, second = read_thermometer(seed=2 * day), read_thermometer(seed=2 * day + 1)
    for degree in range(1, 13):
        parameters = np.polyfit(*first, degree)
        seen[day, degree - 1] = distance(parameters, *first)
        not_seen[day, degree - 1] = distance(parameters, *second)

assert not (np.diff(seen, axis=1) > 1e-9).any(), "a higher degree was worse on readings seen"
assert (not_seen[:, 11] > not_seen[:, 3]).sum() >= 18, "degree 12 was not worse than 4"

# %% [markdown]
# Both hold. The picture shows the middle of the twenty days for each degree. **Look at where each curve is lowest.**

# %%
figure, ax = plt.subplots()
ax.plot(range(1, 13), np.median(seen, axis=0), "o-", label="seen")
ax.plot(range(1, 13), np.median(not_seen, axis=0), "x--", label="not seen")
ax.set(xlabel="degree (hyperparameter)", ylabel="distance in °C, median of 20 days", yscale="log")
ax.legend()
plt.show()

# %% [markdown]
# The curve of the readings seen falls and falls. The other one has a bottom and then climbs, by far.
#
# This is why a hyperparameter is not learned like a parameter. Ask the readings that were seen for the best degree, and they always answer "more". We need other readings to choose by. Readings that are set aside for choosing are called **validation** data (검증 데이터), those that parameters are learned from **training** data (학습 데이터). Every lesson of this course uses both.
#
# The notes call hyperparameters 모델을 학습하는데 구성하는 기본적인 변수들, the basic variables that make up the training of a model. That is right but wide: $W$ and $b$ are variables of training as well. The sharp line is *who sets them, and when*: parameters are set by training, hyperparameters before it.
#
# **Play**: go back to the cell with `degrees = [1, 4, 12]`, put in other degrees, and run it and the cell below it again.

# %% [markdown]
# ## A model is $WX + b$
#
# A line has one input, the time. Most models have many. The fare of a taxi depends on kilometres and on minutes of waiting:
#
# $$\text{fare} = 1000 \cdot \text{kilometres} + 200 \cdot \text{minutes} + 3000$$
#
# Two weights (가중치), one for each input, and one bias (편향), the fare when you only sit down. A ride of 4 km with 3 minutes of waiting costs $1000 \cdot 4 + 200 \cdot 3 + 3000 = 7600$ won.
#
# We never compute one ride alone. All rides stand in a table $X$: one row for each ride, called an **example** (샘플), and one column for each input, called a **feature** (특성). The weights stand in $W$. Then one formula gives the predictions $\hat y$ (예측값) of all rides at once:
#
# $$\hat y = X W + b$$
#
# - $X$ has shape `(num_examples, num_features)`,
# - $W$ has shape `(num_features,)`, one weight for each feature,
# - $b$ is one number, added to every prediction.
#
# Where a model predicts several things at once, $W$ has shape `(num_features, num_outputs)` with one column for each output, and $b$ has shape `(num_outputs,)`.
#
# The notes write $WX + b$, with one *column* for each example. NumPy and Keras keep one *row* for each example, and so the table comes first.
#
# The product $XW$ is a matrix product: multiply each row by the weights, entry by entry, and add up. In NumPy it is written `@`. Here it is on other numbers, three shopping baskets with apples and melons:

# %%
baskets = np.array([[2.0, 1.0], [0.0, 1.0], [5.0, 0.0]])  # one row a basket: apples, melons
prices = np.array([500.0, 4000.0])  # won for one apple, for one melon
print(baskets @ prices)
print("shapes:", baskets.shape, "@", prices.shape, "gives", (baskets @ prices).shape)

# %% [markdown]
# The first basket: $2 \cdot 500 + 1 \cdot 4000$. In a product of shapes the two sizes that meet in the middle must be equal, and they disappear: `(3, 2)` with `(2,)` gives `(3,)`, one price for each basket.

# %% [markdown]
# ## How a check answers you
#
# Before you write your first function, see what its checks will say. A check gets a **label** and **what came out** of your code. It compares that with what came out of the course's own solution. It never reads your code: every way to the right data is right.
#
# Two rides: 4 km with 3 minutes, and 10 km without waiting. Worked by hand they cost 7600 and 13000 won.

# %%
check("two rides", np.array([7600.0, 13000.0]))

# %% [markdown]
# A tick and the label: this is all there is to see when a check passes.
#
# Now somebody mistypes a digit.

# %%
check("two rides", np.array([7600.0, 13100.0]))

# %% [markdown]
# Read the second line. It says where the difference is (`at [1]` is the second number: Python counts from 0), what was expected there and what came. The line below it shows the whole.
#
# The third case is the useful one. Somebody forgot something, and the check knows what:

# %%
check("two rides", np.array([4600.0, 10000.0]))

# %% [markdown]
# How can it know? The authors of this course collected mistakes that people make, as code, and ran every one of them. The numbers above are what one of those mistakes gives, and no other. When nothing is recognised, a check says only what differs.
#
# The cell below an exercise holds several checks. **All of them run**, and where one fails the cell ends in red: it counts the checks that fail, says what they have in common where it knows, and stops *Run All* there. Compare the labels that pass with those that fail. Often that is the way to the mistake.
#
# If your code itself breaks, you see its error, and of the lines above it only your own. Start with the last line, then look for the arrow.
#
# You are stuck? `hint("predict")`, in any cell, says where to look. Run it again for the next hint. There are two or three for each exercise, they cost nothing, and nobody learns of it:

# %%
hint("predict")

# %% [markdown]
# What is right, in every lesson:
#
# | asked for | right | not right |
# |---|---|---|
# | a number | a Python number or a NumPy number; 3 where 3.0 is meant | an array that holds one number |
# | a count, a place, an epoch | a whole number: `3` | `3.0` |
# | an array | a NumPy array of that shape | a list of the same numbers |
# | several things | a tuple or a list of them | |
#
# And your function leaves what it is given as it is: it makes a new array instead of changing the one that it got.
#
# Some checks are **private**: they run when a class is graded, on other inputs. Code that does what the text asks passes them too.

# %% [markdown]
# ### Exercise 1: `predict` (1 point)
#
# Write the formula $\hat y = XW + b$ as a function. Put your code in place of `# YOUR CODE HERE`, run the cell, then run the check below it.


# %% solution="predict"
def predict(inputs, weights, bias):
    """Return the predictions of a linear model, for all examples at once, as an array.

    inputs: array of shape (num_examples, num_features), one or more of each.
    weights: array of shape (num_features,), or (num_features, num_outputs) for several outputs.
    bias: a number; where weights is a table, an array of shape (num_outputs,).
    The predictions have shape (num_examples,) or (num_examples, num_outputs).
    """
    ### BEGIN SOLUTION
    return inputs @ weights + bias
    ### END SOLUTION


# %% test="predict" points=1
rides = np.array([[4.0, 3.0], [10.0, 0.0]])
check("two rides", predict, rides, np.array([1000.0, 200.0]), 3000.0)
one_feature = np.array([[1.0], [2.0], [-4.0]])
check("three examples, one feature", predict, one_feature, np.array([0.5]), 1.0)
one_example = np.array([[1.0, 2.0, 3.0]])
two_outputs = np.array([[1.0, 0.0], [0.0, 2.0], [1.0, -1.0]])
check("three features, two outputs", predict, one_example, two_outputs, np.array([10.0, 20.0]))
check("nothing but zeros as inputs", predict, np.zeros((2, 2)), np.array([7.0, 8.0]), -1.5)
check("one ride", predict, np.array([[2.0, -30.0]]), np.array([3.0, 5.0]), 0.125)
check("a table for one output", predict, rides, np.array([[4.0], [-1.0]]), np.array([0.5]))
square, whole = np.array([[1, 4], [2, 3]]), np.array([[2, 0], [7, -3]])
check("whole numbers in a square table", predict, square, whole, np.array([0.5, 0.25]))
### BEGIN HIDDEN TESTS
four_examples = np.arange(12.0).reshape(4, 3)
check("four examples, three features", predict, four_examples, np.array([1.0, -2.0, 0.5]), 0.25)
square_table = np.array([[1.0, 2.0], [3.0, 5.0]]) / 7
square_weights = np.array([[2.0, 1.0], [0.0, -1.0]])
check("a square table, two outputs", predict, square_table, square_weights, np.array([0.5, -0.5]))
check_drawn("drawn models", predict, rtol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# ## Save, see how far you are, hand in
#
# **Save** with Ctrl+S (on a Mac Cmd+S). The ticks are saved with the notebook.
#
# **See how far you are**: open a terminal in the course's top folder, the one with the file `README.md`, and type
#
# ```
# make progress
# ```
#
# (with conda, also on Windows: `course progress`). It reads the saved notebooks and lists your points for each lesson. It runs nothing, so it takes a moment only. If it does not count a tick that you see here, the notebook is not saved.
#
# **Before you hand in**, press *Validate* at the top of the notebook. It runs everything once more from the start, in a fresh kernel, and names the checks that do not pass. Code that worked only because of a cell you have since deleted is found here.
#
# **Hand in** if you learn in a class. Where your school runs nbgrader on JupyterHub, open the tab *Assignment List* and press *Submit* beside the lesson. Everywhere else, upload the one file `00-start-here.ipynb` where your instructor asks for it, under just this name. If several files are asked for in one archive, make a zip of the lesson's folder.
#
# If you learn alone there is nothing to hand in. The visible checks and `make progress` are for you.
#
# Lost a cell, or broke one? `git checkout notebooks/00-start-here` in the top folder brings the lesson back as it came, without your answers: copy those out first.

# %% [markdown]
# ## How wrong is a prediction?
#
# Training needs one number that says how wrong a model is. It is called the **loss** (손실); the notes also call it cost. Smaller is better.
#
# Here are five rides with the fare that was paid, the **target** (실제값), and the fare that some model predicts. **Look at the vertical bars**: each is the error of one ride.

# %%
kilometres = np.array([1.0, 2.0, 4.0, 6.0, 8.0])
fares = np.array([3.5, 6.5, 6.0, 10.5, 9.0])  # thousand won
predicted_fares = np.array([4.0, 5.0, 7.0, 9.0, 11.0])
figure, ax = plt.subplots()
ax.plot(kilometres, predicted_fares, "s-", color="0.4", label="predicted")
ax.plot(kilometres, fares, "o", label="paid (target)")
ax.vlines(kilometres, fares, predicted_fares, color="C1", linewidth=3, alpha=0.6)
ax.set(xlabel="kilometres", ylabel="fare in 1000 won")
ax.legend()
plt.show()

# %% [markdown]
# How do five bars become one number? Adding the errors up as they are will not do: some are positive, some negative, and they cancel.

# %%
errors = predicted_fares - fares
print("errors:", errors)
print("their sum:", errors.sum())

assert abs(errors.sum()) < abs(errors).max(), "the errors were meant to cancel"

# %% [markdown]
# The sum of all five is smaller than a single one of them. By that measure the model would be nearly perfect.
#
# The **mean squared error** (평균 제곱 오차) squares each error, so that all are positive and a large one counts much more than a small one. Then it takes the mean of them all:
#
# $$L = \frac{1}{N} \sum_{i=1}^{N} (\hat y_i - y_i)^2$$
#
# $y_i$ is the target of entry $i$, $\hat y_i$ its prediction, and $N$ is the number of entries. A model with several outputs has tables of targets and predictions, with one row for each example. There every entry of the table counts: a table of shape `(3, 2)` has $N = 6$ entries, and the loss is still one number.
#
# The mean, not the sum, so that the loss of ten rides and the loss of a thousand rides can be compared.

# %% [markdown]
# ### Exercise 2: `mean_squared_error` (2 points)


# %% solution="mean_squared_error"
def mean_squared_error(targets, predictions):
    """Return the mean squared error over all entries, as a number.

    targets, predictions: arrays of one shape, (num_examples,) or (num_examples, num_outputs), with one
        entry or more.
    """
    ### BEGIN SOLUTION
    return np.mean((predictions - targets) ** 2)
    ### END SOLUTION


# %% test="mean_squared_error" points=2
three_targets, three_predictions = np.array([2.0, 6.0, 3.0]), np.array([5.0, 4.0, 4.0])
check("three errors of different size", mean_squared_error, three_targets, three_predictions)
table_of_targets = np.array([[1.0, 2.0, 0.0], [3.0, 4.0, 0.0]])
table_of_predictions = np.array([[1.0, 4.0, 1.0], [0.0, 4.0, 1.0]])
check("a table of targets", mean_squared_error, table_of_targets, table_of_predictions)
check("one example", mean_squared_error, np.array([2.0]), np.array([-1.0]))
check("a perfect prediction", mean_squared_error, np.array([1.0, -2.0]), np.array([1.0, -2.0]))
check("errors that cancel", mean_squared_error, np.array([-1.0, 1.0]), np.array([1.0, -1.0]))
check("large fares", mean_squared_error, np.array([7600.0, 13000.0, 4000]), np.array([7000.0, 16000.0, 4100]))
one_column, other_column = np.array([[1.0], [2.0], [4.0]]), np.array([[1.5], [0.0], [4.0]])
check("a table of one column", mean_squared_error, one_column, other_column)
check("whole numbers", mean_squared_error, np.array([3, 1, 2, 7]), np.array([1, 1, 3, 12]))
### BEGIN HIDDEN TESTS
five_targets = np.array([0.0, 0.0, 1.0, 1.0, 2.0])
five_predictions = np.array([0.5, -0.5, 3.0, 1.0, 0.0])
check("five errors", mean_squared_error, five_targets, five_predictions)
three_rows = np.array([[1.0, 0.0], [2.0, -2.0], [0.0, 5.0]])
check("a table with three rows", mean_squared_error, np.zeros((3, 2)), three_rows)
check_drawn("drawn errors", mean_squared_error, rtol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# ## Beliefs, measured
#
# **"The more parameters, the better the model."** You will hear it often. You can now test it with your own loss.
#
# The cell below takes the twenty days again, and fits the first thermometer of each with every degree from 1 to 12. Each time it asks *your* `mean_squared_error` twice: on the readings that were seen, and on those that were not. Before you run it, decide which degrees the two will call the best.

# %%
train_losses, val_losses = [], []
if solved("mean_squared_error"):
    for day in range(20):
        first, second = read_thermometer(seed=2 * day), read_thermometer(seed=2 * day + 1)
        for degree in range(1, 13):
            parameters = np.polyfit(*first, degree)
            train_losses.append(mean_squared_error(first[1], np.polyval(parameters, first[0])))
            val_losses.append(mean_squared_error(second[1], np.polyval(parameters, second[0])))

# %% [markdown]
# The next cell tells which degree your function found best on each day.

# %%
if train_losses:
    by_training = np.reshape(train_losses, (20, 12)).argmin(axis=1) + 1
    by_validation = np.reshape(val_losses, (20, 12)).argmin(axis=1) + 1
    print("lowest training loss:  ", *by_training)
    print("lowest validation loss:", *by_validation)
    assert (by_training == 12).all(), "the training loss should choose the highest"
    assert 3 < by_validation.mean() < 8, "validation should choose one in the middle"

# %% [markdown]
# The training loss takes as many parameters as it can get, on every day. The belief is true for the data that was seen and false for the data that matters.
#
# **"The computer could choose the hyperparameters itself."** It can, and lessons on search will do it, but only with other data than it learns the parameters from. You have just done it: `argmin` over validation losses is the smallest search there is.

# %% [markdown]
# ## Quiz
#
# Answers go between quotation marks, numbers without. You may try as often as you like; work each one out first.
#
# ### Question 1
#
# Parameter or hyperparameter? Write one letter for each of the five, `p` or `h`, as one word such as `"ppppp"`.
#
# 1. the bias of the taxi model, after it was fitted to a thousand rides
# 2. how often training goes through all the rides
# 3. the 784 x 64 numbers inside a `Dense` layer that make its 64 outputs from 784 inputs
# 4. the 64 in that layer: how many outputs it has
# 5. how far training moves the numbers of that layer in one step

# %% solution="quiz_1"
quiz_1 = None  # replace None by five letters in quotation marks
### BEGIN SOLUTION
quiz_1 = "phphh"
### END SOLUTION

# %% test="quiz_1" points=1
check("question 1", quiz_1, secret=True)

# %% [markdown]
# ### Question 2
#
# A model $XW + b$ takes 3 features and predicts 2 outputs. How many parameters does training have to find?

# %% solution="quiz_2"
quiz_2 = None  # replace None by a number
### BEGIN SOLUTION
quiz_2 = 8
### END SOLUTION

# %% test="quiz_2" points=1
check("question 2", quiz_2, secret=True)

# %% [markdown]
# ### Question 3
#
# The targets are 3, 0, 5 and 2. The predictions are 1, 0, 9 and 4. What is the mean squared error? Work it out by hand.

# %% solution="quiz_3"
quiz_3 = None  # replace None by a number
### BEGIN SOLUTION
quiz_3 = 6
### END SOLUTION

# %% test="quiz_3" points=1
check("question 3", quiz_3, secret=True)

# %% [markdown]
# ### Question 4
#
# Four networks were trained on the same data. They differ in the number of hidden units only.
#
# | hidden units | training loss | validation loss |
# |---|---|---|
# | 8 | 0.61 | 0.66 |
# | 32 | 0.40 | 0.49 |
# | 128 | 0.22 | 0.47 |
# | 512 | 0.05 | 0.63 |
#
# Which one do you take, and for which reason?
#
# - a) 512, because its loss is the lowest in the table
# - b) 8, because its two losses are closest to each other, so it does not overfit
# - c) 128, because it predicts data it has not seen best
# - d) 32, because beyond it the validation loss is clearly larger than the training loss

# %% solution="quiz_4"
quiz_4 = None  # replace None by "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_4 = "c"
### END SOLUTION

# %% test="quiz_4" points=1
check("question 4", quiz_4, secret=True)

# %% [markdown]
# ## In your own words
#
# A friend who programs, but knows no machine learning, asks: "The computer finds $W$ and $b$ by itself. Why does it not find the degree of the curve by itself as well, in the same way and from the same readings?"
#
# Answer in three to six sentences. Say what would happen if it did, point to something that you measured above, and say what one does instead. (2 points, read by a person.)

# %% [markdown] written="why_chosen" points=2
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**
#
# - **Full (2 points)**: says that the loss on the readings used for fitting falls with every higher degree (or never rises), so that these readings would always choose the highest degree; points to a measurement of this lesson (twenty days, the rising second curve, or the degrees that the own loss function chose); says that other data, set aside, is used to choose.
# - **Half (1 point)**: names two of the three (why the same readings cannot decide, a measurement, other data), or names overfitting but does not say why the training loss does not show it.
# - **Empty (0 points)**: only repeats the definitions ("hyperparameters are set by humans"), or says that it is impossible, too slow or a matter of taste.
#
# **A full answer**: If the readings that were used for fitting were asked for the best degree, they would always name the highest one: every further parameter lets the curve come closer to exactly these points, noise included. We saw it on all twenty days: the distance to the readings seen never rose with the degree, while for the second thermometer degree 12 was worse than degree 4 on nearly every one. So the degree is chosen with other readings than W and b were computed from, the validation data. The computer can do that choosing too, but not in the same fit.
#
# **Another full answer**: It would pick degree 12, as my mean_squared_error did on the training data, because with more parameters the curve can run through the dots. That does not make it better: on the other thermometer its loss was much higher than that of a middle degree. One keeps some data aside, fits every degree on the rest, and takes the one with the lowest loss on what was kept aside.
#
# **A half answer**: With a high degree the model overfits, so it is good on the training data and bad on new data. Therefore we must choose the degree ourselves. (Why the training loss does not notice is missing, and so is the other data.)
#
# **An empty answer**: Because the degree is a hyperparameter, and hyperparameters are not learned but set by the programmer.
#
# ### END SOLUTION

# %% [markdown]
# ## Summary
#
# - Parameters such as $W$ and $b$ are computed from the training data; hyperparameters are fixed before that.
# - A linear model predicts all examples at once: $\hat y = XW + b$, one row of $X$ for each example.
# - The mean squared error turns all errors into one number, without letting them cancel.
# - The training loss cannot choose a hyperparameter such as the degree: it always wants more. Validation data can.
# - A check compares what comes out of your code, says what differs, and often knows why.

# %% [markdown]
# ## Sources
#
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, <https://www.deeplearningbook.org>: section 5.1.4 (linear regression and the mean squared error), section 5.2 (capacity, with curves of degree 1, 2 and 9), section 5.3 (hyperparameters and validation sets; why a setting such as the degree must not be learned on the training set).
# - Y. Bengio, *Practical Recommendations for Gradient-Based Training of Deep Architectures*, 2012, arXiv:1206.5533: section 3, on what a hyperparameter is.
# - Keras, *Dense layer*, <https://keras.io/api/layers/core_layers/dense/>: `activation(dot(input, kernel) + bias)`, inputs first.
# - NumPy, *polyfit*, <https://numpy.org/doc/stable/reference/generated/numpy.polyfit.html>.
# - nbgrader, <https://nbgrader.readthedocs.io>: validating and submitting assignments.
