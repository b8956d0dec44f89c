"""One trial of lesson 15: train once with what the command line says, and print the metrics after each epoch.

    python -m helpers.trial --learning-rate 0.1 --batch-size 32

The same line trains on this machine and in a container. Katib knows of this program only what it prints.
"""

import argparse

from helpers.data import fashion_mnist
from helpers.models import mlp


def main() -> None:
    """Train once."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--learning-rate", type=float, required=True)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--units", type=int, default=64, help="of each of two hidden layers")
    parser.add_argument("--dropout", type=float, default=0.0, help="fraction of the hidden outputs")
    parser.add_argument("--optimizer", choices=["sgd", "momentum", "adam"], default="sgd")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--examples", type=int, default=1280, help="for training")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    import keras

    keras.utils.set_random_seed(options.seed)
    data = fashion_mnist(options.examples)
    model = mlp((options.units, options.units), dropout=options.dropout, seed=options.seed)
    momentum = 0.9 if options.optimizer == "momentum" else 0.0
    model.compile(
        optimizer=keras.optimizers.Adam(options.learning_rate)
        if options.optimizer == "adam"
        else keras.optimizers.SGD(options.learning_rate, momentum=momentum),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )

    def show(epoch: int, logs: dict[str, float]) -> None:
        metrics = " ".join(f"{name}={logs[name]:.4f}" for name in ("val_loss", "val_accuracy"))
        print(f"epoch={epoch + 1} {metrics}", flush=True)

    model.fit(
        data.x_train,
        data.y_train,
        batch_size=options.batch_size,
        epochs=options.epochs,
        validation_data=(data.x_val, data.y_val),
        validation_batch_size=len(data.x_val),
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=show)],
        verbose=0,
    )


if __name__ == "__main__":
    main()
