"""Controls, the picture of what they stand at, and a static picture where no widget runs."""

from __future__ import annotations

import base64
import functools
import html
import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from helpers.plotting import course_style, in_words, words
from helpers.png import in_few_colours

if TYPE_CHECKING:
    import ipywidgets
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Control(NamedTuple):
    """A control that a learner moves.

    description: its name.
    options: what it can stand at, each as (text, value).
    value: what it starts at, the value of one of the options.
    is_slider: whether it looks like a slider; otherwise it is a menu.
    """

    description: str
    options: tuple[tuple[str, object], ...]
    value: object
    is_slider: bool


def slider(
    description: str, values: Sequence[float], value: float, texts: Sequence[str] | None = None
) -> Control:
    """Return a slider over numbers.

    description: its name.
    values: the numbers, in the order of the slider.
    value: the one it starts at.
    texts: how each number is written; None for three digits.
    """
    numbers = [number if isinstance(number, int) else float(number) for number in values]
    texts = [f"{number:.3g}" for number in numbers] if texts is None else texts
    return Control(description, tuple(zip(texts, numbers, strict=True)), value, is_slider=True)


def choice(description: str, options: Sequence[str], value: str) -> Control:
    """Return a menu of names that starts at `value`."""
    return Control(description, tuple((option, option) for option in options), value, is_slider=False)


class SliderPicture:
    """One or more controls, the picture of what they stand at, and a line of text that says what is seen.

    As the last expression of a cell it shows itself: live where the notebook has a kernel and widgets, and
    as one static picture everywhere else (a saved notebook, a page, nbviewer). JupyterLab, as `make lab`
    starts it, saves what the controls stand at and the picture of that, and shows it again without a kernel.

    Where pictures are wanted in words (`make lab PICTURES_IN_WORDS=1`), each slider is a menu, which says
    its name and its value (a slider of ipywidgets has no name, and says the number of the option for the
    value), and the sentence also stands in a field that Tab reaches.

    controls: name -> ipywidget, to be driven by code.
    slider: the first of them that is a slider.
    image, text: the ipywidgets that show picture and sentence.
    """

    def __init__(
        self,
        controls: Sequence[Control],
        ground: Figure,
        draw: Callable[..., Sequence[Artist]],
        describe: Callable[..., str],
        static: Figure,
    ) -> None:
        """Put the controls above the picture.

        ground: what stays while a control moves; it is drawn once, since axes and numbers take nearly all
            of the time.
        draw: takes the value of each control, adds to the ground what belongs to them and returns that.
        describe: takes the same values and returns a sentence about them.
        static: the picture where no widget runs.

        Whoever makes the figures does it in `course_style`: a figure keeps the style that it was made in.
        """
        import ipywidgets
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        self._draw, self._describe, self._static = draw, describe, static
        self._canvas = FigureCanvasAgg(ground)
        width, _ = self._canvas.get_width_height()
        self._canvas.draw()
        self._ground = self._canvas.copy_from_bbox(ground.bbox)
        in_menus = words.are_wanted()
        self.controls = {control.description: _widget(control, in_menus) for control in controls}
        self.slider = next(self.controls[control.description] for control in controls if control.is_slider)
        self.text = ipywidgets.HTML()
        self._fields = [_field("seen")] if in_menus else []
        # A pixel of the picture is one of the page, as it is of the other pictures: a box would widen it.
        self.image = ipywidgets.Image(
            format="png", layout=ipywidgets.Layout(width=f"{width}px", max_width="100%")
        )
        self._box = ipywidgets.VBox([*self.controls.values(), self.text, *self._fields, self.image])
        for widget in self.controls.values():
            widget.observe(lambda _: self._show(), names="value")
        self._show()

    def _values(self) -> list[object]:
        return [widget.value for widget in self.controls.values()]

    @course_style()
    def _show(self) -> None:
        from matplotlib.image import imsave

        renderer = self._canvas.get_renderer()
        self._canvas.restore_region(self._ground)
        for artist in self._draw(*self._values()):
            artist.draw(renderer)
            artist.remove()
        picture = io.BytesIO()
        imsave(picture, self._canvas.buffer_rgba(), format="png")
        self.image.value = picture.getvalue()
        said = self._describe(*self._values())
        # role="status": a screen reader may read the new sentence out, since it cannot read the picture.
        self.text.value = f'<div role="status">{html.escape(said)}</div>'
        for field in self._fields:
            field.value = said

    @functools.cached_property
    @course_style()
    def _static_png(self) -> str:
        """Return the static picture in base64.

        It is drawn once: a second drawing of the same figure is laid out anew.
        """
        drawing = io.BytesIO()
        self._static.savefig(drawing, format="png")
        return base64.b64encode(in_few_colours(drawing.getvalue())).decode()  # a notebook keeps it

    def _repr_mimebundle_(self, **_) -> tuple[dict[str, object], dict[str, object]]:
        _clear_pictures_before(self)
        if not self.image.value:
            self._show()
        shown = {
            **self._box._repr_mimebundle_(),
            "text/plain": self._describe(*self._values()),
            "image/png": self._static_png,
        }
        return shown, {"image/png": {"alt": in_words(self._static)}}


# Cell of a notebook -> its last run, and what that has shown.
_shown: dict[str, tuple[str, list[SliderPicture]]] = {}


def _clear_pictures_before(shown: SliderPicture) -> None:
    """Empty the pictures that earlier runs of this cell have shown and no other cell shows.

    The notebook is saved with the state of every widget that there is: a cell that runs ten times would
    leave ten pictures in it.
    """
    cell, run = _running_cell()
    if cell is None:
        return
    last_run, pictures = _shown.get(cell, (run, []))
    _shown[cell] = run, [shown] if run != last_run else [*pictures, shown]
    kept = [picture for _, others in _shown.values() for picture in others]
    for picture in pictures:
        if picture not in kept:
            picture.image.value = b""


def _running_cell() -> tuple[str | None, str]:
    """Return the id of the cell that runs, None where no notebook says it, and the id of this run."""
    from IPython import get_ipython

    shell = get_ipython()
    request = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return request.get("metadata", {}).get("cellId"), request.get("header", {}).get("msg_id", "")


def _field(description: str) -> ipywidgets.Widget:
    import ipywidgets

    layout = ipywidgets.Layout(width="100%")
    return ipywidgets.Text(description=description, layout=layout, style={"description_width": "initial"})


def _widget(control: Control, in_menus: bool) -> ipywidgets.Widget:
    import ipywidgets

    is_slider = control.is_slider and not in_menus
    kind = ipywidgets.SelectionSlider if is_slider else ipywidgets.Dropdown
    return kind(
        options=control.options,
        value=control.value,
        description=control.description,
        style={"description_width": "initial"},
        layout=ipywidgets.Layout(width="36em" if is_slider else "20em", max_width="100%"),
    )


def axes_in_a_row(count: int, labels: bool = False, height: float = 3.3) -> tuple[Figure, list[Axes]]:
    """Return a new figure and its Axes, side by side.

    pyplot does not know the figure, so no notebook shows it by itself.

    count: how many Axes, at least 2.
    labels: whether room is kept at the right, for names at the ends of the last one's lines.
    height: of the figure, in inches.
    """
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    # Without the padding the last number of an axis is cut at the edge.
    layout = ConstrainedLayoutEngine(w_pad=0.12, rect=(0, 0, 0.985 if labels else 1, 1))
    figure = Figure(figsize=(7.2, height), dpi=100, layout=layout)
    return figure, list(figure.subplots(1, count))
