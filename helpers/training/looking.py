"""Look inside a network: how noisy its gradients are, and what passes through its layers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.arguments import require_count, require_seed
from helpers.data import Dataset, Regression
from helpers.training.plan import require_usable
from helpers.training.records import Configuration
from helpers.training.with_keras import build_model

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

    activation_means, activation_stds: of a layer's outputs over all units and examples.
    saturated_fractions: outputs at which the activation is flat: 0 for relu, beyond 0.99 of the range for
        tanh and sigmoid.
    gradient_means, gradient_stds: of the gradient of the mean loss with respect to a layer's kernel.
    """

    activation_means: np.ndarray
    activation_stds: np.ndarray
    saturated_fractions: np.ndarray
    gradient_means: np.ndarray
    gradient_stds: np.ndarray


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

    configuration: the network, by default 64-64; its rate, penalties and dropout play no part.
    seed: decides the initial weights and the draws.
    num_draws: batches of each size.
    replace: whether an example may come twice in a batch; then the noise falls as 1 / sqrt(batch size), and
        otherwise as that times sqrt((n - batch size) / (n - 1)).
    weights: measure there instead, as with `run.weights`.

    Raises ValueError for no batch sizes, a batch larger than the data without replacement, more than 8000
    examples (of which all pairs would not fit into memory), and as `train_fast` does.

    Source: Goodfellow, Efficient Per-Example Gradient Computations, arXiv:1510.01799; McCandlish and others,
    arXiv:1812.06162. Lesson 05.
    """
    seed = require_seed(seed)
    require_count("num_draws", num_draws)
    if not len(batch_sizes):
        raise ValueError("batch_sizes must hold at least one number.")
    for size in batch_sizes:
        require_count("each entry of batch_sizes", size)
        if not replace and size > len(data.x_train):
            raise ValueError(f"batch_sizes: {size} is larger than the {len(data.x_train)} training examples.")
    configuration = configuration or Configuration(learning_rate=0.1)
    require_usable(data, batch_size=1)
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
    model: keras.Sequential, data: Dataset | Regression
) -> tuple[np.ndarray, Callable[[np.ndarray], np.ndarray]]:
    """Return where a network stands in its landscape, and the function that tells the gradient at a place.

    A place is all weights in one array of floats: those of `model.get_weights()`, each row after row. The
    function takes such an array and returns the gradient of the mean training loss there, float32, of the
    same shape; the model stays as it was. Penalties and dropout play no part.

    Raises ValueError for data without training examples.

    Lesson 01.
    """
    import tensorflow as tf

    require_usable(data, batch_size=1)
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


def layer_statistics(
    configuration: Configuration,
    data: Dataset | Regression,
    seed: int = 0,
    weights: Sequence[np.ndarray] | None = None,
    num_examples: int = 1000,
) -> LayerStatistics:
    """Return what passes through every hidden layer: training examples forwards, their gradient backwards.

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
    model = build_model(configuration, data, seed)
    if weights is not None:
        model.set_weights(weights)
    with tf.GradientTape() as tape:
        inputs, _, outputs = _forward_pass(model, data.x_train[:num_examples])
        loss = tf.reduce_mean(_losses(data.y_train[:num_examples], outputs, data))
    kernels = model.trainable_variables[::2]
    # The inputs of every layer behind a hidden one are that one's activations.
    activations = [array.numpy() for array in inputs[1:]]
    gradients = [np.asarray(gradient) for gradient in tape.gradient(loss, kernels)[:-1]]
    saturated = _SATURATED[configuration.activation]
    measures: list[tuple[list[np.ndarray], Callable[[np.ndarray], float]]] = [
        (activations, np.mean),
        (activations, np.std),
        (activations, lambda array: saturated(array).mean()),
        (gradients, np.mean),
        (gradients, np.std),
    ]
    with np.errstate(over="ignore", invalid="ignore"):  # a signal that overflows is what one wants to see
        return LayerStatistics(
            *(np.array([measure(array.astype(float)) for array in arrays]) for arrays, measure in measures)
        )


def _forward_pass(
    model: keras.Sequential, x: np.ndarray
) -> tuple[list[tf.Tensor], list[tf.Tensor], tf.Tensor]:
    """Return the input and the pre-activation of every dense layer, and the outputs of the last."""
    import keras

    inputs, pre_activations = [], []
    x = keras.ops.convert_to_tensor(x)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dense):
            inputs.append(x)
            x = keras.ops.add(keras.ops.matmul(x, layer.kernel), layer.bias)
            pre_activations.append(x)
            x = layer.activation(x)
        elif isinstance(layer, keras.layers.Flatten):
            x = layer(x)
    return inputs, pre_activations, x


def _losses(y: np.ndarray, outputs: tf.Tensor, data: Dataset | Regression) -> tf.Tensor:
    """Return the loss of each example."""
    import keras

    if isinstance(data, Regression):
        return keras.losses.mean_squared_error(y[:, np.newaxis], outputs)
    return keras.losses.sparse_categorical_crossentropy(y, outputs, from_logits=True)


def _gradient_products(model: keras.Sequential, data: Dataset | Regression) -> np.ndarray:
    """Return the inner products of the gradients of all pairs of training examples, float64, shape (n, n)."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        inputs, pre_activations, outputs = _forward_pass(model, data.x_train)
        total = tf.reduce_sum(_losses(data.y_train, outputs, data))
    behind = tape.gradient(total, pre_activations)
    products = np.zeros(())
    for layer_inputs, gradients in zip(inputs, behind, strict=True):
        layer_inputs, gradients = (array.numpy().astype(float) for array in (layer_inputs, gradients))
        # + 1: a bias is a weight whose input is always 1.
        products = products + (gradients @ gradients.T) * (layer_inputs @ layer_inputs.T + 1)
    return products
