"""Look inside a network: how noisy its gradients are, how curved its loss, what passes through its layers."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.arguments import require_count, require_left_out, require_one_of, require_seed, require_several
from helpers.data import Dataset, Regression
from helpers.models import mlp, pass_through
from helpers.training.fast import starting_weights
from helpers.training.plan import num_outputs, require_fitting, require_usable
from helpers.training.records import Configuration, Run
from helpers.training.with_keras import build_model, trained_model

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

# Where a unit's slope is below a fiftieth of its largest: 1 - tanh(x)^2 < 0.02 and so on.
_SATURATED: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "relu": lambda outputs: outputs == 0,
    "tanh": lambda outputs: np.abs(outputs) > 0.99,
    "sigmoid": lambda outputs: np.abs(outputs - 0.5) > 0.495,
}

MOST_EXAMPLES = 8000  # of which all pairs, and what is computed on the way to them, take 2 GB


class GradientNoise(NamedTuple):
    """How far the gradient of a batch lies from that of all examples.

    batch_sizes: int, shape (n,).
    noise: root mean squared distance over the draws, shape (n,), in the unit of the gradient.
    gradient_norm: length of the full gradient, to compare with.
    """

    batch_sizes: np.ndarray
    noise: np.ndarray
    gradient_norm: float


class LayerStatistics(NamedTuple):
    """What passes through the hidden layers, forwards and backwards; arrays of shape (num_layers,).

    activation_means, activation_stds: of what a layer hands on, over all units and examples; where there are
        shortcuts, with what came in.
    saturated_fractions: outputs at which the activation is flat: 0 for relu, beyond 0.99 of the range for
        tanh and sigmoid.
    gradient_means, gradient_stds: of the gradient of the mean loss with respect to a layer's kernel.
    gradient_norms: its length.
    cosines: mean cosine between what the layer hands on for two examples: 1 where all point one way. An
        example of which it hands on nothing but 0 points nowhere and is left out.
    """

    activation_means: np.ndarray
    activation_stds: np.ndarray
    saturated_fractions: np.ndarray
    gradient_means: np.ndarray
    gradient_stds: np.ndarray
    gradient_norms: np.ndarray
    cosines: np.ndarray


class LossAndAccuracy(NamedTuple):
    """What weights are worth on a part of the data; the accuracy of a `Regression` is nan."""

    loss: float
    accuracy: float


def gradient_noise_by_batch_size(
    data: Dataset | Regression,
    batch_sizes: Sequence[int] = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024),
    configuration: Configuration | None = None,
    seed: int = 0,
    num_draws: int = 200,
    replace: bool = True,
    weights: Sequence[np.ndarray] | None = None,
) -> GradientNoise:
    """Return, for each batch size, how far the gradient of a batch lies from that of all examples.

    Distances need only the products of all pairs of example gradients, and in a dense layer such a product
    is one of inputs times one of gradients behind it: no gradient of a single example is ever formed.

    configuration: the network, by default 64-64, without normalization; its rate, penalties, dropout and what
        it makes of labels play no part.
    seed: decides the initial weights and the draws.
    num_draws: batches of each size.
    replace: whether an example may come twice in a batch; then the noise falls as 1 / sqrt(batch size), and
        otherwise as that times sqrt((n - batch size) / (n - 1)).
    weights: measure there instead, as with `run.weights`.

    Raises ValueError for no batch sizes, a batch larger than the data without replacement, more than 8000
    examples (of which all pairs would not fit into memory), a normalization, and as `train_fast` does.

    Source: Goodfellow, Efficient Per-Example Gradient Computations, arXiv:1510.01799; McCandlish and others,
    arXiv:1812.06162. Lesson 05.
    """
    seed = require_seed(seed)
    require_count("num_draws", num_draws)
    require_several("batch_sizes", batch_sizes)
    batch_sizes = list(batch_sizes)
    if not len(batch_sizes):
        raise ValueError("batch_sizes must hold at least one number.")
    for size in batch_sizes:
        require_count("each entry of batch_sizes", size)
        if not replace and size > len(data.x_train):
            raise ValueError(f"batch_sizes: {size} is larger than the {len(data.x_train)} training examples.")
    configuration = configuration or Configuration(learning_rate=0.1)
    require_usable(data, batch_size=1)
    require_left_out(
        "the gradients of norms are not those of a dense layer", normalization=configuration.normalization
    )
    if len(data.x_train) > MOST_EXAMPLES:
        raise ValueError(
            f"data.x_train: all pairs of examples are compared, of at most {MOST_EXAMPLES}; "
            f"there are {len(data.x_train)}."
        )
    model = build_model(configuration, data, seed)
    if weights is not None:
        model.set_weights(weights)
    products = _gradient_products(model, data)
    n, rng = len(products), np.random.default_rng([seed, 4])
    noise = []
    for size in batch_sizes:
        if replace:
            counts = rng.multinomial(size, np.full(n, 1 / n), size=num_draws)
        else:
            counts = rng.multivariate_hypergeometric(np.ones(n, int), size, size=num_draws)
        shares = counts / size - 1 / n
        noise.append(np.sqrt(np.einsum("di,di->d", shares @ products, shares).mean()))
    return GradientNoise(np.array(batch_sizes), np.array(noise), float(np.sqrt(products.mean())))


def landscape_of(
    model: keras.Model, data: Dataset | Regression
) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """Return where a network stands in its landscape, and the function that tells the gradient at a place.

    A place is all trainable weights in one array of floats: those of `model.trainable_variables`, each row
    after row. The function takes such an array and returns the gradient of the mean training loss there,
    float32, of the same shape; the model stays as it was. Penalties and dropout play no part, nor do the
    wrong and the smoothed labels of a training: labels are those of `data`.

    Raises ValueError for data without training examples, and a model that is not built.

    Lesson 01.
    """
    import tensorflow as tf

    require_usable(data, batch_size=1)
    _require_built(model)
    shapes = [tuple(variable.shape) for variable in model.trainable_variables]
    sizes = [math.prod(shape) for shape in shapes]
    x, y = tf.constant(data.x_train), tf.constant(data.y_train)

    @tf.function
    def gradient(place: tf.Tensor) -> tf.Tensor:
        parts = [tf.reshape(p, shape) for p, shape in zip(tf.split(place, sizes), shapes, strict=True)]
        with tf.GradientTape() as tape:
            tape.watch(parts)
            outputs, _ = model.stateless_call(parts, model.non_trainable_variables, x)
            loss = tf.reduce_mean(_losses(y, outputs, data))
        return tf.concat([tf.reshape(part, [-1]) for part in tape.gradient(loss, parts)], axis=0)

    def gradient_of(place: np.ndarray) -> np.ndarray:
        return gradient(tf.constant(place, tf.float32)).numpy()

    weights = [variable.numpy().ravel() for variable in model.trainable_variables]
    return np.concatenate(weights).astype(float), gradient_of


def largest_curvature(network: Run | keras.Model, data: Dataset | Regression) -> float:
    """Return the largest eigenvalue of the Hessian of the mean training loss, right to about a thousandth.

    Gradient descent is stable along all directions up to a rate of 2 over it. Penalties and dropout play no
    part, nor do the wrong and the smoothed labels of a training: labels are those of `data`. Batch
    normalization goes by the statistics of all training examples. The same network has the same curvature at
    every call. It takes about a second.

    network: a run, at the weights with which it ended, or a Keras model: an `mlp` or another `Sequential`.

    Raises ValueError for data without training examples, weights that are no finite numbers, and a model that
    is not built.

    Source: Lanczos, as in ARPACK; Pearlmutter, Fast Exact Multiplication by the Hessian, Neural Computation 6
    (1994). Lesson 01.
    """
    from scipy.sparse.linalg import LinearOperator, eigsh

    require_usable(data, batch_size=1)
    model = trained_model(network, data) if isinstance(network, Run) else network
    _require_built(model)
    before = model.get_weights()
    if not all(np.isfinite(weight).all() for weight in before):
        raise ValueError("network has weights that are no finite numbers: its loss has no curvature.")
    product = _hessian_product(model, data)
    size = sum(math.prod(variable.shape) for variable in model.trainable_variables)
    start = np.random.default_rng(0).normal(size=size)
    operator = LinearOperator((size, size), matvec=product, dtype=float)
    (largest,) = eigsh(operator, k=1, which="LA", v0=start, tol=1e-4, return_eigenvectors=False)
    model.set_weights(before)  # a pass in training moves moving statistics
    return float(largest)


def _require_built(model: keras.Model) -> None:
    if not model.built:
        raise ValueError("the model has no weights yet: begin it with keras.Input(shape).")


def _hessian_product(model: keras.Model, data: Dataset | Regression) -> Callable[[np.ndarray], np.ndarray]:
    """Return the function that multiplies a direction, all weights in a row, by the Hessian."""
    import tensorflow as tf

    variables = model.trainable_variables
    x, y = tf.constant(data.x_train, tf.float32), tf.constant(data.y_train)

    @tf.function
    def product(direction: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                loss = tf.reduce_mean(_losses(y, _forward_pass(model, x).outputs, data))
            gradients = inner.gradient(loss, variables)
            row = tf.concat([tf.reshape(gradient, [-1]) for gradient in gradients], axis=0)
            along = tf.tensordot(row, direction, 1)
        parts = outer.gradient(along, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return tf.concat([tf.reshape(part, [-1]) for part in parts], axis=0)

    def product_of(direction: np.ndarray) -> np.ndarray:
        return product(tf.constant(direction.ravel(), tf.float32)).numpy().astype(float)

    return product_of


def layer_statistics(
    configuration: Configuration,
    data: Dataset | Regression,
    seed: int = 0,
    weights: Sequence[np.ndarray] | None = None,
    num_examples: int = 1000,
) -> LayerStatistics:
    """Return what passes through every hidden layer: training examples forwards, their gradient backwards.

    Batch normalization goes by the statistics of these examples. Labels are those of `data`: wrong and
    smoothed ones play no part.

    configuration: of the network, with at least one hidden layer.
    seed: decides the initial weights.
    weights: measure there instead, as with `run.weights`.
    num_examples: the first so many, or all there are.

    Raises ValueError for a network without hidden layers, and as `train_fast` does.

    Source: Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks,
    AISTATS 2010. Lesson 06.
    """
    import tensorflow as tf

    require_usable(data, batch_size=1)
    require_count("num_examples", num_examples)
    if not configuration.hidden:
        raise ValueError("configuration.hidden must name at least one layer to look at.")
    model = _model_with(starting_weights(configuration, data, seed), configuration, data)
    if weights is not None:
        model.set_weights(weights)
    with tf.GradientTape() as tape:
        found = _forward_pass(model, data.x_train[:num_examples])
        loss = tf.reduce_mean(_losses(data.y_train[:num_examples], found.outputs, data))
    kernels = [model.get_layer(f"hidden_{number + 1}").kernel for number in range(len(configuration.hidden))]
    gradients = [np.asarray(gradient) for gradient in tape.gradient(loss, kernels)]
    handed_on, activations = ([array.numpy() for array in arrays] for arrays in found[2:4])
    saturated = _SATURATED[configuration.activation]
    measures: list[tuple[list[np.ndarray], Callable[[np.ndarray], float]]] = [
        (handed_on, np.mean),
        (handed_on, np.std),
        (activations, lambda array: saturated(array).mean()),
        (gradients, np.mean),
        (gradients, np.std),
        (gradients, lambda array: float(np.linalg.norm(array))),
        (handed_on, _mean_cosine),
    ]
    # A signal that overflows is what one wants to see; one that is 0 points nowhere.
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        return LayerStatistics(
            *(np.array([measure(array.astype(float)) for array in arrays]) for arrays, measure in measures)
        )


def _mean_cosine(outputs: np.ndarray) -> float:
    """Return the mean cosine between two rows; rows of 0 point nowhere and are left out."""
    lengths = np.linalg.norm(outputs, axis=1, keepdims=True)
    directions = (outputs / lengths)[lengths[:, 0] != 0]
    n = len(directions)
    return float((np.sum(directions.sum(axis=0) ** 2) - n) / (n * (n - 1))) if n > 1 else math.nan


def layer_changes(
    run: Run,
    data: Dataset | Regression,
    num_examples: int = 64,
    weights: Sequence[np.ndarray] | None = None,
) -> np.ndarray:
    """Return how far a training has moved what each kernel makes of the same examples.

    The root mean square, over units and examples, of the change of W h + b, whose h has changed too; float64,
    shape (num_hidden + 1,), that of the logits last. In a coordinate check it is drawn over the width, after
    a few steps.

    data: what the run was trained on. The examples are the first num_examples of its validation part; batch
        normalization goes by their statistics.
    weights: what the run began with; None for those of its seed.

    Raises ValueError for num_examples below 1.

    Source: Yang, Hu and others, Tensor Programs V, arXiv:2203.03466, appendix D. Lesson 16.
    """
    require_count("num_examples", num_examples)
    model = build_model(run.configuration, data)
    found = []
    for at in (
        starting_weights(run.configuration, data, run.seed) if weights is None else weights,
        run.weights,
    ):
        model.set_weights(at)
        passed = _forward_pass(model, data.x_val[:num_examples])
        found.append([array.numpy().astype(float) for array in passed.pre_activations])
    return np.array([np.sqrt(np.mean((end - begin) ** 2)) for begin, end in zip(*found, strict=True)])


def with_whole_statistics(run: Run, data: Dataset | Regression) -> tuple[np.ndarray, ...]:
    """Return a run's weights, but with the moving statistics of all training examples under these weights.

    Moving statistics lag behind the weights: they are means over the last steps. These do not.

    data: what the run was trained on.

    Raises ValueError for a run without batch normalization.

    Lesson 07.
    """
    if run.configuration.normalization != "batch":
        raise ValueError("run has no batch normalization, and so no moving statistics.")
    model = _model_with(run.weights, dataclasses.replace(run.configuration, norm_momentum=0.0), data)
    _forward_pass(model, data.x_train)
    return tuple(model.get_weights())


def loss_and_accuracy(
    configuration: Configuration,
    weights: Sequence[np.ndarray],
    data: Dataset | Regression,
    part: str = "val",
) -> LossAndAccuracy:
    """Return what weights are worth on a part of the data: the loss without penalties, and the accuracy.

    Labels are those of `data`: the wrong and the smoothed ones of a training play no part.

    configuration: of the network.
    weights: as in `run.weights`.
    part: "train", "val" or "test".

    Raises ValueError for a part without examples, and weights of another network or that are no finite
    numbers.

    Lesson 07.
    """
    require_one_of("part", part, ("train", "val", "test"))
    x, y = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
    if not len(x):
        raise ValueError(f"data.x_{part} holds no examples.")
    weights = require_fitting(weights, starting_weights(configuration, data))
    model = _model_with(weights, configuration, data)
    outputs = model(x, training=False)
    loss = float(np.mean(_losses(y, outputs, data)))
    hits = math.nan if isinstance(data, Regression) else float(np.mean(np.argmax(outputs, axis=1) == y))
    return LossAndAccuracy(loss, hits)


def _model_with(
    weights: Sequence[np.ndarray], configuration: Configuration, data: Dataset | Regression
) -> keras.Model:
    """Return a model of a configuration with these weights, to be used before the next one is asked for.

    It is without dropout and penalties. Building one takes as long as looking at it, so the last ones are
    kept.
    """
    model = _bare_model(
        configuration.hidden,
        data.x_train.shape[1:],
        num_outputs(data),
        configuration.activation,
        normalization=configuration.normalization,
        shortcut=configuration.shortcut,
        **configuration.of_norms,
    )
    model.set_weights(weights)
    return model


# Eight: a comparison of some networks goes through them again and again.
_bare_model = functools.lru_cache(maxsize=8)(mlp)


class _Passed(NamedTuple):
    """What a forward pass came by.

    inputs, pre_activations: of every dense layer.
    handed_on, activations: of every hidden layer, with its shortcut and without.
    outputs: the last layer's.
    """

    inputs: list[tf.Tensor]
    pre_activations: list[tf.Tensor]
    handed_on: list[tf.Tensor]
    activations: list[tf.Tensor]
    outputs: tf.Tensor


def _forward_pass(model: keras.Model, x: np.ndarray | tf.Tensor) -> _Passed:
    """Return what passes through a network, without dropout, with batch statistics in batch normalization."""
    import keras

    inputs, pre_activations, activations = [], [], []

    def apply(layer: keras.layers.Layer, x: tf.Tensor) -> tf.Tensor:
        if isinstance(layer, keras.layers.Dropout):
            return x
        if isinstance(layer, keras.layers.BatchNormalization):
            return layer(x, training=True)
        if isinstance(layer, keras.layers.Dense):
            inputs.append(x)
            x = keras.ops.matmul(x, layer.kernel)
            x = x if layer.bias is None else keras.ops.add(x, layer.bias)
            pre_activations.append(x)
            x = layer.activation(x)
            activations.append(x)
        elif isinstance(layer, keras.layers.Activation):
            x = layer(x)
            activations[-1:] = [x]  # behind a norm the dense layer has none; without one it is the first
        else:
            x = layer(x)
        return x

    blocks = pass_through(model, keras.ops.convert_to_tensor(x), apply)
    return _Passed(inputs, pre_activations, blocks[1:-1], activations[:-1], blocks[-1])


def _losses(y: np.ndarray, outputs: tf.Tensor, data: Dataset | Regression) -> tf.Tensor:
    """Return the loss of each example."""
    import keras

    if isinstance(data, Regression):
        return keras.losses.mean_squared_error(y[:, np.newaxis], outputs)
    return keras.losses.sparse_categorical_crossentropy(y, outputs, from_logits=True)


def _gradient_products(model: keras.Model, data: Dataset | Regression) -> np.ndarray:
    """Return the inner products of the gradients of all pairs of training examples, float64, shape (n, n)."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        passed = _forward_pass(model, data.x_train)
        total = tf.reduce_sum(_losses(data.y_train, passed.outputs, data))
    behind = tape.gradient(total, passed.pre_activations)
    products = np.zeros(())
    for layer_inputs, gradients in zip(passed.inputs, behind, strict=True):
        layer_inputs, gradients = (array.numpy().astype(float) for array in (layer_inputs, gradients))
        # + 1: a bias is a weight whose input is always 1.
        products = products + (gradients @ gradients.T) * (layer_inputs @ layer_inputs.T + 1)
    return products
