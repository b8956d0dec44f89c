"""What a saved notebook keeps of its sliders: pixels as they are, and one picture a cell, not one a run."""

import io
from types import SimpleNamespace

import matplotlib.image
import pytest

from helpers.widgets import learning_rate_slider, picture


class Cells:
    """A notebook's kernel, as far as it tells which cell runs."""

    def __init__(self, monkeypatch):
        self.request, self.num_runs = {}, 0
        monkeypatch.setattr("IPython.get_ipython", lambda: SimpleNamespace(get_parent=lambda: self.request))
        monkeypatch.setattr(picture, "_shown", {})

    def run(self, cell, *shown):
        self.num_runs += 1
        self.request = {"header": {"msg_id": f"run {self.num_runs}"}, "metadata": {"cellId": cell}}
        for slider in shown:
            slider._repr_mimebundle_()


@pytest.fixture
def cells(monkeypatch):
    return Cells(monkeypatch)


@pytest.fixture(scope="module")
def sliders():
    return [learning_rate_slider() for _ in range(3)]


@pytest.fixture(autouse=True)
def _full(sliders):
    for slider in sliders:
        slider._show()


def has_picture(sliders):
    return [bool(slider.image.value) for slider in sliders]


def test_is_a_pixel_of_the_picture_one_of_the_page(sliders):
    width = matplotlib.image.imread(io.BytesIO(sliders[0].image.value), format="png").shape[1]
    assert sliders[0].image.layout.width == f"{width}px"


def test_does_a_cell_that_runs_again_leave_one_picture(cells, sliders):
    for slider in sliders:
        cells.run("a", slider)
    assert has_picture(sliders) == [False, False, True]


def test_do_all_pictures_of_one_run_stay(cells, sliders):
    cells.run("a", *sliders)
    assert has_picture(sliders) == [True, True, True]
    cells.run("b", sliders[0])
    cells.run("a", sliders[1])
    assert has_picture(sliders) == [True, True, False]  # the first is still shown by another cell


def test_does_a_slider_that_is_shown_again_get_its_picture_back(cells, sliders):
    cells.run("a", sliders[0])
    cells.run("a", sliders[1])
    before = sliders[1].image.value
    cells.run("b", sliders[0])
    cells.run("a", sliders[1])
    assert has_picture(sliders[:2]) == [True, True]
    assert sliders[0].image.value == before


def test_is_a_slider_shown_where_no_notebook_names_its_cells(sliders, monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    for slider in sliders:
        assert "image/png" in slider._repr_mimebundle_()[0]
    assert has_picture(sliders) == [True, True, True]
