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
# - tell a parameter from a hyperparameter, and say why a hyperparameter is not learned like a parameter,
# - write the prediction of a model and its loss as functions, and read what a check says about them,
# - save your work, see how far you are, and hand it in.
#
# Run time: about 10 s; your own time: about 75 minutes. *Run All* stops at the first check that does not pass. To go on without solving it, click the cell below that check and choose *Run > Run Selected Cell and All Below*.
#
# <details><summary>New terms</summary>
#
# | English | Korean | Meaning |
# |---|---|---|
# | parameter | 파라미터, 매개변수 | a number that training computes from the data; here $W$ and $b$ |
# | weight | 가중치 | a parameter that multiplies an input ($W$) |
# | bias | 편향 | a parameter that is added ($b$); lesson 08 uses *bias* for something else, with the same Korean name |
# | hyperparameter | 하이퍼파라미터, 초매개변수 | a number or a choice that is fixed before training starts |
# | prediction | 예측값 | what the model says |
# | target | 실제값, 목표값, 타깃, 타겟 (of a class: 정답, 레이블, 라벨) | what was measured, and what the model should have said |
# | loss, cost | 손실 (손실함수), 비용 (비용함수, cost) | one number for how far predictions are from targets |
# | mean squared error | 평균 제곱 오차 | the mean of the squared differences between prediction and target |
# | training, validation, test data | 학습 (훈련), 검증, 테스트 데이터 (훈련 세트, 검증 세트, 테스트 세트; 훈련셋, 검증셋, 테스트셋) | data to learn parameters from, to choose hyperparameters by, and to report on once |
# | median | 중앙값 | the middle value of a sorted list |
# | leave-one-out cross-validation | 하나씩 빼는 교차 검증, 리브-원-아웃 교차 검증 (LOOCV) | each example is left out once and predicted by what was learned from the others |
# | network, layer | 신경망 (인공신경망), 층 (계층, 레이어) | several models $XW + b$ in a row, with a bend between them; one of these models |
# | hidden layer, hidden unit | 은닉층, 은닉 유닛 (은닉 뉴런, 노드) | a layer that is not the last; one of its outputs |
# | dense layer | 밀집층, 완전 연결 층 | one model $XW + b$ with several outputs |
# | activation function | 활성화 함수 | the bend between two layers |
# | example, feature | 샘플 (예제, 표본), 특성 (특징, 피처) | one row of the data; one column |
#
# </details>

# %% [markdown]
# ## How to work with this page
#
# This page is a **notebook**: text and cells of Python. Click into a grey cell and press Shift+Enter to run it. Run the cells from top to bottom: a later cell needs what an earlier cell has made.
#
# You may change every **experiment**. An **exercise** has a gap with the words `YOUR CODE HERE`. The locked **check** below it tells you whether your code does what was asked.

# %% tags=["setup"]
import matplotlib.pyplot as plt
import numpy as np

from helpers import plotting
from helpers.checks import check, check_drawn, hint, solved

plotting.use_style()

# %% [markdown]
# ## Some numbers are learned, some are chosen
#
# A thermometer in a street was read sixteen times in one day, from midnight to midnight. A second thermometer across the street was read on the same day, at other moments. Time is measured in half days from noon: -1 and 1 are midnight, 0 is noon. Each reading is off by about one degree.


# %%
def read_thermometer(seed, whole_day=False, num_readings=16):
    rng = np.random.default_rng(seed)
    times = 2 * (np.arange(num_readings) + rng.uniform(0, 1, num_readings)) / num_readings - 1
    if whole_day:
        times[[0, -1]] = -1, 1
    true_temperatures = 16 + 6 * np.cos(np.pi * (times - 0.2))
    return times, true_temperatures + rng.normal(0, 1, num_readings)


times, temperatures = read_thermometer(seed=4, whole_day=True)
second_times, second_temperatures = read_thermometer(seed=5)

# %% [markdown]
# We look for a curve that tells the temperature at any time. The simplest curve is a line:
#
# $$\text{temperature} = W \cdot \text{time} + b$$
#
# NumPy's `polyfit` computes $W$ and $b$ from the readings: of all lines it takes the one closest to the points. Its last argument, 1, is our choice. It asks for a line.

# %%
weight, bias = np.polyfit(times, temperatures, 1)
print(f"W = {weight:.1f} degrees per half day, b = {bias:.1f} degrees")

# %% [markdown]
# $W$ and $b$ are **parameters** (파라미터): the computer found them in the data. The 1 is a **hyperparameter** (하이퍼파라미터): we fixed it before the computer began. It is called the *degree* (차수) of the curve. A curve of degree $d$ has $d + 1$ parameters.
#
# **Look at two things in each picture**: how close the curve comes to the dots, which it has seen, and how close it comes to the crosses, which it has not seen.

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
# The line is too stiff to follow the day. Degree 4 follows it. Degree 12 comes closest to the dots, and between them it swings to temperatures that nobody measured. Further down you will measure which degree to choose.
#
# **Play**: change `degrees = [1, 4, 12]` in the cell above, and run it again.


# %% [markdown]
# ## A model is $XW + b$
#
# A line has one input, the time. Most models have several. The fare of a taxi depends on kilometres and on minutes of waiting:
#
# $$\text{fare} = 1000 \cdot \text{kilometres} + 200 \cdot \text{minutes} + 3000$$
#
# There are two **weights** (가중치), one for each input. The **bias** (편향) is the fare when you only sit down. A ride of 4 km with 3 minutes of waiting costs $1000 \cdot 4 + 200 \cdot 3 + 3000 = 7600$ won.
#
# All rides stand in a table $X$. It has one row for each ride, called an **example** (샘플), and one column for each input, called a **feature** (특성). One formula gives the **predictions** $\hat y$ (예측값) of all rides at once:
#
# $$\hat y = X W + b$$
#
# - $X$ has shape `(num_examples, num_features)`.
# - $W$ has shape `(num_features,)`, and $b$ is one number, added to every prediction.
# - A model that predicts several things has a column of weights for each: $W$ has shape `(num_features, num_outputs)`, and $b$ has shape `(num_outputs,)`.
#
# The matrix product $XW$ multiplies each row by the weights, entry by entry, and adds up. NumPy writes it `@`. Here are three shopping baskets with apples and melons:

# %%
baskets = np.array([[2.0, 1.0], [0.0, 1.0], [5.0, 0.0]])  # one row a basket: apples, melons
prices = np.array([500.0, 4000.0])  # won for one apple, for one melon
print(baskets @ prices)
print("shapes:", baskets.shape, "@", prices.shape, "gives", (baskets @ prices).shape)

# %% [markdown]
# The first basket costs $2 \cdot 500 + 1 \cdot 4000$ won. In a product of shapes the two sizes in the middle must be equal, and they disappear: `(3, 2)` with `(2,)` gives `(3,)`, one price for each basket.

# %% [markdown]
# ## How a check answers you
#
# A check compares **what came out** of your code with what came out of the course's own solution. It never reads your code: every way to the right data is right. Two rides, 4 km with 3 minutes and 10 km without waiting, cost 7600 and 13000 won:

# %%
check("two rides", np.array([7600.0, 13000.0]))

# %% [markdown]
# A tick and the label of the check: it has passed. Now we mistype a digit:

# %%
check("two rides", np.array([7600.0, 13100.0]))

# %% [markdown]
# The second line says where the difference is (`at [1]` is the second number: Python counts from 0), what was expected there and what came. Now we forget something:

# %%
check("two rides", np.array([4600.0, 10000.0]))

# %% [markdown]
# The check knows this mistake. The authors of the course collected mistakes that people make. These numbers are what one of them gives.
#
# Are you stuck? A hint says where to look. Run the cell again for the next hint. Hints cost no points.

# %%
hint("predict")

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
check("two rides", predict, rides, np.array([1000.0, 200.0]), 3000)
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
own_weights, both_tables = np.array([1.0, -2.0, 0.5]), [four_examples, four_examples / 3 - 1]
check("one model, other examples", lambda: [predict(table, own_weights, 0.25) for table in both_tables])
check_drawn("drawn models", predict, rtol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# ## What a check accepts
#
# All checks below an exercise run, also when one of them fails. A check that recognises no mistake says only what differs. Compare the labels that pass with the labels that fail: often that leads to the mistake. If your code breaks, you see its error. Read the last line first, then look for the arrow.
#
# What is right, in every lesson:
#
# | asked for | right | not right |
# |---|---|---|
# | a number | a Python number or a NumPy number; 3 where 3.0 is meant | an array that holds one number |
# | a count, a place, an epoch | a whole number: `3` | `3.0` |
# | an array | a NumPy array of that shape | a list of the same numbers |
# | several things | a tuple or a list of them | |
#
# Your function also leaves its arguments as they are: it makes a new array instead of changing the one that it was given.
#
# Some checks are **private**: they run when a class is graded, on other inputs. Code that does what the text asks passes them too.

# %% [markdown]
# ## The same formula in the notes
#
# This course has grown from **the notes**: a few pages in Korean on hyperparameters, without an author's name. Most of what they say is right. Some of it is wrong, and some of it asks a good question and leaves it open. A lesson quotes the notes, measures, and says what it has found.
#
# The notes write $WX + b$. In that order each example would be a *column* of $X$. NumPy and Keras keep one *row* for each example, so $X$ comes first. The notes also say W,b는 weight (W and b are weights). So does Keras: `get_weights()` returns both. We say weight for $W$, bias for $b$, and parameters for all of them.
#
# The curves of the thermometer are such models as well. The features of a reading are the powers of its time. `polyfit` gives the weights, and the bias as the last number. Your function predicts the day:

# %%
weights_and_bias = np.polyfit(times, temperatures, 4)
powers = np.stack([times**4, times**3, times**2, times], axis=1)  # one row a reading
if solved("predict"):
    told = predict(powers, weights_and_bias[:-1], weights_and_bias[-1])
    assert np.allclose(told, np.polyval(weights_and_bias, times)), "a curve is a linear model"
    print("told:", told[:4].round(1), "read:", temperatures[:4].round(1))

# %% [markdown]
# ## From one model to a network
#
# A model $XW + b$ with several outputs is called a **dense layer** (밀집층, 완전 연결 층; in Keras `Dense`). Put two dense layers in a row: the outputs of the first are the inputs of the second. The first layer is then a *hidden layer* (은닉층), and each of its outputs is a **hidden unit** (은닉 유닛).
#
# Without anything between them, two layers are no more than one: their product is one table of weights. So a network has a bend between them, an *activation function* (활성화 함수). A common one is *relu*: it turns a negative number into 0 and leaves every other number as it is. The cell leaves the biases out.

# %%
rng = np.random.default_rng(0)
examples = rng.normal(size=(5, 3))  # five examples, three features
# Four hidden units, two outputs.
table_1, table_2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
in_one = examples @ (table_1 @ table_2)

straight = (examples @ table_1) @ table_2
bent = np.maximum(examples @ table_1, 0) @ table_2
assert np.allclose(straight, in_one), "without a bend two layers should be one"
by_best_table = examples @ np.linalg.lstsq(examples, bent)[0]
assert not np.allclose(bent, by_best_table), "with a bend no single table should do"

# %% [markdown]
# Layers in a row with bends between them are a **network** (신경망). The number of layers and the number of hidden units in each are decided before training: they are hyperparameters. The numbers in the tables are learned: they are parameters.

# %% [markdown]
# ## Save, see how far you are, hand in
#
# **Save** with Ctrl+S (on a Mac Cmd+S). The ticks are saved with the notebook.
#
# **See how far you are**: open a terminal in the course's top folder, the folder with the file `README.md`, and type `make progress` (with conda, also on Windows: first `conda activate hyperparameter-course`, then `course progress`). It lists your points for each lesson. It reads the saved notebooks, so save first. In a cell of your own, `from helpers.checks import progress` and then `progress()` show the same list.
#
# **Before you hand in**, press *Validate* at the top of the notebook. It runs everything once more in a fresh kernel and names the checks that do not pass. It finds code that worked only because of a cell that you have since deleted.
#
# **Hand in** if you learn in a class. Where your school runs nbgrader on JupyterHub, open the tab *Assignment List* and press *Submit* next to the lesson. Everywhere else, upload the one file `00-start-here.ipynb` under this name where your instructor asks for it. If several files are asked for in one archive, make a zip of the lesson's folder. If you learn alone there is nothing to hand in.
#
# If you have lost or broken a cell, copy your answers out first. Then unpack the course once more elsewhere, and put its folder `notebooks/00-start-here` in the place of yours (in a clone, run `git checkout notebooks/00-start-here`).

# %% [markdown]
# ## How wrong is a prediction?
#
# Training needs one number that says how wrong a model is: the **loss** (손실). Smaller is better. The notes also call it cost (비용), and explain it as 예측값과 실제값의 차이 (the difference between prediction and target).
#
# Here are five rides with the fare that was paid, the **target** (실제값), and the fare that some model predicts. **Look at the vertical bars**: each bar is the error of one ride.

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
# How do five bars become one number? A plain sum of the errors does not work: some are positive, some are negative, and they cancel.

# %%
errors = predicted_fares - fares
print("errors:", errors)
print("their sum:", errors.sum())

assert abs(errors.sum()) <= abs(errors).min(), "the errors were meant to cancel"

# %% [markdown]
# The sum of all five is no larger than the shortest bar. By that measure the model would be nearly perfect. So the plain differences are not a loss.
#
# The **mean squared error** (평균 제곱 오차) squares each error, so that all are positive and a large error counts much more than a small one. Then it takes their mean:
#
# $$L = \frac{1}{N} \sum_{i=1}^{N} (\hat y_i - y_i)^2$$
#
# $y_i$ is the target of entry $i$, $\hat y_i$ its prediction, and $N$ is the number of entries. It is a mean and not a sum, so that the loss of ten rides can be compared with the loss of a thousand rides.
#
# A model with several outputs has tables of targets and predictions, with one row for each example. Every entry of the table counts: a table of shape `(3, 2)` has $N = 6$ entries, and the loss is still one number.

# %% [markdown]
# ### Exercise 2: `mean_squared_error` (2 points)


# %% solution="mean_squared_error"
def mean_squared_error(targets, predictions):
    """Return the mean squared error over all entries, as a number.

    targets, predictions: arrays of one shape, (num_examples,) or (num_examples, num_outputs),
        with one entry or more.
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
check("large fares", mean_squared_error, np.array([7600.0, 13000.0, 4000]),
      np.array([7000.0, 16000.0, 4100]))
one_column, other_column = np.array([[1], [2], [4]]), np.array([[1.5], [0.0], [4.0]])
check("a table of one column, whole targets", mean_squared_error, one_column, other_column)
check("whole numbers", mean_squared_error, np.array([3, 1, 2, 7]), np.array([1, 1, 3, 12]))
### BEGIN HIDDEN TESTS
five_targets = np.array([0.0, 0.0, 1.0, 1.0, 2.0])
five_predictions = np.array([0.5, -0.5, 3.0, 1.0, 0.0])
check("five errors", mean_squared_error, five_targets, five_predictions)
three_rows = np.array([[1.0, 0.0], [2.0, -2.0], [0.0, 5.0]])
check("a table with three rows", mean_squared_error, np.zeros((3, 2)), three_rows)
halves, moved = five_targets / 2, five_targets + 3
three_pairs = [(five_targets, five_predictions), (five_targets, halves), (moved, halves)]
check("the same predictions, other targets", lambda: [mean_squared_error(*pair) for pair in three_pairs])
check_drawn("drawn errors", mean_squared_error, rtol=1e-5)
### END HIDDEN TESTS

# %% [markdown]
# ## Which degree is best?
#
# Pictures can flatter. So we measure how far a curve is from a typical reading, in degrees Celsius. `distance` returns the root of the mean squared error: it is 0 where the curve runs through every point.
#
# One day may be luck. The cell takes twenty days, each with its own noise, and every degree from 1 to 12. It makes two claims, and it stops with an error if one of them is wrong. First: **on the readings seen, a higher degree is never worse.** Second: **on readings not seen, degree 12 is worse than degree 4** on at least 18 of the twenty days.

# %%
def distance(parameters, times, temperatures):
    errors = temperatures - np.polyval(parameters, times)
    return np.linalg.norm(errors) / len(errors) ** 0.5


days = [(read_thermometer(2 * day, whole_day=True), read_thermometer(2 * day + 1))
        for day in range(20)]
seen, not_seen = np.zeros((20, 12)), np.zeros((20, 12))
for day, (first, second) in enumerate(days):
    for degree in range(1, 13):
        parameters = np.polyfit(*first, degree)
        seen[day, degree - 1] = distance(parameters, *first)
        not_seen[day, degree - 1] = distance(parameters, *second)

assert not (np.diff(seen, axis=1) > 1e-9).any(), "a higher degree was worse on readings seen"
assert (not_seen[:, 11] > not_seen[:, 3]).sum() >= 18, "degree 12 was not worse than 4"

# %% [markdown]
# Both claims hold. The picture shows for each degree the **median** (중앙값), the middle of the twenty days. **Look where each curve is lowest.**

# %%
figure, ax = plt.subplots()
ax.plot(range(1, 13), np.median(seen, axis=0), "o-", label="seen")
ax.plot(range(1, 13), np.median(not_seen, axis=0), "x--", label="not seen")
ax.set(xlabel="degree (hyperparameter)", ylabel="distance in °C, median of 20 days",
       ylim=(0, None))
ax.legend()
plt.show()

# %% [markdown]
# The curve of the readings seen keeps falling. The curve of the readings not seen has a bottom, and then it climbs.
#
# This is why the degree is not learned like $W$ and $b$. If you ask the distance to the readings *seen* for the best degree, it answers "more", until the curve runs through every dot. So we choose by readings that the curve was not learned from. Readings that are set aside for choosing are called **validation** data (검증 데이터). Parameters are learned from **training** data (학습 데이터). Nearly every lesson of this course has both.
#
# The notes call hyperparameters 모델을 학습하는데 구성하는 기본적인 변수들 (the basic variables that make up the training of a model). That is right but wide: $W$ and $b$ are variables of training as well. The sharp line is *who sets them, and when*: training sets the parameters, and hyperparameters are set before training.

# %% [markdown]
# ## Why there is a third part
#
# Choose the degree by the second thermometer. Is its loss at the chosen degree also the loss that a *third* thermometer will have? The third thermometer is read at the same moments as the second, with noise of its own. So for a degree that was fixed beforehand, the losses of the second and the third are equal on average. **Place your bet**: what about the degree that was chosen?
#
# The cell makes 1,000 days of the same temperature, so that chance plays little part, and chooses a degree on each day.

# %%
def noisy_days(times, num_days, rng):
    """Readings of one day, at the given times, with other noise in every column."""
    noise = rng.normal(0, 1, (len(times), num_days))
    return (16 + 6 * np.cos(np.pi * (times - 0.2)))[:, None] + noise


rng = np.random.default_rng(0)
first, second, third = (noisy_days(at, 1000, rng) for at in (times, second_times, second_times))
on_second, on_third = np.zeros((2, 8, 1000))
for degree in range(1, 9):
    told = np.vander(second_times, degree + 1) @ np.polyfit(times, first, degree)
    on_second[degree - 1] = np.linalg.norm(told - second, axis=0) ** 2 / 16
    on_third[degree - 1] = np.linalg.norm(told - third, axis=0) ** 2 / 16

# %% [markdown]
# The mean squared errors over all days: at the degree chosen out of all eight, at the degree chosen out of 4 and 5, and at degree 4.

# %%
chosen = on_second.argmin(axis=0), np.arange(1000)
print(f"of all eight: second thermometer {on_second[chosen].mean():.2f}, third "
      f"{on_third[chosen].mean():.2f}")
few = 3 + on_second[3:5].argmin(axis=0), np.arange(1000)
print(f"of 4 and 5: second thermometer {on_second[few].mean():.2f}, third "
      f"{on_third[few].mean():.2f}")
print(f"degree 4: second thermometer {on_second[3].mean():.2f}, third {on_third[3].mean():.2f}")

assert on_third[chosen].mean() > 1.05 * on_second[chosen].mean(), (
    "the chosen one should look too good"
)
assert abs(on_third[3].mean() / on_second[3].mean() - 1) < 0.06, "a fixed one should not"
luck, luck_of_few = (on_third[those] - on_second[those] for those in (chosen, few))
assert luck.mean() > luck_of_few.mean(), (
    "a choice of eight should have more luck than one of two"
)

# %% [markdown]
# The chosen degree won partly by luck, and the luck does not carry over to the third thermometer. There is more luck in a choice among eight degrees than in a choice between 4 and 5. So report the loss on **test** data (테스트 데이터) that played no part in the choice, and look at them once.

# %% [markdown]
# ## Optional: far more parameters than readings
#
# You may leave this section out: no exercise needs it.
#
# Does the curve of the readings not seen climb for ever? At degree 15 there are sixteen parameters for sixteen readings, and exactly one curve runs through all dots. Beyond degree 15 there are many such curves, and choosing among them is one more hyperparameter. The next cell takes the curve with the smallest parameters, where the wild parts of a curve count more than the calm parts. **Guess before you run it**: how far from the second thermometer is degree 200?


# %%
def calmest_fit(first, second, degree):
    """Return the distances to both thermometers, of the smallest parameters that fit the first
    one best.
    """
    # A column for each degree: the higher the degree, the wilder its curve.
    tables = [np.polynomial.legendre.legvander(times, degree) for times, _ in (first, second)]
    calm = 1 / (1 + np.arange(degree + 1))
    parameters = np.linalg.lstsq(tables[0] * calm, first[1])[0]
    told = [(table * calm) @ parameters for table in tables]
    return [np.linalg.norm(told[0] - first[1]) / 4, np.linalg.norm(told[1] - second[1]) / 4]


many = [1, 2, 4, 6, 8, 10, 12, 14, 15, 16, 18, 20, 25, 30, 50, 100, 200]
far = np.array([[calmest_fit(*day, degree) for degree in many] for day in days])

# %% [markdown]
# **Look at both sides of the dotted line**, where there are as many parameters as readings.

# %%
figure, ax = plt.subplots()
ax.plot(many, np.median(far[:, :, 0], axis=0), "o-", label="seen")
ax.plot(many, np.median(far[:, :, 1], axis=0), "x--", label="not seen")
ax.axvline(15, color="0.6", linestyle=":")
ax.set(xlabel="degree (hyperparameter)", ylabel="distance in °C, median of 20 days")
ax.set(xscale="log", yscale="log", ylim=(0.05, 500))
ax.set_xticks([1, 4, 15, 50, 200], ["1", "4", "15", "50", "200"])
ax.legend()
plt.show()

# %% [markdown]
# The claims about the picture. The last distances belong to another choice among the curves of degree 200, the smallest parameters of the powers of time.

# %%
at = {degree: far[:, place, 1] for place, degree in enumerate(many)}
powers = [np.linalg.lstsq(np.vander(first[0], 201), first[1])[0] for first, _ in days]
by_powers = np.array([distance(some, *day[1]) for some, day in zip(powers, days, strict=True)])

assert many[np.median(far[:, :, 1], axis=0).argmax()] == 15, (
    "as many parameters as readings should be worst"
)
assert (at[200] < at[12]).sum() >= 16, "far more parameters should be better again"
assert (at[200] > at[4]).sum() > 10, "but for most days not better than the few that suffice"
assert (by_powers > at[15]).sum() >= 18, (
    "with the other choice of a curve it should not fall again"
)
assert far[:, many.index(15) :, 0].max() < 1e-6, "from degree 15 on every reading should be met"

# %% [markdown]
# The error climbs until there are as many parameters as readings, and then it falls a second time. This is called **double descent** (이중 하강). The best degree is a low one all the same. The second fall depends on which curve we take: with the smallest parameters of the powers of time, degree 200 is farther off than degree 15 on nearly every day.
#
# Networks often have more parameters than examples too. We have not measured here whether their error falls again. The distance to the readings *seen* cannot choose here either: from degree 15 on it is 0, for wild curves and for calm curves.

# %% [markdown]
# ## Beliefs, measured
#
# **"The more parameters, the better the model."** You will hear it often. You can now test it with your own loss.
#
# The cell below takes the twenty days again, and fits the first thermometer of each with every degree from 1 to 12. It asks *your* `mean_squared_error` twice: on the readings that were seen, and on the readings that were not. **Decide before you run it**: which degrees will these two losses call the best?

# %%
train_losses, val_losses = [], []
if solved("mean_squared_error"):
    for first, second in days:
        for degree in range(1, 13):
            parameters = np.polyfit(*first, degree)
            train_losses.append(mean_squared_error(first[1], np.polyval(parameters, first[0])))
            val_losses.append(mean_squared_error(second[1], np.polyval(parameters, second[0])))

# %% [markdown]
# The next cell prints which degree your function found best on each day.

# %%
if train_losses:
    by_training = np.reshape(train_losses, (20, 12)).argmin(axis=1) + 1
    by_validation = np.reshape(val_losses, (20, 12)).argmin(axis=1) + 1
    print("lowest training loss:  ", *by_training)
    print("lowest validation loss:", *by_validation)
    assert (by_training == 12).all(), "the training loss should choose the highest"
    assert 3 < by_validation.mean() < 8, "validation should choose one in the middle"

# %% [markdown]
# The training loss takes as many parameters as it can get, on every day. On readings that were not seen, a degree in the middle is best. So the belief is true of the training loss, until that loss is 0. A small training loss is the means, not the aim.
#
# **"The computer cannot choose the degree: it would need other readings."** Taking the `argmin` of validation losses is a choice, and a computer makes it: it is the smallest search there is. Even the second thermometer is not needed. Leave one of the sixteen readings out, learn the curve from the other fifteen, and measure how far it is from the reading left out. Do so for each reading in turn. This is **cross-validation** (교차 검증), here with one reading at a time (*leave-one-out*). **Place your bet**: which degrees will it choose?

# %%
chosen_alone = []
for (moments, readings), _ in days:
    left_out = np.zeros((12, 16))
    for degree in range(1, 13):
        for place in range(16):
            others = np.arange(16) != place
            parameters = np.polyfit(moments[others], readings[others], degree)
            told = np.polyval(parameters, moments[place])
            left_out[degree - 1, place] = told - readings[place]
    chosen_alone.append(1 + np.linalg.norm(left_out, axis=1).argmin())

# %% [markdown]
# Each chosen degree is then fitted to all sixteen readings. How far are these curves from the second thermometer, which played no part in the choice? And how far are the curves of degree 12?

# %%
far_from_second = not_seen[np.arange(20), np.array(chosen_alone) - 1]
print("chosen from sixteen readings:", *chosen_alone)
print(f"distance to the second thermometer: {np.median(far_from_second):.2f}")
print(f"degree 12: {np.median(not_seen[:, 11]):.2f}, degree 4: {np.median(not_seen[:, 3]):.2f}")

assert max(chosen_alone) < 12, "it should not ask for more and more"
assert np.median(far_from_second) < 1.3 * np.median(not_seen[:, 3]), "it should choose well"

# %% [markdown]
# Sixteen readings can choose the degree, if no curve is judged by a reading that it has learned from. (Statisticians also use a price on each parameter.) The training loss alone cannot choose it.
#
# Statements of the notes, measured in this lesson:
#
# | The notes say | In English | We found |
# |---|---|---|
# | 하이퍼 파라미터 : 모델을 학습하는데 구성하는 기본적인 변수들 | hyperparameters: the basic variables that make up the training of a model | too wide: $W$ and $b$ are variables of training too. What counts is who sets them, and when |
# | WX + b = y | | right; with one row for each example it is $XW + b$ |
# | W,b는 weight | W and b are weights | Keras says so too; we say weight and bias |
# | 예측값과 실제값의 차이인 cost | the cost, which is the difference between prediction and target | differences cancel; the mean of their squares does not |
# | cost을 줄이는 과정이 머신러닝 과정 | machine learning is the process of reducing the cost | right for the parameters; but the cost on the readings seen cannot choose the degree |

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
# 3. the 784 x 64 numbers inside a dense layer that make its 64 outputs from 784 inputs
# 4. the 64 in that layer: how many outputs it has
# 5. the factor, the same in every step, by which training makes its steps longer or shorter

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
# Four networks were trained on the same 1,280 photographs of clothes, and went through them equally often. They differ in the number of hidden units only. The numbers are measured, each is a mean over six trainings.
#
# | hidden units | training loss | validation loss |
# |---|---|---|
# | 4 | 0.70 | 0.77 |
# | 8 | 0.47 | 0.60 |
# | 64 | 0.23 | 0.56 |
# | 512 | 0.08 | 0.67 |
#
# By these numbers, which one do you take, and for which reason?
#
# - a) 512, because its loss is the lowest in the table
# - b) 4, because its two losses are closest to each other, so it does not overfit
# - c) 64, because it has the lowest loss on data that it has not seen
# - d) 8, because beyond it the validation loss is clearly larger than the training loss

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
# A friend who programs, but knows no machine learning, asks: "The computer finds $W$ and $b$ by itself, by making the training loss small. Why does it not find the degree of the curve in the same way, with the same loss?"
#
# Answer in three to six sentences. Say what would happen if it did, point to something that you measured above, and say what one does instead. (2 points, read by a person.)

# %% [markdown] written="why_chosen" points=2
# Double-click here and write your answer below this line.
#
# ### BEGIN SOLUTION
#
# **Rubric**
#
# - **Full (2 points)**: says that the loss on the readings used for fitting falls with every higher degree (or never rises), so that it would always choose the highest degree; points to a measurement of this lesson (twenty days, the rising second curve, the degrees that the own loss function chose, or those that cross-validation chose); says what one does instead: choose by readings that the curve was not learned from, be it data set aside or, with the same readings, cross-validation. (A price on the number of parameters, which statisticians use, counts as well.)
# - **Half (1 point)**: names one or two of the three (why the training loss cannot decide, a measurement, what one does instead), or names overfitting but does not say why the training loss does not show it.
# - **Empty (0 points)**: only repeats the definitions ("hyperparameters are set by humans"), or says that it is impossible, too slow or a matter of taste.
#
# **A full answer**: If the readings that were used for fitting were asked for the best degree, they would always name the highest one: every further parameter lets the curve come closer to exactly these points, noise included. We saw it on all twenty days: the distance to the readings seen never rose with the degree, while for the second thermometer degree 12 was worse than degree 4 on nearly every one. So the degree is chosen with other readings than W and b were computed from, the validation data. The computer can do that choosing too, but not in the same fit.
#
# **A full answer without other data**: The training loss never rises with the degree, so it asks for as many parameters as it may have: on all twenty days it chose 12. The sixteen readings are enough all the same, if each curve is judged by a reading that was left out when it was learned. That is cross-validation, and on our days it chose degrees in the middle.
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
# - Parameters such as $W$ and $b$ are computed from the training data. Hyperparameters are fixed before training.
# - A linear model predicts all examples at once: $\hat y = XW + b$, one row of $X$ for each example.
# - The mean squared error turns all errors into one number, and errors do not cancel in it. Layers $XW + b$ with a bend between them are a network.
# - The training loss cannot choose a hyperparameter such as the degree: it wants more parameters until it is 0. Readings that were not learned from can choose it: validation data, or cross-validation. The result is reported on test data.
# - A check compares what comes out of your code, says what differs, and often knows why.
# - Measured with curves of degree 1 to 200, fitted by least squares to 16 readings a day, on 20 days (1,000 for the third thermometer). No network yet.

# %% [markdown]
# ## Sources
#
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning*, MIT Press 2016, <https://www.deeplearningbook.org>: section 5.1.4 (linear regression and the mean squared error), section 5.2 (capacity, with curves of degree 1, 2 and 9), section 5.3 (hyperparameters and validation sets; why a setting such as the degree must not be learned on the training set), section 5.3.1 (cross-validation).
# - M. Belkin, D. Hsu, S. Ma, S. Mandal, *Reconciling Modern Machine-Learning Practice and the Classical Bias-Variance Trade-Off*, PNAS 116 (2019), arXiv:1812.11118: double descent.
# - P. Nakkiran and others, *Deep Double Descent: Where Bigger Models and More Data Hurt*, ICLR 2020, arXiv:1912.02292: the same in networks, over size, epochs and data.
# - P. Nakkiran, P. Venkat, S. Kakade, T. Ma, *Optimal Regularization Can Mitigate Double Descent*, ICLR 2021, arXiv:2003.01897: a price on large parameters, well chosen, can take the peak away.
# - Y. Bengio, *Practical Recommendations for Gradient-Based Training of Deep Architectures*, 2012, arXiv:1206.5533: section 3, on what a hyperparameter is.
# - Keras, *Dense layer*, <https://keras.io/api/layers/core_layers/dense/>: `activation(dot(input, kernel) + bias)`, inputs first.
# - NumPy, *polyfit*, <https://numpy.org/doc/stable/reference/generated/numpy.polyfit.html>.
# - nbgrader, <https://nbgrader.readthedocs.io>: validating and submitting assignments.
