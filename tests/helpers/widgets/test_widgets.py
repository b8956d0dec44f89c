"""Sliders: does a move change picture and sentence, and is there a picture where no widget runs?"""

import base64
import io
import re

import ipywidgets
import matplotlib.image
import matplotlib.style
import numpy as np
import pytest

from helpers import widgets
from helpers.data import fashion_mnist, sparse_regression
from helpers.plotting import COLORS
from helpers.training import (
    SCHEDULES,
    Configuration,
    quadratic_loss,
    quadratic_trajectory,
    scheduled_rates,
    train_fast,
)
from helpers.widgets import learning_rate_slider
from helpers.widgets.chance import MATTERS, hit_probability
from helpers.widgets.geometry import BOTTOM, loss, lowest
from helpers.widgets.penalties import STRENGTHS, _solve
from helpers.widgets.stored import rate_sweep, signals
from helpers.widgets.valleys import MOMENTA, descent_in, describe_momentum, expected_loss

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def widget():
    return learning_rate_slider()


def pixels(png):
    return matplotlib.image.imread(io.BytesIO(png), format="png")


def test_does_a_move_draw_another_picture_and_back_the_same(widget):
    widget.slider.value = 0.1
    first = bytes(widget.image.value)
    widget.slider.value = 0.19
    second = bytes(widget.image.value)
    assert first.startswith(b"\x89PNG")
    assert pixels(first).shape == pixels(second).shape
    assert np.abs(pixels(first) - pixels(second)).max() > 0.5
    widget.slider.value = 0.1
    assert widget.image.value == first


@pytest.mark.parametrize(
    ("rate", "verdict"),
    [
        (0.005, "converges"),
        (0.1, "converges, and reaches the bottom of the steepest direction in one step"),
        (0.105, "oscillates and converges"),
        (0.195, "oscillates and converges"),
        (0.2, "oscillates for ever"),
        (0.205, "diverges"),
    ],
)
def test_does_the_sentence_name_rate_verdict_and_loss(widget, rate, verdict):
    widget.slider.value = rate
    last = quadratic_loss(quadratic_trajectory([1, 10], [1, 1], rate, 40)[-1], [1, 10])
    assert (
        f"learning rate {rate:.3g} {verdict}: loss 5.5 at the start, {last:.2g} after 40" in widget.text.value
    )
    assert 'role="status"' in widget.text.value


def test_is_a_slow_descent_in_a_long_valley_no_oscillation():
    # Along the flat direction a step multiplies by 0.99999, which is nearly 1 and far from -1.
    long = learning_rate_slider((0.001, 10.0), (1.0, 1.0))
    long.slider.value = min(rate for _, rate in long.slider.options)
    assert " converges: loss" in long.text.value


def test_is_the_slider_named_and_does_it_reach_past_the_stable_rates(widget):
    assert widget.slider.description == "learning rate"
    labels, rates = zip(*widget.slider.options, strict=True)
    assert labels[0] == "0.005"
    assert min(rates) == pytest.approx(0.005)
    assert max(rates) == pytest.approx(0.22)
    assert widget.slider.value in rates


def test_does_the_output_hold_widget_picture_and_text(widget):
    widget.slider.value = 0.2
    bundle, _ = widget._repr_mimebundle_(include=None, exclude=None)
    assert set(bundle) == {WIDGET_VIEW, "image/png", "text/plain"}
    assert bundle[WIDGET_VIEW]["model_id"] == widget._box.model_id
    assert "oscillates for ever" in bundle["text/plain"]
    picture = base64.b64decode(bundle["image/png"], validate=True)
    assert picture.startswith(b"\x89PNG")
    # It shows several rates at once, each in a colour of its own; the live picture shows one.
    assert _num_course_colors(pixels(picture)) == 4
    assert _num_course_colors(pixels(widget.image.value)) == 1


def _num_course_colors(picture):
    """Count the colours of the course, but black, of which at least 50 pixels are drawn, or nearly so."""
    drawn = (picture[..., :3] * 255).round().astype(int).reshape(-1, 3)
    colors = [[int(color[at : at + 2], 16) for at in (1, 3, 5)] for color in COLORS if color != "#000000"]
    return sum((np.abs(drawn - color) <= 4).all(axis=1).sum() >= 50 for color in colors)


def test_is_the_static_picture_the_same_every_time(widget):
    # The build stores it: a notebook that is built again must not change.
    again = learning_rate_slider()._repr_mimebundle_()[0]["image/png"]
    assert widget._repr_mimebundle_()[0]["image/png"] == again


def test_does_a_start_in_one_direction_follow_that_direction_alone():
    widget = learning_rate_slider(hessian=[1, 10], start=[1, 0])
    widget.slider.value = max(rate for _, rate in widget.slider.options)
    assert "learning rate 0.22 converges: loss 0.5" in widget.text.value


def test_does_a_turned_valley_behave_as_its_eigenvalues_say():
    # [[2, 1], [1, 2]] has the eigenvalues 1 and 3.
    widget = learning_rate_slider(hessian=[[2, 1], [1, 2]], start=[1, 0.5], num_steps=7)
    verdicts = {}
    for _, rate in widget.slider.options:
        widget.slider.value = rate
        verdicts[rate] = widget.text.value
    for rate, sentence in verdicts.items():
        assert ("diverges" in sentence) == (rate > 2 / 3 + 1e-9)
    assert "after 7 steps" in sentence


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"hessian": (1, 2, 3), "start": (1, 1, 1)}, "two weights"),
        ({"start": (1,)}, "two weights"),
        ({"hessian": (1, 0)}, "positive definite"),
        ({"hessian": (1, -1)}, "positive definite"),
        ({"hessian": [[1, 2], [0, 1]]}, "symmetric"),
        ({"start": (0, 0)}, "bottom of the valley"),
    ],
)
def test_is_what_cannot_be_drawn_refused(arguments, named):
    with pytest.raises(ValueError, match=named) as refusal:
        learning_rate_slider(**arguments)
    assert "\n" not in str(refusal.value)


EVERY_SLIDER = [name for name in widgets.__all__ if name.endswith("_slider")]


@pytest.fixture(scope="module", params=EVERY_SLIDER)
def any_widget(request):
    return getattr(widgets, request.param)()


def move_through(widget):
    """Move each control to every option in turn, the others at rest; yield its name and value."""
    for name, control in widget.controls.items():
        start = control.value
        for _, value in control.options:
            control.value = value
            yield name, value
        control.value = start


def test_does_every_control_change_picture_and_sentence(any_widget):
    seen = {name: [] for name in any_widget.controls}
    for name, _ in move_through(any_widget):
        seen[name].append((any_widget.image.value, any_widget.text.value))
    for name, moves in seen.items():
        pictures, sentences = (len(set(values)) for values in zip(*moves, strict=True))
        assert sentences == len(moves), name
        # At the ends of a range the picture may have nothing more to show.
        assert pictures >= 0.9 * len(moves), name


def test_does_every_picture_have_a_static_one_and_words(any_widget):
    bundle, about = any_widget._repr_mimebundle_(include=None, exclude=None)
    assert "over" in about["image/png"]["alt"] or "Panel" in about["image/png"]["alt"]
    assert set(bundle) == {WIDGET_VIEW, "image/png", "text/plain"}
    assert bundle["text/plain"] in any_widget.text.value.replace("&gt;", ">")
    static = base64.b64decode(bundle["image/png"], validate=True)
    assert len(static) < 30_000
    assert pixels(static).shape[1] == 720


def test_is_every_static_picture_the_same_when_it_is_made_again(any_widget, request):
    name = request.node.callspec.params["any_widget"]
    again = getattr(widgets, name)()._repr_mimebundle_()[0]["image/png"]
    assert any_widget._repr_mimebundle_()[0]["image/png"] == again


def test_does_moving_leave_nothing_behind(any_widget):
    import matplotlib.pyplot as plt

    axes = any_widget._canvas.figure.axes
    before, figures = [len(ax.get_children()) for ax in axes], plt.get_fignums()
    for control in any_widget.controls.values():
        control.value = control.options[-1][1]
    assert [len(ax.get_children()) for ax in axes] == before
    assert plt.get_fignums() == figures


def test_does_every_slider_keep_the_style_of_the_course(any_widget, request):
    # The oracle is the slider that is made and moved where the notebook has set no style of its own.
    expected = pictures_of(any_widget)
    with matplotlib.style.context(["dark_background", {"font.size": 17, "lines.linewidth": 5}]):
        before = dict(matplotlib.rcParams)
        elsewhere = getattr(widgets, request.node.callspec.params["any_widget"])()
        assert pictures_of(elsewhere) == expected
        assert dict(matplotlib.rcParams) == before


def pictures_of(widget):
    """The static picture, and those of the first and the last option of each control, the others at rest."""
    pictures = [widget._repr_mimebundle_()[0]["image/png"]]
    for control in widget.controls.values():
        control.value = control.options[0][1]
    for control in widget.controls.values():
        for option in (-1, 0):
            control.value = control.options[option][1]
            pictures.append(bytes(widget.image.value))
    return pictures


def test_do_sliders_look_as_the_other_pictures_of_the_course(own_style):
    import matplotlib.pyplot as plt

    figure = widgets.schedule_slider()._static
    assert figure.axes[0].get_ylabel()
    for side in ("top", "right"):  # what tells the course's style from Matplotlib's own
        assert not figure.axes[0].spines[side].get_visible()
    _, ax = plt.subplots()
    ours, theirs = (axes.yaxis.label for axes in (figure.axes[0], ax))
    assert ours.get_fontsize() == theirs.get_fontsize()
    assert figure.axes[0].get_facecolor() == ax.get_facecolor()


def number_after(words, widget):
    """The number that follows some words in the sentence."""
    return float(re.search(rf"{words} ([-\d.e+]*\d)", widget.text.value)[1])


@pytest.mark.parametrize("kind", SCHEDULES)
def test_is_the_expected_loss_that_of_many_noisy_descents(kind):
    rates, rng = scheduled_rates(kind, 0.15, 40), np.random.default_rng(0)
    weights = np.ones((20_000, 2))
    for rate in rates:
        weights = weights - rate * (weights * [1, 10] + 0.7 * rng.normal(size=weights.shape))
    simulated = quadratic_loss(weights, [1, 10])
    error = simulated.std() / np.sqrt(len(simulated))
    assert expected_loss(rates, noise=0.7)[-1] == pytest.approx(simulated.mean(), abs=4 * error)


def test_do_schedules_beat_the_constant_rate_in_noise():
    widget = widgets.schedule_slider()
    last = {}
    for kind in SCHEDULES:
        widget.controls["schedule"].value = kind
        last[kind] = number_after("expected loss", widget)
    assert all(loss < last["constant"] / 3 for kind, loss in last.items() if kind != "constant")


@pytest.mark.parametrize(
    ("rate", "momentum", "goes"),
    [
        (0.19, 0.0, "converges"),
        (0.2, 0.0, "keeps its height"),
        (0.37, 0.9, "converges"),
        (0.39, 0.9, "diverges"),
    ],
)
def test_does_the_momentum_slider_say_where_a_ball_rolls(rate, momentum, goes):
    widget = widgets.momentum_slider()
    widget.controls["momentum"].value = momentum
    widget.controls["learning rate"].value = rate
    last = quadratic_loss(quadratic_trajectory([1, 10], [1, 1], rate, 150, momentum=momentum)[-1], [1, 10])
    assert f"momentum {momentum:.3g} {goes}: loss 5.5 at the start, {last:.2g} after 150" in widget.text.value


@pytest.mark.parametrize("power", range(7))
def test_does_no_loss_that_falls_keep_its_height(power):
    descent = descent_in((1.0, 10.0**power), (1.0, 1.0), 150)
    for momentum in MOMENTA:
        for rate in (*descent.rates_with_momentum, 2 * (1 + momentum) * descent.unit):
            first, *_, last = descent.loss(descent.path(rate, momentum))
            keeps = "keeps its height" in describe_momentum(descent, rate, momentum)
            assert not keeps or last > 0.1 * first
        assert keeps  # at the edge, the last of the rates


@pytest.mark.parametrize(
    ("hessian", "start"), [((1, 10), (1e-13, 1e-13)), ((1, 10), (1e6, 1e-7)), ((1, 1e13), (1, 1))]
)
def test_has_a_valley_of_any_size_its_slider(hessian, start):
    widget = learning_rate_slider(hessian, start)
    rates = [rate for _, rate in widget.slider.options]
    np.testing.assert_allclose(np.array(rates) * max(hessian), np.arange(1, 45) / 20)
    widget.slider.value = rates[-1]
    assert "diverges" in widget.text.value


@pytest.mark.parametrize(
    ("name", "arguments", "named"),
    [
        ("schedule_slider", {"num_steps": 3}, "num_steps must be at least 20"),
        ("schedule_slider", {"noise": -1}, "noise must not be below 0"),
        ("dropout_slider", {"num_units": 0}, "num_units must be at least 1"),
        ("grid_or_random_slider", {"num_landscapes": 0}, "num_landscapes must be at least 1"),
    ],
)
def test_is_an_impossible_number_refused_by_name(name, arguments, named):
    with pytest.raises(ValueError, match=named):
        getattr(widgets, name)(**arguments)


def test_does_one_landscape_have_its_picture_too():
    widget = widgets.grid_or_random_slider(num_landscapes=1)
    assert widget.controls["landscape"].options == (("1", 1),)
    assert widget._repr_mimebundle_()[0]["image/png"]


def test_does_gradient_noise_fall_with_the_root_of_the_batch_and_vanish_at_all_examples():
    widget = widgets.batch_size_slider()
    noise = {}
    for _, size in widget.slider.options:
        widget.slider.value = size
        noise[size] = number_after("gradient noise", widget)
    for size in (1, 2, 4, 8):
        assert noise[size] / noise[4 * size] == pytest.approx(2, rel=0.02)
    assert noise[1024] == 0
    # As the valley has a bottom, all examples together lead downhill, and one by chance.
    downhill = number_after(";", widget)
    assert downhill == 150
    widget.slider.value = 1
    assert 75 < number_after(";", widget) < 120
    # Without replacement the finite number of examples shows: the factor of a finite population.
    assert noise[512] / noise[1] == pytest.approx(np.sqrt((1 / 512) * (1024 - 512) / 1023), rel=0.01)


def test_is_the_signal_through_relu_layers_a_power_of_the_gain():
    # relu(g x) = g relu(x): a gain that is twice as large doubles the signal once a layer.
    stored = signals()
    unit = int(np.flatnonzero(stored.gains == 1)[0])
    layers = np.arange(1, 21)
    for gain, forward, backward in zip(
        stored.gains, stored.activation_stds["relu"], stored.gradient_stds["relu"], strict=True
    ):
        np.testing.assert_allclose(forward, stored.activation_stds["relu"][unit] * gain**layers, rtol=1e-4)
        np.testing.assert_allclose(
            backward, stored.gradient_stds["relu"][unit] * gain ** (20 - layers), rtol=1e-4
        )


def test_does_he_keep_the_signal_and_glorot_lose_it():
    widget = widgets.initialization_slider()
    ends = {}
    for text, gain in widget.slider.options:
        widget.slider.value = gain
        ends[text] = number_after("in layer 1,", widget) / number_after("activations", widget)
    assert 0.5 < ends["1.41 (He)"] < 2
    assert ends["1 (Glorot)"] < 0.01
    assert ends["11.3 (N(0, 1))"] > 1e12


def test_do_the_stored_runs_agree_with_training_again():
    runs = {(round(run.configuration.learning_rate, 6), run.seed): run for run in rate_sweep()}
    assert len(runs) == 31 * 5
    for rate, seed in [(0.001, 0), (0.1, 3)]:
        again = train_fast(Configuration(rate), fashion_mnist(), seed)
        stored = runs[rate, seed]
        np.testing.assert_allclose(stored.train_losses, again.train_losses, atol=5e-3)
        np.testing.assert_allclose(stored.val_accuracies, again.val_accuracies, atol=0.02)
        assert stored.num_updates == again.num_updates
        assert not stored.stuck
    assert all(runs[10.0, seed].stuck for seed in range(5))


def test_does_the_network_slider_tell_accuracy_and_stuck_seeds():
    widget = widgets.network_learning_rate_slider()
    rates = [rate for _, rate in widget.slider.options]
    widget.slider.value = min(rates, key=lambda rate: abs(rate - 0.1))
    assert 0.7 < number_after("validation accuracy", widget) < 0.85
    assert "stuck" not in widget.text.value
    widget.slider.value = rates[-1]
    assert "accuracy 0.10" in widget.text.value
    assert "5 of 5 seeds stuck" in widget.text.value


def test_are_penalized_coefficients_where_no_direction_lowers_the_cost():
    data = sparse_regression()
    found = _solve(data.x_train, data.y_train)
    for strength, lasso, ridge in zip(STRENGTHS, found["L1"], found["L2"], strict=True):
        slopes = {
            name: 2 / len(data.x_train) * data.x_train.T @ (data.x_train @ weights - data.y_train)
            for name, weights in (("L1", lasso), ("L2", ridge))
        }
        # L1: the slope of the error balances the penalty's, and where a weight is 0 it may not exceed it.
        moved = lasso != 0
        np.testing.assert_allclose(slopes["L1"][moved], -strength * np.sign(lasso[moved]), atol=1e-4)
        assert (np.abs(slopes["L1"][~moved]) <= strength + 1e-4).all()
        np.testing.assert_allclose(slopes["L2"], -2 * strength * ridge, atol=1e-4)


def test_does_only_l1_give_exact_zeros():
    widget = widgets.penalty_slider()
    zeros = {}
    for penalty in ("L1", "L2"):
        widget.controls["penalty"].value = penalty
        zeros[penalty] = int(re.search(r"(\d+) of 100 coefficients exactly 0", widget.text.value)[1])
    assert zeros["L1"] > 50
    assert zeros["L2"] == 0


def test_says_a_fit_how_many_of_the_zeros_matter():
    widget = widgets.penalty_slider()
    widget.controls["penalty"].value = "L1"
    wrong = {}
    for _, strength in widget.slider.options:
        widget.slider.value = strength
        wrong[strength] = int(number_after("exactly 0,", widget))
        assert wrong[strength] <= number_after(":", widget)
    assert wrong[min(wrong)] == 0
    assert wrong[max(wrong)] == 8
    assert set(wrong.values()) > {0, 8}


def test_has_every_control_a_name_and_the_sentence_a_place_for_who_wants_words(monkeypatch):
    monkeypatch.setenv("PICTURES_IN_WORDS", "1")
    widget = learning_rate_slider()
    assert isinstance(widget.slider, ipywidgets.Dropdown)
    assert widget.slider.label == f"{widget.slider.value:.3g}"
    widget.slider.value = 0.2
    [field] = [part for part in widget._box.children if isinstance(part, ipywidgets.Text)]
    assert field.description == "seen"
    assert field.value.startswith("learning rate 0.2 oscillates for ever: loss")
    assert field.value == widget._repr_mimebundle_()[0]["text/plain"]


@pytest.mark.parametrize("penalty", ["L1", "L2"])
@pytest.mark.parametrize("strength", [0.05, 0.4, 0.9, 1.5])
def test_has_no_point_of_a_fine_grid_a_lower_cost_than_the_touching_one(penalty, strength):
    def cost(weights):
        sizes = np.abs(weights) if penalty == "L1" else weights**2
        return loss(weights) + strength * sizes.sum(axis=-1)

    line = np.linspace(-0.5, 2, 501)
    everywhere = cost(np.stack(np.meshgrid(line, line), axis=-1))
    found = cost(lowest(penalty, strength))
    assert found <= everywhere.min() + 1e-12
    assert found == pytest.approx(everywhere.min(), abs=1e-4)


def test_does_l1_land_on_a_corner_and_l2_on_none():
    np.testing.assert_allclose(lowest("L1", 0), BOTTOM)
    widget, zeros = widgets.geometry_slider(), {}
    for penalty in ("L1", "L2"):
        widget.controls["penalty"].value = penalty
        for _, strength in widget.slider.options:
            widget.slider.value = strength
            zeros[penalty, strength] = int(re.search(r"(\d) of 2 exactly 0", widget.text.value)[1])
    assert zeros["L1", 0.05] == 0
    assert zeros["L1", 1.0] == 1
    assert all(count == 0 for (penalty, _), count in zeros.items() if penalty == "L2")


def test_does_dropout_keep_the_mean_and_drop_its_share():
    widget = widgets.dropout_slider()
    for _, rate in widget.slider.options:
        widget.slider.value = rate
        assert number_after("the others", widget) == pytest.approx(1 / (1 - rate), rel=1e-2)
        # 20 passes x 8 samples x 24 units: four standard errors of the mean.
        tolerance = 4 * np.sqrt(rate / (1 - rate) / 3840) + 0.01
        assert number_after("mean over 20 passes", widget) == pytest.approx(1, abs=tolerance)


@pytest.mark.parametrize("arguments", [{}, {"num_units": 1, "num_samples": 1, "num_passes": 1}])
def test_are_the_means_of_every_dropout_rate_inside_of_the_picture(arguments):
    widget = widgets.dropout_slider(**arguments)
    means = widget._canvas.figure.axes[1]
    highest = 0.0
    for _, rate in widget.slider.options:
        drawn = widget._draw(rate, 1)
        highest = max(highest, *(line.get_ydata().max() for line in drawn if line in means.lines))
        for part in drawn:
            part.remove()
    assert 2.6 < highest < means.get_ylim()[1]


def test_does_the_batch_slider_tell_the_steps_that_are_not_to_be_seen():
    widget = widgets.batch_size_slider()
    for _, size in widget.slider.options:
        widget.slider.value = size
        (landings,) = [part for part in widget._draw(size) if len(part.get_xdata()) > 1]
        outside = sum(not landings.axes.viewLim.contains(*place) for place in landings.get_xydata())
        landings.remove()
        said = re.search(r"(\d+) end outside of the picture", widget.text.value)
        assert outside == (int(said[1]) if said else 0)
        assert bool(outside) == (size == 1)


def test_do_the_points_of_both_searches_add_up_to_their_trials_in_words():
    words = widgets.grid_or_random_slider()._repr_mimebundle_()[1]["image/png"]["alt"]
    for panel in re.findall(r"Panel [12].*?(?=Panel)", words):
        assert sum(int(number) for number in re.findall(r"(\d+) points?,", panel)) == 9


def test_is_the_point_of_lowest_cost_told():
    words = widgets.geometry_slider()._repr_mimebundle_()[1]["image/png"]["alt"]
    for penalty, strength in (("L1", 1.0), ("L2", 0.5)):
        first, second = lowest(penalty, strength)
        assert f"lowest cost: 1 point, {second:.3g} at {first:.3g}" in words


@pytest.mark.parametrize("matters", MATTERS)
@pytest.mark.parametrize("side", [2, 3, 4, 5])
def test_is_the_probability_of_a_hit_that_of_many_places(matters, side):
    rng = np.random.default_rng(0)
    sizes = np.array([0.1, 1.0] if matters == MATTERS[0] else [0.1**0.5] * 2)
    low = rng.uniform(size=(4000, 1, 2)) * (1 - sizes)
    lines = (np.arange(side) + 0.5) / side
    trials = {
        "grid": np.stack(np.meshgrid(lines, lines), axis=-1).reshape(1, -1, 2),
        "random": rng.uniform(size=(4000, side**2, 2)),
    }
    for method, points in trials.items():
        hits = ((points >= low) & (points <= low + sizes)).all(axis=2).any(axis=1).mean()
        assert hit_probability(method, side, matters) == pytest.approx(hits, abs=0.035)


def test_does_the_search_slider_say_what_it_shows():
    widget = widgets.grid_or_random_slider()
    hits = {"grid": [], "random": []}
    for _, value in widget.controls["landscape"].options:
        widget.controls["landscape"].value = value
        for method in hits:
            hits[method].append(f"{method} hits" in widget.text.value)
    assert 1 <= sum(hits["grid"]) < sum(hits["random"]) <= 11  # 9 trials of 12 landscapes: .33 and .61


def test_does_the_way_to_the_next_trial_decide_what_a_search_finds():
    widget = widgets.bayesian_optimization_slider()
    best = {}
    for _, way in widget.controls["next trial"].options:
        widget.controls["next trial"].value = way
        found = []
        for _, number in widget.controls["trials so far"].options:
            widget.controls["trials so far"].value = number
            found.append(number_after("best so far", widget))
        assert found == sorted(found, reverse=True)
        best[way] = found[-1]
    assert best["most expected improvement"] < min(best["lowest mean"], best["widest band"])


def test_is_the_loss_that_comes_next_that_of_the_next_step():
    widget = widgets.bayesian_optimization_slider()
    for number in range(3, 12):
        widget.slider.value = number
        promised, before = number_after("will bring", widget), number_after("best so far", widget)
        widget.slider.value = number + 1
        assert number_after("best so far", widget) == min(before, promised)
