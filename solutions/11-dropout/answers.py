"""Right and wrong answers to the exercises of lesson 11."""

import copy
import itertools

import keras
import numpy as np
from scipy import optimize, special

from course.authoring.answers import exercise

e = exercise("dropout")

@e.right
def with_where(activations, rate, rng, training):
    if not training:
        return activations.copy()
    is_dropped = rng.random(activations.shape) < rate
    return np.where(is_dropped, 0.0, activations / (1.0 - rate))

@e.right
def binomial_mask(activations, rate, rng, training):
    keep_chance = 1 - rate if training else 1.0
    return activations * rng.binomial(1, keep_chance, size=activations.shape) / keep_chance

@e.right
def choice_of_factors(activations, rate, rng, training):
    if training:
        factors = rng.choice([0.0, 1 / (1 - rate)], p=[rate, 1 - rate], size=activations.shape)
        activations = activations * factors
    return activations

@e.right
def one_by_one(activations, rate, rng, training):
    result = np.array(activations, dtype=float)
    if training:
        for row in range(result.shape[0]):
            for unit in range(result.shape[1]):
                result[row, unit] = 0 if rng.uniform() < rate else result[row, unit] / (1 - rate)
    return result

@e.right
def row_by_row_in_float32(activations, rate, rng, training):
    rows = activations.astype(np.float32)
    if not training or rate == 0:
        return rows
    return np.stack([row * (rng.random(len(row), np.float32) >= rate) / np.float32(1 - rate) for row in rows])

@e.right
def a_copy_with_holes(activations, rate, rng, training):
    if training is False:
        return activations
    result = activations / (1 - rate)
    result[rng.uniform(0, 1, result.shape) > 1 - rate] = 0
    return result

@e.right
def columns_first(activations, rate, rng, training):
    keep = (rng.random(activations.T.shape) >= rate).T if training else np.ones(activations.shape)
    return activations * keep / (1 - rate if training else 1)

@e.right
def by_waiting_times(activations, rate, rng, training):
    if not training:
        return activations
    return activations * (rng.exponential(size=activations.shape) > -np.log(1 - rate)) / (1 - rate)

@e.right
def a_drawn_number_of_places(activations, rate, rng, training):
    # So many of independent coins: a binomial number, and each choice of places equally likely.
    if not training:
        return activations
    result = activations.flatten() / (1 - rate)
    result[rng.choice(result.size, rng.binomial(result.size, rate), replace=False)] = 0
    return result.reshape(activations.shape)

@e.right
def in_the_other_order(activations, rate, rng, training):
    if not training:
        return activations
    draws = rng.random(activations.size).reshape(activations.shape, order="F")
    return np.array(keras.ops.where(draws >= rate, activations / (1 - rate), 0.0))


def _mask(activations, rate, rng):
    return rng.random(activations.shape) >= rate


@e.wrong("At the rate 0.4 more outputs are dropped than it says, at 0.65 fewer. rate is the chance to be dropped, and not the chance to be kept.")
def keeps_with_the_rate(activations, rate, rng, training):
    if not training:
        return activations
    return activations * (rng.random(activations.shape) < rate) / (1 - rate)

@e.wrong("At the rate 0.4 more outputs are dropped than it says, at 0.65 fewer. rate is the chance to be dropped, and not the chance to be kept.")
def waits_with_the_rate(activations, rate, rng, training):
    if not training:
        return activations
    with np.errstate(divide="ignore"):
        return activations * (rng.exponential(size=activations.shape) > -np.log(rate)) / (1 - rate)


_RATE_FOR_KEPT = (
    "You took rate for the chance to be kept, in the mask and in the division. It is the chance to be dropped."
)


@e.wrong(_RATE_FOR_KEPT)
def rate_is_the_chance_to_be_kept(activations, rate, rng, training):
    if not training:
        return activations
    return np.where(rng.random(activations.shape) < rate, activations / rate if rate else 0.0, 0.0)

@e.wrong(_RATE_FOR_KEPT)
def rate_is_the_chance_to_be_kept_but_for_0(activations, rate, rng, training):
    if not training or rate == 0:
        return activations
    return activations * (rng.random(activations.shape) < rate) / rate

@e.wrong(_RATE_FOR_KEPT)
def rate_is_the_chance_to_be_kept_and_nan_for_0(activations, rate, rng, training):
    if not training:
        return activations
    with np.errstate(all="ignore"):
        return activations * (rng.random(activations.shape) < rate) / np.float64(rate)

@e.wrong("The mask is right. But you divided by rate: divide by the chance to be kept, 1 - rate.")
def divides_by_the_rate(activations, rate, rng, training):
    if not training or rate == 0:
        return activations
    return activations * _mask(activations, rate, rng) / rate

@e.wrong("The mask is right. But you divided by rate: divide by the chance to be kept, 1 - rate.")
def divides_by_the_rate_also_by_0(activations, rate, rng, training):
    if not training:
        return activations
    with np.errstate(all="ignore"):
        return activations * _mask(activations, rate, rng) / np.float64(rate)

e.wrong("What is kept stays as large as it was. So the expectation shrinks: divide it by 1 - rate in training.",
    not_scaled=lambda activations, rate, rng, training: (
        activations * _mask(activations, rate, rng) if training else activations
    ))
e.wrong("You multiplied by 1 - rate in training. What is kept must grow, to make up for what is dropped: divide.",
    multiplies_in_training=lambda activations, rate, rng, training: (
        activations * _mask(activations, rate, rng) * (1 - rate) if training else activations
    ))
e.wrong("At inference you multiplied by 1 - rate. That is dropout as it was first published. In inverted dropout the division is made in training, and at inference nothing happens.",
    scaled_at_inference=lambda activations, rate, rng, training: (
        activations * _mask(activations, rate, rng) if training else activations * (1 - rate)
    ))

@e.wrong("In training you divided by 1 - rate, and at inference you multiplied by it. One of these is enough: at inference the activations stay as they are.")
def scaled_in_both(activations, rate, rng, training):
    if not training:
        return activations * (1 - rate)
    return activations * _mask(activations, rate, rng) / (1 - rate)

@e.wrong("You drop outputs at inference, and none in training. It is the other way round.")
def training_taken_for_inference(activations, rate, rng, training):
    if training:
        return activations
    return activations * _mask(activations, rate, rng) / (1 - rate)

@e.wrong("At inference you divided by 1 - rate. There nothing is dropped, so nothing has to be made up for.")
def divided_at_inference_too(activations, rate, rng, training):
    keep = _mask(activations, rate, rng) if training else 1.0
    return activations * keep / (1 - rate)

e.wrong("Outputs are dropped at inference. There all units are used: return the activations as they are.",
    training_ignored=lambda activations, rate, rng, training: (
        activations * _mask(activations, rate, rng) / (1 - rate)
    ))
e.wrong("Your result is 0 at inference. There all units are used: return the activations as they are.",
    nothing_at_inference=lambda activations, rate, rng, training: (
        training * activations * _mask(activations, rate, rng) / (1 - rate)
    ))

@e.wrong("All examples of the batch have the same mask. Draw one for each example: as many coins as there are outputs.")
def one_mask_for_the_batch(activations, rate, rng, training):
    if not training:
        return activations
    return activations * (rng.random(activations.shape[1]) >= rate) / (1 - rate)

@e.wrong("Whole examples are dropped: all outputs of a row have the same fate. Each output has a coin of its own.")
def whole_examples(activations, rate, rng, training):
    if not training:
        return activations
    return activations * (rng.random((len(activations), 1)) >= rate) / (1 - rate)

@e.wrong("In each example the same number of outputs is dropped. Each has a coin of its own, so the number varies.")
def the_same_number_in_each(activations, rate, rng, training):
    if not training:
        return activations
    ranks = rng.random(activations.shape).argsort(axis=1).argsort(axis=1)
    return activations * (ranks >= round(rate * activations.shape[1])) / (1 - rate)

@e.wrong("You divided by the fraction that was kept this time, or by something else that changes from pass to pass. Divide by the chance to be kept, 1 - rate.")
def divides_by_what_was_kept(activations, rate, rng, training):
    if not training:
        return activations
    keep = _mask(activations, rate, rng)
    return activations * keep / max(keep.mean(), 1e-9)

@e.wrong("Two equal generators give different masks. Use rng for everything random, and nothing else.")
def numpys_own_generator(activations, rate, rng, training):
    if not training:
        return activations
    draws = np.random.random(activations.shape)  # noqa: NPY002, that is the mistake
    return activations * (draws >= rate) / (1 - rate)

@e.wrong("Two passes with one generator have the same mask. Do not make a generator, and keep no mask: draw from rng.")
def a_generator_of_its_own(activations, rate, rng, training):
    if not training:
        return activations
    return activations * _mask(activations, rate, np.random.default_rng(0)) / (1 - rate)

e.wrong("Two passes with one generator have the same mask. Do not make a generator, and keep no mask: draw from rng.",
    a_binomial_generator_of_its_own=lambda activations, rate, rng, training: (
        binomial_mask(activations, rate, np.random.default_rng(0), training)
    ))

@e.wrong("You changed the activations that you were given. Make a new array, or a copy first.")
def in_place(activations, rate, rng, training):
    if training:
        activations *= _mask(activations, rate, rng)
        activations /= 1 - rate
    return activations

@e.wrong("None of your outputs is 0, and what they are multiplied by differs from one to the next. Dropout multiplies each by one of two numbers, 0 or 1 / (1 - rate).")
def gaussian_noise(activations, rate, rng, training):
    if not training:
        return activations
    return activations * rng.normal(1, np.sqrt(rate / (1 - rate)), size=activations.shape)

@e.wrong("At inference your result is neither the activations nor a multiple of them. Return them unchanged there. In training return them multiplied by the mask, and what is kept divided by 1 - rate.")
def the_mask_alone(activations, rate, rng, training):
    if not training:
        return np.ones(activations.shape)
    return _mask(activations, rate, rng) / (1 - rate)

@e.wrong("About the right number is dropped. But what is kept is multiplied by many different numbers, and not by 1 / (1 - rate).")
def each_row_by_what_it_kept(activations, rate, rng, training):
    if not training:
        return activations
    keep = _mask(activations, rate, rng)
    return activations * keep / np.maximum(keep.mean(axis=1, keepdims=True), 1e-9)

@e.wrong("In each pass the same number of outputs is dropped. Each has a coin of its own, so the number varies from pass to pass.")
def the_same_number_in_all(activations, rate, rng, training):
    if not training:
        return activations
    result = activations.flatten() / (1 - rate)
    result[rng.choice(result.size, round(rate * result.size), replace=False)] = 0
    return result.reshape(activations.shape)

@e.wrong("Fewer outputs are dropped than rate says. Each is to be dropped with the chance `rate`, whatever happens to the others. (Places that are drawn with replacement come up several times.)")
def places_drawn_several_times(activations, rate, rng, training):
    if not training:
        return activations
    result = activations.flatten() / (1 - rate)
    result[rng.integers(0, result.size, round(rate * result.size))] = 0
    return result.reshape(activations.shape)

@e.wrong("Fewer outputs are dropped than rate says. Each is to be dropped with the chance `rate`, whatever happens to the others. (Places that are drawn with replacement come up several times.)")
def a_drawn_number_of_places_drawn_several_times(activations, rate, rng, training):
    if not training:
        return activations
    result = activations.flatten() / (1 - rate)
    result[rng.choice(result.size, rng.binomial(result.size, rate))] = 0
    return result.reshape(activations.shape)

@e.wrong("Passes of a single example with one generator have the same mask. Draw from rng itself: neither from a copy of it, nor from its state as it was.")
def a_copy_of_the_generator(activations, rate, rng, training):
    if not training:
        return activations
    return activations * _mask(activations, rate, copy.deepcopy(rng)) / (1 - rate)

@e.wrong("Your result has one axis too many, as if you returned the mask too. Return the outputs alone.")
def the_mask_as_well(activations, rate, rng, training):
    if not training:
        return activations
    keep = _mask(activations, rate, rng)
    return activations * keep / (1 - rate), keep

e.wrong("You returned a list. A NumPy array is asked for.",
    a_list=lambda activations, rate, rng, training: with_where(activations, rate, rng, training).tolist())
e.wrong("Nothing is dropped in training.",
    never_drops=lambda activations, rate, rng, training: activations)

@e.cases(deciding=60)
def layers_and_passes(rng):
    """A layer of one output up to some hundred, how often it is passed, its size, a rate, a seed, training or not.

    In one case of four nothing is random: at inference, or at a rate of 0.
    """
    height, width = (int(rng.choice([1, 2, 5, rng.integers(1, 30)])) for _ in "ab")
    passes = 200 // (height * width) + 1
    if rng.random() < 0.2:  # enough to see whether the number that is dropped varies
        height, width, passes = (1, 30, 40) if rng.random() < 0.6 else (30, 35, 1)
    # By a power of two numbers are multiplied and divided exactly.
    size = [1.0, 0.25, 2.0**-17, 2.0**21, np.float32(0.5)][rng.integers(5)]
    rate = [round(rng.uniform(0.05, 0.95), 2), np.float64(0.3), 0.5, 0.02, 0.97][rng.choice(5, p=[0.6, *[0.1] * 4])]
    kind = rng.random()
    if kind < 0.12:
        rate = 0 if kind < 0.06 else 0.0
    return height, width, passes, size, rate, int(rng.integers(1000)), bool(rng.random() < 0.82)

e.hints(
    "Inference first: what comes back there? One `if` at the top, and the rest is about training.",
    "One coin for each output: draw an array of random numbers with the shape of the outputs, and compare "
    "it with rate. Which side is dropped with the chance `rate`?",
    "What is kept has to make up for what is dropped. If rate is 0.75, one output in four is kept: how large must it "
    "become?",
)


# classifier_with_dropout ------------------------------------------------------------------------


def _network(*middle, first="relu", last=None, **named):
    """The notes' network with what is given behind its first layer."""
    layers = [keras.Input((14, 14)), keras.layers.Flatten(), keras.layers.Dense(64, activation=first)]
    return keras.Sequential([*layers, *middle, keras.layers.Dense(10, activation=last)], **named)


e = exercise("classifier_with_dropout")

@e.right
def functional(rate):
    inputs = keras.Input(shape=(14, 14), name="image")
    h = keras.layers.Flatten()(inputs)
    h = keras.layers.Dense(64, activation="relu")(h)
    h = keras.layers.Dropout(rate)(h)
    h = keras.layers.Dense(32)(h)
    return keras.Model(inputs, keras.layers.Dense(10)(h))

@e.right
def layer_by_layer(rate):
    model = keras.Sequential()
    model.add(keras.layers.InputLayer(shape=(14, 14)))
    model.add(keras.layers.Reshape((196,)))
    model.add(keras.layers.Dense(64))
    model.add(keras.layers.ReLU())
    model.add(keras.layers.Dropout(rate=rate, seed=5))
    model.add(keras.layers.Dense(32, activation="linear"))
    model.add(keras.layers.Dense(10, activation=None, name="logits"))
    return model

@e.right
def compiled_as_well(rate):
    model = _network(keras.layers.Dropout(rate), keras.layers.Dense(32))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), ["accuracy"])
    return model

@e.right
def built_afterwards(rate):
    layers = [keras.layers.Flatten(), keras.layers.Dense(64, "relu"), keras.layers.Dropout(rate)]
    model = keras.Sequential([*layers, keras.layers.Dense(32), keras.layers.Dense(10)])
    model.build((None, 14, 14))
    return model

@e.right
def activation_apart(rate):
    return _network(
        keras.layers.Activation("relu"), keras.layers.Dropout(rate), keras.layers.Dense(32), first=None
    )

@e.right
def as_a_class(rate):
    class Notes(keras.Model):
        def __init__(self):
            super().__init__()
            self.parts = [keras.layers.Flatten(), keras.layers.Dense(64, activation="relu")]
            self.dropout = keras.layers.Dropout(rate)
            self.ends = [keras.layers.Dense(32), keras.layers.Dense(10)]

        def call(self, x, training=False):
            for part in self.parts:
                x = part(x)
            x = self.dropout(x, training=training)
            for part in self.ends:
                x = part(x)
            return x

    model = Notes()
    model(np.zeros((1, 14, 14), np.float32))
    return model

@e.right
def in_two_pieces(rate):
    # relu(0) is 0, so dropout may stand before the relu as well.
    first = [keras.layers.Flatten(), keras.layers.Dense(64), keras.layers.Dropout(rate), keras.layers.ReLU()]
    last = [keras.layers.Dense(32), keras.layers.Dense(10)]
    return keras.Sequential([keras.Input((14, 14)), keras.Sequential(first), keras.Sequential(last)])

@e.right
def in_64_bits(rate):
    layers = [keras.layers.Flatten(dtype="float64"), keras.layers.Dense(64, "relu", dtype="float64")]
    layers += [keras.layers.Dropout(rate, noise_shape=(None, 64), dtype="float64")]
    layers += [keras.layers.Dense(32, dtype="float64"), keras.layers.Dense(10, dtype="float64")]
    return keras.Sequential([keras.Input((14, 14)), *layers])

e.wrong("The layer of 32 units is missing.",
    without_32_units=lambda rate: _network(keras.layers.Dropout(rate)))
e.wrong("Your logits have a relu, so none can be below 0. The last layer has no activation function.",
    relu_at_the_end=lambda rate: _network(keras.layers.Dropout(rate), keras.layers.Dense(32), last="relu"))

@e.wrong("Your model has no weights. A layer makes them when it knows the shape of its inputs: begin with keras.Input((14, 14)).")
def not_built(rate):
    layers = [keras.layers.Flatten(), keras.layers.Dense(64, "relu"), keras.layers.Dropout(rate)]
    return keras.Sequential([*layers, keras.layers.Dense(32), keras.layers.Dense(10)])

e.wrong("In training, all of the 64 units arrive at the next layer. Dropout belongs between the layer of 64 units and that of 32.",
    no_dropout=lambda rate: _network(keras.layers.Dense(32)))
e.wrong("You put Dropout behind the layer of 32 units. It belongs behind the layer of 64 units, where each of the 64 outputs is dropped or kept by itself.",
    behind_the_second=lambda rate: _network(keras.layers.Dense(32), keras.layers.Dropout(rate)))
e.wrong("You drop outputs twice. There is one dropout layer, behind the 64 units.",
    behind_both=lambda rate: (
        _network(keras.layers.Dropout(rate), keras.layers.Dense(32), keras.layers.Dropout(rate))
    ))
e.wrong("The layer of 32 units has a relu, and dropout behind it. In the notes it has neither: there is one dropout layer, behind the 64 units.",
    both_layers_alike=lambda rate: (
        _network(keras.layers.Dropout(rate), keras.layers.Dense(32, "relu"), keras.layers.Dropout(rate))
    ))
e.wrong("Your dropout rate is always 0.3. Hand over the rate that you are given.",
    always_three_tenths=lambda rate: _network(keras.layers.Dropout(0.3), keras.layers.Dense(32)))
e.wrong("Your dropout rate is always 0.5. Hand over the rate that you are given.",
    always_a_half=lambda rate: _network(keras.layers.Dropout(0.5), keras.layers.Dense(32)))
e.wrong("You handed over 1 - rate. Keras asks for the chance to be dropped, as this function does.",
    chance_to_be_kept=lambda rate: _network(keras.layers.Dropout(1 - rate), keras.layers.Dense(32)),
    chance_to_be_kept_but_for_0=lambda rate: (
        _network(keras.layers.Dropout(1 - rate if rate else 0), keras.layers.Dense(32))
    ))
e.wrong("At the rate 0 you drop outputs, as at the rate 0.3. 0 is a rate as well: then nothing is dropped.",
    three_tenths_for_0=lambda rate: _network(keras.layers.Dropout(rate or 0.3), keras.layers.Dense(32)))

@e.wrong("Dropout is at work at inference too. Call the layer without training=True: the model's own argument decides.")
def always_on(rate):
    inputs = keras.Input((14, 14))
    h = keras.layers.Dense(64, activation="relu")(keras.layers.Flatten()(inputs))
    h = keras.layers.Dropout(rate)(h, training=True)
    return keras.Model(inputs, keras.layers.Dense(10)(keras.layers.Dense(32)(h)))

e.wrong("All examples of a batch have the same mask. Each has one of its own. (noise_shape makes them share one.)",
    the_same_mask=lambda rate: (
        _network(keras.layers.Dropout(rate, noise_shape=(1, 64)), keras.layers.Dense(32))
    ))
e.wrong("Your layer adds or multiplies noise that can have any value. Dropout lets an output through or sets it to 0.",
    gaussian=lambda rate: _network(keras.layers.GaussianDropout(rate), keras.layers.Dense(32)))


def _from_pixels(*first, activation="relu", rate):
    """The right network, with what is given between the pixels and the 64 units."""
    layers = [keras.Input((14, 14)), keras.layers.Flatten(), *first, keras.layers.Dense(64, activation=activation)]
    return keras.Sequential([*layers, keras.layers.Dropout(rate), keras.layers.Dense(32), keras.layers.Dense(10)])


e.wrong("Pixels are dropped as well. There is one dropout layer, behind the 64 units.",
    pixels_as_well=lambda rate: _from_pixels(keras.layers.Dropout(rate), rate=rate))

@e.wrong("You drop pixels, and no outputs of the 64 units. Dropout stands behind the 64 units.")
def pixels_instead(rate):
    layers = [keras.Input((14, 14)), keras.layers.Flatten(), keras.layers.Dropout(rate)]
    layers += [keras.layers.Dense(64, "relu"), keras.layers.Dense(32), keras.layers.Dense(10)]
    return keras.Sequential(layers)

e.wrong("In training the units do not see the pixels as they are: there is noise in them. Chance is at work behind the 64 units alone.",
    noise_in_the_pixels=lambda rate: _from_pixels(keras.layers.GaussianNoise(0.1), rate=rate))
e.wrong("None of the 64 units can give more than 6. In the notes they have relu, which has no upper limit.",
    relu_up_to_6=lambda rate: _from_pixels(activation="relu6", rate=rate))
e.wrong("Your network ends in a softmax, so its outputs are probabilities. Logits are asked for: no activation at the end.",
    ends_in_a_softmax=lambda rate: (
        _network(keras.layers.Dropout(rate), keras.layers.Dense(32), last="softmax")
    ))
e.wrong("The layer of 32 units has a relu. In the notes it has no activation function.",
    relu_in_the_second=lambda rate: (
        _network(keras.layers.Dropout(rate), keras.layers.Dense(32, activation="relu"))
    ))
e.wrong("The layer of 32 units has a relu, and your network ends in a softmax. In the notes the 32 units have no activation function, and logits have none either.",
    relu_and_a_softmax=lambda rate: (
        _network(keras.layers.Dropout(rate), keras.layers.Dense(32, "relu"), last="softmax")
    ))
e.wrong("The layer of 64 units has no relu. In the notes it has one.",
    no_relu_at_all=lambda rate: _network(keras.layers.Dropout(rate), keras.layers.Dense(32), first=None))

@e.wrong("Your two hidden layers have 32 and 64 units. In the notes the first one has 64, the second 32.")
def widths_exchanged(rate):
    layers = [keras.Input((14, 14)), keras.layers.Flatten(), keras.layers.Dense(32, activation="relu")]
    layers += [keras.layers.Dropout(rate), keras.layers.Dense(64), keras.layers.Dense(10)]
    return keras.Sequential(layers)

@e.wrong("The layer of logits is missing: ten outputs, one for each class.")
def without_logits(rate):
    layers = [keras.Input((14, 14)), keras.layers.Flatten(), keras.layers.Dense(64, activation="relu")]
    return keras.Sequential([*layers, keras.layers.Dropout(rate), keras.layers.Dense(32)])

@e.wrong("Your first layer has weights for 14 inputs. Flatten the image first, so that each unit sees all 196 pixels.")
def not_flattened(rate):
    layers = [keras.Input((14, 14)), keras.layers.Dense(64, activation="relu"), keras.layers.Dropout(rate)]
    return keras.Sequential([*layers, keras.layers.Dense(32), keras.layers.Dense(10)])

@e.wrong("Your model takes rows of 196 pixels, and is given images of 14 × 14. Begin with keras.Input((14, 14)) and Flatten.")
def rows_for_images(rate):
    layers = [keras.Input((196,)), keras.layers.Dense(64, activation="relu"), keras.layers.Dropout(rate)]
    return keras.Sequential([*layers, keras.layers.Dense(32), keras.layers.Dense(10)])

@e.cases(recorded=5, deciding=7)
def rates_of_models(rng):
    """Rates from 0 to 0.95, Python's and NumPy's."""
    usual = round(rng.uniform(0.05, 0.95), 2)
    return ([usual, usual, np.float64(usual), 0.5, 0, 0.0][rng.choice(6, p=[0.2, 0.2, 0.2, 0.1, 0.15, 0.15])],)

e.hints(
    "The lines of the notes after the arrow stand above. Which layer comes before them, and which behind them?",
    "A list of layers in keras.Sequential will do. It begins with keras.Input, so that the model has its weights at "
    "once.",
    "Write the model without dropout first and count: 196 pixels, 64, 32, 10. Then put one layer between two of them.",
)


# monte_carlo_predict ----------------------------------------------------------------------------


def _softmax(model, inputs):
    """The probabilities of one pass with dropout."""
    return np.array(keras.ops.softmax(model(inputs, training=True)))


def _passes(model, inputs, number):
    """The probabilities of so many passes, one row of the first axis each."""
    return np.array([_softmax(model, inputs) for _ in range(number)])


e = exercise("monte_carlo_predict")

@e.right
def mean_of_a_stack(model, inputs, num_samples):
    return np.mean([_softmax(model, inputs) for _ in range(num_samples)], axis=0)

@e.right
def all_passes_in_one(model, inputs, num_samples):
    # Each example has a mask of its own, so copies of an example are passes.
    logits = np.array(model(np.repeat(inputs, num_samples, axis=0), training=True))
    probabilities = special.softmax(logits, axis=-1)
    return probabilities.reshape(len(inputs), num_samples, -1).mean(axis=1)

@e.right
def with_a_softmax_by_hand(model, inputs, num_samples):
    mean = None
    for number in range(1, num_samples + 1):
        logits = model(inputs, training=True).numpy()
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
        mean = probabilities if mean is None else mean + (probabilities - mean) / number
    return mean

@e.right
def with_tensorflow(model, inputs, num_samples):
    import tensorflow as tf

    passes = tf.stack([tf.nn.softmax(model(inputs, training=True)) for _ in range(num_samples)])
    return tf.reduce_mean(passes, axis=0).numpy()

@e.right
def with_a_softmax_layer(model, inputs, num_samples):
    layer = keras.layers.Softmax()
    passes = [np.array(layer(model(inputs, training=True)), dtype=float) for _ in range(num_samples)]
    return sum(passes) / len(passes)

@e.right
def copies_one_below_the_other(model, inputs, num_samples):
    logits = model(np.concatenate([inputs] * num_samples), training=True)
    return np.array(keras.ops.softmax(logits)).reshape(num_samples, len(inputs), -1).mean(axis=0)

@e.right
def in_batches(model, inputs, num_samples):
    parts = [inputs[first : first + 128] for first in range(0, len(inputs), 128)]
    return np.concatenate([mean_of_a_stack(model, part, num_samples) for part in parts])

e.wrong("Dropout is off: all examples get the probabilities of all units. Call the model with training=True.",
    dropout_off=lambda model, inputs, num_samples: (
        np.mean([keras.ops.softmax(model(inputs)) for _ in range(num_samples)], axis=0)
    ))

@e.wrong("Your result is the softmax of the mean logits. Take the softmax in each pass, then the mean.")
def softmax_of_the_mean(model, inputs, num_samples):
    logits = np.mean([model(inputs, training=True) for _ in range(num_samples)], axis=0)
    return special.softmax(logits, axis=1)

e.wrong("You returned logits. They become probabilities by the softmax, in each pass.",
    mean_of_the_logits=lambda model, inputs, num_samples: (
        np.mean([np.array(model(inputs, training=True)) for _ in range(num_samples)], axis=0)
    ))

@e.wrong("Your result has only the values that a single pass can give. Run num_samples passes, each with new masks, and take the mean of all of them.")
def one_pass_repeated(model, inputs, num_samples):
    probabilities = _softmax(model, inputs)
    return np.mean([probabilities] * num_samples, axis=0)

e.wrong("For two passes your result is right, for three it is one of the passes. That is the median. Take the mean.",
    median=lambda model, inputs, num_samples: np.median(_passes(model, inputs, num_samples), axis=0))

@e.wrong("You added up and did not divide by the number of passes.")
def total(model, inputs, num_samples):
    return np.sum(_passes(model, inputs, num_samples), axis=0)

e.wrong("You averaged over ten passes. Take as many as num_samples says.",
    always_ten=lambda model, inputs, num_samples: np.mean(_passes(model, inputs, 10), axis=0))
e.wrong("Where one pass was asked for, you averaged over two.",
    one_too_many=lambda model, inputs, num_samples: np.mean(_passes(model, inputs, num_samples + 1), axis=0))

@e.wrong("You added up one pass more than num_samples, and divided by num_samples. Begin the sum with 0, or the loop one later.")
def sum_begins_with_a_pass(model, inputs, num_samples):
    total = _softmax(model, inputs)
    for _ in range(num_samples):
        total = total + _softmax(model, inputs)
    return total / num_samples

@e.wrong("You counted how often each class was chosen. The mean of the probabilities is asked for.")
def votes(model, inputs, num_samples):
    passes = _passes(model, inputs, num_samples)
    return np.mean([np.eye(each.shape[1])[each.argmax(axis=1)] for each in passes], axis=0)

e.wrong("You took a sigmoid of each logit. The probabilities of all classes together are 1: use the softmax.",
    sigmoids=lambda model, inputs, num_samples: np.mean(
        [special.expit(np.array(model(inputs, training=True))) for _ in range(num_samples)], axis=0
    ))

@e.wrong("Your softmax goes over the examples. The classes of one example are to add up to 1: that is the last axis.")
def softmax_over_the_examples(model, inputs, num_samples):
    passes = [np.array(model(inputs, training=True)) for _ in range(num_samples)]
    return np.mean([special.softmax(logits, axis=0) for logits in passes], axis=0)

e.wrong("In your softmax all examples together add up to 1. The classes of each example are to: sum over axis=1, with keepdims.",
    softmax_over_everything=lambda model, inputs, num_samples: (
        np.mean([special.softmax(np.array(model(inputs, training=True))) for _ in range(num_samples)], axis=0)
    ))
e.wrong("You took the softmax twice. The model gives logits, and one softmax makes probabilities of them.",
    softmax_twice=lambda model, inputs, num_samples: (
        np.mean([special.softmax(_softmax(model, inputs), axis=1) for _ in range(num_samples)], axis=0)
    ),
    softmax_of_the_mean_as_well=lambda model, inputs, num_samples: (
        special.softmax(np.mean(_passes(model, inputs, num_samples), axis=0), axis=1)
    ))
e.wrong("Your result has three axes, one of them for the passes. It should have two: take the mean over the passes.",
    each_pass=lambda model, inputs, num_samples: _passes(model, inputs, num_samples))
e.wrong("You took the mean over the examples: what is left is one row for each pass. Take it over the passes, and keep the examples.",
    mean_over_the_examples=lambda model, inputs, num_samples: (
        _passes(model, inputs, num_samples).mean(axis=1)
    ))
e.wrong("You took the mean over the classes: what is left is one row for each pass. Take it over the passes, and keep the classes.",
    mean_over_the_classes=lambda model, inputs, num_samples: _passes(model, inputs, num_samples).mean(axis=2))
e.wrong("You took the mean over everything, so a single number is left. Take it over the passes alone: axis=0.",
    mean_over_everything=lambda model, inputs, num_samples: np.mean(_passes(model, inputs, num_samples)))
e.wrong("You averaged over two passes. Take as many as num_samples says.",
    always_two=lambda model, inputs, num_samples: np.mean(_passes(model, inputs, 2), axis=0))
e.wrong("You averaged over a number of passes of your own. Average over num_samples passes, whatever the number is.",
    always_fifty=lambda model, inputs, num_samples: np.mean(_passes(model, inputs, 50), axis=0))
e.wrong("Your result has a single axis. It should have two: the probabilities of all classes for all examples.",
    the_highest_alone=lambda model, inputs, num_samples: (
        np.mean(_passes(model, inputs, num_samples), axis=0).max(axis=1)
    ))

@e.wrong("Your result is that of a single pass, divided by num_samples. Add up all passes, and divide when the loop is over.")
def returns_too_early(model, inputs, num_samples):
    total = 0.0
    for _ in range(num_samples):
        total = total + _softmax(model, inputs)
        return total / num_samples

@e.wrong("You mixed up examples: those that are 0 show what others do. The mean is taken over the passes of one example.")
def copies_in_another_order(model, inputs, num_samples):
    probabilities = _softmax(model, np.repeat(inputs, num_samples, axis=0))
    return probabilities.reshape(num_samples, len(inputs), -1).mean(axis=0)

@e.wrong("You returned a tensor. np.array makes an array of NumPy of it.")
def a_tensor(model, inputs, num_samples):
    passes = [keras.ops.softmax(model(inputs, training=True)) for _ in range(num_samples)]
    return keras.ops.mean(keras.ops.stack(passes), axis=0)

e.wrong("You returned a list. A NumPy array is asked for.",
    means_as_a_list=lambda model, inputs, num_samples: (
        np.mean(_passes(model, inputs, num_samples), axis=0).tolist()
    ))
e.wrong("You returned all passes in a list. Take their mean: one array.",
    passes_in_a_list=lambda model, inputs, num_samples: [_softmax(model, inputs) for _ in range(num_samples)])

@e.cases(recorded=8, deciding=16)
def coins(rng):
    """The weights of a coin model, what its coins show, how many examples are 0, how many coins, how many passes.

    Of four passes or more, or of a single example, only what no coin decides is looked at.
    """
    weights = [round(float(weight), 2) for weight in rng.normal(size=rng.integers(2, 6))]
    x = float(rng.choice([1.0, -1.5, 0.5]))
    num_zeros, num_samples = int(rng.choice([1, 3, 40])), int(rng.choice([1, 2, 3]))
    kind = rng.integers(5)
    if kind == 0:
        return weights, x, 1, 0, int(rng.integers(1, 8))
    if kind == 1:
        return weights, 0.0, num_zeros, 5, int(rng.integers(4, 12))
    return weights, x, num_zeros, 160, num_samples

e.hints(
    "One pass first: what does the model return, what do you have to do with it to get probabilities, and how do you "
    "leave dropout on?",
    "Look at the formula of the mean: what stands inside of the sum, logits or probabilities?",
    "A loop over num_samples that adds to a total, or a list of passes and np.mean. Over which axis?",
)


# expected_calibration_error ---------------------------------------------------------------------


def _answers(probabilities, labels):
    """Confidence of each answer, and whether it is right."""
    return probabilities.max(axis=1), probabilities.argmax(axis=1) == labels


def _places(confidence, num_bins):
    return np.minimum(np.floor(confidence * num_bins).astype(int), num_bins - 1)


e = exercise("expected_calibration_error")

@e.right
def bin_by_bin(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    edges, error = np.linspace(0, 1, num_bins + 1), 0.0
    for number in range(num_bins):
        inside = (confidence >= edges[number]) & (confidence < edges[number + 1])
        if number == num_bins - 1:
            inside = inside | (confidence == 1)
        if inside.any():
            error += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())
    return error

@e.right
def with_digitize(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    inner_edges = np.arange(1, num_bins) / num_bins
    places = np.digitize(confidence, inner_edges)
    counts = np.bincount(places, minlength=num_bins)
    hits = np.bincount(places, weights=correct, minlength=num_bins)
    sums = np.bincount(places, weights=confidence, minlength=num_bins)
    used = counts > 0
    gaps = abs(hits[used] / counts[used] - sums[used] / counts[used])
    return float(np.average(gaps, weights=counts[used]))

@e.right
def with_a_dictionary(probabilities, labels, num_bins):
    bins = {}
    for row, label in zip(probabilities.tolist(), labels.tolist(), strict=True):
        confidence = max(row)
        place = min(int(confidence * num_bins), num_bins - 1)
        bins.setdefault(place, []).append((row.index(confidence) == label) - confidence)
    return sum(abs(sum(gaps)) for gaps in bins.values()) / len(labels)

@e.right
def with_histograms(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    sums, _ = np.histogram(confidence, num_bins, (0, 1), weights=confidence - correct)
    return abs(sums).sum() / len(confidence)

@e.right
def in_32_bits(probabilities, labels, num_bins):
    rows = np.arange(len(labels))
    chosen = np.argmax(probabilities, axis=-1)
    confidence = probabilities[rows, chosen]
    places = np.clip(confidence * num_bins, 0, num_bins - 1).astype(int)
    total = np.float32(0)
    for place in set(places.tolist()):
        here = places == place
        total += here.sum() * abs(
            np.float32(np.mean(chosen[here] == labels[here])) - np.mean(confidence[here])
        )
    return np.float32(total / len(labels))


def _gaps(probabilities, labels, num_bins):
    """Count, accuracy and confidence of each bin that is not empty."""
    confidence, correct = _answers(probabilities, labels)
    places = _places(confidence, num_bins)
    bins = [places == place for place in range(num_bins) if (places == place).any()]
    return [
        np.array([measure(here) for here in bins])
        for measure in (np.sum, lambda here: correct[here].mean(), lambda here: confidence[here].mean())
    ]


@e.right
def sorted_into_edges(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    places = np.searchsorted(np.linspace(0, 1, num_bins + 1)[1:-1], confidence, side="right")
    return float(np.abs(np.bincount(places, correct - confidence)).sum() / len(labels))

@e.right
def with_the_functions_of_keras(probabilities, labels, num_bins):
    confidence = np.array(keras.ops.max(probabilities, axis=1))
    correct = np.array(keras.ops.argmax(probabilities, axis=1)) == labels
    places, total = np.minimum((confidence * num_bins).astype(int), num_bins - 1), 0.0
    for place in np.unique(places):
        here = places == place
        total += np.mean(here) * abs(np.mean(correct[here]) - np.mean(confidence[here]))
    return np.array(total)

@e.wrong("You added up the gaps of the bins. Weight each of them by the fraction of answers in its bin.")
def sum_of_the_gaps(probabilities, labels, num_bins):
    _, accuracies, confidences = _gaps(probabilities, labels, num_bins)
    return np.sum(abs(accuracies - confidences))

@e.wrong("The first of your bins is missing, the one that begins at 0.")
def without_the_first_bin(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    gaps, places = correct - confidence, _places(confidence, num_bins)
    return sum(abs(gaps[places == place].sum()) for place in range(1, num_bins)) / len(labels)

@e.wrong("The last of your bins is missing, the one that ends at 1.")
def without_the_last_bin(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    gaps, places = correct - confidence, _places(confidence, num_bins)
    return sum(abs(gaps[places == place].sum()) for place in range(num_bins - 1)) / len(labels)

e.wrong("Of classes that are equally probable you took the last. The answer is the first of them.",
    last_of_equal_ones=lambda probabilities, labels, num_bins: (
        with_a_dictionary(probabilities[:, ::-1], probabilities.shape[1] - 1 - labels, num_bins)
    ))

@e.wrong("Where classes are equally probable, you counted each of them as right. The answer is the first of them.")
def each_of_equal_ones(probabilities, labels, num_bins):
    confidence = probabilities.max(axis=1)
    gaps = (probabilities[np.arange(len(labels)), labels] == confidence) - confidence
    places = _places(confidence, num_bins)
    return sum(abs(gaps[places == place].sum()) for place in range(num_bins)) / len(labels)

@e.wrong("A confidence of exactly 1 has a bin of its own. It belongs to the last one, with those below it.")
def a_bin_for_the_certain(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    gaps, places = correct - confidence, np.floor(confidence * num_bins).astype(int)
    return sum(abs(gaps[places == place].sum()) for place in range(num_bins + 1)) / len(labels)

@e.wrong("A confidence on an edge lies in two of your bins and counts twice. It belongs to the upper one alone.")
def edges_in_both(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    edges, error = np.linspace(0, 1, num_bins + 1), 0.0
    for lower, upper in itertools.pairwise(edges):
        inside = (confidence >= lower) & (confidence <= upper)
        error += abs(np.sum(correct[inside] - confidence[inside])) / len(labels)
    return error

@e.wrong("You took the plain mean over the bins that are not empty. Weight each bin by the fraction of answers in it.")
def mean_over_full_bins(probabilities, labels, num_bins):
    _, accuracies, confidences = _gaps(probabilities, labels, num_bins)
    return np.mean(abs(accuracies - confidences))

@e.wrong("You divided by the number of bins. Weight each bin by the fraction of answers in it.")
def mean_over_all_bins(probabilities, labels, num_bins):
    _, accuracies, confidences = _gaps(probabilities, labels, num_bins)
    return np.sum(abs(accuracies - confidences)) / num_bins

@e.wrong("Your result is the difference of accuracy and mean confidence over all answers, as if all were in a single bin. There, gaps of both signs cancel.")
def without_bins(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    return abs(correct.mean() - confidence.mean())

@e.wrong("You took the absolute value of each single answer's gap. First the mean in each bin, then the absolute value.")
def gap_of_each_answer(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    return np.mean(abs(correct - confidence))

@e.wrong("Your result is the accuracy minus the mean confidence, with its sign: gaps that are added up with their signs come to the same as no bins at all. Take the absolute value in each bin, before you add.")
def accuracy_minus_confidence(probabilities, labels, num_bins):
    counts, accuracies, confidences = _gaps(probabilities, labels, num_bins)
    return np.sum(counts * (accuracies - confidences)) / len(labels)

@e.wrong("Your result is the mean confidence minus the accuracy, with its sign: gaps that are added up with their signs come to the same as no bins at all. Take the absolute value in each bin, before you add.")
def confidence_minus_accuracy(probabilities, labels, num_bins):
    counts, accuracies, confidences = _gaps(probabilities, labels, num_bins)
    return np.sum(counts * (confidences - accuracies)) / len(labels)

@e.wrong("You squared the gaps. Take their absolute values.")
def squared_gaps(probabilities, labels, num_bins):
    counts, accuracies, confidences = _gaps(probabilities, labels, num_bins)
    return np.sum(counts * (confidences - accuracies) ** 2) / len(labels)

e.wrong("You squared the gaps and took the root of their mean. Take the mean of their absolute values.",
    root_of_the_mean_square=lambda probabilities, labels, num_bins: (
        squared_gaps(probabilities, labels, num_bins) ** 0.5
    ))

@e.wrong("You returned the largest gap of a bin. The mean over the bins is asked for, weighted by their answers.")
def the_largest_gap(probabilities, labels, num_bins):
    _, accuracies, confidences = _gaps(probabilities, labels, num_bins)
    return np.max(abs(accuracies - confidences))

@e.wrong("You added up counts times gaps, and did not divide by the number of answers.")
def not_divided(probabilities, labels, num_bins):
    counts, accuracies, confidences = _gaps(probabilities, labels, num_bins)
    return np.sum(counts * abs(accuracies - confidences))

@e.wrong("You took the probability of the right class for the confidence. It is the probability of the class that is chosen.")
def probability_of_the_right_class(probabilities, labels, num_bins):
    confidence, correct = probabilities[np.arange(len(labels)), labels], _answers(probabilities, labels)[1]
    places = _places(confidence, num_bins)
    return sum(abs((correct - confidence)[places == place].sum()) for place in range(num_bins)) / len(labels)

@e.wrong("You compared the accuracy of a bin with the middle of the bin. Compare it with the mean confidence of its answers.")
def middle_of_the_bin(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    places = _places(confidence, num_bins)
    middles = (places + 0.5) / num_bins
    return sum(abs((correct - middles)[places == place].sum()) for place in range(num_bins)) / len(labels)

@e.wrong("A confidence of exactly 1 is in none of your bins. It belongs to the last one.")
def certain_ones_are_lost(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    places = np.floor(confidence * num_bins).astype(int)
    return sum(abs((correct - confidence)[places == place].sum()) for place in range(num_bins)) / len(labels)

@e.wrong("With 10 bins a confidence of exactly 1 is in none of your bins. (In floats 0.1, added up ten times, stays below 1.)")
def edges_added_up(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    lower, error = 0.0, 0.0
    for number in range(num_bins):
        upper = lower + 1 / num_bins
        inside = (confidence >= lower) & ((confidence < upper) | ((number == num_bins - 1) & (confidence == upper)))
        error += abs(np.sum(correct[inside] - confidence[inside])) / len(labels)
        lower = upper
    return error

@e.wrong("You put a confidence on an edge into the lower bin. Here it belongs to the upper one.")
def edges_below(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    places = np.maximum(np.ceil(confidence * num_bins).astype(int) - 1, 0)
    return sum(abs((correct - confidence)[places == place].sum()) for place in range(num_bins)) / len(labels)

@e.wrong("Your bins hold equally many answers. They should have equal widths, from 0 to 1.")
def equally_full_bins(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    parts = np.array_split(np.argsort(confidence, kind="stable"), num_bins)
    return sum(abs((correct - confidence)[part].sum()) for part in parts) / len(labels)

@e.wrong("Your bins divide the range from the lowest to the highest confidence that occurs. They should divide 0 to 1.")
def bins_between_the_extremes(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    sums, _ = np.histogram(confidence, num_bins, weights=confidence - correct)
    return abs(sums).sum() / len(labels)

@e.wrong("Your result is nan where a bin is empty. Leave empty bins out: of no answers there is no mean.")
def nan_from_empty_bins(probabilities, labels, num_bins):
    confidence, correct = _answers(probabilities, labels)
    places, total = _places(confidence, num_bins), 0.0
    with np.errstate(all="ignore"):
        for place in range(num_bins):
            here = places == place
            total += here.mean() * (abs((correct - confidence)[here].sum()) / here.sum())
    return total

@e.wrong("You sorted all probabilities of all classes into the bins. Only that of the chosen class counts, one an example.")
def of_every_class(probabilities, labels, num_bins):
    is_right = np.arange(probabilities.shape[1]) == labels[:, np.newaxis]
    sums, _ = np.histogram(
        probabilities.ravel(), num_bins, (0, 1), weights=(is_right - probabilities).ravel()
    )
    return abs(sums).sum() / probabilities.size

e.wrong("You rounded the result to two digits behind the point. Return it as it comes out.",
    error_rounded=lambda probabilities, labels, num_bins: (
        round(float(with_histograms(probabilities, labels, num_bins)), 2)
    ))
e.wrong("Your bins are always ten. num_bins says how many there are.",
    always_ten_bins=lambda probabilities, labels, num_bins: with_histograms(probabilities, labels, 10))

@e.cases(recorded=36)
def forecasts_of_all_kinds(rng):
    """One to ten forecasts of two to four classes: on edges, certain, with ties, and any others.

    Confidences lie on an edge only where it is exact: eighths, with a power of two of bins.
    """
    n, k = int(rng.choice([1, 2, 4, 6, 9])), int(rng.choice([2, 3, 4, 4]))
    num_bins = int(rng.choice([1, 2, 2, 2, 3, 3, 5, 10, 15, 40]))
    kind = rng.choice(["any", "eighths", "certain"], p=[0.4, 0.5, 0.1])
    if kind == "eighths":
        num_bins, highest = int(rng.choice([1, 2, 2, 2, 4, 4, 4, 4, 8, 16])), rng.choice([4, 4, 5, 6, 7, 8, 8], size=n)
        rows = np.zeros((n, k))
        places = np.argsort(rng.random((n, k)), axis=1)
        rows[np.arange(n), places[:, 0]], rows[np.arange(n), places[:, 1]] = highest / 8, 1 - highest / 8
    elif kind == "certain":
        rows = np.eye(k)[rng.integers(0, k, size=n)]
    else:
        while True:
            first = rng.dirichlet([0.6] * k, size=n)[:, :-1].round(3)
            rows = np.column_stack([first, (1 - first.sum(axis=1)).round(3)])
            place = rows.max(axis=1) * num_bins
            if np.abs(place - place.round()).min() > 1e-4 and rows.min() >= 0:
                break
    # Of two equal ones the second is as often right as the first.
    labels = k - 1 - rows[:, ::-1].argmax(axis=1) if rng.random() < 0.5 else rows.argmax(axis=1)
    labels = np.where(rng.random(n) < 0.6, labels, rng.integers(0, k, size=n))
    if rng.random() < 0.2:
        rows, labels = rows.astype(np.float32), labels.astype(np.uint8)
    return rows, labels, np.int64(num_bins) if rng.random() < 0.1 else num_bins

e.hints(
    "Two numbers for each row first: its confidence, and whether its most probable class is the label.",
    "Then a bin for each row. If there are 4 bins, in which one, counted from 0, is 0.6, and what is 0.6 times 4? "
    "Where does a confidence of 1 go?",
    "The fraction n_b / n times the difference of two means is the difference of two sums divided by n. So no bin has "
    "to be asked whether it is empty.",
)


# fit_temperature --------------------------------------------------------------------------------


def _mean_loss(logits, labels):
    return -special.log_softmax(logits, axis=1)[np.arange(len(labels)), labels].mean()


def _search(cost):
    """The temperature from 0.02 to 50 at which a cost is lowest."""
    found = optimize.minimize_scalar(lambda log: cost(np.exp(log)), bounds=(-4, 4), method="bounded")
    return float(np.exp(found.x))


e = exercise("fit_temperature")

@e.right
def by_a_fine_grid(logits, labels):
    temperatures = np.geomspace(0.05, 20, 1501)
    shifted = np.asarray(logits, float) - np.max(logits, axis=1, keepdims=True)
    right_ones = shifted[np.arange(len(labels)), labels]
    losses = [np.mean(np.log(np.exp(shifted / t).sum(axis=1)) - right_ones / t) for t in temperatures]
    return temperatures[np.argmin(losses)]

@e.right
def by_halving(logits, labels):
    # The slope of the loss over 1 / T rises: it is the mean logit under the model minus that of the labels.
    logits = np.asarray(logits, float)
    low, high = 1 / 25, 1 / 0.04
    for _ in range(60):
        middle = (low + high) / 2
        expected = (special.softmax(middle * logits, axis=1) * logits).sum(axis=1).mean()
        if expected > logits[np.arange(len(labels)), labels].mean():
            high = middle
        else:
            low = middle
    return 2 / (low + high)

@e.right
def by_newton(logits, labels):
    logits = np.asarray(logits, float)
    targets = logits[np.arange(len(labels)), labels].mean()
    beta = 1 / logits.std()
    for _ in range(100):
        probabilities = special.softmax(beta * logits, axis=1)
        means = (probabilities * logits).sum(axis=1)
        curvature = ((probabilities * logits**2).sum(axis=1) - means**2).mean()
        beta = np.clip(beta - (means.mean() - targets) / curvature, beta / 2, beta * 2)
    return np.float32(1 / beta)

@e.right
def without_a_logarithm(logits, labels):
    found = optimize.minimize_scalar(
        lambda t: _mean_loss(logits / t, labels), bounds=(0.01, 30), method="bounded", options={"xatol": 1e-7}
    )
    return found.x

@e.right
def closer_and_closer(logits, labels):
    low, high = 0.04, 25.0
    for _ in range(8):
        temperatures = np.geomspace(low, high, 41)
        best = min(
            range(41),
            key=lambda at: np.sum(
                -special.log_softmax(logits / temperatures[at], axis=1)[np.arange(len(labels)), labels]
            ),
        )
        low, high = temperatures[max(best - 1, 0)], temperatures[min(best + 1, 40)]
    return float(np.sqrt(low * high))

@e.right
def by_the_loss_of_keras(logits, labels):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    found = optimize.minimize_scalar(
        lambda t: float(loss(labels, logits / t)), bounds=(0.05, 20), method="bounded"
    )
    return np.array(found.x)

@e.right
def from_a_simplex(logits, labels):
    found = optimize.minimize(lambda log: _mean_loss(logits / np.exp(log[0]), labels), [0.0], method="Nelder-Mead")
    return float(np.exp(found.x[0]))

@e.right
def on_a_thousand_temperatures(logits, labels):
    temperatures = np.geomspace(0.05, 20, 1000)
    return temperatures[np.argmin([_mean_loss(logits / t, labels) for t in temperatures])]

e.wrong("You returned 1 / T: the number by which the logits are to be multiplied. They are divided by the temperature.",
    multiplies=lambda logits, labels: _search(lambda t: _mean_loss(logits * t, labels)))
e.wrong("You returned the lowest loss. The temperature at which it is reached is asked for.",
    the_lowest_loss=lambda logits, labels: (
        _mean_loss(logits / _search(lambda t: _mean_loss(logits / t, labels)), labels)
    ))
e.wrong("You returned the logarithm of the temperature.",
    the_logarithm=lambda logits, labels: float(np.log(_search(lambda t: _mean_loss(logits / t, labels)))))
e.wrong("You returned an array that holds the temperature. Return the number in it, with [0] or float(...).",
    in_an_array=lambda logits, labels: np.array([_right_temperature(logits, labels)]))

@e.wrong("For each of the four networks you return the lowest temperature of all, 0.05. Take the mean cross-entropy of the right labels, and the place where it is lowest. (The accuracy is the same at each temperature.)")
def by_accuracy(logits, labels):
    temperatures = np.geomspace(0.05, 20, 600)
    return temperatures[np.argmax([np.mean((logits / t).argmax(axis=1) == labels) for t in temperatures])]

@e.wrong("You return the end of the range where the loss is highest. Is a minus sign missing, or argmin meant?")
def the_highest_loss(logits, labels):
    temperatures = np.geomspace(0.05, 20, 600)
    return temperatures[np.argmax([_mean_loss(logits / t, labels) for t in temperatures])]

e.wrong("You return 1 where the valley lies below. A network that is not sure enough needs a temperature below 1.",
    from_1_on=lambda logits, labels: max(1.0, _search(lambda t: _mean_loss(logits / t, labels))))
e.wrong("You return 5 where the valley lies above. The highest that is asked for is 20.",
    up_to_5=lambda logits, labels: min(5.0, _search(lambda t: _mean_loss(logits / t, labels))))
e.wrong("You return 10 where the valley lies above. The highest that is asked for is 20.",
    up_to_10=lambda logits, labels: min(10.0, _search(lambda t: _mean_loss(logits / t, labels))))
e.wrong("You return 0.1 where the valley lies below. The lowest that is asked for is 0.05.",
    from_a_tenth_on=lambda logits, labels: max(0.1, _search(lambda t: _mean_loss(logits / t, labels))))
e.wrong("You looked from 0.2 to 5, as in the picture. Some valleys lie outside: from 0.05 to 20 is asked for.",
    range_of_the_picture=lambda logits, labels: (
        min(5.0, max(0.2, _search(lambda t: _mean_loss(logits / t, labels))))
    ))

@e.wrong("You took the temperatures of the picture. They end at 0.2 and 5, and are 14 per cent apart; half a per cent is asked for.")
def temperatures_of_the_picture(logits, labels):
    temperatures = np.geomspace(0.2, 5, 25)
    return temperatures[np.argmin([_mean_loss(logits / t, labels) for t in temperatures])]

@e.wrong("You took the temperatures of the picture. They end at 0.2 and 5, and are 14 per cent apart; half a per cent is asked for.")
def best_of_the_picture(logits, labels):
    temperatures, losses = np.geomspace(0.2, 5, 25), []
    with np.errstate(all="ignore"):
        for temperature in temperatures:
            exponentials = np.exp(logits / temperature)
            probabilities = exponentials / exponentials.sum(axis=1, keepdims=True)
            losses.append(-np.log(probabilities[np.arange(len(labels)), labels]).mean())
    return temperatures[np.argmin(losses)]

@e.wrong("Your result is nan for some networks. Without bounds minimize_scalar begins at 0, and there you divide by 0: give it bounds=(0.05, 20).")
def without_bounds(logits, labels):
    with np.errstate(all="ignore"):
        return optimize.minimize_scalar(lambda t: _mean_loss(logits / t, labels)).x

@e.wrong("Your temperatures are right to about a tenth. Half a per cent is asked for, at small ones too: refine, or use a logarithmic axis.")
def in_tenths(logits, labels):
    temperatures = np.arange(0.1, 20, 0.1)
    return temperatures[np.argmin([_mean_loss(logits / t, labels) for t in temperatures])]


def _on(temperatures, logits, labels):
    return temperatures[np.argmin([_mean_loss(logits / t, labels) for t in temperatures])]


e.wrong("Small temperatures lie too far apart in your list, since its steps are equal. Half a per cent is asked for: use a logarithmic axis.",
    a_thousand_equal_steps=lambda logits, labels: _on(np.linspace(0.05, 20, 1000), logits, labels))
e.wrong("Your list of temperatures is too coarse: half a per cent is asked for. Take more of them, or refine.",
    a_hundred_temperatures=lambda logits, labels: _on(np.geomspace(0.05, 20, 100), logits, labels),
    two_hundred_temperatures=lambda logits, labels: _on(np.geomspace(0.05, 20, 200), logits, labels),
    five_hundred_temperatures=lambda logits, labels: _on(np.geomspace(0.05, 20, 500), logits, labels))

@e.wrong("You took the temperature at which the mean confidence equals the accuracy. Take the one with the lowest cross-entropy.")
def confidence_equals_accuracy(logits, labels):
    accuracy = np.mean(logits.argmax(axis=1) == labels)
    return _search(lambda t: (special.softmax(logits / t, axis=1).max(axis=1).mean() - accuracy) ** 2)

@e.wrong("You looked for the lowest squared error of the probabilities. The cross-entropy is asked for.")
def squared_error(logits, labels):
    targets = np.eye(logits.shape[1])[labels]
    return _search(lambda t: np.mean((special.softmax(logits / t, axis=1) - targets) ** 2))

@e.wrong("You looked for the lowest squared error of the probabilities. The cross-entropy is asked for.")
def squared_error_on_a_grid(logits, labels):
    # The squared error may have several valleys, and a search in steps ends in one of them.
    targets = np.eye(logits.shape[1])[labels]
    temperatures = np.geomspace(0.05, 20, 2000)
    errors = [np.mean((special.softmax(logits / t, axis=1) - targets) ** 2) for t in temperatures]
    return temperatures[np.argmin(errors)]

@e.wrong("You took the softmax first and divided the probabilities. Divide the logits, then take the softmax.")
def divides_probabilities(logits, labels):
    probabilities = special.softmax(logits, axis=1)
    return _search(lambda t: _mean_loss(probabilities / t, labels))

@e.wrong("You took the softmax first and divided the probabilities. Divide the logits, then take the softmax.")
def divides_probabilities_down_to_the_limit(logits, labels):
    # From 0.05 on: their best temperature lies below where the network is sure.
    probabilities = special.softmax(logits, axis=1)
    return max(0.05, _search(lambda t: _mean_loss(probabilities / t, labels)))

@e.wrong("You took the logarithm of the mean probability of the right classes. Take the mean of the logarithms.")
def logarithm_of_the_mean(logits, labels):
    rows = np.arange(len(labels))
    return _search(lambda t: -np.log(special.softmax(logits / t, axis=1)[rows, labels].mean()))

@e.wrong("In your softmax all examples together add up to 1. The classes of each one are to: axis=1.")
def softmax_over_all(logits, labels):
    rows = np.arange(len(labels))
    temperatures = np.geomspace(0.05, 20, 2000)
    return temperatures[np.argmin([-special.log_softmax(logits / t)[rows, labels].mean() for t in temperatures])]

@e.wrong("For each of the four networks you return the highest temperature of all, 20. Take the mean cross-entropy of logits, and the place where it is lowest. (Keras's loss has to be told that it gets logits.)")
def takes_logits_for_probabilities(logits, labels):
    loss = keras.losses.SparseCategoricalCrossentropy()
    found = optimize.minimize_scalar(
        lambda t: float(loss(labels, logits / t)), bounds=(0.05, 20), method="bounded"
    )
    return found.x

@e.wrong("The softmax was taken twice. What takes logits, such as Keras's loss with from_logits=True, takes one itself.")
def softmax_before_the_loss(logits, labels):
    cost = lambda t: _mean_loss(special.softmax(logits / t, axis=1), labels)
    return optimize.minimize_scalar(cost, bounds=(0.05, 20), method="bounded").x

@e.wrong("Where logits are large you return 0.05, far from the valley. Is the loss nan there? e^(z / T) can be infinite: subtract the largest logit of each row first, or take log_softmax.")
def overflows(logits, labels):
    rows = np.arange(len(labels))

    def best_of(temperatures):
        losses = []
        for temperature in temperatures:
            exponentials = np.exp(logits / temperature)
            losses.append(-np.log(exponentials[rows, labels] / exponentials.sum(axis=1)).mean())
        return temperatures[np.argmin(losses)]

    with np.errstate(all="ignore"):
        best = best_of(np.geomspace(0.05, 20, 300))
        return best_of(np.geomspace(best / 1.03, best * 1.03, 300)) if best > 0.05 else best

e.wrong("Your temperatures are right to about a hundredth. Half a per cent is asked for, so small ones need finer steps.",
    in_hundredths=lambda logits, labels: round(_search(lambda t: _mean_loss(logits / t, labels)), 2))
e.wrong("You returned the spread of the logits. Look for the lowest loss.",
    spread_of_the_logits=lambda logits, labels: logits.std())
e.wrong("You returned a place in your list of temperatures, and not the temperature there.",
    place_in_the_list=lambda logits, labels: (
        int(np.argmin([_mean_loss(logits / t, labels) for t in np.geomspace(0.05, 20, 600)]))
    ))


def _right_temperature(logits, labels):
    """The temperature of lowest loss."""
    found = optimize.minimize_scalar(lambda log: _mean_loss(logits / np.exp(log), labels), bounds=(-4, 4), method="bounded")
    return float(np.exp(found.x))


@e.cases(recorded=12, deciding=20)
def logits_and_labels(rng):
    """Logits of a few examples, far too large, far too small and between, also far from 0, and their labels."""
    while True:
        n, k = int(rng.choice([3, 6, 12])), int(rng.choice([2, 3, 5]))
        factor = float(rng.choice([0.085, 0.085, 0.2, 0.5, 1.3, 2.5, 8, 14, 14]))
        logits = 2 * rng.normal(size=(n, k))
        labels = np.argmax(logits + rng.gumbel(size=logits.shape), axis=1)
        logits = factor * (logits + rng.choice([0.0, 3.0, -9.0]))
        logits = np.array([[float(f"{logit:.4g}") for logit in row] for row in logits])
        if 0.07 < _right_temperature(logits, labels) < 15 and (logits.argmax(axis=1) != labels).any():
            break
    if rng.random() < 0.2:
        logits, labels = logits.astype(np.float32), labels.astype(np.uint8)
    return logits, labels

e.hints(
    "Write the loss for one temperature first: divide, softmax, the probability of the right class of each row, the "
    "mean of its negative logarithm. At T = 1 it is the ordinary loss.",
    "Then try many temperatures. From 0.05 to 20, how far apart may two neighbours be if half a per cent is asked for?",
    "np.exp of a large number is infinite. Logits may be shifted, row by row, without any change of the softmax.",
)


e = exercise("quiz_1")
e.wrong_choice(3.6, "It does not stay as it is: what is kept makes up for what is dropped.")
e.wrong_choice(2.88, "You multiplied by 0.8. In training what is kept grows: divide by 0.8.")
e.wrong_choice(18, "You divided by 0.2. That is the chance to be dropped.")
e.wrong_choice(0, "0 is what comes through when it is dropped. Here it is kept.")
e.wrong_choice(4.32, "You multiplied by 1.2. Divide by the chance to be kept.")
e.wrong_choice(0.72, "You multiplied by 0.2, the chance to be dropped.")
e.right_choice("In training the output that is kept is divided by the chance to be kept: 3.6 / 0.8 = 4.5.")


e = exercise("quiz_2")
e.wrong_choice(15, "That is one mask an epoch. Is it drawn anew no more often than that?")
e.wrong_choice(600, "That is one mask for each batch. Do all examples of a batch share it?")
e.wrong_choice(2000, "That is one epoch. In the next one every example gets a new mask.")
e.wrong_choice(40, "That is the number of batches of an epoch.")
e.wrong_choice(1, "The mask is not drawn once and kept.")
e.wrong_choice(750, "You multiplied epochs and batch size. What gets a mask of its own?")
e.right_choice("Each example gets a new mask in each forward pass: 2,000 examples times 15 epochs are 30,000 masks.")


e = exercise("quiz_3")
e.wrong_choice("a", "Nothing was exchanged. Ask which units are at work while each accuracy is measured.")
e.wrong_choice(
    "b",
    "The training accuracy is low because half of the units are gone while it is measured. With all of them it would "
    "be higher.",
)
e.wrong_choice("c", "The two accuracies are measured with different units, so it means nothing when they are equal.")
e.right_choice("The training accuracy is measured while half of the units are missing, and the validation accuracy with all of them. So their difference does not measure overfitting.")


e = exercise("quiz_4")
e.wrong_choice("a", "A temperature above 1 makes the network less sure. It is not sure enough already.")
e.wrong_choice("c", "The mean over masks makes a network less sure. It is not sure enough already.")
e.wrong_choice("d", "Calibrated means that confidence and accuracy agree. They are 0.21 apart.")
e.right_choice("The network is right more often than it says. A temperature below 1 makes its answers surer.")


e = exercise("quiz_5")
e.wrong_choice(0.35, "That is the chance to be dropped. How much is there on average in training?")
e.wrong_choice(
    1 / 0.65, "Nothing is dropped at inference, so the sums are too large there, and not too small."
)
e.wrong_choice(
    1.54, "Nothing is dropped at inference. So the sums are too large there, and a factor above 1 adds to it."
)
e.wrong_choice(1, "Without a factor the next layer gets more at inference than it is used to.")
e.wrong_choice(1.35, "The sums have to become smaller at inference, and by a factor.")
e.right_choice("In training an output is kept with the chance 0.65, so the next layer is used to 0.65 times the output on average.")
