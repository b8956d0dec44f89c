"""AutoKeras on today's Keras: it searches, the same seed finds the same, and its trials are our records."""

import dataclasses

import numpy as np
import pytest

from helpers.automl import classification_head, declared_by, fit_auto_model, space_of
from helpers.data import fashion_mnist
from helpers.search import Choice


@pytest.fixture(scope="module")
def data():
    return fashion_mnist(160, num_val=200)


@pytest.fixture
def auto_model(tmp_path):
    import autokeras

    def make(head=None, **options):
        inputs = autokeras.ImageInput()
        outputs = (head or classification_head())(autokeras.DenseBlock(num_layers=1)(inputs))
        options = {"max_trials": 2, "overwrite": True, "directory": tmp_path} | options
        return autokeras.AutoModel(inputs, outputs, **options)

    return make


def known(search):
    return [dataclasses.replace(trial, seconds=0.0) for trial in search.trials]


@pytest.mark.slow
def test_does_autokeras_search_repeatably(auto_model, data, capfd):
    model = auto_model()
    search, num_epochs = fit_auto_model(model, data, 2, seed=3)
    assert [trial.state for trial in search.trials] == ["complete"] * 2
    assert [trial.num_epochs for trial in search.trials] == [2, 2]
    assert [trial.ended_at for trial in search.trials] == [2, 4]
    assert num_epochs == 2
    assert search.method == "greedy"
    assert search.space == space_of(model)
    assert search.space["learning_rate"] == Choice((0.1, 0.01, 0.001, 0.0001, 2e-05, 1e-05))
    # KerasTuner's own score of a trial is that of its best epoch, and not of its last one.
    scores = [model.tuner.oracle.trials[name].score for name in model.tuner.oracle.start_order]
    assert scores == pytest.approx([min(trial.val_losses) for trial in search.trials])
    exported = model.export_model()
    assert exported.output_shape == (None, 10)
    best = min(search.trials, key=lambda trial: min(trial.val_losses))
    predicted = exported.predict(data.x_val[..., np.newaxis], verbose=0).argmax(axis=1)
    # It is the trial that won, after its best epoch, and not the final training.
    in_best_epoch = best.val_accuracies[int(np.argmin(best.val_losses))]
    assert np.mean(predicted == data.y_val) == pytest.approx(in_best_epoch, abs=0.006)
    assert "Trial" not in capfd.readouterr().out
    again, _ = fit_auto_model(auto_model(), data, 2, seed=3)
    assert known(again) == known(search)


@pytest.mark.slow
def test_goes_the_record_of_a_search_by_accuracy_by_accuracy(auto_model, data):
    model = auto_model(objective="val_accuracy")
    search, _ = fit_auto_model(model, data, 1, seed=3)
    assert search.metric == "val_accuracy"
    order = model.tuner.oracle.start_order
    scores = [model.tuner.oracle.trials[name].score for name in order]
    assert scores[search.best.number] == max(scores)
    assert order[search.best.number] == model.tuner.oracle.get_best_trials(1)[0].trial_id


@pytest.mark.slow
def test_is_a_model_that_has_searched_not_searched_again(auto_model, data):
    fit_auto_model(auto_model(max_trials=1), data, 1)
    with pytest.raises(ValueError, match=r"model has trials already, in .*overwrite=True"):
        fit_auto_model(auto_model(overwrite=False), data, 1)


def test_is_the_head_of_autokeras_still_broken(auto_model, data):
    import autokeras

    # The day on which this fails, `classification_head` can go.
    with pytest.raises(Exception, match="units"):
        fit_auto_model(auto_model(autokeras.ClassificationHead(), max_trials=1), data, 1)


def test_is_what_cannot_be_searched_refused(auto_model, data):
    with pytest.raises(ValueError, match="num_epochs must be a whole number of at least 1"):
        fit_auto_model(auto_model(), data, 0)
    with pytest.raises(ValueError, match="seed must be a whole number"):
        fit_auto_model(auto_model(), data, 1, seed=-1)
    with pytest.raises(ValueError, match="the model has not searched yet"):
        space_of(auto_model())


def test_is_it_known_what_a_model_would_search_without_any_training(data, tmp_path):
    import autokeras
    import keras_tuner

    layers, units = (keras_tuner.engine.hyperparameters.Choice("c", values) for values in ([1, 2], [16, 48]))
    inputs = autokeras.ImageInput()
    block = autokeras.DenseBlock(num_layers=layers, num_units=units, use_batchnorm=False, dropout=0.0)
    model = autokeras.AutoModel(
        inputs, classification_head(dropout=0.0)(block(inputs)), overwrite=True, directory=tmp_path
    )
    found = declared_by(model, data)
    assert sorted(map(str, found.options.values()))[-3:] == ["(1, 2)", "(16, 48)", "(16, 48)"]
    assert found.fewest == (196 + 1) * 16 + (16 + 1) * 10
    assert found.most == (196 + 1) * 48 + (48 + 1) * 48 + (48 + 1) * 10
    assert found.layers[2:] == ("Flatten", "Dense", "ReLU", "Dense", "ReLU", "Dense", "Softmax")
    assert not model.tuner.oracle.trials
